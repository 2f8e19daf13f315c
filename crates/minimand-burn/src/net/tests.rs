use super::*;
use crate::loss::{known_gradient, numbers};
use crate::random::{Key, Random};
use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::module::{conv2d, conv3d};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{DType, Device, Tensor, TensorData};

fn normal(count: usize, stream: u32) -> Vec<f32> {
    let mut random = Random::new(Key::new(3), stream);
    (0..count).map(|_| random.normal() as f32).collect()
}

fn tensor<const D: usize>(shape: [usize; D], stream: u32) -> Tensor<D> {
    let device = Device::flex().autodiff();
    let data = TensorData::new(normal(shape.iter().product(), stream), shape);
    Tensor::from_data(data, (&device, DType::F32)).require_grad()
}

#[track_caller]
fn assert_near<const D: usize>(ours: &Tensor<D>, theirs: &Tensor<D>) {
    assert_eq!(ours.dims(), theirs.dims());
    let (ours, theirs) = (numbers(ours).expect("F32"), numbers(theirs).expect("F32"));
    let largest = theirs
        .iter()
        .fold(1.0_f32, |largest, x| largest.max(x.abs()));
    for (a, b) in ours.iter().zip(&theirs) {
        assert!((a - b).abs() <= 1e-5 * largest, "{a} is not {b}");
    }
}

/// The sum of the entries times fixed numbers, so that every entry has a gradient of its own.
fn weighed<const D: usize>(tensor: &Tensor<D>) -> Tensor<1> {
    let weights = normal(tensor.dims().iter().product(), 9);
    let values = numbers(tensor).expect("F32");
    let value = values
        .iter()
        .zip(&weights)
        .map(|(x, w)| f64::from(x * w))
        .sum();
    known_gradient(tensor.clone(), value, weights).expect("a loss")
}

#[test]
fn convolutions_and_their_gradients_are_burns() {
    // Sizes on both sides of what the kernels take at a time, and channels of every remainder.
    for (side, inputs, outputs, [rows, columns]) in [
        (3, 1, 5, [5, 7]),
        (3, 7, 8, [40, 33]),
        (5, 2, 6, [9, 4]),
        (1, 5, 3, [6, 6]),
        (3, 4, 4, [1, 1]),
    ] {
        let pads = [side / 2; 2];
        let options = ConvOptions::new([1; 2], pads, [1; 2], 1);
        let theirs = |x, kernel, bias| conv2d(x, kernel, Some(bias), options);
        let shapes = [[3, inputs, rows, columns], [outputs, inputs, side, side]];
        assert_convolution(2, shapes, theirs);
    }
    let options = ConvOptions::new([1; 3], [1; 3], [1; 3], 1);
    let theirs = |x, kernel, bias| conv3d(x, kernel, Some(bias), options);
    assert_convolution(3, [[2, 3, 4, 6, 5], [5, 3, 3, 3, 3]], theirs);
}

/// Does our convolution of images with a kernel, of these shapes, give what theirs does?
fn assert_convolution<const D: usize>(
    axes: usize,
    [images, kernel]: [[usize; D]; 2],
    theirs: impl FnOnce(Tensor<D>, Tensor<D>, Tensor<1>) -> Tensor<D>,
) {
    let [outputs, inputs, side] = [kernel[0], kernel[1], kernel[2]];
    let conv = Conv::new(axes, side, inputs, outputs, Key::new(1)).expect("a layer");
    let conv = conv.with_bias(normal(outputs, 4)).expect("a bias");
    let (weight, bias) = conv.parameters();
    let bias = bias.expect("a bias");
    let their_weight = weight.clone().reshape(kernel).detach().require_grad();
    let their_bias = bias.clone().detach().require_grad();
    let (x, their_x) = (tensor(images, 0), tensor(images, 0));

    let ours = conv.forward(x.clone()).expect("an output");
    let theirs = theirs(their_x.clone(), their_weight.clone(), their_bias.clone());
    assert_near(&ours, &theirs);
    let (a, b) = (weighed(&ours).backward(), weighed(&theirs).backward());
    assert_near_gradients(x.grad(&a), their_x.grad(&b));
    assert_near_gradients(
        weight.grad(&a).map(|g| g.reshape(kernel)),
        their_weight.grad(&b),
    );
    assert_near_gradients(bias.grad(&a), their_bias.grad(&b));
}

