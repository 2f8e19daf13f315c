//! PNG images.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Limits};

use crate::error::Problem;
use crate::image::Image;
use crate::numbers::{colours, count, integers, planar, unpacked};
use crate::read::Palette;

const FORMAT: &str = "PNG";
/// Deflated data are at most so many times as long when unpacked.
const MOST_PACKED: usize = 1032;

pub(crate) fn decode(bytes: &[u8], palette: Palette) -> Result<Image, Problem> {
    let damaged = |error: DecodingError| Problem::damaged(FORMAT, error);
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 1 << 26 });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info().map_err(damaged)?;
    let (rows, columns) = (header.height as usize, header.width as usize);
    count(&[rows, columns, header.color_type.samples()])?;
    let expected = rows.saturating_mul(header.raw_row_length());
    if expected / MOST_PACKED > bytes.len() {
        let reason = format!(
            "{} bytes cannot hold {rows} × {columns} pixels",
            bytes.len()
        );
        return Err(Problem::damaged(FORMAT, reason));
    }
    // The decoder's own limit knows nothing of the size of the file.
    decoder.set_limits(Limits {
        bytes: expected.saturating_add(1 << 26),
    });
    let mut reader = decoder.read_info().map_err(damaged)?;
    let length = reader.output_buffer_size().unwrap_or(usize::MAX);
    if length > expected.saturating_mul(2) {
        return Err(Problem::damaged(FORMAT, "an impossible size"));
    }
    let mut data = vec![0; length];
    let output = reader.next_frame(&mut data).map_err(damaged)?;
    data.truncate(output.buffer_size());
    if (output.height as usize, output.width as usize) != (rows, columns) {
        return Err(Problem::damaged(FORMAT, "a first frame of another size"));
    }
    let (samples, kept) = match output.color_type {
        ColorType::Grayscale | ColorType::Indexed => (1, 1),
        ColorType::GrayscaleAlpha => (2, 1),
        ColorType::Rgb => (3, 3),
        ColorType::Rgba => (4, 3),
    };
    let (channels, values) = match (output.bit_depth, output.color_type, palette) {
        (BitDepth::Sixteen, ..) => {
            let words = data
                .as_chunks::<2>()
                .0
                .iter()
                .map(|word| u16::from_be_bytes(*word));
            let words: Vec<u16> = words.collect();
            (kept, integers(&planar(&words, samples, kept)))
        }
        (depth, ColorType::Indexed, Palette::Colours) => {
            let entries = unpacked(data, columns, depth as u8);
            let palette = reader.info().palette.as_deref().unwrap_or_default();
            (3, integers(&colours(&entries, palette.as_chunks::<3>().0)))
        }
        (depth, ..) => {
            let values = unpacked(data, columns, depth as u8);
            (kept, integers(&planar(&values, samples, kept)))
        }
    };
    Image::new(&[rows, columns], &[], channels, values, None)
}

/// A PNG file of these pixels: 8 or 16 bits, 1 or 3 samples.
pub(crate) fn encode(
    [rows, columns]: [usize; 2],
    color: ColorType,
    depth: BitDepth,
    data: &[u8],
) -> Result<Vec<u8>, String> {
    let size = |size: usize| u32::try_from(size).map_err(|error| error.to_string());
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size(columns)?, size(rows)?);
    encoder.set_color(color);
    encoder.set_depth(depth);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(data)?;
        writer.finish()
    });
    written.map_err(|error| error.to_string())?;
    Ok(bytes)
}
