//! Entropic transport against closed forms, its own invariants and central differences.

use super::*;
use crate::random::{Key, Random};

fn points(n: usize, d: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::new(Key::new(seed), 0);
    (0..n * d).map(|_| random.normal()).collect()
}

fn masses(n: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::new(Key::new(seed), 1);
    let raw: Vec<f64> = (0..n).map(|_| random.uniform_between(0.2, 1.0)).collect();
    let total: f64 = raw.iter().sum();
    raw.iter().map(|m| m / total).collect()
}

fn assert_near(got: f64, want: f64, tolerance: f64, what: &str) {
    assert!(
        (got - want).abs() <= tolerance * want.abs().max(1.0),
        "{what}: {got}, expected {want}"
    );
}

#[test]
fn the_coupling_has_the_marginals_and_the_value_is_the_primal_one() {
    let (x, y) = (points(9, 3, 1), points(14, 3, 2));
    let (a, b) = (masses(9, 3), masses(14, 4));
    for cost in [Cost::SquaredEuclidean, Cost::Euclidean] {
        for (epsilon, rho) in [
            (0.05, None),
            (1.0, None),
            (0.2, Some(0.7)),
            (1.0, Some(10.0)),
        ] {
            let settings = Sinkhorn {
                cost,
                epsilon,
                rho,
                ..Sinkhorn::default()
            };
            let solved = settings
                .solve(Cloud::new(&x, 3).masses(&a), Cloud::new(&y, 3).masses(&b))
                .unwrap();
            let plan = solved.coupling();
            let rows: Vec<f64> = plan.chunks(14).map(|row| row.iter().sum()).collect();
            let columns: Vec<f64> = (0..14)
                .map(|j| plan.iter().skip(j).step_by(14).sum())
                .collect();
            let kl = |p: &[f64], q: &[f64]| -> f64 {
                p.iter().zip(q).map(|(p, q)| p * (p / q).ln() - p + q).sum()
            };
            let product: Vec<f64> = a
                .iter()
                .flat_map(|a| b.iter().map(move |b| a * b))
                .collect();
            let mut primal = epsilon * kl(&plan, &product);
            for (at, mass) in plan.iter().enumerate() {
                let (i, j) = (at / 14, at % 14);
                let square = (0..3).map(|k| (x[3 * i + k] - y[3 * j + k]).powi(2)).sum();
                primal += mass * cost.of_square(square);
            }
            let what = format!("{cost:?}, ε {epsilon}, ρ {rho:?}");
            match rho {
                None => {
                    for (got, want) in rows.iter().zip(&a).chain(columns.iter().zip(&b)) {
                        assert_near(*got, *want, 1e-8, &what);
                    }
                }
                Some(rho) => primal += rho * (kl(&rows, &a) + kl(&columns, &b)),
            }
            assert_near(solved.value, primal, 1e-8, &what);
        }
    }
}

#[test]
fn given_costs_are_those_of_points() {
    let (x, y) = (points(5, 2, 5), points(8, 2, 6));
    let square = |i: usize, j: usize| {
        (0..2)
            .map(|k| (x[2 * i + k] - y[2 * j + k]).powi(2))
            .sum::<f64>()
    };
    let costs: Vec<f64> = (0..40).map(|at| 0.5 * square(at / 8, at % 8)).collect();
    let settings = Sinkhorn::default();
    let of_points = settings
        .solve(Cloud::new(&x, 2), Cloud::new(&y, 2))
        .unwrap();
    let given = settings.solve_costs(&costs, [5, 8], None, None).unwrap();
    assert_near(given.value, of_points.value, 1e-12, "the value");
    assert!(given.source_gradient().points.is_empty());
}

