//! From a batch to the kernel shape of a loss: what is an item, which array lies how, what fits.

use crate::batch::{Array, Batch, Labels, Options, Target};
use crate::catalog::Built;
use crate::error::Error;
use crate::kernels::boxes::{BoxKernel, BoxObject, BoxProblem};
use crate::kernels::groups::{GroupObject, GroupProblem};
use crate::kernels::points::{PointKernel, PointObject, PointProblem};
use crate::kernels::regions::{Per, RegionObject, RegionProblem, RegionTarget};
use crate::kernels::rows::{RowKernel, RowObject, RowProblem, RowTarget, Transform};
use crate::kernels::scalar::Float;
use crate::kernels::weighting::{Mass, Weighting};
use crate::kernels::{boxes, groups, points, regions, rows};
use crate::loss::{Domain, Kernel};
use crate::objective::{Gradient, Term};
use std::borrow::Cow;

/// A precision for which every formula is compiled.
pub(crate) trait Precision: Float {
    fn rows(kernel: &dyn RowObject) -> &dyn RowKernel<Self>;
    fn points(kernel: &dyn PointObject) -> &dyn PointKernel<Self>;
    fn boxes(kernel: &dyn BoxObject) -> &dyn BoxKernel<Self>;
    fn gradient(entries: Vec<Self>) -> Gradient;
}

macro_rules! precision {
    ($($t:ident $gradient:ident)*) => {$(
        impl Precision for $t {
            fn rows(kernel: &dyn RowObject) -> &dyn RowKernel<Self> { kernel }
            fn points(kernel: &dyn PointObject) -> &dyn PointKernel<Self> { kernel }
            fn boxes(kernel: &dyn BoxObject) -> &dyn BoxKernel<Self> { kernel }
            fn gradient(entries: Vec<Self>) -> Gradient { Gradient::$gradient(entries) }
        }
    )*};
}
precision!(f32 F32 f64 F64);

/// What one loss gives for a batch, before its coefficient and divisor.
pub(crate) struct Outcome {
    /// Σ w·ℓ over the items that count.
    pub(crate) sum: f64,
    /// w·ℓ of every item, if they are kept.
    pub(crate) per_item: Option<Vec<f64>>,
    pub(crate) count: usize,
    /// What the sum is divided by; `None` if nothing counts.
    pub(crate) divisor: Option<f64>,
}

/// Evaluates one term: its own sum and divisor, and coefficient/divisor times the gradient.
pub(crate) fn evaluate<T: Precision>(
    term: &Term,
    prediction: &[T],
    batch: &Batch<'_>,
    options: &Options,
    gradient: Option<&mut [T]>,
    keep_items: bool,
) -> Result<Outcome, Error> {
    let loss = term.built.entry.name;
    let target = DenseTarget::<T>::new(&batch.target);
    match &term.built.kernel {
        Kernel::Rows(kernel) => {
            let problem = row_problem(&term.built, &**kernel, prediction, batch, options, &target)?;
            let items = problem.items * problem.spatial;
            reduced(
                term,
                options,
                problem.mass(),
                items,
                keep_items,
                |scale, items| {
                    rows::evaluate(loss, T::rows(&**kernel), &problem, scale, gradient, items)
                },
            )
        }
        Kernel::Points(kernel) => {
            let numbers = LabelNumbers::<T>::new(&term.built, batch, options);
            let problem = point_problem(&term.built, prediction, batch, &target, &numbers)?;
            let items = problem.prediction.len();
            reduced(
                term,
                options,
                problem.mass(),
                items,
                keep_items,
                |scale, items| {
                    points::evaluate(loss, T::points(&**kernel), &problem, scale, gradient, items)
                },
            )
        }
        Kernel::Boxes(kernel) => {
            let problem = box_problem(&term.built, prediction, batch, &target)?;
            let items = prediction.len() / 4;
            reduced(
                term,
                options,
                problem.mass(),
                items,
                keep_items,
                |scale, items| {
                    boxes::evaluate(loss, T::boxes(&**kernel), &problem, scale, gradient, items)
                },
            )
        }
        Kernel::Regions(kernel) => {
            let items = item_weights(&**kernel, batch);
            let problem = region_problem(
                &term.built,
                &**kernel,
                prediction,
                batch,
                options,
                &target,
                &items,
            )?;
            let mut divisor = None;
            let scale = |mass: &Mass| {
                divisor = mass.divisor(options)?;
                Ok(divisor.map_or(0.0, |d| term.coefficient / d))
            };
            let outcome = regions::evaluate(&**kernel, &problem, scale, gradient)?;
            Ok(Outcome {
                sum: outcome.sum,
                per_item: keep_items.then_some(outcome.per_region),
                count: outcome.mass.count,
                divisor,
            })
        }
        Kernel::Groups(kernel) => {
            let problem = group_problem(&term.built, &**kernel, prediction, batch, options)?;
            let mut divisor = None;
            let scale = |mass: &Mass| {
                divisor = mass.divisor(options)?;
                Ok(divisor.map_or(0.0, |d| term.coefficient / d))
            };
            let outcome = groups::evaluate(&**kernel, &problem, scale, gradient)?;
            Ok(Outcome {
                sum: outcome.sum,
                per_item: keep_items.then_some(outcome.per_group),
                count: outcome.mass.count,
                divisor,
            })
        }
    }
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
    GroupProblem::new(name, facts, kernel.layout(), prediction, batch, options)
}

