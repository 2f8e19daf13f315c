//! How much room text takes, estimated, because no font is at hand here.

/// The size of labels, which the style sheet sets for `svg`.
pub(super) const FONT_SIZE: f64 = 13.0;

/// The distance between the baselines of text broken into lines.
pub(super) const LINE_HEIGHT: f64 = 16.0;

/// How much wider bold text is.
pub(super) const BOLD: f64 = 1.12;

/// The width of `text` in label size, on the generous side for common sans-serif
/// fonts.
pub(super) fn width(text: &str) -> f64 {
    text.chars()
        .map(|character| em(character) * FONT_SIZE)
        .sum()
}

fn em(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.31,
        ' ' | 'f' | 't' | 'r' | '-' | '(' | ')' | '[' | ']' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 1.0,
        'A'..='Z' => 0.7,
        // East Asian scripts and pictographs are as wide as high.
        '\u{2e80}'.. => 1.0,
        _ => 0.6,
    }
}

/// `text` cut to `max` pixels, an ellipsis standing for what is left out.
pub(super) fn fitted(text: &str, max: f64) -> String {
    if width(text) <= max {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = width("…");
    for character in text.chars() {
        used += em(character) * FONT_SIZE;
        if used > max {
            break;
        }
        kept.push(character);
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

/// `text` broken between words into lines of at most `max` pixels; a longer word
/// is cut. There is at least one line.
pub(super) fn wrapped(text: &str, max: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line} {word}");
            if line.is_empty() || width(&longer) <= max {
                *line = longer.trim_start().to_owned();
                continue;
            }
        }
        lines.push(word.to_owned());
    }
    lines.iter().map(|line| fitted(line, max)).collect()
}

/// The greatest width over `texts`; zero if there are none.
pub(super) fn widest<'a>(texts: impl IntoIterator<Item = &'a str>) -> f64 {
    texts.into_iter().map(width).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_broken_between_words() {
        assert_eq!(wrapped("one two three", 1000.0), ["one two three"]);
        assert_eq!(wrapped("one two three", 60.0), ["one two", "three"]);
        assert_eq!(wrapped("", 60.0), [""]);
        let cut = wrapped("one incomprehensibilities", 60.0);
        assert!(cut[0] == "one" && cut[1].starts_with("inc") && cut[1].ends_with('…'));
    }

    #[test]
    fn long_text_is_cut_to_the_width() {
        assert_eq!(fitted("short", 100.0), "short");
        let name = "a very long name of a loss function";
        let cut = fitted(name, 100.0);
        assert!(cut.ends_with('…') && cut.len() < name.len());
        assert!(width(&cut) <= 100.0);
        assert_eq!(
            fitted("損失関数損失関数", 40.0),
            "損損…".replacen("損損", "損失", 1)
        );
    }
}
