//! One of the fields that are matched, with its bars as pairs of cells.

use super::super::Grid;
use super::cells::Filtered;
use super::matching::Feature;
use super::{Filtration, image, order};
use crate::error::Error;
use crate::kernels::scalar::Float;

/// A field with its bars.
pub(super) struct Side<'a, T> {
    values: &'a [T],
    filtration: Filtration,
    pub(super) cells: Filtered,
    first: usize,
    /// Pairs of cells with different values, by dimension.
    pub(super) bars: Vec<Vec<[u32; 2]>>,
}

impl<'a, T: Float> Side<'a, T> {
    pub(super) fn new(
        argument: &'static str,
        values: &'a [T],
        grid: &Grid,
        filtration: Filtration,
    ) -> Result<Self, Error> {
        let order = order::ordered(argument, values, grid, filtration)?;
        let cells = Filtered::new(grid, &order);
        let mut bars = image::pairs(grid.axes(), &cells, &cells);
        for bars in &mut bars {
            bars.retain(|&pair| {
                let [birth, death] = pair.map(|cell| values[cells.pixel(cell)]);
                birth != death
            });
        }
        Ok(Side {
            values,
            filtration,
            cells,
            first: order.first().copied().unwrap_or_default() as usize,
            bars,
        })
    }

    /// Is the value of a cell here reached before that of a cell there?
    pub(super) fn enters_before(&self, cell: u32, other: &Self, later: u32) -> bool {
        let here = self.values[self.cells.pixel(cell)];
        let there = other.values[other.cells.pixel(later)];
        match self.filtration {
            Filtration::Sublevel => here < there,
            Filtration::Superlevel => here > there,
        }
    }

    pub(super) fn essential(&self) -> Feature {
        Feature {
            dimension: 0,
            birth: self.first,
            death: None,
        }
    }

    pub(super) fn feature(&self, dimension: usize, bar: usize) -> Feature {
        let [birth, death] = self.bars[dimension][bar];
        Feature {
            dimension,
            birth: self.cells.pixel(birth),
            death: Some(self.cells.pixel(death)),
        }
    }

    /// The features that are marked.
    pub(super) fn features(&self, marked: &[Vec<bool>]) -> Vec<Feature> {
        let mut all = Vec::new();
        for (dimension, marked) in marked.iter().enumerate() {
            let bars = (0..marked.len()).filter(|&bar| marked[bar]);
            all.extend(bars.map(|bar| self.feature(dimension, bar)));
        }
        all
    }
}
