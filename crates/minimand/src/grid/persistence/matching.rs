//! Features of two fields that are matched, and what the difference costs.

use super::Filtration;
use crate::kernels::scalar::{Float, Real};

/// A bar of a field, as the pixels whose values are its birth and its death.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Feature {
    /// 0 for components, 1 for loops (holes of an image), 2 for cavities.
    pub dimension: usize,
    /// The pixel, row-major, whose value is the birth.
    pub birth: usize,
    /// The pixel whose value is the death; `None` for the component that stays.
    pub death: Option<usize>,
}

/// Which features of a prediction and a target are the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Matching {
    /// In which order cells entered.
    pub filtration: Filtration,
    /// Features of the prediction with those of the target, by dimension; first the components that stay.
    pub matched: Vec<[Feature; 2]>,
    /// Features of the prediction without partner.
    pub prediction: Vec<Feature>,
    /// Features of the target without partner.
    pub target: Vec<Feature>,
}

impl Matching {
    /// What the matching costs: the squared distance of matched bars (birth, death) plus that of all others from the
    /// diagonal, Σ (b − b′)² + (d − d′)² + Σ (b − d)²/2.
    ///
    /// The components that stay end at the same constant, so that only their births count. In squared units of the
    /// values, ≥ 0. `prediction` and `target` are the fields, row-major, as they were matched; the pixels stay fixed.
    pub fn cost<S: Real>(&self, prediction: &[S], target: &[S]) -> S {
        let half = S::lift(0.5);
        let mut sum = S::lift(0.0);
        for [ours, theirs] in &self.matched {
            sum = sum + (prediction[ours.birth] - target[theirs.birth]).square();
            if let (Some(a), Some(b)) = (ours.death, theirs.death) {
                sum = sum + (prediction[a] - target[b]).square();
            }
        }
        for (features, field) in [(&self.prediction, prediction), (&self.target, target)] {
            for feature in features {
                if let Some(death) = feature.death {
                    sum = sum + half * (field[feature.birth] - field[death]).square();
                }
            }
        }
        sum
    }

    /// Adds `scale` times the derivatives of the [`cost`](Matching::cost) by the prediction to `slopes`; returns the
    /// cost times `scale`.
    pub(super) fn add_slopes<T: Float>(
        &self,
        scale: f64,
        prediction: &[T],
        target: &[T],
        slopes: &mut [T],
    ) -> f64 {
        let mut sum = 0.0;
        let mut add = |pixel: usize, slope: f64| {
            let whole = slopes[pixel].to_f64() + scale * slope;
            slopes[pixel] = T::from_f64(whole);
        };
        for [ours, theirs] in &self.matched {
            let pixels = [
                (Some(ours.birth), Some(theirs.birth)),
                (ours.death, theirs.death),
            ];
            for (a, b) in pixels {
                if let (Some(a), Some(b)) = (a, b) {
                    let difference = prediction[a].to_f64() - target[b].to_f64();
                    sum += difference * difference;
                    add(a, 2.0 * difference);
                }
            }
        }
        for feature in &self.prediction {
            if let Some(death) = feature.death {
                let length = prediction[feature.birth].to_f64() - prediction[death].to_f64();
                sum += 0.5 * length * length;
                add(feature.birth, length);
                add(death, -length);
            }
        }
        for feature in &self.target {
            if let Some(death) = feature.death {
                let length = target[feature.birth].to_f64() - target[death].to_f64();
                sum += 0.5 * length * length;
            }
        }
        scale * sum
    }

    /// Puts other pixels in the place of those of each field.
    pub(super) fn map_pixels(&mut self, prediction: &[usize], target: &[usize]) {
        let map = |feature: &mut Feature, pixels: &[usize]| {
            feature.birth = pixels[feature.birth];
            feature.death = feature.death.map(|pixel| pixels[pixel]);
        };
        for [ours, theirs] in &mut self.matched {
            map(ours, prediction);
            map(theirs, target);
        }
        for feature in &mut self.prediction {
            map(feature, prediction);
        }
        for feature in &mut self.target {
            map(feature, target);
        }
    }
}
