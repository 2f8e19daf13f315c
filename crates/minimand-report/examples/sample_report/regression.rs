//! A model of numbers.

use minimand_report::html::{Group, Section};
use minimand_report::svg::{Histogram, LineChart, ScatterPlot, Series};

use crate::{RESULTS, noise};

pub(crate) fn group() -> Group {
    Group::new("Regression: two hidden layers of 64 units")
        .note("Pseudo-Huber has the lowest error: 0.413, and 0.029 less than squared error.")
        .section(learning_curves())
        .section(predictions())
        .section(residuals())
}

fn learning_curves() -> Section {
    let mut chart = LineChart::new("Learning curves of six losses")
        .axis_labels("Epoch", "Validation MAE (100,000 USD)")
        .log_y();
    for (index, (name, mean, half, _)) in RESULTS.iter().enumerate() {
        let speed = 4.0 + 2.0 * index as f64;
        let last = if index == 4 { 44 } else { 60 };
        let epochs = 1..=last;
        let value = |epoch: i32| {
            let ripple = 0.006 * (f64::from(epoch) * 1.7 + index as f64).sin();
            mean + ripple + 0.9 * (-f64::from(epoch) / speed).exp()
        };
        let points = epochs
            .clone()
            .map(|epoch| (f64::from(epoch), value(epoch)))
            .collect();
        let band = epochs
            .map(|epoch| (value(epoch) - half, value(epoch) + half))
            .collect();
        chart = chart.series(Series::new(*name, points).band(band));
    }
    Section::new("Learning curves").figure(
        "Lines are means over folds and bands are 95% intervals. Squared error stopped early in \
         every fold.",
        &chart,
    )
}

fn predictions() -> Section {
    let (first, second, third) = (noise(1), noise(500_000), noise(900_000));
    let points = first.zip(second).zip(third).take(3000).map(|((a, b), c)| {
        let actual = 0.3 + 4.7 * a * a;
        let error = (b + c - 1.0) * (0.3 + 0.35 * actual);
        ((actual * 0.92 + 0.12 + error).max(0.05), actual)
    });
    let band = (0..=50).map(|index| {
        let predicted = 0.1 + 0.12 * f64::from(index);
        let half = 0.25 + 0.3 * predicted;
        (predicted, (predicted - half).max(0.0), predicted + half)
    });
    let plot = ScatterPlot::new("Actual against predicted values", points.collect())
        .axis_labels("Predicted (100,000 USD)", "Actual (100,000 USD)")
        .band("90% prediction interval", band.collect());
    Section::new("Predictions").figure(
        "3,000 rows out of 20,640, drawn at random, by the model of pseudo_huber(delta=1.35).",
        &plot,
    )
}

fn residuals() -> Section {
    let edges = (0..=40).map(|index| -2.0 + 0.1 * f64::from(index));
    let counts = |spread: f64| -> Vec<f64> {
        let bins = (0..40).map(|index| -1.95 + 0.1 * f64::from(index));
        bins.map(|x| (820.0 / spread * (-(x / spread).abs()).exp()).round())
            .collect()
    };
    let chart = Histogram::new("Errors of two losses", edges.collect())
        .axis_labels("Predicted − actual (100,000 USD)", "Rows")
        .series("pseudo_huber(delta=1.35)", counts(0.28))
        .series("mse", counts(0.4));
    Section::new("Errors").figure("Errors on held-out rows of all folds.", &chart)
}
