use super::maps::mask_of;
use crate::prelude::*;
use crate::segmentation::distance_maps::both;

loss! {
    /// Hausdorff loss by distance transforms: squared errors weighed by how far they are from both borders.
    ///
    /// ℓ = mean (p − t)²·(d_p^α + d_t^α),  or ln(1 + ℓ)
    ///
    /// d_p and d_t are the distances of a pixel to the other side of the border of the mask p > ½ and of t > ½,
    /// 0 everywhere where a mask is empty or full; d_p is held fixed in the gradient. Shapes: scores `[n, c, …]`;
    /// labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]`. A class of an item is one item of a mean. In
    /// the unit of the spacing to the power α, ≥ 0. MONAI's `HausdorffDTLoss` is the same (its background does not
    /// count by default); its `LogHausdorffDTLoss` takes the logarithm after the mean, here each item has its own.
    /// Source: Karimi and Salcudean 2019.
    pub struct HausdorffDt = "hausdorff_dt" {
        /// Exponent α of the distances.
        alpha: f64 = 2.0, above(0.0);
        /// ln(1 + ℓ) instead of ℓ?
        log: bool = false, finite();
        /// How scores become probabilities p.
        activation: Activation = Activation::Softmax, finite();
        /// Does class 0 count?
        include_background: bool = true, finite();
    }
}

impl Loss for HausdorffDt {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["hausdorff_dt_loss", "hausdorff"];
    const VARIANTS: &'static [&'static str] = &[
        "hausdorff_dt(log=true)",
        "hausdorff_dt(alpha=1, include_background=false)",
        "hausdorff_dt(activation=\"sigmoid\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "hausdorff_dt(activation=\"none\")", prediction: &[1.0, 0.75, 0.0], target: &[1.0, 0.0, 0.0],
                value: 0.5625 * 2.0 / 3.0, source: "by hand: one pixel from both borders" },
        Known { expression: "hausdorff_dt(activation=\"none\", alpha=1, log=true)", prediction: &[1.0, 0.0, 0.25, 0.0],
                target: &[1.0, 0.0, 0.0, 0.0], value: 0.030_771_658_666_753_687, source: "by hand: two rows, ln(1 + 0.0625·2/4)" },
        Known { expression: "hausdorff_dt(activation=\"none\")", prediction: &[0.25, 0.0], target: &[0.0, 0.0],
                value: 0.0, source: "no border anywhere" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            ..Facts::PLAIN
        }
    }
}

impl HausdorffDt {
    /// Adds the weights by the border of a mask.
    fn add(&self, grid: &Grid, mask: &[bool], weights: &mut [f64]) {
        let Some([outside, inside]) = both(grid, mask) else {
            return;
        };
        for (weight, (outside, inside)) in weights.iter_mut().zip(outside.into_iter().zip(inside)) {
            let distance = outside + inside;
            *weight += if self.alpha == 2.0 {
                distance * distance
            } else {
                f64::powf(distance, self.alpha)
            };
        }
    }

    /// The weight of each pixel.
    fn weights<T: Float, U: Float>(&self, grid: &Grid, values: &[T], target: &[U]) -> Vec<f64> {
        let mut weights = vec![0.0; values.len()];
        self.add(grid, &mask_of(values), &mut weights);
        self.add(grid, &mask_of(target), &mut weights);
        weights
    }
}

impl FieldLoss for HausdorffDt {
    const TRUTH: Truth = Truth::Classes;

    fn activation(&self) -> Activation {
        self.activation
    }

    fn include_background(&self) -> bool {
        self.include_background
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, numbers: &[f64]) -> S {
        let weights = self.weights(field.grid, numbers, field.target);
        let mut total = S::lift(0.0);
        for ((w, &p), &t) in weights.iter().zip(field.values).zip(field.target) {
            total = total + S::lift(*w) * (p - S::lift(t)).square();
        }
        let mean = total / S::lift(field.values.len() as f64);
        if self.log { mean.ln_1p() } else { mean }
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let weights = self.weights(field.grid, field.values, field.target);
        let error = |i: usize| field.values[i].to_f64() - field.target[i].to_f64();
        let total: f64 = weights
            .iter()
            .enumerate()
            .map(|(i, w)| w * error(i) * error(i))
            .sum();
        let share = 1.0 / field.values.len() as f64;
        let mean = total * share;
        let scale = if self.log {
            share / (1.0 + mean)
        } else {
            share
        };
        for (i, (slope, w)) in slopes.iter_mut().zip(&weights).enumerate() {
            *slope = T::from_f64(2.0 * scale * w * error(i));
        }
        if self.log { mean.ln_1p() } else { mean }
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        // There the mask changes.
        field.values.iter().any(|p| (p - 0.5).abs() < margin)
    }
}
