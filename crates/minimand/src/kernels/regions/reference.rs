//! The shape written out plainly on any number: what the fused driver is checked against.

use super::{Activation, Classes, Per, Region, RegionObject};
use crate::kernels::replay::Replay;
use crate::kernels::scalar::Real;

/// Mean loss over the regions (or items, of a joint loss) of scores `[items, classes, pixels]` with soft
/// targets laid out alike.
pub(crate) fn reference(
    kernel: &dyn RegionObject,
    shape: [usize; 3],
    scores: &[Replay],
    target: &[f64],
) -> Replay {
    let [items, classes, pixels] = shape;
    let zero = Replay(0.0);
    let mut probability = scores.to_vec();
    match kernel.activation() {
        Activation::None => {}
        Activation::Sigmoid => probability.iter_mut().for_each(|p| *p = p.sigmoid()),
        Activation::Softmax => {
            for item in 0..items {
                for pixel in 0..pixels {
                    let at = |k: usize| (item * classes + k) * pixels + pixel;
                    let top = (0..classes)
                        .map(|k| scores[at(k)])
                        .fold(Replay(f64::MIN), Real::max);
                    let sum = (0..classes)
                        .map(|k| (scores[at(k)] - top).exp())
                        .fold(zero, |a, b| a + b);
                    for k in 0..classes {
                        probability[at(k)] = (scores[at(k)] - top).exp() / sum;
                    }
                }
            }
        }
    }
    let groups: Vec<Vec<usize>> = match kernel.per() {
        Per::Item => (0..items).map(|i| vec![i]).collect(),
        Per::Batch => vec![(0..items).collect()],
    };
    let (mut total, mut count) = (zero, 0.0);
    for group in &groups {
        let mut regions = Vec::new();
        for class in usize::from(!kernel.include_background())..classes {
            let mut sums = Region {
                intersection: zero,
                prediction: zero,
                target: zero,
                difference: zero,
                pixels: Replay((group.len() * pixels) as f64),
                class,
                weight: 1.0,
            };
            for &item in group {
                for at in (item * classes + class) * pixels..(item * classes + class + 1) * pixels {
                    let (p, t) = (probability[at], Replay(target[at]));
                    let (pp, tt) = if kernel.squared() {
                        (p * p, t * t)
                    } else {
                        (p, t)
                    };
                    sums.intersection = sums.intersection + p * t;
                    sums.prediction = sums.prediction + pp;
                    sums.target = sums.target + tt;
                    sums.difference = sums.difference + (p - t).abs();
                }
            }
            if kernel.classes() == Classes::All || sums.target.0 > 0.0 {
                regions.push(sums);
            }
        }
        let units = if kernel.joint() {
            vec![regions.as_slice()]
        } else {
            regions.chunks(1).collect()
        };
        for unit in units.into_iter().filter(|unit| !unit.is_empty()) {
            total = total + kernel.replay(unit);
            count += 1.0;
        }
    }
    total / Replay(count)
}
