use super::*;
use crate::grid::distance::tests::masks;
use crate::grid::fixture_tests::{cases, mask as read};
use proptest::prelude::*;

const ALL: [Connectivity; 3] = [Connectivity::Face, Connectivity::Edge, Connectivity::Vertex];

#[test]
fn scipy_gives_the_same() {
    let cases = cases();
    assert!(cases.len() >= 10);
    for case in cases {
        for (i, connectivity) in ALL.into_iter().take(case.grid().axes()).enumerate() {
            let eroded = erode(&case.grid(), &case.mask, connectivity).unwrap();
            assert_eq!(
                eroded,
                read(&case.eroded[i]),
                "{} {connectivity:?}",
                case.name
            );
            let dilated = dilate(&case.grid(), &case.mask, connectivity).unwrap();
            assert_eq!(
                dilated,
                read(&case.dilated[i]),
                "{} {connectivity:?}",
                case.name
            );
        }
    }
}

proptest! {
    /// Dilation adds what has a neighbour; erosion is its dual but for what is outside the grid.
    #[test]
    fn both_are_what_neighbours_say((grid, mask) in masks()) {
        let places: Vec<_> = grid.places().map(|(place, _)| place).collect();
        for connectivity in ALL {
            let dilated = dilate(&grid, &mask, connectivity).unwrap();
            let eroded = erode(&grid, &mask, connectivity).unwrap();
            let rim = boundary(&grid, &mask, connectivity).unwrap();
            let steps = connectivity.axes().min(grid.axes());
            // As many neighbours within the grid as there are in all?
            let all = [3, 9, 27][grid.axes() - 1] - match (grid.axes(), steps) {
                (2, 1) => 4,
                (3, 1) => 20,
                (3, 2) => 8,
                _ => 0,
            };
            for (i, a) in places.iter().enumerate() {
                let touching = (0..mask.len()).filter(|&j| {
                    let away: Vec<usize> =
                        a.iter().zip(places[j]).map(|(a, b)| a.abs_diff(b)).collect();
                    away.iter().all(|&n| n <= 1) && away.iter().sum::<usize>() <= steps
                });
                let touching: Vec<bool> = touching.map(|j| mask[j]).collect();
                prop_assert_eq!(dilated[i], touching.contains(&true));
                let inner = touching.len() == all && !touching.contains(&false);
                prop_assert_eq!(eroded[i], inner);
                prop_assert_eq!(rim[i], mask[i] && !inner);
            }
        }
    }
}

/// Beyond the size from which several threads work.
#[test]
fn many_rows_change_nothing() {
    let grid = Grid::new(&[300, 301]).unwrap();
    let mask: Vec<bool> = grid
        .places()
        .map(|([_, r, c], _)| r.abs_diff(150) + c.abs_diff(150) <= 100)
        .collect();
    let eroded = erode(&grid, &mask, Connectivity::Face).unwrap();
    let smaller = grid
        .places()
        .map(|([_, r, c], _)| r.abs_diff(150) + c.abs_diff(150) <= 99);
    assert!(eroded.iter().copied().eq(smaller));
    assert!(rim(&grid, &mask, Connectivity::Face, 101) == mask);
    assert!(rim(&grid, &mask, Connectivity::Face, 100) != mask);
}

#[test]
fn a_mask_of_another_size_is_refused() {
    let grid = Grid::new(&[2, 3]).unwrap();
    for operation in [erode, dilate, boundary] {
        assert!(operation(&grid, &[true; 5], Connectivity::Face).is_err());
    }
}
