//! Losses of columns, lists, sets and sequences: what their sources prove, and what they refuse.

use minimand::metrics::{MultilabelBatch, multilabel_metric};
use minimand::{Array, Batch, Error, Evaluation, Objective, Options, Reduction, Target};

/// Value and gradient with the default options.
fn run(
    expression: &str,
    scores: &[f64],
    shape: &[usize],
    labels: &[i64],
    label_shape: &[usize],
) -> Result<Evaluation, Error> {
    let objective: Objective = expression.parse()?;
    let batch = Batch::new(
        Array::new(scores, shape),
        Target::labels(labels, label_shape),
    );
    objective.value_and_gradient(&batch, &Options::default())
}

/// Scores and labels `[n, k]` of ever rarer labels, the last one without any.
fn multilabel(n: usize, k: usize) -> (Vec<f64>, Vec<i64>) {
    let scores = (0..n * k).map(|i| ((i * i * 37 + 11 * i) % 101) as f64 / 25.0 - 2.0);
    let rare = |i: usize| i % k + 1 < k && (i / k).is_multiple_of(2 + 3 * (i % k));
    let labels = (0..n * k).map(|i| i64::from(rare(i)));
    (scores.collect(), labels.collect())
}

#[test]
fn surrogates_bound_the_macro_auc_and_skip_labels_of_one_kind() {
    let (n, k) = (60, 5);
    let shape = [n, k];
    let (scores, labels) = multilabel(n, k);
    for (base, at_zero) in [
        ("logistic", std::f64::consts::LN_2),
        ("hinge", 1.0),
        ("squared_hinge", 1.0),
        ("exponential", 1.0),
    ] {
        for loss in ["macro_auc_pairwise", "macro_auc_reweighted"] {
            let expression = format!("{loss}(base=\"{base}\")");
            let objective: Objective = expression.parse().unwrap();
            let batch = Batch::new(Array::new(&scores, &shape), Target::labels(&labels, &shape));
            let result = objective
                .evaluate(&batch, &Options::reduction(Reduction::None))
                .unwrap();
            assert_eq!(result.count, k - 1, "the last label has no positives");
            let items = result.per_item.unwrap();
            assert_eq!(items[k - 1], 0.0);
            for label in 0..k - 1 {
                let column = |i: usize| i * k + label;
                let scores: Vec<f64> = (0..n)
                    .map(|i| 1.0 / (1.0 + (-scores[column(i)]).exp()))
                    .collect();
                let truth: Vec<bool> = (0..n).map(|i| labels[column(i)] == 1).collect();
                let mut auc = multilabel_metric("macro_auroc").unwrap();
                auc.update(&MultilabelBatch::new(&scores, 1, &truth, None).unwrap())
                    .unwrap();
                let miss = 1.0 - auc.value().unwrap();
                assert!(
                    miss <= items[label] / at_zero + 1e-12,
                    "{expression} {label}"
                );
            }
        }
    }
}

#[test]
fn balanced_labels_have_twice_the_univariate_loss() {
    let scores: Vec<f64> = (0..24).map(|i| (i as f64 * 0.7).sin()).collect();
    let labels: Vec<i64> = (0..24).map(|i| i / 2 % 2).collect();
    let value = |loss: &str| {
        run(loss, &scores, &[12, 2], &labels, &[12, 2])
            .unwrap()
            .value
    };
    let (one, two) = (value("macro_auc_univariate"), value("macro_auc_reweighted"));
    assert!((two - 2.0 * one).abs() < 1e-14);
}

#[test]
fn class_weights_weigh_labels() {
    let (scores, labels) = multilabel(30, 3);
    let objective: Objective = "macro_auc_pairwise".parse().unwrap();
    let batch = Batch::new(
        Array::new(&scores, &[30, 3]),
        Target::labels(&labels, &[30, 3]),
    );
    let items = objective
        .evaluate(&batch, &Options::reduction(Reduction::None))
        .unwrap()
        .per_item
        .unwrap();
    let weighted = objective
        .evaluate(&batch.class_weights(&[1.0, 3.0, 7.0]), &Options::default())
        .unwrap();
    // The third label has one kind only.
    assert!((weighted.value - (items[0] + 3.0 * items[1]) / 4.0).abs() < 1e-14);
}

#[test]
fn padded_steps_and_items_change_nothing() {
    let logits: Vec<f64> = (0..2 * 6 * 4).map(|i| (i as f64 * 1.3).cos()).collect();
    let labels = [1, 2, 3, 3, -1, -1];
    let whole = run("ctc", &logits, &[2, 6, 4], &labels, &[2, 3]).unwrap();
    let mut padded = Vec::new();
    let mut mask = Vec::new();
    for sequence in logits.chunks(24) {
        padded.extend_from_slice(sequence);
        padded.extend([f64::NAN; 8]);
        mask.extend([true, true, true, true, true, true, false, false]);
    }
    let longer = [1, 2, 3, -1, -1, 3, -1, -1, -1, -1];
    let objective: Objective = "ctc".parse().unwrap();
    let batch = Batch::new(
        Array::new(&padded, &[2, 8, 4]),
        Target::labels(&longer[..], &[2, 5]),
    );
    let result = objective
        .value_and_gradient(&batch.mask(&mask), &Options::default())
        .unwrap();
    assert_eq!(result.value, whole.value);
    let (got, want) = (
        result.gradient.unwrap().to_f64(),
        whole.gradient.unwrap().to_f64(),
    );
    for (got, want) in got.chunks(32).zip(want.chunks(24)) {
        assert_eq!(&got[..24], want);
        assert_eq!(&got[24..], [0.0; 8]);
    }
}

