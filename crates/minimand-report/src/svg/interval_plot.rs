//! A ranking: estimates with their intervals, one per row.

use super::axis::Axis;
use super::canvas::Canvas;
use super::interval_layout::Layout;
use super::{Chart, is_plottable};
use crate::number::{fixed, significant};

/// One row of an [`IntervalPlot`].
#[derive(Debug, Clone)]
pub struct IntervalRow {
    pub(super) name: String,
    pub(super) mean: f64,
    interval: Option<(f64, f64)>,
    pub(super) highlighted: bool,
}

impl IntervalRow {
    /// A row with an estimate and the ends of its interval. Without a finite mean
    /// no dot is drawn, and without finite ends no bar.
    pub fn new(name: impl Into<String>, mean: f64, interval: Option<(f64, f64)>) -> Self {
        Self {
            name: name.into(),
            mean,
            interval,
            highlighted: false,
        }
    }

    /// Makes the row stand out from the others.
    pub fn highlighted(mut self) -> Self {
        self.highlighted = true;
        self
    }

    /// The interval, if both ends can be drawn.
    pub(super) fn drawn_interval(&self) -> Option<(f64, f64)> {
        self.interval
            .filter(|(low, high)| is_plottable(*low) && is_plottable(*high))
    }
}

/// Dots for means and bars for intervals, in the order given, with the numbers
/// written beside them.
#[derive(Debug, Clone)]
pub struct IntervalPlot {
    title: String,
    axis_label: String,
    reference: Option<(f64, String)>,
    rows: Vec<IntervalRow>,
}

impl IntervalPlot {
    /// A plot without rows. The title is read out by screen readers; it is not
    /// drawn.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            axis_label: String::new(),
            reference: None,
            rows: Vec::new(),
        }
    }

    /// Sets the axis title, which should say the unit and which direction is better.
    pub fn axis_label(mut self, label: impl Into<String>) -> Self {
        self.axis_label = label.into();
        self
    }

    /// Draws a dashed line at `value` through all rows.
    pub fn reference(mut self, value: f64, label: impl Into<String>) -> Self {
        self.reference = Some((value, label.into()));
        self
    }

    /// Appends a row below the others.
    pub fn row(mut self, row: IntervalRow) -> Self {
        self.rows.push(row);
        self
    }

    fn axis(&self) -> Option<Axis> {
        let rows = self.rows.iter().flat_map(|row| {
            let (low, high) = row.drawn_interval().unwrap_or((row.mean, row.mean));
            [row.mean, low, high]
        });
        let reference = self.reference.iter().map(|(value, _)| *value);
        Axis::padded(rows.chain(reference), false)
    }

    /// The texts of mean and interval for every row, all with as many decimals as
    /// the width of the axis warrants: a fiftieth of it is told apart.
    fn numbers(&self, axis: Option<&Axis>) -> Vec<(String, String)> {
        let decimals = axis.map_or(2, |axis| (50.0 / axis.span()).log10().ceil() as i32);
        let largest = self
            .rows
            .iter()
            .map(|row| row.mean.abs())
            .filter(|mean| is_plottable(*mean));
        let is_plain = decimals <= 6 && largest.fold(0.0, f64::max) < 1e9;
        let format = |value| match is_plain {
            true => fixed(value, decimals.max(0) as usize),
            false => significant(value, 3),
        };
        let texts = self.rows.iter().map(|row| {
            let interval = row
                .interval
                .map(|(low, high)| format!("[{}, {}]", format(low), format(high)));
            (format(row.mean), interval.unwrap_or_default())
        });
        texts.collect()
    }

    fn description(&self, numbers: &[(String, String)]) -> String {
        let rows = self.rows.iter().zip(numbers);
        let rows = rows.map(|(row, (mean, interval))| format!("{}: {mean} {interval}", row.name));
        let rows: Vec<String> = rows.map(|row| row.trim_end().to_owned()).collect();
        format!("{}. {}.", self.axis_label, rows.join("; "))
    }
}

