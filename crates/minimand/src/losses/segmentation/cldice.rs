use crate::prelude::*;
use crate::segmentation::soft_skeleton::{Layers, skeleton};

loss! {
    /// clDice loss: how much of the skeleton of each of prediction and target lies in the other.
    ///
    /// ℓ = 1 − 2·P·S/(P + S + ε),  P = (Σ S(p)·t + s)/(Σ S(p) + s),  S = (Σ S(t)·p + s)/(Σ S(t) + s)
    ///
    /// S(·) is the soft skeleton of `segmentation::soft_skeleton`. For vessels, roads and other tubes, added to `dice`:
    /// "0.5*dice + 0.5*cldice". Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`), or soft labels
    /// `[n, c, …]`. A class of an item is one item of a mean; with joint = true an item, whose sums run over its
    /// classes too. In 0..1. MONAI's `SoftclDiceLoss` has joint = true, epsilon = 1e-4 and counts class 0. Source:
    /// Shit et al. 2021; paper 036.
    pub struct ClDice = "cldice" {
        /// Erosions of the skeleton; at least half the largest thickness in pixels.
        iterations: u32 = 3, at_most(1000.0);
        /// Smoothing s, in pixels.
        smooth: f64 = 1.0, above(0.0);
        /// Added to the denominator of the harmonic mean.
        epsilon: f64 = 0.0, at_least(0.0);
        /// Do the sums run over the classes of an item?
        joint: bool = false, finite();
        /// How scores become probabilities p.
        activation: Activation = Activation::Softmax, finite();
        /// Does class 0 count?
        include_background: bool = false, finite();
    }
}

/// A bar of three rows of seven, and its prediction with a gap in the fourth column of all seven rows.
#[rustfmt::skip]
const BAR: [f64; 49] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,  0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,  1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
    1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,  0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
];
#[rustfmt::skip]
const GAP: [f64; 49] = [
    0.0, 0.0, 0.0, 0.1, 0.0, 0.0, 0.0,  0.0, 0.0, 0.0, 0.1, 0.0, 0.0, 0.0,
    0.9, 0.9, 0.9, 0.1, 0.9, 0.9, 0.9,  0.9, 0.9, 0.9, 0.1, 0.9, 0.9, 0.9,
    0.9, 0.9, 0.9, 0.1, 0.9, 0.9, 0.9,  0.0, 0.0, 0.0, 0.1, 0.0, 0.0, 0.0,
    0.0, 0.0, 0.0, 0.1, 0.0, 0.0, 0.0,
];

impl Loss for ClDice {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["cldice_loss", "soft_cldice"];
    const PAPERS: &'static [u16] = &[36];
    const VARIANTS: &'static [&'static str] = &[
        "cldice(iterations=1, joint=true, epsilon=0.0001, include_background=true)",
        "cldice(iterations=2, activation=\"sigmoid\", smooth=0.5)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "cldice(activation=\"none\", include_background=true)", prediction: &GAP, target: &BAR,
                value: 0.120_230_381_569, source: "paper 036" },
        Known { expression: "cldice(activation=\"none\", include_background=true, epsilon=0.0001)", prediction: &GAP,
                target: &BAR, value: 0.120_280_036, source: "paper 036: MONAI's harmonic mean" },
        Known { expression: "cldice(activation=\"none\", include_background=true)", prediction: &BAR, target: &BAR,
                value: 0.0, source: "a perfect prediction" },
        Known { expression: "cldice(activation=\"none\", include_background=true, iterations=0)",
                prediction: &[0.5, 0.0, 0.25], target: &[0.0, 0.0, 1.0], value: 1.0 - 2.0 * (1.25 / 1.75) * 0.625 / (1.25 / 1.75 + 0.625),
                source: "by hand: single pixels are their own skeletons" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            bounded: (self.activation != Activation::None).then_some(1.0),
            // With ε the harmonic mean does not reach 1.
            at_perfect: (self.epsilon == 0.0).then_some(0.0),
            ..Facts::PLAIN
        }
    }
}

/// What the sums Σ S(p)·t, Σ S(p), Σ S(t)·p make.
struct Harmonic {
    value: f64,
    /// Slopes by the three sums.
    slopes: [f64; 3],
}