/// Central differences of the value by every coordinate and mass of the first cloud.
fn assert_gradient(
    value: impl Fn(&[f64], &[f64]) -> f64,
    x: &[f64],
    a: &[f64],
    gradient: &CloudGradient,
    balanced: bool,
) {
    const STEP: f64 = 1e-4;
    for i in 0..x.len() {
        let at = |by: f64| {
            let mut x = x.to_vec();
            x[i] += by;
            value(&x, a)
        };
        let want =
            (8.0 * (at(STEP) - at(-STEP)) - at(2.0 * STEP) + at(-2.0 * STEP)) / (12.0 * STEP);
        assert_near(gradient.points[i], want, 1e-7, "a coordinate");
    }
    for i in 1..a.len() {
        // If the sum of the masses must stay, one takes from another.
        let at = |by: f64| {
            let mut a = a.to_vec();
            a[i] += by;
            a[0] -= if balanced { by } else { 0.0 };
            value(x, &a)
        };
        let want =
            (8.0 * (at(STEP) - at(-STEP)) - at(2.0 * STEP) + at(-2.0 * STEP)) / (12.0 * STEP);
        let got = gradient.masses[i] - if balanced { gradient.masses[0] } else { 0.0 };
        assert_near(got, want, 1e-7, "a mass");
    }
}

#[test]
fn gradients_by_points_and_masses_are_differences_of_the_value() {
    let (x, y) = (points(4, 2, 7), points(6, 2, 8));
    let (a, b) = (masses(4, 9), masses(6, 10));
    for cost in [Cost::SquaredEuclidean, Cost::Euclidean] {
        for rho in [None, Some(0.8)] {
            let settings = Sinkhorn {
                cost,
                epsilon: 0.3,
                rho,
                tolerance: 1e-13,
                ..Sinkhorn::default()
            };
            let other = || Cloud::new(&y, 2).masses(&b);
            let solve =
                |x: &[f64], a: &[f64]| settings.solve(Cloud::new(x, 2).masses(a), other()).unwrap();
            let divergence = |x: &[f64], a: &[f64]| {
                settings
                    .divergence(Cloud::new(x, 2).masses(a), other())
                    .unwrap()
            };
            let mirrored = |x: &[f64], a: &[f64]| {
                settings
                    .divergence(other(), Cloud::new(x, 2).masses(a))
                    .unwrap()
            };
            let free = rho.is_none();
            let gradient = solve(&x, &a).source_gradient();
            assert_gradient(|x, a| solve(x, a).value, &x, &a, &gradient, free);
            let gradient = divergence(&x, &a).source_gradient();
            assert_gradient(|x, a| divergence(x, a).value, &x, &a, &gradient, free);
            let gradient = mirrored(&x, &a).target_gradient();
            assert_gradient(|x, a| mirrored(x, a).value, &x, &a, &gradient, free);
        }
    }
}

#[test]
fn without_a_kernel_that_is_kept_the_result_is_the_same() {
    let (x, y) = (points(40, 2, 11), points(30, 2, 12));
    let settings = Sinkhorn {
        epsilon: 0.05,
        ..Sinkhorn::default()
    };
    let pairs = Pairs::Points(
        [Side::new(&Cloud::new(&x, 2)), Side::new(&Cloud::new(&y, 2))],
        settings.cost,
    );
    let masses = [vec![1.0 / 40.0; 40], vec![1.0 / 30.0; 30]];
    let problem = settings.problem(&pairs, &masses);
    let (kept, linear) = (
        problem.solve_with(true).ok(),
        problem.solve_with(false).ok(),
    );
    let (kept, linear) = (kept.unwrap(), linear.unwrap());
    for (a, b) in kept.target.iter().zip(&linear.target) {
        // Up to the constant that moves between the potentials.
        let shift = kept.target[0] - linear.target[0];
        assert_near(a - shift, *b, 1e-7, "a potential");
    }
}

#[test]
fn small_epsilon_is_exact_transport() {
    // On the line the optimal coupling is that of the sorted points.
    let (x, y) = (points(20, 1, 13), points(20, 1, 14));
    let settings = Sinkhorn {
        epsilon: 1e-3,
        tolerance: 1e-6,
        iterations: 100_000,
        ..Sinkhorn::default()
    };
    let entropic = settings
        .divergence(Cloud::new(&x, 1), Cloud::new(&y, 1))
        .unwrap();
    let exact = crate::transport::wasserstein_1d(&x, None, &y, None, 2.0).unwrap();
    assert_near(entropic.value, 0.5 * exact.value, 2e-3, "W₂²/2");
}

