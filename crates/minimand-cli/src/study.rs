//! `minimand study`: papers as experiments.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueHint};
use minimand_studies::progress::Bar;
use minimand_studies::{
    Outcome, Plan, STUDIES, Scale, Study, StudyError, Verdict, areas, find, kept, report, run,
};
use serde::Serialize;

use crate::error::CliError;
use crate::interrupt;
use crate::output;

const EXAMPLES: &str = "\
Examples:
  What has been tried, and what came of it:
    minimand study list
  Try squentropy's claim yourself, in about a minute:
    minimand study run squentropy
  All classification studies, then pages for reading:
    minimand study run --area classification
    minimand study report --results minimand-studies
  Does this machine measure what is kept with the program?
    minimand study run --all --check
  The real MNIST in place of the small digits:
    minimand study run 3 --data mnist/";

const RUN_EXAMPLES: &str = "\
Examples:
  One study, by number or name:
    minimand study run 3
    minimand study run squentropy 183
  All of an area:
    minimand study run --area classification
  Compare with the outcomes that are kept with the program; exit code 1 if one differs:
    minimand study run --all --check
  Your own images (a folder with MNIST's or CIFAR-10's files, or a table):
    minimand study run 3 --data mnist/";

/// Papers as small, honest experiments, each with a verdict.
///
/// A study takes the claim of a paper to a size that runs in about a minute: seeded data, small
/// models, a rule fixed before the run, and a negative control for which the rule must say no.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct StudyArgs {
    #[command(subcommand)]
    command: StudyCommand,
}

#[derive(Debug, Subcommand)]
enum StudyCommand {
    List(ListArgs),
    Run(RunArgs),
    Report(ReportArgs),
}

/// List the studies with their verdicts.
#[derive(Debug, Args)]
struct ListArgs {
    /// Only studies of this area.
    #[arg(long, value_parser = area)]
    area: Option<String>,

    /// A table in Markdown with a row for every paper, with or without a study.
    #[arg(long, conflicts_with = "area")]
    coverage: bool,

    /// Folder with outcomes of your own; those that it lacks are the ones kept with the program.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    results: Option<PathBuf>,
}

/// Run studies, and print their verdicts.
///
/// Finished trials are kept on disk: a run that was stopped or killed goes on where it was when the
/// same command is given again. Equal seeds give equal results on any number of threads.
#[derive(Debug, Args)]
#[command(after_long_help = RUN_EXAMPLES)]
struct RunArgs {
    /// Studies, by number or name.
    #[arg(value_name = "ID", required_unless_present_any = ["all", "area", "stale"])]
    ids: Vec<String>,

    /// Every study.
    #[arg(long, conflicts_with_all = ["ids", "area"])]
    all: bool,

    /// Every study of this area.
    #[arg(long, conflicts_with = "ids", value_parser = area)]
    area: Option<String>,

    /// Of those, only the ones whose source has changed since their outcome was kept, or that have
    /// none.
    #[arg(long)]
    stale: bool,

    /// Compare with the outcomes that are kept with the program. Exit code 1 if a verdict differs,
    /// or if a mean lies outside the kept interval.
    #[arg(long, conflicts_with_all = ["full", "smoke", "data", "seed"])]
    check: bool,

    /// Three times as many seeds, and larger where a study says so.
    #[arg(long)]
    full: bool,

    /// As small as can be, only to see that it runs.
    #[arg(long, conflicts_with = "full")]
    smoke: bool,

    /// From which all random numbers derive.
    #[arg(long, default_value_t = 0)]
    seed: u64,

    /// Images of your own in place of the handwritten digits: a folder with MNIST's or CIFAR-10's
    /// files, or a table whose class is in a column `target` or `label`.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    data: Option<PathBuf>,

    /// Folder for outcomes and unfinished work.
    #[arg(long, value_name = "DIR", default_value = "minimand-studies", value_hint = ValueHint::DirPath)]
    results: PathBuf,

    /// Drop what an earlier run finished, and start again.
    #[arg(long)]
    fresh: bool,
}

