//! The arguments of `minimand eval`.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, RangedU64ValueParser};
use clap::{Args, ValueHint};
use minimand::metrics::SEGMENTATION;
use minimand::{Denominator, Options};

use super::options::{self, ConnectivityOption, EmptyOption, ReductionOption};

const EXAMPLES: &str = "\
Arrays:
  classification  predictions [n, c] (logits), targets [n] labels or [n, c] soft labels
  segmentation    predictions [n, c, …] (logits), targets [n, …] or [n, 1, …] labels
  boxes           predictions and targets [n, 4] as x1 y1 x2 y2
  ranking         predictions and relevances [lists, items]
  macro_auc_…     predictions and 0/1 targets [n, labels]
  sets (oko)      predictions [sets, members, c], targets [sets, members]
  sequences (ctc) predictions [n, steps, c], targets [n, length], padded with -1
  embeddings      predictions [n, d], targets [n] labels or [n, d], the other side of each pair
  all others      predictions and targets of one shape
  Weights and mask have one entry per item [n] or one per label; a mask of sequences, per step.

Images:
  NIfTI-1 (.nii, .nii.gz), PNG and TIFF. Axes are [rows, columns] or [slices, rows, columns]: the
  z, y, x of NIfTI. Its further axes, colours and contrasts are channels. An image is a batch of
  one item, [1, channels, …]. A .npy file beside an image, or in a folder, is [rows, columns] or
  [slices, rows, columns], with or without channels in front. Numbers are those of the file, not
  scaled to any range.
  Targets of losses that compare classes are labels if there is an integer for each pixel, also
  if the file stores real numbers; else they are soft labels. With one channel, labels are 0
  and 1. Losses that compare numbers (such as mse) take integers as numbers.
  Distances are in the unit of the spacing, millimetres for NIfTI.

Masks:
  Labels are those of the files; 0 is the background. A row has the measures of one class of one
  case. What has no value, such as a distance to an empty mask, is undefined: an en dash, null in
  JSON, missing in tables. Means leave it out, and tell how often below; the mean of all is the
  mean of the classes. Tables have all digits, and the columns case, label, class and one for
  each measure.

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
      --denominator 4096 --gradient G.npy
  Scores of a volume against its mask, and of a folder of them:
    minimand eval '0.5*cross_entropy + dice' --predictions scores.nii.gz --targets mask.nii.gz
    minimand eval dice --predictions scores/ --targets masks/ --table dice.csv
  How smooth an image is, without target:
    minimand eval total_variation --predictions image.png
  Two folders of masks, each class of each case:
    minimand eval --predictions predicted/ --targets masks/ --table measures.parquet
  The same with the names of three classes, some measures, and a tolerance of 2 mm:
    minimand eval --predictions predicted/ --targets masks/ --class-names liver,spleen,kidney \\
      --measures dice,hausdorff95,surface_dice --tolerance 2";

