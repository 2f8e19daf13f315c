//! Places on a page that links point to.

use std::collections::HashSet;

/// Gives every heading of a page an identifier of its own.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    taken: HashSet<String>,
}

impl Anchors {
    /// An identifier made of letters, digits and hyphens that resembles `heading`, so
    /// that links to the page stay valid when it is written anew.
    pub(super) fn name(&mut self, heading: &str) -> String {
        let mut slug = String::new();
        for character in heading.chars().flat_map(char::to_lowercase) {
            if character.is_alphanumeric() {
                slug.push(character);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let slug = match slug.trim_end_matches('-') {
            "" => "section",
            slug => slug,
        };
        let mut name = slug.to_owned();
        let mut number = 1;
        while !self.taken.insert(name.clone()) {
            number += 1;
            name = format!("{slug}-{number}");
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_differ() {
        let mut anchors = Anchors::default();
        let headings = [
            "Ranking",
            "ranking!",
            "Ranking-2",
            "<Größe> & \"x\"",
            "",
            "…",
        ];
        let names = headings.map(|heading| anchors.name(heading));
        let expected = [
            "ranking",
            "ranking-2",
            "ranking-2-2",
            "größe-x",
            "section",
            "section-2",
        ];
        assert_eq!(names, expected);
    }
}
