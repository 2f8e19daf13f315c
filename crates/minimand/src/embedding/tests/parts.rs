//! Objectives with state or with more arrays than one batch: published values, gradients by differences, limits.

use super::*;
use crate::embedding::*;

/// Compares a gradient with central differences of a value.
#[track_caller]
pub(super) fn differences(values: &[f64], gradient: &[f64], value: impl Fn(&[f64]) -> f64) {
    assert_eq!(values.len(), gradient.len());
    for i in 0..values.len() {
        let at = |step: f64| {
            let mut moved = values.to_vec();
            moved[i] += step;
            value(&moved)
        };
        let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
        close(gradient[i], slope, 1e-7);
    }
}

/// Prototypes that lie in these directions.
fn prototypes(directions: &[f64], width: usize) -> Prototypes {
    let classes = directions.len() / width;
    let labels: Vec<i64> = (0..classes as i64).collect();
    rows(directions, width, |x| {
        Prototypes::from_means(x, &labels, classes, 0).unwrap()
    })
}

#[test]
fn prototypes_have_the_published_values() {
    let (z, labels) = ([1.0, 0.0, 0.6, 0.8], vec![0i64, 1]);
    let still = prototypes(&[0.8, 0.6, 0.0, 1.0], 2);
    let value = |weight: f64| {
        let mut prototypes = still.clone().with(0.1, 1.0, weight).unwrap();
        rows(&z, 2, |z| {
            prototypes.value_and_gradient(z, &labels).unwrap().0
        })
    };
    close(value(0.0), 6.0, 1e-9);
    close(value(1.0), 6.8921180736, 1e-10);
    close(value(2.0), 7.7842361473, 1e-10);
    close(value(2.0 * 0.1 / 0.07), 8.5489087818, 1e-10);
    let mut moving = still.clone();
    rows(&z[..2], 2, |z| {
        moving.value_and_gradient(z, &vec![0i64]).unwrap()
    });
    close(moving.values()[0], 0.81780642, 1e-8);
    close(moving.values()[1], 0.57549341, 1e-8);
    assert_eq!(moving.values()[2..], still.values()[2..]);
    assert_eq!(rows(&z, 2, |z| still.predict(z).unwrap()), [0, 0]);
    close(still.least_angle(), 0.6f64.acos(), 1e-12);
}

#[test]
fn prototypes_have_the_gradient_of_their_moves() {
    // Several embeddings of a class, one after another.
    let (start, points) = (normal(1, 4 * 3), normal(2, 7 * 3));
    let labels = vec![0i64, 1, 1, 3, 0, 1, 2];
    for (decay, weight) in [(0.95, 2.0), (0.3, 0.0), (0.0, 1.0), (1.0, 1.5)] {
        let fresh = prototypes(&start, 3).with(0.5, decay, weight).unwrap();
        let evaluate = |points: &[f64]| {
            let mut prototypes = fresh.clone();
            rows(points, 3, |x| {
                prototypes.value_and_gradient(x, &labels).unwrap()
            })
        };
        let (value, gradient) = evaluate(&points);
        assert!(value.is_finite());
        // The slope of L_var takes the moved prototypes as constants: it is compared with them held.
        let mut moved = fresh.clone();
        rows(&points, 3, |x| {
            moved.value_and_gradient(x, &labels).unwrap()
        });
        let held = moved.with(0.5, 1.0, weight).unwrap();
        let variation = |points: &[f64]| {
            let mut prototypes = held.clone();
            rows(points, 3, |x| {
                prototypes.value_and_gradient(x, &labels).unwrap().0
            })
        };
        let apart = fresh.clone().with(0.5, decay, 0.0).unwrap();
        let separation = |points: &[f64]| {
            let mut prototypes = apart.clone();
            rows(points, 3, |x| {
                prototypes.value_and_gradient(x, &labels).unwrap().0
            })
        };
        differences(&points, &gradient, |p| variation(p) + separation(p));
    }
    let mut prototypes = Prototypes::random(3, 2, 5).unwrap();
    let (_, gradient) = rows(&[0.0; 2], 2, |x| {
        prototypes.value_and_gradient(x, &vec![1i64]).unwrap()
    });
    assert_eq!(gradient, [0.0, 0.0]);
    let before = prototypes.clone();
    assert!(
        rows(&[1.0; 2], 2, |x| prototypes
            .value_and_gradient(x, &vec![3i64]))
        .is_err()
    );
    assert!(
        rows(&[1.0; 3], 3, |x| prototypes
            .value_and_gradient(x, &vec![1i64]))
        .is_err()
    );
    assert_eq!(prototypes, before);
    assert!(Prototypes::random(1, 2, 0).is_err() && before.with(0.0, 0.5, 1.0).is_err());
}

