//! Which items make up a batch: classes in equal shares, clusters kept apart, examples that bind batches together.
//!
//! Labels are any integers; an item with a negative label belongs to no class and is never drawn. Everything follows
//! from a seed and a number: that of the batch, or of the epoch.

use super::table::wrong;
use crate::batch::Labels;
use crate::error::Error;
use crate::random::{Key, Random};
use std::collections::BTreeMap;

/// The items of each class that is not negative, classes in ascending order.
fn by_class(labels: &Labels<'_>) -> Vec<Vec<usize>> {
    let mut classes: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for i in (0..labels.len()).filter(|&i| labels.get(i) >= 0) {
        classes.entry(labels.get(i)).or_default().push(i);
    }
    classes.into_values().collect()
}

/// Draws batches of m items each of P classes.
///
/// Classes are drawn uniformly without replacement, however many items they have, and then their items: a class of
/// fewer than m items gives each of them before any comes again. Batch `i` depends on the seed and on `i` alone.
///
/// ```
/// use minimand::embedding::ClassBatches;
///
/// let labels = vec![0i64, 1, 1, 2, 0, 2, 2, 0];
/// let batch = ClassBatches::new(&labels, 2, 2, 7)?.batch(0);
/// assert_eq!(batch.len(), 4);
/// assert_eq!(labels[batch[0]], labels[batch[1]]);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ClassBatches {
    classes: Vec<Vec<usize>>,
    per_batch: usize,
    per_class: usize,
    key: Key,
}

impl ClassBatches {
    /// Batches of `per_class` (m) items of each of `classes` (P) classes.
    ///
    /// # Errors
    /// [`Error::Parameter`] for no classes or more than there are, and for no items.
    pub fn new<'a>(
        labels: impl Into<Labels<'a>>,
        classes: usize,
        per_class: usize,
        seed: u64,
    ) -> Result<Self, Error> {
        let all = by_class(&labels.into());
        if !(1..=all.len()).contains(&classes) {
            let expected = format!("in 1..={}, the number of classes", all.len());
            return Err(wrong("ClassBatches", "classes", expected, classes));
        }
        if per_class == 0 {
            return Err(wrong("ClassBatches", "per_class", "at least 1", 0));
        }
        Ok(ClassBatches {
            classes: all,
            per_batch: classes,
            per_class,
            key: Key::new(seed),
        })
    }

    /// Batch number `index`: P·m items, those of a class one after another.
    pub fn batch(&self, index: u64) -> Vec<usize> {
        let mut random = Random::new(self.key.child(index), 0);
        let mut batch = Vec::with_capacity(self.per_batch * self.per_class);
        for class in sample(&mut random, self.classes.len(), self.per_batch) {
            let items = &self.classes[class];
            let mut left = self.per_class;
            while left > 0 {
                let count = left.min(items.len());
                batch.extend(
                    sample(&mut random, items.len(), count)
                        .into_iter()
                        .map(|i| items[i]),
                );
                left -= count;
            }
        }
        batch
    }

    /// Batches in which every item would come once, about.
    pub fn per_epoch(&self) -> usize {
        let items: usize = self.classes.iter().map(Vec::len).sum();
        (items / (self.per_batch * self.per_class)).max(1)
    }
}

/// `count` different numbers below `of`, in random order.
fn sample(random: &mut Random, of: usize, count: usize) -> Vec<usize> {
    // Floyd 1987; the numbers are few.
    let mut drawn = Vec::with_capacity(count);
    let mut seen = std::collections::BTreeSet::new();
    for last in of - count..of {
        let number = random.below(last + 1);
        let number = if seen.insert(number) { number } else { last };
        seen.insert(number);
        drawn.push(number);
    }
    random.shuffle(&mut drawn);
    drawn
}

/// The few-shot episodes of a set: N classes, K support items and Q queries of each.
///
/// Classes with fewer than K + Q items are left out. Episode `i` depends on the seed and on `i` alone. Source: Vinyals
/// et al. 2016; paper 152.
#[derive(Debug, Clone)]
pub struct Episodes {
    classes: Vec<Vec<usize>>,
    ways: usize,
    shots: usize,
    queries: usize,
    key: Key,
}

