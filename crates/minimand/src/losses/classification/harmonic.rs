use crate::prelude::*;

/// Least square of a distance: a feature on a class's vector has no slope there.
const LEAST_SQUARE: f64 = 1e-12;

loss! {
    /// Harmonic loss of distances: cross-entropy with inverse powers in the place of exponentials.
    ///
    /// ℓ(d, y) = −ln p_y,  p_k = d_k^(−n) / Σ_j d_j^(−n)
    ///
    /// The predictions are the distances d_k = ‖w_k − x‖ of a feature from a vector for each class (or their
    /// squares, with `squared`), not logits: the smallest wins. Blind to their common scale; the optimum,
    /// d_y = 0, is finite. 1e-12 is added to the squares. A prediction below 0 is refused: raise to 0 what rounding
    /// took below it in squares of your own (the head `Distance` of a linear layer does). Shapes: distances `[n, c, …]`; labels `[n, …]` in
    /// `0..c`, or soft labels `[n, c, …]` that sum to 1. In nats, ≥ 0. Source: Baek et al. 2025 (paper 099);
    /// its code raises squared distances to the power, so that its n is half of this one.
    pub struct Harmonic = "harmonic" {
        /// Power n of the distances; the root of the features' number is usual.
        exponent: f64 = 16.0, above(0.0);
        /// Are the predictions squared distances?
        squared: bool = false, finite();
    }
}

impl Loss for Harmonic {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["harmonic_loss"];
    const PAPERS: &'static [u16] = &[99];
    const VARIANTS: &'static [&'static str] =
        &["harmonic(exponent=1)", "harmonic(exponent=4, squared=true)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "harmonic(exponent=1, squared=true)", prediction: &[1.0, 4.0, 5.0], target: &[0.0],
                value: 0.666_399_425, source: "paper 099, test vector" },
        Known { expression: "harmonic(exponent=2, squared=true)", prediction: &[1.0, 4.0, 5.0], target: &[0.0],
                value: 0.371_563_556, source: "paper 099, test vector" },
        Known { expression: "harmonic(exponent=2, squared=true)", prediction: &[1.0, 4.0, 5.0], target: &[2.0],
                value: 1.981_001_469, source: "paper 099, test vector" },
        Known { expression: "harmonic(exponent=4, squared=true)", prediction: &[1.0, 4.0, 5.0], target: &[0.0],
                value: 0.097_580_328, source: "paper 099, test vector" },
        Known { expression: "harmonic(exponent=2)", prediction: &[1.0, 2.0, 2.236_067_977_499_79], target: &[0.0],
                value: 0.371_563_556, source: "paper 099, test vector: the distances themselves" },
        Known { expression: "harmonic", prediction: &[3.0, 3.0], target: &[0.0], value: std::f64::consts::LN_2,
                source: "equal distances: ln 2" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            prediction: Domain::NonNegative,
            // The infimum 0 is where the label's distance is small, not large.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for Harmonic {
    const READS: Reads = Reads::PROBABILITY.transformed();

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        -k.log_p
    }

    fn transform(&self) -> Option<Transform> {
        Some(Transform::Link)
    }

    #[inline(always)]
    fn link<S: Real>(&self, x: S) -> S {
        let square = if self.squared { x } else { x.square() };
        S::lift(-0.5 * self.exponent) * (square + S::lift(LEAST_SQUARE)).ln()
    }
}
