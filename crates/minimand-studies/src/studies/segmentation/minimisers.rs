//! Where losses of overlap have their minimum: descent on free pixels.

use minimand::{Array, Batch, GradientMut, Objective, Options, Reduction, Target};
use minimand_burn::random::{Key, Random};

use minimand_report::number::significant;
use minimand_report::svg::LineChart;

use crate::adam::Adam;
use crate::charts;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::cosine;
use crate::results::Results;
use crate::rule::Clause;
use crate::study::{Exhibit, Trial};

/// The name of the part in which no network holds pixels together.
pub(super) const PART: &str = "free pixels";

/// A soft loss of overlap, and two forms that are to take soft targets for what they are: names and
/// expressions with `activation="sigmoid"`.
pub(super) type Losses = [(&'static str, &'static str); 3];

/// Where free pixels are led to from soft targets, 16 uniform ones and those given; how far the losses are apart for
/// hard ones; and the curves of a single pixel. In the negative control targets are hard, too.
pub(super) fn free_pixels(
    trial: &Trial<'_>,
    losses: &Losses,
    given: &[f64],
) -> Result<Findings, StudyError> {
    let key = trial.key();
    let mut targets = [given.to_vec(), soft_target(16, key.child(1))];
    if trial.is_control() {
        for target in targets.iter_mut().flatten() {
            *target = f64::from(u8::from(*target > 0.5));
        }
    }
    let mut findings = Findings::new();
    for (name, objective) in *losses {
        let (mut gap, mut soft) = (0.0, 0.0);
        for (index, target) in targets.iter().enumerate() {
            let steps = trial.sized(6000, 300);
            let found = minimiser(objective, target, steps, key.child(10 + index as u64))?;
            gap = largest_gap(&found, target).max(gap);
            soft = softness(&found).max(soft);
        }
        findings.put_all(name, [("distance to target", gap), ("softness", soft)]);
        let apart = gap_on_hard_targets([losses[0].1, objective], 500, key.child(20))?;
        findings.put(name, "gap on hard labels", apart);
        let plain = objective.replace("sigmoid", "none");
        findings.curve("one pixel", name, loss_of_a_pixel(&plain, 0.7)?);
    }
    Ok(findings)
}

/// The two forms must lead to the target, the first loss to 0 or 1, and for hard targets all must agree.
pub(super) fn clauses(results: &Results, losses: &Losses) -> Result<Vec<Clause>, StudyError> {
    let extreme = |method: &str, measure: &str, largest: bool| {
        let values = results.values(PART, method, measure)?;
        let pick: fn(f64, f64) -> f64 = if largest { f64::max } else { f64::min };
        Ok::<f64, StudyError>(values.iter().copied().reduce(pick).unwrap_or(f64::NAN))
    };
    let [(soft_loss, _), forms @ ..] = losses;
    let mut clauses = Vec::new();
    for (method, _) in forms {
        let gap = extreme(method, "distance to target", true)?;
        let apart = extreme(method, "gap on hard labels", true)?;
        clauses.push(Clause::that(
            format!(
                "{method}: free pixels end {} from their soft target at most; must be below 0.01",
                significant(gap, 2)
            ),
            gap < 0.01,
        ));
        clauses.push(Clause::that(
            format!(
                "{method}: it differs from soft {soft_loss} by {} for hard labels; must be below 1e-12",
                significant(apart, 2)
            ),
            apart < 1e-12,
        ));
    }
    let gap = extreme(soft_loss, "distance to target", false)?;
    let soft = extreme(soft_loss, "softness", true)?;
    clauses.push(Clause::that(
        format!(
            "soft {soft_loss}: free pixels end {} from their soft target at least, and {} from 0 or 1 at most; must \
             be above 0.1 and below 0.01",
            significant(gap, 2),
            significant(soft, 2)
        ),
        gap > 0.1 && soft < 0.01,
    ));
    Ok(clauses)
}

