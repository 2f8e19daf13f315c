//! Nothing that is finished is lost, and nothing is done twice.

use std::path::Path;
use std::sync::atomic::Ordering;

use minimand_compare::{Builtin, CompareError, Comparison, Outcome, Request, Shard, Store, run};

use crate::outcomes::Counter;
use crate::support::{small, timeless};

fn request() -> Request {
    small(Builtin::Iris, &["cross_entropy", "squentropy"])
}

/// Works on the run in `folder` until it is finished or `limit` jobs are.
fn go_on(folder: &Path, limit: usize) -> Result<Outcome, CompareError> {
    let comparison = Comparison::new(request())?;
    let store = Store::open(folder, comparison.plan(), false)?;
    let before = store.finished();
    let counter = Counter::new(limit);
    let result = comparison.train(&store, None, Some(1), &counter);
    assert_eq!(counter.begun.load(Ordering::Relaxed), 12);
    assert!(counter.done.load(Ordering::Relaxed) >= before);
    result?;
    comparison.outcome(&store)
}

#[test]
fn a_run_that_was_stopped_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let whole = timeless(run(&request(), &()).unwrap());
    for limit in [1, 2, 5, 6, 11] {
        assert!(matches!(
            go_on(folder.path(), limit),
            Err(CompareError::Cancelled)
        ));
    }
    assert_eq!(timeless(go_on(folder.path(), usize::MAX).unwrap()), whole);
    // Finished: nothing is left to do, and the outcome is there again.
    assert_eq!(timeless(go_on(folder.path(), usize::MAX).unwrap()), whole);
}

#[test]
fn shards_make_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let comparison = Comparison::new(request()).unwrap();
    let mut folders = Vec::new();
    for index in 1..=3 {
        let path = folder.path().join(index.to_string());
        let store = Store::open(&path, comparison.plan(), false).unwrap();
        let shard = Shard { index, of: 3 };
        comparison.train(&store, Some(shard), None, &()).unwrap();
        assert_eq!(store.finished(), 4);
        let error = comparison.outcome(&store).unwrap_err();
        assert!(
            error.to_string().starts_with("4 of 12 jobs are finished"),
            "{error}"
        );
        folders.push(path);
    }
    let resumed = Comparison::resumed(&folders).unwrap();
    let merged = Store::merged(&folders, resumed.plan()).unwrap();
    let outcome = resumed.outcome(&merged).unwrap();
    assert_eq!(timeless(outcome), timeless(run(&request(), &()).unwrap()));
    let missing = Store::merged(&folders[..2], resumed.plan()).unwrap();
    let error = resumed.outcome(&missing).unwrap_err().to_string();
    assert!(
        error.contains("8 of 12") && error.contains("job 3 is the first"),
        "{error}"
    );
    assert!(Comparison::resumed(&[]).is_err());
    assert!(Comparison::resumed(&[folder.path().join("none")]).is_err());
}

#[test]
fn folders_are_told_apart_by_everything_that_decides() {
    let folder = |request: Request| Comparison::new(request).unwrap().default_folder();
    let base = folder(request());
    assert!(base.starts_with("minimand-compare"));
    assert!(
        base.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("iris-")
    );
    assert_eq!(folder(request()), base);
    assert_ne!(
        folder(Request {
            seed: 1,
            ..request()
        }),
        base
    );
    assert_ne!(
        folder(Request {
            folds: 4,
            ..request()
        }),
        base
    );
}
