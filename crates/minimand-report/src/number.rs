//! Numbers as text for people.
//!
//! The minus sign is the ASCII hyphen, so that a number copied from a report can
//! be pasted into a spreadsheet or a program. Missing values (NaN) are shown as
//! an en dash, infinities as `∞` and `-∞`, and no number is ever shown as `-0`.

/// `value` with at least `digits` significant digits.
///
/// Digits before the decimal point are never rounded away: `1234.5` with three
/// digits is `1,235`, not `1,230`. Magnitudes below `1e-4`, or from `1e9` on, are
/// written as `3.20e-7`. `digits` is taken to be from 1 to 15.
pub fn significant(value: f64, digits: usize) -> String {
    let digits = digits.clamp(1, 15);
    if !value.is_finite() {
        return non_finite(value);
    }
    if value == 0.0 {
        return fixed(0.0, digits - 1);
    }
    // The exponent after rounding: 9.996 with three digits has exponent 1, not 0.
    let scientific = format!("{value:.*e}", digits - 1);
    let exponent = exponent_of(&scientific);
    if !(-4..9).contains(&exponent) {
        return scientific;
    }
    let decimals = (digits as i32 - 1 - exponent).max(0);
    fixed(value, decimals as usize)
}

/// `value` with exactly `decimals` digits after the point and thousands separated
/// by commas, for columns whose numbers should line up.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return non_finite(value);
    }
    let text = format!("{:.*}", decimals, value.abs());
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let sign = if value < 0.0 && !is_zero { "-" } else { "" };
    match text.split_once('.') {
        Some((whole, fraction)) => format!("{sign}{}.{fraction}", group_thousands(whole)),
        None => format!("{sign}{}", group_thousands(&text)),
    }
}

/// A count with thousands separated by commas.
pub fn count(value: u64) -> String {
    group_thousands(&value.to_string())
}

/// The power of ten at the end of a number written by `{:e}`.
fn exponent_of(scientific: &str) -> i32 {
    scientific
        .rsplit_once('e')
        .and_then(|(_, exponent)| exponent.parse().ok())
        .unwrap_or(0)
}

fn non_finite(value: f64) -> String {
    let text = match value {
        f64::INFINITY => "∞",
        f64::NEG_INFINITY => "-∞",
        _ => "–",
    };
    text.to_owned()
}

fn group_thousands(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn significant_digits() {
        for (value, digits, expected) in [
            (0.012345, 3, "0.0123"),
            (0.5, 3, "0.500"),
            (9.996, 3, "10.0"),
            (123.456, 3, "123"),
            (1234.5, 3, "1,234"),
            (1_234_567.0, 3, "1,234,567"),
            (999_999_999.9, 3, "1.00e9"),
            (2.5e12, 3, "2.50e12"),
            (-3.2e-7, 2, "-3.2e-7"),
            (0.0, 3, "0.00"),
            (-0.0, 1, "0"),
            (7.0, 0, "7"),
        ] {
            assert_eq!(
                significant(value, digits),
                expected,
                "{value} with {digits}"
            );
        }
    }

    #[test]
    fn fixed_decimals() {
        for (value, decimals, expected) in [
            (1234567.891, 2, "1,234,567.89"),
            (-1234.0, 0, "-1,234"),
            (-123.0, 0, "-123"),
            (-0.0004, 3, "0.000"),
            (-0.0, 0, "0"),
            (999.999, 2, "1,000.00"),
        ] {
            assert_eq!(fixed(value, decimals), expected, "{value} with {decimals}");
        }
    }

    #[test]
    fn values_that_are_not_finite() {
        assert_eq!(significant(f64::NAN, 3), "–");
        assert_eq!(significant(f64::INFINITY, 3), "∞");
        assert_eq!(fixed(f64::NEG_INFINITY, 3), "-∞");
    }

    #[test]
    fn counts() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    }
}
