//! A stream: the schema, then dictionaries and batches, each after its description.

use std::collections::VecDeque;
use std::io::Read;

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::root_as_message;
use arrow_schema::{ArrowError, SchemaRef};

use super::{CONTINUATION, check_lengths, invalid, take};

/// What may end the messages, or else the stream just ends.
const END: [u8; 8] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// The batches of a stream.
pub(in crate::table::arrow) struct StreamBatches<R> {
    source: R,
    decoder: StreamDecoder,
    ended: bool,
    ready: VecDeque<RecordBatch>,
}

impl<R: Read> StreamBatches<R> {
    /// Reads up to the schema.
    pub(in crate::table::arrow) fn new(source: R) -> Result<(SchemaRef, Self), ArrowError> {
        let mut batches = Self {
            source,
            decoder: StreamDecoder::new(),
            ended: false,
            ready: VecDeque::new(),
        };
        loop {
            if let Some(schema) = batches.decoder.schema() {
                return Ok((schema, batches));
            }
            if batches.ended {
                return Err(invalid("there is no schema"));
            }
            batches.next_message()?;
        }
    }

    fn next_message(&mut self) -> Result<(), ArrowError> {
        let Some(metadata) = self.metadata()? else {
            self.ended = true;
            // The decoder looks at a message without a body when the next one comes.
            return self.push(END.to_vec());
        };
        let message = root_as_message(&metadata).map_err(|error| invalid(&error.to_string()))?;
        let length = u64::try_from(message.bodyLength())
            .map_err(|_| invalid("a message has a negative length"))?;
        let body = take(&mut self.source, length)?;
        check_lengths(&message, &body)?;
        let mut framed = CONTINUATION.to_vec();
        framed.extend((metadata.len() as u32).to_le_bytes());
        framed.extend(&metadata);
        self.push(framed)?;
        self.push(body)
    }

    /// The description of the next message, or `None` at the end.
    fn metadata(&mut self) -> Result<Option<Vec<u8>>, ArrowError> {
        let mut prefix = Vec::new();
        self.source.by_ref().take(4).read_to_end(&mut prefix)?;
        if prefix.is_empty() {
            return Ok(None);
        }
        if prefix == CONTINUATION {
            prefix = take(&mut self.source, 4)?;
        }
        let length: [u8; 4] = prefix
            .try_into()
            .map_err(|_| invalid("the stream ends inside a message"))?;
        match u32::from_le_bytes(length) {
            0 => Ok(None),
            length => take(&mut self.source, u64::from(length)).map(Some),
        }
    }

    fn push(&mut self, bytes: Vec<u8>) -> Result<(), ArrowError> {
        let mut buffer = bytes.into();
        // The decoder takes what it can use and stops after a batch.
        loop {
            match self.decoder.decode(&mut buffer)? {
                Some(batch) => self.ready.push_back(batch),
                None => return Ok(()),
            }
        }
    }
}

impl<R: Read> Iterator for StreamBatches<R> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.ended {
            if let Err(error) = self.next_message() {
                self.ended = true;
                return Some(Err(error));
            }
        }
        self.ready.pop_front().map(Ok)
    }
}
