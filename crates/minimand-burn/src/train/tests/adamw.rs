use crate::train::adamw::AdamW;
use crate::train::network::{numbers, tensor};
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

#[derive(Module, Debug)]
struct Pair {
    used: Param<Tensor<2>>,
    unused: Param<Tensor<1>>,
}

fn pair(device: &Device) -> Pair {
    Pair {
        used: Param::from_tensor(tensor(vec![0.5, -1.0, 2.0, 0.1, 0.0, -3.0], [2, 3], device)),
        unused: Param::from_tensor(tensor(vec![7.0], [1], device)),
    }
}

/// Gradient of Σ x⁴ / 4 at these numbers.
fn gradients(pair: &Pair) -> burn::tensor::Gradients {
    let x = pair.used.val();
    x.powi_scalar(4).mul_scalar(0.25).sum().backward()
}

#[test]
fn it_follows_the_published_rule() {
    let device = Device::flex().autodiff();
    let (decay, rates) = (0.1, [0.1, 0.05, 0.2, 0.01]);
    let mut optimizer = AdamW::new(decay);
    let mut trained = pair(&device);
    let start = numbers(trained.used.val()).expect("numbers");
    // Algorithm 2 of the paper, with the decay times the learning rate.
    let mut expected: Vec<f64> = start.iter().map(|&x| f64::from(x)).collect();
    let mut moments = vec![[0.0; 2]; expected.len()];
    for (step, rate) in rates.into_iter().enumerate() {
        let gradients = gradients(&trained);
        trained = optimizer.step(rate, trained, gradients).expect("a step");
        let t = step as i32 + 1;
        for (x, [m, v]) in expected.iter_mut().zip(&mut moments) {
            let g = x.powi(3);
            *m = 0.9 * *m + 0.1 * g;
            *v = 0.999 * *v + 0.001 * g * g;
            let (m, v) = (*m / (1.0 - 0.9f64.powi(t)), *v / (1.0 - 0.999f64.powi(t)));
            *x -= rate * (m / (v.sqrt() + 1e-8) + decay * *x);
        }
    }
    let found = numbers(trained.used.val()).expect("numbers");
    for (found, expected) in found.iter().zip(&expected) {
        assert!(
            (f64::from(*found) - expected).abs() < 1e-5,
            "{found} is not {expected}"
        );
    }
    // Without a gradient there is no step, and no decay either.
    assert_eq!(numbers(trained.unused.val()).expect("numbers"), [7.0]);
}

#[test]
fn a_copy_keeps_its_numbers() {
    let device = Device::flex().autodiff();
    let before = pair(&device);
    let kept = before.clone();
    let numbers_before = numbers(kept.used.val()).expect("numbers");
    let gradients = gradients(&before);
    let after = AdamW::new(0.0)
        .step(0.1, before, gradients)
        .expect("a step");
    assert_eq!(numbers(kept.used.val()).expect("numbers"), numbers_before);
    assert_ne!(numbers(after.used.val()).expect("numbers"), numbers_before);
}
