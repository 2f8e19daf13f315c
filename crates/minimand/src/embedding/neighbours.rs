//! The nearest neighbours of embeddings, exactly.

use super::search::Search;
use super::table::{Table, wrong};
use crate::batch::Array;
use crate::error::Error;

/// What makes two embeddings near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Proximity {
    /// A large cosine; that with a vector of zeros is 0.
    #[default]
    Cosine,
    /// A small Euclidean distance.
    Euclidean,
    /// A large inner product.
    InnerProduct,
}

/// The nearest references of every query.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    count: usize,
    places: Vec<usize>,
    values: Vec<f64>,
}

impl Neighbours {
    /// How many neighbours each query has (k).
    pub fn count(&self) -> usize {
        self.count
    }

    /// Rows of the references, `[queries, k]`, the nearest first.
    pub fn places(&self) -> &[usize] {
        &self.places
    }

    /// Distances (not squared), cosines in −1..1, or inner products, `[queries, k]`.
    pub fn values(&self) -> &[f64] {
        &self.values
    }
}

/// The k nearest of `references` `[m, d]` for each of `queries` `[n, d]`.
///
/// Exact: of equally near ones the earlier comes first, and the result is the same for any number of threads. Single
/// and double precision; measured in double precision. About 2 n m d operations in products of single precision, memory
/// O((n + m) d + n k).
///
/// ```
/// use minimand::Array;
/// use minimand::embedding::{Proximity, nearest};
///
/// let (queries, references) = (vec![0.9f32, 0.1], vec![1.0f32, 1.0, 2.0, 0.0, 0.0, -1.0]);
/// let found = nearest(
///     &Array::new(&queries, &[1, 2]),
///     &Array::new(&references, &[3, 2]),
///     2,
///     Proximity::Cosine,
/// )?;
/// assert_eq!(found.places(), [1, 0]);
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] for arrays that are not `[n, d]` and `[m, d]` with d ≥ 1, [`Error::Value`] for numbers that are not
/// finite, [`Error::Parameter`] for k = 0 or k above m.
pub fn nearest(
    queries: &Array<'_>,
    references: &Array<'_>,
    k: usize,
    by: Proximity,
) -> Result<Neighbours, Error> {
    let queries = Table::new("queries", queries)?;
    let references = Table::beside("references", references, queries.width)?;
    found(&Search::new(by, queries, Some(references)), k)
}

/// The k nearest others of each of `embeddings` `[n, d]`; as [`nearest`], without itself.
///
/// # Errors
/// As [`nearest`]; k is at most n − 1.
pub fn nearest_others(
    embeddings: &Array<'_>,
    k: usize,
    by: Proximity,
) -> Result<Neighbours, Error> {
    let embeddings = Table::new("embeddings", embeddings)?;
    found(&Search::new(by, embeddings, None), k)
}

fn found(search: &Search, k: usize) -> Result<Neighbours, Error> {
    if !(1..=search.available()).contains(&k) {
        let expected = format!(
            "in 1..={}, the embeddings to choose from",
            search.available()
        );
        return Err(wrong("nearest", "k", expected, k));
    }
    let lists = search.nearest(|_| k, |_, found| found.to_vec());
    let found = || lists.iter().flatten();
    Ok(Neighbours {
        count: k,
        places: found().map(|found| found.1).collect(),
        values: found().map(|found| search.value(found.0)).collect(),
    })
}
