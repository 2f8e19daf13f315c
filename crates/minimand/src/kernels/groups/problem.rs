//! From a batch to its groups: which scores belong together, which of them count.

use super::{GroupObject, Layout};
use crate::batch::{Batch, Options, Target, Values};
use crate::error::Error;
use crate::kernels::scalar::Float;
use crate::kernels::weighting::Weighting;
use crate::loss::{Domain, Facts};

/// A batch cut into groups.
#[derive(Debug, Clone)]
pub(crate) struct GroupProblem<'a, T> {
    pub(crate) loss: &'static str,
    pub(super) prediction: &'a [T],
    pub(super) groups: usize,
    /// Scores, members or steps of a group.
    pub(super) units: usize,
    /// Scores of a unit.
    pub(super) classes: usize,
    /// Units that lie between two of one group.
    pub(super) unit_stride: usize,
    layout: Layout,
    target: Target<'a>,
    /// Labels of a sequence, with padding.
    length: usize,
    /// Mask, and for columns and batches weights, by unit.
    units_weighting: Weighting<'a>,
    /// Weight of each group.
    group_weights: Option<Values<'a>>,
    ignore_index: i64,
    facts: &'a Facts,
    /// Range of each number of a forecast, where they differ.
    ranges: Option<Vec<(f64, f64)>>,
}

/// What counts of one group; buffers that are used again.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) scores: Vec<f64>,
    pub(super) targets: Vec<f64>,
    pub(super) weights: Vec<f64>,
    /// First position of each unit that counts.
    pub(super) positions: Vec<usize>,
    /// Position of each target.
    pub(super) target_positions: Vec<usize>,
}

impl<'a, T: Float> GroupProblem<'a, T> {
    /// Checks the shapes.
    pub(crate) fn new(
        loss: &'static str,
        facts: &'a Facts,
        kernel: &dyn GroupObject,
        prediction: &'a [T],
        batch: &Batch<'a>,
        options: &Options,
    ) -> Result<Self, Error> {
        let layout = kernel.layout();
        let shape = batch.prediction.shape;
        let wrong = |expected: &str| Err(Error::shape("prediction", expected, shape));
        let (groups, units, classes) = match (layout, shape) {
            (Layout::Batch, _) => (1, prediction.len(), 1),
            (Layout::Columns, [n]) => (1, *n, 1),
            (Layout::Columns, [n, labels]) => (*labels, *n, 1),
            (Layout::Columns, _) => return wrong("[n, labels]"),
            (Layout::Lists, [lists, items]) => (*lists, *items, 1),
            (Layout::Lists, _) => return wrong("[lists, items]"),
            (Layout::Sets, [sets, members, classes]) if *classes > 0 => (*sets, *members, *classes),
            (Layout::Sets, _) => return wrong("[sets, members, classes]"),
            (Layout::Sequences, [n, steps, classes]) if *classes > 0 => (*n, *steps, *classes),
            (Layout::Sequences, _) => return wrong("[sequences, steps, classes]"),
            (Layout::Forecasts, [items @ .., numbers]) if !items.is_empty() => {
                if let Err(expected) = kernel.fits_numbers(*numbers) {
                    return wrong(&format!("[…, {expected}]"));
                }
                (items.iter().product(), 1, *numbers)
            }
            (Layout::Forecasts, _) => return wrong("[…, numbers]"),
            (Layout::Ensembles, [items, members, vector]) if *vector > 0 => {
                if let Err(expected) = kernel.fits_numbers(*members) {
                    return wrong(&format!("[n, {expected}, d]"));
                }
                (*items, *members, *vector)
            }
            (Layout::Ensembles, _) => return wrong("[n, members, d]"),
            (Layout::Marked, _) => (prediction.len(), 1, 1),
            (Layout::Times, [n] | [n, 1]) => (1, *n, 1),
            (Layout::Times, _) => return wrong("[n]"),
            (Layout::Outlines(numbers), [n, k]) if *k == numbers => (*n, numbers, 1),
            (Layout::Outlines(numbers), _) => return wrong(&format!("[n, {numbers}]")),
        };
        if let (Layout::Outlines(_), Some(mask)) = (layout, batch.mask)
            && mask.len() != groups
        {
            return Err(Error::Shape {
                argument: "mask",
                expected: format!("[{groups}], one for each {}", layout.item()),
                got: format!("{} entries", mask.len()),
            });
        }
        let length = Self::check_target(loss, layout, batch)?;
        // Weights of entries; those of forecasts and marked predictions are looked up like them.
        let whole = matches!(
            layout,
            Layout::Lists
                | Layout::Sets
                | Layout::Sequences
                | Layout::Ensembles
                | Layout::Outlines(_)
        );
        let entrywise = !whole;
        if batch.class_weights.is_some() && layout != Layout::Columns {
            return Err(Error::unsupported(
                loss,
                "has no classes to weigh; use weights",
            ));
        }
        // Weights of lists, sets, sequences, ensembles and outlines weigh the groups, all others what is in them.
        let inner = Batch {
            weights: batch.weights.filter(|_| entrywise),
            ..*batch
        };
        let leading = shape.first().copied().unwrap_or(1);
        let units_weighting = Weighting::new(&inner, leading, groups * units)?;
        units_weighting.check_classes(groups)?;
        let group_weights = batch.weights.filter(|_| !entrywise).map(|w| w.values);
        if let Some(weights) = group_weights
            && weights.len() != groups
        {
            return Err(Error::Shape {
                argument: "weights",
                expected: format!("[{groups}], one for each {}", layout.item()),
                got: format!("{} entries", weights.len()),
            });
        }
        let range = |place| match kernel.number_domain(place, classes) {
            Some(domain) => domain.range::<T>(),
            None => facts.prediction.range::<T>(),
        };
        let own = (0..classes).any(|place| kernel.number_domain(place, classes).is_some());
        Ok(GroupProblem {
            loss,
            prediction,
            groups,
            units,
            classes,
            unit_stride: if layout == Layout::Columns { groups } else { 1 },
            layout,
            target: batch.target,
            length,
            units_weighting,
            group_weights,
            ignore_index: options.ignore_index,
            facts,
            ranges: own.then(|| (0..classes).map(range).collect()),
        })
    }

