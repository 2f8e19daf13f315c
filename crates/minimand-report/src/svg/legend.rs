//! Names of the lines of a chart, in rows above the plot.

use super::canvas::Canvas;
use super::text;

const ROW_HEIGHT: f64 = 20.0;
const SWATCH: f64 = 20.0;
const GAP: f64 = 6.0;
const BETWEEN: f64 = 18.0;

/// Draws entries of (name, classes of the line) from left to right, row after row,
/// from `top` down, and returns the height they take.
pub(super) fn draw<'a>(
    canvas: &mut Canvas,
    entries: impl Iterator<Item = (&'a str, String)>,
    top: f64,
    width: f64,
) -> f64 {
    let (mut x, mut y) = (0.0, top);
    for (name, class) in entries {
        let room = width - SWATCH - GAP;
        let entry_width = SWATCH + GAP + text::width(name).min(room);
        if x > 0.0 && x + entry_width > width {
            (x, y) = (0.0, y + ROW_HEIGHT);
        }
        let middle = y + ROW_HEIGHT / 2.0;
        canvas.line(&class, (x + 1.0, middle), (x + SWATCH - 1.0, middle));
        canvas.fitted_text("label", (x + SWATCH + GAP, middle + 4.5), name, room);
        x += entry_width + BETWEEN;
    }
    y + ROW_HEIGHT - top
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_wrap() {
        let mut canvas = Canvas::default();
        let names = ["one", "two", "three"];
        let entries = || names.iter().map(|name| (*name, "line".to_owned()));
        assert_eq!(draw(&mut canvas, entries(), 5.0, 1000.0), ROW_HEIGHT);
        assert_eq!(draw(&mut canvas, entries(), 5.0, 60.0), 3.0 * ROW_HEIGHT);
        let svg = canvas.finish((60.0, 60.0), "", "");
        assert_eq!(svg.matches("<line").count(), 6);
    }
}
