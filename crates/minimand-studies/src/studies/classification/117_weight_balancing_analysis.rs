//! Weight balancing on long tails: what decay does to features, and one stage instead of two.

use minimand::linear::{feature_norm_penalty, simplex_etf};
use minimand::weighting::{Adjustment, ClassWeighting, MeanOne, adjust_logits, class_weights};
use minimand::{Denominator, Options};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_report::svg::{IntervalPlot, IntervalRow, LineChart};

use crate::charts::with_lines;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::features::{mean_cosine_between, separation};
use crate::findings::Findings;
use crate::learn::accuracy;
use crate::net::{Mlp, batches, cosine, gather, label_loss, matrix, numbers, sgd, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 117,
    slug: "weight-balancing-analysis",
    claim: "On long tails, weight decay makes features that tell classes apart better, and the second \
            stage of weight balancing works as an adjustment of logits: one stage with weight decay, a \
            penalty of features, a fixed simplex as head and adjusted logits is as good or better.",
    reduced: "Digits and a small network without normalisation layers instead of CIFAR and ImageNet with \
              residual networks; separation by the ratio of traces only.",
    setting: "Digits with 140 down to 5 training rows per class (an exponential, classes in random order), \
              24 test and 10 validation rows of each class. MLP with hidden layers of 128 and 64; SGD with \
              momentum 0.9, rate 0.05 falling along a cosine, batches of 32, 400 epochs. Two stages: \
              cross-entropy with decay 5e-3, then the head alone for 40 epochs with class-balanced weights \
              (β = 0.9999), decay 0.1 and the norms of its rows projected to at most the smallest norm plus \
              a tenth of their spread. One stage: decay 5e-3, 0.005 times the mean squared length of the \
              features, head a fixed simplex with a trained bias. Adjusted logits: z − ln π, or z·π^−t \
              with t of 0.4, 0.6, 0.8; the validation rows choose between these four for every method. \
              Separation of the test features: tr S_B / tr S_W.",
    control: "Every network trains with plain cross-entropy from a start of its own, for one stage, and no \
              logit is adjusted: nothing differs but chance.",
    objectives: &["cross_entropy"],
    provides: &[
        "`simplex_etf`",
        "`project_max_norm`",
        "`tau_normalize`",
        "`feature_norm_penalty`",
        "`class_weights`",
        "`adjust_logits`",
    ],
    parts: &[Part {
        name: "digits",
        about: "8×8 digits, 140 to 5 per class",
    }],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "A first run with 250 epochs and 6 seeds, cut to save time, left the first clause open; epochs and \
             seeds are now those that had been planned. The fixed simplex was turned at random for each seed \
             at first, and then every clause held (adjusted accuracy of one stage above cross-entropy by \
             0.038 [0.015, 0.062]); now it is the library's, the same for all. The rule is the same.",
    source: include_str!("117_weight_balancing_analysis.rs"),
};

/// The powers of the multiplicative adjustment.
const POWERS: [f64; 3] = [0.4, 0.6, 0.8];

/// How a network is trained.
#[derive(Clone, Copy, Default)]
struct Recipe {
    decay: f64,
    feature_penalty: f64,
    has_fixed_head: bool,
    is_balanced: bool,
}

struct Data {
    train: Labelled,
    validation: Labelled,
    test: Labelled,
    /// The training rows of each class.
    counts: Vec<usize>,
}

/// `140·(5/140)^(k/9)` rows of the k-th class in a random order.
fn long_tail(trial: &Trial<'_>) -> Result<Data, StudyError> {
    let key = trial.key();
    let digits = trial.digits()?;
    let classes = digits.classes;
    let mut order: Vec<usize> = (0..classes).collect();
    Random::new(key.child(1), 0).shuffle(&mut order);
    let mut counts = vec![0; classes];
    for (rank, &class) in order.iter().enumerate() {
        let power = rank as f64 / (classes - 1) as f64;
        counts[class] = (140.0 * (5.0_f64 / 140.0).powf(power)).round() as usize;
    }
    let (test, rest) = digits.split_by_class(&vec![24; classes], key.child(2));
    let (validation, rest) = rest.split_by_class(&vec![10; classes], key.child(3));
    let (train, _) = rest.split_by_class(&counts, key.child(4));
    Ok(Data {
        counts: train.class_counts(),
        train,
        validation,
        test,
    })
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let data = long_tail(trial)?;
    if data.counts.contains(&0) {
        return Err(trial.failed("every class needs at least 35 rows"));
    }
    let decayed = Recipe {
        decay: 5e-3,
        ..Recipe::default()
    };
    let recipes = [
        ("cross_entropy", Recipe::default()),
        ("weight_decay", decayed),
        (
            "class_balanced",
            Recipe {
                is_balanced: true,
                ..Recipe::default()
            },
        ),
        (
            "one_stage",
            Recipe {
                feature_penalty: 1e-2,
                has_fixed_head: true,
                ..decayed
            },
        ),
    ];
    let mut findings = Findings::new();
    for (index, (name, recipe)) in recipes.into_iter().enumerate() {
        let key = trial.key().child(5);
        let net = if trial.is_control() {
            fit(trial, &data, Recipe::default(), key.child(index as u64))?
        } else {
            fit(trial, &data, recipe, key)?
        };
        if name == "weight_decay" {
            let second = if trial.is_control() {
                fit(
                    trial,
                    &data,
                    Recipe::default(),
                    key.child(recipes.len() as u64),
                )?
            } else {
                second_stage(trial, &data, &net)?
            };
            measure(trial, &data, "two_stages", &second, &mut findings)?;
        }
        measure(trial, &data, name, &net, &mut findings)?;
    }
    Ok(findings)
}

