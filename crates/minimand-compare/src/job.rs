//! One job: one candidate with one model on one fold.

use std::time::Instant;

use minimand_burn::train::TrainError;

use crate::diagnostics::Diagnostics;
use crate::error::CompareError;
use crate::folds::Split;
use crate::measures::{Measure, Measures};
use crate::outcome::{CaseScores, Fit, FoldOutcome, FoldResult, TrialOutcome};
use crate::request::{Model, Request};
use crate::slices::Slice;
use crate::tuning::{Contender, Trial};

/// One job. Everything but `contender` is the same for all candidates of a fold.
pub(crate) struct Job<'a> {
    pub(crate) request: &'a Request,
    pub(crate) metric: Measure,
    pub(crate) model: &'a Model,
    pub(crate) contender: &'a Contender,
    pub(crate) split: &'a Split,
    /// Asked between steps; `true` ends the job.
    pub(crate) should_stop: &'a (dyn Fn() -> bool + Sync),
}

/// A fold made ready, of a table or of images: what jobs train and measure on.
pub(crate) trait Learner {
    /// What training gives.
    type Model;

    /// The trained model, or why its numbers ran away.
    ///
    /// # Errors
    ///
    /// Those of [`Job::run`].
    fn train(
        &self,
        job: &Job<'_>,
        trial: &Trial,
    ) -> Result<Result<Trained<Self::Model>, String>, CompareError>;

    /// Measures a model on the test part; `None` if its scores are not finite.
    ///
    /// # Errors
    ///
    /// Those of [`Job::run`].
    fn measure(&self, job: &Job<'_>, model: &Self::Model)
    -> Result<Option<Measured>, CompareError>;
}

/// A model with the weights of its best epoch.
pub(crate) struct Trained<M> {
    pub(crate) model: M,
    /// The score of the validation part after each epoch, at least one; lower is better.
    pub(crate) curve: Vec<f64>,
    /// The first epoch with the lowest score, counted from 0.
    pub(crate) best_epoch: usize,
}

/// What is found on the test part.
pub(crate) struct Measured {
    pub(crate) test: Measures,
    pub(crate) slices: Vec<Slice>,
    pub(crate) cases: Vec<CaseScores>,
    pub(crate) temperature: Option<f64>,
    pub(crate) diagnostics: Diagnostics,
}

impl Job<'_> {
    /// Trains every trial, keeps the one with the best validation score and measures it.
    ///
    /// # Errors
    ///
    /// [`CompareError::Cancelled`], or [`CompareError::Training`] for a failure that
    /// is not the candidate's numbers.
    pub(crate) fn run<L: Learner>(
        &self,
        learner: &L,
    ) -> Result<(FoldOutcome, Diagnostics), CompareError> {
        let start = Instant::now();
        let mut tried = Vec::new();
        let mut best: Option<(&Trial, Trained<L::Model>, f64)> = None;
        let mut reason = String::new();
        for trial in &self.contender.trials {
            let (score, epochs) = match learner.train(self, trial)? {
                Err(diverged) => {
                    reason = format!("at learning rate {}: {diverged}", trial.learning_rate);
                    (None, 0)
                }
                Ok(trained) => {
                    let (score, epochs) = (trained.curve[trained.best_epoch], trained.curve.len());
                    if best.as_ref().is_none_or(|(.., best)| score < *best) {
                        best = Some((trial, trained, score));
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
        let (result, diagnostics) = match best {
            None => (FoldResult::Diverged { reason }, Diagnostics::default()),
            Some((trial, trained, _)) => match learner.measure(self, &trained.model)? {
                Some(measured) => {
                    let diagnostics = measured.diagnostics;
                    let fit = Fit {
                        test: measured.test,
                        slices: measured.slices,
                        cases: measured.cases,
                        temperature: measured.temperature,
                        expression: trial.expression.clone(),
                        learning_rate: trial.learning_rate,
                        best_epoch: trained.best_epoch + 1,
                        validation_curve: trained.curve.into_iter().map(finite).collect(),
                        trials: tried,
                    };
                    (FoldResult::Finished(fit), diagnostics)
                }
                None => {
                    let rows = self.metric.measured_on();
                    let reason = format!("a score of the validation or test {rows} is not finite");
                    (FoldResult::Diverged { reason }, Diagnostics::default())
                }
            },
        };
        let outcome = FoldOutcome {
            repeat: self.split.repeat + 1,
            fold: self.split.fold + 1,
            result,
            seconds: start.elapsed().as_secs_f64(),
        };
        Ok((outcome, diagnostics))
    }

    /// Tells numbers that ran away, which are an answer, from failures.
    pub(crate) fn sorted_out<T>(
        &self,
        trained: Result<T, TrainError>,
    ) -> Result<Result<T, String>, CompareError> {
        let gone =
            |when: String, what: &str| Ok(Err(format!("{when}, {what} was no longer finite")));
        match trained {
            Ok(trained) => Ok(Ok(trained)),
            Err(TrainError::Stopped { .. }) => Err(CompareError::Cancelled),
            Err(TrainError::Diverged { epoch, what }) => {
                gone(format!("in epoch {}", epoch + 1), what)
            }
            Err(TrainError::DivergedAt { step, what }) => {
                gone(format!("in step {}", step + 1), what)
            }
            // Shapes and targets were checked before the run: what a loss refuses now
            // are scores beyond its range.
            Err(TrainError::Loss(error)) => Ok(Err(error.to_string())),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// A failure that is not the candidate's numbers.
    pub(crate) fn failed(&self, error: &TrainError) -> CompareError {
        CompareError::Training {
            expression: self.contender.candidate.expression.clone(),
            repeat: self.split.repeat + 1,
            fold: self.split.fold + 1,
            reason: error.to_string(),
        }
    }
}

/// Numbers that JSON can hold; a score that could not be judged is as bad as can be.
fn finite(score: f64) -> f64 {
    score.clamp(f64::MIN, f64::MAX)
}
