//! Batches, queues and miners keep what they promise.

use super::*;
use crate::embedding::*;
use std::collections::BTreeSet;

/// Six classes of 9, 7, 5, 3, 2 and 1 items in random order, and two items without a class.
fn labels() -> Vec<i64> {
    let counts = [(0, 9), (1, 7), (2, 5), (3, 3), (4, 2), (5, 1), (-1, 2)];
    let all = counts
        .iter()
        .flat_map(|&(class, count)| std::iter::repeat_n(class, count));
    let mut labels: Vec<i64> = all.collect();
    Random::new(Key::new(1), 0).shuffle(&mut labels);
    labels
}

fn distinct<T: Ord + Copy>(items: &[T]) -> usize {
    items.iter().copied().collect::<BTreeSet<T>>().len()
}

#[test]
fn class_batches_are_balanced() {
    let labels = labels();
    let batches = ClassBatches::new(&labels, 4, 3, 5).unwrap();
    assert_eq!(batches.per_epoch(), 2);
    let mut seen = [0usize; 6];
    for index in 0..600 {
        let batch = batches.batch(index);
        assert_eq!(batch, batches.batch(index));
        assert_eq!(batch.len(), 12);
        let mut classes = Vec::new();
        for group in batch.chunks(3) {
            let class = labels[group[0]];
            assert!(class >= 0 && group.iter().all(|&i| labels[i] == class));
            let size = labels.iter().filter(|&&y| y == class).count();
            assert_eq!(distinct(group), size.min(3));
            classes.push(class);
            seen[class as usize] += 1;
        }
        assert_eq!(distinct(&classes), 4);
    }
    // Four of six classes: 400 of 600, with a standard deviation of 11.5.
    assert!(seen.iter().all(|n| (340..460).contains(n)), "{seen:?}");
    assert!(ClassBatches::new(&labels, 7, 1, 0).is_err());
    assert!(
        ClassBatches::new(&labels, 0, 1, 0).is_err()
            && ClassBatches::new(&labels, 1, 0, 0).is_err()
    );
}

#[test]
fn episodes_do_not_mix_support_and_queries() {
    let labels = labels();
    let episodes = Episodes::new(&labels, 3, 2, 3, 5).unwrap();
    let other = episodes.episode(1);
    assert_ne!(episodes.episode(0), other);
    for index in 0..50 {
        let Episode { support, queries } = episodes.episode(index);
        assert_eq!((support.len(), queries.len()), (6, 9));
        let all = [support.clone(), queries.clone()].concat();
        assert_eq!(distinct(&all), 15);
        for (a, b) in support.chunks(2).zip(queries.chunks(3)) {
            assert!(a.iter().chain(b).all(|&i| labels[i] == labels[a[0]]));
        }
    }
    // Three classes have five items.
    assert!(Episodes::new(&labels, 4, 2, 3, 5).is_err());
    assert!(Episodes::new(&labels, 1, 0, 3, 5).is_err());
}

#[test]
fn cluster_batches_keep_clusters_apart() {
    let labels = labels();
    for size in 1..=6 {
        let batches = ClusterBatches::new(&labels, size, 2).unwrap();
        let (epoch, unused) = batches.epoch(3);
        assert_eq!(epoch, batches.epoch(3).0);
        let counts = [9, 7, 5, 3, 2, 1];
        let full = |m: usize| counts.iter().map(|&n| m.min(n)).sum::<usize>() >= m * size;
        assert_eq!(epoch.len(), (0..=27).filter(|&m| full(m)).max().unwrap());
        for batch in &epoch {
            let clusters: Vec<i64> = batch.iter().map(|&i| labels[i]).collect();
            assert_eq!((batch.len(), distinct(&clusters)), (size, size));
            assert_eq!(false_negative_rate(&labels, batch).unwrap(), 0.0);
        }
        let all = [epoch.concat(), unused].concat();
        assert_eq!((all.len(), distinct(&all)), (27, 27));
    }
    assert!(ClusterBatches::new(&labels, 7, 0).is_err());
}

