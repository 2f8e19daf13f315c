//! The weights of a U-Net as the content of a safetensors file.

use std::collections::{BTreeMap, BTreeSet};

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::Tensor;
use safetensors::SafeTensors;

use super::UNet;
use super::layers::parameter;
use crate::loss::{LossError, numbers};
use crate::train::safetensors::{encode, format, none_left, read};
use crate::train::{ModelError, Parameter};

impl UNet {
    /// The weights as the content of a safetensors file; equal networks and metadata give equal bytes.
    ///
    /// Names are those of the parts: `encoder.0.first.weight` is `[outputs, inputs, taps]` with the taps of
    /// a kernel row by row, `encoder.0.first_norm.scale` and `shift` have one number for each channel, and
    /// `head.weight` and `head.bias` make the logits. `metadata`: texts of any kind, kept beside them.
    ///
    /// # Errors
    /// [`ModelError::Format`] for metadata of more than 100 MB.
    pub fn to_bytes(&self, metadata: &BTreeMap<String, String>) -> Result<Vec<u8>, ModelError> {
        let mut look = Look {
            path: Vec::new(),
            found: Ok(Vec::new()),
        };
        self.visit(&mut look);
        encode(&look.found.map_err(format)?, metadata)
    }

    /// This network with the weights that [`to_bytes`](Self::to_bytes) wrote of one with the same settings,
    /// bit by bit; and the metadata.
    ///
    /// # Errors
    /// Bytes that are damaged or incomplete, and tensors that are missing, of another shape, too many or
    /// not finite.
    pub fn with_weights(
        self,
        bytes: &[u8],
    ) -> Result<(Self, BTreeMap<String, String>), ModelError> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(format)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(format)?;
        let mut put = Put {
            tensors: &tensors,
            path: Vec::new(),
            done: BTreeSet::new(),
            problem: None,
        };
        let net = self.map(&mut put);
        if let Some(problem) = put.problem {
            return Err(problem);
        }
        none_left(&tensors, |name| put.done.contains(name))?;
        let metadata = header.metadata().clone().unwrap_or_default();
        Ok((net, metadata.into_iter().collect()))
    }
}

/// Takes down every parameter with its name.
struct Look {
    path: Vec<String>,
    found: Result<Vec<Parameter>, LossError>,
}

impl ModuleVisitor for Look {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let values = numbers(&tensor);
        if let Ok(found) = &mut self.found {
            match values {
                Ok(values) => found.push(Parameter {
                    name: self.path.join("."),
                    shape: tensor.dims().to_vec(),
                    values,
                }),
                Err(error) => self.found = Err(error),
            }
        }
    }
}

/// Replaces every parameter by the tensor of its name.
struct Put<'a> {
    tensors: &'a SafeTensors<'a>,
    path: Vec<String>,
    done: BTreeSet<String>,
    /// The first.
    problem: Option<ModelError>,
}

impl ModuleMapper for Put<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.problem.is_some() {
            return param;
        }
        let name = self.path.join(".");
        let shape = param.dims();
        let found = read(self.tensors, name.clone()).and_then(|found| match found.shape == shape {
            true => Ok(found.values),
            false => Err(ModelError::Shape {
                name: name.clone(),
                expected: format!("{shape:?}"),
                got: found.shape,
            }),
        });
        match found {
            Ok(values) => {
                self.done.insert(name);
                parameter(values, shape)
            }
            Err(problem) => {
                self.problem = Some(problem);
                param
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::UNetSettings;
    use crate::random::Key;
    use crate::train::images::predict;

    fn net(width: usize, key: u64) -> UNet {
        let settings = UNetSettings {
            width,
            ..UNetSettings::default()
        };
        UNet::new(&settings, Key::new(key)).expect("a network")
    }

    #[test]
    fn weights_come_back_bit_by_bit() {
        let metadata = BTreeMap::from([("of".to_owned(), "discs".to_owned())]);
        let saved = net(4, 1);
        let bytes = saved.to_bytes(&metadata).expect("bytes");
        assert_eq!(saved.to_bytes(&metadata), Ok(bytes.clone()));
        let (again, found) = net(4, 2).with_weights(&bytes).expect("weights");
        assert_eq!(found, metadata);
        assert_eq!(again.to_bytes(&metadata), Ok(bytes.clone()));
        let images: Vec<f32> = (0..64).map(|i| (i % 7) as f32 - 3.0).collect();
        let logits = |net: &UNet| predict(net, &images, &[1, 1, 8, 8]).expect("logits");
        assert_eq!(logits(&again), logits(&saved));
        assert_ne!(logits(&net(4, 2)), logits(&saved));

        let tensors = SafeTensors::deserialize(&bytes).expect("a file");
        let head = tensors.tensor("head.weight").expect("the head");
        assert_eq!(head.shape(), [2, 4, 1]);
        let first = tensors.tensor("encoder.0.first.weight").expect("a kernel");
        assert_eq!(first.shape(), [4, 1, 9]);
    }

    #[test]
    fn weights_of_another_network_are_refused() {
        let bytes = net(8, 1).to_bytes(&BTreeMap::new()).expect("bytes");
        let refused = |net: UNet, bytes: &[u8]| net.with_weights(bytes).expect_err("a refusal");
        let error = refused(net(4, 1), &bytes);
        assert!(matches!(error, ModelError::Shape { .. }), "{error}");
        let deeper = UNetSettings {
            depth: 3,
            ..UNetSettings::default()
        };
        let deeper = UNet::new(&deeper, Key::new(1)).expect("a network");
        let many = deeper.to_bytes(&BTreeMap::new()).expect("bytes");
        let error = refused(net(8, 1), &many);
        assert!(matches!(error, ModelError::Unexpected { .. }), "{error}");
        let error = refused(deeper, &bytes);
        assert!(matches!(error, ModelError::Missing { .. }), "{error}");
        let error = refused(net(8, 1), &bytes[..bytes.len() / 2]);
        assert!(matches!(error, ModelError::Format { .. }), "{error}");
    }
}
