//! Cross-head distillation: the student's features pass through the teacher's head.

use burn::module::Module;
use burn::tensor::activation::{relu, sigmoid};
use burn::tensor::{Int, Tensor};
use minimand::{Denominator, Options};
use minimand_burn::LossModule;
use minimand_burn::random::Key;
use minimand_report::number::significant;
use minimand_report::svg::IntervalPlot;

use super::dense::{INPUTS, OUTPUTS, PictureBatch, Pictures, detections};
use super::scenes::{SHAPES, mean_ap50, suppress};
use crate::charts::means;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{Mlp, adam, batches, dense_loss, matrix, numbers, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

/// Width of the features and of each layer of a head.
const WIDTH: usize = 32;
/// Hidden layers of a head; the last layer of its network predicts.
const HIDDEN: usize = 3;

/// What is learnt from the teacher.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Distilled {
    /// The predictions of the student's own head.
    Outputs,
    /// The features below the heads.
    Features,
    /// What the teacher's head makes of the student's after so many layers.
    Crossed(usize),
}

const METHODS: [(&str, Option<Distilled>); 7] = [
    ("none", None),
    ("outputs", Some(Distilled::Outputs)),
    ("features", Some(Distilled::Features)),
    ("cross_2", Some(Distilled::Crossed(2))),
    ("cross_0", Some(Distilled::Crossed(0))),
    ("cross_1", Some(Distilled::Crossed(1))),
    ("cross_3", Some(Distilled::Crossed(3))),
];

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 121,
    slug: "crosskd",
    claim: "Distilled through the teacher's head, a detector is better than without a teacher and than by \
            mimicking the teacher's predictions with its own head, which has to follow the annotations as well \
            (GFL with ResNet-50 on COCO: 43.7 instead of 40.2 AP).",
    reduced: "Pictures of 64×64 pixels; backbone and heads see one cell at a time; boxes as four numbers.",
    setting: "Squares, discs and crosses in clutter, 16×16 cells. A backbone of a 12×12 convolution of stride 4 and \
              a 1×1 one to 32 features, which are rectified; a head for classes and one for boxes, each of three \
              1×1 layers of 32 and one that predicts. The teacher's backbone has 96 maps and sees 400 pictures for \
              16 epochs, the student's has 24 and sees 100 pictures for 24; Adam at 2e-3, 8 pictures per batch. \
              Focal loss over the number of positives, smooth L1 for boxes. From the teacher: quality focal loss \
              (β = 1) to its scores, over the number of positives, and L1 to its boxes, weighted by its largest \
              score; of the student's own head (outputs), or of the teacher's head on what the student's put out \
              after two layers, before rectification, with mean and deviation of each channel made those of the \
              teacher's (cross); or the mean square distance of the features. AP at an overlap of one half on 150 \
              pictures. The rule asks that cross at layer 2 beats no teacher, and lies no more than 0.005 below \
              outputs; and that its loss has no gradient in the student's head above the cut. Other cuts are \
              shown for one seed.",
    control: "No student has a teacher; each trains from a start of its own.",
    objectives: &[
        "sigmoid_focal",
        "smooth_l1",
        "quality_focal(beta=1)",
        "mae",
        "mse",
    ],
    provides: &[],
    parts: &[Part {
        name: "shapes",
        about: "squares, discs and crosses in clutter",
    }],
    seeds: 5,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("121_crosskd.rs"),
};

#[derive(Module, Debug)]
struct Detector {
    backbone: Mlp,
    classes: Mlp,
    boxes: Mlp,
}

impl Detector {
    fn new(maps: usize, key: Key) -> Self {
        let head = |outputs: usize, key: Key| {
            let mut widths = vec![WIDTH; HIDDEN + 1];
            widths.push(outputs);
            Mlp::new(&widths, key)
        };
        let bias = vec![-99.0_f32.ln(); SHAPES];
        Self {
            backbone: Mlp::new(&[INPUTS, maps, WIDTH], key.child(0)),
            classes: head(SHAPES, key.child(1)).with_output_bias(bias),
            boxes: head(4, key.child(2)),
        }
    }

    /// Features of cells, `[n, WIDTH]`.
    fn features(&self, patches: Tensor<2>) -> Tensor<2> {
        relu(self.backbone.forward(patches))
    }

    fn heads(&self) -> [&Mlp; 2] {
        [&self.classes, &self.boxes]
    }

