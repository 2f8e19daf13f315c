//! Comparisons on tables, their files, and the models they leave.

use minimand_compare::{
    Builtin, CompareError, Comparison, Measure, Outcome, Progress, Request, SavedModel, Source,
    Store, Task, run,
};
use minimand_report::table::{ColumnData, read};

use crate::support::{file, flats, named, small};

fn on_flats(path: &std::path::Path, targets: &[&str], candidates: &[&str]) -> Request {
    Request {
        source: Source::File(path.to_owned()),
        targets: named(targets),
        ..small(Builtin::Digits, candidates)
    }
}

#[test]
fn a_table_with_everything_in_it() {
    let (folder, path) = file("flats.csv", &flats());
    let mut request = on_flats(&path, &["rent"], &["mae"]);
    request.roles.weights = Some("weight".into());
    request.roles.ignore = named(&["garden", "view", "owner"]);
    request.slices = named(&["district"]);
    let outcome = run(&request, &()).unwrap();
    assert_eq!(outcome.data.features, 5);
    assert!(outcome.data.task_was_told);

    let written = outcome.write(&folder.path().join("out")).unwrap();
    let json = std::fs::read_to_string(&written.json).unwrap();
    let found: Outcome = serde_json::from_str(&json).unwrap();
    assert_eq!(found, outcome, "numbers survive");
    let html = std::fs::read_to_string(&written.report).unwrap();
    for expected in [
        &outcome.verdict.headline,
        "Learning curves",
        "--target rent",
        "By district",
        "(missing)",
        "Worst cases",
        "Rows count by weight",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
    assert!(!html.contains("NaN"));
    let results = read(&written.results).unwrap();
    assert_eq!(results.rows(), 2 * 6);
    let rmse = outcome.results[0].candidates[0]
        .values(Measure::Rmse)
        .unwrap();
    let ColumnData::Number(column) = &results.column("rmse").unwrap().data else {
        panic!("rmse is a number")
    };
    assert_eq!(column[..6], rmse);
    assert_eq!(
        std::fs::read_dir(folder.path().join("out"))
            .unwrap()
            .count(),
        3
    );
}

#[test]
fn groups_time_and_labels() {
    let (_folder, path) = file("flats.csv", &flats());
    let mut request = on_flats(&path, &["garden"], &["focal"]);
    request.roles.groups = Some("owner".into());
    let outcome = run(&request, &()).unwrap();
    assert!(
        outcome
            .description()
            .contains("3 folds of whole owner × 2 repeats")
    );

    let mut request = on_flats(&path, &["rent"], &["mae"]);
    request.roles.time = Some("since".into());
    request.repeats = 1;
    let outcome = run(&request, &()).unwrap();
    assert!(outcome.description().contains("forward in time"));
    assert!(outcome.test_to_train < 0.75, "{}", outcome.test_to_train);

    let outcome = run(
        &on_flats(&path, &["garden", "view"], &["sigmoid_focal"]),
        &(),
    )
    .unwrap();
    assert_eq!(
        (outcome.data.task, outcome.baseline.as_str()),
        (Task::Multilabel, "binary_cross_entropy")
    );
    let standing = &outcome.rankings[0].standings[0];
    assert!(
        standing.estimate(Measure::MacroF1).unwrap().mean > 0.6,
        "{standing:?}"
    );
    assert!(outcome.report().render().contains("Share that has it"));
}

#[test]
fn a_table_in_memory_is_compared_like_its_file() {
    struct Stop;
    impl Progress for Stop {
        fn should_stop(&self) -> bool {
            true
        }
    }
    let (_folder, path) = file("flats.csv", &flats());
    let mut request = on_flats(&path, &["rent"], &["mae"]);
    request.roles.ignore = named(&["owner", "weight"]);
    let of_file = run(&request, &()).unwrap();

    request.source = Source::Memory("my flats".to_owned());
    let comparison = Comparison::of_table(request.clone(), read(&path).unwrap()).unwrap();
    let folder = comparison.default_folder();
    assert!(folder.starts_with("minimand-compare"), "{folder:?}");
    assert!(folder.to_string_lossy().contains("my_flats-"), "{folder:?}");
    let store = Store::in_memory(comparison.plan());
    comparison.train(&store, None, None, &()).unwrap();
    let outcome = comparison.outcome(&store).unwrap();
    assert_eq!(outcome.rankings, of_file.rankings);
    assert_eq!(outcome.data.name, "my flats");
    let stopped = comparison.best_model(&outcome, &Stop);
    assert!(matches!(stopped, Err(CompareError::Cancelled)));

    // Its rows are not on disk.
    let error = Comparison::new(request).unwrap_err();
    assert!(error.is_bad_input());
    assert!(error.to_string().contains("`my flats`"), "{error}");
}

#[test]
fn the_best_model_predicts_new_rows() {
    let (folder, path) = file("flats.csv", &flats());
    for (targets, candidates, column) in [
        (&["rent"][..], &["mse", "mae"][..], "rent_lower"),
        (&["garden"], &["cross_entropy", "focal"], "p_1"),
        (&["garden", "view"], &["binary_cross_entropy"], "p_view"),
    ] {
        let mut request = on_flats(&path, targets, candidates);
        request.roles.ignore = named(&["owner", "weight"]);
        let comparison = Comparison::new(request).unwrap();
        let store = Store::in_memory(comparison.plan());
        comparison.train(&store, None, None, &()).unwrap();
        let outcome = comparison.outcome(&store).unwrap();
        let model = comparison.best_model(&outcome, &()).unwrap().unwrap();
        let written = model.write(folder.path()).unwrap();
        let table = read(&path).unwrap();
        let predicted = model.predict(&table, "flats").unwrap();
        assert_eq!(predicted.rows(), 120);
        assert!(
            predicted.column(column).is_some(),
            "{:?}",
            predicted.names().collect::<Vec<_>>()
        );
        for path in [folder.path(), &written] {
            let again = SavedModel::read(path).unwrap();
            assert_eq!(
                again.predict(&table, "flats").unwrap(),
                predicted,
                "bit by bit"
            );
        }
    }
    // As good as the folds said: garden is told by the district, but for the missing.
    let model = SavedModel::read(folder.path()).unwrap();
    assert!(
        model
            .summary()
            .contains("binary_cross_entropy for garden, view"),
        "{}",
        model.summary()
    );
}

#[test]
fn rows_that_a_model_cannot_read_are_refused() {
    let (folder, path) = file("flats.csv", &flats());
    let mut request = on_flats(&path, &["rent"], &["mse"]);
    request.roles.ignore = named(&["owner", "weight", "garden", "view"]);
    let comparison = Comparison::new(request).unwrap();
    let store = Store::in_memory(comparison.plan());
    comparison.train(&store, None, None, &()).unwrap();
    let model = comparison
        .best_model(&comparison.outcome(&store).unwrap(), &())
        .unwrap()
        .unwrap();
    let predict = |content: &str| {
        let other = folder.path().join("new.csv");
        std::fs::write(&other, content).unwrap();
        model.predict(&read(&other).unwrap(), "new.csv")
    };
    let error = predict("size,district\n1,a\n").unwrap_err().to_string();
    assert_eq!(
        error,
        "new.csv: the model was trained on a column `lift` of text, which is missing here"
    );
    let error = predict("size,district,lift,empty,since\nbig,a,true,,2023-01-01\n").unwrap_err();
    assert!(error.is_bad_input());
    assert!(
        error
            .to_string()
            .ends_with("a column `size` of numbers, which holds text here")
    );
    // Nothing known is enough to predict.
    let predicted = predict("size,district,lift,empty,since,rent\n,,,,,\n,,,,,7\n").unwrap();
    assert_eq!(predicted.rows(), 2);

    std::fs::write(folder.path().join("model.json"), "{}").unwrap();
    let error = SavedModel::read(folder.path()).unwrap_err();
    assert!(matches!(error, CompareError::Model { .. }), "{error}");
}

#[test]
fn parts_without_rows_are_refused() {
    let rows: String = (0..12).map(|row| format!("{row},c{}\n", row / 2)).collect();
    let (_folder, path) = file("pairs.csv", &format!("x,y\n{rows}"));
    let request = Request {
        folds: 2,
        ..on_flats(&path, &["y"], &[])
    };
    let error = run(&request, &()).unwrap_err();
    assert!(
        matches!(
            error,
            CompareError::EmptyPart {
                part: "validation",
                ..
            }
        ),
        "{error}"
    );
    let rows: String = (0..60)
        .map(|row| format!("{row},{},{},{row}\n", row % 2, u8::from(row > 50)))
        .collect();
    let (_folder, path) = file("weights.csv", &format!("x,y,w,z\n{rows}"));
    let mut request = on_flats(&path, &["y"], &[]);
    request.roles.weights = Some("w".into());
    request.roles.time = Some("x".into());
    request.repeats = 1;
    let error = run(&request, &()).unwrap_err().to_string();
    assert!(
        error.contains("none of") && error.contains("has a weight to train"),
        "{error}"
    );
}
