//! `minimand compare`: which objective should I train with on my data?

use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use minimand_compare::progress::Bar;
use minimand_compare::{Budget, Builtin, CompareError, Model, Request, Source, Task, prepare, run};
use minimand_report::table::ReadError;

use crate::error::CliError;
use crate::output;

const EXAMPLES: &str = "\
Data:
  A file in CSV format (fields separated by commas, semicolons or tabs) with a header
  line. Columns of numbers are standardised, columns of words become indicators, empty
  fields are filled in. Built-in sets, which need no --target:
    digits         1,797 handwritten digits, 10 classes (the default)
    breast_cancer  569 tumours, 2 classes
    diabetes       442 patients, regression
    iris           150 flowers, 3 classes

Examples:
  The built-in digits, in about a minute:
    minimand compare
  Your own data:
    minimand compare houses.csv --target price
  Candidates of your own, against one of them:
    minimand compare churn.csv --target left --loss cross_entropy --baseline cross_entropy \\
      --loss 'focal(gamma=2)' --loss 'cross_entropy + 0.5*squentropy'
  A quick look with a small model and few epochs:
    minimand compare churn.csv --target left --model linear --repeats 1 --epochs 20
  The whole outcome for a program:
    minimand compare iris --json > outcome.json";

/// Find out which objective to train with on your data.
///
/// Trains every candidate on the same repeated, stratified folds, with the same initial weights,
/// batches and budget, and stops each by the same measure on validation rows. Prints a ranking with
/// intervals, tested against a baseline, and writes a page for people (report.html) and the whole
/// outcome (run.json). Equal data, options and seed give equal results on any number of threads.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct CompareArgs {
    /// A CSV file with a header, or a built-in data set.
    #[arg(default_value = Builtin::ALL[0].name(), value_hint = ValueHint::FilePath)]
    data: String,

    /// The column to predict; needed for a CSV file.
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    target: Option<String>,

    /// Predict classes or numbers; told from the target column if left out.
    #[arg(long, value_enum)]
    task: Option<TaskOption>,

    /// A candidate objective; repeat it for several.
    ///
    /// Without any, the usual objectives of the task are compared.
    #[arg(long = "loss", value_name = "EXPR", allow_hyphen_values = true)]
    losses: Vec<String>,

    /// The objective that all others are tested against; it takes part in any case.
    ///
    /// cross_entropy for classes and mse for numbers if left out.
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    baseline: Option<String>,

    /// Folder for report.html and run.json; files of an earlier run are replaced.
    #[arg(long, value_name = "DIR", default_value = "minimand-compare", value_hint = ValueHint::DirPath)]
    output: PathBuf,

    /// The model that every candidate trains.
    #[arg(long, value_enum, default_value_t, help_heading = "Training")]
    model: ModelOption,

    /// Widths of the hidden layers of an mlp, such as 64,32. [default: 64]
    #[arg(
        long,
        value_name = "N,N,…",
        value_delimiter = ',',
        help_heading = "Training"
    )]
    hidden: Option<Vec<usize>>,

    /// Step size of the optimiser.
    #[arg(long, value_name = "X", default_value_t = Budget::default().learning_rate,
          allow_negative_numbers = true, help_heading = "Training")]
    learning_rate: f64,

    /// Decoupled weight decay.
    #[arg(long, value_name = "X", default_value_t = Budget::default().weight_decay,
          allow_negative_numbers = true, help_heading = "Training")]
    weight_decay: f64,

    /// Rows per step.
    #[arg(long, value_name = "N", default_value_t = Budget::default().batch_size,
          help_heading = "Training")]
    batch_size: usize,

    /// Passes over the training rows at most.
    #[arg(long, value_name = "N", default_value_t = Budget::default().max_epochs,
          help_heading = "Training")]
    epochs: usize,

    /// Epochs without a better validation score before training stops.
    #[arg(long, value_name = "N", default_value_t = Budget::default().patience,
          help_heading = "Training")]
    patience: usize,

    /// Test folds of every repeat.
    #[arg(long, value_name = "N", default_value_t = Request::default().folds,
          help_heading = "Cross-validation")]
    folds: usize,

    /// Repeats of the whole cross-validation, each with new folds.
    #[arg(long, value_name = "N", default_value_t = Request::default().repeats,
          help_heading = "Cross-validation")]
    repeats: usize,

    /// Share of each training fold that decides when to stop, at most 0.5.
    #[arg(long, value_name = "X", default_value_t = Request::default().validation_share,
          allow_negative_numbers = true, help_heading = "Cross-validation")]
    validation_share: f64,

    /// Decides folds, initial weights and batch order.
    #[arg(long, value_name = "N", default_value_t = Request::default().seed,
          help_heading = "Cross-validation")]
    seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TaskOption {
    /// One class of several
    Classification,
    /// A number
    Regression,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum ModelOption {
    /// Scores are linear in the features
    Linear,
    /// Hidden layers with ReLU
    #[default]
    Mlp,
}

impl CompareArgs {
    pub(crate) fn run(self, threads: Option<usize>, json: bool) -> Result<(), CliError> {
        let folder = self.output.clone();
        let request = self.request(threads)?;
        request.check()?;
        let is_new = !folder.exists();
        // Before minutes of training, not after them.
        prepare(&folder)?;
        let outcome = run(&request, &Bar::new()).inspect_err(|_| {
            if is_new {
                // Removes the folder only if it is empty; if it cannot, it does no harm.
                let _ = fs::remove_dir(&folder);
            }
        })?;
        // The table is shown even if the files cannot be written, and the files are written even if
        // the reader of the table has gone.
        let written = outcome.write(&folder);
        let report = written
            .as_ref()
            .map(|written| format!("report: {}\n", written.report.display()));
        if json {
            output::write(outcome.json().as_bytes())?;
            if let Ok(report) = &report {
                output::note(report.trim_end());
            }
        } else {
            let report = report
                .map(|report| format!("\n{report}"))
                .unwrap_or_default();
            output::write(format!("{}{report}", outcome.table()).as_bytes())?;
        }
        written?;
        Ok(())
    }

    fn request(self, threads: Option<usize>) -> Result<Request, CliError> {
        let model = match (self.model, self.hidden) {
            (ModelOption::Linear, None) => Model::Linear,
            (ModelOption::Linear, Some(_)) => {
                return Err(CliError::Usage(
                    "`--hidden` has no meaning with `--model linear`",
                ));
            }
            (ModelOption::Mlp, Some(widths)) => Model::Mlp(widths),
            (ModelOption::Mlp, None) => Request::default().model,
        };
        Ok(Request {
            source: Source::parse(&self.data),
            target: self.target,
            task: self.task.map(|task| match task {
                TaskOption::Classification => Task::Classification,
                TaskOption::Regression => Task::Regression,
            }),
            candidates: self.losses,
            baseline: self.baseline,
            model,
            folds: self.folds,
            repeats: self.repeats,
            validation_share: self.validation_share,
            budget: Budget {
                learning_rate: self.learning_rate,
                weight_decay: self.weight_decay,
                batch_size: self.batch_size,
                max_epochs: self.epochs,
                patience: self.patience,
            },
            seed: self.seed,
            threads,
        })
    }
}

/// What else could have been meant by a file that is not there.
pub(crate) fn hint(error: &CompareError) -> String {
    match error {
        CompareError::Read(ReadError::NotFound { path }) if path.extension().is_none() => {
            let names = Builtin::ALL.map(Builtin::name);
            format!("; the built-in data sets are {}", names.join(", "))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Alone {
        #[command(flatten)]
        arguments: CompareArgs,
    }

    /// The request of a command as [`Request::command`] prints it.
    fn parsed(command: &str) -> Request {
        let mut words = vec![String::new()];
        let mut is_quoted = false;
        for character in command.chars() {
            match character {
                '\'' => is_quoted = !is_quoted,
                ' ' if !is_quoted => words.push(String::new()),
                _ => words.last_mut().unwrap().push(character),
            }
        }
        Alone::try_parse_from(&words[1..])
            .unwrap()
            .arguments
            .request(None)
            .unwrap()
    }

    #[test]
    fn the_printed_command_gives_the_same_request() {
        let default = Request::default();
        assert_eq!(parsed(&default.command()), default);
        assert_eq!(parsed("minimand compare"), default);
        let unusual = Request {
            source: Source::Csv("my houses.csv".into()),
            target: Some("-price".into()),
            task: Some(Task::Regression),
            candidates: vec!["-mae + 2*mse".into(), "huber(delta=2)".into()],
            baseline: Some("-mae".into()),
            model: Model::Mlp(vec![64, 32]),
            folds: 3,
            repeats: 4,
            validation_share: 0.25,
            budget: Budget {
                learning_rate: 1e-4,
                weight_decay: 0.0,
                batch_size: 16,
                max_epochs: 7,
                patience: 3,
            },
            seed: u64::MAX,
            threads: None,
        };
        assert_eq!(parsed(&unusual.command()), unusual);
        let linear = Request {
            model: Model::Linear,
            ..default
        };
        assert_eq!(parsed(&linear.command()), linear);
    }
}
