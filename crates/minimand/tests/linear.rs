//! Losses on linear layers against the same losses on logits that are written out.

use minimand::linear::{Head, Layer, LinearEvaluation, LinearRows};
use minimand::{
    Array, Batch, Denominator, Empty, Error, Evaluation, Gradient, Objective, Options, Reduction,
    Target,
};

/// Numbers in −1..1 that look random and that single precision represents.
fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        f64::from(((z >> 40) as f64 / (1u64 << 23) as f64 - 1.0) as f32)
    };
    (0..count).map(|_| next()).collect()
}

/// A layer and a batch that own their arrays.
#[derive(Clone)]
struct Case {
    rows: usize,
    width: usize,
    classes: usize,
    states: Vec<f64>,
    weight: Vec<f64>,
    bias: Option<Vec<f64>>,
    labels: Vec<i64>,
    item_weights: Option<Vec<f64>>,
    class_weights: Option<Vec<f64>>,
    mask: Option<Vec<bool>>,
}

impl Case {
    fn new(rows: usize, width: usize, classes: usize) -> Case {
        Case {
            rows,
            width,
            classes,
            states: numbers(rows * width, 1),
            weight: numbers(classes * width, 2),
            bias: None,
            labels: (0..rows)
                .map(|i| ((i * 7919 + 3) % classes) as i64)
                .collect(),
            item_weights: None,
            class_weights: None,
            mask: None,
        }
    }

    fn with_bias(mut self) -> Case {
        self.bias = Some(numbers(self.classes, 3));
        self
    }

    /// Everything that a batch can say about its items.
    fn with_everything(mut self) -> Case {
        for i in (0..self.rows).step_by(5) {
            self.labels[i] = -100;
        }
        self.mask = Some((0..self.rows).map(|i| i % 7 != 3).collect());
        self.item_weights = Some(numbers(self.rows, 4).iter().map(|x| x.abs()).collect());
        self.class_weights = Some(numbers(self.classes, 5).iter().map(|x| x.abs()).collect());
        self
    }

