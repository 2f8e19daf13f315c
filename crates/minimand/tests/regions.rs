//! What the conformance suite cannot see of losses of regions: several classes at once, terms that are evaluated
//! together, masks in the curvature, and predictions at several scales.

use minimand::supervision::DeepSupervision;
use minimand::{Array, Batch, Denominator, Objective, Options, Reduction, Target};

fn number(i: usize) -> f64 {
    f64::from((i as u32).wrapping_mul(2_654_435_761) >> 8) / f64::from(1u32 << 24)
}

fn scores(n: usize) -> Vec<f64> {
    (0..n).map(|i| 4.0 * number(i) - 2.0).collect()
}

fn labels(n: usize, classes: usize) -> Vec<i64> {
    (0..n)
        .map(|i| (number(7 * i + 3) * classes as f64) as i64)
        .collect()
}

fn near(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance, "{got} against {want}");
}

fn all_near(got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    for (i, (g, w)) in got.iter().zip(want).enumerate() {
        assert!((g - w).abs() <= tolerance, "entry {i}: {g} against {w}");
    }
}

fn value(expression: &str, prediction: &[f64], target: &[f64], shape: &[usize]) -> f64 {
    let objective: Objective = expression.parse().unwrap();
    let batch = Batch::new(Array::new(prediction, shape), Target::dense(target, shape));
    objective
        .evaluate(&batch, &Options::default())
        .unwrap()
        .value
}

#[test]
fn losses_of_several_classes_have_the_values_of_their_papers() {
    // Paper 118: generalised Dice of a foreground and its background.
    let (p, t) = (
        [0.2, 0.6, 0.9, 0.8, 0.4, 0.1],
        [0.0, 1.0, 1.0, 1.0, 0.0, 0.0],
    );
    let generalized = "generalized_dice(activation=\"none\", smooth=1e-12)";
    near(
        value(generalized, &p, &t, &[1, 2, 3]),
        0.271317829457,
        1e-10,
    );
    // Paper 054: the ratio of a four-pixel image against the prior 0.7 and 0.3.
    let p = [0.9, 0.6, 0.2, 0.7, 0.1, 0.4, 0.8, 0.3];
    let t = [0.7, 0.7, 0.7, 0.7, 0.3, 0.3, 0.3, 0.3];
    let ratio = "class_ratio(activation=\"none\")";
    near(value(ratio, &p, &t, &[1, 2, 4]), 0.022582421084, 1e-9);
    // Paper 158: Jaccard of a softmax, with absent classes and without.
    let z = [2.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 2.0, -1.0];
    let labels = [0i64, 1, 2, 2];
    let jaccard = |expression: &str, class_weights: Option<&[f64]>| {
        let objective: Objective = expression.parse().unwrap();
        let mut batch = Batch::new(
            Array::new(&z[..], &[1, 3, 4]),
            Target::labels(&labels[..], &[1, 4]),
        );
        batch.class_weights = class_weights;
        objective
            .evaluate(&batch, &Options::default())
            .unwrap()
            .value
    };
    near(jaccard("jaccard(smooth=1e-12)", None), 0.6237803827, 1e-9);
    let weighted = 1.0 - (0.41883487 + 2.0 * 0.35587894 + 5.0 * 0.35394504) / 8.0;
    near(
        jaccard("jaccard(smooth=1e-12)", Some(&[1.0, 2.0, 5.0])),
        weighted,
        1e-7,
    );
    // The mean of the index first, then its power.
    let together = jaccard(
        "focal_tversky(mean_first=true, gamma=2, smooth=1e-12)",
        None,
    );
    near(
        together,
        jaccard("tversky(smooth=1e-12)", None).powi(2),
        1e-12,
    );
}

#[test]
fn absent_classes_are_left_out_where_asked() {
    let z = scores(2 * 4 * 6);
    let target: Vec<i64> = labels(12, 3);
    let batch = Batch::new(Array::new(&z, &[2, 4, 6]), Target::labels(&target, &[2, 6]));
    for loss in ["dice", "jaccard_metric", "tversky"] {
        let run = |classes: &str, reduction| {
            let objective: Objective = format!("{loss}(classes=\"{classes}\")").parse().unwrap();
            objective
                .evaluate(&batch, &Options::reduction(reduction))
                .unwrap()
        };
        let all = run("all", Reduction::None).per_item.unwrap();
        let present = run("present", Reduction::None);
        let kept: Vec<f64> = (0..8)
            .map(|i| {
                let occurs = target[i / 4 * 6..][..6].contains(&((i % 4) as i64));
                if occurs { all[i] } else { 0.0 }
            })
            .collect();
        assert!(kept[3] == 0.0 && kept[7] == 0.0);
        all_near(&present.per_item.unwrap(), &kept, 1e-15);
        let mean = kept.iter().sum::<f64>() / kept.iter().filter(|x| **x != 0.0).count() as f64;
        near(run("present", Reduction::Mean).value, mean, 1e-12);
    }
}

