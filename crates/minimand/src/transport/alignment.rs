//! Clouds of features that shall look alike: the alignment of domains by Sinkhorn divergences (paper 047).

use super::cloud::Cloud;
use super::sinkhorn::Sinkhorn;
use crate::error::Error;

/// What features go through before clouds of them are compared. Without bounds, features could shrink instead of
/// becoming alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Normaliser {
    /// Softmax over the features of a row.
    #[default]
    Softmax,
    /// tanh of each feature.
    Tanh,
    /// As they are.
    None,
}

/// The mean divergence over the pairs of domains and its slopes.
#[derive(Debug, Clone, PartialEq)]
pub struct Aligned {
    /// Mean of S_ε over the pairs; 0 where there is but one domain.
    pub value: f64,
    /// ∂value/∂features `[n, dimension]`.
    pub gradient: Vec<f64>,
}

impl Normaliser {
    fn apply(self, row: &mut [f64]) {
        match self {
            Normaliser::None => {}
            Normaliser::Tanh => row.iter_mut().for_each(|x| *x = x.tanh()),
            Normaliser::Softmax => {
                let top = row.iter().fold(f64::NEG_INFINITY, |a, x| a.max(*x));
                row.iter_mut().for_each(|x| *x = (*x - top).exp());
                let sum: f64 = row.iter().sum();
                row.iter_mut().for_each(|x| *x /= sum);
            }
        }
    }

    /// Slopes by the outputs become slopes by the inputs.
    fn pull_back(self, outputs: &[f64], slopes: &mut [f64]) {
        let inner: f64 = outputs.iter().zip(&*slopes).map(|(p, d)| p * d).sum();
        for (d, p) in slopes.iter_mut().zip(outputs) {
            match self {
                Normaliser::None => {}
                Normaliser::Tanh => *d *= 1.0 - p * p,
                Normaliser::Softmax => *d = p * (*d - inner),
            }
        }
    }
}

/// The alignment loss 2/(K(K − 1)) Σ_{i<j} S_ε(z_i, z_j) over the K domains that occur, z_i the normalised features
/// of the rows of domain i, of which each has the mass 1/n_i. Features are `[n, dimension]`; `domains` has a number for
/// each row. A cloud's transport to itself is solved once for all its pairs.
///
/// # Errors
/// Sizes that do not fit, features that are not finite, settings out of range, [`Error::NotConverged`].
pub fn alignment(
    settings: &Sinkhorn,
    normaliser: Normaliser,
    features: &[f64],
    dimension: usize,
    domains: &[usize],
) -> Result<Aligned, Error> {
    Cloud::new(features, dimension).checked("features")?;
    let rows = features.len() / dimension;
    if domains.len() != rows {
        return Err(Error::Shape {
            argument: "domains",
            expected: format!("[{rows}], one for each row"),
            got: format!("[{}]", domains.len()),
        });
    }
    let mut outputs = features.to_vec();
    outputs
        .chunks_mut(dimension)
        .for_each(|row| normaliser.apply(row));
    let names: std::collections::BTreeSet<usize> = domains.iter().copied().collect();
    let members: Vec<Vec<usize>> = names
        .iter()
        .map(|name| (0..rows).filter(|row| domains[*row] == *name).collect())
        .collect();
    let points: Vec<Vec<f64>> = members
        .iter()
        .map(|rows| {
            let row = |row: &usize| &outputs[row * dimension..(row + 1) * dimension];
            rows.iter().flat_map(row).copied().collect()
        })
        .collect();
    let clouds: Vec<Cloud<'_>> = points.iter().map(|p| Cloud::new(p, dimension)).collect();
    let (k, mut value) = (clouds.len(), 0.0);
    let mut slopes: Vec<Vec<f64>> = points.iter().map(|p| vec![0.0; p.len()]).collect();
    if k >= 2 {
        let share = 2.0 / (k * (k - 1)) as f64;
        let add = |to: &mut [f64], by: f64, from: &[f64]| {
            to.iter_mut().zip(from).for_each(|(to, x)| *to += by * x);
        };
        for i in 0..k {
            // Half of it in each of the k − 1 pairs; the cloud is both its sides.
            let own = settings.solve_self(clouds[i])?;
            let by = share * (k - 1) as f64;
            value -= 0.5 * by * own.value;
            add(&mut slopes[i], -by, &own.source_gradient().points);
            for j in i + 1..k {
                let across = settings.solve(clouds[i], clouds[j])?;
                value += share * across.value;
                add(&mut slopes[i], share, &across.source_gradient().points);
                add(&mut slopes[j], share, &across.target_gradient().points);
            }
        }
    }
    let mut gradient = vec![0.0; features.len()];
    for (rows, slopes) in members.iter().zip(&slopes) {
        for (row, slopes) in rows.iter().zip(slopes.chunks(dimension)) {
            let at = row * dimension..(row + 1) * dimension;
            gradient[at.clone()].copy_from_slice(slopes);
            normaliser.pull_back(&outputs[at.clone()], &mut gradient[at]);
        }
    }
    Ok(Aligned { value, gradient })
}
