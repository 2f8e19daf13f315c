//! Anchors over threads: products, slopes in their place, gradients of both sides.

use super::distance::{centre, from_products, through_norm, to_products};
use super::problem::{Direction, Members, PairProblem, Side};
use super::{Anchor, Judged, Judges, PairFloat, PairKernel, PairObject, Scratch, square, whole};
use crate::error::Error;
use crate::kernels::linear_rows::product::{self, Matrix};
use crate::kernels::parallel;
use crate::kernels::scalar::Float;
use crate::kernels::weighting::Mass;

/// Anchors of a block, at most: from here on products gain no more speed.
const MOST_ROWS: usize = 128;
/// Anchors of a block, at least.
const LEAST_ROWS: usize = 32;
/// A block is at most this part of the batch, so that its likenesses stay few beside the batch's.
const PART: usize = 9;
/// A block may always have this many likenesses.
const SMALL: usize = 1 << 18;
/// Likenesses that one task takes through the loss, or one anchor.
const CHUNK: usize = 32_768;

/// What a loss of pairs gives for a batch.
pub(crate) struct PairOutcome {
    /// Σ w·ℓ over the items that count.
    pub(crate) sum: f64,
    pub(crate) mass: Mass,
    /// w·ℓ of every item; 0 where it does not count.
    pub(crate) per_item: Vec<f64>,
}

/// Where the gradients go: in the shapes of the prediction and of a target of embeddings.
pub(crate) struct SideGradients<'a, T> {
    pub(crate) prediction: &'a mut [T],
    pub(crate) target: Option<&'a mut [T]>,
}

/// Some anchors of a block.
struct Task<'a, T> {
    /// The first, by its place in its side.
    first: usize,
    rows: &'a mut [T],
    /// Sum of each anchor's slopes by the products.
    sums: &'a mut [f64],
    judged: Vec<Option<Judged<f64>>>,
}

/// One direction at work.
struct Work<'a, T> {
    problem: &'a PairProblem<'a, T>,
    kernel: &'a dyn PairKernel<T>,
    anchors: &'a Side<T>,
    partners: &'a Side<T>,
    members: Members,
    /// Are the anchors among the partners?
    same: bool,
}

impl<T: PairFloat> Work<'_, T> {
    /// Products of some anchors become slopes by the products.
    fn judge(&self, task: &mut Task<'_, T>, buffers: &mut (Scratch<T>, Vec<T>)) {
        let (scratch, likenesses) = buffers;
        let (problem, width) = (self.problem, self.problem.width);
        let rows = task.rows.chunks_mut(self.partners.rows());
        for (i, (row, sum)) in rows.zip(&mut *task.sums).enumerate() {
            let at = task.first + i;
            let weight = problem.weight(self.anchors.origins[at].row) * problem.share;
            *sum = 0.0;
            if weight == 0.0 {
                row.fill(T::default());
                task.judged.push(None);
                continue;
            }
            let vector = &self.anchors.vectors[at * width..][..width];
            let partners = self.partners;
            let (others, squares) = (&partners.vectors, &partners.squares);
            from_products(problem.likeness, row, vector, others, squares);
            if problem.likeness.is_kept() {
                likenesses.clear();
                likenesses.extend_from_slice(row);
            }
            let judged = self.kernel.judge(&mut Anchor {
                row: &mut *row,
                class: self.members.of(self.anchors.classes[at]),
                own: self.same.then_some(at),
                weight,
                width,
                scratch: &mut *scratch,
            });
            if judged.is_some() {
                *sum = to_products(problem.likeness, row, vector, likenesses);
            }
            task.judged.push(judged);
        }
    }
}

/// How many anchors a block has: it depends on the shape alone.
fn block_rows(anchors: usize, partners: usize, width: usize) -> usize {
    let part = (anchors / PART).next_multiple_of(8);
    part.clamp(LEAST_ROWS, MOST_ROWS)
        .max(SMALL / partners.max(width).max(1))
        .min(anchors)
}

