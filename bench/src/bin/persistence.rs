//! One side of `persistence.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND CONSTRUCTION SIZE…`: the bars of noise of that shape, in f64, from low values on. `time` answers
//! with the seconds of one evaluation, `check` with the number of bars and the sum of their lengths by dimension.

use minimand::grid::Grid;
use minimand::grid::persistence::{Bar, Barcode, Construction, Filtration, barcode};
use minimand_bench::hashed;
use minimand_bench::side::serve;
use std::error::Error;

/// Number of finite bars and sum of their lengths, by dimension.
fn sums(bars: &Barcode<f64>) -> Vec<f64> {
    let finite = |bars: &Vec<Bar<f64>>| {
        let lengths = bars.iter().map(|bar| bar.death - bar.birth);
        let finite: Vec<f64> = lengths.filter(|length| length.is_finite()).collect();
        [finite.len() as f64, finite.iter().sum()]
    };
    bars.dimensions().iter().flat_map(finite).collect()
}

struct Data {
    construction: Construction,
    grid: Grid,
    field: Vec<f64>,
}

impl Data {
    fn new(words: &[&str]) -> Result<Data, Box<dyn Error>> {
        let construction = match words[0] {
            "vertices" => Construction::Vertices,
            "top_dimensional_cells" => Construction::TopCells,
            _ => return Err("not `COMMAND CONSTRUCTION SIZE…`".into()),
        };
        let sizes = words[1..].iter().map(|word| word.parse());
        let grid = Grid::new(&sizes.collect::<Result<Vec<usize>, _>>()?)?;
        Ok(Data {
            construction,
            grid,
            field: (0..grid.len()).map(|i| f64::from(hashed(i))).collect(),
        })
    }

    fn run(&self) -> Result<Barcode<f64>, minimand::Error> {
        let filtration = Filtration::Sublevel;
        barcode(&self.field, &self.grid, filtration, self.construction)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    serve(Data::new, Data::run, sums)
}
