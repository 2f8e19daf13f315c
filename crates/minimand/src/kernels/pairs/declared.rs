//! A declared loss behind its doors: its terms over partners side by side, and its plain form.

use super::settle::judge;
use super::terms::{Formula, Reductions, Terms};
use super::{
    Anchor, AnchorObject, Judged, Judges, Likeness, NONE, Needs, PairKernel, PairLoss, PairObject,
    Partners, Reduce, Sides,
};
use crate::kernels::dual::Dual;
use crate::kernels::lanes::{Lanes, Pack, one_vector, side_by_side};
use crate::kernels::level::{Level, dispatch};
use crate::kernels::replay::Replay;
use crate::kernels::rows::Nested;
use crate::kernels::scalar::{Float, Real};
use crate::kernels::sym::Sym;

/// A [`PairLoss`] behind the door.
pub(super) struct Declared<L>(pub(super) L);

#[inline(always)]
fn negatives_body<T: Float, L: PairLoss, const FUSED: bool>(
    loss: &L,
    likenesses: &[T],
    to: [[&mut [T]; 2]; 2],
) {
    if const { side_by_side(FUSED) } {
        negative_packs::<T, L, Lanes<T, FUSED>>(loss, likenesses, to);
    } else {
        negative_packs::<T, L, T>(loss, likenesses, to);
    }
}

#[inline(always)]
fn negative_packs<T: Float, L: PairLoss, P: Pack<T>>(
    loss: &L,
    likenesses: &[T],
    [[v0, v1], [d0, d1]]: [[&mut [T]; 2]; 2],
) {
    let first = v0
        .chunks_exact_mut(P::WIDTH)
        .zip(d0.chunks_exact_mut(P::WIDTH));
    let second = v1
        .chunks_exact_mut(P::WIDTH)
        .zip(d1.chunks_exact_mut(P::WIDTH));
    let likenesses = likenesses.chunks_exact(P::WIDTH);
    for (s, (first, second)) in likenesses.zip(first.zip(second)) {
        let s = P::load(one_vector(s));
        let t = loss.negative(Dual::<P, 1>::variable(s, 0));
        if L::NEGATIVES[0] != Reduce::Nothing {
            t[0].value.store(first.0);
            t[0].partials[0].store(first.1);
        }
        if L::NEGATIVES[1] != Reduce::Nothing {
            t[1].value.store(second.0);
            t[1].partials[0].store(second.1);
        }
    }
}

#[inline(always)]
fn positives_body<L: PairLoss, const FUSED: bool>(
    loss: &L,
    likenesses: &[f64],
    negatives: [&[f64]; 2],
    to: &mut [[Vec<f64>; 4]; 2],
) {
    if const { side_by_side(FUSED) } {
        positive_packs::<L, Lanes<f64, FUSED>>(loss, likenesses, negatives, to);
    } else {
        positive_packs::<L, f64>(loss, likenesses, negatives, to);
    }
}

#[inline(always)]
fn positive_packs<L: PairLoss, P: Pack<f64>>(
    loss: &L,
    likenesses: &[f64],
    negatives: [&[f64]; 2],
    to: &mut [[Vec<f64>; 4]; 2],
) {
    for at in (0..likenesses.len()).step_by(P::WIDTH) {
        let t = loss.positive(
            Dual::<P, 3>::variable(P::load(&likenesses[at..]), 0),
            [
                Dual::variable(P::load(&negatives[0][at..]), 1),
                Dual::variable(P::load(&negatives[1][at..]), 2),
            ],
        );
        for r in 0..2 {
            if L::POSITIVES[r] != Reduce::Nothing {
                t[r].value.store(&mut to[r][0][at..]);
                for v in 0..3 {
                    t[r].partials[v].store(&mut to[r][1 + v][at..]);
                }
            }
        }
    }
}

impl<L: PairLoss> Formula for Declared<L> {
    fn reductions(&self) -> Reductions {
        Reductions {
            negatives: L::NEGATIVES,
            positives: L::POSITIVES,
            needs: L::NEEDS,
        }
    }

    fn positives(
        &self,
        level: Level,
        likenesses: &[f64],
        negatives: [&[f64]; 2],
        to: &mut [[Vec<f64>; 4]; 2],
    ) {
        let loss = &self.0;
        dispatch!(level, [L: PairLoss] positives_body::<L>(
            loss: &L, likenesses: &[f64], negatives: [&[f64]; 2], to: &mut [[Vec<f64>; 4]; 2],
        ))
    }

