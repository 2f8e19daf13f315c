//! Losses of forecasts, batches and survival times: what they refuse, what their limits are, how they relate.

use minimand::regression::Bins;
use minimand::{Array, Batch, Error, Evaluation, Objective, Options, Reduction, Target};

fn run(
    expression: &str,
    prediction: (&[f64], &[usize]),
    target: (&[f64], &[usize]),
) -> Result<Evaluation, Error> {
    let objective: Objective = expression.parse()?;
    let batch = Batch::new(
        Array::new(prediction.0, prediction.1),
        Target::dense(target.0, target.1),
    );
    objective.value_and_gradient(&batch, &Options::default())
}

fn value(expression: &str, prediction: &[f64], shape: &[usize], target: &[f64]) -> f64 {
    let targets = [shape[0]];
    let result = run(expression, (prediction, shape), (target, &targets));
    result.unwrap_or_else(|e| panic!("{expression}: {e}")).value
}

fn close(got: f64, want: f64, what: &str) {
    let error = (got - want).abs();
    assert!(
        error <= 1e-9 * want.abs().max(1.0),
        "{what}: {got}, not {want}"
    );
}

#[test]
fn a_variance_below_zero_is_refused_where_it_stands() {
    let expression = "gaussian_nll(link=\"none\")";
    let forecasts = [0.0, 1.0, 0.0, -1e-9];
    match run(expression, (&forecasts, &[2, 2]), (&[1.0, 1.0], &[2])) {
        Err(Error::Value {
            argument: "prediction",
            position: 3,
            ..
        }) => {}
        other => panic!("{other:?}"),
    }
    // A variance of 0 counts as the floor, and a mean may be below 0.
    let floor = value(expression, &[-2.0, 0.0], &[1, 2], &[-2.0]);
    close(floor, 0.5 * 1e-6f64.ln(), "the floor");
}

#[test]
fn forecasts_have_as_many_numbers_as_their_loss_reads() {
    for (expression, shape, target) in [
        ("gaussian_nll", vec![2, 3], vec![2]),
        ("student_t_nll(df=none)", vec![2, 2], vec![2]),
        ("mixture_nll", vec![2, 4], vec![2]),
        ("quantiles", vec![2, 2], vec![2]),
        ("crps_ensemble(fair=true)", vec![2, 1], vec![2]),
        ("gaussian_nll", vec![2], vec![2]),
        ("gaussian_nll", vec![2, 3, 2], vec![2]),
        ("energy_score", vec![2, 4], vec![2]),
        ("energy_score", vec![2, 4, 3], vec![2, 4]),
        ("cox", vec![4], vec![4]),
        ("cox", vec![4, 2], vec![4, 2]),
        ("acr", vec![4], vec![4]),
    ] {
        let numbers = vec![0.5; shape.iter().product()];
        let targets = vec![1.0; target.iter().product()];
        let result = run(expression, (&numbers, &shape), (&targets, &target));
        assert!(
            matches!(result, Err(Error::Shape { .. })),
            "{expression} {shape:?}: {result:?}"
        );
    }
}

#[test]
fn missing_targets_are_masked_and_weights_are_of_targets_or_series() {
    let forecasts: Vec<f64> = (0..24).map(|i| (f64::from(i) * 0.7).sin()).collect();
    let mut targets: Vec<f64> = (0..12).map(f64::from).collect();
    let shape = [3, 4, 2];
    let objective: Objective = "gaussian_nll + crps_gaussian".parse().unwrap();
    let mut mask = [true; 12];
    mask[5] = false;
    targets[5] = f64::NAN;
    let batch = Batch::new(
        Array::new(&forecasts, &shape),
        Target::dense(&targets, &[3, 4]),
    );
    let options = Options::default();
    let refused = objective.evaluate(&batch, &options);
    assert!(matches!(
        refused,
        Err(Error::Value {
            argument: "target",
            position: 5,
            ..
        })
    ));
    let masked = objective
        .value_and_gradient(&batch.mask(&mask), &options)
        .unwrap();
    assert_eq!(masked.count, 11);
    let gradient = masked.gradient.unwrap().to_f64();
    assert_eq!(&gradient[10..12], &[0.0, 0.0]);
    // A weight for each series is that weight for each of its steps.
    let (by_series, by_step) = ([1.0, 2.0, 0.5], [[1.0; 4], [2.0; 4], [0.5; 4]].concat());
    let weighted = |weights: &[f64], of: &[usize]| {
        let batch = batch.mask(&mask).weights(Array::new(weights, of));
        objective.value_and_gradient(&batch, &options).unwrap()
    };
    assert_eq!(weighted(&by_series, &[3]), weighted(&by_step, &[3, 4]));
}

