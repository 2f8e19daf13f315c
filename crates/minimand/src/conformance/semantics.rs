//! What weights, masks, reductions, labels and threads mean: the same for every loss.

use super::samples::{Random, Sample, Truth, points, rows};
use super::{Subject, close, close_rows, clouds};
use crate::batch::{Denominator, Options, Reduction};
use crate::catalog::Catalog;
use crate::grid::Grid;
use crate::kernels::fields::Extent;
use crate::kernels::groups::Layout;
use crate::loss::{Kernel, Shape};
use crate::objective::{Evaluation, Objective};

const EXACT: f64 = 1e-12;

fn entries(result: &Evaluation) -> Vec<f64> {
    result
        .gradient
        .as_ref()
        .map(|g| g.to_f64())
        .unwrap_or_default()
}

/// One item does not stand alone if its regions share their sums with the others'.
fn items_are_apart(subject: &Subject) -> bool {
    match &subject.built.kernel {
        Kernel::Regions(kernel) => kernel.per() == crate::kernels::regions::Per::Item,
        Kernel::Fields(kernel) => kernel.field_extent() != Extent::Batch,
        _ => true,
    }
}

pub(super) fn known_answers(subject: &Subject) -> Result<(), String> {
    let entry = subject.entry;
    if entry.known.len() < 3 {
        return Err(format!(
            "{} known answers, at least 3 are needed",
            entry.known.len()
        ));
    }
    let catalog = Catalog::of(entry);
    for known in entry.known {
        let objective = Objective::parse_with(known.expression, &catalog)
            .map_err(|e| format!("{}: {e}", known.expression))?;
        let (n, t) = (known.prediction.len(), known.target.len());
        let mut target_row = None;
        let (shape, truth) = match entry.shape {
            Shape::Rows => (vec![1, n], Truth::Labels(vec![known.target[0] as i64])),
            Shape::Points => (vec![n], Truth::Dense(known.target.to_vec())),
            Shape::Regions => (vec![1, 1, n], Truth::Dense(known.target.to_vec())),
            Shape::Boxes => (vec![1, 4], Truth::Dense(known.target.to_vec())),
            Shape::Clouds => {
                let [shape, target] = clouds::known_shapes(&objective, n, t);
                target_row = Some(target[1..].to_vec());
                (shape, Truth::Dense(known.target.to_vec()))
            }
            Shape::Fields => {
                let truth = if t == n {
                    known.target
                } else {
                    known.prediction
                };
                (known_field(&objective, n), Truth::Dense(truth.to_vec()))
            }
            Shape::Pairs => known_pairs(known.target, n),
            Shape::Groups => match subject.layout() {
                Some(Layout::Lists | Layout::Outlines(_)) => {
                    (vec![1, n], Truth::Dense(known.target.to_vec()))
                }
                // The numbers of a forecast, the members of an ensemble.
                Some(Layout::Forecasts) => (vec![1, n], Truth::Dense(known.target.to_vec())),
                Some(Layout::Ensembles) => (
                    vec![1, n / t.max(1), t],
                    Truth::Dense(known.target.to_vec()),
                ),
                Some(Layout::Sets | Layout::Sequences) => {
                    let whole = known.target.iter().map(|&t| t as i64).collect();
                    (vec![1, t, n / t.max(1)], Truth::Labels(whole))
                }
                _ => (vec![n], Truth::Dense(known.target.to_vec())),
            },
        };
        let mut sample = Sample::new(known.prediction.to_vec(), &shape, truth);
        if let Some(row) = target_row {
            sample.label_row = row;
        }
        let result = sample
            .evaluate(&objective, &Options::reduction(Reduction::Sum))
            .map_err(|e| format!("{}: {e}", known.expression))?;
        let what = format!("{} ({})", known.expression, known.source);
        // Nine digits is what papers and records give.
        close(
            &what,
            result.value,
            known.value,
            known.value.abs().max(1.0),
            2e-8,
        )?;
    }
    Ok(())
}

/// `n` numbers as embeddings: with one label each, or two by two with as many numbers for their other sides.
fn known_pairs(target: &[f64], n: usize) -> (Vec<usize>, Truth) {
    if target.len() == n {
        return (vec![n / 2, 2], Truth::Dense(target.to_vec()));
    }
    let labels: Vec<i64> = target.iter().map(|&y| y as i64).collect();
    (
        vec![labels.len(), n / labels.len().max(1)],
        Truth::Labels(labels),
    )
}

