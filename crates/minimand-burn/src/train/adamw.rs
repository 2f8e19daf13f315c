//! The optimizer: AdamW, fused over each parameter.
//!
//! Burn's own computes the same with some fifteen tensor operations for each parameter, most of them
//! with an allocation: for a small model, a training step then takes a third more instructions.

use crate::loss::{Host, LossError};
use burn::backend::Flex;
use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::tensor::{DType, Gradients, Tensor};
use std::collections::HashMap;

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f32 = 1e-8;

/// AdamW (Loshchilov and Hutter 2019) with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8, as PyTorch's.
pub(super) struct AdamW {
    weight_decay: f64,
    /// Steps taken.
    steps: u64,
    moments: HashMap<ParamId, Moments>,
}

/// Running means of a parameter's gradient and of its square.
struct Moments {
    first: Vec<f32>,
    second: Vec<f32>,
}

impl AdamW {
    pub(super) fn new(weight_decay: f64) -> Self {
        AdamW {
            weight_decay,
            steps: 0,
            moments: HashMap::new(),
        }
    }

    /// Moves every F32 parameter that has a gradient; in place, unless its numbers are shared.
    pub(super) fn step<M: Module>(
        &mut self,
        learning_rate: f64,
        module: M,
        gradients: Gradients,
    ) -> Result<M, LossError> {
        self.steps += 1;
        let bias = |beta: f64| 1.0 - beta.powf(self.steps as f64);
        let rule = Rule {
            keep: (1.0 - learning_rate * self.weight_decay) as f32,
            rate: (learning_rate / bias(BETA_1)) as f32,
            scale: (1.0 / bias(BETA_2).sqrt()) as f32,
        };
        let mut step = Step {
            rule,
            moments: &mut self.moments,
            gradients,
            error: None,
        };
        let module = module.map(&mut step);
        step.error.map_or(Ok(module), Err)
    }
}

/// One step on its way through the parameters.
struct Step<'a> {
    rule: Rule,
    moments: &'a mut HashMap<ParamId, Moments>,
    gradients: Gradients,
    error: Option<LossError>,
}

impl Step<'_> {
    fn moved<const D: usize>(
        &mut self,
        id: ParamId,
        tensor: Tensor<D>,
        gradient: Tensor<D>,
    ) -> Result<Tensor<D>, LossError> {
        let argument = "parameter";
        let gradient = Host::float(argument, gradient)?;
        let gradient = gradient.f32()?;
        let weights = tensor.inner().try_into_primitive::<Flex>();
        let mut weights = weights.map_err(|_| LossError::Backend { argument })?;
        let dtype = weights.dtype();
        if dtype != DType::F32 {
            return Err(LossError::Dtype { argument, dtype });
        }
        if !weights.is_contiguous() {
            weights = weights.to_contiguous();
        }
        let start = weights.layout().start_offset();
        let numbers = &mut weights.storage_mut::<f32>()[start..][..gradient.len()];
        let moments = self.moments.entry(id).or_insert_with(|| Moments {
            first: vec![0.0; gradient.len()],
            second: vec![0.0; gradient.len()],
        });
        self.rule.apply(numbers, gradient, moments);
        Ok(Tensor::from_inner(Tensor::from_primitive::<Flex>(weights)).require_grad())
    }
}

impl ModuleMapper for Step<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, tensor, mapper) = param.consume();
        let Some(gradient) = tensor.grad_remove(&mut self.gradients) else {
            return Param::from_mapped_value(id, tensor, mapper);
        };
        // After an error the module is not handed out: any tensor does.
        let stand_in = gradient.clone();
        let tensor = self.moved(id, tensor, gradient).unwrap_or_else(|error| {
            self.error = Some(error);
            stand_in
        });
        Param::from_mapped_value(id, tensor, mapper)
    }
}

/// What a step does to each number.
#[derive(Debug, Clone, Copy)]
struct Rule {
    /// What the decay leaves of a parameter.
    keep: f32,
    /// The learning rate, over the bias of the first moment.
    rate: f32,
    /// Factor of the root of the second moment, against its bias.
    scale: f32,
}

impl Rule {
    fn apply(self, numbers: &mut [f32], gradient: &[f32], moments: &mut Moments) {
        let Rule { keep, rate, scale } = self;
        let (rest_1, beta_2) = ((1.0 - BETA_1) as f32, BETA_2 as f32);
        let rest_2 = (1.0 - BETA_2) as f32;
        let moments = moments.first.iter_mut().zip(&mut moments.second);
        for ((x, &g), (m, v)) in numbers.iter_mut().zip(gradient).zip(moments) {
            *m += rest_1 * (g - *m);
            *v = beta_2 * *v + rest_2 * (g * g);
            *x = keep * *x - rate * *m / (v.sqrt() * scale + EPSILON);
        }
    }
}
