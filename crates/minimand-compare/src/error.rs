//! Why a comparison could not be run, in words that say what to do.

use minimand_report::table::ReadError;

/// Why a comparison could not be run. Everything but [`Output`](Self::Output),
/// [`Training`](Self::Training) and [`Cancelled`](Self::Cancelled) is found before
/// the first training starts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompareError {
    /// The table could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
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
        "{data}: there is no column `{target}`{}; the columns are {}",
        did_you_mean(nearest.as_deref()),
        listed(columns)
    )]
    UnknownTarget {
        /// The file.
        data: String,
        /// What was asked for.
        target: String,
        /// The nearest name, if one is near.
        nearest: Option<String>,
        /// All columns.
        columns: Vec<String>,
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
    /// The classes are too small to keep validation rows apart.
    #[error(
        "{data}: nearly every class has a single row to train on, so none is left to decide \
         when to stop; use more folds, or merge classes"
    )]
    NoValidation {
        /// The file.
        data: String,
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
    #[error("the comparison was cancelled")]
    Cancelled,
    /// A result could not be written; the error names the file or folder.
    #[error("cannot write {0}")]
    Output(#[source] std::io::Error),
}

impl CompareError {
    /// Whether the request or the data are to blame (a command line answers with
    /// exit code 2), rather than the run.
    pub fn is_bad_input(&self) -> bool {
        !matches!(
            self,
            Self::Training { .. } | Self::Cancelled | Self::Output(_)
        )
    }
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}

/// Names for a message: all of them, or the first twenty and a count.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let mut text = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..23).map(|index| format!("c{index}")).collect();
        let text = listed(&names);
        assert!(
            text.starts_with("`c0`, `c1`") && text.ends_with("`c19` and 3 more"),
            "{text}"
        );
        assert_eq!(listed(&names[..1]), "`c0`");
    }
}
