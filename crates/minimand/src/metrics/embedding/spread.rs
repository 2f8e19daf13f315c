//! How tight the classes are.

use super::batch::CheckedSet;
use super::mean::Measure;
use crate::embedding::{NeuralCollapse, class_alignment};
use crate::metrics::{Direction, MetricInfo};

/// Alignment of the classes: the mean squared distance of two different items of one class, both of length 1; in 0..4.
///
/// Over all such pairs; a vector of zeros stays one. Undefined without such a pair. Source: Wang and Isola 2020.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClassAlignment;

impl Measure for ClassAlignment {
    const INFO: MetricInfo = MetricInfo {
        name: "alignment",
        summary: "mean squared distance of items of one class, on the unit sphere",
        formula: "mean over pairs i, j of one class of |x_i / |x_i| - x_j / |x_j||^2",
        direction: Direction::Lower,
        range: 0.0..=4.0,
    };

    fn of(&self, set: &CheckedSet<'_>) -> Option<f64> {
        class_alignment(&set.set().embeddings, set.set().labels).ok()?
    }
}

/// The first measure of neural collapse: the variability within classes over that between them; at least 0.
///
/// tr(S_W S_B⁺)/K. Undefined for fewer than two classes, and if all class means coincide. Source: Papyan, Han and
/// Donoho 2020.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WithinVariability;

impl Measure for WithinVariability {
    const INFO: MetricInfo = MetricInfo {
        name: "nc1",
        summary: "neural collapse: variability within classes over that between class means",
        formula: "tr(S_W pinv(S_B)) / K",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };

    fn of(&self, set: &CheckedSet<'_>) -> Option<f64> {
        let collapse = NeuralCollapse::new(&set.set().embeddings, set.set().labels).ok()?;
        collapse.within_variability().filter(|x| x.is_finite())
    }
}
