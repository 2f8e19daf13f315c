use super::*;
use crate::detection::Overlap;
use crate::random::{Key, Random};

/// Boxes of 10 to 20 in a square of 60, with scores.
fn scene(count: usize, seed: u64) -> (Vec<f64>, Vec<f64>, Vec<i64>) {
    let mut random = Random::new(Key::new(seed), 0);
    let (mut boxes, mut scores, mut classes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..count {
        let (x, y) = (60.0 * random.uniform(), 60.0 * random.uniform());
        let (w, h) = (
            10.0 + 10.0 * random.uniform(),
            10.0 + 10.0 * random.uniform(),
        );
        boxes.extend([x, y, x + w, y + h]);
        scores.push(random.uniform());
        classes.push(random.below(3) as i64);
    }
    (boxes, scores, classes)
}

fn overlap(kind: Overlap, boxes: &[f64], i: usize, j: usize) -> f64 {
    let boxes = boxes.as_chunks::<4>().0;
    kind.of(boxes[i], boxes[j])
}

/// A detection stays if no better one that stays suppresses it: as it is defined, by recursion.
fn stays(i: usize, scores: &[f64], removes: &dyn Fn(usize, usize) -> bool) -> bool {
    let better = (0..scores.len()).filter(|&j| scores[j] > scores[i]);
    better
        .into_iter()
        .all(|j| !removes(j, i) || !stays(j, scores, removes))
}

#[test]
fn what_stays_is_as_defined() {
    for seed in 0..40 {
        let (boxes, scores, classes) = scene(25, seed);
        for threshold in [0.0, 0.2, 0.5, 0.8] {
            let rules = [
                (Suppression::Iou { threshold }, Overlap::Iou),
                // The square is taken of the distance already: β = 1 subtracts what DIoU does.
                (
                    Suppression::Diou {
                        threshold,
                        beta: 1.0,
                    },
                    Overlap::Diou,
                ),
            ];
            for (rule, kind) in rules {
                for by_class in [false, true] {
                    let removes = |j: usize, i: usize| {
                        (!by_class || classes[i] == classes[j])
                            && overlap(kind, &boxes, j, i) > threshold
                    };
                    let mut want: Vec<usize> =
                        (0..25).filter(|&i| stays(i, &scores, &removes)).collect();
                    want.sort_by(|&i, &j| scores[j].total_cmp(&scores[i]));
                    let given = by_class.then_some(&classes[..]);
                    assert_eq!(nms(&boxes, &scores, given, rule).unwrap(), want);
                    let single: Vec<f32> = boxes.iter().map(|&x| x as f32).collect();
                    let single_scores: Vec<f32> = scores.iter().map(|&x| x as f32).collect();
                    assert_eq!(nms(&single, &single_scores, given, rule).unwrap(), want);
                }
            }
        }
    }
}

#[test]
fn a_large_exponent_is_plain_suppression() {
    for seed in 0..20 {
        let (boxes, scores, _) = scene(60, 100 + seed);
        let plain = nms(&boxes, &scores, None, Suppression::Iou { threshold: 0.4 }).unwrap();
        let distant = Suppression::Diou {
            threshold: 0.4,
            beta: 1e3,
        };
        assert_eq!(nms(&boxes, &scores, None, distant).unwrap(), plain);
        assert!(plain.len() < 60);
    }
}

/// Every score anew from the list of those that were taken, as it is defined.
fn soft(
    boxes: &[f64],
    scores: &[f64],
    classes: &[i64],
    least: f64,
    factor: &dyn Fn(f64) -> f64,
) -> Vec<(usize, f64)> {
    let mut all = Vec::new();
    for class in 0..3 {
        let mut taken: Vec<(usize, f64)> = Vec::new();
        loop {
            let lowered = |i: usize| {
                let overlaps = taken
                    .iter()
                    .map(|(j, _)| overlap(Overlap::Iou, boxes, *j, i));
                (i, scores[i] * overlaps.map(factor).product::<f64>())
            };
            let left = (0..scores.len())
                .filter(|i| classes[*i] == class && taken.iter().all(|(j, _)| i != j))
                .map(lowered)
                .filter(|(_, score)| *score >= least);
            match left.max_by(|a, b| a.1.total_cmp(&b.1)) {
                Some(best) => taken.push(best),
                None => break,
            }
        }
        all.extend(taken);
    }
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all
}

#[test]
fn soft_scores_are_as_defined() {
    let linear = |o: f64| if o > 0.3 { 1.0 - o } else { 1.0 };
    let gaussian = |o: f64| (-o * o / 0.5).exp();
    let decays: [(Decay, &dyn Fn(f64) -> f64); 2] = [
        (Decay::Linear { threshold: 0.3 }, &linear),
        (Decay::Gaussian { sigma: 0.5 }, &gaussian),
    ];
    for seed in 0..30 {
        let (boxes, scores, classes) = scene(40, 200 + seed);
        for (decay, factor) in decays {
            for least in [0.0, 0.1, 0.6] {
                let got = soft_nms(&boxes, &scores, Some(&classes), decay, least).unwrap();
                let want = soft(&boxes, &scores, &classes, least, factor);
                assert_eq!(got.len(), want.len());
                for (got, want) in got.iter().zip(&want) {
                    assert_eq!(got.0, want.0);
                    assert!((got.1 - want.1).abs() < 1e-12);
                }
            }
        }
    }
}

#[test]
fn equal_scores_keep_their_order() {
    let same = [0.0, 0.0, 4.0, 4.0].repeat(3);
    let rule = Suppression::Iou { threshold: 0.5 };
    assert_eq!(nms(&same, &[0.5, 0.7, 0.7], None, rule).unwrap(), [1]);
    let decay = Decay::Linear { threshold: 0.3 };
    let soft = soft_nms(&same, &[0.7, 0.7, 0.7], None, decay, 0.0).unwrap();
    assert_eq!(soft, [(0, 0.7), (1, 0.0), (2, 0.0)]);
    assert_eq!(
        soft_nms(&same, &[0.7, 0.7, 0.7], None, decay, 0.1).unwrap(),
        [(0, 0.7)]
    );
}

#[test]
fn nothing_is_found_in_nothing() {
    let rule = Suppression::Iou { threshold: 0.5 };
    assert!(nms::<f64>(&[], &[], None, rule).unwrap().is_empty());
    let decay = Decay::Gaussian { sigma: 0.5 };
    assert!(
        soft_nms::<f64>(&[], &[], None, decay, 0.0)
            .unwrap()
            .is_empty()
    );
    let one = [0.0, 0.0, 1.0, 1.0];
    assert!(matches!(
        nms(&one, &[0.5, 0.5], None, rule),
        Err(Error::Shape {
            argument: "scores",
            ..
        })
    ));
    assert!(matches!(
        nms(&one, &[f64::NAN], None, rule),
        Err(Error::Value {
            argument: "scores",
            ..
        })
    ));
    assert!(matches!(
        nms(&one, &[0.5], None, Suppression::Iou { threshold: 1.5 }),
        Err(Error::Parameter { .. })
    ));
    assert!(matches!(
        soft_nms(&one, &[-0.5], None, decay, 0.0),
        Err(Error::Value {
            argument: "scores",
            ..
        })
    ));
}
