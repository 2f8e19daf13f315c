//! Which of many overlapping detections stay.

use super::boxes::{checked, finite, one_each};
use super::overlap::{centre_distance, iou};
use crate::error::Error;
use crate::kernels::scalar::Float;
use std::collections::BTreeMap;

/// When a detection is a duplicate of a better one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Suppression {
    /// If IoU > `threshold`, as in torchvision.
    Iou {
        /// In 0..1; 0.5 is common.
        threshold: f64,
    },
    /// If IoU − (ρ²/d²)^β > `threshold`, ρ the distance of the centres and d the diagonal of the smallest box
    /// around both: objects beside each other in a crowd stay apart. Zheng et al. 2020 (paper 030).
    Diou {
        /// In 0..1; 0.45 to 0.5 are common.
        threshold: f64,
        /// The exponent β, above 0; 1 is common.
        beta: f64,
    },
}

impl Suppression {
    fn check(self) -> Result<(), Error> {
        let (Suppression::Iou { threshold } | Suppression::Diou { threshold, .. }) = self;
        within("nms", "threshold", threshold)?;
        match self {
            Suppression::Diou { beta, .. } => above("nms", "beta", beta),
            Suppression::Iou { .. } => Ok(()),
        }
    }

    fn suppresses<T: Float>(self, better: [T; 4], other: [T; 4]) -> bool {
        match self {
            Suppression::Iou { threshold } => iou(better, other) > T::from_f64(threshold),
            Suppression::Diou { threshold, beta } => {
                let overlap = iou(better, other);
                overlap > T::from_f64(threshold)
                    && (overlap - centre_distance(better, other).powf(beta))
                        > T::from_f64(threshold)
            }
        }
    }
}

/// How soft suppression lowers the score of a detection beside a better one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decay {
    /// Times 1 − IoU if IoU > `threshold`.
    Linear {
        /// In 0..1; 0.3 is common.
        threshold: f64,
    },
    /// Times e^(−IoU²/σ).
    Gaussian {
        /// The width σ, above 0; 0.5 is common.
        sigma: f64,
    },
}

impl Decay {
    fn check(self) -> Result<(), Error> {
        match self {
            Decay::Linear { threshold } => within("soft_nms", "threshold", threshold),
            Decay::Gaussian { sigma } => above("soft_nms", "sigma", sigma),
        }
    }

    fn factor(self, overlap: f64) -> f64 {
        match self {
            Decay::Linear { threshold } if overlap > threshold => 1.0 - overlap,
            Decay::Linear { .. } => 1.0,
            Decay::Gaussian { sigma } => (-overlap * overlap / sigma).exp(),
        }
    }
}

fn parameter(of: &str, name: &str, expected: &str, got: f64) -> Error {
    Error::Parameter {
        loss: of.to_string(),
        parameter: name.to_string(),
        expected: expected.to_string(),
        got: got.to_string(),
    }
}

fn within(of: &str, name: &str, value: f64) -> Result<(), Error> {
    if (0.0..=1.0).contains(&value) {
        return Ok(());
    }
    Err(parameter(of, name, "a number in [0, 1]", value))
}

fn above(of: &str, name: &str, value: f64) -> Result<(), Error> {
    if value > 0.0 && value.is_finite() {
        return Ok(());
    }
    Err(parameter(of, name, "a finite number > 0", value))
}

/// The detections of each class in the order of their scores, the best first; of equal scores the earlier one.
fn by_class<T: Float>(
    boxes: usize,
    scores: &[T],
    classes: Option<&[i64]>,
) -> Result<Vec<Vec<usize>>, Error> {
    one_each("scores", scores.len(), boxes, "box")?;
    finite("scores", scores)?;
    let mut order: Vec<usize> = (0..boxes).collect();
    order.sort_by(|&i, &j| best_first(scores[i], scores[j]));
    let Some(classes) = classes else {
        return Ok(vec![order]);
    };
    one_each("classes", classes.len(), boxes, "box")?;
    let mut split: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for i in order {
        split.entry(classes[i]).or_default().push(i);
    }
    Ok(split.into_values().collect())
}