#[track_caller]
fn assert_near_gradients<const D: usize>(ours: Option<Tensor<D>>, theirs: Option<Tensor<D>>) {
    assert_near(&ours.expect("a gradient"), &theirs.expect("a gradient"));
}

/// Group normalisation with activation, composed of Burn's operations.
fn composed(
    x: Tensor<4>,
    scale: Tensor<1>,
    shift: Tensor<1>,
    groups: usize,
    silu: bool,
) -> Tensor<4> {
    let [n, channels, rows, columns] = x.dims();
    let rest = channels / groups * rows * columns;
    let x = x.reshape([n, groups, rest]);
    let centred = x.clone() - x.mean_dim(2);
    let variance = centred.clone().powf_scalar(2.0).mean_dim(2);
    let x = centred / (variance + 1e-5).sqrt();
    let x = x.reshape([n, channels, rows, columns]);
    let z = x * scale.reshape([1, channels, 1, 1]) + shift.reshape([1, channels, 1, 1]);
    match silu {
        true => z.clone() * burn::tensor::activation::sigmoid(z),
        false => burn::tensor::activation::relu(z),
    }
}

#[test]
fn normalisation_and_its_gradients_are_those_of_composed_operations() {
    for (activation, groups, shape) in [
        (Activation::Relu, 1, [2, 6, 5, 7]),
        (Activation::Relu, 3, [2, 6, 40, 33]),
        (Activation::Silu, 6, [3, 6, 9, 4]),
        (Activation::Silu, 2, [1, 4, 8, 8]),
    ] {
        let channels = shape[1];
        let mut norm = Norm::new(channels, groups, activation).expect("a layer");
        norm = norm.with(normal(channels, 5), normal(channels, 6));
        let (scale, shift) = norm.parameters();
        let their = [&scale, &shift].map(|p| p.clone().detach().require_grad());
        let (x, their_x) = (tensor(shape, 0), tensor(shape, 0));
        let ours = norm.forward(x.clone() * 3.0 + 2.0).expect("an output");
        let is_silu = activation == Activation::Silu;
        let [their_scale, their_shift] = their.clone();
        let theirs = composed(
            their_x.clone() * 3.0 + 2.0,
            their_scale,
            their_shift,
            groups,
            is_silu,
        );
        assert_near(&ours, &theirs);
        let (a, b) = (weighed(&ours).backward(), weighed(&theirs).backward());
        assert_near_gradients(x.grad(&a), their_x.grad(&b));
        for (ours, theirs) in [scale, shift].iter().zip(their) {
            assert_near_gradients(ours.grad(&a), theirs.grad(&b));
        }
    }
}

