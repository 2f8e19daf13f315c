//! The manifold similarity loss: values of another library, gradients by differences, extremes.

use super::parts::differences;
use super::*;
use crate::embedding::Manifold;
use crate::error::Error;

/// Numbers in −1..1 with four binary digits, always the same.
fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let number = |i: usize| ((i as u64 * 37 + seed * 101) * 7919 % 33) as f64 / 16.0 - 1.0;
    (0..n).map(number).collect()
}

const LABELS: [i64; 5] = [0, 2, 1, 0, 2];

fn run(loss: &Manifold, x: &[f64], proxies: &[f64]) -> (f64, Vec<f64>, Vec<f64>) {
    rows(x, 3, |x| {
        rows(proxies, 3, |p| {
            loss.value_and_gradients(x, p, &LABELS[..]).unwrap()
        })
    })
}

#[test]
fn gradients_are_differences() {
    for loss in [
        Manifold::default(),
        Manifold {
            intrinsic: 0.3,
            context: 2.0,
            alpha: 0.4,
            margin: 0.1,
        },
    ] {
        let (x, p) = (numbers(15, 1), numbers(9, 2));
        let (_, by_x, by_p) = run(&loss, &x, &p);
        differences(&x, &by_x, |x| run(&loss, x, &p).0);
        differences(&p, &by_p, |p| run(&loss, &x, p).0);
    }
}

/// pytorch-metric-learning 2.9, with its inverse in double precision: the value, and the first three entries of the
/// gradients by embeddings and by proxies.
#[test]
fn values_are_those_of_pytorch_metric_learning() {
    let other = Manifold {
        context: 0.5,
        alpha: 0.4,
        margin: 0.01,
        ..Manifold::default()
    };
    #[rustfmt::skip]
    let table: [(Manifold, f64, [f64; 6]); 2] = [
        (Manifold::default(), 1.308_268_840_507_260_2,
         [0.000_251_283_681_752_054_7, -8.041_077_816_065_695e-5, -0.000_412_105_238_073_369_46,
          0.004_154_931_858_487_553, -0.001_749_444_993_047_387_8, -0.007_653_821_844_582_328_4]),
        (other, 1.042_484_859_373_059,
         [-0.000_118_218_239_932_298_27, 3.782_983_677_833_567_5e-5, 0.000_193_877_913_488_969_5,
          0.001_938_379_765_657_730_4, -0.000_816_159_901_329_572_1, -0.003_570_699_568_316_873]),
    ];
    for (loss, want, slopes) in table {
        let (value, by_x, by_p) = run(&loss, &numbers(15, 1), &numbers(9, 2));
        close(value, want, 1e-9);
        for (got, want) in by_x[..3].iter().chain(&by_p[..3]).zip(slopes) {
            close(*got, want, 1e-10);
        }
    }
}

#[test]
fn extremes_are_finite() {
    let loss = Manifold::default();
    for (x, p) in [
        (vec![0.0; 15], numbers(9, 2)),
        (vec![0.5; 15], vec![0.5; 9]),
        (
            numbers(15, 1).iter().map(|x| 1e200 * x).collect(),
            vec![0.0; 9],
        ),
    ] {
        let (value, by_x, by_p) = run(&loss, &x, &p);
        assert!(value.is_finite() && value >= 0.0);
        assert!(by_x.iter().chain(&by_p).all(|g| g.is_finite()));
    }
    // One proxy has no other to be nearer to, nor has nothing.
    let one = rows(&numbers(15, 1), 3, |x| {
        rows(&[1.0, 0.0, 0.0], 3, |p| {
            loss.value_and_gradients(x, p, &[0i64; 5][..]).unwrap()
        })
    });
    assert!(one.0 == 0.0 && one.1.iter().chain(&one.2).all(|&g| g == 0.0));
    let none = rows(&[], 3, |x| {
        rows(&numbers(9, 2), 3, |p| {
            loss.value_and_gradients(x, p, &[0i64; 0][..]).unwrap()
        })
    });
    assert_eq!((none.0, none.1.len(), none.2), (0.0, 0, vec![0.0; 9]));
}

#[test]
fn what_does_not_fit_is_an_error() {
    let (x, p) = (numbers(15, 1), numbers(9, 2));
    let with = |loss: &Manifold, labels: &[i64]| {
        rows(&x, 3, |x| {
            rows(&p, 3, |p| loss.value_and_gradients(x, p, labels))
        })
    };
    let whole = Manifold {
        alpha: 1.0,
        ..Manifold::default()
    };
    assert!(matches!(
        with(&whole, &LABELS),
        Err(Error::Parameter { .. })
    ));
    let loss = Manifold::default();
    assert!(matches!(
        with(&loss, &[0, 1, 2, 3, 0]),
        Err(Error::Value { position: 3, .. })
    ));
    assert!(matches!(with(&loss, &[0]), Err(Error::Shape { .. })));
}
