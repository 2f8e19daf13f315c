//! Soft skeletons: skeletons of images of numbers, by erosions and dilations that have derivatives.

use crate::error::Error;
use crate::grid::Grid;
use crate::kernels::scalar::{Float, Real};

/// The soft skeleton of an image or volume.
///
/// I₀ is the image, I_{k+1} its erosion: the minimum over a pixel and its neighbours across faces. What an opening
/// (the maximum of I_{k+1} over the pixel and all that touch it) takes away from I_k is R_k, and the skeleton grows by
/// S_k = S_{k−1} + max(R_k − S_{k−1}·R_k, 0) from S₀ = R₀ to S of the number of iterations, which should be at least
/// half the largest thickness. Pixels outside the grid do not count. Source: Shit et al. 2021 (clDice).
///
/// ```
/// use minimand::grid::Grid;
/// use minimand::segmentation::soft_skeleton::soft_skeleton;
///
/// let bar = [0.0, 0.5, 0.5, 0.5, 0.0];
/// assert_eq!(soft_skeleton(&Grid::new(&[5])?, &bar, 1)?, [0.0, 0.0, 0.5, 0.0, 0.0]);
/// # Ok::<(), minimand::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] unless there is one value for each pixel.
pub fn soft_skeleton<T: Float>(
    grid: &Grid,
    values: &[T],
    iterations: usize,
) -> Result<Vec<T>, Error> {
    grid.check("values", values)?;
    Ok(skeleton(grid, values, iterations))
}

/// [`soft_skeleton`] of values that fit the grid.
pub(crate) fn skeleton<T: Float>(grid: &Grid, values: &[T], iterations: usize) -> Vec<T> {
    let mut image = values.to_vec();
    let mut eroded = erosion(grid, &image);
    let mut out = residue(grid, &image, &eroded);
    for _ in 0..iterations {
        image = eroded;
        eroded = erosion(grid, &image);
        let rest = residue(grid, &image, &eroded);
        for (s, r) in out.iter_mut().zip(rest) {
            *s = *s + positive(r * (one::<T>() - *s));
        }
    }
    out
}

/// A soft skeleton with all that its derivative needs.
pub(crate) struct Layers<T> {
    /// I₀ … I_{k+1}.
    images: Vec<Vec<T>>,
    /// R₀ … R_k.
    residues: Vec<Vec<T>>,
    /// S₀ … S_k.
    skeletons: Vec<Vec<T>>,
}

impl<T: Float> Layers<T> {
    /// Of values that fit the grid.
    pub(crate) fn new(grid: &Grid, values: &[T], iterations: usize) -> Self {
        let mut layers = Layers {
            images: vec![values.to_vec()],
            residues: Vec::new(),
            skeletons: Vec::new(),
        };
        for k in 0..=iterations {
            let image = &layers.images[k];
            let eroded = erosion(grid, image);
            let rest = residue(grid, image, &eroded);
            let skeleton = match k.checked_sub(1).map(|before| &layers.skeletons[before]) {
                None => rest.clone(),
                Some(before) => {
                    let pairs = before.iter().zip(&rest);
                    pairs
                        .map(|(&s, &r)| s + positive(r * (one::<T>() - s)))
                        .collect()
                }
            };
            layers.images.push(eroded);
            layers.residues.push(rest);
            layers.skeletons.push(skeleton);
        }
        layers
    }

    /// The skeleton.
    pub(crate) fn skeleton(&self) -> &[T] {
        self.skeletons.last().map_or(&[], Vec::as_slice)
    }

