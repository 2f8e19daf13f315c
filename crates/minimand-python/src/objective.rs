//! The objective as a Python class.

use crate::arrays::{Numbers, TargetArray, read_list, read_mask};
use crate::error::{Class, exception};
use crate::{arrays, catalog, graph, roles, threads};
use minimand::{
    Batch, Catalog, Denominator, Empty, Evaluation, Gradient, GradientMut, Objective, Options,
    Reduction, Target, Value, layout,
};
use numpy::{Element, PyArray1, PyArrayDyn, PyArrayMethods, PyReadwriteArrayDyn};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyType};

/// A weighted sum of losses; immutable, and shared between threads freely.
///
/// `Objective("focal(gamma=2) + 0.5*squentropy")` reads an expression.
#[pyclass(name = "Objective", module = "minimand._minimand", frozen)]
pub(crate) struct PyObjective(pub(crate) Objective);

/// Value, losses of the items, number of items that count, gradient.
type Evaluated<'py> = (
    f64,
    Option<Bound<'py, PyArrayDyn<f64>>>,
    usize,
    Option<Bound<'py, PyAny>>,
);

/// The same, with the gradient by the target.
type BothSides<'py> = (
    f64,
    Option<Bound<'py, PyArrayDyn<f64>>>,
    usize,
    Option<Bound<'py, PyAny>>,
    Bound<'py, PyAny>,
);

#[pymethods]
impl PyObjective {
    #[new]
    fn new(expression: &str) -> PyResult<Self> {
        expression.parse().map(Self).map_err(exception)
    }

    /// The loss of that name with these parameters; the others have their defaults.
    #[staticmethod]
    fn build(name: &str, parameters: &Bound<'_, PyDict>) -> PyResult<Self> {
        let entry = Catalog::builtin().find(name).map_err(exception)?;
        let mut arguments = Vec::with_capacity(parameters.len());
        for (key, given) in parameters.iter() {
            let key: String = key.extract()?;
            let value = value(&given).ok_or_else(|| {
                let info = entry.parameters.iter().find(|info| info.name == key);
                Class::Parameter.err(format!(
                    "`{name}`: parameter `{key}` must be {}, got {given:?}",
                    info.map_or_else(
                        || "a number, a text or a list of numbers".to_owned(),
                        |info| info.expected()
                    )
                ))
            })?;
            arguments.push((key, value));
        }
        entry.build(&arguments).map(Self).map_err(exception)
    }

    /// The text that reads back as this objective.
    #[getter]
    fn expression(&self) -> String {
        self.0.to_string()
    }

