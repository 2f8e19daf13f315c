//! Detectors: how images are drawn and become a batch, agreement with pycocotools, and bad input.

use serde::Deserialize;

use super::super::detection::{
    CocoSummary, DetectionScores, Interpolation, Selection, Size, VocAp,
};
use super::*;

/// A detection or an object.
#[derive(Clone, Debug)]
struct Found {
    corners: [f64; 4],
    class: usize,
    score: f64,
}

#[derive(Clone, Debug)]
struct Given {
    corners: [f64; 4],
    class: usize,
    crowd: bool,
    ignore: bool,
}

#[derive(Clone, Debug)]
pub(super) struct ImageRow {
    found: Vec<Found>,
    given: Vec<Given>,
    weight: f64,
}

impl Rows for Detection {
    type Row = ImageRow;

    fn list() -> &'static [MetricInfo] {
        DETECTION
    }

    fn find(name: &str) -> Result<Box<dyn Metric<Self>>, MetricError> {
        detection_metric(name)
    }

    fn update(state: &mut dyn Metric<Self>, rows: &[Self::Row]) {
        let found: Vec<&Found> = rows.iter().flat_map(|row| &row.found).collect();
        let given: Vec<&Given> = rows.iter().flat_map(|row| &row.given).collect();
        let boxes: Vec<f64> = found.iter().flat_map(|d| d.corners).collect();
        let scores: Vec<f64> = found.iter().map(|d| d.score).collect();
        let classes: Vec<usize> = found.iter().map(|d| d.class).collect();
        let counts: Vec<usize> = rows.iter().map(|row| row.found.len()).collect();
        let detections = Detections {
            boxes: &boxes,
            scores: &scores,
            classes: &classes,
            counts: &counts,
            areas: None,
        };
        let boxes: Vec<f64> = given.iter().flat_map(|g| g.corners).collect();
        let classes: Vec<usize> = given.iter().map(|g| g.class).collect();
        let counts: Vec<usize> = rows.iter().map(|row| row.given.len()).collect();
        let crowd: Vec<bool> = given.iter().map(|g| g.crowd).collect();
        let ignore: Vec<bool> = given.iter().map(|g| g.ignore).collect();
        let objects = Objects {
            boxes: &boxes,
            classes: &classes,
            counts: &counts,
            crowd: Some(&crowd),
            ignore: Some(&ignore),
            areas: None,
        };
        let weights: Vec<f64> = rows.iter().map(|row| row.weight).collect();
        let batch = DetectionBatch::new(detections, objects, Some(&weights)).unwrap();
        assert_eq!(batch.len(), rows.len());
        state.update(&batch).unwrap();
    }

    fn weight(row: &mut Self::Row) -> &mut f64 {
        &mut row.weight
    }

    fn perfect(row: &Self::Row) -> Self::Row {
        let required = row.given.iter().filter(|g| !g.crowd && !g.ignore);
        let exact = |g: &Given| Found {
            corners: g.corners,
            class: g.class,
            score: 1.0,
        };
        ImageRow {
            found: required.map(exact).collect(),
            ..row.clone()
        }
    }

    fn padding(_: &Self::Row) -> Self::Row {
        let corners = [f64::NAN; 4];
        ImageRow {
            found: vec![Found {
                corners,
                class: 0,
                score: f64::INFINITY,
            }],
            given: vec![Given {
                corners,
                class: 0,
                crowd: false,
                ignore: false,
            }],
            weight: 0.0,
        }
    }

    fn rows() -> BoxedStrategy<Vec<Self::Row>> {
        // Whole numbers, so that overlaps and scores tie; places are never the same.
        let side = prop::sample::select(vec![8_u8, 12, 40, 110]);
        let corners = |place: usize, (dx, dy): (u8, u8), (w, h): (u8, u8)| {
            let (x, y) = (20.0 * place as f64 + f64::from(dx), f64::from(dy));
            [x, y, x + f64::from(w), y + f64::from(h)]
        };
        let given = (
            (0_u8..4, 0_u8..4),
            (side.clone(), side),
            0_usize..3,
            0_u8..8,
        );
        let found = (
            (0_u8..4, 0_u8..4),
            -3_i8..4,
            0_usize..3,
            0_u8..5,
            0_usize..7,
        );
        let image = (
            prop::collection::vec(given, 0..6),
            prop::collection::vec(found, 0..8),
            prop_oneof![3 => Just(1.0), 2 => (1_u8..4).prop_map(f64::from), 1 => 0.01..10.0],
        );
        let image = image.prop_map(move |(given, found, weight)| {
            let given: Vec<Given> = given
                .into_iter()
                .enumerate()
                .map(|(place, (shift, sides, class, kind))| Given {
                    corners: corners(place, shift, sides),
                    class,
                    crowd: kind == 0,
                    ignore: kind == 1,
                })
                .collect();
            // Near an object, or on its own.
            let near = |(shift, stretch, class, score, place): ((u8, u8), i8, usize, u8, usize)| {
                let mut corners = match given.get(place) {
                    Some(object) => object.corners,
                    None => corners(place, shift, (40, 40)),
                };
                corners[2] += f64::from(stretch);
                let class = given
                    .get(place)
                    .map_or(class, |object| if class > 0 { object.class } else { 0 });
                Found {
                    corners,
                    class,
                    score: f64::from(score) / 4.0,
                }
            };
            ImageRow {
                found: found.into_iter().map(near).collect(),
                given,
                weight,
            }
        });
        prop::collection::vec(image, 1..12).boxed()
    }
}

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    images: Vec<Image>,
    coco: [Option<f64>; 12],
    coco_by_class: Vec<(usize, Option<f64>)>,
    /// Of cases without crowds.
    voc: Option<f64>,
    voc_eleven: Option<f64>,
}

