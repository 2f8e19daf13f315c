//! The cells of the vertex construction, one by one, in the order that matching needs.
//!
//! Where the pixels of a field are points of a lattice, its edges, squares and cubes lie between them: a cell is a
//! place of a lattice twice as fine, of its dimension along as many axes as have an odd coordinate.

use super::super::Grid;

/// Cells of one dimension that a pixel can bring in: steps to the cell's middle, in the order in which they enter.
///
/// On an image, edges go right, down, left and up, squares down and right first and up and left last; the axis of
/// slices comes behind.
const STEPS: [&[[isize; 3]]; 4] = [
    &[[0, 0, 0]],
    &[
        [0, 0, 1],
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, -1],
        [0, -1, 0],
        [-1, 0, 0],
    ],
    &[
        [0, 1, 1],
        [0, 1, -1],
        [0, -1, 1],
        [0, -1, -1],
        [1, 0, 1],
        [1, 0, -1],
        [-1, 0, 1],
        [-1, 0, -1],
        [1, 1, 0],
        [1, -1, 0],
        [-1, 1, 0],
        [-1, -1, 0],
    ],
    &[
        [1, 1, 1],
        [1, 1, -1],
        [1, -1, 1],
        [1, -1, -1],
        [-1, 1, 1],
        [-1, 1, -1],
        [-1, -1, 1],
        [-1, -1, -1],
    ],
];

/// The lattice of cells.
#[derive(Clone, Copy)]
pub(super) struct Lattice {
    pixels: [usize; 3],
    /// Places along each axis.
    fine: [usize; 3],
}

impl Lattice {
    pub(super) fn new(grid: &Grid) -> Lattice {
        let pixels = grid.volume();
        Lattice {
            pixels,
            fine: pixels.map(|size| 2 * size - 1),
        }
    }

    /// Number of places.
    pub(super) fn len(&self) -> usize {
        self.fine.iter().product()
    }

    fn at(&self, cell: u32) -> [usize; 3] {
        let [_, height, width] = self.fine;
        let cell = cell as usize;
        [cell / (height * width), cell / width % height, cell % width]
    }

    /// From a place to the next along each axis.
    fn strides(&self) -> [usize; 3] {
        [self.fine[1] * self.fine[2], self.fine[2], 1]
    }

    /// The cell of a pixel.
    pub(super) fn vertex(&self, pixel: u32) -> u32 {
        let [_, height, width] = self.pixels;
        let pixel = pixel as usize;
        let at = [
            pixel / (height * width),
            pixel / width % height,
            pixel % width,
        ];
        let strides = self.strides();
        (0..3)
            .map(|axis| 2 * at[axis] * strides[axis])
            .sum::<usize>() as u32
    }

    /// The pixels of a cell.
    pub(super) fn pixels(&self, cell: u32) -> impl Iterator<Item = u32> + use<> {
        let at = self.at(cell);
        let [_, height, width] = self.pixels;
        let ends = at.map(|x| x / 2..=x.div_ceil(2));
        let [slices, rows, columns] = ends;
        slices.flat_map(move |z| {
            let columns = columns.clone();
            rows.clone().flat_map(move |y| {
                columns
                    .clone()
                    .map(move |x| ((z * height + y) * width + x) as u32)
            })
        })
    }

    /// The cells of one dimension less on its boundary.
    pub(super) fn boundary(&self, cell: u32) -> impl Iterator<Item = u32> + use<> {
        let (at, strides) = (self.at(cell), self.strides());
        (0..3)
            .filter(move |&axis| at[axis] % 2 == 1)
            .flat_map(move |axis| {
                let stride = strides[axis] as u32;
                [cell - stride, cell + stride]
            })
    }

    /// The two cells of the highest of `axes` dimensions beside one of the next lower; `outside` where there is none.
    pub(super) fn sides(&self, cell: u32, axes: usize, outside: u32) -> [u32; 2] {
        let (at, strides) = (self.at(cell), self.strides());
        let axis = (3 - axes..3)
            .find(|&axis| at[axis] % 2 == 0)
            .unwrap_or_default();
        let stride = strides[axis] as u32;
        [
            if at[axis] == 0 {
                outside
            } else {
                cell - stride
            },
            if at[axis] + 1 == self.fine[axis] {
                outside
            } else {
                cell + stride
            },
        ]
    }
}

/// A field's cells in the order in which they enter.
pub(super) struct Filtered {
    pub(super) lattice: Lattice,
    /// Rank of each pixel.
    rank: Vec<u32>,
    /// Cells of each dimension, in order.
    pub(super) cells: Vec<Vec<u32>>,
    /// Of each cell, its number within its dimension.
    pub(super) position: Vec<u32>,
}

impl Filtered {
    /// From the pixels in the order in which they enter.
    pub(super) fn new(grid: &Grid, order: &[u32]) -> Filtered {
        let lattice = Lattice::new(grid);
        let mut rank = vec![0; order.len()];
        for (r, &pixel) in order.iter().enumerate() {
            rank[pixel as usize] = r as u32;
        }
        let mut position = vec![0; lattice.len()];
        let cells = (0..=grid.axes()).map(|dimension| {
            let mut cells = Vec::new();
            for &pixel in order {
                let own = rank[pixel as usize];
                let vertex = lattice.vertex(pixel);
                let (at, strides) = (lattice.at(vertex), lattice.strides());
                for step in STEPS[dimension] {
                    let inside = |axis: usize| {
                        at[axis]
                            .checked_add_signed(step[axis])
                            .is_some_and(|x| x < lattice.fine[axis])
                    };
                    if !(0..3).all(inside) {
                        continue;
                    }
                    let away = (0..3).map(|axis| step[axis] * strides[axis] as isize);
                    let cell = vertex.wrapping_add_signed(away.sum::<isize>() as i32);
                    if lattice.pixels(cell).all(|p| rank[p as usize] <= own) {
                        position[cell as usize] = cells.len() as u32;
                        cells.push(cell);
                    }
                }
            }
            cells
        });
        Filtered {
            cells: cells.collect(),
            lattice,
            rank,
            position,
        }
    }

    /// The pixel with which a cell enters.
    pub(super) fn pixel(&self, cell: u32) -> usize {
        let rank = |&pixel: &u32| self.rank[pixel as usize];
        let last = self.lattice.pixels(cell).max_by_key(rank);
        last.unwrap_or_default() as usize
    }
}
