//! Panics of the decoders as errors.
//!
//! The Arrow and Parquet crates check much of what they read, but on some damaged files
//! they panic. Such a file is bad input like any other.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Once;

use crate::table::ReadError;

thread_local! {
    /// Whether this thread is decoding, so that a panic is not worth a report.
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Runs `decode`, which reads `path` and is over when it panics.
pub(super) fn guarded<T>(
    path: &Path,
    format: &'static str,
    decode: impl FnOnce() -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    silence_decoders();
    DECODING.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(decode));
    DECODING.set(false);
    result.unwrap_or_else(|panic| {
        Err(ReadError::Damaged {
            path: path.to_path_buf(),
            format,
            reason: message(panic.as_ref()),
        })
    })
}

/// Keeps the message of a caught panic from standard error; all others go where they went.
fn silence_decoders() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !DECODING.get() {
                report(info);
            }
        }));
    });
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("its parts contradict each other").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        let empty: &[u8] = &[];
        let error = guarded(Path::new("t"), "Arrow", || Ok(empty[empty.len()])).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains("Arrow") && message.contains("index"),
            "{message}"
        );
        assert_eq!(guarded(Path::new("t"), "Arrow", || Ok(1)).unwrap(), 1);
    }
}