/// Runs a shape whose items are known before it runs.
fn reduced(
    term: &Term,
    options: &Options,
    mass: Mass,
    items: usize,
    keep_items: bool,
    run: impl FnOnce(f64, Option<&mut [f64]>) -> Result<f64, Error>,
) -> Result<Outcome, Error> {
    let divisor = mass.divisor(options)?;
    let mut per_item = keep_items.then(|| vec![0.0; items]);
    // With nothing to divide by, the gradient is 0.
    let scale = divisor.map_or(0.0, |d| term.coefficient / d);
    let sum = run(scale, per_item.as_deref_mut())?;
    Ok(Outcome {
        sum,
        per_item,
        count: mass.count,
        divisor,
    })
}

/// A dense target in the precision of the prediction, borrowed where it has it already.
pub(crate) struct DenseTarget<'a, T: Float>(Option<Cow<'a, [T]>>);

impl<'a, T: Float> DenseTarget<'a, T> {
    pub(crate) fn new(target: &Target<'a>) -> Self {
        DenseTarget(match target {
            Target::Dense(array) => Some(match T::slice(&array.values) {
                Some(values) => Cow::Borrowed(values),
                None => Cow::Owned(array.values.converted()),
            }),
            Target::Labels(..) => None,
        })
    }
}

/// Items, classes and positions of a prediction `[items, classes, spatial…]`.
fn dense_layout(prediction: &Array<'_>) -> Result<[usize; 3], Error> {
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
fn labels_fit(prediction: &[usize], labels: &[usize]) -> bool {
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

/// Checks a label or soft target against a prediction `[items, classes, spatial…]`.
fn labels_or_soft<'a, 'b, T: Float>(
    batch: &Batch<'a>,
    target: &'b DenseTarget<'a, T>,
) -> Result<Result<Labels<'a>, &'b [T]>, Error> {
    let prediction = batch.prediction.shape;
    match (&batch.target, &target.0) {
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
    for (parameter, numbers) in [
        ("alpha", kernel.class_factors().len()),
        ("counts", shift.max(kernel.values_by_class().len())),
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
    Ok(RowProblem {
        logits: prediction,
        items,
        classes,
        spatial,
        target,
        weighting,
        ignore_index: options.ignore_index,
        bound: facts.prediction.range::<T>().1,
    })
}

/// Integer labels of a loss that takes numbers: their values, and the mask that leaves out those that
/// are ignored.
struct LabelNumbers<T>(Option<(Vec<T>, Vec<bool>)>);

impl<T: Float> LabelNumbers<T> {
    fn new(built: &Built, batch: &Batch<'_>, options: &Options) -> Self {
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

fn point_problem<'a, T: Precision>(
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

fn box_problem<'a, T: Precision>(
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
        bound: built.facts.prediction.range::<T>().1,
    })
}

/// Weights as one number per item, if that is what they are: a region of the whole batch has none.
fn item_weights(kernel: &dyn RegionObject, batch: &Batch<'_>) -> Option<Vec<f64>> {
    let weights = batch.weights?;
    let [items, _, spatial @ ..] = batch.prediction.shape else {
        return None;
    };
    let by_pixel = kernel.per() == Per::Batch && spatial.iter().product::<usize>() == 1;
    let per_item = weights.values.len() == *items && !by_pixel;
    per_item.then(|| (0..*items).map(|i| weights.values.get(i)).collect())
}

fn region_problem<'a, T: Precision>(
    built: &Built,
    kernel: &dyn RegionObject,
    prediction: &'a [T],
    batch: &Batch<'a>,
    options: &Options,
    target: &'a DenseTarget<'a, T>,
    item_weights: &'a Option<Vec<f64>>,
) -> Result<RegionProblem<'a, T>, Error> {
    let [items, classes, pixels] = dense_layout(&batch.prediction)?;
    let several =
        kernel.activation() == regions::Activation::Softmax || !kernel.include_background();
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
        target,
        pixel_weighting,
        item_weights: item_weights.as_deref(),
        ignore_index: options.ignore_index,
    })
}

