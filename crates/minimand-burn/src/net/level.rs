//! Compiling a kernel for AVX2 beside the baseline, chosen at run time.

/// `a · b + c`, fused where the code is compiled for a machine that can.
#[inline(always)]
pub(super) fn mul_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// Does the baseline of this architecture have a fused multiply-add instruction?
pub(super) const BASELINE_FUSED: bool = cfg!(target_arch = "aarch64");

/// Defines `$name` as `$body::<FUSED>` with the instructions that the machine has. The body must be
/// `#[inline(always)]`, down to the arithmetic.
macro_rules! dispatched {
    ($(#[$doc:meta])* fn $name:ident = $body:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)?) => {
        $(#[$doc])*
        pub(super) fn $name($($argument: $type),*) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($($argument: $type),*) $(-> $result)? {
                $body::<true>($($argument),*)
            }
            #[cfg(target_arch = "x86_64")]
            if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
                // SAFETY: both features were just detected.
                return unsafe { avx2($($argument),*) };
            }
            $body::<{ $crate::net::level::BASELINE_FUSED }>($($argument),*)
        }
    };
}
pub(super) use dispatched;
