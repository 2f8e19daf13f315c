//! Weights of the steps of a forecast: what lies far ahead is noisier.

use super::{demand, finite};
use crate::error::Error;

/// Weights l^−power of the steps l = 1…steps ahead.
///
/// With ½ they fit errors whose deviation grows as √l, such as those of a random walk; 0 weighs all steps alike.
/// The decay loss of paper 166 is `mae` with these weights ([`step_weights`]) and the denominator
/// [`Count`](crate::Denominator::Count); with [`Weights`](crate::Denominator::Weights) they are normalised. Source: Wang et
/// al. 2024.
///
/// ```
/// use minimand::regression::{horizon_weights, step_weights};
/// use minimand::{Array, Batch, Denominator, Objective, Options, Target};
///
/// // Forecasts [1, 3 steps, 2 channels], the record's.
/// let (x, y) = ([1.0, 2.0, 0.0, 1.0, 3.0, 3.0], [0.0, 2.0, 1.0, 1.0, 3.0, 5.0]);
/// let shape = [1, 3, 2];
/// let weights = step_weights(&horizon_weights(3, 0.5)?, &shape, 1)?;
/// let batch = Batch::new(Array::new(&x[..], &shape), Target::dense(&y[..], &shape)).weights(Array::new(&weights, &shape));
/// let options = Options { denominator: Denominator::Count, ..Options::default() };
/// let loss: Objective = "mae".parse()?;
/// assert!((loss.evaluate(&batch, &options)?.value - 0.4769678866).abs() < 1e-9);
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`] for no steps, and for a power that is below 0 or not finite.
pub fn horizon_weights(steps: usize, power: f64) -> Result<Vec<f64>, Error> {
    demand(steps > 0, "horizon_weights", "steps", "at least 1", steps)?;
    let valid = power.is_finite() && power >= 0.0;
    demand(
        valid,
        "horizon_weights",
        "power",
        "a finite number ≥ 0",
        power,
    )?;
    Ok((1..=steps).map(|l| (l as f64).powf(-power)).collect())
}

/// A weight for every entry of a shape, from one for each step along an axis.
///
/// # Errors
/// [`Error::Shape`] if the axis does not have as many steps as there are weights.
pub fn step_weights(weights: &[f64], shape: &[usize], axis: usize) -> Result<Vec<f64>, Error> {
    if shape.get(axis) != Some(&weights.len()) {
        return Err(Error::Shape {
            argument: "weights",
            expected: format!("one for each step along axis {axis} of {shape:?}"),
            got: format!("{} entries", weights.len()),
        });
    }
    let inner: usize = shape[axis + 1..].iter().product();
    let entries: usize = shape.iter().product();
    let step = |entry: usize| weights[entry / inner.max(1) % weights.len().max(1)];
    Ok((0..entries).map(step).collect())
}

/// The error of the forecast "as a season ago" within a history: the unit of the mean absolute scaled error.
///
/// Mean of |y_i − y_(i−season)|^power, to the power of 1/power: with power 1 `mae` of predictions and targets that are divided
/// by it is MASE, with power 2 `rmse` of them RMSSE. Below 1 a forecast is better than that of the past. `None` if the history
/// never changed. Source: Hyndman and Koehler 2006; Makridakis et al. 2022 (M5).
///
/// # Errors
/// [`Error::Parameter`] for a season of 0 or a power other than 1 and 2, [`Error::Shape`] for a history that is not longer
/// than a season, [`Error::Value`] for a number that is not finite.
pub fn naive_scale(history: &[f64], season: usize, power: u32) -> Result<Option<f64>, Error> {
    demand(season > 0, "naive_scale", "season", "at least 1", season)?;
    demand(
        power == 1 || power == 2,
        "naive_scale",
        "power",
        "1 or 2",
        power,
    )?;
    if history.len() <= season {
        return Err(Error::Shape {
            argument: "history",
            expected: format!("more than a season of {season}"),
            got: format!("{} numbers", history.len()),
        });
    }
    finite("history", history)?;
    let steps = history.iter().zip(&history[season..]);
    let sum: f64 = steps.map(|(a, b)| (b - a).abs().powi(power as i32)).sum();
    let mean = sum / (history.len() - season) as f64;
    let scale = if power == 2 { mean.sqrt() } else { mean };
    Ok(Some(scale).filter(|&scale| scale > 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_fall_from_the_first_step_on() {
        assert_eq!(horizon_weights(3, 0.0).unwrap(), [1.0; 3]);
        assert_eq!(horizon_weights(4, 0.5).unwrap()[3], 0.5);
        assert!(matches!(
            horizon_weights(0, 0.5),
            Err(Error::Parameter { .. })
        ));
        assert!(matches!(
            horizon_weights(3, -1.0),
            Err(Error::Parameter { .. })
        ));
        assert!(matches!(
            horizon_weights(3, f64::NAN),
            Err(Error::Parameter { .. })
        ));
    }

    #[test]
    fn the_naive_forecast_is_that_of_a_season_ago() {
        let history = [1.0, 2.0, 4.0, 4.0];
        assert_eq!(naive_scale(&history, 1, 1).unwrap(), Some(1.0));
        assert_eq!(
            naive_scale(&history, 2, 2).unwrap(),
            Some((13.0f64 / 2.0).sqrt())
        );
        assert_eq!(naive_scale(&[3.0, 3.0], 1, 1).unwrap(), None);
        assert!(naive_scale(&history, 4, 1).is_err() && naive_scale(&history, 0, 1).is_err());
        assert!(
            naive_scale(&history, 1, 3).is_err() && naive_scale(&[1.0, f64::NAN], 1, 1).is_err()
        );
    }

    #[test]
    fn every_entry_has_the_weight_of_its_step() {
        let weights = step_weights(&[1.0, 2.0], &[2, 2, 2], 1).unwrap();
        assert_eq!(weights, [1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0]);
        assert_eq!(step_weights(&[1.0, 2.0], &[2, 0, 2], 2).unwrap(), [0.0; 0]);
        assert!(matches!(
            step_weights(&[1.0], &[2, 2], 1),
            Err(Error::Shape { .. })
        ));
        assert!(matches!(
            step_weights(&[1.0], &[2, 2], 5),
            Err(Error::Shape { .. })
        ));
    }
}
