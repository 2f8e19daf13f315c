//! Forward-mode derivatives: a value and its partial derivatives with respect to `N` variables.

use super::scalar::Real;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A value with `N` partial derivatives. Duals nest: `Dual<Dual<f64, N>, N>` carries exact second
/// derivatives.
#[derive(Debug, Clone, Copy)]
pub struct Dual<V, const N: usize> {
    /// The value.
    pub value: V,
    /// ∂value/∂variable.
    pub partials: [V; N],
}

/// Partial by partial: a loop and not a closure, so that it is always compiled into its caller.
macro_rules! each {
    ($($d:ident = $partials:expr),+ => $result:expr) => {{
        let mut out = [V::lift(0.0); N];
        for i in 0..N {
            $(let $d = $partials[i];)+
            out[i] = $result;
        }
        out
    }};
}

impl<V: Real, const N: usize> Dual<V, N> {
    /// Variable number `index`: its own derivative is 1. An index of `N` or more is a variable that
    /// nobody differentiates by.
    #[inline(always)]
    pub fn variable(value: V, index: usize) -> Self {
        let mut partials = [V::lift(0.0); N];
        if index < N {
            partials[index] = V::lift(1.0);
        }
        Dual { value, partials }
    }

    /// A value whose derivatives are all 0.
    #[inline(always)]
    pub fn constant(value: V) -> Self {
        Dual {
            value,
            partials: [V::lift(0.0); N],
        }
    }

    /// g(self), given g's value and slope here.
    #[inline(always)]
    pub fn chain(self, value: V, slope: V) -> Self {
        Dual {
            value,
            partials: each!(d = self.partials => d * slope),
        }
    }
}

impl<V: Real, const N: usize> Add for Dual<V, N> {
    type Output = Self;
    #[inline(always)]
    fn add(self, o: Self) -> Self {
        Dual {
            value: self.value + o.value,
            partials: each!(a = self.partials, b = o.partials => a + b),
        }
    }
}

impl<V: Real, const N: usize> Sub for Dual<V, N> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, o: Self) -> Self {
        Dual {
            value: self.value - o.value,
            partials: each!(a = self.partials, b = o.partials => a - b),
        }
    }
}

impl<V: Real, const N: usize> Mul for Dual<V, N> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, o: Self) -> Self {
        Dual {
            value: self.value * o.value,
            partials: each!(a = self.partials, b = o.partials => a * o.value + b * self.value),
        }
    }
}

impl<V: Real, const N: usize> Div for Dual<V, N> {
    type Output = Self;
    #[inline(always)]
    fn div(self, o: Self) -> Self {
        let value = self.value / o.value;
        let inverse = V::lift(1.0) / o.value;
        Dual {
            value,
            partials: each!(a = self.partials, b = o.partials => (a - value * b) * inverse),
        }
    }
}

impl<V: Real, const N: usize> Neg for Dual<V, N> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Dual {
            value: -self.value,
            partials: each!(d = self.partials => -d),
        }
    }
}

