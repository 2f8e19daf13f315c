//! Losses and scores by group of people, scanner or site: weights that favour the group that fares worst, and
//! scores that count differences between groups as losses.
//!
//! Fair error-bound scaling (Tian et al. 2024, paper 132) in two forms: [`group_weights`] weighs the items of a
//! mean by their group's error; [`error_bound_scales`] gives the factors by which the paper shrinks the
//! probabilities of a group. Both hold the errors fixed: no gradient flows through a weight or a scale.
//!
//! ```
//! use minimand::{Array, Batch, Objective, Options, Reduction, Target, fairness};
//!
//! let objective: Objective = "dice(activation=\"none\", squared=true)".parse()?;
//! let (prediction, truth) = (vec![0.9f32, 0.2, 0.6, 0.4], vec![1.0f32, 0.0, 1.0, 0.0]);
//! let batch = Batch::new(Array::new(&prediction, &[2, 1, 2]), Target::dense(&truth, &[2, 1, 2]));
//! let items = objective.evaluate(&batch, &Options::reduction(Reduction::None))?;
//! let weights = fairness::group_weights(&items.per_item.unwrap_or_default(), &[0, 1], 1.0)?;
//! assert!(weights[0] < weights[1] && weights[1] == 1.0);
//! let fair = objective.value_and_gradient(&batch.weights(Array::new(&weights, &[2])), &Options::default())?;
//! # let _ = fair;
//! # Ok::<(), minimand::Error>(())
//! ```

use crate::error::Error;

/// The least error of a group that others are compared with: a group without error would else have all the
/// weight taken off.
const FLOOR: f64 = 1e-8;

fn refuse(argument: &'static str, position: usize, value: f64, expected: &str) -> Error {
    Error::Value {
        argument,
        position,
        value,
        expected: expected.to_string(),
    }
}

fn check_exponent(gamma: f64) -> Result<(), Error> {
    if gamma.is_finite() && gamma >= 0.0 {
        return Ok(());
    }
    Err(refuse("gamma", 0, gamma, "a finite number ≥ 0"))
}

/// Mean loss of each group's items; `None` for a number below the largest that no item has. `groups` holds the
/// group of each item, from 0.
///
/// # Errors
/// Lengths that differ, and losses that are not finite or below 0.
pub fn group_errors(losses: &[f64], groups: &[usize]) -> Result<Vec<Option<f64>>, Error> {
    if losses.len() != groups.len() {
        return Err(Error::Shape {
            argument: "groups",
            expected: format!("[{}], one per item", losses.len()),
            got: format!("[{}]", groups.len()),
        });
    }
    let bad = |x: &f64| !(x.is_finite() && *x >= 0.0);
    if let Some(position) = losses.iter().position(bad) {
        let expected = "a finite loss ≥ 0";
        return Err(refuse("losses", position, losses[position], expected));
    }
    // Numbers of groups are compared and not used as sizes: an item may name any.
    let mut present: Vec<usize> = groups.to_vec();
    present.sort_unstable();
    present.dedup();
    let count = present.last().map_or(0, |last| last.saturating_add(1));
    if count > losses.len().saturating_mul(1000).saturating_add(1000) {
        let highest = count - 1;
        let position = groups.iter().position(|&g| g >= highest).unwrap_or(0);
        let expected = "the number of a group, counted from 0";
        return Err(refuse("groups", position, highest as f64, expected));
    }
    let mut sums = vec![(0.0, 0usize); count];
    for (loss, &group) in losses.iter().zip(groups) {
        sums[group].0 += loss;
        sums[group].1 += 1;
    }
    let mean = |(sum, n): (f64, usize)| (n > 0).then(|| sum / n as f64);
    Ok(sums.into_iter().map(mean).collect())
}

