//! Comparisons on images, from folders to a report and a model that is read again.

use std::fs;
use std::path::Path;

use minimand::grid::Grid;
use minimand_compare::{
    Budget, CompareError, Comparison, Measure, Model, Outcome, Request, SavedSegmenter, Shard,
    Store,
};
use minimand_images::{Mask, Pixels, read, write_mask, write_png};

use crate::outcomes::Counter;
use crate::support::{named, timeless};

const SIDE: usize = 16;

/// Twelve noisy images of 16 × 16 with a bright disc each, two of each patient, and their masks.
fn discs(folder: &Path) -> Request {
    let [images, masks] = ["images", "masks"].map(|name| folder.join(name));
    for path in [&images, &masks] {
        fs::create_dir(path).unwrap();
    }
    for case in 0..12_usize {
        let (row, column) = ((4 + 3 * case % 8) as f64, (4 + 5 * case % 8) as f64);
        let radius = 2.5 + (case % 3) as f64;
        let inside = |pixel: usize| {
            let (y, x) = ((pixel / SIDE) as f64, (pixel % SIDE) as f64);
            (y - row).hypot(x - column) < radius
        };
        let grey: Vec<u8> = (0..SIDE * SIDE)
            .map(|pixel| {
                let noise = (pixel * 7919 + case * 104_729) % 97;
                (60 + noise + if inside(pixel) { 90 } else { 0 }) as u8
            })
            .collect();
        let labels = (0..SIDE * SIDE).map(|pixel| 255 * u32::from(inside(pixel)));
        let name = format!("p{}_{}.png", case / 2, case % 2);
        write_png(&images.join(&name), [SIDE, SIDE], Pixels::Grey(&grey)).unwrap();
        let grid = Grid::new(&[SIDE, SIDE]).unwrap();
        let mask = Mask::new(grid, labels.collect()).unwrap();
        write_mask(&masks.join(&name), &mask).unwrap();
    }
    let mut request = Request {
        candidates: named(&["dice", "cross_entropy"]),
        baseline: Some("cross_entropy".into()),
        models: vec![Model::UNet { width: 4, depth: 1 }],
        folds: 3,
        budget: Budget {
            learning_rates: vec![1e-2, 4e-2],
            batch_size: 2,
            max_epochs: 12,
            ..Budget::default()
        },
        ..Request::segmentation(&images, &masks)
    };
    request.roles.groups = Some("{group}_*".into());
    request.images.class_names = named(&["disc"]);
    request
}

fn on_threads(request: &Request, threads: usize) -> (Comparison, Outcome) {
    let comparison = Comparison::new(request.clone()).unwrap();
    let store = Store::in_memory(comparison.plan());
    comparison.train(&store, None, Some(threads), &()).unwrap();
    let outcome = comparison.outcome(&store).unwrap();
    (comparison, outcome)
}

#[test]
fn discs_are_found_measured_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let request = discs(folder.path());
    let (comparison, outcome) = on_threads(&request, 1);
    assert_eq!(outcome.primary, Measure::Dice);
    assert_eq!((outcome.trials, outcome.rankings.len()), (2, 1));
    let standings = &outcome.rankings[0].standings;
    let dice = |place: usize| standings[place].estimate(Measure::Dice).unwrap().mean;
    assert!(dice(0) > 0.6 && dice(0) >= dice(1), "{standings:?}");
    assert_eq!(standings.iter().filter(|one| one.is_baseline).count(), 1);
    for candidate in &outcome.results[0].candidates {
        let mut tested: Vec<&str> = Vec::new();
        for fit in candidate.fits() {
            // What is kept is the best of all that was tried, by the deciding measure.
            let best = fit.validation_curve[fit.best_epoch - 1];
            let scores = fit.trials.iter().filter_map(|trial| trial.score);
            assert_eq!(scores.fold(f64::INFINITY, f64::min), best);
            assert!((-1.0..=0.0).contains(&best));
            let cases: Vec<&str> = fit.cases.iter().map(|case| case.case.as_str()).collect();
            // Both images of a patient are tested together.
            let patients: Vec<&str> = cases.iter().map(|case| &case[..2]).collect();
            assert!(
                patients.chunks(2).all(|pair| pair[0] == pair[1]),
                "{cases:?}"
            );
            let mean = fit.cases.iter().map(|case| case.measures[&Measure::Dice]);
            let mean = mean.sum::<f64>() / cases.len() as f64;
            assert!((mean - fit.test[&Measure::Dice]).abs() < 1e-12);
            assert!((fit.slices[0].measures["dice"] - mean).abs() < 1e-12);
            tested.extend(cases);
        }
        tested.sort_unstable();
        tested.dedup();
        assert_eq!(tested.len(), 12, "every case is tested once");
        assert_eq!(candidate.diagnostics.overlays.len(), 6);
    }

    // The same on any number of threads.
    assert_eq!(
        timeless(on_threads(&request, 3).1),
        timeless(outcome.clone())
    );

    let written = outcome.write(folder.path()).unwrap();
    let cases = fs::read_to_string(written.cases.unwrap()).unwrap();
    assert_eq!(cases.lines().count(), 1 + 2 * 12);
    assert!(
        cases.starts_with("model,objective,repeat,fold,case,class,dice"),
        "{cases}"
    );
    let page = fs::read_to_string(&written.report).unwrap();
    for part in [
        "data:image/png;base64,iVBOR",
        "Every case and class",
        "By class",
        "12 cases",
        "Betti error",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let again: Outcome = serde_json::from_slice(&fs::read(&written.json).unwrap()).unwrap();
    assert_eq!(again, outcome);
    let table = outcome.table();
    assert!(
        table.contains("Dice ↑") && table.contains("folds of whole groups"),
        "{table}"
    );

    let model = comparison.write_best_model(&outcome, folder.path(), &());
    let model = SavedSegmenter::read(&model.unwrap().unwrap()).unwrap();
    let image = read(&folder.path().join("images/p3_0.png")).unwrap();
    let mask = model.predict(&image, "p3_0").unwrap();
    assert!(mask.present().iter().all(|label| [0, 255].contains(label)));
    assert_eq!(mask.labels.len(), SIDE * SIDE);
    assert!(model.summary().ends_with("for disc"), "{}", model.summary());
}

