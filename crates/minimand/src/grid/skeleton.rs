//! Skeletons of masks: what is left when border pixels are taken away as long as no piece is lost.

use super::{AXES, Grid};
use crate::error::Error;

/// How a mask is thinned to its skeleton.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Thinning {
    /// Lee, Kashyap and Chu 1994, in images and volumes (pixels that share a corner are connected).
    ///
    /// As scikit-image's `skeletonize(…, method="lee")`, with two differences: the last pixel of a component
    /// stays, where scikit-image may lose a component whose pixels all go in one pass, such as 2×2×2 cubes; and a
    /// volume of a single slice is not treated as an image.
    #[default]
    Lee,
    /// Zhang and Suen 1984, in images: as published, so a square of 2×2 pixels, and a diagonal line two pixels
    /// wide, vanish. (scikit-image's `method="zhang"` decides by a table that differs in some
    /// neighbourhoods.)
    ZhangSuen,
}

/// The skeleton of a mask: a part of it, one pixel wide but for crossings.
///
/// Pixels outside the grid are not in the mask. The time is linear in the pixels, and in those of the border
/// times the thickness.
///
/// # Errors
/// [`Error::Shape`] unless `mask` has one value for each pixel, and for a volume with
/// [`Thinning::ZhangSuen`].
pub fn skeletonize(grid: &Grid, mask: &[bool], thinning: Thinning) -> Result<Vec<bool>, Error> {
    grid.check("mask", mask)?;
    match thinning {
        Thinning::Lee => Ok(lee(grid, mask)),
        Thinning::ZhangSuen if grid.axes() == AXES => Err(Error::shape(
            "grid",
            "one or two axes for Zhang and Suen's thinning (Lee's is for volumes too)",
            grid.shape(),
        )),
        Thinning::ZhangSuen => {
            let mut image = Padded::new(grid, mask);
            image.zhang_suen();
            Ok(image.unpadded())
        }
    }
}

/// Lee's skeleton of a mask that fits the grid.
pub(crate) fn lee(grid: &Grid, mask: &[bool]) -> Vec<bool> {
    let mut image = Padded::new(grid, mask);
    image.lee(grid.axes());
    image.unpadded()
}

/// Not in the mask (any more).
const OUTSIDE: u8 = 0;
/// In the mask, and not on the list of border pixels.
const INSIDE: u8 = 1;
/// In the mask, and on the list.
const BORDER: u8 = 2;

/// A mask with one pixel more on every side.
struct Padded {
    shape: [usize; AXES],
    pixels: Vec<u8>,
    /// Distance in memory between neighbours along each axis.
    strides: [usize; AXES],
}

impl Padded {
    fn new(grid: &Grid, mask: &[bool]) -> Self {
        let shape = grid.volume();
        let strides = [(shape[1] + 2) * (shape[2] + 2), shape[2] + 2, 1];
        let mut padded = Padded {
            shape,
            pixels: vec![OUTSIDE; strides[0] * (shape[0] + 2)],
            strides,
        };
        for (number, row) in mask.chunks(shape[2]).enumerate() {
            let start = padded.row(number);
            for (pixel, &inside) in padded.pixels[start..].iter_mut().zip(row) {
                *pixel = u8::from(inside) * INSIDE;
            }
        }
        padded
    }

    /// Where a row of the mask begins.
    fn row(&self, number: usize) -> usize {
        let (slice, row) = (number / self.shape[1], number % self.shape[1]);
        (slice + 1) * self.strides[0] + (row + 1) * self.strides[1] + 1
    }

    fn unpadded(&self) -> Vec<bool> {
        let rows = 0..self.shape[0] * self.shape[1];
        rows.flat_map(|number| &self.pixels[self.row(number)..][..self.shape[2]])
            .map(|&pixel| pixel != OUTSIDE)
            .collect()
    }

    /// The pixels of the mask that have one of these neighbours outside, in order; marks them.
    fn border(&mut self, neighbours: &[isize]) -> Vec<usize> {
        let mut border = Vec::new();
        for number in 0..self.shape[0] * self.shape[1] {
            let start = self.row(number);
            for pixel in start..start + self.shape[2] {
                let outside =
                    |&step: &isize| self.pixels[pixel.wrapping_add_signed(step)] == OUTSIDE;
                if self.pixels[pixel] != OUTSIDE && neighbours.iter().any(outside) {
                    border.push(pixel);
                }
            }
        }
        for &pixel in &border {
            self.pixels[pixel] = BORDER;
        }
        border
    }

    /// Takes a pixel out of the mask; its neighbours that come to the border thereby are marked and listed.
    fn remove(&mut self, pixel: usize, neighbours: &[isize], bared: &mut Vec<usize>) {
        self.pixels[pixel] = OUTSIDE;
        for &step in neighbours {
            let neighbour = pixel.wrapping_add_signed(step);
            if self.pixels[neighbour] == INSIDE {
                self.pixels[neighbour] = BORDER;
                bared.push(neighbour);
            }
        }
    }

