//! Images with a label for each pixel, and what turns a drawing into an image: blur, uneven ground, noise.

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};

/// An image or a volume with the label of each pixel.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picture {
    /// `[rows, columns]` or `[slices, rows, columns]`.
    pub(crate) grid: Grid,
    /// Numbers of a pixel.
    pub(crate) channels: usize,
    /// `[channels, …]`, each channel in the order of the grid.
    pub(crate) image: Vec<f32>,
    /// One for each pixel; 0 is the ground.
    pub(crate) labels: Vec<u32>,
}

impl Picture {
    /// The images `[n, channels, …]` and labels `[n, …]` of a set, one after the other.
    pub(crate) fn stacked(pictures: &[Picture]) -> (Vec<f32>, Vec<u32>) {
        let images = pictures.iter().flat_map(|picture| &picture.image);
        let labels = pictures.iter().flat_map(|picture| &picture.labels);
        (images.copied().collect(), labels.copied().collect())
    }
}

/// How a drawing is photographed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Imaging {
    /// Brightness of what is drawn, over a ground of 0.
    pub(crate) contrast: f64,
    /// Standard deviation of the Gaussian blur, in pixels; 0 for none.
    pub(crate) blur: f64,
    /// Standard deviation of the uneven ground that is added.
    pub(crate) ground: f64,
    /// Size of its patches, in pixels: the standard deviation of the Gaussian they are smoothed with.
    pub(crate) patches: f64,
    /// Standard deviation of the white noise that is added to each pixel.
    pub(crate) noise: f64,
}

impl Imaging {
    /// Contrast 1, as sharp as it is drawn, on an even ground without noise.
    pub(crate) const CLEAN: Self = Self {
        contrast: 1.0,
        blur: 0.0,
        ground: 0.0,
        patches: 8.0,
        noise: 0.0,
    };

    /// The image of a drawing, 1 where something is drawn at full strength.
    pub(crate) fn photograph(&self, grid: &Grid, drawing: &[f32], key: Key) -> Vec<f32> {
        let mut image = blurred(grid, drawing, self.blur);
        let mut random = Random::new(key, 0);
        let ground = match self.ground > 0.0 {
            true => smooth_field(grid, self.patches, key.child(0)),
            false => vec![0.0; image.len()],
        };
        for (pixel, ground) in image.iter_mut().zip(ground) {
            let noise = match self.noise > 0.0 {
                true => self.noise * random.normal(),
                false => 0.0,
            };
            *pixel = (self.contrast * f64::from(*pixel) + self.ground * ground + noise) as f32;
        }
        image
    }
}

/// Convolved with a Gaussian of this standard deviation in pixels along every axis, cut at three of them.
/// Beyond the border the outermost pixel is repeated. At most 0.1 changes nothing.
pub(crate) fn blurred(grid: &Grid, values: &[f32], deviation: f64) -> Vec<f32> {
    let values: Vec<f64> = values.iter().map(|&value| f64::from(value)).collect();
    blurred_exactly(grid, values, deviation)
        .into_iter()
        .map(|value| value as f32)
        .collect()
}

fn blurred_exactly(grid: &Grid, mut values: Vec<f64>, deviation: f64) -> Vec<f64> {
    if deviation <= 0.1 {
        return values;
    }
    let reach = (3.0 * deviation).ceil() as usize;
    let weight = |offset: usize| (-0.5 * (offset as f64 / deviation).powi(2)).exp();
    let weights: Vec<f64> = (0..=reach).map(weight).collect();
    let total = weights[0] + 2.0 * weights[1..].iter().sum::<f64>();
    let shape = grid.volume();
    for axis in 0..shape.len() {
        let length = shape[axis];
        if length == 1 {
            continue;
        }
        let stride: usize = shape[axis + 1..].iter().product();
        let mut line = vec![0.0; length + 2 * reach];
        for start in (0..values.len()).filter(|index| (index / stride).is_multiple_of(length)) {
            for (place, value) in line.iter_mut().enumerate() {
                let index = place.saturating_sub(reach).min(length - 1);
                *value = values[start + index * stride];
            }
            for index in 0..length {
                let middle = index + reach;
                let mut sum = weights[0] * line[middle];
                for (offset, weight) in weights.iter().enumerate().skip(1) {
                    sum += weight * (line[middle - offset] + line[middle + offset]);
                }
                values[start + index * stride] = sum / total;
            }
        }
    }
    values
}

