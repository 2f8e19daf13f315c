//! Registration that lets a tumour keep its size.

use minimand::grid::Grid;
use minimand::image::registration::{jacobian_determinants, soft_mask};
use minimand::{Array, Objective};
use minimand_report::html::PixelGrid;

use super::fields::{Registration, end_point_error, value_and_slopes};
use crate::charts::means;
use crate::data::pictures::blurred;
use crate::data::registration::{RegistrationPair, RegistrationPairs, Tumour};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const SIDE: usize = 64;
const PIXELS: usize = SIDE * SIDE;
/// Weight of the mean squared slope of the field.
const SMOOTHNESS: f64 = 0.01;
/// Weight of the volume-preserving term.
const PRESERVING: f64 = 0.1;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 109,
    slug: "volume-preserving-registration",
    claim: "Registration that preserves volume inside a soft mask of what a first, plain registration shrinks or \
            grows too much, and does not ask for similarity there, brings the symmetric ratio of tumour sizes \
            close to 1 (from about 1.6 to 1.2), while the overlap of organs hardly changes.",
    reduced: "Synthetic images of 64×64 pixels; the displacement of each pair is optimised directly in place of \
              a network that is trained on brain and liver scans.",
    setting: "A scene of smooth blobs with noise of 0.02; the fixed image shows it under a smooth displacement of \
              up to 3.2 pixels, and the tumour, a disc brighter by 0.6 with a radius of 6.4 pixels in the moving \
              image, with half that radius. Cubic B-splines with knots every 4 pixels, linear warps, 150 steps of \
              Adam with a rate that falls from 0.1 pixels to 0; squared error plus 0.01 times the mean squared \
              slope. The plain field's determinants times the ratio of organ sizes, blurred with σ = 1.5, give the \
              mask: 1/(1 + e^−(a − 1.5)/0.1) of a = max(s, 1/s), inside the organ, values below 0.1 taken as 0. \
              The second registration begins anew, with squared errors weighed by 1 − mask and 0.1 times the \
              volume-preserving term. Oracle: the true tumour as mask. Masked: the estimated mask without the \
              volume-preserving term. Sizes are counted where a warped mask is above ½. In a second part there is \
              no tumour: there the overlap of organs must not fall either.",
    control: "The mask is moved by half a picture along both axes: volume is preserved in the wrong place.",
    objectives: &["mse", "displacement_smoothness", "volume_preserving"],
    provides: &[
        "image::registration: determinants of a field, soft mask of abnormal change",
        "image::warp: warp by a field of displacements, with slopes",
    ],
    parts: &[
        Part {
            name: "tumour",
            about: "a tumour that is smaller in the fixed image",
        },
        Part {
            name: "healthy",
            about: "no tumour",
        },
    ],
    seeds: 12,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("109_volume_preserving_registration.rs"),
};

/// A pair in double precision.
struct Case {
    grid: Grid,
    fixed: Vec<f64>,
    moving: Vec<f64>,
    fixed_organ: Vec<f64>,
    moving_organ: Vec<f64>,
    tumour: Vec<f64>,
    displacement: Vec<f64>,
}

impl Case {
    fn new(pair: &RegistrationPair) -> Self {
        let doubles = |values: &[f32]| values.iter().map(|&x| f64::from(x)).collect();
        let mask = |mask: &[bool]| mask.iter().map(|&x| f64::from(u8::from(x))).collect();
        Self {
            grid: pair.grid,
            fixed: doubles(&pair.fixed),
            moving: doubles(&pair.moving),
            fixed_organ: mask(&pair.fixed_organ),
            moving_organ: mask(&pair.moving_organ),
            tumour: mask(&pair.tumour),
            displacement: doubles(&pair.displacement),
        }
    }

