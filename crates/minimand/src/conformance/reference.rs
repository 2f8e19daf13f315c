//! The value of a loss without its fused kernel, in double precision with frozen values.

use super::samples::{Sample, Truth};
use super::{Subject, clouds};
use crate::batch::{Array, Options};
use crate::kernels::boxes::{BoxPair, corners};
use crate::kernels::fields::FieldObject;
use crate::kernels::groups::GroupObject;
use crate::kernels::pairs::{self, PairObject};
use crate::kernels::replay::{Frozen, Replay};
use crate::kernels::rows::{ReferenceTarget, reference};
use crate::kernels::sym::{Graph, Sym};
use crate::kernels::{fields, groups, regions, rows};
use crate::loss::Kernel;
use crate::shapes::{DenseTarget, field_problem, group_problem, pair_problem};
use std::collections::HashMap;

/// The loss as a function of one group of predictions that belong together: a row, a point, a box, or
/// the whole batch of a region or group loss. The value is the sum over the items, for regions the mean.
pub(super) struct Group {
    /// Positions of its predictions in the sample.
    pub(super) positions: Vec<usize>,
    item: usize,
}

impl Group {
    /// Its predictions.
    pub(super) fn predictions(&self, sample: &Sample) -> Vec<f64> {
        self.positions
            .iter()
            .map(|&p| sample.prediction[p])
            .collect()
    }
}

/// The groups of a sample.
pub(super) fn groups(subject: &Subject, sample: &Sample) -> Vec<Group> {
    match &subject.built.kernel {
        Kernel::Rows(_) => {
            let classes = sample.shape[1];
            let spatial = sample.row() / classes;
            (0..sample.items() * spatial)
                .map(|r| Group {
                    positions: (0..classes)
                        .map(|k| (r / spatial * classes + k) * spatial + r % spatial)
                        .collect(),
                    item: r,
                })
                .collect()
        }
        Kernel::Points(_) => (0..sample.prediction.len())
            .map(|i| Group {
                positions: vec![i],
                item: i,
            })
            .collect(),
        Kernel::Boxes(_) => (0..sample.items())
            .map(|i| Group {
                positions: (4 * i..4 * i + 4).collect(),
                item: i,
            })
            .collect(),
        Kernel::Regions(_)
        | Kernel::Groups(_)
        | Kernel::Fields(_)
        | Kernel::Pairs(_)
        | Kernel::Clouds(_) => {
            vec![Group {
                positions: (0..sample.prediction.len()).collect(),
                item: 0,
            }]
        }
    }
}

/// The loss of a group at the given predictions.
pub(super) fn value(subject: &Subject, sample: &Sample, group: &Group, x: &[f64]) -> f64 {
    let replayed: Vec<Replay> = x.iter().map(|&x| Replay(x)).collect();
    match &subject.built.kernel {
        Kernel::Rows(kernel) => {
            let soft;
            let target = match &sample.truth {
                Truth::Labels(labels) => ReferenceTarget::Label(labels[group.item] as usize),
                Truth::Dense(values) => {
                    soft = group
                        .positions
                        .iter()
                        .map(|&p| values[p])
                        .collect::<Vec<f64>>();
                    ReferenceTarget::Soft(&soft)
                }
            };
            reference(&**kernel, &replayed, target, None).0
        }
        Kernel::Points(kernel) => {
            kernel
                .replay(replayed[0], Replay(dense(sample)[group.item]))
                .0
        }
        Kernel::Boxes(kernel) => {
            let corner = |v: &[Replay]| corners([v[0], v[1], v[2], v[3]]);
            let truth: Vec<Replay> = group
                .positions
                .iter()
                .map(|&p| Replay(dense(sample)[p]))
                .collect();
            kernel
                .replay(&BoxPair::new(corner(&replayed), corner(&truth)))
                .0
        }
        Kernel::Regions(kernel) => {
            let classes = sample.shape[1];
            let shape = [sample.items(), classes, sample.row() / classes];
            let truth = sample.one_hot().unwrap_or_else(|| dense(sample).to_vec());
            regions::reference(&**kernel, shape, &replayed, &truth).0
        }
        Kernel::Groups(kernel) => grouped(subject, &**kernel, sample, x, &replayed).0,
        Kernel::Fields(kernel) => fielded(subject, &**kernel, sample, x, &replayed).0,
        Kernel::Pairs(kernel) => paired(subject, &**kernel, sample, x, &replayed).0,
        Kernel::Clouds(kernel) => clouds::reference(subject, &**kernel, sample, x, &replayed).0,
    }
}

