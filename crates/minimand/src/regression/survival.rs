//! How well scores put survival times in order.

use super::finite;
use crate::error::Error;

/// Harrell's concordance index: of all pairs whose order is known, the share in which the one with the higher risk was the
/// sooner; equal risks count half.
///
/// `risks` are scores such as those of `cox`, the larger the sooner; `times` and `events` (true: it happened then; false:
/// nothing had happened until then) have as many entries. The order of a pair is known if the sooner one is an event; of
/// equal times, an event comes before what is censored, and two events have no order. In 0..1, ½ for scores that say nothing;
/// `None` if the order of no pair is known. In O(n log n). Source: Harrell et al. 1996.
///
/// ```
/// use minimand::regression::concordance_index;
///
/// let index = concordance_index(&[2.0, 1.0, 3.0], &[5.0, 4.0, 1.0], &[true, false, true])?;
/// assert_eq!(index, Some(1.0));
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] if the lengths differ, [`Error::Value`] for a risk or a time that is not finite.
pub fn concordance_index(
    risks: &[f64],
    times: &[f64],
    events: &[bool],
) -> Result<Option<f64>, Error> {
    for (argument, length) in [("times", times.len()), ("events", events.len())] {
        if length != risks.len() {
            return Err(Error::Shape {
                argument,
                expected: format!("[{}], as the risks", risks.len()),
                got: format!("{length} entries"),
            });
        }
    }
    finite("risks", risks)?;
    finite("times", times)?;
    let mut levels = risks.to_vec();
    levels.sort_unstable_by(f64::total_cmp);
    levels.dedup();
    let mut later = Tally(vec![0; levels.len()]);
    let level = |i: usize| levels.partition_point(|&level| level < risks[i]);
    let mut order: Vec<usize> = (0..risks.len()).collect();
    order.sort_unstable_by(|&a, &b| times[b].total_cmp(&times[a]));
    // Twice the pairs in order, so that halves are whole numbers.
    let (mut pairs, mut twice, mut seen) = (0u64, 0u64, 0u64);
    for same in order.chunk_by(|&a, &b| times[a] == times[b]) {
        let (happened, censored): (Vec<usize>, Vec<usize>) = same.iter().partition(|&&i| events[i]);
        for &i in &censored {
            later.add(level(i));
        }
        seen += censored.len() as u64;
        for &i in &happened {
            pairs += seen;
            twice += later.below(level(i)) + later.below(level(i) + 1);
        }
        for &i in &happened {
            later.add(level(i));
        }
        seen += happened.len() as u64;
    }
    Ok((pairs > 0).then(|| twice as f64 / (2.0 * pairs as f64)))
}

/// Numbers of items by level, with sums over the lowest ones in O(log n) (Fenwick 1994).
struct Tally(Vec<u64>);

impl Tally {
    fn add(&mut self, level: usize) {
        let mut place = level + 1;
        while let Some(count) = self.0.get_mut(place - 1) {
            *count += 1;
            place += place & place.wrapping_neg();
        }
    }

    /// Items of the levels below this one.
    fn below(&self, level: usize) -> u64 {
        let (mut place, mut sum) = (level, 0);
        while place > 0 {
            sum += self.0[place - 1];
            place &= place - 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pair by pair.
    fn plainly(risks: &[f64], times: &[f64], events: &[bool]) -> Option<f64> {
        let (mut pairs, mut right) = (0.0, 0.0);
        for i in (0..risks.len()).filter(|&i| events[i]) {
            for j in 0..risks.len() {
                if times[j] > times[i] || times[j] == times[i] && !events[j] {
                    pairs += 1.0;
                    right += if risks[i] > risks[j] {
                        1.0
                    } else if risks[i] == risks[j] {
                        0.5
                    } else {
                        0.0
                    };
                }
            }
        }
        (pairs > 0.0).then(|| right / pairs)
    }

    #[test]
    fn the_tally_counts_what_pairs_count() {
        for n in 0..60 {
            let number = |i: usize, by: usize| ((i * i * by + 3 * i + n) % 11) as f64;
            let risks: Vec<f64> = (0..n).map(|i| number(i, 7)).collect();
            let times: Vec<f64> = (0..n).map(|i| number(i, 5)).collect();
            let events: Vec<bool> = (0..n).map(|i| (i * 7 + n) % 3 != 0).collect();
            let got = concordance_index(&risks, &times, &events).unwrap();
            assert_eq!(got, plainly(&risks, &times, &events), "{n}");
        }
    }

    #[test]
    fn a_value_of_lifelines() {
        let events = [true, false, true, true, false];
        let index = concordance_index(
            &[2.0, 1.0, 3.0, 0.0, 1.0],
            &[5.0, 1.0, 1.0, 4.0, 3.0],
            &events,
        )
        .unwrap();
        assert_eq!(index, Some(0.8));
        assert_eq!(
            concordance_index(&[1.0, 2.0], &[1.0, 2.0], &[false; 2]).unwrap(),
            None
        );
        assert_eq!(
            concordance_index(&[1.0, 2.0], &[0.0, -0.0], &[true, false]).unwrap(),
            Some(0.0)
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(matches!(
            concordance_index(&[1.0], &[], &[true]),
            Err(Error::Shape { .. })
        ));
        assert!(matches!(
            concordance_index(&[1.0], &[1.0], &[]),
            Err(Error::Shape { .. })
        ));
        assert!(matches!(
            concordance_index(&[f64::NAN], &[1.0], &[true]),
            Err(Error::Value { .. })
        ));
        assert!(matches!(
            concordance_index(&[1.0], &[f64::INFINITY], &[true]),
            Err(Error::Value { .. })
        ));
    }
}
