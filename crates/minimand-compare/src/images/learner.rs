//! The jobs on a fold of images: training with a look at the validation cases after each epoch, and measuring.

use std::ops::ControlFlow;

use minimand_burn::net::UNet;
use minimand_burn::train::images::{Augment, ImageSettings, ImageTraining, Length};
use minimand_burn::train::{Schedule, TrainError};

use super::measure::{case_scores, means, of_case, slices};
use super::overlay::{Overlay, WORST_OF_FOLD, draw};
use super::predict::segment;
use super::{ImageFold, Images};
use crate::diagnostics::Diagnostics;
use crate::error::CompareError;
use crate::job::{Job, Learner, Measured, Trained};
use crate::measures::Measure;
use crate::outcome::CaseScores;
use crate::request::Task;
use crate::tuning::Trial;

/// The images of a fold made ready.
pub(crate) struct Cases<'a> {
    pub(crate) images: &'a Images,
    pub(crate) fold: ImageFold,
}

impl Cases<'_> {
    /// How good a network is on the validation cases by the deciding measure; lower is better, infinite if it cannot
    /// be judged.
    fn badness(&self, job: &Job<'_>, net: &UNet) -> Result<f64, TrainError> {
        let mut scores = Vec::new();
        for index in &self.fold.split.validation {
            // What is asked to stop is not judged any more.
            if (job.should_stop)() {
                return Ok(f64::INFINITY);
            }
            let case = &self.images.cases[*index];
            let Some(predicted) = segment(net, &self.images.layout, case.into())? else {
                return Ok(f64::INFINITY);
            };
            scores.extend(case_scores(self.images, case, &predicted, &[job.metric]));
        }
        let found = means(&scores);
        let value = found.get(&job.metric);
        Ok(value.map_or(f64::INFINITY, |value| job.metric.badness(*value)))
    }

    /// Trains `net`, and keeps the weights with the best score of the validation cases.
    fn fit(&self, job: &Job<'_>, trial: &Trial, net: UNet) -> Result<Trained<UNet>, TrainError> {
        let budget = &job.request.budget;
        let settings = ImageSettings {
            learning_rate: trial.learning_rate,
            weight_decay: budget.weight_decay,
            batch_size: budget.batch_size,
            length: Length::Epochs(budget.max_epochs),
            patience: None,
            schedule: Schedule::Cosine,
            augment: Augment {
                flips: job.request.images.flips,
                rotations: false,
            },
        };
        let training = ImageTraining {
            objective: &trial.objective,
            train: &self.fold.train,
            validation: None,
            settings: &settings,
            key: self.fold.key,
        };
        let mut curve: Vec<f64> = Vec::new();
        let mut best: Option<(usize, UNet)> = None;
        let mut failure = None;
        let fitted = training.run(
            net,
            &mut |epoch, net| {
                let score = match self.badness(job, net) {
                    Ok(score) => score,
                    Err(error) => {
                        failure = Some(error);
                        return ControlFlow::Break(());
                    }
                };
                curve.push(score);
                let index = curve.len() - 1;
                if best.as_ref().is_none_or(|(at, _)| score < curve[*at]) {
                    best = Some((index, net.clone()));
                }
                let since = best.as_ref().map_or(0, |(at, _)| index - at);
                if (job.should_stop)() {
                    failure = Some(TrainError::Stopped { epoch: epoch.index });
                }
                match failure.is_some() || since >= budget.patience {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            },
            job.should_stop,
        )?;
        if let Some(failure) = failure {
            return Err(failure);
        }
        let (best_epoch, model) = best.unwrap_or((fitted.best_epoch, fitted.net));
        Ok(Trained {
            model,
            curve,
            best_epoch,
        })
    }
}

impl Learner for Cases<'_> {
    type Model = UNet;

    fn train(
        &self,
        job: &Job<'_>,
        trial: &Trial,
    ) -> Result<Result<Trained<UNet>, String>, CompareError> {
        let net = self.fold.net(&self.images.layout, job.model);
        let net = net.map_err(|error| job.failed(&error.into()))?;
        job.sorted_out(self.fit(job, trial, net))
    }

    fn measure(&self, job: &Job<'_>, net: &UNet) -> Result<Option<Measured>, CompareError> {
        let measures = Measure::of(Task::Segmentation);
        let failed = |error: TrainError| job.failed(&error);
        let mut cases: Vec<CaseScores> = Vec::new();
        let mut worst: Vec<Overlay> = Vec::new();
        for index in &self.fold.split.test {
            let case = &self.images.cases[*index];
            let predicted = segment(net, &self.images.layout, case.into()).map_err(failed)?;
            let Some(predicted) = predicted else {
                return Ok(None);
            };
            let scores = case_scores(self.images, case, &predicted, measures);
            if let Some(value) = of_case(&scores, job.metric) {
                let badness = job.metric.badness(value);
                let is_worse = |other: &Overlay| other.badness < badness;
                if worst.len() < WORST_OF_FOLD || worst.iter().any(is_worse) {
                    worst.extend(draw(self.images, case, &predicted, value, badness));
                    Overlay::keep_worst(&mut worst, WORST_OF_FOLD);
                }
            }
            cases.extend(scores);
        }
        Ok(Some(Measured {
            test: means(&cases),
            slices: slices(&cases),
            cases,
            temperature: None,
            diagnostics: Diagnostics {
                overlays: worst,
                ..Diagnostics::default()
            },
        }))
    }
}
