//! A data set from a table: one column is the target, all others are features.

use std::collections::BTreeMap;

use minimand_report::table::{ColumnData, Table};

use super::target::{self, Named, RawTarget};
use super::{Data, Feature, FeatureValues, LARGEST};
use crate::error::CompareError;
use crate::request::Task;

/// Names at most this far away, as a share of their length, are suggested.
const NEAR: f64 = 0.6;

pub(super) fn load(
    table: &Table,
    name: String,
    target: Option<&str>,
    task: Option<Task>,
) -> Result<Data, CompareError> {
    let columns = || table.names().map(str::to_owned).collect();
    let Some(target) = target else {
        return Err(CompareError::NoTarget {
            data: name,
            columns: columns(),
        });
    };
    let Some(column) = table.column(target) else {
        return Err(CompareError::UnknownTarget {
            nearest: nearest(target, table.names()),
            data: name,
            target: target.to_owned(),
            columns: columns(),
        });
    };
    let raw = match &column.data {
        ColumnData::Number(values) => RawTarget::Numbers(values),
        ColumnData::Boolean(values) => RawTarget::Booleans(values),
        ColumnData::Text(values) => RawTarget::Text(values),
    };
    let converted = target::convert(
        Named {
            data: &name,
            target,
        },
        raw,
        task,
    )?;
    let mut features = Vec::new();
    for column in table
        .columns()
        .iter()
        .filter(|column| column.name != target)
    {
        let values = match &column.data {
            ColumnData::Number(values) => numbers(&name, &column.name, values)?,
            ColumnData::Boolean(values) => categories(
                values
                    .iter()
                    .map(|value| value.map(|value| value.to_string())),
            ),
            ColumnData::Text(values) => categories(values.iter().cloned()),
        };
        features.push(Feature {
            name: column.name.clone(),
            values,
        });
    }
    if features.is_empty() {
        return Err(CompareError::NoFeatures {
            data: name,
            target: target.to_owned(),
        });
    }
    Ok(Data {
        name,
        features,
        target_name: target.to_owned(),
        target: converted,
        task_was_told: task.is_none(),
    })
}

fn numbers(data: &str, column: &str, values: &[f64]) -> Result<FeatureValues, CompareError> {
    match values.iter().position(|value| value.abs() > LARGEST) {
        None => Ok(FeatureValues::Numbers(values.to_vec())),
        Some(row) => Err(CompareError::ValueTooLarge {
            data: data.to_owned(),
            column: column.to_owned(),
            value: values[row],
            row: row + 1,
        }),
    }
}

fn categories(values: impl Iterator<Item = Option<String>>) -> FeatureValues {
    let (codes, names) = coded(values);
    FeatureValues::Categories { codes, names }
}

/// Numbers the distinct values in sorted order.
pub(super) fn coded(
    values: impl Iterator<Item = Option<String>>,
) -> (Vec<Option<u32>>, Vec<String>) {
    let values: Vec<Option<String>> = values.collect();
    let mut code_of: BTreeMap<&str, u32> = values
        .iter()
        .flatten()
        .map(|value| (value.as_str(), 0))
        .collect();
    code_of
        .values_mut()
        .zip(0..)
        .for_each(|(code, position)| *code = position);
    let codes = values
        .iter()
        .map(|value| {
            value
                .as_ref()
                .and_then(|value| code_of.get(value.as_str()).copied())
        })
        .collect();
    (
        codes,
        code_of.keys().map(|name| (*name).to_owned()).collect(),
    )
}

/// The name that is most like `wanted`, unless none is like it.
fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let wanted = wanted.to_lowercase();
    let likeness =
        |name: &str| strsim::normalized_damerau_levenshtein(&wanted, &name.to_lowercase());
    names
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name.to_owned())
}
