//! Why a comparison could not be run, in words that say what to do.

mod words;

use minimand_report::table::{ReadError, TableError, WriteError};

use self::words::{did_you_mean, listed};
use crate::images::ImagesError;

/// Why a comparison could not be run. Everything that
/// [`is_bad_input`](Self::is_bad_input) is found before the first training starts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompareError {
    /// The table could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The columns make no table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Images or masks could not be read, or not be compared on.
    #[error(transparent)]
    Images(#[from] ImagesError),
    /// Features and targets do not belong together.
    #[error(
        "{features} has {feature_rows} rows and {targets} has {target_rows}; they must have a \
         row for each example"
    )]
    ArrayRows {
        /// The file of features.
        features: String,
        /// Its rows.
        feature_rows: usize,
        /// The file of targets.
        targets: String,
        /// Its rows.
        target_rows: usize,
    },
    /// A table needs a target, and none was named.
    #[error("{data}: name the target column; the columns are {}", listed(columns))]
    NoTarget {
        /// The file.
        data: String,
        /// Its columns.
        columns: Vec<String>,
    },
    /// The table has no column of that name.
    #[error(
        "{data}: there is no column `{column}` for {option}{}; the columns are {}",
        did_you_mean(nearest.as_deref()),
        listed(columns)
    )]
    UnknownColumn {
        /// The file.
        data: String,
        /// The option that names the column.
        option: &'static str,
        /// What was asked for.
        column: String,
        /// The nearest name, if one is near.
        nearest: Option<String>,
        /// All columns.
        columns: Vec<String>,
    },
    /// One column cannot have two parts.
    #[error("{data}: the column `{column}` is given to {first} and to {second}")]
    ColumnTwice {
        /// The file.
        data: String,
        /// The column.
        column: String,
        /// The first option that names it.
        first: &'static str,
        /// The second.
        second: &'static str,
    },
    /// A column cannot have the part that it was given.
    #[error("{data}: the column `{column}` for {option} must hold {expected}, but has {found}")]
    ColumnType {
        /// The file.
        data: String,
        /// The option that names the column.
        option: &'static str,
        /// The column.
        column: String,
        /// What would fit.
        expected: String,
        /// What came.
        found: String,
    },
    /// Several targets for a task that has one.
    #[error(
        "{data}: {task} has one target, got {count}; several columns are for --task multilabel"
    )]
    SeveralTargets {
        /// The file.
        data: String,
        /// Targets that were named.
        count: usize,
        /// The task.
        task: &'static str,
    },
    /// A target was named for a data set that brings its own.
    #[error("{data} brings its own target; leave `{target}` out")]
    TargetOfBuiltin {
        /// The data set.
        data: String,
        /// What was asked for.
        target: String,
    },
    /// Rows without a target cannot train or test.
    #[error(
        "{data}: the target `{target}` is missing in {count} of {rows} rows, the first \
         of them data row {first_row}; remove these rows or fill them in"
    )]
    MissingTarget {
        /// The file.
        data: String,
        /// The target column.
        target: String,
        /// Rows without a target.
        count: usize,
        /// All rows.
        rows: usize,
        /// The first of them, counted from 1 below the header.
        first_row: usize,
    },
    /// All rows have the same target: there is nothing to learn.
    #[error("{data}: the target `{target}` is {value} in every row; there is nothing to learn")]
    ConstantTarget {
        /// The file.
        data: String,
        /// The target column.
        target: String,
        /// The only value.
        value: String,
    },
    /// The target cannot be used for the task that was asked for.
    #[error("{data}: the target `{target}` holds {found}, which {task} cannot use")]
    TargetType {
        /// The file.
        data: String,
        /// The target column.
        target: String,
        /// The task asked for.
        task: &'static str,
        /// What the column holds.
        found: String,
    },
    /// A value that is infinite, or so large that sums of squares overflow.
    #[error(
        "{data}: column `{column}` holds {value} in data row {row}; replace it by a \
         number of ordinary size or leave it empty"
    )]
    ValueTooLarge {
        /// The file.
        data: String,
        /// The column.
        column: String,
        /// The value.
        value: f64,
        /// Where, counted from 1 below the header.
        row: usize,
    },
    /// The target is the only column.
    #[error("{data}: there is no column besides the target `{target}` to predict it from")]
    NoFeatures {
        /// The file.
        data: String,
        /// The target column.
        target: String,
    },
    /// Cross-validation needs more rows.
    #[error("{data}: {rows} rows are too few for {folds} folds; at least {needed} are needed")]
    TooFewRows {
        /// The file.
        data: String,
        /// Rows that there are.
        rows: usize,
        /// Folds asked for.
        folds: usize,
        /// Rows needed.
        needed: usize,
    },
    /// Groups cannot be in every fold.
    #[error(
        "{data}: the column `{column}` has {groups} group(s), which are too few for {folds} folds; \
         each fold tests at least one group, and trains and validates on others: use fewer folds \
         (2 need 3 groups)"
    )]
    TooFewGroups {
        /// The file.
        data: String,
        /// The column.
        column: String,
        /// Its groups.
        groups: usize,
        /// Folds asked for.
        folds: usize,
    },
    /// The features would not fit in memory.
    #[error(
        "{data}: {rows} rows of {width} numbers are {gibibytes:.1} GiB for each fold, more than \
         the 4 GiB that are held in memory; compare on some of the rows (--rows {rows_that_fit}) \
         or leave out columns (--ignore)"
    )]
    TooLarge {
        /// The file.
        data: String,
        /// Its rows.
        rows: usize,
        /// Numbers per row, once text is indicators.
        width: usize,
        /// What they take.
        gibibytes: f64,
        /// Rows that would fit.
        rows_that_fit: usize,
    },
    /// A class cannot be in every fold.
    #[error(
        "{data}: class `{class}` has {count} row(s) for {folds} folds, so some folds \
         could not test it; use fewer folds, or merge or drop the class{}",
        if *task_was_told { " (or ask for regression, if the target is a quantity)" } else { "" }
    )]
    RareClass {
        /// The file.
        data: String,
        /// The rarest class.
        class: String,
        /// Its rows.
        count: usize,
        /// Folds asked for.
        folds: usize,
        /// Whether classification was told from the target, not asked for.
        task_was_told: bool,
    },
    /// A part of a fold has no row that counts.
    #[error(
        "{data}: in repeat {repeat}, fold {fold}, {} to {part}; use fewer folds, or a larger \
         validation share, or merge classes, groups or times",
        if *rows == 0 { "nothing is left".to_owned() } else { format!("none of {rows} rows has a weight") }
    )]
    EmptyPart {
        /// The file.
        data: String,
        /// The repeat, counted from 1.
        repeat: usize,
        /// The fold, counted from 1.
        fold: usize,
        /// `train`, `validation` or `test`.
        part: &'static str,
        /// Its rows.
        rows: usize,
    },
    /// A setting out of its range.
    #[error("`{setting}` must be {expected}, got {found}")]
    Setting {
        /// The setting.
        setting: &'static str,
        /// Its range.
        expected: String,
        /// What came.
        found: String,
    },
    /// A candidate that is no objective.
    #[error("candidate `{expression}`: {source}")]
    Expression {
        /// The expression as given.
        expression: String,
        /// What is wrong with it.
        source: Box<minimand::Error>,
    },
    /// A candidate that cannot be trained on this task.
    #[error("candidate `{expression}` does not fit {task}: {reason}")]
    Unsuitable {
        /// The expression.
        expression: String,
        /// The task.
        task: &'static str,
        /// Why not.
        reason: String,
    },
    /// The same objective twice.
    #[error("candidate `{expression}` is given twice")]
    Duplicate {
        /// The expression, as the catalogue prints it.
        expression: String,
    },
    /// Training stopped for a reason that is not the candidate's numbers.
    #[error("training `{expression}` (repeat {repeat}, fold {fold}) failed: {reason}")]
    Training {
        /// The candidate.
        expression: String,
        /// The repeat, counted from 1.
        repeat: usize,
        /// The fold, counted from 1.
        fold: usize,
        /// What went wrong.
        reason: String,
    },
    /// The caller stopped the run.
    #[error("the comparison was stopped; the same command goes on where it stopped")]
    Cancelled,
    /// Another process works in the run folder.
    #[error("another process is at work in {folder}; wait for it, or use another --output")]
    Busy {
        /// The folder.
        folder: String,
    },
    /// The run folder belongs to another comparison.
    #[error(
        "{folder} holds another run ({difference}); use another --output, or --fresh to drop it"
    )]
    OtherRun {
        /// The folder.
        folder: String,
        /// What is not the same.
        difference: String,
    },
    /// The folder holds no run.
    #[error("{folder} holds no run: it has no plan.json")]
    NoRun {
        /// The folder.
        folder: String,
    },
    /// A file of a run folder cannot be understood.
    #[error("{path} is damaged ({reason}); --fresh drops what was finished and starts again")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Not all jobs are done.
    #[error(
        "{finished} of {jobs} jobs are finished, job {} is the first that is missing; run the \
         missing shards, or the command without --shard to do the rest here",
        first_missing + 1
    )]
    Unfinished {
        /// Jobs that are finished.
        finished: usize,
        /// Jobs in all.
        jobs: usize,
        /// The first that is not, counted from 0.
        first_missing: usize,
    },
    /// A saved model cannot be read.
    #[error("{path} is no model that minimand {} can read: {reason}", env!("CARGO_PKG_VERSION"))]
    Model {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Rows that a model cannot read.
    #[error("{data}: the model was trained on a column `{column}` of {expected}, {found}")]
    Prediction {
        /// The file.
        data: String,
        /// The column.
        column: String,
        /// What the model was trained on.
        expected: &'static str,
        /// What came.
        found: String,
    },
    /// A result could not be written; the error names the file or folder.
    #[error("cannot write {0}")]
    Output(#[source] std::io::Error),
    /// A table could not be written; the error names the file.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl CompareError {
    /// Whether the request or the data are to blame (a command line answers with
    /// exit code 2), rather than the run.
    pub fn is_bad_input(&self) -> bool {
        !matches!(
            self,
            Self::Training { .. }
                | Self::Cancelled
                | Self::Output(_)
                | Self::Write(_)
                | Self::Busy { .. }
                | Self::Damaged { .. }
                | Self::Unfinished { .. }
        )
    }
}
