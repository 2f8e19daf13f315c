//! Points on the sphere that become a curve.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use minimand_burn::random::Random;

use super::curve_terms::{enveloping, homogeneity, neighbours, normalised, spread};
use crate::error::StudyError;
use crate::findings::Findings;
use crate::net::{adam, matrix, numbers, step};
use crate::study::Trial;

/// Points that nothing but the terms moves.
#[derive(Module, Debug)]
struct Free {
    rows: Param<Tensor<2>>,
}

/// Points in 3 dimensions under the enveloping term and, but in the control, a little homogeneity.
pub(super) fn run(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let key = trial.key();
    let points = spread(1000, 3, key.child(1));
    let start = |child: u64| {
        let mut random = Random::new(key.child(child), 0);
        matrix((0..60).map(|_| random.normal() as f32).collect(), 3)
    };
    let mut free = Free {
        rows: Param::from_tensor(start(2)),
    };
    let weight = if trial.is_control() { 0.0 } else { 0.02 };
    let mut optimizer = adam();
    for _ in 0..trial.sized(1500, 10) {
        trial.check_stop()?;
        let rows = normalised(free.rows.val());
        let loss =
            enveloping(rows.clone(), points.clone()) + homogeneity(rows, 0.1).mul_scalar(weight);
        free = step(&mut optimizer, 0.02, free, loss);
    }
    let rows = normalised(free.rows.val());
    let cosines = neighbours(rows.clone());
    let steps: Vec<f64> = cosines.iter().map(|c| c.clamp(-1.0, 1.0).acos()).collect();
    let mean = steps.iter().sum::<f64>() / steps.len() as f64;
    let squares: f64 = steps.iter().map(|s| (s - mean).powi(2)).sum();
    let deviation = (squares / (steps.len() - 1) as f64).sqrt();
    let envelope = |rows: Tensor<2>| f64::from(numbers(enveloping(rows, points.clone()))[0]);
    let others: f64 = (0..20)
        .map(|set| envelope(normalised(start(10 + set))))
        .sum();
    let mut findings = Findings::new();
    findings.put_all(
        "curve",
        [
            ("step", mean),
            ("step_variation", deviation / mean),
            ("enveloping", envelope(rows)),
            ("enveloping_random", others / 20.0),
        ],
    );
    let steps = steps.iter().enumerate();
    findings.curve(
        "steps",
        "curve",
        steps.map(|(i, step)| (i as f64 + 1.0, *step)),
    );
    Ok(findings)
}