/// A weight per item, (E_a / max E)^γ with the error E_a of its group: the group that fares worst has weight 1,
/// and γ = 0 weighs all alike. They are what a batch's `weights` take; a mean divides by their sum.
///
/// # Errors
/// As for [`group_errors`]; an exponent below 0.
pub fn group_weights(losses: &[f64], groups: &[usize], gamma: f64) -> Result<Vec<f64>, Error> {
    check_exponent(gamma)?;
    let errors = group_errors(losses, groups)?;
    let worst = errors.iter().flatten().fold(FLOOR, |a, b| a.max(*b));
    let weight = |group: usize| errors[group].map_or(0.0, |e| (e.max(FLOOR) / worst).powf(gamma));
    Ok(groups.iter().map(|&group| weight(group)).collect())
}

/// The factor of each group's probabilities in fair error-bound scaling: r^γ with r = min E / E_a over the
/// groups that are present, or tanh(r^γ) as in the paper. A group that errs more is shrunk more, so that its loss
/// and gradient grow. A group that is absent (`None`) has factor 1 and is no minimum.
///
/// # Errors
/// An error that is not finite or below 0, and an exponent below 0.
pub fn error_bound_scales(
    errors: &[Option<f64>],
    gamma: f64,
    tanh: bool,
) -> Result<Vec<f64>, Error> {
    check_exponent(gamma)?;
    for (group, error) in errors.iter().enumerate() {
        if let Some(error) = error.filter(|e| !(e.is_finite() && *e >= 0.0)) {
            return Err(refuse("errors", group, error, "a finite error ≥ 0"));
        }
    }
    let present = errors.iter().flatten().map(|e| e.max(FLOOR));
    let least = present.fold(f64::INFINITY, f64::min);
    let scale = |error: f64| {
        let power = (least / error.max(FLOOR)).powf(gamma);
        if tanh { power.tanh() } else { power }
    };
    Ok(errors.iter().map(|e| e.map_or(1.0, scale)).collect())
}

/// Equity-scaled score I / (1 + α Σ_a |I − I_a|) of an overall score I (higher is better, in 0..1) and those of
/// the groups: at most I, and I where all groups have it.
///
/// # Errors
/// A score outside 0..1, and α below 0.
pub fn equity_scaled(overall: f64, groups: &[f64], alpha: f64) -> Result<f64, Error> {
    check_scores(overall, groups, alpha)?;
    let gaps: f64 = groups.iter().map(|score| (overall - score).abs()).sum();
    Ok(overall / (1.0 + alpha * gaps))
}

/// Equity-scaled score I / (1 + α·sd) with the standard deviation of the groups' scores (over n − 1; 0 of one
/// group).
///
/// # Errors
/// As for [`equity_scaled`].
pub fn equity_scaled_by_deviation(overall: f64, groups: &[f64], alpha: f64) -> Result<f64, Error> {
    check_scores(overall, groups, alpha)?;
    let n = groups.len() as f64;
    let mean = groups.iter().sum::<f64>() / n.max(1.0);
    let squares: f64 = groups.iter().map(|score| (score - mean).powi(2)).sum();
    let deviation = (squares / (n - 1.0).max(1.0)).sqrt();
    Ok(overall / (1.0 + alpha * deviation))
}

