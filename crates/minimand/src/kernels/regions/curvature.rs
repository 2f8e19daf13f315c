//! The exact diagonal of the Hessian with respect to the scores.

use super::problem::{RegionProblem, RegionTarget};
use super::sums::Total;
use super::units::{Unit, grouped, units};
use super::{Activation, Per, Region, RegionObject};
use crate::error::Error;
use crate::kernels::dual::Dual;
use crate::kernels::rows::Nested;
use crate::kernels::weighting::Mass;

/// Probabilities, targets and weights of all pixels, written out.
struct Written<'a> {
    problem: &'a RegionProblem<'a, f64>,
    probability: Vec<f64>,
    target: Vec<f64>,
    weight: Vec<f64>,
}

impl<'a> Written<'a> {
    fn new(problem: &'a RegionProblem<'a, f64>) -> Self {
        let classes = problem.classes;
        let mut probability = problem.prediction.to_vec();
        let mut target = match problem.target {
            RegionTarget::Soft(soft) => soft.to_vec(),
            RegionTarget::Labels(_) => vec![0.0; probability.len()],
        };
        let mut weight = vec![0.0; problem.items * problem.pixels];
        for (position, weight) in weight.iter_mut().enumerate() {
            *weight = problem.pixel_weight(position);
            if *weight == 0.0 {
                continue;
            }
            let (item, pixel) = (position / problem.pixels, position % problem.pixels);
            let score = |k| problem.prediction[problem.at(item, k, pixel)];
            let top = (0..classes).map(score).fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = (0..classes).map(|k| (score(k) - top).exp()).sum();
            for k in 0..classes {
                probability[problem.at(item, k, pixel)] = match problem.activation {
                    Activation::None => score(k),
                    Activation::Sigmoid => 1.0 / (1.0 + (-score(k)).exp()),
                    Activation::Softmax => (score(k) - top).exp() / sum,
                };
                if let RegionTarget::Labels(labels) = problem.target {
                    let inside = labels.get(position) == (k + problem.first_label()) as i64;
                    target[problem.at(item, k, pixel)] = f64::from(u8::from(inside));
                }
            }
        }
        Written {
            problem,
            probability,
            target,
            weight,
        }
    }

    /// Sums of every item.
    fn totals(&self) -> Vec<Total> {
        let problem = self.problem;
        let mut totals = vec![Total::new(problem.classes); problem.items];
        for (position, &weight) in self.weight.iter().enumerate().filter(|(_, w)| **w != 0.0) {
            let (item, pixel) = (position / problem.pixels, position % problem.pixels);
            totals[item].counting += 1;
            totals[item].pixels += weight;
            for k in 0..problem.classes {
                let at = problem.at(item, k, pixel);
                totals[item].classes[k].add(weight, self.probability[at], self.target[at]);
            }
        }
        totals
    }

    /// First and second derivative of the probability of `k` by the score of `class`.
    fn derivatives(&self, item: usize, k: usize, class: usize, pixel: usize) -> [f64; 2] {
        let p = self.probability[self.problem.at(item, k, pixel)];
        let other = self.probability[self.problem.at(item, class, pixel)];
        let own = f64::from(u8::from(k == class));
        match self.problem.activation {
            Activation::None => [own, 0.0],
            Activation::Sigmoid => [own * p * (1.0 - p), own * p * (1.0 - p) * (1.0 - 2.0 * p)],
            Activation::Softmax => {
                let gap = own - other;
                [p * gap, p * gap * gap - p * other * (1.0 - other)]
            }
        }
    }
}

/// A number with its first and second derivative along one direction.
fn jet(value: f64, first: f64, second: f64) -> Nested {
    let inner = |value, partial| Dual {
        value,
        partials: [partial],
    };
    Dual {
        value: inner(value, first),
        partials: [inner(first, second)],
    }
}

/// A region whose probability at one pixel moves as `[first, second]` derivative say.
fn moved(
    kernel: &dyn RegionObject,
    region: &Region<f64>,
    (weight, p, t): (f64, f64, f64),
    [first, second]: [f64; 2],
) -> Region<Nested> {
    let by_prediction = if kernel.squared() {
        [2.0 * p * first, 2.0 * (first * first + p * second)]
    } else {
        [first, second]
    };
    let side = if p == t { 0.0 } else { (p - t).signum() };
    let along = |value, factor: f64, d: [f64; 2]| jet(value, factor * d[0], factor * d[1]);
    Region {
        intersection: along(region.intersection, weight * t, [first, second]),
        prediction: along(region.prediction, weight, by_prediction),
        difference: along(region.difference, weight * side, [first, second]),
        ..region.constant()
    }
}

/// Diagonal of the Hessian; `divisor` maps the mass of what counts to the divisor of the sum.
pub(crate) fn curvature(
    kernel: &dyn RegionObject,
    problem: &RegionProblem<'_, f64>,
    divisor: impl FnOnce(&Mass) -> Result<Option<f64>, Error>,
) -> Result<Vec<f64>, Error> {
    let written = Written::new(problem);
    let groups = grouped(kernel, &written.totals());
    let class_weights = problem.pixel_weighting.classes;
    let units = units(kernel, &groups, problem.item_weights, class_weights);
    let units = units.iter().filter(|unit| !unit.regions.is_empty());
    let mut mass = Mass::default();
    units.clone().for_each(|unit| mass.add(unit.weight));
    let mut out = vec![0.0; problem.prediction.len()];
    let Some(divisor) = divisor(&mass)? else {
        return Ok(out);
    };
    for unit in units {
        let items = match kernel.per() {
            Per::Item => unit.group..unit.group + 1,
            Per::Batch => 0..problem.items,
        };
        for item in items {
            for pixel in 0..problem.pixels {
                for class in 0..problem.classes {
                    let second = second(kernel, &written, unit, [item, class, pixel]);
                    out[problem.at(item, class, pixel)] += unit.weight * second / divisor;
                }
            }
        }
    }
    Ok(out)
}

/// Second derivative of a unit's loss by one score.
fn second(
    kernel: &dyn RegionObject,
    written: &Written<'_>,
    unit: &Unit,
    [item, class, pixel]: [usize; 3],
) -> f64 {
    let problem = written.problem;
    let weight = written.weight[item * problem.pixels + pixel];
    let alone = problem.activation != Activation::Softmax;
    let touched = |region: &Region<f64>| !alone || region.class == class;
    if weight == 0.0 || !unit.regions.iter().any(touched) {
        return 0.0;
    }
    let regions: Vec<Region<Nested>> = unit
        .regions
        .iter()
        .map(|region| {
            let at = problem.at(item, region.class, pixel);
            let pixel_values = (weight, written.probability[at], written.target[at]);
            let by_score = written.derivatives(item, region.class, class, pixel);
            moved(kernel, region, pixel_values, by_score)
        })
        .collect();
    kernel.nested(&regions).partials[0].partials[0]
}
