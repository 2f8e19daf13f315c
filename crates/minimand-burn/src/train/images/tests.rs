use super::*;
use crate::loss::known_gradient;
use crate::net::{NetError, UNet, UNetSettings};
use crate::random::Random;
use crate::train::{Schedule, TrainError};
use burn::tensor::Tensor;

const SIDE: usize = 16;
const PIXELS: usize = SIDE * SIDE;

/// Noisy images with a bright disc in each, `[n, 1, 16, 16]`, and where it is.
fn discs(n: usize, seed: u64) -> (Vec<f32>, Vec<u32>) {
    let mut random = Random::new(Key::new(seed), 0);
    let (mut images, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..n {
        let [row, column] = [0, 1].map(|_| random.uniform_between(4.0, 12.0));
        let radius = random.uniform_between(2.5, 5.0);
        for i in 0..PIXELS {
            let (y, x) = ((i / SIDE) as f64, (i % SIDE) as f64);
            let inside = (y - row).hypot(x - column) < radius;
            labels.push(u32::from(inside));
            images.push((f64::from(u8::from(inside)) + 0.5 * random.normal()) as f32);
        }
    }
    (images, labels)
}

fn disc_set(n: usize, seed: u64) -> ImageSet {
    let (images, labels) = discs(n, seed);
    let masks = Masks::Labels { labels, classes: 2 };
    ImageSet::new(images, &[n, 1, SIDE, SIDE], masks).expect("sound images")
}

fn small(side_outputs: bool) -> UNet {
    let settings = UNetSettings {
        width: 4,
        side_outputs,
        ..UNetSettings::default()
    };
    UNet::new(&settings, Key::new(5)).expect("a network")
}

fn training<'a>(
    objective: &'a Objective,
    train: &'a ImageSet,
    validation: Option<&'a ImageSet>,
    settings: &'a ImageSettings,
) -> ImageTraining<'a> {
    ImageTraining {
        objective,
        train,
        validation,
        settings,
        key: Key::new(6),
    }
}

fn fit(training: &ImageTraining<'_>, net: UNet) -> Result<ImageFitted<UNet>, TrainError> {
    training.run(net, &mut |_, _| ControlFlow::Continue(()), &|| false)
}

/// Overlap (Dice) of what the network finds with where the discs are.
fn overlap(net: &UNet, set: &ImageSet) -> f64 {
    let logits = predict(net, set.images(), set.shape()).expect("logits");
    let Masks::Labels { labels, .. } = set.masks() else {
        return f64::NAN;
    };
    let (mut both, mut sizes) = (0.0, 0.0);
    for (image, labels) in logits.chunks(2 * PIXELS).zip(labels.chunks(PIXELS)) {
        for (i, &label) in labels.iter().enumerate() {
            let (found, there) = (image[PIXELS + i] > image[i], label == 1);
            both += f64::from(u8::from(found && there));
            sizes += f64::from(u8::from(found)) + f64::from(u8::from(there));
        }
    }
    2.0 * both / sizes
}

fn settings(steps: usize) -> ImageSettings {
    ImageSettings {
        length: Length::Steps(steps),
        ..ImageSettings::default()
    }
}

#[test]
fn discs_are_found_in_noise() {
    let (train, test) = (disc_set(32, 1), disc_set(16, 2));
    let objective = "dice + cross_entropy".parse().expect("an objective");
    let settings = ImageSettings {
        augment: Augment {
            flips: true,
            rotations: true,
        },
        ..settings(100)
    };
    for side_outputs in [false, true] {
        let training = training(&objective, &train, Some(&test), &settings);
        let fitted = fit(&training, small(side_outputs)).expect("a fit");
        let found = overlap(&fitted.net, &test);
        assert!(found > 0.85, "{found}");
        assert_eq!(fitted.curve.len(), 25);
        assert_eq!(fitted.curve[24].steps, 100);
        let losses = fitted
            .curve
            .iter()
            .map(|epoch| epoch.validation_loss.expect("images"));
        let losses: Vec<f64> = losses.collect();
        assert!(losses[24] < 0.5 * losses[0], "{losses:?}");
    }
}

