//! `minimand compare` and `minimand predict`, small.

use std::fmt::Write as _;
use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Folder, command};

/// Flags for a run of seconds.
const SMALL: &str = "--target kind --loss cross_entropy --loss focal --model linear --folds 2 \
                     --threads 2 --seed 7 --repeats 1 --epochs 3";

/// Flags for a run of some seconds, and for a model that is worth its name.
const LONGER: &str = "--target kind --loss cross_entropy --loss focal --model linear --folds 2 \
                      --threads 2 --seed 7 --repeats 8 --epochs 60";

/// Two classes of points that a line separates.
fn points() -> Folder {
    let mut csv = "x,y,kind\n".to_owned();
    for i in 0..40 {
        let (x, y) = (i % 8, i / 8);
        let kind = if x > y + 1 { "right" } else { "left" };
        writeln!(csv, "{x},{y},{kind}").unwrap();
    }
    let folder = Folder::new();
    fs::write(folder.path("points.csv"), csv).unwrap();
    folder
}

/// The rankings, which hold no times.
fn rankings(folder: &Folder, run: &str) -> Value {
    let text = fs::read_to_string(folder.path(run).join("run.json")).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["rankings"].clone()
}

#[test]
fn a_small_comparison_ends_with_a_table_and_files() {
    let folder = points();
    let ran = folder.run(&format!("compare points.csv {SMALL} --output out"));
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    for part in [
        "points.csv",
        "cross_entropy",
        "focal",
        "report:  out/report.html",
        "results: out/results.parquet",
        "model:   out/model.json",
    ] {
        assert!(ran.stdout.contains(part), "{}", ran.stdout);
    }
    let report = fs::read_to_string(folder.path("out/report.html")).unwrap();
    assert!(report.contains("cross_entropy") && report.contains("</html>"));

    // The JSON is the whole standard output; the command in it repeats the run.
    let ran = folder.run(&format!("compare points.csv {SMALL} --json"));
    assert!(
        ran.stderr.contains("report:  minimand-compare/points.csv-"),
        "{}",
        ran.stderr
    );
    let same = ran.json();
    assert_eq!(same["request"]["seed"], 7);
    assert_eq!(same["rankings"], rankings(&folder, "out"));
    let command = same["command"]
        .as_str()
        .unwrap()
        .strip_prefix("minimand ")
        .unwrap();
    let again = folder.run(&format!("{command} --json")).json();
    assert_eq!(again["rankings"], same["rankings"]);
}

#[test]
fn the_model_of_a_run_predicts() {
    let folder = points();
    folder
        .run(&format!("compare points.csv {LONGER} --output out"))
        .good();
    let csv = folder.run("predict out points.csv").good();
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("kind,p_left,p_right"));
    let truth = fs::read_to_string(folder.path("points.csv")).unwrap();
    let truth = truth
        .lines()
        .skip(1)
        .map(|line| line.rsplit(',').next().unwrap().to_owned());
    let right = lines
        .zip(truth)
        .filter(|(line, truth)| line.starts_with(truth.as_str()))
        .count();
    assert!(right >= 30, "{csv}");
    let json = folder
        .run("predict out/model.json points.csv --json")
        .json();
    assert_eq!(json.as_array().unwrap().len(), 40);
    assert!(json[0]["p_left"].as_f64().unwrap() > 0.0);
    let ran = folder.run("predict out points.csv --output p.parquet");
    assert!(
        ran.stderr.starts_with("40 rows predicted by linear with"),
        "{ran:?}"
    );
    assert_eq!(
        folder
            .run("predict p.parquet points.csv")
            .refusal()
            .matches("model.json")
            .count(),
        1
    );
    let message = folder.run("predict out nothing.csv").refusal();
    assert!(message.contains("nothing.csv: file not found"), "{message}");
}

