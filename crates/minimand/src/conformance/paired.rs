//! Embeddings for the checks.

use super::Subject;
use super::samples::{MARGIN, Random, Sample, Truth};
use crate::batch::{Array, Options};
use crate::kernels::pairs::{self, Sides};
use crate::loss::Kernel;
use crate::shapes::pair_problem;

/// Embeddings with labels, every one of which counts, and pairs of embeddings, away from kinks.
pub(super) fn samples(subject: &Subject, random: &mut Random) -> Vec<Sample> {
    let mut draw = |n: usize, width: usize, labelled: bool| loop {
        let mut numbers =
            || -> Vec<f64> { (0..n * width).map(|_| random.uniform(-1.5, 1.5)).collect() };
        let prediction = numbers();
        let truth = if labelled {
            // Three classes of several embeddings, also without every third one.
            Truth::Labels((0..n).map(|i| (i * 7 % 5 % 3) as i64).collect())
        } else {
            Truth::Dense(numbers())
        };
        let sample = Sample::new(prediction, &[n, width], truth);
        if !near_kink(subject, &sample) {
            break sample;
        }
    };
    if views(subject) {
        return vec![draw(8, 3, false), draw(5, 4, false)];
    }
    vec![draw(8, 3, true), draw(9, 4, true), draw(4, 3, false)]
}

/// Are there always two sides?
fn views(subject: &Subject) -> bool {
    matches!(&subject.built.kernel, Kernel::Pairs(kernel) if kernel.sides() == Sides::Views)
}

/// A sample of two classes, or of two sides of which one is plain, in which `first` and `x` take turns.
pub(super) fn sample_at(subject: &Subject, first: f64, x: f64) -> Sample {
    let prediction = vec![first, x, x, first, x, x, first, first];
    let truth = if views(subject) {
        Truth::Dense(vec![1.0, 0.0, 0.5, -1.0, 0.0, 2.0, 1.0, 1.0])
    } else {
        Truth::Labels(vec![0, 0, 1, 1])
    };
    Sample::new(prediction, &[4, 2], truth)
}

/// Likenesses move by more than the embeddings, above all of short ones.
fn near_kink(subject: &Subject, sample: &Sample) -> bool {
    let Kernel::Pairs(kernel) = &subject.built.kernel else {
        return false;
    };
    let x = &sample.prediction;
    sample.with_prediction(Array::new(x, &sample.shape), |batch| {
        pair_problem(&subject.built, &**kernel, x, batch, &Options::default())
            .is_ok_and(|problem| pairs::near_kink(&**kernel, &problem, x, 4.0 * MARGIN))
    })
}