    /// The losses of the sum: coefficient, name, and every parameter.
    #[getter]
    fn terms<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let mut terms = Vec::new();
        for (coefficient, built) in self.0.terms() {
            let arguments = PyDict::new(py);
            for (info, (name, value)) in built.entry.parameters.iter().zip(&built.arguments) {
                arguments.set_item(name, catalog::value(py, value, info.kind)?)?;
            }
            terms.push((coefficient, built.entry.name, arguments));
        }
        PyList::new(py, terms)
    }

    /// Value, losses of the items (with `reduction="none"`), number of items that count, and gradient (if asked for).
    #[pyo3(
        signature = (prediction, target=None, *, weights=None, class_weights=None, mask=None, spacing=None,
            reduction="mean", denominator=None, ignore_index=-100, empty="zero", gradient=false, out=None),
        text_signature = "($self, prediction, target=None, *, weights=None, class_weights=None, mask=None, \
            spacing=None, reduction='mean', denominator='weights', ignore_index=-100, empty='zero', gradient=False, \
            out=None)"
    )]
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the keywords of the Python method"
    )]
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        prediction: &Bound<'py, PyAny>,
        target: Option<&Bound<'py, PyAny>>,
        weights: Option<&Bound<'py, PyAny>>,
        class_weights: Option<&Bound<'py, PyAny>>,
        mask: Option<&Bound<'py, PyAny>>,
        spacing: Option<&Bound<'py, PyAny>>,
        reduction: &str,
        denominator: Option<&Bound<'py, PyAny>>,
        ignore_index: i64,
        empty: &str,
        gradient: bool,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Evaluated<'py>> {
        let options = options(reduction, denominator, ignore_index, empty)?;
        let inputs = self.inputs(prediction, target, weights, class_weights, mask, spacing)?;
        let batch = inputs.batch()?;
        let shape = batch.prediction.shape;
        let (evaluation, gradient) = match (&inputs.prediction, gradient || out.is_some()) {
            (_, false) => (threads::run(py, || self.0.evaluate(&batch, &options)), None),
            (Numbers::F32(_), true) => {
                let (array, mut buffer) = buffer::<f32>(py, out, shape)?;
                let to = GradientMut::F32(buffer.as_slice_mut()?);
                let evaluation = threads::run(py, || self.0.evaluate_into(&batch, &options, to));
                (evaluation, Some(array.into_any()))
            }
            (Numbers::F64(_), true) => {
                let (array, mut buffer) = buffer::<f64>(py, out, shape)?;
                let to = GradientMut::F64(buffer.as_slice_mut()?);
                let evaluation = threads::run(py, || self.0.evaluate_into(&batch, &options, to));
                (evaluation, Some(array.into_any()))
            }
        };
        let Evaluation {
            value,
            per_item,
            count,
            ..
        } = evaluation.map_err(exception)?;
        let per_item = self.items(py, per_item, shape)?;
        Ok((value, per_item, count, gradient))
    }

    /// The exact diagonal of the Hessian, in double precision and the prediction's shape.
    #[pyo3(
        signature = (prediction, target=None, *, weights=None, class_weights=None, mask=None, spacing=None,
            reduction="mean", denominator=None, ignore_index=-100, empty="zero"),
        text_signature = "($self, prediction, target=None, *, weights=None, class_weights=None, mask=None, \
            spacing=None, reduction='mean', denominator='weights', ignore_index=-100, empty='zero')"
    )]
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the keywords of the Python method"
    )]
    fn hessian_diagonal<'py>(
        &self,
        py: Python<'py>,
        prediction: &Bound<'py, PyAny>,
        target: Option<&Bound<'py, PyAny>>,
        weights: Option<&Bound<'py, PyAny>>,
        class_weights: Option<&Bound<'py, PyAny>>,
        mask: Option<&Bound<'py, PyAny>>,
        spacing: Option<&Bound<'py, PyAny>>,
        reduction: &str,
        denominator: Option<&Bound<'py, PyAny>>,
        ignore_index: i64,
        empty: &str,
    ) -> PyResult<Bound<'py, PyArrayDyn<f64>>> {
        let options = options(reduction, denominator, ignore_index, empty)?;
        let inputs = self.inputs(prediction, target, weights, class_weights, mask, spacing)?;
        let batch = inputs.batch()?;
        let diagonal =
            threads::run(py, || self.0.hessian_diagonal(&batch, &options)).map_err(exception)?;
        PyArray1::from_vec(py, diagonal).reshape(batch.prediction.shape)
    }

    /// Value, losses of the items, number of items that count, and the gradients by both sides of pairs of
    /// embeddings: by the prediction and by the target, in their shapes and the prediction's precision.
    #[pyo3(
        signature = (prediction, target, *, weights=None, class_weights=None, mask=None, spacing=None,
            reduction="mean", denominator=None, ignore_index=-100, empty="zero"),
        text_signature = "($self, prediction, target, *, weights=None, class_weights=None, mask=None, \
            spacing=None, reduction='mean', denominator='weights', ignore_index=-100, empty='zero')"
    )]
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the keywords of the Python method"
    )]
    fn evaluate_both_sides<'py>(
        &self,
        py: Python<'py>,
        prediction: &Bound<'py, PyAny>,
        target: &Bound<'py, PyAny>,
        weights: Option<&Bound<'py, PyAny>>,
        class_weights: Option<&Bound<'py, PyAny>>,
        mask: Option<&Bound<'py, PyAny>>,
        spacing: Option<&Bound<'py, PyAny>>,
        reduction: &str,
        denominator: Option<&Bound<'py, PyAny>>,
        ignore_index: i64,
        empty: &str,
    ) -> PyResult<BothSides<'py>> {
        let options = options(reduction, denominator, ignore_index, empty)?;
        let inputs = self.inputs(
            prediction,
            Some(target),
            weights,
            class_weights,
            mask,
            spacing,
        )?;
        let batch = inputs.batch()?;
        let (evaluation, by_target) =
            threads::run(py, || self.0.value_and_both_gradients(&batch, &options))
                .map_err(exception)?;
        let Evaluation {
            value,
            per_item,
            count,
            gradient,
        } = evaluation;
        let target_shape = match batch.target {
            Target::Dense(array) => array.shape,
            Target::Labels(_, shape) => shape,
            Target::None => &[],
        };
        Ok((
            value,
            self.items(py, per_item, batch.prediction.shape)?,
            count,
            gradient
                .map(|gradient| shaped(py, gradient, batch.prediction.shape))
                .transpose()?,
            shaped(py, by_target, target_shape)?,
        ))
    }

    /// The formulas of the terms as JSON, for predictions of this many classes. Formulas of all classes together
    /// read the class weights.
    #[pyo3(signature = (classes, class_weights=None))]
    fn graph(&self, classes: usize, class_weights: Option<Vec<f64>>) -> String {
        graph::graph(&self.0, classes, class_weights.as_deref())
    }

    fn __add__(&self, other: PyRef<'_, Self>) -> Self {
        Self(self.0.plus(&other.0))
    }

    fn __mul__(&self, factor: f64) -> PyResult<Self> {
        self.0.scaled(factor).map(Self).map_err(exception)
    }

    fn __rmul__(&self, factor: f64) -> PyResult<Self> {
        self.__mul__(factor)
    }

    fn __repr__(&self) -> String {
        format!("Objective({:?})", self.expression())
    }

    fn __eq__(&self, other: PyRef<'_, Self>) -> bool {
        self.expression() == other.expression()
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        PyString::new(py, &self.expression()).hash()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (String,)) {
        (py.get_type::<Self>(), (self.expression(),))
    }
}

