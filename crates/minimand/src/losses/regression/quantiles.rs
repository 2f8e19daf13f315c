use crate::prelude::*;

loss! {
    /// Quantile losses of several predicted quantiles together, which cannot cross if asked.
    ///
    /// ℓ(x, t) = Σ_j max(q_j r_j, (q_j − 1) r_j),  r_j = t − x_j; with crps=true times 2/m
    ///
    /// With monotone=true the numbers are a first quantile and raw steps: x_j = x_(j−1) + ln(1 + e^raw), for levels that
    /// rise. Shapes: predictions `[…, m]`, one number for each of the m levels, targets `[…]`; weights and mask of targets;
    /// one target is one item. In units of the target, ≥ 0. For evenly spaced levels 2/m times the sum is the
    /// continuous ranked probability score of the quantiles. Source: Koenker and Bassett 1978; Jadon et al. 2022 (paper 039).
    pub struct Quantiles = "quantiles" {
        /// Levels q of the quantiles.
        q: Numbers = Numbers(vec![0.1, 0.5, 0.9]), between(0.0, 1.0);
        /// Are all numbers but the first raw steps from quantile to quantile?
        monotone: bool = false, finite();
        /// Times 2/m?
        crps: bool = false, finite();
    }
}

impl Loss for Quantiles {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["multi_quantile", "crps_quantiles"];
    const PAPERS: &'static [u16] = &[39];
    const VARIANTS: &'static [&'static str] = &[
        "quantiles(q=[0.05, 0.25, 0.75, 0.95], monotone=true)",
        "quantiles(q=0.3, crps=true)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "quantiles", prediction: &[0.0, 1.0, 3.0], target: &[2.0], value: 0.8,
                source: "by hand: 0.1·2 + 0.5·1 + 0.1·1" },
        Known { expression: "quantiles(crps=true)", prediction: &[0.0, 1.0, 3.0], target: &[2.0], value: 1.6 / 3.0,
                source: "by hand: 2/3 of it" },
        Known { expression: "quantiles(monotone=true)", prediction: &[1.0, 0.0, 0.0], target: &[2.0],
                value: 0.1 + 0.5 * 0.306_852_819_440_054_7 + 0.1 * 0.386_294_361_119_890_6,
                source: "by hand: quantiles 1, 1 + ln 2, 1 + 2 ln 2" },
    ];

    fn facts(&self) -> Facts {
        let steepest = |a: f64, &q: &f64| a.max(q.max(1.0 - q));
        let factor = self.factor();
        let plain = !self.monotone;
        Facts {
            convex: plain,
            lipschitz: plain.then(|| factor * self.q.0.iter().fold(0.0, steepest)),
            at_perfect: plain.then_some(0.0),
            ..Facts::PLAIN
        }
    }
}

impl Quantiles {
    fn factor(&self) -> f64 {
        if self.crps {
            2.0 / self.q.0.len() as f64
        } else {
            1.0
        }
    }

    /// The quantile before the step to the one at this place.
    fn next<S: Real>(&self, place: usize, before: S, number: S) -> S {
        if self.monotone && place > 0 {
            before + number.softplus()
        } else {
            number
        }
    }
}

impl GroupLoss for Quantiles {
    const LAYOUT: Layout = Layout::Forecasts;

    fn fits(&self, numbers: usize) -> Result<(), String> {
        if numbers == self.q.0.len() {
            return Ok(());
        }
        Err(format!("{} (one for each level of q)", self.q.0.len()))
    }

    fn counts(&self, _group: &Group<'_, f64>) -> Result<bool, Fault> {
        if self.monotone && !self.q.0.is_sorted() {
            return Err(Fault::Whole(
                "with monotone=true needs levels q that rise".to_string(),
            ));
        }
        Ok(true)
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let t = S::lift(group.targets[0]);
        let (mut total, mut quantile) = (S::lift(0.0), S::lift(0.0));
        for (place, (&number, &q)) in group.scores.iter().zip(&self.q.0).enumerate() {
            quantile = self.next(place, quantile, number);
            let r = t - quantile;
            total = total + (S::lift(q) * r).max(S::lift(q - 1.0) * r);
        }
        S::lift(self.factor()) * total
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let factor = self.factor();
        let (mut total, mut quantile) = (0.0, 0.0);
        for (place, (&number, &q)) in group.scores.iter().zip(&self.q.0).enumerate() {
            quantile = self.next(place, quantile, number);
            let r = group.targets[0] - quantile;
            total += (q * r).max((q - 1.0) * r);
            slopes[place] = factor * if r > 0.0 { -q } else { 1.0 - q };
        }
        if self.monotone {
            // A step moves all quantiles from its own on.
            let mut later = 0.0;
            for (place, slope) in slopes.iter_mut().enumerate().rev() {
                later += *slope;
                *slope = if place > 0 {
                    later * group.scores[place].sigmoid()
                } else {
                    later
                };
            }
        }
        factor * total
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        let mut quantile = 0.0;
        group.values.iter().enumerate().any(|(place, &number)| {
            quantile = self.next(place, quantile, number);
            (group.targets[0] - quantile).abs() < 2.0 * margin * group.values.len() as f64
        })
    }
}
