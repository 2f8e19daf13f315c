//! Properties of every metric of every task.

use proptest::sample::Index;

use super::*;

/// Splitting the rows at any places and merging the parts, in any order, changes nothing.
fn split_and_merge<T: Rows>(
    rows: &[T::Row],
    parts: &[Index],
    order: &[Index],
) -> Result<(), TestCaseError> {
    for info in T::list() {
        let name = info.name;
        let whole = T::value(name, rows);

        let mut split = vec![Vec::new(); 4];
        for (row, part) in rows.iter().zip(parts.iter().cycle()) {
            split[part.index(4)].push(row.clone());
        }
        let mut states: Vec<_> = split.iter().map(|part| T::state(name, part)).collect();
        for pick in order {
            let other = states.remove(pick.index(states.len()));
            let into = pick.index(states.len());
            states[into].merge(other.as_ref()).unwrap();
        }
        let merged = states[0].value();
        prop_assert!(close(merged, whole), "{name}: {merged:?} {whole:?}");

        let mut batches = T::empty(name);
        for part in &split {
            T::update(batches.as_mut(), part);
        }
        let updated = batches.value();
        prop_assert!(close(updated, whole), "{name}: {updated:?} {whole:?}");
    }
    Ok(())
}

/// Merging an empty state, on either side, changes nothing at all.
fn empty_is_neutral<T: Rows>(rows: &[T::Row]) -> Result<(), TestCaseError> {
    for info in T::list() {
        let mut left = T::state(info.name, rows);
        let whole = left.value();
        left.merge(T::empty(info.name).as_ref()).unwrap();
        T::update(left.as_mut(), &[]);
        prop_assert_eq!(left.value(), whole, "{}", info.name);
        let mut right = T::empty(info.name);
        right.merge(T::state(info.name, rows).as_ref()).unwrap();
        prop_assert!(close(right.value(), whole), "{}", info.name);
    }
    Ok(())
}

/// A row of a whole weight equals that many rows.
fn weight_is_repetition<T: Rows>(rows: &[T::Row]) -> Result<(), TestCaseError> {
    let mut weighted = rows.to_vec();
    let mut repeated = Vec::new();
    for row in &mut weighted {
        let weight = T::weight(row);
        let times = weight.ceil();
        *weight = 1.0;
        let single = row.clone();
        repeated.extend((0..times as usize).map(|_| single.clone()));
        *T::weight(row) = times;
    }
    for info in T::list() {
        let a = T::value(info.name, &weighted);
        let b = T::value(info.name, &repeated);
        prop_assert!(close(a, b), "{}: {a:?} {b:?}", info.name);
    }
    Ok(())
}

/// A row of weight zero is absent, whatever it holds.
fn weight_zero_is_absence<T: Rows>(rows: &[T::Row], at: &Index) -> Result<(), TestCaseError> {
    let mut padded = rows.to_vec();
    padded.insert(at.index(rows.len()), T::padding(&rows[0]));
    let mut muted = rows[0].clone();
    *T::weight(&mut muted) = 0.0;
    padded.push(muted);
    for info in T::list() {
        let a = T::value(info.name, &padded);
        let b = T::value(info.name, rows);
        prop_assert_eq!(a, b, "{}", info.name);
    }
    Ok(())
}

fn order_is_irrelevant<T: Rows>(rows: &[T::Row], shuffled: &[T::Row]) -> Result<(), TestCaseError> {
    for info in T::list() {
        let a = T::value(info.name, shuffled);
        let b = T::value(info.name, rows);
        prop_assert!(close(a, b), "{}: {a:?} {b:?}", info.name);
    }
    Ok(())
}

/// Values are within the range, and a perfect prediction reaches its best end.
fn range_and_best<T: Rows>(rows: &[T::Row]) -> Result<(), TestCaseError> {
    let perfect: Vec<_> = rows.iter().map(T::perfect).collect();
    for info in T::list() {
        let value = T::value(info.name, rows);
        let best = T::value(info.name, &perfect);
        for value in [value, best].into_iter().flatten() {
            prop_assert!(info.range.contains(&value), "{}: {value}", info.name);
        }
        prop_assert!(info.range.contains(&info.best()), "{}", info.name);
        // No single row can have a coverage of 90 percent.
        if let (Some(best), Direction::Lower | Direction::Higher) = (best, info.direction) {
            prop_assert!((best - info.best()).abs() < 1e-15, "{}: {best}", info.name);
        }
    }
    Ok(())
}

/// Weights at the ends of what a number can hold give a finite value or none.
fn extreme_weights_are_harmless<T: Rows>(
    rows: &[T::Row],
    weights: &[f64],
) -> Result<(), TestCaseError> {
    let mut rows = rows.to_vec();
    for (row, weight) in rows.iter_mut().zip(weights) {
        *T::weight(row) = *weight;
    }
    for info in T::list() {
        let value = T::value(info.name, &rows);
        prop_assert!(value.is_none_or(f64::is_finite), "{}: {value:?}", info.name);
    }
    Ok(())
}

fn nothing_is_undefined<T: Rows>() {
    for info in T::list() {
        assert_eq!(T::empty(info.name).value(), None, "{}", info.name);
        assert_eq!(T::value(info.name, &[]), None, "{}", info.name);
    }
}

fn extreme_weight() -> impl Strategy<Value = f64> {
    let subnormal = f64::from_bits(1);
    prop::sample::select(vec![
        0.0,
        subnormal,
        f64::MIN_POSITIVE,
        1.0,
        1e300,
        f64::MAX,
    ])
}

macro_rules! properties {
    ($module:ident, $task:ty) => {
        mod $module {
            use super::*;

            #[test]
            fn nothing_is_undefined() {
                super::nothing_is_undefined::<$task>();
            }

            proptest! {
                #[test]
                fn split_and_merge(
                    rows in <$task>::rows(),
                    parts in prop::collection::vec(any::<Index>(), 30),
                    order in prop::collection::vec(any::<Index>(), 3),
                ) {
                    super::split_and_merge::<$task>(&rows, &parts, &order)?;
                }

                #[test]
                fn empty_is_neutral(rows in <$task>::rows()) {
                    super::empty_is_neutral::<$task>(&rows)?;
                }

                #[test]
                fn weight_is_repetition(rows in <$task>::rows()) {
                    super::weight_is_repetition::<$task>(&rows)?;
                }

                #[test]
                fn weight_zero_is_absence(rows in <$task>::rows(), at in any::<Index>()) {
                    super::weight_zero_is_absence::<$task>(&rows, &at)?;
                }

                #[test]
                fn order_is_irrelevant(
                    (rows, shuffled) in <$task>::rows()
                        .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
                ) {
                    super::order_is_irrelevant::<$task>(&rows, &shuffled)?;
                }

                #[test]
                fn extreme_weights_are_harmless(
                    rows in <$task>::rows(),
                    weights in prop::collection::vec(extreme_weight(), 30),
                ) {
                    super::extreme_weights_are_harmless::<$task>(&rows, &weights)?;
                }

                #[test]
                fn range_and_best(rows in <$task>::rows()) {
                    super::range_and_best::<$task>(&rows)?;
                }
            }
        }
    };
}

properties!(classification, Classification);
properties!(multilabel, Multilabel);
properties!(regression, Regression);
properties!(interval, Interval);
properties!(ranking, Ranking);
properties!(detection, Detection);
properties!(embedding, Embedding);
properties!(segmentation, Segmentation);
properties!(images, Images);
