//! Help, completions, and output that nobody reads.

use std::io::Read;
use std::process::Stdio;

use crate::support::{Folder, command, minimand};

const COMMANDS: &[&str] = &[
    "eval",
    "losses",
    "completions",
    #[cfg(feature = "compare")]
    "compare",
    #[cfg(feature = "compare")]
    "predict",
];

#[test]
fn every_command_has_help_with_examples() {
    let general = minimand(["--help"]).good();
    assert!(
        general.contains("Examples:") && general.contains("Exit codes:"),
        "{general}"
    );
    for name in COMMANDS {
        assert!(general.contains(&format!("\n  {name} ")), "{general}");
        let help = minimand([name, "--help"]).good();
        assert!(help.contains("Examples:\n"), "{help}");
        assert!(help.contains(&format!("    minimand {name}")), "{help}");
        assert!(
            help.lines().all(|line| line.chars().count() <= 100),
            "{help}"
        );
        assert_eq!(minimand(["help", name]).good(), help);
    }
    let is_there = general.contains("compare");
    assert_eq!(is_there, cfg!(feature = "compare"));
}

#[test]
fn version_and_no_command() {
    let version = minimand(["--version"]).good();
    assert_eq!(version, format!("minimand {}\n", env!("CARGO_PKG_VERSION")));
    let nothing = minimand([""; 0]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (2, ""));
    assert!(
        nothing.stderr.contains("Usage: minimand"),
        "{}",
        nothing.stderr
    );
    assert!(minimand(["evaluate"]).usage().contains("'eval'"));
}

#[test]
fn completions_know_commands_and_options() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = minimand(["completions", shell]).good();
        assert!(
            script.contains("losses") && script.contains("gradient"),
            "{shell}: {script}"
        );
    }
    let unknown = minimand(["completions", "csh"]).usage();
    assert!(
        unknown.contains("possible values: bash, elvish, fish, powershell, zsh"),
        "{unknown}"
    );
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let folder = Folder::new();
    // More text than a pipe holds, so that it is being written when the reader leaves.
    folder.write("a.npy", &[1 << 16], &[0.1_f32; 1 << 16]);
    let mut child = command()
        .args([
            "eval",
            "mse",
            "--predictions",
            "a.npy",
            "--targets",
            "a.npy",
        ])
        .args(["--reduction", "none", "--json"])
        .current_dir(folder.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 16];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert_eq!(
        (child.wait().unwrap().code(), stderr.as_str()),
        (Some(0), "")
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_a_failure() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = command().arg("losses").stdout(full).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        message.starts_with("error: cannot write to standard output: "),
        "{message}"
    );
}
