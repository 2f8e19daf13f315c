//! Losses that are algorithms over an anchor's partners: gather, judge, write back.

use super::{
    Anchor, AnchorLoss, AnchorObject, Judged, Judges, Likeness, Needs, PairKernel, PairObject,
    Partners, Sides,
};
use crate::kernels::replay::Replay;
use crate::kernels::rows::Nested;
use crate::kernels::scalar::Float;
use crate::kernels::sym::Sym;

/// An [`AnchorLoss`] behind the door.
pub(super) struct Algorithm<L>(pub(super) L);

/// Is `place` one of the ascending places `class`, whose first that is not below it is at `next`?
fn is_next(class: &[u32], next: &mut usize, place: usize) -> bool {
    let found = class.get(*next).is_some_and(|&p| p as usize == place);
    *next += usize::from(found);
    found
}

impl<T: Float, L: AnchorLoss> PairKernel<T> for Algorithm<L> {
    fn judge(&self, anchor: &mut Anchor<'_, T>) -> Option<Judged<f64>> {
        let [negatives, positives] = anchor.partners();
        if !L::NEEDS.met(positives, negatives) {
            anchor.row.fill(T::default());
            return None;
        }
        let scratch = &mut *anchor.scratch;
        scratch.positives.clear();
        scratch.negatives.clear();
        let mut next = 0;
        for (place, x) in anchor.row.iter().enumerate() {
            if !is_next(anchor.class, &mut next, place) {
                scratch.negatives.push(x.to_f64());
            } else if anchor.own != Some(place) {
                scratch.positives.push(x.to_f64());
            }
        }
        for (slopes, len) in [
            (&mut scratch.positive_slopes, positives),
            (&mut scratch.negative_slopes, negatives),
        ] {
            slopes.clear();
            slopes.resize(len, 0.0);
        }
        let partners = Partners {
            positives: &scratch.positives,
            negatives: &scratch.negatives,
            positive_values: &scratch.positives,
            negative_values: &scratch.negatives,
            width: anchor.width,
        };
        let (positive, negative) = (&mut scratch.positive_slopes, &mut scratch.negative_slopes);
        let judged = self.0.fused(&partners, positive, negative);
        let (mut positive, mut negative) = (positive.iter(), negative.iter());
        next = 0;
        for (place, x) in anchor.row.iter_mut().enumerate() {
            let slope = if !is_next(anchor.class, &mut next, place) {
                negative.next()
            } else if anchor.own != Some(place) {
                positive.next()
            } else {
                None
            };
            *x = T::from_f64(slope.map_or(0.0, |d| anchor.weight * d));
        }
        Some(judged)
    }
}

impl<L: AnchorLoss> PairObject for Algorithm<L> {
    fn likeness(&self) -> Likeness {
        self.0.likeness()
    }
    fn sides(&self) -> Sides {
        self.0.sides()
    }
    fn judges(&self) -> Judges<'_> {
        Judges::Anchors(self)
    }
}

impl<L: AnchorLoss> AnchorObject for Algorithm<L> {
    fn needs(&self) -> Needs {
        L::NEEDS
    }
    fn is_near_kink(&self, partners: &Partners<'_, f64>, margin: f64) -> bool {
        self.0.near_kink(partners, margin)
    }
    fn nested(&self, partners: &Partners<'_, Nested>) -> Nested {
        self.0.plainly(partners).value
    }
    fn replay(&self, partners: &Partners<'_, Replay>) -> Replay {
        self.0.plainly(partners).value
    }
    fn trace(&self, partners: &Partners<'_, Sym>) -> Sym {
        self.0.plainly(partners).value
    }
}
