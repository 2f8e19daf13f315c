//! Jobs on a table: its rows in a fold made ready.

use std::ops::ControlFlow;

use minimand_burn::train::{self, Architecture, Model as Network, Schedule, Training};

use crate::data::Data;
use crate::diagnostics::Diagnostics;
use crate::error::CompareError;
use crate::job::{Job, Learner, Measured, Trained};
use crate::measures::{Measure, Truth};
use crate::prepared::Prepared;
use crate::request::{Budget, Model};
use crate::slices::slices;
use crate::tuning::Trial;

/// The rows of a table in a fold made ready.
pub(crate) struct Rows<'a> {
    pub(crate) data: &'a Data,
    pub(crate) prepared: Prepared,
}

impl Rows<'_> {
    fn predict(
        &self,
        job: &Job<'_>,
        model: &Network,
        rows: &[usize],
    ) -> Result<Vec<f32>, CompareError> {
        model
            .predict_rows(&self.prepared.dataset, rows)
            .map_err(|error| job.failed(&error))
    }
}

impl Learner for Rows<'_> {
    type Model = Network;

    fn train(
        &self,
        job: &Job<'_>,
        trial: &Trial,
    ) -> Result<Result<Trained<Network>, String>, CompareError> {
        let prepared = &self.prepared;
        let training = Training {
            objective: &trial.objective,
            data: &prepared.dataset,
            train: &prepared.split.train,
            validation: &prepared.split.validation,
            settings: &train_settings(job.model, &job.request.budget, trial.learning_rate),
            key: prepared.key,
        };
        let fitted = training.run(
            &|scores| prepared.badness(scores, job.metric),
            &mut |_| ControlFlow::Continue(()),
            job.should_stop,
        );
        let trained = fitted.map(|fitted| Trained {
            curve: fitted.curve.iter().map(|epoch| epoch.score).collect(),
            best_epoch: fitted.best_epoch,
            model: fitted.model,
        });
        job.sorted_out(trained)
    }

    fn measure(&self, job: &Job<'_>, model: &Network) -> Result<Option<Measured>, CompareError> {
        let (data, split) = (self.data, &self.prepared.split);
        let validation = self.predict(job, model, &split.validation)?;
        let Some(calibration) = self.prepared.calibrate(&validation) else {
            return Ok(None);
        };
        let truth = Truth::of(&data.target, data.weights.as_deref(), &split.test);
        let scores = self.predict(job, model, &split.test)?;
        let predictions = calibration.predictions(&scores, truth.outputs);
        let by = &job.request.slices;
        let (Ok(test), Ok(slices), Ok(diagnostics)) = (
            predictions.measure(&truth, Measure::of(data.task())),
            slices(by, &predictions, &truth, data, &split.test),
            Diagnostics::of(&predictions, &truth, data, &split.test),
        ) else {
            return Ok(None);
        };
        Ok(Some(Measured {
            test,
            slices,
            cases: Vec::new(),
            temperature: calibration.temperature(),
            diagnostics,
        }))
    }
}

/// How a model is trained on rows; models of images are none of them, which
/// [`Request::check`](crate::Request::check) has made sure of.
pub(crate) fn train_settings(
    model: &Model,
    budget: &Budget,
    learning_rate: f64,
) -> train::Settings {
    train::Settings {
        architecture: match model {
            Model::Linear | Model::UNet { .. } => Architecture::Linear,
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
