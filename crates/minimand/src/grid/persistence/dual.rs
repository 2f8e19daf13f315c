//! The top-cell construction as the dual of the vertex construction.
//!
//! What has not entered yet is, seen from the other end, a complex of vertices with the outside as its first part.
//! By Alexander duality its features of dimension n − 1 − k are those of dimension k, with birth and death changed
//! over (Bleile, Garin, Heiss, Maggs and Robins 2022, "The persistent homology of dual digital image constructions").

use super::super::Grid;
use super::padded;

/// As [`padded::pairs`], of the top-cell construction; for two and three axes.
pub(super) fn pairs(grid: &Grid, order: &[u32]) -> Vec<Vec<[u32; 2]>> {
    let axes = grid.axes();
    let shape = grid.volume();
    let frame = [0, 1, 2].map(|axis| usize::from(axis + axes >= 3));
    let grown = [0, 1, 2].map(|axis| shape[axis] + 2 * frame[axis]);
    let inside = |pixel: u32| {
        let pixel = pixel as usize;
        let at = [
            pixel / (shape[1] * shape[2]),
            pixel / shape[2] % shape[1],
            pixel % shape[2],
        ];
        let at = [0, 1, 2].map(|axis| at[axis] + frame[axis]);
        (at[0] * grown[1] + at[1]) * grown[2] + at[2]
    };
    let mut reversed: Vec<u32> = order.iter().rev().map(|&p| inside(p) as u32).collect();
    let mut outside = vec![true; grown.iter().product()];
    for &pixel in &reversed {
        outside[pixel as usize] = false;
    }
    let mut all: Vec<u32> = (0..outside.len() as u32)
        .filter(|&pixel| outside[pixel as usize])
        .collect();
    let frame = all.len() as u32;
    all.append(&mut reversed);
    let last = order.len() as u32 - 1;
    let mut pairs = padded::pairs(axes, grown, &all);
    pairs.reverse();
    for pairs in &mut pairs {
        // The frame itself is the outside: its sphere is the component that stays.
        pairs.retain(|&[birth, _]| birth >= frame);
        for pair in pairs {
            let [birth, death] = pair.map(|rank| last - (rank - frame));
            *pair = [death, birth];
        }
    }
    pairs
}
