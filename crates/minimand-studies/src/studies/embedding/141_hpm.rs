//! Hard patches mining: a model that predicts what it cannot reconstruct, and is shown less of it.

use burn::module::Module;
use minimand_burn::random::{Key, Random};

use super::encoder::{embedded, fit, probe};
use super::patches::{PATCHES, errors, masks, order_loss, patch_of, seen};
use super::views::images;
use crate::charts;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, StepRows, batches, gather, matrix, numbers};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const RANDOM: &str = "random masks";
const PREDICTING: &str = "+ prediction";
const MINING: &str = "+ hard masks";
/// Names, whether losses are predicted, and whether masks follow the prediction.
const METHODS: [(&str, bool, bool); 3] = [
    (RANDOM, false, false),
    (PREDICTING, true, false),
    (MINING, true, true),
];
/// Of the masked patches, the share that is masked by prediction at the end.
const HARD: f64 = 0.5;
const FEATURES: usize = 64;
/// Share that the teacher keeps of itself in a step.
const KEPT: f64 = 0.99;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 141,
    slug: "hpm",
    claim: "A masked image model that also predicts which patches it will reconstruct badly, by a loss of their order, and \
            whose masks hide more and more of these, learns better features: ViT-B 84.2% on ImageNet against 83.6% of MAE; \
            the prediction alone helps already.",
    reduced: "8×8 digits in 16 patches and an MLP instead of a vision transformer.",
    setting: "900 digits without labels, patches of 2×2 pixels, 12 of 16 masked. The network sees the image with zeros where it \
              is masked, and the mask: MLP 80-128-64, linear layers to the 64 pixels and to a predicted loss of each patch, 30 \
              epochs of Adam at 2e-3 in batches of 64. Loss: mean squared error of masked patches, with weight 1 besides the loss of the \
              order of their errors. Hard masks: a moving average of the network, which keeps 0.99 of itself, predicts the losses \
              of the whole image; the share of its largest among the masked patches grows from 0 to a half. Accuracy of a linear \
              probe on the 64 features of whole images. Kendall's τ of predicted and true errors of the masked patches of test images under random \
              masks, mean over images. The rule: with hard masks τ is above 0.3 with every seed, and the accuracy is at most one point below that of \
              random masks alone (95% interval).",
    control: "The order that is to be predicted is that of errors shuffled among the patches.",
    objectives: &[],
    provides: &["hard_patch_mask", "relative_loss_prediction"],
    parts: &[Part {
        name: "digits",
        about: "masked digits",
    }],
    seeds: 6,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("141_hpm.rs"),
};

/// Encoder, and linear layers to pixels and to predicted losses.
#[derive(Module, Debug)]
struct Model {
    encoder: Mlp,
    pixels: Mlp,
    losses: Mlp,
}

impl Model {
    fn new(columns: usize, key: Key) -> Self {
        Self {
            encoder: Mlp::new(&[columns + PATCHES, 128, FEATURES], key.child(0)),
            pixels: Mlp::new(&[FEATURES, columns], key.child(1)),
            losses: Mlp::new(&[FEATURES, PATCHES], key.child(2)),
        }
    }

    /// The moving average with a share of itself.
    fn towards(&self, other: &Self) -> Self {
        Self {
            encoder: self.encoder.towards(&other.encoder, KEPT),
            pixels: self.pixels.clone(),
            losses: self.losses.towards(&other.losses, KEPT),
        }
    }

    /// Predicted losses of masked images, without gradients.
    fn predicted(&self, seen: &[f32]) -> Vec<f32> {
        self.losses.scores_of(&self.encoder.scores_of(seen))
    }
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (train, test) = images(trial)?.split(trial.sized(900, 130), key.child(1));
    let mut findings = Findings::new();
    for (name, predicting, mining) in METHODS {
        let model = train_model(trial, &train, [predicting, mining], key.child(2))?;
        let [taught, unseen] = [&train, &test].map(|data| {
            let whole = vec![false; data.rows() * PATCHES];
            let rows = seen(&data.features, data.columns, &whole);
            embedded(model.encoder.scores_of(&rows), data)
        });
        findings.put(name, "accuracy", probe(&taught, &unseen)?);
        if predicting {
            findings.put(name, "Kendall's τ", order(&model, &test, key.child(3))?);
        }
    }
    Ok(findings)
}

