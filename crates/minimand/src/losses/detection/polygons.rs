//! Overlap of convex quadrilaterals, plainly on any number and with slopes by geometry.

use crate::detection::convex::{Point, around, hull, intersection};
use crate::kernels::dual::Dual;
use crate::prelude::*;

/// What is made of an overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Score {
    /// 1 − I/U.
    Iou,
    /// 1 − I/U + (C − U)/C with the area C of the hull.
    Giou,
}

/// Two outlines whose union is no larger have no area: below, slopes leave the range of single precision.
const LEAST_UNION: f64 = 1e-30;

/// What holds for losses of quadrilaterals and turned boxes that are a score.
pub(super) fn facts(score: Score) -> Facts {
    Facts {
        prediction: Domain::Coordinate,
        target: Domain::Coordinate,
        bounded: Some(match score {
            Score::Iou => 1.0,
            Score::Giou => 2.0,
        }),
        ..Facts::PLAIN
    }
}

/// The corners of the smallest convex polygon around four, counterclockwise, and their numbers.
fn ordered(corners: &[Point; 4]) -> (Vec<Point>, Vec<usize>) {
    around(corners.iter().copied().zip(0..4).collect())
        .into_iter()
        .unzip()
}

/// The loss, and its slopes by the corners of the first.
fn fused(score: Score, first: &[Point; 4], second: &[Point; 4]) -> (f64, [Point; 4]) {
    let ((p, of), (q, _)) = (ordered(first), ordered(second));
    let mut slopes = [[0.0; 2]; 4];
    let (mut shared, mut by_shared) = (0.0, vec![[0.0; 2]; p.len()]);
    if p.len() > 2 && q.len() > 2 {
        (shared, by_shared) = intersection(&p, &q);
    }
    let (area, by_area) = hull(first, &[]);
    let union = area + hull(second, &[]).0 - shared;
    if !(union > LEAST_UNION) {
        return (1.0, slopes);
    }
    let mut grown = [[0.0; 2]; 4];
    for (&corner, slope) in of.iter().zip(&by_shared) {
        grown[corner] = *slope;
    }
    let each = |f: &dyn Fn(usize, usize) -> f64, slopes: &mut [Point; 4]| {
        for (corner, slope) in slopes.iter_mut().enumerate() {
            for (axis, d) in slope.iter_mut().enumerate() {
                *d += f(corner, axis);
            }
        }
    };
    let by_union = |k: usize, axis: usize| by_area[k][axis] - grown[k][axis];
    let mut value = (union - shared) / union;
    each(
        &|k, axis| shared / union * (by_union(k, axis) / union) - grown[k][axis] / union,
        &mut slopes,
    );
    if score == Score::Giou {
        let (whole, by_whole) = hull(first, second);
        // The hull is the larger one, whatever the rounding.
        value += ((whole - union) / whole).max(0.0);
        each(
            &|k, axis| union / whole * (by_whole[k][axis] / whole) - by_union(k, axis) / whole,
            &mut slopes,
        );
    }
    (value, slopes)
}

/// A corner on any number, and as plain numbers, by which choices are made.
type Both<S> = ([S; 2], Point);

fn cross<S: Real>(a: [S; 2], b: [S; 2]) -> S {
    a[0] * b[1] - a[1] * b[0]
}