#[test]
fn binding_batches_bind() {
    let labels = labels();
    let batches = BindingBatches::new(&labels, 4, 6).unwrap();
    assert_eq!(batches.binding().len(), 6);
    for index in 0..5 {
        let epoch = batches.epoch(index);
        assert_eq!(epoch.len(), 7);
        assert_eq!(distinct(&epoch.concat()), 27);
        assert!(epoch.iter().all(|batch| distinct(batch) == batch.len()));
        assert!(batches_bind(&labels, &epoch).unwrap());
    }
    let labels = vec![0i64, 0, 1, 1];
    let bind = |batches: &[&[usize]]| {
        let batches: Vec<Vec<usize>> = batches.iter().map(|batch| batch.to_vec()).collect();
        batches_bind(&labels, &batches).unwrap()
    };
    // Halves that never meet; a class in two parts; two classes that never meet; all well.
    assert!(!bind(&[&[0, 2], &[1, 3]]));
    assert!(!bind(&[&[0, 1, 2], &[3]]));
    assert!(!bind(&[&[0, 1], &[2, 3]]));
    assert!(bind(&[&[0, 1], &[2, 3], &[1, 3]]));
    assert!(batches_bind(&labels, &[vec![4]]).is_err());
    assert!(BindingBatches::new(&labels, 0, 0).is_err());
    assert!(BindingBatches::new(&vec![-1i64], 1, 0).is_err());
}

#[test]
fn the_queue_forgets_the_oldest() {
    let mut queue = MemoryQueue::<f64>::new(4, 1).unwrap();
    assert!(queue.is_empty());
    let mut push = |values: &[f64]| {
        let labels: Vec<i64> = values.iter().map(|&x| x as i64).collect();
        rows(values, 1, |x| queue.push(x, &labels).unwrap());
        let mut kept = queue.embeddings().to_vec();
        let labels: Vec<f64> = queue.labels().iter().map(|&y| y as f64).collect();
        assert_eq!(kept, labels);
        kept.sort_by(f64::total_cmp);
        kept
    };
    assert_eq!(push(&[1.0, 2.0, 3.0]), [1.0, 2.0, 3.0]);
    assert_eq!(push(&[4.0, 5.0]), [2.0, 3.0, 4.0, 5.0]);
    assert_eq!(push(&[6.0, 7.0, 8.0]), [5.0, 6.0, 7.0, 8.0]);
    assert_eq!(
        push(&(10..20).map(f64::from).collect::<Vec<_>>()),
        [16.0, 17.0, 18.0, 19.0]
    );
    assert_eq!(queue.shape(), [4, 1]);
    assert!(rows(&[1.0, 2.0], 2, |x| queue.push(x, &vec![1i64])).is_err());
    assert!(rows(&[f64::NAN], 1, |x| queue.push(x, &vec![1i64])).is_err());
    assert!(rows(&[1.0], 1, |x| queue.push(x, &vec![1i64, 2])).is_err());
    assert!(MemoryQueue::<f32>::new(0, 1).is_err());
}

