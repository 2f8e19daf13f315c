//! Rows of every task: how they are drawn, and how they become a batch.

use super::*;
use crate::grid::Grid;

#[derive(Clone, Debug)]
pub(super) struct LabelledRow {
    pub(super) probabilities: Vec<f64>,
    pub(super) label: usize,
    pub(super) weight: f64,
}

/// A row of any number of true labels.
#[derive(Clone, Debug)]
pub(super) struct TaggedRow {
    pub(super) probabilities: Vec<f64>,
    pub(super) targets: Vec<bool>,
    pub(super) weight: f64,
}

#[derive(Clone, Debug)]
pub(super) struct NumberRow {
    pub(super) prediction: f64,
    pub(super) target: f64,
    pub(super) weight: f64,
}

#[derive(Clone, Debug)]
pub(super) struct IntervalRow {
    pub(super) lower: f64,
    pub(super) upper: f64,
    pub(super) target: f64,
    pub(super) weight: f64,
}

/// A list of scores and relevances.
#[derive(Clone, Debug)]
pub(super) struct RankedRow {
    pub(super) items: Vec<(f64, f64)>,
    pub(super) weight: f64,
}

/// An image of 11×12 pixels.
#[derive(Clone, Debug)]
pub(super) struct ImageRow {
    pub(super) prediction: Vec<f64>,
    pub(super) target: Vec<f64>,
    pub(super) weight: f64,
}

/// An image of two rows and three columns with three classes.
#[derive(Clone, Debug)]
pub(super) struct SegmentedRow {
    pub(super) spacing: [f64; 2],
    pub(super) prediction: Vec<u8>,
    pub(super) truth: Vec<u8>,
    pub(super) weight: f64,
}