#[test]
fn pooling_takes_the_first_of_the_largest_and_sends_the_gradient_back_there() {
    let device = Device::flex().autodiff();
    let x = Tensor::<4>::from_data([[[[1.0, 5.0, 2.0, 2.0], [3.0, 4.0, 2.0, 2.0]]]], &device);
    let x = x.require_grad();
    let y = max_pool(x.clone()).expect("even sides");
    assert_eq!(numbers(&y), Ok(vec![5.0, 2.0]));
    let loss = known_gradient(y, 0.0, vec![10.0, 20.0]).expect("a loss");
    let gradient = x.grad(&loss.backward()).expect("a gradient");
    assert_eq!(
        numbers(&gradient),
        Ok(vec![0.0, 10.0, 20.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    );

    let volume = tensor([1, 2, 2, 4, 6], 0);
    let pooled = max_pool(volume.clone()).expect("even sides");
    assert_eq!(pooled.dims(), [1, 2, 1, 2, 3]);
    let largest = |x: &Tensor<5>| {
        numbers(x)
            .expect("F32")
            .into_iter()
            .fold(f32::MIN, f32::max)
    };
    assert_eq!(largest(&pooled), largest(&volume));
}

#[test]
fn doubling_repeats_and_its_gradient_sums() {
    let (coarse, fine) = (tensor([2, 1, 1, 2], 0), tensor([2, 2, 2, 4], 1));
    let [a, b, c, d] = [0, 1, 2, 3].map(|i| numbers(&coarse).expect("F32")[i]);
    let doubled = [a, a, b, b, a, a, b, b, c, c, d, d, c, c, d, d];
    assert_eq!(
        numbers(&upsample(coarse.clone()).expect("images")),
        Ok(doubled.to_vec())
    );

    let joined = join(coarse.clone(), fine.clone()).expect("images that fit");
    let reference = Tensor::cat(
        vec![upsample(coarse.clone()).expect("images"), fine.clone()],
        1,
    );
    assert_near(&joined, &reference);
    let (x, y) = (weighed(&joined).backward(), weighed(&reference).backward());
    assert_near_gradients(coarse.grad(&x), coarse.grad(&y));
    assert_near_gradients(fine.grad(&x), fine.grad(&y));

    let volume = tensor([1, 1, 1, 2, 1], 0);
    let summed = upsample(volume.clone()).expect("a volume");
    assert_eq!(summed.dims(), [1, 1, 2, 4, 2]);
    let loss = known_gradient(summed, 0.0, vec![1.0; 16]).expect("a loss");
    let gradient = volume.grad(&loss.backward()).expect("a gradient");
    assert_eq!(numbers(&gradient), Ok(vec![8.0; 2]));
}

/// Adds to every parameter so much times fixed random numbers.
struct Moved {
    by: f32,
    stream: u32,
}

impl ModuleMapper for Moved {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        self.stream += 1;
        let (by, stream) = (self.by, self.stream);
        param.map(|value| {
            let direction = tensor(value.dims(), stream).inner();
            let moved = value.inner() + direction * by;
            Tensor::from_inner(moved).require_grad()
        })
    }
}

/// Along a random direction in the space of parameters, the gradient of the whole network is the slope
/// that differences show.
fn assert_slope<const D: usize>(settings: &UNetSettings, shape: [usize; D]) {
    let net = UNet::new(settings, Key::new(1)).expect("a network");
    let loss = |net: &UNet| {
        let features = net.features(tensor(shape, 0)).expect("features");
        let sides = net.side_heads(&features).expect("logits");
        let finest = net.head(&features).expect("logits");
        sides
            .iter()
            .fold(weighed(&finest), |sum, logits| sum + weighed(logits))
    };
    let value = |by: f32| {
        let moved = net.clone().map(&mut Moved { by, stream: 20 });
        f64::from(numbers(&loss(&moved)).expect("F32")[0])
    };
    let by = 2e-4;
    let differences = (value(by) - value(-by)) / (2.0 * f64::from(by));

    struct Slope<'a>(&'a burn::tensor::Gradients, u32, f64);
    impl burn::module::ModuleVisitor for Slope<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.1 += 1;
            let gradient = param
                .val()
                .grad(self.0)
                .expect("every parameter has a gradient");
            let gradient = numbers(&gradient).expect("F32");
            let direction = normal(gradient.len(), self.1);
            let products = gradient
                .iter()
                .zip(direction)
                .map(|(g, d)| f64::from(g * d));
            self.2 += products.sum::<f64>();
        }
    }
    let gradients = loss(&net).backward();
    let mut slope = Slope(&gradients, 20, 0.0);
    net.visit(&mut slope);
    let error = (slope.2 - differences).abs();
    assert!(
        error < 0.02 * differences.abs().max(1.0),
        "{} is not {differences}",
        slope.2
    );
}

