//! One side of `sinkhorn.py`: answers each line on standard input with a line.
//!
//! A line is `COMMAND N D EPSILON TOLERANCE`: the Sinkhorn divergence, in f64, of two clouds of N points in D dimensions
//! and its gradient by the first. `time` answers with the seconds of one evaluation, `check` with the value and the sum
//! of the squares of the gradient.

use minimand::transport::{Cloud, Sinkhorn};
use minimand_bench::hashed;
use minimand_bench::side::serve;
use std::error::Error;

struct Data {
    clouds: [Vec<f64>; 2],
    dimension: usize,
    settings: Sinkhorn,
}

impl Data {
    fn new(words: &[&str]) -> Result<Data, Box<dyn Error>> {
        let [n, d, epsilon, tolerance] = words else {
            return Err("not `COMMAND N D EPSILON TOLERANCE`".into());
        };
        let (n, dimension) = (n.parse::<usize>()?, d.parse::<usize>()?);
        let cloud = |first: usize, shift: f64| {
            let numbers = (first..first + n * dimension).map(|at| 4.0 * f64::from(hashed(at)));
            numbers.map(|x| x + shift).collect()
        };
        Ok(Data {
            clouds: [cloud(0, 0.0), cloud(n * dimension, 0.5)],
            dimension,
            settings: Sinkhorn {
                epsilon: epsilon.parse()?,
                tolerance: tolerance.parse()?,
                ..Sinkhorn::default()
            },
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    serve(
        Data::new,
        |data| {
            let [x, y] = [0, 1].map(|side| Cloud::new(&data.clouds[side], data.dimension));
            let found = data.settings.divergence(x, y)?;
            Ok((found.value, found.source_gradient().points))
        },
        |(value, gradient)| vec![*value, gradient.iter().map(|g| g * g).sum()],
    )
}
