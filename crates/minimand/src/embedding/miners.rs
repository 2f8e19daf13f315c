//! Which pairs and triplets of a batch a loss should see.

use super::table::{Table, check_at_least, check_labels, square_distance, wrong};
use super::tuples::{Gap, Pairs, Pick, Triplets};
use crate::batch::{Array, Labels};
use crate::error::Error;
use crate::kernels::parallel;
use crate::random::{Key, Random};

/// The distances of a batch, from which miners choose.
///
/// Distances are Euclidean, of the embeddings as they are or divided by their lengths; items are of one class if their
/// labels are equal. An anchor without a positive, or without a negative, gives no triplet. Of equally near items the
/// earlier is taken. What a miner gives are rows: the loss is then evaluated on the embeddings themselves. Memory: 8
/// bytes for each pair.
///
/// ```
/// use minimand::Array;
/// use minimand::embedding::Mining;
///
/// let points = vec![0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 4.0, 4.0];
/// let labels = vec![0i64, 0, 1, 1];
/// let mining = Mining::among(&Array::new(&points, &[4, 2]), &labels, false)?;
/// let hardest = mining.batch_hard();
/// assert_eq!(hardest.positives, [1, 0, 3, 2]);
/// assert_eq!(hardest.negatives, [2, 2, 0, 1]);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Mining {
    /// `[anchors, others]`.
    distances: Vec<f64>,
    labels: Vec<i64>,
    other_labels: Vec<i64>,
    width: usize,
    alone: bool,
    unit: bool,
}

