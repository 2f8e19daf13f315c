//! Exact Euclidean distances from every pixel to the nearest pixel of a mask, in linear time.
//!
//! One pass for each axis: along the last axis the distances are counted, along every further one the
//! squared distance is the lower envelope of one parabola for each pixel of the line. Lines are worked on
//! side by side, in tiles that are contiguous in memory. Source: Felzenszwalb and Huttenlocher 2012; Maurer et
//! al. 2003.

use super::{AXES, Grid};
use crate::error::Error;
use crate::kernels::parallel;

/// Pixels of a row that are worked on together in a pass over another axis: whole cache lines, few
/// enough that a tile of long lines stays in the cache.
const TILE: usize = 32;
/// Grids of fewer pixels are not worth the waking of other threads.
const PARALLEL: usize = 1 << 15;

/// The distance of each pixel to the nearest pixel whose mask is `site`, in the unit of the spacing.
///
/// `mask` has one value for each pixel, row-major; the result has its length. The distance is 0 at the sites
/// themselves and infinite everywhere if there is none. `distance_transform(grid, mask, false)` is what SciPy
/// calls `distance_transform_edt(mask)`. With spacing 1 the squared distances are exact integers; otherwise the
/// error is a few units in the last place.
///
/// # Errors
/// [`Error::Shape`] unless `mask` has one value for each pixel.
pub fn distance_transform(grid: &Grid, mask: &[bool], site: bool) -> Result<Vec<f64>, Error> {
    grid.check("mask", mask)?;
    Ok(transform(grid, mask, site))
}

/// [`distance_transform`] in single precision, with half the memory.
///
/// Distances up to 4096 pixels are exactly rounded with spacing 1; otherwise the relative error is below 3e-7.
///
/// # Errors
/// As [`distance_transform`].
pub fn distance_transform_f32(grid: &Grid, mask: &[bool], site: bool) -> Result<Vec<f32>, Error> {
    grid.check("mask", mask)?;
    Ok(transform(grid, mask, site))
}

/// The distance to the border of a mask, negative inside.
///
/// Outside it is the distance to the nearest `true` pixel, inside minus the distance to the nearest `false`
/// one, so no pixel has distance 0 and neighbours across the border differ by twice their spacing. It is +∞
/// everywhere for an empty mask and −∞ everywhere for a full one.
///
/// # Errors
/// As [`distance_transform`].
pub fn signed_distance(grid: &Grid, mask: &[bool]) -> Result<Vec<f64>, Error> {
    let mut signed = distance_transform(grid, mask, true)?;
    let inside = distance_transform(grid, mask, false)?;
    for (distance, inside) in signed.iter_mut().zip(inside) {
        *distance -= inside;
    }
    Ok(signed)
}

/// What [`nearest`] finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// The distance of each pixel to the nearest site.
    pub distances: Vec<f64>,
    /// The row-major index of that site.
    pub indices: Vec<usize>,
}

/// The nearest pixel whose mask is `site`, for each pixel; `None` if there is no such pixel.
///
/// Of several at the same distance it is the one with the lowest index; with a spacing other than 1,
/// distances that differ by rounding alone may decide.
///
/// # Errors
/// As [`distance_transform`].
pub fn nearest(grid: &Grid, mask: &[bool], site: bool) -> Result<Option<Nearest>, Error> {
    grid.check("mask", mask)?;
    if !mask.contains(&site) {
        return Ok(None);
    }
    let found: Vec<Site> = transform(grid, mask, site);
    Ok(Some(Nearest {
        distances: found.iter().map(|site| site.distance).collect(),
        indices: found.iter().map(|site| site.index).collect(),
    }))
}

/// What is known of a pixel between the passes.
pub(crate) trait Cell: Copy + Default + Send + Sync {
    /// Of a pixel whose nearest site so far is at this distance (or squared distance) and index.
    fn new(distance: f64, index: usize) -> Self;
    fn distance(self) -> f64;
    /// The same site at another distance.
    fn at(self, distance: f64) -> Self;
}

