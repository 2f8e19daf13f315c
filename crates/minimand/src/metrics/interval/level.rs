//! The nominal coverage of intervals.

use crate::metrics::MetricError;

/// The level of a metric that is looked up by name.
pub(super) const DEFAULT_LEVEL: f64 = 0.9;

/// Checks that a level is strictly between 0 and 1.
pub(super) fn check_level(level: f64) -> Result<(), MetricError> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    Err(MetricError::InvalidParameter {
        parameter: "level",
        value: level,
        allowed: "above 0 and below 1",
    })
}
