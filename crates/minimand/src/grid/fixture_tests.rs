//! Masks with what SciPy and scikit-image make of them: `fixtures/grid.json`.

use super::Grid;
use serde::Deserialize;

/// One mask.
#[derive(Deserialize)]
pub(super) struct Case {
    pub(super) name: String,
    shape: Vec<usize>,
    spacing: Vec<f64>,
    #[serde(deserialize_with = "digits")]
    pub(super) mask: Vec<bool>,
    pub(super) to_false: Option<Vec<f64>>,
    pub(super) to_true: Option<Vec<f64>>,
    /// For each connectivity from faces on.
    pub(super) components: Option<Vec<Vec<u32>>>,
    pub(super) eroded: Vec<String>,
    pub(super) dilated: Vec<String>,
    pub(super) lee: Option<String>,
}

impl Case {
    pub(super) fn grid(&self) -> Grid {
        let grid = Grid::new(&self.shape).unwrap();
        grid.with_spacing(&self.spacing).unwrap()
    }
}

pub(super) fn mask(digits: &str) -> Vec<bool> {
    digits.bytes().map(|digit| digit == b'1').collect()
}

fn digits<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<bool>, D::Error> {
    String::deserialize(from).map(|digits| mask(&digits))
}

#[derive(Deserialize)]
struct File {
    cases: Vec<Case>,
}

pub(super) fn cases() -> Vec<Case> {
    let text = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/grid.json"
    ));
    serde_json::from_str::<File>(text).unwrap().cases
}
