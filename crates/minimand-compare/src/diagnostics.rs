//! What a report shows beyond measures: where a model is wrong, and how sure it is.
//!
//! Everything is a sum or a list of the worst, so that the folds of a candidate, trained
//! here or elsewhere, can be put together.

use minimand::metrics::{ConfusionMatrix, MetricError, ReliabilityBins};
use serde::{Deserialize, Serialize};

use crate::data::Data;
use crate::images::Overlay;
use crate::measures::{Batch, Predictions, Truth, TruthOf};

/// Confusions are counted for at most this many classes.
const MOST_CLASSES: usize = 60;

/// Bins of confidence in histograms.
const HISTOGRAM_BINS: usize = 20;

/// Rows that are listed as the worst.
const WORST: usize = 12;

/// Images that are shown as the worst.
const WORST_IMAGES: usize = 6;

/// Pairs of target and prediction that one fold adds to a scatter plot, at most.
const POINTS: usize = 100;

/// Where a model is wrong, and how sure it is, on test rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Diagnostics {
    /// Weight of the rows of each true class (rows of the matrix) that were predicted as
    /// each class (columns), row by row; empty for other tasks and beyond 60 classes.
    pub confusion: Vec<f64>,
    /// Reliability of the probabilities as trained, by equal steps of confidence.
    pub raw_reliability: Vec<Bin>,
    /// Reliability after temperature scaling.
    pub reliability: Vec<Bin>,
    /// Weight of the right predictions by equal steps of confidence (after scaling).
    pub right: Vec<f64>,
    /// Weight of the wrong ones.
    pub wrong: Vec<f64>,
    /// (target, prediction) of rows spread evenly over each fold; regression only.
    pub scatter: Vec<(f64, f64)>,
    /// The rows with the largest loss, each once, worst first.
    pub worst: Vec<WorstCase>,
    /// The images with the worst segmentations, each once, worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<Overlay>,
}

/// Sums over the predictions whose confidence falls into one step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Weight of the predictions.
    pub weight: f64,
    /// Their confidence, times weight.
    pub confidence: f64,
    /// Weight of those that came true.
    pub hits: f64,
}

/// A row that a model got very wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorstCase {
    /// The row's number in the source, counted from 1.
    pub row: usize,
    /// What is true of it.
    pub truth: String,
    /// What was predicted.
    pub predicted: String,
    /// Log-loss in nats (after scaling; summed over labels), or the absolute error.
    pub loss: f64,
    /// Probability of the predicted class; 0 for other tasks.
    pub confidence: f64,
    /// The features, if they are the pixels of an image.
    pub pixels: Vec<f64>,
}

impl Diagnostics {
    /// Of predictions for `rows` of `data`.
    ///
    /// # Errors
    ///
    /// A prediction is not finite.
    pub(crate) fn of(
        predictions: &Predictions,
        truth: &Truth,
        data: &Data,
        rows: &[usize],
    ) -> Result<Self, MetricError> {
        let mut found = match (predictions, &truth.target) {
            (Predictions::Classes { scaled, .. }, TruthOf::Classes(labels)) => {
                of_classes(scaled, labels, truth, data, rows)
            }
            (Predictions::Labels { scaled, .. }, TruthOf::Labels(has)) => {
                of_labels(scaled, has, truth, data, rows)
            }
            (Predictions::Values { values, .. }, TruthOf::Values(targets)) => {
                of_values(values, targets, data, rows)
            }
            _ => Self::default(),
        };
        found.raw_reliability = bins(predictions.raw_batch(truth)?);
        let batch = predictions.batch(truth)?;
        if let Some(Batch::Classes(batch)) = &batch
            && batch.classes() <= MOST_CLASSES
        {
            let mut confusion = ConfusionMatrix::default();
            confusion.update(batch)?;
            found.confusion = confusion.counts();
        }
        found.reliability = bins(batch);
        Ok(found)
    }

    /// Puts what was seen on other rows beside it.
    pub(crate) fn merge(&mut self, other: &Self) {
        add(&mut self.confusion, &other.confusion);
        add(&mut self.right, &other.right);
        add(&mut self.wrong, &other.wrong);
        for (mine, theirs) in [
            (&mut self.raw_reliability, &other.raw_reliability),
            (&mut self.reliability, &other.reliability),
        ] {
            mine.resize(mine.len().max(theirs.len()), Bin::default());
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                mine.weight += theirs.weight;
                mine.confidence += theirs.confidence;
                mine.hits += theirs.hits;
            }
        }
        self.scatter.extend(&other.scatter);
        self.worst.extend(other.worst.iter().cloned());
        keep_worst(&mut self.worst);
        self.overlays.extend(other.overlays.iter().cloned());
        Overlay::keep_worst(&mut self.overlays, WORST_IMAGES);
    }
}

fn add(sums: &mut Vec<f64>, values: &[f64]) {
    sums.resize(sums.len().max(values.len()), 0.0);
    sums.iter_mut()
        .zip(values)
        .for_each(|(sum, value)| *sum += value);
}

/// The largest losses, each row once.
fn keep_worst(cases: &mut Vec<WorstCase>) {
    cases.sort_by(|a, b| b.loss.total_cmp(&a.loss).then(a.row.cmp(&b.row)));
    let mut seen = Vec::with_capacity(WORST);
    cases.retain(|case| {
        let is_new = seen.len() < WORST && !seen.contains(&case.row);
        if is_new {
            seen.push(case.row);
        }
        is_new
    });
}

