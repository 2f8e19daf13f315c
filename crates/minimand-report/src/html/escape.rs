//! Making text from outside harmless inside markup.

use std::borrow::Cow;

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
        assert!(matches!(escape("plain – text"), Cow::Borrowed(_)));
    }
}
