//! Tests of NIfTI reading on headers built by hand, and of what is written.

use minimand::grid::Grid;

use super::header::{LENGTH, at};
use super::*;
use crate::image::{Affine, Mask};

/// A file of these sizes, columns first, element type and bytes.
pub(crate) fn file(sizes: &[i16], datatype: i16, data: &[u8], is_big: bool) -> Vec<u8> {
    let mut bytes = vec![0; LENGTH + 4];
    put16(&mut bytes, at::DIM, sizes.len() as i16, is_big);
    for (axis, size) in sizes.iter().enumerate() {
        put16(&mut bytes, at::DIM + 2 + 2 * axis, *size, is_big);
        put32(
            &mut bytes,
            at::PIXDIM + 4 + 4 * axis,
            0.5 + axis as f32,
            is_big,
        );
    }
    let length = LENGTH as i32;
    let length = if is_big {
        length.to_be_bytes()
    } else {
        length.to_le_bytes()
    };
    bytes[..4].copy_from_slice(&length);
    put16(&mut bytes, at::DATATYPE, datatype, is_big);
    put32(&mut bytes, at::VOX_OFFSET, 352.0, is_big);
    bytes[at::MAGIC..at::MAGIC + 4].copy_from_slice(b"n+1\0");
    bytes.extend(data);
    bytes
}

fn put16(bytes: &mut [u8], place: usize, value: i16, is_big: bool) {
    let field = if is_big {
        value.to_be_bytes()
    } else {
        value.to_le_bytes()
    };
    bytes[place..place + 2].copy_from_slice(&field);
}

fn put32(bytes: &mut [u8], place: usize, value: f32, is_big: bool) {
    let field = if is_big {
        value.to_be_bytes()
    } else {
        value.to_le_bytes()
    };
    bytes[place..place + 4].copy_from_slice(&field);
}

fn decoded(datatype: i16, little: &[u8], big: &[u8]) -> Values {
    let little = decode(&file(&[1, 2], datatype, little, false)).unwrap();
    let big = decode(&file(&[1, 2], datatype, big, true)).unwrap();
    assert_eq!(little, big);
    assert_eq!(
        (little.grid.shape(), little.grid.spacing()),
        (&[2, 1][..], &[1.5, 0.5][..])
    );
    little.values
}

#[test]
fn every_element_type_in_both_byte_orders() {
    macro_rules! check {
        ($($code:literal $number:ident [$a:expr, $b:expr] $kind:ident;)*) => {$(
            let little: Vec<u8> = [$a, $b].iter().flat_map(|x: &$number| x.to_le_bytes()).collect();
            let big: Vec<u8> = [$a, $b].iter().flat_map(|x: &$number| x.to_be_bytes()).collect();
            assert_eq!(decoded($code, &little, &big), Values::$kind(vec![$a as _, $b as _]));
        )*};
    }
    check! {
        2 u8 [0, 255] Integers; 256 i8 [-128, 7] Integers;
        4 i16 [-300, 5] Integers; 512 u16 [65535, 1] Integers;
        8 i32 [i32::MIN, 70_000] Integers; 768 u32 [0, 2_000_000_000] Integers;
        1024 i64 [-5, 1 << 30] Integers; 1280 u64 [3, 4] Integers;
        16 f32 [1.5, f32::INFINITY] Reals; 64 f64 [0.1, -1e30] Reals;
    }
}

