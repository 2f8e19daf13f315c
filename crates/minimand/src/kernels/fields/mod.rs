//! Values on a grid that are judged as a whole, because neighbours, distances, frequencies or shapes matter:
//! the shape of structural similarity, boundary, topology and smoothness losses.
//!
//! A [`FieldLoss`] says what one field is ([`Extent`]), what it is compared with ([`Truth`]) and how scores
//! become the values of the field ([`Activation`]). It is written twice: plainly, on any number, and `fused`, as
//! the algorithm that gives value and slopes fast in either precision. The conformance suite holds the second
//! against the first; curvature comes from the first. The driver applies the activation, cuts the batch into
//! fields, runs them in parallel, and knows nothing of any one loss.

mod driver;
mod problem;
mod reference;

pub(crate) use driver::evaluate;
pub(crate) use problem::FieldProblem;
pub(crate) use reference::{Reference, curvature, near_kink, reference};

use super::Fault;
use super::regions::Activation;
use super::replay::Replay;
use super::rows::Nested;
use super::scalar::{Float, Real};
use super::sym::Sym;
use crate::grid::Grid;

/// What one field is: one item of a mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// One channel of one item.
    Channel,
    /// All channels of one item.
    Item,
    /// One channel of all items of the batch; such a loss takes weights per pixel.
    Batch,
}

/// What a field is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// Numbers laid out like the prediction.
    Numbers,
    /// A class per pixel, or a number in 0..1 per class and pixel.
    Classes,
    /// Nothing: the prediction alone is judged, and a target that is there for other losses is not read.
    Nothing,
}

/// One field with what it is compared with. `S` is the number that it runs on, `T` that of the target.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a, S, T> {
    /// Values after the activation, `[items, channels, pixels]`.
    pub values: &'a [S],
    /// The target laid out alike; empty if nothing is compared.
    pub target: &'a [T],
    /// Weight of each pixel, `[items, pixels]`, where the loss takes them and they are given; else empty.
    pub weights: &'a [T],
    /// Items, more than 1 only for [`Extent::Batch`].
    pub items: usize,
    /// Channels, more than 1 only for [`Extent::Item`].
    pub channels: usize,
    /// Shape and spacing of the pixels of a channel.
    pub grid: &'a Grid,
}

/// A loss of a field.
pub trait FieldLoss: Send + Sync {
    /// What the field is compared with.
    const TRUTH: Truth;
    /// Does it take weights per pixel? Where it does not, a mask, weights or ignored labels of single pixels
    /// are refused.
    const WEIGHS_PIXELS: bool = false;
    /// Do pixels that count look at values of pixels of weight 0 around them? Then these are read as they are;
    /// elsewhere weight 0 is absence. What a mask leaves out reads 0 in either case.
    const READS_NEIGHBOURS: bool = false;

    /// What one field is.
    fn extent(&self) -> Extent {
        Extent::Channel
    }

    /// How scores become the values of the field.
    fn activation(&self) -> Activation {
        Activation::None
    }

    /// Does the first channel count? Without it, its slopes come through the softmax alone.
    fn include_background(&self) -> bool {
        true
    }

    /// Can fields of so many channels on this grid be judged?
    ///
    /// # Errors
    /// In words that follow the name of the loss: what it needs, and what came.
    fn fits(&self, _channels: usize, _grid: &Grid) -> Result<(), String> {
        Ok(())
    }

    /// Does the field count?
    ///
    /// # Errors
    /// What makes it impossible to judge.
    fn counts<T: Float>(&self, _field: &Field<'_, T, T>) -> Result<bool, Fault> {
        Ok(true)
    }

    /// The loss of a field that counts, written out plainly. `numbers` are the values as plain numbers, to sort
    /// and to choose by; what is made of them and shall be held fixed goes through [`Real::detach`].
    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, numbers: &[f64]) -> S;

    /// The loss of a field that counts. Writes its slopes by the values to all of `slopes`, which has any
    /// content before.
    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64;

    /// The loss alone.
    fn value<T: Float>(&self, field: &Field<'_, T, T>) -> f64 {
        let mut slopes = vec![T::default(); field.values.len()];
        self.fused(field, &mut slopes)
    }

    /// Is the field within `margin` of a kink?
    fn near_kink(&self, _field: &Field<'_, f64, f64>, _margin: f64) -> bool {
        false
    }
}

