use super::*;
use crate::grid::AXES;
use crate::grid::distance::tests::masks;
use crate::grid::fixture_tests::cases;
use proptest::prelude::*;

const ALL: [Connectivity; 3] = [Connectivity::Face, Connectivity::Edge, Connectivity::Vertex];

/// Numbers from flooding one component after the other, pixel by pixel.
fn flooded(grid: &Grid, mask: &[bool], connectivity: Connectivity) -> Vec<u32> {
    let places: Vec<_> = grid.places().map(|(place, _)| place).collect();
    let adjacent = |a: usize, b: usize| {
        let away = places[a].iter().zip(places[b]).map(|(a, b)| a.abs_diff(b));
        let (mut sum, mut most) = (0, 0);
        away.for_each(|away| (sum, most) = (sum + away, most.max(away)));
        most == 1 && sum <= connectivity.axes()
    };
    let (mut labels, mut count) = (vec![0; mask.len()], 0);
    for start in 0..mask.len() {
        if !mask[start] || labels[start] > 0 {
            continue;
        }
        count += 1;
        labels[start] = count;
        let mut waiting = vec![start];
        while let Some(pixel) = waiting.pop() {
            for other in 0..mask.len() {
                if mask[other] && labels[other] == 0 && adjacent(pixel, other) {
                    labels[other] = count;
                    waiting.push(other);
                }
            }
        }
    }
    labels
}

proptest! {
    #[test]
    fn components_are_those_of_flooding((grid, mask) in masks()) {
        for connectivity in ALL {
            let found = Components::new(&grid, &mask, connectivity).unwrap();
            prop_assert_eq!(found.labels(), flooded(&grid, &mask, connectivity));
            let size = |number: u32| found.labels().iter().filter(|&&l| l == number).count();
            let sizes: Vec<usize> = (1..=found.count() as u32).map(size).collect();
            prop_assert_eq!(found.sizes(), sizes);
        }
    }
}

#[test]
fn scipy_gives_the_same() {
    let mut compared = 0;
    for case in cases() {
        for (connectivity, expected) in ALL.iter().zip(case.components.iter().flatten()) {
            let found = Components::new(&case.grid(), &case.mask, *connectivity).unwrap();
            assert_eq!(found.labels(), expected, "{} {connectivity:?}", case.name);
            compared += 1;
        }
    }
    assert!(compared >= 15, "{compared}");
}

/// Runs that meet only far below: a comb and a spiral, whose numbers must all become one.
#[test]
fn late_meetings_join() {
    let comb = ["#.#.#.#", "#.#.#.#", "#######"];
    let spiral = [
        "######.", ".....#.", "####.#.", "#..#.#.", "#.##.#.", "#....#.", "######.",
    ];
    for (rows, count) in [(&comb[..], 1), (&spiral, 1)] {
        let grid = Grid::new(&[rows.len(), 7]).unwrap();
        let mask: Vec<bool> = rows
            .iter()
            .flat_map(|row| row.bytes().map(|b| b == b'#'))
            .collect();
        let found = Components::new(&grid, &mask, Connectivity::Face).unwrap();
        assert_eq!(found.count(), count);
        assert_eq!(
            found.sizes(),
            [mask.iter().filter(|&&inside| inside).count()]
        );
    }
}

#[test]
fn small_components_are_left_out() {
    let grid = Grid::new(&[8]).unwrap();
    let mask = [true, false, true, true, false, true, true, true];
    let found = Components::new(&grid, &mask, Connectivity::Face).unwrap();
    assert_eq!(found.sizes(), [1, 2, 3]);
    let kept = [false, false, true, true, false, true, true, true];
    assert_eq!(found.at_least(2), kept);
    assert_eq!(found.at_least(0), mask);
    assert_eq!(found.at_least(4), [false; 8]);
}

/// A disk of radius 6 has short axis 12; a tilted bar and a line of single pixels their width.
#[test]
fn short_axes_are_widths() {
    let grid = Grid::new(&[3, 40, 40]).unwrap();
    let grid = grid.with_spacing(&[2.0, 0.5, 0.5]).unwrap();
    let inside = |[slice, row, column]: [usize; AXES]| {
        let (y, x) = (row as f64 - 12.0, column as f64 - 12.0);
        // Largest in the middle slice.
        let disk = y * y + x * x <= if slice == 1 { 36.0 } else { 9.0 };
        disk || (slice == 2 && row == 30 && column > 4) || (slice == 0 && row > 36 && column == 38)
    };
    let mask: Vec<bool> = grid.places().map(|(place, _)| inside(place)).collect();
    let found = Components::new(&grid, &mask, Connectivity::Vertex).unwrap();
    let axes = found.short_axes(&grid).unwrap();
    assert_eq!(axes.len(), 3);
    assert!((axes[0] - 6.0).abs() < 0.3, "{axes:?}");
    assert_eq!(axes[1..], [0.5, 0.5]);
    assert!(found.short_axes(&Grid::new(&[3]).unwrap()).is_err());
}

#[test]
fn a_mask_of_another_size_is_refused() {
    let grid = Grid::new(&[2, 3]).unwrap();
    assert!(Components::new(&grid, &[true; 5], Connectivity::Face).is_err());
}
