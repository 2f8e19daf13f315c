//! Whatever the bytes, the readers answer with an image or an error, and take no more memory than the
//! bytes can fill.

use std::fs;

use minimand::grid::Grid;
use proptest::prelude::*;
use tiff::encoder::{TiffEncoder, colortype};

use crate::{Mask, Pixels, encode_png, read, read_mask, write_mask};

/// Reads `bytes` in both ways.
fn survives(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    fs::write(&path, bytes).unwrap();
    if let Ok(image) = read(&path) {
        assert_eq!(image.values.len(), image.grid.len() * image.channels);
    }
    if let Ok(mask) = read_mask(&path) {
        assert_eq!(mask.labels.len(), mask.grid.len());
    }
}

/// A file of every format.
fn files() -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let mask = Mask::new(Grid::new(&[2, 6, 5]).unwrap(), (0..60).collect()).unwrap();
    let written = ["a.nii", "a.nii.gz"].map(|name| {
        let path = folder.path().join(name);
        write_mask(&path, &mask).unwrap();
        fs::read(&path).unwrap()
    });
    let pixels: Vec<u8> = (0..54).collect();
    let mut files = written.to_vec();
    files.push(encode_png([3, 6], Pixels::Rgb(&pixels)).unwrap());
    files.push(encode_png([6, 9], Pixels::Grey(&pixels)).unwrap());
    let mut tiff = Vec::new();
    let mut encoder = TiffEncoder::new(std::io::Cursor::new(&mut tiff)).unwrap();
    for _ in 0..2 {
        encoder
            .write_image::<colortype::RGB8>(6, 3, &pixels)
            .unwrap();
    }
    files.push(tiff);
    files.push(crate::read::palette_tiff(false));
    files
}

// A failure is a panic or an abort. More cases: PROPTEST_CASES=100000.
proptest! {
    #[test]
    fn of_any_bytes(start in 0..6_usize, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let starts: [&[u8]; 6] = [b"", b"\x5c\x01\0\0", b"\x89PNG\r\n\x1a\n", b"II*\0\x08\0\0\0", b"MM\0*", b"\x1f\x8b\x08\0"];
        survives(&[starts[start], &bytes].concat());
    }

    #[test]
    fn of_damaged_files(
        file in prop::sample::select(files()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut bytes = file;
        for (place, byte) in edits {
            let place = place.index(bytes.len());
            bytes[place] ^= byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        survives(&bytes);
    }
}
