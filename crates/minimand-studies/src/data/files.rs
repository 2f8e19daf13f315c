//! Data that a person has: image sets in their usual formats, or a table.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;
use minimand_compare::data::{Data, FeatureValues, Target};
use minimand_compare::{Request, Source, Task};

use super::Labelled;
use super::labelled::standardised;
use crate::error::StudyError;

/// Columns in which the class may be.
const TARGETS: [&str; 2] = ["target", "label"];

/// Bytes of one image in the binary files of CIFAR-10: a label, then 32·32 pixels in three colours.
const CIFAR_PIXELS: usize = 3 * 32 * 32;

/// Reads labelled data.
///
/// - A folder with `train-images-idx3-ubyte` and `train-labels-idx1-ubyte` (MNIST and its kin; also
///   with `.gz`, and with `t10k-…` beside them): pixels scaled to 0..1.
/// - A folder with `data_batch_1.bin` and so on (the binary version of CIFAR-10): pixels in 0..1.
/// - A table in any format that `minimand compare` reads, with the class in a column named `target` or
///   `label`. Every other column must hold numbers, without gaps; each is
///   standardised.
///
/// # Errors
///
/// [`StudyError::Data`] says what was expected and what came.
pub fn read_labelled(path: &Path) -> Result<Labelled, StudyError> {
    let read = if path.is_dir() {
        read_folder(path)
    } else {
        read_table(path)
    };
    let checked = read.and_then(|data| match (data.rows(), data.classes) {
        (0..2, _) => Err("needs at least two rows".to_owned()),
        (_, 0..2) => Err("needs at least two classes".to_owned()),
        _ => Ok(data),
    });
    checked.map_err(|reason| StudyError::Data {
        path: path.display().to_string(),
        reason,
    })
}

fn read_folder(folder: &Path) -> Result<Labelled, String> {
    let mut sets = Vec::new();
    for part in ["train", "t10k"] {
        let images = find(folder, &format!("{part}-images-idx3-ubyte"));
        let labels = find(folder, &format!("{part}-labels-idx1-ubyte"));
        if let (Some(images), Some(labels)) = (images, labels) {
            sets.push(idx_pair(&images, &labels)?);
        }
    }
    let names = (1..=5).map(|batch| format!("data_batch_{batch}.bin"));
    for name in names.chain(["test_batch.bin".to_owned()]) {
        if let Some(path) = find(folder, &name) {
            sets.push(cifar(&path)?);
        }
    }
    let mut sets = sets.into_iter();
    let Some(mut all) = sets.next() else {
        return Err(
            "neither IDX files (train-images-idx3-ubyte, train-labels-idx1-ubyte) nor CIFAR-10's \
             binary files (data_batch_1.bin) are in this folder"
                .to_owned(),
        );
    };
    for set in sets {
        if set.columns != all.columns {
            return Err(format!(
                "images of {} and of {} values in one folder",
                all.columns, set.columns
            ));
        }
        all.features.extend(set.features);
        all.labels.extend(set.labels);
        all.classes = all.classes.max(set.classes);
    }
    Ok(all)
}

/// The file of this name, packed or not.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let packed = folder.join(format!("{name}.gz"));
    [folder.join(name), packed]
        .into_iter()
        .find(|path| path.is_file())
}

/// The bytes of a file, unpacked.
fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let named = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        let file = File::open(path).map_err(named)?;
        let mut unpacked = GzDecoder::new(BufReader::new(file));
        unpacked.read_to_end(&mut bytes).map_err(named)?;
    } else {
        bytes = fs::read(path).map_err(named)?;
    }
    Ok(bytes)
}

fn idx_pair(images: &Path, labels: &Path) -> Result<Labelled, String> {
    let (image_sizes, pixels) = idx(images, 3)?;
    let (label_sizes, labels_of) = idx(labels, 1)?;
    let (rows, columns) = (image_sizes[0], image_sizes[1] * image_sizes[2]);
    if rows != label_sizes[0] {
        return Err(format!("{rows} images, but {} labels", label_sizes[0]));
    }
    Ok(from_bytes(&pixels, columns, labels_of.iter().copied()))
}

/// The sizes and values of an IDX file of bytes: two zero bytes, the type (8), the number of
/// dimensions, each size as a big-endian number of four bytes, then the values.
fn idx(path: &Path, dimensions: usize) -> Result<(Vec<usize>, Vec<u8>), String> {
    let bytes = bytes(path)?;
    let header = 4 + 4 * dimensions;
    let wrong = |what: String| format!("{}: {what}", path.display());
    if bytes.len() < header || bytes[..4] != [0, 0, 8, dimensions as u8] {
        let expected = format!("no IDX file of bytes with {dimensions} dimensions");
        return Err(wrong(expected));
    }
    let sizes: Vec<usize> = bytes[4..header]
        .as_chunks::<4>()
        .0
        .iter()
        .map(|size| u32::from_be_bytes(*size) as usize)
        .collect();
    let expected = sizes
        .iter()
        .try_fold(1_usize, |product, size| product.checked_mul(*size));
    let values = &bytes[header..];
    if expected != Some(values.len()) {
        return Err(wrong(format!(
            "its header announces {sizes:?} values, but {} are there",
            values.len()
        )));
    }
    Ok((sizes, values.to_vec()))
}

