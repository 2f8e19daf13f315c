use crate::prelude::*;

loss! {
    /// Continuous ranked probability score of an ensemble: mean distance to the target less half the mean distance
    /// between members.
    ///
    /// ℓ(x, t) = 1/m Σ_i |x_i − t| − c Σ_ij |x_i − x_j|,  c = 1/(2m²), with fair=true 1/(2m(m − 1))
    ///
    /// Shapes: predictions `[…, m]` of m members (samples), targets `[…]`; weights and mask of targets; one target is one
    /// item. In units of the target; ≥ 0, with fair=true it can be below. The fair form does not reward small ensembles
    /// for being too narrow: it is right in the mean whatever m is. In O(m log m). Source: Gneiting and Raftery 2007;
    /// Ferro 2014.
    pub struct CrpsEnsemble = "crps_ensemble" {
        /// Over pairs of different members alone? Needs two of them.
        fair: bool = false, finite();
    }
}

impl Loss for CrpsEnsemble {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["crps_samples"];
    const VARIANTS: &'static [&'static str] = &["crps_ensemble(fair=true)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "crps_ensemble", prediction: &[1.0, 3.0, 6.0], target: &[2.0], value: 2.0 - 10.0 / 9.0,
                source: "by hand: (1 + 1 + 4)/3 − 2(2 + 3 + 5)/18" },
        Known { expression: "crps_ensemble(fair=true)", prediction: &[1.0, 3.0, 6.0], target: &[2.0], value: 2.0 - 10.0 / 6.0,
                source: "by hand: 2 − 20/12" },
        Known { expression: "crps_ensemble", prediction: &[1.0], target: &[3.0], value: 2.0, source: "one member: mae" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: false,
            lipschitz: Some(1.0),
            at_perfect: (!self.fair).then_some(0.0),
            ..Facts::PLAIN
        }
    }
}

impl CrpsEnsemble {
    fn per_pair(&self, m: usize) -> f64 {
        let m = m as f64;
        0.5 / (m * if self.fair { m - 1.0 } else { m })
    }
}

impl GroupLoss for CrpsEnsemble {
    const LAYOUT: Layout = Layout::Forecasts;

    fn fits(&self, numbers: usize) -> Result<(), String> {
        let least = if self.fair { 2 } else { 1 };
        if numbers >= least {
            Ok(())
        } else {
            Err(format!("at least {least}"))
        }
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let (x, t) = (group.scores, S::lift(group.targets[0]));
        let (mut near, mut apart) = (S::lift(0.0), S::lift(0.0));
        for (i, &a) in x.iter().enumerate() {
            near = near + (a - t).abs();
            for &b in &x[..i] {
                apart = apart + (a - b).abs();
            }
        }
        S::lift(1.0 / x.len() as f64) * near - S::lift(2.0 * self.per_pair(x.len())) * apart
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let (x, t, m) = (group.scores, group.targets[0], group.scores.len());
        let mut order: Vec<usize> = (0..m).collect();
        order.sort_unstable_by(|&a, &b| x[a].total_cmp(&x[b]));
        let (share, per_pair) = (1.0 / m as f64, self.per_pair(m));
        let (mut near, mut apart, mut first) = (0.0, 0.0, 0);
        while first < m {
            // Equal members share their places.
            let value = x[order[first]];
            let equal = order[first..]
                .iter()
                .take_while(|&&i| x[i] == value)
                .count();
            // Members below less members above.
            let lead = (2 * first + equal) as f64 - m as f64;
            for &i in &order[first..first + equal] {
                let r = x[i] - t;
                near += r.abs();
                // From the target, so that a common offset does not cancel.
                apart += lead * r;
                let side = if r > 0.0 {
                    1.0
                } else if r < 0.0 {
                    -1.0
                } else {
                    0.0
                };
                slopes[i] = share * side - 2.0 * per_pair * lead;
            }
            first += equal;
        }
        share * near - 2.0 * per_pair * apart
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        let x = group.values;
        let near = |a: f64, b: f64| (a - b).abs() < margin;
        (0..x.len()).any(|i| near(x[i], group.targets[0]) || x[..i].iter().any(|&b| near(x[i], b)))
    }
}
