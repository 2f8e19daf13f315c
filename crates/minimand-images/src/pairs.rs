//! Files of two folders that belong together.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Names end so, written small.
const EXTENSIONS: [&str; 6] = ["nii.gz", "nii", "png", "tif", "tiff", "npy"];
/// Names that a message lists; the others are counted.
const NAMED: usize = 5;

/// Two files of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// What the names of both files have in common: the name without its extension.
    pub name: String,
    /// The file of the first folder.
    pub first: PathBuf,
    /// The file of the second folder.
    pub second: PathBuf,
}

/// Why the files of two folders could not be paired.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PairError {
    /// A folder that cannot be listed.
    #[error("{}: {source}; name a folder of images", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A folder without images.
    #[error("{}: no image in this folder; files must end in .nii, .nii.gz, .png, .tif, .tiff or .npy", folder.display())]
    NoImages {
        /// The folder.
        folder: PathBuf,
    },
    /// Two images with the same name but another extension.
    #[error("{}: both {first} and {second} are images of one name; keep one of them", folder.display())]
    Double {
        /// The folder.
        folder: PathBuf,
        /// Name of one file.
        first: String,
        /// Name of the other.
        second: String,
    },
    /// Images without a partner.
    #[error(
        "{} images of {} have no partner in {}: {}; give both files of a case the same name before the \
         extension, or remove the odd ones",
        names.len(), folder.display(), other.display(), listed(names)
    )]
    Unmatched {
        /// The folder with the images.
        folder: PathBuf,
        /// The folder without their partners.
        other: PathBuf,
        /// Names without extension, sorted.
        names: Vec<String>,
    },
}

/// Pairs the images of two folders, such as predictions and true masks, by their names without extension
/// (`case_7.nii.gz` and `case_7.png`), sorted by name. Other files, hidden files and folders in them are
/// passed over.
///
/// # Errors
/// A folder that cannot be listed or has no images, two images of one name, and images without partner in
/// either folder.
pub fn pairs(first: &Path, second: &Path) -> Result<Vec<Pair>, PairError> {
    let (firsts, mut seconds) = (images(first)?, images(second)?);
    let mut found = Vec::new();
    let mut alone = Vec::new();
    for (name, file) in firsts {
        match seconds.remove(&name) {
            Some(partner) => found.push(Pair {
                name,
                first: first.join(file),
                second: second.join(partner),
            }),
            None => alone.push(name),
        }
    }
    let unmatched = |folder: &Path, other: &Path, names| {
        Err(PairError::Unmatched {
            folder: folder.to_path_buf(),
            other: other.to_path_buf(),
            names,
        })
    };
    if !alone.is_empty() {
        return unmatched(first, second, alone);
    }
    if !seconds.is_empty() {
        return unmatched(second, first, seconds.into_keys().collect());
    }
    Ok(found)
}

/// The names of the files with an image, by their names without extension.
fn images(folder: &Path) -> Result<BTreeMap<String, String>, PairError> {
    let failed = |source| PairError::Folder {
        folder: folder.to_path_buf(),
        source,
    };
    let mut images: BTreeMap<String, String> = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some((name, _)) = split_name(&path) else {
            continue;
        };
        if name.starts_with('.') || path.is_dir() {
            continue;
        }
        let file = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if let Some(other) = images.get(name) {
            let mut both = [other.clone(), file];
            both.sort();
            let [first, second] = both;
            return Err(PairError::Double {
                folder: folder.to_path_buf(),
                first,
                second,
            });
        }
        images.insert(name.to_owned(), file);
    }
    if images.is_empty() {
        return Err(PairError::NoImages {
            folder: folder.to_path_buf(),
        });
    }
    Ok(images)
}

/// The name of an image file without its extension, and the extension written small; `None` if it is no
/// name of an image file.
pub fn split_name(path: &Path) -> Option<(&str, &'static str)> {
    let file = path.file_name()?.to_str()?;
    EXTENSIONS.into_iter().find_map(|extension| {
        let start = file.len().checked_sub(extension.len() + 1)?;
        let end = file.get(start..)?;
        let is_it = end.starts_with('.') && end[1..].eq_ignore_ascii_case(extension);
        is_it.then(|| (&file[..start], extension))
    })
}

fn listed(names: &[String]) -> String {
    let mut text = names
        .iter()
        .take(NAMED)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > NAMED {
        text.push_str(&format!(" and {} more", names.len() - NAMED));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            fs::write(folder.path().join(file), b"x").unwrap();
        }
        folder
    }

    #[test]
    fn names_without_extension_meet() {
        let first = folder(&["b.nii.gz", "a.v2.PNG", "notes.txt", ".c.png"]);
        let second = folder(&["a.v2.npy", "b.nii"]);
        fs::create_dir(second.path().join("d.png")).unwrap();
        let found = pairs(first.path(), second.path()).unwrap();
        let names: Vec<&str> = found.iter().map(|pair| pair.name.as_str()).collect();
        assert_eq!(names, ["a.v2", "b"]);
        assert_eq!(found[1].first, first.path().join("b.nii.gz"));
        assert_eq!(found[0].second, second.path().join("a.v2.npy"));
    }

    #[test]
    fn what_is_odd_is_named() {
        let whole = folder(&["a.png", "b.png"]);
        let some = folder(&["a.npy"]);
        let message = pairs(whole.path(), some.path()).unwrap_err().to_string();
        assert!(
            message.contains("1 images of") && message.contains(": b;"),
            "{message}"
        );
        let reverse = pairs(some.path(), whole.path()).unwrap_err();
        assert!(matches!(&reverse, PairError::Unmatched { names, .. } if names[..] == ["b"]));
        let many: Vec<String> = (0..9).map(|i| format!("{i}.tif")).collect();
        let many = folder(&many.iter().map(String::as_str).collect::<Vec<_>>());
        let message = pairs(many.path(), some.path()).unwrap_err().to_string();
        assert!(message.contains("0, 1, 2, 3, 4 and 4 more"), "{message}");
        let double = folder(&["a.png", "a.nii.gz"]);
        let message = pairs(double.path(), some.path()).unwrap_err().to_string();
        assert!(message.contains("both a.nii.gz and a.png"), "{message}");
        let empty = folder(&["readme.md"]);
        assert!(matches!(
            pairs(empty.path(), some.path()),
            Err(PairError::NoImages { .. })
        ));
        let missing = empty.path().join("none");
        assert!(matches!(
            pairs(&missing, some.path()),
            Err(PairError::Folder { .. })
        ));
    }
}