#[test]
fn the_gradient_of_the_whole_network_is_that_of_differences() {
    let settings = UNetSettings {
        channels: 2,
        classes: 3,
        width: 4,
        activation: Activation::Silu,
        side_outputs: true,
        ..UNetSettings::default()
    };
    assert_slope(&settings, [2, 2, 8, 12]);
    let volumes = UNetSettings {
        axes: 3,
        depth: 1,
        ..settings
    };
    assert_slope(&volumes, [1, 2, 4, 6, 2]);
}

#[test]
fn scales_have_the_sizes_they_should() {
    let settings = UNetSettings {
        channels: 3,
        classes: 5,
        depth: 3,
        side_outputs: true,
        ..UNetSettings::default()
    };
    let net = UNet::new(&settings, Key::new(1)).expect("a network");
    let features = net.features(tensor([1, 3, 16, 24], 0)).expect("features");
    let dims = |scales: &[Tensor<4>]| scales.iter().map(Tensor::dims).collect::<Vec<_>>();
    let expected = [[1, 8, 16, 24], [1, 16, 8, 12], [1, 32, 4, 6], [1, 64, 2, 3]];
    assert_eq!(dims(&features.encoder), expected);
    assert_eq!(dims(&features.decoder), expected[..3]);
    let logits = net.head(&features).expect("logits");
    assert_eq!(logits.dims(), [1, 5, 16, 24]);
    let sides = net.side_heads(&features).expect("logits");
    assert_eq!(dims(&sides), [[1, 5, 8, 12], [1, 5, 4, 6], [1, 5, 2, 3]]);
}

#[test]
fn weights_depend_on_the_key_alone() {
    let logits = |key| {
        let net = UNet::new(&UNetSettings::default(), Key::new(key)).expect("a network");
        numbers(&net.forward(tensor([1, 1, 8, 8], 0)).expect("logits"))
    };
    assert_eq!(logits(1), logits(1));
    assert_ne!(logits(1), logits(2));
}

#[test]
fn what_does_not_fit_is_refused() {
    let net = UNet::new(&UNetSettings::default(), Key::new(1)).expect("a network");
    let odd = net.forward(tensor([1, 1, 8, 10], 0)).err();
    let got = vec![8, 10];
    assert_eq!(odd, Some(NetError::Size { multiple: 4, got }));
    for refused in [
        net.forward(tensor([1, 2, 8, 8], 0)).err(),
        net.forward(tensor([1, 1, 8, 8, 8], 0)).err(),
        net.forward(tensor([1, 1, 0, 8], 0)).err(),
        join(tensor([1, 1, 2, 2], 0), tensor([1, 1, 4, 6], 0)).err(),
        upsample(tensor([2, 2], 0)).err(),
    ] {
        assert!(
            matches!(refused, Some(NetError::Shape { .. })),
            "{refused:?}"
        );
    }
    assert!(matches!(
        max_pool(tensor([1, 1, 3, 2], 0)).err(),
        Some(NetError::Size { .. })
    ));
    for settings in [
        UNetSettings {
            axes: 4,
            ..UNetSettings::default()
        },
        UNetSettings {
            depth: 0,
            ..UNetSettings::default()
        },
        UNetSettings {
            groups: 3,
            ..UNetSettings::default()
        },
        UNetSettings {
            classes: 0,
            ..UNetSettings::default()
        },
        UNetSettings {
            channels: 0,
            ..UNetSettings::default()
        },
    ] {
        let refused = UNet::new(&settings, Key::new(1)).err();
        assert!(
            matches!(refused, Some(NetError::Setting { .. })),
            "{refused:?}"
        );
    }
    let conv = Conv::new(2, 2, 1, 1, Key::new(1)).err();
    assert!(matches!(conv, Some(NetError::Setting { .. })));
}
