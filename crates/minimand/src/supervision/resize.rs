//! Arrays `[…, spatial]` at a coarser size.

/// Two sizes of the same extent, axis by axis.
pub(super) struct Sizes {
    fine: Vec<usize>,
    coarse: Vec<usize>,
}

impl Sizes {
    pub(super) fn new(fine: &[usize], coarse: &[usize]) -> Self {
        Sizes {
            fine: fine.to_vec(),
            coarse: coarse.to_vec(),
        }
    }

    /// Number of fine pixels.
    pub(super) fn fine(&self) -> usize {
        self.fine.iter().product()
    }
}

/// Replaces the axis before `inner` entries of length `from` by one of length `to`, whose entries `fill` makes
/// of all entries of the old one.
fn along<T: Copy + Default>(
    values: &[T],
    inner: usize,
    from: usize,
    to: usize,
    fill: impl Fn(usize, &dyn Fn(usize) -> T) -> T,
) -> Vec<T> {
    let outer = values.len() / (from * inner).max(1);
    let mut out = vec![T::default(); outer * to * inner];
    for (at, out) in out.iter_mut().enumerate() {
        let (row, column) = (at / inner, at % inner);
        let (outer, place) = (row / to, row % to);
        *out = fill(place, &|i| values[(outer * from + i) * inner + column]);
    }
    out
}

/// The value of the fine pixel around each coarse one's centre.
pub(super) fn nearest<T: Copy + Default>(sizes: &Sizes, values: &[T]) -> Vec<T> {
    let mut out = values.to_vec();
    // Axes behind the one in hand are coarse already.
    let mut inner = 1;
    for (&from, &to) in sizes.fine.iter().zip(&sizes.coarse).rev() {
        if from != to {
            out = along(&out, inner, from, to, |place, entry| {
                entry((2 * place + 1) * from / (2 * to))
            });
        }
        inner *= to;
    }
    out
}

/// Sums of fine values over coarse pixels, each weighted by the part of it that the coarse pixel covers.
fn cover(sizes: &Sizes, values: &[f64]) -> Vec<f64> {
    let mut out = values.to_vec();
    let mut inner = 1;
    for (&from, &to) in sizes.fine.iter().zip(&sizes.coarse).rev() {
        if from != to {
            let step = from as f64 / to as f64;
            out = along(&out, inner, from, to, |place, entry| {
                let (start, end) = (place * from, (place + 1) * from);
                let part = |i: usize| {
                    let (low, high) = ((i * to).max(start), ((i + 1) * to).min(end));
                    (high - low) as f64 / to as f64
                };
                let sum: f64 = (start / to..end.div_ceil(to))
                    .map(|i| part(i) * entry(i))
                    .sum();
                sum / step
            });
        }
        inner *= to;
    }
    out
}

/// Mean over the fine pixels that count, of arrays with `channels` images to one of `counts`. Where none counts
/// it is 0; what does not count may hold anything.
pub(super) fn area(
    sizes: &Sizes,
    values: &[f64],
    counts: Option<&[f64]>,
    channels: usize,
) -> Vec<f64> {
    let images = |at: usize, pixels: usize| at / pixels.max(1) / channels.max(1);
    let count = |counts: &[f64], at: usize, pixels: usize| {
        counts[images(at, pixels) * pixels + at % pixels.max(1)]
    };
    let (fine, coarse) = (sizes.fine(), sizes.coarse.iter().product());
    let mut kept = values.to_vec();
    if let Some(counts) = counts {
        for (at, value) in kept.iter_mut().enumerate() {
            let count = count(counts, at, fine);
            *value = if count > 0.0 { count * *value } else { 0.0 };
        }
    }
    let mut out = cover(sizes, &kept);
    if let Some(counts) = counts {
        let share = cover(sizes, counts);
        for (at, out) in out.iter_mut().enumerate() {
            let share = count(&share, at, coarse);
            *out = if share > 0.0 { *out / share } else { 0.0 };
        }
    }
    // A mean may leave the range of its numbers by rounding alone, and a soft label must not.
    let low = kept.iter().copied().fold(f64::INFINITY, f64::min);
    let high = kept.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    out.iter_mut()
        .for_each(|mean| *mean = mean.max(low).min(high));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_takes_the_pixel_around_the_centre() {
        let labels: Vec<i64> = (0..16).collect();
        assert_eq!(
            nearest(&Sizes::new(&[4, 4], &[2, 2]), &labels),
            [5, 7, 13, 15]
        );
        let sizes = Sizes::new(&[5], &[3]);
        // Centres 0.83, 2.5 and 4.17; two rows.
        assert_eq!(nearest(&sizes, &labels[..10]), [0, 2, 4, 5, 7, 9]);
        let same = Sizes::new(&[4, 4], &[4, 4]);
        assert_eq!(nearest(&same, &labels), labels);
    }

    #[test]
    fn area_keeps_the_mean() {
        let values: Vec<f64> = (0..30).map(|i| f64::from(i * i % 7)).collect();
        let sizes = Sizes::new(&[5, 6], &[3, 4]);
        let coarse = area(&sizes, &values, None, 1);
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        assert!((mean(&coarse) - mean(&values)).abs() < 1e-12);
        let pairs = area(&Sizes::new(&[4], &[2]), &[1.0, 3.0, 5.0, 9.0], None, 1);
        assert_eq!(pairs, [2.0, 7.0]);
    }

    #[test]
    fn what_does_not_count_is_left_out() {
        let sizes = Sizes::new(&[4], &[2]);
        let values = [1.0, f64::NAN, f64::NAN, f64::NAN, 0.5, 7.0, 3.0, 3.0];
        let counts = [1.0, 0.0, 0.0, 0.0];
        // Two channels share the counts of their image.
        assert_eq!(
            area(&sizes, &values, Some(&counts), 2),
            [1.0, 0.0, 0.5, 0.0]
        );
    }
}
