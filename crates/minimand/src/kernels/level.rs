//! Which vector instructions the machine has, found at run time on a baseline build.

/// Proof that an instruction set is there. It can only be obtained by detection, so that code
/// compiled for that set may be called where a `Level` says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level(Set);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Level {
    /// The best level of this machine.
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
            return Level(Set::Avx2);
        }
        Level::baseline()
    }

    /// What every machine of this architecture has (SSE2 on x86-64, NEON on AArch64).
    pub const fn baseline() -> Self {
        Level(Set::Baseline)
    }

    /// Does the machine have AVX2 and FMA?
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn avx2(self) -> bool {
        self.0 == Set::Avx2
    }
}

/// Does the baseline of this architecture have a fused multiply-add instruction?
pub(crate) const BASELINE_FUSED: bool = cfg!(target_arch = "aarch64");

/// Calls `$body::<$($generics,)* FUSED>($($argument),*)` compiled for the given level.
///
/// The body must be `#[inline(always)]`, down to the arithmetic: only then does the compiler build
/// all of it with the wider instructions.
macro_rules! dispatch {
    ($level:expr, [$($bound:tt)*] $body:ident::<$($generic:ty),*>($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)?) => {{
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        fn avx2<$($bound)*>($($argument: $type),*) $(-> $result)? {
            $body::<$($generic,)* true>($($argument),*)
        }
        #[cfg(target_arch = "x86_64")]
        if $level.avx2() {
            // SAFETY: a `Level` says AVX2 only after both features were detected.
            return unsafe { avx2::<$($generic),*>($($argument),*) };
        }
        $body::<$($generic,)* { $crate::kernels::level::BASELINE_FUSED }>($($argument),*)
    }};
}
pub(crate) use dispatch;
