//! Eight numbers side by side: the vector body of the fused kernels.

use super::scalar::{Float, Real};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Numbers in one [`Lanes`].
pub(crate) const LANES: usize = 8;

/// Eight numbers that go through a formula together. `FUSED` says whether the code that holds them
/// is compiled for a machine with fused multiply-add. Plain arrays on purpose: the compiler turns
/// loops over them into vector instructions of whatever width it is allowed to use.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(32))]
pub(crate) struct Lanes<T, const FUSED: bool>(pub(crate) [T; LANES]);

/// The same index or place, opaque to the compiler. In a loop that takes one [`Lanes`] an iteration it keeps
/// the compiler from vectorising *across* iterations, which shuffles lanes at several times the cost.
#[inline(always)]
pub(crate) fn one_vector<P>(at: P) -> P {
    std::hint::black_box(at)
}

/// The same sums, opaque to the compiler. What is added up lane by lane after a loop would else go through the loop
/// as single numbers, at several times the cost.
#[inline(always)]
pub(crate) fn as_vectors<P>(sums: P) -> P {
    std::hint::black_box(sums)
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
    pub(crate) fn splat(x: T) -> Self {
        Lanes([x; LANES])
    }

    /// The first eight entries of a slice.
    #[inline(always)]
    pub(crate) fn load(from: &[T]) -> Self {
        let mut out = [T::default(); LANES];
        out.copy_from_slice(&from[..LANES]);
        Lanes(out)
    }

    /// The eight entries from `at` on; lanes beyond the end of the slice hold `fill`.
    #[inline(always)]
    pub(crate) fn load_at(from: &[T], at: usize, fill: T) -> Self {
        match from.get(at..at + LANES) {
            Some(part) => Lanes::load(part),
            None => Lanes::load_part(&from[at..], fill),
        }
    }

    /// Writes the eight entries from `at` on, as far as the slice goes.
    #[inline(always)]
    pub(crate) fn store_at(self, to: &mut [T], at: usize) {
        match to.get_mut(at..at + LANES) {
            Some(part) => self.store(part),
            None => self.store_part(&mut to[at..]),
        }
    }

    /// A slice of at most eight entries; lanes beyond its end hold `fill`.
    #[inline(always)]
    pub(crate) fn load_part(from: &[T], fill: T) -> Self {
        let mut out = [fill; LANES];
        for (o, &x) in out.iter_mut().zip(from) {
            *o = x;
        }
        Lanes(out)
    }

    /// Writes to the first eight entries of a slice.
    #[inline(always)]
    pub(crate) fn store(self, to: &mut [T]) {
        to[..LANES].copy_from_slice(&self.0);
    }

    /// Writes as many lanes as the slice has entries.
    #[inline(always)]
    pub(crate) fn store_part(self, to: &mut [T]) {
        for (o, &x) in to.iter_mut().zip(&self.0) {
            *o = x;
        }
    }

    /// a·b + self, fused where the machine can.
    #[inline(always)]
    pub(crate) fn plus_product(self, a: Self, b: Self) -> Self {
        each!(a = a, b = b, c = self => T::mul_add::<FUSED>(a, b, c))
    }

    /// Lane by lane the larger number.
    #[inline(always)]
    pub(crate) fn maximum(self, other: Self) -> Self {
        each!(a = self, b = other => if a > b { a } else { b })
    }

    /// `yes` where a = b, else `no`.
    #[inline(always)]
    pub(crate) fn select_eq(a: Self, b: Self, yes: Self, no: Self) -> Self {
        each!(a = a, b = b, yes = yes, no = no => if a == b { yes } else { no })
    }

    /// e^x for x ≤ 0.
    #[inline(always)]
    pub(crate) fn exp_nonpositive(self) -> Self {
        each!(x = self => x.fast_exp_nonpositive::<FUSED>())
    }

    /// Sum of the lanes in `f64`, always in the same order.
    #[inline(always)]
    pub(crate) fn sum(self) -> f64 {
        let mut total = 0.0;
        for x in self.0 {
            total += x.to_f64();
        }
        total
    }

    /// Largest lane.
    #[inline(always)]
    pub(crate) fn largest(self) -> T {
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

/// Numbers that go through a formula together: one, or eight.
pub(crate) trait Pack<T>: Real {
    /// How many.
    const WIDTH: usize;
    /// The first of a slice.
    fn load(from: &[T]) -> Self;
    /// Writes them to the beginning of a slice.
    fn store(self, to: &mut [T]);
}

impl<T: Float> Pack<T> for T {
    const WIDTH: usize = 1;
    #[inline(always)]
    fn load(from: &[T]) -> Self {
        from[0]
    }
    #[inline(always)]
    fn store(self, to: &mut [T]) {
        to[0] = self;
    }
}

impl<T: Float, const FUSED: bool> Pack<T> for Lanes<T, FUSED> {
    const WIDTH: usize = LANES;
    #[inline(always)]
    fn load(from: &[T]) -> Self {
        Lanes::load(from)
    }
    #[inline(always)]
    fn store(self, to: &mut [T]) {
        Lanes::store(self, to);
    }
}

/// Does the code of this instruction set take eight numbers at a time? Not that for x86-64 without AVX2: machines
/// that old are few, and formulas on lanes are most of what the compiler works on.
pub(crate) const fn side_by_side(fused: bool) -> bool {
    fused || !cfg!(target_arch = "x86_64")
}

/// Calls the function that all formulas share, of the instruction set that the caller is compiled for.
macro_rules! shared {
    ($name:ident($($argument:expr),+)) => {{
        #[cfg(target_arch = "x86_64")]
        if FUSED {
            // SAFETY: on x86-64 fused lanes exist only in code that `dispatch!` runs after it found AVX2
            // and FMA; this module is private to the crate.
            return unsafe { avx2::$name($($argument),+) };
        }
        baseline::$name($($argument),+)
    }};
}

impl<T: Float, const FUSED: bool> Real for Lanes<T, FUSED> {
    #[inline(always)]
    fn lift(x: f64) -> Self {
        Lanes::splat(T::from_f64(x))
    }
    #[inline(always)]
    fn exp(self) -> Self {
        if inlined::<T, FUSED>() {
            here::exp(self)
        } else {
            shared!(exp(self))
        }
    }
    #[inline(always)]
    fn exp_m1(self) -> Self {
        if inlined::<T, FUSED>() {
            here::exp_m1(self)
        } else {
            shared!(exp_m1(self))
        }
    }
    #[inline(always)]
    fn ln(self) -> Self {
        if inlined::<T, FUSED>() {
            here::ln(self)
        } else {
            shared!(ln(self))
        }
    }
    #[inline(always)]
    fn ln_1p(self) -> Self {
        if inlined::<T, FUSED>() {
            here::ln_1p(self)
        } else {
            shared!(ln_1p(self))
        }
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        each!(x = self => Real::sqrt(x))
    }
    #[inline(always)]
    fn atan(self) -> Self {
        shared!(atan(self))
    }
    #[inline(always)]
    fn sin(self) -> Self {
        each!(x = self => Real::sin(x))
    }
    #[inline(always)]
    fn cos(self) -> Self {
        each!(x = self => Real::cos(x))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        each!(x = self => Real::abs(x))
    }
    #[inline(always)]
    fn powf(self, p: f64) -> Self {
        if inlined::<T, FUSED>() {
            here::power(self, p)
        } else {
            shared!(power(self, p))
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
    #[inline(always)]
    fn sigmoids(self) -> [Self; 2] {
        if inlined::<T, FUSED>() {
            here::sigmoids(self)
        } else {
            shared!(sigmoids(self))
        }
    }
    #[inline(always)]
    fn softplus_and_slope(self) -> [Self; 2] {
        if inlined::<T, FUSED>() {
            here::softplus_and_slope(self)
        } else {
            shared!(softplus_and_slope(self))
        }
    }
}

/// Is a copy of an exponential in every formula worth its size? Only where speed counts: in single precision
/// (training) with AVX2. Elsewhere a call costs little beside the function, and the copies would be most of
/// the size of a formula.
#[inline(always)]
const fn inlined<T: Float, const FUSED: bool>() -> bool {
    FUSED && T::INLINED
}

/// The functions themselves, for the instruction set of their caller.
mod here {
    #[cfg(target_arch = "x86_64")]
    use super::avx2;
    use super::{Float, LANES, Lanes, Real, baseline};

    macro_rules! lane_by_lane {
        ($($name:ident: $x:ident => $result:expr;)*) => {$(
            #[inline(always)]
            pub(super) fn $name<T: Float, const FUSED: bool>(
                lanes: Lanes<T, FUSED>,
            ) -> Lanes<T, FUSED> {
                each!($x = lanes => $result)
            }
        )*};
    }
    lane_by_lane!(
        exp: x => x.fast_exp::<FUSED>();
        exp_m1: x => x.fast_exp_m1::<FUSED>();
        ln: x => x.fast_ln::<FUSED>();
        ln_1p: x => ln_1p_one::<T, FUSED>(x);
        atan: x => Real::atan(x);
    );

    /// ln(u) + (x − (u − 1))/u with u = 1 + x: the second term gives back what rounding u lost.
    #[inline(always)]
    fn ln_1p_one<T: Float, const FUSED: bool>(x: T) -> T {
        let one = T::from_f64(1.0);
        let u = one + x;
        let y = u.fast_ln::<FUSED>() + (x - (u - one)) / u;
        if u < T::MAX { y } else { u }
    }

    /// x^p as [`Real::powf`] defines it.
    #[inline(always)]
    pub(super) fn power<T: Float, const FUSED: bool>(
        x: Lanes<T, FUSED>,
        p: f64,
    ) -> Lanes<T, FUSED> {
        let (zero, one) = (Lanes::lift(0.0), Lanes::lift(1.0));
        // Whole and half powers, by far the commonest, are exact products and a square root; the others
        // are called even where all else is inlined: two functions for a rare case. One integer tells
        // which it is, found before the loop of the caller, so that little is compared inside.
        let twice = 2.0 * p;
        let halves = twice as i32;
        let halves = if f64::from(halves) == twice && (0..16).contains(&halves) {
            halves
        } else {
            -1
        };
        if halves == 0 {
            return one;
        }
        let y = if halves > 0 {
            let mut y = if halves & 1 != 0 { x.sqrt() } else { one };
            let square = x * x;
            if halves & 2 != 0 {
                y = y * x;
            }
            if halves & 4 != 0 {
                y = y * square;
            }
            if halves & 8 != 0 {
                y = y * (square * square);
            }
            y
        } else {
            shared!(general_power(x, p))
        };
        Lanes::select_lt(zero, x, y, zero)
    }

    #[inline(always)]
    pub(super) fn general_power<T: Float, const FUSED: bool>(
        x: Lanes<T, FUSED>,
        p: f64,
    ) -> Lanes<T, FUSED> {
        // The shares of hard labels are 0 and 1, and all their powers are the same.
        let (zero, one) = (T::default(), T::from_f64(1.0));
        let mut plain = true;
        for x in x.0 {
            plain &= (x == zero) | (x == one);
        }
        if plain {
            return x;
        }
        exp(Lanes::lift(p) * ln(x))
    }

    #[inline(always)]
    pub(super) fn sigmoids<T: Float, const FUSED: bool>(
        x: Lanes<T, FUSED>,
    ) -> [Lanes<T, FUSED>; 2] {
        sigmoids_by(x, exp(-x.abs()))
    }

    #[inline(always)]
    pub(super) fn softplus_and_slope<T: Float, const FUSED: bool>(
        x: Lanes<T, FUSED>,
    ) -> [Lanes<T, FUSED>; 2] {
        let e = exp(-x.abs());
        [x.relu() + ln_1p(e), sigmoids_by(x, e)[0]]
    }

    /// σ(x) and σ(−x), given e^−|x|.
    #[inline(always)]
    fn sigmoids_by<T: Float, const FUSED: bool>(
        x: Lanes<T, FUSED>,
        e: Lanes<T, FUSED>,
    ) -> [Lanes<T, FUSED>; 2] {
        let (zero, one) = (Lanes::lift(0.0), Lanes::lift(1.0));
        let upper = one / (one + e);
        let lower = e * upper;
        [
            Lanes::select_lt(x, zero, lower, upper),
            Lanes::select_lt(x, zero, upper, lower),
        ]
    }
}

/// A module with the functions out of line, compiled for one instruction set.
macro_rules! out_of_line {
    ($module:ident $set:tt) => {
        mod $module {
            use super::{Float, Lanes, here};
            out_of_line!(@ $set exp() -> Lanes<T, FUSED>);
            out_of_line!(@ $set exp_m1() -> Lanes<T, FUSED>);
            out_of_line!(@ $set ln() -> Lanes<T, FUSED>);
            out_of_line!(@ $set ln_1p() -> Lanes<T, FUSED>);
            out_of_line!(@ $set atan() -> Lanes<T, FUSED>);
            out_of_line!(@ $set power(p: f64) -> Lanes<T, FUSED>);
            out_of_line!(@ $set general_power(p: f64) -> Lanes<T, FUSED>);
            out_of_line!(@ $set sigmoids() -> [Lanes<T, FUSED>; 2]);
            out_of_line!(@ $set softplus_and_slope() -> [Lanes<T, FUSED>; 2]);
        }
    };
    (@ [$(#[$set:meta])?] $name:ident($($argument:ident: $type:ty)?) -> $result:ty) => {
        $(#[$set])?
        #[inline(never)]
        pub(super) fn $name<T: Float, const FUSED: bool>(
            x: Lanes<T, FUSED>
            $(, $argument: $type)?
        ) -> $result {
            here::$name(x $(, $argument)?)
        }
    };
}
out_of_line!(baseline []);
#[cfg(target_arch = "x86_64")]
out_of_line!(avx2 [#[target_feature(enable = "avx2,fma")]]);
