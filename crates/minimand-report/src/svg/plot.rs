//! The area between two axes, and where it stands in a drawing.

use super::axis::{Axis, Tick};
use super::canvas::Canvas;
use super::legend::{self, Entry, Flow};
use super::{is_narrow, text};

/// The number of colours in the style sheet, `c0` to `c6`.
const COLOURS: usize = 7;
/// The number of line styles: solid, and dashed as `d1` and `d2`.
const DASHES: usize = 3;
/// The greatest side of a square plot, so that it can be seen at one glance.
const LARGEST_SQUARE: f64 = 400.0;
/// The distance of a legend from the plot that it stands beside.
const LEGEND_GAP: f64 = 28.0;

pub(super) fn colour_class(index: usize) -> String {
    format!("c{}", index % COLOURS)
}

pub(super) fn line_class(index: usize) -> String {
    match index / COLOURS % DASHES {
        0 => format!("line {}", colour_class(index)),
        dash => format!("line {} d{dash}", colour_class(index)),
    }
}

/// What stands around a plot.
pub(super) struct Frame<'a> {
    /// The width of the drawing.
    pub(super) width: f64,
    /// The y axis title, which stands above the plot.
    pub(super) y_title: &'a str,
    pub(super) legend: Vec<Entry>,
    /// Room to keep to the right of the plot.
    pub(super) right_margin: f64,
    /// Whether both axes are of one length.
    pub(super) square: bool,
}

/// The area between the axes.
pub(super) struct Plot {
    /// The width of the drawing.
    width: f64,
    pub(super) x_axis: Axis,
    pub(super) y_axis: Axis,
    y_ticks: Vec<Tick>,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    /// Where the legend beside the plot ends; zero without one.
    legend_end: f64,
}

/// The height of a plot that is as wide as its drawing.
pub(super) fn plot_height(width: f64) -> f64 {
    if is_narrow(width) { 220.0 } else { 320.0 }
}

impl Frame<'_> {
    /// Draws y axis title and legend, and lays the axes out within them. The legend
    /// of a square plot stands beside it if the drawing is wide, others above.
    pub(super) fn lay_out(self, canvas: &mut Canvas, x_axis: Axis, y_axis: Axis) -> Plot {
        let width = self.width;
        let title = text::wrapped(self.y_title, width);
        canvas.text_lines("muted", (0.0, 14.0), self.y_title, &title);
        let mut top = text::LINE_HEIGHT * title.len() as f64 + 12.0;
        let beside = self.square && !is_narrow(width);
        if !beside && !self.legend.is_empty() {
            top += 10.0 + legend::draw(canvas, &self.legend, Flow::Rows, (0.0, top), width);
        }
        let y_ticks = y_axis.ticks(6);
        let left = 10.0 + text::widest(y_ticks.iter().map(|tick| tick.label.as_str()));
        let mut right = width - self.right_margin;
        let mut bottom = top + plot_height(width);
        let mut legend_end = 0.0;
        if self.square {
            right = right.min(left + LARGEST_SQUARE);
            bottom = top + right - left;
        }
        if beside {
            let corner = (right + LEGEND_GAP, top - 6.0);
            let room = width - corner.0;
            legend_end = corner.1 + legend::draw(canvas, &self.legend, Flow::Column, corner, room);
        }
        Plot {
            width,
            x_axis: x_axis.spanning(left, right),
            y_axis: y_axis.spanning(bottom, top),
            y_ticks,
            left,
            right,
            top,
            bottom,
            legend_end,
        }
    }
}

impl Plot {
    /// Draws axes, grid and x axis title, and returns where they end.
    pub(super) fn draw_axes(&self, canvas: &mut Canvas, x_title: &str) -> f64 {
        self.draw_y_axis(canvas);
        self.draw_x_axis(canvas, x_title)
    }

    /// Draws horizontal grid lines with their labels.
    pub(super) fn draw_y_axis(&self, canvas: &mut Canvas) {
        for tick in &self.y_ticks {
            let Some(y) = self.y_axis.position(tick.value) else {
                continue;
            };
            canvas.line("grid", (self.left, y), (self.right, y));
            canvas.text("muted end", (self.left - 8.0, y + 4.0), &tick.label);
        }
    }

    /// Draws the x axis with its title, and returns where they end.
    pub(super) fn draw_x_axis(&self, canvas: &mut Canvas, title: &str) -> f64 {
        self.draw_x_line(canvas, true);
        let lines = text::wrapped(title, self.right - self.left);
        let first = (f64::midpoint(self.left, self.right), self.bottom + 38.0);
        canvas.text_lines("muted middle", first, title, &lines);
        let end = first.1 + text::LINE_HEIGHT * lines.len() as f64 - 8.0;
        end.max(self.legend_end)
    }

    /// Draws the line of the x axis and its ticks.
    pub(super) fn draw_x_line(&self, canvas: &mut Canvas, labelled: bool) {
        canvas.line("axis", (self.left, self.bottom), (self.right, self.bottom));
        for tick in self.x_axis.ticks_with_room() {
            let Some(x) = self.x_axis.position(tick.value) else {
                continue;
            };
            canvas.line("axis", (x, self.bottom), (x, self.bottom + 4.0));
            if labelled {
                let centre = text::centre([tick.label.as_str()], x, self.width);
                canvas.text("muted middle", (centre, self.bottom + 18.0), &tick.label);
            }
        }
    }

    /// A plot of other values below this one, over the same x axis.
    pub(super) fn below(&self, gap: f64, height: f64, y_axis: Axis) -> Self {
        let (top, bottom) = (self.bottom + gap, self.bottom + gap + height);
        Self {
            x_axis: self.x_axis.clone(),
            y_ticks: y_axis.ticks(2),
            y_axis: y_axis.spanning(bottom, top),
            top,
            bottom,
            ..*self
        }
    }

    pub(super) fn position(&self, point: (f64, f64)) -> Option<(f64, f64)> {
        let (x, y) = (self.x_axis.position(point.0), self.y_axis.position(point.1));
        Some((x?, y?))
    }

    /// Shades between the lower and the upper value at every x of `bounds`, cut at
    /// the edge of the plot and interrupted at gaps.
    pub(super) fn draw_band(
        &self,
        canvas: &mut Canvas,
        bounds: impl Iterator<Item = (f64, f64, f64)>,
        colour: &str,
    ) {
        let bounds = bounds.map(|(x, low, high)| {
            let (low, high) = (self.y_axis.clamped(low), self.y_axis.clamped(high));
            Some((self.x_axis.position(x)?, low?, high?))
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
}

/// Splits a sequence at its gaps; the parts are not empty.
pub(super) fn runs<T>(items: impl Iterator<Item = Option<T>>) -> Vec<Vec<T>> {
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
