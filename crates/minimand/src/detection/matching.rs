//! The costs by which set predictors are matched to objects.

use super::boxes::{centres, checked, finite, one_each};
use super::overlap::Overlap;
use crate::error::Error;
use crate::kernels::scalar::Float;

/// What it costs a prediction to have the class of an object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ClassCost {
    /// −p of the object's class, as DETR. Probabilities in 0..1.
    Probability,
    /// The focal loss of the class as true less that as false, as Deformable DETR. Probabilities in 0..1, each
    /// counted as at least 10⁻⁸.
    Focal {
        /// Weight of the true class in 0..1; 0.25 is common.
        alpha: f64,
        /// Exponent ≥ 0; 2 is common.
        gamma: f64,
    },
}

impl ClassCost {
    fn of(self, p: f64) -> f64 {
        match self {
            ClassCost::Probability => -p,
            ClassCost::Focal { alpha, gamma } => {
                let ln = |p: f64| p.max(1e-8).ln();
                let found = alpha * (1.0 - p).powf(gamma) * ln(p);
                let missed = (1.0 - alpha) * p.powf(gamma) * ln(1.0 - p);
                missed - found
            }
        }
    }
}

/// The cost of matching a prediction with an object: a sum of three parts with weights.
///
/// cost = class · (cost of the class) + l1 · ‖a − b‖₁ + giou · (−GIoU(a, b)); the boxes of the second part are
/// centre, width and height. Source: Carion et al. 2020.
///
/// ```
/// use minimand::detection::{MatchingCost, assign};
///
/// // Two predictions of two classes, one object of class 1.
/// let boxes = [0.1, 0.1, 0.3, 0.4, 0.5, 0.5, 0.9, 0.8];
/// let costs = MatchingCost::DETR.table(&[0.9, 0.1, 0.3, 0.7], &boxes, &[1], &[0.5, 0.5, 0.9, 0.9])?;
/// assert_eq!(assign(&costs, 2, 1)?, [(1, 0)]);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MatchingCost {
    /// How a class is judged.
    pub kind: ClassCost,
    /// Weight of the class.
    pub class: f64,
    /// Weight of the distance of the boxes.
    pub l1: f64,
    /// Weight of the generalised IoU.
    pub giou: f64,
}

impl MatchingCost {
    /// The weights of DETR: 1, 5 and 2.
    pub const DETR: MatchingCost = MatchingCost {
        kind: ClassCost::Probability,
        class: 1.0,
        l1: 5.0,
        giou: 2.0,
    };

    /// The weights of Deformable DETR: 2, 5 and 2, with the focal cost.
    pub const DEFORMABLE_DETR: MatchingCost = MatchingCost {
        kind: ClassCost::Focal {
            alpha: 0.25,
            gamma: 2.0,
        },
        class: 2.0,
        l1: 5.0,
        giou: 2.0,
    };

    /// The costs `[n, m]` of n predictions and m objects, for [`assign`](super::assign).
    ///
    /// `probabilities` is `[n, c]`, `boxes` `[n, 4]`, `labels` `[m]` in 0..c, `objects` `[m, 4]`; boxes are x1 y1 x2 y2
    /// and should be relative to the image's sides, in 0..1, for the weights to make sense.
    ///
    /// # Errors
    /// [`Error::Shape`] if lengths do not fit, [`Error::Value`] for numbers that are not finite, probabilities
    /// not in 0..1 and labels that are no class, [`Error::Parameter`] for a weight, α or γ that is not finite, and
    /// γ < 0.
    pub fn table<T: Float>(
        &self,
        probabilities: &[T],
        boxes: &[T],
        labels: &[i64],
        objects: &[T],
    ) -> Result<Vec<f64>, Error> {
        self.check()?;
        let overlaps = Overlap::Giou.pairs(boxes, objects)?;
        let boxes = checked("boxes", boxes)?;
        let objects = checked("objects", objects)?;
        one_each("labels", labels.len(), objects.len(), "object")?;
        let classes = probabilities.len() / boxes.len().max(1);
        if probabilities.len() != classes * boxes.len() {
            return Err(Error::Shape {
                argument: "probabilities",
                expected: format!("[{}, classes], a row per box", boxes.len()),
                got: format!("{} numbers", probabilities.len()),
            });
        }
        finite("probabilities", probabilities)?;
        let (zero, one) = (T::from_f64(0.0), T::from_f64(1.0));
        if let Some(position) = probabilities.iter().position(|&p| p < zero || p > one) {
            return Err(Error::Value {
                argument: "probabilities",
                position,
                value: probabilities[position].to_f64(),
                expected: "a probability in 0..1".to_string(),
            });
        }
        let class_of = |(position, &label): (usize, &i64)| match usize::try_from(label) {
            Ok(class) if class < classes || boxes.is_empty() => Ok(class),
            _ => Err(Error::Value {
                argument: "labels",
                position,
                value: label as f64,
                expected: format!("a class in 0..{classes}"),
            }),
        };
        let labels = labels
            .iter()
            .enumerate()
            .map(class_of)
            .collect::<Result<Vec<_>, _>>()?;
        let mut costs = Vec::with_capacity(overlaps.len());
        for (i, &a) in boxes.iter().enumerate() {
            let (a, row) = (centres(a), &probabilities[i * classes..(i + 1) * classes]);
            for (&label, &b) in labels.iter().zip(objects) {
                let b = centres(b);
                let distance: f64 = (0..4).map(|k| (a[k].to_f64() - b[k].to_f64()).abs()).sum();
                costs.push(
                    self.class * self.kind.of(row[label].to_f64()) + self.l1 * distance
                        - self.giou * overlaps[costs.len()].to_f64(),
                );
            }
        }
        Ok(costs)
    }

