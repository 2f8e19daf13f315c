//! Adaptive multi-head contrastive learning: several projections, and a temperature for every pair.

use burn::tensor::Tensor;
use minimand_burn::LossModule;
use minimand_burn::random::Key;

use super::encoder::{fit, neighbours, probe};
use super::heads::{Model, scores};
use super::views::{Augment, images};
use crate::charts;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{batches, label_loss, matrix, numbers};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const SINGLE: &str = "single head";
const FIXED: &str = "three heads";
const ADAPTIVE: &str = "adaptive, β = 0.01";
const FREE: &str = "adaptive, β = 0";
const HELD: &str = "adaptive, β = 1";
const TEMPERATURES: [f64; 3] = [0.1, 0.2, 0.5];
const HEADS: usize = 3;
const FEW: Augment = Augment {
    shift: 1.0,
    noise: 0.1,
    ..Augment::NONE
};
const MANY: Augment = Augment {
    blur: 0.8,
    contrast: 0.4,
    cutout: 3,
    ..FEW
};

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 56,
    slug: "adaptive-multi-head-contrastive",
    claim: "Several projection heads with a temperature for every pair and head, predicted from the features and held by a \
            regulariser, improve SimCLR, MoCo, SimSiam and Barlow Twins by one to five points of a linear probe, most of \
            all with many kinds of augmentation.",
    reduced: "8×8 digits and an MLP instead of photographs and residual networks; the form for SimCLR alone.",
    setting: "900 digits without labels; two kinds of augmentation (shifts of up to a pixel, noise of 0.1) or five (besides \
              blur, contrast ±40%, a square of 3×3 pixels cut out). MLP 64-128-64, heads 64-64-32, 12 epochs of Adam at \
              1e-3, batches of 64. Single head: NT-Xent with the temperature (0.1, 0.2, 0.5) whose probe is best on 200 \
              other digits; three heads: the sum of three with that temperature. Adaptive: three heads and temperatures \
              0.05 + 1.95/(1 + e^r), r the product of what an MLP 32-64-32 makes of the two embeddings, with the penalty β \
              Ω(τ), Ω = 16 ln τ + 1/τ, within the softmax. Accuracy of a linear probe and of five nearest neighbours on the encoder's \
              features. The rule: with five kinds the probe of β = 0.01 is better in the mean than the single head's and at most half a point \
              worse (95% interval); the mean temperature with β = 0 is below half of that with β = 1 for every seed. Two kinds are shown \
              without a clause.",
    control: "Instead of the adaptive heads there is a single one from another start, and both values of β are 1.",
    objectives: &["nt_xent(temperature=0.2)", "cross_entropy"],
    provides: &[],
    parts: &[
        Part {
            name: "five kinds",
            about: "shift, noise, blur, contrast and cutout",
        },
        Part {
            name: "two kinds",
            about: "shift and noise",
        },
    ],
    seeds: 4,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("056_adaptive_multi_head_contrastive.rs"),
};

/// What is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Method {
    /// So many heads with this temperature.
    Fixed(usize, f64),
    /// With this β.
    Adaptive(f64),
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let mut findings = Findings::new();
    let is_many = trial.part() == "five kinds";
    // The control's rule looks at five kinds alone.
    if trial.is_control() && !is_many {
        return Ok(findings);
    }
    let key = trial.key();
    let (train, others) = images(trial)?.split(trial.sized(900, 130), key.child(1));
    let (validation, test) = others.split(200, key.child(2));
    let task = Task {
        augment: if is_many { MANY } else { FEW },
        train,
        test,
        key: key.child(3),
    };
    let mut best: Option<(f64, f64, Model)> = None;
    for temperature in TEMPERATURES {
        let model = task.fit(trial, Method::Fixed(1, temperature), 0)?;
        let found = model.features(&validation);
        let accuracy = probe(&model.features(&task.train), &found)?;
        if best.as_ref().is_none_or(|(most, ..)| accuracy > *most) {
            best = Some((accuracy, temperature, model));
        }
    }
    let (_, temperature, single) = best.ok_or_else(|| trial.failed("no temperature"))?;
    task.put(&mut findings, SINGLE, &single)?;
    findings.put(SINGLE, "chosen temperature", temperature);
    let mut methods = vec![(ADAPTIVE, Method::Adaptive(0.01), 0)];
    if trial.is_control() {
        methods = vec![
            (ADAPTIVE, Method::Fixed(1, temperature), 1),
            (FREE, Method::Adaptive(1.0), 2),
            (HELD, Method::Adaptive(1.0), 3),
        ];
    } else {
        methods.push((FIXED, Method::Fixed(HEADS, temperature), 0));
        if is_many {
            methods.push((FREE, Method::Adaptive(0.0), 0));
            methods.push((HELD, Method::Adaptive(1.0), 0));
        }
    }
    for (name, method, start) in methods {
        let model = task.fit(trial, method, start)?;
        task.put(&mut findings, name, &model)?;
        if matches!(method, Method::Adaptive(_)) {
            task.put_temperatures(&mut findings, name, &model);
        }
    }
    Ok(findings)
}

