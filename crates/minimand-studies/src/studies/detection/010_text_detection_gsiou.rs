//! Split GIoU: a loss that sees how curved text overlaps.

use minimand::detection::{Overlap, split_giou};
use minimand::grid::Grid;
use minimand::{Array, Batch, Objective, Options, Target};
use minimand_report::number::significant;
use minimand_report::svg::LineChart;

use super::text_regions::{Pair, SIDE, around, pairs, true_overlap};
use crate::charts::{means, with_log_lines};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::measures::spearman;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// How well two regions fit, the more the better.
#[derive(Clone, Copy, PartialEq)]
enum Fit {
    /// Generalised IoU of the boxes around both regions.
    Boxes,
    /// The mean generalised IoU of so many pieces.
    Split(usize),
    /// Less the mean distance of the control points' coordinates.
    Points,
}

const FITS: [(&str, Fit); 5] = [
    ("bounding_box", Fit::Boxes),
    ("split_1", Fit::Split(1)),
    ("split_4", Fit::Split(4)),
    ("split_8", Fit::Split(8)),
    ("control_points", Fit::Points),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 10,
    slug: "text-detection-gsiou",
    claim: "A loss that cuts curved text into quadrilaterals and averages their generalised IoU follows the overlap \
            of two regions where the boxes around them do not, and does not change with scale, unlike a \
            regression of control points; both together raise the F-measure of a detector of curved text.",
    reduced: "The losses themselves are judged on drawn regions; no detector is trained, so the gain in \
              F-measure is not.",
    setting: "Fidelity: 150 curved regions of two cubic curves (length 0.3 to 0.6, height 0.06 to 0.16, middle \
              bent by up to 0.35 of the length, turned by up to 0.6 rad) and each again, shifted by up to 0.8 \
              of its height, scaled by e^±0.5, or bent by up to 1.2 heights more, with noise of 0.006 on control \
              points. Their true IoU is that of rasters of 192² pixels. The rank correlation of four pieces' mean \
              GIoU with it must exceed that of the bounding boxes' GIoU by 0.1 and that of one piece by \
              0.2, each in every seed. Scale: the same pairs at a half and a quarter. The split loss must not \
              change by more than 1e-6; the absolute loss of control points must shrink by exactly the scale; and \
              smooth-ln, which is nearly quadratic for coordinates below 1, by at least that and at most its square.",
    control: "Four pieces are replaced by the bounding box.",
    objectives: &["mae", "smooth_ln"],
    provides: &["minimand::detection::split_giou"],
    parts: &[
        Part {
            name: "fidelity",
            about: "losses beside the true overlap of curved regions",
        },
        Part {
            name: "scale",
            about: "the same pairs, smaller",
        },
    ],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("010_text_detection_gsiou.rs"),
};

impl Fit {
    fn of(self, pair: &Pair) -> Result<f64, StudyError> {
        Ok(match self {
            Self::Boxes => Overlap::Giou.of(around(&pair.prediction), around(&pair.target)),
            Self::Split(pieces) => 1.0 - split_giou(&pair.prediction, &pair.target, pieces)?.0,
            Self::Points => -regression("mae", pair)?,
        })
    }
}

/// A loss of the control points.
fn regression(objective: &str, pair: &Pair) -> Result<f64, StudyError> {
    let objective: Objective = objective.parse()?;
    let batch = Batch::new(
        Array::new(&pair.prediction[..], &[16]),
        Target::dense(&pair.target[..], &[16]),
    );
    Ok(objective.evaluate(&batch, &Options::default())?.value)
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    match trial.part() {
        "fidelity" => fidelity(trial),
        _ => scale(trial),
    }
}

/// What takes the place of the fit in the control.
fn used(trial: &Trial<'_>, fit: Fit) -> Fit {
    match fit {
        Fit::Split(4) if trial.is_control() => Fit::Boxes,
        _ => fit,
    }
}

