//! Large numbers, saturated probabilities and degenerate boxes.

use super::samples::{Sample, Truth, field_shapes};
use super::{Subject, close, clouds, grouped, outlines, paired};
use crate::batch::{Options, Reduction};
use crate::error::Error;
use crate::kernels::fields::Truth as Compared;
use crate::kernels::groups::Layout;
use crate::loss::{Domain, Shape};
use crate::objective::Evaluation;

/// A sample whose predictions are all `x` but the first item's, which is `first`.
fn sample_at(subject: &Subject, first: f64, x: f64) -> Sample {
    match subject.shape() {
        Shape::Rows => {
            // The first row's label is its odd entry, the second row's is not.
            let mut prediction = vec![x; 6];
            prediction[0] = first;
            prediction[3] = first;
            Sample::new(prediction, &[2, 3], Truth::Labels(vec![0, 1]))
        }
        Shape::Points => {
            let t = if subject.facts().target == Domain::Unit {
                1.0
            } else {
                2.0
            };
            Sample::new(vec![first, x], &[2], Truth::Dense(vec![t, 0.0]))
        }
        Shape::Regions => {
            let prediction = vec![first, x, x, first, x, first, first, x];
            Sample::new(prediction, &[1, 2, 4], Truth::Labels(vec![0, 1, 0, 1]))
        }
        Shape::Boxes => Sample::new(
            vec![first, first, x, x],
            &[1, 4],
            Truth::Dense(vec![0.0, 0.0, 1.0, 2.0]),
        ),
        Shape::Fields => field_at(subject, first, x),
        Shape::Pairs => paired::sample_at(subject, first, x),
        Shape::Clouds => clouds::sample_at(subject, first, x),
        Shape::Groups => grouped::sample_at(subject, first, x),
    }
}

/// A batch of fields in which `first` and `x` take turns.
fn field_at(subject: &Subject, first: f64, x: f64) -> Sample {
    let shapes = field_shapes(subject);
    let shape = shapes.first().map_or(&[1, 1, 4][..], Vec::as_slice);
    let entries: usize = shape.iter().product();
    let classes = subject
        .fields()
        .is_some_and(|kernel| kernel.truth() == Compared::Classes);
    let truth = if classes {
        Truth::Labels((0..entries / shape[1]).map(|i| (i % 2) as i64).collect())
    } else {
        Truth::Dense((0..entries).map(|i| (i % 2) as f64).collect())
    };
    let turns = (0..entries).map(|i| if i % 3 == 0 { first } else { x });
    Sample::new(turns.collect(), shape, truth)
}

fn finite(result: &Evaluation) -> bool {
    let gradient = result
        .gradient
        .as_ref()
        .map(|g| g.to_f64())
        .unwrap_or_default();
    result.value.is_finite() && gradient.iter().all(|g| g.is_finite())
}

/// Does the loss need larger images than samples have? Then its variants are tested.
fn needs_more(subject: &Subject) -> bool {
    subject.shape() == Shape::Fields && field_shapes(subject).is_empty()
}

pub(super) fn predictions(subject: &Subject) -> Result<(), String> {
    if needs_more(subject) {
        return Ok(());
    }
    let options = Options::reduction(Reduction::Mean);
    let facts = subject.facts();
    for single in [true, false] {
        let (low, high) = if single {
            facts.prediction.range::<f32>()
        } else {
            facts.prediction.range::<f64>()
        };
        let run = |sample: &Sample| {
            if single {
                sample.evaluate_single(&subject.objective, &options)
            } else {
                sample.evaluate(&subject.objective, &options)
            }
        };
        // The ends of the range, a little inside for the rounding to single precision.
        let ends = [low * (1.0 - 1e-6), high * (1.0 - 1e-6)];
        let numbers = [0.0, 1.0, -1.0, 30.0, -30.0, 1e4, -1e4, ends[0], ends[1]];
        for first in numbers {
            for x in numbers {
                let inside = |x: f64| x >= low && x <= high;
                let own = |sample: &Sample| {
                    subject.shape() != Shape::Groups || grouped::in_range(subject, sample, single)
                };
                let sample = sample_at(subject, first, x);
                let what = format!("predictions {first:e} and {x:e} in {}", precision(single));
                match run(&sample) {
                    Ok(result) if finite(&result) => {}
                    Ok(result) => return Err(format!("{what} give {result:?}")),
                    Err(Error::Value { .. }) if !(inside(first) && inside(x) && own(&sample)) => {}
                    // What iterates may find that rounding is coarser than what is asked for.
                    Err(Error::NotConverged { .. }) if first.abs().max(x.abs()) > 1e4 => {}
                    Err(error) => return Err(format!("{what} give the error: {error}")),
                }
            }
        }
        let mut beyond = vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        let representable = if single {
            f64::from(f32::MAX)
        } else {
            f64::MAX
        };
        // Beyond the range of a row only a value that would not be finite has to be refused, and one below 0 where
        // no prediction is.
        if subject.shape() == Shape::Rows && low == 0.0 {
            beyond.push(-1e-3);
        }
        if subject.shape() == Shape::Points {
            beyond.extend(
                [low * 1.01 - 1e-3, high * 1.01 + 1e-3]
                    .iter()
                    .filter(|x| x.abs() < representable),
            );
        }
        for bad in beyond {
            let inside = (low + high.min(1.0)).clamp(low, high).clamp(-1.0, 1.0);
            let what = format!("a prediction of {bad:e} in {}", precision(single));
            match run(&sample_at(subject, bad, inside)) {
                Err(Error::Value {
                    argument: "prediction",
                    ..
                }) => {}
                other => {
                    return Err(format!(
                        "{what} gives {other:?}, expected an error that names it"
                    ));
                }
            }
        }
    }
    Ok(())
}

