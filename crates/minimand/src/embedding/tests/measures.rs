//! Properties and limits of clusters and measures.

use super::*;
use crate::embedding::*;

/// A turned copy: the first two axes by an angle, then all shifted round.
fn turned(points: &[f64], width: usize) -> Vec<f64> {
    let (sine, cosine) = 0.7f64.sin_cos();
    let turn = |row: &[f64]| {
        let mut row = row.to_vec();
        (row[0], row[1]) = (
            cosine * row[0] - sine * row[1],
            sine * row[0] + cosine * row[1],
        );
        row.rotate_left(1);
        row
    };
    points.chunks(width).flat_map(turn).collect()
}

#[test]
fn published_values() {
    let x = [1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, -1.0];
    let y = [0.8, 0.6, 0.6, 0.8, -1.0, 0.0, 0.0, -1.0];
    rows(&x, 2, |x| {
        rows(&y, 2, |y| {
            close(alignment(x, y, 2.0).unwrap(), 0.2, 1e-12);
            close(alignment(x, y, 1.0).unwrap(), 0.316227766, 1e-9);
        });
        close(uniformity(x, 2.0).unwrap(), -4.396348967, 1e-9);
    });
    for (d, bound) in [
        (2, -1.575027204),
        (3, -2.079777061),
        (10, -3.246504207),
        (128, -3.937530010),
    ] {
        close(uniformity_lower_bound(d, 2.0).unwrap(), bound, 1e-9);
    }
    let agreement = Agreement::new(&vec![0i64, 0, 1, 1, 2, 2], &vec![0i64, 0, 1, 2, 2, 2]);
    close(agreement.unwrap().nmi(), 0.739667377, 1e-9);
    let points = [0.0, 1.0, 2.2, 3.6, 5.1, 6.9];
    let labels = vec![0i64, 1, 0, 0, 1, 1];
    let found = rows(&points, 1, |x| {
        Retrieval::among(x, &labels, Proximity::Euclidean).unwrap()
    });
    close(found.r_precision().unwrap(), 0.416666667, 1e-9);
    close(found.map_at_r().unwrap(), 0.291666667, 1e-9);
}

#[test]
fn uniformity_has_its_ends() {
    let same = rows(&[3.0; 500], 2, |x| uniformity(x, 2.0).unwrap());
    assert!((-1e-12..=0.0).contains(&same));
    for t in [2.0, 1000.0] {
        let opposite = rows(&[1.0, 2.0, -1.0, -2.0], 2, |x| uniformity(x, t).unwrap());
        close(opposite, -4.0 * t, 1e-12);
    }
    // Many normal vectors are nearly uniform on the sphere.
    let sphere = rows(&normal(1, 3000 * 10), 10, |x| uniformity(x, 2.0).unwrap());
    close(sphere, uniformity_lower_bound(10, 2.0).unwrap(), 2e-3);
    assert!(uniformity_lower_bound(64, 1e4).unwrap() < 0.0);
    assert_eq!(uniformity_lower_bound(3, 0.0).unwrap(), 0.0);
    assert!(uniformity_lower_bound(0, 1.0).is_err() && uniformity_lower_bound(1, -1.0).is_err());
    assert!(rows(&[1.0, 2.0], 2, |x| uniformity(x, 2.0)).is_err());
    assert!(rows(&[1.0, 2.0], 1, |x| uniformity(x, 0.0)).is_err());
    assert!(rows(&[1.0, 2.0], 1, |x| alignment(x, x, -1.0)).is_err());
}

