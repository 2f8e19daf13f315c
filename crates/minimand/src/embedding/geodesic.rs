//! New examples on the shortest way from one set of embeddings to another: optimal transport, and Gaussians.

use super::eigen;
use super::table::{Table, dot, square_distance, wrong};
use crate::batch::Array;
use crate::detection::assign;
use crate::error::Error;

/// The optimal transport between two sets of equal size, and the points on the way: the Wasserstein geodesic.
///
/// The plan is the exact assignment of least Σ ‖x_i − y_j‖². At s ∈ [0, 1] there are the points (1 − s) x_i + s
/// y_{π(i)}, each with label weights (1 − s, s); they are the barycentre of the two sets with these weights, and W₂
/// from the first set grows in proportion to s. The plan is a constant of any gradient. Source: Zhu et al. 2023 (paper
/// 079). Some n³ operations.
///
/// ```
/// use minimand::Array;
/// use minimand::embedding::Geodesic;
///
/// let (x, y) = (vec![0.0, 1.0, 3.0], vec![5.0, 2.0, 4.0]);
/// let way = Geodesic::new(&Array::new(&x, &[3, 1]), &Array::new(&y, &[3, 1]))?;
/// assert_eq!(way.points(0.25)?, [0.5, 1.75, 3.5]);
/// assert!((way.length() - 2.380476143).abs() < 1e-9);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Geodesic {
    from: Table,
    to: Table,
    plan: Vec<usize>,
}

/// The hardest place on a geodesic, and how much the risk changes along it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorstCase {
    /// s of the largest risk, the first of equal ones.
    pub place: f64,
    /// The risk there.
    pub risk: f64,
    /// Σ |R(s_{k+1}) − R(s_k)| over the grid: 0 if the risk is the same everywhere, at least |R(1) − R(0)|.
    pub variation: f64,
}

impl Geodesic {
    /// Between `x` and `y`, both `[n, d]`, n ≥ 1.
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] for numbers that are not finite or of
    /// magnitude above 10¹⁴⁰.
    pub fn new(x: &Array<'_>, y: &Array<'_>) -> Result<Self, Error> {
        let from = Table::new("x", x)?;
        let to = Table::beside("y", y, from.width)?;
        if from.len() != to.len() || from.len() == 0 {
            let expected = format!("[{}, {}] with n >= 1, as x", from.len().max(1), from.width);
            return Err(Error::shape("y", expected, y.shape));
        }
        for (argument, table) in [("x", &from), ("y", &to)] {
            if let Some(position) = table.values.iter().position(|x| x.abs() > 1e140) {
                return Err(Error::Value {
                    argument,
                    position,
                    value: table.values[position],
                    expected: "a magnitude of at most 1e140".to_string(),
                });
            }
        }
        let costs = from
            .rows()
            .flat_map(|a| to.rows().map(move |b| square_distance(a, b)));
        let costs: Vec<f64> = costs.collect();
        let plan = assign(&costs, from.len(), to.len())?;
        Ok(Geodesic {
            plan: plan.into_iter().map(|(_, j)| j).collect(),
            from,
            to,
        })
    }

    /// The row of `y` to which each row of `x` goes.
    pub fn plan(&self) -> &[usize] {
        &self.plan
    }

    /// W₂ of the two sets: the root of the mean squared distance of the plan.
    pub fn length(&self) -> f64 {
        let pairs = self.from.rows().zip(&self.plan);
        let squares = pairs.map(|(row, &j)| square_distance(row, self.to.row(j)));
        (squares.sum::<f64>() / self.from.len() as f64).sqrt()
    }

    /// The points `[n, d]` at a place s, in the order of `x`.
    ///
    /// # Errors
    /// [`Error::Parameter`] for s outside 0..=1.
    pub fn points(&self, s: f64) -> Result<Vec<f64>, Error> {
        if !(0.0..=1.0).contains(&s) {
            return Err(wrong("Geodesic", "s", "in 0..=1", s));
        }
        let pairs = self.from.rows().zip(&self.plan);
        let between = |(row, &j): (&[f64], &usize)| -> Vec<f64> {
            let pairs = row.iter().zip(self.to.row(j));
            pairs.map(|(a, b)| (1.0 - s) * a + s * b).collect()
        };
        Ok(pairs.flat_map(between).collect())
    }

    /// The slope of the mean risk by s, from the slopes of the risk by the points `[n, d]` there: Σ_i slope_i·(y_{π(i)}
    /// − x_i). The part that the label weights add is the caller's.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one slope for each number of the points.
    pub fn slope(&self, by_points: &[f64]) -> Result<f64, Error> {
        if by_points.len() != self.from.values.len() {
            let expected = format!("[{}, {}]", self.from.len(), self.from.width);
            return Err(Error::shape("by_points", expected, &[by_points.len()]));
        }
        let rows = self
            .from
            .rows()
            .zip(&self.plan)
            .zip(by_points.chunks(self.from.width));
        let along = rows.map(|((row, &j), slope)| dot(slope, self.to.row(j)) - dot(slope, row));
        Ok(along.sum())
    }

    /// The place of the largest risk among s = 0, 1/K, …, 1 with K `steps`, and the variation along them. `risk` gets s
    /// and the points `[n, d]`; a risk that is not a number counts as the largest.
    ///
    /// # Errors
    /// [`Error::Parameter`] for no steps.
    pub fn worst_case(
        &self,
        steps: usize,
        mut risk: impl FnMut(f64, &[f64]) -> f64,
    ) -> Result<WorstCase, Error> {
        if steps == 0 {
            return Err(wrong("Geodesic", "steps", "at least 1", 0));
        }
        let mut last = risk(0.0, &self.points(0.0)?);
        let mut worst = WorstCase {
            place: 0.0,
            risk: last,
            variation: 0.0,
        };
        for step in 1..=steps {
            let place = step as f64 / steps as f64;
            let here = risk(place, &self.points(place)?);
            worst.variation += (here - last).abs();
            if here.total_cmp(&worst.risk).is_gt() {
                (worst.place, worst.risk) = (place, here);
            }
            last = here;
        }
        Ok(worst)
    }
}

