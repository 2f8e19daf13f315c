//! Made-up characters: strokes through random places, each time written a little differently.

use minimand_burn::random::{Key, Random};

use super::views::Augment;
use crate::data::Labelled;

/// Pixels along a side.
pub(super) const SIDE: usize = 12;
/// Places that the stroke of a character goes through.
const PLACES: usize = 5;

/// So many images of each of so many characters.
pub(super) fn glyphs(classes: usize, images: usize, key: Key) -> Labelled {
    let written = Augment {
        shift: 1.0,
        rotation: 15.0,
        scale: 0.15,
        noise: 0.1,
        ..Augment::NONE
    };
    let mut features = Vec::with_capacity(classes * images * SIDE * SIDE);
    for class in 0..classes {
        let mut random = Random::new(key.child(class as u64), 0);
        let end = SIDE as f64 - 2.5;
        let places: Vec<[f64; 2]> = (0..PLACES)
            .map(|_| [(); 2].map(|()| random.uniform_between(1.5, end)))
            .collect();
        for _ in 0..images {
            let shaken: Vec<[f64; 2]> = places
                .iter()
                .map(|place| place.map(|x| x + 0.6 * random.normal()))
                .collect();
            features.extend(written.of(&stroke(&shaken), &mut random));
        }
    }
    let labels = (0..classes as u32).flat_map(|class| std::iter::repeat_n(class, images));
    Labelled {
        features,
        columns: SIDE * SIDE,
        labels: labels.collect(),
        classes,
    }
}

/// A line through the places, soft at its edges.
fn stroke(places: &[[f64; 2]]) -> Vec<f32> {
    let pixel = |index: usize| {
        let (y, x) = ((index / SIDE) as f64, (index % SIDE) as f64);
        let square = |pair: &[[f64; 2]]| {
            let ([y0, x0], [dy, dx]) =
                (pair[0], [pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]]);
            let length = (dy * dy + dx * dx).max(1e-12);
            let along = (((y - y0) * dy + (x - x0) * dx) / length).clamp(0.0, 1.0);
            (y0 + along * dy - y).powi(2) + (x0 + along * dx - x).powi(2)
        };
        let nearest = places.windows(2).map(square).fold(f64::INFINITY, f64::min);
        (-nearest / (2.0 * 0.6 * 0.6)).exp() as f32
    };
    (0..SIDE * SIDE).map(pixel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_a_character_are_alike() {
        let found = glyphs(6, 8, Key::new(1));
        assert_eq!((found.rows(), found.columns), (48, SIDE * SIDE));
        let apart = |a: usize, b: usize| -> f32 {
            let pairs = found.row(a).iter().zip(found.row(b));
            pairs.map(|(x, y)| (x - y).powi(2)).sum()
        };
        let mean = |same: bool| {
            let pairs = (0..48).flat_map(|a| (0..a).map(move |b| (a, b)));
            let kind = pairs.filter(|&(a, b)| (found.labels[a] == found.labels[b]) == same);
            let all: Vec<f32> = kind.map(|(a, b)| apart(a, b)).collect();
            all.iter().sum::<f32>() / all.len() as f32
        };
        assert!(
            1.2 * mean(true) < mean(false),
            "{} {}",
            mean(true),
            mean(false)
        );
    }
}
