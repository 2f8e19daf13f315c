//! Embeddings that are judged by all pairs of them: contrastive and metric learning.
//!
//! Every item is an anchor; the others are its positives (the same label, or the other side of its pair) and its
//! negatives. A [`PairLoss`] says what a likeness adds to the reductions of its anchor and what the anchor makes of
//! them, once for any number; an [`AnchorLoss`], for what has no such form (mining), is written plainly and as an
//! algorithm, and the one checks the other; so is a [`WholeLoss`], for what no anchor can tell alone. A driver takes
//! some anchors at a time with all their partners, writes the slopes over the likenesses and gets the gradients of both
//! sides from products of them; or, for a [`PairLoss`] of a batch that is compared with itself, two blocks of anchors
//! at a time, whose likenesses serve the anchors of both. The matrix of all pairs is never held. The drivers know
//! nothing of any one loss.

mod anchors;
mod declared;
mod distance;
mod driver;
mod problem;
mod reduce;
mod reference;
mod settle;
mod square;
mod sweep;
mod terms;
#[cfg(test)]
mod tests;
mod whole;

pub(crate) use driver::{SideGradients, evaluate};
pub(crate) use problem::PairProblem;
pub(crate) use reference::{Reference, curvature, near_kink, reference};
pub use sweep::Sweep;
pub use whole::{Whole, WholeLoss, WholeObject, WholeSide, of_batch};

use super::replay::Replay;
use super::rows::Nested;
use super::scalar::{Float, Real};
use super::sym::Sym;
use declared::Declared;
#[cfg(test)]
pub(crate) use declared::of_likenesses;
use settle::Work;
use terms::Terms;

/// How like two embeddings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// x·y / (‖x‖‖y‖); 0 with a zero vector, whose gradient is 0.
    Cosine,
    /// x·y
    Product,
    /// ‖x − y‖²
    SquaredDistance,
    /// ‖x − y‖; the gradient between equal embeddings is 0.
    Distance,
    /// ‖x/‖x‖ − y/‖y‖‖²; a zero vector stays one.
    SquaredChord,
    /// ‖x/‖x‖ − y/‖y‖‖
    Chord,
    /// var(x − y)/var(x) of the numbers of x, the anchor, and y; 0 of an anchor without variance, and without slope.
    NoiseToSignal,
}

impl Likeness {
    /// Are the embeddings divided by their norms first?
    pub(crate) fn normalizes(self) -> bool {
        matches!(
            self,
            Likeness::Cosine | Likeness::SquaredChord | Likeness::Chord
        )
    }

    /// Are the means of embeddings taken off first?
    pub(crate) fn centres(self) -> bool {
        self == Likeness::NoiseToSignal
    }

    /// Do the slopes by products need the likenesses?
    pub(crate) fn is_kept(self) -> bool {
        self.is_root() || self == Likeness::NoiseToSignal
    }

    /// Is it made of a distance, squared or not?
    pub(crate) fn is_distance(self) -> bool {
        !matches!(self, Likeness::Cosine | Likeness::Product)
    }

    /// Is it the same both ways?
    pub(crate) fn is_symmetric(self) -> bool {
        self != Likeness::NoiseToSignal
    }

    /// Is it the root of the squared distance?
    pub(crate) fn is_root(self) -> bool {
        matches!(self, Likeness::Distance | Likeness::Chord)
    }

    /// Distances `[squared, not squared]` of embeddings as they are or of unit vectors.
    pub fn distance(normalize: bool, squared: bool) -> Self {
        match (normalize, squared) {
            (true, true) => Likeness::SquaredChord,
            (true, false) => Likeness::Chord,
            (false, true) => Likeness::SquaredDistance,
            (false, false) => Likeness::Distance,
        }
    }
}

/// Who are the partners of an anchor where the batch is pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// All other embeddings of both sides; both embeddings of a pair are anchors.
    Joined,
    /// The other side; the anchors are the predictions.
    Across,
    /// The other side; the anchors are the predictions and then the targets, each with half the weight.
    Both,
    /// Each side is for itself. With labels there is one.
    Apart,
    /// Two sides, whose embeddings belong together one by one. There are no labels.
    Views,
}

