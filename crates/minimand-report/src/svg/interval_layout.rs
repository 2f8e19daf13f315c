//! Where the parts of an interval plot are, and how one row is drawn.

use super::axis::Axis;
use super::canvas::Canvas;
use super::interval_plot::IntervalRow;
use super::{is_narrow, text};

/// Positions for one width. On a narrow drawing the text of a row stands above its
/// bar, otherwise on either side of it.
pub(super) struct Layout {
    width: f64,
    rows: usize,
    stacked: bool,
    pub(super) row_height: f64,
    top: f64,
    pub(super) bottom: f64,
    pub(super) left: f64,
    pub(super) right: f64,
    name_room: f64,
    interval_width: f64,
}

impl Layout {
    /// The distance of text from the edge of the backdrop.
    const INSET: f64 = 8.0;

    pub(super) fn new(
        width: f64,
        rows: &[IntervalRow],
        numbers: &[(String, String)],
        reference: bool,
    ) -> Self {
        let stacked = is_narrow(width);
        let row_height = if stacked { 50.0 } else { 32.0 };
        let top = if reference { 24.0 } else { 4.0 };
        let mean_width = text::widest(numbers.iter().map(|(mean, _)| mean.as_str())) * text::BOLD;
        let interval_width = text::widest(numbers.iter().map(|(_, interval)| interval.as_str()));
        let number_width = mean_width + 8.0 + interval_width;
        let (left, right, name_room);
        if stacked {
            (left, right) = (Self::INSET + 6.0, width - Self::INSET - 6.0);
            name_room = (width - 2.0 * Self::INSET - number_width - 14.0).max(60.0);
        } else {
            let names = text::widest(rows.iter().map(|row| row.name.as_str())) * text::BOLD;
            name_room = names.min(width * 0.3);
            left = Self::INSET + name_room + 20.0;
            right = (width - Self::INSET - number_width - 16.0).max(left + 100.0);
        }
        let bottom = top + row_height * rows.len() as f64;
        Self {
            width,
            rows: rows.len(),
            stacked,
            row_height,
            top,
            bottom,
            left,
            right,
            name_room,
            interval_width,
        }
    }

    pub(super) fn row_top(&self, index: usize) -> f64 {
        self.top + self.row_height * index as f64
    }

    /// The height of dot and bar of a row.
    fn mark_height(&self, index: usize) -> f64 {
        self.row_top(index) + if self.stacked { 36.0 } else { 16.0 }
    }

    /// Draws grid, axis and axis title, and returns where they end.
    pub(super) fn draw_axis(&self, canvas: &mut Canvas, axis: &Axis, title: &str) -> f64 {
        for tick in axis.ticks_with_room() {
            let Some(x) = axis.position(tick.value) else {
                continue;
            };
            if !self.stacked {
                canvas.line("grid", (x, self.top), (x, self.bottom));
            }
            canvas.line("axis", (x, self.bottom), (x, self.bottom + 4.0));
            canvas.text("muted middle", (x, self.bottom + 18.0), &tick.label);
        }
        canvas.line("axis", (self.left, self.bottom), (self.right, self.bottom));
        // The title may be wider than the plot, but must stay in the drawing.
        let centre = f64::midpoint(self.left, self.right);
        let room = 2.0 * centre.min(self.width - centre);
        let lines = text::wrapped(title, room);
        let first = (centre, self.bottom + 38.0);
        canvas.text_lines("muted middle", first, &lines);
        first.1 + text::LINE_HEIGHT * lines.len() as f64 - 8.0
    }

    pub(super) fn draw_reference(&self, canvas: &mut Canvas, axis: &Axis, value: f64, label: &str) {
        let Some(x) = axis.position(value) else {
            return;
        };
        if self.stacked {
            // Beside the bars only, so that no text is crossed out.
            for y in (0..self.rows).map(|row| self.mark_height(row)) {
                canvas.line("reference", (x, y - 9.0), (x, y + 9.0));
            }
        } else {
            canvas.line("reference", (x, self.top - 4.0), (x, self.bottom));
        }
        let half = text::width(label).min(self.width) / 2.0;
        let centre = x.clamp(half, (self.width - half).max(half));
        canvas.fitted_text("muted middle", (centre, self.top - 10.0), label, self.width);
    }

    pub(super) fn draw_text(
        &self,
        canvas: &mut Canvas,
        index: usize,
        row: &IntervalRow,
        number: &(String, String),
    ) {
        let baseline = self.row_top(index) + if self.stacked { 20.0 } else { 20.5 };
        let (class, room) = if row.highlighted {
            ("label strong", self.name_room / text::BOLD)
        } else {
            ("label", self.name_room)
        };
        canvas.fitted_text(class, (Self::INSET, baseline), &row.name, room);
        let edge = self.width - Self::INSET;
        canvas.text(
            "label strong end",
            (edge - self.interval_width - 8.0, baseline),
            &number.0,
        );
        canvas.text("muted end", (edge, baseline), &number.1);
    }

    pub(super) fn draw_mark(
        &self,
        canvas: &mut Canvas,
        axis: &Axis,
        index: usize,
        row: &IntervalRow,
        colour: &str,
    ) {
        let y = self.mark_height(index);
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
}
