//! Fourteen losses of forecasts: which is good for what?

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use minimand::Target;
use minimand::metrics::regression::{Mae, Mbe, Pinball, Rmse, Rmsle};
use minimand::metrics::{Metric, RegressionBatch};
use minimand_burn::LossModule;
use minimand_compare::statistics::estimate;
use minimand_report::svg::{IntervalPlot, IntervalRow};

use super::families::{PAST, Windows};
use crate::charts::gains;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, adam, batches, gather, matrix, numbers, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Arm, Exhibit, Part, Study, Trial};

/// All of the survey's losses but the mean error, which errors of both signs cancel in.
const METHODS: [(&str, &str); 13] = [
    ("mse", "mse"),
    ("mae", "mae"),
    ("huber", "huber"),
    ("log_cosh", "log_cosh"),
    ("msle", "msle"),
    ("rmsle", "rmsle"),
    ("rmse", "rmse"),
    ("rae", "rae"),
    ("rse", "rse"),
    ("mape", "mape"),
    ("nrmse", "nrmse"),
    ("rrmse", "rrmse(by=\"prediction\")"),
    ("quantile_0.9", "quantile(q=0.9)"),
];
/// Those of the rule; the control has no other.
const JUDGED: usize = 6;

const PARTS: &[Part] = &[
    Part {
        name: "seasonal",
        about: "season and trend, normal noise",
    },
    Part {
        name: "heavy_tails",
        about: "the same, noise of Student's t with 2 degrees of freedom",
    },
    Part {
        name: "growth",
        about: "multiplicative growth of many sizes",
    },
    Part {
        name: "intermittent",
        about: "sales that are mostly 0",
    },
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 39,
    slug: "forecasting-regression-losses",
    claim: "Of fourteen losses for forecasts none is best everywhere (electricity, traffic, retail, volatility), but some \
            are safe if little is known of the data: absolute errors and their like for outliers, logarithmic errors \
            for growth.",
    reduced: "Four families of synthetic series and a small network instead of public data and a temporal fusion \
              transformer.",
    setting: "One step ahead of 24. Seasonal: 10 + 3 sin (period 12, any phase) + a slope of ±0.05 + N(0, 1); heavy tails: \
              the same with Student's t with 2 degrees of freedom; growth: sizes e^N(0, 1), growth of 0 to 4% a step, a \
              season of ±20%, noise e^N(0, 0.2²); intermittent: 0 with probability 0.7, else exponential around a \
              seasonal mean. 400 training and 1,000 test windows, each of a series of its own, divided by the mean of \
              the training values. MLP 24-32-1, Adam at 3e-3, batches of 50, 40 epochs. On the last two families the \
              output is a softplus, for all losses; MSLE and RMSLE are trained on those only. The ratio losses are of \
              a batch; RRMSE has the predictions below, as the survey. The rule: under heavy tails the MAE, mean of networks \
              trained with MAE, Huber and log-cosh, is below that of MSE; on growth RMSLE training gives a lower \
              RMSLE than MSE training, and the best of all is it or MSLE, the same but for a root; and no loss is the first in \
              MAE on all families.",
    control: "All methods train with MSE, each from a start of its own.",
    objectives: &[
        "mse",
        "mae",
        "huber",
        "log_cosh",
        "msle",
        "rmsle",
        "rmse",
        "rae",
        "rse",
        "mape",
        "nrmse",
        "rrmse(by=\"prediction\")",
        "quantile(q=0.9)",
    ],
    provides: &[],
    parts: PARTS,
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("039_forecasting_regression_losses.rs"),
};

/// Is the family never negative?
fn is_positive(part: &str) -> bool {
    matches!(part, "growth" | "intermittent")
}

/// Raw outputs as forecasts.
fn forecasts(part: &str, outputs: Tensor<2>) -> Tensor<2> {
    if is_positive(part) {
        relu(outputs.clone()) + outputs.abs().neg().exp().log1p()
    } else {
        outputs
    }
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let (key, part) = (trial.key(), trial.part());
    let train = Windows::draw(part, trial.sized(400, 50), key.child(1));
    let test = Windows::draw(part, trial.sized(1000, 50), key.child(2));
    let level = train.past.iter().sum::<f32>() / train.past.len() as f32;
    let (train, test) = (train.divided(level), test.divided(level));
    let truth: Vec<f64> = test.next.iter().map(|&y| f64::from(y)).collect();
    let mut findings = Findings::new();
    for (index, arm) in trial.arms(&METHODS).into_iter().enumerate() {
        let is_logarithmic = matches!(arm.name, "msle" | "rmsle");
        if trial.is_control() && index >= JUDGED || is_logarithmic && !is_positive(part) {
            continue;
        }
        let net = fit(trial, &arm, &train)?;
        let found = numbers(forecasts(
            part,
            net.forward(matrix(test.past.clone(), PAST)),
        ));
        let found: Vec<f64> = found.into_iter().map(f64::from).collect();
        let batch = RegressionBatch::new(&found, &truth, None)?;
        let value = |mut metric: Box<dyn Metric<_>>| -> Result<f64, StudyError> {
            metric.update(&batch)?;
            Ok(metric.value().unwrap_or(f64::NAN))
        };
        findings.put(arm.name, "mae", value(Box::<Mae>::default())?);
        findings.put(arm.name, "rmse", value(Box::<Rmse>::default())?);
        findings.put(arm.name, "bias", value(Box::<Mbe>::default())?);
        findings.put(
            arm.name,
            "pinball_0.9",
            value(Box::new(Pinball::new(0.9)?))?,
        );
        if is_positive(part) {
            findings.put(arm.name, "rmsle", value(Box::<Rmsle>::default())?);
        }
    }
    Ok(findings)
}

