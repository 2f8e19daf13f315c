use super::FACTS;
use super::columns::{centred, crossed, mixed, products, shares, weighed};
use crate::prelude::*;

loss! {
    /// Barlow Twins: the correlations between the numbers of two views are those of the identity.
    ///
    /// L = Σ_k (1 − C_kk)² + λ Σ_{k≠l} C_kl²,  C_kl = mean over i of x̂_ik ŷ_il
    ///
    /// x̂ and ŷ are standardised over the batch: (x − mean)/√(variance + ε), with weighted means. Every item has the
    /// loss of the batch, so that a mean is L; a batch of one pair does not count. Both sides have gradients:
    /// `Objective::value_and_both_gradients`. Takes O(n d²). Shapes: pairs `[n, d]`, `[n, d]`. Without a unit, ≥ 0.
    /// Source: Zbontar et al. 2021 (papers 056, 133).
    pub struct BarlowTwins = "barlow_twins" {
        /// Factor λ of the correlations between different numbers.
        lambda: f64 = 0.005, at_least(0.0);
        /// What is added to a variance: ε.
        epsilon: f64 = 1e-5, above(0.0);
    }
}

impl Loss for BarlowTwins {
    type Kind = Wholes;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["barlow_twins_loss", "cross_correlation"];
    const PAPERS: &'static [u16] = &[56, 133];
    const VARIANTS: &'static [&'static str] = &["barlow_twins(lambda=1, epsilon=0.1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "barlow_twins(lambda=1, epsilon=1e-12)",
                prediction: &[1.0, 1.0, 1.0, -1.0, -1.0, 1.0, -1.0, -1.0],
                target: &[5.0, 0.0, 5.0, -2.0, 3.0, 0.0, 3.0, -2.0], value: 0.0,
                source: "the same up to place and scale, without correlation" },
        Known { expression: "barlow_twins(lambda=0.5, epsilon=1e-12)", prediction: &[1.0, 1.0, -1.0, -1.0],
                target: &[1.0, -1.0, -1.0, 1.0], value: 10.0,
                source: "by hand: C = (1, −1; 1, −1), so 2² and half of 1 + 1, two items" },
        Known { expression: "barlow_twins", prediction: &[1.0, 2.0, 1.0, 2.0], target: &[1.0, 0.0, 0.0, 1.0], value: 4.0,
                source: "by hand: nothing varies, so C = 0, two items" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl BarlowTwins {
    /// The loss of a matrix of correlations.
    fn of<S: Real>(&self, correlations: &[S], width: usize) -> S {
        let each = correlations.iter().enumerate();
        each.fold(S::lift(0.0), |sum, (at, &c)| {
            sum + if at.is_multiple_of(width + 1) {
                (S::lift(1.0) - c).square()
            } else {
                S::lift(self.lambda) * c.square()
            }
        })
    }

    /// Standardised rows and what each column was divided by.
    fn standardised<S: Real>(
        &self,
        vectors: &[S],
        shares: &[f64],
        width: usize,
    ) -> (Vec<S>, Vec<S>) {
        let mut rows = centred(vectors, shares, width);
        let mut scales = vec![S::lift(self.epsilon); width];
        for (row, &share) in rows.chunks(width).zip(shares) {
            for (scale, x) in scales.iter_mut().zip(row) {
                *scale = *scale + S::lift(share) * x.square();
            }
        }
        let scales: Vec<S> = scales.into_iter().map(S::sqrt).collect();
        for row in rows.chunks_mut(width) {
            for (x, &scale) in row.iter_mut().zip(&scales) {
                *x = *x / scale;
            }
        }
        (rows, scales)
    }
}

impl WholeLoss for BarlowTwins {
    fn sides(&self) -> Sides {
        Sides::Views
    }

    fn likeness(&self) -> Likeness {
        Likeness::Product
    }

    fn plainly<S: Real>(&self, whole: &Whole<'_, S>) -> Vec<Judged<S>> {
        let [first, second] = [0, 1].map(|side: usize| &whole.sides[side]);
        let loss = shares(first.weights).map(|shares| {
            let of = |vectors| self.standardised(vectors, &shares, whole.width).0;
            let (x, y) = (of(first.vectors), of(second.vectors));
            self.of(&products(&x, &y, &shares, whole.width), whole.width)
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
        let of = |vectors| self.standardised(vectors, &shares, width);
        let sides = [of(first.vectors), of(second.vectors)];
        let rows = [0, 1].map(|side: usize| weighed(&sides[side].0, &shares, width));
        let correlations = crossed(&rows[0], &sides[1].0, width);
        let loss = self.of(&correlations, width);
        let by_correlations: Vec<f64> = (correlations.iter().enumerate())
            .map(|(at, c)| {
                if at.is_multiple_of(width + 1) {
                    -2.0 * items * (1.0 - c)
                } else {
                    2.0 * items * self.lambda * c
                }
            })
            .collect();
        for side in 0..2 {
            // By the standardised rows, already weighed.
            let by = mixed(&rows[1 - side], &by_correlations, width, side == 0);
            let (standard, scales) = &sides[side];
            let (mut sums, mut along) = (vec![0.0; width], vec![0.0; width]);
            for (by, z) in by.chunks(width).zip(standard.chunks(width)) {
                for k in 0..width {
                    sums[k] += by[k];
                    along[k] += by[k] * z[k];
                }
            }
            let each = by.chunks(width).zip(standard.chunks(width)).zip(&shares);
            for (to, ((by, z), share)) in slopes[side].chunks_mut(width).zip(each) {
                for k in 0..width {
                    to[k] += (by[k] - share * (sums[k] + z[k] * along[k])) / scales[k];
                }
            }
        }
        of_batch(Some(loss), first.rows())
    }
}
