//! Losses of scores with targets in [0, 1]: binary and multi-label.

use crate::kernels::scalar::Real;

mod adaptive_threshold_focal;
mod asymmetric;
mod aucm;
mod binary_cross_entropy;
mod ensloss;
mod exponential;
mod focal_star;
mod generalized_kl_divergence;
mod halted_focal;
mod hinge;
mod kl_divergence;
mod macro_auc_pairwise;
mod macro_auc_reweighted;
mod macro_auc_univariate;
mod modified_huber;
mod multilabel_dice;
mod multilabel_margin;
mod partial_auc;
mod partial_auc_kl;
mod poly_sigmoid_focal;
mod quality_focal;
mod ramp;
mod savage;
mod sigmoid_encouraging;
mod sigmoid_focal;
mod sigmoid_loss;
mod squared_hinge;
mod tangent;
mod varifocal;

crate::catalog::list![
    binary_cross_entropy::BinaryCrossEntropy,
    kl_divergence::KlDivergence,
    generalized_kl_divergence::GeneralizedKlDivergence,
    sigmoid_focal::SigmoidFocal,
    focal_star::FocalStar,
    poly_sigmoid_focal::PolySigmoidFocal,
    halted_focal::HaltedFocal,
    adaptive_threshold_focal::AdaptiveThresholdFocal,
    quality_focal::QualityFocal,
    varifocal::Varifocal,
    asymmetric::Asymmetric,
    sigmoid_encouraging::SigmoidEncouraging,
    hinge::Hinge,
    squared_hinge::SquaredHinge,
    modified_huber::ModifiedHuber,
    exponential::Exponential,
    ramp::Ramp,
    savage::Savage,
    sigmoid_loss::SigmoidLoss,
    tangent::Tangent,
    ensloss::EnsLoss,
    multilabel_margin::MultilabelMargin,
    multilabel_dice::MultilabelDice,
    macro_auc_univariate::MacroAucUnivariate,
    macro_auc_reweighted::MacroAucReweighted,
    macro_auc_pairwise::MacroAucPairwise,
    aucm::Aucm,
    partial_auc::PartialAuc,
    partial_auc_kl::PartialAucKl,
];

/// The loss of a positive and that of a negative, mixed by the target.
#[inline(always)]
fn both_sides<S: Real>(t: S, positive: S, negative: S) -> S {
    t * positive + (S::lift(1.0) - t) * negative
}
