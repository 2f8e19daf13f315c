//! GLaMa: inpainting with losses in space and frequency, and with many kinds of holes.

use burn::tensor::{DType, Device, Tensor, TensorData};
use minimand::grid::Grid;
use minimand::image::spectrum::Transform;
use minimand::metrics::images::{Psnr, Ssim};
use minimand::metrics::{ImageBatch, Images, Metric};
use minimand_burn::LossModule;
use minimand_burn::random::Random;
use minimand_burn::train::images::Learner;
use minimand_report::svg::LineChart;

use super::holes::{Hole, PIXELS, SIDE, images};
use super::inpainter::Inpainter;
use crate::charts::{gains, means, with_lines};
use crate::data;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{batches, cosine, dense_loss, gather};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Arm, Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 4] = [
    ("l1", "mae"),
    ("l1_frequency", "mae + frequency_l1"),
    ("l1_focal", "mae + 10 * focal_frequency"),
    ("one_kind", "mae"),
];

/// Kinds of holes that no network is trained on.
const UNSEEN: [Hole; 2] = [Hole::Boxes, Hole::Nearest];

/// Waves per image from which a frequency is high: half of the highest.
const HIGH: usize = SIDE / 4;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 147,
    slug: "glama",
    claim: "Inpainting is better for every kind of hole if a network is trained on many kinds, and with a loss of the \
            spectra beside that of the pixels, which takes artefacts of high frequency away (first place in PSNR, \
            SSIM and LPIPS in the NTIRE challenge of 2022).",
    reduced: "Grey pictures of 32×32 pixels and a network of some 10,000 weights; no adversarial, perceptual and \
              feature matching losses. The paper does not publish the form and weight of its frequency term; \
              here it is the mean modulus of the difference of unitary spectra, with the weight of the L1 loss.",
    setting: "Pictures in 0..1: by turns textures with a grating of 3 to 10 pixels, and handwritten digits of 8×8, \
              enlarged; 240 to train, 64 to test, of other digits. A U-Net of depth 2 and width 4 whose \
              coarsest scale has one block of fast Fourier convolutions; it sees the picture with its holes \
              at 0.5, and where they are. 8 epochs of Adam at 5e-3 along a cosine, 8 pictures per batch, a new hole \
              for each picture in each step: thick, medium or thin strokes, lines, half of the picture, all but its \
              middle quarter; for one_kind thick strokes alone. The loss is that of the network's output on the whole \
              picture. Measured is the output in the holes, cut to 0..1, with the given pixels around it. With the \
              frequency loss the PSNR, mean over the six kinds, must not be 0.05 dB or more below that of L1, and the \
              error of high frequencies (mean modulus from 8 waves per picture on) must be lower; and training on \
              six kinds must give a higher PSNR than training on one for boxes and scattered pixels, which \
              neither has seen. The focal frequency loss is shown.",
    control: "In the place of the frequency loss and of training on one kind stands a second network that was trained \
              with L1 on six kinds, from a start of its own.",
    objectives: &["mae", "mae + frequency_l1", "mae + 10 * focal_frequency"],
    provides: &[],
    parts: &[Part {
        name: "holes",
        about: "textures and digits with holes of eight kinds",
    }],
    seeds: 4,
    run,
    judge,
    exhibits,
    mended: "In a first run the network was twice as wide and trained for 10 epochs, which took several times as long as \
             studies may; it is smaller now. The rule is as it was.",
    source: include_str!("147_glama.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let grid = Grid::new(&[SIDE, SIDE])?;
    let (digits, others) = data::digits().split(1_000, key.child(1));
    let train = images(trial.sized(240, 16), &digits, &grid, key.child(2));
    let test = images(trial.sized(64, 8), &others, &grid, key.child(3));
    let mut findings = Findings::new();
    for arm in trial.arms(&METHODS) {
        // The control needs only two networks.
        if trial.is_control() && matches!(arm.name, "l1_focal" | "one_kind") {
            continue;
        }
        let net = fit(trial, &arm, &train)?;
        measure(trial, arm.name, &net, &test, &grid, &mut findings)?;
        if trial.is_control() && arm.name == "l1_frequency" {
            measure(trial, "one_kind", &net, &test, &grid, &mut findings)?;
        }
    }
    Ok(findings)
}

