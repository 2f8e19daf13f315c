//! The style sheets, taken apart by what needs them.

/// The colours by name, light and dark.
pub(crate) const COLOURS: &str = include_str!("colours.css");

/// How drawings look; needs the colours.
pub(crate) const CHART: &str = include_str!("chart.css");

/// How everything else on a page looks; needs the colours.
pub(crate) const PAGE: &str = include_str!("page.css");
