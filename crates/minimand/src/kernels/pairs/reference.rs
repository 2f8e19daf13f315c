//! The shape by the plain form of its losses: what the fused one is checked against, curvature and graphs.

use super::problem::{Direction, PairProblem};
use super::whole::{Whole, WholeObject};
use super::{AnchorObject, Judged, Judges, PairFloat, PairObject, Partners, distance};
use crate::error::Error;
use crate::kernels::dual::Dual;
use crate::kernels::replay::Replay;
use crate::kernels::rows::Nested;
use crate::kernels::scalar::Real;
use crate::kernels::sym::Sym;

/// A number on which a loss behind its object-safe door can run.
pub(crate) trait Reference: Real {
    fn anchor(kernel: &dyn AnchorObject, partners: &Partners<'_, Self>) -> Self;
    fn whole(kernel: &dyn WholeObject, whole: &Whole<'_, Self>) -> Vec<Judged<Self>>;
}

impl Reference for Replay {
    fn anchor(kernel: &dyn AnchorObject, partners: &Partners<'_, Self>) -> Self {
        kernel.replay(partners)
    }
    fn whole(kernel: &dyn WholeObject, whole: &Whole<'_, Self>) -> Vec<Judged<Self>> {
        kernel.replay(whole)
    }
}

impl Reference for Sym {
    fn anchor(kernel: &dyn AnchorObject, partners: &Partners<'_, Self>) -> Self {
        kernel.trace(partners)
    }
    fn whole(kernel: &dyn WholeObject, whole: &Whole<'_, Self>) -> Vec<Judged<Self>> {
        kernel.trace(whole)
    }
}

impl Reference for Nested {
    fn anchor(kernel: &dyn AnchorObject, partners: &Partners<'_, Self>) -> Self {
        kernel.nested(partners)
    }
    fn whole(kernel: &dyn WholeObject, whole: &Whole<'_, Self>) -> Vec<Judged<Self>> {
        kernel.nested(whole)
    }
}

impl<T: PairFloat> PairProblem<'_, T> {
    /// The vectors of all sides on another number, with the prediction's rows from `x`.
    fn vectors<S: Real>(&self, x: &[S]) -> Vec<Vec<Vec<S>>> {
        let row = |origin: &super::problem::Origin| -> Vec<S> {
            let positions = origin.row * self.width..(origin.row + 1) * self.width;
            let raw: Vec<S> = match self.target.filter(|_| origin.target) {
                Some(target) => positions.map(|i| S::lift(target.get(i))).collect(),
                None => x[positions].to_vec(),
            };
            if self.likeness.normalizes() {
                distance::plain_unit(&raw)
            } else if self.likeness.centres() {
                distance::plain_centred(&raw)
            } else {
                raw
            }
        };
        let side = |side: &super::problem::Side<T>| side.origins.iter().map(row).collect();
        self.sides.iter().map(side).collect()
    }

    /// Places of the positives and of the negatives of an anchor.
    fn partners(&self, direction: Direction, anchor: usize) -> [Vec<usize>; 2] {
        let partners = &self.sides[direction.partners];
        let class = self.sides[direction.anchors].classes[anchor];
        let same = direction.anchors == direction.partners;
        let of = |alike: bool| {
            (0..partners.rows())
                .filter(|&j| (partners.classes[j] == class) == alike && !(same && j == anchor))
                .collect()
        };
        [of(true), of(false)]
    }

    /// Calls `f` with the item, the likenesses on the other number and as plain ones, for every anchor that counts.
    fn each_anchor<S: Real>(
        &self,
        kernel: &dyn AnchorObject,
        x: &[S],
        plain: &[f64],
        mut f: impl FnMut(usize, &Partners<'_, S>),
    ) {
        let (vectors, values) = (self.vectors(x), self.vectors(plain));
        for &direction in &self.directions {
            for anchor in 0..self.sides[direction.anchors].anchors {
                let [positives, negatives] = self.partners(direction, anchor);
                let item = self.sides[direction.anchors].origins[anchor].row;
                if self.weight(item) == 0.0 || !kernel.needs().met(positives.len(), negatives.len())
                {
                    continue;
                }
                let likeness = self.likeness;
                let on = |places: &[usize]| -> Vec<S> {
                    let own = &vectors[direction.anchors][anchor];
                    let others = places.iter().map(|&j| &vectors[direction.partners][j]);
                    others.map(|b| distance::plain(likeness, own, b)).collect()
                };
                let plainly = |places: &[usize]| -> Vec<f64> {
                    let own = &values[direction.anchors][anchor];
                    let others = places.iter().map(|&j| &values[direction.partners][j]);
                    others.map(|b| distance::plain(likeness, own, b)).collect()
                };
                f(
                    item,
                    &Partners {
                        positives: &on(&positives),
                        negatives: &on(&negatives),
                        positive_values: &plainly(&positives),
                        negative_values: &plainly(&negatives),
                        width: self.width,
                    },
                );
            }
        }
    }

    /// Calls `f` with the whole batch on the other number.
    fn whole<S: Real, R>(&self, x: &[S], plain: &[f64], f: impl FnOnce(&Whole<'_, S>) -> R) -> R {
        fn flat<S: Copy>(sides: Vec<Vec<Vec<S>>>) -> Vec<Vec<S>> {
            sides.into_iter().map(|side| side.concat()).collect()
        }
        let (vectors, values) = (flat(self.vectors(x)), flat(self.vectors(plain)));
        self.as_whole(&vectors, &values, f)
    }

    /// Calls `f` with the item and the loss of every anchor that counts.
    fn each<S: Reference>(
        &self,
        kernel: &dyn PairObject,
        x: &[S],
        plain: &[f64],
        mut f: impl FnMut(usize, S),
    ) {
        match kernel.judges() {
            Judges::Anchors(kernel) => self.each_anchor(kernel, x, plain, |item, partners| {
                f(item, S::anchor(kernel, partners));
            }),
            Judges::Whole(_) if self.width == 0 || self.sides.iter().any(|s| s.rows() == 0) => {}
            Judges::Whole(kernel) => {
                let judged = self.whole(x, plain, |whole| S::whole(kernel, whole));
                for (judged, origin) in judged.iter().zip(&self.sides[0].origins) {
                    if self.weight(origin.row) != 0.0 {
                        f(origin.row, judged.value);
                    }
                }
            }
        }
    }
}

/// Unweighted sum over the items that count; `x` is the prediction on another number, `plain` as it is.
pub(crate) fn reference<S: Reference>(
    kernel: &dyn PairObject,
    problem: &PairProblem<'_, f64>,
    x: &[S],
    plain: &[f64],
) -> S {
    let mut total = S::lift(0.0);
    problem.each(kernel, x, plain, |_, loss| {
        total = total + S::lift(problem.share) * loss;
    });
    total
}

/// Operations from which on nobody waits for a Hessian's diagonal.
const MOST_WORK: f64 = 1e11;

/// Diagonal of the Hessian of the weighted sum: the plain form once for each number, on nested duals.
///
/// # Errors
/// A batch so large that it would take hours: the work grows with n³·d².
pub(crate) fn curvature(
    kernel: &dyn PairObject,
    problem: &PairProblem<'_, f64>,
    plain: &[f64],
    scale: f64,
) -> Result<Vec<f64>, Error> {
    let partners: usize = problem.sides.iter().map(|side| side.rows()).sum();
    let work = (plain.len() * problem.width) as f64 * (partners * partners) as f64;
    if work > MOST_WORK {
        return Err(Error::unsupported(
            problem.loss,
            format!(
                "has no Hessian's diagonal for {} embeddings of {} numbers: it would take {work:.0e} steps",
                problem.items, problem.width
            ),
        ));
    }
    let mut x: Vec<Nested> = plain.iter().map(|&x| Nested::lift(x)).collect();
    let mut out = vec![0.0; plain.len()];
    for i in 0..plain.len() {
        x[i] = Dual::variable(Dual::variable(plain[i], 0), 0);
        let mut total = 0.0;
        problem.each(kernel, &x, plain, |item, loss| {
            total += problem.share * problem.weight(item) * loss.partials[0].partials[0];
        });
        out[i] = scale * total;
        x[i] = Nested::lift(plain[i]);
    }
    Ok(out)
}

/// Is any anchor, or the batch, within `margin` of a kink?
pub(crate) fn near_kink(
    kernel: &dyn PairObject,
    problem: &PairProblem<'_, f64>,
    plain: &[f64],
    margin: f64,
) -> bool {
    let mut found = false;
    match kernel.judges() {
        Judges::Anchors(kernel) => problem.each_anchor(kernel, plain, plain, |_, partners| {
            found |= kernel.is_near_kink(partners, margin);
        }),
        Judges::Whole(kernel) => {
            found = problem.whole(plain, plain, |whole| kernel.is_near_kink(whole, margin));
        }
    }
    found
}
