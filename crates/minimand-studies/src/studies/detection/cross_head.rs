//! A dense detector with two heads, and what it learns from another one.

use burn::module::Module;
use burn::tensor::activation::{relu, sigmoid};
use burn::tensor::{Int, Tensor};
use minimand::{Denominator, Options};
use minimand_burn::LossModule;
use minimand_burn::random::Key;

use super::dense::{INPUTS, OUTPUTS, PictureBatch};
use super::scenes::SHAPES;
use crate::error::StudyError;
use crate::net::{Mlp, dense_loss, matrix, numbers};

/// Width of the features and of each layer of a head.
const WIDTH: usize = 32;
/// Hidden layers of a head; the last layer of its network predicts.
const HIDDEN: usize = 3;

/// What is learnt from the teacher.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Distilled {
    /// The predictions of the student's own head.
    Outputs,
    /// The features below the heads.
    Features,
    /// What the teacher's head makes of the student's after so many layers.
    Crossed(usize),
}

/// A backbone and two heads that see one cell at a time.
#[derive(Module, Debug)]
pub(super) struct Detector {
    backbone: Mlp,
    pub(super) classes: Mlp,
    boxes: Mlp,
}

impl Detector {
    pub(super) fn new(maps: usize, key: Key) -> Self {
        let head = |outputs: usize, key: Key| {
            let mut widths = vec![WIDTH; HIDDEN + 1];
            widths.push(outputs);
            Mlp::new(&widths, key)
        };
        let bias = vec![-99.0_f32.ln(); SHAPES];
        Self {
            backbone: Mlp::new(&[INPUTS, maps, WIDTH], key.child(0)),
            classes: head(SHAPES, key.child(1)).with_output_bias(bias),
            boxes: head(4, key.child(2)),
        }
    }

    /// Features of cells, `[n, WIDTH]`.
    pub(super) fn features(&self, patches: Tensor<2>) -> Tensor<2> {
        relu(self.backbone.forward(patches))
    }

    fn heads(&self) -> [&Mlp; 2] {
        [&self.classes, &self.boxes]
    }

    /// Scores and boxes of cells, `[n, OUTPUTS]`.
    pub(super) fn outputs_of(&self, patches: &[f32]) -> Vec<f32> {
        let net = self.valid();
        let features = net.features(matrix(patches.to_vec(), INPUTS).inner());
        let [classes, boxes] = net
            .heads()
            .map(|head| numbers(head.forward(features.clone())));
        let rows = classes.chunks_exact(SHAPES).zip(boxes.chunks_exact(4));
        let mut outputs = Vec::with_capacity(classes.len() / SHAPES * OUTPUTS);
        rows.for_each(|(classes, boxes)| outputs.extend([classes, boxes].concat()));
        outputs
    }
}

/// The sum of a loss over the number of positives.
fn per_positive(objective: &str, batch: &PictureBatch) -> Result<LossModule, StudyError> {
    let options = Options {
        denominator: Denominator::Number(batch.positives.len() as f64),
        ..Options::default()
    };
    Ok(LossModule::new(objective.parse()?).with_options(options))
}

/// The loss by the annotations.
pub(super) fn annotated(
    net: &Detector,
    features: Tensor<2>,
    batch: &PictureBatch,
) -> Result<Tensor<1>, StudyError> {
    let [scores, boxes] = net.heads().map(|head| head.forward(features.clone()));
    let positives = Tensor::<1, Int>::from_data(batch.positives.as_slice(), &boxes.device());
    let score_loss = dense_loss(
        &per_positive("sigmoid_focal", batch)?,
        scores,
        &batch.targets,
    )?;
    let box_loss = dense_loss(
        &per_positive("smooth_l1", batch)?,
        boxes.select(0, positives),
        &batch.boxes,
    )?;
    Ok(score_loss + box_loss)
}

/// What a student learns from a teacher.
pub(super) struct Lesson<'a> {
    pub(super) teacher: &'a Detector,
    pub(super) distilled: Distilled,
}

impl Lesson<'_> {
    /// The loss by the teacher.
    pub(super) fn loss(
        &self,
        student: &Detector,
        features: Tensor<2>,
        batch: &PictureBatch,
    ) -> Result<Tensor<1>, StudyError> {
        let teacher = self.teacher;
        let taught = teacher
            .features(matrix(batch.patches.clone(), INPUTS))
            .detach();
        let predictions = match self.distilled {
            Distilled::Features => {
                let loss = LossModule::new("mse".parse()?);
                return Ok(dense_loss(&loss, features, &numbers(taught))?);
            }
            Distilled::Outputs => student.heads().map(|head| head.forward(features.clone())),
            Distilled::Crossed(cut) => {
                let cross = |own: &Mlp, other: &Mlp| {
                    let found = aligned(
                        own.first(cut, features.clone()),
                        other.first(cut, taught.clone()),
                    );
                    other.rest(cut, found)
                };
                [
                    cross(&student.classes, &teacher.classes),
                    cross(&student.boxes, &teacher.boxes),
                ]
            }
        };
        let [scores, boxes] = predictions;
        let [true_scores, true_boxes] = teacher
            .heads()
            .map(|head| head.forward(taught.clone()).detach());
        let chances = sigmoid(true_scores);
        let score_loss =
            per_positive("quality_focal(beta=1)", batch)?.forward(scores, chances.clone())?;
        // One weight for each of the four numbers.
        let weights = chances.max_dim(1).repeat_dim(1, 4);
        let box_loss =
            LossModule::new("mae".parse()?).forward_weighted(boxes, true_boxes, weights)?;
        Ok(score_loss + box_loss)
    }
}

/// With mean and deviation of each channel over the batch made those of `other`.
fn aligned(own: Tensor<2>, other: Tensor<2>) -> Tensor<2> {
    let moments = |x: &Tensor<2>| (x.clone().mean_dim(0), x.clone().var(0).sqrt());
    let ((mean, deviation), (to_mean, to_deviation)) = (moments(&own), moments(&other));
    (own - mean) / (deviation + 1e-6) * to_deviation + to_mean
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::studies::detection::dense::Pictures;

    /// The record's channel, and that a student that is the teacher has nothing to learn.
    #[test]
    fn features_are_aligned() {
        let own = matrix(vec![1.0, 2.0, 3.0, 4.0], 1);
        let other = matrix(vec![10.0, 10.0, 20.0, 20.0], 1);
        let wanted = [8.291_801, 12.763_934, 17.236_066, 21.708_199];
        for (got, want) in numbers(aligned(own, other)).iter().zip(wanted) {
            assert!((got - want).abs() < 1e-4, "{got}");
        }
        let net = Detector::new(24, Key::new(1));
        let train = Pictures::new(2, Key::new(2));
        let batch = train.batch(&[0, 1]);
        for distilled in [
            Distilled::Outputs,
            Distilled::Crossed(2),
            Distilled::Features,
        ] {
            let lesson = Lesson {
                teacher: &net,
                distilled,
            };
            let features = net.features(matrix(batch.patches.clone(), INPUTS));
            let loss = lesson.loss(&net, features, &batch).unwrap();
            assert!(numbers(loss)[0] < 1e-5);
        }
    }
}
