//! How far two partitions of the same items agree: mutual information, normalised and adjusted for chance.

use crate::batch::Labels;
use crate::error::Error;
use std::collections::BTreeMap;

/// The counts of two partitions, such as clusters and classes.
///
/// Natural logarithms, and the arithmetic mean of the two entropies where one number is needed, as scikit-learn's
/// `normalized_mutual_info_score` and `adjusted_mutual_info_score`. Sources: Strehl and Ghosh 2002; Vinh, Epps and
/// Bailey 2010.
///
/// ```
/// use minimand::embedding::Agreement;
///
/// let agreement = Agreement::new(&vec![0i64, 0, 1, 1, 2, 2], &vec![0i64, 1, 1, 1, 0, 2])?;
/// assert!(agreement.nmi() > agreement.ami());
/// let renamed = Agreement::new(&vec![0i64, 0, 1], &vec![7i64, 7, 3])?;
/// assert!((renamed.ami() - 1.0).abs() < 1e-12);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    items: usize,
    cells: Vec<(usize, usize, usize)>,
    left: Vec<usize>,
    right: Vec<usize>,
}

impl Agreement {
    /// Counts the parts; labels are any integers, one for each item.
    ///
    /// # Errors
    /// [`Error::Shape`] for two numbers of items.
    pub fn new<'a, 'b>(
        left: impl Into<Labels<'a>>,
        right: impl Into<Labels<'b>>,
    ) -> Result<Self, Error> {
        let (left, right) = (left.into(), right.into());
        if left.len() != right.len() {
            let expected = format!("[{}], as the first labels", left.len());
            return Err(Error::shape("right", expected, &[right.len()]));
        }
        let mut cells: BTreeMap<(i64, i64), usize> = BTreeMap::new();
        let (mut rows, mut columns) = (BTreeMap::new(), BTreeMap::new());
        for i in 0..left.len() {
            let (a, b) = (left.get(i), right.get(i));
            *cells.entry((a, b)).or_default() += 1;
            *rows.entry(a).or_insert(0usize) += 1;
            *columns.entry(b).or_insert(0usize) += 1;
        }
        let sized = |(&(a, b), &n): (&(i64, i64), &usize)| (n, rows[&a], columns[&b]);
        Ok(Agreement {
            items: left.len(),
            cells: cells.iter().map(sized).collect(),
            left: rows.values().copied().collect(),
            right: columns.values().copied().collect(),
        })
    }

    /// Mutual information in nats, ≥ 0.
    pub fn mutual_information(&self) -> f64 {
        let n = self.items as f64;
        let term = |&(both, a, b): &(usize, usize, usize)| {
            let (both, a, b) = (both as f64, a as f64, b as f64);
            both / n * (both / a * (n / b)).ln()
        };
        self.cells.iter().map(term).sum::<f64>().max(0.0)
    }

    /// Normalised mutual information in 0..1: 2 I/(H₁ + H₂); 1 if both have one part only.
    pub fn nmi(&self) -> f64 {
        if self.same() {
            return 1.0;
        }
        (self.mutual_information() / self.mean_entropy()).clamp(0.0, 1.0)
    }

    /// Adjusted mutual information: (I − E)/((H₁ + H₂)/2 − E) with E the mean of I over random partitions with the same
    /// sizes. 1 if the partitions are the same, about 0 for unrelated ones, at times below.
    pub fn ami(&self) -> f64 {
        if self.same() {
            return 1.0;
        }
        let expected = self.expected_information();
        let best = self.mean_entropy() - expected;
        // No room above chance: nothing can be told.
        if best <= 1e-12 * self.mean_entropy() {
            return 0.0;
        }
        (self.mutual_information() - expected) / best
    }

    /// Is each part of one a part of the other?
    fn same(&self) -> bool {
        self.cells
            .iter()
            .all(|&(both, a, b)| both == a && both == b)
    }

    fn mean_entropy(&self) -> f64 {
        let n = self.items as f64;
        let entropy = |parts: &[usize]| {
            let shares = parts.iter().map(|&part| part as f64 / n);
            shares.map(|share| -share * share.ln()).sum::<f64>()
        };
        0.5 * (entropy(&self.left) + entropy(&self.right))
    }

    /// E I: each cell is hypergeometric.
    fn expected_information(&self) -> f64 {
        let n = self.items;
        let log_factorial = log_factorials(n);
        let mut total = 0.0;
        // Parts of equal size give equal terms.
        for (&a, &times_a) in &sizes(&self.left) {
            for (&b, &times_b) in &sizes(&self.right) {
                let fixed = log_factorial[a] + log_factorial[b] - log_factorial[n]
                    + log_factorial[n - a]
                    + log_factorial[n - b];
                let mut sum = 0.0;
                for both in (a + b).saturating_sub(n).max(1)..=a.min(b) {
                    let chance = fixed
                        - log_factorial[both]
                        - log_factorial[a - both]
                        - log_factorial[b - both]
                        - log_factorial[n + both - a - b];
                    let ratio = both as f64 / a as f64 * (n as f64 / b as f64);
                    sum += both as f64 / n as f64 * ratio.ln() * chance.exp();
                }
                total += sum * (times_a * times_b) as f64;
            }
        }
        total
    }
}

fn sizes(parts: &[usize]) -> BTreeMap<usize, usize> {
    let mut sizes = BTreeMap::new();
    for &part in parts {
        *sizes.entry(part).or_default() += 1;
    }
    sizes
}

/// ln k! for k = 0..=n, with the rounding of the sums added back.
fn log_factorials(n: usize) -> Vec<f64> {
    let (mut sum, mut lost) = (0.0, 0.0);
    let mut all = vec![0.0];
    for k in 1..=n {
        let term = (k as f64).ln() - lost;
        let next = sum + term;
        lost = (next - sum) - term;
        sum = next;
        all.push(sum);
    }
    all
}
