//! One pass through the training images, and the look at the validation images after it.

use super::batch::{ImageBatch, image_tensor};
use super::segmenter::Segmenter;
use super::set::ImageSet;
use super::{ImageEpoch, ImageTraining, Learner, TrainError};
use crate::loss::{LossError, LossModule, known_gradient, numbers};
use crate::random::{Key, Random};
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};
use minimand::supervision::DeepSupervision;
use minimand::{Array, Batch, Gradient};
use std::sync::atomic::{AtomicBool, Ordering};

/// The parts of a run's key. Named by text, they meet no index that a caller may count with.
const BATCH_ORDER: u64 = u64::from_le_bytes(*b"batches ");
const TURNS: u64 = u64::from_le_bytes(*b"turns   ");

/// A network in training.
pub(super) struct Trainer<'a, M> {
    training: &'a ImageTraining<'a>,
    /// Becomes true when the training is to end at once.
    stop: &'a AtomicBool,
    loss: LossModule,
    learner: Learner<M>,
    /// Steps gone through, those without weight too.
    steps: usize,
    /// Steps of the longest possible training.
    most_steps: usize,
}

impl<'a, M: Segmenter> Trainer<'a, M> {
    /// The training must have been checked.
    pub(super) fn new(training: &'a ImageTraining<'a>, net: M, stop: &'a AtomicBool) -> Self {
        let settings = training.settings;
        let each = training.train.len().div_ceil(settings.batch_size);
        Trainer {
            training,
            stop,
            loss: LossModule::new(training.objective.clone()),
            learner: Learner::new(net, settings.weight_decay),
            steps: 0,
            most_steps: settings.length.steps(each),
        }
    }

    pub(super) fn net(&self) -> &M {
        self.learner.net()
    }

    /// Are all steps taken?
    pub(super) fn is_done(&self) -> bool {
        self.steps >= self.most_steps
    }

    /// Runs epoch `index`, counted from 0.
    pub(super) fn epoch(&mut self, index: usize) -> Result<ImageEpoch, TrainError> {
        let &ImageTraining {
            train,
            settings,
            key,
            ..
        } = self.training;
        let key = |part| -> Key { key.child(part).child(index as u64) };
        let mut order: Vec<usize> = (0..train.len()).collect();
        Random::new(key(BATCH_ORDER), 0).shuffle(&mut order);
        let mut turns = Random::new(key(TURNS), 0);
        let (mut sum, mut mass) = (0.0, 0.0);
        for items in order.chunks(settings.batch_size) {
            if self.is_done() {
                break;
            }
            if self.stop.load(Ordering::Relaxed) {
                return Err(TrainError::Stopped { epoch: index });
            }
            let batch = train.augmented_batch(items, settings.augment, &mut turns)?;
            let progress = self.steps as f64 / self.most_steps as f64;
            self.steps += 1;
            if batch.mass() > 0.0 {
                let rate = settings.learning_rate * settings.schedule.factor(progress);
                let loss = match batch.shape().len() {
                    4 => self.step::<4>(&batch, rate)?,
                    _ => self.step::<5>(&batch, rate)?,
                };
                sum += batch.mass() * loss;
                mass += batch.mass();
            }
        }
        if !is_finite(self.net())? {
            return Err(self.learner.diverged("a weight"));
        }
        Ok(ImageEpoch {
            index,
            steps: self.steps,
            train_loss: if mass > 0.0 { sum / mass } else { 0.0 },
            validation_loss: match self.training.validation {
                Some(set) => Some(self.validate(index, set)?),
                None => None,
            },
        })
    }

    /// One step on these images; gives their loss before it.
    fn step<const D: usize>(&mut self, batch: &ImageBatch, rate: f64) -> Result<f64, TrainError> {
        let scales = self.net().scales(batch.tensor::<D>()?)?;
        let evaluated = match scales.as_slice() {
            [logits] => self
                .loss
                .evaluate_host(logits.clone(), batch.target(), batch.weights()),
            scales => self.supervise(scales, batch),
        };
        let (value, loss) = match evaluated {
            Ok(evaluated) => evaluated,
            Err(error) => return Err(self.blamed(&scales, error)?),
        };
        if !value.is_finite() {
            return Err(self.learner.diverged("the loss"));
        }
        self.learner.descend(rate, loss)?;
        Ok(value)
    }