/// Evaluate an objective on saved arrays or images, or compare masks.
///
/// With EXPR: the value of an objective, and its gradient if asked for; for two folders of images, its value
/// for each case. Without EXPR: overlap, distances and lesions of predicted masks against true ones, for each
/// class and case.
///
/// Predictions are raw scores (logits) wherever a loss has a softmax or sigmoid of its own. They
/// are float32 or float64 (float16 is read as float32), and so is the gradient. Integer and boolean
/// targets are labels; floating-point targets are numbers: regression targets, soft labels, boxes.
/// Images are described below.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct EvalArgs {
    /// The objective, such as 'cross_entropy + 0.5*squentropy'.
    ///
    /// A loss of the catalogue, or a sum of losses with factors. Parameters that are left out have
    /// their defaults. `minimand losses` lists the losses, `minimand losses NAME` explains one. An expression
    /// that begins with a minus sign goes last, after `--`. Without it, masks are compared.
    #[arg(value_name = "EXPR")]
    pub(super) expression: Option<String>,

    /// Predictions: a .npy file, an image, or a folder of images.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) predictions: PathBuf,

    /// Targets: integers are labels, real numbers are dense targets.
    ///
    /// A file, or a folder whose files are named as the predictions are, apart from the ending. Left out for
    /// losses that judge the prediction alone, such as total_variation.
    #[arg(
        long,
        value_name = "PATH",
        value_hint = ValueHint::AnyPath,
        required_unless_present = "expression"
    )]
    pub(super) targets: Option<PathBuf>,

    /// Weight of each item or of each label, a .npy file.
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        requires = "expression",
        help_heading = OBJECTIVES
    )]
    pub(super) weights: Option<PathBuf>,

    /// Weight of each class, such as 1,2,0.5.
    #[arg(
        long,
        value_name = "W,W,…",
        value_delimiter = ',',
        value_parser = options::number,
        requires = "expression",
        help_heading = OBJECTIVES
    )]
    pub(super) class_weights: Option<Vec<f64>>,

    /// Which items or labels count, a .npy file of true and false (or 1 and 0).
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        requires = "expression",
        help_heading = OBJECTIVES
    )]
    pub(super) mask: Option<PathBuf>,

    /// How the losses of the items become one number.
    #[arg(long, value_enum, default_value_t, requires = "expression", help_heading = OBJECTIVES)]
    pub(super) reduction: ReductionOption,

    /// What a mean divides by: weights, count, or a number above 0.
    ///
    /// The sum of the weights that count, the number of items that count, or a number of your own,
    /// such as the global token count under gradient accumulation.
    #[arg(
        long,
        value_name = "D",
        value_parser = options::denominator,
        requires = "expression",
        help_heading = OBJECTIVES
    )]
    pub(super) denominator: Option<Denominator>,

    /// The label that does not count.
    ///
    /// Pixels with this true label are background in both masks when masks are compared.
    #[arg(
        long,
        value_name = "LABEL",
        default_value_t = Options::default().ignore_index,
        allow_negative_numbers = true
    )]
    pub(super) ignore_index: i64,

    /// The value of a mean if nothing counts.
    #[arg(long, value_enum, default_value_t, requires = "expression", help_heading = OBJECTIVES)]
    pub(super) empty: EmptyOption,

    /// Write the gradient by the predictions, a .npy file of their shape and type.
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        requires = "expression",
        help_heading = OBJECTIVES
    )]
    pub(super) gradient: Option<PathBuf>,

    /// Write the weighted loss of every item, before reduction, a .npy file of float64.
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        requires = "expression",
        help_heading = OBJECTIVES
    )]
    pub(super) per_item: Option<PathBuf>,

    /// Distance between neighbouring pixels along each axis, such as 2.5,1,1.
    ///
    /// In the order of the axes, [rows, columns] or [slices, rows, columns], and in place of what the headers
    /// of NIfTI files say. Arrays and images of other formats have 1 along each axis.
    #[arg(long, value_name = "D,D,…", value_delimiter = ',', value_parser = options::number)]
    pub(super) spacing: Option<Vec<f64>>,

    #[command(flatten)]
    pub(super) masks: MaskArgs,

    /// Write a row for each case (and class), a .csv, .parquet or .arrow file.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = FOLDERS)]
    pub(super) table: Option<PathBuf>,

    /// Leave out cases that cannot be read or do not fit, tell them at the end, and exit with 1.
    #[arg(long, help_heading = FOLDERS)]
    pub(super) keep_going: bool,
}

/// What is told of masks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Masks (without EXPR)")]
pub(super) struct MaskArgs {
    /// Which measures, such as dice,hausdorff95; all if left out.
    #[arg(
        long,
        value_name = "NAME,NAME,…",
        value_delimiter = ',',
        value_parser = measure_names(),
        conflicts_with = "expression"
    )]
    pub(super) measures: Vec<String>,

    /// What surface_dice takes for near, in the unit of the spacing.
    #[arg(
        long,
        value_name = "D",
        default_value_t = 1.0,
        conflicts_with = "expression"
    )]
    pub(super) tolerance: f64,

    /// The percentile of the distances that hausdorff95 tells, 0 to 100.
    #[arg(
        long,
        value_name = "P",
        default_value_t = 95.0,
        conflicts_with = "expression"
    )]
    pub(super) percentile: f64,

    /// A lesion is found if its intersection over union with one of the other mask is above this.
    #[arg(
        long,
        value_name = "IOU",
        default_value_t = 0.0,
        conflicts_with = "expression"
    )]
    pub(super) lesion_iou: f64,

    /// Which pixels are neighbours in a lesion.
    #[arg(long, value_enum, default_value_t, conflicts_with = "expression")]
    pub(super) connectivity: ConnectivityOption,

    /// Number of classes, the background among them: labels are 0 to N - 1.
    ///
    /// If left out, every label that is found in a mask is a class. A class that is in neither mask of a case
    /// has a row there all the same.
    #[arg(
        long,
        value_name = "N",
        value_parser = RangedU64ValueParser::<usize>::new().range(2..=MOST_CLASSES),
        conflicts_with = "expression"
    )]
    pub(super) classes: Option<usize>,

    /// Names of the classes from 1 on; they tell the number of classes too.
    #[arg(
        long,
        value_name = "NAME,NAME,…",
        value_delimiter = ',',
        conflicts_with = "expression"
    )]
    pub(super) class_names: Option<Vec<String>>,
}

const OBJECTIVES: &str = "Objectives (with EXPR)";
const FOLDERS: &str = "Folders and masks";

/// Labels of masks are counted; more classes would be a slip of the keyboard.
const MOST_CLASSES: u64 = 65536;

/// The names of measures, with what they tell.
fn measure_names() -> PossibleValuesParser {
    let measures = SEGMENTATION.iter();
    measures
        .map(|info| PossibleValue::new(info.name).help(info.summary))
        .into()
}