/// One value of every row.
fn column<R, V>(rows: &[R], value: impl Fn(&R) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

/// The weights, or none where they say nothing, so that both forms are covered.
fn weights<R>(rows: &[R], weight: impl Fn(&R) -> f64) -> Option<Vec<f64>> {
    let weights = column(rows, weight);
    weights.iter().any(|&w| w != 1.0).then_some(weights)
}

impl LabelledRow {
    /// Calls `with` on the batch of these rows.
    pub(super) fn batch<T>(rows: &[Self], with: impl FnOnce(&ClassificationBatch<'_>) -> T) -> T {
        let classes = rows.first().map_or(3, |row| row.probabilities.len());
        let probabilities = column(rows, |row| row.probabilities.clone()).concat();
        let labels = column(rows, |row| row.label);
        let weights = weights(rows, |row| row.weight);
        let batch = ClassificationBatch::new(&probabilities, classes, &labels, weights.as_deref());
        let batch = batch.unwrap();
        assert_eq!(batch.len(), rows.len());
        with(&batch)
    }
}

impl TaggedRow {
    /// Calls `with` on the batch of these rows.
    pub(super) fn batch<T>(rows: &[Self], with: impl FnOnce(&MultilabelBatch<'_>) -> T) -> T {
        let labels = rows.first().map_or(3, |row| row.targets.len());
        let probabilities = column(rows, |row| row.probabilities.clone()).concat();
        let targets = column(rows, |row| row.targets.clone()).concat();
        let weights = weights(rows, |row| row.weight);
        let batch = MultilabelBatch::new(&probabilities, labels, &targets, weights.as_deref());
        let batch = batch.unwrap();
        assert_eq!(batch.len(), rows.len());
        with(&batch)
    }
}

/// Mostly small whole numbers, some fractions.
fn weight() -> impl Strategy<Value = f64> {
    prop_oneof![3 => Just(1.0), 2 => (1_u8..4).prop_map(f64::from), 1 => 0.01..10.0]
}

/// Where the numbers of a data set lie.
fn offset() -> impl Strategy<Value = f64> {
    prop::sample::select(vec![0.0, 1e3, 1e9, -1e12])
}

impl Rows for Classification {
    type Row = LabelledRow;

    fn list() -> &'static [MetricInfo] {
        CLASSIFICATION
    }

    fn find(name: &str) -> Result<Box<dyn Metric<Self>>, MetricError> {
        classification_metric(name)
    }

    fn update(state: &mut dyn Metric<Self>, rows: &[Self::Row]) {
        LabelledRow::batch(rows, |batch| state.update(batch)).unwrap();
    }

    fn weight(row: &mut Self::Row) -> &mut f64 {
        &mut row.weight
    }

    fn perfect(row: &Self::Row) -> Self::Row {
        let mut row = row.clone();
        row.probabilities.fill(0.0);
        row.probabilities[row.label] = 1.0;
        row
    }

    fn padding(row: &Self::Row) -> Self::Row {
        LabelledRow {
            probabilities: vec![f64::NAN; row.probabilities.len()],
            label: usize::MAX,
            weight: 0.0,
        }
    }

    fn rows() -> BoxedStrategy<Vec<Self::Row>> {
        // Few distinct values, so that ties occur.
        let row = |classes: usize| {
            (
                prop::collection::vec(0_u8..6, classes),
                0..classes,
                weight(),
            )
                .prop_map(|(mut units, label, weight)| {
                    units[label] += 1;
                    let sum: f64 = units.iter().map(|&unit| f64::from(unit)).sum();
                    LabelledRow {
                        probabilities: units.iter().map(|&unit| f64::from(unit) / sum).collect(),
                        label,
                        weight,
                    }
                })
        };
        (1_usize..5)
            .prop_flat_map(move |classes| prop::collection::vec(row(classes), 1..30))
            .boxed()
    }
}

impl Rows for Multilabel {
    type Row = TaggedRow;

    fn list() -> &'static [MetricInfo] {
        MULTILABEL
    }

    fn find(name: &str) -> Result<Box<dyn Metric<Self>>, MetricError> {
        multilabel_metric(name)
    }

    fn update(state: &mut dyn Metric<Self>, rows: &[Self::Row]) {
        TaggedRow::batch(rows, |batch| state.update(batch)).unwrap();
    }

    fn weight(row: &mut Self::Row) -> &mut f64 {
        &mut row.weight
    }

    fn perfect(row: &Self::Row) -> Self::Row {
        let mut row = row.clone();
        row.probabilities = column(&row.targets, |&target| f64::from(target));
        row
    }

    fn padding(row: &Self::Row) -> Self::Row {
        TaggedRow {
            probabilities: vec![f64::NAN; row.probabilities.len()],
            weight: 0.0,
            ..row.clone()
        }
    }

    fn rows() -> BoxedStrategy<Vec<Self::Row>> {
        // Few distinct values with both ends and the threshold, and labels that are rarely true.
        let row = |labels: usize| {
            (
                prop::collection::vec((0_u8..9).prop_map(|unit| f64::from(unit) / 8.0), labels),
                prop::collection::vec(prop::bool::weighted(0.2), labels),
                weight(),
            )
                .prop_map(|(probabilities, targets, weight)| TaggedRow {
                    probabilities,
                    targets,
                    weight,
                })
        };
        (1_usize..5)
            .prop_flat_map(move |labels| prop::collection::vec(row(labels), 1..30))
            .boxed()
    }
}

impl Rows for Regression {
    type Row = NumberRow;

    fn list() -> &'static [MetricInfo] {
        REGRESSION
    }

    fn find(name: &str) -> Result<Box<dyn Metric<Self>>, MetricError> {
        regression_metric(name)
    }

    fn update(state: &mut dyn Metric<Self>, rows: &[Self::Row]) {
        let predictions = column(rows, |row| row.prediction);
        let targets = column(rows, |row| row.target);
        let weights = weights(rows, |row| row.weight);
        let batch = RegressionBatch::new(&predictions, &targets, weights.as_deref()).unwrap();
        assert_eq!(batch.len(), rows.len());
        state.update(&batch).unwrap();
    }

    fn weight(row: &mut Self::Row) -> &mut f64 {
        &mut row.weight
    }

    fn perfect(row: &Self::Row) -> Self::Row {
        NumberRow {
            prediction: row.target,
            ..*row
        }
    }

    fn padding(_: &Self::Row) -> Self::Row {
        NumberRow {
            prediction: f64::NAN,
            target: f64::INFINITY,
            weight: 0.0,
        }
    }

    fn rows() -> BoxedStrategy<Vec<Self::Row>> {
        let row = |offset: f64| {
            (-5.0..5.0, -5.0..5.0, weight()).prop_map(move |(prediction, target, weight)| {
                NumberRow {
                    prediction: offset + prediction,
                    target: offset + target,
                    weight,
                }
            })
        };
        offset()
            .prop_flat_map(move |offset| prop::collection::vec(row(offset), 1..30))
            .boxed()
    }
}

