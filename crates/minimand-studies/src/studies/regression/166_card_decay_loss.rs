//! CARD: errors far ahead count less, and channels see each other.

use minimand::regression::{horizon_weights, step_weights};
use minimand::{Array, Denominator, Options, Target};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_report::svg::{IntervalPlot, IntervalRow, LineChart};

use super::channel_attention::{Forecaster, LEAD, MIXED, NEAR, SEEN, leading};
use crate::charts::{gains, with_lines};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, adam, matrix, numbers, step, vector};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// Names, losses, and the power with which weights fall; the baseline of the rule first.
const METHODS: [(&str, &str, f64); 4] = [
    ("mae", "mae", 0.0),
    ("decay", "mae", 0.5),
    ("decay_1", "mae", 1.0),
    ("mse", "mse", 0.0),
];

/// Steps that a forecast sees, and steps ahead.
const PAST: usize = 48;
const AHEAD: usize = 48;
const CHANNELS: usize = 8;
/// Windows of each channel.
const WINDOWS: usize = 50;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 166,
    slug: "card-decay-loss",
    claim: "Weighting the absolute error at step l ahead by l^(−1/2) lowers the error of forecasters over all steps, since \
            far errors are mostly noise; attention between channels uses that some of them lead others (CARD, most of \
            28 long-term settings).",
    reduced: "Synthetic series and a network with one hidden layer instead of a transformer and public data; of the \
              model only attention between channels is tried.",
    setting: "Eight channels, each a random walk or an AR(0.95) process (steps N(0, 1), correlation 0.5 between channels) \
              plus a sine of period 24 and amplitude 3 with a phase of its own. 48 steps are seen and 48 forecast; 400 \
              training windows (50 of each channel, 12 steps apart) and as many later ones for the test. Windows are \
              normalised by their own mean and deviation, which are put back on the output; losses are of series divided by \
              their deviation. MLP 48-64-48, 300 steps of Adam at 3e-3 on all windows. Channels: four series, AR(0.9), of \
              which the first follows the second by 3 steps with noise of 0.1; 24 steps seen, 6 forecast, 200 windows. Each \
              channel's window is mapped to 16 numbers to which what is learned of the channel is added; attention of one \
              head over the four, or none; then a linear map. 400 steps of Adam at 3e-3, L1. The rule: weights of l^(−1/2) \
              give a lower test MAE, unweighted, than no weights for both families, and attention a lower MAE of the first \
              channel. Networks trained with the squared error and with weights of 1/l are shown.",
    control: "All methods train without weights and without attention, each from a start of its own.",
    objectives: &["mae", "mse"],
    provides: &["`horizon_weights`", "`step_weights`"],
    parts: &[
        Part {
            name: "random_walk",
            about: "random walks with a season",
        },
        Part {
            name: "autoregression",
            about: "AR(0.95) with a season",
        },
        Part {
            name: "channels",
            about: "the second channel leads the first",
        },
    ],
    seeds: 10,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("166_card_decay_loss.rs"),
};

/// Windows `[n, PAST]` and what follows them `[n, AHEAD]`, in units of the series' deviation.
struct Windows {
    past: Vec<f64>,
    ahead: Vec<f64>,
}