/// One episode; item lists go class by class.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    /// `[N · K]`: the items that show the classes.
    pub support: Vec<usize>,
    /// `[N · Q]`: the items to be classified.
    pub queries: Vec<usize>,
}

impl Episodes {
    /// Episodes of `ways` (N) classes with `shots` (K) support items and `queries` (Q) each.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a number of 0, and for more classes than have K + Q items.
    pub fn new<'a>(
        labels: impl Into<Labels<'a>>,
        ways: usize,
        shots: usize,
        queries: usize,
        seed: u64,
    ) -> Result<Self, Error> {
        for (parameter, value) in [("shots", shots), ("queries", queries)] {
            if value == 0 {
                return Err(wrong("Episodes", parameter, "at least 1", value));
            }
        }
        let mut classes = by_class(&labels.into());
        classes.retain(|items| items.len() >= shots.saturating_add(queries));
        if !(1..=classes.len()).contains(&ways) {
            let expected = format!("in 1..={}, the classes with enough items", classes.len());
            return Err(wrong("Episodes", "ways", expected, ways));
        }
        Ok(Episodes {
            classes,
            ways,
            shots,
            queries,
            key: Key::new(seed),
        })
    }

    /// Episode number `index`.
    pub fn episode(&self, index: u64) -> Episode {
        let mut random = Random::new(self.key.child(index), 0);
        let (mut support, mut queries) = (Vec::new(), Vec::new());
        for class in sample(&mut random, self.classes.len(), self.ways) {
            let items = &self.classes[class];
            let drawn = sample(&mut random, items.len(), self.shots + self.queries);
            let (first, rest) = drawn.split_at(self.shots);
            support.extend(first.iter().map(|&i| items[i]));
            queries.extend(rest.iter().map(|&i| items[i]));
        }
        Episode { support, queries }
    }
}

/// Batches in which no cluster comes twice: fewer false negatives for a contrastive loss (paper 012).
///
/// Each batch takes an unused item of each of the B clusters that have most of them left, which gives the largest
/// number of full batches: the largest m with Σ_c min(n_c, m) ≥ m B. An epoch ends when fewer than B clusters have
/// items left; more clusters than B leave fewer items unused. The paper's own program orders the items once instead;
/// that keeps clusters apart only while all of them last.
///
/// ```
/// use minimand::embedding::ClusterBatches;
///
/// let clusters = vec![0i64, 0, 0, 1, 1, 2];
/// let (batches, unused) = ClusterBatches::new(&clusters, 3, 1)?.epoch(0);
/// assert_eq!((batches.len(), unused.len()), (1, 3));
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ClusterBatches {
    clusters: Vec<Vec<usize>>,
    size: usize,
    key: Key,
}

impl ClusterBatches {
    /// Batches of `size` (B) items; `clusters[i]` is the cluster or pseudo-label of item i.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a size of 0 or above the number of clusters.
    pub fn new<'a>(clusters: impl Into<Labels<'a>>, size: usize, seed: u64) -> Result<Self, Error> {
        let clusters = by_class(&clusters.into());
        if !(1..=clusters.len()).contains(&size) {
            let expected = format!("in 1..={}, the number of clusters", clusters.len());
            return Err(wrong("ClusterBatches", "size", expected, size));
        }
        Ok(ClusterBatches {
            clusters,
            size,
            key: Key::new(seed),
        })
    }

    /// The batches of an epoch, and the items that are in none of them, in random order.
    pub fn epoch(&self, index: u64) -> (Vec<Vec<usize>>, Vec<usize>) {
        let mut random = Random::new(self.key.child(index), 0);
        let mut left = self.clusters.clone();
        left.iter_mut().for_each(|items| random.shuffle(items));
        // Shuffled, so that equally full clusters come in random order.
        random.shuffle(&mut left);
        let mut batches = Vec::new();
        loop {
            left.retain(|items| !items.is_empty());
            if left.len() < self.size {
                break;
            }
            left.sort_by_key(|items| std::cmp::Reverse(items.len()));
            let fullest = left[..self.size].iter_mut();
            let mut batch: Vec<usize> = fullest.filter_map(Vec::pop).collect();
            random.shuffle(&mut batch);
            batches.push(batch);
        }
        let mut unused = left.concat();
        random.shuffle(&mut unused);
        // The first batches have the fullest clusters.
        random.shuffle(&mut batches);
        (batches, unused)
    }
}

