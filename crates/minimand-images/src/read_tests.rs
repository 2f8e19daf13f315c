//! Tests of reading by content, over all formats.

use std::io::Write;

use ::tiff::encoder::{TiffEncoder, colortype};
use flate2::Compression;
use flate2::write::GzEncoder;
use minimand::grid::Grid;
use minimand_report::table::write_npy;

use super::*;
use crate::image::Values;
use crate::write::{Pixels, write_mask, write_png};

/// The image of a file with this content.
fn image(content: &[u8]) -> Result<Image, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    fs::write(&path, content).unwrap();
    read(&path)
}

fn mask(content: &[u8]) -> Result<Mask, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    fs::write(&path, content).unwrap();
    read_mask(&path)
}

/// A PNG file of 2 rows and 3 columns.
fn png_file(color: ::png::ColorType, depth: ::png::BitDepth, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, 3, 2);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if color == ::png::ColorType::Indexed {
        encoder.set_palette(vec![0, 0, 0, 255, 128, 0, 1, 2, 3]);
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn png_of_every_kind() {
    use ::png::{BitDepth, ColorType};
    let grey = png_file(
        ColorType::Grayscale,
        BitDepth::One,
        &[0b1010_0000, 0b0110_0000],
    );
    let grey = image(&grey).unwrap();
    assert_eq!((grey.grid.shape(), grey.channels), (&[2, 3][..], 1));
    assert_eq!(grey.values, Values::Integers(vec![1, 0, 1, 0, 1, 1]));
    let words: Vec<u8> = (0..6_u16).flat_map(|i| (i * 1000).to_be_bytes()).collect();
    let deep = image(&png_file(ColorType::Grayscale, BitDepth::Sixteen, &words)).unwrap();
    assert_eq!(
        deep.values,
        Values::Integers(vec![0, 1000, 2000, 3000, 4000, 5000])
    );
    let entries = png_file(
        ColorType::Indexed,
        BitDepth::Two,
        &[0b0001_1000, 0b1001_0000],
    );
    assert_eq!(mask(&entries).unwrap().labels, [0, 1, 2, 2, 1, 0]);
    let colours = image(&entries).unwrap();
    assert_eq!(colours.channels, 3);
    let Values::Integers(values) = colours.values else {
        panic!("a palette holds integers");
    };
    assert_eq!(values[..6], [0, 255, 1, 1, 255, 0]);
    let pixels: Vec<u8> = (0..24).collect();
    let opaque = image(&png_file(ColorType::Rgba, BitDepth::Eight, &pixels)).unwrap();
    assert_eq!(opaque.channels, 3);
    let error = mask(&png_file(ColorType::Rgb, BitDepth::Eight, &pixels[..18])).unwrap_err();
    assert!(
        error.to_string().contains("this file has 3 channels"),
        "{error}"
    );
    let equal: Vec<u8> = (0..6).flat_map(|i| [i; 3]).collect();
    let grey = mask(&png_file(ColorType::Rgb, BitDepth::Eight, &equal)).unwrap();
    assert_eq!(grey.labels, [0, 1, 2, 3, 4, 5]);
}

/// A TIFF file whose pages are written by `pages`.
fn tiff_file(pages: impl FnOnce(&mut TiffEncoder<std::io::Cursor<&mut Vec<u8>>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = TiffEncoder::new(std::io::Cursor::new(&mut bytes)).unwrap();
    pages(&mut encoder);
    bytes
}

#[test]
fn tiff_of_every_kind() {
    let reals: Vec<f32> = (0..6).map(|i| 0.25 * i as f32).collect();
    let real = tiff_file(|tiff| {
        tiff.write_image::<colortype::Gray32Float>(3, 2, &reals)
            .unwrap()
    });
    let real = image(&real).unwrap();
    assert_eq!(
        (real.grid.shape(), real.values),
        (&[2, 3][..], Values::Reals(reals.clone()))
    );
    let words: Vec<u16> = (0..6).map(|i| 1000 * i).collect();
    let deep = tiff_file(|tiff| tiff.write_image::<colortype::Gray16>(3, 2, &words).unwrap());
    assert_eq!(
        mask(&deep).unwrap().labels,
        [0, 1000, 2000, 3000, 4000, 5000]
    );
    let pixels: Vec<u8> = (0..18).collect();
    let colour = tiff_file(|tiff| tiff.write_image::<colortype::RGB8>(3, 2, &pixels).unwrap());
    let colour = image(&colour).unwrap();
    assert_eq!(colour.channels, 3);
    let Values::Integers(values) = colour.values else {
        panic!("bytes are integers");
    };
    assert_eq!(values[..7], [0, 3, 6, 9, 12, 15, 1]);
    let volume = tiff_file(|tiff| {
        for slice in 0..4_u8 {
            tiff.write_image::<colortype::Gray8>(3, 2, &[slice; 6])
                .unwrap();
        }
    });
    let volume = mask(&volume).unwrap();
    assert_eq!(
        (volume.grid.shape(), volume.labels[6..13].to_vec()),
        (&[4, 2, 3][..], vec![1, 1, 1, 1, 1, 1, 2])
    );
    let odd = tiff_file(|tiff| {
        tiff.write_image::<colortype::Gray8>(3, 2, &[0; 6]).unwrap();
        tiff.write_image::<colortype::Gray8>(2, 2, &[0; 4]).unwrap();
    });
    let error = image(&odd).unwrap_err().to_string();
    assert!(error.contains("page 2 is 2 × 2"), "{error}");
}

#[test]
fn tiff_palettes_are_labels_or_colours() {
    for is_big in [false, true] {
        let file = palette_tiff(is_big);
        assert_eq!(mask(&file).unwrap().labels, [0, 1, 2, 2, 1, 0]);
        let colours = image(&file).unwrap();
        assert_eq!(colours.channels, 3);
        let Values::Integers(values) = colours.values else {
            panic!("a palette holds integers");
        };
        assert_eq!(values[..6], [0, 255, 1, 1, 255, 0]);
    }
}

/// 2 rows and 3 columns with 8 bits for an entry, by hand.
pub(crate) fn palette_tiff(is_big: bool) -> Vec<u8> {
    let two = |x: u16| {
        if is_big {
            x.to_be_bytes()
        } else {
            x.to_le_bytes()
        }
    };
    let four = |x: u32| {
        if is_big {
            x.to_be_bytes()
        } else {
            x.to_le_bytes()
        }
    };
    let mut bytes = if is_big {
        b"MM\0*".to_vec()
    } else {
        b"II*\0".to_vec()
    };
    bytes.extend(four(8));
    let entries: [(u16, u16, u32, u32); 9] = [
        (256, 3, 1, 3),
        (257, 3, 1, 2),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 3),
        (273, 4, 1, 8 + 2 + 9 * 12 + 4 + 1536),
        (278, 3, 1, 2),
        (279, 4, 1, 6),
        (320, 3, 768, 8 + 2 + 9 * 12 + 4),
    ];
    bytes.extend(two(entries.len() as u16));
    for (tag, kind, count, value) in entries {
        bytes.extend(two(tag));
        bytes.extend(two(kind));
        bytes.extend(four(count));
        if kind == 3 && count == 1 {
            bytes.extend(two(value as u16));
            bytes.extend([0, 0]);
        } else {
            bytes.extend(four(value));
        }
    }
    bytes.extend(four(0));
    let colours = [[0, 0, 0], [255, 128, 0], [1, 2, 3]];
    for channel in 0..3 {
        for entry in 0..256 {
            let colour = colours
                .get(entry)
                .map_or(0, |colour: &[u16; 3]| colour[channel]);
            bytes.extend(two(colour * 257));
        }
    }
    bytes.extend([0, 1, 2, 2, 1, 0]);
    bytes
}

#[test]
fn arrays_are_images_and_volumes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    write_npy(&path, &[2, 1, 2, 3], &[0.5_f64; 12]).unwrap();
    let two = read(&path).unwrap();
    assert_eq!((two.grid.shape(), two.channels), (&[2, 3][..], 2));
    assert_eq!(two.values, Values::Reals(vec![0.5; 12]));
    let error = read_mask(&path).unwrap_err().to_string();
    assert!(error.contains("this file has 2 channels"), "{error}");
    write_npy(&path, &[2, 2], &[0.0_f32, 1.0, 0.7, 2.0]).unwrap();
    let error = read_mask(&path).unwrap_err().to_string();
    assert!(
        error.contains("the value 0.7") && error.contains("position 2 is no label"),
        "{error}"
    );
    write_npy(&path, &[2, 2], &[0.0_f32, 1.0, 7.0, 2.0]).unwrap();
    let labels = read_mask(&path).unwrap();
    assert_eq!(
        (labels.present(), labels.labels),
        (vec![0, 1, 2, 7], vec![0, 1, 7, 2])
    );
    write_npy(&path, &[2, 2], &[true, false, true, true]).unwrap();
    assert_eq!(read_mask(&path).unwrap().labels, [1, 0, 1, 1]);
    write_npy(&path, &[1, 2], &[-1_i64, 3]).unwrap();
    assert!(
        read_mask(&path)
            .unwrap_err()
            .to_string()
            .contains("value -1")
    );
    write_npy(&path, &[4], &[1_i32; 4]).unwrap();
    assert!(
        read(&path)
            .unwrap_err()
            .to_string()
            .contains("shape [4] is no image")
    );
    write_npy(&path, &[0, 4], &[0_i32; 0]).unwrap();
    assert!(matches!(
        read(&path).unwrap_err().problem,
        Problem::Shape { .. }
    ));
}

