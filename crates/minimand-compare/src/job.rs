//! One training: one candidate on one fold.

use std::ops::ControlFlow;
use std::time::Instant;

use minimand_burn::random::Key;
use minimand_burn::train::{self, Dataset, Fitted, Targets, TrainError, fit};

use crate::candidates::Candidate;
use crate::data::{Data, Target};
use crate::error::CompareError;
use crate::folds::Split;
use crate::measures::{self, Measures};
use crate::outcome::{Fit, FoldOutcome, FoldResult};
use crate::preprocess::{Encoder, TargetScale};
use crate::temperature;

/// One training. Everything but `candidate` is the same for all candidates of a fold.
pub(crate) struct Job<'a> {
    pub(crate) data: &'a Data,
    pub(crate) split: &'a Split,
    pub(crate) candidate: &'a Candidate,
    pub(crate) settings: &'a train::Settings,
    /// Decides initial weights and batches.
    pub(crate) key: Key,
    /// Counted from 0.
    pub(crate) repeat: usize,
    /// Counted from 0.
    pub(crate) fold: usize,
}

impl Job<'_> {
    /// Trains on the training rows, stops by the validation rows and measures the
    /// test rows. `should_stop` is asked after every epoch.
    ///
    /// # Errors
    ///
    /// [`CompareError::Cancelled`], or [`CompareError::Training`] for a failure that
    /// is not the candidate's numbers.
    pub(crate) fn run(&self, should_stop: &dyn Fn() -> bool) -> Result<FoldOutcome, CompareError> {
        let start = Instant::now();
        let result = match &self.data.target {
            Target::Classes { labels, names } => self.classify(labels, names.len(), should_stop)?,
            Target::Values(values) => self.regress(values, should_stop)?,
        };
        Ok(FoldOutcome {
            repeat: self.repeat + 1,
            fold: self.fold + 1,
            result,
            seconds: start.elapsed().as_secs_f64(),
        })
    }

    fn classify(
        &self,
        labels: &[u32],
        classes: usize,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<FoldResult, CompareError> {
        let dataset = self.dataset(Targets::Classes {
            labels: labels.to_vec(),
            classes,
        })?;
        let of = |rows: &[usize]| rows.iter().map(|row| labels[*row]).collect::<Vec<_>>();
        let validation = of(&self.split.validation);
        let score = |scores: &[f32]| {
            temperature::fit(scores, &validation, classes)
                .map_or(f64::INFINITY, |fitted| fitted.log_loss)
        };
        let fitted = match self.train(&dataset, &score, should_stop)? {
            Ok(fitted) => fitted,
            Err(diverged) => return Ok(diverged),
        };
        let scores = self.predict(&fitted, &dataset, &self.split.validation)?;
        let Some(temperature) = temperature::fit(&scores, &validation, classes) else {
            return Ok(not_finite("validation"));
        };
        let scores = self.predict(&fitted, &dataset, &self.split.test)?;
        let test = of(&self.split.test);
        let test = measures::classification(&scores, &test, classes, temperature.value);
        Ok(finished(&fitted, test.ok(), Some(temperature.value)))
    }

    fn regress(
        &self,
        values: &[f64],
        should_stop: &dyn Fn() -> bool,
    ) -> Result<FoldResult, CompareError> {
        let scale = TargetScale::fit(values, &self.split.train);
        let standardised = values.iter().map(|value| scale.apply(*value)).collect();
        let dataset = self.dataset(Targets::Values(standardised))?;
        let validation: Vec<f64> = self
            .split
            .validation
            .iter()
            .map(|row| values[*row])
            .collect();
        let score = |predictions: &[f32]| {
            let pairs = predictions.iter().zip(&validation);
            let squares =
                pairs.map(|(prediction, value)| (scale.invert(*prediction) - value).powi(2));
            (squares.sum::<f64>() / validation.len() as f64).sqrt()
        };
        let fitted = match self.train(&dataset, &score, should_stop)? {
            Ok(fitted) => fitted,
            Err(diverged) => return Ok(diverged),
        };
        let predictions = self.predict(&fitted, &dataset, &self.split.test)?;
        let predictions: Vec<f64> = predictions.iter().map(|one| scale.invert(*one)).collect();
        let test: Vec<f64> = self.split.test.iter().map(|row| values[*row]).collect();
        Ok(finished(
            &fitted,
            measures::regression(&predictions, &test).ok(),
            None,
        ))
    }

    fn dataset(&self, targets: Targets) -> Result<Dataset, CompareError> {
        let encoder = Encoder::fit(self.data, &self.split.train);
        let features = encoder.encode(self.data);
        Dataset::new(features, self.data.rows(), encoder.width(), targets)
            .map_err(|error| self.failed(&error))
    }

    /// The trained model, or the result of a candidate whose numbers ran away.
    fn train(
        &self,
        dataset: &Dataset,
        score: &dyn Fn(&[f32]) -> f64,
        should_stop: &dyn Fn() -> bool,
    ) -> Result<Result<Fitted, FoldResult>, CompareError> {
        let mut cancelled = false;
        let mut watch = |_: &train::Epoch| {
            cancelled = should_stop();
            if cancelled {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let fitted = fit(
            &self.candidate.objective,
            dataset,
            &self.split.train,
            &self.split.validation,
            self.settings,
            self.key,
            score,
            &mut watch,
        );
        if cancelled {
            return Err(CompareError::Cancelled);
        }
        match fitted {
            Ok(fitted) => Ok(Ok(fitted)),
            Err(TrainError::Diverged { epoch, what }) => {
                let reason = format!("in epoch {} {what} was no longer finite", epoch + 1);
                Ok(Err(FoldResult::Diverged { reason }))
            }
            // Shapes and targets were checked before the run: what a loss refuses now
            // are scores beyond its range.
            Err(TrainError::Loss(error)) => Ok(Err(FoldResult::Diverged {
                reason: error.to_string(),
            })),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn predict(
        &self,
        fitted: &Fitted,
        dataset: &Dataset,
        rows: &[usize],
    ) -> Result<Vec<f32>, CompareError> {
        let columns = dataset.columns();
        let features = rows
            .iter()
            .flat_map(|row| &dataset.features()[row * columns..][..columns]);
        let features: Vec<f32> = features.copied().collect();
        fitted
            .predict(&features)
            .map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &TrainError) -> CompareError {
        CompareError::Training {
            expression: self.candidate.expression.clone(),
            repeat: self.repeat + 1,
            fold: self.fold + 1,
            reason: error.to_string(),
        }
    }
}

/// The result of a trained model; without measures, its scores were not finite.
fn finished(fitted: &Fitted, test: Option<Measures>, temperature: Option<f64>) -> FoldResult {
    match test {
        None => not_finite("test"),
        Some(test) => FoldResult::Finished(Fit {
            test,
            temperature,
            best_epoch: fitted.best_epoch + 1,
            validation_curve: fitted.curve.iter().map(|epoch| epoch.score).collect(),
        }),
    }
}

fn not_finite(part: &str) -> FoldResult {
    FoldResult::Diverged {
        reason: format!("a score of a {part} row is not finite"),
    }
}
