//! `minimand eval` on arrays that fit.

use minimand::{Array, Batch, Gradient, Objective, Options, Target};
use minimand_report::table::NpyData;
use serde_json::{Value, json};

use crate::support::{Folder, LABELS, LOGITS, Ran};

fn value(ran: Ran) -> f64 {
    ran.json()["value"].as_f64().unwrap()
}

#[track_caller]
fn close(got: f64, want: f64) {
    assert!(
        (got - want).abs() <= 1e-6 * want.abs().max(1.0),
        "{got} instead of {want}"
    );
}

#[test]
fn known_values_in_every_type_of_label() {
    let folder = Folder::one_row();
    close(value(folder.eval("cross_entropy", "--json")), 0.241_311_297);
    close(
        value(folder.eval("focal(gamma=2)", "--json")),
        0.011_092_750_1,
    );
    close(
        value(folder.eval("cross_entropy + 0.5*squentropy", "--json")),
        0.241_311_297 + 0.5 * 0.866_311_297,
    );
    macro_rules! check {
        ($($t:ident)*) => {$(
            folder.write("t.npy", &[1], &[2 as $t]);
            close(value(folder.eval("cross_entropy", "--json")), 1.741_311_297);
        )*};
    }
    check!(i8 i16 i32 i64 u8 u16 u32 u64);
    folder.write("t.npy", &[1], &[false]);
    close(value(folder.eval("cross_entropy", "--json")), 0.241_311_297);
    // A column of labels, and one-hot soft labels.
    folder.write("t.npy", &[1, 1], &[0_i64]);
    close(value(folder.eval("cross_entropy", "--json")), 0.241_311_297);
    folder.write("t.npy", &[1, 3], &[1.0_f32, 0.0, 0.0]);
    close(value(folder.eval("cross_entropy", "--json")), 0.241_311_297);
}

#[test]
fn what_people_and_programs_read() {
    let folder = Folder::one_row();
    let text = folder.eval("focal(gamma=2, alpha=none)", "").good();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("value       0.01109275"), "{text}");
    assert_eq!(
        lines[1..],
        ["count       1", "expression  focal", "reduction   mean"]
    );

    let json = folder
        .eval("focal(gamma=3)", "--reduction sum --gradient g.npy --json")
        .json();
    assert_eq!(json["expression"], "focal(gamma=3)");
    assert_eq!(json["reduction"], "sum");
    assert_eq!(json["count"], 1);
    assert_eq!(json["gradient"], "g.npy");
    assert_eq!(json.as_object().unwrap().len(), 5);
}

#[test]
fn gradients_are_those_of_the_library_in_the_type_of_the_predictions() {
    let objective: Objective = "cross_entropy(label_smoothing=0.1) + 0.5*squentropy"
        .parse()
        .unwrap();
    let expression = objective.to_string();
    let weights = [1.0, 2.0, 0.5, 0.0];
    let folder = Folder::four_rows();
    folder.write("w.npy", &[4], &weights);
    let labels = LABELS.to_vec();
    let wide = LOGITS.map(f64::from);
    for is_double in [false, true] {
        let prediction = if is_double {
            folder.write("p.npy", &[4, 3], &wide);
            Array::new(&wide[..], &[4, 3])
        } else {
            Array::new(&LOGITS[..], &[4, 3])
        };
        let batch = Batch::new(prediction, Target::labels(&labels, &[4]))
            .weights(Array::new(&weights[..], &[4]));
        let want = objective
            .value_and_gradient(&batch, &Options::default())
            .unwrap();
        let json = folder
            .eval(&expression, "--weights w.npy --gradient g.npy --json")
            .json();
        assert_eq!(json["value"], want.value);
        let gradient = folder.read("g.npy");
        assert_eq!(gradient.shape, [4, 3]);
        assert_eq!(
            gradient.data,
            match want.gradient.unwrap() {
                Gradient::F32(values) => NpyData::F32(values),
                Gradient::F64(values) => NpyData::F64(values),
            }
        );
    }
}

#[test]
fn weights_masks_and_ignored_labels_leave_the_same_rows() {
    let folder = Folder::four_rows();
    let all = |options: &str| value(folder.eval("cross_entropy", &format!("{options} --json")));
    folder.write("w.npy", &[4], &[1.0_f32, 0.0, 1.0, 1.0]);
    folder.write("integers.npy", &[4, 1], &[1_u8, 0, 1, 1]);
    folder.write("m.npy", &[4], &[true, false, true, true]);
    let weighted = all("--weights w.npy");
    close(weighted, all("--weights integers.npy"));
    close(weighted, all("--mask m.npy"));
    close(weighted, all("--mask integers.npy"));
    folder.write("t.npy", &[4], &[0_i16, -1, 1, 2]);
    close(weighted, all("--ignore-index -1"));
    folder.write("t.npy", &[4], &[0_i16, -100, 1, 2]);
    close(weighted, all(""));
    let json = folder.eval("cross_entropy", "--mask m.npy --json").json();
    assert_eq!(json["count"], 3);
}

