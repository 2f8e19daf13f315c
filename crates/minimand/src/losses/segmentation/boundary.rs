use super::maps::{mask_of, mean, plain_mean};
use crate::prelude::*;
use crate::segmentation::distance_maps::boundary;

loss! {
    /// Boundary loss: probabilities weighed by the signed distance to the true border.
    ///
    /// ℓ = mean φ·p,  φ the distance to the class outside it; inside, minus the distance to its border
    ///
    /// Approximates the distance between two borders and is linear in p; for training it is added to a loss of
    /// regions. Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]`, of
    /// which more than ½ is inside. A class of an item is one item of a mean. In the unit of the spacing; negative
    /// for good predictions. φ is 0 on true pixels at the border, and everywhere for a class without one (absent or
    /// all there is); see `segmentation::distance_maps::boundary_map`. With spacing 1 MONAI's `BoundaryLoss` is the
    /// same. Source: Kervadec et al. 2019.
    pub struct Boundary = "boundary" {
        /// How scores become probabilities p.
        activation: Activation = Activation::Softmax, finite();
        /// Does class 0 count?
        include_background: bool = true, finite();
    }
}

impl Loss for Boundary {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["boundary_loss", "surface_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "boundary(include_background=false)",
        "boundary(activation=\"sigmoid\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "boundary(activation=\"none\")", prediction: &[1.0, 0.5, 0.25, 1.0, 0.0],
                target: &[0.0, 1.0, 1.0, 1.0, 0.0], value: (1.0 - 0.25) / 5.0, source: "by hand: φ is 1, 0, −1, 0, 1" },
        Known { expression: "boundary(activation=\"none\")", prediction: &[0.0, 0.0, 1.0], target: &[1.0, 0.0, 0.0],
                value: 2.0 / 3.0, source: "by hand: two pixels away" },
        Known { expression: "boundary(activation=\"none\")", prediction: &[0.5, 1.0, 1.0], target: &[0.0, 0.0, 0.0],
                value: 0.0, source: "no border" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: self.activation == Activation::None,
            // Its infimum is that of the target.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl FieldLoss for Boundary {
    const TRUTH: Truth = Truth::Classes;

    fn activation(&self) -> Activation {
        self.activation
    }

    fn include_background(&self) -> bool {
        self.include_background
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        plain_mean(&boundary(field.grid, &mask_of(field.target)), field.values)
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        mean(
            &boundary(field.grid, &mask_of(field.target)),
            field.values,
            slopes,
        )
    }
}