    /// Slopes by the values of the image, from those by the skeleton. Of equal values the pixel itself is the one
    /// that an erosion takes, and else the first.
    pub(crate) fn pull_back(&self, grid: &Grid, mut slopes: Vec<T>) -> Vec<T> {
        let zero = T::default();
        let mut deeper = vec![zero; slopes.len()];
        for k in (0..self.residues.len()).rev() {
            let (image, eroded, rest) = (&self.images[k], &self.images[k + 1], &self.residues[k]);
            let mut own = match k.checked_sub(1).map(|before| &self.skeletons[before]) {
                None => std::mem::take(&mut slopes),
                Some(before) => {
                    let grown = slopes.iter_mut().zip(before).zip(rest);
                    grown
                        .map(|((slope, &s), &r)| {
                            let left = one::<T>() - s;
                            if !(r * left > zero) {
                                return zero;
                            }
                            let own = *slope * left;
                            *slope = *slope * (one::<T>() - r);
                            own
                        })
                        .collect()
                }
            };
            for (slope, &r) in own.iter_mut().zip(rest) {
                if !(r > zero) {
                    *slope = zero;
                }
            }
            scatter(grid, &own, |i, place| {
                let largest = opened(grid, place, |j| eroded[j]);
                deeper[largest] = deeper[largest] - own[i];
            });
            let passed = std::mem::take(&mut deeper);
            scatter(grid, &passed, |i, place| {
                let smallest = least(grid, i, place, |j| image[j]);
                own[smallest] = own[smallest] + passed[i];
            });
            deeper = own;
        }
        deeper
    }

    /// The skeleton on another number: the same pixels are chosen, the arithmetic is done again.
    pub(crate) fn replay<S: Real>(&self, grid: &Grid, values: &[S]) -> Vec<S> {
        let mut image = values.to_vec();
        let mut out: Vec<S> = Vec::new();
        for k in 0..self.residues.len() {
            let choices = self.choices(grid, k);
            let eroded: Vec<S> = choices.iter().map(|c| image[c[0]]).collect();
            let rest = choices
                .iter()
                .zip(&image)
                .map(|(c, &x)| (x - eroded[c[1]]).relu());
            out = match k {
                0 => rest.collect(),
                _ => rest
                    .zip(&out)
                    .map(|(r, &s)| s + (r - s * r).relu())
                    .collect(),
            };
            image = eroded;
        }
        out
    }

    /// For each pixel, the one that the erosion of layer `k` takes, and then the one that the dilation takes.
    fn choices(&self, grid: &Grid, k: usize) -> Vec<[usize; 2]> {
        let (image, eroded) = (&self.images[k], &self.images[k + 1]);
        let mut out = Vec::with_capacity(image.len());
        each_pixel(grid, |i, place| {
            let smallest = least(grid, i, place, |j| image[j]);
            out.push([smallest, opened(grid, place, |j| eroded[j])]);
        });
        out
    }

    /// The smallest difference of two values of different pixels, of which one was chosen before the other.
    pub(crate) fn closest_choice(&self, grid: &Grid) -> f64 {
        let mut closest = f64::INFINITY;
        // The pixels whose values the image holds.
        let mut sources: Vec<usize> = (0..grid.len()).collect();
        for k in 0..self.residues.len() {
            let (image, eroded) = (&self.images[k], &self.images[k + 1]);
            let choices = self.choices(grid, k);
            let deeper: Vec<usize> = choices.iter().map(|c| sources[c[0]]).collect();
            let mut compare = |a: T, from: usize, b: T, other: usize| {
                if from != other {
                    closest = closest.min((a.to_f64() - b.to_f64()).abs());
                }
            };
            each_pixel(grid, |i, place| {
                let [smallest, largest] = choices[i];
                compare(image[i], sources[i], eroded[largest], deeper[largest]);
                cross(grid, i, place, |j| {
                    compare(image[smallest], sources[smallest], image[j], sources[j])
                });
                window(grid, place, |j| {
                    compare(eroded[largest], deeper[largest], eroded[j], deeper[j])
                });
            });
            sources = deeper;
        }
        closest
    }
}

fn one<T: Float>() -> T {
    T::lift(1.0)
}

#[inline(always)]
fn positive<T: Float>(x: T) -> T {
    if x > T::default() { x } else { T::default() }
}

#[inline(always)]
fn smaller<T: Float>(a: T, b: T) -> T {
    if b < a { b } else { a }
}

#[inline(always)]
fn larger<T: Float>(a: T, b: T) -> T {
    if b > a { b } else { a }
}

