//! Models as safetensors: the format in which PyTorch and others exchange weights.

use super::model::Model;
use super::network::{Parameter, bias_name, weight_name};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorInfo};
use serde::Serialize;
use std::collections::BTreeMap;

/// Why bytes are no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Not safetensors, or not whole.
    #[error("not a whole safetensors file: {reason}")]
    Format {
        /// What the reader stumbled over.
        reason: String,
    },
    /// A tensor that a model must have.
    #[error(
        "the tensor `{name}` is missing; a multilayer perceptron has `0.weight`, `0.bias` and, for each \
         further layer, `2.weight`, `2.bias`, `4.weight` and so on, a U-Net `encoder.0.first.weight` and \
         all that its settings ask for"
    )]
    Missing {
        /// Its name.
        name: String,
    },
    /// A tensor that a model does not have.
    #[error(
        "the tensor `{name}` has no place; a multilayer perceptron has `0.weight`, `0.bias` and, for each \
         further layer, `2.weight`, `2.bias`, `4.weight` and so on, a U-Net `encoder.0.first.weight` and \
         all that its settings ask for"
    )]
    Unexpected {
        /// Its name.
        name: String,
    },
    /// Numbers of another type.
    #[error("the tensor `{name}` has numbers of type {dtype}; they must be F32")]
    Dtype {
        /// Name of the tensor.
        name: String,
        /// Its type.
        dtype: String,
    },
    /// A shape that does not fit its place.
    #[error("the tensor `{name}` must be {expected}, got {got:?}")]
    Shape {
        /// Name of the tensor.
        name: String,
        /// The shape that would fit.
        expected: String,
        /// The shape that came.
        got: Vec<usize>,
    },
    /// NaN or infinity.
    #[error("the tensor `{name}` has the value {value} at position {position}; it must be finite")]
    NonFinite {
        /// Name of the tensor.
        name: String,
        /// Position, row by row.
        position: usize,
        /// The value, as text.
        value: String,
    },
}

/// The largest header that readers of the format accept, in bytes.
const MAX_HEADER: usize = 100_000_000;

/// What such a file begins with, as JSON. The library's own writer keeps metadata in a hash map and
/// writes it in random order.
#[derive(Serialize)]
struct Header<'a> {
    #[serde(rename = "__metadata__")]
    metadata: &'a BTreeMap<String, String>,
    #[serde(flatten)]
    tensors: BTreeMap<&'a str, TensorInfo>,
}

impl Model {
    /// The model as the content of a safetensors file; equal models and metadata give equal bytes.
    ///
    /// Names and layouts are those of PyTorch (see [`Parameter`]), so that
    ///
    /// ```text
    /// model = Sequential(Linear(64, 32), ReLU(), Linear(32, 10))
    /// model.load_state_dict(safetensors.torch.load_file("model.safetensors"))
    /// ```
    ///
    /// gives the same model. `metadata`: texts of any kind, kept beside the weights.
    ///
    /// # Errors
    /// [`ModelError::Format`] for metadata of more than 100 MB.
    pub fn to_bytes(&self, metadata: &BTreeMap<String, String>) -> Result<Vec<u8>, ModelError> {
        encode(self.parameters(), metadata)
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote, or PyTorch from a `Sequential` of `Linear`
    /// with `ReLU` between them; and the metadata. The predictions are the same, bit by bit.
    ///
    /// # Errors
    /// Bytes that are damaged or incomplete, and tensors that are no such model or not finite.
    pub fn from_bytes(bytes: &[u8]) -> Result<(Self, BTreeMap<String, String>), ModelError> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(format)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(format)?;
        let mut parameters = Vec::new();
        // Width of the features, and of what comes out of the layers so far.
        let mut widths: Option<(usize, usize)> = None;
        for layer in 0.. {
            let name = weight_name(layer);
            if layer > 0 && tensors.tensor(&name).is_err() {
                break;
            }
            let weight = read(&tensors, name)?;
            widths = Some(match (&weight.shape[..], widths) {
                (&[outputs, inputs], None) if outputs > 0 && inputs > 0 => (inputs, outputs),
                (&[outputs, inputs], Some((columns, width))) if outputs > 0 && inputs == width => {
                    (columns, outputs)
                }
                (_, None) => {
                    return shape(weight, "[outputs, inputs], both at least 1".to_string());
                }
                (_, Some((_, width))) => {
                    return shape(weight, format!("[outputs, {width}] with at least 1 output"));
                }
            });
            let outputs = weight.shape[0];
            let bias = read(&tensors, bias_name(layer))?;
            if bias.shape != [outputs] {
                return shape(bias, format!("[{outputs}]"));
            }
            parameters.extend([weight, bias]);
        }
        let known = |name: &str| parameters.iter().any(|p: &Parameter| p.name == name);
        none_left(&tensors, known)?;
        let Some((columns, outputs)) = widths else {
            return Err(ModelError::Missing {
                name: weight_name(0),
            });
        };
        let metadata = header.metadata().clone().unwrap_or_default();
        let model = Model::new(parameters, columns, outputs);
        Ok((model, metadata.into_iter().collect()))
    }
}

