//! From a batch to its fields: which pixels belong together, what they are compared with, which of them count.

use super::{Extent, FieldFormula, Truth};
use crate::batch::{Batch, Labels, Options, Target, Values};
use crate::error::Error;
use crate::grid::Grid;
use crate::kernels::regions::Activation;
use crate::kernels::scalar::Float;
use crate::kernels::weighting::Weighting;
use crate::loss::Facts;

/// What the fields of a batch are compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FieldTarget<'a, T> {
    /// A class per pixel (with one channel: 1 inside, 0 outside).
    Labels(Labels<'a>),
    /// Numbers laid out like the prediction.
    Dense(&'a [T]),
    /// Nothing.
    Nothing,
}

/// A batch cut into fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldProblem<'a, T> {
    pub(crate) loss: &'static str,
    pub(super) prediction: &'a [T],
    pub(super) items: usize,
    pub(super) channels: usize,
    pub(super) grid: Grid,
    pub(super) target: FieldTarget<'a, T>,
    pub(super) extent: Extent,
    pub(super) activation: Activation,
    pub(super) first_channel: usize,
    /// Weights and mask of pixels; none unless the loss takes them.
    pub(super) pixels: Option<Weighting<'a>>,
    /// Are pixels of weight 0 read, because neighbours look at them?
    neighbours: bool,
    /// Weight and mask of each item.
    item_weights: Option<Values<'a>>,
    item_mask: Option<&'a [bool]>,
    class_weights: Option<&'a [f64]>,
    pub(super) ignore_index: i64,
    facts: &'a Facts,
}

/// Buffers of one thread.
#[derive(Debug, Default)]
pub(super) struct Gathered<T> {
    pub(super) values: Vec<T>,
    pub(super) target: Vec<T>,
    pub(super) weights: Vec<T>,
}

impl<'a, T: Float> FieldProblem<'a, T> {
    /// Checks shapes, targets and weights.
    pub(crate) fn new(
        loss: &'static str,
        facts: &'a Facts,
        kernel: &dyn FieldFormula,
        prediction: &'a [T],
        dense: Option<&'a [T]>,
        batch: &Batch<'a>,
        options: &Options,
    ) -> Result<Self, Error> {
        let shape = batch.prediction.shape;
        let [items, channels, spatial @ ..] = shape else {
            return Err(Error::shape("prediction", "[items, channels, …]", shape));
        };
        let (items, channels) = (*items, *channels);
        let grid = Grid::new(spatial).map_err(|_| {
            Error::shape(
                "prediction",
                "[items, channels, …] with one to three axes of pixels, none of them empty",
                shape,
            )
        })?;
        let grid = match batch.spacing {
            Some(spacing) => grid.with_spacing(spacing)?,
            None => grid,
        };
        let (activation, first_channel) = (kernel.field_activation(), kernel.first_channel());
        let least = if activation == Activation::Softmax || first_channel > 0 {
            2
        } else {
            1
        };
        if channels < least {
            return Err(Error::shape(
                "prediction",
                format!("[items, channels, …] with at least {least} channels"),
                shape,
            ));
        }
        let own = if kernel.field_extent() == Extent::Item {
            channels - first_channel
        } else {
            1
        };
        kernel
            .fits_grid(own, &grid)
            .map_err(|reason| Error::unsupported(loss, reason))?;
        let target = Self::target(loss, kernel.truth(), dense, batch)?;
        let mut problem = FieldProblem {
            loss,
            prediction,
            items,
            channels,
            grid,
            target,
            extent: kernel.field_extent(),
            activation,
            first_channel,
            pixels: None,
            neighbours: kernel.reads_neighbours(),
            item_weights: None,
            item_mask: None,
            class_weights: batch.class_weights,
            ignore_index: options.ignore_index,
            facts,
        };
        problem.weigh(kernel, batch)?;
        Ok(problem)
    }

