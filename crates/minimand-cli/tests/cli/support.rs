//! Running the binary, and a folder of arrays for it to read.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use minimand::grid::Grid;
use minimand_images::{Mask, write_mask};
use minimand_report::table::{NpyArray, read_npy, write_npy};
use serde_json::Value;
use tempfile::TempDir;

/// What a command left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Standard output of a command that went well.
    #[track_caller]
    pub(crate) fn good(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.stdout
    }

    /// The JSON of a command that went well.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.good()).unwrap()
    }

    /// The message of a command that refused its input: exit code 2, one line, no result.
    #[track_caller]
    pub(crate) fn refusal(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (2, ""), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        self.stderr
            .trim_end()
            .strip_prefix("error: ")
            .unwrap()
            .to_owned()
    }

    /// The message of clap: exit code 2, no result.
    #[track_caller]
    pub(crate) fn usage(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (2, ""), "{self:?}");
        assert!(self.stderr.starts_with("error: "), "{}", self.stderr);
        self.stderr
    }
}

/// Runs `minimand`.
pub(crate) fn minimand(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ran {
    run(command().args(arguments))
}

/// The binary without arguments.
pub(crate) fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_minimand"))
}

fn run(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().expect("ended by a signal"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder of its own for each test, in which commands are run.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// One row of logits with its label: cross-entropy is 0.241311297.
    pub(crate) fn one_row() -> Self {
        let folder = Self::new();
        folder.write("p.npy", &[1, 3], &[2.0_f32, -1.0, 0.5]);
        folder.write("t.npy", &[1], &[0_i64]);
        folder
    }

    /// Four rows of three logits with their labels.
    pub(crate) fn four_rows() -> Self {
        let folder = Self::new();
        folder.write("p.npy", &[4, 3], &LOGITS);
        folder.write("t.npy", &[4], &LABELS);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, shape: &[usize], values: &impl Values) {
        values.save(&self.path(name), shape);
    }

    /// A mask on a grid with this spacing; the name may lie in a folder.
    pub(crate) fn mask(&self, name: &str, shape: &[usize], spacing: &[f64], labels: &[u32]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let grid = Grid::new(shape).unwrap().with_spacing(spacing).unwrap();
        write_mask(&path, &Mask::new(grid, labels.to_vec()).unwrap()).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> NpyArray {
        read_npy(&self.path(name)).unwrap()
    }

    /// Runs `minimand` with these words, separated by spaces; a word in quotes may hold some.
    pub(crate) fn run(&self, arguments: &str) -> Ran {
        let mut words = vec![String::new()];
        let mut is_quoted = false;
        for character in arguments.chars() {
            match character {
                '\'' => is_quoted = !is_quoted,
                ' ' if !is_quoted => words.push(String::new()),
                _ => words.last_mut().unwrap().push(character),
            }
        }
        words.retain(|word| !word.is_empty());
        run(command().args(words).current_dir(self.0.path()))
    }

    /// Evaluates an expression on `p.npy` and `t.npy`.
    pub(crate) fn eval(&self, expression: &str, options: &str) -> Ran {
        let command = format!("eval '{expression}' --predictions p.npy --targets t.npy {options}");
        self.run(command.trim_end())
    }
}

pub(crate) const LOGITS: [f32; 12] = [
    2.0, -1.0, 0.5, 0.0, 0.25, -0.5, 1.5, 1.0, -2.0, 0.1, 0.2, 0.3,
];
pub(crate) const LABELS: [i32; 4] = [0, 2, 1, 2];

/// Values that a `.npy` file can hold.
pub(crate) trait Values {
    fn save(&self, path: &Path, shape: &[usize]);
}

macro_rules! values {
    ($($t:ty)*) => {$(
        impl<const N: usize> Values for [$t; N] {
            fn save(&self, path: &Path, shape: &[usize]) {
                write_npy(path, shape, self).unwrap();
            }
        }
    )*};
}
values!(f32 f64 i8 i16 i32 i64 u8 u16 u32 u64 bool);
