use crate::image::moments::{LocalScore, Moments, mean_score, plain_mean_score};
use crate::image::window::{Border, Taper, Window};
use crate::prelude::*;

loss! {
    /// Local normalised cross-correlation: correlation of two images in a sliding window.
    ///
    /// ℓ(x, t) = 1 − mean of V² cov² / (max(V var x, ε) max(V var t, ε)), or with squared = false of its root with
    /// the sign of the covariance; V is the number of pixels of the window
    ///
    /// with zeros beyond the border. Shapes: prediction and target `[n, c, …]` with one to three axes of pixels. One
    /// channel of one item is one item of a mean. In 0..1 (not squared 0..2); slow changes of brightness and
    /// contrast matter little. MONAI's and VoxelMorph's loss is this minus 1. Weights of pixels weigh the
    /// windows around them, as (1 − mask) does for a lesion (paper 109). Source: Avants et al. 2008.
    pub struct LocalNcc = "local_ncc" {
        /// Pixels of the window along each axis, odd.
        window: u32 = 9, within(1.0, 255.0);
        /// Weigh the pixels of the window by a Gaussian with a third of its size as width? V is then the sum of
        /// the weights, of which the largest is 1.
        gaussian: bool = false, finite();
        /// Squared correlation, for which images that are each other's negative are alike?
        squared: bool = true, finite();
        /// Least V·variance ε, in squared units of the images.
        epsilon: f64 = 1e-5, above(0.0);
    }
}

impl Loss for LocalNcc {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["lncc", "local_normalized_cross_correlation"];
    const PAPERS: &'static [u16] = &[109];
    const VARIANTS: &'static [&'static str] = &[
        "local_ncc(window=3)",
        "local_ncc(window=3, squared=false)",
        "local_ncc(window=5, gaussian=true)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "local_ncc(window=3)", prediction: &[1.0, 2.0, 3.0], target: &[2.0, 4.0, 6.0],
                value: 0.0, source: "a multiple" },
        Known { expression: "local_ncc(window=3, squared=false)", prediction: &[1.0, 2.0, 3.0],
                target: &[-1.0, -2.0, -3.0], value: 2.0, source: "the negative" },
        Known { expression: "local_ncc(window=3)", prediction: &[1.0, 0.0, 0.0], target: &[0.0, 1.0, 0.0],
                value: 1.0 - (0.25 + 0.25) / 3.0, source: "by hand: r² = ¼, ¼ and flat" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(if self.squared { 1.0 } else { 2.0 }),
            ..Facts::PLAIN
        }
    }
}

/// Correlation within one window.
struct Correlation {
    pixels: f64,
    epsilon: f64,
    squared: bool,
}

impl LocalScore for Correlation {
    #[inline(always)]
    fn score<S: Real>(&self, m: Moments<S>) -> S {
        let (pixels, least) = (S::lift(self.pixels), S::lift(self.epsilon));
        let cross = m.cov * pixels;
        let x = (m.var_x * pixels).max(least);
        let y = (m.var_y * pixels).max(least);
        let one = S::lift(1.0);
        // Rounding of flat windows must not make more of them than there is.
        if self.squared {
            ((cross / x) * (cross / y)).min(one)
        } else {
            (cross / (x.sqrt() * y.sqrt())).min(one).max(-one)
        }
    }
}

impl LocalNcc {
    fn window(&self) -> Window {
        Window {
            size: self.window as usize,
            taper: if self.gaussian {
                Taper::Gaussian(f64::from(self.window) / 3.0)
            } else {
                Taper::Uniform
            },
            border: Border::Zero,
        }
    }

    fn correlation(&self, grid: &Grid) -> Correlation {
        let taps = self.window().taper.taps(self.window as usize);
        let peak = taps.iter().copied().fold(0.0, f64::max);
        Correlation {
            pixels: peak.powi(-(grid.axes() as i32)),
            epsilon: self.epsilon,
            squared: self.squared,
        }
    }

    fn loss<T: Float>(&self, field: &Field<'_, T, T>, slopes: Option<&mut [T]>) -> f64 {
        let (score, window) = (self.correlation(field.grid), self.window());
        let images = [field.values, field.target];
        1.0 - mean_score(
            &score,
            &window,
            field.grid,
            images,
            field.weights,
            -1.0,
            slopes,
        )
    }
}

impl FieldLoss for LocalNcc {
    const TRUTH: Truth = Truth::Numbers;
    const WEIGHS_PIXELS: bool = true;
    const READS_NEIGHBOURS: bool = true;

    fn fits(&self, _channels: usize, _grid: &Grid) -> Result<(), String> {
        if self.window.is_multiple_of(2) {
            return Err(format!(
                "has a window of {} pixels, which has no middle; use an odd number",
                self.window
            ));
        }
        Ok(())
    }

    fn counts<T: Float>(&self, field: &Field<'_, T, T>) -> Result<bool, Fault> {
        Ok(field.weights.is_empty() || field.weights.iter().any(|w| *w > T::default()))
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let (score, window) = (self.correlation(field.grid), self.window());
        let (x, t) = (field.values, field.target);
        S::lift(1.0) - plain_mean_score(&score, &window, field.grid, x, t, field.weights)
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        self.loss(field, Some(slopes))
    }

    fn value<T: Float>(&self, field: &Field<'_, T, T>) -> f64 {
        self.loss(field, None)
    }
}
