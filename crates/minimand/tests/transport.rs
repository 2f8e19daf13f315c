//! Transport through its functions and its losses: what its sources prove, and what is refused.

use minimand::random::{Key, Random};
use minimand::transport::alignment::{Normaliser, alignment};
use minimand::transport::bures::{Gaussian, bures_wasserstein, bures_wasserstein_factor};
use minimand::transport::{Cloud, Sinkhorn};
use minimand::{Array, Batch, Error, Evaluation, Objective, Options, Reduction, Target};

fn normals(n: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::new(Key::new(seed), 0);
    (0..n).map(|_| random.normal()).collect()
}

fn near(got: f64, want: f64, tolerance: f64) {
    assert!(
        (got - want).abs() <= tolerance * want.abs().max(1.0),
        "{got}, expected {want}"
    );
}

/// Value and gradient with a reduction.
fn run(
    expression: &str,
    [x, y]: [(&[f64], &[usize]); 2],
    weights: Option<&[f64]>,
    mask: Option<&[bool]>,
    reduction: Reduction,
) -> Result<Evaluation, Error> {
    let objective: Objective = expression.parse()?;
    let mut batch = Batch::new(Array::new(x.0, x.1), Target::dense(y.0, y.1));
    let entries = [weights.map_or(0, <[f64]>::len)];
    if let Some(weights) = weights {
        batch = batch.weights(Array::new(weights, &entries));
    }
    if let Some(mask) = mask {
        batch = batch.mask(mask);
    }
    objective.value_and_gradient(&batch, &Options::reduction(reduction))
}

/// diag(values) of the plane or of space, as a covariance.
fn diagonal(values: &[f64]) -> Vec<f64> {
    let n = values.len();
    (0..n * n)
        .map(|at| {
            if at / n == at % n {
                values[at / n]
            } else {
                0.0
            }
        })
        .collect()
}

#[test]
fn the_gradient_of_a_factor_is_that_of_its_record_and_of_the_covariance() {
    let (w, b) = ([1.0, 0.2, 0.0, 0.5], [2.0, 1.0, 1.0, 2.0]);
    let (_, gradient) = bures_wasserstein_factor(&w, &b, [2, 2], 0.0).unwrap();
    let record = [
        -0.698_503_841,
        -0.447_394_253,
        -0.615_386_970,
        -1.760_670_005,
    ];
    for (got, want) in gradient.iter().zip(record) {
        near(*got, want, 1e-9);
    }
    // 2(I − T)W.
    let own = [1.04, 0.1, 0.1, 0.25];
    let [source, target] = [&own, &b].map(|c| Gaussian {
        mean: None,
        covariance: c.as_slice(),
    });
    let by_matrix = bures_wasserstein(source, target, 2, 0.0)
        .unwrap()
        .covariance;
    for (at, got) in gradient.iter().enumerate() {
        let (i, j) = (at / 2, at % 2);
        let want = 2.0 * (by_matrix[2 * i] * w[j] + by_matrix[2 * i + 1] * w[2 + j]);
        near(*got, want, 1e-12);
    }
}

#[test]
fn critical_points_of_a_factor_are_choices_of_eigenvectors() {
    let spectrum = [5.0, 3.0, 1.0, 0.5];
    let b = diagonal(&spectrum);
    for kept in [[0, 1], [0, 2], [1, 3], [2, 3]] {
        let mut w = vec![0.0; 8];
        for (column, &row) in kept.iter().enumerate() {
            w[2 * row + column] = f64::sqrt(spectrum[row]);
        }
        let (value, gradient) = bures_wasserstein_factor(&w, &b, [4, 2], 0.0).unwrap();
        let lost: f64 = (0..4)
            .filter(|i| !kept.contains(i))
            .map(|i| spectrum[i])
            .sum();
        near(value, lost, 1e-12);
        assert!(
            gradient.iter().all(|g| g.abs() < 1e-10),
            "{kept:?}: {gradient:?}"
        );
    }
    // Smoothed, the kept eigenvalues are l − τ and the others cost (√l − √τ)².
    let tau: f64 = 0.1;
    let mut w = vec![0.0; 6];
    (w[0], w[3]) = (f64::sqrt(5.0 - tau), f64::sqrt(3.0 - tau));
    let b = diagonal(&[5.0, 3.0, 1.0]);
    let (value, gradient) = bures_wasserstein_factor(&w, &b, [3, 2], tau).unwrap();
    near(value, (1.0 - tau.sqrt()).powi(2), 1e-12);
    assert!(gradient.iter().all(|g| g.abs() < 1e-10), "{gradient:?}");
}

