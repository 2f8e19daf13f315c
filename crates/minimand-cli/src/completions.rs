//! `minimand completions`: scripts that complete the command line in a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::error::CliError;
use crate::output;

const EXAMPLES: &str = "\
Examples:
  Bash, for this user:
    minimand completions bash > ~/.local/share/bash-completion/completions/minimand
  Zsh, in a folder of $fpath:
    minimand completions zsh > ~/.zfunc/_minimand
  Fish:
    minimand completions fish > ~/.config/fish/completions/minimand.fish
  PowerShell, in the profile:
    minimand completions powershell | Out-String | Invoke-Expression";

/// Print a script that completes `minimand` in a shell.
///
/// The script completes commands, options and the values that options can have. Where it
/// belongs depends on the shell; see the examples.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

impl CompletionsArgs {
    pub(crate) fn run(&self) -> Result<(), CliError> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "minimand", &mut script);
        output::write(&script)
    }
}
