//! The learned link: its published values, its limit, monotonicity, and derivatives.

use super::*;
use crate::LossModule;
use minimand::Target;

const ONE: f64 = 0.541_324_854_612_918_1;

fn device() -> Device {
    Device::flex().autodiff()
}

fn tensor<const D: usize>(values: &[f64], shape: [usize; D]) -> Tensor<D> {
    let data = TensorData::new(values.to_vec(), shape);
    Tensor::from_data(data, (&device(), DType::F64))
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

/// What softplus maps to `x` > 0.
fn inverse_softplus(x: f64) -> f64 {
    x.exp_m1().ln()
}

fn link(classes: usize, blocks: usize, seed: u64) -> LegendreLink {
    let settings = LegendreSettings {
        blocks,
        depth: 3,
        width: 8,
    };
    LegendreLink::with_dtype(classes, &settings, Key::new(seed), &device(), DType::F64).unwrap()
}

fn draw(count: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::new(Key::new(seed), 9);
    (0..count).map(|_| 2.0 * random.normal()).collect()
}

/// Paper 038, test vector: 0.3‖x‖²/2 + 0.7 Σ_i w_i softplus(a_i·x + b_i).
#[test]
fn the_published_potential_has_its_gradient() {
    let weights = [1.0, 0.5, 2.0].map(|w| inverse_softplus(3.0 * w));
    let block = ConvexBlock {
        quadratic: Param::from_tensor(tensor(&[inverse_softplus(0.3)], [1])),
        network: Param::from_tensor(tensor(&[inverse_softplus(0.7)], [1])),
        first: Affine {
            weight: Param::from_tensor(tensor(&[1.0, -0.3, 0.2, 0.5, 0.8, -0.6], [2, 3])),
            bias: Param::from_tensor(tensor(&[0.1, -0.2, 0.3], [1, 3])),
        },
        hidden: Vec::new(),
        output: Param::from_tensor(tensor(&weights, [3, 1])),
        direct: Param::from_tensor(tensor(&[0.0, 0.0], [1, 2])),
    };
    let link = LegendreLink {
        blocks: vec![block],
    };
    let logits = numbers(link.logits(tensor(&[0.4, -1.2], [1, 2])));
    for (got, expected) in logits.iter().zip([0.639_744_62, -0.763_047_14, 0.0]) {
        assert!((got - expected).abs() < 1e-8, "{logits:?}");
    }
    let log_sum = logits.iter().map(|z| z.exp()).sum::<f64>().ln();
    for (z, expected) in logits
        .iter()
        .zip([-0.572_862_85, -1.975_654_61, -1.212_607_47])
    {
        assert!((z - log_sum - expected).abs() < 1e-8);
    }
}

/// Without the network it is the identity, and the model multinomial logistic regression.
#[test]
fn without_the_network_scores_stay_as_they_are() {
    let mut link = link(4, 1, 1);
    link.blocks[0].network = Param::from_tensor(tensor(&[-800.0], [1]));
    link.blocks[0].quadratic = Param::from_tensor(tensor(&[ONE], [1]));
    let scores = draw(15, 2);
    let mapped = numbers(link.forward(tensor(&scores, [5, 3])));
    for (got, expected) in mapped.iter().zip(&scores) {
        assert!((got - expected).abs() < 1e-10, "{got} {expected}");
    }
}

#[test]
fn each_block_is_strictly_monotone() {
    for seed in 0..5 {
        let link = link(6, 1, seed);
        let (a, b) = (draw(1000, 2 * seed + 10), draw(1000, 2 * seed + 11));
        let mapped = |x: &[f64]| numbers(link.forward(tensor(x, [200, 5])));
        let (ga, gb) = (mapped(&a), mapped(&b));
        for row in 0..200 {
            let entries = 5 * row..5 * (row + 1);
            let product: f64 = entries.map(|i| (a[i] - b[i]) * (ga[i] - gb[i])).sum();
            assert!(product > 0.0, "seed {seed}, row {row}: {product}");
        }
    }
}

/// A loss through two blocks, by the scores and by every parameter, against central differences.
#[test]
fn derivatives_are_those_of_central_differences() {
    let link = link(4, 2, 3);
    let loss = LossModule::new("cross_entropy".parse().unwrap());
    let labels = [0_u32, 3, 1, 2];
    let scores = draw(12, 4);
    let value = |link: &LegendreLink, scores: &[f64]| {
        let logits = link.logits(tensor(scores, [4, 3]));
        let value = loss.forward_host(logits, Target::labels(&labels[..], &[4]), None);
        numbers(value.unwrap())[0]
    };
    let input = tensor(&scores, [4, 3]).require_grad();
    let logits = link.logits(input.clone());
    let output = loss.forward_host(logits, Target::labels(&labels[..], &[4]), None);
    let gradients = output.unwrap().backward();
    let by_scores = numbers(input.grad(&gradients).unwrap());
    const STEP: f64 = 1e-5;
    for (index, exact) in by_scores.iter().enumerate() {
        let at = |step: f64| {
            let mut moved = scores.clone();
            moved[index] += step;
            value(&link, &moved)
        };
        let numeric = (at(STEP) - at(-STEP)) / (2.0 * STEP);
        assert!(
            (exact - numeric).abs() < 1e-8,
            "score {index}: {exact} {numeric}"
        );
    }
    // A matrix deep inside, and the two scalars.
    let inner = &link.blocks[0].hidden[1].inner;
    let exact = numbers(inner.val().grad(&gradients).unwrap());
    let start = numbers(inner.val());
    for (index, exact) in exact.iter().enumerate() {
        let at = |step: f64| {
            let mut moved = link.clone();
            let mut values = start.clone();
            values[index] += step;
            moved.blocks[0].hidden[1].inner = Param::from_tensor(tensor(&values, [8, 4]));
            value(&moved, &scores)
        };
        let numeric = (at(STEP) - at(-STEP)) / (2.0 * STEP);
        assert!(
            (exact - numeric).abs() < 1e-8,
            "inner {index}: {exact} {numeric}"
        );
    }
    let exact = numbers(link.blocks[1].network.val().grad(&gradients).unwrap())[0];
    let at = |step: f64| {
        let mut moved = link.clone();
        moved.blocks[1].network = Param::from_tensor(tensor(&[-2.0 + step], [1]));
        value(&moved, &scores)
    };
    let numeric = (at(STEP) - at(-STEP)) / (2.0 * STEP);
    assert!((exact - numeric).abs() < 1e-8, "network: {exact} {numeric}");
}

#[test]
fn sizes_out_of_range_are_refused() {
    let new = |classes, blocks, depth, width| {
        let settings = LegendreSettings {
            blocks,
            depth,
            width,
        };
        LegendreLink::new(classes, &settings, Key::new(1), &device())
    };
    for (bad, name) in [
        (new(1, 1, 1, 2), "classes"),
        (new(3, 0, 1, 2), "blocks"),
        (new(3, 1, 0, 2), "depth"),
        (new(3, 1, 1, 3), "width"),
    ] {
        let error = bad.err().unwrap().to_string();
        assert!(error.contains(name), "{error}");
    }
}
