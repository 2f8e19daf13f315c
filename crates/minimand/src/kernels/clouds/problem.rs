//! From a batch to its items: which rows belong together, which of them count and how much.

use super::{Form, Pair};
use crate::batch::{Array, Batch, Target, Values};
use crate::error::Error;
use crate::kernels::scalar::Float;
use crate::loss::Facts;

/// A batch cut into items.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CloudProblem<'a, T> {
    pub(super) loss: &'static str,
    pub(super) prediction: &'a [T],
    pub(super) items: usize,
    /// Predicted rows of an item.
    pub(super) rows: usize,
    pub(super) width: usize,
    target: &'a [f64],
    target_rows: usize,
    target_width: usize,
    /// Are rows points, each with its share?
    by_row: bool,
    item_weights: Option<Values<'a>>,
    item_mask: Option<&'a [bool]>,
    row_weights: Option<Values<'a>>,
    row_mask: Option<&'a [bool]>,
    facts: &'a Facts,
}

/// What counts of one item. The buffers are kept from item to item.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) points: Vec<f64>,
    pub(super) shares: Vec<f64>,
    /// Rows of the item that count.
    pub(super) places: Vec<usize>,
}

impl<'a, T: Float> CloudProblem<'a, T> {
    /// Checks the arrays of a batch against the form; `target` are the target's numbers.
    pub(crate) fn new(
        loss: &'static str,
        facts: &'a Facts,
        form: Form,
        prediction: &'a [T],
        target: Option<&'a [f64]>,
        batch: &Batch<'a>,
    ) -> Result<Self, Error> {
        let shape = batch.prediction.shape;
        let (items, rows, width) = match (form, shape) {
            (Form::Numbers, [items, n]) => (*items, *n, 1),
            (Form::Numbers, _) => {
                return Err(Error::shape("prediction", "[items, numbers]", shape));
            }
            (Form::Points, [items, n, d]) if *d > 0 => (*items, *n, *d),
            (Form::Points, _) => {
                return Err(Error::shape(
                    "prediction",
                    "[items, points, coordinates]",
                    shape,
                ));
            }
            (Form::Covariances, [items, n, d]) if *d > 0 && (n == d || *n == d + 1) => {
                (*items, *n, *d)
            }
            (Form::Covariances, _) => {
                let expected = "[items, d, d], or [items, 1 + d, d] with the mean as the first row";
                return Err(Error::shape("prediction", expected, shape));
            }
            (Form::Factors, [items, d, k]) if *d > 0 && *k > 0 => (*items, *d, *k),
            (Form::Factors, _) => {
                return Err(Error::shape(
                    "prediction",
                    "[items, d, k] with d, k > 0",
                    shape,
                ));
            }
        };
        let (target_rows, target_width) = target_rows(form, batch)?;
        let Some(target) = target else {
            return Err(Error::unsupported(
                loss,
                "compares with numbers; integer labels are none",
            ));
        };
        if batch.class_weights.is_some() {
            return Err(Error::unsupported(
                loss,
                "has no classes to weigh; use weights",
            ));
        }
        let by_row = matches!(form, Form::Points | Form::Numbers);
        // An array with an entry for each item is one of items, also where every item has a single row.
        let of = |argument: &'static str, len: usize| {
            if len == items {
                Ok(false)
            } else if by_row && len == items * rows {
                Ok(true)
            } else {
                Err(Error::Shape {
                    argument,
                    expected: if by_row {
                        format!(
                            "{items} entries (one per item) or {} (one per predicted point)",
                            items * rows
                        )
                    } else {
                        format!("{items} entries (one per item)")
                    },
                    got: format!("{len} entries"),
                })
            }
        };
        let mut problem = CloudProblem {
            loss,
            prediction,
            items,
            rows,
            width,
            target,
            target_rows,
            target_width,
            by_row,
            item_weights: None,
            item_mask: None,
            row_weights: None,
            row_mask: None,
            facts,
        };
        if let Some(weights) = batch.weights.map(|w| w.values) {
            match of("weights", weights.len())? {
                false => problem.item_weights = Some(weights),
                true => problem.row_weights = Some(weights),
            }
        }
        if let Some(mask) = batch.mask {
            match of("mask", mask.len())? {
                false => problem.item_mask = Some(mask),
                true => problem.row_mask = Some(mask),
            }
        }
        Ok(problem)
    }

    /// Weight of an item as a whole.
    pub(super) fn item_weight(&self, item: usize) -> f64 {
        self.item_weights.map_or(1.0, |w| w.get(item))
    }

    /// Collects what counts of an item: nothing of one that does not.
    pub(super) fn gather(&self, item: usize, out: &mut Gathered) -> Result<(), Error> {
        out.points.clear();
        out.shares.clear();
        out.places.clear();
        if self.item_mask.is_some_and(|mask| !mask[item]) {
            return Ok(());
        }
        let (low, high) = self.facts.prediction.range::<T>();
        let mut mass = 0.0;
        for row in 0..self.rows {
            let at = item * self.rows + row;
            let weight = self.row_weights.map_or(1.0, |w| w.get(at));
            if weight == 0.0 || self.row_mask.is_some_and(|mask| !mask[at]) {
                continue;
            }
            let first = at * self.width;
            let values = self.prediction[first..first + self.width].iter();
            out.points.extend(values.map(|x| x.to_f64()));
            let read = &out.points[out.points.len() - self.width..];
            in_range("prediction", first, read, (low, high))?;
            out.shares.push(weight);
            out.places.push(row);
            mass += weight;
        }
        if self.by_row {
            out.shares.iter_mut().for_each(|share| *share /= mass);
        }
        if !out.places.is_empty() {
            let range = self.facts.target.range::<f64>();
            let first = item * self.target_rows * self.target_width;
            in_range("target", first, self.target_of(item), range)?;
        }
        Ok(())
    }

    fn target_of(&self, item: usize) -> &'a [f64] {
        let size = self.target_rows * self.target_width;
        &self.target[item * size..(item + 1) * size]
    }

    /// The item that was gathered, with its points on another number.
    pub(super) fn view<'g, S>(
        &'g self,
        item: usize,
        gathered: &'g Gathered,
        points: &'g [S],
    ) -> Pair<'g, S> {
        Pair {
            points,
            numbers: &gathered.points,
            shares: &gathered.shares,
            target: self.target_of(item),
            width: self.width,
            target_width: self.target_width,
        }
    }
}

