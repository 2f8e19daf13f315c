use super::*;
use crate::grid::fixture_tests::cases;
use proptest::prelude::*;

/// Grids of one to three axes with a mask, some of them empty or full.
pub(in crate::grid) fn masks() -> impl Strategy<Value = (Grid, Vec<bool>)> {
    let shape = prop::collection::vec(1usize..8, 1..4);
    let share = prop::sample::select(vec![0.0, 0.05, 0.3, 0.7, 0.95, 1.0]);
    (shape, share).prop_flat_map(|(shape, share)| {
        let grid = Grid::new(&shape).unwrap();
        let mask = prop::collection::vec(prop::bool::weighted(share), grid.len());
        let spacing = prop::sample::select(vec![1.0, 1.0, 0.3, 2.5, 1e-3]);
        let spacing = prop::collection::vec(spacing, shape.len());
        (mask, spacing).prop_map(move |(mask, spacing)| {
            let grid = grid.with_spacing(&spacing).unwrap();
            (grid, mask)
        })
    })
}

/// The nearest site of every pixel by trying all, the first of several.
fn brute(grid: &Grid, mask: &[bool], site: bool) -> Vec<(f64, usize)> {
    let spacing = grid.volume_spacing();
    let places: Vec<[usize; AXES]> = grid.places().map(|(place, _)| place).collect();
    let distance = |a: &[usize; AXES], b: &[usize; AXES]| {
        let along = |axis: usize| (a[axis] as f64 - b[axis] as f64) * spacing[axis];
        (0..AXES)
            .map(|axis| along(axis).powi(2))
            .sum::<f64>()
            .sqrt()
    };
    let nearest = |a: &[usize; AXES]| {
        let mut best = (f64::INFINITY, 0);
        for (index, b) in places.iter().enumerate().filter(|(i, _)| mask[*i] == site) {
            let distance = distance(a, b);
            if distance < best.0 {
                best = (distance, index);
            }
        }
        best
    };
    places.iter().map(nearest).collect()
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    a == b || (a - b).abs() <= tolerance * b.abs()
}

proptest! {
    #[test]
    fn distances_are_those_of_trying_all((grid, mask) in masks(), site in any::<bool>()) {
        let expected = brute(&grid, &mask, site);
        let double = distance_transform(&grid, &mask, site).unwrap();
        let single = distance_transform_f32(&grid, &mask, site).unwrap();
        let exact = grid.spacing().iter().all(|&s| s == 1.0);
        for ((double, single), (expected, _)) in double.iter().zip(single).zip(&expected) {
            let tolerance = if exact { 0.0 } else { 1e-14 };
            prop_assert!(near(*double, *expected, tolerance), "{double} {expected}");
            prop_assert!(near(f64::from(single), *expected, 3e-7), "{single} {expected}");
        }
    }

    #[test]
    fn the_nearest_site_is_found((grid, mask) in masks(), site in any::<bool>()) {
        let expected = brute(&grid, &mask, site);
        let exact = grid.spacing().iter().all(|&s| s == 1.0);
        match nearest(&grid, &mask, site).unwrap() {
            None => prop_assert!(!mask.contains(&site)),
            Some(found) => {
                for (i, (distance, index)) in expected.into_iter().enumerate() {
                    prop_assert!(near(found.distances[i], distance, 1e-14));
                    prop_assert!(mask[found.indices[i]] == site);
                    if exact {
                        prop_assert_eq!(found.indices[i], index);
                    }
                }
            }
        }
    }

    #[test]
    fn distances_scale_with_the_spacing((grid, mask) in masks()) {
        let doubled: Vec<f64> = grid.spacing().iter().map(|s| 2.0 * s).collect();
        let far = distance_transform(&grid.with_spacing(&doubled).unwrap(), &mask, true).unwrap();
        let near = distance_transform(&grid, &mask, true).unwrap();
        prop_assert!(far.iter().zip(&near).all(|(far, near)| *far == 2.0 * near));
    }

    #[test]
    fn the_sign_says_on_which_side((grid, mask) in masks()) {
        let [outer, inner] = [true, false].map(|site| distance_transform(&grid, &mask, site).unwrap());
        let signed = signed_distance(&grid, &mask).unwrap();
        for (i, inside) in mask.iter().enumerate() {
            prop_assert_eq!(signed[i], if *inside { -inner[i] } else { outer[i] });
        }
    }
}

#[test]
fn scipy_gives_the_same() {
    let mut compared = 0;
    for case in cases() {
        for (site, expected) in [(false, &case.to_false), (true, &case.to_true)] {
            let Some(expected) = expected else { continue };
            let found = distance_transform(&case.grid(), &case.mask, site).unwrap();
            assert_eq!(found.len(), expected.len());
            let close = |(a, b): (&f64, &f64)| near(*a, *b, 1e-14);
            assert!(found.iter().zip(expected).all(close), "{}", case.name);
            compared += 1;
        }
    }
    assert!(compared >= 8, "{compared}");
}

/// Larger than what is worked on in one tile or one thread, and with the same bits for any number of threads.
#[test]
fn many_tiles_and_threads_change_nothing() {
    let grid = Grid::new(&[34, 35, 70]).unwrap();
    let grid = grid.with_spacing(&[1.5, 1.0, 0.8]).unwrap();
    let sites = [(0, 0, 0), (33, 34, 69), (10, 30, 33), (20, 3, 64)];
    let mut mask = vec![false; grid.len()];
    for (slice, row, column) in sites {
        mask[(slice * 35 + row) * 70 + column] = true;
    }
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        pool.install(|| distance_transform(&grid, &mask, true).unwrap())
    };
    let found = run(1);
    assert_eq!(found, run(3));
    for ([slice, row, column], pixel) in grid.places() {
        let distance = |&(s, r, c): &(usize, usize, usize)| {
            let along = |a: usize, b: usize, spacing: f64| (a as f64 - b as f64) * spacing;
            let squares = along(slice, s, 1.5).powi(2) + along(row, r, 1.0).powi(2);
            (squares + along(column, c, 0.8).powi(2)).sqrt()
        };
        let expected = sites.iter().map(distance).fold(f64::INFINITY, f64::min);
        assert!(near(found[pixel], expected, 1e-14));
    }
}

#[test]
fn masks_of_one_kind_have_a_meaning() {
    for shape in [&[1][..], &[5], &[3, 4], &[2, 1, 3]] {
        let grid = Grid::new(shape).unwrap();
        let (empty, full) = (vec![false; grid.len()], vec![true; grid.len()]);
        let infinite = vec![f64::INFINITY; grid.len()];
        let negative = vec![f64::NEG_INFINITY; grid.len()];
        assert_eq!(distance_transform(&grid, &empty, true).unwrap(), infinite);
        assert_eq!(
            distance_transform(&grid, &full, true).unwrap(),
            vec![0.0; grid.len()]
        );
        assert_eq!(signed_distance(&grid, &empty).unwrap(), infinite);
        assert_eq!(signed_distance(&grid, &full).unwrap(), negative);
        assert_eq!(nearest(&grid, &empty, true).unwrap(), None);
    }
}

#[test]
fn a_mask_of_another_size_is_refused() {
    let grid = Grid::new(&[2, 3]).unwrap();
    let error = distance_transform(&grid, &[true; 5], true).unwrap_err();
    let text = "`mask` must have shape [6], one entry for each pixel of the grid, got [5]";
    assert_eq!(error.to_string(), text);
    assert!(nearest(&grid, &[], true).is_err() && signed_distance(&grid, &[true; 7]).is_err());
}