#[test]
fn miners_keep_their_inequalities() {
    let points = normal(3, 40 * 3);
    let labels: Vec<i64> = (0..40).map(|i| i * i % 7).collect();
    rows(&points, 3, |x| {
        let mining = Mining::among(x, &labels, true).unwrap();
        let d = |a, b| mining.distance(a, b);
        let semi = mining.semi_hard();
        let pairs = mining.all_pairs().0;
        assert_eq!(semi.anchors, pairs.anchors);
        for i in 0..semi.len() {
            let (a, p, n) = (semi.anchors[i], semi.positives[i], semi.negatives[i]);
            let others = (0..40).filter(|&j| labels[j] != labels[a]);
            let best = match d(a, n) > d(a, p) {
                true => others
                    .filter(|&j| d(a, j) > d(a, p))
                    .map(|j| d(a, j))
                    .fold(9.0, f64::min),
                false => others.map(|j| d(a, j)).fold(0.0, f64::max),
            };
            assert_eq!(d(a, n), best);
            assert!(labels[a] == labels[p] && labels[a] != labels[n] && a != p);
        }
        let far = mining.distance_weighted(0.5, 1.4, 3).unwrap();
        assert_eq!(far, mining.distance_weighted(0.5, 1.4, 3).unwrap());
        assert_ne!(far, mining.distance_weighted(0.5, 1.4, 4).unwrap());
        for (&a, &n) in far.anchors.iter().zip(&far.negatives) {
            assert!(labels[a] != labels[n]);
            let near = (0..40).any(|j| labels[j] != labels[a] && d(a, j) < 1.4);
            assert!(d(a, n) < 1.4 || !near);
        }
        let random = mining.per_anchor(Pick::Random, Pick::Random, 1);
        assert_eq!(random.len(), mining.batch_hard().len());
        let all = |gap| mining.triplets(gap, 0.2).unwrap().len();
        assert_eq!(all(Gap::All), all(Gap::Violating) + all(Gap::Easy));
        assert_eq!(all(Gap::Violating), all(Gap::Hard) + all(Gap::SemiHard));
        // Two sides that are the same: every item also finds itself.
        let between = Mining::between(x, &labels, x, &labels, true).unwrap();
        assert_eq!(
            between.batch_hard().negatives,
            mining.batch_hard().negatives
        );
        assert_eq!(
            between.all_pairs().0.anchors.len(),
            pairs.anchors.len() + 40
        );
        assert!(between.angular(30.0).is_err());
        assert!(
            Mining::among(x, &labels, false)
                .unwrap()
                .multi_similarity(0.1)
                .is_err()
        );
        assert!(mining.angular(90.0).is_err() && mining.distance_weighted(2.0, 1.0, 0).is_err());
    });
    // One class, and no class twice: nothing to be mined.
    for labels in [vec![1i64; 4], vec![1, 2, 3, 4]] {
        rows(&[0.0; 8], 2, |x| {
            let mining = Mining::among(x, &labels, true).unwrap();
            assert!(mining.batch_hard().is_empty() && mining.semi_hard().is_empty());
            assert!(mining.distance_weighted(0.5, 1.4, 0).unwrap().is_empty());
            let (positives, negatives) = mining.multi_similarity(0.1).unwrap();
            assert!(positives.anchors.is_empty() && negatives.anchors.is_empty());
        });
    }
    let large = [1e300, 0.0];
    assert!(rows(&large, 1, |x| Mining::among(x, &vec![0i64, 0], false)).is_err());
    assert!(rows(&large, 1, |x| Mining::among(x, &vec![0i64, 0], true)).is_ok());
}

/// Draws of one negative out of several follow 1/q.
#[test]
fn distance_weighted_draws_follow_the_density() {
    let angles = [0.6f64, 1.0, 1.4].map(|d| 2.0 * (d / 2.0f64).asin());
    let mut points = vec![1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    for angle in angles {
        points.extend([angle.cos(), angle.sin(), 0.0]);
    }
    let labels = vec![0i64, 0, 1, 2, 3];
    rows(&points, 3, |x| {
        let mining = Mining::among(x, &labels, true).unwrap();
        // In three dimensions q is d itself.
        let weights = [1.0 / 0.6, 1.0, 1.0 / 1.4];
        let mut counts = [0.0; 3];
        for seed in 0..4000 {
            let found = mining.distance_weighted(0.5, 1.5, seed).unwrap();
            counts[found.negatives[0] - 2] += 1.0 / 4000.0;
        }
        for (count, weight) in counts.iter().zip(weights) {
            assert!(
                (count - weight / weights.iter().sum::<f64>()).abs() < 0.04,
                "{counts:?}"
            );
        }
    });
}