/// Rows and width of an item's target.
fn target_rows(form: Form, batch: &Batch<'_>) -> Result<(usize, usize), Error> {
    let given = match batch.target {
        Target::Dense(Array { shape, .. }) | Target::Labels(_, shape) => shape,
        Target::None => return Err(crate::shapes::needs_target()),
    };
    let prediction = batch.prediction.shape;
    let expected = match (form, prediction, given) {
        (Form::Numbers, [items, ..], [same, m]) if items == same && *m > 0 => return Ok((*m, 1)),
        (Form::Numbers, ..) => format!("[{}, numbers] with at least one", prediction[0]),
        (Form::Points, [items, _, d], [same, m, width])
            if items == same && d == width && *m > 0 =>
        {
            return Ok((*m, *width));
        }
        (Form::Points, ..) => format!(
            "[{}, points, {}] with at least one point",
            prediction[0], prediction[2]
        ),
        (Form::Covariances, [_, rows, width], _) if given == prediction => {
            return Ok((*rows, *width));
        }
        (Form::Covariances, ..) => format!("{prediction:?}, as the prediction"),
        (Form::Factors, [items, d, _], [same, rows, width])
            if items == same && d == rows && d == width =>
        {
            return Ok((*rows, *width));
        }
        (Form::Factors, ..) => format!("[{0}, {1}, {1}]", prediction[0], prediction[1]),
    };
    Err(Error::shape("target", expected, given))
}

/// Are all numbers between the ends?
fn in_range(
    argument: &'static str,
    first: usize,
    values: &[f64],
    (low, high): (f64, f64),
) -> Result<(), Error> {
    match values.iter().position(|x| !(*x >= low && *x <= high)) {
        None => Ok(()),
        Some(at) => Err(Error::Value {
            argument,
            position: first + at,
            value: values[at],
            expected: format!("a number in [{low:.4e}, {high:.4e}]"),
        }),
    }
}
