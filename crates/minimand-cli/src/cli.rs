//! The command line as a whole.

use clap::builder::RangedU64ValueParser;
use clap::{Parser, Subcommand};

#[cfg(feature = "compare")]
use crate::compare::CompareArgs;
use crate::completions::CompletionsArgs;
use crate::error::CliError;
use crate::eval::EvalArgs;
use crate::losses::LossesArgs;
#[cfg(feature = "compare")]
use crate::predict::PredictArgs;
#[cfg(feature = "studies")]
use crate::study::StudyArgs;

const ABOUT: &str = "\
Training objectives: evaluate them on saved arrays, look them up, and find out which one to \
train with.

An objective is a loss of the catalogue or a weighted sum of losses, written as an expression:

  cross_entropy
  focal(gamma=2)
  cross_entropy(label_smoothing=0.1) + 0.5*squentropy

Results go to standard output, progress and errors to standard error.";

const AFTER: &str = "\
Exit codes:
  0  all went well
  1  the run failed
  2  wrong usage or bad input";

#[cfg(feature = "compare")]
const EXAMPLES: &str = "\
Examples:
  Compare objectives on your data:
    minimand compare houses.csv --target price
  Value and gradient of an objective on saved arrays:
    minimand eval 'focal(gamma=2)' --predictions P.npy --targets T.npy --gradient G.npy
  What there is to choose from:
    minimand losses --area classification --where 'proper and convex'";

#[cfg(not(feature = "compare"))]
const EXAMPLES: &str = "\
Examples:
  Value and gradient of an objective on saved arrays:
    minimand eval 'focal(gamma=2)' --predictions P.npy --targets T.npy --gradient G.npy
  What there is to choose from:
    minimand losses --area classification --where 'proper and convex'";

/// Everything that can be written after `minimand`.
#[derive(Debug, Parser)]
#[command(
    name = "minimand",
    version,
    about = "Training objectives: evaluate, look up, compare",
    long_about = ABOUT,
    after_help = AFTER,
    after_long_help = format!("{AFTER}\n\n{EXAMPLES}"),
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Threads to compute with; as many as there are processors if left out.
    ///
    /// The number of threads never changes a result.
    #[arg(
        long,
        global = true,
        value_name = "N",
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=MOST_THREADS),
        help_heading = "Global options"
    )]
    threads: Option<usize>,

    /// Print the result as JSON.
    #[arg(long, global = true, help_heading = "Global options")]
    json: bool,
}

/// More threads than any machine has processors for are a slip of the keyboard.
const MOST_THREADS: u64 = 4096;

#[derive(Debug, Subcommand)]
enum Command {
    #[cfg(feature = "compare")]
    Compare(Box<CompareArgs>),
    #[cfg(feature = "compare")]
    Predict(PredictArgs),
    Eval(Box<EvalArgs>),
    Losses(LossesArgs),
    #[cfg(feature = "studies")]
    Study(StudyArgs),
    Completions(CompletionsArgs),
}

impl Cli {
    /// Does what was asked for.
    pub(crate) fn run(self) -> Result<(), CliError> {
        if let Some(threads) = self.threads {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            pool.build_global()
                .map_err(|source| CliError::Threads { threads, source })?;
        }
        match self.command {
            #[cfg(feature = "compare")]
            Command::Compare(arguments) => arguments.run(self.threads, self.json),
            #[cfg(feature = "compare")]
            Command::Predict(arguments) => arguments.run(self.json),
            Command::Eval(arguments) => arguments.run(self.json),
            Command::Losses(arguments) => arguments.run(self.json),
            #[cfg(feature = "studies")]
            Command::Study(arguments) => arguments.run(self.threads, self.json),
            Command::Completions(arguments) => arguments.run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }
}
