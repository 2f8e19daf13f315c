//! The Lovász extension of the Jaccard loss: errors in decreasing order, and what each further wrong pixel costs.

use crate::kernels::scalar::Float;
use crate::kernels::{Fault, fields::Field};
use rayon::prelude::*;

/// Fewer errors are sorted by one thread.
const PARALLEL: usize = 1 << 15;

/// A wrong pixel: its place and the growth of the Jaccard loss when it joins those with larger errors, times its
/// weight.
pub(super) type Step = (usize, f64);

/// The pixels with an error above 0 by decreasing error, those of equal error by place. Pixels that have none add
/// nothing to the loss, wherever they stand.
fn order<T: Float>(errors: &[T]) -> Vec<u32> {
    let wrong = errors
        .iter()
        .enumerate()
        .filter(|(_, e)| **e > T::default());
    // The bits of positive numbers have the order of the numbers.
    if size_of::<T>() == size_of::<f32>() {
        let key = |(i, e): (usize, &T)| {
            let falling = !(e.to_f64() as f32).to_bits();
            u64::from(falling) << 32 | i as u64
        };
        let mut keys: Vec<u64> = wrong.map(key).collect();
        sort(&mut keys);
        return keys.into_iter().map(|key| key as u32).collect();
    }
    let mut keys: Vec<(u64, u32)> = wrong
        .map(|(i, e)| (!e.to_f64().to_bits(), i as u32))
        .collect();
    sort(&mut keys);
    keys.into_iter().map(|(_, i)| i).collect()
}

fn sort<K: Ord + Send>(keys: &mut [K]) {
    if keys.len() < PARALLEL {
        keys.sort_unstable();
    } else {
        keys.par_sort_unstable();
    }
}

/// The wrong pixels by decreasing error, with what they cost. Pixels of weight 0 are left out.
pub(super) fn steps<T: Float>(errors: &[T], target: &[T], weights: &[T]) -> Vec<Step> {
    let weight = |i: usize| weights.get(i).map_or(1.0, |w| w.to_f64());
    let all: f64 = (0..target.len())
        .filter(|&i| weight(i) > 0.0)
        .map(|i| target[i].to_f64())
        .sum();
    let (mut inside, mut union, mut before) = (all, all, 0.0);
    let mut out = Vec::new();
    for i in order(errors) {
        let i = i as usize;
        if weight(i) <= 0.0 {
            continue;
        }
        let t = target[i].to_f64();
        inside -= t;
        union += 1.0 - t;
        // The first wrong pixel is in the union already or joins it.
        let loss = 1.0 - inside / union;
        out.push((i, weight(i) * (loss - before)));
        before = loss;
    }
    out
}

/// Is every label hard, and may the pixels be sorted together?
pub(super) fn check<T: Float>(field: &Field<'_, T, T>) -> Result<(), Fault> {
    if u32::try_from(field.values.len()).is_err() {
        let reason = "sorts at most 4,294,967,295 pixels together; use per=\"item\"";
        return Err(Fault::Whole(reason.to_string()));
    }
    let hard = |t: &T| *t == T::default() || *t == T::from_f64(1.0);
    match field.target.iter().position(|t| !hard(t)) {
        None => Ok(()),
        Some(at) => Err(Fault::Target(at, "0 or 1: its order needs hard labels")),
    }
}

/// Has the field a true pixel that counts?
pub(super) fn present<T: Float>(field: &Field<'_, T, T>) -> bool {
    let counts = |i: usize| field.weights.get(i).is_none_or(|w| *w > T::default());
    let mut inside = field.target.iter().enumerate();
    inside.any(|(i, t)| *t > T::default() && counts(i))
}

/// Are two errors above 0 within `margin`, or one and 0?
pub(super) fn close(mut errors: Vec<f64>, margin: f64) -> bool {
    errors.retain(|&e| e > -margin);
    errors.sort_unstable_by(f64::total_cmp);
    errors.first().is_some_and(|&e| e < margin)
        || errors.windows(2).any(|pair| pair[1] - pair[0] < margin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_sorted_alike_in_both_precisions() {
        let errors: Vec<f32> = (0u64..100_000)
            .map(|i| ((i * 2_654_435_761 % 1009) as f32 - 200.0) / 1009.0)
            .collect();
        let mut want: Vec<u32> = (0..errors.len() as u32)
            .filter(|&i| errors[i as usize] > 0.0)
            .collect();
        want.sort_by(|&a, &b| {
            errors[b as usize]
                .total_cmp(&errors[a as usize])
                .then(a.cmp(&b))
        });
        assert_eq!(order(&errors), want);
        let double: Vec<f64> = errors.iter().map(|&e| f64::from(e)).collect();
        assert_eq!(order(&double), want);
        assert_eq!(order::<f64>(&[]), [0u32; 0]);
    }
}
