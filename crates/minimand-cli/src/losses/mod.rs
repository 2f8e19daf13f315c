//! `minimand losses`: the catalogue.

mod claims;
mod formula;
mod page;
mod plot;
mod record;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};
use minimand::{Area, Catalog, Entry, Facts};
use minimand_report::atomic::write_atomically;
use minimand_report::svg::{WIDE, standalone};

use crate::error::CliError;
use crate::output;
use record::Record;

const EXAMPLES: &str = "\
Facts for --where:
  convex            in the prediction
  lipschitz         the derivative is bounded
  bounded           the loss of an item is bounded
  proper            its minimum is at the true class probabilities
  calibrated        its excess bounds the excess of errors, by a closed form
  shift_invariant   adding a number to all logits of a row changes nothing
  soft_labels       soft labels have a meaning
  exact_hessian     the exact second derivative is never negative
  elicits_mean, elicits_log_mean, elicits_median, elicits_quantile
                    what the best constant prediction is
  All of them are claims for the default parameters, and all are tested.

Examples:
  Everything there is:
    minimand losses
  What to try on noisy class labels:
    minimand losses --area classification --where bounded
  Losses that boosting can use as they are:
    minimand losses --where 'convex and exact_hessian'
  One loss with its parameters, formula and curve:
    minimand losses focal
  The curve as a picture:
    minimand losses focal --svg focal.svg
  The catalogue for a program:
    minimand losses --json";

/// List the losses, or explain one.
///
/// Without NAME: a table of all losses, or of those of an area or with certain properties. With
/// NAME: a page with the parameters, their ranges, the formula and what is known about the loss.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct LossesArgs {
    /// A loss to explain, by its name or an alias.
    #[arg(conflicts_with_all = ["area", "facts"])]
    name: Option<String>,

    /// Draw the loss and its derivative to an SVG file.
    #[arg(long, value_name = "FILE", requires = "name", value_hint = ValueHint::FilePath)]
    svg: Option<PathBuf>,

    /// Only losses of this area.
    #[arg(long, value_parser = area())]
    area: Option<Area>,

    /// Only losses with this property; several are joined with "and".
    #[arg(long = "where", value_name = "FACT", value_parser = facts)]
    facts: Vec<FactList>,
}

/// Facts that are written in one word, such as `proper and bounded`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FactList(Vec<&'static str>);

/// The names of the areas, as clap wants to have them.
static AREAS: LazyLock<Vec<String>> =
    LazyLock::new(|| Area::ALL.iter().map(Area::to_string).collect());

/// Accepts the areas by name.
fn area() -> impl TypedValueParser<Value = Area> {
    let names = PossibleValuesParser::new(AREAS.iter().map(String::as_str));
    names.try_map(|name| {
        let found = Area::ALL.into_iter().find(|area| area.to_string() == name);
        found.ok_or("no such area")
    })
}

/// Reads facts that are joined with "and" or commas.
fn facts(text: &str) -> Result<FactList, String> {
    let lowered = text.to_lowercase();
    let words: Vec<&str> = lowered.split_whitespace().collect();
    let joined = words.join(" ");
    let named = joined
        .split(',')
        .flat_map(|part| part.split(" and "))
        .map(str::trim);
    let known = |name: &str| {
        let found = Facts::WORDS
            .into_iter()
            .find(|word| *word == name.replace('-', "_"));
        found.ok_or_else(|| {
            format!(
                "there is no fact `{name}`; the facts are {}",
                Facts::WORDS.join(", ")
            )
        })
    };
    named.map(known).collect::<Result<_, _>>().map(FactList)
}

impl LossesArgs {
    pub(crate) fn run(&self, json: bool) -> Result<(), CliError> {
        let catalog = Catalog::builtin();
        if let Some(name) = &self.name {
            let record = Record::new(catalog.find(name)?)?.with_curve();
            if let Some(path) = &self.svg {
                write_svg(&record, path)?;
            }
            return if json {
                output::write_json(&record)
            } else {
                output::write(page::text(&record, output::prose_width()).as_bytes())
            };
        }
        let records = catalog
            .entries()
            .iter()
            .filter(|entry| self.area.is_none_or(|area| entry.area == area))
            .map(|entry| Record::new(entry))
            .filter(|record| {
                record
                    .as_ref()
                    .map_or(true, |record| self.has_facts(record))
            })
            .collect::<Result<Vec<Record>, CliError>>()?;
        if json {
            output::write_json(&records)
        } else if records.is_empty() {
            output::note("no loss has all of these properties");
            Ok(())
        } else {
            output::write(table(&records, output::terminal_width()).as_bytes())
        }
    }

    fn has_facts(&self, record: &Record) -> bool {
        self.facts
            .iter()
            .flat_map(|list| &list.0)
            .all(|fact| record.facts.contains(fact))
    }
}

fn table(records: &[Record], width: Option<usize>) -> String {
    let mut rows = vec![
        ["LOSS", "PAPERS", "AREA", "SHAPE", "SUMMARY", "PARAMETERS"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for record in records {
        rows.push(vec![
            record.name.to_owned(),
            numbers(record.papers),
            record.area.clone(),
            record.shape.clone(),
            record.summary.trim_end_matches('.').to_owned(),
            parameters(record.entry),
        ]);
    }
    output::aligned(&rows, width)
}

/// The numbers of papers, as the studies have them.
fn numbers(papers: &[u16]) -> String {
    let numbers: Vec<String> = papers.iter().map(|paper| format!("{paper:03}")).collect();
    numbers.join(" ")
}

/// Draws the curve of a loss.
fn write_svg(record: &Record, path: &Path) -> Result<(), CliError> {
    let curve = record.curve.as_ref().ok_or(CliError::Usage(
        "`--svg` draws losses of one score or one margin; this one depends on more numbers",
    ))?;
    let svg = standalone(&curve.chart(record.name), WIDE);
    write_atomically(path, |out| out.write_all(svg.as_bytes())).map_err(CliError::File)
}

/// The signature without the name.
fn parameters(entry: &Entry) -> String {
    let signature = entry.signature();
    let list = signature.strip_prefix(entry.name).unwrap_or(&signature);
    list.trim_start_matches('(')
        .trim_end_matches(')')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_joined_in_every_way_people_write() {
        let both = FactList(vec!["proper", "bounded"]);
        for text in [
            "proper and bounded",
            "Proper AND  bounded",
            "proper,bounded",
            "proper, bounded",
        ] {
            assert_eq!(facts(text), Ok(both.clone()), "{text}");
        }
        assert_eq!(facts("exact-hessian"), Ok(FactList(vec!["exact_hessian"])));
        for bad in ["propr", "proper bounded", "proper and", "", "and"] {
            let error = facts(bad).unwrap_err();
            assert!(
                error.ends_with("elicits_median, elicits_quantile"),
                "{error}"
            );
        }
    }
}
