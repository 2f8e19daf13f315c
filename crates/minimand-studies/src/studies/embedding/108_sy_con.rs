//! Sy-CON: contrastive learning of one task after another, with negatives of the new and of the old model.

use burn::module::Module;
use burn::tensor::Tensor;
use minimand::Array;
use minimand::embedding::{ContinualBatch, SymmetricContinual};
use minimand_burn::random::{Key, Random};

use super::encoder::{embedded, fit, probe, unit, with_gradient};
use super::views::{Augment, images};
use crate::charts;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, gather, matrix, numbers};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// What keeps the old model in mind.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Memory {
    Nothing,
    /// Distillation with negatives of the old model; those of the new one are for the new task alone.
    Apart,
    /// Both terms with the negatives of both.
    Symmetric,
    /// Nothing, but all tasks at once.
    Joint,
}

const TUNED: &str = "fine-tuning";
const CASSLE: &str = "as CaSSLe";
const SY_CON: &str = "Sy-CON";
const JOINT: &str = "all at once";
const METHODS: [(&str, Memory); 4] = [
    (TUNED, Memory::Nothing),
    (CASSLE, Memory::Apart),
    (SY_CON, Memory::Symmetric),
    (JOINT, Memory::Joint),
];
const TASKS: usize = 5;
const BATCH: usize = 32;
/// Widths of the encoder's output, on which probes look, and of what is compared.
const FEATURES: usize = 32;
const WIDTH: usize = 16;
const AUGMENT: Augment = Augment {
    shift: 1.0,
    rotation: 10.0,
    noise: 0.1,
    ..Augment::NONE
};

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 108,
    slug: "sy-con",
    claim: "A contrastive term for the new task and one that stays near the old model, both with the negatives of both \
            models, learn one task after another without labels better than fine-tuning and than CaSSLe, which keeps the \
            negatives apart: by some two points of a linear probe on ImageNet-100.",
    reduced: "8×8 digits and an MLP instead of photographs and residual networks; negatives from the batch instead of a queue, and no momentum encoder.",
    setting: "Five tasks of two random classes each, 900 training digits in all, two views of each by shifts of up to a \
              pixel, turns of up to 10° and noise of 0.1. MLP 64-64-32, projector 32-32-16, predictor 16-32-16; temperature \
              0.2; 100 steps of Adam at 2e-3 for each task in batches of 32 (64 views), negatives are the other images' views, \
              held fixed, as the new and as the old model embeds them. Fine-tuning has the first term without the old model's negatives; \
              as CaSSLe adds the second one with those of the old model alone; all at once is fine-tuning on all classes in as many steps. Accuracy of a \
              linear probe of all ten classes on the encoder's features at the end. Forgetting: mean over the first four \
              tasks of the accuracy of a probe of the task's two classes just after it, less that at the end. The rule: the \
              accuracy of Sy-CON is above that of fine-tuning, and at most half a point below that of CaSSLe (95% intervals).",
    control: "All methods are fine-tuned, from starts of their own.",
    objectives: &["info_nce(temperature=0.2)"],
    provides: &["SymmetricContinual"],
    parts: &[Part {
        name: "digits",
        about: "five tasks of two digits each",
    }],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "In a first run the negatives were of queues of the last 256 embeddings, from which even all tasks at once learnt little \
             (a probe of 0.71, as against more than 0.9 for contrastive encoders with negatives of the batch); nothing could be told apart.",
    source: include_str!("108_sy_con.rs"),
};

#[derive(Module, Debug)]
struct Model {
    encoder: Mlp,
    projector: Mlp,
    predictor: Mlp,
}

impl Model {
    fn new(columns: usize, key: Key) -> Self {
        Self {
            encoder: Mlp::new(&[columns, 64, FEATURES], key.child(0)),
            projector: Mlp::new(&[FEATURES, 32, WIDTH], key.child(1)),
            predictor: Mlp::new(&[WIDTH, 32, WIDTH], key.child(2)),
        }
    }

    /// What the projector makes of views.
    fn project(&self, views: Tensor<2>) -> Tensor<2> {
        self.projector.forward(self.encoder.forward(views))
    }

    /// The same without gradients.
    fn projected(&self, views: &[f32]) -> Vec<f32> {
        self.projector.scores_of(&self.encoder.scores_of(views))
    }

    fn features(&self, data: &Labelled) -> Labelled {
        embedded(self.encoder.scores_of(&data.features), data)
    }
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (train, test) = images(trial)?.split(trial.sized(900, 200), key.child(1));
    let mut order: Vec<u32> = (0..train.classes as u32).collect();
    Random::new(key.child(2), 0).shuffle(&mut order);
    let tasks: Vec<&[u32]> = order.chunks(order.len().div_ceil(TASKS)).collect();
    let mut findings = Findings::new();
    for (index, (name, memory)) in METHODS.into_iter().enumerate() {
        let (memory, start) = match trial.is_control() {
            // The rule does not ask what can be reached.
            true if memory == Memory::Joint => continue,
            true => (Memory::Nothing, index as u64),
            false => (memory, 0),
        };
        let key = key.child(3).child(start);
        let mut model = Model::new(train.columns, key.child(0));
        let steps = trial.sized(100, 3);
        let mut after = Vec::new();
        if memory == Memory::Joint {
            let rows: Vec<usize> = (0..train.rows()).collect();
            let steps = steps * tasks.len();
            model = learn(trial, model, &train, &rows, (memory, steps), key.child(1))?;
        } else {
            for (number, task) in tasks.iter().enumerate() {
                let rows: Vec<usize> = (0..train.rows())
                    .filter(|&row| task.contains(&train.labels[row]))
                    .collect();
                let memory = if number == 0 { Memory::Nothing } else { memory };
                let key = key.child(1).child(number as u64);
                model = learn(trial, model, &train, &rows, (memory, steps), key)?;
                after.push(of_task(&model, &train, &test, task)?);
            }
        }
        let accuracy = probe(&model.features(&train), &model.features(&test))?;
        findings.put(name, "accuracy", accuracy);
        if let [first @ .., _] = &after[..] {
            let mut lost = 0.0;
            for (before, task) in first.iter().zip(&tasks) {
                lost += before - of_task(&model, &train, &test, task)?;
            }
            findings.put(name, "forgetting", lost / first.len() as f64);
        }
    }
    Ok(findings)
}

