//! Tables as lists of columns: `(name, kind, values, names)` with `values` a NumPy array.
//!
//! | kind | values | missing | names |
//! | --- | --- | --- | --- |
//! | `"number"` | float64 | NaN | empty |
//! | `"date"` | float64, seconds since 1970-01-01T00:00:00Z | NaN | empty |
//! | `"boolean"` | int64, 0 and 1 | −1 | empty |
//! | `"category"` | int64, positions in `names` | −1 | texts |

use minimand_report::table::{Column, ColumnData, Table};
use numpy::{Element, PyArray1, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::error::Class;

/// A column that Python made.
pub(crate) type Given<'py> = (String, String, Bound<'py, PyAny>, Vec<String>);

/// The table of some columns.
pub(crate) fn table(columns: Vec<Given<'_>>) -> PyResult<Table> {
    let columns: PyResult<Vec<Column>> = columns.iter().map(column).collect();
    Table::new(columns?).map_err(|error| Class::Parameter.err(error.to_string()))
}

fn column((name, kind, values, names): &Given<'_>) -> PyResult<Column> {
    let data = match kind.as_str() {
        "number" => ColumnData::Number(elements(values)?),
        "date" => ColumnData::Date(elements(values)?),
        "boolean" => {
            let codes: Vec<i64> = elements(values)?;
            let flags = codes
                .into_iter()
                .map(|code| (code >= 0).then_some(code != 0));
            ColumnData::Boolean(flags.collect())
        }
        _ => {
            let codes: Vec<i64> = elements(values)?;
            let text = |code: i64| Some(names.get(usize::try_from(code).ok()?)?.as_str());
            ColumnData::category(codes.into_iter().map(text))
        }
    };
    Ok(Column {
        name: name.clone(),
        data,
    })
}

/// The elements of an array with one axis.
fn elements<T: Element + Copy>(values: &Bound<'_, PyAny>) -> PyResult<Vec<T>> {
    let array = values.cast::<PyArray1<T>>()?;
    let array = array
        .try_readonly()
        .map_err(|error| Class::Error.err(error.to_string()))?;
    Ok(array.as_array().to_vec())
}

/// A table as columns for Python.
pub(crate) fn columns<'py>(py: Python<'py>, table: &Table) -> PyResult<Bound<'py, PyList>> {
    let columns = PyList::empty(py);
    for Column { name, data } in table.columns() {
        let none: &[String] = &[];
        let numbers = |values: &[f64]| PyArray1::from_slice(py, values).into_any();
        let codes = |values: Vec<i64>| PyArray1::from_vec(py, values).into_any();
        columns.append(match data {
            ColumnData::Number(values) => (name, "number", numbers(values), none),
            ColumnData::Date(values) => (name, "date", numbers(values), none),
            ColumnData::Boolean(values) => {
                let flags = values.iter().map(|flag| flag.map_or(-1, i64::from));
                (name, "boolean", codes(flags.collect()), none)
            }
            ColumnData::Category { codes: of, names } => {
                let positions = of.iter().map(|code| code.map_or(-1, i64::from));
                (
                    name,
                    "category",
                    codes(positions.collect()),
                    names.as_slice(),
                )
            }
        })?;
    }
    Ok(columns)
}
