//! Small requests, and data to compare on.

use std::fmt::Write;
use std::path::PathBuf;

use minimand_compare::{Budget, Builtin, Model, Outcome, Request, Source};

/// Few epochs of a linear model on `builtin`.
pub(crate) fn small(builtin: Builtin, candidates: &[&str]) -> Request {
    Request {
        source: Source::Builtin(builtin),
        candidates: named(candidates),
        models: vec![Model::Linear],
        folds: 3,
        repeats: 2,
        budget: Budget {
            learning_rates: vec![0.02, 0.1],
            max_epochs: 20,
            ..Budget::default()
        },
        ..Request::default()
    }
}

pub(crate) fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The outcome without the times that it took.
pub(crate) fn timeless(mut outcome: Outcome) -> Outcome {
    outcome.seconds = 0.0;
    let candidates = outcome
        .results
        .iter_mut()
        .flat_map(|results| &mut results.candidates);
    for fold in candidates.flat_map(|candidate| &mut candidate.folds) {
        fold.seconds = 0.0;
    }
    outcome
}

/// A folder with a file called `name`.
pub(crate) fn file(name: &str, content: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

/// 120 flats with numbers, words, dates, weights, owners, and two labels.
pub(crate) fn flats() -> String {
    let mut text = "size;district;lift;empty;since;owner;weight;rent;garden;view\n".to_owned();
    for row in 0..120 {
        let size = if row % 7 == 0 {
            String::new()
        } else {
            (30 + row % 60).to_string()
        };
        let district = ["north", "south", ""][row % 3];
        let rent = 10.5 * (30 + row % 60) as f64 + if row % 3 == 0 { 100.0 } else { 0.0 };
        let (month, day) = (1 + row / 28 % 12, 1 + row % 28);
        let garden = u8::from(row % 3 == 0);
        let view = u8::from(row % 60 > 30);
        writeln!(
            text,
            "{size};{district};{};;2023-{month:02}-{day:02};o{};{};{rent};{garden};{view}",
            row % 2 == 0,
            row % 20,
            1 + row % 2
        )
        .unwrap();
    }
    text
}