impl Cell for f64 {
    #[inline(always)]
    fn new(distance: f64, _: usize) -> f64 {
        distance
    }
    #[inline(always)]
    fn distance(self) -> f64 {
        self
    }
    #[inline(always)]
    fn at(self, distance: f64) -> f64 {
        distance
    }
}

impl Cell for f32 {
    #[inline(always)]
    fn new(distance: f64, _: usize) -> f32 {
        distance as f32
    }
    #[inline(always)]
    fn distance(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn at(self, distance: f64) -> f32 {
        distance as f32
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Site {
    distance: f64,
    index: usize,
}

impl Cell for Site {
    #[inline(always)]
    fn new(distance: f64, index: usize) -> Site {
        Site { distance, index }
    }
    #[inline(always)]
    fn distance(self) -> f64 {
        self.distance
    }
    #[inline(always)]
    fn at(self, distance: f64) -> Site {
        Site { distance, ..self }
    }
}

/// The distances for a mask that fits the grid.
pub(crate) fn transform<C: Cell>(grid: &Grid, mask: &[bool], site: bool) -> Vec<C> {
    let (shape, spacing) = (grid.volume(), grid.volume_spacing());
    // Zeros come from the system, so that the first pass touches the memory, in parallel.
    let mut cells = vec![C::default(); grid.len()];
    let parallel = cells.len() >= PARALLEL;
    // The pass after which a distance is no longer squared.
    let last = (0..AXES - 1)
        .find(|&axis| shape[axis] > 1)
        .unwrap_or(AXES - 1);
    along_rows(
        &mut cells,
        mask,
        site,
        shape[2],
        spacing[2],
        last == 2,
        parallel,
    );
    let mut inner = shape[2];
    for axis in [1, 0] {
        if shape[axis] > 1 {
            across_rows(
                &mut cells,
                shape[axis],
                inner,
                spacing[axis],
                last == axis,
                parallel,
            );
        }
        inner *= shape[axis];
    }
    cells
}

/// The first pass: squared distances along rows, whose sites are in the mask.
fn along_rows<C: Cell>(
    cells: &mut [C],
    mask: &[bool],
    site: bool,
    width: usize,
    spacing: f64,
    last: bool,
    parallel: bool,
) {
    let row = |number: usize, cells: &mut [C], mask: &[bool]| {
        let first = number * width;
        let between = |x: usize, site: usize| {
            let distance = x.abs_diff(site) as f64 * spacing;
            C::new(
                if last { distance } else { distance * distance },
                first + site,
            )
        };
        let (mut next, mut left) = (0, None);
        for x in (0..width).filter(|&x| mask[x] == site) {
            if let Some(left) = left {
                let middle = (left + x) / 2;
                for q in next..=middle {
                    cells[q] = between(q, left);
                }
                next = middle + 1;
            }
            for q in next..=x {
                cells[q] = between(q, x);
            }
            (next, left) = (x + 1, Some(x));
        }
        for q in next..width {
            cells[q] = left.map_or(C::new(f64::INFINITY, 0), |left| between(q, left));
        }
    };
    let rows = if parallel { 16 } else { cells.len() / width };
    parallel::pieces(cells, rows * width, |piece, cells| {
        let lines = cells
            .chunks_mut(width)
            .zip(mask.chunks(width).skip(piece * rows));
        for (number, (cells, mask)) in (piece * rows..).zip(lines) {
            row(number, cells, mask);
        }
    });
}

/// A further pass: lines of `length` cells that lie `inner` cells apart.
fn across_rows<C: Cell>(
    cells: &mut [C],
    length: usize,
    inner: usize,
    spacing: f64,
    last: bool,
    parallel: bool,
) {
    let mut tiles: Vec<Vec<&mut [C]>> = Vec::new();
    for block in cells.chunks_mut(length * inner) {
        let first = tiles.len();
        tiles.resize_with(first + inner.div_ceil(TILE), || Vec::with_capacity(length));
        for row in block.chunks_mut(inner) {
            for (tile, piece) in tiles[first..].iter_mut().zip(row.chunks_mut(TILE)) {
                tile.push(piece);
            }
        }
    }
    let fresh = || Scratch::<C>::new(length);
    let work =
        |scratch: &mut Scratch<C>, tile: &mut Vec<&mut [C]>| scratch.run(tile, spacing, last);
    if parallel {
        parallel::run(&mut tiles, fresh, work);
    } else {
        let mut scratch = fresh();
        tiles.iter_mut().for_each(|tile| work(&mut scratch, tile));
    }
}

/// The squared distance to one site, as a function of the place on the line.
#[derive(Clone, Copy)]
struct Parabola<C> {
    cell: C,
    /// Its squared distance at the vertex.
    height: f64,
    /// Where its vertex lies.
    place: f64,
    /// From where on it is the lowest.
    from: f64,
}

/// Buffers of one thread.
struct Scratch<C> {
    length: usize,
    /// A little longer than a line, so that the lines of a tile do not fall on the same cache sets.
    stride: usize,
    lines: Vec<C>,
    envelope: Vec<Parabola<C>>,
}

impl<C: Cell> Scratch<C> {
    fn new(length: usize) -> Self {
        let stride = length + 8;
        Scratch {
            length,
            stride,
            lines: vec![C::default(); stride * TILE],
            envelope: Vec::with_capacity(length),
        }
    }

    /// Copies the lines of a tile out, transforms them, and copies them back.
    fn run(&mut self, tile: &mut [&mut [C]], spacing: f64, last: bool) {
        let (length, stride) = (self.length, self.stride);
        let width = tile.first().map_or(0, |piece| piece.len());
        for (q, piece) in tile.iter().enumerate() {
            for (c, cell) in piece.iter().enumerate() {
                self.lines[c * stride + q] = *cell;
            }
        }
        for line in self.lines.chunks_mut(stride).take(width) {
            lower_envelope(&mut line[..length], spacing, last, &mut self.envelope);
        }
        for (q, piece) in tile.iter_mut().enumerate() {
            for (c, cell) in piece.iter_mut().enumerate() {
                *cell = self.lines[c * stride + q];
            }
        }
    }
}

/// Replaces squared distances within the lines before by those within their plane or volume.
fn lower_envelope<C: Cell>(
    line: &mut [C],
    spacing: f64,
    last: bool,
    envelope: &mut Vec<Parabola<C>>,
) {
    envelope.clear();
    for (q, &cell) in line.iter().enumerate() {
        let height = cell.distance();
        if height == f64::INFINITY {
            continue;
        }
        let place = q as f64 * spacing;
        let mut from = f64::NEG_INFINITY;
        while let Some(top) = envelope.last() {
            // Exact where it is a whole number and so are all terms: ties are then seen as such.
            let slope = (height - top.height) / (place - top.place);
            from = 0.5 * (slope + (place + top.place));
            if from > top.from {
                break;
            }
            envelope.pop();
            from = f64::NEG_INFINITY;
        }
        envelope.push(Parabola {
            cell,
            height,
            place,
            from,
        });
    }
    let Some(&(mut lowest)) = envelope.first() else {
        return;
    };
    let mut rest = envelope[1..].iter();
    let mut next = rest.next();
    for (q, cell) in line.iter_mut().enumerate() {
        let place = q as f64 * spacing;
        while let Some(parabola) = next
            && parabola.from < place
        {
            (lowest, next) = (*parabola, rest.next());
        }
        let offset = place - lowest.place;
        let squared = offset * offset + lowest.height;
        *cell = lowest.cell.at(if last { squared.sqrt() } else { squared });
    }
}

#[cfg(test)]
#[path = "distance_tests.rs"]
pub(super) mod tests;
