//! Parts of messages.

/// The name that was meant, if there is one like it.
pub(super) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}

/// Names for a message: all of them, or the first twenty and a count.
pub(super) fn listed(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let mut text = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..23).map(|index| format!("c{index}")).collect();
        let text = listed(&names);
        assert!(
            text.starts_with("`c0`, `c1`") && text.ends_with("`c19` and 3 more"),
            "{text}"
        );
        assert_eq!(listed(&names[..1]), "`c0`");
    }
}
