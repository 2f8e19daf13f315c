//! A batch that is compared with itself, by tiles and anchor by anchor: the same for all declared losses.

use super::driver::{self, Items};
use super::{AnchorObject, Judges, PairFloat, PairObject, PairProblem, square};
use crate::batch::{Array, Batch, Options, Target, Values};
use crate::catalog::{Built, Catalog};
use crate::kernels::scalar::Float;
use crate::loss::{Kernel, Shape};
use crate::objective::Objective;
use crate::random::{Key, Random};
use crate::shapes::pair_problem;

/// Calls `f` with every declared loss whose likeness is the same both ways.
fn each_declared(mut f: impl FnMut(&str, &Built, &dyn PairObject, &dyn AnchorObject)) {
    let catalog = Catalog::builtin();
    let entries = catalog.entries().iter();
    for entry in entries.filter(|entry| entry.shape == Shape::Pairs) {
        for expression in [entry.name].iter().chain(entry.variants) {
            let objective: Objective = expression.parse().unwrap();
            for (_, built) in objective.terms() {
                if let Kernel::Pairs(kernel) = &built.kernel
                    && let Judges::Anchors(anchors) = kernel.judges()
                    && f64::kernel(anchors).terms().is_some()
                    && kernel.likeness().is_symmetric()
                {
                    f(expression, built, &**kernel, anchors);
                }
            }
        }
    }
}

/// What a way to run a batch gives: losses and masses of items, gradient by the vectors.
type Outcome<T> = (Vec<f64>, Vec<f64>, Vec<T>);

fn outcome<T: PairFloat>(
    problem: &PairProblem<'_, T>,
    anchors: &dyn AnchorObject,
    by_tiles: bool,
) -> Outcome<T> {
    let direction = problem.directions[0];
    let side = &problem.sides[direction.anchors];
    assert!(direction.anchors == direction.partners);
    let mut items = Items {
        loss: vec![0.0; problem.items],
        mass: vec![0.0; problem.items],
    };
    let mut gradient = vec![vec![T::default(); side.vectors.len()]];
    let kernel = T::kernel(anchors);
    if by_tiles {
        let terms = kernel.terms().unwrap();
        square::run(problem, terms, side, &mut items, Some(&mut gradient[0])).unwrap();
    } else {
        driver::run(problem, kernel, direction, &mut items, Some(&mut gradient)).unwrap();
    }
    (items.loss, items.mass, gradient.swap_remove(0))
}

/// The largest difference of two lists, over the largest number in them.
fn error<T: Float>(a: &[T], b: &[T]) -> f64 {
    let largest = |x: &mut dyn Iterator<Item = f64>| x.fold(0.0, f64::max);
    let most = largest(&mut a.iter().chain(b).map(|x| x.to_f64().abs()));
    let apart = largest(
        &mut a
            .iter()
            .zip(b)
            .map(|(a, b)| (a.to_f64() - b.to_f64()).abs()),
    );
    assert!(a.len() == b.len() && most.is_finite());
    if most > 0.0 { apart / most } else { 0.0 }
}

/// Embeddings with what hurts: some twice, of one class and of two, some zero, some that do not count.
struct Case {
    x: Vec<f64>,
    other: Option<Vec<f64>>,
    width: usize,
    labels: Vec<i64>,
    weights: Vec<f64>,
    mask: Vec<bool>,
}

