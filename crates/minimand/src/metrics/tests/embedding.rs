//! Embeddings: how sets are drawn and become a batch, and bad input.

use super::super::embedding::{EmbeddingSet, RecallAtK, SetMean};
use super::*;
use crate::batch::Array;

/// A set of embeddings in a plane.
#[derive(Clone, Debug)]
pub(super) struct SetRow {
    points: Vec<f64>,
    labels: Vec<i64>,
    weight: f64,
}

impl Rows for Embedding {
    type Row = SetRow;

    fn list() -> &'static [MetricInfo] {
        EMBEDDING
    }

    fn find(name: &str) -> Result<Box<dyn Metric<Self>>, MetricError> {
        embedding_metric(name)
    }

    fn update(state: &mut dyn Metric<Self>, rows: &[Self::Row]) {
        let shapes: Vec<[usize; 2]> = rows.iter().map(|row| [row.labels.len(), 2]).collect();
        let sets: Vec<EmbeddingSet<'_>> = rows
            .iter()
            .zip(&shapes)
            .map(|(row, shape)| EmbeddingSet {
                embeddings: Array::new(&row.points, shape),
                labels: (&row.labels).into(),
            })
            .collect();
        let weights: Vec<f64> = rows.iter().map(|row| row.weight).collect();
        let batch = EmbeddingBatch::new(&sets, Some(&weights)).unwrap();
        assert_eq!(batch.len(), rows.len());
        state.update(&batch).unwrap();
    }

    fn weight(row: &mut Self::Row) -> &mut f64 {
        &mut row.weight
    }

    /// Every class in a corner of its own.
    fn perfect(row: &Self::Row) -> Self::Row {
        let corner = |&label: &i64| match label {
            0 => [1.0, 0.0],
            1 => [0.0, 2.0],
            _ => [-1.0, 0.0],
        };
        SetRow {
            points: row.labels.iter().flat_map(corner).collect(),
            ..row.clone()
        }
    }

    fn padding(_: &Self::Row) -> Self::Row {
        SetRow {
            points: vec![f64::NAN],
            labels: vec![0, 1],
            weight: 0.0,
        }
    }

    fn rows() -> BoxedStrategy<Vec<Self::Row>> {
        // Whole numbers, so that embeddings coincide and vanish.
        let item = ((-2_i8..3, -2_i8..3), 0_i64..3);
        let set = prop::collection::vec(item, 0..8);
        let weight = prop_oneof![3 => Just(1.0), 1 => 0.01..10.0];
        let row = (set, weight).prop_map(|(items, weight)| SetRow {
            points: items
                .iter()
                .flat_map(|((x, y), _)| [f64::from(*x), f64::from(*y)])
                .collect(),
            labels: items.iter().map(|(_, label)| *label).collect(),
            weight,
        });
        prop::collection::vec(row, 1..8).boxed()
    }
}

#[test]
fn bad_sets_are_refused() {
    let error = |points: &[f64], shape: &[usize], labels: &[i64], weight: f64| {
        let set = EmbeddingSet {
            embeddings: Array::new(points, shape),
            labels: labels.into(),
        };
        EmbeddingBatch::new(&[set], Some(&[weight])).map(|batch| batch.len())
    };
    assert_eq!(error(&[1.0, 2.0], &[2, 1], &[0, 0], 1.0), Ok(1));
    assert_eq!(error(&[f64::NAN], &[7], &[], 0.0), Ok(1));
    for (points, shape, labels) in [
        (&[1.0, 2.0][..], &[2][..], &[0, 0][..]),
        (&[1.0, 2.0], &[2, 2], &[0, 0]),
        (&[1.0, 2.0], &[2, 1], &[0]),
        (&[1.0, 2.0], &[usize::MAX, 2], &[0]),
    ] {
        let error = error(points, shape, labels, 1.0);
        assert!(matches!(error, Err(MetricError::Shape { .. })), "{error:?}");
    }
    let found = error(&[], &[2, 0], &[0, 0], 1.0);
    assert!(matches!(found, Err(MetricError::InvalidParameter { .. })));
    let found = error(&[1.0, f64::INFINITY], &[2, 1], &[0, 0], 1.0);
    assert!(matches!(found, Err(MetricError::NotFinite { row: 0, .. })));
    let found = error(&[1.0], &[1, 1], &[0], -1.0);
    assert!(matches!(found, Err(MetricError::NegativeWeight { .. })));
}

#[test]
fn other_depths_do_not_merge() {
    assert!(RecallAtK::at(0).is_err());
    let mut five = SetMean::of(RecallAtK::at(5).unwrap());
    let merged = five.merge(&SetMean::<RecallAtK>::default());
    assert!(matches!(merged, Err(MetricError::Incompatible { .. })));
}
