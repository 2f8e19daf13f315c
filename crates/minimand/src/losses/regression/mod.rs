//! Losses of a predicted and a true number.

mod huber;
mod log_cosh;
mod mae;
mod mse;
mod poisson_nll;
mod pseudo_huber;
mod quantile;
mod smooth_l1;
mod smooth_ln;

crate::catalog::list![
    mse::Mse,
    mae::Mae,
    huber::Huber,
    smooth_l1::SmoothL1,
    smooth_ln::SmoothLn,
    pseudo_huber::PseudoHuber,
    log_cosh::LogCosh,
    quantile::Quantile,
    poisson_nll::PoissonNll,
];
