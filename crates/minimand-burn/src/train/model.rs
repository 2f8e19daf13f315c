//! A trained model: plain numbers that can be used, kept and read back.

use super::dataset::{Dataset, check_finite};
use super::error::TrainError;
use super::network::{Network, Parameter, numbers, tensor};
use super::worker::Worker;
use crate::loss::LossError;
use burn::tensor::Device;

/// Rows that go through a model at a time, which bounds the memory of its hidden layers.
pub(super) const BLOCK: usize = 4096;

/// The weights of a linear model or a multilayer perceptron with rectified linear units.
///
/// [`to_bytes`](Self::to_bytes) and [`from_bytes`](Self::from_bytes) write and read it in a format
/// that PyTorch reads, too.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// In turn a weight `[outputs, inputs]` and a bias `[outputs]`; never empty.
    parameters: Vec<Parameter>,
    columns: usize,
    outputs: usize,
}

impl Model {
    /// The parameters must be sound: see [`Network::from_parameters`].
    pub(super) fn new(parameters: Vec<Parameter>, columns: usize, outputs: usize) -> Self {
        Model {
            parameters,
            columns,
            outputs,
        }
    }

    /// Raw scores `[n, outputs]` of features `[n, columns]`, both row by row; logits for classes
    /// and for labels.
    ///
    /// # Errors
    /// A length that is not a multiple of the columns, and features that are not finite.
    pub fn predict(&self, features: &[f32]) -> Result<Vec<f32>, TrainError> {
        if !features.len().is_multiple_of(self.columns) {
            return Err(TrainError::Length {
                what: "features",
                expected: format!("a multiple of {} values", self.columns),
                got: features.len(),
            });
        }
        check_finite("features", features, self.columns)?;
        let blocks = features.chunks(BLOCK * self.columns);
        self.scores(blocks.map(<[f32]>::to_vec))
    }

    /// Raw scores `[rows.len(), outputs]` of these rows of a data set, in their order. Their
    /// features are copied block by block, never all at once.
    ///
    /// # Errors
    /// A data set with another number of columns, and rows that it does not have.
    pub fn predict_rows(&self, data: &Dataset, rows: &[usize]) -> Result<Vec<f32>, TrainError> {
        if data.columns() != self.columns {
            return Err(TrainError::Length {
                what: "columns",
                expected: format!("{} columns, as in training", self.columns),
                got: data.columns(),
            });
        }
        data.check_rows("rows", rows)?;
        let blocks = rows.chunks(BLOCK);
        self.scores(blocks.map(|rows| data.gather_features(rows)))
    }

    fn scores(
        &self,
        blocks: impl Iterator<Item = Vec<f32>> + Send,
    ) -> Result<Vec<f32>, TrainError> {
        let run = || {
            let device = Device::flex();
            let network = Network::from_parameters(&self.parameters, &device);
            let mut scores = Vec::new();
            for block in blocks {
                scores.extend(block_scores(&network, block, self.columns, &device)?);
            }
            Ok(scores)
        };
        Worker::new()?.run(run, &mut || ())?
    }

    /// Number of features of a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Width of the raw scores: the number of classes or labels, or 1.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Every parameter, from the input to the output.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }
}

/// The output of a network outside autodiff for features `[_, columns]`.
pub(super) fn block_scores(
    network: &Network,
    features: Vec<f32>,
    columns: usize,
    device: &Device,
) -> Result<Vec<f32>, LossError> {
    let rows = features.len() / columns;
    numbers(network.forward(tensor(features, [rows, columns], device)))
}
