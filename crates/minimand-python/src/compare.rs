//! Comparisons of objectives on data of Python: what `minimand.compare` calls.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use minimand::metrics::Direction;
use minimand_compare::progress::Status;
use minimand_compare::{
    CompareError, Comparison, Measure, Model, Outcome, Progress, Request, SavedModel,
    SavedSegmenter, Source, Store, Task,
};
use minimand_report::table::{Table, read, read_npy_table};
use numpy::PyArray1;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::error::{Class, exception};
use crate::running::{self, Watch, spoken};
use crate::tables;

/// Adds what is here to the module.
pub(crate) fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyOutcome>()?;
    module.add_class::<PyModel>()?;
    module.add_function(wrap_pyfunction!(compare, module)?)
}

/// What a comparison found, and where its files are.
#[pyclass(name = "Outcome", module = "minimand._minimand", frozen)]
struct PyOutcome {
    outcome: Outcome,
    folder: PathBuf,
}

#[pymethods]
impl PyOutcome {
    /// The folder of the run.
    #[getter]
    fn folder(&self) -> PathBuf {
        self.folder.clone()
    }

    /// Everything, as `run.json` has it.
    #[getter]
    fn json(&self) -> String {
        self.outcome.json()
    }

    /// The rankings for a terminal.
    #[getter]
    fn text(&self) -> String {
        self.outcome.table()
    }

    /// The page for people.
    #[getter]
    fn page(&self) -> String {
        self.outcome.report().render()
    }

    /// The measures that were taken, the one that decides first: name, label with an arrow to the better side, and
    /// which values are better: "lower" or "higher" ones, or those near a number.
    #[getter]
    fn measures<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Vec<(&'static str, String, Bound<'py, PyAny>)>> {
        let primary = self.outcome.primary;
        let others = Measure::of(self.outcome.data.task).iter().copied();
        let others = others.filter(|measure| *measure != primary);
        let described = |measure: Measure| {
            let better = match measure.direction() {
                Direction::Lower => "lower".into_bound_py_any(py),
                Direction::Higher => "higher".into_bound_py_any(py),
                Direction::Nearest(value) => value.into_bound_py_any(py),
            };
            Ok((measure.name(), measure.label_with_arrow(), better?))
        };
        std::iter::once(primary)
            .chain(others)
            .map(described)
            .collect()
    }
}

/// A trained model of a run folder.
#[pyclass(name = "Model", module = "minimand._minimand", frozen)]
struct PyModel(Saved);

enum Saved {
    OfTables(Box<SavedModel>),
    OfImages(Box<SavedSegmenter>),
}

#[pymethods]
impl PyModel {
    /// Reads the model of a run folder.
    #[new]
    fn new(folder: PathBuf) -> PyResult<Self> {
        let saved = match SavedSegmenter::is_saved_at(&folder) {
            true => SavedSegmenter::read(&folder).map(|model| Saved::OfImages(Box::new(model))),
            false => SavedModel::read(&folder).map(|model| Saved::OfTables(Box::new(model))),
        };
        saved.map(Self).map_err(failure)
    }

    /// Is it a model of images?
    #[getter]
    fn is_of_images(&self) -> bool {
        matches!(self.0, Saved::OfImages(_))
    }

    /// What was minimised, and with which model.
    #[getter]
    fn summary(&self) -> String {
        match &self.0 {
            Saved::OfTables(model) => model.summary(),
            Saved::OfImages(model) => model.summary(),
        }
    }

    /// The predictions for the rows of a table, as columns.
    fn predict<'py>(
        &self,
        py: Python<'py>,
        columns: Vec<tables::Given<'py>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let table = tables::table(columns)?;
        self.of_rows(py, &table, "X")
    }

    /// The predictions for the rows of a file, as columns.
    fn predict_file<'py>(&self, py: Python<'py>, path: PathBuf) -> PyResult<Bound<'py, PyList>> {
        let is_array = path.extension().is_some_and(|extension| extension == "npy");
        let table = py.detach(|| match is_array {
            true => read_npy_table(&path, "x"),
            false => read(&path),
        });
        let table = table.map_err(|error| failure(error.into()))?;
        self.of_rows(py, &table, &path.display().to_string())
    }

    /// The labels of an image's pixels, and their shape.
    fn segment<'py>(
        &self,
        py: Python<'py>,
        path: PathBuf,
    ) -> PyResult<(Bound<'py, PyArray1<u32>>, Vec<usize>)> {
        let Saved::OfImages(model) = &self.0 else {
            let message = "the model is one of tables: predict takes rows with its columns";
            return Err(Class::Parameter.err(message));
        };
        let mask = py.detach(|| {
            let image = minimand_images::read(&path)
                .map_err(|error| Class::Parameter.err(error.to_string()))?;
            let mask = model.predict(&image, &path.display().to_string());
            mask.map_err(failure)
        });
        let mask = mask?;
        let shape = mask.grid.shape().to_vec();
        Ok((PyArray1::from_vec(py, mask.labels), shape))
    }
}

