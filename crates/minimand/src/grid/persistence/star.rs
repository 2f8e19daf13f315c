//! What enters with one voxel of a volume.
//!
//! The neighbours of a voxel that entered before it decide which edges, squares and cubes enter with it. Seen from the
//! voxel they are a part of an octahedron: edges are its 6 nodes, squares its 12 arcs, cubes its 8 faces. A spanning
//! forest of the nodes pairs edges with squares, a spanning forest of the faces pairs squares with cubes, and what
//! remains is as much as the topology changes (Robins, Wood and Sheppard 2011, "Theory and algorithms for constructing
//! discrete Morse complexes from grayscale digital images").

/// Node of the opposite direction.
pub(super) const fn opposite(node: usize) -> usize {
    (node + 3) % 6
}

/// In a mask of the 27 voxels around one, bit 9z + 3y + x with 1 for the voxel's own slice, row and column.
pub(super) const CENTRE: usize = 13;

/// Bits of the nodes: right, down, deeper, left, up, shallower.
pub(super) const NODES: [usize; 6] = [14, 16, 22, 12, 10, 4];

/// All 26 neighbours.
pub(super) const ALL: u32 = (1 << 27) - 1 - (1 << CENTRE);

/// A square with its two edges at the voxel.
#[derive(Clone, Copy)]
pub(super) struct Arc {
    pub(super) nodes: [usize; 2],
    /// Voxels of the square beside this one.
    needs: u32,
    /// The cubes on both sides.
    faces: [usize; 2],
}

pub(super) static ARCS: [Arc; 12] = arcs();
static FACES: [u32; 8] = faces();

const fn arcs() -> [Arc; 12] {
    let mut arcs = [Arc {
        nodes: [0, 0],
        needs: 0,
        faces: [0, 0],
    }; 12];
    let mut count = 0;
    let mut a = 0;
    while a < 6 {
        let mut b = a + 1;
        while b < 6 {
            if b != opposite(a) {
                // Bit `axis` of a face is set on the far side of the axis.
                let side = (a / 3) << (a % 3) | (b / 3) << (b % 3);
                let third = 3 - a % 3 - b % 3;
                let diagonal = NODES[a] + NODES[b] - CENTRE;
                arcs[count] = Arc {
                    nodes: [a, b],
                    needs: 1 << NODES[a] | 1 << NODES[b] | 1 << diagonal,
                    faces: [side, side | 1 << third],
                };
                count += 1;
            }
            b += 1;
        }
        a += 1;
    }
    arcs
}

const fn faces() -> [u32; 8] {
    let mut faces = [0; 8];
    let mut face = 0;
    while face < 8 {
        let [a, b, c] = [
            NODES[(face & 1) * 3],
            NODES[1 + (face >> 1 & 1) * 3],
            NODES[2 + (face >> 2) * 3],
        ];
        let corner = a + b + c - 2 * CENTRE;
        faces[face] = 1 << a
            | 1 << b
            | 1 << c
            | 1 << (a + b - CENTRE)
            | 1 << (a + c - CENTRE)
            | 1 << (b + c - CENTRE)
            | 1 << corner;
        face += 1;
    }
    faces
}

/// The edges of a voxel and with which squares they are paired, in 30 bits.
///
/// Three bits for each node: the other edge of the square that is its partner, or 7. Then a bit for each edge that
/// joins two components, and a bit for each edge without partner that is not the first.
#[derive(Clone, Copy, Default)]
pub(super) struct Star(u32);

impl Star {
    /// The other edge at the voxel of the square that is the partner of this one.
    pub(super) fn partner(self, node: usize) -> Option<usize> {
        let other = (self.0 >> (3 * node) & 7) as usize;
        (other < 6).then_some(other)
    }

    /// Does the edge join two components?
    pub(super) fn joins(self, node: usize) -> bool {
        self.0 >> (18 + node) & 1 == 1
    }

