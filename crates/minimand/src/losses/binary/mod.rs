//! Losses of one logit and a target in [0, 1]: binary and multi-label.

mod asymmetric;
mod binary_cross_entropy;
mod sigmoid_focal;

crate::catalog::list![
    binary_cross_entropy::BinaryCrossEntropy,
    sigmoid_focal::SigmoidFocal,
    asymmetric::Asymmetric,
];
