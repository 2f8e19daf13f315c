//! Which character separates the fields.

use csv::{ByteRecord, ReaderBuilder};

/// The delimiters that are told apart; ties go to the earlier one.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows looked at.
const ROWS: usize = 100;

/// The delimiter that splits the largest share of the first rows into as many fields as
/// the header; among equals, the one that makes the most fields. A file with one column
/// contains none of them and is read with a comma. If `likely` splits the header, it
/// is taken.
///
/// `block` is the beginning of the text; `whole` tells that it is all of it.
pub(super) fn delimiter(block: &[u8], whole: bool, likely: Option<u8>) -> u8 {
    if let Some(likely) = likely
        && score(block, whole, likely).is_some()
    {
        return likely;
    }
    let mut best = (DELIMITERS[0], None);
    for delimiter in DELIMITERS {
        let scored = score(block, whole, delimiter);
        if scored > best.1 {
            best = (delimiter, scored);
        }
    }
    best.0
}

/// The share of the rows that have as many fields as the header, and the number of these;
/// `None` if the header has only one.
fn score(block: &[u8], whole: bool, delimiter: u8) -> Option<(f64, usize)> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(block);
    let mut record = ByteRecord::new();
    let mut counts = Vec::new();
    while counts.len() < ROWS && reader.read_byte_record(&mut record).unwrap_or(false) {
        counts.push(record.len());
    }
    if !whole && reader.is_done() && counts.len() > 1 {
        // The end of the block cuts this row.
        counts.pop();
    }
    let (header, rows) = counts.split_first()?;
    let agreeing = rows.iter().filter(|count| *count == header).count();
    // Without rows, every delimiter has the same share.
    let share = agreeing as f64 / rows.len().max(1) as f64;
    (*header > 1).then_some((share, *header))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> char {
        char::from(delimiter(text.as_bytes(), true, None))
    }

    #[test]
    fn every_delimiter_is_told() {
        for delimiter in DELIMITERS.map(char::from) {
            let text = format!("x{delimiter}\"y,;\t|\"\n1{delimiter}\"2\n,;\t|\"\n");
            assert_eq!(told(&text), delimiter, "{text:?}");
        }
    }

    #[test]
    fn what_is_inside_fields_does_not_mislead() {
        assert_eq!(told("a;b\n1,5;2,5\n3,5;4,5\n"), ';');
        assert_eq!(told("id,text\n1,a;b;c\n2,d;e;f\n"), ',');
        assert_eq!(told("id|when, where|x\n1|a, b|2\n2|c|3\n"), '|');
        assert_eq!(told("x\n1\n2\n"), ',');
        assert_eq!(told(""), ',');
    }

    #[test]
    fn a_cut_row_does_not_count() {
        let block = "a;b,c,d\n1;2\n3;4\n5";
        assert_eq!(delimiter(block.as_bytes(), false, None), b';');
        // Even where the header alone is longer than the block.
        assert_eq!(delimiter(b"a\tb\tc", false, None), b'\t');
    }

    #[test]
    fn the_likely_one_must_still_split_the_header() {
        assert_eq!(delimiter(b"a\tb,c,d\n", true, Some(b'\t')), b'\t');
        assert_eq!(delimiter(b"a,b\n", true, Some(b'\t')), b',');
    }
}