/// Parameters as the content of a safetensors file.
pub(crate) fn encode(
    parameters: &[Parameter],
    metadata: &BTreeMap<String, String>,
) -> Result<Vec<u8>, ModelError> {
    let mut data: Vec<u8> = Vec::new();
    let mut tensors = BTreeMap::new();
    for parameter in parameters {
        let start = data.len();
        data.extend(parameter.values.iter().flat_map(|x| x.to_le_bytes()));
        let info = TensorInfo {
            dtype: Dtype::F32,
            shape: parameter.shape.clone(),
            data_offsets: (start, data.len()),
        };
        tensors.insert(parameter.name.as_str(), info);
    }
    let header = Header { metadata, tensors };
    let mut header = serde_json::to_vec(&header).map_err(format)?;
    // Blanks up to a multiple of 8 bytes, so that the numbers are aligned.
    header.resize(header.len().next_multiple_of(8), b' ');
    if header.len() > MAX_HEADER {
        return Err(format("the metadata has more than 100 MB"));
    }
    let length = (header.len() as u64).to_le_bytes();
    Ok([&length[..], &header, &data].concat())
}

/// Refuses tensors that no part of a model knows.
pub(crate) fn none_left(
    tensors: &SafeTensors<'_>,
    known: impl Fn(&str) -> bool,
) -> Result<(), ModelError> {
    let names = tensors.names().into_iter();
    match names.filter(|name| !known(name)).min() {
        Some(name) => Err(ModelError::Unexpected {
            name: name.to_string(),
        }),
        None => Ok(()),
    }
}

/// A tensor of finite F32 numbers.
pub(crate) fn read(tensors: &SafeTensors<'_>, name: String) -> Result<Parameter, ModelError> {
    let Ok(view) = tensors.tensor(&name) else {
        return Err(ModelError::Missing { name });
    };
    if view.dtype() != Dtype::F32 {
        let dtype = view.dtype().to_string();
        return Err(ModelError::Dtype { name, dtype });
    }
    let numbers = view.data().as_chunks::<4>().0;
    let values: Vec<f32> = numbers.iter().map(|&x| f32::from_le_bytes(x)).collect();
    match values.iter().position(|x| !x.is_finite()) {
        Some(position) => Err(ModelError::NonFinite {
            name,
            position,
            value: values[position].to_string(),
        }),
        None => Ok(Parameter {
            name,
            shape: view.shape().to_vec(),
            values,
        }),
    }
}

fn shape<T>(parameter: Parameter, expected: String) -> Result<T, ModelError> {
    Err(ModelError::Shape {
        name: parameter.name,
        expected,
        got: parameter.shape,
    })
}

pub(crate) fn format(reason: impl ToString) -> ModelError {
    ModelError::Format {
        reason: reason.to_string(),
    }
}