/// A random field with mean 0 and variance 1 over the grid: white noise, smoothed with a Gaussian of this
/// standard deviation in pixels. Its values at a distance of some three of them are unrelated.
pub(crate) fn smooth_field(grid: &Grid, deviation: f64, key: Key) -> Vec<f64> {
    let mut random = Random::new(key, 0);
    let noise = (0..grid.len()).map(|_| random.normal()).collect();
    let mut field = blurred_exactly(grid, noise, deviation);
    let count = field.len() as f64;
    let mean = field.iter().sum::<f64>() / count;
    let variance = field.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
    let scale = if variance > 0.0 { variance.sqrt() } else { 1.0 };
    for value in &mut field {
        *value = (*value - mean) / scale;
    }
    field
}

/// `low` to `high`, whole numbers, both included.
pub(crate) fn whole_between(random: &mut Random, (low, high): (usize, usize)) -> usize {
    low + random.below(high.saturating_sub(low) + 1)
}

/// A texture like those of photographs: smooth fields of the deviations 1, 2, 4 … pixels up to the shortest
/// side, each with a standard deviation in proportion to its size; scaled to mean 0 and variance 1.
pub(crate) fn natural_texture(grid: &Grid, key: Key) -> Vec<f64> {
    let shortest = grid.shape().iter().copied().min().unwrap_or(1) as f64;
    let mut texture = vec![0.0; grid.len()];
    let mut variance = 0.0;
    let mut deviation = 1.0;
    for octave in 0.. {
        if octave > 0 && deviation > shortest / 4.0 {
            break;
        }
        for (value, field) in
            texture
                .iter_mut()
                .zip(smooth_field(grid, deviation, key.child(octave)))
        {
            *value += deviation * field;
        }
        variance += deviation * deviation;
        deviation *= 2.0;
    }
    let scale = variance.sqrt();
    texture.iter_mut().for_each(|value| *value /= scale);
    texture
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(values: &[f64]) -> (f64, f64) {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        (
            mean,
            values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count,
        )
    }

    #[test]
    fn a_blur_keeps_the_sum_of_what_is_inside() {
        for shape in [&[21, 25][..], &[15, 17, 19]] {
            let grid = Grid::new(shape).unwrap();
            let mut point = vec![0.0; grid.len()];
            point[grid.len() / 2] = 1.0;
            let spread = blurred(&grid, &point, 1.5);
            let sum: f64 = spread.iter().map(|&x| f64::from(x)).sum();
            assert!((sum - 1.0).abs() < 1e-5, "{sum}");
            // The variance along the last axis is that of the Gaussian, less what is cut off.
            let columns = shape[shape.len() - 1];
            let middle = (grid.len() / 2 % columns) as f64;
            let distance = |index: usize| ((index % columns) as f64 - middle).powi(2);
            let variance: f64 = (0..grid.len())
                .map(|i| f64::from(spread[i]) * distance(i))
                .sum();
            assert!((variance - 2.25).abs() < 0.1, "{variance}");
        }
    }

    #[test]
    fn fields_are_scaled_and_smooth() {
        let grid = Grid::new(&[64, 64]).unwrap();
        let field = smooth_field(&grid, 4.0, Key::new(1));
        let (mean, variance) = moments(&field);
        assert!(mean.abs() < 1e-9 && (variance - 1.0).abs() < 1e-9);
        let steps: Vec<f64> = field.windows(2).map(|pair| pair[1] - pair[0]).collect();
        // For a Gaussian of deviation s, neighbours differ with variance 1/(2s²) or so; in a middle row, as
        // the repeated pixels of the border have more weight.
        let (_, step) = moments(&steps[32 * 64..32 * 64 + 63]);
        assert!(step < 0.1, "{step}");
        assert_ne!(field, smooth_field(&grid, 4.0, Key::new(2)));
    }

    #[test]
    fn photographs_have_their_contrast_and_noise() {
        let grid = Grid::new(&[64, 64]).unwrap();
        let drawing: Vec<f32> = (0..grid.len())
            .map(|i| f32::from(u8::from(i % 64 < 32)))
            .collect();
        let imaging = Imaging {
            contrast: 2.0,
            noise: 0.5,
            ..Imaging::CLEAN
        };
        let image = imaging.photograph(&grid, &drawing, Key::new(3));
        let part = |is_drawn: bool| -> Vec<f64> {
            let pixels = image
                .iter()
                .zip(&drawing)
                .filter(|(_, drawn)| (**drawn > 0.0) == is_drawn);
            pixels.map(|(pixel, _)| f64::from(*pixel)).collect()
        };
        let ((low, spread), (high, _)) = (moments(&part(false)), moments(&part(true)));
        assert!(
            (high - low - 2.0).abs() < 0.05 && (spread - 0.25).abs() < 0.02,
            "{low} {high} {spread}"
        );
        assert_eq!(
            Imaging::CLEAN.photograph(&grid, &drawing, Key::new(3)),
            drawing
        );
    }
}
