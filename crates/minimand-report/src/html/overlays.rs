//! Pictures with outlines over them, such as what a model took for an organ, and what is one.

use std::fmt::Write;

use super::{Figure, escape};

/// How the outlines of a picture look, the first below the others. Pictures are the same in light and dark
/// windows, and so are these.
const LOOKS: [(&str, &str); 3] = [
    ("solid", "stroke=\"#4cc3ff\" stroke-width=\"3\""),
    (
        "dashed",
        "stroke=\"#ffb000\" stroke-width=\"1.5\" stroke-dasharray=\"4 2\"",
    ),
    (
        "dotted",
        "stroke=\"#ff5fa2\" stroke-width=\"1.5\" stroke-dasharray=\"1 2\"",
    ),
];

/// Pictures in rows that wrap, each with outlines over it, and a legend of the outlines.
#[derive(Debug, Clone)]
pub struct Overlays {
    title: String,
    legend: Vec<String>,
    pictures: Vec<Picture>,
}

#[derive(Debug, Clone)]
struct Picture {
    caption: String,
    size: [usize; 2],
    png: String,
    outlines: Vec<String>,
}

impl Overlays {
    /// Without pictures. `legend`: what each outline of a picture is, at most three. The title is read out by
    /// screen readers; it is not drawn.
    pub fn new<S: Into<String>>(
        title: impl Into<String>,
        legend: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            title: title.into(),
            legend: legend
                .into_iter()
                .take(LOOKS.len())
                .map(Into::into)
                .collect(),
            pictures: Vec::new(),
        }
    }

    /// Appends a picture of `[rows, columns]`: a PNG file in Base64, and for each outline of the legend the
    /// data of an SVG path, in pixels from the upper left corner.
    pub fn picture<S: Into<String>>(
        mut self,
        caption: impl Into<String>,
        size: [usize; 2],
        png: impl Into<String>,
        outlines: impl IntoIterator<Item = S>,
    ) -> Self {
        self.pictures.push(Picture {
            caption: caption.into(),
            size: size.map(|side| side.max(1)),
            png: png.into(),
            outlines: outlines.into_iter().map(Into::into).collect(),
        });
        self
    }

    fn legend(&self) -> String {
        let mut out = String::from("<p class=\"legend\">");
        for (name, (word, look)) in self.legend.iter().zip(LOOKS) {
            let _ = write!(
                out,
                "<span><svg viewBox=\"0 0 24 8\" role=\"img\"><title>{word}</title>\
                 <rect width=\"24\" height=\"8\" fill=\"#555\"/><path {look} d=\"M1 4h22\"/></svg> {}</span>",
                escape(name)
            );
        }
        out.push_str("</p>\n");
        out
    }
}

impl Figure for Overlays {
    fn html(&self) -> String {
        if self.pictures.is_empty() {
            return "<p class=\"empty\">There is nothing to draw.</p>\n".to_owned();
        }
        let title = escape(&self.title);
        let mut out = format!(
            "<div class=\"overlays\">\n{}<ul aria-label=\"{title}\">\n",
            self.legend()
        );
        for picture in &self.pictures {
            let ([rows, columns], caption) = (picture.size, escape(&picture.caption));
            let _ = write!(
                out,
                "<li><svg viewBox=\"0 0 {columns} {rows}\" role=\"img\"><title>{title}: {caption}</title>\
                 <image width=\"{columns}\" height=\"{rows}\" href=\"data:image/png;base64,{}\"/>",
                escape(&picture.png)
            );
            for (outline, (_, look)) in picture.outlines.iter().zip(LOOKS) {
                let _ = write!(out, "<path {look} d=\"{}\"/>", escape(outline));
            }
            let _ = writeln!(out, "</svg><span>{caption}</span></li>");
        }
        out.push_str("</ul>\n</div>\n");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::check_well_formed;

    #[test]
    fn pictures_have_their_outlines_and_what_is_told_is_escaped() {
        let overlays = Overlays::new("a<b", ["true", "predicted"])
            .picture("x&y", [2, 3], "AAAA", ["M0 0h1", "M1 1v1"])
            .picture("\"z\"", [0, 0], "BBBB", ["M0 0h\"1"]);
        let html = overlays.html();
        check_well_formed(&html);
        assert!(html.contains("viewBox=\"0 0 3 2\"") && html.contains("viewBox=\"0 0 1 1\""));
        assert!(html.contains("href=\"data:image/png;base64,AAAA\""));
        assert!(html.contains("d=\"M0 0h1\"") && html.contains("d=\"M1 1v1\""));
        assert!(!html.contains("a<b") && html.contains("x&amp;y"));
        assert!(!html.contains("h\"1"));
        // Two in the legend, and three over the pictures.
        assert_eq!(html.matches("<path").count(), 5);
    }

    #[test]
    fn no_pictures_are_told() {
        let html = Overlays::new("t", ["true"]).html();
        assert!(html.contains("nothing to draw"));
    }
}
