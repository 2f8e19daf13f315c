//! Student's t distribution with a whole number of degrees of freedom, by the
//! finite sums of Abramowitz and Stegun, 26.7.3 and 26.7.4.

use std::f64::consts::FRAC_2_PI;

/// The probability that |T| exceeds `t.abs()`. NaN for NaN; `freedom` ≥ 1.
pub(crate) fn two_sided_p(t: f64, freedom: usize) -> f64 {
    (1.0 - within(t.abs(), freedom)).clamp(0.0, 1.0)
}

/// The t that |T| exceeds with probability `1 - level`, for `level` in 0..1.
pub(crate) fn two_sided_quantile(level: f64, freedom: usize) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while within(high, freedom) < level {
        high *= 2.0;
    }
    // The midpoint equals an end once the two are neighbours.
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if within(middle, freedom) < level {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The probability of |T| ≤ t, for t ≥ 0.
fn within(t: f64, freedom: usize) -> f64 {
    let angle = (t / (freedom as f64).sqrt()).atan();
    let (sine, cosine) = angle.sin_cos();
    let square = cosine * cosine;
    if freedom.is_multiple_of(2) {
        // sin θ (1 + 1/2 cos² + 1·3/(2·4) cos⁴ + … + cos^(ν−2))
        let (mut term, mut sum) = (1.0, 1.0);
        for k in (2..freedom).step_by(2) {
            term *= square * (k - 1) as f64 / k as f64;
            sum += term;
        }
        sine * sum
    } else {
        // 2/π (θ + sin θ (cos + 2/3 cos³ + 2·4/(3·5) cos⁵ + … + cos^(ν−2)))
        let (mut term, mut sum) = (cosine, if freedom > 1 { cosine } else { 0.0 });
        for k in (3..freedom).step_by(2) {
            term *= square * (k - 1) as f64 / k as f64;
            sum += term;
        }
        FRAC_2_PI * (angle + sine * sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (level, freedom, expected) in [
            (0.95, 1, 12.706_204_736),
            (0.95, 2, 4.302_652_730),
            (0.95, 3, 3.182_446_305),
            (0.95, 4, 2.776_445_105),
            (0.95, 9, 2.262_157_163),
            (0.95, 14, 2.144_786_688),
            (0.99, 9, 3.249_835_542),
            (0.95, 99, 1.984_216_952),
            (0.5, 1, 1.0),
        ] {
            let found = two_sided_quantile(level, freedom);
            assert!(
                (found - expected).abs() < 1e-8 * expected,
                "{level} {freedom}: {found}"
            );
        }
    }

    #[test]
    fn tail_probabilities() {
        assert_eq!(two_sided_p(0.0, 9), 1.0);
        assert!((two_sided_p(1.0, 1) - 0.5).abs() < 1e-15);
        // One degree: 1 − 2/π atan t. Two degrees: 1 − t / √(2 + t²).
        assert!((two_sided_p(-3.0, 1) - (1.0 - FRAC_2_PI * 3_f64.atan())).abs() < 1e-15);
        assert!((two_sided_p(3.0, 2) - (1.0 - 3.0 / 11_f64.sqrt())).abs() < 1e-15);
        assert_eq!(two_sided_p(f64::INFINITY, 4), 0.0);
        assert!(two_sided_p(f64::NAN, 4).is_nan());
    }

    #[test]
    fn quantile_and_probability_are_inverse() {
        for freedom in 1..60 {
            for level in [0.05, 0.5, 0.9, 0.999] {
                let p = two_sided_p(two_sided_quantile(level, freedom), freedom);
                assert!((p - (1.0 - level)).abs() < 1e-12, "{freedom} {level}");
            }
        }
    }
}
