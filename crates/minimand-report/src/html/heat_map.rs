//! Tables of counts with a colour behind every cell, such as confusion matrices.

use std::fmt::Write;

use super::{Figure, escape};
use crate::number::{fixed, significant};
use crate::svg::{is_plottable, text_width};

/// The colours in the style sheet are `h1` to `h10`; empty cells have none.
const LEVELS: f64 = 10.0;
/// Column labels that are wider are turned, in pixels.
const UPRIGHT: f64 = 20.0;

/// A matrix of counts, coloured by the share of its row.
///
/// It is a table, so that it can be read out, searched and copied; where it is too
/// wide for the window it scrolls in its own box, with the row labels in view.
/// How much is written into a cell depends on the number of columns: the share of the
/// row in per cent with the count below up to 12, the share up to 30, nothing above
/// that. Counts and shares of all cells show when pointed at. Above 60 classes a
/// matrix cannot be taken in: keep the classes that are confused most and add up the
/// others before.
#[derive(Debug, Clone)]
pub struct HeatMap {
    title: String,
    row_label: String,
    column_label: String,
    columns: Vec<String>,
    rows: Vec<(String, Vec<f64>)>,
}

impl HeatMap {
    /// A matrix without rows and columns. The title is read out by screen readers; it
    /// is not drawn.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            row_label: "True".to_owned(),
            column_label: "Predicted".to_owned(),
            columns: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Sets what rows and columns are, in place of "True" and "Predicted".
    pub fn axis_labels(mut self, rows: impl Into<String>, columns: impl Into<String>) -> Self {
        (self.row_label, self.column_label) = (rows.into(), columns.into());
        self
    }

    /// Sets the column labels from left to right.
    pub fn columns<S: Into<String>>(mut self, labels: impl IntoIterator<Item = S>) -> Self {
        self.columns = labels.into_iter().map(Into::into).collect();
        self
    }

    /// Appends a row of counts, or sums of weights, one for each column. Counts that
    /// are missing, negative or not finite are zero; surplus ones are dropped.
    pub fn row(mut self, label: impl Into<String>, counts: Vec<f64>) -> Self {
        self.rows.push((label.into(), counts));
        self
    }

    fn detail(&self) -> Detail {
        match self.columns.len() {
            ..=4 => Detail::Few,
            5..=12 => Detail::Counts,
            13..=30 => Detail::Shares,
            _ => Detail::Colours,
        }
    }

    fn write_head(&self, out: &mut String, detail: Detail) {
        let total = if detail.has_total() { "<td></td>" } else { "" };
        let _ = writeln!(
            out,
            "<thead>\n<tr><td></td><th scope=\"colgroup\" colspan=\"{}\" class=\"over\">\
             <span>{} <small>{}</small></span></th>{total}</tr>",
            self.columns.len(),
            escape(&self.column_label),
            detail.legend(),
        );
        let _ = write!(
            out,
            "<tr><th scope=\"col\">{}</th>",
            escape(&self.row_label)
        );
        for label in &self.columns {
            let _ = write!(out, "<th scope=\"col\"><span>{}</span></th>", escape(label));
        }
        if detail.has_total() {
            out.push_str("<th scope=\"col\" class=\"total\"><span>Total</span></th>");
        }
        out.push_str("</tr>\n</thead>\n");
    }

    fn write_row(&self, out: &mut String, detail: Detail, label: &str, counts: &[f64]) {
        let count = |index| {
            let count: f64 = counts.get(index).copied().unwrap_or(0.0);
            if count > 0.0 && is_plottable(count) {
                count
            } else {
                0.0
            }
        };
        let total: f64 = (0..self.columns.len()).map(count).sum();
        let _ = write!(
            out,
            "<tr><th scope=\"row\"><span>{}</span></th>",
            escape(label)
        );
        for (index, column) in self.columns.iter().enumerate() {
            let count = count(index);
            let share = count / total;
            // Also false where the whole row is empty.
            if !(share > 0.0) {
                out.push_str("<td></td>");
                continue;
            }
            let level = (share * LEVELS).ceil().min(LEVELS);
            let (percent, number) = (percent(share), plain(count));
            let _ = write!(
                out,
                "<td class=\"h{level}\" title=\"{} → {}: {number} of {} ({}%)\">",
                escape(label),
                escape(column),
                plain(total),
                escape(&percent),
            );
            if detail.has_shares() {
                out.push_str(&escape(&percent));
            }
            if detail.has_counts() {
                let _ = write!(out, " <small>{number}</small>");
            }
            out.push_str("</td>");
        }
        if detail.has_total() {
            let _ = write!(out, "<td class=\"total\">{}</td>", plain(total));
        }
        out.push_str("</tr>\n");
    }
}

/// How much is written into a cell.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
enum Detail {
    Few,
    Counts,
    Shares,
    Colours,
}

impl Detail {
    fn class(self) -> &'static str {
        match self {
            Self::Few => "few",
            Self::Counts => "counts",
            Self::Shares => "shares",
            Self::Colours => "colours",
        }
    }

    fn legend(self) -> &'static str {
        match self {
            Self::Few | Self::Counts => "(% of row, count)",
            Self::Shares => "(% of row)",
            Self::Colours => "(stronger colour: more of the row)",
        }
    }

    fn has_counts(self) -> bool {
        self <= Self::Counts
    }

    fn has_shares(self) -> bool {
        self <= Self::Shares
    }

    fn has_total(self) -> bool {
        self.has_shares()
    }
}

/// A share in whole per cent. What is neither nothing nor all does not look like it.
fn percent(share: f64) -> String {
    match share {
        ..0.005 => "<1".to_owned(),
        0.995..1.0 => ">99".to_owned(),
        _ => fixed(share * 100.0, 0),
    }
}

/// A count, or a sum of weights to three digits.
fn plain(count: f64) -> String {
    if count.fract() == 0.0 && count < 1e9 {
        fixed(count, 0)
    } else {
        significant(count, 3)
    }
}

impl Figure for HeatMap {
    fn html(&self) -> String {
        if self.columns.is_empty() || self.rows.is_empty() {
            return "<p class=\"empty\">There is nothing to draw.</p>\n".to_owned();
        }
        let detail = self.detail();
        let widest = self
            .columns
            .iter()
            .map(|label| text_width(label))
            .fold(0.0, f64::max);
        let turned = if detail > Detail::Few && widest > UPRIGHT {
            " turned"
        } else {
            ""
        };
        let title = escape(&self.title);
        let mut out = format!(
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{title}\">\n\
             <table class=\"heat {}{turned}\">\n",
            detail.class()
        );
        self.write_head(&mut out, detail);
        out.push_str("<tbody>\n");
        for (label, counts) in &self.rows {
            self.write_row(&mut out, detail, label, counts);
        }
        out.push_str("</tbody>\n</table>\n</div>\n");
        out
    }
}

#[cfg(test)]
#[path = "heat_map_tests.rs"]
mod tests;
