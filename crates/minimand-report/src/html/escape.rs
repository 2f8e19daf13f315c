//! Making text from outside harmless inside markup.

use std::borrow::Cow;

use crate::svg::is_joint;

/// Escapes `text` for element content and quoted attributes of HTML and SVG.
/// Control characters, which XML forbids, become U+FFFD.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(needs_escape) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other if needs_escape(other) => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

/// Words up to this many characters stay whole.
const SHORT: usize = 12;

/// Escapes `text` for element content in which long words may be broken where the parts
/// of an expression are joined.
pub(super) fn breakable(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        if word.chars().count() <= SHORT {
            return escape(word).into_owned();
        }
        let parts: Vec<_> = word.split_inclusive(is_joint).map(escape).collect();
        parts.join("<wbr/>")
    });
    words.collect::<Vec<_>>().join(" ")
}

fn needs_escape(character: char) -> bool {
    matches!(character, '&' | '<' | '>' | '"' | '\'')
        || (character.is_control() && !matches!(character, '\n' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(
            escape("<a href=\"x\" b='y'>&</a>"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;&lt;/a&gt;"
        );
        assert_eq!(escape("a\0b\nc"), "a\u{fffd}b\nc");
        assert_eq!(
            breakable("p (Holm) <huber(delta=1)>"),
            "p (Holm) &lt;huber(<wbr/>delta=1)&gt;"
        );
        assert!(matches!(escape("plain – text"), Cow::Borrowed(_)));
    }
}
