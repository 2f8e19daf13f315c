//! Pictures of the worst cases: the image with the borders of the true and the predicted classes.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minimand_images::{Pixels, encode_png};
use serde::{Deserialize, Serialize};

use super::windows::pixels;
use super::{Case, Images};

/// Pictures that a fold adds.
pub(super) const WORST_OF_FOLD: usize = 3;

/// The longer side of a picture at most; larger images are shown smaller.
const LONGEST: usize = 256;

/// An image that a model segmented badly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overlay {
    /// The name of the case.
    pub case: String,
    /// The deciding measure of this case.
    pub value: f64,
    /// The same as a number of which lower is better.
    pub badness: f64,
    /// Of a volume, the slice with most errors, counted from 1.
    pub slice: Option<usize>,
    /// Rows and columns of the picture.
    pub size: [usize; 2],
    /// The picture as a PNG file in Base64.
    pub png: String,
    /// The borders of the true classes, as the data of an SVG path in pixels.
    pub truth: String,
    /// Those of the predicted ones.
    pub predicted: String,
}

impl Overlay {
    /// The worst, each case once.
    pub(crate) fn keep_worst(overlays: &mut Vec<Self>, most: usize) {
        overlays.sort_by(|a, b| {
            let order = b.badness.total_cmp(&a.badness);
            order.then_with(|| a.case.cmp(&b.case))
        });
        let mut seen: Vec<String> = Vec::new();
        overlays.retain(|overlay| {
            let is_new = seen.len() < most && !seen.contains(&overlay.case);
            if is_new {
                seen.push(overlay.case.clone());
            }
            is_new
        });
    }
}

/// A case with what was predicted for each pixel; `value` is its deciding measure, `badness` the same so that lower is
/// better. Of a volume, the slice with most errors.
pub(super) fn draw(
    images: &Images,
    case: &Case,
    predicted: &[u8],
    value: f64,
    badness: f64,
) -> Option<Overlay> {
    let [slices, rows, columns] = case.size();
    let slice = (0..slices).rev().max_by_key(|slice| {
        let of = |classes: &[u8]| classes[slice * rows * columns..][..rows * columns].to_vec();
        let pairs = of(&case.classes).into_iter().zip(of(predicted));
        pairs.filter(|(a, b)| a != b).count()
    })?;
    // Every so many pixels are shown.
    let step = rows.max(columns).div_ceil(LONGEST).max(1);
    let size = [rows.div_ceil(step), columns.div_ceil(step)];
    let places = (0..rows).step_by(step).flat_map(|row| {
        let line = (slice * rows + row) * columns;
        (0..columns).step_by(step).map(move |column| line + column)
    });
    let places: Vec<usize> = places.collect();
    let outlined = |classes: &[u8]| {
        let shown: Vec<u8> = places.iter().map(|place| classes[*place]).collect();
        outline(&shown, size)
    };
    let channels = match images.layout.channels {
        3 => 3,
        _ => 1,
    };
    let shown = |channel: usize| {
        let values = &case.values[channel * pixels(case.size())..];
        let shown: Vec<f32> = places.iter().map(|place| values[*place]).collect();
        shades(&shown)
    };
    let planes: Vec<Vec<u8>> = (0..channels).map(shown).collect();
    let interleaved: Vec<u8> = (0..places.len())
        .flat_map(|pixel| planes.iter().map(move |plane| plane[pixel]))
        .collect();
    let content = match channels {
        3 => Pixels::Rgb(&interleaved),
        _ => Pixels::Grey(&interleaved),
    };
    // A picture that cannot be encoded is left out; the size fits.
    let png = encode_png(size, content).ok()?;
    Some(Overlay {
        case: case.name.clone(),
        value,
        badness,
        slice: (slices > 1).then_some(slice + 1),
        size,
        png: STANDARD.encode(png),
        truth: outlined(&case.classes),
        predicted: outlined(predicted),
    })
}

