//! Alignment and uniformity: what a contrastive loss trains, measured and trained directly.

use minimand::Array;
use minimand::embedding::{alignment, uniformity, uniformity_lower_bound};
use minimand_burn::LossModule;
use minimand_burn::random::Random;
use minimand_report::svg::ScatterPlot;

use super::encoder::{directions, encoded, fit, probe, unit};
use super::spread::{nearness, spread, widest_error};
use super::statistics::Regression;
use super::views::{Augment, images};
use crate::charts;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, batches, label_loss, matrix};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const TEMPERATURES: [f64; 6] = [0.05, 0.1, 0.2, 0.5, 1.0, 2.0];
const WEIGHTS: [f64; 6] = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0];
const POWERS: [f64; 2] = [1.0, 2.0];
/// Factor of the squared distances in the uniformity.
const T: f64 = 2.0;
const WIDTH: usize = 16;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 142,
    slug: "align-uniform",
    claim: "Alignment of positives and uniformity on the sphere, two numbers of an encoder, agree with its accuracy \
            downstream over some 300 encoders; training them directly does as well as the contrastive loss or better.",
    reduced: "18 small encoders of 8×8 digits instead of hundreds of residual networks on photographs and texts.",
    setting: "MLP 64-128-16 on 900 digits without labels, two views of each by shifts of up to a pixel, turns of up to \
              10° and noise of 0.1; 15 epochs of Adam at 2e-3, batches of 256. NT-Xent with six temperatures from 0.05 \
              to 2; alignment (power 1 and 2) with six weights from 0.1 to 30 against uniformity (t = 2) with weight 1. \
              Alignment (power 2) and uniformity are measured on views of 400 test digits, accuracy by a linear probe \
              on the embeddings. The rule: over the 18 encoders, with means over seeds, a regression of accuracy on \
              both numbers has R² > 0.5 and both slopes below 0; the best of alignment and uniformity is at most half \
              a point less accurate than the best NT-Xent. On the sphere of 3 dimensions the uniformity of 2,000 \
              uniform points is within 0.02 of its least value, and eight points on a circle that go down its gradient \
              end equally spaced.",
    control: "The probe learns shuffled labels, and the points are on half of the sphere and on a circle on which two \
              of them are held.",
    objectives: &["nt_xent"],
    provides: &["alignment", "uniformity", "uniformity_lower_bound"],
    parts: &[
        Part {
            name: "encoders",
            about: "18 encoders of digits",
        },
        Part {
            name: "sphere",
            about: "points without an encoder",
        },
    ],
    seeds: 3,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("142_align_uniform.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    match trial.part() {
        "sphere" => sphere(trial),
        _ => encoders(trial),
    }
}

/// What an encoder is trained with.
enum Loss {
    Contrastive(LossModule),
    /// Weight and power of the alignment.
    Direct(f64, f64),
}

/// The 18 losses with their names.
fn losses() -> Result<Vec<(String, Loss)>, StudyError> {
    let mut losses = Vec::new();
    for temperature in TEMPERATURES {
        let objective = format!("nt_xent(temperature={temperature})").parse()?;
        let loss = Loss::Contrastive(LossModule::new(objective));
        losses.push((format!("NT-Xent, τ = {temperature}"), loss));
    }
    for power in POWERS {
        for weight in WEIGHTS {
            let loss = Loss::Direct(weight, power);
            losses.push((format!("align {weight}, α = {power}"), loss));
        }
    }
    Ok(losses)
}

fn encoders(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let augment = Augment {
        shift: 1.0,
        rotation: 10.0,
        noise: 0.1,
        ..Augment::NONE
    };
    let (train, test) = images(trial)?.split(trial.sized(900, 120), key.child(1));
    let few: Vec<usize> = (0..test.rows().min(400)).collect();
    let views = augment.pairs(&test, &few, key.child(2));
    let labels = match trial.is_control() {
        true => {
            let mut labels = train.labels.clone();
            Random::new(key.child(3), 0).shuffle(&mut labels);
            labels
        }
        false => train.labels.clone(),
    };
    let train = train.with_labels(labels);
    // The control's rule needs no well-trained encoders.
    let epochs = if trial.is_control() {
        4
    } else {
        trial.sized(15, 1)
    };
    let size = 256.min(train.rows());
    let steps: Vec<Vec<usize>> = batches(train.rows(), size, epochs, key.child(4))
        .map(|step| step.rows)
        .filter(|rows| rows.len() > size / 2)
        .collect();
    let mut findings = Findings::new();
    for (name, loss) in losses()? {
        let net = Mlp::new(&[train.columns, 128, WIDTH], key.child(5));
        let net = fit(trial, net, 2e-3, steps.len(), |net, index| {
            let rows = &steps[index];
            let views = augment.pairs(&train, rows, key.child(6).child(index as u64));
            let found = net.forward(matrix(views, train.columns));
            match &loss {
                Loss::Contrastive(loss) => {
                    let of_pair: Vec<u32> = (0..2 * rows.len())
                        .map(|row| (row % rows.len()) as u32)
                        .collect();
                    Ok(label_loss(loss, found, &of_pair)?)
                }
                Loss::Direct(weight, power) => {
                    let found = unit(found);
                    let [x, y] =
                        [0, rows.len()].map(|from| found.clone().narrow(0, from, rows.len()));
                    let spread = (spread(x.clone(), T) + spread(y.clone(), T)).mul_scalar(0.5);
                    Ok(nearness(x, y, *power).mul_scalar(*weight) + spread)
                }
            }
        })?;
        let found = net.scores_of(&views);
        let half = found.len() / 2;
        let shape = [few.len(), WIDTH];
        let [x, y] = [&found[..half], &found[half..]].map(|x| Array::new(x, &shape));
        let both = (uniformity(&x, T)? + uniformity(&y, T)?) / 2.0;
        let [train, test] = [&train, &test].map(|data| directions(encoded(&net, data)));
        findings.put_all(
            &name,
            [
                ("accuracy", probe(&train, &test)?),
                ("alignment", alignment(&x, &y, 2.0)?),
                ("uniformity", both),
            ],
        );
    }
    Ok(findings)
}