#[test]
fn the_last_axis_is_that_of_the_columns() {
    // 2 columns, 3 rows, 2 slices.
    let data: Vec<u8> = (0..12).collect();
    let image = decode(&file(&[2, 3, 2], 2, &data, false)).unwrap();
    assert_eq!(image.grid.shape(), [2, 3, 2]);
    assert_eq!(image.grid.spacing(), [2.5, 1.5, 0.5]);
    assert_eq!(image.values, Values::Integers((0..12).collect()));
    // A volume of one slice is an image; a fourth axis and the parts of a colour are channels.
    assert_eq!(
        decode(&file(&[4, 3, 1], 2, &data, false))
            .unwrap()
            .grid
            .shape(),
        [3, 4]
    );
    let four = decode(&file(&[2, 2, 1, 3], 2, &data, false)).unwrap();
    assert_eq!((four.grid.shape(), four.channels), (&[2, 2][..], 3));
    let colour = decode(&file(&[2, 2], 128, &data, false)).unwrap();
    assert_eq!(
        colour.values,
        Values::Integers(vec![0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
    );
}

#[test]
fn numbers_are_scaled_as_the_header_says() {
    let mut scaled = file(&[2, 1], 4, &[1, 0, 2, 0], false);
    put32(&mut scaled, at::SCL_SLOPE, 0.5, false);
    put32(&mut scaled, at::SCL_INTER, -1.0, false);
    assert_eq!(
        decode(&scaled).unwrap().values,
        Values::Reals(vec![-0.5, 0.0])
    );
    for (slope, inter) in [(0.0, 5.0), (f32::NAN, 0.0), (1.0, 0.0)] {
        put32(&mut scaled, at::SCL_SLOPE, slope, false);
        put32(&mut scaled, at::SCL_INTER, inter, false);
        assert_eq!(
            decode(&scaled).unwrap().values,
            Values::Integers(vec![1, 2])
        );
    }
}

#[test]
fn units_and_places() {
    let mut bytes = file(&[2, 1], 2, &[1, 2], false);
    bytes[at::XYZT_UNITS] = 3;
    let micrometres = decode(&bytes).unwrap();
    assert!((micrometres.grid.spacing()[1] - 0.0005).abs() < 1e-9);
    assert_eq!(micrometres.affine, None);
    // Half a turn about the third axis (d = 1), mirrored along it.
    put16(&mut bytes, at::QFORM_CODE, 1, false);
    put32(&mut bytes, at::QUATERN + 8, 1.0, false);
    put32(&mut bytes, at::PIXDIM, -1.0, false);
    put32(&mut bytes, at::PIXDIM + 12, 3.0, false);
    put32(&mut bytes, at::QOFFSET, 7.0, false);
    let turned: Affine = [
        [-0.5, 0.0, 0.0, 7.0],
        [0.0, -1.5, 0.0, 0.0],
        [0.0, 0.0, -3.0, 0.0],
    ];
    assert_eq!(decode(&bytes).unwrap().affine, Some(turned));
    // The other form goes first.
    put16(&mut bytes, at::SFORM_CODE, 1, false);
    put32(&mut bytes, at::SROW + 16, 4.0, false);
    assert_eq!(
        decode(&bytes).unwrap().affine.unwrap()[1],
        [4.0, 0.0, 0.0, 0.0]
    );
}

#[test]
fn damaged_headers_are_refused() {
    let good = || file(&[2, 3], 2, &[0; 6], false);
    let message = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good();
        change(&mut bytes);
        decode(&bytes).unwrap_err().to_string()
    };
    let short = message(&|bytes| bytes.truncate(356));
    assert!(
        short.contains("promises 6 bytes of data, the file has 4"),
        "{short}"
    );
    let stub = message(&|bytes| bytes.truncate(100));
    assert!(stub.contains("promises 348"), "{stub}");
    let axes = message(&|bytes| put16(bytes, at::DIM, 9, false));
    assert!(axes.contains("9 axes"), "{axes}");
    let negative = message(&|bytes| put16(bytes, at::DIM + 4, -3, false));
    assert!(negative.contains("axis 2 has the length -3"), "{negative}");
    let offset = message(&|bytes| put32(bytes, at::VOX_OFFSET, f32::NAN, false));
    assert!(offset.contains("begin at byte NaN"), "{offset}");
    let complex = message(&|bytes| put16(bytes, at::DATATYPE, 32, false));
    assert!(complex.contains("complex numbers"), "{complex}");
    let unknown = message(&|bytes| put16(bytes, at::DATATYPE, 77, false));
    assert!(unknown.contains("data type 77"), "{unknown}");
    let pair = message(&|bytes| bytes[at::MAGIC + 1] = b'i');
    assert!(pair.contains(".hdr and .img"), "{pair}");
    let huge = message(&|bytes| {
        put16(bytes, at::DIM, 3, false);
        for axis in 1..4 {
            put16(bytes, at::DIM + 2 * axis, i16::MAX, false);
        }
    });
    assert!(huge.contains("[32767, 32767, 32767"), "{huge}");
}

#[test]
fn masks_come_back_as_they_were() {
    let grid = Grid::new(&[2, 2, 3])
        .unwrap()
        .with_spacing(&[3.0, 0.5, 0.75])
        .unwrap();
    for largest in [1, 300, 70_000] {
        let mut mask = Mask::new(grid, vec![0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0, largest]).unwrap();
        mask.affine = Some([
            [-0.75, 0.0, 0.0, 90.0],
            [0.0, 0.5, 0.0, -126.0],
            [0.0, 0.0, 3.0, -72.0],
        ]);
        let image = decode(&encode(&mask).unwrap()).unwrap();
        assert_eq!(Mask::from_image(image).unwrap(), mask);
    }
    let long = Grid::new(&[1, 40_000]).unwrap();
    assert!(encode(&Mask::new(long, vec![0; 40_000]).unwrap()).is_none());
}
