use crate::image::moments::{LocalScore, Moments, mean_score, plain_mean_score};
use crate::image::window::{Border, Taper, Window};
use crate::prelude::*;

loss! {
    /// Structural similarity: means, contrasts and structure of two images in a sliding window.
    ///
    /// ℓ(x, t) = 1 − mean of (2 μ_x μ_t + C₁)/(μ_x² + μ_t² + C₁) · (2 σ_xt + C₂)/(σ_x² + σ_t² + C₂) over all windows,
    /// C₁ = (k1·range)², C₂ = (k2·range)²
    ///
    /// Shapes: prediction and target `[n, c, …]` with one to three axes of pixels. One channel of one item is one
    /// item of a mean. In 0..2, 0 for equal images. State the padding: on small images it decides the value.
    /// MONAI's SSIMLoss and pytorch-msssim use "valid"; kornia's ssim_loss is half of padding = "reflect";
    /// scikit-image's is unbiased unless told otherwise. Source: Wang et al. 2004.
    pub struct Ssim = "ssim" {
        /// Pixels of the window along each axis.
        window: u32 = 11, within(1.0, 255.0);
        /// Width σ of the Gaussian window, in pixels.
        sigma: f64 = 1.5, above(0.0);
        /// Weigh all pixels of the window alike?
        uniform: bool = false, finite();
        /// What the window sees beyond the border: "valid" leaves out windows that do not lie inside.
        padding: Border = Border::Valid, finite();
        /// Span of the pixel values, such as 1 or 255.
        range: f64 = 1.0, above(0.0);
        /// Of C₁.
        k1: f64 = 0.01, above(0.0);
        /// Of C₂.
        k2: f64 = 0.03, above(0.0);
        /// Divide variances by one pixel less than the window has?
        unbiased: bool = false, finite();
    }
}

impl Loss for Ssim {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["ssim_loss", "dssim"];
    const PAPERS: &'static [u16] = &[181, 27];
    const VARIANTS: &'static [&'static str] = &[
        "ssim(window=5, sigma=1)",
        "ssim(window=3, padding=\"reflect\")",
        "ssim(window=4, uniform=true, padding=\"zero\", unbiased=true)",
        "ssim(window=3, range=4, k1=0.1, k2=0.2)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "ssim(window=2, uniform=true)", prediction: &[0.1, 0.4, 0.3, 0.9],
                target: &[0.0, 0.5, 0.2, 1.0], value: 1.0 - 0.9564554757, source: "record 181: one window" },
        Known { expression: "ssim(window=2, uniform=true)", prediction: &[0.3, 0.1, 0.7, 0.2],
                target: &[0.3, 0.1, 0.7, 0.2], value: 0.0, source: "equal images" },
        Known { expression: "ssim(window=2, uniform=true)", prediction: &[0.5, 0.5, 0.5, 0.5],
                target: &[0.1, 0.1, 0.1, 0.1], value: 1.0 - 0.1001 / 0.2601, source: "by hand: flat, means alone" },
        Known { expression: "ssim(padding=\"zero\")", prediction: SQUARE_GREY, target: SQUARE,
                value: 0.0783335212, source: "record 027: a square" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(2.0),
            ..Facts::PLAIN
        }
    }
}

/// Rows 2 to 5 and columns 2 to 5 of 8×8 pixels.
const SQUARE: &[f64] = &square(0.0, 1.0);
/// The same at 0.9 on 0.1.
const SQUARE_GREY: &[f64] = &square(0.1, 0.9);

const fn square(outside: f64, inside: f64) -> [f64; 64] {
    let mut image = [outside; 64];
    let mut at = 0;
    while at < 64 {
        if at / 8 >= 2 && at / 8 < 6 && at % 8 >= 2 && at % 8 < 6 {
            image[at] = inside;
        }
        at += 1;
    }
    image
}

/// Structural similarity of one window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Similarity {
    /// C₁; `None` leaves the means out.
    pub(crate) means: Option<f64>,
    /// C₂.
    pub(crate) contrast: f64,
    /// What variances are multiplied with.
    pub(crate) factor: f64,
}

impl LocalScore for Similarity {
    #[inline(always)]
    fn score<S: Real>(&self, m: Moments<S>) -> S {
        let (c2, two) = (S::lift(self.contrast), S::lift(2.0));
        let factor = S::lift(self.factor);
        let structure = (two * m.cov * factor + c2) / ((m.var_x + m.var_y) * factor + c2);
        match self.means {
            None => structure,
            Some(c1) => {
                let c1 = S::lift(c1);
                let (x, y) = (m.mean_x, m.mean_y);
                structure * ((two * x * y + c1) / (x * x + y * y + c1))
            }
        }
    }
}

impl Ssim {
    pub(crate) fn window(&self) -> Window {
        Window {
            size: self.window as usize,
            taper: if self.uniform {
                Taper::Uniform
            } else {
                Taper::Gaussian(self.sigma)
            },
            border: self.padding,
        }
    }

    pub(crate) fn similarity(&self, grid: &Grid, means: bool) -> Similarity {
        let pixels = self.window().pixels(grid) as f64;
        let constant = |k: f64| (k * self.range) * (k * self.range);
        Similarity {
            means: means.then(|| constant(self.k1)),
            contrast: constant(self.k2),
            factor: if self.unbiased && pixels > 1.0 {
                pixels / (pixels - 1.0)
            } else {
                1.0
            },
        }
    }

    fn loss<T: Float>(&self, field: &Field<'_, T, T>, slopes: Option<&mut [T]>) -> f64 {
        let score = self.similarity(field.grid, true);
        let images = [field.values, field.target];
        1.0 - mean_score(
            &score,
            &self.window(),
            field.grid,
            images,
            &[],
            -1.0,
            slopes,
        )
    }
}

impl FieldLoss for Ssim {
    const TRUTH: Truth = Truth::Numbers;

    fn fits(&self, _channels: usize, grid: &Grid) -> Result<(), String> {
        self.window().fits(grid)
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let score = self.similarity(field.grid, true);
        let window = self.window();
        S::lift(1.0)
            - plain_mean_score(&score, &window, field.grid, field.values, field.target, &[])
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        self.loss(field, Some(slopes))
    }

    fn value<T: Float>(&self, field: &Field<'_, T, T>) -> f64 {
        self.loss(field, None)
    }
}
