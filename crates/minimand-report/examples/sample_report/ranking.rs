//! Which loss is best.

use minimand_report::html::{HtmlTable, Section};
use minimand_report::number::fixed;
use minimand_report::svg::{Better, CriticalDifference, IntervalPlot, IntervalRow};

use crate::RESULTS;

pub(crate) fn intervals() -> Section {
    let mut plot = IntervalPlot::new("Ranking of six losses by mean absolute error")
        .axis_label("Mean absolute error on held-out folds (100,000 USD), lower is better")
        .reference(0.4419, "mse");
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

pub(crate) fn ranks() -> Section {
    let names = [
        "pseudo_huber(delta=1.35)",
        "log_cosh",
        "mae",
        "0.5*quantile(tau=0.5) + 0.5*smoothed_pinball(tau=0.5,bandwidth=0.05)",
        "mse",
        "cauchy",
        "generalized_cross_entropy(q=0.7,label_smoothing=0.1)",
        "barron(alpha=-2,c=0.5)",
    ];
    let mut chart = CriticalDifference::new("Mean ranks of twenty losses", Better::Lower)
        .axis_label("Mean rank over 12 data sets, lower is better");
    for index in 0..20 {
        let name = names[index % names.len()];
        let name = match index / names.len() {
            0 => name.to_owned(),
            variant => format!("{name} + {variant}*l2"),
        };
        chart = chart.item(name, 4.2 + 0.62 * index as f64 + 0.3 * (index as f64).sin());
    }
    let groups = [(0, 2), (1, 5), (4, 11), (8, 15), (12, 18)];
    let chart = groups
        .iter()
        .fold(chart, |chart, (from, to)| chart.group(*from, *to));
    Section::new("Mean ranks").figure(
        "Bars at the right join losses that cannot be told apart (Nemenyi test at 5%); the first \
         bar joins those that may be the best.",
        &chart,
    )
}

pub(crate) fn results() -> Section {
    let mut table = HtmlTable::new()
        .caption("Differences are against squared error, on the same folds.")
        .text_column("Loss")
        .number_column("MAE")
        .number_column("95% interval")
        .number_column("Difference")
        .number_column("p (Holm)")
        .number_column("s / fold");
    for (index, (name, mean, half, seconds)) in RESULTS.iter().enumerate() {
        let against = |text: String| {
            if *name == "mse" {
                "–".to_owned()
            } else {
                text
            }
        };
        let cells = [
            (*name).to_owned(),
            fixed(*mean, 3),
            format!("{}–{}", fixed(mean - half, 3), fixed(mean + half, 3)),
            against(fixed(mean - 0.4419, 3)),
            against(fixed(0.004 + index as f64 * 0.013, 3)),
            fixed(*seconds, 1),
        ];
        match index {
            0 => table.highlighted_row(cells),
            _ => table.row(cells),
        }
    }
    let mut folds = HtmlTable::new().text_column("Repeat, fold");
    for (name, ..) in RESULTS {
        folds = folds.number_column(name);
    }
    for fold in 0..4 {
        let ripple = |mean: f64, index: usize| mean + 0.02 * ((7 * fold + index) as f64).sin();
        let errors = RESULTS.iter().enumerate();
        let errors = errors.map(|(index, (_, mean, ..))| fixed(ripple(*mean, index), 4));
        folds.row([format!("1, {}", fold + 1)].into_iter().chain(errors));
    }
    Section::new("Results")
        .paragraph(
            "Every loss trained the same network from the same initial weights on the same folds, \
             so differences between two losses are compared pair by pair.",
        )
        .table(&table)
        .fold(&Section::new("Every fold").table(&folds))
}
