//! A declared loss of one anchor: reductions over its partners eight at a time, then the slopes in their place.

use super::{
    Anchor, AnchorObject, Judged, Judges, Likeness, NONE, Needs, PairKernel, PairLoss, PairObject,
    Partners, Reduce, Sides,
};
use crate::kernels::dual::Dual;
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::level::{Level, dispatch};
use crate::kernels::replay::Replay;
use crate::kernels::rows::Nested;
use crate::kernels::scalar::{Float, Real};
use crate::kernels::sym::Sym;

/// A [`PairLoss`] behind the door.
pub(super) struct Declared<L>(pub(super) L);

/// Terms that are added up in the precision of the embeddings before they go to double precision.
const CHUNK: usize = 512;

/// What the partners of one kind add.
trait Terms {
    const REDUCE: [Reduce; 2];
    fn of<S: Real>(&self, likeness: S) -> [S; 2];
}

struct Negatives<'a, L>(&'a L);

impl<L: PairLoss> Terms for Negatives<'_, L> {
    const REDUCE: [Reduce; 2] = L::NEGATIVES;
    #[inline(always)]
    fn of<S: Real>(&self, likeness: S) -> [S; 2] {
        self.0.negative(likeness)
    }
}

/// With what the negatives gave.
struct Positives<'a, L>(&'a L, [f64; 2]);

impl<L: PairLoss> Terms for Positives<'_, L> {
    const REDUCE: [Reduce; 2] = L::POSITIVES;
    #[inline(always)]
    fn of<S: Real>(&self, likeness: S) -> [S; 2] {
        self.0
            .positive(likeness, [S::lift(self.1[0]), S::lift(self.1[1])])
    }
}

/// One reduction over the partners of a kind.
#[derive(Clone, Copy)]
struct Reduced {
    value: f64,
    /// What e^t has to be taken off for a sum of exponentials: the largest t.
    top: f64,
    /// d value / d t of a partner, for a sum of exponentials over e^(t − top).
    share: f64,
}

/// `yes` for partners that are there; places of others hold −∞.
#[inline(always)]
fn present<T: Float, const FUSED: bool>(
    likeness: Lanes<T, FUSED>,
    yes: Lanes<T, FUSED>,
    no: T,
) -> Lanes<T, FUSED> {
    let least = Lanes::splat(-T::MAX);
    Lanes::select_lt(likeness, least, Lanes::splat(no), yes)
}

#[inline(always)]
fn reduce<T: Float, P: Terms, const FUSED: bool>(
    terms: &P,
    likenesses: &[T],
    count: usize,
) -> [Reduced; 2] {
    let zero = Lanes::<T, FUSED>::splat(T::default());
    let mut top = [Lanes::<T, FUSED>::splat(T::LOWEST); 2];
    let mut sums = [0.0; 2];
    for chunk in likenesses.chunks(CHUNK) {
        let mut part = [zero; 2];
        for at in (0..chunk.len()).step_by(LANES) {
            let s = Lanes::<T, FUSED>::load_at(chunk, at, T::LOWEST);
            let t = terms.of(s);
            for r in 0..2 {
                match P::REDUCE[r] {
                    Reduce::Nothing => {}
                    Reduce::LogSumExp => top[r] = top[r].maximum(present(s, t[r], T::LOWEST)),
                    Reduce::Sum | Reduce::Mean => {
                        part[r] = part[r] + present(s, t[r], T::default());
                    }
                }
            }
        }
        for r in 0..2 {
            sums[r] += part[r].sum();
        }
    }
    let highest = [top[0].largest(), top[1].largest()];
    if P::REDUCE[0] == Reduce::LogSumExp || P::REDUCE[1] == Reduce::LogSumExp {
        for chunk in likenesses.chunks(CHUNK) {
            let mut part = [zero; 2];
            for at in (0..chunk.len()).step_by(LANES) {
                let s = Lanes::<T, FUSED>::load_at(chunk, at, T::LOWEST);
                let t = terms.of(s);
                for r in 0..2 {
                    if P::REDUCE[r] == Reduce::LogSumExp {
                        let e = (t[r] - Lanes::splat(highest[r])).exp_nonpositive();
                        part[r] = part[r] + present(s, e, T::default());
                    }
                }
            }
            for r in 0..2 {
                sums[r] += part[r].sum();
            }
        }
    }
    let mut out = [Reduced {
        value: 0.0,
        top: 0.0,
        share: 0.0,
    }; 2];
    for r in 0..2 {
        let top = highest[r].to_f64();
        out[r] = match P::REDUCE[r] {
            Reduce::LogSumExp if count == 0 => Reduced {
                value: NONE,
                ..out[r]
            },
            Reduce::LogSumExp => Reduced {
                value: top + sums[r].ln(),
                top,
                share: 1.0 / sums[r],
            },
            Reduce::Mean if count > 0 => Reduced {
                value: sums[r] / count as f64,
                share: 1.0 / count as f64,
                ..out[r]
            },
            Reduce::Sum => Reduced {
                value: sums[r],
                share: 1.0,
                ..out[r]
            },
            Reduce::Mean | Reduce::Nothing => out[r],
        };
    }
    out
}

