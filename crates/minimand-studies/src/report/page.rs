//! The page of one study.

use minimand_report::html::{HtmlTable, Page, Section};
use minimand_report::number::significant;

use crate::error::StudyError;
use crate::outcome::{Judged, Outcome};
use crate::results::Results;
use crate::rule::{Clause, Verdict};
use crate::study::{Scale, Study};

/// What was claimed, run, measured and found, with figures; that it has not been run without an outcome.
///
/// # Errors
///
/// A figure reads a number that was not measured.
pub fn page(study: &Study, outcome: Option<&Outcome>) -> Result<Page, StudyError> {
    let paper = study.paper();
    let page = Page::new(paper.title).subtitle(paper.to_string());
    let about = Section::new("The experiment")
        .key_values([
            ("Claim", study.claim),
            ("What is reduced", study.reduced),
            ("Setting", study.setting),
            ("Negative control", study.control),
        ])
        .key_values(study.parts.iter().map(|part| (part.name, part.about)));
    let Some(outcome) = outcome else {
        return Ok(page.headline("This study has not been run.").section(about));
    };
    let mut page = page.headline(headline(outcome)).section(about);
    page = page.section(
        Section::new("The rule")
            .paragraph(&format!(
                "{} Intervals are 95% over seeds, paired where methods are compared.",
                match study.mended {
                    "" => "Fixed before the run.".to_owned(),
                    why => format!("Changed after a first run: {why}"),
                }
            ))
            .table(&clauses(&outcome.experiment)),
    );
    let exhibits = (study.exhibits)(&outcome.experiment.results)?;
    page = page.section(
        exhibits
            .iter()
            .fold(Section::new("Figures"), |section, exhibit| {
                section.figure(&exhibit.caption, &*exhibit.figure)
            }),
    );
    page = page
        .section(numbers(
            "What was measured",
            study,
            &outcome.experiment.results,
        )?)
        .section(
            Section::new("The negative control")
                .paragraph(&format!(
                    "{} The same rule says: {}.",
                    study.control, outcome.control.verdict
                ))
                .table(&clauses(&outcome.control))
                .fold(&numbers("Its numbers", study, &outcome.control.results)?),
        )
        .section(
            Section::new("Do it again")
                .code(&format!(
                    "minimand study run {:03}{}{} --fresh",
                    study.paper,
                    match outcome.scale {
                        Scale::Smoke => " --smoke",
                        Scale::Normal => "",
                        Scale::Full => " --full",
                    },
                    match outcome.seed {
                        0 => String::new(),
                        seed => format!(" --seed {seed}"),
                    }
                ))
                .key_values([
                    ("Objectives", outcome.objectives.join(", ")),
                    ("Seeds", outcome.seeds.to_string()),
                    (
                        "Computing time",
                        format!("{} s on one core", outcome.seconds),
                    ),
                    (
                        "Data",
                        outcome
                            .data
                            .clone()
                            .unwrap_or_else(|| "as described above".to_owned()),
                    ),
                    ("Source of the study", outcome.source.clone()),
                ]),
        );
    Ok(page.footer(format!("minimand {}", outcome.version)))
}

/// The verdict in a sentence.
fn headline(outcome: &Outcome) -> String {
    let verdict = match outcome.experiment.verdict {
        Verdict::Holds => "The claim holds at this scale.",
        Verdict::DoesNotHold => "The claim does not hold at this scale.",
        Verdict::Inconclusive => "The experiment does not settle the claim.",
    };
    match outcome.scale {
        Scale::Smoke => format!("{verdict} (A smoke run: its numbers mean nothing.)"),
        _ => verdict.to_owned(),
    }
}

fn clauses(judged: &Judged) -> HtmlTable {
    let mut table = HtmlTable::new()
        .text_column("Clause")
        .text_column("Verdict");
    for Clause { text, verdict } in &judged.clauses {
        let verdict = match verdict {
            Verdict::Holds => "holds",
            Verdict::DoesNotHold => "contradicted",
            Verdict::Inconclusive => "open",
        };
        table.row([text.as_str(), verdict]);
    }
    table
}

/// A table for each part: methods down, measures across.
fn numbers(heading: &str, study: &Study, results: &Results) -> Result<Section, StudyError> {
    let mut section = Section::new(heading);
    for part in study.parts {
        let measures = results.measures(part.name);
        if measures.is_empty() {
            // Its results are curves alone.
            continue;
        }
        let mut table = HtmlTable::new()
            .caption(format!(
                "{}: means with 95% intervals over seeds",
                part.name
            ))
            .text_column("Method");
        for measure in &measures {
            table = table.number_column(*measure);
        }
        for method in results.methods(part.name) {
            let cell = |measure: &&str| match results.mean(part.name, method, measure) {
                Ok(mean) => match mean.half_width {
                    Some(half) => {
                        format!("{} ± {}", significant(mean.mean, 4), significant(half, 2))
                    }
                    None => significant(mean.mean, 4),
                },
                Err(_) => String::new(),
            };
            let cells = measures.iter().map(cell);
            table.row(std::iter::once(method.to_owned()).chain(cells));
        }
        section = section.table(&table);
    }
    Ok(section)
}