    fn batch<R>(&self, values: &[f64], shape: [usize; 2], run: impl FnOnce(Batch<'_>) -> R) -> R {
        let (items, single) = ([self.rows], [self.rows]);
        let mut batch = Batch::new(
            Array::new(values, &shape),
            Target::labels(&self.labels, &items),
        );
        if let Some(weights) = &self.item_weights {
            batch = batch.weights(Array::new(weights, &single));
        }
        if let Some(weights) = &self.class_weights {
            batch = batch.class_weights(weights);
        }
        if let Some(mask) = &self.mask {
            batch = batch.mask(mask);
        }
        run(batch)
    }

    fn fused(&self, of: &LinearRows, options: &Options) -> Result<LinearEvaluation, Error> {
        let (weight, bias) = ([self.classes, self.width], [self.classes]);
        let mut layer = Layer::new(Array::new(&self.weight, &weight));
        if let Some(values) = &self.bias {
            layer = layer.bias(Array::new(values, &bias));
        }
        self.batch(&self.states, [self.rows, self.width], |batch| {
            of.value_and_gradients(&batch, &layer, options)
        })
    }

    fn value(&self, of: &LinearRows) -> f64 {
        self.fused(of, &Options::default()).unwrap().value
    }

    /// In single precision; without the items' weights.
    fn single(&self, of: &LinearRows) -> Result<LinearEvaluation, Error> {
        let narrow = |x: &[f64]| -> Vec<f32> { x.iter().map(|&x| x as f32).collect() };
        let (states, weight) = (narrow(&self.states), narrow(&self.weight));
        let bias = self.bias.as_deref().map(narrow);
        let shapes = ([self.rows, self.width], [self.classes, self.width]);
        let (classes, items) = ([self.classes], [self.rows]);
        let mut layer = Layer::new(Array::new(&weight, &shapes.1));
        if let Some(values) = &bias {
            layer = layer.bias(Array::new(values, &classes));
        }
        let batch = Batch::new(
            Array::new(&states, &shapes.0),
            Target::labels(&self.labels, &items),
        );
        of.value_and_gradients(&batch, &layer, &Options::default())
    }

    fn logits(&self, head: Head, soft_cap: Option<f64>) -> Vec<f64> {
        let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        let mut out = Vec::new();
        for h in self.states.chunks(self.width) {
            for (k, w) in self.weight.chunks(self.width).enumerate() {
                let norms = (dot(h, h).sqrt(), dot(w, w).sqrt());
                let z = match head {
                    Head::Linear => dot(h, w),
                    Head::Cosine { scale } => scale * dot(h, w) / norms.0 / norms.1,
                    Head::UnitStates { scale } => scale * dot(h, w) / norms.0,
                    Head::UnitWeight { scale } => scale * dot(h, w) / norms.1,
                    Head::Distance { scale, epsilon } => {
                        let apart: f64 = h.iter().zip(w).map(|(h, w)| (h - w).powi(2)).sum();
                        scale * (apart + epsilon * (dot(h, h) + dot(w, w)))
                    }
                };
                let z = z + self.bias.as_ref().map_or(0.0, |b| b[k]);
                out.push(soft_cap.map_or(z, |cap| cap * (z / cap).tanh()));
            }
        }
        out
    }

    fn unfused(&self, objective: &Objective, logits: &[f64], options: &Options) -> Evaluation {
        self.batch(logits, [self.rows, self.classes], |batch| {
            objective.value_and_gradient(&batch, options).unwrap()
        })
    }
}

const HEADS: [Head; 6] = [
    Head::Linear,
    Head::Cosine { scale: 8.0 },
    Head::UnitStates { scale: 3.0 },
    Head::UnitWeight { scale: -2.0 },
    Head::Distance {
        scale: -0.7,
        epsilon: 1e-6,
    },
    Head::Distance {
        scale: 1.0,
        epsilon: 0.1,
    },
];

fn objective(expression: &str) -> Objective {
    expression.parse().unwrap()
}

fn entries(gradient: &Option<Gradient>) -> Vec<f64> {
    gradient.as_ref().map(Gradient::to_f64).unwrap_or_default()
}

fn close(what: &str, got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{what}");
    let size = want.iter().fold(1e-300f64, |a, b| a.max(b.abs()));
    for (i, (g, w)) in got.iter().zip(want).enumerate() {
        assert!(
            (g - w).abs() <= tolerance * size,
            "{what}, entry {i}: {g} against {w}"
        );
    }
}

/// The gradients of a plain product from the slopes by its logits.
fn chained(case: &Case, slopes: &[f64]) -> [Vec<f64>; 3] {
    let (mut states, mut weight) = (vec![0.0; case.states.len()], vec![0.0; case.weight.len()]);
    let mut bias = vec![0.0; case.classes];
    let (d, c) = (case.width, case.classes);
    for i in 0..case.rows {
        for k in 0..c {
            let g = slopes[i * c + k];
            bias[k] += g;
            for j in 0..d {
                states[i * d + j] += g * case.weight[k * d + j];
                weight[k * d + j] += g * case.states[i * d + j];
            }
        }
    }
    [states, weight, bias]
}

#[test]
fn the_same_as_on_logits_that_are_written_out() {
    let mean = Options::default();
    let options = [
        mean,
        Options::reduction(Reduction::Sum),
        Options::reduction(Reduction::None),
        Options {
            denominator: Denominator::Count,
            ..mean
        },
        Options {
            denominator: Denominator::Number(7.0),
            ..mean
        },
        Options {
            ignore_index: 4,
            ..mean
        },
    ];
    // Several blocks, strips and parts; few classes; one row.
    for shape in [[300, 6, 1500], [40, 9, 5], [1, 3, 2], [70, 17, 33]] {
        let plain = Case::new(shape[0], shape[1], shape[2]);
        let every = plain.clone().with_bias().with_everything();
        for (mut case, name) in [(plain, "plain"), (every, "with everything")] {
            for (expression, options) in [
                "cross_entropy",
                "cross_entropy(label_smoothing=0.1) + 0.01*z_regularization",
                "focal(gamma=2)",
                "squentropy",
                "0.5*multi_margin - 0.1*cross_entropy",
                "z_normalized",
            ]
            .iter()
            .zip(options)
            .filter(|(e, _)| shape[2] > 2 || **e != "z_normalized")
            {
                let what = format!("{expression}, {shape:?}, {name}");
                for label in case.labels.iter_mut().filter(|y| **y < 0) {
                    *label = options.ignore_index;
                }
                let objective = objective(expression);
                let fused = case
                    .fused(&LinearRows::new(objective.clone()), &options)
                    .unwrap();
                let written = case.unfused(&objective, &case.logits(Head::Linear, None), &options);
                close(&what, &[fused.value], &[written.value], 1e-12);
                assert_eq!(fused.count, written.count, "{what}");
                close(
                    &what,
                    &fused.per_item.unwrap_or_default(),
                    &written.per_item.unwrap_or_default(),
                    1e-12,
                );
                let [states, weight, bias] = chained(&case, &entries(&written.gradient));
                close(&what, &entries(&fused.states), &states, 1e-12);
                close(&what, &entries(&fused.weight), &weight, 1e-12);
                if case.bias.is_some() {
                    close(&what, &entries(&fused.bias), &bias, 1e-12);
                }
            }
        }
    }
}

#[test]
fn every_head_gives_its_logits() {
    for head in HEADS {
        for soft_cap in [None, Some(2.0)] {
            let mut case = Case::new(23, 11, 40);
            if matches!(head, Head::Linear | Head::UnitStates { .. }) {
                case = case.with_bias();
            }
            let objective = objective("cross_entropy");
            let mut fused = LinearRows::new(objective.clone()).head(head);
            if let Some(cap) = soft_cap {
                fused = fused.soft_cap(cap);
            }
            let written = case.unfused(
                &objective,
                &case.logits(head, soft_cap),
                &Options::default(),
            );
            close(
                &format!("{head:?}"),
                &[case.value(&fused)],
                &[written.value],
                1e-12,
            );
        }
    }
}

#[test]
fn gradients_are_central_differences() {
    for head in HEADS {
        for (loss, soft_cap) in [("cross_entropy", Some(3.0)), ("focal(gamma=1.5)", None)] {
            let mut case = Case::new(5, 4, 7).with_everything();
            case.states[4..8].fill(1.5e-3);
            if matches!(head, Head::Linear | Head::UnitStates { .. }) {
                case = case.with_bias();
            }
            let mut of = LinearRows::new(objective(loss)).head(head);
            if let Some(cap) = soft_cap {
                of = of.soft_cap(cap);
            }
            let result = case.fused(&of, &Options::default()).unwrap();
            type Part = fn(&mut Case) -> Option<&mut Vec<f64>>;
            let parts: [(Part, Vec<f64>); 3] = [
                (|c| Some(&mut c.states), entries(&result.states)),
                (|c| Some(&mut c.weight), entries(&result.weight)),
                (|c| c.bias.as_mut(), entries(&result.bias)),
            ];
            for (part, got) in parts {
                let mut moved = case.clone();
                let mut want = Vec::new();
                for i in 0..got.len() {
                    let step = 1e-6;
                    let mut at = |by: f64| {
                        part(&mut moved).unwrap()[i] += by;
                        moved.value(&of)
                    };
                    let (up, down) = (at(step), at(-2.0 * step));
                    at(step);
                    want.push((up - down) / (2.0 * step));
                }
                close(&format!("{head:?}, {loss}"), &got, &want, 1e-5);
            }
        }
    }
}

#[test]
fn single_precision_follows_double() {
    for head in HEADS {
        let case = Case::new(200, 32, 1100);
        let of = LinearRows::new(objective("cross_entropy + 0.001*z_regularization"))
            .head(head)
            .soft_cap(20.0);
        let double = case.fused(&of, &Options::default()).unwrap();
        let single = case.single(&of).unwrap();
        close("value", &[single.value], &[double.value], 1e-6);
        close(
            "states",
            &entries(&single.states),
            &entries(&double.states),
            1e-5,
        );
        close(
            "weight",
            &entries(&single.weight),
            &entries(&double.weight),
            1e-5,
        );
    }
}

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
    let soft = Batch::new(
        Array::new(&weight[..], &[1, 2]),
        Target::dense(&[1.0f64][..], &[1, 1]),
    );
    let error = of.evaluate(&soft, &layer, &Options::default()).unwrap_err();
    assert!(error.to_string().contains("integer labels"));
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
