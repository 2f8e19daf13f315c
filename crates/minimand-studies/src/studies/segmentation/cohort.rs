//! Pictures or volumes with labels, small networks trained on them with any loss, and what they predict.

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor, TensorData};
use minimand::Target;
use minimand::grid::Grid;
use minimand::metrics::segmentation::{MaskPair, Measure};
use minimand_burn::LossModule;
use minimand_burn::net::{Activation, UNet, UNetSettings};
use minimand_burn::random::Key;
use minimand_burn::train::TrainError;
use minimand_burn::train::images::{Learner, Segmenter, predict};

use crate::data::pictures::Picture;
use crate::error::StudyError;
use crate::net::{batches, cosine, gather};
use crate::study::Trial;

/// Pictures of one size, with a label for each pixel.
#[derive(Debug, Clone)]
pub(super) struct Cohort {
    pub(super) grid: Grid,
    /// Numbers of a pixel.
    pub(super) channels: usize,
    /// `[n, channels, …]`
    pub(super) images: Vec<f32>,
    /// `[n, …]`
    pub(super) labels: Vec<u32>,
}

impl Cohort {
    /// Of pictures of one size; `None` without any.
    pub(super) fn of(pictures: &[Picture]) -> Option<Self> {
        let first = pictures.first()?;
        Some(Self::stacked(first.grid, pictures))
    }

    /// Number of pictures.
    pub(super) fn len(&self) -> usize {
        self.labels.len() / self.grid.len()
    }

    /// Numbers of a picture.
    pub(super) fn entries(&self) -> usize {
        self.channels * self.grid.len()
    }

    /// `[n, channels, …]`
    pub(super) fn shape(&self) -> Vec<usize> {
        let mut shape = vec![self.len(), self.channels];
        shape.extend_from_slice(self.grid.shape());
        shape
    }

    /// The labels of a picture.
    pub(super) fn labels_of(&self, row: usize) -> &[u32] {
        &self.labels[row * self.grid.len()..][..self.grid.len()]
    }

    /// These pictures, in this order.
    pub(super) fn select(&self, rows: &[usize]) -> Self {
        Self {
            images: gather(&self.images, self.entries(), rows),
            labels: gather(&self.labels, self.grid.len(), rows),
            ..self.clone()
        }
    }

    /// These pictures and behind them those of another cohort of the same size.
    pub(super) fn joined(mut self, other: &Self) -> Self {
        self.images.extend_from_slice(&other.images);
        self.labels.extend_from_slice(&other.labels);
        self
    }
}

/// The pictures of one training step.
pub(super) struct Step<const D: usize> {
    /// Which pictures of the cohort they are.
    pub(super) rows: Vec<usize>,
    /// How much of the training is done, from 0 to just below 1.
    pub(super) progress: f64,
    /// `[n, channels, …]`
    pub(super) images: Tensor<D>,
    /// `[n, …]`
    pub(super) labels: Vec<u32>,
    label_shape: Vec<usize>,
}

impl<const D: usize> Step<D> {
    /// The labels, as objectives take them.
    pub(super) fn target(&self) -> Target<'_> {
        Target::labels(&self.labels, &self.label_shape)
    }

    /// `[n, …]`: the shape of the labels, and of weights of pixels.
    pub(super) fn label_shape(&self) -> &[usize] {
        &self.label_shape
    }
}

/// How long and how fast a network is trained.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recipe {
    pub(super) epochs: usize,
    pub(super) batch_size: usize,
    /// The learning rate of Adam, to which it rises in the first tenth of the steps; it falls along half a cosine.
    pub(super) rate: f64,
}

/// The share of the learning rate in the first tenth of a training, in which it rises evenly: with all of it at once
/// small networks lose a class for good.
fn warm(progress: f64) -> f64 {
    (10.0 * progress).clamp(0.02, 1.0)
}

/// Trains a network with any loss of it and the pictures of a step.
pub(super) fn fit<M: Module, const D: usize>(
    trial: &Trial<'_>,
    net: M,
    cohort: &Cohort,
    recipe: Recipe,
    key: Key,
    mut loss: impl FnMut(&M, &Step<D>) -> Result<Tensor<1>, TrainError>,
) -> Result<M, StudyError> {
    let mut learner = Learner::new(net, 0.0);
    for batch in batches(cohort.len(), recipe.batch_size, recipe.epochs, key) {
        trial.check_stop()?;
        let images = gather(&cohort.images, cohort.entries(), &batch.rows);
        let mut shape = cohort.shape();
        shape[0] = batch.rows.len();
        let label_shape = [&shape[..1], &shape[2..]].concat();
        let step = Step {
            images: tensor(images, &shape, true),
            labels: gather(&cohort.labels, cohort.grid.len(), &batch.rows),
            label_shape,
            rows: batch.rows,
            progress: batch.progress,
        };
        learner.step(
            recipe.rate * warm(batch.progress) * cosine(batch.progress),
            |net| loss(net, &step),
        )?;
    }
    Ok(learner.into_net())
}

