//! LegendreTron: a link that is learned with the model, where the true one is far from softmax.

use burn::module::Module;
use burn::tensor::Tensor;
use minimand_burn::LossModule;
use minimand_burn::legendre::{LegendreLink, LegendreSettings};
use minimand_burn::random::{Key, Random};
use minimand_report::svg::{IntervalPlot, IntervalRow, LineChart, Series};

use crate::data::Labelled;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::learn::{Quality, softmax};
use crate::net::{Mlp, adam, batches, gather, label_loss, matrix, numbers, step};
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Part, Study, Trial};

const CLASSES: usize = 15;
const COLUMNS: usize = 10;
const RIDGES: usize = 20;

pub(in crate::studies) static STUDY: &Study = &Study {
    paper: 38,
    slug: "legendretron",
    claim: "Learning the link, and with it the proper loss, together with the model beats multinomial \
            logistic regression on data sets with more than 10 classes.",
    reduced: "One made-up distribution and the small digits instead of some thirty data sets with up \
              to 1,000 classes; linear scores; one convex block of depth 3 and width 8.",
    setting: "(1) 15 classes in 10 dimensions, x ~ N(0, I); true scores are linear, z = xV with entries \
              N(0, 0.36), and class probabilities come from them through a distorted link, softmax of \
              (0.2 z + 2.5 Aᵀσ(4(Az + b)), 0), with 20 rows of A ~ N(0, 4/14). 3,000 training and \
              2,000 test rows. (2) Handwritten digits, 900 training rows, reported without a clause. \
              Both models have linear scores, of one column less than there are classes for the \
              learned link; Adam at 5e-3, batches of 100, 40 epochs.",
    control: "Class probabilities come from the true scores by the plain softmax link, so that \
              logistic regression is the right model and there is nothing to learn.",
    objectives: &["cross_entropy"],
    provides: &["LegendreLink (minimand-burn)"],
    parts: &[
        Part {
            name: "distorted link",
            about: "15 classes whose true link is far from softmax",
        },
        Part {
            name: "digits",
            about: "8×8 digits",
        },
    ],
    seeds: 6,
    run,
    judge,
    exhibits,
    mended: "",
    source: include_str!("038_legendretron.rs"),
};

/// Linear scores, and the link if there is one to learn.
#[derive(Module, Debug)]
struct Model {
    scores: Mlp,
    link: Option<LegendreLink>,
}

impl Model {
    fn new(inputs: usize, classes: usize, is_learned: bool, key: Key) -> Result<Self, StudyError> {
        let settings = LegendreSettings {
            blocks: 1,
            depth: 3,
            width: 8,
        };
        let device = matrix(vec![0.0], 1).device();
        let link = is_learned.then(|| LegendreLink::new(classes, &settings, key.child(1), &device));
        let outputs = if is_learned { classes - 1 } else { classes };
        Ok(Self {
            scores: Mlp::new(&[inputs, outputs], key.child(0)),
            link: link.transpose()?,
        })
    }

    fn logits(&self, rows: Tensor<2>) -> Tensor<2> {
        let scores = self.scores.forward(rows);
        match &self.link {
            Some(link) => link.logits(scores),
            None => scores,
        }
    }
}

fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let mut findings = Findings::new();
    let (train, test) = if trial.part() == "digits" {
        trial.digits()?.split(trial.sized(900, 200), key.child(1))
    } else {
        let world = World::new(trial.is_control(), key.child(1));
        let (test, best) = world.sample(2000, key.child(3));
        let quality = Quality::of(&best, &test.labels, CLASSES)?;
        findings.put("true probabilities", "accuracy", quality.accuracy);
        findings.put("true probabilities", "nll", quality.nll);
        (world.sample(trial.sized(3000, 300), key.child(2)).0, test)
    };
    let loss = LossModule::new("cross_entropy".parse()?);
    for (name, is_learned) in [("logistic regression", false), ("LegendreTron", true)] {
        let mut model = Model::new(train.columns, train.classes, is_learned, key.child(4))?;
        let mut optimizer = adam();
        let mut curve = Vec::new();
        let epochs = trial.sized(40, 2);
        for batch in batches(train.rows(), 100, epochs, key.child(5)) {
            trial.check_stop()?;
            if batch.epoch == curve.len() {
                curve.push((curve.len() as f64, nll(&model, &test)?.nll));
            }
            let rows = matrix(
                gather(&train.features, train.columns, &batch.rows),
                train.columns,
            );
            let labels = gather(&train.labels, 1, &batch.rows);
            let value = label_loss(&loss, model.logits(rows), &labels)?;
            model = step(&mut optimizer, 5e-3, model, value);
        }
        let quality = nll(&model, &test)?;
        curve.push((epochs as f64, quality.nll));
        findings.put(name, "accuracy", quality.accuracy);
        findings.put(name, "nll", quality.nll);
        findings.put(name, "ece", quality.ece);
        findings.curve("learning", name, curve);
    }
    Ok(findings)
}

