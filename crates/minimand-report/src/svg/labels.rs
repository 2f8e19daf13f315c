//! Keeping labels in one column from overlapping.

/// Moves labels, each a wanted centre and a height, apart so that they do not
/// overlap and all lie within `low..=high`, with the least sum of squared moves
/// apart from the limits. The order of labels at equal centres is kept. If the
/// labels do not fit, they run on past `high`. Returns their centres.
pub(super) fn spread(labels: &[(f64, f64)], low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|a, b| labels[*a].0.total_cmp(&labels[*b].0));
    // The least distance of each label, in order, from the upper limit.
    let mut end = 0.0;
    let offsets = order.iter().map(|index| {
        let height = labels[*index].1;
        end += height;
        end - height / 2.0
    });
    let offsets: Vec<f64> = offsets.collect();

    // Subtracting the offsets turns "not overlapping" into "not decreasing";
    // pooling violators is then the least-squares solution.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (index, offset) in order.iter().zip(&offsets) {
        let mut pool = (labels[*index].0 - offset, 1);
        while let Some((mean, size)) = pools.pop_if(|(mean, _)| *mean > pool.0) {
            let total = size + pool.1;
            pool.0 = (mean * size as f64 + pool.0 * pool.1 as f64) / total as f64;
            pool.1 = total;
        }
        pools.push(pool);
    }
    let highest = (high - end).max(low);
    let levels = pools
        .into_iter()
        .flat_map(|(mean, size)| std::iter::repeat_n(mean.clamp(low, highest), size));

    let mut placed = vec![0.0; labels.len()];
    for ((index, offset), level) in order.into_iter().zip(&offsets).zip(levels) {
        placed[index] = level + offset;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_with_room_stay() {
        let labels = [(50.0, 10.0), (10.0, 10.0), (30.0, 30.0)];
        assert_eq!(spread(&labels, 0.0, 100.0), [50.0, 10.0, 30.0]);
        assert!(spread(&[], 0.0, 100.0).is_empty());
    }

    #[test]
    fn crowded_labels_move_apart_around_their_centre() {
        let labels = [(50.0, 10.0); 3];
        assert_eq!(spread(&labels, 0.0, 100.0), [40.0, 50.0, 60.0]);
        let labels = [(52.0, 10.0), (48.0, 10.0)];
        assert_eq!(spread(&labels, 0.0, 100.0), [55.0, 45.0]);
        let labels = [(50.0, 30.0), (50.0, 10.0)];
        assert_eq!(spread(&labels, 0.0, 100.0), [40.0, 60.0]);
    }

    #[test]
    fn limits_hold_and_order_is_kept() {
        let labels = [(0.0, 10.0), (1.0, 10.0), (2.0, 10.0)];
        assert_eq!(spread(&labels, 0.0, 100.0), [5.0, 15.0, 25.0]);
        let labels = [(99.0, 10.0), (100.0, 10.0)];
        assert_eq!(spread(&labels, 0.0, 100.0), [85.0, 95.0]);
        assert_eq!(spread(&[(0.0, 10.0); 3], 0.0, 5.0), [5.0, 15.0, 25.0]);
    }
}
