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

/// The same index, opaque to the compiler. In a loop that takes one [`Lanes`] an iteration it keeps the
/// compiler from vectorising *across* iterations, which shuffles lanes at several times the cost.
#[inline(always)]
pub(crate) fn one_vector(at: usize) -> usize {
    std::hint::black_box(at)
}

/// Lane by lane: `each!(x, y => expression)`. A loop and not a closure: a closure is a function of its
/// own, which the compiler may leave out of line, and then it loses the instruction set of its caller.
macro_rules! each {
    ($($lane:ident = $lanes:expr),+ => $result:expr) => {{
        let mut out = [T::default(); LANES];
        for i in 0..LANES {
            $(let $lane = $lanes.0[i];)+
            out[i] = $result;
        }
        Lanes(out)
    }};
}

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

    /// The eight entries from `at` on; lanes beyond the end of the slice hold `fill`.
    #[inline(always)]
    pub fn load_at(from: &[T], at: usize, fill: T) -> Self {
        match from.get(at..at + LANES) {
            Some(part) => Lanes::load(part),
            None => Lanes::load_part(&from[at..], fill),
        }
    }

    /// Writes the eight entries from `at` on, as far as the slice goes.
    #[inline(always)]
    pub fn store_at(self, to: &mut [T], at: usize) {
        match to.get_mut(at..at + LANES) {
            Some(part) => self.store(part),
            None => self.store_part(&mut to[at..]),
        }
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

    /// a·b + self, fused where the machine can.
    #[inline(always)]
    pub fn plus_product(self, a: Self, b: Self) -> Self {
        each!(a = a, b = b, c = self => T::mul_add::<FUSED>(a, b, c))
    }

    /// Lane by lane the larger number.
    #[inline(always)]
    pub fn maximum(self, other: Self) -> Self {
        each!(a = self, b = other => if a > b { a } else { b })
    }

    /// `yes` where a = b, else `no`.
    #[inline(always)]
    pub fn select_eq(a: Self, b: Self, yes: Self, no: Self) -> Self {
        each!(a = a, b = b, yes = yes, no = no => if a == b { yes } else { no })
    }

    /// e^x for x ≤ 0.
    #[inline(always)]
    pub fn exp_nonpositive(self) -> Self {
        each!(x = self => x.fast_exp_nonpositive::<FUSED>())
    }

    /// x^p as [`Real::powf`] defines it.
    #[inline(always)]
    fn power(self, p: f64) -> Self {
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
                each!(a = self, b = other => a.$method(b))
            }
        }
    )*};
}
lanewise!(Add add Sub sub Mul mul Div div);

impl<T: Float, const FUSED: bool> Neg for Lanes<T, FUSED> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        each!(x = self => -x)
    }
}

impl<T: Float, const FUSED: bool> Real for Lanes<T, FUSED> {
    #[inline(always)]
    fn lift(x: f64) -> Self {
        Lanes::splat(T::from_f64(x))
    }
    #[inline(always)]
    fn exp(self) -> Self {
        if FUSED {
            each!(x = self => x.fast_exp::<FUSED>())
        } else {
            Lanes(shared::exp(self.0))
        }
    }
    #[inline(always)]
    fn exp_m1(self) -> Self {
        if FUSED {
            each!(x = self => x.fast_exp_m1::<FUSED>())
        } else {
            Lanes(shared::exp_m1(self.0))
        }
    }
    #[inline(always)]
    fn ln(self) -> Self {
        if FUSED {
            each!(x = self => x.fast_ln::<FUSED>())
        } else {
            Lanes(shared::ln(self.0))
        }
    }
    #[inline(always)]
    fn ln_1p(self) -> Self {
        if FUSED {
            each!(x = self => shared::ln_1p_one::<T, FUSED>(x))
        } else {
            Lanes(shared::ln_1p(self.0))
        }
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        each!(x = self => Real::sqrt(x))
    }
    #[inline(always)]
    fn atan(self) -> Self {
        each!(x = self => Real::atan(x))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        each!(x = self => Real::abs(x))
    }
    #[inline(always)]
    fn powf(self, p: f64) -> Self {
        if FUSED {
            self.power(p)
        } else {
            Lanes(shared::power(self.0, p))
        }
    }
    #[inline(always)]
    fn select_lt(a: Self, b: Self, yes: Self, no: Self) -> Self {
        each!(a = a, b = b, yes = yes, no = no => if a < b { yes } else { no })
    }
    #[inline(always)]
    fn detach(self) -> Self {
        self
    }
}

/// Code for machines without AVX2, shared by all formulas: there a call costs little beside the function,
/// and a copy in every formula would be most of its size. (Code for AVX2 must be inlined to be that.)
mod shared {
    use super::{Float, LANES};

    macro_rules! out_of_line {
        ($($name:ident: $x:ident => $result:expr),*) => {$(
            #[inline(never)]
            pub(super) fn $name<T: Float>(lanes: [T; LANES]) -> [T; LANES] {
                let mut out = lanes;
                for i in 0..LANES {
                    let $x = lanes[i];
                    out[i] = $result;
                }
                out
            }
        )*};
    }
    out_of_line!(
        exp: x => x.fast_exp::<false>(),
        exp_m1: x => x.fast_exp_m1::<false>(),
        ln: x => x.fast_ln::<false>(),
        ln_1p: x => ln_1p_one::<T, false>(x)
    );

    #[inline(never)]
    pub(super) fn power<T: Float>(lanes: [T; LANES], p: f64) -> [T; LANES] {
        super::Lanes::<T, false>(lanes).power(p).0
    }

    /// ln(u) + (x − (u − 1))/u with u = 1 + x: the second term gives back what rounding u lost.
    #[inline(always)]
    pub(super) fn ln_1p_one<T: Float, const FUSED: bool>(x: T) -> T {
        let one = T::from_f64(1.0);
        let u = one + x;
        let y = u.fast_ln::<FUSED>() + (x - (u - one)) / u;
        if u < T::MAX { y } else { u }
    }
}
