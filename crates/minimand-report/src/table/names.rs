//! Column names as files give them.

use std::collections::HashMap;
use std::path::Path;

use super::ReadError;

/// The names, those that are empty replaced by `column_` and their position from 1:
/// tools that write a row index leave its name out.
///
/// # Errors
///
/// Two columns have the same name.
pub(super) fn distinct<'a>(
    path: &Path,
    names: impl Iterator<Item = &'a str>,
) -> Result<Vec<String>, ReadError> {
    let mut first_position = HashMap::new();
    let mut distinct = Vec::new();
    for (position, name) in (1..).zip(names) {
        let name = match name {
            "" => format!("column_{position}"),
            name => name.to_owned(),
        };
        if let Some(first) = first_position.insert(name.clone(), position) {
            return Err(ReadError::DuplicateColumn {
                path: path.to_path_buf(),
                name,
                first,
                second: position,
            });
        }
        distinct.push(name);
    }
    Ok(distinct)
}
