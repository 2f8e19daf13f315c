//! Contrastive learning with several heads, and a temperature for every pair.

use super::table::{Table, check_at_least, dot, length, through_unit, wrong};
use crate::batch::Array;
use crate::error::Error;

/// One head of the two views of a batch: rows i and n + i of `[2n, ·]` belong together.
#[derive(Debug, Clone, Copy)]
pub struct ViewHead<'a> {
    /// Projections `[2n, d]`; each row is divided by its length.
    pub projections: Array<'a>,
    /// What the shared temperature network makes of the projections, `[2n, e]`.
    pub features: Array<'a>,
}

/// The value of an [`AdaptiveTemperature`] loss with its gradients.
#[derive(Debug, Clone, PartialEq)]
pub struct MultiHeadLoss {
    /// Sum over the heads.
    pub value: f64,
    /// Gradients by the projections of each head.
    pub by_projections: Vec<Vec<f64>>,
    /// Gradients by the features of each head.
    pub by_features: Vec<Vec<f64>>,
    /// Mean temperature of all pairs of each head: what to watch.
    pub temperatures: Vec<f64>,
}

/// NT-Xent on several heads with a temperature for every pair of rows, L = Σ over heads of the mean over rows i of
/// −e_ij + ln Σ_k e^(e_ik), with e_ik = s_ik/τ_ik − β Ω(τ_ik), Ω(τ) = (d/2) ln τ + 1/τ.
///
/// s are cosines of the projections, τ_ik = lowest + (highest − lowest)/(1 + e^(r_ik)) with the product r_ik of both
/// rows' features, j is the other view of i. The sum is over all k ≠ i, or without `positive_in_denominator` over k ≠
/// i, j, and then there is no lower bound. With all temperatures equal β cancels and each head is `nt_xent`. Ω keeps
/// temperatures from the ends: its minimum is at 2/d. A row of zeros has no gradient. In O(n² (d + e)). Source: Wang et
/// al. 2024 (paper 056), whose sum over all candidates follows from its Gaussian model. Double precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdaptiveTemperature {
    /// Lowest temperature, above 0.
    pub lowest: f64,
    /// Highest temperature.
    pub highest: f64,
    /// Weight β ≥ 0 of the regulariser.
    pub beta: f64,
    /// Is the positive among the candidates?
    pub positive_in_denominator: bool,
}

impl Default for AdaptiveTemperature {
    /// Temperatures 0.05 to 2, β = 0.01, the positive among the candidates.
    fn default() -> Self {
        AdaptiveTemperature {
            lowest: 0.05,
            highest: 2.0,
            beta: 0.01,
            positive_in_denominator: true,
        }
    }
}

/// A pair's exponent with its slopes.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    value: f64,
    by_cosine: f64,
    by_temperature: f64,
}

/// 1/(1 + e^r)
fn falling(r: f64) -> f64 {
    let e = (-r.abs()).exp();
    if r > 0.0 {
        e / (1.0 + e)
    } else {
        1.0 / (1.0 + e)
    }
}

impl AdaptiveTemperature {
    /// The temperature of a pair with the product r of features: the more alike they are, the lower.
    pub fn temperature(&self, r: f64) -> f64 {
        self.lowest + (self.highest - self.lowest) * falling(r)
    }

    /// Ω of a temperature, for projections of `width` numbers.
    pub fn regularizer(temperature: f64, width: usize) -> f64 {
        0.5 * width as f64 * temperature.ln() + 1.0 / temperature
    }

    fn candidate(&self, cosine: f64, temperature: f64, width: usize) -> Candidate {
        let inverse = 1.0 / temperature;
        let by_regularizer = 0.5 * width as f64 * inverse - inverse * inverse;
        Candidate {
            value: cosine * inverse - self.beta * Self::regularizer(temperature, width),
            by_cosine: inverse,
            by_temperature: -cosine * inverse * inverse - self.beta * by_regularizer,
        }
    }

    /// The loss of a row with the exponents of its candidates, of which one is the positive, and its slopes by them.
    fn row(&self, values: &[f64], positive: usize) -> (f64, Vec<f64>) {
        let counts = |k: usize| k != positive || self.positive_in_denominator;
        let others = || values.iter().enumerate().filter(|(k, _)| counts(*k));
        let top = others().fold(f64::NEG_INFINITY, |top, (_, &e)| top.max(e));
        if top == f64::NEG_INFINITY {
            // One pair alone, without itself among the candidates.
            return (0.0, vec![0.0; values.len()]);
        }
        let sum: f64 = others().map(|(_, e)| (e - top).exp()).sum();
        let mut slopes: Vec<f64> = (values.iter().enumerate())
            .map(|(k, e)| {
                if counts(k) {
                    (e - top).exp() / sum
                } else {
                    0.0
                }
            })
            .collect();
        slopes[positive] -= 1.0;
        (top + sum.ln() - values[positive], slopes)
    }

