//! One side of `distance.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND SHARE SIZE SPACING…`: the distances, in f64, of all pixels of a cube of that size to the nearest
//! of a share of them. `time` answers with the seconds of one evaluation, `check` with the sum of the distances and
//! that of their squares.

use minimand::grid::{Grid, distance::distance_transform};
use minimand_bench::hashed;
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut kept: Option<(f32, usize, Vec<bool>)> = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let [command, share, size, ref spacing @ ..] = words[..] else {
            return Err(format!("not `COMMAND SHARE SIZE SPACING…`: `{line}`").into());
        };
        let (share, size) = (share.parse::<f32>()?, size.parse::<usize>()?);
        let spacing: Vec<f64> = (spacing.iter().map(|s| s.parse())).collect::<Result<_, _>>()?;
        let grid = Grid::new(&[size; 3])?.with_spacing(&spacing)?;
        let data = match kept.take() {
            Some(data) if (data.0, data.1) == (share, size) => data,
            _ => {
                let mask = (0..grid.len()).map(|i| hashed(i) >= share);
                (share, size, mask.collect())
            }
        };
        let start = Instant::now();
        let distance = black_box(distance_transform(&grid, &data.2, false)?);
        let seconds = start.elapsed().as_secs_f64();
        match command {
            "time" => writeln!(out, "{seconds:e}")?,
            "check" => {
                let squares: f64 = distance.iter().map(|d| d * d).sum();
                writeln!(out, "{:e} {squares:e}", distance.iter().sum::<f64>())?;
            }
            _ => return Err(format!("no such command: {command}").into()),
        }
        out.flush()?;
        kept = Some(data);
    }
    Ok(())
}
