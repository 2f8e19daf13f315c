//! Tables over cases: an objective on folders of images, or masks against masks.

use std::path::Path;

use minimand::metrics::segmentation::{HausdorffPercentile, LesionMatching, Settings, SurfaceDice};
use minimand::{Objective, Options};
use minimand_report::table::{WriteError, write};
use serde::Serialize;

use super::EvalArgs;
use super::arrays::Inputs;
use super::cases::{Case, Outcomes};
use super::images::{CaseArrays, Compares};
use super::masks::{Plan, doubts};
use super::sheet::{Row, Sheet, ShownRow, Summary};
use crate::error::CliError;
use crate::output;

/// The result in JSON.
#[derive(Debug, Serialize)]
struct Shown {
    /// As the catalogue prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<ShownSettings>,
    rows: Vec<ShownRow>,
    summary: Vec<Summary>,
    failed: Vec<Failed>,
    /// Where the table has been written.
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<String>,
}

/// What the measures were computed with.
#[derive(Debug, Serialize)]
struct ShownSettings {
    tolerance: f64,
    percentile: f64,
    lesion_iou: f64,
    connectivity: &'static str,
}

#[derive(Debug, Serialize)]
struct Failed {
    case: String,
    error: String,
}

/// The value of an objective for each case of a folder.
pub(super) fn objective(
    arguments: &EvalArgs,
    objective: &Objective,
    options: &Options,
    json: bool,
) -> Result<(), CliError> {
    check_table(arguments.table.as_deref())?;
    let compares = Compares::of(objective);
    let cases = Case::list(&arguments.predictions, arguments.targets.as_deref())?;
    let (spacing, class_weights) = (
        arguments.spacing.as_deref(),
        arguments.class_weights.as_deref(),
    );
    let outcomes = Outcomes::of(cases, arguments.keep_going, |case| {
        let inputs = Inputs::of_case(CaseArrays::read(case, compares, spacing)?);
        let batch = inputs.batch(class_weights);
        let evaluated = objective.evaluate(&batch, options);
        Ok(evaluated.map_err(|problem| case.refuse(problem))?.value)
    })?;
    let row = |(case, value): &(Case, f64)| Row {
        case: case.name.clone(),
        class: None,
        values: vec![Some(*value).filter(|value| !value.is_nan())],
    };
    let sheet = Sheet {
        columns: vec![objective.to_string()],
        rows: outcomes.judged.iter().map(row).collect(),
    };
    let shown = Shown {
        expression: Some(objective.to_string()),
        settings: None,
        ..shown(arguments, &sheet, &outcomes)
    };
    publish(arguments, &sheet, &shown, json)?;
    outcomes.report_failures()
}

/// All measures for each class of each pair of masks.
pub(super) fn masks(arguments: &EvalArgs, json: bool) -> Result<(), CliError> {
    check_table(arguments.table.as_deref())?;
    let masks = &arguments.masks;
    let matching = LesionMatching::new(masks.connectivity.into(), masks.lesion_iou)?;
    let names = masks.class_names.clone().unwrap_or_default();
    let classes = match (masks.classes, names.len()) {
        (Some(classes), 1..) if classes != names.len() + 1 => {
            return Err(CliError::Usage(
                "`--class-names` must have one name fewer than there are `--classes`: the background has none",
            ));
        }
        (Some(classes), _) => Some(classes),
        (None, 0) => None,
        (None, names) => Some(names + 1),
    };
    let plan = Plan {
        measures: masks.measures.clone(),
        settings: Settings {
            hausdorff: HausdorffPercentile::at(masks.percentile)?,
            surface_dice: SurfaceDice::within(masks.tolerance)?,
            lesions: matching,
            ..Settings::default()
        },
        classes,
        names,
        ignored: u32::try_from(arguments.ignore_index).ok(),
        spacing: arguments.spacing.clone(),
    };
    let cases = Case::list(&arguments.predictions, arguments.targets.as_deref())?;
    let outcomes = Outcomes::of(cases, arguments.keep_going, |case| plan.measure(case))?;
    let sheet = plan.sheet(&outcomes)?;
    if sheet.rows.is_empty() && !outcomes.judged.is_empty() {
        return Err(CliError::Usage(
            "no mask has another label than 0, the background: there is nothing to measure; --classes measures \
             classes that are missing",
        ));
    }
    let shown = Shown {
        settings: Some(ShownSettings {
            tolerance: masks.tolerance,
            percentile: masks.percentile,
            lesion_iou: masks.lesion_iou,
            connectivity: masks.connectivity.name(),
        }),
        ..shown(arguments, &sheet, &outcomes)
    };
    for doubt in doubts(&outcomes) {
        output::note(&format!("note: {doubt}"));
    }
    publish(arguments, &sheet, &shown, json)?;
    outcomes.report_failures()
}

fn shown<R>(arguments: &EvalArgs, sheet: &Sheet, outcomes: &Outcomes<R>) -> Shown {
    let failed = outcomes.failed.iter();
    Shown {
        expression: None,
        settings: None,
        rows: sheet.shown(),
        summary: sheet.summary(),
        failed: failed
            .map(|(case, error)| Failed {
                case: case.name.clone(),
                error: error.to_string(),
            })
            .collect(),
        table: arguments
            .table
            .as_ref()
            .map(|path| path.display().to_string()),
    }
}

/// Refuses a table that could not be written, before the work is done.
fn check_table(path: Option<&Path>) -> Result<(), CliError> {
    let Some(path) = path else { return Ok(()) };
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    if ["csv", "parquet", "arrow"]
        .iter()
        .any(|known| extension == *known)
    {
        return Ok(());
    }
    Err(CliError::Table(WriteError::UnknownExtension {
        path: path.to_owned(),
    }))
}

/// Writes the table, if it is wanted, and prints the result, also if the table cannot be written.
fn publish(arguments: &EvalArgs, sheet: &Sheet, shown: &Shown, json: bool) -> Result<(), CliError> {
    let written = match (&arguments.table, sheet.rows.is_empty()) {
        (Some(path), false) => sheet
            .table()
            .map_err(CliError::from)
            .and_then(|table| Ok(write(path, &table)?)),
        _ => Ok(()),
    };
    let printed = match (json, sheet.rows.is_empty()) {
        (true, _) => output::write_json(shown),
        (false, true) => Ok(()),
        (false, false) => output::write(sheet.text(output::terminal_width()).as_bytes()),
    };
    written.and(printed)
}
