//! Images with what is to be predicted for each pixel.

use super::super::dataset::check_finite;
use super::super::error::TrainError;
use super::augment::{Augment, Turn};
use super::batch::ImageBatch;
use crate::random::Random;

/// What is to be predicted for each pixel.
#[derive(Debug, Clone, PartialEq)]
pub enum Masks {
    /// One class per pixel.
    Labels {
        /// `[n, …]`, each in `0..classes`.
        labels: Vec<u32>,
        /// Number of classes, at least 1.
        classes: usize,
    },
    /// Numbers in the shape of the logits: soft masks, masks for single logits, distances.
    Dense {
        /// `[n, channels, …]`, finite.
        values: Vec<f32>,
        /// Numbers of a pixel, at least 1.
        channels: usize,
    },
}

/// Images or volumes with their masks, checked once.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageSet {
    images: Vec<f32>,
    /// `[n, channels, rows, columns]` or `[n, channels, slices, rows, columns]`.
    shape: Vec<usize>,
    masks: Masks,
    weights: Option<Vec<f32>>,
}

impl ImageSet {
    /// `images`: `[n, channels, rows, columns]` or `[n, channels, slices, rows, columns]`, in this order,
    /// finite. They are used as they are: scale them first.
    ///
    /// # Errors
    /// Another rank, an axis of length 0, lengths that do not fit, numbers that are not finite, and a label
    /// that is no class.
    pub fn new(images: Vec<f32>, shape: &[usize], masks: Masks) -> Result<Self, TrainError> {
        let entries = check_shape(&images, shape)?;
        let pixels: usize = shape[2..].iter().product();
        let (what, got, channels) = match &masks {
            Masks::Labels { labels, classes } => {
                not_empty("classes", *classes)?;
                ("labels", labels.len(), 1)
            }
            Masks::Dense { values, channels } => {
                not_empty("channels", *channels)?;
                ("values", values.len(), *channels)
            }
        };
        if shape[0]
            .checked_mul(pixels)
            .and_then(|x| x.checked_mul(channels))
            != Some(got)
        {
            return Err(TrainError::Length {
                what,
                expected: format!(
                    "{channels} for each of {pixels} pixels of {} images",
                    shape[0]
                ),
                got,
            });
        }
        check_finite("images", &images, entries)?;
        match &masks {
            Masks::Dense { values, channels } => check_finite("values", values, channels * pixels)?,
            Masks::Labels { labels, classes } => {
                if let Some(place) = labels.iter().position(|&label| label as usize >= *classes) {
                    return Err(TrainError::Label {
                        row: place / pixels,
                        label: labels[place],
                        classes: *classes,
                    });
                }
            }
        }
        Ok(ImageSet {
            images,
            shape: shape.to_vec(),
            masks,
            weights: None,
        })
    }

