//! Losses of a row of logits and a class.

use crate::kernels::rows::Row;
use crate::kernels::scalar::Real;

mod adversarial_comp_sum;
mod aldr_kl;
mod arcface;
mod asymmetric_single_label;
mod bi_tempered;
mod brier;
mod clipped_cross_entropy;
mod comp_sum;
mod comp_sum_margin;
mod cosface;
mod crammer_singer;
mod cross_entropy;
mod distillation;
mod dual_focal;
pub(crate) mod encouraging;
mod focal;
mod generalized_cross_entropy;
mod harmonic;
mod jensen_shannon;
mod jsd_cross_entropy;
mod ldam;
mod ldr_kl;
mod logit_adjusted;
mod multi_margin;
mod nll;
mod normalized_cross_entropy;
mod normalized_focal;
mod normalized_generalized_cross_entropy;
mod normalized_softmax;
mod oko;
mod poly_cross_entropy;
mod poly_focal;
mod rescaled_square;
mod sparsemax;
pub(crate) mod sphereface;
mod spherical_softmax;
mod squentropy;
mod symmetric_cross_entropy;
mod taylor_cross_entropy;
mod taylor_softmax;
mod weston_watkins;
mod z_normalized;
mod z_regularization;

crate::catalog::list![
    cross_entropy::CrossEntropy,
    nll::Nll,
    brier::Brier,
    jensen_shannon::JensenShannon,
    jsd_cross_entropy::JsdCrossEntropy,
    distillation::Distillation,
    focal::Focal,
    dual_focal::DualFocal,
    poly_cross_entropy::PolyCrossEntropy,
    poly_focal::PolyFocal,
    taylor_cross_entropy::TaylorCrossEntropy,
    asymmetric_single_label::AsymmetricSingleLabel,
    encouraging::Encouraging,
    squentropy::Squentropy,
    rescaled_square::RescaledSquare,
    generalized_cross_entropy::GeneralizedCrossEntropy,
    symmetric_cross_entropy::SymmetricCrossEntropy,
    comp_sum::CompSum,
    comp_sum_margin::CompSumMargin,
    adversarial_comp_sum::AdversarialCompSum,
    bi_tempered::BiTempered,
    normalized_cross_entropy::NormalizedCrossEntropy,
    normalized_focal::NormalizedFocal,
    normalized_generalized_cross_entropy::NormalizedGeneralizedCrossEntropy,
    clipped_cross_entropy::ClippedCrossEntropy,
    ldr_kl::LdrKl,
    aldr_kl::AldrKl,
    logit_adjusted::LogitAdjusted,
    ldam::Ldam,
    z_normalized::ZNormalized,
    z_regularization::ZRegularization,
    taylor_softmax::TaylorSoftmax,
    spherical_softmax::SphericalSoftmax,
    harmonic::Harmonic,
    normalized_softmax::NormalizedSoftmax,
    cosface::CosFace,
    arcface::ArcFace,
    sphereface::SphereFace,
    multi_margin::MultiMargin,
    weston_watkins::WestonWatkins,
    crammer_singer::CrammerSinger,
    sparsemax::Sparsemax,
    oko::Oko,
];

/// Cross-entropy of a row whose label has its logit lowered: ln(1 + e^by · q/p).
#[inline(always)]
pub(crate) fn lowered<S: Real>(k: &Row<S>, by: S) -> S {
    // Least q that has a logarithm. Single precision, in which 1e-300 is 0, has few smaller numbers than 1e-37:
    // there a lead of more than 85 counts as 85.
    let (zero, double, single) = (S::lift(0.0), S::lift(1e-300), S::lift(1e-37));
    let least = S::select_lt(zero, double, double, single);
    (by + k.q.max(least).ln() - k.log_p).softplus()
}

/// Exponent beyond which exponential losses are straight: e^40 times the largest logit that single
/// precision allows is still finite.
const LARGEST_EXPONENT: f64 = 40.0;

/// e^x − 1, from x = 40 on its tangent there: convex, with a continuous slope, and finite.
#[inline(always)]
pub(crate) fn exp_m1_then_tangent<S: Real>(x: S) -> S {
    let end = S::lift(LARGEST_EXPONENT);
    let tangent = S::lift(LARGEST_EXPONENT.exp()) * (x - end) + S::lift(LARGEST_EXPONENT.exp_m1());
    S::select_lt(end, x, tangent, x.exp_m1())
}
