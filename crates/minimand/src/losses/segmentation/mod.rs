//! Losses of the regions of an image: overlap of prediction and truth, sizes, borders and skeletons.
//!
//! Where several classes are to count unequally, class weights do that: a region's loss has the weight of its
//! class, in the sum and in the divisor of a mean.

use crate::kernels::regions::Activation;
use crate::loss::{Domain, Facts};

mod asymmetric_focal;
mod asymmetric_focal_tversky;
mod bars;
mod betti_matching;
mod boundary;
mod class_ratio;
mod cldice;
mod dice;
mod dice_semimetric;
mod focal_tversky;
mod generalized_dice;
mod generalized_wasserstein_dice;
mod hausdorff_dt;
mod hausdorff_er;
mod jaccard;
mod jaccard_metric;
mod jaccard_order;
mod log_cosh_dice;
mod lovasz;
mod lovasz_hinge;
mod maps;
mod mcc;
mod mip;
mod nacl;
mod region_wise;
mod signed;
mod signed_jaccard_metric;
mod size_range;
mod skeleton_recall;
mod stable_focal_l1;
mod topo_loss;
mod tversky;
mod tversky_semimetric;

pub use generalized_dice::SizeWeight;
pub use generalized_wasserstein_dice::Weigh;
pub use mip::Axes;

crate::catalog::list![
    dice::Dice,
    jaccard::Jaccard,
    tversky::Tversky,
    focal_tversky::FocalTversky,
    asymmetric_focal::AsymmetricFocal,
    asymmetric_focal_tversky::AsymmetricFocalTversky,
    generalized_dice::GeneralizedDice,
    generalized_wasserstein_dice::GeneralizedWassersteinDice,
    log_cosh_dice::LogCoshDice,
    mcc::Mcc,
    dice_semimetric::DiceSemimetric,
    jaccard_metric::JaccardMetric,
    tversky_semimetric::TverskySemimetric,
    class_ratio::ClassRatio,
    size_range::SizeRange,
    lovasz::Lovasz,
    lovasz_hinge::LovaszHinge,
    boundary::Boundary,
    hausdorff_dt::HausdorffDt,
    hausdorff_er::HausdorffEr,
    region_wise::RegionWise,
    cldice::ClDice,
    skeleton_recall::SkeletonRecall,
    mip::Mip,
    signed_jaccard_metric::SignedJaccardMetric,
    stable_focal_l1::StableFocalL1,
    betti_matching::BettiMatching,
    topo_loss::TopoLoss,
    nacl::Nacl,
];

/// What holds for losses of regions: targets are in 0..1, and so are predictions that are probabilities already.
fn facts(activation: Activation, bounded: Option<f64>) -> Facts {
    Facts {
        prediction: match activation {
            Activation::None => Domain::Unit,
            _ => Facts::PLAIN.prediction,
        },
        target: Domain::Unit,
        bounded,
        ..Facts::PLAIN
    }
}

/// The settings that a loss has as parameters of these names.
macro_rules! settings {
    () => {
        fn activation(&self) -> Activation {
            self.activation
        }
        fn include_background(&self) -> bool {
            self.include_background
        }
        fn classes(&self) -> Classes {
            self.classes
        }
        fn per(&self) -> Per {
            self.per
        }
    };
}
use settings;