impl Rows for Interval {
    type Row = IntervalRow;

    fn list() -> &'static [MetricInfo] {
        INTERVAL
    }

    fn find(name: &str) -> Result<Box<dyn Metric<Self>>, MetricError> {
        interval_metric(name)
    }

    fn update(state: &mut dyn Metric<Self>, rows: &[Self::Row]) {
        let lower = column(rows, |row| row.lower);
        let upper = column(rows, |row| row.upper);
        let targets = column(rows, |row| row.target);
        let weights = weights(rows, |row| row.weight);
        let batch = IntervalBatch::new(&lower, &upper, &targets, weights.as_deref()).unwrap();
        assert_eq!(batch.len(), rows.len());
        state.update(&batch).unwrap();
    }

    fn weight(row: &mut Self::Row) -> &mut f64 {
        &mut row.weight
    }

    fn perfect(row: &Self::Row) -> Self::Row {
        IntervalRow {
            lower: row.target,
            upper: row.target,
            ..*row
        }
    }

    fn padding(_: &Self::Row) -> Self::Row {
        IntervalRow {
            lower: 1.0,
            upper: 0.0,
            target: f64::NAN,
            weight: 0.0,
        }
    }

    fn rows() -> BoxedStrategy<Vec<Self::Row>> {
        // Whole numbers, so that targets lie on bounds.
        let row = |offset: f64| {
            (-5_i8..5, 0_u8..8, -5_i8..8, weight()).prop_map(
                move |(lower, width, target, weight)| IntervalRow {
                    lower: offset + f64::from(lower),
                    upper: offset + f64::from(lower) + f64::from(width),
                    target: offset + f64::from(target),
                    weight,
                },
            )
        };
        offset()
            .prop_flat_map(move |offset| prop::collection::vec(row(offset), 1..30))
            .boxed()
    }
}

impl Rows for Ranking {
    type Row = RankedRow;

    fn list() -> &'static [MetricInfo] {
        RANKING
    }

    fn find(name: &str) -> Result<Box<dyn Metric<Self>>, MetricError> {
        ranking_metric(name)
    }

    fn update(state: &mut dyn Metric<Self>, rows: &[Self::Row]) {
        let items: Vec<(f64, f64)> = rows.iter().flat_map(|row| row.items.clone()).collect();
        let scores = column(&items, |item| item.0);
        let relevances = column(&items, |item| item.1);
        let lengths = column(rows, |row| row.items.len());
        let weights = weights(rows, |row| row.weight);
        let batch = RankingBatch::new(&scores, &relevances, &lengths, weights.as_deref()).unwrap();
        assert_eq!(batch.len(), rows.len());
        state.update(&batch).unwrap();
    }

    fn weight(row: &mut Self::Row) -> &mut f64 {
        &mut row.weight
    }

    fn perfect(row: &Self::Row) -> Self::Row {
        RankedRow {
            items: column(&row.items, |item| (item.1, item.1)),
            ..*row
        }
    }

    fn padding(_: &Self::Row) -> Self::Row {
        RankedRow {
            items: vec![(f64::NAN, -1.0)],
            weight: 0.0,
        }
    }

    fn rows() -> BoxedStrategy<Vec<Self::Row>> {
        // Few scores, so that items tie.
        let item = (-3_i8..3, 0_u8..4).prop_map(|(score, y)| (f64::from(score), f64::from(y)));
        let items = prop::collection::vec(item, 0..8);
        let row = (items, weight()).prop_map(|(items, weight)| RankedRow { items, weight });
        prop::collection::vec(row, 1..30).boxed()
    }
}

