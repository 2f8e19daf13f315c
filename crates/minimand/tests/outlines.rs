//! Losses of turned boxes and quadrilaterals: what a box is whatever way it is written, and what they refuse.

use minimand::detection::{corners, rotated_iou};
use minimand::{Array, Batch, Error, Evaluation, Objective, Options, Reduction, Target};
use std::f64::consts::{FRAC_PI_2, PI};

fn batch<'a>(x: &'a [f64], t: &'a [f64], shape: &'a [usize]) -> Batch<'a> {
    Batch::new(Array::new(x, shape), Target::dense(t, shape))
}

fn evaluate(expression: &str, batch: &Batch<'_>) -> Result<Evaluation, Error> {
    let loss: Objective = expression.parse()?;
    loss.value_and_gradient(batch, &Options::reduction(Reduction::Sum))
}

/// Value and gradient of one pair.
fn run(expression: &str, prediction: &[f64], target: &[f64]) -> (f64, Vec<f64>) {
    let shape = [1, prediction.len()];
    let result = evaluate(expression, &batch(prediction, target, &shape)).unwrap();
    (result.value, result.gradient.unwrap().to_f64())
}

const GAUSSIAN: [&str; 6] = [
    "rotated_gwd",
    "rotated_kld",
    "rotated_kld(symmetric=true, root=false)",
    "probiou",
    "probiou(log=true)",
    "kfiou",
];
const POLYGON: [&str; 2] = ["rotated_iou", "rotated_giou"];
const FIRST: [f64; 5] = [1.0, 2.0, 4.0, 2.0, 0.3];
const SECOND: [f64; 5] = [2.0, 1.5, 1.5, 3.0, -0.4];

#[test]
fn a_box_is_the_same_however_it_is_written() {
    let turned = |[x, y, w, h, a]: [f64; 5], by: f64| [x, y, w, h, a + by];
    let changed = |[x, y, w, h, a]: [f64; 5]| [x, y, h, w, a + FRAC_PI_2];
    for loss in GAUSSIAN.iter().chain(&POLYGON) {
        let (value, g) = run(loss, &FIRST, &SECOND);
        let others = [
            (FIRST, turned(SECOND, PI)),
            (FIRST, turned(SECOND, -2.0 * PI)),
            (turned(FIRST, 100.0 * PI), SECOND),
            (FIRST, changed(SECOND)),
            (changed(FIRST), SECOND),
        ];
        for (a, b) in others {
            let (other, mut slopes) = run(loss, &a, &b);
            assert!((other - value).abs() < 1e-12, "{loss}: {other}, {value}");
            if a == changed(FIRST) {
                slopes.swap(2, 3);
            }
            for (a, b) in slopes.iter().zip(&g) {
                assert!((a - b).abs() < 1e-11, "{loss}: {slopes:?}, {g:?}");
            }
        }
    }
}

#[test]
fn a_square_has_no_angle_as_a_gaussian_and_one_as_a_polygon() {
    let square = |angle: f64| [1.0, 2.0, 3.0, 3.0, angle];
    for loss in GAUSSIAN {
        let (value, g) = run(loss, &square(0.2), &SECOND);
        assert!(
            (run(loss, &square(1.1), &SECOND).0 - value).abs() < 1e-12,
            "{loss}"
        );
        assert!(g[4].abs() < 1e-12, "{loss}: {g:?}");
        // Neither side is preferred: the slopes of a square that becomes a rectangle are those of its differences.
        for side in [2, 3] {
            let at = |step: f64| {
                let mut moved = square(0.2);
                moved[side] += step;
                run(loss, &moved, &SECOND).0
            };
            let want = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!((g[side] - want).abs() < 1e-8, "{loss}: {} {want}", g[side]);
        }
    }
    for loss in POLYGON {
        let (value, g) = run(loss, &square(0.2), &SECOND);
        assert!((run(loss, &square(0.2 + FRAC_PI_2), &SECOND).0 - value).abs() < 1e-12);
        assert!((run(loss, &square(0.7), &SECOND).0 - value).abs() > 1e-3 && g[4].abs() > 1e-3);
    }
}

