//! One self-contained page: no script, no font and no picture comes from outside.
//!
//! All text given to these builders is escaped; the only markup that reaches the
//! page unescaped is the output of a [`Chart`](crate::svg::Chart).

mod escape;
mod page;
mod section;
mod table;

pub(crate) use escape::escape;
pub use page::Page;
pub use section::Section;
pub use table::HtmlTable;
