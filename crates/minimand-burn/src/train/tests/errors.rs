use super::*;

#[test]
fn data_is_checked() {
    let values = |n| Targets::Values(vec![0.0; n]);
    let classes = |labels, classes| Targets::Classes { labels, classes };
    let refused = |features: Vec<f32>, rows, columns, targets| {
        Dataset::new(features, rows, columns, targets).expect_err("refused")
    };
    assert!(matches!(
        refused(vec![], 0, 2, values(0)),
        TrainError::Empty { what: "rows" }
    ));
    assert!(matches!(
        refused(vec![], 2, 0, values(2)),
        TrainError::Empty { what: "columns" }
    ));
    assert!(matches!(
        refused(vec![0.0; 5], 2, 3, values(2)),
        TrainError::Length {
            what: "features",
            got: 5,
            ..
        }
    ));
    assert!(matches!(
        refused(vec![0.0; 6], 2, 3, values(3)),
        TrainError::Length {
            what: "targets",
            got: 3,
            ..
        }
    ));
    assert!(matches!(
        refused(vec![0.0, 1.0, 2.0, f32::NAN], 2, 2, values(2)),
        TrainError::NonFinite {
            what: "features",
            row: 1,
            column: 1,
            ..
        }
    ));
    assert!(matches!(
        refused(
            vec![0.0; 2],
            2,
            1,
            Targets::Values(vec![0.0, f32::INFINITY])
        ),
        TrainError::NonFinite {
            what: "targets",
            row: 1,
            ..
        }
    ));
    assert_eq!(
        refused(vec![0.0; 2], 2, 1, classes(vec![1, 3], 3)),
        TrainError::Label {
            row: 1,
            label: 3,
            classes: 3
        }
    );
    assert!(matches!(
        refused(vec![0.0; 2], 2, 1, classes(vec![0, 0], 1)),
        TrainError::Length {
            what: "classes",
            ..
        }
    ));
    let multilabel = |values, labels| Targets::Multilabel { values, labels };
    assert_eq!(
        refused(vec![0.0; 2], 2, 1, multilabel(vec![], 0)),
        TrainError::Empty { what: "labels" }
    );
    assert!(matches!(
        refused(vec![0.0; 2], 2, 1, multilabel(vec![0.0; 5], 3)),
        TrainError::Length {
            what: "targets",
            got: 5,
            ..
        }
    ));
    for wrong in [-0.5, 1.5, f32::NAN] {
        assert!(matches!(
            refused(
                vec![0.0; 2],
                2,
                1,
                multilabel(vec![0.0, 1.0, 0.3, wrong], 2)
            ),
            TrainError::Share {
                row: 1,
                label: 1,
                ..
            }
        ));
    }
}

/// The error of a fit to the clusters.
fn failure(objective: &str, rows: &Rows, settings: Settings, score: f64) -> TrainError {
    let score = |_: &[f32]| score;
    let fitted = train(objective, &clusters(), rows, &settings, Key::new(1), &score);
    fitted.expect_err("a failure")
}

#[test]
fn arguments_are_checked() {
    let ok = || vec![0, 1, 2];
    let cross_entropy = |train: Vec<usize>, validation: Vec<usize>| {
        failure("cross_entropy", &(train, validation), mlp(1), 0.0)
    };
    assert_eq!(
        cross_entropy(vec![], ok()),
        TrainError::Empty { what: "train" }
    );
    assert_eq!(
        cross_entropy(ok(), vec![]),
        TrainError::Empty { what: "validation" }
    );
    let beyond = TrainError::Row {
        what: "validation",
        row: 180,
        rows: 180,
    };
    assert_eq!(cross_entropy(ok(), vec![0, 180]), beyond);
    let ok = (ok(), ok());
    let with_hidden = |hidden| Settings {
        architecture: Architecture::Mlp { hidden },
        ..mlp(1)
    };
    let wrong = [
        (
            "learning_rate",
            Settings {
                learning_rate: f64::NAN,
                ..mlp(1)
            },
        ),
        (
            "weight_decay",
            Settings {
                weight_decay: -1.0,
                ..mlp(1)
            },
        ),
        (
            "batch_size",
            Settings {
                batch_size: 0,
                ..mlp(1)
            },
        ),
        (
            "max_epochs",
            Settings {
                max_epochs: 0,
                ..mlp(1)
            },
        ),
        (
            "patience",
            Settings {
                patience: 0,
                ..mlp(1)
            },
        ),
        ("hidden", with_hidden(vec![3, 0])),
        ("hidden", with_hidden(vec![usize::MAX])),
    ];
    for (setting, settings) in wrong {
        let error = failure("cross_entropy", &ok, settings, 0.0);
        assert!(
            matches!(error, TrainError::Setting { name, .. } if name == setting),
            "{error}"
        );
    }
    assert_eq!(
        failure("cross_entropy", &ok, mlp(1), f64::NAN),
        TrainError::Score { epoch: 0 }
    );
    assert!(matches!(
        failure("mse", &ok, mlp(1), 0.0),
        TrainError::Loss(_)
    ));
}

#[test]
fn a_run_that_explodes_is_an_error() {
    let settings = Settings {
        learning_rate: 1e30,
        ..mlp(5)
    };
    let error = failure("cross_entropy", &split(180), settings, 0.0);
    assert!(matches!(error, TrainError::Diverged { .. }), "{error}");
}

#[test]
fn prediction_checks_its_features() {
    let model = fit_clusters(&mlp(1), Key::new(1)).model;
    assert!(matches!(
        model.predict(&[1.0; 3]),
        Err(TrainError::Length { got: 3, .. })
    ));
    assert!(matches!(
        model.predict(&[1.0, f32::NAN]),
        Err(TrainError::NonFinite { .. })
    ));
    assert_eq!(model.predict(&[]), Ok(vec![]));
    assert!(matches!(
        model.predict_rows(&clusters(), &[0, 180]),
        Err(TrainError::Row { row: 180, .. })
    ));
    let narrow = Dataset::new(vec![0.0; 3], 3, 1, Targets::Values(vec![0.0; 3]));
    assert!(matches!(
        model.predict_rows(&narrow.expect("sound data"), &[0]),
        Err(TrainError::Length {
            what: "columns",
            got: 1,
            ..
        })
    ));
}

#[test]
fn prediction_goes_by_rows() {
    let data = clusters();
    let model = fit_clusters(&mlp(1), Key::new(1)).model;
    assert_eq!((model.columns(), model.outputs()), (2, 3));
    // Blocks make no difference.
    let one = model.predict(&[0.5, -0.5]).expect("scores");
    let many = model.predict(&[0.5, -0.5].repeat(5000)).expect("scores");
    assert_eq!(many.len(), 3 * 5000);
    for scores in many.chunks(3) {
        assert!(scores.iter().zip(&one).all(|(a, b)| (a - b).abs() < 1e-5));
    }
    let rows: Vec<usize> = (0..6000).map(|i| i * 7 % 180).collect();
    let features: Vec<f32> = rows
        .iter()
        .flat_map(|&row| data.features()[2 * row..][..2].to_vec())
        .collect();
    assert_eq!(model.predict_rows(&data, &rows), model.predict(&features));
}
