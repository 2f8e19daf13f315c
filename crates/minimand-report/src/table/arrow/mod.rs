//! Tables in the Arrow memory format: Parquet and Arrow IPC files.

mod column;
mod guard;
mod ipc;
mod read;
mod write;

pub(super) use read::{read_file, read_parquet, read_stream};
pub use write::{write_arrow, write_parquet};
