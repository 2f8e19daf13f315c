//! Neural collapse: how far the features of a classifier have become one point per class, on a regular frame.

use super::eigen;
use super::table::{Table, check_labels, dot, square_distance, unit_scale, wrong};
use crate::batch::{Array, Labels};
use crate::error::Error;
use std::collections::BTreeMap;

/// Part of the largest eigenvalue of the means' products below which one counts as 0.
const LEAST: f64 = 1e-10;

/// The measures of neural collapse of features `[n, d]` with their classes.
///
/// With class means h_k, h_G the mean of all features and h_C that of the class means. No measure changes when the
/// features are rotated or scaled. Sources: Papyan, Han and Donoho 2020; Dang et al. 2023 (paper 019); Kini et al. 2024
/// (paper 064).
///
/// ```
/// use minimand::{Array, embedding::NeuralCollapse};
///
/// let features = vec![1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0];
/// let collapse = NeuralCollapse::new(&Array::new(&features, &[4, 2]), &vec![0i64, 0, 1, 1])?;
/// assert_eq!(collapse.within_variability(), Some(0.0));
/// assert!(collapse.simplex_distance().is_some_and(|distance| distance < 1e-12));
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct NeuralCollapse {
    width: usize,
    classes: Vec<i64>,
    /// `[K, d]`, all scaled by a power of two.
    means: Vec<f64>,
    /// The means less h_C.
    centred: Vec<f64>,
    within: Option<f64>,
    scale: f64,
}

