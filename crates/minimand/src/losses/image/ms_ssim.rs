use super::ssim::Ssim;
use crate::image::moments::{mean_score, plain_mean_score};
use crate::image::pyramid::{half, pool, unpool};
use crate::image::window::Border;
use crate::prelude::*;

/// Weight of each scale, finest first.
const WEIGHTS: [f64; 5] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/// The least mean of a scale that is raised to its power: the slope of v^β at 0 is infinite.
const LEAST: f64 = 1e-6;

loss! {
    /// Multi-scale structural similarity: contrasts at every scale of a pyramid, means at the coarsest.
    ///
    /// ℓ(x, t) = 1 − Π_{k<M} mean(cs_k)^β_k · mean(l_M cs_M)^β_M,  β = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
    ///
    /// with l and cs as in `ssim`; each scale halves the image by 2×2 means (in a volume 2×2×2), odd rows are
    /// dropped. With fewer scales the first M weights, divided by their sum. Shapes: prediction and target
    /// `[n, c, …]`; one channel of one item is one item of a mean. In 0..1, 0 for equal images. A negative mean,
    /// which anti-correlated images have, is taken as 10⁻⁶ with slope 0 (normalize = "relu"), or every mean v as
    /// (v + 1)/2 ("simple"). With 5 scales and window 11 every axis needs 176 pixels. A mix with the mean absolute
    /// error is `0.84*ms_ssim + 0.16*mae` (Zhao et al. 2017). Source: Wang, Simoncelli and Bovik 2003.
    pub struct MsSsim = "ms_ssim" {
        /// Number of scales.
        scales: u32 = 5, within(1.0, 5.0);
        /// Pixels of the window along each axis.
        window: u32 = 11, within(1.0, 255.0);
        /// Width σ of the Gaussian window, in pixels.
        sigma: f64 = 1.5, above(0.0);
        /// Weigh all pixels of the window alike?
        uniform: bool = false, finite();
        /// What the window sees beyond the border.
        padding: Border = Border::Valid, finite();
        /// Span of the pixel values, such as 1 or 255.
        range: f64 = 1.0, above(0.0);
        /// Of C₁.
        k1: f64 = 0.01, above(0.0);
        /// Of C₂.
        k2: f64 = 0.03, above(0.0);
        /// Divide variances by one pixel less than the window has?
        unbiased: bool = false, finite();
        /// What becomes of negative means.
        normalize: Normalize = Normalize::Relu, finite();
    }
}

/// What becomes of the mean similarity of a scale before it is raised to a power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Normalize {
    /// At least 10⁻⁶.
    Relu,
    /// (v + 1)/2.
    Simple,
}
crate::parameter::choice!(Normalize, "\"relu\" or \"simple\"", "relu" => Relu, "simple" => Simple);

impl Loss for MsSsim {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["ms_ssim_loss", "msssim"];
    const PAPERS: &'static [u16] = &[181];
    const VARIANTS: &'static [&'static str] = &[
        "ms_ssim(scales=2, window=3, range=4, normalize=\"simple\")",
        "ms_ssim(scales=2, window=3, padding=\"reflect\", k2=3)",
        "ms_ssim(scales=2, window=3, uniform=true, unbiased=true, normalize=\"simple\", range=3)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "ms_ssim(scales=1, window=2, uniform=true)", prediction: &[0.1, 0.4, 0.3, 0.9],
                target: &[0.0, 0.5, 0.2, 1.0], value: 1.0 - 0.9564554757, source: "one scale is ssim (record 181)" },
        Known { expression: "ms_ssim(scales=1, window=2, uniform=true)", prediction: &[0.5, 0.5, 0.5, 0.5],
                target: &[0.5, 0.5, 0.5, 0.5], value: 0.0, source: "equal images" },
        // ((v + 1)/2)^1 of the value above.
        Known { expression: "ms_ssim(scales=1, window=2, uniform=true, normalize=\"simple\")",
                prediction: &[0.1, 0.4, 0.3, 0.9], target: &[0.0, 0.5, 0.2, 1.0], value: 0.5 * (1.0 - 0.9564554757),
                source: "half the loss of one scale" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(1.0),
            ..Facts::PLAIN
        }
    }
}

impl MsSsim {
    fn similarity(&self) -> Ssim {
        Ssim {
            window: self.window,
            sigma: self.sigma,
            uniform: self.uniform,
            padding: self.padding,
            range: self.range,
            k1: self.k1,
            k2: self.k2,
            unbiased: self.unbiased,
        }
    }

    /// Exponent of each scale.
    fn weights(&self) -> Vec<f64> {
        let used = &WEIGHTS[..(self.scales as usize).clamp(1, WEIGHTS.len())];
        // All five are used as published, though they add up to 1.0001.
        let sum: f64 = match used.len() {
            n if n == WEIGHTS.len() => 1.0,
            _ => used.iter().sum(),
        };
        used.iter().map(|w| w / sum).collect()
    }

    /// The grid of each scale; fewer if an axis runs out of pixels.
    fn grids(&self, grid: &Grid) -> Vec<Grid> {
        let next = |grid: &Grid| half(grid).ok();
        std::iter::successors(Some(*grid), next)
            .take(self.weights().len())
            .collect()
    }

