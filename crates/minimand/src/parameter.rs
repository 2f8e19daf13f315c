//! Parameters of a loss as data: types, defaults and ranges, so that every door can parse, check,
//! print and document them.

use crate::error::{Error, nearest};
use std::fmt;

/// A parameter's value as it is written in an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `none`
    None,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(f64),
    /// `"text"`
    Text(String),
    /// `[1, 2, 3]`
    Numbers(Vec<f64>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::None => f.write_str("none"),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Number(x) => write!(f, "{x}"),
            Value::Text(text) => write!(f, "\"{text}\""),
            Value::Numbers(numbers) => {
                f.write_str("[")?;
                for (i, x) in numbers.iter().enumerate() {
                    write!(f, "{}{x}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
        }
    }
}

/// The range of a parameter's numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    low: f64,
    high: f64,
    low_open: bool,
    high_open: bool,
}

/// Any finite number.
pub const fn finite() -> Range {
    Range {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        low_open: true,
        high_open: true,
    }
}

/// A finite number ≥ `low`.
pub const fn at_least(low: f64) -> Range {
    Range {
        low,
        low_open: false,
        ..finite()
    }
}

/// A finite number > `low`.
pub const fn above(low: f64) -> Range {
    Range { low, ..finite() }
}

/// A number ≤ `high`.
pub const fn at_most(high: f64) -> Range {
    Range {
        high,
        high_open: false,
        ..finite()
    }
}

/// A number from `low` to `high`, both included.
pub const fn within(low: f64, high: f64) -> Range {
    Range {
        low,
        high,
        low_open: false,
        high_open: false,
    }
}

/// A number between `low` and `high`, both excluded.
pub const fn between(low: f64, high: f64) -> Range {
    Range {
        low,
        high,
        low_open: true,
        high_open: true,
    }
}

impl Range {
    /// This range without its lower end.
    pub const fn above_low(self) -> Range {
        Range {
            low_open: true,
            ..self
        }
    }

    /// Is the number in the range?
    pub fn contains(&self, x: f64) -> bool {
        let above = if self.low_open {
            x > self.low
        } else {
            x >= self.low
        };
        let below = if self.high_open {
            x < self.high
        } else {
            x <= self.high
        };
        above && below && x.is_finite()
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low.is_finite(), self.high.is_finite()) {
            (false, false) => f.write_str("finite"),
            (true, false) => write!(f, "{} {}", if self.low_open { ">" } else { "≥" }, self.low),
            (false, true) => write!(
                f,
                "{} {}",
                if self.high_open { "<" } else { "≤" },
                self.high
            ),
            (true, true) => {
                let open = if self.low_open { "(" } else { "[" };
                let close = if self.high_open { ")" } else { "]" };
                write!(f, "in {open}{}, {}{close}", self.low, self.high)
            }
        }
    }
}

/// One parameter of a loss.
#[derive(Debug, Clone, Copy)]
pub struct ParameterInfo {
    /// Its name in expressions.
    pub name: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// What may be written, such as "a number".
    pub kind: &'static str,
    /// The value it has if it is not given.
    pub default: fn() -> Value,
    /// The range of its numbers.
    pub range: Range,
}

impl ParameterInfo {
    /// Type and range in words.
    pub fn expected(&self) -> String {
        if self.kind.contains("number") && self.range != finite() {
            format!("{} {}", self.kind, self.range)
        } else {
            self.kind.to_string()
        }
    }
}

/// A type that a parameter's field can have.
pub trait ParameterType: Sized {
    /// What may be written for it.
    const KIND: &'static str;
    /// Reads a value; `None` if it has the wrong type.
    fn from_value(value: &Value) -> Option<Self>;
    /// The value that reads back as this.
    fn to_value(&self) -> Value;
}

impl ParameterType for f64 {
    const KIND: &'static str = "a number";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Number(x) => Some(*x),
            _ => None,
        }
    }
    fn to_value(&self) -> Value {
        Value::Number(*self)
    }
}

impl ParameterType for Option<f64> {
    const KIND: &'static str = "none or a number";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::None => Some(None),
            Value::Number(x) => Some(Some(*x)),
            _ => None,
        }
    }
    fn to_value(&self) -> Value {
        self.map_or(Value::None, Value::Number)
    }
}

impl ParameterType for bool {
    const KIND: &'static str = "true or false";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl ParameterType for u32 {
    const KIND: &'static str = "a whole number";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Number(x) if x.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(x) => {
                Some(*x as u32)
            }
            _ => None,
        }
    }
    fn to_value(&self) -> Value {
        Value::Number(f64::from(*self))
    }
}

/// One number or several.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Numbers(pub Vec<f64>);

