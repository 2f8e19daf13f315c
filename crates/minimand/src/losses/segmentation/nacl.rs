use crate::image::differences::{axes, strides};
use crate::image::window::{Border, Taper, Window};
use crate::prelude::*;

loss! {
    /// Neighbour-aware calibration penalty: logits pulled to the shares of the classes around a pixel.
    ///
    /// ℓ(z, t) = mean |z − û|, or (z − û)²,  û = share of the class among the pixels of a window around the pixel
    ///
    /// Beyond the border there is no class. Shapes: logits `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`), or soft
    /// labels `[n, c, …]`. A class of an item is one item of a mean. In units of the logits (or their squares), ≥ 0.
    /// It has no meaning alone: MONAI's `NACLLoss` is "cross_entropy + 0.1*nacl", with kernel_ops "mean". Labels of
    /// ignored and masked pixels belong to no class. Source: Murugesan et al. 2023.
    pub struct Nacl = "nacl" {
        /// Pixels of the window along each axis, an odd number.
        window: u32 = 3, within(1.0, 1025.0);
        /// Square the differences?
        squared: bool = false, finite();
    }
}

impl Loss for Nacl {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &[
        "nacl_loss",
        "neighbour_aware_calibration",
        "neighbor_aware_calibration",
    ];
    const VARIANTS: &'static [&'static str] = &["nacl(squared=true)", "nacl(window=5)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "nacl", prediction: &[0.0, 0.0, 0.0], target: &[1.0, 0.0, 1.0],
                value: 4.0 / 9.0, source: "by hand: shares ⅓, ⅔, ⅓" },
        Known { expression: "nacl(squared=true)", prediction: &[0.0, 0.0, 0.0], target: &[1.0, 0.0, 1.0],
                value: 2.0 / 9.0, source: "by hand" },
        Known { expression: "nacl(window=1)", prediction: &[0.5, 0.5, 2.0], target: &[1.0, 0.0, 1.0],
                value: 2.0 / 3.0, source: "by hand: the labels themselves" },
        Known { expression: "nacl", prediction: &[2.0 / 9.0; 4], target: &[1.0, 0.0, 0.0, 1.0],
                value: 0.0, source: "a checkerboard: two of nine everywhere" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: true,
            // Of logits 0 and 1, not of ever larger ones.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl Nacl {
    /// The mean of the target in the window around each pixel, by running sums.
    fn shares<T: Float>(&self, grid: &Grid, target: &[T]) -> Vec<f64> {
        let (size, reach) = (self.window as usize, self.window as usize / 2);
        let mut image: Vec<f64> = target.iter().map(|t| t.to_f64()).collect();
        let mut line = Vec::new();
        for axis in axes(grid) {
            let (n, stride) = (grid.volume()[axis], strides(grid)[axis]);
            for block in image.chunks_mut(n * stride) {
                for first in 0..stride {
                    line.clear();
                    line.extend(block.iter().skip(first).step_by(stride));
                    let mut sum: f64 = line.iter().take(reach).sum();
                    for (i, out) in block.iter_mut().skip(first).step_by(stride).enumerate() {
                        sum += line.get(i + reach).copied().unwrap_or(0.0);
                        *out = sum / size as f64;
                        sum -= i.checked_sub(reach).map_or(0.0, |gone| line[gone]);
                    }
                }
            }
        }
        image
    }

    /// The mean weight is 1 over the pixels.
    fn share<T: Float>(field: &Field<'_, impl Sized, T>) -> f64 {
        let total: f64 = match field.weights {
            [] => field.grid.len() as f64,
            weights => weights.iter().map(|w| w.to_f64()).sum(),
        };
        if total > 0.0 { 1.0 / total } else { 0.0 }
    }
}

impl FieldLoss for Nacl {
    const TRUTH: Truth = Truth::Classes;
    const WEIGHS_PIXELS: bool = true;
    const READS_NEIGHBOURS: bool = true;

    fn fits(&self, _channels: usize, _grid: &Grid) -> Result<(), String> {
        if self.window % 2 == 1 {
            return Ok(());
        }
        Err(format!(
            "needs a `window` of an odd number of pixels, got {}",
            self.window
        ))
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let window = Window {
            size: self.window as usize,
            taper: Taper::Uniform,
            border: Border::Zero,
        };
        let share = Self::share(field);
        let mut total = S::lift(0.0);
        window.each(field.grid, |pixel, around| {
            let near = around
                .iter()
                .filter_map(|&(at, w)| Some(w * field.target[at?]));
            let gap = field.values[pixel] - S::lift(near.sum());
            let size = if self.squared {
                gap.square()
            } else {
                gap.abs()
            };
            let weight = field.weights.get(pixel).copied().unwrap_or(1.0);
            total = total + S::lift(weight * share) * size;
        });
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let shares = self.shares(field.grid, field.target);
        let share = Self::share(field);
        let mut total = 0.0;
        for (pixel, (slope, near)) in slopes.iter_mut().zip(shares).enumerate() {
            let gap = field.values[pixel].to_f64() - near;
            let weight = share * field.weights.get(pixel).map_or(1.0, |w| w.to_f64());
            let (size, by) = if self.squared {
                (gap * gap, 2.0 * gap)
            } else {
                (gap.abs(), if gap == 0.0 { 0.0 } else { gap.signum() })
            };
            total += weight * size;
            *slope = T::from_f64(weight * by);
        }
        total
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        let shares = self.shares(field.grid, field.target);
        !self.squared
            && field
                .values
                .iter()
                .zip(shares)
                .any(|(x, u)| (x - u).abs() < margin)
    }
}
