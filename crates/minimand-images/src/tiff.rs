//! TIFF images; several pages are the slices of a volume.

use std::borrow::Cow;
use std::io::Cursor;

use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError, TiffUnsupportedError};

use crate::error::Problem;
use crate::image::{Image, Values};
use crate::numbers::{colours, count, doubles, integers, planar, unpacked, wide_integers};
use crate::read::Palette;

const FORMAT: &str = "TIFF";
/// Packed data are at most so many times as long when unpacked: LZW names up to 4096 bytes by 12 bits.
const MOST_PACKED: usize = 4096;
/// Values of the tag that says what the numbers mean.
const BLACK_IS_ZERO: u16 = 1;
const PALETTE: u16 = 3;

/// One page.
struct Page {
    rows: usize,
    columns: usize,
    channels: usize,
    values: Values,
}

pub(crate) fn decode(bytes: &[u8], palette: Palette) -> Result<Image, Problem> {
    let (bytes, maps) = without_palettes(bytes)?;
    let mut decoder = open(&bytes)?;
    let mut pages: Vec<Page> = Vec::new();
    let mut total = 0;
    loop {
        let map = maps.get(pages.len()).and_then(Option::as_deref);
        let page = read_page(&mut decoder, bytes.len(), map, palette)?;
        total += page.values.len();
        count(&[total])?;
        if let Some(first) = pages.first()
            && (first.rows, first.columns, first.channels)
                != (page.rows, page.columns, page.channels)
        {
            return Err(Problem::Unsupported {
                format: FORMAT,
                what: format!(
                    "pages of different sizes (the first is {} × {}, page {} is {} × {})",
                    first.rows,
                    first.columns,
                    pages.len() + 1,
                    page.rows,
                    page.columns
                ),
                advice: "save one page, or pages of one size as the slices of a volume",
            });
        }
        pages.push(page);
        if !decoder.more_images() {
            break;
        }
        decoder.next_image().map_err(problem)?;
    }
    joined(pages)
}

fn open(bytes: &[u8]) -> Result<Decoder<Cursor<&[u8]>>, Problem> {
    let mut limits = Limits::default();
    let most = bytes.len().saturating_mul(MOST_PACKED);
    limits.decoding_buffer_size = most;
    limits.intermediate_buffer_size = most;
    limits.ifd_value_size = bytes.len().max(1 << 16);
    let decoder = Decoder::new(Cursor::new(bytes)).map_err(problem)?;
    Ok(decoder.with_limits(limits))
}

/// The pages as one image: channels first, then the pages.
fn joined(pages: Vec<Page>) -> Result<Image, Problem> {
    let Some(&Page {
        rows,
        columns,
        channels,
        ..
    }) = pages.first()
    else {
        return Err(Problem::damaged(FORMAT, "no page"));
    };
    let shape = [pages.len(), rows, columns];
    let is_real = pages
        .iter()
        .any(|page| matches!(page.values, Values::Reals(_)));
    let pixels = rows * columns;
    let values = if is_real {
        let pages: Vec<Vec<f32>> = pages
            .into_iter()
            .map(|page| page.values.into_reals())
            .collect();
        Values::Reals(stacked(&pages, pixels, channels))
    } else {
        let integers = |page: Page| match page.values {
            Values::Integers(values) => values,
            Values::Reals(_) => Vec::new(),
        };
        let pages: Vec<Vec<i32>> = pages.into_iter().map(integers).collect();
        Values::Integers(stacked(&pages, pixels, channels))
    };
    Image::new(&shape, &[], channels, values, None)
}

fn stacked<T: Copy>(pages: &[Vec<T>], pixels: usize, channels: usize) -> Vec<T> {
    let channel = |channel: usize| {
        pages
            .iter()
            .flat_map(move |page| page[channel * pixels..][..pixels].iter())
    };
    (0..channels).flat_map(channel).copied().collect()
}

fn read_page(
    decoder: &mut Decoder<Cursor<&[u8]>>,
    length: usize,
    map: Option<&[[u8; 3]]>,
    palette: Palette,
) -> Result<Page, Problem> {
    let (columns, rows) = decoder.dimensions().map_err(problem)?;
    let (rows, columns) = (rows as usize, columns as usize);
    let color = decoder.colortype().map_err(problem)?;
    let samples = usize::from(color.num_samples());
    let bits = color.bit_depth();
    count(&[rows, columns, samples])?;
    if rows * columns * samples * usize::from(bits) / 8 / MOST_PACKED > length {
        let reason = format!("{length} bytes cannot hold {rows} × {columns} pixels");
        return Err(Problem::damaged(FORMAT, reason));
    }
    let kept = match color {
        ColorType::Gray(_) => 1,
        ColorType::GrayA(_) => 1,
        ColorType::RGB(_) | ColorType::RGBA(_) => 3,
        ColorType::Multiband { num_samples, .. } => usize::from(num_samples),
        other => {
            return Err(Problem::Unsupported {
                format: FORMAT,
                what: format!("colours of the kind {other:?}"),
                advice: "save the image as grey or RGB",
            });
        }
    };
    let mut data = DecodingResult::U8(Vec::new());
    let layout = decoder.read_image_to_buffer(&mut data).map_err(problem)?;
    // Planes of their own lie one after the other, else the samples of a pixel do.
    let is_planar = layout.planes > 1;
    let map = map.filter(|_| palette == Palette::Colours);
    let (channels, values) = match (data, map) {
        (DecodingResult::U8(values), Some(map)) => {
            let entries = unpacked(values, columns, bits);
            (3, integers(&colours(&entries, map)))
        }
        (DecodingResult::U8(values), None) if bits < 8 => {
            let values = unpacked(values, columns * samples, bits);
            (kept, integers(&arranged(values, is_planar, samples, kept)))
        }
        (data, _) => (kept, numbers(data, is_planar, samples, kept)?),
    };
    if rows.checked_mul(columns * channels) != Some(values.len()) {
        return Err(Problem::damaged(FORMAT, "fewer planes than samples"));
    }
    Ok(Page {
        rows,
        columns,
        channels,
        values,
    })
}

