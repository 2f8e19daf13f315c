//! Losses of a predicted and a true number.

mod huber;
mod log_cosh;
mod mae;
mod mse;
mod poisson_nll;
mod pseudo_huber;
mod quantile;
mod smooth_l1;

crate::catalog::list![
    mse::Mse,
    mae::Mae,
    huber::Huber,
    smooth_l1::SmoothL1,
    pseudo_huber::PseudoHuber,
    log_cosh::LogCosh,
    quantile::Quantile,
    poisson_nll::PoissonNll,
];
