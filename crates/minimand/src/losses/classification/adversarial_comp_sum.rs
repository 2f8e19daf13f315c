use super::exp_m1_then_tangent;
use crate::kernels::dual::Dual;
use crate::kernels::groups::softmax::Normaliser;
use crate::prelude::*;

loss! {
    /// Smooth adversarial comp-sum loss: a comp-sum loss of the clean input and how far an attack moves the margins.
    ///
    /// ℓ = Φ_τ( Σ_{k≠y} e^(−D_k/ρ) ) + ν · max_i ‖D⁽ⁱ⁾ − D‖,  D_k = z_y − z_k over the classes k ≠ y
    ///
    /// The first member of a set holds the logits of the clean input, the others those of attacked ones (of which the
    /// one that moves the margins most counts); both are trained. [`attack`](crate::attack) finds them: with its
    /// inputs moved along the gradient by the attacked member, it climbs ‖D′ − D‖. A set of one is `comp_sum`. The label
    /// is that of the first member that counts. Theory asks for ν ≥ √(c − 1)/ρ; in practice ν is tuned. 1e-12 is added to the
    /// squares. For τ < 1 hopeless rows continue along a tangent as in `comp_sum`. Shapes: logits `[sets, members, c]`,
    /// labels `[sets, members]` in `0..c`; weights of sets; one set is one item. ≥ 0. Source: Mao, Mohri and Zhong
    /// 2023 (paper 001).
    pub struct AdversarialCompSum = "adversarial_comp_sum" {
        /// Exponent τ; useful in 0..2.
        tau: f64 = 1.0, at_least(0.0);
        /// Scale ρ of the margins.
        rho: f64 = 1.0, above(0.0);
        /// Weight ν of the moved margins.
        nu: f64 = 1.0, at_least(0.0);
    }
}

/// Least square of a distance: at 0 it has no slope.
const LEAST_SQUARE: f64 = 1e-12;

impl Loss for AdversarialCompSum {
    type Kind = Groups;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &[
        "smooth_adversarial_comp_sum",
        "smooth_adversarial_comp_sum_loss",
        "adv_comp_sum",
    ];
    const PAPERS: &'static [u16] = &[1];
    const VARIANTS: &'static [&'static str] = &[
        "adversarial_comp_sum(tau=0, rho=2, nu=0.5)",
        "adversarial_comp_sum(tau=0.5)",
        "adversarial_comp_sum(tau=1.5, nu=3)",
        "adversarial_comp_sum(tau=2, nu=0)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "adversarial_comp_sum", prediction: &[1.0, 0.5, -0.5], target: &[0.0],
                value: 0.604_130_605, source: "paper 001: a clean input alone is a comp-sum loss" },
        Known { expression: "adversarial_comp_sum(tau=0.5, nu=0)",
                prediction: &[1.0, 0.5, -0.5, 0.0, 3.0, 3.0], target: &[0.0, 0.0],
                value: 0.705_299_111, source: "paper 001, test vector of comp-sum: ν = 0" },
        Known { expression: "adversarial_comp_sum(nu=0.5)",
                prediction: &[0.0, 0.0, 0.0, 3.0, 3.0, 7.0, 0.0, 3.0, 4.0], target: &[0.0, 0.0, 0.0],
                value: 3.598_612_288_668_11, source: "by hand: ln 3 and half of the larger distance of 4 and 5" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

/// The class of the clean input.
fn label(targets: &[f64]) -> usize {
    targets[0] as usize
}

/// How far each attacked member moves the margins, squared.
fn moved_squares(values: &[f64], classes: usize, y: usize) -> Vec<f64> {
    let (clean, attacked) = values.split_at(classes);
    let square = |member: &[f64]| -> f64 {
        let own = member[y] - clean[y];
        let each = member.iter().zip(clean);
        each.map(|(z, x)| (own - (z - x)).powi(2)).sum()
    };
    attacked.chunks(classes).map(square).collect()
}

/// The member that moves the margins most, the first of equal ones; none without an attack.
fn farthest(values: &[f64], classes: usize, y: usize) -> Option<usize> {
    let mut found: Option<(usize, f64)> = None;
    for (i, square) in moved_squares(values, classes, y).into_iter().enumerate() {
        if found.is_none_or(|(_, most)| square > most) {
            found = Some((i + 1, square));
        }
    }
    found.map(|(i, _)| i)
}

impl GroupLoss for AdversarialCompSum {
    const LAYOUT: Layout = Layout::Sets;

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let (c, y) = (group.classes, label(group.targets));
        let clean = &group.scores[..c];
        let top = clean.iter().skip(1).fold(clean[0], |a, &b| a.max(b));
        let scale = S::lift(1.0 / self.rho);
        let sum = clean
            .iter()
            .map(|&z| ((z - top) * scale).exp())
            .reduce(|a, b| a + b)
            .unwrap_or(S::lift(1.0));
        let log_p = (clean[y] - top) * scale - sum.ln();
        let power = self.tau - 1.0;
        let first = if power == 0.0 {
            -log_p
        } else {
            exp_m1_then_tangent(S::lift(power) * log_p) / S::lift(-power)
        };
        let Some(farthest) = farthest(group.values, c, y) else {
            return first;
        };
        let member = &group.scores[farthest * c..][..c];
        let mut squares = S::lift(LEAST_SQUARE);
        for k in (0..c).filter(|&k| k != y) {
            squares = squares + ((member[y] - member[k]) - (clean[y] - clean[k])).square();
        }
        first + S::lift(self.nu) * squares.sqrt()
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let (c, y) = (group.classes, label(group.targets));
        let clean: Vec<f64> = group.scores[..c].iter().map(|z| z / self.rho).collect();
        let (first, others) = slopes.split_at_mut(c);
        let mut target = vec![0.0; c];
        target[y] = 1.0;
        // The slope is that of cross-entropy times p^(τ − 1).
        let entropy = Normaliser::of(&clean, first).cross_entropy(&clean, &target, first);
        let own = Dual::<f64, 1>::variable(entropy, 0);
        let power = self.tau - 1.0;
        let outer = if power == 0.0 {
            own
        } else {
            exp_m1_then_tangent(Dual::lift(-power) * own) / Dual::lift(-power)
        };
        let by = outer.partials[0] / self.rho;
        first.iter_mut().for_each(|g| *g *= by);
        let Some(farthest) = farthest(group.values, c, y) else {
            return outer.value;
        };
        let member = &group.scores[farthest * c..][..c];
        let clean = &group.scores[..c];
        let moved = |k: usize| (member[y] - member[k]) - (clean[y] - clean[k]);
        let squares: f64 = (0..c).map(|k| moved(k).powi(2)).sum();
        let distance = (squares + LEAST_SQUARE).sqrt();
        let at = (farthest - 1) * c;
        for k in (0..c).filter(|&k| k != y) {
            let slope = self.nu * moved(k) / distance;
            for (g, sign) in [(&mut others[at..at + c], 1.0), (&mut *first, -1.0)] {
                g[y] += sign * slope;
                g[k] -= sign * slope;
            }
        }
        outer.value + self.nu * distance
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        // Where another member moves the margins as much.
        let squares = moved_squares(group.values, group.classes, label(group.targets));
        let mut distances: Vec<f64> = squares.iter().map(|square| square.sqrt()).collect();
        distances.sort_by(f64::total_cmp);
        distances.windows(2).any(|pair| pair[1] - pair[0] < margin)
    }
}
