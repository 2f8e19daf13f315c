//! Reading Parquet and Arrow IPC.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, Schema, SchemaRef};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;

use super::column::Builder;
use super::guard::guarded;
use super::ipc::{FileBatches, StreamBatches};
use crate::table::{Column, ReadError, Table, names};

const PARQUET: &str = "Parquet";
const ARROW: &str = "Arrow";

/// Rows decoded at once.
const BATCH: usize = 8192;

/// Reads a Parquet file.
pub(in crate::table) fn read_parquet(path: &Path, file: File) -> Result<Table, ReadError> {
    let damaged = |error: ParquetError| damaged(path, PARQUET, error.to_string());
    guarded(path, PARQUET, || {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged)?;
        check_compression(path, builder.metadata())?;
        let mut columns = Columns::new(path, PARQUET, builder.schema())?;
        let batches = builder.with_batch_size(BATCH).build().map_err(damaged)?;
        columns.append_all(batches)?;
        columns.finish()
    })
}

fn check_compression(path: &Path, metadata: &ParquetMetaData) -> Result<(), ReadError> {
    let groups = metadata.row_groups().iter();
    for chunk in groups.flat_map(|group| group.columns()) {
        let found = match chunk.compression() {
            Compression::BROTLI(_) => "a Parquet file compressed with Brotli",
            Compression::LZO => "a Parquet file compressed with LZO",
            _ => continue,
        };
        return Err(ReadError::UnsupportedFormat {
            path: path.to_path_buf(),
            found,
            advice: "write it again with zstd or snappy",
        });
    }
    Ok(())
}

/// Reads an Arrow IPC file, which Feather version 2 is.
pub(in crate::table) fn read_file(path: &Path, file: File) -> Result<Table, ReadError> {
    read_ipc(path, || FileBatches::new(file))
}

/// Reads an Arrow IPC stream.
pub(in crate::table) fn read_stream(path: &Path, bytes: impl Read) -> Result<Table, ReadError> {
    read_ipc(path, || StreamBatches::new(BufReader::new(bytes)))
}

fn read_ipc<B>(
    path: &Path,
    open: impl FnOnce() -> Result<(SchemaRef, B), ArrowError>,
) -> Result<Table, ReadError>
where
    B: Iterator<Item = Result<RecordBatch, ArrowError>>,
{
    guarded(path, ARROW, || {
        let (schema, batches) = open().map_err(|error| read_error(path, ARROW, error))?;
        let mut columns = Columns::new(path, ARROW, &schema)?;
        columns.append_all(batches)?;
        columns.finish()
    })
}

/// Tells a failing disk from a damaged file.
fn read_error(path: &Path, format: &'static str, error: ArrowError) -> ReadError {
    match error {
        ArrowError::IoError(_, error) if error.kind() != ErrorKind::UnexpectedEof => {
            ReadError::from_io(path, error)
        }
        error => damaged(path, format, error.to_string()),
    }
}

fn damaged(path: &Path, format: &'static str, reason: String) -> ReadError {
    ReadError::Damaged {
        path: path.to_path_buf(),
        format,
        reason,
    }
}

/// The columns of a file while its batches are read.
struct Columns<'a> {
    path: &'a Path,
    format: &'static str,
    names: Vec<String>,
    builders: Vec<Builder>,
    rows: usize,
}

impl<'a> Columns<'a> {
    fn new(path: &'a Path, format: &'static str, schema: &Schema) -> Result<Self, ReadError> {
        let names = names::distinct(
            path,
            schema.fields().iter().map(|field| field.name().as_str()),
        )?;
        let builders = schema
            .fields()
            .iter()
            .zip(&names)
            .map(|(field, name)| {
                Builder::of_type(field.data_type()).map_err(|advice| ReadError::UnsupportedColumn {
                    path: path.to_path_buf(),
                    column: name.clone(),
                    data_type: field.data_type().to_string(),
                    advice,
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            path,
            format,
            names,
            builders,
            rows: 0,
        })
    }

    fn append_all(
        &mut self,
        batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    ) -> Result<(), ReadError> {
        for batch in batches {
            let batch = batch.map_err(|error| read_error(self.path, self.format, error))?;
            self.rows = self.rows.saturating_add(batch.num_rows());
            if u32::try_from(self.rows).is_err() {
                return Err(ReadError::TooManyRows {
                    path: self.path.to_path_buf(),
                });
            }
            if batch.num_columns() != self.builders.len() {
                return Err(self.unlike_schema());
            }
            for (builder, array) in self.builders.iter_mut().zip(batch.columns()) {
                if !builder.append(array) {
                    return Err(self.unlike_schema());
                }
            }
        }
        Ok(())
    }

    fn unlike_schema(&self) -> ReadError {
        damaged(
            self.path,
            self.format,
            "a batch is not of the types in the schema".to_owned(),
        )
    }

    fn finish(self) -> Result<Table, ReadError> {
        if self.rows == 0 || self.names.is_empty() {
            return Err(ReadError::NoDataRows {
                path: self.path.to_path_buf(),
            });
        }
        let columns = self
            .names
            .into_iter()
            .zip(self.builders)
            .map(|(name, builder)| Column {
                name,
                data: builder.finish(),
            })
            .collect();
        Ok(Table::of_checked(columns, self.rows))
    }
}