    /// Number of targets of a sequence.
    fn check_target(loss: &str, layout: Layout, batch: &Batch<'_>) -> Result<usize, Error> {
        let shape = batch.prediction.shape;
        let (given, labels) = match batch.target {
            Target::Labels(_, shape) => (shape, true),
            Target::Dense(array) => (array.shape, false),
            Target::None => return Err(crate::shapes::needs_target()),
        };
        let fits = match layout {
            Layout::Columns | Layout::Lists | Layout::Batch | Layout::Outlines(_) => given == shape,
            Layout::Sets => given == &shape[..2],
            Layout::Sequences => given.len() == 2 && given[0] == shape[0],
            Layout::Forecasts => match given.strip_prefix(&shape[..shape.len() - 1]) {
                Some(rest) => rest.is_empty() || rest == [1],
                None => false,
            },
            // Of numbers `[n]` will do.
            Layout::Ensembles => {
                given == [shape[0], shape[2]] || shape[2] == 1 && given == [shape[0]]
            }
            Layout::Marked => given.strip_suffix(&[2]) == Some(shape),
            Layout::Times => given == [shape[0], 2],
        };
        if !fits {
            let expected = match layout {
                Layout::Sets => format!("{:?}, a label for each member", &shape[..2]),
                Layout::Sequences => format!("[{}, length]", shape[0]),
                Layout::Forecasts => format!("{:?}", &shape[..shape.len() - 1]),
                Layout::Ensembles => format!("[{}, {}]", shape[0], shape[2]),
                Layout::Marked => format!("{shape:?} and a last axis of 2"),
                Layout::Times => format!("[{}, 2]", shape[0]),
                _ => format!("{shape:?}, as the prediction"),
            };
            return Err(Error::shape("target", expected, given));
        }
        if !labels && matches!(layout, Layout::Sets | Layout::Sequences) {
            return Err(Error::unsupported(
                loss,
                "needs classes as targets; give integer labels",
            ));
        }
        if labels && matches!(layout, Layout::Outlines(_)) {
            return Err(Error::unsupported(
                loss,
                "compares numbers with numbers; give a target of real numbers",
            ));
        }
        Ok(given.get(1).copied().unwrap_or(1))
    }

    /// Are the scores of a group next to each other?
    pub(super) fn contiguous(&self) -> bool {
        !matches!(self.layout, Layout::Columns | Layout::Batch | Layout::Times)
    }

    /// Numbers of the target of one unit; those of an ensemble belong to the whole group.
    fn marks(&self) -> usize {
        match self.layout {
            Layout::Marked | Layout::Times => 2,
            _ => 1,
        }
    }

    /// Weight of a group as a whole.
    pub(super) fn group_weight(&self, group: usize) -> f64 {
        let class = self.units_weighting.classes.map_or(1.0, |w| w[group]);
        let own = match self.layout {
            Layout::Forecasts | Layout::Marked => self.units_weighting.weight(group),
            _ => self.group_weights.map_or(1.0, |w| w.get(group)),
        };
        class * own
    }

    fn target(&self, position: usize) -> f64 {
        match &self.target {
            Target::Labels(labels, _) => labels.get(position) as f64,
            Target::Dense(array) => array.values.get(position),
            Target::None => 0.0,
        }
    }

