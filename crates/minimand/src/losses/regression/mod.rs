//! Losses of a predicted and a true number, or of a forecast of its distribution.

mod acr;
mod balanced_l1;
mod balanced_mse;
mod cauchy;
mod concordance;
mod cox;
mod crps_ensemble;
mod crps_gaussian;
mod energy_score;
mod expectile;
mod gamma_nll;
mod gaussian_nll;
mod geman_mcclure;
mod general_robust;
mod huber;
mod laplace_nll;
mod log_cosh;
mod lp;
mod mae;
mod mape;
mod mixture_nll;
mod mse;
mod msle;
mod negative_binomial_nll;
mod nrmse;
mod of_mean;
mod pearson;
mod poisson_nll;
mod pseudo_huber;
mod quantile;
mod quantiles;
mod rae;
mod rmse;
mod rmsle;
mod rrmse;
mod rse;
mod scale;
mod smape;
mod smooth_l1;
mod smooth_ln;
mod student_t_nll;
mod tukey_biweight;
mod tweedie;
mod welsch;

pub use cox::Ties;
pub use mixture_nll::Component;
pub use nrmse::TargetSize;
pub use rrmse::Side;
pub use scale::ScaleLink;

crate::catalog::list![
    mse::Mse,
    mae::Mae,
    huber::Huber,
    smooth_l1::SmoothL1,
    smooth_ln::SmoothLn,
    pseudo_huber::PseudoHuber,
    log_cosh::LogCosh,
    lp::Lp,
    balanced_l1::BalancedL1,
    cauchy::Cauchy,
    geman_mcclure::GemanMcclure,
    welsch::Welsch,
    tukey_biweight::TukeyBiweight,
    general_robust::GeneralRobust,
    mape::Mape,
    smape::Smape,
    msle::Msle,
    quantile::Quantile,
    expectile::Expectile,
    poisson_nll::PoissonNll,
    gamma_nll::GammaNll,
    tweedie::Tweedie,
    rmse::Rmse,
    rmsle::Rmsle,
    nrmse::Nrmse,
    rrmse::Rrmse,
    rae::Rae,
    rse::Rse,
    concordance::Concordance,
    pearson::Pearson,
    balanced_mse::BalancedMse,
    gaussian_nll::GaussianNll,
    laplace_nll::LaplaceNll,
    student_t_nll::StudentTNll,
    negative_binomial_nll::NegativeBinomialNll,
    mixture_nll::MixtureNll,
    crps_gaussian::CrpsGaussian,
    crps_ensemble::CrpsEnsemble,
    energy_score::EnergyScore,
    quantiles::Quantiles,
    acr::Acr,
    cox::Cox,
];