    fn registration(&self, trial: &Trial<'_>) -> Registration<'_> {
        Registration {
            grid: self.grid,
            moving: &self.moving,
            spacing: 4.0,
            smoothness: SMOOTHNESS,
            steps: trial.sized(150, 10),
        }
    }

    /// A mask of the moving image in the frame of the fixed one: where it is above ½.
    fn moved(
        &self,
        trial: &Trial<'_>,
        mask: &[f64],
        field: &[f64],
    ) -> Result<Vec<f64>, StudyError> {
        let warped = self.registration(trial).warped(mask, field)?;
        Ok(warped
            .iter()
            .map(|&x| f64::from(u8::from(x > 0.5)))
            .collect())
    }

    /// Size of a mask after a warp over that before.
    fn ratio(&self, trial: &Trial<'_>, mask: &[f64], field: &[f64]) -> Result<f64, StudyError> {
        let after: f64 = self.moved(trial, mask, field)?.iter().sum();
        Ok(after.max(1.0) / mask.iter().sum::<f64>().max(1.0))
    }

    /// Registers with this mask, and the volume-preserving term times this.
    fn register(
        &self,
        trial: &Trial<'_>,
        mask: &[f64],
        preserving: f64,
    ) -> Result<Vec<f64>, StudyError> {
        let mse: Objective = "mse".parse()?;
        let weights: Vec<f64> = mask.iter().map(|m| 1.0 - m).collect();
        self.registration(trial).run(trial, |_, warped, field| {
            let shape = [1, 1, SIDE, SIDE];
            let weights = Some(Array::new(&weights, &shape));
            let (_, by_warped) =
                value_and_slopes(&mse, warped, &shape, Some(&self.fixed), weights)?;
            if preserving == 0.0 {
                return Ok((by_warped, None));
            }
            let ratio = self.ratio(trial, &self.moving_organ, field)?;
            let term: Objective = format!("volume_preserving(ratio={ratio})").parse()?;
            let marks = Array::new(mask, &[1, SIDE, SIDE]);
            let (_, slopes) =
                value_and_slopes(&term, field, &[1, 2, SIDE, SIDE], None, Some(marks))?;
            let by_field = slopes.iter().map(|slope| preserving * slope).collect();
            Ok((by_warped, Some(by_field)))
        })
    }

    /// What a plain registration shrinks or grows too much.
    fn suspected(&self, trial: &Trial<'_>, field: &[f64]) -> Result<Vec<f64>, StudyError> {
        let ratio = self.ratio(trial, &self.moving_organ, field)?;
        let determinants = jacobian_determinants(&self.grid, field)?;
        // Determinants are of the pixels before the last row and column.
        let last = SIDE - 2;
        let change = (0..PIXELS).map(|at| {
            let (row, column) = ((at / SIDE).min(last), (at % SIDE).min(last));
            (ratio * determinants[row * (SIDE - 1) + column]) as f32
        });
        let change: Vec<f32> = change.collect();
        let change: Vec<f64> = blurred(&self.grid, &change, 1.5)
            .into_iter()
            .map(f64::from)
            .collect();
        let mut mask = soft_mask(&change, 1.5, 0.1, false)?;
        let organ = self.moved(trial, &self.moving_organ, field)?;
        for (mark, inside) in mask.iter_mut().zip(organ) {
            *mark = if *mark < 0.1 { 0.0 } else { *mark * inside };
        }
        Ok(mask)
    }
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let is_ill = trial.part() == "tumour";
    let pairs = RegistrationPairs::planar(SIDE).ok_or_else(|| trial.failed("no grid"))?;
    let pairs = RegistrationPairs {
        amplitude: 0.05 * SIDE as f64,
        tumour: is_ill.then_some(Tumour {
            radius: 0.1,
            remains: 0.5,
            contrast: 0.6,
        }),
        ..pairs
    };
    let case = Case::new(&pairs.draw(trial.key().child(1)));
    let nothing = vec![0.0; PIXELS];
    let plain = case.register(trial, &nothing, 0.0)?;
    let mut mask = case.suspected(trial, &plain)?;
    let mut oracle = case.moved(trial, &case.tumour, &case.displacement)?;
    if trial.is_control() {
        [mask, oracle] = [mask, oracle].map(|mask| elsewhere(&mask));
    }
    let preserved = case.register(trial, &mask, PRESERVING)?;
    let mut methods = vec![("plain", plain), ("preserving", preserved)];
    if is_ill && !trial.is_control() {
        methods.push(("masked", case.register(trial, &mask, 0.0)?));
        methods.push(("oracle", case.register(trial, &oracle, PRESERVING)?));
    }
    let mut findings = Findings::new();
    for (name, field) in &methods {
        let organ = case.moved(trial, &case.moving_organ, field)?;
        let both: f64 = organ
            .iter()
            .zip(&case.fixed_organ)
            .map(|(a, b)| a * b)
            .sum();
        let sizes: f64 = organ.iter().chain(&case.fixed_organ).sum();
        findings.put(name, "organ_dice", 2.0 * both / sizes.max(1.0));
        let inside = |at: usize| case.fixed_organ[at] > 0.5;
        let error = end_point_error(field, &case.displacement, inside);
        findings.put(name, "end_point_error", error);
        let determinants = jacobian_determinants(&case.grid, field)?;
        let folds = determinants.iter().filter(|j| **j <= 0.0).count();
        findings.put(name, "folds", folds as f64 / determinants.len() as f64);
        if is_ill {
            let tumour = case.ratio(trial, &case.tumour, field)?;
            let organ = case.ratio(trial, &case.moving_organ, field)?;
            findings.put(name, "size_ratio", (tumour / organ).max(organ / tumour));
        }
    }
    findings.put("preserving", "marked", mask.iter().sum::<f64>());
    if is_ill && !trial.is_control() {
        let warp = |field: &[f64]| case.registration(trial).warped(&case.moving, field);
        let mut show = |name: &str, image: &[f64]| {
            findings.curve("picture", name, shown(trial, image));
        };
        show("moving", &case.moving);
        show("fixed", &case.fixed);
        for (name, field) in &methods[..2] {
            show(name, &warp(field)?);
        }
    }
    Ok(findings)
}

/// A mask moved by half a picture along both axes, what leaves it coming in again.
fn elsewhere(mask: &[f64]) -> Vec<f64> {
    let from = |at: usize| (at + SIDE / 2) % SIDE;
    let moved = (0..PIXELS).map(|at| mask[from(at / SIDE) * SIDE + from(at % SIDE)]);
    moved.collect()
}

/// Rows and columns of the pictures that are kept: about the middle, where the organ is.
const SHOWN: std::ops::Range<usize> = 20..44;

/// Pixels of the first seed; those of others cannot be averaged with it.
fn shown(trial: &Trial<'_>, image: &[f64]) -> Vec<(f64, f64)> {
    let pixels = SHOWN.flat_map(|row| SHOWN.map(move |column| row * SIDE + column));
    let grey = |at: usize| match trial.seed() {
        0 => (100.0 * image[at]).round() / 100.0,
        _ => f64::NAN,
    };
    pixels.map(|at| (at as f64, grey(at))).collect()
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let drop = |part: &str| results.difference(part, "organ_dice", "plain", "preserving");
    Ok(vec![
        Clause::below(
            "change of the symmetric ratio of tumour sizes",
            &results.difference("tumour", "size_ratio", "preserving", "plain")?,
            0.0,
        ),
        Clause::below("loss of organ Dice", &drop("tumour")?, 0.02),
        Clause::below(
            "loss of organ Dice without a tumour",
            &drop("healthy")?,
            0.02,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let pictures = results.curves("tumour", "picture");
    let pictures = pictures.fold(
        PixelGrid::new("A pair and the warped moving image"),
        |grid, (name, pixels)| {
            let pixels = pixels.iter().map(|point| point[1]).collect();
            grid.tile(name, SHOWN.len(), pixels)
        },
    );
    Ok(vec![
        Exhibit::new(
            "The middle of a pair of the first seed, and the moving image warped by the plain and by the \
             preserving registration: the tumour of the former shrinks to that of the fixed image.",
            pictures,
        ),
        Exhibit::new(
            "Size of the tumour after the warp over that before, relative to the organ, or its inverse: 1 is \
             preserved.",
            means(results, "tumour", "size_ratio", "symmetric ratio of sizes")?,
        ),
        Exhibit::new(
            "Overlap of the warped organ with that of the fixed image.",
            means(results, "tumour", "organ_dice", "Dice")?,
        ),
    ])
}
