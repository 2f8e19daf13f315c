//! Burn tensors as the core's borrowed arrays, without a copy where they are contiguous.

use super::LossError;
use burn::backend::{Flex, TensorMetadata, flex::FlexTensor};
use burn::tensor::{DType, Int, Tensor};
use minimand::{Labels, Values};

/// A contiguous tensor in the host's memory, with its shape.
pub(crate) struct Host {
    argument: &'static str,
    tensor: FlexTensor,
    shape: Vec<usize>,
}

impl Host {
    /// The numbers of a float tensor.
    pub(crate) fn float<const D: usize>(
        argument: &'static str,
        tensor: Tensor<D>,
    ) -> Result<Self, LossError> {
        let primitive = tensor.inner().try_into_primitive::<Flex>();
        Ok(Host::new(
            argument,
            primitive.map_err(|_| LossError::Backend { argument })?,
        ))
    }

    /// The numbers of an integer tensor.
    pub(crate) fn int<const D: usize>(
        argument: &'static str,
        tensor: Tensor<D, Int>,
    ) -> Result<Self, LossError> {
        let primitive = tensor.inner().try_into_primitive::<Flex>();
        Ok(Host::new(
            argument,
            primitive.map_err(|_| LossError::Backend { argument })?,
        ))
    }

    fn new(argument: &'static str, tensor: FlexTensor) -> Self {
        Host {
            argument,
            shape: tensor.shape().to_vec(),
            tensor: tensor.to_contiguous(),
        }
    }

    /// Size of each axis.
    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The numbers of a float tensor.
    pub(crate) fn values(&self) -> Result<Values<'_>, LossError> {
        match self.tensor.dtype() {
            DType::F32 => self.tensor.as_slice::<f32>().map(Values::F32),
            DType::F64 => self.tensor.as_slice::<f64>().map(Values::F64),
            _ => None,
        }
        .ok_or_else(|| self.wrong_dtype())
    }

    /// The numbers of an F32 tensor.
    pub(crate) fn f32(&self) -> Result<&[f32], LossError> {
        self.tensor
            .as_slice::<f32>()
            .ok_or_else(|| self.wrong_dtype())
    }

    /// The numbers as class labels.
    pub(crate) fn labels(&self) -> Result<Labels<'_>, LossError> {
        match self.tensor.dtype() {
            DType::I64 => self.tensor.as_slice::<i64>().map(Labels::I64),
            DType::I32 => self.tensor.as_slice::<i32>().map(Labels::I32),
            DType::I16 => self.tensor.as_slice::<i16>().map(Labels::I16),
            DType::I8 => self.tensor.as_slice::<i8>().map(Labels::I8),
            DType::U64 => self.tensor.as_slice::<u64>().map(Labels::U64),
            DType::U32 => self.tensor.as_slice::<u32>().map(Labels::U32),
            DType::U16 => self.tensor.as_slice::<u16>().map(Labels::U16),
            DType::U8 => self.tensor.as_slice::<u8>().map(Labels::U8),
            _ => None,
        }
        .ok_or_else(|| self.wrong_dtype())
    }

    fn wrong_dtype(&self) -> LossError {
        LossError::Dtype {
            argument: self.argument,
            dtype: self.tensor.dtype(),
        }
    }
}
