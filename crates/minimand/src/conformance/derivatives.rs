//! Values, gradients and curvature against the plainly written reference.

use super::reference::{frozen, groups, traced, value as reference_value};
use super::samples::Sample;
use super::{Subject, close, close_rows};
use crate::batch::{Array, Options, Reduction};
use crate::kernels::regions::Region;
use crate::kernels::replay::Replay;
use crate::kernels::scalar::Real;
use crate::kernels::sym::{Graph, Sym};
use crate::loss::{Kernel, Shape};
use std::collections::HashMap;

/// Step of the difference quotients: two of them stay inside the margin that samples keep from kinks.
const STEP: f64 = 2e-4;

/// The reduction that the reference computes.
fn reduction(subject: &Subject) -> Reduction {
    if subject.shape() == Shape::Regions {
        Reduction::Mean
    } else {
        Reduction::Sum
    }
}

fn fused_gradient(subject: &Subject, sample: &Sample) -> Result<Vec<f64>, String> {
    let result = subject.run(sample, reduction(subject))?;
    Ok(result.gradient.map(|g| g.to_f64()).unwrap_or_default())
}

pub(super) fn value(subject: &Subject) -> Result<(), String> {
    for sample in subject.samples() {
        let fused = subject.run(&sample, reduction(subject))?.value;
        let mut total = 0.0;
        for group in groups(subject, &sample) {
            let x = group.predictions(&sample);
            total += reference_value(subject, &sample, &group, &x);
        }
        close("the value", fused, total, total.abs().max(1.0), 1e-10)?;
    }
    Ok(())
}

pub(super) fn gradient(subject: &Subject) -> Result<(), String> {
    for sample in subject.samples() {
        let fused = fused_gradient(subject, &sample)?;
        for group in groups(subject, &sample) {
            let x = group.predictions(&sample);
            let (f, _) = frozen(subject, &sample, &group, &x);
            let at = |i: usize, step: f64| {
                let mut x = x.clone();
                x[i] += step;
                f(&x)
            };
            let step = STEP * subject.unit();
            let slope = |i: usize| {
                let (near, far) = (
                    at(i, step) - at(i, -step),
                    at(i, 2.0 * step) - at(i, -2.0 * step),
                );
                (8.0 * near - far) / (12.0 * step)
            };
            let want: Vec<f64> = (0..x.len()).map(slope).collect();
            let got: Vec<f64> = group.positions.iter().map(|&p| fused[p]).collect();
            // Rounding of the quotient: a flat spot has no larger entry to compare with.
            let size = want.iter().fold(1e-4, |a: f64, b| a.max(b.abs()));
            for (i, (g, w)) in got.iter().zip(&want).enumerate() {
                let what = format!("∂/∂prediction[{}]", group.positions[i]);
                close(&what, *g, *w, size, 1e-6)?;
            }
        }
    }
    Ok(())
}

pub(super) fn curvature(subject: &Subject) -> Result<(), String> {
    let step = STEP * subject.unit();
    for sample in subject.samples() {
        let options = Options::reduction(reduction(subject));
        let diagonal = sample
            .with_prediction(Array::new(&sample.prediction, &sample.shape), |batch| {
                subject.objective.hessian_diagonal(batch, &options)
            })
            .map_err(|e| e.to_string())?;
        for group in groups(subject, &sample) {
            let x = group.predictions(&sample);
            let (f, plain) = frozen(subject, &sample, &group, &x);
            for (i, &position) in group.positions.iter().enumerate() {
                let want = if plain {
                    let slope = |by: f64| -> Result<f64, String> {
                        let mut moved = sample.clone();
                        moved.prediction[position] += by;
                        Ok(fused_gradient(subject, &moved)?[position])
                    };
                    let quotient = |step: f64| -> Result<f64, String> {
                        Ok((slope(step)? - slope(-step)?) / (2.0 * step))
                    };
                    let rough = quotient(step)?;
                    if (diagonal[position] - rough).abs() <= 1e-6 * rough.abs().max(1.0) {
                        rough
                    } else {
                        // Without the error that grows with the square of the step.
                        (4.0 * quotient(0.5 * step)? - rough) / 3.0
                    }
                } else {
                    // With values held fixed, only the value can be replayed: with steps as long as the margin from
                    // kinks allows, since rounding grows with their square. Losses of pairs are scaled, and have more.
                    let step = match subject.built.kernel {
                        Kernel::Pairs(_) => 5.0 * step,
                        Kernel::Groups(_) => 1.5 * step,
                        _ => step,
                    };
                    let at = |by: f64| {
                        let mut x = x.clone();
                        x[i] += by;
                        f(&x)
                    };
                    let [near, middle, far] =
                        [1.0, 2.0, 3.0].map(|steps| at(steps * step) + at(-steps * step));
                    let sum = 270.0 * near - 27.0 * middle + 2.0 * far - 490.0 * at(0.0);
                    sum / (180.0 * step * step)
                };
                let what = format!("∂²/∂prediction[{position}]²");
                close(&what, diagonal[position], want, want.abs().max(1.0), 1e-5)?;
            }
        }
    }
    Ok(())
}

