//! `minimand compare`: which objective should I train with?

mod images;
mod options;

use std::path::PathBuf;

use clap::{Args, ValueHint};
use minimand_compare::progress::Bar;
use minimand_compare::{Builtin, CompareError, Comparison, Outcome, Request, Shard, Store};
use minimand_report::table::ReadError;

use self::images::ImageArgs;
use self::options::{
    CorruptionOptions, DataOptions, FoldOptions, ObjectiveOptions, TrainingOptions,
};
use crate::error::CliError;
use crate::interrupt;
use crate::output;

const EXAMPLES: &str = "\
Data:
  A table with a row for each example: CSV in any dialect (also .csv.gz), Parquet or Arrow,
  told by name and content; or two .npy arrays, features and targets. Numbers are
  standardised, dates and words become numbers, missing values are filled in and marked:
  all learnt from the training rows of each fold. Built-in sets, which need no --target:
    digits         1,797 handwritten digits, 10 classes (the default)
    breast_cancer  569 tumours, 2 classes
    diabetes       442 patients, regression
    iris           150 flowers, 3 classes

Images:
  Two folders with an image and a mask of the same name for each case (--images, --masks): NIfTI,
  PNG, TIFF or .npy, in the plane or in space. Cases are what is split. A small U-Net is trained
  with every loss on crops of the images; Dice decides unless --metric names hausdorff95, assd
  or betti_error. Distances are in the unit of the spacing (mm for NIfTI).

Files:
  The run folder holds report.html (for people), run.json and results.parquet (for programs),
  cases.csv with every case and class of images, the best model (model.safetensors, model.json;
  see `minimand predict`), and what is finished so far. A run that was stopped or killed goes on
  where it was when the same command is given again.

Examples:
  The built-in digits, in about a minute:
    minimand compare
  Your own data:
    minimand compare houses.csv --target price
  Candidates of your own, one model, one deciding measure:
    minimand compare churn.parquet --target left --metric auroc --model linear \\
      --loss cross_entropy --loss 'focal(gamma=2)' --loss 'cross_entropy + 0.5*squentropy'
  Patients with several visits each, and weights:
    minimand compare visits.csv --target ill --groups patient --weights weight
  Sales to come, tested forward in time, with each loss's own parameter tuned:
    minimand compare sales.csv --target units --time day --tune
  Scans and their masks, named patient_visit, with the usual losses for masks:
    minimand compare --task segmentation --images scans --masks masks --groups '{group}_*'
  Two losses on photographs, decided by the distance of the borders, in a few minutes:
    minimand compare --images photos --masks masks --metric hausdorff95 --folds 3 --epochs 10 \\
      --loss dice --loss 'dice + 0.1*hausdorff_dt(alpha=1)'
  And if 30% of my labels are wrong?
    minimand compare churn.csv --target left --label-noise 0.3
  Eight machines, then one report:
    minimand compare big.parquet --target y --shard 2/8 --output part-2
    minimand compare --merge part-1 part-2 … part-8 --output all
  The whole outcome for a program:
    minimand compare iris --json > outcome.json";

/// Find out which objective to train with on your data.
///
/// Trains every candidate on the same folds, with the same initial weights, batches and budget; each
/// chooses its learning rate on validation rows. Prints rankings with intervals, tested against a
/// baseline, and writes a page for people (report.html), results for programs, and the best model.
/// Equal data, options and seed give equal results on any number of threads.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct CompareArgs {
    /// A table, a built-in data set, or two .npy arrays: features and targets.
    #[arg(default_value = Builtin::ALL[0].name(), num_args = 1..=2, value_hint = ValueHint::FilePath)]
    data: Vec<String>,

    #[command(flatten)]
    images: ImageArgs,

    #[command(flatten)]
    columns: DataOptions,

    #[command(flatten)]
    objectives: ObjectiveOptions,

    /// Folder for the files of the run; by default one of its own for every data, options and
    /// seed, below minimand-compare.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: Option<PathBuf>,

    /// Drop what an earlier run finished in the folder, and start again.
    #[arg(long)]
    fresh: bool,

    /// Do only a part of the work, such as 2/8, to be merged later.
    #[arg(long, value_name = "I/N", conflicts_with = "merge")]
    shard: Option<Shard>,

    /// Put the finished work of several run folders together, and judge it.
    ///
    /// What was compared is read from the folders; the data must be where it was.
    #[arg(long, value_name = "DIR", num_args = 1.., value_hint = ValueHint::DirPath)]
    merge: Vec<PathBuf>,

    #[command(flatten)]
    training: TrainingOptions,

    #[command(flatten)]
    folds: FoldOptions,

    #[command(flatten)]
    corruption: CorruptionOptions,
}

