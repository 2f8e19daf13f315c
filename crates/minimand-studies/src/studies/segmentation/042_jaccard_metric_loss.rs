//! Jaccard metric losses: intersection over union with soft labels.

use minimand::metrics::segmentation::Jaccard;
use minimand::segmentation::label_smoothing::boundary_label_smoothing;
use minimand_burn::random::{Key, Random};
use minimand_burn::train::images::{ImageSet, Masks};

use super::cohort::unet;
use super::masks::{Cases, ConvNet, Course, chosen, fit, mean_of, probabilities};
use super::minimisers;
use crate::charts;
use crate::data::lesions::Lesions;
use crate::data::pictures::{Imaging, Picture};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const METHODS: [(&str, &str); 3] = [
    ("cross_entropy", "cross_entropy"),
    (
        "with jaccard",
        "0.25*cross_entropy + 0.75*jaccard(smooth=1e-3, per=\"batch\")",
    ),
    (
        "with jaccard_metric",
        "0.25*cross_entropy + 0.75*jaccard_metric(per=\"batch\")",
    ),
];

/// Losses that are looked at without a network, with a small smoothing.
const FREE: minimisers::Losses = [
    ("jaccard", "jaccard(smooth=1e-9, activation=\"sigmoid\")"),
    (
        "jaccard_metric",
        "jaccard_metric(smooth=1e-9, activation=\"sigmoid\")",
    ),
    (
        "form 2",
        "jaccard_metric(form=2, smooth=1e-9, activation=\"sigmoid\")",
    ),
];

const SIDE: usize = 32;
const CLASSES: usize = 3;
/// The shares of smoothed labels that go to all classes.
const EPSILON: f64 = 0.2;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 42,
    slug: "jaccard-metric-loss",
    claim: "Jaccard metric losses equal the soft Jaccard loss for hard labels and are minimised by the label \
            itself for soft ones, where soft Jaccard is not; so they profit from label smoothing and \
            distillation: higher mean IoU than with cross-entropy or soft Jaccard.",
    reduced: "Blobs of two kinds in 32×32 pixels instead of Cityscapes, PASCAL VOC and DeepGlobe Land; a student \
              of two convolutions with 8 channels and a U-Net of some 8,000 weights as its teacher.",
    setting: "Two to four blobs of 20 to 200 pixels, bright or dark, with a blur of 1.5 pixels and noise of 0.5: \
              three classes with the ground. 80 training and 60 test pictures. Students see two pixels to each side \
              and train 12 epochs of AdamW at 1e-2, batches of 2, with ¼ cross-entropy + ¾ Jaccard of the whole \
              batch. Soft labels: smoothing by 0.2 at boundaries (window 3), or the probabilities of a teacher of 12 \
              epochs. Measured: IoU of each class, mean over pictures that have it, mean over both classes. The \
              rule asks for gains over cross-entropy and over soft Jaccard with both kinds of soft labels. Theory: 16 free \
              pixels with uniform soft targets and the record's three, 6,000 steps of Adam: the metric losses must \
              end within 0.01 of the target at every pixel, soft Jaccard at 0 or 1 and more than 0.1 from the target; \
              for 500 random pixels with hard targets, values and derivatives must agree to 1e-12.",
    control: "Free pixels have hard targets, which soft Jaccard finds as well; all students train on hard labels with \
              cross-entropy from starts of their own.",
    objectives: &[
        "cross_entropy",
        "0.25*cross_entropy + 0.75*jaccard(smooth=1e-3, per=\"batch\")",
        "0.25*cross_entropy + 0.75*jaccard_metric(per=\"batch\")",
        "jaccard_metric(form=2)",
    ],
    provides: &[
        "`segmentation::label_smoothing::boundary_label_smoothing`",
        "`losses::TverskySemimetric`",
    ],
    parts: &[
        Part {
            name: minimisers::PART,
            about: "descent on predictions that no network holds together",
        },
        Part {
            name: "hard",
            about: "students of hard labels; shown, not judged",
        },
        Part {
            name: "smoothed",
            about: "labels smoothed at boundaries",
        },
        Part {
            name: "distilled",
            about: "the probabilities of a teacher",
        },
    ],
    seeds: 6,
    run,
    judge,
    exhibits,
    mended: "The first run took 120 steps with batches of 8, after which the teacher knew less than students of hard labels; \
             now there are 480 steps, with batches of 2, in the same time. A teacher with rectified units lost a class \
             in some seeds: its units are smooth now.",
    source: include_str!("042_jaccard_metric_loss.rs"),
};

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    match trial.part() {
        minimisers::PART => minimisers::free_pixels(trial, &FREE, &[0.8, 0.1, 0.5]),
        _ => students(trial),
    }
}

