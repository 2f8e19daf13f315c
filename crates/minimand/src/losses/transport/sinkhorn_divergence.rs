use crate::kernels::clouds::Pair;
use crate::prelude::*;
use crate::transport::{Cloud, Cost, Sinkhorn, plain_transport};

loss! {
    /// Sinkhorn divergence: entropic transport without its bias, 0 for equal clouds.
    ///
    /// ℓ(x, y) = W(x, y) − ½W(x, x) − ½W(y, y),  W the loss `sinkhorn`
    ///
    /// Shapes: prediction `[items, n, d]`, target `[items, m, d]`; every point of an item has the same mass, in all 1;
    /// weights and mask are of items or of predicted points (which they weigh). In units of the cost, ≥ 0. Small ε give
    /// the transport cost, large ones a distance of moments (½|mean difference|² for the squared cost). Moving a cloud by v
    /// costs ½|v|² for every ε. If the iterations do not converge, that is an error. Sources: Feydy et al. 2019 (geomloss:
    /// ε = blur^p, ρ = reach^p), Séjourné et al. 2019; paper 047, which aligns the features of domains with it.
    pub struct SinkhornDivergence = "sinkhorn_divergence" {
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

impl SinkhornDivergence {
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

impl Loss for SinkhornDivergence {
    type Kind = Clouds;
    const AREA: Area = Area::Transport;
    const ALIASES: &'static [&'static str] = &["samples_loss", "debiased_sinkhorn"];
    const PAPERS: &'static [u16] = &[47];
    const VARIANTS: &'static [&'static str] = &[
        "sinkhorn_divergence(epsilon=1, rho=2)",
        "sinkhorn_divergence(cost=\"euclidean\", epsilon=0.5)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "sinkhorn_divergence", prediction: &[0.0, 0.0, 1.0, 0.0, 0.0, 1.0],
                target: &[0.5, -0.25, 1.5, -0.25, 0.5, 0.75], value: 0.156_25, source: "record 047: a cloud that moved" },
        Known { expression: "sinkhorn_divergence(epsilon=1)", prediction: &[0.0, 0.0, 1.0, 0.0, 0.0, 1.0],
                target: &[0.5, -0.25, 1.5, -0.25, 0.5, 0.75], value: 0.156_25, source: "record 047: for every ε" },
        Known { expression: "sinkhorn_divergence(epsilon=0.5)", prediction: &[0.0, 0.0, 1.0, 0.0, 0.0, 1.0],
                target: &[0.5, 0.5, 2.0, 0.0], value: 0.489_599_221_711, source: "record 047" },
        Known { expression: "sinkhorn_divergence(epsilon=1e9)", prediction: &[0.0, 0.0, 1.0, 0.0, 0.0, 1.0],
                target: &[0.5, 0.5, 2.0, 0.0], value: 0.423_611_111, source: "record 047: half the squared way of the means" },
        Known { expression: "sinkhorn_divergence", prediction: &[1.0, 2.0, 3.0, 4.0], target: &[3.0, 4.0, 1.0, 2.0],
                value: 0.0, source: "equal clouds" },
    ];

    fn facts(&self) -> Facts {
        Facts::PLAIN
    }
}

impl CloudLoss for SinkhornDivergence {
    const FORM: Form = Form::Points;

    fn plainly<S: Real>(&self, pair: &Pair<'_, S>) -> S {
        let y: Vec<S> = pair.target.iter().map(|y| S::lift(*y)).collect();
        let x = (pair.points, pair.numbers, pair.shares);
        let shares = pair.target_shares();
        let y = (y.as_slice(), pair.target, shares.as_slice());
        let cost = |a: (&[S], &[f64], &[f64]), b: (&[S], &[f64], &[f64])| {
            plain_transport(
                &self.settings(),
                pair.width,
                [a.0, b.0],
                [a.1, b.1],
                [a.2, b.2],
            )
        };
        cost(x, y) - S::lift(0.5) * (cost(x, x) + cost(y, y))
    }

    fn fused(&self, pair: &Pair<'_, f64>, slopes: &mut [f64]) -> Result<f64, crate::Error> {
        let source = Cloud::new(pair.points, pair.width).masses(pair.shares);
        let found = self
            .settings()
            .divergence(source, Cloud::new(pair.target, pair.width))?;
        slopes.copy_from_slice(&found.source_gradient().points);
        Ok(found.value)
    }

    fn near_kink(&self, pair: &Pair<'_, f64>, margin: f64) -> bool {
        self.cost == Cost::Euclidean && pair.touches(margin)
    }
}
