//! Two passes over blocks of pixels, on all threads: sum the regions, then spread the slopes.

use super::block::{Block, PIXELS, Plane, VECTORS};
use super::labelled::{LabelTerm, Labelled};
use super::problem::{Fault, RegionProblem};
use super::spread::{Slopes, spread};
use super::sums::{Needs, Total};
use super::units::{grouped, units};
use super::{Per, RegionObject};
use crate::error::Error;
use crate::kernels::lanes::LANES;
use crate::kernels::level::{Level, dispatch};
use crate::kernels::parallel;
use crate::kernels::scalar::Float;
use crate::kernels::weighting::Mass;

/// Pixels of an item that one thread takes at a time.
const RUN: usize = 64 * PIXELS;
/// Below this many entries threads cost more than they give.
const PARALLEL: usize = 65_536;

/// What a region loss gives for a batch.
pub(crate) struct RegionOutcome {
    /// Σ w·ℓ over the regions (or items, of a joint loss) that count.
    pub(crate) sum: f64,
    pub(crate) mass: Mass,
    /// w·ℓ of each of them, item by item (0 where one does not count).
    pub(crate) per_unit: Vec<f64>,
}

/// What the losses of regions and of pixels give, in their orders.
pub(crate) struct Outcome {
    pub(crate) regions: Vec<RegionOutcome>,
    /// Σ w·ℓ over the pixels that count.
    pub(crate) pixels: Vec<f64>,
}

/// Some neighbouring pixels of an item, with their gradient class by class. Between the passes the gradient holds the
/// probabilities, which cost most of the first pass.
struct Task<'a, T> {
    item: usize,
    first: usize,
    len: usize,
    gradient: Vec<&'a mut [T]>,
    /// Slopes of the losses per pixel by ln p of the label's class, from the first pass; empty without such losses.
    slopes: Vec<T>,
}

/// What both passes share.
struct Context<'a, T> {
    problem: &'a RegionProblem<'a, T>,
    labelled: &'a [LabelTerm<'a, T>],
    needs: Needs,
    level: Level,
}

/// Buffers of one thread.
struct Scratch<T> {
    block: Block<T>,
    labelled: Labelled<T>,
    derivative: Vec<Plane<T>>,
}

/// Sums over a task: of its regions, and of its losses per pixel.
struct Summed {
    total: Total,
    pixels: Vec<f64>,
}

#[inline(always)]
fn sum_task<T: Float, const FUSED: bool>(
    context: &Context<'_, T>,
    scratch: &mut Scratch<T>,
    task: &mut Task<'_, T>,
) -> Result<Summed, Fault> {
    let problem = context.problem;
    let Scratch {
        block, labelled, ..
    } = scratch;
    let mut out = Summed {
        total: Total::new(problem.classes),
        pixels: vec![0.0; context.labelled.len()],
    };
    for at in (0..task.len).step_by(PIXELS) {
        let first = task.first + at;
        block.read::<FUSED>(problem, task.item, first, PIXELS.min(task.len - at))?;
        out.total.add_block::<T, FUSED>(block, context.needs);
        let start = task.item * problem.pixels + first;
        let (terms, sums) = (context.labelled, &mut out.pixels);
        let slopes = labelled.evaluate::<FUSED>(context.level, terms, block, start, sums)?;
        if !task.gradient.is_empty() {
            block.leave(at, &mut task.gradient);
            task.slopes.extend_from_slice(slopes);
        }
    }
    Ok(out)
}

#[inline(always)]
fn spread_task<T: Float, const FUSED: bool>(
    context: &Context<'_, T>,
    scratch: &mut Scratch<T>,
    task: &mut Task<'_, T>,
    slopes: &[Slopes],
) -> Result<(), Fault> {
    let problem = context.problem;
    let Scratch {
        block, derivative, ..
    } = scratch;
    for at in (0..task.len).step_by(PIXELS) {
        let len = PIXELS.min(task.len - at);
        let place = (task.item, task.first + at, len);
        block.read_again::<FUSED>(problem, place, (at, &task.gradient))?;
        spread::<T, FUSED>(
            block,
            problem.activation,
            context.needs,
            slopes,
            task.slopes.get(at..at + len),
            derivative,
            (at, &mut task.gradient),
        );
    }
    Ok(())
}

/// Cuts every item into tasks. They and their order depend only on the shape: the same bits for any number
/// of threads.
fn tasks<'a, T: Float>(
    problem: &RegionProblem<'_, T>,
    gradient: Option<&'a mut [T]>,
) -> Vec<Task<'a, T>> {
    let runs = problem.pixels.div_ceil(RUN);
    let task = |number: usize| {
        let first = number % runs * RUN;
        Task {
            item: number / runs,
            first,
            len: RUN.min(problem.pixels - first),
            gradient: Vec::new(),
            slopes: Vec::new(),
        }
    };
    let mut tasks: Vec<Task<'a, T>> = (0..problem.items * runs).map(task).collect();
    let planes = gradient.map(|g| g.chunks_mut(problem.pixels.max(1)));
    for (plane, gradient) in planes.into_iter().flatten().enumerate() {
        let first = plane / problem.classes * runs;
        for (part, task) in gradient.chunks_mut(RUN).zip(&mut tasks[first..]) {
            task.gradient.push(part);
        }
    }
    tasks
}

