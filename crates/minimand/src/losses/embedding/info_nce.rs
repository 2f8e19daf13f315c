use super::FACTS;
use crate::prelude::*;

loss! {
    /// InfoNCE: pick each query's key among the keys of all others and a queue of more negatives; with `symmetric`
    /// the loss of CLIP.
    ///
    /// ℓ_i = −ln( e^(q_i·k_i/τ) / Σ_j e^(q_i·k_j/τ) )  of unit vectors
    ///
    /// With `symmetric` half of that and half of the same with queries and keys exchanged. Shapes: queries `[n, d]` and
    /// keys `[m, d]` with m ≥ n: key i is query i's, and those from n on are negatives of all, such as a queue; or
    /// embeddings `[n, d]` with labels `[n]`, where it is `nt_xent`. An item is a query; a masked one is left out with
    /// its key. Both terms of Sy-CON (paper 108) are this with current and past embeddings in the queue. A zero vector
    /// has the cosine 0 with all and the gradient 0. In nats, ≥ 0. The gradient by the keys too:
    /// `Objective::value_and_both_gradients`. Sources: van den Oord et al. 2018, He et al. 2020, Radford et al. 2021.
    pub struct InfoNce = "info_nce" {
        /// Temperature τ.
        temperature: f64 = 0.07, above(0.0);
        /// Keys pick their queries too?
        symmetric: bool = false, finite();
    }
}

impl Loss for InfoNce {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["infonce"];
    const PAPERS: &'static [u16] = &[108, 133, 142, 173];
    const VARIANTS: &'static [&'static str] = &[
        "info_nce(temperature=0.2)",
        "info_nce(temperature=0.5, symmetric=true)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "info_nce(temperature=0.1, symmetric=true)", prediction: &[1.0, 0.0, 0.0, 1.0],
                target: &[0.8, 0.6, 0.6, 0.8], value: 0.253_856_022_1, source: "paper 173: 2 ln(1 + e⁻²)" },
        Known { expression: "info_nce(temperature=0.1)", prediction: &[1.0, 0.0, 0.0, 1.0],
                target: &[0.8, 0.6, 0.6, 0.8], value: 0.253_856_022_1,
                source: "as paper 173: both halves are equal" },
        Known { expression: "info_nce", prediction: &[1.0, 0.0], target: &[0.6, 0.8], value: 0.0,
                source: "one pair: no negative" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl PairLoss for InfoNce {
    const NEGATIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const POSITIVES: [Reduce; 2] = [Reduce::Mean, Reduce::Nothing];
    const NEEDS: Needs = Needs::Positive;

    fn sides(&self) -> Sides {
        if self.symmetric {
            Sides::Both
        } else {
            Sides::Across
        }
    }

    #[inline(always)]
    fn negative<S: Real>(&self, s: S) -> [S; 2] {
        [S::lift(1.0 / self.temperature) * s, S::lift(0.0)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, s: S, [negatives, _]: [S; 2]) -> [S; 2] {
        let term = (negatives - S::lift(1.0 / self.temperature) * s).softplus();
        [term, S::lift(0.0)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, _: [S; 2], [mean, _]: [S; 2]) -> S {
        mean
    }
}