#[test]
fn other_files_are_told_by_their_content() {
    let mut dicom = vec![0; 140];
    dicom[128..132].copy_from_slice(b"DICM");
    for (content, expected) in [
        (&b""[..], "the file is empty"),
        (b"hello", "none of the image formats"),
        (b"\xff\xd8\xff\xe0", "a JPEG image; convert it to PNG"),
        (b"NRRD0004", "an NRRD volume"),
        (b"PK\x03\x04", "numpy.save"),
        (&dicom, "a DICOM file"),
        (&[0x1c, 2, 0, 0], "a NIfTI-2 volume"),
        (&[0x1f, 0x8b, 8, 0], "gzip data are damaged"),
        (b"\x89PNG\r\n\x1a\n", "PNG data are damaged"),
        (b"II*\0\x08\0\0\0", "TIFF data are damaged"),
    ] {
        let message = image(content).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
    let missing = read(Path::new("/no/such.png")).unwrap_err().to_string();
    assert_eq!(missing, "/no/such.png: file not found");
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        read(folder.path()).unwrap_err().problem,
        Problem::IsFolder
    ));
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(b"a,b\n1,2\n").unwrap();
    let message = image(&packed.finish().unwrap()).unwrap_err().to_string();
    assert!(
        message.contains("a gzip file of something else"),
        "{message}"
    );
}

