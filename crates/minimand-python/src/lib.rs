//! `minimand._minimand`: the compiled part of the Python package. What users call is in `python/minimand`.

mod arrays;
mod catalog;
mod compare;
mod embedding;
mod error;
mod graph;
mod linear;
mod objective;
mod roles;
mod running;
mod studies;
mod tables;
mod threads;

use pyo3::prelude::*;

/// The compiled part of minimand.
#[pymodule]
fn _minimand(module: &Bound<'_, PyModule>) -> PyResult<()> {
    error::add(module)?;
    compare::add(module)?;
    embedding::add(module)?;
    linear::add(module)?;
    studies::add(module)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<objective::PyObjective>()?;
    module.add_function(wrap_pyfunction!(catalog::catalog, module)?)
}
