//! The search finds what comparing with everything finds, at any size, scale and number of threads.

use super::*;
use crate::embedding::table::{dot, square_distance, unit};
use crate::embedding::*;

const EVERY: [Proximity; 3] = [
    Proximity::Cosine,
    Proximity::Euclidean,
    Proximity::InnerProduct,
];

/// All references in order, by definition.
fn plainly(query: &[f64], references: &[f64], skip: Option<usize>, by: Proximity) -> Vec<usize> {
    let normalized = |row: &[f64]| {
        let mut row = row.to_vec();
        unit(&mut row);
        row
    };
    let key = |row: &[f64]| match by {
        Proximity::Cosine => -dot(&normalized(query), &normalized(row)),
        Proximity::Euclidean => square_distance(query, row),
        Proximity::InnerProduct => -dot(query, row),
    };
    let keys: Vec<f64> = references.chunks(query.len()).map(key).collect();
    let mut order: Vec<usize> = (0..keys.len()).filter(|&i| Some(i) != skip).collect();
    order.sort_by(|&a, &b| keys[a].total_cmp(&keys[b]));
    order
}

/// Checks a search of points among themselves, and of the first three among all.
fn check(points: &[f64], width: usize, k: usize) {
    for by in EVERY {
        let found = rows(points, width, |x| nearest_others(x, k, by).unwrap());
        let lists = found.places().chunks(k).zip(points.chunks(width));
        for (i, (places, query)) in lists.enumerate() {
            let want = plainly(query, points, Some(i), by);
            assert_eq!(places, &want[..k], "{by:?}, query {i}");
        }
        let few = &points[..3 * width];
        let found = rows(points, width, |x| {
            rows(few, width, |q| nearest(q, x, k, by).unwrap())
        });
        for (places, query) in found.places().chunks(k).zip(few.chunks(width)) {
            assert_eq!(places, &plainly(query, points, None, by)[..k], "{by:?}");
        }
    }
}

#[test]
fn it_is_exact() {
    // More rows than a panel, and than a task.
    check(&normal(1, 1100 * 3), 3, 5);
    check(&normal(2, 150 * 17), 17, 149);
    check(&normal(3, 300), 1, 7);
}

#[test]
fn it_is_exact_where_single_precision_tells_nothing() {
    // Far from the origin, with differences below the rounding of single precision.
    let far: Vec<f64> = normal(4, 200 * 4).iter().map(|x| 1e6 + 1e-3 * x).collect();
    check(&far, 4, 6);
    // Almost one direction.
    let narrow: Vec<f64> = normal(5, 150 * 4).iter().map(|x| 1.0 + 1e-9 * x).collect();
    check(&narrow, 4, 6);
    // One far outlier.
    let mut outlier = normal(6, 150 * 4);
    outlier[17] = 1e7;
    check(&outlier, 4, 6);
    // Large and small magnitudes.
    for scale in [1e150, 1e-150] {
        let scaled: Vec<f64> = normal(7, 60 * 3).iter().map(|x| x * scale).collect();
        check(&scaled, 3, 4);
    }
}

#[test]
fn equally_near_ones_come_in_order() {
    // Whole numbers, duplicates and zeros.
    let points: Vec<f64> = normal(8, 400 * 2).iter().map(|x| x.round()).collect();
    for k in [1, 3, 40] {
        check(&points, 2, k);
    }
    let found = rows(&[2.0; 600], 2, |x| {
        nearest_others(x, 3, Proximity::Euclidean).unwrap()
    });
    assert_eq!(found.places()[..6], [1, 2, 3, 0, 2, 3]);
    assert!(found.values().iter().all(|&d| d == 0.0));
}

