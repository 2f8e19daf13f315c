use crate::kernels::groups::softmax::Normaliser;
use crate::prelude::*;

loss! {
    /// OKO (odd-k-out): cross-entropy of the summed logits of a set against the class that occurs most in it.
    ///
    /// ℓ = −Σ_c t_c ln softmax(Σ_i z_i)_c,  hard: t one-hot of the pair's class; soft: t_c = shares of the labels
    ///
    /// A set has two examples of one class and one each of k others; a set of one is cross-entropy. The same
    /// slope goes to every member. Sums and not means on purpose: single logits stay small, hence less sure.
    /// Probabilities of a single example are softmax(z), for balanced classes. Shapes: logits `[sets, members,
    /// c]`, labels `[sets, members]` in `0..c`; weights of sets, a mask of sets or members; one set is one
    /// item. In nats, ≥ 0. [`OkoSampler`](crate::sampling::OkoSampler) draws the sets. Source: Muttenthaler et
    /// al. 2024 (paper 104).
    pub struct Oko = "oko" {
        /// Target all labels of the set and not only the pair's?
        soft: bool = false, finite();
    }
}

impl Loss for Oko {
    type Kind = Groups;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["oko_loss", "odd_k_out"];
    const PAPERS: &'static [u16] = &[104];
    const VARIANTS: &'static [&'static str] = &["oko(soft=true)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "oko", prediction: &[2.0, 0.0, 1.0, 1.0, 0.5, -1.0, 0.0, 1.5, 0.5],
                target: &[0.0, 0.0, 1.0], value: 0.371_539_032, source: "paper 104, test vector" },
        Known { expression: "oko(soft=true)", prediction: &[2.0, 0.0, 1.0, 1.0, 0.5, -1.0, 0.0, 1.5, 0.5],
                target: &[0.0, 0.0, 1.0], value: 0.704_872_365, source: "paper 104, test vector" },
        Known { expression: "oko", prediction: &[2.0, -1.0, 0.5], target: &[0.0], value: 0.241_311_296_657_157_03,
                source: "a set of one: cross-entropy" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(1.0),
            shift_invariant: true,
            at_perfect: if self.soft { None } else { Some(0.0) },
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

/// How often each class occurs.
fn tally(targets: &[f64], classes: usize) -> Vec<f64> {
    let mut counts = vec![0.0; classes];
    for &label in targets {
        counts[label as usize] += 1.0;
    }
    counts
}

/// The class that occurs most, if there is only one such.
fn majority(counts: &[f64]) -> Option<usize> {
    let most = counts.iter().copied().fold(0.0, f64::max);
    let mut found = (0..counts.len()).filter(|&k| counts[k] == most);
    found.next().filter(|_| found.next().is_none())
}

impl Oko {
    /// The target distribution of a set.
    fn target(&self, targets: &[f64], classes: usize) -> Vec<f64> {
        let counts = tally(targets, classes);
        if self.soft {
            return counts.iter().map(|n| n / targets.len() as f64).collect();
        }
        let pair = majority(&counts);
        (0..classes)
            .map(|k| f64::from(u8::from(Some(k) == pair)))
            .collect()
    }
}

impl GroupLoss for Oko {
    const LAYOUT: Layout = Layout::Sets;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        if self.soft || majority(&tally(group.targets, group.classes)).is_some() {
            return Ok(true);
        }
        let expected = "in a set in which one class occurs more often than every other";
        Err(Fault::Target(0, expected))
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let c = group.classes;
        let mut sums = group.scores[..c].to_vec();
        for member in group.scores[c..].chunks(c) {
            for (sum, &z) in sums.iter_mut().zip(member) {
                *sum = *sum + z;
            }
        }
        let top = sums.iter().skip(1).fold(sums[0], |a, &b| a.max(b));
        let norm = sums
            .iter()
            .map(|&z| (z - top).exp())
            .reduce(|a, b| a + b)
            .unwrap_or(S::lift(1.0));
        let target = self.target(group.targets, c);
        sums.iter()
            .zip(target)
            .fold(S::lift(0.0), |total, (&z, t)| {
                total + S::lift(t) * (top + norm.ln() - z)
            })
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let c = group.classes;
        let mut sums = vec![0.0; c];
        for member in group.scores.chunks(c) {
            for (sum, z) in sums.iter_mut().zip(member) {
                *sum += z;
            }
        }
        let (first, others) = slopes.split_at_mut(c);
        let target = self.target(group.targets, c);
        let value = Normaliser::of(&sums, first).cross_entropy(&sums, &target, first);
        for member in others.chunks_mut(c) {
            member.copy_from_slice(first);
        }
        value
    }
}