impl Mining {
    /// Of `embeddings` `[n, d]` among themselves; with `unit` each is divided by its length first (zeros stay zeros).
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] for numbers that are not finite or of
    /// magnitude above 10¹⁵⁰.
    pub fn among<'a>(
        embeddings: &Array<'_>,
        labels: impl Into<Labels<'a>>,
        unit: bool,
    ) -> Result<Self, Error> {
        let (table, labels) = (Table::new("embeddings", embeddings)?, labels.into());
        check_labels("labels", &labels, table.len())?;
        Self::new(table, None, &labels, &labels, unit)
    }

    /// Of anchors `[n, d]` with other items `[m, d]`: those of a [`MemoryQueue`](super::MemoryQueue), or another view.
    ///
    /// # Errors
    /// As [`among`](Self::among).
    pub fn between<'a, 'b>(
        anchors: &Array<'_>,
        labels: impl Into<Labels<'a>>,
        others: &Array<'_>,
        other_labels: impl Into<Labels<'b>>,
        unit: bool,
    ) -> Result<Self, Error> {
        let anchors = Table::new("anchors", anchors)?;
        let others = Table::beside("others", others, anchors.width)?;
        let (labels, other_labels) = (labels.into(), other_labels.into());
        check_labels("labels", &labels, anchors.len())?;
        check_labels("other_labels", &other_labels, others.len())?;
        Self::new(anchors, Some(others), &labels, &other_labels, unit)
    }

    fn new(
        mut anchors: Table,
        mut others: Option<Table>,
        labels: &Labels<'_>,
        other_labels: &Labels<'_>,
        unit: bool,
    ) -> Result<Self, Error> {
        let alone = others.is_none();
        let tables = [Some(&mut anchors), others.as_mut()];
        for (table, argument) in tables.into_iter().flatten().zip(["embeddings", "others"]) {
            let too_large = |x: &f64| !(x.abs() <= 1e150);
            if unit {
                table.normalize();
            } else if let Some(position) = table.values.iter().position(too_large) {
                return Err(Error::Value {
                    argument,
                    position,
                    value: table.values[position],
                    expected: "a magnitude of at most 1e150".to_string(),
                });
            }
        }
        let to = others.as_ref().unwrap_or(&anchors);
        let mut rows: Vec<usize> = (0..anchors.len()).collect();
        let distances = parallel::run(
            &mut rows,
            || (),
            |(), &mut i| {
                let from = anchors.row(i);
                to.rows()
                    .map(|row| square_distance(from, row).sqrt())
                    .collect::<Vec<f64>>()
            },
        );
        Ok(Mining {
            distances: distances.concat(),
            labels: (0..anchors.len()).map(|i| labels.get(i)).collect(),
            other_labels: (0..to.len()).map(|i| other_labels.get(i)).collect(),
            width: anchors.width,
            alone,
            unit,
        })
    }

    /// d(anchor, other).
    pub fn distance(&self, anchor: usize, other: usize) -> f64 {
        self.distances[anchor * self.other_labels.len() + other]
    }

    fn anchors(&self) -> std::ops::Range<usize> {
        0..self.labels.len()
    }

    /// The other items of the anchor's class, or of other classes.
    fn others(&self, anchor: usize, same: bool) -> impl Iterator<Item = usize> + Clone {
        (0..self.other_labels.len()).filter(move |&other| {
            (self.other_labels[other] == self.labels[anchor]) == same
                && !(self.alone && other == anchor)
        })
    }

    /// The nearest or the farthest of some items.
    fn extreme(
        &self,
        anchor: usize,
        items: impl Iterator<Item = usize>,
        farthest: bool,
    ) -> Option<usize> {
        let better = |a: f64, b: f64| if farthest { a > b } else { a < b };
        items.reduce(|best, item| {
            let (a, b) = (self.distance(anchor, item), self.distance(anchor, best));
            if better(a, b) { item } else { best }
        })
    }

    /// All pairs with a positive, and all with a negative. Among themselves every pair comes twice, once from each
    /// side.
    pub fn all_pairs(&self) -> (Pairs, Pairs) {
        let (mut positives, mut negatives) = (Pairs::default(), Pairs::default());
        for anchor in self.anchors() {
            self.others(anchor, true)
                .for_each(|other| positives.push(anchor, other));
            self.others(anchor, false)
                .for_each(|other| negatives.push(anchor, other));
        }
        (positives, negatives)
    }

    /// All triplets whose gap is of a kind; up to n³ of them. `margin` is that of the loss, in the same distance.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a margin that is not a finite number of at least 0.
    pub fn triplets(&self, gap: Gap, margin: f64) -> Result<Triplets, Error> {
        check_at_least("Mining", "margin", margin, 0.0)?;
        let wanted = |found: f64| match gap {
            Gap::All => true,
            Gap::Violating => found <= margin,
            Gap::Hard => found <= 0.0,
            Gap::SemiHard => found > 0.0 && found <= margin,
            Gap::Easy => found > margin,
        };
        Ok(self.triplets_where(|anchor, positive, negative| {
            wanted(self.distance(anchor, negative) - self.distance(anchor, positive))
        }))
    }

    fn triplets_where(&self, wanted: impl Fn(usize, usize, usize) -> bool) -> Triplets {
        let mut triplets = Triplets::default();
        for anchor in self.anchors() {
            let negatives = self.others(anchor, false);
            for positive in self.others(anchor, true) {
                for negative in negatives.clone().filter(|&n| wanted(anchor, positive, n)) {
                    triplets.push(anchor, positive, negative);
                }
            }
        }
        triplets
    }

    /// For each anchor its farthest positive and its nearest negative. Source: Hermans, Beyer and Leibe 2017 (batch
    /// hard).
    pub fn batch_hard(&self) -> Triplets {
        // No random numbers are drawn.
        self.per_anchor(Pick::Hard, Pick::Hard, 0)
    }

    /// For each anchor one positive and one negative: `(Easy, Hard)` are the easy positive and hard negative of Xuan et
    /// al. 2020, `(Hard, Hard)` is [`batch_hard`](Self::batch_hard). The seed is for `Random`.
    pub fn per_anchor(&self, positive: Pick, negative: Pick, seed: u64) -> Triplets {
        let mut triplets = Triplets::default();
        for anchor in self.anchors() {
            let mut random = Random::new(Key::new(seed).child(anchor as u64), 0);
            let mut pick = |same: bool, pick: Pick| {
                let items = self.others(anchor, same);
                match pick {
                    Pick::Hard => self.extreme(anchor, items, same),
                    Pick::Easy => self.extreme(anchor, items, !same),
                    Pick::Random => {
                        let items: Vec<usize> = items.collect();
                        items.get(random.below(items.len())).copied()
                    }
                }
            };
            if let (Some(p), Some(n)) = (pick(true, positive), pick(false, negative)) {
                triplets.push(anchor, p, n);
            }
        }
        triplets
    }

    /// For each pair with a positive the nearest negative that is farther than the positive; where there is none, the
    /// farthest negative. Source: Schroff, Kalenichenko and Philbin 2015, with the fallback of common libraries.
    pub fn semi_hard(&self) -> Triplets {
        let mut triplets = Triplets::default();
        for anchor in self.anchors() {
            let negatives = self.others(anchor, false);
            for positive in self.others(anchor, true) {
                let level = self.distance(anchor, positive);
                let farther = negatives
                    .clone()
                    .filter(|&n| self.distance(anchor, n) > level);
                let negative = self.extreme(anchor, farther, false);
                let fallback = || self.extreme(anchor, negatives.clone(), true);
                if let Some(negative) = negative.or_else(fallback) {
                    triplets.push(anchor, positive, negative);
                }
            }
        }
        triplets
    }

    /// For each pair with a positive one negative, drawn so that all distances have the same chance on a sphere.
    ///
    /// With chance in proportion to 1/q(d), ln q(d) = (w − 2) ln d + (w − 3)/2 ln(1 − d²/4) for embeddings of width w,
    /// d counted as at least `cutoff`, over the negatives nearer than `farthest` (over all if there are none). Usual
    /// are 0.5 and 1.4. Source: Wu et al. 2017.
    ///
    /// # Errors
    /// [`Error::Unsupported`] unless embeddings are of length 1 (`unit`), [`Error::Parameter`] for a cutoff outside
    /// 0..2 or a `farthest` that is no number.
    pub fn distance_weighted(
        &self,
        cutoff: f64,
        farthest: f64,
        seed: u64,
    ) -> Result<Triplets, Error> {
        self.check_unit("distance_weighted")?;
        if !(cutoff > 0.0 && cutoff < 2.0) {
            return Err(wrong(
                "distance_weighted",
                "cutoff",
                "above 0 and below 2",
                cutoff,
            ));
        }
        check_at_least("distance_weighted", "farthest", farthest, 0.0)?;
        let w = self.width as f64;
        let log_density = |d: f64| {
            let d = d.max(cutoff);
            // The last bits keep the logarithm finite for opposite vectors.
            let height = (1.0 - 0.25 * d * d).max(1e-12);
            (w - 2.0) * d.ln() + 0.5 * (w - 3.0) * height.ln()
        };
        let mut triplets = Triplets::default();
        for anchor in self.anchors() {
            let near = |&n: &usize| self.distance(anchor, n) < farthest;
            let mut negatives: Vec<usize> = self.others(anchor, false).filter(near).collect();
            if negatives.is_empty() {
                negatives.extend(self.others(anchor, false));
            }
            let logs = negatives
                .iter()
                .map(|&n| -log_density(self.distance(anchor, n)));
            let logs: Vec<f64> = logs.collect();
            let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let weights: Vec<f64> = logs.iter().map(|x| (x - most).exp()).collect();
            for positive in self.others(anchor, true) {
                let key = Key::new(seed).child(anchor as u64).child(positive as u64);
                let place = Random::new(key, 0).weighted(&weights);
                if let Some(&negative) = negatives.get(place) {
                    triplets.push(anchor, positive, negative);
                }
            }
        }
        Ok(triplets)
    }

    /// The informative pairs of the multi-similarity loss: positives less similar than the most similar negative plus
    /// ε, negatives more similar than the least similar positive minus ε, in cosines. An anchor without a positive, or
    /// without a negative, gives none. Usual is ε = 0.1. Source: Wang et al. 2019.
    ///
    /// # Errors
    /// [`Error::Unsupported`] unless embeddings are of length 1 (`unit`), [`Error::Parameter`] for an ε that is not a
    /// finite number of at least 0.
    pub fn multi_similarity(&self, epsilon: f64) -> Result<(Pairs, Pairs), Error> {
        self.check_unit("multi_similarity")?;
        check_at_least("multi_similarity", "epsilon", epsilon, 0.0)?;
        let cosine = |anchor, other| 1.0 - 0.5 * self.distance(anchor, other).powi(2);
        let (mut positives, mut negatives) = (Pairs::default(), Pairs::default());
        for anchor in self.anchors() {
            let farthest = self.extreme(anchor, self.others(anchor, true), true);
            let nearest = self.extreme(anchor, self.others(anchor, false), false);
            let (Some(farthest), Some(nearest)) = (farthest, nearest) else {
                continue;
            };
            let (least, most) = (cosine(anchor, farthest), cosine(anchor, nearest));
            let weak = self
                .others(anchor, true)
                .filter(|&p| cosine(anchor, p) < most + epsilon);
            weak.for_each(|p| positives.push(anchor, p));
            let strong = self
                .others(anchor, false)
                .filter(|&n| cosine(anchor, n) > least - epsilon);
            strong.for_each(|n| negatives.push(anchor, n));
        }
        Ok((positives, negatives))
    }

    /// The triplets in which the negative sees anchor and positive under a wide angle: arctan(d(a, p)/(2 d(n, c)))
    /// above `degrees`, with c half-way from anchor to positive. Source: Wang et al. 2017 (angular loss).
    ///
    /// # Errors
    /// [`Error::Parameter`] for an angle outside 0..90, [`Error::Unsupported`] of anchors with other items: there the
    /// distance of positive and negative is not known.
    pub fn angular(&self, degrees: f64) -> Result<Triplets, Error> {
        if !self.alone {
            return Err(Error::unsupported(
                "angular",
                "mines a batch among itself only",
            ));
        }
        if !(0.0..90.0).contains(&degrees) {
            return Err(wrong("angular", "degrees", "in 0..90", degrees));
        }
        let least = degrees.to_radians().tan();
        // By Apollonius: 4 d(n, c)² = 2 d(n, a)² + 2 d(n, p)² − d(a, p)².
        Ok(self.triplets_where(|a, p, n| {
            let (ap, an, pn) = (
                self.distance(a, p),
                self.distance(a, n),
                self.distance(p, n),
            );
            let twice = (2.0 * an * an + 2.0 * pn * pn - ap * ap).max(0.0).sqrt();
            ap > least * twice
        }))
    }

    fn check_unit(&self, miner: &str) -> Result<(), Error> {
        if self.unit {
            return Ok(());
        }
        Err(Error::unsupported(
            miner,
            "is defined on the sphere: mine with unit = true",
        ))
    }
}
