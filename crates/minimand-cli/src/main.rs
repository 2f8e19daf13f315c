//! The command `minimand`: training objectives on saved arrays, the catalogue of losses,
//! the comparison of objectives on a data set, and papers as experiments.
//!
//! Results go to standard output, progress and errors to standard error. The exit code is
//! 0 if all went well, 1 if the run failed, and 2 for wrong usage or bad input.

mod cli;
#[cfg(feature = "compare")]
mod compare;
mod completions;
mod error;
mod eval;
#[cfg(any(feature = "compare", feature = "studies"))]
mod interrupt;
mod losses;
mod output;
#[cfg(feature = "compare")]
mod predict;
#[cfg(feature = "studies")]
mod study;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
