//! A prototype on the sphere for each class, which follows the embeddings: HYPO.

use super::table::{Table, check_at_least, check_labels, dot, unit, wrong};
use crate::batch::{Array, Labels};
use crate::error::Error;
use crate::random::{Key, Random};

/// Unit prototypes μ_c that follow the embeddings z of their class by a moving average, and the loss that pulls
/// embeddings to their own and prototypes apart.
///
/// With z_i the embeddings divided by their lengths, N of them, and C prototypes:
/// L = w·L_var + L_sep,
/// L_var = −(1/N) Σ_i ln(exp(z_i·μ_{y_i}/τ)/Σ_c exp(z_i·μ_c/τ)),
/// L_sep = (1/C) Σ_c ln((1/(C − 1)) Σ_{j ≠ c} exp(μ_c·μ_j/τ)).
/// A step first moves the prototypes, one embedding after another: μ_y ← normalise(a μ_y + (1 − a) z). L_var takes the
/// moved prototypes as constants; the slopes of L_sep reach the embeddings of the batch through the moves. The order
/// within a batch therefore matters. As a mixture of von Mises–Fisher distributions of concentration 1/τ, L_var is the
/// negative log-probability of the class. The authors' program multiplies L_var by τ/0.07 besides, which is a weight of
/// 2.857 here. Source: Bai et al. 2024 (paper 179). Double precision.
///
/// ```
/// use minimand::Array;
/// use minimand::embedding::Prototypes;
///
/// let mut prototypes = Prototypes::random(3, 8, 1)?;
/// let embeddings: Vec<f32> = (0..16).map(|i| (i as f32).sin()).collect();
/// let embeddings = Array::new(&embeddings, &[2, 8]);
/// let (value, gradient) = prototypes.value_and_gradient(&embeddings, &vec![0i64, 2])?;
/// assert!(value.is_finite() && gradient.len() == 16);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Prototypes {
    width: usize,
    values: Vec<f64>,
    temperature: f64,
    decay: f64,
    weight: f64,
}

/// How one embedding moved its prototype.
struct Move {
    class: usize,
    item: usize,
    /// The prototype before it was made of length 1, and that length.
    length: f64,
    after: Vec<f64>,
}

impl Prototypes {
    /// Random ones, uniform on the sphere, for `classes` (C) classes and embeddings of `width` (d); τ = 0.1, a = 0.95,
    /// w = 2.
    ///
    /// # Errors
    /// [`Error::Parameter`] for fewer than two classes or no width.
    pub fn random(classes: usize, width: usize, seed: u64) -> Result<Self, Error> {
        if classes < 2 {
            return Err(wrong("Prototypes", "classes", "at least 2", classes));
        }
        if width == 0 {
            return Err(wrong("Prototypes", "width", "at least 1", width));
        }
        let mut random = Random::new(Key::new(seed), 0);
        let mut values: Vec<f64> = (0..classes * width).map(|_| random.normal()).collect();
        values.chunks_exact_mut(width).for_each(unit);
        Ok(Prototypes {
            width,
            values,
            temperature: 0.1,
            decay: 0.95,
            weight: 2.0,
        })
    }