#[test]
fn masks_are_written_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let grid = Grid::new(&[2, 3]).unwrap();
    for largest in [255, 4000] {
        let mask = Mask::new(grid, vec![0, 1, 2, 0, 0, largest]).unwrap();
        for name in ["a.nii", "a.nii.gz", "a.png"] {
            write_mask(&at(name), &mask).unwrap();
            assert_eq!(read_mask(&at(name)).unwrap(), mask, "{name}");
        }
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    let large = Mask::new(grid, vec![0, 1, 2, 0, 0, 1 << 20]).unwrap();
    let error = write_mask(&at("b.png"), &large).unwrap_err().to_string();
    assert!(error.contains("labels to 65535"), "{error}");
    let volume = Mask::new(Grid::new(&[2, 1, 1]).unwrap(), vec![0, 1]).unwrap();
    let error = write_mask(&at("b.png"), &volume).unwrap_err().to_string();
    assert!(error.contains("a volume is no PNG"), "{error}");
    let error = write_mask(&at("b.jpg"), &volume).unwrap_err().to_string();
    assert!(error.contains("rename the file"), "{error}");
    assert!(Mask::new(grid, vec![0; 5]).is_err());
}

#[test]
fn a_damaged_packed_volume_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.nii.gz");
    let grid = Grid::new(&[8, 8]).unwrap();
    write_mask(&path, &Mask::new(grid, (0..64).collect()).unwrap()).unwrap();
    let whole = fs::read(&path).unwrap();
    let mut wrong_sum = whole.clone();
    let sum = whole.len() - 6;
    wrong_sum[sum] ^= 1;
    for content in [&whole[..whole.len() - 20], &wrong_sum] {
        assert!(matches!(
            image(content).unwrap_err().problem,
            Problem::Damaged { .. } | Problem::Truncated { .. }
        ));
    }
}

#[test]
fn pictures_are_written_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    write_png(&path, [1, 2], Pixels::Rgb(&[1, 2, 3, 4, 5, 6])).unwrap();
    assert_eq!(
        read(&path).unwrap().values,
        Values::Integers(vec![1, 4, 2, 5, 3, 6])
    );
    write_png(&path, [1, 2], Pixels::Grey(&[7, 8])).unwrap();
    assert_eq!(read(&path).unwrap().values.into_reals(), [7.0, 8.0]);
    assert!(write_png(&path, [1, 2], Pixels::Grey(&[7])).is_err());
    assert!(write_png(&path, [0, 2], Pixels::Grey(&[])).is_err());
}
