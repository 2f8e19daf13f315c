//! What a loss says about itself, and the macro that turns its parameters into data.

use crate::catalog::Entry;
use crate::kernels::boxes::{BoxLoss, BoxObject};
use crate::kernels::clouds::{CloudLoss, CloudObject};
use crate::kernels::fields::{FieldLoss, FieldObject};
use crate::kernels::groups::{GroupLoss, GroupObject};
use crate::kernels::pairs::{self, AnchorLoss, PairLoss, PairObject};
use crate::kernels::points::{PointLoss, PointObject};
use crate::kernels::regions::{RegionLoss, RegionObject};
use crate::kernels::rows::{RowLoss, RowObject};
use crate::kernels::scalar::Float;
use crate::parameter::{Field, ParameterInfo};
use std::fmt;
use std::sync::Arc;

/// The part of a task that a loss belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// One class of several.
    Classification,
    /// Yes or no, once or per label.
    Binary,
    /// A number.
    Regression,
    /// A class per pixel.
    Segmentation,
    /// Boxes.
    Detection,
    /// The order of the items of a list.
    Ranking,
    /// Labels of a sequence.
    Sequence,
    /// Images and volumes of numbers, and fields of displacements.
    Image,
    /// Embeddings, by which is near which.
    Embedding,
    /// Clouds of points and distributions.
    Transport,
}

impl Area {
    /// Every area.
    pub const ALL: [Area; 10] = [
        Area::Classification,
        Area::Binary,
        Area::Regression,
        Area::Segmentation,
        Area::Detection,
        Area::Ranking,
        Area::Sequence,
        Area::Image,
        Area::Embedding,
        Area::Transport,
    ];
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Area::Classification => "classification",
            Area::Binary => "binary",
            Area::Regression => "regression",
            Area::Segmentation => "segmentation",
            Area::Detection => "detection",
            Area::Ranking => "ranking",
            Area::Sequence => "sequence",
            Area::Image => "image",
            Area::Embedding => "embedding",
            Area::Transport => "transport",
        })
    }
}

/// The kernel shape of a loss: what one evaluation of its formula reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A row of logits and a label.
    Rows,
    /// One prediction and one target.
    Points,
    /// Sums over the pixels of a region.
    Regions,
    /// Two boxes.
    Boxes,
    /// The scores of a group: a column, a list, a set, a sequence.
    Groups,
    /// Values on a grid that are judged as a whole.
    Fields,
    /// All pairs of the embeddings of a batch.
    Pairs,
    /// Two sets of rows that are judged as a whole: points, samples, covariances.
    Clouds,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Shape::Rows => "rows",
            Shape::Points => "points",
            Shape::Regions => "regions",
            Shape::Boxes => "boxes",
            Shape::Groups => "groups",
            Shape::Fields => "fields",
            Shape::Pairs => "pairs",
            Shape::Clouds => "clouds",
        })
    }
}

/// A range of numbers that may depend on the precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Domain {
    /// Every finite number.
    Finite,
    /// Numbers whose squares (and sums of a few) stay finite: magnitude up to √max / 8.
    Squarable,
    /// Numbers whose second differences have finite squares: magnitude up to √max / 64.
    Differenced,
    /// Numbers whose squares stay finite when they are divided by a floor of 10⁻¹²: magnitude up to √max / 2²⁴.
    Standardised,
    /// Logarithms of scales, means and dispersions: from −40 to 40.
    LogScale,
    /// Numbers x with e^x finite, and in double precision (sums are no wider) a million times e^x.
    Exponentiable,
    /// A number of an outline: magnitude up to 10⁷, so that ratios of squares with sides of 10⁻⁷ stay finite.
    Coordinate,
    /// From 0 up.
    NonNegative,
    /// From 0 to 1.
    Unit,
}

