//! How often predictions made with some confidence are right.

use super::axis::Axis;
use super::canvas::Canvas;
use super::plot::{Frame, Plot, colour_class, line_class};
use super::{Chart, is_plottable, text};
use crate::number::fixed;

/// The radius of the dot of a bin without weight, and what the heaviest bin has more.
const DOT: (f64, f64) = (3.0, 3.5);
/// The height of the panel of confidences, and how far its title is below the plot.
const PANEL: f64 = 64.0;
const PANEL_TITLE: f64 = 28.0;

/// The predictions of one range of confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    /// The mean confidence, from 0 to 1.
    pub confidence: f64,
    /// The share of right predictions, from 0 to 1.
    pub accuracy: f64,
    /// The number of predictions or the sum of their weights, at least 0.
    pub weight: f64,
}

impl CalibrationBin {
    /// Whether the bin holds anything, and its place is within the plot.
    fn is_drawable(&self) -> bool {
        let is_share = |value: f64| (0.0..=1.0).contains(&value);
        is_share(self.confidence) && is_share(self.accuracy) && is_counted(self.weight)
    }

    /// How far accuracy falls short of confidence.
    fn gap(&self) -> f64 {
        self.confidence - self.accuracy
    }
}

fn is_counted(weight: f64) -> bool {
    weight > 0.0 && is_plottable(weight)
}

/// Accuracy over confidence for up to about twenty series, told apart as in a
/// [`LineChart`](super::LineChart); on the dashed diagonal confidence is justified.
/// The area of a dot grows with the weight of its bin. The gap between a single
/// series and the diagonal is shaded.
#[derive(Debug, Clone)]
pub struct ReliabilityDiagram {
    title: String,
    x_label: String,
    y_label: String,
    panel: Option<String>,
    series: Vec<(String, Vec<CalibrationBin>)>,
}

impl ReliabilityDiagram {
    /// A diagram without series. The title is read out by screen readers; it is not
    /// drawn.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            x_label: "Confidence".to_owned(),
            y_label: "Accuracy".to_owned(),
            panel: None,
            series: Vec::new(),
        }
    }

    /// Sets the axis titles in place of "Confidence" and "Accuracy".
    pub fn axis_labels(mut self, x: impl Into<String>, y: impl Into<String>) -> Self {
        (self.x_label, self.y_label) = (x.into(), y.into());
        self
    }

    /// Adds a panel below, titled `label`, with the share of the weight of a series
    /// that each of its bins has.
    pub fn confidence_panel(mut self, label: impl Into<String>) -> Self {
        self.panel = Some(label.into());
        self
    }

    /// Appends a series. Bins without weight, and bins with NaN or with shares
    /// outside 0 to 1, are left out.
    pub fn series(mut self, name: impl Into<String>, mut bins: Vec<CalibrationBin>) -> Self {
        bins.retain(CalibrationBin::is_drawable);
        bins.sort_by(|a, b| a.confidence.total_cmp(&b.confidence));
        self.series.push((name.into(), bins));
        self
    }

    fn description(&self) -> String {
        let series = self.series.iter().map(|(name, bins)| {
            let widest = bins
                .iter()
                .max_by(|a, b| a.gap().abs().total_cmp(&b.gap().abs()));
            widest.map_or_else(
                || format!("{name}: no bins"),
                |bin| {
                    let values = [bin.confidence, bin.accuracy].map(|value| fixed(value, 2));
                    let [confidence, accuracy] = values;
                    format!("{name}: widest gap at {confidence}, where it is {accuracy}")
                },
            )
        });
        let series: Vec<String> = series.collect();
        let (y, x) = (&self.y_label, &self.x_label);
        format!("{y} over {x}. {}.", series.join("; "))
    }

    fn draw_series(&self, canvas: &mut Canvas, plot: &Plot) {
        let weights = self
            .series
            .iter()
            .flat_map(|(_, bins)| bins)
            .map(|bin| bin.weight);
        let heaviest = weights.fold(0.0, f64::max);
        if let [(_, bins)] = self.series.as_slice() {
            let gaps = bins
                .iter()
                .map(|bin| (bin.confidence, bin.accuracy, bin.confidence));
            plot.draw_band(canvas, gaps, "c0");
        }
        for (index, (_, bins)) in self.series.iter().enumerate() {
            let at = |bin: &CalibrationBin| plot.position((bin.confidence, bin.accuracy));
            let points: Vec<_> = bins.iter().filter_map(at).collect();
            canvas.polyline(&line_class(index), &points);
            for (bin, point) in bins.iter().zip(points) {
                let radius = DOT.0 + DOT.1 * (bin.weight / heaviest).sqrt();
                canvas.circle(&format!("dot {}", colour_class(index)), point, radius);
            }
        }
    }

    /// Draws the panel of confidences: bars for one series, lines for several.
    fn draw_panel(&self, canvas: &mut Canvas, above: &Plot, label: &str) -> f64 {
        let shares = self.series.iter().map(|(_, bins)| {
            // Dividing first keeps the sum of huge weights finite.
            let heaviest = bins.iter().map(|bin| bin.weight).fold(0.0, f64::max);
            let total: f64 = bins.iter().map(|bin| bin.weight / heaviest).sum();
            let share = |bin: &CalibrationBin| (bin.confidence, bin.weight / heaviest / total);
            bins.iter().map(share).collect()
        });
        let shares: Vec<Vec<(f64, f64)>> = shares.collect();
        let highest = shares.iter().flatten().map(|(_, share)| *share);
        let axis = Axis::padded(highest.chain([0.0]), false).unwrap_or_else(Axis::unit);
        let lines = text::wrapped(label, above.right);
        let title = (0.0, above.bottom + PANEL_TITLE);
        canvas.text_lines("muted", title, label, &lines);
        let gap = PANEL_TITLE - 4.0 + text::LINE_HEIGHT * lines.len() as f64;
        let panel = above.below(gap, PANEL, axis);
        panel.draw_y_axis(canvas);
        for (index, shares) in shares.iter().enumerate() {
            let points = shares.iter().filter_map(|point| panel.position(*point));
            let points: Vec<_> = points.collect();
            if self.series.len() > 1 {
                canvas.polyline(&line_class(index), &points);
                continue;
            }
            for (x, y) in points {
                canvas.line(
                    &format!("stem {}", colour_class(index)),
                    (x, panel.bottom),
                    (x, y),
                );
            }
        }
        panel.draw_x_axis(canvas, &self.x_label)
    }
}

