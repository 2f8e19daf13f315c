//! A request as the command that repeats it.

use super::Request;

impl Request {
    /// The command that runs this request again: every setting that is not the
    /// default, and the seed.
    pub fn command(&self) -> String {
        let mut words = vec!["minimand".to_owned(), "compare".to_owned()];
        words.extend(self.source.words());
        words.extend(self.data_options());
        words.extend(self.image_options());
        words.extend(self.candidate_options());
        words.extend(self.number_options());
        words.extend(["--seed".to_owned(), self.seed.to_string()]);
        words
            .iter()
            .map(|word| quoted(word))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn data_options(&self) -> Vec<String> {
        let mut options = Options::default();
        options.all("--target", &self.targets);
        options.some("--task", self.task.map(|task| task.name().to_owned()));
        options.some("--weights", self.roles.weights.clone());
        options.some("--groups", self.roles.groups.clone());
        options.some("--time", self.roles.time.clone());
        options.all("--ignore", &self.roles.ignore);
        options.some("--rows", self.rows.map(|rows| rows.to_string()));
        options.all("--by", &self.slices);
        options.0
    }

    fn image_options(&self) -> Vec<String> {
        let images = &self.images;
        let mut options = Options::default();
        let joined = |numbers: Vec<String>| (!numbers.is_empty()).then(|| numbers.join(","));
        options.some(
            "--crop",
            joined(images.crop.iter().map(usize::to_string).collect()),
        );
        options.some(
            "--spacing",
            joined(images.spacing.iter().map(f64::to_string).collect()),
        );
        options.some("--class-names", joined(images.class_names.clone()));
        if !images.flips {
            options.0.push("--no-flips".to_owned());
        }
        options.0
    }

    fn candidate_options(&self) -> Vec<String> {
        let mut options = Options::default();
        options.all("--loss", &self.candidates);
        options.some("--baseline", self.baseline.clone());
        options.some(
            "--metric",
            self.metric.map(|metric| metric.name().to_owned()),
        );
        if self.models != self.usual().models {
            for model in &self.models {
                options.some("--model", Some(model.describe()));
            }
        }
        if self.tune {
            options.0.push("--tune".to_owned());
        }
        options.0
    }

    fn number_options(&self) -> Vec<String> {
        let default = self.usual();
        let mut options = Options::default();
        let (budget, usual) = (&self.budget, &default.budget);
        let repeats = if self.roles.time.is_some() {
            1
        } else {
            default.repeats
        };
        for (name, value, usual) in [
            ("--folds", self.folds, default.folds),
            ("--repeats", self.repeats, repeats),
            ("--batch-size", budget.batch_size, usual.batch_size),
            ("--epochs", budget.max_epochs, usual.max_epochs),
            ("--patience", budget.patience, usual.patience),
        ] {
            options.some(name, (value != usual).then(|| value.to_string()));
        }
        if budget.learning_rates != usual.learning_rates {
            let rates: Vec<String> = budget.learning_rates.iter().map(f64::to_string).collect();
            options.some("--learning-rate", Some(rates.join(",")));
        }
        let (corruption, none) = (&self.corruption, &default.corruption);
        for (name, value, usual) in [
            (
                "--validation-share",
                self.validation_share,
                default.validation_share,
            ),
            ("--weight-decay", budget.weight_decay, usual.weight_decay),
            ("--label-noise", corruption.label_noise, none.label_noise),
            ("--imbalance", corruption.imbalance, none.imbalance),
            ("--outliers", corruption.outliers, none.outliers),
        ] {
            options.some(name, (value != usual).then(|| value.to_string()));
        }
        options.0
    }
}

/// Words of a command line.
#[derive(Default)]
struct Options(Vec<String>);

impl Options {
    fn some(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value {
            self.0.extend([name.to_owned(), value]);
        }
    }

    fn all(&mut self, name: &str, values: &[String]) {
        values
            .iter()
            .for_each(|value| self.some(name, Some(value.clone())));
    }
}

/// A word that a POSIX shell reads back as it is.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./,:=+@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::super::{Budget, Corruption, ImageOptions, Model, Roles, Source, Task};
    use super::*;
    use crate::measures::Measure;

    #[test]
    fn defaults_are_left_out() {
        assert_eq!(
            Request::default().command(),
            "minimand compare digits --seed 0"
        );
    }

    #[test]
    fn everything_else_is_told_and_quoted() {
        let request = Request {
            source: Source::File("it's mine.csv".into()),
            targets: vec!["y".into()],
            task: Some(Task::Regression),
            roles: Roles {
                weights: Some("w".into()),
                groups: None,
                time: Some("day".into()),
                ignore: vec!["id".into()],
            },
            images: ImageOptions::default(),
            rows: Some(500),
            candidates: vec!["mae".into(), "huber(delta=2)".into()],
            baseline: Some("mae".into()),
            models: vec![Model::Mlp(vec![64, 32])],
            metric: Some(Measure::Mae),
            folds: 3,
            repeats: 1,
            validation_share: 0.25,
            budget: Budget {
                learning_rates: vec![0.01, 0.1],
                weight_decay: 0.0,
                batch_size: 16,
                max_epochs: 7,
                patience: 3,
            },
            tune: true,
            corruption: Corruption {
                outliers: 0.1,
                ..Corruption::default()
            },
            slices: vec!["site".into()],
            seed: 9,
        };
        assert_eq!(
            request.command(),
            "minimand compare 'it'\\''s mine.csv' --target y --task regression --weights w \
             --time day --ignore id --rows 500 --by site --loss mae --loss 'huber(delta=2)' \
             --baseline mae --metric mae --model 'mlp(64,32)' --tune --folds 3 \
             --batch-size 16 --epochs 7 --patience 3 --learning-rate 0.01,0.1 \
             --validation-share 0.25 --weight-decay 0 --outliers 0.1 --seed 9"
        );
    }

    #[test]
    fn images_have_defaults_of_their_own() {
        let mut request = Request::segmentation("scans".as_ref(), "masks".as_ref());
        assert_eq!(
            request.command(),
            "minimand compare --images scans --masks masks --task segmentation --seed 0"
        );
        request.models = vec![Model::UNet {
            width: 16,
            depth: 3,
        }];
        request.budget.batch_size = 8;
        request.images = ImageOptions {
            crop: vec![64, 32],
            spacing: vec![0.5, 2.0],
            class_names: vec!["left lung".into()],
            flips: false,
        };
        assert_eq!(
            request.command(),
            "minimand compare --images scans --masks masks --task segmentation --crop 64,32 \
             --spacing 0.5,2 --class-names 'left lung' --no-flips --model 'unet(16,3)' \
             --batch-size 8 --seed 0"
        );
    }
}