impl PyModel {
    fn of_rows<'py>(
        &self,
        py: Python<'py>,
        table: &Table,
        name: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let Saved::OfTables(model) = &self.0 else {
            let message = "the model is one of images: predict takes the path of an image";
            return Err(Class::Parameter.err(message));
        };
        let predictions = py.detach(|| model.predict(table, name));
        tables::columns(py, &predictions.map_err(failure)?)
    }
}

/// Compares, writes the files of the run, and gives the outcome.
#[pyfunction]
fn compare(
    py: Python<'_>,
    options: &Bound<'_, PyDict>,
    show: Option<Py<PyAny>>,
) -> PyResult<PyOutcome> {
    let options = Options(options);
    let (request, table) = request(&options)?;
    let folder: Option<PathBuf> = options.read("folder", "a path")?;
    let fresh = options.read("fresh", "True or False")?.unwrap_or(false);
    let threads: Option<NonZeroUsize> = options.read("threads", "a whole number from 1")?;
    let call: Option<String> = options.read("call", "a text")?;
    let watch = Watch::default();
    let progress = Watched(&watch);
    let work = || -> Result<PyOutcome, CompareError> {
        let comparison = match table {
            Some(table) => Comparison::of_table(request, table),
            None => Comparison::new(request),
        }?;
        let folder = folder.unwrap_or_else(|| comparison.default_folder());
        let store = Store::open(&folder, comparison.plan(), fresh)?;
        comparison.train(&store, None, threads.map(NonZeroUsize::get), &progress)?;
        let mut outcome = comparison.outcome(&store)?;
        if let Some(call) = call {
            outcome.command = call;
        }
        outcome.write(&folder)?;
        comparison.write_best_model(&outcome, &folder, &progress)?;
        Ok(PyOutcome { outcome, folder })
    };
    running::run(py, &watch, show.as_ref(), work)?.map_err(failure)
}

/// A run that is watched from Python.
struct Watched<'a>(&'a Watch);

impl Progress for Watched<'_> {
    fn begin(&self, jobs: usize, finished: usize) {
        self.0.tell(|shown| {
            (shown.done, shown.before, shown.all) = (finished, finished, jobs);
        });
    }

    fn update(&self, status: &Status<'_>) {
        self.0.tell(|shown| {
            shown.done = status.done;
            if let Some((name, mean)) = status.best {
                shown.note = format!("best so far {name} ({} {mean:.4})", status.measure.label());
            }
        });
    }

    fn should_stop(&self) -> bool {
        self.0.should_stop()
    }
}

/// The request of some options, and the table if it is in memory.
fn request(options: &Options<'_, '_>) -> PyResult<(Request, Option<Table>)> {
    let paths = "paths";
    let images: Option<(PathBuf, PathBuf)> = options.read("images", paths)?;
    let arrays: Option<(PathBuf, PathBuf)> = options.read("arrays", paths)?;
    let path: Option<String> = options.read("path", "a path")?;
    let name: Option<String> = options.read("name", "a text")?;
    let columns: Option<Vec<_>> = options.read("columns", "columns")?;
    let mut table = None;
    let mut request = match (images, arrays, path) {
        (Some((images, masks)), ..) => Request::segmentation(&images, &masks),
        (_, Some((features, targets)), _) => Request {
            source: Source::Arrays { features, targets },
            ..Request::default()
        },
        (.., Some(path)) => Request {
            source: Source::parse(&path),
            ..Request::default()
        },
        _ => {
            table = columns.map(tables::table).transpose()?;
            Request {
                source: Source::Memory(name.unwrap_or_default()),
                ..Request::default()
            }
        }
    };
    data_options(options, &mut request)?;
    candidate_options(options, &mut request)?;
    number_options(options, &mut request)?;
    Ok((request, table))
}

