//! Tests of scales and ticks.

use super::*;

fn labels(values: &[f64], logarithmic: bool, count: usize) -> Vec<String> {
    let axis = Axis::tight(values.iter().copied(), logarithmic).unwrap();
    axis.ticks(count)
        .into_iter()
        .map(|tick| tick.label)
        .collect()
}

#[test]
fn linear_ticks_are_round() {
    assert_eq!(labels(&[0.0, 1.0], false, 5), ["0", "1"]);
    assert_eq!(
        labels(&[0.5, 1.0], false, 5),
        ["0.5", "0.6", "0.7", "0.8", "0.9", "1.0"]
    );
    assert_eq!(labels(&[-1.5, 1.5], false, 3), ["-1", "0", "1"]);
    assert_eq!(
        labels(&[0.0, 30_000.5], false, 3),
        ["0", "10,000", "20,000", "30,000"]
    );
    assert_eq!(labels(&[1.0, 3.0], false, 8), ["1", "2", "3"]);
    assert_eq!(labels(&[0.0, 2.5e-8], false, 3), ["0", "1e-8", "2e-8"]);
    assert_eq!(labels(&[0.0, 2e12], false, 3), ["0", "1e12", "2e12"]);
}

#[test]
fn logarithmic_ticks_are_powers_or_simple_factors() {
    assert_eq!(
        labels(&[0.001, 10.0], true, 5),
        ["0.001", "0.01", "0.1", "1", "10"]
    );
    assert_eq!(labels(&[1.0, 10.0], true, 5), ["1", "2", "5", "10"]);
    assert_eq!(
        labels(&[1.0, 2.0], true, 5),
        ["1.0", "1.2", "1.4", "1.6", "1.8", "2.0"]
    );
    assert_eq!(
        labels(&[1e-12, 1.0], true, 4),
        ["1e-12", "1e-9", "1e-6", "0.001", "1"]
    );
}

#[test]
fn values_that_cannot_be_drawn() {
    assert!(Axis::tight([f64::NAN, f64::INFINITY].into_iter(), false).is_none());
    assert!(Axis::tight([0.0, -1.0].into_iter(), true).is_none());
    let axis = Axis::tight([1.0, 100.0].into_iter(), true)
        .unwrap()
        .spanning(200.0, 0.0);
    assert_eq!(axis.position(10.0), Some(100.0));
    assert_eq!(axis.position(0.0), None);
    assert_eq!(axis.clamped(0.0), Some(200.0));
    assert_eq!(axis.clamped(f64::INFINITY), Some(0.0));
    assert_eq!(axis.clamped(f64::NAN), None);
}

#[test]
fn extreme_and_constant_ranges_have_finite_ticks() {
    let ranges: [&[f64]; 7] = [
        &[0.0],
        &[5.0, 5.0],
        &[-1e299, 1e299],
        &[1e-310],
        &[1.0, 1.0 + 1e-15],
        &[5e-324, 1e-300],
        &[1e18, 1e18 + 4096.0],
    ];
    for values in ranges {
        for logarithmic in [false, true] {
            let Some(axis) = Axis::padded(values.iter().copied(), logarithmic) else {
                continue;
            };
            let axis = axis.spanning(0.0, 100.0);
            let ticks = axis.ticks(5);
            assert!(ticks.len() < 20, "{values:?}: {ticks:?}");
            for tick in ticks {
                let position = axis.position(tick.value).unwrap();
                assert!((-1.0..=101.0).contains(&position), "{values:?}: {tick:?}");
            }
            for value in values {
                let position = axis.position(*value).unwrap_or(0.0);
                assert!((-1e-6..=100.0 + 1e-6).contains(&position), "{values:?}");
            }
        }
    }
}

#[test]
fn labels_of_a_horizontal_axis_have_room() {
    let axis = Axis::tight([0.0, 4_000_000.5].into_iter(), false).unwrap();
    assert!(axis.clone().spanning(0.0, 700.0).ticks_with_room().len() > 4);
    assert!(axis.spanning(0.0, 200.0).ticks_with_room().len() <= 3);
}
