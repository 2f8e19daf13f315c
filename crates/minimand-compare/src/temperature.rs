//! Temperature scaling: one number that makes scores as honest as they can be
//! without changing which class comes first.

/// Bounds of the inverse temperature, in units of 1 / (spread of the scores).
const BOUNDS: (f64, f64) = (1e-4, 1e6);

/// Newton steps at most; bisection alone reaches full precision well before.
const MAX_STEPS: usize = 200;

/// A fitted temperature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Temperature {
    /// What the scores are divided by, > 0.
    pub value: f64,
    /// Mean negative log-likelihood of the labels, in nats, at this temperature.
    pub log_loss: f64,
}

/// Fits the temperature to raw scores of shape `[labels.len(), classes]` in row
/// order, with a weight per row. Labels must be in `0..classes`. `None` if a score is not finite or
/// no row counts.
///
/// Minimised over β = 1/T is the mean of log Σ_k exp(β z_k) − β a, where a is the
/// score of the label, with one part in n + 1 moved to the mean of all scores: as
/// if one more row of unknown class had been seen (n is the sum of weights). Without it, scores that get all n
/// labels right would want β = ∞. The function is convex, so its derivative is
/// increasing, and Newton's method between two points of opposite sign cannot fail.
pub fn fit(
    scores: &[f32],
    labels: &[usize],
    classes: usize,
    weights: Option<&[f64]>,
) -> Option<Temperature> {
    let total = weights.map_or(labels.len() as f64, |weights| weights.iter().sum());
    if !(total > 0.0) || scores.iter().any(|score| !score.is_finite()) {
        return None;
    }
    let rows = Rows {
        scores,
        labels,
        classes,
        weights,
        total,
    };
    let spread = rows.spread();
    if spread == 0.0 {
        return Some(Temperature {
            value: 1.0,
            log_loss: rows.log_loss(1.0),
        });
    }
    let smoothing = 1.0 / (total + 1.0);
    let (mut low, mut high) = (BOUNDS.0 / spread, BOUNDS.1 / spread);
    let mut beta = 1.0_f64.clamp(low, high);
    for _ in 0..MAX_STEPS {
        let (slope, curvature) = rows.derivatives(beta, smoothing);
        if slope > 0.0 {
            high = beta
        } else {
            low = beta
        }
        let newton = beta - slope / curvature;
        // The bounds span ten orders of magnitude: halve their ratio, not their gap.
        let middle = low.sqrt() * high.sqrt();
        let next = if newton > low && newton < high {
            newton
        } else {
            middle
        };
        let step = (next - beta).abs();
        beta = next;
        if step <= 1e-10 * beta {
            break;
        }
    }
    Some(Temperature {
        value: 1.0 / beta,
        log_loss: rows.log_loss(beta),
    })
}

/// Fits one temperature to raw scores `[rows, labels]`, each of which is a class of its
/// own against a score of 0, with a weight per row. `None` as for [`fit`].
pub(crate) fn fit_labels(
    scores: &[f32],
    has: &[bool],
    labels: usize,
    weights: Option<&[f64]>,
) -> Option<Temperature> {
    let pairs: Vec<f32> = scores.iter().flat_map(|score| [0.0, *score]).collect();
    let classes: Vec<usize> = has.iter().map(|has| usize::from(*has)).collect();
    let weights: Option<Vec<f64>> = weights.map(|weights| {
        weights
            .iter()
            .flat_map(|weight| std::iter::repeat_n(*weight, labels))
            .collect()
    });
    fit(&pairs, &classes, 2, weights.as_deref())
}

struct Rows<'a> {
    scores: &'a [f32],
    labels: &'a [usize],
    classes: usize,
    weights: Option<&'a [f64]>,
    /// Sum of the weights.
    total: f64,
}

impl Rows<'_> {
    /// Each row, shifted so that its largest score is 0, with the shifted score of
    /// its label and its weight.
    fn for_each(&self, mut visit: impl FnMut(&[f64], f64, f64)) {
        let mut shifted = vec![0.0; self.classes];
        let rows = self.scores.chunks_exact(self.classes).zip(self.labels);
        for (index, (row, label)) in rows.enumerate() {
            let largest = row.iter().fold(f32::NEG_INFINITY, |a, b| a.max(*b));
            for (to, from) in shifted.iter_mut().zip(row) {
                *to = f64::from(*from) - f64::from(largest);
            }
            let weight = self.weights.map_or(1.0, |weights| weights[index]);
            visit(&shifted, shifted[*label], weight);
        }
    }

    /// The mean distance of a score from the largest of its row.
    fn spread(&self) -> f64 {
        let mut sum = 0.0;
        self.for_each(|row, _, weight| sum -= weight * row.iter().sum::<f64>());
        sum / (self.total * self.classes as f64)
    }

    fn log_loss(&self, beta: f64) -> f64 {
        let mut sum = 0.0;
        self.for_each(|row, label, weight| {
            let total: f64 = row.iter().map(|score| (beta * score).exp()).sum();
            sum += weight * (total.ln() - beta * label);
        });
        sum / self.total
    }

    /// First and second derivative by β of the mean of the smoothed criterion.
    fn derivatives(&self, beta: f64, smoothing: f64) -> (f64, f64) {
        let (mut slope, mut curvature) = (0.0, 0.0);
        self.for_each(|row, label, weight| {
            let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
            let mut plain = 0.0;
            for score in row {
                let power = (beta * score).exp();
                total += power;
                first += power * score;
                second += power * score * score;
                plain += score;
            }
            let mean = first / total;
            let wanted = (1.0 - smoothing) * label + smoothing * plain / row.len() as f64;
            slope += weight * (mean - wanted);
            curvature += weight * (second / total - mean * mean);
        });
        (slope / self.total, curvature / self.total)
    }
}

