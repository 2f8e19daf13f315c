//! Studies of losses of numbers.

#[path = "094_acr_loss.rs"]
mod acr_loss;
#[path = "166_card_decay_loss.rs"]
mod card_decay_loss;
mod channel_attention;
#[path = "084_classification_helps_regression.rs"]
mod classification_helps_regression;
mod curve_terms;
#[path = "075_deqa_score.rs"]
mod deqa_score;
mod families;
#[path = "039_forecasting_regression_losses.rs"]
mod forecasting_regression_losses;
mod free_curve;
mod preferences;
mod rare_targets;
mod ratings;
mod sampled_functions;
mod side_by_side;
#[path = "014_srl_imbalanced_regression.rs"]
mod srl_imbalanced_regression;

pub(super) use acr_loss::STUDY as ACR_LOSS;
pub(super) use card_decay_loss::STUDY as CARD_DECAY_LOSS;
pub(super) use classification_helps_regression::STUDY as CLASSIFICATION_HELPS_REGRESSION;
pub(super) use deqa_score::STUDY as DEQA_SCORE;
pub(super) use forecasting_regression_losses::STUDY as FORECASTING_REGRESSION_LOSSES;
pub(super) use srl_imbalanced_regression::STUDY as SRL_IMBALANCED_REGRESSION;
