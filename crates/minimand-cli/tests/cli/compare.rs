//! `minimand compare`, small.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::Folder;

/// Flags for a run of seconds.
const SMALL: &str = "--target kind --loss cross_entropy --loss focal --model linear --folds 2 \
                     --repeats 1 --epochs 3 --threads 2 --seed 7";

/// Two classes of points that a line separates.
fn points() -> Folder {
    let mut csv = "x,y,kind\n".to_owned();
    for i in 0..40 {
        let (x, y) = (i % 8, i / 8);
        let kind = if x > y + 1 { "right" } else { "left" };
        writeln!(csv, "{x},{y},{kind}").unwrap();
    }
    let folder = Folder::new();
    std::fs::write(folder.path("points.csv"), csv).unwrap();
    folder
}

#[test]
fn a_small_comparison_ends_with_a_table_and_a_report() {
    let folder = points();
    let ran = folder.run(&format!("compare points.csv {SMALL} --output out"));
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    for part in [
        "points.csv",
        "cross_entropy",
        "focal",
        "report: out/report.html",
    ] {
        assert!(ran.stdout.contains(part), "{}", ran.stdout);
    }
    let report = std::fs::read_to_string(folder.path("out/report.html")).unwrap();
    assert!(report.contains("cross_entropy") && report.contains("</html>"));
    let json: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path("out/run.json")).unwrap())
            .unwrap();
    assert_eq!(json["settings"]["seed"], 7);

    // The JSON is the whole standard output; the command in it repeats the run.
    let ran = folder.run(&format!("compare points.csv {SMALL} --json"));
    assert_eq!(ran.stderr, "report: minimand-compare/report.html\n");
    let same = ran.json();
    assert_eq!(same["ranking"], json["ranking"]);
    let command = same["command"]
        .as_str()
        .unwrap()
        .strip_prefix("minimand ")
        .unwrap();
    let again = folder.run(&format!("{command} --json")).json();
    assert_eq!(again["ranking"], json["ranking"]);
}

#[test]
fn bad_input_is_refused_before_anything_is_written() {
    let folder = points();
    let refused = |arguments: &str| folder.run(&format!("compare {arguments}")).refusal();
    std::fs::write(folder.path("ragged.csv"), "a,b\n1,2\n3\n").unwrap();
    for (arguments, part) in [
        ("no.csv --target a", "no.csv: file not found"),
        (
            "digit",
            "the built-in data sets are digits, breast_cancer, diabetes, iris",
        ),
        ("ragged.csv --target a", "line 3 has 1 field"),
        (
            "points.csv",
            "name the target column; the columns are `x`, `y`, `kind`",
        ),
        ("points.csv --target kin", "did you mean `kind`?"),
        (
            "points.csv --target kind --loss fokal",
            "did you mean `focal`?",
        ),
        (
            "points.csv --target kind --loss mse",
            "does not fit classification",
        ),
        (
            "points.csv --target kind --folds 1",
            "`folds` must be from 2 to 1000, got 1",
        ),
        (
            "points.csv --target kind --validation-share nan",
            "`validation share` must be",
        ),
        (
            "points.csv --target kind --learning-rate -1",
            "`learning rate` must be",
        ),
        (
            "points.csv --target kind --model linear --hidden 8",
            "`--hidden` has no meaning",
        ),
        ("iris --target kind", "brings its own target"),
    ] {
        let message = refused(arguments);
        assert!(message.contains(part), "`{message}` should say `{part}`");
    }
    assert!(!folder.path("minimand-compare").exists());
    let usage = folder.run("compare iris --task ranking").usage();
    assert!(
        usage.contains("possible values: classification, regression"),
        "{usage}"
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_a_failure() {
    let folder = points();
    let ran = folder.run(&format!("compare points.csv {SMALL} --output points.csv"));
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{ran:?}");
    assert!(
        ran.stderr.starts_with("error: cannot write points.csv: "),
        "{ran:?}"
    );
}
