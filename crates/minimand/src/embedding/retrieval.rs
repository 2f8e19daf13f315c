//! How well the nearest embeddings share the label: recall at k, R-precision, MAP at R, reciprocal rank.

use super::Proximity;
use super::search::Search;
use super::table::{Table, check_labels, wrong};
use crate::batch::{Array, Labels};
use crate::error::Error;
use std::collections::BTreeMap;

/// What a search by embeddings found, query by query.
///
/// For a query let R be the number of references with its label; queries with R = 0 are left out of all means. Of
/// equally near references the earlier comes first. Sources: Musgrave, Belongie and Lim 2020 (MAP at R); the survey of
/// Mohan et al. 2023 (paper 007). Agrees with pytorch-metric-learning's `AccuracyCalculator(k="max_bin_count")`, whose
/// reciprocal rank however is 0 beyond the k nearest.
///
/// ```
/// use minimand::Array;
/// use minimand::embedding::{Proximity, Retrieval};
///
/// let points = vec![0.0, 1.0, 2.2, 3.6, 5.1, 6.9];
/// let points = Array::new(&points, &[6, 1]);
/// let labels = vec![0i64, 1, 0, 0, 1, 1];
/// let found = Retrieval::among(&points, &labels, Proximity::Euclidean)?;
/// assert_eq!(found.recall_at(1), Some(1.0 / 3.0));
/// assert_eq!(found.map_at_r(), Some(7.0 / 24.0));
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Retrieval {
    queries: Vec<Query>,
}

/// What the search of one query found.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Query {
    /// The number of references with its label.
    pub relevant: usize,
    /// The rank of the nearest of them, from 1; 0 if there is none.
    pub first: usize,
    /// The share of relevant ones among the R nearest; 0 if R = 0.
    pub r_precision: f64,
    /// (1/R) Σ over the R nearest that are relevant of the share of relevant ones up to there; 0 if R = 0.
    pub average_precision_at_r: f64,
}

