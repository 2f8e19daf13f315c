//! The command `minimand`: training objectives on saved arrays, the catalogue of losses,
//! and the comparison of objectives on a data set.
//!
//! Results go to standard output, progress and errors to standard error. The exit code is
//! 0 if all went well, 1 if the run failed, and 2 for wrong usage or bad input.

mod cli;
#[cfg(feature = "compare")]
mod compare;
mod completions;
mod error;
mod eval;
mod losses;
mod output;
#[cfg(feature = "compare")]
mod predict;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
