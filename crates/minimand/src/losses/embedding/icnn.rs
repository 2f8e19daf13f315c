use super::FACTS;
use crate::prelude::*;

/// What is added to a squared distance, so that its root has a slope everywhere.
const FLOOR: f64 = 1e-6;
/// What is added to divisors.
const TINY: f64 = 1e-7;
/// Least score.
const LEAST: f64 = 1e-8;

loss! {
    /// ICNN loss: neighbours of the same class are near, those of other classes far, and there are few of them.
    ///
    /// L = −ln ½(½(λ_s + λ_d) + γ)
    ///
    /// Of each embedding the k nearest others count. λ_s = 1 − mean of the distances of those of its own class, over
    /// the distance of the nearest of another class among the `inspected` nearest, at most 1; λ_d = mean of the
    /// distances of those of other classes, over the largest such in the batch (1 if there are none); γ = share of
    /// those of its own class. Distances are √(‖x − y‖² + 1e-6). Which neighbours they are is held fixed; all distances
    /// and maxima have slopes. With fewer than k + 3 embeddings k is their number less 2, and γ counts as 1. Of equally
    /// near ones the first is nearer. Every item has the loss of the batch, so that a mean is L, and weights do not
    /// change it; a batch of fewer than 3 does not count. Takes memory O(n d). Shapes: embeddings `[n, d]` with labels
    /// `[n]`, or pairs `[n, d]`, `[n, d]`. In nats, ≥ 0. Source: Ruiz et al. (paper 152), where the score is from
    /// García Ruiz et al. 2021.
    pub struct Icnn = "icnn" {
        /// Neighbours k.
        neighbours: u32 = 4, within(1.0, 10_000.0);
        /// Neighbours among which the nearest of another class is looked for; 0 for k + 1.
        inspected: u32 = 0, within(0.0, 10_000.0);
    }
}

