//! The loss as a curve: against the margin for classes, the score for yes or no, the error for
//! numbers.

use minimand::{Area, Array, Batch, Entry, Options, Reduction, Shape, Target};
use minimand_report::svg::{LineChart, Series};
use serde::Serialize;
use textplots::{Chart, LabelBuilder, LabelFormat, Plot, Shape as Lines};

/// Points on the horizontal axis.
const POINTS: usize = 121;

/// The curve of a loss with its default parameters.
#[derive(Debug, Serialize)]
pub(super) struct Curve {
    /// What the horizontal axis is.
    pub(super) axis: &'static str,
    /// Horizontal positions.
    pub(super) x: Vec<f64>,
    /// The loss there.
    pub(super) loss: Vec<f64>,
    /// Its derivative by the score or prediction.
    pub(super) slope: Vec<f64>,
}

impl Curve {
    /// `None` for shapes whose loss depends on more than one number.
    pub(super) fn of(entry: &Entry) -> Option<Self> {
        let facts = entry.facts().ok()?;
        // Distances and probabilities have no margin.
        if facts.prediction.range::<f64>().0 >= 0.0 {
            return None;
        }
        let (low, high): (f64, f64) = match entry.shape {
            Shape::Rows => (-6.0, 6.0),
            Shape::Points if entry.area == Area::Regression => (-3.0, 3.0),
            Shape::Points => (-6.0, 6.0),
            _ => return None,
        };
        let position = |index: usize| low + (high - low) * index as f64 / (POINTS - 1) as f64;
        let x: Vec<f64> = (0..POINTS).map(position).collect();
        let (axis, evaluated) = match entry.shape {
            Shape::Rows => {
                let classes = facts.least_classes.max(2);
                // The other classes share a score of 0.
                let row = |&margin: &f64| {
                    let others = std::iter::repeat_n(0.0, classes - 1);
                    std::iter::once(margin).chain(others)
                };
                let logits: Vec<f64> = x.iter().flat_map(row).collect();
                let labels = vec![0_i64; POINTS];
                let target = Target::labels(&labels, &[POINTS]);
                let shape = [POINTS, classes];
                let batch = Batch::new(Array::new(&logits, &shape), target);
                let axis = "margin: score of the true class − score of the others";
                (axis, evaluate(entry, &batch, classes)?)
            }
            _ => {
                let truth = if entry.area == Area::Regression {
                    0.0
                } else {
                    1.0
                };
                let truth = vec![truth; POINTS];
                let target = Target::dense(&truth, &[POINTS]);
                let batch = Batch::new(Array::new(&x, &[POINTS]), target);
                let axis = match entry.area {
                    Area::Regression => "prediction, for the target 0",
                    _ => "score, for the target 1",
                };
                (axis, evaluate(entry, &batch, 1)?)
            }
        };
        let (loss, slope) = evaluated;
        Some(Self {
            axis,
            x,
            loss,
            slope,
        })
    }

    /// The curve in characters, at most this wide; empty if there is no room for it.
    pub(super) fn text(&self, width: usize) -> String {
        // Each character is two dots wide and four high; numbers stand to the right.
        let dots = 2 * width.saturating_sub(12).min(60);
        if dots < 64 {
            return String::new();
        }
        let point = |(x, y): (&f64, &f64)| (*x as f32, *y as f32);
        let points: Vec<(f32, f32)> = self.x.iter().zip(&self.loss).map(point).collect();
        let (first, last) = (points[0].0, points[POINTS - 1].0);
        let lines = Lines::Lines(&points);
        let mut chart = Chart::new(dots as u32, 48, first, last);
        let chart = chart
            .lineplot(&lines)
            .y_label_format(LabelFormat::Custom(Box::new(|y| format!("{y:.2}"))))
            .x_label_format(LabelFormat::Custom(Box::new(|x| format!("{x:.0}"))));
        chart.axis();
        chart.figures();
        chart.to_string()
    }

    /// The curve and its slope as a chart.
    pub(super) fn chart(&self, name: &str) -> LineChart {
        let points = |y: &[f64]| self.x.iter().copied().zip(y.iter().copied()).collect();
        LineChart::new(name)
            .axis_labels(self.axis, "loss and its derivative")
            .series(Series::new(name, points(&self.loss)))
            .series(Series::new("derivative", points(&self.slope)))
    }
}

/// The loss of each item and the derivative by the first of its `width` numbers; `None` if the loss
/// has no values per item, or not all are finite.
fn evaluate(entry: &Entry, batch: &Batch<'_>, width: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    let options = Options {
        reduction: Reduction::None,
        ..Options::default()
    };
    let objective = entry.build(&[]).ok()?;
    let evaluation = objective.value_and_gradient(batch, &options).ok()?;
    let loss = evaluation.per_item?;
    let gradient = evaluation.gradient?.to_f64();
    let slope: Vec<f64> = gradient.into_iter().step_by(width).collect();
    let is_whole = loss.iter().chain(&slope).all(|y| y.is_finite());
    is_whole.then_some((loss, slope))
}

#[cfg(test)]
mod tests {
    use minimand::Catalog;

    use super::*;

    #[test]
    fn the_curve_of_cross_entropy() {
        let curve = Curve::of(Catalog::builtin().find("cross_entropy").unwrap()).unwrap();
        let middle = POINTS / 2;
        assert_eq!(curve.x[middle], 0.0);
        assert!((curve.loss[middle] - 2.0_f64.ln()).abs() < 1e-12);
        assert!((curve.slope[middle] + 0.5).abs() < 1e-12);
        let text = curve.text(80);
        assert!(text.lines().count() > 10 && text.contains("6.00"), "{text}");
        assert_eq!(curve.text(20), "");
    }

    #[test]
    fn losses_of_one_number_have_a_curve() {
        let catalog = Catalog::builtin();
        let without: Vec<&str> = catalog
            .entries()
            .iter()
            .filter(|entry| matches!(entry.shape, Shape::Rows | Shape::Points))
            .filter(|entry| Curve::of(entry).is_none())
            .map(|entry| entry.name)
            .collect();
        // One reads distances and not scores, the other takes no numbers below 0.
        assert_eq!(without, ["harmonic", "msle"]);
    }
}
