use super::jaccard_order::{check, close, present, steps};
use crate::prelude::*;

loss! {
    /// Lovász hinge: the convex extension of the Jaccard index, on sorted hinge errors of logits.
    ///
    /// ℓ = Σ_i max(e_π(i), 0) · (J(π(1..i)) − J(π(1..i−1))),  e_i = 1 − z_i·(2 t_i − 1) in decreasing order π,
    /// J(M) = 1 − |T \ M| / |T ∪ M| the Jaccard loss if the pixels M are wrong
    ///
    /// For yes or no per pixel; each channel is judged by itself. Shapes: logits `[n, c, …]`; labels `[n, …]` (or
    /// `[n, 1, …]`), or one-hot labels `[n, c, …]`. A channel of one item is one item of a mean, or with
    /// per = "batch" a channel of the batch. ≥ 0; without a true pixel it is the largest hinge error. Weights and
    /// masks are of pixels (per = "item": or of items); the weight of a pixel multiplies its part of the sum.
    /// Source: Berman, Triki and Blaschko 2018; Yu and Blaschko 2015.
    pub struct LovaszHinge = "lovasz_hinge" {
        /// Do only channels count that have a true pixel?
        present: bool = false, finite();
        /// What is sorted together.
        per: Per = Per::Item, finite();
    }
}

impl Loss for LovaszHinge {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["lovasz_hinge_loss", "binary_lovasz"];
    const VARIANTS: &'static [&'static str] =
        &["lovasz_hinge(per=\"batch\")", "lovasz_hinge(present=true)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "lovasz_hinge", prediction: &[2.0, -1.0, 5.0], target: &[1.0, 0.0, 1.0],
                value: 0.0, source: "no error beyond the margin" },
        Known { expression: "lovasz_hinge", prediction: &[-1.0, 0.5, 0.25], target: &[1.0, 0.0, 1.0],
                value: 1.0 + 1.5 / 6.0 + 0.75 / 3.0,
                source: "by hand: J is 1/2, 2/3, 1 after the errors 2, 1.5, 0.75" },
        Known { expression: "lovasz_hinge", prediction: &[-0.75, 0.5], target: &[0.0, 0.0],
                value: 1.5, source: "no true pixel: the largest error" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            lipschitz: Some(1.0),
            ..Facts::PLAIN
        }
    }
}

impl LovaszHinge {
    fn errors<T: Float>(values: &[T], target: &[T]) -> Vec<T> {
        let one = T::from_f64(1.0);
        let error = |(&z, &t): (&T, &T)| if t > T::default() { one - z } else { one + z };
        values.iter().zip(target).map(error).collect()
    }
}

impl FieldLoss for LovaszHinge {
    const TRUTH: Truth = Truth::Classes;
    const WEIGHS_PIXELS: bool = true;

    fn extent(&self) -> Extent {
        match self.per {
            Per::Batch => Extent::Batch,
            Per::Item => Extent::Channel,
        }
    }

    fn counts<T: Float>(&self, field: &Field<'_, T, T>) -> Result<bool, Fault> {
        check(field)?;
        Ok(!self.present || present(field))
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, numbers: &[f64]) -> S {
        let errors = Self::errors(numbers, field.target);
        let mut total = S::lift(0.0);
        for (i, step) in steps(&errors, field.target, field.weights) {
            let sign = S::lift(2.0 * field.target[i] - 1.0);
            total = total + S::lift(step) * (S::lift(1.0) - field.values[i] * sign);
        }
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        slopes.fill(T::default());
        let errors = Self::errors(field.values, field.target);
        let mut total = 0.0;
        for (i, step) in steps(&errors, field.target, field.weights) {
            total += step * errors[i].to_f64();
            let inside = field.target[i] > T::default();
            slopes[i] = T::from_f64(if inside { -step } else { step });
        }
        total
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        // Of a margin between two errors each has half to itself.
        close(Self::errors(field.values, field.target), margin / 2.0)
    }
}