/// A gradient as an array.
pub(crate) fn shaped<'py>(
    py: Python<'py>,
    gradient: Gradient,
    shape: &[usize],
) -> PyResult<Bound<'py, PyAny>> {
    Ok(match gradient {
        Gradient::F32(entries) => PyArray1::from_vec(py, entries).reshape(shape)?.into_any(),
        Gradient::F64(entries) => PyArray1::from_vec(py, entries).reshape(shape)?.into_any(),
    })
}

/// A parameter's value.
fn value(given: &Bound<'_, PyAny>) -> Option<Value> {
    if given.is_none() {
        Some(Value::None)
    } else if let Ok(flag) = given.extract::<bool>() {
        Some(Value::Bool(flag))
    } else if let Ok(text) = given.cast::<PyString>() {
        Some(Value::Text(text.to_string()))
    } else if let Ok(number) = given.extract::<f64>() {
        Some(Value::Number(number))
    } else {
        let numbers: Option<Vec<f64>> = given
            .try_iter()
            .ok()?
            .map(|item| item.ok()?.extract().ok())
            .collect();
        numbers.map(Value::Numbers)
    }
}

/// The arrays of a call.
pub(crate) struct Inputs<'py> {
    pub(crate) prediction: Numbers<'py>,
    target: TargetArray<'py>,
    weights: Option<Numbers<'py>>,
    class_weights: Option<Vec<f64>>,
    mask: Option<(Vec<bool>, Vec<usize>)>,
    spacing: Option<Vec<f64>>,
}

impl PyObjective {
    /// Losses of items as they lie.
    fn items<'py>(
        &self,
        py: Python<'py>,
        items: Option<Vec<f64>>,
        prediction: &[usize],
    ) -> PyResult<Option<Bound<'py, PyArrayDyn<f64>>>> {
        let Some(items) = items else {
            return Ok(None);
        };
        let shape = layout::of_items(&self.0, prediction, items.len());
        PyArray1::from_vec(py, items).reshape(shape).map(Some)
    }

    pub(crate) fn inputs<'py>(
        &self,
        prediction: &Bound<'py, PyAny>,
        target: Option<&Bound<'py, PyAny>>,
        weights: Option<&Bound<'py, PyAny>>,
        class_weights: Option<&Bound<'py, PyAny>>,
        mask: Option<&Bound<'py, PyAny>>,
        spacing: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Inputs<'py>> {
        let prediction = Numbers::read(prediction)?;
        Ok(Inputs {
            target: TargetArray::read(target, &prediction, || roles::takes_labels(&self.0))?,
            weights: weights.map(Numbers::read_weights).transpose()?,
            class_weights: class_weights
                .map(|list| read_list(list, "class_weights"))
                .transpose()?,
            mask: mask.map(read_mask).transpose()?,
            spacing: spacing.map(|list| read_list(list, "spacing")).transpose()?,
            prediction,
        })
    }
}