/// Random batches, each with the same one example of every class besides: they bind the batches together, so that the
/// supervised contrastive loss over batches has the orthogonal frame as its only best features (paper 064).
#[derive(Debug, Clone)]
pub struct BindingBatches {
    items: Vec<usize>,
    binding: Vec<usize>,
    size: usize,
    key: Key,
}

impl BindingBatches {
    /// Batches of `size` items and the binding examples, which follow from the seed.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a size of 0, and without classes.
    pub fn new<'a>(labels: impl Into<Labels<'a>>, size: usize, seed: u64) -> Result<Self, Error> {
        let classes = by_class(&labels.into());
        if size == 0 || classes.is_empty() {
            let (parameter, got) = if size == 0 {
                ("size", 0)
            } else {
                ("labels", 0)
            };
            return Err(wrong("BindingBatches", parameter, "at least 1", got));
        }
        let mut random = Random::new(Key::new(seed), 0);
        let binding = classes.iter().map(|items| items[random.below(items.len())]);
        Ok(BindingBatches {
            binding: binding.collect(),
            items: classes.concat(),
            size,
            key: Key::new(seed),
        })
    }

    /// The binding examples, one of each class, in the order of the classes.
    pub fn binding(&self) -> &[usize] {
        &self.binding
    }

    /// The batches of an epoch: every item once, up to `size` of them in a batch, then the binding examples that are
    /// not among them.
    pub fn epoch(&self, index: u64) -> Vec<Vec<usize>> {
        let mut items = self.items.clone();
        Random::new(self.key.child(index), 0).shuffle(&mut items);
        let bound = |batch: &[usize]| {
            let others = self.binding.iter().filter(|item| !batch.contains(item));
            batch.iter().chain(others).copied().collect()
        };
        items.chunks(self.size).map(bound).collect()
    }
}

/// Do these batches, seen again and again, leave the supervised contrastive loss only one best frame?
///
/// With an edge between items that meet in a batch: the items of each class must hang together through edges within the
/// class, and each two classes must share an edge. Items with a negative label do not count. Source: Kini et al. 2024
/// (paper 064).
///
/// # Errors
/// [`Error::Parameter`] if a batch names an item that has no label.
pub fn batches_bind<'a>(
    labels: impl Into<Labels<'a>>,
    batches: &[Vec<usize>],
) -> Result<bool, Error> {
    let labels = labels.into();
    if let Some(&item) = batches.iter().flatten().find(|&&item| item >= labels.len()) {
        let expected = format!("items below {}, the number of labels", labels.len());
        return Err(wrong("batches_bind", "batches", expected, item));
    }
    // Each item's representative, as in a union of sets.
    let mut parent: Vec<usize> = (0..labels.len()).collect();
    fn root(parent: &mut [usize], mut item: usize) -> usize {
        while parent[item] != item {
            parent[item] = parent[parent[item]];
            item = parent[item];
        }
        item
    }
    let mut met = std::collections::BTreeSet::new();
    for batch in batches {
        // Within a batch all meet, so one of each class stands for the others.
        let mut first: BTreeMap<i64, usize> = BTreeMap::new();
        for &item in batch.iter().filter(|&&item| labels.get(item) >= 0) {
            let other = *first.entry(labels.get(item)).or_insert(item);
            let (a, b) = (root(&mut parent, item), root(&mut parent, other));
            parent[a] = b;
        }
        let classes: Vec<i64> = first.into_keys().collect();
        for (i, &a) in classes.iter().enumerate() {
            met.extend(classes[i + 1..].iter().map(|&b| (a, b)));
        }
    }
    let classes = by_class(&labels);
    let whole = classes.iter().all(|items| {
        let first = root(&mut parent, items[0]);
        items.iter().all(|&item| root(&mut parent, item) == first)
    });
    Ok(whole && met.len() == classes.len() * classes.len().saturating_sub(1) / 2)
}
