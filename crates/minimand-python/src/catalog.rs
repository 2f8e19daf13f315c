//! The catalogue as Python data.

use crate::error::exception;
use crate::roles;
use minimand::loss::{Elicits, Hessian, Known};
use minimand::{Catalog, Entry, ParameterInfo, Value};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// What the kinds of parameters have in their names that are integers in Python.
const WHOLE: &str = "whole number";

/// Everything that is known about every loss, area by area.
#[pyfunction]
pub(crate) fn catalog(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let catalog = Catalog::builtin();
    let entries: PyResult<Vec<_>> = catalog
        .entries()
        .iter()
        .map(|entry| described(py, entry))
        .collect();
    PyList::new(py, entries?)
}

fn described<'py>(py: Python<'py>, entry: &Entry) -> PyResult<Bound<'py, PyDict>> {
    let objective = entry.build(&[]).map_err(exception)?;
    let built = objective.terms().next().map(|(_, built)| built);
    let facts = entry.facts().map_err(exception)?;
    let parameters: PyResult<Vec<_>> = entry
        .parameters
        .iter()
        .map(|info| parameter(py, info))
        .collect();
    let known: PyResult<Vec<_>> = entry.known.iter().map(|known| example(py, known)).collect();
    let described = PyDict::new(py);
    described.set_item("name", entry.name)?;
    described.set_item("aliases", entry.aliases)?;
    described.set_item("area", entry.area.to_string())?;
    described.set_item("shape", entry.shape.to_string())?;
    described.set_item("layout", built.and_then(roles::layout))?;
    described.set_item("reads_target", built.is_some_and(roles::reads_target))?;
    described.set_item("summary", entry.summary())?;
    described.set_item("documentation", unindented(entry.doc))?;
    described.set_item("signature", entry.signature())?;
    described.set_item("parameters", parameters?)?;
    described.set_item("facts", facts.words(entry.shape))?;
    described.set_item("hessian", hessian(facts.hessian))?;
    described.set_item("elicits", elicits(py, facts.elicits)?)?;
    described.set_item("papers", entry.papers)?;
    described.set_item("variants", entry.variants)?;
    described.set_item("known", known?)?;
    Ok(described)
}

fn parameter<'py>(py: Python<'py>, info: &ParameterInfo) -> PyResult<Bound<'py, PyDict>> {
    let described = PyDict::new(py);
    described.set_item("name", info.name)?;
    described.set_item("kind", info.kind)?;
    described.set_item("expected", info.expected())?;
    described.set_item("default", value(py, &(info.default)(), info.kind)?)?;
    described.set_item("documentation", unindented(info.doc))?;
    Ok(described)
}

fn example<'py>(py: Python<'py>, known: &Known) -> PyResult<Bound<'py, PyDict>> {
    let described = PyDict::new(py);
    described.set_item("expression", known.expression)?;
    described.set_item("prediction", known.prediction)?;
    described.set_item("target", known.target)?;
    described.set_item("value", known.value)?;
    described.set_item("source", known.source)?;
    Ok(described)
}

/// A parameter's value as Python writes it; whole numbers are integers where the parameter takes no others.
pub(crate) fn value<'py>(
    py: Python<'py>,
    value: &Value,
    kind: &str,
) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::None => Ok(py.None().into_bound(py)),
        Value::Bool(flag) => flag.into_bound_py_any(py),
        Value::Number(number) if kind.contains(WHOLE) => (*number as i64).into_bound_py_any(py),
        Value::Number(number) => number.into_bound_py_any(py),
        Value::Text(text) => text.into_bound_py_any(py),
        Value::Numbers(numbers) if kind.contains(WHOLE) => {
            let whole: Vec<i64> = numbers.iter().map(|&number| number as i64).collect();
            whole.into_bound_py_any(py)
        }
        Value::Numbers(numbers) => numbers.into_bound_py_any(py),
    }
}

fn hessian(hessian: Hessian) -> &'static str {
    match hessian {
        Hessian::Exact => "exact",
        Hessian::Indefinite => "indefinite",
    }
}

/// `"mean"`, `("quantile", 0.5)`, or `None`.
fn elicits(py: Python<'_>, elicits: Elicits) -> PyResult<Bound<'_, PyAny>> {
    match elicits {
        Elicits::Nothing => Ok(py.None().into_bound(py)),
        Elicits::Mean => "mean".into_bound_py_any(py),
        Elicits::LogMean => "log_mean".into_bound_py_any(py),
        Elicits::Median => "median".into_bound_py_any(py),
        Elicits::Quantile(level) => ("quantile", level).into_bound_py_any(py),
        Elicits::Probabilities => "probabilities".into_bound_py_any(py),
    }
}

/// A doc comment without the space that follows its slashes.
fn unindented(doc: &str) -> String {
    let lines = doc
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}
