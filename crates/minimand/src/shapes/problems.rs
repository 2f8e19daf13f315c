//! What a kernel is asked: the arrays of a batch, checked against what the loss reads.

use super::Precision;
use crate::batch::{Array, Batch, Labels, Options, Target};
use crate::catalog::Built;
use crate::error::Error;
use crate::kernels::boxes::BoxProblem;
use crate::kernels::clouds::{CloudObject, CloudProblem};
use crate::kernels::fields::{FieldFormula, FieldProblem};
use crate::kernels::groups::{GroupObject, GroupProblem};
use crate::kernels::pairs::{PairObject, PairProblem};
use crate::kernels::points::PointProblem;
use crate::kernels::regions::{Activation, Per, RegionObject, RegionProblem, RegionTarget};
use crate::kernels::rows::{RowObject, RowProblem, RowTarget, Transform};
use crate::kernels::scalar::Float;
use crate::kernels::weighting::Weighting;
use crate::loss::Domain;
use std::borrow::Cow;

/// A dense target in the precision of the prediction, borrowed where it has it already.
pub(crate) struct DenseTarget<'a, T: Float>(pub(super) Option<Cow<'a, [T]>>);

impl<'a, T: Float> DenseTarget<'a, T> {
    pub(crate) fn new(target: &Target<'a>) -> Self {
        DenseTarget(match target {
            Target::Dense(array) => Some(match T::slice(&array.values) {
                Some(values) => Cow::Borrowed(values),
                None => Cow::Owned(array.values.converted()),
            }),
            Target::Labels(..) | Target::None => None,
        })
    }

    /// The numbers, if the target is dense.
    pub(crate) fn values(&self) -> Option<&[T]> {
        self.0.as_deref()
    }
}

/// Items, classes and positions of a prediction `[items, classes, spatial…]`.
pub(super) fn dense_layout(prediction: &Array<'_>) -> Result<[usize; 3], Error> {
    match prediction.shape {
        [items, classes, spatial @ ..] if *classes > 0 => {
            Ok([*items, *classes, spatial.iter().product()])
        }
        shape => Err(Error::shape(
            "prediction",
            "[items, classes, …] with at least one class",
            shape,
        )),
    }
}

/// Are labels `[items, spatial…]` or `[items, 1, spatial…]` for this prediction?
pub(crate) fn labels_fit(prediction: &[usize], labels: &[usize]) -> bool {
    let spatial = &prediction[2..];
    match labels {
        [items, rest @ ..] if *items == prediction[0] => {
            rest == spatial
                || rest
                    .split_first()
                    .is_some_and(|(one, rest)| *one == 1 && rest == spatial)
        }
        _ => false,
    }
}

/// What a loss that compares says where there is nothing to compare with.
pub(crate) fn needs_target() -> Error {
    Error::Shape {
        argument: "target",
        expected: "as the prediction, or of its labels".to_string(),
        got: "no target".to_string(),
    }
}

/// Checks a label or soft target against a prediction `[items, classes, spatial…]`.
fn labels_or_soft<'a, 'b, T: Float>(
    batch: &Batch<'a>,
    target: &'b DenseTarget<'a, T>,
) -> Result<Result<Labels<'a>, &'b [T]>, Error> {
    let prediction = batch.prediction.shape;
    match (&batch.target, &target.0) {
        (Target::None, _) => Err(needs_target()),
        (Target::Labels(labels, shape), _) if labels_fit(prediction, shape) => Ok(Ok(*labels)),
        (Target::Dense(array), Some(soft)) if array.shape == prediction => Ok(Err(soft)),
        (Target::Labels(_, shape), _) => {
            let fitting: Vec<usize> = prediction[..1]
                .iter()
                .chain(&prediction[2..])
                .copied()
                .collect();
            Err(Error::shape(
                "target",
                format!("{fitting:?} (one label per position)"),
                shape,
            ))
        }
        (Target::Dense(array), _) => Err(Error::shape(
            "target",
            format!("{prediction:?} (soft labels like the prediction), or integer labels"),
            array.shape,
        )),
    }
}