/// Shades from black to white between the first and the last percent of the numbers.
fn shades(values: &[f32]) -> Vec<u8> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let at = |share: f64| {
        let last = sorted.len().saturating_sub(1);
        sorted.get((share * last as f64).round() as usize).copied()
    };
    let (Some(black), Some(white)) = (at(0.01), at(0.99)) else {
        return Vec::new();
    };
    let range = white - black;
    let shade = |value: &f32| match range > 0.0 {
        true => (255.0 * (value - black) / range).round().clamp(0.0, 255.0) as u8,
        // Images of one value are grey.
        false => 128,
    };
    values.iter().map(shade).collect()
}

/// The borders between pixels of different classes, and around those at the edge that are not background, as the data
/// of an SVG path: runs of horizontal, then of vertical pieces.
fn outline(classes: &[u8], [rows, columns]: [usize; 2]) -> String {
    let class = |row: Option<usize>, column: Option<usize>| match (row, column) {
        (Some(row), Some(column)) if row < rows && column < columns => {
            classes[row * columns + column]
        }
        _ => 0,
    };
    let mut path = String::new();
    for row in 0..=rows {
        let is_border = |column: usize| {
            class(row.checked_sub(1), Some(column)) != class(Some(row), Some(column))
        };
        for (start, length) in runs(columns, is_border) {
            let _ = write!(path, "M{start} {row}h{length}");
        }
    }
    for column in 0..=columns {
        let is_border =
            |row: usize| class(Some(row), column.checked_sub(1)) != class(Some(row), Some(column));
        for (start, length) in runs(rows, is_border) {
            let _ = write!(path, "M{column} {start}v{length}");
        }
    }
    path
}

/// Where runs of places that hold begin, and how long they are.
fn runs(count: usize, holds: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let places: Vec<usize> = (0..count).filter(|place| holds(*place)).collect();
    places
        .chunk_by(|a, b| a + 1 == *b)
        .map(|run| (run[0], run.len()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Class, Layout};
    use super::*;
    use crate::data::Target;
    use minimand::grid::Grid;

    #[test]
    fn borders_are_between_pixels() {
        assert_eq!(outline(&[0, 0, 0, 1], [2, 2]), "M1 1h1M1 2h1M1 1v1M2 1v1");
        assert_eq!(outline(&[1; 6], [2, 3]), "M0 0h3M0 2h3M0 0v2M3 0v2");
        assert_eq!(outline(&[1, 2], [1, 2]), "M0 0h2M0 1h2M0 0v1M1 0v1M2 0v1");
        assert_eq!(outline(&[0; 4], [2, 2]), "");
    }

    #[test]
    fn shades_leave_out_what_is_extreme() {
        let mut values: Vec<f32> = (0..200).map(|value| value as f32).collect();
        values.push(1e9);
        let shades = shades(&values);
        assert_eq!((shades[0], shades[200]), (0, 255));
        assert!((120..=135).contains(&shades[100]), "{}", shades[100]);
        assert_eq!(super::shades(&[2.0, 2.0]), [128, 128]);
    }

    #[test]
    fn the_slice_with_most_errors_is_shown_small_enough() {
        let size = [2, 300, 600];
        let mut predicted = vec![0; pixels(size)];
        predicted[300 * 600..][..600 * 10].fill(1);
        let case = Case {
            name: "a".into(),
            grid: Grid::new(&size).unwrap(),
            values: vec![0.5; pixels(size)],
            classes: vec![0; pixels(size)],
        };
        let images = Images {
            name: "images".into(),
            masks: "masks".into(),
            cases: Vec::new(),
            layout: Layout {
                axes: 3,
                channels: 1,
                classes: 2,
                crop: [8, 8, 8],
            },
            classes: [0, 1]
                .map(|label| Class {
                    label,
                    name: label.to_string(),
                })
                .to_vec(),
            unit: "pixels".into(),
            target: Target::Values(Vec::new()),
            groups: None,
            notes: Vec::new(),
        };
        let overlay = draw(&images, &case, &predicted, 0.0, -0.0).unwrap();
        assert_eq!((overlay.slice, overlay.size), (Some(2), [100, 200]));
        assert!(overlay.truth.is_empty() && overlay.predicted.starts_with("M0 0h200"));
        assert!(
            STANDARD
                .decode(&overlay.png)
                .unwrap()
                .starts_with(b"\x89PNG")
        );
    }
}