/// Combines each pixel of `out` with its neighbours along one axis of `from`.
#[inline(always)]
fn combine<T: Float>(
    out: &mut [T],
    from: &[T],
    length: usize,
    stride: usize,
    f: impl Fn(T, T) -> T,
) {
    let block = length * stride;
    for (out, from) in out.chunks_mut(block).zip(from.chunks(block)) {
        for (o, &x) in out.iter_mut().zip(&from[stride..]) {
            *o = f(*o, x);
        }
        for (o, &x) in out[stride..].iter_mut().zip(from) {
            *o = f(*o, x);
        }
    }
}

/// Length and stride of each axis along which there are neighbours, the last first.
fn lines(grid: &Grid) -> impl Iterator<Item = (usize, usize)> {
    let shape = grid.volume();
    let strides = [shape[1] * shape[2], shape[2], 1];
    (0..3)
        .rev()
        .map(move |axis| (shape[axis], strides[axis]))
        .filter(|&(length, _)| length > 1)
}

/// The minimum over a pixel and its neighbours across faces.
fn erosion<T: Float>(grid: &Grid, image: &[T]) -> Vec<T> {
    let mut out = image.to_vec();
    for (length, stride) in lines(grid) {
        combine(&mut out, image, length, stride, smaller);
    }
    out
}

/// What the opening takes away: max(image − dilation of the eroded image, 0).
fn residue<T: Float>(grid: &Grid, image: &[T], eroded: &[T]) -> Vec<T> {
    let mut out = eroded.to_vec();
    let mut before = Vec::new();
    for (length, stride) in lines(grid) {
        before.clear();
        before.extend_from_slice(&out);
        combine(&mut out, &before, length, stride, larger);
    }
    for (o, &x) in out.iter_mut().zip(image) {
        *o = positive(x - *o);
    }
    out
}

/// Runs `f` on every pixel with its place.
fn each_pixel(grid: &Grid, mut f: impl FnMut(usize, [usize; 3])) {
    let [slices, rows, width] = grid.volume();
    let mut i = 0;
    for z in 0..slices {
        for y in 0..rows {
            for x in 0..width {
                f(i, [z, y, x]);
                i += 1;
            }
        }
    }
}

/// Runs `f` on every pixel whose slope is not 0.
fn scatter<T: Float>(grid: &Grid, slopes: &[T], mut f: impl FnMut(usize, [usize; 3])) {
    each_pixel(grid, |i, place| {
        if slopes[i] != T::default() {
            f(i, place);
        }
    });
}

/// Runs `f` on the neighbours of a pixel across faces.
#[inline(always)]
fn cross(grid: &Grid, i: usize, place: [usize; 3], mut f: impl FnMut(usize)) {
    let shape = grid.volume();
    let strides = [shape[1] * shape[2], shape[2], 1];
    for axis in 0..3 {
        if place[axis] > 0 {
            f(i - strides[axis]);
        }
        if place[axis] + 1 < shape[axis] {
            f(i + strides[axis]);
        }
    }
}

/// Runs `f` on a pixel and all that touch it, in the order of memory.
#[inline(always)]
fn window(grid: &Grid, place: [usize; 3], mut f: impl FnMut(usize)) {
    let shape = grid.volume();
    let reach = |axis: usize| {
        let at = place[axis];
        at.saturating_sub(1)..(at + 2).min(shape[axis])
    };
    for z in reach(0) {
        for y in reach(1) {
            let row = (z * shape[1] + y) * shape[2];
            for x in reach(2) {
                f(row + x);
            }
        }
    }
}

/// The pixel that an erosion takes.
#[inline(always)]
fn least<T: Float>(grid: &Grid, i: usize, place: [usize; 3], value: impl Fn(usize) -> T) -> usize {
    let mut found = (value(i), i);
    cross(grid, i, place, |j| {
        if value(j) < found.0 {
            found = (value(j), j);
        }
    });
    found.1
}

/// The pixel that a dilation takes.
#[inline(always)]
fn opened<T: Float>(grid: &Grid, place: [usize; 3], value: impl Fn(usize) -> T) -> usize {
    let mut found = (T::LOWEST, usize::MAX);
    window(grid, place, |j| {
        if found.1 == usize::MAX || value(j) > found.0 {
            found = (value(j), j);
        }
    });
    found.1
}

#[cfg(test)]
#[path = "soft_skeleton_tests.rs"]
mod tests;
