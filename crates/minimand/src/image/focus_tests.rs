//! Vectors of record 093, slopes, and motions that are found again.

use super::*;
use crate::image::events::{Event, Motion, Sensor};

fn of(image: &[f64], side: usize) -> EventImage {
    let blank = || vec![0.0; image.len()];
    EventImage {
        rows: side,
        columns: side,
        image: image.to_vec(),
        times: [[blank(), blank()], [blank(), blank()]],
    }
}

const PLUS: [f64; 9] = [0.0, 1.0, 0.0, 2.0, 4.0, 1.0, 0.0, 1.0, 0.0];

#[test]
fn values_of_the_record() -> Result<(), Error> {
    let vectors = [
        (F::Variance, 1.555555556),
        (F::MeanSquare, 2.555555556),
        (F::MeanAbsoluteDeviation, 0.888888889),
        (F::MeanAbsoluteValue, 1.0),
        (F::Range, 4.0),
        // Bins at 0, 1, 2, 3 and 4.
        (F::Entropy { bins: 5 }, 1.214889654),
        (F::Area(Coverage::Exponential), 3.742710754),
        (F::Area(Coverage::Gaussian), 4.002504870),
        (F::Area(Coverage::Lorentzian), 3.048874504),
        (F::Area(Coverage::Hyperbolic), 4.248139348),
        (F::GradientMagnitude, 1.277777778),
        (F::LaplacianMagnitude, 17.111111111),
        (F::VarianceOfLaplacian, 17.111111111),
        (F::HessianMagnitude, 15.055555556),
        (F::VarianceOfGradient, 0.128050200),
        (F::VarianceOfSquaredGradient, 0.575617284),
        (F::LocalVariance, 1.547325103),
        (F::Moran { eight: false }, 0.053571429),
        (F::Moran { eight: true }, -0.353571429),
        (F::Geary { eight: false }, 1.071428571),
        (F::Geary { eight: true }, 1.585714286),
    ];
    for (objective, want) in vectors {
        let (value, _) = objective.score(&of(&PLUS, 3))?;
        assert!(
            (value - want).abs() < 1e-8,
            "{objective:?}: {value}, expected {want}"
        );
    }
    Ok(())
}

fn number(i: usize) -> f64 {
    ((i * 7919 + 17) % 1009) as f64 / 1009.0
}

fn events() -> Vec<Event> {
    (0..60)
        .map(|i| Event {
            x: 2.0 + 5.0 * number(i),
            y: 2.0 + 5.0 * number(i + 100),
            t: number(i + 200),
            positive: i % 3 > 0,
        })
        .collect()
}

