//! Reflections removed from photographs: does a term of image gradients help?

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use minimand::grid::Grid;
use minimand::image::tiles::Tiling;
use minimand::metrics::{ImageBatch, Metric, images};
use minimand::{Array, Batch, Objective, Options, Target};
use minimand_burn::LossModule;
use minimand_burn::loss::numbers;
use minimand_burn::net::{Conv, NetError, join, max_pool};
use minimand_burn::random::{Key, Random};
use minimand_burn::train::TrainError;
use minimand_burn::train::images::{Learner, Segmenter, predict};
use minimand_report::html::PixelGrid;

use crate::charts;
use crate::data::pictures::blurred;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{batches, gather, matrix};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Arm, Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 3] = [
    ("mse", "mse"),
    ("pixel_loss", "0.2*mse + 0.4*gradient_difference"),
    ("with_features", "0.2*mse + 0.4*gradient_difference"),
];

const SIDE: usize = 32;
const PIXELS: usize = SIDE * SIDE;
/// Side of the picture that is processed in tiles, of a tile, and pixels that tiles share.
const LARGE: (usize, usize, usize) = (96, 48, 24);
const BATCH: usize = 4;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 157,
    slug: "rrformer-uhd-reflection",
    claim: "A transformer that removes reflections from pictures of 4K and 8K is the best of seven methods; it is \
            trained with a pixel loss that adds image gradients to the squared error, a loss of deep features \
            and a relativistic adversarial term.",
    reduced: "The terms of the loss, the synthesis of reflections and the processing in tiles, with a small \
              convolutional network on synthetic pictures of 32×32 pixels; no transformer, no 4K data. Whether \
              the gradient term helps over the squared error alone is judged; features (of random layers in place \
              of VGG-19) are shown, and there is no critic.",
    setting: "Pictures of 60 discs of random size and grey on top of each other, which have edges at all scales as \
              photographs do. A reflection is another such picture times 0.5, blurred with σ from 1 to 3, less 1.3 \
              times the mean by which the sum exceeds 1, if it does, and clipped; it is added and the sum clipped. \
              A network of convolutions of side 3 in two scales (8 channels, 12 at half the size, some 5,000 \
              weights) puts out ten times what is to be taken off. 2,000 pairs seen once, batches of 4, Adam at 2e-3 that \
              falls to 0 along half a cosine. Pixel loss: 0.2 mse + 0.4 gradient difference. Features: plus 0.1 \
              times the absolute differences of two random convolutions of 8 channels. 60 pairs not seen are \
              judged by SSIM, PSNR and the gradient difference. A picture of 96×96 pixels is also processed in \
              tiles of 48 that share 24: away from the border by 12 pixels the result must be that for the whole \
              picture to more than 40 dB.",
    control: "Both methods train with the squared error, each from a start of its own.",
    objectives: &["mse", "0.2*mse + 0.4*gradient_difference", "mae"],
    provides: &[
        "image::tiles: overlapping tiles with a seamless blend",
        "image::perceptual: losses of the features of a frozen network",
        "image::adversarial: standard and relativistic losses of critic and generator",
        "metrics::images: psnr, ssim",
    ],
    parts: &[Part {
        name: "discs",
        about: "pictures of discs behind a blurred reflection",
    }],
    seeds: 4,
    run,
    judge,
    exhibits,
    mended: "In a first run of half as many steps, networks without the factor of ten learnt next to nothing, those with \
             the pixel loss a constant; they were made narrower to pay for the steps.",
    source: include_str!("157_rrformer_uhd_reflection.rs"),
};

/// A small network of two scales without any normalisation, so that what it does at a pixel depends on its
/// surroundings alone.
#[derive(Module, Debug)]
struct Net {
    first: Conv,
    coarse: Vec<Conv>,
    fine: Conv,
    last: Conv,
}

impl Net {
    fn new(key: Key) -> Result<Self, NetError> {
        let conv = |inputs: usize, outputs: usize, part: u64| {
            Conv::new(2, 3, inputs, outputs, key.child(part))?.with_bias(vec![0.0; outputs])
        };
        Ok(Self {
            first: conv(1, 8, 0)?,
            coarse: vec![conv(8, 12, 1)?, conv(12, 12, 2)?, conv(12, 12, 3)?],
            fine: conv(20, 8, 4)?,
            last: conv(8, 1, 5)?,
        })
    }
}

impl Segmenter for Net {
    fn logits<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<D>, NetError> {
        let fine = relu(self.first.forward(images.clone())?);
        let mut coarse = max_pool(fine.clone())?;
        for conv in &self.coarse {
            coarse = relu(conv.forward(coarse)?);
        }
        let both = relu(self.fine.forward(join(coarse, fine)?)?);
        // So that it begins near the picture as it is.
        Ok(images - self.last.forward(both)?.mul_scalar(0.1))
    }
}