#[derive(Deserialize)]
struct Image {
    boxes: Vec<[f64; 4]>,
    scores: Vec<f64>,
    classes: Vec<usize>,
    object_boxes: Vec<[f64; 4]>,
    object_classes: Vec<usize>,
    object_areas: Vec<f64>,
    crowd: Vec<bool>,
}

impl Image {
    fn with<R>(&self, run: impl FnOnce(Detections<'_>, Objects<'_>) -> R) -> R {
        let detections = Detections {
            boxes: self.boxes.as_flattened(),
            scores: &self.scores,
            classes: &self.classes,
            counts: &[self.scores.len()],
            areas: None,
        };
        let objects = Objects {
            boxes: self.object_boxes.as_flattened(),
            classes: &self.object_classes,
            counts: &[self.object_classes.len()],
            crowd: Some(&self.crowd),
            ignore: None,
            areas: Some(&self.object_areas),
        };
        run(detections, objects)
    }
}

fn cases() -> Vec<Case> {
    let text = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/detection.json"
    ));
    serde_json::from_str::<Fixture>(text).unwrap().cases
}

fn near(got: Option<f64>, want: Option<f64>, what: &str) {
    match (got, want) {
        (Some(got), Some(want)) => {
            assert!((got - want).abs() < 1e-9, "{what}: {got}, expected {want}")
        }
        (got, want) => assert_eq!(got, want, "{what}"),
    }
}

fn twelve(s: &CocoSummary) -> [Option<f64>; 12] {
    [
        s.ap,
        s.ap50,
        s.ap75,
        s.ap_small,
        s.ap_medium,
        s.ap_large,
        s.ar1,
        s.ar10,
        s.ar100,
        s.ar_small,
        s.ar_medium,
        s.ar_large,
    ]
}

#[test]
fn coco_numbers_agree_with_pycocotools() {
    let cases = cases();
    assert!(cases.len() >= 4);
    for case in &cases {
        // One state for the even images, one for the odd ones.
        let mut states = [DetectionScores::default(), DetectionScores::default()];
        for (i, image) in case.images.iter().enumerate() {
            image.with(|d, o| states[i % 2].update(&DetectionBatch::new(d, o, None).unwrap()));
        }
        let [mut scores, odd] = states;
        scores.merge(&odd).unwrap();
        for (i, (got, want)) in twelve(&scores.summary())
            .into_iter()
            .zip(case.coco)
            .enumerate()
        {
            near(got, want, &format!("{}: number {i}", case.name));
        }
        for &(class, want) in &case.coco_by_class {
            let of = Selection {
                class: Some(class),
                ..Selection::default()
            };
            near(
                scores.average_precision(&of),
                want,
                &format!("{}: class {class}", case.name),
            );
        }
    }
}

#[test]
fn voc_numbers_agree_with_the_transcription() {
    for case in cases().iter().filter(|case| case.voc.is_some()) {
        for (interpolation, want) in [
            (Interpolation::EveryPoint, case.voc),
            (Interpolation::ElevenPoints, case.voc_eleven),
        ] {
            let mut metric = VocAp::with(0.5, interpolation).unwrap();
            for image in &case.images {
                image.with(|d, o| {
                    metric
                        .update(&DetectionBatch::new(d, o, None).unwrap())
                        .unwrap();
                });
            }
            near(
                metric.value(),
                want,
                &format!("{} {interpolation:?}", case.name),
            );
        }
    }
}

/// The overlaps of the boxes, given as such, are the boxes.
#[test]
fn given_overlaps_take_the_place_of_boxes() {
    for case in cases() {
        let (mut by_boxes, mut by_overlaps) =
            (DetectionScores::default(), DetectionScores::default());
        for image in &case.images {
            image.with(|d, o| {
                by_boxes.update(&DetectionBatch::new(d, o, None).unwrap());
                let mut overlaps = Vec::new();
                for a in &image.boxes {
                    for (b, &crowd) in image.object_boxes.iter().zip(&image.crowd) {
                        use crate::detection::Overlap;
                        let kind = if crowd {
                            Overlap::OverFirst
                        } else {
                            Overlap::Iou
                        };
                        overlaps.push(kind.of(*a, *b));
                    }
                }
                by_overlaps.update(&DetectionBatch::with_overlaps(d, o, &overlaps, None).unwrap());
            });
        }
        let all = Selection::default();
        assert_eq!(
            by_boxes.average_precision(&all),
            by_overlaps.average_precision(&all)
        );
        assert_eq!(
            by_boxes.average_recall(&all),
            by_overlaps.average_recall(&all)
        );
        let small = Selection {
            size: Size::Small,
            ..all
        };
        assert_eq!(
            by_boxes.average_recall(&small).is_some(),
            by_overlaps.average_recall(&small).is_some()
        );
    }
}