impl<V: Real, const N: usize> Real for Dual<V, N> {
    #[inline(always)]
    fn lift(x: f64) -> Self {
        Dual::constant(V::lift(x))
    }
    #[inline(always)]
    fn exp(self) -> Self {
        let e = self.value.exp();
        self.chain(e, e)
    }
    #[inline(always)]
    fn exp_m1(self) -> Self {
        self.chain(self.value.exp_m1(), self.value.exp())
    }
    #[inline(always)]
    fn ln(self) -> Self {
        self.chain(self.value.ln(), V::lift(1.0) / self.value)
    }
    #[inline(always)]
    fn ln_1p(self) -> Self {
        let one = V::lift(1.0);
        self.chain(self.value.ln_1p(), one / (one + self.value))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        let zero = V::lift(0.0);
        let root = self.value.sqrt();
        let slope = V::select_lt(zero, root, V::lift(0.5) / root, zero);
        self.chain(root, slope)
    }
    #[inline(always)]
    fn atan(self) -> Self {
        let one = V::lift(1.0);
        self.chain(self.value.atan(), one / (one + self.value.square()))
    }
    #[inline(always)]
    fn sin(self) -> Self {
        self.chain(self.value.sin(), self.value.cos())
    }
    #[inline(always)]
    fn cos(self) -> Self {
        self.chain(self.value.cos(), -self.value.sin())
    }
    #[inline(always)]
    fn abs(self) -> Self {
        let one = V::lift(1.0);
        self.chain(
            self.value.abs(),
            V::select_lt(self.value, V::lift(0.0), -one, one),
        )
    }
    #[inline(always)]
    fn powf(self, p: f64) -> Self {
        if p == 0.0 {
            return Self::lift(1.0);
        }
        // One power gives both x^p and x^(p − 1): powers are most of a formula's code.
        let x = self.value;
        let power = x.powf(if p < 1.0 { p } else { p - 1.0 });
        let (value, lower) = if p < 1.0 {
            let zero = V::lift(0.0);
            (power, V::select_lt(zero, x, power / x, zero))
        } else {
            (power * x, power)
        };
        self.chain(value, V::lift(p) * lower)
    }
    #[inline(always)]
    fn select_lt(a: Self, b: Self, yes: Self, no: Self) -> Self {
        let (a, b) = (a.value, b.value);
        Dual {
            value: V::select_lt(a, b, yes.value, no.value),
            partials: each!(y = yes.partials, n = no.partials => V::select_lt(a, b, y, n)),
        }
    }
    #[inline(always)]
    fn detach(self) -> Self {
        Dual::constant(self.value.detach())
    }
    #[inline(always)]
    fn softplus(self) -> Self {
        let [value, slope] = self.value.softplus_and_slope();
        self.chain(value, slope)
    }
    #[inline(always)]
    fn sigmoids(self) -> [Self; 2] {
        let [s, other] = self.value.sigmoids();
        let slope = s * other;
        [self.chain(s, slope), self.chain(other, -slope)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(f: impl Fn(Dual<Dual<f64, 1>, 1>) -> Dual<Dual<f64, 1>, 1>, x: f64) -> [f64; 3] {
        let y = f(Dual::variable(Dual::variable(x, 0), 0));
        [
            y.value.value,
            y.value.partials[0],
            y.partials[0].partials[0],
        ]
    }

    /// (f(x), f′(x), f″(x)) worked out by hand at x = 0.3.
    #[test]
    fn derivatives_of_the_elementary_functions() {
        let x = 0.3f64;
        let s = 1.0 / (1.0 + (-x).exp());
        let table = [
            (second(|v| v.exp(), x), [x.exp(), x.exp(), x.exp()]),
            (second(|v| v.exp_m1(), x), [x.exp_m1(), x.exp(), x.exp()]),
            (second(|v| v.ln(), x), [x.ln(), 1.0 / x, -1.0 / (x * x)]),
            (
                second(|v| v.ln_1p(), x),
                [x.ln_1p(), 1.0 / 1.3, -1.0 / 1.69],
            ),
            (
                second(|v| v.sqrt(), x),
                [x.sqrt(), 0.5 / x.sqrt(), -0.25 / x.powf(1.5)],
            ),
            (
                second(|v| v.atan(), x),
                [x.atan(), 1.0 / 1.09, -0.6 / (1.09 * 1.09)],
            ),
            (second(|v| v.sin(), x), [x.sin(), x.cos(), -x.sin()]),
            (second(|v| v.cos(), x), [x.cos(), -x.sin(), -x.cos()]),
            (
                second(|v| v.powf(2.5), x),
                [x.powf(2.5), 2.5 * x.powf(1.5), 3.75 * x.sqrt()],
            ),
            (
                second(|v| v.sigmoid(), x),
                [s, s * (1.0 - s), s * (1.0 - s) * (1.0 - 2.0 * s)],
            ),
            (
                second(|v| v.softplus(), x),
                [x.exp().ln_1p(), s, s * (1.0 - s)],
            ),
            (second(|v| v * v / (v + v), x), [0.15, 0.5, 0.0]),
            (second(|v| v * v.detach(), x), [0.09, 0.3, 0.0]),
            (second(|v| (-v).abs(), x), [0.3, 1.0, 0.0]),
        ];
        for (row, (got, want)) in table.iter().enumerate() {
            for (g, w) in got.iter().zip(want) {
                assert!((g - w).abs() < 1e-13, "row {row}: {got:?} against {want:?}");
            }
        }
    }

    #[test]
    fn a_power_at_zero_has_derivative_zero() {
        for p in [0.0, 0.5, 1.0, 1.5, 2.0] {
            let y = Dual::<f64, 1>::variable(0.0, 0).powf(p);
            assert!(
                y.value.is_finite() && y.partials[0].is_finite(),
                "p = {p}: {y:?}"
            );
        }
    }
}
