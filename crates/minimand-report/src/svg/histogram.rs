//! How often values fall into ranges.

use super::axis::Axis;
use super::canvas::Canvas;
use super::legend::Entry;
use super::plot::{Frame, Plot, colour_class, line_class, runs};
use super::{Chart, is_plottable};
use crate::number::significant;

/// The lowest count of a logarithmic axis, so that a count of one has a height.
const LOWEST: f64 = 0.5;

/// Counts of values between common edges, for one or two series drawn over each
/// other. The height is the count also where bins differ in width.
#[derive(Debug, Clone)]
pub struct Histogram {
    title: String,
    x_label: String,
    y_label: String,
    log_counts: bool,
    edges: Vec<f64>,
    series: Vec<(String, Vec<f64>)>,
}

impl Histogram {
    /// A histogram without counts over bins between neighbouring `edges`, which
    /// increase. Bins without finite, increasing edges are not drawn. The title is
    /// read out by screen readers; it is not drawn.
    pub fn new(title: impl Into<String>, edges: Vec<f64>) -> Self {
        Self {
            title: title.into(),
            x_label: String::new(),
            y_label: String::new(),
            log_counts: false,
            edges,
            series: Vec::new(),
        }
    }

    /// Sets the axis titles.
    pub fn axis_labels(mut self, x: impl Into<String>, y: impl Into<String>) -> Self {
        (self.x_label, self.y_label) = (x.into(), y.into());
        self
    }

    /// Makes the axis of counts logarithmic, from one half up.
    pub fn log_counts(mut self) -> Self {
        self.log_counts = true;
        self
    }

    /// Appends a series: counts, or sums of weights, of the bins in order. Bins
    /// without a count, or whose count is not positive, are empty; surplus counts
    /// are dropped.
    pub fn series(mut self, name: impl Into<String>, counts: Vec<f64>) -> Self {
        self.series.push((name.into(), counts));
        self
    }

    /// The bins that can be drawn: lower edge, upper edge, count.
    fn bins<'a>(&'a self, counts: &'a [f64]) -> impl Iterator<Item = Option<(f64, f64, f64)>> + 'a {
        self.edges.windows(2).enumerate().map(|(index, edges)| {
            let count = counts.get(index).copied().unwrap_or(0.0);
            let count = if count > 0.0 && is_plottable(count) {
                count
            } else {
                0.0
            };
            let [low, high] = edges else { return None };
            let is_bin = is_plottable(*low) && is_plottable(*high) && low < high;
            is_bin.then_some((*low, *high, count))
        })
    }

    fn all_bins(&self) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        self.series
            .iter()
            .flat_map(|(_, counts)| self.bins(counts).flatten())
    }

    /// The axes; `None` if all bins are empty.
    fn axes(&self) -> Option<(Axis, Axis)> {
        let highest = self
            .all_bins()
            .map(|(_, _, count)| count)
            .fold(0.0, f64::max);
        let edges = self.all_bins().flat_map(|(low, high, _)| [low, high]);
        let x_axis = Axis::tight(edges, false)?;
        let y_axis = if self.log_counts {
            Axis::tight([LOWEST, highest.max(1.0) * 1.2].into_iter(), true)?
        } else {
            Axis::tight([0.0, highest].into_iter(), false)?
        };
        (highest > 0.0).then_some((x_axis, y_axis))
    }

    /// A line over the tops of the bins and the area below it.
    fn draw_series(&self, canvas: &mut Canvas, plot: &Plot, index: usize, counts: &[f64]) {
        for run in runs(self.bins(counts)) {
            let mut outline = Vec::with_capacity(2 * run.len() + 2);
            for (low, high, count) in &run {
                // On a logarithmic axis an empty bin ends at the base.
                let Some(top) = plot.y_axis.clamped(*count) else {
                    continue;
                };
                let ends = [low, high].map(|edge| plot.x_axis.position(*edge));
                outline.extend(ends.into_iter().flatten().map(|x| (x, top)));
            }
            if let (Some(first), Some(last)) = (outline.first().copied(), outline.last().copied()) {
                outline.insert(0, (first.0, plot.bottom));
                outline.push((last.0, plot.bottom));
            }
            canvas.polygon(&format!("area {}", colour_class(index)), &outline);
            canvas.polyline(&line_class(index), &outline);
        }
    }

    fn description(&self) -> String {
        let series = self.series.iter().map(|(name, counts)| {
            let bins = || self.bins(counts).flatten();
            let total: f64 = bins().map(|(_, _, count)| count).sum();
            let fullest = bins().max_by(|a, b| a.2.total_cmp(&b.2));
            let most = fullest.filter(|(_, _, count)| *count > 0.0);
            let most = most.map_or_else(String::new, |(low, high, _)| {
                format!(
                    ", most from {} to {}",
                    significant(low, 3),
                    significant(high, 3)
                )
            });
            format!("{name}: {} in all{most}", significant(total, 3))
        });
        let series: Vec<String> = series.collect();
        format!(
            "{} by {}. {}.",
            self.y_label,
            self.x_label,
            series.join("; ")
        )
    }
}