/// The geodesic between two normal distributions of d dimensions.
///
/// With T = S₀^{-1/2} (S₀^{1/2} S₁ S₀^{1/2})^{1/2} S₀^{-1/2} there is at s the mean (1 − s) m₀ + s m₁ and the
/// covariance ((1 − s) I + s T) S₀ ((1 − s) I + s T); directions in which S₀ has no variance are not moved. W₂² = ‖m₀ −
/// m₁‖² + tr(S₀ + S₁ − 2 (S₀^{1/2} S₁ S₀^{1/2})^{1/2}).
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianGeodesic {
    means: [Vec<f64>; 2],
    covariance: Vec<f64>,
    map: Vec<f64>,
    square: f64,
}

impl GaussianGeodesic {
    /// From (mean `[d]`, covariance `[d, d]`) to another; covariances are symmetric without negative eigenvalues.
    ///
    /// # Errors
    /// [`Error::Shape`] for lengths that do not fit together, [`Error::Value`] for numbers that are not finite, an
    /// entry that differs from its mirror, and a negative eigenvalue.
    pub fn new(from: (&[f64], &[f64]), to: (&[f64], &[f64])) -> Result<Self, Error> {
        let d = from.0.len();
        if d == 0 || to.0.len() != d {
            return Err(Error::shape(
                "mean",
                "[d] with d >= 1, both alike",
                &[to.0.len()],
            ));
        }
        for (argument, values) in [("mean", from.0), ("mean", to.0)] {
            Table::new(argument, &Array::new(values, &[1, d]))?;
        }
        for values in [from.1, to.1] {
            check_covariance(values, d)?;
        }
        let (root, inverse) = root(from.1, d)?;
        root_of(to.1, d)?;
        let inner = product(&product(&root, to.1, d), &root, d);
        let middle = root_of(&symmetric_part(&inner, d), d)?;
        let map = product(&product(&inverse, &middle, d), &inverse, d);
        let trace = |m: &[f64]| (0..d).map(|i| m[i * d + i]).sum::<f64>();
        let spread = trace(from.1) + trace(to.1) - 2.0 * trace(&middle);
        Ok(GaussianGeodesic {
            means: [from.0.to_vec(), to.0.to_vec()],
            covariance: from.1.to_vec(),
            map,
            square: square_distance(from.0, to.0) + spread.max(0.0),
        })
    }

