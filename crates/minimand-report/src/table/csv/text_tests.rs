//! Tests of the text stream.

use super::*;

fn all(mut text: Text<&[u8]>) -> Result<String, Failure> {
    let mut read = String::new();
    match text.read_to_string(&mut read) {
        Ok(_) => Ok(read),
        Err(_) => Err(text.take_failure().unwrap()),
    }
}

#[test]
fn the_end_mark_follows_the_text() {
    let text = Text::new(b"x\n1".as_slice()).unwrap();
    assert_eq!(text.first_block(), (b"x\n1".as_slice(), true));
    assert_eq!(all(text).unwrap(), "x\n1\n\u{1e}");
    assert_eq!(all(Text::new(b"".as_slice()).unwrap()).unwrap(), END);
}

#[test]
fn what_is_handed_out_is_counted() {
    let mut text = Text::new(b"ab\rcd\r".as_slice()).unwrap();
    let mut buffer = [0; 3];
    assert_eq!(text.read(&mut buffer).unwrap(), 3);
    assert_eq!(&buffer, b"ab\n");
    assert_eq!(text.byte_before(3), Some(b'\n'));
    assert_eq!(text.byte_before(0), None);
    assert!(!text.is_end(3));
    let mut rest = Vec::new();
    text.read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"cd\n\n\x1e");
    assert!(text.is_end(8));
    assert!(!text.is_end(7));
}

#[test]
fn cut_characters_at_the_end_are_an_error_or_another_encoding() {
    // The first two bytes of a three-byte character.
    assert_eq!(
        all(Text::new(b"\xe2\x82".as_slice()).unwrap()).unwrap(),
        "â‚\n\u{1e}"
    );
    let mut bytes = "€\n\n".as_bytes().to_vec();
    bytes.extend(b"\xe2\x82");
    let after_text = Text::new(bytes.as_slice());
    assert!(matches!(
        after_text.err(),
        Some(Failure::Invalid {
            line: 3,
            encoding: "UTF-8"
        })
    ));
    // Half a unit, and half a pair, of UTF-16.
    for cut in [b"\xff\xfex\0\n\0y".as_slice(), b"\xff\xfex\0\n\0\x34\xd8"] {
        let text = Text::new(cut);
        assert!(matches!(
            text.err(),
            Some(Failure::Invalid {
                line: 2,
                encoding: "UTF-16LE"
            })
        ));
    }
}

#[test]
fn a_row_has_an_end() {
    struct Endless;
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            buffer.fill(b'x');
            Ok(buffer.len())
        }
    }
    let mut text = Text::new(Endless).unwrap();
    let error = io::copy(&mut text, &mut io::sink());
    assert!(error.is_err());
    assert!(matches!(text.take_failure(), Some(Failure::RowTooLong)));
}
