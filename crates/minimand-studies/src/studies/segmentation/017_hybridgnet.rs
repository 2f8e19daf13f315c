//! HybridGNet: organs as landmarks on a graph, plausible even where the picture is blank.

use minimand::grid::Grid;
use minimand::grid::persistence::{Construction, betti::betti_numbers};
use minimand::metrics::segmentation::{Dice, Hausdorff, Measure};
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};
use minimand_burn::train::images::Learner;

use super::chest::{Chest, LANDMARKS, ORGANS, SIDE, chest, labels, occlude};
use super::cohort::unet;
use super::graphs::Graph;
use super::landmark_net::{Decoder, LATENT, LandmarkNet, MAP};
use super::masks::{Cases, Course, chosen, fit, mean_of, probabilities};
use crate::charts;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{batches, cosine, dense_loss, gather, matrix};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const CLASSES: usize = 4;
/// Weight of the divergence.
const DIVERGENCE: f64 = 1e-5;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 17,
    slug: "hybridgnet",
    claim: "A network that decodes organ contours by graph convolutions gives closed, plausible organs: about the Dice \
            of a U-Net on clean radiographs, clearly better distances under occlusion, where the U-Net makes \
            holes and islands. Looking at the picture at preliminary landmarks makes them more exact.",
    reduced: "Drawn chests of 40×40 pixels with 40 landmarks instead of radiographs of 1024×1024 with up to 166; three \
              convolutions as the encoder, polynomials of order three, one look at the picture by interpolation.",
    setting: "Two lungs and a heart from five modes of shape, with ribs, texture and noise; 80 training and 60 test pictures, \
              the latter also with a blank box of 9 to 14 pixels. Encoder: 3×3 convolutions to 8, 16 and 16 \
              channels, halved each time, to 16 normal latent numbers (divergence with weight 1e-5). Decoders: \
              80 coordinates by a hidden layer of 64; or graph convolutions on every second and then on all landmarks, with or without \
              a look at the 10×10 map at preliminary landmarks, which have a loss of their own. Mean squared error of the \
              coordinates, 25 epochs of AdamW at 5e-3. U-Net of depth 2 and width 4 (SiLU) with Dice and \
              cross-entropy, 8 epochs at 1e-2. Batches of 2 for the U-Net, of 4 for the others. Distance: Hausdorff of each organ, the diagonal if it is missing. The rule, for \
              the graph network that looks: under boxes, a lower distance than the U-Net and one piece for each organ in \
              every picture; on clean pictures, a Dice that is not more than 0.03 lower, and a lower error of landmarks than without the look.",
    control: "The landmarks that the graph networks learn are those of another picture.",
    objectives: &["dice + cross_entropy", "mse"],
    provides: &[],
    parts: &[Part {
        name: "chests",
        about: "two lungs and a heart, clean and behind a box",
    }],
    seeds: 4,
    run,
    judge,
    exhibits,
    mended: "A U-Net with rectified units and groups of one channel lost an organ in half of the seeds: its units are \
             smooth now, and its groups larger.",
    source: include_str!("017_hybridgnet.rs"),
};

const METHODS: [(&str, Decoder); 3] = [
    ("dense landmarks", Decoder::Dense),
    ("graph", Decoder::Graph { looks: false }),
    ("graph that looks", Decoder::Graph { looks: true }),
];

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let grid = Grid::new(&[SIDE, SIDE])?;
    let (train, truth) = drawn(&grid, trial.sized(80, 20), key.child(1));
    let (test, test_truth) = drawn(&grid, trial.sized(60, 6), key.child(2));
    let mut hidden = test.clone();
    for (index, image) in hidden.images.chunks_exact_mut(grid.len()).enumerate() {
        occlude(&grid, image, key.child(3).child(index as u64));
    }
    let mut findings = Findings::new();
    let course = Course {
        epochs: trial.sized(8, 1),
        batch: 2,
        rate: 1e-2,
    };
    let start = unet(1, CLASSES, 4, key.child(4))?;
    let set = train.set(CLASSES)?;
    let unet = fit::<4, _>(
        trial,
        start,
        STUDY.objectives[0],
        &set,
        course,
        key.child(5),
    )?;
    for (cases, names) in [(&test, CLEAN), (&hidden, HIDDEN)] {
        let found = chosen(&probabilities(&unet, cases, CLASSES)?, CLASSES);
        put(&mut findings, "u-net", cases, &found, names)?;
    }
    let mut truth = truth;
    if trial.is_control() {
        truth.rotate_left(2 * LANDMARKS);
    }
    for (name, decoder) in METHODS {
        // The control needs only what the rule compares.
        if trial.is_control() && decoder == Decoder::Dense {
            continue;
        }
        let fitted = fit_landmarks(trial, decoder, &train, &truth, key.child(6))?;
        for (cases, names) in [(&test, CLEAN), (&hidden, HIDDEN)] {
            let landmarks = fitted.landmarks_of(&cases.images)?;
            let of_pictures = landmarks.chunks_exact(2 * LANDMARKS);
            let found: Vec<u32> = of_pictures.flat_map(|own| labels(&grid, own)).collect();
            put(&mut findings, name, cases, &found, names)?;
            let pairs = landmarks.iter().zip(&test_truth);
            let squares: f64 = pairs
                .map(|(a, b)| f64::from((a - b) * SIDE as f32).powi(2))
                .sum();
            findings.put(
                name,
                names[3],
                (squares / LANDMARKS as f64 / cases.len() as f64).sqrt(),
            );
        }
    }
    Ok(findings)
}