#[test]
fn gaussians_scale_turn_and_lose_rank() {
    let d = 5;
    let square = |seed: u64, rank: usize| -> Vec<f64> {
        let w = normals(d * rank, seed);
        let entry = |i: usize, j: usize| (0..rank).map(|k| w[i * rank + k] * w[j * rank + k]).sum();
        (0..d * d).map(|at| entry(at / d, at % d)).collect()
    };
    let (a, b) = (square(1, d), square(2, d));
    let value = |a: &[f64], b: &[f64]| {
        let [source, target] = [a, b].map(|covariance| Gaussian {
            mean: None,
            covariance,
        });
        bures_wasserstein(source, target, d, 0.0).unwrap().value
    };
    let times = |by: f64, a: &[f64]| -> Vec<f64> { a.iter().map(|x| by * x).collect() };
    near(value(&a, &b), value(&b, &a), 1e-12);
    // To rounding of the traces, which are about 20.
    near(value(&a, &a), 0.0, 1e-11);
    near(
        value(&times(7.0, &a), &times(7.0, &b)),
        7.0 * value(&a, &b),
        1e-12,
    );
    near(
        value(&a, &times(4.0, &a)),
        (0..d).map(|i| a[i * d + i]).sum(),
        1e-12,
    );
    // Of lower rank, and nothing at all.
    let flat = square(3, 2);
    let [source, target] = [&flat, &b].map(|c| Gaussian {
        mean: None,
        covariance: c.as_slice(),
    });
    let lost = bures_wasserstein(source, target, d, 0.0).unwrap();
    let almost = bures_wasserstein(source, target, d, 1e-12).unwrap();
    near(lost.value, almost.value, 1e-5);
    assert!(lost.covariance.iter().all(|g| g.is_finite()));
    near(
        value(&vec![0.0; d * d], &b),
        (0..d).map(|i| b[i * d + i]).sum(),
        1e-12,
    );
    // The map T of A carries A to B: T A T = B.
    let [source, target] = [&a, &b].map(|c| Gaussian {
        mean: None,
        covariance: c.as_slice(),
    });
    let slopes = bures_wasserstein(source, target, d, 0.0)
        .unwrap()
        .covariance;
    let map = |i: usize, j: usize| f64::from(u8::from(i == j)) - slopes[i * d + j];
    for (i, j) in [(0, 0), (1, 3), (4, 2)] {
        let mut sum = 0.0;
        for k in 0..d {
            for l in 0..d {
                sum += map(i, k) * a[k * d + l] * map(l, j);
            }
        }
        near(sum, b[i * d + j], 1e-9);
    }
}

#[test]
fn alignment_is_the_mean_divergence_of_the_pairs() {
    let (rows, d) = (11, 3);
    let features = normals(rows * d, 5);
    let domains = [4, 0, 4, 9, 0, 0, 9, 4, 4, 0, 9];
    let settings = Sinkhorn {
        epsilon: 0.05,
        tolerance: 1e-12,
        ..Sinkhorn::default()
    };
    let cloud = |name: usize| -> Vec<f64> {
        let of = |row: &usize| domains[*row] == name;
        (0..rows)
            .filter(of)
            .flat_map(|row| features[row * d..(row + 1) * d].to_vec())
            .collect()
    };
    let mut want = 0.0;
    for (i, j) in [(0, 4), (0, 9), (4, 9)] {
        let (x, y) = (cloud(i), cloud(j));
        want += settings
            .divergence(Cloud::new(&x, d), Cloud::new(&y, d))
            .unwrap()
            .value
            / 3.0;
    }
    let plain = alignment(&settings, Normaliser::None, &features, d, &domains).unwrap();
    near(plain.value, want, 1e-9);
    for normaliser in [Normaliser::None, Normaliser::Tanh, Normaliser::Softmax] {
        let of = |x: &[f64]| alignment(&settings, normaliser, x, d, &domains).unwrap();
        let found = of(&features);
        for i in [0, 7, 20, 32] {
            let at = |by: f64| {
                let mut moved = features.clone();
                moved[i] += by;
                of(&moved).value
            };
            let slope = (8.0 * (at(1e-4) - at(-1e-4)) - at(2e-4) + at(-2e-4)) / 12e-4;
            assert!((found.gradient[i] - slope).abs() < 1e-7, "{normaliser:?}");
        }
    }
    let one = alignment(&settings, Normaliser::Softmax, &features, d, &[3; 11]).unwrap();
    assert!(one.value == 0.0 && one.gradient.iter().all(|g| *g == 0.0));
    let few = alignment(&settings, Normaliser::None, &features, d, &[3; 10]);
    assert!(matches!(
        few,
        Err(Error::Shape {
            argument: "domains",
            ..
        })
    ));
}