/// Starts the command, and kills it once it has finished so many jobs.
fn killed_after(folder: &Folder, arguments: &str, jobs: usize) -> bool {
    let mut child = command()
        .args(arguments.split_whitespace())
        .current_dir(folder.path("."))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let file = folder.path("out/jobs.jsonl");
    loop {
        let lines = fs::read_to_string(&file).map_or(0, |text| text.lines().count());
        if lines >= jobs {
            child.kill().unwrap();
        }
        if let Some(status) = child.try_wait().unwrap() {
            return !status.success();
        }
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_killed_run_goes_on_and_ends_as_if_it_had_not_been() {
    let folder = points();
    let arguments = format!("compare points.csv {LONGER}");
    folder.run(&format!("{arguments} --output whole")).good();
    let mut kills = 0;
    for jobs in [1, 2, 5, 9, 14, 20, 27] {
        kills += usize::from(killed_after(
            &folder,
            &format!("{arguments} --output out"),
            jobs,
        ));
    }
    assert!(kills >= 1, "none of 7 kills came in time");
    folder.run(&format!("{arguments} --output out")).good();
    assert_eq!(rankings(&folder, "out"), rankings(&folder, "whole"));
    let table = |run: &str| fs::read(folder.path(run).join("model.safetensors")).unwrap();
    assert_eq!(table("out"), table("whole"));
}

#[test]
fn shards_are_merged() {
    let folder = points();
    folder
        .run(&format!("compare points.csv {SMALL} --output whole"))
        .good();
    for shard in 1..=3 {
        let ran = folder.run(&format!(
            "compare points.csv {SMALL} --shard {shard}/3 --output part{shard}"
        ));
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran:?}");
        assert!(
            ran.stderr
                .contains(&format!("shard {shard}/3 is finished in part{shard}")),
            "{ran:?}"
        );
        assert!(!folder.path(&format!("part{shard}/report.html")).exists());
    }
    let ran = folder.run("compare --merge part1 part2 --output all");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("of 4 jobs are finished"), "{ran:?}");
    assert!(!folder.path("all/report.html").exists());
    folder
        .run("compare --merge part1 part2 part3 --output all")
        .good();
    assert_eq!(rankings(&folder, "all"), rankings(&folder, "whole"));
}

#[test]
fn a_folder_is_for_one_run() {
    let folder = points();
    folder
        .run(&format!("compare points.csv {SMALL} --output out"))
        .good();
    let other = format!("compare points.csv {SMALL} --batch-size 8 --output out");
    let message = folder.run(&other).refusal();
    assert!(
        message.starts_with("out holds another run (its command was `minimand compare points.csv"),
        "{message}"
    );
    folder.run(&format!("{other} --fresh")).good();
    let lock = fs::File::options()
        .write(true)
        .open(folder.path("out/run.lock"))
        .unwrap();
    lock.lock().unwrap();
    let ran = folder.run(&other);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("another process is at work in out"),
        "{ran:?}"
    );
}

#[test]
fn bad_input_is_refused_before_anything_is_written() {
    let folder = points();
    let refused = |arguments: &str| folder.run(&format!("compare {arguments}")).refusal();
    fs::write(folder.path("ragged.csv"), "a,b\n1,2\n3\n").unwrap();
    for (arguments, part) in [
        ("no.csv --target a", "no.csv: file not found"),
        (
            "digit",
            "the built-in data sets are digits, breast_cancer, diabetes, iris",
        ),
        ("ragged.csv --target a", "line 3"),
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
            "points.csv --target kind --model mlp(0)",
            "`hidden widths` must be",
        ),
        (
            "points.csv --target kind --metric rmse",
            "`metric` must be a measure of classification",
        ),
        (
            "points.csv --target kind --outliers 0.1",
            "`outliers` must be left out",
        ),
        (
            "points.csv points.csv",
            "give one table or built-in set, or two .npy files",
        ),
        ("iris --target kind", "brings its own target"),
        ("--merge nowhere", "nowhere holds no run"),
    ] {
        let message = refused(arguments);
        assert!(message.contains(part), "`{message}` should say `{part}`");
    }
    assert!(!folder.path("minimand-compare").exists());
    let usage = folder.run("compare iris --task ranking").usage();
    assert!(
        usage.contains("possible values: classification, multilabel, regression"),
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
