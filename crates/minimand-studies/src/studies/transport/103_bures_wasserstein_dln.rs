//! Deep linear generators under the Bures–Wasserstein loss: which points are critical, and where descent ends.

use minimand::Objective;
use minimand_burn::random::Random;
use minimand_report::number::significant;
use minimand_report::svg::LineChart;

use super::linear_chain::{Chain, Covariance, SIZE, evaluated, gram, straightness};
use crate::charts::{means, with_log_lines};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// Names, layers and width of the networks.
const NETWORKS: [(&str, usize, usize); 6] = [
    ("depth 1, k = 3", 1, 3),
    ("depth 2, k = 3", 2, 3),
    ("depth 3, k = 3", 3, 3),
    ("depth 1, k = 10", 1, 10),
    ("depth 2, k = 10", 2, 10),
    ("depth 3, k = 10", 3, 10),
];

/// Width of the factors at critical points.
const KEPT: usize = 3;
/// Saddles that a trial starts beside.
const SADDLES: usize = 5;
/// Step of the descents.
const RATE: f64 = 0.1;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 103,
    slug: "bures-wasserstein-dln",
    claim: "For deep linear generators of Gaussians of rank k under the Bures–Wasserstein loss the critical points keep a set \
            of eigenvalues of the target; those of the k largest are the minimum and the others saddles; from balanced layers \
            gradient descent converges to the minimum, linearly, and smoothing helps where covariances are singular.",
    reduced: "A numerical check in 10 dimensions; the rates of the theorems are not compared, and smoothing is looked at only \
              in the steps that descent can take.",
    setting: "Targets of 10 dimensions with eigenvalues 1, ½, …, 2⁻⁹ in random directions. Networks: layers of equal singular \
              values whose product is Gaussian with deviation 0.5/√10; depth 1 to 3, width 3 and 10; steps of 0.1, at \
              most 4,000. The rule, for each of six networks in at least 19 of 20 seeds (95%): the loss ends within 1e-4 \
              of the sum of the eigenvalues beyond the k largest, the covariance within 0.01 of the target's with only \
              those (Frobenius), and its logarithm falls along a line (R² above 0.98 while the excess goes from 1e-4 to 1e-10). At \
              each of the 120 sets of 3 eigenvalues the slopes are below 1e-10 and the loss is the sum of the others to 1e-10; \
              from 5 random ones of those that are saddles, with noise of 1e-3, descent always ends within 1e-4 of the \
              minimum. And the largest step for which the loss never rises in 100 steps, width 10, is larger with a \
              smoothing of 0.1 than without, for depth 1 and 2.",
    control: "The set that is expected to be the minimum is that without the largest eigenvalue, so that descent has to end at \
              a saddle, and both sides of the comparison of steps are without smoothing.",
    objectives: &[
        "bures_wasserstein_factor",
        "bures_wasserstein_factor(tau=0.1)",
    ],
    provides: &["`transport::bures`", "`transport::eigen`"],
    parts: &[
        Part {
            name: "descents",
            about: "from balanced layers",
        },
        Part {
            name: "saddles",
            about: "critical points and starts beside them",
        },
        Part {
            name: "steps",
            about: "the largest step, by smoothing",
        },
    ],
    seeds: 20,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("103_bures_wasserstein_dln.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let mut random = Random::new(trial.key().child(1), 0);
    let target = Covariance::new(&mut random)?;
    match trial.part() {
        "descents" => descents(trial, &target, &mut random),
        "saddles" => saddles(trial, &target, &mut random),
        _ => steps(trial, &target, &mut random),
    }
}

/// The eigenvalues that the minimum of this width should keep.
fn expected(trial: &Trial<'_>, width: usize) -> Vec<usize> {
    let first = usize::from(trial.is_control());
    (first..(first + width).min(SIZE)).collect()
}

/// How far the loss exceeds its minimum, step by step, until that is less than `enough`.
fn descend(
    trial: &Trial<'_>,
    chain: &mut Chain,
    target: &Covariance,
    width: usize,
    enough: f64,
) -> Result<Vec<f64>, StudyError> {
    let loss: Objective = "bures_wasserstein_factor".parse()?;
    let minimum = target.left_out(&(0..width).collect::<Vec<_>>());
    let mut excess = Vec::new();
    for _ in 0..trial.sized(4000, 100) {
        excess.push(chain.step(&loss, &target.matrix, RATE)? - minimum);
        if excess.last().is_some_and(|excess| *excess < enough) {
            break;
        }
    }
    trial.check_stop()?;
    Ok(excess)
}

fn descents(
    trial: &Trial<'_>,
    target: &Covariance,
    random: &mut Random,
) -> Result<Findings, StudyError> {
    let mut findings = Findings::new();
    for (name, depth, width) in NETWORKS {
        let mut chain = Chain::balanced(depth, width, random)?;
        let excess = descend(trial, &mut chain, target, width, 1e-10)?;
        let kept = expected(trial, width);
        let minimum = target.left_out(&(0..width).collect::<Vec<_>>());
        let last = excess.last().copied().unwrap_or(f64::INFINITY);
        let wanted = target.kept(&kept);
        let own = gram(&chain.factor(), width);
        let pairs = own.iter().zip(&wanted);
        let distance = pairs.map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
        let tail = excess.iter().enumerate();
        let tail = tail.filter(|(_, excess)| (1e-10..=1e-4).contains(*excess));
        let tail: Vec<(f64, f64)> = tail.map(|(step, e)| (step as f64, e.ln())).collect();
        findings.put_all(
            name,
            [
                (
                    "off_minimum",
                    (last + minimum - target.left_out(&kept)).abs(),
                ),
                ("off_covariance", distance),
                ("straightness", straightness(&tail)),
                ("steps", excess.len() as f64),
            ],
        );
        let points = (0..60).map(|i| {
            let step = 20 * i;
            (step as f64, excess.get(step).copied().unwrap_or(f64::NAN))
        });
        findings.curve("excess", name, points);
    }
    Ok(findings)
}

