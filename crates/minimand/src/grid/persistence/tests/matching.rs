//! Matchings and losses.

use super::super::super::Grid;
use super::super::betti::{betti_number_error, foreground};
use super::super::betti_matching::{
    BettiMatching, Comparison, ImagePairs, Levels, betti_matching_error, betti_matching_loss,
};
use super::super::diagrams::{wasserstein_loss, wasserstein_matching};
use super::super::{Construction, Filtration, image};
use super::plain::Complex;
use super::{FILTRATIONS, field, fields, filtered, random};
use crate::error::Error;

const PLAIN: BettiMatching = BettiMatching {
    levels: Levels::Superlevel,
    comparison: Comparison::Union,
    image_pairs: ImagePairs::All,
    relative: false,
};

fn options() -> Vec<BettiMatching> {
    let mut all = Vec::new();
    for levels in [Levels::Superlevel, Levels::Sublevel, Levels::Both] {
        for comparison in [Comparison::Union, Comparison::Intersection] {
            for image_pairs in [ImagePairs::All, ImagePairs::Positive] {
                for relative in [false, true] {
                    all.push(BettiMatching {
                        levels,
                        comparison,
                        image_pairs,
                        relative,
                    });
                }
            }
        }
    }
    all
}

fn loss(prediction: &[f64], target: &[f64], shape: &[usize], options: &BettiMatching) -> f64 {
    let grid = Grid::new(shape).unwrap();
    let mut slopes = vec![7.0; prediction.len()];
    betti_matching_loss(prediction, target, &grid, options, &mut slopes).unwrap()
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-12, "{a} is not {b}");
}

/// The field with 1 at the places marked `#`, 0.5 at `+` and 0 elsewhere.
fn drawn(rows: &[&str]) -> (Vec<f64>, Vec<usize>) {
    let value = |c: char| match c {
        '#' => 1.0,
        '+' => 0.5,
        _ => 0.0,
    };
    (
        rows.concat().chars().map(value).collect(),
        vec![rows.len(), rows[0].len()],
    )
}

fn ring() -> (Vec<f64>, Vec<f64>, Vec<usize>) {
    let (target, shape) = drawn(&["#####", "#...#", "#...#", "#...#", "#####"]);
    let mut prediction: Vec<f64> = target.iter().map(|x| 0.9 * x).collect();
    (prediction[2], prediction[12]) = (0.3, 0.4);
    (prediction, target, shape)
}

#[test]
fn a_ring_with_a_weak_pixel_and_a_spot() {
    let (prediction, target, shape) = ring();
    for comparison in [Comparison::Union, Comparison::Intersection] {
        let with = |levels, relative| {
            let options = BettiMatching {
                levels,
                comparison,
                relative,
                ..PLAIN
            };
            loss(&prediction, &target, &shape, &options)
        };
        near(with(Levels::Superlevel, false), 1.16);
        near(with(Levels::Sublevel, false), 0.16);
        near(with(Levels::Superlevel, true), 0.2);
        near(with(Levels::Sublevel, true), 1.16);
        near(with(Levels::Both, false), 1.32);
    }
}

#[test]
fn two_bars_and_a_bridge() {
    let (target, shape) = drawn(&[".......", "###.###", "......."]);
    let mut prediction: Vec<f64> = target.iter().map(|x| 0.8 * x).collect();
    for (bridge, expected) in [(0.2, 0.24), (0.7, 1.14)] {
        prediction[10] = bridge;
        near(loss(&prediction, &target, &shape, &PLAIN), expected);
    }
}

#[test]
fn errors_of_masks() {
    let error = |prediction: &[&str], target: &[&str]| {
        let ((prediction, shape), (target, _)) = (drawn(prediction), drawn(target));
        let grid = Grid::new(&shape).unwrap();
        let matching = betti_matching_error(&prediction, &target, &grid, &PLAIN, 0.5).unwrap();
        let masks = [&prediction, &target].map(|field| foreground(field, 0.5).unwrap());
        let numbers =
            betti_number_error(&masks[0], &masks[1], &grid, Construction::Vertices).unwrap();
        (matching, numbers.iter().sum::<usize>())
    };
    let holes = ["........."; 5];
    let (mut left, mut right, none, mut start, mut end) = (holes, holes, holes, holes, holes);
    (left[1], left[2], left[3]) = (".###.###.", ".#.#.+++.", ".###.###.");
    (right[1], right[2], right[3]) = (".###.###.", ".###.#.#.", ".###.###.");
    assert_eq!(error(&right, &left), (2.0, 0));
    (start[1], start[2]) = (".##......", ".##......");
    (end[1], end[2]) = ("......##.", "......##.");
    assert_eq!(error(&none, &start), (2.0, 1));
    assert_eq!(error(&start, &end), (0.0, 0));
    let ((a, shape), (b, _)) = (drawn(&start), drawn(&end));
    let relative = BettiMatching {
        relative: true,
        ..PLAIN
    };
    near(loss(&a, &b, &shape, &relative), 2.0);
}