#[test]
fn slopes_by_the_motion_are_difference_quotients() -> Result<(), Error> {
    let events = events();
    let flow = |p: &[f64]| Motion::Flow([p[0], p[1]]);
    let rotation = |p: &[f64]| Motion::Rotation {
        velocity: [p[0], p[1], p[2]],
        focal: 10.0,
        centre: [4.5, 4.5],
    };
    type Make<'a> = &'a dyn Fn(&[f64]) -> Motion;
    let motions: [(Make<'_>, Vec<f64>); 3] = [
        (&flow, vec![0.413, -0.377]),
        (&rotation, vec![0.0213, -0.0171, 0.0931]),
        (&rotation, vec![1e-5, 2e-5, -1e-5]),
    ];
    for signed in [false, true] {
        let sensor = Sensor {
            rows: 10,
            columns: 10,
            blur: 0.7,
            signed,
            reference: 0.5,
        };
        for (make, parameters) in &motions {
            for objective in F::ALL {
                let at = |p: &[f64]| objective.loss(&sensor.image(&events, &make(p))?);
                let (_, slopes) = at(parameters)?;
                let found = sensor.slopes(&events, &make(parameters), &slopes)?;
                // Bounds of the histogram are held; what they move is not part of the slope.
                if matches!(objective, F::Entropy { .. }) {
                    continue;
                }
                for i in 0..parameters.len() {
                    let step = 1e-7;
                    let (mut up, mut down) = (parameters.clone(), parameters.clone());
                    up[i] += step;
                    down[i] -= step;
                    let want = (at(&up)?.0 - at(&down)?.0) / (2.0 * step);
                    let size = 1.0 + want.abs();
                    assert!(
                        (found[i] - want).abs() < 2e-5 * size,
                        "{objective:?} {signed}: {} {want}",
                        found[i]
                    );
                }
            }
        }
    }
    Ok(())
}

#[test]
fn slopes_of_the_entropy_hold_its_bounds() -> Result<(), Error> {
    let image: Vec<f64> = (0..36).map(number).collect();
    let objective = F::Entropy { bins: 9 };
    let (_, slopes) = objective.score(&of(&image, 6))?;
    let extreme = |x: f64| image.iter().all(|&y| x >= y) || image.iter().all(|&y| x <= y);
    for i in (0..36).filter(|&i| !extreme(image[i])) {
        let moved = |by: f64| {
            let mut image = image.clone();
            image[i] += by;
            objective.score(&of(&image, 6)).map(|s| s.0)
        };
        let want = (moved(1e-7)? - moved(-1e-7)?) / 2e-7;
        assert!((slopes.image[i] - want).abs() < 1e-6, "{i}");
    }
    Ok(())
}

#[test]
fn the_true_motion_is_the_sharpest() -> Result<(), Error> {
    // Twelve points that move by (3, −2) pixels a second, each seen 20 times.
    let events: Vec<Event> = (0..240)
        .map(|i| {
            let (point, t) = (i % 12, (i / 12) as f64 / 20.0);
            Event {
                x: 6.0 + 18.0 * number(point) + 3.0 * t,
                y: 6.0 + 18.0 * number(point + 50) - 2.0 * t,
                t,
                positive: true,
            }
        })
        .collect();
    let sensor = Sensor {
        rows: 32,
        columns: 32,
        blur: 1.0,
        signed: false,
        reference: 0.0,
    };
    let chosen = [
        F::Variance,
        F::GradientMagnitude,
        F::LaplacianMagnitude,
        F::Moran { eight: false },
    ];
    for objective in chosen {
        let loss = |vx: i32, vy: i32| {
            let motion = Motion::Flow([f64::from(vx), f64::from(vy)]);
            objective
                .loss(&sensor.image(&events, &motion)?)
                .map(|l| l.0)
        };
        let best = loss(3, -2)?;
        for vx in 0..7 {
            for vy in -5..2 {
                assert!(loss(vx, vy)? >= best, "{objective:?} at {vx}, {vy}");
            }
        }
    }
    Ok(())
}

#[test]
fn flat_images_and_wrong_sizes() {
    for objective in F::ALL {
        let (value, slopes) = objective.score(&of(&[2.0; 9], 3)).unwrap();
        assert!(
            value.is_finite() && slopes.image.iter().all(|d| d.is_finite()),
            "{objective:?}"
        );
        assert!(objective.score(&of(&[2.0; 9], 2)).is_err());
    }
}

#[test]
fn motions_that_are_no_numbers_are_refused_and_what_is_behind_the_camera_is_not_seen()
-> Result<(), Error> {
    let sensor = Sensor {
        rows: 10,
        columns: 10,
        blur: 0.0,
        signed: false,
        reference: 0.0,
    };
    let turned = |velocity: [f64; 3]| Motion::Rotation {
        velocity,
        focal: 10.0,
        centre: [4.5, 4.5],
    };
    let event = Event {
        x: 4.0,
        y: 5.0,
        t: 1.0,
        positive: true,
    };
    let refused = |events: &[Event], motion: Motion| sensor.image(events, &motion).is_err();
    assert!(refused(&[event], Motion::Flow([f64::NAN, 0.0])));
    assert!(refused(&[event], turned([0.0, f64::INFINITY, 0.0])));
    let lost = Event {
        t: f64::NAN,
        ..event
    };
    assert!(refused(&[lost], Motion::Flow([0.0; 2])));
    // A turn by half a circle about the vertical axis.
    let seen = sensor.image(&[event], &turned([0.0, std::f64::consts::PI, 0.0]))?;
    assert!(seen.image.iter().all(|&x| x == 0.0));
    let seen = sensor.image(&[event], &turned([0.0; 3]))?;
    assert_eq!((seen.image[54], seen.image.iter().sum::<f64>()), (1.0, 1.0));
    Ok(())
}