/// The Hessian's diagonal of one term without its coefficient. The batch has been checked.
pub(crate) fn hessian_diagonal(
    built: &Built,
    x: &[f64],
    batch: &Batch<'_>,
    options: &Options,
) -> Result<Vec<f64>, Error> {
    let target = DenseTarget::<f64>::new(&batch.target);
    let mut out = vec![0.0; x.len()];
    match &built.kernel {
        Kernel::Rows(kernel) => {
            let p = row_problem(built, &**kernel, x, batch, options, &target)?;
            let scale = p.mass().divisor(options)?.map_or(0.0, f64::recip);
            let mut row = vec![0.0; p.classes];
            let mut share = vec![0.0; p.classes];
            let mut mass = vec![0.0; p.classes];
            let mut diagonal = vec![0.0; p.classes];
            for r in 0..p.items * p.spatial {
                let at = |k: usize| (r / p.spatial * p.classes + k) * p.spatial + r % p.spatial;
                if !p.weighting.counts(r) {
                    continue;
                }
                if let RowTarget::Labels(labels) = p.target
                    && labels.get(r) == options.ignore_index
                {
                    continue;
                }
                let given = |k: usize| match p.target {
                    RowTarget::Labels(labels) => f64::from(u8::from(labels.get(r) == k as i64)),
                    RowTarget::Soft(t) => t[at(k)],
                };
                rows::target_mass(&**kernel, p.weighting.classes, given, &mut mass);
                for k in 0..p.classes {
                    row[k] = p.logits[at(k)];
                    share[k] = rows::smoothed(&**kernel, given(k), p.classes);
                }
                rows::curvature(&**kernel, &row, &share, &mass, &mut diagonal);
                for (k, d) in diagonal.iter().enumerate() {
                    out[at(k)] = scale * p.weighting.weight(r) * d;
                }
            }
        }
        Kernel::Points(kernel) => {
            let numbers = LabelNumbers::new(built, batch, options);
            let p = point_problem(built, x, batch, &target, &numbers)?;
            let scale = p.mass().divisor(options)?.map_or(0.0, f64::recip);
            for (i, out) in out
                .iter_mut()
                .enumerate()
                .filter(|(i, _)| p.weighting.counts(*i))
            {
                *out = scale * p.weighting.weight(i) * kernel.second(x[i], p.target[i]);
            }
        }
        Kernel::Boxes(kernel) => {
            let p = box_problem(built, x, batch, &target)?;
            let scale = p.mass().divisor(options)?.map_or(0.0, f64::recip);
            for i in (0..x.len() / 4).filter(|&i| p.weighting.counts(i)) {
                let corners = |v: &[f64]| [v[4 * i], v[4 * i + 1], v[4 * i + 2], v[4 * i + 3]];
                let diagonal = kernel.second(corners(x), corners(p.target));
                for (side, d) in diagonal.into_iter().enumerate() {
                    out[4 * i + side] = scale * p.weighting.weight(i) * d;
                }
            }
        }
        Kernel::Regions(kernel) => {
            let [items, classes, pixels] = dense_layout(&batch.prediction)?;
            let plain = batch.weights.is_none()
                && batch.mask.is_none()
                && batch.class_weights.is_none()
                && *options == Options::default();
            let soft = match (&target.0, &batch.target) {
                (Some(soft), _) => soft.to_vec(),
                (None, Target::Labels(labels, _)) if classes > 1 => {
                    let mut soft = vec![0.0; x.len()];
                    for at in 0..items * pixels {
                        let label = usize::try_from(labels.get(at)).unwrap_or(usize::MAX);
                        let (item, pixel) = (at / pixels, at % pixels);
                        if label < classes {
                            soft[(item * classes + label) * pixels + pixel] = 1.0;
                        }
                    }
                    soft
                }
                (None, Target::Labels(labels, _)) => {
                    (0..labels.len()).map(|i| labels.get(i) as f64).collect()
                }
                (None, Target::Dense(array)) => array.values.converted(),
            };
            let ignored = matches!(batch.target, Target::Labels(labels, _)
                if (0..labels.len()).any(|i| labels.get(i) == options.ignore_index));
            if !plain || ignored {
                return Err(Error::unsupported(
                    built.entry.name,
                    "has its curvature for plain means only: no weights, mask or ignored labels",
                ));
            }
            out = regions::curvature(&**kernel, [items, classes, pixels], x, &soft);
        }
        Kernel::Groups(kernel) => {
            let p = group_problem(built, &**kernel, x, batch, options)?;
            let mut divisor = None;
            let mass = |mass: &Mass| {
                divisor = mass.divisor(options)?;
                Ok(0.0)
            };
            groups::evaluate(&**kernel, &p, mass, None)?;
            out = groups::curvature(&**kernel, &p, divisor.map_or(0.0, f64::recip))?;
        }
    }
    Ok(out)
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
