//! A run of neighbouring pixels of one item: what both passes read of it, class by class.

use super::Activation;
use super::problem::{Fault, RegionProblem, RegionTarget};
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::scalar::{Float, Real};

/// Vectors of a block. As many numbers are added in the predictions' precision before a sum goes into double
/// precision: few enough that single precision loses nothing.
pub(super) const VECTORS: usize = 16;
/// Pixels of a block.
pub(super) const PIXELS: usize = VECTORS * LANES;

/// A number per pixel of a block.
pub(super) type Plane<T> = [[T; LANES]; VECTORS];

/// Up to [`PIXELS`] pixels. A pixel that does not count has weight 0 and scores of 0.
pub(super) struct Block<T> {
    /// Pixels in use, and the vectors that hold them.
    pub(super) len: usize,
    pub(super) vectors: usize,
    /// Pixels that count.
    pub(super) counting: usize,
    pub(super) weight: Plane<T>,
    labels: [i64; PIXELS],
    /// The label as a number, −1 where a pixel does not count.
    label: Plane<T>,
    /// Probabilities by class.
    pub(super) probability: Vec<Plane<T>>,
    /// Soft targets by class; empty for labels.
    soft: Vec<Plane<T>>,
    /// What a label has to be for class 0.
    first_label: f64,
    /// Largest score over the classes.
    top: Plane<T>,
    /// Σ e^(score − largest), for a softmax.
    pub(super) sum: Plane<T>,
    /// The score of the label's class, less the largest, for a softmax.
    pub(super) own: Plane<T>,
}

/// Copies pixels and fills the rest of their last vector.
#[inline(always)]
fn copy<T: Float>(from: &[T], to: &mut Plane<T>, vectors: usize) {
    let to = to.as_flattened_mut();
    to[..from.len()].copy_from_slice(from);
    to[from.len()..vectors * LANES].fill(T::default());
}

impl<T: Float> Block<T> {
    pub(super) fn new(problem: &RegionProblem<'_, T>) -> Self {
        let zero = [[T::default(); LANES]; VECTORS];
        Block {
            len: 0,
            vectors: 0,
            counting: 0,
            weight: zero,
            labels: [0; PIXELS],
            label: zero,
            probability: vec![zero; problem.classes],
            soft: match problem.target {
                RegionTarget::Labels(_) => Vec::new(),
                RegionTarget::Soft(_) => vec![zero; problem.classes],
            },
            first_label: problem.first_label() as f64,
            top: zero,
            sum: zero,
            own: zero,
        }
    }

    /// Reads `len` pixels of an item.
    #[inline(always)]
    pub(super) fn read<const FUSED: bool>(
        &mut self,
        problem: &RegionProblem<'_, T>,
        item: usize,
        first: usize,
        len: usize,
    ) -> Result<(), Fault> {
        self.read_weights(problem, item * problem.pixels + first, len)?;
        self.read_scores::<FUSED>(problem, item, first)?;
        match problem.activation {
            Activation::None => {}
            Activation::Sigmoid => {
                for plane in &mut self.probability {
                    for p in &mut plane[..self.vectors] {
                        *p = Lanes::<T, FUSED>(*p).sigmoid().0;
                    }
                }
            }
            Activation::Softmax => self.softmax::<FUSED>(),
        }
        self.read_soft::<FUSED>(problem, item, first)
    }

    /// Reads pixels whose probabilities the first pass has left where their gradient goes, at `at` of each class.
    #[inline(always)]
    pub(super) fn read_again<const FUSED: bool>(
        &mut self,
        problem: &RegionProblem<'_, T>,
        (item, first, len): (usize, usize, usize),
        (at, gradient): (usize, &[&mut [T]]),
    ) -> Result<(), Fault> {
        self.read_weights(problem, item * problem.pixels + first, len)?;
        for (plane, left) in self.probability.iter_mut().zip(gradient) {
            copy(&left[at..][..self.len], plane, self.vectors);
        }
        self.read_soft::<FUSED>(problem, item, first)
    }

    /// Leaves the probabilities where the gradient goes.
    #[inline(always)]
    pub(super) fn leave(&self, at: usize, gradient: &mut [&mut [T]]) {
        for (plane, gradient) in self.probability.iter().zip(gradient) {
            gradient[at..][..self.len].copy_from_slice(&plane.as_flattened()[..self.len]);
        }
    }

    /// Weights and labels.
    #[inline(always)]
    fn read_weights(
        &mut self,
        problem: &RegionProblem<'_, T>,
        start: usize,
        len: usize,
    ) -> Result<(), Fault> {
        self.len = len.min(PIXELS);
        self.vectors = self.len.div_ceil(LANES);
        let (weights, rest) = self.weight.as_flattened_mut().split_at_mut(self.len);
        rest.fill(T::default());
        if problem.pixel_weighting.trivial() {
            weights.fill(T::from_f64(1.0));
        } else {
            for (position, w) in (start..).zip(weights.iter_mut()) {
                *w = T::from_f64(problem.pixel_weight(position));
            }
        }
        if let RegionTarget::Labels(labels) = problem.target {
            let read = &mut self.labels[..self.len];
            labels.read(start, read);
            let (numbers, rest) = self.label.as_flattened_mut().split_at_mut(self.len);
            rest.fill(T::from_f64(-1.0));
            let (allowed, mut outside) = (problem.allowed_labels(), false);
            for ((w, number), &label) in weights.iter_mut().zip(numbers).zip(&*read) {
                if label == problem.ignore_index {
                    *w = T::default();
                }
                let counts = *w != T::default();
                outside |= counts & !allowed.contains(&label);
                // Where it is allowed the cut loses nothing, and the loop has a vector instruction for it.
                let number_of = T::from_f64(f64::from(label as i32));
                *number = if counts { number_of } else { T::from_f64(-1.0) };
            }
            if outside {
                let mut labels = weights.iter().zip(&*read);
                let wrong = |(w, label): (&T, &i64)| *w != T::default() && !allowed.contains(label);
                if let Some(i) = labels.position(wrong) {
                    let (position, label) = (start + i, self.labels[i]);
                    return Err(Fault::Label { position, label });
                }
            }
        }
        self.counting = weights.iter().filter(|&&w| w != T::default()).count();
        Ok(())
    }

