//! A layer with states and labels, small enough to write everything out.

use minimand::linear::{Head, Layer, LinearEvaluation, LinearRows};
use minimand::{Array, Batch, Error, Evaluation, Gradient, Objective, Options, Target};

/// Numbers in −1..1 that look random and that single precision represents.
pub(crate) fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        f64::from(((z >> 40) as f64 / (1u64 << 23) as f64 - 1.0) as f32)
    };
    (0..count).map(|_| next()).collect()
}

/// A layer and a batch that own their arrays.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) rows: usize,
    pub(crate) width: usize,
    pub(crate) classes: usize,
    pub(crate) states: Vec<f64>,
    pub(crate) weight: Vec<f64>,
    pub(crate) bias: Option<Vec<f64>>,
    pub(crate) labels: Vec<i64>,
    /// In the place of the labels, `[rows, classes]`.
    pub(crate) soft: Option<Vec<f64>>,
    pub(crate) item_weights: Option<Vec<f64>>,
    pub(crate) class_weights: Option<Vec<f64>>,
    pub(crate) mask: Option<Vec<bool>>,
}

impl Case {
    pub(crate) fn new(rows: usize, width: usize, classes: usize) -> Case {
        Case {
            rows,
            width,
            classes,
            states: numbers(rows * width, 1),
            weight: numbers(classes * width, 2),
            bias: None,
            labels: (0..rows)
                .map(|i| ((i * 7919 + 3) % classes) as i64)
                .collect(),
            soft: None,
            item_weights: None,
            class_weights: None,
            mask: None,
        }
    }

    pub(crate) fn with_bias(mut self) -> Case {
        self.bias = Some(numbers(self.classes, 3));
        self
    }

    /// Shares of the classes that sum to 1 in the place of labels.
    pub(crate) fn with_soft_labels(mut self) -> Case {
        let mut soft: Vec<f64> = numbers(self.rows * self.classes, 6);
        for row in soft.chunks_mut(self.classes) {
            row.iter_mut().for_each(|t| *t *= *t);
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|t| *t /= sum);
        }
        self.soft = Some(soft);
        self
    }

    /// Everything that a batch can say about its items.
    pub(crate) fn with_everything(mut self) -> Case {
        for i in (0..self.rows).step_by(5) {
            self.labels[i] = -100;
        }
        self.mask = Some((0..self.rows).map(|i| i % 7 != 3).collect());
        self.item_weights = Some(numbers(self.rows, 4).iter().map(|x| x.abs()).collect());
        self.class_weights = Some(numbers(self.classes, 5).iter().map(|x| x.abs()).collect());
        self
    }

    pub(crate) fn batch<R>(
        &self,
        values: &[f64],
        shape: [usize; 2],
        run: impl FnOnce(Batch<'_>) -> R,
    ) -> R {
        let (items, single, each) = ([self.rows], [self.rows], [self.rows, self.classes]);
        let target = match &self.soft {
            Some(soft) => Target::dense(soft, &each),
            None => Target::labels(&self.labels, &items),
        };
        let mut batch = Batch::new(Array::new(values, &shape), target);
        if let Some(weights) = &self.item_weights {
            batch = batch.weights(Array::new(weights, &single));
        }
        if let Some(weights) = &self.class_weights {
            batch = batch.class_weights(weights);
        }
        if let Some(mask) = &self.mask {
            batch = batch.mask(mask);
        }
        run(batch)
    }

    pub(crate) fn fused(
        &self,
        of: &LinearRows,
        options: &Options,
    ) -> Result<LinearEvaluation, Error> {
        let (weight, bias) = ([self.classes, self.width], [self.classes]);
        let mut layer = Layer::new(Array::new(&self.weight, &weight));
        if let Some(values) = &self.bias {
            layer = layer.bias(Array::new(values, &bias));
        }
        self.batch(&self.states, [self.rows, self.width], |batch| {
            of.value_and_gradients(&batch, &layer, options)
        })
    }

    pub(crate) fn value(&self, of: &LinearRows) -> f64 {
        self.fused(of, &Options::default()).unwrap().value
    }

    /// In single precision; without the items' weights.
    pub(crate) fn single(&self, of: &LinearRows) -> Result<LinearEvaluation, Error> {
        let narrow = |x: &[f64]| -> Vec<f32> { x.iter().map(|&x| x as f32).collect() };
        let (states, weight) = (narrow(&self.states), narrow(&self.weight));
        let bias = self.bias.as_deref().map(narrow);
        let shapes = ([self.rows, self.width], [self.classes, self.width]);
        let (classes, items, each) = ([self.classes], [self.rows], [self.rows, self.classes]);
        let mut layer = Layer::new(Array::new(&weight, &shapes.1));
        if let Some(values) = &bias {
            layer = layer.bias(Array::new(values, &classes));
        }
        let target = match &self.soft {
            Some(soft) => Target::dense(soft, &each),
            None => Target::labels(&self.labels, &items),
        };
        let batch = Batch::new(Array::new(&states, &shapes.0), target);
        of.value_and_gradients(&batch, &layer, &Options::default())
    }

    pub(crate) fn logits(&self, head: Head, soft_cap: Option<f64>) -> Vec<f64> {
        let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        let mut out = Vec::new();
        for h in self.states.chunks(self.width) {
            for (k, w) in self.weight.chunks(self.width).enumerate() {
                let norms = (dot(h, h).sqrt(), dot(w, w).sqrt());
                let z = match head {
                    Head::Linear => dot(h, w),
                    Head::Cosine { scale } => scale * dot(h, w) / norms.0 / norms.1,
                    Head::UnitStates { scale } => scale * dot(h, w) / norms.0,
                    Head::UnitWeight { scale } => scale * dot(h, w) / norms.1,
                    Head::Distance { scale, epsilon } => {
                        let apart: f64 = h.iter().zip(w).map(|(h, w)| (h - w).powi(2)).sum();
                        scale * (apart + epsilon * (dot(h, h) + dot(w, w)))
                    }
                };
                let z = z + self.bias.as_ref().map_or(0.0, |b| b[k]);
                out.push(soft_cap.map_or(z, |cap| cap * (z / cap).tanh()));
            }
        }
        out
    }

    pub(crate) fn unfused(
        &self,
        objective: &Objective,
        logits: &[f64],
        options: &Options,
    ) -> Evaluation {
        self.batch(logits, [self.rows, self.classes], |batch| {
            objective.value_and_gradient(&batch, options).unwrap()
        })
    }
}

