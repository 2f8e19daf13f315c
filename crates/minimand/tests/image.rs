//! Structural similarity of the record's large image, and bands of slices.

use minimand::{Array, Batch, Evaluation, Objective, Options, Target};

fn evaluate(expression: &str, x: &[f64], t: &[f64], shape: &[usize]) -> Evaluation {
    let objective: Objective = expression.parse().unwrap();
    let batch = Batch::new(Array::new(x, shape), Target::dense(t, shape));
    objective
        .value_and_gradient(&batch, &Options::default())
        .unwrap()
}

/// Waves, and the same with finer waves on them.
fn waves(side: usize) -> [Vec<f64>; 2] {
    let at = |i: usize| ((i / side) as f64, (i % side) as f64);
    let x: Vec<f64> = (0..side * side)
        .map(|p| 0.5 + 0.5 * (at(p).0 / 7.0).sin() * (at(p).1 / 11.0).cos())
        .collect();
    let y = (0..side * side)
        .map(|p| (x[p] + 0.1 * (1.7 * at(p).0 + 0.9 * at(p).1).sin()).clamp(0.0, 1.0))
        .collect();
    [x, y]
}

#[test]
fn similarity_of_record_181() {
    let known = [
        (176, "ssim", 0.5924704198),
        (176, "ssim(padding=\"reflect\")", 0.5938379105),
        (176, "ssim(padding=\"zero\")", 0.6165361109),
        (176, "ms_ssim", 0.9562068952),
        (16, "ssim", 0.5778681398),
        (16, "ssim(padding=\"reflect\")", 0.5368870600),
        (16, "ssim(padding=\"zero\")", 0.8510545638),
    ];
    for (side, expression, want) in known {
        let [x, y] = waves(side);
        let value = evaluate(expression, &x, &y, &[1, 1, side, side]).value;
        assert!(
            (1.0 - value - want).abs() < 1e-9,
            "{expression}: {}",
            1.0 - value
        );
    }
}

#[test]
fn too_small_an_image_is_told_how_many_scales_it_has() {
    let objective: Objective = "ms_ssim".parse().unwrap();
    let x = vec![0.5; 64 * 64];
    let shape = [1, 1, 64, 64];
    let batch = Batch::new(Array::new(&x, &shape), Target::dense(&x, &shape));
    let error = objective.evaluate(&batch, &Options::default()).unwrap_err();
    assert!(error.to_string().contains("scales=3"), "{error}");
}

#[test]
fn a_large_image_in_bands_is_the_same() {
    // So large that it is cut into bands; of equal thirds, as its transpose is not.
    let (rows, columns) = (1040, 1030);
    let value = |i: usize, j: usize, k: usize| {
        ((i * 31 + j * 17 + k * 7 + i * j % 13) % 101) as f64 / 101.0
    };
    let image = |k: usize| -> Vec<f64> {
        (0..rows * columns)
            .map(|p| value(p / columns, p % columns, k))
            .collect()
    };
    let turned = |image: &[f64]| -> Vec<f64> {
        (0..rows * columns)
            .map(|p| image[p % rows * columns + p / rows])
            .collect()
    };
    for expression in ["ssim", "ssim(padding=\"reflect\")", "local_ncc"] {
        let (x, t) = (image(0), image(1));
        let straight = evaluate(expression, &x, &t, &[1, 1, rows, columns]);
        let other = evaluate(expression, &turned(&x), &turned(&t), &[1, 1, columns, rows]);
        assert!((straight.value - other.value).abs() < 1e-12, "{expression}");
        let gradient = turned(&straight.gradient.unwrap().to_f64());
        let size = gradient.iter().fold(0.0f64, |a, b| a.max(b.abs()));
        for (a, b) in gradient.iter().zip(other.gradient.unwrap().to_f64()) {
            assert!((a - b).abs() < 1e-10 * size, "{expression}");
        }
        // Rows far from the seam of two bands, by themselves.
        let (from, to) = (200, 320);
        let part = |image: &[f64]| image[from * columns..to * columns].to_vec();
        let few = evaluate(
            expression,
            &part(&x),
            &part(&t),
            &[1, 1, to - from, columns],
        );
        let few = few.gradient.unwrap().to_f64();
        let whole = evaluate(expression, &x, &t, &[1, 1, rows, columns])
            .gradient
            .unwrap()
            .to_f64();
        let at = |row: usize, column: usize| row * columns + column;
        let scale = few[at(60, 500)] / whole[at(from + 60, 500)];
        for row in 30..90 {
            let (a, b) = (few[at(row, 500)], scale * whole[at(from + row, 500)]);
            assert!(
                (a - b).abs() < 1e-9 * scale * size,
                "{expression} row {row}"
            );
        }
    }
}
