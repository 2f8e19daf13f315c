//! Distance and complete IoU: boxes that move to their target instead of growing over it.

use minimand::detection::{Overlap, Suppression, nms};
use minimand_report::number::significant;
use minimand_report::svg::LineChart;

use super::descent::{Descent, middle, sides};
use crate::charts::{with_lines, with_log_lines};
use crate::data::boxes::{Corners, Crowd, Crowds, simulated};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 4] = [
    ("iou", "iou"),
    ("giou", "giou"),
    ("diou", "diou"),
    ("ciou", "ciou"),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 30,
    slug: "diou-ciou",
    claim: "The distance of the middles in the loss (DIoU) moves boxes to their target instead of growing \
            them, and converges faster than GIoU; aspect ratios (CIoU) make the fit better still (YOLO v3 on VOC: \
            46.6, 47.7, 48.1 and 49.2 AP for IoU, GIoU, DIoU and CIoU). The same distance in the suppression of \
            duplicates keeps objects that stand close.",
    reduced: "300 instead of 5,000 places of anchors, each with one instead of 49 sizes; no detector is trained, \
              so gains in AP are not judged.",
    setting: "The paper's simulation: seven targets of area 1 with aspect ratios 1:4 to 4:1 in one place, 300 \
              anchors within 3 of it with an area of 0.5 to 2 and an aspect ratio drawn anew for each target. \
              Gradient descent on middle and sides, 200 steps at 0.1 · (2 − IoU), the last 20% at a tenth and \
              the last 10% at a hundredth, by exact gradients. In every seed more than 0.9 of the anchors apart \
              from their target must stay so under IoU, and none under the others; the largest area on the way \
              over the first must be smaller for DIoU than for GIoU; the final distance of the middles must be \
              less than half of GIoU's for DIoU and CIoU; the final error (sum of the differences of middle and \
              sides) must be smaller for CIoU than for both; and for the claim of speed DIoU must need fewer steps \
              than GIoU to an IoU of 0.9, where a box that does not arrive counts with all 200. Crowds: 400 pairs \
              of equal boxes with an IoU of 0.5 to 0.7, each reported three to six times; recall at a precision \
              of 0.9 (matched from an IoU of 0.75 on) must be larger with the distance (β = 1) than with plain \
              suppression, both at a threshold of 0.5. The recall of each at its own best threshold is shown.",
    control: "Every loss is IoU, and the suppression is the plain one.",
    objectives: &["iou", "giou", "diou", "ciou"],
    provides: &[
        "minimand::detection::Overlap::{Diou, Ciou}",
        "minimand::detection::Suppression::Diou",
    ],
    parts: &[
        Part {
            name: "simulation",
            about: "anchors around seven targets",
        },
        Part {
            name: "crowds",
            about: "pairs of objects that overlap, with duplicates",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("030_diou_ciou.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    match trial.part() {
        "simulation" => simulation(trial),
        _ => crowds(trial),
    }
}

fn simulation(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let pairs = simulated(trial.sized(300, 20), trial.key().child(1));
    let starts: Vec<Corners> = pairs.iter().map(|pair| pair.start).collect();
    let targets: Vec<Corners> = pairs.iter().map(|pair| pair.target).collect();
    let steps = 200;
    let area = |own: &Corners| sides(own).iter().product::<f64>();
    let error = |own: &Corners, target: &Corners| -> f64 {
        let terms = |corners: &Corners| [middle(corners), sides(corners)];
        let (own, target) = (terms(own), terms(target));
        let pairs = own.as_flattened().iter().zip(target.as_flattened());
        pairs.map(|(a, b)| (a - b).abs()).sum()
    };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let is_apart: Vec<bool> = starts
        .iter()
        .zip(&targets)
        .map(|(own, target)| Overlap::Iou.of(*own, *target) <= 0.0)
        .collect();
    let of_apart = |values: &[f64]| -> f64 {
        let apart = values.iter().zip(&is_apart).filter(|(_, apart)| **apart);
        mean(&apart.map(|(value, _)| *value).collect::<Vec<_>>())
    };
    let mut findings = Findings::new();
    for arm in trial.arms(&METHODS) {
        let mut largest = vec![0.0_f64; starts.len()];
        let mut arrived = vec![steps as f64; starts.len()];
        let mut curve = Vec::new();
        let descent = Descent {
            steps,
            is_hurried: true,
        };
        let last = descent.run(
            trial,
            arm.objective,
            &starts,
            &targets,
            &mut |step, boxes| {
                let mut total = 0.0;
                for (index, (own, target)) in boxes.iter().zip(&targets).enumerate() {
                    largest[index] = largest[index].max(area(own));
                    if Overlap::Iou.of(*own, *target) >= 0.9 {
                        arrived[index] = arrived[index].min(step as f64);
                    }
                    total += error(own, target);
                }
                if step % 5 == 0 {
                    curve.push((step as f64, total / boxes.len() as f64));
                }
            },
        )?;
        let all = |of: &dyn Fn(&Corners, &Corners) -> f64| -> Vec<f64> {
            let pairs = last.iter().zip(&targets);
            pairs.map(|(own, target)| of(own, target)).collect()
        };
        let stuck = all(&|own, target| f64::from(Overlap::Iou.of(*own, *target) <= 0.0));
        let distances = all(&|own, target| {
            let (a, b) = (middle(own), middle(target));
            (a[0] - b[0]).hypot(a[1] - b[1])
        });
        let growth: Vec<f64> = largest
            .iter()
            .zip(&starts)
            .map(|(most, start)| most / area(start))
            .collect();
        findings.put_all(
            arm.name,
            [
                ("stuck", of_apart(&stuck)),
                ("growth", of_apart(&growth)),
                ("distance", mean(&distances)),
                ("error", mean(&all(&error))),
                ("steps", mean(&arrived)),
            ],
        );
        findings.curve("error", arm.name, curve);
    }
    Ok(findings)
}

fn crowds(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key().child(2);
    let crowds: Vec<Crowd> = (0..trial.sized(400, 60))
        .map(|index| Crowds::PAIRS.draw(key.child(index as u64)))
        .collect();
    let mut findings = Findings::new();
    for name in ["nms", "diou_nms"] {
        let is_plain = name == "nms" || trial.is_control();
        let rule = |threshold: f64| match is_plain {
            true => Suppression::Iou { threshold },
            false => Suppression::Diou {
                threshold,
                beta: 1.0,
            },
        };
        findings.put(name, "recall", recall(&crowds, rule(0.5))?);
        let mut curve = Vec::new();
        for step in 6..=18 {
            let threshold = f64::from(step) / 20.0;
            curve.push((threshold, recall(&crowds, rule(threshold))?));
        }
        let best = curve.iter().map(|point| point.1).fold(0.0, f64::max);
        findings.put(name, "best_recall", best);
        findings.curve("recall", name, curve);
    }
    Ok(findings)
}

/// The largest recall at a precision of 0.9 or more over all thresholds of the score.
fn recall(crowds: &[Crowd], rule: Suppression) -> Result<f64, StudyError> {
    let mut found: Vec<(f64, bool)> = Vec::new();
    for crowd in crowds {
        let (boxes, scores): (Vec<Corners>, Vec<f64>) = crowd.reports.iter().copied().unzip();
        let mut is_free = vec![true; crowd.objects.len()];
        for index in nms(boxes.as_flattened(), &scores, None, rule)? {
            let overlaps = crowd
                .objects
                .iter()
                .map(|object| Overlap::Iou.of(boxes[index], *object));
            let free = overlaps.enumerate().filter(|(object, _)| is_free[*object]);
            let best = free.max_by(|a, b| a.1.total_cmp(&b.1));
            let hit = best.filter(|(_, overlap)| *overlap >= 0.75);
            if let Some((object, _)) = hit {
                is_free[object] = false;
            }
            found.push((scores[index], hit.is_some()));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let total: usize = crowds.iter().map(|crowd| crowd.objects.len()).sum();
    let (mut right, mut best) = (0, 0);
    for (index, (_, hit)) in found.iter().enumerate() {
        right += usize::from(*hit);
        if 10 * right >= 9 * (index + 1) {
            best = right;
        }
    }
    Ok(best as f64 / total as f64)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let part = "simulation";
    let values = |method: &str, measure: &str| results.values(part, method, measure);
    let shown = |method: &str, measure: &str| -> Result<String, StudyError> {
        Ok(significant(results.mean(part, method, measure)?.mean, 2))
    };
    let every = |method: &str, holds: fn(f64) -> bool| -> Result<bool, StudyError> {
        Ok(values(method, "stuck")?.iter().all(|&share| holds(share)))
    };
    let mut moves = every("iou", |share| share > 0.9)?;
    for method in ["giou", "diou", "ciou"] {
        moves &= every(method, |share| share == 0.0)?;
    }
    let mut is_nearer = true;
    for method in ["diou", "ciou"] {
        let pairs = values(method, "distance")?
            .iter()
            .zip(values("giou", "distance")?);
        is_nearer &= pairs.into_iter().all(|(own, giou)| *own < 0.5 * giou);
    }
    let difference =
        |measure: &str, method: &str, other: &str| results.difference(part, measure, method, other);
    Ok(vec![
        Clause::that(
            format!(
                "of the anchors apart {} stay so under IoU, {}, {} and {} under GIoU, DIoU and CIoU; must be \
                 above 0.9 and none in every seed",
                shown("iou", "stuck")?,
                shown("giou", "stuck")?,
                shown("diou", "stuck")?,
                shown("ciou", "stuck")?,
            ),
            moves,
        ),
        Clause::below(
            "largest area over the first, DIoU less GIoU,",
            &difference("growth", "diou", "giou")?,
            0.0,
        ),
        Clause::that(
            format!(
                "the final distance of the middles is {} and {} for DIoU and CIoU; must be less than half of \
                 GIoU's {} in every seed",
                shown("diou", "distance")?,
                shown("ciou", "distance")?,
                shown("giou", "distance")?,
            ),
            is_nearer,
        ),
        Clause::below(
            "final error, CIoU less DIoU,",
            &difference("error", "ciou", "diou")?,
            0.0,
        ),
        Clause::below(
            "final error, CIoU less GIoU,",
            &difference("error", "ciou", "giou")?,
            0.0,
        ),
        Clause::below(
            "steps to an IoU of 0.9, DIoU less GIoU,",
            &difference("steps", "diou", "giou")?,
            0.0,
        ),
        Clause::above(
            "recall in crowds, suppression with the distance less plain,",
            &results.difference("crowds", "recall", "diou_nms", "nms")?,
            0.0,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let error =
        LineChart::new("Error of the boxes, step by step").axis_labels("step", "mean error");
    let recall = LineChart::new("Recall at a precision of 0.9 in crowds")
        .axis_labels("threshold of the suppression", "recall");
    Ok(vec![
        Exhibit::new(
            "Sum of the differences of middle and sides, mean over anchors and targets.",
            with_log_lines(error, results, "simulation", "error"),
        ),
        Exhibit::new(
            "Two objects that overlap by 0.5 to 0.7, under both kinds of suppression.",
            with_lines(recall, results, "crowds", "recall"),
        ),
    ])
}
