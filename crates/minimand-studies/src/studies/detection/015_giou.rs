//! Generalised IoU: a loss that moves boxes that do not overlap.

use minimand::detection::Overlap;
use minimand_burn::random::{Key, Random};
use minimand_report::number::significant;
use minimand_report::svg::LineChart;

use super::descent::{Descent, middle, slopes};
use crate::charts::with_lines;
use crate::data::boxes::{BoxPairs, Corners};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::measures::spearman;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 2] = [("iou", "iou"), ("giou", "giou")];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 15,
    slug: "giou",
    claim: "Distances of coordinates say little about the overlap that detectors are judged by, and the overlap \
            itself has no gradient for boxes apart. Generalised IoU follows the overlap, and as a loss it \
            moves every box (in YOLO v3 on VOC, 47.7 AP instead of 46.1).",
    reduced: "Boxes are fitted one by one, with no detector around them: what the paper says of the losses \
              themselves is judged, its gain in AP is not.",
    setting: "Fitting: 500 pairs of a start and a target, in units of the target's size; targets with aspect \
              ratios of e^±1.1, starts with e^±0.7 times their sides; half of the starts lie 0.05 to 1 away \
              from the target, the others overlap it. Gradient descent on middle and sides, 300 steps at 0.1, \
              the last 20% at 0.01 and the last 10% at 0.001. Every start apart must have stayed so under the \
              IoU loss, and none under the GIoU loss, whose mean final IoU must be larger; for all pairs apart \
              one step must also lead towards the target. Mismatch: of 20,000 boxes whose corners all have the \
              same Euclidean distance (3) from those of a 4×4 box, the IoU must range over more than 0.4; over \
              2,000 overlapping pairs, drawn as for fitting, the rank correlation of GIoU with IoU must be \
              above 0.8; and for boxes that slide apart GIoU must fall with every step of the gap.",
    control: "GIoU is replaced by IoU everywhere.",
    objectives: &["iou", "giou"],
    provides: &["minimand::detection::Overlap::Giou"],
    parts: &[
        Part {
            name: "fitting",
            about: "boxes that move down the slopes of a loss",
        },
        Part {
            name: "mismatch",
            about: "distances, IoU and GIoU of random boxes",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("015_giou.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    match trial.part() {
        "fitting" => fitting(trial),
        _ => Ok(mismatch(trial)),
    }
}

fn fitting(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let pairs = BoxPairs::FITTING.draw(trial.sized(500, 60), trial.key().child(1));
    let starts: Vec<Corners> = pairs.iter().map(|pair| pair.start).collect();
    let targets: Vec<Corners> = pairs.iter().map(|pair| pair.target).collect();
    let overlaps = |boxes: &[Corners]| -> Vec<f64> {
        let pairs = boxes.iter().zip(&targets);
        pairs.map(|(a, b)| Overlap::Iou.of(*a, *b)).collect()
    };
    let apart: Vec<usize> = (0..pairs.len())
        .zip(overlaps(&starts))
        .filter(|(_, overlap)| *overlap <= 0.0)
        .map(|(index, _)| index)
        .collect();
    let share_of = |count: usize| count as f64 / apart.len() as f64;
    let mut findings = Findings::new();
    for arm in trial.arms(&METHODS) {
        let mut curve = Vec::new();
        let descent = Descent {
            steps: trial.sized(300, 100),
            is_hurried: false,
        };
        let last = descent.run(
            trial,
            arm.objective,
            &starts,
            &targets,
            &mut |step, boxes| {
                if step % 5 == 0 {
                    let overlaps = overlaps(boxes);
                    let sum: f64 = apart.iter().map(|&index| overlaps[index]).sum();
                    curve.push((step as f64, sum / apart.len() as f64));
                }
            },
        )?;
        let last = overlaps(&last);
        let stuck = apart.iter().filter(|&&index| last[index] <= 0.0).count();
        let mut helpful = 0;
        for &index in &apart {
            let slopes = slopes(arm.objective, &starts[index], &targets[index])?;
            let (from, to) = (middle(&starts[index]), middle(&targets[index]));
            let along = |axis: usize| -(slopes[axis] + slopes[axis + 2]) * (to[axis] - from[axis]);
            helpful += usize::from(along(0) + along(1) > 0.0);
        }
        findings.put_all(
            arm.name,
            [
                ("stuck", share_of(stuck)),
                ("towards_target", share_of(helpful)),
                ("final_iou", last.iter().sum::<f64>() / last.len() as f64),
            ],
        );
        findings.curve("iou", arm.name, curve);
    }
    Ok(findings)
}

fn mismatch(trial: &Trial<'_>) -> Findings {
    let generalised = match trial.is_control() {
        true => Overlap::Iou,
        false => Overlap::Giou,
    };
    let mut findings = Findings::new();
    let mut at_distance = equally_far(trial.sized(20_000, 2_000), trial.key().child(2));
    at_distance.sort_by(f64::total_cmp);
    let (least, most) = (at_distance[0], at_distance[at_distance.len() - 1]);
    findings.put_all(
        "iou",
        [("least", least), ("most", most), ("range", most - least)],
    );
    let percentiles = (0..=20).map(|step| {
        let place = step * (at_distance.len() - 1) / 20;
        (step as f64 / 20.0, at_distance[place])
    });
    findings.curve("equal distance", "iou", percentiles);

    let overlapping = BoxPairs {
        disjoint: 0.0,
        ..BoxPairs::FITTING
    };
    let pairs = overlapping.draw(trial.sized(2_000, 300), trial.key().child(3));
    let of = |kind: Overlap| -> Vec<f64> {
        let pairs = pairs.iter();
        pairs.map(|pair| kind.of(pair.start, pair.target)).collect()
    };
    findings.put(
        "giou",
        "correlation",
        spearman(&of(generalised), &of(Overlap::Iou)),
    );

    let target = [0.0, 0.0, 1.0, 1.0];
    let slid = |kind: Overlap| -> Vec<(f64, f64)> {
        let steps = 0..=40;
        let point = |step: u32| {
            let x = f64::from(step) / 10.0;
            (x, kind.of([x, 0.0, x + 1.0, 1.0], target))
        };
        steps.map(point).collect()
    };
    for (name, kind) in [("iou", Overlap::Iou), ("giou", generalised)] {
        let curve = slid(kind);
        let falls = curve
            .windows(2)
            .filter(|pair| pair[0].0 >= 1.0 && pair[1].1 < pair[0].1);
        findings.put(name, "falls", falls.count() as f64 / 30.0);
        findings.curve("sliding", name, curve);
    }
    findings
}

/// IoU with a 4×4 box of boxes whose four coordinates have a Euclidean distance of 3 from its own, in a random
/// direction; those that run backwards are left out.
fn equally_far(count: usize, key: Key) -> Vec<f64> {
    let mut random = Random::new(key, 0);
    let target: Corners = [0.0, 0.0, 4.0, 4.0];
    let mut overlaps = Vec::with_capacity(count);
    while overlaps.len() < count {
        let offset: [f64; 4] = std::array::from_fn(|_| random.normal());
        let length = offset.iter().map(|x| x * x).sum::<f64>().sqrt();
        let moved: Corners = std::array::from_fn(|k| target[k] + 3.0 * offset[k] / length);
        if moved[0] < moved[2] && moved[1] < moved[3] {
            overlaps.push(Overlap::Iou.of(moved, target));
        }
    }
    overlaps
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let stuck = |method: &str| results.values("fitting", method, "stuck");
    let (iou, giou) = (stuck("iou")?, stuck("giou")?);
    let towards = results.values("fitting", "giou", "towards_target")?;
    let share = |values: &[f64]| {
        let sum: f64 = values.iter().sum();
        significant(sum / values.len() as f64, 3)
    };
    let gain = results.difference("fitting", "final_iou", "giou", "iou")?;
    let range = results.mean("mismatch", "iou", "range")?;
    let correlation = results.mean("mismatch", "giou", "correlation")?;
    let falls = results.values("mismatch", "giou", "falls")?;
    Ok(vec![
        Clause::that(
            format!(
                "of the boxes apart, {} never met their target under the IoU loss and {} under the GIoU loss; \
                 must be all and none in every seed",
                share(iou),
                share(giou),
            ),
            iou.iter().all(|&share| share == 1.0) && giou.iter().all(|&share| share == 0.0),
        ),
        Clause::that(
            format!(
                "the GIoU loss moves {} of the boxes apart towards their target at once; must be all",
                share(towards),
            ),
            towards.iter().all(|&share| share == 1.0),
        ),
        Clause::above("gain in mean final IoU by the GIoU loss", &gain, 0.0),
        Clause::above("range of the IoU at one distance of corners", &range, 0.4),
        Clause::above("rank correlation of GIoU with IoU", &correlation, 0.8),
        Clause::that(
            format!(
                "GIoU falls at {} of the steps of the gap; must be all",
                share(falls),
            ),
            falls.iter().all(|&share| share == 1.0),
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let fitting =
        LineChart::new("Mean IoU of boxes that start apart").axis_labels("step", "mean IoU");
    let sliding = LineChart::new("A box of side 1 that slides past another")
        .axis_labels("distance of the middles", "value");
    let equal =
        LineChart::new("IoU at one distance of corners").axis_labels("share of the boxes", "IoU");
    Ok(vec![
        Exhibit::new(
            "Only boxes that start apart from their target.",
            with_lines(fitting, results, "fitting", "iou"),
        ),
        Exhibit::new(
            "From a distance of 1 on the boxes share nothing.",
            with_lines(sliding, results, "mismatch", "sliding"),
        ),
        Exhibit::new(
            "Boxes whose corners are equally far from those of one box, sorted by their overlap with it.",
            with_lines(equal, results, "mismatch", "equal distance"),
        ),
    ])
}
