//! One row per loss of the catalogue: a loss that is registered is measured, with no edit here.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use minimand::kernels::clouds::Form;
use minimand::kernels::fields::Truth;
use minimand::kernels::groups::Layout;
use minimand::loss::{Domain, Kernel};
use minimand::{Area, Array, Batch, Catalog, Error, GradientMut, Options, Shape, Target};
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

/// Matrices `[n, d, d]` whose symmetric part is positive definite.
fn covariances(n: usize, d: usize) -> Vec<f32> {
    let small = unit(n * d * d).into_iter().enumerate();
    small
        .map(|(at, x)| {
            if at / d % d == at % d {
                2.0
            } else {
                x / d as f32
            }
        })
        .collect()
}

fn run(bencher: Bencher<'_, '_>, loss: &str) -> Result<(), Error> {
    let catalog = Catalog::builtin();
    let entry = catalog.find(loss)?;
    let objective = entry.build(&[])?;
    let groups = match objective.terms().next().map(|(_, loss)| &loss.kernel) {
        Some(Kernel::Groups(kernel)) => Some(kernel),
        _ => None,
    };
    let layout = groups.map(|kernel| kernel.layout());
    // As few numbers as a forecast can have.
    let fits = |numbers: &usize| groups.is_none_or(|kernel| kernel.fits_numbers(*numbers).is_ok());
    let forecast = [100_000, (1..=12).find(fits).unwrap_or(1)];
    let truth = match objective.terms().next().map(|(_, loss)| &loss.kernel) {
        Some(Kernel::Fields(kernel)) => Some(kernel.truth()),
        _ => None,
    };
    let form = match objective.terms().next().map(|(_, loss)| &loss.kernel) {
        Some(Kernel::Clouds(kernel)) => Some(kernel.form()),
        _ => None,
    };
    let (shape, target_shape): (&[usize], &[usize]) = match entry.shape {
        Shape::Rows => (&[4096, 100], &[4096]),
        Shape::Points => (&[1_000_000], &[1_000_000]),
        Shape::Regions => (&[4, 4, 128, 128], &[4, 128, 128]),
        Shape::Boxes => (&[100_000, 4], &[100_000, 4]),
        Shape::Fields if truth == Some(Truth::Classes) => (&[4, 2, 128, 128], &[4, 128, 128]),
        Shape::Fields => (&[4, 2, 128, 128], &[4, 2, 128, 128]),
        Shape::Pairs => (&[1024, 128], &[1024]),
        Shape::Clouds => match form {
            Some(Form::Numbers) => (&[256, 1000], &[256, 1000]),
            Some(Form::Covariances | Form::Factors) => (&[64, 32, 32], &[64, 32, 32]),
            _ => (&[16, 64, 2], &[16, 64, 2]),
        },
        Shape::Groups => match layout {
            Some(Layout::Lists) => (&[1024, 100], &[1024, 100]),
            Some(Layout::Sets) => (&[2048, 3, 100], &[2048, 3]),
            Some(Layout::Sequences) => (&[16, 200, 40], &[16, 30]),
            Some(Layout::Forecasts) => (&forecast, &[100_000]),
            Some(Layout::Ensembles) => (&[2048, 16, 3], &[2048, 3]),
            Some(Layout::Marked) => (&[100_000], &[100_000, 2]),
            Some(Layout::Times) => (&[10_000], &[10_000, 2]),
            // Some of them look at all pairs.
            Some(Layout::Batch) if entry.area == Area::Regression => (&[4096], &[4096]),
            Some(Layout::Outlines(5)) => (&[20_000, 5], &[20_000, 5]),
            Some(Layout::Outlines(_)) => (&[20_000, 8], &[20_000, 8]),
            _ => (&[10_000, 8], &[10_000, 8]),
        },
    };
    let size = shape.iter().product();
    let prediction = match (entry.shape, entry.facts()?.prediction) {
        (Shape::Boxes, _) => boxes(shape[0], 0),
        (Shape::Clouds, _) if form == Some(Form::Covariances) => covariances(shape[0], shape[1]),
        (Shape::Clouds, _) => unit(2 * size).split_off(size),
        // Sides and angles between 0 and 1.
        (_, Domain::NonNegative | Domain::Unit | Domain::Coordinate) => unit(size),
        _ => logits(size),
    };
    let classes;
    let dense;
    let target = match entry.shape {
        Shape::Fields if truth == Some(Truth::Nothing) => Target::None,
        Shape::Fields if truth == Some(Truth::Numbers) => {
            dense = unit(size);
            Target::dense(&dense, target_shape)
        }
        Shape::Rows | Shape::Regions | Shape::Fields => {
            classes = labels(target_shape.iter().product(), shape[1]);
            Target::labels(&classes, target_shape)
        }
        Shape::Clouds if matches!(form, Some(Form::Covariances | Form::Factors)) => {
            let (n, d) = (shape[0], shape[1]);
            dense = covariances(n, d)
                .iter()
                .map(|x| 1.5 * x)
                .collect::<Vec<f32>>();
            Target::dense(&dense, target_shape)
        }
        // Numbers in 0..1 are in every domain of targets.
        Shape::Points | Shape::Clouds => {
            dense = unit(size);
            Target::dense(&dense, target_shape)
        }
        Shape::Groups if matches!(layout, Some(Layout::Outlines(_))) => {
            dense = unit(size + 3)[3..].to_vec();
            Target::dense(&dense, target_shape)
        }
        // Of sets the last two members are a pair.
        Shape::Groups => {
            classes = match layout {
                Some(Layout::Sets) => (0..2048i64).flat_map(|i| [i % 99, 99, 99]).collect(),
                Some(Layout::Sequences) => (0..480).map(|i| 1 + i * 7 % 39).collect(),
                _ => (0..target_shape.iter().product::<usize>() as i64)
                    .map(|i| i * 7 % 5 % 2)
                    .collect(),
            };
            Target::labels(&classes, target_shape)
        }
        Shape::Pairs => {
            classes = labels(shape[0], 64);
            Target::labels(&classes, target_shape)
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
