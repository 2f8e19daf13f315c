use super::signed::tanh;
use crate::prelude::*;

loss! {
    /// Signed Jaccard metric loss: the Jaccard distance of numbers in −1..1.
    ///
    /// ℓ = Σ |p − c| / Σ (|p| ∨ |c| if their signs agree, else |p| + |c|),  p = tanh z
    ///
    /// The positive parts of p and c are compared as foreground, the negative ones as background; with joint = false
    /// each has its own quotient and ℓ is their sum. For the signed soft targets c of
    /// `segmentation::sauna::sauna_transform`, beside `stable_focal_l1`; the mask that is predicted is z > 0. Shapes:
    /// scores and targets `[n, c, …]`. A channel of an item is one item of a mean, with per = "batch" a channel of
    /// the batch. In 0..1 (joint = false: 0..2), 0 if p = c. Weights and masks are of pixels (per = "item": or of
    /// items) and weigh the sums. Source: paper 125; Wang et al. 2023 for numbers in 0..1.
    pub struct SignedJaccardMetric = "signed_jaccard_metric" {
        /// One quotient for foreground and background together?
        joint: bool = true, finite();
        /// Does z pass the hyperbolic tangent? If not, it is p.
        tanh: bool = true, finite();
        /// What the sums run over.
        per: Per = Per::Item, finite();
    }
}

impl Loss for SignedJaccardMetric {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["signed_jaccard_metric_loss"];
    const PAPERS: &'static [u16] = &[125, 42];
    const VARIANTS: &'static [&'static str] = &[
        "signed_jaccard_metric(joint=false, per=\"batch\")",
        "signed_jaccard_metric(tanh=false)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "signed_jaccard_metric(tanh=false)", prediction: &[0.8, -0.5, 0.3, -0.9],
                target: &[1.0, -0.25, 0.5, -1.0], value: 0.25, source: "paper 125" },
        Known { expression: "signed_jaccard_metric(tanh=false, joint=false)", prediction: &[0.8, -0.5, 0.3, -0.9],
                target: &[1.0, -0.25, 0.5, -1.0], value: 0.8 / 3.0 + 0.7 / 3.0, source: "paper 125" },
        Known { expression: "signed_jaccard_metric(tanh=false)", prediction: &[0.8, -0.5, 0.3],
                target: &[-0.8, 0.5, -0.3], value: 1.0, source: "the opposite" },
        Known { expression: "signed_jaccard_metric", prediction: &[0.0, 0.0], target: &[0.0, 0.0],
                value: 0.0, source: "nothing against nothing" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(if self.joint { 1.0 } else { 2.0 }),
            // A target is p, not z.
            at_perfect: (!self.tanh).then_some(0.0),
            ..Facts::PLAIN
        }
    }
}

/// Keeps a quotient of nothing at 0.
const EPSILON: f64 = 1e-12;

impl SignedJaccardMetric {
    /// Sums of distances and of unions, of foreground and background.
    fn sums<S: Real>(&self, pixels: impl Iterator<Item = [S; 3]>) -> [[S; 2]; 2] {
        let mut sums = [[S::lift(0.0); 2]; 2];
        for [p, c, w] in pixels {
            for (sums, [x, y]) in sums.iter_mut().zip([[p, c], [-p, -c]]) {
                let (x, y) = (x.relu(), y.relu());
                sums[0] = sums[0] + w * (x - y).abs();
                sums[1] = sums[1] + w * x.max(y);
            }
        }
        sums
    }

    /// The loss and its slopes by the four sums.
    fn loss(&self, [[d, u], [e, v]]: [[f64; 2]; 2]) -> (f64, [[f64; 2]; 2]) {
        let quotient = |d: f64, u: f64| {
            let value = d / (u + EPSILON);
            (value, [1.0 / (u + EPSILON), -value / (u + EPSILON)])
        };
        if self.joint {
            let (value, slopes) = quotient(d + e, u + v);
            return (value, [slopes; 2]);
        }
        let ((a, by_a), (b, by_b)) = (quotient(d, u), quotient(e, v));
        (a + b, [by_a, by_b])
    }
}

fn weight<T: Float>(weights: &[T], i: usize) -> T {
    weights.get(i).copied().unwrap_or(T::from_f64(1.0))
}

impl FieldLoss for SignedJaccardMetric {
    const TRUTH: Truth = Truth::Numbers;
    const WEIGHS_PIXELS: bool = true;

    fn extent(&self) -> Extent {
        match self.per {
            Per::Batch => Extent::Batch,
            Per::Item => Extent::Channel,
        }
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let number = |&z: &S| if self.tanh { tanh(z) } else { z };
        let pixels = field.values.iter().zip(field.target).enumerate();
        let pixels =
            pixels.map(|(i, (z, &c))| [number(z), S::lift(c), S::lift(weight(field.weights, i))]);
        let [[d, u], [e, v]] = self.sums(pixels);
        let epsilon = S::lift(EPSILON);
        if self.joint {
            (d + e) / (u + v + epsilon)
        } else {
            d / (u + epsilon) + e / (v + epsilon)
        }
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let zero = T::default();
        let number = |z: T| if self.tanh { tanh(z) } else { z };
        let pixels = field.values.iter().zip(field.target).enumerate();
        let sums = self.sums(
            pixels
                .map(|(i, (&z, &c))| [number(z), c, weight(field.weights, i)].map(|x| x.to_f64())),
        );
        let (value, by_sums) = self.loss(sums);
        let by_sums = by_sums.map(|by| by.map(T::from_f64));
        for (i, slope) in slopes.iter_mut().enumerate() {
            let (p, c) = (number(field.values[i]), field.target[i]);
            let mut own = zero;
            for ([by_distance, by_union], [x, y, sign]) in by_sums
                .into_iter()
                .zip([[p, c, T::from_f64(1.0)], [-p, -c, T::from_f64(-1.0)]])
            {
                if x > zero && x > y {
                    own = own + sign * (by_distance + by_union);
                } else if x > zero && x < y {
                    own = own - sign * by_distance;
                }
            }
            let by_score = if self.tanh {
                T::from_f64(1.0) - p * p
            } else {
                T::from_f64(1.0)
            };
            *slope = own * by_score * weight(field.weights, i);
        }
        value
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        field.values.iter().zip(field.target).any(|(&z, &c)| {
            let p = if self.tanh { tanh(z) } else { z };
            p.abs() < margin || (p - c).abs() < margin
        })
    }
}
