//! Discrete Fourier transforms of real images, unitary: sums of squares stay what they are.
//!
//! All in double precision. The spectrum of a real image is its own mirror, so that half of it is kept, and
//! frequencies that stand for two count twice ([`Transform::times`]).

use crate::grid::Grid;
use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftPlanner};
use std::sync::Arc;

/// The transforms of one grid, ready to be run.
pub struct Transform {
    shape: [usize; 3],
    /// Frequencies kept along the last axis.
    kept: usize,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    /// There and back along slices and rows.
    others: [[Arc<dyn Fft<f64>>; 2]; 2],
}

impl Transform {
    /// For images on this grid.
    pub fn new(grid: &Grid) -> Transform {
        let shape = grid.volume();
        let (mut real, mut complex) = (RealFftPlanner::new(), FftPlanner::new());
        let mut both = |n| [complex.plan_fft_forward(n), complex.plan_fft_inverse(n)];
        Transform {
            shape,
            kept: shape[2] / 2 + 1,
            forward: real.plan_fft_forward(shape[2]),
            inverse: real.plan_fft_inverse(shape[2]),
            others: [both(shape[0]), both(shape[1])],
        }
    }

    /// How many frequencies of the whole spectrum the kept one at this place stands for: 1 or 2.
    pub fn times(&self, place: usize) -> f64 {
        let along = place % self.kept;
        let alone = along == 0 || 2 * along == self.shape[2];
        if alone { 1.0 } else { 2.0 }
    }

    fn scale(&self) -> f64 {
        1.0 / (self.shape.iter().product::<usize>() as f64).sqrt()
    }

    /// The kept half of the spectrum, `[slices, rows, columns/2 + 1]`.
    pub fn spectrum(&self, image: &[f64]) -> Vec<Complex<f64>> {
        let [slices, rows, columns] = self.shape;
        let mut out = vec![Complex::new(0.0, 0.0); slices * rows * self.kept];
        let mut line = vec![0.0; columns];
        let mut scratch = self.forward.make_scratch_vec();
        for (image, out) in image.chunks(columns).zip(out.chunks_mut(self.kept)) {
            line.copy_from_slice(image);
            // Fails on other lengths only, and these are the planned ones.
            let done = self
                .forward
                .process_with_scratch(&mut line, out, &mut scratch);
            debug_assert!(done.is_ok());
        }
        self.along(1, 0, &mut out);
        self.along(0, 0, &mut out);
        let scale = self.scale();
        out.iter_mut().for_each(|z| *z *= scale);
        out
    }

    /// The real image with this (kept half of a) spectrum.
    pub fn image(&self, mut spectrum: Vec<Complex<f64>>) -> Vec<f64> {
        let [slices, rows, columns] = self.shape;
        self.along(0, 1, &mut spectrum);
        self.along(1, 1, &mut spectrum);
        let mut out = vec![0.0; slices * rows * columns];
        let mut scratch = self.inverse.make_scratch_vec();
        for (line, out) in spectrum.chunks_mut(self.kept).zip(out.chunks_mut(columns)) {
            // Without rounding these would be real.
            line[0].im = 0.0;
            if columns % 2 == 0 {
                line[columns / 2].im = 0.0;
            }
            let done = self.inverse.process_with_scratch(line, out, &mut scratch);
            debug_assert!(done.is_ok());
        }
        let scale = self.scale();
        out.iter_mut().for_each(|x| *x *= scale);
        out
    }

    /// One axis of the spectrum, 0 slices or 1 rows; `way` 0 there, 1 back.
    fn along(&self, axis: usize, way: usize, spectrum: &mut [Complex<f64>]) {
        let n = self.shape[axis];
        if n < 2 {
            return;
        }
        let stride = if axis == 0 {
            self.shape[1] * self.kept
        } else {
            self.kept
        };
        let fft = &self.others[axis][way];
        let mut scratch = vec![Complex::new(0.0, 0.0); fft.get_inplace_scratch_len()];
        // Several lines at once: neighbours share the memory that they are read from.
        const LINES: usize = 8;
        let mut lines = vec![Complex::new(0.0, 0.0); LINES * n];
        for block in spectrum.chunks_mut(stride * n) {
            for first in (0..stride).step_by(LINES) {
                let count = LINES.min(stride - first);
                for i in 0..n {
                    for l in 0..count {
                        lines[l * n + i] = block[i * stride + first + l];
                    }
                }
                fft.process_with_scratch(&mut lines[..count * n], &mut scratch);
                for i in 0..n {
                    for l in 0..count {
                        block[i * stride + first + l] = lines[l * n + i];
                    }
                }
            }
        }
    }
}

/// Real and imaginary parts of the kept half of the spectrum, written out plainly. Slow: n² products.
pub(crate) fn plain_spectrum<S: crate::kernels::scalar::Real>(
    grid: &Grid,
    image: &[S],
) -> Vec<[S; 2]> {
    let [slices, rows, columns] = grid.volume();
    let kept = columns / 2 + 1;
    let scale = 1.0 / (grid.len() as f64).sqrt();
    let mut out = Vec::with_capacity(slices * rows * kept);
    for place in 0..slices * rows * kept {
        let f = [place / (rows * kept), place / kept % rows, place % kept];
        let mut sums = [S::lift(0.0); 2];
        for (at, &x) in image.iter().enumerate() {
            let p = [at / (rows * columns), at / columns % rows, at % columns];
            let part = |axis: usize, n: usize| ((f[axis] * p[axis]) % n) as f64 / n as f64;
            let turn = part(0, slices) + part(1, rows) + part(2, columns);
            let (sin, cos) = (-std::f64::consts::TAU * turn).sin_cos();
            sums[0] = sums[0] + S::lift(scale * cos) * x;
            sums[1] = sums[1] + S::lift(scale * sin) * x;
        }
        out.push(sums);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spectrum_has_the_energy_of_the_image_and_leads_back() {
        for shape in [
            &[1][..],
            &[8],
            &[9],
            &[4, 5],
            &[5, 6],
            &[3, 4, 5],
            &[2, 3, 6],
        ] {
            let grid = Grid::new(shape).unwrap();
            let image: Vec<f64> = (0..grid.len())
                .map(|i| ((i * 31 + 7) % 17) as f64)
                .collect();
            let transform = Transform::new(&grid);
            let spectrum = transform.spectrum(&image);
            for (z, plain) in spectrum.iter().zip(plain_spectrum(&grid, &image)) {
                assert!(
                    (z.re - plain[0]).abs() + (z.im - plain[1]).abs() < 1e-11,
                    "{shape:?}"
                );
            }
            let energy: f64 = image.iter().map(|x| x * x).sum();
            let parts = spectrum.iter().enumerate();
            let found: f64 = parts.map(|(i, z)| transform.times(i) * z.norm_sqr()).sum();
            assert!((energy - found).abs() < 1e-10 * energy, "{shape:?}");
            let back = transform.image(spectrum);
            assert!(image.iter().zip(back).all(|(a, b)| (a - b).abs() < 1e-11));
        }
    }
}
