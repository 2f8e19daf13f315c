//! Weights for targets that are rare.

use super::demand;
use crate::error::Error;

/// Weights of items by how rare their targets are: label distribution smoothing.
///
/// The numbers of items in each bin are smoothed by a Gaussian of deviation `smoothing` (in bins; the numbers are
/// mirrored at both ends), since a rare target gains from items near it; an item's weight is the smoothed number of its bin
/// to the power of −`power` (½ for less extreme weights, 1 for the plain inverse), and their mean is 1. `bins` holds the bin
/// of each item, as from [`Bins::index`](super::Bins::index), each in 0..count. Source: Yang et al. 2021.
///
/// ```
/// use minimand::regression::density_weights;
///
/// let weights = density_weights(&[0, 0, 0, 1], 2, 0.0, 1.0)?;
/// assert_eq!(weights, [2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0, 2.0]);
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Value`] for a bin that is not in 0..count; [`Error::Parameter`] for a smoothing or power that is below 0 or
/// not finite.
pub fn density_weights(
    bins: &[usize],
    count: usize,
    smoothing: f64,
    power: f64,
) -> Result<Vec<f64>, Error> {
    for (parameter, x) in [("smoothing", smoothing), ("power", power)] {
        let valid = x.is_finite() && x >= 0.0;
        demand(
            valid,
            "density_weights",
            parameter,
            "a finite number ≥ 0",
            x,
        )?;
    }
    let mut numbers = vec![0.0; count];
    for (position, &bin) in bins.iter().enumerate() {
        let Some(number) = numbers.get_mut(bin) else {
            return Err(Error::Value {
                argument: "bins",
                position,
                value: bin as f64,
                expected: format!("a bin in 0..{count}"),
            });
        };
        *number += 1.0;
    }
    let reach = (4.0 * smoothing).ceil().min(count as f64) as usize;
    let kernel: Vec<f64> = (0..=reach)
        .map(|step| {
            if step == 0 {
                1.0
            } else {
                (-0.5 * (step as f64 / smoothing).powi(2)).exp()
            }
        })
        .collect();
    let whole = kernel[0] + 2.0 * kernel[1..].iter().sum::<f64>();
    // The place that lies so far from a bin, mirrored at the ends.
    let mirrored = |place: isize| {
        let period = 2 * count as isize;
        let place = place.rem_euclid(period);
        place.min(period - 1 - place) as usize
    };
    let smoothed = |bin: usize| {
        let sides = kernel.iter().enumerate().skip(1).map(|(step, k)| {
            let (bin, step) = (bin as isize, step as isize);
            k * (numbers[mirrored(bin - step)] + numbers[mirrored(bin + step)])
        });
        (kernel[0] * numbers[bin] + sides.sum::<f64>()) / whole
    };
    let of_bins: Vec<f64> = (0..count).map(|bin| smoothed(bin).powf(-power)).collect();
    let weights: Vec<f64> = bins.iter().map(|&bin| of_bins[bin]).collect();
    let mean = weights.iter().sum::<f64>() / weights.len().max(1) as f64;
    Ok(weights.iter().map(|w| w / mean).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_bins_weigh_more_and_neighbours_share() {
        // Eight items in bin 0, one in bin 1, one in bin 9.
        let bins: Vec<usize> = [vec![0; 8], vec![1, 9]].concat();
        let plain = density_weights(&bins, 10, 0.0, 1.0).unwrap();
        assert!((plain[8] / plain[0] - 8.0).abs() < 1e-12);
        assert_eq!(plain[8], plain[9]);
        let smooth = density_weights(&bins, 10, 1.0, 1.0).unwrap();
        assert!(
            smooth[9] > 2.0 * smooth[8],
            "bin 1 has a crowded neighbour: {smooth:?}"
        );
        assert!((smooth.iter().sum::<f64>() - 10.0).abs() < 1e-12);
        assert_eq!(density_weights(&bins, 10, 1.0, 0.0).unwrap(), [1.0; 10]);
    }

    #[test]
    fn smoothing_keeps_even_numbers_even() {
        let bins: Vec<usize> = (0..12).map(|i| i % 4).collect();
        for weight in density_weights(&bins, 4, 7.0, 1.0).unwrap() {
            assert!((weight - 1.0).abs() < 1e-12);
        }
        assert_eq!(density_weights(&[], 0, 1.0, 1.0).unwrap(), [0.0; 0]);
        assert!(matches!(
            density_weights(&[2], 2, 1.0, 1.0),
            Err(Error::Value { .. })
        ));
        assert!(matches!(
            density_weights(&[1], 2, -1.0, 1.0),
            Err(Error::Parameter { .. })
        ));
    }
}
