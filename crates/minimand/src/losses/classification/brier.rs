use crate::prelude::*;

loss! {
    /// Brier score as a loss: squared error of the probabilities.
    ///
    /// ℓ(z, t) = Σ_k (p_k − t_k)²,  p = softmax(z)
    ///
    /// Strictly proper, and bounded where cross-entropy is not: rows of wrong labels stop pulling. Shapes:
    /// logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels t `[n, c, …]` that sum to 1. In 0..2;
    /// class weights weight rows. Source: Brier 1950.
    pub struct Brier = "brier" {}
}

impl Loss for Brier {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["brier_score"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "brier", prediction: &[0.0, 0.0], target: &[1.0], value: 0.5, source: "by hand: ¼ + ¼" },
        Known { expression: "brier", prediction: &[0.0, 0.0, 0.0, 0.0], target: &[1.0], value: 0.75,
                source: "by hand: 9/16 + 3/16" },
        Known { expression: "brier", prediction: &[1e4, 0.0, 0.0], target: &[2.0], value: 2.0,
                source: "sure of a wrong class" },
        Known { expression: "brier", prediction: &[0.5, 0.0], target: &[0.0], value: 2.0 * 0.142_536_956_743,
                source: "two classes: twice (1 − p)² with p = 0.622459331 of paper 024" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            // 4 p_j² p_y with two classes, largest at p_y = ⅓.
            lipschitz: Some(16.0 / 27.0),
            bounded: Some(2.0),
            elicits: Elicits::Probabilities,
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for Brier {
    const READS: Reads = Reads::PROBABILITY;
    const COMBINES: Combines = Combines::Every;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        // t − p = t(1 − p) − (1 − t)p, which does not cancel for a sure label.
        let t = k.fixed;
        (t * k.q - (S::lift(1.0) - t) * k.p).square()
    }
}
