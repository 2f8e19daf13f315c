use super::maps::{mask_of, mean, plain_mean};
use crate::prelude::*;
use crate::segmentation::distance_maps::region_wise;

loss! {
    /// Rectified region-wise loss: probabilities weighed by how deep inside its class a pixel lies.
    ///
    /// ℓ = mean Z·p,  Z = 1 outside the class, inside −(distance to its border)/(largest such distance)
    ///
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]`, of which more
    /// than ½ is inside. A class of an item is one item of a mean. In −1..1, negative for good predictions. Z is 1
    /// for a class that is absent and −1 for one that is all there is. Source: Valverde and Tohka 2023; paper 036.
    pub struct RegionWise = "region_wise" {
        /// How scores become probabilities p.
        activation: Activation = Activation::Softmax, finite();
        /// Does class 0 count?
        include_background: bool = true, finite();
    }
}

impl Loss for RegionWise {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["region_wise_loss", "rrw"];
    const PAPERS: &'static [u16] = &[36];
    const VARIANTS: &'static [&'static str] = &[
        "region_wise(include_background=false)",
        "region_wise(activation=\"sigmoid\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "region_wise(activation=\"none\")", prediction: &[0.1, 0.6, 0.9, 0.9, 0.9, 0.2, 0.3],
                target: &[0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0], value: (0.1 + 0.3 - 0.8 / 3.0 - 1.2 - 0.9) / 7.0,
                source: "paper 036: Z is 1, −1/3, −2/3, −1, −2/3, −1/3, 1" },
        Known { expression: "region_wise(activation=\"none\")", prediction: &[0.5, 0.25, 1.0], target: &[0.0, 0.0, 0.0],
                value: 1.75 / 3.0, source: "an absent class" },
        Known { expression: "region_wise(activation=\"none\")", prediction: &[0.5, 0.25, 1.0], target: &[1.0, 1.0, 1.0],
                value: -1.75 / 3.0, source: "a class that is all there is" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: self.activation == Activation::None,
            bounded: (self.activation != Activation::None).then_some(1.0),
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl FieldLoss for RegionWise {
    const TRUTH: Truth = Truth::Classes;

    fn activation(&self) -> Activation {
        self.activation
    }

    fn include_background(&self) -> bool {
        self.include_background
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        plain_mean(
            &region_wise(field.grid, &mask_of(field.target)),
            field.values,
        )
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        mean(
            &region_wise(field.grid, &mask_of(field.target)),
            field.values,
            slopes,
        )
    }
}
