//! Inputs of the checks: reproducible, of several sizes, away from kinks.

use super::{Subject, clouds, grouped, paired};
use crate::batch::{Array, Batch, Options, Target};
use crate::error::Error;
use crate::grid::Grid;
use crate::kernels::fields::{self, Extent, Truth as Compared};
use crate::kernels::regions::Activation;
use crate::loss::{Domain, Kernel, Shape};
use crate::objective::{Evaluation, Objective};
use crate::shapes::{DenseTarget, field_problem};

/// Distance that samples keep from kinks.
pub(super) const MARGIN: f64 = 1e-3;

/// A small generator (SplitMix64), seeded by a name.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(name: &str) -> Self {
        let mix = |seed: u64, byte: u8| (seed ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        Random(name.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `low..high` that single precision represents.
    pub(super) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        let unit = (self.next() >> 40) as f64 / (1u64 << 24) as f64;
        f64::from((low + (high - low) * unit) as f32)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// 0..n in a random order.
    pub(super) fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i, self.below(i + 1));
        }
        order
    }
}

/// The target of a sample.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Truth {
    /// Labels `[items, spatial…]`, of groups `[items, …]` or in the shape of the prediction.
    Labels(Vec<i64>),
    /// Numbers in the shape of the prediction, of groups `[items, …]`; of clouds, items of another number of rows.
    Dense(Vec<f64>),
}

/// One batch that owns its arrays.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    pub(super) prediction: Vec<f64>,
    pub(super) shape: Vec<usize>,
    pub(super) truth: Truth,
    /// Shape of the labels or numbers that one item is compared with.
    pub(super) label_row: Vec<usize>,
    pub(super) weights: Option<Vec<f64>>,
    pub(super) mask: Option<Vec<bool>>,
}

impl Sample {
    pub(super) fn new(prediction: Vec<f64>, shape: &[usize], truth: Truth) -> Self {
        let row = &shape[1..];
        let label_row = match &truth {
            // As the prediction, without its classes, or else a list.
            Truth::Labels(labels) if labels.len() == prediction.len() => row.to_vec(),
            Truth::Labels(labels)
                if labels.len() * row.first().copied().unwrap_or(1) == prediction.len() =>
            {
                row.get(1..).unwrap_or_default().to_vec()
            }
            Truth::Labels(labels) => vec![labels.len() / shape[0].max(1)],
            // As the prediction, one number, or else a list.
            Truth::Dense(values) => match values.len() / shape[0].max(1) {
                own if own == row.iter().product::<usize>() => row.to_vec(),
                1 => Vec::new(),
                own => vec![own],
            },
        };
        Sample {
            prediction,
            shape: shape.to_vec(),
            truth,
            label_row,
            weights: None,
            mask: None,
        }
    }

    /// Entries of one item of the first axis.
    pub(super) fn row(&self) -> usize {
        self.shape[1..].iter().product()
    }

    pub(super) fn items(&self) -> usize {
        self.shape[0]
    }

    fn label_shape(&self) -> Vec<usize> {
        [&[self.items()], self.label_row.as_slice()].concat()
    }

    /// Value and gradient in double precision.
    pub(super) fn evaluate(
        &self,
        objective: &Objective,
        options: &Options,
    ) -> Result<Evaluation, Error> {
        self.with_prediction(Array::new(&self.prediction, &self.shape), |batch| {
            objective.value_and_gradient(batch, options)
        })
    }

    /// Value and gradient in single precision.
    pub(super) fn evaluate_single(
        &self,
        objective: &Objective,
        options: &Options,
    ) -> Result<Evaluation, Error> {
        let single: Vec<f32> = self.prediction.iter().map(|&x| x as f32).collect();
        self.with_prediction(Array::new(&single, &self.shape), |batch| {
            objective.value_and_gradient(batch, options)
        })
    }

