use crate::prelude::*;

loss! {
    /// Smooth-ln loss: quadratic near the target, and hardly faster than linear far away.
    ///
    /// ℓ(x, t) = (|r| + 1) ln(|r| + 1) − |r|;  r = x − t
    ///
    /// Its slope is sign(r) ln(|r| + 1). Shapes: prediction and target of the same shape; one entry is one item.
    /// ≥ 0; not invariant to scale: residuals count as large from 1 on. For control points of text. Source: Liu and Jin
    /// 2017; Raisi et al. 2022 (paper 010).
    pub struct SmoothLn = "smooth_ln" {}
}

impl Loss for SmoothLn {
    type Kind = Points;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["smooth_ln_loss"];
    const PAPERS: &'static [u16] = &[10];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "smooth_ln", prediction: &[0.5], target: &[0.0], value: 0.108_197_662, source: "paper 010, test vector" },
        Known { expression: "smooth_ln", prediction: &[2.0], target: &[3.0], value: 0.386_294_361, source: "paper 010, test vector" },
        Known { expression: "smooth_ln", prediction: &[5.0], target: &[3.0], value: 1.295_836_866, source: "paper 010, test vector" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for SmoothLn {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let size = (x - t).abs();
        (size + S::lift(1.0)) * size.ln_1p() - size
    }

    fn kinks(&self, target: f64) -> Vec<f64> {
        vec![target]
    }
}