impl Loss for Icnn {
    type Kind = Wholes;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["icnn_loss"];
    const PAPERS: &'static [u16] = &[152];
    const VARIANTS: &'static [&'static str] = &["icnn(neighbours=2, inspected=7)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "icnn", prediction: PAPER, target: &[0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0],
                value: 8.0 * 0.321_629_693, source: "paper 152, for each of eight" },
        Known { expression: "icnn(neighbours=2)", prediction: PAPER, target: &[0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0],
                value: 8.0 * 0.059_378_375, source: "paper 152, for each of eight" },
        Known { expression: "icnn(neighbours=2, inspected=7)", prediction: PAPER,
                target: &[0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0], value: 8.0 * 0.088_528_8,
                source: "paper 152, for each of eight" },
        Known { expression: "icnn(neighbours=7)", prediction: PAPER, target: &[0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0],
                value: 8.0 * 0.133_588_622, source: "paper 152, for each of eight" },
        Known { expression: "icnn", prediction: PAPER, target: &[0.0; 8], value: 0.0, source: "paper 152: one class" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

/// The points of paper 152.
#[rustfmt::skip]
const PAPER: &[f64] = &[0.0, 0.0, 0.2, 0.1, 0.1, 0.4, 3.0, 3.0, 3.3, 2.9, 2.8, 3.4, 1.2, 1.0, 2.0, 2.2];

/// The nearest others of an embedding, from near to far: their places, and whether they have its class.
struct Near {
    places: Vec<usize>,
    alike: Vec<bool>,
}

/// What is added up over the batch.
#[derive(Default)]
struct Counts {
    /// Embeddings with a neighbour of their class, and of another one.
    with: [f64; 2],
    /// Mean share of neighbours of the same class, or 1.
    share: f64,
}

impl Icnn {
    /// k and the number of those inspected, of so many embeddings.
    fn reach(&self, n: usize) -> [usize; 2] {
        let k = (self.neighbours as usize).min(n - 2);
        let inspected = match self.inspected as usize {
            0 => k + 1,
            given => given.max(k),
        };
        [k, inspected.min(n - 1)]
    }

    fn near(&self, at: usize, squares: &[f64], classes: &[usize]) -> Near {
        let [_, inspected] = self.reach(squares.len());
        let mut places: Vec<usize> = (0..squares.len()).filter(|&j| j != at).collect();
        places.sort_by(|&a, &b| squares[a].total_cmp(&squares[b]));
        places.truncate(inspected);
        let alike = places.iter().map(|&j| classes[j] == classes[at]).collect();
        Near { places, alike }
    }

    fn counts(&self, near: &[Near]) -> Counts {
        let n = near.len();
        let [k, _] = self.reach(n);
        let mut counts = Counts::default();
        let mut own = 0;
        for near in near {
            let alike = near.alike[..k].iter().filter(|alike| **alike).count();
            own += alike;
            counts.with[0] += f64::from(u8::from(alike > 0));
            counts.with[1] += f64::from(u8::from(alike < k));
        }
        let clamped = self.neighbours as usize + 2 >= n;
        counts.share = if clamped {
            1.0
        } else {
            own as f64 / (n * k) as f64
        };
        counts
    }

    /// The loss of distances, which lie as the neighbours do.
    fn of<S: Real>(&self, near: &[Near], distances: &[Vec<S>]) -> S {
        let counts = self.counts(near);
        let [k, _] = self.reach(near.len());
        let zero = S::lift(0.0);
        let (mut intra, mut inter, mut largest) = (zero, zero, zero);
        for (near, d) in near.iter().zip(distances) {
            let other = near.alike.iter().position(|alike| !alike);
            let alike = near.alike[..k].iter().filter(|alike| **alike).count();
            if let Some(other) = other {
                let unit = d[other] + S::lift(TINY);
                let top = d[..k]
                    .iter()
                    .fold(S::lift(1.0), |top, &d| top.max(d / unit));
                let own = (0..k).filter(|&j| near.alike[j]);
                let sum = own.fold(zero, |sum, j| sum + d[j] / unit);
                intra = intra + sum / top / S::lift(alike as f64 + TINY);
            }
            let others = (0..k).filter(|&j| !near.alike[j]);
            let sum = others.fold(zero, |sum, j| {
                largest = largest.max(d[j]);
                sum + d[j]
            });
            inter = inter + sum / S::lift((k - alike) as f64 + TINY);
        }
        let within = S::lift(1.0) - intra / S::lift(counts.with[0] + TINY);
        let between = if counts.with[1] > 0.0 {
            inter / (largest + S::lift(TINY)) / S::lift(counts.with[1] + TINY)
        } else {
            S::lift(1.0)
        };
        let half = S::lift(0.5);
        let score = half * (half * (within + between) + S::lift(counts.share));
        -(score.max(S::lift(LEAST)).ln())
    }

    /// The same; makes the distances slopes.
    fn pull(&self, near: &[Near], distances: &mut [Vec<f64>]) -> f64 {
        let loss = self.of(near, distances);
        let counts = self.counts(near);
        let [k, _] = self.reach(near.len());
        let score = (-loss).exp();
        let factor = if score > LEAST { -0.25 / score } else { 0.0 };
        let (mut largest, mut place) = (0.0, None);
        let mut inter = 0.0;
        for (i, (near, d)) in near.iter().zip(&*distances).enumerate() {
            let others = (0..k).filter(|&j| !near.alike[j]);
            let count = others.clone().count() as f64 + TINY;
            for j in others {
                inter += d[j] / count;
                if d[j] > largest {
                    (largest, place) = (d[j], Some((i, j)));
                }
            }
        }
        let by_intra = -factor / (counts.with[0] + TINY);
        let by_inter = factor / (counts.with[1] + TINY) / (largest + TINY);
        for (near, d) in near.iter().zip(&mut *distances) {
            let mut slopes = vec![0.0; d.len()];
            let alike = near.alike[..k].iter().filter(|alike| **alike).count();
            if let Some(other) = near.alike.iter().position(|alike| !alike) {
                let unit = d[other] + TINY;
                let mut top = (1.0, None);
                for (j, d) in d[..k].iter().enumerate() {
                    if d / unit > top.0 {
                        top = (d / unit, Some(j));
                    }
                }
                let own = by_intra / (alike as f64 + TINY) / top.0;
                let mut sum = 0.0;
                for j in (0..k).filter(|&j| near.alike[j]) {
                    slopes[j] += own / unit;
                    slopes[other] -= own * d[j] / (unit * unit);
                    sum += d[j] / unit;
                }
                if let Some(j) = top.1 {
                    let by_top = -own * sum / top.0;
                    slopes[j] += by_top / unit;
                    slopes[other] -= by_top * d[j] / (unit * unit);
                }
            }
            for j in (0..k).filter(|&j| !near.alike[j]) {
                slopes[j] += by_inter / ((k - alike) as f64 + TINY);
            }
            *d = slopes;
        }
        if let Some((i, j)) = place {
            distances[i][j] -= by_inter * inter / (largest + TINY);
        }
        loss
    }
}

/// √(‖x − y‖² + 1e-6)
fn distance<S: Real>(square: S) -> S {
    (square + S::lift(FLOOR)).sqrt()
}

impl WholeLoss for Icnn {
    fn likeness(&self) -> Likeness {
        Likeness::SquaredDistance
    }

    fn plainly<S: Real>(&self, whole: &Whole<'_, S>) -> Vec<Judged<S>> {
        let (side, width) = (&whole.sides[0], whole.width);
        let n = side.rows();
        if n < 3 {
            return of_batch(None, n);
        }
        let plain = WholeSide {
            vectors: side.values,
            values: side.values,
            classes: side.classes,
            weights: side.weights,
        };
        let near = |i: usize| {
            let squares = (0..n).map(|j| plain.likeness(self.likeness(), width, i, j));
            self.near(i, &squares.collect::<Vec<_>>(), side.classes)
        };
        let near: Vec<Near> = (0..n).map(near).collect();
        let distances: Vec<Vec<S>> = (near.iter().enumerate())
            .map(|(i, near)| {
                let each = near.places.iter();
                each.map(|&j| distance(side.likeness(self.likeness(), width, i, j)))
                    .collect()
            })
            .collect();
        of_batch(Some(self.of(&near, &distances)), n)
    }

    fn fused(&self, whole: &Whole<'_, f64>, slopes: &mut [Vec<f64>]) -> Vec<Judged<f64>> {
        let side = &whole.sides[0];
        let n = side.rows();
        if n < 3 {
            return of_batch(None, n);
        }
        let sweep = Sweep::new(self.likeness(), side, whole.width);
        let (mut near, mut distances) = (Vec::with_capacity(n), Vec::with_capacity(n));
        sweep.rows(|i, squares| {
            let own = self.near(i, squares, side.classes);
            distances.push(
                own.places
                    .iter()
                    .map(|&j| distance(squares[j]))
                    .collect::<Vec<f64>>(),
            );
            near.push(own);
        });
        let kept = distances.clone();
        let loss = self.pull(&near, &mut distances);
        let items: f64 = side.weights.iter().sum();
        sweep.pull(&mut slopes[0], |i, row| {
            row.fill(0.0);
            let each = near[i].places.iter().zip(&distances[i]).zip(&kept[i]);
            for ((&j, slope), d) in each {
                row[j] = items * slope * 0.5 / d;
            }
        });
        of_batch(Some(loss), n)
    }

    fn near_kink(&self, whole: &Whole<'_, f64>, margin: f64) -> bool {
        let side = &whole.sides[0];
        let mut near = false;
        let sweep = Sweep::new(Likeness::Distance, side, whole.width);
        sweep.rows(|i, row| {
            let mut all: Vec<f64> = (row.iter().enumerate())
                .filter_map(|(j, d)| (j != i).then_some(*d))
                .collect();
            all.sort_by(f64::total_cmp);
            near |= all.windows(2).any(|pair| pair[1] - pair[0] < margin);
        });
        near
    }
}
