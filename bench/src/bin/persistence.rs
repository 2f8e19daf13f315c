//! One side of `persistence.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND CONSTRUCTION SIZE…`: the bars of noise of that shape, in f64, from low values on. `time` answers
//! with the seconds of one evaluation, `check` with the number of bars and the sum of their lengths by dimension.

use minimand::grid::Grid;
use minimand::grid::persistence::{Barcode, Construction, Filtration, barcode};
use minimand_bench::hashed;
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

/// Number of finite bars and sum of their lengths, by dimension.
fn sums(bars: &Barcode<f64>) -> String {
    let finite = |bars: &Vec<_>| {
        let lengths = bars
            .iter()
            .map(|bar: &minimand::grid::persistence::Bar<f64>| bar.death - bar.birth);
        let finite: Vec<f64> = lengths.filter(|length| length.is_finite()).collect();
        format!("{} {:e}", finite.len(), finite.iter().sum::<f64>())
    };
    let all: Vec<String> = bars.dimensions().iter().map(finite).collect();
    all.join(" ")
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut kept: Option<(Grid, Vec<f64>)> = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let mut words = line.split(' ');
        let command = words.next().unwrap_or_default();
        let construction = match words.next() {
            Some("vertices") => Construction::Vertices,
            Some("top_dimensional_cells") => Construction::TopCells,
            _ => return Err(format!("not `COMMAND CONSTRUCTION SIZE…`: `{line}`").into()),
        };
        let grid = Grid::new(&words.map(str::parse).collect::<Result<Vec<usize>, _>>()?)?;
        let (grid, field) = match kept.take() {
            Some(data) if data.0 == grid => data,
            _ => (
                grid,
                (0..grid.len()).map(|i| f64::from(hashed(i))).collect(),
            ),
        };
        let start = Instant::now();
        let bars = black_box(barcode(&field, &grid, Filtration::Sublevel, construction)?);
        let seconds = start.elapsed().as_secs_f64();
        match command {
            "time" => writeln!(out, "{seconds:e}")?,
            "check" => writeln!(out, "{}", sums(&bars))?,
            _ => return Err(format!("no such command: {command}").into()),
        }
        out.flush()?;
        kept = Some((grid, field));
    }
    Ok(())
}
