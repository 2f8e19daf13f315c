//! Arrow arrays as columns.

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrowPrimitiveType};
use arrow_schema::{DataType, TimeUnit};

use crate::table::categories::CategoryBuilder;
use crate::table::{ColumnData, date};

const DAY: i64 = 86_400;

/// A column that grows by one array of each batch.
pub(super) enum Builder {
    Number(Vec<f64>),
    Boolean(Vec<Option<bool>>),
    Date(Vec<f64>),
    Category(CategoryBuilder),
}

impl Builder {
    /// A builder for arrays of this type, or what to do about a type that has none.
    pub(super) fn of_type(data_type: &DataType) -> Result<Self, &'static str> {
        use DataType::*;
        Ok(match data_type {
            Null | Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64 | Float16
            | Float32 | Float64 | Decimal32(..) | Decimal64(..) | Decimal128(..)
            | Decimal256(..) => Self::Number(Vec::new()),
            Boolean => Self::Boolean(Vec::new()),
            Date32 | Date64 | Timestamp(..) => Self::Date(Vec::new()),
            Utf8 | LargeUtf8 | Utf8View => Self::Category(CategoryBuilder::default()),
            Dictionary(_, values) => Self::of_type(values)?,
            List(_) | LargeList(_) | ListView(_) | LargeListView(_) | FixedSizeList(..) => {
                return Err("make a column of each element, or drop it");
            }
            Struct(_) | Map(..) | Union(..) => {
                return Err("make a column of each field, or drop it");
            }
            Binary | LargeBinary | BinaryView | FixedSizeBinary(_) => {
                return Err("write it as text (UTF-8), or drop it");
            }
            Time32(_) | Time64(_) | Duration(_) | Interval(_) => {
                return Err("write it as a number, say of seconds, or drop it");
            }
            RunEndEncoded(..) => return Err("write it without run-end encoding"),
        })
    }

    /// Appends an array of the type that the builder is for. An array of another type,
    /// which a damaged file could hold, is not appended: `false`.
    pub(super) fn append(&mut self, array: &dyn Array) -> bool {
        if let Some(dictionary) = array.as_any_dictionary_opt() {
            return self.append_dictionary(dictionary);
        }
        match self {
            Self::Number(out) => append_numbers(out, array).is_some(),
            Self::Date(out) => append_dates(out, array).is_some(),
            Self::Boolean(out) => array
                .as_boolean_opt()
                .map(|array| out.extend(array.iter()))
                .is_some(),
            Self::Category(out) => {
                if let Some(array) = array.as_string_opt::<i32>() {
                    array.iter().for_each(|text| out.push(text));
                } else if let Some(array) = array.as_string_opt::<i64>() {
                    array.iter().for_each(|text| out.push(text));
                } else if let Some(array) = array.as_string_view_opt() {
                    array.iter().for_each(|text| out.push(text));
                } else {
                    return false;
                }
                true
            }
        }
    }

    fn append_dictionary(&mut self, array: &dyn arrow_array::array::AnyDictionaryArray) -> bool {
        let values = array.values();
        let positions = if values.is_empty() {
            vec![0; array.len()]
        } else {
            array.normalized_keys()
        };
        let positions = positions
            .into_iter()
            .enumerate()
            .map(|(row, position)| array.is_valid(row).then_some(position));
        match self {
            Self::Number(out) => {
                let mut decoded = Vec::new();
                let read = append_numbers(&mut decoded, values);
                out.extend(positions.map(|at| lookup(&decoded, at).unwrap_or(f64::NAN)));
                read.is_some()
            }
            Self::Date(out) => {
                let mut decoded = Vec::new();
                let read = append_dates(&mut decoded, values);
                out.extend(positions.map(|at| lookup(&decoded, at).unwrap_or(f64::NAN)));
                read.is_some()
            }
            Self::Boolean(out) => {
                let Some(values) = values.as_boolean_opt() else {
                    return false;
                };
                let decoded: Vec<Option<bool>> = values.iter().collect();
                out.extend(positions.map(|at| lookup(&decoded, at).flatten()));
                true
            }
            Self::Category(out) => {
                let Some(texts) = texts(values) else {
                    return false;
                };
                // A dictionary may hold texts that no row uses.
                let mut codes: Vec<Option<u32>> = vec![None; texts.len()];
                for position in positions {
                    let code = position.and_then(|position| {
                        let text = (*texts.get(position)?)?;
                        let code = codes.get_mut(position)?;
                        Some(*code.get_or_insert_with(|| out.code(text)))
                    });
                    out.push_code(code);
                }
                true
            }
        }
    }

    /// The finished column.
    pub(super) fn finish(self) -> ColumnData {
        match self {
            Self::Number(mut values) => {
                values.shrink_to_fit();
                ColumnData::Number(values)
            }
            Self::Boolean(mut values) => {
                values.shrink_to_fit();
                ColumnData::Boolean(values)
            }
            Self::Date(mut values) => {
                values.shrink_to_fit();
                ColumnData::Date(values)
            }
            Self::Category(builder) => builder.finish(),
        }
    }
}

