use super::*;
use crate::random::{Key, Random};
use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Shape};

const N: usize = 7;
const C: usize = 5;
const LABELS: [i64; N] = [0, 4, 2, 2, 1, 3, 0];

fn device() -> Device {
    Device::flex().autodiff()
}

fn module(expression: &str) -> LossModule {
    LossModule::new(expression.parse().expect("a known objective"))
}

fn normal(count: usize, stream: u32) -> Vec<f32> {
    let mut random = Random::new(Key::new(5), stream);
    (0..count).map(|_| 2.0 * random.normal() as f32).collect()
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), &device())
}

fn logits() -> Tensor<2> {
    tensor(normal(N * C, 0), [N, C]).require_grad()
}

fn labels() -> Tensor<1, Int> {
    Tensor::from_data(LABELS, &device())
}

/// Cross-entropy composed of Burn's own operations.
fn composed(logits: Tensor<2>) -> Tensor<1> {
    let chosen = log_softmax(logits, 1).gather(1, labels().reshape([N, 1]));
    chosen.mean().neg()
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

#[track_caller]
fn assert_near<const D: usize>(ours: Option<Tensor<D>>, theirs: Option<Tensor<D>>, tolerance: f64) {
    let (ours, theirs) = (ours.expect("a gradient"), theirs.expect("a gradient"));
    assert_eq!(ours.dims(), theirs.dims());
    for (a, b) in numbers(ours).into_iter().zip(numbers(theirs)) {
        assert!((a - b).abs() <= tolerance, "{a} is not {b}");
    }
}

#[test]
fn the_value_is_the_objectives() {
    let values = normal(N * C, 0);
    let batch = Batch::new(
        Array::new(&values, &[N, C]),
        Target::labels(&LABELS[..], &[N]),
    );
    for expression in [
        "cross_entropy",
        "cross_entropy(label_smoothing=0.1) + 0.5*squentropy",
        "focal(gamma=2)",
    ] {
        for reduction in [Reduction::Mean, Reduction::Sum] {
            let options = Options::reduction(reduction);
            let module = module(expression).with_options(options);
            let expected = module
                .objective()
                .evaluate(&batch, &options)
                .expect("a value")
                .value as f32;
            for logits in [logits(), logits().detach(), logits().inner()] {
                let value = module.forward(logits, labels()).expect("a value");
                assert_eq!(value.into_data(), TensorData::new(vec![expected], [1]));
            }
        }
    }
}

#[test]
fn the_gradient_is_that_of_composed_operations() {
    for factor in [1.0, -3.5] {
        let (a, b) = (logits(), logits());
        let ours = module("cross_entropy")
            .forward(a.clone(), labels())
            .expect("a value")
            * factor;
        let theirs = composed(b.clone()) * factor;
        assert_near(a.grad(&ours.backward()), b.grad(&theirs.backward()), 1e-6);
    }
}

#[test]
fn gradient_checkpointing_changes_nothing() {
    let checkpointing = Device::flex().autodiff().gradient_checkpointing();
    let data = logits().inner().into_data();
    let a = Tensor::<2>::from_data(data, &checkpointing).require_grad();
    let b = logits();
    let [a, b] = [a, b].map(|logits| {
        let scaled = logits.clone().exp() * 0.5;
        let value = module("focal(gamma=2)").forward(scaled, labels());
        logits.grad(&value.expect("a value").backward())
    });
    assert_near(a, b, 0.0);
}

#[test]
fn the_gradient_reaches_the_layer_before() {
    let layer = Linear {
        weight: Param::from_tensor(tensor(normal(3 * C, 1), [3, C])),
        bias: Some(Param::from_tensor(tensor(normal(C, 2), [C]))),
    };
    let features = || tensor(normal(N * 3, 3), [N, 3]);
    let ours = module("cross_entropy").forward(layer.forward(features()), labels());
    let ours = ours.expect("a value").backward();
    let theirs = composed(layer.forward(features())).backward();
    let (weight, bias) = (
        layer.weight.val(),
        layer.bias.as_ref().expect("a bias").val(),
    );
    assert_near(weight.grad(&ours), weight.grad(&theirs), 1e-6);
    assert_near(bias.grad(&ours), bias.grad(&theirs), 1e-6);
}

#[test]
fn two_losses_of_the_same_logits_add_up() {
    let (a, b) = (logits(), logits());
    let sum = module("cross_entropy")
        .forward(a.clone(), labels())
        .expect("a value")
        + module("squentropy")
            .forward(a.clone(), labels())
            .expect("a value")
            * 0.5;
    let whole = module("cross_entropy + 0.5*squentropy").forward(b.clone(), labels());
    let whole = whole.expect("a value").backward();
    assert_near(a.grad(&sum.backward()), b.grad(&whole), 1e-6);
}

#[test]
fn soft_labels_weights_and_double_precision() {
    let doubles = |values: Vec<f32>, shape: [usize; 2]| tensor(values, shape).cast(DType::F64);
    let (a, b) = (
        doubles(normal(N * C, 0), [N, C]).require_grad(),
        doubles(normal(N * C, 0), [N, C]).require_grad(),
    );
    let weights: Vec<f32> = (0..N).map(|i| i as f32).collect();
    let one_hot = labels().one_hot::<2>(C).float();
    let hard =
        module("cross_entropy").forward_weighted(a.clone(), labels(), tensor(weights.clone(), [N]));
    let soft = module("cross_entropy").forward_weighted(b.clone(), one_hot, tensor(weights, [N]));
    let (hard, soft) = (hard.expect("a value"), soft.expect("a value"));
    assert_eq!(hard.dtype(), DType::F64);
    assert_near(Some(hard.clone()), Some(soft.clone()), 1e-12);
    let (hard, soft) = (hard.backward(), soft.backward());
    assert_near(a.grad(&hard), b.grad(&soft), 1e-12);
    // The first row has weight 0.
    let first = numbers(a.grad(&hard).expect("a gradient").narrow(0, 0, 1));
    assert_eq!(first, [0.0; C]);
}

#[test]
fn class_weights_are_used() {
    let only_two = module("cross_entropy").with_class_weights(vec![0.0, 0.0, 1.0, 0.0, 0.0]);
    let value = only_two.forward(logits(), labels()).expect("a value");
    let rows = logits().inner().narrow(0, 2, 2);
    let expected = log_softmax(rows, 1).slice([0..2, 2..3]).mean().neg();
    assert_near(Some(value.inner()), Some(expected), 1e-6);
}

#[test]
fn a_view_that_is_not_contiguous_is_read_in_its_order() {
    let turned = tensor(normal(N * C, 0), [N, C])
        .transpose()
        .inner()
        .to_data();
    let turned = Tensor::<2>::from_data(turned, &device()).require_grad();
    let (a, b) = (turned, logits());
    let ours = module("cross_entropy")
        .forward(a.clone().transpose(), labels())
        .expect("a value");
    let theirs = module("cross_entropy")
        .forward(b.clone(), labels())
        .expect("a value");
    let gradient = a.grad(&ours.backward()).map(|g| g.transpose());
    assert_near(gradient, b.grad(&theirs.backward()), 0.0);
}

#[test]
fn errors_are_typed() {
    let ours = module("cross_entropy");
    let short: Tensor<1, Int> = Tensor::from_data([0, 1], &device());
    assert!(matches!(
        ours.forward(logits(), short),
        Err(LossError::Objective(Error::Shape { .. }))
    ));
    let beyond: Tensor<1, Int> = Tensor::full([N], C as i64, &device());
    assert!(matches!(
        ours.forward(logits(), beyond),
        Err(LossError::Objective(Error::Label { .. }))
    ));
    let negative = tensor(vec![-1.0; N], [N]);
    assert!(matches!(
        ours.forward_weighted(logits(), labels(), negative),
        Err(LossError::Objective(Error::Value { .. }))
    ));
    let infinite = logits().mul_scalar(f32::INFINITY);
    assert!(matches!(
        ours.forward(infinite, labels()),
        Err(LossError::Objective(Error::Value { .. }))
    ));
    let per_item = ours
        .clone()
        .with_options(Options::reduction(Reduction::None));
    assert_eq!(
        per_item.forward(logits(), labels()).err(),
        Some(LossError::PerItem)
    );
    let half = logits().cast(DType::F16);
    assert_eq!(
        ours.forward(half, labels()).err(),
        Some(LossError::Dtype {
            argument: "prediction",
            dtype: DType::F16
        })
    );
}

#[test]
fn an_empty_batch_has_loss_and_gradient_zero() {
    let logits = Tensor::<2>::zeros(Shape::from([0, C]), &device()).require_grad();
    let labels = Tensor::<1, Int>::zeros(Shape::from([0]), &device());
    let loss = module("cross_entropy")
        .forward(logits.clone(), labels)
        .expect("a value");
    assert_eq!(numbers(loss.clone()), [0.0]);
    let gradient = logits.grad(&loss.backward()).expect("a gradient");
    assert_eq!(gradient.dims(), [0, C]);
}