fn nll(model: &Model, test: &Labelled) -> Result<Quality, StudyError> {
    let rows = matrix(test.features.clone(), test.columns);
    let logits = numbers(model.logits(rows));
    Quality::of(&softmax(&logits, test.classes), &test.labels, test.classes)
}

/// How labels come about.
struct World {
    /// `[COLUMNS, CLASSES − 1]`
    scores: Vec<f64>,
    /// `[RIDGES, CLASSES − 1]`
    ridges: Vec<f64>,
    offsets: Vec<f64>,
    is_plain: bool,
}

impl World {
    fn new(is_plain: bool, key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let mut draw = |count: usize, deviation: f64| -> Vec<f64> {
            (0..count).map(|_| deviation * random.normal()).collect()
        };
        let width = CLASSES - 1;
        Self {
            scores: draw(COLUMNS * width, 0.6),
            ridges: draw(RIDGES * width, (4.0 / 14.0_f64).sqrt()),
            offsets: draw(RIDGES, 1.0),
            is_plain,
        }
    }

    /// Rows, and the true class probabilities of each.
    fn sample(&self, rows: usize, key: Key) -> (Labelled, Vec<f64>) {
        let mut random = Random::new(key, 0);
        let (mut features, mut labels, mut probabilities) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rows {
            let x: Vec<f64> = (0..COLUMNS).map(|_| random.normal()).collect();
            let p = self.probabilities(&x);
            let mut chance = random.uniform();
            let label = p.iter().position(|share| {
                chance -= share;
                chance < 0.0
            });
            labels.push(label.unwrap_or(CLASSES - 1) as u32);
            features.extend(x.iter().map(|&x| x as f32));
            probabilities.extend(p);
        }
        let data = Labelled {
            features,
            columns: COLUMNS,
            labels,
            classes: CLASSES,
        };
        (data, probabilities)
    }

    fn probabilities(&self, x: &[f64]) -> Vec<f64> {
        let width = CLASSES - 1;
        let column = |class: usize| -> f64 {
            let weights = self.scores.iter().skip(class).step_by(width);
            x.iter().zip(weights).map(|(x, v)| x * v).sum()
        };
        let scores: Vec<f64> = (0..width).map(column).collect();
        let mut logits = scores.clone();
        if !self.is_plain {
            logits.iter_mut().for_each(|z| *z *= 0.2);
            for (ridge, offset) in self.ridges.chunks_exact(width).zip(&self.offsets) {
                let along: f64 = ridge.iter().zip(&scores).map(|(a, z)| a * z).sum();
                let height = 2.5 / (1.0 + (-4.0 * (along + offset)).exp());
                logits
                    .iter_mut()
                    .zip(ridge)
                    .for_each(|(z, a)| *z += height * a);
            }
        }
        logits.push(0.0);
        softmax(&logits, CLASSES)
    }
}

fn judge(results: &Results) -> Result<Vec<Clause>, StudyError> {
    let part = "distorted link";
    let gain =
        |measure: &str| results.difference(part, measure, "LegendreTron", "logistic regression");
    Ok(vec![
        Clause::below("distorted link: change of the log-loss", &gain("nll")?, 0.0),
        Clause::above(
            "distorted link: gain in accuracy",
            &gain("accuracy")?,
            -0.002,
        ),
    ])
}

fn exhibits(results: &Results) -> Result<Vec<Exhibit>, StudyError> {
    let part = "distorted link";
    let chart = LineChart::new("Log-loss of test rows").axis_labels("epoch", "log-loss (nats)");
    let chart = results
        .curves(part, "learning")
        .fold(chart, |chart, (method, curve)| {
            // The first epochs, from chance down, would hide the difference.
            let late = curve
                .iter()
                .filter(|point| point[0] >= 3.0 || curve.len() < 8);
            chart.series(Series::new(method, late.map(|&[x, y]| (x, y)).collect()))
        });
    let mut plot = IntervalPlot::new("Log-loss, learned link − softmax").reference(0.0, "equal");
    for part in results.parts() {
        let change = results.difference(part, "nll", "LegendreTron", "logistic regression")?;
        plot = plot.row(IntervalRow::new(part, change.mean, change.interval()));
    }
    Ok(vec![
        Exhibit::new(
            "Learning curves where the true link is distorted, from the fourth epoch on.",
            chart,
        ),
        Exhibit::new(
            "To the left the learned link is better; 95% intervals over seeds.",
            plot,
        ),
    ])
}