/// A loss behind an object-safe door, in one precision.
pub trait FieldKernel<T>: FieldFormula {
    /// [`FieldLoss::counts`].
    ///
    /// # Errors
    /// As there.
    fn field_counts(&self, field: &Field<'_, T, T>) -> Result<bool, Fault>;
    /// [`FieldLoss::value`].
    fn field_value(&self, field: &Field<'_, T, T>) -> f64;
    /// [`FieldLoss::fused`].
    fn value_and_slopes(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64;
}

/// The part of a loss's door that does not depend on the precision.
pub trait FieldFormula: Send + Sync {
    /// [`FieldLoss::TRUTH`].
    fn truth(&self) -> Truth;
    /// [`FieldLoss::WEIGHS_PIXELS`].
    fn weighs_pixels(&self) -> bool;
    /// [`FieldLoss::READS_NEIGHBOURS`].
    fn reads_neighbours(&self) -> bool;
    /// [`FieldLoss::extent`].
    fn field_extent(&self) -> Extent;
    /// [`FieldLoss::activation`].
    fn field_activation(&self) -> Activation;
    /// First channel that counts.
    fn first_channel(&self) -> usize;
    /// [`FieldLoss::fits`].
    ///
    /// # Errors
    /// As there.
    fn fits_grid(&self, channels: usize, grid: &Grid) -> Result<(), String>;
    /// [`FieldLoss::near_kink`].
    fn is_near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool;
    /// The loss on twice nested duals.
    fn nested(&self, field: &Field<'_, Nested, f64>, numbers: &[f64]) -> Nested;
    /// The loss on replayed numbers.
    fn replay(&self, field: &Field<'_, Replay, f64>, numbers: &[f64]) -> Replay;
    /// The loss as a graph.
    fn trace(&self, field: &Field<'_, Sym, f64>, numbers: &[f64]) -> Sym;
}

/// A loss in both precisions.
pub trait FieldObject: FieldKernel<f32> + FieldKernel<f64> {}
impl<L: FieldKernel<f32> + FieldKernel<f64>> FieldObject for L {}

impl<L: FieldLoss, T: Float> FieldKernel<T> for L {
    fn field_counts(&self, field: &Field<'_, T, T>) -> Result<bool, Fault> {
        self.counts(field)
    }
    fn field_value(&self, field: &Field<'_, T, T>) -> f64 {
        self.value(field)
    }
    fn value_and_slopes(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        self.fused(field, slopes)
    }
}

impl<L: FieldLoss> FieldFormula for L {
    fn truth(&self) -> Truth {
        L::TRUTH
    }
    fn weighs_pixels(&self) -> bool {
        L::WEIGHS_PIXELS
    }
    fn reads_neighbours(&self) -> bool {
        L::READS_NEIGHBOURS
    }
    fn field_extent(&self) -> Extent {
        self.extent()
    }
    fn field_activation(&self) -> Activation {
        self.activation()
    }
    fn first_channel(&self) -> usize {
        usize::from(!self.include_background())
    }
    fn fits_grid(&self, channels: usize, grid: &Grid) -> Result<(), String> {
        self.fits(channels, grid)
    }
    fn is_near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        self.near_kink(field, margin)
    }
    fn nested(&self, field: &Field<'_, Nested, f64>, numbers: &[f64]) -> Nested {
        self.plainly(field, numbers)
    }
    fn replay(&self, field: &Field<'_, Replay, f64>, numbers: &[f64]) -> Replay {
        self.plainly(field, numbers)
    }
    fn trace(&self, field: &Field<'_, Sym, f64>, numbers: &[f64]) -> Sym {
        self.plainly(field, numbers)
    }
}
