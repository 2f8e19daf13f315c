//! Mixup for metric learning: embeddings between a positive and a negative, with a share of both labels.

use super::table::{Table, check_at_least, check_labels, dot, length, through_unit, unit, wrong};
use crate::batch::{Array, Labels};
use crate::error::Error;
use crate::random::{Key, Random};

/// A mixed partner of an anchor: λ·first + (1 − λ)·second of unit rows, made a unit row again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mix {
    /// Row of the anchor.
    pub anchor: usize,
    /// Row of a positive of the anchor, or of the anchor itself.
    pub first: usize,
    /// Row of a negative of the anchor.
    pub second: usize,
    /// Share λ of the first, in 0..1: how far the mix is a positive.
    pub share: f64,
}

/// The mixes of a batch `[n, d]`: for each anchor its `hardest` most similar negatives, each with a random positive, or
/// with the anchor itself where it has none; all with the share λ, which is usually drawn from Beta(2, 2).
///
/// Anchors without negatives have none. Of equally similar negatives the first is taken; the positives follow from the
/// seed. Source: Venkataramanan et al. 2022 (paper 098).
///
/// # Errors
/// [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] for numbers that are not finite,
/// [`Error::Parameter`] for a share outside of 0..1.
pub fn metric_mixes<'a>(
    embeddings: &Array<'_>,
    labels: impl Into<Labels<'a>>,
    hardest: usize,
    share: f64,
    seed: u64,
) -> Result<Vec<Mix>, Error> {
    let (mut table, labels) = (Table::new("embeddings", embeddings)?, labels.into());
    check_labels("labels", &labels, table.len())?;
    if !(0.0..=1.0).contains(&share) {
        return Err(wrong("metric_mixes", "share", "a number in 0..1", share));
    }
    table.normalize();
    let mut mixes = Vec::new();
    for anchor in 0..table.len() {
        let mut random = Random::new(Key::new(seed).child(anchor as u64), 0);
        let alike = |j: usize| labels.get(j) == labels.get(anchor);
        let of = |kind: bool| {
            (0..table.len())
                .filter(move |&j| j != anchor)
                .filter(move |&j| alike(j) == kind)
        };
        let positives: Vec<usize> = of(true).collect();
        let cosine = |j: usize| dot(table.row(anchor), table.row(j));
        let mut negatives: Vec<(usize, f64)> = of(false).map(|j| (j, cosine(j))).collect();
        negatives.sort_by(|a, b| b.1.total_cmp(&a.1));
        for &(second, _) in negatives.iter().take(hardest) {
            let first = match positives.len() {
                0 => anchor,
                count => positives[random.below(count)],
            };
            mixes.push(Mix {
                anchor,
                first,
                second,
                share,
            });
        }
    }
    Ok(mixes)
}

/// The multi-similarity loss with mixed partners, L = mean over anchors of ℓ(a) + w · mean over anchors with mixes of
/// ℓ̃(a): ℓ = (1/α) ln(1 + Σ y e^(−α(s − b))) + (1/β) ln(1 + Σ (1 − y) e^(β(s − b))).
///
/// ℓ is over the clean partners, with y = 1 for positives and 0 for negatives; ℓ̃ over the mixes of the anchor, with y
/// = λ. s are cosines. An anchor without partners does not count. Gradients go through anchors, partners and both parts
/// of a mix. With w = 0 it is `multi_similarity`. A row of zeros has no gradient. Source: Venkataramanan et al. 2022
/// (paper 098). Double precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MixedMultiSimilarity {
    /// Sharpness α > 0 of the positives.
    pub alpha: f64,
    /// Sharpness β > 0 of the negatives.
    pub beta: f64,
    /// Cosine b between positives and negatives.
    pub base: f64,
    /// Weight w ≥ 0 of the mixes.
    pub weight: f64,
}

impl Default for MixedMultiSimilarity {
    /// α = 2, β = 50, b = 0.5, w = 0.4.
    fn default() -> Self {
        MixedMultiSimilarity {
            alpha: 2.0,
            beta: 50.0,
            base: 0.5,
            weight: 0.4,
        }
    }
}

impl MixedMultiSimilarity {
    /// ln(1 + Σ w e^t)/sharpness with t = sign·sharpness·(s − b); adds its slopes by the cosines.
    fn side(&self, sharpness: f64, sign: f64, partners: &[(f64, f64)], slopes: &mut [f64]) -> f64 {
        let exponent = |s: f64| sign * sharpness * (s - self.base);
        let top = partners.iter().filter(|(_, w)| *w > 0.0);
        let top = top.fold(0.0, |top: f64, (s, _)| top.max(exponent(*s)));
        let term = |&(s, w): &(f64, f64)| {
            if w > 0.0 {
                w * (exponent(s) - top).exp()
            } else {
                0.0
            }
        };
        let sum: f64 = (-top).exp() + partners.iter().map(term).sum::<f64>();
        for (slope, partner) in slopes.iter_mut().zip(partners) {
            *slope += sign * term(partner) / sum;
        }
        (top + sum.ln()) / sharpness
    }

