use crate::prelude::*;
use crate::random::{Key, Random};

loss! {
    /// EnsLoss: the slopes of a calibrated convex loss that is drawn anew for every batch.
    ///
    /// ℓ = Σ_i w_i d_i m_i / Σ_i w_i,  m_i = y_i x_i, y = ±1, with d held fixed
    ///
    /// A regulariser like dropout, of losses: only slopes are needed, so numbers −min(g, 1), g the inverse
    /// Box–Cox transform of normal draws, are sorted along the margins; the smallest margin gets the most
    /// negative (divided by the margin where that is above 1, less 10⁻⁶). They are slopes of some loss that is
    /// convex and calibrated. The value has no meaning: judge a model by another loss. λ is drawn for each
    /// batch from the list (the authors' program keeps one for ten steps). The draws depend on the seed and on
    /// the scores alone: another batch, or the same after a step, has others, yet equal batches have equal
    /// bits. Shapes: scores and 0/1 targets of one shape; weights and mask of items or entries; the batch is
    /// one item (a sum is the mean too). Source: Dai 2024 (paper 052).
    pub struct EnsLoss = "ensloss" {
        /// Parameters λ of the transform: e^e for 0, else max(1 + λe, 0)^(1/λ).
        lambda: Numbers = Numbers(vec![0.0]), finite();
        /// Seed of the draws.
        seed: u32 = 0, finite();
    }
}

/// What every slope lies below 0 at least.
const LEAST: f64 = 1e-6;

impl EnsLoss {
    /// The slopes of the drawn loss at the margins `m` = y·x, for standard normal `draws` (one for each
    /// margin) and the parameter λ: in [−1 − 10⁻⁶, −10⁻⁶], not decreasing along the sorted margins. Margins of
    /// equal size are told apart by their order. Draws beyond the shorter of both lists are left out.
    pub fn derivatives(margins: &[f64], draws: &[f64], lambda: f64) -> Vec<f64> {
        let growth = |e: f64| {
            if lambda == 0.0 {
                return e.exp();
            }
            // 0 to a negative power is infinite; what is above 1 is cut to 1 anyway.
            (1.0 + lambda * e).max(0.0).powf(1.0 / lambda)
        };
        let mut slopes: Vec<f64> = draws.iter().map(|&e| -growth(e).min(1.0)).collect();
        slopes.sort_by(f64::total_cmp);
        let mut out = vec![-LEAST; margins.len()];
        for (&i, d) in ranks(margins).iter().zip(slopes) {
            out[i] = d / margins[i].max(1.0) - LEAST;
        }
        out
    }

    /// Can the derivatives `d` at the margins `m` be those of a convex calibrated loss: do they not decrease
    /// along the margins, and are they negative at margins up to 0?
    pub fn is_calibrated(derivatives: &[f64], margins: &[f64]) -> bool {
        let mut pairs: Vec<(f64, f64)> = margins
            .iter()
            .copied()
            .zip(derivatives.iter().copied())
            .collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let rises = pairs.windows(2).all(|w| w[0].1 <= w[1].1);
        rises && pairs.iter().all(|&(m, d)| m > 0.0 || d < 0.0)
    }

    /// Share of the weight times slope of each entry.
    fn weighted(&self, group: &[f64], targets: &[f64], weights: &[f64]) -> Vec<f64> {
        let margins: Vec<f64> = group
            .iter()
            .zip(targets)
            .map(|(x, t)| sign(*t) * x)
            .collect();
        // Keyed by the sorted margins: the order of a batch does not matter.
        let key = ranks(&margins)
            .iter()
            .fold(Key::new(u64::from(self.seed)), |key: Key, &i| {
                key.child((margins[i] + 0.0).to_bits())
            });
        let mut random = Random::new(key, 0);
        let choice = (random.uniform() * self.lambda.0.len() as f64) as usize;
        let lambda = self.lambda.0.get(choice).copied().unwrap_or(0.0);
        let draws: Vec<f64> = margins.iter().map(|_| random.normal()).collect();
        let mass: f64 = weights.iter().sum();
        let slopes = EnsLoss::derivatives(&margins, &draws, lambda);
        slopes
            .iter()
            .zip(weights)
            .map(|(d, w)| d * w / mass)
            .collect()
    }
}

/// Places in ascending order.
fn ranks(margins: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..margins.len()).collect();
    order.sort_by(|&a, &b| margins[a].total_cmp(&margins[b]));
    order
}

