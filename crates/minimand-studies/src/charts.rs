//! Figures that several studies have.

use minimand_compare::statistics::Estimate;
use minimand_report::svg::{IntervalPlot, IntervalRow, LineChart, Series};

use crate::error::StudyError;
use crate::results::Results;

/// The mean curves of a figure, a line for each method.
pub(crate) fn lines(results: &Results, part: &str, figure: &str, axes: [&str; 2]) -> LineChart {
    let chart = LineChart::new(format!("{figure}, {part}")).axis_labels(axes[0], axes[1]);
    with_lines(chart, results, part, figure)
}

/// The curves named `reliability` with the diagonal on which a calibrated model lies.
pub(crate) fn reliability(results: &Results, part: &str) -> LineChart {
    let chart = LineChart::new(format!("Reliability, {part}"))
        .axis_labels("mean confidence", "accuracy")
        .series(Series::new("perfect", vec![(0.0, 0.0), (1.0, 1.0)]));
    with_lines(chart, results, part, "reliability")
}

/// A chart with the mean curves of a figure, a line for each method.
pub(crate) fn with_lines(
    chart: LineChart,
    results: &Results,
    part: &str,
    figure: &str,
) -> LineChart {
    let curves = results.curves(part, figure);
    curves.fold(chart, |chart, (method, curve)| {
        let points = curve.iter().map(|&[x, y]| (x, y)).collect();
        chart.series(Series::new(method, points))
    })
}

/// As [`with_lines`], with a logarithmic axis; points at or below 0, for which it has no place, are left
/// out.
pub(crate) fn with_log_lines(
    chart: LineChart,
    results: &Results,
    part: &str,
    figure: &str,
) -> LineChart {
    let curves = results.curves(part, figure);
    curves.fold(chart.log_y(), |chart, (method, curve)| {
        let above = curve.iter().filter(|point| point[1] > 0.0);
        chart.series(Series::new(method, above.map(|&[x, y]| (x, y)).collect()))
    })
}

/// A measure of every method: means with intervals.
pub(crate) fn means(
    results: &Results,
    part: &str,
    measure: &str,
    axis: &str,
) -> Result<IntervalPlot, StudyError> {
    let plot = IntervalPlot::new(format!("{measure}, {part}")).axis_label(axis);
    results.methods(part).try_fold(plot, |plot, method| {
        let mean = results.mean(part, method, measure)?;
        Ok(plot.row(row(method, &mean)))
    })
}

/// By how much every other method exceeds the baseline in a measure, with paired intervals.
pub(crate) fn gains(
    results: &Results,
    part: &str,
    measure: &str,
    baseline: &str,
    axis: &str,
) -> Result<IntervalPlot, StudyError> {
    let plot = IntervalPlot::new(format!("{measure}, {part}"))
        .axis_label(axis)
        .reference(0.0, baseline);
    let others = results.methods(part).filter(|method| *method != baseline);
    others.into_iter().try_fold(plot, |plot, method| {
        let gain = results.difference(part, measure, method, baseline)?;
        Ok(plot.row(row(method, &gain)))
    })
}

fn row(name: &str, estimate: &Estimate) -> IntervalRow {
    IntervalRow::new(name, estimate.mean, estimate.interval())
}
