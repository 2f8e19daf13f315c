//! And if the data is bad?

use minimand_compare::{Builtin, Corruption, Measure, Outcome, Request, run};

use crate::support::small;

fn with(builtin: Builtin, corruption: Corruption) -> Outcome {
    let candidates: &[&str] = match builtin {
        Builtin::Diabetes => &["mse", "mae"],
        _ => &["cross_entropy", "generalized_cross_entropy"],
    };
    let request = Request {
        corruption,
        ..small(builtin, candidates)
    };
    run(&request, &()).unwrap()
}

fn first(outcome: &Outcome, measure: Measure) -> f64 {
    outcome.rankings[0].standings[0]
        .estimate(measure)
        .unwrap()
        .mean
}

#[test]
fn corrupted_training_rows_make_worse_models_and_are_told() {
    let none = Corruption::default();
    let noisy = Corruption {
        label_noise: 0.4,
        ..none
    };
    let (clean, corrupted) = (with(Builtin::Iris, none), with(Builtin::Iris, noisy));
    assert!(first(&corrupted, Measure::LogLoss) > first(&clean, Measure::LogLoss) + 0.1);
    assert!(
        corrupted
            .table()
            .contains("40% of training labels replaced")
    );
    assert!(corrupted.command.contains("--label-noise 0.4"));
    assert!(
        corrupted
            .report()
            .render()
            .contains("Test rows stayed as they were")
    );

    let outlying = Corruption {
        outliers: 0.2,
        ..none
    };
    let (clean, corrupted) = (
        with(Builtin::Diabetes, none),
        with(Builtin::Diabetes, outlying),
    );
    assert!(first(&corrupted, Measure::Rmse) > first(&clean, Measure::Rmse) + 1.0);

    let thinned = Corruption {
        imbalance: 20.0,
        ..none
    };
    let outcome = with(Builtin::Iris, thinned);
    let recall = outcome.results[0].candidates[0]
        .diagnostics
        .confusion
        .clone();
    assert_eq!(recall.iter().sum::<f64>(), 300.0, "all test rows are there");
}

#[test]
fn corruption_must_fit_the_task() {
    for (builtin, corruption, expected) in [
        (
            Builtin::Diabetes,
            Corruption {
                label_noise: 0.1,
                ..Corruption::default()
            },
            "`label noise` must be left out for regression",
        ),
        (
            Builtin::Diabetes,
            Corruption {
                imbalance: 2.0,
                ..Corruption::default()
            },
            "`imbalance` must be left out for regression",
        ),
        (
            Builtin::Iris,
            Corruption {
                outliers: 0.1,
                ..Corruption::default()
            },
            "`outliers` must be left out for classification",
        ),
    ] {
        let request = Request {
            corruption,
            ..small(builtin, &[])
        };
        let error = run(&request, &()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}
