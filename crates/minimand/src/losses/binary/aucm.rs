use crate::losses::pairs::both_kinds;
use crate::prelude::*;

loss! {
    /// AUC margin loss: the mean square of how far each pair is from the margin, with right pairs let go.
    ///
    /// ℓ_k = Var₊(h) + Var₋(h) + max(0, margin + b − a)²,  a, b the mean scores of the positives and negatives
    ///
    /// The min-max problem over a, b and a dual variable that others optimise beside the network, solved exactly on
    /// the batch; without the maximum it is the mean of (margin − (h₊ − h₋))² over all pairs. One form in use
    /// multiplies it by π(1 − π), π the share of positives. Per label k; the mean is over the labels that have both
    /// kinds, the others do not count. Shapes: scores and 0/1 targets `[n, k]` (or `[n]` for one label); weights and
    /// mask of rows or entries, class weights of labels; one label is one item. ≥ 0. Source: Yuan et al. 2021.
    pub struct Aucm = "aucm" {
        /// By how much the mean of the positives must lead.
        margin: f64 = 1.0, at_least(0.0);
        /// Are h the sigmoids of the scores, and not the scores themselves?
        sigmoid: bool = true, finite();
    }
}

impl Loss for Aucm {
    type Kind = Groups;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["auc_margin", "aucm_loss"];
    const VARIANTS: &'static [&'static str] =
        &["aucm(sigmoid=false)", "aucm(margin=0.25, sigmoid=false)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "aucm(sigmoid=false)", prediction: &[1.0, 0.5, 0.25, -0.25], target: &[1.0, 1.0, 0.0, 0.0],
                value: 0.125 + 0.0625, source: "by hand: variances 1/16 twice, (1 − ¾)²" },
        Known { expression: "aucm(sigmoid=false)", prediction: &[3.0, 3.0, 0.0], target: &[1.0, 1.0, 0.0], value: 0.0,
                source: "a lead of more than the margin" },
        Known { expression: "aucm", prediction: &[0.0, 0.0], target: &[1.0, 0.0], value: 1.0,
                source: "equal scores: the margin's square" },
        Known { expression: "aucm", prediction: &[std::f64::consts::LN_2, 0.0], target: &[0.0, 1.0],
                value: (7.0 / 6.0) * (7.0 / 6.0), source: "by hand: sigmoids ⅔ and ½" },
    ];

    fn facts(&self) -> Facts {
        let least = if self.sigmoid {
            (self.margin - 1.0).max(0.0).powi(2)
        } else {
            0.0
        };
        Facts {
            target: Domain::Unit,
            convex: !self.sigmoid,
            shift_invariant: !self.sigmoid,
            at_perfect: Some(least),
            hessian: if self.sigmoid {
                Hessian::Indefinite
            } else {
                Hessian::Exact
            },
            ..Facts::PLAIN
        }
    }
}

/// Share of each score in its own kind.
fn shares(targets: &[f64], weights: &[f64]) -> Vec<f64> {
    let mut mass = [0.0; 2];
    for (&t, &w) in targets.iter().zip(weights) {
        mass[usize::from(t > 0.0)] += w;
    }
    let each = targets.iter().zip(weights);
    each.map(|(&t, w)| w / mass[usize::from(t > 0.0)]).collect()
}

impl Aucm {
    /// Value and slopes by h.
    fn of<S: Real>(&self, targets: &[f64], weights: &[f64], h: &[S]) -> (S, Vec<S>) {
        let shares = shares(targets, weights);
        let mut means = [S::lift(0.0); 2];
        for (i, &h) in h.iter().enumerate() {
            let kind = usize::from(targets[i] > 0.0);
            means[kind] = means[kind] + S::lift(shares[i]) * h;
        }
        let lack = (S::lift(self.margin) + means[0] - means[1]).relu();
        let mut value = lack.square();
        let mut slopes = Vec::with_capacity(h.len());
        for (i, &h) in h.iter().enumerate() {
            let kind = usize::from(targets[i] > 0.0);
            let away = h - means[kind];
            value = value + S::lift(shares[i]) * away.square();
            let pull = if kind == 1 { -lack } else { lack };
            slopes.push(S::lift(2.0 * shares[i]) * (away + pull));
        }
        (value, slopes)
    }
}

impl GroupLoss for Aucm {
    const LAYOUT: Layout = Layout::Columns;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        Ok(both_kinds(group.targets))
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let h: Vec<S> = group
            .scores
            .iter()
            .map(|x| if self.sigmoid { x.sigmoid() } else { *x })
            .collect();
        self.of(group.targets, group.weights, &h).0
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        if !self.sigmoid {
            let (value, by_score) = self.of(group.targets, group.weights, group.scores);
            slopes.copy_from_slice(&by_score);
            return value;
        }
        let sigmoids: Vec<[f64; 2]> = group.scores.iter().map(|x| x.sigmoids()).collect();
        let h: Vec<f64> = sigmoids.iter().map(|[up, _]| *up).collect();
        let (value, by_h) = self.of(group.targets, group.weights, &h);
        for ((slope, d), [up, down]) in slopes.iter_mut().zip(by_h).zip(sigmoids) {
            *slope = d * up * down;
        }
        value
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        // Of its slope only.
        let shares = shares(group.targets, group.weights);
        let mut lack = self.margin;
        for (i, &x) in group.values.iter().enumerate() {
            let h = if self.sigmoid { x.sigmoid() } else { x };
            lack += shares[i] * h * (1.0 - 2.0 * group.targets[i]);
        }
        lack.abs() < margin
    }
}
