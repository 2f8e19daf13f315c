//! From data to pixels, with round numbers on the way.

use super::{is_plottable, text};
use crate::number::{fixed, significant};

/// The share of the data range left free at either end.
const PADDING: f64 = 0.05;

/// The least distance between labels on a horizontal axis.
const LABEL_GAP: f64 = 14.0;

/// A mapping of values to one screen coordinate.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    logarithmic: bool,
    /// The ends in data space, or their decimal logarithms.
    low: f64,
    high: f64,
    /// Whether all data are whole numbers, so that ticks should be, too.
    whole: bool,
    /// The screen coordinates of `low` and `high`.
    from: f64,
    to: f64,
}

/// A labelled place on an axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub(super) value: f64,
    pub(super) label: String,
}

impl Axis {
    /// An axis that just holds all of `values` that can be drawn; `None` if none
    /// can. A logarithmic axis holds positive values only. Ticks for whole numbers
    /// are whole numbers.
    pub(super) fn tight(values: impl Iterator<Item = f64>, logarithmic: bool) -> Option<Self> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut whole = !logarithmic;
        for value in values.filter(|value| is_plottable(*value) && (!logarithmic || *value > 0.0)) {
            low = low.min(value);
            high = high.max(value);
            whole &= value.fract() == 0.0;
        }
        if low > high {
            return None;
        }
        if logarithmic {
            (low, high) = (low.log10(), high.log10());
        }
        // Ranges lost in rounding are widened, as is a single value.
        if high - low <= low.abs().max(high.abs()) * 1e-9 || high - low < 1e-290 {
            let margin = if logarithmic || low == 0.0 {
                0.5
            } else {
                low.abs() * 0.1
            };
            (low, high) = (low - margin, high + margin);
        }
        Some(Self {
            logarithmic,
            low,
            high,
            whole,
            from: 0.0,
            to: 1.0,
        })
    }

    /// Like [`Axis::tight`] for measured values: with room at both ends, and ticks
    /// anywhere. Room is not made below zero for values that are all positive or
    /// zero.
    pub(super) fn padded(values: impl Iterator<Item = f64>, logarithmic: bool) -> Option<Self> {
        let mut axis = Self::tight(values, logarithmic)?;
        let padding = (axis.high - axis.low) * PADDING;
        let floor = if !logarithmic && axis.low >= 0.0 {
            0.0
        } else {
            f64::NEG_INFINITY
        };
        axis.low = (axis.low - padding).max(floor);
        axis.high += padding;
        axis.whole = false;
        Some(axis)
    }

    /// The axis of shares and probabilities, from 0 to 1.
    pub(super) fn unit() -> Self {
        Self {
            logarithmic: false,
            low: 0.0,
            high: 1.0,
            whole: false,
            from: 0.0,
            to: 1.0,
        }
    }

    /// Sets the screen coordinates of the low and the high end.
    pub(super) fn spanning(mut self, from: f64, to: f64) -> Self {
        (self.from, self.to) = (from, to);
        self
    }

    /// The screen coordinate of `value`, if it can be drawn.
    pub(super) fn position(&self, value: f64) -> Option<f64> {
        let drawable = is_plottable(value) && (!self.logarithmic || value > 0.0);
        drawable.then(|| {
            let value = if self.logarithmic {
                value.log10()
            } else {
                value
            };
            let share = (value - self.low) / (self.high - self.low);
            self.from + share * (self.to - self.from)
        })
    }

    /// Like [`Axis::position`], with values beyond an end moved to that end, for
    /// bounds that may be infinite or, on a logarithmic axis, not positive.
    pub(super) fn clamped(&self, value: f64) -> Option<f64> {
        let (low, high) = (self.from.min(self.to), self.from.max(self.to));
        let position = match self.position(value) {
            Some(position) => position,
            None if value.is_nan() => return None,
            None if value > 0.0 => self.to,
            None => self.from,
        };
        Some(position.clamp(low, high))
    }

    /// Whether `value` can be drawn between the ends.
    pub(super) fn holds(&self, value: f64) -> bool {
        let (low, high) = (self.from.min(self.to), self.from.max(self.to));
        self.position(value)
            .is_some_and(|position| (low..=high).contains(&position))
    }

    /// The length of the axis in the units of the data; for a logarithmic axis,
    /// in powers of ten.
    pub(super) fn span(&self) -> f64 {
        self.high - self.low
    }

    /// About `count` ticks at round values.
    pub(super) fn ticks(&self, count: usize) -> Vec<Tick> {
        let count = count.max(2) as f64;
        if self.logarithmic {
            self.log_ticks(count)
        } else {
            linear_ticks(self.low, self.high, count, self.whole)
        }
    }

    /// As many ticks, up to about eight, as a horizontal axis has room for labels.
    pub(super) fn ticks_with_room(&self) -> Vec<Tick> {
        let fits = |ticks: &Vec<Tick>| {
            let widest = text::widest(ticks.iter().map(|tick| tick.label.as_str()));
            (widest + LABEL_GAP) * ticks.len() as f64 <= (self.to - self.from).abs()
        };
        (2..=8)
            .rev()
            .map(|count| self.ticks(count))
            .find(fits)
            .unwrap_or_else(|| self.ticks(2))
    }

    fn log_ticks(&self, count: f64) -> Vec<Tick> {
        if self.span() < 0.7 {
            // Less than a factor of five: round steps say more than round factors.
            let (low, high) = (10_f64.powf(self.low), 10_f64.powf(self.high));
            return linear_ticks(low, high, count, false);
        }
        let stride = (self.span() / count).ceil().max(1.0) as i32;
        let factors: &[f64] = match self.span() {
            ..1.5 => &[1.0, 2.0, 5.0],
            ..2.5 => &[1.0, 3.0],
            _ => &[1.0],
        };
        let mut ticks = Vec::new();
        for exponent in self.low.floor() as i32..=self.high.ceil() as i32 {
            if exponent.rem_euclid(stride) != 0 {
                continue;
            }
            for factor in factors {
                // Parsing is exact where powers of ten are not.
                let value = format!("{factor}e{exponent}").parse().unwrap_or(f64::NAN);
                if (self.low..=self.high).contains(&f64::log10(value)) {
                    ticks.push(Tick {
                        value,
                        label: round_label(value),
                    });
                }
            }
        }
        ticks
    }
}

