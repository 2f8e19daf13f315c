//! Losses of clouds of points and of distributions.

mod bures_wasserstein;
mod bures_wasserstein_factor;
mod energy_distance;
mod sinkhorn;
mod sinkhorn_divergence;
mod wasserstein_1d;

crate::catalog::list![
    sinkhorn_divergence::SinkhornDivergence,
    sinkhorn::SinkhornLoss,
    energy_distance::EnergyDistance,
    wasserstein_1d::Wasserstein1d,
    bures_wasserstein::BuresWasserstein,
    bures_wasserstein_factor::BuresWassersteinFactor,
];
