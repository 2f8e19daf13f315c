//! Pairs and triplets of items, and the kinds of them.

/// Anchors with one other item each: rows of the two sides of a [`Mining`](super::Mining).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pairs {
    /// Rows of the anchors, ascending.
    pub anchors: Vec<usize>,
    /// Rows of the others.
    pub others: Vec<usize>,
}

/// Anchors with a positive (same label) and a negative (another label) each: rows of the two sides of a
/// [`Mining`](super::Mining).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Triplets {
    /// Rows of the anchors, ascending.
    pub anchors: Vec<usize>,
    /// Rows of the positives.
    pub positives: Vec<usize>,
    /// Rows of the negatives.
    pub negatives: Vec<usize>,
}

impl Pairs {
    pub(super) fn push(&mut self, anchor: usize, other: usize) {
        self.anchors.push(anchor);
        self.others.push(other);
    }
}

impl Triplets {
    pub(super) fn push(&mut self, anchor: usize, positive: usize, negative: usize) {
        self.anchors.push(anchor);
        self.positives.push(positive);
        self.negatives.push(negative);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.anchors.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }
}

/// Which of the positives, or of the negatives, of an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// The hardest: the farthest positive, the nearest negative.
    Hard,
    /// The easiest: the nearest positive, the farthest negative.
    Easy,
    /// Any, with equal chance.
    Random,
}

/// Which triplets, by the gap d(a, n) − d(a, p).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Any gap.
    All,
    /// At most the margin: those with a loss.
    Violating,
    /// At most 0: the negative is no farther than the positive.
    Hard,
    /// Above 0 and at most the margin.
    SemiHard,
    /// Above the margin: those without a loss.
    Easy,
}