pub(crate) const HEADS: [Head; 6] = [
    Head::Linear,
    Head::Cosine { scale: 8.0 },
    Head::UnitStates { scale: 3.0 },
    Head::UnitWeight { scale: -2.0 },
    Head::Distance {
        scale: -0.7,
        epsilon: 1e-6,
    },
    Head::Distance {
        scale: 1.0,
        epsilon: 0.1,
    },
];

pub(crate) fn objective(expression: &str) -> Objective {
    expression.parse().unwrap()
}

pub(crate) fn entries(gradient: &Option<Gradient>) -> Vec<f64> {
    gradient.as_ref().map(Gradient::to_f64).unwrap_or_default()
}

pub(crate) fn close(what: &str, got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{what}");
    let size = want.iter().fold(1e-300f64, |a, b| a.max(b.abs()));
    for (i, (g, w)) in got.iter().zip(want).enumerate() {
        assert!(
            (g - w).abs() <= tolerance * size,
            "{what}, entry {i}: {g} against {w}"
        );
    }
}

/// The gradients of a plain product from the slopes by its logits.
pub(crate) fn chained(case: &Case, slopes: &[f64]) -> [Vec<f64>; 3] {
    let (mut states, mut weight) = (vec![0.0; case.states.len()], vec![0.0; case.weight.len()]);
    let mut bias = vec![0.0; case.classes];
    let (d, c) = (case.width, case.classes);
    for i in 0..case.rows {
        for k in 0..c {
            let g = slopes[i * c + k];
            bias[k] += g;
            for j in 0..d {
                states[i * d + j] += g * case.weight[k * d + j];
                weight[k * d + j] += g * case.states[i * d + j];
            }
        }
    }
    [states, weight, bias]
}
