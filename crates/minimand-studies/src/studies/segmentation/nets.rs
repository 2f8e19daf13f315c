//! Small convolutional networks beside the U-Net.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use minimand_burn::net::{Activation, Block, Conv, NetError, Norm, join, max_pool};
use minimand_burn::random::Key;
use minimand_burn::train::images::Segmenter;

/// Two convolutions of side 3 in space with rectified linear units between, to one logit of each voxel.
#[derive(Module, Debug)]
pub(super) struct Fuser {
    first: Conv,
    norm: Norm,
    second: Conv,
}

impl Fuser {
    /// From so many channels over a hidden layer of `width`.
    pub(super) fn new(channels: usize, width: usize, key: Key) -> Result<Self, NetError> {
        Ok(Self {
            first: Conv::new(3, 3, channels, width, key.child(0))?,
            norm: Norm::new(width, 1, Activation::Relu)?,
            second: Conv::new(3, 3, width, 1, key.child(1))?.with_bias(vec![0.0])?,
        })
    }
}

impl Segmenter for Fuser {
    fn logits<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<D>, NetError> {
        let hidden = self.norm.forward(self.first.forward(images)?)?;
        self.second.forward(hidden)
    }
}

/// A way up of a U-Net of two halvings: from features at a quarter of the size to logits.
#[derive(Module, Debug)]
pub(super) struct Branch {
    blocks: Vec<Block>,
    head: Conv,
}

impl Branch {
    /// On the way up from features of `encoder` (full size first), with so many channels at half and at
    /// full size.
    fn new(
        encoder: [usize; 3],
        widths: [usize; 2],
        outputs: usize,
        key: Key,
    ) -> Result<Self, NetError> {
        let block = |inputs, outputs, key| Block::new(2, inputs, outputs, 4, Activation::Relu, key);
        let [half, full] = widths;
        Ok(Self {
            blocks: vec![
                block(encoder[2] + encoder[1], half, key.child(0))?,
                block(half + encoder[0], full, key.child(1))?,
            ],
            head: Conv::new(2, 1, full, outputs, key.child(2))?.with_bias(vec![0.0; outputs])?,
        })
    }

    fn logits(&self, encoder: &[Tensor<4>; 3]) -> Result<Tensor<4>, NetError> {
        let [full, half, quarter] = encoder;
        let mut up = quarter.clone();
        for (block, fine) in self.blocks.iter().zip([half, full]) {
            up = block.forward(join(up, fine.clone())?)?;
        }
        self.head.forward(up)
    }
}

/// One encoder with one or several branches, each with outputs for every pixel.
#[derive(Module, Debug)]
pub(super) struct Branched {
    encoder: [Block; 3],
    branches: Vec<Branch>,
}

impl Branched {
    /// Of pictures with one channel, with a branch of these widths (at half and at full size) for each of
    /// `branches`.
    pub(super) fn new(
        widths: [usize; 2],
        branches: usize,
        outputs: usize,
        key: Key,
    ) -> Result<Self, NetError> {
        const ENCODER: [usize; 3] = [4, 8, 16];
        let block = |inputs, outputs, index| {
            Block::new(2, inputs, outputs, 4, Activation::Relu, key.child(index))
        };
        let branch =
            |index: usize| Branch::new(ENCODER, widths, outputs, key.child(3 + index as u64));
        Ok(Self {
            encoder: [
                block(1, ENCODER[0], 0)?,
                block(ENCODER[0], ENCODER[1], 1)?,
                block(ENCODER[1], ENCODER[2], 2)?,
            ],
            branches: (0..branches).map(branch).collect::<Result<_, _>>()?,
        })
    }

    /// The logits `[n, outputs, rows, columns]` of each branch.
    pub(super) fn logits(&self, images: Tensor<4>) -> Result<Vec<Tensor<4>>, NetError> {
        let [full, half, quarter] = &self.encoder;
        let full = full.forward(images)?;
        let half = half.forward(max_pool(full.clone())?)?;
        let quarter = quarter.forward(max_pool(half.clone())?)?;
        let features = [full, half, quarter];
        let branches = self.branches.iter();
        branches.map(|branch| branch.logits(&features)).collect()
    }
}

/// From pictures of one kind to pictures of another: two convolutions of side 3, the first with a channel
/// of noise beside the picture.
#[derive(Module, Debug)]
pub(super) struct Translator {
    first: Conv,
    middle: Conv,
    last: Conv,
}

impl Translator {
    /// Over so many hidden channels.
    pub(super) fn new(inputs: usize, width: usize, key: Key) -> Result<Self, NetError> {
        let conv = |inputs, outputs, side, key: Key| {
            Conv::new(2, side, inputs, outputs, key)?.with_bias(vec![0.0; outputs])
        };
        Ok(Self {
            first: conv(inputs, width, 3, key.child(0))?,
            middle: conv(width, width, 1, key.child(1))?,
            last: conv(width, 1, 3, key.child(2))?,
        })
    }

    /// `[n, 1, rows, columns]` of pictures `[n, inputs, rows, columns]`.
    pub(super) fn forward(&self, images: Tensor<4>) -> Result<Tensor<4>, NetError> {
        let hidden = relu(self.first.forward(images)?);
        self.last.forward(relu(self.middle.forward(hidden)?))
    }
}
