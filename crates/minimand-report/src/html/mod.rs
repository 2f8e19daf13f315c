//! One self-contained page: no script, no font and no picture comes from outside.
//!
//! All text given to these builders is escaped; the only markup that reaches the
//! page unescaped is the output of a [`Figure`].

mod anchors;
mod escape;
mod figure;
mod group;
mod heat_map;
mod overlays;
mod page;
mod pixel_grid;
mod section;
#[cfg(test)]
mod style_tests;
mod table;

pub(crate) use escape::escape;
pub use figure::Figure;
pub use group::Group;
pub use heat_map::HeatMap;
pub use overlays::Overlays;
pub use page::Page;
pub use pixel_grid::PixelGrid;
pub use section::Section;
pub use table::HtmlTable;