    /// Is the power taken of a mean at which it is held?
    fn held(&self, mean: f64) -> bool {
        self.normalize == Normalize::Relu && mean < LEAST
    }

    fn normal<S: Real>(&self, mean: S) -> S {
        match self.normalize {
            Normalize::Relu => mean.max(S::lift(LEAST)),
            Normalize::Simple => (mean + S::lift(1.0)) * S::lift(0.5),
        }
    }

    /// The images of every scale but the finest.
    fn pyramid<S: Real>(grids: &[Grid], image: &[S]) -> Vec<Vec<S>> {
        let mut coarser: Vec<Vec<S>> = Vec::new();
        for pair in grids.windows(2) {
            let finer = coarser.last().map_or(image, Vec::as_slice);
            let pooled = pool(&pair[0], &pair[1], finer);
            coarser.push(pooled);
        }
        coarser
    }

    fn loss<T: Float>(&self, field: &Field<'_, T, T>, slopes: Option<&mut [T]>) -> f64 {
        let (ssim, weights) = (self.similarity(), self.weights());
        let grids = self.grids(field.grid);
        let images = [field.values, field.target].map(|image| Self::pyramid(&grids, image));
        let keep = slopes.is_some();
        let mut coarse: Vec<Vec<T>> = grids[1..]
            .iter()
            .map(|grid| vec![T::default(); if keep { grid.len() } else { 0 }])
            .collect();
        let mut all: Vec<&mut [T]> = slopes
            .into_iter()
            .chain(coarse.iter_mut().map(Vec::as_mut_slice))
            .collect();
        let means: Vec<f64> = (0..grids.len())
            .map(|scale| {
                let pair = match scale {
                    0 => [field.values, field.target],
                    _ => [&images[0][scale - 1][..], &images[1][scale - 1][..]],
                };
                let score = ssim.similarity(&grids[scale], scale + 1 == grids.len());
                let own = if keep { Some(&mut *all[scale]) } else { None };
                mean_score(&score, &ssim.window(), &grids[scale], pair, &[], 1.0, own)
            })
            .collect();
        let powers: Vec<f64> = means
            .iter()
            .zip(&weights)
            .map(|(&mean, &weight)| self.normal(mean).powf(weight))
            .collect();
        let product: f64 = powers.iter().product();
        if keep {
            for (scale, slopes) in all.iter_mut().enumerate() {
                let inner = match self.normalize {
                    Normalize::Relu if self.held(means[scale]) => 0.0,
                    Normalize::Relu => 1.0,
                    Normalize::Simple => 0.5,
                };
                let others: f64 = (0..powers.len())
                    .filter(|&other| other != scale)
                    .map(|other| powers[other])
                    .product();
                let base = self.normal(means[scale]).max(LEAST);
                let slope = -others * weights[scale] * base.powf(weights[scale] - 1.0) * inner;
                let factor = T::from_f64(slope);
                slopes.iter_mut().for_each(|s| *s = *s * factor);
            }
            for scale in (1..grids.len()).rev() {
                let (finer, coarser) = all.split_at_mut(scale);
                unpool(
                    &grids[scale - 1],
                    &grids[scale],
                    coarser[0],
                    finer[scale - 1],
                );
            }
        }
        1.0 - product
    }

    /// Mean similarity of each scale.
    fn plain_means<S: Real>(&self, field: &Field<'_, S, f64>) -> Vec<S> {
        let (ssim, grids) = (self.similarity(), self.grids(field.grid));
        let x = Self::pyramid(&grids, field.values);
        let y = Self::pyramid(&grids, field.target);
        (0..grids.len())
            .map(|scale| {
                let (x, y) = match scale {
                    0 => (field.values, field.target),
                    _ => (&x[scale - 1][..], &y[scale - 1][..]),
                };
                let grid = &grids[scale];
                let score = ssim.similarity(grid, scale + 1 == grids.len());
                plain_mean_score(&score, &ssim.window(), grid, x, y, &[])
            })
            .collect()
    }
}

impl FieldLoss for MsSsim {
    const TRUTH: Truth = Truth::Numbers;

    fn fits(&self, _channels: usize, grid: &Grid) -> Result<(), String> {
        let window = self.similarity().window();
        let scales = self.weights().len();
        let fit = std::iter::successors(Some(*grid), |grid| half(grid).ok())
            .take_while(|grid| window.fits(grid).is_ok())
            .count();
        if fit >= scales {
            return Ok(());
        }
        if fit == 0 {
            return window.fits(grid);
        }
        Err(format!(
            "halves the image {} times, and then a window of {} pixels does not fit: of {:?} pixels at most \
             `scales={fit}` can be made, or use a smaller `window`",
            scales - 1,
            self.window,
            grid.shape()
        ))
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let mut product = S::lift(1.0);
        for (mean, weight) in self.plain_means(field).into_iter().zip(self.weights()) {
            product = product * self.normal(mean).powf(weight);
        }
        S::lift(1.0) - product
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        self.loss(field, Some(slopes))
    }

    fn value<T: Float>(&self, field: &Field<'_, T, T>) -> f64 {
        self.loss(field, None)
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        let means = self.plain_means(field);
        self.normalize == Normalize::Relu
            && means
                .iter()
                .any(|mean| (mean - LEAST).abs() < 20.0 * margin)
    }
}
