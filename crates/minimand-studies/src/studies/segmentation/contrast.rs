//! A contrast of the pixels of labelled and of unlabelled pictures.

use burn::tensor::{Int, Tensor};
use minimand::Target;
use minimand_burn::loss::numbers;
use minimand_burn::net::{UNet, UNetFeatures};
use minimand_burn::random::Random;
use minimand_burn::train::TrainError;
use minimand_burn::train::images::ImageBatch;
use minimand_burn::{LossError, LossModule};

const TEMPERATURE: f64 = 0.1;
/// Probabilities from and up to which a pixel of an unlabelled picture is taken for a curve, or for ground.
const CONFIDENT: [f32; 2] = [0.92, 0.08];
/// Pixels of a kind that are compared in a step.
const SAMPLED: usize = 64;

/// Curves of fractals against what is confidently a curve in unlabelled pictures, and against ground of both; nothing if
/// one of them is missing.
pub(super) fn contrast(
    net: &UNet,
    features: &UNetFeatures<4>,
    batch: &ImageBatch,
    other: &ImageBatch,
    random: &mut Random,
) -> Result<Option<Tensor<1>>, TrainError> {
    let real = net.features(other.tensor::<4>()?)?;
    let logits = numbers(&net.head(&real)?)?;
    let pixels: usize = other.shape()[2..].iter().product();
    let confidence = |index: usize| {
        let (picture, pixel) = (index / pixels, index % pixels);
        let at = |class: usize| logits[(2 * picture + class) * pixels + pixel];
        1.0 / (1.0 + (at(0) - at(1)).exp())
    };
    let Target::Labels(labels, _) = batch.target() else {
        return Ok(None);
    };
    let mut sampled = |wanted: &dyn Fn(usize) -> bool| -> Vec<i64> {
        let mut all: Vec<usize> = (0..labels.len()).filter(|&index| wanted(index)).collect();
        random.shuffle(&mut all);
        all.iter()
            .take(SAMPLED)
            .map(|&index| index as i64)
            .collect()
    };
    let queries = sampled(&|index| labels.get(index) == 1);
    let keys = sampled(&|index| confidence(index) >= CONFIDENT[0]);
    let own_ground = sampled(&|index| labels.get(index) == 0);
    let other_ground = sampled(&|index| confidence(index) <= CONFIDENT[1]);
    let pairs = queries.len().min(keys.len());
    if pairs == 0 || own_ground.is_empty() || other_ground.is_empty() {
        return Ok(None);
    }
    let (own, real) = (rows(features), rows(&real));
    let queries = picked(&own, &queries[..pairs]);
    let keys = picked(&real, &keys[..pairs]);
    let ground = Tensor::cat(
        vec![picked(&own, &own_ground), picked(&real, &other_ground)],
        0,
    );
    let positive = (queries.clone() * keys).sum_dim(1);
    let negative = queries.matmul(ground.transpose());
    let scores = Tensor::cat(vec![positive, negative], 1).mul_scalar(1.0 / TEMPERATURE);
    // The first of each row is the one that belongs to it.
    let loss = LossModule::new("cross_entropy".parse().map_err(LossError::from)?);
    let first = vec![0_u32; pairs];
    Ok(Some(loss.forward_host(
        scores,
        Target::labels(&first, &[pairs]),
        None,
    )?))
}

/// The features of each pixel at full size, as rows of length 1.
fn rows(features: &UNetFeatures<4>) -> Tensor<2> {
    let finest = features.decoder[0].clone();
    let [n, channels, height, width] = finest.dims();
    let rows = finest
        .permute([0, 2, 3, 1])
        .reshape([n * height * width, channels]);
    let length = rows
        .clone()
        .powi_scalar(2)
        .sum_dim(1)
        .add_scalar(1e-6)
        .sqrt();
    rows / length
}

fn picked(rows: &Tensor<2>, indices: &[i64]) -> Tensor<2> {
    let indices = Tensor::<1, Int>::from_data(indices, &rows.device());
    rows.clone().select(0, indices)
}
