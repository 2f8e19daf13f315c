//! The parts of a page, in reading order.

use std::fmt::Write;

use super::{Figure, HtmlTable, escape};

/// A heading and what stands below it.
#[derive(Debug, Clone)]
pub struct Section {
    heading: String,
    body: String,
}

impl Section {
    /// An empty section.
    pub fn new(heading: impl Into<String>) -> Self {
        Self {
            heading: heading.into(),
            body: String::new(),
        }
    }

    /// Appends a paragraph of plain text.
    pub fn paragraph(mut self, text: &str) -> Self {
        let _ = writeln!(self.body, "<p>{}</p>", escape(text));
        self
    }

    /// Appends a table.
    pub fn table(mut self, table: &HtmlTable) -> Self {
        self.body.push_str(&table.render());
        self
    }

    /// Appends names and their values, such as settings.
    pub fn key_values<K: AsRef<str>, V: AsRef<str>>(
        mut self,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.body.push_str("<dl>\n");
        for (key, value) in pairs {
            let (key, value) = (escape(key.as_ref()), escape(value.as_ref()));
            let _ = writeln!(self.body, "<div><dt>{key}</dt><dd>{value}</dd></div>");
        }
        self.body.push_str("</dl>\n");
        self
    }

    /// Appends a figure with a caption below.
    pub fn figure(mut self, caption: &str, figure: &(impl Figure + ?Sized)) -> Self {
        let (figure, caption) = (figure.html(), escape(caption));
        let _ = writeln!(
            self.body,
            "<figure>\n{figure}<figcaption>{caption}</figcaption>\n</figure>"
        );
        self
    }

    /// Appends text as it is typed, such as a command; white space is kept.
    pub fn code(mut self, text: &str) -> Self {
        let text = escape(text);
        let _ = writeln!(self.body, "<pre tabindex=\"0\"><code>{text}</code></pre>");
        self
    }

    /// Appends another section folded away behind its heading.
    pub fn fold(mut self, section: &Section) -> Self {
        let (heading, body) = (escape(&section.heading), &section.body);
        let _ = writeln!(
            self.body,
            "<details>\n<summary>{heading}</summary>\n{body}</details>"
        );
        self
    }

    pub(super) fn heading(&self) -> &str {
        &self.heading
    }

    /// The section with the identifier `anchor` and a heading of `level`.
    pub(super) fn render(&self, anchor: &str, level: u8) -> String {
        let (heading, body) = (escape(&self.heading), &self.body);
        format!("<section id=\"{anchor}\">\n<h{level}>{heading}</h{level}>\n{body}</section>\n")
    }
}
