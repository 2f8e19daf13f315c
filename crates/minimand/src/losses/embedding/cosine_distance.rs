use crate::prelude::*;

/// A vector whose largest number is below has no direction.
const LEAST: f64 = 1e-30;

loss! {
    /// Cosine distance of two vectors: one minus their cosine similarity.
    ///
    /// ℓ(x, t) = 1 − x·t/(‖x‖‖t‖)
    ///
    /// Each prediction has its own target and nothing else matters: for embeddings that shall be told apart from those
    /// of others see `info_nce` or `cosine_embedding`. A vector of zeros (no number of 1e-30) has the cosine 0 with all
    /// and the gradient 0. Shapes: vectors `[n, d]`, targets `[n, d]`; weights of vectors, a mask of vectors or of
    /// numbers, which are then left out of both; one vector is one item. In 0..2. Source: Salton et al. 1975.
    pub struct CosineDistance = "cosine_distance" {}
}

impl Loss for CosineDistance {
    type Kind = Groups;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["cosine_distance_loss", "cosine_similarity_loss"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "cosine_distance", prediction: &[3.0, 4.0], target: &[1.0, 0.0], value: 0.4,
                source: "by hand: 1 − 3/5" },
        Known { expression: "cosine_distance", prediction: &[1.0, 2.0, 3.0], target: &[2.0, 4.0, 6.0], value: 0.0,
                source: "one direction" },
        Known { expression: "cosine_distance", prediction: &[1.0, -1.0], target: &[-5.0, 5.0], value: 2.0,
                source: "the opposite one" },
        Known { expression: "cosine_distance", prediction: &[0.0, 0.0], target: &[1.0, 1.0], value: 1.0,
                source: "no direction" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(2.0),
            ..Facts::PLAIN
        }
    }
}

/// The factor that brings the largest number to 1, if the vector has a direction.
fn factor(vector: &[f64]) -> Option<f64> {
    let largest = vector.iter().fold(0.0, |top: f64, x| top.max(x.abs()));
    (largest >= LEAST).then(|| 1.0 / largest)
}

/// The vector at length 1, and its length over the largest number.
fn unit(vector: &[f64], factor: f64) -> (Vec<f64>, f64) {
    let mut unit: Vec<f64> = vector.iter().map(|x| factor * x).collect();
    let length = unit.iter().map(|x| x * x).sum::<f64>().sqrt();
    unit.iter_mut().for_each(|x| *x /= length);
    (unit, length)
}

impl GroupLoss for CosineDistance {
    const LAYOUT: Layout = Layout::Lists;

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let (Some(by), Some(by_target)) = (factor(group.values), factor(group.targets)) else {
            return S::lift(1.0);
        };
        let zero = S::lift(0.0);
        let scaled = |x: S| S::lift(by) * x;
        let squares = group.scores.iter().map(|&x| scaled(x) * scaled(x));
        let length = squares.fold(zero, |sum, x| sum + x).sqrt();
        let (target, _) = unit(group.targets, by_target);
        // Half the square of the chord: 1 − cos without its cancellation.
        let gaps = group.scores.iter().zip(&target);
        let squares = gaps.map(|(&x, &t)| {
            let gap = scaled(x) / length - S::lift(t);
            gap * gap
        });
        S::lift(0.5) * squares.fold(zero, |sum, x| sum + x)
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let (Some(by), Some(by_target)) = (factor(group.scores), factor(group.targets)) else {
            return 1.0;
        };
        let (x, length) = unit(group.scores, by);
        let (target, _) = unit(group.targets, by_target);
        // From x to t, of which the part along x does not count.
        let gaps: Vec<f64> = x.iter().zip(&target).map(|(x, t)| t - x).collect();
        let along: f64 = gaps.iter().zip(&x).map(|(gap, x)| gap * x).sum();
        for ((slope, gap), x) in slopes.iter_mut().zip(&gaps).zip(&x) {
            *slope = -(gap - along * x) / length * by;
        }
        0.5 * gaps.iter().map(|gap| gap * gap).sum::<f64>()
    }
}
