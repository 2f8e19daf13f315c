//! One side of `distance.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND SHARE SIZE SPACING…`: the distances, in f64, of all pixels of a cube of that size to the nearest
//! of a share of them. `time` answers with the seconds of one evaluation, `check` with the sum of the distances and
//! that of their squares.

use minimand::grid::{Grid, distance::distance_transform};
use minimand_bench::hashed;
use minimand_bench::side::serve;
use std::error::Error;

struct Data {
    grid: Grid,
    mask: Vec<bool>,
}

impl Data {
    fn new(words: &[&str]) -> Result<Data, Box<dyn Error>> {
        let [share, size, spacing @ ..] = words else {
            return Err("not `COMMAND SHARE SIZE SPACING…`".into());
        };
        let (share, size) = (share.parse::<f32>()?, size.parse::<usize>()?);
        let spacing: Vec<f64> = (spacing.iter().map(|s| s.parse())).collect::<Result<_, _>>()?;
        let grid = Grid::new(&[size; 3])?.with_spacing(&spacing)?;
        Ok(Data {
            grid,
            mask: (0..grid.len()).map(|i| hashed(i) >= share).collect(),
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    serve(
        Data::new,
        |data| distance_transform(&data.grid, &data.mask, false),
        |distance| {
            let squares = distance.iter().map(|d| d * d).sum();
            vec![distance.iter().sum(), squares]
        },
    )
}
