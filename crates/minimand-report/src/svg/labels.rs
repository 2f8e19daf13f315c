//! Keeping labels in one column from overlapping.

/// Moves labels apart so that neighbours are at least `gap` apart and all lie
/// within `low..=high`, with the least sum of squared moves apart from the limits.
/// The order of labels at equal heights is kept. If the labels do not fit, they
/// run on past `high`.
pub(super) fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));

    // Subtracting the required distance turns "at least `gap` apart" into "not
    // decreasing"; pooling violators is then the least-squares solution.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (rank, index) in order.iter().enumerate() {
        let mut pool = (wanted[*index] - gap * rank as f64, 1);
        while let Some((mean, size)) = pools.pop_if(|(mean, _)| *mean > pool.0) {
            let total = size + pool.1;
            pool.0 = (mean * size as f64 + pool.0 * pool.1 as f64) / total as f64;
            pool.1 = total;
        }
        pools.push(pool);
    }
    let highest = (high - gap * wanted.len().saturating_sub(1) as f64).max(low);
    let levels = pools
        .into_iter()
        .flat_map(|(mean, size)| std::iter::repeat_n(mean.clamp(low, highest), size));

    let mut placed = vec![0.0; wanted.len()];
    for (rank, (index, level)) in order.into_iter().zip(levels).enumerate() {
        placed[index] = level + gap * rank as f64;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_with_room_stay() {
        assert_eq!(
            spread(&[50.0, 10.0, 30.0], 10.0, 0.0, 100.0),
            [50.0, 10.0, 30.0]
        );
        assert!(spread(&[], 10.0, 0.0, 100.0).is_empty());
    }

    #[test]
    fn crowded_labels_move_apart_around_their_centre() {
        assert_eq!(
            spread(&[50.0, 50.0, 50.0], 10.0, 0.0, 100.0),
            [40.0, 50.0, 60.0]
        );
        assert_eq!(spread(&[52.0, 48.0], 10.0, 0.0, 100.0), [55.0, 45.0]);
    }

    #[test]
    fn limits_hold_and_order_is_kept() {
        assert_eq!(
            spread(&[0.0, 1.0, 2.0], 10.0, 0.0, 100.0),
            [0.0, 10.0, 20.0]
        );
        assert_eq!(spread(&[99.0, 100.0], 10.0, 0.0, 100.0), [90.0, 100.0]);
        assert_eq!(spread(&[0.0; 3], 10.0, 0.0, 5.0), [0.0, 10.0, 20.0]);
    }
}