    /// With a weight for each image `[n]` or for each pixel `[n, …]`, finite and ≥ 0.
    ///
    /// # Errors
    /// Another number of weights, a weight that is negative or not finite, and only zeros.
    pub fn with_weights(mut self, weights: Vec<f32>) -> Result<Self, TrainError> {
        let (n, pixels) = (self.len(), self.pixels());
        if weights.len() != n && weights.len() != n * pixels {
            return Err(TrainError::Length {
                what: "weights",
                expected: format!(
                    "one entry for each of {n} images, or of their {} pixels",
                    n * pixels
                ),
                got: weights.len(),
            });
        }
        if let Some(place) = weights.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
            return Err(TrainError::Weight {
                row: place / (weights.len() / n),
                value: weights[place],
            });
        }
        if weights.iter().all(|&w| w == 0.0) {
            return Err(TrainError::Weightless { what: "weights" });
        }
        self.weights = Some(weights);
        Ok(self)
    }

    /// Number of images, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "it never is")]
    pub fn len(&self) -> usize {
        self.shape[0]
    }

    /// Pixels of an image.
    pub fn pixels(&self) -> usize {
        self.shape[2..].iter().product()
    }

    /// `[n, channels, …]`.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The images `[n, channels, …]`.
    pub fn images(&self) -> &[f32] {
        &self.images
    }

    /// The masks.
    pub fn masks(&self) -> &Masks {
        &self.masks
    }

    /// The weights of images or pixels, if they differ.
    pub fn weights(&self) -> Option<&[f32]> {
        self.weights.as_deref()
    }

    /// Logits of a pixel: the number of classes or of channels of the mask.
    pub fn outputs(&self) -> usize {
        match &self.masks {
            Masks::Labels { classes, .. } => *classes,
            Masks::Dense { channels, .. } => *channels,
        }
    }

    /// Slices (1 in the plane), rows and columns.
    pub(super) fn space(&self) -> [usize; 3] {
        match &self.shape[2..] {
            [rows, columns] => [1, *rows, *columns],
            space => [space[0], space[1], space[2]],
        }
    }

    /// Some of the images, in this order.
    ///
    /// # Errors
    /// No images, and images that the set does not have.
    pub fn batch(&self, items: &[usize]) -> Result<ImageBatch, TrainError> {
        self.turned(items, Turn::default)
    }

    /// As [`batch`](Self::batch), each image going through a symmetry of its own.
    ///
    /// # Errors
    /// Those of `batch`, and rotations of images that are not square.
    pub fn augmented_batch(
        &self,
        items: &[usize],
        augment: Augment,
        random: &mut Random,
    ) -> Result<ImageBatch, TrainError> {
        augment.check(self.space())?;
        self.turned(items, || augment.draw(random))
    }

    fn turned(
        &self,
        items: &[usize],
        mut turn: impl FnMut() -> Turn,
    ) -> Result<ImageBatch, TrainError> {
        not_empty("items", items.len())?;
        if let Some(&row) = items.iter().find(|&&item| item >= self.len()) {
            return Err(TrainError::Row {
                what: "items",
                row,
                rows: self.len(),
            });
        }
        let space = self.space();
        let (pixels, entries) = (self.pixels(), self.shape[1] * self.pixels());
        let outputs = self.outputs();
        let mut shape = self.shape.clone();
        shape[0] = items.len();
        let mut pixel_shape = shape.clone();
        pixel_shape.remove(1);
        let mut batch = ImageBatch {
            images: Vec::with_capacity(items.len() * entries),
            masks: match &self.masks {
                Masks::Labels { classes, .. } => Masks::Labels {
                    labels: Vec::with_capacity(items.len() * pixels),
                    classes: *classes,
                },
                Masks::Dense { channels, .. } => Masks::Dense {
                    values: Vec::with_capacity(items.len() * outputs * pixels),
                    channels: *channels,
                },
            },
            weights: self.weights.as_ref().map(|_| Vec::new()),
            mask_shape: pixel_shape.clone(),
            pixel_shape,
            shape,
        };
        for &item in items {
            let turn = turn();
            turn.append(
                &self.images[item * entries..][..entries],
                space,
                &mut batch.images,
            );
            match (&self.masks, &mut batch.masks) {
                (Masks::Labels { labels, .. }, Masks::Labels { labels: to, .. }) => {
                    turn.append(&labels[item * pixels..][..pixels], space, to);
                }
                (Masks::Dense { values, .. }, Masks::Dense { values: to, .. }) => {
                    let each = outputs * pixels;
                    turn.append(&values[item * each..][..each], space, to);
                }
                _ => {}
            }
            if let (Some(weights), Some(to)) = (&self.weights, &mut batch.weights) {
                match weights.len() == self.len() {
                    true => to.push(weights[item]),
                    false => turn.append(&weights[item * pixels..][..pixels], space, to),
                }
            }
        }
        if let Masks::Dense { channels, .. } = batch.masks {
            batch.mask_shape.insert(1, channels);
        }
        Ok(batch)
    }
}

/// Are these the numbers of images of this shape? Gives how many an image has.
pub(super) fn check_shape(images: &[f32], shape: &[usize]) -> Result<usize, TrainError> {
    if !(4..=5).contains(&shape.len()) {
        return Err(TrainError::Length {
            what: "shape",
            expected:
                "4 axes [n, channels, rows, columns] or 5 [n, channels, slices, rows, columns]"
                    .to_string(),
            got: shape.len(),
        });
    }
    for (&size, what) in shape
        .iter()
        .zip(["images", "channels", "sides", "sides", "sides"])
    {
        not_empty(what, size)?;
    }
    let product = |axes: &[usize]| {
        axes.iter()
            .try_fold(1_usize, |product, &x| product.checked_mul(x))
    };
    match (product(shape), product(&shape[1..])) {
        (Some(total), Some(entries)) if total == images.len() => Ok(entries),
        _ => Err(TrainError::Length {
            what: "images",
            expected: format!("the numbers of an array {shape:?}"),
            got: images.len(),
        }),
    }
}

fn not_empty(what: &'static str, size: usize) -> Result<(), TrainError> {
    match size {
        0 => Err(TrainError::Empty { what }),
        _ => Ok(()),
    }
}
