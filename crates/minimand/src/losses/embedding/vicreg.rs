use super::FACTS;
use super::columns::{centred, crossed, mixed, products, shares, weighed};
use crate::prelude::*;

loss! {
    /// VICReg: two views are near each other, every number of an embedding varies, and none follows another.
    ///
    /// L = λ mean_{i,k} (x_ik − y_ik)² + μ (V(x) + V(y))/2 + ν (C(x) + C(y)),
    /// V = mean_k max(0, 1 − √(variance_k + ε)),  C = 1/d Σ_{k≠l} covariance_kl²
    ///
    /// Variances and covariances are over the batch, without bias: with equal weights over n − 1. Every item has the
    /// loss of the batch, so that a mean is L; a batch of one pair does not count. Both sides have gradients:
    /// `Objective::value_and_both_gradients`. Takes O(n d²). Shapes: pairs `[n, d]`, `[n, d]`, numbers within ±10⁷. In
    /// squared units of the embeddings, ≥ 0. Source: Bardes et al. 2022.
    pub struct VicReg = "vicreg" {
        /// Factor λ of the distance between the views.
        invariance: f64 = 25.0, at_least(0.0);
        /// Factor μ of the missing spread.
        variance: f64 = 25.0, at_least(0.0);
        /// Factor ν of the covariances.
        covariance: f64 = 1.0, at_least(0.0);
        /// What is added to a variance: ε.
        epsilon: f64 = 1e-4, above(0.0);
    }
}

impl Loss for VicReg {
    type Kind = Wholes;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["vic_reg", "vicreg_loss"];
    const PAPERS: &'static [u16] = &[108];
    const VARIANTS: &'static [&'static str] =
        &["vicreg(invariance=1, variance=2, covariance=3, epsilon=0.01)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "vicreg", prediction: &[3.0, 0.0, -3.0, 0.0], target: &[3.0, 0.0, -3.0, 0.0], value: 24.75,
                source: "by hand: one number of two does not vary: 25 · 0.99/2, two items" },
        Known { expression: "vicreg", prediction: &[3.0, 2.0, -3.0, -2.0], target: &[3.0, 2.0, -3.0, -2.0],
                value: 576.0, source: "by hand: covariances 12, twice 144 of each side, over 2, two items" },
        Known { expression: "vicreg(covariance=0)", prediction: &[3.0, 2.0, -3.0, -2.0],
                target: &[4.0, 2.0, -2.0, -2.0], value: 25.0, source: "by hand: 25 · ½, two items" },
    ];

    fn facts(&self) -> Facts {
        // Covariances are squared.
        Facts {
            prediction: Domain::Coordinate,
            ..FACTS
        }
    }
}

/// Σ share² less than 1: what a weighted variance is divided by.
fn unbiased(shares: &[f64]) -> f64 {
    1.0 - shares.iter().map(|share| share * share).sum::<f64>()
}

impl VicReg {
    /// What a side's covariances `[d, d]` cost.
    fn of_side<S: Real>(&self, covariances: &[S], width: usize) -> S {
        let (spread, mixing) = (0.5 * self.variance, self.covariance);
        let share = 1.0 / width as f64;
        let each = covariances.iter().enumerate();
        each.fold(S::lift(0.0), |sum, (at, &c)| {
            sum + if at.is_multiple_of(width + 1) {
                let deviation = (c + S::lift(self.epsilon)).sqrt();
                S::lift(share * spread) * (S::lift(1.0) - deviation).relu()
            } else {
                S::lift(share * mixing) * c.square()
            }
        })
    }

    /// Its slope by a covariance.
    fn slope(&self, at: usize, c: f64, width: usize) -> f64 {
        let share = 1.0 / width as f64;
        if !at.is_multiple_of(width + 1) {
            return 2.0 * share * self.covariance * c;
        }
        let deviation = (c + self.epsilon).sqrt();
        if deviation < 1.0 {
            -0.25 * share * self.variance / deviation
        } else {
            0.0
        }
    }
}

impl WholeLoss for VicReg {
    fn sides(&self) -> Sides {
        Sides::Views
    }

    fn likeness(&self) -> Likeness {
        Likeness::Product
    }

    fn plainly<S: Real>(&self, whole: &Whole<'_, S>) -> Vec<Judged<S>> {
        let [first, second] = [0, 1].map(|side: usize| &whole.sides[side]);
        let width = whole.width;
        let loss = shares(first.weights).map(|shares| {
            let rows = first
                .vectors
                .chunks(width)
                .zip(second.vectors.chunks(width));
            let apart = rows
                .zip(&shares)
                .fold(S::lift(0.0), |sum, ((x, y), &share)| {
                    let each = x.iter().zip(y).map(|(&x, &y)| (x - y).square());
                    sum + S::lift(share) * each.fold(S::lift(0.0), |sum, x| sum + x)
                });
            let bias = S::lift(unbiased(&shares));
            let of = |vectors| {
                let rows = centred(vectors, &shares, width);
                let mut covariances = products(&rows, &rows, &shares, width);
                covariances.iter_mut().for_each(|c| *c = *c / bias);
                self.of_side(&covariances, width)
            };
            S::lift(self.invariance / width as f64) * apart + of(first.vectors) + of(second.vectors)
        });
        of_batch(loss, first.rows())
    }

    fn fused(&self, whole: &Whole<'_, f64>, slopes: &mut [Vec<f64>]) -> Vec<Judged<f64>> {
        let [first, second] = [0, 1].map(|side: usize| &whole.sides[side]);
        let width = whole.width;
        let Some(shares) = shares(first.weights) else {
            return of_batch(None, first.rows());
        };
        let items: f64 = first.weights.iter().sum();
        let bias = unbiased(&shares);
        let near = self.invariance / width as f64;
        let mut loss = 0.0;
        for (at, (x, y)) in first.vectors.iter().zip(second.vectors).enumerate() {
            let (share, d) = (shares[at / width], x - y);
            loss += near * share * d * d;
            slopes[0][at] += items * near * share * 2.0 * d;
            slopes[1][at] -= items * near * share * 2.0 * d;
        }
        for (side, slopes) in whole.sides.iter().zip(slopes) {
            let rows = centred(side.vectors, &shares, width);
            let own = weighed(&rows, &shares, width);
            let mut covariances = crossed(&own, &rows, width);
            covariances.iter_mut().for_each(|c| *c /= bias);
            loss += self.of_side(&covariances, width);
            let by: Vec<f64> = (covariances.iter().enumerate())
                .map(|(at, &c)| 2.0 * items / bias * self.slope(at, c, width))
                .collect();
            // The matrix of slopes is symmetric, and the weighed rows sum up to 0, so that the mean has none.
            for (to, from) in slopes.iter_mut().zip(mixed(&own, &by, width, false)) {
                *to += from;
            }
        }
        of_batch(Some(loss), first.rows())
    }

    fn near_kink(&self, whole: &Whole<'_, f64>, margin: f64) -> bool {
        let Some(shares) = shares(whole.sides[0].weights) else {
            return false;
        };
        whole.sides.iter().any(|side| {
            let rows = centred(side.vectors, &shares, whole.width);
            let squares = products(&rows, &rows, &shares, whole.width);
            let of = squares.iter().step_by(whole.width + 1);
            let deviation = |c: &f64| (c / unbiased(&shares) + self.epsilon).sqrt();
            of.map(deviation).any(|s| (s - 1.0).abs() < margin)
        })
    }
}
