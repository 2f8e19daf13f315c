//! Turned boxes: centre, sides and angle.

use super::convex::{Point, add_intersection};
use crate::error::Error;
use crate::kernels::parallel;

/// Corners counterclockwise, and for each the slopes by x, y, width, height and angle.
fn corners(b: [f64; 5]) -> ([Point; 4], [[Point; 5]; 4]) {
    let [x, y, width, height, angle] = b;
    let (sin, cos) = angle.sin_cos();
    let signs = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]];
    let turned = |u: f64, v: f64| [cos * u - sin * v, sin * u + cos * v];
    let at = signs.map(|[i, j]| {
        let [u, v] = turned(i * width, j * height);
        [x + u, y + v]
    });
    let slopes = signs.map(|[i, j]| {
        let [u, v] = turned(i * width, j * height);
        [
            [1.0, 0.0],
            [0.0, 1.0],
            turned(i, 0.0),
            turned(0.0, j),
            [-v, u],
        ]
    });
    (at, slopes)
}

/// IoU of two turned boxes, in 0..1, and its slopes by the five numbers of the first.
///
/// A box is the centre x and y, width and height (≥ 0, in any unit) and the angle in radians by which it is turned from
/// the x axis towards the y axis. The area that two boxes share is that of the exact polygon. Where boxes have an edge
/// in common, the slope is that of the first growing into the second; boxes apart, and those without area, have IoU
/// and slopes 0. 1 − IoU is mmrotate's rotated IoU loss.
///
/// ```
/// use minimand::detection::rotated_iou;
///
/// // A square and itself, turned by 45°: an octagon of area 2(√2 − 1).
/// let (iou, slope) = rotated_iou([0.0, 0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0, std::f64::consts::FRAC_PI_4])?;
/// let shared = 2.0 * (2f64.sqrt() - 1.0);
/// assert!((iou - shared / (2.0 - shared)).abs() < 1e-12);
/// assert!(slope[..2].iter().all(|d| d.abs() < 1e-12));
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Value`] for a number that is not finite or beyond 10¹⁵ in magnitude, and for a negative side.
pub fn rotated_iou(first: [f64; 5], second: [f64; 5]) -> Result<(f64, [f64; 5]), Error> {
    checked("first", &first)?;
    checked("second", &second)?;
    Ok(iou(first, second))
}

/// The IoU of every box of `first` `[n, 5]` with every one of `second` `[m, 5]`: `[n, m]`, row by row. See
/// [`rotated_iou`].
///
/// # Errors
/// [`Error::Shape`] if a length is no multiple of 5, [`Error::Value`] as for [`rotated_iou`].
pub fn rotated_pairs(first: &[f64], second: &[f64]) -> Result<Vec<f64>, Error> {
    let first = checked("first", first)?;
    let second = checked("second", second)?;
    let mut cells = vec![0.0; first.len() * second.len()];
    parallel::pieces(&mut cells, ROWS * second.len(), |piece, cells| {
        let rows = cells.chunks_mut(second.len());
        for (&a, row) in first[piece * ROWS..].iter().zip(rows) {
            for (&b, cell) in second.iter().zip(row) {
                *cell = iou(a, b).0;
            }
        }
    });
    Ok(cells)
}

/// Boxes of `first` that one thread takes at a time.
const ROWS: usize = 16;

/// Largest magnitude of a number: products of four stay finite and exact enough.
const LARGEST: f64 = 1e15;

fn checked<'a>(argument: &'static str, array: &'a [f64]) -> Result<&'a [[f64; 5]], Error> {
    let (boxes, rest) = array.as_chunks();
    if !rest.is_empty() {
        return Err(Error::Shape {
            argument,
            expected: "[n, 5] (x, y, width, height, angle)".to_string(),
            got: format!("{} numbers", array.len()),
        });
    }
    for (position, &value) in array.iter().enumerate() {
        let side = matches!(position % 5, 2 | 3);
        if !(value.abs() <= LARGEST) || (side && value < 0.0) {
            return Err(Error::Value {
                argument,
                position,
                value,
                expected: match side {
                    true => format!("a side in 0..{LARGEST:e}"),
                    false => format!("a number of magnitude at most {LARGEST:e}"),
                },
            });
        }
    }
    Ok(boxes)
}

fn iou(first: [f64; 5], second: [f64; 5]) -> (f64, [f64; 5]) {
    let (area, other) = (first[2] * first[3], second[2] * second[3]);
    let radius = |b: &[f64; 5]| 0.5 * b[2].hypot(b[3]);
    let distance = (first[0] - second[0]).hypot(first[1] - second[1]);
    // Most pairs of an image are apart.
    if !(area > 0.0 && other > 0.0) || distance > radius(&first) + radius(&second) {
        return (0.0, [0.0; 5]);
    }
    let (p, by_number) = corners(first);
    let mut by_corner = [[0.0; 2]; 4];
    let shared = add_intersection(&p, &corners(second).0, &mut by_corner);
    let union = area + other - shared;
    // d(I/U) = (dI·(A + B) − I·dA)/U², with U = A + B − I
    let slope = std::array::from_fn(|k| {
        let mut moved = 0.0;
        for (corner, numbers) in by_corner.iter().zip(&by_number) {
            moved += corner[0] * numbers[k][0] + corner[1] * numbers[k][1];
        }
        let grown = match k {
            2 => first[3],
            3 => first[2],
            _ => 0.0,
        };
        (moved / union) * ((area + other) / union) - (shared / union) * (grown / union)
    });
    ((shared / union).min(1.0), slope)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

    fn boxes(n: usize) -> Vec<[f64; 5]> {
        // Irrational steps: no two edges are parallel.
        (0..n)
            .map(|i| {
                let at = |step: f64| (i as f64 * step).fract();
                [
                    4.0 * at(0.618_034),
                    4.0 * at(0.414_214),
                    0.5 + 4.0 * at(0.732_051),
                    0.5 + 4.0 * at(0.236_068),
                    2.0 * PI * at(0.302_776),
                ]
            })
            .collect()
    }

    /// The share of a fine grid around the first box that lies in both.
    fn by_grid(a: [f64; 5], b: [f64; 5]) -> f64 {
        const STEPS: usize = 300;
        let within = |x: f64, y: f64, c: [f64; 5]| {
            let (sin, cos) = c[4].sin_cos();
            let (u, v) = (x - c[0], y - c[1]);
            (cos * u + sin * v).abs() <= 0.5 * c[2] && (cos * v - sin * u).abs() <= 0.5 * c[3]
        };
        let (sin, cos) = a[4].sin_cos();
        let mut shared = 0;
        for i in 0..STEPS {
            for j in 0..STEPS {
                let step = |i: usize, side: f64| ((i as f64 + 0.5) / STEPS as f64 - 0.5) * side;
                let (u, v) = (step(i, a[2]), step(j, a[3]));
                shared += usize::from(within(
                    a[0] + cos * u - sin * v,
                    a[1] + sin * u + cos * v,
                    b,
                ));
            }
        }
        let shared = shared as f64 / (STEPS * STEPS) as f64 * a[2] * a[3];
        shared / (a[2] * a[3] + b[2] * b[3] - shared)
    }

    #[test]
    fn areas_agree_with_a_grid() {
        let all = boxes(16);
        let mut seen = 0;
        for a in &all {
            for b in all.iter().filter(|b| *b != a) {
                let got = rotated_iou(*a, *b).unwrap().0;
                assert!((got - by_grid(*a, *b)).abs() < 5e-3, "{a:?} {b:?}: {got}");
                assert!((got - rotated_iou(*b, *a).unwrap().0).abs() < 1e-12);
                seen += usize::from(got > 0.0);
            }
        }
        assert!(seen > 100);
    }

    #[test]
    fn slopes_are_differences() {
        let all = boxes(16);
        for a in &all {
            for b in all.iter().filter(|b| *b != a) {
                let slope = rotated_iou(*a, *b).unwrap().1;
                for k in 0..5 {
                    let at = |step: f64| {
                        let mut moved = *a;
                        moved[k] += step;
                        rotated_iou(moved, *b).unwrap().0
                    };
                    let want = (at(1e-6) - at(-1e-6)) / 2e-6;
                    assert!(
                        (slope[k] - want).abs() < 1e-6,
                        "{a:?} {b:?} {k}: {} {want}",
                        slope[k]
                    );
                }
            }
        }
    }

    #[test]
    fn edges_on_edges() {
        let iou = |a, b| rotated_iou(a, b).unwrap().0;
        for (x, y) in [(0.0, 0.0), (1e4, -3e3)] {
            for turn in [0.0, FRAC_PI_2, PI, 0.3, -2.0] {
                let (sin, cos) = f64::sin_cos(turn);
                let at = |u: f64, v: f64, w, h| {
                    [x + cos * u - sin * v, y + sin * u + cos * v, w, h, turn]
                };
                let close = |got: f64, want: f64| {
                    assert!((got - want).abs() < 1e-9, "{turn}: {got} {want}")
                };
                let one = at(0.0, 0.0, 2.0, 1.0);
                close(iou(one, one), 1.0);
                // The same box, written with its sides changed over, and turned about.
                close(iou(one, [one[0], one[1], 1.0, 2.0, turn + FRAC_PI_2]), 1.0);
                close(iou(one, [one[0], one[1], 2.0, 1.0, turn - PI]), 1.0);
                // Touching along a side, at a corner; sharing one side; inside; a cross.
                close(iou(one, at(2.0, 0.0, 2.0, 1.0)), 0.0);
                close(iou(one, at(2.0, 1.0, 2.0, 1.0)), 0.0);
                close(iou(one, at(-0.5, 0.0, 1.0, 1.0)), 0.5);
                close(iou(one, at(1.0, 0.0, 2.0, 1.0)), 1.0 / 3.0);
                close(iou(one, at(0.25, 0.0, 0.5, 0.5)), 0.125);
                close(iou(one, at(0.0, 0.0, 1.0, 2.0)), 1.0 / 3.0);
            }
        }
        assert_eq!(
            rotated_iou([0.0; 5], [0.0, 0.0, 1.0, 1.0, FRAC_PI_4]).unwrap(),
            (0.0, [0.0; 5])
        );
    }

    #[test]
    fn tables_and_errors() {
        let all = boxes(9).concat();
        let table = rotated_pairs(&all[..20], &all).unwrap();
        let (boxes, _) = all.as_chunks::<5>();
        assert_eq!(table.len(), 36);
        assert_eq!(table[9 + 4], rotated_iou(boxes[1], boxes[4]).unwrap().0);
        assert!(matches!(
            rotated_pairs(&all[..6], &all),
            Err(Error::Shape {
                argument: "first",
                ..
            })
        ));
        let error = rotated_iou([0.0; 5], [0.0, 0.0, 1.0, -1.0, 0.0])
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "`second` at position 3 is -1, expected a side in 0..1e15"
        );
        assert!(rotated_iou([f64::NAN; 5], [0.0; 5]).is_err());
    }
}
