//! Exponentials and logarithms that vectorise: no branch, no table, no library call.
//!
//! Written as straight-line code on one number; inside a loop over lanes the compiler turns them
//! into vector instructions. Largest relative error, measured by the tests below: f32 3e-7,
//! f64 6e-16 (results that are subnormal excepted).

use super::scalar::Float;
use crate::batch::Values;

/// A polynomial by Horner's rule, highest power first. Straight-line code and not a loop over a table,
/// because the vectoriser sees through the one and not always through the other.
macro_rules! horner {
    ($t:ident, $fused:ident, $x:expr; $first:expr $(, $coefficient:expr)*) => {{
        let x = $x;
        let p: $t = $first;
        $(let p = <$t as Float>::mul_add::<$fused>(p, x, $coefficient);)*
        p
    }};
}

macro_rules! float {
    ($t:ident, $variant:ident, $bits:ident, $signed:ident, inlined $inlined:literal, mantissa $mantissa:literal,
     bias $bias:literal, round $round:literal, ln2 $ln2_high:literal $ln2_low:literal,
     exp from $lowest:literal below $low:literal to $high:literal by $($exp:expr),+;
     ln by $($ln:expr),+;) => {
        impl Float for $t {
            const MAX: Self = $t::MAX;
            const LOWEST: Self = $t::NEG_INFINITY;
            const INLINED: bool = $inlined;

            #[inline(always)]
            fn mul_add<const FUSED: bool>(a: Self, b: Self, c: Self) -> Self {
                if FUSED { a.mul_add(b, c) } else { a * b + c }
            }

            #[inline(always)]
            fn fast_exp<const FUSED: bool>(self) -> Self {
                let x = if self > $lowest { self } else { $lowest };
                let x = if x < $high { x } else { $high };
                let shifted = <$t as Float>::mul_add::<FUSED>(x, std::$t::consts::LOG2_E, $round);
                let n = shifted - $round;
                let f = <$t as Float>::mul_add::<FUSED>(n, -$ln2_high, x);
                let f = <$t as Float>::mul_add::<FUSED>(n, -$ln2_low, f);
                let e = horner!($t, FUSED, f; $($exp),+, 1.0, 1.0);
                // Two factors 2^(n/2): 2^n itself leaves the range before e^x does.
                const ROUND: $t = $round;
                let n = (shifted.to_bits() as $signed).wrapping_sub(ROUND.to_bits() as $signed);
                let half = n >> 1;
                let y = e
                    * $t::from_bits(((half + $bias) << $mantissa) as $bits)
                    * $t::from_bits(((n - half + $bias) << $mantissa) as $bits);
                // A NaN compares false with both bounds and would come out clamped.
                if self.is_nan() { self } else { y }
            }

            #[inline(always)]
            fn fast_exp_nonpositive<const FUSED: bool>(self) -> Self {
                let x = if self > $low { self } else { $low };
                // Adding `round` rounds to an integer and leaves it in the low bits: faster than a
                // float-to-int conversion, which saturates.
                let shifted = <$t as Float>::mul_add::<FUSED>(x, std::$t::consts::LOG2_E, $round);
                let n = shifted - $round;
                let f = <$t as Float>::mul_add::<FUSED>(n, -$ln2_high, x);
                let f = <$t as Float>::mul_add::<FUSED>(n, -$ln2_low, f);
                let e = horner!($t, FUSED, f; $($exp),+, 1.0, 1.0);
                let y = $t::from_bits(e.to_bits().wrapping_add(shifted.to_bits() << $mantissa));
                if self > $low { y } else { 0.0 }
            }

            #[inline(always)]
            fn fast_exp_m1<const FUSED: bool>(self) -> Self {
                let p = horner!($t, FUSED, self; $($exp),+);
                let near = <$t as Float>::mul_add::<FUSED>(p * self, self, self);
                let far = self.fast_exp::<FUSED>() - 1.0;
                if self.abs() < 0.35 { near } else { far }
            }

            #[inline(always)]
            fn fast_ln<const FUSED: bool>(self) -> Self {
                const SCALE: $t = (1u64 << $mantissa) as $t;
                // Subnormals are lifted into the normal range first.
                let tiny = self < $t::MIN_POSITIVE;
                let x = if tiny { self * SCALE } else { self };
                let bits = x.to_bits();
                // The exponent field as a number, by planting it in the mantissa of 2^mantissa.
                let field = $t::from_bits((bits >> $mantissa) | SCALE.to_bits()) - SCALE;
                let offset: $t = if tiny { ($bias + $mantissa) as $t } else { $bias as $t };
                let m = $t::from_bits(
                    (bits & ((1 << $mantissa) - 1)) | (($bias as $bits) << $mantissa),
                );
                let big = m > std::$t::consts::SQRT_2;
                let m = if big { m * 0.5 } else { m };
                let n = field - offset + if big { 1.0 } else { 0.0 };
                // ln m = 2 artanh(s) = 2(s + s³/3 + …), |s| ≤ 0.172
                let s = (m - 1.0) / (m + 1.0);
                let z = s * s;
                let tail = z * horner!($t, FUSED, z; $($ln),+);
                let low = <$t as Float>::mul_add::<FUSED>(tail, s, n * $ln2_low);
                let y = n * $ln2_high + (2.0 * s + low);
                let y = if self < $t::INFINITY { y } else { self };
                let y = if self < 0.0 { $t::NAN } else { y };
                if self == 0.0 { $t::NEG_INFINITY } else { y }
            }

            fn slice<'a>(values: &Values<'a>) -> Option<&'a [Self]> {
                match values {
                    Values::$variant(v) => Some(v),
                    _ => None,
                }
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }

            #[inline(always)]
            fn from_f64(x: f64) -> Self {
                x as $t
            }
        }
    };
}