    #[inline(always)]
    fn read_scores<const FUSED: bool>(
        &mut self,
        problem: &RegionProblem<'_, T>,
        item: usize,
        first: usize,
    ) -> Result<(), Fault> {
        let (zero, one) = (Lanes::<T, FUSED>::splat(T::default()), Lanes::lift(1.0));
        let all_count = self.counting == self.len;
        let mut invalid = zero;
        self.top = [[T::LOWEST; LANES]; VECTORS];
        for (class, plane) in self.probability.iter_mut().enumerate() {
            let at = problem.at(item, class, first);
            copy(&problem.prediction[at..][..self.len], plane, self.vectors);
            for v in 0..self.vectors {
                let mut x = Lanes::<T, FUSED>(plane[v]);
                if !all_count {
                    // What does not count may hold anything, NaN included.
                    x = Lanes::select_eq(Lanes(self.weight[v]), zero, zero, x);
                    plane[v] = x.0;
                }
                invalid = invalid + x * zero;
                if problem.activation == Activation::None {
                    // A first look, on the safe side: `allows` has the last word.
                    let above = Lanes::select_lt(one, x, one, zero);
                    invalid = invalid + Lanes::select_lt(x, zero, one, above);
                }
                self.top[v] = Lanes(self.top[v]).maximum(x).0;
            }
        }
        if invalid.0.iter().all(|&x| x == T::default()) {
            return Ok(());
        }
        for class in 0..problem.classes {
            let at = problem.at(item, class, first);
            for i in 0..self.len {
                let counts = self.weight.as_flattened()[i] != T::default();
                if counts && !problem.allows(problem.prediction[at + i]) {
                    return Err(Fault::Prediction { position: at + i });
                }
            }
        }
        Ok(())
    }

    /// Scores to probabilities, over the classes.
    #[inline(always)]
    fn softmax<const FUSED: bool>(&mut self) {
        self.sum = [[T::default(); LANES]; VECTORS];
        self.own = self.sum;
        let labelled = self.soft.is_empty();
        for (class, plane) in self.probability.iter_mut().enumerate() {
            let wanted = Lanes::<T, FUSED>::lift(class as f64 + self.first_label);
            for v in 0..self.vectors {
                let x = Lanes::<T, FUSED>(plane[v]) - Lanes(self.top[v]);
                if labelled {
                    self.own[v] =
                        Lanes::select_eq(Lanes(self.label[v]), wanted, x, Lanes(self.own[v])).0;
                }
                let e = x.exp_nonpositive();
                self.sum[v] = (Lanes::<T, FUSED>(self.sum[v]) + e).0;
                plane[v] = e.0;
            }
        }
        let one = Lanes::<T, FUSED>::lift(1.0);
        let mut inverse = self.sum;
        for v in &mut inverse[..self.vectors] {
            *v = (one / Lanes(*v)).0;
        }
        for plane in &mut self.probability {
            for v in 0..self.vectors {
                plane[v] = (Lanes::<T, FUSED>(plane[v]) * Lanes(inverse[v])).0;
            }
        }
    }

    #[inline(always)]
    fn read_soft<const FUSED: bool>(
        &mut self,
        problem: &RegionProblem<'_, T>,
        item: usize,
        first: usize,
    ) -> Result<(), Fault> {
        let RegionTarget::Soft(soft) = problem.target else {
            return Ok(());
        };
        let zero = Lanes::<T, FUSED>::splat(T::default());
        let one = Lanes::<T, FUSED>::lift(1.0);
        for (class, plane) in self.soft.iter_mut().enumerate() {
            let at = problem.at(item, class, first);
            copy(&soft[at..][..self.len], plane, self.vectors);
            let mut within = zero;
            for v in 0..self.vectors {
                let counts = Lanes::<T, FUSED>(self.weight[v]);
                let t = Lanes::select_eq(counts, zero, zero, Lanes(plane[v]));
                plane[v] = t.0;
                // NaN compares false, and counts as outside.
                let inside = Lanes::select_lt(t, zero, zero, one);
                within = within + Lanes::select_lt(one, t, zero, inside) + t * zero;
            }
            if within.sum() != (self.vectors * LANES) as f64 {
                let unit = T::default()..=T::from_f64(1.0);
                let mut values = plane.as_flattened()[..self.len].iter();
                if let Some(i) = values.position(|t| !unit.contains(t)) {
                    return Err(Fault::Target { position: at + i });
                }
            }
        }
        Ok(())
    }

    /// The targets of a class in one vector.
    #[inline(always)]
    pub(super) fn target<const FUSED: bool>(&self, class: usize, v: usize) -> Lanes<T, FUSED> {
        match self.soft.get(class) {
            Some(plane) => Lanes(plane[v]),
            None => {
                let (one, zero) = (Lanes::lift(1.0), Lanes::splat(T::default()));
                let wanted = Lanes::lift(class as f64 + self.first_label);
                Lanes::select_eq(Lanes(self.label[v]), wanted, one, zero)
            }
        }
    }
}
