//! Errors of the core as exceptions of fitting classes, with the same messages.

use minimand::Error;
use pyo3::PyTypeInfo;
use pyo3::exceptions::{
    PyArithmeticError, PyException, PyLookupError, PyNotImplementedError, PyTypeError, PyValueError,
};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple, PyType};

/// The classes, in the order of [`Class`].
static CLASSES: PyOnceLock<Vec<Py<PyType>>> = PyOnceLock::new();

/// An exception class of the package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Error,
    UnknownLoss,
    Expression,
    UnknownParameter,
    Parameter,
    Shape,
    DType,
    Label,
    Range,
    Unsupported,
    NotConverged,
}

impl Class {
    /// Name and documentation.
    fn described(self) -> (&'static str, &'static str) {
        match self {
            Class::Error => ("Error", "What every error of minimand is."),
            Class::UnknownLoss => ("UnknownLossError", "No loss has that name."),
            Class::Expression => (
                "ExpressionError",
                "An expression that does not follow the grammar.",
            ),
            Class::UnknownParameter => (
                "UnknownParameterError",
                "The loss has no parameter of that name.",
            ),
            Class::Parameter => (
                "ParameterError",
                "A parameter or an option outside its range or of the wrong type.",
            ),
            Class::Shape => ("ShapeError", "An array whose shape does not fit."),
            Class::DType => (
                "DTypeError",
                "An array of a type that its argument cannot have.",
            ),
            Class::Label => ("LabelError", "A class label that is no class."),
            Class::Range => ("RangeError", "A number that the loss cannot take."),
            Class::Unsupported => ("UnsupportedError", "Something that this loss does not do."),
            Class::NotConverged => (
                "NotConvergedError",
                "An iteration that did not come to its end.",
            ),
        }
    }

    /// The class of the language that it is too.
    fn builtin<'py>(self, py: Python<'py>) -> Bound<'py, PyType> {
        match self {
            Class::Error => PyException::type_object(py),
            Class::UnknownLoss => PyLookupError::type_object(py),
            Class::Expression | Class::Parameter | Class::Shape | Class::Range => {
                PyValueError::type_object(py)
            }
            Class::Label => PyValueError::type_object(py),
            Class::UnknownParameter | Class::DType => PyTypeError::type_object(py),
            Class::Unsupported => PyNotImplementedError::type_object(py),
            Class::NotConverged => PyArithmeticError::type_object(py),
        }
    }

    const ALL: [Class; 11] = [
        Class::Error,
        Class::UnknownLoss,
        Class::Expression,
        Class::UnknownParameter,
        Class::Parameter,
        Class::Shape,
        Class::DType,
        Class::Label,
        Class::Range,
        Class::Unsupported,
        Class::NotConverged,
    ];

    /// The exception with this message.
    pub(crate) fn err(self, message: impl Into<String>) -> PyErr {
        Python::attach(|py| {
            let class = CLASSES
                .get(py)
                .and_then(|classes| classes.get(self as usize));
            match class {
                Some(class) => PyErr::from_type(class.bind(py).clone(), (message.into(),)),
                None => PyException::new_err(message.into()),
            }
        })
    }
}

/// An error of the core as an exception.
pub(crate) fn exception(error: Error) -> PyErr {
    let class = match error {
        Error::UnknownLoss { .. } => Class::UnknownLoss,
        Error::Syntax { .. } => Class::Expression,
        Error::UnknownParameter { .. } => Class::UnknownParameter,
        Error::Parameter { .. } => Class::Parameter,
        Error::Shape { .. } => Class::Shape,
        Error::Label { .. } => Class::Label,
        Error::Value { .. } => Class::Range,
        Error::Unsupported { .. } => Class::Unsupported,
        Error::NotConverged { .. } => Class::NotConverged,
        _ => Class::Error,
    };
    class.err(error.to_string())
}

/// Makes the classes and adds them to the module.
pub(crate) fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let classes = CLASSES.get_or_try_init(py, || {
        let mut made: Vec<Py<PyType>> = Vec::new();
        for class in Class::ALL {
            let bases = match made.first() {
                Some(error) => PyTuple::new(py, [error.bind(py).clone(), class.builtin(py)])?,
                None => PyTuple::new(py, [class.builtin(py)])?,
            };
            let (name, documentation) = class.described();
            let members = PyDict::new(py);
            members.set_item("__module__", "minimand")?;
            members.set_item("__doc__", documentation)?;
            let class = PyType::type_object(py).call1((name, bases, members))?;
            made.push(class.cast_into::<PyType>()?.unbind());
        }
        Ok::<_, PyErr>(made)
    })?;
    for (class, made) in Class::ALL.into_iter().zip(classes) {
        module.add(class.described().0, made.bind(py))?;
    }
    Ok(())
}
