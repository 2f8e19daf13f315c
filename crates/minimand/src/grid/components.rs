//! Connected components of a mask.

use super::{Connectivity, Grid};
use crate::error::Error;

/// Pixels of the largest grid whose components have numbers of 32 bits.
pub(crate) const MOST_PIXELS: usize = u32::MAX as usize;

/// The connected components of a mask, numbered from 1 in the order of their first pixel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Components {
    labels: Vec<u32>,
    sizes: Vec<usize>,
}

/// A stretch of `true` pixels in a row.
struct Run {
    /// Flat index of its first pixel, and of the one after its last.
    pixels: std::ops::Range<usize>,
    /// A run before it in the same component, or itself.
    parent: u32,
}

impl Components {
    /// Finds the components of the `true` pixels of a mask, which has one value for each pixel, row-major.
    ///
    /// Runs of pixels are joined, not pixels: the time is linear in the pixels and, but for a factor that
    /// is practically constant, in the runs.
    ///
    /// # Errors
    /// [`Error::Shape`] unless `mask` has one value for each pixel, and for a grid of 2³² pixels or more.
    pub fn new(grid: &Grid, mask: &[bool], connectivity: Connectivity) -> Result<Self, Error> {
        grid.check("mask", mask)?;
        if grid.len() > MOST_PIXELS {
            return Err(Error::shape("grid", "fewer than 2^32 pixels", grid.shape()));
        }
        Ok(Self::find(grid, mask, connectivity))
    }

    /// The components of a mask that fits the grid, which has at most [`MOST_PIXELS`].
    pub(crate) fn find(grid: &Grid, mask: &[bool], connectivity: Connectivity) -> Self {
        let [slices, rows, width] = grid.volume();
        let (mut runs, mut starts) = (Vec::new(), vec![0]);
        for number in 0..slices * rows {
            push_runs(&mut runs, mask, number * width, width);
            starts.push(runs.len());
            // The rows before this one that touch it.
            let (slice, row) = (number / rows, number % rows);
            for (back, up) in [(0, 1), (1, -1), (1, 0), (1, 1)] {
                let Some(other) = row.checked_add_signed(-up).filter(|&r| r < rows) else {
                    continue;
                };
                let differing = back + usize::from(up != 0);
                if back > slice || differing > connectivity.axes() {
                    continue;
                }
                let other = (slice - back) * rows + other;
                let slack = usize::from(differing < connectivity.axes());
                let shift = (number - other) * width;
                let pair = [starts[other]..starts[other + 1], starts[number]..runs.len()];
                join(&mut runs, pair, shift, slack);
            }
        }
        Self::numbered(mask.len(), &mut runs)
    }

    fn numbered(pixels: usize, runs: &mut [Run]) -> Self {
        let (mut labels, mut sizes) = (vec![0; pixels], Vec::new());
        let mut numbers = vec![0; runs.len()];
        for i in 0..runs.len() {
            let root = root(runs, i as u32) as usize;
            // A root is the first run of its component.
            if root == i {
                sizes.push(0);
                numbers[i] = sizes.len() as u32;
            }
            let number = numbers[root];
            labels[runs[i].pixels.clone()].fill(number);
            sizes[number as usize - 1] += runs[i].pixels.len();
        }
        Components { labels, sizes }
    }

    /// The number of each pixel's component, from 1; 0 outside the mask.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// The pixels of each component, beginning with number 1.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// How many components there are.
    pub fn count(&self) -> usize {
        self.sizes.len()
    }

    /// The mask without the components that have fewer pixels than this.
    pub fn at_least(&self, pixels: usize) -> Vec<bool> {
        let large = |&label: &u32| label > 0 && self.sizes[label as usize - 1] >= pixels;
        self.labels.iter().map(large).collect()
    }

