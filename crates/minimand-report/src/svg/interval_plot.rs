//! A ranking: estimates with their intervals, one per row.

use super::axis::Axis;
use super::canvas::Canvas;
use super::row_layout::{RowLayout, RowText, number_format};
use super::{Chart, is_plottable, text};

/// One row of an [`IntervalPlot`].
#[derive(Debug, Clone)]
pub struct IntervalRow {
    name: String,
    mean: f64,
    interval: Option<(f64, f64)>,
    highlighted: bool,
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
    fn drawn_interval(&self) -> Option<(f64, f64)> {
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

    /// The texts of every row.
    fn texts(&self, axis: Option<&Axis>) -> Vec<RowText<'_>> {
        let format = number_format(axis, self.rows.iter().map(|row| row.mean));
        let texts = self.rows.iter().map(|row| {
            let interval = row
                .interval
                .map(|(low, high)| format!("[{}, {}]", format(low), format(high)));
            RowText {
                name: &row.name,
                strong: row.highlighted,
                value: format(row.mean),
                remark: interval.unwrap_or_default(),
            }
        });
        texts.collect()
    }

    fn description(&self, texts: &[RowText<'_>]) -> String {
        let rows = texts
            .iter()
            .map(|row| format!("{}: {} {}", row.name, row.value, row.remark));
        let rows: Vec<String> = rows.map(|row| row.trim_end().to_owned()).collect();
        format!("{}. {}.", self.axis_label, rows.join("; "))
    }

    fn draw_reference(
        &self,
        canvas: &mut Canvas,
        layout: &RowLayout,
        x: f64,
        (label, lines): (&str, &[String]),
        width: f64,
    ) {
        if layout.stacked() {
            // Beside the bars only, so that no text is crossed out.
            for y in (0..self.rows.len()).map(|row| layout.mark_height(row)) {
                canvas.line("reference", (x, y - 9.0), (x, y + 9.0));
            }
        } else {
            canvas.line("reference", (x, layout.top - 4.0), (x, layout.bottom));
        }
        let centre = text::centre(lines.iter().map(String::as_str), x, width);
        canvas.text_lines("muted middle", (centre, 14.0), label, lines);
    }
}

fn draw_mark(canvas: &mut Canvas, axis: &Axis, y: f64, row: &IntervalRow, colour: &str) {
    let ends = row
        .drawn_interval()
        .map(|(low, high)| (axis.position(low), axis.position(high)));
    if let Some((Some(low), Some(high))) = ends {
        canvas.line(&format!("bar {colour}"), (low, y), (high, y));
    }
    if let Some(x) = axis.position(row.mean) {
        canvas.circle(&format!("dot {colour}"), (x, y), 5.0);
    }
}

impl Chart for IntervalPlot {
    fn svg(&self, width: f64) -> String {
        if self.rows.is_empty() {
            return Canvas::empty(width, &self.title);
        }
        let mut canvas = Canvas::default();
        let axis = self.axis();
        let texts = self.texts(axis.as_ref());
        let label = self.reference.as_ref().map(|(_, label)| label.as_str());
        let label_lines = label.map_or_else(Vec::new, |label| text::wrapped(label, width));
        let top = match label_lines.len() {
            0 => 4.0,
            lines => 8.0 + text::LINE_HEIGHT * lines as f64,
        };
        let layout = RowLayout::new(width, &texts, top, 0.0);
        let axis = axis.map(|axis| axis.spanning(layout.left, layout.right));

        for (index, _) in texts.iter().enumerate().filter(|(_, row)| row.strong) {
            layout.draw_backdrop(&mut canvas, index);
        }
        let mut height = layout.bottom;
        if let Some(axis) = &axis {
            height = layout.draw_axis(&mut canvas, axis, &self.axis_label);
            let reference = self.reference.as_ref();
            if let Some((value, label)) = reference
                && let Some(x) = axis.position(*value)
            {
                let text = (label.as_str(), label_lines.as_slice());
                self.draw_reference(&mut canvas, &layout, x, text, width);
            }
        }
        let any_highlighted = self.rows.iter().any(|row| row.highlighted);
        for (index, (row, text)) in self.rows.iter().zip(&texts).enumerate() {
            let colour = if any_highlighted && !row.highlighted {
                "c6"
            } else {
                "c0"
            };
            layout.draw_text(&mut canvas, index, text);
            if let Some(axis) = &axis {
                draw_mark(&mut canvas, axis, layout.mark_height(index), row, colour);
            }
        }
        canvas.finish((width, height), &self.title, &self.description(&texts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::{NARROW, WIDE, check_drawing};

    fn draw(rows: Vec<IntervalRow>) -> String {
        let plot = IntervalPlot::new("Ranking")
            .axis_label("MAE")
            .reference(1.0, "baseline");
        check_drawing(&rows.into_iter().fold(plot, IntervalPlot::row))
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
        check_drawing(&alone);
        assert!(draw(vec![]).contains("nothing to draw"));
    }

    #[test]
    fn long_names_are_whole_up_to_six_lines() {
        let name = "0.5*cross_entropy(label_smoothing=0.1) + 0.3*generalized_cross_entropy(q=0.7) \
                    + 0.2*focal(gamma=2)";
        let plot = |name: &str| {
            IntervalPlot::new("x").row(IntervalRow::new(name, 1.0, Some((0.9, 1.1))).highlighted())
        };
        for width in [NARROW, WIDE] {
            let svg = plot(name).svg(width);
            assert!(svg.contains(&format!("<title>{name}</title>")));
            assert!(
                svg.contains("gamma=2)</tspan>") && !svg.contains('…'),
                "{svg}"
            );
        }
        let name = "a very long name ".repeat(20);
        let svg = draw(vec![IntervalRow::new(name.clone(), 1.0, Some((0.9, 1.1)))]);
        assert!(svg.contains(&format!("<title>{name}</title>")) && svg.contains('…'));
    }
}
