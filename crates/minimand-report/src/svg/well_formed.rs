//! A checker for the markup that tests produce.

use super::{Chart, NARROW, WIDE};

/// Elements of HTML that have no end tag.
const VOID: [&str; 1] = ["meta"];

/// Panics unless every element is closed in order, every attribute quoted, and
/// every `&` part of a character reference.
pub(crate) fn check_well_formed(markup: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = markup;
    while let Some(start) = rest.find('<') {
        check_references(&rest[..start]);
        rest = &rest[start + 1..];
        let end = rest.find('>').expect("a tag is not finished");
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        check_references(tag);
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "</{name}> closes the wrong element");
            continue;
        }
        assert!(
            tag.matches('"').count().is_multiple_of(2),
            "unbalanced quotes in <{tag}>"
        );
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        assert!(!name.is_empty(), "a lone < before {tag:?}");
        if !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
    }
    check_references(rest);
    assert!(open.is_empty(), "not closed: {open:?}");
}

/// Draws `chart` at both widths, checks the markup and that all numbers are finite
/// and equal in a second drawing, and returns the wide one.
pub(crate) fn check_drawing(chart: &impl Chart) -> String {
    for width in [NARROW, WIDE] {
        let svg = chart.svg(width);
        check_well_formed(&svg);
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        assert_eq!(svg, chart.svg(width));
    }
    chart.svg(WIDE)
}

fn check_references(text: &str) {
    for after in text.split('&').skip(1) {
        let name = after.split(';').next().unwrap_or_default();
        let known = ["amp", "lt", "gt", "quot", "#39"];
        assert!(known.contains(&name), "a lone & before {name:?}");
    }
}

#[test]
fn the_checker_accepts_and_rejects() {
    check_well_formed("<p a=\"1\">x &amp; <br/> <meta x=\"y\"> </p>");
    for wrong in ["<p>", "<p></a>", "</p>", "<p a=\"1></p>", "a & b", "<p"] {
        assert!(
            std::panic::catch_unwind(|| check_well_formed(wrong)).is_err(),
            "{wrong}"
        );
    }
}
