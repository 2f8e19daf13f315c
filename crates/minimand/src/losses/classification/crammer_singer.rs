use crate::prelude::*;

loss! {
    /// Max-margin loss of Crammer and Singer: the label must lead the best other class by a margin.
    ///
    /// ℓ(z, y) = max(0, margin + max_{j≠y} z_j − z_y)
    ///
    /// `margin=0` is the multi-class perceptron loss; `multi_margin` sums over all other classes instead.
    /// Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c` (soft labels have no meaning here). In units of
    /// the logits, ≥ 0. Source: Crammer and Singer 2001; the limit λ → 0 of `ldr_kl` (paper 018).
    pub struct CrammerSinger = "crammer_singer" {
        /// By how much the label must lead.
        margin: f64 = 1.0, at_least(0.0);
    }
}

impl Loss for CrammerSinger {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &[
        "crammer_singer_loss",
        "categorical_hinge",
        "multiclass_hinge",
    ];
    const PAPERS: &'static [u16] = &[18];
    const VARIANTS: &'static [&'static str] =
        &["crammer_singer(margin=0)", "crammer_singer(margin=2.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "crammer_singer", prediction: &[2.0, -1.0, 0.5], target: &[0.0], value: 0.0,
                source: "paper 018, test vector" },
        Known { expression: "crammer_singer", prediction: &[2.0, -1.0, 0.5], target: &[1.0], value: 4.0,
                source: "paper 018, test vector" },
        Known { expression: "crammer_singer", prediction: &[2.0, -1.0, 0.5], target: &[2.0], value: 2.5,
                source: "paper 018, test vector" },
        Known { expression: "crammer_singer(margin=0)", prediction: &[2.0, -1.0, 0.5], target: &[2.0], value: 1.5,
                source: "perceptron: how far the best class leads" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(1.0),
            shift_invariant: true,
            soft_labels: false,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for CrammerSinger {
    const READS: Reads = Reads::OTHERS;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        (S::lift(self.margin) + k.others).relu()
    }

    fn rival(&self) -> Option<Rival> {
        Some(Rival::Largest)
    }

    fn kinks(&self) -> Vec<f64> {
        vec![self.margin]
    }
}
