//! The document around the sections.

use std::fmt::Write;
use std::io;
use std::path::Path;

use super::{Section, escape};
use crate::atomic::write_atomically;

const STYLE: &str = include_str!("style.css");

/// A page under construction.
#[derive(Debug, Clone)]
pub struct Page {
    title: String,
    subtitle: Option<String>,
    headline: Option<String>,
    sections: Vec<Section>,
    footer: Option<String>,
}

impl Page {
    /// A page with nothing but a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            subtitle: None,
            headline: None,
            sections: Vec::new(),
            footer: None,
        }
    }

    /// Sets the line below the title.
    pub fn subtitle(mut self, text: impl Into<String>) -> Self {
        self.subtitle = Some(text.into());
        self
    }

    /// Sets the one sentence to take away, in large type before the first section.
    pub fn headline(mut self, text: impl Into<String>) -> Self {
        self.headline = Some(text.into());
        self
    }

    /// Appends a section.
    pub fn section(mut self, section: Section) -> Self {
        self.sections.push(section);
        self
    }

    /// Sets the small print at the end, such as version and date.
    pub fn footer(mut self, text: impl Into<String>) -> Self {
        self.footer = Some(text.into());
        self
    }

    /// The whole HTML document. Equal pages give equal bytes.
    pub fn render(&self) -> String {
        let title = escape(&self.title);
        // The policy makes browsers enforce that nothing is loaded from elsewhere.
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta http-equiv=\"Content-Security-Policy\" \
             content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <header>\n<h1>{title}</h1>\n"
        );
        if let Some(text) = &self.subtitle {
            let _ = writeln!(out, "<p class=\"subtitle\">{}</p>", escape(text));
        }
        if let Some(text) = &self.headline {
            let _ = writeln!(out, "<p class=\"headline\">{}</p>", escape(text));
        }
        out.push_str("</header>\n");
        for section in &self.sections {
            out.push_str(&section.render());
        }
        if let Some(text) = &self.footer {
            let _ = writeln!(out, "<footer>{}</footer>", escape(text));
        }
        out.push_str("</main>\n</body>\n</html>\n");
        out
    }

    /// Writes the page to `path`; the file appears only once it is complete.
    ///
    /// # Errors
    ///
    /// The file cannot be written; the message names `path`.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        write_atomically(path, |out| out.write_all(self.render().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::HtmlTable;
    use crate::svg::{IntervalPlot, IntervalRow, LineChart, Series, check_well_formed};

    fn page(text: &str) -> Page {
        let mut table = HtmlTable::new().caption(text).text_column(text);
        table.row([text]);
        let lines = LineChart::new(text)
            .axis_labels(text, text)
            .series(Series::new(text, vec![(0.0, 1.0), (1.0, 2.0)]));
        let ranking = IntervalPlot::new(text)
            .axis_label(text)
            .reference(1.5, text)
            .row(IntervalRow::new(text, 1.0, Some((0.5, 2.0))));
        let section = Section::new(text)
            .paragraph(text)
            .table(&table)
            .key_values([(text, text)])
            .figure(text, &lines)
            .figure(text, &ranking)
            .code(text)
            .fold(&Section::new(text).paragraph(text));
        Page::new(text)
            .subtitle(text)
            .headline(text)
            .section(section)
            .footer(text)
    }

    #[test]
    fn everything_is_escaped_and_every_element_closed() {
        let html = page("<script>alert(\"1\")</script> & 'more'").render();
        check_well_formed(html.strip_prefix("<!doctype html>").unwrap());
        assert!(!html.contains("<script"));
        assert!(!html.contains("alert(\"1\")"));
    }

    #[test]
    fn nothing_is_loaded_from_outside() {
        let html = page("x").render();
        for reference in [
            "http:", "https:", "src=", "href=", "url(", "@import", "<link",
        ] {
            assert!(!html.contains(reference), "{reference}");
        }
    }

    #[test]
    fn headings_are_in_order_and_output_is_repeatable() {
        let html = page("x").render();
        assert_eq!(html.matches("<h1>").count(), 1);
        assert!(html.find("<h1>") < html.find("<h2>"));
        assert_eq!(html, page("x").render());
    }

    #[test]
    fn a_page_is_written_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        page("x").write(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), page("x").render());
        assert!(page("x").write(Path::new("/no/such/report.html")).is_err());
    }
}
