//! The messages of Arrow IPC.
//!
//! The readers of the Arrow crate take every length in a file at its word and ask for
//! that much memory, which ends the process where a length is damaged. Here a length is
//! believed once the bytes are there; the crate decodes them.

mod file;
mod stream;

use std::io::{self, Read};

use arrow_ipc::{CompressionType, Message};
use arrow_schema::ArrowError;

pub(super) use file::FileBatches;
pub(super) use stream::StreamBatches;

/// What precedes the length of a message, except in files from before 2019.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// Bytes before each compressed buffer that say how long it was.
const LENGTH_BYTES: usize = 8;

/// The most that Zstandard makes of a byte: 128 KiB of a block of four.
const MOST_ZSTD: u64 = 1 << 15;

/// The most that LZ4 makes of a byte.
const MOST_LZ4: u64 = 255;

/// Reads just so many bytes.
fn take(source: &mut impl Read, length: u64) -> Result<Vec<u8>, ArrowError> {
    let mut bytes = Vec::new();
    source.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length {
        Ok(bytes)
    } else {
        Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
    }
}

/// Makes sure that no compressed buffer claims to have been longer than it can have been.
fn check_lengths(message: &Message<'_>, body: &[u8]) -> Result<(), ArrowError> {
    let dictionary = message.header_as_dictionary_batch();
    let batch = message
        .header_as_record_batch()
        .or_else(|| dictionary.and_then(|dictionary| dictionary.data()));
    let Some(compression) = batch.and_then(|batch| batch.compression()) else {
        return Ok(());
    };
    let most = match compression.codec() {
        CompressionType::LZ4_FRAME => MOST_LZ4,
        _ => MOST_ZSTD,
    };
    for buffer in batch
        .and_then(|batch| batch.buffers())
        .into_iter()
        .flatten()
    {
        let compressed = usize::try_from(buffer.offset())
            .ok()
            .and_then(|start| body.get(start..))
            .and_then(|rest| rest.get(..usize::try_from(buffer.length()).ok()?))
            .ok_or_else(|| invalid("a buffer lies outside its message"))?;
        let Some((length, rest)) = compressed.split_first_chunk::<LENGTH_BYTES>() else {
            continue;
        };
        // Negative lengths mark what is not compressed.
        let length = u64::try_from(i64::from_le_bytes(*length)).unwrap_or(0);
        if length > (rest.len() as u64).saturating_mul(most) {
            return Err(invalid("a compressed buffer is too short"));
        }
    }
    Ok(())
}

fn invalid(reason: &str) -> ArrowError {
    ArrowError::IpcError(reason.to_owned())
}
