//! Single against double precision.

use super::derivatives::both_precisions;
use super::samples::{Random, Sample, Truth, rows};
use super::{Subject, close};
use crate::batch::{Options, Reduction};
use crate::kernels::rows::Transform;
use crate::loss::{Kernel, Shape};

/// Is the part of the slope along the row taken off? What remains carries the rounding of the whole.
fn levelled(subject: &Subject) -> bool {
    match &subject.built.kernel {
        Kernel::Rows(kernel) => matches!(
            kernel.row_transform(),
            Some(Transform::Clip(_) | Transform::Standardise)
        ),
        _ => false,
    }
}

pub(super) fn single(subject: &Subject) -> Result<(), String> {
    let tolerance = match subject.shape() {
        // Scales of 10 to 80 on products that are rounded.
        Shape::Pairs => (4e-6, 1e-4),
        _ => (1e-6, if levelled(subject) { 1e-4 } else { 4e-6 }),
    };
    for sample in subject.samples() {
        both_precisions(subject, &sample, tolerance)?;
    }
    if subject.shape() == Shape::Rows {
        // Enough classes for sums to lose digits, if they could.
        let mut random = Random::new(subject.entry.name);
        both_precisions(subject, &rows(subject, &[2, 1000], &mut random), tolerance)?;
    }
    Ok(())
}

/// A row ever more certain of its label: naive arithmetic returns a gradient of 0 where the truth is
/// small but not 0.
pub(super) fn confident(subject: &Subject) -> Result<(), String> {
    let Kernel::Rows(kernel) = &subject.built.kernel else {
        return Ok(());
    };
    // Without probabilities there is nothing that saturates; and a sure row whose slope along itself is
    // taken off has none left.
    if !kernel.reads().probability || levelled(subject) {
        return Ok(());
    }
    for classes in [10usize, 100] {
        let mut prediction = Vec::new();
        let mut miss = 0.5f64;
        let mut rows = 0;
        while miss >= 0.9e-9 {
            // (c − 1) e^−lead / (1 + (c − 1) e^−lead) = miss
            let lead = ((classes - 1) as f64 * (1.0 - miss) / miss).ln();
            let lead = f64::from((lead * subject.unit()) as f32);
            prediction.extend((0..classes).map(|k| if k == 3 { lead } else { 0.0 }));
            rows += 1;
            miss /= 3.0;
        }
        let sample = Sample::new(prediction, &[rows, classes], Truth::Labels(vec![3; rows]));
        let options = Options::reduction(Reduction::Sum);
        let double = subject.run_with(&sample, &options)?;
        let single = sample
            .evaluate_single(&subject.objective, &options)
            .map_err(|e| format!("unexpected error in f32: {e}"))?;
        let (Some(single), Some(double)) = (single.gradient, double.gradient) else {
            return Err("no gradient".to_string());
        };
        let (single, double) = (single.to_f64(), double.to_f64());
        for row in 0..rows {
            let at = row * classes + 3;
            let what = format!("the true class's gradient of row {row} of {rows} in f32");
            // Smaller than a normal f32: nothing to compare.
            let floor = f64::from(f32::MIN_POSITIVE) / 1e-4;
            close(
                &what,
                single[at],
                double[at],
                double[at].abs().max(floor),
                1e-4,
            )?;
        }
    }
    Ok(())
}