impl CompareArgs {
    pub(crate) fn run(self, threads: Option<usize>, json: bool) -> Result<(), CliError> {
        let (output, fresh, shard, merge) = (
            self.output.clone(),
            self.fresh,
            self.shard,
            self.merge.clone(),
        );
        let comparison = if merge.is_empty() {
            Comparison::new(self.request()?)?
        } else {
            Comparison::resumed(&merge)?
        };
        let default = || match shard {
            None => comparison.default_folder(),
            Some(shard) => comparison
                .default_folder()
                .join(format!("shard-{}-of-{}", shard.index, shard.of)),
        };
        let folder = output.unwrap_or_else(default);
        let (store, _held) = if merge.is_empty() {
            (Store::open(&folder, comparison.plan(), fresh)?, None)
        } else {
            // The folder is held while it is written, though its own jobs are not needed.
            let held = Store::open(&folder, comparison.plan(), fresh)?;
            (Store::merged(&merge, comparison.plan())?, Some(held))
        };
        let bar = Bar::stopped_by(interrupt::flag());
        if merge.is_empty() {
            comparison.train(&store, shard, threads, &bar)?;
        }
        if let Some(shard) = shard {
            let note = format!(
                "shard {}/{} is finished in {}: {} of {} jobs; put all shards together with --merge",
                shard.index,
                shard.of,
                folder.display(),
                store.finished(),
                comparison.plan().jobs
            );
            output::note(&note);
            return Ok(());
        }
        let outcome = comparison.outcome(&store)?;
        present(&comparison, &outcome, &folder, &bar, json)
    }

    fn request(self) -> Result<Request, CliError> {
        let time = self.columns.time.is_some();
        let mut request = match self.images.request() {
            Some(request) => request,
            None => Request {
                source: options::source(&self.data)?,
                ..Request::default()
            },
        };
        self.columns.put(&mut request);
        self.objectives.put(&mut request)?;
        self.training.put(&mut request);
        self.folds.put(&mut request, time);
        self.corruption.put(&mut request);
        Ok(request)
    }
}

/// Shows the outcome and writes its files. The table is shown even if the files cannot be
/// written, and the files are written even if the reader of the table has gone.
fn present(
    comparison: &Comparison,
    outcome: &Outcome,
    folder: &std::path::Path,
    bar: &Bar,
    json: bool,
) -> Result<(), CliError> {
    let written = outcome.write(folder).and_then(|written| {
        let model = comparison.write_best_model(outcome, folder, bar)?;
        Ok((written, model))
    });
    let files = written.as_ref().map_or_else(
        |_| String::new(),
        |(written, model)| {
            let lines = [
                ("report: ", Some(&written.report)),
                ("results:", Some(&written.results)),
                ("cases:  ", written.cases.as_ref()),
                ("model:  ", model.as_ref()),
            ];
            let lines = lines
                .into_iter()
                .filter_map(|(name, path)| Some(format!("{name} {}\n", path?.display())));
            lines.collect()
        },
    );
    if json {
        output::write(outcome.json().as_bytes())?;
        if !files.is_empty() {
            output::note(files.trim_end());
        }
    } else {
        output::write(format!("{}\n{files}", outcome.table()).as_bytes())?;
    }
    written?;
    Ok(())
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
mod tests;
