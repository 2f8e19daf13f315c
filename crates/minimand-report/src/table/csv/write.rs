//! Writing CSV.

use std::io::Write;
use std::path::Path;

use crate::atomic::write_atomically;
use crate::table::{ColumnData, Table, WriteError, date};

/// Writes a CSV file: UTF-8, commas, quotes where needed, `true` and `false`, dates as
/// `2024-05-17` if the column has midnights of UTC only and else as
/// `2024-05-17T10:30:00Z`, to the microsecond. Numbers are written so that the same `f64`
/// is read. A missing value is an empty field. The file appears only once it is complete.
///
/// CSV does not keep types: categories that look like numbers, dates, booleans or missing
/// values are read as such.
///
/// # Errors
///
/// A date is beyond the years −9999 to 9999, or the file cannot be written.
pub fn write_csv(path: &Path, table: &Table) -> Result<(), WriteError> {
    date::check(path, table)?;
    write_atomically(path, |out| write_csv_to(out, table))?;
    Ok(())
}

/// As [`write_csv`], to anything that bytes can be written to. A date beyond the years
/// −9999 to 9999 is an empty field.
///
/// # Errors
///
/// Whatever `out` reports.
pub fn write_csv_to(out: &mut dyn Write, table: &Table) -> std::io::Result<()> {
    let dates_only: Vec<bool> = table
        .columns()
        .iter()
        .map(|column| match &column.data {
            ColumnData::Date(values) => values
                .iter()
                .all(|value| value.is_nan() || date::is_midnight(*value)),
            _ => false,
        })
        .collect();
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(table.names())?;
    let mut cell = String::new();
    for row in 0..table.rows() {
        for (column, dates_only) in table.columns().iter().zip(&dates_only) {
            cell.clear();
            spell(&mut cell, &column.data, row, *dates_only);
            writer.write_field(&cell)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

/// Appends the value of a row; nothing if it is missing.
fn spell(cell: &mut String, data: &ColumnData, row: usize, dates_only: bool) {
    match data {
        ColumnData::Number(values) => {
            if let Some(value) = values.get(row)
                && !value.is_nan()
            {
                number(cell, *value);
            }
        }
        ColumnData::Boolean(values) => {
            if let Some(Some(value)) = values.get(row) {
                cell.push_str(if *value { "true" } else { "false" });
            }
        }
        ColumnData::Date(values) => {
            let text = values
                .get(row)
                .and_then(|value| date::format(*value, dates_only));
            cell.push_str(&text.unwrap_or_default());
        }
        ColumnData::Category { codes, names } => {
            let name = codes.get(row).and_then(|code| names.get((*code)? as usize));
            cell.push_str(name.map_or("", String::as_str));
        }
    }
}

/// The shortest digits that give the same number, with an exponent where zeros would
/// hide them.
fn number(cell: &mut String, value: f64) {
    let plain = value == 0.0 || (1e-5..1e16).contains(&value.abs());
    let text = if plain || value.is_infinite() {
        value.to_string()
    } else {
        format!("{value:e}")
    };
    cell.push_str(&text);
}
