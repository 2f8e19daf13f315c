//! Pictures with a mask: networks for them, training with any objective, and what is measured of predicted
//! masks.

use burn::module::Module;
use burn::tensor::Tensor;
use minimand::Objective;
use minimand::grid::Grid;
use minimand::grid::persistence::{Construction, betti::betti_number_error};
use minimand::metrics::segmentation::{MaskPair, Measure};
use minimand_burn::LossModule;
use minimand_burn::net::{Activation, Conv, NetError, Norm};
use minimand_burn::random::Key;
use minimand_burn::train::TrainError;
use minimand_burn::train::images::{ImageBatch, ImageSet, Learner, Masks, Segmenter, predict};

/// Pictures of one size with the true label of each pixel.
pub(super) use super::cohort::Cohort as Cases;
use crate::data::pictures::Picture;
use crate::error::StudyError;
use crate::learn::softmax;
use crate::net::{batches, cosine};
use crate::study::Trial;

impl Cases {
    /// So many pictures, each drawn with a key of its own.
    pub(super) fn draw(
        grid: Grid,
        count: usize,
        key: Key,
        mut draw: impl FnMut(Key) -> Picture,
    ) -> Self {
        let pictures: Vec<Picture> = (0..count).map(|i| draw(key.child(i as u64))).collect();
        Self::stacked(grid, &pictures)
    }

    /// These pictures, which are all of one size.
    pub(super) fn stacked(grid: Grid, pictures: &[Picture]) -> Self {
        let (images, labels) = Picture::stacked(pictures);
        Self {
            grid,
            channels: pictures.first().map_or(1, |picture| picture.channels),
            images,
            labels,
        }
    }

    /// To be trained with the true labels.
    pub(super) fn set(&self, classes: usize) -> Result<ImageSet, StudyError> {
        self.set_with(Masks::Labels {
            labels: self.labels.clone(),
            classes,
        })
    }

    /// To be trained with other masks.
    pub(super) fn set_with(&self, masks: Masks) -> Result<ImageSet, StudyError> {
        Ok(ImageSet::new(self.images.clone(), &self.shape(), masks)?)
    }

    /// For each picture, where the predicted and where the true label is this class.
    pub(super) fn pairs(&self, predicted: &[u32], class: u32) -> Result<Vec<MaskPair>, StudyError> {
        let is_class =
            |labels: &[u32]| -> Vec<bool> { labels.iter().map(|&label| label == class).collect() };
        let pixels = self.grid.len();
        let pictures = predicted
            .chunks_exact(pixels)
            .zip(self.labels.chunks_exact(pixels));
        let pair = |(own, truth): (&[u32], &[u32])| {
            Ok(MaskPair::new(&self.grid, &is_class(own), &is_class(truth))?)
        };
        pictures.map(pair).collect()
    }
}

/// The mask of class 1 of each picture.
pub(super) fn foregrounds(labels: &[u32], pixels: usize) -> impl Iterator<Item = Vec<bool>> {
    let mask = |labels: &[u32]| labels.iter().map(|&label| label == 1).collect();
    labels.chunks_exact(pixels).map(mask)
}

/// By how much each Betti number of the predicted foreground is off, mean over the pictures: components,
/// holes, and cavities in volumes.
pub(super) fn betti_errors(
    cases: &Cases,
    predicted: &[u32],
    construction: Construction,
) -> Result<Vec<f64>, StudyError> {
    let pixels = cases.grid.len();
    let truths = foregrounds(&cases.labels, pixels);
    let mut means = vec![0.0; cases.grid.axes()];
    for (own, truth) in foregrounds(predicted, pixels).zip(truths) {
        let errors = betti_number_error(&own, &truth, &cases.grid, construction)?;
        for (mean, error) in means.iter_mut().zip(errors) {
            *mean += error as f64 / cases.len() as f64;
        }
    }
    Ok(means)
}

