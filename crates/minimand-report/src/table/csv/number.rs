//! A column of numbers that can still turn out to be text.
//!
//! Whether a column holds numbers is known only at its end, and a cell such as
//! `unknown` after millions of numbers makes all of them text, in the very spelling
//! that the file has (`00501` and `1.50` are not `501` and `1.5`). Keeping the text of
//! every cell would cost more memory than the numbers. The usual spelling needs one
//! byte: the number of decimals says how to print the value again.

/// Placeholders that stand for a missing value in columns of numbers and dates. In a
/// column of text they may well be categories (the strands `+` and `-` of DNA).
pub(super) fn is_placeholder(text: &str) -> bool {
    matches!(text, "-" | ".")
}

/// The sign between whole and fractional part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Point,
    Comma,
}

impl Mark {
    fn byte(self) -> u8 {
        match self {
            Self::Point => b'.',
            Self::Comma => b',',
        }
    }
}

/// Numbers with less digits than this are printed again from their `f64`.
const SHORT: u64 = 1_000_000_000_000_000;
/// Digits that a `u64` certainly holds.
const MOST_DIGITS: usize = 19;
/// Integers up to here are exact in `f64`.
const EXACT: u64 = 1 << 53;
/// Powers of ten that are exact in `f64`.
#[rustfmt::skip]
const POWERS: [f64; MOST_DIGITS + 1] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
    1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
];

/// How a cell was spelled: up to 19 as a short number of that many decimals, with
/// this bit as a long one, or one of the other two.
const LONG: u8 = 32;
const MISSING: u8 = 64;
const VERBATIM: u8 = 65;

/// The numbers so far and what it takes to spell them again.
#[derive(Debug, Default)]
pub(super) struct NumberBuilder {
    values: Vec<f64>,
    spellings: Vec<u8>,
    /// All digits of the long numbers, in row order.
    long_digits: Vec<u64>,
    /// The text of the verbatim cells, in row order, each with a line feed after it.
    verbatim: String,
    any_number: bool,
    mark: Option<Mark>,
}

impl NumberBuilder {
    /// Whether there has been a number; placeholders do not count.
    pub(super) fn any_number(&self) -> bool {
        self.any_number
    }

    /// The decimal mark of the numbers that have one.
    pub(super) fn mark(&self) -> Option<Mark> {
        self.mark
    }

    /// Appends a missing value.
    pub(super) fn push_missing(&mut self) {
        self.values.push(f64::NAN);
        self.spellings.push(MISSING);
    }

    /// Appends the number that `text` spells, unless it is none. A comma is a decimal
    /// mark only with `commas`, and one column has only one kind of mark.
    #[inline]
    pub(super) fn push(&mut self, text: &str, commas: bool) -> bool {
        let Some(plain) = Plain::parse(text.as_bytes(), commas) else {
            return self.push_verbatim(text, commas);
        };
        if !self.accepts(plain.mark) {
            return false;
        }
        let Some(value) = plain.value().or_else(|| general(text, commas)) else {
            return false;
        };
        if plain.digits < SHORT {
            self.spellings.push(plain.decimals);
        } else {
            self.spellings.push(plain.decimals | LONG);
            self.long_digits.push(plain.digits);
        }
        self.values.push(value);
        self.any_number = true;
        true
    }

    #[inline]
    fn accepts(&mut self, mark: Option<Mark>) -> bool {
        let fits = mark.is_none() || self.mark.is_none() || self.mark == mark;
        self.mark = self.mark.or(mark);
        fits
    }

    fn push_verbatim(&mut self, text: &str, commas: bool) -> bool {
        let value = if is_placeholder(text) {
            f64::NAN
        } else {
            let mark = match text {
                _ if text.contains('.') => Some(Mark::Point),
                _ if text.contains(',') => Some(Mark::Comma),
                _ => None,
            };
            match general(text, commas) {
                Some(value) if self.accepts(mark) => value,
                _ => return false,
            }
        };
        self.any_number |= !value.is_nan();
        self.values.push(value);
        self.spellings.push(VERBATIM);
        self.verbatim.push_str(text);
        self.verbatim.push('\n');
        true
    }

