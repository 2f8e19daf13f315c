//! Images: components of what has entered, and by duality components of what has not.
//!
//! Every pixel hangs on a neighbour that entered before it, so that only pixels at which several components meet have
//! to be walked in order. Whether they may meet is seen in the ring of eight neighbours alone.

use super::forest::Forest;
use super::padded::Padded;
use crate::kernels::parallel;
use rayon::prelude::*;

/// What the ring of neighbours around a pixel looks like when the pixel enters.
#[derive(Clone, Copy)]
struct Ring {
    /// Arcs of neighbours that entered, each connected by pixels and squares; as many arcs of others lie between.
    arcs: u8,
    /// A neighbour across a face from each arc that entered.
    entered: [u8; 4],
    /// A neighbour from each arc of others.
    others: [u8; 4],
}

/// By the bits of the neighbours that entered, counted from the right one clockwise.
static RINGS: [Ring; 256] = rings();

const fn has(mask: usize, i: usize) -> bool {
    mask >> (i % 8) & 1 == 1
}

const fn rings() -> [Ring; 256] {
    let none = Ring {
        arcs: 0,
        entered: [0; 4],
        others: [0; 4],
    };
    let mut rings = [none; 256];
    let mut mask = 0;
    while mask < 256 {
        // Around the ring faces and corners alternate: a corner counts if it and both faces beside it entered.
        let mut closed = [false; 8];
        let mut i = 0;
        while i < 8 {
            closed[i] = has(mask, i) && (i % 2 == 0 || (has(mask, i + 7) && has(mask, i + 1)));
            i += 1;
        }
        let mut ring = none;
        let mut i = 0;
        while i < 8 {
            // An arc of what entered begins at a face behind an open corner; the arc of others before it ends there.
            if i % 2 == 0 && closed[i] && !closed[(i + 7) % 8] {
                ring.entered[ring.arcs as usize] = i as u8;
                let mut back = (i + 7) % 8;
                while has(mask, back) {
                    back = (back + 7) % 8;
                }
                ring.others[ring.arcs as usize] = back as u8;
                ring.arcs += 1;
            }
            i += 1;
        }
        rings[mask] = ring;
        mask += 1;
    }
    rings
}

/// Pairs of ranks that begin and end components and loops.
pub(super) fn pairs(field: &Padded) -> [Vec<[u32; 2]>; 2] {
    let row = field.row;
    let rank = &field.rank;
    let mut down = vec![0; rank.len()];
    let mut up = vec![0; rank.len()];
    let mut masks = vec![0; rank.len()];
    let rows = rank.len() / row - 1;
    let mut lines: Vec<_> = (down.chunks_mut(row))
        .zip(up.chunks_mut(row))
        .zip(masks.chunks_mut(row))
        .enumerate()
        .filter(|(y, _)| (1..rows).contains(y))
        .collect();
    let mut saddles = parallel::run(
        &mut lines,
        || (),
        |(), (y, ((down, up), masks))| scan(rank, row, *y * row, down, up, masks),
    )
    .concat();
    saddles.par_sort_unstable();
    let step = row as isize;
    let steps = [1, step + 1, step, step - 1, -1, -step - 1, -step, 1 - step];
    let sweep = |parent: Vec<u32>, descending: bool| {
        let mut forest = Forest {
            parent,
            rank,
            descending,
        };
        let mut pairs = Vec::with_capacity(saddles.len());
        for i in 0..saddles.len() {
            let saddle = saddles[if descending { saddles.len() - 1 - i } else { i }];
            let place = field.place[saddle as usize];
            let ring = &RINGS[usize::from(masks[place as usize])];
            let near = if descending {
                &ring.others
            } else {
                &ring.entered
            };
            let at = |i: u8| (place as isize + steps[usize::from(near[usize::from(i)])]) as u32;
            for i in 1..ring.arcs {
                if let Some(younger) = forest.merge(at(0), at(i)) {
                    let other = rank[younger as usize];
                    pairs.push(if descending {
                        [saddle, other]
                    } else {
                        [other, saddle]
                    });
                }
            }
        }
        pairs
    };
    let (components, loops) = parallel::join(|| sweep(down, false), || sweep(up, true));
    [components, loops]
}

/// Hangs each pixel of a row on its first and on its last neighbour, and finds the pixels where arcs meet.
///
/// The frame hangs on place 0, which stands for the outside.
fn scan(
    rank: &[u32],
    row: usize,
    start: usize,
    down: &mut [u32],
    up: &mut [u32],
    masks: &mut [u8],
) -> Vec<u32> {
    let mut saddles = Vec::new();
    let line = |at: usize| &rank[at..at + row];
    let (above, here, below) = (line(start - row), line(start), line(start + row));
    for x in 1..row - 1 {
        let own = here[x];
        let near = [
            (here[x + 1], 1),
            (below[x + 1], row + 1),
            (below[x], row),
            (below[x - 1], row - 1),
            (here[x - 1], 0usize.wrapping_sub(1)),
            (above[x - 1], 0usize.wrapping_sub(row + 1)),
            (above[x], 0usize.wrapping_sub(row)),
            (above[x + 1], 1usize.wrapping_sub(row)),
        ];
        let place = start + x;
        let word =
            |(rank, step): (u32, usize)| u64::from(rank) << 32 | place.wrapping_add(step) as u64;
        let (mut first, mut last) = (word((own, 0)), word((own, 0)));
        let mut mask = 0;
        for (i, near) in near.into_iter().enumerate() {
            mask |= u8::from(near.0 < own) << i;
            last = last.max(word(near));
            if i % 2 == 0 {
                first = first.min(word(near));
            }
        }
        down[x] = first as u32;
        up[x] = last as u32;
        masks[x] = mask;
        if RINGS[usize::from(mask)].arcs > 1 {
            saddles.push(own);
        }
    }
    saddles
}
