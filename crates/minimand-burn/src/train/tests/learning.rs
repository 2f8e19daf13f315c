use super::*;

#[test]
fn classes_are_learned() {
    let data = clusters();
    for architecture in [Architecture::Linear, mlp(1).architecture] {
        let settings = Settings {
            architecture,
            ..mlp(20)
        };
        let fitted = fit_clusters(&settings, Key::new(1));
        let rows: Vec<usize> = (0..data.rows()).collect();
        let scores = fitted.model.predict(data.features()).expect("scores");
        assert!(error_rate(&data, &rows, &scores) < 0.05);
        let losses: Vec<f64> = fitted.curve.iter().map(|e| e.validation_loss).collect();
        assert_eq!(losses.len(), 20);
        assert!(losses[19] < 0.3 * losses[0], "{losses:?}");
    }
}

/// Solves the normal equations of y ~ 1, a, b.
fn least_squares(data: &Dataset, rows: &[usize]) -> [f64; 3] {
    let Targets::Values(values) = data.targets() else {
        return [f64::NAN; 3];
    };
    let mut system = [[0.0; 4]; 3];
    for &row in rows {
        let [a, b] = [0, 1].map(|column| f64::from(data.features()[2 * row + column]));
        let equation = [1.0, a, b, f64::from(values[row])];
        for (i, line) in system.iter_mut().enumerate() {
            for (j, entry) in line.iter_mut().enumerate() {
                *entry += equation[i] * equation[j];
            }
        }
    }
    for pivot in 0..3 {
        let scale = system[pivot][pivot];
        let source = system[pivot].map(|x| x / scale);
        for (i, line) in system.iter_mut().enumerate() {
            let factor = line[pivot];
            for (entry, s) in line.iter_mut().zip(source) {
                *entry = if i == pivot { s } else { *entry - factor * s };
            }
        }
    }
    system.map(|line| line[3])
}

#[test]
fn a_linear_model_reaches_least_squares() {
    let data = line();
    let (train, validation) = split(data.rows());
    let settings = Settings {
        architecture: Architecture::Linear,
        learning_rate: 0.1,
        weight_decay: 0.0,
        batch_size: 64,
        max_epochs: 600,
        patience: 600,
        schedule: Schedule::Cosine,
    };
    // Scored on the training rows, so that the last and best epoch is the minimum.
    let score = |scores: &[f32]| squared_error(&data, &train, scores);
    let rows = (train.clone(), train.clone());
    let fitted = super::train("mse", &data, &rows, &settings, Key::new(4), &score);
    let fitted = fitted.expect("a fit");
    let [weight, bias] = fitted.model.parameters() else {
        panic!("a linear model has two parameters");
    };
    let found = [bias.values[0], weight.values[0], weight.values[1]];
    for (found, exact) in found.into_iter().zip(least_squares(&data, &train)) {
        assert!(
            (f64::from(found) - exact).abs() < 1e-3,
            "{found} is not {exact}"
        );
    }
    let held_out: Vec<f32> = validation
        .iter()
        .flat_map(|&row| data.features()[2 * row..][..2].to_vec())
        .collect();
    let predicted = fitted.model.predict(&held_out).expect("scores");
    assert!(squared_error(&data, &validation, &predicted) < 0.3);
}

#[test]
fn the_best_weights_are_kept() {
    // A score that is best in epoch 2, whatever the model does.
    let calls = std::cell::Cell::new(0);
    let mut seen = Vec::new();
    let data = clusters();
    let (train, validation) = split(data.rows());
    let score = |_: &[f32]| {
        calls.set(calls.get() + 1);
        (calls.get() - 3i32).abs().into()
    };
    let settings = Settings {
        patience: 4,
        ..mlp(20)
    };
    let training = Training {
        objective: &"cross_entropy".parse().expect("a known objective"),
        data: &data,
        train: &train,
        validation: &validation,
        settings: &settings,
        key: Key::new(1),
    };
    let watch = &mut |epoch: &Epoch| {
        seen.push(*epoch);
        ControlFlow::Continue(())
    };
    let fitted = training.run(&score, watch, &|| false).expect("a fit");
    assert_eq!((fitted.best_epoch, fitted.curve.len()), (2, 7));
    assert_eq!(fitted.stopped, Stop::Patience);
    assert_eq!(fitted.curve, seen);

    // The same run, ended after its third epoch, has these weights.
    let stop = &mut |epoch: &Epoch| match epoch.index {
        2 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let falling = |_: &[f32]| {
        calls.set(calls.get() - 1);
        calls.get().into()
    };
    let ended = training.run(&falling, stop, &|| false).expect("a fit");
    assert_eq!((ended.best_epoch, ended.stopped), (2, Stop::Watch));
    assert_eq!(ended.model, fitted.model);
}

#[test]
fn several_labels_are_learned() {
    // Is the point to the right, is it above, is it outside the unit circle?
    let mut random = Random::new(Key::new(13), 0);
    let features: Vec<f32> = (0..600).map(|_| random.normal() as f32).collect();
    let points = features.as_chunks::<2>().0.iter();
    let answers = |&[a, b]: &[f32; 2]| [a > 0.0, b > 0.0, a * a + b * b > 1.0].map(f32::from);
    let values: Vec<f32> = points.flat_map(answers).collect();
    let targets = Targets::Multilabel {
        values: values.clone(),
        labels: 3,
    };
    let data = Dataset::new(features, 300, 2, targets).expect("sound data");
    assert_eq!(data.outputs(), 3);
    let settings = Settings {
        architecture: Architecture::Mlp { hidden: vec![16] },
        ..mlp(60)
    };
    let rows = split(300);
    let wrong = |rows: &[usize], scores: &[f32]| {
        let pairs = rows.iter().zip(scores.as_chunks::<3>().0);
        let wrong = pairs.flat_map(|(row, scores)| {
            let answers = &values[3 * row..][..3];
            (0..3).filter(|&k| (scores[k] > 0.0) != (answers[k] > 0.5))
        });
        wrong.count() as f64 / (3 * rows.len()) as f64
    };
    let score = |scores: &[f32]| wrong(&rows.1, scores);
    let objective = "binary_cross_entropy";
    let fitted = super::train(objective, &data, &rows, &settings, Key::new(1), &score);
    let model = fitted.expect("a fit").model;
    let scores = model.predict_rows(&data, &rows.0).expect("scores");
    assert!(wrong(&rows.0, &scores) < 0.05);
}
