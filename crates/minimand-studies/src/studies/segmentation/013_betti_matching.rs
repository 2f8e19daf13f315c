//! Betti matching: topology that must be right in the right place.

use minimand::grid::Grid;
use minimand::grid::persistence::betti_matching::{BettiMatching, betti_matching_error};
use minimand::grid::persistence::{Construction, betti::betti_number_error};
use minimand::metrics::segmentation::{ClDice, Dice};
use minimand_burn::random::{Key, Random};
use minimand_burn::train::images::ImageSet;
use minimand_report::number::significant;

use super::masks::{
    Cases, ConvNet, Course, betti_errors, chosen, fit, foregrounds, mean_of, probabilities,
};
use crate::charts;
use crate::data::curves::Curves;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const DICE: &str = "dice(include_background=false)";

/// Method and what is added to Dice; the weights that validation chooses from.
const METHODS: [(&str, &str, &[f64]); 4] = [
    ("dice", "", &[0.0]),
    ("dice + cldice", "cldice", &[0.5]),
    (
        "dice + wasserstein",
        "topo_loss(include_background=false)",
        &WEIGHTS,
    ),
    (
        "dice + betti matching",
        "betti_matching(include_background=false)",
        &WEIGHTS,
    ),
];

const WEIGHTS: [f64; 2] = [0.01, 0.1];
const SIDE: usize = 32;
const WARM_UP: u64 = u64::from_le_bytes(*b"warm up ");

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 13,
    slug: "betti-matching",
    claim: "The Betti matching error counts topological features that are in the wrong place, which Betti \
            numbers do not; training with the Betti matching loss lowers it against Dice, clDice and the \
            Wasserstein loss, at an equal Dice, on six data sets.",
    reduced: "Drawn curves of 32×32 pixels instead of roads, membranes and cells; a network of three convolutions \
              with 8 channels instead of a U-Net. That it beats clDice and the Wasserstein loss is shown, not \
              judged.",
    setting: "One or two rings and one or two lines of 1 to 2 pixels with gaps in the image and noise of 0.25; 60 \
              pictures to train, 30 to choose weights, 60 to test. 15 epochs of AdamW at 1e-2, batches of 8, with \
              Dice; from there 10 epochs at 3e-3 with Dice alone or with a second loss, whose weight is 0.5 for \
              clDice and the better of 0.01 and 0.1 in the matching error of the 30 pictures for the losses of \
              persistence. The rule: the Betti matching loss must have a lower matching error than Dice alone, and a \
              Dice that is not more than 0.01 lower. Metric: 100 pictures per seed of two to four discs, of which some \
              have a hole and as many others have one in the prediction; the matching error must be twice the \
              number of misplaced holes in each, the error of Betti numbers 0.",
    control: "Every method continues with Dice from a start of its own; the predicted holes are in their places.",
    objectives: &[
        DICE,
        "cldice",
        "topo_loss(include_background=false)",
        "betti_matching(include_background=false)",
    ],
    provides: &[
        "`grid::persistence::barcode`",
        "`grid::persistence::betti_matching::betti_matching_error`",
        "`grid::persistence::betti_matching::betti_matching_loss`",
        "`grid::persistence::diagrams::wasserstein_matching`",
        "`grid::persistence::betti::betti_number_error`",
    ],
    parts: &[
        Part {
            name: "misplaced holes",
            about: "discs with holes in the wrong ones",
        },
        Part {
            name: "curves",
            about: "rings and lines with gaps",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("013_betti_matching.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    match trial.part() {
        "misplaced holes" => misplaced(trial),
        _ => curves(trial),
    }
}

fn misplaced(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let grid = Grid::new(&[SIDE, SIDE])?;
    let mut random = Random::new(trial.key().child(1), 0);
    let count = 100;
    let (mut flagged, mut numbers) = (0, 0);
    for _ in 0..count {
        let discs = 2 + random.below(3);
        let holes = 1 + random.below(discs / 2);
        let mut order: Vec<usize> = (0..discs).collect();
        random.shuffle(&mut order);
        let target = drawn(discs, &order[..holes]);
        let prediction = match trial.is_control() {
            true => target.clone(),
            false => drawn(discs, &order[holes..2 * holes]),
        };
        let mask = |values: &[f32]| -> Vec<bool> { values.iter().map(|&x| x > 0.5).collect() };
        let options = BettiMatching::default();
        let error = betti_matching_error(&prediction, &target, &grid, &options, 0.5)?;
        // One bar of the prediction and one of the target for each hole.
        flagged += usize::from(error == 2.0 * holes as f64);
        let (own, truth) = (mask(&prediction), mask(&target));
        let errors = betti_number_error(&own, &truth, &grid, Construction::Vertices)?;
        numbers += usize::from(errors.iter().sum::<usize>() > 0);
    }
    let mut findings = Findings::new();
    let share = |hits: usize| hits as f64 / count as f64;
    findings.put("matching error", "flagged", share(flagged));
    findings.put("betti numbers", "flagged", share(numbers));
    Ok(findings)
}

/// Discs of radius 5 in the quarters of a picture, some with a hole.
fn drawn(discs: usize, with_hole: &[usize]) -> Vec<f32> {
    let mut values = vec![0.0; SIDE * SIDE];
    for disc in 0..discs {
        let [row, column] = [disc / 2, disc % 2].map(|half| 8.0 + 16.0 * half as f64);
        let hole = if with_hole.contains(&disc) { 2.0 } else { -1.0 };
        for (index, value) in values.iter_mut().enumerate() {
            let (y, x) = ((index / SIDE) as f64 - row, (index % SIDE) as f64 - column);
            let radius = y.hypot(x);
            if radius <= 5.0 && radius > hole {
                *value = 1.0;
            }
        }
    }
    values
}

fn curves(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let network = Curves::network(SIDE).ok_or_else(|| trial.failed("no grid"))?;
    let draw = |count, key| Cases::draw(network.grid, count, key, |key| network.draw(key));
    let train = draw(trial.sized(60, 8), key.child(1));
    let validation = draw(trial.sized(30, 4), key.child(2));
    let test = draw(trial.sized(60, 4), key.child(3));
    let set = train.set(2)?;
    let mut findings = Findings::new();
    let mut warm: Option<ConvNet> = None;
    for (index, (name, added, weights)) in METHODS.into_iter().enumerate() {
        // The control needs only what the rule compares.
        if trial.is_control() && !matches!(index, 0 | 3) {
            continue;
        }
        let own = if trial.is_control() { index as u64 } else { 0 };
        let start_key = key.child(WARM_UP).child(own);
        let start = match &warm {
            Some(net) if !trial.is_control() => net.clone(),
            _ => warmed_up(trial, &set, start_key)?,
        };
        warm = Some(start.clone());
        let course = Course {
            epochs: trial.sized(10, 1),
            batch: 8,
            rate: 3e-3,
        };
        let mut best: Option<(f64, f64, ConvNet)> = None;
        for &weight in weights {
            let objective = match trial.is_control() || added.is_empty() {
                true => DICE.to_owned(),
                false => format!("{DICE} + {weight}*{added}"),
            };
            let start = start.clone();
            let net = fit::<4, _>(trial, start, &objective, &set, course, start_key.child(1))?;
            let error = matching_error(&validation, &labels(&net, &validation)?)?;
            if best.as_ref().is_none_or(|(lowest, ..)| error < *lowest) {
                best = Some((error, weight, net));
            }
        }
        let Some((_, weight, net)) = best else {
            continue;
        };
        let found = labels(&net, &test)?;
        let numbers = betti_errors(&test, &found, Construction::Vertices)?;
        let pairs = test.pairs(&found, 1)?;
        let measures = [
            ("matching error", matching_error(&test, &found)?),
            ("number error", numbers.iter().sum()),
            ("dice", mean_of(&Dice, &pairs)),
            ("cldice", mean_of(&ClDice, &pairs)),
            ("weight", weight),
        ];
        findings.put_all(name, measures);
    }
    Ok(findings)
}

fn warmed_up(trial: &Trial<'_>, set: &ImageSet, key: Key) -> Result<ConvNet, StudyError> {
    let course = Course {
        epochs: trial.sized(15, 1),
        batch: 8,
        rate: 1e-2,
    };
    let start = ConvNet::new(2, 1, &[8, 8, 8], 2, key.child(2))?;
    fit::<4, _>(trial, start, DICE, set, course, key.child(3))
}

fn labels(net: &ConvNet, cases: &Cases) -> Result<Vec<u32>, StudyError> {
    Ok(chosen(&probabilities(net, cases, 2)?, 2))
}

/// Mean over the pictures.
fn matching_error(cases: &Cases, found: &[u32]) -> Result<f64, StudyError> {
    let pixels = cases.grid.len();
    let values = |mask: Vec<bool>| -> Vec<f32> {
        mask.into_iter()
            .map(|inside| f32::from(u8::from(inside)))
            .collect()
    };
    let truths = foregrounds(&cases.labels, pixels);
    let mut sum = 0.0;
    for (own, truth) in foregrounds(found, pixels).zip(truths) {
        let options = BettiMatching::default();
        sum += betti_matching_error(&values(own), &values(truth), &cases.grid, &options, 0.5)?;
    }
    Ok(sum / cases.len() as f64)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let share = |method| results.mean("misplaced holes", method, "flagged");
    let (own, other) = (share("matching error")?.mean, share("betti numbers")?.mean);
    let change = |measure| results.difference("curves", measure, "dice + betti matching", "dice");
    Ok(vec![
        Clause::that(
            format!(
                "the matching error is twice the number of misplaced holes in a share of {} of the pictures, and \
                 Betti numbers differ in {}; must be 1 and 0",
                significant(own, 3),
                significant(other, 3)
            ),
            own == 1.0 && other == 0.0,
        ),
        Clause::below(
            "change of the matching error by the Betti matching loss",
            &change("matching error")?,
            0.0,
        ),
        Clause::above(
            "change of Dice by the Betti matching loss",
            &change("dice")?,
            -0.01,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = Vec::new();
    for (measure, caption) in [
        (
            "matching error",
            "Features without a partner in the right place, mean over test pictures.",
        ),
        (
            "number error",
            "Components and holes too many or too few, wherever they are.",
        ),
        ("dice", "Overlap."),
    ] {
        let plot = charts::means(results, "curves", measure, measure)?;
        exhibits.push(Exhibit::new(caption, plot));
    }
    Ok(exhibits)
}
