//! Losses of embeddings: both sides' gradients, queues and memory banks, degenerate batches, threads and blocks.

use minimand::loss::Shape;
use minimand::{Array, Batch, Catalog, Error, Evaluation, Objective, Options, Reduction, Target};

/// Numbers in −1..1, always the same.
fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

fn objective(text: &str) -> Objective {
    text.parse().unwrap()
}

fn labelled(loss: &str, x: &[f64], width: usize, labels: &[i64]) -> Evaluation {
    let n = labels.len();
    let shape = [n, width];
    let shape_of_labels = [n];
    let batch = Batch::new(
        Array::new(x, &shape),
        Target::labels(labels, &shape_of_labels),
    );
    objective(loss)
        .value_and_gradient(&batch, &Options::default())
        .unwrap()
}

fn gradient(result: &Evaluation) -> Vec<f64> {
    result.gradient.as_ref().unwrap().to_f64()
}

fn all() -> Vec<&'static str> {
    let catalog = Catalog::builtin();
    let entries = catalog.entries().iter();
    entries
        .filter(|entry| entry.shape == Shape::Pairs)
        // Those of two views take no labels.
        .filter(|entry| !["barlow_twins", "vicreg", "self_labelled"].contains(&entry.name))
        .flat_map(|entry| {
            [entry.name]
                .into_iter()
                .chain(entry.variants.iter().copied())
        })
        .collect()
}

#[test]
fn both_sides_have_their_gradient() {
    let (n, m, width) = (5, 8, 3);
    for (loss, m) in [
        ("siglip", m),
        ("info_nce", m),
        ("info_nce(temperature=0.5, symmetric=true)", m),
        ("n_pair", m),
        ("siglip + 0.5*n_pair", m),
        ("nt_xent", n),
        ("contrastive(normalize=false)", n),
        ("triplet(margin=1)", n),
        ("snr_contrastive(margin=3)", n),
        ("smooth_ap(temperature=0.2)", n),
        ("lifted_structure", n),
        ("angular", n),
        ("alignment + uniformity", n),
        ("barlow_twins(lambda=0.5)", n),
        ("vicreg(covariance=5)", n),
        ("self_labelled(form=\"logistic\")", n),
    ] {
        let (x, y) = (numbers(n * width, 3), numbers(m * width, 4));
        let value = |x: &[f64], y: &[f64]| {
            let (own, other) = ([n, width], [m, width]);
            let batch = Batch::new(Array::new(x, &own), Target::dense(y, &other));
            objective(loss).value_and_both_gradients(&batch, &Options::default())
        };
        let (result, by_target) = value(&x, &y).unwrap();
        let quotient = |side: usize, i: usize| {
            let at = |step: f64| {
                let mut both = [x.clone(), y.clone()];
                both[side][i] += step;
                value(&both[0], &both[1]).unwrap().0.value
            };
            (at(1e-5) - at(-1e-5)) / 2e-5
        };
        for (side, got) in [gradient(&result), by_target.to_f64()].iter().enumerate() {
            for (i, got) in got.iter().enumerate() {
                let want = quotient(side, i);
                assert!(
                    (got - want).abs() < 1e-6,
                    "{loss}, side {side}, {i}: {got}, {want}"
                );
            }
        }
    }
}

#[test]
fn many_anchors_go_through_blocks_as_few_do() {
    // More than one block, and rows with partial lanes: against all anchors one by one, by weights.
    let (n, width) = (1003, 5);
    let x = numbers(n * width, 9);
    let labels: Vec<i64> = (0..n as i64).map(|i| i * i % 11).collect();
    let (shape, row) = ([n, width], [n]);
    for loss in [
        "supervised_contrastive",
        "triplet",
        "contrastive",
        "siglip",
        "lifted_structure",
    ] {
        let batch = Batch::new(Array::new(&x, &shape), Target::labels(&labels, &row));
        let options = Options::reduction(Reduction::None);
        let whole = objective(loss)
            .value_and_gradient(&batch, &options)
            .unwrap();
        let items = whole.per_item.clone().unwrap();
        for anchor in [0, 500, n - 1] {
            let mut weights = vec![0.0; n];
            weights[anchor] = 1.0;
            let alone = objective(loss)
                .evaluate(&batch.weights(Array::new(&weights, &row)), &options)
                .unwrap();
            let error = (alone.value - items[anchor]).abs();
            assert!(error <= 1e-12 * items[anchor].abs(), "{loss}: {error}");
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(3)
            .build()
            .unwrap();
        let again = pool.install(|| objective(loss).value_and_gradient(&batch, &options));
        assert!(again.unwrap() == whole, "{loss}: 3 threads give other bits");
    }
}

#[test]
fn a_queue_holds_negatives_and_weight_0_makes_a_memory_bank() {
    let (n, width) = (4, 3);
    let (x, keys) = (numbers(n * width, 1), numbers(2 * n * width, 2));
    let shape = [n, width];
    let value = |rows: usize| {
        let other = [rows, width];
        let batch = Batch::new(
            Array::new(&x, &shape),
            Target::dense(&keys[..rows * width], &other),
        );
        objective("info_nce")
            .evaluate(&batch, &Options::default())
            .unwrap()
            .value
    };
    assert!(value(2 * n) > value(n));

    // Rows of weight 0 are partners, not anchors: items 0 to 3 keep their losses.
    let labels = [0i64, 1, 0, 1, 0, 1, 2, 2];
    let all = [x.as_slice(), &keys[..n * width]].concat();
    let weights = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0];
    let (shape, row) = ([2 * n, width], [2 * n]);
    let batch = Batch::new(Array::new(&all, &shape), Target::labels(&labels[..], &row));
    let options = Options::reduction(Reduction::None);
    let loss = objective("nt_xent");
    let plain = loss.evaluate(&batch, &options).unwrap();
    let bank = loss
        .evaluate(&batch.weights(Array::new(&weights[..], &row)), &options)
        .unwrap();
    let (plain, own) = (plain.per_item.unwrap(), bank.per_item.unwrap());
    assert_eq!(plain[..n], own[..n]);
    assert_eq!(own[n..], [0.0; 4]);
    assert_eq!(bank.count, 4);
}

