use crate::prelude::*;

loss! {
    /// Multi-class hinge loss: every other class must stay a margin below the label.
    ///
    /// ℓ(z, y) = 1/c · Σ_{j≠y} max(0, margin − z_y + z_j)^p
    ///
    /// Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c` (soft labels have no meaning here). In units
    /// of the logits to the power p, ≥ 0. The divisor is the class count, as in PyTorch. Source: Crammer
    /// and Singer 2001, in the sum form of Weston and Watkins 1999.
    pub struct MultiMargin = "multi_margin" {
        /// Exponent p of the hinge.
        p: f64 = 1.0, at_least(1.0);
        /// By how much the label must lead.
        margin: f64 = 1.0, finite();
    }
}

impl Loss for MultiMargin {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["multi_margin_loss"];
    const VARIANTS: &'static [&'static str] =
        &["multi_margin(p=2)", "multi_margin(p=1, margin=0.5)"];
    const KNOWN: &'static [Known] = &[
        Known {
            expression: "multi_margin",
            prediction: &[0.1, 0.2, 0.4, 0.8],
            target: &[3.0],
            value: 0.325,
            source: "by hand: ¼(0.3 + 0.4 + 0.6)",
        },
        Known {
            expression: "multi_margin(p=2)",
            prediction: &[0.1, 0.2, 0.4, 0.8],
            target: &[3.0],
            value: 0.1525,
            source: "by hand: ¼(0.09 + 0.16 + 0.36)",
        },
        Known {
            expression: "multi_margin",
            prediction: &[5.0, 1.0],
            target: &[0.0],
            value: 0.0,
            source: "a lead of more than the margin",
        },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: (self.p == 1.0).then_some(1.0),
            shift_invariant: true,
            hessian: if self.p == 1.0 {
                Hessian::Indefinite
            } else {
                Hessian::Exact
            },
            soft_labels: false,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for MultiMargin {
    const READS: Reads = Reads::OTHERS;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        k.others / S::lift(k.classes)
    }

    #[inline(always)]
    fn other<S: Real>(&self, other: S, own: S) -> S {
        (S::lift(self.margin) - own + other).relu().powf(self.p)
    }

    fn kinks(&self) -> Vec<f64> {
        vec![self.margin]
    }
}
