//! The order in which pixels enter.

use super::super::Grid;
use super::Filtration;
use crate::error::Error;
use crate::kernels::parallel;
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
    let key = |place: u64| key(values[(last - place) as usize], filtration);
    let mut words = vec![0; values.len()];
    parallel::pieces(&mut words, PIECE, |piece, words| {
        for (i, word) in (piece as u64 * PIECE as u64..).zip(words) {
            *word = key(last - i) & UPPER | (last - i);
        }
    });
    sort(&mut words, &key);
    let mut order = vec![0; words.len()];
    parallel::pieces(&mut order, PIECE, |piece, order| {
        for (place, word) in order.iter_mut().zip(&words[piece * PIECE..]) {
            *place = (last - (word & !UPPER)) as u32;
        }
    });
    Ok(order)
}

/// The upper halves of the keys decide nearly always; with the place behind them they fit one word, which sorts much
/// faster than pairs.
const UPPER: u64 = !(u32::MAX as u64);

/// Numbers that one thread takes at a time.
const PIECE: usize = 1 << 14;

/// Sorts words by the whole keys of their places, which `key` knows, and then by the places.
fn sort(words: &mut [u64], key: &(dyn Fn(u64) -> u64 + Sync)) {
    words.par_sort_unstable();
    let whole = |word: &u64| (key(word & !UPPER), word & !UPPER);
    words
        .par_chunk_by_mut(|a, b| (a ^ b) & UPPER == 0)
        .filter(|equal| equal.len() > 1 && !equal.is_sorted_by_key(whole))
        .for_each(|equal| equal.par_sort_unstable_by_key(whole));
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
