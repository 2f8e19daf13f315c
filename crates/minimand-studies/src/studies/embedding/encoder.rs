//! What studies of embeddings share: training with a loss of embeddings, and how embeddings are judged.

use std::collections::BTreeMap;

use burn::module::Module;
use burn::tensor::activation::relu;
use burn::tensor::{Int, Tensor};
use minimand::embedding::{Proximity, Retrieval, Triplets, nearest};
use minimand::linear::{Layer, LinearRows};
use minimand::{Array, Batch, Options, Target};

use crate::adam::Adam;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::learn::accuracy;
use crate::net::{Mlp, adam, cosine, matrix, step};
use crate::study::Trial;

/// Steps of a linear probe.
const PROBE: usize = 150;

/// Trains a module by Adam, with the loss that `loss` makes of it and of the number of the step.
pub(super) fn fit<M: Module>(
    trial: &Trial<'_>,
    mut module: M,
    rate: f64,
    steps: usize,
    mut loss: impl FnMut(&M, usize) -> Result<Tensor<1>, StudyError>,
) -> Result<M, StudyError> {
    let mut optimizer = adam();
    for index in 0..steps {
        trial.check_stop()?;
        let value = loss(&module, index)?;
        module = step(&mut optimizer, rate, module, value);
    }
    Ok(module)
}

/// Rows of length 1; a row of zeros stays one.
pub(super) fn unit(rows: Tensor<2>) -> Tensor<2> {
    let squares = rows.clone() * rows.clone();
    rows / squares.sum_dim(1).add_scalar(1e-12).sqrt()
}

/// These rows, which may come more than once.
pub(super) fn select(values: &Tensor<2>, rows: &[usize]) -> Tensor<2> {
    let rows: Vec<i64> = rows.iter().map(|&row| row as i64).collect();
    let rows = Tensor::<1, Int>::from_data(&rows[..], &values.device());
    values.clone().select(0, rows)
}

/// Mean of max(0, d(a, p) − d(a, n) + margin) over the triplets; 0 of none.
pub(super) fn hinge(found: Tensor<2>, triplets: &Triplets, margin: f64) -> Tensor<1> {
    if triplets.is_empty() {
        return found.mul_scalar(0.0).sum();
    }
    let anchors = select(&found, &triplets.anchors);
    let distance = |others: &[usize]| {
        let apart = anchors.clone() - select(&found, others);
        // Between equal embeddings the root has no gradient.
        (apart.clone() * apart).sum_dim(1).add_scalar(1e-12).sqrt()
    };
    let lead = distance(&triplets.positives) - distance(&triplets.negatives);
    relu(lead.add_scalar(margin)).mean()
}

/// A loss whose gradient by `rows` is known: its value means nothing.
pub(super) fn with_gradient(rows: Tensor<2>, gradient: impl IntoIterator<Item = f64>) -> Tensor<1> {
    let [_, columns] = rows.dims();
    let slopes = gradient.into_iter().map(|slope| slope as f32).collect();
    (rows * matrix(slopes, columns)).sum()
}

/// The embeddings of data in the place of its features.
pub(super) fn encoded(net: &Mlp, data: &Labelled) -> Labelled {
    embedded(net.scores_of(&data.features), data)
}

/// Embeddings `[rows, _]` in the place of the features.
pub(super) fn embedded(embeddings: Vec<f32>, data: &Labelled) -> Labelled {
    Labelled {
        columns: embeddings.len() / data.rows(),
        features: embeddings,
        labels: data.labels.clone(),
        classes: data.classes,
    }
}

/// The same with every row divided by its length.
pub(super) fn directions(mut embeddings: Labelled) -> Labelled {
    for row in embeddings.features.chunks_exact_mut(embeddings.columns) {
        let length = row.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-12);
        row.iter_mut().for_each(|x| *x /= length);
    }
    embeddings
}

/// The largest cosine between two of the rows `[_, width]`.
pub(super) fn largest_cosine(rows: &[f64], width: usize) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let rows: Vec<&[f64]> = rows.chunks_exact(width).collect();
    let pairs = (0..rows.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    pairs
        .map(|(a, b)| {
            let lengths = dot(rows[a], rows[a]) * dot(rows[b], rows[b]);
            dot(rows[a], rows[b]) / lengths.sqrt()
        })
        .fold(-1.0, f64::max)
}

