use crate::prelude::*;

loss! {
    /// Symmetric absolute percentage error: the absolute error as a share of the mean size of both sides.
    ///
    /// ℓ(x, t) = 2|x − t| / (|x| + |t|), 0 where both are 0
    ///
    /// The definition of the M4 competition without its factor of 100; others leave out the 2. Where the signs differ
    /// it is 2 whatever the prediction, without a slope. Shapes: prediction and target of the same shape; one entry is
    /// one item. A share in 0..2. Source: Makridakis et al. 2020; Wang et al. 2024 (paper 166).
    pub struct Smape = "smape" {}
}

impl Loss for Smape {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["smape_loss"];
    const PAPERS: &'static [u16] = &[166];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "smape", prediction: &[1.0], target: &[3.0], value: 1.0, source: "by hand: 2·2/4" },
        Known { expression: "smape", prediction: &[-1.0], target: &[2.0], value: 2.0, source: "signs that differ" },
        Known { expression: "smape", prediction: &[0.0], target: &[0.0], value: 0.0, source: "0/0 by definition" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(2.0),
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for Smape {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let zero = S::lift(0.0);
        let r = x - t;
        let distance = S::select_lt(r, zero, -r, S::select_lt(zero, r, r, zero));
        let size = x.abs() + t.abs();
        S::select_lt(zero, size, S::lift(2.0) * (distance / size), zero)
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        vec![target, 0.0]
    }
}
