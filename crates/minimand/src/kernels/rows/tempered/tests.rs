use super::*;
use crate::{Array, Batch, Objective, Options, Target};

fn logs(t: f64, x: &[f64]) -> Vec<f64> {
    let mut z = vec![0.0; x.len()];
    forward::<f64, false>(t, x, &mut z);
    z
}

#[test]
fn shares_sum_to_one_for_any_temperature_and_size() {
    for t in [0.0, 0.5, 0.999_999, 1.000_001, 1.2, 2.0, 4.0, 30.0] {
        for (classes, size) in [(2, 1e-3), (10, 1.0), (9, 1e4), (1000, 3.0), (17, 1e150)] {
            let row = |i: usize| size * ((i * 7919 % 101) as f64 / 50.0 - 1.0);
            let x: Vec<f64> = (0..classes).map(row).collect();
            let sum: f64 = logs(t, &x).iter().map(|log| log.exp()).sum();
            assert!(
                (sum - 1.0).abs() < 1e-12,
                "t = {t}, {classes} classes of {size}: {sum}"
            );
        }
    }
}

#[test]
fn a_class_without_a_share_has_no_slope() {
    let x = [1.0, 0.5, -3.0, 0.75];
    let z = logs(0.5, &x);
    assert_eq!(z[2], FLOOR);
    // The slopes of Σ k·ln p_k.
    let value = |x: &[f64]| -> f64 {
        let logs = logs(0.5, x);
        logs.iter().enumerate().map(|(k, log)| k as f64 * log).sum()
    };
    let mut slopes = [0.0, 1.0, 2.0, 3.0];
    backward::<f64, false>(0.5, &z, &mut slopes, &mut Vec::new());
    assert_eq!(slopes[2], 0.0);
    for k in 0..4 {
        let moved = |by: f64| {
            let mut x = x;
            x[k] += by;
            value(&x)
        };
        let want = (moved(1e-6) - moved(-1e-6)) / 2e-6;
        assert!((slopes[k] - want).abs() < 1e-6, "{k}: {} {want}", slopes[k]);
    }
}

/// Value and gradient of rows, with their labels as classes or as shares of all classes.
fn of_rows<T: Float>(loss: &Objective, x: &[T], labels: &[i64], soft: bool) -> (f64, Vec<f64>)
where
    for<'a> crate::batch::Values<'a>: From<&'a [T]>,
{
    let (rows, classes) = (labels.len(), x.len() / labels.len());
    let mut shares = vec![0.0; x.len()];
    for (row, &label) in labels.iter().enumerate() {
        shares[row * classes + label as usize] = 1.0;
    }
    let shape = [rows, classes];
    let target = if soft {
        Target::dense(&shares, &shape)
    } else {
        Target::labels(labels, &shape[..1])
    };
    let batch = Batch::new(Array::new(x, &shape), target);
    let result = loss
        .value_and_gradient(&batch, &Options::default())
        .unwrap();
    (result.value, result.gradient.unwrap().to_f64())
}

#[test]
fn long_rows_of_hard_labels_have_the_loss_of_soft_ones() {
    for (t1, t2) in [
        (0.8, 1.2),
        (0.8, 1.3),
        (0.2, 4.0),
        (0.0, 1.000_001),
        (1.0, 1.5),
    ] {
        let loss: Objective = format!("bi_tempered(t1={t1}, t2={t2})").parse().unwrap();
        for (classes, size) in [
            (33, 10.0),
            (100, 1e-3),
            (1000, 10.0),
            (257, 300.0),
            (64, 0.0),
        ] {
            let entry = |i: usize| size * ((i * 7919 % 1009) as f64 / 1009.0 - 0.5);
            let mut x: Vec<f64> = (0..3 * classes).map(entry).collect();
            // The label far ahead, and far behind another.
            x[5] += 30.0;
            x[classes + 7] += 30.0;
            let labels = [5, 9, 11];
            let (value, gradient) = of_rows(&loss, &x, &labels, false);
            let (soft_value, soft_gradient) = of_rows(&loss, &x, &labels, true);
            let of = format!("t1 = {t1}, t2 = {t2}, {classes} classes of {size}");
            assert!(
                (value - soft_value).abs() < 1e-12 * soft_value.abs(),
                "{of}: {value} {soft_value}"
            );
            let most = soft_gradient.iter().fold(0.0, |a: f64, g| a.max(g.abs()));
            for (k, (g, want)) in gradient.iter().zip(&soft_gradient).enumerate() {
                assert!((g - want).abs() < 1e-11 * most, "{of}, {k}: {g} {want}");
            }
            let single: Vec<f32> = x.iter().map(|&x| x as f32).collect();
            let (value, gradient) = of_rows(&loss, &single, &labels, false);
            assert!(
                (value - soft_value).abs() < 1e-5 * soft_value.abs(),
                "{of}: {value} {soft_value}"
            );
            for (k, (g, want)) in gradient.iter().zip(&soft_gradient).enumerate() {
                assert!((g - want).abs() < 1e-4 * most, "{of}, {k}: {g} {want}");
            }
        }
    }
}

#[test]
fn powers_are_products_only_where_they_are_whole_or_a_half() {
    for (exponent, product) in [
        (1.0 / (1.2 - 1.0), true),
        (1.0 / (1.4 - 1.0), true),
        (1.2 / (1.2 - 1.0), true),
        (0.0, true),
        (5.0 + 1e-11, false),
        (1.0 / 0.3, false),
        (16.0, false),
    ] {
        let power = Power::new(exponent);
        assert_eq!(power.is_product(), product, "{exponent}");
        let x = 0.3f64;
        let (got, want) = (power.of(x, x.ln()), x.powf(exponent));
        assert!(
            (got - want).abs() < 1e-14 * want,
            "{exponent}: {got} {want}"
        );
    }
}
