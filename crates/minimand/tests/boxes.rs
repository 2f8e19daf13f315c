//! Losses of boxes where boxes degenerate: values worked out by hand, and slopes that lead somewhere.

use minimand::{Array, Batch, Catalog, Objective, Options, Reduction, Shape, Target};

/// Value and gradient of one pair.
fn run(expression: &str, prediction: [f64; 4], target: [f64; 4]) -> (f64, Vec<f64>) {
    let loss: Objective = expression.parse().unwrap();
    let batch = Batch::new(
        Array::new(&prediction[..], &[1, 4]),
        Target::dense(&target[..], &[1, 4]),
    );
    let result = loss
        .value_and_gradient(&batch, &Options::reduction(Reduction::Sum))
        .unwrap();
    (result.value, result.gradient.unwrap().to_f64())
}

const POINT: [f64; 4] = [2.0; 4];
const LINE: [f64; 4] = [1.0, 1.0, 3.0, 1.0];
const BOX: [f64; 4] = [0.0, 0.0, 2.0, 2.0];
const BESIDE: [f64; 4] = [2.0, 0.0, 4.0, 2.0];
const BACKWARDS: [f64; 4] = [2.0, 2.0, 0.0, 0.0];

#[test]
fn values_of_degenerate_boxes() {
    let table: &[(&str, [f64; 4], [f64; 4], f64)] = &[
        // The same box, without an area.
        ("iou", POINT, POINT, 0.0),
        ("giou", LINE, LINE, 0.0),
        ("diou", POINT, POINT, 0.0),
        ("ciou", LINE, LINE, 0.0),
        ("eiou", LINE, LINE, 0.0),
        ("siou", POINT, POINT, 0.0),
        ("extended_iou", POINT, POINT, 0.0),
        ("bounded_iou", LINE, LINE, 0.0),
        ("nwd", POINT, POINT, 0.0),
        ("gwd", LINE, LINE, 0.0),
        // Two points: as far apart as boxes can be.
        ("iou", [0.0; 4], [3.0; 4], 1.0),
        ("giou", [0.0; 4], [3.0; 4], 2.0),
        ("diou", [0.0; 4], [3.0; 4], 2.0),
        ("eiou", [0.0; 4], [3.0; 4], 2.0),
        // A point in a box.
        ("iou", [1.0; 4], BOX, 1.0),
        ("giou", [1.0; 4], BOX, 1.0),
        ("diou", [1.0; 4], BOX, 1.0),
        ("eiou", [1.0; 4], BOX, 3.0),
        // Side by side: the diagonal of both is √20.
        ("iou", BOX, BESIDE, 1.0),
        ("log_iou", BOX, BESIDE, 1e6f64.ln()),
        ("giou", BOX, BESIDE, 1.0),
        ("diou", BOX, BESIDE, 1.2),
        ("ciou", BOX, BESIDE, 1.2),
        ("eiou", BOX, BESIDE, 1.2),
        ("extended_iou", BOX, BESIDE, 0.95),
        // A side that runs backwards has length 0, and centres are where they are.
        ("iou", BACKWARDS, BOX, 1.0),
        ("diou", BACKWARDS, BOX, 1.0),
        ("eiou", BACKWARDS, BOX, 3.0),
    ];
    for (expression, a, b, want) in table {
        let (value, gradient) = run(expression, *a, *b);
        assert!(
            (value - want).abs() < 2e-7 * want.max(1.0),
            "{expression} of {a:?} and {b:?}: {value}, expected {want}"
        );
        assert!(gradient.iter().all(|g| g.is_finite()), "{expression}");
    }
}

/// A step against the gradient brings a box apart nearer, or the loss says that its gradient is 0 there.
#[test]
fn boxes_apart_are_led_to_each_other() {
    let (a, b) = ([0.0, 0.0, 2.0, 3.0], [7.0, 5.0, 10.0, 7.0]);
    for entry in Catalog::builtin().entries() {
        if entry.shape != Shape::Boxes {
            continue;
        }
        let (_, g) = run(entry.name, a, b);
        if ["iou", "log_iou"].contains(&entry.name) {
            assert_eq!(g, [0.0; 4], "{}", entry.name);
        } else if entry.name == "bounded_iou" {
            // Its centres are too far; its sides still are led to the target's.
            assert!(g[0] - g[2] > 0.0 && g[1] - g[3] < 0.0, "{g:?}");
        } else {
            // The slope by a move of the box, along the way from the target.
            let nearer = (g[0] + g[2]) * (1.0 - 8.5) + (g[1] + g[3]) * (1.5 - 6.0);
            assert!(nearer > 0.0, "{}: {g:?}", entry.name);
        }
    }
}

/// Moving and scaling both boxes changes nothing, for the losses that say so.
#[test]
fn units_do_not_matter() {
    let (a, b) = ([10.0, 20.0, 60.0, 70.0], [30.0, 10.0, 70.0, 90.0]);
    for entry in Catalog::builtin().entries() {
        if entry.shape != Shape::Boxes || entry.name == "nwd" {
            continue;
        }
        let value = run(entry.name, a, b).0;
        let moved = |c: [f64; 4]| c.map(|x| 8.0 * x - 1000.0);
        let (scaled, gradient) = run(entry.name, moved(a), moved(b));
        assert!((scaled - value).abs() < 1e-8, "{}", entry.name);
        let plain = run(entry.name, a, b).1;
        for (g, p) in gradient.iter().zip(plain) {
            assert!((8.0 * g - p).abs() < 1e-8, "{}", entry.name);
        }
    }
}
