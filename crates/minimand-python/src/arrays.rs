//! Arrays of Python as the core takes them: borrowed where they lie as it needs them, else copied.

use crate::error::Class;
use minimand::{Array, Labels, Target};
use numpy::{
    Element, PyArrayDescrMethods, PyArrayDyn, PyArrayMethods, PyReadonlyArrayDyn, PyUntypedArray,
    PyUntypedArrayMethods,
};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Real numbers in either precision.
pub(crate) enum Numbers<'py> {
    F32(PyReadonlyArrayDyn<'py, f32>),
    F64(PyReadonlyArrayDyn<'py, f64>),
}

/// What the predictions are compared with.
pub(crate) enum TargetArray<'py> {
    None,
    Dense(Numbers<'py>),
    Labels(LabelArray<'py>),
}

macro_rules! label_array {
    ($($variant:ident $t:ident)*) => {
        /// Integers of any width.
        pub(crate) enum LabelArray<'py> {
            $($variant(PyReadonlyArrayDyn<'py, $t>),)*
        }

        impl<'py> LabelArray<'py> {
            fn new(kind: u8, array: &Bound<'py, PyUntypedArray>, argument: &str) -> PyResult<Self> {
                let size = array.dtype().itemsize();
                $(if (kind, size) == (kind_of(stringify!($t)), size_of::<$t>()) {
                    return Ok(LabelArray::$variant(borrowed(array, argument)?));
                })*
                Err(wrong_dtype(argument, "integers", array))
            }

            pub(crate) fn labels(&self) -> PyResult<Labels<'_>> {
                match self {
                    $(LabelArray::$variant(array) => Ok(Labels::$variant(slice(array)?)),)*
                }
            }

            fn shape(&self) -> &[usize] {
                match self {
                    $(LabelArray::$variant(array) => array.shape(),)*
                }
            }
        }
    };
}
label_array!(I64 i64 I32 i32 I16 i16 I8 i8 U8 u8 U16 u16 U32 u32 U64 u64);

/// NumPy's letter for a type of integers.
const fn kind_of(name: &str) -> u8 {
    name.as_bytes()[0]
}

impl<'py> Numbers<'py> {
    /// Floating-point numbers: half precisions are widened to single.
    pub(crate) fn read(prediction: &Bound<'py, PyAny>) -> PyResult<Self> {
        // Labels that come first are the likeliest slip.
        let expected = "real numbers (it comes first, the target second)";
        Numbers::read_as(prediction, "prediction", expected)
    }

    /// The same of another argument.
    pub(crate) fn read_real(value: &Bound<'py, PyAny>, argument: &str) -> PyResult<Self> {
        Numbers::read_as(value, argument, "real numbers")
    }

    fn read_as(value: &Bound<'py, PyAny>, argument: &str, expected: &str) -> PyResult<Self> {
        let array = ndarray(value, argument)?;
        match real(&array, argument)? {
            Some(numbers) => Ok(numbers),
            None => Err(wrong_dtype(argument, expected, &array)),
        }
    }

    /// Weights: integers are numbers too.
    pub(crate) fn read_weights(value: &Bound<'py, PyAny>) -> PyResult<Self> {
        let array = ndarray(value, "weights")?;
        match (real(&array, "weights")?, array.dtype().kind()) {
            (Some(numbers), _) => Ok(numbers),
            (None, b'i' | b'u') => Ok(Numbers::F64(copied(&array, "weights", "float64")?)),
            _ => Err(wrong_dtype(
                "weights",
                "numbers (true and false are for `mask`)",
                &array,
            )),
        }
    }

    pub(crate) fn array(&self) -> PyResult<Array<'_>> {
        Ok(match self {
            Numbers::F32(array) => Array::new(slice(array)?, array.shape()),
            Numbers::F64(array) => Array::new(slice(array)?, array.shape()),
        })
    }

    pub(crate) fn shape(&self) -> &[usize] {
        match self {
            Numbers::F32(array) => array.shape(),
            Numbers::F64(array) => array.shape(),
        }
    }
}

impl<'py> LabelArray<'py> {
    /// Integers, one for each item.
    pub(crate) fn read(value: &Bound<'py, PyAny>, argument: &str) -> PyResult<Self> {
        let array = ndarray(value, argument)?;
        LabelArray::new(array.dtype().kind(), &array, argument)
    }
}

impl<'py> TargetArray<'py> {
    /// Integers are labels for a loss that takes labels, else numbers. Truth values of the prediction's shape are
    /// the numbers 0 and 1, others the labels 0 and 1.
    pub(crate) fn read(
        value: Option<&Bound<'py, PyAny>>,
        prediction: &Numbers<'py>,
        takes_labels: impl Fn() -> bool,
    ) -> PyResult<Self> {
        let Some(value) = value else {
            return Ok(TargetArray::None);
        };
        let array = ndarray(value, "target")?;
        let kind = array.dtype().kind();
        Ok(match kind {
            b'i' | b'u' if takes_labels() => {
                TargetArray::Labels(LabelArray::new(kind, &array, "target")?)
            }
            b'b' if array.shape() != prediction.shape() => {
                TargetArray::Labels(LabelArray::U8(bytes(&array, "target")?))
            }
            b'b' | b'i' | b'u' => TargetArray::Dense(match prediction {
                Numbers::F32(_) => Numbers::F32(copied(&array, "target", "float32")?),
                Numbers::F64(_) => Numbers::F64(copied(&array, "target", "float64")?),
            }),
            _ => match real(&array, "target")? {
                Some(numbers) => TargetArray::Dense(numbers),
                None => {
                    let expected = "integers (labels), truth values or real numbers";
                    return Err(wrong_dtype("target", expected, &array));
                }
            },
        })
    }

    pub(crate) fn target(&self) -> PyResult<Target<'_>> {
        Ok(match self {
            TargetArray::None => Target::None,
            TargetArray::Dense(numbers) => Target::Dense(numbers.array()?),
            TargetArray::Labels(labels) => Target::Labels(labels.labels()?, labels.shape()),
        })
    }
}

