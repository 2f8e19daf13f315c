//! Overlaps of boxes in pairs.

use super::boxes::checked;
use crate::error::Error;
use crate::kernels::parallel;
use crate::kernels::scalar::{Float, Real};

/// A measure of how much two boxes overlap; 1 for equal boxes with an area.
///
/// A ratio whose denominator is 0 counts as 0, so that every value is finite: two boxes without area have IoU 0
/// even if they are equal. (The losses add 10⁻⁷ instead, as torchvision's do.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// Intersection over union, in 0..1.
    Iou,
    /// Intersection over the area of the first box, in 0..1: what counts in a crowd of objects.
    OverFirst,
    /// Generalised IoU, in −1..1: IoU less the share of the smallest box around both that neither covers
    /// (paper 015).
    Giou,
    /// Distance IoU, in −1..1: IoU less the squared distance of the centres over that of the corners of the
    /// smallest box around both (paper 030).
    Diou,
    /// Complete IoU, in −2..1: distance IoU less the cost of different aspect ratios (paper 030).
    Ciou,
}

/// Area of a box, at least 0.
#[inline(always)]
pub(super) fn area<T: Float>(b: [T; 4]) -> T {
    (b[2] - b[0]).relu() * (b[3] - b[1]).relu()
}

/// a/b, or 0 where b is 0.
#[inline(always)]
pub(super) fn ratio<T: Float>(a: T, b: T) -> T {
    if b > T::default() {
        a / b
    } else {
        T::default()
    }
}

/// The box that two boxes share, and the smallest one around both.
#[inline(always)]
fn common_and_hull<T: Float>(a: [T; 4], b: [T; 4]) -> [[T; 4]; 2] {
    let low = |i: usize| Real::min(a[i], b[i]);
    let high = |i: usize| Real::max(a[i], b[i]);
    [
        [high(0), high(1), low(2), low(3)],
        [low(0), low(1), high(2), high(3)],
    ]
}

/// Squared distance of the centres over the squared diagonal of the smallest box around both.
#[inline(always)]
pub(super) fn centre_distance<T: Float>(a: [T; 4], b: [T; 4]) -> T {
    let [_, hull] = common_and_hull(a, b);
    let half = T::from_f64(0.5);
    let x = half * (a[0] + a[2] - b[0] - b[2]);
    let y = half * (a[1] + a[3] - b[1] - b[3]);
    let (width, height) = (hull[2] - hull[0], hull[3] - hull[1]);
    ratio(x.square() + y.square(), width.square() + height.square())
}

/// Intersection over union.
#[inline(always)]
pub(super) fn iou<T: Float>(a: [T; 4], b: [T; 4]) -> T {
    let intersection = area(common_and_hull(a, b)[0]);
    ratio(intersection, area(a) + area(b) - intersection)
}

#[inline(always)]
fn over_first<T: Float>(a: [T; 4], b: [T; 4]) -> T {
    ratio(area(common_and_hull(a, b)[0]), area(a))
}

#[inline(always)]
fn giou<T: Float>(a: [T; 4], b: [T; 4]) -> T {
    let [common, hull] = common_and_hull(a, b);
    let (intersection, around) = (area(common), area(hull));
    let union = area(a) + area(b) - intersection;
    ratio(intersection, union) - ratio(around - union, around)
}

#[inline(always)]
fn diou<T: Float>(a: [T; 4], b: [T; 4]) -> T {
    iou(a, b) - centre_distance(a, b)
}

#[inline(always)]
fn ciou<T: Float>(a: [T; 4], b: [T; 4]) -> T {
    let overlap = iou(a, b);
    // The angle of the diagonal: π/2 for a box without height.
    let angle = |c: [T; 4]| {
        let (width, height) = ((c[2] - c[0]).to_f64(), (c[3] - c[1]).to_f64());
        T::from_f64(width.max(0.0).atan2(height.max(0.0)))
    };
    let v = T::from_f64(4.0 / std::f64::consts::PI.powi(2)) * (angle(b) - angle(a)).square();
    let alpha = ratio(v, T::from_f64(1.0) - overlap + v);
    overlap - centre_distance(a, b) - alpha * v
}

/// Pairs from which on threads are worth it.
const MANY: usize = 1 << 16;

/// Boxes of the first list that one thread takes at a time.
const ROWS: usize = 16;

impl Overlap {
    /// The overlap of two boxes.
    pub fn of<T: Float>(self, a: [T; 4], b: [T; 4]) -> T {
        match self {
            Overlap::Iou => iou(a, b),
            Overlap::OverFirst => over_first(a, b),
            Overlap::Giou => giou(a, b),
            Overlap::Diou => diou(a, b),
            Overlap::Ciou => ciou(a, b),
        }
    }

    /// The overlap of every box of `first` `[n, 4]` with every one of `second` `[m, 4]`: `[n, m]`, row by row.
    ///
    /// ```
    /// use minimand::detection::Overlap;
    ///
    /// let overlaps = Overlap::Iou.pairs(&[0.0, 0.0, 2.0, 2.0], &[1.0, 1.0, 3.0, 3.0, 0.0, 0.0, 2.0, 2.0])?;
    /// assert_eq!(overlaps, [1.0 / 7.0, 1.0]);
    /// # Ok::<(), minimand::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if a length is no multiple of 4, [`Error::Value`] for a coordinate that is not finite.
    pub fn pairs<T: Float>(self, first: &[T], second: &[T]) -> Result<Vec<T>, Error> {
        let first = checked("first", first)?;
        let second = checked("second", second)?;
        Ok(match self {
            Overlap::Iou => table(first, second, iou),
            Overlap::OverFirst => table(first, second, over_first),
            Overlap::Giou => table(first, second, giou),
            Overlap::Diou => table(first, second, diou),
            Overlap::Ciou => table(first, second, ciou),
        })
    }
}

