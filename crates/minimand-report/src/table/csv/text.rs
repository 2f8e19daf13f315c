//! Bytes of a file as a stream of UTF-8 text.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, WINDOWS_1252};

/// Bytes read at once; the first block also tells the dialect.
const BLOCK: usize = 1 << 18;

/// The longest row that is read, in bytes. Ten million short fields fit.
pub(super) const LONGEST_ROW: u64 = 1 << 28;

/// What follows the text: a record of its own, unless the text ends inside quotes,
/// where it becomes part of a field. The CSV parser does not tell the two apart.
const END: &str = "\n\u{1e}";

/// What [`END`] is as a record.
pub(super) const END_FIELD: &str = "\u{1e}";

/// Why the text could not be read on.
#[derive(Debug)]
pub(super) enum Failure {
    /// Bytes that are not of the encoding of all the text before.
    Invalid { line: u64, encoding: &'static str },
    /// A row of more than [`LONGEST_ROW`] bytes.
    RowTooLong,
    /// The source failed.
    Io(io::Error),
}

/// Reads UTF-8, UTF-16 with a byte order mark, or Windows-1252 (and so Latin-1 and
/// ASCII) as UTF-8 without a byte order mark, followed by [`END`].
///
/// Text is UTF-8 until a byte is not. If everything before it was ASCII, the whole
/// text can be Windows-1252 and is; otherwise it is an error. Where the first block
/// has carriage returns only, they become line feeds.
pub(super) struct Text<R> {
    source: R,
    /// Bytes not yet decoded.
    raw: Vec<u8>,
    /// Text not yet handed out, from `start`.
    block: Vec<u8>,
    start: usize,
    /// How to decode what is not UTF-8.
    decoder: Option<Decoder>,
    only_ascii: bool,
    carriage_returns: bool,
    /// Lines that ended before `raw`.
    lines: u64,
    /// Bytes handed out, all of them and since the last [`Self::row_read`].
    served: u64,
    of_row: u64,
    source_ended: bool,
    failure: Option<Failure>,
}

impl<R: Read> Text<R> {
    /// Reads and decodes the first block.
    pub(super) fn new(source: R) -> Result<Self, Failure> {
        let mut text = Self {
            source,
            raw: Vec::new(),
            block: Vec::new(),
            start: 0,
            decoder: None,
            only_ascii: true,
            carriage_returns: false,
            lines: 0,
            served: 0,
            of_row: 0,
            source_ended: false,
            failure: None,
        };
        text.read_raw()?;
        if let Some((encoding, length)) = Encoding::for_bom(&text.raw) {
            text.raw.drain(..length);
            if encoding != UTF_8 {
                text.decoder = Some(encoding.new_decoder_without_bom_handling());
            }
        }
        text.decode()?;
        text.carriage_returns = text.block.contains(&b'\r') && !text.block.contains(&b'\n');
        text.finish_block();
        Ok(text)
    }

    /// The first block, before anything is read, and whether it is all the text.
    pub(super) fn first_block(&self) -> (&[u8], bool) {
        let text = self.block.strip_suffix(END.as_bytes());
        (text.unwrap_or(&self.block), text.is_some())
    }

    /// Starts counting the bytes of the next row.
    pub(super) fn row_read(&mut self) {
        self.of_row = 0;
    }

    /// Whether all text before the byte `position` is all there is.
    pub(super) fn is_end(&self, position: u64) -> bool {
        self.source_ended && self.start == self.block.len() && self.served == position
    }

    /// The byte before `position`, which was in the last piece handed out.
    pub(super) fn byte_before(&self, position: u64) -> Option<u8> {
        let from_block = self.served - self.start as u64;
        let index = position.checked_sub(from_block + 1)?;
        self.block.get(usize::try_from(index).ok()?).copied()
    }

    /// What went wrong, once reading has failed.
    pub(super) fn take_failure(&mut self) -> Option<Failure> {
        self.failure.take()
    }

    fn next_block(&mut self) -> Result<(), Failure> {
        self.start = 0;
        self.block.clear();
        // A block may hold less than one character.
        while self.block.is_empty() && !self.source_ended {
            self.read_raw()?;
            self.decode()?;
            self.finish_block();
        }
        Ok(())
    }

    fn read_raw(&mut self) -> Result<(), Failure> {
        let wanted = BLOCK - self.raw.len();
        let mut limited = self.source.by_ref().take(wanted as u64);
        let read = limited.read_to_end(&mut self.raw).map_err(Failure::Io)?;
        self.source_ended = read < wanted;
        Ok(())
    }

    fn decode(&mut self) -> Result<(), Failure> {
        if self.decoder.is_none() && !self.take_utf8()? {
            self.decoder = Some(WINDOWS_1252.new_decoder_without_bom_handling());
        }
        let Some(decoder) = &mut self.decoder else {
            return Ok(());
        };
        // The decoder says how much room is enough, so one call decodes all.
        let room = decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(0);
        self.block.resize(room, 0);
        let (_, _, written, malformed) =
            decoder.decode_to_utf8(&self.raw, &mut self.block, self.source_ended);
        let encoding = decoder.encoding().name();
        self.block.truncate(written);
        self.raw.clear();
        if malformed {
            let text = String::from_utf8_lossy(&self.block);
            let (before, _) = text.split_once('\u{fffd}').unwrap_or_default();
            return Err(Failure::Invalid {
                line: 1 + self.lines + newlines(before.as_bytes()),
                encoding,
            });
        }
        Ok(())
    }

    /// Moves the raw bytes to the block if they are UTF-8, except for a character
    /// that the next ones complete.
    fn take_utf8(&mut self) -> Result<bool, Failure> {
        let (valid, broken) = match std::str::from_utf8(&self.raw) {
            Ok(text) => (text.len(), false),
            Err(error) => {
                let broken = error.error_len().is_some() || self.source_ended;
                (error.valid_up_to(), broken)
            }
        };
        let text = &self.raw[..valid];
        let only_ascii = self.only_ascii && text.is_ascii();
        if broken && !only_ascii {
            return Err(Failure::Invalid {
                line: 1 + self.lines + newlines(text),
                encoding: "UTF-8",
            });
        }
        if !broken {
            self.block.extend_from_slice(text);
            self.raw.drain(..valid);
            self.only_ascii = only_ascii;
        }
        Ok(!broken)
    }

    fn finish_block(&mut self) {
        if self.carriage_returns {
            let returns = self.block.iter_mut().filter(|byte| **byte == b'\r');
            returns.for_each(|byte| *byte = b'\n');
        }
        self.lines += newlines(&self.block);
        if self.source_ended {
            self.block.extend_from_slice(END.as_bytes());
        }
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let failed = if self.of_row > LONGEST_ROW {
            Err(Failure::RowTooLong)
        } else if self.start == self.block.len() && !self.source_ended {
            self.next_block()
        } else {
            Ok(())
        };
        if let Err(failure) = failed {
            self.failure = Some(failure);
            return Err(io::Error::other("the text ends here"));
        }
        let mut rest = &self.block[self.start..];
        let read = rest.read(buffer)?;
        self.start += read;
        self.served += read as u64;
        self.of_row += read as u64;
        Ok(read)
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
