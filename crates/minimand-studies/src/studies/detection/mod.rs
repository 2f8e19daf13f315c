//! Studies of detectors and losses of boxes.

mod cross_head;
#[path = "121_crosskd.rs"]
mod crosskd;
mod dense;
mod depth_axis;
mod descent;
#[path = "030_diou_ciou.rs"]
mod diou_ciou;
#[path = "170_eflnet_atfl_nwd.rs"]
mod eflnet_atfl_nwd;
#[path = "024_focal.rs"]
mod focal;
#[path = "015_giou.rs"]
mod giou;
mod gradient_noise;
mod scenes;
#[path = "045_seabird_dice_robustness.rs"]
mod seabird_dice_robustness;
mod small_targets;
#[path = "010_text_detection_gsiou.rs"]
mod text_detection_gsiou;
mod text_regions;

pub(super) use crosskd::STUDY as CROSSKD;
pub(super) use diou_ciou::STUDY as DIOU_CIOU;
pub(super) use eflnet_atfl_nwd::STUDY as EFLNET_ATFL_NWD;
pub(super) use focal::STUDY as FOCAL;
pub(super) use giou::STUDY as GIOU;
pub(super) use seabird_dice_robustness::STUDY as SEABIRD_DICE_ROBUSTNESS;
pub(super) use text_detection_gsiou::STUDY as TEXT_DETECTION_GSIOU;
