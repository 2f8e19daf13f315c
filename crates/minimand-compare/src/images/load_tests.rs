//! Tests of reading folders.

use std::fs;

use minimand_images::{Mask, Pixels, write_mask, write_png};
use tempfile::TempDir;

use super::super::ImagesError;
use super::*;
use crate::data::Target;
use crate::request::{ImageOptions, Model};

/// Two folders with so many grey images of 10 × 12 pixels and masks with these labels.
fn folders(cases: usize, labels: &[u32]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["images", "masks"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    for case in 0..cases {
        let name = format!("p{}_{case}.png", case / 2);
        let grey: Vec<u8> = (0..120)
            .map(|pixel| (pixel * (case + 1) % 251) as u8)
            .collect();
        write_png(
            &folder.path().join("images").join(&name),
            [10, 12],
            Pixels::Grey(&grey),
        )
        .unwrap();
        let labels: Vec<u32> = (0..120)
            .map(|pixel| labels[pixel * labels.len() / 120])
            .collect();
        put_mask(&folder, &name, &[10, 12], labels);
    }
    folder
}

fn put_mask(folder: &TempDir, name: &str, shape: &[usize], labels: Vec<u32>) {
    let mask = Mask::new(Grid::new(shape).unwrap(), labels).unwrap();
    write_mask(&folder.path().join("masks").join(name), &mask).unwrap();
}

fn load(folder: &TempDir, change: impl FnOnce(&mut Request)) -> Result<Images, ImagesError> {
    let (images, masks) = (folder.path().join("images"), folder.path().join("masks"));
    let mut request = Request {
        folds: 3,
        ..Request::segmentation(&images, &masks)
    };
    change(&mut request);
    request.check().unwrap();
    Images::load(&images, &masks, &request)
}

fn refused(folder: &TempDir, change: impl FnOnce(&mut Request)) -> String {
    load(folder, change).unwrap_err().to_string()
}

#[test]
fn labels_become_classes_and_images_are_normalised() {
    let folder = folders(8, &[0, 255, 7]);
    let images = load(&folder, |_| {}).unwrap();
    let labels: Vec<u32> = images.classes.iter().map(|class| class.label).collect();
    assert_eq!(labels, [0, 7, 255]);
    assert_eq!(images.classes[2].name, "255");
    assert_eq!(images.cases.len(), 8);
    assert_eq!(images.cases[0].name, "p0_0");
    let case = &images.cases[3];
    assert_eq!(case.counts(3), [40, 40, 40]);
    assert_eq!(
        (case.classes[0], case.classes[60], case.classes[119]),
        (0, 2, 1)
    );
    assert!(case.values.iter().sum::<f32>().abs() < 1e-3);
    // As large as the images, in multiples of what a network of depth 2 halves.
    assert_eq!(images.layout.crop, [1, 12, 12]);
    assert_eq!((images.layout.axes, images.layout.channels), (2, 1));
    assert_eq!(images.unit, "pixels");
    // All cases have all classes: folds are alike in how much of them.
    assert!(matches!(&images.target, Target::Values(shares) if shares.len() == 8));
    let summary = images.summary();
    assert_eq!((summary.rows, summary.features), (8, 1));
    assert_eq!(summary.classes[1].rows, 8);
    assert_eq!(summary.images.unwrap().sizes, [(10, 10), (12, 12)]);
}

#[test]
fn what_is_asked_for_is_done() {
    let folder = folders(8, &[0, 1]);
    let images = load(&folder, |request| {
        request.images = ImageOptions {
            crop: vec![8, 16],
            spacing: vec![0.5, 2.0],
            class_names: vec!["vessel".into()],
            flips: true,
        };
        request.models = vec![Model::UNet { width: 4, depth: 3 }];
    })
    .unwrap();
    assert_eq!(images.layout.crop, [1, 8, 16]);
    assert_eq!(images.cases[0].grid.spacing(), [0.5, 2.0]);
    assert_eq!(images.classes[1].name, "vessel");
    assert_eq!(images.unit, "in the unit of --spacing");
    let grouped = load(&folder, |request| {
        request.roles.groups = Some("{group}_*".into());
    });
    let groups = grouped.unwrap().groups.unwrap();
    assert_eq!(groups.codes, [0, 0, 1, 1, 2, 2, 3, 3]);
}

#[test]
fn classes_that_some_cases_lack_are_spread() {
    let folder = folders(8, &[0, 1]);
    put_mask(&folder, "p1_2.png", &[10, 12], vec![0; 120]);
    put_mask(
        &folder,
        "p1_3.png",
        &[10, 12],
        [vec![0; 60], vec![2; 60]].concat(),
    );
    let images = load(&folder, |_| {}).unwrap();
    let Target::Labels { has, names } = &images.target else {
        panic!("{:?}", images.target);
    };
    assert_eq!(names, &["1", "2"]);
    assert_eq!(has[2 * 2..4 * 2], [false, false, false, true]);
    assert_eq!(images.notes.len(), 1);
    assert!(
        images.notes[0].contains("2 (1 cases)"),
        "{:?}",
        images.notes
    );
    // Another mask is another fingerprint.
    let before = images.hash();
    put_mask(
        &folder,
        "p1_3.png",
        &[10, 12],
        [vec![0; 61], vec![2; 59]].concat(),
    );
    assert_ne!(load(&folder, |_| {}).unwrap().hash(), before);
}

#[test]
fn files_that_do_not_fit_are_named() {
    let few = refused(&folders(5, &[0, 1]), |_| {});
    assert!(
        few.contains("5 cases are too few for 3 folds; at least 6"),
        "{few}"
    );
    let nothing = refused(&folders(6, &[0]), |_| {});
    assert!(nothing.contains("nothing to learn"), "{nothing}");
    let many: Vec<u32> = (0..100).collect();
    let many = refused(&folders(6, &many), |_| {});
    assert!(many.contains("p0_0.png: 100 different labels"), "{many}");

    let folder = folders(6, &[0, 1]);
    let error = refused(&folder, |request| {
        request.images.class_names = vec!["a".into(), "b".into()];
    });
    assert!(
        error.contains("2 names of classes") && error.contains("1 labels"),
        "{error}"
    );
    let error = refused(&folder, |request| request.images.crop = vec![8, 8, 8]);
    assert!(error.contains("`crop` must have 2 numbers"), "{error}");
    let error = refused(&folder, |request| request.images.spacing = vec![1.0; 3]);
    assert!(error.contains("`spacing` must have 2 numbers"), "{error}");
    let error = refused(&folder, |request| {
        request.folds = 3;
        request.roles.groups = Some("{group}*".into());
    });
    assert!(error.contains("1 groups are too few"), "{error}");

    put_mask(&folder, "p2_5.png", &[12, 10], vec![1; 120]);
    let error = refused(&folder, |_| {});
    assert!(
        error.contains("p2_5.png") && error.contains("[10, 12] and [12, 10]"),
        "{error}"
    );
    put_mask(&folder, "p2_5.png", &[10, 12], vec![1; 120]);
    let colours = [0_u8; 360];
    write_png(
        &folder.path().join("images/p1_2.png"),
        [10, 12],
        Pixels::Rgb(&colours),
    )
    .unwrap();
    let error = refused(&folder, |_| {});
    assert!(
        error.contains("p1_2.png: this image has 3 channels and 2 axes")
            && error.contains("p0_0.png has 1 channel and 2 axes"),
        "{error}"
    );
    fs::remove_file(folder.path().join("masks/p1_2.png")).unwrap();
    let error = refused(&folder, |_| {});
    assert!(error.contains("p1_2"), "{error}");
}
