//! The exact diagonal of the Hessian with respect to the scores.

use super::{Activation, Per, Region, RegionObject};

/// Diagonal of the Hessian of the mean over the regions; scores and soft targets
/// `[items, classes, pixels]`.
pub(crate) fn curvature(
    kernel: &dyn RegionObject,
    [items, classes, pixels]: [usize; 3],
    scores: &[f64],
    target: &[f64],
) -> Vec<f64> {
    let at = |item: usize, class: usize, pixel: usize| (item * classes + class) * pixels + pixel;
    let mut probability = scores.to_vec();
    for item in 0..items {
        for pixel in 0..pixels {
            let score = |k| scores[at(item, k, pixel)];
            let top = (0..classes).map(score).fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = (0..classes).map(|k| (score(k) - top).exp()).sum();
            for k in 0..classes {
                probability[at(item, k, pixel)] = match kernel.activation() {
                    Activation::None => score(k),
                    Activation::Sigmoid => 1.0 / (1.0 + (-score(k)).exp()),
                    Activation::Softmax => (score(k) - top).exp() / sum,
                };
            }
        }
    }
    let first = usize::from(!kernel.include_background());
    let groups: Vec<Vec<usize>> = match kernel.per() {
        Per::Item => (0..items).map(|i| vec![i]).collect(),
        Per::Batch => vec![(0..items).collect()],
    };
    let regions = (groups.len() * (classes - first.min(classes))) as f64;
    let squared = kernel.squared();
    let mut out = vec![0.0; scores.len()];
    for group in &groups {
        for k in first..classes {
            let mut sums = Region {
                intersection: 0.0,
                prediction: 0.0,
                target: 0.0,
            };
            for &item in group {
                for pixel in 0..pixels {
                    let (p, t) = (probability[at(item, k, pixel)], target[at(item, k, pixel)]);
                    sums.intersection += p * t;
                    sums.prediction += if squared { p * p } else { p };
                    sums.target += if squared { t * t } else { t };
                }
            }
            let f = kernel.second(&sums);
            for &item in group {
                for pixel in 0..pixels {
                    let (p, t) = (probability[at(item, k, pixel)], target[at(item, k, pixel)]);
                    for class in 0..classes {
                        let other = probability[at(item, class, pixel)];
                        let own = class == k;
                        // p_k's first and second derivative by this class's score.
                        let (slope, bend) = match kernel.activation() {
                            Activation::None => (f64::from(u8::from(own)), 0.0),
                            Activation::Sigmoid if own => {
                                (p * (1.0 - p), p * (1.0 - p) * (1.0 - 2.0 * p))
                            }
                            Activation::Sigmoid => (0.0, 0.0),
                            Activation::Softmax => {
                                let gap = f64::from(u8::from(own)) - other;
                                (p * gap, p * gap * gap - p * other * (1.0 - other))
                            }
                        };
                        let (first, second) = if squared {
                            (2.0 * p * slope, 2.0 * (slope * slope + p * bend))
                        } else {
                            (slope, bend)
                        };
                        let u = [t * slope, first];
                        let v = [t * bend, second];
                        let mut total = 0.0;
                        for a in 0..2 {
                            total += f.first[a] * v[a];
                            for b in 0..2 {
                                total += f.second[a][b] * u[a] * u[b];
                            }
                        }
                        out[at(item, class, pixel)] += total / regions;
                    }
                }
            }
        }
    }
    out
}