#[test]
fn alignment_of_classes_is_the_mean_over_pairs() {
    let points = normal(2, 30 * 4);
    let labels: Vec<i64> = (0..30).map(|i| i % 5).collect();
    let got = rows(&points, 4, |x| {
        class_alignment(x, &labels).unwrap().unwrap()
    });
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for i in 0..30 {
        for j in (0..i).filter(|j| j % 5 == i % 5) {
            a.extend_from_slice(&points[i * 4..i * 4 + 4]);
            b.extend_from_slice(&points[j * 4..j * 4 + 4]);
        }
    }
    let want = rows(&a, 4, |a| rows(&b, 4, |b| alignment(a, b, 2.0).unwrap()));
    close(got, want, 1e-12);
    let alone = rows(&points[..8], 4, |x| {
        class_alignment(x, &vec![1i64, 2]).unwrap()
    });
    assert_eq!(alone, None);
    let opposite = rows(&[1.0, -1.0], 1, |x| {
        class_alignment(x, &vec![1i64, 1]).unwrap()
    });
    assert_eq!(opposite, Some(4.0));
}

#[test]
fn the_spectrum_counts_directions() {
    let points = normal(3, 40 * 6);
    let spectrum =
        |values: &[f64], width| rows(values, width, |x| Spectrum::new(x, false).unwrap());
    let (got, same) = (spectrum(&points, 6), spectrum(&turned(&points, 6), 6));
    close(same.effective_rank(), got.effective_rank(), 1e-12);
    let large: Vec<f64> = points.iter().map(|x| x * 1e200).collect();
    close(
        spectrum(&large, 6).effective_rank(),
        got.effective_rank(),
        1e-12,
    );
    assert!(got.utilization() <= 1.0 && got.participation_ratio() <= 6.0 + 1e-9);
    // One direction, though rounding hides it; nothing.
    let line: Vec<f64> = (0..40)
        .flat_map(|i| [0.1, 0.3, -0.7].map(|x| x * f64::from(i)))
        .collect();
    close(spectrum(&line, 3).effective_rank(), 1.0, 1e-12);
    let zero = spectrum(&[0.0; 12], 3);
    assert_eq!(
        (zero.effective_rank(), zero.participation_ratio()),
        (0.0, 0.0)
    );
    assert_eq!(spectrum(&points, 120).singular_values().len(), 2);
    assert!(Spectrum::new(&Array::new(&Vec::<f64>::new(), &[0, 3]), false).is_err());
}

#[test]
fn a_simplex_is_collapsed() {
    // The centred corners of a simplex, each twice, moved and scaled.
    let corners = 4;
    let mut points = Vec::new();
    for k in 0..2 * corners {
        let entry = |j| 3.0 * (f64::from(u8::from(k / 2 == j)) - 0.25) + 7.0;
        points.extend((0..corners).map(entry));
    }
    let labels = vec![3i64, 3, 5, 5, 6, 6, 9, 9];
    let weight: Vec<f64> = (0..16)
        .map(|i| f64::from(u8::from(i % 5 == 0)) - 0.25)
        .collect();
    rows(&points, 4, |x| {
        let collapse = NeuralCollapse::new(x, &labels).unwrap();
        assert_eq!(collapse.classes(), [3, 5, 6, 9]);
        assert_eq!(collapse.means()[..4], points[..4]);
        let weight = Array::new(&weight, &[4, 4]);
        for gap in [
            collapse.within_variability().unwrap(),
            collapse.equinorm().unwrap(),
            collapse.equiangular(),
            collapse.maximal_angle_gap(),
            collapse.simplex_distance().unwrap(),
            collapse.self_duality(&weight).unwrap().unwrap(),
            collapse.product_distance(&weight).unwrap().unwrap(),
        ] {
            assert!(gap < 1e-7, "{gap}");
        }
        assert_eq!(collapse.nearest_mean_agreement(x, &labels).unwrap(), 1.0);
        assert!(collapse.self_duality(x).is_err());
    });
    // An orthogonal frame.
    let frame = [2.0, 0.0, 2.0, 0.0, 0.0, 2.0];
    rows(&frame, 2, |x| {
        let collapse = NeuralCollapse::new(x, &vec![0i64, 0, 1]).unwrap();
        assert!(collapse.orthogonal_frame_distance().unwrap() < 1e-15);
    });
}

