//! Tests of the encoding of features and targets.

use super::*;

/// Features with these values, and a matrix of those that `rows` teach to encode.
struct Columns(Vec<Feature>);

impl Columns {
    fn new(values: Vec<FeatureValues>) -> Self {
        let named = |(index, values)| Feature {
            name: format!("f{index}"),
            values,
        };
        Self(values.into_iter().enumerate().map(named).collect())
    }

    fn rows(&self) -> usize {
        match &self.0[0].values {
            FeatureValues::Numbers(values) | FeatureValues::Dates(values) => values.len(),
            FeatureValues::Categories { codes, .. } => codes.len(),
        }
    }

    fn fit(&self, rows: &[usize]) -> Encoder {
        Encoder::fit(&self.0, rows)
    }

    fn encoded_by(&self, encoder: &Encoder) -> Vec<f32> {
        encoder.encode(&self.0, self.rows())
    }

    fn encoded(&self, rows: &[usize]) -> Vec<f32> {
        self.encoded_by(&self.fit(rows))
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
    let data = Columns::new(vec![FeatureValues::Numbers(vec![1.0, 3.0, 100.0])]);
    let encoder = data.fit(&[0, 1]);
    assert_eq!(data.encoded_by(&encoder), [-1.0, 1.0, 98.0]);
}

#[test]
fn missing_numbers_are_the_median_and_are_marked() {
    let values = vec![0.0, f64::NAN, 4.0, 2.0, f64::NAN];
    let data = Columns::new(vec![FeatureValues::Numbers(values)]);
    // Training rows 0, 2, 3 and the missing 1: median 2, mean 2, variance 2.
    let matrix = data.encoded(&[0, 1, 2, 3]);
    let unit = 2.0_f32.sqrt();
    let expected = [-unit, 0.0, 0.0, 1.0, unit, 0.0, 0.0, 0.0, 0.0, 1.0];
    for (found, expected) in matrix.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{matrix:?}");
    }
    // None missing in training: no mark, but still a number.
    let matrix = data.encoded(&[0, 2]);
    assert_eq!(matrix.len(), 5);
    assert_eq!(matrix[1], 0.0);
}

#[test]
fn categories_of_the_training_rows_have_a_column() {
    let data = Columns::new(vec![text(&[0, 1, 2, -1, 1], &["a", "b", "c"])]);
    let matrix = data.encoded(&[0, 1]);
    assert_eq!(matrix, [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    let matrix = data.encoded(&[1, 3]);
    assert_eq!(matrix, [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
}

#[test]
fn rare_categories_beyond_the_limit_have_none() {
    let names: Vec<String> = (0..150).map(|index| format!("{index:03}")).collect();
    let codes: Vec<Option<u32>> = (0..150).chain(50..150).map(Some).collect();
    let data = Columns::new(vec![FeatureValues::Categories { codes, names }]);
    let encoder = data.fit(&(0..250).collect::<Vec<_>>());
    assert_eq!(encoder.width(), MOST_CATEGORIES);
    let matrix = data.encoded_by(&encoder);
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
    let data = Columns::new(columns);
    let encoder = data.fit(&[0, 1, 2]);
    let matrix = data.encoded_by(&encoder);
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

#[test]
fn dates_are_days_and_places_in_cycles() {
    // 1970-01-01 was a Thursday; a week later the place in the week is the same.
    let week = 7.0 * 86_400.0;
    let days = Columns::new(vec![FeatureValues::Dates(vec![
        0.0,
        week,
        2.0 * week,
        f64::NAN,
    ])]);
    let encoder = days.fit(&[0, 1, 2]);
    assert_eq!(
        encoder.width(),
        5,
        "days, year and week; no clock and no mark"
    );
    let matrix = days.encoded_by(&encoder);
    let rows: Vec<&[f32]> = matrix.chunks(5).collect();
    assert!((rows[0][0] + 1.5_f32.sqrt()).abs() < 1e-6 && rows[1][0] == 0.0);
    assert_eq!(rows[0][1..3], [0.0, 1.0]);
    assert!(rows[2][1] > 0.2, "spring comes");
    assert!(rows[1][3].abs() < 1e-6 && (rows[1][4] - 1.0).abs() < 1e-6);
    assert_eq!(rows[3], [0.0; 5], "missing, though never in training");
    let hours = Columns::new(vec![FeatureValues::Dates(vec![
        0.0,
        6.0 * 3600.0,
        f64::NAN,
    ])]);
    let encoder = hours.fit(&[0, 1, 2]);
    assert_eq!(encoder.width(), 8, "a clock and a mark as well");
    let matrix = hours.encoded_by(&encoder);
    assert!((matrix[8 + 5] - 1.0).abs() < 1e-6, "a quarter of the day");
    assert_eq!(matrix[16 + 7], 1.0);
}

#[test]
fn categories_are_known_by_name() {
    let trained = Columns::new(vec![text(&[0, 1], &["a", "c"])]);
    let encoder = trained.fit(&[0, 1]);
    let later = Columns::new(vec![text(&[0, 1, 2, -1], &["b", "c", "d"])]);
    assert_eq!(
        later.encoded_by(&encoder),
        [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    );
    assert!(encoder.columns[0].fits(&later.0[0].values));
    assert!(!encoder.columns[0].fits(&FeatureValues::Numbers(vec![])));
    let text = serde_json::to_string(&encoder).unwrap();
    assert_eq!(serde_json::from_str::<Encoder>(&text).unwrap(), encoder);
}
