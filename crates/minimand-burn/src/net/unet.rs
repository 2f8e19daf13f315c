//! The U-Net (Ronneberger, Fischer and Brox 2015), small.

use burn::module::Module;
use burn::tensor::Tensor;

use super::error::NetError;
use super::layers::{Block, Conv, check_images, setting};
use super::norm_kernel::Activation;
use super::resize::{join, max_pool};
use crate::random::Key;

/// How large a [`UNet`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UNetSettings {
    /// Axes in space: 2 for images `[n, channels, rows, columns]`, 3 for volumes `[n, channels, slices,
    /// rows, columns]`.
    pub axes: usize,
    /// Channels of an image.
    pub channels: usize,
    /// Logits of each pixel.
    pub classes: usize,
    /// How often images are halved, from 1 to 6: their sides must be multiples of 2 to this power.
    pub depth: usize,
    /// Channels at full size; they double with each halving.
    pub width: usize,
    /// Groups of the normalisation, a divisor of the width; 1 normalises each image as a whole.
    pub groups: usize,
    /// What follows each normalisation.
    pub activation: Activation,
    /// Whether each coarser scale has logits of its own ([`UNet::side_heads`]), for deep supervision.
    pub side_outputs: bool,
}

impl Default for UNetSettings {
    /// One channel, two classes, depth 2, width 8, rectified linear units: some 30 000 weights.
    fn default() -> Self {
        UNetSettings {
            axes: 2,
            channels: 1,
            classes: 2,
            depth: 2,
            width: 8,
            groups: 4,
            activation: Activation::Relu,
            side_outputs: false,
        }
    }
}

/// A U-Net: blocks of two convolutions with group normalisation, with a halving by the maximum between
/// them on the way down; on the way up nearest-neighbour doubling, joined with what the way down had at
/// that size, and a block that begins with a convolution of both.
#[derive(Module, Debug)]
pub struct UNet {
    /// From full size to the coarsest.
    encoder: Vec<Block>,
    /// From full size to the next but coarsest.
    decoder: Vec<Block>,
    head: Conv,
    /// From half the size to the coarsest; empty without side outputs.
    side_heads: Vec<Conv>,
    axes: usize,
    channels: usize,
}

/// What a [`UNet`] computes on the way to its logits. Scale `s` has width · 2ˢ channels, and sides 2ˢ
/// times shorter than the images.
#[derive(Debug, Clone)]
pub struct UNetFeatures<const D: usize> {
    /// Of the way down, from scale 0 to the coarsest, which is scale `depth`.
    pub encoder: Vec<Tensor<D>>,
    /// Of the way up, from scale 0 to `depth − 1`.
    pub decoder: Vec<Tensor<D>>,
}

impl UNet {
    /// Initial weights from the key alone.
    ///
    /// # Errors
    /// A setting that is not in its range.
    pub fn new(settings: &UNetSettings, key: Key) -> Result<Self, NetError> {
        let &UNetSettings {
            axes,
            channels,
            classes,
            depth,
            width,
            groups,
            activation,
            side_outputs,
        } = settings;
        setting("depth", depth, "from 1 to 6", (1..=6).contains(&depth))?;
        setting(
            "width",
            width,
            "from 1 to 1024",
            (1..=1024).contains(&width),
        )?;
        setting("classes", classes, "at least 1", classes > 0)?;
        let width_at = |scale: usize| width << scale;
        let block =
            |inputs, outputs, key| Block::new(axes, inputs, outputs, groups, activation, key);
        let [down, up, heads] = [0, 1, 2].map(|part| key.child(part));
        let head = |scale: usize| {
            let key = heads.child(scale as u64);
            Conv::new(axes, 1, width_at(scale), classes, key)?.with_bias(vec![0.0; classes])
        };
        Ok(UNet {
            encoder: (0..=depth)
                .map(|scale| {
                    let inputs = scale.checked_sub(1).map_or(channels, width_at);
                    block(inputs, width_at(scale), down.child(scale as u64))
                })
                .collect::<Result<_, _>>()?,
            decoder: (0..depth)
                .map(|scale| {
                    let inputs = width_at(scale + 1) + width_at(scale);
                    block(inputs, width_at(scale), up.child(scale as u64))
                })
                .collect::<Result<_, _>>()?,
            head: head(0)?,
            side_heads: match side_outputs {
                true => (1..=depth).map(head).collect::<Result<_, _>>()?,
                false => Vec::new(),
            },
            axes,
            channels,
        })
    }