/// Training windows, and test windows that begin after them.
fn windows(persistence: f64, key: Key, count: usize) -> [Windows; 2] {
    let mut random = Random::new(key, 0);
    let phases: Vec<f64> = (0..CHANNELS).map(|_| random.uniform() * 24.0).collect();
    let length = 2 * (12 * count + PAST + AHEAD);
    let mut levels = [0.0; CHANNELS];
    let mut series = vec![Vec::new(); CHANNELS];
    for time in 0..length {
        let common = random.normal();
        for channel in 0..CHANNELS {
            let own = (common + random.normal()) * 0.5_f64.sqrt();
            levels[channel] = persistence * levels[channel] + own;
            let angle = std::f64::consts::TAU * (time as f64 + phases[channel]) / 24.0;
            series[channel].push(levels[channel] + 3.0 * angle.sin());
        }
    }
    let seen: Vec<f64> = series
        .iter()
        .flat_map(|values| &values[..length / 2])
        .copied()
        .collect();
    let deviation = moments(&seen).1;
    [0, length / 2].map(|first| {
        let (mut past, mut ahead) = (Vec::new(), Vec::new());
        for values in &series {
            for window in 0..count {
                let start = first + 12 * window;
                let values = values[start..start + PAST + AHEAD].iter();
                let scaled: Vec<f64> = values.map(|x| x / deviation).collect();
                past.extend(&scaled[..PAST]);
                ahead.extend(&scaled[PAST..]);
            }
        }
        Windows { past, ahead }
    })
}

/// Mean and deviation (with the divisor n − 1).
fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0)).sqrt())
}

impl Windows {
    fn rows(&self) -> usize {
        self.past.len() / PAST
    }

    /// Normalised windows, the deviation of each, and what follows less its mean.
    fn normalised(&self) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
        let (mut inputs, mut scales, mut targets) = (Vec::new(), Vec::new(), Vec::new());
        let rows = self.past.chunks_exact(PAST);
        for (past, ahead) in rows.zip(self.ahead.chunks_exact(AHEAD)) {
            let (mean, deviation) = moments(past);
            let scale = deviation + 1e-4;
            inputs.extend(past.iter().map(|x| ((x - mean) / scale) as f32));
            scales.push(scale as f32);
            targets.extend(ahead.iter().map(|y| (y - mean) as f32));
        }
        (inputs, scales, targets)
    }
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let persistence = match trial.part() {
        "random_walk" => 1.0,
        "autoregression" => 0.95,
        _ => return channels(trial),
    };
    let count = trial.sized(WINDOWS, 5);
    let [train, test] = windows(persistence, trial.key().child(1), count);
    let (inputs, scales, targets) = train.normalised();
    let (seen, test_scales, truth) = test.normalised();
    let shape = [train.rows(), AHEAD];
    let options = Options {
        denominator: Denominator::Count,
        ..Options::default()
    };
    let mut findings = Findings::new();
    for (index, (name, objective, power)) in METHODS.into_iter().enumerate() {
        // The control needs only what the rule compares.
        if trial.is_control() && index > 1 {
            continue;
        }
        let (start, power) = match trial.is_control() {
            true => (index as u64, 0.0),
            false => (0, power),
        };
        let weights = step_weights(&horizon_weights(AHEAD, power)?, &shape, 1)?;
        let loss = LossModule::new(objective.parse()?).with_options(options);
        let mut net = Mlp::new(&[PAST, 64, AHEAD], trial.key().child(2).child(start));
        let mut optimizer = adam();
        for _ in 0..trial.sized(300, 3) {
            trial.check_stop()?;
            let scale = vector(scales.clone()).reshape([shape[0], 1]);
            let found = net.forward(matrix(inputs.clone(), PAST)) * scale;
            let weights = Array::new(&weights, &shape);
            let value = loss.forward_host(found, Target::dense(&targets, &shape), Some(weights))?;
            net = step(&mut optimizer, 3e-3, net, value);
        }
        let found = net.scores_of(&seen);
        let mut by_step = [[0.0; 2]; AHEAD];
        let rows = found.chunks_exact(AHEAD).zip(truth.chunks_exact(AHEAD));
        for ((found, truth), scale) in rows.zip(&test_scales) {
            for ((z, y), sums) in found.iter().zip(truth).zip(&mut by_step) {
                let off = f64::from(z * scale - y);
                sums[0] += off.abs() / test.rows() as f64;
                sums[1] += off * off / test.rows() as f64;
            }
        }
        let mean = |power: usize, steps: std::ops::Range<usize>| {
            let count = steps.len() as f64;
            by_step[steps].iter().map(|sums| sums[power]).sum::<f64>() / count
        };
        findings.put_all(
            name,
            [
                ("mae", mean(0, 0..AHEAD)),
                ("mse", mean(1, 0..AHEAD)),
                ("mae_first_12", mean(0, 0..12)),
                ("mae_last_12", mean(0, AHEAD - 12..AHEAD)),
            ],
        );
        let points = by_step.iter().enumerate();
        let points = points.map(|(step, sums)| (step as f64 + 1.0, sums[0]));
        findings.curve("error", name, points);
    }
    Ok(findings)
}

