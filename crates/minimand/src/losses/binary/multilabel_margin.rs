use crate::losses::pairs::{
    Margin, both_kinds, mean_over_pairs, pair_near_kink, plain_mean_over_pairs,
};
use crate::prelude::*;

loss! {
    /// Multi-label margin loss: every true label of a row must lead every other by a margin of 1.
    ///
    /// ℓ = (1/c) Σ_{p: t=1} Σ_{q: t=0} max(0, 1 − (x_p − x_q))
    ///
    /// c is the number of labels. Shapes: scores and 0/1 targets `[n, c]` (torch lists the numbers of the true
    /// labels instead); one row is one item; weights of rows, a mask of rows or entries (an entry that does not
    /// count does not count in c either). A row whose labels are all true or all false has loss 0. ≥ 0. In
    /// time c log c. Source: torch's `multilabel_margin_loss`.
    pub struct MultilabelMargin = "multilabel_margin" {}
}

impl Loss for MultilabelMargin {
    type Kind = Groups;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["multilabel_margin_loss"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "multilabel_margin", prediction: &[0.1, 0.2, 0.4, 0.8], target: &[1.0, 0.0, 0.0, 1.0],
                value: 0.85, source: "torch's documentation" },
        Known { expression: "multilabel_margin", prediction: &[3.0, -1.0, 2.5], target: &[1.0, 0.0, 1.0],
                value: 0.0, source: "both lead by more than the margin" },
        Known { expression: "multilabel_margin", prediction: &[3.0, -1.0], target: &[0.0, 0.0],
                value: 0.0, source: "no true label" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            lipschitz: Some(1.0),
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

/// Pairs per label.
fn pairs<S>(group: &Group<'_, S>) -> f64 {
    let positives = group.targets.iter().filter(|&&t| t > 0.0).count();
    let all = group.targets.len();
    positives as f64 * (all - positives) as f64 / all as f64
}

impl GroupLoss for MultilabelMargin {
    const LAYOUT: Layout = Layout::Lists;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        group.hard()
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        if !both_kinds(group.targets) {
            return S::lift(0.0);
        }
        S::lift(pairs(group)) * plain_mean_over_pairs(Margin::Hinge, group)
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        if !both_kinds(group.targets) {
            return 0.0;
        }
        let pairs = pairs(group);
        let value = pairs * mean_over_pairs(Margin::Hinge, group, slopes);
        slopes.iter_mut().for_each(|d| *d *= pairs);
        value
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        pair_near_kink(Margin::Hinge, group, margin)
    }
}
