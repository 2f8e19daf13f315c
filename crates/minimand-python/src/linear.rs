//! Losses of the last layer of a model, whose logits are not held: gradients by states, weight and bias.

use crate::arrays::Numbers;
use crate::error::exception;
use crate::objective::{PyObjective, option, options, shaped};
use crate::threads;
use minimand::linear::{Head, LargeMargin, Layer, LinearEvaluation, LinearRows, Pool, Proxies};
use minimand::{Batch, Gradient, Options};
use numpy::{PyArray1, PyArrayDyn, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Value, losses of the items, number of items that count, gradients by states, weight and bias.
type Evaluated<'py> = (
    f64,
    Option<Bound<'py, PyArrayDyn<f64>>>,
    usize,
    Option<Bound<'py, PyAny>>,
    Option<Bound<'py, PyAny>>,
    Option<Bound<'py, PyAny>>,
);

/// How the layer makes logits, with what it needs.
struct Settings {
    kind: Kind,
    soft_cap: Option<f64>,
    gradient: bool,
    frozen: bool,
}

enum Kind {
    Rows(Head),
    LargeMargin {
        margin: u32,
        scale: f64,
        unit_weight: bool,
    },
    Proxies {
        per_class: usize,
        pool: Pool,
        scale: f64,
    },
}

impl Settings {
    fn read(given: &Bound<'_, PyDict>) -> PyResult<Self> {
        fn of<'py, T: FromPyObjectOwned<'py>>(
            given: &Bound<'py, PyDict>,
            name: &str,
            default: T,
        ) -> PyResult<T> {
            match given.get_item(name)? {
                Some(value) => value.extract().map_err(Into::into),
                None => Ok(default),
            }
        }
        let head: String = of(given, "head", "linear".to_string())?;
        let scale = of(given, "scale", 1.0)?;
        let temperature: Option<f64> = of(given, "temperature", None)?;
        let kind = match head.as_str() {
            "linear" => Kind::Rows(Head::Linear),
            "cosine" => Kind::Rows(Head::Cosine { scale }),
            "unit_states" => Kind::Rows(Head::UnitStates { scale }),
            "unit_weight" => Kind::Rows(Head::UnitWeight { scale }),
            "distance" => Kind::Rows(Head::Distance {
                scale,
                epsilon: of(given, "epsilon", 1e-6)?,
            }),
            "large_margin" => Kind::LargeMargin {
                margin: of(given, "margin", 4)?,
                scale,
                unit_weight: of(given, "unit_weight", false)?,
            },
            "proxies" => Kind::Proxies {
                per_class: of(given, "per_class", 1)?,
                pool: temperature.map_or(Pool::Largest, |temperature| Pool::Soft { temperature }),
                scale,
            },
            other => {
                let expected = "\"linear\", \"cosine\", \"unit_states\", \"unit_weight\", \"distance\", \
                    \"large_margin\" or \"proxies\"";
                return Err(option("head", expected, &format!("{other:?}")));
            }
        };
        Ok(Settings {
            kind,
            soft_cap: of(given, "soft_cap", None)?,
            gradient: of(given, "gradient", false)?,
            frozen: of(given, "frozen", false)?,
        })
    }

    fn run(
        self,
        objective: &minimand::Objective,
        batch: &Batch<'_>,
        layer: &Layer<'_>,
        options: &Options,
    ) -> Result<LinearEvaluation, minimand::Error> {
        match self.kind {
            Kind::Rows(head) => {
                let mut rows = LinearRows::new(objective.clone()).head(head);
                if let Some(cap) = self.soft_cap {
                    rows = rows.soft_cap(cap);
                }
                if self.frozen {
                    rows = rows.frozen_layer();
                }
                match self.gradient {
                    true => rows.value_and_gradients(batch, layer, options),
                    false => rows.evaluate(batch, layer, options),
                }
            }
            Kind::LargeMargin {
                margin,
                scale,
                unit_weight,
            } => {
                let mut loss = LargeMargin::new(objective.clone(), margin).scale(scale);
                if unit_weight {
                    loss = loss.unit_weight();
                }
                loss.value_and_gradients(batch, &layer.weight, options)
            }
            Kind::Proxies {
                per_class,
                pool,
                scale,
            } => Proxies::new(objective.clone())
                .several(per_class, pool)
                .scale(scale)
                .value_and_gradients(batch, &layer.weight, options),
        }
    }
}

/// The loss of a layer: value, losses of the items (with `reduction="none"`), number of items that count, and with
/// `gradient=True` the gradients by states, weight and bias. `settings` say what the layer makes of its factors.
#[pyfunction]
#[pyo3(
    signature = (objective, states, weight, target=None, bias=None, *, weights=None, class_weights=None, mask=None,
        reduction="mean", denominator=None, ignore_index=-100, empty="zero", settings),
    text_signature = "(objective, states, weight, target=None, bias=None, *, weights=None, class_weights=None, \
        mask=None, reduction='mean', denominator='weights', ignore_index=-100, empty='zero', settings)"
)]
#[expect(
    clippy::too_many_arguments,
    reason = "they are the keywords of the Python function"
)]
fn evaluate_layer<'py>(
    py: Python<'py>,
    objective: PyRef<'py, PyObjective>,
    states: &Bound<'py, PyAny>,
    weight: &Bound<'py, PyAny>,
    target: Option<&Bound<'py, PyAny>>,
    bias: Option<&Bound<'py, PyAny>>,
    weights: Option<&Bound<'py, PyAny>>,
    class_weights: Option<&Bound<'py, PyAny>>,
    mask: Option<&Bound<'py, PyAny>>,
    reduction: &str,
    denominator: Option<&Bound<'py, PyAny>>,
    ignore_index: i64,
    empty: &str,
    settings: &Bound<'py, PyDict>,
) -> PyResult<Evaluated<'py>> {
    let options = options(reduction, denominator, ignore_index, empty)?;
    let settings = Settings::read(settings)?;
    let inputs = objective.inputs(states, target, weights, class_weights, mask, None)?;
    let weight = Numbers::read_real(weight, "weight")?;
    let bias = bias
        .map(|bias| Numbers::read_real(bias, "bias"))
        .transpose()?;
    let batch = inputs.batch()?;
    let mut layer = Layer::new(weight.array()?);
    if let Some(bias) = &bias {
        layer = layer.bias(bias.array()?);
    }
    let objective = &objective.0;
    let result = threads::run(py, || settings.run(objective, &batch, &layer, &options))
        .map_err(exception)?;
    let as_array = |gradient: Option<Gradient>, shape: &[usize]| {
        gradient
            .map(|gradient| shaped(py, gradient, shape))
            .transpose()
    };
    let shape = batch.prediction.shape;
    let items = match (result.per_item, shape.split_last()) {
        (Some(items), Some((_, leading))) if items.len() == leading.iter().product::<usize>() => {
            Some(PyArray1::from_vec(py, items).reshape(leading)?)
        }
        (Some(items), _) => Some(PyArray1::from_vec(py, items).to_dyn().clone()),
        (None, _) => None,
    };
    Ok((
        result.value,
        items,
        result.count,
        as_array(result.states, shape)?,
        as_array(result.weight, layer.weight.shape)?,
        as_array(result.bias, layer.bias.map_or(&[], |bias| bias.shape))?,
    ))
}

/// Adds the function to the module.
pub(crate) fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(evaluate_layer, module)?)
}
