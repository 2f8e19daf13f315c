//! The layers of networks for images.

use burn::module::{Module, Param};
use burn::tensor::{DType, Device, Tensor, TensorData};

use super::convolution::Geometry;
use super::error::NetError;
use super::norm_kernel::{Activation, Groups};
use super::operation::{Input, function, host};
use crate::random::{Key, Random};

/// A convolution of images `[n, inputs, rows, columns]` or volumes `[n, inputs, slices, rows, columns]`
/// with stride 1 and zero padding: the output is as large as the input.
#[derive(Module, Debug)]
pub struct Conv {
    /// `[outputs, inputs, taps]`; the taps are those of a kernel, row by row.
    weight: Param<Tensor<3>>,
    bias: Option<Param<Tensor<1>>>,
    /// Axes in space.
    axes: usize,
    /// Side of the kernel.
    side: usize,
}

impl Conv {
    /// A kernel of `side` (odd) along each of 2 or 3 `axes`, without a bias, as before a normalisation.
    /// Initial weights are normal with variance 2/(inputs · taps) (He et al. 2015).
    ///
    /// # Errors
    /// Axes other than 2 and 3, an even side, no inputs and no outputs.
    pub fn new(
        axes: usize,
        side: usize,
        inputs: usize,
        outputs: usize,
        key: Key,
    ) -> Result<Self, NetError> {
        setting("axes", axes, "2 or 3", (2..=3).contains(&axes))?;
        setting(
            "side",
            side,
            "odd and at most 15",
            side % 2 == 1 && side <= 15,
        )?;
        for (name, size) in [("inputs", inputs), ("outputs", outputs)] {
            setting(name, size, "from 1 to 65536", (1..=65536).contains(&size))?;
        }
        let taps = side.pow(axes as u32);
        let mut random = Random::new(key, 0);
        let deviation = (2.0 / (inputs * taps) as f64).sqrt();
        let count = outputs * inputs * taps;
        let weight = (0..count).map(|_| (deviation * random.normal()) as f32);
        Ok(Conv {
            weight: parameter(weight.collect(), [outputs, inputs, taps]),
            bias: None,
            axes,
            side,
        })
    }

    /// With a bias for each output.
    ///
    /// # Errors
    /// Not one number per output.
    pub fn with_bias(mut self, bias: Vec<f32>) -> Result<Self, NetError> {
        let outputs = self.outputs();
        if bias.len() != outputs {
            return Err(NetError::Shape {
                argument: "bias",
                expected: format!("[{outputs}]"),
                got: vec![bias.len()],
            });
        }
        self.bias = Some(parameter(bias, [outputs]));
        Ok(self)
    }

    /// The weight `[outputs, inputs, taps]` and the bias.
    #[cfg(test)]
    pub(super) fn parameters(&self) -> (Tensor<3>, Option<Tensor<1>>) {
        (self.weight.val(), self.bias.as_ref().map(Param::val))
    }

    /// Number of output channels.
    pub fn outputs(&self) -> usize {
        self.weight.dims()[0]
    }

    /// `[n, outputs, …]` of images `[n, inputs, …]`.
    ///
    /// # Errors
    /// Images of another rank or with other channels, not F32, and not on the Flex device.
    pub fn forward<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<D>, NetError> {
        let [outputs, inputs, taps] = self.weight.dims();
        let mut shape = images.dims();
        check_images("images", &shape, self.axes, inputs)?;
        shape[1] = outputs;
        let side = self.side;
        let kernel = if D == 5 { [side; 3] } else { [1, side, side] };
        let geometry = Geometry::new(space(&shape), kernel);

        let weight = self.weight.val();
        let bias = self.bias.as_ref().map(|bias| bias.val());
        let (x, w) = (host("images", &images)?, host("weight", &weight)?);
        let b = bias.as_ref().map(|bias| host("bias", bias)).transpose()?;
        let b = b.as_ref().map(|b| b.f32()).transpose()?;
        let y = geometry.forward(x.f32()?, inputs, w.f32()?, outputs, b);
        let bias = bias.map_or_else(Input::none, Input::from);
        let parents = [images.into(), weight.into(), bias];
        Ok(function(parents, y, shape, move |gradient, wanted| {
            let (Ok(images), Ok(weights)) = (x.f32(), w.f32()) else {
                return [None, None, None];
            };
            let by_images = wanted[0].then(|| {
                let values = geometry.input_gradient(gradient, outputs, weights, inputs);
                TensorData::new(values, x.shape())
            });
            let by_weights = wanted[1].then(|| {
                let values = geometry.weight_gradient(images, inputs, gradient, outputs);
                TensorData::new(values, [outputs, inputs, taps])
            });
            let by_bias =
                wanted[2].then(|| TensorData::new(channel_sums(gradient, &shape), [outputs]));
            [by_images, by_weights, by_bias]
        }))
    }
}

/// Group normalisation (Wu and He 2018) with the activation behind it: each group of channels of each
/// image to mean 0 and variance 1, then a scale and a shift for each channel, then the activation.
#[derive(Module, Debug)]
pub struct Norm {
    scale: Param<Tensor<1>>,
    shift: Param<Tensor<1>>,
    groups: usize,
    #[module(skip)]
    activation: Activation,
}