fn best_first<T: Float>(a: T, b: T) -> std::cmp::Ordering {
    b.to_f64().total_cmp(&a.to_f64())
}

/// Non-maximum suppression: the numbers of the detections that stay, best score first.
///
/// `boxes` is `[n, 4]` as x1 y1 x2 y2, `scores` `[n]`. With `classes` `[n]`, detections of different classes do
/// not suppress each other. Going from the best score down, of equal scores from the first, a detection stays
/// unless one that stays suppresses it. With [`Suppression::Iou`] these are torchvision's `nms` and
/// `batched_nms`.
///
/// ```
/// use minimand::detection::{Suppression, nms};
///
/// let boxes = [0.0, 0.0, 10.0, 10.0, 1.0, 0.0, 11.0, 10.0, 20.0, 20.0, 30.0, 30.0];
/// let rule = Suppression::Iou { threshold: 0.5 };
/// assert_eq!(nms(&boxes, &[0.8, 0.9, 0.3], None, rule)?, [1, 2]);
/// assert_eq!(nms(&boxes, &[0.8, 0.9, 0.3], Some(&[0, 1, 0]), rule)?, [1, 0, 2]);
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] if lengths do not fit, [`Error::Value`] for a coordinate or score that is not finite,
/// [`Error::Parameter`] for a threshold or exponent out of range.
pub fn nms<T: Float>(
    boxes: &[T],
    scores: &[T],
    classes: Option<&[i64]>,
    rule: Suppression,
) -> Result<Vec<usize>, Error> {
    rule.check()?;
    let boxes = checked("boxes", boxes)?;
    let mut all = Vec::new();
    for candidates in by_class(boxes.len(), scores, classes)? {
        let mut kept: Vec<usize> = Vec::new();
        for i in candidates {
            if !kept.iter().any(|&k| rule.suppresses(boxes[k], boxes[i])) {
                kept.push(i);
            }
        }
        all.extend(kept);
    }
    all.sort_by(|&i, &j| best_first(scores[i], scores[j]).then(i.cmp(&j)));
    Ok(all)
}

/// Soft non-maximum suppression: detections with their lowered scores, best first.
///
/// The best detection stays with its score; those of its class beside it lose score by their overlap with it
/// ([`Decay`]); the best of the rest is next. Detections whose score falls below `least` go. Arguments as in
/// [`nms`], scores in 0..1. As mmcv's `soft_nms`. Source: Bodla et al. 2017.
///
/// # Errors
/// As [`nms`]; also for a negative score.
pub fn soft_nms<T: Float>(
    boxes: &[T],
    scores: &[T],
    classes: Option<&[i64]>,
    decay: Decay,
    least: f64,
) -> Result<Vec<(usize, f64)>, Error> {
    decay.check()?;
    within("soft_nms", "least", least)?;
    let boxes = checked("boxes", boxes)?;
    let split = by_class(boxes.len(), scores, classes)?;
    if let Some(position) = scores.iter().position(|&s| s < T::default()) {
        return Err(Error::Value {
            argument: "scores",
            position,
            value: scores[position].to_f64(),
            expected: "a number ≥ 0".to_string(),
        });
    }
    let mut all = Vec::new();
    for candidates in split {
        let score = |i: usize| (i, scores[i].to_f64());
        let mut left: Vec<(usize, f64)> = candidates.into_iter().map(score).collect();
        left.retain(|&(_, score)| score >= least);
        // Equal scores: the first of those left, whose order `retain` keeps.
        while let Some(at) = (0..left.len())
            .rev()
            .max_by(|&a, &b| left[a].1.total_cmp(&left[b].1))
        {
            let best = left.remove(at);
            for (i, score) in &mut left {
                *score *= decay.factor(iou(boxes[best.0], boxes[*i]).to_f64());
            }
            left.retain(|&(_, score)| score >= least);
            all.push(best);
        }
    }
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(all)
}

#[cfg(test)]
#[path = "suppression_tests.rs"]
mod tests;
