//! Lines over a common axis, such as learning curves.

use super::axis::Axis;
use super::canvas::Canvas;
use super::line_plot::{NAME, Names, draw_line};
use super::plot::{Frame, colour_class, line_class, plot_height};
use super::{Chart, is_narrow, is_plottable};

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

    /// Whether every line has an end that a name can stand beside.
    fn all_have_ends(&self) -> bool {
        let has_end = |series: &Series| series.points.iter().any(|point| self.is_drawable(*point));
        self.series.iter().all(has_end)
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
}

impl Chart for LineChart {
    fn svg(&self, width: f64) -> String {
        let Some((x_axis, y_axis)) = self.axes() else {
            return Canvas::empty(width, &self.title);
        };
        let mut canvas = Canvas::default();
        let names = Names::new(&self.series, width * 0.3);
        let names_at_ends =
            !is_narrow(width) && self.all_have_ends() && names.height() <= plot_height(width);
        let (legend, right_margin) = if names_at_ends {
            (Vec::new(), names.width() + NAME)
        } else {
            let series = self.series.iter().enumerate();
            let entries = series.map(|(index, series)| (series.name.clone(), line_class(index)));
            (entries.collect(), 14.0)
        };
        let frame = Frame {
            width,
            y_title: &self.y_label,
            legend,
            right_margin,
            square: false,
        };
        let plot = frame.lay_out(&mut canvas, x_axis, y_axis);
        let height = plot.draw_axes(&mut canvas, &self.x_label);
        for (index, series) in self.series.iter().enumerate() {
            let bounds = series.points.iter().zip(&series.band);
            let bounds = bounds.map(|(point, (low, high))| {
                let low = if self.is_drawable(*point) {
                    *low
                } else {
                    f64::NAN
                };
                (point.0, low, *high)
            });
            plot.draw_band(&mut canvas, bounds, &colour_class(index));
        }
        for (index, series) in self.series.iter().enumerate() {
            draw_line(&mut canvas, &plot, series, index);
        }
        if names_at_ends {
            names.draw(&mut canvas, &plot, &self.series);
        }
        canvas.finish((width, height), &self.title, &self.description())
    }
}

#[cfg(test)]
#[path = "line_chart_tests.rs"]
mod tests;
