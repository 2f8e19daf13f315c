//! Which places of a feature map speak for a score.

/// Grad-CAM: max(Σ_k a_k A_k, 0) over its largest value, a_k the mean of ∂s/∂A_k over the places; zero
/// if nothing is positive. `maps` and `gradients`: `[places, channels]`. Selvaraju et al. 2017.
pub(crate) fn grad_cam(maps: &[f32], gradients: &[f32], channels: usize) -> Vec<f64> {
    let places = maps.len() / channels;
    let mut weights = vec![0.0; channels];
    for row in gradients.chunks_exact(channels) {
        let means = weights.iter_mut().zip(row);
        means.for_each(|(a, &g)| *a += f64::from(g) / places as f64);
    }
    let raw = maps.chunks_exact(channels).map(|row| {
        let products = row.iter().zip(&weights).map(|(&m, a)| f64::from(m) * a);
        products.sum::<f64>().max(0.0)
    });
    let raw: Vec<f64> = raw.collect();
    let largest = raw.iter().copied().fold(0.0, f64::max);
    let scale = if largest > 0.0 { 1.0 / largest } else { 0.0 };
    raw.iter().map(|value| value * scale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_of_the_record() {
        // Two channels over four places; weights 0.25 and −0.1.
        let maps = [1.0, 0.0, 0.0, 3.0, 2.0, 1.0, 1.0, 0.0];
        let gradients = [0.1, -0.5, 0.2, 0.1, 0.3, 0.1, 0.4, -0.1];
        let map = grad_cam(&maps, &gradients, 2);
        for (value, expected) in map.iter().zip([0.625, 0.0, 1.0, 0.625]) {
            assert!((value - expected).abs() < 1e-7, "{map:?}");
        }
        assert_eq!(grad_cam(&[1.0, 2.0], &[-1.0, -1.0], 1), [0.0, 0.0]);
    }
}
