use super::both_sides;
use crate::prelude::*;

loss! {
    /// Savage loss of a logit: the squared error of its probability (Brier score), robust to outliers.
    ///
    /// ℓ(x, t) = t (1 − p)² + (1 − t) p²,  p = σ(x)
    ///
    /// Strictly proper: the best constant is the logit of the share of positives. In the original notation,
    /// with ½ ln(p/(1 − p)) for a score v, it is 1/(1 + e^(2v))². Shapes: logits and targets of the same
    /// shape, targets in 0..1; one entry is one item. In 0..1. Source: Masnadi-Shirazi and Vasconcelos 2008.
    pub struct Savage = "savage" {}
}

impl Loss for Savage {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["savage_loss", "binary_brier"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "savage", prediction: &[0.0], target: &[1.0], value: 0.25, source: "p = ½" },
        Known { expression: "savage", prediction: &[0.5], target: &[1.0], value: 0.142_536_956_743,
                source: "(1 − p)² with p = 0.622459331 of paper 024" },
        Known { expression: "savage", prediction: &[1e4], target: &[0.0], value: 1.0, source: "wholly wrong" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            // 2 p (1 − p)² is largest at p = ⅓.
            lipschitz: Some(8.0 / 27.0),
            bounded: Some(1.0),
            elicits: Elicits::Probabilities,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Savage {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        both_sides(t, (-x).sigmoid().square(), x.sigmoid().square())
    }
}