#[test]
fn extremes() {
    let settings = Sinkhorn::default();
    // Single points, whatever lies between them.
    let solved = settings
        .divergence(Cloud::new(&[1e4, 0.0], 2), Cloud::new(&[0.0, 1e4], 2))
        .unwrap();
    assert_near(solved.value, 1e8, 1e-12, "far apart");
    // Clouds that are far apart cost what moving their means costs.
    let (x, y) = (points(30, 2, 15), points(30, 2, 16));
    let far: Vec<f64> = y.iter().map(|y| y + 1e4).collect();
    let near = settings
        .divergence(Cloud::new(&x, 2), Cloud::new(&y, 2))
        .unwrap();
    let moved = settings
        .divergence(Cloud::new(&x, 2), Cloud::new(&far, 2))
        .unwrap();
    let mean = |k: usize| (0..30).map(|i| y[2 * i + k] - x[2 * i + k]).sum::<f64>() / 30.0;
    let want = near.value + 1e8 + 1e4 * (mean(0) + mean(1));
    assert_near(moved.value, want, 1e-10, "far clouds");
    // Equal clouds, in another order.
    let turned: Vec<f64> = x.chunks(2).rev().flatten().copied().collect();
    let same = settings
        .divergence(Cloud::new(&x, 2), Cloud::new(&turned, 2))
        .unwrap();
    assert_near(same.value, 0.0, 1e-9, "equal clouds");
    assert!(same.source_gradient().points.iter().all(|g| g.abs() < 1e-8));
    // A point without mass changes nothing, and has a potential.
    let with = [x.as_slice(), &[7.0, 7.0]].concat();
    let mut a = vec![1.0 / 30.0; 30];
    a.push(0.0);
    let absent = settings
        .divergence(Cloud::new(&with, 2).masses(&a), Cloud::new(&y, 2))
        .unwrap();
    assert_near(absent.value, near.value, 1e-9, "a point without mass");
    let gradient = absent.source_gradient();
    assert!(gradient.masses.iter().all(|g| g.is_finite()));
    assert_eq!(gradient.points[60..], [0.0, 0.0]);
}

#[test]
fn refused() {
    let settings = Sinkhorn::default();
    let (x, y) = (points(20, 2, 17), points(20, 2, 18));
    let run = |settings: Sinkhorn| settings.solve(Cloud::new(&x, 2), Cloud::new(&y, 2));
    let few = run(Sinkhorn {
        iterations: 3,
        epsilon: 1e-3,
        ..settings
    });
    assert!(
        matches!(few, Err(Error::NotConverged { iterations: 3, .. })),
        "{few:?}"
    );
    let tiny = run(Sinkhorn {
        epsilon: 1e-300,
        ..settings
    });
    assert!(matches!(tiny, Err(Error::NotConverged { .. })));
    assert!(matches!(
        run(Sinkhorn {
            epsilon: 0.0,
            ..settings
        }),
        Err(Error::Parameter { .. })
    ));
    assert!(matches!(
        run(Sinkhorn {
            rho: Some(-1.0),
            ..settings
        }),
        Err(Error::Parameter { .. })
    ));
    let with = |x: Cloud<'_>, y: Cloud<'_>| settings.solve(x, y).map(|s| s.value);
    let one = Cloud::new(&[1.0], 1);
    assert!(matches!(
        with(one, Cloud::new(&[1.0, 2.0], 2)),
        Err(Error::Shape { .. })
    ));
    assert!(matches!(
        with(Cloud::new(&[], 1), one),
        Err(Error::Shape { .. })
    ));
    assert!(matches!(
        with(Cloud::new(&[f64::INFINITY], 1), one),
        Err(Error::Value { .. })
    ));
    assert!(matches!(
        with(one.masses(&[-1.0]), one),
        Err(Error::Value { .. })
    ));
    assert!(matches!(
        with(one.masses(&[2.0]), one),
        Err(Error::Value { .. })
    ));
    assert!(matches!(
        settings.solve_costs(&[1.0], [1, 2], None, None),
        Err(Error::Shape { .. })
    ));
}
