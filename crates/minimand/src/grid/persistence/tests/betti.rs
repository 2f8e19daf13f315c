//! Betti numbers of masks.

use super::super::super::Grid;
use super::super::betti::{
    betti_number_error, betti_numbers, euler_characteristic, foreground,
    windowed_betti_number_error,
};
use super::super::{Construction, Filtration, barcode};
use super::fields;
use crate::error::Error;

const BOTH: [Construction; 2] = [Construction::Vertices, Construction::TopCells];

#[test]
fn numbers_are_those_of_the_bars_at_the_threshold() {
    for (grid, field) in fields(21, 900, [20, 12, 6]) {
        let mask = foreground(&field, 0.5).unwrap();
        for construction in BOTH {
            let bars = barcode(&field, &grid, Filtration::Superlevel, construction).unwrap();
            let alive = |bars: &Vec<super::super::Bar<f64>>| {
                bars.iter()
                    .filter(|b| b.birth >= 0.5 && b.death < 0.5)
                    .count()
            };
            let expected: Vec<usize> = bars.dimensions().iter().map(alive).collect();
            let numbers = betti_numbers(&mask, &grid, construction).unwrap();
            assert_eq!(numbers, expected, "{grid:?} {mask:?} {construction:?}");
            let signed = numbers.iter().enumerate().map(|(d, &n)| {
                if d % 2 == 0 {
                    n as isize
                } else {
                    -(n as isize)
                }
            });
            assert_eq!(
                euler_characteristic(&mask, &grid, construction).unwrap(),
                signed.sum::<isize>()
            );
        }
    }
}

/// (Q1 − Q3 − 2·QD)/4 over all windows of two by two, for eight neighbours.
#[test]
fn euler_characteristics_are_those_of_bit_quads() {
    for (grid, field) in fields(22, 600, [1, 14, 1]).filter(|(grid, _)| grid.axes() == 2) {
        let mask = foreground(&field, 0.5).unwrap();
        let [_, rows, columns] = grid.volume();
        let at = |y: usize, x: usize| {
            (1..=rows).contains(&y) && (1..=columns).contains(&x) && mask[(y - 1) * columns + x - 1]
        };
        let mut sum = 0;
        for (y, x) in (0..=rows).flat_map(|y| (0..=columns).map(move |x| (y, x))) {
            let quad = [at(y, x), at(y, x + 1), at(y + 1, x), at(y + 1, x + 1)];
            sum += match quad.iter().filter(|set| **set).count() {
                1 => 1,
                3 => -1,
                2 if quad[0] == quad[3] => -2,
                _ => 0,
            };
        }
        let found = euler_characteristic(&mask, &grid, Construction::TopCells).unwrap();
        assert_eq!(4 * found, sum);
    }
}

#[test]
fn known_masks() {
    let grid = Grid::new(&[7, 9]).unwrap();
    let mut mask: Vec<bool> = (0..63)
        .map(|i| {
            let (y, x) = (i / 9, i % 9);
            let ring = (1..6).contains(&y)
                && (1..6).contains(&x)
                && !((2..5).contains(&y) && (2..5).contains(&x));
            ring || (y, x) == (3, 7)
        })
        .collect();
    assert_eq!(
        betti_numbers(&mask, &grid, Construction::TopCells).unwrap(),
        [2, 1]
    );
    mask[3 * 9 + 1] = false;
    assert_eq!(
        betti_numbers(&mask, &grid, Construction::TopCells).unwrap(),
        [2, 0]
    );
    let grid = Grid::new(&[4, 4]).unwrap();
    let diagonal: Vec<bool> = (0..16).map(|i| i / 4 == i % 4).collect();
    assert_eq!(
        betti_numbers(&diagonal, &grid, Construction::TopCells).unwrap(),
        [1, 0]
    );
    assert_eq!(
        betti_numbers(&diagonal, &grid, Construction::Vertices).unwrap(),
        [4, 0]
    );
    let none = [false; 16];
    let error = |construction| betti_number_error(&none, &diagonal, &grid, construction).unwrap();
    assert_eq!(
        (error(Construction::TopCells), error(Construction::Vertices)),
        (vec![1, 0], vec![4, 0])
    );
    let windows =
        windowed_betti_number_error(&none, &diagonal, &grid, &[2, 3], Construction::Vertices)
            .unwrap();
    // Two, one, none and one of the four windows' pixels.
    assert_eq!(windows, [1.0, 0.0]);
}

#[test]
fn a_shell_has_a_cavity_and_a_torus_a_tunnel() {
    let grid = Grid::new(&[5, 5, 5]).unwrap();
    let with = |inside: &dyn Fn([usize; 3]) -> bool| {
        let mask: Vec<bool> = (0..125)
            .map(|i| inside([i / 25, i / 5 % 5, i % 5]))
            .collect();
        BOTH.map(|construction| betti_numbers(&mask, &grid, construction).unwrap())
    };
    let middle = |x: usize| (1..4).contains(&x);
    let shell = with(&|at| !at.into_iter().all(middle));
    let torus = with(&|[z, y, x]| z == 2 && !(middle(y) && middle(x)));
    assert_eq!(shell, [[1, 0, 1], [1, 0, 1]]);
    assert_eq!(torus, [[1, 1, 0], [1, 1, 0]]);
}

#[test]
fn what_is_no_mask_is_refused() {
    let grid = Grid::new(&[2, 2]).unwrap();
    let shape = |e: Error| matches!(e, Error::Shape { .. });
    assert!(shape(
        betti_numbers(&[true], &grid, Construction::Vertices).unwrap_err()
    ));
    assert!(shape(
        betti_number_error(&[true; 4], &[true; 3], &grid, Construction::Vertices).unwrap_err()
    ));
    for window in [&[1][..], &[1, 0], &[1, 1, 1]] {
        let run = windowed_betti_number_error(
            &[true; 4],
            &[true; 4],
            &grid,
            window,
            Construction::Vertices,
        );
        assert!(shape(run.unwrap_err()));
    }
    assert!(matches!(
        foreground(&[0.0, f64::NAN], 0.5),
        Err(Error::Value { position: 1, .. })
    ));
}