#[test]
fn ignored_objects_need_not_be_found() {
    let run = |ignore: &[bool]| {
        let detections = Detections {
            boxes: &[0.0, 0.0, 10.0, 10.0, 20.0, 0.0, 30.0, 10.0],
            scores: &[0.5, 0.9],
            classes: &[4, 4],
            counts: &[2],
            areas: None,
        };
        let objects = Objects {
            boxes: &[
                0.0, 0.0, 10.0, 10.0, 20.0, 0.0, 30.0, 10.0, 50.0, 0.0, 60.0, 10.0,
            ],
            classes: &[4, 4, 4],
            counts: &[3],
            ignore: Some(ignore),
            ..Objects::default()
        };
        let batch = DetectionBatch::new(detections, objects, None).unwrap();
        DETECTION
            .iter()
            .map(|info| {
                let mut metric = detection_metric(info.name).unwrap();
                metric.update(&batch).unwrap();
                metric.value()
            })
            .collect::<Vec<_>>()
    };
    assert!(
        run(&[false, true, true])
            .iter()
            .all(|value| *value == Some(1.0))
    );
    assert!(run(&[true; 3]).iter().all(Option::is_none));
    let ap = run(&[false; 3]);
    // 67 of 101 recalls lie at or below 2/3.
    near(ap[0], Some(67.0 / 101.0), "coco_ap");
    near(ap[3], Some(2.0 / 3.0), "coco_ar");
    near(ap[4], Some(2.0 / 3.0), "voc_ap");
}

#[test]
fn bad_images_are_named() {
    let detections = Detections {
        boxes: &[0.0, 0.0, 1.0, 1.0],
        scores: &[0.5],
        classes: &[0],
        counts: &[0, 1],
        areas: None,
    };
    let objects = Objects {
        boxes: &[0.0, 0.0, 1.0, 1.0],
        classes: &[0],
        counts: &[1, 0],
        ..Objects::default()
    };
    let text = |d: Detections<'_>, o: Objects<'_>| {
        DetectionBatch::new(d, o, None).unwrap_err().to_string()
    };
    assert!(DetectionBatch::new(detections, objects, None).is_ok());
    assert_eq!(
        text(
            Detections {
                boxes: &[0.0; 3],
                ..detections
            },
            objects
        ),
        "detections.boxes (detections x 4): expected 4, got 3"
    );
    assert_eq!(
        text(
            detections,
            Objects {
                counts: &[1],
                ..objects
            }
        ),
        "objects.counts (images): expected 2, got 1"
    );
    assert_eq!(
        text(
            Detections {
                scores: &[f64::NAN],
                ..detections
            },
            objects
        ),
        "detections.scores: row 1 holds a value that is not finite"
    );
    assert_eq!(
        text(
            detections,
            Objects {
                boxes: &[f64::INFINITY; 4],
                ..objects
            }
        ),
        "objects.boxes: row 0 holds a value that is not finite"
    );
    assert!(matches!(
        DetectionBatch::new(
            detections,
            Objects {
                crowd: Some(&[]),
                ..objects
            },
            None
        ),
        Err(MetricError::Shape { .. })
    ));
    assert!(matches!(
        DetectionBatch::new(
            Detections {
                counts: &[usize::MAX, 2],
                ..detections
            },
            objects,
            None
        ),
        Err(MetricError::Shape { .. })
    ));
    let full = Detections {
        counts: &[1, 0],
        ..detections
    };
    assert!(DetectionBatch::with_overlaps(full, objects, &[0.5], None).is_ok());
    for bad in [&[][..], &[f64::NAN]] {
        assert!(DetectionBatch::with_overlaps(full, objects, bad, None).is_err());
    }
    assert!(DetectionScores::with_thresholds(&[]).is_err());
    assert!(DetectionScores::with_thresholds(&[0.5; 17]).is_err());
    assert!(DetectionScores::with_thresholds(&[0.0]).is_err());
    let merged = DetectionScores::with_thresholds(&[0.7])
        .unwrap()
        .merge(&DetectionScores::default());
    assert!(matches!(merged, Err(MetricError::Incompatible { .. })));
    assert!(VocAp::with(1.5, Interpolation::EveryPoint).is_err());
    let merged = VocAp::with(0.7, Interpolation::EveryPoint)
        .unwrap()
        .merge(&VocAp::default());
    assert!(matches!(merged, Err(MetricError::Incompatible { .. })));
}