impl Chart for Histogram {
    fn svg(&self, width: f64) -> String {
        let Some((x_axis, y_axis)) = self.axes() else {
            return Canvas::empty(width, &self.title);
        };
        let mut canvas = Canvas::default();
        let entries = self.series.iter().enumerate();
        let entries = entries.map(|(index, (name, _))| (name.clone(), line_class(index)));
        let legend: Vec<Entry> = if self.series.len() > 1 {
            entries.collect()
        } else {
            Vec::new()
        };
        let frame = Frame {
            width,
            y_title: &self.y_label,
            legend,
            right_margin: 14.0,
            square: false,
        };
        let plot = frame.lay_out(&mut canvas, x_axis, y_axis);
        plot.draw_y_axis(&mut canvas);
        for (index, (_, counts)) in self.series.iter().enumerate() {
            self.draw_series(&mut canvas, &plot, index, counts);
        }
        let height = plot.draw_x_axis(&mut canvas, &self.x_label);
        canvas.finish((width, height), &self.title, &self.description())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::check_drawing;

    fn histogram(edges: &[f64], series: &[&[f64]]) -> Histogram {
        let histogram =
            Histogram::new("Confidence", edges.to_vec()).axis_labels("Confidence", "Rows");
        series
            .iter()
            .enumerate()
            .fold(histogram, |histogram, (index, counts)| {
                histogram.series(["right & true", "wrong"][index % 2], counts.to_vec())
            })
    }

    #[test]
    fn every_series_has_an_outline_and_an_area() {
        let two: [&[f64]; 2] = [&[1.0, 3.0, 12.0], &[2.0, 0.0, 1.0]];
        let svg = check_drawing(&histogram(&[0.0, 0.5, 0.75, 1.0], &two));
        assert_eq!(svg.matches("class=\"area c").count(), 2);
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert!(svg.contains(">right &amp; true</text>"));
        let text = "Rows by Confidence. right &amp; true: 16.0 in all, most from 0.750 to 1.00; \
                    wrong: 3.00 in all, most from 0.00 to 0.500.";
        assert!(svg.contains(&format!("<desc>{text}</desc>")), "{svg}");
        let one = check_drawing(&histogram(&[0.0, 0.5, 0.75, 1.0], &two[..1]));
        assert!(
            !one.contains("class=\"label\""),
            "one series needs no legend"
        );
    }

    #[test]
    fn logarithmic_counts_show_single_ones() {
        let counts: [&[f64]; 1] = [&[1.0, 0.0, 100_000.0]];
        let svg = check_drawing(&histogram(&[0.0, 1.0, 2.0, 3.0], &counts).log_counts());
        let outline = svg.split("<polyline").nth(1).unwrap();
        let heights: Vec<f64> = outline
            .split("points=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap()
            .split(' ')
            .map(|point| point.split_once(',').unwrap().1.parse().unwrap())
            .collect();
        let base = heights[0];
        assert!(
            heights[1] < base - 5.0,
            "one is above the base: {heights:?}"
        );
        assert_eq!(heights[3], base, "an empty bin is at the base");
        assert!(heights[5] < heights[1]);
    }

    #[test]
    fn bins_that_cannot_be_drawn_leave_a_gap() {
        let edges = [f64::NEG_INFINITY, 0.0, 1.0, 1.0, 2.0, f64::NAN, 3.0];
        let svg = check_drawing(&histogram(&edges, &[&[1.0; 6]]));
        assert_eq!(svg.matches("<polyline").count(), 2);
        let short = check_drawing(&histogram(&[0.0, 1.0, 2.0], &[&[5.0]]));
        assert_eq!(short.matches("<polyline").count(), 1);
        let long = check_drawing(&histogram(&[0.0, 1.0], &[&[5.0; 9]]));
        assert!(long.contains("5.00 in all"));
    }

    #[test]
    fn nothing_to_draw_is_said_and_extremes_are_drawn() {
        let cases: [(&[f64], &[f64]); 5] = [
            (&[], &[1.0]),
            (&[1.0], &[1.0]),
            (&[0.0, 1.0], &[]),
            (&[0.0, 1.0], &[0.0]),
            (&[0.0, 1.0], &[f64::NAN]),
        ];
        for (edges, counts) in cases {
            for chart in [histogram(edges, &[counts]), histogram(edges, &[])] {
                assert!(check_drawing(&chart).contains("nothing to draw"));
                assert!(check_drawing(&chart.log_counts()).contains("nothing to draw"));
            }
        }
        let extremes: [(&[f64], &[f64]); 3] = [
            (&[1e-300, 1e-299], &[1e-300]),
            (&[-1e299, 1e299], &[1e299]),
            (&[1.0, 1.0 + 1e-15], &[0.25]),
        ];
        for (edges, counts) in extremes {
            let chart = histogram(edges, &[counts]);
            assert!(check_drawing(&chart).contains("<polyline"), "{edges:?}");
            check_drawing(&chart.log_counts());
        }
    }
}
