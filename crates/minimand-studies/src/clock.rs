//! How much computing a trial takes, whatever else the machine does.

/// Counts the processor time of the thread that made it; where the system does not tell, time.
pub(crate) struct Clock {
    #[cfg(unix)]
    start: f64,
    #[cfg(not(unix))]
    start: std::time::Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        #[cfg(unix)]
        let start = seconds_of_this_thread();
        #[cfg(not(unix))]
        let start = std::time::Instant::now();
        Self { start }
    }

    /// Seconds since the start; to be asked in the same thread.
    pub(crate) fn seconds(&self) -> f64 {
        #[cfg(unix)]
        return seconds_of_this_thread() - self.start;
        #[cfg(not(unix))]
        return self.start.elapsed().as_secs_f64();
    }
}

#[cfg(unix)]
fn seconds_of_this_thread() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
}
