use super::jaccard_order::{check, close, present, steps};
use crate::prelude::*;

loss! {
    /// Lovász loss: the convex extension of the Jaccard index of each class, on sorted errors.
    ///
    /// ℓ_k = Σ_i e_π(i) · (J(π(1..i)) − J(π(1..i−1))),  e_i = |t_i − p_i| in decreasing order π,
    /// J(M) = 1 − |T \ M| / |T ∪ M| the Jaccard loss if the pixels M are wrong
    ///
    /// Per class k; with activation "softmax" the Lovász-Softmax loss, with "sigmoid" the errors of
    /// probabilities of each class by itself. Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`), or
    /// one-hot labels `[n, c, …]`. A class of the whole batch is one item of a mean, or with per = "item" a
    /// class of one item. In 0..1. With present = true, classes without a true pixel do not count. Weights and
    /// masks are of pixels (per = "item": or of items); the weight of a pixel multiplies its part of the sum.
    /// Source: Berman, Triki and Blaschko 2018.
    pub struct Lovasz = "lovasz" {
        /// Do only classes count that have a true pixel?
        present: bool = true, finite();
        /// How scores become probabilities p.
        activation: Activation = Activation::Softmax, finite();
        /// What is sorted together.
        per: Per = Per::Batch, finite();
    }
}

impl Loss for Lovasz {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["lovasz_softmax", "lovasz_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "lovasz(per=\"item\")",
        "lovasz(present=false)",
        "lovasz(activation=\"sigmoid\", per=\"item\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "lovasz(activation=\"none\")", prediction: &[1.0, 0.0, 1.0], target: &[1.0, 0.0, 1.0],
                value: 0.0, source: "a perfect prediction" },
        Known { expression: "lovasz(activation=\"none\")", prediction: &[0.75, 0.5, 0.25], target: &[1.0, 0.0, 1.0],
                value: 0.75 / 2.0 + 0.5 / 6.0 + 0.25 / 3.0,
                source: "by hand: J is 1/2, 2/3, 1 after the errors 0.75, 0.5, 0.25" },
        Known { expression: "lovasz(activation=\"none\", present=false)", prediction: &[0.25, 0.5], target: &[0.0, 0.0],
                value: 0.5, source: "no true pixel: the largest error" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            bounded: (self.activation != Activation::None).then_some(1.0),
            ..Facts::PLAIN
        }
    }
}

impl Lovasz {
    fn errors<T: Float>(values: &[T], target: &[T]) -> Vec<T> {
        let pairs = values.iter().zip(target);
        pairs.map(|(&p, &t)| (t - p).abs()).collect()
    }
}

impl FieldLoss for Lovasz {
    const TRUTH: Truth = Truth::Classes;
    const WEIGHS_PIXELS: bool = true;

    fn extent(&self) -> Extent {
        match self.per {
            Per::Batch => Extent::Batch,
            Per::Item => Extent::Channel,
        }
    }

    fn activation(&self) -> Activation {
        self.activation
    }

    fn counts<T: Float>(&self, field: &Field<'_, T, T>) -> Result<bool, Fault> {
        check(field)?;
        Ok(!self.present || present(field))
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, numbers: &[f64]) -> S {
        let errors = Self::errors(numbers, field.target);
        let mut total = S::lift(0.0);
        for (i, step) in steps(&errors, field.target, field.weights) {
            total = total + S::lift(step) * (S::lift(field.target[i]) - field.values[i]).abs();
        }
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        slopes.fill(T::default());
        let errors = Self::errors(field.values, field.target);
        let mut total = 0.0;
        for (i, step) in steps(&errors, field.target, field.weights) {
            total += step * errors[i].to_f64();
            let below = field.values[i] < field.target[i];
            slopes[i] = T::from_f64(if below { -step } else { step });
        }
        total
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        // A step of a score is at most a quarter of it as a probability.
        let margin = match self.activation {
            Activation::None => margin,
            Activation::Softmax | Activation::Sigmoid => margin / 4.0,
        };
        close(Self::errors(field.values, field.target), margin)
    }
}