/// The positions of the largest losses.
fn largest(losses: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..losses.len()).collect();
    order.sort_by(|a, b| losses[*b].total_cmp(&losses[*a]));
    order.truncate(WORST);
    order
}

/// The step of a confidence from 0 to 1; the last step includes 1.
fn step(confidence: f64, steps: usize) -> usize {
    ((confidence * steps as f64) as usize).min(steps - 1)
}

/// The reliability of the probabilities of a batch.
fn bins(batch: Option<Batch<'_>>) -> Vec<Bin> {
    let mut bins = ReliabilityBins::default();
    match batch {
        None => return Vec::new(),
        Some(Batch::Classes(batch)) => bins.update(&batch),
        Some(Batch::Labels(batch)) => bins.update_multilabel(&batch),
    }
    let bins = bins.bins().into_iter().map(|bin| Bin {
        weight: bin.weight,
        confidence: bin.confidence,
        hits: bin.hits,
    });
    bins.collect()
}

/// The first of the largest entries.
fn first_largest(row: &[f64]) -> usize {
    (0..row.len())
        .rev()
        .max_by(|a, b| row[*a].total_cmp(&row[*b]))
        .unwrap_or(0)
}

fn empty() -> Diagnostics {
    Diagnostics {
        right: vec![0.0; HISTOGRAM_BINS],
        wrong: vec![0.0; HISTOGRAM_BINS],
        ..Diagnostics::default()
    }
}

fn of_classes(
    scaled: &[f64],
    labels: &[usize],
    truth: &Truth,
    data: &Data,
    rows: &[usize],
) -> Diagnostics {
    let classes = truth.outputs;
    let mut found = empty();
    let mut losses = Vec::with_capacity(labels.len());
    for (index, (scaled, label)) in scaled.chunks_exact(classes).zip(labels).enumerate() {
        let weight = truth.weight(index);
        let predicted = first_largest(scaled);
        let hit = predicted == *label;
        let histogram = if hit {
            &mut found.right
        } else {
            &mut found.wrong
        };
        histogram[step(scaled[predicted], HISTOGRAM_BINS)] += weight;
        losses.push(-scaled[*label].max(f64::MIN_POSITIVE).ln());
    }
    let names = data.target.names();
    found.worst = largest(&losses)
        .into_iter()
        .map(|index| {
            let row = &scaled[index * classes..][..classes];
            let predicted = first_largest(row);
            WorstCase {
                row: data.row_numbers[rows[index]],
                truth: names[labels[index]].clone(),
                predicted: names[predicted].clone(),
                loss: losses[index],
                confidence: row[predicted],
                pixels: data.pixels(rows[index]),
            }
        })
        .collect();
    found
}

fn of_labels(
    scaled: &[f64],
    has: &[bool],
    truth: &Truth,
    data: &Data,
    rows: &[usize],
) -> Diagnostics {
    let labels = truth.outputs;
    let mut found = empty();
    let mut losses = vec![0.0; rows.len()];
    for (index, (scaled, has)) in scaled.iter().zip(has).enumerate() {
        let weight = truth.weight(index / labels);
        let hit = (*scaled > 0.5) == *has;
        let histogram = if hit {
            &mut found.right
        } else {
            &mut found.wrong
        };
        histogram[step(scaled.max(1.0 - scaled), HISTOGRAM_BINS)] += weight;
        let probability = if *has { *scaled } else { 1.0 - scaled };
        losses[index / labels] -= probability.max(f64::MIN_POSITIVE).ln();
    }
    let names = data.target.names();
    let listed = |is: &dyn Fn(usize) -> bool| {
        let present: Vec<&str> = (0..labels)
            .filter(|label| is(*label))
            .map(|label| names[label].as_str())
            .collect();
        if present.is_empty() {
            "(none)".to_owned()
        } else {
            present.join(", ")
        }
    };
    found.worst = largest(&losses)
        .into_iter()
        .map(|index| WorstCase {
            row: data.row_numbers[rows[index]],
            truth: listed(&|label| has[index * labels + label]),
            predicted: listed(&|label| scaled[index * labels + label] > 0.5),
            loss: losses[index],
            confidence: 0.0,
            pixels: data.pixels(rows[index]),
        })
        .collect();
    found
}

fn of_values(values: &[f64], targets: &[f64], data: &Data, rows: &[usize]) -> Diagnostics {
    let errors: Vec<f64> = values
        .iter()
        .zip(targets)
        .map(|(p, t)| (p - t).abs())
        .collect();
    let every = rows.len().div_ceil(POINTS).max(1);
    let pairs = targets.iter().zip(values).step_by(every);
    Diagnostics {
        scatter: pairs.map(|(target, value)| (*target, *value)).collect(),
        worst: largest(&errors)
            .into_iter()
            .map(|index| WorstCase {
                row: data.row_numbers[rows[index]],
                truth: minimand_report::number::significant(targets[index], 5),
                predicted: minimand_report::number::significant(values[index], 5),
                loss: errors[index],
                confidence: 0.0,
                pixels: data.pixels(rows[index]),
            })
            .collect(),
        ..Diagnostics::default()
    }
}

#[cfg(test)]
#[path = "diagnostics_tests.rs"]
mod tests;