/// Write the outcomes as pages: an index, and a page for each study.
#[derive(Debug, Args)]
struct ReportArgs {
    /// Folder with outcomes of your own; those that it lacks are the ones kept with the program.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    results: Option<PathBuf>,

    /// Folder for the pages.
    #[arg(long, value_name = "DIR", default_value = "minimand-studies/report", value_hint = ValueHint::DirPath)]
    output: PathBuf,
}

impl StudyArgs {
    pub(crate) fn run(self, threads: Option<usize>, json: bool) -> Result<(), CliError> {
        match self.command {
            StudyCommand::List(arguments) => arguments.run(json),
            StudyCommand::Run(arguments) => arguments.run(threads, json),
            StudyCommand::Report(arguments) => arguments.run(json),
        }
    }
}

/// A row of the list.
#[derive(Serialize)]
struct Listed {
    paper: u16,
    name: &'static str,
    title: &'static str,
    area: &'static str,
    verdict: Option<Verdict>,
    stale: bool,
    seconds: Option<u64>,
}

impl ListArgs {
    fn run(self, json: bool) -> Result<(), CliError> {
        if self.coverage {
            let mut outcomes = Vec::new();
            for study in STUDIES {
                outcomes.push((study.paper, known(study, self.results.as_deref())?));
            }
            let known = |study: &Study| {
                let found = outcomes.iter().find(|(paper, _)| *paper == study.paper);
                found.and_then(|(_, outcome)| outcome.clone())
            };
            return output::write(report::coverage(known).as_bytes());
        }
        let mut listed = Vec::new();
        for study in of_area(self.area.as_deref()) {
            let known = known(study, self.results.as_deref())?;
            listed.push(Listed {
                paper: study.paper,
                name: study.slug,
                title: study.paper().title,
                area: study.paper().area,
                verdict: known.as_ref().map(|known| known.experiment.verdict),
                stale: known.as_ref().is_none_or(|known| !known.is_current(study)),
                seconds: known.as_ref().map(|known| known.seconds),
            });
        }
        if json {
            return output::write_json(&listed);
        }
        let mut rows = vec![
            ["paper", "name", "verdict", "title"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for row in &listed {
            let verdict = match (row.verdict, row.stale) {
                (None, _) => "not run".to_owned(),
                (Some(verdict), false) => verdict.to_string(),
                (Some(verdict), true) => format!("{verdict} (stale)"),
            };
            let number = format!("{:03}", row.paper);
            rows.push(vec![
                number,
                row.name.to_owned(),
                verdict,
                row.title.to_owned(),
            ]);
        }
        output::write(output::aligned(&rows, output::terminal_width()).as_bytes())
    }
}

/// What became of a study that was run.
#[derive(Serialize)]
struct Ran<'a> {
    #[serde(flatten)]
    outcome: &'a Outcome,
    /// With `--check`: whether it agrees with the kept outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    agrees: Option<bool>,
}

impl RunArgs {
    fn run(self, threads: Option<usize>, json: bool) -> Result<(), CliError> {
        let studies = self.studies()?;
        let plan = Plan {
            scale: match (self.smoke, self.full) {
                (true, _) => Scale::Smoke,
                (_, true) => Scale::Full,
                _ => Scale::Normal,
            },
            seed: self.seed,
            data: self.data,
            folder: self.results,
            fresh: self.fresh,
            threads,
        };
        let outcomes = run(&studies, &plan, &Bar::stopped_by(interrupt::flag()))?;
        let (mut failed, mut differing) = (0, 0);
        let mut ran = Vec::new();
        let mut text = String::new();
        for (study, outcome) in studies.iter().zip(&outcomes) {
            match outcome {
                Err(error) => {
                    failed += 1;
                    output::note(&format!("{}: {error}", study.name()));
                }
                Ok(outcome) => {
                    let check = self.check.then(|| checked(study, outcome)).transpose()?;
                    text.push_str(&told(study, outcome));
                    if let Some((agrees, words)) = &check {
                        differing += usize::from(!agrees);
                        text.push_str(&format!("  {words}\n"));
                    }
                    let agrees = check.map(|check| check.0);
                    ran.push(Ran { outcome, agrees });
                }
            }
        }
        if json {
            output::write_json(&ran)?;
        } else {
            text.push_str(&format!("results: {}\n", plan.folder.display()));
            output::write(text.as_bytes())?;
        }
        let all = studies.len();
        match (failed, differing) {
            (0, 0) => Ok(()),
            (0, failed) => Err(CliError::Studies {
                failed,
                all,
                what: "differ from what is kept",
            }),
            (failed, _) => Err(CliError::Studies {
                failed,
                all,
                what: "could not be run",
            }),
        }
    }

