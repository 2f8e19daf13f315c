//! Tests of reading requests.

use clap::Parser;
use minimand_compare::{Budget, Corruption, ImageOptions, Measure, Model, Roles, Source, Task};

use super::*;

#[derive(Debug, Parser)]
struct Alone {
    #[command(flatten)]
    arguments: CompareArgs,
}

/// The request of a command as [`Request::command`] prints it.
fn parsed(command: &str) -> Request {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for character in command.chars() {
        match character {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(character),
        }
    }
    Alone::try_parse_from(&words[1..])
        .unwrap()
        .arguments
        .request()
        .unwrap()
}

#[test]
fn the_printed_command_gives_the_same_request() {
    let default = Request::default();
    assert_eq!(parsed(&default.command()), default);
    assert_eq!(parsed("minimand compare"), default);
    let unusual = Request {
        source: Source::File("my houses.csv".into()),
        targets: vec!["-price".into()],
        task: Some(Task::Regression),
        roles: Roles {
            weights: Some("w".into()),
            groups: Some("street name".into()),
            time: None,
            ignore: vec!["id".into(), "-x".into()],
        },
        images: ImageOptions::default(),
        rows: Some(1000),
        candidates: vec!["-mae + 2*mse".into(), "huber(delta=2)".into()],
        baseline: Some("-mae".into()),
        models: vec![
            Model::Mlp(vec![64, 32]),
            Model::Linear,
            Model::Mlp(vec![64]),
        ],
        metric: Some(Measure::Coverage),
        folds: 3,
        repeats: 4,
        validation_share: 0.25,
        budget: Budget {
            learning_rates: vec![1e-4, 0.1],
            weight_decay: 0.0,
            batch_size: 16,
            max_epochs: 7,
            patience: 3,
        },
        tune: true,
        corruption: Corruption {
            label_noise: 0.0,
            imbalance: 1.0,
            outliers: 0.25,
        },
        slices: vec!["area".into()],
        seed: u64::MAX,
    };
    assert_eq!(parsed(&unusual.command()), unusual);
    let linear = Request {
        models: vec![Model::Linear],
        ..default.clone()
    };
    assert_eq!(parsed(&linear.command()), linear);
    let labels = Request {
        source: Source::File("t.parquet".into()),
        targets: vec!["a".into(), "b".into()],
        slices: vec!["class".into()],
        corruption: Corruption {
            label_noise: 0.4,
            imbalance: 50.0,
            outliers: 0.0,
        },
        ..default.clone()
    };
    assert_eq!(parsed(&labels.command()), labels);
    let arrays = Request {
        source: Source::Arrays {
            features: "X.npy".into(),
            targets: "y.npy".into(),
        },
        ..default
    };
    assert_eq!(parsed(&arrays.command()), arrays);
}

#[test]
fn images_have_defaults_of_their_own() {
    let usual = Request::segmentation("scans".as_ref(), "my masks".as_ref());
    assert_eq!(parsed(&usual.command()), usual);
    assert_eq!(
        parsed("minimand compare --images scans --masks 'my masks'"),
        usual
    );
    let mut unusual = usual.clone();
    unusual.roles.groups = Some("{group}_*".into());
    unusual.images = ImageOptions {
        crop: vec![16, 32, 32],
        spacing: vec![2.5, 0.5, 0.5],
        class_names: vec!["left lung".into(), "right lung".into()],
        flips: false,
    };
    unusual.models = vec![Model::UNet {
        width: 16,
        depth: 3,
    }];
    unusual.metric = Some(Measure::Hausdorff95);
    unusual.candidates = vec!["dice".into(), "lovasz".into()];
    unusual.repeats = 2;
    unusual.budget.learning_rates = vec![0.01];
    unusual.budget.batch_size = 2;
    unusual.budget.max_epochs = 5;
    assert_eq!(parsed(&unusual.command()), unusual);
}

#[test]
fn time_allows_one_repeat() {
    let forward = parsed("minimand compare t.csv --target y --time day");
    assert_eq!(forward.repeats, 1);
    assert_eq!(parsed(&forward.command()), forward);
    assert_eq!(
        parsed("minimand compare t.csv --time day --repeats 2").repeats,
        2
    );
}

#[test]
fn wrong_words_are_refused() {
    let refused = |line: &str| {
        let words = line.split(' ');
        Alone::try_parse_from(words).map(|alone| alone.arguments.request())
    };
    for line in [
        "compare --model tree",
        "compare --model mlp(a)",
        "compare --metric goodness",
        "compare --shard 9/8",
        "compare --shard 1/2 --merge a b",
        "compare a.npy b.npy c.npy",
        "compare --images scans",
        "compare --masks masks",
        "compare iris --images scans --masks masks",
        "compare --crop 32,32",
        "compare --model unet(8)",
        "compare --model unet(8,x)",
    ] {
        assert!(refused(line).is_err(), "{line}");
    }
    for line in [
        "compare a.csv b.csv",
        "compare a.npy",
        "compare a.npy b.csv",
    ] {
        assert!(refused(line).unwrap().is_err(), "{line}");
    }
}
