//! Results on standard output.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::error::CliError;

/// Lines are never made longer than this to fill a wide terminal: prose gets hard to read.
const MOST_READABLE: usize = 100;

/// Writes a whole result. A reader that has gone is [`CliError::Closed`].
pub(crate) fn write(bytes: &[u8]) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => CliError::Closed,
            _ => CliError::Output(error),
        })
}

/// Writes a result as indented JSON. Numbers that JSON has no notation for (NaN and the
/// infinities) are written as `null`.
pub(crate) fn write_json(value: &impl Serialize) -> Result<(), CliError> {
    let mut text = serde_json::to_string_pretty(value)
        .map_err(|error| CliError::Output(io::Error::from(error)))?;
    text.push('\n');
    write(text.as_bytes())
}

/// Tells the user something that is no result, on standard error.
pub(crate) fn note(text: &str) {
    // Without a standard error there is no one to tell; `eprintln!` would panic.
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}

/// Columns of the terminal that standard output goes to; `None` if it goes elsewhere.
pub(crate) fn terminal_width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// The width for prose.
pub(crate) fn prose_width() -> usize {
    terminal_width().map_or(MOST_READABLE, |width| width.clamp(40, MOST_READABLE))
}

/// Columns of equal width, two spaces apart. With `width`, longer lines are cut and end in `…`.
pub(crate) fn aligned(rows: &[Vec<String>], width: Option<usize>) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        text.push_str(&cut(cells.join("  ").trim_end(), width));
        text.push('\n');
    }
    text
}

fn cut(line: &str, width: Option<usize>) -> String {
    match width {
        Some(width) if line.chars().count() > width => {
            let kept: String = line.chars().take(width.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
        _ => line.to_owned(),
    }
}

/// The words of `text` in lines of at most `width` columns, each line after `indent`. A word that
/// is longer has a line of its own; what stands between backticks is one word.
pub(crate) fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in words(text) {
        let length = indent.chars().count() + line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && length > width {
            lines.push_str(&format!("{indent}{line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() {
        lines.push_str(&format!("{indent}{line}\n"));
    }
    lines
}

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_code = false;
    for word in text.split_whitespace() {
        match words.last_mut().filter(|_| is_code) {
            Some(code) => {
                code.push(' ');
                code.push_str(word);
            }
            None => words.push(word.to_owned()),
        }
        is_code ^= word.matches('`').count() % 2 == 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_long_lines_are_cut() {
        let rows = [["a", "ℓℓℓ", "x"], ["long", "b", "and more"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows, None), "a     ℓℓℓ  x\nlong  b    and more\n");
        assert_eq!(aligned(&rows, Some(13)), "a     ℓℓℓ  x\nlong  b    a…\n");
        assert_eq!(aligned(&rows, Some(0)), "…\n…\n");
        assert_eq!(aligned(&[], None), "");
    }

    #[test]
    fn prose_is_wrapped_at_words() {
        assert_eq!(wrapped("one two three", 9, "  "), "  one two\n  three\n");
        assert_eq!(
            wrapped("incomprehensibilities a", 5, ""),
            "incomprehensibilities\na\n"
        );
        assert_eq!(
            wrapped("boxes `[n, 4]`, as x1", 10, ""),
            "boxes\n`[n, 4]`,\nas x1\n"
        );
        assert_eq!(wrapped("`a b", 2, ""), "`a b\n");
        assert_eq!(wrapped("  ", 5, " "), "");
    }
}