    fn outputs_of(&self, patches: &[f32]) -> Vec<f32> {
        let net = self.valid();
        let features = net.features(matrix(patches.to_vec(), INPUTS).inner());
        let [classes, boxes] = net
            .heads()
            .map(|head| numbers(head.forward(features.clone())));
        let rows = classes.chunks_exact(SHAPES).zip(boxes.chunks_exact(4));
        let mut outputs = Vec::with_capacity(classes.len() / SHAPES * OUTPUTS);
        rows.for_each(|(classes, boxes)| outputs.extend([classes, boxes].concat()));
        outputs
    }
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let train = Pictures::new(trial.sized(100, 12), key.child(1));
    let test = Pictures::new(trial.sized(150, 20), key.child(2));
    let ap = |net: &Detector| {
        mean_ap50(
            &suppress(detections(&net.outputs_of(&test.patches))),
            &test.scenes,
        )
    };
    let mut findings = Findings::new();
    let start = key.child(4);
    if trial.is_control() {
        for (index, (name, _)) in METHODS.into_iter().enumerate().take(4) {
            // The control needs only what the rule compares.
            if name != "features" {
                let net = fit_student(trial, &train, None, start.child(index as u64))?;
                findings.put(name, "ap50", ap(&net));
            }
        }
        findings.put("cross_2", "slope_above", 0.0);
        return Ok(findings);
    }
    let teacher = {
        let seen = Pictures::new(trial.sized(400, 16), key.child(3));
        let teacher = Detector::new(96, key.child(5));
        fit(
            trial,
            teacher,
            &seen,
            trial.sized(16, 1),
            None,
            key.child(6),
        )?
        .no_grad()
    };
    findings.put("teacher", "ap50", ap(&teacher));
    for (index, (name, distilled)) in METHODS.into_iter().enumerate() {
        if index > 3 && trial.seed() > 0 {
            continue;
        }
        let lesson = distilled.map(|distilled| Lesson {
            teacher: &teacher,
            distilled,
        });
        let net = fit_student(trial, &train, lesson.as_ref(), start)?;
        findings.put(name, "ap50", ap(&net));
        if let Some(lesson) = lesson.filter(|lesson| lesson.distilled != Distilled::Features) {
            conflict(&net, &train, &lesson, name, &mut findings)?;
        }
    }
    Ok(findings)
}

fn fit_student(
    trial: &Trial<'_>,
    train: &Pictures,
    lesson: Option<&Lesson<'_>>,
    key: Key,
) -> Result<Detector, StudyError> {
    let student = Detector::new(24, key.child(0));
    fit(
        trial,
        student,
        train,
        trial.sized(24, 1),
        lesson,
        key.child(1),
    )
}

fn fit(
    trial: &Trial<'_>,
    mut net: Detector,
    train: &Pictures,
    epochs: usize,
    lesson: Option<&Lesson<'_>>,
    key: Key,
) -> Result<Detector, StudyError> {
    let mut optimizer = adam();
    for rows in batches(train.scenes.len(), 8, epochs, key) {
        trial.check_stop()?;
        let batch = train.batch(&rows.rows);
        let features = net.features(matrix(batch.patches.clone(), INPUTS));
        let mut loss = annotated(&net, features.clone(), &batch)?;
        if let Some(lesson) = lesson {
            loss = loss + lesson.loss(&net, features, &batch)?;
        }
        net = step(&mut optimizer, 2e-3, net, loss);
    }
    Ok(net)
}

/// The sum of a loss over the number of positives.
fn per_positive(objective: &str, batch: &PictureBatch) -> Result<LossModule, StudyError> {
    let options = Options {
        denominator: Denominator::Number(batch.positives.len() as f64),
        ..Options::default()
    };
    Ok(LossModule::new(objective.parse()?).with_options(options))
}

/// The loss by the annotations.
fn annotated(
    net: &Detector,
    features: Tensor<2>,
    batch: &PictureBatch,
) -> Result<Tensor<1>, StudyError> {
    let [scores, boxes] = net.heads().map(|head| head.forward(features.clone()));
    let positives = Tensor::<1, Int>::from_data(batch.positives.as_slice(), &boxes.device());
    let score_loss = dense_loss(
        &per_positive("sigmoid_focal", batch)?,
        scores,
        &batch.targets,
    )?;
    let box_loss = dense_loss(
        &per_positive("smooth_l1", batch)?,
        boxes.select(0, positives),
        &batch.boxes,
    )?;
    Ok(score_loss + box_loss)
}

/// What a student learns from a teacher.
struct Lesson<'a> {
    teacher: &'a Detector,
    distilled: Distilled,
}

impl Lesson<'_> {
    /// The loss by the teacher.
    fn loss(
        &self,
        student: &Detector,
        features: Tensor<2>,
        batch: &PictureBatch,
    ) -> Result<Tensor<1>, StudyError> {
        let teacher = self.teacher;
        let taught = teacher
            .features(matrix(batch.patches.clone(), INPUTS))
            .detach();
        let predictions = match self.distilled {
            Distilled::Features => {
                let loss = LossModule::new("mse".parse()?);
                return Ok(dense_loss(&loss, features, &numbers(taught))?);
            }
            Distilled::Outputs => student.heads().map(|head| head.forward(features.clone())),
            Distilled::Crossed(cut) => {
                let cross = |own: &Mlp, other: &Mlp| {
                    let found = aligned(
                        own.first(cut, features.clone()),
                        other.first(cut, taught.clone()),
                    );
                    other.rest(cut, found)
                };
                [
                    cross(&student.classes, &teacher.classes),
                    cross(&student.boxes, &teacher.boxes),
                ]
            }
        };
        let [scores, boxes] = predictions;
        let [true_scores, true_boxes] = teacher
            .heads()
            .map(|head| head.forward(taught.clone()).detach());
        let chances = sigmoid(true_scores);
        let score_loss =
            per_positive("quality_focal(beta=1)", batch)?.forward(scores, chances.clone())?;
        // One weight for each of the four numbers.
        let weights = chances.max_dim(1).repeat_dim(1, 4);
        let box_loss =
            LossModule::new("mae".parse()?).forward_weighted(boxes, true_boxes, weights)?;
        Ok(score_loss + box_loss)
    }
}

