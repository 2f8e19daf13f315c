//! What a loss claims about itself, put to the test.

use super::samples::{Random, Sample, Truth, target};
use super::{Subject, close, clouds};
use crate::batch::Reduction;
use crate::kernels::fields::Truth as Compared;
use crate::kernels::groups::Layout;
use crate::kernels::regions::Activation;
use crate::loss::{Domain, Elicits, Kernel, Shape};

fn slopes(subject: &Subject, sample: &Sample) -> Result<Vec<f64>, String> {
    let result = subject.run(sample, Reduction::Sum)?;
    Ok(result.gradient.map(|g| g.to_f64()).unwrap_or_default())
}

pub(super) fn convex(subject: &Subject) -> Result<(), String> {
    if !subject.facts().convex {
        return Ok(());
    }
    let mut random = Random::new("convex");
    for sample in subject.samples() {
        for _ in 0..8 {
            let order = random.permutation(sample.items());
            // Two predictions for the same targets, far apart as well as near.
            let scale = random.uniform(0.1, 4.0);
            let mut other = sample.clone();
            other.prediction = sample
                .select(&order)
                .prediction
                .iter()
                .map(|x| x * scale)
                .collect();
            let mut middle = sample.clone();
            for (m, o) in middle.prediction.iter_mut().zip(&other.prediction) {
                *m = 0.5 * (*m + o);
            }
            let value = |s: &Sample| subject.run(s, Reduction::Sum).map(|e| e.value);
            let (a, b, m) = (value(&sample)?, value(&other)?, value(&middle)?);
            if m > 0.5 * (a + b) + 1e-9 * (a.abs() + b.abs()) {
                return Err(format!("{m} at the midpoint of {a} and {b}"));
            }
        }
    }
    Ok(())
}

pub(super) fn bounds(subject: &Subject) -> Result<(), String> {
    let facts = subject.facts();
    let mut random = Random::new("bounds");
    let mut samples = subject.samples();
    let scale = |s: &Sample, by: f64| Sample {
        prediction: s.prediction.iter().map(|x| x * by).collect(),
        ..s.clone()
    };
    let wide: Vec<Sample> = samples
        .iter()
        // Probabilities are as wide as they can be.
        .filter(|_| facts.prediction != Domain::Unit)
        .map(|s| scale(s, random.uniform(2.0, 8.0)))
        .collect();
    samples.extend(wide);
    for sample in &samples {
        if let Some(limit) = facts.lipschitz {
            let steepest = slopes(subject, sample)?
                .iter()
                .fold(0.0f64, |a, b| a.max(b.abs()));
            if steepest > limit * (1.0 + 1e-9) {
                return Err(format!("a slope of {steepest}, claimed at most {limit}"));
            }
        }
        let result = subject.run(sample, Reduction::None)?;
        for &item in result.per_item.as_deref().unwrap_or_default() {
            if let Some(limit) = facts.bounded
                && item > limit * (1.0 + 1e-9)
            {
                return Err(format!("a loss of {item}, claimed at most {limit}"));
            }
            if let Some(least) = facts.at_perfect
                && item < least - 1e-9
            {
                return Err(format!("a loss of {item}, claimed at least {least}"));
            }
        }
    }
    let Some(least) = facts.at_perfect else {
        return Ok(());
    };
    for sample in &subject.samples() {
        let Some(perfect) = perfect(subject, sample) else {
            continue;
        };
        let value = subject.run(&perfect, Reduction::Mean)?.value;
        close("a perfect prediction's loss", value, least, 1.0, 1e-6)?;
    }
    Ok(())
}