/// Pictures behind a reflection, `[n, pixels]` each.
struct Pairs {
    mixed: Vec<f32>,
    truth: Vec<f32>,
}

impl Pairs {
    fn new(count: usize, side: usize, key: Key) -> Result<Self, StudyError> {
        let grid = Grid::new(&[side, side])?;
        let (mut mixed, mut truth) = (Vec::new(), Vec::new());
        for index in 0..count {
            let mut random = Random::new(key.child(index as u64), 0);
            let picture = discs(side, &mut random);
            let reflection: Vec<f32> = discs(side, &mut random).iter().map(|x| 0.5 * x).collect();
            let reflection = blurred(&grid, &reflection, random.uniform_between(1.0, 3.0));
            let sums = picture.iter().zip(&reflection).map(|(t, r)| t + r - 1.0);
            let excess: Vec<f32> = sums.filter(|excess| *excess > 0.0).collect();
            let mean = excess.iter().sum::<f32>() / excess.len().max(1) as f32;
            let pixels = picture.iter().zip(&reflection);
            mixed.extend(pixels.map(|(t, r)| (t + (r - 1.3 * mean).clamp(0.0, 1.0)).min(1.0)));
            truth.extend(picture);
        }
        Ok(Self { mixed, truth })
    }
}

/// Discs of random grey on top of each other, as many per area whatever the side. Small ones are more
/// frequent, by the inverse cube of the radius.
fn discs(side: usize, random: &mut Random) -> Vec<f32> {
    let mut picture = vec![0.5; side * side];
    let count = 60 * side * side / PIXELS;
    // The inverse of the distribution function of radii from 2 to 16.
    let [small, large] = [2.0_f64, 16.0].map(|radius| radius.powi(-2));
    for _ in 0..count {
        let radius = (small - random.uniform() * (small - large)).powf(-0.5);
        let [x, y] = [0, 1].map(|_| random.uniform_between(-4.0, side as f64 + 4.0));
        let grey = random.uniform_between(0.05, 0.95) as f32;
        for (at, pixel) in picture.iter_mut().enumerate() {
            let (right, down) = ((at % side) as f64 - x, (at / side) as f64 - y);
            if right * right + down * down <= radius * radius {
                *pixel = grey;
            }
        }
    }
    picture
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let train = Pairs::new(trial.sized(2000, 16), SIDE, key.child(1))?;
    let test = Pairs::new(trial.sized(60, 4), SIDE, key.child(2))?;
    let large = Pairs::new(1, LARGE.0, key.child(3))?;
    let mut findings = Findings::new();
    let shown = |pixels: &[f32]| -> Vec<(f64, f64)> {
        let grey = |x: f32| match trial.seed() {
            0 => f64::from((100.0 * x).round()) / 100.0,
            _ => f64::NAN,
        };
        let pixels = pixels[..PIXELS].iter().enumerate();
        pixels.map(|(at, &x)| (at as f64, grey(x))).collect()
    };
    if !trial.is_control() {
        findings.curve("picture", "reflection", shown(&test.mixed));
        findings.curve("picture", "truth", shown(&test.truth));
    }
    for arm in trial.arms(&METHODS) {
        let is_judged = matches!(arm.name, "mse" | "pixel_loss");
        if trial.is_control() && !is_judged {
            continue;
        }
        let net = fit(trial, &arm, &train)?;
        let rows = test.mixed.len() / PIXELS;
        let found = predict(&net, &test.mixed, &[rows, 1, SIDE, SIDE])?;
        measure(arm.name, &found, &test.truth, &mut findings)?;
        let tiled = tiled_psnr(&net, &large.mixed)?;
        findings.put(arm.name, "tiled_psnr", tiled);
        if !trial.is_control() && is_judged {
            findings.curve("picture", arm.name, shown(&found));
        }
    }
    Ok(findings)
}

