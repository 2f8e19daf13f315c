use super::*;
use crate::grid::distance::tests::masks;
use crate::grid::fixture_tests::{cases, mask as read};
use crate::grid::{Components, Connectivity};
use proptest::prelude::*;

#[test]
fn scikit_image_gives_the_same() {
    let mut compared = 0;
    for case in cases() {
        let Some(expected) = &case.lee else { continue };
        let found = skeletonize(&case.grid(), &case.mask, Thinning::Lee).unwrap();
        // Components that scikit-image loses have one pixel here, which no other touches.
        let grid = case.grid();
        let pieces = Components::find(&grid, &found, Connectivity::Vertex);
        let shared = pieces.labels().iter().zip(read(expected)).zip(&found);
        let agrees = |((&piece, theirs), &ours): ((&u32, bool), &bool)| {
            theirs == ours || (ours && pieces.sizes()[piece as usize - 1] == 1)
        };
        assert!(shared.into_iter().all(agrees), "{}", case.name);
        compared += 1;
    }
    assert!(compared >= 10, "{compared}");
}

/// Components (connected by corners) and holes (by faces, with what is outside the grid as one).
fn topology(grid: &Grid, mask: &[bool]) -> [usize; 2] {
    let volume = grid.shape().iter().map(|n| n + 2).collect::<Vec<_>>();
    let wide = Grid::new(&volume).unwrap();
    let mut outside = vec![true; wide.len()];
    let pad = usize::from(grid.axes() == 3);
    let [_, rows, width] = wide.volume();
    for ([slice, row, column], pixel) in grid.places() {
        let down = usize::from(grid.axes() >= 2);
        outside[((slice + pad) * rows + row + down) * width + column + 1] = !mask[pixel];
    }
    [
        Components::find(grid, mask, Connectivity::Vertex).count(),
        Components::find(&wide, &outside, Connectivity::Face).count(),
    ]
}

proptest! {
    #[test]
    fn lee_keeps_components_and_holes((grid, mask) in masks()) {
        let skeleton = skeletonize(&grid, &mask, Thinning::Lee).unwrap();
        prop_assert!(skeleton.iter().zip(&mask).all(|(&on, &inside)| inside || !on));
        prop_assert_eq!(topology(&grid, &skeleton), topology(&grid, &mask));
        prop_assert_eq!(skeletonize(&grid, &skeleton, Thinning::Lee).unwrap(), skeleton);
    }

    #[test]
    fn zhang_and_suen_take_away_only((grid, mask) in masks()) {
        let Ok(skeleton) = skeletonize(&grid, &mask, Thinning::ZhangSuen) else {
            prop_assert_eq!(grid.axes(), 3);
            return Ok(());
        };
        prop_assert!(skeleton.iter().zip(&mask).all(|(&on, &inside)| inside || !on));
        prop_assert_eq!(skeletonize(&grid, &skeleton, Thinning::ZhangSuen).unwrap(), skeleton);
    }
}

fn drawn(rows: &[&str]) -> (Grid, Vec<bool>) {
    let grid = Grid::new(&[rows.len(), rows[0].len()]).unwrap();
    let mask = rows.iter().flat_map(|row| row.bytes().map(|b| b != b'.'));
    (grid, mask.collect())
}

/// `#` is the skeleton, `o` what goes.
#[test]
fn zhang_and_suen_thin_a_bar_by_hand() {
    let rows = ["ooooooo", "o####oo", "ooooooo"];
    let (grid, mask) = drawn(&rows);
    let skeleton = skeletonize(&grid, &mask, Thinning::ZhangSuen).unwrap();
    // Worked by the published conditions, pass by pass.
    let left: Vec<bool> = rows
        .iter()
        .flat_map(|row| row.bytes().map(|b| b == b'#'))
        .collect();
    assert_eq!(skeleton, left);
    let (grid, square) = drawn(&["....", ".##.", ".##.", "...."]);
    let skeleton = skeletonize(&grid, &square, Thinning::ZhangSuen).unwrap();
    assert!(!skeleton.contains(&true));
}

#[test]
fn an_empty_mask_has_an_empty_skeleton_and_a_pixel_its_own() {
    for shape in [&[1][..], &[3, 3], &[3, 3, 3]] {
        let grid = Grid::new(shape).unwrap();
        let mut mask = vec![false; grid.len()];
        assert_eq!(skeletonize(&grid, &mask, Thinning::Lee).unwrap(), mask);
        mask[grid.len() / 2] = true;
        assert_eq!(skeletonize(&grid, &mask, Thinning::Lee).unwrap(), mask);
    }
}

#[test]
fn what_cannot_be_thinned_is_refused() {
    let grid = Grid::new(&[2, 3]).unwrap();
    assert!(skeletonize(&grid, &[true; 5], Thinning::Lee).is_err());
    let volume = Grid::new(&[2, 3, 1]).unwrap();
    let error = skeletonize(&volume, &[true; 6], Thinning::ZhangSuen).unwrap_err();
    assert!(error.to_string().contains("one or two axes"), "{error}");
}
