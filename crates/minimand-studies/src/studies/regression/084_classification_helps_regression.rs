//! A classification loss beside the regression loss: does it help where targets are imbalanced?

use burn::optim::AdamConfig;
use burn::optim::decay::WeightDecayConfig;
use minimand::{Array, Options, Reduction, Target};
use minimand_burn::LossModule;
use minimand_report::svg::{IntervalPlot, IntervalRow, LineChart};

use super::sampled_functions::{CLASSES, Items, Pool};
use super::side_by_side::{Nets, tensor};
use crate::charts::with_lines;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{batches, numbers, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// Weights of the classification loss; each has a start of its own, and so has regression alone.
const WEIGHTS: [f64; 3] = [0.01, 0.1, 1.0];
/// How targets are sampled: width of the peak and share beside it, in units of half the range.
const LEVELS: [(&str, Option<(f64, f64)>); 3] = [
    ("uniform", None),
    ("moderate", Some((0.4, 0.1))),
    ("strong", Some((0.15, 0.01))),
];
/// Networks for each level, three starts of each; balanced MSE under the strong peak alone.
const METHODS: [&str; 3] = ["regression", "with_classes", "balanced_mse"];
const NETS: usize = (LEVELS.len() * 2 + 1) * WEIGHTS.len();

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 84,
    slug: "classification-helps-regression",
    claim: "A cross-entropy over bins of the target beside the regression loss lowers the regression error where \
            targets are imbalanced (depth, age, progress of a video), and does little where they are balanced.",
    reduced: "The paper's functions of one variable with its small network, not its images and videos; 1,200 items and 60 \
              epochs instead of more items and 150, and a peak as the imbalance.",
    setting: "y = a sin cx + b sin dx, a in 0.3..0.7, b in 0.7..1.3, c in 8..16, d in 2..4, scaled to −1..1, with noise of \
              0.1; x in −1..1. 1,200 training items whose targets are spread evenly over 16 bins, or peak at a random bin: a \
              bell of deviation 0.4 on a floor of 0.1, or of 0.15 on 0.01. Test and validation items are spread evenly. \
              Network 1-6-15 with a head for the number and one for the 16 classes; Adam at 0.01, decay 1e-3, batches of \
              256, 60 epochs. λ of 0.01, 0.1 or 1 for the cross-entropy, chosen on the validation items; regression \
              alone has three starts too, the same ones, chosen likewise, and so has balanced MSE, with its noise known, under \
              the strong peak. \
              Error: squared error of the number, mean over the bins. Gain: (regression − with classes)/regression; it must \
              be above 0 under the strong peak, and larger there than for even targets. Each seed is another function.",
    control: "Instead of networks with classes there are three more of regression alone, from starts of their own.",
    objectives: &["mse", "cross_entropy", "balanced_mse(noise=0.1)"],
    provides: &["`Bins`"],
    parts: &[Part {
        name: "functions",
        about: "sums of two sines, even and peaked targets",
    }],
    seeds: 15,
    run,
    judge,
    exhibits,
    mended: "It began with 20 functions and balanced MSE for all three samplings, which took longer than studies may. The rule \
             is as it was.",
    source: include_str!("084_classification_helps_regression.rs"),
};

/// The mean over the bins that have items.
fn balanced(errors: &[f64]) -> f64 {
    let there: Vec<f64> = errors.iter().copied().filter(|e| e.is_finite()).collect();
    there.iter().sum::<f64>() / there.len() as f64
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let pool = Pool::new(key.child(1))?;
    let even = pool.chances(None);
    let validation = pool.draw(640, &even, key.child(2));
    let test = pool.draw(1600, &even, key.child(3));
    let levels = LEVELS.iter().enumerate().map(|(index, (_, peaked))| {
        let chances = pool.chances(*peaked);
        pool.draw(
            trial.sized(1200, 256),
            &chances,
            key.child(4 + index as u64),
        )
    });
    let levels: Vec<Items> = levels.collect();
    let nets = fit(trial, &pool, &levels)?;
    let predict = |items: &Items| -> Vec<f32> {
        let rows = items.x.len();
        let outputs = nets.forward(tensor(items.x.repeat(NETS), [NETS, rows, 1]));
        numbers(outputs.narrow(2, 0, 1))
    };
    let (watched, found) = (predict(&validation), predict(&test));
    let mut findings = Findings::new();
    let mut gains = Vec::new();
    for (index, (level, _)) in LEVELS.iter().enumerate() {
        let mut errors = Vec::new();
        for (method, name) in METHODS.into_iter().enumerate() {
            if method == 2 && *level != "strong" {
                continue;
            }
            let starts = (0..WEIGHTS.len()).map(|start| net_index(index, method, start));
            let of_net = |all: &[f32], items: &Items, net: usize| {
                pool.errors(items, &all[net * items.x.len()..][..items.x.len()])
            };
            let score = |net: &usize| balanced(&of_net(&watched, &validation, *net));
            let best = starts.min_by(|a, b| score(a).total_cmp(&score(b)));
            let by_bin = of_net(&found, &test, best.unwrap_or_default());
            errors.push(balanced(&by_bin));
            findings.put(name, &format!("mse_{level}"), balanced(&by_bin));
            if *level == "strong" {
                let points = (0..10).map(|away: usize| {
                    let near = by_bin.iter().enumerate();
                    let near = near.filter(|(bin, _)| bin.abs_diff(pool.peak) == away);
                    let near: Vec<f64> = near.map(|(_, error)| *error).collect();
                    (away as f64, balanced(&near))
                });
                findings.curve("error", name, points);
            }
        }
        gains.push((errors[0] - errors[1]) / errors[0]);
        findings.put("with_classes", &format!("gain_{level}"), gains[index]);
    }
    findings.put(
        "with_classes",
        "gain_strong_less_uniform",
        gains[2] - gains[0],
    );
    Ok(findings)
}

