use super::FACTS;
use crate::prelude::*;

loss! {
    /// N-pair loss: each anchor's positive against the positives of all other anchors, by plain products.
    ///
    /// ℓ_i = ln(1 + Σ_{j≠i} e^(x_i·y_j − x_i·y_i))
    ///
    /// Embeddings are not normalised (unit vectors would saturate); keep their norms small by another term. Shapes:
    /// anchors `[n, d]` and positives `[m, d]`, m ≥ n, one pair of each class: row i of both belong together, those
    /// from n on are negatives of all; or embeddings `[n, d]` with labels `[n]`, with a mean over an anchor's
    /// positives. An item is an anchor; one without a positive does not count. In nats, ≥ 0. The gradient by the
    /// positives too: `Objective::value_and_both_gradients`. Source: Sohn 2016 (paper 007).
    pub struct NPair = "n_pair" {
    }
}

impl Loss for NPair {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["npairs", "n_pair_loss"];
    const PAPERS: &'static [u16] = &[7];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "n_pair", prediction: &[1.0, 0.0, 0.0, 0.0], target: &[0.8, 0.6, 0.2, 0.0],
                value: 0.437_487_950 + std::f64::consts::LN_2, source: "paper 007; and all products equal" },
        Known { expression: "n_pair", prediction: &[2.0, 0.0, 0.0, 3.0], target: &[2.0, 0.0, 0.0, 3.0],
                value: 0.018_273_330_1, source: "by hand: ln(1 + e⁻⁴) + ln(1 + e⁻⁹)" },
        Known { expression: "n_pair", prediction: &[1.0, 0.0], target: &[0.6, 0.8], value: 0.0,
                source: "one pair: no negative" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl PairLoss for NPair {
    const NEGATIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const POSITIVES: [Reduce; 2] = [Reduce::Mean, Reduce::Nothing];
    const NEEDS: Needs = Needs::Positive;

    fn sides(&self) -> Sides {
        Sides::Across
    }

    fn likeness(&self) -> Likeness {
        Likeness::Product
    }

    #[inline(always)]
    fn negative<S: Real>(&self, s: S) -> [S; 2] {
        [s, S::lift(0.0)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, s: S, [negatives, _]: [S; 2]) -> [S; 2] {
        [(negatives - s).softplus(), S::lift(0.0)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, _: [S; 2], [mean, _]: [S; 2]) -> S {
        mean
    }
}
