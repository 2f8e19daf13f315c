//! Lines over a common axis, such as learning curves.

use super::axis::Axis;
use super::canvas::Canvas;
use super::line_plot::{LABEL_GAP, NAME, Plot, colour_class, line_class};
use super::{Chart, is_narrow, is_plottable, legend, text};

/// A named line, perhaps with a band around it.
#[derive(Debug, Clone)]
pub struct Series {
    pub(super) name: String,
    pub(super) points: Vec<(f64, f64)>,
    pub(super) band: Vec<(f64, f64)>,
}

impl Series {
    /// A line through `points` of (x, y) in the given order. It is interrupted
    /// where a coordinate is not finite.
    pub fn new(name: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        Self {
            name: name.into(),
            points,
            band: Vec::new(),
        }
    }

    /// Shades from the lower to the upper value at every point. Points without a
    /// pair, or with NaN in it, have no band.
    pub fn band(mut self, bounds: Vec<(f64, f64)>) -> Self {
        self.band = bounds;
        self
    }
}

/// A chart of up to about twenty series, told apart by colour and, from the
/// eighth on, by dashes.
///
/// The names stand at the ends of the lines where there is room and above the
/// plot otherwise.
#[derive(Debug, Clone)]
pub struct LineChart {
    title: String,
    x_label: String,
    y_label: String,
    log_y: bool,
    series: Vec<Series>,
}

impl LineChart {
    /// A chart without lines. The title is read out by screen readers; it is not
    /// drawn.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            x_label: String::new(),
            y_label: String::new(),
            log_y: false,
            series: Vec::new(),
        }
    }

    /// Sets the axis titles.
    pub fn axis_labels(mut self, x: impl Into<String>, y: impl Into<String>) -> Self {
        (self.x_label, self.y_label) = (x.into(), y.into());
        self
    }

    /// Makes the y axis logarithmic. Values that are not positive are then left
    /// out, and bands are cut at the edge of the plot.
    pub fn log_y(mut self) -> Self {
        self.log_y = true;
        self
    }

    /// Appends a line.
    pub fn series(mut self, series: Series) -> Self {
        self.series.push(series);
        self
    }

    /// Whether `point` is within the reach of the axes.
    fn is_drawable(&self, (x, y): (f64, f64)) -> bool {
        is_plottable(x) && is_plottable(y) && (!self.log_y || y > 0.0)
    }

    /// The axes that hold all points; `None` if there is nothing to draw.
    fn axes(&self) -> Option<(Axis, Axis)> {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let drawable = || points().filter(|point| self.is_drawable(**point));
        let bounds = self.series.iter().flat_map(|series| &series.band);
        let bounds = bounds.flat_map(|(low, high)| [*low, *high]);
        let values = drawable().map(|point| point.1).chain(bounds);
        // A band without any point of its line is not worth a chart.
        drawable().next()?;
        Some((
            Axis::tight(drawable().map(|point| point.0), false)?,
            Axis::padded(values, self.log_y)?,
        ))
    }

    /// Whether every line has an end, and the names fit below each other.
    fn ends_can_be_named(&self, height: f64) -> bool {
        let has_end = |series: &Series| series.points.iter().any(|point| self.is_drawable(*point));
        self.series.iter().all(has_end) && LABEL_GAP * self.series.len() as f64 <= height
    }

    fn description(&self) -> String {
        let names: Vec<&str> = self
            .series
            .iter()
            .map(|series| series.name.as_str())
            .collect();
        format!(
            "{} over {} for {}.",
            self.y_label,
            self.x_label,
            names.join(", ")
        )
    }

    fn empty(&self, width: f64) -> String {
        let mut canvas = Canvas::default();
        canvas.text("muted", (0.0, 20.0), "There is nothing to draw.");
        canvas.finish((width, 32.0), &self.title, "The chart is empty.")
    }
}

impl Chart for LineChart {
    fn svg(&self, width: f64) -> String {
        let Some((x_axis, y_axis)) = self.axes() else {
            return self.empty(width);
        };
        let mut canvas = Canvas::default();
        let plot_height = if is_narrow(width) { 220.0 } else { 320.0 };
        let names_at_ends = !is_narrow(width) && self.ends_can_be_named(plot_height);

        let y_title = text::wrapped(&self.y_label, width);
        canvas.text_lines("muted", (0.0, 14.0), &y_title);
        let mut top = text::LINE_HEIGHT * y_title.len() as f64 + 12.0;
        if !names_at_ends {
            let entries = self.series.iter().enumerate();
            let entries = entries.map(|(index, series)| (series.name.as_str(), line_class(index)));
            top += 10.0 + legend::draw(&mut canvas, entries, top, width);
        }
        let bottom = top + plot_height;
        let y_axis = y_axis.spanning(bottom, top);
        let y_ticks = y_axis.ticks(6);
        let left = 10.0 + text::widest(y_ticks.iter().map(|tick| tick.label.as_str()));
        let names = self.series.iter().map(|series| series.name.as_str());
        let name_width = text::widest(names).min(width * 0.3);
        let right_margin = if names_at_ends {
            name_width + NAME
        } else {
            14.0
        };
        let right = width - right_margin;
        let x_axis = x_axis.spanning(left, right);

        let plot = Plot {
            x_axis,
            y_axis,
            left,
            right,
            top,
            bottom,
        };
        let height = plot.draw_axes(&mut canvas, &y_ticks, &self.x_label);
        for (index, series) in self.series.iter().enumerate() {
            plot.draw_band(&mut canvas, series, &colour_class(index));
        }
        for (index, series) in self.series.iter().enumerate() {
            plot.draw_line(&mut canvas, series, index);
        }
        if names_at_ends {
            plot.draw_names(&mut canvas, &self.series, name_width);
        }
        canvas.finish((width, height), &self.title, &self.description())
    }
}

#[cfg(test)]
#[path = "line_chart_tests.rs"]
mod tests;
