//! Volumes: components, loops and cavities.

use super::forest::Forest;
use super::loops::{self, Square};
use super::padded::Padded;
use super::star::{self, CENTRE, NODES, Star};
use crate::kernels::parallel;
use rayon::prelude::*;

/// What one row of voxels adds.
#[derive(Default)]
struct Found {
    /// Ranks of voxels with an edge that may join components.
    saddles: Vec<u32>,
    /// Squares that may close cavities.
    walls: Vec<Wall>,
}

/// A square that closes a cavity or fills a loop, with places on both sides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wall {
    rank: u32,
    number: u32,
    sides: [u32; 2],
}

/// Pairs of ranks that begin and end components, loops and cavities.
pub(super) fn pairs(field: &Padded) -> [Vec<[u32; 2]>; 3] {
    let (row, rank) = (field.row, &field.rank);
    let mut down = vec![0; rank.len()];
    let mut up = vec![0; rank.len()];
    let mut stars = vec![Star::default(); rank.len()];
    let inside = |line: &usize| {
        let (lines, rows) = (rank.len() / row, field.slice / row);
        let (z, y) = (line / rows, line % rows);
        (1..lines / rows - 1).contains(&z) && (1..rows - 1).contains(&y)
    };
    let mut lines: Vec<_> = (down.chunks_mut(row))
        .zip(up.chunks_mut(row))
        .zip(stars.chunks_mut(row))
        .enumerate()
        .filter(|(line, _)| inside(line))
        .collect();
    let found = parallel::run(
        &mut lines,
        || (),
        |(), (line, ((down, up), stars))| scan(field, *line * row, down, up, stars),
    );
    let mut saddles: Vec<u32> = found.iter().flat_map(|f| &f.saddles).copied().collect();
    let mut walls: Vec<Wall> = found.iter().flat_map(|f| &f.walls).copied().collect();
    drop(found);
    parallel::join(
        || saddles.par_sort_unstable(),
        || walls.par_sort_unstable_by_key(|wall| (wall.rank, wall.number)),
    );
    let (components, (cavities, mut filling)) = parallel::join(
        || components(field, down, &saddles, &mut stars),
        || cavities(field, up, &walls),
    );
    filling.reverse();
    let loops = loops::pairs(field, &stars, &saddles, &filling);
    [components, loops, cavities]
}

/// Merges components in the order in which voxels enter, and marks the edges that do it.
fn components(
    field: &Padded,
    parent: Vec<u32>,
    saddles: &[u32],
    stars: &mut [Star],
) -> Vec<[u32; 2]> {
    let mut forest = Forest {
        parent,
        rank: &field.rank,
        descending: false,
    };
    let steps = field.node_steps();
    let mut pairs = Vec::new();
    for &saddle in saddles {
        let place = field.place[saddle as usize];
        let star = &mut stars[place as usize];
        let at = |node: usize| (place as isize + steps[node]) as u32;
        let near = at(star.first());
        let mut critical = star.critical();
        while critical != 0 {
            let node = critical.trailing_zeros() as usize;
            critical &= critical - 1;
            if let Some(younger) = forest.merge(near, at(node)) {
                star.set_joins(node);
                pairs.push([field.rank[younger as usize], saddle]);
            }
        }
    }
    pairs
}

/// Merges parts of what has not entered, from the last voxel on; also gives the squares that do not, last first.
fn cavities(field: &Padded, parent: Vec<u32>, walls: &[Wall]) -> (Vec<[u32; 2]>, Vec<Square>) {
    let mut forest = Forest {
        parent,
        rank: &field.rank,
        descending: true,
    };
    let mut pairs = Vec::new();
    let mut filling = Vec::new();
    for wall in walls.iter().rev() {
        match forest.merge(wall.sides[0], wall.sides[1]) {
            Some(younger) => pairs.push([wall.rank, field.rank[younger as usize]]),
            None => filling.push(Square {
                rank: wall.rank,
                number: wall.number,
            }),
        }
    }
    (pairs, filling)
}

impl Padded {
    /// From a place to its neighbours across faces, as [`NODES`] counts them.
    pub(super) fn node_steps(&self) -> [isize; 6] {
        let steps = self.steps();
        NODES.map(|bit| steps[bit])
    }

    /// From a place to its neighbours, by their bits in a mask.
    fn steps(&self) -> [isize; 27] {
        std::array::from_fn(|bit| {
            let at = [bit / 9, bit / 3 % 3, bit % 3].map(|i| i as isize - 1);
            at[0] * self.slice as isize + at[1] * self.row as isize + at[2]
        })
    }
}

/// Hangs each voxel of a row on its first and on its last neighbour, and pairs what enters with it.
///
/// The frame hangs on place 0, which stands for the outside.
fn scan(
    field: &Padded,
    start: usize,
    down: &mut [u32],
    up: &mut [u32],
    stars: &mut [Star],
) -> Found {
    let (row, steps) = (field.row, field.steps());
    let mut found = Found::default();
    let mut walls = Vec::new();
    let lines: [usize; 9] =
        std::array::from_fn(|i| start + i / 3 * field.slice + i % 3 * row - field.slice - row);
    let ranks = lines.map(|line| &field.rank[line..line + row]);
    for x in 1..row - 1 {
        let own = ranks[4][x];
        let (mut first, mut last) = (own, own);
        let (mut lower, mut upper) = (CENTRE, CENTRE);
        let mut mask = 0;
        for line in 0..9 {
            for dx in 0..3 {
                let (bit, rank) = (3 * line + dx, ranks[line][x + dx - 1]);
                mask |= u32::from(rank < own) << bit;
                if rank > last {
                    (last, upper) = (rank, bit);
                }
            }
        }
        for bit in NODES {
            let rank = ranks[bit / 3][x + bit % 3 - 1];
            if rank < first {
                (first, lower) = (rank, bit);
            }
        }
        let place = (start + x) as isize;
        down[x] = (place + steps[lower]) as u32;
        up[x] = (place + steps[upper]) as u32;
        let star = star::star(mask, &mut walls);
        stars[x] = star;
        if star.critical() != 0 {
            found.saddles.push(own);
        }
        found
            .walls
            .extend(walls.drain(..).map(|(number, sides)| Wall {
                rank: own,
                number: number as u32,
                sides: sides.map(|bit| (place + steps[bit]) as u32),
            }));
    }
    found
}
