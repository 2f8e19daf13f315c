//! Threads, extremes, what does not count, errors, and published values.

use crate::case::{Case, HEADS, close, entries, objective};
use minimand::linear::{Head, Layer, LinearEvaluation, LinearRows};
use minimand::{Array, Batch, Empty, Error, Options, Reduction, Target};

#[test]
fn the_same_bits_for_any_number_of_threads() {
    for head in HEADS {
        let case = Case::new(330, 20, 3000);
        let of = LinearRows::new(objective("cross_entropy")).head(head);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.unwrap().install(|| case.single(&of).unwrap())
        };
        let one = on(1);
        assert_eq!(one, on(2));
        assert_eq!(one, on(5));
    }
}

#[test]
fn extremes_stay_finite() {
    let finite = |what: &str, result: &LinearEvaluation| {
        assert!(result.value.is_finite(), "{what}");
        for gradient in [&result.states, &result.weight] {
            assert!(entries(gradient).iter().all(|g| g.is_finite()), "{what}");
        }
    };
    for head in HEADS {
        // States and weights without a direction, one of them at the label, and two that are equal.
        let mut case = Case::new(4, 3, 3);
        case.states[..3].fill(0.0);
        case.weight[9 - 3..].fill(0.0);
        let first = case.weight[..3].to_vec();
        case.states[3..6].copy_from_slice(&first);
        case.labels = vec![2, 0, 1, 2];
        // Logits of 1e4 and −1e4.
        let mut large = Case::new(4, 1, 2);
        large.states = vec![1e2, -1e2, 1e2, -1e2];
        large.weight = vec![1e2, -1e2];
        for (case, what) in [(case, "zeros"), (large, "large")] {
            for soft_cap in [None, Some(30.0)] {
                let mut of = LinearRows::new(objective("cross_entropy")).head(head);
                if let Some(cap) = soft_cap {
                    of = of.soft_cap(cap);
                }
                finite(what, &case.fused(&of, &Options::default()).unwrap());
                finite(what, &case.single(&of).unwrap());
            }
        }
    }
    let harmonic =
        LinearRows::new(objective("harmonic(exponent=28, squared=true)")).head(Head::Distance {
            scale: 1.0,
            epsilon: 1e-6,
        });
    let mut on_a_class = Case::new(2, 768, 10);
    let class = on_a_class.weight[..768].to_vec();
    on_a_class.states[..768].copy_from_slice(&class);
    on_a_class.labels = vec![0, 1];
    finite(
        "a state on its class",
        &on_a_class.single(&harmonic).unwrap(),
    );
    let many = Case::new(3, 2, 100_000);
    finite(
        "many classes",
        &many
            .single(&LinearRows::new(objective("focal(gamma=2)")))
            .unwrap(),
    );
}

#[test]
fn a_state_without_direction_has_no_gradient() {
    let mut case = Case::new(2, 3, 4);
    case.states[..3].fill(0.0);
    let of = LinearRows::new(objective("cross_entropy")).head(Head::Cosine { scale: 64.0 });
    let result = case.fused(&of, &Options::default()).unwrap();
    let gradient = entries(&result.states);
    assert!(gradient[..3].iter().all(|&g| g == 0.0));
    assert!(gradient[3..].iter().all(|&g| g != 0.0));
}

#[test]
fn what_does_not_count_does_not_matter() {
    let of = LinearRows::new(objective("cross_entropy"));
    let mut case = Case::new(6, 3, 4);
    case.labels[1] = -100;
    case.mask = Some(vec![true, true, true, false, true, true]);
    let clean = case.fused(&of, &Options::default()).unwrap();
    case.states[3..6].fill(f64::NAN);
    case.states[9..12].fill(f64::INFINITY);
    assert_eq!(case.fused(&of, &Options::default()).unwrap(), clean);
    assert_eq!(clean.count, 4);

    case.labels.fill(-100);
    case.weight[0] = f64::NAN;
    for reduction in [Reduction::Mean, Reduction::Sum, Reduction::None] {
        let result = case.fused(&of, &Options::reduction(reduction)).unwrap();
        assert_eq!((result.value, result.count), (0.0, 0));
        assert!(entries(&result.states).iter().all(|&g| g == 0.0));
        assert!(entries(&result.weight).iter().all(|&g| g == 0.0));
    }
    let nan = Options {
        empty: Empty::Nan,
        ..Options::default()
    };
    assert!(case.fused(&of, &nan).unwrap().value.is_nan());
}

