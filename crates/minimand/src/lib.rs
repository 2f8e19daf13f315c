//! Training objectives: every loss as one formula, with its value and exact gradient in one fused
//! pass.
//!
//! A loss is written once as a formula over a generic number ([`kernels::scalar::Real`]). From that
//! formula follow the fused kernel (vectorised and threaded), the exact gradient and curvature, the
//! traced graph, the catalogue entry and the tests of [`conformance`]. An [`Objective`] is a weighted
//! sum of losses, made from an expression or from the structs in [`losses`]:
//!
//! ```
//! use minimand::{Array, Batch, Objective, Options, Target, losses::Focal, parameter::Alpha};
//!
//! let by_name: Objective = "focal(gamma=2)".parse()?;
//! let by_type = Objective::new(&Focal { gamma: 2.0, alpha: Alpha::default() })?;
//! assert_eq!(by_name.to_string(), by_type.to_string());
//!
//! let logits = vec![2.0f32, -1.0, 0.5, 0.0, 0.0, 3.0];
//! let labels = vec![0i64, 2];
//! let batch = Batch::new(Array::new(&logits, &[2, 3]), Target::labels(&labels, &[2]));
//! let mut gradient = vec![0.0f32; 6];
//! let result = by_name.evaluate_into(
//!     &batch,
//!     &Options::default(),
//!     minimand::GradientMut::F32(&mut gradient),
//! )?;
//! assert_eq!(result.count, 2);
//! # Ok::<(), minimand::Error>(())
//! ```
//!
//! What loses its meaning is refused, what has a limit gets the limit: shapes that do not fit, labels
//! that are no class and numbers outside a loss's range are typed [`Error`]s that name the argument,
//! what was expected and what came; a batch in which nothing counts has value 0 and gradient 0.

pub mod attack;
pub mod batch;
pub mod catalog;
pub mod conformance;
pub mod consistency;
pub mod detection;
pub mod embedding;
pub mod error;
mod expression;
pub mod fairness;
pub mod grid;
pub mod hrr;
pub mod image;
pub mod kernels;
pub mod lambda_table;
pub mod layout;
pub mod linear;
pub mod loss;
pub mod losses;
pub mod metrics;
mod objective;
pub mod papers;
pub mod parameter;
pub mod random;
pub mod regression;
pub mod sampling;
pub mod segmentation;
mod shapes;
pub mod supervision;
pub mod transport;
pub mod weighting;

pub use batch::{Array, Batch, Denominator, Empty, Labels, Options, Reduction, Target, Values};
pub use catalog::{Catalog, Entry};
pub use error::Error;
pub use loss::{Area, Facts, Loss, Parameters, Shape};
pub use objective::{Evaluation, Gradient, GradientMut, Objective};
pub use papers::Paper;
pub use parameter::{Arguments, ParameterInfo, ParameterType, Value};

/// What the file of a loss needs.
pub mod prelude {
    pub use crate::grid::Grid;
    pub use crate::kernels::Fault;
    pub use crate::kernels::boxes::{BoxLoss, BoxPair, Corners, EPSILON};
    pub use crate::kernels::clouds::{CloudLoss, Form};
    pub use crate::kernels::fields::{self, Extent, Field, FieldLoss, Truth};
    pub use crate::kernels::groups::turned::{TurnedLoss, TurnedPair};
    pub use crate::kernels::groups::{Group, GroupLoss, Layout};
    pub use crate::kernels::pairs::{
        AnchorLoss, Judged, Likeness, NONE, Needs, PairLoss, Partners, Reduce, Sides, Sweep, Whole,
        WholeLoss, WholeSide, of_batch,
    };
    pub use crate::kernels::points::PointLoss;
    pub use crate::kernels::regions::{Activation, Classes, Per, Region, RegionLoss};
    pub use crate::kernels::rows::{Combines, Reads, Rival, Row, RowLoss, Transform};
    pub use crate::kernels::scalar::{Float, Real};
    pub use crate::loss;
    pub use crate::loss::{
        Anchors, Area, Boxes, Calibration, Clouds, Domain, Elicits, Facts, Fields, Groups, Hessian,
        Known, Loss, Pairs, Parameters, Points, Regions, Rows, Wholes,
    };
    pub use crate::parameter::{Alpha, Numbers, above, at_least, at_most, between, finite, within};
}
