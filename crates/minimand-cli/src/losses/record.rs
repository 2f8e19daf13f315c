//! One entry of the catalogue as it is shown and written as JSON.

use minimand::loss::Known;
use minimand::{Entry, ParameterInfo, Value};
use serde::Serialize;

use super::{claims, formula, plot};
use crate::error::CliError;
use formula::Formula;
use plot::Curve;

/// Everything that the catalogue knows about a loss.
#[derive(Debug, Serialize)]
pub(super) struct Record {
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) area: String,
    pub(super) shape: String,
    pub(super) signature: String,
    pub(super) summary: &'static str,
    pub(super) documentation: String,
    pub(super) parameters: Vec<Parameter>,
    /// What holds with the default parameters, as words for `--where`.
    pub(super) facts: Vec<&'static str>,
    /// The same and more, in sentences.
    pub(super) claims: Vec<String>,
    pub(super) formula: Option<Formula>,
    pub(super) papers: &'static [u16],
    /// The loss against the margin, the score or the error; only for one loss at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) curve: Option<Curve>,
    pub(super) known: Vec<KnownValue>,
    #[serde(skip)]
    pub(super) entry: &'static Entry,
}

/// One parameter.
#[derive(Debug, Serialize)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) default: Json,
    pub(super) expected: String,
    pub(super) documentation: String,
    #[serde(skip)]
    pub(super) written: String,
}

/// A parameter's value as JSON has it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Json {
    None,
    Bool(bool),
    Number(f64),
    Text(String),
    Numbers(Vec<f64>),
}

/// A value worked out elsewhere.
#[derive(Debug, Serialize)]
pub(super) struct KnownValue {
    pub(super) expression: &'static str,
    pub(super) prediction: &'static [f64],
    pub(super) target: &'static [f64],
    pub(super) value: f64,
    pub(super) source: &'static str,
}

impl Record {
    pub(super) fn new(entry: &'static Entry) -> Result<Self, CliError> {
        let facts = entry.facts()?;
        Ok(Self {
            name: entry.name,
            aliases: entry.aliases,
            area: entry.area.to_string(),
            shape: entry.shape.to_string(),
            signature: entry.signature(),
            summary: entry.summary(),
            documentation: unindented(entry.doc),
            parameters: entry.parameters.iter().map(Parameter::new).collect(),
            facts: facts.words(entry.shape),
            claims: claims::sentences(entry.shape, &facts),
            formula: Formula::of(entry)?,
            papers: entry.papers,
            curve: None,
            known: entry.known.iter().map(KnownValue::new).collect(),
            entry,
        })
    }
}

impl Record {
    /// With its curve, which the list has no room for.
    pub(super) fn with_curve(mut self) -> Self {
        self.curve = Curve::of(self.entry);
        self
    }
}

impl Parameter {
    fn new(info: &ParameterInfo) -> Self {
        let default = (info.default)();
        Self {
            name: info.name,
            written: default.to_string(),
            default: Json::from(default),
            expected: info.expected(),
            documentation: unindented(info.doc),
        }
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        match value {
            Value::None => Self::None,
            Value::Bool(flag) => Self::Bool(flag),
            Value::Number(number) => Self::Number(number),
            Value::Text(text) => Self::Text(text),
            Value::Numbers(numbers) => Self::Numbers(numbers),
        }
    }
}

impl KnownValue {
    fn new(known: &Known) -> Self {
        Self {
            expression: known.expression,
            prediction: known.prediction,
            target: known.target,
            value: known.value,
            source: known.source,
        }
    }
}

/// A doc comment without the space that follows its slashes.
fn unindented(doc: &str) -> String {
    let lines = doc
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}
