//! One job: one candidate with one model on one fold.

use std::ops::ControlFlow;
use std::time::Instant;

use minimand_burn::train::{self, Architecture, Fitted, Schedule, TrainError, Training};

use crate::data::Data;
use crate::diagnostics::Diagnostics;
use crate::error::CompareError;
use crate::measures::{Measure, Truth};
use crate::outcome::{Fit, FoldOutcome, FoldResult, TrialOutcome};
use crate::prepared::Prepared;
use crate::request::{Budget, Model, Request};
use crate::slices::slices;
use crate::tuning::{Contender, Trial};

/// One job. Everything but `contender` is the same for all candidates of a fold.
pub(crate) struct Job<'a> {
    pub(crate) data: &'a Data,
    pub(crate) request: &'a Request,
    pub(crate) metric: Measure,
    pub(crate) model: &'a Model,
    pub(crate) contender: &'a Contender,
    pub(crate) prepared: &'a Prepared,
    /// Asked between steps; `true` ends the job.
    pub(crate) should_stop: &'a (dyn Fn() -> bool + Sync),
}

/// The trial with the best validation score so far.
struct Best<'a> {
    trial: &'a Trial,
    fitted: Fitted,
    score: f64,
}

impl Job<'_> {
    /// Trains every trial on the training rows, keeps the one with the best validation
    /// score and measures its test rows.
    ///
    /// # Errors
    ///
    /// [`CompareError::Cancelled`], or [`CompareError::Training`] for a failure that
    /// is not the candidate's numbers.
    pub(crate) fn run(&self) -> Result<(FoldOutcome, Diagnostics), CompareError> {
        let start = Instant::now();
        let mut tried = Vec::new();
        let mut best: Option<Best<'_>> = None;
        let mut reason = String::new();
        for trial in &self.contender.trials {
            let (score, epochs) = match self.train(trial)? {
                Err(diverged) => {
                    reason = diverged;
                    (None, 0)
                }
                Ok(fitted) => {
                    let score = fitted.curve[fitted.best_epoch].score;
                    let epochs = fitted.curve.len();
                    if best.as_ref().is_none_or(|best| score < best.score) {
                        best = Some(Best {
                            trial,
                            fitted,
                            score,
                        });
                    }
                    (Some(finite(score)), epochs)
                }
            };
            tried.push(TrialOutcome {
                expression: trial.expression.clone(),
                learning_rate: trial.learning_rate,
                score,
                epochs,
            });
        }
        let measured = best.map(|best| self.measure(&best, tried));
        let (result, diagnostics) = match measured.transpose()? {
            Some(Some((fit, diagnostics))) => (FoldResult::Finished(fit), diagnostics),
            Some(None) => {
                let reason = "a score of a validation or test row is not finite".to_owned();
                (FoldResult::Diverged { reason }, Diagnostics::default())
            }
            None => (FoldResult::Diverged { reason }, Diagnostics::default()),
        };
        let split = &self.prepared.split;
        let outcome = FoldOutcome {
            repeat: split.repeat + 1,
            fold: split.fold + 1,
            result,
            seconds: start.elapsed().as_secs_f64(),
        };
        Ok((outcome, diagnostics))
    }

    /// Measures the chosen model; `None` if its scores are not finite.
    fn measure(
        &self,
        best: &Best<'_>,
        trials: Vec<TrialOutcome>,
    ) -> Result<Option<(Fit, Diagnostics)>, CompareError> {
        let Prepared { split, .. } = self.prepared;
        let validation = self.predict(&best.fitted, &split.validation)?;
        let Some(calibration) = self.prepared.calibrate(&validation) else {
            return Ok(None);
        };
        let truth = Truth::of(&self.data.target, self.data.weights.as_deref(), &split.test);
        let scores = self.predict(&best.fitted, &split.test)?;
        let predictions = calibration.predictions(&scores, truth.outputs);
        let measures = Measure::of(self.data.task());
        let (Ok(test), Ok(slices), Ok(diagnostics)) = (
            predictions.measure(&truth, measures),
            slices(
                &self.request.slices,
                &predictions,
                &truth,
                self.data,
                &split.test,
            ),
            Diagnostics::of(&predictions, &truth, self.data, &split.test),
        ) else {
            return Ok(None);
        };
        let curve = best.fitted.curve.iter().map(|epoch| finite(epoch.score));
        let fit = Fit {
            test,
            slices,
            temperature: calibration.temperature(),
            expression: best.trial.expression.clone(),
            learning_rate: best.trial.learning_rate,
            best_epoch: best.fitted.best_epoch + 1,
            validation_curve: curve.collect(),
            trials,
        };
        Ok(Some((fit, diagnostics)))
    }

    /// The trained model, or why its numbers ran away.
    fn train(&self, trial: &Trial) -> Result<Result<Fitted, String>, CompareError> {
        let Prepared {
            split,
            dataset,
            key,
            ..
        } = self.prepared;
        let training = Training {
            objective: &trial.objective,
            data: dataset,
            train: &split.train,
            validation: &split.validation,
            settings: &train_settings(self.model, &self.request.budget, trial.learning_rate),
            key: *key,
        };
        let fitted = training.run(
            &|scores| self.prepared.badness(scores, self.metric),
            &mut |_| ControlFlow::Continue(()),
            self.should_stop,
        );
        let at_rate = |what: String| format!("at learning rate {}: {what}", trial.learning_rate);
        match fitted {
            Ok(fitted) => Ok(Ok(fitted)),
            Err(TrainError::Stopped { .. }) => Err(CompareError::Cancelled),
            Err(TrainError::Diverged { epoch, what }) => Ok(Err(at_rate(format!(
                "in epoch {}, {what} was no longer finite",
                epoch + 1
            )))),
            // Shapes and targets were checked before the run: what a loss refuses now
            // are scores beyond its range.
            Err(TrainError::Loss(error)) => Ok(Err(at_rate(error.to_string()))),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn predict(&self, fitted: &Fitted, rows: &[usize]) -> Result<Vec<f32>, CompareError> {
        fitted
            .model
            .predict_rows(&self.prepared.dataset, rows)
            .map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &TrainError) -> CompareError {
        CompareError::Training {
            expression: self.contender.candidate.expression.clone(),
            repeat: self.prepared.split.repeat + 1,
            fold: self.prepared.split.fold + 1,
            reason: error.to_string(),
        }
    }
}

/// Numbers that JSON can hold; a score that could not be judged is as bad as can be.
fn finite(score: f64) -> f64 {
    score.clamp(f64::MIN, f64::MAX)
}

pub(crate) fn train_settings(
    model: &Model,
    budget: &Budget,
    learning_rate: f64,
) -> train::Settings {
    train::Settings {
        architecture: match model {
            Model::Linear => Architecture::Linear,
            Model::Mlp(hidden) => Architecture::Mlp {
                hidden: hidden.clone(),
            },
        },
        learning_rate,
        weight_decay: budget.weight_decay,
        batch_size: budget.batch_size,
        max_epochs: budget.max_epochs,
        patience: budget.patience,
        schedule: Schedule::Cosine,
    }
}
