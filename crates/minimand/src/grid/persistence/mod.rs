//! Persistent homology of images and volumes, and what is judged by it.
//!
//! A [`Grid`] of values is a cubical complex that grows with the values: components appear, meet and merge, loops
//! close and are filled, cavities close and are filled. [`barcode`] says when, and at which pixels. On it stand the
//! comparison of two fields by features that are the same in space ([`betti_matching`]), the comparison by values alone
//! ([`diagrams`]) and the plain counts of a mask ([`betti`]).
//!
//! Components and, by duality, the features of the highest dimension come from union-find on pixels; loops of volumes
//! from the reduction of the few cells that a discrete gradient leaves.
//!
//! ```
//! use minimand::grid::{Grid, persistence::{Construction, Filtration, barcode}};
//! let ring = [1.0, 1.0, 1.0, 1.0, 0.2, 1.0, 1.0, 1.0, 1.0];
//! let bars = barcode(&ring, &Grid::new(&[3, 3])?, Filtration::Superlevel, Construction::Vertices)?;
//! let hole = &bars.dimension(1)[0];
//! assert_eq!((hole.birth, hole.death), (1.0, 0.2));
//! assert_eq!(hole.death_pixel, Some(4));
//! # Ok::<(), minimand::Error>(())
//! ```

mod assignment;
pub mod betti;
pub mod betti_matching;
mod cells;
mod columns;
pub mod diagrams;
mod dual;
mod forest;
mod image;
mod loops;
pub mod matching;
mod order;
mod padded;
mod plane;
mod runs;
mod side;
mod star;
mod volume;

#[cfg(test)]
mod tests;

use super::Grid;
use crate::error::Error;
use crate::kernels::scalar::Float;

/// Which cells enter first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Filtration {
    /// Low values first: the complex at t holds what is at most t.
    Sublevel,
    /// High values first: the complex at t holds what is at least t.
    Superlevel,
}

/// How pixels make a complex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Construction {
    /// Pixels are vertices; an edge, square or cube enters with the last of its pixels. Pixels meet across their
    /// faces: 4 neighbours in an image, 6 in a volume.
    Vertices,
    /// Pixels are the cells of the highest dimension; a face enters with the first of its pixels. Pixels also meet
    /// at corners: 8 neighbours in an image, 26 in a volume.
    TopCells,
}

/// A feature: when it appears, when it vanishes and at which pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar<T> {
    /// Value at which it appears.
    pub birth: T,
    /// Value at which it vanishes; infinite, in the direction of the filtration, if it never does.
    pub death: T,
    /// The pixel, row-major, whose entrance makes it.
    pub birth_pixel: usize,
    /// The pixel whose entrance ends it; `None` for the one component that stays.
    pub death_pixel: Option<usize>,
}

/// The bars of a field, by dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Barcode<T> {
    dimensions: Vec<Vec<Bar<T>>>,
}

impl<T> Barcode<T> {
    /// Bars of components (0), loops (1) or cavities (2), by birth and then by death in the order in which the pixels
    /// enter; none in a dimension that the grid does not have.
    pub fn dimension(&self, dimension: usize) -> &[Bar<T>] {
        self.dimensions.get(dimension).map_or(&[], Vec::as_slice)
    }

    /// Dimensions from 0 on: as many as the grid has axes.
    pub fn dimensions(&self) -> &[Vec<Bar<T>>] {
        &self.dimensions
    }
}

/// Persistent homology over Z/2 of the values, row-major on the grid.
///
/// Bars whose birth and death have the same value are left out. Pixels with equal values enter from the last to the
/// first, so that the pixels of the bars are well defined too. Time is nearly linear in the number of pixels, beside
/// sorting; loops of volumes may take longer.
///
/// # Errors
/// [`Error::Shape`] if there is not one value for each pixel or the grid has more than 2²⁸ of them, [`Error::Value`]
/// at NaN.
pub fn barcode<T: Float>(
    values: &[T],
    grid: &Grid,
    filtration: Filtration,
    construction: Construction,
) -> Result<Barcode<T>, Error> {
    let order = order::ordered("values", values, grid, filtration)?;
    // On one axis the two constructions have the same bars.
    let dual = construction == Construction::TopCells && grid.axes() > 1;
    let mut pairs = if dual {
        dual::pairs(grid, &order)
    } else {
        padded::pairs(grid.axes(), grid.volume(), &order)
    };
    let bar = |birth: u32, death: Option<u32>| {
        let pixels =
            [Some(birth), death].map(|rank| rank.map(|rank| order[rank as usize] as usize));
        let never = match filtration {
            Filtration::Sublevel => f64::INFINITY,
            Filtration::Superlevel => f64::NEG_INFINITY,
        };
        let birth_pixel = order[birth as usize] as usize;
        Bar {
            birth: values[birth_pixel],
            death: pixels[1].map_or(T::from_f64(never), |pixel| values[pixel]),
            birth_pixel,
            death_pixel: pixels[1],
        }
    };
    let dimensions = pairs.iter_mut().enumerate().map(|(dimension, pairs)| {
        pairs.sort_unstable();
        let essential = (dimension == 0).then(|| bar(0, None));
        let finite = pairs.iter().map(|&[birth, death]| bar(birth, Some(death)));
        essential
            .into_iter()
            .chain(finite.filter(|bar| bar.birth != bar.death))
            .collect()
    });
    Ok(Barcode {
        dimensions: dimensions.collect(),
    })
}