impl NeuralCollapse {
    /// Of features with one label each; the classes are the labels that occur, in ascending order.
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] for numbers that are not finite,
    /// [`Error::Parameter`] for fewer than two classes.
    pub fn new<'a>(features: &Array<'_>, labels: impl Into<Labels<'a>>) -> Result<Self, Error> {
        let (mut table, labels) = (Table::new("features", features)?, labels.into());
        check_labels("labels", &labels, table.len())?;
        let scale = unit_scale(table.largest());
        table.scale(scale);
        let mut members: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for i in 0..table.len() {
            members.entry(labels.get(i)).or_default().push(i);
        }
        if members.len() < 2 {
            return Err(wrong(
                "NeuralCollapse",
                "labels",
                "of at least two classes",
                members.len(),
            ));
        }
        let width = table.width;
        let all: Vec<usize> = (0..table.len()).collect();
        let global = mean(&table, &all);
        let means: Vec<f64> = members.values().flat_map(|m| mean(&table, m)).collect();
        let from = |centre: &[f64]| -> Vec<f64> {
            let rows = means.chunks_exact(width);
            rows.flat_map(|row| row.iter().zip(centre).map(|(m, c)| m - c))
                .collect()
        };
        let of_means: Vec<f64> = (0..width)
            .map(|i| means.iter().skip(i).step_by(width).sum::<f64>() / members.len() as f64)
            .collect();
        let centred = from(&of_means);
        let deviations = from(&global);
        let groups = members.values().zip(means.chunks_exact(width));
        let offsets = groups.flat_map(|(members, mean)| {
            let rows = members.iter().map(|&i| table.row(i));
            rows.map(move |row| {
                row.iter()
                    .zip(mean)
                    .map(|(x, m)| x - m)
                    .collect::<Vec<f64>>()
            })
        });
        let within = variability(&deviations, offsets, table.len(), width);
        Ok(NeuralCollapse {
            width,
            classes: members.into_keys().collect(),
            means,
            centred,
            within,
            scale,
        })
    }

    /// The classes, in the order of the means.
    pub fn classes(&self) -> &[i64] {
        &self.classes
    }

    /// The class means `[K, d]`.
    pub fn means(&self) -> Vec<f64> {
        self.means.iter().map(|m| m / self.scale).collect()
    }

    /// NC1: tr(S_W S_B⁺)/K with S_W the covariance within classes, over all n features, and S_B = (1/K) Σ_k (h_k −
    /// h_G)(h_k − h_G)ᵀ, of which eigenvalues below 10⁻¹⁰ of the largest are left out. ≥ 0, 0 if every class is one
    /// point; `None` if all class means coincide.
    pub fn within_variability(&self) -> Option<f64> {
        self.within
    }

    /// NC2, equal lengths: the standard deviation of ‖h_k − h_C‖ over its mean. ≥ 0; `None` if all class means
    /// coincide.
    pub fn equinorm(&self) -> Option<f64> {
        let lengths: Vec<f64> = self.lengths();
        let mean = lengths.iter().sum::<f64>() / lengths.len() as f64;
        let squares = lengths.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
        (mean > 0.0).then(|| (squares / lengths.len() as f64).sqrt() / mean)
    }

    /// NC2, equal angles: the standard deviation of the cosines between the h_k − h_C over all pairs. In 0..1; the
    /// cosine with a mean that lies at h_C is 0.
    pub fn equiangular(&self) -> f64 {
        let cosines = self.cosines();
        let mean = cosines.iter().sum::<f64>() / cosines.len() as f64;
        let squares = cosines.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
        (squares / cosines.len() as f64).sqrt()
    }

    /// NC2, largest angles: the mean over pairs of |cos + 1/(K − 1)|. In 0..2, 0 for a simplex.
    pub fn maximal_angle_gap(&self) -> f64 {
        let cosines = self.cosines();
        let least = 1.0 / (self.classes.len() - 1) as f64;
        let gaps = cosines.iter().map(|x| (x + least).abs());
        gaps.sum::<f64>() / cosines.len() as f64
    }

    /// NC2: ‖G/‖G‖ − E/‖E‖‖ in the Frobenius norm, of the products G of the h_k − h_C and E = I − 11ᵀ/K, the simplex
    /// equiangular tight frame. In 0..√2; `None` if all class means coincide.
    pub fn simplex_distance(&self) -> Option<f64> {
        let k = self.classes.len() as f64;
        distance(
            &products(&self.centred, &self.centred, self.width),
            |same| f64::from(u8::from(same)) - 1.0 / k,
        )
    }

    /// NC2 of features without negative entries: ‖G/‖G‖ − I/‖I‖‖ in the Frobenius norm, of the products G of the h_k,
    /// which are not centred. In 0..√2, 0 for an orthogonal frame; `None` if all class means are 0.
    pub fn orthogonal_frame_distance(&self) -> Option<f64> {
        let gram = products(&self.means, &self.means, self.width);
        distance(&gram, |same| f64::from(u8::from(same)))
    }

    /// NC3, self-duality: ‖W/‖W‖ − M/‖M‖‖ in the Frobenius norm, of the classifier's `weight` `[K, d]`, one row for
    /// each of [`classes`](Self::classes), and the h_k − h_C as rows M. In 0..2; `None` if one of them is 0.
    ///
    /// # Errors
    /// [`Error::Shape`] for another shape, [`Error::Value`] for numbers that are not finite.
    pub fn self_duality(&self, weight: &Array<'_>) -> Result<Option<f64>, Error> {
        let weight = self.weight(weight)?;
        let (a, b) = (
            dot(&weight, &weight).sqrt(),
            dot(&self.centred, &self.centred).sqrt(),
        );
        let pairs = weight.iter().zip(&self.centred);
        let sum: f64 = pairs.map(|(w, m)| (w / a - m / b).powi(2)).sum();
        Ok((a > 0.0 && b > 0.0).then(|| sum.sqrt()))
    }

    /// NC3 by products: ‖P/‖P‖ − E/‖E‖‖ in the Frobenius norm, of P = W M and the simplex frame E; as
    /// [`self_duality`](Self::self_duality) 0 if W and M are one simplex, and of features whose span turns it does not
    /// ask that W lies in it. In 0..2; `None` if P is 0.
    ///
    /// # Errors
    /// As [`self_duality`](Self::self_duality).
    pub fn product_distance(&self, weight: &Array<'_>) -> Result<Option<f64>, Error> {
        let weight = self.weight(weight)?;
        let k = self.classes.len() as f64;
        Ok(distance(
            &products(&weight, &self.centred, self.width),
            |same| f64::from(u8::from(same)) - 1.0 / k,
        ))
    }

    /// NC4: the share of features whose predicted class is that of the nearest class mean, the first of equally near
    /// ones. In 0..1; `predictions` are labels, one for each of `features` `[n, d]`.
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit together or have no rows, [`Error::Value`] for numbers that are not
    /// finite.
    pub fn nearest_mean_agreement<'a>(
        &self,
        features: &Array<'_>,
        predictions: impl Into<Labels<'a>>,
    ) -> Result<f64, Error> {
        let mut table = Table::beside("features", features, self.width)?;
        let predictions = predictions.into();
        check_labels("predictions", &predictions, table.len())?;
        if table.len() == 0 {
            return Err(Error::shape(
                "features",
                "[n, d] with n >= 1",
                features.shape,
            ));
        }
        table.scale(self.scale);
        let means = || self.means.chunks_exact(self.width).enumerate();
        let agree = table.rows().enumerate().filter(|(i, row)| {
            let near = means().map(|(k, mean)| (square_distance(row, mean), k));
            let near = near.min_by(|a, b| a.0.total_cmp(&b.0));
            near.is_some_and(|(_, k)| self.classes[k] == predictions.get(*i))
        });
        Ok(agree.count() as f64 / table.len() as f64)
    }

    /// The numbers of a classifier, brought near 1.
    fn weight(&self, weight: &Array<'_>) -> Result<Vec<f64>, Error> {
        let mut table = Table::beside("weight", weight, self.width)?;
        if table.len() != self.classes.len() {
            let expected = format!(
                "[{}, {}], a row for each class",
                self.classes.len(),
                self.width
            );
            return Err(Error::shape("weight", expected, weight.shape));
        }
        table.scale(unit_scale(table.largest()));
        Ok(table.values)
    }

    /// The lengths of the centred means.
    fn lengths(&self) -> Vec<f64> {
        let rows = self.centred.chunks_exact(self.width);
        rows.map(|row| dot(row, row).sqrt()).collect()
    }

    /// The cosines of all pairs of centred means.
    fn cosines(&self) -> Vec<f64> {
        let (k, lengths) = (self.classes.len(), self.lengths());
        let gram = products(&self.centred, &self.centred, self.width);
        let pairs = (0..k).flat_map(|i| (i + 1..k).map(move |j| (i, j)));
        pairs
            .map(|(i, j)| match lengths[i] * lengths[j] {
                0.0 => 0.0,
                size => gram[i * k + j] / size,
            })
            .collect()
    }
}

