//! Features of a supervised contrastive loss without a network, and the least that the loss can be.

use minimand::embedding::NeuralCollapse;
use minimand::{Array, Batch, Objective, Options, Reduction, Target};
use minimand_burn::random::{Key, Random};

use super::encoder::largest_cosine;
use crate::error::StudyError;
use crate::findings::Findings;
use crate::study::Trial;

/// Rows of the three classes, and the width of the features.
const CLASSES: [usize; 3] = [40, 20, 5];
const WIDTH: usize = 8;

/// The sum of the loss over all rows, and what it is at least without negative entries.
pub(super) fn loss_and_bound(
    features: &[f64],
    width: usize,
    labels: &[u32],
    temperature: f64,
) -> Result<(f64, f64), StudyError> {
    let objective: Objective =
        format!("supervised_contrastive(temperature={temperature})").parse()?;
    let (shape, of_labels) = ([labels.len(), width], [labels.len()]);
    let batch = Batch::new(
        Array::new(features, &shape),
        Target::labels(labels, &of_labels),
    );
    let sum = objective.evaluate(&batch, &Options::reduction(Reduction::Sum))?;
    let size = |label: &u32| labels.iter().filter(|other| *other == label).count() as f64;
    let terms = labels.iter().map(size).filter(|size| *size > 1.0);
    let rest = (-1.0 / temperature).exp();
    let bound = terms.map(|size| (size - 1.0 + (labels.len() as f64 - size) * rest).ln());
    Ok((sum.value, bound.sum()))
}

/// Features that go down the loss by themselves, and random ones, against the bound.
pub(super) fn free_features(trial: &Trial<'_>) -> Result<Findings, StudyError> {
    let labels: Vec<u32> = (0..3)
        .flat_map(|class| std::iter::repeat_n(class as u32, CLASSES[class]))
        .collect();
    let is_signed = trial.is_control();
    let draw = |key: Key| {
        let mut random = Random::new(key, 0);
        let numbers = (0..labels.len() * WIDTH).map(|_| random.normal());
        let mut numbers: Vec<f64> = numbers.collect();
        project(&mut numbers, is_signed);
        numbers
    };
    let objective: Objective = "supervised_contrastive(temperature=1)".parse()?;
    let (shape, of_labels) = ([labels.len(), WIDTH], [labels.len()]);
    let mut features = draw(trial.key().child(1));
    for _ in 0..trial.sized(2000, 200) {
        let batch = Batch::new(
            Array::new(&features, &shape),
            Target::labels(&labels, &of_labels),
        );
        let options = Options::reduction(Reduction::Sum);
        let gradient = objective.value_and_gradient(&batch, &options)?.gradient;
        let slopes = gradient.map(|slopes| slopes.to_f64()).unwrap_or_default();
        for (x, slope) in features.iter_mut().zip(slopes) {
            *x -= 0.02 * slope;
        }
        project(&mut features, is_signed);
    }
    let (loss, bound) = loss_and_bound(&features, WIDTH, &labels, 1.0)?;
    let collapse = NeuralCollapse::new(&Array::new(&features, &shape), &labels)?;
    // Random features are no training: how often they fall below the bound.
    let draws = trial.sized(200, 20);
    let mut below = 0;
    for index in 0..draws {
        let features = draw(trial.key().child(2).child(index as u64));
        let (loss, bound) = loss_and_bound(&features, WIDTH, &labels, 0.1)?;
        below += usize::from(loss < bound * (1.0 - 1e-12));
    }
    let mut findings = Findings::new();
    findings.put_all(
        "free",
        [
            ("loss / bound", loss / bound),
            ("largest cosine", largest_cosine(&collapse.means(), WIDTH)),
            ("below the bound", below as f64),
        ],
    );
    Ok(findings)
}

/// Rows of length 1, without negative entries unless they may have a sign.
fn project(features: &mut [f64], is_signed: bool) {
    for row in features.chunks_exact_mut(WIDTH) {
        if !is_signed {
            row.iter_mut().for_each(|x| *x = x.max(0.0));
        }
        let length = row.iter().map(|x| x * x).sum::<f64>().sqrt().max(1e-12);
        row.iter_mut().for_each(|x| *x /= length);
    }
}
