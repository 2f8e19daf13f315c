//! Data that studies share: sets that ship with the program, seeded generators, and readers for the
//! real thing.

pub(crate) mod boxes;
pub(crate) mod curves;
pub(crate) mod events;
mod files;
mod labelled;
pub(crate) mod lesions;
pub(crate) mod mask_noise;
mod mixture;
pub(crate) mod neighbours;
mod noise;
pub(crate) mod pictures;
pub(crate) mod polygons;
pub(crate) mod registration;
pub(crate) mod vessels;
pub(crate) mod walls;

use smartcore::dataset::{breast_cancer as smartcore_cancer, digits as smartcore_digits};

pub use files::read_labelled;
pub use labelled::Labelled;
pub(crate) use mixture::GaussianMixture;
pub(crate) use noise::{NoiseKind, flipped};

/// 1,797 handwritten digits of 8×8 pixels, scaled to 0..1.
pub(crate) fn digits() -> Labelled {
    let set = smartcore_digits::load_dataset();
    Labelled {
        features: set.data.iter().map(|pixel| pixel / 16.0).collect(),
        columns: set.num_features,
        labels: set.target.iter().map(|&digit| digit as u32).collect(),
        classes: 10,
    }
}

/// 569 tumours with 30 standardised features, malignant (0) or benign (1).
pub(crate) fn breast_cancer() -> Labelled {
    let set = smartcore_cancer::load_dataset();
    let features: Vec<f64> = set.data.iter().map(|&x| f64::from(x)).collect();
    Labelled {
        features: labelled::standardised(&features, set.num_features),
        columns: set.num_features,
        labels: set.target.clone(),
        classes: 2,
    }
}
