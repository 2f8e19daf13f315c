//! Tests of heat maps from one to a hundred classes.

use super::*;
use crate::svg::check_well_formed;

fn matrix(classes: usize, label: &str) -> HeatMap {
    let labels = |index| format!("{label}{index}");
    let map = HeatMap::new(label).columns((0..classes).map(labels));
    (0..classes).fold(map, |map, row| {
        let count = |column| if row == column { 90.0 } else { 1.0 };
        map.row(labels(row), (0..classes).map(count).collect())
    })
}

fn html(map: &HeatMap) -> String {
    let html = map.html();
    check_well_formed(&html);
    assert!(!html.contains("NaN") && !html.contains("inf"), "{html}");
    html
}

#[test]
fn cells_have_share_count_and_colour() {
    let map = HeatMap::new("Confusion")
        .columns(["cat", "dog"])
        .row("cat", vec![3.0, 1.0])
        .row("dog", vec![0.0, 2000.0]);
    let html = html(&map);
    assert!(
        html.contains(
            "<td class=\"h8\" title=\"cat → cat: 3 of 4 (75%)\">75 <small>3</small></td>"
        )
    );
    assert!(
        html.contains("<td></td><td class=\"h10\" title=\"dog → dog: 2,000 of 2,000 (100%)\">")
    );
    assert!(html.contains("<td class=\"total\">4</td>"));
    assert!(html.contains("scope=\"row\"") && html.contains("scope=\"col\""));
    assert!(html.contains(">True<") && html.contains(">Predicted "));
}

#[test]
fn detail_falls_with_the_number_of_classes() {
    let contains = |classes| {
        let html = html(&matrix(classes, "c"));
        assert_eq!(html.matches("<td class=\"h").count(), classes * classes);
        assert_eq!(html.matches(" title=\"").count(), classes * classes);
        // One explains the numbers in the head.
        let has_counts = html.matches("<small>").count() > 1;
        let has_shares = !html.contains("%)\"></td>");
        (has_counts, has_shares, html.contains("Total"))
    };
    for classes in [1, 2, 4, 5, 12] {
        assert_eq!(contains(classes), (true, true, true), "{classes}");
    }
    for classes in [13, 30] {
        assert_eq!(contains(classes), (false, true, true), "{classes}");
    }
    for classes in [31, 60, 100] {
        assert_eq!(contains(classes), (false, false, false), "{classes}");
    }
}

#[test]
fn shares_are_rounded_but_never_to_nothing_or_all() {
    let cases = [
        (0.001, "<1"),
        (0.014, "1"),
        (0.5, "50"),
        (0.999, ">99"),
        (1.0, "100"),
    ];
    for (share, expected) in cases {
        assert_eq!(percent(share), expected);
    }
    assert_eq!(
        [1e6, 0.25, 1e12].map(plain),
        ["1,000,000", "0.250", "1.00e12"]
    );
}

#[test]
fn long_labels_are_turned_and_all_labels_escaped() {
    assert!(html(&matrix(6, "a long <class> & more ")).contains("counts turned"));
    assert!(!html(&matrix(6, "")).contains("turned"));
    assert!(!html(&matrix(2, "a long class")).contains("turned"));
}

#[test]
fn odd_counts_are_empty_cells() {
    let map = HeatMap::new("x")
        .columns(["a", "b", "c"])
        .row("odd", vec![f64::NAN, -1.0, f64::INFINITY])
        .row("short", vec![2.0])
        .row("long", vec![1.0; 9])
        .row("weights", vec![0.5, 0.25, 1e-300]);
    let html = html(&map);
    assert_eq!(html.matches("<td class=\"h").count(), 7);
    assert!(html.contains("<td class=\"total\">0</td>"));
    assert!(html.contains("0.500 of 0.750"));
    for empty in [
        HeatMap::new("x"),
        HeatMap::new("x").columns(["a"]),
        HeatMap::new("x").row("a", vec![]),
    ] {
        assert!(empty.html().contains("nothing to draw"));
    }
}
