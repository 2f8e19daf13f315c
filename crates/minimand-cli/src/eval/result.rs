//! What `minimand eval` shows.

use minimand::{Evaluation, Objective, Reduction};
use serde::Serialize;

use super::EvalArgs;

/// Losses of single items that are shown on a terminal.
const MOST_SHOWN: usize = 8;

/// The result, in the order in which it is printed.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    /// As the catalogue prints it.
    expression: String,
    value: f64,
    count: usize,
    reduction: &'static str,
    /// Where the gradient has been written.
    #[serde(skip_serializing_if = "Option::is_none")]
    gradient: Option<String>,
    /// Where the losses of the items have been written.
    #[serde(skip_serializing_if = "Option::is_none")]
    per_item: Option<String>,
    /// The losses of the items, if they are the result and have no file.
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<f64>>,
}

impl Shown {
    pub(super) fn new(arguments: &EvalArgs, objective: &Objective, result: &Evaluation) -> Self {
        let reduction = Reduction::from(arguments.reduction);
        let inline = reduction == Reduction::None && arguments.per_item.is_none();
        let written = |path: &std::path::PathBuf| path.display().to_string();
        Self {
            expression: objective.to_string(),
            value: result.value,
            count: result.count,
            reduction: arguments.reduction.name(),
            gradient: arguments.gradient.as_ref().map(written),
            per_item: arguments.per_item.as_ref().map(written),
            items: result.per_item.clone().filter(|_| inline),
        }
    }

    /// The result for people.
    pub(super) fn text(&self) -> String {
        let mut lines = vec![
            ("value", format!("{:?}", self.value)),
            ("count", self.count.to_string()),
            ("expression", self.expression.clone()),
            ("reduction", self.reduction.to_owned()),
        ];
        if let Some(items) = &self.items {
            lines.push(("per item", listed(items)));
        }
        for (name, path) in [("gradient", &self.gradient), ("per item", &self.per_item)] {
            lines.extend(path.iter().map(|path| (name, path.clone())));
        }
        lines
            .iter()
            .map(|(name, value)| format!("{name:<10}  {value}\n"))
            .collect()
    }
}

/// The first few numbers.
fn listed(items: &[f64]) -> String {
    let shown: Vec<String> = items
        .iter()
        .take(MOST_SHOWN)
        .map(|x| format!("{x:?}"))
        .collect();
    let mut text = shown.join(", ");
    if items.len() > MOST_SHOWN {
        text.push_str(&format!(
            ", … {} in all (--per-item writes them)",
            items.len()
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(listed(&[1.0, 2.5]), "1.0, 2.5");
        assert!(listed(&[0.0; 9]).ends_with(", 0.0, … 9 in all (--per-item writes them)"));
    }
}
