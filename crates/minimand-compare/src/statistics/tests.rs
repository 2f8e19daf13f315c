//! Tests of intervals, differences and Holm's method by hand.

use super::*;

fn lower(candidate: &[f64], reference: &[f64], test_to_train: f64) -> Option<Difference> {
    difference(candidate, reference, Aim::Lower, test_to_train)
}

#[test]
fn an_interval_by_hand() {
    // Mean 3, variance 10/4 = 2.5, factor 1/5 + 1/4 = 0.45, error √1.125,
    // t(0.975, 4) = 2.776445.
    let found = estimate(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.25).unwrap();
    assert_eq!((found.mean, found.results), (3.0, 5));
    let half_width = found.half_width.unwrap();
    assert!((half_width - 2.776_445_105 * 1.125_f64.sqrt()).abs() < 1e-8);
    assert_eq!(found.interval(), Some((3.0 - half_width, 3.0 + half_width)));
}

#[test]
fn few_results_have_a_mean_but_no_interval_and_no_test() {
    for results in [&[2.0][..], &[1.0, 3.0]] {
        let found = estimate(results, 0.25).unwrap();
        assert_eq!((found.mean, found.half_width), (2.0, None));
        assert_eq!(lower(results, &[0.0, 0.0], 0.25), None);
    }
    assert_eq!(estimate(&[], 0.25), None);
    assert_eq!(lower(&[], &[], 0.25), None);
    assert!(lower(&[1.0, 2.0, 3.0], &[0.0; 3], 0.5).is_some());
}

#[test]
fn results_that_are_not_finite_have_no_mean() {
    for odd in [f64::NAN, f64::INFINITY] {
        assert_eq!(estimate(&[1.0, odd, 2.0], 0.25), None);
        assert_eq!(lower(&[1.0, odd, 2.0], &[1.0, 1.0, 2.0], 0.25), None);
        assert_eq!(lower(&[1.0, 1.0, 2.0], &[1.0, odd, 2.0], 0.25), None);
        assert_eq!(lower(&[1.0, odd, 2.0], &[1.0, odd, 2.0], 0.25), None);
    }
}

#[test]
fn a_paired_difference_by_hand() {
    // Differences 1, 2, 3: mean 2, variance 1, factor 1/3 + 1/2 = 5/6,
    // t = 2 / √(5/6) = 2.19089; with two degrees p = 1 − t / √(2 + t²) = 1 − √(4.8/6.8).
    // The reference's mean is 2.
    let found = lower(&[2.0, 4.0, 6.0], &[1.0, 2.0, 3.0], 0.5).unwrap();
    assert_eq!(found.mean, 2.0);
    assert!((found.p - (1.0 - (4.8_f64 / 6.8).sqrt())).abs() < 1e-14);
    assert_eq!((found.relative, found.standardised), (Some(1.0), Some(2.0)));
    assert_eq!((found.wins, found.losses, found.ties), (0, 3, 0));

    let mirrored = lower(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0], 0.5).unwrap();
    assert_eq!((mirrored.mean, mirrored.p), (-2.0, found.p));
    assert_eq!(
        mirrored.interval(),
        (-2.0 - found.half_width, -2.0 + found.half_width)
    );
    assert_eq!((mirrored.relative, mirrored.wins), (Some(-0.5), 3));
}

