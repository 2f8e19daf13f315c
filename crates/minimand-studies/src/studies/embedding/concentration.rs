//! How augmentations concentrate the data of a class, and the error bound that follows.

use minimand::{Array, Batch, Objective, Options, Target};
use minimand_burn::random::{Key, Random};

use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::study::Trial;

/// Of each class the distances `[n, n]` of its rows: the least between their augmentations, which `seen` has for every
/// row of `data`.
pub(super) fn augmented_distances(
    seen: &[Vec<f32>],
    columns: usize,
    data: &Labelled,
) -> Vec<Vec<f64>> {
    let square =
        |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum() };
    let class = |class: u32| {
        let rows: Vec<&Vec<f32>> = (seen.iter().zip(&data.labels))
            .filter(|(_, label)| **label == class)
            .map(|(seen, _)| seen)
            .collect();
        let mut distances = vec![0.0; rows.len() * rows.len()];
        for i in 0..rows.len() {
            for j in 0..i {
                let mut least = f32::INFINITY;
                for a in rows[i].chunks_exact(columns) {
                    for b in rows[j].chunks_exact(columns) {
                        least = least.min(square(a, b));
                    }
                }
                let distance = f64::from(least).sqrt();
                distances[i * rows.len() + j] = distance;
                distances[j * rows.len() + i] = distance;
            }
        }
        distances
    };
    (0..data.classes as u32).map(class).collect()
}

/// The least δ for which in every class a share of at least σ of the rows lie pairwise within δ, by a greedy clique:
/// at least the true one.
pub(super) fn concentration(classes: &[Vec<f64>], share: f64) -> f64 {
    let of_class = |distances: &Vec<f64>| {
        let count = distances.len().isqrt();
        let wanted = (share * count as f64).ceil() as usize;
        let mut steps = distances.clone();
        steps.sort_by(f64::total_cmp);
        // The greedy clique grows with δ but for ties of degrees: bisection finds a place where it becomes large enough.
        let enough = |step: &f64| greedy_clique(distances, *step) >= wanted;
        let (mut low, mut high) = (0, steps.len().saturating_sub(1));
        while low < high {
            let middle = usize::midpoint(low, high);
            if enough(&steps[middle]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        steps.get(low).copied().unwrap_or(0.0)
    };
    classes.iter().map(of_class).fold(0.0, f64::max)
}

/// The size of a set of rows that are pairwise within δ: rows with many neighbours first.
fn greedy_clique(distances: &[f64], delta: f64) -> usize {
    let count = distances.len().isqrt();
    let row = |i: usize| &distances[i * count..][..count];
    let degree = |i: &usize| row(*i).iter().filter(|d| **d <= delta).count();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|i| std::cmp::Reverse(degree(i)));
    let mut clique: Vec<usize> = Vec::new();
    for i in order {
        if clique.iter().all(|&j| row(i)[j] <= delta) {
            clique.push(i);
        }
    }
    clique.len()
}

const CLASSES: usize = 5;
const WIDTH: usize = 8;
/// Points of a class, and the augmentations of one.
const POINTS: usize = 100;
const AUGMENTED: usize = 4;
const RADIUS: f64 = 0.01;
/// ε: augmentations move a point by up to half of it.
const EPSILON: f64 = 0.005;

/// The theorem's condition and bound on points where both can be computed, and the two parts of InfoNCE.
pub(super) fn theorem(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let draws = trial.sized(10, 2);
    let (mut held, mut broken, mut tight) = (0, 0, 0.0);
    let mut apart: f64 = 0.0;
    for index in 0..draws {
        trial.check_stop()?;
        let key = trial.key().child(index as u64);
        let found = Bound::draw(key.child(0), trial.is_control());
        held += usize::from(found.condition);
        broken += usize::from(found.condition && found.error > found.bound + 1e-12);
        tight += match found.bound > 0.0 {
            true => found.error / found.bound / draws as f64,
            false => 0.0,
        };
        apart = apart.max(parts_of_info_nce(key.child(1))?);
    }
    let mut findings = Findings::new();
    findings.put_all(
        "bound",
        [
            ("draws", draws as f64),
            ("condition holds", held as f64),
            ("bound broken", broken as f64),
            ("error / bound", tight),
        ],
    );
    findings.put("InfoNCE", "difference of the sum of its parts", apart);
    Ok(findings)
}

/// Does the condition hold, the error of the nearest centre, and what bounds it.
struct Bound {
    condition: bool,
    error: f64,
    bound: f64,
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(x, y)| (x - y).powi(2));
    squares.sum::<f64>().sqrt()
}

/// A point of the sphere within this distance of one.
fn near(place: &[f64], radius: f64, random: &mut Random) -> Vec<f64> {
    let step: Vec<f64> = (0..WIDTH).map(|_| random.normal()).collect();
    // A step of the ball of half the radius stays within the radius once it is back on the sphere.
    let factor = 0.5 * radius * random.uniform() / dot(&step, &step).sqrt();
    let moved: Vec<f64> = place
        .iter()
        .zip(step)
        .map(|(x, s)| x + factor * s)
        .collect();
    let length = dot(&moved, &moved).sqrt();
    moved.into_iter().map(|x| x / length).collect()
}

