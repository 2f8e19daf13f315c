use crate::prelude::*;

loss! {
    /// Balanced squared error: regression for a test distribution in which all targets are equally likely.
    ///
    /// ℓ(x, t) = Σ_i w_i ((x_i − t_i)² + 2σ² ln Σ_j w_j e^(−(x_i − t_j)²/2σ²))/Σ w
    ///
    /// The targets of the batch stand for the distribution of the training targets: a prediction that lies where they are
    /// frequent has more of them to tell apart. Shapes: prediction and target of the same shape, all of which is one item;
    /// weights and mask of entries. In squared units of the target, ≥ 0 without weights. In O(n²). Source: Ren et al. 2022
    /// (batch form); paper 084 has the same correction with bins.
    pub struct BalancedMse = "balanced_mse" {
        /// Deviation σ of the noise, in units of the target.
        noise: f64 = 1.0, above(0.0);
    }
}

impl Loss for BalancedMse {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["bmc_loss"];
    const PAPERS: &'static [u16] = &[84];
    const VARIANTS: &'static [&'static str] = &["balanced_mse(noise=0.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "balanced_mse", prediction: &[3.0], target: &[1.0], value: 0.0, source: "nothing to tell apart" },
        Known { expression: "balanced_mse", prediction: &[3.0, 7.0], target: &[1.0, 1.0],
                value: 2.0 * std::f64::consts::LN_2, source: "equal targets: 2 ln 2" },
        Known { expression: "balanced_mse", prediction: &[0.0, 0.0], target: &[1.0, -1.0],
                value: 2.0 * std::f64::consts::LN_2, source: "in the middle of both: 2 ln 2" },
        Known { expression: "balanced_mse(noise=2)", prediction: &[0.0, 2.0], target: &[0.0, 2.0],
                value: 8.0 * 0.474_076_984_180_107_1, source: "by hand: 8 ln(1 + e^−½)" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl GroupLoss for BalancedMse {
    const LAYOUT: Layout = Layout::Batch;

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let mass: f64 = group.weights.iter().sum();
        let unit = 2.0 * self.noise * self.noise;
        let mut total = S::lift(0.0);
        for (i, (&x, &w)) in group.scores.iter().zip(group.weights).enumerate() {
            let fit = |t: f64| -(x - S::lift(t)) * (x - S::lift(t)) / S::lift(unit);
            let terms = group.targets.iter().zip(group.weights);
            let terms: Vec<S> = terms.map(|(&t, v)| fit(t) + S::lift(v.ln())).collect();
            let top = terms[1..].iter().fold(terms[0], |a, &b| a.max(b));
            let sum = terms
                .iter()
                .fold(S::lift(0.0), |sum, &a| sum + (a - top).exp());
            total = total + S::lift(w / mass) * (top + sum.ln() - fit(group.targets[i]));
        }
        S::lift(unit) * total
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let mass: f64 = group.weights.iter().sum();
        let unit = 2.0 * self.noise * self.noise;
        let weights: Vec<f64> = group.weights.iter().map(|w| w.ln()).collect();
        let mut terms = vec![0.0; weights.len()];
        let mut total = 0.0;
        for (i, slope) in slopes.iter_mut().enumerate() {
            let (x, own) = (group.scores[i], group.targets[i]);
            let mut top = f64::NEG_INFINITY;
            for ((term, &t), v) in terms.iter_mut().zip(group.targets).zip(&weights) {
                // (x − own)² − (x − t)², without the cancellation of two large squares.
                *term = (t - own) * (2.0 * x - own - t) / unit + v;
                top = top.max(*term);
            }
            let (mut sum, mut pull) = (0.0, 0.0);
            for (term, &t) in terms.iter().zip(group.targets) {
                let e = (term - top).exp();
                sum += e;
                pull += e * (t - own);
            }
            let share = group.weights[i] / mass;
            total += share * (top + sum.ln());
            *slope = 2.0 * share * pull / sum;
        }
        unit * total
    }
}
