//! Terms of an objective that read the same softmax of an image: one pass over the pixels evaluates them all.

use super::problems::{DenseTarget, item_weights, region_problem, row_problem};
use super::{Outcome, Precision};
use crate::batch::{Batch, Options, Reduction, Target};
use crate::error::Error;
use crate::kernels::regions::{self, Activation, LabelTerm, RegionProblem};
use crate::kernels::rows::RowProblem;
use crate::kernels::weighting::Mass;
use crate::loss::Kernel;
use crate::objective::Term;

/// The numbers of the terms that go together: at least two, one of them of regions; or none.
pub(crate) struct Together {
    regions: Vec<usize>,
    labelled: Vec<usize>,
}

impl Together {
    /// Finds them. Items of terms of several shapes are not kept, so that each of them goes alone if they are
    /// asked for; and a batch without pixels has nothing to share.
    pub(crate) fn find(terms: &[Term], batch: &Batch<'_>, options: &Options) -> Option<Self> {
        let pixels: usize = batch.prediction.shape.get(2..)?.iter().product();
        if terms.len() < 2 || pixels < 2 || options.reduction == Reduction::None {
            return None;
        }
        let hard = matches!(batch.target, Target::Labels(..));
        let numbered = |fits: &dyn Fn(&Kernel) -> bool| {
            let each = terms.iter().enumerate();
            let fitting = each.filter(|(_, term)| fits(&term.built.kernel));
            fitting.map(|(number, _)| number).collect::<Vec<usize>>()
        };
        let together = Together {
            regions: numbered(
                &|kernel| matches!(kernel, Kernel::Regions(k) if k.activation() == Activation::Softmax),
            ),
            labelled: numbered(&|kernel| {
                hard && matches!(kernel, Kernel::Rows(k) if regions::readable(&**k))
            }),
        };
        let pays =
            !together.regions.is_empty() && together.regions.len() + together.labelled.len() > 1;
        pays.then_some(together)
    }

    /// Is the term with this number one of them?
    pub(crate) fn has(&self, number: usize) -> bool {
        self.regions.contains(&number) || self.labelled.contains(&number)
    }
}

/// Evaluates terms that go together; each one's number with what it gives. The gradient is that of their sum.
pub(crate) fn evaluate_together<T: Precision>(
    terms: &[Term],
    together: &Together,
    prediction: &[T],
    batch: &Batch<'_>,
    options: &Options,
    gradient: Option<&mut [T]>,
) -> Result<Vec<(usize, Outcome)>, Error> {
    let target = DenseTarget::<T>::new(&batch.target);
    let mut kernels = Vec::new();
    let mut problem: Option<RegionProblem<'_, T>> = None;
    // Whether weights are by item depends on the batch alone where there are several pixels.
    let mut items = None;
    for &number in &together.regions {
        if let Kernel::Regions(kernel) = &terms[number].built.kernel {
            items = items.or_else(|| item_weights(&**kernel, batch));
            kernels.push((number, &**kernel));
        }
    }
    for &(number, kernel) in &kernels {
        let built = &terms[number].built;
        let checked = region_problem(built, kernel, prediction, batch, options, &target, &items)?;
        problem = Some(checked);
    }
    let mut rows: Vec<(usize, RowProblem<'_, T>, Mass)> = Vec::new();
    for &number in &together.labelled {
        if let Kernel::Rows(kernel) = &terms[number].built.kernel {
            let built = &terms[number].built;
            let rows_of = row_problem(built, &**kernel, prediction, batch, options, &target)?;
            let mass = rows_of.mass();
            rows.push((number, rows_of, mass));
        }
    }
    let mut labelled = Vec::new();
    for (number, rows, mass) in &rows {
        let term = &terms[*number];
        if let (Kernel::Rows(kernel), Target::Labels(labels, _)) =
            (&term.built.kernel, batch.target)
        {
            labelled.push(LabelTerm {
                loss: term.built.entry.name,
                kernel: T::rows(&**kernel),
                problem: rows,
                labels,
                scale: (mass.divisor(options)?).map_or(0.0, |d| term.coefficient / d),
            });
        }
    }
    let Some(problem) = problem else {
        return Ok(Vec::new());
    };
    let regions: Vec<_> = kernels.iter().map(|(_, kernel)| *kernel).collect();
    let mut divisors = vec![None; kernels.len()];
    let scale = |term: usize, mass: &Mass| {
        divisors[term] = mass.divisor(options)?;
        Ok(divisors[term].map_or(0.0, |d| terms[kernels[term].0].coefficient / d))
    };
    let outcome = regions::evaluate(&problem, &regions, &labelled, scale, gradient)?;
    let of_regions = kernels.iter().zip(&outcome.regions).zip(&divisors);
    let of_regions = of_regions.map(|(((number, _), outcome), divisor)| {
        let sums = Outcome {
            sum: outcome.sum,
            per_item: None,
            count: outcome.mass.count,
            divisor: *divisor,
        };
        (*number, sums)
    });
    let of_pixels = rows.iter().zip(&outcome.pixels);
    let of_pixels = of_pixels.map(|((number, _, mass), sum)| {
        let sums = Outcome {
            sum: *sum,
            per_item: None,
            count: mass.count,
            divisor: mass.divisor(options)?,
        };
        Ok((*number, sums))
    });
    of_regions.map(Ok).chain(of_pixels).collect()
}
