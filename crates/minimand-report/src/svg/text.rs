//! How much room text takes, estimated, because no font is at hand here.

/// The size of labels, which the style sheet sets for `svg`.
pub(super) const FONT_SIZE: f64 = 13.0;

/// The distance between the baselines of text broken into lines.
pub(super) const LINE_HEIGHT: f64 = 16.0;

/// How much wider bold text is.
pub(super) const BOLD: f64 = 1.12;

/// The width of `text` in label size: that of DejaVu Sans, which is the widest of the
/// common sans-serif fonts.
pub(crate) fn width(text: &str) -> f64 {
    text.chars()
        .map(|character| em(character) * FONT_SIZE)
        .sum()
}

fn em(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | 'I' | 'J' | '.' | ',' | ':' | ';' | '\'' | '|' | '/' | ' ' => 0.33,
        'f' | 't' | 'r' | '-' | '!' | '(' | ')' | '[' | ']' => 0.41,
        'c' | 's' | 'z' | '_' | '*' => 0.56,
        '+' | '=' | '<' | '>' | '~' | '#' | '&' | '±' | '×' | '−' => 0.84,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 1.0,
        'A'..='Z' => 0.72,
        // East Asian scripts and pictographs are as wide as high.
        '\u{2e80}'.. => 1.0,
        _ => 0.64,
    }
}

/// `text` cut to `max` pixels, an ellipsis standing for what is left out.
fn fitted(text: &str, max: f64) -> String {
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

/// `text` broken into lines of at most `max` pixels: between words, and within a
/// longer word after a character that joins the parts of an expression, or anywhere
/// if need be. Nothing is left out. There is at least one line.
pub(super) fn wrapped(text: &str, max: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut space = " ";
        for unit in units(word, max) {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(unit),
                Some(line) if width(line) + width(space) + width(unit) <= max => {
                    line.push_str(space);
                    line.push_str(unit);
                }
                _ => lines.push(unit.to_owned()),
            }
            space = "";
        }
    }
    lines
}

/// Like [`wrapped`], but the last of `count` lines is cut where there would be more.
pub(super) fn wrapped_to(text: &str, max: f64, count: usize) -> Vec<String> {
    let mut lines = wrapped(text, max);
    if lines.len() > count {
        lines.truncate(count.max(1) - 1);
        // Spaces at which lines were broken are in none of them.
        let is_ink = |character: &char| !character.is_whitespace();
        let kept = lines.iter().flat_map(|line| line.chars());
        let kept = kept.filter(is_ink).count();
        let mut left = text.char_indices().filter(|(_, one)| is_ink(one));
        let start = left.nth(kept).map_or(text.len(), |(index, _)| index);
        lines.push(fitted(&text[start..], max));
    }
    lines
}

/// Whether a line may end after `character` within a word: it joins the parts of an
/// expression, such as `huber(delta=1)`.
pub(crate) fn is_joint(character: char) -> bool {
    matches!(character, '_' | ',' | '(' | '+' | '/' | ':')
}

/// The parts of `word` that are not to be broken, which is all of it if it fits.
fn units(word: &str, max: f64) -> Vec<&str> {
    if width(word) <= max {
        return vec![word];
    }
    let parts = word
        .split_inclusive(is_joint)
        .flat_map(|part| match width(part) {
            fits if fits <= max => vec![part],
            _ => part.split_inclusive(|_: char| true).collect(),
        });
    parts.collect()
}

/// The centre next to `wanted` at which all of `lines` are within a drawing `width` wide.
pub(super) fn centre<'a>(lines: impl IntoIterator<Item = &'a str>, wanted: f64, width: f64) -> f64 {
    let half = widest(lines) / 2.0;
    wanted.clamp(half, (width - half).max(half))
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
    }

    #[test]
    fn long_words_are_broken_and_nothing_is_lost() {
        let name = "generalized_cross_entropy(q=0.7) + incomprehensibilities";
        let lines = wrapped(name, 90.0);
        assert_eq!(lines[0], "generalized_");
        assert!(lines.iter().all(|line| width(line) <= 90.0), "{lines:?}");
        let bare = |text: &str| text.replace(' ', "");
        assert_eq!(bare(&lines.concat()), bare(name));
        assert_eq!(wrapped("損失関数", 1.0).len(), 4);
    }

    #[test]
    fn centred_text_stays_in_the_drawing() {
        let half = width("label") / 2.0;
        assert_eq!(centre(["label"], 50.0, 100.0), 50.0);
        assert_eq!(centre(["label"], 98.0, 100.0), 100.0 - half);
        assert_eq!(centre(["label"], -9.0, 100.0), half);
        assert_eq!(centre(["label"], 5.0, 1.0), half);
    }

    #[test]
    fn too_many_lines_are_cut() {
        let lines = wrapped_to("one two three four five", 60.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].starts_with("three") && lines[1].ends_with('…'));
        let lines = wrapped_to("cross_entropy(label_smoothing=0.1)", 100.0, 2);
        assert_eq!(lines[0], "cross_");
        assert!(lines[1].starts_with("entropy(la") && lines[1].ends_with('…'));
        assert_eq!(wrapped_to("one two", 60.0, 2), ["one two"]);
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