fn students(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    // The control needs only what the rule compares, and no soft labels.
    if trial.is_control() && trial.part() == "hard" {
        return Ok(Findings::new());
    }
    let draw = |count, key| blobs(trial, count, key);
    let train = draw(trial.sized(80, 12), key.child(1))?;
    let test = draw(trial.sized(60, 10), key.child(2))?;
    let mut findings = Findings::new();
    let set = match trial.part() {
        _ if trial.is_control() => train.set(CLASSES)?,
        "hard" => train.set(CLASSES)?,
        "smoothed" => train.set_with(smoothed(&train)?)?,
        _ => {
            let (set, iou) = distilled(trial, &train, &test)?;
            findings.put("teacher", "iou", iou);
            set
        }
    };
    let course = Course {
        epochs: trial.sized(12, 1),
        batch: 2,
        rate: 1e-2,
    };
    for arm in trial.arms(&METHODS) {
        let start = ConvNet::new(2, 1, &[8, 8], CLASSES, arm.key.child(0))?;
        let fitted = fit::<4, _>(trial, start, arm.objective, &set, course, arm.key.child(1))?;
        let found = probabilities(&fitted, &test, CLASSES)?;
        findings.put(arm.name, "iou", mean_iou(&test, &found)?);
    }
    Ok(findings)
}

/// Bright and dark blobs.
fn blobs(trial: &Trial<'_>, count: usize, key: Key) -> Result<Cases, StudyError> {
    let lesions = Lesions::planar(SIDE).ok_or_else(|| trial.failed("no grid"))?;
    let lesions = Lesions {
        count: (2, 4),
        size: (20.0, 200.0),
        imaging: Imaging::CLEAN,
        ..lesions
    };
    let imaging = Imaging {
        contrast: 1.0,
        blur: 1.5,
        ground: 0.25,
        patches: 6.0,
        noise: 0.5,
    };
    Ok(Cases::draw(lesions.grid, count, key, |key| {
        let drawn = lesions.draw(key.child(0));
        let mut random = Random::new(key.child(1), 0);
        let kinds: Vec<u32> = drawn
            .sizes
            .iter()
            .map(|_| 1 + random.below(2) as u32)
            .collect();
        let kind = |&number: &u32| match number {
            0 => 0,
            number => kinds[number as usize - 1],
        };
        let labels: Vec<u32> = drawn.instances.iter().map(kind).collect();
        let level = |label: &u32| [0.0, 1.0, -1.0][*label as usize];
        let drawing: Vec<f32> = labels.iter().map(level).collect();
        Picture {
            image: imaging.photograph(&lesions.grid, &drawing, key.child(2)),
            labels,
            ..drawn.picture
        }
    }))
}

fn smoothed(cases: &Cases) -> Result<Masks, StudyError> {
    let mut values = Vec::with_capacity(CLASSES * cases.labels.len());
    for labels in cases.labels.chunks_exact(cases.grid.len()) {
        let soft = boundary_label_smoothing(&cases.grid, labels, CLASSES, EPSILON, 3, -1)?;
        values.extend(soft.into_iter().map(|share| share as f32));
    }
    Ok(Masks::Dense {
        values,
        channels: CLASSES,
    })
}

/// The training pictures with the probabilities of a teacher, and its IoU.
fn distilled(
    trial: &Trial<'_>,
    train: &Cases,
    test: &Cases,
) -> Result<(ImageSet, f64), StudyError> {
    let key = trial.key().child(3);
    let course = Course {
        epochs: trial.sized(12, 1),
        batch: 2,
        rate: 1e-2,
    };
    let start = unet(1, CLASSES, 4, key.child(0))?;
    let hard = train.set(CLASSES)?;
    let teacher = fit::<4, _>(trial, start, METHODS[0].1, &hard, course, key.child(1))?;
    let iou = mean_iou(test, &probabilities(&teacher, test, CLASSES)?)?;
    let rows = probabilities(&teacher, train, CLASSES)?;
    let mut values = Vec::with_capacity(rows.len());
    for picture in rows.chunks_exact(CLASSES * train.grid.len()) {
        for class in 0..CLASSES {
            values.extend(
                picture
                    .iter()
                    .skip(class)
                    .step_by(CLASSES)
                    .map(|&p| p as f32),
            );
        }
    }
    let soft = train.set_with(Masks::Dense {
        values,
        channels: CLASSES,
    })?;
    Ok((soft, iou))
}

fn mean_iou(test: &Cases, found: &[f64]) -> Result<f64, StudyError> {
    let labels = chosen(found, CLASSES);
    let mut sum = 0.0;
    for class in 1..CLASSES {
        sum += mean_of(&Jaccard, &test.pairs(&labels, class as u32)?);
    }
    Ok(sum / (CLASSES - 1) as f64)
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let mut clauses = minimisers::clauses(results, &FREE)?;
    for part in ["smoothed", "distilled"] {
        for baseline in ["cross_entropy", "with jaccard"] {
            let gain = results.difference(part, "iou", "with jaccard_metric", baseline)?;
            let what = format!("{part}: gain in IoU by the metric loss over {baseline}");
            clauses.push(Clause::above(&what, &gain, 0.0));
        }
    }
    Ok(clauses)
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let mut exhibits = vec![minimisers::exhibit(results, "jaccard")];
    for part in ["hard", "smoothed", "distilled"] {
        exhibits.push(Exhibit::new(
            format!("Mean over both classes on pictures not seen, {part} labels."),
            charts::means(results, part, "iou", "IoU")?,
        ));
    }
    Ok(exhibits)
}