#[test]
fn sequences_keep_their_axes_and_frozen_layers_have_no_gradient() {
    let case = Case::new(6, 3, 4);
    let of = LinearRows::new(objective("cross_entropy"));
    let flat = case.fused(&of, &Options::default()).unwrap();
    let weight = Array::new(&case.weight, &[4, 3]);
    let batch = Batch::new(
        Array::new(&case.states, &[2, 3, 3]),
        Target::labels(&case.labels, &[2, 3]),
    );
    let result = of.value_and_gradients(&batch, &Layer::new(weight), &Options::default());
    assert_eq!(result.unwrap(), flat);
    // A weight per sequence.
    let by_sequence = [2.0, 0.0];
    let weighted = batch.weights(Array::new(&by_sequence[..], &[2]));
    let result = of
        .evaluate(&weighted, &Layer::new(weight), &Options::default())
        .unwrap();
    let mut first = case.clone();
    first.mask = Some(vec![true, true, true, false, false, false]);
    assert!((result.value - first.value(&of)).abs() < 1e-12);
    assert_eq!((result.states, result.weight), (None, None));

    let frozen = case.fused(&of.frozen_layer(), &Options::default()).unwrap();
    assert_eq!(
        (frozen.states, frozen.weight, frozen.bias),
        (flat.states, None, None)
    );
}

#[test]
fn errors_name_what_is_wrong() {
    let of = LinearRows::new(objective("cross_entropy"));
    let message =
        |case: &Case, of: &LinearRows| case.fused(of, &Options::default()).unwrap_err().to_string();
    let good = Case::new(40, 3, 4);

    let mut case = good.clone();
    case.labels[33] = 4;
    assert!(message(&case, &of).starts_with("label 4 at position 33 is not in 0..4"));
    let mut case = good.clone();
    case.states[100] = f64::NAN;
    assert!(message(&case, &of).starts_with("`prediction` at position 100 is NaN"));
    assert!(message(&case, &of.clone().head(HEADS[1])).contains("position 100 is NaN"));
    let mut case = good.clone();
    case.weight[7] = f64::INFINITY;
    assert!(message(&case, &of).starts_with("`layer.weight` at position 7 is inf"));
    let mut case = good.clone().with_bias();
    case.bias.as_mut().unwrap()[2] = f64::NAN;
    assert!(message(&case, &of).starts_with("`layer.bias` at position 2 is NaN"));
    assert!(message(&case, &of.clone().head(HEADS[1])).contains("has no bias"));
    let mut case = good.clone();
    case.states[3] = 1e300;
    case.weight[0] = 1e300;
    assert!(message(&case, &of).contains("cannot take the logit inf of position 1 and class 0"));
    let mut case = good.clone();
    case.width = 2;
    case.states.truncate(80);
    assert!(message(&case, &of).contains("`layer.weight`"));

    for (head, parameter) in [
        (Head::Cosine { scale: 0.0 }, "scale"),
        (
            Head::Distance {
                scale: 1.0,
                epsilon: -1.0,
            },
            "epsilon",
        ),
    ] {
        assert!(message(&good, &of.clone().head(head)).contains(parameter));
    }
    assert!(message(&good, &of.clone().soft_cap(0.0)).contains("soft_cap"));
    assert!(message(&good, &LinearRows::new(objective("mse"))).contains("no loss of rows"));
    assert!(message(&good, &LinearRows::new(objective("ldam(counts=[1, 2])"))).contains("counts"));

    let states = [0.5f32, 1.0];
    let weight = [0.5f64, 1.0];
    let batch = Batch::new(
        Array::new(&states[..], &[1, 2]),
        Target::labels(&[0i64][..], &[1]),
    );
    let layer = Layer::new(Array::new(&weight[..], &[1, 2]));
    let mixed = of
        .evaluate(&batch, &layer, &Options::default())
        .unwrap_err();
    assert!(mixed.to_string().contains("the dtype of the states"));
    // Soft labels: of another shape, no distribution, and where they have no meaning.
    let soft = good.clone().with_soft_labels();
    let shapes = ([40, 3], [40, 2], [4, 3]);
    let batch = Batch::new(
        Array::new(&good.states, &shapes.0),
        Target::dense(&[0.5; 80][..], &shapes.1),
    );
    let layer = Layer::new(Array::new(&good.weight, &shapes.2));
    let error = of.evaluate(&batch, &layer, &Options::default());
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("`target` must have shape [40, 4]")
    );
    let mut case = soft.clone().with_everything();
    let at = 8 * case.classes;
    case.soft.as_mut().unwrap()[at + 1] += 0.5;
    let error = case.fused(&of, &Options::default()).unwrap_err();
    let Error::Value { position, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(position, at);
    assert!(error.to_string().contains("sum to 1"));
    let mut case = soft.clone().with_everything();
    case.soft.as_mut().unwrap()[at + 1] = -0.5;
    let error = case.fused(&of, &Options::default()).unwrap_err();
    let expected = format!("`target` at position {}", at + 1);
    assert!(error.to_string().contains(&expected), "{error}");
    assert!(message(&soft, &LinearRows::new(objective("multi_margin"))).contains("soft labels"));

    // Distances with the wrong sign.
    let negative = Head::Distance {
        scale: -1.0,
        epsilon: 0.0,
    };
    let of = LinearRows::new(objective("harmonic(squared=true)")).head(negative);
    assert!(message(&good, &of).contains("expected a number from 0"));
}

