//! What a comparison on images is asked for beside what all comparisons have.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::check::in_range;
use super::{Budget, Model, Request, Source, Task};
use crate::error::CompareError;

/// How images and masks are read and shown to networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImageOptions {
    /// Sides of the crops that networks see, in pixels: `[rows, columns]` or `[slices, rows, columns]`, each a
    /// multiple of 2 to the depth of every network. Empty: told from the images.
    pub crop: Vec<usize>,
    /// Distance of neighbours along each axis, in the order of `crop`, instead of what headers say. Empty: that of
    /// the headers.
    pub spacing: Vec<f64>,
    /// Names of the classes from 1 on, in the order of their labels. Empty: the labels themselves.
    pub class_names: Vec<String>,
    /// Whether crops are mirrored at random along each axis in training.
    pub flips: bool,
}

impl Default for ImageOptions {
    fn default() -> Self {
        Self {
            crop: Vec::new(),
            spacing: Vec::new(),
            class_names: Vec::new(),
            flips: true,
        }
    }
}

impl Request {
    /// Images and their masks in two folders, with everything else at its default for them.
    pub fn segmentation(images: &Path, masks: &Path) -> Self {
        Self {
            source: Source::Images {
                images: images.to_owned(),
                masks: masks.to_owned(),
            },
            task: Some(Task::Segmentation),
            models: vec![Model::UNet { width: 8, depth: 2 }],
            repeats: 1,
            budget: Budget {
                learning_rates: vec![3e-3, 1e-2],
                weight_decay: 1e-4,
                batch_size: 4,
                max_epochs: 30,
                // Few cases are few steps an epoch: a network may find nothing at all for ten of them.
                patience: 30,
            },
            ..Self::default()
        }
    }

    /// A request for the same source with everything else at its default.
    pub(super) fn usual(&self) -> Self {
        match &self.source {
            Source::Images { images, masks } => Self::segmentation(images, masks),
            _ => Self::default(),
        }
    }

    /// Is all that is asked for something that images, or tables, have?
    pub(super) fn check_kind(&self) -> Result<(), CompareError> {
        let is_images = matches!(self.source, Source::Images { .. });
        if let Some(task) = self.task {
            let expected = match is_images {
                true => "segmentation for images and masks",
                false => {
                    "classification, multilabel or regression for tables: segmentation is for --images and --masks"
                }
            };
            in_range(
                "task",
                task.name(),
                is_images == (task == Task::Segmentation),
                expected,
            )?;
        }
        for model in &self.models {
            let is_unet = matches!(model, Model::UNet { .. });
            let expected = match is_images {
                true => "unet for images",
                false => "linear or mlp for tables",
            };
            in_range("model", model.describe(), is_images == is_unet, expected)?;
        }
        if !is_images {
            let is_usual = self.images == ImageOptions::default();
            let expected =
                "left out for tables: crops, spacing, flips and names of classes are of images";
            return in_range("image options", "some", is_usual, expected);
        }
        let (roles, nothing) = (&self.roles, String::new());
        for (setting, found) in [
            ("target", self.targets.first()),
            ("weights", roles.weights.as_ref()),
            ("time", roles.time.as_ref()),
            ("ignore", roles.ignore.first()),
            ("by", self.slices.first()),
        ] {
            let expected = "left out for images, which have no columns";
            in_range(
                setting,
                found.unwrap_or(&nothing),
                found.is_none(),
                expected,
            )?;
        }
        self.check_images()
    }

    fn check_images(&self) -> Result<(), CompareError> {
        let ImageOptions { crop, spacing, .. } = &self.images;
        let axes = |count: usize| count == 0 || (2..=3).contains(&count);
        let expected = "[rows, columns] or [slices, rows, columns]";
        in_range("crop", format!("{crop:?}"), axes(crop.len()), expected)?;
        in_range(
            "spacing",
            format!("{spacing:?}"),
            axes(spacing.len()),
            expected,
        )?;
        for step in spacing {
            let is_distance = step.is_finite() && *step > 0.0;
            in_range("spacing", step, is_distance, "numbers above 0")?;
        }
        for model in &self.models {
            let &Model::UNet { width, depth } = model else {
                continue;
            };
            in_range(
                "width",
                width,
                (1..=256).contains(&width),
                "from 1 to 256 channels",
            )?;
            in_range(
                "depth",
                depth,
                (1..=6).contains(&depth),
                "from 1 to 6 halvings",
            )?;
            for side in crop {
                let multiple = 1 << depth;
                let expected = format!(
                    "of sides that are multiples of {multiple}, which a network halves {depth} times"
                );
                let fits = *side > 0 && side.is_multiple_of(multiple);
                in_range("crop", format!("{crop:?}"), fits, &expected)?;
            }
        }
        Ok(())
    }

    /// How often the deepest network halves its images.
    pub(crate) fn depth(&self) -> usize {
        let depths = self.models.iter().map(|model| match model {
            Model::UNet { depth, .. } => *depth,
            Model::Linear | Model::Mlp(_) => 0,
        });
        depths.max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        Request::segmentation("images".as_ref(), "masks".as_ref())
    }

    #[test]
    fn what_images_do_not_have_is_named() {
        request().check().unwrap();
        type Spoil = fn(&mut Request);
        let cases: [(&str, Spoil); 13] = [
            ("task", |request| request.task = Some(Task::Regression)),
            ("model", |request| request.models = vec![Model::Linear]),
            ("target", |request| request.targets = vec!["y".into()]),
            ("weights", |request| {
                request.roles.weights = Some("w".into())
            }),
            ("ignore", |request| request.roles.ignore = vec!["x".into()]),
            ("by", |request| request.slices = vec!["site".into()]),
            ("crop", |request| request.images.crop = vec![30, 32]),
            ("crop", |request| request.images.crop = vec![32]),
            ("crop", |request| request.images.crop = vec![32, 0]),
            ("spacing", |request| request.images.spacing = vec![1.0, 0.0]),
            ("spacing", |request| {
                request.images.spacing = vec![f64::NAN, 1.0]
            }),
            ("depth", |request| {
                request.models = vec![Model::UNet { width: 8, depth: 0 }];
            }),
            ("width", |request| {
                request.models = vec![Model::UNet { width: 0, depth: 1 }];
            }),
        ];
        for (setting, spoil) in cases {
            let mut request = request();
            spoil(&mut request);
            let text = request.check().unwrap_err().to_string();
            assert!(text.starts_with(&format!("`{setting}` must be")), "{text}");
        }
        let table = Request {
            models: vec![Model::UNet { width: 8, depth: 2 }],
            ..Request::default()
        };
        assert!(table.check().is_err());
        let table = Request {
            images: ImageOptions {
                crop: vec![32, 32],
                ..ImageOptions::default()
            },
            ..Request::default()
        };
        assert!(table.check().is_err());
    }

    #[test]
    fn requests_of_before_are_read() {
        let mut value = serde_json::to_value(Request::default()).unwrap();
        value.as_object_mut().unwrap().remove("images");
        let read: Request = serde_json::from_value(value).unwrap();
        assert_eq!(read, Request::default());
    }
}
