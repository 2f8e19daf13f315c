//! The number that a formula runs on.
//!
//! A loss writes its formula once, over any [`Real`]. The same lines then run on `f64` and `f32`
//! (reference), on lanes of eight (the fused kernels), on
//! [`Dual`](super::dual::Dual) numbers (exact first and second derivatives), on
//! [`Sym`](super::sym::Sym) (the formula as a graph) and on [`Replay`](super::replay::Replay)
//! (checks of formulas that hold some values fixed).

use crate::batch::Values;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number that a formula can be evaluated on.
///
/// There is no comparison that returns `bool`: a formula selects with [`select_lt`](Real::select_lt),
/// because lanes hold several numbers and a traced formula holds none.
pub trait Real:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// The constant `x`.
    fn lift(x: f64) -> Self;
    /// e^x; overflows to infinity and underflows to 0.
    fn exp(self) -> Self;
    /// e^x − 1 without cancellation near 0.
    fn exp_m1(self) -> Self;
    /// Natural logarithm; −∞ at 0, NaN below.
    fn ln(self) -> Self;
    /// ln(1 + x) without cancellation near 0.
    fn ln_1p(self) -> Self;
    /// Square root; its derivative at 0 is taken as 0.
    fn sqrt(self) -> Self;
    /// Arc tangent in radians.
    fn atan(self) -> Self;
    /// Sine of an angle in radians.
    fn sin(self) -> Self;
    /// Cosine of an angle in radians.
    fn cos(self) -> Self;
    /// |x|; its derivative at 0 is taken as 1.
    fn abs(self) -> Self;
    /// x^p for x ≥ 0. p = 0 gives 1; for any other p the value *and* the derivative at x ≤ 0 are 0,
    /// so that a factor x^p with 0 < p < 1 never turns into 0·∞ where its partner vanishes.
    fn powf(self, p: f64) -> Self;
    /// `yes` where a < b, else `no`.
    fn select_lt(a: Self, b: Self, yes: Self, no: Self) -> Self;
    /// The same value, held fixed: derivatives do not flow through it.
    fn detach(self) -> Self;

    /// The larger of two numbers; on a tie the derivative is `other`'s.
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self::select_lt(other, self, self, other)
    }
    /// The smaller of two numbers; on a tie the derivative is `other`'s.
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self::select_lt(self, other, self, other)
    }
    /// max(x, 0).
    #[inline(always)]
    fn relu(self) -> Self {
        self.max(Self::lift(0.0))
    }
    /// x².
    #[inline(always)]
    fn square(self) -> Self {
        self * self
    }
    /// 1 / (1 + e^−x), accurate in both tails.
    #[inline(always)]
    fn sigmoid(self) -> Self {
        self.sigmoids()[0]
    }
    /// ln(1 + e^x) = −ln sigmoid(−x), accurate in both tails.
    #[inline(always)]
    fn softplus(self) -> Self {
        self.relu() + (-self.abs()).exp().ln_1p()
    }
    /// sigmoid(x) and sigmoid(−x), accurate in both tails: their product is the slope of either, and
    /// together they cost one exponential.
    #[inline(always)]
    fn sigmoids(self) -> [Self; 2] {
        let (zero, one) = (Self::lift(0.0), Self::lift(1.0));
        let e = (-self.abs()).exp();
        let upper = one / (one + e);
        let lower = e * upper;
        [
            Self::select_lt(self, zero, lower, upper),
            Self::select_lt(self, zero, upper, lower),
        ]
    }
    /// softplus(x) and its slope, sigmoid(x), which together cost one exponential.
    #[inline(always)]
    fn softplus_and_slope(self) -> [Self; 2] {
        [self.softplus(), self.sigmoid()]
    }
}

/// A storage type of predictions: `f32` or `f64`.
pub trait Float: Real + PartialOrd + Default + Send + Sync + 'static {
    /// Largest finite value.
    const MAX: Self;
    /// Are exponentials and logarithms compiled into every formula where the machine has AVX2, or called?
    const INLINED: bool;
    /// Negative infinity, the start of a running maximum.
    const LOWEST: Self;
    /// a·b + c, with one rounding if `FUSED` (only where the instruction exists: elsewhere a fused
    /// multiply-add is a library call, thirty times slower).
    fn mul_add<const FUSED: bool>(a: Self, b: Self, c: Self) -> Self;
    /// Vectorisable e^x.
    fn fast_exp<const FUSED: bool>(self) -> Self;
    /// Vectorisable e^x for x ≤ 0: what a softmax needs, without the care for large x.
    fn fast_exp_nonpositive<const FUSED: bool>(self) -> Self;
    /// Vectorisable e^x − 1.
    fn fast_exp_m1<const FUSED: bool>(self) -> Self;
    /// Vectorisable natural logarithm.
    fn fast_ln<const FUSED: bool>(self) -> Self;
    /// The value as `f64`.
    fn to_f64(self) -> f64;
    /// The nearest value of this type.
    fn from_f64(x: f64) -> Self;
    /// The entries of an array of this precision; `None` if it has the other.
    fn slice<'a>(values: &Values<'a>) -> Option<&'a [Self]>;
    /// Is the value neither infinite nor NaN?
    fn finite(self) -> bool {
        self.to_f64().is_finite()
    }
}

macro_rules! real_by_std {
    ($($t:ident)*) => {$(
        impl Real for $t {
            #[inline(always)]
            fn lift(x: f64) -> Self { x as $t }
            #[inline(always)]
            fn exp(self) -> Self { self.exp() }
            #[inline(always)]
            fn exp_m1(self) -> Self { self.exp_m1() }
            #[inline(always)]
            fn ln(self) -> Self { self.ln() }
            #[inline(always)]
            fn ln_1p(self) -> Self { self.ln_1p() }
            #[inline(always)]
            fn sqrt(self) -> Self { self.sqrt() }
            #[inline(always)]
            fn atan(self) -> Self { self.atan() }
            #[inline(always)]
            fn sin(self) -> Self { self.sin() }
            #[inline(always)]
            fn cos(self) -> Self { self.cos() }
            #[inline(always)]
            fn abs(self) -> Self { self.abs() }
            #[inline(always)]
            fn powf(self, p: f64) -> Self {
                if p == 0.0 {
                    1.0
                } else if self > 0.0 {
                    self.powf(p as $t)
                } else {
                    0.0
                }
            }
            #[inline(always)]
            fn select_lt(a: Self, b: Self, yes: Self, no: Self) -> Self {
                if a < b { yes } else { no }
            }
            #[inline(always)]
            fn detach(self) -> Self { self }
        }
    )*};
}
real_by_std!(f32 f64);