    fn lee(&mut self, axes: usize) {
        let [slice, row, column] = self.strides.map(|stride| stride as isize);
        // In scikit-image's order, which decides on which side of an even width the skeleton lies.
        let faces = [-row, row, column, -column, slice, -slice];
        let faces = if axes == AXES {
            &faces[..]
        } else {
            &faces[..4]
        };
        let mut border = self.border(faces);
        let (mut candidates, mut bared) = (Vec::new(), Vec::new());
        let mut unchanged = 0;
        while unchanged < faces.len() {
            unchanged = 0;
            for &face in faces {
                candidates.clear();
                candidates.extend(border.iter().copied().filter(|&pixel| {
                    self.pixels[pixel.wrapping_add_signed(face)] == OUTSIDE && {
                        let cube = self.cube(pixel);
                        cube.count_ones() != 1 && keeps_euler(cube) && connected(cube)
                    }
                }));
                let before = border.len();
                for &pixel in &candidates {
                    // Again, since its neighbours may be gone by now; the last of a component stays.
                    let cube = self.cube(pixel);
                    if cube != 0 && connected(cube) {
                        self.remove(pixel, faces, &mut bared);
                    }
                }
                border.retain(|&pixel| self.pixels[pixel] != OUTSIDE);
                unchanged += usize::from(border.len() == before);
                bared.sort_unstable();
                border.append(&mut bared);
                // Two sorted stretches, which this sort merges.
                border.sort();
            }
        }
    }

    /// The neighbours of a pixel that are in the mask, one bit each in the order of memory; bit 13 is the pixel
    /// itself and is not set.
    fn cube(&self, pixel: usize) -> u32 {
        let first = pixel - self.strides.iter().sum::<usize>();
        let mut cube = 0;
        for slice in 0..3 {
            for row in 0..3 {
                let start = first + slice * self.strides[0] + row * self.strides[1];
                for (column, &pixel) in self.pixels[start..start + 3].iter().enumerate() {
                    cube |= u32::from(pixel != OUTSIDE) << (9 * slice + 3 * row + column);
                }
            }
        }
        cube & !(1 << CENTRE)
    }

    fn zhang_suen(&mut self) {
        let row = self.strides[1] as isize;
        // From north clockwise.
        let ring = [-row, 1 - row, 1, row + 1, row, row - 1, -1, -row - 1];
        let mut border = self.border(&ring);
        let (mut doomed, mut bared) = (Vec::new(), Vec::new());
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for pass in [[0b0001_0101, 0b0101_0100], [0b0100_0101, 0b0101_0001]] {
                doomed.clear();
                doomed.extend(border.iter().copied().filter(|&pixel| {
                    let bits = ring.iter().enumerate().map(|(i, &step)| {
                        u8::from(self.pixels[pixel.wrapping_add_signed(step)] != OUTSIDE) << i
                    });
                    removable(bits.sum(), pass)
                }));
                for &pixel in &doomed {
                    self.remove(pixel, &ring, &mut bared);
                }
                changed |= !doomed.is_empty();
                border.retain(|&pixel| self.pixels[pixel] != OUTSIDE);
                border.append(&mut bared);
            }
        }
    }
}

/// Zhang and Suen's conditions on the ring of eight neighbours: two to six of them, all in a row, and
/// of each of two groups of three not all.
fn removable(ring: u8, groups: [u8; 2]) -> bool {
    let begins = !ring & ring.rotate_right(1);
    (2..=6).contains(&ring.count_ones())
        && begins.count_ones() == 1
        && groups.iter().all(|&group| ring & group != group)
}

/// The bit of the pixel itself in a cube of 3×3×3.
const CENTRE: usize = 13;

/// For each pixel of the cube, those that share a corner with it.
const TOUCHING: [u32; 27] = {
    let mut touching = [0; 27];
    let mut a = 0usize;
    while a < 27 {
        let mut b = 0usize;
        while b < 27 {
            let near = (a / 9).abs_diff(b / 9) <= 1
                && (a / 3 % 3).abs_diff(b / 3 % 3) <= 1
                && (a % 3).abs_diff(b % 3) <= 1;
            if near && a != b {
                touching[a] |= 1 << b;
            }
            b += 1;
        }
        a += 1;
    }
    touching
};

/// For each corner, edge and face of the central pixel (the pixel of the cube in its direction): the other
/// pixels that share it. The entry of the central pixel is empty.
const SHARING: [u32; 27] = {
    let mut sharing = [0; 27];
    let mut direction = 0;
    while direction < 27 {
        let mut other = 0;
        while other < 27 {
            // Along each axis the other lies in this direction or not at all away.
            let within = (other / 9 == direction / 9 || other / 9 == 1)
                && (other / 3 % 3 == direction / 3 % 3 || other / 3 % 3 == 1)
                && (other % 3 == direction % 3 || other % 3 == 1);
            if within && other != CENTRE {
                sharing[direction] |= 1 << other;
            }
            other += 1;
        }
        direction += 1;
    }
    sharing
};

/// Does the Euler characteristic stay as it is when the central pixel is taken out? Its corners, edges and
/// faces that no other pixel has, and itself, go with it.
fn keeps_euler(cube: u32) -> bool {
    let mut change = 0;
    for (direction, &sharing) in SHARING.iter().enumerate() {
        let away = |place: usize| i32::from(place != 1);
        let axes = away(direction / 9) + away(direction / 3 % 3) + away(direction % 3);
        if sharing & cube == 0 {
            // Corners lie away along three axes, edges two, faces one, the pixel none.
            change += if axes % 2 == 1 { 1 } else { -1 };
        }
    }
    change == 0
}

/// Do the pixels of the cube form at most one component, in which pixels that share a corner are neighbours?
fn connected(cube: u32) -> bool {
    let mut found = cube & cube.wrapping_neg();
    let mut waiting = found;
    while waiting != 0 {
        let pixel = waiting.trailing_zeros() as usize;
        waiting &= waiting - 1;
        let new = TOUCHING[pixel] & cube & !found;
        found |= new;
        waiting |= new;
    }
    found == cube
}

#[cfg(test)]
#[path = "skeleton_tests.rs"]
mod tests;
