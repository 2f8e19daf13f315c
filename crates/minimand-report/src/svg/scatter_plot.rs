//! Predictions and what came true.

use super::axis::Axis;
use super::canvas::Canvas;
use super::plot::Frame;
use super::{Chart, is_plottable};
use crate::number::significant;

/// Predicted and actual values against each other, with the dashed line on which they
/// are equal.
///
/// Up to some thousand points make a page that loads at once; from more, draw a
/// sample.
#[derive(Debug, Clone)]
pub struct ScatterPlot {
    title: String,
    x_label: String,
    y_label: String,
    log_axes: bool,
    points: Vec<(f64, f64)>,
    band: Option<Band>,
}

#[derive(Debug, Clone)]
struct Band {
    label: String,
    /// x, lower end, upper end; sorted by x.
    bounds: Vec<(f64, f64, f64)>,
}

impl ScatterPlot {
    /// A plot of `points` (x, y). Points that are not finite are left out. The title
    /// is read out by screen readers; it is not drawn.
    pub fn new(title: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        Self {
            title: title.into(),
            x_label: String::new(),
            y_label: String::new(),
            log_axes: false,
            points,
            band: None,
        }
    }

    /// Sets the axis titles.
    pub fn axis_labels(mut self, x: impl Into<String>, y: impl Into<String>) -> Self {
        (self.x_label, self.y_label) = (x.into(), y.into());
        self
    }

    /// Makes both axes logarithmic. Points that are not positive are then left out.
    pub fn log_axes(mut self) -> Self {
        self.log_axes = true;
        self
    }

    /// Shades an interval of y, as (x, lower end, upper end), and names it `label`.
    /// Infinite ends are cut at the edge of the plot; NaN interrupts the band.
    pub fn band(mut self, label: impl Into<String>, mut bounds: Vec<(f64, f64, f64)>) -> Self {
        bounds.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.band = Some(Band {
            label: label.into(),
            bounds,
        });
        self
    }

    fn drawable(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let is_drawable = |value: f64| is_plottable(value) && (!self.log_axes || value > 0.0);
        let points = self.points.iter().copied();
        points.filter(move |(x, y)| is_drawable(*x) && is_drawable(*y))
    }

    fn description(&self) -> String {
        let (mut count, mut above) = (0_usize, 0_usize);
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (x, y) in self.drawable() {
            count += 1;
            above += usize::from(y > x);
            low = low.min(x);
            high = high.max(x);
        }
        let [low, high] = [low, high].map(|value| significant(value, 3));
        format!(
            "{} against {}: {count} points from {low} to {high}, {above} of them above the line \
             of perfect prediction.",
            self.y_label, self.x_label
        )
    }
}

impl Chart for ScatterPlot {
    fn svg(&self, width: f64) -> String {
        let values = self.drawable().flat_map(|(x, y)| [x, y]);
        let Some(axis) = Axis::padded(values, self.log_axes) else {
            return Canvas::empty(width, &self.title);
        };
        let mut canvas = Canvas::default();
        let mut legend = vec![("perfect prediction".to_owned(), "reference".to_owned())];
        if let Some(band) = &self.band {
            legend.push((band.label.clone(), "swatch c1".to_owned()));
        }
        let frame = Frame {
            width,
            y_title: &self.y_label,
            legend,
            right_margin: 14.0,
            square: true,
        };
        let plot = frame.lay_out(&mut canvas, axis.clone(), axis);
        let height = plot.draw_axes(&mut canvas, &self.x_label);
        if let Some(band) = &self.band {
            let within = band.bounds.iter().filter(|(x, ..)| plot.x_axis.holds(*x));
            plot.draw_band(&mut canvas, within.copied(), "c1");
        }
        let points: Vec<_> = self
            .drawable()
            .filter_map(|point| plot.position(point))
            .collect();
        canvas.cloud("cloud c0", &points);
        canvas.line(
            "reference",
            (plot.left, plot.bottom),
            (plot.right, plot.top),
        );
        canvas.finish((width, height), &self.title, &self.description())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::check_drawing;

    fn plot(points: &[(f64, f64)]) -> ScatterPlot {
        ScatterPlot::new("Fit", points.to_vec()).axis_labels("Predicted <USD>", "Actual")
    }

    #[test]
    fn every_point_is_drawn_once() {
        let points: Vec<_> = (0..3000)
            .map(|x| (f64::from(x), f64::from(x % 7)))
            .collect();
        let svg = check_drawing(&plot(&points));
        assert_eq!(svg.matches("h0").count(), 3000);
        assert!(svg.len() < 60_000, "{} bytes", svg.len());
        let svg = check_drawing(&plot(&[(1.0, 2.0), (3.0, 1.0), (f64::NAN, 1.0)]));
        let text = "Actual against Predicted &lt;USD&gt;: 2 points from 1.00 to 3.00, 1 of them \
                    above the line of perfect prediction.";
        assert!(svg.contains(&format!("<desc>{text}</desc>")), "{svg}");
    }

    #[test]
    fn the_band_is_cut_at_the_edge_and_interrupted() {
        let bounds = vec![
            (3.0, 2.0, 4.0),
            (1.0, f64::NEG_INFINITY, 2.0),
            (2.0, 1.0, 3.0),
            (3.5, f64::NAN, 3.0),
            (3.8, 3.0, 4.0),
            (1e6, 3.0, 4.0),
        ];
        let svg = check_drawing(&plot(&[(1.0, 1.0), (4.0, 4.0)]).band("90% interval", bounds));
        assert_eq!(svg.matches("<polygon").count(), 1);
        assert_eq!(svg.matches("class=\"bar c1\"").count(), 1);
        assert!(svg.contains(">90% interval</text>"));
    }

    #[test]
    fn degenerate_data() {
        for points in [&[][..], &[(f64::NAN, 1.0), (1.0, f64::INFINITY)]] {
            assert!(check_drawing(&plot(points)).contains("nothing to draw"));
        }
        let negative = plot(&[(-1.0, 1.0), (0.0, 1.0)]).log_axes();
        assert!(check_drawing(&negative).contains("nothing to draw"));
        for points in [
            [(2.0, 2.0); 2],
            [(-1e299, 1e299); 2],
            [(1e-310, 0.0), (0.0, 3e-300)],
        ] {
            assert_eq!(check_drawing(&plot(&points)).matches("h0").count(), 2);
            check_drawing(&plot(&points).log_axes());
        }
    }
}
