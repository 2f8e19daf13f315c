//! Tests of loading: which columns become what, and every way to be wrong.

use super::*;

/// Loads `content` as a CSV file with target `y`, unless `change` says otherwise.
fn load_with(content: &str, change: impl FnOnce(&mut Request)) -> Result<Data, CompareError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    std::fs::write(&path, content).unwrap();
    let mut request = Request {
        source: Source::File(path),
        targets: vec!["y".to_owned()],
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
        _ => unreachable!(),
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
    assert_eq!(ask(Task::Classification).target.counts(), [5, 5, 5]);
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
        request.targets = vec!["wieght".into()]
    }));
    let expected = "no column `wieght` for --target (did you mean `weight`?); the columns are `height`, `weight`, `y`";
    assert!(text.contains(expected), "{text}");
    let text = message(load_with(&content, |request| {
        request.targets = vec!["zzz".into()]
    }));
    assert!(
        text.contains("no column `zzz` for --target; the columns are"),
        "{text}"
    );
    let text = message(load_with(&content, |request| request.targets.clear()));
    assert!(
        text.contains("name the target column; the columns are `height`"),
        "{text}"
    );
    let request = Request {
        targets: vec!["digit".into()],
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
        source: Source::File("/no/such.csv".into()),
        targets: vec!["y".into()],
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

#[test]
fn several_columns_are_labels() {
    let content = "x,a,b,c\n".to_owned() + &"1,0,true,0\n2,1,false,1\n".repeat(10);
    let labels = |targets: &[&str], task| {
        load_with(&content, |request| {
            request.targets = targets.iter().map(|target| (*target).to_owned()).collect();
            request.task = task;
        })
    };
    let data = labels(&["a", "b"], None).unwrap();
    assert_eq!(
        (data.task(), data.target_name.as_str()),
        (Task::Multilabel, "a, b")
    );
    assert_eq!(data.features.len(), 2, "x and c");
    let Target::Labels { has, names } = &data.target else {
        unreachable!()
    };
    assert_eq!(
        (has[..4].to_vec(), names.join(" ")),
        (vec![false, true, true, false], "a b".to_owned())
    );
    assert_eq!(data.target.counts(), [10, 10]);
    assert_eq!(
        labels(&["a"], Some(Task::Multilabel)).unwrap().task(),
        Task::Multilabel
    );
    assert!(
        message(labels(&["a", "x"], None))
            .contains("holds 2 in data row 2, which multilabel cannot use")
    );
    let text = message(labels(&["a", "b"], Some(Task::Regression)));
    assert!(text.contains("regression has one target, got 2"), "{text}");
    let constant = "x,a,b\n".to_owned() + &"1,0,1\n2,0,0\n".repeat(10);
    let text = message(load_with(&constant, |request| {
        request.targets = vec!["a".into(), "b".into()]
    }));
    assert!(text.contains("`a` is 0 in every row"), "{text}");
}

/// A file with columns of all kinds: w, g, t (dates), s and a target y.
fn with_roles() -> String {
    let row = |row: usize| {
        let day = 1 + row % 28;
        format!(
            "{row},{},g{},2024-01-{day:02},{},{}\n",
            row % 3,
            row % 5,
            ["a", "b", ""][row % 3],
            row % 2
        )
    };
    "x,w,g,t,s,y\n".to_owned() + &(0..60).map(row).collect::<String>()
}

#[test]
fn columns_with_a_part_are_no_features() {
    let data = load_with(&with_roles(), |request| {
        request.roles.weights = Some("w".into());
        request.roles.groups = Some("g".into());
        request.roles.ignore = vec!["x".into()];
        request.slices = vec!["s".into(), "class".into()];
    })
    .unwrap();
    let names: Vec<&str> = data
        .features
        .iter()
        .map(|feature| feature.name.as_str())
        .collect();
    assert_eq!(names, ["t", "s"]);
    assert!(matches!(data.features[0].values, FeatureValues::Dates(_)));
    assert_eq!(data.weights.unwrap()[..3], [0.0, 1.0, 2.0]);
    let groups = data.groups.unwrap();
    assert_eq!(
        (groups.codes[..3].to_vec(), groups.names.len()),
        (vec![0, 1, 2], 5)
    );
    assert_eq!(data.slices[0].names, ["a", "b", "(missing)"]);
    assert_eq!(data.slices[0].codes[..3], [0, 1, 2]);
    let data = load_with(&with_roles(), |request| {
        request.roles.time = Some("t".into());
        request.repeats = 1;
    })
    .unwrap();
    assert_eq!(data.times.unwrap()[1], 1_704_067_200.0 + 86_400.0);
}

#[test]
fn parts_that_columns_cannot_have() {
    let refused = |change: fn(&mut Request)| message(load_with(&with_roles(), change));
    for (change, expected) in [
        (
            (|request| request.roles.weights = Some("g".into())) as fn(&mut Request),
            "`g` for --weights must hold a number from 0 in every row, but has text",
        ),
        (
            |request| request.roles.time = Some("s".into()),
            "`s` for --time must hold a date",
        ),
        (
            |request| request.roles.groups = Some("s".into()),
            "`s` for --groups must hold a value in every row, but has nothing in data row 3",
        ),
        (
            |request| request.roles.groups = Some("gg".into()),
            "no column `gg` for --groups",
        ),
        (
            |request| request.roles.weights = Some("y".into()),
            "`y` is given to --target and to --weights",
        ),
        (
            |request| request.slices = vec!["x".into()],
            "at most 50 distinct values, but has 60 of them",
        ),
        (
            |request| {
                request.roles.groups = Some("g".into());
                request.folds = 6;
            },
            "has 5 group(s), which are too few for 6 folds",
        ),
    ] {
        let text = refused(change);
        assert!(text.contains(expected), "{text} should say {expected}");
    }
}

#[test]
fn some_of_the_rows() {
    let rows = |seed| {
        let data = load_with(&with_roles(), |request| {
            request.rows = Some(20);
            request.seed = seed;
        });
        data.unwrap().row_numbers
    };
    assert_eq!(rows(1).len(), 20);
    assert!(rows(1).is_sorted() && rows(1)[19] <= 60);
    assert_eq!(rows(1), rows(1));
    assert_ne!(rows(1), rows(2));
    let all = load_with(&with_roles(), |request| request.rows = Some(100)).unwrap();
    assert_eq!(all.row_numbers, (1..=60).collect::<Vec<_>>());
}

#[test]
fn crowded_columns_are_told_and_huge_ones_refused() {
    let row = |row: usize| format!("id{row},{}\n", row % 2);
    let content = "x,y\n".to_owned() + &(0..300).map(row).collect::<String>();
    let notes = load_with(&content, |_| {}).unwrap().notes();
    assert!(
        notes[0].starts_with("x has 300 distinct values; the 100 most frequent"),
        "{notes:?}"
    );
    let rows = 30_000_000;
    let mut data = load_with(&content, |_| {}).unwrap();
    data.target = Target::Values(vec![0.0; rows]);
    let text = limits::check(&data, &Request::default())
        .unwrap_err()
        .to_string();
    assert!(text.contains("--rows"), "{text}");
}

#[test]
fn pixels_are_known_by_their_names() {
    let digits = Data::load(&Request::default()).unwrap();
    assert_eq!(digits.image_columns(), Some(8));
    assert_eq!(digits.pixels(0)[..5], [0.0, 0.0, 5.0, 13.0, 9.0]);
    let table = load_with(&with_roles(), |_| {}).unwrap();
    assert_eq!(table.image_columns(), None);
    assert!(table.pixels(0).is_empty());
}

#[test]
fn arrays_of_features_and_targets() {
    use minimand_report::table::write_npy;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let x: Vec<f64> = (0..60).map(f64::from).collect();
    write_npy(&path("x.npy"), &[20, 3], &x).unwrap();
    write_npy(&path("y.npy"), &[20], &x[..20]).unwrap();
    write_npy(&path("short.npy"), &[19], &x[..19]).unwrap();
    let load = |targets: &str| {
        let source = Source::Arrays {
            features: path("x.npy"),
            targets: path(targets),
        };
        Data::load(&Request {
            source,
            folds: 2,
            ..Request::default()
        })
    };
    let data = load("y.npy").unwrap();
    assert_eq!(
        (data.features.len(), data.task(), data.target_name.as_str()),
        (3, Task::Regression, "y")
    );
    let text = message(load("short.npy"));
    assert!(text.contains("20 rows") && text.contains("19"), "{text}");
}
