//! Curves without labels: fractal trees to learn from, the amplitudes of another picture, and codes of the
//! order of grey values.

use std::f64::consts::TAU;

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};

/// A line of a fractal, from `[row, column]` to `[row, column]`, with its width in pixels.
type Segment = ([f64; 2], [f64; 2], f64);

/// How often the word of a tree is rewritten.
const REWRITINGS: usize = 3;

/// The mask of so many trees of a stochastic L-system, drawn again while less than a hundredth of the
/// picture is covered.
///
/// The word `F` is rewritten three times, each `F` by a rule of its own: `F[+F][-F]F` with probability 0.6,
/// else `F[+F]F`. A turtle draws it from a place at the border inwards: `F` is a line, `+` and `−` turn by about
/// 40° and 30°, and behind `[` lines are shorter, and thinner by 0.79 or 0.5, but at least `thinnest` pixels.
pub(super) fn fractals(grid: &Grid, trees: usize, thinnest: f64, key: Key) -> Vec<u32> {
    let mut random = Random::new(key, 0);
    let [_, rows, columns] = grid.volume();
    loop {
        let mut labels = vec![0; grid.len()];
        for _ in 0..trees {
            for (from, to, width) in tree([rows as f64, columns as f64], thinnest, &mut random) {
                paint(&mut labels, columns, from, to, width);
            }
        }
        let covered: u32 = labels.iter().sum();
        if covered as usize * 100 >= grid.len() {
            return labels;
        }
    }
}

fn tree([rows, columns]: [f64; 2], thinnest: f64, random: &mut Random) -> Vec<Segment> {
    let mut word = vec![b'F'];
    for _ in 0..REWRITINGS {
        let letters = word.into_iter().flat_map(|letter| match letter {
            b'F' if random.uniform() < 0.6 => b"F[+F][-F]F".to_vec(),
            b'F' => b"F[+F]F".to_vec(),
            other => vec![other],
        });
        word = letters.collect();
    }
    // Somewhere on the border, towards somewhere near the middle.
    let along = random.uniform_between(0.1, 0.9);
    let mut place = match random.below(4) {
        0 => [0.0, along * columns],
        1 => [rows - 1.0, along * columns],
        2 => [along * rows, 0.0],
        _ => [along * rows, columns - 1.0],
    };
    let aim = [rows, columns].map(|side| side * random.uniform_between(0.3, 0.7));
    let mut angle = (aim[0] - place[0]).atan2(aim[1] - place[1]);
    let mut length = random.uniform_between(0.06, 0.14) * rows.min(columns);
    let mut width = random.uniform_between(thinnest + 0.5, thinnest + 3.0);
    let mut kept = Vec::new();
    let mut segments = Vec::new();
    for letter in word {
        let jitter = random.uniform_between(0.7, 1.3);
        match letter {
            b'F' => {
                angle += 0.15 * random.normal();
                let end = [
                    place[0] + length * angle.sin(),
                    place[1] + length * angle.cos(),
                ];
                segments.push((place, end, width));
                place = end;
            }
            b'[' => {
                kept.push((place, angle, length, width));
                length *= random.uniform_between(0.6, 1.0);
                let share = if random.below(2) == 0 { 0.79 } else { 0.5 };
                width = (width * share).max(thinnest);
            }
            b']' => {
                if let Some(state) = kept.pop() {
                    (place, angle, length, width) = state;
                }
            }
            b'+' => angle += 40.0 / 360.0 * TAU * jitter,
            _ => angle -= 30.0 / 360.0 * TAU * jitter,
        }
    }
    segments
}

/// Sets every pixel whose middle is within half the width of the line.
fn paint(labels: &mut [u32], columns: usize, from: [f64; 2], to: [f64; 2], width: f64) {
    let [dy, dx] = [to[0] - from[0], to[1] - from[1]];
    let square = (dy * dy + dx * dx).max(1e-12);
    for (index, label) in labels.iter_mut().enumerate() {
        let [y, x] = [
            (index / columns) as f64 - from[0],
            (index % columns) as f64 - from[1],
        ];
        let share = ((y * dy + x * dx) / square).clamp(0.0, 1.0);
        if (y - share * dy).hypot(x - share * dx) <= width / 2.0 {
            *label = 1;
        }
    }
}

/// A picture with the amplitudes of another one of its size for the frequencies of up to ⌊β · side⌋ waves,
/// and its own phases (Fourier domain adaptation).
pub(super) fn with_amplitudes_of(
    grid: &Grid,
    source: &[f32],
    target: &[f32],
    beta: f64,
) -> Vec<f32> {
    let [_, rows, columns] = grid.volume();
    let reach = (beta * rows.min(columns) as f64).floor() as isize;
    let mut result: Vec<f64> = source.iter().map(|&x| f64::from(x)).collect();
    for u in -reach..=reach {
        for v in -reach..=reach {
            let wave = |index: usize| {
                let (y, x) = ((index / columns) as f64, (index % columns) as f64);
                TAU * (u as f64 * y / rows as f64 + v as f64 * x / columns as f64)
            };
            let coefficient = |picture: &[f32]| {
                let parts = picture.iter().enumerate().map(|(index, &value)| {
                    let (sine, cosine) = wave(index).sin_cos();
                    (f64::from(value) * cosine, f64::from(value) * sine)
                });
                parts.fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y))
            };
            let (own, other) = (coefficient(source), coefficient(target));
            let (from, to) = (own.0.hypot(own.1), other.0.hypot(other.1));
            // Of amplitude 0 there is no phase.
            let phase = own.1.atan2(own.0);
            let change = (to - from) / grid.len() as f64;
            for (index, value) in result.iter_mut().enumerate() {
                *value += change * (wave(index) - phase).cos();
            }
        }
    }
    result.into_iter().map(|x| x as f32).collect()
}