/// How the terms of an anchor's partners become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reduce {
    /// Not at all: 0.
    Nothing,
    /// Their sum.
    Sum,
    /// Their mean; 0 of none.
    Mean,
    /// ln Σ e^t; [`NONE`] of none.
    LogSumExp,
}

/// Logarithm of a sum over nothing.
pub const NONE: f64 = -1e30;

/// Which partners an anchor must have to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Any.
    Partner,
    /// A positive.
    Positive,
    /// A positive and a negative.
    Both,
}

impl Needs {
    /// Has the anchor what it needs?
    pub(crate) fn met(self, positives: usize, negatives: usize) -> bool {
        match self {
            Needs::Partner => positives + negatives > 0,
            Needs::Positive => positives > 0,
            Needs::Both => positives > 0 && negatives > 0,
        }
    }
}

/// A loss of an anchor through reductions over its partners: the formula, once for any number.
pub trait PairLoss: Send + Sync {
    /// Reductions of the negatives' terms.
    const NEGATIVES: [Reduce; 2];
    /// Reductions of the positives' terms.
    const POSITIVES: [Reduce; 2];
    /// Which anchors count.
    const NEEDS: Needs;
    /// Who are partners in a batch of pairs.
    fn sides(&self) -> Sides {
        Sides::Joined
    }
    /// How embeddings are compared.
    fn likeness(&self) -> Likeness {
        Likeness::Cosine
    }
    /// What a negative adds.
    fn negative<S: Real>(&self, likeness: S) -> [S; 2];
    /// What a positive adds; it may look at what the negatives gave.
    fn positive<S: Real>(&self, likeness: S, negatives: [S; 2]) -> [S; 2];
    /// The loss of the anchor.
    fn anchor<S: Real>(&self, negatives: [S; 2], positives: [S; 2]) -> S;
    /// How often the anchor counts in a mean. `partners` are the numbers of its negatives and positives.
    fn mass(&self, _negatives: [f64; 2], _positives: [f64; 2], _partners: [usize; 2]) -> f64 {
        1.0
    }
    /// Is a negative of this likeness within `margin` of a kink?
    fn negative_near_kink(&self, _likeness: f64, _margin: f64) -> bool {
        false
    }
    /// Is a positive of this likeness within `margin` of a kink?
    fn positive_near_kink(&self, _likeness: f64, _margin: f64) -> bool {
        false
    }
}

/// Likenesses of an anchor's partners, each kind in the order of the batch.
#[derive(Debug, Clone, Copy)]
pub struct Partners<'a, S> {
    /// Of the positives.
    pub positives: &'a [S],
    /// Of the negatives.
    pub negatives: &'a [S],
    /// The positives as plain numbers, to sort and to choose by.
    pub positive_values: &'a [f64],
    /// The negatives as plain numbers.
    pub negative_values: &'a [f64],
    /// Numbers of an embedding.
    pub width: usize,
}

/// What an anchor gives.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Judged<S> {
    /// Its loss.
    pub value: S,
    /// How often it counts in a mean.
    pub mass: f64,
}

/// A loss of an anchor that is an algorithm over its partners.
pub trait AnchorLoss: Send + Sync {
    /// Which anchors count.
    const NEEDS: Needs;
    /// Who are partners in a batch of pairs.
    fn sides(&self) -> Sides {
        Sides::Joined
    }
    /// How embeddings are compared.
    fn likeness(&self) -> Likeness;
    /// The loss of an anchor that counts, written out plainly.
    fn plainly<S: Real>(&self, partners: &Partners<'_, S>) -> Judged<S>;
    /// The loss of an anchor that counts. Adds its slopes by the likenesses to `positive` and `negative`, which hold
    /// zeros.
    fn fused(
        &self,
        partners: &Partners<'_, f64>,
        positive: &mut [f64],
        negative: &mut [f64],
    ) -> Judged<f64>;
    /// Is the anchor within `margin` of a kink?
    fn near_kink(&self, _partners: &Partners<'_, f64>, _margin: f64) -> bool {
        false
    }
}

/// An anchor with the likenesses of all partners, which become slopes.
pub struct Anchor<'a, T> {
    /// Likeness of every partner; slopes afterwards, 0 for the anchor itself.
    pub(crate) row: &'a mut [T],
    /// Places of the anchor's class: its positives, and itself if it is among them.
    pub(crate) class: &'a [u32],
    /// Its own place, if it is among the partners.
    pub(crate) own: Option<usize>,
    /// Factor of the slopes.
    pub(crate) weight: f64,
    /// Numbers of an embedding.
    pub(crate) width: usize,
    pub(crate) scratch: &'a mut Scratch<T>,
}