    /// The short-axis diameter of each component, in the unit of the spacing.
    ///
    /// In the slice (along the first of three axes) where the component has most pixels, the first of several:
    /// 4·√λ with λ the smaller eigenvalue of the covariance of its pixels' centres, which is the minor axis
    /// of an ellipse with these moments; at least the smaller spacing within the slice.
    ///
    /// # Errors
    /// [`Error::Shape`] unless the grid has as many pixels as the mask had.
    pub fn short_axes(&self, grid: &Grid) -> Result<Vec<f64>, Error> {
        grid.check("labels", &self.labels)?;
        let [_, rows, width] = grid.volume();
        let mut largest = vec![Moments::default(); self.count()];
        let mut here = largest.clone();
        for slice in self.labels.chunks(rows * width) {
            let mut seen = Vec::new();
            for (pixel, &label) in slice.iter().enumerate().filter(|(_, label)| **label > 0) {
                let component = label as usize - 1;
                if here[component].pixels == 0.0 {
                    seen.push(component);
                }
                here[component].add((pixel / width) as f64, (pixel % width) as f64);
            }
            for component in seen {
                let moments = std::mem::take(&mut here[component]);
                if moments.pixels > largest[component].pixels {
                    largest[component] = moments;
                }
            }
        }
        let [_, down, across] = grid.volume_spacing();
        let smaller = grid.spacing().iter().rev().take(2).copied();
        let smaller = smaller.fold(f64::INFINITY, f64::min);
        let diameter = |moments: &Moments| moments.short_axis(down, across).max(smaller);
        Ok(largest.iter().map(diameter).collect())
    }
}

/// Sums over the pixels of a component within a slice.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    pixels: f64,
    sums: [f64; 2],
    /// Of row², row·column and column².
    products: [f64; 3],
}

impl Moments {
    fn add(&mut self, row: f64, column: f64) {
        self.pixels += 1.0;
        for (sum, term) in self.sums.iter_mut().zip([row, column]) {
            *sum += term;
        }
        let terms = [row * row, row * column, column * column];
        for (sum, term) in self.products.iter_mut().zip(terms) {
            *sum += term;
        }
    }

    fn short_axis(&self, down: f64, across: f64) -> f64 {
        // All sums are whole numbers, so that n·Σxy − Σx·Σy does not cancel.
        let moment = |product: f64, a: f64, b: f64| {
            (self.pixels * product - a * b) / (self.pixels * self.pixels)
        };
        let [row, column] = self.sums;
        let rows = moment(self.products[0], row, row) * down * down;
        let mixed = moment(self.products[1], row, column) * down * across;
        let columns = moment(self.products[2], column, column) * across * across;
        let spread = (0.5 * (rows - columns)).hypot(mixed);
        4.0 * (0.5 * (rows + columns) - spread).max(0.0).sqrt()
    }
}

fn push_runs(runs: &mut Vec<Run>, mask: &[bool], first: usize, width: usize) {
    let row = &mask[first..first + width];
    let mut x = 0;
    while let Some(offset) = row[x..].iter().position(|&inside| inside) {
        let start = x + offset;
        let length = row[start..].iter().position(|&inside| !inside);
        x = length.map_or(width, |length| start + length);
        let parent = runs.len() as u32;
        let pixels = first + start..first + x;
        runs.push(Run { pixels, parent });
    }
}

/// Joins the runs of two rows that touch. The first row lies `shift` pixels before the second; `slack` is 1
/// if runs may also touch by a corner.
fn join(runs: &mut [Run], [before, row]: [std::ops::Range<usize>; 2], shift: usize, slack: usize) {
    let (mut i, mut j) = (before.start, row.start);
    while i < before.end && j < row.end {
        let a = runs[i].pixels.start + shift..runs[i].pixels.end + shift;
        let b = runs[j].pixels.clone();
        if a.start < b.end + slack && b.start < a.end + slack {
            let (a, b) = (root(runs, i as u32), root(runs, j as u32));
            runs[a.max(b) as usize].parent = a.min(b);
        }
        if a.end < b.end {
            i += 1;
        } else {
            j += 1;
        }
    }
}

/// The first run of the component, by halving the path to it.
fn root(runs: &mut [Run], run: u32) -> u32 {
    let mut run = run as usize;
    while runs[run].parent as usize != run {
        let parent = runs[run].parent as usize;
        runs[run].parent = runs[parent].parent;
        run = runs[run].parent as usize;
    }
    run as u32
}

#[cfg(test)]
#[path = "components_tests.rs"]
mod tests;