/// The place of a network among all.
fn net_index(level: usize, method: usize, start: usize) -> usize {
    (level * 2 + method) * WEIGHTS.len() + start
}

fn fit(trial: &Trial<'_>, pool: &Pool, levels: &[Items]) -> Result<Nets, StudyError> {
    let key = trial.key().child(8);
    let places = || {
        (0..LEVELS.len()).flat_map(|level| {
            // The last level has one method more.
            let methods = 0..2 + (level + 1) / LEVELS.len();
            methods
                .flat_map(move |method| (0..WEIGHTS.len()).map(move |start| (level, method, start)))
        })
    };
    // All methods and levels have the same three starts; in the control each method has its own.
    let keys = places().map(|(_, method, start)| match trial.is_control() {
        true => key.child((method * WEIGHTS.len() + start) as u64),
        false => key.child(start as u64),
    });
    let mut nets = Nets::new(&[1, 6, 15, 1 + CLASSES], &keys.collect::<Vec<_>>());
    let sum = Options::reduction(Reduction::Sum);
    let mse = LossModule::new("mse".parse()?).with_options(sum);
    let cross_entropy = LossModule::new("cross_entropy".parse()?).with_options(sum);
    let balanced_mse = LossModule::new("balanced_mse(noise=0.1)".parse()?);
    let mut optimizer = AdamConfig::new()
        .with_epsilon(1e-8)
        .with_weight_decay(Some(WeightDecayConfig { penalty: 1e-3 }))
        .init();
    let items = levels.first().map_or(0, |items| items.x.len());
    for batch in batches(items, 256, trial.sized(60, 2), key.child(100)) {
        trial.check_stop()?;
        let rows = batch.rows.len();
        let (mut x, mut y, mut squared, mut classified) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (level, method, start) in places() {
            let items = &levels[level];
            x.extend(batch.rows.iter().map(|&row| items.x[row]));
            y.extend(batch.rows.iter().map(|&row| items.y[row]));
            let is_plain = method < 2 || trial.is_control();
            squared.extend(vec![f64::from(u8::from(is_plain)); rows]);
            let has_classes = method == 1 && !trial.is_control();
            classified.extend(vec![if has_classes { WEIGHTS[start] } else { 0.0 }; rows]);
        }
        let labels = y.iter().map(|&y| pool.bins.index(f64::from(y)) as u32);
        let labels: Vec<u32> = labels.collect();
        let shape = [y.len()];
        let outputs = nets.forward(tensor(x, [NETS, rows, 1]));
        let found = outputs.clone().narrow(2, 0, 1).reshape(shape);
        let logits = outputs.narrow(2, 1, CLASSES).reshape([y.len(), CLASSES]);
        let mut loss = mse.forward_host(
            found.clone(),
            Target::dense(&y, &shape),
            Some(Array::new(&squared, &shape)),
        )? + cross_entropy.forward_host(
            logits,
            Target::labels(&labels, &shape),
            Some(Array::new(&classified, &shape)),
        )?;
        loss = loss.div_scalar(rows as f32);
        if !trial.is_control() {
            let of_net = [rows];
            for place in places().filter(|place| place.1 == 2) {
                let first = net_index(place.0, place.1, place.2) * rows;
                let targets = Target::dense(&y[first..first + rows], &of_net);
                let own = found.clone().narrow(0, first, rows);
                loss = loss + balanced_mse.forward_host(own, targets, None)?;
            }
        }
        nets = step(&mut optimizer, 0.01, nets, loss);
    }
    Ok(nets)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = |measure: &str| results.mean("functions", "with_classes", measure);
    Ok(vec![
        Clause::above(
            "relative gain by classes under the strong peak",
            &gain("gain_strong")?,
            0.0,
        ),
        Clause::above(
            "relative gain under the strong peak less that for even targets",
            &gain("gain_strong_less_uniform")?,
            0.0,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut plot = IntervalPlot::new("What classes gain")
        .axis_label("relative gain")
        .reference(0.0, "regression");
    for (level, _) in LEVELS {
        let gain = results.mean("functions", "with_classes", &format!("gain_{level}"))?;
        plot = plot.row(IntervalRow::new(level, gain.mean, gain.interval()));
    }
    let chart = LineChart::new("Error under the strong peak")
        .axis_labels("distance from the peak, in bins", "mean squared error");
    Ok(vec![
        Exhibit::new(
            "Relative fall of the error, mean over the bins of the target, by the sampling of the training targets.",
            plot,
        ),
        Exhibit::new(
            "Targets far from the peak are rare in training; all bins are equally common in the test.",
            with_lines(chart, results, "functions", "error"),
        ),
    ])
}
