//! A data set from a table: some columns have a part of their own, all others are
//! features.

use minimand_report::table::{Column, ColumnData};

use super::roles::Part;
use super::target::{self, Named};
use super::{Data, Feature, FeatureValues, Grouping, LARGEST, Sampled};
use crate::error::CompareError;
use crate::request::Request;

/// Names at most this far away, as a share of their length, are suggested.
const NEAR: f64 = 0.6;

pub(super) fn load(
    sampled: &Sampled,
    name: String,
    request: &Request,
) -> Result<Data, CompareError> {
    let table = &sampled.table;
    if request.targets.is_empty() {
        return Err(CompareError::NoTarget {
            data: name,
            columns: table.names().map(str::to_owned).collect(),
        });
    }
    let part = |option| Part {
        data: &name,
        option,
    };
    let roles = &request.roles;
    let targets = request
        .targets
        .iter()
        .map(|target| part("--target").column(table, target));
    let targets: Vec<&Column> = targets.collect::<Result<_, _>>()?;
    let column = |option, wanted: &Option<String>| {
        let found = wanted
            .as_deref()
            .map(|wanted| part(option).column(table, wanted));
        found.transpose()
    };
    let weights = column("--weights", &roles.weights)?;
    let groups = column("--groups", &roles.groups)?;
    let time = column("--time", &roles.time)?;
    let ignored = roles
        .ignore
        .iter()
        .map(|ignored| part("--ignore").column(table, ignored));
    let ignored: Vec<&Column> = ignored.collect::<Result<_, _>>()?;

    let mut taken: Vec<(&'static str, &str)> = Vec::new();
    let named = targets.iter().map(|column| ("--target", *column));
    let named = named
        .chain(weights.map(|column| ("--weights", column)))
        .chain(groups.map(|column| ("--groups", column)))
        .chain(time.map(|column| ("--time", column)))
        .chain(ignored.iter().map(|column| ("--ignore", *column)));
    for (option, column) in named {
        if let Some((first, _)) = taken.iter().find(|(_, taken)| *taken == column.name) {
            return Err(CompareError::ColumnTwice {
                data: name,
                column: column.name.clone(),
                first,
                second: option,
            });
        }
        taken.push((option, &column.name));
    }

    let target = target::convert(Named { data: &name }, &targets, request.task)?;
    let features = table
        .columns()
        .iter()
        .filter(|column| !taken.iter().any(|(_, taken)| *taken == column.name));
    let features: Vec<Feature> = features
        .map(|column| feature(&name, column))
        .collect::<Result<_, _>>()?;
    let target_names: Vec<&str> = targets.iter().map(|column| column.name.as_str()).collect();
    if features.is_empty() {
        return Err(CompareError::NoFeatures {
            data: name,
            target: target_names.join(", "),
        });
    }
    let slices = request.slices.iter().filter(|by| *by != "class");
    let slices = slices.map(|by| part("--by").slices(part("--by").column(table, by)?));
    let slices: Vec<Grouping> = slices.collect::<Result<_, _>>()?;
    Ok(Data {
        features,
        target_name: target_names.join(", "),
        target,
        task_was_told: request.task.is_none(),
        weights: weights
            .map(|column| part("--weights").weights(column))
            .transpose()?,
        groups: groups
            .map(|column| part("--groups").groups(column))
            .transpose()?,
        times: time
            .map(|column| part("--time").times(column))
            .transpose()?,
        slices,
        row_numbers: sampled.rows.iter().map(|row| row + 1).collect(),
        name,
    })
}

/// A column as a feature.
///
/// # Errors
///
/// A number that is infinite or above 1e100.
pub(crate) fn feature(data: &str, column: &Column) -> Result<Feature, CompareError> {
    let values = match &column.data {
        ColumnData::Number(values) => {
            if let Some(row) = values.iter().position(|value| value.abs() > LARGEST) {
                return Err(CompareError::ValueTooLarge {
                    data: data.to_owned(),
                    column: column.name.clone(),
                    value: values[row],
                    row: row + 1,
                });
            }
            FeatureValues::Numbers(values.clone())
        }
        ColumnData::Date(values) => FeatureValues::Dates(values.clone()),
        ColumnData::Boolean(_) | ColumnData::Category { .. } => {
            let (codes, names) = coded(&column.data);
            FeatureValues::Categories { codes, names }
        }
    };
    Ok(Feature {
        name: column.name.clone(),
        values,
    })
}

/// Every row's position among the distinct values: numbers and dates ascending, text
/// sorted.
pub(super) fn coded(data: &ColumnData) -> (Vec<Option<u32>>, Vec<String>) {
    match data {
        ColumnData::Category { codes, names } => (codes.clone(), names.clone()),
        ColumnData::Boolean(values) => {
            let has = |wanted| values.contains(&Some(wanted));
            let names = [false, true].into_iter().filter(|value| has(*value));
            let names: Vec<String> = names.map(|value| value.to_string()).collect();
            let first = u32::from(has(false));
            let code = |value: &Option<bool>| value.map(|value| if value { first } else { 0 });
            (values.iter().map(code).collect(), names)
        }
        ColumnData::Number(values) | ColumnData::Date(values) => {
            let distinct = distinct(values);
            let code = |value: &f64| {
                let position = || distinct.partition_point(|other| other < value) as u32;
                (!value.is_nan()).then(position)
            };
            // Adding 0 turns -0 into 0.
            let names = distinct.iter().map(|value| (value + 0.0).to_string());
            (values.iter().map(code).collect(), names.collect())
        }
    }
}

/// The distinct numbers, ascending, without NaN.
pub(super) fn distinct(values: &[f64]) -> Vec<f64> {
    let mut distinct: Vec<f64> = values
        .iter()
        .copied()
        .filter(|value| !value.is_nan())
        .collect();
    distinct.sort_by(f64::total_cmp);
    // -0 and 0 are one value.
    distinct.dedup_by(|a, b| a == b);
    distinct
}

/// The name that is most like `wanted`, unless none is like it.
pub(super) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let wanted = wanted.to_lowercase();
    let likeness =
        |name: &str| strsim::normalized_damerau_levenshtein(&wanted, &name.to_lowercase());
    names
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name.to_owned())
}
