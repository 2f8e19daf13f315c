//! Losses of images and volumes at the numbers that papers give, and where a class is empty or full.

use minimand::{Array, Batch, Evaluation, Objective, Options, Reduction, Target};

fn run(expression: &str, prediction: &[f64], shape: &[usize], target: &[f64]) -> Evaluation {
    let objective: Objective = expression.parse().unwrap();
    let batch = Batch::new(Array::new(prediction, shape), Target::dense(target, shape));
    objective
        .value_and_gradient(&batch, &Options::default())
        .unwrap()
}

fn close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance, "{got} {want}");
}

#[test]
fn projections_of_a_volume_are_those_of_paper_006() {
    let p = [0.9, 0.3, 0.2, 0.4, 0.6, 0.8, 0.7, 0.1];
    let g = [1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0];
    let mip = |parameters: &str| {
        let expression = format!("mip(activation=\"none\", include_background=true{parameters})");
        run(&expression, &p, &[1, 1, 2, 2, 2], &g).value
    };
    let along = [0.260_847_430, 0.225_254_333, 0.260_847_430];
    for (axis, want) in along.into_iter().enumerate() {
        close(mip(&format!(", axes={axis}")), want, 1e-9);
    }
    close(mip(""), along.iter().sum(), 2e-9);
    close(
        mip(", averaged=true"),
        along.iter().sum::<f64>() / 3.0,
        1e-9,
    );
    // The volume's own part has weight 0.7.
    close(
        0.7 * 0.334_887_285 + 0.3 * mip(", axes=2"),
        0.312_675_328,
        1e-9,
    );
    close(0.7 * 0.334_887_285 + 0.3 * mip(""), 0.458_505_857, 1e-9);
}

#[test]
fn voxels_with_the_same_value_share_the_slope_of_a_projection() {
    let result = run(
        "mip(activation=\"none\", include_background=true, axes=0)",
        &[0.5, 0.25, 0.5, 0.125],
        &[1, 1, 2, 2],
        &[1.0, 0.0, 0.0, 0.0],
    );
    let slopes = result.gradient.unwrap().to_f64();
    assert!(slopes[0] < 0.0 && slopes[0] == slopes[2]);
    assert!(slopes[1] > 0.0 && slopes[3] == 0.0);
}

#[test]
fn the_region_wise_loss_is_that_of_paper_036() {
    let foreground = [0.1, 0.6, 0.9, 0.9, 0.9, 0.2, 0.3];
    let truth = [0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0];
    let two = |row: &[f64]| [row.iter().map(|x| 1.0 - x).collect(), row.to_vec()].concat();
    let loss = |p: &[f64]| {
        run(
            "region_wise(activation=\"none\")",
            &two(p),
            &[1, 2, 1, 7],
            &two(&truth),
        )
        .value
    };
    close(loss(&foreground), -0.147_619_047_619, 1e-12);
    close(loss(&truth), -0.357_142_857_143, 1e-12);
}

#[test]
fn focal_errors_of_signed_targets_are_those_of_paper_125() {
    let (p, c) = ([0.8, -0.5, 0.3, 0.2], [1.0, -0.25, -0.5, -1.0]);
    let loss = |alpha: f64| {
        run(
            &format!("stable_focal_l1(alpha={alpha}, tanh=false)"),
            &p,
            &[4],
            &c,
        )
        .value
    };
    close(loss(1.0), 0.525_625, 1e-12);
    close(loss(2.0), 0.551_25, 1e-12);
}

const LOSSES: [&str; 9] = [
    "lovasz",
    "lovasz_hinge",
    "boundary",
    "hausdorff_dt",
    "region_wise",
    "cldice",
    "skeleton_recall",
    "mip",
    "dice",
];

#[test]
fn empty_and_full_classes_have_finite_slopes() {
    for expression in LOSSES {
        let objective: Objective = expression.parse().unwrap();
        for spatial in [&[5][..], &[4, 6], &[3, 4, 5], &[1, 1]] {
            let shape = [&[2, 3], spatial].concat();
            let labels_shape = [&[2], spatial].concat();
            let pixels: usize = spatial.iter().product();
            let x: Vec<f32> = (0..6 * pixels).map(|i| (i * 7 % 13) as f32 - 6.0).collect();
            for label in 0..3i64 {
                let labels = vec![label; 2 * pixels];
                let target = Target::labels(&labels, &labels_shape);
                let batch = Batch::new(Array::new(&x, &shape), target);
                let result = objective
                    .value_and_gradient(&batch, &Options::reduction(Reduction::Sum))
                    .unwrap();
                let slopes = result.gradient.unwrap().to_f64();
                assert!(result.value.is_finite(), "{expression} {shape:?}");
                assert!(
                    slopes.iter().all(|g| g.is_finite()),
                    "{expression} {shape:?}"
                );
            }
        }
    }
}

#[test]
fn distances_follow_the_spacing() {
    let (p, t) = (
        [0.9, 0.2, 0.6, 0.7, 0.1, 0.0],
        [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
    );
    let with = |expression: &str, spacing: &[f64]| {
        let objective: Objective = expression.parse().unwrap();
        let batch = Batch::new(
            Array::new(&p[..], &[1, 1, 2, 3]),
            Target::dense(&t[..], &[1, 1, 2, 3]),
        );
        objective
            .evaluate(&batch.spacing(spacing), &Options::default())
            .unwrap()
            .value
    };
    for (expression, power) in [("boundary", 1), ("hausdorff_dt", 2), ("region_wise", 0)] {
        let expression = format!("{expression}(activation=\"none\")");
        let plain = with(&expression, &[1.0, 1.0]);
        close(
            with(&expression, &[3.0, 3.0]),
            3f64.powi(power) * plain,
            1e-12,
        );
    }
    let along = with("boundary(activation=\"none\")", &[1.0, 2.0]);
    assert!(along != with("boundary(activation=\"none\")", &[1.0, 1.0]));
}