/// The rows of a batch, checked against the loss; `prediction` need not be there for all that counts rows.
pub(crate) fn row_problem<'a, T: Precision>(
    built: &Built,
    kernel: &dyn RowObject,
    prediction: &'a [T],
    batch: &Batch<'a>,
    options: &Options,
    target: &'a DenseTarget<'a, T>,
) -> Result<RowProblem<'a, T>, Error> {
    let [items, classes, spatial] = dense_layout(&batch.prediction)?;
    let facts = &built.facts;
    if classes < facts.least_classes {
        return Err(Error::shape(
            "prediction",
            format!(
                "[items, classes, …] with at least {} classes",
                facts.least_classes
            ),
            batch.prediction.shape,
        ));
    }
    let target = match labels_or_soft(batch, target)? {
        Ok(labels) => RowTarget::Labels(labels),
        Err(soft) if facts.soft_labels => RowTarget::Soft(soft),
        Err(_) => {
            return Err(Error::unsupported(
                built.entry.name,
                "has no meaning for soft labels; give integer labels",
            ));
        }
    };
    let shift = match kernel.row_transform() {
        Some(Transform::Shift(by)) => by.len(),
        _ => 0,
    };
    let by_class = match kernel.last_value_for_rest() {
        true => 0,
        false => kernel.values_by_class().len(),
    };
    for (parameter, numbers) in [
        ("alpha", kernel.class_factors().len()),
        ("counts", shift.max(by_class)),
    ] {
        if numbers > 1 && numbers != classes {
            return Err(Error::Parameter {
                loss: built.entry.name.to_string(),
                parameter: parameter.to_string(),
                expected: format!("a number or one for each of the {classes} classes"),
                got: format!("{numbers} numbers"),
            });
        }
    }
    let weighting = Weighting::new(batch, items, items * spatial)?;
    weighting.check_classes(classes)?;
    let (low, bound) = facts.prediction.range::<T>();
    Ok(RowProblem {
        logits: prediction,
        items,
        classes,
        spatial,
        target,
        weighting,
        ignore_index: options.ignore_index,
        low,
        bound,
    })
}

/// Integer labels of a loss that takes numbers: their values, and the mask that leaves out those that
/// are ignored.
pub(super) struct LabelNumbers<T>(Option<(Vec<T>, Vec<bool>)>);

impl<T: Float> LabelNumbers<T> {
    pub(super) fn new(built: &Built, batch: &Batch<'_>, options: &Options) -> Self {
        let Target::Labels(labels, shape) = &batch.target else {
            return LabelNumbers(None);
        };
        // Only a label can say that it does not count: an integer regression target is a number.
        let labelled = built.facts.target == Domain::Unit;
        let groups = shape.first().copied().unwrap_or(1);
        let share = |mask: &[bool]| {
            let per_label = mask.len() == labels.len() || groups == 0 || mask.len() != groups;
            if per_label { 1 } else { labels.len() / groups }
        };
        let masked = |i: usize| {
            batch
                .mask
                .is_none_or(|m| m.get(i / share(m)).copied().unwrap_or(true))
        };
        let each = || (0..labels.len()).map(|i| labels.get(i));
        LabelNumbers(Some((
            each().map(|y| T::from_f64(y as f64)).collect(),
            each()
                .enumerate()
                .map(|(i, y)| !(labelled && y == options.ignore_index) && masked(i))
                .collect(),
        )))
    }
}

fn no_class_weights(built: &Built, batch: &Batch<'_>) -> Result<(), Error> {
    if batch.class_weights.is_none() {
        return Ok(());
    }
    Err(Error::unsupported(
        built.entry.name,
        "has no classes to weight; use weights per item or entry",
    ))
}

pub(super) fn point_problem<'a, T: Precision>(
    built: &Built,
    prediction: &'a [T],
    batch: &Batch<'a>,
    target: &'a DenseTarget<'a, T>,
    numbers: &'a LabelNumbers<T>,
) -> Result<PointProblem<'a, T>, Error> {
    no_class_weights(built, batch)?;
    let shape = batch.prediction.shape;
    let target_shape = match &batch.target {
        Target::Labels(_, shape) => shape,
        Target::Dense(array) => array.shape,
        Target::None => return Err(needs_target()),
    };
    if target_shape != shape {
        return Err(Error::shape(
            "target",
            format!("{shape:?}, as the prediction"),
            target_shape,
        ));
    }
    let groups = shape.first().copied().unwrap_or(1);
    let mut weighting = Weighting::new(batch, groups, prediction.len())?;
    let values: &[T] = match (&numbers.0, &target.0) {
        (Some((values, mask)), _) => {
            weighting.set_mask(mask);
            values
        }
        (None, Some(values)) => values,
        (None, None) => &[],
    };
    let ends = |(low, high): (f64, f64)| (T::from_f64(low), T::from_f64(high));
    Ok(PointProblem {
        prediction,
        target: values,
        weighting,
        domain: ends(built.facts.prediction.range::<T>()),
        target_domain: ends(built.facts.target.range::<T>()),
    })
}

pub(super) fn box_problem<'a, T: Precision>(
    built: &Built,
    prediction: &'a [T],
    batch: &Batch<'a>,
    target: &'a DenseTarget<'a, T>,
) -> Result<BoxProblem<'a, T>, Error> {
    no_class_weights(built, batch)?;
    let [items, 4] = *batch.prediction.shape else {
        return Err(Error::shape(
            "prediction",
            "[n, 4] (x1, y1, x2, y2)",
            batch.prediction.shape,
        ));
    };
    let target = match (&batch.target, &target.0) {
        (Target::Dense(array), Some(values)) if array.shape == batch.prediction.shape => values,
        (Target::None, _) => return Err(needs_target()),
        (Target::Dense(Array { shape, .. }) | Target::Labels(_, shape), _) => {
            return Err(Error::shape(
                "target",
                format!("[{items}, 4] of real numbers"),
                shape,
            ));
        }
    };
    Ok(BoxProblem {
        prediction,
        target,
        weighting: Weighting::new(batch, items, items)?,
        bound: T::from_f64(built.facts.prediction.range::<T>().1),
    })
}