impl Case {
    fn new(n: usize, width: usize, scale: f64, class: impl Fn(usize) -> usize) -> Self {
        let mut draws = Random::new(Key::new(7), n as u32);
        let mut numbers = || -> Vec<f64> {
            let each = (0..n * width).map(|_| draws.uniform_between(-scale, scale));
            each.collect()
        };
        let (mut x, other) = (numbers(), numbers());
        let labels: Vec<i64> = (0..n).map(|i| class(i) as i64).collect();
        for (from, to) in [(1, 17), (2, 3), (2, 60), (5, 131)] {
            if to < n {
                x.copy_within(from * width..(from + 1) * width, to * width);
            }
        }
        for zero in [4, 90] {
            if zero < n {
                x[zero * width..(zero + 1) * width].fill(0.0);
            }
        }
        let mask: Vec<bool> = (0..n).map(|i| i % 13 != 6).collect();
        for i in (0..n).filter(|&i| !mask[i]) {
            x[i * width] = f64::NAN;
        }
        Case {
            x,
            other: labels.iter().all(|&y| y == 0).then_some(other),
            width,
            labels,
            weights: (0..n).map(|i| (i % 4) as f64 * 0.5).collect(),
            mask,
        }
    }

    fn problem<T: PairFloat, R>(
        &self,
        built: &Built,
        kernel: &dyn PairObject,
        f: impl FnOnce(&PairProblem<'_, T>) -> R,
    ) -> R
    where
        for<'a> &'a [T]: Into<Values<'a>>,
    {
        let x: Vec<T> = self.x.iter().map(|&x| T::from_f64(x)).collect();
        let (shape, row) = ([self.labels.len(), self.width], [self.labels.len()]);
        let target = match &self.other {
            Some(other) => Target::dense(&other[..], &shape),
            None => Target::labels(&self.labels[..], &row),
        };
        let batch = Batch::new(Array::new(&x[..], &shape), target)
            .weights(Array::new(&self.weights[..], &row))
            .mask(&self.mask);
        f(&pair_problem(built, kernel, &x, &batch, &Options::default()).unwrap())
    }

    fn check<T: PairFloat>(&self, bound: f64)
    where
        for<'a> &'a [T]: Into<Values<'a>>,
    {
        each_declared(|name, built, kernel, anchors| {
            self.problem::<T, _>(built, kernel, |problem| {
                // Pairs of which only one side is anchors have no square.
                if problem.directions[0].anchors != problem.directions[0].partners {
                    return;
                }
                let tiles = outcome(problem, anchors, true);
                let plain = outcome(problem, anchors, false);
                let errors = [
                    error(&tiles.0, &plain.0),
                    error(&tiles.1, &plain.1),
                    error(&tiles.2, &plain.2),
                ];
                let n = self.labels.len();
                assert!(
                    errors.iter().all(|&e| e <= bound),
                    "{name}, {n} items: loss, mass and gradient are apart by {errors:?}"
                );
            });
        });
    }
}

fn cases() -> Vec<Case> {
    vec![
        Case::new(203, 5, 1.0, |i| i * i % 11),
        // Few classes, and one alone; classes of one.
        Case::new(150, 3, 1.0, |i| usize::from(i > 140)),
        Case::new(97, 4, 1.0, |i| i),
        // Terms far apart: a tile has no top for all of them.
        Case::new(203, 5, 40.0, |i| i % 7),
        // Two sides that are one; a batch of one block; one and no item that counts.
        Case::new(101, 6, 1.0, |_| 0),
        Case::new(9, 2, 1.0, |i| i / 2),
        Case::new(1, 3, 1.0, |i| i + 1),
        Case::new(0, 3, 1.0, |i| i + 1),
    ]
}

#[test]
fn tiles_are_as_anchors_in_double_precision() {
    for case in cases() {
        case.check::<f64>(1e-9);
    }
}

#[test]
fn tiles_are_as_anchors_in_single_precision() {
    for case in cases() {
        case.check::<f32>(2e-4);
    }
}

#[test]
fn tiles_give_the_same_bits_for_any_number_of_threads() {
    let case = Case::new(333, 5, 1.0, |i| i % 50);
    each_declared(|name, built, kernel, anchors| {
        case.problem::<f32, _>(built, kernel, |problem| {
            let on = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
                let pool = pool.build().unwrap();
                pool.install(|| outcome(problem, anchors, true))
            };
            let one = on(1);
            for threads in [2, 5] {
                let many = on(threads);
                assert!(one == many, "{name}: {threads} threads give other bits");
            }
        });
    });
}
