//! Intensities on one scale.

/// Each channel with mean 0 and standard deviation 1 over the pixels of this image, in place; a channel of one value
/// becomes 0. Pixels that are not finite become 0, the mean of the others; gives how many they are.
pub(crate) fn normalise(values: &mut [f32], channels: usize) -> usize {
    let pixels = values.len() / channels.max(1);
    let mut missing = 0;
    for channel in values.chunks_exact_mut(pixels.max(1)) {
        let finite = || {
            channel
                .iter()
                .copied()
                .filter(|x| x.is_finite())
                .map(f64::from)
        };
        let count = finite().count();
        missing += channel.len() - count;
        let mean = finite().sum::<f64>() / count.max(1) as f64;
        let variance = finite().map(|x| (x - mean).powi(2)).sum::<f64>() / count.max(1) as f64;
        let deviation = variance.sqrt();
        // Below this, what differs is rounding.
        let is_flat = deviation <= 1e-6 * mean.abs() || deviation == 0.0;
        for x in channel {
            let centred = f64::from(*x) - mean;
            *x = match x.is_finite() && !is_flat {
                true => (centred / deviation) as f32,
                false => 0.0,
            };
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_have_mean_0_and_deviation_1() {
        let mut values = vec![1.0, 2.0, 3.0, 4.0, 100.0, 100.0, 100.0, 100.0];
        assert_eq!(normalise(&mut values, 2), 0);
        let squares: f32 = values[..4].iter().map(|x| x * x).sum();
        assert!(values[..4].iter().sum::<f32>().abs() < 1e-6 && (squares - 4.0).abs() < 1e-5);
        assert_eq!(values[4..], [0.0; 4]);
    }

    #[test]
    fn missing_pixels_become_the_mean() {
        let mut values = vec![f32::NAN, 1.0, 3.0, f32::INFINITY];
        assert_eq!(normalise(&mut values, 1), 2);
        assert_eq!(values, [0.0, -1.0, 1.0, 0.0]);
        let mut nothing = vec![f32::NAN; 3];
        assert_eq!(normalise(&mut nothing, 1), 3);
        assert_eq!(nothing, [0.0; 3]);
    }
}
