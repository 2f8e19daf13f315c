//! Self-labelling beside BYOL: images that look alike to the model count as positives.

use burn::tensor::Tensor;
use minimand_burn::LossModule;
use minimand_burn::random::{Key, Random};

use super::encoder::{directions, embedded, fit, probe, unit};
use super::self_labels::{Norm, Online, Projection, WIDTH, alike};
use super::views::{Augment, images};
use crate::charts;
use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{batches, dense_loss, matrix, numbers};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const BYOL: &str = "BYOL";
const COSINE: &str = "CCSL";
const SIGMOID: &str = "CSSL";
const LAYER: &str = "BYOL, over rows";
/// BYOL's loss: no pair of different images is alike enough.
const OWN: &str = "self_labelled(positive_from=1.5)";
const METHODS: [(&str, &str, Norm); 4] = [
    (BYOL, OWN, Norm::Batch),
    (COSINE, "self_labelled", Norm::Batch),
    (SIGMOID, "self_labelled(form=\"logistic\")", Norm::Batch),
    (LAYER, OWN, Norm::Layer),
];
const AUGMENT: Augment = Augment {
    shift: 1.0,
    rotation: 10.0,
    noise: 0.1,
    ..Augment::NONE
};
/// Share that the average keeps of itself in a step.
const KEPT: f64 = 0.99;
const BATCH: usize = 64;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 16,
    slug: "byol-self-labeling",
    claim: "Pairs of different images that look alike to the model, treated as positives beside BYOL, by their cosine (CCSL) or \
            by a logistic loss (CSSL), improve its linear evaluation on STL-10 from 71 to 77 and 73%.",
    reduced: "8×8 digits and an MLP instead of photographs and residual networks; of the normalisations over the batch and over rows, without standardised weights.",
    setting: "900 digits without labels, two views by shifts of up to a pixel, turns of up to 10° and noise of 0.1. MLP \
              64-64-32, projector 32-64-32, predictor 32-64-32; features and hidden numbers of projector and predictor standardised over \
              the batch, targets by a moving average that keeps 0.99 of itself; 30 epochs of Adam at 1e-3, batches of 64, the first 8 epochs as BYOL. Pairs \
              of a prediction and a target with a cosine of at least 0.8 count as alike, of at most 0.2 as unlike. Accuracy of a linear probe on \
              the encoder's features with 90 labelled digits. Precision: share of pairs of different digits that count as \
              alike which are of one class, over the last epoch. Collapse: mean standard deviation of the numbers of a test projection of \
              length 1, times √32. The rule: with CCSL the precision is above twice the share of pairs of one class \
              (0.2) with every seed; the accuracy of CCSL is above that of BYOL (95% interval); the deviation is \
              above 0.3 for all three. BYOL with numbers standardised in every row instead, and the untrained encoder, are shown without a clause.",
    control: "All methods are BYOL, from starts of their own, and classes are shuffled where precision is measured.",
    objectives: &[OWN, "self_labelled", "self_labelled(form=\"logistic\")"],
    provides: &[],
    parts: &[Part {
        name: "digits",
        about: "digits with few labels",
    }],
    seeds: 6,
    run,
    judge,
    exhibits,
    mended: "In a first run numbers were standardised in every row, as the paper does beside standardised weights: BYOL collapsed with every seed \
             (a deviation of 0.05 to 0.15), almost all pairs counted as alike, and nothing could be told apart.",
    source: include_str!("016_byol_self_labeling.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let (train, test) = images(trial)?.split(trial.sized(900, 200), key.child(1));
    let (labelled, _) = train.split_by_class(&vec![9; train.classes], key.child(2));
    let mut classes = train.labels.clone();
    if trial.is_control() {
        Random::new(key.child(3), 0).shuffle(&mut classes);
    }
    let accuracy = |net: &Projection| {
        let [few, all] =
            [&labelled, &test].map(|data| embedded(net.encoder.scores_of(&data.features), data));
        probe(&few, &all)
    };
    let mut findings = Findings::new();
    for (index, (name, objective, norm)) in METHODS.into_iter().enumerate() {
        let (objective, start) = match trial.is_control() {
            // The rule compares two methods.
            true if index > 1 => continue,
            true => (OWN, index as u64),
            false => (objective, 0),
        };
        let key = key.child(4).child(start);
        let (net, counts) = train_net(trial, &train, &classes, (objective, norm), key)?;
        let found = net.project(matrix(test.features.clone(), test.columns), norm);
        let found = directions(embedded(numbers(found.detach()), &test));
        findings.put_all(
            name,
            [
                ("accuracy", accuracy(&net)?),
                ("precision", counts[1] / counts[0].max(1.0)),
                ("alike, of an image", counts[0] / counts[2]),
                ("deviation", deviation(&found) * (WIDTH as f64).sqrt()),
            ],
        );
    }
    let untrained = Online::new(train.columns, key.child(4).child(0).child(0));
    findings.put("untrained", "accuracy", accuracy(&untrained.projection)?);
    Ok(findings)
}

