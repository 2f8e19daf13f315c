use crate::prelude::*;

loss! {
    /// Adaptive threshold focal loss (ATFL): easy entries fade and hard ones are amplified, by exponents that follow
    /// the mean confidence of the batch.
    ///
    /// ℓ = Σ_i w_i m_i BCE(x_i, t_i) / Σ_i w_i,  m = (1 − p_t + 10⁻⁶)^γ  for p_t > ½,  (λ − p_t)^(−ln p_t)  else,
    /// γ = −ln p̄,  p_t = t·p + (1 − t)(1 − p),  p = σ(x)
    ///
    /// p̄ is the weighted mean of p_t over the batch and held fixed in derivatives; m is not. It jumps at x = 0: from
    /// (λ − ½)^ln 2, which is 1 for the default, down to about ½^γ. p_t counts as at least 10⁻⁷. As in the authors'
    /// program, no confidence of earlier batches enters p̄. Shapes: logits and targets of one shape, targets in 0..1;
    /// weights and mask of items or entries; the batch is one item (a sum is the mean too). In nats, ≥ 0. Source: Yang
    /// et al. 2024 (paper 170).
    pub struct AdaptiveThresholdFocal = "adaptive_threshold_focal" {
        /// Base λ of the amplification; with 1.5 no hard entry is damped.
        lambda: f64 = 1.5, above(1.0);
    }
}

/// Least confidence.
const LEAST: f64 = 1e-7;
/// What is added to 1 − p_t, so that the damping has a slope everywhere.
const OFFSET: f64 = 1e-6;

/// Confidences p_t and 1 − p_t of a logit, neither with cancellation.
fn confidences<S: Real>(x: S, t: f64) -> [S; 2] {
    let [p, q] = x.sigmoids();
    let (t, rest) = (S::lift(t), S::lift(1.0 - t));
    [t * p + rest * q, t * q + rest * p]
}

fn cross_entropy<S: Real>(x: S, t: f64) -> S {
    S::lift(1.0 - t) * x.softplus() + S::lift(t) * (-x).softplus()
}

impl Loss for AdaptiveThresholdFocal {
    type Kind = Groups;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["adaptive_threshold_focal_loss", "atfl"];
    const PAPERS: &'static [u16] = &[170];
    const VARIANTS: &'static [&'static str] = &["adaptive_threshold_focal(lambda=2)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "adaptive_threshold_focal", prediction: &[2.0, -1.0, 0.3, -3.0],
                target: &[1.0, 1.0, 0.0, 0.0], value: 0.673_426_827_1, source: "paper 170, test vector" },
        Known { expression: "adaptive_threshold_focal", prediction: &[0.0], target: &[1.0],
                value: std::f64::consts::LN_2, source: "by hand: m = 1 at p_t = ½" },
        Known { expression: "adaptive_threshold_focal(lambda=2.5)", prediction: &[0.0, 0.0], target: &[1.0, 0.25],
                value: 1.120_684_986_4, source: "by hand: 2^ln 2 · ln 2" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            ..Facts::PLAIN
        }
    }
}

impl GroupLoss for AdaptiveThresholdFocal {
    const LAYOUT: Layout = Layout::Batch;

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let mass: f64 = group.weights.iter().sum();
        let entries = || {
            let weights = group.weights.iter().map(|w| S::lift(w / mass));
            group.scores.iter().zip(group.targets).zip(weights)
        };
        let mean = entries().fold(S::lift(0.0), |sum, ((&x, &t), w)| {
            sum + w * confidences(x, t)[0]
        });
        let gamma = -mean.max(S::lift(LEAST)).ln().detach();
        entries().fold(S::lift(0.0), |sum, ((&x, &t), w)| {
            let [own, miss] = confidences(x, t);
            let easy = (gamma * (miss + S::lift(OFFSET)).ln()).exp();
            let own = own.max(S::lift(LEAST));
            let hard = (-own.ln() * (S::lift(self.lambda) - own).ln()).exp();
            // p_t − ½ has the sign of (2t − 1) x.
            let side = S::lift(2.0 * t - 1.0) * x;
            let factor = S::select_lt(S::lift(0.0), side, easy, hard);
            sum + w * factor * cross_entropy(x, t)
        })
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let mass: f64 = group.weights.iter().sum();
        let entries = || {
            let weights = group.weights.iter().map(|w| w / mass);
            group.scores.iter().zip(group.targets).zip(weights)
        };
        let mean: f64 = entries()
            .map(|((&x, &t), w)| w * confidences(x, t)[0])
            .sum();
        let gamma = -mean.max(LEAST).ln();
        let mut total = 0.0;
        for (((&x, &t), w), slope) in entries().zip(slopes) {
            let [own, miss] = confidences(x, t);
            let [p, q] = x.sigmoids();
            let grown = (2.0 * t - 1.0) * p * q;
            let (factor, by_own) = if (2.0 * t - 1.0) * x > 0.0 {
                let base = miss + OFFSET;
                let factor = base.powf(gamma);
                (factor, -gamma * factor / base)
            } else {
                let (at, rest) = (own.max(LEAST), self.lambda - own.max(LEAST));
                let factor = (-at.ln() * rest.ln()).exp();
                let by_own = factor * (at.ln() / rest - rest.ln() / at);
                (factor, if own > LEAST { by_own } else { 0.0 })
            };
            let entropy = cross_entropy(x, t);
            // σ(x) − t, without cancellation for hard targets.
            let pull = (1.0 - t) * p - t * q;
            total += w * factor * entropy;
            *slope = w * (by_own * grown * entropy + factor * pull);
        }
        total
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        let mut entries = group.scores.iter().zip(group.targets);
        entries.any(|(&x, &t)| {
            let ends = [x - margin, x + margin].map(|x| (x > 0.0, confidences(x, t)[0] > LEAST));
            t != 0.5 && ends[0] != ends[1]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(x: &[f64], t: &[f64]) -> f64 {
        let group = Group {
            scores: x,
            values: x,
            targets: t,
            weights: &vec![1.0; x.len()],
            classes: 1,
        };
        AdaptiveThresholdFocal::default().fused(&group, &mut vec![0.0; x.len()])
    }

    #[test]
    fn exponents_are_of_the_batch() {
        // A sure positive fades in a batch that is unsure on the whole, and hardly in one that is sure.
        let (sure, unsure) = (value(&[2.0], &[1.0]), value(&[2.0, -1.0], &[1.0, 1.0]));
        let hard = {
            let own = confidences(-1.0, 1.0)[0];
            (1.5 - own).powf(-own.ln()) * cross_entropy(-1.0, 1.0)
        };
        assert!(2.0 * unsure - hard < 0.6 * sure, "{sure} {unsure} {hard}");
    }

    /// Far from any sense the slopes stay finite.
    #[test]
    fn sure_errors_are_finite() {
        for x in [-800.0, 800.0, -1e150] {
            let group = Group {
                scores: &[x, -x][..],
                values: &[x, -x],
                targets: &[1.0, 0.0],
                weights: &[1.0; 2],
                classes: 1,
            };
            let mut slopes = [0.0; 2];
            let value = AdaptiveThresholdFocal::default().fused(&group, &mut slopes);
            assert!(value.is_finite() && slopes.iter().all(|s| s.is_finite()));
        }
    }
}
