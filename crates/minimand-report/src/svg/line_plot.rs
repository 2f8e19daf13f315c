//! The area between the axes of a line chart, and what is drawn into it.

use super::axis::{Axis, Tick};
use super::canvas::Canvas;
use super::line_chart::Series;
use super::{labels, text};

/// The number of colours in the style sheet, `c0` to `c6`.
const COLOURS: usize = 7;
/// The number of line styles: solid, and dashed as `d1` and `d2`.
const DASHES: usize = 3;

/// The least distance between the baselines of names at the line ends.
pub(super) const LABEL_GAP: f64 = 17.0;
/// The distance of the names from the plot. Before them there is room for a
/// leader from the end of the line, and for a swatch of the line.
pub(super) const NAME: f64 = 35.0;
const LEADER_END: f64 = 12.0;
const SWATCH: (f64, f64) = (15.0, 29.0);

pub(super) fn colour_class(index: usize) -> String {
    format!("c{}", index % COLOURS)
}

pub(super) fn line_class(index: usize) -> String {
    match index / COLOURS % DASHES {
        0 => format!("line {}", colour_class(index)),
        dash => format!("line {} d{dash}", colour_class(index)),
    }
}

/// The area between the axes.
pub(super) struct Plot {
    pub(super) x_axis: Axis,
    pub(super) y_axis: Axis,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Plot {
    /// Draws axes, grid and x axis title, and returns where they end.
    pub(super) fn draw_axes(&self, canvas: &mut Canvas, y_ticks: &[Tick], x_title: &str) -> f64 {
        for tick in y_ticks {
            let Some(y) = self.y_axis.position(tick.value) else {
                continue;
            };
            canvas.line("grid", (self.left, y), (self.right, y));
            canvas.text("muted end", (self.left - 8.0, y + 4.0), &tick.label);
        }
        canvas.line("axis", (self.left, self.bottom), (self.right, self.bottom));
        for tick in self.x_axis.ticks_with_room() {
            let Some(x) = self.x_axis.position(tick.value) else {
                continue;
            };
            canvas.line("axis", (x, self.bottom), (x, self.bottom + 4.0));
            canvas.text("muted middle", (x, self.bottom + 18.0), &tick.label);
        }
        let lines = text::wrapped(x_title, self.right - self.left);
        let first = (f64::midpoint(self.left, self.right), self.bottom + 38.0);
        canvas.text_lines("muted middle", first, &lines);
        first.1 + text::LINE_HEIGHT * lines.len() as f64 - 8.0
    }

    fn position(&self, point: (f64, f64)) -> Option<(f64, f64)> {
        Some((
            self.x_axis.position(point.0)?,
            self.y_axis.position(point.1)?,
        ))
    }

    pub(super) fn draw_band(&self, canvas: &mut Canvas, series: &Series, colour: &str) {
        let bounds = series
            .points
            .iter()
            .zip(&series.band)
            .map(|(point, (low, high))| {
                let (x, _) = self.position(*point)?;
                Some((x, self.y_axis.clamped(*low)?, self.y_axis.clamped(*high)?))
            });
        for run in runs(bounds) {
            let upper = run.iter().map(|(x, _, high)| (*x, *high));
            let lower = run.iter().rev().map(|(x, low, _)| (*x, *low));
            let outline: Vec<_> = upper.chain(lower).collect();
            match run.as_slice() {
                [(x, low, high)] => canvas.line(&format!("bar {colour}"), (*x, *low), (*x, *high)),
                _ => canvas.polygon(&format!("band {colour}"), &outline),
            }
        }
    }

    pub(super) fn draw_line(&self, canvas: &mut Canvas, series: &Series, index: usize) {
        for run in runs(series.points.iter().map(|point| self.position(*point))) {
            match run.as_slice() {
                // A point without neighbours would be invisible as a line.
                [point] => canvas.circle(&format!("dot {}", colour_class(index)), *point, 4.0),
                points => canvas.polyline(&line_class(index), points),
            }
        }
    }

    pub(super) fn draw_names(&self, canvas: &mut Canvas, series: &[Series], room: f64) {
        let ends: Vec<(usize, (f64, f64))> = series
            .iter()
            .enumerate()
            .filter_map(|(index, series)| {
                let mut backwards = series.points.iter().rev();
                Some((index, backwards.find_map(|point| self.position(*point))?))
            })
            .collect();
        let wanted: Vec<f64> = ends.iter().map(|(_, end)| end.1).collect();
        let placed = labels::spread(&wanted, LABEL_GAP, self.top, self.bottom);
        for ((index, end), y) in ends.into_iter().zip(placed) {
            let beside = |distance| (self.right + distance, y);
            // A leader from far inside would cross the other lines.
            if end.0 > self.right - LEADER_END {
                let class = format!("leader {}", colour_class(index));
                canvas.line(&class, (end.0 + 2.0, end.1), beside(LEADER_END));
            }
            canvas.line(&line_class(index), beside(SWATCH.0), beside(SWATCH.1));
            let at = (self.right + NAME, y + 4.5);
            canvas.fitted_text("label", at, &series[index].name, room);
        }
    }
}

/// Splits a sequence at its gaps; the parts are not empty.
fn runs<T>(items: impl Iterator<Item = Option<T>>) -> Vec<Vec<T>> {
    let mut runs = vec![Vec::new()];
    for item in items {
        match (item, runs.last_mut()) {
            (Some(item), Some(run)) => run.push(item),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}
