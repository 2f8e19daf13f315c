//! One typed error per way to be wrong. Each says which argument, what was expected and what came.

use std::fmt::Write as _;

/// Why an objective could not be built or evaluated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No loss of that name in the catalogue.
    #[error("unknown loss `{name}`{}", did_you_mean(.suggestion.as_deref()))]
    UnknownLoss {
        /// What was asked for.
        name: String,
        /// The nearest known name, if one is near.
        suggestion: Option<String>,
    },
    /// The expression does not follow the grammar.
    #[error(
        "cannot read the expression `{expression}`: at character {position}, expected {expected}, found {found}"
    )]
    Syntax {
        /// The whole expression.
        expression: String,
        /// Where, counted in characters from 1.
        position: usize,
        /// What could stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// The loss has no parameter of that name.
    #[error("`{loss}` has no parameter `{parameter}`{}; it has {}", did_you_mean(.suggestion.as_deref()), listed(.known))]
    UnknownParameter {
        /// The loss.
        loss: String,
        /// What was asked for.
        parameter: String,
        /// The nearest parameter, if one is near.
        suggestion: Option<String>,
        /// The parameters it has.
        known: Vec<String>,
    },
    /// A parameter outside its range or of the wrong type.
    #[error("`{loss}`: parameter `{parameter}` must be {expected}, got {got}")]
    Parameter {
        /// The loss.
        loss: String,
        /// The parameter.
        parameter: String,
        /// Its type and range.
        expected: String,
        /// What came.
        got: String,
    },
    /// An array whose shape does not fit.
    #[error("`{argument}` must have shape {expected}, got {got}")]
    Shape {
        /// Which array.
        argument: &'static str,
        /// The shape that would fit.
        expected: String,
        /// The shape that came.
        got: String,
    },
    /// A class label that is no class.
    #[error(
        "label {label} at position {position} is not in 0..{classes} and is not the ignore_index {ignore_index}"
    )]
    Label {
        /// Flat position in the label array.
        position: usize,
        /// The label.
        label: i64,
        /// Number of classes.
        classes: usize,
        /// The label that is skipped.
        ignore_index: i64,
    },
    /// A number that the loss cannot take.
    #[error("`{argument}` at position {position} is {value}, expected {expected}")]
    Value {
        /// Which array.
        argument: &'static str,
        /// Flat position in it.
        position: usize,
        /// The number.
        value: f64,
        /// What it may be.
        expected: String,
    },
    /// An iteration that stops at its cap before it is as near as it shall be.
    #[error(
        "{what} did not converge in {iterations} iterations: error {error:.1e}, tolerance {tolerance:.1e}; raise \
         `epsilon`, `tolerance` or `iterations`"
    )]
    NotConverged {
        /// What is computed.
        what: String,
        /// Iterations that were made.
        iterations: usize,
        /// How far the marginals are from what they shall be, as a share of the mass.
        error: f64,
        /// How far they may be.
        tolerance: f64,
    },
    /// Something this loss does not do.
    #[error("`{loss}` {reason}")]
    Unsupported {
        /// The loss or expression.
        loss: String,
        /// What it does not do, and what to do instead.
        reason: String,
    },
}

impl Error {
    /// An [`Error::Unsupported`].
    pub(crate) fn unsupported(loss: impl Into<String>, reason: impl Into<String>) -> Self {
        Error::Unsupported {
            loss: loss.into(),
            reason: reason.into(),
        }
    }

    /// An [`Error::Shape`] whose offending shape is written as `[a, b]`.
    pub(crate) fn shape(
        argument: &'static str,
        expected: impl Into<String>,
        got: &[usize],
    ) -> Self {
        Error::Shape {
            argument,
            expected: expected.into(),
            got: format!("{got:?}"),
        }
    }
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |s| format!("; did you mean `{s}`?"))
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_string();
    }
    let mut text = String::new();
    for (i, name) in names.iter().enumerate() {
        let separator = if i == 0 { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = write!(text, "{separator}`{name}`");
    }
    text
}

/// The candidate nearest in spelling, if it is near enough to be a slip.
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    candidates
        .map(|c| (strsim::jaro_winkler(name, c), c))
        .filter(|(similarity, _)| *similarity > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, c)| c.to_string())
}
