//! The page of one loss.

use minimand::Paper;

use super::record::{KnownValue, Parameter, Record};
use crate::output::wrapped;

const INDENT: &str = "  ";

/// Everything about one loss, for people.
pub(super) fn text(record: &Record, width: usize) -> String {
    let mut page = wrapped(&record.signature, width, "");
    page.push_str(&format!("{} · {}\n", record.area, record.shape));
    for paragraph in record.documentation.split("\n\n") {
        page.push('\n');
        page.push_str(&prose(paragraph, width));
    }
    if !record.parameters.is_empty() {
        heading(&mut page, "Parameters");
        for parameter in &record.parameters {
            page.push_str(&described(parameter, width));
        }
    }
    if let Some(formula) = &record.formula {
        heading(
            &mut page,
            "Formula, as it is computed with the default parameters",
        );
        page.push_str(&wrapped(&formula.text, width, INDENT));
        for name in &formula.names {
            let meaning = format!("{}: {}", name.name, name.meaning);
            page.push_str(&wrapped(&meaning, width, "    "));
        }
    }
    if let Some(curve) = &record.curve {
        let drawn = curve.text(width);
        if !drawn.is_empty() {
            heading(&mut page, "Curve, with the default parameters");
            for line in drawn.lines() {
                page.push_str(&format!("{INDENT}{line}\n"));
            }
            page.push_str(&wrapped(curve.axis, width, INDENT));
        }
    }
    heading(&mut page, "Facts, with the default parameters");
    for claim in &record.claims {
        page.push_str(&item(claim, width));
    }
    if !record.facts.is_empty() {
        let words = format!("for --where: {}", record.facts.join(", "));
        page.push_str(&item(&words, width));
    }
    if !record.known.is_empty() {
        heading(&mut page, "Known values");
        for known in &record.known {
            page.push_str(&item(&worked_out(known), width));
        }
    }
    if !record.aliases.is_empty() {
        heading(&mut page, "Also called");
        page.push_str(&wrapped(&record.aliases.join(", "), width, INDENT));
    }
    if !record.papers.is_empty() {
        heading(&mut page, "Papers");
        for number in record.papers {
            let paper = Paper::find(*number).map(Paper::to_string);
            page.push_str(&item(&paper.unwrap_or_default(), width));
        }
    }
    page
}

fn heading(page: &mut String, text: &str) {
    page.push_str(&format!("\n{text}\n"));
}

/// An item of a list: its later lines are indented further.
fn item(text: &str, width: usize) -> String {
    let lines = wrapped(text, width, "    ");
    lines.replacen("    ", INDENT, 1)
}

/// A paragraph; one that begins with a formula keeps its lines.
fn prose(paragraph: &str, width: usize) -> String {
    if paragraph.starts_with('ℓ') {
        return paragraph
            .lines()
            .map(|line| format!("{INDENT}{line}\n"))
            .collect();
    }
    wrapped(paragraph, width, "")
}

fn described(parameter: &Parameter, width: usize) -> String {
    let Parameter {
        name,
        written,
        expected,
        documentation,
        ..
    } = parameter;
    let mut text = wrapped(
        &format!("{name} = {written}    ({expected})"),
        width,
        INDENT,
    );
    text.push_str(&wrapped(documentation, width, "      "));
    text
}

fn worked_out(known: &KnownValue) -> String {
    let KnownValue {
        expression,
        prediction,
        target,
        value,
        source,
    } = known;
    let numbers = |numbers: &[f64]| match numbers {
        [one] => one.to_string(),
        many => {
            let many: Vec<String> = many.iter().map(f64::to_string).collect();
            format!("[{}]", many.join(", "))
        }
    };
    format!(
        "{expression} of {} for {} = {value} ({source})",
        numbers(prediction),
        numbers(target)
    )
}
