//! Rows of names, marks on a common axis, and numbers.

use super::axis::Axis;
use super::canvas::Canvas;
use super::{is_narrow, is_plottable, text};
use crate::number::{fixed, significant};

/// The distance of text from the edge of the backdrop.
const INSET: f64 = 8.0;
/// The most lines that a name takes.
const NAME_LINES: usize = 6;
/// The share of a wide drawing that names may take.
const NAME_SHARE: f64 = 0.32;

/// The text of one row.
pub(super) struct RowText<'a> {
    pub(super) name: &'a str,
    pub(super) strong: bool,
    /// The number, and what stands behind it in smaller type.
    pub(super) value: String,
    pub(super) remark: String,
}

struct Row {
    top: f64,
    height: f64,
    name: Vec<String>,
}

/// Positions for one width. On a narrow drawing the text of a row stands above its
/// mark, otherwise on either side of it.
pub(super) struct RowLayout {
    width: f64,
    stacked: bool,
    rows: Vec<Row>,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) left: f64,
    pub(super) right: f64,
    /// Where the numbers end.
    edge: f64,
    remark_width: f64,
}

impl RowLayout {
    /// Lays out `texts` from `top` down. `reserved` pixels at the right are left to
    /// the caller.
    pub(super) fn new(width: f64, texts: &[RowText<'_>], top: f64, reserved: f64) -> Self {
        let stacked = is_narrow(width);
        let edge = width - INSET - reserved;
        let values = texts.iter().map(|row| row.value.as_str());
        let remark_width = text::widest(texts.iter().map(|row| row.remark.as_str()));
        let remark_gap = if remark_width > 0.0 { 8.0 } else { 0.0 };
        let number_width = text::widest(values) * text::BOLD + remark_gap + remark_width;
        let name_room = if stacked {
            (edge - INSET - number_width - 14.0).max(60.0)
        } else {
            width * NAME_SHARE
        };
        let mut bottom = top;
        let mut name_width = 0.0_f64;
        let rows = texts.iter().map(|row| {
            let bold = if row.strong { text::BOLD } else { 1.0 };
            let name = text::wrapped_to(row.name, name_room / bold, NAME_LINES);
            name_width = name_width.max(bold * text::widest(name.iter().map(String::as_str)));
            let extra = text::LINE_HEIGHT * (name.len() - 1) as f64;
            let height = extra + if stacked { 50.0 } else { 32.0 };
            bottom += height;
            Row {
                top: bottom - height,
                height,
                name,
            }
        });
        let rows = rows.collect();
        let (left, right) = if stacked {
            (INSET + 6.0, edge - 6.0)
        } else {
            let left = INSET + name_width + 20.0;
            (left, (edge - number_width - 16.0).max(left + 100.0))
        };
        Self {
            width,
            stacked,
            rows,
            top,
            bottom,
            left,
            right,
            edge,
            remark_width: remark_width + remark_gap,
        }
    }

    pub(super) fn stacked(&self) -> bool {
        self.stacked
    }

    /// Draws a backdrop over the whole row.
    pub(super) fn draw_backdrop(&self, canvas: &mut Canvas, index: usize) {
        let row = &self.rows[index];
        canvas.rect("shade", (0.0, row.top), (self.width, row.height));
    }

    /// The height of the mark of a row.
    pub(super) fn mark_height(&self, index: usize) -> f64 {
        let row = &self.rows[index];
        row.top
            + if self.stacked {
                row.height - 14.0
            } else {
                row.height / 2.0
            }
    }

    /// Where a row begins and ends.
    pub(super) fn extent(&self, index: usize) -> (f64, f64) {
        let row = &self.rows[index];
        (row.top, row.top + row.height)
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
            let centre = text::centre([tick.label.as_str()], x, self.width);
            canvas.text("muted middle", (centre, self.bottom + 18.0), &tick.label);
        }
        canvas.line("axis", (self.left, self.bottom), (self.right, self.bottom));
        // The title may be wider than the plot, but must stay in the drawing.
        let centre = f64::midpoint(self.left, self.right);
        let room = 2.0 * centre.min(self.width - centre);
        let lines = text::wrapped(title, room);
        let first = (centre, self.bottom + 38.0);
        canvas.text_lines("muted middle", first, title, &lines);
        first.1 + text::LINE_HEIGHT * lines.len() as f64 - 8.0
    }

    pub(super) fn draw_text(&self, canvas: &mut Canvas, index: usize, text: &RowText<'_>) {
        let row = &self.rows[index];
        let first = row.top + if self.stacked { 20.0 } else { 20.5 };
        let class = if text.strong { "label strong" } else { "label" };
        canvas.text_lines(class, (INSET, first), text.name, &row.name);
        let numbers = if self.stacked {
            first
        } else {
            self.mark_height(index) + 4.5
        };
        let end = self.edge - self.remark_width;
        canvas.text("label strong end", (end, numbers), &text.value);
        if !text.remark.is_empty() {
            canvas.text("muted end", (self.edge, numbers), &text.remark);
        }
    }
}

/// How the measured `values` are written: all with as many decimals as the width of
/// the axis warrants, so that a fiftieth of it is told apart.
pub(super) fn number_format<I: Iterator<Item = f64>>(
    axis: Option<&Axis>,
    values: I,
) -> impl Fn(f64) -> String + use<I> {
    let decimals = axis.map_or(2, |axis| (50.0 / axis.span()).log10().ceil() as i32);
    let largest = values.map(f64::abs).filter(|value| is_plottable(*value));
    let is_plain = decimals <= 6 && largest.fold(0.0, f64::max) < 1e9;
    move |value| match is_plain {
        true => fixed(value, decimals.max(0) as usize),
        false => significant(value, 3),
    }
}
