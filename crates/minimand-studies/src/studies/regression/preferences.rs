//! The fidelity loss of preferences between all pairs of a batch.

use minimand::regression::{fidelity, level_scores, preference};

use crate::error::StudyError;
use crate::learn::softmax;

/// Levels of a score.
pub(super) const LEVELS: usize = 5;

/// The fidelity loss of logits `[n, LEVELS]`, mean over all pairs, predicted deviations being 1; and its slopes.
pub(super) fn preferences(
    logits: &[f32],
    scores: &[f64],
    deviations: &[f64],
) -> Result<(f64, Vec<f32>), StudyError> {
    let found = level_scores(logits, LEVELS)?;
    let mut by_score = vec![0.0; found.len()];
    let mut sum = 0.0;
    let pairs = (found.len() * found.len().saturating_sub(1) / 2).max(1) as f64;
    for i in 0..found.len() {
        for j in 0..i {
            let truth = preference((scores[i], deviations[i]), (scores[j], deviations[j]))?;
            let own = preference((found[i], 1.0), (found[j], 1.0))?;
            sum += fidelity(truth, own)?;
            // By the probability, and of it by the difference of the scores: a normal density of variance 2.
            let by_own = 0.5 * (((1.0 - truth) / (1.0 - own)).sqrt() - (truth / own).sqrt());
            let gap = found[i] - found[j];
            let density = (-0.25 * gap * gap).exp() / (2.0 * std::f64::consts::PI.sqrt());
            by_score[i] += by_own * density / pairs;
            by_score[j] -= by_own * density / pairs;
        }
    }
    let shares = softmax(logits, LEVELS);
    let slopes = shares.iter().enumerate().map(|(at, share)| {
        let (row, level) = (at / LEVELS, (at % LEVELS + 1) as f64);
        (by_score[row] * share * (level - found[row])) as f32
    });
    Ok((sum / pairs, slopes.collect()))
}

#[cfg(test)]
mod tests {
    use minimand_burn::random::{Key, Random};

    use super::*;

    #[test]
    fn the_slopes_of_preferences_are_those_of_their_value() {
        let mut random = Random::new(Key::new(3), 0);
        let logits: Vec<f32> = (0..4 * LEVELS).map(|_| random.normal() as f32).collect();
        let (scores, deviations) = ([1.5, 3.0, 3.2, 4.5], [0.5, 0.7, 0.4, 0.6]);
        let (_, slopes) = preferences(&logits, &scores, &deviations).unwrap();
        for place in 0..logits.len() {
            let at = |step: f32| {
                let mut moved = logits.clone();
                moved[place] += step;
                preferences(&moved, &scores, &deviations).unwrap().0
            };
            let expected = (at(1e-2) - at(-1e-2)) / 2e-2;
            let error = (f64::from(slopes[place]) - expected).abs();
            assert!(error < 1e-4 + 1e-2 * expected.abs(), "{place}: {expected}");
        }
    }
}