#[test]
fn integer_targets_are_numbers() {
    let forecasts = [-90.0, 3.0];
    let labels = [-100i64];
    let objective: Objective = "gaussian_nll".parse().unwrap();
    let batch = Batch::new(
        Array::new(&forecasts[..], &[1, 2]),
        Target::labels(&labels[..], &[1]),
    );
    let result = objective.evaluate(&batch, &Options::default()).unwrap();
    assert_eq!(result.count, 1);
    close(result.value, 1.5 + 50.0 * (-3f64).exp(), "a target of −100");
}

#[test]
fn distributions_meet_in_their_limits() {
    // Many degrees of freedom are a Gaussian with that deviation, one component is no mixture.
    for t in [-1.5, 0.2, 3.0] {
        let gaussian = value("gaussian_nll(full=true)", &[0.4, 0.6], &[1, 2], &[t]);
        let student = value("student_t_nll(df=none)", &[0.4, 0.3, 30.0], &[1, 3], &[t]);
        close(student, gaussian, "student_t_nll");
        close(
            value("mixture_nll", &[7.0, 0.4, 0.3], &[1, 3], &[t]),
            gaussian,
            "mixture_nll",
        );
    }
    // Without surplus of variance a negative binomial is Poisson, up to α t²/2.
    for t in [0.0, 1.0, 6.0] {
        let poisson = value("poisson_nll", &[0.7], &[1], &[t]);
        let binomial = value("negative_binomial_nll", &[0.7, -30.0], &[1, 2], &[t]);
        close(binomial, poisson, "negative_binomial_nll");
    }
    // A sure forecast and one member have the absolute error.
    let sure = value("crps_gaussian", &[0.4, -13.0], &[1, 2], &[3.0]);
    let spread = (-13f64).exp() / std::f64::consts::PI.sqrt();
    close(sure, 2.6 - spread, "a sure forecast");
    close(
        value("crps_ensemble", &[0.4], &[1, 1], &[3.0]),
        2.6,
        "one member",
    );
}

#[test]
fn an_ensemble_on_a_line_is_an_ensemble_of_vectors() {
    let members: Vec<f64> = (0..14).map(|i| (f64::from(i * i) * 1.3).sin()).collect();
    for fair in ["false", "true"] {
        let line = value(
            &format!("crps_ensemble(fair={fair})"),
            &members,
            &[2, 7],
            &[0.3, -2.0],
        );
        let expression = format!("energy_score(fair={fair})");
        let vectors = run(&expression, (&members, &[2, 7, 1]), (&[0.3, -2.0], &[2, 1]));
        close(vectors.unwrap().value, line, &expression);
    }
    // Equal members have no distance and share their slope.
    let tied = run("crps_ensemble", (&[1.0, 1.0, 1.0], &[1, 3]), (&[1.0], &[1])).unwrap();
    assert_eq!(tied.value, 0.0);
    assert_eq!(tied.gradient.unwrap().to_f64(), [0.0; 3]);
}

#[test]
fn monotone_quantiles_cannot_cross() {
    let raw = [3.0, -800.0, -1.0];
    let result = run("quantiles(monotone=true)", (&raw, &[1, 3]), (&[2.0], &[1])).unwrap();
    // 3, 3 and 3 + ln(1 + 1/e), all above the target: their slopes are 0.9, 0.5 and 0.1.
    let slopes = result.gradient.unwrap().to_f64();
    close(slopes[0], 1.5, "all move with the first");
    close(slopes[2], 0.1 / (1.0 + 1f64.exp()), "the last step");
    let unsorted = run(
        "quantiles(q=[0.9, 0.1], monotone=true)",
        (&[0.0, 0.0], &[1, 2]),
        (&[1.0], &[1]),
    );
    assert!(matches!(unsorted, Err(Error::Unsupported { .. })));
}

#[test]
fn survival_times_without_an_event_do_not_count() {
    let scores = [0.3, -1.0, 2.0];
    let censored = [1.0, 0.0, 2.0, 0.0, 2.0, 0.0];
    let nothing = run("cox", (&scores, &[3]), (&censored, &[3, 2])).unwrap();
    assert_eq!((nothing.value, nothing.count), (0.0, 0));
    assert_eq!(nothing.gradient.unwrap().to_f64(), [0.0; 3]);
    let wrong = [1.0, 1.0, 2.0, 0.5, 2.0, 0.0];
    let refused = run("cox", (&scores, &[3]), (&wrong, &[3, 2]));
    assert!(matches!(
        refused,
        Err(Error::Value {
            argument: "target",
            position: 3,
            ..
        })
    ));
}