fn sign(target: f64) -> f64 {
    2.0 * target - 1.0
}

impl Loss for EnsLoss {
    type Kind = Groups;
    const AREA: Area = Area::Binary;
    const PAPERS: &'static [u16] = &[52];
    const VARIANTS: &'static [&'static str] = &["ensloss(lambda=[-1, -0.5, 0, 0.5, 1], seed=7)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "ensloss(lambda=-1e12)", prediction: &[0.5], target: &[1.0], value: -0.500_000_5,
                source: "by hand: every draw is cut to −1" },
        Known { expression: "ensloss(lambda=-1e12)", prediction: &[-2.0, 2.0], target: &[1.0, 0.0],
                value: 2.000_002, source: "by hand: two equal margins" },
        Known { expression: "ensloss(lambda=-1e12, seed=3)", prediction: &[4.0], target: &[1.0],
                value: -1.000_004, source: "by hand: the slope of a margin above 1 is divided by it" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            lipschitz: Some(1.0 + LEAST),
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl GroupLoss for EnsLoss {
    const LAYOUT: Layout = Layout::Batch;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        group.hard()
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let slopes = self.weighted(group.values, group.targets, group.weights);
        let mut total = S::lift(0.0);
        for (i, &x) in group.scores.iter().enumerate() {
            total = total + S::lift(slopes[i] * sign(group.targets[i])).detach() * x;
        }
        total
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let weighted = self.weighted(group.values, group.targets, group.weights);
        let mut total = 0.0;
        for (i, slope) in slopes.iter_mut().enumerate() {
            *slope = weighted[i] * sign(group.targets[i]);
            total += *slope * group.scores[i];
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_s_draws_give_its_derivatives() {
        let margins = [0.5, -1.0, 2.0, 0.1];
        let draws = [-0.3, 0.8, -1.5, 0.2];
        for (lambda, want, mean) in [
            (
                0.0,
                [-0.740_819_22, -1.000_001, -0.111_566_08, -1.000_001],
                0.076_614_78,
            ),
            (
                1.0,
                [-0.700_001, -1.000_001, -1e-6, -1.000_001],
                0.137_499_6,
            ),
            (
                -1.0,
                [-0.769_231_77, -1.000_001, -0.200_001, -1.000_001],
                0.028_845_75,
            ),
        ] {
            let d = EnsLoss::derivatives(&margins, &draws, lambda);
            for (got, want) in d.iter().zip(want) {
                assert!((got - want).abs() < 1e-8, "{lambda}: {got} against {want}");
            }
            let value: f64 = d.iter().zip(margins).map(|(d, m)| d * m).sum::<f64>() / 4.0;
            assert!((value - mean).abs() < 1e-7, "{lambda}: {value}");
        }
    }

    #[test]
    fn every_draw_is_calibrated() {
        for seed in 0..1000 {
            let mut random = Random::new(Key::new(seed), 0);
            let n = 1 + seed as usize % 40;
            let margins: Vec<f64> = (0..n).map(|_| 3.0 * random.normal()).collect();
            let draws: Vec<f64> = (0..n).map(|_| random.normal()).collect();
            for lambda in [-1.0, -0.5, 0.0, 0.5, 1.0] {
                let d = EnsLoss::derivatives(&margins, &draws, lambda);
                assert!(EnsLoss::is_calibrated(&d, &margins), "{seed} {lambda}");
                assert!(d.iter().all(|d| (-1.0 - LEAST..0.0).contains(d)));
            }
        }
        assert!(!EnsLoss::is_calibrated(&[-0.5, -0.6], &[0.0, 1.0]));
        assert!(!EnsLoss::is_calibrated(&[0.5, 0.6], &[-1.0, 1.0]));
    }

    #[test]
    fn batches_and_seeds_have_their_own_draws() {
        let slopes = |seed, x: &[f64]| {
            let loss = EnsLoss {
                seed,
                ..EnsLoss::default()
            };
            loss.weighted(x, &[1.0, 1.0, 0.0], &[1.0; 3])
        };
        let x = [0.3, -0.2, 0.1];
        assert_eq!(slopes(1, &x), slopes(1, &x));
        assert_ne!(slopes(1, &x), slopes(2, &x));
        assert_ne!(slopes(1, &x), slopes(1, &[0.3, -0.2, 0.100_001]));
    }
}