fn minus<S: Real>(a: [S; 2], b: [S; 2]) -> [S; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

fn lift<S: Real>(point: Point) -> [S; 2] {
    point.map(S::lift)
}

/// Area of a polygon, corners counterclockwise.
fn area<S: Real>(polygon: &[Both<S>]) -> S {
    let mut twice = S::lift(0.0);
    if let Some(&(_, origin)) = polygon.first() {
        for (i, (a, _)) in polygon.iter().enumerate() {
            let (b, _) = polygon[(i + 1) % polygon.len()];
            twice = twice + cross(minus(*a, lift(origin)), minus(b, lift(origin)));
        }
    }
    S::lift(0.5) * twice
}

/// What is left of a polygon to the left of the line from `p` to `q`.
fn cut<S: Real>(polygon: &[Both<S>], p: Point, q: Point) -> Vec<Both<S>> {
    let side = minus(q, p);
    let left = |(at, plain): &Both<S>| {
        (
            cross(lift(side), minus(*at, lift(p))),
            cross(side, minus(*plain, p)),
        )
    };
    let mut out = Vec::with_capacity(polygon.len() + 1);
    for (i, a) in polygon.iter().enumerate() {
        let b = &polygon[(i + 1) % polygon.len()];
        let ((from, from_plain), (to, to_plain)) = (left(a), left(b));
        if from_plain >= 0.0 {
            out.push(*a);
        }
        if (from_plain >= 0.0) != (to_plain >= 0.0) {
            let (t, plain) = (from / (from - to), from_plain / (from_plain - to_plain));
            let at = [0, 1].map(|axis: usize| a.0[axis] + t * (b.0[axis] - a.0[axis]));
            let at_plain = [0, 1].map(|axis: usize| a.1[axis] + plain * (b.1[axis] - a.1[axis]));
            out.push((at, at_plain));
        }
    }
    out
}

/// The loss by clipping the first polygon at each side of the second.
fn plainly<S: Real>(
    score: Score,
    first: &[[S; 2]; 4],
    numbers: &[Point; 4],
    second: &[Point; 4],
) -> S {
    let (_, of) = ordered(numbers);
    let p: Vec<Both<S>> = of.iter().map(|&k| (first[k], numbers[k])).collect();
    let (q, _) = ordered(second);
    let mut shared = if q.len() > 2 { p.clone() } else { Vec::new() };
    for (i, &corner) in q.iter().enumerate() {
        shared = cut(&shared, corner, q[(i + 1) % q.len()]);
    }
    let shared = area(&shared);
    let union = area(&p) + S::lift(hull(second, &[]).0) - shared;
    let one = S::lift(1.0);
    if !(hull(numbers, &[]).0 + hull(second, &[]).0 > LEAST_UNION) {
        return one;
    }
    let miss = (union - shared) / union;
    if score == Score::Iou {
        return miss;
    }
    let all = numbers.iter().zip(first).map(|(&n, &x)| (n, x));
    let all = all.chain(second.iter().map(|&n| (n, lift(n)))).collect();
    let whole: Vec<Both<S>> = around(all).into_iter().map(|(n, x)| (x, n)).collect();
    let whole = area(&whole);
    miss + (whole - union) / whole
}

/// Are three of the corners within about `margin` of one line? Only there areas and hulls have kinks.
fn near_kink(first: &[Point; 4], second: &[Point; 4], margin: f64) -> bool {
    let all = [first.as_slice(), second].concat();
    let near = |i: usize, j: usize, k: usize| {
        let (a, b) = (minus(all[j], all[i]), minus(all[k], all[i]));
        let longest = a[0].hypot(a[1]).max(b[0].hypot(b[1])).max(1.0);
        cross(a, b).abs() < 4.0 * margin * longest
    };
    (0..8).any(|i| (0..i).any(|j| (0..j).any(|k| near(i, j, k))))
}

/// The corners of an outline: of the five numbers of a turned box, whose sides below 0 count as 0, or eight of its own.
fn corners<S: Real>(numbers: &[S]) -> Option<[[S; 2]; 4]> {
    if let &[x, y, width, height, angle] = numbers {
        let (sin, cos, half) = (angle.sin(), angle.cos(), S::lift(0.5));
        let (w, h) = (half * width.relu(), half * height.relu());
        let turned = |(u, v): (S, S)| [x + cos * u - sin * v, y + sin * u + cos * v];
        return Some([(-w, -h), (w, -h), (w, h), (-w, h)].map(turned));
    }
    numbers.as_chunks().0.try_into().ok()
}

/// The loss of a pair of outlines, plainly.
pub(super) fn plain_loss<S: Real>(score: Score, group: &Group<'_, S>) -> S {
    match (
        corners(group.scores),
        corners(group.values),
        corners(group.targets),
    ) {
        (Some(first), Some(numbers), Some(second)) => plainly(score, &first, &numbers, &second),
        _ => S::lift(f64::NAN),
    }
}

/// The same by geometry, with slopes by the `N` numbers of the first.
pub(super) fn fused_loss<const N: usize>(
    score: Score,
    group: &Group<'_, f64>,
    slopes: &mut [f64],
) -> f64 {
    let variable = |(i, &x)| Dual::<f64, N>::variable(x, i);
    let variables: Vec<Dual<f64, N>> = group.scores.iter().enumerate().map(variable).collect();
    let (Some(first), Some(second)) = (corners(&variables), corners(group.targets)) else {
        return f64::NAN;
    };
    let (value, by_corner) = fused(score, &first.map(|p| p.map(|x| x.value)), &second);
    for (x, d) in first.as_flattened().iter().zip(by_corner.as_flattened()) {
        for (slope, partial) in slopes.iter_mut().zip(x.partials) {
            *slope += d * partial;
        }
    }
    value
}

/// Is a pair of outlines near a kink?
pub(super) fn is_near_kink(group: &Group<'_, f64>, margin: f64) -> bool {
    match (corners(group.values), corners(group.targets)) {
        (Some(first), Some(second)) => near_kink(&first, &second, margin),
        _ => false,
    }
}

/// The methods of a loss of outlines of so many numbers that is a score.
macro_rules! by_score {
    ($score:expr, $numbers:literal) => {
        const LAYOUT: Layout = Layout::Outlines($numbers);

        fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
            polygons::plain_loss($score, group)
        }
        fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
            polygons::fused_loss::<$numbers>($score, group, slopes)
        }
        fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
            polygons::is_near_kink(group, margin)
        }
    };
}
pub(super) use by_score;
