//! Writing SVG elements.

use std::fmt::{self, Display, Write};

use super::text::LINE_HEIGHT;
use crate::html::escape;

/// The content of an `<svg>` element under construction.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    body: String,
}

/// A coordinate, to a tenth of a pixel.
struct Px(f64);

impl Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Adding zero turns -0 into 0.
        let tenths = (self.0 * 10.0).round() + 0.0;
        write!(f, "{}", tenths / 10.0)
    }
}

impl Canvas {
    fn push(&mut self, element: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.body.write_fmt(element);
        self.body.push('\n');
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(Px);
        self.push(format_args!(
            "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        ));
    }

    pub(super) fn circle(&mut self, class: &str, centre: (f64, f64), radius: f64) {
        let [x, y, r] = [centre.0, centre.1, radius].map(Px);
        self.push(format_args!(
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>"
        ));
    }

    pub(super) fn rect(&mut self, class: &str, corner: (f64, f64), size: (f64, f64)) {
        let [x, y, w, h] = [corner.0, corner.1, size.0, size.1].map(Px);
        self.push(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"4\"/>"
        ));
    }

    /// Text whose baseline is at `at`.
    pub(super) fn text(&mut self, class: &str, at: (f64, f64), text: &str) {
        let ([x, y], text) = ([at.0, at.1].map(Px), escape(text));
        self.push(format_args!(
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>"
        ));
    }

    /// `text` broken into `lines`, the first baseline at `first`. The whole text
    /// shows when pointed at, as lines may be cut.
    pub(super) fn text_lines(
        &mut self,
        class: &str,
        first: (f64, f64),
        text: &str,
        lines: &[String],
    ) {
        if let [line] = lines
            && line == text
        {
            return self.text(class, first, text);
        }
        let ([x, y], text) = ([first.0, first.1].map(Px), escape(text));
        let _ = write!(
            self.body,
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\"><title>{text}</title>"
        );
        for (index, line) in lines.iter().enumerate() {
            let y = Px(first.1 + LINE_HEIGHT * index as f64);
            let line = escape(line);
            let _ = write!(self.body, "<tspan x=\"{x}\" y=\"{y}\">{line}</tspan>");
        }
        self.body.push_str("</text>\n");
    }

    /// Many dots of one size. Where they overlap they look darker.
    pub(super) fn cloud(&mut self, class: &str, points: &[(f64, f64)]) {
        // A path is painted at once, so only dots of different paths add up; more
        // paths tell more densities apart, but each dot as an element of its own
        // would make the page several times as large.
        const PATHS: usize = 8;
        for first in 0..PATHS.min(points.len()) {
            let mut path = String::new();
            for (x, y) in points.iter().skip(first).step_by(PATHS) {
                let _ = write!(path, "M{} {}h0", Px(*x), Px(*y));
            }
            self.push(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
        }
    }

    /// Straight lines through `points`; nothing for fewer than two.
    pub(super) fn polyline(&mut self, class: &str, points: &[(f64, f64)]) {
        if points.len() > 1 {
            let points = joined(points);
            self.push(format_args!(
                "<polyline class=\"{class}\" points=\"{points}\"/>"
            ));
        }
    }

    pub(super) fn polygon(&mut self, class: &str, points: &[(f64, f64)]) {
        let points = joined(points);
        self.push(format_args!(
            "<polygon class=\"{class}\" points=\"{points}\"/>"
        ));
    }

    /// A drawing that says there is nothing to draw.
    pub(super) fn empty(width: f64, title: &str) -> String {
        let mut canvas = Self::default();
        canvas.text("muted", (0.0, 20.0), "There is nothing to draw.");
        canvas.finish((width, 32.0), title, "The chart is empty.")
    }

    /// The whole element. `title` names the chart and `description` says in words
    /// what it shows, both for readers who cannot see it.
    pub(super) fn finish(self, size: (f64, f64), title: &str, description: &str) -> String {
        let ([width, height], body) = ([size.0, size.1].map(Px), self.body);
        let (title, description) = (escape(title), escape(description));
        format!(
            "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\">\n\
             <title>{title}</title>\n<desc>{description}</desc>\n{body}</svg>\n"
        )
    }
}

fn joined(points: &[(f64, f64)]) -> String {
    let mut text = String::with_capacity(points.len() * 12);
    for (index, (x, y)) in points.iter().enumerate() {
        let space = if index == 0 { "" } else { " " };
        let _ = write!(text, "{space}{},{}", Px(*x), Px(*y));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short_and_never_minus_zero() {
        for (value, expected) in [(1.0, "1"), (-0.04, "0"), (2.25, "2.3"), (-7.96, "-8")] {
            assert_eq!(Px(value).to_string(), expected);
        }
    }

    #[test]
    fn text_is_escaped_also_in_lines() {
        let mut canvas = Canvas::default();
        let lines = ["<a long &".to_owned(), "winding…".to_owned()];
        canvas.text_lines("x", (5.0, 0.0), "<a long & winding name>", &lines);
        canvas.text_lines("x", (5.0, 0.0), "short", &["short".to_owned()]);
        let svg = canvas.finish((10.0, 10.0), "<t>", "d & d");
        crate::svg::check_well_formed(&svg);
        assert!(svg.contains("<title>&lt;a long &amp; winding name&gt;</title>"));
        assert!(svg.contains("<tspan x=\"5\" y=\"0\">&lt;a long &amp;</tspan>"));
        assert!(svg.contains("<tspan x=\"5\" y=\"16\">winding…</tspan>"));
        assert!(svg.contains("<text class=\"x\" x=\"5\" y=\"0\">short</text>"));
    }

    #[test]
    fn a_cloud_has_every_point_once() {
        for count in [0, 1, 7, 100] {
            let points: Vec<_> = (0..count).map(|x| (f64::from(x), 0.5)).collect();
            let mut canvas = Canvas::default();
            canvas.cloud("x", &points);
            let svg = canvas.finish((10.0, 10.0), "", "");
            assert_eq!(svg.matches("h0").count(), points.len());
            assert!(svg.matches("<path").count() <= 8);
        }
    }
}
