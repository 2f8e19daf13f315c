//! Method and settings: what stands behind the numbers.

use minimand_report::html::Section;
use minimand_report::number::count;

use crate::outcome::{ImageSummary, Outcome};
use crate::request::{Model, Task};

/// Classes whose rows are told one by one.
const MOST_SIZES: usize = 30;

impl Outcome {
    pub(super) fn method_section(&self) -> Section {
        let (request, primary) = (&self.request, self.primary);
        let scaling = match self.data.task {
            Task::Classification | Task::Multilabel => {
                " Probabilities are judged after temperature scaling: one number per model, fitted \
                 on the validation rows, divides its scores."
            }
            Task::Regression => {
                " Targets are standardised for training, and predictions mapped back before they \
                 are measured."
            }
            Task::Segmentation => "",
        };
        let rows = primary.measured_on();
        let folds = match (&request.roles.time, &request.roles.groups) {
            (Some(time), _) => format!(
                "Folds go forward in time by {time}: each tests the rows that come next after those \
                 it has trained on, and the latest training rows are the validation rows."
            ),
            (None, Some(groups)) => format!(
                "Folds and validation {rows} are whole groups of {groups}, dealt so that folds are \
                 alike in size and target."
            ),
            (None, None) => format!("Folds and validation {rows} are stratified by the target."),
        };
        let weights = match &request.roles.weights {
            Some(weights) => format!(" Rows count by {weights}, in training and in every measure."),
            None => String::new(),
        };
        let mut section = Section::new("How this was measured").paragraph(&format!(
            "Every objective trained the same models from the same initial weights with the same \
             batches on the same folds, with one budget for all. One measure, fixed before the \
             run, stopped training, chose among settings and ranks: {} on the validation {rows}, \
             then on the test {rows}.{scaling}",
            primary.label()
        ));
        let features = match &self.data.images {
            None => {
                "Numbers are standardised, missing ones replaced by the median and marked; dates become days \
                 and their place in year, week and day; text becomes indicators: all from the training rows of \
                 each fold only."
            }
            Some(_) => {
                "Every channel of an image has its mean taken away and is divided by its standard deviation, \
                 image by image. Networks train on crops, drawn once per fold and the same for all \
                 objectives; every other crop is around a pixel of a class, where a case has one. A case is \
                 predicted by windows that overlap by a quarter, whose logits are averaged with most weight in \
                 the middle. Losses that measure distances measure them in pixels."
            }
        };
        section = section.paragraph(&format!("{folds}{weights} {features}"));
        if let Some(corruption) = request.corruption.words() {
            section = section.paragraph(&format!(
                "Before training: {corruption}, in the training and validation rows of every fold \
                 and alike for all objectives. Test rows stayed as they were."
            ));
        }
        section.paragraph(
            "Intervals and tests use the variance correction of Nadeau and Bengio (2003) for \
             overlapping training sets, and Holm's adjustment for the number of comparisons. The \
             correction is approximate, and the verdict holds for this data, these models and \
             this budget.",
        )
    }

    pub(super) fn settings_section(&self) -> Section {
        let (data, request, budget) = (&self.data, &self.request, &self.request.budget);
        let told = if data.task_was_told {
            " (told from the target)"
        } else {
            ""
        };
        let is_images = data.images.is_some();
        let name = |table: &'static str, images: &'static str| match is_images {
            false => table,
            true => images,
        };
        let mut pairs = vec![
            (name("Data", "Images"), data.name.clone()),
            (name("Rows", "Cases"), count(data.rows as u64)),
            (name("Features", "Channels"), count(data.features as u64)),
            (name("Target", "Masks"), data.target.clone()),
            ("Task", format!("{}{told}", data.task.name())),
        ];
        if let Some(images) = &data.images {
            pairs.extend(of_images(images, request.images.flips));
        }
        if !data.classes.is_empty() {
            let sizes = data.classes.iter().take(MOST_SIZES);
            let sizes = sizes.map(|class| format!("{}: {}", class.name, class.rows));
            let more = data.classes.len().saturating_sub(MOST_SIZES);
            let more = (more > 0).then(|| format!("and {more} more"));
            pairs.push((
                name("Rows of each class", "Cases with each class"),
                sizes.chain(more).collect::<Vec<_>>().join(", "),
            ));
        }
        let models: Vec<String> = request.models.iter().map(Model::describe).collect();
        let rates: Vec<String> = budget.learning_rates.iter().map(f64::to_string).collect();
        pairs.extend([
            ("Models", models.join(", ")),
            ("Objectives", self.candidates.join(", ")),
            ("Decided by", self.primary.label().to_owned()),
            (
                "Folds",
                format!("{} × {} repeats", request.folds, request.repeats),
            ),
            ("Validation share", request.validation_share.to_string()),
            (
                "Optimiser",
                "AdamW, learning rate falling along half a cosine".to_owned(),
            ),
            ("Learning rates", rates.join(", ")),
            (
                "Trainings of an objective on a fold",
                self.trials.to_string(),
            ),
            ("Weight decay", budget.weight_decay.to_string()),
            ("Batch size", budget.batch_size.to_string()),
            ("Epochs at most", budget.max_epochs.to_string()),
            ("Patience", format!("{} epochs", budget.patience)),
            ("Seed", request.seed.to_string()),
            ("Version", format!("minimand {}", self.version)),
            ("Data hash", data.hash.clone()),
        ]);
        let section = Section::new("Settings and how to reproduce")
            .paragraph("The same command on the same data gives the same numbers:")
            .code(&self.command)
            .paragraph(&format!(
                "All numbers of all folds are in run.json and results.parquet beside this page{}.",
                name("", ", those of every case and class in cases.csv")
            ))
            .key_values(pairs);
        data.notes
            .iter()
            .fold(section, |section, note| section.paragraph(note))
    }
}

/// What there is to know of images.
fn of_images(images: &ImageSummary, flips: bool) -> Vec<(&'static str, String)> {
    let side = |(least, most): &(usize, usize)| match least == most {
        true => least.to_string(),
        false => format!("{least} to {most}"),
    };
    let joined = |sides: Vec<String>| sides.join(" × ");
    let flips = if flips { "along each axis" } else { "no" };
    vec![
        (
            "Pixels of an image",
            joined(images.sizes.iter().map(side).collect()),
        ),
        (
            "Pixels of a crop",
            joined(images.crop.iter().map(usize::to_string).collect()),
        ),
        ("Distances", images.unit.clone()),
        ("Random mirroring", flips.to_owned()),
    ]
}
