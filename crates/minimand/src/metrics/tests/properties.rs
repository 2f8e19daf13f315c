//! Properties of every metric of both tasks.

use proptest::sample::Index;

use super::*;

/// Splitting the rows at any places and merging the parts, in any order, changes nothing.
fn split_and_merge<T: Task>(
    rows: &[T::Row],
    parts: &[Index],
    order: &[Index],
) -> Result<(), TestCaseError> {
    for info in T::list() {
        let whole = T::value(&T::state(info.name, rows));

        let mut split = vec![Vec::new(); 4];
        for (row, part) in rows.iter().zip(parts.iter().cycle()) {
            split[part.index(4)].push(row.clone());
        }
        let mut states: Vec<_> = split.iter().map(|part| T::state(info.name, part)).collect();
        for pick in order {
            let other = states.remove(pick.index(states.len()));
            let into = pick.index(states.len());
            T::merge(&mut states[into], &other);
        }
        let merged = T::value(&states[0]);
        prop_assert!(close(merged, whole), "{}: {merged:?} {whole:?}", info.name);

        let mut batches = T::empty(info.name);
        for part in &split {
            T::update(&mut batches, part);
        }
        let updated = T::value(&batches);
        prop_assert!(
            close(updated, whole),
            "{}: {updated:?} {whole:?}",
            info.name
        );
    }
    Ok(())
}

/// Merging an empty state, on either side, changes nothing at all.
fn empty_is_neutral<T: Task>(rows: &[T::Row]) -> Result<(), TestCaseError> {
    for info in T::list() {
        let mut left = T::state(info.name, rows);
        let whole = T::value(&left);
        T::merge(&mut left, &T::empty(info.name));
        T::update(&mut left, &[]);
        prop_assert_eq!(T::value(&left), whole, "{}", info.name);
        let mut right = T::empty(info.name);
        T::merge(&mut right, &T::state(info.name, rows));
        prop_assert!(close(T::value(&right), whole), "{}", info.name);
    }
    Ok(())
}

/// A row of a whole weight equals that many rows.
fn weight_is_repetition<T: Task>(rows: &[T::Row]) -> Result<(), TestCaseError> {
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
        let a = T::value(&T::state(info.name, &weighted));
        let b = T::value(&T::state(info.name, &repeated));
        prop_assert!(close(a, b), "{}: {a:?} {b:?}", info.name);
    }
    Ok(())
}

/// A row of weight zero is absent, whatever it holds.
fn weight_zero_is_absence<T: Task>(rows: &[T::Row], at: &Index) -> Result<(), TestCaseError> {
    let mut padded = rows.to_vec();
    padded.insert(at.index(rows.len()), T::padding(&rows[0]));
    let mut muted = rows[0].clone();
    *T::weight(&mut muted) = 0.0;
    padded.push(muted);
    for info in T::list() {
        let a = T::value(&T::state(info.name, &padded));
        let b = T::value(&T::state(info.name, rows));
        prop_assert_eq!(a, b, "{}", info.name);
    }
    Ok(())
}

fn order_is_irrelevant<T: Task>(rows: &[T::Row], shuffled: &[T::Row]) -> Result<(), TestCaseError> {
    for info in T::list() {
        let a = T::value(&T::state(info.name, shuffled));
        let b = T::value(&T::state(info.name, rows));
        prop_assert!(close(a, b), "{}: {a:?} {b:?}", info.name);
    }
    Ok(())
}

/// Values are within the range, and a perfect prediction reaches its best end.
fn range_and_best<T: Task>(rows: &[T::Row]) -> Result<(), TestCaseError> {
    let perfect: Vec<_> = rows.iter().map(T::perfect).collect();
    for info in T::list() {
        let value = T::value(&T::state(info.name, rows));
        let best = T::value(&T::state(info.name, &perfect));
        for value in [value, best].into_iter().flatten() {
            prop_assert!(info.range.contains(&value), "{}: {value}", info.name);
        }
        if let Some(best) = best {
            prop_assert!((best - info.best()).abs() < 1e-15, "{}: {best}", info.name);
        }
    }
    Ok(())
}

fn nothing_is_undefined<T: Task>() {
    for info in T::list() {
        assert_eq!(T::value(&T::empty(info.name)), None, "{}", info.name);
        assert_eq!(T::value(&T::state(info.name, &[])), None, "{}", info.name);
    }
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
                fn range_and_best(rows in <$task>::rows()) {
                    super::range_and_best::<$task>(&rows)?;
                }
            }
        }
    };
}

properties!(classification, Classification);
properties!(regression, Regression);