/// The sum of a group loss over the groups of a batch at `x`, which `scores` are on another number.
fn grouped<S: groups::Reference>(
    subject: &Subject,
    kernel: &dyn GroupObject,
    sample: &Sample,
    x: &[f64],
    scores: &[S],
) -> S {
    sample.with_prediction(Array::new(x, &sample.shape), |batch| {
        group_problem(&subject.built, kernel, x, batch, &Options::default())
            .and_then(|problem| groups::reference(kernel, &problem, scores))
            .unwrap_or(S::lift(f64::NAN))
    })
}

/// The sum of a field loss over the fields of a batch at `x`, which `scores` are on another number.
fn fielded<S: fields::Reference>(
    subject: &Subject,
    kernel: &dyn FieldObject,
    sample: &Sample,
    x: &[f64],
    scores: &[S],
) -> S {
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
        .and_then(|problem| fields::reference(kernel, &problem, scores))
        .unwrap_or(S::lift(f64::NAN))
    })
}

/// The sum of a loss of pairs over the items of a batch at `x`, which `scores` are on another number.
fn paired<S: pairs::Reference>(
    subject: &Subject,
    kernel: &dyn PairObject,
    sample: &Sample,
    x: &[f64],
    scores: &[S],
) -> S {
    sample.with_prediction(Array::new(x, &sample.shape), |batch| {
        pair_problem(&subject.built, kernel, x, batch, &Options::default())
            .map(|problem| pairs::reference(kernel, &problem, scores, x))
            .unwrap_or(S::lift(f64::NAN))
    })
}

/// The loss of a group with what it holds fixed at `x`, as a function of other predictions.
pub(super) fn frozen<'a>(
    subject: &'a Subject,
    sample: &'a Sample,
    group: &'a Group,
    x: &[f64],
) -> (impl Fn(&[f64]) -> f64 + 'a, bool) {
    let (_, frozen) = Frozen::record(|| value(subject, sample, group, x));
    let plain = frozen.is_empty();
    (
        move |x: &[f64]| frozen.replay(|| value(subject, sample, group, x)),
        plain,
    )
}

fn dense(sample: &Sample) -> &[f64] {
    match &sample.truth {
        Truth::Dense(values) => values,
        Truth::Labels(_) => &[],
    }
}

/// The value of a group by its traced graph; `None` where the graph is of sums that are not traced.
pub(super) fn traced(subject: &Subject, sample: &Sample, group: &Group) -> Option<f64> {
    let x = group.predictions(sample);
    let mut inputs = HashMap::new();
    let mut names = |prefix: &str, values: &[f64]| -> Vec<String> {
        let name = |(i, &x): (usize, &f64)| {
            let name = format!("{prefix}{i}");
            inputs.insert(name.clone(), x);
            name
        };
        values.iter().enumerate().map(name).collect()
    };
    let prediction = names("x", &x);
    let truth: Vec<f64> = match &sample.truth {
        Truth::Labels(_) => Vec::new(),
        Truth::Dense(values) => group
            .positions
            .iter()
            .filter_map(|&p| values.get(p).copied())
            .collect(),
    };
    let truth = names("t", &truth);
    let symbols = |names: &[String]| names.iter().map(Sym::input).collect::<Vec<Sym>>();
    let graph = Graph::trace(|| {
        let (x, t) = (symbols(&prediction), symbols(&truth));
        let corner = |v: &[Sym]| corners([v[0], v[1], v[2], v[3]]);
        match (&subject.built.kernel, &sample.truth) {
            (Kernel::Rows(kernel), Truth::Labels(labels)) => {
                let label = ReferenceTarget::Label(labels[group.item] as usize);
                rows::reference(&**kernel, &x, label, None)
            }
            (Kernel::Points(kernel), _) => kernel.trace(x[0], t[0]),
            (Kernel::Boxes(kernel), _) => kernel.trace(&BoxPair::new(corner(&x), corner(&t))),
            (Kernel::Groups(kernel), _) => {
                grouped(subject, &**kernel, sample, &sample.prediction, &x)
            }
            (Kernel::Fields(kernel), _) => {
                fielded(subject, &**kernel, sample, &sample.prediction, &x)
            }
            (Kernel::Pairs(kernel), _) => {
                paired(subject, &**kernel, sample, &sample.prediction, &x)
            }
            (Kernel::Clouds(kernel), _) => {
                clouds::reference(subject, &**kernel, sample, &sample.prediction, &x)
            }
            _ => Sym::input("none"),
        }
    });
    graph.evaluate(&inputs)
}