#[cfg(test)]
mod tests {
    use minimand_burn::random::{Key, Random};

    use super::*;

    /// Labels drawn from the softmax of scores that are then multiplied by `factor`.
    fn drawn(factor: f64, rows: usize) -> (Vec<f32>, Vec<usize>) {
        let mut random = Random::new(Key::new(5), 0);
        let mut uniform = move || random.uniform();
        let (mut scores, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..rows {
            let row: Vec<f64> = (0..3).map(|_| 4.0 * uniform()).collect();
            let total: f64 = row.iter().map(|score| score.exp()).sum();
            let mut left = uniform() * total;
            let label = row.iter().position(|score| {
                left -= score.exp();
                left < 0.0
            });
            labels.push(label.unwrap_or(2));
            scores.extend(row.iter().map(|score| (factor * score) as f32));
        }
        (scores, labels)
    }

    #[test]
    fn finds_the_factor_by_which_scores_are_too_large() {
        for factor in [0.001, 0.2, 1.0, 7.0, 5000.0] {
            let (scores, labels) = drawn(factor, 4000);
            let found = fit(&scores, &labels, 3, None).unwrap().value / factor;
            assert!((found - 1.0).abs() < 0.06, "{factor}: {found}");
        }
    }

    #[test]
    fn is_the_minimum_of_the_criterion() {
        let (scores, labels) = drawn(3.0, 200);
        let rows = Rows {
            scores: &scores,
            labels: &labels,
            classes: 3,
            weights: None,
            total: 200.0,
        };
        let beta = 1.0 / fit(&scores, &labels, 3, None).unwrap().value;
        let (slope, curvature) = rows.derivatives(beta, 1.0 / 201.0);
        assert!(slope.abs() < 1e-9 && curvature > 0.0, "{slope} {curvature}");
        // The derivatives belong to the criterion, whose smoothing is linear in β.
        let h = 1e-5;
        let (plain_slope, _) = rows.derivatives(beta, 0.0);
        let difference = (rows.log_loss(beta + h) - rows.log_loss(beta - h)) / (2.0 * h);
        assert!((plain_slope - difference).abs() < 1e-8);
    }

    #[test]
    fn perfect_scores_keep_a_finite_temperature() {
        // Two classes, n rows, all right by 2: β solves 2 / (1 + e^{2β}) = 1 / (n + 1),
        // that is e^{2β} = 2n + 1.
        let scores: Vec<f32> = (0..10).flat_map(|_| [1.0, -1.0]).collect();
        let fitted = fit(&scores, &[0; 10], 2, None).unwrap();
        assert!((1.0 / fitted.value - 21_f64.ln() / 2.0).abs() < 1e-9);
        assert!((fitted.log_loss - (22.0_f64 / 21.0).ln()).abs() < 1e-9);
    }

    #[test]
    fn scores_that_are_worse_than_nothing_are_flattened() {
        let scores: Vec<f32> = (0..10).flat_map(|_| [1.0, -1.0]).collect();
        let fitted = fit(&scores, &[1; 10], 2, None).unwrap();
        assert!((fitted.log_loss - 2_f64.ln()).abs() < 1e-3, "{fitted:?}");
    }

    #[test]
    fn extreme_and_degenerate_scores() {
        assert_eq!(fit(&[0.5; 6], &[0, 1, 0], 2, None).unwrap().value, 1.0);
        assert_eq!(fit(&[f32::NAN, 0.0], &[0], 2, None), None);
        assert_eq!(fit(&[], &[], 2, None), None);
        for scale in [1e-30_f32, 1e30, f32::MAX] {
            let scores = [scale, -scale, -scale, scale, 0.0, scale];
            let fitted = fit(&scores, &[0, 1, 0], 2, None).unwrap();
            assert!(fitted.value.is_finite() && fitted.value > 0.0, "{scale}");
            assert!(
                fitted.log_loss.is_finite() && fitted.log_loss < 1.0,
                "{scale}: {fitted:?}"
            );
        }
    }

    #[test]
    fn a_weight_counts_a_row_so_often() {
        let (mut scores, mut labels) = drawn(2.0, 50);
        let weights: Vec<f64> = (0..50).map(|row| f64::from(row % 3)).collect();
        let weighted = fit(&scores, &labels, 3, Some(&weights)).unwrap();
        let rows: Vec<usize> = (0..50).flat_map(|row| vec![row; row % 3]).collect();
        scores = rows
            .iter()
            .flat_map(|row| scores[3 * row..][..3].to_vec())
            .collect();
        labels = rows.iter().map(|row| labels[*row]).collect();
        let repeated = fit(&scores, &labels, 3, None).unwrap();
        assert!((weighted.value - repeated.value).abs() < 1e-8 * repeated.value);
        assert!((weighted.log_loss - repeated.log_loss).abs() < 1e-10);
        assert_eq!(
            fit(&scores, &labels, 3, Some(&vec![0.0; labels.len()])),
            None
        );
    }

    #[test]
    fn labels_are_scaled_together() {
        // All right by 2 on both labels: as two classes with a score of 0 beside.
        let found =
            fit_labels(&[2.0, -2.0].repeat(10), &[true, false].repeat(10), 2, None).unwrap();
        assert!((1.0 / found.value - 41_f64.ln() / 2.0).abs() < 1e-9);
    }
}