impl Inputs<'_> {
    /// The batch that borrows them.
    pub(crate) fn batch(&self) -> PyResult<Batch<'_>> {
        let mut batch = Batch::new(self.prediction.array()?, self.target.target()?);
        let check = |argument, shape: &[usize]| {
            layout::check(argument, shape, batch.prediction.shape, &batch.target).map_err(exception)
        };
        if let Some(weights) = &self.weights {
            check("weights", weights.shape())?;
        }
        if let Some((_, shape)) = &self.mask {
            check("mask", shape)?;
        }
        batch.weights = self.weights.as_ref().map(Numbers::array).transpose()?;
        batch.mask = self.mask.as_ref().map(|(mask, _)| mask.as_slice());
        batch.class_weights = self.class_weights.as_deref();
        batch.spacing = self.spacing.as_deref();
        Ok(batch)
    }
}

/// The caller's array for the gradient, or a new one.
fn buffer<'py, T: Element>(
    py: Python<'py>,
    out: Option<&Bound<'py, PyAny>>,
    shape: &[usize],
) -> PyResult<(Bound<'py, PyArrayDyn<T>>, PyReadwriteArrayDyn<'py, T>)> {
    let array = match out {
        Some(out) => arrays::writable(out, shape)?,
        None => PyArrayDyn::zeros(py, shape, false),
    };
    let buffer = array.try_readwrite().map_err(|_| {
        Class::Unsupported
            .err("`out` must be a writable array that shares no memory with another argument")
    })?;
    Ok((array, buffer))
}

/// The options of a reduction.
pub(crate) fn options(
    reduction: &str,
    denominator: Option<&Bound<'_, PyAny>>,
    ignore_index: i64,
    empty: &str,
) -> PyResult<Options> {
    let reduction = match reduction {
        "mean" => Reduction::Mean,
        "sum" => Reduction::Sum,
        "none" => Reduction::None,
        _ => {
            return Err(option(
                "reduction",
                "\"mean\", \"sum\" or \"none\"",
                &format!("{reduction:?}"),
            ));
        }
    };
    let empty = match empty {
        "zero" => Empty::Zero,
        "nan" => Empty::Nan,
        _ => {
            return Err(option(
                "empty",
                "\"zero\" or \"nan\"",
                &format!("{empty:?}"),
            ));
        }
    };
    let denominator = match denominator {
        Some(given) => read_denominator(given)?,
        None => Denominator::Weights,
    };
    if reduction != Reduction::Mean && denominator != Denominator::Weights {
        return Err(Class::Parameter.err(
            "`denominator` is what a mean divides by; it has no meaning with another `reduction`",
        ));
    }
    Ok(Options {
        reduction,
        denominator,
        ignore_index,
        empty,
    })
}

fn read_denominator(given: &Bound<'_, PyAny>) -> PyResult<Denominator> {
    let number = match given.cast::<PyString>() {
        Ok(name) => match name.to_str()? {
            "weights" => return Ok(Denominator::Weights),
            "count" => return Ok(Denominator::Count),
            _ => None,
        },
        Err(_) => given.extract::<f64>().ok(),
    };
    match number.filter(|number| number.is_finite() && *number > 0.0) {
        Some(number) => Ok(Denominator::Number(number)),
        None => {
            let expected = "\"weights\", \"count\" or a finite number above 0";
            Err(option("denominator", expected, &given.repr()?.to_string()))
        }
    }
}

/// What an option must be.
pub(crate) fn option(name: &str, expected: &str, got: &str) -> PyErr {
    Class::Parameter.err(format!("`{name}` must be {expected}, got {got}"))
}