impl Chart for ReliabilityDiagram {
    fn svg(&self, width: f64) -> String {
        if self.series.iter().all(|(_, bins)| bins.is_empty()) {
            return Canvas::empty(width, &self.title);
        }
        let mut canvas = Canvas::default();
        let entries = self.series.iter().enumerate();
        let entries = entries.map(|(index, (name, _))| (name.clone(), line_class(index)));
        let diagonal = ("perfectly calibrated".to_owned(), "reference".to_owned());
        let frame = Frame {
            width,
            y_title: &self.y_label,
            legend: entries.chain([diagonal]).collect(),
            right_margin: 14.0,
            square: true,
        };
        let plot = frame.lay_out(&mut canvas, Axis::unit(), Axis::unit());
        plot.draw_y_axis(&mut canvas);
        canvas.text(
            "muted",
            (plot.left + 8.0, plot.top + 18.0),
            "underconfident",
        );
        let corner = (plot.right - 8.0, plot.bottom - 10.0);
        canvas.text("muted end", corner, "overconfident");
        canvas.line(
            "reference",
            (plot.left, plot.bottom),
            (plot.right, plot.top),
        );
        let height = match &self.panel {
            Some(label) => {
                plot.draw_x_line(&mut canvas, false);
                self.draw_panel(&mut canvas, &plot, label)
            }
            None => plot.draw_x_axis(&mut canvas, &self.x_label),
        };
        self.draw_series(&mut canvas, &plot);
        canvas.finish((width, height), &self.title, &self.description())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::check_drawing;

    fn bins(count: u32) -> Vec<CalibrationBin> {
        let bin = |index| {
            let confidence = (f64::from(index) + 0.5) / f64::from(count);
            CalibrationBin {
                confidence,
                accuracy: confidence * confidence,
                weight: f64::from(index + 1),
            }
        };
        (0..count).map(bin).collect()
    }

    fn diagram(series: usize) -> ReliabilityDiagram {
        let diagram = ReliabilityDiagram::new("Calibration").confidence_panel("Share of rows");
        (0..series).fold(diagram, |diagram, index| {
            diagram.series(format!("loss {index}"), bins(10))
        })
    }

    #[test]
    fn one_series_has_its_gap_shaded_and_bars_below() {
        let svg = check_drawing(&diagram(1));
        assert_eq!(svg.matches("class=\"band c0\"").count(), 1);
        assert_eq!(svg.matches("class=\"dot c0\"").count(), 10);
        assert_eq!(svg.matches("class=\"stem c0\"").count(), 10);
        assert!(svg.contains(">loss 0</text>") && svg.contains(">Share of rows</text>"));
        let text = "Accuracy over Confidence. loss 0: widest gap at 0.55, where it is 0.30.";
        assert!(svg.contains(&format!("<desc>{text}</desc>")), "{svg}");
    }

    #[test]
    fn several_series_have_a_line_each_in_plot_and_panel() {
        let svg = check_drawing(&diagram(3));
        assert_eq!(svg.matches("<polyline").count(), 6);
        assert!(!svg.contains("class=\"band") && !svg.contains("class=\"stem"));
        let plain = ReliabilityDiagram::new("x")
            .series("a", bins(4))
            .series("b", bins(4));
        assert_eq!(check_drawing(&plain).matches("<polyline").count(), 2);
        check_drawing(&diagram(21));
    }

    #[test]
    fn bins_that_say_nothing_are_left_out() {
        let bin = |confidence, accuracy, weight| CalibrationBin {
            confidence,
            accuracy,
            weight,
        };
        let nothing = vec![
            bin(0.5, f64::NAN, 1.0),
            bin(f64::NAN, 0.5, 1.0),
            bin(0.5, 0.5, 0.0),
            bin(0.5, 0.5, f64::NAN),
            bin(0.5, 1.5, 1.0),
        ];
        let with = |bins| {
            ReliabilityDiagram::new("x")
                .confidence_panel("y")
                .series("<a>", bins)
        };
        assert!(check_drawing(&with(nothing.clone())).contains("nothing to draw"));
        assert!(check_drawing(&ReliabilityDiagram::new("x")).contains("nothing to draw"));
        let one = [nothing, vec![bin(1.0, 0.0, 1e299)]].concat();
        let svg = check_drawing(&with(one));
        assert_eq!(svg.matches("<circle").count(), 1);
        assert!(svg.contains("&lt;a&gt;"));
        let uneven = vec![bin(0.1, 0.1, 1e-300), bin(0.2, 0.9, 1e299)];
        assert_eq!(check_drawing(&with(uneven)).matches("<circle").count(), 2);
    }
}