/// The two terms of Sy-CON (paper 108) are InfoNCE with the embeddings of both models in the queue.
#[test]
fn two_queues_are_one() {
    let queue = [0.0, 1.0, -1.0, 0.0, 0.0, -1.0];
    let value = |key: [f64; 2], queue: &[f64]| {
        let keys = [&key[..], queue].concat();
        let shape = [keys.len() / 2, 2];
        let batch = Batch::new(
            Array::new(&[1.0, 0.0][..], &[1, 2]),
            Target::dense(&keys, &shape),
        );
        let loss = objective("info_nce(temperature=0.2)");
        loss.evaluate(&batch, &Options::default()).unwrap().value
    };
    for (key, queue, want) in [
        ([0.8, 0.6], &queue[..], 0.036_095_342),
        ([0.6, 0.8], &queue[..], 0.095_227_994),
        ([0.8, 0.6], &queue[..4], 0.018_271_111),
    ] {
        let got = value(key, queue);
        assert!((got - want).abs() < 1e-8, "{got}, {want}");
    }
}

#[test]
fn degenerate_batches_have_their_documented_values() {
    let one_class = labelled("circle", &numbers(12, 5), 3, &[7, 7, 7, 7]);
    assert_eq!((one_class.value, one_class.count), (0.0, 0));
    let no_positives = labelled("supervised_contrastive", &numbers(9, 5), 3, &[0, 1, 2]);
    assert_eq!((no_positives.value, no_positives.count), (0.0, 0));
    assert!(gradient(&no_positives).iter().all(|&g| g == 0.0));
    // Equal embeddings of all classes, and zero vectors among others: finite, and zero vectors get no gradient.
    for loss in all() {
        let equal = labelled(loss, &[0.3, -0.7].repeat(6), 2, &[0, 0, 1, 1, 2, 2]);
        assert!(equal.value.is_finite(), "{loss}");
        assert!(gradient(&equal).iter().all(|g| g.is_finite()), "{loss}");
        let mut x = numbers(12, 6);
        x[4..6].fill(0.0);
        let zero = labelled(loss, &x, 2, &[0, 0, 1, 1, 2, 2]);
        let slopes = gradient(&zero);
        assert!(
            zero.value.is_finite() && slopes.iter().all(|g| g.is_finite()),
            "{loss}"
        );
        let free = ["normalize=false", "n_pair", "snr_contrastive", "icnn"];
        let free = free.iter().any(|name| loss.contains(name));
        assert!(free || slopes[4..6] == [0.0, 0.0], "{loss}: {slopes:?}");
    }
    // A collapsed batch costs the margin.
    let collapsed = labelled(
        "triplet(mining=\"hard\", squared=false)",
        &[1.0; 8],
        2,
        &[0, 0, 1, 1],
    );
    assert!((collapsed.value - 0.2).abs() < 1e-12);
    // No rows at all.
    assert_eq!(labelled("triplet", &[], 3, &[]).count, 0);
}

#[test]
fn a_rotation_changes_nothing() {
    let (n, labels) = (8, [0i64, 0, 1, 1, 2, 2, 2, 0]);
    let x = numbers(2 * n, 8);
    let (sin, cos) = 0.83f64.sin_cos();
    let turned: Vec<f64> = x
        .chunks(2)
        .flat_map(|v| [cos * v[0] - sin * v[1], sin * v[0] + cos * v[1]])
        .collect();
    // The variance of an embedding's numbers depends on the axes.
    for loss in all().into_iter().filter(|loss| !loss.contains("snr")) {
        let (a, b) = (
            labelled(loss, &x, 2, &labels),
            labelled(loss, &turned, 2, &labels),
        );
        assert!(
            (a.value - b.value).abs() < 1e-11 * a.value.abs().max(1.0),
            "{loss}"
        );
    }
}

#[test]
fn wrong_input_is_named() {
    let x = numbers(6, 1);
    let shape = [2, 3];
    let run = |loss: &str, target: Target<'_>| {
        let batch = Batch::new(Array::new(&x, &shape), target);
        objective(loss)
            .evaluate(&batch, &Options::default())
            .unwrap_err()
            .to_string()
    };
    let labels = [0i64, 1, 2];
    let text = run("nt_xent", Target::labels(&labels[..], &[3]));
    assert!(text.contains("target") && text.contains("[2]"), "{text}");
    let other = numbers(9, 2);
    let text = run("nt_xent", Target::dense(&other, &[3, 3]));
    assert!(text.contains("[2, 3]"), "{text}");
    let text = run("siglip", Target::dense(&other[..3], &[1, 3]));
    assert!(text.contains("more negatives"), "{text}");
    let mut bad = numbers(6, 2);
    bad[4] = f64::NAN;
    let batch = Batch::new(Array::new(&x, &shape), Target::dense(&bad, &shape));
    let error = objective("siglip")
        .evaluate(&batch, &Options::default())
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Value {
                argument: "target",
                position: 4,
                ..
            }
        ),
        "{error}"
    );
    let labels = [0i64, 1];
    let batch = Batch::new(Array::new(&x, &shape), Target::labels(&labels[..], &[2]));
    assert!(
        objective("siglip")
            .value_and_both_gradients(&batch, &Options::default())
            .is_err()
    );
}