    /// The loss of all heads, and its gradients.
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit together or of an odd number of rows, [`Error::Value`] for numbers
    /// that are not finite, [`Error::Parameter`] for numbers of the loss out of range.
    pub fn value_and_gradients(&self, heads: &[ViewHead<'_>]) -> Result<MultiHeadLoss, Error> {
        let of = "AdaptiveTemperature";
        check_at_least(of, "beta", self.beta, 0.0)?;
        if !(self.lowest > 0.0 && self.lowest.is_finite()) {
            return Err(wrong(of, "lowest", "a finite number above 0", self.lowest));
        }
        check_at_least(of, "highest", self.highest, self.lowest)?;
        let mut loss = MultiHeadLoss {
            value: 0.0,
            by_projections: Vec::new(),
            by_features: Vec::new(),
            temperatures: Vec::new(),
        };
        for head in heads {
            self.head(head, &mut loss)?;
        }
        Ok(loss)
    }

    fn head(&self, head: &ViewHead<'_>, loss: &mut MultiHeadLoss) -> Result<(), Error> {
        let mut units = Table::new("projections", &head.projections)?;
        let features = Table::new("features", &head.features)?;
        let rows = units.len();
        if !rows.is_multiple_of(2) {
            let expected = "[2n, d], the rows of one view and then those of the other";
            return Err(Error::shape(
                "projections",
                expected,
                head.projections.shape,
            ));
        }
        if features.len() != rows {
            let expected = format!("[{rows}, e], a row for each projection");
            return Err(Error::shape("features", expected, head.features.shape));
        }
        let lengths: Vec<f64> = units.rows().map(length).collect();
        units.normalize();
        let (width, share) = (units.width, 1.0 / rows.max(1) as f64);
        let mut by_units = vec![0.0; units.values.len()];
        let mut by_features = vec![0.0; features.values.len()];
        let mut temperatures = 0.0;
        for i in 0..rows {
            let others: Vec<usize> = (0..rows).filter(|&k| k != i).collect();
            let product = |k: usize| dot(features.row(i), features.row(k));
            let candidate = |k: usize| {
                let temperature = self.temperature(product(k));
                (
                    temperature,
                    self.candidate(dot(units.row(i), units.row(k)), temperature, width),
                )
            };
            let candidates: Vec<(f64, Candidate)> = others.iter().map(|&k| candidate(k)).collect();
            temperatures += candidates.iter().map(|(t, _)| t).sum::<f64>();
            let values: Vec<f64> = candidates.iter().map(|(_, c)| c.value).collect();
            let other_view = (i + rows / 2) % rows;
            let positive = other_view - usize::from(other_view > i);
            let (value, slopes) = self.row(&values, positive);
            loss.value += share * value;
            for ((&k, slope), (_, candidate)) in others.iter().zip(slopes).zip(&candidates) {
                let slope = share * slope;
                let falls = falling(product(k));
                let by_product = slope
                    * candidate.by_temperature
                    * (self.lowest - self.highest)
                    * falls
                    * (1.0 - falls);
                for (to, table, by) in [
                    (&mut by_units, &units, slope * candidate.by_cosine),
                    (&mut by_features, &features, by_product),
                ] {
                    for at in 0..table.width {
                        to[i * table.width + at] += by * table.row(k)[at];
                        to[k * table.width + at] += by * table.row(i)[at];
                    }
                }
            }
        }
        for (i, row) in by_units.chunks_mut(width).enumerate() {
            through_unit(row, units.row(i), lengths[i]);
        }
        loss.by_projections.push(by_units);
        loss.by_features.push(by_features);
        let pairs = (rows * rows.saturating_sub(1)).max(1);
        loss.temperatures.push(temperatures / pairs as f64);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One row of paper 056: cosines and temperatures, of which the first is the positive's.
    fn row(loss: AdaptiveTemperature, pairs: &[(f64, f64)]) -> f64 {
        let value = |&(s, t): &(f64, f64)| loss.candidate(s, t, 4).value;
        let values: Vec<f64> = pairs.iter().map(value).collect();
        loss.row(&values, 0).0
    }

    #[test]
    fn rows_are_those_of_paper_056() {
        let first = [(0.8, 0.5), (0.1, 0.4), (-0.2, 0.4)];
        let second = [(0.3, 1.0), (0.5, 0.6), (0.0, 0.6)];
        let even = [(0.8, 0.5), (0.1, 0.5), (-0.2, 0.5)];
        for (beta, positive_in_denominator, pairs, want) in [
            (0.0, true, first, 0.323_312_228_681),
            (0.0, true, second, 1.237_046_708_537),
            (0.01, true, first, 0.323_163_874_483),
            (0.01, true, second, 1.239_567_543_988),
            (1.0, true, second, 1.501_309_418_613),
            (0.7, true, even, 0.323_482_698_947),
            (0.01, false, first, -0.963_666_122_859),
            (0.01, false, second, 0.897_767_995_076),
        ] {
            let loss = AdaptiveTemperature {
                beta,
                positive_in_denominator,
                ..AdaptiveTemperature::default()
            };
            let got = row(loss, &pairs);
            assert!((got - want).abs() < 1e-11, "{got}, {want}");
        }
        let map = AdaptiveTemperature {
            lowest: 1e-5,
            ..AdaptiveTemperature::default()
        };
        for (r, want) in [
            (-1.0, 1.462_119_847),
            (0.0, 1.000_005),
            (1.5, 0.364_859_223),
        ] {
            assert!((map.temperature(r) - want).abs() < 1e-9);
        }
        assert!((AdaptiveTemperature::regularizer(0.5, 4) - 0.613_705_638_880).abs() < 1e-12);
    }
}
