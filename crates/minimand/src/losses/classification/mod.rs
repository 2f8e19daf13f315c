//! Losses of a row of logits and a class.

mod cross_entropy;
mod focal;
mod generalized_cross_entropy;
mod multi_margin;
mod poly_cross_entropy;
mod squentropy;
mod symmetric_cross_entropy;

crate::catalog::list![
    cross_entropy::CrossEntropy,
    focal::Focal,
    poly_cross_entropy::PolyCrossEntropy,
    squentropy::Squentropy,
    generalized_cross_entropy::GeneralizedCrossEntropy,
    symmetric_cross_entropy::SymmetricCrossEntropy,
    multi_margin::MultiMargin,
];