/// Runs every task, on several threads if there is enough to do.
fn run_tasks<T: Float, R: Send>(
    context: &Context<'_, T>,
    tasks: &mut [Task<'_, T>],
    work: impl Fn(&mut Scratch<T>, &mut Task<'_, T>) -> Result<R, Fault> + Sync,
) -> Result<Vec<R>, Fault> {
    let fresh = || Scratch {
        block: Block::new(context.problem),
        labelled: Labelled::new(context.problem.classes),
        derivative: vec![[[T::default(); LANES]; VECTORS]; context.problem.classes],
    };
    if context.problem.prediction.len() < PARALLEL {
        let mut scratch = fresh();
        return tasks.iter_mut().map(|t| work(&mut scratch, t)).collect();
    }
    parallel::run(tasks, fresh, work).into_iter().collect()
}

/// Evaluates losses of regions, and losses per pixel of the same softmax, together. `scale` maps the number
/// of a region loss and the mass of its regions that count to the factor of its gradient (it is not known
/// before the items are summed).
pub(crate) fn evaluate<T: Float>(
    problem: &RegionProblem<'_, T>,
    regions: &[&dyn RegionObject],
    labelled: &[LabelTerm<'_, T>],
    mut scale: impl FnMut(usize, &Mass) -> Result<f64, Error>,
    gradient: Option<&mut [T]>,
) -> Result<Outcome, Error> {
    let needs = regions.iter().map(|kernel| Needs::of(*kernel));
    let context = Context {
        problem,
        labelled,
        needs: needs.fold(Needs::default(), Needs::and),
        level: Level::detect(),
    };
    let explain = |fault: Fault| match fault {
        Fault::Pixel { term, position } => labelled[term].explain(position),
        other => problem.explain(other),
    };
    let sum = |scratch: &mut Scratch<T>, task: &mut Task<'_, T>| {
        let context = &context;
        dispatch!(context.level, [T: Float] sum_task::<T>(
            context: &Context<'_, T>, scratch: &mut Scratch<T>, task: &mut Task<'_, T>,
        ) -> Result<Summed, Fault>)
    };
    let wanted = gradient.is_some();
    let mut tasks = tasks(problem, gradient);
    let summed = run_tasks(&context, &mut tasks, sum).map_err(explain)?;
    let mut items = vec![Total::new(problem.classes); problem.items];
    let mut pixels = vec![0.0; labelled.len()];
    for (task, summed) in tasks.iter().zip(&summed) {
        items[task.item].add(&summed.total);
        for (all, part) in pixels.iter_mut().zip(&summed.pixels) {
            *all += part;
        }
    }
    let mut slopes = vec![Slopes::default(); problem.items * problem.classes];
    let mut outcomes = Vec::with_capacity(regions.len());
    for (number, kernel) in regions.iter().enumerate() {
        outcomes.push(judge(*kernel, problem, &items, &mut slopes, |mass| {
            scale(number, mass)
        })?);
    }
    if wanted {
        let spread = |scratch: &mut Scratch<T>, task: &mut Task<'_, T>| {
            let slopes = &slopes[task.item * problem.classes..][..problem.classes];
            let context = &context;
            dispatch!(context.level, [T: Float] spread_task::<T>(
                context: &Context<'_, T>, scratch: &mut Scratch<T>, task: &mut Task<'_, T>, slopes: &[Slopes],
            ) -> Result<(), Fault>)
        };
        run_tasks(&context, &mut tasks, spread).map_err(explain)?;
    }
    Ok(Outcome {
        regions: outcomes,
        pixels,
    })
}

/// The losses of the regions, given the sums of the items; adds the slopes of each item's classes.
fn judge<T: Float>(
    kernel: &dyn RegionObject,
    problem: &RegionProblem<'_, T>,
    items: &[Total],
    slopes: &mut [Slopes],
    scale: impl FnOnce(&Mass) -> Result<f64, Error>,
) -> Result<RegionOutcome, Error> {
    let groups = grouped(kernel, items);
    let class_weights = problem.pixel_weighting.classes;
    let units = units(kernel, &groups, problem.item_weights, class_weights);
    let mut outcome = RegionOutcome {
        sum: 0.0,
        mass: Mass::default(),
        per_unit: Vec::with_capacity(units.len()),
    };
    let mut by_unit = Vec::with_capacity(units.len());
    for unit in &units {
        if unit.regions.is_empty() {
            outcome.per_unit.push(0.0);
            by_unit.push(Vec::new());
            continue;
        }
        let (value, slopes) = kernel.slopes(&unit.regions);
        outcome.mass.add(unit.weight);
        outcome.sum += unit.weight * value;
        outcome.per_unit.push(unit.weight * value);
        by_unit.push(slopes);
    }
    let scale = scale(&outcome.mass)?;
    for (unit, by_region) in units.iter().zip(by_unit) {
        let items = match kernel.per() {
            Per::Item => unit.group..unit.group + 1,
            Per::Batch => 0..problem.items,
        };
        for item in items {
            for (region, by_sums) in unit.regions.iter().zip(&by_region) {
                let slopes = &mut slopes[item * problem.classes + region.class];
                slopes.add(kernel, *by_sums, scale * unit.weight);
            }
        }
    }
    Ok(outcome)
}
