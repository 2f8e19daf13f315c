//! One column of a text file while it is read.
//!
//! A column starts as numbers and stays so until a cell is none. If no number came
//! before, it may be dates; otherwise it is text from then on, and what was read is
//! spelled again. Text that is only `true` and `false` is found at the end.

use super::number::{Mark, NumberBuilder, is_placeholder};
use crate::table::categories::CategoryBuilder;
use crate::table::{ColumnData, date};

/// A column of the type that fits all cells so far.
#[derive(Debug)]
pub(super) enum ColumnBuilder {
    Number(NumberBuilder),
    Date(DateBuilder),
    Text(CategoryBuilder),
}

impl ColumnBuilder {
    pub(super) fn new() -> Self {
        Self::Number(NumberBuilder::default())
    }

    /// Appends a cell without white space around it; `commas` tells whether a comma
    /// may be a decimal mark, and is the same for all cells.
    #[inline]
    pub(super) fn push(&mut self, cell: &str, commas: bool) {
        match self {
            Self::Number(numbers) => {
                if is_missing(cell) {
                    numbers.push_missing();
                } else if !numbers.push(cell, commas) {
                    self.degrade(cell);
                }
            }
            Self::Date(dates) => {
                if !dates.push(present(cell)) {
                    self.degrade(cell);
                }
            }
            Self::Text(texts) => texts.push(present(cell)),
        }
    }

    /// Changes to a type that also holds `cell`, and appends it.
    #[cold]
    fn degrade(&mut self, cell: &str) {
        if let Self::Number(numbers) = self
            && !numbers.any_number()
            && date::parse(cell).is_some()
        {
            let mut dates = DateBuilder::default();
            let mut all_fit = true;
            numbers.replay(|earlier| all_fit &= dates.push(earlier));
            if all_fit && dates.push(Some(cell)) {
                *self = Self::Date(dates);
                return;
            }
        }
        let mut texts = self.take_text();
        texts.push(Some(cell));
        *self = Self::Text(texts);
    }

    /// The decimal mark of a column of numbers.
    pub(super) fn mark(&self) -> Option<Mark> {
        match self {
            Self::Number(numbers) => numbers.mark(),
            _ => None,
        }
    }

    /// Makes text of the column.
    pub(super) fn make_text(&mut self) {
        *self = Self::Text(self.take_text());
    }

    fn take_text(&mut self) -> CategoryBuilder {
        let mut texts = CategoryBuilder::default();
        match std::mem::replace(self, Self::new()) {
            Self::Number(numbers) => numbers.replay(|cell| texts.push(cell)),
            Self::Date(dates) => dates.replay(|cell| texts.push(cell)),
            Self::Text(builder) => texts = builder,
        }
        texts
    }

    /// The finished column.
    pub(super) fn finish(self) -> ColumnData {
        match self {
            Self::Number(numbers) => ColumnData::Number(numbers.finish()),
            Self::Date(dates) => ColumnData::Date(dates.finish()),
            Self::Text(texts) => {
                let boolean = texts.texts().all(|text| parse_boolean(text).is_some());
                match texts.finish() {
                    ColumnData::Category { codes, names } if boolean => {
                        let value = |code: u32| parse_boolean(names.get(code as usize)?);
                        ColumnData::Boolean(codes.into_iter().map(|code| value(code?)).collect())
                    }
                    categories => categories,
                }
            }
        }
    }
}

/// Dates with their texts, of which there are too many kinds to spell them again.
#[derive(Debug, Default)]
pub(super) struct DateBuilder {
    values: Vec<f64>,
    /// The text of every cell, empty where missing, with a line feed after it.
    texts: String,
}

impl DateBuilder {
    fn push(&mut self, cell: Option<&str>) -> bool {
        let value = match cell {
            None => f64::NAN,
            Some(cell) if is_placeholder(cell) => f64::NAN,
            Some(cell) => match date::parse(cell) {
                Some(value) => value,
                None => return false,
            },
        };
        self.values.push(value);
        self.texts.push_str(cell.unwrap_or_default());
        self.texts.push('\n');
        true
    }