fn arranged<T: Copy>(mut values: Vec<T>, is_planar: bool, samples: usize, kept: usize) -> Vec<T> {
    if is_planar || samples == 1 {
        values.truncate(values.len() / samples.max(1) * kept);
        values
    } else {
        planar(&values, samples, kept)
    }
}

fn numbers(
    data: DecodingResult,
    is_planar: bool,
    samples: usize,
    kept: usize,
) -> Result<Values, Problem> {
    macro_rules! arrange {
        ($values:expr) => {
            &arranged($values, is_planar, samples, kept)
        };
    }
    Ok(match data {
        DecodingResult::U8(values) => integers(arrange!(values)),
        DecodingResult::I8(values) => integers(arrange!(values)),
        DecodingResult::U16(values) => integers(arrange!(values)),
        DecodingResult::I16(values) => integers(arrange!(values)),
        DecodingResult::I32(values) => integers(arrange!(values)),
        DecodingResult::U32(values) => wide_integers(arrange!(values))?,
        DecodingResult::U64(values) => wide_integers(arrange!(values))?,
        DecodingResult::I64(values) => wide_integers(arrange!(values))?,
        DecodingResult::F32(values) => Values::Reals(arranged(values, is_planar, samples, kept)),
        DecodingResult::F16(values) => {
            let values = arranged(values, is_planar, samples, kept);
            doubles(values.into_iter().map(|value| value.to_f64()))?
        }
        DecodingResult::F64(values) => {
            doubles(arranged(values, is_planar, samples, kept).into_iter())?
        }
    })
}

/// The colours of each page that has a palette.
type Maps = Vec<Option<Vec<[u8; 3]>>>;

/// The file with its palette pages declared as grey, which is what the decoder reads, and their palettes.
fn without_palettes(bytes: &[u8]) -> Result<(Cow<'_, [u8]>, Maps), Problem> {
    let mut changed = Cow::Borrowed(bytes);
    let mut maps = Vec::new();
    let mut decoder = open(bytes)?;
    loop {
        let kind = decoder
            .find_tag_unsigned::<u16>(Tag::PhotometricInterpretation)
            .map_err(problem)?;
        if kind == Some(PALETTE) {
            let map = decoder
                .find_tag_unsigned_vec::<u16>(Tag::ColorMap)
                .map_err(problem)?;
            let map = map.unwrap_or_default();
            let entries = map.len() / 3;
            let high = |value: u16| (value >> 8) as u8;
            let colour =
                |entry: usize| [0, 1, 2].map(|channel| high(map[channel * entries + entry]));
            maps.push(Some((0..entries).map(colour).collect()));
            let start = decoder.ifd_pointer().map_or(0, |pointer| pointer.0);
            declare_grey(changed.to_mut(), start);
        } else {
            maps.push(None);
        }
        if !decoder.more_images() {
            return Ok((changed, maps));
        }
        decoder.next_image().map_err(problem)?;
    }
}

/// Changes what the numbers mean in the directory that begins at `start`; entries that are not there or
/// not where they should be stay, and the decoder refuses the page.
fn declare_grey(bytes: &mut [u8], start: u64) {
    let is_little = bytes.first() == Some(&b'I');
    let is_big_format = bytes.get(2) == Some(&b'+') || bytes.get(3) == Some(&b'+');
    let number = |two: &[u8]| match two {
        [a, b, ..] if is_little => u16::from_le_bytes([*a, *b]),
        [a, b, ..] => u16::from_be_bytes([*a, *b]),
        _ => 0,
    };
    let Some(directory) = usize::try_from(start)
        .ok()
        .and_then(|start| bytes.get_mut(start..))
    else {
        return;
    };
    // The length of the count of entries, of an entry, and where its value lies.
    let (count, size, value) = if is_big_format {
        (8, 20, 12)
    } else {
        (2, 12, 8)
    };
    let Some(entries) = directory.get_mut(count..) else {
        return;
    };
    let wanted = Tag::PhotometricInterpretation.to_u16();
    // Entries are sorted by their tags, of which there are at most 65536.
    let found = entries
        .chunks_exact_mut(size)
        .take(1 << 16)
        .find(|entry| number(entry) == wanted);
    if let Some(entry) = found {
        let grey = match is_little {
            true => BLACK_IS_ZERO.to_le_bytes(),
            false => BLACK_IS_ZERO.to_be_bytes(),
        };
        entry[value..value + 2].copy_from_slice(&grey);
    }
}

fn problem(error: TiffError) -> Problem {
    match error {
        TiffError::UnsupportedError(TiffUnsupportedError::UnsupportedCompressionMethod(method)) => {
            Problem::Unsupported {
                format: FORMAT,
                what: format!("data packed by {method:?}"),
                advice: "save the image unpacked, or packed by LZW or Deflate",
            }
        }
        TiffError::UnsupportedError(error) => Problem::Unsupported {
            format: FORMAT,
            what: format!("some features ({error})"),
            advice: "save the image as grey or RGB, of 8, 16 or 32 bits",
        },
        other => Problem::damaged(FORMAT, other),
    }
}
