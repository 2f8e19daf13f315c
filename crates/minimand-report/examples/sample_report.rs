//! Writes a page of made-up results, to look at: `sample_report PATH`.

use std::path::Path;
use std::{env, process};

use minimand_report::html::{HtmlTable, Page, Section};
use minimand_report::number::fixed;
use minimand_report::svg::{IntervalPlot, IntervalRow, LineChart, Series};

/// Name, mean and half width of the interval of the error, and seconds per fold.
const RESULTS: [(&str, f64, f64, f64); 6] = [
    ("Pseudo-Huber (δ = 1.35)", 0.4127, 0.0093, 12.4),
    ("Log-cosh", 0.4151, 0.0101, 12.9),
    ("Absolute error", 0.4230, 0.0088, 11.7),
    (
        "Quantile, τ = 0.5, smoothed with a rectangular kernel",
        0.4262,
        0.0120,
        14.2,
    ),
    ("Squared error", 0.4419, 0.0165, 11.5),
    ("Cauchy", 0.4683, 0.0242, 12.6),
];

fn main() {
    let Some(path) = env::args().nth(1) else {
        eprintln!("usage: sample_report PATH");
        process::exit(2);
    };
    if let Err(error) = page().write(Path::new(&path)) {
        eprintln!("{error}");
        process::exit(1);
    }
}

fn page() -> Page {
    Page::new("Loss comparison: housing.csv")
        .subtitle("6 losses, 5 folds × 4 repeats, 20,640 rows, target median_house_value")
        .headline(
            "Pseudo-Huber has the lowest error, but log-cosh cannot be told apart from it. \
             Both beat squared error.",
        )
        .section(ranking())
        .section(results())
        .section(learning_curves())
        .section(settings())
        .footer("Made-up numbers. Written by minimand 0.1.0 on 2026-11-24.")
}

fn ranking() -> Section {
    let mut plot = IntervalPlot::new("Ranking of six losses by mean absolute error")
        .axis_label("Mean absolute error on held-out folds (100,000 USD), lower is better")
        .reference(0.4419, "squared error");
    for (index, (name, mean, half, _)) in RESULTS.iter().enumerate() {
        let row = IntervalRow::new(*name, *mean, Some((mean - half, mean + half)));
        plot = plot.row(if index == 0 { row.highlighted() } else { row });
    }
    Section::new("Ranking").figure(
        "Dots are means over 20 held-out folds; bars are 95% intervals of the mean, corrected \
         for the overlap of training sets.",
        &plot,
    )
}

fn results() -> Section {
    let mut table = HtmlTable::new()
        .caption("Differences are against squared error, on the same folds.")
        .text_column("Loss")
        .number_column("MAE")
        .number_column("95% interval")
        .number_column("Difference")
        .number_column("p (Holm)")
        .number_column("s / fold");
    for (index, (name, mean, half, seconds)) in RESULTS.iter().enumerate() {
        let difference = mean - 0.4419;
        let cells = [
            (*name).to_owned(),
            fixed(*mean, 3),
            format!("{}–{}", fixed(mean - half, 3), fixed(mean + half, 3)),
            if *name == "Squared error" {
                "–".to_owned()
            } else {
                fixed(difference, 3)
            },
            if *name == "Squared error" {
                "–".to_owned()
            } else {
                fixed(0.004 + index as f64 * 0.013, 3)
            },
            fixed(*seconds, 1),
        ];
        match index {
            0 => table.highlighted_row(cells),
            _ => table.row(cells),
        }
    }
    Section::new("Results")
        .paragraph(
            "Every loss trained the same network from the same initial weights on the same folds, \
             so differences between two losses are compared pair by pair.",
        )
        .table(&table)
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

fn settings() -> Section {
    let all = Section::new("All settings").key_values([
        (
            "Optimiser",
            "Adam, learning rate 0.001, β₁ = 0.9, β₂ = 0.999",
        ),
        ("Network", "2 hidden layers of 64 units, ReLU"),
        ("Batch size", "256"),
        ("Early stopping", "after 10 epochs without improvement"),
        ("Seed", "20261124"),
        (
            "Data SHA-256",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
    ]);
    Section::new("How to reproduce")
        .paragraph("The same command on the same file gives the same numbers, bit for bit.")
        .code(
            "minimand compare housing.csv --target median_house_value \\\n  \
             --losses pseudo-huber,log-cosh,mae,quantile,mse,cauchy \\\n  \
             --folds 5 --repeats 4 --seed 20261124",
        )
        .fold(&all)
}