/// Dice, Hausdorff distance, share of pictures with one piece for each organ, and root of the mean squared
/// distance of landmarks in pixels.
const CLEAN: [&str; 4] = ["dice", "distance", "whole", "landmark error"];
const HIDDEN: [&str; 4] = [
    "dice, hidden",
    "distance, hidden",
    "whole, hidden",
    "landmark error, hidden",
];

fn drawn(grid: &Grid, count: usize, key: Key) -> (Cases, Vec<f32>) {
    let chests: Vec<Chest> = (0..count)
        .map(|i| chest(grid, key.child(i as u64)))
        .collect();
    let landmarks = chests.iter().flat_map(|chest| chest.landmarks.clone());
    let cases = Cases {
        grid: *grid,
        channels: 1,
        images: chests
            .iter()
            .flat_map(|chest| chest.image.clone())
            .collect(),
        labels: chests
            .iter()
            .flat_map(|chest| labels(grid, &chest.landmarks))
            .collect(),
    };
    (cases, landmarks.collect())
}

fn fit_landmarks(
    trial: &Trial<'_>,
    decoder: Decoder,
    train: &Cases,
    truth: &[f32],
    key: Key,
) -> Result<LandmarkNet, StudyError> {
    let graph = Graph::new(MAP, false);
    let loss = LossModule::new(STUDY.objectives[1].parse()?);
    let mut learner = Learner::new(LandmarkNet::new(decoder, key.child(0))?, 0.0);
    let mut random = Random::new(key.child(1), 0);
    for step in batches(train.len(), 4, trial.sized(25, 1), key.child(2)) {
        trial.check_stop()?;
        let n = step.rows.len();
        let images = matrix(gather(&train.images, SIDE * SIDE, &step.rows), SIDE * SIDE);
        let target = gather(truth, 2 * LANDMARKS, &step.rows);
        let noise = (0..n * LATENT).map(|_| random.normal() as f32).collect();
        learner.step(5e-3 * cosine(step.progress), |net| {
            let images = images.reshape([n, 1, SIDE, SIDE]);
            let found = net.forward(images, &graph, Some(matrix(noise, LATENT)))?;
            let square = found.mean.powi_scalar(2);
            let divergence = square + found.log_variance.clone().exp() - found.log_variance;
            // Up to a constant.
            let mut total = divergence.mean().mul_scalar(0.5 * DIVERGENCE);
            for points in found.points {
                total = total + dense_loss(&loss, points, &target)?;
            }
            Ok(total)
        })?;
    }
    Ok(learner.into_net())
}

fn put(
    findings: &mut Findings,
    method: &str,
    cases: &Cases,
    found: &[u32],
    names: [&str; 4],
) -> Result<(), StudyError> {
    let (mut dice, mut distance) = (0.0, 0.0);
    let organs = ORGANS.len() as f64;
    for class in 1..CLASSES as u32 {
        let pairs = cases.pairs(found, class)?;
        dice += mean_of(&Dice, &pairs) / organs;
        let diagonal = SIDE as f64 * 2.0_f64.sqrt();
        let distances = pairs
            .iter()
            .map(|pair| Hausdorff.of(pair).unwrap_or(diagonal));
        distance += distances.sum::<f64>() / pairs.len() as f64 / organs;
    }
    let mut whole = 0;
    for labels in found.chunks_exact(cases.grid.len()) {
        let mut is_whole = true;
        for class in 1..CLASSES as u32 {
            let mask: Vec<bool> = labels.iter().map(|&label| label == class).collect();
            is_whole &= betti_numbers(&mask, &cases.grid, Construction::TopCells)? == [1, 0];
        }
        whole += usize::from(is_whole);
    }
    let whole = whole as f64 / cases.len() as f64;
    findings.put_all(
        method,
        [(names[0], dice), (names[1], distance), (names[2], whole)],
    );
    Ok(())
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let change =
        |measure, baseline| results.difference("chests", measure, "graph that looks", baseline);
    let whole = results.values("chests", "graph that looks", "whole, hidden")?;
    let least = whole.iter().copied().fold(1.0, f64::min);
    let unet = results.mean("chests", "u-net", "whole, hidden")?.mean;
    Ok(vec![
        Clause::below(
            "behind boxes: change of the distance from the U-Net's",
            &change("distance, hidden", "u-net")?,
            0.0,
        ),
        Clause::that(
            format!(
                "behind boxes: a share of {least:.3} of the pictures has one piece without holes for each organ; must \
                 be 1 (U-Net: {unet:.3})"
            ),
            least == 1.0,
        ),
        Clause::above(
            "clean: change of Dice from the U-Net's",
            &change("dice", "u-net")?,
            -0.03,
        ),
        Clause::below(
            "clean: change of the error of landmarks by looking",
            &change("landmark error", "graph")?,
            0.0,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = Vec::new();
    for (measure, caption) in [
        (
            "distance, hidden",
            "Hausdorff distance in pixels behind a blank box, mean over organs and pictures.",
        ),
        (
            "whole, hidden",
            "Share of pictures in which each organ is one piece without holes, behind a blank box.",
        ),
        ("dice", "Overlap on clean pictures."),
        (
            "distance",
            "Hausdorff distance in pixels on clean pictures.",
        ),
    ] {
        let plot = charts::means(results, "chests", measure, measure)?;
        exhibits.push(Exhibit::new(caption, plot));
    }
    Ok(exhibits)
}