#[test]
fn the_aim_decides_what_is_better_and_not_the_sign() {
    let (a, b) = ([0.9, 0.8, 0.7], [0.8, 0.8, 0.9]);
    let counts = |aim| {
        let found = difference(&a, &b, aim, 0.5).unwrap();
        (found.wins, found.losses, found.ties)
    };
    assert_eq!(counts(Aim::Higher), (1, 1, 1));
    assert_eq!(counts(Aim::Lower), (1, 1, 1));
    assert!(Aim::Higher.gain(0.1) > 0.0 && Aim::Lower.gain(0.1) < 0.0);
    // Distances from 0.8: 0.1, 0, 0.1 and 0, 0, 0.1.
    assert_eq!(counts(Aim::Nearest(0.8)), (0, 1, 2));
    let found = difference(&a, &b, Aim::Nearest(0.8), 0.5).unwrap();
    assert!((found.mean - 0.1 / 3.0).abs() < 1e-12);
    assert!((found.relative.unwrap() - 1.0).abs() < 1e-9);
    assert_eq!(
        Aim::Nearest(0.8).best_first(Some(0.1), Some(0.2)),
        Ordering::Less
    );
    assert_eq!(
        Aim::Higher.best_first(Some(0.1), Some(0.2)),
        Ordering::Greater
    );
    assert_eq!(Aim::Nearest(2.0).mean(&[1.0, 5.0]), Some(2.0));
}

#[test]
fn equal_results_are_no_difference() {
    let results = [0.1, 0.2, 0.3, 0.4];
    let rounded: Vec<f64> = results.iter().map(|result| result * (1.0 + 1e-8)).collect();
    for same in [&rounded[..], &results] {
        let found = lower(same, &results, 0.25).unwrap();
        assert_eq!((found.mean, found.half_width, found.p), (0.0, 0.0, 1.0));
        assert_eq!((found.standardised, found.ties), (None, 4));
    }
    // To both sides of the value: equally far from it.
    let found = difference(&[0.7; 3], &[0.9; 3], Aim::Nearest(0.8), 0.25).unwrap();
    assert_eq!((found.p, found.ties), (1.0, 3));
}

#[test]
fn a_difference_without_spread_cannot_be_judged() {
    // In floating point these are equal up to the last bits only.
    assert_eq!(lower(&[0.9, 0.7, 0.5], &[0.8, 0.6, 0.4], 0.5), None);
    assert!(lower(&[0.9, 0.7, 0.5], &[0.8, 0.6, 0.39], 0.5).is_some());
    // Equal results of one candidate are no obstacle.
    assert_eq!(estimate(&[1.0; 4], 0.25).unwrap().half_width, Some(0.0));
}

#[test]
fn a_share_of_nothing_is_not_given() {
    let shares = |reference: &[f64]| lower(&[1.0, 2.0, 4.0], reference, 0.5).unwrap().relative;
    assert_eq!(shares(&[0.0, 0.0, 0.0]), None);
    assert_eq!(shares(&[-1.0, 1.0, 2.0]), None);
    // 4/3 more than −1: better or worse is up to the measure, up is up.
    assert!((shares(&[-1.0, -1.0, -1.0]).unwrap() - 10.0 / 3.0).abs() < 1e-12);
    assert!(shares(&[0.0, 1.0, 2.0]).is_some());
}

fn with_p(p: f64) -> Option<Difference> {
    Some(Difference {
        p,
        ..lower(&[1.0, 2.0, 3.0], &[0.0; 3], 0.5)?
    })
}

#[test]
fn holm_by_hand() {
    let mut family = [0.01, 0.04, 0.03, 0.005, 0.8].map(with_p);
    holm(&mut family);
    // Sorted: 0.005·5, 0.01·4, 0.03·3, 0.04·2 (raised to 0.09), 0.8.
    let adjusted = family.map(|difference| difference.unwrap().p_adjusted);
    for (found, expected) in adjusted.iter().zip([0.04, 0.09, 0.09, 0.025, 0.8]) {
        assert!((found - expected).abs() < 1e-12, "{adjusted:?}");
    }
    assert!(family[0].unwrap().is_significant() && !family[1].unwrap().is_significant());
    holm(&mut []);
}

#[test]
fn comparisons_that_could_not_be_made_count() {
    let mut family = [with_p(0.02), None, with_p(0.01)];
    holm(&mut family);
    let adjusted = family.map(|difference| difference.map(|found| found.p_adjusted));
    assert_eq!(adjusted, [Some(0.04), None, Some(0.03)]);
}