/// Loss and mass of every item, added up over its anchors.
pub(super) struct Items {
    pub(super) loss: Vec<f64>,
    pub(super) mass: Vec<f64>,
}

impl Items {
    /// Adds what an anchor of an item came to.
    pub(super) fn add<T: Float>(
        &mut self,
        problem: &PairProblem<'_, T>,
        item: usize,
        judged: Judged<f64>,
    ) -> Result<(), Error> {
        if !(judged.value.is_finite() && judged.mass.is_finite()) {
            let what = format!("is not finite at item {item}");
            return Err(Error::unsupported(problem.loss, what));
        }
        self.loss[item] += problem.share * judged.value;
        self.mass[item] += problem.share * judged.mass;
        Ok(())
    }
}

/// Runs one direction; adds to the gradients by the vectors of the sides.
pub(super) fn run<T: PairFloat>(
    problem: &PairProblem<'_, T>,
    kernel: &dyn PairKernel<T>,
    direction: Direction,
    items: &mut Items,
    mut gradients: Option<&mut [Vec<T>]>,
) -> Result<(), Error> {
    let width = problem.width;
    let (anchors, partners) = (
        &problem.sides[direction.anchors],
        &problem.sides[direction.partners],
    );
    let count = partners.rows();
    if anchors.anchors == 0 || count == 0 || width == 0 {
        return Ok(());
    }
    let work = Work {
        problem,
        kernel,
        anchors,
        partners,
        members: Members::new(&partners.classes),
        same: direction.anchors == direction.partners,
    };
    let most = block_rows(anchors.anchors, count, width);
    let zeros = |size: usize| vec![T::default(); size];
    let with_slopes = gradients.is_some();
    let mut rows = zeros(most * count);
    let mut sums = vec![0.0; most];
    let segments = product::segments(count);
    let mut parts = zeros(if with_slopes {
        segments * most * width
    } else {
        0
    });
    let mut by_partners = zeros(if with_slopes { count * width } else { 0 });
    let distances = problem.likeness.is_distance();
    let mut columns = vec![0.0; if distances { count } else { 0 }];
    let weight = Matrix::new(&partners.vectors, count, width);
    let chunk = (CHUNK / count).max(1);
    for first in (0..anchors.anchors).step_by(most) {
        let here = most.min(anchors.anchors - first);
        let vectors = &anchors.vectors[first * width..(first + here) * width];
        let factor = Matrix::new(vectors, here, width);
        let rows = &mut rows[..here * count];
        product::logits(rows, factor, weight);
        let mut tasks: Vec<Task<'_, T>> = rows
            .chunks_mut(chunk * count)
            .zip(sums.chunks_mut(chunk))
            .enumerate()
            .map(|(i, (rows, sums))| Task {
                first: first + i * chunk,
                sums: &mut sums[..rows.len() / count],
                rows,
                judged: Vec::new(),
            })
            .collect();
        let fresh = || (Scratch::default(), Vec::new());
        parallel::run(&mut tasks, fresh, |buffers, task| work.judge(task, buffers));
        for task in &tasks {
            for (i, judged) in task.judged.iter().enumerate() {
                if let Some(judged) = judged {
                    items.add(problem, anchors.origins[task.first + i].row, *judged)?;
                }
            }
        }
        drop(tasks);
        let Some(gradients) = &mut gradients else {
            continue;
        };
        product::gradients(
            Matrix::new(rows, here, count),
            factor,
            weight,
            first == 0,
            product::Gradients {
                states: &mut parts,
                weight: Some(&mut by_partners),
                sums: distances.then_some(&mut columns[..]),
            },
        );
        let own = &mut gradients[direction.anchors][first * width..(first + here) * width];
        for (i, (own, vector)) in own.chunks_mut(width).zip(vectors.chunks(width)).enumerate() {
            for (k, (own, x)) in own.iter_mut().zip(vector).enumerate() {
                let parts = parts.chunks(here * width).take(segments);
                let sum: f64 = parts.map(|part| part[i * width + k].to_f64()).sum();
                *own = *own + T::from_f64(sum - sums[i] * x.to_f64());
            }
        }
    }
    if let Some(gradients) = gradients {
        let to = gradients[direction.partners].chunks_mut(width);
        let from = by_partners
            .chunks(width)
            .zip(partners.vectors.chunks(width));
        for (place, (to, (from, vector))) in to.zip(from).enumerate() {
            let sum = columns.get(place).copied().unwrap_or(0.0);
            for ((to, &from), x) in to.iter_mut().zip(from).zip(vector) {
                *to = *to + T::from_f64(from.to_f64() - sum * x.to_f64());
            }
        }
    }
    Ok(())
}