impl Domain {
    /// Both ends, included, in precision `T`.
    pub fn range<T: Float>(self) -> (f64, f64) {
        let max = T::MAX.to_f64();
        match self {
            Domain::Finite => (-max, max),
            Domain::Squarable => (-max.sqrt() / 8.0, max.sqrt() / 8.0),
            Domain::Differenced => (-max.sqrt() / 64.0, max.sqrt() / 64.0),
            Domain::Standardised => {
                let most = max.sqrt() / f64::from(1 << 24);
                (-most, most)
            }
            Domain::LogScale => (-40.0, 40.0),
            Domain::Exponentiable => {
                let room = if max > f64::from(f32::MAX) { 14.0 } else { 0.5 };
                (-max.sqrt() / 8.0, max.ln() - room)
            }
            Domain::Coordinate => (-1e7, 1e7),
            Domain::NonNegative => (0.0, max.sqrt() / 8.0),
            Domain::Unit => (0.0, 1.0),
        }
    }
}

/// What the constant prediction with the least expected loss is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Elicits {
    /// Nothing with a common name.
    Nothing,
    /// The mean of the targets.
    Mean,
    /// The logarithm of the mean of the targets.
    LogMean,
    /// The median of the targets.
    Median,
    /// A quantile of the targets, at this level.
    Quantile(f64),
    /// The class probabilities, through the softmax or sigmoid: a strictly proper loss.
    Probabilities,
}

/// The second derivative that boosting may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hessian {
    /// The exact diagonal is never negative.
    Exact,
    /// The exact diagonal can be zero or negative; boosting needs a positive stand-in.
    Indefinite,
}

/// How much surrogate regret a given regret in errors costs at least: the calibration function T in
/// closed form (see [`consistency`](crate::consistency)).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Calibration {
    /// That of the comp-sum loss with this exponent τ, for any number of classes; a positive factor of
    /// the scores changes nothing. Mao, Mohri and Zhong 2023 (paper 001).
    CompSum {
        /// The exponent, ≥ 0.
        tau: f64,
    },
    /// T(b) = scale · b^exponent, for two classes. Bartlett, Jordan and McAuliffe 2006.
    Power {
        /// The factor, > 0.
        scale: f64,
        /// The exponent, ≥ 1.
        exponent: f64,
    },
}

/// What a loss claims. The conformance suite tests every claim; the catalogue filters by them.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Predictions for which value and gradient are finite.
    pub prediction: Domain,
    /// Targets that are accepted (labels apart).
    pub target: Domain,
    /// Convex in the prediction?
    pub convex: bool,
    /// A bound on the magnitude of the derivative by one prediction, if there is one.
    pub lipschitz: Option<f64>,
    /// An upper bound of the loss of one item, if there is one.
    pub bounded: Option<f64>,
    /// What it elicits.
    pub elicits: Elicits,
    /// Does adding a number to every logit of a row leave it unchanged?
    pub shift_invariant: bool,
    /// The infimum, if a perfect prediction of a hard label or a real target reaches or approaches it.
    pub at_perfect: Option<f64>,
    /// Is the exact curvature usable by boosting?
    pub hessian: Hessian,
    /// Does it have a meaning for soft labels? Rows only; other shapes take numbers anyway.
    pub soft_labels: bool,
    /// Least number of classes (rows only).
    pub least_classes: usize,
    /// The calibration function, where it is known in closed form.
    pub calibration: Option<Calibration>,
}

impl Facts {
    /// What holds for most losses: all finite numbers, soft labels, infimum 0, and no claim.
    pub const PLAIN: Facts = Facts {
        prediction: Domain::Squarable,
        target: Domain::Squarable,
        convex: false,
        lipschitz: None,
        bounded: None,
        elicits: Elicits::Nothing,
        shift_invariant: false,
        at_perfect: Some(0.0),
        hessian: Hessian::Indefinite,
        soft_labels: true,
        least_classes: 1,
        calibration: None,
    };

