//! Losses of images, volumes and fields of displacements.

mod amplitude_mse;
mod bending_energy;
mod displacement_smoothness;
mod edge_aware_smoothness;
mod focal_frequency;
mod frequency_l1;
mod gradient_difference;
mod heatmap_divergence;
mod laplacian_difference;
mod local_ncc;
mod ms_ssim;
mod mutual_information;
mod ncc;
mod psnr;
mod sobel_difference;
mod spectral_convergence;
mod ssim;
mod total_variation;
mod variance_beta_nll;
mod volume_preserving;

pub use frequency_l1::Compare;
pub use heatmap_divergence::Divergence;
pub use ms_ssim::Normalize;

crate::catalog::list![
    total_variation::TotalVariation,
    edge_aware_smoothness::EdgeAwareSmoothness,
    ssim::Ssim,
    ms_ssim::MsSsim,
    psnr::Psnr,
    gradient_difference::GradientDifference,
    laplacian_difference::LaplacianDifference,
    sobel_difference::SobelDifference,
    frequency_l1::FrequencyL1,
    focal_frequency::FocalFrequency,
    spectral_convergence::SpectralConvergence,
    amplitude_mse::AmplitudeMse,
    ncc::Ncc,
    local_ncc::LocalNcc,
    mutual_information::MutualInformation,
    variance_beta_nll::VarianceBetaNll,
    heatmap_divergence::HeatmapDivergence,
    displacement_smoothness::DisplacementSmoothness,
    bending_energy::BendingEnergy,
    volume_preserving::VolumePreserving,
];