/// The rows of the first half of the classes, to train with, and those of all others, to search among.
pub(super) fn halves(data: &Labelled) -> [Labelled; 2] {
    [true, false].map(|is_first| {
        let rows: Vec<usize> = (0..data.rows())
            .filter(|&row| ((data.labels[row] as usize) < data.classes / 2) == is_first)
            .collect();
        data.select(&rows)
    })
}

/// Recall at 1 and MAP at R of a search among the embeddings, by cosine.
pub(super) fn retrieval(embeddings: &Labelled) -> Result<[f64; 2], StudyError> {
    let shape = [embeddings.rows(), embeddings.columns];
    let array = Array::new(&embeddings.features, &shape);
    let found = Retrieval::among(&array, &embeddings.labels, Proximity::Cosine)?;
    let measures = [found.recall_at(1), found.map_at_r()];
    Ok(measures.map(|measure| measure.unwrap_or(f64::NAN)))
}

/// The share of test rows whose class most of the k nearest training rows have, by cosine; of equally frequent
/// classes that of the nearest.
pub(super) fn neighbours(train: &Labelled, test: &Labelled, k: usize) -> Result<f64, StudyError> {
    let (of_train, of_test) = ([train.rows(), train.columns], [test.rows(), test.columns]);
    let found = nearest(
        &Array::new(&test.features, &of_test),
        &Array::new(&train.features, &of_train),
        k.min(train.rows()),
        Proximity::Cosine,
    )?;
    let lists = found.places().chunks_exact(found.count());
    let right = lists.zip(&test.labels).filter(|(places, label)| {
        let mut votes: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        for (rank, &place) in places.iter().enumerate() {
            let vote = votes.entry(train.labels[place]).or_insert((0, k - rank));
            vote.0 += 1;
        }
        let winner = votes.iter().max_by_key(|(_, vote)| **vote);
        winner.is_some_and(|(winner, _)| winner == *label)
    });
    Ok(right.count() as f64 / test.rows() as f64)
}

/// The accuracy of a linear probe: multinomial logistic regression on standardised features that stay fixed.
pub(super) fn probe(train: &Labelled, test: &Labelled) -> Result<f64, StudyError> {
    let [accuracy] = probes(train, [test])?;
    Ok(accuracy)
}

/// The accuracies of a linear probe on several sets.
pub(super) fn probes<const N: usize>(
    train: &Labelled,
    tests: [&Labelled; N],
) -> Result<[f64; N], StudyError> {
    let (rows, columns, classes) = (train.rows(), train.columns, train.classes);
    let moments = moments(train);
    let seen = standardised(train, &moments);
    let probe = LinearRows::new("cross_entropy".parse()?);
    let (of_rows, of_labels) = ([rows, columns], [rows]);
    let batch = Batch::new(
        Array::new(&seen, &of_rows),
        Target::labels(&train.labels, &of_labels),
    );
    let (of_weight, of_bias) = ([classes, columns], [classes]);
    let mut numbers = vec![0.0; classes * (columns + 1)];
    let mut adam = Adam::new(numbers.len());
    for step in 0..PROBE {
        let (weight, bias) = numbers.split_at(classes * columns);
        let layer = Layer::new(Array::new(weight, &of_weight)).bias(Array::new(bias, &of_bias));
        let found = probe.value_and_gradients(&batch, &layer, &Options::default())?;
        let slopes = [found.weight, found.bias].into_iter().flatten();
        let slopes: Vec<f64> = slopes.flat_map(|slopes| slopes.to_f64()).collect();
        let rate = 0.1 * cosine(step as f64 / PROBE as f64);
        adam.step(rate, &mut numbers, &slopes);
    }
    let (weight, bias) = numbers.split_at(classes * columns);
    Ok(tests.map(|test| {
        let unseen = standardised(test, &moments);
        let scores = unseen.chunks_exact(columns).flat_map(|row| {
            let scores = weight.chunks_exact(columns).zip(bias);
            scores.map(move |(weight, bias)| {
                let products = row.iter().zip(weight).map(|(x, w)| x * w);
                (products.sum::<f64>() + bias) as f32
            })
        });
        let scores: Vec<f32> = scores.collect();
        accuracy(&scores, &test.labels, classes)
    }))
}