#[test]
fn nothing_that_counts_gives_zero() {
    let z = scores(2 * 3 * 4);
    let ignored = vec![-100i64; 8];
    for loss in [
        "generalized_dice",
        "dice(per=\"batch\")",
        "class_ratio",
        "mcc",
        "jaccard(classes=\"present\")",
    ] {
        for loss in [loss.to_string(), format!("{loss} + cross_entropy")] {
            let objective: Objective = loss.parse().unwrap();
            let batch = Batch::new(
                Array::new(&z, &[2, 3, 4]),
                Target::labels(&ignored, &[2, 4]),
            );
            let result = objective
                .value_and_gradient(&batch, &Options::default())
                .unwrap();
            assert_eq!((result.value, result.count), (0.0, 0), "{loss}");
            assert!(
                result.gradient.unwrap().to_f64().iter().all(|g| *g == 0.0),
                "{loss}"
            );
        }
    }
}

#[test]
fn terms_of_one_softmax_give_what_they_give_alone() {
    // More than one block of 128 pixels, and a last one that is not full.
    let shape = [3, 4, 10, 15];
    let z = scores(1800);
    let mut target = labels(450, 4);
    target[5] = -100;
    target[140] = -100;
    let by_pixel: Vec<f64> = (0..450).map(|i| (3.0 * number(i)).floor()).collect();
    let by_item = [0.5, 0.0, 2.0];
    let mask: Vec<bool> = (0..450).map(|i| i % 7 != 2).collect();
    let class_weights = [1.0, 0.5, 3.0, 2.0];
    let plain = Batch::new(
        Array::new(&z, &shape),
        Target::labels(&target, &[3, 10, 15]),
    );
    let batches = [
        plain,
        plain.mask(&mask).class_weights(&class_weights),
        plain.weights(Array::new(&by_pixel, &[3, 10, 15])),
        plain.weights(Array::new(&by_item[..], &[3])),
    ];
    let several = Options {
        denominator: Denominator::Count,
        ..Options::default()
    };
    let options = [
        Options::default(),
        Options::reduction(Reduction::Sum),
        several,
    ];
    let terms: [&[&str]; 4] = [
        &["cross_entropy", "dice"],
        &[
            "0.3*dice(squared=true)",
            "jaccard_metric",
            "-2*focal(gamma=1.5)",
            "focal(alpha=[1, 2, 3, 4])",
        ],
        &[
            "squentropy",
            "generalized_dice(include_background=false)",
            "tversky",
        ],
        &[
            "cross_entropy(label_smoothing=0.1)",
            "dice",
            "cross_entropy",
        ],
    ];
    for terms in terms {
        for (batch, options) in batches
            .iter()
            .flat_map(|b| options.iter().map(move |o| (b, o)))
        {
            let run = |expression: &str| {
                let objective: Objective = expression.parse().unwrap();
                objective.value_and_gradient(batch, options).unwrap()
            };
            let together = run(&terms.join(" + ").replace("+ -", "- "));
            let alone: Vec<_> = terms.iter().map(|term| run(term)).collect();
            near(together.value, alone.iter().map(|e| e.value).sum(), 1e-9);
            assert_eq!(together.count, alone[0].count);
            let mut sum = vec![0.0; z.len()];
            for part in alone {
                for (s, g) in sum.iter_mut().zip(part.gradient.unwrap().to_f64()) {
                    *s += g;
                }
            }
            let size = sum.iter().fold(1e-9f64, |a, b| a.max(b.abs()));
            all_near(&together.gradient.unwrap().to_f64(), &sum, 1e-12 * size);
        }
    }
}

