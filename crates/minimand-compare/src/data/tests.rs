//! Tests of loading: which columns become what, and every way to be wrong.

use super::*;

/// Loads `content` as a CSV file with target `y`, unless `change` says otherwise.
fn load_with(content: &str, change: impl FnOnce(&mut Request)) -> Result<Data, CompareError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    std::fs::write(&path, content).unwrap();
    let mut request = Request {
        source: Source::Csv(path),
        target: Some("y".to_owned()),
        folds: 2,
        ..Request::default()
    };
    change(&mut request);
    Data::load(&request)
}

/// A file with a feature `x` and these targets, repeated `times`.
fn with_targets(targets: &[&str], times: usize) -> String {
    let rows = targets
        .iter()
        .cycle()
        .take(targets.len() * times)
        .enumerate();
    let rows: Vec<String> = rows
        .map(|(row, target)| format!("{row},{target}"))
        .collect();
    format!("x,y\n{}\n", rows.join("\n"))
}

fn load(targets: &[&str], times: usize) -> Result<Data, CompareError> {
    load_with(&with_targets(targets, times), |_| {})
}

fn message(result: Result<Data, CompareError>) -> String {
    let error = result.unwrap_err();
    assert!(error.is_bad_input());
    error.to_string()
}

#[test]
fn columns_become_features_of_their_type() {
    let content = "a,b,y,c\n1,true,u,p\n,false,v,q\n3,,u,\n".to_owned();
    let rows = "4,true,v,p\n".repeat(3) + &"5,true,u,p\n".repeat(4);
    let data = load_with(&(content + &rows), |_| {}).unwrap();
    let names: Vec<&str> = data
        .features
        .iter()
        .map(|feature| feature.name.as_str())
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
    let FeatureValues::Numbers(numbers) = &data.features[0].values else {
        unreachable!()
    };
    assert!(numbers[0] == 1.0 && numbers[1].is_nan());
    let categories = |index: usize| match &data.features[index].values {
        FeatureValues::Categories { codes, names } => (codes[..3].to_vec(), names.join(" ")),
        FeatureValues::Numbers(_) => unreachable!(),
    };
    assert_eq!(
        categories(1),
        (vec![Some(1), Some(0), None], "false true".to_owned())
    );
    assert_eq!(
        categories(2),
        (vec![Some(0), Some(1), None], "p q".to_owned())
    );
    let Target::Classes { labels, names } = &data.target else {
        unreachable!()
    };
    assert_eq!(
        (labels[..3].to_vec(), names.join(" ")),
        (vec![0, 1, 0], "u v".to_owned())
    );
}

