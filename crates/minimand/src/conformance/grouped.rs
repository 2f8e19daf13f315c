//! Inputs of the checks of losses of groups: each layout has its own.

use super::samples::{MARGIN, Random, Sample, Truth, target};
use super::{Subject, outlines};
use crate::batch::{Array, Options};
use crate::kernels::groups::{self, GroupObject, Layout};
use crate::loss::{Domain, Kernel};
use crate::shapes::group_problem;

fn kernel(subject: &Subject) -> Option<&dyn GroupObject> {
    match &subject.built.kernel {
        Kernel::Groups(kernel) => Some(&**kernel),
        _ => None,
    }
}

/// Groups away from kinks, every one of which counts.
pub(super) fn samples(subject: &Subject, random: &mut Random) -> Vec<Sample> {
    if let Some(Layout::Outlines(numbers)) = subject.layout() {
        let mut draw = |n: usize| loop {
            let sample = outlines::sample(numbers, n, random);
            if !near_kink(subject, &sample) {
                break sample;
            }
        };
        return vec![draw(7), draw(4)];
    }
    let shapes: &[&[usize]] = match subject.layout() {
        Some(Layout::Lists) => &[&[4, 6], &[3, 11]],
        Some(Layout::Sets) => &[&[5, 3, 4], &[3, 4, 9]],
        Some(Layout::Sequences) => &[&[4, 6, 4], &[3, 9, 5]],
        Some(Layout::Batch | Layout::Times) => &[&[13], &[8]],
        Some(Layout::Forecasts) => &[&[9, 1], &[13, 2], &[7, 3], &[5, 4], &[4, 6], &[3, 11]],
        Some(Layout::Ensembles) => &[&[4, 3, 2], &[3, 6, 1], &[2, 5, 4]],
        Some(Layout::Marked) => &[&[13], &[8]],
        _ => &[&[13, 3], &[9, 2]],
    };
    let fits = |shape: &&&[usize]| {
        let numbers = shape.get(1).copied().unwrap_or(1);
        kernel(subject).is_some_and(|kernel| kernel.fits_numbers(numbers).is_ok())
    };
    let draw = |shape: &&[usize]| loop {
        let sample = sample(subject, shape, random);
        if !near_kink(subject, &sample) {
            break sample;
        }
    };
    shapes.iter().filter(fits).map(draw).collect()
}

fn near_kink(subject: &Subject, sample: &Sample) -> bool {
    let Some(kernel) = kernel(subject) else {
        return false;
    };
    let x = &sample.prediction;
    sample.with_prediction(Array::new(x, &sample.shape), |batch| {
        group_problem(&subject.built, kernel, x, batch, &Options::default())
            .and_then(|problem| groups::near_kink(kernel, &problem, MARGIN))
            .unwrap_or(false)
    })
}

/// The largest relevance of samples.
fn most_relevant(subject: &Subject) -> i64 {
    if subject.facts().target == Domain::Unit {
        1
    } else {
        3
    }
}

/// Are the targets of its lists and batches numbers and not labels?
fn compares_numbers(subject: &Subject) -> bool {
    let lists =
        subject.layout() == Some(Layout::Lists) && subject.facts().target == Domain::NonNegative;
    subject.facts().target != Domain::Unit && !lists
}

/// The domain of the prediction at this position of a sample of rows of so many numbers.
fn domain(subject: &Subject, position: usize, row: usize) -> Domain {
    let own = match subject.layout() {
        Some(Layout::Forecasts) => {
            kernel(subject).and_then(|k| k.number_domain(position % row, row))
        }
        _ => None,
    };
    own.unwrap_or(subject.facts().prediction)
}

/// Is every prediction in the range of its place?
pub(super) fn in_range(subject: &Subject, sample: &Sample, single: bool) -> bool {
    sample.prediction.iter().enumerate().all(|(position, &x)| {
        let domain = domain(subject, position, sample.row().max(1));
        let (low, high) = if single {
            domain.range::<f32>()
        } else {
            domain.range::<f64>()
        };
        x >= low && x <= high
    })
}