#[test]
fn terms_together_keep_single_precision_and_their_errors() {
    let objective: Objective = "0.5*cross_entropy + dice".parse().unwrap();
    let shape = [2, 5, 9, 31];
    let z = scores(2790);
    let single: Vec<f32> = z.iter().map(|&x| 9.0 * x as f32).collect();
    let double: Vec<f64> = single.iter().map(|&x| f64::from(x)).collect();
    let target = labels(558, 5);
    let label_shape = [2, 9, 31];
    let run = |array: Array<'_>| {
        let batch = Batch::new(array, Target::labels(&target, &label_shape));
        objective
            .value_and_gradient(&batch, &Options::default())
            .unwrap()
    };
    let (low, high) = (
        run(Array::new(&single, &shape)),
        run(Array::new(&double, &shape)),
    );
    near(low.value, high.value, 1e-6 * high.value);
    let (low, high) = (
        low.gradient.unwrap().to_f64(),
        high.gradient.unwrap().to_f64(),
    );
    let size = high.iter().fold(0.0f64, |a, b| a.max(b.abs()));
    all_near(&low, &high, 1e-5 * size);
    let error = |z: &[f64], target: &[i64]| {
        let batch = Batch::new(Array::new(z, &shape), Target::labels(target, &label_shape));
        objective
            .evaluate(&batch, &Options::default())
            .unwrap_err()
            .to_string()
    };
    let mut bad = double.clone();
    bad[300] = f64::NAN;
    assert!(error(&bad, &target).contains("`prediction` at position 300"));
    let mut bad = target.clone();
    bad[77] = 5;
    assert!(error(&double, &bad).contains("label 5 at position 77"));
}

#[test]
fn threads_do_not_change_the_bits() {
    let shape = [2, 3, 40, 300];
    let z: Vec<f32> = scores(72_000).iter().map(|&x| x as f32).collect();
    let target = labels(24_000, 3);
    let batch = Batch::new(
        Array::new(&z, &shape),
        Target::labels(&target, &[2, 40, 300]),
    );
    for expression in [
        "dice + cross_entropy",
        "generalized_dice",
        "jaccard_metric(per=\"batch\")",
    ] {
        let objective: Objective = expression.parse().unwrap();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| {
                objective
                    .value_and_gradient(&batch, &Options::default())
                    .unwrap()
            })
        };
        let one = with(1);
        assert!(with(2) == one && with(5) == one, "{expression}");
    }
}

#[test]
fn curvature_knows_weights_masks_and_ignored_pixels() {
    let shape = [2, 3, 5];
    let z = scores(30);
    let mut target = labels(10, 3);
    target[4] = -100;
    let mask: Vec<bool> = (0..10).map(|i| i != 7).collect();
    let by_pixel: Vec<f64> = (0..10).map(|i| 0.5 + number(i)).collect();
    let options = Options::reduction(Reduction::Sum);
    for loss in [
        "dice(squared=true)",
        "jaccard_metric",
        "generalized_dice",
        "mcc(per=\"batch\")",
        "focal_tversky(gamma=1.5, mean_first=true)",
        "jaccard(activation=\"sigmoid\", classes=\"present\")",
    ] {
        let objective: Objective = loss.parse().unwrap();
        let run = |z: &[f64]| {
            let batch = Batch::new(Array::new(z, &shape), Target::labels(&target, &[2, 5]))
                .mask(&mask)
                .weights(Array::new(&by_pixel, &[2, 5]))
                .class_weights(&[1.0, 2.0, 0.5]);
            let gradient = objective
                .value_and_gradient(&batch, &options)
                .unwrap()
                .gradient;
            (
                gradient.unwrap().to_f64(),
                objective.hessian_diagonal(&batch, &options).unwrap(),
            )
        };
        let (_, diagonal) = run(&z);
        for i in 0..30 {
            let slope = |step: f64| {
                let mut moved = z.clone();
                moved[i] += step;
                run(&moved).0[i]
            };
            let want = (slope(1e-5) - slope(-1e-5)) / 2e-5;
            near(diagonal[i], want, 1e-7);
        }
        assert_eq!(diagonal[4], 0.0);
    }
}

#[test]
fn probabilities_out_of_range_are_refused() {
    let objective: Objective = "jaccard(activation=\"none\")".parse().unwrap();
    let run = |p: [f64; 2]| {
        let batch = Batch::new(
            Array::new(&p[..], &[1, 1, 2]),
            Target::dense(&[1.0, 0.0][..], &[1, 1, 2]),
        );
        objective.evaluate(&batch, &Options::default())
    };
    assert!(run([1.0 + 1e-7, -1e-7]).is_ok());
    let error = run([0.5, 1.5]).unwrap_err().to_string();
    assert!(
        error.contains("position 1 is 1.5, expected a probability in [0, 1]"),
        "{error}"
    );
}

