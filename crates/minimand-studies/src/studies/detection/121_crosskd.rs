//! Cross-head distillation: the student's features pass through the teacher's head.

use burn::module::Module;
use minimand_burn::random::Key;
use minimand_report::number::significant;
use minimand_report::svg::{IntervalPlot, IntervalRow};

use super::cross_head::{Detector, Distilled, Lesson, annotated};
use super::dense::{INPUTS, Pictures, detections};
use super::scenes::{mean_ap50, suppress};
use crate::charts::means;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{adam, batches, matrix, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

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
              1×1 layers of 32 and one that predicts. The teacher's backbone has 64 maps and sees 240 pictures for \
              12 epochs, the student's has 24 and sees 100 pictures for 15; Adam at 2e-3, 8 pictures per batch. \
              Focal loss over the number of positives, smooth L1 for boxes. From the teacher: quality focal loss \
              (β = 1) to its scores, over the number of positives, and L1 to its boxes, weighted by its largest \
              score; of the student's own head (outputs), or of the teacher's head on what the student's put out \
              after two layers, before rectification, with mean and deviation of each channel made those of the \
              teacher's (cross); or the mean square distance of the features. AP at an overlap of one half on 100 \
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

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let train = Pictures::new(trial.sized(100, 12), key.child(1));
    let test = Pictures::new(trial.sized(100, 20), key.child(2));
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
        let seen = Pictures::new(trial.sized(240, 16), key.child(3));
        let teacher = Detector::new(64, key.child(5));
        fit(
            trial,
            teacher,
            &seen,
            trial.sized(12, 1),
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
        trial.sized(15, 1),
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
            Ok(mean) => plot.row(IntervalRow::new(method, mean.mean, mean.interval())),
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
