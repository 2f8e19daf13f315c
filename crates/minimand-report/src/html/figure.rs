//! Pictures of all kinds within a page.

use std::fmt::Write;

use crate::svg::{Chart, NARROW, WIDE};

/// Something that a [`Section`](super::Section) shows with a caption below.
pub trait Figure {
    /// The markup, which reaches the page unescaped. It is well-formed XML.
    fn html(&self) -> String;
}

/// A chart is drawn twice, for wide and for narrow windows, because shrinking one
/// drawing to a phone would make its text unreadable.
impl<C: Chart + ?Sized> Figure for C {
    fn html(&self) -> String {
        let mut out = String::new();
        for (class, width) in [("wide", WIDE), ("narrow", NARROW)] {
            let svg = self.svg(width);
            let _ = writeln!(out, "<div class=\"{class}\">\n{svg}</div>");
        }
        out
    }
}