fn data_options(options: &Options<'_, '_>, request: &mut Request) -> PyResult<()> {
    let columns = "names of columns";
    options.put("target", columns, &mut request.targets)?;
    if let Some(name) = options.read::<String>("task", "a text")? {
        let task = Task::ALL.into_iter().find(|task| task.name() == name);
        let names = Task::ALL.map(Task::name).join(", ");
        request.task = Some(task.ok_or_else(|| refused("task", &names, &name))?);
    }
    let roles = &mut request.roles;
    roles.weights = options.read("weights", "the name of a column")?;
    roles.groups = options.read("groups", "the name of a column")?;
    roles.time = options.read("time", "the name of a column")?;
    options.put("ignore", columns, &mut roles.ignore)?;
    request.rows = options.read("rows", "a whole number")?;
    options.put("by", columns, &mut request.slices)?;
    let images = &mut request.images;
    options.put("crop", "two or three whole numbers", &mut images.crop)?;
    options.put("spacing", "two or three numbers", &mut images.spacing)?;
    options.put("class_names", "a list of texts", &mut images.class_names)?;
    options.put("flips", "True or False", &mut images.flips)
}

fn candidate_options(options: &Options<'_, '_>, request: &mut Request) -> PyResult<()> {
    options.put("losses", "a list of expressions", &mut request.candidates)?;
    request.baseline = options.read("baseline", "an expression")?;
    options.put("tune", "True or False", &mut request.tune)?;
    if let Some(name) = options.read::<String>("metric", "a text")? {
        let names = Measure::ALL.map(Measure::name).join(", ");
        let measure = Measure::named(&name);
        request.metric = Some(measure.ok_or_else(|| refused("metric", &names, &name))?);
    }
    if let Some(texts) = options.read::<Vec<String>>("models", "a list of texts")? {
        let models = texts.iter().map(|text| {
            let model = Model::parse(text);
            model.map_err(|error| Class::Parameter.err(format!("`models` holds {text:?}: {error}")))
        });
        request.models = models.collect::<PyResult<_>>()?;
    }
    Ok(())
}

fn number_options(options: &Options<'_, '_>, request: &mut Request) -> PyResult<()> {
    let (whole, number) = ("a whole number", "a number");
    options.put("folds", whole, &mut request.folds)?;
    if request.roles.time.is_some() {
        request.repeats = 1;
    }
    options.put("repeats", whole, &mut request.repeats)?;
    options.put("seed", "a whole number from 0", &mut request.seed)?;
    options.put("validation_share", number, &mut request.validation_share)?;
    let budget = &mut request.budget;
    options.put(
        "learning_rates",
        "a list of numbers",
        &mut budget.learning_rates,
    )?;
    options.put("weight_decay", number, &mut budget.weight_decay)?;
    options.put("batch_size", whole, &mut budget.batch_size)?;
    options.put("epochs", whole, &mut budget.max_epochs)?;
    options.put("patience", whole, &mut budget.patience)?;
    let corruption = &mut request.corruption;
    options.put("label_noise", number, &mut corruption.label_noise)?;
    options.put("imbalance", number, &mut corruption.imbalance)?;
    options.put("outliers", number, &mut corruption.outliers)
}

/// Keyword arguments; one that is `None` is as it usually is.
pub(crate) struct Options<'a, 'py>(pub(crate) &'a Bound<'py, PyDict>);

impl<'py> Options<'_, 'py> {
    /// The option, if it is given.
    pub(crate) fn read<T>(&self, name: &str, expected: &str) -> PyResult<Option<T>>
    where
        T: FromPyObjectOwned<'py>,
    {
        let Some(given) = self.0.get_item(name)?.filter(|given| !given.is_none()) else {
            return Ok(None);
        };
        match given.extract() {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(refused(name, expected, &given.repr()?.to_string())),
        }
    }

    fn put<T>(&self, name: &str, expected: &str, to: &mut T) -> PyResult<()>
    where
        T: FromPyObjectOwned<'py>,
    {
        if let Some(value) = self.read(name, expected)? {
            *to = value;
        }
        Ok(())
    }
}

fn refused(name: &str, expected: &str, got: &str) -> PyErr {
    Class::Parameter.err(format!("`{name}` must be {expected}, got {got}"))
}

/// Why a comparison failed, as an exception.
fn failure(error: CompareError) -> PyErr {
    let class = match error {
        CompareError::Expression { source, .. } => return exception(*source),
        CompareError::Unsuitable { .. } => Class::Unsupported,
        ref error if error.is_bad_input() => Class::Parameter,
        _ => Class::Error,
    };
    class.err(spoken(&error.to_string()))
}
