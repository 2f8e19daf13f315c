use super::*;

fn random(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    (0..n)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        })
        .collect()
}

/// The definition, window by window.
fn plain(grid: &Grid, values: &[f64], iterations: usize) -> Vec<f64> {
    let near = |i: usize, faces: bool, pick: fn(f64, f64) -> f64, from: &[f64]| {
        let [_, rows, width] = grid.volume();
        let place = |i: usize| [i / (rows * width), i / width % rows, i % width];
        let (at, mut out) = (place(i), from[i]);
        for (j, &x) in from.iter().enumerate() {
            let away: Vec<usize> = place(j)
                .iter()
                .zip(at)
                .map(|(a, b)| a.abs_diff(b))
                .collect();
            let total: usize = away.iter().sum();
            if away.iter().all(|&d| d <= 1) && (!faces || total <= 1) {
                out = pick(out, x);
            }
        }
        out
    };
    let all = 0..values.len();
    let mut image = values.to_vec();
    let mut skeleton = vec![0.0; values.len()];
    for _ in 0..=iterations {
        let eroded: Vec<f64> = all
            .clone()
            .map(|i| near(i, true, f64::min, &image))
            .collect();
        for i in all.clone() {
            let rest = (image[i] - near(i, false, f64::max, &eroded)).max(0.0);
            skeleton[i] += (rest - skeleton[i] * rest).max(0.0);
        }
        image = eroded;
    }
    skeleton
}

#[test]
fn it_is_the_definition() -> Result<(), Error> {
    for (seed, shape) in [&[7][..], &[6, 9], &[1, 8], &[4, 5, 6], &[2, 1, 7]]
        .iter()
        .enumerate()
    {
        let grid = Grid::new(shape)?;
        let values = random(grid.len(), seed as u64);
        for iterations in [0, 1, 3] {
            let want = plain(&grid, &values, iterations);
            let got = soft_skeleton(&grid, &values, iterations)?;
            let layers = Layers::new(&grid, &values, iterations);
            for ((g, w), l) in got.iter().zip(&want).zip(layers.skeleton()) {
                assert!((g - w).abs() < 1e-12 && g == l, "{shape:?}");
            }
            let replayed = layers.replay(&grid, &values);
            for (r, w) in replayed.iter().zip(&want) {
                assert!((r - w).abs() < 1e-12, "{shape:?}");
            }
        }
    }
    Ok(())
}

#[test]
fn slopes_are_those_of_the_definition() -> Result<(), Error> {
    for (seed, shape) in [&[9][..], &[6, 5], &[3, 4, 3]].iter().enumerate() {
        let grid = Grid::new(shape)?;
        let values = random(grid.len(), 10 + seed as u64);
        let by = random(grid.len(), 20 + seed as u64);
        let layers = Layers::new(&grid, &values, 2);
        assert!(layers.closest_choice(&grid) > 1e-6);
        let slopes = layers.pull_back(&grid, by.clone());
        let at = |i: usize, step: f64| {
            let mut moved = values.clone();
            moved[i] += step;
            let skeleton = plain(&grid, &moved, 2);
            skeleton.iter().zip(&by).map(|(s, b)| s * b).sum::<f64>()
        };
        for (i, slope) in slopes.iter().enumerate() {
            let want = (at(i, 1e-7) - at(i, -1e-7)) / 2e-7;
            assert!((slope - want).abs() < 1e-6, "{shape:?} {i}: {slope} {want}");
        }
    }
    Ok(())
}

#[test]
fn the_skeleton_of_a_bar_is_its_middle_line() -> Result<(), Error> {
    let grid = Grid::new(&[7, 7])?;
    let bar: Vec<f64> = (0..49)
        .map(|i| f64::from(u8::from((2..5).contains(&(i / 7)))))
        .collect();
    let skeleton = soft_skeleton(&grid, &bar, 3)?;
    for (i, s) in skeleton.iter().enumerate() {
        assert_eq!(*s, f64::from(u8::from(i / 7 == 3)));
    }
    assert!(soft_skeleton(&grid, &bar[1..], 3).is_err());
    Ok(())
}
