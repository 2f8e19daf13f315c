//! Sections that belong together.

use super::Section;

/// A fold of sections, such as the results of one model. It opens and closes without a
/// script.
#[derive(Debug, Clone)]
pub struct Group {
    pub(super) heading: String,
    pub(super) note: Option<String>,
    pub(super) open: bool,
    pub(super) sections: Vec<Section>,
}

impl Group {
    /// A closed group without sections.
    pub fn new(heading: impl Into<String>) -> Self {
        Self {
            heading: heading.into(),
            note: None,
            open: false,
            sections: Vec::new(),
        }
    }

    /// Sets a line below the heading that can be read while the group is closed, such
    /// as its verdict.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.note = Some(text.into());
        self
    }

    /// Makes the group open when the page is.
    pub fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Appends a section.
    pub fn section(mut self, section: Section) -> Self {
        self.sections.push(section);
        self
    }
}
