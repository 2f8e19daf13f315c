//! Losses of listed triplets, of mixes, of several heads and with a margin that moves; distances between embeddings.

use super::parts::differences;
use super::*;
use crate::embedding::*;

const LABELS: [i64; 7] = [0, 1, 0, 2, 1, 0, 2];

#[test]
fn listed_triplets_have_their_loss() {
    let x = normal(1, 21);
    let triplets = rows(&x, 3, |x| Mining::among(x, &LABELS[..], false).unwrap());
    let triplets = triplets.triplets(Gap::All, 0.0).unwrap();
    for (swap, soft) in [(false, false), (true, false), (false, true)] {
        let loss = TripletMargin {
            margin: 1.5,
            swap,
            soft,
        };
        let of = |x: &[f64]| rows(x, 3, |x| loss.value_and_gradient(x, &triplets).unwrap());
        differences(&x, &of(&x).1, |x| of(x).0);
        // All equal: the margin, and no slope.
        let (value, gradient) = of(&[0.5; 21]);
        let want = if soft {
            1.5 + (-1.5f64).exp().ln_1p()
        } else {
            1.5
        };
        close(value, want, 1e-12);
        assert!(gradient.iter().all(|&g| g == 0.0));
    }
    // The larger of two sides that share the positive, as PyTorch has it with swap.
    let three = [0.0, 0.0, 3.0, 0.0, 4.0, 3.0];
    let one = Triplets {
        anchors: vec![0],
        positives: vec![1],
        negatives: vec![2],
    };
    let value = |swap: bool| {
        let loss = TripletMargin {
            swap,
            margin: 2.5,
            soft: false,
        };
        rows(&three, 2, |x| loss.value_and_gradient(x, &one).unwrap().0)
    };
    close(value(false), 0.5, 1e-12);
    close(value(true), 5.5 - 10f64.sqrt(), 1e-12);
    let none = rows(&three, 2, |x| {
        let loss = TripletMargin::default();
        loss.value_and_gradient(x, &Triplets::default()).unwrap().0
    });
    assert_eq!(none, 0.0);
    let beyond = Triplets {
        anchors: vec![3],
        positives: vec![1],
        negatives: vec![2],
    };
    let error = rows(&three, 2, |x| {
        TripletMargin::default().value_and_gradient(x, &beyond)
    });
    assert!(error.unwrap_err().to_string().contains("rows in 0..3"));
}

#[test]
fn a_margin_follows_the_batches() {
    let x = normal(2, 21);
    let fresh = DynamicSoftMargin::new(10, 0.01).unwrap();
    let of = |x: &[f64]| rows(x, 3, |x| fresh.clone().step(x, &LABELS[..]).unwrap());
    let (value, gradient) = of(&x);
    // The weights are held fixed: along them the loss is Σ w t. A rotation and lengths change nothing.
    let turned: Vec<f64> = x
        .chunks(3)
        .flat_map(|v| [2.0 * v[1], -2.0 * v[0], 2.0 * v[2]])
        .collect();
    close(of(&turned).0, value, 1e-12);
    for (row, g) in x.chunks(3).zip(gradient.chunks(3)) {
        close(row.iter().zip(g).map(|(x, g)| x * g).sum(), 0.0, 1e-12);
    }
    let mut kept = fresh.clone();
    rows(&x, 3, |x| kept.step(x, &LABELS[..]).unwrap());
    let before = kept.histogram().to_vec();
    close(before.iter().sum(), 1.0, 1e-12);
    rows(&normal(3, 21), 3, |x| kept.step(x, &LABELS[..]).unwrap());
    let moved: f64 = kept
        .histogram()
        .iter()
        .zip(&before)
        .map(|(a, b)| (a - b).abs())
        .sum();
    assert!(moved > 0.0 && moved <= 0.02 + 1e-12, "{moved}");
    // One class has no triplets.
    let one = rows(&x, 3, |x| kept.step(x, &[4i64; 7][..]).unwrap());
    assert_eq!(one.0, 0.0);
    assert!(DynamicSoftMargin::new(0, 0.1).is_err() && DynamicSoftMargin::new(4, 1.1).is_err());
}

#[test]
fn mixes_are_hard_and_their_loss_has_its_gradient() {
    let x = normal(4, 21);
    let mixes = rows(&x, 3, |x| metric_mixes(x, &LABELS[..], 2, 0.3, 5).unwrap());
    assert_eq!(mixes.len(), 14);
    for mix in &mixes {
        assert_eq!(LABELS[mix.first], LABELS[mix.anchor]);
        assert_ne!(LABELS[mix.second], LABELS[mix.anchor]);
        assert_ne!(mix.first, mix.anchor);
    }
    let loss = MixedMultiSimilarity {
        beta: 6.0,
        ..MixedMultiSimilarity::default()
    };
    let of = |x: &[f64]| {
        rows(x, 3, |x| {
            loss.value_and_gradient(x, &LABELS[..], &mixes).unwrap()
        })
    };
    differences(&x, &of(&x).1, |x| of(x).0);
    // Without mixes it is the loss of the catalogue.
    let clean = rows(&x, 3, |x| {
        loss.value_and_gradient(x, &LABELS[..], &[]).unwrap().0
    });
    let objective: crate::Objective = "multi_similarity(beta=6)".parse().unwrap();
    let (shape, row) = ([7, 3], [7]);
    let batch = crate::Batch::new(
        Array::new(&x, &shape),
        crate::Target::labels(&LABELS[..], &row),
    );
    let want = objective
        .evaluate(&batch, &crate::Options::default())
        .unwrap();
    close(clean, want.value, 1e-12);
    // A lone anchor is mixed with itself.
    let lone = rows(&x[..6], 3, |x| {
        metric_mixes(x, &[0i64, 1][..], 3, 0.5, 1).unwrap()
    });
    assert!(lone.iter().all(|mix| mix.first == mix.anchor) && lone.len() == 2);
}