#[test]
fn inner_products_pull_and_forbid() {
    let (features, centres) = (normal(3, 5 * 4), normal(4, 3 * 4));
    let labels = vec![0i64, 2, 1, 1, 0];
    let loss = CollaborativeInnerProduct { lambda: 0.7 };
    let evaluate = |f: &[f64], c: &[f64]| {
        rows(f, 4, |f| {
            rows(c, 4, |c| loss.value_and_gradients(f, &labels, c).unwrap())
        })
    };
    let (_, by_features, by_centres) = evaluate(&features, &centres);
    differences(&features, &by_features, |f| evaluate(f, &centres).0);
    differences(&centres, &by_centres, |c| evaluate(&features, c).0);
    // Orthonormal centres and features on their lines: only the first term is left.
    let frame = [1.0, 0.0, 0.0, 1.0];
    let value = rows(&frame, 2, |x| {
        let loss = CollaborativeInnerProduct { lambda: 1e6 };
        loss.value_and_gradients(x, &vec![0i64, 1], x).unwrap().0
    });
    close(value, (-1.0f64).exp().ln_1p(), 1e-15);
    let huge = [1e150, 0.0, -1e150, 0.0];
    let (value, gradient, _) = rows(&huge, 2, |x| {
        loss.value_and_gradients(x, &vec![1i64, 1], x).unwrap()
    });
    assert!(value.is_finite() && gradient.iter().all(|x| x.is_finite()));
    let message = |labels: Vec<i64>| {
        let error = rows(&frame, 2, |x| loss.value_and_gradients(x, &labels, x)).unwrap_err();
        error.to_string()
    };
    assert!(message(vec![0, 2]).contains("2 at position 1"));
    assert!(message(vec![0]).contains("labels"));
}

/// The loss of arrays of a width: queries, keys, predictions, past, negatives, past negatives.
fn continual(temperature: f64, width: usize, arrays: [&[f64]; 6]) -> ContinualLoss {
    let shapes = arrays.map(|values| [values.len() / width, width]);
    let array = |i: usize| Array::new(arrays[i], &shapes[i]);
    let batch = ContinualBatch {
        queries: array(0),
        keys: array(1),
        predictions: array(2),
        past: array(3),
        negatives: array(4),
        past_negatives: array(5),
    };
    SymmetricContinual { temperature }
        .value_and_gradients(&batch)
        .unwrap()
}

#[test]
fn the_continual_loss_is_symmetric() {
    let (q, k, o) = ([1.0, 0.0], [0.8, 0.6], [0.6, 0.8]);
    let (a, old) = ([0.0, 1.0, -1.0, 0.0], [0.0, -1.0]);
    let loss = continual(0.2, 2, [&q, &k, &q, &o, &a, &old]);
    close(loss.plastic, 0.036095342, 1e-9);
    close(loss.stable, 0.095227994, 1e-9);
    close(
        continual(0.2, 2, [&q, &k, &q, &o, &a, &[]]).plastic,
        0.018271111,
        1e-9,
    );
    let swapped = continual(0.2, 2, [&q, &o, &q, &k, &old, &a]);
    close(swapped.plastic, loss.stable, 1e-15);
    close(swapped.stable, loss.plastic, 1e-15);
    let arrays = [5, 6, 7, 8, 9, 10].map(|seed| normal(seed, 4 * 3));
    let with = |place: usize, values: &[f64]| {
        let mut all: [&[f64]; 6] = [0, 1, 2, 3, 4, 5].map(|i| arrays[i].as_slice());
        all[place] = values;
        let loss = continual(0.3, 3, all);
        (loss.plastic + loss.stable, loss)
    };
    let loss = with(0, &arrays[0]).1;
    differences(&arrays[0], &loss.by_queries, |x| with(0, x).0);
    differences(&arrays[2], &loss.by_predictions, |x| with(2, x).0);
    let zero = continual(0.2, 2, [&[0.0, 0.0], &k, &q, &o, &a, &old]);
    assert_eq!(zero.by_queries, [0.0, 0.0]);
    assert!(
        continual(1e-300, 2, [&q, &k, &q, &o, &a, &old])
            .plastic
            .is_finite()
    );
}

