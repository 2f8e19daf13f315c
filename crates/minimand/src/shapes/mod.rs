//! From a batch to the kernel shape of a loss: what is an item, which array lies how, what fits.

mod problems;
mod together;

pub(crate) use together::{Together, evaluate_together};

pub(crate) use problems::{
    DenseTarget, cloud_problem, field_problem, group_problem, labels_fit, needs_target,
    pair_problem, row_problem,
};

use crate::batch::{Batch, Options};
use crate::catalog::Built;
use crate::error::Error;
use crate::kernels::boxes::{BoxKernel, BoxObject};
use crate::kernels::fields::{FieldKernel, FieldObject};
use crate::kernels::pairs::{PairFloat, SideGradients};
use crate::kernels::points::{PointKernel, PointObject};
use crate::kernels::rows::{RowKernel, RowObject, RowTarget};
use crate::kernels::weighting::Mass;
use crate::kernels::{boxes, clouds, fields, groups, pairs, points, regions, rows};
use crate::loss::Kernel;
use crate::objective::{Gradient, Term};
use problems::{LabelNumbers, box_problem, item_weights, point_problem, region_problem};

/// A precision for which every formula is compiled.
pub(crate) trait Precision: PairFloat {
    fn rows(kernel: &dyn RowObject) -> &dyn RowKernel<Self>;
    fn points(kernel: &dyn PointObject) -> &dyn PointKernel<Self>;
    fn boxes(kernel: &dyn BoxObject) -> &dyn BoxKernel<Self>;
    fn fields(kernel: &dyn FieldObject) -> &dyn FieldKernel<Self>;
    fn gradient(entries: Vec<Self>) -> Gradient;
}

macro_rules! precision {
    ($($t:ident $gradient:ident)*) => {$(
        impl Precision for $t {
            fn rows(kernel: &dyn RowObject) -> &dyn RowKernel<Self> { kernel }
            fn points(kernel: &dyn PointObject) -> &dyn PointKernel<Self> { kernel }
            fn boxes(kernel: &dyn BoxObject) -> &dyn BoxKernel<Self> { kernel }
            fn fields(kernel: &dyn FieldObject) -> &dyn FieldKernel<Self> { kernel }
            fn gradient(entries: Vec<Self>) -> Gradient { Gradient::$gradient(entries) }
        }
    )*};
}
precision!(f32 F32 f64 F64);

/// What one loss gives for a batch, before its coefficient and divisor.
#[derive(Default)]
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
            let scale = |_, mass: &Mass| {
                divisor = mass.divisor(options)?;
                Ok(divisor.map_or(0.0, |d| term.coefficient / d))
            };
            let outcome = regions::evaluate(&problem, &[&**kernel], &[], scale, gradient)?;
            let region = outcome.regions.into_iter().next();
            Ok(region.map_or_else(Outcome::default, |outcome| Outcome {
                sum: outcome.sum,
                per_item: keep_items.then_some(outcome.per_unit),
                count: outcome.mass.count,
                divisor,
            }))
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
        Kernel::Fields(kernel) => {
            let problem =
                field_problem(&term.built, &**kernel, prediction, batch, options, &target)?;
            let mut divisor = None;
            let scale = |mass: &Mass| {
                divisor = mass.divisor(options)?;
                Ok(divisor.map_or(0.0, |d| term.coefficient / d))
            };
            let outcome = fields::evaluate(T::fields(&**kernel), &problem, scale, gradient)?;
            Ok(Outcome {
                sum: outcome.sum,
                per_item: keep_items.then_some(outcome.per_field),
                count: outcome.mass.count,
                divisor,
            })
        }
        Kernel::Pairs(_) => {
            let to = gradient.map(|prediction| SideGradients {
                prediction,
                target: None,
            });
            evaluate_pairs(term, prediction, batch, options, to, keep_items)
        }
        Kernel::Clouds(kernel) => {
            let numbers = DenseTarget::<f64>::new(&batch.target);
            let problem = cloud_problem(&term.built, &**kernel, prediction, batch, &numbers)?;
            let mut divisor = None;
            let scale = |mass: &Mass| {
                divisor = mass.divisor(options)?;
                Ok(divisor.map_or(0.0, |d| term.coefficient / d))
            };
            let outcome = clouds::evaluate(&**kernel, &problem, scale, gradient)?;
            Ok(Outcome {
                sum: outcome.sum,
                per_item: keep_items.then_some(outcome.per_item),
                count: outcome.mass.count,
                divisor,
            })
        }
    }
}

/// Evaluates one term of pairs, with the gradients of both sides where they are asked for.
///
/// # Errors
/// A term of another shape.
pub(crate) fn evaluate_pairs<T: Precision>(
    term: &Term,
    prediction: &[T],
    batch: &Batch<'_>,
    options: &Options,
    gradients: Option<SideGradients<'_, T>>,
    keep_items: bool,
) -> Result<Outcome, Error> {
    let Kernel::Pairs(kernel) = &term.built.kernel else {
        return Err(Error::unsupported(
            term.built.entry.name,
            "has no gradient by its target: it does not compare embeddings",
        ));
    };
    let problem = pair_problem(&term.built, &**kernel, prediction, batch, options)?;
    let mut divisor = None;
    let scale = |mass: &Mass| {
        divisor = mass.divisor(options)?;
        Ok(divisor.map_or(0.0, |d| term.coefficient / d))
    };
    let outcome = pairs::evaluate(&**kernel, &problem, scale, gradients)?;
    Ok(Outcome {
        sum: outcome.sum,
        per_item: keep_items.then_some(outcome.per_item),
        count: outcome.mass.count,
        divisor,
    })
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
            let items = item_weights(&**kernel, batch);
            let p = region_problem(built, &**kernel, x, batch, options, &target, &items)?;
            out = regions::curvature(&**kernel, &p, |mass| mass.divisor(options))?;
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
        Kernel::Fields(kernel) => {
            let p = field_problem(built, &**kernel, x, batch, options, &target)?;
            let mut divisor = None;
            let mass = |mass: &Mass| {
                divisor = mass.divisor(options)?;
                Ok(0.0)
            };
            fields::evaluate::<f64>(&**kernel, &p, mass, None)?;
            out = fields::curvature(&**kernel, &p, divisor.map_or(0.0, f64::recip))?;
        }
        Kernel::Pairs(kernel) => {
            let p = pair_problem(built, &**kernel, x, batch, options)?;
            let mut divisor = None;
            let mass = |mass: &Mass| {
                divisor = mass.divisor(options)?;
                Ok(0.0)
            };
            pairs::evaluate::<f64>(&**kernel, &p, mass, None)?;
            out = pairs::curvature(&**kernel, &p, x, divisor.map_or(0.0, f64::recip))?;
        }
        Kernel::Clouds(kernel) => {
            let p = cloud_problem(built, &**kernel, x, batch, &target)?;
            let mut divisor = None;
            let mass = |mass: &Mass| {
                divisor = mass.divisor(options)?;
                Ok(0.0)
            };
            clouds::evaluate(&**kernel, &p, mass, None)?;
            out = clouds::curvature(&**kernel, &p, divisor.map_or(0.0, f64::recip))?;
        }
    }
    Ok(out)
}
