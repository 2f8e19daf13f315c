//! Ways between classes, and how even they are.

use minimand::Array;
use minimand::embedding::{GaussianGeodesic, Geodesic};

use super::normal_classes::Normal;
use crate::data::Labelled;
use crate::error::StudyError;

/// From some rows to as many others.
pub(super) fn geodesic(
    data: &Labelled,
    from: &[usize],
    to: &[usize],
) -> Result<Geodesic, StudyError> {
    let [from, to] = [from, to].map(|rows| data.select(rows));
    let shape = [from.rows(), data.columns];
    let [x, y] = [&from, &to].map(|rows| Array::new(&rows.features, &shape));
    Ok(Geodesic::new(&x, &y)?)
}

/// The largest relative error of W₂(P₀, P_s) = s W₂(P₀, P₁) over places s.
pub(super) fn sample_speed(
    way: &Geodesic,
    data: &Labelled,
    from: &[usize],
) -> Result<f64, StudyError> {
    let from = data.select(from);
    let start: Vec<f64> = from.features.iter().map(|&x| f64::from(x)).collect();
    let shape = [from.rows(), data.columns];
    let mut largest = 0.0_f64;
    for place in [0.25, 0.5, 0.75] {
        let points = way.points(place)?;
        let part = Geodesic::new(&Array::new(&start, &shape), &Array::new(&points, &shape))?;
        largest = largest.max((part.length() / (place * way.length()) - 1.0).abs());
    }
    Ok(largest)
}

/// The same for normal distributions.
pub(super) fn gaussian_speed([from, to]: &[Normal; 2]) -> Result<f64, StudyError> {
    let (start, end) = (from.covariance(), to.covariance());
    let way = GaussianGeodesic::new((&from.mean, &start), (&to.mean, &end))?;
    let mut largest = 0.0_f64;
    for place in [0.25, 0.5, 0.75] {
        let (mean, covariance) = way.at(place)?;
        let part = GaussianGeodesic::new((&from.mean, &start), (&mean, &covariance))?;
        let length = part.square_length().sqrt();
        largest = largest.max((length / (place * way.square_length().sqrt()) - 1.0).abs());
    }
    Ok(largest)
}