fn sphere(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let count = trial.sized(2000, 200);
    let mut random = Random::new(key.child(1), 0);
    let points: Vec<f64> = (0..count)
        .flat_map(|_| {
            let mut point = [(); 3].map(|()| random.normal());
            if trial.is_control() {
                point[0] = point[0].abs();
            }
            point
        })
        .collect();
    let measured = uniformity(&Array::new(&points, &[count, 3]), T)?;
    let mut findings = Findings::new();
    findings.put_all(
        "uniform points",
        [
            ("uniformity", measured),
            (
                "off the bound",
                (measured - uniformity_lower_bound(3, T)?).abs(),
            ),
        ],
    );
    let gap = widest_error(T, trial.is_control(), key.child(2));
    findings.put("points on a circle", "largest error of a gap", gap);
    Ok(findings)
}

/// Accuracy by alignment and uniformity over all encoders, means over the seeds.
fn regression(results: &Results) -> Result<Regression, StudyError> {
    let mut rows = Vec::new();
    for method in results.methods("encoders") {
        let mean = |measure| results.mean("encoders", method, measure);
        let by = [mean("alignment")?.mean, mean("uniformity")?.mean];
        rows.push((by, mean("accuracy")?.mean));
    }
    Ok(Regression::of(&rows))
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let Regression { slopes, r2, .. } = regression(results)?;
    let [by_alignment, by_uniformity] = slopes;
    let best = |prefix: &str| -> Result<f64, StudyError> {
        let methods = results
            .methods("encoders")
            .filter(|name| name.starts_with(prefix));
        methods.into_iter().try_fold(0.0, |best: f64, method| {
            Ok(best.max(results.mean("encoders", method, "accuracy")?.mean))
        })
    };
    let (direct, contrastive) = (best("align")?, best("NT-Xent")?);
    let off = results.values("sphere", "uniform points", "off the bound")?;
    let gaps = results.values("sphere", "points on a circle", "largest error of a gap")?;
    let largest = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    Ok(vec![
        Clause::that(
            format!("accuracy by alignment and uniformity has R² {r2:.2}; must be above 0.5"),
            r2 > 0.5,
        ),
        Clause::that(
            format!(
                "its slopes are {by_alignment:.3} and {by_uniformity:.3}; both must be below 0"
            ),
            by_alignment < 0.0 && by_uniformity < 0.0,
        ),
        Clause::that(
            format!(
                "alignment and uniformity reach {direct:.3}, NT-Xent {contrastive:.3}; the first must not be \
                 lower by more than 0.005"
            ),
            direct >= contrastive - 0.005,
        ),
        Clause::that(
            format!(
                "uniform points are off the bound by {:.4} at most; must be below 0.02",
                largest(off)
            ),
            largest(off) < 0.02,
        ),
        Clause::that(
            format!(
                "gaps on the circle differ by {:.1e} at most; must be below 0.001",
                largest(gaps)
            ),
            largest(gaps) < 1e-3,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let Regression { r2, fitted, .. } = regression(results)?;
    let scatter = ScatterPlot::new("Accuracy by alignment and uniformity", fitted).axis_labels(
        "accuracy fitted from alignment and uniformity",
        "accuracy of the probe",
    );
    Ok(vec![
        Exhibit::new(
            format!("Each point is an encoder, mean over seeds: R² = {r2:.2}."),
            scatter,
        ),
        Exhibit::new(
            "Accuracy of the linear probe by loss; with large weights of the alignment all embeddings fall together.",
            charts::means(results, "encoders", "accuracy", "accuracy")?,
        ),
        Exhibit::new(
            "Uniformity by loss: 0 is collapse, below −3 nearly uniform.",
            charts::means(results, "encoders", "uniformity", "uniformity")?,
        ),
    ])
}