pub(super) fn graph(subject: &Subject) -> Result<(), String> {
    if let Kernel::Regions(kernel) = &subject.built.kernel {
        // Two regions of plausible sums; a loss that is not joint reads the first.
        let sums = |class: usize| {
            let names = [
                "intersection",
                "prediction",
                "target",
                "difference",
                "pixels",
            ];
            let shift = class as f64;
            let numbers = [2.5 + shift, 6.0, 4.0 + shift, 5.0 - shift, 12.0];
            names
                .map(|name| format!("{name}{class}"))
                .into_iter()
                .zip(numbers)
        };
        let classes = if kernel.joint() { 2 } else { 1 };
        let inputs: HashMap<String, f64> = (0..classes).flat_map(sums).collect();
        fn region<S: Real>(class: usize, numbers: &[S]) -> Region<S> {
            let [intersection, prediction, target, difference, pixels] =
                [0, 1, 2, 3, 4].map(|i| numbers[i]);
            Region {
                intersection,
                prediction,
                target,
                difference,
                pixels,
                class,
                weight: 1.0,
            }
        }
        let graph = Graph::trace(|| {
            let each = (0..classes).map(|class| {
                let symbols: Vec<Sym> = sums(class).map(|(name, _)| Sym::input(name)).collect();
                region(class, &symbols)
            });
            kernel.trace(&each.collect::<Vec<_>>())
        });
        let each = (0..classes).map(|class| {
            let numbers: Vec<Replay> = sums(class).map(|(_, x)| Replay(x)).collect();
            region(class, &numbers)
        });
        let want = kernel.replay(&each.collect::<Vec<_>>());
        let got = graph
            .evaluate(&inputs)
            .ok_or("the graph has an unknown input")?;
        return close("the traced formula", got, want.0, 1.0, 1e-12);
    }
    for sample in subject.samples() {
        for group in groups(subject, &sample) {
            let x = group.predictions(&sample);
            let want = reference_value(subject, &sample, &group, &x);
            let got = traced(subject, &sample, &group).ok_or("the graph has an unknown input")?;
            close("the traced formula", got, want, want.abs().max(1.0), 1e-12)?;
        }
    }
    Ok(())
}

/// The gradient of a sample in both precisions, for the checks of single precision.
pub(super) fn both_precisions(
    subject: &Subject,
    sample: &Sample,
    tolerance: (f64, f64),
) -> Result<(), String> {
    let options = Options::reduction(reduction(subject));
    let double = subject.run_with(sample, &options)?;
    let single = sample
        .evaluate_single(&subject.objective, &options)
        .map_err(|e| format!("unexpected error in f32: {e}"))?;
    // Items of both signs may add up to next to nothing.
    let items = subject.run(sample, Reduction::None)?.per_item;
    let size = items.unwrap_or_default().iter().map(|x| x.abs()).sum();
    close(
        "the value in f32",
        single.value,
        double.value,
        double.value.abs().max(size),
        tolerance.0,
    )?;
    let entries = |e: crate::Evaluation| e.gradient.map(|g| g.to_f64()).unwrap_or_default();
    let (single, double) = (entries(single), entries(double));
    // A row of one point has no larger entry: all points are one row.
    let row = match subject.shape() {
        Shape::Rows if sample.shape.len() == 2 => sample.row(),
        Shape::Boxes => 4,
        _ => sample.prediction.len(),
    };
    close_rows("the gradient in f32", &single, &double, row, tolerance.1)
}
