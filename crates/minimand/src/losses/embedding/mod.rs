//! Losses of embeddings: who should be near whom.

mod alignment;
mod all_pairs;
mod angular;
mod barlow_twins;
mod centroid_triplet;
mod circle;
mod columns;
mod contrastive;
mod cosine_distance;
mod cosine_embedding;
mod fast_ap;
mod generalized_lifted_structure;
mod hinge_embedding;
mod histogram;
mod icnn;
mod info_nce;
mod instance;
mod intra_pair_variance;
mod lifted_structure;
mod margin_pairs;
mod multi_similarity;
mod n_pair;
mod nca;
mod nt_xent;
mod pnp;
mod proxy_anchor;
mod ranked_list;
mod self_labelled;
mod siglip;
mod smooth_ap;
mod snr_contrastive;
mod soft_ranks;
mod supervised_contrastive;
mod threshold_consistent_margin;
mod triplet;
mod triplet_mining;
mod tuplet_margin;
mod uniformity;
mod vicreg;

crate::catalog::list![
    nt_xent::NtXent,
    info_nce::InfoNce,
    supervised_contrastive::SupervisedContrastive,
    siglip::SigLip,
    n_pair::NPair,
    contrastive::Contrastive,
    margin_pairs::MarginPairs,
    triplet::Triplet,
    ranked_list::RankedList,
    circle::Circle,
    multi_similarity::MultiSimilarity,
    generalized_lifted_structure::GeneralizedLiftedStructure,
    lifted_structure::LiftedStructure,
    nca::Nca,
    tuplet_margin::TupletMargin,
    snr_contrastive::SnrContrastive,
    fast_ap::FastAp,
    smooth_ap::SmoothAp,
    pnp::Pnp,
    histogram::Histogram,
    angular::Angular,
    centroid_triplet::CentroidTriplet,
    intra_pair_variance::IntraPairVariance,
    threshold_consistent_margin::ThresholdConsistentMargin,
    alignment::Alignment,
    uniformity::Uniformity,
    barlow_twins::BarlowTwins,
    vicreg::VicReg,
    self_labelled::SelfLabelled,
    icnn::Icnn,
    proxy_anchor::ProxyAnchor,
    instance::Instance,
    cosine_embedding::CosineEmbedding,
    cosine_distance::CosineDistance,
    hinge_embedding::HingeEmbedding,
];
pub use pnp::NegativesBefore;
pub use self_labelled::SelfLabelledForm;
pub use triplet_mining::Mining;

/// What all losses of embeddings say: nothing is convex in them, and distances of the numbers have squares.
const FACTS: crate::loss::Facts = crate::loss::Facts {
    prediction: crate::loss::Domain::Differenced,
    soft_labels: false,
    ..crate::loss::Facts::PLAIN
};