fn cifar(path: &Path) -> Result<Labelled, String> {
    let bytes = bytes(path)?;
    let images = bytes.chunks_exact(1 + CIFAR_PIXELS);
    if !images.remainder().is_empty() {
        return Err(format!(
            "{}: {} bytes are no whole number of images of {} bytes",
            path.display(),
            bytes.len(),
            1 + CIFAR_PIXELS
        ));
    }
    let pixels: Vec<u8> = images
        .clone()
        .flat_map(|image| &image[1..])
        .copied()
        .collect();
    Ok(from_bytes(
        &pixels,
        CIFAR_PIXELS,
        images.map(|image| image[0]),
    ))
}

fn from_bytes(pixels: &[u8], columns: usize, labels: impl Iterator<Item = u8>) -> Labelled {
    let labels: Vec<u32> = labels.map(u32::from).collect();
    Labelled {
        features: pixels
            .iter()
            .map(|&pixel| f32::from(pixel) / 255.0)
            .collect(),
        columns,
        classes: labels
            .iter()
            .max()
            .map_or(0, |largest| *largest as usize + 1),
        labels,
    }
}

fn read_table(path: &Path) -> Result<Labelled, String> {
    let source = Source::parse(&path.to_string_lossy());
    let mut failure = String::new();
    for target in TARGETS {
        let request = Request {
            source: source.clone(),
            targets: vec![target.to_owned()],
            task: Some(Task::Classification),
            ..Request::default()
        };
        match Data::load(&request) {
            Ok(data) => return from_table(&data),
            Err(error) => failure = error.to_string(),
        }
    }
    Err(format!(
        "{failure}; the class must be in a column named {}",
        TARGETS.join(" or ")
    ))
}

fn from_table(data: &Data) -> Result<Labelled, String> {
    let Target::Classes { labels, names } = &data.target else {
        return Err("its target holds numbers, not classes".to_owned());
    };
    let rows = labels.len();
    let columns = data.features.len();
    let mut features = vec![0.0; rows * columns];
    for (column, feature) in data.features.iter().enumerate() {
        let FeatureValues::Numbers(values) = &feature.values else {
            return Err(format!(
                "column `{}` holds words, not numbers",
                feature.name
            ));
        };
        if let Some(row) = values.iter().position(|value| !value.is_finite()) {
            return Err(format!(
                "column `{}` has no number in row {}",
                feature.name,
                row + 1
            ));
        }
        for (place, value) in features
            .iter_mut()
            .skip(column)
            .step_by(columns)
            .zip(values)
        {
            *place = *value;
        }
    }
    Ok(Labelled {
        features: standardised(&features, columns),
        columns,
        labels: labels.clone(),
        classes: names.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        folder
    }

    const IMAGES: &[u8] = &[
        0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 255, 0, 51, 102,
    ];

    #[test]
    fn idx_files() {
        let labels = &[0, 0, 8, 1, 0, 0, 0, 2, 3, 1];
        let names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"];
        let whole = folder(&[(names[0], IMAGES), (names[1], labels)]);
        let data = read_labelled(whole.path()).unwrap();
        assert_eq!(data.features, [1.0, 0.0, 0.2, 0.4]);
        assert_eq!(
            (data.columns, &data.labels[..], data.classes),
            (2, &[3, 1][..], 4)
        );
        let torn = folder(&[(names[0], &IMAGES[..18]), (names[1], labels)]);
        let error = read_labelled(torn.path()).unwrap_err().to_string();
        assert!(
            error.contains("announces [2, 1, 2] values, but 2 are there"),
            "{error}"
        );
        let fewer = folder(&[(names[0], IMAGES), (names[1], &[0, 0, 8, 1, 0, 0, 0, 1, 3])]);
        let error = read_labelled(fewer.path()).unwrap_err().to_string();
        assert!(error.contains("2 images, but 1 labels"), "{error}");
    }

    #[test]
    fn cifar_files() {
        let mut bytes = vec![7];
        bytes.extend([255; CIFAR_PIXELS]);
        bytes.push(2);
        bytes.extend([0; CIFAR_PIXELS]);
        let whole = folder(&[("data_batch_1.bin", &bytes), ("test_batch.bin", &bytes)]);
        let data = read_labelled(whole.path()).unwrap();
        assert_eq!(
            (data.rows(), data.columns, data.classes),
            (4, CIFAR_PIXELS, 8)
        );
        assert_eq!((data.row(0)[5], data.row(3)[5]), (1.0, 0.0));
        let torn = folder(&[("data_batch_1.bin", &bytes[1..])]);
        let error = read_labelled(torn.path()).unwrap_err().to_string();
        assert!(error.contains("no whole number of images"), "{error}");
    }

    #[test]
    fn tables_and_what_is_wrong_with_them() {
        let table = |head: &str, pair: &str| format!("{head}\n{}", pair.repeat(6));
        let (good, words) = (
            table("a,label,b", "1,x,5\n3,y,5\n"),
            table("a,target", "red,0\nblue,1\n"),
        );
        let neither = table("a,b", "1,2\n3,4\n");
        let tables = folder(&[
            ("good.csv", good.as_bytes()),
            ("words.csv", words.as_bytes()),
            ("no.csv", neither.as_bytes()),
        ]);
        let data = read_labelled(&tables.path().join("good.csv")).unwrap();
        assert_eq!(data.features[..4], [-1.0, 0.0, 1.0, 0.0]);
        assert_eq!((data.rows(), &data.labels[..3]), (12, &[0, 1, 0][..]));
        for (name, expected) in [
            ("words.csv", "column `a` holds words"),
            ("no.csv", "must be in a column named target or label"),
            ("missing.csv", "missing.csv"),
            (".", "neither IDX files"),
        ] {
            let error = read_labelled(&tables.path().join(name))
                .unwrap_err()
                .to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