#[test]
fn equal_keys_give_equal_bits() {
    let train = disc_set(12, 1);
    let objective = "cross_entropy".parse().expect("an objective");
    let settings = ImageSettings {
        augment: Augment {
            flips: true,
            rotations: false,
        },
        ..settings(7)
    };
    let logits = |key| {
        let training = ImageTraining {
            key: Key::new(key),
            ..training(&objective, &train, None, &settings)
        };
        let fitted = fit(&training, small(false)).expect("a fit");
        predict(&fitted.net, train.images(), train.shape()).expect("logits")
    };
    assert_eq!(logits(1), logits(1));
    assert_ne!(logits(1), logits(2));
}

#[test]
fn volumes_and_single_logits_are_learned() {
    let labels: Vec<f32> = (0..2 * 512)
        .map(|i| f32::from(u8::from(i % 8 < 4)))
        .collect();
    let images = labels.iter().map(|x| 2.0 * x - 1.0).collect();
    let masks = Masks::Dense {
        values: labels,
        channels: 1,
    };
    let set = ImageSet::new(images, &[2, 1, 8, 8, 8], masks).expect("sound volumes");
    let net = UNetSettings {
        axes: 3,
        classes: 1,
        width: 4,
        depth: 1,
        ..UNetSettings::default()
    };
    let net = UNet::new(&net, Key::new(5)).expect("a network");
    let objective = "bce".parse().expect("an objective");
    let settings = settings(40);
    let fitted = fit(&training(&objective, &set, None, &settings), net).expect("a fit");
    let losses: Vec<f64> = fitted.curve.iter().map(|epoch| epoch.train_loss).collect();
    assert!(losses[39] < 0.3 * losses[0], "{losses:?}");
}

#[test]
fn what_weighs_nothing_is_not_learned_from() {
    let (images, labels) = discs(8, 1);
    let shape = [8, 1, SIDE, SIDE];
    let set = |labels: Vec<u32>, weights| {
        let masks = Masks::Labels { labels, classes: 2 };
        let set = ImageSet::new(images.clone(), &shape, masks).expect("sound images");
        set.with_weights(weights).expect("sound weights")
    };
    let wrong_rows = |i: usize| i / SIDE % SIDE < 3;
    let wrong: Vec<u32> = (0..8 * PIXELS)
        .map(|i| if wrong_rows(i) { 1 } else { labels[i] })
        .collect();
    let weights: Vec<f32> = (0..8 * PIXELS)
        .map(|i| f32::from(u8::from(!wrong_rows(i))))
        .collect();
    let objective = "cross_entropy".parse().expect("an objective");
    let settings = settings(5);
    let curve = |set: &ImageSet| {
        let fitted = fit(&training(&objective, set, None, &settings), small(false));
        fitted.expect("a fit").curve
    };
    assert_eq!(
        curve(&set(labels.clone(), weights.clone())),
        curve(&set(wrong.clone(), weights))
    );
    let ones = vec![1.0; 8];
    assert_ne!(curve(&set(labels, ones.clone())), curve(&set(wrong, ones)));
}

#[test]
fn patience_keeps_the_best_weights() {
    let (train, validation) = (disc_set(4, 1), disc_set(8, 2));
    let objective = "cross_entropy".parse().expect("an objective");
    let settings = ImageSettings {
        length: Length::Epochs(60),
        patience: Some(3),
        schedule: Schedule::Constant,
        ..ImageSettings::default()
    };
    let training = training(&objective, &train, Some(&validation), &settings);
    let fitted = fit(&training, small(false)).expect("a fit");
    assert_eq!(fitted.stopped, Stop::Patience);
    assert_eq!(fitted.best_epoch + 3, fitted.curve.len() - 1);
    let losses = fitted
        .curve
        .iter()
        .map(|epoch| epoch.validation_loss.expect("images"));
    let losses: Vec<f64> = losses.collect();
    let lowest = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(losses[fitted.best_epoch], lowest);
    let none = ImageTraining {
        validation: None,
        ..training
    };
    assert_eq!(
        fit(&none, small(false)).err(),
        Some(TrainError::Empty { what: "validation" })
    );
}

