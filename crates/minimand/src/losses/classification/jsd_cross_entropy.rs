use crate::kernels::groups::softmax::Normaliser;
use crate::prelude::*;

loss! {
    /// Cross-entropy of the clean view of an example and the divergence of its augmented views (AugMix).
    ///
    /// ℓ = −Σ_k t_k ln p⁽⁰⁾_k + α · (1/m) Σ_i KL(p⁽ⁱ⁾ ‖ p̄),  p̄ = (1/m) Σ_i p⁽ⁱ⁾,  p⁽ⁱ⁾ = softmax(z⁽ⁱ⁾)
    ///
    /// A set has the m views of one example, the clean one first; the second part is their Jensen–Shannon
    /// divergence, at most α ln m. The label is that of the first member that counts. Others list all clean views
    /// before all augmented ones (timm's splits) and raise p̄ to at least 1e-7. Shapes: logits `[sets, members, c]`,
    /// labels `[sets, members]` in `0..c`; weights of sets, a mask of sets or members; one set is one item. In nats,
    /// ≥ 0. Source: Hendrycks et al. 2020.
    pub struct JsdCrossEntropy = "jsd_cross_entropy" {
        /// Weight α of the divergence.
        alpha: f64 = 12.0, at_least(0.0);
        /// Mass that the label gives up to all classes alike.
        label_smoothing: f64 = 0.1, within(0.0, 1.0);
    }
}

impl Loss for JsdCrossEntropy {
    type Kind = Groups;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["jsd_loss", "augmix"];
    const VARIANTS: &'static [&'static str] = &[
        "jsd_cross_entropy(alpha=1, label_smoothing=0)",
        "jsd_cross_entropy(alpha=0)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "jsd_cross_entropy(label_smoothing=0)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.241_311_296_657_157_03, source: "one view: cross-entropy" },
        Known { expression: "jsd_cross_entropy(label_smoothing=0)",
                prediction: &[2.0, -1.0, 0.5, 3.0, 0.0, 1.5], target: &[0.0, 0.0],
                value: 0.241_311_296_657_157_03, source: "two views with the same probabilities" },
        Known { expression: "jsd_cross_entropy(alpha=2, label_smoothing=0)",
                prediction: &[1e4, 0.0, 0.0, 1e4], target: &[0.0, 0.0],
                value: 2.0 * std::f64::consts::LN_2, source: "two disjoint views: α ln 2" },
        Known { expression: "jsd_cross_entropy", prediction: &[0.0, 0.0, 0.0, 0.0], target: &[1.0, 1.0],
                value: std::f64::consts::LN_2, source: "views without preference: ln 2" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

impl JsdCrossEntropy {
    /// The smoothed label.
    fn target(&self, targets: &[f64], classes: usize) -> Vec<f64> {
        let mut target = vec![self.label_smoothing / classes as f64; classes];
        target[targets[0] as usize] += 1.0 - self.label_smoothing;
        target
    }
}

impl GroupLoss for JsdCrossEntropy {
    const LAYOUT: Layout = Layout::Sets;

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let c = group.classes;
        let sum =
            |terms: &mut dyn Iterator<Item = S>| terms.reduce(|a, b| a + b).unwrap_or(S::lift(0.0));
        let views: Vec<Vec<S>> = group
            .scores
            .chunks(c)
            .map(|z| {
                let top = z.iter().skip(1).fold(z[0], |a, &b| a.max(b));
                let norm = sum(&mut z.iter().map(|&z| (z - top).exp())).ln();
                z.iter().map(|&z| (z - top) - norm).collect()
            })
            .collect();
        let target = self.target(group.targets, c);
        let first = sum(&mut views[0]
            .iter()
            .zip(&target)
            .map(|(&l, &t)| -(S::lift(t) * l)));
        let share = S::lift(1.0 / views.len() as f64);
        let mut divergence = S::lift(0.0);
        for k in 0..c {
            let top = views.iter().skip(1).fold(views[0][k], |a, v| a.max(v[k]));
            let mean = sum(&mut views.iter().map(|v| (v[k] - top).exp())) * share;
            let log = top + mean.ln();
            divergence = divergence + sum(&mut views.iter().map(|v| v[k].exp() * (v[k] - log)));
        }
        first + S::lift(self.alpha) * share * divergence
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let c = group.classes;
        let members = group.scores.len() / c;
        // `slopes` holds the probabilities first, `logs` their logarithms and then their lead over the mean's.
        let mut logs = vec![0.0; group.scores.len()];
        let views = group.scores.chunks(c).zip(logs.chunks_mut(c));
        for ((z, logs), p) in views.zip(slopes.chunks_mut(c)) {
            let normaliser = Normaliser::of(z, p);
            for (log, &z) in logs.iter_mut().zip(z) {
                *log = normaliser.log_p(z);
            }
        }
        for k in 0..c {
            let each = (0..members).map(|i| i * c + k);
            let top = each
                .clone()
                .fold(f64::NEG_INFINITY, |a, at| a.max(logs[at]));
            let sum: f64 = each.clone().map(|at| (logs[at] - top).exp()).sum();
            let log = top + (sum / members as f64).ln();
            each.for_each(|at| logs[at] -= log);
        }
        let scale = self.alpha / members as f64;
        let mut divergence = 0.0;
        for (lead, p) in logs.chunks(c).zip(slopes.chunks_mut(c)) {
            let own: f64 = p.iter().zip(lead).map(|(p, lead)| p * lead).sum();
            divergence += own;
            // p_k (lead_k − Σ p·lead): the mean's own slopes cancel.
            for (p, lead) in p.iter_mut().zip(lead) {
                *p *= scale * (lead - own);
            }
        }
        let mut first = vec![0.0; c];
        let z = &group.scores[..c];
        let target = self.target(group.targets, c);
        let entropy = Normaliser::of(z, &mut first).cross_entropy(z, &target, &mut first);
        for (slope, d) in slopes.iter_mut().zip(first) {
            *slope += d;
        }
        entropy + scale * divergence
    }
}
