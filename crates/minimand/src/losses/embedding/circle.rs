use super::FACTS;
use crate::prelude::*;

loss! {
    /// Circle loss: every cosine is pushed by how far it is from its optimum.
    ///
    /// ℓ_i = softplus( ln Σ_{k∈N_i} e^(γ a_k (s_k − m)) + ln Σ_{p∈P_i} e^(−γ a_p (s_p − 1 + m)) ),
    /// a_k = max(0, s_k + m), a_p = max(0, 1 + m − s_p)
    ///
    /// s are cosines; the weights a are held fixed in the gradient (not with `detach=false`). An anchor counts if it
    /// has a positive and a negative. A zero vector has the cosine 0 with all and the gradient 0. Shapes: embeddings
    /// `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an
    /// embedding, of pairs a pair with the mean of its two losses. In nats, ≥ 0. Source: Sun et al. 2020 (paper 034).
    pub struct Circle = "circle" {
        /// Relaxation m: half of it is the radius of the boundary.
        m: f64 = 0.4, between(0.0, 1.0);
        /// Factor γ of the cosines.
        gamma: f64 = 80.0, above(0.0);
        /// Hold the weights fixed in the gradient?
        detach: bool = true, finite();
    }
}

impl Loss for Circle {
    type Kind = Pairs;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["circle_loss"];
    const PAPERS: &'static [u16] = &[34];
    const VARIANTS: &'static [&'static str] = &[
        "circle(m=0.25, gamma=10)",
        "circle(m=0.25, gamma=4, detach=false)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "circle(m=0.25, gamma=10)", prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0, -0.6, 0.8],
                target: &[0.0, 0.0, 1.0, 1.0], value: 7.275_001_204_348,
                source: "paper 034: four times 1.818750301087" },
        Known { expression: "circle(m=0.25, gamma=10)", prediction: &[1.0, 0.0, 0.8, 0.6], target: &[0.0, 0.0],
                value: 0.0,
                source: "one class: no anchor counts" },
        Known { expression: "circle(m=0.25, gamma=10, detach=false)",
                prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0, -0.6, 0.8], target: &[0.0, 0.0, 1.0, 1.0],
                value: 7.275_001_204_348, source: "paper 034: the same value" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl Circle {
    #[inline(always)]
    fn fixed<S: Real>(&self, weight: S) -> S {
        if self.detach { weight.detach() } else { weight }
    }
}

impl PairLoss for Circle {
    const NEGATIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const POSITIVES: [Reduce; 2] = [Reduce::LogSumExp, Reduce::Nothing];
    const NEEDS: Needs = Needs::Both;

    #[inline(always)]
    fn negative<S: Real>(&self, s: S) -> [S; 2] {
        let weight = self.fixed((s + S::lift(self.m)).relu());
        let logit = S::lift(self.gamma) * weight * (s - S::lift(self.m));
        [logit, S::lift(0.0)]
    }

    #[inline(always)]
    fn positive<S: Real>(&self, s: S, _: [S; 2]) -> [S; 2] {
        let weight = self.fixed((S::lift(1.0 + self.m) - s).relu());
        let logit = S::lift(self.gamma) * weight * (S::lift(1.0 - self.m) - s);
        [logit, S::lift(0.0)]
    }

    #[inline(always)]
    fn anchor<S: Real>(&self, [negatives, _]: [S; 2], [positives, _]: [S; 2]) -> S {
        (negatives + positives).softplus()
    }

    fn negative_near_kink(&self, s: f64, margin: f64) -> bool {
        (s + self.m).abs() < margin
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::pairs::of_likenesses;

    #[test]
    fn one_anchor_is_as_in_paper_034() {
        type Anchor = (&'static [f64], &'static [f64], f64, f64, f64);
        let table: [Anchor; 4] = [
            (&[0.8], &[0.3], 80.0, 0.4, 2.504_516e-7),
            (
                &[0.8, 0.6],
                &[0.3, -0.1, 0.2],
                10.0,
                0.25,
                2.335_722_045_267,
            ),
            (&[0.75], &[0.25], 256.0, 0.25, std::f64::consts::LN_2),
            (&[0.7], &[0.2], 1.0, 0.25, 0.695_650_305_557),
        ];
        for (positives, negatives, gamma, m, want) in table {
            let loss = Circle {
                m,
                gamma,
                detach: true,
            };
            let got = of_likenesses(&loss, positives, negatives);
            assert!((got - want).abs() < 1e-6 * want, "{got} against {want}");
        }
    }
}