    /// Only a label can say that it does not count: the integer target of a regression is a number.
    fn ignored(&self, position: usize) -> bool {
        let labelled = match self.layout {
            Layout::Columns | Layout::Sets | Layout::Sequences => true,
            Layout::Lists => matches!(self.facts.target, Domain::Unit | Domain::NonNegative),
            Layout::Batch => self.facts.target == Domain::Unit,
            _ => false,
        };
        labelled
            && matches!(&self.target, Target::Labels(labels, _) if labels.get(position) == self.ignore_index)
    }

    /// Collects what counts of a group. Nothing is left of a group that does not count.
    pub(super) fn gather(&self, group: usize, out: &mut Gathered) -> Result<(), Error> {
        out.scores.clear();
        out.targets.clear();
        out.weights.clear();
        out.positions.clear();
        out.target_positions.clear();
        let first = match self.layout {
            Layout::Columns => group,
            _ => group * self.units,
        };
        let sequence = self.layout == Layout::Sequences;
        if sequence && !self.gather_sequence(group, out)? {
            return Ok(());
        }
        let everywhere = self.facts.prediction.range::<T>();
        let whole = matches!(self.layout, Layout::Forecasts | Layout::Marked);
        for unit in 0..self.units {
            let at = first + unit * self.unit_stride;
            // A forecast is weighed as a group.
            let weight = if whole {
                1.0
            } else {
                self.units_weighting.weight(at)
            };
            let counts = self.units_weighting.counts(at) && weight > 0.0;
            if !counts || (!sequence && self.ignored(at)) {
                continue;
            }
            let position = at * self.classes;
            for (class, x) in self.prediction[position..position + self.classes]
                .iter()
                .enumerate()
            {
                let value = x.to_f64();
                let (low, high) = match &self.ranges {
                    Some(ranges) => ranges[class],
                    None => everywhere,
                };
                if !(value >= low && value <= high) {
                    return Err(Error::Value {
                        argument: "prediction",
                        position: position + class,
                        value,
                        expected: format!("a number in [{low:.4e}, {high:.4e}]"),
                    });
                }
                out.scores.push(value);
            }
            out.positions.push(position);
            out.weights.push(weight);
            if self.layout != Layout::Ensembles && !sequence {
                self.gather_targets(at * self.marks()..(at + 1) * self.marks(), out)?;
            }
        }
        if self.layout == Layout::Ensembles && !out.scores.is_empty() {
            self.gather_targets(group * self.classes..(group + 1) * self.classes, out)?;
        }
        Ok(())
    }

    fn gather_targets(
        &self,
        positions: std::ops::Range<usize>,
        out: &mut Gathered,
    ) -> Result<(), Error> {
        for position in positions {
            let target = self.target(position);
            self.check_value(position, target)?;
            out.targets.push(target);
            out.target_positions.push(position);
        }
        Ok(())
    }

    /// The labels of a sequence up to its padding; false if one of them says that it does not count.
    fn gather_sequence(&self, group: usize, out: &mut Gathered) -> Result<bool, Error> {
        let steps = group * self.units..(group + 1) * self.units;
        // What a sequence that does not count holds is nobody's business.
        let counts = steps
            .into_iter()
            .any(|step| self.units_weighting.counts(step));
        for at in group * self.length..(group + 1) * self.length {
            let label = self.target(at);
            if label == -1.0 {
                break;
            }
            if self.ignored(at) {
                return Ok(false);
            }
            if counts {
                self.check_value(at, label)?;
            }
            out.targets.push(label);
            out.target_positions.push(at);
        }
        Ok(true)
    }

    fn check_value(&self, position: usize, value: f64) -> Result<(), Error> {
        let expected = match self.layout {
            Layout::Sets | Layout::Sequences => {
                return if value >= 0.0 && value < self.classes as f64 {
                    Ok(())
                } else {
                    Err(Error::Label {
                        position,
                        label: value as i64,
                        classes: self.classes,
                        ignore_index: self.ignore_index,
                    })
                };
            }
            Layout::Columns if value == 0.0 || value == 1.0 => return Ok(()),
            Layout::Columns => "0 or 1".to_string(),
            _ => {
                let (low, high) = self.facts.target.range::<T>();
                if value >= low && value <= high {
                    return Ok(());
                }
                format!("a number in [{low:.4e}, {high:.4e}]")
            }
        };
        Err(Error::Value {
            argument: "target",
            position,
            value,
            expected,
        })
    }
}

impl Layout {
    /// What one group is.
    pub(crate) fn item(self) -> &'static str {
        match self {
            Layout::Columns => "label",
            Layout::Lists => "list",
            Layout::Batch => "batch",
            Layout::Sets => "set",
            Layout::Sequences => "sequence",
            Layout::Forecasts => "forecast",
            Layout::Ensembles => "ensemble",
            Layout::Marked => "prediction",
            Layout::Times => "batch",
            Layout::Outlines(_) => "outline",
        }
    }
}
