//! Tests of `.npy` reading and writing, on bytes built by hand as NumPy writes them.

use super::*;

/// A version 1.0 file with this dtype, order and shape (as Python text).
fn npy(descr: &str, fortran_order: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran_order { "True" } else { "False" };
    let mut header = format!("{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}");
    while !(header.len() + 11).is_multiple_of(64) {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn read(content: &[u8]) -> Result<NpyArray, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    fs::write(&path, content).unwrap();
    read_npy(&path)
}

fn data(descr: &str, shape: &str, bytes: &[u8]) -> NpyData {
    read(&npy(descr, false, shape, bytes)).unwrap().data
}

#[test]
fn every_element_type_in_both_byte_orders() {
    assert_eq!(
        data("'|b1'", "(2,)", &[1, 0]),
        NpyData::Bool(vec![true, false])
    );
    assert_eq!(data("'|i1'", "(1,)", &[0xff]), NpyData::I8(vec![-1]));
    assert_eq!(data("'|u1'", "(1,)", &[0xff]), NpyData::U8(vec![255]));
    macro_rules! check {
        ($($descr:literal $ty:ident $variant:ident $value:expr;)*) => {$(
            let value: $ty = $value;
            let little = data(concat!("'<", $descr, "'"), "(1,)", &value.to_le_bytes());
            let big = data(concat!("'>", $descr, "'"), "(1,)", &value.to_be_bytes());
            assert_eq!(little, NpyData::$variant(vec![value]));
            assert_eq!(big, NpyData::$variant(vec![value]));
        )*};
    }
    check! {
        "i2" i16 I16 -2; "i4" i32 I32 -3; "i8" i64 I64 i64::MIN;
        "u2" u16 U16 258; "u4" u32 U32 7; "u8" u64 U64 u64::MAX;
        "f4" f32 F32 0.1; "f8" f64 F64 -0.1;
    }
}

#[test]
fn half_precision_is_widened_exactly() {
    let cases = [
        (0x3c00, 1.0),
        (0xc000, -2.0),
        (0x7bff, 65504.0),
        (0x0001, 5.960_464_5e-8),
        (0x0400, 6.103_515_6e-5),
        (0x7c00, f32::INFINITY),
        (0x3555, 0.333_251_95),
    ];
    for (bits, expected) in cases {
        assert_eq!(f32_from_half_bits(bits), expected, "{bits:#x}");
    }
    assert!(f32_from_half_bits(0x7e00).is_nan());
    assert!(f32_from_half_bits(0x8000).is_sign_negative());
    assert_eq!(
        data("'>f2'", "(2,)", &[0x3c, 0, 0xc0, 0]),
        NpyData::F32(vec![1.0, -2.0])
    );
    assert_eq!(data("'<f2'", "(1,)", &[0, 0x3c]), NpyData::F32(vec![1.0]));
}

#[test]
fn fortran_order_becomes_c_order() {
    // numpy.arange(24).reshape(2, 3, 4) in Fortran order: first index fastest.
    let mut stored = Vec::new();
    for k in 0..4_u8 {
        for j in 0..3 {
            for i in 0..2 {
                stored.push(12 * i + 4 * j + k);
            }
        }
    }
    let array = read(&npy("'|u1'", true, "(2, 3, 4)", &stored)).unwrap();
    assert_eq!(array.shape, [2, 3, 4]);
    assert_eq!(array.data, NpyData::U8((0..24).collect()));
}

#[test]
fn scalars_and_empty_arrays() {
    let scalar = read(&npy("'|u1'", true, "()", &[7])).unwrap();
    assert_eq!((scalar.shape, scalar.data), (vec![], NpyData::U8(vec![7])));
    let empty = read(&npy("'<f8'", true, "(0, 3)", &[])).unwrap();
    assert_eq!(empty.shape, [0, 3]);
    assert!(empty.data.is_empty());
}

#[test]
fn unsupported_element_types_are_named() {
    for descr in [
        "'<c16'",
        "'<U3'",
        "'|S3'",
        "'|O'",
        "'<M8[ns]'",
        "'<f16'",
        "[('a', '<f8')]",
    ] {
        match read(&npy(descr, false, "(0,)", &[])) {
            Err(ReadError::UnsupportedDtype { dtype, .. }) => {
                assert!(
                    dtype.contains(descr.trim_matches(['[', ']', '(', ')'])),
                    "{dtype}"
                );
            }
            other => panic!("{descr}: {other:?}"),
        }
    }
}

#[test]
fn damaged_files() {
    assert!(matches!(read(b""), Err(ReadError::Empty { .. })));
    assert!(matches!(
        read(b"x,y\n1,2\n"),
        Err(ReadError::InvalidNpy { .. })
    ));
    assert!(matches!(
        read(b"\x93NUMPY\x01\x00\x40\x00{'de"),
        Err(ReadError::InvalidNpy { .. })
    ));
    assert!(matches!(
        read(&npy("'<f8'", false, "(3,)", &[0; 20])),
        Err(ReadError::Truncated {
            expected: 24,
            found: 20,
            ..
        })
    ));
    // A shape that could not be allocated must not be tried.
    for shape in ["(4611686018427387904,)", "(1099511627776, 1099511627776)"] {
        let huge = npy("'<f8'", false, shape, &[]);
        assert!(matches!(read(&huge), Err(ReadError::InvalidNpy { .. })));
    }
    assert!(matches!(
        read(&npy("'|b1'", false, "(1,)", &[2])),
        Err(ReadError::InvalidNpy { .. })
    ));
    let missing = read_npy(Path::new("/no/such.npy")).unwrap_err();
    assert_eq!(missing.to_string(), "/no/such.npy: file not found");
}

#[test]
fn what_is_written_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    write_npy(&path, &[2, 2], &[1.5_f32, f32::INFINITY, -0.0, 4.0]).unwrap();
    let array = read_npy(&path).unwrap();
    assert_eq!(array.shape, [2, 2]);
    assert_eq!(
        array.data,
        NpyData::F32(vec![1.5, f32::INFINITY, -0.0, 4.0])
    );
    write_npy(&path, &[], &[2.5_f64]).unwrap();
    let array = read_npy(&path).unwrap();
    assert_eq!((array.shape, array.data), (vec![], NpyData::F64(vec![2.5])));
    write_npy::<f64>(&path, &[0, 4], &[]).unwrap();
    assert_eq!(read_npy(&path).unwrap().shape, [0, 4]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn write_errors_name_the_path() {
    let error = write_npy(Path::new("p.npy"), &[2, 3], &[1.0_f64]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "p.npy: 1 values do not fill an array of shape [2, 3]"
    );
    let error = write_npy(Path::new("/no/such/p.npy"), &[1], &[1.0_f64]).unwrap_err();
    assert!(error.to_string().starts_with("/no/such/p.npy: "), "{error}");
}