#[test]
fn certain_alignments_of_long_sequences_stay_finite() {
    let (steps, classes) = (2000, 30);
    let labels: Vec<i64> = (0..600).map(|i| 1 + i % 29).collect();
    // Logits far apart: a linear recursion would leave the range of double precision.
    let logits: Vec<f64> = (0..steps * classes)
        .map(|i| if i * 7 % 31 == 0 { 900.0 } else { -900.0 })
        .collect();
    let result = run("ctc", &logits, &[1, steps, classes], &labels, &[1, 600]).unwrap();
    assert!(result.value.is_finite() && result.value > 1e4);
    let gradient = result.gradient.unwrap().to_f64();
    for step in gradient.chunks(classes) {
        assert!(
            step.iter().sum::<f64>().abs() < 1e-9,
            "each step's slopes add up to 0"
        );
    }
}

fn message(result: Result<Evaluation, Error>) -> String {
    result.err().map(|e| e.to_string()).unwrap_or_default()
}

#[test]
fn what_makes_no_sense_is_refused_with_its_place() {
    let zeros = [0.0; 24];
    let ctc = |expression: &str, labels: &[i64]| {
        message(run(
            expression,
            &zeros[..12],
            &[1, 3, 4],
            labels,
            &[1, labels.len()],
        ))
    };
    assert!(ctc("ctc", &[1, 1, 2]).contains("3 labels need 4 steps, there are 3"));
    assert_eq!(ctc("ctc(zero_infinity=true)", &[1, 1, 2]), "");
    assert!(
        ctc("ctc", &[1, 0]).contains("`target` at position 1 is 0, expected a label other than")
    );
    assert!(ctc("ctc(blank=9)", &[1]).contains("a blank in 0..4, not 9"));
    assert!(ctc("ctc", &[4]).contains("not in 0..4"));
    let oko = |labels: &[i64]| message(run("oko", &zeros, &[2, 3, 4], labels, &[2, 3]));
    assert!(oko(&[0, 0, 1, 0, 1, 2]).contains("`target` at position 3 is 0"));
    assert_eq!(oko(&[0, 0, 1, 3, 2, 3]), "");
    let auc = |labels: &[i64], shape: &[usize]| {
        message(run(
            "macro_auc_pairwise",
            &zeros[..6],
            &[3, 2],
            labels,
            shape,
        ))
    };
    assert!(auc(&[0, 1, 1, 0, 2, 0], &[3, 2]).contains("is 2, expected 0 or 1"));
    assert!(auc(&[0, 1, 1], &[3]).contains("[3, 2], as the prediction"));
    let list = |expression: &str, labels: &[i64]| {
        message(run(expression, &zeros[..4], &[2, 2], labels, &[2, 2]))
    };
    assert!(list("approx_ndcg", &[0, 1, 300, 0]).contains("`target` at position 2 is 300"));
    assert!(list("list_net", &[0, 1, -3, 0]).contains("`target` at position 2 is -3"));
    let objective: Objective = "ranking_softmax".parse().unwrap();
    let batch = Batch::new(
        Array::new(&zeros[..4], &[2, 2]),
        Target::labels(&[1i64, 0, 0, 1][..], &[2, 2]),
    );
    let entries = objective.evaluate(
        &batch.weights(Array::new(&zeros[..4], &[2, 2])),
        &Options::default(),
    );
    assert!(message(entries).contains("one for each list"));
    let classes = objective.evaluate(&batch.class_weights(&[1.0, 2.0]), &Options::default());
    assert!(message(classes).contains("no classes to weigh"));
    let soft = Target::dense(&zeros[..12], &[1, 3, 4]);
    let soft = Batch::new(Array::new(&zeros[..12], &[1, 3, 4]), soft);
    let objective: Objective = "ctc".parse().unwrap();
    assert!(matches!(
        objective.evaluate(&soft, &Options::default()),
        Err(Error::Shape {
            argument: "target",
            ..
        })
    ));
}

#[test]
fn soft_targets_of_a_batch_are_taken_where_the_formula_has_them() {
    let (scores, targets) = ([2.0f64, -1.0, 0.3, -3.0], [0.9f64, 0.25, 0.0, 0.5]);
    let batch = Batch::new(
        Array::new(&scores[..], &[4]),
        Target::dense(&targets[..], &[4]),
    );
    let options = Options::default();
    let objective: Objective = "adaptive_threshold_focal".parse().unwrap();
    let result = objective.value_and_gradient(&batch, &options).unwrap();
    let confidence = |i: usize| {
        let p = 1.0 / (1.0 + f64::exp(-scores[i]));
        targets[i] * p + (1.0 - targets[i]) * (1.0 - p)
    };
    let mean = (0..4).map(confidence).sum::<f64>() / 4.0;
    let entry = |i: usize| {
        let (p_t, softplus) = (confidence(i), |x: f64| x.exp().ln_1p());
        let entropy = targets[i] * softplus(-scores[i]) + (1.0 - targets[i]) * softplus(scores[i]);
        let easy = (1.0 - p_t + 1e-6).powf(-mean.ln());
        let hard = (1.5 - p_t).powf(-p_t.ln());
        entropy * if p_t > 0.5 { easy } else { hard }
    };
    let want = (0..4).map(entry).sum::<f64>() / 4.0;
    assert!(
        (result.value - want).abs() < 1e-12,
        "{} {want}",
        result.value
    );
    let hard: Objective = "ensloss".parse().unwrap();
    let error = hard.evaluate(&batch, &options).unwrap_err().to_string();
    assert!(error.contains("0 or 1"), "{error}");
}