/// With mean and deviation of each channel over the batch made those of `other`.
fn aligned(own: Tensor<2>, other: Tensor<2>) -> Tensor<2> {
    let moments = |x: &Tensor<2>| (x.clone().mean_dim(0), x.clone().var(0).sqrt());
    let ((mean, deviation), (to_mean, to_deviation)) = (moments(&own), moments(&other));
    (own - mean) / (deviation + 1e-6) * to_deviation + to_mean
}

/// How the gradients by annotations and by the teacher agree in the student's head of classes: their cosine in the
/// layers that both reach, and the share of the teacher's that lies above the cut.
fn conflict(
    net: &Detector,
    train: &Pictures,
    lesson: &Lesson<'_>,
    name: &str,
    findings: &mut Findings,
) -> Result<(), StudyError> {
    let batch = train.batch(&(0..train.scenes.len().min(32)).collect::<Vec<_>>());
    let features = || net.features(matrix(batch.patches.clone(), INPUTS));
    let taught = lesson.loss(net, features(), &batch)?;
    let own = net
        .classes
        .slopes(&annotated(net, features(), &batch)?.backward());
    let taught = net.classes.slopes(&taught.backward());
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    let (mut both, mut owns, mut theirs) = (0.0, 0.0, 0.0);
    for (own, taught) in own
        .iter()
        .zip(&taught)
        .filter(|(_, taught)| !taught.is_empty())
    {
        both += dot(own, taught);
        owns += dot(own, own);
        theirs += dot(taught, taught);
    }
    if let Distilled::Crossed(cut) = lesson.distilled {
        let above: f64 = taught
            .iter()
            .skip(cut)
            .map(|taught| dot(taught, taught))
            .sum();
        findings.put(name, "slope_above", above.sqrt());
    }
    if owns * theirs > 0.0 {
        findings.put(name, "cosine", both / (owns * theirs).sqrt());
    }
    Ok(())
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let gain = |other: &str| results.difference("shapes", "ap50", "cross_2", other);
    let above = results.values("shapes", "cross_2", "slope_above")?;
    let largest = above.iter().copied().fold(0.0, f64::max);
    Ok(vec![
        Clause::above(
            "gain in AP50 by crossed heads over no teacher",
            &gain("none")?,
            0.0,
        ),
        Clause::above(
            "gain in AP50 by crossed heads over mimicked outputs",
            &gain("outputs")?,
            -0.005,
        ),
        Clause::that(
            format!(
                "the teacher's gradient in the student's head above the cut is {}; must be 0",
                significant(largest, 2)
            ),
            largest == 0.0,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let plot = IntervalPlot::new("Agreement of annotations and teacher")
        .axis_label("cosine of the gradients");
    let cosines = ["outputs", "cross_1", "cross_2", "cross_3"].into_iter();
    let plot = cosines.fold(plot, |plot, method| {
        match results.mean("shapes", method, "cosine") {
            Ok(mean) => plot.row(minimand_report::svg::IntervalRow::new(
                method,
                mean.mean,
                mean.interval(),
            )),
            Err(_) => plot,
        }
    });
    Ok(vec![
        Exhibit::new(
            "Students and their teacher. Only one seed was run with other cuts.",
            means(results, "shapes", "ap50", "AP50")?,
        ),
        Exhibit::new(
            "After training, in the layers of the student's head of classes that both reach.",
            plot,
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The record's channel, and that a student that is the teacher has nothing to learn.
    #[test]
    fn features_are_aligned() {
        let own = matrix(vec![1.0, 2.0, 3.0, 4.0], 1);
        let other = matrix(vec![10.0, 10.0, 20.0, 20.0], 1);
        let wanted = [8.291_801, 12.763_934, 17.236_066, 21.708_199];
        for (got, want) in numbers(aligned(own, other)).iter().zip(wanted) {
            assert!((got - want).abs() < 1e-4, "{got}");
        }
        let net = Detector::new(24, Key::new(1));
        let train = Pictures::new(2, Key::new(2));
        let batch = train.batch(&[0, 1]);
        for distilled in [
            Distilled::Outputs,
            Distilled::Crossed(2),
            Distilled::Features,
        ] {
            let lesson = Lesson {
                teacher: &net,
                distilled,
            };
            let features = net.features(matrix(batch.patches.clone(), INPUTS));
            let loss = lesson.loss(&net, features, &batch).unwrap();
            assert!(numbers(loss)[0] < 1e-5);
        }
    }
}
