use crate::kernels::clouds::Pair;
use crate::prelude::*;
use crate::transport::{Cloud, Cost, Sinkhorn, plain_transport};

loss! {
    /// Entropic transport: what it costs to move the predicted points to the target's.
    ///
    /// ℓ(x, y) = min_π Σ π_ij c(x_i, y_j) + ε KL(π | a ⊗ b),  c = ½|x − y|² or |x − y|
    ///
    /// π are the couplings of the masses a and b; with a ρ, marginals may be missed at the price
    /// ρ KL(π1 | a) + ρ KL(πᵀ1 | b). Shapes: prediction `[items, n, d]`, target `[items, m, d]`; every point of an item
    /// has the same mass, in all 1; weights and mask are of items or of predicted points (which they weigh). In units
    /// of the cost. It is not 0 for equal clouds: `sinkhorn_divergence` is. The gradient is exact where the iterations have
    /// converged; if they do not, that is an error. Sources: Cuturi 2013; geomloss with debias=False (ε = blur^p,
    /// ρ = reach^p); POT's `sinkhorn2` leaves out the KL term.
    pub struct SinkhornLoss = "sinkhorn" {
        /// What it costs to move a unit of mass.
        cost: Cost = Cost::SquaredEuclidean, finite();
        /// Weight ε of the entropy, in units of the cost.
        epsilon: f64 = 0.1, above(0.0);
        /// Price ρ of missed marginals; none if they must be met.
        rho: Option<f64> = None, above(0.0);
        /// Share of the mass by which marginals may be off at the end.
        tolerance: f64 = 1e-9, above(0.0);
        /// Most iterations.
        iterations: u32 = 10_000, at_least(1.0);
    }
}

impl SinkhornLoss {
    fn settings(&self) -> Sinkhorn {
        Sinkhorn {
            cost: self.cost,
            epsilon: self.epsilon,
            rho: self.rho,
            tolerance: self.tolerance,
            iterations: self.iterations as usize,
        }
    }
}

impl Loss for SinkhornLoss {
    type Kind = Clouds;
    const AREA: Area = Area::Transport;
    const ALIASES: &'static [&'static str] = &["entropic_ot", "sinkhorn2"];
    const PAPERS: &'static [u16] = &[47];
    const VARIANTS: &'static [&'static str] = &[
        "sinkhorn(epsilon=1, rho=2)",
        "sinkhorn(cost=\"euclidean\", epsilon=0.5)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "sinkhorn(epsilon=0.5)", prediction: &[0.0, 0.0, 1.0, 0.0, 0.0, 1.0],
                target: &[0.5, 0.5, 2.0, 0.0], value: 0.804_223_146_333, source: "record 047" },
        Known { expression: "sinkhorn", prediction: &[1.0, 2.0], target: &[4.0, 6.0], value: 12.5,
                source: "by hand: one point, half its squared way" },
        Known { expression: "sinkhorn(cost=\"euclidean\")", prediction: &[1.0, 2.0], target: &[4.0, 6.0], value: 5.0,
                source: "by hand: one point, its way" },
        Known { expression: "sinkhorn(rho=1, epsilon=1)", prediction: &[0.0, 0.0], target: &[2.0, 0.0],
                value: 1.459_748_642_902_223_7, source: "by hand: mass e^(−2/3) is left, 3(1 − e^(−2/3))" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl CloudLoss for SinkhornLoss {
    const FORM: Form = Form::Points;

    fn plainly<S: Real>(&self, pair: &Pair<'_, S>) -> S {
        let y: Vec<S> = pair.target.iter().map(|y| S::lift(*y)).collect();
        plain_transport(
            &self.settings(),
            pair.width,
            [pair.points, &y],
            [pair.numbers, pair.target],
            [pair.shares, &pair.target_shares()],
        )
    }

    fn fused(&self, pair: &Pair<'_, f64>, slopes: &mut [f64]) -> Result<f64, crate::Error> {
        let source = Cloud::new(pair.points, pair.width).masses(pair.shares);
        let solved = self
            .settings()
            .solve(source, Cloud::new(pair.target, pair.width))?;
        slopes.copy_from_slice(&solved.source_gradient().points);
        Ok(solved.value)
    }

    fn near_kink(&self, pair: &Pair<'_, f64>, margin: f64) -> bool {
        self.cost == Cost::Euclidean && pair.touches(margin)
    }
}
