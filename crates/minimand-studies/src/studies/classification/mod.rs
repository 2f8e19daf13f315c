//! Studies of losses over classes.

#[path = "041_asymmetric_loss.rs"]
mod asymmetric_loss;
mod attacks;
#[path = "001_comp_sum.rs"]
mod comp_sum;
#[path = "011_dice_sed.rs"]
mod dice_sed;
#[path = "087_discriminative_vs_generative.rs"]
mod discriminative_vs_generative;
#[path = "183_dual_focal_loss.rs"]
mod dual_focal_loss;
#[path = "044_encouraging_loss.rs"]
mod encouraging_loss;
#[path = "052_ensloss.rs"]
mod ensloss;
#[path = "078_focal_cxr.rs"]
mod focal_cxr;
#[path = "099_harmonic_loss.rs"]
mod harmonic_loss;
#[path = "051_hrr_subitizing.rs"]
mod hrr_subitizing;
#[path = "018_ldr.rs"]
mod ldr;
#[path = "038_legendretron.rs"]
mod legendretron;
#[path = "101_macro_auc.rs"]
mod macro_auc;
#[path = "104_oko.rs"]
mod oko;
#[path = "005_polyloss.rs"]
mod polyloss;
#[path = "003_squentropy.rs"]
mod squentropy;
#[path = "117_weight_balancing_analysis.rs"]
mod weight_balancing_analysis;
#[path = "053_z_loss_spherical.rs"]
mod z_loss_spherical;

pub(super) use asymmetric_loss::STUDY as ASYMMETRIC_LOSS;
pub(super) use comp_sum::STUDY as COMP_SUM;
pub(super) use dice_sed::STUDY as DICE_SED;
pub(super) use discriminative_vs_generative::STUDY as DISCRIMINATIVE_VS_GENERATIVE;
pub(super) use dual_focal_loss::STUDY as DUAL_FOCAL_LOSS;
pub(super) use encouraging_loss::STUDY as ENCOURAGING_LOSS;
pub(super) use ensloss::STUDY as ENSLOSS;
pub(super) use focal_cxr::STUDY as FOCAL_CXR;
pub(super) use harmonic_loss::STUDY as HARMONIC_LOSS;
pub(super) use hrr_subitizing::STUDY as HRR_SUBITIZING;
pub(super) use ldr::STUDY as LDR;
pub(super) use legendretron::STUDY as LEGENDRETRON;
pub(super) use macro_auc::STUDY as MACRO_AUC;
pub(super) use oko::STUDY as OKO;
pub(super) use polyloss::STUDY as POLYLOSS;
pub(super) use squentropy::STUDY as SQUENTROPY;
pub(super) use weight_balancing_analysis::STUDY as WEIGHT_BALANCING_ANALYSIS;
pub(super) use z_loss_spherical::STUDY as Z_LOSS_SPHERICAL;