impl<T> Anchor<'_, T> {
    /// Numbers of negatives and positives.
    fn partners(&self) -> [usize; 2] {
        let own = usize::from(self.own.is_some());
        [self.row.len() - self.class.len(), self.class.len() - own]
    }
}

/// Buffers of a thread.
#[derive(Debug, Default)]
pub(crate) struct Scratch<T> {
    positives: Vec<f64>,
    negatives: Vec<f64>,
    positive_slopes: Vec<f64>,
    negative_slopes: Vec<f64>,
    work: Work<T>,
}

/// Judges anchors in one precision.
pub trait PairKernel<T>: Send + Sync {
    /// The loss of an anchor, if it counts; its row holds the slopes afterwards, times the weight. Without one they are
    /// zeros.
    fn judge(&self, anchor: &mut Anchor<'_, T>) -> Option<Judged<f64>>;
    /// The loss as terms that any driver can reduce, if it has them.
    fn terms(&self) -> Option<&dyn Terms<T>> {
        None
    }
}

/// A loss of anchors behind an object-safe door. Every [`PairLoss`] and [`AnchorLoss`] has it.
pub trait AnchorObject: PairKernel<f32> + PairKernel<f64> {
    /// Which anchors count.
    fn needs(&self) -> Needs;
    /// Is the anchor within `margin` of a kink?
    fn is_near_kink(&self, partners: &Partners<'_, f64>, margin: f64) -> bool;
    /// The loss on twice nested duals.
    fn nested(&self, partners: &Partners<'_, Nested>) -> Nested;
    /// The loss on replayed numbers.
    fn replay(&self, partners: &Partners<'_, Replay>) -> Replay;
    /// The loss as a graph.
    fn trace(&self, partners: &Partners<'_, Sym>) -> Sym;
}

/// What a loss judges.
pub enum Judges<'a> {
    /// Anchor by anchor, with the likenesses of its partners.
    Anchors(&'a dyn AnchorObject),
    /// All embeddings at once.
    Whole(&'a dyn WholeObject),
}

/// A loss of pairs behind an object-safe door.
pub trait PairObject: Send + Sync {
    /// How embeddings are compared.
    fn likeness(&self) -> Likeness;
    /// Who are partners in a batch of pairs.
    fn sides(&self) -> Sides;
    /// The loss itself.
    fn judges(&self) -> Judges<'_>;
    /// Are embeddings of a class to lie together?
    fn by_class(&self) -> bool {
        false
    }
}

/// A [`PairLoss`] behind the door.
pub(crate) fn declared<L: PairLoss + 'static>(loss: L) -> impl PairObject {
    Declared(loss)
}

/// An [`AnchorLoss`] behind the door.
pub(crate) fn algorithm<L: AnchorLoss + 'static>(loss: L) -> impl PairObject {
    anchors::Algorithm(loss)
}

/// A [`WholeLoss`] behind the door.
pub(crate) fn together<L: WholeLoss + 'static>(loss: L) -> impl PairObject {
    whole::Together(loss)
}

/// A precision of embeddings.
pub(crate) trait PairFloat: Float {
    fn kernel(kernel: &dyn AnchorObject) -> &dyn PairKernel<Self>;
}
impl PairFloat for f32 {
    fn kernel(kernel: &dyn AnchorObject) -> &dyn PairKernel<f32> {
        kernel
    }
}
impl PairFloat for f64 {
    fn kernel(kernel: &dyn AnchorObject) -> &dyn PairKernel<f64> {
        kernel
    }
}
