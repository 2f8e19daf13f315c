//! Training and measuring classifiers, as most studies do.

use std::cell::{Cell, RefCell};
use std::ops::{ControlFlow, Sub};

use minimand::metrics::{
    ClassificationBatch, Metric, ReliabilityBin, ReliabilityBins, classification,
};
use minimand_burn::random::Key;
use minimand_burn::train::{
    Architecture, Dataset, Model, Schedule, Settings, Targets, TrainError, Training,
};

use crate::data::Labelled;
use crate::error::StudyError;
use crate::study::Trial;

/// Adam without weight decay at a constant rate, for a multilayer perceptron with rectified linear
/// units; `hidden` empty is a linear model.
pub(crate) fn adam(
    hidden: &[usize],
    learning_rate: f64,
    batch_size: usize,
    epochs: usize,
) -> Settings {
    Settings {
        architecture: match hidden {
            [] => Architecture::Linear,
            _ => Architecture::Mlp {
                hidden: hidden.to_vec(),
            },
        },
        learning_rate,
        weight_decay: 0.0,
        batch_size,
        max_epochs: epochs,
        // Every epoch is run, and the last one is kept.
        patience: epochs,
        schedule: Schedule::Constant,
    }
}

/// Trains to the end of the last epoch: studies compare what losses do, so no validation rows choose
/// an epoch.
pub(crate) fn fit(
    trial: &Trial<'_>,
    objective: &str,
    train: &Labelled,
    settings: &Settings,
    key: Key,
) -> Result<Model, StudyError> {
    // Some row must be looked at after each epoch; what it scores does not count.
    let watched = train.select(&[0]);
    fit_watched(
        trial,
        objective,
        train,
        &watched,
        settings,
        key,
        &mut |_, _| (),
    )
}

/// As [`fit`]; `watch` sees the number of each epoch, from 0, and the raw scores of the rows of
/// `watched` after it.
pub(crate) fn fit_watched(
    trial: &Trial<'_>,
    objective: &str,
    train: &Labelled,
    watched: &Labelled,
    settings: &Settings,
    key: Key,
    watch: &mut dyn FnMut(usize, &[f32]),
) -> Result<Model, StudyError> {
    let mut both = train.clone();
    both.features.extend_from_slice(&watched.features);
    both.labels.extend_from_slice(&watched.labels);
    let rows = both.rows();
    let targets = Targets::Classes {
        labels: both.labels,
        classes: both.classes,
    };
    let data = Dataset::new(both.features, rows, both.columns, targets)?;
    let order: Vec<usize> = (0..rows).collect();
    let (train, validation) = order.split_at(train.rows());
    let objective = objective.parse()?;
    let training = Training {
        objective: &objective,
        data: &data,
        train,
        validation,
        settings,
        key,
    };
    let epoch = Cell::new(0);
    let watch = RefCell::new(watch);
    let fitted = training.run(
        &|scores| {
            (watch.borrow_mut())(epoch.get(), scores);
            epoch.set(epoch.get() + 1);
            // Each epoch scores better than the one before, so that the last is kept.
            -(epoch.get() as f64)
        },
        &mut |_| ControlFlow::Continue(()),
        &|| (trial.should_stop)(),
    );
    match fitted {
        Err(TrainError::Stopped { .. }) => Err(StudyError::Stopped),
        fitted => Ok(fitted?.model),
    }
}

/// How good the probabilities of a classifier are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quality {
    /// Share of rows whose largest score is that of their class.
    pub(crate) accuracy: f64,
    /// Mean negative log-likelihood, in nats.
    pub(crate) nll: f64,
    /// Mean squared distance of the probabilities from the truth, summed over classes.
    pub(crate) brier: f64,
    /// Expected calibration error, 15 bins.
    pub(crate) ece: f64,
    /// Mean confidence − accuracy: above 0 if overconfident.
    pub(crate) overconfidence: f64,
    /// Mean probability of the true class.
    pub(crate) true_probability: f64,
}

