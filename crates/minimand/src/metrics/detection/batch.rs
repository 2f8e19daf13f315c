//! Batches of images with detections and objects.

use crate::detection::Overlap;
use crate::metrics::batch::{Weights, check_finite, check_length};
use crate::metrics::{MetricError, Task};
use std::borrow::Cow;
use std::ops::Range;

/// The task of finding objects.
#[derive(Clone, Copy, Debug)]
pub enum Detection {}

impl Task for Detection {
    type Batch<'a> = DetectionBatch<'a>;
}

/// What a detector found, image after image.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detections<'a> {
    /// `[n, 4]` as x1 y1 x2 y2, in any unit.
    pub boxes: &'a [f64],
    /// `[n]`; the higher, the surer.
    pub scores: &'a [f64],
    /// `[n]`; any numbers.
    pub classes: &'a [usize],
    /// How many of them each image has.
    pub counts: &'a [usize],
    /// `[n]`, in squared units of the coordinates; those of the boxes if not given.
    pub areas: Option<&'a [f64]>,
}

/// What there is to find, image after image.
#[derive(Clone, Copy, Debug, Default)]
pub struct Objects<'a> {
    /// `[m, 4]` as x1 y1 x2 y2, in the unit of the detections.
    pub boxes: &'a [f64],
    /// `[m]`.
    pub classes: &'a [usize],
    /// How many of them each image has.
    pub counts: &'a [usize],
    /// `[m]`: a region with many objects. Need not be found, and takes any number of detections, by the
    /// share of the detection that lies inside.
    pub crowd: Option<&'a [bool]>,
    /// `[m]`: an object that need not be found, such as VOC's difficult ones; a detection of it does not count.
    pub ignore: Option<&'a [bool]>,
    /// `[m]`, in squared units of the coordinates (COCO: areas of the masks); those of the boxes if not given.
    pub areas: Option<&'a [f64]>,
}

/// A checked batch of images.
///
/// The check is made once, and the overlaps are worked out once; a batch can then go to any number of metrics.
#[derive(Clone, Debug)]
pub struct DetectionBatch<'a> {
    detections: Detections<'a>,
    objects: Objects<'a>,
    /// Image after image, `[detections, objects]`.
    overlaps: Cow<'a, [f64]>,
    rows: usize,
    images: Vec<Span>,
}

/// An image with a weight above zero: where its arrays lie.
#[derive(Clone, Debug)]
struct Span {
    row: usize,
    weight: f64,
    detections: Range<usize>,
    objects: Range<usize>,
    overlaps: usize,
}

/// The detections and objects of one class in one image.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) class: usize,
    /// Weight of the image.
    pub(super) weight: f64,
    /// The best score first, of equal scores the earlier detection.
    pub(super) scores: Vec<f64>,
    /// Area of each detection.
    pub(super) found_areas: Vec<f64>,
    pub(super) objects: Vec<Object>,
    /// `[detections, objects]`.
    pub(super) overlaps: Vec<f64>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Object {
    pub(super) area: f64,
    pub(super) crowd: bool,
    /// Need not be found: a crowd, or ignored.
    pub(super) optional: bool,
}