    /// The map T `[d, d]` that takes the first distribution, less its mean, to the second.
    pub fn map(&self) -> &[f64] {
        &self.map
    }

    /// W₂².
    pub fn square_length(&self) -> f64 {
        self.square
    }

    /// Mean `[d]` and covariance `[d, d]` at a place s.
    ///
    /// # Errors
    /// [`Error::Parameter`] for s outside 0..=1.
    pub fn at(&self, s: f64) -> Result<(Vec<f64>, Vec<f64>), Error> {
        if !(0.0..=1.0).contains(&s) {
            return Err(wrong("GaussianGeodesic", "s", "in 0..=1", s));
        }
        let d = self.means[0].len();
        let pairs = self.means[0].iter().zip(&self.means[1]);
        let mean = pairs.map(|(a, b)| (1.0 - s) * a + s * b).collect();
        let step = self.map.iter().enumerate().map(|(i, t)| {
            let one = if i / d == i % d { 1.0 - s } else { 0.0 };
            one + s * t
        });
        let step: Vec<f64> = step.collect();
        let covariance = product(&product(&step, &self.covariance, d), &step, d);
        Ok((mean, symmetric_part(&covariance, d)))
    }
}

fn check_covariance(values: &[f64], d: usize) -> Result<(), Error> {
    if Some(values.len()) != d.checked_mul(d) {
        return Err(Error::shape(
            "covariance",
            format!("[{d}, {d}]"),
            &[values.len()],
        ));
    }
    Table::new("covariance", &Array::new(values, &[d, d]))?;
    let size = values.iter().fold(0.0, |m: f64, x| x.abs().max(m));
    let uneven = |&i: &usize| (values[i] - values[i % d * d + i / d]).abs() > 1e-9 * size;
    match (0..d * d).find(uneven) {
        None => Ok(()),
        Some(position) => Err(Error::Value {
            argument: "covariance",
            position,
            value: values[position],
            expected: "the same as its mirror".to_string(),
        }),
    }
}

/// The root of a symmetric matrix without negative eigenvalues.
fn root_of(matrix: &[f64], d: usize) -> Result<Vec<f64>, Error> {
    root(matrix, d).map(|(root, _)| root)
}

/// The root, and its pseudo-inverse.
fn root(matrix: &[f64], d: usize) -> Result<(Vec<f64>, Vec<f64>), Error> {
    let (values, vectors) = eigen::symmetric(matrix.to_vec(), d);
    let noise = 1e-12 * values[0].abs();
    if let Some(position) = values.iter().position(|&x| x < -1e3 * noise) {
        return Err(Error::Value {
            argument: "covariance",
            position,
            value: values[position],
            expected: "eigenvalues of at least 0".to_string(),
        });
    }
    let compose = |of: &dyn Fn(f64) -> f64| {
        let mut sum = vec![0.0; d * d];
        for (value, vector) in values.iter().zip(vectors.chunks_exact(d)) {
            let weight = if *value > noise {
                of(value.sqrt())
            } else {
                0.0
            };
            for (i, x) in vector.iter().enumerate() {
                let row = sum[i * d..(i + 1) * d].iter_mut();
                row.zip(vector).for_each(|(s, y)| *s += weight * x * y);
            }
        }
        sum
    };
    Ok((compose(&|x| x), compose(&|x| 1.0 / x)))
}

fn product(a: &[f64], b: &[f64], d: usize) -> Vec<f64> {
    let mut c = vec![0.0; d * d];
    for (row, to) in a.chunks_exact(d).zip(c.chunks_exact_mut(d)) {
        for (x, from) in row.iter().zip(b.chunks_exact(d)) {
            to.iter_mut().zip(from).for_each(|(t, y)| *t += x * y);
        }
    }
    c
}

fn symmetric_part(matrix: &[f64], d: usize) -> Vec<f64> {
    let mirrored = |i: usize| 0.5 * (matrix[i] + matrix[i % d * d + i / d]);
    (0..d * d).map(mirrored).collect()
}