    /// The directions of the class means of `embeddings` `[n, d]`, each of length 1; a class without embeddings keeps a
    /// random one. Labels are in 0..C.
    ///
    /// # Errors
    /// As [`random`](Self::random); [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] for numbers
    /// that are not finite, [`Error::Parameter`] for a label out of range.
    pub fn from_means<'a>(
        embeddings: &Array<'_>,
        labels: impl Into<Labels<'a>>,
        classes: usize,
        seed: u64,
    ) -> Result<Self, Error> {
        let mut table = Table::new("embeddings", embeddings)?;
        let mut prototypes = Self::random(classes, table.width, seed)?;
        let labels = prototypes.labels(&labels.into(), table.len())?;
        table.normalize();
        let mut sums = vec![0.0; prototypes.values.len()];
        for (row, &label) in table.rows().zip(&labels) {
            let sum = &mut sums[label * table.width..(label + 1) * table.width];
            sum.iter_mut().zip(row).for_each(|(s, x)| *s += x);
        }
        let old = prototypes.values.chunks_exact_mut(table.width);
        for (old, sum) in old.zip(sums.chunks_exact_mut(table.width)) {
            // A mean of length 0 has no direction.
            if sum.iter().any(|&x| x != 0.0) {
                unit(sum);
                old.copy_from_slice(sum);
            }
        }
        Ok(prototypes)
    }

    /// With another temperature τ > 0, decay a in 0..=1 (1: the prototypes stay) and weight w ≥ 0 of L_var.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a number out of range.
    pub fn with(mut self, temperature: f64, decay: f64, weight: f64) -> Result<Self, Error> {
        if !(temperature > 0.0 && temperature.is_finite()) {
            return Err(wrong(
                "Prototypes",
                "temperature",
                "a finite number above 0",
                temperature,
            ));
        }
        if !(0.0..=1.0).contains(&decay) {
            return Err(wrong("Prototypes", "decay", "in 0..=1", decay));
        }
        check_at_least("Prototypes", "weight", weight, 0.0)?;
        (self.temperature, self.decay, self.weight) = (temperature, decay, weight);
        Ok(self)
    }

    /// The prototypes `[C, d]`, each of length 1.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    fn classes(&self) -> usize {
        self.values.len() / self.width
    }

    fn prototype(&self, class: usize) -> &[f64] {
        &self.values[class * self.width..(class + 1) * self.width]
    }

    fn labels(&self, labels: &Labels<'_>, rows: usize) -> Result<Vec<usize>, Error> {
        check_labels("labels", labels, rows)?;
        let classes = self.classes();
        let label = |position: usize| {
            let label = labels.get(position);
            let class = usize::try_from(label).ok().filter(|&label| label < classes);
            class.ok_or_else(|| {
                let expected = format!("labels in 0..{classes}");
                wrong(
                    "Prototypes",
                    "labels",
                    expected,
                    format!("{label} at position {position}"),
                )
            })
        };
        (0..rows).map(label).collect()
    }

    /// Moves the prototypes by the rows of a table of unit rows.
    fn move_by(&mut self, table: &Table, labels: &[usize]) -> Vec<Move> {
        let mut moves = Vec::with_capacity(labels.len());
        for (item, (row, &class)) in table.rows().zip(labels).enumerate() {
            let old = self.prototype(class).iter().zip(row);
            let mixed = old.map(|(m, z)| self.decay * m + (1.0 - self.decay) * z);
            let mut after: Vec<f64> = mixed.collect();
            let length = dot(&after, &after).sqrt();
            // Opposite vectors of equal weight, or nothing at all: the prototype stays.
            if length < 1e-12 {
                continue;
            }
            after.iter_mut().for_each(|x| *x /= length);
            self.values[class * self.width..(class + 1) * self.width].copy_from_slice(&after);
            moves.push(Move {
                class,
                item,
                length,
                after,
            });
        }
        moves
    }

    /// Moves the prototypes by a batch `[n, d]`, and gives the loss with its gradient `[n, d]` by the embeddings as
    /// they came. An embedding of zeros has gradient 0; a batch of no embeddings has L_var = 0.
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit, [`Error::Value`] for numbers that are not finite,
    /// [`Error::Parameter`] for a label out of range. The prototypes are then as they were.
    pub fn value_and_gradient<'a>(
        &mut self,
        embeddings: &Array<'_>,
        labels: impl Into<Labels<'a>>,
    ) -> Result<(f64, Vec<f64>), Error> {
        let mut table = Table::beside("embeddings", embeddings, self.width)?;
        let labels = self.labels(&labels.into(), table.len())?;
        let lengths: Vec<f64> = table.rows().map(|row| dot(row, row).sqrt()).collect();
        table.normalize();
        let moves = self.move_by(&table, &labels);
        let mut slopes = vec![0.0; table.values.len()];
        let spread = self.separation_slopes(&moves, &mut slopes);
        let variation = self.variation_slopes(&table, &labels, &mut slopes);
        // Through the division by the length.
        let width = self.width;
        for ((slope, row), length) in slopes
            .chunks_exact_mut(width)
            .zip(table.rows())
            .zip(lengths)
        {
            let along = dot(slope, row);
            let safe = if length > 0.0 { 1.0 / length } else { 0.0 };
            slope
                .iter_mut()
                .zip(row)
                .for_each(|(s, z)| *s = (*s - along * z) * safe);
        }
        Ok((self.weight * variation + spread, slopes))
    }

    /// L_sep, its slopes by the embeddings added.
    fn separation_slopes(&self, moves: &[Move], slopes: &mut [f64]) -> f64 {
        let (classes, width) = (self.classes(), self.width);
        let mut by_prototype = vec![0.0; self.values.len()];
        let mut total = 0.0;
        for c in 0..classes {
            let others: Vec<usize> = (0..classes).filter(|&j| j != c).collect();
            let logits = others
                .iter()
                .map(|&j| dot(self.prototype(c), self.prototype(j)) / self.temperature);
            let (sum, shares) = soft(logits.collect());
            total += sum - (others.len() as f64).ln();
            let scale = 1.0 / (classes as f64 * self.temperature);
            for (&j, share) in others.iter().zip(shares) {
                for i in 0..width {
                    by_prototype[c * width + i] += scale * share * self.values[j * width + i];
                    by_prototype[j * width + i] += scale * share * self.values[c * width + i];
                }
            }
        }
        for step in moves.iter().rev() {
            let slope = &mut by_prototype[step.class * width..(step.class + 1) * width];
            let along = dot(slope, &step.after);
            let to = &mut slopes[step.item * width..(step.item + 1) * width];
            for ((slope, after), to) in slope.iter_mut().zip(&step.after).zip(to) {
                let before = (*slope - along * after) / step.length;
                *to += (1.0 - self.decay) * before;
                *slope = self.decay * before;
            }
        }
        total / classes as f64
    }

    /// L_var, w times its slopes by the unit embeddings added.
    fn variation_slopes(&self, table: &Table, labels: &[usize], slopes: &mut [f64]) -> f64 {
        let mut total = 0.0;
        let count = table.len().max(1) as f64;
        let scale = self.weight / (count * self.temperature);
        let rows = table
            .rows()
            .zip(labels)
            .zip(slopes.chunks_exact_mut(self.width));
        for ((row, &label), slope) in rows {
            let logits =
                (0..self.classes()).map(|c| dot(row, self.prototype(c)) / self.temperature);
            let logits: Vec<f64> = logits.collect();
            let own = logits[label];
            let (sum, shares) = soft(logits);
            total += sum - own;
            for (c, share) in shares.iter().enumerate() {
                let share = share - f64::from(u8::from(c == label));
                let prototype = self.prototype(c).iter();
                slope
                    .iter_mut()
                    .zip(prototype)
                    .for_each(|(s, m)| *s += scale * share * m);
            }
        }
        total / count
    }

    /// The class of the nearest prototype of each of `embeddings` `[n, d]`, the first of equally near ones.
    ///
    /// # Errors
    /// [`Error::Shape`] for another shape, [`Error::Value`] for numbers that are not finite.
    pub fn predict(&self, embeddings: &Array<'_>) -> Result<Vec<usize>, Error> {
        let mut table = Table::beside("embeddings", embeddings, self.width)?;
        table.normalize();
        let cosine = |row: &[f64], class| dot(row, self.prototype(class));
        let nearest = |row: &[f64]| {
            let better = |best, c| {
                if cosine(row, c) > cosine(row, best) {
                    c
                } else {
                    best
                }
            };
            (1..self.classes()).fold(0, better)
        };
        Ok(table.rows().map(nearest).collect())
    }

    /// The least angle between two prototypes, in radians.
    pub fn least_angle(&self) -> f64 {
        let classes = self.classes();
        let pairs = (0..classes).flat_map(|a| (0..a).map(move |b| (a, b)));
        let cosines = pairs.map(|(a, b)| dot(self.prototype(a), self.prototype(b)));
        cosines.fold(-1.0, f64::max).clamp(-1.0, 1.0).acos()
    }
}

/// ln Σ exp, and the shares of the terms.
fn soft(mut logits: Vec<f64>) -> (f64, Vec<f64>) {
    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    logits.iter_mut().for_each(|x| *x = (*x - most).exp());
    let sum: f64 = logits.iter().sum();
    logits.iter_mut().for_each(|x| *x /= sum);
    (most + sum.ln(), logits)
}
