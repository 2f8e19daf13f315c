//! Tests of numbers and of their spellings.

use proptest::prelude::*;

use super::*;

fn builder(cells: &[&str], commas: bool) -> NumberBuilder {
    let mut builder = NumberBuilder::default();
    for cell in cells {
        if cell.is_empty() {
            builder.push_missing();
        } else {
            assert!(builder.push(cell, commas), "{cell}");
        }
    }
    builder
}

fn replayed(builder: &NumberBuilder) -> Vec<String> {
    let mut cells = Vec::new();
    builder.replay(|cell| cells.push(cell.unwrap_or_default().to_owned()));
    cells
}

const SPELLINGS: [&str; 24] = [
    "0",
    "-0",
    "1",
    "-12",
    "1.50",
    "0.000",
    "-0.5",
    "007",
    "+1",
    ".5",
    "5.",
    "1e5",
    "1E-05",
    "inf",
    "-",
    "",
    "123456789012345",
    "1234567890123456",
    "0.8414709848078965",
    "-9223372036854775807.",
    "99999999999999999999",
    "1.0000000000000000000",
    "9999999999.999999999",
    "0.1234567890123456789012345",
];

#[test]
fn values_are_those_of_the_standard_parser() {
    let values = builder(&SPELLINGS, false).finish();
    for (cell, value) in SPELLINGS.iter().zip(values) {
        match cell.parse::<f64>() {
            Ok(expected) => assert_eq!(value.to_bits(), expected.to_bits(), "{cell}"),
            Err(_) => assert!(value.is_nan(), "{cell}"),
        }
    }
}

#[test]
fn every_spelling_comes_back() {
    assert_eq!(replayed(&builder(&SPELLINGS, false)), SPELLINGS);
    let commas = [
        "1,5",
        "2",
        "-0,250",
        "1,25e3",
        "12345678901234567,5",
        "",
        "-",
    ];
    let builder = builder(&commas, true);
    assert_eq!(builder.mark(), Some(Mark::Comma));
    assert_eq!(replayed(&builder), commas);
    assert_eq!(builder.finish()[..4], [1.5, 2.0, -0.25, 1250.0]);
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "x", "1,5", "1.2.3", "1 000", "0x1f", "1_000", "--1", "1-", "e5", "٣",
    ] {
        assert!(!NumberBuilder::default().push(text, false), "{text}");
    }
    for text in ["1,2,3", "1.234,5", ",", "1,,5"] {
        assert!(!NumberBuilder::default().push(text, true), "{text}");
    }
    // One column has one kind of decimal mark.
    assert!(!builder(&["1,5"], true).push("1.5", true));
    assert!(!builder(&["1.5e3"], true).push("1,5", true));
}

#[test]
fn placeholders_are_no_numbers() {
    assert!(!builder(&["-", ".", ""], false).any_number());
    assert!(builder(&["-", "0"], false).any_number());
}

proptest! {
    #[test]
    fn any_decimal_is_parsed_exactly_and_spelled_again(text in "-?[0-9]{1,19}(\\.[0-9]{0,19})?(e-?[0-9]{1,2})?") {
        let builder = builder(&[&text], false);
        prop_assert_eq!(replayed(&builder), [text.clone()]);
        let expected: f64 = text.parse().unwrap();
        prop_assert_eq!(builder.finish()[0].to_bits(), expected.to_bits());
    }
}
