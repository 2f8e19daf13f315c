//! A comparison: every candidate with every model on every fold, then the verdict.

use std::path::PathBuf;

use minimand_report::table::Table;

use crate::candidates::Candidates;
use crate::data::Data;
use crate::error::CompareError;
use crate::folds::{Split, splits};
use crate::material::Material;
use crate::measures::Measure;
use crate::outcome::{CandidateFolds, ModelFolds, Outcome};
use crate::progress::Progress;
use crate::ranking::rank;
use crate::request::{Request, Task};
use crate::slices::BY_CLASS;
use crate::store::{Plan, Record, Shard, Store};
use crate::train::train_all;
use crate::tuning::Contender;
use crate::verdict::Verdict;

/// A comparison whose request, data and candidates have been found usable.
#[derive(Debug)]
pub struct Comparison {
    pub(crate) request: Request,
    pub(crate) material: Material,
    pub(crate) contenders: Vec<Contender>,
    baseline: usize,
    pub(crate) splits: Vec<Split>,
    pub(crate) metric: Measure,
    plan: Plan,
}

/// Runs a comparison in memory, on as many threads as there are processors.
///
/// # Errors
///
/// As for [`Comparison::new`] and [`Comparison::train`].
pub fn run(request: &Request, progress: &dyn Progress) -> Result<Outcome, CompareError> {
    let comparison = Comparison::new(request.clone())?;
    let store = Store::in_memory(comparison.plan());
    comparison.train(&store, None, None, progress)?;
    comparison.outcome(&store)
}

impl Comparison {
    /// Loads the data of `request`, and checks everything that can be checked before the
    /// first training.
    ///
    /// # Errors
    ///
    /// Settings, data or candidates that cannot be used;
    /// [`CompareError::is_bad_input`] is true.
    pub fn new(request: Request) -> Result<Self, CompareError> {
        request.check()?;
        let material = Material::load(&request)?;
        Self::on(material, request)
    }

    /// The comparison on a table that the caller holds, which [`Source::Memory`] of `request` names. The same table
    /// and request go on with a run folder.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    ///
    /// [`Source::Memory`]: crate::Source::Memory
    pub fn of_table(request: Request, table: Table) -> Result<Self, CompareError> {
        request.check()?;
        let material = Material::Table(Data::of_table(table, &request)?);
        Self::on(material, request)
    }

    fn on(material: Material, request: Request) -> Result<Self, CompareError> {
        let metric = check_task(&request, material.task())?;
        let purpose = material.purpose();
        let candidates = Candidates::new(&request, &purpose)?;
        let baseline = candidates.baseline;
        let contenders = candidates
            .all
            .into_iter()
            .map(|one| Contender::new(one, &request, &purpose));
        let contenders: Vec<Contender> = contenders.collect::<Result<_, _>>()?;
        let splits = splits(material.units(), &request);
        splits
            .iter()
            .try_for_each(|split| material.check_split(split))?;
        let plan = Plan {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data: material.hash(),
            jobs: splits.len() * request.models.len() * contenders.len(),
            request: request.clone(),
        };
        Ok(Self {
            request,
            material,
            contenders,
            baseline,
            splits,
            metric,
            plan,
        })
    }

    /// The comparison that `folders` hold parts of.
    ///
    /// # Errors
    ///
    /// A folder holds no run, or the data is not what it was.
    pub fn resumed(folders: &[PathBuf]) -> Result<Self, CompareError> {
        let first = folders.first().ok_or_else(|| CompareError::NoRun {
            folder: "(none)".to_owned(),
        })?;
        let plan = Plan::read(first)?.ok_or_else(|| CompareError::NoRun {
            folder: first.display().to_string(),
        })?;
        Self::new(plan.request)
    }

