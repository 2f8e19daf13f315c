//! Charts as SVG for a [`Page`](crate::html::Page).
//!
//! Colours and fonts come from the style sheet of the page through classes, so
//! that one drawing serves light and dark mode. Lengths are in CSS pixels.

mod axis;
mod canvas;
mod critical_difference;
mod histogram;
mod interval_plot;
mod labels;
mod legend;
mod line_chart;
mod line_plot;
mod plot;
mod reliability_diagram;
mod row_layout;
mod scatter_plot;
mod text;
#[cfg(test)]
mod well_formed;

pub use critical_difference::{Better, CriticalDifference};
pub use histogram::Histogram;
pub use interval_plot::{IntervalPlot, IntervalRow};
pub use line_chart::{LineChart, Series};
pub use reliability_diagram::{CalibrationBin, ReliabilityDiagram};
pub use scatter_plot::ScatterPlot;
pub(crate) use text::{is_joint, width as text_width};
#[cfg(test)]
pub(crate) use well_formed::{check_drawing, check_well_formed};

/// The width of a drawing for the text column of a desktop page.
pub const WIDE: f64 = 736.0;

/// The width of a drawing for a phone held upright.
pub const NARROW: f64 = 354.0;

/// Something that can be drawn at any width.
pub trait Chart {
    /// One `<svg>` element `width` pixels wide, as high as its content needs.
    /// Narrow drawings are laid out anew rather than shrunk.
    fn svg(&self, width: f64) -> String;
}

/// A chart as a file of its own, which any program that shows SVG can open.
pub fn standalone(chart: &impl Chart, width: f64) -> String {
    let svg = chart.svg(width);
    let inner = svg.strip_prefix("<svg ").unwrap_or(&svg);
    let (attributes, body) = inner.split_once('>').unwrap_or((inner, ""));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" {attributes}>\n<style>\n{}{}\
         svg {{ background: var(--page); }}</style>{body}",
        crate::style::COLOURS,
        crate::style::CHART
    )
}

/// Whether a drawing is too narrow for text beside the plot.
fn is_narrow(width: f64) -> bool {
    width < 560.0
}

/// Whether a value can be drawn. Finite values so large that the difference of
/// two might overflow are treated like infinite ones.
pub(crate) fn is_plottable(value: f64) -> bool {
    value.abs() < 1e300
}
