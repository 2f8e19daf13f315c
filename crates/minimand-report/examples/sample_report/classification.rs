//! A model of classes.

use minimand_report::html::{Group, HeatMap, PixelGrid, Section};
use minimand_report::svg::{CalibrationBin, Histogram, ReliabilityDiagram};

use crate::noise;

pub(crate) fn group() -> Group {
    Group::new("Classification: digits, one hidden layer of 32 units")
        .note("Cross-entropy is calibrated best; focal loss makes the fewest errors.")
        .section(calibration())
        .section(confusions())
        .section(confidence())
        .section(wrong_digits())
}

fn bins(power: f64, weight: f64) -> Vec<CalibrationBin> {
    let bin = |index| {
        let confidence = (f64::from(index) + 0.5) / 15.0;
        CalibrationBin {
            confidence,
            accuracy: confidence.powf(power),
            weight: 4.0 + 900.0 * (confidence - weight).abs().powi(3),
        }
    };
    (0..15).map(bin).collect()
}

fn calibration() -> Section {
    let one = ReliabilityDiagram::new("Calibration of cross-entropy")
        .axis_labels("Confidence", "Share of right predictions")
        .confidence_panel("Share of rows")
        .series("cross_entropy", bins(1.4, 0.1));
    let several = ReliabilityDiagram::new("Calibration of four losses")
        .axis_labels("Confidence", "Share of right predictions")
        .confidence_panel("Share of rows")
        .series("cross_entropy", bins(1.15, 0.1))
        .series("focal(gamma=2)", bins(0.7, 0.5))
        .series(
            "0.5*cross_entropy(label_smoothing=0.1) + 0.5*generalized_cross_entropy(q=0.7)",
            bins(0.85, 0.3),
        )
        .series("hinge", bins(2.2, 0.0));
    Section::new("Calibration")
        .figure(
            "15 bins of equal width; the area of a dot grows with the number of its rows. The \
             model claims more than it achieves below the diagonal.",
            &one,
        )
        .figure("The same for four losses.", &several)
}

/// A confusion matrix in which neighbouring classes are confused.
fn confusion(title: &str, names: &[String]) -> HeatMap {
    let map = HeatMap::new(title)
        .axis_labels("True class", "Predicted class")
        .columns(names.iter().cloned());
    let mut noise = noise(7);
    let rows = names.iter().enumerate();
    rows.fold(map, |map, (row, name)| {
        let count = |column: usize, noise: f64| {
            let distance = row.abs_diff(column) as f64;
            (180.0 * (-1.6 * distance).exp() * (0.3 + noise)).floor()
        };
        let counts = (0..names.len()).map(|column| count(column, noise.next().unwrap_or(0.0)));
        map.row(name.clone(), counts.collect())
    })
}

fn confusions() -> Section {
    let digits: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
    let outcomes = ["survived", "did not survive"].map(str::to_owned);
    let animals = [
        "otter",
        "sea lion",
        "dolphin",
        "beaver",
        "killer whale",
        "seal & pup",
    ];
    let named = |count: usize| -> Vec<String> {
        let name = |index: usize| format!("{} {}", animals[index % 6], index / 6 + 1);
        (0..count).map(name).collect()
    };
    let more = Section::new("More classes")
        .figure(
            "Six classes with long names.",
            &confusion("Six classes", &named(6)),
        )
        .figure("Thirty classes.", &confusion("Thirty classes", &named(30)))
        .figure("Sixty classes.", &confusion("Sixty classes", &named(60)));
    Section::new("Confusions")
        .figure(
            "Two classes.",
            &confusion("Confusions of two classes", &outcomes),
        )
        .figure(
            "Ten digits, rows of all folds.",
            &confusion("Confusions of ten digits", &digits),
        )
        .fold(&more)
}

fn confidence() -> Section {
    let edges = (0..=20).map(|index| f64::from(index) / 20.0).collect();
    let counts = |height: f64, rate: f64| -> Vec<f64> {
        let bins = (0..20).map(|index| f64::from(index) / 20.0);
        bins.map(|x| (height * (-rate * (1.0 - x)).exp()).floor())
            .collect()
    };
    let chart = Histogram::new("Confidence of right and wrong predictions", edges)
        .axis_labels("Confidence of the predicted class", "Rows (logarithmic)")
        .series("right", counts(9000.0, 9.0))
        .series("wrong", counts(60.0, 4.0))
        .log_counts();
    Section::new("Confidence").figure(
        "Wrong predictions with high confidence are worth a look: see the digits below.",
        &chart,
    )
}

fn wrong_digits() -> Section {
    let mut grid = PixelGrid::new("Digits predicted wrongly").range(0.0, 16.0);
    let mut noise = noise(99);
    for digit in 0..14 {
        let pixel = |index: i32, noise: f64| {
            let (x, y) = (f64::from(index % 8) - 3.5, f64::from(index / 8) - 3.5);
            let radius = 2.2 + 0.8 * (f64::from(digit) + 2.0 * y.atan2(x)).sin();
            (16.0 * (-(x.hypot(y) - radius).powi(2)).exp() + 2.0 * noise - 1.0).clamp(0.0, 16.0)
        };
        let values = (0..64).map(|index| pixel(index, noise.next().unwrap_or(0.0)));
        let caption = format!("{} as {}, 0.{}", digit % 10, (digit + 3) % 10, 99 - digit);
        grid = grid.tile(caption, 8, values.collect());
    }
    Section::new("Wrong digits").figure(
        "True class, predicted class and confidence; the most confident errors first.",
        &grid,
    )
}