fn fit(trial: &Trial<'_>, arm: &Arm, train: &Pairs) -> Result<Net, StudyError> {
    let loss = LossModule::new(arm.objective.parse()?);
    let mae = LossModule::new("mae".parse()?);
    let layers = [(1, 8), (8, 8)]
        .iter()
        .zip(0..)
        .map(|(&(inputs, outputs), index)| {
            Conv::new(2, 3, inputs, outputs, arm.key.child(2).child(index))
        });
    let layers: Vec<Conv> = layers
        .collect::<Result<_, NetError>>()
        .map_err(TrainError::from)?;
    let features = |picture: Tensor<4>| -> Result<Tensor<4>, NetError> {
        layers
            .iter()
            .try_fold(picture, |x, layer| Ok(relu(layer.forward(x)?)))
    };
    let net = Net::new(arm.key.child(0)).map_err(TrainError::from)?;
    let mut learner = Learner::new(net, 0.0);
    let rows = train.mixed.len() / PIXELS;
    for batch in batches(rows, BATCH, 1, arm.key.child(1)) {
        trial.check_stop()?;
        let shape = [batch.rows.len(), 1, SIDE, SIDE];
        let mixed = matrix(gather(&train.mixed, PIXELS, &batch.rows), PIXELS).reshape(shape);
        let truth = gather(&train.truth, PIXELS, &batch.rows);
        let rate = 2e-3 * crate::net::cosine(batch.progress);
        learner.step(rate, |net| {
            let found = net.logits(mixed)?;
            let target = Target::dense(&truth, &shape);
            let pixels = loss.forward_host(found.clone(), target, None)?;
            if arm.name != "with_features" || trial.is_control() {
                return Ok(pixels);
            }
            let wanted = features(matrix(truth.clone(), PIXELS).reshape(shape))?;
            let (of, wanted) = (wanted.dims(), numbers(&wanted)?);
            let distance = mae.forward_host(features(found)?, Target::dense(&wanted, &of), None)?;
            Ok(pixels + distance.mul_scalar(0.1))
        })?;
    }
    Ok(learner.into_net())
}

fn measure(
    name: &str,
    found: &[f32],
    truth: &[f32],
    findings: &mut Findings,
) -> Result<(), StudyError> {
    let shape = [found.len() / PIXELS, 1, SIDE, SIDE];
    let clipped: Vec<f64> = found
        .iter()
        .map(|&x| f64::from(x.clamp(0.0, 1.0)))
        .collect();
    let wanted: Vec<f64> = truth.iter().map(|&x| f64::from(x)).collect();
    let pictures = ImageBatch::new(&clipped, &wanted, &shape, None)?;
    let (mut ssim, mut psnr) = (images::Ssim::default(), images::Psnr::default());
    ssim.update(&pictures)?;
    psnr.update(&pictures)?;
    let objective: Objective = "gradient_difference".parse()?;
    let batch = Batch::new(Array::new(&clipped, &shape), Target::dense(&wanted, &shape));
    let gradients = objective.evaluate(&batch, &Options::default())?.value;
    findings.put_all(
        name,
        [
            ("ssim", ssim.value().unwrap_or(f64::NAN)),
            ("psnr", psnr.value().unwrap_or(f64::NAN)),
            ("gradient_error", gradients),
        ],
    );
    Ok(())
}

/// How near the result from tiles is to that for the whole picture, away from its border, in decibels.
fn tiled_psnr(net: &Net, picture: &[f32]) -> Result<f64, StudyError> {
    let (side, tile, overlap) = LARGE;
    let whole = predict(net, picture, &[1, 1, side, side])?;
    let mut failed = None;
    let tiled = Tiling::new(side, side, tile, overlap)?.run(picture, |tile, pixels| {
        predict(net, pixels, &[1, 1, tile.rows, tile.columns]).unwrap_or_else(|error| {
            failed = Some(error);
            pixels.to_vec()
        })
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    let inside = 12..side - 12;
    let pixels = inside
        .clone()
        .flat_map(|row| inside.clone().map(move |x| row * side + x));
    let squares = pixels.map(|at| f64::from(whole[at] - tiled[at]).powi(2));
    let mean = squares.sum::<f64>() / (inside.len() * inside.len()) as f64;
    Ok((-10.0 * mean.log10()).min(100.0))
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let change = |measure: &str| results.difference("discs", measure, "pixel_loss", "mse");
    Ok(vec![
        Clause::below(
            "change of the gradient error by the gradient term",
            &change("gradient_error")?,
            0.0,
        ),
        Clause::above("change of SSIM", &change("ssim")?, 0.0),
        Clause::above("change of PSNR in dB", &change("psnr")?, -0.2),
        Clause::above(
            "PSNR between tiles and the whole picture in dB",
            &results.mean("discs", "pixel_loss", "tiled_psnr")?,
            40.0,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let pictures = results.curves("discs", "picture");
    let pictures = pictures.fold(
        PixelGrid::new("A picture with a reflection, without it, and as it was found")
            .range(0.0, 1.0),
        |grid, (name, pixels)| grid.tile(name, SIDE, pixels.iter().map(|point| point[1]).collect()),
    );
    let gain = |measure: &str, axis: &str| charts::gains(results, "discs", measure, "mse", axis);
    Ok(vec![
        Exhibit::new(
            "A picture of the first seed that was not trained on.",
            pictures,
        ),
        Exhibit::new(
            "Structural similarity on pictures not seen, less that of training with mse.",
            gain("ssim", "gain in SSIM")?,
        ),
        Exhibit::new(
            "Difference of image gradients, less that of training with mse: lower is better.",
            gain("gradient_error", "change of the gradient error")?,
        ),
        Exhibit::new(
            "Peak signal-to-noise ratio, less that of training with mse.",
            gain("psnr", "gain in PSNR (dB)")?,
        ),
    ])
}
