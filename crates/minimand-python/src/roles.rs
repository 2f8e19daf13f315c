//! What an objective compares its predictions with.

use minimand::Objective;
use minimand::catalog::Built;
use minimand::kernels::clouds::Form;
use minimand::kernels::fields::{FieldFormula, Truth};
use minimand::kernels::groups::Layout;
use minimand::loss::Kernel;

/// Has a class label a meaning for a term? Integers are numbers otherwise, such as the corners of boxes.
pub(crate) fn takes_labels(objective: &Objective) -> bool {
    objective.terms().any(|(_, built)| match &built.kernel {
        Kernel::Boxes(_) | Kernel::Clouds(_) => false,
        Kernel::Groups(kernel) => !matches!(kernel.layout(), Layout::Outlines(_)),
        Kernel::Fields(kernel) => FieldFormula::truth(&**kernel) == Truth::Classes,
        Kernel::Rows(_) | Kernel::Points(_) | Kernel::Regions(_) | Kernel::Pairs(_) => true,
    })
}

/// Is there something that the predictions are compared with?
pub(crate) fn reads_target(built: &Built) -> bool {
    !matches!(&built.kernel, Kernel::Fields(kernel) if FieldFormula::truth(&**kernel) == Truth::Nothing)
}

/// How the arrays of a loss of groups fall into groups, or what the rows of clouds are, in a word.
pub(crate) fn layout(built: &Built) -> Option<&'static str> {
    let kernel = match &built.kernel {
        Kernel::Groups(kernel) => kernel,
        Kernel::Clouds(kernel) => {
            return Some(match kernel.form() {
                Form::Points => "points",
                Form::Numbers => "numbers",
                Form::Covariances => "covariances",
                Form::Factors => "factors",
            });
        }
        _ => return None,
    };
    Some(match kernel.layout() {
        Layout::Columns => "columns",
        Layout::Lists => "lists",
        Layout::Batch => "batch",
        Layout::Sets => "sets",
        Layout::Sequences => "sequences",
        Layout::Forecasts => "forecasts",
        Layout::Ensembles => "ensembles",
        Layout::Marked => "marked",
        Layout::Times => "times",
        Layout::Outlines(_) => "outlines",
    })
}
