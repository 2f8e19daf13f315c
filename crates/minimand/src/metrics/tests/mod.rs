//! Tests that hold for every metric in the lists.

mod detection;
mod diagnostics;
mod embedding;
mod errors;
mod properties;
mod reference;
mod rows;

use std::fmt::Debug;

use proptest::prelude::*;

use super::*;
use rows::{IntervalRow, LabelledRow, NumberRow, SegmentedRow, TaggedRow};

/// What differs between the tasks, so that one test covers all.
trait Rows: Task + Sized {
    type Row: Clone + Debug;

    fn list() -> &'static [MetricInfo];
    fn find(name: &str) -> Result<Box<dyn Metric<Self>>, MetricError>;
    fn update(state: &mut dyn Metric<Self>, rows: &[Self::Row]);
    fn weight(row: &mut Self::Row) -> &mut f64;
    /// The same row with a perfect prediction.
    fn perfect(row: &Self::Row) -> Self::Row;
    /// A row whose values would be refused if its weight were not zero.
    fn padding(row: &Self::Row) -> Self::Row;
    fn rows() -> BoxedStrategy<Vec<Self::Row>>;

    /// The empty state.
    fn empty(name: &str) -> Box<dyn Metric<Self>> {
        Self::find(name).unwrap()
    }

    /// The state after one batch.
    fn state(name: &str, rows: &[Self::Row]) -> Box<dyn Metric<Self>> {
        let mut state = Self::empty(name);
        Self::update(state.as_mut(), rows);
        state
    }

    /// The value of one batch.
    fn value(name: &str, rows: &[Self::Row]) -> Option<f64> {
        Self::state(name, rows).value()
    }
}

/// Whether two values agree within 1e-12 relative, or absolute where they are near zero.
fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * b.abs() + 1e-14,
        (None, None) => true,
        _ => false,
    }
}
