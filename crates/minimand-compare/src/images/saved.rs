//! The best network, kept and used.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use minimand_burn::net::UNet;
use minimand_burn::random::Key;
use minimand_burn::train::TrainError;
use minimand_images::{Image, Mask};
use minimand_report::atomic::write_atomically;
use serde::{Deserialize, Serialize};

use super::fold::{ImageFold, net_settings};
use super::learner::Cases;
use super::load::kind;
use super::normalise::normalise;
use super::predict::{Picture, segment};
use super::{Images, ImagesError, Layout};
use crate::best::Best;
use crate::candidates::Candidate;
use crate::error::CompareError;
use crate::folds::whole;
use crate::job::{Job, Learner};
use crate::material::Material;
use crate::outcome::Outcome;
use crate::progress::Progress;
use crate::request::Model;
use crate::run::Comparison;
use crate::saved_model::{DESCRIPTION, WEIGHTS, folder_of};
use crate::tuning::{Contender, Trial};

/// What `model.json` says it is.
const FORMAT: &str = "minimand segmenter 1";

/// A trained network with everything that turns an image into a mask.
#[derive(Debug, Clone)]
pub struct SavedSegmenter {
    net: UNet,
    description: Description,
}

/// What stands in `model.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Description {
    format: String,
    version: String,
    /// The command of the comparison.
    command: String,
    /// What was minimised.
    expression: String,
    learning_rate: f64,
    architecture: Model,
    channels: usize,
    /// Sides of what the network sees, one for each axis.
    crop: Vec<usize>,
    /// How intensities are made ready.
    intensities: String,
    /// The labels of the classes, the background first.
    labels: Vec<u32>,
    /// Their names.
    names: Vec<String>,
    /// A fingerprint of the images that it was trained on.
    data: String,
}

impl Comparison {
    /// Trains the candidate and network with the best mean once more, now on all cases (some are held out to decide
    /// when to stop), with the settings that most folds chose. `None` if every candidate diverged, and for tables, of
    /// which [`best_model`](Self::best_model) is the model.
    ///
    /// # Errors
    ///
    /// [`CompareError::Training`] if this training fails, and [`CompareError::Cancelled`] if `progress` asked to stop.
    pub fn best_segmenter(
        &self,
        outcome: &Outcome,
        progress: &dyn Progress,
    ) -> Result<Option<SavedSegmenter>, CompareError> {
        let (Material::Images(images), Some(best)) = (&self.material, Best::of(outcome)) else {
            return Ok(None);
        };
        let candidate = Candidate::new(&best.expression, &images.purpose())?;
        let split = whole(images.units(), &self.request);
        let failed = |reason: String| CompareError::Training {
            expression: best.expression.clone(),
            repeat: split.repeat + 1,
            fold: split.fold + 1,
            reason,
        };
        let fold = ImageFold::new(images, &split, &self.request);
        let fold = fold.map_err(|error: TrainError| failed(error.to_string()))?;
        let trial = Trial {
            expression: candidate.expression.clone(),
            objective: candidate.objective.clone(),
            learning_rate: best.learning_rate,
        };
        let contender = Contender {
            candidate,
            trials: vec![trial.clone()],
        };
        let job = Job {
            request: &self.request,
            metric: self.metric,
            model: best.model,
            contender: &contender,
            split: &split,
            should_stop: &|| progress.should_stop(),
        };
        let trained = Cases { images, fold }.train(&job, &trial)?;
        Ok(Some(SavedSegmenter {
            net: trained.map_err(failed)?.model,
            description: Description::new(images, outcome, &best),
        }))
    }
}

impl Description {
    fn new(images: &Images, outcome: &Outcome, best: &Best<'_>) -> Self {
        let classes = &images.classes;
        Self {
            format: FORMAT.to_owned(),
            version: outcome.version.clone(),
            command: outcome.command.clone(),
            expression: best.expression.clone(),
            learning_rate: best.learning_rate,
            architecture: best.model.clone(),
            channels: images.layout.channels,
            crop: images.layout.space().to_vec(),
            intensities: "each channel of an image less its mean, over its standard deviation"
                .to_owned(),
            labels: classes.iter().map(|class| class.label).collect(),
            names: classes.iter().map(|class| class.name.clone()).collect(),
            data: outcome.data.hash.clone(),
        }
    }

    /// `None` unless it is one.
    fn layout(&self) -> Option<Layout> {
        let axes = self.crop.len();
        let mut crop = [1; 3];
        if !(2..=3).contains(&axes)
            || !(2..=255).contains(&self.labels.len())
            || self.crop.contains(&0)
        {
            return None;
        }
        crop[3 - axes..].copy_from_slice(&self.crop);
        Some(Layout {
            axes,
            channels: self.channels,
            classes: self.labels.len(),
            crop,
        })
    }
}

