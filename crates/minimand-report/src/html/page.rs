//! The document around the sections.

use std::fmt::Write;
use std::io;
use std::path::Path;

use super::anchors::Anchors;
use super::{Group, Section, escape};
use crate::atomic::write_atomically;
use crate::style::{CHART, COLOURS, PAGE};

/// From as many sections and groups on a page has a table of contents.
const CONTENTS_FROM: usize = 3;

/// A page under construction.
///
/// With three or more sections or groups it has a table of contents, which stays in
/// view beside the text in wide windows.
#[derive(Debug, Clone)]
pub struct Page {
    title: String,
    subtitle: Option<String>,
    headline: Option<String>,
    parts: Vec<Part>,
    footer: Option<String>,
}

#[derive(Debug, Clone)]
enum Part {
    Section(Section),
    Group(Group),
}

impl Page {
    /// A page with nothing but a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            subtitle: None,
            headline: None,
            parts: Vec::new(),
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
        self.parts.push(Part::Section(section));
        self
    }

    /// Appends sections that fold away together.
    pub fn group(mut self, group: Group) -> Self {
        self.parts.push(Part::Group(group));
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
        // The policy makes browsers enforce that nothing is loaded from elsewhere; pictures are in the page.
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta http-equiv=\"Content-Security-Policy\" \
             content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n\
             <title>{title}</title>\n<style>\n{COLOURS}{PAGE}{CHART}</style>\n</head>\n<body>\n<main>\n\
             <header>\n<h1>{title}</h1>\n"
        );
        if let Some(text) = &self.subtitle {
            let _ = writeln!(out, "<p class=\"subtitle\">{}</p>", escape(text));
        }
        if let Some(text) = &self.headline {
            let _ = writeln!(out, "<p class=\"headline\">{}</p>", escape(text));
        }
        out.push_str("</header>\n");
        let (contents, body) = self.render_parts();
        if self.parts.len() >= CONTENTS_FROM {
            let _ = writeln!(
                out,
                "<nav aria-label=\"Contents\">\n<ul>\n{contents}</ul>\n</nav>"
            );
        }
        let _ = writeln!(out, "<div class=\"body\">\n{body}</div>");
        if let Some(text) = &self.footer {
            let _ = writeln!(out, "<footer>{}</footer>", escape(text));
        }
        out.push_str("</main>\n</body>\n</html>\n");
        out
    }

    /// The table of contents and what it points to.
    fn render_parts(&self) -> (String, String) {
        let (mut contents, mut body) = (String::new(), String::new());
        let mut anchors = Anchors::default();
        for part in &self.parts {
            match part {
                Part::Section(section) => {
                    let anchor = anchors.name(section.heading());
                    let _ = writeln!(contents, "<li>{}</li>", link(&anchor, section.heading()));
                    body.push_str(&section.render(&anchor, 2));
                }
                Part::Group(group) => render_group(group, &mut anchors, &mut contents, &mut body),
            }
        }
        (contents, body)
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

fn link(anchor: &str, heading: &str) -> String {
    format!("<a href=\"#{anchor}\">{}</a>", escape(heading))
}

fn render_group(group: &Group, anchors: &mut Anchors, contents: &mut String, body: &mut String) {
    let (heading, open) = (
        escape(&group.heading),
        if group.open { " open=\"\"" } else { "" },
    );
    let _ = write!(
        body,
        "<details class=\"group\"{open}>\n<summary><h2>{heading}</h2>"
    );
    if let Some(note) = &group.note {
        let _ = write!(body, "<span class=\"note\">{}</span>", escape(note));
    }
    // Browsers open a fold around the target of a link, so the target is inside.
    let anchor = anchors.name(&group.heading);
    let _ = writeln!(body, "</summary>\n<div id=\"{anchor}\">");
    let _ = writeln!(contents, "<li>{}\n<ul>", link(&anchor, &group.heading));
    for section in &group.sections {
        let anchor = anchors.name(&format!("{} {}", group.heading, section.heading()));
        let _ = writeln!(contents, "<li>{}</li>", link(&anchor, section.heading()));
        body.push_str(&section.render(&anchor, 3));
    }
    contents.push_str("</ul>\n</li>\n");
    body.push_str("</div>\n</details>\n");
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
