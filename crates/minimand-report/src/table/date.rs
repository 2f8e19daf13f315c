//! Dates and times as seconds since 1970-01-01T00:00:00Z.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::Offset;

use super::{ColumnData, Table, WriteError};

/// Microseconds in a second.
const MICROS: f64 = 1e6;

/// Reads `2024-05-17`, or that with a time after `T` or a space, with or without
/// fractions of a second and an offset from UTC; `None` if `text` is something else.
pub(super) fn parse(text: &str) -> Option<f64> {
    // The parser knows more than the common forms: `20240517`, `[Europe/Berlin]`.
    if text.as_bytes().get(4) != Some(&b'-') || text.contains('[') {
        return None;
    }
    let pieces = DateTimeParser::new().parse_pieces(text).ok()?;
    let time = pieces.time().unwrap_or(Time::midnight());
    let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
    let timestamp = offset.to_timestamp(pieces.date().to_datetime(time)).ok()?;
    // Whole seconds towards zero and the rest, both of the same sign.
    Some(seconds(
        timestamp.as_second(),
        i64::from(timestamp.subsec_nanosecond()),
    ))
}

/// Seconds and nanoseconds as one number: the nearest one for multiples of a
/// microsecond within 285 years of 1970, so that every way of writing an instant
/// gives the same value.
pub(super) fn seconds(seconds: i64, nanos: i64) -> f64 {
    if nanos % 1000 == 0 {
        (seconds as f64 * MICROS + (nanos / 1000) as f64) / MICROS
    } else {
        seconds as f64 + nanos as f64 / 1e9
    }
}

/// The instant in whole microseconds; `None` beyond the years −9999 to 9999.
pub(super) fn microseconds(seconds: f64) -> Option<i64> {
    timestamp(seconds).map(Timestamp::as_microsecond)
}

/// `2024-05-17T10:30:00Z`, or `2024-05-17` if `dates_only`; `None` beyond the years
/// −9999 to 9999.
pub(super) fn format(seconds: f64, dates_only: bool) -> Option<String> {
    let timestamp = timestamp(seconds)?;
    Some(if dates_only {
        Offset::UTC.to_datetime(timestamp).date().to_string()
    } else {
        timestamp.to_string()
    })
}

/// Whether the instant is a midnight of UTC.
pub(super) fn is_midnight(seconds: f64) -> bool {
    seconds % 86_400.0 == 0.0
}

/// Makes sure that every date of the table can be written.
pub(super) fn check(path: &Path, table: &Table) -> Result<(), WriteError> {
    for column in table.columns() {
        let ColumnData::Date(values) = &column.data else {
            continue;
        };
        let writable = |value: &f64| value.is_nan() || timestamp(*value).is_some();
        if let Some(row) = values.iter().position(|value| !writable(value)) {
            return Err(WriteError::DateOutOfRange {
                path: path.to_path_buf(),
                column: column.name.clone(),
                row: row + 1,
                seconds: values[row],
            });
        }
    }
    Ok(())
}

fn timestamp(seconds: f64) -> Option<Timestamp> {
    let micros = (seconds * MICROS).round();
    // Casting saturates, and both ends are beyond the last year.
    let timestamp = micros.is_finite().then_some(micros as i64)?;
    Timestamp::from_microsecond(timestamp).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_forms_are_read() {
        for (text, expected) in [
            ("1970-01-01", 0.0),
            ("2024-02-29", 1_709_164_800.0),
            ("1969-12-31T23:59:59Z", -1.0),
            ("1969-12-31 23:59:59.5", -0.5),
            ("2000-01-01T00:00:00", 946_684_800.0),
            ("2000-01-01 01:30", 946_690_200.0),
            ("2000-01-01T02:00:00.25+02:00", 946_684_800.25),
            ("2000-01-01 00:00:00.000001-0100", 946_688_400.000_001),
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in [
            "",
            "2024",
            "2024-13-01",
            "2023-02-29",
            "2024-02-30 10:00",
            "20240229",
            "29.02.2024",
            "02/29/2024",
            "2024-02-29x",
            "2024-02-29T10:00:00Z[Europe/Berlin]",
            "2024-02-29 25:00:00",
            "1234-5678",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for value in [0.0, -0.5, 1e9, 1_709_164_800.123_456, -6e10, 2e11] {
            let text = format(value, false).unwrap();
            assert_eq!(parse(&text), Some(value), "{text}");
        }
        assert_eq!(format(-86_400.0, true).unwrap(), "1969-12-31");
        assert_eq!(format(0.5, false).unwrap(), "1970-01-01T00:00:00.5Z");
        for beyond in [f64::NAN, f64::INFINITY, 1e12, -1e300] {
            assert_eq!(format(beyond, false), None, "{beyond}");
        }
    }
}
