//! `minimand eval`: value and gradient of an objective on saved arrays.

mod arrays;
mod options;
mod result;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use minimand::{Denominator, Evaluation, Gradient, Objective, Options, Reduction};
use minimand_report::table::write_npy;

use crate::error::CliError;
use crate::output;
use arrays::Inputs;
use options::{EmptyOption, ReductionOption};
use result::Shown;

const EXAMPLES: &str = "\
Arrays:
  classification  predictions [n, c] (logits), targets [n] labels or [n, c] soft labels
  segmentation    predictions [n, c, …] (logits), targets [n, …] or [n, 1, …] labels
  boxes           predictions and targets [n, 4] as x1 y1 x2 y2
  ranking         predictions and relevances [lists, items]
  macro_auc_…     predictions and 0/1 targets [n, labels]
  sets (oko)      predictions [sets, members, c], targets [sets, members]
  sequences (ctc) predictions [n, steps, c], targets [n, length], padded with -1
  all others      predictions and targets of one shape
  Weights and mask have one entry per item [n] or one per label; a mask of sequences, per step.

Examples:
  Cross-entropy of saved logits:
    minimand eval cross_entropy --predictions P.npy --targets T.npy
  A sum of losses, with its gradient, as JSON:
    minimand eval 'cross_entropy(label_smoothing=0.1) + 0.5*squentropy' \\
      --predictions P.npy --targets T.npy --gradient G.npy --json
  The loss of every row, with class weights and padding left out:
    minimand eval 'focal(gamma=2)' --predictions P.npy --targets T.npy \\
      --class-weights 1,2,0.5 --ignore-index 255 --per-item L.npy
  One step of gradient accumulation over 4096 tokens:
    minimand eval cross_entropy --predictions P.npy --targets T.npy \\
      --denominator 4096 --gradient G.npy";

/// Evaluate an objective on saved arrays: its value, and its gradient if asked for.
///
/// Predictions are raw scores (logits) wherever a loss has a softmax or sigmoid of its own. They
/// are float32 or float64 (float16 is read as float32), and so is the gradient. Integer and boolean
/// targets are labels; floating-point targets are numbers: regression targets, soft labels, boxes.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct EvalArgs {
    /// The objective, such as 'cross_entropy + 0.5*squentropy'.
    ///
    /// A loss of the catalogue, or a sum of losses with factors. Parameters that are left out have
    /// their defaults. `minimand losses` lists the losses, `minimand losses NAME` explains one. An expression
    /// that begins with a minus sign goes last, after `--`.
    #[arg(value_name = "EXPR")]
    expression: String,

    /// Predictions, a .npy file.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    predictions: PathBuf,

    /// Targets, a .npy file: integers are labels, real numbers are dense targets.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    targets: PathBuf,

    /// Weight of each item or of each label, a .npy file.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    weights: Option<PathBuf>,

    /// Weight of each class, such as 1,2,0.5.
    #[arg(long, value_name = "W,W,…", value_delimiter = ',', value_parser = options::number)]
    class_weights: Option<Vec<f64>>,

    /// Which items or labels count, a .npy file of true and false (or 1 and 0).
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    mask: Option<PathBuf>,

    /// How the losses of the items become one number.
    #[arg(long, value_enum, default_value_t)]
    reduction: ReductionOption,

    /// What a mean divides by: weights, count, or a number above 0.
    ///
    /// The sum of the weights that count, the number of items that count, or a number of your own,
    /// such as the global token count under gradient accumulation.
    #[arg(long, value_name = "D", value_parser = options::denominator)]
    denominator: Option<Denominator>,

    /// The label that does not count.
    #[arg(
        long,
        value_name = "LABEL",
        default_value_t = Options::default().ignore_index,
        allow_negative_numbers = true
    )]
    ignore_index: i64,

    /// The value of a mean if nothing counts.
    #[arg(long, value_enum, default_value_t)]
    empty: EmptyOption,

    /// Write the gradient by the predictions, a .npy file of their shape and type.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    gradient: Option<PathBuf>,

    /// Write the weighted loss of every item, before reduction, a .npy file of float64.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    per_item: Option<PathBuf>,
}

impl EvalArgs {
    pub(crate) fn run(&self, json: bool) -> Result<(), CliError> {
        let objective: Objective = self.expression.parse()?;
        let options = self.options()?;
        self.check_outputs()?;
        let inputs = Inputs::read(self)?;
        let batch = inputs.batch(self.class_weights.as_deref());

        let mut evaluation = match self.gradient {
            Some(_) => objective.value_and_gradient(&batch, &options)?,
            None => objective.evaluate(&batch, &options)?,
        };
        if self.per_item.is_some() && evaluation.per_item.is_none() {
            let every = Options {
                reduction: Reduction::None,
                ..options
            };
            evaluation.per_item = objective.evaluate(&batch, &every)?.per_item;
        }
        self.write_arrays(&objective, &inputs, &evaluation)?;

        let shown = Shown::new(self, &objective, &evaluation);
        if json {
            output::write_json(&shown)
        } else {
            output::write(shown.text().as_bytes())
        }
    }

    fn options(&self) -> Result<Options, CliError> {
        let reduction = Reduction::from(self.reduction);
        if self.denominator.is_some() && reduction != Reduction::Mean {
            return Err(CliError::Usage(
                "`--denominator` is what a mean divides by; it has no meaning with another \
                 `--reduction`",
            ));
        }
        Ok(Options {
            reduction,
            denominator: self.denominator.unwrap_or_default(),
            ignore_index: self.ignore_index,
            empty: self.empty.into(),
        })
    }

    /// Refuses to overwrite an input, or one output by the other.
    fn check_outputs(&self) -> Result<(), CliError> {
        let files = [
            ("--predictions", Some(&self.predictions)),
            ("--targets", Some(&self.targets)),
            ("--weights", self.weights.as_ref()),
            ("--mask", self.mask.as_ref()),
            ("--per-item", self.per_item.as_ref()),
        ];
        let inputs = &files[..4];
        for (output, path, others) in [
            ("--gradient", &self.gradient, &files[..]),
            ("--per-item", &self.per_item, inputs),
        ] {
            let Some(path) = path else { continue };
            for (other, file) in others {
                if file.is_some_and(|file| same_file(file, path)) {
                    return Err(CliError::Overwrite {
                        output,
                        other,
                        path: path.clone(),
                    });
                }
            }
        }
        Ok(())
    }

    fn write_arrays(
        &self,
        objective: &Objective,
        inputs: &Inputs,
        evaluation: &Evaluation,
    ) -> Result<(), CliError> {
        let shape = inputs.prediction_shape();
        if let (Some(path), Some(gradient)) = (&self.gradient, &evaluation.gradient) {
            match gradient {
                Gradient::F32(values) => write_npy(path, shape, values)?,
                Gradient::F64(values) => write_npy(path, shape, values)?,
            }
        }
        if let (Some(path), Some(items)) = (&self.per_item, &evaluation.per_item) {
            write_npy(
                path,
                &result::item_shape(objective, shape, items.len()),
                items,
            )?;
        }
        Ok(())
    }
}

/// Do two paths lead to one file? Devices and pipes are no files that could be overwritten.
fn same_file(a: &Path, b: &Path) -> bool {
    let is_stream = fs::metadata(a).is_ok_and(|meta| !meta.is_file());
    let resolved = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    !is_stream && resolved(a) == resolved(b)
}
