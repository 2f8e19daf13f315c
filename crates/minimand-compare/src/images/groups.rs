//! Which cases belong together: told by a table, or by their names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use minimand_images::split_name;
use minimand_report::table::{ColumnData, Table, read};

use super::ImagesError;
use crate::data::Grouping;

/// What stands for the group in a pattern.
const GROUP: &str = "{group}";

/// The group of each case: by a pattern of their names if `groups` has `{group}`, else by the table of that name.
pub(super) fn grouping(groups: &str, cases: &[String]) -> Result<Grouping, ImagesError> {
    let names: Vec<String> = if groups.contains(GROUP) {
        let tokens = Token::all(groups);
        let group = |case: &String| {
            let found = captured(&tokens, case).flatten();
            found
                .map(str::to_owned)
                .ok_or_else(|| ImagesError::Pattern {
                    case: case.clone(),
                    pattern: groups.to_owned(),
                })
        };
        cases.iter().map(group).collect::<Result<_, _>>()?
    } else {
        by_table(groups.as_ref(), cases)?
    };
    let distinct: BTreeSet<&String> = names.iter().collect();
    let distinct: Vec<String> = distinct.into_iter().cloned().collect();
    // Every name is among the distinct ones.
    let code = |name| distinct.binary_search(name).unwrap_or(0) as u32;
    Ok(Grouping {
        column: groups.to_owned(),
        codes: names.iter().map(code).collect(),
        names: distinct,
    })
}

fn by_table(path: &Path, cases: &[String]) -> Result<Vec<String>, ImagesError> {
    let table = read(path)?;
    let column = |name| texts(&table, name).ok_or_else(|| missing(path, name));
    let (names, groups) = (column("case")?, column("group")?);
    let mut group_of: BTreeMap<String, String> = BTreeMap::new();
    for (name, group) in names.into_iter().zip(groups) {
        if let (Some(name), Some(group)) = (name, group) {
            let name = match split_name(Path::new(&name)) {
                Some((name, _)) => name.to_owned(),
                None => name,
            };
            group_of.insert(name, group);
        }
    }
    let group = |case: &String| {
        // A column of names such as 007 is one of numbers.
        let number = || case.parse::<f64>().ok().map(|number| number.to_string());
        let found = group_of
            .get(case)
            .or_else(|| group_of.get(&number()?))
            .cloned();
        found.ok_or_else(|| ImagesError::Groupless {
            table: path.to_owned(),
            case: case.clone(),
        })
    };
    cases.iter().map(group).collect()
}

fn missing(table: &Path, column: &'static str) -> ImagesError {
    ImagesError::GroupColumn {
        table: table.to_owned(),
        column,
    }
}

/// A column as text; `None` if there is none of that name.
fn texts(table: &Table, name: &str) -> Option<Vec<Option<String>>> {
    let number = |value: &f64| (!value.is_nan()).then(|| value.to_string());
    Some(match &table.column(name)?.data {
        ColumnData::Number(values) | ColumnData::Date(values) => {
            values.iter().map(number).collect()
        }
        ColumnData::Boolean(values) => values
            .iter()
            .map(|value| value.map(|value| value.to_string()))
            .collect(),
        ColumnData::Category { codes, names } => codes
            .iter()
            .map(|code| code.map(|code| names[code as usize].clone()))
            .collect(),
    })
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Literal(String),
    /// Any text, also none.
    Any,
    /// Any text but none: the group.
    Group,
}

impl Token {
    fn all(pattern: &str) -> Vec<Self> {
        let mut tokens = Vec::new();
        let mut rest = pattern;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix(GROUP) {
                tokens.push(Self::Group);
                rest = after;
            } else if let Some(after) = rest.strip_prefix('*') {
                tokens.push(Self::Any);
                rest = after;
            } else {
                let ends = [rest.find(GROUP), rest.find('*')];
                let end = ends.into_iter().flatten().min().unwrap_or(rest.len());
                tokens.push(Self::Literal(rest[..end].to_owned()));
                rest = &rest[end..];
            }
        }
        tokens
    }
}

/// Whether a text matches, with the first group in it. What may be of any length is as short as it can be.
fn captured<'a>(tokens: &[Token], text: &'a str) -> Option<Option<&'a str>> {
    let Some((token, others)) = tokens.split_first() else {
        return text.is_empty().then_some(None);
    };
    let ends = || text.char_indices().map(|(at, _)| at).chain([text.len()]);
    match token {
        Token::Literal(literal) => captured(others, text.strip_prefix(literal.as_str())?),
        Token::Any => {
            let mut found = ends().map(|end| captured(others, &text[end..]));
            found.find(Option::is_some).flatten()
        }
        Token::Group => {
            let mut found = ends().filter(|end| *end > 0);
            found.find_map(|end| {
                captured(others, &text[end..])?;
                Some(Some(&text[..end]))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn names_tell_the_group() {
        for (pattern, name, group) in [
            ("{group}_*", "p1_scan_2", Some("p1")),
            ("*_{group}", "scan_2_p1", Some("2_p1")),
            ("P{group}-*", "P07-a", Some("07")),
            ("{group}", "whole", Some("whole")),
            ("*{group}x", "aüx", Some("aü")),
            ("{group}_*", "p1", None),
            ("P{group}-*", "P-a", None),
        ] {
            let found = captured(&Token::all(pattern), name).flatten();
            assert_eq!(found, group, "{pattern} and {name}");
        }
    }

    #[test]
    fn groups_are_numbered_by_name() {
        let found = grouping("{group}_*", &cases(&["b_1", "a_1", "b_2"])).unwrap();
        assert_eq!(found.names, ["a", "b"]);
        assert_eq!(found.codes, [1, 0, 1]);
        let error = grouping("{group}_*", &cases(&["b1"])).unwrap_err();
        assert!(error.to_string().contains("`b1` does not match"), "{error}");
    }

    #[test]
    fn a_table_tells_the_group() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("patients.csv");
        let read = |content: &str, names: &[&str]| {
            std::fs::write(&path, content).unwrap();
            grouping(path.to_str().unwrap(), &cases(names)).map_err(|error| error.to_string())
        };
        let found = read("case,group\na.png,x\nb,y\nc,x\n", &["c", "a", "b"]).unwrap();
        assert_eq!(found.names, ["x", "y"]);
        assert_eq!(found.codes, [0, 0, 1]);
        let found = read("case;group\n001;7\n002;8\n", &["002", "001"]).unwrap();
        assert_eq!(found.names, ["7", "8"]);
        assert_eq!(found.codes, [1, 0]);
        let error = read("case,group\na,x\nb,\n", &["a", "b"]).unwrap_err();
        assert!(error.contains("the case `b` has no group"), "{error}");
        let error = read("name,group\na,x\n", &["a"]).unwrap_err();
        assert!(error.contains("no column `case`"), "{error}");
        let error = grouping("none.csv", &cases(&["a"])).unwrap_err();
        assert!(error.to_string().contains("pattern"), "{error}");
    }
}