#[test]
fn a_training_can_be_ended() {
    let train = disc_set(8, 1);
    let objective = "cross_entropy".parse().expect("an objective");
    let settings = settings(10);
    let training = training(&objective, &train, None, &settings);
    let mut watch = |epoch: &ImageEpoch, _: &UNet| match epoch.index {
        2 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let fitted = training
        .run(small(false), &mut watch, &|| false)
        .expect("a fit");
    assert_eq!((fitted.stopped, fitted.curve.len()), (Stop::Watch, 3));
    let mut on = |_: &ImageEpoch, _: &UNet| ControlFlow::Continue(());
    let stopped = training.run(small(false), &mut on, &|| true).err();
    assert_eq!(stopped, Some(TrainError::Stopped { epoch: 0 }));
}

#[test]
fn a_learner_descends_any_function_of_several_outputs() {
    let set = disc_set(4, 1);
    let batch = set.batch(&[0, 2, 3]).expect("a batch");
    let mut learner = Learner::new(small(true), 0.0);
    let mut values = Vec::new();
    for _ in 0..10 {
        let value = learner.step(1e-2, |net| {
            let features = net.features(batch.tensor::<4>()?)?;
            let square = |logits: Tensor<4>| -> Result<_, TrainError> {
                let z = crate::loss::numbers(&logits)?;
                let value = z.iter().map(|z| f64::from(*z).powi(2)).sum();
                Ok(known_gradient(
                    logits,
                    value,
                    z.iter().map(|z| 2.0 * z).collect(),
                )?)
            };
            let mut sum = square(net.head(&features)?)?;
            for side in net.side_heads(&features)? {
                sum = sum + square(side)?;
            }
            Ok(sum)
        });
        values.push(value.expect("a step"));
    }
    assert_eq!(learner.steps(), 10);
    assert!(values[9] < 0.5 * values[0], "{values:?}");
    let infinite = learner.step(1e-2, |net| {
        let logits = net.forward(batch.tensor::<4>()?)?;
        let gradient = vec![0.0; logits.dims().iter().product()];
        Ok(known_gradient(logits, f64::INFINITY, gradient)?)
    });
    assert!(matches!(
        infinite,
        Err(TrainError::DivergedAt { step: 10, .. })
    ));
}

#[test]
fn unsound_arguments_are_refused() {
    let labels = |labels: Vec<u32>| Masks::Labels { labels, classes: 2 };
    let new = |images: Vec<f32>, shape: &[usize], masks| ImageSet::new(images, shape, masks).err();
    let zeros = || vec![0.0; 4];
    assert!(matches!(
        new(zeros(), &[1, 4], labels(vec![0; 4])),
        Some(TrainError::Length {
            what: "shape",
            got: 2,
            ..
        })
    ));
    assert!(matches!(
        new(zeros(), &[1, 1, 2, 3], labels(vec![0; 6])),
        Some(TrainError::Length { what: "images", .. })
    ));
    assert!(matches!(
        new(zeros(), &[1, 1, 2, 2], labels(vec![0; 3])),
        Some(TrainError::Length { what: "labels", .. })
    ));
    assert!(matches!(
        new(zeros(), &[1, 1, 2, 2], labels(vec![0, 1, 2, 0])),
        Some(TrainError::Label {
            row: 0,
            label: 2,
            ..
        })
    ));
    assert!(matches!(
        new(
            vec![0.0, f32::NAN, 0.0, 0.0],
            &[1, 1, 2, 2],
            labels(vec![0; 4])
        ),
        Some(TrainError::NonFinite { column: 1, .. })
    ));
    assert_eq!(
        new(Vec::new(), &[0, 1, 2, 2], labels(Vec::new())),
        Some(TrainError::Empty { what: "images" })
    );

    let set = disc_set(4, 1);
    assert!(matches!(
        set.batch(&[4]),
        Err(TrainError::Row { row: 4, .. })
    ));
    assert!(matches!(
        set.clone().with_weights(vec![1.0; 5]),
        Err(TrainError::Length { .. })
    ));
    assert!(matches!(
        set.clone().with_weights(vec![-1.0; 4]),
        Err(TrainError::Weight { .. })
    ));
    let objective = "cross_entropy".parse().expect("an objective");
    let zero_steps = settings(0);
    let refused = fit(&training(&objective, &set, None, &zero_steps), small(false)).err();
    assert!(matches!(
        refused,
        Some(TrainError::Setting { name: "length", .. })
    ));
    let odd = predict(&small(false), &[0.0; 36], &[1, 1, 6, 6]).err();
    assert!(matches!(
        odd,
        Some(TrainError::Net(NetError::Size { multiple: 4, .. }))
    ));
}
