use crate::prelude::*;

loss! {
    /// Absolute percentage error: the absolute error as a share of the target.
    ///
    /// ℓ(x, t) = |x − t| / max(|t|, ε)
    ///
    /// Shapes: prediction and target of the same shape; one entry is one item. A share and not a percentage, ≥ 0;
    /// a common factor of both sides changes nothing. For targets well away from 0: one near 0 weighs up to 1/ε
    /// and outweighs all others. Favours predictions that are too low. Source: Jadon et al. 2022 (paper 039).
    pub struct Mape = "mape" {
        /// Least size ε of a target, in its units.
        epsilon: f64 = 1e-8, above(0.0);
    }
}

impl Loss for Mape {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["mape_loss", "mean_absolute_percentage_error"];
    const PAPERS: &'static [u16] = &[39];
    const VARIANTS: &'static [&'static str] = &["mape(epsilon=0.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        // The mean of four in the record.
        Known { expression: "mape", prediction: &[2.5, 0.0, 2.0, 8.0], target: &[3.0, -0.5, 2.0, 7.0],
                value: 4.0 * 0.327_380_952_381, source: "record 039" },
        Known { expression: "mape", prediction: &[3.0], target: &[-2.0], value: 2.5, source: "by hand" },
        Known { expression: "mape(epsilon=0.5)", prediction: &[2.0], target: &[0.0], value: 4.0, source: "by hand: 2/ε" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Mape {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let zero = S::lift(0.0);
        let r = (x - t) / t.abs().max(S::lift(self.epsilon));
        // Three-way, so that a perfect prediction has slope 0.
        S::select_lt(r, zero, -r, S::select_lt(zero, r, r, zero))
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        vec![target]
    }
}