struct Task {
    augment: Augment,
    train: Labelled,
    test: Labelled,
    key: Key,
}

impl Task {
    fn fit(&self, trial: &Trial<'_>, method: Method, start: u64) -> Result<Model, StudyError> {
        let key = self.key.child(start);
        let (temperature, heads) = match method {
            Method::Fixed(heads, temperature) => (temperature, heads),
            Method::Adaptive(_) => (1.0, HEADS),
        };
        let fixed = format!("nt_xent(temperature={temperature})").parse()?;
        let (fixed, rows) = (
            LossModule::new(fixed),
            LossModule::new("cross_entropy".parse()?),
        );
        let steps: Vec<Vec<usize>> =
            batches(self.train.rows(), 64, trial.sized(12, 1), key.child(1))
                .map(|step| step.rows)
                .collect();
        let model = Model::new(self.train.columns, heads, key.child(0));
        fit(trial, model, 1e-3, steps.len(), |model, step| {
            let (drawn, key) = (&steps[step], key.child(2).child(step as u64));
            let views = self.augment.pairs(&self.train, drawn, key);
            let found = model.project(matrix(views, self.train.columns));
            let label = |row: usize| (row % drawn.len()) as u32;
            let of_pair: Vec<u32> = (0..2 * drawn.len()).map(label).collect();
            let partner = |row: usize| ((row + drawn.len()) % (2 * drawn.len())) as u32;
            let partners: Vec<u32> = (0..2 * drawn.len()).map(partner).collect();
            let mut total: Option<Tensor<1>> = None;
            for found in found {
                let loss = match method {
                    Method::Fixed(..) => label_loss(&fixed, found, &of_pair)?,
                    Method::Adaptive(beta) => {
                        let temperatures = model.temperatures(&found);
                        let cosines = found.clone().matmul(found.transpose());
                        label_loss(&rows, scores(cosines, temperatures, beta), &partners)?
                    }
                };
                total = Some(match total {
                    Some(total) => total + loss,
                    None => loss,
                });
            }
            total.ok_or_else(|| trial.failed("no head"))
        })
    }

    fn put(&self, findings: &mut Findings, name: &str, model: &Model) -> Result<(), StudyError> {
        let [train, test] = [&self.train, &self.test].map(|data| model.features(data));
        findings.put(name, "accuracy", probe(&train, &test)?);
        findings.put(name, "nearest neighbours", neighbours(&train, &test, 5)?);
        Ok(())
    }

    /// The mean temperature of pairs of test views, and how temperatures are spread.
    fn put_temperatures(&self, findings: &mut Findings, name: &str, model: &Model) {
        let rows: Vec<usize> = (0..self.test.rows().min(100)).collect();
        let views = self.augment.pairs(&self.test, &rows, self.key.child(9));
        let mut all: Vec<f32> = Vec::new();
        for found in model.project(matrix(views, self.test.columns)) {
            all.extend(numbers(model.temperatures(&found).detach()));
        }
        let mean = all.iter().map(|&x| f64::from(x)).sum::<f64>() / all.len() as f64;
        findings.put(name, "mean temperature", mean);
        all.sort_by(f32::total_cmp);
        let points = (0..=20).map(|step| {
            let place = step * (all.len() - 1) / 20;
            (step as f64 / 20.0, f64::from(all[place]))
        });
        findings.curve("temperatures", name, points);
    }
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let part = "five kinds";
    let gain = results.difference(part, "accuracy", ADAPTIVE, SINGLE)?;
    let temperatures = |method| results.values(part, method, "mean temperature");
    let pairs = temperatures(FREE)?.iter().zip(temperatures(HELD)?);
    let lower = pairs
        .clone()
        .filter(|(free, held)| **free < 0.5 * **held)
        .count();
    let seeds = pairs.count();
    Ok(vec![
        Clause::above(
            "accuracy of adaptive heads over a single one",
            &gain,
            -0.005,
        ),
        Clause::that(
            format!("that gain is {:.4} in the mean; must be above 0", gain.mean),
            gain.mean > 0.0,
        ),
        Clause::that(
            format!(
                "the mean temperature of β = 0 is below half of that of β = 1 with {lower} of {seeds} seeds; must \
                 with all"
            ),
            lower == seeds,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = Vec::new();
    for part in ["five kinds", "two kinds"] {
        if results.methods(part).next().is_some() {
            let plot = charts::means(results, part, "accuracy", "accuracy")?;
            let caption = format!("Linear probe, {part} of augmentation.");
            exhibits.push(Exhibit::new(caption, plot));
        }
    }
    let axes = ["share of the pairs", "temperature"];
    exhibits.push(Exhibit::new(
        "Temperatures of all pairs of test views in ascending order: without the penalty they fall.",
        charts::lines(results, "five kinds", "temperatures", axes),
    ));
    Ok(exhibits)
}
