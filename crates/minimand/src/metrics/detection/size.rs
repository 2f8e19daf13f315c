//! Sizes of objects.

/// Objects by their area, in squared units of the coordinates (COCO: pixels).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// Objects of any area.
    #[default]
    All,
    /// Areas of at most 32².
    Small,
    /// Areas from 32² to 96².
    Medium,
    /// Areas of at least 96².
    Large,
}

impl Size {
    /// Every size, in the order in which states hold them.
    pub(super) const EVERY: [Size; 4] = [Size::All, Size::Small, Size::Medium, Size::Large];

    /// Whether an area is of this size; an unknown one (NaN) is of no size but `All`.
    pub(super) fn holds(self, area: f64) -> bool {
        const SMALL: f64 = 32.0 * 32.0;
        const MEDIUM: f64 = 96.0 * 96.0;
        match self {
            Size::All => true,
            Size::Small => area <= SMALL,
            Size::Medium => (SMALL..=MEDIUM).contains(&area),
            Size::Large => area >= MEDIUM,
        }
    }

    pub(super) fn place(self) -> usize {
        self as usize
    }
}