impl Chart for IntervalPlot {
    fn svg(&self, width: f64) -> String {
        let mut canvas = Canvas::default();
        if self.rows.is_empty() {
            canvas.text("muted", (0.0, 20.0), "There is nothing to draw.");
            return canvas.finish((width, 32.0), &self.title, "The chart is empty.");
        }
        let axis = self.axis();
        let numbers = self.numbers(axis.as_ref());
        let layout = Layout::new(width, &self.rows, &numbers, self.reference.is_some());
        let axis = axis.map(|axis| axis.spanning(layout.left, layout.right));

        let backdrop = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.highlighted);
        for (index, _) in backdrop {
            let (top, size) = (layout.row_top(index), (width, layout.row_height));
            canvas.rect("shade", (0.0, top), size);
        }
        let mut height = layout.bottom;
        if let Some(axis) = &axis {
            height = layout.draw_axis(&mut canvas, axis, &self.axis_label);
            if let Some((value, label)) = &self.reference {
                layout.draw_reference(&mut canvas, axis, *value, label);
            }
        }
        let any_highlighted = self.rows.iter().any(|row| row.highlighted);
        for (index, (row, number)) in self.rows.iter().zip(&numbers).enumerate() {
            let colour = if any_highlighted && !row.highlighted {
                "c6"
            } else {
                "c0"
            };
            layout.draw_text(&mut canvas, index, row, number);
            if let Some(axis) = &axis {
                layout.draw_mark(&mut canvas, axis, index, row, colour);
            }
        }
        canvas.finish((width, height), &self.title, &self.description(&numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::{NARROW, WIDE, check_well_formed};

    fn draw(rows: Vec<IntervalRow>) -> String {
        let plot = IntervalPlot::new("Ranking")
            .axis_label("MAE")
            .reference(1.0, "baseline");
        let plot = rows.into_iter().fold(plot, IntervalPlot::row);
        for width in [NARROW, WIDE] {
            let svg = plot.svg(width);
            check_well_formed(&svg);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
        plot.svg(WIDE)
    }

    #[test]
    fn every_row_has_its_marks_and_numbers() {
        let svg = draw(vec![
            IntervalRow::new("Huber", 1.25, Some((1.0, 1.5))).highlighted(),
            IntervalRow::new("MSE", 1.75, Some((1.5, 2.0))),
        ]);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert_eq!(svg.matches("class=\"bar").count(), 2);
        assert_eq!(svg.matches("class=\"shade\"").count(), 1);
        assert!(svg.contains(">1.25</text>") && svg.contains(">[1.00, 1.50]</text>"));
        assert!(svg.contains(">baseline</text>"));
        assert!(
            svg.contains("<desc>MAE. Huber: 1.25 [1.00, 1.50]; MSE: 1.75 [1.50, 2.00].</desc>")
        );
    }

    #[test]
    fn values_that_cannot_be_drawn_still_have_a_row() {
        let svg = draw(vec![
            IntervalRow::new("diverged", f64::NAN, None),
            IntervalRow::new("one fold", 2.0, None),
            IntervalRow::new("unbounded", 2.0, Some((1.0, f64::INFINITY))),
        ]);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert_eq!(svg.matches("class=\"bar").count(), 0);
        assert!(svg.contains(">–</text>") && svg.contains(">[1.00, ∞]</text>"));
        let alone = IntervalPlot::new("x").row(IntervalRow::new("a", f64::NAN, None));
        check_well_formed(&alone.svg(WIDE));
        assert!(draw(vec![]).contains("nothing to draw"));
    }

    #[test]
    fn long_names_are_cut_but_not_lost() {
        let name = "a very long name ".repeat(10);
        let svg = draw(vec![IntervalRow::new(name.clone(), 1.0, Some((0.9, 1.1)))]);
        assert!(svg.contains(&format!("<title>{name}</title>")) && svg.contains('…'));
    }
}
