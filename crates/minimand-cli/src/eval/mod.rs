//! `minimand eval`: an objective on saved arrays and images, and masks against masks.

mod args;
mod arrays;
mod cases;
mod folders;
mod images;
mod masks;
mod options;
mod problem;
mod progress;
mod result;
mod sheet;

use std::fs;
use std::path::Path;

use minimand::{Evaluation, Gradient, Objective, Options, Reduction, layout};
use minimand_report::table::write_npy;

pub(crate) use args::EvalArgs;
pub(crate) use problem::CaseError;

use crate::error::CliError;
use crate::output;
use arrays::Inputs;
use cases::Case;
use images::{Compares, is_image};
use result::Shown;

impl EvalArgs {
    pub(crate) fn run(&self, json: bool) -> Result<(), CliError> {
        let Some(expression) = &self.expression else {
            return folders::masks(self, json);
        };
        let objective: Objective = expression.parse()?;
        let options = self.options()?;
        if self.targets.is_none() && Compares::of(&objective) != Compares::Nothing {
            return Err(CliError::NoTargets {
                expression: objective.to_string(),
            });
        }
        let paths = [Some(&self.predictions), self.targets.as_ref()];
        if paths.into_iter().flatten().any(|path| path.is_dir()) {
            self.check_folders()?;
            return folders::objective(self, &objective, &options, json);
        }
        if self.table.is_some() || self.keep_going {
            return Err(CliError::Usage(
                "`--table` and `--keep-going` are for folders and masks; --json prints the result of one batch",
            ));
        }
        self.single(&objective, options, json)
    }

    /// An objective on one batch.
    fn single(&self, objective: &Objective, options: Options, json: bool) -> Result<(), CliError> {
        self.check_outputs()?;
        let inputs = Inputs::read(self, Compares::of(objective))?;
        let batch = inputs.batch(self.class_weights.as_deref());
        let files = [Some(&self.predictions), self.targets.as_ref()];
        let is_case = files.into_iter().flatten().any(|path| is_image(path));
        // Where a batch of one item was made of two files, the message names them.
        let fits = |result: Result<Evaluation, minimand::Error>| {
            result.map_err(|error| {
                if is_case {
                    let case = Case::of_files(&self.predictions, self.targets.as_deref());
                    CliError::from(case.refuse(error))
                } else {
                    CliError::from(error)
                }
            })
        };

        let mut evaluation = fits(match self.gradient {
            Some(_) => objective.value_and_gradient(&batch, &options),
            None => objective.evaluate(&batch, &options),
        })?;
        if self.per_item.is_some() && evaluation.per_item.is_none() {
            let every = Options {
                reduction: Reduction::None,
                ..options
            };
            evaluation.per_item = fits(objective.evaluate(&batch, &every))?.per_item;
        }
        self.write_arrays(objective, &inputs, &evaluation)?;

        let shown = Shown::new(self, objective, &evaluation);
        if json {
            output::write_json(&shown)
        } else {
            output::write(shown.text().as_bytes())
        }
    }

    /// Refuses what belongs to one batch and not to many cases.
    fn check_folders(&self) -> Result<(), CliError> {
        let files = [&self.weights, &self.mask, &self.gradient, &self.per_item];
        if files.into_iter().any(Option::is_some) {
            return Err(CliError::Usage(
                "`--weights`, `--mask`, `--gradient` and `--per-item` are for one batch; name a file instead of \
                 a folder",
            ));
        }
        Ok(())
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
            ("--targets", self.targets.as_ref()),
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
                &layout::of_items(objective, shape, items.len()),
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