impl Rows for Images {
    type Row = ImageRow;

    fn list() -> &'static [MetricInfo] {
        IMAGES
    }

    fn find(name: &str) -> Result<Box<dyn Metric<Self>>, MetricError> {
        image_metric(name)
    }

    fn update(state: &mut dyn Metric<Self>, rows: &[Self::Row]) {
        let predictions = column(rows, |row| row.prediction.clone()).concat();
        let targets = column(rows, |row| row.target.clone()).concat();
        let weights = weights(rows, |row| row.weight);
        let shape = [rows.len(), 1, 11, 12];
        let batch = ImageBatch::new(&predictions, &targets, &shape, weights.as_deref()).unwrap();
        assert_eq!(batch.len(), rows.len());
        state.update(&batch).unwrap();
    }

    fn weight(row: &mut Self::Row) -> &mut f64 {
        &mut row.weight
    }

    fn perfect(row: &Self::Row) -> Self::Row {
        ImageRow {
            prediction: row.target.clone(),
            ..row.clone()
        }
    }

    fn padding(row: &Self::Row) -> Self::Row {
        ImageRow {
            prediction: vec![f64::NAN; row.prediction.len()],
            target: vec![f64::INFINITY; row.target.len()],
            weight: 0.0,
        }
    }

    fn rows() -> BoxedStrategy<Vec<Self::Row>> {
        let image = || {
            prop::collection::vec(0_u8..9, 132)
                .prop_map(|grey| grey.into_iter().map(|g| f64::from(g) / 8.0).collect())
        };
        let row = (image(), image(), weight()).prop_map(|(prediction, target, weight)| ImageRow {
            prediction,
            target,
            weight,
        });
        prop::collection::vec(row, 1..5).boxed()
    }
}

impl Rows for Segmentation {
    type Row = SegmentedRow;

    fn list() -> &'static [MetricInfo] {
        SEGMENTATION
    }

    fn find(name: &str) -> Result<Box<dyn Metric<Self>>, MetricError> {
        segmentation_metric(name)
    }

    fn update(state: &mut dyn Metric<Self>, rows: &[Self::Row]) {
        let grid = Grid::new(&[2, 3]).unwrap();
        let cases = rows.iter().map(|row| SegmentationCase {
            grid: grid.with_spacing(&row.spacing).unwrap(),
            prediction: (&row.prediction).into(),
            truth: (&row.truth).into(),
        });
        let cases: Vec<_> = cases.collect();
        let weights = weights(rows, |row| row.weight);
        let batch = SegmentationBatch::new(&cases, 3, weights.as_deref()).unwrap();
        assert_eq!(batch.len(), rows.len());
        state.update(&batch).unwrap();
    }

    fn weight(row: &mut Self::Row) -> &mut f64 {
        &mut row.weight
    }

    fn perfect(row: &Self::Row) -> Self::Row {
        SegmentedRow {
            prediction: row.truth.clone(),
            ..row.clone()
        }
    }

    fn padding(_: &Self::Row) -> Self::Row {
        SegmentedRow {
            spacing: [1.0; 2],
            prediction: vec![255],
            truth: Vec::new(),
            weight: 0.0,
        }
    }

    fn rows() -> BoxedStrategy<Vec<Self::Row>> {
        let labels = || prop::collection::vec(0_u8..3, 6);
        let spacing = prop::sample::select(vec![[1.0, 1.0], [0.5, 3.0]]);
        let row = (spacing, labels(), labels(), weight()).prop_map(
            |(spacing, prediction, truth, weight)| SegmentedRow {
                spacing,
                prediction,
                truth,
                weight,
            },
        );
        prop::collection::vec(row, 1..10).boxed()
    }
}
