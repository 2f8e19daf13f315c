//! `minimand eval` with an expression, on images and folders of them.

use minimand_images::{Pixels, write_png};
use minimand_report::table::read;
use serde_json::Value;

use crate::support::{Folder, Ran};

/// Scores of two classes for an image of 2 × 3 pixels.
const SCORES: [f32; 12] = [
    2.0, -1.0, 0.5, 0.0, 0.25, -0.5, 1.5, 1.0, -2.0, 0.1, 0.2, 0.3,
];
const LABELS: [u32; 6] = [0, 1, 1, 0, 0, 1];

/// The same case as arrays with a batch axis, and as array of scores with masks.
fn one_case() -> Folder {
    let folder = Folder::new();
    folder.write("p.npy", &[1, 2, 2, 3], &SCORES);
    folder.write("t.npy", &[1, 2, 3], &LABELS);
    folder.write("scores.npy", &[2, 2, 3], &SCORES);
    folder.mask("mask.png", &[2, 3], &[1.0, 1.0], &LABELS);
    folder.mask("mask.nii.gz", &[2, 3], &[2.0, 1.0], &LABELS);
    folder
}

fn value(ran: Ran) -> f64 {
    ran.json()["value"].as_f64().unwrap()
}

#[test]
fn masks_are_labels_of_a_batch_of_one() {
    let folder = one_case();
    let expression = "0.5*cross_entropy + dice";
    let want = value(folder.eval(expression, "--json"));
    for (predictions, targets) in [
        ("scores.npy", "mask.png"),
        ("scores.npy", "mask.nii.gz"),
        ("p.npy", "mask.png"),
    ] {
        let got = folder.run(&format!(
            "eval '{expression}' --predictions {predictions} --targets {targets} --gradient g.npy --json"
        ));
        assert_eq!(value(got), want, "{predictions} {targets}");
        assert_eq!(folder.read("g.npy").shape, [1, 2, 2, 3]);
    }
    // Labels that do not count, also in a loss of one channel.
    folder.write("p.npy", &[1, 1, 2, 2], &[1.0_f32, -1.0, 0.5, 3.0]);
    folder.write("t.npy", &[1, 1, 2, 2], &[0_i32, 1, 1, -100]);
    folder.mask("mask.png", &[2, 2], &[1.0, 1.0], &[0, 1, 1, 255]);
    let want = value(folder.eval("binary_cross_entropy", "--json"));
    let got = folder.run(
        "eval binary_cross_entropy --predictions p.npy --targets mask.png --ignore-index 255 --json",
    );
    assert_eq!(value(got), want);
}

#[test]
fn numbers_are_compared_as_numbers() {
    let folder = Folder::new();
    let (p, t) = ([0_u8, 10, 20, 30], [1_u8, 10, 22, 30]);
    write_png(&folder.path("p.png"), [2, 2], Pixels::Grey(&p)).unwrap();
    write_png(&folder.path("t.png"), [2, 2], Pixels::Grey(&t)).unwrap();
    let mse = folder.run("eval mse --predictions p.png --targets t.png --json");
    assert_eq!(value(mse), 5.0 / 4.0);
    let colours: [u8; 12] = std::array::from_fn(|i| i as u8);
    write_png(&folder.path("rgb.png"), [2, 2], Pixels::Rgb(&colours)).unwrap();
    let same = folder.run("eval mae --predictions rgb.png --targets rgb.png --json");
    assert_eq!(same.json()["count"], 12);
}

#[test]
fn targets_may_be_left_out_where_none_is_read() {
    let folder = Folder::new();
    let pixels = [0_u8, 3, 0, 5];
    write_png(&folder.path("p.png"), [2, 2], Pixels::Grey(&pixels)).unwrap();
    folder.write("p.npy", &[1, 1, 2, 2], &pixels.map(f32::from));
    let arrays = folder.run("eval total_variation --predictions p.npy --json");
    let image = folder.run("eval total_variation --predictions p.png --json");
    let want = value(arrays);
    assert!(want > 0.0);
    assert_eq!(value(image), want);
    let message = folder
        .run("eval cross_entropy --predictions p.png")
        .refusal();
    assert!(
        message.contains("`cross_entropy` compares the predictions with targets"),
        "{message}"
    );
    let message = folder
        .run("eval total_variation --predictions p.png --spacing 1,1,1")
        .refusal();
    assert!(
        message.contains("`spacing` must have shape [2]"),
        "{message}"
    );
}

#[test]
fn refusals_name_both_files() {
    let folder = one_case();
    folder.mask("wide.png", &[2, 4], &[1.0, 1.0], &[0; 8]);
    folder.mask("many.png", &[2, 3], &[1.0, 1.0], &[0, 1, 2, 0, 0, 0]);
    for (targets, part) in [
        ("wide.png", "one shape, got [2, 3] and [2, 4]"),
        ("many.png", "label 2 at position 2 is not in 0..2"),
        ("none.png", "none.png: file not found"),
    ] {
        let message = folder
            .run(&format!(
                "eval dice --predictions scores.npy --targets {targets}"
            ))
            .refusal();
        let files = format!("scores.npy and {targets}: ");
        assert!(
            message.starts_with(&files) && message.contains(part),
            "{message}"
        );
    }
    folder.write("flat.npy", &[6], &[0.0_f32; 6]);
    let message = folder
        .run("eval dice --predictions flat.npy --targets mask.png")
        .refusal();
    assert!(
        message.contains("an array of shape [6] is no image"),
        "{message}"
    );
}

#[test]
fn folders_have_a_value_for_each_case() {
    let folder = one_case();
    for name in ["p", "t"] {
        std::fs::create_dir(folder.path(name)).unwrap();
    }
    folder.write("p/a.npy", &[2, 2, 3], &SCORES);
    folder.mask("t/a.png", &[2, 3], &[1.0, 1.0], &LABELS);
    folder.write("p/b.npy", &[2, 2, 2], &[0.0_f32; 8]);
    folder.write("t/b.npy", &[2, 2], &[0_u8, 1, 1, 0]);
    let run = |options: &str| {
        folder.run(&format!(
            "eval cross_entropy --predictions p --targets t {options}"
        ))
    };
    let json = run("--json --table out.parquet").json();
    let of = |row: usize| {
        json["rows"][row]["values"]["cross_entropy"]
            .as_f64()
            .unwrap()
    };
    assert_eq!(of(0), value(folder.eval("cross_entropy", "--json")));
    assert!((of(1) - 2_f64.ln()).abs() < 1e-6);
    let mean = json["summary"][0]["mean"]["cross_entropy"]
        .as_f64()
        .unwrap();
    assert_eq!(mean, (of(0) + of(1)) / 2.0);
    assert_eq!(json["rows"][0]["class"], Value::Null);
    let table = read(&folder.path("out.parquet")).unwrap();
    assert_eq!(table.names().collect::<Vec<_>>(), ["case", "cross_entropy"]);

    let text = run("").good();
    assert_eq!(text.lines().next(), Some("case  cross_entropy"), "{text}");
    let message = run("--gradient g.npy").refusal();
    assert!(
        message.contains("`--gradient`") && message.contains("one batch"),
        "{message}"
    );
    let smooth = folder
        .run("eval total_variation --predictions t --json")
        .json();
    assert_eq!(smooth["rows"].as_array().unwrap().len(), 2);
    let message = folder
        .run("eval cross_entropy --predictions p.npy --targets t.npy --table x.csv")
        .refusal();
    assert!(message.contains("`--table`"), "{message}");
}