/// Truth values, or integers that are 0 or 1.
pub(crate) fn read_mask(value: &Bound<'_, PyAny>) -> PyResult<(Vec<bool>, Vec<usize>)> {
    let array = ndarray(value, "mask")?;
    let shape = array.shape().to_vec();
    let flags = match array.dtype().kind() {
        b'b' => LabelArray::U8(bytes(&array, "mask")?),
        kind @ (b'i' | b'u') => LabelArray::new(kind, &array, "mask")?,
        _ => {
            return Err(wrong_dtype(
                "mask",
                "truth values (true counts), or integers 1 and 0",
                &array,
            ));
        }
    };
    let labels = flags.labels()?;
    let flag = |position| match labels.get(position) {
        0 => Ok(false),
        1 => Ok(true),
        value => Err(Class::Range.err(format!(
            "`mask` at position {position} is {value}, expected 1 (counts) or 0 (does not)"
        ))),
    };
    let mask: PyResult<Vec<bool>> = (0..labels.len()).map(flag).collect();
    Ok((mask?, shape))
}

/// A short list of numbers, such as one per class.
pub(crate) fn read_list(value: &Bound<'_, PyAny>, argument: &'static str) -> PyResult<Vec<f64>> {
    let array = ndarray(value, argument)?;
    if array.ndim() != 1 {
        return Err(Class::Shape.err(format!(
            "`{argument}` must have shape [n], a list of numbers, got {:?}",
            array.shape()
        )));
    }
    match array.dtype().kind() {
        b'f' | b'i' | b'u' => {
            let numbers: PyReadonlyArrayDyn<'_, f64> = copied(&array, argument, "float64")?;
            Ok(slice(&numbers)?.to_vec())
        }
        _ => Err(wrong_dtype(argument, "a list of numbers", &array)),
    }
}

/// The array of an object: itself, or what it shows as one. Nothing is copied that need not be.
fn ndarray<'py>(value: &Bound<'py, PyAny>, argument: &str) -> PyResult<Bound<'py, PyUntypedArray>> {
    let py = value.py();
    if let Ok(array) = value.cast_exact::<PyUntypedArray>() {
        return Ok(array.clone());
    }
    let numpy = py.import(intern!(py, "numpy"))?;
    if value.is_instance(&numpy.getattr("ma")?.getattr("MaskedArray")?)? {
        return Err(Class::Unsupported.err(format!(
            "`{argument}` is a masked array, whose mask may mean either; give its `data`, and `mask=` with True for \
             what counts"
        )));
    }
    let only_dlpack = !value.hasattr("__array__")? && value.hasattr("__dlpack__")?;
    let door = if only_dlpack {
        "from_dlpack"
    } else {
        "asarray"
    };
    let array = numpy.call_method1(door, (value,)).inspect_err(|error| {
        // The message is of whoever made the object; which argument it was is ours to say.
        let note = format!("while `{argument}` was read as an array");
        let _ = error.value(py).call_method1("add_note", (note,));
    })?;
    Ok(array.cast_into::<PyUntypedArray>()?)
}

