//! Ranks of pixels with a frame around them, so that no neighbour needs a check of bounds.

use super::{plane, volume};

/// Rank of what lies outside: it enters after everything.
pub(super) const OUTSIDE: u32 = u32::MAX;

/// When each pixel enters, on a grid with a frame of one pixel along the axes that count.
pub(super) struct Padded {
    /// Rank of each place, [`OUTSIDE`] on the frame.
    pub(super) rank: Vec<u32>,
    /// Place of each rank.
    pub(super) place: Vec<u32>,
    /// Places from a row to the next.
    pub(super) row: usize,
    /// Places from a slice to the next.
    pub(super) slice: usize,
}

impl Padded {
    /// Without slices the frame is around rows and columns only.
    pub(super) fn new(shape: [usize; 3], order: &[u32], slices: bool) -> Padded {
        let [depth, height, width] = shape;
        let row = width + 2;
        let slice = row * (height + 2);
        let depth = if slices { depth + 2 } else { 1 };
        let first = row + 1 + if slices { slice } else { 0 };
        let mut rank = vec![OUTSIDE; depth * slice];
        // Divisions of 32 bits are much faster than those of 64.
        let (width, height) = (width as u32, height as u32);
        let place = order.iter().enumerate().map(|(r, &pixel)| {
            let (line, x) = (pixel / width, pixel % width);
            let (z, y) = if slices {
                (line / height, line % height)
            } else {
                (0, line)
            };
            let place = first + z as usize * slice + y as usize * row + x as usize;
            rank[place] = r as u32;
            place as u32
        });
        let place = place.collect();
        Padded {
            rank,
            place,
            row,
            slice,
        }
    }
}

/// Pairs of ranks of the pixels that begin and end each finite bar of the vertex construction, by dimension.
///
/// Only pairs of one pixel with itself are left out.
pub(super) fn pairs(axes: usize, shape: [usize; 3], order: &[u32]) -> Vec<Vec<[u32; 2]>> {
    if axes == 3 {
        return volume::pairs(&Padded::new(shape, order, true)).into();
    }
    let mut pairs = plane::pairs(&Padded::new(shape, order, false)).to_vec();
    pairs.truncate(axes);
    pairs
}