impl Retrieval {
    /// Searches `embeddings` `[n, d]` among themselves, each without itself; one label each.
    ///
    /// # Errors
    /// [`Error::Shape`] for arrays that do not fit together, [`Error::Value`] for numbers that are not finite.
    pub fn among<'a>(
        embeddings: &Array<'_>,
        labels: impl Into<Labels<'a>>,
        by: Proximity,
    ) -> Result<Self, Error> {
        let (table, labels) = (Table::new("embeddings", embeddings)?, labels.into());
        check_labels("labels", &labels, table.len())?;
        let labels: Vec<i64> = (0..table.len()).map(|i| labels.get(i)).collect();
        Ok(Self::of(&Search::new(by, table, None), &labels, &labels, 1))
    }

    /// Searches `references` `[m, d]` for each of `queries` `[n, d]`; one label each.
    ///
    /// # Errors
    /// As [`among`](Self::among).
    pub fn between<'a>(
        queries: &Array<'_>,
        query_labels: impl Into<Labels<'a>>,
        references: &Array<'_>,
        reference_labels: impl Into<Labels<'a>>,
        by: Proximity,
    ) -> Result<Self, Error> {
        let queries = Table::new("queries", queries)?;
        let references = Table::beside("references", references, queries.width)?;
        let (from, to) = (query_labels.into(), reference_labels.into());
        check_labels("query_labels", &from, queries.len())?;
        check_labels("reference_labels", &to, references.len())?;
        let from: Vec<i64> = (0..queries.len()).map(|i| from.get(i)).collect();
        let to: Vec<i64> = (0..references.len()).map(|i| to.get(i)).collect();
        Ok(Self::of(
            &Search::new(by, queries, Some(references)),
            &from,
            &to,
            0,
        ))
    }

    /// `itself` of the references with a query's label is the query.
    fn of(search: &Search, from: &[i64], to: &[i64], itself: usize) -> Self {
        let mut classes: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (place, &label) in to.iter().enumerate() {
            classes.entry(label).or_default().push(place);
        }
        let relevant = |query: usize| classes.get(&from[query]).map_or(0, |c| c.len() - itself);
        let mut queries = search.nearest(relevant, |query, found| {
            let hits = found.iter().map(|&(_, place)| to[place] == from[query]);
            Query::new(relevant(query), hits)
        });
        // Nothing relevant among the R nearest: the rank of the nearest relevant one is counted.
        let missing = |query: &Query| query.relevant > 0 && query.first == 0;
        let marks: Vec<(usize, (f64, usize))> = (0..queries.len())
            .filter(|&query| missing(&queries[query]))
            .filter_map(|query| {
                let others = classes.get(&from[query])?.iter();
                let others = others.filter(|&&place| itself == 0 || place != query);
                let keys = others.map(|&place| (search.key(query, place), place));
                keys.min_by(|a, b| a.0.total_cmp(&b.0))
                    .map(|key| (query, key))
            })
            .collect();
        for (&(query, _), before) in marks.iter().zip(search.before(&marks)) {
            queries[query].first = before + 1;
        }
        Retrieval { queries }
    }

    /// Every query, also those without relevant references.
    pub fn queries(&self) -> &[Query] {
        &self.queries
    }

    /// Recall at k: the share of queries with a relevant reference among the k nearest; precision at 1 for k = 1.
    /// In 0..1; `None` if no query has a relevant reference.
    pub fn recall_at(&self, k: usize) -> Option<f64> {
        self.mean(|query| f64::from(u8::from(query.first <= k)))
    }

    /// R-precision: the mean share of relevant references among the R nearest. In 0..1; `None` as for `recall_at`.
    pub fn r_precision(&self) -> Option<f64> {
        self.mean(|query| query.r_precision)
    }

    /// MAP at R: the mean of [`Query::average_precision_at_r`]. In 0..1; `None` as for `recall_at`.
    pub fn map_at_r(&self) -> Option<f64> {
        self.mean(|query| query.average_precision_at_r)
    }

    /// Mean reciprocal rank: the mean of one over the rank of the nearest relevant reference, however far it is. In
    /// 0..1; `None` as for `recall_at`.
    pub fn mean_reciprocal_rank(&self) -> Option<f64> {
        self.mean(|query| 1.0 / query.first as f64)
    }

    /// The mean over the queries that have relevant references.
    fn mean(&self, of: impl Fn(&Query) -> f64) -> Option<f64> {
        let counted = || self.queries.iter().filter(|query| query.relevant > 0);
        let count = counted().count();
        (count > 0).then(|| counted().map(of).sum::<f64>() / count as f64)
    }
}

impl Query {
    /// From the R nearest references: which are relevant.
    fn new(relevant: usize, hits: impl Iterator<Item = bool>) -> Self {
        let (mut first, mut count, mut sum) = (0, 0.0, 0.0);
        for (rank, _) in hits.enumerate().filter(|hit| hit.1) {
            if first == 0 {
                first = rank + 1;
            }
            count += 1.0;
            sum += count / (rank + 1) as f64;
        }
        let size = relevant.max(1) as f64;
        Query {
            relevant,
            first,
            r_precision: count / size,
            average_precision_at_r: sum / size,
        }
    }
}

/// The share of pairs of different items of a batch that have the same label: false negatives of a contrastive loss
/// that takes every other item as a negative (paper 012). In 0..1; 0 for fewer than two items.
///
/// # Errors
/// None for labels of any kind; [`Error::Parameter`] if `batch` names an item that has no label.
pub fn false_negative_rate<'a>(
    labels: impl Into<Labels<'a>>,
    batch: &[usize],
) -> Result<f64, Error> {
    let labels = labels.into();
    if let Some(&item) = batch.iter().find(|&&item| item >= labels.len()) {
        let expected = format!("items below {}, the number of labels", labels.len());
        return Err(wrong("false_negative_rate", "batch", expected, item));
    }
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for &item in batch {
        *counts.entry(labels.get(item)).or_default() += 1;
    }
    let pairs = |n: usize| n as f64 * n.saturating_sub(1) as f64;
    let same: f64 = counts.values().map(|&n| pairs(n)).sum();
    Ok(if same > 0.0 {
        same / pairs(batch.len())
    } else {
        0.0
    })
}