fn lookup<T: Copy>(values: &[T], position: Option<usize>) -> Option<T> {
    values.get(position?).copied()
}

fn texts(array: &dyn Array) -> Option<Vec<Option<&str>>> {
    if let Some(array) = array.as_string_opt::<i32>() {
        return Some(array.iter().collect());
    }
    if let Some(array) = array.as_string_opt::<i64>() {
        return Some(array.iter().collect());
    }
    Some(array.as_string_view_opt()?.iter().collect())
}

/// Appends the converted values, NaN where missing.
fn extend<T: ArrowPrimitiveType>(
    out: &mut Vec<f64>,
    array: &dyn Array,
    convert: impl Fn(T::Native) -> f64,
) -> Option<()> {
    let array = array.as_primitive_opt::<T>()?;
    if array.null_count() == 0 {
        out.extend(array.values().iter().map(|value| convert(*value)));
    } else {
        out.extend(array.iter().map(|value| value.map_or(f64::NAN, &convert)));
    }
    Some(())
}

fn append_numbers(out: &mut Vec<f64>, array: &dyn Array) -> Option<()> {
    let scaled = |scale: &i8| {
        let power = 10_f64.powi(i32::from(scale.unsigned_abs()));
        let fraction = *scale >= 0;
        move |value: f64| {
            if fraction {
                value / power
            } else {
                value * power
            }
        }
    };
    match array.data_type() {
        DataType::Null => {
            out.resize(out.len() + array.len(), f64::NAN);
            Some(())
        }
        DataType::Int8 => extend::<Int8Type>(out, array, f64::from),
        DataType::Int16 => extend::<Int16Type>(out, array, f64::from),
        DataType::Int32 => extend::<Int32Type>(out, array, f64::from),
        DataType::Int64 => extend::<Int64Type>(out, array, |value| value as f64),
        DataType::UInt8 => extend::<UInt8Type>(out, array, f64::from),
        DataType::UInt16 => extend::<UInt16Type>(out, array, f64::from),
        DataType::UInt32 => extend::<UInt32Type>(out, array, f64::from),
        DataType::UInt64 => extend::<UInt64Type>(out, array, |value| value as f64),
        DataType::Float16 => extend::<Float16Type>(out, array, f64::from),
        DataType::Float32 => extend::<Float32Type>(out, array, f64::from),
        DataType::Float64 => extend::<Float64Type>(out, array, |value| value),
        DataType::Decimal32(_, scale) => {
            let scaled = scaled(scale);
            extend::<Decimal32Type>(out, array, |value| scaled(f64::from(value)))
        }
        DataType::Decimal64(_, scale) => {
            let scaled = scaled(scale);
            extend::<Decimal64Type>(out, array, |value| scaled(value as f64))
        }
        DataType::Decimal128(_, scale) => {
            let scaled = scaled(scale);
            extend::<Decimal128Type>(out, array, |value| scaled(value as f64))
        }
        DataType::Decimal256(_, scale) => {
            let scaled = scaled(scale);
            extend::<Decimal256Type>(out, array, |value| {
                let (low, high) = value.to_parts();
                scaled(high as f64 * 2_f64.powi(128) + low as f64)
            })
        }
        _ => None,
    }
}

fn append_dates(out: &mut Vec<f64>, array: &dyn Array) -> Option<()> {
    let parts = |value: i64, per_second: i64| {
        let nanos = value.rem_euclid(per_second) * (1_000_000_000 / per_second);
        date::seconds(value.div_euclid(per_second), nanos)
    };
    match array.data_type() {
        DataType::Date32 => extend::<Date32Type>(out, array, |days| (i64::from(days) * DAY) as f64),
        DataType::Date64 => extend::<Date64Type>(out, array, |millis| parts(millis, 1_000)),
        DataType::Timestamp(unit, _) => match unit {
            TimeUnit::Second => extend::<TimestampSecondType>(out, array, |seconds| seconds as f64),
            TimeUnit::Millisecond => {
                extend::<TimestampMillisecondType>(out, array, |value| parts(value, 1_000))
            }
            TimeUnit::Microsecond => {
                extend::<TimestampMicrosecondType>(out, array, |value| parts(value, 1_000_000))
            }
            TimeUnit::Nanosecond => {
                extend::<TimestampNanosecondType>(out, array, |value| parts(value, 1_000_000_000))
            }
        },
        _ => None,
    }
}