/// The mean of a measure over the pictures for which it is defined; 0 if there is none.
pub(super) fn mean_of(measure: &impl Measure, pairs: &[MaskPair]) -> f64 {
    let values: Vec<f64> = pairs.iter().filter_map(|pair| measure.of(pair)).collect();
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Soft masks `[n, 2, …]` of the probability of class 1.
pub(super) fn two_classes(foreground: &[f32], pixels: usize) -> Masks {
    let mut values = Vec::with_capacity(2 * foreground.len());
    for picture in foreground.chunks_exact(pixels) {
        values.extend(picture.iter().map(|share| 1.0 - share));
        values.extend(picture);
    }
    Masks::Dense {
        values,
        channels: 2,
    }
}

/// Convolutions of side 3 at full size, each normalised for each picture and rectified, and one of side 1
/// to the logits: a pixel sees as many neighbours to each side as there are hidden layers.
#[derive(Module, Debug)]
pub(super) struct ConvNet {
    layers: Vec<Conv>,
    norms: Vec<Norm>,
    head: Conv,
}

impl ConvNet {
    /// For pictures with 2 or 3 axes, with these numbers of channels between.
    pub(super) fn new(
        axes: usize,
        channels: usize,
        hidden: &[usize],
        classes: usize,
        key: Key,
    ) -> Result<Self, StudyError> {
        let mut layers = Vec::new();
        let mut norms = Vec::new();
        let mut inputs = channels;
        for (index, &outputs) in hidden.iter().enumerate() {
            layers.push(net(Conv::new(
                axes,
                3,
                inputs,
                outputs,
                key.child(index as u64),
            ))?);
            norms.push(net(Norm::new(outputs, 1, Activation::Relu))?);
            inputs = outputs;
        }
        let head = Conv::new(axes, 1, inputs, classes, key.child(hidden.len() as u64));
        Ok(Self {
            layers,
            norms,
            head: net(net(head)?.with_bias(vec![0.0; classes]))?,
        })
    }
}

impl Segmenter for ConvNet {
    fn logits<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<D>, NetError> {
        let mut x = images;
        for (layer, norm) in self.layers.iter().zip(&self.norms) {
            x = norm.forward(layer.forward(x)?)?;
        }
        self.head.forward(x)
    }
}

/// What a network refuses, as an error of a study.
pub(super) fn net<T>(result: Result<T, NetError>) -> Result<T, StudyError> {
    Ok(result.map_err(TrainError::from)?)
}

/// How long and how fast a network is trained, with AdamW without decay.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course {
    pub(super) epochs: usize,
    pub(super) batch: usize,
    /// The learning rate at the start; it falls along half a cosine.
    pub(super) rate: f64,
}

/// Trains a network on pictures (`D` = 4) or volumes (`D` = 5) with an objective of logits and masks.
pub(super) fn fit<const D: usize, M: Segmenter>(
    trial: &Trial<'_>,
    net: M,
    objective: &str,
    train: &ImageSet,
    course: Course,
    key: Key,
) -> Result<M, StudyError> {
    let objective: Objective = objective.parse()?;
    let loss = LossModule::new(objective);
    fit_scales::<D, M>(trial, net, train, course, key, |scales, batch| {
        Ok(loss.forward_host(scales[0].clone(), batch.target(), batch.weights())?)
    })
}

/// As [`fit`], with a loss of all that the network puts out and the pictures of a step.
pub(super) fn fit_scales<const D: usize, M: Segmenter>(
    trial: &Trial<'_>,
    net: M,
    train: &ImageSet,
    course: Course,
    key: Key,
    loss: impl Fn(&[Tensor<D>], &ImageBatch) -> Result<Tensor<1>, TrainError>,
) -> Result<M, StudyError> {
    let mut learner = Learner::new(net, 0.0);
    for step in batches(train.len(), course.batch, course.epochs, key) {
        trial.check_stop()?;
        let batch = train.batch(&step.rows)?;
        learner.step(course.rate * cosine(step.progress), |net| {
            loss(&net.scales(batch.tensor::<D>()?)?, &batch)
        })?;
    }
    Ok(learner.into_net())
}

/// The probabilities `[n · pixels, classes]` of a network with so many logits.
pub(super) fn probabilities<M: Segmenter>(
    net: &M,
    cases: &Cases,
    classes: usize,
) -> Result<Vec<f64>, StudyError> {
    let logits = predict(net, &cases.images, &cases.shape())?;
    let pixels = cases.grid.len();
    let mut rows: Vec<f32> = Vec::with_capacity(logits.len());
    for picture in logits.chunks_exact(classes * pixels) {
        for pixel in 0..pixels {
            rows.extend(picture.iter().skip(pixel).step_by(pixels));
        }
    }
    Ok(softmax(&rows, classes))
}

/// The most probable class of each row; of equal ones the first.
pub(super) fn chosen(probabilities: &[f64], classes: usize) -> Vec<u32> {
    let rows = probabilities.chunks_exact(classes);
    let best =
        |row: &[f64]| (1..classes).fold(0, |best, i| if row[i] > row[best] { i } else { best });
    rows.map(|row| best(row) as u32).collect()
}