#[test]
fn heads_have_their_gradients() {
    let (n, d, e) = (6, 3, 2);
    let (z, f) = (
        [normal(6, n * d), normal(7, n * d)],
        [normal(8, n * e), normal(9, n * e)],
    );
    for positive_in_denominator in [true, false] {
        let loss = AdaptiveTemperature {
            positive_in_denominator,
            beta: 0.1,
            ..AdaptiveTemperature::default()
        };
        let of = |z: &[Vec<f64>; 2], f: &[Vec<f64>; 2]| {
            let (wide, narrow) = ([n, d], [n, e]);
            let head = |i: usize| ViewHead {
                projections: Array::new(&z[i], &wide),
                features: Array::new(&f[i], &narrow),
            };
            loss.value_and_gradients(&[head(0), head(1)]).unwrap()
        };
        let result = of(&z, &f);
        for head in 0..2 {
            differences(&z[head], &result.by_projections[head], |x| {
                let mut moved = z.clone();
                moved[head] = x.to_vec();
                of(&moved, &f).value
            });
            differences(&f[head], &result.by_features[head], |x| {
                let mut moved = f.clone();
                moved[head] = x.to_vec();
                of(&z, &moved).value
            });
        }
    }
    // Features of zeros give every pair one temperature: NT-Xent.
    let even = AdaptiveTemperature {
        lowest: 0.2,
        highest: 0.8,
        ..AdaptiveTemperature::default()
    };
    let zeros = vec![0.0; n];
    let (wide, narrow) = ([n, d], [n, 1]);
    let head = ViewHead {
        projections: Array::new(&z[0], &wide),
        features: Array::new(&zeros, &narrow),
    };
    let got = even.value_and_gradients(&[head]).unwrap();
    close(got.temperatures[0], 0.5, 1e-12);
    let objective: crate::Objective = "nt_xent(temperature=0.5)".parse().unwrap();
    let half = [n / 2, d];
    let (one, two) = z[0].split_at(n / 2 * d);
    let batch = crate::Batch::new(Array::new(one, &half), crate::Target::dense(two, &half));
    let want = objective
        .evaluate(&batch, &crate::Options::default())
        .unwrap();
    close(got.value, want.value, 1e-12);
}

#[test]
fn distances_between_embeddings_are_those_of_paper_154() {
    let f = [0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 4.0, 4.0];
    let term = rows(&f, 2, |f| {
        global_hard_term(f, &[0i64, 0, 1, 1][..], 1.0).unwrap()
    });
    close(term.unwrap(), 5.0, 1e-12);
    let one_class = rows(&f, 2, |f| global_hard_term(f, &[3i64; 4][..], 1.0).unwrap());
    assert_eq!(one_class, None);
    let (a, b) = ([0.0, 0.0, 1.0, 0.0], [0.0, 0.5, 3.0, 0.0]);
    let [there, back] = rows(&a, 2, |a| {
        rows(&b, 2, |b| hausdorff_distances(a, b).unwrap())
    });
    close(there, 1.118_033_989, 1e-9);
    close(back, 2.0, 1e-12);
    // A motion changes no distance; half of the hard term is below the distance to an embedding without one.
    let (sin, cos) = 0.7f64.sin_cos();
    let x = normal(10, 20);
    let turned: Vec<f64> = (x.chunks(2))
        .flat_map(|v| [cos * v[0] - sin * v[1] + 3.0, sin * v[0] + cos * v[1]])
        .collect();
    let same = rows(&x, 2, |x| {
        rows(&turned, 2, |y| isometric_distance(x, y).unwrap())
    });
    assert!(same < 1e-12, "{same}");
    let labels: Vec<i64> = (0..10).map(|i| i % 2).collect();
    let apart: Vec<f64> = (0..10)
        .flat_map(|i| [f64::from(i % 2) * 9.0, f64::from(i) * 0.1])
        .collect();
    let term = |x: &[f64]| {
        rows(x, 2, |x| {
            global_hard_term(x, &labels, 0.5).unwrap().unwrap()
        })
    };
    assert!(term(&apart) <= 0.0);
    let distance = rows(&x, 2, |x| {
        rows(&apart, 2, |y| isometric_distance(x, y).unwrap())
    });
    assert!(term(&x) / 2.0 <= distance);
}
