//! Inputs of the checks for losses of clouds.

use super::Subject;
use super::samples::{Random, Sample, Truth};
use crate::batch::Array;
use crate::kernels::clouds::{self, CloudObject, Form};
use crate::loss::Kernel;
use crate::objective::Objective;
use crate::shapes::{DenseTarget, cloud_problem};

/// Distance that samples keep from kinks.
const MARGIN: f64 = 1e-3;

/// The cloud loss under test.
pub(super) fn kernel(subject: &Subject) -> Option<&dyn CloudObject> {
    match &subject.built.kernel {
        Kernel::Clouds(kernel) => Some(&**kernel),
        _ => None,
    }
}

/// Small batches away from kinks.
pub(super) fn samples(subject: &Subject, random: &mut Random) -> Vec<Sample> {
    let Some(kernel) = kernel(subject) else {
        return Vec::new();
    };
    let shapes: &[&[usize]] = match kernel.form() {
        Form::Points => &[&[4, 4, 2], &[3, 3, 3]],
        Form::Numbers => &[&[4, 6], &[3, 5]],
        Form::Covariances => &[&[4, 2, 2], &[3, 4, 3]],
        Form::Factors => &[&[4, 2, 2], &[3, 3, 3]],
    };
    let draw = |shape: &&[usize]| loop {
        let sample = sample(kernel.form(), shape, random);
        if !near_kink(subject, kernel, &sample) {
            break sample;
        }
    };
    shapes.iter().map(draw).collect()
}

fn sample(form: Form, shape: &[usize], random: &mut Random) -> Sample {
    let entries = shape.iter().product();
    let mut numbers = || {
        (0..entries)
            .map(|_| random.uniform(-2.0, 2.0))
            .collect::<Vec<f64>>()
    };
    let (mut prediction, mut truth) = (numbers(), numbers());
    // What has to be a covariance is made one: symmetric, and positive by its diagonal.
    if form == Form::Covariances {
        covariances(&mut prediction, shape[1], shape[2]);
    }
    if matches!(form, Form::Covariances | Form::Factors) {
        covariances(&mut truth, shape[1], shape[2]);
    }
    Sample::new(prediction, shape, Truth::Dense(truth))
}

/// The last `d` of every `rows` rows of `d` numbers become a covariance.
fn covariances(numbers: &mut [f64], rows: usize, d: usize) {
    for item in numbers.chunks_mut(rows * d) {
        let matrix = &mut item[(rows - d) * d..];
        for i in 0..d {
            for j in 0..i {
                matrix[i * d + j] = matrix[j * d + i];
            }
            // A number that single precision represents.
            matrix[i * d + i] = f64::from((2.0 * d as f64 + matrix[i * d + i]) as f32);
        }
    }
}

fn near_kink(subject: &Subject, kernel: &dyn CloudObject, sample: &Sample) -> bool {
    let x = &sample.prediction;
    sample.with_prediction(Array::new(x, &sample.shape), |batch| {
        let target = DenseTarget::<f64>::new(&batch.target);
        cloud_problem(&subject.built, kernel, x, batch, &target)
            .and_then(|problem| clouds::near_kink(kernel, &problem, MARGIN))
            .unwrap_or(false)
    })
}

/// A sample of one item in which `first` and `x` take turns.
pub(super) fn sample_at(subject: &Subject, first: f64, x: f64) -> Sample {
    let turns = vec![first, x, x, first, x, first];
    let (prediction, shape, truth): (_, &[usize], _) = match kernel(subject).map(|k| k.form()) {
        Some(Form::Covariances) => {
            let prediction = vec![first.abs(), 0.0, 0.0, x.abs()];
            (prediction, &[1, 2, 2], vec![2.0, 1.0, 1.0, 2.0])
        }
        Some(Form::Factors) => (turns[..4].to_vec(), &[1, 2, 2], vec![2.0, 1.0, 1.0, 2.0]),
        Some(Form::Numbers) => (turns, &[1, 6], vec![0.0, 1.0, 2.0, 3.0, 0.0, 1.0]),
        _ => (turns, &[1, 3, 2], vec![0.0, 1.0, 2.0, 3.0, 0.0, 1.0]),
    };
    Sample::new(prediction, shape, Truth::Dense(truth))
}

/// Shapes of a known answer of `n` predicted numbers and `t` of the target.
pub(super) fn known_shapes(objective: &Objective, n: usize, t: usize) -> [Vec<usize>; 2] {
    let form = objective
        .terms()
        .find_map(|(_, built)| match &built.kernel {
            Kernel::Clouds(kernel) => Some(kernel.form()),
            _ => None,
        });
    match form {
        Some(Form::Numbers) => [n, t].map(|n| vec![1, n]),
        Some(Form::Covariances) => [n, t].map(|n| vec![1, n / n.isqrt().max(1), n.isqrt()]),
        Some(Form::Factors) => {
            let d = t.isqrt().max(1);
            [vec![1, d, n / d], vec![1, d, d]]
        }
        _ => [n, t].map(|n| vec![1, n / 2, 2]),
    }
}

/// Is the target itself a perfect prediction?
pub(super) fn target_is_perfect(subject: &Subject) -> bool {
    kernel(subject).is_some_and(|kernel| kernel.form() != Form::Factors)
}

/// The sum of a loss over the items of a batch at `x`, which `scores` are on another number.
pub(super) fn reference<S: clouds::Reference>(
    subject: &Subject,
    kernel: &dyn CloudObject,
    sample: &Sample,
    x: &[f64],
    scores: &[S],
) -> S {
    sample.with_prediction(Array::new(x, &sample.shape), |batch| {
        let target = DenseTarget::<f64>::new(&batch.target);
        cloud_problem(&subject.built, kernel, x, batch, &target)
            .and_then(|problem| clouds::reference(kernel, &problem, scores))
            .unwrap_or(S::lift(f64::NAN))
    })
}