/// The accuracy of a probe of the classes of a task.
fn of_task(
    model: &Model,
    train: &Labelled,
    test: &Labelled,
    task: &[u32],
) -> Result<f64, StudyError> {
    let [train, test] = [train, test].map(|data| {
        let rows: Vec<usize> = (0..data.rows())
            .filter(|&row| task.contains(&data.labels[row]))
            .collect();
        model.features(&data.select(&rows))
    });
    probe(&train, &test)
}

/// Learns from these rows; what the model was before is the old one.
fn learn(
    trial: &Trial<'_>,
    model: Model,
    train: &Labelled,
    rows: &[usize],
    (memory, steps): (Memory, usize),
    key: Key,
) -> Result<Model, StudyError> {
    let loss = SymmetricContinual { temperature: 0.2 };
    let old = model.clone();
    fit(trial, model, 2e-3, steps, |model, step| {
        let key = key.child(step as u64);
        let mut random = Random::new(key.child(0), 0);
        let drawn: Vec<usize> = (0..BATCH).map(|_| rows[random.below(rows.len())]).collect();
        let views = AUGMENT.pairs(train, &drawn, key.child(1));
        let found = model.project(matrix(views.clone(), train.columns));
        let plain = numbers(found.clone().detach());
        // The key of a view is the other view of its image.
        let (first, second) = plain.split_at(plain.len() / 2);
        let keys = [second, first].concat();
        let past = old.projected(&views);
        let predicted = model.predictor.forward(unit(found.clone()));
        let predictions = numbers(predicted.clone().detach());
        let (mut by_queries, mut by_predictions) = (Vec::new(), Vec::new());
        for row in 0..2 * BATCH {
            // Views of other images.
            let others: Vec<usize> = (0..2 * BATCH)
                .filter(|other| other % BATCH != row % BATCH)
                .collect();
            let [now, before] = [&plain, &past].map(|values| gather(values, WIDTH, &others));
            let rows = [&plain, &keys, &predictions, &past];
            let anchor = rows.map(|values| &values[row * WIDTH..][..WIDTH]);
            let evaluate = |negatives: &[f32], past_negatives: &[f32]| {
                evaluate(&loss, anchor, negatives, past_negatives)
            };
            let [queries, predictions] = match memory {
                Memory::Nothing | Memory::Joint => {
                    [evaluate(&now, &[])?[0].clone(), vec![0.0; WIDTH]]
                }
                Memory::Apart => [
                    evaluate(&now, &[])?[0].clone(),
                    evaluate(&[], &before)?[1].clone(),
                ],
                Memory::Symmetric => evaluate(&now, &before)?,
            };
            by_queries.extend(queries);
            by_predictions.extend(predictions);
        }
        let total = with_gradient(found, by_queries) + with_gradient(predicted, by_predictions);
        let total = total.div_scalar((2 * BATCH) as f64);
        Ok(total)
    })
}

/// The gradients of both terms of one view, by its embedding and by what is predicted from it. `anchor`: query, key,
/// prediction and the old model's embedding.
fn evaluate(
    loss: &SymmetricContinual,
    anchor: [&[f32]; 4],
    negatives: &[f32],
    past_negatives: &[f32],
) -> Result<[Vec<f64>; 2], StudyError> {
    let one = [1, WIDTH];
    let [queries, keys, predictions, past] = anchor.map(|row| Array::new(row, &one));
    let shapes = [negatives, past_negatives].map(|values| [values.len() / WIDTH, WIDTH]);
    let found = loss.value_and_gradients(&ContinualBatch {
        queries,
        keys,
        predictions,
        past,
        negatives: Array::new(negatives, &shapes[0]),
        past_negatives: Array::new(past_negatives, &shapes[1]),
    })?;
    Ok([found.by_queries, found.by_predictions])
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = |baseline| results.difference("digits", "accuracy", SY_CON, baseline);
    Ok(vec![
        Clause::above("accuracy of Sy-CON over fine-tuning", &gain(TUNED)?, 0.0),
        Clause::above("accuracy of Sy-CON over CaSSLe's", &gain(CASSLE)?, -0.005),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = vec![Exhibit::new(
        "A linear probe of all ten classes after the last task.",
        charts::means(results, "digits", "accuracy", "accuracy")?,
    )];
    let gains = charts::gains(results, "digits", "accuracy", TUNED, "gain in accuracy")?;
    exhibits.push(Exhibit::new(
        "The same over fine-tuning, seed by seed.",
        gains,
    ));
    Ok(exhibits)
}