    /// What a run folder for it is for.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Where the files of a run go unless another folder is named: a folder of its own
    /// for every plan, so that no run meets the files of another.
    pub fn default_folder(&self) -> PathBuf {
        let name = self.request.source.short_name();
        let name: String = name
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || "._-".contains(c) {
                    c
                } else {
                    '_'
                }
            })
            .collect();
        PathBuf::from("minimand-compare").join(format!("{name}-{}", self.plan.short_hash()))
    }

    /// Does the jobs (of `shard`, if given) that `store` does not hold yet, on `threads`
    /// threads or as many as there are processors.
    ///
    /// # Errors
    ///
    /// A training failed for another reason than diverging, a result could not be
    /// stored, or `progress` asked to stop. What was finished is kept in `store`.
    pub fn train(
        &self,
        store: &Store,
        shard: Option<Shard>,
        threads: Option<usize>,
        progress: &dyn Progress,
    ) -> Result<(), CompareError> {
        let wanted = |job: &usize| shard.is_none_or(|shard| shard.holds(*job));
        let jobs: Vec<usize> = (0..self.plan.jobs).filter(wanted).collect();
        train_all(self, store, &jobs, threads, progress)
    }

    /// The verdict on all jobs.
    ///
    /// # Errors
    ///
    /// [`CompareError::Unfinished`] if `store` lacks some.
    pub fn outcome(&self, store: &Store) -> Result<Outcome, CompareError> {
        let records = store.records();
        let finished: Vec<&Record> = records.iter().flatten().collect();
        if finished.len() < self.plan.jobs {
            return Err(CompareError::Unfinished {
                finished: finished.len(),
                jobs: self.plan.jobs,
                first_missing: records.iter().position(Option::is_none).unwrap_or(0),
            });
        }
        let results = self.results(&finished);
        let task = self.material.task();
        let test_to_train = test_to_train(&self.splits);
        let baseline = self.contenders[self.baseline].candidate.expression.clone();
        let models: Vec<_> = results
            .iter()
            .map(|of_model| (&of_model.model, of_model.candidates.as_slice()))
            .collect();
        let rankings = rank(
            &models,
            &baseline,
            self.metric,
            Measure::of(task),
            test_to_train,
        );
        let mut verdict = Verdict::new(&rankings, self.metric);
        if let Some(corruption) = self.request.corruption.words() {
            verdict.headline = format!("With {corruption}: {}", verdict.headline);
        }
        Ok(Outcome {
            version: self.plan.version.clone(),
            command: self.request.command(),
            request: self.request.clone(),
            candidates: self.expressions(),
            baseline,
            trials: self.contenders[0].trials.len(),
            data: self.material.summary(),
            primary: self.metric,
            test_to_train,
            verdict,
            rankings,
            seconds: finished.iter().map(|record| record.outcome.seconds).sum(),
            results,
        })
    }

    fn expressions(&self) -> Vec<String> {
        let contenders = self.contenders.iter();
        contenders
            .map(|one| one.candidate.expression.clone())
            .collect()
    }

    /// Sorts records, which are all there and in order, by model and candidate.
    fn results(&self, finished: &[&Record]) -> Vec<ModelFolds> {
        let (models, candidates) = (self.request.models.len(), self.contenders.len());
        let of = |model: usize, candidate: usize| {
            let mine = finished.iter().skip(model * candidates + candidate);
            let mine = mine.step_by(models * candidates);
            let mut folds = CandidateFolds {
                expression: self.contenders[candidate].candidate.expression.clone(),
                folds: Vec::new(),
                diagnostics: Default::default(),
            };
            for record in mine {
                folds.folds.push(record.outcome.clone());
                folds.diagnostics.merge(&record.diagnostics);
            }
            folds
        };
        let models = self
            .request
            .models
            .iter()
            .enumerate()
            .map(|(index, model)| ModelFolds {
                model: model.clone(),
                candidates: (0..candidates)
                    .map(|candidate| of(index, candidate))
                    .collect(),
            });
        models.collect()
    }
}

/// Refuses settings that have no meaning for the task, and gives the deciding measure.
fn check_task(request: &Request, task: Task) -> Result<Measure, CompareError> {
    let refuse = |setting, expected: String, found: String| {
        Err(CompareError::Setting {
            setting,
            expected,
            found,
        })
    };
    let metric = request.metric.unwrap_or_else(|| Measure::primary(task));
    let possible = Measure::of(task);
    if !possible.contains(&metric) {
        let names: Vec<&str> = possible.iter().map(|measure| measure.name()).collect();
        let expected = format!("a measure of {}: {}", task.name(), names.join(", "));
        return refuse("metric", expected, metric.name().to_owned());
    }
    let corruption = &request.corruption;
    let left_out = |kind| format!("left out for {}: it corrupts {kind}", task.name());
    if corruption.label_noise > 0.0 && matches!(task, Task::Regression | Task::Segmentation) {
        return refuse(
            "label noise",
            left_out("classes and labels"),
            corruption.label_noise.to_string(),
        );
    }
    if corruption.imbalance > 1.0 && task != Task::Classification {
        return refuse(
            "imbalance",
            left_out("classes"),
            corruption.imbalance.to_string(),
        );
    }
    if corruption.outliers > 0.0 && task != Task::Regression {
        return refuse(
            "outliers",
            left_out("numbers"),
            corruption.outliers.to_string(),
        );
    }
    if task == Task::Regression && request.slices.iter().any(|by| by == BY_CLASS) {
        let expected = "a column: numbers have no classes".to_owned();
        return refuse("by", expected, BY_CLASS.to_owned());
    }
    Ok(metric)
}

/// Test rows over all other rows, on average.
fn test_to_train(splits: &[Split]) -> f64 {
    let ratio = |split: &Split| {
        split.test.len() as f64 / (split.train.len() + split.validation.len()) as f64
    };
    splits.iter().map(ratio).sum::<f64>() / splits.len() as f64
}