/// The shape of a field of `n` numbers: square planes if they can be, else a line.
fn known_field(objective: &Objective, n: usize) -> Vec<usize> {
    let fits = |shape: &Vec<usize>| {
        objective.terms().any(|(_, built)| {
            let Kernel::Fields(kernel) = &built.kernel else {
                return false;
            };
            Grid::new(&shape[2..]).is_ok_and(|grid| kernel.fits_grid(shape[1], &grid).is_ok())
        })
    };
    let square = |channels: usize| {
        let side = (n / channels).isqrt();
        (side > 1 && channels * side * side == n).then(|| vec![1, channels, side, side])
    };
    (1..=3)
        .filter_map(square)
        .find(fits)
        .unwrap_or_else(|| vec![1, 1, n])
}

pub(super) fn round_trip(subject: &Subject) -> Result<(), String> {
    let printed = subject.objective.to_string();
    let catalog = Catalog::of(subject.entry);
    let again =
        Objective::parse_with(&printed, &catalog).map_err(|e| format!("`{printed}`: {e}"))?;
    if again.to_string() != printed {
        return Err(format!("`{printed}` reads back as `{again}`"));
    }
    for sample in subject.samples().iter().take(1) {
        let first = subject.run(sample, Reduction::Sum)?;
        let second = sample
            .evaluate(&again, &Options::reduction(Reduction::Sum))
            .map_err(|e| e.to_string())?;
        if first != second {
            return Err(format!("`{printed}` reads back as another objective"));
        }
    }
    Ok(())
}

pub(super) fn permutation(subject: &Subject) -> Result<(), String> {
    let mut random = Random::new("permutation");
    for sample in subject.samples() {
        let order = random.permutation(sample.items());
        let (plain, moved) = (
            subject.run(&sample, Reduction::Mean)?,
            subject.run(&sample.select(&order), Reduction::Mean)?,
        );
        close(
            "the value of permuted items",
            moved.value,
            plain.value,
            plain.value.abs(),
            EXACT,
        )?;
        let gradient = Sample {
            prediction: entries(&plain),
            ..sample.clone()
        };
        let want = gradient.select(&order).prediction;
        close_rows(
            "the permuted gradient",
            &entries(&moved),
            &want,
            want.len(),
            EXACT,
        )?;
    }
    Ok(())
}

pub(super) fn weights(subject: &Subject) -> Result<(), String> {
    // What depends on the whole batch is another thing for a batch that holds an item twice.
    let together = matches!(subject.layout(), Some(Layout::Batch | Layout::Times))
        || subject.shape() == Shape::Pairs;
    if !items_are_apart(subject) || together {
        return Ok(());
    }
    for mut sample in subject.samples() {
        let times: Vec<usize> = (0..sample.items()).map(|i| (i + 1) % 3).collect();
        let repeated: Vec<usize> = times
            .iter()
            .enumerate()
            .flat_map(|(i, &n)| std::iter::repeat_n(i, n))
            .collect();
        let plain = sample.select(&repeated);
        sample.weights = Some(times.iter().map(|&n| n as f64).collect());
        for reduction in [Reduction::Mean, Reduction::Sum] {
            let (weighted, plain) = (
                subject.run(&sample, reduction)?,
                subject.run(&plain, reduction)?,
            );
            let size = plain.value.abs().max(1e-9);
            close(
                "the weighted value",
                weighted.value,
                plain.value,
                size,
                EXACT,
            )?;
            // The gradients of an item's copies add up to its weighted gradient.
            let row = sample.row();
            let mut sum = vec![0.0; sample.prediction.len()];
            for (copy, &item) in repeated.iter().enumerate() {
                for j in 0..row {
                    sum[item * row + j] += entries(&plain)[copy * row + j];
                }
            }
            close_rows(
                "the weighted gradient",
                &entries(&weighted),
                &sum,
                sum.len(),
                EXACT,
            )?;
        }
    }
    Ok(())
}