fn saddles(
    trial: &Trial<'_>,
    target: &Covariance,
    random: &mut Random,
) -> Result<Findings, StudyError> {
    let loss: Objective = "bures_wasserstein_factor".parse()?;
    let mut sets = Vec::new();
    for i in 0..SIZE {
        for j in 0..i {
            sets.extend((0..j).map(|k| [k, j, i]));
        }
    }
    let (mut slope, mut off) = (0.0_f64, 0.0_f64);
    for set in &sets {
        let (value, slopes) = evaluated(&loss, &target.factor(set), &target.matrix)?;
        slope = slope.max(slopes.iter().map(|s| s * s).sum::<f64>().sqrt());
        off = off.max((value - target.left_out(set)).abs());
    }
    sets.retain(|set| *set != [0, 1, 2]);
    random.shuffle(&mut sets);
    let minimum = target.left_out(&[0, 1, 2]);
    let wanted = target.left_out(&expected(trial, KEPT));
    let (mut ended, mut steps) = (0.0, 0.0);
    for set in sets.iter().take(SADDLES) {
        let mut factor = target.factor(set);
        factor.iter_mut().for_each(|w| *w += 1e-3 * random.normal());
        let mut chain = Chain::single(factor, KEPT);
        let excess = descend(trial, &mut chain, target, KEPT, 1e-6)?;
        let last = excess.last().copied().unwrap_or(f64::INFINITY) + minimum;
        ended += f64::from(u8::from((last - wanted).abs() < 1e-4)) / SADDLES as f64;
        steps += excess.len() as f64 / SADDLES as f64;
    }
    let mut findings = Findings::new();
    findings.put_all(
        "critical points",
        [
            ("largest_slope", slope),
            ("largest_error", off),
            ("escaped", ended),
            ("steps", steps),
        ],
    );
    Ok(findings)
}

fn steps(
    trial: &Trial<'_>,
    target: &Covariance,
    random: &mut Random,
) -> Result<Findings, StudyError> {
    let mut findings = Findings::new();
    for depth in [1, 2] {
        let start = Chain::balanced(depth, SIZE, random)?;
        for tau in [0.0, 0.01, 0.1] {
            let used = if trial.is_control() { 0.0 } else { tau };
            let loss: Objective = format!("bures_wasserstein_factor(tau={used})").parse()?;
            // Halves an interval of the logarithm eight times.
            let (mut low, mut high) = (0.05_f64.ln(), 4.0_f64.ln());
            for _ in 0..trial.sized(8, 3) {
                let middle = f64::midpoint(low, high);
                let (mut chain, mut last, mut falls) = (start.clone(), f64::INFINITY, true);
                for _ in 0..trial.sized(100, 10) {
                    let value = chain.step(&loss, &target.matrix, middle.exp())?;
                    falls &= value <= last + 1e-12;
                    last = value;
                    if !falls {
                        break;
                    }
                }
                (low, high) = if falls { (middle, high) } else { (low, middle) };
            }
            trial.check_stop()?;
            findings.put(
                &format!("depth {depth}, τ = {tau}"),
                "largest_step",
                low.exp(),
            );
        }
    }
    Ok(findings)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    for (name, ..) in NETWORKS {
        let values = |measure: &str| results.values("descents", name, measure);
        let (off, far) = (values("off_minimum")?, values("off_covariance")?);
        let straight = values("straightness")?;
        let good = (0..off.len()).filter(|&i| off[i] < 1e-4 && far[i] < 0.01 && straight[i] > 0.98);
        let (good, all) = (good.count(), off.len());
        clauses.push(Clause::that(
            format!(
                "{name}: {good} of {all} descents end at the minimum along a line; must be 95%"
            ),
            20 * good >= 19 * all,
        ));
    }
    let largest = |measure: &str| -> Result<f64, StudyError> {
        let values = results.values("saddles", "critical points", measure)?;
        Ok(values.iter().copied().fold(0.0, f64::max))
    };
    let (slope, error) = (largest("largest_slope")?, largest("largest_error")?);
    clauses.push(Clause::that(
        format!(
            "critical points: slopes of at most {}, losses off by at most {}; must be below 1e-10",
            significant(slope, 2),
            significant(error, 2)
        ),
        slope < 1e-10 && error < 1e-10,
    ));
    let escaped = results.values("saddles", "critical points", "escaped")?;
    let share = escaped.iter().sum::<f64>() / escaped.len() as f64;
    clauses.push(Clause::that(
        format!(
            "{:.0}% of the starts beside saddles end at the minimum; must be all",
            100.0 * share
        ),
        escaped.iter().all(|share| *share > 1.0 - 1e-6),
    ));
    for depth in [1, 2] {
        let [smooth, plain] = ["0.1", "0"].map(|tau| format!("depth {depth}, τ = {tau}"));
        let gap = results.difference("steps", "largest_step", &smooth, &plain)?;
        let what = format!("depth {depth}: largest step with τ = 0.1 less without");
        clauses.push(Clause::above(&what, &gap, 0.0));
    }
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let chart = LineChart::new("Descent").axis_labels("step", "loss above its minimum");
    Ok(vec![
        Exhibit::new(
            "Excess of the loss, mean over the seeds that are still under way.",
            with_log_lines(chart, results, "descents", "excess"),
        ),
        Exhibit::new(
            "The largest step for which the loss never rises in 100 steps from balanced layers of width 10.",
            means(results, "steps", "largest_step", "step")?,
        ),
    ])
}
