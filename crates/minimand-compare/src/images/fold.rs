//! A fold of images made ready: crops of the training cases, and networks before training.

use minimand_burn::net::{Activation, NetError, UNet, UNetSettings};
use minimand_burn::random::Key;
use minimand_burn::train::TrainError;
use minimand_burn::train::images::{ImageSet, Masks};

use super::windows::{Origin, Size, cut, pixels, placed};
use super::{Case, Images, Layout, random, stream};
use crate::folds::{Split, fold_key};
use crate::request::{Model, Request};

/// Crops that a case gives at most. A case gives as many as would fill it.
const MOST_CROPS: usize = 8;

/// A fold made ready for all candidates.
pub(crate) struct ImageFold {
    pub(crate) split: Split,
    /// Crops of the training cases.
    pub(super) train: ImageSet,
    /// Decides initial weights, batches and symmetries.
    pub(super) key: Key,
}

impl ImageFold {
    /// # Errors
    ///
    /// None that images which passed [`Images::load`] can cause.
    pub(crate) fn new(
        images: &Images,
        split: &Split,
        request: &Request,
    ) -> Result<Self, TrainError> {
        let key = fold_key(request.seed, split.repeat, split.fold);
        let layout = &images.layout;
        let (mut values, mut labels, mut crops) = (Vec::new(), Vec::new(), 0);
        for index in &split.train {
            let case = &images.cases[*index];
            for origin in origins(case, layout, key, *index) {
                cut(&case.values, case.size(), origin, layout.crop, &mut values);
                let mut classes = Vec::with_capacity(pixels(layout.crop));
                cut(
                    &case.classes,
                    case.size(),
                    origin,
                    layout.crop,
                    &mut classes,
                );
                labels.extend(classes.into_iter().map(u32::from));
                crops += 1;
            }
        }
        let masks = Masks::Labels {
            labels,
            classes: layout.classes,
        };
        Ok(Self {
            split: split.clone(),
            train: ImageSet::new(values, &layout.shape(crops), masks)?,
            key,
        })
    }

    /// A network before training: the same for every candidate.
    pub(super) fn net(&self, layout: &Layout, model: &Model) -> Result<UNet, NetError> {
        UNet::new(&net_settings(layout, model), stream(self.key, b"weights "))
    }
}

/// The crops of a case. Every other one is around a pixel of a class that is drawn from those that the case has, so
/// that small objects are seen.
fn origins(case: &Case, layout: &Layout, key: Key, index: usize) -> Vec<Origin> {
    let mut random = random(key, b"crops   ", index);
    let fill: usize = (0..3)
        .map(|axis| case.size()[axis].div_ceil(layout.crop[axis]))
        .product();
    let counts = case.counts(layout.classes);
    let present: Vec<usize> = (1..layout.classes)
        .filter(|class| counts[*class] > 0)
        .collect();
    let mut origin = |number: usize| {
        let pixel = (number % 2 == 1 && !present.is_empty()).then(|| {
            let class = present[random.below(present.len())];
            let number = random.below(counts[class]);
            let places = case.classes.iter().enumerate();
            let mut of_class = places.filter(|(_, of)| usize::from(**of) == class);
            of_class.nth(number).map_or(0, |(place, _)| place)
        });
        let [_, rows, columns] = case.size();
        let pixel = pixel.map(|place| -> Size {
            [
                place / (rows * columns),
                place / columns % rows,
                place % columns,
            ]
        });
        placed(case.size(), layout.crop, pixel, &mut random)
    };
    (0..fill.clamp(1, MOST_CROPS)).map(&mut origin).collect()
}

/// A network for these images. Models of tables are none, which [`Request::check`] has made sure of.
pub(super) fn net_settings(layout: &Layout, model: &Model) -> UNetSettings {
    let usual = UNetSettings::default();
    let (width, depth) = match model {
        Model::UNet { width, depth } => (*width, *depth),
        Model::Linear | Model::Mlp(_) => (usual.width, usual.depth),
    };
    UNetSettings {
        axes: layout.axes,
        channels: layout.channels,
        classes: layout.classes,
        depth,
        width,
        // Groups of one channel and units that are never active lose small classes for good.
        groups: 1 + usize::from(width.is_multiple_of(2)),
        activation: Activation::Silu,
        ..usual
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use minimand::grid::Grid;

    #[test]
    fn every_other_crop_has_a_class_in_its_middle() {
        let size = [1, 64, 48];
        let mut classes = vec![0; pixels(size)];
        classes[50 * 48 + 20] = 2;
        let case = Case {
            name: "a".into(),
            grid: Grid::new(&[64, 48]).unwrap(),
            values: vec![0.0; pixels(size)],
            classes,
        };
        let layout = Layout {
            axes: 2,
            channels: 1,
            classes: 3,
            crop: [1, 16, 16],
        };
        let found = origins(&case, &layout, Key::new(1), 0);
        // As many as would fill it, up to a bound.
        assert_eq!(found.len(), MOST_CROPS);
        for (number, origin) in found.iter().enumerate() {
            let mut classes = Vec::new();
            cut(&case.classes, size, *origin, layout.crop, &mut classes);
            if number % 2 == 1 {
                assert_eq!(classes[8 * 16 + 8], 2, "{origin:?}");
            }
        }
        assert_eq!(origins(&case, &layout, Key::new(1), 0), found);
        assert_ne!(origins(&case, &layout, Key::new(1), 1), found);
        let whole = Layout {
            crop: [1, 64, 64],
            ..layout
        };
        assert_eq!(origins(&case, &whole, Key::new(1), 0), [[0, 0, -8]]);
    }

    #[test]
    fn groups_of_the_normalisation_divide_the_width() {
        let layout = Layout {
            axes: 3,
            channels: 2,
            classes: 4,
            crop: [8, 16, 16],
        };
        for (width, groups) in [(8, 2), (6, 2), (5, 1)] {
            let settings = net_settings(&layout, &Model::UNet { width, depth: 2 });
            assert_eq!((settings.groups, settings.axes), (groups, 3));
            assert!(UNet::new(&settings, Key::new(1)).is_ok());
        }
        assert_eq!(layout.shape(5), [5, 2, 8, 16, 16]);
    }
}
