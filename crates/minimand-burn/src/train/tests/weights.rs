use super::*;

const SCORELESS: &dyn Fn(&[f32]) -> f64 = &|_| 0.0;

fn fit(data: &Dataset, rows: &[usize], settings: &Settings) -> Fitted {
    let rows = (rows.to_vec(), rows.to_vec());
    // The score falls, so that the last weights are kept.
    let epoch = std::cell::Cell::new(0.0);
    let score = |_: &[f32]| {
        epoch.set(epoch.get() - 1.0);
        epoch.get()
    };
    train("mse", data, &rows, settings, Key::new(3), &score).expect("a fit")
}

#[test]
fn a_weight_is_a_repetition() {
    let data = line();
    let weights: Vec<f32> = (0..40).map(|row| (row % 3) as f32).collect();
    let repeated: Vec<usize> = (0..40).flat_map(|row| vec![row; row % 3]).collect();
    let weighted = data.clone().with_weights(weights).expect("sound weights");
    let rows: Vec<usize> = (0..40).collect();
    let weighted = fit(&weighted, &rows, &whole_batches(60));
    let repeated = fit(&data, &repeated, &whole_batches(60));
    let numbers = |fitted: &Fitted| -> Vec<f32> {
        let parameters = fitted.model.parameters().iter();
        parameters.flat_map(|p| p.values.clone()).collect()
    };
    for (a, b) in numbers(&weighted).iter().zip(numbers(&repeated)) {
        assert!((a - b).abs() < 1e-4, "{a} is not {b}");
    }
    for (a, b) in weighted.curve.iter().zip(&repeated.curve) {
        assert!((a.train_loss - b.train_loss).abs() < 1e-4 * b.train_loss);
        assert!((a.validation_loss - b.validation_loss).abs() < 1e-4 * b.validation_loss);
    }
    let unweighted = fit(&data, &rows, &whole_batches(60));
    let difference = numbers(&unweighted)[0] - numbers(&weighted)[0];
    assert!(difference.abs() > 1e-3, "weights change the model");
}

#[test]
fn a_row_without_weight_does_not_matter() {
    let data = line();
    let weights: Vec<f32> = (0..40).map(|row| f32::from(row != 7)).collect();
    let fits = [0.0, 1e6].map(|value| {
        let Targets::Values(mut values) = data.targets().clone() else {
            panic!("numbers");
        };
        values[7] = value;
        let data = Dataset::new(data.features().to_vec(), 40, 2, Targets::Values(values));
        let data = data.and_then(|data| data.with_weights(weights.clone()));
        let rows: Vec<usize> = (0..40).collect();
        fit(&data.expect("sound data"), &rows, &mlp(3))
    });
    assert_eq!(fits[0], fits[1]);
}

#[test]
fn a_batch_without_weight_makes_no_step() {
    let data = line();
    let weights: Vec<f32> = (0..40).map(|row| f32::from(row == 3)).collect();
    let weighted = data.clone().with_weights(weights).expect("sound weights");
    let settings = Settings {
        batch_size: 1,
        schedule: Schedule::Constant,
        ..mlp(4)
    };
    let rows: Vec<usize> = (0..40).collect();
    let [many, one] = [
        fit(&weighted, &rows, &settings),
        fit(&data, &[3], &settings),
    ];
    assert_eq!(many.model, one.model);
    let losses = |fitted: &Fitted| -> Vec<f64> {
        let epochs = fitted.curve.iter();
        epochs.map(|e| e.train_loss).collect()
    };
    assert_eq!(losses(&many), losses(&one));
}

#[test]
fn weights_are_checked() {
    let refused = |weights| line().with_weights(weights).expect_err("refused");
    assert!(matches!(
        refused(vec![1.0; 39]),
        TrainError::Length {
            what: "weights",
            got: 39,
            ..
        }
    ));
    for wrong in [-1.0, f32::NAN, f32::INFINITY] {
        let mut weights = vec![1.0; 40];
        weights[5] = wrong;
        assert!(matches!(
            refused(weights),
            TrainError::Weight { row: 5, .. }
        ));
    }
    assert_eq!(
        refused(vec![0.0; 40]),
        TrainError::Weightless { what: "weights" }
    );
    let weights = (0..40).map(|row| f32::from(row < 20)).collect();
    let data = line().with_weights(weights).expect("sound weights");
    let failure = |rows: Rows| {
        train("mse", &data, &rows, &mlp(1), Key::new(1), SCORELESS).expect_err("a failure")
    };
    assert_eq!(
        failure((vec![20, 30], vec![1])),
        TrainError::Weightless { what: "train" }
    );
    assert_eq!(
        failure((vec![1], vec![20, 30])),
        TrainError::Weightless { what: "validation" }
    );
}