impl<'a> DetectionBatch<'a> {
    /// Checks and wraps a batch of images; overlaps are IoUs of the boxes, without the extra pixel that older
    /// tools add.
    ///
    /// `weights` has one value per image; without weights every image counts once. Images of weight 0 are
    /// absent: their values are not checked.
    ///
    /// # Errors
    ///
    /// - [`MetricError::Shape`] if lengths do not fit together;
    /// - [`MetricError::NotFinite`] for an infinite value or NaN (the row is the image);
    /// - [`MetricError::NegativeWeight`] for a weight below zero.
    pub fn new(
        detections: Detections<'a>,
        objects: Objects<'a>,
        weights: Option<&'a [f64]>,
    ) -> Result<Self, MetricError> {
        let mut batch = Self::checked(detections, objects, weights)?;
        check_length(
            "detections.boxes (detections x 4)",
            detections.boxes.len(),
            4 * detections.scores.len(),
        )?;
        check_length(
            "objects.boxes (objects x 4)",
            objects.boxes.len(),
            4 * objects.classes.len(),
        )?;
        let mut overlaps = Vec::new();
        for image in &mut batch.images {
            let boxes = |all: &'a [f64], of: &Range<usize>| &all.as_chunks::<4>().0[of.clone()];
            let found = boxes(detections.boxes, &image.detections);
            let given = boxes(objects.boxes, &image.objects);
            for (argument, boxes) in [("detections.boxes", found), ("objects.boxes", given)] {
                for &value in boxes.as_flattened() {
                    check_finite(argument, image.row, value)?;
                }
            }
            image.overlaps = overlaps.len();
            for (d, &a) in image.detections.clone().zip(found) {
                for (g, &b) in image.objects.clone().zip(given) {
                    let kind = match objects.crowd {
                        Some(crowd) if crowd[g] => Overlap::OverFirst,
                        _ => Overlap::Iou,
                    };
                    let same = detections.classes[d] == objects.classes[g];
                    overlaps.push(if same { kind.of(a, b) } else { 0.0 });
                }
            }
        }
        batch.overlaps = Cow::Owned(overlaps);
        Ok(batch)
    }

