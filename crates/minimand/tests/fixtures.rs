//! Agreement with PyTorch, torchvision, MONAI, timm and optax: values and gradients computed by
//! `fixtures/make.py` in double precision.

use minimand::{
    Array, Batch, Catalog, Denominator, Evaluation, Objective, Options, Reduction, Target,
};
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct File {
    loss: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Numbers<T> {
    shape: Vec<usize>,
    data: Vec<T>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    expression: String,
    reduction: String,
    prediction: Numbers<f64>,
    labels: Option<Numbers<i64>>,
    target: Option<Numbers<f64>>,
    weights: Option<Numbers<f64>>,
    class_weights: Option<Vec<f64>>,
    mask: Option<Numbers<bool>>,
    ignore_index: Option<i64>,
    denominator: Option<String>,
    spacing: Option<Vec<f64>>,
    value: Option<f64>,
    per_item: Option<Vec<f64>>,
    gradient: Vec<f64>,
}

impl Case {
    fn options(&self) -> Options {
        let default = Options::default();
        Options {
            reduction: match self.reduction.as_str() {
                "mean" => Reduction::Mean,
                "sum" => Reduction::Sum,
                "none" => Reduction::None,
                other => panic!("{}: reduction {other}", self.name),
            },
            denominator: match self.denominator.as_deref() {
                None => default.denominator,
                Some("count") => Denominator::Count,
                Some(other) => panic!("{}: denominator {other}", self.name),
            },
            ignore_index: self.ignore_index.unwrap_or(default.ignore_index),
            ..default
        }
    }

    fn run(&self, prediction: Array<'_>) -> Evaluation {
        let target = match (&self.labels, &self.target) {
            (Some(labels), None) => Target::labels(&labels.data, &labels.shape),
            (None, Some(target)) => Target::dense(&target.data, &target.shape),
            _ => panic!("{}: labels or target, not both", self.name),
        };
        let mut batch = Batch::new(prediction, target);
        if let Some(w) = &self.weights {
            batch = batch.weights(Array::new(&w.data, &w.shape));
        }
        if let Some(w) = &self.class_weights {
            batch = batch.class_weights(w);
        }
        if let Some(m) = &self.mask {
            batch = batch.mask(&m.data);
        }
        if let Some(spacing) = &self.spacing {
            batch = batch.spacing(spacing);
        }
        let objective: Objective = self.expression.parse().unwrap();
        objective
            .value_and_gradient(&batch, &self.options())
            .unwrap_or_else(|e| panic!("{}: {e}", self.name))
    }

    /// Largest deviation of value, per-item values and gradient, relative to each one's size.
    fn deviation(&self, got: &Evaluation) -> f64 {
        let mut worst = 0.0f64;
        if let Some(value) = self.value {
            worst = worst.max(relative(got.value, value, value.abs()));
        }
        if let Some(items) = &self.per_item {
            worst = worst.max(distance(got.per_item.as_deref().unwrap_or_default(), items));
        }
        // Peers give one of the subgradients at a kink, we another.
        if !self.name.contains("kink") {
            let gradient = got
                .gradient
                .as_ref()
                .map(|g| g.to_f64())
                .unwrap_or_default();
            worst = worst.max(distance(&gradient, &self.gradient));
        }
        worst
    }
}

fn relative(got: f64, want: f64, size: f64) -> f64 {
    // Peers carry an absolute error of about 1e-16 times what they cancel.
    (got - want).abs() / size.max(1e-3)
}

fn distance(got: &[f64], want: &[f64]) -> f64 {
    assert_eq!(got.len(), want.len());
    let size = want.iter().fold(0.0f64, |a, b| a.max(b.abs()));
    got.iter()
        .zip(want)
        .map(|(g, w)| relative(*g, *w, size))
        .fold(0.0, f64::max)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn read(loss: &str) -> File {
    let text = std::fs::read_to_string(folder().join(format!("{loss}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_fixture_agrees() {
    let catalog = Catalog::builtin();
    let (mut problems, mut cases) = (Vec::new(), 0);
    let listed = std::fs::read_dir(folder())
        .unwrap()
        .map(|e| e.unwrap().path());
    let names = listed.filter_map(|path| Some(path.file_stem()?.to_str()?.to_string()));
    // Other fixtures, such as those of the metrics, have other tests.
    let losses: std::collections::BTreeSet<String> =
        names.filter(|name| catalog.find(name).is_ok()).collect();
    for loss in &losses {
        let file = read(loss);
        assert_eq!(&file.loss, loss);
        cases += file.cases.len();
        for case in &file.cases {
            let shape = &case.prediction.shape;
            let double = case.run(Array::new(&case.prediction.data, shape));
            // torchvision computes boxes with an epsilon that differs where areas are tiny.
            let error = case.deviation(&double);
            if !(error <= 1e-9) {
                problems.push(format!(
                    "{} {} f64: {error:.2e}",
                    case.expression, case.name
                ));
            }
            let single: Vec<f32> = case.prediction.data.iter().map(|&x| x as f32).collect();
            let error = case.deviation(&case.run(Array::new(&single, shape)));
            if !(error <= 1e-5) {
                problems.push(format!(
                    "{} {} f32: {error:.2e}",
                    case.expression, case.name
                ));
            }
        }
    }
    assert!(
        losses.len() >= 174 && cases >= 3434,
        "only {cases} cases of {} losses were found",
        losses.len()
    );
    assert!(
        problems.is_empty(),
        "{} cases:\n{}",
        problems.len(),
        problems.join("\n")
    );
}
