//! Entropic optimal transport.

mod balance;
mod passes;
mod plain;
mod relaxation;
mod solution;
mod solver;
#[cfg(test)]
mod tests;

pub(crate) use plain::plain_transport;
pub use solution::{CloudGradient, Divergence, Transport};

use super::cloud::{Cloud, Cost, checked_masses};
use super::costs::{Costs, Side, padded};
use crate::error::Error;
use passes::{column_weights, softmin};
use solver::{Problem, Solved, Stalled};

/// Entropic optimal transport: its cost, regularisation and how exactly it is solved.
///
/// W = min_π Σ π_ij C_ij + ε KL(π | a ⊗ b) over the couplings π of the masses a and b; with a ρ the marginals may be
/// missed at the price ρ KL(π1 | a) + ρ KL(πᵀ1 | b), and KL(p | q) = Σ p ln(p/q) − Σ p + Σ q. It is solved through the dual
///
/// W = max_{f,g} Σ a_i φ(f_i) + Σ b_j φ(g_j) − ε Σ a_i b_j (e^((f_i + g_j − C_ij)/ε) − 1),
///
/// φ(f) = f, or ρ(1 − e^(−f/ρ)). ε is in units of the cost. It is geomloss's blur^p and POT's `reg`, ρ is
/// geomloss's reach^p and POT's `reg_m`; POT's `sinkhorn2` gives Σ π_ij C_ij alone. Sources: Cuturi 2013; Feydy et al.
/// 2019; Séjourné et al. 2019; Schmitzer 2019.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sinkhorn {
    /// The cost of moving a unit of mass between points.
    pub cost: Cost,
    /// Weight ε of the entropy, > 0.
    pub epsilon: f64,
    /// Price ρ > 0 of missed marginals; `None` if they must be met.
    pub rho: Option<f64>,
    /// Share of the mass by which marginals may be off, > 0; where costs are so large beside ε that rounding allows no
    /// better, what it allows.
    pub tolerance: f64,
    /// Most iterations.
    pub iterations: usize,
}

impl Default for Sinkhorn {
    fn default() -> Self {
        Sinkhorn {
            cost: Cost::SquaredEuclidean,
            epsilon: 0.1,
            rho: None,
            tolerance: 1e-9,
            iterations: 10_000,
        }
    }
}

/// Where the costs come from.
#[derive(Debug)]
enum Pairs {
    /// Two clouds.
    Points([Side; 2], Cost),
    /// A matrix and its transpose, with rows in whole lanes.
    Given([Vec<f64>; 2], [usize; 2]),
}

impl Pairs {
    fn costs(&self, transposed: bool) -> Costs<'_> {
        let [from, to] = if transposed { [1, 0] } else { [0, 1] };
        match self {
            Pairs::Points(sides, cost) => Costs::Points {
                rows: &sides[from],
                columns: &sides[to],
                cost: *cost,
            },
            Pairs::Given(entries, sizes) => Costs::Given {
                entries: &entries[from],
                rows: sizes[from],
                columns: sizes[to],
            },
        }
    }
}

