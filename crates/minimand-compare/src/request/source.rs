//! Where the rows come from.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Where the rows come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A data set that ships with the program.
    Builtin(Builtin),
    /// A table: CSV in any dialect, Parquet, or Arrow.
    File(PathBuf),
    /// Two `.npy` arrays with a row for each example.
    Arrays {
        /// `[rows, columns]`, or `[rows]` for a single feature.
        features: PathBuf,
        /// `[rows]`, or `[rows, labels]` for multilabel.
        targets: PathBuf,
    },
    /// A table that a program holds, by the name that messages and reports call it; see
    /// [`Comparison::of_table`](crate::Comparison::of_table).
    Memory(String),
    /// Two folders with an image and a mask of the same name (without its extension) for each case: NIfTI,
    /// PNG, TIFF or `.npy`. Groups are told by a table with the columns `case` and `group`, or by a pattern
    /// of the names, in which `{group}` stands for the group and `*` for any text.
    Images {
        /// The folder of the images.
        images: PathBuf,
        /// The folder of the masks: 0 for the background, a label for each class.
        masks: PathBuf,
    },
}

impl Source {
    /// A built-in set if `text` is its name, otherwise a file.
    pub fn parse(text: &str) -> Self {
        let builtin = Builtin::ALL
            .into_iter()
            .find(|builtin| builtin.name() == text);
        builtin.map_or_else(|| Self::File(PathBuf::from(text)), Self::Builtin)
    }

    /// The words that name it on a command line.
    pub fn words(&self) -> Vec<String> {
        let word = |path: &Path| path.display().to_string();
        match self {
            Self::Builtin(builtin) => vec![builtin.name().to_owned()],
            Self::Memory(name) => vec![name.clone()],
            Self::File(path) => vec![word(path)],
            Self::Arrays { features, targets } => vec![word(features), word(targets)],
            Self::Images { images, masks } => {
                let [images_option, masks_option] = ["--images", "--masks"].map(str::to_owned);
                vec![images_option, word(images), masks_option, word(masks)]
            }
        }
    }

    /// A short name for headings and folders: the set, or the file without its folder.
    pub fn short_name(&self) -> String {
        match self {
            Self::Builtin(builtin) => builtin.name().to_owned(),
            Self::Memory(name) => name.clone(),
            Self::File(path)
            | Self::Arrays { features: path, .. }
            | Self::Images { images: path, .. } => path.file_name().map_or_else(
                || path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            ),
        }
    }
}

/// A data set that ships with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Builtin {
    /// 1,797 handwritten digits of 8 × 8 pixels, ten classes.
    Digits,
    /// 569 tumours with 30 measurements, two classes (0 malignant, 1 benign).
    BreastCancer,
    /// 442 patients with 10 measurements, a measure of disease progression.
    Diabetes,
    /// 150 flowers with 4 measurements, three classes.
    Iris,
}

impl Builtin {
    /// Every set, the default first.
    pub const ALL: [Self; 4] = [Self::Digits, Self::BreastCancer, Self::Diabetes, Self::Iris];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::BreastCancer => "breast_cancer",
            Self::Diabetes => "diabetes",
            Self::Iris => "iris",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_names_or_files() {
        for builtin in Builtin::ALL {
            assert_eq!(Source::parse(builtin.name()), Source::Builtin(builtin));
        }
        assert_eq!(Source::parse("iris.csv"), Source::File("iris.csv".into()));
        assert_eq!(Source::parse("data/iris.csv").short_name(), "iris.csv");
    }
}
