//! One row per loss of the catalogue: a loss that is registered is measured, with no edit here.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use minimand::loss::Domain;
use minimand::{Array, Batch, Catalog, Error, GradientMut, Options, Shape, Target};
use minimand_bench::{boxes, labels, logits, unit};

fn main() {
    divan::main();
}

fn names() -> impl Iterator<Item = &'static str> {
    Catalog::builtin()
        .entries()
        .to_vec()
        .into_iter()
        .map(|entry| entry.name)
}

/// Value and gradient of the mean in f32, with default parameters.
#[divan::bench(args = names())]
fn value_and_gradient(bencher: Bencher<'_, '_>, loss: &str) {
    run(bencher, loss).unwrap_or_else(|error| panic!("{loss}: {error}"));
}

fn run(bencher: Bencher<'_, '_>, loss: &str) -> Result<(), Error> {
    let catalog = Catalog::builtin();
    let entry = catalog.find(loss)?;
    let objective = entry.build(&[])?;
    let (shape, target_shape): (&[usize], &[usize]) = match entry.shape {
        Shape::Rows => (&[4096, 100], &[4096]),
        Shape::Points => (&[1_000_000], &[1_000_000]),
        Shape::Regions => (&[4, 4, 128, 128], &[4, 128, 128]),
        Shape::Boxes => (&[100_000, 4], &[100_000, 4]),
    };
    let size = shape.iter().product();
    let prediction = match (entry.shape, entry.facts()?.prediction) {
        (Shape::Boxes, _) => boxes(shape[0], 0),
        (_, Domain::NonNegative | Domain::Unit) => unit(size),
        (_, Domain::Finite | Domain::Squarable | Domain::Exponentiable) => logits(size),
    };
    let classes;
    let dense;
    let target = match entry.shape {
        Shape::Rows | Shape::Regions => {
            classes = labels(target_shape.iter().product(), shape[1]);
            Target::labels(&classes, target_shape)
        }
        // Numbers in 0..1 are in every domain of targets.
        Shape::Points => {
            dense = unit(size);
            Target::dense(&dense, target_shape)
        }
        Shape::Boxes => {
            dense = boxes(shape[0], size);
            Target::dense(&dense, target_shape)
        }
    };
    let batch = Batch::new(Array::new(&prediction, shape), target);
    let options = Options::default();
    let mut gradient = vec![0.0; size];
    objective.evaluate_into(&batch, &options, GradientMut::F32(&mut gradient))?;
    bencher.counter(ItemsCount::new(size)).bench_local(|| {
        objective.evaluate_into(black_box(&batch), &options, GradientMut::F32(&mut gradient))
    });
    Ok(())
}
