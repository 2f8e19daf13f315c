//! `minimand study`.

use std::fs;

use minimand_studies::STUDIES;

use crate::support::{Folder, minimand};

#[test]
fn the_list_has_every_study_with_its_verdict() {
    let list = minimand(["study", "list"]).good();
    assert_eq!(list.lines().count(), 1 + STUDIES.len());
    let json = minimand(["study", "list", "--json"]).json();
    for (row, study) in json.as_array().unwrap().iter().zip(STUDIES) {
        assert_eq!(row["paper"], study.paper);
        assert!(row["verdict"].is_string() && row["stale"] == false, "{row}");
    }
    let area = minimand(["study", "list", "--area", "classification", "--json"]).json();
    let areas = area.as_array().unwrap().iter();
    assert!(areas.clone().count() > 0);
    assert!(areas.clone().all(|row| row["area"] == "classification"));
}

/// The tables in the README are what the command writes.
#[test]
fn the_tables_of_the_readme_are_current() {
    let table = minimand(["study", "list", "--coverage"]).good();
    assert_eq!(table.lines().count(), 2 + minimand::papers::ALL.len());
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = fs::read_to_string(readme).unwrap();
    assert!(readme.contains(&table), "run scripts/coverage");
    let losses = minimand(["losses", "--json"]).json();
    for loss in losses.as_array().unwrap() {
        let name = format!("`{}`", loss["name"].as_str().unwrap());
        assert!(readme.contains(&name), "{name}: run scripts/coverage");
    }
}

#[test]
fn a_study_runs_goes_on_and_is_shown() {
    let folder = Folder::new();
    let first = folder.run("study run squentropy --smoke --seed 7").good();
    assert!(first.contains("Cut your Losses with Squentropy"), "{first}");
    let outcome = folder.path("minimand-studies/003-squentropy.json");
    let written = fs::read(&outcome).unwrap();
    // What is finished is not done again, on whatever number of threads.
    let second = folder.run("study run 3 003-squentropy --smoke --seed 7 --threads 1");
    assert_eq!(second.good(), first);
    assert_eq!(fs::read(&outcome).unwrap(), written);
    let again = folder
        .run("study run 3 --smoke --seed 7 --fresh --threads 1 --json")
        .json();
    let kept: serde_json::Value = serde_json::from_slice(&written).unwrap();
    assert_eq!(again[0]["results"], kept["results"]);
    assert_eq!(again[0]["control"], kept["control"]);

    let report = folder
        .run("study report --results minimand-studies --output pages")
        .good();
    assert!(report.contains("pages/index.html"), "{report}");
    let page = fs::read_to_string(folder.path("pages/003-squentropy.html")).unwrap();
    assert!(page.contains("A smoke run: its numbers mean nothing."));
    assert!(page.contains("minimand study run 003 --smoke --seed 7 --fresh"));
}

#[test]
fn what_cannot_be_run_is_refused() {
    let folder = Folder::new();
    let unknown = folder.run("study run squentropi").refusal();
    assert!(unknown.contains("did you mean `squentropy`?"), "{unknown}");
    let area = folder.run("study run --area astronomy").usage();
    assert!(area.contains("expected one of: classification"), "{area}");
    folder.run("study run").usage();
    folder.run("study run 3 --check --smoke").usage();
    fs::create_dir(folder.path("empty")).unwrap();
    let failed = folder.run("study run 3 --smoke --data empty");
    assert_eq!(failed.code, 1, "{failed:?}");
    assert!(
        failed.stderr.contains("neither IDX files"),
        "{}",
        failed.stderr
    );
}