/// The kinds of holes that a method is trained on.
fn kinds(arm: &Arm) -> Vec<Hole> {
    let all = Hole::ALL.into_iter().map(|(_, hole)| hole);
    match arm.name {
        "one_kind" => vec![Hole::Thick],
        _ => all.filter(|hole| !UNSEEN.contains(hole)).collect(),
    }
}

/// What the network sees of pictures with these holes, `[n, 2, SIDE, SIDE]`.
fn with_holes(pictures: &[f32], holes: &[f32]) -> Vec<f32> {
    let pairs = pictures
        .chunks_exact(PIXELS)
        .zip(holes.chunks_exact(PIXELS));
    pairs
        .flat_map(|(picture, hole)| {
            let given = picture.iter().zip(hole);
            let given = given.map(|(pixel, missing)| (pixel - 0.5) * (1.0 - missing));
            given.chain(hole.iter().copied()).collect::<Vec<_>>()
        })
        .collect()
}

fn fit(trial: &Trial<'_>, arm: &Arm, train: &[f32]) -> Result<Inpainter, StudyError> {
    let loss = LossModule::new(arm.objective.parse()?);
    let kinds = kinds(arm);
    let mut random = Random::new(arm.key.child(2), 0);
    let net = Inpainter::new(arm.key.child(0)).map_err(|error| trial.failed(error.to_string()))?;
    let mut learner = Learner::new(net, 0.0);
    let epochs = trial.sized(8, 1);
    for rows in batches(train.len() / PIXELS, 8, epochs, arm.key.child(1)) {
        trial.check_stop()?;
        let pictures = gather(train, PIXELS, &rows.rows);
        let holes = rows.rows.iter().flat_map(|_| {
            let kind = kinds[random.below(kinds.len())];
            kind.draw(&mut random)
        });
        let holes: Vec<f32> = holes.collect();
        let seen = TensorData::new(
            with_holes(&pictures, &holes),
            [rows.rows.len(), 2, SIDE, SIDE],
        );
        let seen = Tensor::<4>::from_data(seen, (&Device::flex().autodiff(), DType::F32));
        learner.step(5e-3 * cosine(rows.progress), |net| {
            Ok(dense_loss(&loss, net.forward(seen)?, &pictures)?)
        })?;
    }
    Ok(learner.into_net())
}