    /// The claims of a loss of this shape as words that `minimand losses --where` understands.
    pub fn words(&self, shape: Shape) -> Vec<&'static str> {
        let claims = [
            (self.convex, "convex"),
            (self.lipschitz.is_some(), "lipschitz"),
            (self.bounded.is_some(), "bounded"),
            (self.elicits == Elicits::Probabilities, "proper"),
            (self.calibration.is_some(), "calibrated"),
            (self.shift_invariant, "shift_invariant"),
            (self.soft_labels && shape == Shape::Rows, "soft_labels"),
            (self.hessian == Hessian::Exact, "exact_hessian"),
            (self.elicits == Elicits::Mean, "elicits_mean"),
            (self.elicits == Elicits::LogMean, "elicits_log_mean"),
            (self.elicits == Elicits::Median, "elicits_median"),
            (
                matches!(self.elicits, Elicits::Quantile(_)),
                "elicits_quantile",
            ),
        ];
        claims.iter().filter(|c| c.0).map(|c| c.1).collect()
    }

    /// Every word that [`words`](Facts::words) can give.
    pub const WORDS: [&'static str; 12] = [
        "convex",
        "lipschitz",
        "bounded",
        "proper",
        "calibrated",
        "shift_invariant",
        "soft_labels",
        "exact_hessian",
        "elicits_mean",
        "elicits_log_mean",
        "elicits_median",
        "elicits_quantile",
    ];
}

/// A value worked out elsewhere: sum over the items.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The loss with its parameters.
    pub expression: &'static str,
    /// One item's prediction (a row of logits, a number, a box, a group; a field: a square image if its
    /// number of pixels is a square, else a line; pairs: all embeddings of a batch; a cloud: points of the
    /// plane; square matrices).
    pub prediction: &'static [f64],
    /// Its target: a label for rows, a label per member for sets, labels padded with −1 to the number of
    /// steps for sequences, a label per embedding or as many numbers for pairs, otherwise numbers.
    pub target: &'static [f64],
    /// The loss.
    pub value: f64,
    /// Where the value comes from.
    pub source: &'static str,
}

/// A formula in the shape that evaluates it.
#[derive(Clone)]
pub enum Kernel {
    /// See [`RowLoss`].
    Rows(Arc<dyn RowObject>),
    /// See [`PointLoss`].
    Points(Arc<dyn PointObject>),
    /// See [`RegionLoss`].
    Regions(Arc<dyn RegionObject>),
    /// See [`BoxLoss`].
    Boxes(Arc<dyn BoxObject>),
    /// See [`GroupLoss`].
    Groups(Arc<dyn GroupObject>),
    /// See [`FieldLoss`].
    Fields(Arc<dyn FieldObject>),
    /// See [`PairLoss`] and [`AnchorLoss`].
    Pairs(Arc<dyn PairObject>),
    /// See [`CloudLoss`].
    Clouds(Arc<dyn CloudObject>),
}

/// Marks losses that implement [`RowLoss`].
#[derive(Debug)]
pub enum Rows {}
/// Marks losses that implement [`PointLoss`].
#[derive(Debug)]
pub enum Points {}
/// Marks losses that implement [`RegionLoss`].
#[derive(Debug)]
pub enum Regions {}
/// Marks losses that implement [`BoxLoss`].
#[derive(Debug)]
pub enum Boxes {}
/// Marks losses that implement [`GroupLoss`].
#[derive(Debug)]
pub enum Groups {}
/// Marks losses that implement [`FieldLoss`].
#[derive(Debug)]
pub enum Fields {}
/// Marks losses that implement [`PairLoss`].
#[derive(Debug)]
pub enum Pairs {}
/// Marks losses that implement [`AnchorLoss`].
#[derive(Debug)]
pub enum Anchors {}
/// Marks losses that implement [`WholeLoss`](pairs::WholeLoss).
#[derive(Debug)]
pub enum Wholes {}
/// Marks losses that implement [`CloudLoss`].
#[derive(Debug)]
pub enum Clouds {}

/// A loss that a kernel shape can evaluate; follows from the shape's own trait.
pub trait IntoKernel<S> {
    /// The shape.
    const SHAPE: Shape;
    /// The formula behind its door.
    fn into_kernel(self) -> Kernel;
}

macro_rules! into_kernel {
    ($($shape:ident $formula:ident)*) => {$(
        impl<L: $formula + 'static> IntoKernel<$shape> for L {
            const SHAPE: Shape = Shape::$shape;
            fn into_kernel(self) -> Kernel {
                Kernel::$shape(Arc::new(self))
            }
        }
    )*};
}
into_kernel!(Rows RowLoss Points PointLoss Regions RegionLoss Boxes BoxLoss Groups GroupLoss Fields FieldLoss
    Clouds CloudLoss);

