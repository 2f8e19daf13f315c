//! Learning curves, method and settings: what stands behind the numbers.

use minimand_report::html::Section;
use minimand_report::number::count;
use minimand_report::svg::{LineChart, Series};

use crate::curves::mean_curve;
use crate::outcome::Outcome;
use crate::request::Task;

impl Outcome {
    pub(super) fn curves_section(&self) -> Section {
        let label = self.primary_unit();
        let mut chart = LineChart::new(format!("Validation {label} by epoch"))
            .axis_labels("Epoch", format!("Best validation {label} so far"))
            .log_y();
        for standing in &self.ranking {
            let Some(candidate) = self
                .candidates
                .iter()
                .find(|one| one.expression == standing.expression)
            else {
                continue;
            };
            let curve = mean_curve(candidate);
            let points = curve.iter().map(|point| (point.epoch as f64, point.mean));
            let band = curve
                .iter()
                .map(|point| (point.mean - point.error, point.mean + point.error));
            let series = Series::new(standing.expression.clone(), points.collect());
            chart = chart.series(series.band(band.collect()));
        }
        Section::new("Learning curves").figure(
            "The score that stops training, the same for all objectives: mean over folds of the \
             best value up to each epoch (the model that would be kept), and one standard error \
             to both sides. Folds that have stopped keep their best value.",
            &chart,
        )
    }

    pub(super) fn method_section(&self) -> Section {
        let score = match self.data.task {
            Task::Classification => {
                "log-loss after temperature scaling: one number per model, fitted on the \
                 validation rows, divides its scores"
            }
            Task::Regression => "the root of the mean squared error",
        };
        let preprocessing = match self.data.task {
            Task::Classification => "",
            Task::Regression => {
                " Targets are standardised for training in the same way, and predictions mapped \
                 back before they are measured."
            }
        };
        Section::new("How this was measured")
            .paragraph(&format!(
                "Every objective trained the same model from the same initial weights with the \
                 same batches on the same folds, with one budget for all. Training stopped by \
                 one score that was fixed before the run: {score}."
            ))
            .paragraph(&format!(
                "Folds are stratified. Numbers are standardised, missing ones replaced by the \
                 median and marked, and categories one-hot encoded, all from the training rows \
                 of each fold only.{preprocessing}"
            ))
            .paragraph(
                "Intervals and tests use the variance correction of Nadeau and Bengio (2003) for \
                 overlapping training sets, and Holm's adjustment for the number of objectives. \
                 The correction is approximate, and the verdict holds for this data, this model \
                 and this budget: another learning rate may favour another objective.",
            )
    }

    pub(super) fn settings_section(&self) -> Section {
        let (data, settings, budget) = (&self.data, &self.settings, &self.settings.budget);
        let told = if data.task_was_told {
            " (told from the target)"
        } else {
            ""
        };
        let mut pairs = vec![
            ("Data", data.name.clone()),
            ("Rows", count(data.rows as u64)),
            ("Features", count(data.features as u64)),
            ("Target", data.target.clone()),
            ("Task", format!("{}{told}", data.task.name())),
        ];
        if !data.classes.is_empty() {
            let sizes = data
                .classes
                .iter()
                .map(|class| format!("{}: {}", class.name, class.rows));
            pairs.push(("Rows of each class", sizes.collect::<Vec<_>>().join(", ")));
        }
        pairs.extend([
            ("Model", settings.model.describe()),
            (
                "Folds",
                format!("{} × {} repeats", settings.folds, settings.repeats),
            ),
            ("Validation share", settings.validation_share.to_string()),
            (
                "Optimiser",
                "AdamW, learning rate falling along half a cosine".to_owned(),
            ),
            ("Learning rate", budget.learning_rate.to_string()),
            ("Weight decay", budget.weight_decay.to_string()),
            ("Batch size", budget.batch_size.to_string()),
            ("Epochs at most", budget.max_epochs.to_string()),
            ("Patience", format!("{} epochs", budget.patience)),
            ("Seed", settings.seed.to_string()),
            ("Version", format!("minimand {}", self.version)),
            ("Data hash", data.hash.clone()),
        ]);
        Section::new("Settings and how to reproduce")
            .paragraph("The same command on the same data gives the same numbers:")
            .code(&self.command)
            .paragraph("All numbers of all folds are in run.json beside this page.")
            .key_values(pairs)
    }
}
