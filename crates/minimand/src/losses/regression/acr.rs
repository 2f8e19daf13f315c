use crate::prelude::*;

loss! {
    /// Adaptive coordinate loss (ACR): steeper near the target for coordinates that are unusual.
    ///
    /// ℓ(x, t) = λ ln(1 + d^(2 − φ)) if d ≤ 1, else d² + λ ln 2 − 1;  d = |x − t|
    ///
    /// φ in 0..1 says how unusual the coordinate is in its shape, see [`ShapeModel`](crate::regression::ShapeModel). Shapes:
    /// predictions of any shape, such as `[n, coordinates]`; targets with one axis more, `[…, 2]`: the coordinate t and its φ;
    /// weights and mask of coordinates or of the first axis; one coordinate is one item. The units matter: coordinates in
    /// −½..½ never reach d = 1. ≥ 0 for λ ≥ 0. Source: Fard and Mahoor 2022 (paper 094), made continuous: their program has
    /// φ ln 2 for λ ln 2 beyond 1.
    pub struct Acr = "acr" {
        /// Factor λ of the logarithm.
        lambda: f64 = 1.0, above(0.0);
    }
}

impl Loss for Acr {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["acr_loss"];
    const PAPERS: &'static [u16] = &[94];
    const VARIANTS: &'static [&'static str] = &["acr(lambda=3)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "acr", prediction: &[0.5], target: &[0.0, 0.0], value: 0.223_143_551, source: "record 094" },
        Known { expression: "acr", prediction: &[0.0], target: &[0.5, 1.0], value: 0.405_465_108, source: "record 094" },
        Known { expression: "acr(lambda=2)", prediction: &[1.25], target: &[1.0, 0.5], value: 0.235_566_071, source: "record 094" },
        Known { expression: "acr(lambda=3)", prediction: &[1.0], target: &[0.0, 0.3], value: 2.079_441_542, source: "record 094" },
        Known { expression: "acr(lambda=3)", prediction: &[2.0], target: &[0.0, 0.3], value: 5.079_441_542, source: "record 094" },
    ];

    fn facts(&self) -> Facts {
        Facts::PLAIN
    }
}

impl Acr {
    fn loss<S: Real>(&self, x: S, t: f64, unusual: f64) -> S {
        let (one, zero) = (S::lift(1.0), S::lift(0.0));
        let r = x - S::lift(t);
        // Three-way, so that a perfect prediction has slope 0.
        let d = S::select_lt(r, zero, -r, S::select_lt(zero, r, r, zero));
        let near = S::lift(self.lambda) * d.min(one).powf(2.0 - unusual).ln_1p();
        let far = d * d + S::lift(self.lambda * std::f64::consts::LN_2 - 1.0);
        S::select_lt(one, d, far, near)
    }
}

impl GroupLoss for Acr {
    const LAYOUT: Layout = Layout::Marked;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        if (0.0..=1.0).contains(&group.targets[1]) {
            return Ok(true);
        }
        Err(Fault::Target(1, "a φ in 0..1"))
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        self.loss(group.scores[0], group.targets[0], group.targets[1])
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        super::scale::by_duals::<1>(group.scores, slopes, |x| {
            self.loss(x[0], group.targets[0], group.targets[1])
        })
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        let d = (group.values[0] - group.targets[0]).abs();
        // Between square and absolute error the curvature grows beyond bounds at 0.
        d < 50.0 * margin || (d - 1.0).abs() < margin
    }
}