/// Trains a network with an objective of its logits and the labels.
pub(super) fn fit_labels<M: Segmenter, const D: usize>(
    trial: &Trial<'_>,
    net: M,
    cohort: &Cohort,
    recipe: Recipe,
    key: Key,
    objective: &LossModule,
) -> Result<M, StudyError> {
    fit::<M, D>(trial, net, cohort, recipe, key, |net, step| {
        let logits = net.logits(step.images.clone())?;
        Ok(objective.forward_host(logits, step.target(), None)?)
    })
}

/// Numbers as a tensor of this shape, which must have `D` axes; with or without gradients.
pub(super) fn tensor<const D: usize>(
    values: Vec<f32>,
    shape: &[usize],
    gradients: bool,
) -> Tensor<D> {
    let device = match gradients {
        true => Device::flex().autodiff(),
        false => Device::flex(),
    };
    let data = TensorData::new(values, shape.to_vec());
    Tensor::from_data(data, (&device, DType::F32))
}

/// A U-Net of this width that halves pictures twice.
pub(super) fn unet(
    channels: usize,
    classes: usize,
    width: usize,
    key: Key,
) -> Result<UNet, StudyError> {
    let settings = UNetSettings {
        channels,
        classes,
        width,
        // With few channels, units that are never active and groups of one channel lose small classes.
        groups: 2,
        activation: Activation::Silu,
        ..UNetSettings::default()
    };
    Ok(UNet::new(&settings, key).map_err(TrainError::from)?)
}

/// The logits `[n, outputs, …]` of all pictures.
pub(super) fn logits<M: Segmenter>(net: &M, cohort: &Cohort) -> Result<Vec<f32>, StudyError> {
    Ok(predict(net, &cohort.images, &cohort.shape())?)
}

/// The class with the largest logit of each pixel, `[n, …]`.
pub(super) fn segment<M: Segmenter>(
    net: &M,
    cohort: &Cohort,
    classes: usize,
) -> Result<Vec<u32>, StudyError> {
    Ok(largest(&logits(net, cohort)?, classes, cohort.grid.len()))
}

/// The place of the largest of the numbers `[n, classes, pixels]` of each pixel.
pub(super) fn largest(values: &[f32], classes: usize, pixels: usize) -> Vec<u32> {
    let pictures = values.chunks_exact(classes * pixels);
    let labels = pictures.flat_map(|picture| {
        (0..pixels).map(|pixel| {
            let better = |best: usize, class: usize| match picture[class * pixels + pixel]
                > picture[best * pixels + pixel]
            {
                true => class,
                false => best,
            };
            (1..classes).fold(0, better) as u32
        })
    });
    labels.collect()
}

/// A measure of a class in each picture, `None` where it is not defined.
pub(super) fn each(
    cohort: &Cohort,
    predicted: &[u32],
    class: usize,
    measure: &impl Measure,
) -> Result<Vec<Option<f64>>, StudyError> {
    let pictures = predicted.chunks_exact(cohort.grid.len()).enumerate();
    let values = pictures.map(|(row, predicted)| {
        let truth = cohort.labels_of(row);
        let pair = MaskPair::of_class(&cohort.grid, predicted.into(), truth.into(), class)?;
        Ok(measure.of(&pair))
    });
    values.collect()
}

/// The mean of a measure of a class over the pictures in which it is defined; 0 if there are none.
pub(super) fn mean(
    cohort: &Cohort,
    predicted: &[u32],
    class: usize,
    measure: &impl Measure,
) -> Result<f64, StudyError> {
    Ok(mean_of(&each(cohort, predicted, class, measure)?))
}

/// The mean of what is defined; 0 if nothing is.
pub(super) fn mean_of(values: &[Option<f64>]) -> f64 {
    let defined = values.iter().flatten();
    defined.clone().sum::<f64>() / defined.count().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_largest_is_the_class() {
        // Two pictures of two pixels with three classes.
        let values = [0.0, 1.0, 2.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0];
        assert_eq!(largest(&values, 3, 2), [1, 0, 0, 2]);
        assert_eq!(mean_of(&[Some(1.0), None, Some(0.5)]), 0.75);
        assert_eq!(mean_of(&[None]), 0.0);
    }

    #[test]
    fn pictures_keep_their_labels() {
        let picture = |label: u32| Picture {
            grid: Grid::new(&[1, 2]).unwrap(),
            channels: 2,
            image: vec![label as f32; 4],
            labels: vec![label, 0],
        };
        let cohort = Cohort::of(&[picture(1), picture(2)]).unwrap();
        assert_eq!(cohort.shape(), [2, 2, 1, 2]);
        let both = cohort.select(&[1]).joined(&cohort);
        assert_eq!(both.labels, [2, 0, 1, 0, 2, 0]);
        assert_eq!(&both.images[..8], &[2.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0]);
        assert!(Cohort::of(&[]).is_none());
    }
}
