use crate::prelude::*;

loss! {
    /// Focal loss: cross-entropy that fades for well-classified rows.
    ///
    /// ℓ(z, y) = −α_y (1 − p_y)^γ ln p_y,  p = softmax(z)
    ///
    /// Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1.
    /// In nats, ≥ 0. γ = 0 without α is cross-entropy. α never enters the divisor of a mean. Libraries
    /// differ on a single α: here it is the factor of every class (as in Keras); for the α and 1 − α of
    /// two classes give both, `alpha=[0.75, 0.25]`. For independent labels use `sigmoid_focal`.
    /// Source: Lin et al. 2017 (paper 024).
    pub struct Focal = "focal" {
        /// Focusing exponent γ.
        gamma: f64 = 2.0, at_least(0.0);
        /// Factor α of the loss: one for all classes or one for each.
        alpha: Alpha = Alpha::default(), at_least(0.0);
    }
}

impl Loss for Focal {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["softmax_focal", "focal_loss"];
    const PAPERS: &'static [u16] = &[24];
    const VARIANTS: &'static [&'static str] = &[
        "focal(gamma=0)",
        "focal(gamma=0.5)",
        "focal(gamma=1)",
        "focal(gamma=1.7)",
        "focal(gamma=5, alpha=0.25)",
    ];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "focal",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 0.011_092_750_1,
            source: "paper 024, test vector",
        },
        Known {
            expression: "focal(gamma=0)",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 0.241_311_297,
            source: "paper 005: gamma = 0 is cross-entropy",
        },
        Known {
            expression: "focal(gamma=2, alpha=0.5)",
            prediction: &[2.0, -1.0, 0.5],
            target: &[0.0],
            value: 0.005_546_375_05,
            source: "half of the paper's test vector",
        },
        Known {
            expression: "focal(gamma=5)",
            prediction: &[2.0, 1.0, 0.0],
            target: &[0.0],
            value: 0.001_713_571_1,
            source: "paper 183, test vector",
        },
        Known {
            expression: "focal(gamma=5)",
            prediction: &[0.0, 1.0, 3.0],
            target: &[1.0],
            value: 1.183_365_936_5,
            source: "paper 183, test vector",
        },
        Known {
            expression: "focal(gamma=5)",
            prediction: &[1.0, 1.0, 0.0],
            target: &[0.0],
            value: 0.055_455_653_2,
            source: "paper 183, test vector",
        },
    ];

    fn facts(&self) -> Facts {
        let plain = self.gamma == 0.0 && self.alpha.0.is_empty();
        Facts {
            convex: self.gamma == 0.0,
            elicits: if plain {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            shift_invariant: true,
            hessian: if self.gamma == 0.0 {
                Hessian::Exact
            } else {
                Hessian::Indefinite
            },
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for Focal {
    const READS: Reads = Reads::PROBABILITY;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        -(k.q.powf(self.gamma) * k.log_p)
    }

    fn alpha(&self) -> &[f64] {
        &self.alpha.0
    }
}
