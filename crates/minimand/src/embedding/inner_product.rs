//! Collaborative inner products: features pulled along the direction of their class, off those of the others.

use super::table::{Table, check_at_least, check_labels, dot, wrong};
use crate::batch::{Array, Labels};
use crate::error::Error;

/// The loss of raw inner products u_ic = f_i·c_c of features with learnable centres, one for each class:
/// L = (1/N) Σ_i ln(1 + exp(−u_{i y_i})) + λ (1/N) Σ_i Σ_{c ≠ y_i} max(u_ic, 0).
///
/// The first term pulls a feature along its class, the second forbids a positive product with any other centre ("at
/// least orthogonal"). It stands beside a cross entropy, whose weight decay bounds the centres' lengths: alone, the
/// first term makes them grow. Neither features nor centres are normalised; the value is ≥ 0 and the slope of max is 0
/// at 0. The form of the first term is not in the source's text and taken as the softplus. Source: Li, Xu and Leng 2019
/// (paper 043). Double precision.
///
/// ```
/// use minimand::Array;
/// use minimand::embedding::CollaborativeInnerProduct;
///
/// let (features, centres) = (vec![1.0, 0.5, -0.2, 1.0], vec![1.0, 0.2, 0.1, 0.8, -0.5, -0.5]);
/// let (features, centres) = (Array::new(&features, &[2, 2]), Array::new(&centres, &[3, 2]));
/// let loss = CollaborativeInnerProduct { lambda: 1.0 };
/// let (value, _, _) = loss.value_and_gradients(&features, &vec![0i64, 1], &centres)?;
/// assert!((value - 0.582339695669).abs() < 1e-12);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CollaborativeInnerProduct {
    /// Weight λ ≥ 0 of the products with other centres; usually 1.
    pub lambda: f64,
}

impl CollaborativeInnerProduct {
    /// The loss of `features` `[n, d]` with labels in 0..C and `centres` `[C, d]`, and its gradients by both. A batch
    /// of no features has value 0.
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] for numbers that are not finite,
    /// [`Error::Parameter`] for a λ or a label out of range.
    pub fn value_and_gradients<'a>(
        &self,
        features: &Array<'_>,
        labels: impl Into<Labels<'a>>,
        centres: &Array<'_>,
    ) -> Result<(f64, Vec<f64>, Vec<f64>), Error> {
        check_at_least("CollaborativeInnerProduct", "lambda", self.lambda, 0.0)?;
        let (features, labels) = (Table::new("features", features)?, labels.into());
        let centres = Table::beside("centres", centres, features.width)?;
        check_labels("labels", &labels, features.len())?;
        let (width, classes) = (features.width, centres.len());
        let mut by_features = vec![0.0; features.values.len()];
        let mut by_centres = vec![0.0; centres.values.len()];
        let share = 1.0 / features.len().max(1) as f64;
        let mut value = 0.0;
        for (i, feature) in features.rows().enumerate() {
            let label = labels.get(i);
            let Some(own) = usize::try_from(label).ok().filter(|&own| own < classes) else {
                let got = format!("{label} at position {i}");
                let expected = format!("labels in 0..{classes}");
                return Err(wrong("CollaborativeInnerProduct", "labels", expected, got));
            };
            for (c, centre) in centres.rows().enumerate() {
                let product = dot(feature, centre);
                let slope = if c == own {
                    value += share * ((-product).max(0.0) + (-product.abs()).exp().ln_1p());
                    -share / (1.0 + product.exp())
                } else {
                    value += share * self.lambda * product.max(0.0);
                    share * self.lambda * f64::from(u8::from(product > 0.0))
                };
                for k in 0..width {
                    by_features[i * width + k] += slope * centre[k];
                    by_centres[c * width + k] += slope * feature[k];
                }
            }
        }
        Ok((value, by_features, by_centres))
    }
}