fn channels(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (inputs, targets) = leading(trial.sized(200, 20), key.child(1));
    let (seen, truth) = leading(trial.sized(500, 20), key.child(2));
    let loss = LossModule::new("mae".parse()?);
    let shape = [targets.len() / NEAR, NEAR];
    let mut findings = Findings::new();
    for (index, name) in ["without", "with"].into_iter().enumerate() {
        let looks = index == 1 && !trial.is_control();
        let own = if trial.is_control() { index as u64 } else { 0 };
        let mut net = Forecaster::new(key.child(3).child(own));
        let mut optimizer = adam();
        for _ in 0..trial.sized(400, 3) {
            trial.check_stop()?;
            let found = net.forward(matrix(inputs.clone(), SEEN), looks);
            let value = loss.forward_host(found, Target::dense(&targets, &shape), None)?;
            net = step(&mut optimizer, 3e-3, net, value);
        }
        let found = numbers(net.forward(matrix(seen.clone(), SEEN), looks));
        let error = |channel: usize, steps: std::ops::Range<usize>| {
            let rows = found.chunks_exact(NEAR).zip(truth.chunks_exact(NEAR));
            let rows = rows.skip(channel).step_by(MIXED);
            let off = rows.flat_map(|(found, truth)| {
                let both = found[steps.clone()].iter().zip(&truth[steps.clone()]);
                both.map(|(z, y)| f64::from((z - y).abs()))
                    .collect::<Vec<_>>()
            });
            let off: Vec<f64> = off.collect();
            off.iter().sum::<f64>() / off.len() as f64
        };
        findings.put_all(
            name,
            [
                ("follower_mae", error(0, 0..NEAR)),
                ("follower_mae_led", error(0, 0..LEAD)),
                ("leader_mae", error(1, 0..NEAR)),
            ],
        );
    }
    Ok(findings)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    for part in ["random_walk", "autoregression"] {
        let gap = results.difference(part, "mae", "decay", "mae")?;
        let what = format!("{part}: test MAE with weights less without");
        clauses.push(Clause::below(&what, &gap, 0.0));
    }
    let gap = results.difference("channels", "follower_mae", "with", "without")?;
    let what = "channels: MAE of the following channel, with attention less without,";
    clauses.push(Clause::below(what, &gap, 0.0));
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = Vec::new();
    for part in ["random_walk", "autoregression"] {
        let chart = LineChart::new(format!("Error by steps ahead, {part}"))
            .axis_labels("steps ahead", "mean absolute error");
        exhibits.push(Exhibit::new(
            "Test error in units of the deviation of the series.",
            with_lines(chart, results, part, "error"),
        ));
        exhibits.push(Exhibit::new(
            "Mean absolute error over all steps, less that of networks trained without weights.",
            gains(results, part, "mae", "mae", "difference in MAE")?,
        ));
    }
    let mut plot = IntervalPlot::new("Attention between channels").axis_label("MAE");
    for (measure, of) in [
        ("follower_mae", "all 6 steps"),
        ("follower_mae_led", "the 3 steps that the leader shows"),
    ] {
        for method in ["without", "with"] {
            let mean = results.mean("channels", method, measure)?;
            let name = format!("{method} attention, {of}");
            plot = plot.row(IntervalRow::new(name, mean.mean, mean.interval()));
        }
    }
    exhibits.push(Exhibit::new(
        "The channel that follows another by 3 steps.",
        plot,
    ));
    Ok(exhibits)
}