pub(super) fn mask(subject: &Subject) -> Result<(), String> {
    if !items_are_apart(subject) {
        return Ok(());
    }
    for sample in subject.samples() {
        let kept: Vec<usize> = (0..sample.items()).filter(|i| i % 3 != 1).collect();
        let want = subject.run(&sample.select(&kept), Reduction::Mean)?;
        let mut masked = sample.clone();
        masked.mask = Some((0..sample.items()).map(|i| i % 3 != 1).collect());
        // What is masked may hold anything.
        let row = sample.row();
        for i in (0..sample.items()).filter(|i| i % 3 == 1) {
            masked.prediction[i * row..(i + 1) * row].fill(f64::NAN);
        }
        compare_kept(subject, &masked, &kept, &want, "a masked item")?;
        if let Truth::Labels(labels) = &sample.truth {
            let mut ignored = sample.clone();
            let per_item = labels.len() / sample.items();
            let mut labels = labels.clone();
            for i in (0..sample.items()).filter(|i| i % 3 == 1) {
                labels[i * per_item..(i + 1) * per_item].fill(-100);
            }
            ignored.truth = Truth::Labels(labels);
            compare_kept(subject, &ignored, &kept, &want, "an ignored label")?;
        }
    }
    Ok(())
}

fn compare_kept(
    subject: &Subject,
    sample: &Sample,
    kept: &[usize],
    want: &Evaluation,
    what: &str,
) -> Result<(), String> {
    let got = subject.run(sample, Reduction::Mean)?;
    close(
        &format!("the value with {what}"),
        got.value,
        want.value,
        want.value.abs(),
        EXACT,
    )?;
    if got.count != want.count {
        return Err(format!(
            "{what} leaves a count of {}, expected {}",
            got.count, want.count
        ));
    }
    let row = sample.row();
    let mut expected = vec![0.0; sample.prediction.len()];
    for (at, &item) in kept.iter().enumerate() {
        expected[item * row..(item + 1) * row]
            .copy_from_slice(&entries(want)[at * row..(at + 1) * row]);
    }
    let what = format!("the gradient with {what}");
    close_rows(&what, &entries(&got), &expected, expected.len(), EXACT)
}

pub(super) fn empty(subject: &Subject) -> Result<(), String> {
    for mut sample in subject.samples() {
        let none = sample.select(&[]);
        sample.mask = Some(vec![false; sample.items()]);
        for sample in [sample, none] {
            for reduction in [Reduction::Mean, Reduction::Sum] {
                let result = subject.run(&sample, reduction)?;
                let zero = entries(&result).iter().all(|&g| g == 0.0);
                if result.value != 0.0 || result.count != 0 || !zero {
                    return Err(format!("nothing counts, but {result:?}"));
                }
            }
        }
    }
    Ok(())
}

pub(super) fn reductions(subject: &Subject) -> Result<(), String> {
    for mut sample in subject.samples() {
        // Weights of columns and batches weigh what is in the items.
        let within = matches!(
            subject.layout(),
            Some(Layout::Columns | Layout::Batch | Layout::Times)
        );
        if items_are_apart(subject) && !within {
            sample.weights = Some((0..sample.items()).map(|i| 0.5 + i as f64).collect());
        }
        let mean = subject.run(&sample, Reduction::Mean)?;
        let sum = subject.run(&sample, Reduction::Sum)?;
        let none = subject.run(&sample, Reduction::None)?;
        let items = none
            .per_item
            .as_deref()
            .ok_or("reduction none gives no items")?;
        let size = sum.value.abs().max(1e-9);
        close(
            "the sum of the items",
            items.iter().sum(),
            sum.value,
            size,
            EXACT,
        )?;
        close_rows(
            "the gradient of none",
            &entries(&none),
            &entries(&sum),
            sample.prediction.len(),
            EXACT,
        )?;
        // Weights that count: each item's, as often as it has entries in `none`.
        let weights = sample
            .weights
            .clone()
            .unwrap_or_else(|| vec![1.0; items.len()]);
        let per_weight = items.len() / weights.len();
        let total = weights.iter().sum::<f64>() * per_weight as f64;
        let scaled = |denominator, by: f64| -> Result<(), String> {
            let options = Options {
                denominator,
                ..Options::default()
            };
            let result = subject.run_with(&sample, &options)?;
            close(
                "a mean",
                result.value,
                sum.value / by,
                sum.value.abs() / by,
                EXACT,
            )?;
            let want: Vec<f64> = entries(&sum).iter().map(|g| g / by).collect();
            close_rows(
                "a mean's gradient",
                &entries(&result),
                &want,
                want.len(),
                EXACT,
            )
        };
        // An anchor may count as often as it has pairs or triplets.
        if subject.shape() != Shape::Pairs {
            scaled(Denominator::Weights, total)?;
        }
        scaled(Denominator::Count, mean.count as f64)?;
        scaled(Denominator::Number(7.5), 7.5)?;
    }
    Ok(())
}