#[test]
fn published_values_from_states_and_class_vectors() {
    let value = |loss: &str, head, states: &[f64], weight: &[f64], label: i64| {
        let labels = [label];
        let batch = Batch::new(
            Array::new(states, &[1, 2]),
            Target::labels(&labels[..], &[1]),
        );
        let shape = [weight.len() / 2, 2];
        let layer = Layer::new(Array::new(weight, &shape));
        LinearRows::new(objective(loss))
            .head(head)
            .value_and_gradients(&batch, &layer, &Options::default())
            .unwrap()
    };
    // Paper 099: x = (1, 2).
    let distance = Head::Distance {
        scale: 1.0,
        epsilon: 1e-14,
    };
    let vectors = [1.0, 1.0, 3.0, 2.0, 0.0, 0.0];
    let harmonic = "harmonic(exponent=2, squared=true)";
    let result = value(harmonic, distance, &[1.0, 2.0], &vectors, 0);
    close("harmonic", &[result.value], &[0.371_563_556], 1e-8);
    close(
        "harmonic",
        &entries(&result.states),
        &[0.117_241_379, 0.510_344_828],
        1e-8,
    );
    // Paper 007: x = (1, 0), of any length.
    let cosine = Head::Cosine { scale: 1.0 };
    let proxies = [0.6, 0.8, 1.6, -1.2];
    for (loss, want) in [
        ("normalized_softmax(scale=4)", 1.171_100_666),
        ("cosface(scale=4)", 2.305_083_320),
        ("arcface(scale=4)", 2.697_699_871),
        ("sphereface(scale=4)", 7.827_598_661),
    ] {
        let result = value(loss, cosine, &[3.0, 0.0], &proxies, 0);
        close(loss, &[result.value], &[want], 1e-9);
    }
    // At the label's own direction, where the slope of an angle is infinite.
    for loss in ["arcface", "sphereface", "cosface"] {
        let result = value(loss, cosine, &[0.6, 0.8], &proxies, 0);
        let gradient = entries(&result.states);
        assert!(
            gradient.iter().all(|g| g.is_finite()),
            "{loss}: {gradient:?}"
        );
    }
}