impl ClDice {
    fn harmonic(&self, [hit, size, seen]: [f64; 3], truth: f64) -> Harmonic {
        let s = self.smooth;
        let (precision, recall) = ((hit + s) / (size + s), (seen + s) / (truth + s));
        let sum = precision + recall + self.epsilon;
        let by_precision = -2.0 * recall * (recall + self.epsilon) / (sum * sum);
        let by_recall = -2.0 * precision * (precision + self.epsilon) / (sum * sum);
        Harmonic {
            value: 1.0 - 2.0 * precision * recall / sum,
            slopes: [
                by_precision / (size + s),
                -by_precision * precision / (size + s),
                by_recall / (truth + s),
            ],
        }
    }

    /// The skeleton of each channel.
    fn layers<T: Float>(&self, grid: &Grid, values: &[T]) -> Vec<Layers<T>> {
        let channels = values.chunks(grid.len());
        channels
            .map(|channel| Layers::new(grid, channel, self.iterations as usize))
            .collect()
    }

    /// The skeletons of the target.
    fn truth<T: Float>(&self, grid: &Grid, target: &[T]) -> Vec<T> {
        let channels = target.chunks(grid.len());
        channels
            .flat_map(|channel| skeleton(grid, channel, self.iterations as usize))
            .collect()
    }
}

fn sum<T: Float>(a: &[T], b: &[T]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (*a * *b).to_f64()).sum()
}

impl FieldLoss for ClDice {
    const TRUTH: Truth = Truth::Classes;

    fn extent(&self) -> Extent {
        if self.joint {
            Extent::Item
        } else {
            Extent::Channel
        }
    }

    fn activation(&self) -> Activation {
        self.activation
    }

    fn include_background(&self) -> bool {
        self.include_background
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, numbers: &[f64]) -> S {
        let (grid, pixels) = (field.grid, field.grid.len());
        let layers = self.layers(grid, numbers);
        let truth = self.truth(grid, field.target);
        let smooth = S::lift(self.smooth);
        let [mut hit, mut size, mut seen] = [smooth; 3];
        for ((layers, values), (target, truth)) in layers
            .iter()
            .zip(field.values.chunks(pixels))
            .zip(field.target.chunks(pixels).zip(truth.chunks(pixels)))
        {
            for (i, s) in layers.replay(grid, values).into_iter().enumerate() {
                hit = hit + s * S::lift(target[i]);
                size = size + s;
                seen = seen + values[i] * S::lift(truth[i]);
            }
        }
        let precision = hit / size;
        let recall = seen / S::lift(truth.iter().sum::<f64>() + self.smooth);
        let sum = precision + recall + S::lift(self.epsilon);
        S::lift(1.0) - S::lift(2.0) * precision * recall / sum
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let (grid, pixels) = (field.grid, field.grid.len());
        let layers = self.layers(grid, field.values);
        let truth = self.truth(grid, field.target);
        let total = |values: &[T]| values.iter().map(|x| x.to_f64()).sum::<f64>();
        let (mut hit, mut size) = (0.0, 0.0);
        for (layers, target) in layers.iter().zip(field.target.chunks(pixels)) {
            hit += sum(layers.skeleton(), target);
            size += total(layers.skeleton());
        }
        let harmonic = self.harmonic([hit, size, sum(&truth, field.values)], total(&truth));
        let [by_hit, by_size, by_seen] = harmonic.slopes.map(T::from_f64);
        for ((layers, slopes), (target, truth)) in layers
            .iter()
            .zip(slopes.chunks_mut(pixels))
            .zip(field.target.chunks(pixels).zip(truth.chunks(pixels)))
        {
            let by_skeleton = target.iter().map(|&t| by_hit * t + by_size).collect();
            let by_values = layers.pull_back(grid, by_skeleton);
            for ((slope, by_value), &truth) in slopes.iter_mut().zip(by_values).zip(truth) {
                *slope = by_value + by_seen * truth;
            }
        }
        harmonic.value
    }

    fn value<T: Float>(&self, field: &Field<'_, T, T>) -> f64 {
        let (own, truth) = (
            self.truth(field.grid, field.values),
            self.truth(field.grid, field.target),
        );
        let total = |values: &[T]| values.iter().map(|x| x.to_f64()).sum::<f64>();
        let sums = [
            sum(&own, field.target),
            total(&own),
            sum(&truth, field.values),
        ];
        self.harmonic(sums, total(&truth)).value
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        // A probability moves by at most a quarter of what its score moves by; an eighth is a step of the suite.
        let margin = if self.activation == Activation::None {
            margin
        } else {
            0.125 * margin
        };
        let layers = self.layers(field.grid, field.values);
        layers
            .iter()
            .any(|layers| layers.closest_choice(field.grid) < margin)
    }
}