#[test]
fn the_levels_of_deep_supervision_see_resized_targets() {
    let objective: Objective = "dice + cross_entropy".parse().unwrap();
    let loss = DeepSupervision::new(objective.clone(), &[1.0, 0.25]).unwrap();
    let (fine, coarse) = (scores(2 * 3 * 16), scores(2 * 3 * 4));
    let target = labels(32, 3);
    let batch = Batch::new(
        Array::new(&fine, &[2, 3, 4, 4]),
        Target::labels(&target, &[2, 1, 4, 4]),
    );
    let levels = [Array::new(&coarse, &[2, 3, 2, 2])];
    let options = Options::default();
    let result = loss.value_and_gradients(&batch, &levels, &options).unwrap();
    let small: Vec<i64> = [5, 7, 13, 15]
        .iter()
        .flat_map(|&i| [target[i]])
        .chain([5, 7, 13, 15].iter().map(|&i| target[16 + i]))
        .collect();
    let level = Batch::new(levels[0], Target::labels(&small, &[2, 2, 2]));
    let want = objective.value_and_gradient(&level, &options).unwrap();
    near(result.levels[1].value, 0.25 * want.value, 1e-12);
    near(
        result.value,
        result.levels[0].value + 0.25 * want.value,
        1e-12,
    );
    let want: Vec<f64> = want
        .gradient
        .unwrap()
        .to_f64()
        .iter()
        .map(|g| 0.25 * g)
        .collect();
    all_near(
        &result.levels[1].gradient.as_ref().unwrap().to_f64(),
        &want,
        1e-12,
    );
    // Soft labels are averaged over the pixels that count.
    let soft: Vec<f64> = (0..96)
        .map(|i| {
            f64::from(u8::from(
                target[i / 48 * 16 + i % 16] == (i % 48 / 16) as i64,
            ))
        })
        .collect();
    let mask: Vec<bool> = (0..32).map(|i| i != 0 && i != 31).collect();
    let batch = Batch::new(
        Array::new(&fine, &[2, 3, 4, 4]),
        Target::dense(&soft, &[2, 3, 4, 4]),
    )
    .mask(&mask);
    let result = loss.evaluate(&batch, &levels, &options).unwrap();
    assert_eq!(result.levels[1].count, 6);
    assert!(result.value.is_finite());
}

#[test]
fn coarser_levels_are_measured_in_the_unit_of_the_finest() {
    let objective: Objective = "boundary".parse().unwrap();
    let loss = DeepSupervision::new(objective.clone(), &[1.0, 1.0]).unwrap();
    let (fine, coarse) = (scores(2 * 64), scores(2 * 16));
    let target: Vec<i64> = (0..64).map(|i| i64::from(i % 8 < 4)).collect();
    let small: Vec<i64> = (0..16).map(|i| i64::from(i % 4 < 2)).collect();
    let levels = [Array::new(&coarse, &[1, 2, 4, 4])];
    let options = Options::default();
    for (spacing, wide) in [(None, [2.0, 2.0]), (Some([0.5, 3.0]), [1.0, 6.0])] {
        let mut batch = Batch::new(
            Array::new(&fine, &[1, 2, 8, 8]),
            Target::labels(&target, &[1, 8, 8]),
        );
        batch.spacing = spacing.as_ref().map(|s| &s[..]);
        let result = loss.evaluate(&batch, &levels, &options).unwrap();
        let level = Batch::new(levels[0], Target::labels(&small, &[1, 4, 4])).spacing(&wide);
        let want = objective.evaluate(&level, &options).unwrap();
        near(result.levels[1].value, want.value, 1e-12);
    }
}

#[test]
fn deep_supervision_refuses_what_does_not_fit() {
    let objective: Objective = "dice".parse().unwrap();
    assert!(DeepSupervision::new(objective.clone(), &[]).is_err());
    assert!(DeepSupervision::new(objective.clone(), &[1.0, -1.0]).is_err());
    let loss = DeepSupervision::halving(objective, 2).unwrap();
    all_near(loss.weights(), &[2.0 / 3.0, 1.0 / 3.0], 1e-15);
    let (fine, target) = (scores(32), labels(16, 2));
    let batch = Batch::new(
        Array::new(&fine, &[1, 2, 4, 4]),
        Target::labels(&target, &[1, 4, 4]),
    );
    let options = Options::default();
    assert!(loss.evaluate(&batch, &[], &options).is_err());
    let small = Array::new(&fine[..8], &[1, 2, 2, 2]);
    let error = loss.evaluate(&batch.spacing(&[1.0]), &[small], &options);
    assert!(error.unwrap_err().to_string().contains("`spacing`"));
    let finer = scores(64);
    let error = loss.evaluate(&batch, &[Array::new(&finer, &[1, 2, 8, 4])], &options);
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("`coarser` must have shape")
    );
}