#[test]
fn ties_are_broken_as_they_should_be() {
    let f = [0.1, 0.3, 0.2, 0.6, 0.0, 0.8, 0.4, 0.5, 0.7];
    let g = [0.65, 0.15, 0.35, 0.05, 0.85, 0.25, 0.45, 0.75, 0.55];
    near(loss(&f, &g, &[3, 3], &PLAIN), 0.325);
    let turned =
        |field: &[f64]| -> Vec<f64> { (0..9).map(|i| field[i % 3 * 3 + 2 - i / 3]).collect() };
    near(loss(&turned(&f), &turned(&g), &[3, 3], &PLAIN), 0.165);
}

#[test]
fn empty_image_pairs_may_match() {
    let f = [0.2, 0.5, 0.1, 0.3, 0.0, 0.4];
    let g = [0.25, 0.15, 0.05, 0.55, 0.35, 0.45];
    near(loss(&f, &g, &[2, 3], &PLAIN), 0.185);
    let positive = BettiMatching {
        image_pairs: ImagePairs::Positive,
        ..PLAIN
    };
    near(loss(&f, &g, &[2, 3], &positive), 0.115);
}

#[test]
fn pairs_of_cells_are_those_of_the_whole_boundary_matrix() {
    for ((grid, f), (_, g)) in fields(11, 900, [9, 7, 4]).zip(fields(11, 900, [9, 7, 4]).skip(1)) {
        let g: Vec<f64> = f
            .iter()
            .zip(g.iter().cycle())
            .map(|(a, b)| a.max(*b))
            .collect();
        let complex = |field: &[f64]| {
            Complex::new(field, &grid, Filtration::Superlevel, Construction::Vertices)
        };
        let cells = |field: &[f64]| filtered(field, &grid, Filtration::Superlevel);
        let fine = grid.volume().map(|size| 2 * size - 1);
        let at = |cell: u32| {
            let cell = cell as usize;
            [
                cell / (fine[1] * fine[2]),
                cell / fine[2] % fine[1],
                cell % fine[2],
            ]
        };
        for (births, deaths) in [(&f, &f), (&f, &g)] {
            let mut found = Vec::new();
            let pairs = image::pairs(grid.axes(), &cells(births), &cells(deaths));
            for (dimension, pairs) in pairs.into_iter().enumerate() {
                found.extend(pairs.into_iter().map(|[b, d]| (dimension, at(b), at(d))));
            }
            found.sort_unstable();
            assert_eq!(
                found,
                complex(deaths).pairs(&complex(births)),
                "{grid:?} {births:?} {deaths:?}"
            );
        }
    }
}

#[test]
fn equal_fields_cost_nothing_and_sides_may_change() {
    for ((grid, f), (_, g)) in fields(12, 120, [9, 8, 4]).zip(fields(13, 120, [9, 8, 4])) {
        let g: Vec<f64> = g.into_iter().cycle().take(f.len()).collect();
        for options in options() {
            assert_eq!(
                loss(&f, &f, grid.shape(), &options),
                0.0,
                "{options:?} {f:?}"
            );
            let both = [
                loss(&f, &g, grid.shape(), &options),
                loss(&g, &f, grid.shape(), &options),
            ];
            near(both[0], both[1]);
        }
    }
}

