use crate::prelude::*;

loss! {
    /// Squared logarithmic error: the squared difference of ln(1 + ·).
    ///
    /// ℓ(x, t) = (ln(1 + x) − ln(1 + t))²
    ///
    /// For targets that grow by factors or have a long tail to the right; predictions that are too low cost more.
    /// Shapes: prediction and target, both ≥ 0, of the same shape; one entry is one item. A linear output needs a
    /// softplus. ≥ 0, without a unit. Source: Jadon et al. 2022 (paper 039).
    pub struct Msle = "msle" {}
}

impl Loss for Msle {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["msle_loss", "mean_squared_logarithmic_error"];
    const PAPERS: &'static [u16] = &[39];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        // The mean of four in the record.
        Known { expression: "msle", prediction: &[2.5, 5.0, 4.0, 8.0], target: &[3.0, 5.0, 2.5, 7.0],
                value: 4.0 * 0.039_730_122_985, source: "record 039" },
        Known { expression: "msle", prediction: &[0.0], target: &[std::f64::consts::E - 1.0], value: 1.0,
                source: "by hand: ln e" },
        Known { expression: "msle", prediction: &[7.0], target: &[7.0], value: 0.0, source: "a perfect prediction" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            prediction: Domain::NonNegative,
            target: Domain::NonNegative,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Msle {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        // ln((1 + x)/(1 + t)) by its distance from 1: close numbers do not cancel.
        let one = S::lift(1.0);
        ((x - t) / (one + t)).ln_1p().square()
    }
}
