//! Weights of pixels by where they lie, to be given as the weights of a batch.

use super::distance_maps::both;
use crate::batch::Labels;
use crate::error::Error;
use crate::grid::Grid;
use crate::grid::distance::transform;
use std::collections::{BTreeMap, BTreeSet};

/// What is beyond so many standard deviations weighs less than the last bit of a weight.
const REACH: f64 = 9.0;

/// The weight map that teaches a network to keep touching objects apart.
///
/// w = w_c + w₀·exp(−(d₁ + d₂)²/(2σ²)), where d₁ and d₂ are the distances to the two nearest objects
///
/// `instances` has the number of its object for each pixel and 0 for the background, row-major; `class_weights` are
/// w_c of background and objects. The second part is that of background pixels alone, and 0 where there are not two
/// objects. `w0` is often 10 and `sigma` 5 pixels. Time: linear in the pixels that lie within 9σ of each object.
/// Source: Ronneberger, Fischer and Brox 2015.
///
/// # Errors
/// [`Error::Shape`] unless `instances` has one entry for each pixel, [`Error::Value`] for a negative number and a
/// `sigma` of 0.
pub fn unet_weight_map(
    grid: &Grid,
    instances: &[u32],
    class_weights: [f64; 2],
    w0: f64,
    sigma: f64,
) -> Result<Vec<f64>, Error> {
    grid.check("instances", instances)?;
    for (position, weight) in class_weights.into_iter().enumerate() {
        at_least_zero("class_weights", position, weight)?;
    }
    at_least_zero("w0", 0, w0)?;
    above_zero("sigma", sigma)?;
    // The nearest and the second nearest distance.
    let mut near = vec![[f64::INFINITY; 2]; instances.len()];
    for (object, bounds) in boxes(grid, instances) {
        let part = Part::around(grid, bounds, REACH * sigma);
        let mask: Vec<bool> = part
            .pixels()
            .map(|pixel| instances[pixel] == object)
            .collect();
        let distances: Vec<f64> = transform(&grid.part(part.shape()), &mask, true);
        for (pixel, d) in part.pixels().zip(distances) {
            let [first, second] = near[pixel];
            near[pixel] = [first.min(d), second.min(d.max(first))];
        }
    }
    let weight = |(&object, [first, second]): (&u32, [f64; 2])| {
        if object > 0 {
            return class_weights[1];
        }
        let between = (first + second) / sigma;
        class_weights[0] + w0 * (-0.5 * between * between).exp()
    };
    Ok(instances.iter().zip(near).map(weight).collect())
}

/// Weights that are larger near the borders between classes: 1 + w₀·exp(−d²/(2σ²)), d the distance to the nearest
/// pixel of another class.
///
/// `labels` has one class for each pixel, row-major; a pixel whose label is `ignore_index` has weight 0 and is no
/// other class. With a single class all weights are 1.
///
/// # Errors
/// [`Error::Shape`] unless there is one label for each pixel, [`Error::Value`] for a negative number and a `sigma`
/// of 0.
pub fn border_weight_map<'a>(
    grid: &Grid,
    labels: impl Into<Labels<'a>>,
    w0: f64,
    sigma: f64,
    ignore_index: i64,
) -> Result<Vec<f64>, Error> {
    let labels = labels.into();
    let labels: Vec<i64> = (0..labels.len()).map(|i| labels.get(i)).collect();
    grid.check("labels", &labels)?;
    at_least_zero("w0", 0, w0)?;
    above_zero("sigma", sigma)?;
    let classes: BTreeSet<i64> = labels
        .iter()
        .copied()
        .filter(|&l| l != ignore_index)
        .collect();
    let mut weights: Vec<f64> = labels
        .iter()
        .map(|&l| f64::from(u8::from(l != ignore_index)))
        .collect();
    if classes.len() < 2 {
        return Ok(weights);
    }
    for class in classes {
        let others: Vec<bool> = labels
            .iter()
            .map(|&l| l != class && l != ignore_index)
            .collect();
        let Some([distances, _]) = both(grid, &others) else {
            continue;
        };
        for ((weight, d), &label) in weights.iter_mut().zip(distances).zip(&labels) {
            if label == class {
                *weight += w0 * (-0.5 * (d / sigma) * (d / sigma)).exp();
            }
        }
    }
    Ok(weights)
}

fn at_least_zero(argument: &'static str, position: usize, value: f64) -> Result<(), Error> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(Error::Value {
        argument,
        position,
        value,
        expected: "a finite number of at least 0".to_string(),
    })
}

fn above_zero(argument: &'static str, value: f64) -> Result<(), Error> {
    at_least_zero(argument, 0, value)?;
    if value > 0.0 {
        return Ok(());
    }
    Err(Error::Value {
        argument,
        position: 0,
        value,
        expected: "a finite distance above 0".to_string(),
    })
}

/// First and last pixel along each axis of every object.
fn boxes(grid: &Grid, instances: &[u32]) -> BTreeMap<u32, [[usize; 2]; 3]> {
    let [_, rows, width] = grid.volume();
    let mut boxes = BTreeMap::new();
    for (i, &object) in instances
        .iter()
        .enumerate()
        .filter(|&(_, &object)| object > 0)
    {
        let place = [i / (rows * width), i / width % rows, i % width];
        let bounds = boxes.entry(object).or_insert(place.map(|at| [at, at]));
        for (bounds, at) in bounds.iter_mut().zip(place) {
            *bounds = [bounds[0].min(at), bounds[1].max(at)];
        }
    }
    boxes
}

/// A box of pixels.
struct Part {
    bounds: [[usize; 2]; 3],
    grid: [usize; 3],
}

impl Part {
    /// A box with so much room on every side, as far as the grid goes.
    fn around(grid: &Grid, mut bounds: [[usize; 2]; 3], room: f64) -> Part {
        let (shape, spacing) = (grid.volume(), grid.volume_spacing());
        for axis in 0..3 {
            // A float becomes the nearest whole number that there is.
            let more = (room / spacing[axis]).ceil() as usize;
            let [first, last] = bounds[axis];
            bounds[axis] = [
                first.saturating_sub(more),
                last.saturating_add(more).min(shape[axis] - 1),
            ];
        }
        Part {
            bounds,
            grid: shape,
        }
    }

    fn shape(&self) -> [usize; 3] {
        self.bounds.map(|[first, last]| last - first + 1)
    }

    /// Its pixels in the grid, in order.
    fn pixels(&self) -> impl Iterator<Item = usize> {
        let [slices, rows, columns] = self.bounds.map(|[first, last]| first..last + 1);
        let [_, height, width] = self.grid;
        slices.flat_map(move |z| {
            let columns = columns.clone();
            rows.clone()
                .flat_map(move |y| columns.clone().map(move |x| (z * height + y) * width + x))
        })
    }
}

#[cfg(test)]
#[path = "weight_maps_tests.rs"]
mod tests;