#[test]
fn a_run_that_was_stopped_goes_on_and_shards_make_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut request = discs(folder.path());
    request.budget.max_epochs = 2;
    let whole = timeless(on_threads(&request, 2).1);
    let comparison = Comparison::new(request).unwrap();

    let path = folder.path().join("run");
    let store = Store::open(&path, comparison.plan(), false).unwrap();
    let stopped = comparison.train(&store, None, Some(1), &Counter::new(2));
    assert!(matches!(stopped, Err(CompareError::Cancelled)));
    assert_eq!(store.finished(), 2);
    drop(store);
    let store = Store::open(&path, comparison.plan(), false).unwrap();
    comparison.train(&store, None, Some(1), &()).unwrap();
    assert_eq!(timeless(comparison.outcome(&store).unwrap()), whole);
    drop(store);

    let folders: Vec<_> = (1..=2)
        .map(|index| {
            let path = folder.path().join(format!("shard-{index}"));
            let store = Store::open(&path, comparison.plan(), false).unwrap();
            let shard = Shard { index, of: 2 };
            comparison.train(&store, Some(shard), Some(1), &()).unwrap();
            path
        })
        .collect();
    let resumed = Comparison::resumed(&folders).unwrap();
    let merged = Store::merged(&folders, resumed.plan()).unwrap();
    assert_eq!(timeless(resumed.outcome(&merged).unwrap()), whole);
}

#[test]
fn volumes_in_crops_are_compared_too() {
    let folder = tempfile::tempdir().unwrap();
    let [images, masks] = ["images", "masks"].map(|name| folder.path().join(name));
    for path in [&images, &masks] {
        fs::create_dir(path).unwrap();
    }
    let grid = Grid::new(&[5, 12, 9]).unwrap();
    let grid = grid.with_spacing(&[3.0, 1.0, 1.0]).unwrap();
    for case in 0..6_usize {
        let inside = |pixel: usize| (pixel / 9 % 12 + case) % 12 < 5;
        let labels = |scale: u32| {
            let labels = (0..grid.len()).map(move |pixel| scale * u32::from(inside(pixel)));
            Mask::new(grid, labels.collect()).unwrap()
        };
        let name = format!("c{case}.nii.gz");
        // An image may be what a mask is written as.
        write_mask(&images.join(&name), &labels(100)).unwrap();
        write_mask(&masks.join(&name), &labels(1)).unwrap();
    }
    let mut request = Request {
        candidates: named(&["dice"]),
        baseline: Some("dice".into()),
        models: vec![Model::UNet { width: 2, depth: 1 }],
        folds: 2,
        budget: Budget {
            learning_rates: vec![5e-2],
            batch_size: 2,
            max_epochs: 25,
            ..Budget::default()
        },
        ..Request::segmentation(&images, &masks)
    };
    request.images.crop = vec![4, 8, 8];
    let outcome = on_threads(&request, 1).1;
    let images = outcome.data.images.clone().unwrap();
    assert_eq!((images.unit.as_str(), images.crop), ("mm", vec![4, 8, 8]));
    let standing = &outcome.rankings[0].standings[0];
    let mean = |measure| standing.estimate(measure).unwrap().mean;
    assert!(mean(Measure::Dice) > 0.8, "{standing:?}");
    assert!(mean(Measure::Hausdorff95) >= mean(Measure::Assd));
    let overlays = &outcome.results[0].candidates[0].diagnostics.overlays;
    assert!(overlays.iter().all(|overlay| overlay.slice.is_some()));
    assert!(outcome.report().render().contains("ASSD"));
}