    /// As [`new`](Self::new) with overlaps from elsewhere, in place of boxes (which are not looked at): of turned
    /// boxes, volumes, masks, a bird's-eye view.
    ///
    /// `overlaps` holds, image after image, those of each detection with every object, row by row; for a crowd
    /// the share of the detection that lies inside. Objects and detections are of no size (small, medium, large)
    /// where areas are not given.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_overlaps(
        detections: Detections<'a>,
        objects: Objects<'a>,
        overlaps: &'a [f64],
        weights: Option<&'a [f64]>,
    ) -> Result<Self, MetricError> {
        let detections = Detections {
            boxes: &[],
            ..detections
        };
        let objects = Objects {
            boxes: &[],
            ..objects
        };
        let mut batch = Self::checked(detections, objects, weights)?;
        let cells = detections
            .counts
            .iter()
            .zip(objects.counts)
            .map(|(d, g)| d * g);
        check_length(
            "overlaps (detections x objects of all images)",
            overlaps.len(),
            cells.sum(),
        )?;
        for image in &batch.images {
            let cells = image.detections.len() * image.objects.len();
            for &value in &overlaps[image.overlaps..image.overlaps + cells] {
                check_finite("overlaps", image.row, value)?;
            }
        }
        batch.overlaps = Cow::Borrowed(overlaps);
        Ok(batch)
    }

    /// Checks everything but boxes and overlaps.
    fn checked(
        detections: Detections<'a>,
        objects: Objects<'a>,
        weights: Option<&'a [f64]>,
    ) -> Result<Self, MetricError> {
        let images = detections.counts.len();
        check_length("objects.counts (images)", objects.counts.len(), images)?;
        let total = |counts: &[usize]| {
            let sum = counts
                .iter()
                .try_fold(0usize, |sum, &count| sum.checked_add(count));
            // Four numbers of each must be countable too.
            sum.filter(|sum| sum.checked_mul(4).is_some())
                .unwrap_or(usize::MAX)
        };
        let (n, m) = (total(detections.counts), total(objects.counts));
        check_length(
            "detections.scores (detections of all images)",
            detections.scores.len(),
            n,
        )?;
        check_length(
            "detections.classes (detections of all images)",
            detections.classes.len(),
            n,
        )?;
        check_length(
            "objects.classes (objects of all images)",
            objects.classes.len(),
            m,
        )?;
        for (argument, length, expected) in [
            (
                "detections.areas (detections of all images)",
                detections.areas.map(<[f64]>::len),
                n,
            ),
            (
                "objects.areas (objects of all images)",
                objects.areas.map(<[f64]>::len),
                m,
            ),
            (
                "objects.crowd (objects of all images)",
                objects.crowd.map(<[bool]>::len),
                m,
            ),
            (
                "objects.ignore (objects of all images)",
                objects.ignore.map(<[bool]>::len),
                m,
            ),
        ] {
            check_length(argument, length.unwrap_or(expected), expected)?;
        }
        let weights = Weights::new(weights, images)?;
        let (mut d, mut g, mut cells) = (0, 0, 0);
        let starts: Vec<_> = detections
            .counts
            .iter()
            .zip(objects.counts)
            .map(|(&found, &given)| {
                let start = (d..d + found, g..g + given, cells);
                (d, g, cells) = (d + found, g + given, cells + found * given);
                start
            })
            .collect();
        let spans = weights.counted().map(|(row, weight)| {
            let (detections, objects, overlaps) = starts[row].clone();
            Span {
                row,
                weight,
                detections,
                objects,
                overlaps,
            }
        });
        let batch = Self {
            detections,
            objects,
            overlaps: Cow::Borrowed(&[]),
            rows: images,
            images: spans.collect(),
        };
        for image in &batch.images {
            for &score in &detections.scores[image.detections.clone()] {
                check_finite("detections.scores", image.row, score)?;
            }
            for (argument, areas, range) in [
                ("detections.areas", detections.areas, &image.detections),
                ("objects.areas", objects.areas, &image.objects),
            ] {
                for &area in areas.map_or(&[][..], |areas| &areas[range.clone()]) {
                    check_finite(argument, image.row, area)?;
                }
            }
        }
        Ok(batch)
    }

    /// The number of images, those of weight 0 included.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether the batch has no images.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Class by class what there is in each image with a weight above zero.
    pub(super) fn scenes(&self) -> impl Iterator<Item = Scene> {
        self.images.iter().flat_map(|image| {
            let found = &self.detections.classes[image.detections.clone()];
            let given = &self.objects.classes[image.objects.clone()];
            let mut classes: Vec<usize> = found.iter().chain(given).copied().collect();
            classes.sort_unstable();
            classes.dedup();
            classes.into_iter().map(|class| self.scene(image, class))
        })
    }

    fn scene(&self, image: &Span, class: usize) -> Scene {
        let (detections, objects) = (&self.detections, &self.objects);
        let mut found: Vec<usize> = image
            .detections
            .clone()
            .filter(|&d| detections.classes[d] == class)
            .collect();
        found.sort_by(|&a, &b| detections.scores[b].total_cmp(&detections.scores[a]));
        let given: Vec<usize> = image
            .objects
            .clone()
            .filter(|&g| objects.classes[g] == class)
            .collect();
        let width = image.objects.len();
        let mut overlaps = Vec::with_capacity(found.len() * given.len());
        for &d in &found {
            let row = image.overlaps + (d - image.detections.start) * width;
            overlaps.extend(
                given
                    .iter()
                    .map(|&g| self.overlaps[row + g - image.objects.start]),
            );
        }
        let flag = |flags: Option<&[bool]>, g: usize| flags.is_some_and(|flags| flags[g]);
        Scene {
            class,
            weight: image.weight,
            scores: found.iter().map(|&d| detections.scores[d]).collect(),
            found_areas: found
                .iter()
                .map(|&d| area(detections.areas, detections.boxes, d))
                .collect(),
            objects: given
                .iter()
                .map(|&g| Object {
                    area: area(objects.areas, objects.boxes, g),
                    crowd: flag(objects.crowd, g),
                    optional: flag(objects.crowd, g) || flag(objects.ignore, g),
                })
                .collect(),
            overlaps,
        }
    }
}

/// A given area, else that of the box, else NaN.
fn area(areas: Option<&[f64]>, boxes: &[f64], at: usize) -> f64 {
    match (areas, boxes.as_chunks().0.get(at)) {
        (Some(areas), _) => areas[at],
        (None, Some([x1, y1, x2, y2])) => (x2 - x1).max(0.0) * (y2 - y1).max(0.0),
        (None, None) => f64::NAN,
    }
}