/// The trained projection, and of the last epoch the pairs of different images that count as alike, those of them that
/// are of one class, and the images.
fn train_net(
    trial: &Trial<'_>,
    train: &Labelled,
    classes: &[u32],
    (objective, norm): (&str, Norm),
    key: Key,
) -> Result<(Projection, [f64; 3]), StudyError> {
    let epochs = trial.sized(30, 2);
    let warm = epochs * 4 / 15;
    let own = LossModule::new(OWN.parse()?);
    let loss = LossModule::new(objective.parse()?);
    let steps: Vec<_> = batches(train.rows(), BATCH, epochs, key.child(1)).collect();
    let net = Online::new(train.columns, key.child(0));
    let mut average = net.projection.towards(&net.projection, KEPT);
    let mut counts = [0.0; 3];
    let net = fit(trial, net, 1e-3, steps.len(), |net, index| {
        let step = &steps[index];
        average = average.towards(&net.projection, KEPT);
        let key = key.child(2).child(index as u64);
        let views = AUGMENT.pairs(train, &step.rows, key);
        let views = matrix(views, train.columns);
        let rows = step.rows.len();
        let halves = |found: Tensor<2>| [0, rows].map(|from| found.clone().narrow(0, from, rows));
        let [first, second] = halves(net.predict(views.clone(), norm));
        let targets = halves(average.project(views, norm).detach());
        if step.epoch + 1 == epochs {
            let [first, other] = [first.clone().detach(), targets[1].clone()].map(unit);
            let cosines = numbers(first.matmul(other.transpose()));
            count_alike(&cosines, &step.rows, classes, &mut counts);
        }
        let loss = if step.epoch < warm { &own } else { &loss };
        let [own, other] = targets.map(numbers);
        Ok(dense_loss(loss, first, &other)? + dense_loss(loss, second, &own)?)
    })?;
    Ok((net.projection, counts))
}

fn count_alike(cosines: &[f32], rows: &[usize], classes: &[u32], counts: &mut [f64; 3]) {
    let pairs = alike(cosines).into_iter().enumerate();
    for (pair, _) in pairs.filter(|(_, is_alike)| *is_alike) {
        let (a, b) = (rows[pair / rows.len()], rows[pair % rows.len()]);
        counts[0] += 1.0;
        counts[1] += f64::from(u8::from(classes[a] == classes[b]));
    }
    counts[2] += rows.len() as f64;
}

/// The standard deviation of each number over the rows, in the mean.
fn deviation(found: &Labelled) -> f64 {
    let rows = found.rows() as f64;
    let of = |column: usize| {
        let values = || {
            let values = found.features.iter().skip(column).step_by(found.columns);
            values.map(|&x| f64::from(x))
        };
        let mean = values().sum::<f64>() / rows;
        (values().map(|x| (x - mean).powi(2)).sum::<f64>() / rows).sqrt()
    };
    (0..found.columns).map(of).sum::<f64>() / found.columns as f64
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let least = |method, measure| -> Result<f64, StudyError> {
        let values = results.values("digits", method, measure)?;
        Ok(values.iter().copied().fold(f64::INFINITY, f64::min))
    };
    let precision = least(COSINE, "precision")?;
    let gain = results.difference("digits", "accuracy", COSINE, BYOL)?;
    let mut narrowest = f64::INFINITY;
    for method in results.methods("digits") {
        if matches!(method, BYOL | COSINE | SIGMOID) {
            narrowest = narrowest.min(least(method, "deviation")?);
        }
    }
    Ok(vec![
        Clause::that(
            format!("the precision of self-labels is {precision:.2} at least; must be above 0.2"),
            precision > 0.2,
        ),
        Clause::above("gain in accuracy by CCSL over BYOL", &gain, 0.0),
        Clause::that(
            format!("the deviation of projections is {narrowest:.2} at least; must be above 0.3"),
            narrowest > 0.3,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    Ok(vec![
        Exhibit::new(
            "Linear probe on the encoder's features with 90 labelled digits.",
            charts::means(results, "digits", "accuracy", "accuracy")?,
        ),
        Exhibit::new(
            "The same over BYOL, seed by seed.",
            charts::gains(results, "digits", "accuracy", BYOL, "gain in accuracy")?,
        ),
    ])
}
