//! Masks over the patches that are hard to reconstruct, and the loss of a head that predicts which these are.

use super::table::wrong;
use crate::error::Error;
use crate::random::{Key, Random};

/// Which of an image's patches to mask: the hardest by a predicted loss, and others at random (paper 141).
///
/// Of L patches n = L − ⌊L (1 − γ)⌋ are masked, ⌊n α⌋ of them those of the largest prediction (of equal ones the
/// earlier), the rest drawn from the others. α usually grows from 0 to 0.5 over the training: at 1 nothing hard is left
/// to be seen.
///
/// ```
/// use minimand::embedding::hard_patch_mask;
///
/// let mask = hard_patch_mask(&[0.1, 0.9, 0.5, 0.2], 0.5, 0.5, 7)?;
/// assert!(mask[1] && mask.iter().filter(|&&masked| masked).count() == 2);
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`] for a share γ or α outside 0..=1, [`Error::Value`] for a prediction that is not finite.
pub fn hard_patch_mask(
    predicted: &[f64],
    masked_share: f64,
    hard_share: f64,
    seed: u64,
) -> Result<Vec<bool>, Error> {
    for (parameter, share) in [("masked_share", masked_share), ("hard_share", hard_share)] {
        if !(0.0..=1.0).contains(&share) {
            return Err(wrong("hard_patch_mask", parameter, "in 0..=1", share));
        }
    }
    check_finite("predicted", predicted)?;
    let patches = predicted.len();
    let masked = patches - (patches as f64 * (1.0 - masked_share)) as usize;
    let hard = (masked as f64 * hard_share) as usize;
    let mut order: Vec<usize> = (0..patches).collect();
    order.sort_by(|&a, &b| predicted[b].total_cmp(&predicted[a]));
    let mut rest = order.split_off(hard);
    Random::new(Key::new(seed), 0).shuffle(&mut rest);
    let mut mask = vec![false; patches];
    let random = &rest[..masked - hard];
    order.iter().chain(random).for_each(|&i| mask[i] = true);
    Ok(mask)
}

/// How well a head predicts which of an image's patches have the larger loss, with the gradient by its predictions.
///
/// The mean, over ordered pairs of patches with r_i ≠ r_j, of softplus(ŝ_j − ŝ_i) if r_i > r_j and softplus(ŝ_i − ŝ_j)
/// otherwise; 0 where no two losses differ. A batch of images is one list after another with `counts`: the sum over all
/// its pairs, divided by their number. The same for ŝ plus a constant, and for any increasing function of r; ln 2 for
/// constant ŝ. The authors' program adds 10⁻⁶ in the logarithms. Source: Wang et al. 2023 (paper 141).
///
/// # Errors
/// [`Error::Shape`] for lengths that do not fit together, [`Error::Value`] for numbers that are not finite.
pub fn relative_loss_prediction(
    predicted: &[f64],
    losses: &[f64],
    counts: &[usize],
) -> Result<(f64, Vec<f64>), Error> {
    if losses.len() != predicted.len() {
        let expected = format!("[{}], as predicted", predicted.len());
        return Err(Error::shape("losses", expected, &[losses.len()]));
    }
    let sum = counts
        .iter()
        .try_fold(0usize, |sum, &count| sum.checked_add(count));
    if sum != Some(predicted.len()) {
        let expected = format!("numbers that add up to {}", predicted.len());
        return Err(Error::shape("counts", expected, counts));
    }
    check_finite("predicted", predicted)?;
    check_finite("losses", losses)?;
    let mut gradient = vec![0.0; predicted.len()];
    let (mut total, mut pairs, mut first) = (0.0, 0.0, 0);
    for &count in counts {
        let patches = first..first + count;
        first += count;
        for i in patches.clone() {
            for j in patches.clone().filter(|&j| losses[i] > losses[j]) {
                // Both orders of the pair: twice the same.
                let gap = predicted[j] - predicted[i];
                total += 2.0 * (gap.max(0.0) + (-gap.abs()).exp().ln_1p());
                let slope = 2.0 / (1.0 + (-gap).exp());
                gradient[j] += slope;
                gradient[i] -= slope;
                pairs += 2.0;
            }
        }
    }
    let scale = if pairs > 0.0 { 1.0 / pairs } else { 0.0 };
    gradient.iter_mut().for_each(|slope| *slope *= scale);
    Ok((total * scale, gradient))
}

fn check_finite(argument: &'static str, values: &[f64]) -> Result<(), Error> {
    match values.iter().position(|x| !x.is_finite()) {
        None => Ok(()),
        Some(position) => Err(Error::Value {
            argument,
            position,
            value: values[position],
            expected: "a finite number".to_string(),
        }),
    }
}