    /// Hands out every cell as it was spelled.
    pub(super) fn replay(&self, mut cell: impl FnMut(Option<&str>)) {
        let mut long = self.long_digits.iter();
        let mut verbatim = self.verbatim.split_terminator('\n');
        let mut text = String::new();
        for (value, spelling) in self.values.iter().zip(&self.spellings) {
            match *spelling {
                MISSING => cell(None),
                VERBATIM => cell(verbatim.next()),
                spelling => {
                    let digits = (spelling & LONG != 0).then(|| long.next()).flatten();
                    self.spell(&mut text, *value, digits, usize::from(spelling & !LONG));
                    cell(Some(&text));
                }
            }
        }
    }

    fn spell(&self, text: &mut String, value: f64, digits: Option<&u64>, decimals: usize) {
        text.clear();
        match digits {
            // At most 15 digits survive the way through f64.
            None => text.push_str(&format!("{value:.decimals$}")),
            Some(digits) => {
                let digits = format!("{digits:0width$}", width = decimals + 1);
                let (whole, fraction) = digits.split_at(digits.len() - decimals);
                let sign = if value.is_sign_negative() { "-" } else { "" };
                let point = if fraction.is_empty() { "" } else { "." };
                text.extend([sign, whole, point, fraction]);
            }
        }
        if self.mark == Some(Mark::Comma) {
            *text = text.replace('.', ",");
        }
    }

    /// The values, NaN where missing.
    pub(super) fn finish(mut self) -> Vec<f64> {
        self.values.shrink_to_fit();
        self.values
    }
}

/// A number in plain notation without superfluous signs and zeros in front: `-0.50`,
/// but not `+1`, `.5`, `007` or `1e5`.
struct Plain {
    negative: bool,
    digits: u64,
    decimals: u8,
    mark: Option<Mark>,
}

impl Plain {
    #[inline]
    fn parse(text: &[u8], commas: bool) -> Option<Self> {
        let (negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, text),
        };
        let mut digits = 0_u64;
        let mut marked = None;
        if rest.len() > MOST_DIGITS + 1 {
            return None;
        }
        for (position, byte) in rest.iter().enumerate() {
            let digit = byte.wrapping_sub(b'0');
            if digit < 10 {
                // Twenty digits may wrap around; they are refused below.
                digits = digits.wrapping_mul(10).wrapping_add(u64::from(digit));
                continue;
            }
            let mark = match byte {
                b'.' => Mark::Point,
                b',' if commas => Mark::Comma,
                _ => return None,
            };
            if marked.replace((position, mark)).is_some() {
                return None;
            }
        }
        let (whole, decimals) = match marked {
            None => (rest.len(), 0),
            Some((position, _)) => (position, rest.len() - position - 1),
        };
        let canonical = whole > 0
            && (whole == 1 || rest[0] != b'0')
            && (marked.is_none() || decimals > 0)
            && whole + decimals <= MOST_DIGITS;
        canonical.then_some(Self {
            negative,
            digits,
            decimals: decimals as u8,
            mark: marked.map(|(_, mark)| mark),
        })
    }

    /// The nearest `f64`, where one division of exact numbers gives it.
    #[inline]
    fn value(&self) -> Option<f64> {
        if self.digits > EXACT {
            return None;
        }
        let value = self.digits as f64 / POWERS[usize::from(self.decimals)];
        Some(if self.negative { -value } else { value })
    }
}

/// Any notation of a number that Rust, C or Python would write.
fn general(text: &str, commas: bool) -> Option<f64> {
    if commas && text.contains(Mark::Comma.byte() as char) && !text.contains('.') {
        text.replacen(',', ".", 1).parse().ok()
    } else {
        text.parse().ok()
    }
}

#[cfg(test)]
#[path = "number_tests.rs"]
mod tests;