fn precision(single: bool) -> &'static str {
    if single { "f32" } else { "f64" }
}

/// Places where a formula is a quotient or product of vanishing parts.
pub(super) fn singular_points(subject: &Subject) -> Result<(), String> {
    if needs_more(subject) {
        return Ok(());
    }
    let options = Options::reduction(Reduction::Sum);
    let both = |sample: &Sample| -> Result<[Evaluation; 2], String> {
        let single = sample.evaluate_single(&subject.objective, &options);
        let double = sample.evaluate(&subject.objective, &options);
        match (single, double) {
            (Ok(single), Ok(double)) if finite(&single) && finite(&double) => Ok([single, double]),
            other => Err(format!("{sample:?} gives {other:?}")),
        }
    };
    match subject.shape() {
        Shape::Rows => {
            // p = 1 and p = 0 to the last bit, and near both.
            for lead in [0.0, 10.0, 17.0, 40.0, 90.0, 120.0, 800.0] {
                for label in [0, 1] {
                    let prediction = vec![lead, 0.0, 0.0];
                    both(&Sample::new(
                        prediction,
                        &[1, 3],
                        Truth::Labels(vec![label]),
                    ))?;
                }
            }
            Ok(())
        }
        Shape::Points => {
            // At the target, and where a sigmoid saturates: between its neighbours on both sides.
            for t in [0.0, 1.0] {
                for x in [t, 0.0, 40.0, 100.0, 800.0] {
                    if x + 1e-3 > subject.facts().prediction.range::<f32>().1 {
                        continue;
                    }
                    let at = |x: f64| Sample::new(vec![x], &[1], Truth::Dense(vec![t]));
                    for result in both(&at(x))? {
                        let near = [x - 1e-3, x + 1e-3].map(|x| {
                            let slope = subject.run_with(&at(x.max(0.0)), &options);
                            slope
                                .ok()
                                .and_then(|e| e.gradient)
                                .map_or(f64::NAN, |g| g.to_f64()[0])
                        });
                        let here = result.gradient.map_or(f64::NAN, |g| g.to_f64()[0]);
                        let (low, high) = (near[0].min(near[1]), near[0].max(near[1]));
                        let slack = 1e-4 * here.abs().max(1.0);
                        if !(here >= low - slack && here <= high + slack) {
                            return Err(format!("slope {here} at {x}, {low} and {high} beside it"));
                        }
                    }
                }
            }
            Ok(())
        }
        Shape::Regions => {
            // An absent class, and a class that fills the item.
            let [yes, no] = if subject.facts().prediction == Domain::Unit {
                [1.0, 0.0]
            } else {
                [80.0, -80.0]
            };
            let prediction = vec![yes, yes, yes, no, no, no];
            for label in [0, 1] {
                both(&Sample::new(
                    prediction.clone(),
                    &[1, 2, 3],
                    Truth::Labels(vec![label; 3]),
                ))?;
            }
            Ok(())
        }
        Shape::Fields => {
            // Flat fields, and fields of two values.
            for first in [0.0, 1e-9, 0.5, 1.0] {
                for x in [0.0, 0.5, 1.0] {
                    both(&field_at(subject, first, x))?;
                }
            }
            Ok(())
        }
        Shape::Pairs => {
            // Zero vectors, equal ones and opposite ones.
            for first in [0.0, 1e-9, 1.0, -1.0, 800.0] {
                for x in [0.0, 1.0, -1.0] {
                    both(&sample_at(subject, first, x))?;
                }
            }
            Ok(())
        }
        Shape::Clouds => {
            // All in one place, pairs of places, singular matrices.
            for first in [0.0, 1e-9, 1.0, 3.0] {
                for x in [0.0, 1.0, -1.0] {
                    both(&clouds::sample_at(subject, first, x))?;
                }
            }
            Ok(())
        }
        Shape::Groups => {
            if let Some(Layout::Outlines(numbers)) = subject.layout() {
                for (sample, same) in outlines::degenerate(numbers) {
                    let results = both(&sample)?;
                    if let Some(want) = subject.facts().at_perfect.filter(|_| same) {
                        for result in results {
                            close("equal outlines", result.value, want, 1.0, 1e-6)?;
                        }
                    }
                }
                return Ok(());
            }
            // All equal, and each lead that a score can have over the others.
            for first in [0.0, 1e-9, 17.0, 40.0, 90.0, 800.0] {
                for x in [0.0, 1.0, -1.0] {
                    let sample = sample_at(subject, first, x);
                    if grouped::in_range(subject, &sample, true) {
                        both(&sample)?;
                    }
                }
            }
            Ok(())
        }
        Shape::Boxes => {
            let boxes: [[f64; 4]; 8] = [
                [1.0, 1.0, 3.0, 4.0], // equal
                [3.0, 1.0, 5.0, 4.0], // touching
                [2.0, 2.0, 2.0, 2.0], // a point inside
                [9.0, 9.0, 9.0, 9.0], // a point apart
                [1.0, 1.0, 3.0, 1.0], // a flat box
                [0.0, 0.0, 8.0, 8.0], // around
                [1.5, 2.0, 2.0, 3.0], // inside
                [3.0, 4.0, 1.0, 1.0], // backwards
            ];
            for first in &boxes {
                for second in &boxes {
                    let sample =
                        Sample::new(first.to_vec(), &[1, 4], Truth::Dense(second.to_vec()));
                    let results = both(&sample)?;
                    if first == second && first[0] < first[2] && first[1] < first[3] {
                        for result in results {
                            close("equal boxes", result.value, 0.0, 1.0, 1e-6)?;
                        }
                    }
                }
            }
            Ok(())
        }
    }
}
