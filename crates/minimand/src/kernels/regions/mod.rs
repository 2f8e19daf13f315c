//! Sums over the pixels of a region, per item and class: the shape of Dice, Jaccard and their kin.
//!
//! Two passes over blocks of pixels: the first sums the regions (`sums`), formulas turn the sums into losses and
//! slopes (`units`), the second spreads the slopes over the pixels (`spread`). Several region losses, and losses
//! per pixel that read the same softmax (`labelled`), share both passes.

mod block;
mod curvature;
mod driver;
mod labelled;
mod problem;
mod reference;
mod spread;
mod sums;
mod units;

pub(crate) use curvature::curvature;
pub(crate) use driver::evaluate;
pub(crate) use labelled::{LabelTerm, readable};
pub(crate) use problem::{RegionProblem, RegionTarget};
pub(crate) use reference::reference;

use super::dual::Dual;
use super::replay::Replay;
use super::rows::Nested;
use super::scalar::Real;
use super::sym::Sym;

/// What turns raw scores into the probabilities that are summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// Over the classes of a pixel.
    Softmax,
    /// Each class by itself.
    Sigmoid,
    /// The predictions are probabilities already.
    None,
}
crate::parameter::choice!(Activation, "\"softmax\", \"sigmoid\" or \"none\"",
        "softmax" => Softmax, "sigmoid" => Sigmoid, "none" => None);

/// What one region's sums run over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// The pixels of one item.
    Item,
    /// The pixels of all items of the batch.
    Batch,
}
crate::parameter::choice!(Per, "\"item\" or \"batch\"", "item" => Item, "batch" => Batch);

/// Which classes have a region that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Classes {
    /// Every class.
    All,
    /// Those whose target is not empty.
    Present,
}
crate::parameter::choice!(Classes, "\"all\" or \"present\"", "all" => All, "present" => Present);

/// The sums of one region. Weights of pixels weigh every sum.
#[derive(Debug, Clone, Copy)]
pub struct Region<S> {
    /// Σ p·t
    pub intersection: S,
    /// Σ p (Σ p² if the loss asks for squares)
    pub prediction: S,
    /// Σ t (Σ t² if the loss asks for squares)
    pub target: S,
    /// Σ |p − t|, if the loss asks for it; else 0.
    pub difference: S,
    /// Number of pixels that count.
    pub pixels: S,
    /// The class whose region this is.
    pub class: usize,
    /// Weight of the class; 1 without class weights. Only a joint loss has to read it: of the others, it
    /// weighs the loss of the region.
    pub weight: f64,
}

/// A loss of the sums of a region, or of all regions of an item.
pub trait RegionLoss: Send + Sync {
    /// The loss of one region.
    fn region<S: Real>(&self, sums: &Region<S>) -> S;
    /// Does the loss read the regions of all classes together? Then what is one item of a mean is not a
    /// region but all regions of an item (or of the batch).
    fn joint(&self) -> bool {
        false
    }
    /// The loss of all regions of an item, at least one, if it is joint.
    fn regions<S: Real>(&self, regions: &[Region<S>]) -> S {
        let sum = regions
            .iter()
            .fold(S::lift(0.0), |sum, region| sum + self.region(region));
        sum * S::lift(1.0 / regions.len() as f64)
    }
    /// How scores become probabilities.
    fn activation(&self) -> Activation;
    /// Sum squares of prediction and target?
    fn squared(&self) -> bool {
        false
    }
    /// Sum |p − t|?
    fn difference(&self) -> bool {
        false
    }
    /// Does class 0 count?
    fn include_background(&self) -> bool {
        true
    }
    /// Which classes count.
    fn classes(&self) -> Classes {
        Classes::All
    }
    /// What the sums run over.
    fn per(&self) -> Per {
        Per::Item
    }
}

/// A formula behind an object-safe door. Every [`RegionLoss`] has it. It is called a few times per item, so
/// that double precision costs nothing. The slices hold all regions of an item for a joint loss, else one.
pub trait RegionObject: Send + Sync {
    /// [`RegionLoss::joint`].
    fn joint(&self) -> bool;
    /// [`RegionLoss::activation`].
    fn activation(&self) -> Activation;
    /// [`RegionLoss::squared`].
    fn squared(&self) -> bool;
    /// [`RegionLoss::difference`].
    fn difference(&self) -> bool;
    /// [`RegionLoss::include_background`].
    fn include_background(&self) -> bool;
    /// [`RegionLoss::classes`].
    fn classes(&self) -> Classes;
    /// [`RegionLoss::per`].
    fn per(&self) -> Per;
    /// The value, and its slopes by each region's (intersection, prediction, difference).
    fn slopes(&self, regions: &[Region<f64>]) -> (f64, Vec<[f64; 3]>);
    /// The formula with first and second derivative along one direction.
    fn nested(&self, regions: &[Region<Nested>]) -> Nested;
    /// The formula on replayed numbers.
    fn replay(&self, regions: &[Region<Replay>]) -> Replay;
    /// The formula as a graph.
    fn trace(&self, regions: &[Region<Sym>]) -> Sym;
}

/// The loss of a slice of regions, joint or not.
#[inline]
fn loss_of<L: RegionLoss, S: Real>(loss: &L, regions: &[Region<S>]) -> S {
    match regions {
        [one] if !loss.joint() => loss.region(one),
        all => loss.regions(all),
    }
}

impl Region<f64> {
    /// The region on another number, with nothing that varies.
    pub(crate) fn constant<S: Real>(&self) -> Region<S> {
        Region {
            intersection: S::lift(self.intersection),
            prediction: S::lift(self.prediction),
            target: S::lift(self.target),
            difference: S::lift(self.difference),
            pixels: S::lift(self.pixels),
            class: self.class,
            weight: self.weight,
        }
    }
}

impl<L: RegionLoss> RegionObject for L {
    fn joint(&self) -> bool {
        RegionLoss::joint(self)
    }
    fn activation(&self) -> Activation {
        RegionLoss::activation(self)
    }
    fn squared(&self) -> bool {
        RegionLoss::squared(self)
    }
    fn difference(&self) -> bool {
        RegionLoss::difference(self)
    }
    fn include_background(&self) -> bool {
        RegionLoss::include_background(self)
    }
    fn classes(&self) -> Classes {
        RegionLoss::classes(self)
    }
    fn per(&self) -> Per {
        RegionLoss::per(self)
    }
    fn slopes(&self, regions: &[Region<f64>]) -> (f64, Vec<[f64; 3]>) {
        let mut seeded: Vec<Region<Dual<f64, 3>>> = regions.iter().map(Region::constant).collect();
        let mut value = f64::NAN;
        let slopes = (0..regions.len()).map(|k| {
            let plain = seeded[k];
            seeded[k].intersection = Dual::variable(regions[k].intersection, 0);
            seeded[k].prediction = Dual::variable(regions[k].prediction, 1);
            seeded[k].difference = Dual::variable(regions[k].difference, 2);
            let y = loss_of(self, &seeded);
            seeded[k] = plain;
            value = y.value;
            y.partials
        });
        let slopes = slopes.collect();
        (value, slopes)
    }
    fn nested(&self, regions: &[Region<Nested>]) -> Nested {
        loss_of(self, regions)
    }
    fn replay(&self, regions: &[Region<Replay>]) -> Replay {
        loss_of(self, regions)
    }
    fn trace(&self, regions: &[Region<Sym>]) -> Sym {
        loss_of(self, regions)
    }
}