#[test]
fn collapse_measures_are_invariant_and_have_limits() {
    let points = normal(4, 60 * 5);
    let labels: Vec<i64> = (0..60).map(|i| i % 7).collect();
    let measure = |values: &[f64]| {
        rows(values, 5, |x| {
            let collapse = NeuralCollapse::new(x, &labels).unwrap();
            [
                collapse.within_variability().unwrap(),
                collapse.equinorm().unwrap(),
                collapse.maximal_angle_gap(),
                collapse.simplex_distance().unwrap(),
            ]
        })
    };
    let want = measure(&points);
    let scaled: Vec<f64> = points.iter().map(|x| x * 1e-170).collect();
    for other in [turned(&points, 5), scaled] {
        for (got, want) in measure(&other).iter().zip(want) {
            close(*got, want, 1e-10);
        }
    }
    // All means in one point: nothing to measure against.
    let same = rows(&[1.0; 8], 2, |x| {
        NeuralCollapse::new(x, &vec![0i64, 0, 1, 1]).unwrap()
    });
    assert_eq!(same.within_variability(), None);
    assert_eq!((same.equinorm(), same.simplex_distance()), (None, None));
    assert_eq!(same.equiangular(), 0.0);
    assert!(rows(&points, 5, |x| NeuralCollapse::new(x, &vec![1i64; 60])).is_err());
}

#[test]
fn clusters_are_where_the_points_are() {
    let means = |clusters| KMeans {
        clusters,
        seed: 3,
        ..KMeans::default()
    };
    // As many clusters as points, and more than different points.
    let points = normal(5, 12);
    let found = rows(&points, 2, |x| means(6).fit(x).unwrap());
    assert_eq!(found.inertia(), 0.0);
    let found = rows(&[1.0, 1.0, 2.0, 2.0], 1, |x| means(4).fit(x).unwrap());
    assert_eq!(found.inertia(), 0.0);
    assert!(found.converged() && found.labels()[0] == found.labels()[1]);
    // Every embedding is with its nearest centre, every centre in the middle.
    let points = normal(6, 200 * 3);
    let found = rows(&points, 3, |x| means(7).fit(x).unwrap());
    assert!(found.converged());
    for (cluster, centre) in found.centres().chunks(3).enumerate() {
        let members: Vec<usize> = (0..200).filter(|&i| found.labels()[i] == cluster).collect();
        assert!(!members.is_empty());
        for j in 0..3 {
            let sum: f64 = members.iter().map(|&i| points[i * 3 + j]).sum();
            close(centre[j], sum / members.len() as f64, 1e-12);
        }
    }
    // By cosine, lengths do not matter.
    let stretched: Vec<f64> = (0..200)
        .flat_map(|i| {
            let length = 1.0 + (i % 4) as f64;
            points[i * 3..i * 3 + 3]
                .iter()
                .map(move |x| x * length)
                .collect::<Vec<f64>>()
        })
        .collect();
    let spherical = KMeans {
        spherical: true,
        ..means(5)
    };
    let a = rows(&points, 3, |x| spherical.fit(x).unwrap());
    let b = rows(&stretched, 3, |x| spherical.fit(x).unwrap());
    assert_eq!(a.labels(), b.labels());
    for wrong in [
        means(0),
        means(201),
        KMeans {
            restarts: 0,
            ..means(2)
        },
    ] {
        assert!(rows(&points, 3, |x| wrong.fit(x)).is_err());
    }
}

#[test]
fn false_negatives_are_counted() {
    let labels = vec![0i64, 0, 1, 1, 2];
    assert_eq!(false_negative_rate(&labels, &[0, 2, 4]).unwrap(), 0.0);
    assert_eq!(
        false_negative_rate(&labels, &[0, 1, 2, 3]).unwrap(),
        1.0 / 3.0
    );
    assert_eq!(false_negative_rate(&labels, &[]).unwrap(), 0.0);
    assert!(false_negative_rate(&labels, &[5]).is_err());
}