#[test]
fn boxes_that_are_not_turned_are_those_of_the_other_losses() {
    let (a, b) = ([1.0, 2.0, 4.0, 2.0], [2.0, 1.5, 1.5, 3.0]);
    let turned = |[x, y, w, h]: [f64; 4]| [x, y, w, h, 0.0];
    for (turned_loss, loss) in [("rotated_iou", "iou"), ("rotated_gwd", "gwd")] {
        let (want, _) = run(loss, &corners(a), &corners(b));
        let (got, _) = run(turned_loss, &turned(a), &turned(b));
        assert!((got - want).abs() < 1e-6, "{turned_loss}: {got}, {want}");
    }
    let box_of = |[x, y, w, h]: [f64; 4]| {
        let [l, t, r, b] = corners([x, y, w, h]);
        [l, t, r, t, r, b, l, b]
    };
    let (iou, _) = run("rotated_iou", &turned(a), &turned(b));
    let (giou, _) = run("rotated_giou", &turned(a), &turned(b));
    assert!((run("quad_iou", &box_of(a), &box_of(b)).0 - iou).abs() < 1e-14);
    assert!((run("quad_giou", &box_of(a), &box_of(b)).0 - giou).abs() < 1e-14);
    let (want, slopes) = rotated_iou(FIRST, SECOND).unwrap();
    let (got, g) = run("rotated_iou", &FIRST, &SECOND);
    assert!((1.0 - want - got).abs() < 1e-14);
    assert!(g.iter().zip(slopes).all(|(g, s)| (g + s).abs() < 1e-13));
}

#[test]
fn size_does_not_matter_and_boxes_apart_are_led_to_each_other() {
    let scaled = |[x, y, w, h, a]: [f64; 5], by: f64| [by * x, by * y, by * w, by * h, a];
    let apart = [40.0, -30.0, 2.0, 3.0, 0.3];
    for loss in GAUSSIAN.iter().chain(&POLYGON) {
        let (value, _) = run(loss, &FIRST, &SECOND);
        let (large, _) = run(loss, &scaled(FIRST, 1e3), &scaled(SECOND, 1e3));
        assert!((value - large).abs() < 1e-12, "{loss}");
        let (_, g) = run(loss, &FIRST, &apart);
        match *loss {
            "rotated_iou" => assert!(g.iter().all(|&d| d == 0.0)),
            // 1 − e^−B is 1 to the last bit.
            "probiou" => assert!(g.iter().all(|d| d.abs() < 1e-12)),
            _ => assert!(g[0] < 0.0 && g[1] > 0.0, "{loss}: {g:?}"),
        }
    }
}

#[test]
fn corners_may_come_in_any_order_and_an_inner_one_does_not_count() {
    let target = [1.0, 1.0, 3.0, 1.0, 3.0, 3.0, 1.0, 3.0];
    for loss in ["quad_iou", "quad_giou"] {
        let (value, g) = run(loss, &[0.0, 0.0, 2.0, 0.0, 2.0, 2.5, 0.0, 2.0], &target);
        let (folded, f) = run(loss, &[0.0, 0.0, 2.0, 2.5, 2.0, 0.0, 0.0, 2.0], &target);
        assert!((value - folded).abs() < 1e-15);
        assert_eq!([&g[..2], &g[4..6], &g[2..4], &g[6..]].concat(), f);
        let (_, g) = run(loss, &[0.0, 0.0, 4.0, 0.0, 1.0, 1.0, 0.0, 4.0], &target);
        assert_eq!(g[4..6], [0.0, 0.0]);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let (x, t) = ([FIRST, SECOND].concat(), [SECOND, FIRST].concat());
    let shape = [2, 5];
    let fits = batch(&x, &t, &shape);
    let says = |batch: &Batch<'_>| evaluate("rotated_kld", batch).unwrap_err().to_string();
    let text = says(&batch(&x, &t, &[1, 10]));
    assert!(text.contains("[n, 5]"), "{text}");
    let mask = [true; 10];
    let text = says(&fits.mask(&mask));
    assert!(
        text.contains("mask") && text.contains("one for each outline"),
        "{text}"
    );
    let weights = [1.0, 2.0, 3.0];
    let text = says(&fits.weights(Array::new(&weights[..], &[3])));
    assert!(text.contains("weights"), "{text}");
    let labels = [0i64; 10];
    let text = says(&Batch::new(
        Array::new(&x, &shape),
        Target::labels(&labels[..], &shape),
    ));
    assert!(text.contains("target of real numbers"), "{text}");
    let mut far = x.clone();
    far[5] = 2e7;
    let text = says(&batch(&far, &t, &shape));
    assert!(text.contains("position 5"), "{text}");
    // What a mask leaves out may be anything.
    far[5] = f64::NAN;
    let kept = batch(&far, &t, &shape).mask(&[true, false]);
    assert_eq!(
        evaluate("rotated_kld", &kept).unwrap().value,
        run("rotated_kld", &FIRST, &SECOND).0
    );
}