impl ParameterType for Numbers {
    const KIND: &'static str = "a number or a list of numbers, each";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Number(x) => Some(Numbers(vec![*x])),
            Value::Numbers(x) if !x.is_empty() => Some(Numbers(x.clone())),
            _ => None,
        }
    }
    fn to_value(&self) -> Value {
        match self.0.as_slice() {
            [one] => Value::Number(*one),
            many => Value::Numbers(many.to_vec()),
        }
    }
}

/// A factor per class: none, one for all classes, or one for each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Alpha(pub Vec<f64>);

impl ParameterType for Alpha {
    const KIND: &'static str = "none, a number or a list of numbers, each";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::None => Some(Alpha::default()),
            Value::Number(x) => Some(Alpha(vec![*x])),
            Value::Numbers(x) if !x.is_empty() => Some(Alpha(x.clone())),
            _ => None,
        }
    }
    fn to_value(&self) -> Value {
        match self.0.as_slice() {
            [] => Value::None,
            [one] => Value::Number(*one),
            many => Value::Numbers(many.to_vec()),
        }
    }
}

/// An enum whose variants are written as strings, to be called beside the enum.
macro_rules! choice {
    ($t:ident, $kind:literal, $($text:literal => $variant:ident),*) => {
        impl $crate::parameter::ParameterType for $t {
            const KIND: &'static str = $kind;
            fn from_value(value: &$crate::parameter::Value) -> Option<Self> {
                match value {
                    $($crate::parameter::Value::Text(text) if text == $text => Some($t::$variant),)*
                    _ => None,
                }
            }
            fn to_value(&self) -> $crate::parameter::Value {
                let text = match self { $($t::$variant => $text,)* };
                $crate::parameter::Value::Text(text.to_string())
            }
        }
    };
}
pub(crate) use choice;

/// The parameters given in an expression, by name.
pub type Arguments = [(String, Value)];

/// A field of a loss, whatever its type. Parameters are read and shown through it, so that this code is
/// compiled once and not for every loss. Every [`ParameterType`] is one.
pub trait Field {
    /// Takes the value; false, and no change, if it has the wrong type.
    fn set(&mut self, value: &Value) -> bool;
    /// The field as a value.
    fn get(&self) -> Value;
}

impl<T: ParameterType> Field for T {
    fn set(&mut self, value: &Value) -> bool {
        T::from_value(value).map(|read| *self = read).is_some()
    }
    fn get(&self) -> Value {
        self.to_value()
    }
}

/// Sets the fields of a loss that are given; all of them as values.
pub(crate) fn set(
    loss: &str,
    infos: &[ParameterInfo],
    mut fields: Vec<&mut dyn Field>,
    arguments: &Arguments,
) -> Result<Vec<(String, Value)>, Error> {
    check_names(loss, infos, arguments)?;
    for (info, field) in infos.iter().zip(&mut fields) {
        if let Some((_, value)) = arguments.iter().find(|(name, _)| name == info.name) {
            read(loss, info, value, *field)?;
        }
    }
    Ok(get(infos, fields))
}

/// The fields of a loss as values, by name.
pub(crate) fn get(infos: &[ParameterInfo], fields: Vec<&mut dyn Field>) -> Vec<(String, Value)> {
    let named = infos.iter().zip(fields);
    named
        .map(|(info, field)| (info.name.to_string(), field.get()))
        .collect()
}

fn read(
    loss: &str,
    info: &ParameterInfo,
    value: &Value,
    field: &mut dyn Field,
) -> Result<(), Error> {
    let bad = || Error::Parameter {
        loss: loss.to_string(),
        parameter: info.name.to_string(),
        expected: info.expected(),
        got: value.to_string(),
    };
    let numbers: &[f64] = match value {
        Value::Number(x) => &[*x],
        Value::Numbers(x) => x,
        _ => &[],
    };
    if numbers.iter().any(|&x| !info.range.contains(x)) {
        return Err(bad());
    }
    if field.set(value) { Ok(()) } else { Err(bad()) }
}

/// Refuses names that are no parameter of the loss, and names given twice.
fn check_names(loss: &str, known: &[ParameterInfo], arguments: &Arguments) -> Result<(), Error> {
    for (i, (name, value)) in arguments.iter().enumerate() {
        if !known.iter().any(|p| p.name == name) {
            return Err(Error::UnknownParameter {
                loss: loss.to_string(),
                parameter: name.clone(),
                suggestion: nearest(name, known.iter().map(|p| p.name)),
                known: known.iter().map(|p| p.name.to_string()).collect(),
            });
        }
        if arguments[..i].iter().any(|(earlier, _)| earlier == name) {
            return Err(Error::Parameter {
                loss: loss.to_string(),
                parameter: name.clone(),
                expected: "given once".to_string(),
                got: format!("a second value, {value}"),
            });
        }
    }
    Ok(())
}
