//! What data must have before it is worth training on.

use super::{Data, FeatureValues, Target};
use crate::error::CompareError;
use crate::preprocess::MOST_CATEGORIES;
use crate::request::Request;

/// The features of one fold as a matrix may take so many bytes; two folds are held at
/// a time.
const MOST_BYTES: usize = 4 << 30;

pub(super) fn check(data: &Data, request: &Request) -> Result<(), CompareError> {
    check_rows(data, request)?;
    check_groups(data, request)?;
    check_classes(data, request)?;
    check_size(data)
}

fn check_rows(data: &Data, request: &Request) -> Result<(), CompareError> {
    let folds = request.folds;
    // Two rows of every part, where a validation part needs no more than a fold.
    let needed = (2 * folds).max(10);
    if data.rows() < needed {
        return Err(CompareError::TooFewRows {
            data: data.name.clone(),
            rows: data.rows(),
            folds,
            needed,
        });
    }
    Ok(())
}

fn check_groups(data: &Data, request: &Request) -> Result<(), CompareError> {
    match &data.groups {
        // One group per test fold, and in every training fold one to train and one to
        // decide when to stop.
        Some(groups) if groups.names.len() < request.folds.max(3) => {
            Err(CompareError::TooFewGroups {
                data: data.name.clone(),
                column: groups.column.clone(),
                groups: groups.names.len(),
                folds: request.folds,
            })
        }
        _ => Ok(()),
    }
}

/// Stratified folds need a row of every class.
fn check_classes(data: &Data, request: &Request) -> Result<(), CompareError> {
    let Target::Classes { names, .. } = &data.target else {
        return Ok(());
    };
    if data.groups.is_some() || data.times.is_some() {
        return Ok(());
    }
    let counts = data.target.counts();
    match names.iter().zip(counts).min_by_key(|(_, count)| *count) {
        Some((class, count)) if count < request.folds => Err(CompareError::RareClass {
            data: data.name.clone(),
            class: class.clone(),
            count,
            folds: request.folds,
            task_was_told: data.task_was_told,
        }),
        _ => Ok(()),
    }
}

fn check_size(data: &Data) -> Result<(), CompareError> {
    let width = |values: &FeatureValues| match values {
        FeatureValues::Numbers(_) => 2,
        FeatureValues::Dates(_) => 8,
        FeatureValues::Categories { names, .. } => names.len().min(MOST_CATEGORIES) + 1,
    };
    let width: usize = data
        .features
        .iter()
        .map(|feature| width(&feature.values))
        .sum();
    let bytes = data
        .rows()
        .saturating_mul(width)
        .saturating_mul(size_of::<f32>());
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    Err(CompareError::TooLarge {
        data: data.name.clone(),
        rows: data.rows(),
        width,
        gibibytes: bytes as f64 / f64::from(1 << 30),
        rows_that_fit: MOST_BYTES / (width * size_of::<f32>()),
    })
}
