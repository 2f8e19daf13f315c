//! Least conditional risks, searched for.

use crate::batch::{Array, Batch, Options, Reduction, Target};
use crate::error::Error;
use crate::loss::Shape;
use crate::objective::Objective;

/// Two risks that differ by less, relatively, count as equal.
pub(super) const TOLERANCE: f64 = 1e-6;

/// Scores beyond it are not tried. At it, the softmax is one-hot to 1e-13: what lies at infinity is
/// met as closely as the tolerance needs.
const LIMIT: f64 = 30.0;

/// A point of the feature space, seen by an objective.
pub(super) struct Point<'a> {
    objective: &'a Objective,
    probabilities: &'a [f64],
    labels: Vec<i64>,
    is_score: bool,
}

impl<'a> Point<'a> {
    pub(super) fn new(objective: &'a Objective, probabilities: &'a [f64]) -> Self {
        let mut terms = objective.terms();
        Self {
            objective,
            probabilities,
            labels: (0..probabilities.len() as i64).collect(),
            is_score: terms.any(|(_, built)| built.entry.shape == Shape::Points),
        }
    }

    /// Σ_k p_k ℓ(s, k).
    pub(super) fn risk(&self, scores: &[f64]) -> Result<f64, Error> {
        let classes = self.probabilities.len();
        let options = Options {
            reduction: Reduction::Sum,
            ..Options::default()
        };
        let rows = scores.repeat(classes);
        let each = [classes];
        let weights = Array::new(self.probabilities, &each);
        if self.is_score {
            let shape = [classes * scores.len()];
            let truth: Vec<f64> = (0..classes).map(|class| class as f64).collect();
            let target = Target::dense(&truth, &shape);
            let batch = Batch::new(Array::new(&rows, &shape), target).weights(weights);
            return Ok(self.objective.evaluate(&batch, &options)?.value);
        }
        let shape = [classes, scores.len()];
        let target = Target::labels(&self.labels, &shape[..1]);
        let batch = Batch::new(Array::new(&rows, &shape), target).weights(weights);
        Ok(self.objective.evaluate(&batch, &options)?.value)
    }

    /// The scores that a place of the search stands for: within the limits, and with a winner all
    /// others at or below its score.
    fn scores(&self, place: &[f64], winner: Option<usize>) -> Vec<f64> {
        let mut scores = place.to_vec();
        match winner {
            Some(winner) if self.is_score => {
                let sign = if winner == 0 { -1.0 } else { 1.0 };
                scores[0] = sign * scores[0].abs();
            }
            Some(winner) => {
                let top = scores[winner];
                for score in &mut scores {
                    *score = top - (*score - top).abs();
                }
            }
            None => {}
        }
        for score in &mut scores {
            *score = score.clamp(-LIMIT, LIMIT);
        }
        scores
    }

    /// The least risk over all scores, or over those whose largest (perhaps with others) is that of
    /// `winner`. `None` if the objective refuses the scores.
    pub(super) fn least(&self, winner: Option<usize>) -> Option<f64> {
        let risk = |place: &[f64]| self.risk(&self.scores(place, winner)).unwrap_or(f64::NAN);
        let width = if self.is_score {
            1
        } else {
            self.probabilities.len()
        };
        let mut best = f64::INFINITY;
        // From the middle, and from near the probabilities' own order: one of them lies in the right
        // valley where there are several.
        let order = self.probabilities.iter().map(|p| 4.0 * p - 1.0);
        let starts = [vec![0.0; width], order.take(width).collect()];
        for start in starts {
            let mut place = start;
            // A simplex that has shrunk too early gets a new one around where it stopped.
            for round in 0..8 {
                let (next, value) = nelder_mead(&risk, &place, 2.0 / f64::from(1 + round));
                if value.is_nan() {
                    return None;
                }
                place = next;
                if value > best - 1e-10 && round > 1 {
                    break;
                }
                best = best.min(value);
            }
        }
        best.is_finite().then_some(best)
    }
}

/// Probabilities whose largest, the first, exceeds the last by `regret`: all there are for two
/// classes, a line of them for three.
pub(super) fn with_regret(classes: usize, regret: f64) -> Vec<Vec<f64>> {
    if classes == 2 {
        return vec![vec![0.5 + 0.5 * regret, 0.5 - 0.5 * regret]];
    }
    // p = (a, c, a − b) with c = 1 − 2a + b between 0 and a.
    let (low, high) = ((1.0 + regret) / 3.0, 0.5 * (1.0 + regret));
    let low = low.max(regret);
    const STEPS: usize = 24;
    let first = |step: usize| low + (high - low) * step as f64 / STEPS as f64;
    let row = |step: usize| {
        let a = first(step);
        vec![a, (1.0 - 2.0 * a + regret).max(0.0), (a - regret).max(0.0)]
    };
    (0..=STEPS).map(row).collect()
}

/// Probabilities all over the simplex, with the first class clearly the likeliest.
pub(super) fn grid(classes: usize) -> Vec<Vec<f64>> {
    const STEPS: usize = 20;
    let share = |count: usize| count as f64 / STEPS as f64;
    let mut rows = Vec::new();
    for first in 0..=STEPS {
        for second in 0..=STEPS - first {
            let third = STEPS - first - second;
            let is_far = first > second && first > third;
            if classes == 2 && third == 0 && is_far {
                rows.push(vec![share(first), share(second)]);
            } else if classes == 3 && is_far {
                rows.push(vec![share(first), share(second), share(third)]);
            }
        }
    }
    rows
}

/// The downhill simplex of Nelder and Mead (1965), with its usual coefficients, from a simplex of
/// this size around `start`. Risks may have kinks, so no derivative is asked for.
fn nelder_mead(f: &dyn Fn(&[f64]) -> f64, start: &[f64], size: f64) -> (Vec<f64>, f64) {
    let n = start.len();
    let mut simplex: Vec<(Vec<f64>, f64)> = vec![(start.to_vec(), f(start))];
    for axis in 0..n {
        let mut corner = start.to_vec();
        corner[axis] += size;
        let value = f(&corner);
        simplex.push((corner, value));
    }
    for _ in 0..200 * n {
        simplex.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (best, worst) = (simplex[0].1, simplex[n].1);
        if !(worst - best > 1e-13 * best.abs().max(1e-3)) {
            break;
        }
        let centre: Vec<f64> = (0..n)
            .map(|axis| simplex[..n].iter().map(|(x, _)| x[axis]).sum::<f64>() / n as f64)
            .collect();
        let along = |step: f64| -> (Vec<f64>, f64) {
            let corner = &simplex[n].0;
            let place = centre.iter().zip(corner).map(|(c, x)| c + step * (c - x));
            let place: Vec<f64> = place.collect();
            let value = f(&place);
            (place, value)
        };
        let reflected = along(1.0);
        let next = if reflected.1 < best {
            let expanded = along(2.0);
            if expanded.1 < reflected.1 {
                expanded
            } else {
                reflected
            }
        } else if reflected.1 < simplex[n - 1].1 {
            reflected
        } else {
            along(if reflected.1 < worst { 0.5 } else { -0.5 })
        };
        if next.1 < worst {
            simplex[n] = next;
        } else {
            let lowest = simplex[0].0.clone();
            for (place, value) in &mut simplex[1..] {
                for (x, low) in place.iter_mut().zip(&lowest) {
                    *x = 0.5 * (*x + low);
                }
                *value = f(place);
            }
        }
    }
    simplex.sort_by(|a, b| a.1.total_cmp(&b.1));
    simplex.swap_remove(0)
}
