//! Embeddings for the checks.

use super::Subject;
use super::samples::{MARGIN, Random, Sample, Truth};
use crate::batch::{Array, Options};
use crate::kernels::pairs;
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
    vec![draw(8, 3, true), draw(9, 4, true), draw(4, 3, false)]
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
