//! Studies of losses of numbers.

#[path = "094_acr_loss.rs"]
mod acr_loss;
#[path = "166_card_decay_loss.rs"]
mod card_decay_loss;
mod channel_attention;
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
#[path = "014_srl_imbalanced_regression.rs"]
mod srl_imbalanced_regression;

pub(super) use acr_loss::STUDY as ACR_LOSS;
pub(super) use card_decay_loss::STUDY as CARD_DECAY_LOSS;
pub(super) use deqa_score::STUDY as DEQA_SCORE;
pub(super) use forecasting_regression_losses::STUDY as FORECASTING_REGRESSION_LOSSES;
pub(super) use srl_imbalanced_regression::STUDY as SRL_IMBALANCED_REGRESSION;
