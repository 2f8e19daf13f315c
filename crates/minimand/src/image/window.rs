//! Separable windows over a grid: how much each neighbour counts, and what lies beyond the border.

use crate::grid::{AXES, Grid};

/// What a window sees beyond the border of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Border {
    /// Only windows that lie inside count: the map is smaller than the grid by the window's size less one.
    Valid,
    /// The image mirrored at its outermost pixels, which are not repeated; the map has the grid's size.
    Reflect,
    /// Zeros; the map has the grid's size.
    Zero,
}
crate::parameter::choice!(Border, "\"valid\", \"reflect\" or \"zero\"",
        "valid" => Valid, "reflect" => Reflect, "zero" => Zero);

/// How the entries of a window fall off from its centre; along each axis the entries add up to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Taper {
    /// e^(−d²/(2σ²)) at distance d from the centre, with σ in pixels.
    Gaussian(f64),
    /// All equal.
    Uniform,
    /// A box of half the size laid over itself: linear from the centre to the border.
    Triangular,
}

impl Taper {
    /// The entries of a window of `size` along one axis; they add up to 1.
    pub fn taps(self, size: usize) -> Vec<f64> {
        let middle = (size.max(1) - 1) as f64 / 2.0;
        let raw: Vec<f64> = (0..size.max(1))
            .map(|i| {
                let d = (i as f64 - middle).abs();
                match self {
                    Taper::Gaussian(sigma) => (-0.5 * (d / sigma) * (d / sigma)).exp(),
                    Taper::Uniform => 1.0,
                    Taper::Triangular => middle + 1.0 - d,
                }
            })
            .collect();
        let sum: f64 = raw.iter().sum();
        raw.iter().map(|w| w / sum).collect()
    }
}

/// A window of the same size along every axis of a grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Pixels along each axis, at least 1.
    pub size: usize,
    /// How its entries fall off.
    pub taper: Taper,
    /// What it sees beyond the border.
    pub border: Border,
}

/// Where a padded coordinate lies on an axis of `size`; `None` beyond a border of zeros.
pub(super) fn source(padded: usize, before: usize, size: usize, border: Border) -> Option<usize> {
    if (before..before + size).contains(&padded) {
        return Some(padded - before);
    }
    match border {
        Border::Valid | Border::Zero => None,
        Border::Reflect if padded < before => Some(before - padded),
        Border::Reflect => Some(2 * (size - 1) - (padded - before)),
    }
}

impl Window {
    /// Does it fit the grid?
    ///
    /// # Errors
    /// In words: what is too small, and what would do.
    pub fn fits(&self, grid: &Grid) -> Result<(), String> {
        for &size in grid.shape() {
            let least = match self.border {
                Border::Valid => self.size,
                Border::Reflect => self.size / 2 + 1,
                Border::Zero => 1,
            };
            if size < least {
                return Err(format!(
                    "has a window of {} pixels: every axis needs at least {least}, but the image is {:?}; use a \
                     smaller `window` or another `padding`",
                    self.size,
                    grid.shape()
                ));
            }
        }
        Ok(())
    }

    /// Pixels of the window on this grid.
    pub fn pixels(&self, grid: &Grid) -> usize {
        self.size.pow(grid.axes() as u32)
    }

    /// Rows of padding before and after each axis.
    pub(super) fn padding(&self) -> [usize; 2] {
        match self.border {
            Border::Valid => [0, 0],
            Border::Reflect | Border::Zero => {
                [(self.size - 1) / 2, self.size - 1 - (self.size - 1) / 2]
            }
        }
    }

    /// Shape of the map of all windows that count, with ones in front.
    pub fn map_shape(&self, grid: &Grid) -> [usize; AXES] {
        let mut shape = grid.volume();
        if self.border == Border::Valid {
            for n in &mut shape[AXES - grid.axes()..] {
                *n = (*n + 1).saturating_sub(self.size);
            }
        }
        shape
    }

    /// Runs `f` on every place of the map, with the pixels of its window as (position in the grid or `None`
    /// beyond a border of zeros, weight). Slow: for plain forms and tests.
    pub fn each(&self, grid: &Grid, mut f: impl FnMut(usize, &[(Option<usize>, f64)])) {
        let taps = self.taper.taps(self.size);
        let (volume, map) = (grid.volume(), self.map_shape(grid));
        let before = self.padding()[0];
        let real = |axis: usize| axis >= AXES - grid.axes();
        let along = |axis: usize, at: usize| -> Vec<(Option<usize>, f64)> {
            if !real(axis) {
                return vec![(Some(at), 1.0)];
            }
            let tap =
                |(i, &w): (usize, &f64)| (source(at + i, before, volume[axis], self.border), w);
            taps.iter().enumerate().map(tap).collect()
        };
        let mut pixels = Vec::new();
        for place in 0..map.iter().product() {
            let at = [
                place / (map[1] * map[2]),
                place / map[2] % map[1],
                place % map[2],
            ];
            let axes = [0, 1, 2].map(|axis| along(axis, at[axis]));
            pixels.clear();
            for &(i, u) in &axes[0] {
                for &(j, v) in &axes[1] {
                    for &(k, w) in &axes[2] {
                        let position = i
                            .zip(j)
                            .zip(k)
                            .map(|((i, j), k)| (i * volume[1] + j) * volume[2] + k);
                        pixels.push((position, u * v * w));
                    }
                }
            }
            f(place, &pixels);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gaussian_is_normalised() {
        let taps = Taper::Gaussian(1.5).taps(11);
        assert!((taps.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        assert!((taps[5] - 0.266011725).abs() < 1e-9);
        assert!((taps[4] - 0.213005538).abs() < 1e-9);
        assert!((taps[10] - 0.00102838008).abs() < 1e-10);
        assert_eq!(Taper::Triangular.taps(3), [0.25, 0.5, 0.25]);
    }

    #[test]
    fn a_border_reflects_without_repeating() {
        let at = |p| source(p, 2, 4, Border::Reflect);
        let padded: Vec<_> = (0..8).map(at).map(Option::unwrap).collect();
        assert_eq!(padded, [2, 1, 0, 1, 2, 3, 2, 1]);
        assert_eq!(source(1, 2, 4, Border::Zero), None);
    }

    #[test]
    fn windows_that_do_not_fit_say_so() {
        let grid = Grid::new(&[4, 9]).unwrap();
        let window = |size, border| Window {
            size,
            taper: Taper::Uniform,
            border,
        };
        assert!(window(5, Border::Valid).fits(&grid).is_err());
        assert!(window(7, Border::Reflect).fits(&grid).is_ok());
        assert!(window(8, Border::Reflect).fits(&grid).is_err());
        assert!(window(80, Border::Zero).fits(&grid).is_ok());
        assert_eq!(window(3, Border::Valid).map_shape(&grid), [1, 2, 7]);
    }
}