#[test]
fn without_ties_efron_and_breslow_agree_and_order_and_offset_do_not_matter() {
    let scores = [0.3, -1.0, 2.0, 0.0, 1.5];
    let targets = [5.0, 1.0, 2.0, 0.0, 1.0, 1.0, 4.0, 1.0, 3.0, 0.0];
    let of = |expression: &str, scores: &[f64], targets: &[f64]| {
        run(expression, (scores, &[5]), (targets, &[5, 2]))
            .unwrap()
            .value
    };
    let efron = of("cox", &scores, &targets);
    close(
        of("cox(ties=\"breslow\")", &scores, &targets),
        efron,
        "no ties",
    );
    let far: Vec<f64> = scores.iter().map(|s| s + 1e6).collect();
    assert!((of("cox", &far, &targets) - efron).abs() < 1e-8);
    // By hand: who is at risk at times 1, 4 and 5.
    let sum = |places: &[usize]| places.iter().map(|&i| scores[i].exp()).sum::<f64>().ln();
    let want = sum(&[0, 1, 2, 3, 4]) - scores[2] + sum(&[0, 3]) - scores[3];
    close(efron, want / 3.0, "by hand");
    // Times that are equal as numbers are one time.
    let zeros = [0.0, 1.0, -0.0, 1.0];
    let signed = run(
        "cox(ties=\"breslow\")",
        (&[0.0, 0.0], &[2]),
        (&zeros, &[2, 2]),
    )
    .unwrap();
    close(signed.value, 2f64.ln(), "0 and −0");
}

#[test]
fn ratios_to_targets_that_do_not_differ_are_refused() {
    for expression in [
        "rae",
        "rse",
        "nrmse(by=\"range\")",
        "nrmse(by=\"std\")",
        "nrmse(by=\"iqr\")",
    ] {
        let result = run(
            expression,
            (&[1.0, 2.0, 3.0], &[3]),
            (&[5.0, 5.0, 5.0], &[3]),
        );
        assert!(
            matches!(result, Err(Error::Unsupported { .. })),
            "{expression}"
        );
    }
    let balanced = run("nrmse", (&[1.0, 2.0], &[2]), (&[-1.0, 1.0], &[2]));
    assert!(matches!(balanced, Err(Error::Unsupported { .. })));
    let mark = run("acr", (&[0.5], &[1]), (&[0.0, 1.5], &[1, 2]));
    assert!(matches!(
        mark,
        Err(Error::Value {
            argument: "target",
            position: 1,
            ..
        })
    ));
}

#[test]
fn losses_of_a_batch_relate_as_the_survey_says() {
    let (x, t) = ([2.5, 0.0, 2.0, 8.0], [3.0, -0.5, 2.0, 7.0]);
    let of = |expression: &str, shape: &[usize]| {
        run(expression, (&x, shape), (&t, shape)).unwrap().value
    };
    close(of("rmse", &[4]).powi(2), of("mse", &[4]), "rmse² is mse");
    let shares = [
        ("rae", "mae"),
        ("rse", "mse"),
        ("rrmse", "rmse"),
        ("nrmse", "rmse"),
    ];
    for (share, plain) in shares {
        let scaled: Vec<f64> = x.iter().chain(&t).map(|v| 7.0 * v).collect();
        let result = run(share, (&scaled[..4], &[4]), (&scaled[4..], &[4])).unwrap();
        close(result.value, of(share, &[4]), share);
        assert!(of(plain, &[4]) > 0.0);
    }
    // Each series by itself, then the mean.
    let each = |i: usize| {
        run("rae", (&x[i..i + 2], &[2]), (&t[i..i + 2], &[2]))
            .unwrap()
            .value
    };
    close(
        of("rae(per=\"item\")", &[2, 2]),
        0.5 * (each(0) + each(2)),
        "series",
    );
    let none = Options::reduction(Reduction::None);
    let objective: Objective = "rae(per=\"item\")".parse().unwrap();
    let batch = Batch::new(Array::new(&x[..], &[2, 2]), Target::dense(&t[..], &[2, 2]));
    assert_eq!(
        objective
            .evaluate(&batch, &none)
            .unwrap()
            .per_item
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn bins_and_cross_entropy_give_the_number_back() {
    let bins = Bins::equal(0.0, 10.0, 20).unwrap();
    let targets = [1.3, 7.75, 9.0];
    let labels = bins.gaussian(&targets, 0.4).unwrap();
    let logits: Vec<f64> = labels.iter().map(|p| p.max(1e-300).ln()).collect();
    for (number, target) in bins.expectation(&logits).unwrap().iter().zip(targets) {
        assert!((number - target).abs() < 0.02, "{number} {target}");
    }
    // Cross-entropy with soft labels is least at their logarithms.
    let objective: Objective = "cross_entropy".parse().unwrap();
    let shape = [3, 20];
    let batch = Batch::new(Array::new(&logits, &shape), Target::dense(&labels, &shape));
    let result = objective
        .value_and_gradient(&batch, &Options::default())
        .unwrap();
    assert!(
        result
            .gradient
            .unwrap()
            .to_f64()
            .iter()
            .all(|g| g.abs() < 1e-12)
    );
}
