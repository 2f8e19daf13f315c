//! Which of all that was trained is the best, to be trained once more and kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::CompareError;
use crate::material::Material;
use crate::outcome::{CandidateFolds, Outcome};
use crate::progress::Progress;
use crate::request::Model;
use crate::run::Comparison;

impl Comparison {
    /// Trains the best model once more and writes it into `folder`: [`best_model`](Self::best_model) of a table,
    /// [`best_segmenter`](Self::best_segmenter) of images. Gives the path of its description; `None` if every
    /// candidate diverged.
    ///
    /// # Errors
    ///
    /// [`CompareError::Training`] if the training fails, [`CompareError::Cancelled`] if `progress` asked to stop, and
    /// [`CompareError::Output`], naming the file.
    pub fn write_best_model(
        &self,
        outcome: &Outcome,
        folder: &Path,
        progress: &dyn Progress,
    ) -> Result<Option<PathBuf>, CompareError> {
        match self.material {
            Material::Table(_) => {
                let model = self.best_model(outcome, progress)?;
                model.map(|model| model.write(folder)).transpose()
            }
            Material::Images(_) => {
                let model = self.best_segmenter(outcome, progress)?;
                model.map(|model| model.write(folder)).transpose()
            }
        }
    }
}

/// What is trained once more.
pub(crate) struct Best<'a> {
    pub(crate) model: &'a Model,
    /// The objective and the learning rate that most folds chose.
    pub(crate) expression: String,
    pub(crate) learning_rate: f64,
}

impl<'a> Best<'a> {
    /// `None` if every candidate diverged.
    pub(crate) fn of(outcome: &'a Outcome) -> Option<Self> {
        let (model, candidate) = best(outcome)?;
        let (expression, learning_rate) = most_chosen(candidate)?;
        Some(Self {
            model,
            expression,
            learning_rate,
        })
    }
}

/// The model and candidate with the best mean of the primary measure.
fn best(outcome: &Outcome) -> Option<(&Model, &CandidateFolds)> {
    let judged = outcome.ranked().filter_map(|(ranking, results)| {
        let first = ranking.standings.first()?;
        let mean = first.estimate(outcome.primary)?.mean;
        let mut candidates = results.candidates.iter();
        let candidate = candidates.find(|one| one.expression == first.expression)?;
        Some((mean, &results.model, candidate))
    });
    let direction = outcome.primary.direction();
    let best = judged.min_by(|a, b| direction.best_first(Some(a.0), Some(b.0)));
    best.map(|(_, model, candidate)| (model, candidate))
}

/// The objective and learning rate that most folds chose; of equals the first tried.
fn most_chosen(candidate: &CandidateFolds) -> Option<(String, f64)> {
    let mut counts: BTreeMap<(&str, u64), usize> = BTreeMap::new();
    for fit in candidate.fits() {
        *counts
            .entry((&fit.expression, fit.learning_rate.to_bits()))
            .or_default() += 1;
    }
    let tried = candidate.fits().next()?.trials.iter();
    let count = |expression: &str, rate: f64| {
        counts
            .get(&(expression, rate.to_bits()))
            .copied()
            .unwrap_or(0)
    };
    // `max_by_key` takes the last of equals.
    let best = tried
        .rev()
        .max_by_key(|trial| count(&trial.expression, trial.learning_rate))?;
    Some((best.expression.clone(), best.learning_rate))
}
