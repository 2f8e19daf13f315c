//! Functions of probability on any number: error function, quotients of gamma functions.

use super::scalar::Real;

/// ½ ln 2π
pub(crate) const HALF_LN_2PI: f64 = 0.918_938_533_204_672_7;

/// Chebyshev coefficients of ln(e^(z²) erfc(z)/s) in 2s − 1 with s = 2/(2 + z): the error function of all z ≥ 0 in one
/// series.
const ERFC: [f64; 20] = [
    -0.651_326_859_890_854_6,
    0.641_969_792_356_490_3,
    0.019_476_473_204_185_91,
    -0.009_561_514_786_808_134,
    -0.000_946_595_344_481_926_4,
    0.000_366_839_497_853_055_4,
    4.252_332_480_732_535_6e-5,
    -2.027_857_811_177_647_3e-5,
    -1.624_290_004_500_345_5e-6,
    1.303_655_835_915_851_7e-6,
    1.562_644_188_317_364e-8,
    -8.523_809_564_564_558e-8,
    6.529_054_796_811_098e-9,
    5.059_343_705_093_869e-9,
    -9.913_640_464_098_71e-10,
    -2.273_648_713_746_468_5e-10,
    9.646_798_915_241_564e-11,
    2.393_960_030_211_418e-12,
    -6.885_619_852_070_593e-12,
    8.943_956_686_380_267e-13,
];

/// The complementary error function of z ≥ 0, to 2·10⁻¹² of itself.
pub(crate) fn erfc<S: Real>(z: S) -> S {
    let two = S::lift(2.0);
    let s = two / (two + z);
    let y = two * s - S::lift(1.0);
    let (mut b, mut before) = (S::lift(0.0), S::lift(0.0));
    for &c in ERFC[1..].iter().rev() {
        (b, before) = (two * y * b - before + S::lift(c), b);
    }
    s * (y * b - before + S::lift(ERFC[0]) - z * z).exp()
}

/// How many steps lift the argument of a gamma function to where Stirling's series is exact.
const LIFT: u32 = 8;

/// Stirling's series beyond the logarithm: Σ B_2k/(2k(2k − 1) x^(2k − 1)) for x ≥ 8, to 10⁻¹⁵.
fn stirling<S: Real>(x: S) -> S {
    let y = S::lift(1.0) / x;
    let z = y * y;
    let mut sum = S::lift(-691.0 / 360_360.0);
    for c in [
        1.0 / 1188.0,
        -1.0 / 1680.0,
        1.0 / 1260.0,
        -1.0 / 360.0,
        1.0 / 12.0,
    ] {
        sum = sum * z + S::lift(c);
    }
    sum * y
}

/// ln Γ(r + t) − ln Γ(r) for r > 0 and t ≥ 0, without the cancellation of the two where r is large.
pub(crate) fn ln_gamma_ratio<S: Real>(r: S, t: f64) -> S {
    let high = r + S::lift(f64::from(LIFT));
    let step = S::lift(t);
    let growth = (high + S::lift(t - 0.5)) * (step / high).ln_1p() + step * high.ln() - step;
    let mut ratio = growth + stirling(high + step) - stirling(high);
    for j in 0..LIFT {
        ratio = ratio - (step / (r + S::lift(f64::from(j)))).ln_1p();
    }
    ratio
}

/// ln Γ(x) for x > 0.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    let high = x + f64::from(LIFT);
    let product: f64 = (0..LIFT).map(|j| (x + f64::from(j)).ln()).sum();
    (high - 0.5) * high.ln() - high + HALF_LN_2PI + stirling(high) - product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_function_is_known_at_some_numbers() {
        for (z, want) in [
            (0.0, 1.0),
            (0.1, 0.887_537_083_981_715),
            (1.0, 0.157_299_207_050_285_13),
            (2.5, 4.069_520_174_449_588e-4),
            (6.0, 2.151_973_671_249_891e-17),
            (20.0, 5.395_865_611_607_901e-176),
        ] {
            let got = erfc(z);
            assert!(
                (got - want).abs() <= 2e-12 * want,
                "erfc({z}) = {got}, not {want}"
            );
        }
        assert_eq!(erfc(1e200), 0.0);
    }

    #[test]
    fn gamma_functions_are_factorials_and_their_quotients() {
        let mut factorial = 0.0;
        for n in 1..40 {
            factorial += f64::from(n).ln();
            let got = ln_gamma(f64::from(n) + 1.0);
            assert!(
                (got - factorial).abs() < 1e-13 * factorial.max(1.0),
                "{n}: {got}"
            );
        }
        assert!((ln_gamma(0.5) - std::f64::consts::PI.ln() / 2.0).abs() < 1e-13);
        for r in [1e-3, 0.5, 3.0, 700.0, 1e6] {
            for t in [0.0, 0.5, 1.0, 17.0] {
                let (got, want) = (ln_gamma_ratio(r, t), ln_gamma(r + t) - ln_gamma(r));
                assert!(
                    (got - want).abs() < 1e-13 * ln_gamma(r + t).abs().max(1.0),
                    "{r} {t}: {got} {want}"
                );
            }
        }
        // Γ(r + 1)/Γ(r) = r, also where both are beyond all numbers.
        assert!((ln_gamma_ratio(1e15, 1.0) - 1e15f64.ln()).abs() < 1e-13);
    }
}