/// Class-balanced weights with β = 0.9999, of mean 1; the loss is divided by the number of rows.
fn balanced(counts: &[usize]) -> Result<LossModule, StudyError> {
    let counts: Vec<f64> = counts.iter().map(|&n| n as f64).collect();
    let weighting = ClassWeighting::EffectiveNumber { beta: 0.9999 };
    let weights = class_weights(&counts, weighting, MeanOne::Classes)?;
    let options = Options {
        denominator: Denominator::Count,
        ..Options::default()
    };
    Ok(LossModule::new("cross_entropy".parse()?)
        .with_options(options)
        .with_class_weights(weights))
}

fn fit(trial: &Trial<'_>, data: &Data, recipe: Recipe, key: Key) -> Result<Mlp, StudyError> {
    let Labelled {
        columns, classes, ..
    } = data.train;
    let loss = if recipe.is_balanced {
        balanced(&data.counts)?
    } else {
        LossModule::new("cross_entropy".parse()?)
    };
    let mut net = Mlp::new(&[columns, 128, 64, classes], key.child(0));
    if recipe.has_fixed_head {
        let frame = simplex_etf(classes, 64)?;
        let by_feature = (0..64).flat_map(|feature| frame.iter().skip(feature).step_by(64));
        net = net.with_fixed_head(by_feature.map(|&w| w as f32).collect());
    }
    let mut optimizer = sgd(recipe.decay);
    for batch in batches(data.train.rows(), 32, trial.sized(400, 2), key.child(2)) {
        trial.check_stop()?;
        let labels = gather(&data.train.labels, 1, &batch.rows);
        let rows = gather(&data.train.features, columns, &batch.rows);
        let features = net.features(matrix(rows, columns));
        let mut value = label_loss(&loss, net.head(features.clone()), &labels)?;
        if recipe.feature_penalty > 0.0 {
            let entries = numbers(features.clone());
            let width = entries.len() / labels.len();
            let (_, slopes) = feature_norm_penalty(&entries, width)?;
            // Its gradient by the features is the penalty's.
            let penalty = (features * matrix(slopes, width)).sum();
            value = value + penalty.mul_scalar(recipe.feature_penalty);
        }
        net = step(&mut optimizer, 0.05 * cosine(batch.progress), net, value);
    }
    Ok(net)
}

/// The head trained again on the features, with balanced weights and bounded norms.
fn second_stage(trial: &Trial<'_>, data: &Data, net: &Mlp) -> Result<Mlp, StudyError> {
    let loss = balanced(&data.counts)?;
    let features = net.features_of(&data.train.features);
    let columns = features.len() / data.train.rows();
    let norms = net.head_norms();
    let smallest = norms.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = norms.iter().copied().fold(0.0, f64::max);
    let bound = smallest + 0.1 * (largest - smallest);
    let mut head = net.clone().into_head();
    let mut optimizer = sgd(0.1);
    let key = trial.key().child(6);
    for batch in batches(data.train.rows(), 32, trial.sized(40, 2), key) {
        let labels = gather(&data.train.labels, 1, &batch.rows);
        let rows = matrix(gather(&features, columns, &batch.rows), columns);
        let value = label_loss(&loss, head.forward(rows), &labels)?;
        head = step(&mut optimizer, 0.05 * cosine(batch.progress), head, value);
        head = head.map_head(|weight| {
            let norms = weight.clone().square().sum_dim(0).sqrt();
            weight * norms.recip().mul_scalar(bound).clamp_max(1.0)
        });
    }
    Ok(net.clone().with_head(head))
}

