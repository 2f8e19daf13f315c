//! What a line chart draws between its axes, and the names of the lines.

use super::canvas::Canvas;
use super::line_chart::Series;
use super::plot::{Plot, colour_class, line_class, runs};
use super::{labels, text};

/// The distance of the names from the plot. Before them there is room for a
/// leader from the end of the line, and for a swatch of the line.
pub(super) const NAME: f64 = 35.0;
const LEADER_END: f64 = 12.0;
const SWATCH: (f64, f64) = (15.0, 29.0);
/// How far names may stand above and below the plot.
const OVERHANG: f64 = 8.0;

/// The names of lines, broken into lines of text.
pub(super) struct Names {
    texts: Vec<Vec<String>>,
}

impl Names {
    pub(super) fn new(series: &[Series], room: f64) -> Self {
        let texts = series
            .iter()
            .map(|series| text::wrapped(&series.name, room));
        Self {
            texts: texts.collect(),
        }
    }

    fn height_of(&self, index: usize) -> f64 {
        let lines = self.texts.get(index).map_or(1, Vec::len);
        text::LINE_HEIGHT * lines as f64 + 1.0
    }

    /// The least height of the names below each other.
    pub(super) fn height(&self) -> f64 {
        let heights = (0..self.texts.len()).map(|index| self.height_of(index));
        heights.sum::<f64>() - 2.0 * OVERHANG
    }

    pub(super) fn width(&self) -> f64 {
        text::widest(self.texts.iter().flatten().map(String::as_str))
    }

    /// Draws the names beside the ends of the lines.
    pub(super) fn draw(&self, canvas: &mut Canvas, plot: &Plot, series: &[Series]) {
        let mut ends = Vec::new();
        for (index, series) in series.iter().enumerate() {
            let mut backwards = series.points.iter().rev();
            if let Some(end) = backwards.find_map(|point| plot.position(*point)) {
                ends.push((index, end));
            }
        }
        let wanted = ends
            .iter()
            .map(|(index, end)| (end.1, self.height_of(*index)));
        let wanted: Vec<_> = wanted.collect();
        let placed = labels::spread(&wanted, plot.top - OVERHANG, plot.bottom + OVERHANG);
        for ((index, end), y) in ends.into_iter().zip(placed) {
            let beside = |distance| (plot.right + distance, y);
            // A leader from far inside would cross the other lines.
            if end.0 > plot.right - LEADER_END {
                let class = format!("leader {}", colour_class(index));
                canvas.line(&class, (end.0 + 2.0, end.1), beside(LEADER_END));
            }
            canvas.line(&line_class(index), beside(SWATCH.0), beside(SWATCH.1));
            let lines = &self.texts[index];
            let rise = text::LINE_HEIGHT * (lines.len() - 1) as f64 / 2.0;
            let at = (plot.right + NAME, y + 4.5 - rise);
            canvas.text_lines("label", at, &series[index].name, lines);
        }
    }
}

pub(super) fn draw_line(canvas: &mut Canvas, plot: &Plot, series: &Series, index: usize) {
    for run in runs(series.points.iter().map(|point| plot.position(*point))) {
        match run.as_slice() {
            // A point without neighbours would be invisible as a line.
            [point] => canvas.circle(&format!("dot {}", colour_class(index)), *point, 4.0),
            points => canvas.polyline(&line_class(index), points),
        }
    }
}
