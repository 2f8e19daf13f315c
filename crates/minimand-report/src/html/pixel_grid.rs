//! Small pictures with captions, such as the digits that a model got wrong.

use std::fmt::Write;

use super::{Figure, escape};

/// The number of steps from black to white. Grey images in files have at most 256, but
/// more than these cannot be told apart in a thumbnail, and each costs space.
const STEPS: f64 = 16.0;

/// Grey-scale thumbnails in rows that wrap.
#[derive(Debug, Clone)]
pub struct PixelGrid {
    title: String,
    range: Option<(f64, f64)>,
    tiles: Vec<Tile>,
}

#[derive(Debug, Clone)]
struct Tile {
    caption: String,
    columns: usize,
    values: Vec<f64>,
}

impl PixelGrid {
    /// A grid without pictures. The title is read out by screen readers; it is not
    /// drawn.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            range: None,
            tiles: Vec::new(),
        }
    }

    /// Sets the values that are black and white, which otherwise are the least and the
    /// greatest of all pictures. If `black` is the greater one, pictures are inverted.
    pub fn range(mut self, black: f64, white: f64) -> Self {
        self.range = Some((black, white));
        self
    }

    /// Appends a picture, given row after row from the top, `columns` pixels a row.
    /// Pixels that are NaN are left blank, as are those missing from the last row.
    pub fn tile(mut self, caption: impl Into<String>, columns: usize, values: Vec<f64>) -> Self {
        self.tiles.push(Tile {
            caption: caption.into(),
            columns,
            values,
        });
        self
    }

    /// The values that are black and white.
    fn ends(&self) -> (f64, f64) {
        self.range.unwrap_or_else(|| {
            let values = self.tiles.iter().flat_map(|tile| &tile.values);
            let values = values.copied().filter(|value| value.is_finite());
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            })
        })
    }
}

impl Tile {
    /// One path for each step of grey, made of horizontal runs of pixels.
    fn paths(&self, (black, white): (f64, f64)) -> String {
        let step_of = |value: f64| {
            // Halves keep the difference of huge values finite.
            let share = (value / 2.0 - black / 2.0) / (white / 2.0 - black / 2.0);
            // Pictures of one value are grey.
            let share = if share.is_finite() {
                share.clamp(0.0, 1.0)
            } else {
                0.5
            };
            (!value.is_nan()).then_some((share * STEPS).round() as usize)
        };
        let mut paths = vec![String::new(); STEPS as usize + 1];
        for (y, row) in self.values.chunks(self.columns.max(1)).enumerate() {
            let steps: Vec<_> = row.iter().map(|value| step_of(*value)).collect();
            let mut x = 0;
            for run in steps.chunk_by(|a, b| a == b) {
                if let Some(path) = run[0].and_then(|step| paths.get_mut(step)) {
                    let _ = write!(path, "M{x} {y}.5h{}", run.len());
                }
                x += run.len();
            }
        }
        let mut out = String::new();
        for (step, path) in paths
            .iter()
            .enumerate()
            .filter(|(_, path)| !path.is_empty())
        {
            let grey = (255.0 * step as f64 / STEPS).round() as u8;
            let _ = writeln!(
                out,
                "<path stroke=\"#{grey:02x}{grey:02x}{grey:02x}\" d=\"{path}\"/>"
            );
        }
        out
    }
}

impl Figure for PixelGrid {
    fn html(&self) -> String {
        if self.tiles.is_empty() {
            return "<p class=\"empty\">There is nothing to draw.</p>\n".to_owned();
        }
        let (title, ends) = (escape(&self.title), self.ends());
        let mut out = format!("<ul class=\"tiles\" aria-label=\"{title}\">\n");
        for tile in &self.tiles {
            let caption = escape(&tile.caption);
            let (columns, rows) = (
                tile.columns.max(1),
                tile.values.len().div_ceil(tile.columns.max(1)),
            );
            let _ = writeln!(
                out,
                "<li><svg viewBox=\"0 0 {columns} {}\" role=\"img\"><title>{title}: {caption}</title>\n\
                 {}</svg><span>{caption}</span></li>",
                rows.max(1),
                tile.paths(ends)
            );
        }
        out.push_str("</ul>\n");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::check_well_formed;

    fn html(grid: &PixelGrid) -> String {
        let html = grid.html();
        check_well_formed(&html);
        assert!(!html.contains("NaN") && !html.contains("inf"), "{html}");
        html
    }

    #[test]
    fn runs_of_equal_pixels_are_one_stroke() {
        let html =
            html(&PixelGrid::new("Wrong").tile("3 → 8", 3, vec![0.0, 0.0, 16.0, 8.0, 16.0, 16.0]));
        assert!(html.contains("viewBox=\"0 0 3 2\""));
        assert!(html.contains("<path stroke=\"#000000\" d=\"M0 0.5h2\"/>"));
        assert!(html.contains("<path stroke=\"#808080\" d=\"M0 1.5h1\"/>"));
        assert!(html.contains("<path stroke=\"#ffffff\" d=\"M2 0.5h1M1 1.5h2\"/>"));
        assert!(
            html.contains("<title>Wrong: 3 → 8</title>") && html.contains("<span>3 → 8</span>")
        );
    }

    #[test]
    fn the_range_can_be_set_and_inverted() {
        let grid = PixelGrid::new("x").tile("a", 2, vec![0.0, 99.0]);
        assert!(html(&grid.clone().range(0.0, 1.0)).contains("#ffffff\" d=\"M1"));
        assert!(html(&grid.range(1.0, 0.0)).contains("#000000\" d=\"M1"));
    }

    #[test]
    fn degenerate_pictures() {
        assert!(html(&PixelGrid::new("x")).contains("nothing to draw"));
        let grid = PixelGrid::new("<x>")
            .tile("<empty>", 0, vec![])
            .tile("blank", 2, vec![f64::NAN; 4])
            .tile("one", 8, vec![5.0])
            .tile("no columns", 0, vec![5.0; 3]);
        let text = html(&grid);
        assert_eq!(text.matches("<li>").count(), 4);
        // All values are equal, so all pixels are grey.
        assert_eq!(text.matches("<path stroke=\"#808080\"").count(), 2);
        assert!(text.contains("&lt;empty&gt;"));
        let huge = PixelGrid::new("x").tile("a", 3, vec![-f64::MAX, f64::MAX, f64::INFINITY]);
        assert!(
            html(&huge).contains("#000000\" d=\"M0") && html(&huge).contains("#ffffff\" d=\"M1")
        );
    }
}
