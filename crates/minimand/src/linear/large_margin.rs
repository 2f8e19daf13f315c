//! A multiplied angle between features of any length and the weight of their class.

use super::LinearEvaluation;
use super::units::{Cosines, Units, evaluation, on_logits};
use crate::batch::{Array, Batch, Options, Target};
use crate::error::Error;
use crate::kernels::dual::Dual;
use crate::losses::sphereface::multiplied;
use crate::objective::Objective;

/// The large-margin softmax (L-Softmax): products of features and weights, of which the label's has its angle
/// multiplied.
///
/// z_j = s‖x‖‖w_j‖ cos θ_j for all classes but the label, z_y = s‖x‖‖w_y‖ ψ(θ_y), ψ = (−1)^k cos(m θ) − 2k where
/// k π ≤ m θ ≤ (k + 1) π, and the objective on these logits: `cross_entropy`, or any other of rows. With
/// [`unit_weight`](LargeMargin::unit_weight) lengths of weights do not count, which is SphereFace as it was published;
/// for features of length 1 too, `sphereface` on the head `Cosine`. m = 1 is a plain linear layer.
///
/// The products of the batch are held. Sources: Liu et al. 2016 and 2017 (paper 007). Double precision inside.
///
/// ```
/// use minimand::linear::LargeMargin;
/// use minimand::{Array, Batch, Options, Target};
///
/// let (features, weight) = (vec![1.0, 0.5, -2.0, 1.0], vec![1.0, 0.0, 0.3, 0.9]);
/// let labels = vec![0i64, 1];
/// let batch = Batch::new(Array::new(&features, &[2, 2]), Target::labels(&labels, &[2]));
/// let loss = LargeMargin::new("cross_entropy".parse()?, 4);
/// let result = loss.value_and_gradients(&batch, &Array::new(&weight, &[2, 2]), &Options::default())?;
/// assert!(result.value > 0.0 && result.states.is_some() && result.weight.is_some());
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LargeMargin {
    objective: Objective,
    margin: u32,
    scale: f64,
    unit_weight: bool,
}

/// One logit over the scale and the lengths, with its slope by the cosine.
fn angular(cosine: f64, margin: u32) -> (f64, f64) {
    let c = Dual::<f64, 1>::variable(cosine.clamp(-1.0, 1.0), 0);
    let y = multiplied(c, margin);
    (y.value, y.partials[0])
}

impl LargeMargin {
    /// An objective of rows, and the factor m of the label's angle in 1..8; usually 4.
    pub fn new(objective: Objective, margin: u32) -> Self {
        LargeMargin {
            objective,
            margin,
            scale: 1.0,
            unit_weight: false,
        }
    }

    /// With a factor on all logits; finite and above 0.
    pub fn scale(mut self, scale: f64) -> Self {
        self.scale = scale;
        self
    }

    /// With weights that are divided by their lengths.
    pub fn unit_weight(mut self) -> Self {
        self.unit_weight = true;
        self
    }

    fn check(&self) -> Result<(), Error> {
        let wrong = |parameter: &str, expected: &str, got: String| Error::Parameter {
            loss: self.objective.to_string(),
            parameter: parameter.to_string(),
            expected: expected.to_string(),
            got,
        };
        if !(1..=8).contains(&self.margin) {
            let expected = "a whole number in 1..8";
            return Err(wrong("margin", expected, self.margin.to_string()));
        }
        if !(self.scale > 0.0 && self.scale.is_finite()) {
            let expected = "a finite number above 0";
            return Err(wrong("scale", expected, self.scale.to_string()));
        }
        Ok(())
    }

    /// The value with its gradients: `states` by the features, `weight` by the weight, in their shapes.
    ///
    /// The batch's prediction are features `[n, d]`, its target labels `[n]` in `0..c`; everything else in it is what the
    /// objective takes. `weight` is `[c, d]`. A vector of zeros has the logit 0 with all, and no gradient.
    ///
    /// # Errors
    /// Shapes that do not fit, soft labels, a weight that is not finite, parameters out of range, and what the objective
    /// refuses, such as features that are not finite.
    pub fn value_and_gradients(
        &self,
        batch: &Batch<'_>,
        weight: &Array<'_>,
        options: &Options,
    ) -> Result<LinearEvaluation, Error> {
        self.check()?;
        batch.check()?;
        weight.check("weight")?;
        let &[n, width] = batch.prediction.shape else {
            let expected = "[n, d], features";
            return Err(Error::shape("prediction", expected, batch.prediction.shape));
        };
        let classes = match weight.shape {
            &[classes, d] if d == width && classes > 0 && width > 0 => classes,
            shape => {
                let expected = format!("[c, {width}], a row for each class");
                return Err(Error::shape("weight", expected, shape));
            }
        };
        let Target::Labels(labels, [rows]) = batch.target else {
            return Err(Error::unsupported(
                self.objective.to_string(),
                "has a margin for one class of a row; give integer labels [n]",
            ));
        };
        if *rows != n {
            return Err(Error::shape("target", format!("[{n}]"), &[*rows]));
        }
        let own = |row: usize| usize::try_from(labels.get(row)).ok();
        let units = Units::finite("weight", &weight.values, width)?;
        let mut cosines = Cosines::new(batch, units);
        // The lengths of both factors, of which the layer may leave out the weights'.
        let lengths = cosines.states.norms.clone();
        let norms = if self.unit_weight {
            vec![1.0; classes]
        } else {
            cosines.weight.norms.clone()
        };
        let form = |row: usize, class: usize, cosine: f64| match own(row) == Some(class) {
            true => angular(cosine, self.margin),
            false => (cosine, 1.0),
        };
        let cells = cosines.values.iter().enumerate();
        let logits: Vec<f64> = cells
            .map(|(at, &cosine)| {
                let (row, class) = (at / classes, at % classes);
                self.scale * lengths[row] * norms[class] * form(row, class, cosine).0
            })
            .collect();
        let (result, by_logits) =
            on_logits(&self.objective, batch, &logits, &[n, classes], options)?;

        let (mut by_lengths, mut by_norms) = (vec![0.0; n], vec![0.0; classes]);
        for (at, (cosine, by)) in cosines.values.iter_mut().zip(&by_logits).enumerate() {
            let (row, class) = (at / classes, at % classes);
            let (value, slope) = form(row, class, *cosine);
            // Rows that do not count may hold anything.
            if *by == 0.0 {
                *cosine = 0.0;
                continue;
            }
            let by = by * self.scale;
            by_lengths[row] += by * norms[class] * value;
            by_norms[class] += by * lengths[row] * value;
            *cosine = by * lengths[row] * norms[class] * slope;
        }
        if self.unit_weight {
            by_norms.fill(0.0);
        }
        let [mut by_states, mut by_weight] = cosines.gradients(&by_logits);
        cosines.states.add_lengths(&by_lengths, &mut by_states);
        cosines.weight.add_lengths(&by_norms, &mut by_weight);
        let states = &batch.prediction.values;
        let gradients = [by_states, by_weight];
        Ok(evaluation(result, states, &weight.values, gradients))
    }
}
