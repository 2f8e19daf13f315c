//! A request as the command that repeats it.

use crate::request::{Model, Request, Source};

impl Request {
    /// The command that runs this request again: every setting that is not the
    /// default, and the seed. The number of threads is left out because it does not
    /// change results.
    pub fn command(&self) -> String {
        let default = Self::default();
        let mut words = vec!["minimand".to_owned(), "compare".to_owned()];
        words.push(match &self.source {
            Source::Builtin(builtin) => builtin.name().to_owned(),
            Source::Csv(path) => path.display().to_string(),
        });
        let mut option = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                words.extend([name.to_owned(), value]);
            }
        };
        option("--target", self.target.clone());
        option("--task", self.task.map(|task| task.name().to_owned()));
        for candidate in &self.candidates {
            option("--loss", Some(candidate.clone()));
        }
        option("--baseline", self.baseline.clone());
        if self.model != default.model {
            let (model, hidden) = match &self.model {
                Model::Linear => ("linear", None),
                Model::Mlp(widths) => {
                    let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
                    ("mlp", Some(widths.join(",")))
                }
            };
            option("--model", Some(model.to_owned()));
            option("--hidden", hidden);
        }
        let (budget, usual) = (&self.budget, &default.budget);
        for (name, value, usual) in [
            ("--folds", self.folds, default.folds),
            ("--repeats", self.repeats, default.repeats),
            ("--batch-size", budget.batch_size, usual.batch_size),
            ("--epochs", budget.max_epochs, usual.max_epochs),
            ("--patience", budget.patience, usual.patience),
        ] {
            option(name, (value != usual).then(|| value.to_string()));
        }
        for (name, value, usual) in [
            (
                "--validation-share",
                self.validation_share,
                default.validation_share,
            ),
            ("--learning-rate", budget.learning_rate, usual.learning_rate),
            ("--weight-decay", budget.weight_decay, usual.weight_decay),
        ] {
            option(name, (value != usual).then(|| value.to_string()));
        }
        option("--seed", Some(self.seed.to_string()));
        words
            .iter()
            .map(|word| quoted(word))
            .collect::<Vec<_>>()
            .join(" ")
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
    use super::*;
    use crate::request::{Budget, Task};

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
            source: Source::Csv("it's mine.csv".into()),
            target: Some("y".into()),
            task: Some(Task::Regression),
            candidates: vec!["mae".into(), "huber(delta=2)".into()],
            baseline: Some("mae".into()),
            model: Model::Mlp(vec![64, 32]),
            folds: 3,
            repeats: 4,
            validation_share: 0.25,
            budget: Budget {
                learning_rate: 0.01,
                weight_decay: 0.0,
                batch_size: 16,
                max_epochs: 7,
                patience: 3,
            },
            seed: 9,
            threads: Some(2),
        };
        assert_eq!(
            request.command(),
            "minimand compare 'it'\\''s mine.csv' --target y --task regression --loss mae \
             --loss 'huber(delta=2)' --baseline mae --model mlp --hidden 64,32 --folds 3 \
             --repeats 4 --batch-size 16 --epochs 7 --patience 3 --validation-share 0.25 \
             --learning-rate 0.01 --weight-decay 0 --seed 9"
        );
    }
}