    fn check(&self) -> Result<(), Error> {
        let mut numbers = vec![("class", self.class), ("l1", self.l1), ("giou", self.giou)];
        if let ClassCost::Focal { alpha, gamma } = self.kind {
            numbers.extend([("alpha", alpha), ("gamma", gamma.max(-1.0))]);
            if gamma < 0.0 {
                return Err(wrong("gamma", "a number ≥ 0", gamma));
            }
        }
        match numbers.iter().find(|(_, value)| !value.is_finite()) {
            Some((name, value)) => Err(wrong(name, "a finite number", *value)),
            None => Ok(()),
        }
    }
}

fn wrong(parameter: &str, expected: &str, got: f64) -> Error {
    Error::Parameter {
        loss: "MatchingCost".to_string(),
        parameter: parameter.to_string(),
        expected: expected.to_string(),
        got: got.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_by_hand() {
        let (boxes, objects) = ([0.0, 0.0, 0.2, 0.2], [0.1, 0.1, 0.3, 0.3]);
        let part = |class, l1, giou, kind| {
            let cost = MatchingCost {
                kind,
                class,
                l1,
                giou,
            };
            cost.table(&[0.25, 0.75], &boxes, &[1], &objects).unwrap()[0]
        };
        let close = |got: f64, want: f64| assert!((got - want).abs() < 1e-9, "{got} {want}");
        close(part(1.0, 0.0, 0.0, ClassCost::Probability), -0.75);
        close(part(0.0, 1.0, 0.0, ClassCost::Probability), 0.2);
        close(
            part(0.0, 0.0, 1.0, ClassCost::Probability),
            2.0 / 9.0 - 1.0 / 7.0,
        );
        let focal = ClassCost::Focal {
            alpha: 0.25,
            gamma: 2.0,
        };
        // 0.25·0.25²·(−ln 0.75) − 0.75·0.75²·(−ln 0.25)
        close(
            part(1.0, 0.0, 0.0, focal),
            0.004_495_032_4 - 0.584_842_933_6,
        );
        close(
            part(2.0, 3.0, 4.0, ClassCost::Probability),
            -1.5 + 0.6 + 4.0 * (2.0 / 9.0 - 1.0 / 7.0),
        );
    }

    #[test]
    fn empty_sides_and_errors() {
        let cost = MatchingCost::DETR;
        assert!(
            cost.table::<f64>(&[], &[], &[3], &[0.0; 4])
                .unwrap()
                .is_empty()
        );
        assert!(
            cost.table(&[0.5, 0.5], &[0.0; 4], &[], &[])
                .unwrap()
                .is_empty()
        );
        let text = |result: Result<Vec<f64>, Error>| result.unwrap_err().to_string();
        let run = |p: &[f64], label: i64| cost.table(p, &[0.0; 4], &[label], &[0.0; 4]);
        assert_eq!(
            text(run(&[0.5, 0.5], 2)),
            "`labels` at position 0 is 2, expected a class in 0..2"
        );
        assert_eq!(
            text(run(&[0.5, 1.5], 1)),
            "`probabilities` at position 1 is 1.5, expected a probability in 0..1"
        );
        assert!(run(&[0.5, f64::NAN], 1).is_err());
        let focal = ClassCost::Focal {
            alpha: 0.5,
            gamma: -1.0,
        };
        let cost = MatchingCost {
            kind: focal,
            ..cost
        };
        assert!(matches!(
            cost.table(&[0.5], &[0.0; 4], &[0], &[0.0; 4]),
            Err(Error::Parameter { .. })
        ));
        let certain = MatchingCost::DEFORMABLE_DETR
            .table(&[1.0, 0.0], &[0.0; 4], &[0, 1], &[0.0; 8])
            .unwrap();
        assert!(certain.iter().all(|c| c.is_finite()) && certain[0] < certain[1]);
    }
}
