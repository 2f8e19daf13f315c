//! Which examples make up a batch, where a loss needs more than a random few.

use crate::batch::Labels;
use crate::error::Error;
use crate::random::{Key, Random};
use std::collections::BTreeMap;

/// Draws the sets of [`Oko`](crate::losses::Oko): two examples of one class and one each of k others.
///
/// Classes are drawn uniformly from those present, however many examples they have, and the examples
/// uniformly from their class; no example comes twice in a set, and its order is random. The pair's class is
/// one that has two examples. Set number `i` depends on the seed and on `i` alone, so that any share of an
/// epoch can be drawn anywhere and by any number of threads.
///
/// ```
/// use minimand::sampling::OkoSampler;
///
/// let labels = vec![0i64, 1, 1, 2, 0, 2, 2, 0];
/// let sampler = OkoSampler::new(&labels, 1, 42)?;
/// let set = sampler.set(0);
/// assert_eq!(set.len(), 3);
/// assert_eq!(sampler.sets(0, 4)[..3], set);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OkoSampler {
    /// Examples of each class, classes with at least two of them first.
    classes: Vec<Vec<usize>>,
    /// Number of those that can be the pair's.
    pairs: usize,
    odd: usize,
    key: Key,
}

impl OkoSampler {
    /// A sampler of sets with `odd` (k) odd classes. `labels[i]` is the class of example i; examples with a
    /// negative label are never drawn.
    ///
    /// # Errors
    /// [`Error::Parameter`] if fewer than k + 1 classes are present, or none has two examples.
    pub fn new<'a>(
        labels: impl Into<Labels<'a>>,
        odd: usize,
        seed: u64,
    ) -> Result<OkoSampler, Error> {
        let labels = labels.into();
        let mut by_class: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for i in (0..labels.len()).filter(|&i| labels.get(i) >= 0) {
            by_class.entry(labels.get(i)).or_default().push(i);
        }
        let (mut classes, single): (Vec<_>, Vec<_>) = by_class
            .into_values()
            .partition(|examples| examples.len() > 1);
        let pairs = classes.len();
        classes.extend(single);
        let too_few = |what: &str, expected: String| Error::Parameter {
            loss: "OkoSampler".to_string(),
            parameter: "labels".to_string(),
            expected,
            got: what.to_string(),
        };
        if classes.len() <= odd {
            return Err(too_few(
                &format!("{} classes", classes.len()),
                format!("labels of at least {} classes", odd.saturating_add(1)),
            ));
        }
        if pairs == 0 {
            return Err(too_few(
                "one example of each class",
                "labels with two examples of some class".to_string(),
            ));
        }
        Ok(OkoSampler {
            classes,
            pairs,
            odd,
            key: Key::new(seed),
        })
    }

    /// Examples in a set: k + 2.
    pub fn members(&self) -> usize {
        self.odd + 2
    }

    /// Set number `index`: the places of its examples among the labels.
    pub fn set(&self, index: u64) -> Vec<usize> {
        let mut random = Random::new(self.key.child(index), 0);
        let mut set = Vec::with_capacity(self.members());
        let pair = random.below(self.pairs);
        let examples = &self.classes[pair];
        let first = random.below(examples.len());
        // Of the others: those from `first` on move up by one.
        let second = random.below(examples.len() - 1);
        set.push(examples[first]);
        set.push(examples[second + usize::from(second >= first)]);
        // A sample of the other classes without replacement (Floyd 1987).
        let others = self.classes.len() - 1;
        let mut drawn: Vec<usize> = Vec::with_capacity(self.odd);
        for last in others - self.odd..others {
            let class = random.below(last + 1);
            drawn.push(if drawn.contains(&class) { last } else { class });
        }
        for class in drawn {
            let examples = &self.classes[class + usize::from(class >= pair)];
            set.push(examples[random.below(examples.len())]);
        }
        random.shuffle(&mut set);
        set
    }

    /// `count` sets from number `first` on, one after another: the rows of a batch `[count, k + 2]`.
    pub fn sets(&self, first: u64, count: usize) -> Vec<usize> {
        (0..count as u64)
            .flat_map(|i| self.set(first.wrapping_add(i)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Classes 0 to 4 with 40, 20, 10, 2 and 1 examples, in mixed order, and two examples without a class.
    fn labels() -> Vec<i64> {
        let mut labels: Vec<i64> = [(0, 40), (1, 20), (2, 10), (3, 2), (4, 1), (-1, 2)]
            .iter()
            .flat_map(|&(class, count)| std::iter::repeat_n(class, count))
            .collect();
        Random::new(Key::new(1), 0).shuffle(&mut labels);
        labels
    }

    #[test]
    fn sets_have_a_pair_and_odd_ones_of_uniform_classes() {
        let labels = labels();
        for odd in [0, 1, 3] {
            let sampler = OkoSampler::new(&labels, odd, 5).unwrap();
            let (mut pairs, mut odds) = ([0.0; 5], [0.0; 5]);
            let mut first_is_odd = 0.0;
            for index in 0..10_000 {
                let set = sampler.set(index);
                assert_eq!(set.len(), odd + 2);
                let mut distinct = set.clone();
                distinct.sort_unstable();
                distinct.dedup();
                assert_eq!(distinct.len(), set.len(), "an example comes twice");
                let mut counts = [0; 5];
                set.iter().for_each(|&i| counts[labels[i] as usize] += 1);
                assert_eq!(counts.iter().filter(|&&n| n == 2).count(), 1);
                assert_eq!(counts.iter().filter(|&&n| n == 1).count(), odd);
                for k in 0..5 {
                    pairs[k] += f64::from(u8::from(counts[k] == 2)) / 1e4;
                    odds[k] += f64::from(u8::from(counts[k] == 1)) / 1e4;
                }
                first_is_odd += f64::from(u8::from(counts[labels[set[0]] as usize] == 1)) / 1e4;
            }
            // Five standard deviations of a share of 10⁴ draws are below 0.025.
            let near = |got: f64, want: f64| assert!((got - want).abs() < 0.025, "{got} {want}");
            pairs[..4].iter().for_each(|&share| near(share, 0.25));
            assert_eq!(pairs[4], 0.0, "a single example is no pair");
            let k = odd as f64;
            // Each of the four is odd with k of the other four classes, if it is not the pair's.
            odds[..4]
                .iter()
                .for_each(|&share| near(share, 0.75 * k / 4.0));
            near(odds[4], k / 4.0);
            near(first_is_odd, k / (k + 2.0));
        }
    }

    #[test]
    fn examples_are_drawn_uniformly_and_by_number() {
        let labels = labels();
        let sampler = OkoSampler::new(&labels, 1, 5).unwrap();
        let mut share = vec![0.0; labels.len()];
        for index in 0..20_000 {
            sampler.set(index).iter().for_each(|&i| share[i] += 1.0);
        }
        let of = |class: i64| {
            let shares = labels.iter().zip(&share).filter(|(y, _)| **y == class);
            shares.map(|(_, &n)| n).collect::<Vec<f64>>()
        };
        for class in 0..3 {
            let counts = of(class);
            let mean = counts.iter().sum::<f64>() / counts.len() as f64;
            assert!(counts.iter().all(|n| (n - mean).abs() < 6.0 * mean.sqrt()));
        }
        assert!(of(-1).iter().all(|&n| n == 0.0));
        let again = OkoSampler::new(&labels, 1, 5).unwrap();
        assert_eq!(again.sets(7, 3)[3..6], sampler.set(8));
        assert_ne!(
            OkoSampler::new(&labels, 1, 6).unwrap().sets(0, 5),
            sampler.sets(0, 5)
        );
    }

    #[test]
    fn too_few_classes_or_examples_are_refused() {
        let message = |labels: &[i64], odd| {
            let error = OkoSampler::new(labels, odd, 0).unwrap_err();
            error.to_string()
        };
        assert!(message(&[0, 0, 1], 2).contains("at least 3 classes"));
        assert!(message(&[0, 1, 2], 1).contains("two examples"));
        assert!(message(&[], 0).contains("at least 1 classes"));
    }
}
