//! Distance of the features that a frozen network sees in two images.

use crate::error::Error;
use crate::kernels::scalar::Float;

/// One layer's features of one image: numbers of any layout, with their size relative to the other layers.
#[derive(Debug, Clone, PartialEq)]
pub struct Features<T> {
    /// The activations.
    pub values: Vec<T>,
    /// λ, what the layer's mean difference is multiplied with; at least 0.
    pub weight: f64,
}

/// A frozen network that the caller brings, such as the first layers of a classifier, with its normalisation.
pub trait FeatureExtractor<T>: Sync {
    /// What went wrong in it.
    type Error;

    /// The features of an image, layer by layer, always of the same layout for the same shape.
    ///
    /// # Errors
    /// Its own.
    fn features(&self, image: &[T], shape: &[usize]) -> Result<Vec<Features<T>>, Self::Error>;

    /// Slopes by the image, given those by the features of every layer: the vector-Jacobian product at `image`.
    ///
    /// # Errors
    /// Its own.
    fn pull_back(
        &self,
        image: &[T],
        shape: &[usize],
        slopes: &[Vec<T>],
    ) -> Result<Vec<T>, Self::Error>;
}

/// How features are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeatureDistance {
    /// Mean absolute difference.
    Absolute,
    /// Mean squared difference.
    Squared,
}

/// Why there is no distance.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PerceptualError<E> {
    /// The extractor failed.
    #[error("the feature extractor failed")]
    Extractor(E),
    /// The arrays do not fit.
    #[error(transparent)]
    Input(#[from] Error),
}

/// Σ_l λ_l · mean |φ_l(x) − φ_l(t)| (or of the squares), and its slopes by the prediction x: the feature loss of
/// paper 157, and with squares that of Johnson, Alahi and Fei-Fei 2016. The target's features are held fixed.
///
/// # Errors
/// [`PerceptualError::Extractor`] as the extractor says; [`Error::Shape`] if images or features differ in size;
/// [`Error::Value`] for features that are not finite and [`Error::Parameter`] for weights below 0.
pub fn perceptual<T: Float, X: FeatureExtractor<T>>(
    extractor: &X,
    distance: FeatureDistance,
    prediction: &[T],
    target: &[T],
    shape: &[usize],
) -> Result<(f64, Vec<T>), PerceptualError<X::Error>> {
    let entries = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
    for (argument, image) in [("prediction", prediction), ("target", target)] {
        if entries != Some(image.len()) {
            let expected = format!("{shape:?}");
            return Err(Error::shape(argument, expected, &[image.len()]).into());
        }
    }
    let of = |image: &[T]| {
        let features = extractor.features(image, shape);
        features.map_err(PerceptualError::Extractor)
    };
    let (ours, wanted) = (of(prediction)?, of(target)?);
    if ours.len() != wanted.len() {
        let expected = format!("{} layers, as those of the target", wanted.len());
        return Err(Error::shape("features", expected, &[ours.len()]).into());
    }
    let (mut total, mut slopes) = (0.0, Vec::with_capacity(ours.len()));
    for (x, t) in ours.iter().zip(&wanted) {
        let (value, slope) = layer(distance, x, t)?;
        total += value;
        slopes.push(slope);
    }
    let by_image = extractor.pull_back(prediction, shape, &slopes);
    let by_image = by_image.map_err(PerceptualError::Extractor)?;
    if by_image.len() != prediction.len() {
        return Err(Error::shape("pull_back", format!("{shape:?}"), &[by_image.len()]).into());
    }
    Ok((total, by_image))
}

fn layer<T: Float>(
    distance: FeatureDistance,
    x: &Features<T>,
    t: &Features<T>,
) -> Result<(f64, Vec<T>), Error> {
    if x.values.len() != t.values.len() {
        let expected = format!("[{}], as those of the target", t.values.len());
        return Err(Error::shape("features", expected, &[x.values.len()]));
    }
    if !(x.weight.is_finite() && x.weight >= 0.0) {
        return Err(Error::Parameter {
            loss: "perceptual".to_string(),
            parameter: "weight".to_string(),
            expected: "a finite number ≥ 0".to_string(),
            got: x.weight.to_string(),
        });
    }
    let share = x.weight / x.values.len().max(1) as f64;
    let (mut total, mut slopes) = (0.0, Vec::with_capacity(x.values.len()));
    for (position, (x, t)) in x.values.iter().zip(&t.values).enumerate() {
        let d = x.to_f64() - t.to_f64();
        if !d.is_finite() {
            return Err(Error::Value {
                argument: "features",
                position,
                value: d,
                expected: "finite features".to_string(),
            });
        }
        let (size, slope) = match distance {
            FeatureDistance::Squared => (d * d, 2.0 * d),
            FeatureDistance::Absolute if d == 0.0 => (0.0, 0.0),
            FeatureDistance::Absolute => (d.abs(), d.signum()),
        };
        total += size;
        slopes.push(T::from_f64(share * slope));
    }
    Ok((share * total, slopes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// The image itself, and the squares of the sums of neighbours.
    struct Two;

    impl FeatureExtractor<f64> for Two {
        type Error = Infallible;

        fn features(&self, image: &[f64], _: &[usize]) -> Result<Vec<Features<f64>>, Infallible> {
            let sums = image.windows(2).map(|w| (w[0] + w[1]) * (w[0] + w[1]));
            Ok(vec![
                Features {
                    values: image.to_vec(),
                    weight: 0.5,
                },
                Features {
                    values: sums.collect(),
                    weight: 2.0,
                },
            ])
        }

        fn pull_back(
            &self,
            image: &[f64],
            _: &[usize],
            slopes: &[Vec<f64>],
        ) -> Result<Vec<f64>, Infallible> {
            let mut out = slopes[0].clone();
            for (i, d) in slopes[1].iter().enumerate() {
                let slope = 2.0 * d * (image[i] + image[i + 1]);
                out[i] += slope;
                out[i + 1] += slope;
            }
            Ok(out)
        }
    }

    #[test]
    fn value_and_slopes_go_through_the_extractor() {
        let (x, t) = ([1.0, 2.0, -0.5], [0.5, 1.0, 1.0]);
        let at = |x: &[f64], distance| perceptual(&Two, distance, x, &t, &[3]).unwrap();
        let by_hand = 0.5 * (0.5 + 1.0 + 1.5) / 3.0 + 2.0 * (6.75 + 1.75) / 2.0;
        assert!((at(&x, FeatureDistance::Absolute).0 - by_hand).abs() < 1e-12);
        for distance in [FeatureDistance::Absolute, FeatureDistance::Squared] {
            let (_, slopes) = at(&x, distance);
            for i in 0..3 {
                let (mut up, mut down) = (x, x);
                up[i] += 1e-6;
                down[i] -= 1e-6;
                let want = (at(&up, distance).0 - at(&down, distance).0) / 2e-6;
                assert!((slopes[i] - want).abs() < 1e-6 * (1.0 + want.abs()));
            }
        }
        let wrong = perceptual(&Two, FeatureDistance::Squared, &x, &t[..2], &[3]);
        assert!(matches!(
            wrong,
            Err(PerceptualError::Input(Error::Shape { .. }))
        ));
    }
}
