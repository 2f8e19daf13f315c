//! Tests of the encoding of features and targets.

use super::*;
use crate::data::Target;

fn data(features: Vec<FeatureValues>, rows: usize) -> Data {
    let named = |(index, values)| Feature {
        name: format!("f{index}"),
        values,
    };
    Data {
        name: "test".into(),
        features: features.into_iter().enumerate().map(named).collect(),
        target_name: "y".into(),
        target: Target::Values(vec![0.0; rows]),
        task_was_told: true,
    }
}

fn text(codes: &[i32], names: &[&str]) -> FeatureValues {
    FeatureValues::Categories {
        codes: codes.iter().map(|code| u32::try_from(*code).ok()).collect(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    }
}

#[test]
fn numbers_are_standardised_by_the_training_rows() {
    let data = data(vec![FeatureValues::Numbers(vec![1.0, 3.0, 100.0])], 3);
    let encoder = Encoder::fit(&data, &[0, 1]);
    assert_eq!(encoder.encode(&data), [-1.0, 1.0, 98.0]);
}

#[test]
fn missing_numbers_are_the_median_and_are_marked() {
    let values = vec![0.0, f64::NAN, 4.0, 2.0, f64::NAN];
    let data = data(vec![FeatureValues::Numbers(values)], 5);
    // Training rows 0, 2, 3 and the missing 1: median 2, mean 2, variance 2.
    let matrix = Encoder::fit(&data, &[0, 1, 2, 3]).encode(&data);
    let unit = 2.0_f32.sqrt();
    let expected = [-unit, 0.0, 0.0, 1.0, unit, 0.0, 0.0, 0.0, 0.0, 1.0];
    for (found, expected) in matrix.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{matrix:?}");
    }
    // None missing in training: no mark, but still a number.
    let matrix = Encoder::fit(&data, &[0, 2]).encode(&data);
    assert_eq!(matrix.len(), 5);
    assert_eq!(matrix[1], 0.0);
}

#[test]
fn categories_of_the_training_rows_have_a_column() {
    let data = data(vec![text(&[0, 1, 2, -1, 1], &["a", "b", "c"])], 5);
    let matrix = Encoder::fit(&data, &[0, 1]).encode(&data);
    assert_eq!(matrix, [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    let matrix = Encoder::fit(&data, &[1, 3]).encode(&data);
    assert_eq!(matrix, [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
}

#[test]
fn rare_categories_beyond_the_limit_have_none() {
    let names: Vec<String> = (0..150).map(|index| format!("{index:03}")).collect();
    let codes: Vec<Option<u32>> = (0..150).chain(50..150).map(Some).collect();
    let data = data(vec![FeatureValues::Categories { codes, names }], 250);
    let encoder = Encoder::fit(&data, &(0..250).collect::<Vec<_>>());
    assert_eq!(encoder.width(), MOST_CATEGORIES);
    let matrix = encoder.encode(&data);
    assert!(matrix[..50 * 100].iter().all(|cell| *cell == 0.0));
    assert_eq!(matrix[50 * 100], 1.0);
}

#[test]
fn degenerate_columns_stay_finite() {
    let columns = vec![
        FeatureValues::Numbers(vec![7.0, 7.0, 7.0, -3.0]),
        FeatureValues::Numbers(vec![f64::NAN; 4]),
        FeatureValues::Numbers(vec![1e-300, 0.0, 1e-300, 1e100]),
        FeatureValues::Numbers(vec![0.1 + 0.2, 0.3, 0.3, 1e9]),
        text(&[-1, -1, -1, 0], &["a"]),
    ];
    let data = data(columns, 4);
    let encoder = Encoder::fit(&data, &[0, 1, 2]);
    let matrix = encoder.encode(&data);
    assert_eq!(matrix.len(), 4 * encoder.width());
    assert!(matrix.iter().all(|cell| cell.is_finite()), "{matrix:?}");
    assert_eq!(
        matrix[3 * encoder.width()],
        0.0,
        "constant in training: no information"
    );
}

#[test]
fn targets_come_back() {
    let values = [10.0, 20.0, 60.0];
    let scale = TargetScale::fit(&values, &[0, 1]);
    assert_eq!((scale.mean, scale.deviation), (15.0, 5.0));
    for value in values {
        assert!((scale.invert(scale.apply(value)) - value).abs() < 1e-5);
    }
    assert_eq!(TargetScale::fit(&values, &[2]).deviation, 1.0);
}
