//! All studies at a glance, as a page and as a table in Markdown.

use minimand::Catalog;
use minimand_report::html::{HtmlTable, Page, Section};

use crate::outcome::Outcome;
use crate::rule::Verdict;
use crate::study::Study;

/// The page that leads to all others.
pub(super) fn page(studies: &[(&'static Study, Option<Outcome>)]) -> Page {
    let verdict =
        |outcome: &Option<Outcome>| outcome.as_ref().map(|known| known.experiment.verdict);
    let count = |wanted: Option<Verdict>| {
        let found = studies
            .iter()
            .filter(|(_, outcome)| verdict(outcome) == wanted);
        found.count()
    };
    let headline = format!(
        "{} claims hold, {} do not hold at this scale, {} stay open{}.",
        count(Some(Verdict::Holds)),
        count(Some(Verdict::DoesNotHold)),
        count(Some(Verdict::Inconclusive)),
        match count(None) {
            0 => String::new(),
            unknown => format!(", {unknown} have not been run"),
        }
    );
    let mut page = Page::new("Studies")
        .subtitle("Papers on training objectives as small experiments")
        .headline(headline)
        .section(
            Section::new("How to read this")
                .paragraph(
                    "Each study takes the claim of a paper to a size that runs in a minute: seeded \
                     data, small models, a rule fixed before the run (a page says so if it was changed). \"Does not hold at this scale\" \
                     says nothing about the size at which the paper worked.",
                )
                .paragraph(
                    "Intervals are 95% over seeds, paired where methods are compared. Every study has \
                     a negative control, for which its rule must not say \"holds\".",
                ),
        );
    for area in crate::areas() {
        let mut table = HtmlTable::new()
            .text_column("Paper")
            .text_column("Title")
            .text_column("Verdict");
        for (study, outcome) in studies
            .iter()
            .filter(|(study, _)| study.paper().area == area)
        {
            let verdict = verdict(outcome).map_or("not run".to_owned(), |known| known.to_string());
            table.linked_row(
                format!("{}.html", study.name()),
                [study.name(), study.paper().title.to_owned(), verdict],
            );
        }
        page = page.section(Section::new(capitalised(area)).table(&table));
    }
    page.footer(format!("minimand {}", env!("CARGO_PKG_VERSION")))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// A table in Markdown with a row for every paper: what the library has of it, and the verdict of
/// its study. `outcome` gives what is known of a study.
pub fn coverage(outcome: impl Fn(&Study) -> Option<Outcome>) -> String {
    let mut text =
        String::from("| paper | | in the library | study |\n| --- | --- | --- | --- |\n");
    let catalog = Catalog::builtin();
    for paper in &minimand::papers::ALL {
        let study = crate::STUDIES
            .iter()
            .find(|study| study.paper == paper.number);
        let losses = catalog.entries().iter();
        let losses = losses.filter(|entry| entry.papers.contains(&paper.number));
        let mut has: Vec<String> = losses.map(|entry| format!("`{}`", entry.name)).collect();
        if let Some(study) = study {
            has.extend(study.provides.iter().map(|text| (*text).to_owned()));
        }
        let verdict = match study.map(|study| outcome(study)) {
            None => String::new(),
            Some(None) => "not run".to_owned(),
            Some(Some(outcome)) => outcome.experiment.verdict.to_string(),
        };
        text.push_str(&format!(
            "| {:03} | {} | {} | {verdict} |\n",
            paper.number,
            paper.title.replace('|', "\\|"),
            has.join(" ")
        ));
    }
    text
}
