//! Loops of volumes: the squares that fill them, reduced to the edges that close them.
//!
//! A square's boundary is a loop of edges. Its last edge is replaced by the rest of its partner's boundary, or of the
//! boundary that was reduced to it before, until it is one that closes a loop and has no square yet: that loop is the
//! one that the square fills. Edges that join components are never the last of a loop and are left out from the start
//! (compare Guillou, Vidal and Tierny 2023, "Discrete Morse Sandwich").

use super::columns::BitTree;
use super::padded::Padded;
use super::star::{ARCS, Star, opposite};

/// A square without partner that fills a loop: the rank of its voxel and its number there.
pub(super) struct Square {
    pub(super) rank: u32,
    pub(super) number: u32,
}

/// Pairs of ranks that begin and end loops.
///
/// `saddles` are the ranks of all voxels with edges without partner, `squares` those that fill loops, both in
/// the order in which they enter.
pub(super) fn pairs(
    field: &Padded,
    stars: &[Star],
    saddles: &[u32],
    squares: &[Square],
) -> Vec<[u32; 2]> {
    let mut first = vec![0; field.rank.len()];
    let mut edges = 0;
    for &saddle in saddles {
        let place = field.place[saddle as usize] as usize;
        first[place] = edges;
        edges += stars[place].closing().count_ones();
    }
    let mut reduction = Reduction {
        field,
        stars,
        steps: field.node_steps(),
        first,
        chain: BitTree::new(8 * field.place.len()),
        filled: vec![Vec::new(); edges as usize],
    };
    let mut pairs = Vec::with_capacity(squares.len());
    for square in squares {
        let place = field.place[square.rank as usize] as usize;
        let nodes = ARCS[square.number as usize].nodes;
        reduction.add_square(place, nodes);
        // The boundary of a square that fills a loop never vanishes.
        if let Some(birth) = reduction.reduce() {
            pairs.push([birth, square.rank]);
        }
    }
    pairs
}

struct Reduction<'a> {
    field: &'a Padded,
    stars: &'a [Star],
    steps: [isize; 6],
    /// Number of the first edge at a place that closes a loop.
    first: Vec<u32>,
    /// The loop at hand: number 8·rank + node for each edge.
    chain: BitTree,
    /// By the number of its last edge, the loop that was reduced to it.
    filled: Vec<Vec<u32>>,
}

impl Reduction<'_> {
    fn at(&self, place: usize, node: usize) -> usize {
        place.wrapping_add_signed(self.steps[node])
    }

    /// Flips the edge from one place to the next in a direction; it belongs to the one that entered later.
    fn flip(&mut self, from: usize, node: usize) {
        let to = self.at(from, node);
        let ranks = [from, to].map(|place| self.field.rank[place]);
        let (place, rank, node) = if ranks[0] > ranks[1] {
            (from, ranks[0], node)
        } else {
            (to, ranks[1], opposite(node))
        };
        if !self.stars[place].joins(node) {
            self.chain.flip(8 * rank as usize + node);
        }
    }

    /// Adds the two edges of a square that are not at its voxel.
    fn add_far(&mut self, place: usize, [a, b]: [usize; 2]) {
        self.flip(self.at(place, a), b);
        self.flip(self.at(place, b), a);
    }

    fn add_square(&mut self, place: usize, nodes: [usize; 2]) {
        for node in nodes {
            self.flip(place, node);
        }
        self.add_far(place, nodes);
    }

    /// Reduces the loop at hand and keeps it; the rank at which it was closed.
    fn reduce(&mut self) -> Option<u32> {
        while let Some((rank, bits)) = self.chain.last_byte() {
            let place = self.field.place[rank] as usize;
            let star = self.stars[place];
            let closing = star.closing();
            let mut edges = u32::from(bits);
            let mut left = edges & !closing;
            while left != 0 {
                let node = left.trailing_zeros() as usize;
                edges &= !(1 << node);
                if let Some(other) = star.partner(node) {
                    if !star.joins(other) {
                        edges ^= 1 << other;
                    }
                    self.add_far(place, [node, other]);
                }
                left = edges & !closing;
            }
            self.chain.set_byte(rank, edges as u8);
            if edges == 0 {
                continue;
            }
            let last = edges.ilog2();
            let before = closing & ((1 << last) - 1);
            let edge = (self.first[place] + before.count_ones()) as usize;
            if self.filled[edge].is_empty() {
                self.filled[edge] = self.chain.drain();
                return Some(rank as u32);
            }
            for &number in &self.filled[edge] {
                self.chain.flip(number as usize);
            }
        }
        None
    }
}
