use super::of_mean;
use crate::prelude::*;

loss! {
    /// One minus Pearson's correlation: order and proportion, whatever place and scale.
    ///
    /// ℓ(x, t) = 1 − s_xt/√(max(s_x², ε) max(s_t², ε))
    ///
    /// with weighted variances and covariance (divisor Σ w). Shapes: prediction and target of the same shape, all of which is
    /// one item, or with per="item" `[series, steps]` and each series is one; weights and mask of entries (per="item":
    /// weights of series). In 0..2, without a unit. Place and scale of the predictions stay undetermined: add a loss that
    /// fixes them, or take `concordance`.
    pub struct Pearson = "pearson" {
        /// Least variance ε.
        epsilon: f64 = 1e-8, above(0.0);
        /// The batch as a whole, or each row of `[series, steps]` by itself?
        per: Per = Per::Batch, finite();
    }
}

impl Loss for Pearson {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["pearson_loss", "plcc"];
    const VARIANTS: &'static [&'static str] = &["pearson(per=\"item\")", "pearson(epsilon=100)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "pearson", prediction: &[1.0, 3.0, 5.0], target: &[0.0, 4.0, 8.0], value: 0.0, source: "in proportion" },
        Known { expression: "pearson", prediction: &[3.0, 1.0], target: &[1.0, 3.0], value: 2.0, source: "the opposite" },
        Known { expression: "pearson", prediction: &[1.0, 0.0, 0.0], target: &[0.0, 1.0, 0.0], value: 1.5,
                source: "by hand: 1 + (1/9)/(2/9)" },
        Known { expression: "pearson", prediction: &[5.0, 5.0], target: &[1.0, 3.0], value: 1.0, source: "no spread" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(2.0),
            // Targets whose variance is below ε are never matched.
            at_perfect: (self.epsilon <= 1e-6).then_some(0.0),
            ..Facts::PLAIN
        }
    }
}

impl GroupLoss for Pearson {
    const LAYOUT: Layout = Layout::Batch;

    fn cut(&self) -> Layout {
        of_mean::cut(self.per)
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let mass: f64 = group.weights.iter().sum();
        let centre = of_mean::mean(group.targets, group.weights);
        let shares = group.weights.iter().map(|w| S::lift(w / mass));
        let sum = shares.clone().zip(group.scores).map(|(w, &x)| w * x);
        let middle = sum.fold(S::lift(0.0), |sum, x| sum + x);
        let (mut variance, mut covariance) = (S::lift(0.0), S::lift(0.0));
        for ((&x, &t), w) in group.scores.iter().zip(group.targets).zip(shares) {
            variance = variance + w * (x - middle) * (x - middle);
            covariance = covariance + w * (x - middle) * S::lift(t - centre);
        }
        let of_targets = of_mean::spread(group.targets, group.weights, 2).max(self.epsilon);
        let size = variance.max(S::lift(self.epsilon)).sqrt() * S::lift(of_targets.sqrt());
        S::lift(1.0) - covariance / size
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let mass: f64 = group.weights.iter().sum();
        let centre = of_mean::mean(group.targets, group.weights);
        let middle = of_mean::mean(group.scores, group.weights);
        let (mut variance, mut covariance) = (0.0, 0.0);
        for ((&x, &t), &w) in group.scores.iter().zip(group.targets).zip(group.weights) {
            variance += w / mass * (x - middle) * (x - middle);
            covariance += w / mass * (x - middle) * (t - centre);
        }
        let of_targets = of_mean::spread(group.targets, group.weights, 2).max(self.epsilon);
        let size = variance.max(self.epsilon).sqrt() * of_targets.sqrt();
        let correlation = covariance / size;
        let of_variance = if variance > self.epsilon {
            correlation / variance
        } else {
            0.0
        };
        for (i, slope) in slopes.iter_mut().enumerate() {
            let (x, t) = (group.scores[i] - middle, group.targets[i] - centre);
            *slope = group.weights[i] / mass * (of_variance * x - t / size);
        }
        1.0 - correlation
    }
}
