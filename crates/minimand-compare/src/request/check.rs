//! Is every setting in its range?

use super::{Model, Request};
use crate::error::CompareError;

impl Request {
    /// Checks every setting that can be judged without the data.
    ///
    /// # Errors
    ///
    /// The first setting out of its range.
    pub fn check(&self) -> Result<(), CompareError> {
        self.check_folds()?;
        self.check_budget()?;
        self.check_models()?;
        self.check_corruption()?;
        self.check_kind()
    }

    fn check_folds(&self) -> Result<(), CompareError> {
        in_range(
            "folds",
            self.folds,
            (2..=1000).contains(&self.folds),
            "from 2 to 1000",
        )?;
        let repeats = self.repeats;
        in_range(
            "repeats",
            repeats,
            (1..=1000).contains(&repeats),
            "from 1 to 1000",
        )?;
        if self.roles.time.is_some() {
            let expected = "1 with a time column, whose order allows no other folds";
            in_range("repeats", repeats, repeats == 1, expected)?;
            let groups = self.roles.groups.as_deref().unwrap_or_default();
            let expected = "left out with a time column: rows are split by time or by group";
            in_range("groups", groups, groups.is_empty(), expected)?;
        }
        let share = self.validation_share;
        in_range(
            "validation share",
            share,
            share > 0.0 && share <= 0.5,
            "above 0 and at most 0.5",
        )?;
        let rows = self.rows.unwrap_or(usize::MAX);
        in_range("rows", rows, rows >= 10, "at least 10")
    }

    fn check_budget(&self) -> Result<(), CompareError> {
        let budget = &self.budget;
        for (setting, count) in [
            ("batch size", budget.batch_size),
            ("epochs", budget.max_epochs),
            ("patience", budget.patience),
            ("learning rates", budget.learning_rates.len()),
        ] {
            in_range(setting, count, count >= 1, "at least 1")?;
        }
        for (index, rate) in budget.learning_rates.iter().enumerate() {
            let is_positive = *rate > 0.0 && rate.is_finite();
            in_range("learning rate", rate, is_positive, "a number above 0")?;
            let is_new = !budget.learning_rates[..index].contains(rate);
            in_range("learning rate", rate, is_new, "given once")?;
        }
        let decay = budget.weight_decay;
        in_range(
            "weight decay",
            decay,
            decay >= 0.0 && decay.is_finite(),
            "a number from 0",
        )
    }

    fn check_models(&self) -> Result<(), CompareError> {
        in_range("models", 0, !self.models.is_empty(), "at least one")?;
        for (index, model) in self.models.iter().enumerate() {
            let name = model.describe();
            in_range(
                "model",
                &name,
                !self.models[..index].contains(model),
                "given once",
            )?;
            if let Model::Mlp(widths) = model {
                let are_widths =
                    !widths.is_empty() && widths.iter().all(|width| (1..=65536).contains(width));
                in_range(
                    "hidden widths",
                    format!("{widths:?}"),
                    are_widths,
                    "one or more numbers from 1 to 65536",
                )?;
            }
        }
        Ok(())
    }

    fn check_corruption(&self) -> Result<(), CompareError> {
        let corruption = &self.corruption;
        for (setting, share) in [
            ("label noise", corruption.label_noise),
            ("outliers", corruption.outliers),
        ] {
            in_range(
                setting,
                share,
                (0.0..1.0).contains(&share),
                "a share from 0 to below 1",
            )?;
        }
        let ratio = corruption.imbalance;
        in_range(
            "imbalance",
            ratio,
            (1.0..=1e6).contains(&ratio),
            "a ratio from 1 to 1e6",
        )
    }

    /// Of each training fold, one row in this many is for validation.
    pub(crate) fn validation_parts(&self) -> usize {
        // A share below 1e-6 takes a row or none anyway.
        (1.0 / self.validation_share.max(1e-6)).round() as usize
    }
}

/// Refuses a setting that is not as it should be.
pub(super) fn in_range(
    setting: &'static str,
    found: impl ToString,
    is_in_range: bool,
    expected: &str,
) -> Result<(), CompareError> {
    if is_in_range {
        return Ok(());
    }
    Err(CompareError::Setting {
        setting,
        expected: expected.to_owned(),
        found: found.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_in_range_and_wrong_settings_are_named() {
        Request::default().check().unwrap();
        type Spoil = fn(&mut Request);
        let cases: [(&str, Spoil); 20] = [
            ("folds", |request| request.folds = 1),
            ("repeats", |request| request.repeats = 0),
            ("repeats", |request| request.roles.time = Some("t".into())),
            ("groups", |request| {
                request.repeats = 1;
                request.roles.time = Some("t".into());
                request.roles.groups = Some("g".into());
            }),
            ("rows", |request| request.rows = Some(3)),
            ("validation share", |request| request.validation_share = 0.7),
            ("validation share", |request| {
                request.validation_share = f64::NAN;
            }),
            ("batch size", |request| request.budget.batch_size = 0),
            ("epochs", |request| request.budget.max_epochs = 0),
            ("patience", |request| request.budget.patience = 0),
            ("learning rates", |request| {
                request.budget.learning_rates.clear()
            }),
            ("learning rate", |request| {
                request.budget.learning_rates = vec![0.1, f64::INFINITY];
            }),
            ("learning rate", |request| {
                request.budget.learning_rates = vec![0.1, 0.1];
            }),
            ("weight decay", |request| request.budget.weight_decay = -1.0),
            ("models", |request| request.models.clear()),
            ("model", |request| request.models = vec![Model::Linear; 2]),
            ("hidden widths", |request| {
                request.models = vec![Model::Mlp(vec![])];
            }),
            ("label noise", |request| {
                request.corruption.label_noise = 1.0
            }),
            ("imbalance", |request| request.corruption.imbalance = 0.5),
            ("outliers", |request| request.corruption.outliers = f64::NAN),
        ];
        for (setting, spoil) in cases {
            let mut request = Request::default();
            spoil(&mut request);
            let error = request.check().unwrap_err();
            assert!(error.is_bad_input());
            let text = error.to_string();
            assert!(text.starts_with(&format!("`{setting}` must be")), "{text}");
        }
    }
}