    /// The loss of several scales, the finest first.
    fn supervise<const D: usize>(
        &self,
        scales: &[Tensor<D>],
        batch: &ImageBatch,
    ) -> Result<(f64, Tensor<1>), LossError> {
        let values: Vec<Vec<f32>> = scales.iter().map(numbers).collect::<Result<_, _>>()?;
        let shapes: Vec<[usize; D]> = scales.iter().map(Tensor::dims).collect();
        let arrays: Vec<Array<'_>> = values
            .iter()
            .zip(&shapes)
            .map(|(values, shape)| Array::new(values, shape))
            .collect();
        let supervision = DeepSupervision::halving(self.loss.objective().clone(), scales.len())?;
        let (Some(finest), coarser) = (arrays.first(), arrays.get(1..).unwrap_or_default()) else {
            return Err(LossError::PerItem);
        };
        let batch = Batch {
            weights: batch.weights(),
            ..Batch::new(*finest, batch.target())
        };
        let supervised = supervision.value_and_gradients(&batch, coarser, self.loss.options())?;
        let mut total = None;
        for (logits, level) in scales.iter().zip(supervised.levels) {
            if let Some(Gradient::F32(gradient)) = level.gradient {
                let loss = known_gradient(logits.clone(), level.value, gradient)?;
                total = Some(match total {
                    Some(sum) => sum + loss,
                    None => loss,
                });
            }
        }
        match total {
            Some(total) => Ok((supervised.value, total)),
            None => Err(LossError::PerItem),
        }
    }

    /// The objective refuses logits that are not finite; the data is then not to blame.
    fn blamed<const D: usize>(
        &self,
        scales: &[Tensor<D>],
        error: LossError,
    ) -> Result<TrainError, LossError> {
        for logits in scales {
            if numbers(logits)?.iter().any(|x| !x.is_finite()) {
                return Ok(self.learner.diverged("a logit"));
            }
        }
        Ok(error.into())
    }

    /// The mean loss of the validation images, batch by batch.
    fn validate(&self, epoch: usize, set: &ImageSet) -> Result<f64, TrainError> {
        let net = self.net().valid();
        let items: Vec<usize> = (0..set.len()).collect();
        let (mut sum, mut mass) = (0.0, 0.0);
        for items in items.chunks(self.training.settings.batch_size) {
            if self.stop.load(Ordering::Relaxed) {
                return Err(TrainError::Stopped { epoch });
            }
            let batch = set.batch(items)?;
            if batch.mass() == 0.0 {
                continue;
            }
            let loss = match batch.shape().len() {
                4 => self.loss_of::<4>(&net, &batch)?,
                _ => self.loss_of::<5>(&net, &batch)?,
            };
            sum += batch.mass() * loss;
            mass += batch.mass();
        }
        Ok(sum / mass)
    }

    fn loss_of<const D: usize>(&self, net: &M, batch: &ImageBatch) -> Result<f64, TrainError> {
        let images = image_tensor::<D>(batch.images().to_vec(), batch.shape(), &Device::flex())?;
        let logits = net.logits(images)?;
        match self
            .loss
            .evaluate_host(logits.clone(), batch.target(), batch.weights())
        {
            Ok((value, _)) => Ok(value),
            Err(error) => Err(self.blamed(&[logits], error)?),
        }
    }
}

/// Are all parameters finite?
fn is_finite<M: Module>(net: &M) -> Result<bool, LossError> {
    struct Look(Result<bool, LossError>);
    impl ModuleVisitor for Look {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let finite = numbers(&param.val()).map(|x| x.iter().all(|x| x.is_finite()));
            self.0 = match (std::mem::replace(&mut self.0, Ok(true)), finite) {
                (Ok(before), Ok(finite)) => Ok(before && finite),
                (Err(error), _) | (_, Err(error)) => Err(error),
            };
        }
    }
    let mut look = Look(Ok(true));
    net.visit(&mut look);
    look.0
}
