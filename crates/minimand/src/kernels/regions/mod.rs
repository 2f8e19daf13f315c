//! Sums over the pixels of a region, per item and class: the shape of Dice, Jaccard and their kin.

mod curvature;
mod driver;
mod reference;

pub(crate) use curvature::curvature;
pub(crate) use driver::{RegionProblem, RegionTarget, evaluate};
pub(crate) use reference::reference;

use super::dual::Dual;
use super::replay::Replay;
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

/// What one region's sums run over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// The pixels of one item.
    Item,
    /// The pixels of all items of the batch.
    Batch,
}

/// The sums of one region.
#[derive(Debug, Clone, Copy)]
pub struct Region<S> {
    /// Σ p·t
    pub intersection: S,
    /// Σ p (Σ p² if the loss asks for squares)
    pub prediction: S,
    /// Σ t (Σ t² if the loss asks for squares)
    pub target: S,
}

/// A loss of the sums of a region.
pub trait RegionLoss: Send + Sync {
    /// The loss of one region.
    fn region<S: Real>(&self, sums: &Region<S>) -> S;
    /// How scores become probabilities.
    fn activation(&self) -> Activation;
    /// Sum squares of prediction and target?
    fn squared(&self) -> bool {
        false
    }
    /// Does class 0 count?
    fn include_background(&self) -> bool {
        true
    }
    /// What the sums run over.
    fn per(&self) -> Per {
        Per::Item
    }
}

/// A formula behind an object-safe door. Every [`RegionLoss`] has it. It is called once per region,
/// so that double precision costs nothing.
pub trait RegionObject: Send + Sync {
    /// [`RegionLoss::activation`].
    fn activation(&self) -> Activation;
    /// [`RegionLoss::squared`].
    fn squared(&self) -> bool;
    /// [`RegionLoss::include_background`].
    fn include_background(&self) -> bool;
    /// [`RegionLoss::per`].
    fn per(&self) -> Per;
    /// Value, slopes by (intersection, prediction) and second derivatives by them.
    fn second(&self, sums: &Region<f64>) -> RegionSecond;
    /// The formula on replayed numbers.
    fn replay(&self, sums: &Region<Replay>) -> Replay;
    /// The formula as a graph.
    fn trace(&self, sums: &Region<Sym>) -> Sym;
}

/// Value and derivatives of a region's loss by (intersection, prediction).
#[derive(Debug, Clone, Copy)]
pub struct RegionSecond {
    pub(crate) value: f64,
    pub(crate) first: [f64; 2],
    pub(crate) second: [[f64; 2]; 2],
}

impl<L: RegionLoss> RegionObject for L {
    fn activation(&self) -> Activation {
        RegionLoss::activation(self)
    }
    fn squared(&self) -> bool {
        RegionLoss::squared(self)
    }
    fn include_background(&self) -> bool {
        RegionLoss::include_background(self)
    }
    fn per(&self) -> Per {
        RegionLoss::per(self)
    }
    fn second(&self, sums: &Region<f64>) -> RegionSecond {
        let variable = |x, i| Dual::<_, 2>::variable(Dual::<f64, 2>::variable(x, i), i);
        let y = self.region(&Region {
            intersection: variable(sums.intersection, 0),
            prediction: variable(sums.prediction, 1),
            target: Real::lift(sums.target),
        });
        RegionSecond {
            value: y.value.value,
            first: y.value.partials,
            second: y.partials.map(|d| d.partials),
        }
    }
    fn replay(&self, sums: &Region<Replay>) -> Replay {
        self.region(sums)
    }
    fn trace(&self, sums: &Region<Sym>) -> Sym {
        self.region(sums)
    }
}
