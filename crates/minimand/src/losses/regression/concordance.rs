use super::of_mean;
use crate::prelude::*;

loss! {
    /// One minus the concordance correlation coefficient: agreement in place, scale and order.
    ///
    /// ℓ(x, t) = 1 − 2 s_xt/(s_x² + s_t² + (x̄ − t̄)²)
    ///
    /// with weighted means, variances and covariance (divisor Σ w). It is m/(m + 2 s_xt) with the mean squared error m, which
    /// is how it is computed. Shapes: prediction and target of the same shape, all of which is one item, or with per="item"
    /// `[series, steps]` and each series is one; weights and mask of entries (per="item": weights of series). In 0..2, without
    /// a unit; 1 for predictions that are all equal; 0 if both sides are all one number. Meant for batches of some size:
    /// of two numbers it says little. Source: Lin 1989.
    pub struct Concordance = "concordance" {
        /// The batch as a whole, or each row of `[series, steps]` by itself?
        per: Per = Per::Batch, finite();
    }
}

impl Loss for Concordance {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["ccc", "ccc_loss", "concordance_correlation"];
    const VARIANTS: &'static [&'static str] = &["concordance(per=\"item\")"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "concordance", prediction: &[1.0, 3.0], target: &[0.0, 4.0], value: 0.2,
                source: "by hand: 1 − 2·2/(1 + 4)" },
        Known { expression: "concordance", prediction: &[3.0, 1.0], target: &[1.0, 3.0], value: 2.0, source: "the opposite" },
        Known { expression: "concordance", prediction: &[5.0, 5.0], target: &[1.0, 3.0], value: 1.0, source: "no spread" },
        Known { expression: "concordance", prediction: &[5.0, 5.0], target: &[5.0, 5.0], value: 0.0, source: "no spread at all" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(2.0),
            ..Facts::PLAIN
        }
    }
}

impl GroupLoss for Concordance {
    const LAYOUT: Layout = Layout::Batch;

    fn cut(&self) -> Layout {
        of_mean::cut(self.per)
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let mass: f64 = group.weights.iter().sum();
        let centre = of_mean::mean(group.targets, group.weights);
        let (mut error, mut covariance) = (S::lift(0.0), S::lift(0.0));
        for ((&x, &t), &w) in group.scores.iter().zip(group.targets).zip(group.weights) {
            let r = x - S::lift(t);
            error = error + S::lift(w / mass) * r * r;
            covariance = covariance + S::lift(w / mass * (t - centre)) * (x - S::lift(centre));
        }
        let size = error + S::lift(2.0) * covariance;
        S::select_lt(S::lift(0.0), size, error / size, S::lift(0.0))
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let mass: f64 = group.weights.iter().sum();
        let centre = of_mean::mean(group.targets, group.weights);
        let (mut error, mut covariance) = (0.0, 0.0);
        for ((&x, &t), &w) in group.scores.iter().zip(group.targets).zip(group.weights) {
            error += w / mass * (x - t) * (x - t);
            covariance += w / mass * (t - centre) * (x - centre);
        }
        let size = error + 2.0 * covariance;
        if size <= 0.0 {
            return 0.0;
        }
        let of_error = 2.0 * covariance / size / size;
        let of_covariance = -2.0 * (error / size) / size;
        for (i, slope) in slopes.iter_mut().enumerate() {
            let (x, t, share) = (group.scores[i], group.targets[i], group.weights[i] / mass);
            *slope = share * (2.0 * of_error * (x - t) + of_covariance * (t - centre));
        }
        error / size
    }
}