    fn replay(&self, mut cell: impl FnMut(Option<&str>)) {
        for text in self.texts.split_terminator('\n') {
            cell((!text.is_empty()).then_some(text));
        }
    }

    fn finish(mut self) -> Vec<f64> {
        self.values.shrink_to_fit();
        self.values
    }
}

fn present(cell: &str) -> Option<&str> {
    (!is_missing(cell)).then_some(cell)
}

/// Spellings of "no value", compared exactly: `na` may well be a category.
#[inline]
pub(super) fn is_missing(cell: &str) -> bool {
    cell.len() <= 4
        && matches!(
            cell,
            "" | "?"
                | "NA"
                | "N/A"
                | "n/a"
                | "#N/A"
                | "<NA>"
                | "NaN"
                | "nan"
                | "NULL"
                | "null"
                | "None"
        )
}

fn parse_boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(cells: &[&str]) -> ColumnData {
        let mut builder = ColumnBuilder::new();
        cells.iter().for_each(|cell| builder.push(cell, false));
        builder.finish()
    }

    fn text(cells: &[&str]) -> ColumnData {
        ColumnData::category(cells.iter().map(|cell| (!cell.is_empty()).then_some(*cell)))
    }

    #[test]
    fn the_narrowest_type_wins() {
        assert_eq!(
            built(&["1", "-2.5e3", "inf"]),
            ColumnData::Number(vec![1.0, -2500.0, f64::INFINITY])
        );
        assert_eq!(
            built(&["True", "", "FALSE"]),
            ColumnData::Boolean(vec![Some(true), None, Some(false)])
        );
        assert_eq!(
            built(&["1970-01-02", "1970-01-01T00:00:01Z"]),
            ColumnData::Date(vec![86_400.0, 1.0])
        );
        // 0 and 1 stay numbers, and a mixture of types is text.
        assert_eq!(built(&["0", "1"]), ColumnData::Number(vec![0.0, 1.0]));
        for mixed in [["0", "true"], ["1970-01-01", "0"], ["0", "1970-01-01"]] {
            assert_eq!(built(&mixed), text(&mixed));
        }
    }

    #[test]
    fn a_late_word_leaves_the_spelling_of_all_cells() {
        for late in ["unknown", "2024-01-01", "true"] {
            let cells = [
                "00501",
                "1.50",
                "",
                "1e-05",
                "+3",
                "1234567890123456.7",
                "-",
                late,
            ];
            assert_eq!(built(&cells), text(&cells));
        }
        let cells = ["", "2024-01-01", "2024-01-01 00:00:00.000", "", ".", "x"];
        assert_eq!(built(&cells), text(&cells));
    }

    #[test]
    fn missing_values_come_first_or_alone() {
        assert_eq!(built(&["NA", "?"]).missing(), 2);
        assert!(matches!(built(&["NA", "?"]), ColumnData::Number(_)));
        let ColumnData::Date(dates) = built(&["", "-", "1970-01-01", "None"]) else {
            panic!("dates");
        };
        assert!(dates[0].is_nan() && dates[1].is_nan() && dates[2] == 0.0 && dates[3].is_nan());
        assert_eq!(
            built(&["", "true"]),
            ColumnData::Boolean(vec![None, Some(true)])
        );
        assert_eq!(built(&["", "a"]), text(&["", "a"]));
    }

    #[test]
    fn a_placeholder_is_missing_among_numbers_and_a_category_among_words() {
        let ColumnData::Number(values) = built(&["-", "1", "."]) else {
            panic!("numbers");
        };
        assert!(values[0].is_nan() && values[1] == 1.0 && values[2].is_nan());
        assert_eq!(built(&["-", "+", "-"]), text(&["-", "+", "-"]));
    }
}
