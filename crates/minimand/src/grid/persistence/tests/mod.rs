//! Barcodes and matchings against a plain matrix reduction, GUDHI and known answers.

mod barcodes;
mod betti;
mod gudhi;
mod matching;
mod plain;

use super::super::Grid;
use super::cells::Filtered;
use super::{Filtration, order};
use crate::random::{Key, Random};

const FILTRATIONS: [Filtration; 2] = [Filtration::Sublevel, Filtration::Superlevel];

/// Values in [0, 1) on `levels` levels, or nearly all different with 0 levels.
fn field(random: &mut Random, count: usize, levels: usize) -> Vec<f64> {
    let level = |x: f64| match levels {
        0 => x,
        _ => (x * levels as f64).floor() / levels as f64,
    };
    (0..count).map(|_| level(random.uniform())).collect()
}

fn random(seed: u64) -> Random {
    Random::new(Key::new(seed), 0)
}

/// A small shape of one to three axes; some axes have size 1.
fn shape(random: &mut Random, axes: usize, most: usize) -> Vec<usize> {
    let size = |_| 1 + (random.uniform() * most as f64) as usize;
    (0..axes).map(size).collect()
}

/// Shapes and values of all kinds: one to three axes, few and many ties.
fn fields(seed: u64, count: usize, sizes: [usize; 3]) -> impl Iterator<Item = (Grid, Vec<f64>)> {
    let mut random = random(seed);
    (0..count).map(move |number| {
        let axes = 1 + number % 3;
        let grid = Grid::new(&shape(&mut random, axes, sizes[axes - 1])).unwrap();
        let levels = [0, 2, 3, 5, 1][number / 3 % 5];
        let values = field(&mut random, grid.len(), levels);
        (grid, values)
    })
}

fn filtered(values: &[f64], grid: &Grid, filtration: Filtration) -> Filtered {
    Filtered::new(
        grid,
        &order::ordered("values", values, grid, filtration).unwrap(),
    )
}
