//! Losses of embeddings that keep something between batches or have more arrays than two.

use crate::arrays::{LabelArray, Numbers};
use crate::error::exception;
use crate::objective::shaped;
use crate::threads;
use minimand::Gradient;
use minimand::embedding::{DynamicSoftMargin, Manifold};
use numpy::PyArray1;
use pyo3::prelude::*;

/// A triplet loss whose margin follows the batches: the histogram of how hard triplets are, and its steps.
#[pyclass(name = "DynamicSoftMargin", module = "minimand._minimand")]
struct PyDynamicSoftMargin(DynamicSoftMargin);

#[pymethods]
impl PyDynamicSoftMargin {
    #[new]
    #[pyo3(signature = (bins=10, momentum=0.01, histogram=None))]
    fn new(bins: usize, momentum: f64, histogram: Option<Vec<f64>>) -> PyResult<Self> {
        let fresh = DynamicSoftMargin::new(bins, momentum);
        match histogram {
            None => fresh,
            Some(shares) => fresh.and_then(|fresh| fresh.with_histogram(&shares)),
        }
        .map(Self)
        .map_err(exception)
    }

    /// Shares of the histogram's centres; zeros before the first batch.
    #[getter]
    fn histogram<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, self.0.histogram())
    }

    /// Takes a batch `[n, d]` with labels `[n]` into the histogram; gives the loss and its gradient.
    fn step<'py>(
        &mut self,
        py: Python<'py>,
        embeddings: &Bound<'py, PyAny>,
        labels: &Bound<'py, PyAny>,
    ) -> PyResult<(f64, Bound<'py, PyAny>)> {
        let embeddings = Numbers::read_real(embeddings, "embeddings")?;
        let labels = LabelArray::read(labels, "labels")?;
        let (array, labels) = (embeddings.array()?, labels.labels()?);
        let loss = &mut self.0;
        let (value, gradient) =
            threads::run(py, || loss.step(&array, labels)).map_err(exception)?;
        Ok((value, shaped(py, like(&embeddings, gradient), array.shape)?))
    }
}

/// The value of the manifold similarity loss, and its gradients by embeddings and by proxies.
#[pyfunction]
#[pyo3(signature = (embeddings, proxies, labels, *, intrinsic=1.0, context=1.0, alpha=0.8, margin=5e-4))]
#[expect(
    clippy::too_many_arguments,
    reason = "they are the keywords of the Python function"
)]
fn manifold<'py>(
    py: Python<'py>,
    embeddings: &Bound<'py, PyAny>,
    proxies: &Bound<'py, PyAny>,
    labels: &Bound<'py, PyAny>,
    intrinsic: f64,
    context: f64,
    alpha: f64,
    margin: f64,
) -> PyResult<(f64, Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let embeddings = Numbers::read_real(embeddings, "embeddings")?;
    let proxies = Numbers::read_real(proxies, "proxies")?;
    let labels = LabelArray::read(labels, "labels")?;
    let loss = Manifold {
        intrinsic,
        context,
        alpha,
        margin,
    };
    let (ours, theirs) = (embeddings.array()?, proxies.array()?);
    let labels = labels.labels()?;
    let run = || loss.value_and_gradients(&ours, &theirs, labels);
    let (value, by_embeddings, by_proxies) = threads::run(py, run).map_err(exception)?;
    Ok((
        value,
        shaped(py, like(&embeddings, by_embeddings), ours.shape)?,
        shaped(py, like(&proxies, by_proxies), theirs.shape)?,
    ))
}

/// A gradient in the precision of what it is the gradient by.
fn like(array: &Numbers<'_>, gradient: Vec<f64>) -> Gradient {
    match array {
        Numbers::F32(_) => Gradient::F32(gradient.iter().map(|&g| g as f32).collect()),
        Numbers::F64(_) => Gradient::F64(gradient),
    }
}

/// Adds the class and the function to the module.
pub(crate) fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyDynamicSoftMargin>()?;
    module.add_function(wrap_pyfunction!(manifold, module)?)
}