fn sample(subject: &Subject, shape: &[usize], random: &mut Random) -> Sample {
    let n = shape.iter().product();
    let row = shape[1..].iter().product();
    let number = |position: usize, random: &mut Random| match domain(subject, position, row) {
        Domain::NonNegative => random.uniform(0.5, 4.0),
        _ => random.uniform(-3.0, 3.0),
    };
    let prediction = (0..n).map(|position| number(position, random)).collect();
    let numbers = |count: usize, random: &mut Random| {
        let each = (0..count).map(|i| target(subject.facts().target, i, random));
        Truth::Dense(each.collect())
    };
    let truth = match subject.layout() {
        Some(Layout::Lists | Layout::Batch) if compares_numbers(subject) => numbers(n, random),
        Some(Layout::Forecasts) => numbers(shape[0], random),
        Some(Layout::Ensembles) => numbers(shape[0] * shape[2], random),
        // Marks in 0..1 and times of which some are equal; the first is an event.
        Some(Layout::Marked) => {
            let pair = |_| [random.uniform(-2.0, 2.0), random.uniform(0.0, 1.0)];
            Truth::Dense((0..n).flat_map(pair).collect())
        }
        Some(Layout::Times) => {
            let pair = |i: usize| [(i * 7 % 5) as f64, f64::from(u8::from(i % 3 != 1))];
            Truth::Dense((0..n).flat_map(pair).collect())
        }
        // Some of every relevance; in each column both kinds, also without every third row.
        Some(Layout::Lists) => {
            let most = most_relevant(subject);
            Truth::Labels((0..n).map(|i| ((i * 7 % 5 % 4) as i64).min(most)).collect())
        }
        Some(Layout::Sets) => {
            let [sets, members, classes] = [shape[0], shape[1], shape[2]];
            let set = |random: &mut Random| {
                let mut order = random.permutation(classes);
                order.truncate(members - 1);
                order.push(order[0]);
                let places = random.permutation(members);
                let set: Vec<i64> = places.iter().map(|&i| order[i] as i64).collect();
                set
            };
            Truth::Labels((0..sets).flat_map(|_| set(random)).collect())
        }
        Some(Layout::Sequences) => {
            // One to three of the labels 1 and 2, an equal pair among them, padded to three.
            let mut labels = Vec::new();
            for i in 0..shape[0] {
                let a = 1 + random.below(2) as i64;
                let b = 3 - a;
                labels.extend([[a, -1, -1], [a, a, -1], [a, b, a]][i % 3]);
            }
            Truth::Labels(labels)
        }
        _ => {
            let columns = shape.get(1).copied().unwrap_or(1);
            let label = |i: usize| ((i / columns + i % columns) % 2) as i64;
            Truth::Labels((0..n).map(label).collect())
        }
    };
    Sample::new(prediction, shape, truth)
}

/// A sample in which `first` and `x` take turns.
pub(super) fn sample_at(subject: &Subject, first: f64, x: f64) -> Sample {
    let prediction = vec![first, x, x, first, x, first];
    let turns = |n: usize| (0..n).map(|i| if i % 3 == 0 { first } else { x }).collect();
    let labels = |labels: &[i64]| {
        let most = most_relevant(subject);
        let labels: Vec<i64> = labels.iter().map(|&y| y.min(most)).collect();
        if compares_numbers(subject) {
            Truth::Dense(labels.iter().map(|&y| y as f64).collect())
        } else {
            Truth::Labels(labels)
        }
    };
    match subject.layout() {
        Some(Layout::Lists) => Sample::new(prediction, &[1, 6], labels(&[2, 0, 1, 0, 3, 0])),
        Some(Layout::Sets) => Sample::new(prediction, &[1, 3, 2], Truth::Labels(vec![0, 1, 0])),
        Some(Layout::Sequences) => Sample::new(turns(12), &[1, 3, 4], Truth::Labels(vec![1, 2])),
        Some(Layout::Batch) => Sample::new(prediction, &[6], labels(&[0, 1, 1, 0, 1, 0])),
        Some(Layout::Forecasts) => {
            let numbers =
                (1..12).find(|&n| kernel(subject).is_some_and(|k| k.fits_numbers(n).is_ok()));
            let numbers = numbers.unwrap_or(1);
            Sample::new(
                turns(2 * numbers),
                &[2, numbers],
                Truth::Dense(vec![2.0, 0.0]),
            )
        }
        Some(Layout::Ensembles) => {
            Sample::new(prediction, &[1, 3, 2], Truth::Dense(vec![2.0, 0.0]))
        }
        Some(Layout::Marked) => {
            let pair = |i: usize| [i as f64, 0.25 * (i % 5) as f64];
            Sample::new(
                prediction,
                &[6],
                Truth::Dense((0..6).flat_map(pair).collect()),
            )
        }
        Some(Layout::Times) => {
            let pair = |i: usize| [(i / 2) as f64, f64::from(u8::from(i != 3))];
            Sample::new(
                prediction,
                &[6],
                Truth::Dense((0..6).flat_map(pair).collect()),
            )
        }
        Some(Layout::Outlines(numbers)) => {
            let truth = Truth::Dense(outlines::plain(numbers));
            Sample::new(turns(numbers), &[1, numbers], truth)
        }
        _ => Sample::new(prediction, &[3, 2], Truth::Labels(vec![0, 1, 1, 0, 1, 0])),
    }
}
