//! Persistence by the reduction of the whole boundary matrix, cell by cell.

use super::super::super::Grid;
use super::super::{Construction, Filtration};
use std::collections::{BTreeSet, HashMap};

/// Coordinates on the lattice that is twice as fine.
type Cell = [usize; 3];

/// A complex with the time at which each cell enters.
pub(super) struct Complex {
    /// In the order in which they enter.
    cells: Vec<Cell>,
    time: HashMap<Cell, usize>,
    pixel: HashMap<Cell, usize>,
}

fn dimension(cell: Cell) -> usize {
    cell.iter().filter(|x| *x % 2 == 1).count()
}

fn boundary(cell: Cell) -> Vec<Cell> {
    let odd = (0..3).filter(|&axis| cell[axis] % 2 == 1);
    odd.flat_map(|axis| {
        let mut ends = [cell; 2];
        ends[0][axis] -= 1;
        ends[1][axis] += 1;
        ends
    })
    .collect()
}

impl Complex {
    pub(super) fn new(
        values: &[f64],
        grid: &Grid,
        filtration: Filtration,
        construction: Construction,
    ) -> Self {
        let shape = grid.volume();
        let vertices = construction == Construction::Vertices;
        let counts = grid.axes();
        let fine = [0, 1, 2].map(|axis| match vertices || axis + counts < 3 {
            true => 2 * shape[axis] - 1,
            false => 2 * shape[axis] + 1,
        });
        let sign = if filtration == Filtration::Sublevel {
            1.0
        } else {
            -1.0
        };
        let mut all = Vec::new();
        for z in 0..fine[0] {
            for y in 0..fine[1] {
                for x in 0..fine[2] {
                    let cell = [z, y, x];
                    let mut pixels = vec![0];
                    for axis in 0..3 {
                        let c = cell[axis];
                        let near: Vec<usize> = match vertices || axis + counts < 3 {
                            true => (c / 2..=c.div_ceil(2)).collect(),
                            false => (c.saturating_sub(1) / 2..=c / 2)
                                .filter(|&p| p < shape[axis])
                                .collect(),
                        };
                        let near = &near;
                        pixels = pixels
                            .iter()
                            .flat_map(|p| near.iter().map(move |n| p * shape[axis] + n))
                            .collect();
                    }
                    // A pixel is later if its value is larger, or equal and its index smaller.
                    pixels.sort_by(|&a, &b| {
                        (sign * values[a])
                            .total_cmp(&(sign * values[b]))
                            .then(b.cmp(&a))
                    });
                    let pixel = if vertices {
                        pixels[pixels.len() - 1]
                    } else {
                        pixels[0]
                    };
                    let at = [
                        pixel / (shape[1] * shape[2]),
                        pixel / shape[2] % shape[1],
                        pixel % shape[2],
                    ];
                    // Right, down, left, up; down right, down left, up right, up left; slices come behind.
                    let minus = [0, 1, 2].map(|axis| cell[axis] < 2 * at[axis]);
                    let odd = [2, 1, 0].map(|axis| cell[axis] % 2 == 1);
                    let direction = match dimension(cell) {
                        1 => (vec![minus.contains(&true)], [!odd[0], !odd[1], !odd[2]]),
                        _ => (vec![], [odd[2], odd[1], odd[0]]),
                    };
                    let plane = if dimension(cell) == 2 {
                        [odd[2], odd[1] && odd[2], false]
                    } else {
                        [false; 3]
                    };
                    let key = (
                        dimension(cell),
                        std::cmp::Reverse(pixel),
                        plane,
                        direction,
                        minus,
                        cell,
                    );
                    all.push((sign * values[pixel], key, pixel));
                }
            }
        }
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        let cells: Vec<Cell> = all.iter().map(|cell| cell.1.5).collect();
        Complex {
            time: cells
                .iter()
                .enumerate()
                .map(|(i, &cell)| (cell, i))
                .collect(),
            pixel: all.iter().map(|cell| (cell.1.5, cell.2)).collect(),
            cells,
        }
    }

    /// Pairs (dimension, birth cell, death cell) with births in the order of `births` and deaths in that of `self`.
    pub(super) fn pairs(&self, births: &Complex) -> Vec<(usize, Cell, Cell)> {
        let mut reduced: HashMap<usize, BTreeSet<usize>> = HashMap::new();
        let mut pairs = Vec::new();
        for &cell in &self.cells {
            let mut column: BTreeSet<usize> = boundary(cell)
                .iter()
                .map(|face| births.time[face])
                .collect();
            while let Some(&last) = column.last() {
                let Some(other) = reduced.get(&last) else {
                    pairs.push((dimension(cell) - 1, births.cells[last], cell));
                    reduced.insert(last, column);
                    break;
                };
                column = column.symmetric_difference(other).copied().collect();
            }
        }
        pairs.sort_unstable();
        pairs
    }

    /// Pairs (dimension, birth pixel, death pixel) of its own bars of different values.
    pub(super) fn bars(&self, values: &[f64]) -> Vec<(usize, usize, usize)> {
        let pixels = self.pairs(self).into_iter();
        let pixels = pixels
            .map(|(dimension, birth, death)| (dimension, self.pixel[&birth], self.pixel[&death]));
        let mut bars: Vec<_> = pixels
            .filter(|bar| values[bar.1] != values[bar.2])
            .collect();
        bars.sort_unstable();
        bars
    }
}
