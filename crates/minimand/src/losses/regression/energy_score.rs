use crate::prelude::*;

loss! {
    /// Energy score of an ensemble of vectors: the continuous ranked probability score in several dimensions.
    ///
    /// ℓ(x, t) = 1/m Σ_i ‖x_i − t‖^β − c Σ_ij ‖x_i − x_j‖^β,  c = 1/(2m²), with fair=true 1/(2m(m − 1))
    ///
    /// Shapes: predictions `[n, m, d]` of m members, targets `[n, d]`; weights of ensembles, a mask of ensembles or of
    /// members; one ensemble is one item. In units of the target (to the power of β); ≥ 0, with fair=true it can be below.
    /// Strictly proper for β < 2; in O(m² d). Source: Gneiting and Raftery 2007.
    pub struct EnergyScore = "energy_score" {
        /// Power β of the distances.
        beta: f64 = 1.0, within(0.0, 2.0).above_low();
        /// Over pairs of different members alone? Needs two of them.
        fair: bool = false, finite();
    }
}

impl Loss for EnergyScore {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["energy_distance_score"];
    const VARIANTS: &'static [&'static str] =
        &["energy_score(fair=true)", "energy_score(beta=1.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "energy_score", prediction: &[3.0, 4.0, 0.0, 0.0], target: &[0.0, 0.0], value: 1.25,
                source: "by hand: 5/2 − 10/8" },
        Known { expression: "energy_score(fair=true)", prediction: &[3.0, 4.0, 0.0, 0.0], target: &[0.0, 0.0], value: 0.0,
                source: "by hand: 5/2 − 10/4" },
        Known { expression: "energy_score(beta=2)", prediction: &[3.0, 4.0, 0.0, 0.0], target: &[0.0, 0.0], value: 6.25,
                source: "the squared distance of the mean: 2.5²" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            lipschitz: (self.beta == 1.0).then_some(1.0),
            at_perfect: (!self.fair).then_some(0.0),
            ..Facts::PLAIN
        }
    }
}

impl EnergyScore {
    fn per_pair(&self, m: usize) -> f64 {
        let m = m as f64;
        0.5 / (m * if self.fair { m - 1.0 } else { m })
    }

    /// ‖a − b‖^β
    fn distance<S: Real>(&self, a: &[S], b: &[S]) -> S {
        let squares = a.iter().zip(b).map(|(&a, &b)| (a - b) * (a - b));
        squares
            .fold(S::lift(0.0), |sum, x| sum + x)
            .powf(0.5 * self.beta)
    }

    /// The same; adds its slopes times a factor to those of a, and the opposite to those of b.
    fn pull(
        &self,
        a: &[f64],
        b: &[f64],
        by: f64,
        of_a: &mut [f64],
        mut of_b: Option<&mut [f64]>,
    ) -> f64 {
        let square: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
        if square == 0.0 {
            return 0.0;
        }
        let distance = square.powf(0.5 * self.beta);
        let factor = by * self.beta * (distance / square);
        for (axis, slope) in of_a.iter_mut().enumerate() {
            let d = factor * (a[axis] - b[axis]);
            *slope += d;
            if let Some(of_b) = of_b.as_deref_mut() {
                of_b[axis] -= d;
            }
        }
        distance
    }
}

impl GroupLoss for EnergyScore {
    const LAYOUT: Layout = Layout::Ensembles;

    fn fits(&self, members: usize) -> Result<(), String> {
        let least = if self.fair { 2 } else { 1 };
        if members >= least {
            Ok(())
        } else {
            Err(format!("at least {least} members"))
        }
    }

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        // A mask of members may leave one of them.
        Ok(!self.fair || group.scores.len() >= 2 * group.classes)
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let x: Vec<&[S]> = group.scores.chunks(group.classes).collect();
        let t: Vec<S> = group.targets.iter().map(|&t| S::lift(t)).collect();
        let (mut near, mut apart) = (S::lift(0.0), S::lift(0.0));
        for (i, a) in x.iter().enumerate() {
            near = near + self.distance(a, &t);
            for b in &x[..i] {
                apart = apart + self.distance(a, b);
            }
        }
        S::lift(1.0 / x.len() as f64) * near - S::lift(2.0 * self.per_pair(x.len())) * apart
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let d = group.classes;
        let m = group.scores.len() / d;
        let (share, per_pair) = (1.0 / m as f64, 2.0 * self.per_pair(m));
        let (mut near, mut apart) = (0.0, 0.0);
        for i in 0..m {
            let a = &group.scores[i * d..(i + 1) * d];
            let (before, own) = slopes.split_at_mut(i * d);
            let own = &mut own[..d];
            near += self.pull(a, group.targets, share, own, None);
            for (b, of_b) in group.scores.chunks(d).zip(before.chunks_mut(d)) {
                apart += self.pull(a, b, -per_pair, own, Some(of_b));
            }
        }
        share * near - per_pair * apart
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        let x: Vec<&[f64]> = group.values.chunks(group.classes).collect();
        let near =
            |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 100.0 * margin);
        (0..x.len()).any(|i| near(x[i], group.targets) || x[..i].iter().any(|b| near(x[i], b)))
    }
}