fn fit(trial: &Trial<'_>, arm: &Arm, train: &Windows) -> Result<Mlp, StudyError> {
    let loss = LossModule::new(arm.objective.parse()?);
    // Forecasts begin near the mean.
    let mut net = Mlp::new(&[PAST, 32, 1], arm.key.child(0)).with_output_bias(vec![1.0]);
    let mut optimizer = adam();
    for batch in batches(train.next.len(), 50, trial.sized(40, 2), arm.key.child(1)) {
        trial.check_stop()?;
        let past = matrix(gather(&train.past, PAST, &batch.rows), PAST);
        let next = gather(&train.next, 1, &batch.rows);
        let found = forecasts(trial.part(), net.forward(past));
        let shape = [next.len()];
        let value = loss.forward_host(found.reshape(shape), Target::dense(&next, &shape), None)?;
        net = step(&mut optimizer, 3e-3, net, value);
    }
    Ok(net)
}

/// Losses with their mean of a measure, the best first.
fn ranked<'a>(
    results: &'a Results,
    part: &str,
    measure: &str,
) -> Result<Vec<(&'a str, f64)>, StudyError> {
    let methods: Vec<&str> = results.methods(part).collect();
    let mean = |method: &'a str| -> Result<(&'a str, f64), StudyError> {
        Ok((method, results.mean(part, method, measure)?.mean))
    };
    let mut ranked: Vec<(&str, f64)> = methods.into_iter().map(mean).collect::<Result<_, _>>()?;
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1));
    Ok(ranked)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    let robust =
        ["mae", "huber", "log_cosh"].map(|loss| results.values("heavy_tails", loss, "mae"));
    let [a, b, c] = robust;
    let (a, b, c) = (a?, b?, c?);
    let plain = results.values("heavy_tails", "mse", "mae")?;
    let gaps = plain.iter().enumerate();
    let gaps: Vec<f64> = gaps
        .map(|(i, mse)| (a[i] + b[i] + c[i]) / 3.0 - mse)
        .collect();
    if let Some(gap) = estimate(&gaps, 0.0) {
        let what = "heavy tails: MAE of the robust losses less that of MSE";
        clauses.push(Clause::below(what, &gap, 0.0));
    }
    let gap = results.difference("growth", "rmsle", "rmsle", "mse")?;
    let what = "growth: RMSLE after RMSLE training less after MSE training";
    clauses.push(Clause::below(what, &gap, 0.0));
    let best = ranked(results, "growth", "rmsle")?;
    let best = best.first().map_or("", |first| first.0);
    clauses.push(Clause::that(
        format!("growth: the best in RMSLE is {best}; must be rmsle or msle"),
        matches!(best, "rmsle" | "msle"),
    ));
    let mut first = Vec::new();
    for part in PARTS {
        first.extend(
            ranked(results, part.name, "mae")?
                .first()
                .map(|best| best.0),
        );
    }
    clauses.push(Clause::that(
        format!(
            "the first in MAE on the families are {}; must not be one loss",
            first.join(", ")
        ),
        first.windows(2).any(|pair| pair[0] != pair[1]),
    ));
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut plot =
        IntervalPlot::new("Mean rank over the families").axis_label("rank in MAE, 1 the best");
    let mut ranks: Vec<(&str, f64, f64)> = METHODS.iter().map(|m| (m.0, 0.0, 0.0)).collect();
    for part in PARTS {
        for (place, (method, _)) in ranked(results, part.name, "mae")?.into_iter().enumerate() {
            if let Some(rank) = ranks.iter_mut().find(|rank| rank.0 == method) {
                (rank.1, rank.2) = (rank.1 + place as f64 + 1.0, rank.2 + 1.0);
            }
        }
    }
    ranks.retain(|rank| rank.2 > 0.0);
    ranks.sort_by(|a, b| (a.1 / a.2).total_cmp(&(b.1 / b.2)));
    for (method, sum, count) in ranks {
        plot = plot.row(IntervalRow::new(method, sum / count, None));
    }
    let mut exhibits = vec![Exhibit::new(
        "Ranks of the mean test MAE; MSLE and RMSLE are ranked on two families only.",
        plot,
    )];
    for part in PARTS {
        let measure = if part.name == "growth" {
            "rmsle"
        } else {
            "mae"
        };
        exhibits.push(Exhibit::new(
            format!("Test error less that after MSE training: {}.", part.about),
            gains(results, part.name, measure, "mse", measure)?,
        ));
    }
    Ok(exhibits)
}
