//! What solved transport gives: couplings and gradients.

use super::passes::{column_weights, softmin};
use super::{Pairs, Sinkhorn};

/// Solved transport.
#[derive(Debug)]
pub struct Transport {
    /// The value W of the objective.
    pub value: f64,
    /// Potential f of the source's points, −ε ln Σ_j b_j e^((g_j − C_ij)/ε) (damped if marginals may be missed). Up to a
    /// constant that moves to the other potential it is ∂W/∂a (see [`CloudGradient`] for what changes with a ρ).
    pub source_potential: Vec<f64>,
    /// Potential g of the target's points.
    pub target_potential: Vec<f64>,
    /// Iterations that were made.
    pub iterations: usize,
    /// Share of the mass by which the marginals were off before the last half step.
    pub error: f64,
    pub(super) settings: Sinkhorn,
    pub(super) pairs: Pairs,
    pub(super) masses: [Vec<f64>; 2],
}

/// Slopes by what one cloud is.
#[derive(Debug, Clone, PartialEq)]
pub struct CloudGradient {
    /// By the coordinates `[n, dimension]`; empty for given costs.
    pub points: Vec<f64>,
    /// By the masses. If marginals must be met, masses can only change together with their sum, and the slopes are up to
    /// a constant.
    pub masses: Vec<f64>,
}

/// The debiased divergence.
#[derive(Debug)]
pub struct Divergence {
    /// W(x, y) − ½W(x, x) − ½W(y, y) + ½ε(Σa − Σb)².
    pub value: f64,
    /// Transport between the clouds.
    pub across: Transport,
    /// Transport of the source to itself and of the target to itself.
    pub own: [Transport; 2],
}

impl Transport {
    /// φ of the dual.
    fn phi(&self, potential: f64) -> f64 {
        match self.settings.rho {
            None => potential,
            Some(rho) => -rho * (-potential / rho).exp_m1(),
        }
    }

    /// Share of its mass that a point keeps, if its potential is the best for the other side's.
    fn kept(&self, potential: f64) -> f64 {
        self.settings
            .rho
            .map_or(1.0, |rho| (-potential / rho).exp())
    }

    pub(super) fn dual(&self) -> f64 {
        let [a, b] = &self.masses;
        let side = |masses: &[f64], potentials: &[f64]| -> f64 {
            // Where there is no mass, a potential may be anything.
            let each = masses.iter().zip(potentials).filter(|(m, _)| **m > 0.0);
            each.map(|(m, f)| m * self.phi(*f)).sum()
        };
        let moved: f64 = a
            .iter()
            .zip(&self.source_potential)
            .map(|(a, f)| a * self.kept(*f))
            .sum();
        let product = a.iter().sum::<f64>() * b.iter().sum::<f64>();
        side(a, &self.source_potential) + side(b, &self.target_potential)
            - self.settings.epsilon * (moved - product)
    }

    /// The coupling π `[n, m]`: mass that moves from each source point to each target point.
    pub fn coupling(&self) -> Vec<f64> {
        let [a, b] = &self.masses;
        let epsilon = self.settings.epsilon;
        let weights = column_weights(b, &self.target_potential, epsilon);
        let stride = weights.len();
        let mut shares = vec![0.0; a.len() * stride];
        softmin(
            &self.pairs.costs(false),
            &weights,
            epsilon,
            Some(&mut shares),
            None,
        );
        let kept = self.source_potential.iter().map(|f| self.kept(*f));
        let rows = shares.chunks(stride).zip(a.iter().zip(kept));
        rows.flat_map(|(row, (a, kept))| row[..b.len()].iter().map(move |share| a * kept * share))
            .collect()
    }

    /// Slopes of the value by the source, by the envelope theorem: without going back through the iterations.
    pub fn source_gradient(&self) -> CloudGradient {
        self.side_gradient(0)
    }

    /// Slopes of the value by the target.
    pub fn target_gradient(&self) -> CloudGradient {
        self.side_gradient(1)
    }

    fn side_gradient(&self, side: usize) -> CloudGradient {
        let epsilon = self.settings.epsilon;
        let [own, other] = [side, 1 - side];
        let potentials = [&self.source_potential, &self.target_potential];
        let (masses, partner) = (&self.masses[own], &self.masses[other]);
        let weights = column_weights(partner, potentials[other], epsilon);
        let dimension = match &self.pairs {
            Pairs::Points(sides, _) => sides[0].dimension,
            Pairs::Given(..) => 0,
        };
        let mut points = vec![0.0; masses.len() * dimension];
        let slopes = (dimension > 0).then_some(&mut points[..]);
        softmin(
            &self.pairs.costs(side == 1),
            &weights,
            epsilon,
            None,
            slopes,
        );
        let kept: Vec<f64> = potentials[own].iter().map(|f| self.kept(*f)).collect();
        let rows = points
            .chunks_mut(dimension.max(1))
            .zip(masses.iter().zip(&kept));
        for (row, (mass, kept)) in rows {
            row.iter_mut().for_each(|d| *d *= mass * kept);
        }
        let total: f64 = partner.iter().sum();
        let each = potentials[own].iter().zip(&kept);
        CloudGradient {
            points,
            masses: each
                .map(|(f, kept)| self.phi(*f) - epsilon * (kept - total))
                .collect(),
        }
    }
}

impl Divergence {
    /// Slopes by the source, by the envelope theorem: without going back through the iterations.
    pub fn source_gradient(&self) -> CloudGradient {
        self.side_gradient(0)
    }

    /// Slopes by the target.
    pub fn target_gradient(&self) -> CloudGradient {
        self.side_gradient(1)
    }

    fn side_gradient(&self, side: usize) -> CloudGradient {
        let mut gradient = self.across.side_gradient(side);
        // The cloud is both sides of its own transport, which cancels the half.
        let own = self.own[side].side_gradient(0);
        for (g, own) in gradient.points.iter_mut().zip(&own.points) {
            *g -= own;
        }
        let mass = |side: usize| self.across.masses[side].iter().sum::<f64>();
        let gap = mass(side) - mass(1 - side);
        for (g, own) in gradient.masses.iter_mut().zip(&own.masses) {
            *g += self.across.settings.epsilon * gap - own;
        }
        gradient
    }
}
