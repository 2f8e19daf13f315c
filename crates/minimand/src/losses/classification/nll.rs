use crate::prelude::*;

loss! {
    /// Negative log-likelihood of log-probabilities that the model gives itself.
    ///
    /// ℓ(z, y) = −z_y,  z = ln p
    ///
    /// For models that end in a log-softmax or a mixture of softmaxes; after logits use `cross_entropy`, which
    /// normalises and keeps confident rows accurate. Nothing here checks that e^z sums to 1: without that
    /// the loss has no lower bound. Shapes: log-probabilities `[n, c, …]`; labels `[n, …]` in `0..c`, or soft
    /// labels `[n, c, …]` that sum to 1 (then −Σ_k t_k z_k). In nats.
    pub struct Nll = "nll" {}
}

impl Loss for Nll {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["nll_loss", "negative_log_likelihood"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "nll", prediction: &[-0.5, -1.25, -3.0], target: &[1.0],
                value: 1.25, source: "by hand" },
        Known { expression: "nll", prediction: &[-std::f64::consts::LN_2, -std::f64::consts::LN_2], target: &[0.0],
                value: std::f64::consts::LN_2, source: "a uniform row: ln 2" },
        Known { expression: "nll", prediction: &[0.0, -1e4], target: &[0.0], value: 0.0, source: "p_y = 1" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(1.0),
            // Any number is a prediction, so there is no lower bound.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for Nll {
    const READS: Reads = Reads::LOGIT;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        -k.z
    }
}