#[test]
fn swivel_factorises_mutual_information() {
    let counts = [10.0, 0.0, 2.0, 5.0];
    let shard = Shard {
        counts: &counts,
        row_sums: &[10.0, 7.0],
        column_sums: &[12.0, 5.0],
        total: 17.0,
    };
    let information = shard.pointwise_mutual_information().unwrap();
    for (got, want) in
        information
            .iter()
            .zip([0.348306694, -1.078809661, -0.904456274, 0.887303195])
    {
        close(*got, want, 1e-9);
    }
    let (w, c) = ([0.3, 0.1, -0.2, 0.5], [0.4, -0.1, 0.2, 0.6]);
    let evaluate = |w: &[f64], c: &[f64]| {
        rows(w, 2, |w| {
            rows(c, 2, |c| {
                Swivel::default().value_and_gradients(&shard, w, c).unwrap()
            })
        })
    };
    let (_, by_rows, by_columns) = evaluate(&w, &c);
    differences(&w, &by_rows, |w| evaluate(w, &c).0);
    differences(&c, &by_columns, |c| evaluate(&w, c).0);
    // Without empty cells, vectors whose products are the information have loss 0.
    let full = Shard {
        counts: &[10.0, 3.0, 2.0, 5.0],
        ..shard
    };
    let exact = full.pointwise_mutual_information().unwrap();
    let one = [1.0, 0.0, 0.0, 1.0];
    let columns = [exact[0], exact[2], exact[1], exact[3]];
    let loss = rows(&one, 2, |w| {
        rows(&columns, 2, |c| {
            Swivel::default().value_and_gradients(&full, w, c)
        })
    });
    assert!(loss.unwrap().0 < 1e-28);
    let broken = Shard {
        row_sums: &[0.0, 7.0],
        ..shard
    };
    assert!(
        broken
            .pointwise_mutual_information()
            .unwrap_err()
            .to_string()
            .contains("row_sums")
    );
    assert!(
        rows(&w[..2], 2, |w| rows(&c, 2, |c| Swivel::default()
            .value_and_gradients(&shard, w, c)))
        .is_err()
    );
}

#[test]
fn counts_and_shards() {
    let counts = cooccurrences(&[0, 1, 2, 0], 3, 2).unwrap();
    assert_eq!(counts, [0.0, 1.5, 1.5, 1.5, 0.0, 1.0, 1.5, 1.0, 0.0]);
    assert!(cooccurrences(&[3], 3, 2).is_err() && cooccurrences(&[], usize::MAX, 2).is_err());
    let shards = shard_indices(&[5.0, 1.0, 9.0, 5.0, 7.0], 2).unwrap();
    assert_eq!(shards, [vec![2, 3], vec![4, 1], vec![0]]);
    assert!(shard_indices(&[], 2).unwrap().is_empty());
    assert!(shard_indices(&[1.0], 0).is_err() && shard_indices(&[f64::NAN], 1).is_err());
}

#[test]
fn hard_patches_are_masked_and_predicted() {
    let predicted = normal(11, 20);
    for (share, hard) in [(0.75, 0.0), (0.75, 0.5), (0.5, 1.0), (1.0, 0.3), (0.0, 1.0)] {
        let mask = hard_patch_mask(&predicted, share, hard, 4).unwrap();
        assert_eq!(mask, hard_patch_mask(&predicted, share, hard, 4).unwrap());
        let masked = (20.0 * share) as usize;
        assert_eq!(mask.iter().filter(|&&m| m).count(), masked);
        let mut order: Vec<usize> = (0..20).collect();
        order.sort_by(|&a, &b| predicted[b].total_cmp(&predicted[a]));
        let hardest = &order[..(masked as f64 * hard) as usize];
        assert!(hardest.iter().all(|&i| mask[i]));
    }
    assert!(hard_patch_mask(&predicted, 1.5, 0.0, 0).is_err());
    assert!(hard_patch_mask(&[f64::NAN], 0.5, 0.0, 0).is_err());
    let loss =
        |s: &[f64], r: &[f64], counts: &[usize]| relative_loss_prediction(s, r, counts).unwrap();
    let (s, r) = ([0.2, 0.5, -0.1], [0.3, 0.1, 0.4]);
    close(loss(&s, &r, &[3]).0, 0.915399480, 1e-9);
    close(loss(&[0.4; 3], &r, &[3]).0, 2f64.ln(), 1e-12);
    assert_eq!(loss(&s, &[1.0; 3], &[3]), (0.0, vec![0.0; 3]));
    let (s, r) = (normal(12, 9), normal(13, 9));
    let (value, gradient) = loss(&s, &r, &[4, 0, 5]);
    differences(&s, &gradient, |s| loss(s, &r, &[4, 0, 5]).0);
    // Any increasing function of the losses, any constant to the predictions.
    let (moved, cubes): (Vec<f64>, Vec<f64>) = (0..9).map(|i| (s[i] + 3.0, r[i].powi(3))).unzip();
    close(loss(&moved, &cubes, &[4, 0, 5]).0, value, 1e-12);
    assert!(relative_loss_prediction(&s, &r, &[4]).is_err());
    assert!(relative_loss_prediction(&s, &r[1..], &[9]).is_err());
}