/// Weights as one number per item, if that is what they are: a region of the whole batch has none.
pub(super) fn item_weights(kernel: &dyn RegionObject, batch: &Batch<'_>) -> Option<Vec<f64>> {
    let weights = batch.weights?;
    let [items, _, spatial @ ..] = batch.prediction.shape else {
        return None;
    };
    let by_pixel = kernel.per() == Per::Batch && spatial.iter().product::<usize>() == 1;
    let per_item = weights.values.len() == *items && !by_pixel;
    per_item.then(|| (0..*items).map(|i| weights.values.get(i)).collect())
}

pub(super) fn region_problem<'a, T: Precision>(
    built: &Built,
    kernel: &dyn RegionObject,
    prediction: &'a [T],
    batch: &Batch<'a>,
    options: &Options,
    target: &'a DenseTarget<'a, T>,
    item_weights: &'a Option<Vec<f64>>,
) -> Result<RegionProblem<'a, T>, Error> {
    let [items, classes, pixels] = dense_layout(&batch.prediction)?;
    let several = kernel.activation() == Activation::Softmax || !kernel.include_background();
    if several && classes < 2 {
        return Err(Error::shape(
            "prediction",
            "[items, classes, …] with at least 2 classes; for one class use activation=\"sigmoid\" \
             and include_background=true",
            batch.prediction.shape,
        ));
    }
    if kernel.per() == Per::Batch && item_weights.is_some() {
        return Err(Error::unsupported(
            built.entry.name,
            "with per=\"batch\" has one region per class, so weights per item have no place; give \
             weights per pixel",
        ));
    }
    let target = match labels_or_soft(batch, target)? {
        Ok(labels) => RegionTarget::Labels(labels),
        Err(soft) => RegionTarget::Soft(soft),
    };
    // Weights per item weigh the regions, all others the pixels.
    let pixel_batch = Batch {
        weights: batch.weights.filter(|_| item_weights.is_none()),
        ..*batch
    };
    let pixel_weighting = Weighting::new(&pixel_batch, items, items * pixels)?;
    pixel_weighting.check_classes(classes)?;
    Ok(RegionProblem {
        prediction,
        items,
        classes,
        pixels,
        activation: kernel.activation(),
        target,
        pixel_weighting,
        item_weights: item_weights.as_deref(),
        ignore_index: options.ignore_index,
    })
}

/// The groups of a batch.
pub(crate) fn group_problem<'a, T: Float>(
    built: &'a Built,
    kernel: &dyn GroupObject,
    prediction: &'a [T],
    batch: &Batch<'a>,
    options: &Options,
) -> Result<GroupProblem<'a, T>, Error> {
    let (name, facts) = (built.entry.name, &built.facts);
    GroupProblem::new(name, facts, kernel, prediction, batch, options)
}

/// The embeddings of a batch.
pub(crate) fn pair_problem<'a, T: Float>(
    built: &Built,
    kernel: &dyn PairObject,
    prediction: &[T],
    batch: &Batch<'a>,
    options: &Options,
) -> Result<PairProblem<'a, T>, Error> {
    let (name, facts) = (built.entry.name, &built.facts);
    PairProblem::new(name, facts, kernel, prediction, batch, options)
}

/// The fields of a batch.
pub(crate) fn field_problem<'a, T: Float>(
    built: &'a Built,
    kernel: &dyn FieldFormula,
    prediction: &'a [T],
    batch: &Batch<'a>,
    options: &Options,
    target: &'a DenseTarget<'a, T>,
) -> Result<FieldProblem<'a, T>, Error> {
    let dense = target.0.as_deref();
    let (name, facts) = (built.entry.name, &built.facts);
    FieldProblem::new(name, facts, kernel, prediction, dense, batch, options)
}

/// The items of a batch of clouds; `target` in double precision, as all that is computed.
pub(crate) fn cloud_problem<'a, T: Float>(
    built: &'a Built,
    kernel: &dyn CloudObject,
    prediction: &'a [T],
    batch: &Batch<'a>,
    target: &'a DenseTarget<'a, f64>,
) -> Result<CloudProblem<'a, T>, Error> {
    let (name, facts) = (built.entry.name, &built.facts);
    CloudProblem::new(
        name,
        facts,
        kernel.form(),
        prediction,
        target.values(),
        batch,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_may_keep_the_class_axis() {
        assert!(labels_fit(&[2, 3], &[2]));
        assert!(labels_fit(&[2, 3], &[2, 1]));
        assert!(labels_fit(&[2, 3, 4, 5], &[2, 4, 5]));
        assert!(labels_fit(&[2, 3, 4, 5], &[2, 1, 4, 5]));
        assert!(!labels_fit(&[2, 3, 4, 5], &[2, 5, 4]));
        assert!(!labels_fit(&[2, 3], &[3]));
        assert!(!labels_fit(&[2, 3], &[]));
    }
}