/// d loss / d term: `factor` for sums, `factor`·e^(t − top) for sums of exponentials.
#[inline(always)]
fn pull<T: Float, const FUSED: bool>(
    reduce: Reduce,
    term: Lanes<T, FUSED>,
    top: f64,
    factor: f64,
) -> Lanes<T, FUSED> {
    let factor = Lanes::splat(T::from_f64(factor));
    match reduce {
        Reduce::LogSumExp => factor * (term - Lanes::splat(T::from_f64(top))).exp_nonpositive(),
        _ => factor,
    }
}

#[inline(always)]
fn judge_body<T: Float, L: PairLoss, const FUSED: bool>(
    loss: &L,
    anchor: &mut Anchor<'_, T>,
) -> Judged<f64> {
    let partners = anchor.partners();
    let positives = &mut anchor.scratch.positives;
    positives.clear();
    for &place in anchor.class {
        let place = place as usize;
        if anchor.own != Some(place) {
            positives.push(anchor.row[place].to_f64());
        }
        anchor.row[place] = T::LOWEST;
    }
    let n = reduce::<T, _, FUSED>(&Negatives(loss), anchor.row, partners[0]);
    let of_negatives = [n[0].value, n[1].value];
    let terms = Positives(loss, of_negatives);
    let p = reduce::<f64, _, FUSED>(&terms, positives, partners[1]);
    let of_positives = [p[0].value, p[1].value];
    let variable = |x: f64, i: usize| Dual::<f64, 4>::variable(x, i);
    let whole = loss.anchor(
        [variable(of_negatives[0], 0), variable(of_negatives[1], 1)],
        [variable(of_positives[0], 2), variable(of_positives[1], 3)],
    );
    let judged = Judged {
        value: whole.value,
        mass: loss.mass(of_negatives, of_positives, partners),
    };
    let pulls = whole.partials.map(|d| anchor.weight * d);

    // The positives, which may pull at the negatives' reductions.
    let mut on_negatives = [pulls[0], pulls[1]];
    let slopes = &mut anchor.scratch.positive_slopes;
    slopes.resize(positives.len(), 0.0);
    for at in (0..positives.len()).step_by(LANES) {
        let s = Lanes::<f64, FUSED>::load_at(positives, at, f64::LOWEST);
        let t = loss.positive(
            Dual::<Lanes<f64, FUSED>, 3>::variable(s, 0),
            [
                Dual::variable(Lanes::splat(of_negatives[0]), 1),
                Dual::variable(Lanes::splat(of_negatives[1]), 2),
            ],
        );
        let mut d = [Lanes::<f64, FUSED>::splat(0.0); 3];
        for r in 0..2 {
            if L::POSITIVES[r] != Reduce::Nothing {
                let factor = pulls[2 + r] * p[r].share;
                let pull = pull(L::POSITIVES[r], t[r].value, p[r].top, factor);
                for v in 0..3 {
                    d[v] = d[v] + pull * t[r].partials[v];
                }
            }
        }
        for v in 0..2 {
            on_negatives[v] += present(s, d[1 + v], 0.0).sum();
        }
        d[0].store_at(slopes, at);
    }

    for at in (0..anchor.row.len()).step_by(LANES) {
        let s = Lanes::<T, FUSED>::load_at(anchor.row, at, T::LOWEST);
        let t = loss.negative(Dual::<Lanes<T, FUSED>, 1>::variable(s, 0));
        let mut d = Lanes::<T, FUSED>::splat(T::default());
        for r in 0..2 {
            if L::NEGATIVES[r] != Reduce::Nothing {
                let factor = on_negatives[r] * n[r].share;
                let pull = pull(L::NEGATIVES[r], t[r].value, n[r].top, factor);
                d = d.plus_product(pull, t[r].partials[0]);
            }
        }
        present(s, d, T::default()).store_at(anchor.row, at);
    }
    let mut slopes = slopes.iter();
    for &place in anchor.class {
        if anchor.own != Some(place as usize)
            && let Some(&d) = slopes.next()
        {
            anchor.row[place as usize] = T::from_f64(d);
        }
    }
    judged
}

impl<T: Float, L: PairLoss> PairKernel<T> for Declared<L> {
    fn judge(&self, anchor: &mut Anchor<'_, T>) -> Option<Judged<f64>> {
        fn run<T: Float, L: PairLoss>(loss: &L, anchor: &mut Anchor<'_, T>) -> Judged<f64> {
            let level = Level::detect();
            dispatch!(level, [T: Float, L: PairLoss] judge_body::<T, L>(
                loss: &L, anchor: &mut Anchor<'_, T>,
            ) -> Judged<f64>)
        }
        let [negatives, positives] = anchor.partners();
        if !L::NEEDS.met(positives, negatives) {
            anchor.row.fill(T::default());
            return None;
        }
        Some(run(&self.0, anchor))
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