#[test]
fn slopes_are_differences_of_the_loss() {
    let mut random = random(14);
    for shape in [&[12][..], &[5, 6], &[3, 4, 4]] {
        let grid = Grid::new(shape).unwrap();
        let [f, g] = [0, 1].map(|_| field(&mut random, grid.len(), 0));
        let check = |run: &dyn Fn(&[f64], &mut [f64]) -> f64| {
            let mut slopes = vec![7.0; f.len()];
            let value = run(&f, &mut slopes);
            assert!(value > 0.0);
            for pixel in 0..f.len() {
                let step = 1e-6;
                let moved = |by: f64| {
                    let mut f = f.clone();
                    f[pixel] += by;
                    run(&f, &mut vec![0.0; f.len()])
                };
                let expected = (moved(step) - moved(-step)) / (2.0 * step);
                assert!(
                    (slopes[pixel] - expected).abs() < 1e-7,
                    "{} {expected}",
                    slopes[pixel]
                );
            }
        };
        for options in options() {
            check(&|f, slopes| betti_matching_loss(f, &g, &grid, &options, slopes).unwrap());
        }
        for (filtration, construction) in [
            (Filtration::Superlevel, Construction::Vertices),
            (Filtration::Sublevel, Construction::TopCells),
        ] {
            check(&|f, slopes| {
                wasserstein_loss(f, &g, &grid, filtration, construction, slopes).unwrap()
            });
        }
    }
}

#[test]
fn the_cheapest_matching_is_the_cheapest() {
    for ((grid, f), (_, g)) in fields(15, 150, [9, 7, 4]).zip(fields(16, 150, [9, 7, 4])) {
        let g: Vec<f64> = g.into_iter().cycle().take(f.len()).collect();
        for (filtration, levels) in FILTRATIONS
            .into_iter()
            .zip([Levels::Sublevel, Levels::Superlevel])
        {
            let cheapest =
                wasserstein_matching(&f, &g, &grid, filtration, Construction::Vertices).unwrap();
            let cost: f64 = cheapest.cost(&f, &g);
            let mut slopes = vec![0.0; f.len()];
            let loss = wasserstein_loss(
                &f,
                &g,
                &grid,
                filtration,
                Construction::Vertices,
                &mut slopes,
            )
            .unwrap();
            near(cost, loss);
            let options = BettiMatching { levels, ..PLAIN };
            let matching = &options.matchings(&f, &g, &grid).unwrap()[0];
            assert!(cost <= matching.cost(&f, &g) + 1e-12);
            let sizes = |m: &super::super::matching::Matching| {
                (
                    m.matched.len() + m.prediction.len(),
                    m.matched.len() + m.target.len(),
                )
            };
            assert_eq!(sizes(&cheapest), sizes(matching));
        }
    }
}

#[test]
fn errors_by_place_are_at_least_those_by_number() {
    for ((grid, f), (_, g)) in fields(17, 300, [9, 9, 4]).zip(fields(18, 300, [9, 9, 4])) {
        let g: Vec<f64> = g.into_iter().cycle().take(f.len()).collect();
        let matching = betti_matching_error(&f, &g, &grid, &PLAIN, 0.5).unwrap();
        let masks = [&f, &g].map(|field| foreground(field, 0.5).unwrap());
        let numbers =
            betti_number_error(&masks[0], &masks[1], &grid, Construction::Vertices).unwrap();
        assert!(
            matching >= numbers.iter().sum::<usize>() as f64,
            "{f:?} {g:?}"
        );
    }
}

#[test]
fn what_cannot_be_matched_is_refused() {
    let grid = Grid::new(&[1, 2]).unwrap();
    let run = |f: &[f32], g: &[f32], slopes: usize| {
        betti_matching_loss(f, g, &grid, &PLAIN, &mut vec![0.0; slopes])
    };
    let shape = |argument| move |e: Result<f64, Error>| matches!(e, Err(Error::Shape { argument: a, .. }) if a == argument);
    assert!(shape("prediction")(run(&[0.0], &[0.0, 1.0], 2)));
    assert!(shape("target")(run(&[0.0, 1.0], &[0.0], 2)));
    assert!(shape("slopes")(run(&[0.0, 1.0], &[0.0, 1.0], 1)));
    for bad in [f32::NAN, f32::INFINITY] {
        assert!(matches!(
            run(&[0.0, 1.0], &[bad, 0.0], 2),
            Err(Error::Value {
                argument: "target",
                ..
            })
        ));
    }
    assert_eq!(run(&[0.0, 0.75], &[0.0, 1.0], 2).unwrap(), 0.125);
}