    /// From now on the edge counts as one that joins two components.
    pub(super) fn set_joins(&mut self, node: usize) {
        self.0 |= 1 << (18 + node);
    }

    /// Edges without partner that may join components or close loops, a bit each.
    pub(super) fn critical(self) -> u32 {
        self.0 >> 24
    }

    /// The edge that joins the voxel to what is there, before others are marked.
    pub(super) fn first(self) -> usize {
        (self.0 >> 18).trailing_zeros() as usize
    }

    /// The edges without partner that close a loop.
    pub(super) fn closing(self) -> u32 {
        self.critical() & !(self.0 >> 18)
    }
}

/// A square that may close a cavity or fill a loop: its number at the voxel and a neighbour on either side that has
/// not entered.
pub(super) type Wall = (usize, [usize; 2]);

/// Pairs the edges and squares at a voxel whose neighbours in `mask` entered before it; what remains of the squares
/// goes to `walls`.
pub(super) fn star(mask: u32, walls: &mut Vec<Wall>) -> Star {
    let mut nodes = 0u32;
    for (node, bit) in NODES.into_iter().enumerate() {
        nodes |= (mask >> bit & 1) << node;
    }
    let mut near = [0u32; 6];
    let mut arcs = 0;
    for arc in &ARCS {
        let present = u32::from(mask & arc.needs == arc.needs);
        let [a, b] = arc.nodes;
        near[a] |= present << b;
        near[b] |= present << a;
        arcs += present;
    }
    let mut star = Star(0o777777);
    let mut left = nodes;
    let mut components = 0;
    while left != 0 {
        let root = left.trailing_zeros() as usize;
        star.0 |= 1 << (root + if components == 0 { 18 } else { 24 });
        components += 1;
        left &= left - 1;
        let mut front = 1u32 << root;
        while front != 0 {
            let a = front.trailing_zeros() as usize;
            front &= front - 1;
            let mut new = near[a] & left;
            left &= !new;
            front |= new;
            while new != 0 {
                let b = new.trailing_zeros() as usize;
                new &= new - 1;
                star.0 ^= (7 ^ a as u32) << (3 * b);
            }
        }
    }
    let mut closed = 0;
    let mut cubes = 0;
    for (face, &needs) in FACES.iter().enumerate() {
        let present = u32::from(mask & needs == needs);
        closed |= present << face;
        cubes += present;
    }
    // Euler's formula: as many squares remain as there are holes around the voxel.
    let rest = components + arcs + u32::from(mask == ALL) - nodes.count_ones() - cubes;
    if rest > 0 {
        pair_squares(mask, star, closed, walls);
    }
    star
}

/// Pairs the squares outside the spanning forest with cubes.
fn pair_squares(mask: u32, star: Star, closed: u32, walls: &mut Vec<Wall>) {
    // The faces that are one part with each face.
    let mut part: [u32; 8] = std::array::from_fn(|face| 1 << face);
    let join = |part: &mut [u32; 8], [a, b]: [usize; 2]| {
        let both = part[a] | part[b];
        for face in 0..8 {
            if both >> face & 1 == 1 {
                part[face] = both;
            }
        }
    };
    let present = |arc: &&Arc| mask & arc.needs == arc.needs;
    for arc in ARCS.iter().filter(|arc| !present(arc)) {
        join(&mut part, arc.faces);
    }
    for (number, arc) in ARCS.iter().enumerate().filter(|(_, arc)| present(arc)) {
        let [a, b] = arc.nodes;
        if star.partner(a) == Some(b) || star.partner(b) == Some(a) {
            continue;
        }
        let open = arc.faces.map(|face| part[face] & !closed);
        if open[0] == 0 || open[1] == 0 {
            // A part of cubes alone has one without partner.
            join(&mut part, arc.faces);
        } else {
            let beyond = open.map(|faces| {
                let missing = FACES[faces.trailing_zeros() as usize] & !mask;
                missing.trailing_zeros() as usize
            });
            walls.push((number, beyond));
        }
    }
}
