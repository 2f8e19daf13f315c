//! `minimand eval` without an expression: masks against masks.

use minimand_report::table::{ColumnData, read};
use serde_json::{Value, json};

use crate::support::Folder;

const COMPARE: &str = "eval --predictions p --targets t";

/// Two cases: a volume's slice of spacing 2 × 1 with two classes, and an image with one.
fn two_cases() -> Folder {
    let folder = Folder::new();
    folder.mask("p/a.nii.gz", &[2, 3], &[2.0, 1.0], &[0, 1, 0, 0, 2, 2]);
    folder.mask("t/a.nii.gz", &[2, 3], &[2.0, 1.0], &[0, 1, 1, 0, 2, 2]);
    folder.mask("p/b.png", &[2, 2], &[1.0, 1.0], &[1, 1, 0, 0]);
    folder.mask("t/b.png", &[2, 2], &[1.0, 1.0], &[1, 1, 0, 0]);
    folder
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn every_class_of_each_case() {
    let folder = two_cases();
    let json = folder.run(&format!("{COMPARE} --json")).json();
    let rows = json["rows"].as_array().unwrap();
    let places: Vec<_> = rows
        .iter()
        .map(|row| (&row["case"], &row["label"]))
        .collect();
    let places: Vec<_> = places
        .iter()
        .map(|(case, label)| (case.as_str().unwrap(), number(label)))
        .collect();
    assert_eq!(places, [("a", 1.0), ("a", 2.0), ("b", 1.0), ("b", 2.0)]);
    assert!((number(&rows[0]["values"]["dice"]) - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(rows[0]["values"]["hausdorff"], 1.0);
    assert_eq!(rows[1]["values"]["dice"], 1.0);
    let measures = minimand::metrics::SEGMENTATION.len();
    assert_eq!(rows[1]["values"].as_object().unwrap().len(), measures);
    // Class 2 is in neither mask of case b.
    assert_eq!(rows[3]["values"]["dice"], Value::Null);
    assert_eq!(rows[3]["values"]["specificity"], 1.0);

    let summary = json["summary"].as_array().unwrap();
    assert_eq!(summary.len(), 3);
    let one = number(&summary[0]["mean"]["dice"]);
    assert!((one - 5.0 / 6.0).abs() < 1e-12, "{one}");
    assert_eq!(summary[1]["undefined"]["dice"], 1);
    assert_eq!(summary[2]["class"], Value::Null);
    assert!((number(&summary[2]["mean"]["dice"]) - (one + 1.0) / 2.0).abs() < 1e-12);
    assert_eq!(json["settings"]["tolerance"], 1.0);
    assert_eq!(json["failed"], json!([]));

    let threads = |threads| {
        folder
            .run(&format!("{COMPARE} --json --threads {threads}"))
            .good()
    };
    assert_eq!(threads(1), threads(3));
}

#[test]
fn what_people_read() {
    let folder = two_cases();
    let text = folder
        .run(&format!(
            "{COMPARE} --measures hausdorff,dice --class-names liver,spleen"
        ))
        .good();
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines[0], ["case", "class", "dice", "hausdorff"]);
    assert_eq!(lines[1], ["a", "liver", "0.6667", "1.000"]);
    assert_eq!(lines[4], ["b", "spleen", "–", "–"]);
    assert_eq!(lines[6], ["mean", "liver", "0.8333", "0.5000"]);
    assert_eq!(lines[7], ["mean", "spleen", "1.000", "0.000"]);
    assert_eq!(lines[8], ["undefined", "spleen", "1", "1"]);
    assert_eq!(lines[9][..2], ["mean", "all"]);
}

#[test]
fn tables_have_the_rows() {
    let folder = two_cases();
    for name in ["out.csv", "out.parquet"] {
        folder
            .run(&format!("{COMPARE} --measures dice,assd --table {name}"))
            .good();
        let table = read(&folder.path(name)).unwrap();
        let names: Vec<&str> = table.names().collect();
        assert_eq!(names, ["case", "label", "class", "dice", "assd"], "{name}");
        assert_eq!(table.rows(), 4);
        let label = ColumnData::Number(vec![1.0, 2.0, 1.0, 2.0]);
        assert_eq!(table.column("label").unwrap().data, label);
        assert_eq!(table.column("dice").unwrap().data.missing(), 1);
    }
}

#[test]
fn distances_are_in_the_unit_of_the_spacing() {
    let folder = Folder::new();
    folder.mask("p.nii", &[3, 2], &[2.5, 1.0], &[1, 0, 0, 0, 0, 0]);
    folder.mask("t.nii", &[3, 2], &[2.5, 1.0], &[1, 0, 1, 0, 0, 0]);
    let value = |measure: &str, options: &str| {
        let command = format!(
            "eval --predictions p.nii --targets t.nii --measures {measure} --json {options}"
        );
        let json = folder.run(command.trim_end()).json();
        assert_eq!(json["rows"][0]["case"], "p");
        number(&json["rows"][0]["values"][measure])
    };
    assert_eq!(value("hausdorff", ""), 2.5);
    assert_eq!(value("hausdorff", "--spacing 7,1"), 7.0);
    assert_eq!(value("hausdorff95", "--percentile 0"), 0.0);
    // Of three surface pixels one is 2.5 away.
    assert!((value("surface_dice", "") - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(value("surface_dice", "--tolerance 2.5"), 1.0);
    assert_eq!(value("lesion_f1", ""), 1.0);
    // The intersection over union is one half.
    assert_eq!(value("lesion_f1", "--lesion-iou 0.5"), 0.0);

    // Only the corner is shared.
    folder.mask("p.nii", &[2, 2], &[1.0, 1.0], &[1, 0, 0, 1]);
    folder.mask("t.nii", &[2, 2], &[1.0, 1.0], &[1, 0, 0, 0]);
    assert_eq!(value("lesion_precision", ""), 1.0);
    assert_eq!(value("lesion_precision", "--connectivity face"), 0.5);

    folder.mask("t.nii", &[2, 2], &[1.0, 3.0], &[1, 0, 0, 0]);
    let message = folder
        .run("eval --predictions p.nii --targets t.nii")
        .refusal();
    assert!(
        message
            .contains("p.nii and t.nii: the headers say a spacing of [1.0, 1.0] and of [1.0, 3.0]"),
        "{message}"
    );
    assert_eq!(value("dice", "--spacing 1,1"), 2.0 / 3.0);
}

#[test]
fn labels_that_do_not_count_and_classes_that_are_missing() {
    let folder = Folder::new();
    folder.mask("p.png", &[2, 2], &[1.0, 1.0], &[0, 7, 7, 7]);
    folder.mask("t.png", &[2, 2], &[1.0, 1.0], &[0, 7, 255, 255]);
    let run = |options: &str| {
        folder.run(&format!(
            "eval --predictions p.png --targets t.png --measures dice {options}"
        ))
    };
    let json = run("--ignore-index 255 --json").json();
    assert_eq!(json["rows"].as_array().unwrap().len(), 1);
    assert_eq!(json["rows"][0]["label"], 7);
    assert_eq!(json["rows"][0]["values"]["dice"], 1.0);
    let json = run("--json").json();
    assert_eq!(json["rows"][0]["values"]["dice"], 0.5);
    assert_eq!(json["rows"][1]["values"]["dice"], 0.0);
    let json = run("--ignore-index 255 --classes 9 --json").json();
    assert_eq!(json["rows"].as_array().unwrap().len(), 8);
    assert_eq!(json["rows"][6]["values"]["dice"], 1.0);
    let message = run("--classes 9").refusal();
    assert!(
        message.contains("p.png and t.png: label 255 is none of the 9 classes"),
        "{message}"
    );

    // Masks of 0 and 255 against masks of 0 and 1.
    folder.mask("t.png", &[2, 2], &[1.0, 1.0], &[0, 1, 1, 1]);
    let ran = run("");
    assert_eq!(ran.code, 0);
    assert!(
        ran.stderr.contains("no target has the predicted label 7"),
        "{}",
        ran.stderr
    );
}

#[test]
fn cases_that_cannot_be_judged() {
    let folder = two_cases();
    folder.mask("p/c.png", &[2, 2], &[1.0, 1.0], &[1, 1, 0, 0]);
    folder.mask("t/c.png", &[2, 3], &[1.0, 1.0], &[1, 1, 0, 0, 0, 0]);
    let message = folder.run(COMPARE).refusal();
    for part in ["p/c.png and t/c.png", "[2, 2] and [2, 3]"] {
        assert!(message.contains(part), "{message}");
    }
    std::fs::write(folder.path("t/b.png"), "text").unwrap();
    let ran = folder.run(&format!("{COMPARE} --keep-going --json --table out.csv"));
    assert_eq!(ran.code, 1);
    let failed: Vec<&str> = ran.stderr.lines().collect();
    assert!(
        failed[0].starts_with("failed: p/b.png and t/b.png: "),
        "{failed:?}"
    );
    assert!(
        failed[1].starts_with("failed: p/c.png and t/c.png: "),
        "{failed:?}"
    );
    assert_eq!(failed[2..], ["error: 2 of 3 cases could not be judged"]);
    let json: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["rows"].as_array().unwrap().len(), 2);
    assert_eq!(json["failed"][1]["case"], "c");
    assert_eq!(read(&folder.path("out.csv")).unwrap().rows(), 2);

    folder.mask("p/d.png", &[2, 2], &[1.0, 1.0], &[1, 1, 0, 0]);
    let message = folder.run(COMPARE).refusal();
    assert!(message.contains("have no partner in t: d"), "{message}");
    let message = folder
        .run("eval --predictions p --targets t/b.png")
        .refusal();
    assert!(
        message.starts_with("p: this is a folder, but t/b.png is none"),
        "{message}"
    );
}

#[test]
fn usage() {
    let folder = two_cases();
    for (options, part) in [
        ("--gradient g.npy", "EXPR"),
        ("--reduction sum", "EXPR"),
        ("--measures dice,iuo", "[possible values: dice, jaccard,"),
        ("--classes 1", "2..=65536"),
        ("dice --tolerance 2", "cannot be used with"),
    ] {
        let message = folder.run(&format!("{COMPARE} {options}")).usage();
        assert!(message.contains(part), "{message}");
    }
    assert!(
        folder
            .run("eval --predictions p")
            .usage()
            .contains("--targets <PATH>")
    );
    for (options, part) in [
        ("--tolerance=-1", "tolerance = -1 is not allowed"),
        ("--percentile 101", "percentile = 101 is not allowed"),
        ("--lesion-iou 1", "threshold = 1 is not allowed"),
        ("--spacing 1", "`spacing` must have shape [2]"),
        ("--spacing 0,1", "`spacing` at position 0 is 0"),
        (
            "--classes 2 --class-names a,b",
            "`--class-names` must have one name fewer",
        ),
        (
            "--table out.txt",
            "out.txt: tables are written as .csv, .parquet or .arrow",
        ),
    ] {
        let message = folder.run(&format!("{COMPARE} {options}")).refusal();
        assert!(message.contains(part), "{message}");
    }
    let empty = [0; 4];
    folder.mask("p.png", &[2, 2], &[1.0, 1.0], &empty);
    let message = folder
        .run("eval --predictions p.png --targets p.png")
        .refusal();
    assert!(message.contains("there is nothing to measure"), "{message}");
}
