//! Learning curves, calibration, confusions and the worst cases.

use minimand_report::html::{HeatMap, HtmlTable, PixelGrid, Section};
use minimand_report::number::significant;
use minimand_report::svg::{
    CalibrationBin, Histogram, LineChart, ReliabilityDiagram, ScatterPlot, Series,
};

use super::{Part, rows_of};
use crate::curves::mean_curve;
use crate::diagnostics::{Bin, Diagnostics};
use crate::outcome::CandidateFolds;
use crate::request::Task;

/// Points of a scatter plot at most.
const MOST_POINTS: usize = 2000;

impl Part<'_> {
    /// The candidates, best first.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &CandidateFolds> {
        self.ranking.standings.iter().filter_map(|standing| {
            let mut candidates = self.results.candidates.iter();
            candidates.find(|one| one.expression == standing.expression)
        })
    }

    /// The best candidate and, if it is another, the baseline.
    pub(super) fn best_and_baseline(&self) -> Vec<&CandidateFolds> {
        let mut shown: Vec<&CandidateFolds> = self.in_order().take(1).collect();
        let baseline = self
            .in_order()
            .find(|one| one.expression == self.outcome.baseline);
        shown.extend(baseline.filter(|baseline| shown[0].expression != baseline.expression));
        shown
    }

    pub(super) fn curves_section(&self) -> Section {
        let primary = self.outcome.primary;
        let label = self.outcome.primary_unit();
        // Curves are stored so that lower is better.
        let is_negated = primary.badness(1.0) == -1.0;
        let sign = if is_negated { -1.0 } else { 1.0 };
        let mut chart = LineChart::new(format!("Validation {label} by epoch"))
            .axis_labels("Epoch", format!("Best validation {label} so far"));
        if !is_negated {
            chart = chart.log_y();
        }
        for candidate in self.in_order() {
            let curve = mean_curve(candidate);
            let points = curve
                .iter()
                .map(|point| (point.epoch as f64, sign * point.mean));
            let band = curve.iter().map(|point| {
                let ends = (
                    sign * point.mean - point.error,
                    sign * point.mean + point.error,
                );
                (ends.0, ends.1)
            });
            let series = Series::new(candidate.expression.clone(), points.collect());
            chart = chart.series(series.band(band.collect()));
        }
        Section::new("Learning curves").figure(
            "The score that stops training, the same for all objectives: mean over folds of the \
             best value up to each epoch (the model that would be kept) at the learning rate that \
             was kept, and one standard error to both sides. Folds that have stopped keep their \
             best value.",
            &chart,
        )
    }

    pub(super) fn diagnosis_sections(&self) -> Vec<Section> {
        match self.outcome.data.task {
            Task::Regression => vec![self.scatter_section(), self.worst_section()],
            Task::Segmentation => vec![self.cases_section(), self.overlays_section()],
            Task::Multilabel => vec![
                self.reliability_section(),
                self.confidence_section(),
                self.worst_section(),
            ],
            Task::Classification => {
                let mut sections = vec![self.reliability_section(), self.confidence_section()];
                sections.extend(self.confusion_section());
                sections.push(self.worst_section());
                sections
            }
        }
    }

    fn reliability_section(&self) -> Section {
        let task = self.outcome.data.task;
        let (x, y) = match task {
            Task::Multilabel => ("Probability of a label", "Share that has it"),
            _ => ("Confidence in the predicted class", "Share that is right"),
        };
        let draw = |title: &str, bins: &dyn Fn(&Diagnostics) -> Vec<Bin>| {
            let mut diagram = ReliabilityDiagram::new(title).axis_labels(x, y);
            for candidate in self.in_order() {
                let bins = bins(&candidate.diagnostics)
                    .into_iter()
                    .filter(|bin| bin.weight > 0.0);
                let bins = bins.map(|bin| CalibrationBin {
                    // Sums may round beyond the ends.
                    confidence: (bin.confidence / bin.weight).clamp(0.0, 1.0),
                    accuracy: (bin.hits / bin.weight).clamp(0.0, 1.0),
                    weight: bin.weight,
                });
                diagram = diagram.series(candidate.expression.clone(), bins.collect());
            }
            diagram
        };
        let scaled = draw("Reliability after temperature scaling", &|of| {
            of.reliability.clone()
        });
        let raw = draw("Reliability as trained", &|of| of.raw_reliability.clone());
        let caption = |state: &str| {
            format!(
                "Test {} {state}, in steps of 1/15: on the diagonal, confidence is justified; \
                 below it, the model is too sure of itself.",
                rows_of(task)
            )
        };
        Section::new("Can the probabilities be trusted?")
            .figure(&caption("as trained"), &raw)
            .figure(&caption("after temperature scaling"), &scaled)
    }

    fn confidence_section(&self) -> Section {
        let section = Section::new("How sure, and how often right");
        self.best_and_baseline().into_iter().fold(section, |section, candidate| {
            let found = &candidate.diagnostics;
            let steps = found.right.len().max(1);
            let edges = (0..=steps).map(|step| step as f64 / steps as f64).collect();
            let histogram = Histogram::new(format!("Confidence of {}", candidate.expression), edges)
                .axis_labels("Confidence after temperature scaling", "Test predictions, all folds")
                .log_counts()
                .series("right", found.right.clone())
                .series("wrong", found.wrong.clone());
            let caption = format!(
                "{}: right and wrong test predictions by confidence (logarithmic). Wrong ones at \
                 the right end are the costly ones.",
                candidate.expression
            );
            section.figure(&caption, &histogram)
        })
    }

    fn confusion_section(&self) -> Option<Section> {
        let classes = &self.outcome.data.classes;
        let shown: Vec<_> = self
            .best_and_baseline()
            .into_iter()
            .filter(|candidate| !candidate.diagnostics.confusion.is_empty())
            .collect();
        if shown.is_empty() {
            return None;
        }
        let section = Section::new("Which classes are confused");
        Some(shown.into_iter().fold(section, |section, candidate| {
            let mut map = HeatMap::new(format!("Confusions of {}", candidate.expression))
                .axis_labels("true", "predicted")
                .columns(classes.iter().map(|class| class.name.clone()));
            let counts = candidate.diagnostics.confusion.chunks_exact(classes.len());
            for (class, row) in classes.iter().zip(counts) {
                map = map.row(class.name.clone(), row.to_vec());
            }
            let caption = format!(
                "{}: test rows of all repeats by true and predicted class, shaded by the share of \
                 the true class.",
                candidate.expression
            );
            section.figure(&caption, &map)
        }))
    }

    fn scatter_section(&self) -> Section {
        let section = Section::new("Predicted and true");
        let target = &self.outcome.data.target;
        self.best_and_baseline()
            .into_iter()
            .fold(section, |section, candidate| {
                let points = &candidate.diagnostics.scatter;
                let every = points.len().div_ceil(MOST_POINTS).max(1);
                let points = points.iter().copied().step_by(every).collect();
                let plot =
                    ScatterPlot::new(format!("Predictions of {}", candidate.expression), points)
                        .axis_labels(format!("{target}, true"), format!("{target}, predicted"));
                let caption = format!(
                    "{}: test rows of all folds (a sample).",
                    candidate.expression
                );
                section.figure(&caption, &plot)
            })
    }

    fn worst_section(&self) -> Section {
        let section = Section::new("Worst cases").paragraph(
            "The test rows with the largest loss of any repeat, worst first: mislabelled rows, \
             rare cases, or what the model cannot see.",
        );
        self.best_and_baseline()
            .into_iter()
            .fold(section, |section, candidate| {
                let worst = &candidate.diagnostics.worst;
                let mut inner = Section::new(candidate.expression.clone());
                if let Some(columns) = self.outcome.data.image_columns {
                    let mut grid =
                        PixelGrid::new(format!("Worst cases of {}", candidate.expression));
                    for case in worst {
                        let caption = format!("{}, taken for {}", case.truth, case.predicted);
                        grid = grid.tile(caption, columns, case.pixels.clone());
                    }
                    inner = inner.figure("True class, and what it was taken for.", &grid);
                }
                let is_classes = self.outcome.data.task == Task::Classification;
                let mut table = HtmlTable::new()
                    .number_column("row")
                    .text_column("true")
                    .text_column("predicted")
                    .number_column(if self.outcome.data.task == Task::Regression {
                        "error"
                    } else {
                        "log-loss"
                    });
                if is_classes {
                    table = table.number_column("confidence");
                }
                for case in worst {
                    let mut cells = vec![
                        case.row.to_string(),
                        case.truth.clone(),
                        case.predicted.clone(),
                        significant(case.loss, 3),
                    ];
                    if is_classes {
                        cells.push(significant(case.confidence, 3));
                    }
                    table.row(cells);
                }
                section.fold(&inner.table(&table))
            })
    }
}
