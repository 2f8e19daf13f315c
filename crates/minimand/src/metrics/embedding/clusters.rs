//! How clusters of the embeddings agree with the classes.

use super::batch::CheckedSet;
use super::mean::Measure;
use crate::metrics::{Direction, MetricInfo};

/// Normalised mutual information of the classes and as many clusters; in 0..1.
///
/// 2 I/(H₁ + H₂). The clusters are those of k-means on embeddings of length 1, from one seeded start; as random
/// clusters have a value above 0, [`Ami`] is better where classes are many and small. Source: Strehl and Ghosh 2002.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Nmi;

impl Measure for Nmi {
    const INFO: MetricInfo = MetricInfo {
        name: "nmi",
        summary: "normalised mutual information of classes and clusters (k-means of unit embeddings)",
        formula: "2 I(classes, clusters) / (H(classes) + H(clusters))",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    fn of(&self, set: &CheckedSet<'_>) -> Option<f64> {
        Some(set.agreement()?.nmi())
    }
}

/// Mutual information of the classes and as many clusters, adjusted for chance: 0 for random clusters, 1 for equal
/// ones.
///
/// The clusters are those of [`Nmi`]. Source: Vinh, Epps and Bailey 2010.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ami;

impl Measure for Ami {
    const INFO: MetricInfo = MetricInfo {
        name: "ami",
        summary: "mutual information of classes and clusters above chance (k-means of unit embeddings)",
        formula: "(I - E I) / ((H(classes) + H(clusters)) / 2 - E I), E over random clusters of the same sizes",
        direction: Direction::Higher,
        range: -1.0..=1.0,
    };

    fn of(&self, set: &CheckedSet<'_>) -> Option<f64> {
        Some(set.agreement()?.ami())
    }
}