/// The curves of a single pixel.
pub(super) fn exhibit(results: &Results, soft_loss: &str) -> Exhibit {
    let chart =
        LineChart::new("Loss of one pixel whose target is 0.7").axis_labels("prediction", "loss");
    Exhibit::new(
        format!(
            "Soft {soft_loss} prefers the prediction 1 to the target; both other forms are 0 at the target alone."
        ),
        charts::with_lines(chart, results, PART, "one pixel"),
    )
}

/// The probabilities of free pixels that an objective of one class (with `activation="sigmoid"`) is led to
/// by so many steps of Adam on their logits, at a rate that falls from 0.05 along half a cosine. They start
/// near ½.
fn minimiser(
    objective: &str,
    target: &[f64],
    steps: usize,
    key: Key,
) -> Result<Vec<f64>, StudyError> {
    let objective: Objective = objective.parse()?;
    let shape = [1, 1, target.len()];
    let mut random = Random::new(key, 0);
    let mut logits: Vec<f64> = target.iter().map(|_| 0.1 * random.normal()).collect();
    let mut gradient = vec![0.0; target.len()];
    let mut adam = Adam::new(target.len());
    for step in 0..steps {
        let batch = Batch::new(Array::new(&logits, &shape), Target::dense(target, &shape));
        objective.evaluate_into(&batch, &Options::default(), GradientMut::F64(&mut gradient))?;
        let rate = 0.05 * cosine(step as f64 / steps as f64);
        adam.step(rate, &mut logits, &gradient);
    }
    Ok(logits.iter().map(|z| 1.0 / (1.0 + (-z).exp())).collect())
}

/// The largest difference of two lists of numbers.
fn largest_gap(a: &[f64], b: &[f64]) -> f64 {
    let gaps = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    gaps.fold(0.0, f64::max)
}

/// How far the number that is farthest from 0 and 1 is from the nearer of them.
fn softness(values: &[f64]) -> f64 {
    let distances = values.iter().map(|x| x.min(1.0 - x));
    distances.fold(0.0, f64::max)
}

/// The largest difference of two objectives of one class (with `activation="sigmoid"`), in value or
/// derivative, over random logits of so many pixels and random hard targets.
fn gap_on_hard_targets(objectives: [&str; 2], pixels: usize, key: Key) -> Result<f64, StudyError> {
    let mut random = Random::new(key, 0);
    let logits: Vec<f64> = (0..pixels).map(|_| 2.0 * random.normal()).collect();
    let target: Vec<f64> = (0..pixels).map(|_| random.below(2) as f64).collect();
    let shape = [1, 1, pixels];
    let evaluate = |objective: &str| -> Result<Vec<f64>, StudyError> {
        let objective: Objective = objective.parse()?;
        let batch = Batch::new(Array::new(&logits, &shape), Target::dense(&target, &shape));
        let mut numbers = vec![0.0; pixels];
        let value =
            objective.evaluate_into(&batch, &Options::default(), GradientMut::F64(&mut numbers))?;
        numbers.push(value.value);
        Ok(numbers)
    };
    Ok(largest_gap(
        &evaluate(objectives[0])?,
        &evaluate(objectives[1])?,
    ))
}

/// The loss of one pixel with this target (with `activation="none"`) for predictions from 0 to 1: points
/// (prediction, loss).
fn loss_of_a_pixel(objective: &str, target: f64) -> Result<Vec<(f64, f64)>, StudyError> {
    let objective: Objective = objective.parse()?;
    let options = Options::reduction(Reduction::Mean);
    let point = |index: u32| {
        let prediction = [f64::from(index) / 50.0];
        let (target, shape) = ([target], [1, 1, 1]);
        let batch = Batch::new(
            Array::new(&prediction[..], &shape),
            Target::dense(&target[..], &shape),
        );
        Ok((prediction[0], objective.evaluate(&batch, &options)?.value))
    };
    (0..=50).map(point).collect()
}

/// Random soft targets of so many pixels: uniform from 0 to 1.
fn soft_target(pixels: usize, key: Key) -> Vec<f64> {
    let mut random = Random::new(key, 0);
    (0..pixels).map(|_| random.uniform()).collect()
}
