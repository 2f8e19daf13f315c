//! Which items count, how much, and what a mean divides by: the same for every shape.

use crate::batch::{Batch, Denominator, Options, Reduction, Values};
use crate::error::Error;

/// Weight and mask of an item, looked up by its position.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weighting<'a> {
    weights: Option<(Values<'a>, usize)>,
    mask: Option<(&'a [bool], usize)>,
    /// Weight of each class, if any.
    pub(crate) classes: Option<&'a [f64]>,
}

impl<'a> Weighting<'a> {
    /// `positions` items in `groups` leading items: weights and mask may have either length.
    pub(crate) fn new(batch: &Batch<'a>, groups: usize, positions: usize) -> Result<Self, Error> {
        // How many positions share one entry.
        let share = |argument, len: usize| {
            if len == positions {
                Ok(1)
            } else if len == groups {
                Ok(positions / groups.max(1))
            } else {
                Err(Error::Shape {
                    argument,
                    expected: format!(
                        "{groups} entries (one per item) or {positions} (one per label)"
                    ),
                    got: format!("{len} entries"),
                })
            }
        };
        let weights = match batch.weights {
            Some(w) => Some((w.values, share("weights", w.values.len())?)),
            None => None,
        };
        let mask = match batch.mask {
            Some(m) => Some((m, share("mask", m.len())?)),
            None => None,
        };
        Ok(Weighting {
            weights,
            mask,
            classes: batch.class_weights,
        })
    }

    /// One weight per item, and class weights if there are any.
    pub(crate) fn of_items(weights: &'a [f64], classes: Option<&'a [f64]>) -> Self {
        Weighting {
            weights: Some((Values::F64(weights), 1)),
            mask: None,
            classes,
        }
    }

    /// Replaces the mask by one with an entry per position.
    pub(crate) fn set_mask(&mut self, mask: &'a [bool]) {
        self.mask = Some((mask, 1));
    }

    /// Does every item count, and once?
    pub(crate) fn trivial(&self) -> bool {
        self.weights.is_none() && self.mask.is_none()
    }

    /// Does the item count at all?
    #[inline(always)]
    pub(crate) fn counts(&self, position: usize) -> bool {
        self.mask.is_none_or(|(mask, share)| mask[position / share])
    }

    /// Weight of an item that counts.
    #[inline(always)]
    pub(crate) fn weight(&self, position: usize) -> f64 {
        self.weights
            .map_or(1.0, |(weights, share)| weights.get(position / share))
    }

    /// Are there as many class weights as classes?
    pub(crate) fn check_classes(&self, classes: usize) -> Result<(), Error> {
        match self.classes {
            Some(w) if w.len() != classes => Err(Error::Shape {
                argument: "class_weights",
                expected: format!("[{classes}], one per class"),
                got: format!("[{}]", w.len()),
            }),
            _ => Ok(()),
        }
    }
}

/// Sums over the items that count.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mass {
    /// Number of items that count.
    pub(crate) count: usize,
    /// Sum of their weights.
    pub(crate) weight: f64,
}

impl Mass {
    pub(crate) fn add(&mut self, weight: f64) {
        self.count += 1;
        self.weight += weight;
    }

    /// The number by which the weighted sum is divided; `None` if nothing counts.
    pub(crate) fn divisor(&self, options: &Options) -> Result<Option<f64>, Error> {
        if options.reduction != Reduction::Mean {
            return Ok(Some(1.0));
        }
        let divisor = match options.denominator {
            Denominator::Weights => self.weight,
            Denominator::Count => self.count as f64,
            Denominator::Number(d) if d.is_finite() && d > 0.0 => d,
            Denominator::Number(d) => {
                return Err(Error::Parameter {
                    loss: "reduction".to_string(),
                    parameter: "denominator".to_string(),
                    expected: "\"weights\", \"count\" or a finite number above 0".to_string(),
                    got: d.to_string(),
                });
            }
        };
        Ok((self.count > 0 && divisor > 0.0).then_some(divisor))
    }
}
