use crate::prelude::*;

loss! {
    /// Hinge loss of Weston and Watkins: the sum over all classes that come too near the label.
    ///
    /// ℓ(z, y) = Σ_{k≠y} max(0, margin + z_k − z_y)
    ///
    /// `multi_margin` is its mean over the classes, `crammer_singer` has the largest term alone. Shapes: logits
    /// `[n, c, …]`; labels `[n, …]` in `0..c` (soft labels have no meaning here). In units of the logits, ≥ 0.
    /// Source: Weston and Watkins 1999 (paper 018).
    pub struct WestonWatkins = "weston_watkins" {
        /// By how much the label must lead.
        margin: f64 = 1.0, at_least(0.0);
    }
}

impl Loss for WestonWatkins {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["weston_watkins_loss"];
    const PAPERS: &'static [u16] = &[18];
    const VARIANTS: &'static [&'static str] = &["weston_watkins(margin=0.25)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "weston_watkins", prediction: &[2.0, -1.0, 0.5], target: &[0.0], value: 0.0,
                source: "paper 018, test vector" },
        Known { expression: "weston_watkins", prediction: &[2.0, -1.0, 0.5], target: &[1.0], value: 6.5,
                source: "paper 018, test vector" },
        Known { expression: "weston_watkins", prediction: &[2.0, -1.0, 0.5], target: &[2.0], value: 2.5,
                source: "paper 018, test vector" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            shift_invariant: true,
            soft_labels: false,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for WestonWatkins {
    const READS: Reads = Reads::OTHERS;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        k.others
    }

    #[inline(always)]
    fn other<S: Real>(&self, other: S, own: S) -> S {
        (S::lift(self.margin) - own + other).relu()
    }

    fn kinks(&self) -> Vec<f64> {
        vec![self.margin]
    }
}
