//! The factored layer of the spherical losses against the same layer written out.

use minimand::linear::{Layer, LinearRows, SphericalLayer, SphericalLoss};
use minimand::{Array, Batch, Error, Options, Target};

const CLASSES: usize = 50;
const WIDTH: usize = 6;

const LOSSES: [(SphericalLoss, &str); 3] = [
    (
        SphericalLoss::ZNormalized { a: 2.0, b: 3.0 },
        "z_normalized(a=2, b=3)",
    ),
    (SphericalLoss::TaylorSoftmax, "taylor_softmax"),
    (
        SphericalLoss::SphericalSoftmax { epsilon: 0.1 },
        "spherical_softmax",
    ),
];

fn number(i: usize) -> f64 {
    (i as f64 * 1.37 + 0.2).sin() * (i as f64 * 0.71).cos()
}

/// Value and gradients of states and weight, by the dense path.
fn dense(loss: &str, weight: &[f64], state: &[f64], label: usize) -> (f64, Vec<f64>, Vec<f64>) {
    let labels = [label as i64];
    let batch = Batch::new(
        Array::new(state, &[1, WIDTH]),
        Target::labels(&labels[..], &[1]),
    );
    let layer = Layer::new(Array::new(weight, &[CLASSES, WIDTH]));
    let result = LinearRows::new(loss.parse().unwrap())
        .value_and_gradients(&batch, &layer, &Options::default())
        .unwrap();
    (
        result.value,
        result.states.unwrap().to_f64(),
        result.weight.unwrap().to_f64(),
    )
}

fn close(got: &[f64], want: &[f64], what: &str) {
    assert_eq!(got.len(), want.len());
    for (g, w) in got.iter().zip(want) {
        assert!(
            (g - w).abs() < 1e-9 * w.abs().max(1.0),
            "{what}: {g} against {w}"
        );
    }
}

#[test]
fn two_hundred_steps_are_those_of_the_dense_layer() {
    for (loss, name) in LOSSES {
        let mut weight: Vec<f64> = (0..CLASSES * WIDTH).map(number).collect();
        let mut layer = SphericalLayer::new(&weight, WIDTH, loss).unwrap();
        for i in 0..200 {
            let state: Vec<f64> = (0..WIDTH).map(|j| number(7 * i + 31 * j + 5)).collect();
            let label = (i * 17) % CLASSES;
            let (value, by_state, by_weight) = dense(name, &weight, &state, label);
            let (got, gradient) = layer.step(&state, label, 0.05).unwrap();
            close(&[got], &[value], name);
            close(&gradient, &by_state, name);
            for (w, g) in weight.iter_mut().zip(by_weight) {
                *w -= 0.05 * g;
            }
        }
        close(&layer.weight(), &weight, name);
    }
}

#[test]
fn it_stays_exact_over_thousands_of_steps() {
    let (loss, name) = LOSSES[0];
    let mut weight: Vec<f64> = (0..CLASSES * WIDTH).map(number).collect();
    let mut layer = SphericalLayer::new(&weight, WIDTH, loss).unwrap();
    for i in 0..4200 {
        let state: Vec<f64> = (0..WIDTH).map(|j| number(3 * i + 11 * j)).collect();
        layer.step(&state, i % CLASSES, 0.02).unwrap();
        if i % 1000 == 999 {
            weight = layer.weight();
            let (value, gradient, _) = dense(name, &weight, &state, 3);
            let (got, got_gradient) = layer.loss_and_gradient(&state, 3).unwrap();
            close(&[got], &[value], name);
            close(&got_gradient, &gradient, name);
        }
    }
}

#[test]
fn a_step_without_inverse_is_taken_densely() {
    let (loss, name) = LOSSES[2];
    let weight: Vec<f64> = (0..CLASSES * WIDTH).map(number).collect();
    let state: Vec<f64> = (0..WIDTH).map(|j| number(31 * j + 5)).collect();
    let norm: f64 = state.iter().map(|x| x * x).sum();
    let outputs: Vec<f64> = weight
        .chunks(WIDTH)
        .map(|w| w.iter().zip(&state).map(|(w, h)| w * h).sum())
        .collect();
    let squares: f64 = outputs.iter().map(|o| o * o).sum();
    // 2·rate·a₂·‖h‖² = 1 with a₂ = 1/(Σo² + cε).
    let rate = 0.5 * (squares + 0.1 * CLASSES as f64) / norm;
    let mut layer = SphericalLayer::new(&weight, WIDTH, loss).unwrap();
    layer.step(&state, 4, rate).unwrap();
    let (_, _, by_weight) = dense(name, &weight, &state, 4);
    let moved: Vec<f64> = weight
        .iter()
        .zip(by_weight)
        .map(|(w, g)| w - rate * g)
        .collect();
    close(&layer.weight(), &moved, "dense step");
    let (value, gradient, _) = dense(name, &moved, &state, 7);
    let (got, got_gradient) = layer.loss_and_gradient(&state, 7).unwrap();
    close(&[got], &[value], name);
    close(&got_gradient, &gradient, name);
}

#[test]
fn errors_name_what_is_wrong() {
    let good = SphericalLoss::TaylorSoftmax;
    let new = |weight: &[f64], width, loss| SphericalLayer::new(weight, width, loss).err();
    assert!(matches!(
        new(&[1.0, 2.0], 0, good),
        Some(Error::Shape { .. })
    ));
    assert!(matches!(
        new(&[1.0, 2.0, 3.0], 2, good),
        Some(Error::Shape { .. })
    ));
    assert!(matches!(
        new(&[1.0, f64::NAN], 2, good),
        Some(Error::Value { position: 1, .. })
    ));
    for loss in [
        SphericalLoss::ZNormalized { a: 0.0, b: 1.0 },
        SphericalLoss::ZNormalized {
            a: 1.0,
            b: f64::NAN,
        },
        SphericalLoss::SphericalSoftmax { epsilon: -1.0 },
    ] {
        assert!(matches!(
            new(&[1.0, 2.0], 1, loss),
            Some(Error::Parameter { .. })
        ));
    }
    let mut layer = SphericalLayer::new(&[1.0, 2.0, 3.0, 4.0], 2, good).unwrap();
    assert!(layer.loss_and_gradient(&[1.0], 0).is_err());
    assert!(layer.loss_and_gradient(&[1.0, f64::INFINITY], 0).is_err());
    assert!(layer.loss_and_gradient(&[1.0, 1.0], 2).is_err());
    assert!(layer.step(&[1.0, 1.0], 0, f64::NAN).is_err());
}