// ln 2 is in two parts, the first of which ends in zero bits, so that n·ln 2 is exact. The series of e^x
// holds 1/k! from the highest power down to k = 2 (f32: the coefficients of the best fit over ±ln(2)/2, one
// term less), that of ln holds 2/(2k + 1) down to k = 1.
float!(f32, F32, u32, i32, inlined true, mantissa 23, bias 127, round 12_582_912.0,
    ln2 0.693_359_4 -2.121_944_4e-4,
    exp from -104.0 below -87.3 to 89.0 by
        1.987_569_1e-4, 1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5;
    ln by 2.0 / 11.0, 2.0 / 9.0, 2.0 / 7.0, 2.0 / 5.0, 2.0 / 3.0;);
float!(f64, F64, u64, i64, inlined false, mantissa 52, bias 1023, round 6_755_399_441_055_744.0,
    ln2 6.931_471_803_691_238e-1 1.908_214_929_270_587_7e-10,
    exp from -746.0 below -708.3 to 710.0 by
        1.0 / 6_227_020_800.0, 1.0 / 479_001_600.0, 1.0 / 39_916_800.0, 1.0 / 3_628_800.0,
        1.0 / 362_880.0, 1.0 / 40_320.0, 1.0 / 5_040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0,
        1.0 / 6.0, 0.5;
    ln by 2.0 / 23.0, 2.0 / 21.0, 2.0 / 19.0, 2.0 / 17.0, 2.0 / 15.0, 2.0 / 13.0, 2.0 / 11.0,
        2.0 / 9.0, 2.0 / 7.0, 2.0 / 5.0, 2.0 / 3.0;);

#[cfg(test)]
mod tests {
    use super::*;

    /// Largest relative error of `f` against `truth` over a sweep, where the truth is normal.
    fn worst<T: Float>(
        from: f64,
        to: f64,
        least: f64,
        f: impl Fn(T) -> T,
        truth: impl Fn(f64) -> f64,
    ) -> f64 {
        let steps = 400_000;
        (0..=steps)
            .map(|i| T::from_f64(from + (to - from) * i as f64 / steps as f64))
            .map(|x| (f(x).to_f64(), truth(x.to_f64())))
            .filter(|(_, truth)| truth.abs() > least && truth.is_finite())
            .map(|(value, truth)| ((value - truth) / truth).abs())
            .fold(0.0, f64::max)
    }

    fn check<const FUSED: bool>() {
        let (low32, low64) = (f64::from(f32::MIN_POSITIVE), f64::MIN_POSITIVE);
        let single = [
            worst::<f32>(-87.0, 88.7, low32, |x| x.fast_exp::<FUSED>(), f64::exp),
            worst::<f32>(
                -87.2,
                0.0,
                low32,
                |x| x.fast_exp_nonpositive::<FUSED>(),
                f64::exp,
            ),
            worst::<f32>(-3.0, 3.0, 1e-30, |x| x.fast_exp_m1::<FUSED>(), f64::exp_m1),
            worst::<f32>(1e-3, 40.0, 1e-30, |x| x.fast_ln::<FUSED>(), f64::ln),
            worst::<f32>(0.999, 1.001, 1e-30, |x| x.fast_ln::<FUSED>(), f64::ln),
        ];
        assert!(single.iter().all(|&e| e < 3e-7), "f32 {single:?}");
        let double = [
            worst::<f64>(-708.0, 709.7, low64, |x| x.fast_exp::<FUSED>(), f64::exp),
            worst::<f64>(
                -708.0,
                0.0,
                low64,
                |x| x.fast_exp_nonpositive::<FUSED>(),
                f64::exp,
            ),
            worst::<f64>(-3.0, 3.0, 1e-30, |x| x.fast_exp_m1::<FUSED>(), f64::exp_m1),
            worst::<f64>(1e-3, 40.0, 1e-30, |x| x.fast_ln::<FUSED>(), f64::ln),
            worst::<f64>(0.999, 1.001, 1e-30, |x| x.fast_ln::<FUSED>(), f64::ln),
        ];
        assert!(double.iter().all(|&e| e < 6e-16), "f64 {double:?}");
    }

    #[test]
    fn errors_are_within_the_stated_bounds() {
        check::<false>();
        check::<true>();
    }

    #[test]
    fn edges() {
        assert_eq!(1e4f32.fast_exp::<false>(), f32::INFINITY);
        assert_eq!((-1e4f32).fast_exp::<false>(), 0.0);
        assert_eq!(1e4f64.fast_exp::<false>(), f64::INFINITY);
        assert_eq!((-1e4f64).fast_exp::<false>(), 0.0);
        assert!(f32::NAN.fast_exp::<false>().is_nan());
        assert_eq!(f32::NEG_INFINITY.fast_exp_nonpositive::<false>(), 0.0);
        assert_eq!(0f64.fast_exp_nonpositive::<false>(), 1.0);
        assert_eq!(0f64.fast_ln::<false>(), f64::NEG_INFINITY);
        assert_eq!(f32::INFINITY.fast_ln::<false>(), f32::INFINITY);
        assert!((-1f32).fast_ln::<false>().is_nan());
        assert!(f64::NAN.fast_ln::<false>().is_nan());
        let subnormal = 1e-310f64;
        assert!((subnormal.fast_ln::<false>() - subnormal.ln()).abs() < 1e-12);
    }
}