impl SavedSegmenter {
    /// Writes `model.safetensors` (the weights) and `model.json` (all else) into `folder`, and gives the path of the
    /// latter.
    ///
    /// # Errors
    ///
    /// [`CompareError::Output`], naming the file.
    pub fn write(&self, folder: &Path) -> Result<PathBuf, CompareError> {
        let (weights, description) = (folder.join(WEIGHTS), folder.join(DESCRIPTION));
        let metadata = BTreeMap::from([("described_by".to_owned(), DESCRIPTION.to_owned())]);
        let bytes = self.net.to_bytes(&metadata);
        let bytes = bytes.map_err(|error| refused(&weights, error.to_string()))?;
        write_atomically(&weights, |out| out.write_all(&bytes)).map_err(CompareError::Output)?;
        write_atomically(&description, |out| {
            serde_json::to_writer_pretty(&mut *out, &self.description)?;
            out.write_all(b"\n")
        })
        .map_err(CompareError::Output)?;
        Ok(description)
    }

    /// Is what [`write`](Self::write) left at `path`, the folder or its `model.json`? What is damaged is none.
    pub fn is_saved_at(path: &Path) -> bool {
        let text = fs::read(folder_of(path).join(DESCRIPTION));
        let found = text
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok());
        found.is_some_and(|found: serde_json::Value| found["format"] == FORMAT)
    }

    /// Reads what [`write`](Self::write) left; `path` is the folder or its `model.json`.
    ///
    /// # Errors
    ///
    /// [`CompareError::Model`], naming the file and what is wrong with it.
    pub fn read(path: &Path) -> Result<Self, CompareError> {
        let folder = folder_of(path);
        let (weights, description) = (folder.join(WEIGHTS), folder.join(DESCRIPTION));
        let text =
            fs::read(&description).map_err(|error| refused(&description, error.to_string()))?;
        let found: Description = serde_json::from_slice(&text)
            .map_err(|error| refused(&description, error.to_string()))?;
        if found.format != FORMAT {
            let reason = format!("its format is `{}`, not `{FORMAT}`", found.format);
            return Err(refused(&description, reason));
        }
        let layout = found.layout().ok_or_else(|| {
            let reason = "`crop` must have two or three sides, and `labels` from 2 to 255 classes";
            refused(&description, reason.to_owned())
        })?;
        let net = UNet::new(&net_settings(&layout, &found.architecture), Key::new(0))
            .map_err(|error| refused(&description, error.to_string()))?;
        let bytes = fs::read(&weights).map_err(|error| refused(&weights, error.to_string()))?;
        let (net, _) = net
            .with_weights(&bytes)
            .map_err(|error| refused(&weights, error.to_string()))?;
        Ok(Self {
            net,
            description: found,
        })
    }

    /// What was minimised, and with which model.
    pub fn summary(&self) -> String {
        let description = &self.description;
        let names = description.names.iter().skip(1).cloned();
        format!(
            "{} with {} for {}",
            description.architecture.describe(),
            description.expression,
            names.collect::<Vec<_>>().join(", ")
        )
    }

    /// The mask of an image of any size, with the labels of the files that the network was trained on; `image` is
    /// called `name` in messages.
    ///
    /// # Errors
    ///
    /// [`CompareError::Images`] for an image with other channels or axes than those of the training.
    pub fn predict(&self, image: &Image, name: &str) -> Result<Mask, CompareError> {
        let description = &self.description;
        let axes = description.crop.len();
        let failed = |reason: String| ImagesError::Prediction {
            image: name.to_owned(),
            reason,
        };
        let layout = description.layout();
        let layout = layout
            .filter(|layout| (layout.channels, axes) == (image.channels, image.grid.axes()))
            .ok_or_else(|| {
                failed(format!(
                    "the image has {}, where the model was trained on {}",
                    kind(image.channels, image.grid.axes()),
                    kind(description.channels, axes)
                ))
            })?;
        let mut values = image.values.clone().into_reals();
        normalise(&mut values, image.channels);
        let picture = Picture {
            size: image.grid.volume(),
            values: &values,
        };
        let classes = segment(&self.net, &layout, picture)
            .map_err(|error| failed(error.to_string()))?
            .ok_or_else(|| failed("a logit is not finite".to_owned()))?;
        let labels = classes
            .into_iter()
            .map(|class| description.labels[usize::from(class)]);
        let mask = Mask::new(image.grid, labels.collect());
        let mask = mask.map_err(|error| failed(error.to_string()))?;
        Ok(Mask {
            affine: image.affine,
            ..mask
        })
    }
}

fn refused(path: &Path, reason: String) -> CompareError {
    CompareError::Model {
        path: path.display().to_string(),
        reason,
    }
}
