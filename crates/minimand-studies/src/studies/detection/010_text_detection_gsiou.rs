//! Split GIoU: a loss that sees how curved text overlaps.

use minimand::detection::{Overlap, split_giou};
use minimand::grid::Grid;
use minimand::{Array, Batch, Objective, Options, Target};
use minimand_burn::random::Random;
use minimand_report::number::significant;
use minimand_report::svg::LineChart;

use crate::charts::{means, with_log_lines};
use crate::data::boxes::Corners;
use crate::data::polygons::{Corner, coverage};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::measures::spearman;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// Control points x y of the upper curve, then of the lower one; the image is 1 wide and high.
type Region = [f64; 16];

/// Pixels of the side of a raster.
const SIDE: usize = 192;

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

/// A region and what was predicted of it.
struct Pair {
    target: Region,
    prediction: Region,
}

/// The middle line's bend, the size and the place of a region.
#[derive(Clone, Copy)]
struct Shape {
    middle: [f64; 2],
    length: f64,
    height: f64,
    bend: f64,
    turn: f64,
}

impl Shape {
    fn region(&self) -> Region {
        let (sine, cosine) = self.turn.sin_cos();
        let mut region = [0.0; 16];
        for (index, point) in region.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            let place = (index % 4) as f64 / 3.0 - 0.5;
            // Inner control points a third further than the middle of the curve, which so is bent as asked for.
            let bent = if matches!(index % 4, 1 | 2) {
                4.0 / 3.0 * self.bend
            } else {
                0.0
            };
            let side = if index < 4 { 0.5 } else { -0.5 };
            let (x, y) = (place * self.length, side * self.height + bent);
            *point = [
                self.middle[0] + cosine * x - sine * y,
                self.middle[1] + sine * x + cosine * y,
            ];
        }
        region
    }

    fn draw(random: &mut Random) -> Self {
        let length = random.uniform_between(0.3, 0.6);
        Self {
            middle: [
                random.uniform_between(0.3, 0.7),
                random.uniform_between(0.3, 0.7),
            ],
            length,
            height: random.uniform_between(0.06, 0.16),
            bend: random.uniform_between(-0.35, 0.35) * length,
            turn: random.uniform_between(-0.6, 0.6),
        }
    }

    fn disturbed(mut self, random: &mut Random) -> Self {
        match random.below(3) {
            0 => {
                for axis in &mut self.middle {
                    *axis += random.uniform_between(-0.8, 0.8) * self.height;
                }
            }
            1 => {
                let scale = random.uniform_between(-0.5, 0.5).exp();
                self.length *= scale;
                self.height *= scale;
                self.bend *= scale;
            }
            _ => self.bend += random.uniform_between(-1.2, 1.2) * self.height,
        }
        self
    }
}

fn pairs(trial: &Trial<'_>) -> Vec<Pair> {
    let mut random = Random::new(trial.key().child(1), 0);
    let count = trial.sized(150, 30);
    let pair = |_| {
        let shape = Shape::draw(&mut random);
        let prediction = shape.disturbed(&mut random).region();
        Pair {
            target: shape.region(),
            prediction: prediction.map(|x| x + 0.006 * random.normal()),
        }
    };
    (0..count).map(pair).collect()
}

/// The outline `[y, x]` of a region, 1 being so many pixels long.
fn outline(region: &Region, scale: f64) -> Vec<Corner> {
    let points = region.as_chunks::<2>().0;
    let on_curve = |control: &[[f64; 2]], t: f64| -> Corner {
        let s = 1.0 - t;
        let weights = [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t];
        [1, 0].map(|axis: usize| {
            let terms = weights
                .iter()
                .zip(control)
                .map(|(w, point)| w * point[axis]);
            scale * terms.sum::<f64>() - 0.5
        })
    };
    let steps = || (0..=32).map(|step| f64::from(step) / 32.0);
    let upper = steps().map(|t| on_curve(&points[..4], t));
    let lower = steps().rev().map(|t| on_curve(&points[4..], t));
    upper.chain(lower).collect()
}

/// IoU of the regions by what they cover of each pixel.
fn true_overlap(grid: &Grid, pair: &Pair) -> f64 {
    let covered = |region: &Region| coverage(grid, &outline(region, SIDE as f64), 1);
    let (a, b) = (covered(&pair.prediction), covered(&pair.target));
    let (mut shared, mut either) = (0.0, 0.0);
    for (a, b) in a.iter().zip(&b) {
        shared += f64::from(a.min(*b));
        either += f64::from(a.max(*b));
    }
    shared / either
}

fn around(region: &Region) -> Corners {
    let outline = outline(region, 1.0);
    let empty = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    outline.iter().fold(empty, |[x1, y1, x2, y2], &[y, x]| {
        [x1.min(x), y1.min(y), x2.max(x), y2.max(y)]
    })
}

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
    let pairs = pairs(trial);
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
    let pairs = pairs(trial);
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
            "What is small counts as much as what is large for the overlap alone.",
            with_log_lines(scale, results, "scale", "scale"),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rasters_measure_the_overlap_of_rectangles() {
        let shape = Shape {
            middle: [0.5, 0.5],
            length: 0.5,
            height: 0.25,
            bend: 0.0,
            turn: 0.0,
        };
        let moved = Shape {
            middle: [0.625, 0.5],
            ..shape
        };
        let pair = Pair {
            target: shape.region(),
            prediction: moved.region(),
        };
        let grid = Grid::new(&[SIDE, SIDE]).unwrap();
        assert!((true_overlap(&grid, &pair) - 0.6).abs() < 0.01);
        let box_of = around(&pair.target);
        let want = [-0.25, -0.125, 0.25, 0.125];
        // In the image's unit, of which half a pixel is taken off.
        assert!(
            box_of
                .iter()
                .zip(want)
                .all(|(got, want)| (got - want).abs() < 1e-9),
            "{box_of:?}"
        );
    }
}
