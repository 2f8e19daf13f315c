//! Tests of what a run folder keeps.

use super::*;
use crate::outcome::FoldResult;
use crate::request::Request;

fn plan(jobs: usize) -> Plan {
    Plan {
        version: "1".into(),
        request: Request::default(),
        data: "fnv".into(),
        jobs,
    }
}

fn record(job: usize, seconds: f64) -> Record {
    Record {
        job,
        outcome: FoldOutcome {
            repeat: 1,
            fold: job + 1,
            result: FoldResult::Diverged {
                reason: "ran away\nfar".into(),
            },
            seconds,
        },
        diagnostics: Diagnostics::default(),
    }
}

#[test]
fn what_was_put_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b");
    let store = Store::open(&path, &plan(3), false).unwrap();
    assert_eq!(store.finished(), 0);
    store.put(record(2, 0.1 + 0.2)).unwrap();
    store.put(record(0, 1.0 / 3.0)).unwrap();
    drop(store);
    let store = Store::open(&path, &plan(3), false).unwrap();
    assert_eq!(
        *store.records(),
        [Some(record(0, 1.0 / 3.0)), None, Some(record(2, 0.1 + 0.2))]
    );
    drop(store);
    assert_eq!(Store::open(&path, &plan(3), true).unwrap().finished(), 0);
}

#[test]
fn a_torn_line_is_dropped_wherever_it_is_torn() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &plan(2), false).unwrap();
    store.put(record(0, 1.0)).unwrap();
    store.put(record(1, 2.0)).unwrap();
    drop(store);
    let jobs = folder.path().join(JOBS);
    let bytes = fs::read(&jobs).unwrap();
    let first = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for length in first..bytes.len() {
        fs::write(&jobs, &bytes[..length]).unwrap();
        let store = Store::open(folder.path(), &plan(2), false).unwrap();
        assert_eq!(store.finished(), 1, "{length}");
        store.put(record(1, 2.0)).unwrap();
        drop(store);
        assert_eq!(fs::read(&jobs).unwrap(), bytes);
    }
}

#[test]
fn damage_elsewhere_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &plan(2), false).unwrap();
    store.put(record(0, 1.0)).unwrap();
    drop(store);
    let jobs = folder.path().join(JOBS);
    let bytes = fs::read(&jobs).unwrap();
    fs::write(&jobs, [b"nonsense\n", bytes.as_slice()].concat()).unwrap();
    let error = Store::open(folder.path(), &plan(2), false).unwrap_err();
    assert!(
        matches!(&error, CompareError::Damaged { reason, .. } if reason.starts_with("line 1:")),
        "{error}"
    );
    fs::write(
        &jobs,
        serde_json::to_string(&record(7, 1.0)).unwrap() + "\n",
    )
    .unwrap();
    let error = Store::open(folder.path(), &plan(2), false).unwrap_err();
    assert!(
        error.to_string().contains("job 7 is not one of 2"),
        "{error}"
    );
    fs::write(folder.path().join(PLAN), "{").unwrap();
    let error = Store::open(folder.path(), &plan(2), false).unwrap_err();
    assert!(matches!(error, CompareError::Damaged { .. }), "{error}");
}

#[test]
fn a_folder_is_for_one_run_and_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &plan(2), false).unwrap();
    let error = Store::open(folder.path(), &plan(2), false).unwrap_err();
    assert!(matches!(error, CompareError::Busy { .. }), "{error}");
    drop(store);
    let mut other = plan(2);
    other.request.seed = 1;
    let error = Store::open(folder.path(), &other, false).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("minimand compare digits --seed 0"),
        "{error}"
    );
    let error = Store::open(folder.path(), &plan(3), false).unwrap_err();
    assert!(
        error.to_string().contains("its data was another"),
        "{error}"
    );
    assert!(error.is_bad_input());
    Store::open(folder.path(), &other, true).unwrap();
}

#[test]
fn shards_are_put_together() {
    let folder = tempfile::tempdir().unwrap();
    let folders = [folder.path().join("1"), folder.path().join("2")];
    for (index, folder) in folders.iter().enumerate() {
        let store = Store::open(folder, &plan(3), false).unwrap();
        store.put(record(index, 1.0)).unwrap();
    }
    let merged = Store::merged(&folders, &plan(3)).unwrap();
    assert_eq!(
        *merged.records(),
        [Some(record(0, 1.0)), Some(record(1, 1.0)), None]
    );
    let error = Store::merged(&[folder.path().join("3")], &plan(3)).unwrap_err();
    assert!(matches!(error, CompareError::NoRun { .. }), "{error}");
    assert!(!folder.path().join("3").exists());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = Store::open(&file, &plan(1), false).unwrap_err();
    assert!(!error.is_bad_input());
    assert!(
        error
            .to_string()
            .starts_with(&format!("cannot write {}: ", file.display()))
    );
}

#[test]
fn parts_are_written_as_fractions() {
    let shard: Shard = "2/8".parse().unwrap();
    assert_eq!(shard, Shard { index: 2, of: 8 });
    assert!(shard.holds(1) && shard.holds(9) && !shard.holds(2));
    for wrong in ["", "2", "0/3", "4/3", "a/b", "1/0", "-1/3"] {
        assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
    }
}

#[test]
fn plans_are_told_apart() {
    let mut other = plan(2);
    other.request.seed = 1;
    assert_eq!(plan(2).short_hash(), plan(2).short_hash());
    assert_ne!(plan(2).short_hash(), other.short_hash());
    assert_eq!(plan(2).short_hash().len(), 8);
}