impl<L: PairLoss + 'static> IntoKernel<Pairs> for L {
    const SHAPE: Shape = Shape::Pairs;
    fn into_kernel(self) -> Kernel {
        Kernel::Pairs(Arc::new(pairs::declared(self)))
    }
}

impl<L: AnchorLoss + 'static> IntoKernel<Anchors> for L {
    const SHAPE: Shape = Shape::Pairs;
    fn into_kernel(self) -> Kernel {
        Kernel::Pairs(Arc::new(pairs::algorithm(self)))
    }
}

impl<L: pairs::WholeLoss + 'static> IntoKernel<Wholes> for L {
    const SHAPE: Shape = Shape::Pairs;
    fn into_kernel(self) -> Kernel {
        Kernel::Pairs(Arc::new(pairs::together(self)))
    }
}

/// Name, documentation and parameters of a loss. The [`loss!`](crate::loss!) macro implements it.
pub trait Parameters: Default + Clone {
    /// Name in expressions.
    const NAME: &'static str;
    /// The doc comment of the struct.
    const DOC: &'static str;
    /// The fields.
    const PARAMETERS: &'static [ParameterInfo];
    /// The fields themselves, in the same order.
    fn fields(&mut self) -> Vec<&mut dyn Field>;
}

/// A loss: its parameters, a formula in one of the kernel shapes, and what it claims.
pub trait Loss: Parameters + IntoKernel<Self::Kind> + Sized + Send + Sync + 'static {
    /// [`Rows`], [`Points`], [`Regions`], [`Boxes`], [`Groups`], [`Fields`], [`Pairs`], [`Anchors`], [`Wholes`] or
    /// [`Clouds`].
    type Kind;
    /// Where it is listed.
    const AREA: Area;
    /// What others call it.
    const ALIASES: &'static [&'static str] = &[];
    /// Numbers of the papers it comes from, in the project's list.
    const PAPERS: &'static [u16] = &[];
    /// Values worked out elsewhere.
    const KNOWN: &'static [Known] = &[];
    /// Settings beside the default that the conformance suite runs.
    const VARIANTS: &'static [&'static str] = &[];
    /// What it claims with these parameters.
    fn facts(&self) -> Facts;

    /// Its entry in a catalogue.
    const ENTRY: &'static Entry = &Entry::of::<Self>();
}

/// Declares the struct of a loss and makes its parameters data: name, documentation, default, range.
///
/// ```
/// use minimand::prelude::*;
///
/// loss! {
///     /// Absolute error beyond a dead zone.
///     ///
///     /// ℓ(x, t) = max(|x − t| − ε, 0)
///     pub struct EpsilonInsensitive = "epsilon_insensitive" {
///         /// Half width of the dead zone.
///         epsilon: f64 = 0.1, at_least(0.0);
///     }
/// }
///
/// assert_eq!(EpsilonInsensitive::default().epsilon, 0.1);
/// assert_eq!(EpsilonInsensitive::PARAMETERS[0].expected(), "a number ≥ 0");
/// ```
#[macro_export]
macro_rules! loss {
    (
        $(#[doc = $doc:literal])*
        $visibility:vis struct $name:ident = $text:literal {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident: $t:ty = $default:expr, $range:expr;
            )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq)]
        $visibility struct $name {
            $(
                $(#[doc = $field_doc])*
                pub $field: $t,
            )*
        }

        impl ::std::default::Default for $name {
            fn default() -> Self {
                $name { $($field: $default,)* }
            }
        }

        impl $crate::Parameters for $name {
            const NAME: &'static str = $text;
            const DOC: &'static str = concat!($($doc, "\n",)* "");
            const PARAMETERS: &'static [$crate::ParameterInfo] = &[$(
                $crate::ParameterInfo {
                    name: stringify!($field),
                    doc: concat!($($field_doc, "\n",)* ""),
                    kind: <$t as $crate::ParameterType>::KIND,
                    default: || {
                        let default: $t = $default;
                        $crate::ParameterType::to_value(&default)
                    },
                    range: $range,
                },
            )*];

            fn fields(&mut self) -> ::std::vec::Vec<&mut dyn $crate::parameter::Field> {
                ::std::vec![$(&mut self.$field,)*]
            }
        }
    };
}