#[test]
fn zeros_and_extremes_have_values() {
    let points = [0.0, 0.0, 3.0, 4.0, -3.0, -4.0, f64::MAX, 0.0];
    rows(&points, 2, |x| {
        let found = nearest(x, x, 4, Proximity::Cosine).unwrap();
        assert_eq!(found.places()[..4], [0, 1, 2, 3]);
        assert_eq!(found.values()[..4], [0.0; 4]);
        close(found.values()[4], 1.0, 1e-15);
        let found = nearest_others(x, 3, Proximity::Euclidean).unwrap();
        assert!(found.values().iter().all(|v| v.is_finite()));
    });
    let small = [3e-320, 0.0, 0.0, 4e-320];
    rows(&small, 2, |x| {
        let found = nearest_others(x, 1, Proximity::Euclidean).unwrap();
        assert!(found.values()[0] > 4.9e-320);
        let found = nearest_others(x, 1, Proximity::Cosine).unwrap();
        assert_eq!(found.values(), [0.0, 0.0]);
    });
}

#[test]
fn threads_change_nothing() {
    let points = normal(9, 700 * 12);
    let labels: Vec<i64> = (0..700).map(|i| i * i % 23).collect();
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            rows(&points, 12, |x| {
                (
                    nearest_others(x, 9, Proximity::Cosine).unwrap(),
                    Retrieval::among(x, &labels, Proximity::Euclidean).unwrap(),
                    uniformity(x, 2.0).unwrap(),
                    KMeans::default().fit(x).unwrap(),
                )
            })
        })
    };
    let one = run(1);
    assert_eq!(run(2), one);
    assert_eq!(run(5), one);
}

#[test]
fn retrieval_follows_its_definition() {
    // Labels at random, so that many queries find nothing among the R nearest.
    let points = normal(10, 500 * 4);
    let labels: Vec<i64> = (0..500).map(|i| (i * 7919) % 191).collect();
    for by in EVERY {
        let found = rows(&points, 4, |x| Retrieval::among(x, &labels, by).unwrap());
        for (i, query) in found.queries().iter().enumerate() {
            let order = plainly(&points[i * 4..i * 4 + 4], &points, Some(i), by);
            let hits: Vec<bool> = order.iter().map(|&j| labels[j] == labels[i]).collect();
            let relevant = hits.iter().filter(|&&hit| hit).count();
            let first = hits.iter().position(|&hit| hit).map_or(0, |rank| rank + 1);
            let among = hits[..relevant].iter().filter(|&&hit| hit).count();
            assert_eq!(
                (query.relevant, query.first),
                (relevant, first),
                "{by:?}, query {i}"
            );
            close(
                query.r_precision,
                among as f64 / relevant.max(1) as f64,
                1e-15,
            );
        }
    }
    // No query has another of its class.
    let alone = rows(&points[..12], 4, |x| {
        Retrieval::among(x, &vec![0i64, 1, 2], Proximity::Cosine).unwrap()
    });
    assert_eq!((alone.recall_at(1), alone.map_at_r()), (None, None));
    assert_eq!(alone.mean_reciprocal_rank(), None);
}

#[test]
fn bad_input_is_refused() {
    let points = vec![1.0, 2.0, 3.0, 4.0];
    let by = Proximity::Cosine;
    let message = |error: crate::Error| error.to_string();
    let others = |shape: &[usize], k| {
        message(nearest_others(&Array::new(&points, shape), k, by).unwrap_err())
    };
    assert!(others(&[2, 2], 0).contains("in 1..=1"));
    assert!(others(&[2, 2], 2).contains("in 1..=1"));
    assert!(others(&[4], 1).contains("[n, d]"));
    assert!(others(&[0, 2], 1).contains("4 entries"));
    let x = Array::new(&points, &[2, 2]);
    let wide = Array::new(&points, &[1, 4]);
    assert!(message(nearest(&x, &wide, 1, by).unwrap_err()).contains("references"));
    let error = Retrieval::among(&x, &vec![0i64; 3], by).unwrap_err();
    assert!(message(error).contains("labels"));
    let broken = vec![1.0, f64::NAN];
    let error = nearest(&Array::new(&broken, &[1, 2]), &x, 1, by).unwrap_err();
    assert!(message(error).contains("position 1"));
}