impl Norm {
    /// Initial scales are 1, shifts 0.
    ///
    /// # Errors
    /// A number of groups that does not divide the channels.
    pub fn new(channels: usize, groups: usize, activation: Activation) -> Result<Self, NetError> {
        setting("channels", channels, "at least 1", channels > 0)?;
        let expected = "a divisor of the channels";
        setting(
            "groups",
            groups,
            expected,
            groups > 0 && channels.is_multiple_of(groups),
        )?;
        Ok(Norm {
            scale: parameter(vec![1.0; channels], [channels]),
            shift: parameter(vec![0.0; channels], [channels]),
            groups,
            activation,
        })
    }

    /// The scale and the shift of each channel.
    #[cfg(test)]
    pub(super) fn parameters(&self) -> (Tensor<1>, Tensor<1>) {
        (self.scale.val(), self.shift.val())
    }

    /// With this scale and shift for each channel.
    #[cfg(test)]
    pub(super) fn with(mut self, scale: Vec<f32>, shift: Vec<f32>) -> Self {
        let shape = self.scale.dims();
        self.scale = parameter(scale, shape);
        self.shift = parameter(shift, shape);
        self
    }

    /// Of images `[n, channels, …]`.
    ///
    /// # Errors
    /// Images with other channels, not F32, and not on the Flex device.
    pub fn forward<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<D>, NetError> {
        let shape = images.dims();
        let channels = self.scale.dims()[0];
        check_images("images", &shape, D.saturating_sub(2), channels)?;
        let groups = Groups {
            channels,
            groups: self.groups,
            pixels: shape[2..].iter().product(),
            activation: self.activation,
        };
        let (scale, shift) = (self.scale.val(), self.shift.val());
        let x = host("images", &images)?;
        let (a, b) = (host("scale", &scale)?, host("shift", &shift)?);
        let y = groups.forward(x.f32()?, a.f32()?, b.f32()?);
        let parents = [images.into(), scale.into(), shift.into()];
        Ok(function(parents, y, shape, move |gradient, _| {
            let (Ok(images), Ok(scale), Ok(shift)) = (x.f32(), a.f32(), b.f32()) else {
                return [None, None, None];
            };
            let gradients = groups.backward(images, scale, shift, gradient);
            [
                Some(TensorData::new(gradients.images, shape)),
                Some(TensorData::new(gradients.scale, [channels])),
                Some(TensorData::new(gradients.shift, [channels])),
            ]
        }))
    }
}

/// Twice a convolution of side 3, each followed by a normalisation with activation.
#[derive(Module, Debug)]
pub struct Block {
    first: Conv,
    first_norm: Norm,
    second: Conv,
    second_norm: Norm,
}

impl Block {
    /// From `inputs` over `outputs` to `outputs` channels.
    ///
    /// # Errors
    /// Those of [`Conv::new`] and [`Norm::new`].
    pub fn new(
        axes: usize,
        inputs: usize,
        outputs: usize,
        groups: usize,
        activation: Activation,
        key: Key,
    ) -> Result<Self, NetError> {
        Ok(Block {
            first: Conv::new(axes, 3, inputs, outputs, key.child(0))?,
            first_norm: Norm::new(outputs, groups, activation)?,
            second: Conv::new(axes, 3, outputs, outputs, key.child(1))?,
            second_norm: Norm::new(outputs, groups, activation)?,
        })
    }

    /// `[n, outputs, …]` of images `[n, inputs, …]`.
    ///
    /// # Errors
    /// Those of [`Conv::forward`].
    pub fn forward<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<D>, NetError> {
        let x = self.first_norm.forward(self.first.forward(images)?)?;
        self.second_norm.forward(self.second.forward(x)?)
    }
}

/// A trainable array.
pub(super) fn parameter<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Param<Tensor<D>> {
    let device = Device::flex().autodiff();
    Param::from_tensor(Tensor::from_data(
        TensorData::new(values, shape),
        (&device, DType::F32),
    ))
}

/// Refuses a setting that is not in its range.
pub(super) fn setting(
    name: &'static str,
    got: usize,
    expected: &str,
    holds: bool,
) -> Result<(), NetError> {
    match holds {
        true => Ok(()),
        false => Err(NetError::Setting {
            name,
            expected: expected.to_string(),
            got,
        }),
    }
}

/// Is this a shape `[n, channels, …]` with so many axes in space?
pub(super) fn check_images(
    argument: &'static str,
    shape: &[usize],
    axes: usize,
    channels: usize,
) -> Result<(), NetError> {
    if shape.len() == axes + 2
        && (2..=3).contains(&axes)
        && shape[1] == channels
        && !shape.contains(&0)
    {
        return Ok(());
    }
    let space = if axes == 3 {
        "slices, rows, columns"
    } else {
        "rows, columns"
    };
    Err(NetError::Shape {
        argument,
        expected: format!("[n, {channels}, {space}], all at least 1"),
        got: shape.to_vec(),
    })
}

/// Slices (1 in the plane), rows and columns of a checked shape.
pub(super) fn space<const D: usize>(shape: &[usize; D]) -> [usize; 3] {
    match &shape[2..] {
        [slices, rows, columns] => [*slices, *rows, *columns],
        rest => [1, rest[0], rest[1]],
    }
}

/// The sum of each channel of `[n, channels, …]`.
fn channel_sums(values: &[f32], shape: &[usize]) -> Vec<f32> {
    let pixels: usize = shape[2..].iter().product();
    let mut sums = vec![0.0; shape[1]];
    for image in values.chunks_exact(shape[1] * pixels) {
        for (sum, channel) in sums.iter_mut().zip(image.chunks_exact(pixels)) {
            *sum += channel.iter().map(|&x| f64::from(x)).sum::<f64>();
        }
    }
    sums.into_iter().map(|sum| sum as f32).collect()
}
