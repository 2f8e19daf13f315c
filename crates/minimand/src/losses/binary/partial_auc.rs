use crate::losses::pairs::{
    Margin, both_kinds, mean_over_pairs, pair_near_kink, plain_mean_over_pairs,
};
use crate::prelude::*;

loss! {
    /// Partial AUC surrogate: the mean margin loss of the hardest pairs, for low false positive rates.
    ///
    /// ℓ_k = mean of φ(f_p − f_q) over the positives p with the lowest and the negatives q with the highest scores
    ///
    /// The negatives are the highest-scoring share `max_fpr` of them (their conditional value at risk), the
    /// positives the lowest-scoring share 1 − `min_tpr`; the last one may count in part. `min_tpr=0` is the one-way
    /// partial AUC, more the two-way one, `max_fpr=1` as well the AUC itself (`macro_auc_pairwise`). Per label k; the
    /// mean is over the labels that have both kinds, the others do not count. Shapes: scores and 0/1 targets `[n, k]`
    /// (or `[n]` for one label); weights and mask of rows or entries, class weights of labels; one label is one item.
    /// ≥ 0. Source: Zhu et al. 2022; two-way Yang et al. 2021.
    pub struct PartialAuc = "partial_auc" {
        /// Largest false positive rate that matters.
        max_fpr: f64 = 0.3, within(0.0, 1.0).above_low();
        /// Least true positive rate that matters.
        min_tpr: f64 = 0.0, within(0.0, 0.999999);
        /// The loss φ of a margin.
        base: Margin = Margin::SquaredHinge, finite();
    }
}

impl Loss for PartialAuc {
    type Kind = Groups;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["pauc", "pauc_cvar", "two_way_partial_auc"];
    const VARIANTS: &'static [&'static str] = &[
        "partial_auc(base=\"logistic\")",
        "partial_auc(max_fpr=0.5, min_tpr=0.6)",
        "partial_auc(max_fpr=0.01, base=\"exponential\")",
        "partial_auc(max_fpr=1, base=\"hinge\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "partial_auc(max_fpr=0.5, base=\"hinge\")", prediction: &[1.0, 0.5, 0.75, -3.0],
                target: &[1.0, 1.0, 0.0, 0.0], value: 1.0, source: "by hand: (¾ + 5/4)/2 against the upper negative" },
        Known { expression: "partial_auc(max_fpr=0.75, base=\"hinge\")", prediction: &[1.0, 0.75, 0.5],
                target: &[1.0, 0.0, 0.0], value: 2.0 / 3.0, source: "by hand: the second negative counts half" },
        Known { expression: "partial_auc(max_fpr=0.5, min_tpr=0.5, base=\"hinge\")",
                prediction: &[1.0, 0.5, 0.75, -3.0], target: &[1.0, 1.0, 0.0, 0.0], value: 1.25,
                source: "by hand: the lower positive alone" },
        Known { expression: "partial_auc(max_fpr=1, base=\"logistic\")", prediction: &[2.0, 0.5, -1.0, 0.3],
                target: &[1.0, 1.0, 0.0, 0.0], value: 0.253_981_382, source: "paper 101: all pairs" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            lipschitz: self.base.lipschitz(),
            shift_invariant: true,
            hessian: self.base.hessian(),
            ..Facts::PLAIN
        }
    }
}

impl PartialAuc {
    /// The weights with those taken away that do not matter; and the gap between the scores on both sides of
    /// either border.
    fn hardest(&self, targets: &[f64], values: &[f64], weights: &[f64]) -> (Vec<f64>, f64) {
        let mut kept = vec![0.0; weights.len()];
        let mut gap = f64::INFINITY;
        for (positive, share) in [(true, 1.0 - self.min_tpr), (false, self.max_fpr)] {
            let mut order: Vec<usize> = (0..targets.len())
                .filter(|&i| (targets[i] > 0.0) == positive)
                .collect();
            let hard = |i: usize| if positive { values[i] } else { -values[i] };
            order.sort_by(|&a, &b| hard(a).total_cmp(&hard(b)).then(a.cmp(&b)));
            let mut left = share * order.iter().map(|&i| weights[i]).sum::<f64>();
            for (place, &i) in order.iter().enumerate() {
                kept[i] = weights[i].min(left);
                left -= kept[i];
                // Neighbours of different shares change places at a kink.
                if let Some(&next) = order.get(place + 1)
                    && (kept[i] < weights[i] || left < weights[next])
                {
                    gap = gap.min(hard(next) - hard(i));
                }
                if left <= 0.0 {
                    break;
                }
            }
        }
        (kept, gap)
    }
}

/// The group with other weights.
fn reweighed<'a, S>(group: &Group<'a, S>, weights: &'a [f64]) -> Group<'a, S> {
    Group {
        scores: group.scores,
        values: group.values,
        targets: group.targets,
        weights,
        classes: group.classes,
    }
}

impl GroupLoss for PartialAuc {
    const LAYOUT: Layout = Layout::Columns;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        Ok(both_kinds(group.targets))
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let (kept, _) = self.hardest(group.targets, group.values, group.weights);
        plain_mean_over_pairs(self.base, &reweighed(group, &kept))
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let (kept, _) = self.hardest(group.targets, group.values, group.weights);
        mean_over_pairs(self.base, &reweighed(group, &kept), slopes)
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        let (_, gap) = self.hardest(group.targets, group.values, group.weights);
        gap < margin || pair_near_kink(self.base, group, margin)
    }
}
