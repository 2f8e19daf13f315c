//! Losses of embeddings: who should be near whom.

mod circle;
mod contrastive;
mod fast_ap;
mod generalized_lifted_structure;
mod info_nce;
mod margin_pairs;
mod multi_similarity;
mod n_pair;
mod nca;
mod nt_xent;
mod pnp;
mod ranked_list;
mod siglip;
mod smooth_ap;
mod snr_contrastive;
mod soft_ranks;
mod supervised_contrastive;
mod triplet;
mod triplet_mining;
mod tuplet_margin;

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
    nca::Nca,
    tuplet_margin::TupletMargin,
    snr_contrastive::SnrContrastive,
    fast_ap::FastAp,
    smooth_ap::SmoothAp,
    pnp::Pnp,
];
pub use pnp::NegativesBefore;
pub use triplet_mining::Mining;

/// What all losses of embeddings say: nothing is convex in them, and distances of the numbers have squares.
const FACTS: crate::loss::Facts = crate::loss::Facts {
    prediction: crate::loss::Domain::Differenced,
    soft_labels: false,
    ..crate::loss::Facts::PLAIN
};