/// How well holes of each kind are filled in. The holes are the same for every method.
fn measure(
    trial: &Trial<'_>,
    method: &str,
    net: &Inpainter,
    test: &[f32],
    grid: &Grid,
    findings: &mut Findings,
) -> Result<(), StudyError> {
    let count = test.len() / PIXELS;
    let truth: Vec<f64> = test.iter().map(|&x| f64::from(x)).collect();
    let shape = [count, 1, SIDE, SIDE];
    let mut spectrum = [0.0; SIDE / 2 + 1];
    let (mut seen, mut unseen, mut similarity) = (Vec::new(), Vec::new(), Vec::new());
    for (name, hole) in Hole::ALL {
        trial.check_stop()?;
        let mut random = Random::new(trial.key().child(4), 0);
        let holes: Vec<f32> = (0..count).flat_map(|_| hole.draw(&mut random)).collect();
        let found = net
            .fill(with_holes(test, &holes))
            .map_err(|error| trial.failed(error.to_string()))?;
        let filled: Vec<f64> = (found.iter().zip(&holes).zip(&truth))
            .map(|((found, &missing), &truth)| match missing > 0.5 {
                true => f64::from(found.clamp(0.0, 1.0)),
                false => truth,
            })
            .collect();
        let batch = ImageBatch::new(&filled, &truth, &shape, None)?;
        let value = |mut metric: Box<dyn Metric<Images>>| -> Result<f64, StudyError> {
            metric.update(&batch)?;
            Ok(metric.value().unwrap_or(f64::NAN))
        };
        let psnr = value(Box::<Psnr>::default())?;
        findings.put(method, &format!("psnr_{name}"), psnr);
        if UNSEEN.contains(&hole) {
            unseen.push(psnr);
            continue;
        }
        seen.push(psnr);
        similarity.push(value(Box::<Ssim>::default())?);
        for (sum, error) in spectrum
            .iter_mut()
            .zip(spectral_error(grid, &filled, &truth))
        {
            *sum += error;
        }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let kinds = seen.len() as f64;
    findings.put_all(
        method,
        [
            ("psnr", mean(&seen)),
            ("psnr_unseen", mean(&unseen)),
            ("ssim", mean(&similarity)),
            ("high_frequency", mean(&spectrum[HIGH..]) / kinds),
        ],
    );
    let points = spectrum.iter().enumerate();
    let points = points.map(|(waves, sum)| (waves as f64, sum / kinds));
    findings.curve("spectrum", method, points);
    Ok(())
}

/// The mean modulus of the difference of unitary spectra, for each larger number of waves along both axes.
fn spectral_error(grid: &Grid, filled: &[f64], truth: &[f64]) -> [f64; SIDE / 2 + 1] {
    let transform = Transform::new(grid);
    let mut sums = [[0.0; 2]; SIDE / 2 + 1];
    let pairs = filled.chunks_exact(PIXELS).zip(truth.chunks_exact(PIXELS));
    for (filled, truth) in pairs {
        let gap: Vec<f64> = filled.iter().zip(truth).map(|(a, b)| a - b).collect();
        let kept = SIDE / 2 + 1;
        for (place, gap) in transform.spectrum(&gap).iter().enumerate() {
            let (row, column) = (place / kept, place % kept);
            let sum = &mut sums[column.max(row.min(SIDE - row))];
            let times = transform.times(place);
            sum[0] += times * gap.re.hypot(gap.im);
            sum[1] += times;
        }
    }
    sums.map(|[sum, count]| sum / count)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = |measure: &str, method: &str, base: &str| {
        results.difference("holes", measure, method, base)
    };
    Ok(vec![
        Clause::above(
            "gain in PSNR by the frequency loss, in dB,",
            &gain("psnr", "l1_frequency", "l1")?,
            -0.05,
        ),
        Clause::below(
            "error of high frequencies, with the frequency loss less L1,",
            &gain("high_frequency", "l1_frequency", "l1")?,
            0.0,
        ),
        Clause::above(
            "gain in PSNR for kinds not seen, six kinds over one, in dB,",
            &gain("psnr_unseen", "l1", "one_kind")?,
            0.0,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let chart = LineChart::new("Error of the spectrum")
        .axis_labels("waves per picture along either axis", "mean modulus");
    let mut exhibits = vec![
        Exhibit::new(
            "Difference of the spectra of filled and true pictures, mean over six kinds of holes.",
            with_lines(chart, results, "holes", "spectrum"),
        ),
        Exhibit::new(
            "Mean over the six kinds of holes that the networks were trained on.",
            means(results, "holes", "psnr", "PSNR in dB")?,
        ),
    ];
    for (name, hole) in Hole::ALL {
        if UNSEEN.contains(&hole) {
            exhibits.push(Exhibit::new(
                format!("Holes that no network was trained on: {name}, beside one_kind."),
                gains(
                    results,
                    "holes",
                    &format!("psnr_{name}"),
                    "one_kind",
                    "gain in dB",
                )?,
            ));
        }
    }
    Ok(exhibits)
}