impl Bound {
    /// The encoder is the identity; up to 2% of a class lie at the place of the next. `all_well_placed` forgets them.
    fn draw(key: Key, all_well_placed: bool) -> Self {
        let mut random = Random::new(key, 0);
        let misplaced = 1 + random.below(2);
        let place = |class: usize| -> Vec<f64> {
            (0..WIDTH)
                .map(|axis| f64::from(u8::from(axis == class % CLASSES)))
                .collect()
        };
        // Of each point its augmentations, itself first.
        let mut classes: Vec<Vec<Vec<Vec<f64>>>> = Vec::new();
        for class in 0..CLASSES {
            let point = |index: usize| {
                let place = place(class + usize::from(index < misplaced));
                let point = near(&place, RADIUS, &mut random);
                let mut views = vec![point.clone()];
                views.extend((1..AUGMENTED).map(|_| near(&point, EPSILON / 2.0, &mut random)));
                views
            };
            classes.push((0..POINTS).map(point).collect());
        }
        let centres: Vec<Vec<f64>> = classes
            .iter()
            .map(|points| {
                let views = || points.iter().flatten();
                let count = views().count() as f64;
                (0..WIDTH)
                    .map(|axis| views().map(|x| x[axis]).sum::<f64>() / count)
                    .collect()
            })
            .collect();
        let well = |points: &'_ [Vec<Vec<f64>>]| points[misplaced..].to_vec();
        let mut delta: f64 = 0.0;
        for points in &classes {
            let points = well(points);
            for (i, a) in points.iter().enumerate() {
                for b in &points[..i] {
                    let pairs = a.iter().flat_map(|x| b.iter().map(move |y| distance(x, y)));
                    delta = delta.max(pairs.fold(f64::INFINITY, f64::min));
                }
            }
        }
        let sigma = match all_well_placed {
            true => 1.0,
            false => 1.0 - misplaced as f64 / POINTS as f64,
        };
        let spread = |views: &Vec<Vec<f64>>| {
            let pairs = views
                .iter()
                .flat_map(|x| views.iter().map(move |y| distance(x, y)));
            pairs.fold(0.0, f64::max)
        };
        let all = || classes.iter().flatten();
        let tail = all().filter(|views| spread(views) > EPSILON).count() as f64
            / (CLASSES * POINTS) as f64;
        let squares = centres.iter().map(|centre| dot(centre, centre));
        let delta_mu = 1.0 - squares.fold(f64::INFINITY, f64::min);
        let rho = 2.0 * (1.0 - sigma) + tail * CLASSES as f64 + sigma * (delta + 2.0 * EPSILON);
        let limit = 1.0 - rho - (2.0 * rho).sqrt() - delta_mu / 2.0;
        let pairs = (0..CLASSES).flat_map(|k| (0..k).map(move |l| (k, l)));
        let mut cosines = pairs.map(|(k, l)| dot(&centres[k], &centres[l]));
        let nearest = |x: &[f64]| {
            let by_distance = |a: &usize, b: &usize| {
                distance(x, &centres[*a]).total_cmp(&distance(x, &centres[*b]))
            };
            (0..CLASSES).min_by(by_distance)
        };
        let wrong = classes.iter().enumerate().map(|(class, points)| {
            let wrong = points
                .iter()
                .filter(|views| nearest(&views[0]) != Some(class));
            wrong.count()
        });
        Self {
            condition: cosines.all(|cosine| cosine < limit),
            error: wrong.sum::<usize>() as f64 / (CLASSES * POINTS) as f64,
            bound: 1.0 - sigma + tail,
        }
    }
}

/// By how much InfoNCE with one negative is off ½‖f₁ − f₂‖² − 1 and ln(e^(f₁·f₂) + e^(f₁·f⁻)), of random unit vectors.
fn parts_of_info_nce(key: Key) -> Result<f64, StudyError> {
    let mut random = Random::new(key, 0);
    let mut unit = || {
        let row: Vec<f64> = (0..WIDTH).map(|_| random.normal()).collect();
        let length = dot(&row, &row).sqrt();
        row.into_iter().map(|x| x / length).collect::<Vec<f64>>()
    };
    let [query, positive, negative] = [unit(), unit(), unit()];
    let keys = [positive.clone(), negative.clone()].concat();
    let objective: Objective = "info_nce(temperature=1)".parse()?;
    let batch = Batch::new(
        Array::new(&query, &[1, WIDTH]),
        Target::dense(&keys, &[2, WIDTH]),
    );
    let value = objective.evaluate(&batch, &Options::default())?.value;
    let nearness = 0.5 * distance(&query, &positive).powi(2) - 1.0;
    let sum = dot(&query, &positive).exp() + dot(&query, &negative).exp();
    Ok((value - nearness - sum.ln()).abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concentration_by_hand() {
        // Four points on a line at 0, 1, 2 and 9.
        let places = [0.0, 1.0, 2.0, 9.0_f64];
        let pairs = places
            .iter()
            .flat_map(|a| places.iter().map(move |b| (a - b).abs()));
        let distances: Vec<f64> = pairs.collect();
        assert_eq!(greedy_clique(&distances, 1.0), 2);
        assert_eq!(greedy_clique(&distances, 2.0), 3);
        assert_eq!(concentration(std::slice::from_ref(&distances), 0.75), 2.0);
        assert_eq!(concentration(&[distances], 1.0), 9.0);
    }

    #[test]
    fn augmentations_bring_rows_nearer() {
        let data = Labelled {
            features: vec![0.0, 5.0, 7.0],
            columns: 1,
            labels: vec![0, 0, 0],
            classes: 1,
        };
        let seen = [vec![0.0], vec![5.0, 3.0], vec![7.0]];
        let distances = augmented_distances(&seen, 1, &data);
        assert_eq!(
            distances,
            [vec![0.0, 3.0, 7.0, 3.0, 0.0, 2.0, 7.0, 2.0, 0.0]]
        );
    }
}