#[test]
fn reductions_and_denominators() {
    let folder = Folder::four_rows();
    let all = |options: &str| value(folder.eval("cross_entropy", &format!("{options} --json")));
    folder.write("w.npy", &[4], &[1.0_f64, 2.0, 3.0, 4.0]);
    let sum = all("--weights w.npy --reduction sum");
    close(all("--weights w.npy"), sum / 10.0);
    close(all("--weights w.npy --denominator weights"), sum / 10.0);
    close(all("--weights w.npy --denominator count"), sum / 4.0);
    close(all("--weights w.npy --denominator 2.5"), sum / 2.5);

    let plain: Vec<f64> = (0..3)
        .map(|class| {
            let weights = ["1,0,0", "0,1,0", "0,0,1"][class];
            all(&format!("--reduction sum --class-weights {weights}"))
        })
        .collect();
    close(
        all("--reduction sum --class-weights 1,2,0.5"),
        plain[0] + 2.0 * plain[1] + 0.5 * plain[2],
    );
    close(
        all("--reduction sum --class-weights '1, 2, 0.5'"),
        plain[0] + 2.0 * plain[1] + 0.5 * plain[2],
    );
}

#[test]
fn losses_of_single_items() {
    let folder = Folder::four_rows();
    let json = folder
        .eval("cross_entropy", "--reduction none --json")
        .json();
    let items: Vec<f64> = json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_f64().unwrap())
        .collect();
    assert_eq!(items.len(), 4);
    close(items[0], 0.241_311_297);
    close(json["value"].as_f64().unwrap(), items.iter().sum());

    let text = folder.eval("cross_entropy", "--reduction none").good();
    assert!(text.contains("per item    0.2413"), "{text}");

    // In a file, whatever the reduction.
    let json = folder
        .eval("cross_entropy", "--per-item l.npy --json")
        .json();
    assert_eq!(
        (&json["per_item"], &json["items"]),
        (&json!("l.npy"), &Value::Null)
    );
    close(
        json["value"].as_f64().unwrap(),
        items.iter().sum::<f64>() / 4.0,
    );
    let file = folder.read("l.npy");
    assert_eq!((file.shape, file.data), (vec![4], NpyData::F64(items)));
}

#[test]
fn pixels_points_regions_and_boxes() {
    let folder = Folder::new();
    // Two images of 2 × 2 pixels with three classes.
    folder.write(
        "p.npy",
        &[2, 3, 2, 2],
        &std::array::from_fn::<f32, 24, _>(|i| (i % 7) as f32),
    );
    folder.write("t.npy", &[2, 2, 2], &[0_u8, 1, 2, 255, 1, 1, 0, 2]);
    let json = folder
        .eval(
            "cross_entropy",
            "--ignore-index 255 --per-item l.npy --json",
        )
        .json();
    assert_eq!(json["count"], 7);
    assert_eq!(folder.read("l.npy").shape, [2, 2, 2]);
    folder.write(
        "m.npy",
        &[2, 2, 2],
        &[true, true, true, false, true, true, true, true],
    );
    folder.write("t1.npy", &[2, 1, 2, 2], &[0_u8, 1, 2, 0, 1, 1, 0, 2]);
    let masked = folder
        .run("eval cross_entropy --predictions p.npy --targets t1.npy --mask m.npy --json")
        .json();
    assert_eq!(json["value"], masked["value"]);
    let dice = folder
        .eval("dice", "--ignore-index 255 --per-item l.npy --json")
        .json();
    assert_eq!(dice["count"], 6);
    assert_eq!(folder.read("l.npy").shape, [2, 3]);

    folder.write("p.npy", &[3], &[1.0_f64, 2.0, 4.0]);
    folder.write("t.npy", &[3], &[1.0_f32, 0.0, 5.0]);
    close(value(folder.eval("mse", "--json")), 5.0 / 3.0);
    close(value(folder.eval("2*mae - mse", "--json")), 2.0 - 5.0 / 3.0);
    folder.write("t.npy", &[3], &[1_i8, 0, 5]);
    close(value(folder.eval("mse", "--json")), 5.0 / 3.0);

    folder.write("p.npy", &[1, 4], &[0.0_f32, 0.0, 2.0, 2.0]);
    folder.write("t.npy", &[1, 4], &[1.0_f32, 1.0, 3.0, 3.0]);
    close(value(folder.eval("ciou", "--json")), 1.0 - 0.031_746_032);
}

#[test]
fn nothing_that_counts_is_zero_or_null() {
    let folder = Folder::one_row();
    folder.write("m.npy", &[1], &[false]);
    let json = folder
        .eval("cross_entropy", "--mask m.npy --gradient g.npy --json")
        .json();
    assert_eq!((&json["value"], &json["count"]), (&json!(0.0), &json!(0)));
    assert_eq!(folder.read("g.npy").data, NpyData::F32(vec![0.0; 3]));
    let json = folder
        .eval("cross_entropy", "--mask m.npy --empty nan --json")
        .json();
    assert_eq!((&json["value"], &json["count"]), (&Value::Null, &json!(0)));
    let text = folder
        .eval("cross_entropy", "--mask m.npy --empty nan")
        .good();
    assert!(text.starts_with("value       NaN\n"), "{text}");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = Folder::four_rows();
    let one = folder.eval("focal", "--threads 1 --json").good();
    assert_eq!(one, folder.eval("focal", "--threads 3 --json").good());
    // Global options may come first.
    assert_eq!(
        one,
        folder
            .run("--threads 2 --json eval focal --predictions p.npy --targets t.npy")
            .good()
    );
}

#[test]
fn an_expression_may_begin_with_a_sign() {
    let folder = Folder::one_row();
    let got =
        folder.run("eval --predictions p.npy --targets t.npy --json -- '-cross_entropy + focal'");
    close(value(got), 0.011_092_750_1 - 0.241_311_297);
}