/// The same targets, predicted perfectly.
fn perfect(subject: &Subject, sample: &Sample) -> Option<Sample> {
    const SURE: f64 = 400.0;
    let prediction = match (&subject.built.kernel, &sample.truth) {
        (Kernel::Rows(_), _) => sample.one_hot()?.iter().map(|t| SURE * t).collect(),
        (Kernel::Regions(kernel), _) => {
            let sure = |t: &f64| match kernel.activation() {
                Activation::None => *t,
                _ => SURE * (2.0 * t - 1.0),
            };
            sample.one_hot()?.iter().map(sure).collect()
        }
        (Kernel::Points(_), Truth::Dense(t)) if subject.facts().target == Domain::Unit => {
            // Only hard targets have a perfect prediction with loss 0.
            let hard: Vec<f64> = t.iter().map(|t| t.round()).collect();
            return Some(Sample {
                prediction: hard.iter().map(|t| SURE * (2.0 * t - 1.0)).collect(),
                truth: Truth::Dense(hard),
                ..sample.clone()
            });
        }
        (Kernel::Points(_) | Kernel::Boxes(_), Truth::Dense(t)) => t.clone(),
        (Kernel::Clouds(_), Truth::Dense(t)) if clouds::target_is_perfect(subject) => t.clone(),
        (Kernel::Fields(kernel), truth) => match (kernel.truth(), truth) {
            (Compared::Nothing, _) => return None,
            (_, Truth::Dense(t)) => t.clone(),
            (_, Truth::Labels(_)) => {
                let probability = kernel.field_activation() == Activation::None
                    && subject.facts().prediction == Domain::Unit;
                let sure = |t: &f64| match probability {
                    true => *t,
                    false => SURE * (2.0 * t - 1.0),
                };
                sample.one_hot()?.iter().map(sure).collect()
            }
        },
        (Kernel::Groups(kernel), Truth::Labels(labels)) => match kernel.layout() {
            Layout::Lists if subject.facts().prediction == Domain::NonNegative => {
                labels.iter().map(|&t| t as f64).collect()
            }
            // In the order of the targets, far apart.
            Layout::Columns | Layout::Lists => labels
                .iter()
                .map(|&t| SURE * (2.0 * t as f64 - 1.0))
                .collect(),
            _ => return None,
        },
        // All numbers of a forecast, all members of an ensemble at the target.
        (Kernel::Groups(kernel), Truth::Dense(t)) => {
            let times = sample.prediction.len() / t.len().max(1);
            match kernel.layout() {
                Layout::Batch | Layout::Lists | Layout::Outlines(_) => t.clone(),
                Layout::Forecasts => t
                    .iter()
                    .flat_map(|&t| std::iter::repeat_n(t, times))
                    .collect(),
                Layout::Ensembles => {
                    let each = t.chunks(t.len() / sample.items());
                    each.flat_map(|t| std::iter::repeat_n(t, times).flatten().copied())
                        .collect()
                }
                Layout::Marked => t.iter().step_by(2).copied().collect(),
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(Sample {
        prediction,
        ..sample.clone()
    })
}

pub(super) fn shift(subject: &Subject) -> Result<(), String> {
    if !subject.facts().shift_invariant {
        return Ok(());
    }
    for sample in subject.samples() {
        let value = subject.run(&sample, Reduction::Sum)?.value;
        let mut moved = sample.clone();
        for x in &mut moved.prediction {
            *x += 3.75;
        }
        let shifted = subject.run(&moved, Reduction::Sum)?.value;
        close(
            "the value of shifted logits",
            shifted,
            value,
            value.abs(),
            1e-10,
        )?;
    }
    Ok(())
}

pub(super) fn elicits(subject: &Subject) -> Result<(), String> {
    let facts = subject.facts();
    let mut random = Random::new("elicits");
    if facts.elicits == Elicits::Nothing {
        return Ok(());
    }
    if subject.shape() == Shape::Rows {
        return elicits_frequencies(subject);
    }
    // A skewed sample, so that mean, median and quantiles lie apart.
    let mut targets: Vec<f64> = (0..201)
        .map(|i| match facts.target {
            Domain::Unit => f64::from(u8::from(i % 10 < 3)),
            Domain::NonNegative => target(facts.target, i, &mut random),
            _ => random.uniform(0.0, 2.0).powi(3),
        })
        .collect();
    let at = |x: f64| Sample::new(vec![x; 201], &[201], Truth::Dense(targets.clone()));
    let slope = |x: f64| -> Result<f64, String> { Ok(slopes(subject, &at(x))?.iter().sum()) };
    // The minimiser is where the slope changes sign.
    let (mut low, mut high) = (-20.0f64, 20.0f64);
    if facts.prediction == Domain::NonNegative {
        low = 1e-9;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if slope(middle)? < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    let found = 0.5 * (low + high);
    let mean = targets.iter().sum::<f64>() / 201.0;
    targets.sort_by(f64::total_cmp);
    let want = match facts.elicits {
        Elicits::Nothing => return Ok(()),
        Elicits::Mean => mean,
        Elicits::LogMean => mean.ln(),
        Elicits::Median => targets[100],
        Elicits::Quantile(q) => targets[(201.0 * q) as usize],
        Elicits::Probabilities => (mean / (1.0 - mean)).ln(),
    };
    close("the best constant", found, want, want.abs().max(1.0), 1e-6)
}

/// At logits that are the logarithms of the class frequencies the slope over all rows vanishes, and
/// elsewhere the loss is larger.
fn elicits_frequencies(subject: &Subject) -> Result<(), String> {
    let labels: Vec<i64> = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2].to_vec();
    let best = [0.5f64.ln(), 0.3f64.ln(), 0.2f64.ln()];
    let at = |z: [f64; 3]| {
        let prediction = (0..10).flat_map(|_| z).collect();
        Sample::new(prediction, &[10, 3], Truth::Labels(labels.clone()))
    };
    let gradient = slopes(subject, &at(best))?;
    for class in 0..3 {
        let total: f64 = (0..10).map(|row| gradient[3 * row + class]).sum();
        close(
            &format!("the slope of class {class} at the frequencies"),
            total,
            0.0,
            1.0,
            1e-9,
        )?;
    }
    let least = subject.run(&at(best), Reduction::Sum)?.value;
    let mut random = Random::new("frequencies");
    for _ in 0..20 {
        let moved = best.map(|z| z + random.uniform(-1.0, 1.0));
        let value = subject.run(&at(moved), Reduction::Sum)?.value;
        if value < least {
            return Err(format!(
                "{value} at {moved:?} is below {least} at the frequencies"
            ));
        }
    }
    Ok(())
}
