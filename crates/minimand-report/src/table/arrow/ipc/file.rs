//! A file: batches anywhere, and an index of them at the end.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::sync::Arc;
use std::vec::IntoIter;

use arrow_array::RecordBatch;
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::reader::{FileDecoder, read_footer_length};
use arrow_ipc::{Block, root_as_footer, root_as_message};
use arrow_schema::{ArrowError, SchemaRef};

use super::{CONTINUATION, check_lengths, invalid, take};

/// The length of the index and the closing magic bytes.
const TAIL: usize = 10;

/// The batches of a file.
pub(in crate::table::arrow) struct FileBatches {
    file: File,
    decoder: FileDecoder,
    blocks: IntoIter<Block>,
}

impl FileBatches {
    /// Reads the index and the dictionaries.
    pub(in crate::table::arrow) fn new(mut file: File) -> Result<(SchemaRef, Self), ArrowError> {
        let length = file.seek(SeekFrom::End(0))?;
        let tail_start = length
            .checked_sub(TAIL as u64)
            .ok_or_else(|| invalid("there is no index"))?;
        let tail = read_at(&mut file, tail_start, TAIL as u64)?;
        let tail: [u8; TAIL] = tail.try_into().map_err(|_| invalid("there is no index"))?;
        let footer_length = read_footer_length(tail)? as u64;
        let footer_start = tail_start
            .checked_sub(footer_length)
            .ok_or_else(|| invalid("the index is longer than the file"))?;
        let footer = read_at(&mut file, footer_start, footer_length)?;
        let footer = root_as_footer(&footer).map_err(|error| invalid(&error.to_string()))?;
        let schema = footer
            .schema()
            .ok_or_else(|| invalid("there is no schema"))?;
        if !schema.endianness().equals_to_target_endianness() {
            return Err(invalid("its byte order is not that of this machine"));
        }
        let schema = Arc::new(fb_to_schema(schema));
        let mut decoder = FileDecoder::new(Arc::clone(&schema), footer.version());
        for block in footer.dictionaries().into_iter().flatten() {
            let bytes = read_block(&mut file, block)?;
            decoder.read_dictionary(block, &bytes.into())?;
        }
        let blocks: Vec<Block> = footer
            .recordBatches()
            .into_iter()
            .flatten()
            .copied()
            .collect();
        let batches = Self {
            file,
            decoder,
            blocks: blocks.into_iter(),
        };
        Ok((schema, batches))
    }

    fn batch(&mut self, block: &Block) -> Result<Option<RecordBatch>, ArrowError> {
        let bytes = read_block(&mut self.file, block)?;
        self.decoder.read_record_batch(block, &bytes.into())
    }
}

impl Iterator for FileBatches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let block = self.blocks.next()?;
        self.batch(&block).transpose()
    }
}

/// Reads a message with its description.
fn read_block(file: &mut File, block: &Block) -> Result<Vec<u8>, ArrowError> {
    let outside = || invalid("the index points outside the file");
    let start = u64::try_from(block.offset()).map_err(|_| outside())?;
    let description = u64::try_from(block.metaDataLength()).map_err(|_| outside())?;
    let body = u64::try_from(block.bodyLength()).map_err(|_| outside())?;
    let length = description.checked_add(body).ok_or_else(outside)?;
    let bytes = read_at(file, start, length)?;
    let (description, body) = bytes
        .split_at_checked(description as usize)
        .ok_or_else(outside)?;
    let message = description
        .strip_prefix(&CONTINUATION)
        .unwrap_or(description)
        .get(4..)
        .ok_or_else(|| invalid("a message has no description"))?;
    let message = root_as_message(message).map_err(|error| invalid(&error.to_string()))?;
    check_lengths(&message, body)?;
    Ok(bytes)
}

fn read_at(file: &mut File, start: u64, length: u64) -> Result<Vec<u8>, ArrowError> {
    file.seek(SeekFrom::Start(start))?;
    take(file, length)
}