#[test]
fn weights_and_masks_are_of_items_or_of_points() {
    let (x, y) = (normals(2 * 4 * 2, 6), normals(2 * 3 * 2, 7));
    let arrays: [(&[f64], &[usize]); 2] = [(&x, &[2, 4, 2]), (&y, &[2, 3, 2])];
    for loss in ["sinkhorn_divergence", "sinkhorn", "energy_distance"] {
        let items = |weights, mask| {
            run(loss, arrays, weights, mask, Reduction::None)
                .unwrap()
                .per_item
                .unwrap()
        };
        let plain = items(None, None);
        let weighed = items(Some(&[2.0, 0.5]), None);
        near(weighed[0], 2.0 * plain[0], 1e-12);
        near(weighed[1], 0.5 * plain[1], 1e-12);
        // Equal weights of points are none; a point of weight 0 is absent, as a masked one.
        let equal = items(Some(&[3.0; 8]), None);
        near(equal[0], plain[0], 1e-9);
        let light = items(Some(&[1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]), None);
        let masked = items(
            None,
            Some(&[true, true, false, true, true, true, true, true]),
        );
        near(light[0], masked[0], 1e-12);
        assert!((light[0] - plain[0]).abs() > 1e-6);
        near(light[1], plain[1], 1e-12);
        // No point of the first item counts: the item does not.
        let gone = [false, false, false, false, true, true, true, true];
        let result = run(loss, arrays, None, Some(&gone), Reduction::Mean).unwrap();
        assert_eq!(result.count, 1);
        near(result.value, plain[1], 1e-12);
        let gradient = result.gradient.unwrap().to_f64();
        assert!(gradient[..8].iter().all(|g| *g == 0.0));
    }
}

#[test]
fn refused() {
    let x = normals(12, 8);
    let fails = |loss: &str, shape: &[usize], target: &[usize]| {
        let numbers: usize = target.iter().product();
        let y = normals(numbers, 9);
        run(
            loss,
            [(&x[..shape.iter().product()], shape), (&y, target)],
            None,
            None,
            Reduction::Mean,
        )
        .expect_err("accepted")
        .to_string()
    };
    for (loss, shape, target, words) in [
        (
            "sinkhorn",
            &[3, 4][..],
            &[3, 4][..],
            "[items, points, coordinates]",
        ),
        ("sinkhorn", &[1, 6, 2], &[1, 6, 1], "[1, points, 2]"),
        (
            "sinkhorn_divergence",
            &[1, 6, 2],
            &[2, 6, 2],
            "[1, points, 2]",
        ),
        ("sinkhorn", &[1, 6, 2], &[1, 0, 2], "at least one point"),
        ("wasserstein_1d", &[1, 6, 2], &[1, 6, 2], "[items, numbers]"),
        ("wasserstein_1d", &[2, 6], &[2, 0], "at least one"),
        ("bures_wasserstein", &[1, 4, 2], &[1, 4, 2], "[items, d, d]"),
        (
            "bures_wasserstein",
            &[1, 2, 2],
            &[1, 3, 2],
            "as the prediction",
        ),
        (
            "bures_wasserstein",
            &[3, 2, 2],
            &[3, 2, 2],
            "positive semidefinite",
        ),
        (
            "bures_wasserstein_factor",
            &[1, 4, 3],
            &[1, 3, 3],
            "[1, 4, 4]",
        ),
        (
            "sinkhorn(epsilon=1e-4, iterations=2)",
            &[1, 6, 2],
            &[1, 5, 2],
            "did not converge in 2 iterations",
        ),
        ("sinkhorn(epsilon=0)", &[1, 6, 2], &[1, 5, 2], "epsilon"),
        ("wasserstein_1d(p=0.5)", &[2, 6], &[2, 6], "≥ 1"),
    ] {
        let message = fails(loss, shape, target);
        assert!(message.contains(words), "{loss}: {message}");
    }
    let classes = vec![0i64; 12];
    let labels: Objective = "sinkhorn".parse().unwrap();
    let batch = Batch::new(
        Array::new(&x, &[1, 6, 2]),
        Target::labels(&classes, &[1, 6, 2]),
    );
    assert!(labels.evaluate(&batch, &Options::default()).is_err());
}
