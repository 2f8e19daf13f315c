use super::bars::{few_enough, values_near};
use crate::grid::persistence::diagrams::{wasserstein_loss, wasserstein_matching};
use crate::grid::persistence::{Construction, Filtration};
use crate::prelude::*;

loss! {
    /// TopoLoss: the Wasserstein distance of the persistence diagrams of prediction and target.
    ///
    /// ℓ(p, t) = min over matchings Σ (b − b′)² + (d − d′)² + Σ over all others (b − d)²/2
    ///
    /// The bars (birth b, death d) of the persistent homology of a class's probabilities p and target t, high values
    /// first. Where features lie does not matter, which `betti_matching` mends. Only the pixels at which a feature
    /// begins or ends have a slope, so add a loss of regions. Shapes: scores `[n, c, …]` with one to three axes of
    /// pixels, meeting across their faces; labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]` in 0..1. An
    /// item's class is one item of a mean. ≥ 0; in time cubic in the number of bars, so for patches. Source: Hu, Li,
    /// Samaras and Chen 2019, in the form in which papers 013 and 036 compare with it.
    pub struct TopoLoss = "topo_loss" {
        /// How scores become probabilities p.
        activation: Activation = Activation::Softmax, finite();
        /// Does class 0 count?
        include_background: bool = true, finite();
    }
}

impl Loss for TopoLoss {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["topoloss", "topological_loss"];
    const PAPERS: &'static [u16] = &[13, 36];
    const VARIANTS: &'static [&'static str] =
        &["topo_loss(activation=\"sigmoid\", include_background=false)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "topo_loss(activation=\"none\")", prediction: &[1.0, 0.0, 1.0, 0.0],
                target: &[1.0, 0.0, 1.0, 0.0], value: 0.0, source: "equal fields" },
        Known { expression: "topo_loss(activation=\"none\")", prediction: &[0.75, 0.0, 0.5],
                target: &[1.0, 0.0, 0.0], value: 0.0625 + 0.125,
                source: "by hand: the component that stays, and one more with the bar (0.5, 0)" },
        Known { expression: "topo_loss(activation=\"none\")", prediction: &[0.75, 0.0, 0.5],
                target: &[0.0, 1.0, 0.0], value: 0.0625 + 0.125, source: "wherever it lies" },
    ];

    fn facts(&self) -> Facts {
        super::facts(self.activation, None)
    }
}

const LEVELS: (Filtration, Construction) = (Filtration::Superlevel, Construction::Vertices);

impl FieldLoss for TopoLoss {
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
        wasserstein_matching(numbers, field.target, field.grid, LEVELS.0, LEVELS.1)
            .map_or(S::lift(f64::NAN), |m| m.cost(field.values, &target))
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        // Nothing is left that could be refused: a value that is no number never comes here.
        wasserstein_loss(
            field.values,
            field.target,
            field.grid,
            LEVELS.0,
            LEVELS.1,
            slopes,
        )
        .unwrap_or(f64::NAN)
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        values_near(field, self.activation, margin)
    }
}
