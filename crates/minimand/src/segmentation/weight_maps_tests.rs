use super::*;
use crate::random::{Key, Random};

/// The definition with every object's distances on the whole grid.
fn plain(grid: &Grid, instances: &[u32], weights: [f64; 2], w0: f64, sigma: f64) -> Vec<f64> {
    let objects: BTreeSet<u32> = instances.iter().copied().filter(|&o| o > 0).collect();
    let distances: Vec<Vec<f64>> = objects
        .iter()
        .map(|&object| {
            let mask: Vec<bool> = instances.iter().map(|&o| o == object).collect();
            transform(grid, &mask, true)
        })
        .collect();
    let weight = |(i, &object): (usize, &u32)| {
        let mut near: Vec<f64> = distances.iter().map(|d| d[i]).collect();
        near.sort_by(f64::total_cmp);
        match (object, near.as_slice()) {
            (0, [first, second, ..]) => {
                weights[0] + w0 * (-(first + second).powi(2) / (2.0 * sigma * sigma)).exp()
            }
            (0, _) => weights[0],
            _ => weights[1],
        }
    };
    instances.iter().enumerate().map(weight).collect()
}

#[test]
fn a_gap_between_two_cells_weighs_most() -> Result<(), Error> {
    let grid = Grid::new(&[7])?;
    let map = unet_weight_map(&grid, &[0, 1, 1, 0, 2, 2, 0], [0.5, 2.0], 10.0, 5.0)?;
    let (gap, end) = ((-4.0f64 / 50.0).exp(), (-25.0f64 / 50.0).exp());
    let want = [
        0.5 + 10.0 * end,
        2.0,
        2.0,
        0.5 + 10.0 * gap,
        2.0,
        2.0,
        0.5 + 10.0 * end,
    ];
    for (got, want) in map.iter().zip(want) {
        assert!((got - want).abs() < 1e-12, "{map:?}");
    }
    Ok(())
}

#[test]
fn parts_of_the_grid_are_enough() -> Result<(), Error> {
    let mut random = Random::new(Key::new(3), 0);
    for (shape, spacing) in [
        (&[40, 50][..], &[0.5, 2.0][..]),
        (&[9, 20, 30], &[2.0, 1.0, 1.0]),
    ] {
        let grid = Grid::new(shape)?.with_spacing(spacing)?;
        for sigma in [0.3, 1.0] {
            let mut instances = vec![0u32; grid.len()];
            for object in 1..12 {
                let at = (random.uniform() * (grid.len() - 3) as f64) as usize;
                instances[at..at + 3].fill(object);
            }
            let want = plain(&grid, &instances, [1.0, 1.5], 10.0, sigma);
            let got = unet_weight_map(&grid, &instances, [1.0, 1.5], 10.0, sigma)?;
            for (g, w) in got.iter().zip(&want) {
                assert!((g - w).abs() < 1e-14, "{g} {w}");
            }
        }
    }
    Ok(())
}

#[test]
fn one_object_or_none_has_no_gap() -> Result<(), Error> {
    let grid = Grid::new(&[2, 3])?;
    assert_eq!(
        unet_weight_map(&grid, &[0; 6], [0.5, 2.0], 10.0, 5.0)?,
        [0.5; 6]
    );
    let one = unet_weight_map(&grid, &[0, 0, 7, 0, 0, 7], [0.5, 2.0], 10.0, 5.0)?;
    assert_eq!(one, [0.5, 0.5, 2.0, 0.5, 0.5, 2.0]);
    Ok(())
}

#[test]
fn borders_weigh_more() -> Result<(), Error> {
    let grid = Grid::new(&[5])?.with_spacing(&[0.5])?;
    let map = border_weight_map(&grid, &vec![0i64, 0, 1, -100, 2], 3.0, 1.0, -100)?;
    let at = |d: f64| 1.0 + 3.0 * (-0.5 * d * d).exp();
    for (got, want) in map.iter().zip([at(1.0), at(0.5), at(0.5), 0.0, at(1.0)]) {
        assert!((got - want).abs() < 1e-12, "{map:?}");
    }
    assert_eq!(
        border_weight_map(&grid, &vec![4i64; 5], 3.0, 1.0, -100)?,
        [1.0; 5]
    );
    Ok(())
}

#[test]
fn what_does_not_fit_is_refused() -> Result<(), Error> {
    let grid = Grid::new(&[3])?;
    assert!(unet_weight_map(&grid, &[0; 2], [1.0; 2], 1.0, 1.0).is_err());
    assert!(unet_weight_map(&grid, &[0; 3], [1.0, -1.0], 1.0, 1.0).is_err());
    assert!(unet_weight_map(&grid, &[0; 3], [1.0; 2], f64::NAN, 1.0).is_err());
    assert!(unet_weight_map(&grid, &[0; 3], [1.0; 2], 1.0, 0.0).is_err());
    assert!(border_weight_map(&grid, &vec![0i64; 4], 1.0, 1.0, -100).is_err());
    assert!(border_weight_map(&grid, &vec![0i64; 3], 1.0, 0.0, -100).is_err());
    Ok(())
}
