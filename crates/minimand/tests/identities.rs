//! What the sources of the classification losses prove about them, on numbers.

use minimand::{Array, Batch, Error, Objective, Options, Reduction, Target};

/// Loss of one row and its gradient.
fn row(expression: &str, z: &[f64], label: i64) -> (f64, Vec<f64>) {
    let objective: Objective = expression.parse().unwrap();
    let (shape, labels) = ([1, z.len()], [label]);
    let batch = Batch::new(Array::new(z, &shape), Target::labels(&labels[..], &[1]));
    let result = objective
        .value_and_gradient(&batch, &Options::reduction(Reduction::Sum))
        .unwrap_or_else(|e| panic!("{expression}: {e}"));
    (result.value, result.gradient.unwrap().to_f64())
}

fn value(expression: &str, z: &[f64], label: i64) -> f64 {
    row(expression, z, label).0
}

fn softmax(z: &[f64]) -> Vec<f64> {
    let sum: f64 = z.iter().map(|x| x.exp()).sum();
    z.iter().map(|x| x.exp() / sum).collect()
}

fn close(got: f64, want: f64, what: &str) {
    assert!(
        (got - want).abs() <= 1e-9 * want.abs().max(1.0),
        "{what}: {got} against {want}"
    );
}

/// Rows of several lengths, on both sides of the drivers' border between short and long rows.
fn rows() -> Vec<Vec<f64>> {
    let row = |c: usize| {
        (0..c)
            .map(|k| 2.0 * (1.7 * k as f64 + 0.3 * (k * k) as f64).sin())
            .collect()
    };
    [3, 8, 40, 100].map(row).to_vec()
}

#[test]
fn normalised_losses_of_all_labels_add_up_to_one() {
    for z in rows() {
        for loss in [
            "normalized_cross_entropy",
            "normalized_focal",
            "normalized_focal(gamma=2)",
            "normalized_generalized_cross_entropy",
        ] {
            let total: f64 = (0..z.len() as i64).map(|y| value(loss, &z, y)).sum();
            close(total, 1.0, loss);
        }
    }
}

#[test]
fn comp_sum_weights_the_gradient_of_cross_entropy() {
    for z in rows() {
        let p = softmax(&z);
        for tau in [0.0, 0.5, 1.5, 2.0, 3.0] {
            let (_, gradient) = row(&format!("comp_sum(tau={tau})"), &z, 1);
            for (k, g) in gradient.iter().enumerate() {
                let onehot = f64::from(u8::from(k == 1));
                close(*g, p[1].powf(tau - 1.0) * (p[k] - onehot), "a slope");
            }
        }
    }
}

#[test]
fn an_encouraged_row_keeps_pulling_with_the_same_force() {
    for lead in [-3.0, 0.0, 2.0, 6.0] {
        let (_, gradient) = row("encouraging(log_end=1)", &[lead, 0.0, -1.0, 0.5], 0);
        close(gradient[0], -1.0, "the slope by the label");
    }
}

#[test]
fn dual_focal_lies_between_focal_and_cross_entropy() {
    for z in rows() {
        for y in 0..3 {
            let (focal, dual) = (
                value("focal(gamma=3)", &z, y),
                value("dual_focal(gamma=3)", &z, y),
            );
            assert!(focal <= dual && dual <= value("cross_entropy", &z, y));
        }
    }
}

#[test]
fn the_z_loss_ignores_shift_and_scale_and_its_gradient_has_neither() {
    let z = [2.0, 0.0, -1.0, 0.5, 0.5];
    let (_, gradient) = row("z_normalized", &z, 0);
    let paper_053 = [-0.09030715, 0.02257679, -0.09783275, 0.08278156, 0.08278156];
    for (g, want) in gradient.iter().zip(paper_053) {
        assert!((g - want).abs() < 1e-8, "{g} against {want}");
    }
    for z in rows() {
        let (plain, gradient) = row("z_normalized(a=2, b=1.5)", &z, 2);
        let moved: Vec<f64> = z.iter().map(|x| 3.0 * x + 7.0).collect();
        close(
            value("z_normalized(a=2, b=1.5)", &moved, 2),
            plain,
            "3z + 7",
        );
        close(gradient.iter().sum(), 0.0, "the slope along a shift");
        let along: f64 = gradient.iter().zip(&z).map(|(g, z)| g * z).sum();
        close(along, 0.0, "the slope along the row");
    }
}

#[test]
fn a_clipped_row_counts_by_its_direction() {
    for z in rows() {
        let norm = z.iter().map(|x| x * x).sum::<f64>().sqrt();
        let (clipped, gradient) = row("clipped_cross_entropy(tau=1.5)", &z, 0);
        let onto: Vec<f64> = z.iter().map(|x| x * 1.5 / norm).collect();
        close(value("cross_entropy", &onto, 0), clipped, "on the sphere");
        let along: f64 = gradient.iter().zip(&z).map(|(g, z)| g * z).sum();
        close(along, 0.0, "the slope along the row");
    }
}

#[test]
fn ldr_kl_runs_from_the_largest_margin_to_the_mean() {
    for z in rows() {
        let c = z.len() as f64;
        let wide = "ldr_kl(lambda=1e6, margin=2)";
        // Symmetric in the limit: the losses of all labels add up to a constant.
        let total: f64 = (0..z.len() as i64).map(|y| value(wide, &z, y)).sum();
        assert!((total - 2.0 * (c - 1.0)).abs() < 1e-3 * c, "{total}");
        let largest = value("crammer_singer(margin=2)", &z, 0);
        let sharp = value("ldr_kl(lambda=0.01, margin=2)", &z, 0);
        assert!(sharp <= largest && largest - sharp <= 0.01 * c.ln() + 1e-12);
        let falls: Vec<f64> = [0.1, 0.5, 1.0, 3.0, 20.0]
            .map(|l| value(&format!("ldr_kl(lambda={l}, margin=2)"), &z, 0))
            .to_vec();
        assert!(falls.windows(2).all(|w| w[1] <= w[0]), "{falls:?}");
    }
}

#[test]
fn counts_must_fit_the_classes() {
    for loss in ["logit_adjusted(counts=[1, 2])", "ldam(counts=[1, 2])"] {
        let objective: Objective = loss.parse().unwrap();
        let batch = Batch::new(
            Array::new(&[0.0, 1.0, 2.0][..], &[1, 3]),
            Target::labels(&[0i64][..], &[1]),
        );
        let error = objective.value_and_gradient(&batch, &Options::default());
        assert!(
            matches!(&error, Err(Error::Parameter { parameter, .. }) if parameter == "counts"),
            "{error:?}"
        );
    }
}