/// Mean and standard deviation of every column.
fn moments(data: &Labelled) -> Vec<(f64, f64)> {
    let rows = data.rows() as f64;
    let of = |column: usize| {
        let values = || {
            let values = data.features.iter().skip(column).step_by(data.columns);
            values.map(|&x| f64::from(x))
        };
        let mean = values().sum::<f64>() / rows;
        let variance = values().map(|x| (x - mean).powi(2)).sum::<f64>() / rows;
        // A column of equal values stays near 0.
        (mean, variance.sqrt().max(1e-6))
    };
    (0..data.columns).map(of).collect()
}

/// The features with these means and standard deviations taken off every column.
fn standardised(data: &Labelled, moments: &[(f64, f64)]) -> Vec<f64> {
    let values = data.features.iter().zip(moments.iter().cycle());
    values
        .map(|(&x, (mean, deviation))| (f64::from(x) - mean) / deviation)
        .collect()
}

#[cfg(test)]
mod tests {
    use minimand::Objective;
    use minimand::embedding::Mining;
    use minimand_burn::random::Key;

    use super::*;
    use crate::data::GaussianMixture;

    #[test]
    fn far_classes_are_found_and_shuffled_ones_are_not() {
        let mixture = GaussianMixture::new(4, 6, 3.0, Key::new(1));
        let [train, test] = [2, 3].map(|key| mixture.sample_counts(&[60; 4], Key::new(key)));
        let turned = train.labels.iter().map(|label| (label + 1) % 4).collect();
        let wrong = train.with_labels(turned);
        assert!(probe(&train, &test).unwrap() > 0.95);
        assert!(neighbours(&train, &test, 5).unwrap() > 0.95);
        assert!(probe(&wrong, &test).unwrap() < 0.1);
        assert!(neighbours(&wrong, &test, 5).unwrap() < 0.1);
        let [recall, map] = retrieval(&test).unwrap();
        assert!(recall > 0.95 && map > 0.8 && map <= 1.0, "{recall} {map}");
    }

    #[test]
    fn halves_share_no_class() {
        let mixture = GaussianMixture::new(4, 3, 1.0, Key::new(1));
        let [first, others] = halves(&mixture.sample(100, Key::new(2)));
        assert!(first.labels.iter().all(|&label| label < 2));
        assert!(others.labels.iter().all(|&label| label >= 2));
        assert_eq!(first.rows() + others.rows(), 100);
    }

    #[test]
    fn a_known_gradient_arrives() {
        let rows = matrix(vec![3.0, 4.0, 0.0, 0.0], 2).require_grad();
        let lengths = unit(rows.clone());
        let gradients = with_gradient(lengths, [1.0, 0.0, 0.0, 0.0]).backward();
        let slopes = crate::net::numbers(rows.grad(&gradients).unwrap());
        // (1 − 0.36)/5 and −0.48/5.
        for (slope, expected) in slopes.iter().zip([0.128, -0.096, 0.0, 0.0]) {
            assert!((slope - expected).abs() < 1e-6, "{slopes:?}");
        }
    }

    #[test]
    fn the_hinge_is_the_loss_of_the_library() {
        let rows = vec![0.0_f32, 0.0, 1.0, 0.0, 0.0, 1.0, 4.0, 4.0];
        let (labels, shape, of_labels) = (vec![0_u32, 0, 1, 1], [4, 2], [4]);
        let array = Array::new(&rows, &shape);
        let hard = Mining::among(&array, &labels, false).unwrap().batch_hard();
        let own = crate::net::numbers(hinge(matrix(rows.clone(), 2), &hard, 0.5))[0];
        let objective: Objective =
            "triplet(mining=\"hard\", margin=0.5, squared=false, normalize=false)"
                .parse()
                .unwrap();
        let batch = Batch::new(array, Target::labels(&labels, &of_labels));
        let expected = objective
            .evaluate(&batch, &Options::default())
            .unwrap()
            .value;
        assert!((f64::from(own) - expected).abs() < 1e-5, "{own} {expected}");
    }
}