    fn studies(&self) -> Result<Vec<&'static Study>, CliError> {
        let mut studies = if self.ids.is_empty() {
            of_area(self.area.as_deref()).collect()
        } else {
            let found: Result<Vec<_>, StudyError> = self.ids.iter().map(|id| find(id)).collect();
            found?
        };
        let mut seen = Vec::new();
        studies.retain(|study| {
            let is_new = !seen.contains(&study.paper);
            seen.push(study.paper);
            is_new
        });
        if self.stale {
            let mut stale = Vec::new();
            for study in studies {
                if kept(study)?.is_none_or(|known| !known.is_current(study)) {
                    stale.push(study);
                }
            }
            studies = stale;
        }
        Ok(studies)
    }
}

impl ReportArgs {
    fn run(self, json: bool) -> Result<(), CliError> {
        let mut pages = Vec::new();
        for study in STUDIES {
            pages.push((*study, known(study, self.results.as_deref())?));
        }
        let index = report::write(&pages, &self.output)?;
        present(&index, json)
    }
}

/// The outcome of a study in a person's folder, else the one kept with the program.
fn known(study: &Study, folder: Option<&Path>) -> Result<Option<Outcome>, StudyError> {
    let own = folder
        .map(|folder| Outcome::read(folder, study))
        .transpose()?;
    match own.flatten() {
        Some(outcome) => Ok(Some(outcome)),
        None => kept(study),
    }
}

fn present(index: &Path, json: bool) -> Result<(), CliError> {
    if json {
        return output::write_json(&serde_json::json!({ "index": index }));
    }
    output::write(format!("report:  {}\n", index.display()).as_bytes())
}

/// The verdict of a study with its clauses.
fn told(study: &Study, outcome: &Outcome) -> String {
    let mut text = format!("{}\n  {}\n", study.paper(), outcome.experiment.verdict);
    for clause in &outcome.experiment.clauses {
        let mark = match clause.verdict {
            Verdict::Holds => "+",
            Verdict::DoesNotHold => "-",
            Verdict::Inconclusive => "?",
        };
        text.push_str(&format!("  {mark} {}\n", clause.text));
    }
    if outcome.control.verdict == Verdict::Holds {
        text.push_str("  ! the rule also holds for the negative control: it proves nothing\n");
    }
    text
}

/// Whether an outcome agrees with the kept one, and how, in words.
fn checked(study: &Study, outcome: &Outcome) -> Result<(bool, String), CliError> {
    let Some(known) = kept(study)? else {
        return Ok((false, "nothing is kept to compare with".to_owned()));
    };
    let agreement = outcome.agreement(&known);
    let mut words = match agreement.different {
        0 => format!("the same as kept: all {} numbers", agreement.compared),
        different => format!(
            "{different} of {} numbers differ from the kept ones",
            agreement.compared
        ),
    };
    if !agreement.same_verdict {
        words.push_str(&format!(
            "; the kept verdict is: {}",
            known.experiment.verdict
        ));
    }
    if !agreement.outside.is_empty() {
        words.push_str(&format!(
            "; outside the kept interval: {}",
            agreement.outside.join(", ")
        ));
    }
    Ok((agreement.is_good(), words))
}

fn of_area(area: Option<&str>) -> impl Iterator<Item = &'static Study> {
    let studies = STUDIES.iter().copied();
    studies.filter(move |study| area.is_none_or(|area| study.paper().area == area))
}

/// An area that has a study.
fn area(text: &str) -> Result<String, String> {
    let areas = areas();
    if areas.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(format!("expected one of: {}", areas.join(", ")))
}