fn train_model(
    trial: &Trial<'_>,
    train: &Labelled,
    [predicting, mining]: [bool; 2],
    key: Key,
) -> Result<Model, StudyError> {
    let columns = train.columns;
    let steps: Vec<StepRows> =
        batches(train.rows(), 64, trial.sized(30, 1), key.child(1)).collect();
    let model = Model::new(columns, key.child(0));
    let mut teacher = model.clone();
    fit(trial, model, 2e-3, steps.len(), |model, index| {
        let step = &steps[index];
        teacher = teacher.towards(model);
        let key = key.child(2).child(index as u64);
        let images = gather(&train.features, columns, &step.rows);
        let whole = vec![false; step.rows.len() * PATCHES];
        let hard = if mining { HARD * step.progress } else { 0.0 };
        let scores = teacher.predicted(&seen(&images, columns, &whole));
        let masks = masks(&scores, hard, key.child(0))?;
        let features = model
            .encoder
            .forward(matrix(seen(&images, columns, &masks), columns + PATCHES));
        let found = model.pixels.forward(features.clone());
        let mut errors = errors(&numbers(found.clone().detach()), &images, columns);
        let masked_pixels = (0..images.len()).map(|index| {
            let patch = patch_of(index % columns, columns);
            f32::from(u8::from(masks[index / columns * PATCHES + patch]))
        });
        let masked_pixels: Vec<f32> = masked_pixels.collect();
        let count: f32 = masked_pixels.iter().sum();
        let apart = found - matrix(images, columns);
        let error = (apart.clone() * apart * matrix(masked_pixels, columns)).sum();
        let error = error.div_scalar(f64::from(count));
        if !predicting {
            return Ok(error);
        }
        if trial.is_control() {
            let mut random = Random::new(key.child(1), 0);
            errors
                .chunks_exact_mut(PATCHES)
                .for_each(|errors| random.shuffle(errors));
        }
        Ok(error + order_loss(model.losses.forward(features), &errors, &masks)?)
    })
}

/// Kendall's τ of predicted and true errors of masked patches, mean over images.
fn order(model: &Model, test: &Labelled, key: Key) -> Result<f64, StudyError> {
    let masks = masks(&vec![0.0; test.rows() * PATCHES], 0.0, key)?;
    let rows = seen(&test.features, test.columns, &masks);
    let predicted = model.predicted(&rows);
    let found = model.pixels.scores_of(&model.encoder.scores_of(&rows));
    let errors = errors(&found, &test.features, test.columns);
    let mut sum = 0.0;
    for image in 0..test.rows() {
        let masked: Vec<usize> = (image * PATCHES..(image + 1) * PATCHES)
            .filter(|&patch| masks[patch])
            .collect();
        let pairs = (0..masked.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
        let signs = pairs.map(|(a, b)| {
            let (a, b) = (masked[a], masked[b]);
            let product = f64::from(predicted[a] - predicted[b]) * (errors[a] - errors[b]);
            if product == 0.0 {
                0.0
            } else {
                product.signum()
            }
        });
        let count = masked.len() * (masked.len() - 1) / 2;
        sum += signs.sum::<f64>() / count.max(1) as f64;
    }
    Ok(sum / test.rows() as f64)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let orders = results.values("digits", MINING, "Kendall's τ")?;
    let least = orders.iter().copied().fold(f64::INFINITY, f64::min);
    let gain = results.difference("digits", "accuracy", MINING, RANDOM)?;
    Ok(vec![
        Clause::that(
            format!(
                "Kendall's τ of predicted and true errors is {least:.2} at least; must be above 0.3"
            ),
            least > 0.3,
        ),
        Clause::above("accuracy of hard masks over random ones", &gain, -0.01),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    Ok(vec![
        Exhibit::new(
            "Linear probe on the features of whole images; each method has all above it.",
            charts::means(results, "digits", "accuracy", "accuracy")?,
        ),
        Exhibit::new(
            "Accuracy over random masks alone, seed by seed.",
            charts::gains(results, "digits", "accuracy", RANDOM, "gain in accuracy")?,
        ),
    ])
}
