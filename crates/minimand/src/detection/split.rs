//! Regions of curved text: a curve above and a curve below, cut into pieces.

use super::convex::{Point, convex, hull, intersection, signed_area};
use crate::error::Error;

/// Weights of the four control points in a point of their curve.
fn weights(t: f64) -> [f64; 4] {
    let s = 1.0 - t;
    [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t]
}

fn on_curve(control: &[Point; 4], t: f64) -> Point {
    let weights = weights(t);
    [0, 1].map(|axis: usize| (0..4).map(|k| weights[k] * control[k][axis]).sum())
}

/// Corners of piece m of n, along the lower curve and back along the upper one.
fn piece(region: &[[Point; 4]; 2], m: usize, n: usize) -> [Point; 4] {
    let [upper, lower] = region;
    let (start, end) = (m as f64 / n as f64, (m + 1) as f64 / n as f64);
    [
        on_curve(lower, start),
        on_curve(lower, end),
        on_curve(upper, end),
        on_curve(upper, start),
    ]
}

/// Loss of a predicted region of curved text, and its slopes by the 16 predicted numbers.
///
/// ℓ = 1 − (1/n) Σ_m GIoU(P_m, Q_m),  GIoU = |P ∩ Q| / |P ∪ Q| − (|C| − |P ∪ Q|)/|C|
///
/// A region is two cubic Bézier curves, the upper and then the lower one, each of four control points x y from left to
/// right. Both are cut at n + 1 equal steps of the parameter into quadrilaterals P_m (predicted) and Q_m; C is the
/// convex hull of both. In 0..2, and the same in any unit. A piece that folds or is not convex (either one) is replaced
/// by the smallest box around it, in value and slope; a ratio whose denominator is 0 counts as 0. Source: Raisi et
/// al. 2022 (paper 010), whose number of pieces and enclosing shape are not published: with the hull, and not the box
/// around both, the exact prediction is the best one.
///
/// ```
/// use minimand::detection::split_giou;
///
/// let text = [0.0, 2.0, 2.0, 4.0, 4.0, 4.0, 6.0, 2.0, 0.0, 0.0, 2.0, 2.0, 4.0, 2.0, 6.0, 0.0];
/// assert!(split_giou(&text, &text, 4)?.0.abs() < 1e-12);
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Value`] for a number that is not finite or beyond 10¹⁵ in magnitude, [`Error::Parameter`] for no pieces.
pub fn split_giou(
    prediction: &[f64; 16],
    target: &[f64; 16],
    pieces: usize,
) -> Result<(f64, [f64; 16]), Error> {
    if pieces == 0 {
        return Err(Error::Parameter {
            loss: "split_giou".to_string(),
            parameter: "pieces".to_string(),
            expected: "a whole number ≥ 1".to_string(),
            got: "0".to_string(),
        });
    }
    for (argument, array) in [("prediction", prediction), ("target", target)] {
        if let Some(position) = array.iter().position(|x| !(x.abs() <= 1e15)) {
            return Err(Error::Value {
                argument,
                position,
                value: array[position],
                expected: "a number of magnitude at most 1e15".to_string(),
            });
        }
    }
    let region = |array: &[f64; 16]| -> [[Point; 4]; 2] {
        [0, 8]
            .map(|from: usize| [0, 2, 4, 6].map(|k: usize| [array[from + k], array[from + k + 1]]))
    };
    let (first, second) = (region(prediction), region(target));
    let (mut total, mut slopes) = (0.0, [0.0; 16]);
    for m in 0..pieces {
        let (giou, by_corner) = giou(&piece(&first, m, pieces), &piece(&second, m, pieces));
        total += giou / pieces as f64;
        let (start, end) = (m as f64 / pieces as f64, (m + 1) as f64 / pieces as f64);
        // The corners lie on the lower curve, then on the upper one.
        for (corner, (from, t)) in
            by_corner
                .iter()
                .zip([(8, start), (8, end), (0, end), (0, start)])
        {
            for (k, weight) in weights(t).into_iter().enumerate() {
                for axis in 0..2 {
                    slopes[from + 2 * k + axis] -= weight * corner[axis] / pieces as f64;
                }
            }
        }
    }
    Ok((1.0 - total, slopes))
}

/// A piece as a convex polygon, counterclockwise, and for each of its corners and axes the number of the corner of the
/// piece that it moves with.
fn ordered(piece: &[Point; 4]) -> ([Point; 4], [[usize; 2]; 4]) {
    if convex(piece) {
        return if signed_area(piece) > 0.0 {
            (*piece, [[0; 2], [1; 2], [2; 2], [3; 2]])
        } else {
            let [a, b, c, d] = *piece;
            ([d, c, b, a], [[3; 2], [2; 2], [1; 2], [0; 2]])
        };
    }
    let extreme = |axis: usize, sign: f64| {
        let key = |&i: &usize| sign * piece[i][axis];
        (1..4).fold(0, |best, i| if key(&i) < key(&best) { i } else { best })
    };
    let (left, right) = (extreme(0, 1.0), extreme(0, -1.0));
    let (low, high) = (extreme(1, 1.0), extreme(1, -1.0));
    let of = [[left, low], [right, low], [right, high], [left, high]];
    (of.map(|[i, j]| [piece[i][0], piece[j][1]]), of)
}

/// Generalised IoU of two pieces, and its slopes by the corners of the first.
fn giou(first: &[Point; 4], second: &[Point; 4]) -> (f64, [Point; 4]) {
    let (p, of) = ordered(first);
    let (q, _) = ordered(second);
    let (shared, shared_slope) = intersection(&p, &q);
    let (area, other) = (signed_area(&p), signed_area(&q));
    let union = area + other - shared;
    let (around, around_slope) = hull(&p, &q);
    let ratio = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
    let value = ratio(shared, union) - ratio(around - union, around);
    let mut slopes = [[0.0; 2]; 4];
    for i in 0..4 {
        let (before, after) = (p[(i + 3) % 4], p[(i + 1) % 4]);
        let grown = [0.5 * (after[1] - before[1]), 0.5 * (before[0] - after[0])];
        for axis in 0..2 {
            let (shared_by, around_by) = (shared_slope[i][axis], around_slope[i][axis]);
            let union_by = grown[axis] - shared_by;
            // d(I/U) + d(U/C)
            let slope = ratio(shared_by - ratio(shared, union) * union_by, union)
                + ratio(union_by - ratio(union, around) * around_by, around);
            slopes[of[i][axis]][axis] += slope;
        }
    }
    (value, slopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: [f64; 16] = [
        0.0, 2.0, 2.0, 4.0, 4.0, 4.0, 6.0, 2.0, 0.0, 0.0, 2.0, 2.0, 4.0, 2.0, 6.0, 0.0,
    ];

    fn moved(by: Point, scale: f64) -> [f64; 16] {
        std::array::from_fn(|k| scale * (TEXT[k] + by[k % 2]))
    }

    /// The vectors of paper 010: the region and itself, shifted by half a unit.
    #[test]
    fn known_answers() {
        for (pieces, want) in [(1, 0.153_846_154), (3, 0.516_577_540), (4, 0.615_023_619)] {
            for scale in [1.0, 1e-6, 1e6] {
                let (value, _) =
                    split_giou(&moved([0.0; 2], scale), &moved([0.5, 0.0], scale), pieces).unwrap();
                assert!(
                    (value - want).abs() < 1e-8,
                    "{pieces}: {value}, expected {want}"
                );
            }
            // Turned over: clockwise pieces are the same pieces.
            let flipped = |array: [f64; 16]| {
                std::array::from_fn(|k| if k % 2 == 1 { -array[k] } else { array[k] })
            };
            let (value, _) =
                split_giou(&flipped(TEXT), &flipped(moved([0.5, 0.0], 1.0)), pieces).unwrap();
            assert!((value - want).abs() < 1e-8);
        }
    }

    #[test]
    fn slopes_are_differences() {
        for (by, bend) in [
            ([0.31, 0.17], 0.0),
            ([-0.4, 0.6], 0.9),
            ([9.0, 7.0], 0.3),
            ([0.2, 0.1], -3.1),
        ] {
            let mut text = moved(by, 1.0);
            // Another shape than the target's; with the last the region folds.
            for (k, x) in text.iter_mut().enumerate() {
                *x += bend * (k as f64 * 0.77).sin();
            }
            for pieces in [1, 3, 4] {
                let (_, slopes) = split_giou(&text, &TEXT, pieces).unwrap();
                for k in 0..16 {
                    let at = |step: f64| {
                        let mut other = text;
                        other[k] += step;
                        split_giou(&other, &TEXT, pieces).unwrap().0
                    };
                    let want = (at(1e-6) - at(-1e-6)) / 2e-6;
                    assert!(
                        (slopes[k] - want).abs() < 2e-6,
                        "{by:?} {pieces} {k}: {} {want}",
                        slopes[k]
                    );
                }
            }
        }
    }

    #[test]
    fn degenerate_regions_are_finite() {
        let point = [1.0; 16];
        for (a, b) in [
            (point, TEXT),
            (TEXT, point),
            (point, point),
            (TEXT, [0.0; 16]),
        ] {
            let (value, slopes) = split_giou(&a, &b, 4).unwrap();
            assert!(
                (0.0..=2.0).contains(&value) && slopes.iter().all(|s| s.is_finite()),
                "{value}"
            );
        }
        assert!(matches!(
            split_giou(&TEXT, &TEXT, 0),
            Err(Error::Parameter { .. })
        ));
        assert!(matches!(
            split_giou(&TEXT, &[f64::NAN; 16], 2),
            Err(Error::Value {
                argument: "target",
                ..
            })
        ));
    }
}