#[test]
fn the_task_is_told_from_the_target() {
    let task = |targets: &[&str], times| load(targets, times).unwrap().task();
    assert_eq!(task(&["a", "b", "c"], 10), Task::Classification);
    assert_eq!(task(&["true", "false"], 10), Task::Classification);
    // Two whole numbers are classes even in a small file.
    assert_eq!(task(&["0", "1"], 5), Task::Classification);
    assert_eq!(task(&["1", "2", "3"], 20), Task::Classification);
    assert_eq!(task(&["1", "2", "3"], 19), Task::Regression);
    assert_eq!(task(&["0.5", "1"], 50), Task::Regression);
    let many: Vec<String> = (0..21).map(|value| value.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(task(&many[..20], 20), Task::Classification);
    assert_eq!(task(&many, 30), Task::Regression);
}

#[test]
fn the_task_can_be_given() {
    let few = with_targets(&["1", "2", "3"], 5);
    let ask = |task| load_with(&few, |request| request.task = Some(task)).unwrap();
    assert_eq!(ask(Task::Classification).target.class_counts(), [5, 5, 5]);
    assert_eq!(
        ask(Task::Regression).target,
        Target::Values([1.0, 2.0, 3.0].repeat(5))
    );
    let refuse = |targets: &[&str], task| {
        message(load_with(&with_targets(targets, 10), |request| {
            request.task = Some(task)
        }))
    };
    let text = refuse(&["0.5", "1"], Task::Classification);
    assert!(
        text.ends_with("holds numbers with fractions, which classification cannot use"),
        "{text}"
    );
    let text = refuse(&["a", "b"], Task::Regression);
    assert!(
        text.ends_with("holds text, which regression cannot use"),
        "{text}"
    );
}

#[test]
fn numeric_classes_ascend() {
    let data = load(&["10", "-0", "9", "0"], 20).unwrap();
    let Target::Classes { labels, names } = data.target else {
        unreachable!()
    };
    assert_eq!(names, ["0", "9", "10"]);
    assert_eq!(labels[..4], [2, 0, 1, 0]);
}

#[test]
fn the_target_column() {
    let content = "height,weight,y\n".to_owned() + &"1,2,3\n".repeat(10);
    let text = message(load_with(&content, |request| {
        request.target = Some("wieght".into())
    }));
    let expected =
        "no column `wieght` (did you mean `weight`?); the columns are `height`, `weight`, `y`";
    assert!(text.contains(expected), "{text}");
    let text = message(load_with(&content, |request| {
        request.target = Some("zzz".into())
    }));
    assert!(text.contains("no column `zzz`; the columns are"), "{text}");
    let text = message(load_with(&content, |request| request.target = None));
    assert!(
        text.contains("name the target column; the columns are `height`"),
        "{text}"
    );
    let request = Request {
        target: Some("digit".into()),
        ..Request::default()
    };
    assert!(message(Data::load(&request)).contains("brings its own target"));
}

#[test]
fn targets_that_cannot_be_used() {
    let text = message(load(&["1", "", "3", ""], 10));
    assert!(
        text.contains("missing in 20 of 40 rows, the first of them data row 2"),
        "{text}"
    );
    let text = message(load(&["a", "", "b"], 10));
    assert!(
        text.contains("missing in 10 of 30 rows, the first of them data row 2"),
        "{text}"
    );
    assert!(message(load(&["7"], 30)).contains("`y` is 7 in every row"));
    assert!(message(load(&["a"], 30)).contains("`y` is a in every row"));
    assert!(message(load(&["1", "2", "inf"], 10)).contains("`y` holds inf in data row 3"));
}

#[test]
fn features_that_cannot_be_used() {
    let text = message(load_with(
        &("y\n".to_owned() + &"1\n2\n".repeat(20)),
        |_| {},
    ));
    assert!(text.contains("no column besides the target `y`"), "{text}");
    let content = "x,y\n1,a\n1e200,b\n".to_owned() + &"1,a\n2,b\n".repeat(20);
    let text = message(load_with(&content, |_| {}));
    assert!(text.contains("column `x` holds 1000"), "{text}");
    assert!(text.contains("in data row 2"), "{text}");
}

#[test]
fn rows_and_classes_must_suffice() {
    assert!(message(load(&["a", "b"], 4)).contains("8 rows are too few for 2 folds; at least 10"));
    let content = with_targets(&["a", "b"], 10) + "99,c\n";
    let text = message(load_with(&content, |_| {}));
    assert!(
        text.contains("class `c` has 1 row(s) for 2 folds"),
        "{text}"
    );
    assert!(text.contains("regression"), "{text}");
    load_with(&(content + "99,c\n"), |_| {}).unwrap();
}

#[test]
fn missing_files_are_named() {
    let request = Request {
        source: Source::Csv("/no/such.csv".into()),
        target: Some("y".into()),
        ..Request::default()
    };
    assert_eq!(
        message(Data::load(&request)),
        "/no/such.csv: file not found"
    );
}

#[test]
fn the_hash_depends_on_every_part() {
    let base = with_targets(&["a", "b"], 10);
    let hash = |content: &str| load_with(content, |_| {}).unwrap().hash();
    assert_eq!(hash(&base), hash(&base));
    assert!(hash(&base).starts_with("fnv1a64:"));
    for changed in [
        base.replace("x,y", "z,y"),
        base.replace("\n3,b", "\n3.5,b"),
        base.replace("\n3,b", "\n,b"),
        base.replace("\n3,b", "\n3,a"),
        base.replace(",b", ",c"),
    ] {
        assert_ne!(hash(&changed), hash(&base), "{changed}");
    }
}