    /// The loss of an anchor with cosines and labels of its partners, and its slopes by the cosines.
    fn anchor(&self, partners: &[(f64, f64)]) -> (f64, Vec<f64>) {
        let mut slopes = vec![0.0; partners.len()];
        let others: Vec<(f64, f64)> = partners.iter().map(|&(s, y)| (s, 1.0 - y)).collect();
        let value = self.side(self.alpha, -1.0, partners, &mut slopes)
            + self.side(self.beta, 1.0, &others, &mut slopes);
        (value, slopes)
    }

    /// The loss of `embeddings` `[n, d]` with labels and mixes, and its gradient by them.
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] for numbers that are not finite,
    /// [`Error::Parameter`] for numbers of the loss or of a mix out of range.
    pub fn value_and_gradient<'a>(
        &self,
        embeddings: &Array<'_>,
        labels: impl Into<Labels<'a>>,
        mixes: &[Mix],
    ) -> Result<(f64, Vec<f64>), Error> {
        let of = "MixedMultiSimilarity";
        for (name, x) in [("alpha", self.alpha), ("beta", self.beta)] {
            if !(x > 0.0 && x.is_finite()) {
                return Err(wrong(of, name, "a finite number above 0", x));
            }
        }
        check_at_least(of, "base", self.base, f64::MIN)?;
        check_at_least(of, "weight", self.weight, 0.0)?;
        let (mut table, labels) = (Table::new("embeddings", embeddings)?, labels.into());
        let (n, width) = (table.len(), table.width);
        check_labels("labels", &labels, n)?;
        for mix in mixes {
            let rows = [mix.anchor, mix.first, mix.second];
            if rows.iter().any(|&row| row >= n) || !(0.0..=1.0).contains(&mix.share) {
                let expected = format!("rows in 0..{n} and a share in 0..1");
                return Err(wrong(of, "mixes", expected, format!("{mix:?}")));
            }
        }
        let lengths: Vec<f64> = table.rows().map(length).collect();
        table.normalize();
        let mut gradient = vec![0.0; n * width];
        let mut value = 0.0;
        if n > 1 {
            let share = 1.0 / n as f64;
            for a in 0..n {
                let others: Vec<usize> = (0..n).filter(|&j| j != a).collect();
                let partner = |&j: &usize| {
                    let alike = labels.get(j) == labels.get(a);
                    (dot(table.row(a), table.row(j)), f64::from(u8::from(alike)))
                };
                let partners: Vec<(f64, f64)> = others.iter().map(partner).collect();
                let (loss, slopes) = self.anchor(&partners);
                value += share * loss;
                for (&j, slope) in others.iter().zip(slopes) {
                    for k in 0..width {
                        gradient[a * width + k] += share * slope * table.row(j)[k];
                        gradient[j * width + k] += share * slope * table.row(a)[k];
                    }
                }
            }
        }
        value += self.mixed(&table, mixes, &mut gradient);
        for (i, row) in gradient.chunks_mut(width).enumerate() {
            through_unit(row, table.row(i), lengths[i]);
        }
        Ok((value, gradient))
    }

    /// The mixes' part of the loss; adds its slopes by the unit rows.
    fn mixed(&self, table: &Table, mixes: &[Mix], gradient: &mut [f64]) -> f64 {
        let width = table.width;
        let mut by_anchor: Vec<Vec<&Mix>> = vec![Vec::new(); table.len()];
        mixes.iter().for_each(|mix| by_anchor[mix.anchor].push(mix));
        let with = by_anchor.iter().filter(|own| !own.is_empty()).count();
        let share = self.weight / with.max(1) as f64;
        let mut value = 0.0;
        for (a, own) in by_anchor
            .iter()
            .enumerate()
            .filter(|(_, own)| !own.is_empty())
        {
            let raw = |mix: &&Mix| -> Vec<f64> {
                let each = table.row(mix.first).iter().zip(table.row(mix.second));
                each.map(|(x, y)| mix.share * x + (1.0 - mix.share) * y)
                    .collect()
            };
            let raws: Vec<Vec<f64>> = own.iter().map(raw).collect();
            let mut units = raws.clone();
            units.iter_mut().for_each(|row| unit(row));
            let partner = |(row, mix): (&Vec<f64>, &&Mix)| (dot(table.row(a), row), mix.share);
            let partners: Vec<(f64, f64)> = units.iter().zip(own).map(partner).collect();
            let (loss, slopes) = self.anchor(&partners);
            value += share * loss;
            for (((mix, raw), unit), slope) in own.iter().zip(&raws).zip(&units).zip(slopes) {
                let mut by_mix: Vec<f64> = table.row(a).iter().map(|x| share * slope * x).collect();
                through_unit(&mut by_mix, unit, length(raw));
                for k in 0..width {
                    gradient[a * width + k] += share * slope * unit[k];
                    gradient[mix.first * width + k] += mix.share * by_mix[k];
                    gradient[mix.second * width + k] += (1.0 - mix.share) * by_mix[k];
                }
            }
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_those_of_paper_098() {
        let loss = MixedMultiSimilarity::default();
        let table: [(&[(f64, f64)], f64); 3] = [
            (&[(0.8, 1.0), (0.3, 0.0)], 0.218_744_883),
            (&[(0.6, 0.7)], 0.302_892_531),
            (&[(0.8, 1.0), (0.3, 0.0), (0.6, 0.7)], 0.452_526_205),
        ];
        for (partners, want) in table {
            let got = loss.anchor(partners).0;
            assert!((got - want).abs() < 1e-9, "{got}, {want}");
        }
    }
}
