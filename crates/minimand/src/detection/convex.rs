//! Areas that convex polygons share, with their slopes.

/// A corner.
pub(crate) type Point = [f64; 2];

/// a × b: twice the signed area of the triangle of a, b and the origin.
fn cross(a: Point, b: Point) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

fn minus(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

/// Area, positive if the corners run counterclockwise.
pub(super) fn signed_area<const N: usize>(polygon: &[Point; N]) -> f64 {
    // Seen from a corner, no digits are lost far from the origin.
    let origin = polygon[0];
    let twice: f64 = edges(polygon)
        .map(|(a, b)| cross(minus(a, origin), minus(b, origin)))
        .sum();
    0.5 * twice
}

/// Whether a quadrilateral is convex with an area: at each corner the boundary turns the same way.
pub(super) fn convex(polygon: &[Point; 4]) -> bool {
    let turn = |i: usize| {
        let [a, b, c] = [polygon[i], polygon[(i + 1) % 4], polygon[(i + 2) % 4]];
        cross(minus(b, a), minus(c, b))
    };
    let turns = [0, 1, 2, 3].map(turn);
    (turns.iter().all(|&t| t >= 0.0) || turns.iter().all(|&t| t <= 0.0))
        && signed_area(polygon) != 0.0
}

/// The corners of the smallest convex polygon around points, each with what comes with it, counterclockwise. Points on
/// a side are left out; fewer than three are left of points on a line.
pub(crate) fn around<K: Copy>(mut points: Vec<(Point, K)>) -> Vec<(Point, K)> {
    points.sort_by(|(a, _), (b, _)| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    // Andrew's chains: the lower one from left to right, the upper one back.
    let mut chain: Vec<(Point, K)> = Vec::with_capacity(points.len() + 1);
    for upper in [false, true] {
        let start = chain.len();
        if upper {
            points.reverse();
        }
        for &point in &points {
            while chain.len() >= start + 2 {
                let [(a, _), (b, _)] = [chain[chain.len() - 2], chain[chain.len() - 1]];
                if cross(minus(b, a), minus(point.0, b)) > 0.0 {
                    break;
                }
                chain.pop();
            }
            chain.push(point);
        }
        // The last corner is the first of the other chain.
        chain.pop();
    }
    chain
}

/// Area of the smallest convex polygon around two, and its slopes by the corners of the first.
pub(crate) fn hull<const N: usize, const M: usize>(
    first: &[Point; N],
    second: &[Point; M],
) -> (f64, [Point; N]) {
    // The number of a corner of the first; `N` for one of the second.
    let mut corners: Vec<(Point, usize)> = first.iter().copied().zip(0..N).collect();
    corners.extend(second.iter().map(|&p| (p, N)));
    let chain = around(corners);
    let (mut area, mut slope) = (0.0, [[0.0; 2]; N]);
    let count = chain.len();
    for i in 0..count {
        let (before, (at, number), after) = (
            chain[(i + count - 1) % count].0,
            chain[i],
            chain[(i + 1) % count].0,
        );
        area += 0.5 * cross(minus(at, chain[0].0), minus(after, chain[0].0));
        if number < N {
            slope[number] = [0.5 * (after[1] - before[1]), 0.5 * (before[0] - after[0])];
        }
    }
    (area, slope)
}

/// The edges of a polygon, each from a corner to the next.
fn edges(polygon: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    (0..polygon.len()).map(move |i| (polygon[i], polygon[(i + 1) % polygon.len()]))
}

/// The part t0 ≤ t ≤ t1 of the edge from `a` (t = 0) to `b` (t = 1) that lies in a polygon, corners counterclockwise
/// (of x to the right and y up); `None` if it is no longer than a point. An edge along the polygon's own lies in it if
/// `shared` and both run the same way.
fn inside(a: Point, b: Point, polygon: &[Point], shared: bool) -> Option<[f64; 2]> {
    let along = minus(b, a);
    let (mut start, mut end) = (0.0f64, 1.0f64);
    for (p, q) in edges(polygon) {
        let side = minus(q, p);
        // Distance to the left of this side: at a, and how it changes up to b.
        let (at, change) = (cross(side, minus(a, p)), cross(side, along));
        let size = (side[0].abs() + side[1].abs()) * (along[0].abs() + along[1].abs());
        if change.abs() <= 1e-14 * size {
            let far =
                (side[0].abs() + side[1].abs()) * (minus(a, p)[0].abs() + minus(a, p)[1].abs());
            let on = at.abs() <= 1e-14 * far.max(size);
            let same_way = side[0] * along[0] + side[1] * along[1] > 0.0;
            if (on && !(shared && same_way)) || (!on && at < 0.0) {
                return None;
            }
        } else if change > 0.0 {
            start = start.max(-at / change);
        } else {
            end = end.min(-at / change);
        }
    }
    (start < end).then_some([start, end])
}

/// The area that two convex polygons share, corners counterclockwise, and its slopes by the corners of the first.
///
/// The boundary of what they share is made of the parts of either's edges that lie in the other, so that the area is
/// half the sum of their cross products. Where an edge of the first moves, the area grows by the part of it that lies
/// in the second. At kinks (edges on edges) the slope is that of the first polygon growing into the second.
pub(crate) fn intersection(first: &[Point], second: &[Point]) -> (f64, Vec<Point>) {
    let mut slope = vec![[0.0; 2]; first.len()];
    let area = add_intersection(first, second, &mut slope);
    (area, slope)
}

/// [`intersection`] of which the slopes, one for each corner of the first, are added to what is there.
pub(super) fn add_intersection(first: &[Point], second: &[Point], slope: &mut [Point]) -> f64 {
    let Some(&origin) = second.first() else {
        return 0.0;
    };
    let mut area = 0.0;
    let between = |a: Point, b: Point, t: f64| {
        // Seen from a corner nearby, no digits are lost far from the origin.
        let (a, b) = (minus(a, origin), minus(b, origin));
        [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
    };
    for (i, (a, b)) in edges(first).enumerate() {
        let Some([start, end]) = inside(a, b, second, true) else {
            continue;
        };
        area += 0.5 * cross(between(a, b, start), between(a, b, end));
        // The outward normal, as long as the edge; a point at t moves with its ends by 1 − t and t.
        let normal = [b[1] - a[1], a[0] - b[0]];
        let with_end = 0.5 * (end * end - start * start);
        let with_start = (end - start) - with_end;
        let next = (i + 1) % first.len();
        for axis in 0..2 {
            slope[i][axis] += with_start * normal[axis];
            slope[next][axis] += with_end * normal[axis];
        }
    }
    for (a, b) in edges(second) {
        if let Some([start, end]) = inside(a, b, first, false) {
            area += 0.5 * cross(between(a, b, start), between(a, b, end));
        }
    }
    area.max(0.0)
}
