//! Pairs of cells: persistence of a field, and of its inclusion in another.
//!
//! If all that has entered in a field f has also entered in a field h, the features of f are features of h, some of
//! them merged or filled. Image persistence pairs the cell that makes such a feature in f with the cell that ends it
//! in h: births are compared in the order of f, deaths happen in the order of h.

use super::cells::Filtered;

/// Pairs (birth cell, death cell) of the finite features of each dimension below the number of axes.
///
/// With a field and itself, its own pairs. Pairs of equal values are among them.
pub(super) fn pairs(axes: usize, births: &Filtered, deaths: &Filtered) -> Vec<Vec<[u32; 2]>> {
    let components = components(births, deaths);
    if axes == 1 {
        return vec![components];
    }
    let holes = holes(axes, births, deaths);
    if axes == 2 {
        return vec![components, holes];
    }
    let loops = loops(births, deaths);
    vec![components, loops, holes]
}

/// Disjoint sets of cells, each with its oldest cell.
struct Sets {
    parent: Vec<u32>,
}

impl Sets {
    fn new(size: usize) -> Sets {
        Sets {
            parent: (0..size as u32).collect(),
        }
    }

    fn find(&mut self, mut cell: u32) -> u32 {
        while self.parent[cell as usize] != cell {
            let grand = self.parent[self.parent[cell as usize] as usize];
            self.parent[cell as usize] = grand;
            cell = grand;
        }
        cell
    }

    /// Merges two sets; the root with the larger age, which goes under.
    fn merge(&mut self, ends: [u32; 2], age: impl Fn(u32) -> u32) -> Option<u32> {
        let [a, b] = ends.map(|end| self.find(end));
        if a == b {
            return None;
        }
        let (older, younger) = if age(a) < age(b) { (a, b) } else { (b, a) };
        self.parent[younger as usize] = older;
        Some(younger)
    }
}

/// Components merge along the edges of `deaths`.
fn components(births: &Filtered, deaths: &Filtered) -> Vec<[u32; 2]> {
    let mut sets = Sets::new(births.lattice.len());
    let mut pairs = Vec::new();
    for &edge in &deaths.cells[1] {
        let mut ends = [0; 2];
        for (end, vertex) in ends.iter_mut().zip(deaths.lattice.boundary(edge)) {
            *end = vertex;
        }
        let age = |vertex: u32| births.position[vertex as usize];
        if let Some(younger) = sets.merge(ends, age) {
            pairs.push([younger, edge]);
        }
    }
    pairs
}

/// Features of the highest dimension, by duality: from the end of `births` back, cells of the highest dimension and
/// the outside merge across the others, and the one that entered later in `deaths` stays.
fn holes(axes: usize, births: &Filtered, deaths: &Filtered) -> Vec<[u32; 2]> {
    let outside = births.lattice.len() as u32;
    let mut sets = Sets::new(outside as usize + 1);
    let mut pairs = Vec::new();
    for &wall in births.cells[axes - 1].iter().rev() {
        let age = |cell: u32| match deaths.position.get(cell as usize) {
            Some(position) => u32::MAX - position,
            None => 0,
        };
        let sides = births.lattice.sides(wall, axes, outside);
        if let Some(younger) = sets.merge(sides, age) {
            pairs.push([wall, younger]);
        }
    }
    pairs.reverse();
    pairs
}

/// Loops of volumes: the boundary matrix with squares in the order of `deaths` and edges in that of `births`, reduced.
fn loops(births: &Filtered, deaths: &Filtered) -> Vec<[u32; 2]> {
    let size = births.lattice.len();
    let mut skipped = vec![false; size];
    // Edges that join components are never the last of a loop, squares that close cavities fill none.
    for [_, edge] in components(births, births) {
        skipped[edge as usize] = true;
    }
    for [square, _] in holes(3, deaths, deaths) {
        skipped[square as usize] = true;
    }
    let mut columns: Vec<Vec<u32>> = vec![Vec::new(); births.cells[1].len()];
    let mut pairs = Vec::new();
    for &square in deaths.cells[2].iter().filter(|&&s| !skipped[s as usize]) {
        let mut column: Vec<u32> = (births.lattice.boundary(square))
            .filter(|&edge| !skipped[edge as usize])
            .map(|edge| births.position[edge as usize])
            .collect();
        column.sort_unstable();
        while let Some(&last) = column.last() {
            let before = &mut columns[last as usize];
            if before.is_empty() {
                *before = column;
                pairs.push([births.cells[1][last as usize], square]);
                break;
            }
            column = symmetric_difference(&column, before);
        }
    }
    pairs
}

/// What is in one of two ascending lists and not in the other.
fn symmetric_difference(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        if x <= y {
            i += 1;
        }
        if y <= x {
            j += 1;
        }
        if x != y {
            out.push(*x.min(y));
        }
    }
    out.extend_from_slice(&a[i..]);
    out.extend_from_slice(&b[j..]);
    out
}