    pub(super) fn with_prediction<R>(
        &self,
        prediction: Array<'_>,
        f: impl FnOnce(&Batch<'_>) -> R,
    ) -> R {
        let label_shape = self.label_shape();
        let target = match &self.truth {
            Truth::Labels(labels) => Target::labels(labels, &label_shape),
            // Labels may have become shares of all classes since.
            Truth::Dense(values) if !values.is_empty() && values.len() == self.prediction.len() => {
                Target::dense(values, &self.shape)
            }
            Truth::Dense(values) => Target::dense(values, &label_shape),
        };
        let mut batch = Batch::new(prediction, target);
        let items = [self.items()];
        if let Some(weights) = &self.weights {
            batch = batch.weights(Array::new(weights, &items));
        }
        if let Some(mask) = &self.mask {
            batch = batch.mask(mask);
        }
        f(&batch)
    }

    /// The items of the given numbers, in that order; an item may come twice.
    pub(super) fn select(&self, order: &[usize]) -> Sample {
        fn pick<T: Copy>(from: &[T], order: &[usize], size: usize) -> Vec<T> {
            order
                .iter()
                .flat_map(|&i| from[i * size..(i + 1) * size].iter().copied())
                .collect()
        }
        let row = self.row();
        let items = self.items().max(1);
        let mut shape = self.shape.clone();
        shape[0] = order.len();
        Sample {
            prediction: pick(&self.prediction, order, row),
            truth: match &self.truth {
                Truth::Labels(labels) => Truth::Labels(pick(labels, order, labels.len() / items)),
                Truth::Dense(values) => Truth::Dense(pick(values, order, values.len() / items)),
            },
            label_row: self.label_row.clone(),
            weights: self.weights.as_ref().map(|w| pick(w, order, 1)),
            mask: self.mask.as_ref().map(|m| pick(m, order, 1)),
            shape,
        }
    }

    /// Hard labels as one-hot numbers in the shape of the prediction.
    pub(super) fn one_hot(&self) -> Option<Vec<f64>> {
        let Truth::Labels(labels) = &self.truth else {
            return None;
        };
        let (classes, spatial) = (self.shape[1], self.row() / self.shape[1]);
        if classes == 1 {
            return Some(labels.iter().map(|&y| y as f64).collect());
        }
        let mut out = vec![0.0; self.prediction.len()];
        for (at, &label) in labels.iter().enumerate() {
            let (item, position) = (at / spatial, at % spatial);
            out[(item * classes + label as usize) * spatial + position] = 1.0;
        }
        Some(out)
    }
}

/// The samples of a loss.
pub(super) fn of(subject: &Subject, random: &mut Random) -> Vec<Sample> {
    match subject.shape() {
        Shape::Rows => {
            // Narrow and wide rows with whole and partial lanes, and pixels.
            let shapes: [&[usize]; 6] =
                [&[13, 3], &[8, 10], &[5, 2], &[3, 70], &[2, 33], &[2, 4, 11]];
            shapes
                .iter()
                .filter(|shape| shape[1] >= subject.facts().least_classes)
                .map(|shape| rows(subject, shape, random))
                .collect()
        }
        Shape::Points => [37, 8].map(|n| points(subject, n, random)).to_vec(),
        Shape::Regions => {
            vec![
                regions(subject, &[2, 3, 5, 4], random),
                regions(subject, &[3, 2, 9], random),
            ]
        }
        Shape::Boxes => [11, 8].map(|n| boxes(n, random)).to_vec(),
        Shape::Groups => grouped::samples(subject, random),
        Shape::Pairs => paired::samples(subject, random),
        Shape::Fields => field_shapes(subject)
            .iter()
            .take(3)
            .map(|shape| field(subject, shape, random))
            .collect(),
        Shape::Clouds => clouds::samples(subject, random),
    }
}

pub(super) fn rows(subject: &Subject, shape: &[usize], random: &mut Random) -> Sample {
    let kinks = match &subject.built.kernel {
        Kernel::Rows(kernel) => kernel.kink_gaps(),
        _ => Vec::new(),
    };
    let (low, high) = match subject.facts().prediction {
        Domain::NonNegative => (1.0, 4.0),
        _ => (-3.0 * subject.unit(), 3.0 * subject.unit()),
    };
    let classes = shape[1];
    let spatial: usize = shape[2..].iter().product();
    let mut prediction = vec![0.0; shape.iter().product()];
    let mut labels = Vec::new();
    for r in 0..shape[0] * spatial {
        let at = |k: usize| (r / spatial * classes + k) * spatial + r % spatial;
        let label = random.below(classes);
        loop {
            for k in 0..classes {
                prediction[at(k)] = random.uniform(low, high);
            }
            let gap = |k: usize| prediction[at(label)] - prediction[at(k)];
            let near =
                |k: usize| k != label && kinks.iter().any(|kink| (gap(k) - kink).abs() < MARGIN);
            if !(0..classes).any(near) {
                break;
            }
        }
        labels.push(label as i64);
    }
    Sample::new(prediction, shape, Truth::Labels(labels))
}

pub(super) fn target(domain: Domain, i: usize, random: &mut Random) -> f64 {
    match domain {
        Domain::Unit if i % 3 == 2 => random.uniform(0.0, 1.0),
        Domain::Unit => random.below(2) as f64,
        Domain::NonNegative => random.below(6) as f64,
        _ => random.uniform(-2.0, 2.0),
    }
}

pub(super) fn points(subject: &Subject, n: usize, random: &mut Random) -> Sample {
    let facts = subject.facts();
    let low = if facts.prediction == Domain::NonNegative {
        0.5
    } else {
        -4.0
    };
    let (mut prediction, mut truth) = (Vec::new(), Vec::new());
    for i in 0..n {
        let t = target(facts.target, i, random);
        let kinks = match &subject.built.kernel {
            Kernel::Points(kernel) => kernel.kink_positions(t),
            _ => Vec::new(),
        };
        let x = loop {
            let x = random.uniform(low, 4.0);
            if !kinks.iter().any(|kink| (x - kink).abs() < MARGIN) {
                break x;
            }
        };
        prediction.push(x);
        truth.push(t);
    }
    Sample::new(prediction, &[n], Truth::Dense(truth))
}

fn regions(subject: &Subject, shape: &[usize], random: &mut Random) -> Sample {
    let entries = shape.iter().product();
    let probability = match &subject.built.kernel {
        Kernel::Regions(kernel) => kernel.activation() == Activation::None,
        _ => false,
    };
    let (low, high) = if probability {
        (0.01, 0.99)
    } else {
        (-2.0, 2.0)
    };
    let pixels: usize = shape[2..].iter().product();
    Sample::new(
        (0..entries).map(|_| random.uniform(low, high)).collect(),
        shape,
        Truth::Labels(
            (0..shape[0] * pixels)
                .map(|_| random.below(shape[1]) as i64)
                .collect(),
        ),
    )
}

fn boxes(n: usize, random: &mut Random) -> Sample {
    let side = |random: &mut Random| loop {
        let (a, b) = (random.uniform(0.0, 10.0), random.uniform(0.0, 10.0));
        if (a - b).abs() > 0.1 {
            break (a.min(b), a.max(b));
        }
    };
    let corners = |random: &mut Random| {
        let ((x1, x2), (y1, y2)) = (side(random), side(random));
        [x1, y1, x2, y2]
    };
    let (mut prediction, mut truth) = (Vec::new(), Vec::new());
    while prediction.len() < 4 * n {
        let (a, b) = (corners(random), corners(random));
        // Every formula of two boxes has kinks where edges align.
        let aligned = (0..4).any(|i| (0..2).any(|j| (a[i] - b[i % 2 + 2 * j]).abs() < MARGIN));
        if !aligned {
            prediction.extend(a);
            truth.extend(b);
        }
    }
    Sample::new(prediction, &[n, 4], Truth::Dense(truth))
}

/// Shapes of small batches of fields that a loss can judge, planes before lines and volumes.
pub(super) fn field_shapes(subject: &Subject) -> Vec<Vec<usize>> {
    const SHAPES: [&[usize]; 7] = [
        &[2, 2, 6, 7],
        &[3, 1, 9],
        &[2, 3, 3, 4, 4],
        &[2, 1, 5, 6],
        &[3, 2, 8],
        &[2, 1, 12, 11],
        &[1, 2, 12, 11],
    ];
    let Some(kernel) = subject.fields() else {
        return Vec::new();
    };
    let first = kernel.first_channel();
    let softmax = kernel.field_activation() == Activation::Softmax;
    let least = if softmax || first > 0 { 2 } else { 1 };
    let fits = |shape: &&&[usize]| {
        let own = match kernel.field_extent() {
            Extent::Item => shape[1].saturating_sub(first),
            Extent::Channel | Extent::Batch => 1,
        };
        shape[1] >= least
            && Grid::new(&shape[2..]).is_ok_and(|grid| kernel.fits_grid(own, &grid).is_ok())
    };
    SHAPES.iter().filter(fits).map(|s| s.to_vec()).collect()
}

/// Lowest and highest prediction of a sample of fields.
fn field_range(subject: &Subject) -> (f64, f64) {
    let probability = subject.fields().is_some_and(|kernel| {
        kernel.field_activation() == Activation::None && kernel.truth() == Compared::Classes
    });
    match subject.facts().prediction {
        Domain::Unit => (0.01, 0.99),
        Domain::NonNegative => (0.1, 3.0),
        _ if probability => (0.01, 0.99),
        _ => (-2.0, 2.0),
    }
}

/// A batch of fields away from kinks.
pub(super) fn field(subject: &Subject, shape: &[usize], random: &mut Random) -> Sample {
    /// Draws after which a loss is near a kink everywhere.
    const DRAWS: usize = 500;
    let (low, high) = field_range(subject);
    let entries: usize = shape.iter().product();
    let compared = subject.fields().map(|kernel| kernel.truth());
    let mut draw = || {
        let prediction = (0..entries).map(|_| random.uniform(low, high)).collect();
        let truth = match compared {
            Some(Compared::Classes) => Truth::Labels(
                (0..entries / shape[1])
                    .map(|_| random.below(shape[1].max(2)) as i64)
                    .collect(),
            ),
            Some(Compared::Numbers) if subject.facts().target == Domain::Unit => {
                Truth::Dense((0..entries).map(|_| random.uniform(0.0, 1.0)).collect())
            }
            Some(Compared::Numbers) if subject.facts().target == Domain::NonNegative => {
                Truth::Dense((0..entries).map(|_| random.uniform(0.1, 3.0)).collect())
            }
            _ => Truth::Dense((0..entries).map(|_| random.uniform(low, high)).collect()),
        };
        Sample::new(prediction, shape, truth)
    };
    let mut sample = draw();
    for _ in 0..DRAWS {
        if !near_field_kink(subject, &sample) {
            break;
        }
        sample = draw();
    }
    sample
}

fn near_field_kink(subject: &Subject, sample: &Sample) -> bool {
    let Some(kernel) = subject.fields() else {
        return false;
    };
    let x = &sample.prediction;
    sample.with_prediction(Array::new(x, &sample.shape), |batch| {
        let target = DenseTarget::<f64>::new(&batch.target);
        field_problem(
            &subject.built,
            kernel,
            x,
            batch,
            &Options::default(),
            &target,
        )
        .and_then(|problem| fields::near_kink(kernel, &problem, MARGIN))
        .unwrap_or(false)
    })
}