impl Quality {
    /// Of probabilities `[rows, classes]` for these labels.
    pub(crate) fn of(
        probabilities: &[f64],
        labels: &[u32],
        classes: usize,
    ) -> Result<Self, StudyError> {
        let labels: Vec<usize> = labels.iter().map(|&label| label as usize).collect();
        let batch = ClassificationBatch::new(probabilities, classes, &labels, None)?;
        let value = |mut metric: Box<dyn Metric<_>>| -> Result<f64, StudyError> {
            metric.update(&batch)?;
            Ok(metric.value().unwrap_or(f64::NAN))
        };
        let rows = probabilities.chunks_exact(classes);
        let confidence: f64 = rows
            .clone()
            .map(|row| row.iter().copied().fold(0.0, f64::max))
            .sum();
        let truth: f64 = rows.zip(&labels).map(|(row, &label)| row[label]).sum();
        let count = labels.len() as f64;
        let accuracy = value(Box::<classification::Accuracy>::default())?;
        Ok(Self {
            accuracy,
            nll: value(Box::<classification::LogLoss>::default())?,
            brier: value(Box::<classification::Brier>::default())?,
            ece: value(Box::<classification::Ece>::default())?,
            overconfidence: confidence / count - accuracy,
            true_probability: truth / count,
        })
    }

    /// Of a model on rows it has not seen, its scores read as logits.
    pub(crate) fn of_model(model: &Model, test: &Labelled) -> Result<Self, StudyError> {
        let probabilities = softmax(&model.predict(&test.features)?, test.classes);
        Self::of(&probabilities, &test.labels, test.classes)
    }

    /// The numbers that most studies keep.
    pub(crate) fn numbers(&self) -> [(&'static str, f64); 5] {
        [
            ("accuracy", self.accuracy),
            ("nll", self.nll),
            ("brier", self.brier),
            ("ece", self.ece),
            ("overconfidence", self.overconfidence),
        ]
    }
}

/// Probabilities of logits `[rows, classes]` in either precision.
pub(crate) fn softmax<T>(logits: &[T], classes: usize) -> Vec<f64>
where
    T: Copy + PartialOrd + Sub<Output = T> + Into<f64>,
{
    let rows = logits.chunks_exact(classes).flat_map(|row| {
        let larger = |a: T, b: &T| if *b > a { *b } else { a };
        let largest = row.iter().fold(row[0], larger);
        let powers = row.iter().map(move |&z| (z - largest).into().exp());
        let sum: f64 = powers.clone().sum();
        powers.map(move |power| power / sum).collect::<Vec<_>>()
    });
    rows.collect()
}

/// The share of rows whose largest score is that of their class.
pub(crate) fn accuracy(scores: &[f32], labels: &[u32], classes: usize) -> f64 {
    let right = scores
        .chunks_exact(classes)
        .zip(labels)
        .filter(|(row, label)| {
            let own = row[**label as usize];
            let before = &row[..**label as usize];
            // The first of equal scores is predicted.
            before.iter().all(|z| *z < own) && row.iter().all(|z| *z <= own)
        });
    right.count() as f64 / labels.len() as f64
}

/// The points (mean confidence, accuracy) of a reliability diagram of ten bins; a bin without rows
/// is a gap.
pub(crate) fn reliability(
    probabilities: &[f64],
    labels: &[u32],
    classes: usize,
) -> Result<Vec<(f64, f64)>, StudyError> {
    let labels: Vec<usize> = labels.iter().map(|&label| label as usize).collect();
    let mut bins = ReliabilityBins::new(10)?;
    bins.update(&ClassificationBatch::new(
        probabilities,
        classes,
        &labels,
        None,
    )?);
    let bins = bins.bins();
    let point = |(index, bin): (usize, &ReliabilityBin)| {
        let middle = (index as f64 + 0.5) / 10.0;
        (
            bin.mean_confidence().unwrap_or(middle),
            bin.accuracy().unwrap_or(f64::NAN),
        )
    };
    Ok(bins.iter().enumerate().map(point).collect())
}
