//! Tests of whole pages with every kind of part.

use super::*;
use crate::html::{HeatMap, HtmlTable, PixelGrid};
use crate::svg::{
    Better, CalibrationBin, CriticalDifference, Histogram, IntervalPlot, IntervalRow, LineChart,
    ReliabilityDiagram, ScatterPlot, Series, check_well_formed,
};

fn charts(text: &str) -> Section {
    let lines = LineChart::new(text)
        .axis_labels(text, text)
        .series(Series::new(text, vec![(0.0, 1.0), (1.0, 2.0)]));
    let ranking = IntervalPlot::new(text)
        .axis_label(text)
        .reference(1.5, text)
        .row(IntervalRow::new(text, 1.0, Some((0.5, 2.0))));
    let bin = CalibrationBin {
        confidence: 0.5,
        accuracy: 0.4,
        weight: 1.0,
    };
    let reliability = ReliabilityDiagram::new(text)
        .axis_labels(text, text)
        .confidence_panel(text)
        .series(text, vec![bin]);
    let histogram = Histogram::new(text, vec![0.0, 1.0])
        .axis_labels(text, text)
        .series(text, vec![1.0])
        .series(text, vec![2.0]);
    let scatter = ScatterPlot::new(text, vec![(1.0, 2.0)])
        .axis_labels(text, text)
        .band(text, vec![(1.0, 1.0, 2.0), (2.0, 1.0, 2.0)]);
    let ranks = CriticalDifference::new(text, Better::Lower)
        .axis_label(text)
        .item(text, 1.0)
        .item(text, 2.0)
        .group(0, 1);
    let heat = HeatMap::new(text)
        .axis_labels(text, text)
        .columns([text])
        .row(text, vec![1.0]);
    Section::new(text)
        .figure(text, &lines)
        .figure(text, &ranking)
        .figure(text, &reliability)
        .figure(text, &histogram)
        .figure(text, &scatter)
        .figure(text, &ranks)
        .figure(text, &heat)
        .figure(text, &PixelGrid::new(text).tile(text, 1, vec![1.0]))
}

fn page(text: &str) -> Page {
    let mut table = HtmlTable::new().caption(text).text_column(text);
    table.row([text]);
    let section = Section::new(text)
        .paragraph(text)
        .table(&table)
        .key_values([(text, text)])
        .code(text)
        .fold(&Section::new(text).paragraph(text));
    let group = Group::new(text).note(text).section(charts(text));
    Page::new(text)
        .subtitle(text)
        .headline(text)
        .section(section)
        .group(group.clone())
        .group(group.open())
        .footer(text)
}

/// What stands between quotes after `name`.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    let values = html.split(start.as_str()).skip(1);
    values.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn everything_is_escaped_and_every_element_closed() {
    let html = page("<script>alert(\"1\")</script> & 'more'").render();
    check_well_formed(html.strip_prefix("<!doctype html>").unwrap());
    assert!(!html.contains("<script"));
    assert!(!html.contains("alert(\"1\")"));
}

#[test]
fn nothing_is_loaded_from_outside() {
    let html = page("x").render();
    for reference in ["http:", "https:", "src=", "url(", "@import", "<link"] {
        assert!(!html.contains(reference), "{reference}");
    }
}

#[test]
fn contents_point_to_every_section_and_group() {
    let html = page("A model").render();
    let mut ids = attributes(&html, "id");
    let links = attributes(&html, "href");
    let targets: Vec<&str> = links
        .iter()
        .filter_map(|link| link.strip_prefix('#'))
        .collect();
    assert_eq!(targets, ids, "all links lead to places on the page");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 5, "every place has a name of its own: {ids:?}");
    let short = Page::new("x").section(Section::new("y")).render();
    assert!(!short.contains("<nav"));
}

#[test]
fn groups_are_closed_unless_opened() {
    let html = page("x").render();
    assert_eq!(html.matches("<details class=\"group\">").count(), 1);
    assert_eq!(
        html.matches("<details class=\"group\" open=\"\">").count(),
        1
    );
    assert_eq!(html.matches("<span class=\"note\">x</span>").count(), 2);
}

#[test]
fn headings_are_in_order_and_output_is_repeatable() {
    let html = page("x").render();
    assert_eq!(html.matches("<h1>").count(), 1);
    assert!(html.find("<h1>") < html.find("<h2>"));
    assert!(html.find("<h2>") < html.find("<h3>"));
    assert_eq!(html, page("x").render());
}

#[test]
fn a_page_is_written_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    page("x").write(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), page("x").render());
    assert!(page("x").write(Path::new("/no/such/report.html")).is_err());
}
