//! Boxes that move down the slopes of a loss, with no network between.

use minimand::detection::Overlap;
use minimand::{Array, Batch, Gradient, GradientMut, Objective, Options, Reduction, Target};

use crate::data::boxes::Corners;
use crate::error::StudyError;
use crate::study::Trial;

/// Least side of a box.
const LEAST: f64 = 1e-3;

/// How far boxes move.
pub(super) struct Descent {
    pub(super) steps: usize,
    /// Is a step multiplied by 2 − IoU, so that far boxes move faster?
    pub(super) is_hurried: bool,
}

impl Descent {
    /// The boxes after the last step. Middles and sides of boxes follow the slopes of the loss at a rate of
    /// 0.1, a tenth of it after 80% of the steps and a hundredth after 90%; sides stay at least 0.001. `watch` sees
    /// the number of a step and the boxes before it, and at last those after all steps.
    pub(super) fn run(
        &self,
        trial: &Trial<'_>,
        objective: &str,
        starts: &[Corners],
        targets: &[Corners],
        watch: &mut dyn FnMut(usize, &[Corners]),
    ) -> Result<Vec<Corners>, StudyError> {
        let objective: Objective = objective.parse()?;
        let options = Options::reduction(Reduction::Sum);
        let shape = [starts.len(), 4];
        let targets = targets.as_flattened();
        let mut boxes = starts.to_vec();
        let mut slopes = vec![[0.0; 4]; boxes.len()];
        for step in 0..self.steps {
            trial.check_stop()?;
            watch(step, &boxes);
            let batch = Batch::new(
                Array::new(boxes.as_flattened(), &shape),
                Target::dense(targets, &shape),
            );
            let into = GradientMut::F64(slopes.as_flattened_mut());
            objective.evaluate_into(&batch, &options, into)?;
            let rate = match step * 10 / self.steps {
                0..8 => 0.1,
                8 => 0.01,
                _ => 0.001,
            };
            let pairs = boxes
                .iter_mut()
                .zip(&slopes)
                .zip(targets.as_chunks::<4>().0);
            for ((own, slope), target) in pairs {
                let hurry = match self.is_hurried {
                    true => 2.0 - Overlap::Iou.of(*own, *target),
                    false => 1.0,
                };
                *own = moved(own, slope, rate * hurry);
            }
        }
        watch(self.steps, &boxes);
        Ok(boxes)
    }
}

/// A box after one step in terms of its middle and sides.
fn moved(own: &Corners, slope: &[f64; 4], rate: f64) -> Corners {
    let mut next = *own;
    for axis in 0..2 {
        let (low, high) = (own[axis], own[axis + 2]);
        let middle = f64::midpoint(low, high) - rate * (slope[axis] + slope[axis + 2]);
        let side = (high - low - rate * 0.5 * (slope[axis + 2] - slope[axis])).max(LEAST);
        (next[axis], next[axis + 2]) = (middle - side / 2.0, middle + side / 2.0);
    }
    next
}

/// The slopes of the loss of one pair by the corners of its first box.
pub(super) fn slopes(
    objective: &str,
    own: &Corners,
    target: &Corners,
) -> Result<[f64; 4], StudyError> {
    let objective: Objective = objective.parse()?;
    let shape = [1, 4];
    let batch = Batch::new(
        Array::new(&own[..], &shape),
        Target::dense(&target[..], &shape),
    );
    let found = objective.value_and_gradient(&batch, &Options::default())?;
    let mut slopes = [0.0; 4];
    let gradient = found.gradient.as_ref().map(Gradient::to_f64);
    for (slope, found) in slopes.iter_mut().zip(gradient.unwrap_or_default()) {
        *slope = found;
    }
    Ok(slopes)
}

/// The middle of a box.
pub(super) fn middle(corners: &Corners) -> [f64; 2] {
    [0, 1].map(|axis: usize| f64::midpoint(corners[axis], corners[axis + 2]))
}

/// Width and height.
pub(super) fn sides(corners: &Corners) -> [f64; 2] {
    [0, 1].map(|axis: usize| corners[axis + 2] - corners[axis])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middle_and_sides_follow_their_own_slopes() {
        // Of a loss with slope 1 by the middle's x and 2 by the width: by x1 and x2 it is (½ − 2, ½ + 2).
        let next = moved(&[0.0, 0.0, 2.0, 1.0], &[-1.5, 0.0, 2.5, 0.0], 0.1);
        let (middle, sides) = (middle(&next), sides(&next));
        assert!((middle[0] - 0.9).abs() < 1e-12 && (sides[0] - 1.8).abs() < 1e-12);
        assert_eq!((middle[1], sides[1]), (0.5, 1.0));
        let flat = moved(&[0.0, 0.0, 0.1, 1.0], &[0.0, 0.0, 9.0, 0.0], 0.1);
        assert!((self::sides(&flat)[0] - LEAST).abs() < 1e-12);
    }
}
