//! Writing Parquet and Arrow IPC.

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use crate::atomic::write_atomically;
use crate::table::{ColumnData, Table, WriteError, date};

/// Rows written at once; in Parquet, the rows of a group.
const BATCH: usize = 1 << 18;

const UTC: &str = "UTC";

/// Writes a Parquet file: numbers as doubles, dates as timestamps in microseconds of UTC,
/// categories as dictionaries of text, missing values as null, all compressed with
/// Zstandard. The file appears only once it is complete.
///
/// # Errors
///
/// A date is beyond the years −9999 to 9999, or the file cannot be written.
pub fn write_parquet(path: &Path, table: &Table) -> Result<(), WriteError> {
    date::check(path, table)?;
    let columns = ArrowColumns::new(table);
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(Default::default()))
        .build();
    write_atomically(path, |out| {
        // The writer wants something that can be sent to another thread, which `out` is
        // not: what it has written is passed on after every group.
        let mut writer = ArrowWriter::try_new(Vec::new(), columns.schema(), Some(properties))?;
        for rows in columns.batches() {
            writer.write(&columns.batch(rows)?)?;
            writer.flush()?;
            out.write_all(&std::mem::take(writer.inner_mut()))?;
        }
        out.write_all(&writer.into_inner()?)
    })?;
    Ok(())
}

/// Writes an Arrow IPC file, of the same types as [`write_parquet`] and uncompressed. The
/// file appears only once it is complete.
///
/// # Errors
///
/// A date is beyond the years −9999 to 9999, or the file cannot be written.
pub fn write_arrow(path: &Path, table: &Table) -> Result<(), WriteError> {
    date::check(path, table)?;
    let columns = ArrowColumns::new(table);
    write_atomically(path, |out: &mut dyn Write| {
        let mut writer = FileWriter::try_new(out, &columns.schema()).map_err(io::Error::other)?;
        for rows in columns.batches() {
            let batch = columns.batch(rows)?;
            writer.write(&batch).map_err(io::Error::other)?;
        }
        writer.finish().map_err(io::Error::other)
    })?;
    Ok(())
}

/// A table as batches of Arrow arrays.
struct ArrowColumns<'a> {
    table: &'a Table,
    /// The names of each column, empty for other than categories.
    names: Vec<ArrayRef>,
    schema: Arc<Schema>,
}

impl<'a> ArrowColumns<'a> {
    fn new(table: &'a Table) -> Self {
        let fields: Vec<Field> = table
            .columns()
            .iter()
            .map(|column| Field::new(&column.name, data_type(&column.data), true))
            .collect();
        let names = table.columns().iter().map(|column| {
            let names: &[String] = match &column.data {
                ColumnData::Category { names, .. } => names,
                _ => &[],
            };
            Arc::new(StringArray::from_iter_values(names)) as ArrayRef
        });
        Self {
            table,
            names: names.collect(),
            schema: Arc::new(Schema::new(fields)),
        }
    }

    fn schema(&self) -> Arc<Schema> {
        Arc::clone(&self.schema)
    }

    fn batches(&self) -> impl Iterator<Item = Range<usize>> {
        let rows = self.table.rows();
        (0..rows)
            .step_by(BATCH)
            .map(move |start| start..rows.min(start + BATCH))
    }

    fn batch(&self, rows: Range<usize>) -> io::Result<RecordBatch> {
        let arrays = self
            .table
            .columns()
            .iter()
            .zip(&self.names)
            .map(|(column, names)| array(&column.data, names, rows.clone()))
            .collect::<io::Result<_>>()?;
        RecordBatch::try_new(self.schema(), arrays).map_err(io::Error::other)
    }
}

fn data_type(data: &ColumnData) -> DataType {
    match data {
        ColumnData::Number(_) => DataType::Float64,
        ColumnData::Boolean(_) => DataType::Boolean,
        ColumnData::Date(_) => DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into())),
        // pandas reads no unsigned keys.
        ColumnData::Category { .. } => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
        }
    }
}

fn array(data: &ColumnData, names: &ArrayRef, rows: Range<usize>) -> io::Result<ArrayRef> {
    let present = |value: &f64| (!value.is_nan()).then_some(*value);
    Ok(match data {
        ColumnData::Number(values) => {
            Arc::new(Float64Array::from_iter(values[rows].iter().map(present)))
        }
        ColumnData::Boolean(values) => Arc::new(BooleanArray::from(values[rows].to_vec())),
        ColumnData::Date(values) => {
            let micros = values[rows].iter().map(|value| date::microseconds(*value));
            Arc::new(TimestampMicrosecondArray::from_iter(micros).with_timezone(UTC))
        }
        ColumnData::Category { codes, .. } => {
            let keys = codes[rows]
                .iter()
                .map(|code| code.map(i32::try_from).transpose())
                .collect::<Result<Int32Array, _>>()
                .map_err(io::Error::other)?;
            let array = DictionaryArray::<Int32Type>::try_new(keys, Arc::clone(names));
            Arc::new(array.map_err(io::Error::other)?)
        }
    })
}
