//! Eight numbers side by side: the vector body of the fused kernels.

use super::scalar::{Float, Real};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Numbers in one [`Lanes`].
pub const LANES: usize = 8;

/// Eight numbers that go through a formula together. `FUSED` says whether the code that holds them
/// is compiled for a machine with fused multiply-add. Plain arrays on purpose: the compiler turns
/// loops over them into vector instructions of whatever width it is allowed to use.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(32))]
pub struct Lanes<T, const FUSED: bool>(pub [T; LANES]);

impl<T: Float, const FUSED: bool> Lanes<T, FUSED> {
    /// The same number in every lane.
    #[inline(always)]
    pub fn splat(x: T) -> Self {
        Lanes([x; LANES])
    }

    /// The first eight entries of a slice.
    #[inline(always)]
    pub fn load(from: &[T]) -> Self {
        let mut out = [T::default(); LANES];
        out.copy_from_slice(&from[..LANES]);
        Lanes(out)
    }

    /// A slice of at most eight entries; lanes beyond its end hold `fill`.
    #[inline(always)]
    pub fn load_part(from: &[T], fill: T) -> Self {
        let mut out = [fill; LANES];
        for (o, &x) in out.iter_mut().zip(from) {
            *o = x;
        }
        Lanes(out)
    }

    /// Writes to the first eight entries of a slice.
    #[inline(always)]
    pub fn store(self, to: &mut [T]) {
        to[..LANES].copy_from_slice(&self.0);
    }

    /// Writes as many lanes as the slice has entries.
    #[inline(always)]
    pub fn store_part(self, to: &mut [T]) {
        for (o, &x) in to.iter_mut().zip(&self.0) {
            *o = x;
        }
    }

    #[inline(always)]
    fn map(mut self, f: impl Fn(T) -> T) -> Self {
        for x in &mut self.0 {
            *x = f(*x);
        }
        self
    }

    #[inline(always)]
    fn zip(mut self, other: Self, f: impl Fn(T, T) -> T) -> Self {
        for (x, &y) in self.0.iter_mut().zip(&other.0) {
            *x = f(*x, y);
        }
        self
    }

    /// a·b + self, fused where the machine can.
    #[inline(always)]
    pub fn plus_product(mut self, a: Self, b: Self) -> Self {
        for i in 0..LANES {
            self.0[i] = T::mul_add::<FUSED>(a.0[i], b.0[i], self.0[i]);
        }
        self
    }

    /// Lane by lane the larger number.
    #[inline(always)]
    pub fn maximum(self, other: Self) -> Self {
        self.zip(other, |a, b| if a > b { a } else { b })
    }

    /// `yes` where a = b, else `no`.
    #[inline(always)]
    pub fn select_eq(a: Self, b: Self, yes: Self, no: Self) -> Self {
        let mut out = no;
        for i in 0..LANES {
            out.0[i] = if a.0[i] == b.0[i] { yes.0[i] } else { no.0[i] };
        }
        out
    }

    /// e^x for x ≤ 0.
    #[inline(always)]
    pub fn exp_nonpositive(self) -> Self {
        self.map(|x| x.fast_exp_nonpositive::<FUSED>())
    }

    /// Sum of the lanes in `f64`, always in the same order.
    #[inline(always)]
    pub fn sum(self) -> f64 {
        let mut total = 0.0;
        for x in self.0 {
            total += x.to_f64();
        }
        total
    }

    /// Largest lane.
    #[inline(always)]
    pub fn largest(self) -> T {
        let mut best = self.0[0];
        for x in self.0 {
            best = if x > best { x } else { best };
        }
        best
    }
}

macro_rules! lanewise {
    ($($operator:ident $method:ident)*) => {$(
        impl<T: Float, const FUSED: bool> $operator for Lanes<T, FUSED> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.zip(other, |a, b| a.$method(b))
            }
        }
    )*};
}
lanewise!(Add add Sub sub Mul mul Div div);

impl<T: Float, const FUSED: bool> Neg for Lanes<T, FUSED> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.map(|x| -x)
    }
}

impl<T: Float, const FUSED: bool> Real for Lanes<T, FUSED> {
    #[inline(always)]
    fn lift(x: f64) -> Self {
        Lanes::splat(T::from_f64(x))
    }
    #[inline(always)]
    fn exp(self) -> Self {
        self.map(|x| x.fast_exp::<FUSED>())
    }
    #[inline(always)]
    fn exp_m1(self) -> Self {
        self.map(|x| x.fast_exp_m1::<FUSED>())
    }
    #[inline(always)]
    fn ln(self) -> Self {
        self.map(|x| x.fast_ln::<FUSED>())
    }
    #[inline(always)]
    fn ln_1p(self) -> Self {
        // ln(u) + (x − (u − 1))/u with u = 1 + x: the second term gives back what rounding u lost.
        self.map(|x| {
            let one = T::from_f64(1.0);
            let u = one + x;
            let y = u.fast_ln::<FUSED>() + (x - (u - one)) / u;
            if u < T::MAX { y } else { u }
        })
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        self.map(|x| Real::sqrt(x))
    }
    #[inline(always)]
    fn atan(self) -> Self {
        self.map(|x| Real::atan(x))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        self.map(|x| Real::abs(x))
    }
    #[inline(always)]
    fn powf(self, p: f64) -> Self {
        // Whole and half powers, by far the commonest, are exact products and a square root.
        let zero = Self::lift(0.0);
        let twice = 2.0 * p;
        let y = if twice.fract() == 0.0 && (0.0..=10.0).contains(&twice) {
            let mut y = if twice % 2.0 == 1.0 {
                self.sqrt()
            } else {
                Self::lift(1.0)
            };
            for _ in 0..p as usize {
                y = y * self;
            }
            y
        } else {
            (Self::lift(p) * self.ln()).exp()
        };
        if p == 0.0 {
            Self::lift(1.0)
        } else {
            Self::select_lt(zero, self, y, zero)
        }
    }
    #[inline(always)]
    fn select_lt(a: Self, b: Self, yes: Self, no: Self) -> Self {
        let mut out = no;
        for i in 0..LANES {
            out.0[i] = if a.0[i] < b.0[i] { yes.0[i] } else { no.0[i] };
        }
        out
    }
    #[inline(always)]
    fn detach(self) -> Self {
        self
    }
}
