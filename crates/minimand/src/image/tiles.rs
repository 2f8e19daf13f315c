//! Large images in overlapping tiles, and their seamless blend.

use crate::error::Error;

/// How tiles of a fixed size lie on an image `[rows, columns]`, in rows and columns that overlap.
#[derive(Debug, Clone, PartialEq)]
pub struct Tiling {
    rows: usize,
    columns: usize,
    size: [usize; 2],
    starts: [Vec<usize>; 2],
    /// Weight of each row and column of a tile: a raised cosine, above 0 up to the border.
    tapers: [Vec<f64>; 2],
}

/// A tile: its first row and column, and its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// First row.
    pub row: usize,
    /// First column.
    pub column: usize,
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
}

impl Tiling {
    /// Tiles of `size` pixels a side (or the image's, if that is smaller) that overlap by at least `overlap`.
    ///
    /// # Errors
    /// [`Error::Shape`] for an image without pixels, [`Error::Parameter`] unless the overlap is less than the size.
    pub fn new(rows: usize, columns: usize, size: usize, overlap: usize) -> Result<Tiling, Error> {
        if rows == 0 || columns == 0 {
            return Err(Error::shape(
                "image",
                "at least one pixel",
                &[rows, columns],
            ));
        }
        if size == 0 || overlap >= size {
            return Err(Error::Parameter {
                loss: "tiling".to_string(),
                parameter: "overlap".to_string(),
                expected: format!("less than the size of a tile, {size}"),
                got: overlap.to_string(),
            });
        }
        let along = |n: usize| {
            let last = n.saturating_sub(size);
            let count = last.div_ceil(size - overlap);
            let starts = (0..=count).map(|i| (i * (size - overlap)).min(last));
            starts.collect::<Vec<usize>>()
        };
        let size = [size.min(rows), size.min(columns)];
        let taper = |n: usize| {
            let angle = |i: usize| std::f64::consts::TAU * (i as f64 + 0.5) / n as f64;
            (0..n).map(|i| 0.5 - 0.5 * angle(i).cos()).collect()
        };
        Ok(Tiling {
            rows,
            columns,
            size,
            starts: [along(rows), along(columns)],
            tapers: size.map(taper),
        })
    }

    /// The tiles, row by row.
    pub fn tiles(&self) -> impl Iterator<Item = Tile> {
        let [rows, columns] = self.size;
        self.starts[0].iter().flat_map(move |&row| {
            self.starts[1].iter().map(move |&column| Tile {
                row,
                column,
                rows,
                columns,
            })
        })
    }

    /// Runs `f` on each tile of an image `[channels, rows, columns]` and blends what it gives, tile after tile, so
    /// that memory is that of one tile beside the images. A pixel is the mean of its tiles, weighted by a raised
    /// cosine.
    ///
    /// # Errors
    /// [`Error::Shape`] for an image of another size or an answer that is not as large as its tile.
    pub fn run(
        &self,
        image: &[f32],
        mut f: impl FnMut(Tile, &[f32]) -> Vec<f32>,
    ) -> Result<Vec<f32>, Error> {
        let pixels = self.rows * self.columns;
        if image.is_empty() || !image.len().is_multiple_of(pixels) {
            return Err(Error::Shape {
                argument: "image",
                expected: format!("channels of [{}, {}]", self.rows, self.columns),
                got: format!("{} entries", image.len()),
            });
        }
        let channels = image.len() / pixels;
        let (mut out, mut mass) = (vec![0.0f64; image.len()], vec![0.0f64; pixels]);
        let mut part = Vec::new();
        for tile in self.tiles() {
            part.clear();
            let lines = |channel: usize| {
                (0..tile.rows).map(move |row| {
                    (channel * self.rows + tile.row + row) * self.columns + tile.column
                })
            };
            for at in (0..channels).flat_map(lines) {
                part.extend_from_slice(&image[at..at + tile.columns]);
            }
            let answer = f(tile, &part);
            if answer.len() != part.len() {
                return Err(Error::shape(
                    "tile",
                    format!("[{}]", part.len()),
                    &[answer.len()],
                ));
            }
            let mut answers = answer.chunks(tile.columns);
            for channel in 0..channels {
                for (row, at) in lines(channel).enumerate() {
                    let Some(line) = answers.next() else { break };
                    for (i, &v) in line.iter().enumerate() {
                        let w = self.tapers[0][row] * self.tapers[1][i];
                        out[at + i] += w * f64::from(v);
                        if channel == 0 {
                            mass[at + i] += w;
                        }
                    }
                }
            }
        }
        let blend = |(at, v): (usize, &f64)| (v / mass[at % pixels]) as f32;
        Ok(out.iter().enumerate().map(blend).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_gives_the_image_back() -> Result<(), Error> {
        for (rows, columns, size, overlap) in
            [(37, 23, 8, 3), (5, 40, 16, 0), (9, 9, 9, 4), (1, 1, 4, 1)]
        {
            let image: Vec<f32> = (0..2 * rows * columns)
                .map(|i| (i % 97) as f32 / 97.0)
                .collect();
            let tiling = Tiling::new(rows, columns, size, overlap)?;
            let out = tiling.run(&image, |tile, part| {
                assert_eq!(part.len(), 2 * tile.rows * tile.columns);
                part.to_vec()
            })?;
            assert!(image.iter().zip(out).all(|(a, b)| (a - b).abs() < 1e-6));
        }
        Ok(())
    }

    #[test]
    fn tiles_cover_and_overlap() -> Result<(), Error> {
        let tiling = Tiling::new(20, 10, 10, 4)?;
        let rows: Vec<usize> = tiling.tiles().map(|t| t.row).collect();
        assert_eq!(rows, [0, 6, 10]);
        assert!(Tiling::new(20, 10, 4, 4).is_err() && Tiling::new(0, 10, 4, 1).is_err());
        assert!(tiling.run(&[0.0; 199], |_, p| p.to_vec()).is_err());
        assert!(tiling.run(&[0.0; 200], |_, _| Vec::new()).is_err());
        Ok(())
    }
}