/// Evaluates all anchors. `scale` maps the mass of the items that count to the factor of the gradient (it is not known
/// before all have been looked at). The same bits for any number of threads.
pub(crate) fn evaluate<T: PairFloat>(
    kernel: &dyn PairObject,
    problem: &PairProblem<'_, T>,
    scale: impl FnOnce(&Mass) -> Result<f64, Error>,
    gradients: Option<SideGradients<'_, T>>,
) -> Result<PairOutcome, Error> {
    let mut items = Items {
        loss: vec![0.0; problem.items],
        mass: vec![0.0; problem.items],
    };
    let mut by_vectors: Option<Vec<Vec<T>>> = gradients.is_some().then(|| {
        let zeros = |side: &Side<T>| vec![T::default(); side.vectors.len()];
        problem.sides.iter().map(zeros).collect()
    });
    match kernel.judges() {
        Judges::Anchors(kernel) => {
            for &direction in &problem.directions {
                let (kernel, to) = (T::kernel(kernel), by_vectors.as_deref_mut());
                let at = direction.anchors;
                match kernel.terms() {
                    Some(terms) if at == direction.partners && problem.likeness.is_symmetric() => {
                        let to = to.map(|to| &mut to[at][..]);
                        square::run(problem, terms, &problem.sides[at], &mut items, to)?;
                    }
                    _ => run(problem, kernel, direction, &mut items, to)?,
                }
            }
        }
        Judges::Whole(kernel) => {
            whole::run(problem, kernel, &mut items, by_vectors.as_deref_mut())?;
        }
    }
    let mut mass = Mass::default();
    let mut per_item = items.loss;
    for (item, loss) in per_item.iter_mut().enumerate() {
        let weight = problem.weight(item);
        if items.mass[item] > 0.0 {
            mass.add(weight * items.mass[item]);
        }
        *loss = if *loss == 0.0 { 0.0 } else { *loss * weight };
    }
    let outcome = PairOutcome {
        sum: per_item.iter().sum(),
        mass,
        per_item,
    };
    if !outcome.sum.is_finite() {
        return Err(Error::unsupported(
            problem.loss,
            "has a sum beyond all bounds",
        ));
    }
    let scale = scale(&outcome.mass)?;
    let (Some(mut to), Some(by_vectors)) = (gradients, by_vectors) else {
        return Ok(outcome);
    };
    to.prediction.fill(T::default());
    if let Some(target) = to.target.as_deref_mut() {
        target.fill(T::default());
    }
    for (side, mut gradient) in problem.sides.iter().zip(by_vectors) {
        let width = problem.width.max(1);
        let rows = gradient.chunks_mut(width).zip(side.vectors.chunks(width));
        for (place, (row, vector)) in rows.enumerate() {
            if let Some(&norm) = side.norms.get(place) {
                through_norm(row, vector, norm);
            }
            if problem.likeness.centres() {
                centre(row);
            }
            let origin = side.origins[place];
            let to = match (origin.target, to.target.as_deref_mut()) {
                (false, _) => &mut *to.prediction,
                (true, Some(target)) => target,
                (true, None) => continue,
            };
            for (to, g) in to[origin.row * width..].iter_mut().zip(&*row) {
                *to = T::from_f64(scale * g.to_f64());
            }
        }
    }
    Ok(outcome)
}
