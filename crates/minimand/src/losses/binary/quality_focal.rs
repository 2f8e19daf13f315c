use crate::prelude::*;

loss! {
    /// Quality focal loss: the focal loss of a soft target, such as the overlap of a detected box.
    ///
    /// ℓ(x, t) = |t − p|^β · BCE(x, t),  p = σ(x)
    ///
    /// For hard targets it is the focal loss without α; 0 where p = t. Shapes: logits and targets of the same
    /// shape, targets in 0..1; one entry is one item. In nats, ≥ 0. Source: Li et al. 2020; paper 024's soft
    /// extension.
    pub struct QualityFocal = "quality_focal" {
        /// Exponent β of the distance.
        beta: f64 = 2.0, at_least(0.0);
    }
}

impl Loss for QualityFocal {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["quality_focal_loss"];
    const PAPERS: &'static [u16] = &[24];
    const VARIANTS: &'static [&'static str] = &[
        "quality_focal(beta=0)",
        "quality_focal(beta=1)",
        "quality_focal(beta=2.5)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "quality_focal", prediction: &[-1.0], target: &[0.0], value: 0.022_658_057_5,
                source: "paper 024: focal without alpha" },
        Known { expression: "quality_focal", prediction: &[-3.0], target: &[1.0], value: 2.766_280_441,
                source: "paper 024: focal without alpha" },
        Known { expression: "quality_focal", prediction: &[0.0], target: &[0.5], value: 0.0, source: "p = t" },
        Known { expression: "quality_focal", prediction: &[0.0], target: &[0.25],
                value: std::f64::consts::LN_2 / 16.0, source: "by hand: ¼² ln 2" },
    ];

    fn facts(&self) -> Facts {
        let plain = self.beta == 0.0;
        Facts {
            target: Domain::Unit,
            convex: plain,
            elicits: if plain {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            hessian: if plain {
                Hessian::Exact
            } else {
                Hessian::Indefinite
            },
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for QualityFocal {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let rest = S::lift(1.0) - t;
        // t − p = t(1 − p) − (1 − t)p, which does not cancel for hard targets.
        let (p, q) = (x.sigmoid(), (-x).sigmoid());
        let distance = (t * q - rest * p).abs();
        distance.powf(self.beta) * (rest * x.softplus() + t * (-x).softplus())
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        if target > 0.0 && target < 1.0 {
            vec![(target / (1.0 - target)).ln()]
        } else {
            Vec::new()
        }
    }
}