fn fidelity(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let pairs = pairs(trial.sized(150, 30), trial.key().child(1));
    let grid = Grid::new(&[SIDE, SIDE])?;
    let mut truth = Vec::with_capacity(pairs.len());
    for pair in &pairs {
        trial.check_stop()?;
        truth.push(true_overlap(&grid, pair));
    }
    let mut findings = Findings::new();
    for (name, fit) in FITS {
        let fits: Result<Vec<f64>, StudyError> =
            pairs.iter().map(|pair| used(trial, fit).of(pair)).collect();
        findings.put(name, "correlation", spearman(&fits?, &truth));
    }
    Ok(findings)
}

fn scale(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let pairs = pairs(trial.sized(150, 30), trial.key().child(1));
    let mut findings = Findings::new();
    type Loss<'a> = (&'a str, &'a dyn Fn(&Pair) -> Result<f64, StudyError>);
    let losses: [Loss<'_>; 3] = [
        ("split_4", &|pair| {
            Ok(1.0 - used(trial, Fit::Split(4)).of(pair)?)
        }),
        ("mae", &|pair| regression("mae", pair)),
        ("smooth_ln", &|pair| regression("smooth_ln", pair)),
    ];
    for (name, loss) in losses {
        let mean = |factor: f64| -> Result<f64, StudyError> {
            let mut total = 0.0;
            for pair in &pairs {
                total += loss(&Pair {
                    target: pair.target.map(|x| factor * x),
                    prediction: pair.prediction.map(|x| factor * x),
                })?;
            }
            Ok(total / pairs.len() as f64)
        };
        let whole = mean(1.0)?;
        let (half, quarter) = (mean(0.5)? / whole, mean(0.25)? / whole);
        let change = (half - 1.0).abs().max((quarter - 1.0).abs());
        findings.put_all(
            name,
            [
                ("at_half", half),
                ("at_quarter", quarter),
                ("change", change),
            ],
        );
        findings.curve("scale", name, [(0.25, quarter), (0.5, half), (1.0, 1.0)]);
    }
    Ok(findings)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = Vec::new();
    for (other, least) in [("bounding_box", 0.1), ("split_1", 0.2)] {
        let values = |method: &str| results.values("fidelity", method, "correlation");
        let (own, others) = (values("split_4")?, values(other)?);
        let leads: Vec<f64> = own
            .iter()
            .zip(others)
            .map(|(own, other)| own - other)
            .collect();
        let smallest = leads.iter().copied().fold(f64::INFINITY, f64::min);
        clauses.push(Clause::that(
            format!(
                "four pieces' rank correlation with the true IoU exceeds that of {other} by {} at least; must be \
                 above {least} in every seed",
                significant(smallest, 2),
            ),
            smallest > least,
        ));
    }
    let change = results.mean("scale", "split_4", "change")?.mean;
    clauses.push(Clause::that(
        format!(
            "the split loss changes by {} when regions shrink; must be at most 1e-6",
            significant(change, 2)
        ),
        change <= 1e-6,
    ));
    for (measure, factor) in [("at_half", 0.5), ("at_quarter", 0.25)] {
        let ratio = |method: &str| results.mean("scale", method, measure);
        let (mae, smooth) = (ratio("mae")?.mean, ratio("smooth_ln")?.mean);
        clauses.push(Clause::that(
            format!(
                "at {factor} of the size the absolute loss is {} and smooth-ln {} of what it was; must be {factor}, \
                 and between {factor} and its square",
                significant(mae, 4),
                significant(smooth, 3),
            ),
            (mae - factor).abs() <= 1e-6 && (factor * factor..=factor).contains(&smooth),
        ));
    }
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let scale = LineChart::new("Losses of the same pairs, smaller")
        .axis_labels("scale", "loss over that at 1");
    Ok(vec![
        Exhibit::new(
            "Rank correlation with the true overlap of the regions.",
            means(results, "fidelity", "correlation", "rank correlation")?,
        ),
        Exhibit::new(
            "Mean losses at a half and a quarter of the size, over those at full size.",
            with_log_lines(scale, results, "scale", "scale"),
        ),
    ])
}