fn measure(
    trial: &Trial<'_>,
    data: &Data,
    name: &str,
    net: &Mlp,
    findings: &mut Findings,
) -> Result<(), StudyError> {
    let classes = data.test.classes;
    let counts: Vec<f64> = data.counts.iter().map(|&n| n as f64).collect();
    let scores = net.scores_of(&data.test.features);
    let validation = net.scores_of(&data.validation.features);
    let mut forms = vec![Adjustment::Additive { tau: 1.0 }];
    forms.extend(POWERS.map(|tau| Adjustment::Multiplicative { tau }));
    let adjust = |scores: &[f32], form| -> Result<Vec<f32>, StudyError> {
        let mut adjusted = scores.to_vec();
        adjust_logits(&mut adjusted, &counts, form)?;
        Ok(adjusted)
    };
    // The first of equally good ones.
    let (mut best, mut best_accuracy) = (0, f64::NEG_INFINITY);
    for (index, &form) in forms.iter().enumerate() {
        let adjusted = adjust(&validation, form)?;
        let accuracy = accuracy(&adjusted, &data.validation.labels, classes);
        if accuracy > best_accuracy {
            (best, best_accuracy) = (index, accuracy);
        }
    }
    let adjusted = if trial.is_control() {
        scores.clone()
    } else {
        adjust(&scores, forms[best])?
    };
    let plain = accuracy(&scores, &data.test.labels, classes);
    findings.put(name, "accuracy", plain);
    findings.put(
        name,
        "adjusted",
        accuracy(&adjusted, &data.test.labels, classes),
    );
    // Frequent classes first.
    let mut order: Vec<usize> = (0..classes).collect();
    order.sort_by_key(|&class| std::cmp::Reverse(data.counts[class]));
    let groups = [("frequent", 0..3), ("middle", 3..7), ("rare", 7..classes)];
    for (group, ranks) in groups {
        let of_group = order.get(ranks).unwrap_or_default();
        let rows: Vec<usize> = (0..data.test.rows())
            .filter(|&row| of_group.contains(&(data.test.labels[row] as usize)))
            .collect();
        let labels = gather(&data.test.labels, 1, &rows);
        let share = accuracy(&gather(&scores, classes, &rows), &labels, classes);
        if !rows.is_empty() {
            findings.put(name, group, share);
        }
    }
    let features = net.features_of(&data.test.features);
    findings.put(name, "separation", separation(&features, &data.test));
    findings.put(
        name,
        "cone_cosine",
        mean_cosine_between(&features, &data.test),
    );
    let norms = net.head_norms();
    let mean = norms.iter().sum::<f64>() / classes as f64;
    let points = order.iter().enumerate();
    let points = points.map(|(rank, &class)| (rank as f64 + 1.0, norms[class] / mean));
    findings.curve("norms", name, points);
    Ok(())
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    for method in ["weight_decay", "one_stage"] {
        let gain = results.difference("digits", "separation", method, "cross_entropy")?;
        let what = format!("gain in separation by {method}");
        clauses.push(Clause::above(&what, &gain, 0.0));
    }
    // The baselines are not adjusted: the two-stage method is balanced already.
    let own = results.values("digits", "one_stage", "adjusted")?;
    for (baseline, bound) in [("two_stages", -0.005), ("cross_entropy", 0.0)] {
        let base = results.values("digits", baseline, "accuracy")?;
        let gains: Vec<f64> = own.iter().zip(base).map(|(a, b)| a - b).collect();
        if let Some(gain) = minimand_compare::statistics::estimate(&gains, 0.0) {
            let what = format!("adjusted accuracy of one_stage − accuracy of {baseline}");
            clauses.push(Clause::above(&what, &gain, bound));
        }
    }
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let methods = [
        "cross_entropy",
        "weight_decay",
        "class_balanced",
        "two_stages",
        "one_stage",
    ];
    let mut plot = IntervalPlot::new("Balanced accuracy").axis_label("balanced accuracy");
    for (measure, suffix) in [("accuracy", ""), ("adjusted", ", adjusted logits")] {
        for method in methods {
            let mean = results.mean("digits", method, measure)?;
            let row = IntervalRow::new(format!("{method}{suffix}"), mean.mean, mean.interval());
            plot = plot.row(row);
        }
    }
    let chart = LineChart::new("Norms of the class weights")
        .axis_labels("class, from frequent to rare", "norm / mean norm");
    let norms = with_lines(chart, results, "digits", "norms");
    Ok(vec![
        Exhibit::new(
            "Accuracy on test rows with all classes equally common.",
            plot,
        ),
        Exhibit::new(
            "Rare classes get short weights, unless training balances them.",
            norms,
        ),
    ])
}