/// Real numbers, if that is what they are.
fn real<'py>(array: &Bound<'py, PyUntypedArray>, argument: &str) -> PyResult<Option<Numbers<'py>>> {
    let dtype = array.dtype();
    Ok(match (dtype.kind(), dtype.itemsize()) {
        (b'f', 4) => Some(Numbers::F32(borrowed(array, argument)?)),
        (b'f', 8) => Some(Numbers::F64(borrowed(array, argument)?)),
        (b'f', 2) => Some(Numbers::F32(copied(array, argument, "float32")?)),
        // The kind of types that NumPy does not have itself; it converts them by their own rules.
        (b'V' | b'f', 1 | 2) if dtype.str()?.to_string().contains("float") => {
            Some(Numbers::F32(copied(array, argument, "float32")?))
        }
        _ => None,
    })
}

/// The array itself if it is in row-major order and of the machine's own byte order, else a copy that is.
fn borrowed<'py, T: Element>(
    array: &Bound<'py, PyUntypedArray>,
    argument: &str,
) -> PyResult<PyReadonlyArrayDyn<'py, T>> {
    if array.is_c_contiguous()
        && array.is_aligned()
        && array.dtype().is_native_byteorder() != Some(false)
    {
        return readonly(array, argument);
    }
    let py = array.py();
    copied(array, argument, numpy::dtype::<T>(py).str()?.to_str()?)
}

/// A copy in row-major order with another type of numbers.
fn copied<'py, T: Element>(
    array: &Bound<'py, PyUntypedArray>,
    argument: &str,
    dtype: &str,
) -> PyResult<PyReadonlyArrayDyn<'py, T>> {
    let py = array.py();
    let options = PyDict::new(py);
    options.set_item("dtype", dtype)?;
    options.set_item("order", "C")?;
    let numpy = py.import(intern!(py, "numpy"))?;
    let copy = numpy.call_method("array", (array,), Some(&options))?;
    readonly(copy.cast::<PyUntypedArray>()?, argument)
}

/// The bytes of truth values, which may be others than 0 and 1.
fn bytes<'py>(
    array: &Bound<'py, PyUntypedArray>,
    argument: &str,
) -> PyResult<PyReadonlyArrayDyn<'py, u8>> {
    let view = array.call_method1(intern!(array.py(), "view"), ("uint8",))?;
    borrowed(view.cast::<PyUntypedArray>()?, argument)
}

fn readonly<'py, T: Element>(
    array: &Bound<'py, PyUntypedArray>,
    argument: &str,
) -> PyResult<PyReadonlyArrayDyn<'py, T>> {
    array.cast::<PyArrayDyn<T>>()?.try_readonly().map_err(|_| {
        Class::Error.err(format!(
            "`{argument}` is being written to as the `out` of another call"
        ))
    })
}

/// The caller's array for a gradient.
pub(crate) fn writable<'py, T: Element>(
    out: &Bound<'py, PyAny>,
    shape: &[usize],
) -> PyResult<Bound<'py, PyArrayDyn<T>>> {
    let wanted = numpy::dtype::<T>(out.py());
    let refused = |got: String| {
        Class::Shape.err(format!(
            "`out` must be a NumPy array of {wanted} and of shape {shape:?} in row-major order, got {got}"
        ))
    };
    let Ok(untyped) = out.cast::<PyUntypedArray>() else {
        return Err(refused(out.get_type().name()?.to_string()));
    };
    match untyped.cast::<PyArrayDyn<T>>() {
        Ok(array) if array.shape() == shape && array.is_c_contiguous() => Ok(array.clone()),
        _ => {
            let order = if untyped.is_c_contiguous() {
                ""
            } else {
                ", strided"
            };
            Err(refused(format!(
                "{} of shape {:?}{order}",
                untyped.dtype(),
                untyped.shape()
            )))
        }
    }
}

fn slice<'a, T: Element>(array: &'a PyReadonlyArrayDyn<'_, T>) -> PyResult<&'a [T]> {
    Ok(array.as_slice()?)
}

/// What came where something else was expected.
fn wrong_dtype(argument: &str, expected: &str, array: &Bound<'_, PyUntypedArray>) -> PyErr {
    Class::DType.err(format!(
        "`{argument}` must hold {expected}, got {}",
        array.dtype()
    ))
}
