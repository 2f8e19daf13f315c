//! Names of the parts of a chart, in rows above the plot or in a column beside it.

use super::canvas::Canvas;
use super::text;

const SWATCH: f64 = 20.0;
const GAP: f64 = 6.0;
const BETWEEN: f64 = 18.0;
/// What a row is higher than its text.
const ROW_GAP: f64 = 4.0;

/// A name and the classes of the line that stands for it.
pub(super) type Entry = (String, String);

/// Where entries stand.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Flow {
    /// From left to right, row after row.
    Rows,
    /// One below the other.
    Column,
}

/// Draws the entries from `corner` down and at most `width` wide, and returns the
/// height they take.
pub(super) fn draw(
    canvas: &mut Canvas,
    entries: &[Entry],
    flow: Flow,
    corner: (f64, f64),
    width: f64,
) -> f64 {
    let room = width - SWATCH - GAP;
    let (mut x, mut y, mut row_height) = (0.0, corner.1, 0.0_f64);
    for (name, class) in entries {
        let lines = text::wrapped(name, room);
        let entry_width = SWATCH + GAP + text::widest(lines.iter().map(String::as_str));
        if x > 0.0 && (flow == Flow::Column || x + entry_width > width) {
            (x, y, row_height) = (0.0, y + row_height, 0.0);
        }
        let (left, middle) = (corner.0 + x, y + 10.0);
        canvas.line(class, (left + 1.0, middle), (left + SWATCH - 1.0, middle));
        canvas.text_lines("label", (left + SWATCH + GAP, middle + 4.5), name, &lines);
        x += entry_width + BETWEEN;
        row_height = row_height.max(text::LINE_HEIGHT * lines.len() as f64 + ROW_GAP);
    }
    y + row_height - corner.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(names: &[&str]) -> Vec<Entry> {
        let entries = names
            .iter()
            .map(|name| ((*name).to_owned(), "line".to_owned()));
        entries.collect()
    }

    #[test]
    fn entries_wrap() {
        let mut canvas = Canvas::default();
        let entries = entries(&["one", "two", "three"]);
        assert_eq!(
            draw(&mut canvas, &entries, Flow::Rows, (0.0, 5.0), 1000.0),
            20.0
        );
        assert_eq!(
            draw(&mut canvas, &entries, Flow::Rows, (0.0, 5.0), 70.0),
            60.0
        );
        let column = draw(&mut canvas, &entries, Flow::Column, (0.0, 5.0), 1000.0);
        assert_eq!(column, 60.0);
        assert_eq!(draw(&mut canvas, &[], Flow::Rows, (0.0, 5.0), 70.0), 0.0);
        let svg = canvas.finish((60.0, 60.0), "", "");
        assert_eq!(svg.matches("<line").count(), 9);
    }

    #[test]
    fn long_names_take_several_lines() {
        let mut canvas = Canvas::default();
        let entries = entries(&["a name that is rather long", "b"]);
        assert_eq!(
            draw(&mut canvas, &entries, Flow::Rows, (0.0, 0.0), 140.0),
            56.0
        );
        let svg = canvas.finish((60.0, 60.0), "", "");
        assert!(svg.contains("<title>a name that is rather long</title>"));
        assert!(svg.contains(">a name that is</tspan>") && svg.contains(">rather long</tspan>"));
    }
}