fn table<T: Float>(
    first: &[[T; 4]],
    second: &[[T; 4]],
    of: impl Fn([T; 4], [T; 4]) -> T + Sync,
) -> Vec<T> {
    let mut out = vec![T::default(); first.len() * second.len()];
    if out.is_empty() {
        return out;
    }
    let rows = if out.len() < MANY { first.len() } else { ROWS };
    parallel::pieces(&mut out, rows * second.len(), |piece, out| {
        for (&a, row) in (first[piece * rows..].iter()).zip(out.chunks_mut(second.len())) {
            for (cell, &b) in row.iter_mut().zip(second) {
                *cell = of(a, b);
            }
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors of papers 015 and 030.
    #[test]
    fn known_answers() {
        let table = [
            (
                [0.0, 0.0, 2.0, 2.0],
                [1.0, 1.0, 3.0, 3.0],
                [0.142_857_143, -0.079_365_079, 0.031_746_032, 0.031_746_032],
            ),
            (
                [0.0, 0.0, 1.0, 1.0],
                [2.0, 2.0, 3.0, 3.0],
                [0.0, -0.777_777_778, -0.444_444_444, -0.444_444_444],
            ),
            (
                [0.0, 0.0, 4.0, 2.0],
                [1.0, 0.0, 3.0, 4.0],
                [0.333_333_333, 0.083_333_333, 0.302_083_333, 0.268_331_665],
            ),
            ([0.0, 0.0, 10.0, 10.0], [2.0, 2.0, 8.0, 8.0], [0.36; 4]),
            ([1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 2.0], [1.0; 4]),
            // Touching, and points.
            (
                [0.0, 0.0, 1.0, 1.0],
                [1.0, 0.0, 2.0, 1.0],
                [0.0, 0.0, -0.2, -0.2],
            ),
            ([1.0; 4], [1.0; 4], [0.0; 4]),
            ([0.0; 4], [3.0; 4], [0.0, -1.0, -1.0, -1.0]),
        ];
        let kinds = [Overlap::Iou, Overlap::Giou, Overlap::Diou, Overlap::Ciou];
        for (a, b, want) in &table {
            for (kind, want) in kinds.iter().zip(want) {
                let both = [kind.of(*a, *b), kind.of(*b, *a)];
                assert!(
                    both.iter().all(|got| (got - want).abs() < 1e-9),
                    "{kind:?} {a:?} {b:?}: {both:?}"
                );
                let single = kind.of(a.map(|x| x as f32), b.map(|x| x as f32));
                assert!((f64::from(single) - want).abs() < 1e-6);
            }
        }
        // A side that runs backwards has length 0.
        for kind in &kinds[..3] {
            assert_eq!(kind.of([2.0, 0.0, 0.0, 1.0], [0.0, 0.0, 2.0, 1.0]), 0.0);
        }
        assert_eq!(
            Overlap::OverFirst.of([0.0, 0.0, 2.0, 2.0], [1.0, 0.0, 9.0, 9.0]),
            0.5
        );
    }

    #[test]
    fn tables_hold_every_pair_also_by_threads() {
        let boxes = |n: usize, seed: f64| -> Vec<f64> {
            (0..n)
                .flat_map(|i| {
                    let at = |k: f64| (i as f64 * k + seed).sin() * 10.0;
                    let (x, y) = (at(1.3), at(2.7));
                    [x, y, x + 3.0 + 0.2 * at(0.9), y + 4.0 + 0.2 * at(3.1)]
                })
                .collect()
        };
        let (first, second) = (boxes(300, 0.0), boxes(250, 1.0));
        for kind in [
            Overlap::Iou,
            Overlap::OverFirst,
            Overlap::Giou,
            Overlap::Diou,
            Overlap::Ciou,
        ] {
            let table = kind.pairs(&first, &second).unwrap();
            for (i, a) in first.as_chunks::<4>().0.iter().enumerate() {
                for (j, b) in second.as_chunks::<4>().0.iter().enumerate() {
                    assert_eq!(table[i * 250 + j], kind.of(*a, *b));
                }
            }
        }
        assert!(Overlap::Iou.pairs::<f64>(&[], &second).unwrap().is_empty());
        assert!(Overlap::Iou.pairs(&first, &[]).unwrap().is_empty());
    }

    #[test]
    fn bad_boxes_are_named() {
        let text = |result: Result<Vec<f64>, Error>| result.unwrap_err().to_string();
        assert_eq!(
            text(Overlap::Iou.pairs(&[0.0; 5], &[])),
            "`first` must have shape [n, 4] (x1, y1, x2, y2), got 5 numbers"
        );
        assert_eq!(
            text(Overlap::Iou.pairs(&[], &[0.0, f64::NAN, 1.0, 1.0])),
            "`second` at position 1 is NaN, expected a finite number"
        );
    }
}