#[test]
fn geodesics_are_straight_and_of_constant_speed() {
    let (x, y) = (normal(14, 12 * 3), normal(15, 12 * 3));
    let between =
        |a: &[f64], b: &[f64]| rows(a, 3, |a| rows(b, 3, |b| Geodesic::new(a, b).unwrap()));
    let way = between(&x, &y);
    assert_eq!(way.points(0.0).unwrap(), x);
    for s in [0.2, 0.7, 1.0] {
        let there = way.points(s).unwrap();
        close(between(&x, &there).length(), s * way.length(), 1e-12);
    }
    // The slope of a risk Σ_i sin(x_i0).
    let risk = |points: &[f64]| points.chunks(3).map(|row| row[0].sin()).sum::<f64>();
    let slopes: Vec<f64> = way
        .points(0.4)
        .unwrap()
        .chunks(3)
        .flat_map(|row| [row[0].cos(), 0.0, 0.0])
        .collect();
    let at = |s: f64| risk(&way.points(s).unwrap());
    close(
        way.slope(&slopes).unwrap(),
        (at(0.4 + 1e-6) - at(0.4 - 1e-6)) / 2e-6,
        1e-7,
    );
    let worst = way.worst_case(10, |s, _| 1.0 - (s - 0.3).powi(2)).unwrap();
    close(worst.place, 0.3, 1e-12);
    close(worst.variation, 0.09 + 0.49, 1e-12);
    assert_eq!(way.worst_case(5, |_, _| 2.0).unwrap().variation, 0.0);
    assert!(way.points(1.5).is_err() && way.worst_case(0, |_, _| 0.0).is_err());
    assert!(rows(&x, 3, |a| rows(&y[..9], 3, |b| Geodesic::new(a, b))).is_err());
}

#[test]
fn gaussians_have_their_geodesic() {
    let (mean, other) = ([0.0, 0.0], [3.0, 4.0]);
    let (first, second) = ([2.0, 0.5, 0.5, 1.0], [1.0, 0.0, 0.0, 3.0]);
    let way = GaussianGeodesic::new((&mean, &first), (&other, &second)).unwrap();
    for (got, want) in way
        .map()
        .iter()
        .zip([0.74600306, -0.21148057, -0.21148057, 1.81504802])
    {
        close(*got, want, 1e-8);
    }
    close(way.square_length(), 25.0 + 0.808852870, 1e-9);
    let (middle, covariance) = way.at(0.3).unwrap();
    close(middle[1], 1.2, 1e-15);
    for (got, want) in covariance
        .iter()
        .zip([1.65223165, 0.3806776, 0.3806776, 1.47790925])
    {
        close(*got, want, 1e-8);
    }
    let (_, end) = way.at(1.0).unwrap();
    for (got, want) in end.iter().zip(second) {
        close(*got, want, 1e-12);
    }
    // Without variance in the first: nothing to spread.
    let flat = GaussianGeodesic::new((&mean, &[0.0; 4]), (&mean, &second)).unwrap();
    close(flat.square_length(), 4.0, 1e-12);
    for broken in [[1.0, 2.0, 2.0, 1.0], [1.0, 0.5, 0.0, 1.0], [f64::NAN; 4]] {
        assert!(GaussianGeodesic::new((&mean, &broken), (&mean, &second)).is_err());
    }
    assert!(GaussianGeodesic::new((&mean, &first), (&[0.0], &[1.0])).is_err());
    assert!(way.at(-0.1).is_err());
}