    fn anchor(
        &self,
        negatives: [f64; 2],
        positives: [f64; 2],
        partners: [usize; 2],
    ) -> (Judged<f64>, [f64; 4]) {
        let variable = |x: f64, i: usize| Dual::<f64, 4>::variable(x, i);
        let loss = self.0.anchor(
            [variable(negatives[0], 0), variable(negatives[1], 1)],
            [variable(positives[0], 2), variable(positives[1], 3)],
        );
        let judged = Judged {
            value: loss.value,
            mass: self.0.mass(negatives, positives, partners),
        };
        (judged, loss.partials)
    }
}

impl<T: Float, L: PairLoss> Terms<T> for Declared<L> {
    fn negatives(&self, level: Level, likenesses: &[T], to: [[&mut [T]; 2]; 2]) {
        let loss = &self.0;
        dispatch!(level, [T: Float, L: PairLoss] negatives_body::<T, L>(
            loss: &L, likenesses: &[T], to: [[&mut [T]; 2]; 2],
        ))
    }
}

impl<T: Float, L: PairLoss> PairKernel<T> for Declared<L> {
    fn judge(&self, anchor: &mut Anchor<'_, T>) -> Option<Judged<f64>> {
        judge(self, anchor)
    }
    fn terms(&self) -> Option<&dyn Terms<T>> {
        Some(self)
    }
}

/// A reduction, written out.
fn plain_reduce<S: Real>(reduce: Reduce, terms: &[S]) -> S {
    let sum = || terms.iter().fold(S::lift(0.0), |sum, &t| sum + t);
    match (reduce, terms) {
        (Reduce::Nothing, _) | (Reduce::Mean, []) => S::lift(0.0),
        (Reduce::Sum, _) => sum(),
        (Reduce::Mean, _) => sum() / S::lift(terms.len() as f64),
        (Reduce::LogSumExp, []) => S::lift(NONE),
        (Reduce::LogSumExp, [first, rest @ ..]) => {
            let top = rest.iter().fold(*first, |top, &t| top.max(t));
            let each = terms.iter().map(|&t| (t - top).exp());
            top + each.fold(S::lift(0.0), |sum, e| sum + e).ln()
        }
    }
}

/// The loss of an anchor, written out.
fn plainly<S: Real, L: PairLoss>(loss: &L, partners: &Partners<'_, S>) -> S {
    let both = |reduce: [Reduce; 2], terms: Vec<[S; 2]>| {
        [0, 1].map(|r| {
            let own: Vec<S> = terms.iter().map(|t| t[r]).collect();
            plain_reduce(reduce[r], &own)
        })
    };
    let negatives = partners.negatives.iter().map(|&s| loss.negative(s));
    let negatives = both(L::NEGATIVES, negatives.collect());
    let positives = (partners.positives.iter()).map(|&s| loss.positive(s, negatives));
    loss.anchor(negatives, both(L::POSITIVES, positives.collect()))
}

impl<L: PairLoss> PairObject for Declared<L> {
    fn likeness(&self) -> Likeness {
        self.0.likeness()
    }
    fn sides(&self) -> Sides {
        self.0.sides()
    }
    fn judges(&self) -> Judges<'_> {
        Judges::Anchors(self)
    }
    fn by_class(&self) -> bool {
        true
    }
}

impl<L: PairLoss> AnchorObject for Declared<L> {
    fn needs(&self) -> Needs {
        L::NEEDS
    }
    fn is_near_kink(&self, partners: &Partners<'_, f64>, margin: f64) -> bool {
        let (positives, negatives) = (partners.positives, partners.negatives);
        positives
            .iter()
            .any(|&s| self.0.positive_near_kink(s, margin))
            || negatives
                .iter()
                .any(|&s| self.0.negative_near_kink(s, margin))
    }
    fn nested(&self, partners: &Partners<'_, Nested>) -> Nested {
        plainly(&self.0, partners)
    }
    fn replay(&self, partners: &Partners<'_, Replay>) -> Replay {
        plainly(&self.0, partners)
    }
    fn trace(&self, partners: &Partners<'_, Sym>) -> Sym {
        plainly(&self.0, partners)
    }
}

/// The loss of an anchor with these likenesses.
#[cfg(test)]
pub(crate) fn of_likenesses<L: PairLoss>(loss: &L, positives: &[f64], negatives: &[f64]) -> f64 {
    plainly(
        loss,
        &Partners {
            positives,
            negatives,
            positive_values: positives,
            negative_values: negatives,
            width: 2,
        },
    )
}
