use crate::prelude::*;

loss! {
    /// Hinge embedding loss: distances of pairs that belong together, and what others lack to a margin.
    ///
    /// ℓ(x, t) = t·x + (1 − t)·max(0, m − x)
    ///
    /// Shapes: distances and targets of the same shape, targets in 0..1 (0 and 1 stand for PyTorch's labels −1 and 1);
    /// one entry is one item. In units of the distance; ≥ 0 for distances, which are ≥ 0. On embeddings it is
    /// `contrastive` without its squares, of listed pairs. Source: PyTorch.
    pub struct HingeEmbedding = "hinge_embedding" {
        /// Distance m from which on others are far enough.
        margin: f64 = 1.0, at_least(0.0);
    }
}

impl Loss for HingeEmbedding {
    type Kind = Points;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["hinge_embedding_loss"];
    const VARIANTS: &'static [&'static str] = &["hinge_embedding(margin=2.5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "hinge_embedding", prediction: &[0.25], target: &[1.0], value: 0.25, source: "by hand" },
        Known { expression: "hinge_embedding", prediction: &[0.25], target: &[0.0], value: 0.75, source: "by hand" },
        Known { expression: "hinge_embedding", prediction: &[3.0], target: &[0.0], value: 0.0, source: "far enough" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            lipschitz: Some(1.0),
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for HingeEmbedding {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        t * x + (S::lift(1.0) - t) * (S::lift(self.margin) - x).relu()
    }

    fn kinks(&self, _target: f64) -> Vec<f64> {
        vec![self.margin]
    }
}