fn linear_ticks(low: f64, high: f64, count: f64, whole: bool) -> Vec<Tick> {
    let rough = (high - low) / count;
    let power = rough.log10().floor();
    let unit = 10_f64.powf(power);
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|factor| factor * unit >= rough * 0.999)
        .unwrap_or(10.0);
    let mut step = factor * unit;
    let mut exponent = power as i32 + i32::from(factor == 10.0);
    if whole && step < 1.0 {
        (step, exponent) = (1.0, 0);
    }
    let largest = low.abs().max(high.abs());
    let label = |value: f64| {
        if exponent < -6 || (largest >= 1e7 && exponent >= 3) {
            let digits = (largest.log10().floor() as i32 - exponent + 1).clamp(1, 15);
            if value == 0.0 {
                "0".to_owned()
            } else {
                format!("{value:.*e}", digits as usize - 1)
            }
        } else {
            fixed(value, exponent.min(0).unsigned_abs() as usize)
        }
    };
    // Multiples of the step, so that rounding errors do not add up.
    let (first, last) = ((low / step).ceil(), (high / step).floor());
    (0..=(last - first).clamp(-1.0, 50.0) as i64)
        .map(|index| (first + index as f64) * step)
        .filter(|value| *value <= high + step * 1e-6)
        .map(|value| Tick {
            value,
            label: label(value),
        })
        .collect()
}

/// A number with one significant digit, without trailing zeros.
fn round_label(value: f64) -> String {
    if (1e-4..1e6).contains(&value) {
        significant(value, 1)
    } else {
        format!("{value:.0e}")
    }
}

#[cfg(test)]
#[path = "axis_tests.rs"]
mod tests;