fn mean(table: &Table, rows: &[usize]) -> Vec<f64> {
    let mut mean = vec![0.0; table.width];
    for &i in rows {
        mean.iter_mut().zip(table.row(i)).for_each(|(m, x)| *m += x);
    }
    mean.iter_mut().for_each(|m| *m /= rows.len() as f64);
    mean
}

/// a bᵀ of two lists of rows.
fn products(a: &[f64], b: &[f64], width: usize) -> Vec<f64> {
    let rows = a.chunks_exact(width);
    rows.flat_map(|a| b.chunks_exact(width).map(move |b| dot(a, b)))
        .collect()
}

/// How far a square matrix is from a target, both of Frobenius norm 1; the target's entries on the diagonal and off it.
fn distance(matrix: &[f64], target: impl Fn(bool) -> f64) -> Option<f64> {
    let k = matrix.len().isqrt();
    let size = dot(matrix, matrix).sqrt();
    let (on, off) = (target(true), target(false));
    let of_target = (k as f64 * (on * on + (k - 1) as f64 * off * off)).sqrt();
    let entries = matrix.iter().enumerate();
    let sum: f64 = entries
        .map(|(i, x)| {
            let target = if i / k == i % k { on } else { off };
            (x / size - target / of_target).powi(2)
        })
        .sum();
    (size > 0.0).then(|| sum.sqrt())
}

/// tr(S_W S_B⁺)/K from the means less h_G, as rows, and the features less their class means.
///
/// With the deviations D `[K, d]` and D Dᵀ = V Λ Vᵀ the pseudo-inverse of S_B = Dᵀ D/K is K Dᵀ V Λ⁻² Vᵀ D, so that only
/// a matrix of the size of the classes has to be taken apart.
fn variability(
    deviations: &[f64],
    offsets: impl Iterator<Item = Vec<f64>>,
    count: usize,
    width: usize,
) -> Option<f64> {
    let gram = products(deviations, deviations, width);
    let k = gram.len().isqrt();
    let (values, vectors) = eigen::symmetric(gram, k);
    let kept = values.iter().filter(|&&x| x > LEAST * values[0]).count();
    if !(values[0] > 0.0) {
        return None;
    }
    // Rows Λ⁻¹ Vᵀ D.
    let mut basis = vec![0.0; kept * width];
    for (row, i) in basis.chunks_exact_mut(width).zip(0..kept) {
        for (x, from) in vectors[i * k..(i + 1) * k]
            .iter()
            .zip(deviations.chunks_exact(width))
        {
            row.iter_mut()
                .zip(from)
                .for_each(|(r, d)| *r += x * d / values[i]);
        }
    }
    let square = |offset: Vec<f64>| -> f64 {
        basis
            .chunks_exact(width)
            .map(|row| dot(row, &offset).powi(2))
            .sum()
    };
    // The K of the pseudo-inverse and that of the mean over classes cancel.
    Some(offsets.map(square).sum::<f64>() / count as f64)
}