/// The local intensity order transform: for each of the directions down, up, right and left, a number from 0 to
/// 255 whose bits say whether a pixel is brighter than each of its eight neighbours there; divided by 255. Beyond
/// the border everything is 0.
///
/// The nearest neighbour to the right and below is bit 0, to the left and above bit 7. No strictly increasing
/// map of grey values that leaves 0 in its place changes it.
pub(super) fn order_codes(grid: &Grid, image: &[f32]) -> Vec<f32> {
    let [_, rows, columns] = grid.volume();
    let mut codes = Vec::with_capacity(4 * image.len());
    for (dy, dx) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
        for (index, &own) in image.iter().enumerate() {
            let (y, x) = ((index / columns) as isize, (index % columns) as isize);
            let mut code = 0_u32;
            for step in 1..=8 {
                let (row, column) = (y + dy * step, x + dx * step);
                let is_inside =
                    (0..rows as isize).contains(&row) && (0..columns as isize).contains(&column);
                let other = match is_inside {
                    true => image[row as usize * columns + column as usize],
                    false => 0.0,
                };
                let bit = if dy + dx > 0 { step - 1 } else { 8 - step };
                code |= u32::from(own > other) << bit;
            }
            codes.push(code as f32 / 255.0);
        }
    }
    codes
}

/// The threshold that makes the variance between the classes of pixels below and above it largest (Otsu).
pub(super) fn otsu(image: &[f32]) -> f32 {
    let mut sorted = image.to_vec();
    sorted.sort_by(f32::total_cmp);
    let total: f64 = sorted.iter().map(|&x| f64::from(x)).sum();
    let count = sorted.len() as f64;
    let (mut below, mut best) = (0.0, (f64::NEG_INFINITY, 0.0));
    for (index, &value) in sorted
        .iter()
        .enumerate()
        .take(sorted.len().saturating_sub(1))
    {
        below += f64::from(value);
        let share = (index + 1) as f64;
        let difference = below / share - (total - below) / (count - share);
        let variance = share * (count - share) * difference * difference;
        if variance > best.0 {
            best = (variance, value);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_record() {
        let grid = Grid::new(&[3, 3]).unwrap();
        let image = [5.0, 3.0, 9.0, 1.0, 4.0, 4.0, 7.0, 2.0, 8.0];
        let codes = order_codes(&grid, &image);
        let at = |pixel: usize| {
            [0, 9, 18, 27].map(|channel| (255.0 * codes[channel + pixel]).round() as u32)
        };
        assert_eq!(at(4), [255, 255, 254, 255]);
        assert_eq!(at(0), [253, 255, 253, 255]);
        let mapped = image.map(|x: f32| x.powi(3));
        assert_eq!(order_codes(&grid, &mapped), codes);
    }

    #[test]
    fn amplitudes_are_exchanged_as_in_the_record() {
        let grid = Grid::new(&[4, 4]).unwrap();
        let source: Vec<f32> = (0..16).map(|k| k as f32 / 16.0).collect();
        let adapted = with_amplitudes_of(&grid, &source, &[0.25; 16], 0.1);
        for (value, expected) in adapted.iter().zip([-0.21875, -0.15625, -0.09375, -0.03125]) {
            assert!((value - expected).abs() < 1e-6, "{value}");
        }
        let same = with_amplitudes_of(&grid, &source, &source, 0.3);
        assert!(same.iter().zip(&source).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn trees_branch_and_depend_on_the_key_alone() {
        let grid = Grid::new(&[48, 48]).unwrap();
        let labels = fractals(&grid, 2, 1.5, Key::new(1));
        assert_eq!(labels, fractals(&grid, 2, 1.5, Key::new(1)));
        assert_ne!(labels, fractals(&grid, 2, 1.5, Key::new(2)));
        let covered: u32 = labels.iter().sum();
        assert!((23..1200).contains(&covered), "{covered}");
    }

    #[test]
    fn otsu_parts_two_heaps() {
        let image: Vec<f32> = (0..100)
            .map(|i| if i < 70 { 0.1 } else { 0.9 } + 0.001 * i as f32)
            .collect();
        let threshold = otsu(&image);
        assert!((0.1..0.9).contains(&threshold), "{threshold}");
        assert_eq!(image.iter().filter(|&&x| x > threshold).count(), 30);
    }
}
