//! What is kept of a study: numbers, clauses, verdict.

use std::fs;
use std::path::Path;

use minimand_report::atomic::write_atomically;
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};

use crate::error::StudyError;
use crate::results::Results;
use crate::rule::{Clause, Verdict};
use crate::study::{Scale, Study};

/// The outcome of a study, complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Number and short name of the study.
    pub study: String,
    /// The version of the program.
    pub version: String,
    /// The fingerprint of the study's source file.
    pub source: String,
    /// The seed that all trials derive theirs from.
    pub seed: u64,
    /// How often each part was repeated.
    pub seeds: u64,
    /// How large it was.
    pub scale: Scale,
    /// The person's data, if other data than the study's own was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// The objectives, as expressions.
    pub objectives: Vec<String>,
    /// Processor time of all trials, the control's too, in seconds.
    pub seconds: u64,
    /// The experiment.
    #[serde(flatten)]
    pub experiment: Judged,
    /// The negative control, judged by the same rule.
    pub control: Judged,
}

/// Numbers and what the rule says of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The verdict of all clauses.
    pub verdict: Verdict,
    /// The rule, clause by clause.
    pub clauses: Vec<Clause>,
    /// Every number.
    pub results: Results,
}

impl Judged {
    /// Applies the rule of a study.
    ///
    /// # Errors
    ///
    /// [`StudyError::Missing`] if the rule reads a number that was not measured.
    pub fn new(study: &Study, results: Results) -> Result<Self, StudyError> {
        let clauses = (study.judge)(&results)?;
        Ok(Self {
            verdict: Verdict::of(&clauses),
            clauses,
            results,
        })
    }
}

/// How an outcome compares with a kept one.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Whether both verdicts are the same.
    pub same_verdict: bool,
    /// Numbers that both have.
    pub compared: usize,
    /// Those of them that differ, and those that only one of them has.
    pub different: usize,
    /// Means that lie outside the kept 95% interval: where and by what name.
    pub outside: Vec<String>,
}

impl Agreement {
    /// Is the outcome the kept one, up to what another instruction set does to rounding?
    pub fn is_good(&self) -> bool {
        self.same_verdict && self.outside.is_empty()
    }
}

impl Outcome {
    /// Compares this outcome with a kept one.
    pub fn agreement(&self, kept: &Outcome) -> Agreement {
        let (mut compared, mut different) = (0, 0);
        let mut outside = Vec::new();
        let (own, others) = (&self.experiment.results, &kept.experiment.results);
        for (part, method, measure, values) in others.flat() {
            let Ok(new) = own.values(part, method, measure) else {
                different += values.len();
                continue;
            };
            compared += values.len().min(new.len());
            let equal = new.iter().zip(values).filter(|(a, b)| a == b).count();
            different += values.len().max(new.len()) - equal;
            let means = (
                own.mean(part, method, measure),
                others.mean(part, method, measure),
            );
            if let (Ok(new), Ok(kept)) = means
                && let Some((low, high)) = kept.interval()
            {
                // Six digits are kept, so an interval without width still has this one.
                let slack = 1e-5 * kept.mean.abs();
                if !(low - slack..=high + slack).contains(&new.mean) {
                    outside.push(format!("{measure} of {method} in {part}"));
                }
            }
        }
        Agreement {
            same_verdict: self.experiment.verdict == kept.experiment.verdict,
            compared,
            different,
            outside,
        }
    }

    /// Writes the outcome as JSON to `<folder>/<study>.json`.
    ///
    /// # Errors
    ///
    /// The file cannot be written; the message names it.
    pub fn write(&self, folder: &Path) -> Result<(), StudyError> {
        let path = folder.join(format!("{}.json", self.study));
        let mut text = serde_json::to_string_pretty(self).map_err(std::io::Error::from)?;
        text = compact_numbers(&text);
        text.push('\n');
        Ok(write_atomically(&path, |out| {
            out.write_all(text.as_bytes())
        })?)
    }

    /// Reads the outcome of a study from a folder; `None` if there is none.
    ///
    /// # Errors
    ///
    /// The file cannot be read or understood.
    pub fn read(folder: &Path, study: &Study) -> Result<Option<Self>, StudyError> {
        let path = folder.join(format!("{}.json", study.name()));
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StudyError::file(&path, &error)),
        };
        let outcome = serde_json::from_slice(&bytes).map_err(|error| StudyError::Damaged {
            path: path.display().to_string(),
            reason: error.to_string(),
        })?;
        Ok(Some(outcome))
    }

    /// Is it the outcome of the study as it stands?
    pub fn is_current(&self, study: &Study) -> bool {
        self.source == study.fingerprint()
    }
}

/// Puts lists of numbers on one line: a line per seed would be all that one sees.
fn compact_numbers(pretty: &str) -> String {
    let mut out = String::with_capacity(pretty.len());
    let mut rest = pretty;
    while let Some(start) = rest.find('[') {
        let (before, list) = rest.split_at(start + 1);
        out.push_str(before);
        rest = list;
        // Up to the end of the innermost list, if it holds numbers only.
        let end = list.find([']', '[', '{', '"']).unwrap_or(list.len());
        if list[end..].starts_with(']') {
            let numbers = list[..end].split(',').map(str::trim);
            out.push_str(&numbers.collect::<Vec<_>>().join(", "));
            rest = &list[end..];
        }
    }
    out.push_str(rest);
    out
}

#[derive(RustEmbed)]
#[folder = "results/"]
struct Kept;

/// The outcome of a study that is kept with the program; `None` if it has none.
///
/// # Errors
///
/// The kept file cannot be understood.
pub fn kept(study: &Study) -> Result<Option<Outcome>, StudyError> {
    let name = format!("{}.json", study.name());
    let Some(file) = Kept::get(&name) else {
        return Ok(None);
    };
    serde_json::from_slice(&file.data)
        .map(Some)
        .map_err(|error| StudyError::Damaged {
            path: name,
            reason: error.to_string(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_on_one_line() {
        let value =
            serde_json::json!({"a": [1, 2.5], "b": [["x"], [[1, 2], [3, 4]]], "c": [], "d": "[ 1"});
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        let compact = compact_numbers(&pretty);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&compact).unwrap(),
            value
        );
        assert!(compact.contains("[1, 2.5]"), "{compact}");
    }
}
