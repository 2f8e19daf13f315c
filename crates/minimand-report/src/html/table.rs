//! Tables for people.

use std::fmt::Write;

use super::escape::{breakable, escape};

/// A table with one header row.
///
/// Columns are declared first, then rows are added. A row with fewer cells than
/// there are columns is filled with empty cells; surplus cells are dropped.
#[derive(Debug, Clone, Default)]
pub struct HtmlTable {
    caption: Option<String>,
    columns: Vec<Header>,
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Header {
    name: String,
    numeric: bool,
}

#[derive(Debug, Clone)]
struct Row {
    /// Where the first cell leads.
    link: Option<String>,
    cells: Vec<String>,
    highlighted: bool,
}

impl HtmlTable {
    /// A table without columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the caption above the table.
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = Some(caption.into());
        self
    }

    /// Appends a left-aligned column.
    pub fn text_column(self, name: impl Into<String>) -> Self {
        self.column(name.into(), false)
    }

    /// Appends a right-aligned column whose digits have equal width. Its numbers
    /// line up when all have the same number of decimals.
    pub fn number_column(self, name: impl Into<String>) -> Self {
        self.column(name.into(), true)
    }

    fn column(mut self, name: String, numeric: bool) -> Self {
        self.columns.push(Header { name, numeric });
        self
    }

    /// Appends a row; the first cell is its heading.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.push(cells, false);
    }

    /// Appends a row whose first cell leads to `address`, a page beside this one.
    pub fn linked_row<S: Into<String>>(
        &mut self,
        address: impl Into<String>,
        cells: impl IntoIterator<Item = S>,
    ) {
        self.push(cells, false);
        if let Some(row) = self.rows.last_mut() {
            row.link = Some(address.into());
        }
    }

    /// Appends a row that stands out from the others.
    pub fn highlighted_row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.push(cells, true);
    }

    fn push<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>, highlighted: bool) {
        let cells = cells.into_iter().map(Into::into).collect();
        self.rows.push(Row {
            link: None,
            cells,
            highlighted,
        });
    }

    pub(super) fn render(&self) -> String {
        // The scrolling box can be reached by keyboard, so that a wide table can
        // be read without a mouse.
        let label = escape(self.caption.as_deref().unwrap_or("Table"));
        let mut out = format!(
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\">\n<table>\n"
        );
        if let Some(caption) = &self.caption {
            let _ = writeln!(out, "<caption><span>{}</span></caption>", escape(caption));
        }
        out.push_str("<thead><tr>");
        for column in &self.columns {
            let class = class_of(column);
            let _ = write!(
                out,
                "<th scope=\"col\"{class}>{}</th>",
                breakable(&column.name)
            );
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            out.push_str(if row.highlighted {
                "<tr class=\"best\">"
            } else {
                "<tr>"
            });
            for (index, column) in self.columns.iter().enumerate() {
                let cell = row.cells.get(index).map_or("", String::as_str);
                let class = class_of(column);
                let _ = match index {
                    0 => write!(
                        out,
                        "<th scope=\"row\"{class}>{}</th>",
                        linked(row.link.as_deref(), &breakable(cell))
                    ),
                    _ => write!(out, "<td{class}>{}</td>", escape(cell)),
                };
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n</table>\n</div>\n");
        out
    }
}

/// `markup` as a link, if it leads anywhere.
fn linked(address: Option<&str>, markup: &str) -> String {
    match address {
        Some(address) => format!("<a href=\"{}\">{markup}</a>", escape(address)),
        None => markup.to_owned(),
    }
}

fn class_of(column: &Header) -> &'static str {
    if column.numeric {
        " class=\"number\""
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::check_well_formed;

    #[test]
    fn cells_are_escaped_aligned_and_filled() {
        let mut table = HtmlTable::new()
            .caption("a < b")
            .text_column("Loss")
            .number_column("MAE");
        table.row(["<script>", "1.0"]);
        table.highlighted_row(["short"]);
        table.linked_row("next.html?a&b", ["next"]);
        table.row(["long", "2.0", "dropped"]);
        let html = table.render();
        check_well_formed(&html);
        assert!(html.contains("<caption><span>a &lt; b</span></caption>"));
        assert!(
            html.contains("<th scope=\"row\">&lt;script&gt;</th><td class=\"number\">1.0</td>")
        );
        assert!(
            html.contains(
                "<tr class=\"best\"><th scope=\"row\">short</th><td class=\"number\"></td>"
            )
        );
        assert!(html.contains("<a href=\"next.html?a&amp;b\">next</a>"));
        assert!(!html.contains("dropped"));
    }
}
