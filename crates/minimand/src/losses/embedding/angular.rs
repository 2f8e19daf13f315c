use super::FACTS;
use crate::kernels::linear_rows::{Matrix, multiply_into};
use crate::prelude::*;

loss! {
    /// Angular loss: the angle at which a negative sees a positive pair is to be small.
    ///
    /// ℓ_i = Σ_{p∈P_i} ln(1 + Σ_{k∈N_i} e^(4 τ (x_i + x_p)·x_k − 2 (1 + τ) x_i·x_p)),  τ = tan² α
    ///
    /// x are unit vectors. A mean is over all positive pairs: an anchor counts as often as it has positives, if it has
    /// a negative. A zero vector has the gradient 0. Takes O(n m²) for a class of m embeddings and memory O(n m) for
    /// the largest class. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n
    /// embeddings are all anchors; an item is an embedding, of pairs a pair with the mean of its two losses. In nats, ≥
    /// 0. Source: Wang et al. 2017.
    pub struct Angular = "angular" {
        /// Angle α, in degrees.
        angle: f64 = 40.0, between(0.0, 89.0);
    }
}

impl Loss for Angular {
    type Kind = Wholes;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["angular_loss"];
    const VARIANTS: &'static [&'static str] = &["angular(angle=55)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "angular(angle=45)", prediction: &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0], target: &[0.0, 0.0, 1.0],
                value: 8.036_299_855_7, source: "by hand: all equal, ln(1 + e^(8 − 4)) from each end" },
        Known { expression: "angular(angle=45)", prediction: &[1.0, 0.0, 0.0, 1.0, -0.6, -0.8],
                target: &[0.0, 0.0, 1.0], value: 0.007_382_086_853, source: "by hand: ln(1 + e^(−5.6)) from each end" },
        Known { expression: "angular", prediction: &[1.0, 0.0, 0.8, 0.6], target: &[0.0, 0.0], value: 0.0,
                source: "no negatives" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl Angular {
    /// 4 τ and 2 (1 + τ).
    fn factors(&self) -> [f64; 2] {
        let square = self.angle.to_radians().tan().powi(2);
        [4.0 * square, 2.0 * (1.0 + square)]
    }
}

impl WholeLoss for Angular {
    fn likeness(&self) -> Likeness {
        Likeness::Cosine
    }

    fn plainly<S: Real>(&self, whole: &Whole<'_, S>) -> Vec<Judged<S>> {
        let side = &whole.sides[0];
        let [outer, inner] = self.factors();
        let cosine = |i, j| side.likeness(Likeness::Cosine, whole.width, i, j);
        let judge = |i: usize| {
            let mut judged = Judged {
                value: S::lift(0.0),
                mass: 0.0,
            };
            let alike = |j: usize| side.classes[j] == side.classes[i];
            for p in (0..side.rows()).filter(|&p| p != i && alike(p)) {
                let terms: Vec<S> = (0..side.rows())
                    .filter(|&k| !alike(k))
                    .map(|k| S::lift(outer) * (cosine(i, k) + cosine(p, k)))
                    .collect();
                let Some(top) = terms.iter().copied().reduce(S::max) else {
                    continue;
                };
                let each = terms.iter().map(|&t| (t - top).exp());
                let sum = each.fold(S::lift(0.0), |sum, e| sum + e);
                let lead = top + sum.ln() - S::lift(inner) * cosine(i, p);
                judged.value = judged.value + lead.softplus();
                judged.mass += 1.0;
            }
            judged
        };
        (0..side.rows()).map(judge).collect()
    }

    fn fused(&self, whole: &Whole<'_, f64>, slopes: &mut [Vec<f64>]) -> Vec<Judged<f64>> {
        let (side, width) = (&whole.sides[0], whole.width);
        let (n, weights) = (side.rows(), side.weights);
        let [outer, inner] = self.factors();
        let all = Matrix::new(side.vectors, n, width);
        let mut judged = vec![Judged::default(); n];
        let mut members: Vec<Vec<usize>> = Vec::new();
        for (i, &class) in side.classes.iter().enumerate() {
            if members.len() <= class {
                members.resize_with(class + 1, Vec::new);
            }
            members[class].push(i);
        }
        let slopes = &mut slopes[0];
        for own in members.iter().filter(|own| (2..n).contains(&own.len())) {
            let m = own.len();
            let of = |&i: &usize| side.vectors[i * width..(i + 1) * width].iter().copied();
            let vectors: Vec<f64> = own.iter().flat_map(of).collect();
            let rows = Matrix::new(&vectors, m, width);
            let mut products = vec![0.0; m * n];
            multiply_into(&mut products, false, rows, all.transposed());
            let mut by_products = vec![0.0; m * n];
            let mut terms = vec![0.0; n];
            for a in 0..m {
                for b in 0..a {
                    let (x, y) = (&products[a * n..][..n], &products[b * n..][..n]);
                    let mut top = f64::NEG_INFINITY;
                    for (k, term) in terms.iter_mut().enumerate() {
                        *term = outer * (x[k] + y[k]);
                    }
                    own.iter().for_each(|&k| terms[k] = f64::NEG_INFINITY);
                    terms.iter().for_each(|&term| top = top.max(term));
                    let sum: f64 = terms.iter().map(|term| (term - top).exp()).sum();
                    let joined = top + sum.ln();
                    let lead = joined - inner * x[own[b]];
                    let (value, slope) = (lead.softplus(), lead.sigmoid());
                    for i in [own[a], own[b]] {
                        judged[i].value += value;
                        judged[i].mass += 1.0;
                    }
                    let factor = (weights[own[a]] + weights[own[b]]) * slope;
                    for (k, term) in terms.iter().enumerate() {
                        let pull = factor * outer * (term - joined).exp();
                        by_products[a * n + k] += pull;
                        by_products[b * n + k] += pull;
                    }
                    by_products[a * n + own[b]] -= factor * inner;
                }
            }
            let by = Matrix::new(&by_products, m, n);
            multiply_into(slopes, true, by.transposed(), rows);
            let mut by_rows = vec![0.0; m * width];
            multiply_into(&mut by_rows, false, by, all);
            for (&i, from) in own.iter().zip(by_rows.chunks(width)) {
                for (to, from) in slopes[i * width..].iter_mut().zip(from) {
                    *to += from;
                }
            }
        }
        judged
    }
}