    fn target(
        loss: &str,
        truth: Truth,
        dense: Option<&'a [T]>,
        batch: &Batch<'a>,
    ) -> Result<FieldTarget<'a, T>, Error> {
        let shape = batch.prediction.shape;
        match (truth, batch.target, dense) {
            (Truth::Nothing, ..) => Ok(FieldTarget::Nothing),
            (_, Target::Dense(array), Some(values)) if array.shape == shape => {
                Ok(FieldTarget::Dense(values))
            }
            (Truth::Classes, Target::Labels(labels, given), _)
                if crate::shapes::labels_fit(shape, given) =>
            {
                Ok(FieldTarget::Labels(labels))
            }
            (_, Target::None, _) => Err(crate::shapes::needs_target()),
            (Truth::Numbers, Target::Labels(..), _) => Err(Error::unsupported(
                loss,
                "compares numbers with numbers; give a target of real numbers in the prediction's shape",
            )),
            (_, Target::Labels(_, given), _) => Err(Error::shape(
                "target",
                format!(
                    "{:?} (a label for each pixel)",
                    [&shape[..1], &shape[2..]].concat()
                ),
                given,
            )),
            (_, Target::Dense(array), _) => Err(Error::shape(
                "target",
                format!("{shape:?}, as the prediction"),
                array.shape,
            )),
        }
    }

    /// Weights and mask by item weigh the fields, those by pixel what is in them.
    fn weigh(&mut self, kernel: &dyn FieldFormula, batch: &Batch<'a>) -> Result<(), Error> {
        let (items, pixels) = (self.items, self.grid.len());
        let whole = self.extent == Extent::Batch;
        let by_item = |len: usize| len == items && !whole;
        let loss = self.loss;
        let fits = |argument: &'static str, len: usize| {
            if by_item(len) || (kernel.weighs_pixels() && (len == items * pixels || len == items)) {
                return Ok(());
            }
            if len == items * pixels || len == items {
                return Err(Error::unsupported(
                    loss,
                    format!("judges fields as a whole: `{argument}` has one entry for each item"),
                ));
            }
            Err(Error::Shape {
                argument,
                expected: format!("{items} entries (one per item)"),
                got: format!("{len} entries"),
            })
        };
        if let Some(w) = batch.weights {
            fits("weights", w.values.len())?;
        }
        if let Some(m) = batch.mask {
            fits("mask", m.len())?;
        }
        self.item_weights = batch.weights.map(|w| w.values).filter(|w| by_item(w.len()));
        self.item_mask = batch.mask.filter(|m| by_item(m.len()));
        let inner = Batch {
            weights: batch.weights.filter(|w| !by_item(w.values.len())),
            mask: batch.mask.filter(|m| !by_item(m.len())),
            ..*batch
        };
        let weighting = Weighting::new(&inner, items, items * pixels)?;
        if self.extent == Extent::Item && batch.class_weights.is_some() {
            return Err(Error::unsupported(
                loss,
                "judges all channels together; class weights have no place",
            ));
        }
        weighting.check_classes(self.channels)?;
        let ignored = self.ignored_pixel();
        if let (Some(position), false) = (ignored, kernel.weighs_pixels()) {
            return Err(Error::unsupported(
                loss,
                format!(
                    "judges fields as a whole: it cannot leave out single pixels, but the label at position \
                     {position} is the ignore_index {}",
                    self.ignore_index
                ),
            ));
        }
        if kernel.weighs_pixels() && (!weighting.trivial() || ignored.is_some()) {
            self.pixels = Some(weighting);
        }
        Ok(())
    }

    /// A label that does not count in an item that has others.
    fn ignored_pixel(&self) -> Option<usize> {
        let FieldTarget::Labels(labels) = self.target else {
            return None;
        };
        let pixels = self.grid.len();
        (0..self.items).find_map(|item| {
            let ignored = |&p: &usize| labels.get(p) == self.ignore_index;
            let all = item * pixels..(item + 1) * pixels;
            let first = all.clone().find(ignored)?;
            (!all.clone().all(|p| ignored(&p))).then_some(first)
        })
    }

    /// Fields of the batch: how many, and channels of the prediction that each has.
    pub(super) fn fields(&self) -> usize {
        let channels = self.channels - self.first_channel;
        match self.extent {
            Extent::Channel => self.items * channels,
            Extent::Item => self.items,
            Extent::Batch => channels,
        }
    }

    /// Item (of the batch: the first) and first channel of a field.
    pub(super) fn place(&self, field: usize) -> (usize, usize) {
        let channels = self.channels - self.first_channel;
        match self.extent {
            Extent::Channel => (field / channels, self.first_channel + field % channels),
            Extent::Item => (field, self.first_channel),
            Extent::Batch => (0, self.first_channel + field),
        }
    }

    /// Does the item count at all? An item all of whose labels are ignored does not.
    pub(super) fn item_counts(&self, item: usize) -> bool {
        if self.item_mask.is_some_and(|mask| !mask[item]) {
            return false;
        }
        let pixels = item * self.grid.len()..(item + 1) * self.grid.len();
        if let Some(weighting) = &self.pixels {
            return pixels.into_iter().any(|p| self.pixel_counts(weighting, p));
        }
        match self.target {
            FieldTarget::Labels(labels) => labels.get(pixels.start) != self.ignore_index,
            _ => true,
        }
    }

    pub(super) fn pixel_counts(&self, weighting: &Weighting<'_>, position: usize) -> bool {
        let ignored = matches!(self.target, FieldTarget::Labels(labels)
            if labels.get(position) == self.ignore_index);
        !ignored && weighting.counts(position)
    }

    /// Weight of a field as a whole.
    pub(super) fn field_weight(&self, item: usize, channel: usize) -> f64 {
        let class = match self.extent {
            Extent::Item => 1.0,
            Extent::Channel | Extent::Batch => self.class_weights.map_or(1.0, |w| w[channel]),
        };
        class * self.item_weights.map_or(1.0, |w| w.get(item))
    }

    /// The prediction checked, at the pixels that count.
    pub(super) fn check_prediction(&self, item: usize) -> Result<(), Error> {
        let (low, high) = self.facts.prediction.range::<T>();
        let (lowest, highest) = (T::from_f64(low), T::from_f64(high));
        let pixels = self.grid.len();
        let size = self.channels * pixels;
        let values = &self.prediction[item * size..(item + 1) * size];
        let bad = |(at, x): (usize, &T)| {
            let counts = self
                .pixels
                .as_ref()
                .is_none_or(|w| self.pixel_counts(w, item * pixels + at % pixels));
            (counts && !(*x >= lowest && *x <= highest)).then_some(at)
        };
        match values.iter().enumerate().find_map(bad) {
            None => Ok(()),
            Some(at) => Err(Error::Value {
                argument: "prediction",
                position: item * size + at,
                value: values[at].to_f64(),
                expected: format!("a number in [{low:.4e}, {high:.4e}]"),
            }),
        }
    }

    /// Collects target and weights of a field for the given items.
    pub(super) fn gather(
        &self,
        items: std::ops::Range<usize>,
        channels: std::ops::Range<usize>,
        out: &mut Gathered<T>,
    ) -> Result<(), Error> {
        out.target.clear();
        out.weights.clear();
        let pixels = self.grid.len();
        for item in items {
            let from = out.weights.len();
            if let Some(weighting) = &self.pixels {
                let counts = self.item_counts(item);
                let weight = |p: usize| {
                    if counts && self.pixel_counts(weighting, p) {
                        T::from_f64(weighting.weight(p))
                    } else {
                        T::default()
                    }
                };
                out.weights
                    .extend((item * pixels..(item + 1) * pixels).map(weight));
            }
            let weights = out.weights[from..].to_vec();
            let read = |pixel: usize| {
                self.neighbours
                    && self
                        .pixels
                        .as_ref()
                        .is_some_and(|w| self.pixel_counts(w, item * pixels + pixel))
            };
            let counts =
                |pixel: usize| weights.is_empty() || weights[pixel] > T::default() || read(pixel);
            for channel in channels.clone() {
                let start = out.target.len();
                match self.target {
                    FieldTarget::Nothing => {}
                    FieldTarget::Labels(labels) => {
                        self.one_hot(labels, item, channel, &counts, &mut out.target)?;
                    }
                    FieldTarget::Dense(values) => {
                        let at = (item * self.channels + channel) * pixels;
                        out.target.extend_from_slice(&values[at..at + pixels]);
                        self.check_target(&mut out.target[start..], at, &counts)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn one_hot(
        &self,
        labels: Labels<'_>,
        item: usize,
        channel: usize,
        counts: &dyn Fn(usize) -> bool,
        out: &mut Vec<T>,
    ) -> Result<(), Error> {
        let pixels = self.grid.len();
        let classes = self.channels.max(2);
        // With a single channel the label says whether the pixel is inside.
        let inside = if self.channels == 1 {
            1
        } else {
            channel as i64
        };
        for pixel in 0..pixels {
            let position = item * pixels + pixel;
            let label = labels.get(position);
            if counts(pixel) && !(label >= 0 && label < classes as i64) {
                return Err(Error::Label {
                    position,
                    label,
                    classes,
                    ignore_index: self.ignore_index,
                });
            }
            let hit = counts(pixel) && label == inside;
            out.push(T::from_f64(f64::from(u8::from(hit))));
        }
        Ok(())
    }

    /// Numbers in the loss's range; 0 where a pixel does not count.
    fn check_target(
        &self,
        target: &mut [T],
        at: usize,
        counts: &dyn Fn(usize) -> bool,
    ) -> Result<(), Error> {
        let (low, high) = self.facts.target.range::<T>();
        let (lowest, highest) = (T::from_f64(low), T::from_f64(high));
        for (pixel, t) in target.iter_mut().enumerate() {
            if !counts(pixel) {
                *t = T::default();
            } else if !(*t >= lowest && *t <= highest) {
                return Err(Error::Value {
                    argument: "target",
                    position: at + pixel,
                    value: t.to_f64(),
                    expected: format!("a number in [{low:.4e}, {high:.4e}]"),
                });
            }
        }
        Ok(())
    }
}
