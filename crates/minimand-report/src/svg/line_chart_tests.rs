//! Tests of the structure of line charts; what they look like is for eyes.

use super::*;
use crate::svg::{NARROW, WIDE, check_drawing};

fn chart(series: Vec<Series>) -> LineChart {
    let chart = LineChart::new("Learning curves").axis_labels("Epoch", "MAE");
    series.into_iter().fold(chart, LineChart::series)
}

fn ramp(name: &str) -> Series {
    Series::new(
        name,
        (0..10).map(|x| (f64::from(x), f64::from(x * x))).collect(),
    )
}

#[test]
fn one_line_per_series_with_its_name_at_the_end() {
    let svg = check_drawing(&chart(vec![ramp("MSE"), ramp("Huber")]));
    assert_eq!(svg.matches("<polyline").count(), 2);
    assert_eq!(svg.matches("class=\"leader").count(), 2);
    assert!(svg.contains(">MSE</text>") && svg.contains(">Huber</text>"));
    assert!(svg.contains("role=\"img\"") && svg.contains("<title>Learning curves</title>"));
    assert!(svg.contains("<desc>MAE over Epoch for MSE, Huber.</desc>"));
}

#[test]
fn nothing_to_draw_is_said() {
    let nan = Series::new("a", vec![(f64::NAN, 1.0), (1.0, f64::INFINITY)]);
    for series in [vec![], vec![Series::new("a", vec![])], vec![nan]] {
        assert!(check_drawing(&chart(series)).contains("nothing to draw"));
    }
    let negative = Series::new("a", vec![(0.0, -1.0)]).band(vec![(1.0, 2.0)]);
    assert!(check_drawing(&chart(vec![negative]).log_y()).contains("nothing to draw"));
}

#[test]
fn gaps_interrupt_the_line_and_single_points_are_dots() {
    let ys = [1.0, 2.0, f64::NAN, 3.0, f64::INFINITY, 4.0, 5.0];
    let points = ys.iter().enumerate().map(|(x, y)| (x as f64, *y)).collect();
    let svg = check_drawing(&chart(vec![Series::new("a", points)]));
    assert_eq!(svg.matches("<polyline").count(), 2);
    assert_eq!(svg.matches("<circle").count(), 1);
}

#[test]
fn constant_and_single_values_are_drawn() {
    for points in [
        vec![(1.0, 2.0)],
        vec![(0.0, 0.0), (1.0, 0.0)],
        vec![(3.0, 1e-320); 2],
    ] {
        for log in [false, true] {
            let chart = chart(vec![Series::new("a", points.clone())]);
            check_drawing(&if log { chart.log_y() } else { chart });
        }
    }
}

#[test]
fn bands_stop_at_gaps_and_at_the_edge_of_a_logarithmic_plot() {
    let points: Vec<_> = (0..4).map(|x| (f64::from(x), 10.0)).collect();
    let band = vec![
        (-1.0, 20.0),
        (5.0, f64::INFINITY),
        (f64::NAN, 20.0),
        (5.0, 20.0),
    ];
    let svg = check_drawing(&chart(vec![Series::new("a", points).band(band)]).log_y());
    assert_eq!(svg.matches("<polygon").count(), 1);
    assert_eq!(svg.matches("class=\"bar c0\"").count(), 1);
}

#[test]
fn many_series_differ_in_colour_or_dash_and_all_are_named() {
    let names: Vec<String> = (0..20)
        .map(|index| format!("a long loss name {index}"))
        .collect();
    let svg = check_drawing(&chart(names.iter().map(|name| ramp(name)).collect()));
    let mut classes: Vec<String> = (0..20).map(line_class).collect();
    classes.sort();
    classes.dedup();
    assert_eq!(classes.len(), 20);
    for name in names {
        assert!(svg.contains(&format!(">{name}</text>")), "{name}");
    }
}

#[test]
fn long_names_are_whole_at_both_widths() {
    let name = "0.5*generalized_cross_entropy(q=0.7) + 0.5*asymmetric_focal(gamma_positive=1)";
    let chart = chart(vec![ramp(name), ramp("mse")]);
    for width in [NARROW, WIDE] {
        let svg = chart.svg(width);
        assert!(svg.contains(&format!("<title>{name}</title>")));
        assert!(!svg.contains('…'), "{svg}");
    }
}
