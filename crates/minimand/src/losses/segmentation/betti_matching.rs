use super::bars::{few_enough, values_near};
use crate::grid::persistence::betti_matching::{
    BettiMatching as Options, Comparison, ImagePairs, Levels, betti_matching_loss,
};
use crate::prelude::*;

loss! {
    /// Betti matching loss: components, loops and cavities must be the target's, and in the target's places.
    ///
    /// ℓ(p, t) = Σ over matched bars 2[(b − b′)² + (d − d′)²] + Σ over all others (b − d)²
    ///
    /// The bars (birth b, death d) of the persistent homology of a class's probabilities p and target t; matched
    /// are those that are the same feature of what both fields make up together. Only the pixels at which a
    /// feature begins or ends have a slope, so add a loss of regions: `dice + 0.5*betti_matching`, the second one
    /// after some training. Shapes: scores `[n, c, …]` with one to three axes of pixels, meeting across their
    /// faces; labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]` in 0..1. An item's class is one item of
    /// a mean. ≥ 0. Volumes take much longer than images. Source: Stucki et al. 2023 (paper 013).
    pub struct BettiMatching = "betti_matching" {
        /// Which values enter first: high ones (the foreground's features), low ones, or both in turn.
        levels: Levels = Levels::Superlevel, finite();
        /// What features are compared in: the union of both fields or their intersection.
        comparison: Comparison = Comparison::Union, finite();
        /// Is a frame put around both fields, with which features at the border are loops?
        relative: bool = false, finite();
        /// How scores become probabilities p.
        activation: Activation = Activation::Softmax, finite();
        /// Does class 0 count?
        include_background: bool = true, finite();
    }
}

impl BettiMatching {
    fn options(&self) -> Options {
        Options {
            levels: self.levels,
            comparison: self.comparison,
            image_pairs: ImagePairs::All,
            relative: self.relative,
        }
    }
}

impl Loss for BettiMatching {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["betti_matching_loss"];
    const PAPERS: &'static [u16] = &[13];
    const VARIANTS: &'static [&'static str] = &[
        "betti_matching(levels=\"both\", activation=\"sigmoid\")",
        "betti_matching(comparison=\"intersection\", include_background=false)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "betti_matching(activation=\"none\")", prediction: RING, target: BORDER, value: 1.16,
                source: "paper 013, test vector 1" },
        Known { expression: "betti_matching(activation=\"none\", levels=\"sublevel\")", prediction: RING,
                target: BORDER, value: 0.16, source: "paper 013, test vector 4" },
        Known { expression: "betti_matching(activation=\"none\", relative=true)", prediction: RING, target: BORDER,
                value: 0.2, source: "paper 013, test vector 4" },
        Known { expression: "betti_matching(activation=\"none\")",
                prediction: &[0.1, 0.3, 0.2, 0.6, 0.0, 0.8, 0.4, 0.5, 0.7],
                target: &[0.65, 0.15, 0.35, 0.05, 0.85, 0.25, 0.45, 0.75, 0.55], value: 0.325,
                source: "paper 013, test vector 5: the order of ties" },
    ];

    fn facts(&self) -> Facts {
        super::facts(self.activation, None)
    }
}

/// A ring with a gap and something in the middle, and the whole ring.
#[rustfmt::skip]
const RING: &[f64] = &[
    0.9, 0.9, 0.3, 0.9, 0.9,
    0.9, 0.0, 0.0, 0.0, 0.9,
    0.9, 0.0, 0.4, 0.0, 0.9,
    0.9, 0.0, 0.0, 0.0, 0.9,
    0.9, 0.9, 0.9, 0.9, 0.9,
];
#[rustfmt::skip]
const BORDER: &[f64] = &[
    1.0, 1.0, 1.0, 1.0, 1.0,
    1.0, 0.0, 0.0, 0.0, 1.0,
    1.0, 0.0, 0.0, 0.0, 1.0,
    1.0, 0.0, 0.0, 0.0, 1.0,
    1.0, 1.0, 1.0, 1.0, 1.0,
];

impl FieldLoss for BettiMatching {
    const TRUTH: Truth = Truth::Classes;

    fn activation(&self) -> Activation {
        self.activation
    }

    fn include_background(&self) -> bool {
        self.include_background
    }

    fn fits(&self, _channels: usize, grid: &Grid) -> Result<(), String> {
        few_enough(grid)
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, numbers: &[f64]) -> S {
        let target: Vec<S> = field.target.iter().map(|&t| S::lift(t)).collect();
        let matchings = self.options().matchings(numbers, field.target, field.grid);
        let mut total = S::lift(if matchings.is_ok() { 0.0 } else { f64::NAN });
        for matching in matchings.unwrap_or_default() {
            total = total + S::lift(2.0) * matching.cost(field.values, &target);
        }
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        // Nothing is left that could be refused: a value that is no number never comes here.
        betti_matching_loss(
            field.values,
            field.target,
            field.grid,
            &self.options(),
            slopes,
        )
        .unwrap_or(f64::NAN)
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        values_near(field, self.activation, margin)
    }
}