impl Sinkhorn {
    fn check(&self) -> Result<(), Error> {
        let numbers = [
            ("epsilon", self.epsilon),
            ("rho", self.rho.unwrap_or(1.0)),
            ("tolerance", self.tolerance),
        ];
        for (parameter, value) in numbers {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::Parameter {
                    loss: "sinkhorn".to_string(),
                    parameter: parameter.to_string(),
                    expected: "a number > 0".to_string(),
                    got: value.to_string(),
                });
            }
        }
        Ok(())
    }

    /// Transport between two clouds. Memory: one number for each pair of points up to 2²⁶ pairs, beyond that linear.
    ///
    /// # Errors
    /// Parameters, coordinates or masses out of their ranges; clouds of different dimensions, and of different total
    /// mass if marginals must be met; [`Error::NotConverged`].
    pub fn solve(&self, source: Cloud<'_>, target: Cloud<'_>) -> Result<Transport, Error> {
        let masses = [source.checked("source")?, target.checked("target")?];
        if source.dimension != target.dimension {
            return Err(Error::Shape {
                argument: "target",
                expected: format!("[m, {}], as the source", source.dimension),
                got: format!("[{}, {}]", target.len(), target.dimension),
            });
        }
        let sides = [Side::new(&source), Side::new(&target)];
        self.run(Pairs::Points(sides, self.cost), masses)
    }

    /// Transport for given costs `[n, m]`, finite, between masses (`None` for equal ones that add up to 1).
    ///
    /// # Errors
    /// As [`solve`](Sinkhorn::solve).
    pub fn solve_costs(
        &self,
        costs: &[f64],
        [n, m]: [usize; 2],
        source: Option<&[f64]>,
        target: Option<&[f64]>,
    ) -> Result<Transport, Error> {
        if n == 0 || m == 0 || n.checked_mul(m) != Some(costs.len()) {
            return Err(Error::Shape {
                argument: "costs",
                expected: format!("[{n}, {m}] with at least one row and column"),
                got: format!("{} numbers", costs.len()),
            });
        }
        if let Some(position) = costs.iter().position(|c| !c.is_finite()) {
            return Err(Error::Value {
                argument: "costs",
                position,
                value: costs[position],
                expected: "a finite number".to_string(),
            });
        }
        let masses = [
            checked_masses("source", n, source)?,
            checked_masses("target", m, target)?,
        ];
        let mut entries = [vec![0.0; n * padded(m)], vec![0.0; m * padded(n)]];
        for (i, row) in costs.chunks(m).enumerate() {
            entries[0][i * padded(m)..][..m].copy_from_slice(row);
            for (j, cost) in row.iter().enumerate() {
                entries[1][j * padded(n) + i] = *cost;
            }
        }
        self.run(Pairs::Given(entries, [n, m]), masses)
    }

    fn run(&self, pairs: Pairs, masses: [Vec<f64>; 2]) -> Result<Transport, Error> {
        self.check()?;
        let [a, b] = [0, 1].map(|side| masses[side].iter().sum::<f64>());
        if self.rho.is_none() && (a - b).abs() > 1e-9 * a.max(b) {
            return Err(Error::Value {
                argument: "target",
                position: 0,
                value: b,
                expected: format!("a total mass of {a}, as the source's, or a `rho`"),
            });
        }
        let solved = self.problem(&pairs, &masses).solve().map_err(stalled)?;
        Ok(self.finished(pairs, masses, solved))
    }

    fn problem<'a>(&self, pairs: &'a Pairs, masses: &'a [Vec<f64>; 2]) -> Problem<'a> {
        Problem {
            costs: pairs.costs(false),
            transposed: pairs.costs(true),
            source: &masses[0],
            target: &masses[1],
            epsilon: self.epsilon,
            rho: self.rho,
            tolerance: self.tolerance,
            iterations: self.iterations,
        }
    }

    /// The value at the end: after a half step of the rows, which makes every row's mass what it shall be.
    fn finished(&self, pairs: Pairs, masses: [Vec<f64>; 2], solved: Solved) -> Transport {
        let weights = column_weights(&masses[1], &solved.target, self.epsilon);
        let best = softmin(&pairs.costs(false), &weights, self.epsilon, None, None);
        let damping = self.rho.map_or(1.0, |rho| rho / (rho + self.epsilon));
        let source: Vec<f64> = best.iter().map(|f| damping * f).collect();
        let mut transport = Transport {
            value: 0.0,
            source_potential: source,
            target_potential: solved.target,
            iterations: solved.iterations,
            error: solved.error,
            settings: *self,
            pairs,
            masses,
        };
        transport.value = transport.dual();
        transport
    }

    /// A cloud's transport to itself, which needs far fewer iterations than that to another.
    ///
    /// # Errors
    /// As [`solve`](Sinkhorn::solve).
    pub fn solve_self(&self, cloud: Cloud<'_>) -> Result<Transport, Error> {
        self.check()?;
        let masses = cloud.checked("cloud")?;
        let pairs = Pairs::Points([Side::new(&cloud), Side::new(&cloud)], self.cost);
        let masses = [masses.clone(), masses];
        let solved = self
            .problem(&pairs, &masses)
            .solve_symmetric()
            .map_err(stalled)?;
        Ok(self.finished(pairs, masses, solved))
    }

    /// The divergence S = W(x, y) − ½W(x, x) − ½W(y, y) (+ ½ε(Σa − Σb)² with a ρ), which is 0 for equal clouds and
    /// positive for others.
    ///
    /// # Errors
    /// As [`solve`](Sinkhorn::solve).
    pub fn divergence(&self, source: Cloud<'_>, target: Cloud<'_>) -> Result<Divergence, Error> {
        let across = self.solve(source, target)?;
        let own = [self.solve_self(source)?, self.solve_self(target)?];
        let mass = |side: usize| across.masses[side].iter().sum::<f64>();
        let gap = mass(0) - mass(1);
        Ok(Divergence {
            value: across.value - 0.5 * (own[0].value + own[1].value)
                + 0.5 * self.epsilon * gap * gap,
            across,
            own,
        })
    }
}

fn stalled(stalled: Stalled) -> Error {
    Error::NotConverged {
        what: "`sinkhorn`".to_string(),
        iterations: stalled.iterations,
        error: stalled.error,
        tolerance: stalled.tolerance,
    }
}