pub(super) fn soft_labels(subject: &Subject) -> Result<(), String> {
    let has = match subject.shape() {
        Shape::Rows => subject.facts().soft_labels,
        Shape::Regions => true,
        Shape::Fields => true,
        Shape::Points | Shape::Boxes | Shape::Pairs | Shape::Clouds => return Ok(()),
        Shape::Groups => return numbers(subject),
    };
    for hard in subject.samples() {
        let Some(one_hot) = hard.one_hot() else {
            continue;
        };
        let soft = Sample {
            truth: Truth::Dense(one_hot),
            ..hard.clone()
        };
        let result = soft.evaluate(&subject.objective, &Options::default());
        if !has {
            if result.is_ok() {
                return Err("accepts soft labels although they have no meaning".to_string());
            }
            continue;
        }
        let soft = result.map_err(|e| e.to_string())?;
        let hard = subject.run(&hard, Reduction::Mean)?;
        close(
            "the value of a one-hot label",
            soft.value,
            hard.value,
            hard.value.abs(),
            1e-11,
        )?;
        let want = entries(&hard);
        close_rows(
            "the gradient of a one-hot label",
            &entries(&soft),
            &want,
            want.len(),
            1e-11,
        )?;
    }
    Ok(())
}

/// Targets of groups that are whole numbers may be given as labels or as numbers.
fn numbers(subject: &Subject) -> Result<(), String> {
    if matches!(subject.layout(), Some(Layout::Sets | Layout::Sequences)) {
        return Ok(());
    }
    for sample in subject.samples() {
        let Truth::Labels(labels) = &sample.truth else {
            continue;
        };
        let dense = Sample {
            truth: Truth::Dense(labels.iter().map(|&y| y as f64).collect()),
            ..sample.clone()
        };
        if subject.run(&dense, Reduction::Mean)? != subject.run(&sample, Reduction::Mean)? {
            return Err("whole numbers and labels give different bits".to_string());
        }
    }
    Ok(())
}

/// A sample that is large enough for several threads.
fn large(subject: &Subject) -> Vec<Sample> {
    let mut random = Random::new("large");
    match subject.shape() {
        Shape::Rows => vec![
            rows(subject, &[9000, 8], &mut random),
            rows(subject, &[700, 100], &mut random),
        ],
        Shape::Points => vec![points(subject, 70_000, &mut random)],
        // More tasks than threads.
        Shape::Fields | Shape::Clouds => subject
            .samples()
            .into_iter()
            .map(|s| {
                let many: Vec<usize> = (0..60).map(|i| i % s.items()).collect();
                s.select(&many)
            })
            .collect(),
        // Four tasks; losses of triplets take the third power of it.
        Shape::Pairs => subject
            .samples()
            .into_iter()
            .map(|s| {
                let many: Vec<usize> = (0..330).map(|i| i % s.items()).collect();
                s.select(&many)
            })
            .collect(),
        _ => subject
            .samples()
            .into_iter()
            .map(|s| {
                let many: Vec<usize> = (0..3000).map(|i| i % s.items()).collect();
                s.select(&many)
            })
            .collect(),
    }
}

pub(super) fn threads(subject: &Subject) -> Result<(), String> {
    for sample in large(subject) {
        let with = |threads: usize| -> Result<Evaluation, String> {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.map_err(|e| e.to_string())?
                .install(|| subject.run(&sample, Reduction::Mean))
        };
        let one = with(1)?;
        for threads in [2, 5] {
            if with(threads)? != one {
                return Err(format!("{threads} threads give other bits than one"));
            }
        }
    }
    Ok(())
}

pub(super) fn repeatable(subject: &Subject) -> Result<(), String> {
    for sample in subject.samples() {
        if subject.run(&sample, Reduction::Mean)? != subject.run(&sample, Reduction::Mean)? {
            return Err("a second evaluation gives other bits".to_string());
        }
    }
    Ok(())
}
