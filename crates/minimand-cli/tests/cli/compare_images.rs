//! `minimand compare` and `minimand predict` on images, small.

use std::fs;

use crate::support::Folder;

const SMALL: &str = "--images images --masks masks --loss dice --baseline cross_entropy \
                     --model unet(2,1) --folds 2 --epochs 1 --learning-rate 0.01 --threads 2 --seed 3";

/// Six images of 8 × 10 pixels in millimetres with a bright bar each, and their masks.
fn bars() -> Folder {
    let folder = Folder::new();
    for case in 0..6 {
        let labels = |scale: u32| -> Vec<u32> {
            (0..80)
                .map(|pixel| scale * u32::from((pixel / 10 + case) % 8 < 3))
                .collect()
        };
        let name = format!("p{case}.nii.gz");
        folder.mask(
            &format!("images/{name}"),
            &[8, 10],
            &[0.5, 0.5],
            &labels(90),
        );
        folder.mask(&format!("masks/{name}"), &[8, 10], &[0.5, 0.5], &labels(4));
    }
    folder
}

#[test]
fn images_end_with_a_table_and_files() {
    let folder = bars();
    let ran = folder.run(&format!("compare {SMALL} --output out"));
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    for part in [
        "images · 6 cases · 1 channel · 1 class · 2 folds",
        "Dice ↑",
        "report:  out/report.html",
        "cases:   out/cases.csv",
        "model:   out/model.json",
    ] {
        assert!(ran.stdout.contains(part), "{}", ran.stdout);
    }
    let report = fs::read_to_string(folder.path("out/report.html")).unwrap();
    assert!(report.contains("data:image/png;base64,") && report.contains("</html>"));

    // Nothing is done again, and the JSON is the whole standard output.
    let json = folder
        .run(&format!("compare {SMALL} --output out --json"))
        .json();
    assert_eq!(json["data"]["images"]["unit"], "mm");
    assert_eq!(json["primary"], "dice");

    let ran = folder.run("predict out images --output found");
    assert_eq!(ran.code, 0, "{ran:?}");
    let refused = folder.run("predict out images --output images").refusal();
    assert!(refused.contains("would replace the images"), "{refused}");
    let judged = folder.run("eval --predictions found --targets masks --measures dice --json");
    assert!(judged.json()["summary"][0]["mean"]["dice"].is_number());
}

#[test]
fn what_does_not_fit_is_named() {
    let folder = bars();
    let refused = |options: &str| {
        let command = format!("compare --images images --masks masks --folds 2 {options}");
        folder.run(command.trim_end()).refusal()
    };
    let few = folder
        .run("compare --images images --masks masks")
        .refusal();
    assert!(
        few.contains("6 cases are too few for 5 folds; at least 10"),
        "{few}"
    );
    let error = refused("--groups none.csv");
    assert!(error.contains("none.csv"), "{error}");
    let error = refused("--loss mse");
    assert!(error.contains("does not fit segmentation"), "{error}");
    let error = refused("--metric accuracy");
    assert!(
        error.contains("a measure of segmentation: dice, hausdorff95"),
        "{error}"
    );
    folder.mask("masks/p3.nii.gz", &[10, 8], &[0.5, 0.5], &[0; 80]);
    let error = refused("");
    assert!(
        error.contains("p3.nii.gz") && error.contains("[8, 10] and [10, 8]"),
        "{error}"
    );
    let error = folder.run("compare --task segmentation").refusal();
    assert!(error.contains("--images and --masks"), "{error}");
    assert!(
        folder
            .run("compare --images images")
            .usage()
            .contains("--masks")
    );
}
