//! Papers as experiments: what `minimand.studies` calls.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use minimand_studies::progress::Progress;
use minimand_studies::{
    Outcome, Plan, STUDIES, Scale, Study, StudyError, areas, find, kept, report,
};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::compare::Options;
use crate::error::Class;
use crate::running::{self, Watch, spoken};

/// Adds what is here to the module.
pub(crate) fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(studies, module)?)?;
    module.add_function(wrap_pyfunction!(run_studies, module)?)?;
    module.add_function(wrap_pyfunction!(study_page, module)?)?;
    module.add_function(wrap_pyfunction!(study_report, module)?)
}

/// What is known of every study of an area, or of all, with the outcomes in a folder or else the ones kept with the
/// package.
#[pyfunction]
fn studies<'py>(
    py: Python<'py>,
    area: Option<&str>,
    results: Option<PathBuf>,
) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for study in of_area(area)? {
        let outcome = known(study, results.as_ref()).map_err(failure)?;
        let stale = outcome
            .as_ref()
            .is_none_or(|outcome| !outcome.is_current(study));
        let outcome = outcome.map(|outcome| json(&outcome)).transpose()?;
        let described = described(py, study)?;
        described.set_item("stale", stale)?;
        described.set_item("outcome", outcome)?;
        list.append(described)?;
    }
    Ok(list)
}

fn described<'py>(py: Python<'py>, study: &Study) -> PyResult<Bound<'py, PyDict>> {
    let paper = study.paper();
    let described = PyDict::new(py);
    described.set_item("id", study.name())?;
    described.set_item("paper", study.paper)?;
    described.set_item("name", study.slug)?;
    described.set_item("title", paper.title)?;
    described.set_item("citation", paper.to_string())?;
    described.set_item("area", paper.area)?;
    described.set_item("claim", study.claim)?;
    described.set_item("reduced", study.reduced)?;
    described.set_item("setting", study.setting)?;
    described.set_item("control", study.control)?;
    described.set_item("objectives", study.objectives)?;
    let parts: Vec<(&str, &str)> = study
        .parts
        .iter()
        .map(|part| (part.name, part.about))
        .collect();
    described.set_item("parts", parts)?;
    Ok(described)
}

/// A study that was run: its description, and its outcome as JSON or the reason why there is none.
type Ran<'py> = (Bound<'py, PyDict>, Option<String>, Option<String>);

/// Runs studies: all of an area, or all, if none is named.
#[pyfunction]
fn run_studies<'py>(
    py: Python<'py>,
    names: Vec<String>,
    options: &Bound<'py, PyDict>,
    show: Option<Py<PyAny>>,
) -> PyResult<Vec<Ran<'py>>> {
    let options = Options(options);
    let area: Option<String> = options.read("area", "a text")?;
    let studies = match names.is_empty() {
        true => of_area(area.as_deref())?,
        false => named(&names)?,
    };
    let flag =
        |name| -> PyResult<bool> { Ok(options.read(name, "True or False")?.unwrap_or(false)) };
    let threads: Option<NonZeroUsize> = options.read("threads", "a whole number from 1")?;
    let plan = Plan {
        scale: match (flag("smoke")?, flag("full")?) {
            (true, _) => Scale::Smoke,
            (_, true) => Scale::Full,
            _ => Scale::Normal,
        },
        seed: options.read("seed", "a whole number from 0")?.unwrap_or(0),
        data: options.read("data", "a path")?,
        folder: options.read("results", "a path")?.unwrap_or_default(),
        fresh: flag("fresh")?,
        threads: threads.map(NonZeroUsize::get),
    };
    let watch = Watch::default();
    let progress = Watched(&watch);
    let work = || minimand_studies::run(&studies, &plan, &progress);
    let outcomes = running::run(py, &watch, show.as_ref(), work)?.map_err(failure)?;
    let told = studies.iter().zip(outcomes).map(|(study, outcome)| {
        let described = described(py, study)?;
        Ok(match outcome {
            Ok(outcome) => (described, Some(json(&outcome)?), None),
            Err(error) => (described, None, Some(error.to_string())),
        })
    });
    told.collect()
}

/// The page of a study with an outcome, or of what it is about without one.
#[pyfunction]
fn study_page(name: &str, outcome: Option<&str>) -> PyResult<String> {
    let study = find(name).map_err(failure)?;
    let outcome: Option<Outcome> = outcome
        .map(serde_json::from_str)
        .transpose()
        .map_err(|error| Class::Error.err(error.to_string()))?;
    let page = report::page(study, outcome.as_ref()).map_err(failure)?;
    Ok(page.render())
}

/// Writes the pages of all studies into a folder, and gives the path of their index.
#[pyfunction]
fn study_report(folder: PathBuf, results: Option<PathBuf>) -> PyResult<PathBuf> {
    let pages: Result<Vec<_>, StudyError> = STUDIES
        .iter()
        .map(|study| Ok((*study, known(study, results.as_ref())?)))
        .collect();
    let index = pages.and_then(|pages| report::write(&pages, &folder));
    index.map_err(failure)
}

/// A run that is watched from Python.
struct Watched<'a>(&'a Watch);

impl Progress for Watched<'_> {
    fn begin(&self, trials: usize, finished: usize) {
        self.0.tell(|shown| {
            (shown.done, shown.before, shown.all) = (finished, finished, trials);
        });
    }

    fn trial(&self, study: &Study, part: &str, seed: u64) {
        let note = format!("{}: {part}, seed {seed}", study.name());
        self.0.tell(|shown| shown.note = note);
    }

    fn trial_ended(&self) {
        self.0.tell(|shown| shown.done += 1);
    }

    fn should_stop(&self) -> bool {
        self.0.should_stop()
    }
}

fn of_area(area: Option<&str>) -> PyResult<Vec<&'static Study>> {
    let studies = STUDIES.iter().copied();
    let Some(area) = area else {
        return Ok(studies.collect());
    };
    let found: Vec<_> = studies.filter(|study| study.paper().area == area).collect();
    match found.is_empty() {
        false => Ok(found),
        true => {
            let areas = areas().join(", ");
            Err(Class::Parameter.err(format!("`area` must be one of {areas}, got {area:?}")))
        }
    }
}

/// Each study once.
fn named(names: &[String]) -> PyResult<Vec<&'static Study>> {
    let mut found: Vec<&'static Study> = Vec::new();
    for name in names {
        let study = find(name).map_err(failure)?;
        if found.iter().all(|known| known.paper != study.paper) {
            found.push(study);
        }
    }
    Ok(found)
}

/// The outcome of a study in a folder, else the one that is kept.
fn known(study: &Study, folder: Option<&PathBuf>) -> Result<Option<Outcome>, StudyError> {
    let own = folder.map(|folder| Outcome::read(folder, study));
    match own.transpose()?.flatten() {
        Some(outcome) => Ok(Some(outcome)),
        None => kept(study),
    }
}

fn json(outcome: &Outcome) -> PyResult<String> {
    serde_json::to_string(outcome).map_err(|error| Class::Error.err(error.to_string()))
}

/// Why a study failed, as an exception.
fn failure(error: StudyError) -> PyErr {
    let class = match error.is_bad_input() {
        true => Class::Parameter,
        false => Class::Error,
    };
    class.err(spoken(&error.to_string()))
}