    /// With these biases of the logits, one for each class: those of −ln(1/π − 1) let a sigmoid begin at
    /// the share π of a rare class.
    ///
    /// # Errors
    /// Not one number per class.
    pub fn with_output_bias(mut self, bias: Vec<f32>) -> Result<Self, NetError> {
        self.head = self.head.with_bias(bias)?;
        Ok(self)
    }

    /// How often images are halved.
    pub fn depth(&self) -> usize {
        self.decoder.len()
    }

    /// Channels of an image.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Logits of each pixel.
    pub fn classes(&self) -> usize {
        self.head.outputs()
    }

    /// What is known of images `[n, channels, …]` at each scale.
    ///
    /// # Errors
    /// Images of another rank or with other channels, [`NetError::Size`] for sides that cannot be halved
    /// so often, not F32, and not on the Flex device.
    pub fn features<const D: usize>(&self, images: Tensor<D>) -> Result<UNetFeatures<D>, NetError> {
        let shape = images.dims();
        check_images("images", &shape, self.axes, self.channels)?;
        let multiple = 1 << self.depth();
        if shape[2..].iter().any(|side| side % multiple > 0) {
            return Err(NetError::Size {
                multiple,
                got: shape[2..].to_vec(),
            });
        }
        let mut encoder: Vec<Tensor<D>> = Vec::with_capacity(self.encoder.len());
        for block in &self.encoder {
            let input = match encoder.last() {
                Some(finer) => max_pool(finer.clone())?,
                None => images.clone(),
            };
            encoder.push(block.forward(input)?);
        }
        let mut decoder: Vec<Tensor<D>> = Vec::with_capacity(self.decoder.len());
        for (block, fine) in self.decoder.iter().zip(&encoder).rev() {
            let coarse = match decoder.last() {
                Some(coarser) => coarser.clone(),
                None => encoder[self.depth()].clone(),
            };
            decoder.push(block.forward(join(coarse, fine.clone())?)?);
        }
        decoder.reverse();
        Ok(UNetFeatures { encoder, decoder })
    }

    /// The logits `[n, classes, …]` of features of this network.
    ///
    /// # Errors
    /// Features of another network.
    pub fn head<const D: usize>(&self, features: &UNetFeatures<D>) -> Result<Tensor<D>, NetError> {
        match features.decoder.first() {
            Some(finest) => self.head.forward(finest.clone()),
            None => Err(missing(self.depth())),
        }
    }

    /// Logits at half the size, a quarter and so on down to the coarsest scale; none without side
    /// outputs.
    ///
    /// # Errors
    /// Features of another network.
    pub fn side_heads<const D: usize>(
        &self,
        features: &UNetFeatures<D>,
    ) -> Result<Vec<Tensor<D>>, NetError> {
        let coarser = features
            .decoder
            .iter()
            .skip(1)
            .chain(features.encoder.last());
        let pairs = self.side_heads.iter().zip(coarser);
        pairs.map(|(head, x)| head.forward(x.clone())).collect()
    }

    /// The logits `[n, classes, …]` of images `[n, channels, …]`.
    ///
    /// # Errors
    /// Those of [`features`](Self::features).
    pub fn forward<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<D>, NetError> {
        self.head(&self.features(images)?)
    }
}

fn missing(depth: usize) -> NetError {
    NetError::Shape {
        argument: "features",
        expected: format!("{depth} scales of the decoder"),
        got: vec![0],
    }
}
