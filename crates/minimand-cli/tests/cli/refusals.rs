//! Every way to be wrong: exit code 2, one line that says what, and no result.

use crate::support::Folder;

#[track_caller]
fn says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{message}` should say `{part}`");
    }
}

#[test]
fn expressions() {
    let folder = Folder::one_row();
    let refused = |expression: &str| folder.eval(expression, "").refusal();
    says(
        &refused("cros_entropy"),
        &[
            "unknown loss `cros_entropy`",
            "did you mean `cross_entropy`?",
        ],
    );
    says(
        &refused("xyzzy"),
        &["unknown loss `xyzzy`", "`minimand losses` lists them"],
    );
    says(
        &refused("focal(gama=1)"),
        &["no parameter `gama`", "did you mean `gamma`?"],
    );
    says(
        &refused("focal(gamma=-1)"),
        &["`gamma` must be a number ≥ 0, got -1"],
    );
    says(
        &refused("cross_entropy(label_smoothing=2)"),
        &["`label_smoothing` must be a number in [0, 1"],
    );
    says(
        &refused("focal(gamma=\"two\")"),
        &["`gamma` must be a number"],
    );
    says(
        &refused("focal +"),
        &[
            "at character 8",
            "expected the name of a loss, found the end",
        ],
    );
    says(&refused("focal\nmse"), &["found `m`"]);
    says(&refused(" "), &["expected the name of a loss"]);
}

#[test]
fn files() {
    let folder = Folder::one_row();
    let refused = |options: &str| {
        folder
            .run(&format!("eval cross_entropy {options}"))
            .refusal()
    };
    says(
        &refused("--predictions no.npy --targets t.npy"),
        &["no.npy: file not found"],
    );
    says(
        &refused("--predictions p.npy --targets no.npy"),
        &["no.npy: file not found"],
    );
    std::fs::write(folder.path("text.npy"), "1,2\n").unwrap();
    says(
        &refused("--predictions text.npy --targets t.npy"),
        &["text.npy: not a readable .npy file"],
    );
    std::fs::write(folder.path("empty.npy"), "").unwrap();
    says(
        &refused("--predictions empty.npy --targets t.npy"),
        &["empty.npy: the file is empty"],
    );
    says(&refused("--predictions . --targets t.npy"), &[".: "]);
}

#[test]
fn types() {
    let folder = Folder::one_row();
    folder.write("integers.npy", &[1, 3], &[2_i64, -1, 0]);
    folder.write("flags.npy", &[1], &[true]);
    folder.write("reals.npy", &[1], &[1.0_f32]);
    folder.write("two.npy", &[1], &[2_u8]);
    let integers = folder
        .run("eval mse --predictions integers.npy --targets t.npy")
        .refusal();
    says(
        &integers,
        &["`--predictions` must be float32 or float64, but integers.npy holds int64"],
    );
    let refused = |options: &str| folder.eval("cross_entropy", options).refusal();
    says(
        &refused("--weights flags.npy"),
        &["`--weights` must be numbers", "flags.npy holds bool"],
    );
    says(
        &refused("--mask reals.npy"),
        &["`--mask` must be bool", "reals.npy holds float32"],
    );
    says(
        &refused("--mask two.npy"),
        &["`--mask`", "two.npy holds 2 at position 0"],
    );
}

#[test]
fn shapes() {
    let folder = Folder::four_rows();
    folder.write("three.npy", &[3], &[1_u8, 1, 1]);
    folder.write("soft.npy", &[3, 4], &[0.5_f32; 12]);
    let with = |targets: &str| {
        folder
            .run(&format!(
                "eval cross_entropy --predictions p.npy --targets {targets}"
            ))
            .refusal()
    };
    says(
        &with("three.npy"),
        &["`target` must have shape [4]", "got [3]"],
    );
    says(
        &with("soft.npy"),
        &["`target` must have shape [4, 3]", "got [3, 4]"],
    );
    let refused = |options: &str| folder.eval("cross_entropy", options).refusal();
    let mask = refused("--mask three.npy");
    says(
        &mask,
        &["`--mask` must have shape [4] (one per item); three.npy has shape [3]"],
    );
    says(
        &refused("--weights three.npy"),
        &["`--weights` must have shape [4] (one per item)"],
    );
    says(
        &refused("--class-weights 1,2"),
        &["`class_weights` must have shape [3], one per class, got [2]"],
    );

    // A mask that lies across has as many entries as one that fits.
    let folder = Folder::new();
    folder.write("p.npy", &[2, 3, 2, 5], &[0.0_f32; 60]);
    folder.write("t.npy", &[2, 2, 5], &[0_u8; 20]);
    folder.write("m.npy", &[2, 5, 2], &[true; 20]);
    let across = folder.eval("cross_entropy", "--mask m.npy").refusal();
    says(
        &across,
        &["[2] (one per item) or [2, 2, 5]; m.npy has shape [2, 5, 2]"],
    );
}

#[test]
fn numbers() {
    let folder = Folder::one_row();
    let refused = |options: &str| folder.eval("cross_entropy", options).refusal();
    folder.write("w.npy", &[1], &[-1.0_f32]);
    says(
        &refused("--weights w.npy"),
        &["`weights` at position 0 is -1", "at least 0"],
    );
    says(
        &refused("--class-weights 1,nan,1"),
        &["`class_weights` at position 1 is NaN"],
    );
    folder.write("t.npy", &[1], &[3_i64]);
    says(&refused(""), &["label 3 at position 0 is not in 0..3"]);
    folder.write("t.npy", &[1], &[0_i64]);
    folder.write("p.npy", &[1, 3], &[0.0_f32, f32::NAN, 1.0]);
    says(&refused(""), &["`prediction` at position 1 is NaN"]);
}

#[test]
fn meanings() {
    let folder = Folder::one_row();
    folder.write("t.npy", &[1, 3], &[0.5_f32, 0.5, 0.0]);
    says(
        &folder.eval("multi_margin", "").refusal(),
        &["no meaning for soft labels"],
    );
    let folder = Folder::one_row();
    let sum = folder
        .eval("cross_entropy", "--reduction sum --denominator count")
        .refusal();
    says(&sum, &["`--denominator`", "`--reduction`"]);
}

#[test]
fn results_never_replace_inputs() {
    let folder = Folder::one_row();
    let before = folder.read("p.npy");
    let refused = |options: &str| folder.eval("cross_entropy", options).refusal();
    let gradient = refused("--gradient ./p.npy");
    says(
        &gradient,
        &["`--gradient` would overwrite the file of `--predictions`"],
    );
    says(
        &refused("--per-item t.npy"),
        &["`--per-item` would overwrite the file of `--targets`"],
    );
    says(
        &refused("--gradient a.npy --per-item a.npy"),
        &["`--gradient` would overwrite"],
    );
    assert_eq!(folder.read("p.npy"), before);
}

#[test]
fn usage() {
    let folder = Folder::one_row();
    for (options, part) in [
        ("--reduction median", "possible values: mean, sum, none"),
        (
            "--denominator 0",
            "expected weights, count or a finite number above 0",
        ),
        (
            "--class-weights 1,x,2",
            "invalid value 'x' for '--class-weights <W,W,…>': expected a number",
        ),
        ("--ignore-index 1.5", "invalid value '1.5'"),
        ("--threads 0", "1..=4096"),
        ("--mask", "a value is required"),
        (
            "--predicitons p.npy",
            "a similar argument exists: '--predictions'",
        ),
        ("another", "unexpected argument 'another'"),
    ] {
        let message = folder.eval("cross_entropy", options).usage();
        says(&message, &[part]);
    }
    says(
        &folder.run("eval cross_entropy --targets t.npy").usage(),
        &["--predictions <PATH>"],
    );
}

#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let folder = Folder::one_row();
    let ran = folder.eval("cross_entropy", "--gradient no/such/folder.npy");
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    says(&ran.stderr, &["error: no/such/folder.npy: "]);
}