fn check_scores(overall: f64, groups: &[f64], alpha: f64) -> Result<(), Error> {
    let unit = 0.0..=1.0;
    if !unit.contains(&overall) {
        return Err(refuse("overall", 0, overall, "a score in [0, 1]"));
    }
    if let Some(at) = groups.iter().position(|score| !unit.contains(score)) {
        return Err(refuse("groups", at, groups[at], "a score in [0, 1]"));
    }
    if !(alpha.is_finite() && alpha >= 0.0) {
        return Err(refuse("alpha", 0, alpha, "a finite number ≥ 0"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Array, Batch, Objective, Options, Target};

    fn near(got: &[f64], want: &[f64]) {
        assert_eq!(got.len(), want.len());
        for (g, w) in got.iter().zip(want) {
            assert!((g - w).abs() < 1e-8, "{got:?} against {want:?}");
        }
    }

    #[test]
    fn scales_are_those_of_the_paper() {
        let errors = [Some(0.6), Some(0.3), Some(0.45)];
        let one = error_bound_scales(&errors, 1.0, true).unwrap();
        near(&one, &[0.462117157, 0.761594156, 0.582782945]);
        let two = error_bound_scales(&errors, 2.0, true).unwrap();
        near(&two, &[0.244918662, 0.761594156, 0.417321651]);
        near(&error_bound_scales(&errors, 0.0, false).unwrap(), &[1.0; 3]);
        // A group that is not in the batch is no minimum.
        let absent = [Some(0.6), None, Some(0.3)];
        near(
            &error_bound_scales(&absent, 1.0, false).unwrap(),
            &[0.5, 1.0, 1.0],
        );
        let perfect = [Some(0.0), Some(0.5)];
        let scales = error_bound_scales(&perfect, 1.0, true).unwrap();
        assert!(scales.iter().all(|s| s.is_finite() && *s > 0.0));
    }

    #[test]
    fn dice_of_shrunk_probabilities_is_that_of_the_paper() {
        let dice: Objective = "dice(activation=\"none\", squared=true, per=\"batch\")"
            .parse()
            .unwrap();
        let truth = [1.0, 0.0, 1.0, 0.0];
        let value = |scales: [f64; 2]| {
            let s: Vec<f64> = [0.9, 0.2, 0.6, 0.4]
                .iter()
                .enumerate()
                .map(|(i, p)| p * scales[i / 2])
                .collect();
            let batch = Batch::new(
                Array::new(&s, &[2, 1, 2]),
                Target::dense(&truth[..], &[2, 1, 2]),
            );
            dice.evaluate(&batch, &Options::default()).unwrap().value
        };
        let scales = [1f64.tanh(), 0.5f64.tanh()];
        near(
            &[value([1.0, 1.0]), value(scales)],
            &[0.109791959, 0.260613799],
        );
    }

    #[test]
    fn weights_follow_the_errors_of_the_groups() {
        let losses = [0.2, 0.4, 0.9, 0.6];
        let groups = [0, 0, 2, 0];
        let errors = group_errors(&losses, &groups).unwrap();
        near(&[errors[0].unwrap(), errors[2].unwrap()], &[0.4, 0.9]);
        assert_eq!(errors[1], None);
        let weights = group_weights(&losses, &groups, 2.0).unwrap();
        let low = (0.4f64 / 0.9).powi(2);
        near(&weights, &[low, low, 1.0, low]);
        near(&group_weights(&losses, &groups, 0.0).unwrap(), &[1.0; 4]);
        assert!(group_weights(&[], &[], 1.0).unwrap().is_empty());
    }

    #[test]
    fn scores_are_those_of_the_paper() {
        let groups = [0.85, 0.75, 0.70];
        let plain = equity_scaled(0.8, &groups, 1.0).unwrap();
        let deviation = equity_scaled_by_deviation(0.8, &groups, 1.0).unwrap();
        near(&[plain], &[2.0 / 3.0]);
        assert!((deviation - 0.743234526).abs() < 1e-8);
        near(
            &[equity_scaled_by_deviation(0.8, &[0.5], 1.0).unwrap()],
            &[0.8],
        );
        near(&[equity_scaled(0.8, &[0.8, 0.8], 5.0).unwrap()], &[0.8]);
    }

    #[test]
    fn what_has_no_meaning_is_refused() {
        let text = |error: Error| error.to_string();
        assert!(text(group_errors(&[0.1], &[0, 1]).unwrap_err()).contains("groups"));
        assert!(text(group_errors(&[f64::NAN], &[0]).unwrap_err()).contains("losses"));
        assert!(text(group_errors(&[0.5], &[usize::MAX]).unwrap_err()).contains("groups"));
        assert!(text(group_weights(&[0.1], &[0], -1.0).unwrap_err()).contains("gamma"));
        assert!(text(error_bound_scales(&[Some(-0.1)], 1.0, true).unwrap_err()).contains("errors"));
        assert!(text(equity_scaled(1.1, &[], 1.0).unwrap_err()).contains("overall"));
        assert!(text(equity_scaled(0.5, &[2.0], 1.0).unwrap_err()).contains("groups"));
        assert!(text(equity_scaled(0.5, &[], -1.0).unwrap_err()).contains("alpha"));
    }
}
