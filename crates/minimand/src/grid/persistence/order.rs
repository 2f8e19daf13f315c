//! The order in which pixels enter.

use super::super::Grid;
use super::Filtration;
use crate::error::Error;
use crate::kernels::scalar::Float;
use rayon::prelude::*;

/// Cells are numbered in 32 bits, up to eight for each pixel.
const MOST_PIXELS: usize = 1 << 28;

/// Refuses what is no field on the grid.
///
/// # Errors
/// As [`barcode`](super::barcode).
pub(super) fn check<T: Float>(
    argument: &'static str,
    values: &[T],
    grid: &Grid,
) -> Result<(), Error> {
    if values.len() != grid.len() {
        let expected = format!("{:?}, as the grid has it", grid.shape());
        return Err(Error::shape(argument, expected, &[values.len()]));
    }
    if grid.len() > MOST_PIXELS {
        return Err(Error::shape(
            "grid",
            format!("at most {MOST_PIXELS} pixels; cut it in parts"),
            grid.shape(),
        ));
    }
    match values.iter().position(|x| x.to_f64().is_nan()) {
        None => Ok(()),
        Some(position) => Err(Error::Value {
            argument,
            position,
            value: f64::NAN,
            expected: "a number".to_string(),
        }),
    }
}

/// Pixels in the order in which they enter: by value, equal ones from the last to the first.
///
/// # Errors
/// As [`barcode`](super::barcode).
pub(super) fn ordered<T: Float>(
    argument: &'static str,
    values: &[T],
    grid: &Grid,
    filtration: Filtration,
) -> Result<Vec<u32>, Error> {
    check(argument, values, grid)?;
    let last = values.len() as u64 - 1;
    // The upper halves of the keys decide nearly always; with the place behind them they fit one word, which sorts
    // much faster than pairs.
    let upper = !u64::from(u32::MAX);
    let mut words: Vec<u64> = (values.par_iter().enumerate())
        .map(|(i, &value)| key(value, filtration) & upper | (last - i as u64))
        .collect();
    words.par_sort_unstable();
    words
        .par_chunk_by_mut(|a, b| (a ^ b) & upper == 0)
        .filter(|equal| equal.len() > 1)
        .for_each(|equal| {
            let whole = |word: &u64| {
                let place = word & !upper;
                (key(values[(last - place) as usize], filtration), place)
            };
            if !equal.is_sorted_by_key(whole) {
                equal.par_sort_unstable_by_key(whole);
            }
        });
    Ok(words
        .par_iter()
        .map(|word| (last - (word & !upper)) as u32)
        .collect())
}

/// A number that sorts as the values enter; the two zeros are equal.
fn key<T: Float>(value: T, filtration: Filtration) -> u64 {
    let value = match filtration {
        Filtration::Sublevel => value.to_f64(),
        Filtration::Superlevel => -value.to_f64(),
    };
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}
