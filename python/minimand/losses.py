"""Every loss as a function and as a class.

``focal(logits, labels, gamma=3)`` is a value; ``Focal(gamma=3)`` is a :class:`minimand.Loss`, which gives gradients and
second derivatives too. Generated from the catalogue by ``python -m minimand._generate``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, Unpack, overload

from numpy.typing import ArrayLike, NDArray

from ._loss import ClassWeights, Denominator, Empty, Items, Loss, Options, Reduction, Spacing, Weights
from ._loss import evaluate as _evaluate
from ._loss import objective as _objective

Numbers: TypeAlias = float | Sequence[float] | NDArray[Any]
WholeNumbers: TypeAlias = int | Sequence[int] | NDArray[Any]


__all__ = [
    "Acr",
    "AdaptiveThresholdFocal",
    "AdversarialCompSum",
    "AldrKl",
    "Alignment",
    "AmplitudeMse",
    "Angular",
    "ApproxNdcg",
    "Arcface",
    "Asymmetric",
    "AsymmetricFocal",
    "AsymmetricFocalTversky",
    "AsymmetricSingleLabel",
    "Aucm",
    "BalancedL1",
    "BalancedMse",
    "BarlowTwins",
    "BendingEnergy",
    "BettiMatching",
    "BiTempered",
    "BinaryCrossEntropy",
    "Boundary",
    "BoundedIou",
    "Brier",
    "BuresWasserstein",
    "BuresWassersteinFactor",
    "Cauchy",
    "CentroidTriplet",
    "Ciou",
    "Circle",
    "ClassRatio",
    "Cldice",
    "ClippedCrossEntropy",
    "CompSum",
    "CompSumMargin",
    "Concordance",
    "Contrastive",
    "Cosface",
    "CosineDistance",
    "CosineEmbedding",
    "Cox",
    "CrammerSinger",
    "CrossEntropy",
    "CrpsEnsemble",
    "CrpsGaussian",
    "Ctc",
    "Dice",
    "DiceSemimetric",
    "Diou",
    "DisplacementSmoothness",
    "Distillation",
    "DualFocal",
    "EdgeAwareSmoothness",
    "Eiou",
    "Encouraging",
    "EnergyDistance",
    "EnergyScore",
    "Ensloss",
    "Expectile",
    "Exponential",
    "ExtendedIou",
    "FastAp",
    "Focal",
    "FocalFrequency",
    "FocalStar",
    "FocalTversky",
    "FrequencyL1",
    "GammaNll",
    "GaussianNll",
    "GemanMcclure",
    "GeneralRobust",
    "GeneralizedCrossEntropy",
    "GeneralizedDice",
    "GeneralizedKlDivergence",
    "GeneralizedLiftedStructure",
    "GeneralizedWassersteinDice",
    "Giou",
    "GradientDifference",
    "Gwd",
    "HaltedFocal",
    "Harmonic",
    "HausdorffDt",
    "HausdorffEr",
    "HeatmapDivergence",
    "Hinge",
    "HingeEmbedding",
    "Histogram",
    "Huber",
    "Icnn",
    "InfoNce",
    "Instance",
    "IntraPairVariance",
    "Iou",
    "Jaccard",
    "JaccardMetric",
    "JensenShannon",
    "JsdCrossEntropy",
    "Kfiou",
    "KlDivergence",
    "LaplaceNll",
    "LaplacianDifference",
    "Ldam",
    "LdrKl",
    "LiftedStructure",
    "ListMle",
    "ListNet",
    "LocalNcc",
    "LogCosh",
    "LogCoshDice",
    "LogIou",
    "LogitAdjusted",
    "Lovasz",
    "LovaszHinge",
    "Lp",
    "MacroAucPairwise",
    "MacroAucReweighted",
    "MacroAucUnivariate",
    "Mae",
    "Mape",
    "MarginPairs",
    "Mcc",
    "Mip",
    "MixtureNll",
    "ModifiedHuber",
    "MsSsim",
    "Mse",
    "Msle",
    "MultiMargin",
    "MultiSimilarity",
    "MultilabelDice",
    "MultilabelMargin",
    "MutualInformation",
    "NPair",
    "Nacl",
    "Nca",
    "Ncc",
    "NegativeBinomialNll",
    "Nll",
    "NormalizedCrossEntropy",
    "NormalizedFocal",
    "NormalizedGeneralizedCrossEntropy",
    "NormalizedSoftmax",
    "Nrmse",
    "NtXent",
    "Nwd",
    "Oko",
    "PairwiseHinge",
    "PairwiseLogistic",
    "PartialAuc",
    "PartialAucKl",
    "Pearson",
    "Pnp",
    "PoissonNll",
    "PolyCrossEntropy",
    "PolyFocal",
    "PolySigmoidFocal",
    "Probiou",
    "ProxyAnchor",
    "PseudoHuber",
    "Psnr",
    "QuadGiou",
    "QuadIou",
    "QualityFocal",
    "Quantile",
    "Quantiles",
    "Rae",
    "Ramp",
    "RankedList",
    "RankingSoftmax",
    "RegionWise",
    "RescaledSquare",
    "Rmse",
    "Rmsle",
    "RotatedGiou",
    "RotatedGwd",
    "RotatedIou",
    "RotatedKld",
    "Rrmse",
    "Rse",
    "Savage",
    "SelfLabelled",
    "Siglip",
    "SigmoidEncouraging",
    "SigmoidFocal",
    "SigmoidLoss",
    "SignedJaccardMetric",
    "Sinkhorn",
    "SinkhornDivergence",
    "Siou",
    "SizeRange",
    "SkeletonRecall",
    "Smape",
    "SmoothAp",
    "SmoothL1",
    "SmoothLn",
    "SnrContrastive",
    "SobelDifference",
    "Sparsemax",
    "SpectralConvergence",
    "Sphereface",
    "SphericalSoftmax",
    "SquaredHinge",
    "Squentropy",
    "Ssim",
    "StableFocalL1",
    "StudentTNll",
    "SupervisedContrastive",
    "SymmetricCrossEntropy",
    "Tangent",
    "TaylorCrossEntropy",
    "TaylorSoftmax",
    "ThresholdConsistentMargin",
    "TopoLoss",
    "TotalVariation",
    "Triplet",
    "TukeyBiweight",
    "TupletMargin",
    "Tversky",
    "TverskySemimetric",
    "Tweedie",
    "Uniformity",
    "VarianceBetaNll",
    "Varifocal",
    "Vicreg",
    "VolumePreserving",
    "Wasserstein1d",
    "Welsch",
    "WestonWatkins",
    "ZNormalized",
    "ZRegularization",
    "acr",
    "adaptive_threshold_focal",
    "adversarial_comp_sum",
    "aldr_kl",
    "alignment",
    "amplitude_mse",
    "angular",
    "approx_ndcg",
    "arcface",
    "asymmetric",
    "asymmetric_focal",
    "asymmetric_focal_tversky",
    "asymmetric_single_label",
    "aucm",
    "balanced_l1",
    "balanced_mse",
    "barlow_twins",
    "bending_energy",
    "betti_matching",
    "bi_tempered",
    "binary_cross_entropy",
    "boundary",
    "bounded_iou",
    "brier",
    "bures_wasserstein",
    "bures_wasserstein_factor",
    "cauchy",
    "centroid_triplet",
    "ciou",
    "circle",
    "class_ratio",
    "cldice",
    "clipped_cross_entropy",
    "comp_sum",
    "comp_sum_margin",
    "concordance",
    "contrastive",
    "cosface",
    "cosine_distance",
    "cosine_embedding",
    "cox",
    "crammer_singer",
    "cross_entropy",
    "crps_ensemble",
    "crps_gaussian",
    "ctc",
    "dice",
    "dice_semimetric",
    "diou",
    "displacement_smoothness",
    "distillation",
    "dual_focal",
    "edge_aware_smoothness",
    "eiou",
    "encouraging",
    "energy_distance",
    "energy_score",
    "ensloss",
    "expectile",
    "exponential",
    "extended_iou",
    "fast_ap",
    "focal",
    "focal_frequency",
    "focal_star",
    "focal_tversky",
    "frequency_l1",
    "gamma_nll",
    "gaussian_nll",
    "geman_mcclure",
    "general_robust",
    "generalized_cross_entropy",
    "generalized_dice",
    "generalized_kl_divergence",
    "generalized_lifted_structure",
    "generalized_wasserstein_dice",
    "giou",
    "gradient_difference",
    "gwd",
    "halted_focal",
    "harmonic",
    "hausdorff_dt",
    "hausdorff_er",
    "heatmap_divergence",
    "hinge",
    "hinge_embedding",
    "histogram",
    "huber",
    "icnn",
    "info_nce",
    "instance",
    "intra_pair_variance",
    "iou",
    "jaccard",
    "jaccard_metric",
    "jensen_shannon",
    "jsd_cross_entropy",
    "kfiou",
    "kl_divergence",
    "laplace_nll",
    "laplacian_difference",
    "ldam",
    "ldr_kl",
    "lifted_structure",
    "list_mle",
    "list_net",
    "local_ncc",
    "log_cosh",
    "log_cosh_dice",
    "log_iou",
    "logit_adjusted",
    "lovasz",
    "lovasz_hinge",
    "lp",
    "macro_auc_pairwise",
    "macro_auc_reweighted",
    "macro_auc_univariate",
    "mae",
    "mape",
    "margin_pairs",
    "mcc",
    "mip",
    "mixture_nll",
    "modified_huber",
    "ms_ssim",
    "mse",
    "msle",
    "multi_margin",
    "multi_similarity",
    "multilabel_dice",
    "multilabel_margin",
    "mutual_information",
    "n_pair",
    "nacl",
    "nca",
    "ncc",
    "negative_binomial_nll",
    "nll",
    "normalized_cross_entropy",
    "normalized_focal",
    "normalized_generalized_cross_entropy",
    "normalized_softmax",
    "nrmse",
    "nt_xent",
    "nwd",
    "oko",
    "pairwise_hinge",
    "pairwise_logistic",
    "partial_auc",
    "partial_auc_kl",
    "pearson",
    "pnp",
    "poisson_nll",
    "poly_cross_entropy",
    "poly_focal",
    "poly_sigmoid_focal",
    "probiou",
    "proxy_anchor",
    "pseudo_huber",
    "psnr",
    "quad_giou",
    "quad_iou",
    "quality_focal",
    "quantile",
    "quantiles",
    "rae",
    "ramp",
    "ranked_list",
    "ranking_softmax",
    "region_wise",
    "rescaled_square",
    "rmse",
    "rmsle",
    "rotated_giou",
    "rotated_gwd",
    "rotated_iou",
    "rotated_kld",
    "rrmse",
    "rse",
    "savage",
    "self_labelled",
    "siglip",
    "sigmoid_encouraging",
    "sigmoid_focal",
    "sigmoid_loss",
    "signed_jaccard_metric",
    "sinkhorn",
    "sinkhorn_divergence",
    "siou",
    "size_range",
    "skeleton_recall",
    "smape",
    "smooth_ap",
    "smooth_l1",
    "smooth_ln",
    "snr_contrastive",
    "sobel_difference",
    "sparsemax",
    "spectral_convergence",
    "sphereface",
    "spherical_softmax",
    "squared_hinge",
    "squentropy",
    "ssim",
    "stable_focal_l1",
    "student_t_nll",
    "supervised_contrastive",
    "symmetric_cross_entropy",
    "tangent",
    "taylor_cross_entropy",
    "taylor_softmax",
    "threshold_consistent_margin",
    "topo_loss",
    "total_variation",
    "triplet",
    "tukey_biweight",
    "tuplet_margin",
    "tversky",
    "tversky_semimetric",
    "tweedie",
    "uniformity",
    "variance_beta_nll",
    "varifocal",
    "vicreg",
    "volume_preserving",
    "wasserstein_1d",
    "welsch",
    "weston_watkins",
    "z_normalized",
    "z_regularization",
]


@overload
def cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Softmax cross-entropy: the negative log-probability of the label.

    ℓ(z, y) = −ln p_y,  p = softmax(z / temperature)

    With smoothing ε the label y becomes t = (1 − ε)·onehot(y) + ε/c, and ℓ = −Σ_k t_k ln p_k.
    Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1.
    In nats, ≥ 0. Class weights multiply the terms of the sum over k, as in PyTorch.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    label_smoothing : a number in [0, 1]
        Mass ε that the label gives up to a uniform distribution over the classes.
    temperature : a number > 0
        The logits are divided by it.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ce`, `softmax_cross_entropy`.
    With its defaults: convex, lipschitz, proper, calibrated, shift_invariant, soft_labels, exact_hessian.
    """
    return _evaluate(
        _objective("cross_entropy", label_smoothing=label_smoothing, temperature=temperature),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class CrossEntropy(Loss):
    """Softmax cross-entropy: the negative log-probability of the label.

    :func:`cross_entropy` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, label_smoothing: float = 0.0, temperature: float = 1.0) -> None:
        super().__init__(_objective("cross_entropy", label_smoothing=label_smoothing, temperature=temperature))


@overload
def nll(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def nll(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Negative log-likelihood of log-probabilities that the model gives itself.

    ℓ(z, y) = −z_y,  z = ln p

    For models that end in a log-softmax or a mixture of softmaxes; after logits use `cross_entropy`, which
    normalises and keeps confident rows accurate. Nothing here checks that e^z sums to 1: without that
    the loss has no lower bound. Shapes: log-probabilities `[n, c, …]`; labels `[n, …]` in `0..c`, or soft
    labels `[n, c, …]` that sum to 1 (then −Σ_k t_k z_k). In nats.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `nll_loss`, `negative_log_likelihood`.
    With its defaults: convex, lipschitz, soft_labels.
    """
    return _evaluate(
        _objective("nll"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Nll(Loss):
    """Negative log-likelihood of log-probabilities that the model gives itself.

    :func:`nll` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("nll"))


@overload
def brier(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def brier(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def brier(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Brier score as a loss: squared error of the probabilities.

    ℓ(z, t) = Σ_k (p_k − t_k)²,  p = softmax(z)

    Strictly proper, and bounded where cross-entropy is not: rows of wrong labels stop pulling. Shapes:
    logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels t `[n, c, …]` that sum to 1. In 0..2;
    class weights weight rows. Source: Brier 1950.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `brier_score`.
    With its defaults: lipschitz, bounded, proper, shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("brier"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Brier(Loss):
    """Brier score as a loss: squared error of the probabilities.

    :func:`brier` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("brier"))


@overload
def jensen_shannon(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def jensen_shannon(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def jensen_shannon(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Jensen–Shannon divergence of target and probabilities: symmetric, bounded, robust to wrong labels.

    ℓ(z, t) = ½ KL(t ‖ m) + ½ KL(p ‖ m),  m = ½ (t + p),  p = softmax(z)

    Between cross-entropy and absolute error in its resistance. Shapes: logits `[n, c, …]`; labels
    `[n, …]` in `0..c`, or soft labels t `[n, c, …]` that sum to 1. In 0..ln 2; class weights weight rows.
    Source: Lin 1991; as a loss Englesson and Azizpour 2021.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `jsd`, `jensen_shannon_divergence`.
    With its defaults: bounded, shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("jensen_shannon"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class JensenShannon(Loss):
    """Jensen–Shannon divergence of target and probabilities: symmetric, bounded, robust to wrong labels.

    :func:`jensen_shannon` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("jensen_shannon"))


@overload
def jsd_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 12.0,
    label_smoothing: float = 0.1,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def jsd_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 12.0,
    label_smoothing: float = 0.1,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def jsd_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 12.0,
    label_smoothing: float = 0.1,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Cross-entropy of the clean view of an example and the divergence of its augmented views (AugMix).

    ℓ = −Σ_k t_k ln p⁽⁰⁾_k + α · (1/m) Σ_i KL(p⁽ⁱ⁾ ‖ p̄),  p̄ = (1/m) Σ_i p⁽ⁱ⁾,  p⁽ⁱ⁾ = softmax(z⁽ⁱ⁾)

    A set has the m views of one example, the clean one first; the second part is their Jensen–Shannon
    divergence, at most α ln m. The label is that of the first member that counts. Others list all clean views
    before all augmented ones (timm's splits) and raise p̄ to at least 1e-7. Shapes: logits `[sets, members, c]`,
    labels `[sets, members]` in `0..c`; weights of sets, a mask of sets or members; one set is one item. In nats,
    ≥ 0. Source: Hendrycks et al. 2020.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : a number ≥ 0
        Weight α of the divergence.
    label_smoothing : a number in [0, 1]
        Mass that the label gives up to all classes alike.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `jsd_loss`, `augmix`.
    With its defaults: shift_invariant.
    """
    return _evaluate(
        _objective("jsd_cross_entropy", alpha=alpha, label_smoothing=label_smoothing),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class JsdCrossEntropy(Loss):
    """Cross-entropy of the clean view of an example and the divergence of its augmented views (AugMix).

    :func:`jsd_cross_entropy` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, alpha: float = 12.0, label_smoothing: float = 0.1) -> None:
        super().__init__(_objective("jsd_cross_entropy", alpha=alpha, label_smoothing=label_smoothing))


@overload
def distillation(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 2.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def distillation(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 2.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def distillation(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 2.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Distillation: divergence of the student's tempered probabilities from the teacher's.

    ℓ(z, t) = T² Σ_k t_k (ln t_k − ln p_k),  p = softmax(z/T)

    The Kullback–Leibler divergence; t are the teacher's probabilities at the same temperature,
    softmax(teacher/T); T² keeps the size of the gradient. With T = 1 it is cross-entropy less the target's
    entropy. Shapes: logits `[n, c, …]`; soft labels t `[n, c, …]` that sum to 1, or labels `[n, …]` in
    `0..c`; class weights weight rows. In nats, ≥ 0. Source: Hinton, Vinyals and Dean 2015.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    temperature : a number > 0
        Temperature T of both.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `knowledge_distillation`, `distillation_kl`.
    With its defaults: convex, lipschitz, shift_invariant, soft_labels, exact_hessian.
    """
    return _evaluate(
        _objective("distillation", temperature=temperature),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Distillation(Loss):
    """Distillation: divergence of the student's tempered probabilities from the teacher's.

    :func:`distillation` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, temperature: float = 2.0) -> None:
        super().__init__(_objective("distillation", temperature=temperature))


@overload
def focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 2.0,
    alpha: Numbers | None = None,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 2.0,
    alpha: Numbers | None = None,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 2.0,
    alpha: Numbers | None = None,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Focal loss: cross-entropy that fades for well-classified rows.

    ℓ(z, y) = −α_y (1 − p_y)^γ ln p_y,  p = softmax(z)

    Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1.
    In nats, ≥ 0. γ = 0 without α is cross-entropy. α never enters the divisor of a mean. Libraries
    differ on a single α: here it is the factor of every class (as in Keras); for the α and 1 − α of
    two classes give both, `alpha=[0.75, 0.25]`. For independent labels use `sigmoid_focal`.
    Source: Lin et al. 2017 (paper 024).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    gamma : a number ≥ 0
        Focusing exponent γ.
    alpha : none, a number or a list of numbers, each ≥ 0
        Factor α of the loss: one for all classes or one for each.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `softmax_focal`, `focal_loss`.
    With its defaults: shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("focal", gamma=gamma, alpha=alpha),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Focal(Loss):
    """Focal loss: cross-entropy that fades for well-classified rows.

    :func:`focal` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, gamma: float = 2.0, alpha: Numbers | None = None) -> None:
        super().__init__(_objective("focal", gamma=gamma, alpha=alpha))


@overload
def dual_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 5.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def dual_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 5.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def dual_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 5.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Dual focal loss: focal by the gap between the label and the runner-up below it, for calibration.

    ℓ(z, y) = −(1 − p_y + p_j)^γ ln p_y,  p_j = max{p_k : z_k < z_y} (0 if there is none), p = softmax(z)

    Between focal (same γ) and cross-entropy, which is γ = 0. The runner-up is the best class *below* the
    label, not the best other class: it jumps, and the loss with it, where two classes change places with
    the label. Among equal runner-ups the first gets the gradient. Shapes: logits `[n, c, …]`; labels
    `[n, …]` in `0..c` (soft labels have no meaning here). In nats, ≥ 0. Source: Tao et al. 2023
    (paper 183).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    gamma : a number ≥ 0
        Focusing exponent γ.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `dual_focal_loss`.
    With its defaults: shift_invariant.
    """
    return _evaluate(
        _objective("dual_focal", gamma=gamma),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class DualFocal(Loss):
    """Dual focal loss: focal by the gap between the label and the runner-up below it, for calibration.

    :func:`dual_focal` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, gamma: float = 5.0) -> None:
        super().__init__(_objective("dual_focal", gamma=gamma))


@overload
def poly_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: Numbers = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def poly_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: Numbers = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def poly_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: Numbers = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Poly cross-entropy: a few more numbers for how hard confident rows keep pulling.

    ℓ(z, y) = −ln p_y + Σ_j ε_j (1 − p_y)^j,  p = softmax(z)

    One ε is Poly-1, whose gradient is 1 + ε·p_y times that of cross-entropy; a list gives the powers
    from the first on (Poly-N). ε = 0 is cross-entropy; ε_j ≥ −1/j keeps every power's coefficient
    from being negative. Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels
    `[n, c, …]` that sum to 1. In nats. Source: Leng et al. 2022 (paper 005).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    epsilon : a number or a list of numbers, each ≥ -1
        Coefficient ε of 1 − p_y, or of its powers; below −1 the loss would reward wrong rows.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `poly1`, `poly_loss_cross_entropy`.
    With its defaults: lipschitz, shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("poly_cross_entropy", epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class PolyCrossEntropy(Loss):
    """Poly cross-entropy: a few more numbers for how hard confident rows keep pulling.

    :func:`poly_cross_entropy` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, epsilon: Numbers = 1.0) -> None:
        super().__init__(_objective("poly_cross_entropy", epsilon=epsilon))


@overload
def poly_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 2.0,
    epsilon: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def poly_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 2.0,
    epsilon: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def poly_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 2.0,
    epsilon: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Poly-1 focal loss: the focal loss with its leading coefficient moved.

    ℓ(z, y) = −(1 − p_y)^γ ln p_y + ε (1 − p_y)^(γ+1),  p = softmax(z)

    γ = 0 is Poly-1 cross-entropy, ε = 0 the focal loss. Shapes: logits `[n, c, …]`; labels `[n, …]` in
    `0..c`, or soft labels `[n, c, …]` that sum to 1. In nats, ≥ 0. For independent labels use
    `poly_sigmoid_focal`. Source: Leng et al. 2022 (paper 005).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    gamma : a number ≥ 0
        Focusing exponent γ.
    epsilon : a number ≥ -1
        Coefficient ε of the first power beyond the focusing; below −1 wrong rows would be rewarded.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `poly1_focal`, `poly1_focal_loss`.
    With its defaults: shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("poly_focal", gamma=gamma, epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class PolyFocal(Loss):
    """Poly-1 focal loss: the focal loss with its leading coefficient moved.

    :func:`poly_focal` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, gamma: float = 2.0, epsilon: float = 1.0) -> None:
        super().__init__(_objective("poly_focal", gamma=gamma, epsilon=epsilon))


@overload
def taylor_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    order: int = 2,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def taylor_cross_entropy(
    prediction: ArrayLike, target: ArrayLike, *, order: int = 2, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def taylor_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    order: int = 2,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Taylor cross-entropy: the first terms of cross-entropy's power series, robust to wrong labels.

    ℓ(z, y) = Σ_{j=1..order} (1 − p_y)^j / j,  p = softmax(z)

    order = 1 is the absolute error 1 − p_y, order → ∞ cross-entropy: between them hopeless rows pull a
    little. Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum
    to 1. From 0 to 1 + ½ + … + 1/order. Source: Feng et al. 2020; the series is that of PolyLoss,
    Leng et al. 2022 (paper 005), with its later terms dropped.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    order : a whole number in [1, 1000]
        Number of terms.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    With its defaults: lipschitz, bounded, shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("taylor_cross_entropy", order=order),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class TaylorCrossEntropy(Loss):
    """Taylor cross-entropy: the first terms of cross-entropy's power series, robust to wrong labels.

    :func:`taylor_cross_entropy` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, order: int = 2) -> None:
        super().__init__(_objective("taylor_cross_entropy", order=order))


@overload
def asymmetric_single_label(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma_neg: float = 4.0,
    gamma_pos: float = 0.0,
    label_smoothing: float = 0.1,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def asymmetric_single_label(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma_neg: float = 4.0,
    gamma_pos: float = 0.0,
    label_smoothing: float = 0.1,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def asymmetric_single_label(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma_neg: float = 4.0,
    gamma_pos: float = 0.0,
    label_smoothing: float = 0.1,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Asymmetric loss over classes: label and other classes focused apart, with smoothed labels.

    ℓ(z, t) = −Σ_k s_k w_k ln p_k,  s = (1 − ε) t + ε/c,  w_k = t_k (1 − p_k)^γ₊ + (1 − t_k) p_k^γ₋,
    p = softmax(z)

    For a hard label the others, which have a loss only through the smoothing ε, count the more the more
    probable they are. γ₊ = ε = 0 is cross-entropy. Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`,
    or soft labels t `[n, c, …]` that sum to 1 (an extension). In nats, ≥ 0; class weights weight rows.
    Source: Ridnik et al. 2021 (paper 041), in the single-label form of its code.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    gamma_neg : a number ≥ 0
        Focusing exponent γ₋ of the other classes.
    gamma_pos : a number ≥ 0
        Focusing exponent γ₊ of the label.
    label_smoothing : a number in [0, 1]
        Mass ε that the label gives up to a uniform distribution over the classes.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    With its defaults: shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective(
            "asymmetric_single_label", gamma_neg=gamma_neg, gamma_pos=gamma_pos, label_smoothing=label_smoothing
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class AsymmetricSingleLabel(Loss):
    """Asymmetric loss over classes: label and other classes focused apart, with smoothed labels.

    :func:`asymmetric_single_label` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, gamma_neg: float = 4.0, gamma_pos: float = 0.0, label_smoothing: float = 0.1) -> None:
        super().__init__(_objective(
            "asymmetric_single_label", gamma_neg=gamma_neg, gamma_pos=gamma_pos, label_smoothing=label_smoothing
        ))


@overload
def encouraging(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    log_end: float = 0.75,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def encouraging(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    log_end: float = 0.75,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def encouraging(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    log_end: float = 0.75,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Encouraging loss: cross-entropy with a bonus that keeps well-classified rows pulling.

    ℓ(z, y) = −ln p_y + B(p_y),  B(p) = ln(1 − p) up to p = log_end, beyond it the tangent there,
    p = softmax(z)

    Up to log_end the slope by z_y is exactly −1, however sure the row is; cross-entropy's is −(1 − p_y).
    log_end = 0 is −ln p_y − p_y; log_end = 1 is −ln p_y + ln max(1 − p_y, 1e-5). The bonus is negative, so
    that the loss is too for sure rows: its infimum is ln(1 − log_end) − 1 (at 1: ln 1e-5). Shapes:
    logits `[n, c, …]` with c ≥ 2; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1.
    In nats. Source: Zhao et al. 2022 (paper 044).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    log_end : a number in [0, 1]
        Probability LE at which the logarithmic bonus ends.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `encouraging_loss`.
    With its defaults: lipschitz, shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("encouraging", log_end=log_end),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Encouraging(Loss):
    """Encouraging loss: cross-entropy with a bonus that keeps well-classified rows pulling.

    :func:`encouraging` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, log_end: float = 0.75) -> None:
        super().__init__(_objective("encouraging", log_end=log_end))


@overload
def squentropy(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def squentropy(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def squentropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Squentropy: cross-entropy plus the mean square of the wrong logits.

    ℓ(z, y) = −ln p_y + 1/(c − 1) · Σ_{j≠y} z_j²,  p = softmax(z)

    Shapes: logits `[n, c, …]` with c ≥ 2; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that
    sum to 1 (an extension: Σ_k t_k ℓ(z, k)). In nats plus squared logits, ≥ 0. Not invariant to a
    shift of the logits. Calibration improves where cross-entropy is overconfident; on nearly separable
    data the squares make the model underconfident. Source: Hui et al. 2023 (paper 003).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    With its defaults: convex, soft_labels, exact_hessian.
    """
    return _evaluate(
        _objective("squentropy"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Squentropy(Loss):
    """Squentropy: cross-entropy plus the mean square of the wrong logits.

    :func:`squentropy` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("squentropy"))


@overload
def rescaled_square(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    label_weight: float = 1.0,
    label_target: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def rescaled_square(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    label_weight: float = 1.0,
    label_target: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def rescaled_square(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    label_weight: float = 1.0,
    label_target: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Rescaled square loss: regression of the outputs on a scaled one-hot target.

    ℓ(z, y) = 1/c · ( label_weight·(z_y − label_target)² + Σ_{j≠y} z_j² )

    Both parameters at 1 are the mean squared error on the one-hot label; for many classes the label is
    lost among the zeros without a weight and a target above 1 (15 and 30 on ImageNet). The outputs are no
    logits: their softmax means nothing. On cosines, as the head `cosine` of a linear layer gives them, and with
    both at 1 it is P2SGrad (Zhang et al. 2019). Shapes: outputs `[n, c, …]`; labels `[n, …]` in `0..c`, or soft
    labels `[n, c, …]` that sum to 1 (then Σ_k t_k ℓ(z, k)). ≥ 0. Source: Hui and Belkin 2021, the baseline of
    paper 003.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    label_weight : a number ≥ 0
        Factor k of the label's own square.
    label_target : a number in [0, 1000000]
        Output M that the label should have.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `rescaled_square_loss`, `p2s_grad`.
    With its defaults: convex, soft_labels, exact_hessian.
    """
    return _evaluate(
        _objective("rescaled_square", label_weight=label_weight, label_target=label_target),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class RescaledSquare(Loss):
    """Rescaled square loss: regression of the outputs on a scaled one-hot target.

    :func:`rescaled_square` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, label_weight: float = 1.0, label_target: float = 1.0) -> None:
        super().__init__(_objective("rescaled_square", label_weight=label_weight, label_target=label_target))


@overload
def generalized_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    q: float = 0.7,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def generalized_cross_entropy(
    prediction: ArrayLike, target: ArrayLike, *, q: float = 0.7, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def generalized_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    q: float = 0.7,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Generalized cross-entropy: between cross-entropy and absolute error, robust to wrong labels.

    ℓ(z, y) = (1 − p_y^q) / q,  p = softmax(z)

    Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1.
    In 0..1/q. q → 0 is cross-entropy, q = 1 is 1 − p_y. Source: Zhang and Sabuncu 2018.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    q : a number in (0, 1]
        Robustness q: the larger, the less a hopeless row pulls.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `gce`.
    With its defaults: lipschitz, bounded, calibrated, shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("generalized_cross_entropy", q=q),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class GeneralizedCrossEntropy(Loss):
    """Generalized cross-entropy: between cross-entropy and absolute error, robust to wrong labels.

    :func:`generalized_cross_entropy` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, q: float = 0.7) -> None:
        super().__init__(_objective("generalized_cross_entropy", q=q))


@overload
def symmetric_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    log_zero: float = -4.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def symmetric_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    log_zero: float = -4.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def symmetric_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    log_zero: float = -4.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Symmetric cross-entropy: cross-entropy plus its reverse, robust to wrong labels.

    ℓ(z, y) = −α ln p_y − β·A·(1 − p_y),  p = softmax(z),  A = log_zero

    The reverse term is −Σ_k p_k ln t_k of the one-hot label t with ln 0 replaced by A < 0. Shapes:
    logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1 (then
    Σ_k t_k ℓ(z, k)). In nats, ≥ 0. Source: Wang et al. 2019.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : a number ≥ 0
        Factor α of cross-entropy.
    beta : a number ≥ 0
        Factor β of reverse cross-entropy.
    log_zero : a number ≤ 0
        What stands for the logarithm of 0.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `sce`.
    With its defaults: lipschitz, shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("symmetric_cross_entropy", alpha=alpha, beta=beta, log_zero=log_zero),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SymmetricCrossEntropy(Loss):
    """Symmetric cross-entropy: cross-entropy plus its reverse, robust to wrong labels.

    :func:`symmetric_cross_entropy` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, alpha: float = 1.0, beta: float = 1.0, log_zero: float = -4.0) -> None:
        super().__init__(_objective("symmetric_cross_entropy", alpha=alpha, beta=beta, log_zero=log_zero))


@overload
def comp_sum(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 1.0,
    temperature: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def comp_sum(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 1.0,
    temperature: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def comp_sum(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 1.0,
    temperature: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Comp-sum loss: one number τ from the sum of exponentials over cross-entropy to absolute error.

    ℓ(z, y) = (p_y^(τ−1) − 1) / (1 − τ),  at τ = 1 its limit −ln p_y,  p = softmax(z / temperature)

    In the margins it is ((1 + u)^(1−τ) − 1)/(1 − τ) with u = Σ_{j≠y} e^(z_j − z_y): τ = 0 is u itself,
    τ = 1 cross-entropy, 1 < τ < 2 generalized cross-entropy with q = τ − 1, τ = 2 the absolute error
    1 − p_y. Its gradient is p_y^(τ−1) times that of cross-entropy: below 1 hopeless rows pull harder,
    above 1 less, which resists wrong labels. Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or
    soft labels `[n, c, …]` that sum to 1. ≥ 0. For τ < 1 it grows like the exponential of a margin:
    where (τ − 1) ln p_y exceeds 40 it continues along its tangent, so that it stays finite.
    Source: Mao, Mohri and Zhong 2023 (paper 001).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    tau : a number ≥ 0
        Exponent τ; useful in 0..2.
    temperature : a number > 0
        The logits are divided by it: the scale ρ of the margins.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `comp_sum_loss`.
    With its defaults: convex, lipschitz, proper, calibrated, shift_invariant, soft_labels, exact_hessian.
    """
    return _evaluate(
        _objective("comp_sum", tau=tau, temperature=temperature),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class CompSum(Loss):
    """Comp-sum loss: one number τ from the sum of exponentials over cross-entropy to absolute error.

    :func:`comp_sum` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, tau: float = 1.0, temperature: float = 1.0) -> None:
        super().__init__(_objective("comp_sum", tau=tau, temperature=temperature))


@overload
def comp_sum_margin(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 1.0,
    rho: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def comp_sum_margin(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 1.0,
    rho: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def comp_sum_margin(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 1.0,
    rho: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Comp-sum loss of ρ-margins: how many classes come within ρ of the label, through the family of comp-sum.

    ℓ(z, y) = Φ_τ( Σ_{k≠y} min(1, max(0, 1 − (z_y − z_k)/ρ)) ),  Φ_τ(u) = ((1 + u)^(1−τ) − 1)/(1 − τ),
    at τ = 1 ln(1 + u)

    Evaluated on attacked inputs it is what adversarial comp-sum losses bound from above: for each row at most
    `adversarial_comp_sum` with nu ≥ √(c − 1)/ρ. Flat for hopeless rows, so that it judges better than it trains.
    Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c` (soft labels have no meaning here). In 0..Φ_τ(c − 1).
    Source: Mao, Mohri and Zhong 2023 (paper 001).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    tau : a number ≥ 0
        Exponent τ; useful in 0..2.
    rho : a number > 0
        Margin ρ from which on a class costs nothing.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `adversarial_comp_sum_margin`.
    With its defaults: shift_invariant.
    """
    return _evaluate(
        _objective("comp_sum_margin", tau=tau, rho=rho),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class CompSumMargin(Loss):
    """Comp-sum loss of ρ-margins: how many classes come within ρ of the label, through the family of comp-sum.

    :func:`comp_sum_margin` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, tau: float = 1.0, rho: float = 1.0) -> None:
        super().__init__(_objective("comp_sum_margin", tau=tau, rho=rho))


@overload
def adversarial_comp_sum(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 1.0,
    rho: float = 1.0,
    nu: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def adversarial_comp_sum(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 1.0,
    rho: float = 1.0,
    nu: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def adversarial_comp_sum(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 1.0,
    rho: float = 1.0,
    nu: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Smooth adversarial comp-sum loss: a comp-sum loss of the clean input and how far an attack moves the margins.

    ℓ = Φ_τ( Σ_{k≠y} e^(−D_k/ρ) ) + ν · max_i ‖D⁽ⁱ⁾ − D‖,  D_k = z_y − z_k over the classes k ≠ y

    The first member of a set holds the logits of the clean input, the others those of attacked ones (of which the one
    that moves the margins most counts); both are trained. [`attack`](crate::attack) finds them: with its inputs moved
    along the gradient by the attacked member, it climbs ‖D′ − D‖. A set of one is `comp_sum`. The label is that of the
    first member that counts. Theory asks for ν ≥ √(c − 1)/ρ; in practice ν is tuned. 1e-12 is added to the squares. For
    τ < 1 hopeless rows continue along a tangent as in `comp_sum`. Shapes: logits `[sets, members, c]`, labels `[sets,
    members]` in `0..c`; weights of sets; one set is one item. ≥ 0. Source: Mao, Mohri and Zhong 2023 (paper 001).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    tau : a number ≥ 0
        Exponent τ; useful in 0..2.
    rho : a number > 0
        Scale ρ of the margins.
    nu : a number ≥ 0
        Weight ν of the moved margins.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `smooth_adversarial_comp_sum`, `smooth_adversarial_comp_sum_loss`, `adv_comp_sum`.
    With its defaults: shift_invariant.
    """
    return _evaluate(
        _objective("adversarial_comp_sum", tau=tau, rho=rho, nu=nu),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class AdversarialCompSum(Loss):
    """Smooth adversarial comp-sum loss: a comp-sum loss of the clean input and how far an attack moves the margins.

    :func:`adversarial_comp_sum` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, tau: float = 1.0, rho: float = 1.0, nu: float = 1.0) -> None:
        super().__init__(_objective("adversarial_comp_sum", tau=tau, rho=rho, nu=nu))


@overload
def bi_tempered(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    t1: float = 0.8,
    t2: float = 1.2,
    label_smoothing: float = 0.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def bi_tempered(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    t1: float = 0.8,
    t2: float = 1.2,
    label_smoothing: float = 0.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def bi_tempered(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    t1: float = 0.8,
    t2: float = 1.2,
    label_smoothing: float = 0.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Bi-tempered logistic loss: a bounded loss of probabilities with heavy tails, both by one number each.

    ℓ(z, t) = Σ_k [ t_k (ln_t₁ t_k − ln_t₁ p_k) − (t_k^(2−t₁) − p_k^(2−t₁)) / (2 − t₁) ],
    p_k = exp_t₂(z_k − λ) with Σ p = 1,  ln_t x = (x^(1−t) − 1)/(1 − t),  exp_t its inverse (0 where it has none)

    t₁ < 1 bounds what a far wrong label costs, t₂ > 1 lets probabilities fall slowly near the border, so that
    rows just beyond it may be wrong; t₁ = t₂ = 1 is cross-entropy. With t₂ < 1 classes far below have the
    probability 0, for which e^−85 stands, and a label among them has no slope of its own. Shapes: logits
    `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1; class weights weight rows. In
    0..1/(1 − t₁). λ is found by Newton's method. Source: Amid et al. 2019.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    t1 : a number in [0, 1]
        Temperature t₁ of the logarithm.
    t2 : a number ≥ 0
        Temperature t₂ of the probabilities.
    label_smoothing : a number in [0, 1]
        Mass that a label gives up to all classes alike.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `bi_tempered_logistic`, `bitempered`.
    With its defaults: bounded, shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("bi_tempered", t1=t1, t2=t2, label_smoothing=label_smoothing),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class BiTempered(Loss):
    """Bi-tempered logistic loss: a bounded loss of probabilities with heavy tails, both by one number each.

    :func:`bi_tempered` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, t1: float = 0.8, t2: float = 1.2, label_smoothing: float = 0.0) -> None:
        super().__init__(_objective("bi_tempered", t1=t1, t2=t2, label_smoothing=label_smoothing))


@overload
def normalized_cross_entropy(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def normalized_cross_entropy(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def normalized_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Normalised cross-entropy (NCE): cross-entropy over its sum for all labels, robust to wrong labels.

    ℓ(z, y) = ln p_y / Σ_k ln p_k,  p = softmax(z)

    The losses of all labels of a row add up to 1, which makes it tolerant of symmetric label noise. Alone
    it underfits; with a loss that also pushes the others down it does not: `normalized_cross_entropy +
    symmetric_cross_entropy(alpha=0)` is NCE + RCE. Shapes: logits `[n, c, …]` with c ≥ 2; labels
    `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1 (then Σ_k t_k ℓ(z, k)). In 0..1. Source:
    Ma et al. 2020 (paper 022).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `nce`, `normalized_cross_entropy_loss`.
    With its defaults: bounded, shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("normalized_cross_entropy"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class NormalizedCrossEntropy(Loss):
    """Normalised cross-entropy (NCE): cross-entropy over its sum for all labels, robust to wrong labels.

    :func:`normalized_cross_entropy` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("normalized_cross_entropy"))


@overload
def normalized_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 0.5,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def normalized_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 0.5,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def normalized_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 0.5,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Normalised focal loss (NFL): the focal loss over its sum for all labels, robust to wrong labels.

    ℓ(z, y) = (1 − p_y)^γ ln p_y / Σ_k (1 − p_k)^γ ln p_k,  p = softmax(z)

    γ = 0 is normalised cross-entropy: see there. Shapes: logits `[n, c, …]` with c ≥ 2; labels `[n, …]`
    in `0..c`, or soft labels `[n, c, …]` that sum to 1 (then Σ_k t_k ℓ(z, k)). In 0..1. Source: Ma et
    al. 2020 (paper 022).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    gamma : a number ≥ 0
        Focusing exponent γ.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `nfl`, `normalized_focal_loss`.
    With its defaults: bounded, shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("normalized_focal", gamma=gamma),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class NormalizedFocal(Loss):
    """Normalised focal loss (NFL): the focal loss over its sum for all labels, robust to wrong labels.

    :func:`normalized_focal` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, gamma: float = 0.5) -> None:
        super().__init__(_objective("normalized_focal", gamma=gamma))


@overload
def normalized_generalized_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    q: float = 0.7,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def normalized_generalized_cross_entropy(
    prediction: ArrayLike, target: ArrayLike, *, q: float = 0.7, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def normalized_generalized_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    q: float = 0.7,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Normalised generalized cross-entropy (NGCE): over its sum for all labels, robust to wrong labels.

    ℓ(z, y) = (1 − p_y^q) / (c − Σ_k p_k^q),  p = softmax(z)

    q = 1 is the normalised absolute error (1 − p_y)/(c − 1), also of reverse cross-entropy. Shapes:
    logits `[n, c, …]` with c ≥ 2; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1
    (then Σ_k t_k ℓ(z, k)). In 0..1. Source: Ma et al. 2020 (paper 022).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    q : a number in (0, 1]
        Exponent q of generalized cross-entropy.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ngce`, `normalized_gce_loss`.
    With its defaults: bounded, shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("normalized_generalized_cross_entropy", q=q),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class NormalizedGeneralizedCrossEntropy(Loss):
    """Normalised generalized cross-entropy (NGCE): over its sum for all labels, robust to wrong labels.

    :func:`normalized_generalized_cross_entropy` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, q: float = 0.7) -> None:
        super().__init__(_objective("normalized_generalized_cross_entropy", q=q))


@overload
def clipped_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def clipped_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def clipped_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Cross-entropy of clipped logits (LogitClip): bounded, so that no wrong label dominates.

    ℓ(z, y) = −ln p_y,  p = softmax(z·min(1, τ/‖z‖₂))

    Between ln(1 + (c − 1)e^(−τ√(c/(c−1)))) and ln(1 + (c − 1)e^(τ√2)): with many classes τ must be larger
    for the loss to become small. Not invariant to a shift of the logits. Beyond τ the slope along the row
    is 0. Trained with it, probabilities are far too unsure: rescale them afterwards. Shapes: logits
    `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In nats. Source: Wei
    et al. 2023 (paper 026); its code rescales to 1/τ instead of τ.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    tau : a number > 0
        Largest Euclidean norm τ of a row of logits.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `logit_clip`.
    With its defaults: lipschitz, soft_labels.
    """
    return _evaluate(
        _objective("clipped_cross_entropy", tau=tau),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class ClippedCrossEntropy(Loss):
    """Cross-entropy of clipped logits (LogitClip): bounded, so that no wrong label dominates.

    :func:`clipped_cross_entropy` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, tau: float = 1.0) -> None:
        super().__init__(_objective("clipped_cross_entropy", tau=tau))


@overload
def ldr_kl(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: float = 1.0,
    margin: float = 1.0,
    normalize_scores: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def ldr_kl(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: float = 1.0,
    margin: float = 1.0,
    normalize_scores: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def ldr_kl(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: float = 1.0,
    margin: float = 1.0,
    normalize_scores: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Label-distributionally robust loss (LDR-KL): the worst label weights near the uniform ones.

    ℓ(z, y) = max_p Σ_k p_k δ_k − λ·KL(p ‖ 1/c) = λ ln( (1/c) Σ_k e^(δ_k / λ) ),
    δ_k = z_k − z_y + margin·[k ≠ y]

    λ → 0 is the max-margin loss of Crammer and Singer, λ = 1 without a margin cross-entropy − ln c,
    λ → ∞ the mean of δ, which is symmetric and so robust to wrong labels. Shapes: logits `[n, c, …]`;
    labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In units of the logits; negative
    for sure rows (infimum −λ ln c). margin/λ may be up to 80 in single and 700 in double precision.
    Source: Zhu et al. 2023 (paper 018).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    lambda_ : a number > 0
        Weight λ of the divergence of the label weights from uniform ones.
    margin : a number ≥ 0
        By how much the label must lead the other classes.
    normalize_scores : true or false
        Are scores made positive and of mean 1 first (softplus over the row's mean)?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ldr`, `ldr_kl_loss`.
    With its defaults: convex, lipschitz, shift_invariant, soft_labels, exact_hessian.
    """
    return _evaluate(
        _objective("ldr_kl", **{"lambda": lambda_}, margin=margin, normalize_scores=normalize_scores),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class LdrKl(Loss):
    """Label-distributionally robust loss (LDR-KL): the worst label weights near the uniform ones.

    :func:`ldr_kl` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, lambda_: float = 1.0, margin: float = 1.0, normalize_scores: bool = False) -> None:
        super().__init__(_objective("ldr_kl", **{"lambda": lambda_}, margin=margin, normalize_scores=normalize_scores))


@overload
def aldr_kl(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda0: float = 1.0,
    alpha: float = 2.0,
    margin: float = 1.0,
    normalize_scores: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def aldr_kl(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda0: float = 1.0,
    alpha: float = 2.0,
    margin: float = 1.0,
    normalize_scores: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def aldr_kl(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda0: float = 1.0,
    alpha: float = 2.0,
    margin: float = 1.0,
    normalize_scores: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Adaptive label-distributionally robust loss (ALDR-KL): a temperature that each row chooses.

    ℓ(z, y) = λ ln( (1/c) Σ_k e^(δ_k / λ) ) − (α ln c / (2λ₀)) (λ − λ₀)²,
    δ_k = z_k − z_y + margin·[k ≠ y],  λ = λ₀ (1 − KL(softmax(z/λ₀) ‖ 1/c) / (α ln c))

    Unsure rows are treated almost symmetrically (λ near λ₀), which resists wrong labels, sure ones nearly
    as with a margin (λ down to λ₀(1 − 1/α)). λ is held fixed in the gradient: one step of the paper's
    alternation from λ₀, where its code keeps a λ for every training item. Shapes: logits `[n, c, …]` with
    c ≥ 2; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In units of the logits,
    negative for sure rows. Source: Zhu et al. 2023 (paper 018).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    lambda0 : a number > 0
        Highest temperature λ₀; matters much: tune it.
    alpha : a number > 1
        How far λ stays from 0: α > 1.
    margin : a number ≥ 0
        By how much the label must lead the other classes.
    normalize_scores : true or false
        Are scores made positive and of mean 1 first (softplus over the row's mean)? Then λ₀ = 10 suits.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `aldr`, `aldr_kl_loss`.
    With its defaults: lipschitz, shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("aldr_kl", lambda0=lambda0, alpha=alpha, margin=margin, normalize_scores=normalize_scores),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class AldrKl(Loss):
    """Adaptive label-distributionally robust loss (ALDR-KL): a temperature that each row chooses.

    :func:`aldr_kl` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self, *, lambda0: float = 1.0, alpha: float = 2.0, margin: float = 1.0, normalize_scores: bool = False
    ) -> None:
        super().__init__(_objective(
            "aldr_kl", lambda0=lambda0, alpha=alpha, margin=margin, normalize_scores=normalize_scores
        ))


@overload
def logit_adjusted(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    counts: Numbers | None = None,
    tau: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def logit_adjusted(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    counts: Numbers | None = None,
    tau: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def logit_adjusted(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    counts: Numbers | None = None,
    tau: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Logit-adjusted cross-entropy: cross-entropy of logits raised by the classes' priors (long tails).

    ℓ(z, y) = −ln p_y,  p = softmax(z + τ ln π),  π_k = counts_k / Σ counts

    τ = 1 is balanced softmax. The trained logits z alone then rank the classes as if they were equally
    common: do not adjust them again. Without counts, or with one number for all, it is cross-entropy.
    Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In
    nats, ≥ 0. Source: Menon et al. 2021 and Ren et al. 2020 (paper 117).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    counts : none, a number or a list of numbers, each > 0
        How many items each class has in the training data (any unit: shares do too).
    tau : a number
        Strength τ.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `balanced_softmax`, `logit_adjusted_cross_entropy`.
    With its defaults: convex, lipschitz, proper, shift_invariant, soft_labels, exact_hessian.
    """
    return _evaluate(
        _objective("logit_adjusted", counts=counts, tau=tau),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class LogitAdjusted(Loss):
    """Logit-adjusted cross-entropy: cross-entropy of logits raised by the classes' priors (long tails).

    :func:`logit_adjusted` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, counts: Numbers | None = None, tau: float = 1.0) -> None:
        super().__init__(_objective("logit_adjusted", counts=counts, tau=tau))


@overload
def ldam(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    counts: Numbers | None = None,
    max_margin: float = 0.5,
    scale: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def ldam(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    counts: Numbers | None = None,
    max_margin: float = 0.5,
    scale: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def ldam(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    counts: Numbers | None = None,
    max_margin: float = 0.5,
    scale: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Label-distribution-aware margin loss (LDAM): rarer classes must lead by more.

    ℓ(z, y) = −ln( e^(s(z_y − Δ_y)) / (e^(s(z_y − Δ_y)) + Σ_{j≠y} e^(s z_j)) ),
    Δ_k = max_margin · (min counts / counts_k)^¼

    Meant for outputs of bounded size, such as cosines. Without counts every class has the largest margin
    (an additive-margin softmax). Shapes: outputs `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels
    `[n, c, …]` that sum to 1. In nats, ≥ 0. scale·max_margin may be up to 80 in single and 700 in double
    precision. Source: Cao et al. 2019.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    counts : none, a number or a list of numbers, each > 0
        How many items each class has in the training data.
    max_margin : a number ≥ 0
        Margin of the rarest class.
    scale : a number > 0
        Factor s of the outputs; 30 is usual for cosines.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ldam_loss`.
    With its defaults: convex, lipschitz, shift_invariant, soft_labels, exact_hessian.
    """
    return _evaluate(
        _objective("ldam", counts=counts, max_margin=max_margin, scale=scale),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Ldam(Loss):
    """Label-distribution-aware margin loss (LDAM): rarer classes must lead by more.

    :func:`ldam` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, counts: Numbers | None = None, max_margin: float = 0.5, scale: float = 1.0) -> None:
        super().__init__(_objective("ldam", counts=counts, max_margin=max_margin, scale=scale))


@overload
def z_normalized(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    a: float = 1.0,
    b: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def z_normalized(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    a: float = 1.0,
    b: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def z_normalized(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    a: float = 1.0,
    b: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Z-loss: softplus of the label's standardised logit, blind to shift and scale of the row.

    ℓ(z, y) = ln(1 + e^(a (b − s_y))) / a,  s = (z − mean z) / deviation z

    The deviation is over c and held above 1e-6. s_y is at most √(c − 1): b must lie below that. Not a
    likelihood: fit a temperature afterwards for probabilities. (The penalty on logsumexp² that language
    models call z-loss is something else.) Shapes: logits `[n, c, …]` with c ≥ 3; labels `[n, …]` in
    `0..c`, or soft labels `[n, c, …]` that sum to 1. ≥ 0. Source: de Brébisson and Vincent 2016
    (paper 053).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    a : a number > 0
        Softness a: the larger, the closer to the hinge max(0, b − s_y).
    b : a number
        Standardised logit b that the label should reach.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `z_normalized_loss`.
    With its defaults: shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("z_normalized", a=a, b=b),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class ZNormalized(Loss):
    """Z-loss: softplus of the label's standardised logit, blind to shift and scale of the row.

    :func:`z_normalized` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, a: float = 1.0, b: float = 1.0) -> None:
        super().__init__(_objective("z_normalized", a=a, b=b))


@overload
def z_regularization(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def z_regularization(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def z_regularization(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Penalty on the normaliser of a softmax: its squared logarithm, the z-loss of language models.

    ℓ(z) = (ln Σ_j e^(z_j))²

    Added with a small factor, as in `cross_entropy + 0.0001*z_regularization`, it keeps logits from drifting
    together. The label decides only whether the row counts and with which class weight. (The Z-loss of
    standardised logits is `z_normalized`.) Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft
    labels `[n, c, …]` that sum to 1. In squared nats, ≥ 0. Source: Chowdhery et al. 2022 (PaLM).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `z_loss`, `lse_square`.
    With its defaults: soft_labels.
    """
    return _evaluate(
        _objective("z_regularization"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class ZRegularization(Loss):
    """Penalty on the normaliser of a softmax: its squared logarithm, the z-loss of language models.

    :func:`z_regularization` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("z_regularization"))


@overload
def taylor_softmax(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def taylor_softmax(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def taylor_softmax(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Cross-entropy of the Taylor softmax: parabolas in the place of exponentials.

    ℓ(z, y) = −ln p_y,  p_k = g(z_k) / Σ_j g(z_j),  g(z) = 1 + z + z²/2

    A spherical loss: it needs of a row only its sum, its sum of squares and the label's output. g is least
    (½) at −1 and grows on both sides. Shapes: outputs `[n, c, …]`; labels `[n, …]` in `0..c`, or soft
    labels `[n, c, …]` that sum to 1. In nats, ≥ 0. Source: de Brébisson and Vincent 2016 (paper 053).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `taylor_softmax_loss`.
    With its defaults: lipschitz, soft_labels.
    """
    return _evaluate(
        _objective("taylor_softmax"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class TaylorSoftmax(Loss):
    """Cross-entropy of the Taylor softmax: parabolas in the place of exponentials.

    :func:`taylor_softmax` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("taylor_softmax"))


@overload
def spherical_softmax(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def spherical_softmax(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: float = 0.1,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def spherical_softmax(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: float = 0.1,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Cross-entropy of the spherical softmax: squares in the place of exponentials.

    ℓ(z, y) = −ln p_y,  p_k = (z_k² + ε) / Σ_j (z_j² + ε)

    Even in every output. Shapes: outputs `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels
    `[n, c, …]` that sum to 1. In nats, ≥ 0. Source: de Brébisson and Vincent 2016 (paper 053).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    epsilon : a number > 0
        What is added to every square: without it an output of 0 would have an infinite loss.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `spherical_softmax_loss`.
    With its defaults: lipschitz, soft_labels.
    """
    return _evaluate(
        _objective("spherical_softmax", epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SphericalSoftmax(Loss):
    """Cross-entropy of the spherical softmax: squares in the place of exponentials.

    :func:`spherical_softmax` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, epsilon: float = 0.1) -> None:
        super().__init__(_objective("spherical_softmax", epsilon=epsilon))


@overload
def harmonic(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    exponent: float = 16.0,
    squared: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def harmonic(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    exponent: float = 16.0,
    squared: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def harmonic(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    exponent: float = 16.0,
    squared: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Harmonic loss of distances: cross-entropy with inverse powers in the place of exponentials.

    ℓ(d, y) = −ln p_y,  p_k = d_k^(−n) / Σ_j d_j^(−n)

    The predictions are the distances d_k = ‖w_k − x‖ of a feature from a vector for each class (or their squares, with
    `squared`), not logits: the smallest wins. Blind to their common scale; the optimum, d_y = 0, is finite. 1e-12 is
    added to the squares. A prediction below 0 is refused: raise to 0 what rounding took below it in squares of your own
    (the head `Distance` of a linear layer does). Shapes: distances `[n, c, …]`; labels `[n, …]` in `0..c`, or soft
    labels `[n, c, …]` that sum to 1. In nats, ≥ 0. Source: Baek et al. 2025 (paper 099); its code raises squared
    distances to the power, so that its n is half of this one.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    exponent : a number > 0
        Power n of the distances; the root of the features' number is usual.
    squared : true or false
        Are the predictions squared distances?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `harmonic_loss`.
    With its defaults: soft_labels.
    """
    return _evaluate(
        _objective("harmonic", exponent=exponent, squared=squared),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Harmonic(Loss):
    """Harmonic loss of distances: cross-entropy with inverse powers in the place of exponentials.

    :func:`harmonic` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, exponent: float = 16.0, squared: bool = False) -> None:
        super().__init__(_objective("harmonic", exponent=exponent, squared=squared))


@overload
def normalized_softmax(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 64.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def normalized_softmax(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 64.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def normalized_softmax(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 64.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Normalised softmax: cross-entropy of scaled cosines, the margin losses without their margin.

    ℓ(c, y) = −ln( e^(s c_y) / Σ_j e^(s c_j) )

    The predictions are cosines of features and class vectors, as the head `cosine` of a linear layer gives
    them. Shapes: cosines `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In
    nats, ≥ 0. Source: Wang et al. 2017 (paper 007).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    scale : a number > 0
        Factor s of the cosines.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `normalized_softmax_loss`, `normface`.
    With its defaults: convex, lipschitz, shift_invariant, soft_labels, exact_hessian.
    """
    return _evaluate(
        _objective("normalized_softmax", scale=scale),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class NormalizedSoftmax(Loss):
    """Normalised softmax: cross-entropy of scaled cosines, the margin losses without their margin.

    :func:`normalized_softmax` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, scale: float = 64.0) -> None:
        super().__init__(_objective("normalized_softmax", scale=scale))


@overload
def cosface(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.35,
    scale: float = 64.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def cosface(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.35,
    scale: float = 64.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def cosface(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.35,
    scale: float = 64.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Additive-margin softmax (CosFace): the label's cosine must lead by a margin.

    ℓ(c, y) = −ln( e^(s (c_y − m)) / (e^(s (c_y − m)) + Σ_{j≠y} e^(s c_j)) )

    The predictions are cosines of features and class vectors, as the head `cosine` of a linear layer gives
    them. Shapes: cosines `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In
    nats, ≥ 0. Source: Wang et al. 2018 (paper 007).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        Margin m of the cosine.
    scale : a number > 0
        Factor s of the cosines.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `cosface_loss`, `am_softmax`.
    With its defaults: convex, lipschitz, shift_invariant, soft_labels, exact_hessian.
    """
    return _evaluate(
        _objective("cosface", margin=margin, scale=scale),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Cosface(Loss):
    """Additive-margin softmax (CosFace): the label's cosine must lead by a margin.

    :func:`cosface` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 0.35, scale: float = 64.0) -> None:
        super().__init__(_objective("cosface", margin=margin, scale=scale))


@overload
def arcface(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.5,
    scale: float = 64.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def arcface(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.5,
    scale: float = 64.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def arcface(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.5,
    scale: float = 64.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Additive angular margin (ArcFace): the label's angle must be smaller by a margin.

    ℓ(c, y) = −ln( e^(s φ) / (e^(s φ) + Σ_{j≠y} e^(s c_j)) ),
    φ = cos(arccos c_y + m) up to π, beyond it c_y − m sin m

    The predictions are cosines of features and class vectors, as the head `cosine` of a linear layer gives
    them. At ±1 the slope is that of cos m alone. Shapes: cosines `[n, c, …]`; labels `[n, …]` in `0..c`, or
    soft labels `[n, c, …]` that sum to 1. In nats, ≥ 0. Source: Deng et al. 2019 (paper 007).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number in [0, 1.5]
        Margin m of the angle, in radians.
    scale : a number > 0
        Factor s of the cosines.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `arcface_loss`.
    With its defaults: soft_labels.
    """
    return _evaluate(
        _objective("arcface", margin=margin, scale=scale),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Arcface(Loss):
    """Additive angular margin (ArcFace): the label's angle must be smaller by a margin.

    :func:`arcface` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 0.5, scale: float = 64.0) -> None:
        super().__init__(_objective("arcface", margin=margin, scale=scale))


@overload
def sphereface(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: int = 4,
    scale: float = 30.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def sphereface(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: int = 4,
    scale: float = 30.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def sphereface(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: int = 4,
    scale: float = 30.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Multiplicative angular margin (SphereFace): the label's angle counts several times.

    ℓ(c, y) = −ln( e^(s ψ) / (e^(s ψ) + Σ_{j≠y} e^(s c_j)) ),
    ψ = (−1)^k cos(m θ) − 2k where k π ≤ m θ ≤ (k + 1) π, θ = arccos c_y

    The predictions are cosines of features and class vectors, as the head `cosine` of a linear layer gives
    them. (The original has the feature's norm in the place of s: [`LargeMargin`](crate::linear::LargeMargin).)
    cos(m θ) is a polynomial of the cosine, so that the slope is finite at ±1. Shapes: cosines `[n, c, …]`; labels
    `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1. In nats, ≥ 0. Source: Liu et al. 2017 (paper 007).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a whole number in [1, 8]
        Factor m of the angle, a whole number.
    scale : a number > 0
        Factor s of the cosines; with 64, as usual for smaller margins, hopeless rows weigh several hundred nats.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `sphereface_loss`, `a_softmax`.
    With its defaults: soft_labels.
    """
    return _evaluate(
        _objective("sphereface", margin=margin, scale=scale),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Sphereface(Loss):
    """Multiplicative angular margin (SphereFace): the label's angle counts several times.

    :func:`sphereface` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: int = 4, scale: float = 30.0) -> None:
        super().__init__(_objective("sphereface", margin=margin, scale=scale))


@overload
def multi_margin(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    p: float = 1.0,
    margin: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def multi_margin(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    p: float = 1.0,
    margin: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def multi_margin(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    p: float = 1.0,
    margin: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Multi-class hinge loss: every other class must stay a margin below the label.

    ℓ(z, y) = 1/c · Σ_{j≠y} max(0, margin − z_y + z_j)^p

    Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c` (soft labels have no meaning here). In units
    of the logits to the power p, ≥ 0. The divisor is the class count, as in PyTorch. Source: Crammer
    and Singer 2001, in the sum form of Weston and Watkins 1999.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    p : a number ≥ 1
        Exponent p of the hinge.
    margin : a number
        By how much the label must lead.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `multi_margin_loss`.
    With its defaults: convex, lipschitz, shift_invariant.
    """
    return _evaluate(
        _objective("multi_margin", p=p, margin=margin),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class MultiMargin(Loss):
    """Multi-class hinge loss: every other class must stay a margin below the label.

    :func:`multi_margin` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, p: float = 1.0, margin: float = 1.0) -> None:
        super().__init__(_objective("multi_margin", p=p, margin=margin))


@overload
def weston_watkins(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def weston_watkins(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def weston_watkins(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Hinge loss of Weston and Watkins: the sum over all classes that come too near the label.

    ℓ(z, y) = Σ_{k≠y} max(0, margin + z_k − z_y)

    `multi_margin` is its mean over the classes, `crammer_singer` has the largest term alone. Shapes: logits
    `[n, c, …]`; labels `[n, …]` in `0..c` (soft labels have no meaning here). In units of the logits, ≥ 0.
    Source: Weston and Watkins 1999 (paper 018).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        By how much the label must lead.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `weston_watkins_loss`.
    With its defaults: convex, shift_invariant.
    """
    return _evaluate(
        _objective("weston_watkins", margin=margin),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class WestonWatkins(Loss):
    """Hinge loss of Weston and Watkins: the sum over all classes that come too near the label.

    :func:`weston_watkins` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 1.0) -> None:
        super().__init__(_objective("weston_watkins", margin=margin))


@overload
def crammer_singer(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def crammer_singer(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def crammer_singer(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Max-margin loss of Crammer and Singer: the label must lead the best other class by a margin.

    ℓ(z, y) = max(0, margin + max_{j≠y} z_j − z_y)

    `margin=0` is the multi-class perceptron loss; `multi_margin` sums over all other classes instead.
    Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c` (soft labels have no meaning here). In units of
    the logits, ≥ 0. Source: Crammer and Singer 2001; the limit λ → 0 of `ldr_kl` (paper 018).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        By how much the label must lead.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `crammer_singer_loss`, `categorical_hinge`, `multiclass_hinge`.
    With its defaults: convex, lipschitz, shift_invariant.
    """
    return _evaluate(
        _objective("crammer_singer", margin=margin),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class CrammerSinger(Loss):
    """Max-margin loss of Crammer and Singer: the label must lead the best other class by a margin.

    :func:`crammer_singer` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 1.0) -> None:
        super().__init__(_objective("crammer_singer", margin=margin))


@overload
def sparsemax(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def sparsemax(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def sparsemax(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Sparsemax loss: convex as cross-entropy, and 0 once the label leads by 1.

    ℓ(z, t) = Σ_{k: z_k > τ} ½ (z_k − τ)² − Σ_k t_k (z_k − τ) + ½,  τ from Σ_k max(0, z_k − τ) = 1

    Its probabilities max(0, z_k − τ) can be 0; of two classes it is a quarter of the modified Huber loss of
    their difference. Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that
    sum to 1 (for which the Fenchel–Young loss is smaller by ½ − ½ Σ t²); class weights weight rows. ≥ 0.
    Source: Martins and Astudillo 2016.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `sparsemax_loss`, `multiclass_sparsemax_loss`.
    With its defaults: convex, lipschitz, shift_invariant, soft_labels, exact_hessian.
    """
    return _evaluate(
        _objective("sparsemax"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Sparsemax(Loss):
    """Sparsemax loss: convex as cross-entropy, and 0 once the label leads by 1.

    :func:`sparsemax` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("sparsemax"))


@overload
def oko(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    soft: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def oko(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    soft: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def oko(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    soft: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """OKO (odd-k-out): cross-entropy of the summed logits of a set against the class that occurs most in it.

    ℓ = −Σ_c t_c ln softmax(Σ_i z_i)_c,  hard: t one-hot of the pair's class; soft: t_c = shares of the labels

    A set has two examples of one class and one each of k others; a set of one is cross-entropy. The same
    slope goes to every member. Sums and not means on purpose: single logits stay small, hence less sure.
    Probabilities of a single example are softmax(z), for balanced classes. Shapes: logits `[sets, members,
    c]`, labels `[sets, members]` in `0..c`; weights of sets, a mask of sets or members; one set is one
    item. In nats, ≥ 0. [`OkoSampler`](crate::sampling::OkoSampler) draws the sets. Source: Muttenthaler et
    al. 2024 (paper 104).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    soft : true or false
        Target all labels of the set and not only the pair's?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `oko_loss`, `odd_k_out`.
    With its defaults: convex, lipschitz, shift_invariant, exact_hessian.
    """
    return _evaluate(
        _objective("oko", soft=soft),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Oko(Loss):
    """OKO (odd-k-out): cross-entropy of the summed logits of a set against the class that occurs most in it.

    :func:`oko` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, soft: bool = False) -> None:
        super().__init__(_objective("oko", soft=soft))


@overload
def binary_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    pos_weight: float = 1.0,
    label_smoothing: float = 0.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def binary_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    pos_weight: float = 1.0,
    label_smoothing: float = 0.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def binary_cross_entropy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    pos_weight: float = 1.0,
    label_smoothing: float = 0.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Binary cross-entropy of a logit.

    ℓ(x, t) = −w·t' ln σ(x) − (1 − t') ln(1 − σ(x)),  w = pos_weight,  t' = (1 − s) t + s/2

    Shapes: logits and targets of the same shape, targets in 0..1 (soft allowed); one entry is one
    item, so that a mean runs over all labels of a multi-label batch (torch's multilabel soft margin). In
    nats, ≥ 0. `pos_weight` never enters the divisor of a mean. For labels −1 and 1 it is the logistic or
    soft-margin loss ln(1 + e^(−yx)).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    pos_weight : a number ≥ 0
        Factor of the positive part.
    label_smoothing : a number in [0, 1]
        Share s of the target that becomes ½.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `bce`, `bce_with_logits`, `sigmoid_binary_cross_entropy`, `soft_margin`,
        `multilabel_soft_margin`, `logistic`.
    With its defaults: convex, lipschitz, proper, calibrated, exact_hessian.
    """
    return _evaluate(
        _objective("binary_cross_entropy", pos_weight=pos_weight, label_smoothing=label_smoothing),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class BinaryCrossEntropy(Loss):
    """Binary cross-entropy of a logit.

    :func:`binary_cross_entropy` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, pos_weight: float = 1.0, label_smoothing: float = 0.0) -> None:
        super().__init__(_objective("binary_cross_entropy", pos_weight=pos_weight, label_smoothing=label_smoothing))


@overload
def kl_divergence(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def kl_divergence(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def kl_divergence(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Kullback–Leibler divergence of a target from log-probabilities, entry by entry.

    ℓ(x, t) = t (ln t − x),  x = ln p, with 0 ln 0 = 0

    The sum over the entries of distributions is Σ KL(t ‖ p) (the mean per distribution with
    `denominator` = their number). One entry alone can be negative. After logits, soft labels with
    `cross_entropy` have the same gradient. Shapes: log-probabilities and probabilities of the same
    shape. In nats.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `kl_div`, `kldiv`.
    With its defaults: convex, lipschitz.
    """
    return _evaluate(
        _objective("kl_divergence"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class KlDivergence(Loss):
    """Kullback–Leibler divergence of a target from log-probabilities, entry by entry.

    :func:`kl_divergence` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("kl_divergence"))


@overload
def generalized_kl_divergence(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def generalized_kl_divergence(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def generalized_kl_divergence(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Generalised Kullback–Leibler divergence of a target from log-predictions, entry by entry.

    ℓ(x, t) = t (ln t − x) + e^x − t,  x = ln p, with 0 ln 0 = 0

    Never negative, so that neither side need be a distribution; where both are, the sum over the entries
    is KL(t ‖ p). Shapes: log-predictions and targets ≥ 0 of the same shape; one entry is one item. In
    nats. Source: optax's `generalized_kl_divergence` and `convex_kl_divergence`.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `convex_kl_divergence`, `convex_kl`.
    With its defaults: convex, exact_hessian, elicits_log_mean.
    """
    return _evaluate(
        _objective("generalized_kl_divergence"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class GeneralizedKlDivergence(Loss):
    """Generalised Kullback–Leibler divergence of a target from log-predictions, entry by entry.

    :func:`generalized_kl_divergence` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("generalized_kl_divergence"))


@overload
def sigmoid_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float | None = 0.25,
    gamma: float = 2.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def sigmoid_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float | None = 0.25,
    gamma: float = 2.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def sigmoid_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float | None = 0.25,
    gamma: float = 2.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Focal loss of a logit: binary cross-entropy that fades for well-classified entries.

    ℓ(x, t) = α_t (1 − p_t)^γ · BCE(x, t),  p_t = t·p + (1 − t)(1 − p),  p = σ(x),
    α_t = t·α + (1 − t)(1 − α)

    Shapes: logits and targets of the same shape, targets in 0..1; one entry is one item. In nats, ≥ 0.
    `alpha=none` switches the weighting off; α never enters the divisor of a mean (detectors divide by
    the number of positives: give it as `denominator`). Source: Lin et al. 2017 (paper 024).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : none or a number in [0, 1]
        Weight α of the positives; the negatives get 1 − α.
    gamma : a number ≥ 0
        Focusing exponent γ.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `sigmoid_focal_loss`, `binary_focal`.
    """
    return _evaluate(
        _objective("sigmoid_focal", alpha=alpha, gamma=gamma),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SigmoidFocal(Loss):
    """Focal loss of a logit: binary cross-entropy that fades for well-classified entries.

    :func:`sigmoid_focal` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, alpha: float | None = 0.25, gamma: float = 2.0) -> None:
        super().__init__(_objective("sigmoid_focal", alpha=alpha, gamma=gamma))


@overload
def focal_star(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 2.0,
    beta: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def focal_star(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 2.0,
    beta: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def focal_star(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 2.0,
    beta: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Focal loss in its second form (FL*): cross-entropy of a steeper, shifted logit.

    ℓ(x, t) = t·h(x) + (1 − t)·h(−x),  h(m) = −ln σ(γ m + β) / γ

    Much like the focal loss but convex. γ = 1, β = 0 is binary cross-entropy. Shapes: logits and targets
    of the same shape, targets in 0..1; one entry is one item. In nats over γ, ≥ 0. Source: Lin et al.
    2017, appendix (paper 024).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    gamma : a number > 0
        Steepness γ.
    beta : a number
        Shift β of the steeper logit.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `focal_star_loss`.
    With its defaults: convex, lipschitz, exact_hessian.
    """
    return _evaluate(
        _objective("focal_star", gamma=gamma, beta=beta),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class FocalStar(Loss):
    """Focal loss in its second form (FL*): cross-entropy of a steeper, shifted logit.

    :func:`focal_star` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, gamma: float = 2.0, beta: float = 1.0) -> None:
        super().__init__(_objective("focal_star", gamma=gamma, beta=beta))


@overload
def poly_sigmoid_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float | None = 0.25,
    gamma: float = 2.0,
    epsilon: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def poly_sigmoid_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float | None = 0.25,
    gamma: float = 2.0,
    epsilon: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def poly_sigmoid_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float | None = 0.25,
    gamma: float = 2.0,
    epsilon: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Poly-1 focal loss of a logit; with γ = 0 and no α Poly-1 binary cross-entropy.

    ℓ(x, t) = t·h(x, α) + (1 − t)·h(−x, 1 − α),
    h(m, α) = −α (1 − p)^γ ln p + ε (1 − p)^(γ+1),  p = σ(m)

    α weights the focal term alone, as in the paper's code. Shapes: logits and targets of the same shape,
    targets in 0..1; one entry is one item. In nats. Source: Leng et al. 2022 (paper 005).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : none or a number in [0, 1]
        Weight α of the positives' focal term; the negatives' gets 1 − α.
    gamma : a number ≥ 0
        Focusing exponent γ.
    epsilon : a number ≥ -1
        Coefficient ε of the first power beyond the focusing.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `poly_binary_focal`.
    """
    return _evaluate(
        _objective("poly_sigmoid_focal", alpha=alpha, gamma=gamma, epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class PolySigmoidFocal(Loss):
    """Poly-1 focal loss of a logit; with γ = 0 and no α Poly-1 binary cross-entropy.

    :func:`poly_sigmoid_focal` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, alpha: float | None = 0.25, gamma: float = 2.0, epsilon: float = 1.0) -> None:
        super().__init__(_objective("poly_sigmoid_focal", alpha=alpha, gamma=gamma, epsilon=epsilon))


@overload
def halted_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 2.0,
    alpha: float | None = 0.25,
    end: float = 0.5,
    positives_only: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def halted_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 2.0,
    alpha: float | None = 0.25,
    end: float = 0.5,
    positives_only: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def halted_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 2.0,
    alpha: float | None = 0.25,
    end: float = 0.5,
    positives_only: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Halted focal loss: focal up to a probability, cross-entropy beyond.

    ℓ(x, t) = t·α·h(p) + (1 − t)(1 − α)·h(1 − p),  p = σ(x),  h(p) = −(1 − p)^γ ln p  for p ≤ φ,
    h(p) = −ln p + ln φ − (1 − φ)^γ ln φ  for p > φ

    Sure entries keep pulling. h is continuous at φ, with a kink. With `positives_only` the negatives keep
    the focal loss. Negative for sure entries: h → ln φ − (1 − φ)^γ ln φ. Shapes: logits and targets of
    the same shape, targets in 0..1; one entry is one item. In nats. Source: Zhao et al. 2022 (paper 044).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    gamma : a number ≥ 0
        Focusing exponent γ.
    alpha : none or a number in [0, 1]
        Weight α of the positives; the negatives get 1 − α.
    end : a number in (0, 1)
        Probability φ of the label at which the focusing ends.
    positives_only : true or false
        Do only positives end their focusing?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.
    """
    return _evaluate(
        _objective("halted_focal", gamma=gamma, alpha=alpha, end=end, positives_only=positives_only),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class HaltedFocal(Loss):
    """Halted focal loss: focal up to a probability, cross-entropy beyond.

    :func:`halted_focal` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self, *, gamma: float = 2.0, alpha: float | None = 0.25, end: float = 0.5, positives_only: bool = True
    ) -> None:
        super().__init__(_objective("halted_focal", gamma=gamma, alpha=alpha, end=end, positives_only=positives_only))


@overload
def adaptive_threshold_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: float = 1.5,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def adaptive_threshold_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: float = 1.5,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def adaptive_threshold_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: float = 1.5,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Adaptive threshold focal loss (ATFL): easy entries fade and hard ones are amplified, by exponents that follow
    the mean confidence of the batch.

    ℓ = Σ_i w_i m_i BCE(x_i, t_i) / Σ_i w_i,  m = (1 − p_t + 10⁻⁶)^γ  for p_t > ½,  (λ − p_t)^(−ln p_t)  else,
    γ = −ln p̄,  p_t = t·p + (1 − t)(1 − p),  p = σ(x)

    p̄ is the weighted mean of p_t over the batch and held fixed in derivatives; m is not. It jumps at x = 0: from
    (λ − ½)^ln 2, which is 1 for the default, down to about ½^γ. p_t counts as at least 10⁻⁷. As in the authors'
    program, no confidence of earlier batches enters p̄. Shapes: logits and targets of one shape, targets in 0..1;
    weights and mask of items or entries; the batch is one item (a sum is the mean too). In nats, ≥ 0. Source: Yang
    et al. 2024 (paper 170).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    lambda_ : a number > 1
        Base λ of the amplification; with 1.5 no hard entry is damped.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `adaptive_threshold_focal_loss`, `atfl`.
    """
    return _evaluate(
        _objective("adaptive_threshold_focal", **{"lambda": lambda_}),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class AdaptiveThresholdFocal(Loss):
    """Adaptive threshold focal loss (ATFL): easy entries fade and hard ones are amplified, by exponents that follow

    :func:`adaptive_threshold_focal` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, lambda_: float = 1.5) -> None:
        super().__init__(_objective("adaptive_threshold_focal", **{"lambda": lambda_}))


@overload
def quality_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 2.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def quality_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 2.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def quality_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 2.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Quality focal loss: the focal loss of a soft target, such as the overlap of a detected box.

    ℓ(x, t) = |t − p|^β · BCE(x, t),  p = σ(x)

    For hard targets it is the focal loss without α; 0 where p = t. Shapes: logits and targets of the same
    shape, targets in 0..1; one entry is one item. In nats, ≥ 0. Source: Li et al. 2020; paper 024's soft
    extension.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    beta : a number ≥ 0
        Exponent β of the distance.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `quality_focal_loss`.
    """
    return _evaluate(
        _objective("quality_focal", beta=beta),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class QualityFocal(Loss):
    """Quality focal loss: the focal loss of a soft target, such as the overlap of a detected box.

    :func:`quality_focal` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, beta: float = 2.0) -> None:
        super().__init__(_objective("quality_focal", beta=beta))


@overload
def varifocal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 0.75,
    gamma: float = 2.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def varifocal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 0.75,
    gamma: float = 2.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def varifocal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 0.75,
    gamma: float = 2.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Varifocal loss: positives weighted by their quality, negatives focused.

    ℓ(x, t) = t · BCE(x, t)  for t > 0,  −α p^γ ln(1 − p)  for t = 0,  p = σ(x)

    The target is the overlap of a detected box with its object, 0 for background. Shapes: logits and
    targets of the same shape, targets in 0..1; one entry is one item. In nats, ≥ 0. Source: Zhang et al.
    2021.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : a number ≥ 0
        Weight α of the negatives.
    gamma : a number ≥ 0
        Focusing exponent γ of the negatives.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `varifocal_loss`.
    """
    return _evaluate(
        _objective("varifocal", alpha=alpha, gamma=gamma),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Varifocal(Loss):
    """Varifocal loss: positives weighted by their quality, negatives focused.

    :func:`varifocal` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, alpha: float = 0.75, gamma: float = 2.0) -> None:
        super().__init__(_objective("varifocal", alpha=alpha, gamma=gamma))


@overload
def asymmetric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma_neg: float = 4.0,
    gamma_pos: float = 1.0,
    clip: float = 0.05,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def asymmetric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma_neg: float = 4.0,
    gamma_pos: float = 1.0,
    clip: float = 0.05,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def asymmetric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma_neg: float = 4.0,
    gamma_pos: float = 1.0,
    clip: float = 0.05,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Asymmetric loss: positives and negatives focused apart, very easy negatives dropped.

    ℓ(x, t) = −t (1 − p)^γ₊ ln p − (1 − t) p_m^γ₋ ln(1 − p_m),  p = σ(x),  p_m = max(p − clip, 0)

    Shapes: logits and targets of the same shape, targets in 0..1; one entry is one item (the paper's
    code sums: use reduction `sum`). In nats, ≥ 0. A negative with p ≤ clip has loss and gradient 0.
    γ₊ = γ₋ = clip = 0 is binary cross-entropy. The paper's headline setting is γ₊ = 0, its code's
    default, and ours, γ₊ = 1. Source: Ridnik et al. 2021 (paper 041).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    gamma_neg : a number ≥ 0
        Focusing exponent γ₋ of the negatives.
    gamma_pos : a number ≥ 0
        Focusing exponent γ₊ of the positives.
    clip : a number in [0, 0.999]
        Probability by which negatives are shifted down.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `asl`, `asymmetric_loss`.
    """
    return _evaluate(
        _objective("asymmetric", gamma_neg=gamma_neg, gamma_pos=gamma_pos, clip=clip),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Asymmetric(Loss):
    """Asymmetric loss: positives and negatives focused apart, very easy negatives dropped.

    :func:`asymmetric` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, gamma_neg: float = 4.0, gamma_pos: float = 1.0, clip: float = 0.05) -> None:
        super().__init__(_objective("asymmetric", gamma_neg=gamma_neg, gamma_pos=gamma_pos, clip=clip))


@overload
def sigmoid_encouraging(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    log_end: float = 0.75,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def sigmoid_encouraging(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    log_end: float = 0.75,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def sigmoid_encouraging(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    log_end: float = 0.75,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Encouraging loss of a logit: binary cross-entropy with a bonus that keeps sure entries pulling.

    ℓ(x, t) = t·h(x) + (1 − t)·h(−x),  h(m) = −ln p + B(p),  p = σ(m),
    B(p) = ln(1 − p) up to p = log_end, beyond it the tangent there

    The loss `encouraging` for independent labels: see there. Shapes: logits and targets of the same
    shape, targets in 0..1; one entry is one item. In nats, negative for sure entries. Source: Zhao et al.
    2022 (paper 044).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    log_end : a number in [0, 1]
        Probability LE at which the logarithmic bonus ends.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    With its defaults: lipschitz.
    """
    return _evaluate(
        _objective("sigmoid_encouraging", log_end=log_end),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SigmoidEncouraging(Loss):
    """Encouraging loss of a logit: binary cross-entropy with a bonus that keeps sure entries pulling.

    :func:`sigmoid_encouraging` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, log_end: float = 0.75) -> None:
        super().__init__(_objective("sigmoid_encouraging", log_end=log_end))


@overload
def hinge(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def hinge(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def hinge(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Hinge loss of a score: the label must lead by a margin (support vector machine).

    ℓ(x, t) = t·h(x) + (1 − t)·h(−x),  h(m) = max(0, margin − m)

    `margin=0` is the perceptron loss. Shapes: scores and targets of the same shape, targets in 0..1 (0
    and 1 stand for the labels −1 and 1); one entry is one item. In units of the score, ≥ 0 for margin
    ≥ 0. Its best score has the sign of the likelier label and says nothing of probabilities. Of the difference
    of two scores, with the margin of PyTorch's `margin_ranking_loss` (0 by default there), it is that loss.
    Source: Cortes and Vapnik 1995.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        By how much the score must lie on the label's side.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `hinge_loss`.
    With its defaults: convex, lipschitz, calibrated.
    """
    return _evaluate(
        _objective("hinge", margin=margin),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Hinge(Loss):
    """Hinge loss of a score: the label must lead by a margin (support vector machine).

    :func:`hinge` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 1.0) -> None:
        super().__init__(_objective("hinge", margin=margin))


@overload
def squared_hinge(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def squared_hinge(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def squared_hinge(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Squared hinge loss of a score: a hinge with a continuous slope.

    ℓ(x, t) = t·h(x)² + (1 − t)·h(−x)²,  h(m) = max(0, margin − m)

    Shapes: scores and targets of the same shape, targets in 0..1 (0 and 1 stand for the labels −1 and
    1); one entry is one item. In squared units of the score, ≥ 0. Its best constant score for a share p
    of positives is margin·(2p − 1). Source: Lee and Mangasarian 2001.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        By how much the score must lie on the label's side.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    With its defaults: convex, calibrated, exact_hessian.
    """
    return _evaluate(
        _objective("squared_hinge", margin=margin),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SquaredHinge(Loss):
    """Squared hinge loss of a score: a hinge with a continuous slope.

    :func:`squared_hinge` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 1.0) -> None:
        super().__init__(_objective("squared_hinge", margin=margin))


@overload
def modified_huber(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def modified_huber(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def modified_huber(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Modified Huber loss of a score: a squared hinge that is straight for hopeless scores.

    ℓ(x, t) = t·h(x) + (1 − t)·h(−x),  h(m) = max(0, 1 − m)² from m = −1 up, below it −4m

    A fourth of it is the binary sparsemax loss. Shapes: scores and targets of the same shape, targets in
    0..1 (0 and 1 stand for the labels −1 and 1); one entry is one item. ≥ 0. Its best constant score for
    a share p of positives is 2p − 1. Source: Zhang 2004.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    With its defaults: convex, lipschitz, exact_hessian.
    """
    return _evaluate(
        _objective("modified_huber"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class ModifiedHuber(Loss):
    """Modified Huber loss of a score: a squared hinge that is straight for hopeless scores.

    :func:`modified_huber` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("modified_huber"))


@overload
def exponential(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def exponential(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def exponential(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Exponential loss of a score: what AdaBoost minimises.

    ℓ(x, t) = t·e^(−x) + (1 − t)·e^x

    Shapes: scores and targets of the same shape, targets in 0..1 (0 and 1 stand for the labels −1 and
    1); one entry is one item. ≥ 0. Its best constant score for a share p of positives is
    ½ ln(p/(1 − p)). Sensitive to wrong labels; a score more than 40 on the wrong side continues the
    exponential along its tangent, so that the loss stays finite. Source: Freund and Schapire 1997.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `exponential_loss`, `adaboost`.
    With its defaults: convex, calibrated, exact_hessian.
    """
    return _evaluate(
        _objective("exponential"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Exponential(Loss):
    """Exponential loss of a score: what AdaBoost minimises.

    :func:`exponential` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("exponential"))


@overload
def ramp(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    truncation: float = -1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def ramp(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    truncation: float = -1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def ramp(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    truncation: float = -1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Ramp loss of a score: a hinge that stops growing, so that wrong labels stop pulling.

    ℓ(x, t) = t·r(x) + (1 − t)·r(−x),  r(m) = min(1 − s, max(0, 1 − m)),  s = truncation

    Shapes: scores and targets of the same shape, targets in 0..1 (0 and 1 stand for the labels −1 and
    1); one entry is one item. In 0..1 − s. Source: Collobert et al. 2006.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    truncation : a number ≤ 0
        Score s on the label's side below which the loss is constant.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ramp_loss`.
    With its defaults: lipschitz, bounded.
    """
    return _evaluate(
        _objective("ramp", truncation=truncation),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Ramp(Loss):
    """Ramp loss of a score: a hinge that stops growing, so that wrong labels stop pulling.

    :func:`ramp` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, truncation: float = -1.0) -> None:
        super().__init__(_objective("ramp", truncation=truncation))


@overload
def savage(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def savage(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def savage(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Savage loss of a logit: the squared error of its probability (Brier score), robust to outliers.

    ℓ(x, t) = t (1 − p)² + (1 − t) p²,  p = σ(x)

    Strictly proper: the best constant is the logit of the share of positives. In the original notation,
    with ½ ln(p/(1 − p)) for a score v, it is 1/(1 + e^(2v))². Shapes: logits and targets of the same
    shape, targets in 0..1; one entry is one item. In 0..1. Source: Masnadi-Shirazi and Vasconcelos 2008.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `savage_loss`, `binary_brier`.
    With its defaults: lipschitz, bounded, proper.
    """
    return _evaluate(
        _objective("savage"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Savage(Loss):
    """Savage loss of a logit: the squared error of its probability (Brier score), robust to outliers.

    :func:`savage` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("savage"))


@overload
def sigmoid_loss(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def sigmoid_loss(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def sigmoid_loss(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Sigmoid loss of a logit: the probability of the other label, robust to wrong labels.

    ℓ(x, t) = t (1 − p) + (1 − t) p,  p = σ(x)

    For hard labels the absolute error of the probability. Both labels' losses add up to 1, which makes
    it tolerant of symmetric label noise and usual in learning from positive and unlabelled data. Shapes:
    logits and targets of the same shape, targets in 0..1; one entry is one item. In 0..1. Source: Ghosh
    et al. 2015.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    With its defaults: lipschitz, bounded.
    """
    return _evaluate(
        _objective("sigmoid_loss"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SigmoidLoss(Loss):
    """Sigmoid loss of a logit: the probability of the other label, robust to wrong labels.

    :func:`sigmoid_loss` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("sigmoid_loss"))


@overload
def tangent(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def tangent(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def tangent(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Tangent loss of a score: bounded, and also against scores that are too sure of being right.

    ℓ(x, t) = t (2 atan(x) − 1)² + (1 − t) (2 atan(x) + 1)²

    The best constant score for a share p of positives is tan(p − ½): a proper loss with the link
    p = atan(x) + ½, which leaves 0..1 beyond |x| = tan ½; there the loss rises again, to (π − 1)² at most.
    Shapes: scores and targets of the same shape, targets in 0..1; one entry is one item. In 0..(π + 1)².
    Source: Masnadi-Shirazi, Mahadevan and Vasconcelos 2010.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `tangent_loss`.
    With its defaults: lipschitz, bounded.
    """
    return _evaluate(
        _objective("tangent"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Tangent(Loss):
    """Tangent loss of a score: bounded, and also against scores that are too sure of being right.

    :func:`tangent` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("tangent"))


@overload
def ensloss(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: Numbers = 0.0,
    seed: int = 0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def ensloss(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: Numbers = 0.0,
    seed: int = 0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def ensloss(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: Numbers = 0.0,
    seed: int = 0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """EnsLoss: the slopes of a calibrated convex loss that is drawn anew for every batch.

    ℓ = Σ_i w_i d_i m_i / Σ_i w_i,  m_i = y_i x_i, y = ±1, with d held fixed

    A regulariser like dropout, of losses: only slopes are needed, so numbers −min(g, 1), g the inverse
    Box–Cox transform of normal draws, are sorted along the margins; the smallest margin gets the most
    negative (divided by the margin where that is above 1, less 10⁻⁶). They are slopes of some loss that is
    convex and calibrated. The value has no meaning: judge a model by another loss. λ is drawn for each
    batch from the list (the authors' program keeps one for ten steps). The draws depend on the seed and on
    the scores alone: another batch, or the same after a step, has others, yet equal batches have equal
    bits. Shapes: scores and 0/1 targets of one shape; weights and mask of items or entries; the batch is
    one item (a sum is the mean too). Source: Dai 2024 (paper 052).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    lambda_ : a number or a list of numbers, each
        Parameters λ of the transform: e^e for 0, else max(1 + λe, 0)^(1/λ).
    seed : a whole number
        Seed of the draws.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    With its defaults: lipschitz.
    """
    return _evaluate(
        _objective("ensloss", **{"lambda": lambda_}, seed=seed),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Ensloss(Loss):
    """EnsLoss: the slopes of a calibrated convex loss that is drawn anew for every batch.

    :func:`ensloss` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, lambda_: Numbers = 0.0, seed: int = 0) -> None:
        super().__init__(_objective("ensloss", **{"lambda": lambda_}, seed=seed))


@overload
def multilabel_margin(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def multilabel_margin(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def multilabel_margin(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Multi-label margin loss: every true label of a row must lead every other by a margin of 1.

    ℓ = (1/c) Σ_{p: t=1} Σ_{q: t=0} max(0, 1 − (x_p − x_q))

    c is the number of labels. Shapes: scores and 0/1 targets `[n, c]` (torch lists the numbers of the true
    labels instead); one row is one item; weights of rows, a mask of rows or entries (an entry that does not
    count does not count in c either). A row whose labels are all true or all false has loss 0. ≥ 0. In
    time c log c. Source: torch's `multilabel_margin_loss`.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `multilabel_margin_loss`.
    With its defaults: convex, lipschitz, shift_invariant.
    """
    return _evaluate(
        _objective("multilabel_margin"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class MultilabelMargin(Loss):
    """Multi-label margin loss: every true label of a row must lead every other by a margin of 1.

    :func:`multilabel_margin` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("multilabel_margin"))


@overload
def multilabel_dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1.0,
    squared: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def multilabel_dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1.0,
    squared: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def multilabel_dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1.0,
    squared: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Soft Dice loss of the labels of a multi-label batch, each over all rows; absent labels are left out.

    ℓ_k = 1 − (2 Σ_i p_ik y_ik + s) / (Σ_i p_ik + Σ_i y_ik + s),  p = σ(f)

    Where labels are sparse, as the sounds of a recording are, cross-entropy is dominated by what is absent; Dice
    does not see true negatives. The mean is over the labels that occur in the batch, the others do not count and
    have no gradient (the batch's `count` says how many do). Not additive over batches: accumulated gradients are
    another loss. For one sum over all labels of an item use `dice(activation="sigmoid")` on scores `[n, 1, …]`.
    Shapes: scores and 0/1 targets `[n, k]` (or `[n]` for one label); for clips `[b, frames, k]` the rows are the
    b·frames frames. Weights and mask of rows or entries, class weights of labels; one label is one item. In 0..1.
    Source: paper 011, after Milletari et al. 2016.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    smooth : a number > 0
        Smoothing s of numerator and denominator, in rows.
    squared : true or false
        Sum p² in the place of p in the denominator?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `multilabel_dice_loss`, `macro_dice`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("multilabel_dice", smooth=smooth, squared=squared),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class MultilabelDice(Loss):
    """Soft Dice loss of the labels of a multi-label batch, each over all rows; absent labels are left out.

    :func:`multilabel_dice` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, smooth: float = 1.0, squared: bool = False) -> None:
        super().__init__(_objective("multilabel_dice", smooth=smooth, squared=squared))


@overload
def macro_auc_univariate(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "logistic",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def macro_auc_univariate(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "logistic",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def macro_auc_univariate(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "logistic",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Macro-AUC surrogate u1: the mean margin loss of each label, without regard to its balance.

    ℓ_k = (1/n) Σ_i φ(y_ik f_ik),  y = ±1

    Per label k; the mean is over the labels. For margin losses with φ(0) ≥ 1 (divide the logistic one
    by ln 2) it bounds 1 − AUC_k only up to the factor 1/τ_k, τ_k being the share of the rarer kind: prefer
    `macro_auc_reweighted` or `macro_auc_pairwise` for rare labels. Shapes: scores and 0/1 targets `[n, k]`
    (or `[n]` for one label); weights and mask of rows or entries, class weights of labels; one label is
    one item. ≥ 0. Source: Wu et al. 2023 (paper 101).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    base : "logistic", "hinge", "squared_hinge" or "exponential"
        The loss φ of a margin.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `macro_auc_univariate_loss`.
    With its defaults: convex, lipschitz, exact_hessian.
    """
    return _evaluate(
        _objective("macro_auc_univariate", base=base),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class MacroAucUnivariate(Loss):
    """Macro-AUC surrogate u1: the mean margin loss of each label, without regard to its balance.

    :func:`macro_auc_univariate` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "logistic") -> None:
        super().__init__(_objective("macro_auc_univariate", base=base))


@overload
def macro_auc_reweighted(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "logistic",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def macro_auc_reweighted(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "logistic",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def macro_auc_reweighted(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "logistic",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Macro-AUC surrogate u2: the mean margin losses of the positives and of the negatives of each label.

    ℓ_k = (1/n₊) Σ_{y=1} φ(f_ik) + (1/n₋) Σ_{y=0} φ(−f_ik)

    Per label k; the mean is over the labels that have both kinds, the others do not count (the batch's
    `count` says how many do). 1 − AUC_k ≤ ℓ_k/φ(0) for every φ here. Shapes: scores and 0/1 targets
    `[n, k]` (or `[n]` for one label); weights and mask of rows or entries, class weights of labels; one
    label is one item. ≥ 0. In time linear in n. Source: Wu et al. 2023 (paper 101), whose code counts a
    label without positives with weight 1.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    base : "logistic", "hinge", "squared_hinge" or "exponential"
        The loss φ of a margin.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `macro_auc_reweighted_loss`.
    With its defaults: convex, lipschitz, exact_hessian.
    """
    return _evaluate(
        _objective("macro_auc_reweighted", base=base),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class MacroAucReweighted(Loss):
    """Macro-AUC surrogate u2: the mean margin losses of the positives and of the negatives of each label.

    :func:`macro_auc_reweighted` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "logistic") -> None:
        super().__init__(_objective("macro_auc_reweighted", base=base))


@overload
def macro_auc_pairwise(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "logistic",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def macro_auc_pairwise(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "logistic",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def macro_auc_pairwise(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "logistic",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Macro-AUC surrogate pa: the mean margin loss of all pairs of a positive and a negative of each label.

    ℓ_k = (1/(n₊ n₋)) Σ_{p: y=1} Σ_{q: y=0} φ(f_pk − f_qk)

    Per label k; the mean is over the labels that have both kinds, the others do not count (the batch's
    `count` says how many do). 1 − AUC_k ≤ ℓ_k/φ(0) for every φ here. Shapes: scores and 0/1 targets
    `[n, k]` (or `[n]` for one label: the pairwise loss of the AUC); weights and mask of rows or entries,
    class weights of labels; one label is one item. ≥ 0. Pairs are never stored; in time n log n, but for
    the logistic base n₊·n₋. Source: Wu et al. 2023 (paper 101).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    base : "logistic", "hinge", "squared_hinge" or "exponential"
        The loss φ of a margin.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `macro_auc_pairwise_loss`, `macro_auc`, `auc`.
    With its defaults: convex, lipschitz, shift_invariant, exact_hessian.
    """
    return _evaluate(
        _objective("macro_auc_pairwise", base=base),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class MacroAucPairwise(Loss):
    """Macro-AUC surrogate pa: the mean margin loss of all pairs of a positive and a negative of each label.

    :func:`macro_auc_pairwise` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "logistic") -> None:
        super().__init__(_objective("macro_auc_pairwise", base=base))


@overload
def aucm(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    sigmoid: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def aucm(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    sigmoid: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def aucm(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    sigmoid: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """AUC margin loss: the mean square of how far each pair is from the margin, with right pairs let go.

    ℓ_k = Var₊(h) + Var₋(h) + max(0, margin + b − a)²,  a, b the mean scores of the positives and negatives

    The min-max problem over a, b and a dual variable that others optimise beside the network, solved exactly on
    the batch; without the maximum it is the mean of (margin − (h₊ − h₋))² over all pairs. One form in use
    multiplies it by π(1 − π), π the share of positives. Per label k; the mean is over the labels that have both
    kinds, the others do not count. Shapes: scores and 0/1 targets `[n, k]` (or `[n]` for one label); weights and
    mask of rows or entries, class weights of labels; one label is one item. ≥ 0. Source: Yuan et al. 2021.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        By how much the mean of the positives must lead.
    sigmoid : true or false
        Are h the sigmoids of the scores, and not the scores themselves?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `auc_margin`, `aucm_loss`.
    """
    return _evaluate(
        _objective("aucm", margin=margin, sigmoid=sigmoid),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Aucm(Loss):
    """AUC margin loss: the mean square of how far each pair is from the margin, with right pairs let go.

    :func:`aucm` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 1.0, sigmoid: bool = True) -> None:
        super().__init__(_objective("aucm", margin=margin, sigmoid=sigmoid))


@overload
def partial_auc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    max_fpr: float = 0.3,
    min_tpr: float = 0.0,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "squared_hinge",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def partial_auc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    max_fpr: float = 0.3,
    min_tpr: float = 0.0,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "squared_hinge",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def partial_auc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    max_fpr: float = 0.3,
    min_tpr: float = 0.0,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "squared_hinge",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Partial AUC surrogate: the mean margin loss of the hardest pairs, for low false positive rates.

    ℓ_k = mean of φ(f_p − f_q) over the positives p with the lowest and the negatives q with the highest scores

    The negatives are the highest-scoring share `max_fpr` of them (their conditional value at risk), the
    positives the lowest-scoring share 1 − `min_tpr`; the last one may count in part. `min_tpr=0` is the one-way
    partial AUC, more the two-way one, `max_fpr=1` as well the AUC itself (`macro_auc_pairwise`). Per label k; the
    mean is over the labels that have both kinds, the others do not count. Shapes: scores and 0/1 targets `[n, k]`
    (or `[n]` for one label); weights and mask of rows or entries, class weights of labels; one label is one item.
    ≥ 0. Source: Zhu et al. 2022; two-way Yang et al. 2021.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    max_fpr : a number in (0, 1]
        Largest false positive rate that matters.
    min_tpr : a number in [0, 0.999999]
        Least true positive rate that matters.
    base : "logistic", "hinge", "squared_hinge" or "exponential"
        The loss φ of a margin.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `pauc`, `pauc_cvar`, `two_way_partial_auc`.
    With its defaults: convex, shift_invariant, exact_hessian.
    """
    return _evaluate(
        _objective("partial_auc", max_fpr=max_fpr, min_tpr=min_tpr, base=base),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class PartialAuc(Loss):
    """Partial AUC surrogate: the mean margin loss of the hardest pairs, for low false positive rates.

    :func:`partial_auc` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        max_fpr: float = 0.3,
        min_tpr: float = 0.0,
        base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "squared_hinge",
    ) -> None:
        super().__init__(_objective("partial_auc", max_fpr=max_fpr, min_tpr=min_tpr, base=base))


@overload
def partial_auc_kl(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    negatives: float = 1.0,
    positives: float | None = None,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "squared_hinge",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def partial_auc_kl(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    negatives: float = 1.0,
    positives: float | None = None,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "squared_hinge",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def partial_auc_kl(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    negatives: float = 1.0,
    positives: float | None = None,
    base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "squared_hinge",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Smooth partial AUC surrogate: pairs weigh by the exponential of their loss, hard negatives most.

    ℓ_k = λ₊ ln mean_p e^(r_p/λ₊),  r_p = λ₋ ln mean_q e^(φ(f_p − f_q)/λ₋)

    The worst case over weights of the negatives (and of the positives) near the equal ones, by their divergence.
    λ₋ → 0 is the hardest negative alone, λ₋ → ∞ the AUC; without λ₊ the mean over the positives is plain, the
    one-way partial AUC, with it the two-way one. Per label k; the mean is over the labels that have both kinds,
    the others do not count. Shapes: scores and 0/1 targets `[n, k]` (or `[n]` for one label); weights and mask of
    rows or entries, class weights of labels; one label is one item. ≥ 0. In time n₊·n₋. Source: Zhu et al. 2022.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    negatives : a number > 0
        Temperature λ₋ of the negatives, in units of the losses.
    positives : none or a number > 0
        Temperature λ₊ of the positives.
    base : "logistic", "hinge", "squared_hinge" or "exponential"
        The loss φ of a margin.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `pauc_dro`, `pauc_kl`, `two_way_partial_auc_kl`.
    With its defaults: convex, shift_invariant, exact_hessian.
    """
    return _evaluate(
        _objective("partial_auc_kl", negatives=negatives, positives=positives, base=base),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class PartialAucKl(Loss):
    """Smooth partial AUC surrogate: pairs weigh by the exponential of their loss, hard negatives most.

    :func:`partial_auc_kl` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        negatives: float = 1.0,
        positives: float | None = None,
        base: Literal["logistic", "hinge", "squared_hinge", "exponential"] = "squared_hinge",
    ) -> None:
        super().__init__(_objective("partial_auc_kl", negatives=negatives, positives=positives, base=base))


@overload
def mse(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def mse(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def mse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Mean squared error.

    ℓ(x, t) = (x − t)²

    Shapes: prediction and target of the same shape; one entry is one item. In squared units of the
    target, ≥ 0; without the factor ½ that some libraries give their L2 loss.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `squared_error`, `l2`.
    With its defaults: convex, exact_hessian, elicits_mean.
    """
    return _evaluate(
        _objective("mse"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Mse(Loss):
    """Mean squared error.

    :func:`mse` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("mse"))


@overload
def mae(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def mae(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def mae(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Mean absolute error.

    ℓ(x, t) = |x − t|

    Shapes: prediction and target of the same shape; one entry is one item. In units of the target,
    ≥ 0. At x = t the derivative is taken as 0.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `absolute_error`, `l1`.
    With its defaults: convex, lipschitz, elicits_median.
    """
    return _evaluate(
        _objective("mae"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Mae(Loss):
    """Mean absolute error.

    :func:`mae` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("mae"))


@overload
def huber(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def huber(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def huber(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    delta: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Huber loss: squared error near the target, absolute error away from it.

    ℓ(x, t) = ½ r² if |r| < δ, else δ (|r| − ½ δ);  r = x − t

    Shapes: prediction and target of the same shape; one entry is one item. In squared units of the
    target, ≥ 0. `smooth_l1(beta=δ)` is this divided by δ. Source: Huber 1964.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    delta : a number > 0
        Residual δ beyond which the loss is linear, in units of the target.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `huber_loss`.
    With its defaults: convex, lipschitz.
    """
    return _evaluate(
        _objective("huber", delta=delta),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Huber(Loss):
    """Huber loss: squared error near the target, absolute error away from it.

    :func:`huber` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, delta: float = 1.0) -> None:
        super().__init__(_objective("huber", delta=delta))


@overload
def smooth_l1(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def smooth_l1(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def smooth_l1(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Smooth L1: absolute error with a rounded tip.

    ℓ(x, t) = ½ r²/β if |r| < β, else |r| − ½ β;  r = x − t

    Shapes: prediction and target of the same shape; one entry is one item. In units of the target,
    ≥ 0. It is `huber(delta=β)` divided by β. Source: Girshick 2015.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    beta : a number > 0
        Residual β at which the loss becomes linear, in units of the target.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `smooth_l1_loss`.
    With its defaults: convex, lipschitz.
    """
    return _evaluate(
        _objective("smooth_l1", beta=beta),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SmoothL1(Loss):
    """Smooth L1: absolute error with a rounded tip.

    :func:`smooth_l1` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, beta: float = 1.0) -> None:
        super().__init__(_objective("smooth_l1", beta=beta))


@overload
def smooth_ln(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def smooth_ln(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def smooth_ln(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Smooth-ln loss: quadratic near the target, and hardly faster than linear far away.

    ℓ(x, t) = (|r| + 1) ln(|r| + 1) − |r|;  r = x − t

    Its slope is sign(r) ln(|r| + 1). Shapes: prediction and target of the same shape; one entry is one item.
    ≥ 0; not invariant to scale: residuals count as large from 1 on. For control points of text. Source: Liu and Jin
    2017; Raisi et al. 2022 (paper 010).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `smooth_ln_loss`.
    With its defaults: convex, exact_hessian.
    """
    return _evaluate(
        _objective("smooth_ln"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SmoothLn(Loss):
    """Smooth-ln loss: quadratic near the target, and hardly faster than linear far away.

    :func:`smooth_ln` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("smooth_ln"))


@overload
def pseudo_huber(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def pseudo_huber(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def pseudo_huber(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    delta: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Pseudo-Huber loss: Huber without a seam.

    ℓ(x, t) = δ² (√(1 + (r/δ)²) − 1),  r = x − t

    Shapes: prediction and target of the same shape; one entry is one item. In squared units of the
    target, ≥ 0: ½ r² near the target, δ|r| far from it. Source: Charbonnier et al. 1997.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    delta : a number > 0
        Residual δ around which the loss turns from square to linear, in units of the target.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `charbonnier`.
    With its defaults: convex, lipschitz, exact_hessian.
    """
    return _evaluate(
        _objective("pseudo_huber", delta=delta),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class PseudoHuber(Loss):
    """Pseudo-Huber loss: Huber without a seam.

    :func:`pseudo_huber` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, delta: float = 1.0) -> None:
        super().__init__(_objective("pseudo_huber", delta=delta))


@overload
def log_cosh(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def log_cosh(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def log_cosh(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Log-cosh loss: smooth, square near the target and linear far from it.

    ℓ(x, t) = ln cosh(x − t)

    Shapes: prediction and target of the same shape; one entry is one item. ≥ 0: ½ r² near the target,
    |r| − ln 2 far from it. The target should be scaled to unit order.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `logcosh`.
    With its defaults: convex, lipschitz, exact_hessian.
    """
    return _evaluate(
        _objective("log_cosh"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class LogCosh(Loss):
    """Log-cosh loss: smooth, square near the target and linear far from it.

    :func:`log_cosh` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("log_cosh"))


@overload
def lp(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    p: float = 1.5,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def lp(
    prediction: ArrayLike, target: ArrayLike, *, p: float = 1.5, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def lp(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    p: float = 1.5,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Power of the absolute error.

    ℓ(x, t) = |x − t|^p

    Shapes: prediction and target of the same shape; one entry is one item. In units of the target to the power of p,
    ≥ 0. Between `mae` (p = 1) and `mse` (p = 2); the p-th root of a sum of it is the Minkowski distance.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    p : a number in [1, 2]
        The power.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `minkowski`, `lp_loss`.
    With its defaults: convex.
    """
    return _evaluate(
        _objective("lp", p=p),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Lp(Loss):
    """Power of the absolute error.

    :func:`lp` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, p: float = 1.5) -> None:
        super().__init__(_objective("lp", p=p))


@overload
def balanced_l1(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 0.5,
    gamma: float = 1.5,
    beta: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def balanced_l1(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 0.5,
    gamma: float = 1.5,
    beta: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def balanced_l1(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 0.5,
    gamma: float = 1.5,
    beta: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Balanced L1: absolute error whose slope rises faster near the target than that of smooth L1.

    ℓ(x, t) = (α/b)(b|r| + β) ln(b|r|/β + 1) − α|r| if |r| < β, else γ|r| + γβ/b − αβ;  r = x − t, b = e^(γ/α) − 1

    Its slope is α ln(b|r|/β + 1) up to γ. Shapes: prediction and target of the same shape; one entry is one item; for
    the offsets of boxes. In units of the target, ≥ 0. Source: Pang et al. 2019 (Libra R-CNN), who have β = 1.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : a number > 0
        How much α small residuals count; the larger, the more.
    gamma : a number > 0
        Slope γ of large residuals.
    beta : a number > 0
        Residual β at which the loss becomes linear, in units of the target.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `balanced_l1_loss`.
    With its defaults: convex, lipschitz.
    """
    return _evaluate(
        _objective("balanced_l1", alpha=alpha, gamma=gamma, beta=beta),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class BalancedL1(Loss):
    """Balanced L1: absolute error whose slope rises faster near the target than that of smooth L1.

    :func:`balanced_l1` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, alpha: float = 0.5, gamma: float = 1.5, beta: float = 1.0) -> None:
        super().__init__(_objective("balanced_l1", alpha=alpha, gamma=gamma, beta=beta))


@overload
def cauchy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def cauchy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def cauchy(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Cauchy (Lorentzian) loss: grows as the logarithm of the residual.

    ℓ(x, t) = ln(1 + ½ (r/c)²),  r = x − t

    Shapes: prediction and target of the same shape; one entry is one item. ≥ 0, without a unit. It is
    `general_robust(alpha=0)`. Source: Black and Anandan 1996.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    scale : a number > 0
        Scale c of the residuals, in units of the target.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `lorentzian`, `cauchy_loss`.
    With its defaults: lipschitz.
    """
    return _evaluate(
        _objective("cauchy", scale=scale),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Cauchy(Loss):
    """Cauchy (Lorentzian) loss: grows as the logarithm of the residual.

    :func:`cauchy` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, scale: float = 1.0) -> None:
        super().__init__(_objective("cauchy", scale=scale))


@overload
def geman_mcclure(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def geman_mcclure(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def geman_mcclure(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Geman–McClure loss: squared error near the target, level far from it.

    ℓ(x, t) = 2 s²/(s² + 4),  s = (x − t)/c

    Shapes: prediction and target of the same shape; one entry is one item. In 0..2, without a unit. It is
    `general_robust(alpha=-2)`. Source: Geman and McClure 1987, scaled as by Barron 2019.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    scale : a number > 0
        Scale c of the residuals, in units of the target.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `geman_mcclure_loss`.
    With its defaults: lipschitz, bounded.
    """
    return _evaluate(
        _objective("geman_mcclure", scale=scale),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class GemanMcclure(Loss):
    """Geman–McClure loss: squared error near the target, level far from it.

    :func:`geman_mcclure` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, scale: float = 1.0) -> None:
        super().__init__(_objective("geman_mcclure", scale=scale))


@overload
def welsch(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def welsch(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def welsch(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Welsch (Leclerc) loss: squared error near the target, level far from it.

    ℓ(x, t) = 1 − exp(−½ (r/c)²),  r = x − t

    Shapes: prediction and target of the same shape; one entry is one item. In 0..1, without a unit. It is the limit
    of `general_robust` for alpha → −∞. Source: Dennis and Welsch 1978; Leclerc 1989.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    scale : a number > 0
        Scale c of the residuals, in units of the target.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `leclerc`, `welsch_loss`.
    With its defaults: lipschitz, bounded.
    """
    return _evaluate(
        _objective("welsch", scale=scale),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Welsch(Loss):
    """Welsch (Leclerc) loss: squared error near the target, level far from it.

    :func:`welsch` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, scale: float = 1.0) -> None:
        super().__init__(_objective("welsch", scale=scale))


@overload
def tukey_biweight(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    c: float = 4.685,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def tukey_biweight(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    c: float = 4.685,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def tukey_biweight(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    c: float = 4.685,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Tukey's biweight: squared error near the target, constant beyond c.

    ℓ(x, t) = c²/6 (1 − (1 − (r/c)²)³) if |r| < c, else c²/6;  r = x − t

    What lies beyond c has no slope at all: scale the residuals by a robust spread first. Shapes: prediction and
    target of the same shape; one entry is one item. In squared units of the target, in 0..c²/6. The default c has
    95 % efficiency for Gaussian noise of deviation 1. Source: Beaton and Tukey 1974.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    c : a number > 0
        Residual c from which the loss is constant, in units of the target.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `tukey`, `bisquare`.
    With its defaults: lipschitz, bounded.
    """
    return _evaluate(
        _objective("tukey_biweight", c=c),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class TukeyBiweight(Loss):
    """Tukey's biweight: squared error near the target, constant beyond c.

    :func:`tukey_biweight` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, c: float = 4.685) -> None:
        super().__init__(_objective("tukey_biweight", c=c))


@overload
def general_robust(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 1.0,
    scale: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def general_robust(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 1.0,
    scale: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def general_robust(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 1.0,
    scale: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """General robust loss: one family from squared error (α = 2) down to losses that ignore outliers (α < 0).

    ℓ(x, t) = |α − 2|/α · ((s²/|α − 2| + 1)^(α/2) − 1),  s = (x − t)/c

    with its limits ½ s² at α = 2 and ln(1 + ½ s²) at α = 0. α = 1 is Charbonnier's √(s² + 1) − 1, α = −2
    `geman_mcclure`, α → −∞ `welsch`. Shapes: prediction and target of the same shape; one entry is one item. ≥ 0,
    without a unit. Source: Barron 2019.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : a number ≤ 2
        Shape α: the smaller, the less an outlier counts.
    scale : a number > 0
        Scale c of the residuals, in units of the target.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `barron`, `adaptive_robust`.
    With its defaults: convex, lipschitz, exact_hessian.
    """
    return _evaluate(
        _objective("general_robust", alpha=alpha, scale=scale),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class GeneralRobust(Loss):
    """General robust loss: one family from squared error (α = 2) down to losses that ignore outliers (α < 0).

    :func:`general_robust` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, alpha: float = 1.0, scale: float = 1.0) -> None:
        super().__init__(_objective("general_robust", alpha=alpha, scale=scale))


@overload
def mape(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: float = 1e-08,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def mape(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: float = 1e-08,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def mape(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: float = 1e-08,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Absolute percentage error: the absolute error as a share of the target.

    ℓ(x, t) = |x − t| / max(|t|, ε)

    Shapes: prediction and target of the same shape; one entry is one item. A share and not a percentage, ≥ 0;
    a common factor of both sides changes nothing. For targets well away from 0: one near 0 weighs up to 1/ε
    and outweighs all others. Favours predictions that are too low. Source: Jadon et al. 2022 (paper 039).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    epsilon : a number > 0
        Least size ε of a target, in its units.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `mape_loss`, `mean_absolute_percentage_error`.
    With its defaults: convex.
    """
    return _evaluate(
        _objective("mape", epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Mape(Loss):
    """Absolute percentage error: the absolute error as a share of the target.

    :func:`mape` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, epsilon: float = 1e-08) -> None:
        super().__init__(_objective("mape", epsilon=epsilon))


@overload
def smape(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def smape(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def smape(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Symmetric absolute percentage error: the absolute error as a share of the mean size of both sides.

    ℓ(x, t) = 2|x − t| / (|x| + |t|), 0 where both are 0

    The definition of the M4 competition without its factor of 100; others leave out the 2. Where the signs differ
    it is 2 whatever the prediction, without a slope. Shapes: prediction and target of the same shape; one entry is
    one item. A share in 0..2. Source: Makridakis et al. 2020; Wang et al. 2024 (paper 166).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `smape_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("smape"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Smape(Loss):
    """Symmetric absolute percentage error: the absolute error as a share of the mean size of both sides.

    :func:`smape` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("smape"))


@overload
def msle(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def msle(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def msle(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Squared logarithmic error: the squared difference of ln(1 + ·).

    ℓ(x, t) = (ln(1 + x) − ln(1 + t))²

    For targets that grow by factors or have a long tail to the right; predictions that are too low cost more.
    Shapes: prediction and target, both ≥ 0, of the same shape; one entry is one item. A linear output needs a
    softplus. ≥ 0, without a unit. Source: Jadon et al. 2022 (paper 039).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `msle_loss`, `mean_squared_logarithmic_error`.
    """
    return _evaluate(
        _objective("msle"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Msle(Loss):
    """Squared logarithmic error: the squared difference of ln(1 + ·).

    :func:`msle` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("msle"))


@overload
def quantile(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    q: float = 0.5,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def quantile(
    prediction: ArrayLike, target: ArrayLike, *, q: float = 0.5, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def quantile(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    q: float = 0.5,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Quantile (pinball) loss.

    ℓ(x, t) = max(q·r, (q − 1)·r),  r = t − x

    Shapes: prediction and target of the same shape; one entry is one item. In units of the target,
    ≥ 0. Its constant minimiser is the q-quantile; q = ½ is half the absolute error. Source: Koenker
    and Bassett 1978.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    q : a number in (0, 1)
        Level q of the quantile.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `pinball`, `quantile_loss`.
    With its defaults: convex, lipschitz, elicits_quantile.
    """
    return _evaluate(
        _objective("quantile", q=q),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Quantile(Loss):
    """Quantile (pinball) loss.

    :func:`quantile` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, q: float = 0.5) -> None:
        super().__init__(_objective("quantile", q=q))


@overload
def expectile(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    q: float = 0.5,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def expectile(
    prediction: ArrayLike, target: ArrayLike, *, q: float = 0.5, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def expectile(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    q: float = 0.5,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Expectile loss: squared error, weighted by the side on which the prediction lies.

    ℓ(x, t) = |q − 1(r < 0)|·r²,  r = t − x

    Shapes: prediction and target of the same shape; one entry is one item. In squared units of the target, ≥ 0.
    Its constant minimiser is the q-expectile; q = ½ is half the squared error. Source: Newey and Powell 1987.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    q : a number in (0, 1)
        Level q of the expectile.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `asymmetric_squared_error`.
    With its defaults: convex, exact_hessian, elicits_mean.
    """
    return _evaluate(
        _objective("expectile", q=q),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Expectile(Loss):
    """Expectile loss: squared error, weighted by the side on which the prediction lies.

    :func:`expectile` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, q: float = 0.5) -> None:
        super().__init__(_objective("expectile", q=q))


@overload
def poisson_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    log_input: bool = True,
    full: bool = False,
    epsilon: float = 1e-08,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def poisson_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    log_input: bool = True,
    full: bool = False,
    epsilon: float = 1e-08,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def poisson_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    log_input: bool = True,
    full: bool = False,
    epsilon: float = 1e-08,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Poisson negative log-likelihood of a count.

    ℓ(x, t) = e^x − t·x, or with log_input=false x − t ln(x + ε); with full=true and ln t! by Stirling's formula

    Shapes: prediction (log-rate, or rate ≥ 0) and target (count ≥ 0) of the same shape; one entry is
    one item. In nats; can be negative. A log-rate beyond ln of the dtype's maximum is an error. Stirling's formula
    is t ln t − t + ½ ln 2πt for t > 1, else 0.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    log_input : true or false
        Is the prediction the logarithm of the rate?
    full : true or false
        With the term of the target alone, which changes no gradient?
    epsilon : a number > 0
        Keeps the logarithm of a predicted rate of 0 finite.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `poisson`, `poisson_nll_loss`.
    With its defaults: convex, exact_hessian, elicits_log_mean.
    """
    return _evaluate(
        _objective("poisson_nll", log_input=log_input, full=full, epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class PoissonNll(Loss):
    """Poisson negative log-likelihood of a count.

    :func:`poisson_nll` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, log_input: bool = True, full: bool = False, epsilon: float = 1e-08) -> None:
        super().__init__(_objective("poisson_nll", log_input=log_input, full=full, epsilon=epsilon))


@overload
def gamma_nll(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def gamma_nll(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def gamma_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Gamma negative log-likelihood of a positive amount, up to its shape and constants.

    ℓ(x, t) = x + t·e^−x

    Shapes: prediction (the logarithm of the mean, within ±40) and target ≥ 0 of the same shape; one entry is one
    item. Can be negative. Half the gamma deviance without the terms of the target alone; for amounts whose spread
    grows with their mean, such as costs. Source: McCullagh and Nelder 1989.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `gamma`, `gamma_deviance`.
    With its defaults: convex, exact_hessian, elicits_log_mean.
    """
    return _evaluate(
        _objective("gamma_nll"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class GammaNll(Loss):
    """Gamma negative log-likelihood of a positive amount, up to its shape and constants.

    :func:`gamma_nll` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("gamma_nll"))


@overload
def tweedie(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    p: float = 1.5,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def tweedie(
    prediction: ArrayLike, target: ArrayLike, *, p: float = 1.5, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def tweedie(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    p: float = 1.5,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Tweedie negative log-likelihood of an amount that may be 0, up to its dispersion and constants.

    ℓ(x, t) = e^((2 − p)x)/(2 − p) − t·e^((1 − p)x)/(1 − p)

    Shapes: prediction (the logarithm of the mean, within ±40) and target ≥ 0 of the same shape; one entry is one
    item. ≥ 0. The variance grows as the mean to the power of p: between counts (p → 1, `poisson_nll`) and positive
    amounts (p → 2, `gamma_nll`), with a lump at 0, as insurance claims have. Source: Jørgensen 1987.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    p : a number in (1, 2)
        Power p of the variance.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `tweedie_nll`, `tweedie_deviance`.
    With its defaults: convex, exact_hessian, elicits_log_mean.
    """
    return _evaluate(
        _objective("tweedie", p=p),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Tweedie(Loss):
    """Tweedie negative log-likelihood of an amount that may be 0, up to its dispersion and constants.

    :func:`tweedie` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, p: float = 1.5) -> None:
        super().__init__(_objective("tweedie", p=p))


@overload
def rmse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def rmse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def rmse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Root mean squared error.

    ℓ(x, t) = √(Σ w (x − t)²/Σ w)

    Shapes: prediction and target of the same shape, all of which is one item, or with per="item" `[series, steps]` and
    each series is one; weights and mask of entries (per="item": weights of series). In units of the target, ≥ 0. The
    slope stays as steep near the target as far from it: it has the minimum of `mse`, with steps of one length. Source:
    Jadon et al. 2022 (paper 039).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    per : "item" or "batch"
        The batch as a whole, or each row of `[series, steps]` by itself?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `rmse_loss`, `root_mean_squared_error`.
    With its defaults: convex, lipschitz.
    """
    return _evaluate(
        _objective("rmse", per=per),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Rmse(Loss):
    """Root mean squared error.

    :func:`rmse` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, per: Literal["item", "batch"] = "batch") -> None:
        super().__init__(_objective("rmse", per=per))


@overload
def rmsle(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def rmsle(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def rmsle(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Root mean squared logarithmic error.

    ℓ(x, t) = √(Σ w (ln(1 + x) − ln(1 + t))²/Σ w)

    Shapes: prediction and target of the same shape, all of which is one item, or with per="item" `[series, steps]` and
    each series is one; weights and mask of entries (per="item": weights of series). Both sides ≥ 0. ≥ 0, without a
    unit. Source: Jadon et al. 2022 (paper 039).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    per : "item" or "batch"
        The batch as a whole, or each row of `[series, steps]` by itself?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `rmsle_loss`, `root_mean_squared_logarithmic_error`.
    """
    return _evaluate(
        _objective("rmsle", per=per),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Rmsle(Loss):
    """Root mean squared logarithmic error.

    :func:`rmsle` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, per: Literal["item", "batch"] = "batch") -> None:
        super().__init__(_objective("rmsle", per=per))


@overload
def nrmse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    by: Literal["mean", "range", "std", "iqr"] = "mean",
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def nrmse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    by: Literal["mean", "range", "std", "iqr"] = "mean",
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def nrmse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    by: Literal["mean", "range", "std", "iqr"] = "mean",
    per: Literal["item", "batch"] = "batch",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Root mean squared error as a share of the size of the targets.

    ℓ(x, t) = √(Σ w (x − t)²/Σ w) / N,  N = |t̄|, max t − min t, the deviation or the interquartile range of the targets

    Shapes: prediction and target of the same shape, all of which is one item, or with per="item" `[series, steps]` and
    each series is one; weights and mask of entries (per="item": weights of series). N = 0 is an error; weights count
    in mean and deviation, range and quartiles (interpolated linearly) are of all targets that count. ≥ 0, without a
    unit. Source: Jadon et al. 2022 (paper 039).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    by : "mean", "range", "std" or "iqr"
        What it is a share of.
    per : "item" or "batch"
        The batch as a whole, or each row of `[series, steps]` by itself?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `nrmse_loss`.
    With its defaults: convex.
    """
    return _evaluate(
        _objective("nrmse", by=by, per=per),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Nrmse(Loss):
    """Root mean squared error as a share of the size of the targets.

    :func:`nrmse` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self, *, by: Literal["mean", "range", "std", "iqr"] = "mean", per: Literal["item", "batch"] = "batch"
    ) -> None:
        super().__init__(_objective("nrmse", by=by, per=per))


@overload
def rrmse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    by: Literal["target", "prediction"] = "target",
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def rrmse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    by: Literal["target", "prediction"] = "target",
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def rrmse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    by: Literal["target", "prediction"] = "target",
    per: Literal["item", "batch"] = "batch",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Relative root mean squared error: as a share of the size of the targets or, as first written, of the predictions.

    ℓ(x, t) = √(Σ w (x − t)²/Σ w / Σ w s²),  s = t, or with by="prediction" s = x

    Shapes: prediction and target of the same shape, all of which is one item, or with per="item" `[series, steps]` and
    each series is one; weights and mask of entries (per="item": weights of series). Σ w s² counts as at least 10⁻¹². ≥
    0, without a unit. By the predictions it is not convex, and its slope fades for predictions that are far too large,
    where it levels off at 1/√Σ w. Source: Jadon et al. 2022 (paper 039).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    by : "target" or "prediction"
        What it is a share of.
    per : "item" or "batch"
        The batch as a whole, or each row of `[series, steps]` by itself?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `rrmse_loss`.
    With its defaults: convex.
    """
    return _evaluate(
        _objective("rrmse", by=by, per=per),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Rrmse(Loss):
    """Relative root mean squared error: as a share of the size of the targets or, as first written, of the predictions.

    :func:`rrmse` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self, *, by: Literal["target", "prediction"] = "target", per: Literal["item", "batch"] = "batch"
    ) -> None:
        super().__init__(_objective("rrmse", by=by, per=per))


@overload
def rae(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def rae(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def rae(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Relative absolute error: absolute error as a share of that of the mean.

    ℓ(x, t) = Σ w |x − t| / Σ w |t − t̄|

    Shapes: prediction and target of the same shape, all of which is one item, or with per="item" `[series, steps]` and
    each series is one; weights and mask of entries (per="item": weights of series). Targets that are all equal are an
    error. ≥ 0, without a unit; 1 is as good as the mean of the targets, so that series of different size compare.
    Source: Jadon et al. 2022 (paper 039).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    per : "item" or "batch"
        The batch as a whole, or each row of `[series, steps]` by itself?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `rae_loss`, `relative_absolute_error`.
    With its defaults: convex.
    """
    return _evaluate(
        _objective("rae", per=per),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Rae(Loss):
    """Relative absolute error: absolute error as a share of that of the mean.

    :func:`rae` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, per: Literal["item", "batch"] = "batch") -> None:
        super().__init__(_objective("rae", per=per))


@overload
def rse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def rse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def rse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Relative squared error: squared error as a share of that of the mean, 1 − R².

    ℓ(x, t) = Σ w (x − t)² / Σ w (t − t̄)²

    Shapes: prediction and target of the same shape, all of which is one item, or with per="item" `[series, steps]` and
    each series is one; weights and mask of entries (per="item": weights of series). Targets that are all equal are an
    error. ≥ 0, without a unit; 1 is as good as the mean of the targets, so that series of different size compare.
    Source: Jadon et al. 2022 (paper 039).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    per : "item" or "batch"
        The batch as a whole, or each row of `[series, steps]` by itself?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `rse_loss`, `relative_squared_error`.
    With its defaults: convex, exact_hessian.
    """
    return _evaluate(
        _objective("rse", per=per),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Rse(Loss):
    """Relative squared error: squared error as a share of that of the mean, 1 − R².

    :func:`rse` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, per: Literal["item", "batch"] = "batch") -> None:
        super().__init__(_objective("rse", per=per))


@overload
def concordance(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def concordance(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def concordance(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    per: Literal["item", "batch"] = "batch",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """One minus the concordance correlation coefficient: agreement in place, scale and order.

    ℓ(x, t) = 1 − 2 s_xt/(s_x² + s_t² + (x̄ − t̄)²)

    with weighted means, variances and covariance (divisor Σ w). It is m/(m + 2 s_xt) with the mean squared error m,
    which is how it is computed. Shapes: prediction and target of the same shape, all of which is one item, or with
    per="item" `[series, steps]` and each series is one; weights and mask of entries (per="item": weights of series). In
    0..2, without a unit; 1 for predictions that are all equal; 0 if both sides are all one number. Meant for batches of
    some size: of two numbers it says little. Source: Lin 1989.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    per : "item" or "batch"
        The batch as a whole, or each row of `[series, steps]` by itself?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ccc`, `ccc_loss`, `concordance_correlation`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("concordance", per=per),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Concordance(Loss):
    """One minus the concordance correlation coefficient: agreement in place, scale and order.

    :func:`concordance` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, per: Literal["item", "batch"] = "batch") -> None:
        super().__init__(_objective("concordance", per=per))


@overload
def pearson(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: float = 1e-08,
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def pearson(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: float = 1e-08,
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def pearson(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: float = 1e-08,
    per: Literal["item", "batch"] = "batch",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """One minus Pearson's correlation: order and proportion, whatever place and scale.

    ℓ(x, t) = 1 − s_xt/√(max(s_x², ε) max(s_t², ε))

    with weighted variances and covariance (divisor Σ w). Shapes: prediction and target of the same shape, all of which
    is one item, or with per="item" `[series, steps]` and each series is one; weights and mask of entries (per="item":
    weights of series). In 0..2, without a unit. Place and scale of the predictions stay undetermined: add a loss that
    fixes them, or take `concordance`.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    epsilon : a number > 0
        Least variance ε.
    per : "item" or "batch"
        The batch as a whole, or each row of `[series, steps]` by itself?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `pearson_loss`, `plcc`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("pearson", epsilon=epsilon, per=per),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Pearson(Loss):
    """One minus Pearson's correlation: order and proportion, whatever place and scale.

    :func:`pearson` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, epsilon: float = 1e-08, per: Literal["item", "batch"] = "batch") -> None:
        super().__init__(_objective("pearson", epsilon=epsilon, per=per))


@overload
def balanced_mse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    noise: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def balanced_mse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    noise: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def balanced_mse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    noise: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Balanced squared error: regression for a test distribution in which all targets are equally likely.

    ℓ(x, t) = Σ_i w_i ((x_i − t_i)² + 2σ² ln Σ_j w_j e^(−(x_i − t_j)²/2σ²))/Σ w

    The targets of the batch stand for the distribution of the training targets: a prediction that lies where they are
    frequent has more of them to tell apart. Shapes: prediction and target of the same shape, all of which is one item;
    weights and mask of entries. In squared units of the target, ≥ 0 without weights. In O(n²). Source: Ren et al. 2022
    (batch form); paper 084 has the same correction with bins.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    noise : a number > 0
        Deviation σ of the noise, in units of the target.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `bmc_loss`.
    """
    return _evaluate(
        _objective("balanced_mse", noise=noise),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class BalancedMse(Loss):
    """Balanced squared error: regression for a test distribution in which all targets are equally likely.

    :func:`balanced_mse` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, noise: float = 1.0) -> None:
        super().__init__(_objective("balanced_mse", noise=noise))


@overload
def gaussian_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    link: Literal["log", "softplus", "none"] = "log",
    full: bool = False,
    epsilon: float = 1e-06,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def gaussian_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    link: Literal["log", "softplus", "none"] = "log",
    full: bool = False,
    epsilon: float = 1e-06,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def gaussian_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    link: Literal["log", "softplus", "none"] = "log",
    full: bool = False,
    epsilon: float = 1e-06,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Gaussian negative log-likelihood of a predicted mean and variance.

    ℓ(x, t) = ½ (ln σ² + (t − x₁)²/σ²),  σ² = max(link(x₂), ε); with full=true and ½ ln 2π

    Shapes: predictions `[…, 2]` of a mean and a raw variance, targets `[…]`; weights and mask of targets; one target
    is one item. In nats; can be negative. link="log" takes the logarithm of the variance, link="none" the variance
    itself (below 0 is an error). As in PyTorch, the floor ε has no slope of its own: a variance below it is drawn up
    as if it were ε. Source: Nix and Weigend 1994.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    link : "log", "softplus" or "none"
        How the second number becomes the variance.
    full : true or false
        With the constant ½ ln 2π?
    epsilon : a number in [0.000000000001, 1]
        Least variance ε.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `gaussian_nll_loss`, `heteroscedastic`.
    """
    return _evaluate(
        _objective("gaussian_nll", link=link, full=full, epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class GaussianNll(Loss):
    """Gaussian negative log-likelihood of a predicted mean and variance.

    :func:`gaussian_nll` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self, *, link: Literal["log", "softplus", "none"] = "log", full: bool = False, epsilon: float = 1e-06
    ) -> None:
        super().__init__(_objective("gaussian_nll", link=link, full=full, epsilon=epsilon))


@overload
def laplace_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    link: Literal["log", "softplus", "none"] = "log",
    full: bool = False,
    epsilon: float = 1e-06,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def laplace_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    link: Literal["log", "softplus", "none"] = "log",
    full: bool = False,
    epsilon: float = 1e-06,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def laplace_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    link: Literal["log", "softplus", "none"] = "log",
    full: bool = False,
    epsilon: float = 1e-06,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Laplace negative log-likelihood of a predicted median and scale.

    ℓ(x, t) = ln b + |t − x₁|/b,  b = max(link(x₂), ε); with full=true and ln 2

    Shapes: predictions `[…, 2]` of a median and a raw scale, targets `[…]`; weights and mask of targets; one target
    is one item. In nats; can be negative. link="log" takes the logarithm of the scale, link="none" the scale itself
    (below 0 is an error). The floor ε has no slope of its own, as in `gaussian_nll`. Outliers count less than there.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    link : "log", "softplus" or "none"
        How the second number becomes the scale.
    full : true or false
        With the constant ln 2?
    epsilon : a number in [0.000000000001, 1]
        Least scale ε.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `laplace_nll_loss`.
    """
    return _evaluate(
        _objective("laplace_nll", link=link, full=full, epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class LaplaceNll(Loss):
    """Laplace negative log-likelihood of a predicted median and scale.

    :func:`laplace_nll` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self, *, link: Literal["log", "softplus", "none"] = "log", full: bool = False, epsilon: float = 1e-06
    ) -> None:
        super().__init__(_objective("laplace_nll", link=link, full=full, epsilon=epsilon))


@overload
def student_t_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    df: float | None = 4.0,
    link: Literal["log", "softplus", "none"] = "log",
    epsilon: float = 1e-06,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def student_t_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    df: float | None = 4.0,
    link: Literal["log", "softplus", "none"] = "log",
    epsilon: float = 1e-06,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def student_t_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    df: float | None = 4.0,
    link: Literal["log", "softplus", "none"] = "log",
    epsilon: float = 1e-06,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Student-t negative log-likelihood of a predicted place and scale, and of predicted degrees of freedom if asked.

    ℓ(x, t) = ½(ν + 1) ln(1 + z²/ν) + ln s + ½ ln(πν) − ln Γ(½(ν + 1))/Γ(½ν),  z = (t − x₁)/s, s = max(link(x₂), ε)

    Shapes: predictions `[…, 2]` of a place and a raw scale, with df=none `[…, 3]` and then the logarithm of ν, within
    ±40; targets `[…]`; weights and mask of targets; one target is one item. In nats; can be negative. Outliers cost
    no more than a logarithm. ν → ∞ is a Gaussian with the deviation s. Source: Lange, Little and Taylor 1989.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    df : none or a number > 0
        Degrees of freedom ν > 0; none: a third number is their logarithm.
    link : "log", "softplus" or "none"
        How the second number becomes the scale s.
    epsilon : a number in [0.000000000001, 1]
        Least scale ε.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `student_t`.
    """
    return _evaluate(
        _objective("student_t_nll", df=df, link=link, epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class StudentTNll(Loss):
    """Student-t negative log-likelihood of a predicted place and scale, and of predicted degrees of freedom if asked.

    :func:`student_t_nll` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self, *, df: float | None = 4.0, link: Literal["log", "softplus", "none"] = "log", epsilon: float = 1e-06
    ) -> None:
        super().__init__(_objective("student_t_nll", df=df, link=link, epsilon=epsilon))


@overload
def negative_binomial_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    full: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def negative_binomial_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    full: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def negative_binomial_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    full: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Negative binomial negative log-likelihood of a count: Poisson with a predicted surplus of variance.

    ℓ(x, t) = (r + t) ln(1 + μ/r) − t ln(μ/r) − ln Γ(t + r)/Γ(r),  μ = e^x₁, r = e^−x₂; with full=true and ln t!

    The variance is μ + α μ² with the dispersion α = 1/r = e^x₂; α → 0 is Poisson. Shapes: predictions `[…, 2]` of the
    logarithms of mean and dispersion, each within ±40, targets `[…]` of counts ≥ 0; weights and mask of targets; one
    target is one item. In nats. Source: Lawless 1987; Salinas et al. 2020 (DeepAR).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    full : true or false
        With ln t!, which changes no gradient?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `negative_binomial`.
    """
    return _evaluate(
        _objective("negative_binomial_nll", full=full),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class NegativeBinomialNll(Loss):
    """Negative binomial negative log-likelihood of a count: Poisson with a predicted surplus of variance.

    :func:`negative_binomial_nll` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, full: bool = False) -> None:
        super().__init__(_objective("negative_binomial_nll", full=full))


@overload
def mixture_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    component: Literal["gaussian", "laplace"] = "gaussian",
    epsilon: float = 0.001,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def mixture_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    component: Literal["gaussian", "laplace"] = "gaussian",
    epsilon: float = 0.001,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def mixture_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    component: Literal["gaussian", "laplace"] = "gaussian",
    epsilon: float = 0.001,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Negative log-likelihood of a predicted mixture (mixture density network).

    ℓ(x, t) = −ln Σ_k π_k f((t − μ_k)/s_k)/s_k,  π = softmax(x₁…), μ = the next m numbers, s = max(e^the last m, ε)

    Shapes: predictions `[…, 3m]` for m components: first m logits, then m places, then the logarithms of m scales,
    within ±40; targets `[…]`; weights and mask of targets; one target is one item. In nats; can be negative. The floor
    ε, without a slope of its own as in `gaussian_nll`, keeps a component from shrinking onto one target. Source: Bishop
    1994.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    component : "gaussian" or "laplace"
        The distribution f of a component.
    epsilon : a number in [0.000001, 1]
        Least scale ε of a component.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `mdn`, `mixture_density`.
    """
    return _evaluate(
        _objective("mixture_nll", component=component, epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class MixtureNll(Loss):
    """Negative log-likelihood of a predicted mixture (mixture density network).

    :func:`mixture_nll` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, component: Literal["gaussian", "laplace"] = "gaussian", epsilon: float = 0.001) -> None:
        super().__init__(_objective("mixture_nll", component=component, epsilon=epsilon))


@overload
def crps_gaussian(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    link: Literal["log", "softplus", "none"] = "log",
    epsilon: float = 1e-06,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def crps_gaussian(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    link: Literal["log", "softplus", "none"] = "log",
    epsilon: float = 1e-06,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def crps_gaussian(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    link: Literal["log", "softplus", "none"] = "log",
    epsilon: float = 1e-06,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Continuous ranked probability score of a Gaussian forecast: absolute error with the spread taken into account.

    ℓ(x, t) = σ (z erf(z/√2) + 2φ(z) − 1/√π),  z = (t − x₁)/σ, σ = max(link(x₂), ε), φ the standard normal density

    Shapes: predictions `[…, 2]` of a mean and a raw standard deviation, targets `[…]`; weights and mask of targets; one
    target is one item. In units of the target, ≥ 0; σ → 0 is the absolute error. Strictly proper, and far less driven
    by outliers than `gaussian_nll`. Source: Gneiting et al. 2005.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    link : "log", "softplus" or "none"
        How the second number becomes the standard deviation σ.
    epsilon : a number in [0.000000000001, 1]
        Least deviation ε, without a slope of its own.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `crps`, `crps_normal`.
    """
    return _evaluate(
        _objective("crps_gaussian", link=link, epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class CrpsGaussian(Loss):
    """Continuous ranked probability score of a Gaussian forecast: absolute error with the spread taken into account.

    :func:`crps_gaussian` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, link: Literal["log", "softplus", "none"] = "log", epsilon: float = 1e-06) -> None:
        super().__init__(_objective("crps_gaussian", link=link, epsilon=epsilon))


@overload
def crps_ensemble(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    fair: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def crps_ensemble(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    fair: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def crps_ensemble(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    fair: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Continuous ranked probability score of an ensemble: mean distance to the target less half the mean distance
    between members.

    ℓ(x, t) = 1/m Σ_i |x_i − t| − c Σ_ij |x_i − x_j|,  c = 1/(2m²), with fair=true 1/(2m(m − 1))

    Shapes: predictions `[…, m]` of m members (samples), targets `[…]`; weights and mask of targets; one target is one
    item. In units of the target; ≥ 0, with fair=true it can be below. The fair form does not reward small ensembles
    for being too narrow: it is right in the mean whatever m is. In O(m log m). Source: Gneiting and Raftery 2007;
    Ferro 2014.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    fair : true or false
        Over pairs of different members alone? Needs two of them.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `crps_samples`.
    With its defaults: lipschitz.
    """
    return _evaluate(
        _objective("crps_ensemble", fair=fair),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class CrpsEnsemble(Loss):
    """Continuous ranked probability score of an ensemble: mean distance to the target less half the mean distance

    :func:`crps_ensemble` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, fair: bool = False) -> None:
        super().__init__(_objective("crps_ensemble", fair=fair))


@overload
def energy_score(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 1.0,
    fair: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def energy_score(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 1.0,
    fair: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def energy_score(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 1.0,
    fair: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Energy score of an ensemble of vectors: the continuous ranked probability score in several dimensions.

    ℓ(x, t) = 1/m Σ_i ‖x_i − t‖^β − c Σ_ij ‖x_i − x_j‖^β,  c = 1/(2m²), with fair=true 1/(2m(m − 1))

    Shapes: predictions `[n, m, d]` of m members, targets `[n, d]`; weights of ensembles, a mask of ensembles or of
    members; one ensemble is one item. In units of the target (to the power of β); ≥ 0, with fair=true it can be below.
    Strictly proper for β < 2; in O(m² d). Source: Gneiting and Raftery 2007.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    beta : a number in (0, 2]
        Power β of the distances.
    fair : true or false
        Over pairs of different members alone? Needs two of them.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `energy_distance_score`.
    With its defaults: lipschitz.
    """
    return _evaluate(
        _objective("energy_score", beta=beta, fair=fair),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class EnergyScore(Loss):
    """Energy score of an ensemble of vectors: the continuous ranked probability score in several dimensions.

    :func:`energy_score` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, beta: float = 1.0, fair: bool = False) -> None:
        super().__init__(_objective("energy_score", beta=beta, fair=fair))


@overload
def quantiles(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    q: Numbers = (0.1, 0.5, 0.9),
    monotone: bool = False,
    crps: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def quantiles(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    q: Numbers = (0.1, 0.5, 0.9),
    monotone: bool = False,
    crps: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def quantiles(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    q: Numbers = (0.1, 0.5, 0.9),
    monotone: bool = False,
    crps: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Quantile losses of several predicted quantiles together, which cannot cross if asked.

    ℓ(x, t) = Σ_j max(q_j r_j, (q_j − 1) r_j),  r_j = t − x_j; with crps=true times 2/m

    With monotone=true the numbers are a first quantile and raw steps: x_j = x_(j−1) + ln(1 + e^raw), for levels that
    rise. Shapes: predictions `[…, m]`, one number for each of the m levels, targets `[…]`; weights and mask of targets;
    one target is one item. In units of the target, ≥ 0. For evenly spaced levels 2/m times the sum is the continuous
    ranked probability score of the quantiles. Source: Koenker and Bassett 1978; Jadon et al. 2022 (paper 039).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    q : a number or a list of numbers, each in (0, 1)
        Levels q of the quantiles.
    monotone : true or false
        Are all numbers but the first raw steps from quantile to quantile?
    crps : true or false
        Times 2/m?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `multi_quantile`, `crps_quantiles`.
    With its defaults: convex, lipschitz.
    """
    return _evaluate(
        _objective("quantiles", q=q, monotone=monotone, crps=crps),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Quantiles(Loss):
    """Quantile losses of several predicted quantiles together, which cannot cross if asked.

    :func:`quantiles` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, q: Numbers = (0.1, 0.5, 0.9), monotone: bool = False, crps: bool = False) -> None:
        super().__init__(_objective("quantiles", q=q, monotone=monotone, crps=crps))


@overload
def acr(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def acr(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def acr(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Adaptive coordinate loss (ACR): steeper near the target for coordinates that are unusual.

    ℓ(x, t) = λ ln(1 + d^(2 − φ)) if d ≤ 1, else d² + λ ln 2 − 1;  d = |x − t|

    φ in 0..1 says how unusual the coordinate is in its shape, see [`ShapeModel`](crate::regression::ShapeModel).
    Shapes: predictions of any shape, such as `[n, coordinates]`; targets with one axis more, `[…, 2]`: the coordinate t
    and its φ; weights and mask of coordinates or of the first axis; one coordinate is one item. The units matter:
    coordinates in −½..½ never reach d = 1. ≥ 0 for λ ≥ 0. Source: Fard and Mahoor 2022 (paper 094), made continuous:
    their program has φ ln 2 for λ ln 2 beyond 1.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    lambda_ : a number > 0
        Factor λ of the logarithm.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `acr_loss`.
    """
    return _evaluate(
        _objective("acr", **{"lambda": lambda_}),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Acr(Loss):
    """Adaptive coordinate loss (ACR): steeper near the target for coordinates that are unusual.

    :func:`acr` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, lambda_: float = 1.0) -> None:
        super().__init__(_objective("acr", **{"lambda": lambda_}))


@overload
def cox(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    ties: Literal["breslow", "efron"] = "efron",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def cox(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    ties: Literal["breslow", "efron"] = "efron",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def cox(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    ties: Literal["breslow", "efron"] = "efron",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Cox's negative log partial likelihood of survival times, per event.

    ℓ(s) = 1/E Σ over events i of (ln Σ_{t_j ≥ t_i} e^(s_j) − s_i),  E the number of events

    The prediction s is the logarithm of the hazard against that of others: the larger, the sooner. Shapes: prediction
    `[n]` or `[n, 1]`, target `[n, 2]` of time and event (1: it happened then; 0: censored, nothing had happened until
    then); weights w and mask of items. All of them are one item; it counts if there is an event. In nats, ≥ 0 with
    Breslow's ties. Events of one time: ties="breslow" gives each of them the whole risk set, ties="efron" takes out
    the l-th part of their own share for the l-th of them; with weights Σ w_j e^(s_j), each event w_i times, and E is
    Σ w_i. In O(n log n). Source: Cox 1972; Breslow 1974; Efron 1977.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    ties : "breslow" or "efron"
        What happens with events of one time.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `cox_ph`, `partial_likelihood`.
    With its defaults: convex, shift_invariant, exact_hessian.
    """
    return _evaluate(
        _objective("cox", ties=ties),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Cox(Loss):
    """Cox's negative log partial likelihood of survival times, per event.

    :func:`cox` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, ties: Literal["breslow", "efron"] = "efron") -> None:
        super().__init__(_objective("cox", ties=ties))


@overload
def dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1e-05,
    squared: bool = False,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1e-05,
    squared: bool = False,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1e-05,
    squared: bool = False,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Soft Dice loss: one minus twice the overlap over the sum of the sizes.

    ℓ = 1 − (2 Σ p·t + s) / (Σ p + Σ t + s), per item and class

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    in 0..1. One region, an item's class, is one item of a mean. In 0..1 for hard labels. A region that
    is empty in both has loss 0. Weights per item weigh regions, weights per pixel the sums. MONAI's
    `smooth_nr` and `smooth_dr` are both s. Not 0 at p = t for soft labels: see `dice_semimetric`. Source:
    Milletari et al. 2016.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    smooth : a number > 0
        Smoothing s of numerator and denominator, in pixels.
    squared : true or false
        Sum p² and t² in the denominator?
    include_background : true or false
        Does class 0 count?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    classes : "all" or "present"
        Which classes count: all, or those that occur in the target.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `dice_loss`, `soft_dice`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "dice",
            smooth=smooth,
            squared=squared,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Dice(Loss):
    """Soft Dice loss: one minus twice the overlap over the sum of the sizes.

    :func:`dice` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        smooth: float = 1e-05,
        squared: bool = False,
        include_background: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        classes: Literal["all", "present"] = "all",
        per: Literal["item", "batch"] = "item",
    ) -> None:
        super().__init__(_objective(
            "dice",
            smooth=smooth,
            squared=squared,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ))


@overload
def jaccard(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1e-05,
    squared: bool = False,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def jaccard(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1e-05,
    squared: bool = False,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def jaccard(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1e-05,
    squared: bool = False,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Soft Jaccard loss (IoU): one minus the overlap over the union.

    ℓ = 1 − (Σ p·t + s) / (Σ p + Σ t − Σ p·t + s), per item and class

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    in 0..1. One region, an item's class, is one item of a mean. In 0..1. A region that is empty in
    both has loss 0. MONAI's Dice loss with `jaccard` has twice this s. Not 0 at p = t for soft labels: see
    `jaccard_metric`. Source: Rahman and Wang 2016; weighted by classes paper 158.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    smooth : a number > 0
        Smoothing s of numerator and denominator, in pixels.
    squared : true or false
        Sum p² and t² in the union?
    include_background : true or false
        Does class 0 count?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    classes : "all" or "present"
        Which classes count: all, or those that occur in the target.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `soft_iou`, `jaccard_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "jaccard",
            smooth=smooth,
            squared=squared,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Jaccard(Loss):
    """Soft Jaccard loss (IoU): one minus the overlap over the union.

    :func:`jaccard` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        smooth: float = 1e-05,
        squared: bool = False,
        include_background: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        classes: Literal["all", "present"] = "all",
        per: Literal["item", "batch"] = "item",
    ) -> None:
        super().__init__(_objective(
            "jaccard",
            smooth=smooth,
            squared=squared,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ))


@overload
def tversky(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 0.3,
    beta: float = 0.7,
    smooth: float = 1e-05,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def tversky(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 0.3,
    beta: float = 0.7,
    smooth: float = 1e-05,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def tversky(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 0.3,
    beta: float = 0.7,
    smooth: float = 1e-05,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Tversky loss: Dice with false positives and false negatives weighted apart.

    ℓ = 1 − (TP + s) / (TP + α·FP + β·FN + s) with TP = Σ p·t, FP = Σ p·(1 − t), FN = Σ (1 − p)·t

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    in 0..1. One region, an item's class, is one item of a mean. In 0..1 for hard labels. α = β = ½ is
    Dice (with half its s), α = β = 1 Jaccard. Some write α for false negatives. Source: Salehi et al. 2017.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : a number ≥ 0
        Weight α of false positives.
    beta : a number ≥ 0
        Weight β of false negatives: above α for more recall.
    smooth : a number > 0
        Smoothing s of numerator and denominator, in pixels.
    include_background : true or false
        Does class 0 count?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    classes : "all" or "present"
        Which classes count: all, or those that occur in the target.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `tversky_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "tversky",
            alpha=alpha,
            beta=beta,
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Tversky(Loss):
    """Tversky loss: Dice with false positives and false negatives weighted apart.

    :func:`tversky` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        alpha: float = 0.3,
        beta: float = 0.7,
        smooth: float = 1e-05,
        include_background: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        classes: Literal["all", "present"] = "all",
        per: Literal["item", "batch"] = "item",
    ) -> None:
        super().__init__(_objective(
            "tversky",
            alpha=alpha,
            beta=beta,
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ))


@overload
def focal_tversky(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 0.75,
    alpha: float = 0.3,
    beta: float = 0.7,
    smooth: float = 1e-05,
    mean_first: bool = False,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def focal_tversky(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 0.75,
    alpha: float = 0.3,
    beta: float = 0.7,
    smooth: float = 1e-05,
    mean_first: bool = False,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def focal_tversky(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 0.75,
    alpha: float = 0.3,
    beta: float = 0.7,
    smooth: float = 1e-05,
    mean_first: bool = False,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Focal Tversky loss: a power of the Tversky loss.

    ℓ = (1 − TI)^γ with TI = (TP + s) / (TP + α·FP + β·FN + s), TP = Σ p·t, FP = Σ p·(1 − t),
    FN = Σ (1 − p)·t

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    in 0..1. One region, an item's class, is one item of a mean; with `mean_first`, (mean of 1 − TI over
    the classes)^γ, an item is. In 0..1 for hard labels. γ < 1 raises the loss of regions that are nearly
    right (with a slope that grows without bound towards perfection), γ > 1 that of the others. Source:
    Abraham and Khan 2019, paper 006; `mean_first` paper 158.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    gamma : a number > 0
        Exponent γ.
    alpha : a number ≥ 0
        Weight α of false positives.
    beta : a number ≥ 0
        Weight β of false negatives.
    smooth : a number > 0
        Smoothing s of numerator and denominator, in pixels.
    mean_first : true or false
        Take the power of the mean over the classes?
    include_background : true or false
        Does class 0 count?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    classes : "all" or "present"
        Which classes count: all, or those that occur in the target.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `focal_tversky_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "focal_tversky",
            gamma=gamma,
            alpha=alpha,
            beta=beta,
            smooth=smooth,
            mean_first=mean_first,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class FocalTversky(Loss):
    """Focal Tversky loss: a power of the Tversky loss.

    :func:`focal_tversky` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        gamma: float = 0.75,
        alpha: float = 0.3,
        beta: float = 0.7,
        smooth: float = 1e-05,
        mean_first: bool = False,
        include_background: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        classes: Literal["all", "present"] = "all",
        per: Literal["item", "batch"] = "item",
    ) -> None:
        super().__init__(_objective(
            "focal_tversky",
            gamma=gamma,
            alpha=alpha,
            beta=beta,
            smooth=smooth,
            mean_first=mean_first,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ))


@overload
def asymmetric_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    delta: float = 0.7,
    gamma: float = 2.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def asymmetric_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    delta: float = 0.7,
    gamma: float = 2.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def asymmetric_focal(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    delta: float = 0.7,
    gamma: float = 2.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Asymmetric focal loss of pixels: fades for a background that is well classified, not for the foreground.

    ℓ(z, y) = −(1 − δ)(1 − p_0)^γ ln p_0 for class 0, −δ ln p_y for the others,  p = softmax(z)

    Rare foreground keeps its whole cross-entropy. With `asymmetric_focal_tversky` it is the asymmetric unified focal
    loss, "0.25*asymmetric_focal(gamma=0.5) + 0.5*asymmetric_focal_tversky(gamma=0.5)" (a mean here is over pixels,
    there over pixels and both classes). Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels
    `[n, c, …]` that sum to 1. In nats, ≥ 0. Source: Yeung et al. 2022.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    delta : a number in [0, 1]
        Weight δ of the foreground; the background has the rest of 1.
    gamma : a number ≥ 0
        Focusing exponent γ of the background.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `asymmetric_focal_loss`.
    With its defaults: shift_invariant, soft_labels.
    """
    return _evaluate(
        _objective("asymmetric_focal", delta=delta, gamma=gamma),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class AsymmetricFocal(Loss):
    """Asymmetric focal loss of pixels: fades for a background that is well classified, not for the foreground.

    :func:`asymmetric_focal` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, delta: float = 0.7, gamma: float = 2.0) -> None:
        super().__init__(_objective("asymmetric_focal", delta=delta, gamma=gamma))


@overload
def asymmetric_focal_tversky(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    delta: float = 0.7,
    gamma: float = 0.75,
    smooth: float = 1e-07,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def asymmetric_focal_tversky(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    delta: float = 0.7,
    gamma: float = 0.75,
    smooth: float = 1e-07,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def asymmetric_focal_tversky(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    delta: float = 0.7,
    gamma: float = 0.75,
    smooth: float = 1e-07,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Asymmetric focal Tversky loss: raises the loss of the foreground, not of the background.

    ℓ = 1 − TI for class 0, (1 − TI)^(1 − γ) for the others,
    TI = (TP + s) / (TP + δ·FN + (1 − δ)·FP + s)

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    in 0..1. One region, an item's class, is one item of a mean. In 0..1 for hard labels. The overlap part
    of the asymmetric unified focal loss; MONAI's takes probabilities of two classes. Source: Yeung et al. 2022.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    delta : a number in [0, 1]
        Weight δ of false negatives; false positives have the rest of 1.
    gamma : a number in (0, 1)
        How much the foreground is raised.
    smooth : a number > 0
        Smoothing s of numerator and denominator, in pixels.
    include_background : true or false
        Does class 0 count?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    classes : "all" or "present"
        Which classes count: all, or those that occur in the target.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "asymmetric_focal_tversky",
            delta=delta,
            gamma=gamma,
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class AsymmetricFocalTversky(Loss):
    """Asymmetric focal Tversky loss: raises the loss of the foreground, not of the background.

    :func:`asymmetric_focal_tversky` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        delta: float = 0.7,
        gamma: float = 0.75,
        smooth: float = 1e-07,
        include_background: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        classes: Literal["all", "present"] = "all",
        per: Literal["item", "batch"] = "item",
    ) -> None:
        super().__init__(_objective(
            "asymmetric_focal_tversky",
            delta=delta,
            gamma=gamma,
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ))


@overload
def generalized_dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weight: Literal["square", "simple", "uniform"] = "square",
    smooth: float = 1e-05,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def generalized_dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weight: Literal["square", "simple", "uniform"] = "square",
    smooth: float = 1e-05,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def generalized_dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weight: Literal["square", "simple", "uniform"] = "square",
    smooth: float = 1e-05,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Generalised Dice loss: overlaps and sizes of all classes, summed with weights that make small ones count.

    ℓ = 1 − (2 Σ_c w_c Σ p·t + s) / (Σ_c w_c (Σ p + Σ t) + s), w_c = (m / Σ t)² or m / Σ t or 1

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    in 0..1. An item is one item of a mean (the batch, with sums over it). In 0..1 for hard labels. m is the
    smallest true region of the item, so that s is in pixels whatever the sizes are; a class that is absent
    weighs as much as that one. Class weights multiply w. Without smoothing it is MONAI's loss; there s is
    added to sums in which m is 1, and drowns them where all regions are large. Source: Sudre et al. 2017,
    paper 118.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weight : "square", "simple" or "uniform"
        How the size of a true region weighs it.
    smooth : a number > 0
        Smoothing s of numerator and denominator, in pixels.
    include_background : true or false
        Does class 0 count?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    classes : "all" or "present"
        Which classes count: all, or those that occur in the target.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `generalised_dice`, `generalized_dice_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "generalized_dice",
            weight=weight,
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class GeneralizedDice(Loss):
    """Generalised Dice loss: overlaps and sizes of all classes, summed with weights that make small ones count.

    :func:`generalized_dice` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        weight: Literal["square", "simple", "uniform"] = "square",
        smooth: float = 1e-05,
        include_background: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        classes: Literal["all", "present"] = "all",
        per: Literal["item", "batch"] = "item",
    ) -> None:
        super().__init__(_objective(
            "generalized_dice",
            weight=weight,
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ))


@overload
def generalized_wasserstein_dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    distances: Numbers | None = None,
    weighting: Literal["original", "volume"] = "original",
    smooth: float = 1e-05,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def generalized_wasserstein_dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    distances: Numbers | None = None,
    weighting: Literal["original", "volume"] = "original",
    smooth: float = 1e-05,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def generalized_wasserstein_dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    distances: Numbers | None = None,
    weighting: Literal["original", "volume"] = "original",
    smooth: float = 1e-05,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Generalised Wasserstein Dice loss: classes that resemble each other are confused at a smaller price.

    ℓ = E / (2 Σ α_t (1 − W) + E + s),  W = Σ_k M[t, k] p_k,  E = Σ W ("original") or Σ α_t W ("volume")

    The sums run over the pixels of an item, t is the pixel's label and W the Wasserstein distance of its softmax
    p from it. M is the distance of two classes over the largest one. "original": α is 0 for class 0 and 1 for the
    others; "volume": one over (pixels of the class + 1). Shapes: scores `[n, c, …]`, c ≥ 2; labels `[n, …]` (or
    `[n, 1, …]`) in `0..c`, or their one-hot form; soft labels are refused, as W is no longer the distance. An
    item is one item of a mean. In 0..1, and 1 − (2 Σ α (1 − W) + s)/(denominator) as MONAI has it, whose
    weighting_mode "default" and "GDL" these are. An item of background alone has E/(E + s): almost 1 for the
    smallest error, so that s counts there. Sources: Fidon et al. 2017; "volume": Tilborghs et al. 2020.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    distances : none, a number or a list of numbers, each ≥ 0
        Distances M of all pairs of classes, c × c numbers row by row with zeros on the diagonal, the row that
        of the true class; none: 1 for two different ones.
    weighting : "original" or "volume"
        Weights α and errors E.
    smooth : a number > 0
        Smoothing s, in pixels (with "volume" in classes).
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `generalised_wasserstein_dice`, `gwdl`, `wasserstein_dice`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("generalized_wasserstein_dice", distances=distances, weighting=weighting, smooth=smooth),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class GeneralizedWassersteinDice(Loss):
    """Generalised Wasserstein Dice loss: classes that resemble each other are confused at a smaller price.

    :func:`generalized_wasserstein_dice` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        distances: Numbers | None = None,
        weighting: Literal["original", "volume"] = "original",
        smooth: float = 1e-05,
    ) -> None:
        super().__init__(_objective(
            "generalized_wasserstein_dice", distances=distances, weighting=weighting, smooth=smooth
        ))


@overload
def log_cosh_dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1e-05,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def log_cosh_dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1e-05,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def log_cosh_dice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1e-05,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Log-cosh Dice loss: the soft Dice loss, flattened near 0.

    ℓ = ln cosh(1 − (2 Σ p·t + s) / (Σ p + Σ t + s)), per item and class

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    in 0..1. One region, an item's class, is one item of a mean. In 0..ln cosh 1 for hard labels. Source:
    Jadon 2020.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    smooth : a number > 0
        Smoothing s of numerator and denominator, in pixels.
    include_background : true or false
        Does class 0 count?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    classes : "all" or "present"
        Which classes count: all, or those that occur in the target.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `log_cosh_dice_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "log_cosh_dice",
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class LogCoshDice(Loss):
    """Log-cosh Dice loss: the soft Dice loss, flattened near 0.

    :func:`log_cosh_dice` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        smooth: float = 1e-05,
        include_background: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        classes: Literal["all", "present"] = "all",
        per: Literal["item", "batch"] = "item",
    ) -> None:
        super().__init__(_objective(
            "log_cosh_dice",
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ))


@overload
def mcc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1e-05,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def mcc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1e-05,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def mcc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth: float = 1e-05,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Matthews correlation loss: one minus the correlation of prediction and truth.

    ℓ = 1 − (TP·TN − FP·FN + s) / (√((TP + FP)(TP + FN)(TN + FP)(TN + FN)) + s)

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    in 0..1. One region, an item's class, is one item of a mean. In 0..2. True negatives count, so that a
    large background is not lost. A class that is absent from the target, or fills the item, has no
    correlation: its loss is 0, and so is its gradient. Without smoothing it is MONAI's loss. Source: Abhishek
    and Hamarneh 2021.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    smooth : a number > 0
        Smoothing s, in squares of pixels.
    include_background : true or false
        Does class 0 count?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    classes : "all" or "present"
        Which classes count: all, or those that occur in the target.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `mcc_loss`, `matthews`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "mcc", smooth=smooth, include_background=include_background, activation=activation, classes=classes, per=per
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Mcc(Loss):
    """Matthews correlation loss: one minus the correlation of prediction and truth.

    :func:`mcc` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        smooth: float = 1e-05,
        include_background: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        classes: Literal["all", "present"] = "all",
        per: Literal["item", "batch"] = "item",
    ) -> None:
        super().__init__(_objective(
            "mcc", smooth=smooth, include_background=include_background, activation=activation, classes=classes, per=per
        ))


@overload
def dice_semimetric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    form: int = 1,
    smooth: float = 0.001,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def dice_semimetric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    form: int = 1,
    smooth: float = 0.001,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def dice_semimetric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    form: int = 1,
    smooth: float = 0.001,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Dice semimetric loss: equal to soft Dice for hard labels, and 0 only at p = t for soft ones.

    ℓ = D / (Σ p + Σ t + 2s), or in form 2 D / (2 Σ p·t + D + s), with D = Σ |p − t|, per item and class

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    in 0..1. One region, an item's class, is one item of a mean. In 0..1. For label smoothing, averages of
    raters and distillation, where soft Dice prefers the wrong, hard prediction. Form 1 is MONAI's Dice loss
    with `soft_label` (and twice this s). The derivative at p = t is taken as 0. Source: Wang et al. 2023.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    form : a whole number in [1, 2]
        Which of the two forms of the paper, 1 or 2.
    smooth : a number > 0
        Smoothing s of numerator and denominator, in pixels.
    include_background : true or false
        Does class 0 count?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    classes : "all" or "present"
        Which classes count: all, or those that occur in the target.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `dml`, `dice_semimetric_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "dice_semimetric",
            form=form,
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class DiceSemimetric(Loss):
    """Dice semimetric loss: equal to soft Dice for hard labels, and 0 only at p = t for soft ones.

    :func:`dice_semimetric` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        form: int = 1,
        smooth: float = 0.001,
        include_background: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        classes: Literal["all", "present"] = "all",
        per: Literal["item", "batch"] = "item",
    ) -> None:
        super().__init__(_objective(
            "dice_semimetric",
            form=form,
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ))


@overload
def jaccard_metric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    form: int = 1,
    smooth: float = 0.001,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def jaccard_metric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    form: int = 1,
    smooth: float = 0.001,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def jaccard_metric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    form: int = 1,
    smooth: float = 0.001,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Jaccard metric loss: equal to soft Jaccard for hard labels, and 0 only at p = t for soft ones.

    ℓ = D / ((Σ p + Σ t + D)/2 + s), or in form 2 D / (Σ p·t + D + s), with D = Σ |p − t|, per item and class

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    in 0..1. One region, an item's class, is one item of a mean. In 0..1; without s form 1 is a metric,
    1 − Σ min(p, t) / Σ max(p, t). For label smoothing and distillation, where soft Jaccard prefers the wrong,
    hard prediction. The derivative at p = t is taken as 0. Source: Wang et al. 2023.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    form : a whole number in [1, 2]
        Which of the two forms of the paper, 1 or 2.
    smooth : a number > 0
        Smoothing s of numerator and denominator, in pixels.
    include_background : true or false
        Does class 0 count?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    classes : "all" or "present"
        Which classes count: all, or those that occur in the target.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `jml`, `jaccard_metric_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "jaccard_metric",
            form=form,
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class JaccardMetric(Loss):
    """Jaccard metric loss: equal to soft Jaccard for hard labels, and 0 only at p = t for soft ones.

    :func:`jaccard_metric` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        form: int = 1,
        smooth: float = 0.001,
        include_background: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        classes: Literal["all", "present"] = "all",
        per: Literal["item", "batch"] = "item",
    ) -> None:
        super().__init__(_objective(
            "jaccard_metric",
            form=form,
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ))


@overload
def tversky_semimetric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 0.3,
    beta: float = 0.7,
    gamma: float = 1.0,
    log: bool = False,
    smooth: float = 0.001,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def tversky_semimetric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 0.3,
    beta: float = 0.7,
    gamma: float = 1.0,
    log: bool = False,
    smooth: float = 0.001,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def tversky_semimetric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 0.3,
    beta: float = 0.7,
    gamma: float = 1.0,
    log: bool = False,
    smooth: float = 0.001,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Tversky semimetric loss: the family of the Jaccard metric and Dice semimetric losses.

    ℓ = (1 − TI)^γ, or (−ln TI)^γ, with TI = (TP + s) / (TP + α·FP + β·FN + s),
    TP = (Σ p + Σ t − Σ |p − t|)/2, FP = Σ p − TP, FN = Σ t − TP

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    in 0..1. One region, an item's class, is one item of a mean. ≥ 0, at most 1 without the logarithm, and
    0 only at p = t, for soft labels too. α = β = 1 is `jaccard_metric`, ½ `dice_semimetric`. The derivative at
    p = t is taken as 0. Source: Wang et al. 2023.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : a number ≥ 0
        Weight α of false positives.
    beta : a number ≥ 0
        Weight β of false negatives.
    gamma : a number ≥ 1
        Exponent γ.
    log : true or false
        Minus the logarithm of the index, and not one minus it?
    smooth : a number > 0
        Smoothing s of numerator and denominator, in pixels.
    include_background : true or false
        Does class 0 count?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    classes : "all" or "present"
        Which classes count: all, or those that occur in the target.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `tversky_l1`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "tversky_semimetric",
            alpha=alpha,
            beta=beta,
            gamma=gamma,
            log=log,
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class TverskySemimetric(Loss):
    """Tversky semimetric loss: the family of the Jaccard metric and Dice semimetric losses.

    :func:`tversky_semimetric` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        alpha: float = 0.3,
        beta: float = 0.7,
        gamma: float = 1.0,
        log: bool = False,
        smooth: float = 0.001,
        include_background: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        classes: Literal["all", "present"] = "all",
        per: Literal["item", "batch"] = "item",
    ) -> None:
        super().__init__(_objective(
            "tversky_semimetric",
            alpha=alpha,
            beta=beta,
            gamma=gamma,
            log=log,
            smooth=smooth,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ))


@overload
def class_ratio(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    reverse: bool = False,
    epsilon: float = 1e-10,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def class_ratio(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    reverse: bool = False,
    epsilon: float = 1e-10,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def class_ratio(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    reverse: bool = False,
    epsilon: float = 1e-10,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Class ratio loss: divergence of the predicted from the true shares of the classes.

    ℓ = Σ_c r̂ ln((r̂ + ε)/(r + ε)) − r̂ + r, with r̂ = Σ p / N and r = Σ t / N over N pixels

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    in 0..1. An item is one item of a mean (the batch, with sums over it). ≥ 0 but for rounding by ε; 0 at the
    true ratio, wherever the pixels lie: a prior, not a loss to train with alone. A ratio that is known without
    labels is given as soft labels that are the same at every pixel. Over shares that sum to 1 it is the
    Kullback-Leibler divergence. Source: Bateson et al. 2022.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    reverse : true or false
        Divergence of the true from the predicted ratio (r and r̂ change places)?
    epsilon : a number > 0
        Floor ε of the shares.
    include_background : true or false
        Does class 0 count?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    classes : "all" or "present"
        Which classes count: all, or those that occur in the target.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `class_ratio_kl`.
    """
    return _evaluate(
        _objective(
            "class_ratio",
            reverse=reverse,
            epsilon=epsilon,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class ClassRatio(Loss):
    """Class ratio loss: divergence of the predicted from the true shares of the classes.

    :func:`class_ratio` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        reverse: bool = False,
        epsilon: float = 1e-10,
        include_background: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        classes: Literal["all", "present"] = "all",
        per: Literal["item", "batch"] = "item",
    ) -> None:
        super().__init__(_objective(
            "class_ratio",
            reverse=reverse,
            epsilon=epsilon,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ))


@overload
def size_range(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tolerance: float = 0.1,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def size_range(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tolerance: float = 0.1,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def size_range(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tolerance: float = 0.1,
    include_background: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    classes: Literal["all", "present"] = "all",
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Size range loss: squared distance of a region's size from a range around the true size.

    ℓ = max(r̂ − (1 + τ) r, (1 − τ) r − r̂, 0)², with r̂ = Σ p / N and r = Σ t / N over N pixels

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`) in `0..c`, or soft labels `[n, c, …]`
    in 0..1. One region, an item's class, is one item of a mean. In 0..1, in squares of shares of the item. A
    prior, not a loss to train with alone; a size that is known without labels is given as soft labels that are
    the same at every pixel. Source: Kervadec et al. 2019, paper 054.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    tolerance : a number ≥ 0
        Half width τ of the range, relative to the true size.
    include_background : true or false
        Does class 0 count?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    classes : "all" or "present"
        Which classes count: all, or those that occur in the target.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `size_constraint`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "size_range",
            tolerance=tolerance,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SizeRange(Loss):
    """Size range loss: squared distance of a region's size from a range around the true size.

    :func:`size_range` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        tolerance: float = 0.1,
        include_background: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        classes: Literal["all", "present"] = "all",
        per: Literal["item", "batch"] = "item",
    ) -> None:
        super().__init__(_objective(
            "size_range",
            tolerance=tolerance,
            include_background=include_background,
            activation=activation,
            classes=classes,
            per=per,
        ))


@overload
def lovasz(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    present: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def lovasz(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    present: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    per: Literal["item", "batch"] = "batch",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def lovasz(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    present: bool = True,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    per: Literal["item", "batch"] = "batch",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    r"""Lovász loss: the convex extension of the Jaccard index of each class, on sorted errors.

    ℓ_k = Σ_i e_π(i) · (J(π(1..i)) − J(π(1..i−1))),  e_i = |t_i − p_i| in decreasing order π,
    J(M) = 1 − |T \ M| / |T ∪ M| the Jaccard loss if the pixels M are wrong

    Per class k; with activation "softmax" the Lovász-Softmax loss, with "sigmoid" the errors of
    probabilities of each class by itself. Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`), or
    one-hot labels `[n, c, …]`. A class of the whole batch is one item of a mean, or with per = "item" a
    class of one item. In 0..1. With present = true, classes without a true pixel do not count. Weights and
    masks are of pixels (per = "item": or of items); the weight of a pixel multiplies its part of the sum.
    Source: Berman, Triki and Blaschko 2018.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    present : true or false
        Do only classes count that have a true pixel?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    per : "item" or "batch"
        What is sorted together.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `lovasz_softmax`, `lovasz_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("lovasz", present=present, activation=activation, per=per),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Lovasz(Loss):
    """Lovász loss: the convex extension of the Jaccard index of each class, on sorted errors.

    :func:`lovasz` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        present: bool = True,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        per: Literal["item", "batch"] = "batch",
    ) -> None:
        super().__init__(_objective("lovasz", present=present, activation=activation, per=per))


@overload
def lovasz_hinge(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    present: bool = False,
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def lovasz_hinge(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    present: bool = False,
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def lovasz_hinge(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    present: bool = False,
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    r"""Lovász hinge: the convex extension of the Jaccard index, on sorted hinge errors of logits.

    ℓ = Σ_i max(e_π(i), 0) · (J(π(1..i)) − J(π(1..i−1))),  e_i = 1 − z_i·(2 t_i − 1) in decreasing order π,
    J(M) = 1 − |T \ M| / |T ∪ M| the Jaccard loss if the pixels M are wrong

    For yes or no per pixel; each channel is judged by itself. Shapes: logits `[n, c, …]`; labels `[n, …]` (or
    `[n, 1, …]`), or one-hot labels `[n, c, …]`. A channel of one item is one item of a mean, or with
    per = "batch" a channel of the batch. ≥ 0; without a true pixel it is the largest hinge error. Weights and
    masks are of pixels (per = "item": or of items); the weight of a pixel multiplies its part of the sum.
    Source: Berman, Triki and Blaschko 2018; Yu and Blaschko 2015.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    present : true or false
        Do only channels count that have a true pixel?
    per : "item" or "batch"
        What is sorted together.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `lovasz_hinge_loss`, `binary_lovasz`.
    With its defaults: convex, lipschitz.
    """
    return _evaluate(
        _objective("lovasz_hinge", present=present, per=per),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class LovaszHinge(Loss):
    """Lovász hinge: the convex extension of the Jaccard index, on sorted hinge errors of logits.

    :func:`lovasz_hinge` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, present: bool = False, per: Literal["item", "batch"] = "item") -> None:
        super().__init__(_objective("lovasz_hinge", present=present, per=per))


@overload
def boundary(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def boundary(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def boundary(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Boundary loss: probabilities weighed by the signed distance to the true border.

    ℓ = mean φ·p,  φ the distance to the class outside it; inside, minus the distance to its border

    Approximates the distance between two borders and is linear in p; for training it is added to a loss of regions.
    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]`, of which more than ½ is
    inside. A class of an item is one item of a mean. In the unit of the spacing; negative for good predictions. φ is 0
    on true pixels at the border, and everywhere for a class without one (absent or all there is); see
    `segmentation::distance_maps::boundary_map` (of the Rust crate). With spacing 1 MONAI's `BoundaryLoss` is the same.
    Source: Kervadec et al. 2019.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    include_background : true or false
        Does class 0 count?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `boundary_loss`, `surface_loss`.
    """
    return _evaluate(
        _objective("boundary", activation=activation, include_background=include_background),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Boundary(Loss):
    """Boundary loss: probabilities weighed by the signed distance to the true border.

    :func:`boundary` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self, *, activation: Literal["softmax", "sigmoid", "none"] = "softmax", include_background: bool = True
    ) -> None:
        super().__init__(_objective("boundary", activation=activation, include_background=include_background))


@overload
def hausdorff_dt(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 2.0,
    log: bool = False,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def hausdorff_dt(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 2.0,
    log: bool = False,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def hausdorff_dt(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 2.0,
    log: bool = False,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Hausdorff loss by distance transforms: squared errors weighed by how far they are from both borders.

    ℓ = mean (p − t)²·(d_p^α + d_t^α),  or ln(1 + ℓ)

    d_p and d_t are the distances of a pixel to the other side of the border of the mask p > ½ and of t > ½,
    0 everywhere where a mask is empty or full; d_p is held fixed in the gradient. Shapes: scores `[n, c, …]`;
    labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]`. A class of an item is one item of a mean. In
    the unit of the spacing to the power α, ≥ 0. MONAI's `HausdorffDTLoss` is the same (its background does not
    count by default); its `LogHausdorffDTLoss` takes the logarithm after the mean, here each item has its own.
    Source: Karimi and Salcudean 2019.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : a number > 0
        Exponent α of the distances.
    log : true or false
        ln(1 + ℓ) instead of ℓ?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    include_background : true or false
        Does class 0 count?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `hausdorff_dt_loss`, `hausdorff`.
    """
    return _evaluate(
        _objective("hausdorff_dt", alpha=alpha, log=log, activation=activation, include_background=include_background),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class HausdorffDt(Loss):
    """Hausdorff loss by distance transforms: squared errors weighed by how far they are from both borders.

    :func:`hausdorff_dt` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        alpha: float = 2.0,
        log: bool = False,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        include_background: bool = True,
    ) -> None:
        super().__init__(_objective(
            "hausdorff_dt", alpha=alpha, log=log, activation=activation, include_background=include_background
        ))


@overload
def hausdorff_er(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    iterations: int = 10,
    alpha: float = 2.0,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def hausdorff_er(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    iterations: int = 10,
    alpha: float = 2.0,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def hausdorff_er(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    iterations: int = 10,
    alpha: float = 2.0,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Hausdorff loss by erosion: squared errors weighed by how many erosions they survive.

    ℓ = mean Σ_{k=1}^{K} k^α e_k,  e_0 = (p − t)²,  e_k = norm(max(c ∗ e_{k−1} − ½, 0))

    c is the mean over a pixel and its neighbours along the axes, with zeros beyond the border, and norm maps the
    least and the largest value of the field to 0 and 1 (a constant field stays as it is). Shapes: scores `[n, c,
    …]`; labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]`. A class of an item is one item of a mean.
    Without unit, ≥ 0: no distance, but large where errors are thick. Errors whose neighbourhoods have a mean
    square below ½ are eroded at once and have slope 0, so that it goes with a loss that sees them ("dice +
    0.1*hausdorff_er"). kornia's `HausdorffERLoss` and `HausdorffERLoss3D` take probabilities (activation =
    "none"). Source: Karimi and Salcudean 2019, in the refactored form.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    iterations : a whole number in [1, 1000]
        Erosions K.
    alpha : a number in [0, 10]
        Exponent α of their number.
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    include_background : true or false
        Does class 0 count?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `hausdorff_er_loss`.
    """
    return _evaluate(
        _objective(
            "hausdorff_er",
            iterations=iterations,
            alpha=alpha,
            activation=activation,
            include_background=include_background,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class HausdorffEr(Loss):
    """Hausdorff loss by erosion: squared errors weighed by how many erosions they survive.

    :func:`hausdorff_er` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        iterations: int = 10,
        alpha: float = 2.0,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        include_background: bool = True,
    ) -> None:
        super().__init__(_objective(
            "hausdorff_er",
            iterations=iterations,
            alpha=alpha,
            activation=activation,
            include_background=include_background,
        ))


@overload
def region_wise(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def region_wise(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def region_wise(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Rectified region-wise loss: probabilities weighed by how deep inside its class a pixel lies.

    ℓ = mean Z·p,  Z = 1 outside the class, inside −(distance to its border)/(largest such distance)

    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]`, of which more
    than ½ is inside. A class of an item is one item of a mean. In −1..1, negative for good predictions. Z is 1
    for a class that is absent and −1 for one that is all there is. Source: Valverde and Tohka 2023; paper 036.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    include_background : true or false
        Does class 0 count?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `region_wise_loss`, `rrw`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("region_wise", activation=activation, include_background=include_background),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class RegionWise(Loss):
    """Rectified region-wise loss: probabilities weighed by how deep inside its class a pixel lies.

    :func:`region_wise` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self, *, activation: Literal["softmax", "sigmoid", "none"] = "softmax", include_background: bool = True
    ) -> None:
        super().__init__(_objective("region_wise", activation=activation, include_background=include_background))


@overload
def cldice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    iterations: int = 3,
    smooth: float = 1.0,
    epsilon: float = 0.0,
    joint: bool = False,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def cldice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    iterations: int = 3,
    smooth: float = 1.0,
    epsilon: float = 0.0,
    joint: bool = False,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def cldice(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    iterations: int = 3,
    smooth: float = 1.0,
    epsilon: float = 0.0,
    joint: bool = False,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """clDice loss: how much of the skeleton of each of prediction and target lies in the other.

    ℓ = 1 − 2·P·S/(P + S + ε),  P = (Σ S(p)·t + s)/(Σ S(p) + s),  S = (Σ S(t)·p + s)/(Σ S(t) + s)

    S(·) is the soft skeleton of `segmentation::soft_skeleton` (of the Rust crate). For vessels, roads and other tubes,
    added to `dice`: "0.5*dice + 0.5*cldice". Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`), or soft
    labels `[n, c, …]`. A class of an item is one item of a mean; with joint = true an item, whose sums run over its
    classes too. In 0..1. MONAI's `SoftclDiceLoss` has joint = true, epsilon = 1e-4 and counts class 0. Source: Shit et
    al. 2021; paper 036.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    iterations : a whole number ≤ 1000
        Erosions of the skeleton; at least half the largest thickness in pixels.
    smooth : a number > 0
        Smoothing s, in pixels.
    epsilon : a number ≥ 0
        Added to the denominator of the harmonic mean.
    joint : true or false
        Do the sums run over the classes of an item?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    include_background : true or false
        Does class 0 count?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `cldice_loss`, `soft_cldice`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "cldice",
            iterations=iterations,
            smooth=smooth,
            epsilon=epsilon,
            joint=joint,
            activation=activation,
            include_background=include_background,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Cldice(Loss):
    """clDice loss: how much of the skeleton of each of prediction and target lies in the other.

    :func:`cldice` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        iterations: int = 3,
        smooth: float = 1.0,
        epsilon: float = 0.0,
        joint: bool = False,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        include_background: bool = False,
    ) -> None:
        super().__init__(_objective(
            "cldice",
            iterations=iterations,
            smooth=smooth,
            epsilon=epsilon,
            joint=joint,
            activation=activation,
            include_background=include_background,
        ))


@overload
def skeleton_recall(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    dilations: int = 2,
    smooth: float = 1e-05,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def skeleton_recall(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    dilations: int = 2,
    smooth: float = 1e-05,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def skeleton_recall(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    dilations: int = 2,
    smooth: float = 1e-05,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Skeleton recall loss: how much of the true skeleton, thickened, is missed.

    ℓ = 1 − (Σ p·T + s)/(Σ T + s),  T the skeleton of the class, dilated and cut to the class

    Keeps thin parts connected at little cost, since only the target is made a skeleton; it does not see what is
    predicted beside it, and is added to cross-entropy. Shapes: scores `[n, c, …]`; labels `[n, …]` (or
    `[n, 1, …]`), or soft labels `[n, c, …]`, of which more than ½ is inside. A class of an item is one item of a
    mean. In 0..1; 0 for an absent class. The skeleton is that of Lee, Kashyap and Chu 1994 in images and volumes;
    a dilation takes the neighbours across faces. Source: Kirchhoff et al. 2024; paper 036.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    dilations : a whole number ≥ 0
        Dilations of the skeleton; 2 is a tube of radius 2.
    smooth : a number > 0
        Smoothing s of numerator and denominator, in pixels.
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    include_background : true or false
        Does class 0 count?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `skeleton_recall_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "skeleton_recall",
            dilations=dilations,
            smooth=smooth,
            activation=activation,
            include_background=include_background,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SkeletonRecall(Loss):
    """Skeleton recall loss: how much of the true skeleton, thickened, is missed.

    :func:`skeleton_recall` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        dilations: int = 2,
        smooth: float = 1e-05,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        include_background: bool = False,
    ) -> None:
        super().__init__(_objective(
            "skeleton_recall",
            dilations=dilations,
            smooth=smooth,
            activation=activation,
            include_background=include_background,
        ))


@overload
def mip(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    axes: WholeNumbers | None = None,
    alpha: float = 0.7,
    gamma: float = 0.75,
    smooth: float = 1.0,
    averaged: bool = False,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def mip(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    axes: WholeNumbers | None = None,
    alpha: float = 0.7,
    gamma: float = 0.75,
    smooth: float = 1.0,
    averaged: bool = False,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def mip(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    axes: WholeNumbers | None = None,
    alpha: float = 0.7,
    gamma: float = 0.75,
    smooth: float = 1.0,
    averaged: bool = False,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Projection loss: the focal Tversky loss of maximum-intensity projections.

    ℓ = Σ_axes (1 − I)^γ,  I = (TP + s)/(TP + α·FN + (1 − α)·FP + s) of the projections of p and t along the axis

    A gap in a vessel is a handful of voxels of a volume, and visible in its projection: added to a loss of the
    volume, "0.7*focal_tversky + 0.3*mip", it keeps thin parts connected. Voxels that share the maximum of a line
    share its gradient. For γ < 1 the power goes on as a straight line below 10⁻⁷, so that slopes are finite.
    Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]`. A class of an item is
    one item of a mean. In 0..number of axes. Where patches of a volume are compared with the projection of the
    whole volume, the target is that projection, repeated along the axis. Source: paper 006.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    axes : none, a whole number or a list of whole numbers, each ≥ 0
        Axes of pixels, from 0, along which is projected; none for all of them.
    alpha : a number in [0, 1]
        Weight α of false negatives; that of false positives is 1 − α.
    gamma : a number > 0
        Exponent γ.
    smooth : a number > 0
        Smoothing s of numerator and denominator, in pixels.
    averaged : true or false
        The mean over the axes instead of the sum?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    include_background : true or false
        Does class 0 count?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `mip_loss`, `maximum_intensity_projection`.
    """
    return _evaluate(
        _objective(
            "mip",
            axes=axes,
            alpha=alpha,
            gamma=gamma,
            smooth=smooth,
            averaged=averaged,
            activation=activation,
            include_background=include_background,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Mip(Loss):
    """Projection loss: the focal Tversky loss of maximum-intensity projections.

    :func:`mip` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        axes: WholeNumbers | None = None,
        alpha: float = 0.7,
        gamma: float = 0.75,
        smooth: float = 1.0,
        averaged: bool = False,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        include_background: bool = False,
    ) -> None:
        super().__init__(_objective(
            "mip",
            axes=axes,
            alpha=alpha,
            gamma=gamma,
            smooth=smooth,
            averaged=averaged,
            activation=activation,
            include_background=include_background,
        ))


@overload
def signed_jaccard_metric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    joint: bool = True,
    tanh: bool = True,
    per: Literal["item", "batch"] = "item",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def signed_jaccard_metric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    joint: bool = True,
    tanh: bool = True,
    per: Literal["item", "batch"] = "item",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def signed_jaccard_metric(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    joint: bool = True,
    tanh: bool = True,
    per: Literal["item", "batch"] = "item",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Signed Jaccard metric loss: the Jaccard distance of numbers in −1..1.

    ℓ = Σ |p − c| / Σ (|p| ∨ |c| if their signs agree, else |p| + |c|),  p = tanh z

    The positive parts of p and c are compared as foreground, the negative ones as background; with joint = false each
    has its own quotient and ℓ is their sum. For the signed soft targets c of `segmentation::sauna::sauna_transform` (of
    the Rust crate), beside `stable_focal_l1`; the mask that is predicted is z > 0. Shapes: scores and targets `[n, c,
    …]`. A channel of an item is one item of a mean, with per = "batch" a channel of the batch. In 0..1 (joint = false:
    0..2), 0 if p = c. Weights and masks are of pixels (per = "item": or of items) and weigh the sums. Source: paper
    125; Wang et al. 2023 for numbers in 0..1.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    joint : true or false
        One quotient for foreground and background together?
    tanh : true or false
        Does z pass the hyperbolic tangent? If not, it is p.
    per : "item" or "batch"
        What the sums run over.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `signed_jaccard_metric_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("signed_jaccard_metric", joint=joint, tanh=tanh, per=per),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SignedJaccardMetric(Loss):
    """Signed Jaccard metric loss: the Jaccard distance of numbers in −1..1.

    :func:`signed_jaccard_metric` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, joint: bool = True, tanh: bool = True, per: Literal["item", "batch"] = "item") -> None:
        super().__init__(_objective("signed_jaccard_metric", joint=joint, tanh=tanh, per=per))


@overload
def stable_focal_l1(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 2.0,
    beta: float = 1.0,
    pos_weight: float = 1.0,
    detach: bool = False,
    tanh: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def stable_focal_l1(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 2.0,
    beta: float = 1.0,
    pos_weight: float = 1.0,
    detach: bool = False,
    tanh: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def stable_focal_l1(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 2.0,
    beta: float = 1.0,
    pos_weight: float = 1.0,
    detach: bool = False,
    tanh: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Stable focal L1 loss: the absolute error of a signed target, less for small errors of the right sign.

    ℓ(z, c) = v·w·|p − c|,  p = tanh z,  w = α·|p − c|^β if p·c > 0, else 1;  v = pos_weight if c > 0, else 1

    For the signed soft targets c of `segmentation::sauna::sauna_transform` (of the Rust crate), beside
    `signed_jaccard_metric`. With α = β = 1 the squared error where the signs agree, and the absolute error elsewhere,
    whose slope does not vanish. Shapes: prediction and target of the same shape; one entry is one item. ≥ 0. Source:
    paper 125.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : a number > 0
        Factor α.
    beta : a number > 0
        Exponent β.
    pos_weight : a number > 0
        Weight of targets above 0.
    detach : true or false
        Is w held fixed in the gradient?
    tanh : true or false
        Does z pass the hyperbolic tangent? If not, it is p.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `stable_focal_l1_loss`.
    """
    return _evaluate(
        _objective("stable_focal_l1", alpha=alpha, beta=beta, pos_weight=pos_weight, detach=detach, tanh=tanh),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class StableFocalL1(Loss):
    """Stable focal L1 loss: the absolute error of a signed target, less for small errors of the right sign.

    :func:`stable_focal_l1` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self, *, alpha: float = 2.0, beta: float = 1.0, pos_weight: float = 1.0, detach: bool = False, tanh: bool = True
    ) -> None:
        super().__init__(_objective(
            "stable_focal_l1", alpha=alpha, beta=beta, pos_weight=pos_weight, detach=detach, tanh=tanh
        ))


@overload
def betti_matching(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    levels: Literal["superlevel", "sublevel", "both"] = "superlevel",
    comparison: Literal["union", "intersection"] = "union",
    relative: bool = False,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def betti_matching(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    levels: Literal["superlevel", "sublevel", "both"] = "superlevel",
    comparison: Literal["union", "intersection"] = "union",
    relative: bool = False,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def betti_matching(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    levels: Literal["superlevel", "sublevel", "both"] = "superlevel",
    comparison: Literal["union", "intersection"] = "union",
    relative: bool = False,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Betti matching loss: components, loops and cavities must be the target's, and in the target's places.

    ℓ(p, t) = Σ over matched bars 2[(b − b′)² + (d − d′)²] + Σ over all others (b − d)²

    The bars (birth b, death d) of the persistent homology of a class's probabilities p and target t; matched
    are those that are the same feature of what both fields make up together. Only the pixels at which a
    feature begins or ends have a slope, so add a loss of regions: `dice + 0.5*betti_matching`, the second one
    after some training. Shapes: scores `[n, c, …]` with one to three axes of pixels, meeting across their
    faces; labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]` in 0..1. An item's class is one item of
    a mean. ≥ 0. Volumes take much longer than images. Source: Stucki et al. 2023 (paper 013).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    levels : "superlevel", "sublevel" or "both"
        Which values enter first: high ones (the foreground's features), low ones, or both in turn.
    comparison : "union" or "intersection"
        What features are compared in: the union of both fields or their intersection.
    relative : true or false
        Is a frame put around both fields, with which features at the border are loops?
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    include_background : true or false
        Does class 0 count?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `betti_matching_loss`.
    """
    return _evaluate(
        _objective(
            "betti_matching",
            levels=levels,
            comparison=comparison,
            relative=relative,
            activation=activation,
            include_background=include_background,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class BettiMatching(Loss):
    """Betti matching loss: components, loops and cavities must be the target's, and in the target's places.

    :func:`betti_matching` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        levels: Literal["superlevel", "sublevel", "both"] = "superlevel",
        comparison: Literal["union", "intersection"] = "union",
        relative: bool = False,
        activation: Literal["softmax", "sigmoid", "none"] = "softmax",
        include_background: bool = True,
    ) -> None:
        super().__init__(_objective(
            "betti_matching",
            levels=levels,
            comparison=comparison,
            relative=relative,
            activation=activation,
            include_background=include_background,
        ))


@overload
def topo_loss(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def topo_loss(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def topo_loss(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    activation: Literal["softmax", "sigmoid", "none"] = "softmax",
    include_background: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """TopoLoss: the Wasserstein distance of the persistence diagrams of prediction and target.

    ℓ(p, t) = min over matchings Σ (b − b′)² + (d − d′)² + Σ over all others (b − d)²/2

    The bars (birth b, death d) of the persistent homology of a class's probabilities p and target t, high values
    first. Where features lie does not matter, which `betti_matching` mends. Only the pixels at which a feature
    begins or ends have a slope, so add a loss of regions. Shapes: scores `[n, c, …]` with one to three axes of
    pixels, meeting across their faces; labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]` in 0..1. An
    item's class is one item of a mean. ≥ 0; in time cubic in the number of bars, so for patches. Source: Hu, Li,
    Samaras and Chen 2019, in the form in which papers 013 and 036 compare with it.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    activation : "softmax", "sigmoid" or "none"
        How scores become probabilities p.
    include_background : true or false
        Does class 0 count?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `topoloss`, `topological_loss`.
    """
    return _evaluate(
        _objective("topo_loss", activation=activation, include_background=include_background),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class TopoLoss(Loss):
    """TopoLoss: the Wasserstein distance of the persistence diagrams of prediction and target.

    :func:`topo_loss` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self, *, activation: Literal["softmax", "sigmoid", "none"] = "softmax", include_background: bool = True
    ) -> None:
        super().__init__(_objective("topo_loss", activation=activation, include_background=include_background))


@overload
def nacl(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    window: int = 3,
    squared: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def nacl(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    window: int = 3,
    squared: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def nacl(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    window: int = 3,
    squared: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Neighbour-aware calibration penalty: logits pulled to the shares of the classes around a pixel.

    ℓ(z, t) = mean |z − û|, or (z − û)²,  û = share of the class among the pixels of a window around the pixel

    Beyond the border there is no class. Shapes: logits `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`), or soft
    labels `[n, c, …]`. A class of an item is one item of a mean. In units of the logits (or their squares), ≥ 0.
    It has no meaning alone: MONAI's `NACLLoss` is "cross_entropy + 0.1*nacl", with kernel_ops "mean". Labels of
    ignored and masked pixels belong to no class. Source: Murugesan et al. 2023.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    window : a whole number in [1, 1025]
        Pixels of the window along each axis, an odd number.
    squared : true or false
        Square the differences?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `nacl_loss`, `neighbour_aware_calibration`, `neighbor_aware_calibration`.
    With its defaults: convex.
    """
    return _evaluate(
        _objective("nacl", window=window, squared=squared),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Nacl(Loss):
    """Neighbour-aware calibration penalty: logits pulled to the shares of the classes around a pixel.

    :func:`nacl` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, window: int = 3, squared: bool = False) -> None:
        super().__init__(_objective("nacl", window=window, squared=squared))


@overload
def iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    power: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    power: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    power: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """IoU loss: one minus a power of the overlap.

    ℓ(a, b) = 1 − IoU(a, b)^p

    Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In
    0..1. 10⁻⁷ is added to the denominator, as in torchvision. Boxes apart have loss 1 and gradient 0, so
    that they never meet. p = 2 is mmdetection's mode "square" (its "log" is `log_iou`), p = 3 the α-IoU
    of He et al. 2021. Source: Rezatofighi et al. 2019 (paper 015).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    power : a number > 0
        Exponent p of the overlap; larger ones weigh boxes that fit well more.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `box_iou_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("iou", power=power),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Iou(Loss):
    """IoU loss: one minus a power of the overlap.

    :func:`iou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, power: float = 1.0) -> None:
        super().__init__(_objective("iou", power=power))


@overload
def log_iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    floor: float = 1e-06,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def log_iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    floor: float = 1e-06,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def log_iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    floor: float = 1e-06,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Logarithmic IoU loss: cross-entropy of the overlap.

    ℓ(a, b) = −ln max(IoU(a, b), ε)

    Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In
    0..−ln ε; at an overlap below ε, and for boxes apart, the gradient is 0. 10⁻⁷ is added to the
    denominator of the IoU. mmdetection's IoULoss in its default mode. Source: Yu et al. 2016.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    floor : a number in [0.000000000000000000000000000001, 1]
        Least overlap ε.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `iou_loss`, `IoULoss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("log_iou", floor=floor),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class LogIou(Loss):
    """Logarithmic IoU loss: cross-entropy of the overlap.

    :func:`log_iou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, floor: float = 1e-06) -> None:
        super().__init__(_objective("log_iou", floor=floor))


@overload
def giou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def giou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def giou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Generalized IoU loss: overlap, and for boxes apart the empty part of their hull.

    ℓ(a, b) = 1 − IoU(a, b) + (|H| − |a ∪ b|) / |H|,  H the smallest box around both

    Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In
    0..2. 10⁻⁷ is added to denominators, as in torchvision. Two equal boxes have loss 0 even if their
    area is 0. Source: Rezatofighi et al. 2019 (paper 015).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `generalized_box_iou_loss`, `giou_loss`, `GIoULoss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("giou"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Giou(Loss):
    """Generalized IoU loss: overlap, and for boxes apart the empty part of their hull.

    :func:`giou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("giou"))


@overload
def diou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def diou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def diou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Distance IoU loss: overlap, and the distance of the centres.

    ℓ(a, b) = 1 − IoU(a, b) + ρ²/d²

    ρ is the distance of the centres, d the diagonal of the smallest box around both. Shapes: boxes
    `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In 0..2. 10⁻⁷ is
    added to denominators, as in torchvision. Source: Zheng et al. 2020 (paper 030).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `distance_box_iou_loss`, `diou_loss`, `DIoULoss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("diou"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Diou(Loss):
    """Distance IoU loss: overlap, and the distance of the centres.

    :func:`diou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("diou"))


@overload
def ciou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def ciou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def ciou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Complete IoU loss: overlap, distance of the centres and difference of the aspect ratios.

    ℓ(a, b) = 1 − IoU(a, b) + ρ²/d² + α·v,  v = 4/π² (atan(w_b/h_b) − atan(w_a/h_a))²,
    α = v / (1 − IoU + v), held fixed in the gradient

    ρ is the distance of the centres, d the diagonal of the smallest box around both. Shapes: boxes
    `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In 0..3. 10⁻⁷ is
    added to denominators, as in torchvision, and a height counts as at least 10⁻⁷. Source: Zheng et al.
    2020 (paper 030).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `complete_box_iou_loss`, `ciou_loss`, `CIoULoss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("ciou"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Ciou(Loss):
    """Complete IoU loss: overlap, distance of the centres and difference of the aspect ratios.

    :func:`ciou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("ciou"))


@overload
def eiou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 0.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def eiou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 0.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def eiou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 0.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Efficient IoU loss: overlap, distance of the centres, and differences of width and height.

    ℓ(a, b) = IoU^γ · (1 − IoU + ρ²/d² + (w_a − w_b)²/w_H² + (h_a − h_b)²/h_H²),  IoU^γ held fixed in
    the gradient

    ρ is the distance of the centres, d, w_H and h_H the diagonal and the sides of the smallest box around
    both. Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In
    0..4. 10⁻⁷ is added to denominators. γ > 0 is Focal-EIoU, in which boxes apart have no loss: do not
    begin with it. mmdetection's EIoULoss is another formula, `extended_iou`. Source: Zhang et al. 2022.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    gamma : a number ≥ 0
        Exponent γ of the weight by overlap; 0 weighs all boxes alike, Focal-EIoU has 0.5.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `efficient_iou`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("eiou", gamma=gamma),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Eiou(Loss):
    """Efficient IoU loss: overlap, distance of the centres, and differences of width and height.

    :func:`eiou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, gamma: float = 0.0) -> None:
        super().__init__(_objective("eiou", gamma=gamma))


@overload
def extended_iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth_point: float = 0.1,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def extended_iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth_point: float = 0.1,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def extended_iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    smooth_point: float = 0.1,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Extended IoU loss: the overlap continued to boxes apart, with a rounded tip.

    ℓ(a, b) = m²/(2s) if m < s, else m − s/2;  m = 1 − I/U,  U = |a| + |b| − I

    I is the area of the intersection. Where the boxes are apart along x by a gap g, it is −g·(y₁ + y₂)
    instead, y₁ the later of the upper edges and y₂ the earlier of the lower edges, seen from the upper edge
    of the smallest box around both; likewise along y, and the sum of the two if they are apart along
    both. So the loss grows with the gap. Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2 (else
    x2 counts as x1, y2 as y1), in any unit; one box is one item. In 0..2. 10⁻⁷ is added to the denominator. As
    mmdetection's EIoULoss. Source: Peng and Yu 2021.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    smooth_point : a number > 0
        Loss s below which the tip is a parabola.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `eiou_loss`, `EIoULoss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("extended_iou", smooth_point=smooth_point),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class ExtendedIou(Loss):
    """Extended IoU loss: the overlap continued to boxes apart, with a rounded tip.

    :func:`extended_iou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, smooth_point: float = 0.1) -> None:
        super().__init__(_objective("extended_iou", smooth_point=smooth_point))


@overload
def siou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    theta: float = 4.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def siou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    theta: float = 4.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def siou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    theta: float = 4.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """SCYLLA IoU loss: overlap, distance of the centres by their direction, and shape.

    ℓ(a, b) = 1 − IoU(a, b) + (Δ + Ω)/2,
    Δ = Σ over x, y of 1 − e^−(2 − Λ)ρ²,  ρ = distance of the centres along the axis / side of H,
    Λ = sin 2α, α the angle of the line between the centres to the nearer axis,
    Ω = Σ over w, h of (1 − e^−ω)^θ,  ω = |w_a − w_b| / max(w_a, w_b)

    H is the smallest box around both. Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2, in any
    unit; one box is one item. In 0..3. 10⁻⁷ is added to denominators. As mmdetection's SIoULoss with
    `neg_gamma=True`, which is the source's formula (mmdetection's default has the other sign in the
    exponent of Δ, and rewards distance). Source: Gevorgyan 2022.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    theta : a number ≥ 1
        Exponent θ of the shape's cost.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `siou_loss`, `SIoULoss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("siou", theta=theta),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Siou(Loss):
    """SCYLLA IoU loss: overlap, distance of the centres by their direction, and shape.

    :func:`siou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, theta: float = 4.0) -> None:
        super().__init__(_objective("siou", theta=theta))


@overload
def bounded_iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 0.2,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def bounded_iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 0.2,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def bounded_iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 0.2,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Bounded IoU loss: the best overlap that each of centre and size allows, coordinate by coordinate.

    ℓ(a, b) = Σ over x, y, w, h of s(1 − o),  s the smooth L1 with parameter β,
    o_x = max((w_b − 2|Δx|) / (w_b + 2|Δx|), 0),  o_w = min(w_a/w_b, w_b/w_a)

    o_x is the IoU of the target and its own copy moved by the distance Δx of the centres, o_w that of the
    target and a box of the same centre and the predicted width. Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2
    and y1 ≤ y2, in any unit; one box is one item. In 0..4 − 2β for β < 1. 10⁻⁷ is added to denominators.
    Where centres are apart by half a side or more, the loss of their distance has gradient 0. mmdetection's
    BoundedIoULoss gives the four parts one by one, and adds 10⁻³. Source: Tychsen-Smith and Petersson 2018.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    beta : a number > 0
        Part β below which the smooth L1 is a parabola.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `bounded_iou_loss`, `BoundedIoULoss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("bounded_iou", beta=beta),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class BoundedIou(Loss):
    """Bounded IoU loss: the best overlap that each of centre and size allows, coordinate by coordinate.

    :func:`bounded_iou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, beta: float = 0.2) -> None:
        super().__init__(_objective("bounded_iou", beta=beta))


@overload
def nwd(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 12.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def nwd(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 12.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def nwd(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 12.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Normalised Gaussian Wasserstein distance: boxes as Gaussians, for targets of a few pixels.

    ℓ(a, b) = 1 − e^(−W/C),  W² = Δx² + Δy² + (Δw² + Δh²)/4

    W is the 2-Wasserstein distance of the Gaussians with the boxes' centres and half sides; with Δx and Δy
    the distances of the centres it is also √½ times the Euclidean distance of the four corner
    coordinates, and so computed, also for sides that run backwards. The slope is at most 1/(√2 C), and 0
    for equal boxes. Shapes: boxes `[n, 4]` as x1 y1 x2 y2, x1 ≤ x2 and y1 ≤ y2; one box is one item. In 0..1.
    Not invariant to scale: C is in units of the coordinates. Source: Wang et al. 2021; C = 12 from Yang et
    al. 2024 (paper 170).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    scale : a number > 0
        Distance C that counts as large: about the mean √(w·h) of the targets, in units of the coordinates.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `nwd_loss`, `normalized_wasserstein_distance`.
    With its defaults: lipschitz, bounded.
    """
    return _evaluate(
        _objective("nwd", scale=scale),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Nwd(Loss):
    """Normalised Gaussian Wasserstein distance: boxes as Gaussians, for targets of a few pixels.

    :func:`nwd` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, scale: float = 12.0) -> None:
        super().__init__(_objective("nwd", scale=scale))


@overload
def gwd(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def gwd(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def gwd(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Gaussian Wasserstein distance loss: boxes as Gaussians, for boxes of any size.

    ℓ(a, b) = 1 − 1/(1 + ln(1 + W/s)),  W² = Δx² + Δy² + (Δw² + Δh²)/4,  s = (w_a h_a w_b h_b)^¼

    W is the 2-Wasserstein distance of the Gaussians with the boxes' centres and half sides (see `nwd`); the two
    sizes in s, which the gradient reaches too, make it invariant to scale. Shapes: boxes `[n, 4]` as x1 y1 x2 y2,
    x1 ≤ x2 and y1 ≤ y2, in any unit; one box is one item. In 0..1. 10⁻⁷ is added to each area. As mmrotate's
    GDLoss "gwd" of boxes that are not turned; `rotated_gwd` has its parameters. Source: Yang et al. 2021.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `gwd_loss`, `gaussian_wasserstein_box_distance`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("gwd"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Gwd(Loss):
    """Gaussian Wasserstein distance loss: boxes as Gaussians, for boxes of any size.

    :func:`gwd` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("gwd"))


@overload
def rotated_iou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def rotated_iou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def rotated_iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """IoU loss of turned boxes.

    ℓ(a, b) = 1 − |a ∩ b| / |a ∪ b|

    The shared area is that of the exact polygon. Shapes: boxes `[n, 5]` as centre x and y, width, height (any
    unit) and the angle in radians from the x axis towards the y axis; one box is one item. In 0..1. A box is the
    same when it is turned by 180°, or by 90° with its sides changed over, and so is its loss; unlike a Gaussian,
    a square has an angle. Boxes apart have loss 1 and slope 0: `rotated_giou` and the losses of Gaussians pull
    them together. A side below 0 counts as 0, and two boxes without area have loss 1. Where edges lie on edges
    the slope is that of the predicted box growing into the true one. As mmrotate's RotatedIoULoss with mode
    "linear". Source: Zhou et al. 2019.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `rotated_iou_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("rotated_iou"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class RotatedIou(Loss):
    """IoU loss of turned boxes.

    :func:`rotated_iou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("rotated_iou"))


@overload
def rotated_giou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def rotated_giou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def rotated_giou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Generalised IoU loss of turned boxes.

    ℓ(a, b) = 1 − |a ∩ b| / |a ∪ b| + (|C| − |a ∪ b|)/|C|

    C is the smallest convex polygon around both, and all areas are exact. Shapes: boxes `[n, 5]` as centre x and
    y, width, height (any unit) and the angle in radians from the x axis towards the y axis; one box is one item.
    In 0..2. A box is the same when it is turned by 180°, or by 90° with its sides changed over, and so is its
    loss. Boxes apart are pulled together. A side below 0 counts as 0, and two boxes without area have loss 1.
    Where edges lie on edges the slope is that of the predicted box growing into the true one. Source: Rezatofighi
    et al. 2019 (paper 015), of any convex shapes.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `rotated_giou_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("rotated_giou"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class RotatedGiou(Loss):
    """Generalised IoU loss of turned boxes.

    :func:`rotated_giou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("rotated_giou"))


@overload
def rotated_gwd(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    mapping: Literal["log1p", "sqrt", "none"] = "log1p",
    tau: float | None = 1.0,
    alpha: float = 1.0,
    normalize: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def rotated_gwd(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    mapping: Literal["log1p", "sqrt", "none"] = "log1p",
    tau: float | None = 1.0,
    alpha: float = 1.0,
    normalize: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def rotated_gwd(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    mapping: Literal["log1p", "sqrt", "none"] = "log1p",
    tau: float | None = 1.0,
    alpha: float = 1.0,
    normalize: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Gaussian Wasserstein distance loss of turned boxes.

    ℓ(a, b) = 1 − 1/(τ + f(d)),  d = √(|Δ|² + α² D)/s,  D = tr(Σ_a + Σ_b − 2 (Σ_a^½ Σ_b Σ_a^½)^½),
    s = (w_a h_a w_b h_b)^¼

    The boxes are Gaussians with half their sides as standard deviations; with α = 1, d·s is their 2-Wasserstein
    distance. The sizes in s, which the gradient reaches too, make it invariant to scale. Shapes: boxes `[n, 5]` as
    centre x and y, width, height (any unit) and the angle in radians from the x axis towards the y axis; one box is
    one item. In (τ − 1)/τ..1, without τ ≥ 0. A box is the same when it is turned by 180°, or by 90° with its sides
    changed over, and so is its loss; the angle of a square has no meaning and slope 0. A side counts as at least
    10⁻⁷. At d = 0, where the root has a kink, the slope is 0. As mmrotate's GDLoss "gwd". Source: Yang et al. 2021.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    mapping : "log1p", "sqrt" or "none"
        The mapping f: "log1p", "sqrt" or "none".
    tau : none or a number ≥ 1
        τ; none: the loss is f(d) itself.
    alpha : a number in [0, 1000]
        Factor α of the distance of the shapes.
    normalize : true or false
        Divide by the sizes s? Without, d is in the unit of the boxes.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `rotated_gwd_loss`, `gd_loss_gwd`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("rotated_gwd", mapping=mapping, tau=tau, alpha=alpha, normalize=normalize),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class RotatedGwd(Loss):
    """Gaussian Wasserstein distance loss of turned boxes.

    :func:`rotated_gwd` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        mapping: Literal["log1p", "sqrt", "none"] = "log1p",
        tau: float | None = 1.0,
        alpha: float = 1.0,
        normalize: bool = True,
    ) -> None:
        super().__init__(_objective("rotated_gwd", mapping=mapping, tau=tau, alpha=alpha, normalize=normalize))


@overload
def rotated_kld(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    mapping: Literal["log1p", "sqrt", "none"] = "log1p",
    tau: float | None = 1.0,
    alpha: float = 1.0,
    root: bool = True,
    symmetric: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def rotated_kld(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    mapping: Literal["log1p", "sqrt", "none"] = "log1p",
    tau: float | None = 1.0,
    alpha: float = 1.0,
    root: bool = True,
    symmetric: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def rotated_kld(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    mapping: Literal["log1p", "sqrt", "none"] = "log1p",
    tau: float | None = 1.0,
    alpha: float = 1.0,
    root: bool = True,
    symmetric: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Kullback–Leibler divergence loss of turned boxes.

    ℓ(a, b) = 1 − 1/(τ + f(d)),  d = √K,  K = KL(N_b ‖ N_a)
      = Δᵀ Σ_a⁻¹ Δ/(2α²) + ½ tr(Σ_a⁻¹ Σ_b) + ½ ln(det Σ_a/det Σ_b) − 1

    a is the predicted box, b the true one; they are Gaussians with half their sides as standard deviations.
    Invariant to scale and to every affine map of both boxes. Shapes: boxes `[n, 5]` as centre x and y, width,
    height (any unit) and the angle in radians from the x axis towards the y axis; one box is one item. In (τ −
    1)/τ..1, without τ ≥ 0. A box is the same when it is turned by 180°, or by 90° with its sides changed over,
    and so is its loss; the angle of a square has no meaning and slope 0. A side counts as at least 10⁻⁷. At K =
    0, where the root has a kink, the slope is 0. As mmrotate's GDLoss "kld", with symmetric = true "jd". Source:
    Yang et al. 2021 (the divergence), with the mapping of their Wasserstein loss.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    mapping : "log1p", "sqrt" or "none"
        The mapping f: "log1p", "sqrt" or "none".
    tau : none or a number ≥ 1
        τ; none: the loss is f(d) itself.
    alpha : a number in [0.001, 1000]
        Divisor α of the distance of the centres.
    root : true or false
        Is d the root of K? Else it is K.
    symmetric : true or false
        The mean of both directions, (KL(N_b ‖ N_a) + KL(N_a ‖ N_b))/2, for K?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `kld_loss`, `rotated_kld_loss`, `gd_loss_kld`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("rotated_kld", mapping=mapping, tau=tau, alpha=alpha, root=root, symmetric=symmetric),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class RotatedKld(Loss):
    """Kullback–Leibler divergence loss of turned boxes.

    :func:`rotated_kld` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        mapping: Literal["log1p", "sqrt", "none"] = "log1p",
        tau: float | None = 1.0,
        alpha: float = 1.0,
        root: bool = True,
        symmetric: bool = False,
    ) -> None:
        super().__init__(_objective(
            "rotated_kld", mapping=mapping, tau=tau, alpha=alpha, root=root, symmetric=symmetric
        ))


@overload
def probiou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    log: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def probiou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    log: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def probiou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    log: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """ProbIoU loss: the Hellinger distance of turned boxes as Gaussians.

    ℓ(a, b) = √(1 − e^−B),  B = ¼ Δᵀ (Σ_a + Σ_b)⁻¹ Δ + ½ ln(det((Σ_a + Σ_b)/2)/√(det Σ_a det Σ_b))

    or B itself (log = true), the Bhattacharyya distance. The Gaussians have the variances of uniform boxes, a
    twelfth of the squared sides. Invariant to scale. Shapes: boxes `[n, 5]` as centre x and y, width, height (any
    unit) and the angle in radians from the x axis towards the y axis; one box is one item. In 0..1 (log = true: ≥
    0). Far apart the Hellinger distance has almost no slope, where B has one: its authors train with B first. A
    box is the same when it is turned by 180°, or by 90° with its sides changed over, and so is its loss; the
    angle of a square has no meaning and slope 0. A side counts as at least 10⁻⁷. At B = 0, where the root has a
    kink, the slope is 0. Source: Murrugarra-Llerena et al. 2021 (L1 and L2).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    log : true or false
        B instead of the Hellinger distance?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `probiou_loss`, `prob_iou`, `hellinger_box_distance`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("probiou", log=log),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Probiou(Loss):
    """ProbIoU loss: the Hellinger distance of turned boxes as Gaussians.

    :func:`probiou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, log: bool = False) -> None:
        super().__init__(_objective("probiou", log=log))


@overload
def kfiou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    measure: Literal["linear", "ln", "exp"] = "linear",
    beta: float = 0.1111111111111111,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def kfiou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    measure: Literal["linear", "ln", "exp"] = "linear",
    beta: float = 0.1111111111111111,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def kfiou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    measure: Literal["linear", "ln", "exp"] = "linear",
    beta: float = 0.1111111111111111,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Kalman filter IoU loss of turned boxes: overlap of the shapes, and the centres apart from it.

    ℓ(a, b) = h(δ_x) + h(δ_y) + 1 − K,  K = V/(V_a + V_b − V),  V = ½ √(V_a V_b/ρ),
    ρ = det(Σ_a + Σ_b)/(4 √(det Σ_a det Σ_b))

    V_a and V_b are the areas, V that of the product of the boxes' Gaussians laid on one centre, so that K is at
    most ⅓; h is the Huber-like smooth L1 with threshold β, and δ the distance of the centres along the sides of
    the true box, in its width and height. measure = "ln" has −ln(K + 10⁻⁶), "exp" e^(1 − K) − 1. Invariant to
    scale. Shapes: boxes `[n, 5]` as centre x and y, width, height (any unit) and the angle in radians from the x
    axis towards the y axis; one box is one item. At least ⅔, ln 3 or e^⅔ − 1. A box is the same when it is turned
    by 180°, or by 90° with its sides changed over, and so is its loss; the angle of a square has no meaning and
    slope 0. A side counts as at least 10⁻⁷. As mmrotate's KFLoss with offsets that are coded from the true box,
    without its 10⁻⁶ below K. Source: Yang et al. 2023.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    measure : "linear", "ln" or "exp"
        What is made of K: "linear", "ln" or "exp".
    beta : a number in [0.001, 1000]
        Threshold β of the smooth L1.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `kfiou_loss`, `kf_loss`.
    """
    return _evaluate(
        _objective("kfiou", measure=measure, beta=beta),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Kfiou(Loss):
    """Kalman filter IoU loss of turned boxes: overlap of the shapes, and the centres apart from it.

    :func:`kfiou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, measure: Literal["linear", "ln", "exp"] = "linear", beta: float = 0.1111111111111111) -> None:
        super().__init__(_objective("kfiou", measure=measure, beta=beta))


@overload
def quad_iou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def quad_iou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def quad_iou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """IoU loss of quadrilaterals.

    ℓ(a, b) = 1 − |a ∩ b| / |a ∪ b|

    a and b are the smallest convex polygons around four corners each, so that their order does not matter; of a
    quadrilateral that is not convex it is the hull that counts, and the inner corner has slope 0. Shapes:
    quadrilaterals `[n, 8]` as x1 y1 x2 y2 x3 y3 x4 y4, in any unit; one quadrilateral is one item. In 0..1.
    Quadrilaterals apart have loss 1 and slope 0 (see `quad_giou`), and two without area loss 1. Where edges lie
    on edges the slope is that of the predicted one growing into the true one. Source: Yu et al. 2016, of any
    convex shapes.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `polygon_iou`, `convex_iou`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("quad_iou"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class QuadIou(Loss):
    """IoU loss of quadrilaterals.

    :func:`quad_iou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("quad_iou"))


@overload
def quad_giou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def quad_giou(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def quad_giou(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Generalised IoU loss of quadrilaterals.

    ℓ(a, b) = 1 − |a ∩ b| / |a ∪ b| + (|C| − |a ∪ b|)/|C|

    a and b are the smallest convex polygons around four corners each, so that their order does not matter, and C is
    that around all eight; of a quadrilateral that is not convex it is the hull that counts, and the inner corner has
    slope 0. Shapes: quadrilaterals `[n, 8]` as x1 y1 x2 y2 x3 y3 x4 y4, in any unit; one quadrilateral is one item. In
    0..2. Two without area have loss 1. Where edges lie on edges the slope is that of the predicted one growing into the
    true one. `detection::split_giou` (of the Rust crate) sums it over the pieces of curved text. As mmrotate's
    ConvexGIoULoss of four points. Source: Rezatofighi et al. 2019 (paper 015), of any convex shapes.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `polygon_giou`, `convex_giou`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("quad_giou"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class QuadGiou(Loss):
    """Generalised IoU loss of quadrilaterals.

    :func:`quad_giou` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("quad_giou"))


@overload
def total_variation(
    prediction: ArrayLike,
    target: ArrayLike | None = None,
    *,
    squared: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def total_variation(
    prediction: ArrayLike,
    target: ArrayLike | None = None,
    *,
    squared: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def total_variation(
    prediction: ArrayLike,
    target: ArrayLike | None = None,
    *,
    squared: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Total variation: the mean difference between neighbours, which is small for smooth images.

    ℓ(x) = Σ_axes mean |x_{i+1} − x_i|, or of the squares

    Shapes: predictions `[n, c, …]` with one to three axes of pixels, of any size; no target is read. One
    channel of one item is one item of a mean. In units of the prediction (or their squares), ≥ 0. An axis of
    a single pixel has no differences. kornia's `total_variation(reduction="mean")` sums the same over
    channels. Source: Rudin, Osher and Fatemi 1992.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above; there need be no target.
    squared : true or false
        Square the differences?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `tv`, `tv_loss`, `total_variation_loss`.
    With its defaults: convex, shift_invariant.
    """
    return _evaluate(
        _objective("total_variation", squared=squared),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class TotalVariation(Loss):
    """Total variation: the mean difference between neighbours, which is small for smooth images.

    :func:`total_variation` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, squared: bool = False) -> None:
        super().__init__(_objective("total_variation", squared=squared))


@overload
def edge_aware_smoothness(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    sharpness: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def edge_aware_smoothness(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    sharpness: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def edge_aware_smoothness(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    sharpness: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Edge-aware smoothness: differences between neighbours of a depth map, forgiven where an image has an edge.

    ℓ(d, I) = Σ_axes mean |∂d| e^(−γ mean_c |∂I_c|)

    with forward differences of the depth (or disparity, inverse depth, flow) and of the image, which stands for
    the target. Shapes: prediction and image `[n, c, …]` of one shape, with one to three axes of pixels; the
    weights come from all channels of the image together, and the mean runs over pairs of neighbours and over the
    channels of the prediction (repeat a single depth for the channels of a colour image: the value is the same,
    and the slopes of the copies add up to its slope). An item is one item of a mean. In units of the prediction,
    ≥ 0. γ is in one over units of the image: 1 is for images in 0..1. kornia's `inverse_depth_smoothness_loss`.
    Source: Godard et al. 2017.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    sharpness : a number in [0, 1000000]
        How much an edge of the image forgives, γ.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `inverse_depth_smoothness`, `inverse_depth_smoothness_loss`.
    With its defaults: convex, shift_invariant.
    """
    return _evaluate(
        _objective("edge_aware_smoothness", sharpness=sharpness),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class EdgeAwareSmoothness(Loss):
    """Edge-aware smoothness: differences between neighbours of a depth map, forgiven where an image has an edge.

    :func:`edge_aware_smoothness` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, sharpness: float = 1.0) -> None:
        super().__init__(_objective("edge_aware_smoothness", sharpness=sharpness))


@overload
def ssim(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    window: int = 11,
    sigma: float = 1.5,
    uniform: bool = False,
    padding: Literal["valid", "reflect", "zero"] = "valid",
    range: float = 1.0,
    k1: float = 0.01,
    k2: float = 0.03,
    unbiased: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def ssim(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    window: int = 11,
    sigma: float = 1.5,
    uniform: bool = False,
    padding: Literal["valid", "reflect", "zero"] = "valid",
    range: float = 1.0,
    k1: float = 0.01,
    k2: float = 0.03,
    unbiased: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def ssim(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    window: int = 11,
    sigma: float = 1.5,
    uniform: bool = False,
    padding: Literal["valid", "reflect", "zero"] = "valid",
    range: float = 1.0,
    k1: float = 0.01,
    k2: float = 0.03,
    unbiased: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Structural similarity: means, contrasts and structure of two images in a sliding window.

    ℓ(x, t) = 1 − mean of (2 μ_x μ_t + C₁)/(μ_x² + μ_t² + C₁) · (2 σ_xt + C₂)/(σ_x² + σ_t² + C₂) over all windows,
    C₁ = (k1·range)², C₂ = (k2·range)²

    Shapes: prediction and target `[n, c, …]` with one to three axes of pixels. One channel of one item is one
    item of a mean. In 0..2, 0 for equal images. State the padding: on small images it decides the value.
    MONAI's SSIMLoss and pytorch-msssim use "valid"; kornia's ssim_loss is half of padding = "reflect";
    scikit-image's is unbiased unless told otherwise. Source: Wang et al. 2004.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    window : a whole number in [1, 255]
        Pixels of the window along each axis.
    sigma : a number > 0
        Width σ of the Gaussian window, in pixels.
    uniform : true or false
        Weigh all pixels of the window alike?
    padding : "valid", "reflect" or "zero"
        What the window sees beyond the border: "valid" leaves out windows that do not lie inside.
    range : a number > 0
        Span of the pixel values, such as 1 or 255.
    k1 : a number > 0
        Of C₁.
    k2 : a number > 0
        Of C₂.
    unbiased : true or false
        Divide variances by one pixel less than the window has?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ssim_loss`, `dssim`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "ssim",
            window=window,
            sigma=sigma,
            uniform=uniform,
            padding=padding,
            range=range,
            k1=k1,
            k2=k2,
            unbiased=unbiased,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Ssim(Loss):
    """Structural similarity: means, contrasts and structure of two images in a sliding window.

    :func:`ssim` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        window: int = 11,
        sigma: float = 1.5,
        uniform: bool = False,
        padding: Literal["valid", "reflect", "zero"] = "valid",
        range: float = 1.0,
        k1: float = 0.01,
        k2: float = 0.03,
        unbiased: bool = False,
    ) -> None:
        super().__init__(_objective(
            "ssim",
            window=window,
            sigma=sigma,
            uniform=uniform,
            padding=padding,
            range=range,
            k1=k1,
            k2=k2,
            unbiased=unbiased,
        ))


@overload
def ms_ssim(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scales: int = 5,
    window: int = 11,
    sigma: float = 1.5,
    uniform: bool = False,
    padding: Literal["valid", "reflect", "zero"] = "valid",
    range: float = 1.0,
    k1: float = 0.01,
    k2: float = 0.03,
    unbiased: bool = False,
    normalize: Literal["relu", "simple"] = "relu",
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def ms_ssim(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scales: int = 5,
    window: int = 11,
    sigma: float = 1.5,
    uniform: bool = False,
    padding: Literal["valid", "reflect", "zero"] = "valid",
    range: float = 1.0,
    k1: float = 0.01,
    k2: float = 0.03,
    unbiased: bool = False,
    normalize: Literal["relu", "simple"] = "relu",
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def ms_ssim(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scales: int = 5,
    window: int = 11,
    sigma: float = 1.5,
    uniform: bool = False,
    padding: Literal["valid", "reflect", "zero"] = "valid",
    range: float = 1.0,
    k1: float = 0.01,
    k2: float = 0.03,
    unbiased: bool = False,
    normalize: Literal["relu", "simple"] = "relu",
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Multi-scale structural similarity: contrasts at every scale of a pyramid, means at the coarsest.

    ℓ(x, t) = 1 − Π_{k<M} mean(cs_k)^β_k · mean(l_M cs_M)^β_M,  β = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)

    with l and cs as in `ssim`; each scale halves the image by 2×2 means (in a volume 2×2×2), odd rows are
    dropped. With fewer scales the first M weights, divided by their sum. Shapes: prediction and target
    `[n, c, …]`; one channel of one item is one item of a mean. In 0..1, 0 for equal images. A negative mean,
    which anti-correlated images have, is taken as 10⁻⁶ with slope 0 (normalize = "relu"), or every mean v as
    (v + 1)/2 ("simple"). With 5 scales and window 11 every axis needs 176 pixels. A mix with the mean absolute
    error is `0.84*ms_ssim + 0.16*mae` (Zhao et al. 2017). Source: Wang, Simoncelli and Bovik 2003.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    scales : a whole number in [1, 5]
        Number of scales.
    window : a whole number in [1, 255]
        Pixels of the window along each axis.
    sigma : a number > 0
        Width σ of the Gaussian window, in pixels.
    uniform : true or false
        Weigh all pixels of the window alike?
    padding : "valid", "reflect" or "zero"
        What the window sees beyond the border.
    range : a number > 0
        Span of the pixel values, such as 1 or 255.
    k1 : a number > 0
        Of C₁.
    k2 : a number > 0
        Of C₂.
    unbiased : true or false
        Divide variances by one pixel less than the window has?
    normalize : "relu" or "simple"
        What becomes of negative means.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ms_ssim_loss`, `msssim`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective(
            "ms_ssim",
            scales=scales,
            window=window,
            sigma=sigma,
            uniform=uniform,
            padding=padding,
            range=range,
            k1=k1,
            k2=k2,
            unbiased=unbiased,
            normalize=normalize,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class MsSsim(Loss):
    """Multi-scale structural similarity: contrasts at every scale of a pyramid, means at the coarsest.

    :func:`ms_ssim` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        scales: int = 5,
        window: int = 11,
        sigma: float = 1.5,
        uniform: bool = False,
        padding: Literal["valid", "reflect", "zero"] = "valid",
        range: float = 1.0,
        k1: float = 0.01,
        k2: float = 0.03,
        unbiased: bool = False,
        normalize: Literal["relu", "simple"] = "relu",
    ) -> None:
        super().__init__(_objective(
            "ms_ssim",
            scales=scales,
            window=window,
            sigma=sigma,
            uniform=uniform,
            padding=padding,
            range=range,
            k1=k1,
            k2=k2,
            unbiased=unbiased,
            normalize=normalize,
        ))


@overload
def psnr(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    range: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def psnr(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    range: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def psnr(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    range: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Negative peak signal-to-noise ratio: the mean squared error of an image on a logarithmic scale.

    ℓ(x, t) = 10 log₁₀(max(mean (x − t)²/range², 10⁻¹⁰))

    Shapes: prediction and target `[n, c, …]` with one to three axes of pixels. All channels of one item are one
    item of a mean. In decibels, at least −100, where the slope is 0. kornia's psnr_loss takes the mean of the
    squares over the whole batch.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    range : a number > 0
        Span of the pixel values, such as 1 or 255.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `psnr_loss`, `negative_psnr`.
    """
    return _evaluate(
        _objective("psnr", range=range),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Psnr(Loss):
    """Negative peak signal-to-noise ratio: the mean squared error of an image on a logarithmic scale.

    :func:`psnr` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, range: float = 1.0) -> None:
        super().__init__(_objective("psnr", range=range))


@overload
def gradient_difference(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    squared: bool = False,
    magnitudes: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def gradient_difference(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    squared: bool = False,
    magnitudes: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def gradient_difference(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    squared: bool = False,
    magnitudes: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Gradient difference: how far the slopes of two images are apart.

    ℓ(x, t) = Σ_axes mean |∂x − ∂t|, or with squared of (∂x − ∂t)²; with magnitudes of |∂x| and |∂t| instead

    with forward differences ∂x = x_{i+1} − x_i. Shapes: prediction and target `[n, c, …]` with one to three
    axes of pixels. One channel of one item is one item of a mean. In units of the target (or their squares),
    ≥ 0. A constant added to the prediction changes nothing: use it beside a loss of pixels, as in
    `0.2*mse + 0.4*gradient_difference`. Sources: Mathieu, Couprie and LeCun 2016 (magnitudes); paper 157.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    squared : true or false
        Square the differences?
    magnitudes : true or false
        Compare how steep the images are, and not which way?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `image_gradient_loss`, `gradient_difference_loss`.
    With its defaults: convex, shift_invariant.
    """
    return _evaluate(
        _objective("gradient_difference", squared=squared, magnitudes=magnitudes),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class GradientDifference(Loss):
    """Gradient difference: how far the slopes of two images are apart.

    :func:`gradient_difference` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, squared: bool = False, magnitudes: bool = False) -> None:
        super().__init__(_objective("gradient_difference", squared=squared, magnitudes=magnitudes))


@overload
def laplacian_difference(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    squared: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def laplacian_difference(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    squared: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def laplacian_difference(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    squared: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Laplacian difference: how far the curvature of two images is apart, which fine detail decides.

    ℓ(x, t) = mean |Δx − Δt|, or with squared of (Δx − Δt)²,  Δx = Σ_axes x_{i+1} − 2 x_i + x_{i−1}

    with the outermost pixels repeated beyond the border. Shapes: prediction and target `[n, c, …]` with one to
    three axes of pixels. One channel of one item is one item of a mean. In units of the target (or their
    squares), ≥ 0; a constant added to the prediction changes nothing.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    squared : true or false
        Square the differences?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `laplacian_loss`.
    With its defaults: convex, shift_invariant.
    """
    return _evaluate(
        _objective("laplacian_difference", squared=squared),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class LaplacianDifference(Loss):
    """Laplacian difference: how far the curvature of two images is apart, which fine detail decides.

    :func:`laplacian_difference` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, squared: bool = False) -> None:
        super().__init__(_objective("laplacian_difference", squared=squared))


@overload
def sobel_difference(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    squared: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def sobel_difference(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    squared: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def sobel_difference(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    squared: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Sobel difference: how far the edges of two images are apart, whichever way they run.

    ℓ(x, t) = mean | √(Σ_axes S(x)² + 10⁻⁶) − √(Σ_axes S(t)² + 10⁻⁶) |

    S is a central difference along its axis, smoothed by (1, 2, 1)/4 along the others, with the outermost
    pixels repeated beyond the border (kornia's `sobel`). Shapes: prediction and target `[n, c, …]` with one to
    three axes of pixels. One channel of one item is one item of a mean. In units of the target, ≥ 0; a constant
    added to the prediction changes nothing.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    squared : true or false
        Square the differences?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `edge_loss`, `sobel_loss`.
    With its defaults: shift_invariant.
    """
    return _evaluate(
        _objective("sobel_difference", squared=squared),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SobelDifference(Loss):
    """Sobel difference: how far the edges of two images are apart, whichever way they run.

    :func:`sobel_difference` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, squared: bool = False) -> None:
        super().__init__(_objective("sobel_difference", squared=squared))


@overload
def frequency_l1(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    compare: Literal["complex", "reim", "amplitude"] = "complex",
    unitary: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def frequency_l1(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    compare: Literal["complex", "reim", "amplitude"] = "complex",
    unitary: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def frequency_l1(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    compare: Literal["complex", "reim", "amplitude"] = "complex",
    unitary: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Frequency L1: how far the spectra of two images are apart.

    ℓ(x, t) = mean |F(x) − F(t)| ("complex"), mean |Re Δ| + |Im Δ| ("reim") or mean ||F(x)| − |F(t)|| ("amplitude")

    F is the unitary discrete Fourier transform of a channel, the mean runs over all frequencies. Shapes:
    prediction and target `[n, c, …]` with one to three axes of pixels. One channel of one item is one item of a
    mean. In units of the target, ≥ 0; unitary = false multiplies by √pixels. Shifting both images around
    their border changes nothing, for "amplitude" shifting one. The slope at equal spectra is 0. Source: paper
    147, whose total is `mae + frequency_l1` with weights of its own.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    compare : "complex", "reim" or "amplitude"
        What is compared.
    unitary : true or false
        Does the transform keep sums of squares?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `fft_l1`, `fft_l1_loss`, `spatial_frequency_loss`.
    With its defaults: convex.
    """
    return _evaluate(
        _objective("frequency_l1", compare=compare, unitary=unitary),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class FrequencyL1(Loss):
    """Frequency L1: how far the spectra of two images are apart.

    :func:`frequency_l1` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, compare: Literal["complex", "reim", "amplitude"] = "complex", unitary: bool = True) -> None:
        super().__init__(_objective("frequency_l1", compare=compare, unitary=unitary))


@overload
def focal_frequency(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def focal_frequency(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def focal_frequency(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Focal frequency loss: squared differences of spectra, weighted towards frequencies that are far off.

    ℓ(x, t) = mean w |Δ|²,  w = |Δ|^α / max |Δ|^α held fixed,  Δ = F(x) − F(t)

    F is the unitary discrete Fourier transform of a channel; the maximum and the mean run over its frequencies.
    Shapes: prediction and target `[n, c, …]` with one to three axes of pixels. One channel of one item is one
    item of a mean. In squared units of the target, ≥ 0. α = 0 is the mean squared error. Source: Jiang et al.
    2021, with one patch; paper 147.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : a number ≥ 0
        Exponent α of the weight.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `focal_frequency_loss`, `ffl`.
    """
    return _evaluate(
        _objective("focal_frequency", alpha=alpha),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class FocalFrequency(Loss):
    """Focal frequency loss: squared differences of spectra, weighted towards frequencies that are far off.

    :func:`focal_frequency` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, alpha: float = 1.0) -> None:
        super().__init__(_objective("focal_frequency", alpha=alpha))


@overload
def spectral_convergence(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: float = 1e-08,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def spectral_convergence(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: float = 1e-08,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def spectral_convergence(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    epsilon: float = 1e-08,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Spectral convergence: the distance of amplitude spectra, relative to the target's.

    ℓ(x, t) = ‖ |F(t)| − |F(x)| ‖ / max(‖F(t)‖, ε)

    F is the discrete Fourier transform of a channel. Shapes: prediction and target `[n, c, …]` with one to
    three axes of pixels; a signal is a line. One channel of one item is one item of a mean. Without unit, ≥ 0;
    shifting an image around its border changes nothing. Source: Arık, Jun and Diamos 2019.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    epsilon : a number > 0
        Least norm ε of the target, in its units times √pixels.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `spectral_convergence_loss`.
    """
    return _evaluate(
        _objective("spectral_convergence", epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SpectralConvergence(Loss):
    """Spectral convergence: the distance of amplitude spectra, relative to the target's.

    :func:`spectral_convergence` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, epsilon: float = 1e-08) -> None:
        super().__init__(_objective("spectral_convergence", epsilon=epsilon))


@overload
def amplitude_mse(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def amplitude_mse(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def amplitude_mse(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Amplitude mean squared error: the squared distance of amplitude spectra.

    ℓ(x, t) = mean (|F(x)| − |F(t)|)²

    F is the unitary discrete Fourier transform of a channel, the mean runs over all frequencies. Shapes:
    prediction and target `[n, c, …]` with one to three axes of pixels; a signal is a line. One channel of one
    item is one item of a mean. In squared units of the target, ≥ 0 and at most the mean squared error; shifting
    an image around its border changes nothing. Not convex. MONAI's `JukeboxLoss` is the same for one channel; of
    several it transforms along the channels too. Source: Dhariwal et al. 2020.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `jukebox`, `jukebox_loss`, `spectral_mse`.
    """
    return _evaluate(
        _objective("amplitude_mse"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class AmplitudeMse(Loss):
    """Amplitude mean squared error: the squared distance of amplitude spectra.

    :func:`amplitude_mse` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("amplitude_mse"))


@overload
def ncc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    squared: bool = False,
    epsilon: float = 1e-08,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def ncc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    squared: bool = False,
    epsilon: float = 1e-08,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def ncc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    squared: bool = False,
    epsilon: float = 1e-08,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Normalised cross-correlation: how far two images are from being linear in each other.

    ℓ(x, t) = 1 − r, or with squared 1 − r²,  r = cov(x, t) / √(max(var x, ε) max(var t, ε))

    Shapes: prediction and target `[n, c, …]` with one to three axes of pixels. One channel of one item is one
    item of a mean. In 0..2 (squared 0..1); brightness and contrast of either image change nothing. Weights and
    masks may be of pixels: they weigh the means in r, so that (1 − mask of a lesion) leaves the lesion out
    (paper 109).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    squared : true or false
        1 − r²: images that are each other's negative count as alike.
    epsilon : a number > 0
        Least variance ε, in squared units of the images.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `normalized_cross_correlation`, `global_ncc`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("ncc", squared=squared, epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Ncc(Loss):
    """Normalised cross-correlation: how far two images are from being linear in each other.

    :func:`ncc` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, squared: bool = False, epsilon: float = 1e-08) -> None:
        super().__init__(_objective("ncc", squared=squared, epsilon=epsilon))


@overload
def local_ncc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    window: int = 9,
    gaussian: bool = False,
    squared: bool = True,
    epsilon: float = 1e-05,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def local_ncc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    window: int = 9,
    gaussian: bool = False,
    squared: bool = True,
    epsilon: float = 1e-05,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def local_ncc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    window: int = 9,
    gaussian: bool = False,
    squared: bool = True,
    epsilon: float = 1e-05,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Local normalised cross-correlation: correlation of two images in a sliding window.

    ℓ(x, t) = 1 − mean of V² cov² / (max(V var x, ε) max(V var t, ε)), or with squared = false of its root with
    the sign of the covariance; V is the number of pixels of the window

    with zeros beyond the border. Shapes: prediction and target `[n, c, …]` with one to three axes of pixels. One
    channel of one item is one item of a mean. In 0..1 (not squared 0..2); slow changes of brightness and
    contrast matter little. MONAI's and VoxelMorph's loss is this minus 1. Weights of pixels weigh the
    windows around them, as (1 − mask) does for a lesion (paper 109). Source: Avants et al. 2008.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    window : a whole number in [1, 255]
        Pixels of the window along each axis, odd.
    gaussian : true or false
        Weigh the pixels of the window by a Gaussian with a third of its size as width? V is then the sum of
        the weights, of which the largest is 1.
    squared : true or false
        Squared correlation, for which images that are each other's negative are alike?
    epsilon : a number > 0
        Least V·variance ε, in squared units of the images.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `lncc`, `local_normalized_cross_correlation`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("local_ncc", window=window, gaussian=gaussian, squared=squared, epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class LocalNcc(Loss):
    """Local normalised cross-correlation: correlation of two images in a sliding window.

    :func:`local_ncc` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self, *, window: int = 9, gaussian: bool = False, squared: bool = True, epsilon: float = 1e-05
    ) -> None:
        super().__init__(_objective("local_ncc", window=window, gaussian=gaussian, squared=squared, epsilon=epsilon))


@overload
def mutual_information(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    bins: int = 23,
    sigma_ratio: float = 0.5,
    spline: bool = False,
    range: float = 1.0,
    smooth: float = 1e-07,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def mutual_information(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    bins: int = 23,
    sigma_ratio: float = 0.5,
    spline: bool = False,
    range: float = 1.0,
    smooth: float = 1e-07,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def mutual_information(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    bins: int = 23,
    sigma_ratio: float = 0.5,
    spline: bool = False,
    range: float = 1.0,
    smooth: float = 1e-07,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Mutual information: how much one image says about the other, from a smoothed joint histogram.

    ℓ(x, t) = −Σ_ab p_ab ln((p_ab + ε)/(p_a p_b + ε) + ε),  p_ab = mean of w_a(x) w_b(t) over the pixels

    With spline = false, w falls off as a Gaussian around bins at 0, 1/(bins − 1), …, 1 times the range, and adds
    up to 1 for each pixel; with spline = true it is a cubic B-spline for x and the nearest bin for t, with two
    empty bins at each end (Mattes). Values beyond 0..range are taken as its ends. Shapes: prediction and target
    `[n, c, …]` with one to three axes of pixels. One channel of one item is one item of a mean. In nats, ≤ 0 up to
    ε: for images of different kinds, which need be neither equal nor linear in each other. Equals MONAI's
    GlobalMutualInformationLoss (whose spline takes its range from each batch). Source: Mattes et al. 2003.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    bins : a whole number in [6, 255]
        Bins of each image.
    sigma_ratio : a number in [0.1, 4]
        Width of the Gaussian in bins.
    spline : true or false
        B-splines in place of Gaussians?
    range : a number > 0
        Largest value; the least is 0.
    smooth : a number > 0
        Added to probabilities, ε.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `global_mutual_information`, `mi_loss`.
    """
    return _evaluate(
        _objective("mutual_information", bins=bins, sigma_ratio=sigma_ratio, spline=spline, range=range, smooth=smooth),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class MutualInformation(Loss):
    """Mutual information: how much one image says about the other, from a smoothed joint histogram.

    :func:`mutual_information` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        bins: int = 23,
        sigma_ratio: float = 0.5,
        spline: bool = False,
        range: float = 1.0,
        smooth: float = 1e-07,
    ) -> None:
        super().__init__(_objective(
            "mutual_information", bins=bins, sigma_ratio=sigma_ratio, spline=spline, range=range, smooth=smooth
        ))


@overload
def variance_beta_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 0.5,
    laplace: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def variance_beta_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 0.5,
    laplace: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def variance_beta_nll(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    beta: float = 0.5,
    laplace: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """β-NLL of a predicted log-variance: the variance step of heteroscedastic registration.

    ℓ(v, r) = (½ r² e^−v + ½ v) · e^βv held fixed, or with laplace ½ |r| e^−v + ½ v in its place

    The prediction v is the logarithm of the variance (laplace: of the scale) of a pixel, the target r its
    residual, such as fixed minus warped image, which has no slope. v is held in −10..10, where the slope is 0
    beyond. Shapes: prediction and target of the same shape; one entry is one item. Without bound below; least at
    v = ln r². β = 0 is the negative log-likelihood of a Gaussian without its constant. Source: paper 69.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    beta : a number in [0, 1]
        Exponent β of the variance that weighs a pixel.
    laplace : true or false
        The absolute residual in place of the square?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `beta_nll_loss`.
    """
    return _evaluate(
        _objective("variance_beta_nll", beta=beta, laplace=laplace),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class VarianceBetaNll(Loss):
    """β-NLL of a predicted log-variance: the variance step of heteroscedastic registration.

    :func:`variance_beta_nll` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, beta: float = 0.5, laplace: bool = False) -> None:
        super().__init__(_objective("variance_beta_nll", beta=beta, laplace=laplace))


@overload
def heatmap_divergence(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    kind: Literal["kl", "js"] = "kl",
    softmax: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def heatmap_divergence(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    kind: Literal["kl", "js"] = "kl",
    softmax: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def heatmap_divergence(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    kind: Literal["kl", "js"] = "kl",
    softmax: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Divergence of heat maps: how far a predicted distribution over the pixels is from the true one.

    ℓ(p, t) = Σ t ln(t/p) ("kl") or ½ Σ t ln(t/m) + ½ Σ p ln(p/m), m = (p + t)/2 ("js"),  with 0 ln 0 = 0

    p is the softmax of a channel's scores over all its pixels, or the prediction as it is; the target is divided
    by its sum, so that any non-negative map will do, such as a Gaussian around a landmark, and a map of zeros (no
    such landmark) does not count. Shapes: scores and target `[n, c, …]` with one to three axes of pixels. One
    channel of one item is one item of a mean. In nats, ≥ 0 if the prediction sums to 1; "js" at most ln 2.
    Without the softmax a probability counts as at least 10⁻³⁸ in logarithms. kornia's `kl_div_loss_2d` and
    `js_div_loss_2d` have softmax = false and take the target as it is. Source: Nibali et al. 2018.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    kind : "kl" or "js"
        Which divergence.
    softmax : true or false
        Are predictions scores, and not probabilities?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `kl_div_loss_2d`, `heatmap_kl`.
    With its defaults: convex, shift_invariant.
    """
    return _evaluate(
        _objective("heatmap_divergence", kind=kind, softmax=softmax),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class HeatmapDivergence(Loss):
    """Divergence of heat maps: how far a predicted distribution over the pixels is from the true one.

    :func:`heatmap_divergence` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, kind: Literal["kl", "js"] = "kl", softmax: bool = True) -> None:
        super().__init__(_objective("heatmap_divergence", kind=kind, softmax=softmax))


@overload
def displacement_smoothness(
    prediction: ArrayLike,
    target: ArrayLike | None = None,
    *,
    central: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def displacement_smoothness(
    prediction: ArrayLike,
    target: ArrayLike | None = None,
    *,
    central: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def displacement_smoothness(
    prediction: ArrayLike,
    target: ArrayLike | None = None,
    *,
    central: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Displacement smoothness: squared slopes of a field of displacements (diffusion regularisation).

    ℓ(u) = mean over axes of mean (∂u)²

    with forward differences over the spacing, or with central = true (u_{i+1} − u_{i−1})/2 at the pixels that
    have neighbours along every axis. Shapes: predictions `[n, c, …]`, c components of the displacement, with one
    to three axes of pixels; no target is read. One component of one item is one item of a mean. In squared units
    of the displacement over those of the spacing, ≥ 0. MONAI's DiffusionLoss is the number of axes times
    central = true. Sources: Balakrishnan et al. 2019; paper 69.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above; there need be no target.
    central : true or false
        Central differences?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `displacement_smoothness_loss`, `diffusion_loss`.
    With its defaults: convex, shift_invariant.
    """
    return _evaluate(
        _objective("displacement_smoothness", central=central),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class DisplacementSmoothness(Loss):
    """Displacement smoothness: squared slopes of a field of displacements (diffusion regularisation).

    :func:`displacement_smoothness` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, central: bool = False) -> None:
        super().__init__(_objective("displacement_smoothness", central=central))


@overload
def bending_energy(
    prediction: ArrayLike,
    target: ArrayLike | None = None,
    *,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def bending_energy(
    prediction: ArrayLike, target: ArrayLike | None = None, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def bending_energy(
    prediction: ArrayLike,
    target: ArrayLike | None = None,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Bending energy: squared second derivatives of a field of displacements.

    ℓ(u) = mean of Σ_a (∂_aa u)² + 2 Σ_{a<b} (∂_ab u)²

    over the pixels that have neighbours along every axis; ∂_aa by (1, −2, 1), ∂_ab by the four diagonal
    neighbours over 4, divided by the spacing. Shapes: predictions `[n, c, …]`, c components of the displacement,
    with one to three axes of three or more pixels; no target is read. One component of one item is one item of a
    mean. In squared units of the displacement over those of the squared spacing, ≥ 0; affine fields cost nothing.
    Equals MONAI's BendingEnergyLoss. Source: Rueckert et al. 1999.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above; there need be no target.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `bending_energy_loss`.
    With its defaults: convex, shift_invariant.
    """
    return _evaluate(
        _objective("bending_energy"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class BendingEnergy(Loss):
    """Bending energy: squared second derivatives of a field of displacements.

    :func:`bending_energy` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("bending_energy"))


@overload
def volume_preserving(
    prediction: ArrayLike,
    target: ArrayLike | None = None,
    *,
    ratio: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def volume_preserving(
    prediction: ArrayLike,
    target: ArrayLike | None = None,
    *,
    ratio: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def volume_preserving(
    prediction: ArrayLike,
    target: ArrayLike | None = None,
    *,
    ratio: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Volume preserving: how much a field of displacements grows or shrinks what a mask marks.

    ℓ(u) = Σ_x M(x) k(x) / Σ_x M(x),  k = max(j, 1/j),  j = |det(I + ∇u)|·ratio held in 1/3..3

    with forward differences over the spacing, at the pixels that have a next one along every axis. The weights of the
    pixels are the soft mask M; without weights all count. Shapes: predictions `[n, d, …]`, d components of the
    displacement for d = 1 to 3 axes of pixels, in units of the spacing; no target is read. One item is one item of a
    mean. In 1..3, 1 where volume is kept; items without a mark do not count. |det| hides folds: look at
    `image::registration::jacobian_determinants` (of the Rust crate) too. Beyond 1/3..3 the slope is 0. Source: paper
    109.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above; there need be no target.
    ratio : a number > 0
        Volume of the organ after warping over that before, which is corrected for.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `volume_preserving_loss`.
    With its defaults: bounded, shift_invariant.
    """
    return _evaluate(
        _objective("volume_preserving", ratio=ratio),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class VolumePreserving(Loss):
    """Volume preserving: how much a field of displacements grows or shrinks what a mask marks.

    :func:`volume_preserving` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, ratio: float = 1.0) -> None:
        super().__init__(_objective("volume_preserving", ratio=ratio))


@overload
def ranking_softmax(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def ranking_softmax(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def ranking_softmax(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Softmax ranking loss: cross-entropy of a list's scores, weighed by relevance.

    ℓ(s, y) = −Σ_i y_i ln softmax(s)_i

    Shapes: scores and relevances ≥ 0 `[lists, items]`; weights of lists, a mask of lists or items; one list
    is one item of a mean. A list without relevant items has loss 0 and counts. In nats, ≥ 0; as large as
    the relevances add up to (`list_net` makes them a distribution). Source: optax's `ranking_softmax_loss`;
    Cao et al. 2007.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ranking_softmax_loss`, `listwise_softmax`.
    With its defaults: convex, shift_invariant, exact_hessian.
    """
    return _evaluate(
        _objective("ranking_softmax"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class RankingSoftmax(Loss):
    """Softmax ranking loss: cross-entropy of a list's scores, weighed by relevance.

    :func:`ranking_softmax` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("ranking_softmax"))


@overload
def list_net(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def list_net(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def list_net(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """ListNet: cross-entropy of the softmax of a list's scores from the softmax of its relevances.

    ℓ(s, y) = −Σ_i softmax(y)_i ln softmax(s)_i

    The probabilities are those of an item to come first. Shapes: scores and relevances ≥ 0
    `[lists, items]`; weights of lists, a mask of lists or items; one list is one item of a mean. In nats,
    ≥ 0, least at scores that are the relevances. Source: Cao et al. 2007.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `listnet`.
    With its defaults: convex, lipschitz, shift_invariant, exact_hessian.
    """
    return _evaluate(
        _objective("list_net"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class ListNet(Loss):
    """ListNet: cross-entropy of the softmax of a list's scores from the softmax of its relevances.

    :func:`list_net` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("list_net"))


@overload
def list_mle(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def list_mle(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def list_mle(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """ListMLE: negative log-likelihood of the list's order by relevance, item by item from the first place on.

    ℓ(s, y) = Σ_i (ln Σ_{j≥i} e^(s_j) − s_i),  items in the order of falling y

    The likelihood of Plackett and Luce. Items of equal relevance stand in the order in which they come:
    shuffle lists with ties. Shapes: scores and relevances ≥ 0 `[lists, items]`; weights of lists, a mask of
    lists or items; one list is one item of a mean. In nats, ≥ 0. Source: Xia et al. 2008.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `listmle`, `plackett_luce`.
    With its defaults: convex, shift_invariant, exact_hessian.
    """
    return _evaluate(
        _objective("list_mle"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class ListMle(Loss):
    """ListMLE: negative log-likelihood of the list's order by relevance, item by item from the first place on.

    :func:`list_mle` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("list_mle"))


@overload
def pairwise_logistic(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    sigma: float = 1.0,
    ndcg: bool = False,
    per_pair: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def pairwise_logistic(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    sigma: float = 1.0,
    ndcg: bool = False,
    per_pair: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def pairwise_logistic(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    sigma: float = 1.0,
    ndcg: bool = False,
    per_pair: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """RankNet: logistic loss of every pair in a list of which one item is more relevant; LambdaRank with `ndcg`.

    ℓ(s, y) = (1/P) Σ_{i,j: y_i > y_j} ω_ij ln(1 + e^(−σ(s_i − s_j)))

    P is the number of such pairs (1 with `per_pair=false`), ω = 1. With `ndcg` ω_ij is by how much the
    normalised discounted cumulative gain (gains 2^y − 1) would change if both items changed places, held
    fixed in the gradient: LambdaRank. A list without a pair does not count. Shapes: scores and relevances
    ≥ 0 (up to 100 with `ndcg`) `[lists, items]`; weights of lists, a mask of lists or items; one list is one
    item of a mean. In nats, ≥ 0. Source: Burges et al. 2005; Burges et al. 2006.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    sigma : a number > 0
        Steepness σ.
    ndcg : true or false
        Weigh pairs by the change of NDCG?
    per_pair : true or false
        Divide by the number of pairs?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ranknet`, `pairwise_logistic_loss`.
    With its defaults: convex, lipschitz, shift_invariant, exact_hessian.
    """
    return _evaluate(
        _objective("pairwise_logistic", sigma=sigma, ndcg=ndcg, per_pair=per_pair),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class PairwiseLogistic(Loss):
    """RankNet: logistic loss of every pair in a list of which one item is more relevant; LambdaRank with `ndcg`.

    :func:`pairwise_logistic` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, sigma: float = 1.0, ndcg: bool = False, per_pair: bool = True) -> None:
        super().__init__(_objective("pairwise_logistic", sigma=sigma, ndcg=ndcg, per_pair=per_pair))


@overload
def pairwise_hinge(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    ndcg: bool = False,
    per_pair: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def pairwise_hinge(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    ndcg: bool = False,
    per_pair: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def pairwise_hinge(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    ndcg: bool = False,
    per_pair: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Pairwise hinge loss (ranking SVM): in every pair of a list the more relevant item must lead by a margin.

    ℓ(s, y) = (1/P) Σ_{i,j: y_i > y_j} ω_ij max(0, margin − (s_i − s_j))

    P is the number of such pairs (1 with `per_pair=false`), ω = 1. With `ndcg` ω_ij is by how much the
    normalised discounted cumulative gain (gains 2^y − 1) would change if both items changed places, held
    fixed in the gradient. A list without a pair does not count. Shapes: scores and relevances ≥ 0 (up to 100
    with `ndcg`) `[lists, items]`; weights of lists, a mask of lists or items; one list is one item of a
    mean. In units of the score, ≥ 0. Source: Joachims 2002.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number > 0
        By how much the more relevant item must lead.
    ndcg : true or false
        Weigh pairs by the change of NDCG?
    per_pair : true or false
        Divide by the number of pairs?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `pairwise_hinge_loss`, `ranking_svm`.
    With its defaults: convex, lipschitz, shift_invariant.
    """
    return _evaluate(
        _objective("pairwise_hinge", margin=margin, ndcg=ndcg, per_pair=per_pair),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class PairwiseHinge(Loss):
    """Pairwise hinge loss (ranking SVM): in every pair of a list the more relevant item must lead by a margin.

    :func:`pairwise_hinge` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 1.0, ndcg: bool = False, per_pair: bool = True) -> None:
        super().__init__(_objective("pairwise_hinge", margin=margin, ndcg=ndcg, per_pair=per_pair))


@overload
def approx_ndcg(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.1,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def approx_ndcg(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.1,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def approx_ndcg(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.1,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """ApproxNDCG: one minus the normalised discounted cumulative gain, with smooth ranks.

    ℓ(s, y) = 1 − Σ_i (2^(y_i) − 1)/log₂(1 + r_i) / ideal,  r_i = 1 + Σ_{j≠i} σ((s_j − s_i)/T)

    `ideal` is the gain of the order by relevance; as T falls to 0 the loss becomes 1 − NDCG. A list without
    relevant items does not count. Shapes: scores and relevances in 0..100 `[lists, items]`; weights of
    lists, a mask of lists or items; one list is one item of a mean. In 0..1. Source: Qin, Liu and Li 2010.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    temperature : a number > 0
        Temperature T of the ranks, in units of the score.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `approx_ndcg_loss`.
    With its defaults: bounded, shift_invariant.
    """
    return _evaluate(
        _objective("approx_ndcg", temperature=temperature),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class ApproxNdcg(Loss):
    """ApproxNDCG: one minus the normalised discounted cumulative gain, with smooth ranks.

    :func:`approx_ndcg` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, temperature: float = 0.1) -> None:
        super().__init__(_objective("approx_ndcg", temperature=temperature))


@overload
def ctc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    blank: int = 0,
    zero_infinity: bool = False,
    per_label: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def ctc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    blank: int = 0,
    zero_infinity: bool = False,
    per_label: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def ctc(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    blank: int = 0,
    zero_infinity: bool = False,
    per_label: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Connectionist temporal classification: likelihood of a label sequence over all its alignments.

    ℓ(z, y) = −ln Σ_paths Π_t softmax(z_t)_(path_t)

    Paths give each step a class or the blank; equal neighbours become one, then blanks go. Forward and
    backward in logarithms: exact gradients by the logits, in memory steps·labels of each sequence. Shapes:
    logits (or log-probabilities) `[sequences, steps, c]`, labels `[sequences, length]` in `0..c` padded
    with −1 at the end; weights of sequences, a mask of sequences or steps (padding); one sequence is one
    item. In nats, ≥ 0. A sequence whose labels need more steps than it has is an error, or has loss 0 with
    `zero_infinity`. torch's mean divides by the number of labels: `per_label`. Source: Graves et al. 2006.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    blank : a whole number
        The blank's class.
    zero_infinity : true or false
        Give a sequence that no path fits the loss 0?
    per_label : true or false
        Divide by the number of labels (at least 1)?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ctc_loss`.
    With its defaults: lipschitz, shift_invariant.
    """
    return _evaluate(
        _objective("ctc", blank=blank, zero_infinity=zero_infinity, per_label=per_label),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Ctc(Loss):
    """Connectionist temporal classification: likelihood of a label sequence over all its alignments.

    :func:`ctc` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, blank: int = 0, zero_infinity: bool = False, per_label: bool = False) -> None:
        super().__init__(_objective("ctc", blank=blank, zero_infinity=zero_infinity, per_label=per_label))


@overload
def nt_xent(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.5,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def nt_xent(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.5,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def nt_xent(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.5,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """NT-Xent, the normalised temperature-scaled cross-entropy of SimCLR: pick the positive among the negatives.

    ℓ_i = (1/|P_i|) Σ_{p∈P_i} −ln( e^(s_ip/τ) / (e^(s_ip/τ) + Σ_{k∈N_i} e^(s_ik/τ)) ),  s = cosine

    P_i are the others with i's label (in a batch of pairs: its other side), N_i all the rest: with several
    positives each is picked among the negatives alone, where `supervised_contrastive` has all others. An anchor
    without positives does not count; without negatives its loss is 0. A zero vector has the cosine 0 with all and
    the gradient 0. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings
    are all anchors; an item is an embedding, of pairs a pair with the mean of its two losses. A weight is of the
    item as an anchor: with weight 0 it still is everybody's partner, which makes a memory bank. In nats, ≥ 0.
    Source: Chen et al. 2020.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    temperature : a number > 0
        Temperature τ.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ntxent`, `simclr`.
    """
    return _evaluate(
        _objective("nt_xent", temperature=temperature),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class NtXent(Loss):
    """NT-Xent, the normalised temperature-scaled cross-entropy of SimCLR: pick the positive among the negatives.

    :func:`nt_xent` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, temperature: float = 0.5) -> None:
        super().__init__(_objective("nt_xent", temperature=temperature))


@overload
def info_nce(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.07,
    symmetric: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def info_nce(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.07,
    symmetric: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def info_nce(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.07,
    symmetric: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """InfoNCE: pick each query's key among the keys of all others and a queue of more negatives; with `symmetric`
    the loss of CLIP.

    ℓ_i = −ln( e^(q_i·k_i/τ) / Σ_j e^(q_i·k_j/τ) )  of unit vectors

    With `symmetric` half of that and half of the same with queries and keys exchanged. Shapes: queries `[n, d]` and
    keys `[m, d]` with m ≥ n: key i is query i's, and those from n on are negatives of all, such as a queue; or
    embeddings `[n, d]` with labels `[n]`, where it is `nt_xent`. An item is a query; a masked one is left out with
    its key. Both terms of Sy-CON (paper 108) are this with current and past embeddings in the queue. A zero vector
    has the cosine 0 with all and the gradient 0. In nats, ≥ 0. The gradient by the keys too:
    `Loss.value_and_both_grads`. Sources: van den Oord et al. 2018, He et al. 2020, Radford et al. 2021.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    temperature : a number > 0
        Temperature τ.
    symmetric : true or false
        Keys pick their queries too?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `infonce`.
    """
    return _evaluate(
        _objective("info_nce", temperature=temperature, symmetric=symmetric),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class InfoNce(Loss):
    """InfoNCE: pick each query's key among the keys of all others and a queue of more negatives; with `symmetric`

    :func:`info_nce` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, temperature: float = 0.07, symmetric: bool = False) -> None:
        super().__init__(_objective("info_nce", temperature=temperature, symmetric=symmetric))


@overload
def supervised_contrastive(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.1,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def supervised_contrastive(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.1,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def supervised_contrastive(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.1,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Supervised contrastive loss (SupCon, the mean outside the logarithm): all of a class against all others.

    ℓ_i = ln Σ_{k≠i} e^(s_ik/τ) − (1/|P_i|) Σ_{p∈P_i} s_ip/τ,  s = cosine

    P_i are the others with i's label (in a batch of pairs: its other side). An anchor without positives does not
    count, but is a negative of the others. A zero vector has the cosine 0 with all and the gradient 0. No factor
    τ/τ_base. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are
    all anchors; an item is an embedding, of pairs a pair with the mean of its two losses. A weight is of the item
    as an anchor. In nats, ≥ 0. For unit vectors without negative entries the sum is at least Σ_i ln(n_y − 1 + (n −
    n_y) e^(−1/τ)), reached by an orthogonal frame (paper 064). Source: Khosla et al. 2020.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    temperature : a number > 0
        Temperature τ.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `supcon`.
    """
    return _evaluate(
        _objective("supervised_contrastive", temperature=temperature),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SupervisedContrastive(Loss):
    """Supervised contrastive loss (SupCon, the mean outside the logarithm): all of a class against all others.

    :func:`supervised_contrastive` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, temperature: float = 0.1) -> None:
        super().__init__(_objective("supervised_contrastive", temperature=temperature))


@overload
def siglip(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 10.0,
    bias: float = -10.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def siglip(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 10.0,
    bias: float = -10.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def siglip(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 10.0,
    bias: float = -10.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Pairwise sigmoid loss (SigLIP): is this text of that image? Every pair is a question of its own.

    ℓ_i = Σ_j softplus(−y_ij (t·s_ij + b)),  s = cosine, y_ij = 1 where i and j belong together, else −1

    A mean divides by the rows, not by the pairs. Shapes: embeddings `[n, d]` and `[m, d]` with m ≥ n: row i of both
    belong together, those from n on are negatives of all; or embeddings `[n, d]` with labels `[n]`, where all pairs
    of two different items are asked. An item is a row of the prediction; a masked one is left out on both sides. A
    zero vector has the cosine 0 with all and the gradient 0. In nats, ≥ 0. The gradient by the other side too:
    `Loss.value_and_both_grads`. Source: Zhai et al. 2023 (paper 173).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    temperature : a number ≥ 0
        Factor t of the cosines: the temperature as its authors call it, whose inverse others do.
    bias : a number
        Added number b.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `siglip_loss`, `sigmoid_contrastive`.
    """
    return _evaluate(
        _objective("siglip", temperature=temperature, bias=bias),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Siglip(Loss):
    """Pairwise sigmoid loss (SigLIP): is this text of that image? Every pair is a question of its own.

    :func:`siglip` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, temperature: float = 10.0, bias: float = -10.0) -> None:
        super().__init__(_objective("siglip", temperature=temperature, bias=bias))


@overload
def n_pair(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def n_pair(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def n_pair(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """N-pair loss: each anchor's positive against the positives of all other anchors, by plain products.

    ℓ_i = ln(1 + Σ_{j≠i} e^(x_i·y_j − x_i·y_i))

    Embeddings are not normalised (unit vectors would saturate); keep their norms small by another term. Shapes:
    anchors `[n, d]` and positives `[m, d]`, m ≥ n, one pair of each class: row i of both belong together, those
    from n on are negatives of all; or embeddings `[n, d]` with labels `[n]`, with a mean over an anchor's
    positives. An item is an anchor; one without a positive does not count. In nats, ≥ 0. The gradient by the
    positives too: `Loss.value_and_both_grads`. Source: Sohn 2016 (paper 007).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `npairs`, `n_pair_loss`.
    """
    return _evaluate(
        _objective("n_pair"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class NPair(Loss):
    """N-pair loss: each anchor's positive against the positives of all other anchors, by plain products.

    :func:`n_pair` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("n_pair"))


@overload
def contrastive(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    normalize: bool = True,
    active: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def contrastive(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    normalize: bool = True,
    active: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def contrastive(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    normalize: bool = True,
    active: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Contrastive loss: squared distances of positives, and of negatives what is missing to a margin.

    ℓ_i = Σ_{p∈P_i} d_ip² + Σ_{k∈N_i} max(0, m − d_ik)²

    A mean is over all pairs: an anchor counts as often as it has partners, with `active` as often as it has
    terms above 0. Distances are of unit vectors, or with `normalize=false` of the embeddings as they are; between
    equal embeddings the gradient is 0, and so is a zero vector's where they are normalised. Shapes: embeddings
    `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an
    embedding, of pairs a pair with the mean of its two losses. In squared units of the distance, ≥ 0. Source:
    Hadsell et al. 2006 (paper 007).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        Distance m from which on negatives are far enough.
    normalize : true or false
        Divide embeddings by their norms?
    active : true or false
        Count only terms above 0 in a mean?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `contrastive_loss`.
    """
    return _evaluate(
        _objective("contrastive", margin=margin, normalize=normalize, active=active),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Contrastive(Loss):
    """Contrastive loss: squared distances of positives, and of negatives what is missing to a margin.

    :func:`contrastive` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 1.0, normalize: bool = True, active: bool = False) -> None:
        super().__init__(_objective("contrastive", margin=margin, normalize=normalize, active=active))


@overload
def margin_pairs(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.2,
    beta: float = 1.2,
    normalize: bool = True,
    active: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def margin_pairs(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.2,
    beta: float = 1.2,
    normalize: bool = True,
    active: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def margin_pairs(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.2,
    beta: float = 1.2,
    normalize: bool = True,
    active: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Margin loss of pairs: positives nearer than a boundary and negatives farther, both by a margin.

    ℓ_i = Σ_{p∈P_i} max(0, α + d_ip − β) + Σ_{k∈N_i} max(0, α + β − d_ik)

    A mean is over the pairs with a term above 0; with `active=false` over all pairs. Distances are of unit vectors,
    or with `normalize=false` of the embeddings as they are; between equal embeddings the gradient is 0, and so is a
    zero vector's where they are normalised. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`,
    `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs a pair with the mean of its two
    losses. In units of the distance, ≥ 0. Source: Wu et al. 2017 (paper 007).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        Margin α on both sides of the boundary.
    beta : a number ≥ 0
        Boundary β between positives and negatives.
    normalize : true or false
        Divide embeddings by their norms?
    active : true or false
        Count only terms above 0 in a mean?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `margin_loss`.
    """
    return _evaluate(
        _objective("margin_pairs", margin=margin, beta=beta, normalize=normalize, active=active),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class MarginPairs(Loss):
    """Margin loss of pairs: positives nearer than a boundary and negatives farther, both by a margin.

    :func:`margin_pairs` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 0.2, beta: float = 1.2, normalize: bool = True, active: bool = True) -> None:
        super().__init__(_objective("margin_pairs", margin=margin, beta=beta, normalize=normalize, active=active))


@overload
def triplet(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.2,
    mining: Literal["all", "hard", "semi_hard", "distance_weighted"] = "all",
    soft: bool = False,
    squared: bool = True,
    normalize: bool = True,
    active: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def triplet(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.2,
    mining: Literal["all", "hard", "semi_hard", "distance_weighted"] = "all",
    soft: bool = False,
    squared: bool = True,
    normalize: bool = True,
    active: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def triplet(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.2,
    mining: Literal["all", "hard", "semi_hard", "distance_weighted"] = "all",
    soft: bool = False,
    squared: bool = True,
    normalize: bool = True,
    active: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Triplet loss: a positive must be nearer than a negative by a margin.

    ℓ_i = Σ_(p,k) w_pk max(0, d_ip − d_ik + m), or with `soft` softplus(d_ip − d_ik + m), over triplets (i, p, k)

    d are squared distances of unit vectors (`squared=false`: distances, `normalize=false`: of the embeddings as
    they are). `mining` says which triplets: "all" of a positive p and a negative k; "hard" the farthest positive
    with the nearest negative; "semi_hard" each positive with the nearest negative beyond it, or the farthest of all
    where none is; "distance_weighted" each positive with all negatives, by the probability with which Wu et al.
    draw them: the inverse density of distances on the sphere, distances below 0.5 counting as 0.5 and only those
    below 1.4 (all, if none is). Of equals the first is taken. Choice and weights are held fixed in the gradient,
    which is 0 between equal embeddings and of a zero vector that is normalised. A mean is over all triplets (over
    positives where each has one negative or the weights of several): an anchor counts as often as it has them, with
    `active` as often as they have a loss. An anchor without a positive or a negative does not count. "all" takes
    O(n log n) for an anchor, `soft` O(n²). Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`,
    `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs a pair with the mean of its two
    losses. In units of d, ≥ 0. Sources: Schroff et al. 2015, Hermans et al. 2017, Wu et al. 2017 (papers 007, 154).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        Margin m.
    mining : "all", "hard", "semi_hard" or "distance_weighted"
        Which triplets.
    soft : true or false
        Softplus in the place of the hinge?
    squared : true or false
        Squared distances?
    normalize : true or false
        Divide embeddings by their norms?
    active : true or false
        Count only triplets with a loss in a mean?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `triplet_margin`, `triplet_loss`.
    """
    return _evaluate(
        _objective(
            "triplet", margin=margin, mining=mining, soft=soft, squared=squared, normalize=normalize, active=active
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Triplet(Loss):
    """Triplet loss: a positive must be nearer than a negative by a margin.

    :func:`triplet` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        margin: float = 0.2,
        mining: Literal["all", "hard", "semi_hard", "distance_weighted"] = "all",
        soft: bool = False,
        squared: bool = True,
        normalize: bool = True,
        active: bool = False,
    ) -> None:
        super().__init__(_objective(
            "triplet", margin=margin, mining=mining, soft=soft, squared=squared, normalize=normalize, active=active
        ))


@overload
def ranked_list(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 1.2,
    margin: float = 0.4,
    positive_sharpness: float = 0.0,
    negative_sharpness: float = 10.0,
    balance: float = 0.5,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def ranked_list(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 1.2,
    margin: float = 0.4,
    positive_sharpness: float = 0.0,
    negative_sharpness: float = 10.0,
    balance: float = 0.5,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def ranked_list(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 1.2,
    margin: float = 0.4,
    positive_sharpness: float = 0.0,
    negative_sharpness: float = 10.0,
    balance: float = 0.5,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Ranked list loss: positives within a small ball, negatives outside a large one, those that break it weighted.

    ℓ_i = (1 − λ) Σ_{p∈P_i} u_p (d_ip − α + m)₊ / Σ u_p + λ Σ_{k∈N_i} v_k (α − d_ik)₊ / Σ v_k

    Only partners with a term above 0 take part, with the weights u = e^(T_p (d − α + m)) and v = e^(T_n (α − d)),
    held fixed in the gradient; without any the part is 0. d are distances of unit vectors; between equal embeddings
    the gradient is 0, and so is a zero vector's. Every anchor with a partner counts. Shapes: embeddings `[n, d]`
    with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of
    pairs a pair with the mean of its two losses. In units of the distance, ≥ 0. Source: Wang et al. 2019 (paper
    007).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : a number in [0, 2]
        Distance α from which on negatives are far enough.
    margin : a number ≥ 0
        By how much nearer positives must be: the margin m.
    positive_sharpness : a number in [0, 30]
        Sharpness T_p of the positives' weights; 0 for a plain mean.
    negative_sharpness : a number in [0, 30]
        Sharpness T_n of the negatives' weights.
    balance : a number in [0, 1]
        Share λ of the negatives.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ranked_list_loss`.
    """
    return _evaluate(
        _objective(
            "ranked_list",
            alpha=alpha,
            margin=margin,
            positive_sharpness=positive_sharpness,
            negative_sharpness=negative_sharpness,
            balance=balance,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class RankedList(Loss):
    """Ranked list loss: positives within a small ball, negatives outside a large one, those that break it weighted.

    :func:`ranked_list` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        alpha: float = 1.2,
        margin: float = 0.4,
        positive_sharpness: float = 0.0,
        negative_sharpness: float = 10.0,
        balance: float = 0.5,
    ) -> None:
        super().__init__(_objective(
            "ranked_list",
            alpha=alpha,
            margin=margin,
            positive_sharpness=positive_sharpness,
            negative_sharpness=negative_sharpness,
            balance=balance,
        ))


@overload
def circle(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    m: float = 0.4,
    gamma: float = 80.0,
    detach: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def circle(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    m: float = 0.4,
    gamma: float = 80.0,
    detach: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def circle(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    m: float = 0.4,
    gamma: float = 80.0,
    detach: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Circle loss: every cosine is pushed by how far it is from its optimum.

    ℓ_i = softplus( ln Σ_{k∈N_i} e^(γ a_k (s_k − m)) + ln Σ_{p∈P_i} e^(−γ a_p (s_p − 1 + m)) ),
    a_k = max(0, s_k + m), a_p = max(0, 1 + m − s_p)

    s are cosines; the weights a are held fixed in the gradient (not with `detach=false`). An anchor counts if it
    has a positive and a negative. A zero vector has the cosine 0 with all and the gradient 0. Shapes: embeddings
    `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an
    embedding, of pairs a pair with the mean of its two losses. In nats, ≥ 0. Source: Sun et al. 2020 (paper 034).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    m : a number in (0, 1)
        Relaxation m: half of it is the radius of the boundary.
    gamma : a number > 0
        Factor γ of the cosines.
    detach : true or false
        Hold the weights fixed in the gradient?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `circle_loss`.
    """
    return _evaluate(
        _objective("circle", m=m, gamma=gamma, detach=detach),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Circle(Loss):
    """Circle loss: every cosine is pushed by how far it is from its optimum.

    :func:`circle` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, m: float = 0.4, gamma: float = 80.0, detach: bool = True) -> None:
        super().__init__(_objective("circle", m=m, gamma=gamma, detach=detach))


@overload
def multi_similarity(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 2.0,
    beta: float = 50.0,
    base: float = 0.5,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def multi_similarity(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 2.0,
    beta: float = 50.0,
    base: float = 0.5,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def multi_similarity(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 2.0,
    beta: float = 50.0,
    base: float = 0.5,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Multi-similarity loss: soft largest violation among the positives and among the negatives.

    ℓ_i = (1/α) ln(1 + Σ_{p∈P_i} e^(−α(s_ip − b))) + (1/β) ln(1 + Σ_{k∈N_i} e^(β(s_ik − b))),  s = cosine

    All pairs take part. An anchor without positives or negatives has only the other term and stays in the mean. A
    zero vector has the cosine 0 with all and the gradient 0. Shapes: embeddings `[n, d]` with labels `[n]`, or
    pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs a pair with the
    mean of its two losses. In units of the cosine, ≥ 0. Source: Wang et al. 2019 (paper 007).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : a number > 0
        Sharpness α of the positives.
    beta : a number > 0
        Sharpness β of the negatives.
    base : a number
        Cosine b between positives and negatives.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `multi_similarity_loss`.
    """
    return _evaluate(
        _objective("multi_similarity", alpha=alpha, beta=beta, base=base),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class MultiSimilarity(Loss):
    """Multi-similarity loss: soft largest violation among the positives and among the negatives.

    :func:`multi_similarity` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, alpha: float = 2.0, beta: float = 50.0, base: float = 0.5) -> None:
        super().__init__(_objective("multi_similarity", alpha=alpha, beta=beta, base=base))


@overload
def generalized_lifted_structure(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    normalize: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def generalized_lifted_structure(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    normalize: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def generalized_lifted_structure(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    normalize: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Generalised lifted structure loss: of each anchor a soft largest distance of the positives against a soft
    smallest of the negatives.

    ℓ_i = max(0, ln Σ_{p∈P_i} e^(d_ip) + ln Σ_{k∈N_i} e^(m − d_ik))

    An anchor counts if it has a positive and a negative. Distances are of unit vectors, or with `normalize=false`
    of the embeddings as they are; between equal embeddings the gradient is 0, and so is a zero vector's where they
    are normalised. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings
    are all anchors; an item is an embedding, of pairs a pair with the mean of its two losses. In units of the
    distance, ≥ 0. Source: Hermans et al. 2017, after Song et al. 2016 (paper 007), whose own loss joins the
    negatives of both ends of a pair.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        Margin m.
    normalize : true or false
        Divide embeddings by their norms?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `generalized_lifted_structure_loss`.
    """
    return _evaluate(
        _objective("generalized_lifted_structure", margin=margin, normalize=normalize),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class GeneralizedLiftedStructure(Loss):
    """Generalised lifted structure loss: of each anchor a soft largest distance of the positives against a soft

    :func:`generalized_lifted_structure` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 1.0, normalize: bool = True) -> None:
        super().__init__(_objective("generalized_lifted_structure", margin=margin, normalize=normalize))


@overload
def lifted_structure(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    normalize: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def lifted_structure(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    normalize: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def lifted_structure(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    normalize: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Lifted structure loss: a positive pair against the negatives of both its ends.

    ℓ_i = Σ_{p∈P_i} ½ max(0, d_ip + ln(Σ_{k∈N_i} e^(m − d_ik) + Σ_{k∈N_p} e^(m − d_pk)))²

    A mean is over all positive pairs: an anchor counts as often as it has positives, if it has a negative.
    Distances are of unit vectors, or with `normalize=false` of the embeddings as they are; between equal embeddings
    the gradient is 0, and so is a zero vector's where they are normalised. Takes memory O(n d). Shapes: embeddings
    `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an
    embedding, of pairs a pair with the mean of its two losses. In squared units of the distance, ≥ 0. Source: Song
    et al. 2016; `generalized_lifted_structure` joins the positives as well.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        Margin m.
    normalize : true or false
        Divide embeddings by their norms?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `lifted_structure_loss`.
    """
    return _evaluate(
        _objective("lifted_structure", margin=margin, normalize=normalize),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class LiftedStructure(Loss):
    """Lifted structure loss: a positive pair against the negatives of both its ends.

    :func:`lifted_structure` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 1.0, normalize: bool = True) -> None:
        super().__init__(_objective("lifted_structure", margin=margin, normalize=normalize))


@overload
def nca(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 1.0,
    normalize: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def nca(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 1.0,
    normalize: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def nca(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    scale: float = 1.0,
    normalize: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Neighbourhood components analysis: the probability that a random neighbour has the anchor's label.

    ℓ_i = −ln( Σ_{p∈P_i} e^(−s d_ip²) / Σ_{j≠i} e^(−s d_ij²) )

    Distances are of unit vectors, or with `normalize=false` of the embeddings as they are. An anchor counts if it has a
    positive; a zero vector that is normalised has the gradient 0. With a proxy for each class in the place of the
    neighbours it is the cross-entropy on a linear layer, with `Head::Distance` (of the Rust crate) or `Head::Cosine`
    (of the Rust crate). Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings
    are all anchors; an item is an embedding, of pairs a pair with the mean of its two losses. In nats, ≥ 0. Source:
    Goldberger et al. 2005 (its logarithmic form).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    scale : a number > 0
        Factor s of the squared distances.
    normalize : true or false
        Divide embeddings by their norms?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `nca_loss`, `neighbourhood_components`.
    """
    return _evaluate(
        _objective("nca", scale=scale, normalize=normalize),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Nca(Loss):
    """Neighbourhood components analysis: the probability that a random neighbour has the anchor's label.

    :func:`nca` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, scale: float = 1.0, normalize: bool = True) -> None:
        super().__init__(_objective("nca", scale=scale, normalize=normalize))


@overload
def tuplet_margin(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.1,
    scale: float = 64.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def tuplet_margin(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.1,
    scale: float = 64.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def tuplet_margin(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.1,
    scale: float = 64.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Tuplet margin loss: a positive's angle, less a margin, against all negatives at once.

    ℓ_i = Σ_{p∈P_i} ln(1 + Σ_{k∈N_i} e^(s (cos θ_ik − cos(θ_ip − β))))

    θ are angles between embeddings. The margin loosens: a positive may be β off before it counts as any angle (as
    cosines are even, one within β counts as if beyond it), which spares hard ones. At θ_ip = 0 and π the slope is
    that of cos β alone. A mean is over all pairs of positives: an anchor counts as often as it has positives, if it
    has a negative. A zero vector has the cosine 0 with all and the gradient 0. Shapes: embeddings `[n, d]` with
    labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs
    a pair with the mean of its two losses. In nats, ≥ 0. Source: Yu and Tao 2019.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number in [0, 1.5]
        Slack β of the angle, in radians.
    scale : a number > 0
        Factor s of the cosines.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `tuplet_margin_loss`.
    """
    return _evaluate(
        _objective("tuplet_margin", margin=margin, scale=scale),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class TupletMargin(Loss):
    """Tuplet margin loss: a positive's angle, less a margin, against all negatives at once.

    :func:`tuplet_margin` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 0.1, scale: float = 64.0) -> None:
        super().__init__(_objective("tuplet_margin", margin=margin, scale=scale))


@overload
def snr_contrastive(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    active: bool = False,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def snr_contrastive(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    active: bool = False,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def snr_contrastive(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    active: bool = False,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Signal-to-noise contrastive loss: the noise between positives is small, between negatives at least a margin.

    ℓ_i = Σ_{p∈P_i} d_ip + Σ_{k∈N_i} max(0, m − d_ik),  d_ij = var(x_i − x_j)/var(x_i)

    Variances are over the numbers of an embedding: the anchor is the signal, its difference from the partner the
    noise. An embedding all of whose numbers are equal has no signal: as an anchor it has the distance 0 from all, and
    no slope. A mean is over all pairs: an anchor counts as often as it has partners, with `active` as often as it has
    terms above 0. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are
    all anchors; an item is an embedding, of pairs a pair with the mean of its two losses. A ratio of variances, ≥ 0.
    Source: Yuan et al. 2019, whose regularisation of the embeddings' means is left to another term.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        Ratio m from which on negatives are far enough.
    active : true or false
        Count only terms above 0 in a mean?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `signal_to_noise_ratio_contrastive`.
    """
    return _evaluate(
        _objective("snr_contrastive", margin=margin, active=active),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SnrContrastive(Loss):
    """Signal-to-noise contrastive loss: the noise between positives is small, between negatives at least a margin.

    :func:`snr_contrastive` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 1.0, active: bool = False) -> None:
        super().__init__(_objective("snr_contrastive", margin=margin, active=active))


@overload
def fast_ap(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    bins: int = 10,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def fast_ap(
    prediction: ArrayLike, target: ArrayLike, *, bins: int = 10, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def fast_ap(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    bins: int = 10,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """FastAP: one minus the average precision of an anchor's ranking, from soft histograms of its distances.

    ℓ_i = 1 − (1/|P_i|) Σ_b h⁺_b H⁺_b / H_b

    h⁺ is the histogram of the positives' squared distances of unit vectors, H⁺ and H are the cumulated ones of the
    positives and of all partners; a distance is shared out linearly between the two nearest of the `bins` + 1 centres
    in 0..4. An anchor counts if it has a positive. The gradient of a zero vector is 0. Takes O(n + bins) for an
    anchor. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all
    anchors; an item is an embedding, of pairs a pair with the mean of its two losses. A share, in 0..1. Source: Cakir
    et al. 2019.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    bins : a whole number in [1, 10000]
        Bins of the histogram.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `fastap`, `fast_ap_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("fast_ap", bins=bins),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class FastAp(Loss):
    """FastAP: one minus the average precision of an anchor's ranking, from soft histograms of its distances.

    :func:`fast_ap` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, bins: int = 10) -> None:
        super().__init__(_objective("fast_ap", bins=bins))


@overload
def smooth_ap(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.01,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def smooth_ap(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.01,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def smooth_ap(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    temperature: float = 0.01,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """SmoothAP: one minus the average precision of an anchor's ranking, with a sigmoid for each comparison.

    ℓ_i = 1 − mean over j in P_i and i of R⁺_j/R_j,  R_j = 1 + Σ_{k≠j} σ((s_ik − s_ij)/τ),
    and R⁺_j the same over P_i and i alone

    s are cosines. As in the authors' program the anchor is the first of its own ranking, with the cosine 1. An anchor
    counts if it has a positive. A zero vector has the gradient 0. Takes O(|P_i| n) for an anchor. Shapes: embeddings
    `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an
    embedding, of pairs a pair with the mean of its two losses. A share, in 0..1. Source: Brown et al. 2020.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    temperature : a number > 0
        Temperature τ of the comparisons.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `smoothap`, `smooth_ap_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("smooth_ap", temperature=temperature),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SmoothAp(Loss):
    """SmoothAP: one minus the average precision of an anchor's ranking, with a sigmoid for each comparison.

    :func:`smooth_ap` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, temperature: float = 0.01) -> None:
        super().__init__(_objective("smooth_ap", temperature=temperature))


@overload
def pnp(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    variant: Literal["o", "iu", "ib", "ds", "dq"] = "o",
    temperature: float = 0.01,
    b: float = 2.0,
    alpha: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def pnp(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    variant: Literal["o", "iu", "ib", "ds", "dq"] = "o",
    temperature: float = 0.01,
    b: float = 2.0,
    alpha: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def pnp(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    variant: Literal["o", "iu", "ib", "ds", "dq"] = "o",
    temperature: float = 0.01,
    b: float = 2.0,
    alpha: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """PNP: the number of negatives that come before a positive is to be small.

    ℓ_i = mean over j in P_i and i of f(R_j),  R_j = Σ_{k∈N_i} σ((s_ik − s_ij)/τ)

    s are cosines. `variant` says what f is, by the names of the paper: "o" R; "iu" (1 + R) ln(1 + R); "ib"
    (b R − ln(1 + b R))/b²; "ds" ln(1 + R); "dq" 1 − (1 + R)^−α. The slope of f grows with R in the ones with i, so that
    hopeless positives lead, and shrinks in those with d, which forgive wrong labels. As in the authors' program the
    anchor is among its positives, with the cosine 1. An anchor counts if it has a positive. A zero vector has the
    gradient 0. Takes O(|P_i| n) for an anchor. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`,
    `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs a pair with the mean of its two
    losses. A number of negatives, ≥ 0. Source: Li et al. 2022 (rethinking the optimization of average precision).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    variant : "o", "iu", "ib", "ds" or "dq"
        What f is.
    temperature : a number > 0
        Temperature τ of the comparisons.
    b : a number > 0
        Number b of "ib".
    alpha : a number > 0
        Power α of "dq".
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `pnp_loss`.
    """
    return _evaluate(
        _objective("pnp", variant=variant, temperature=temperature, b=b, alpha=alpha),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Pnp(Loss):
    """PNP: the number of negatives that come before a positive is to be small.

    :func:`pnp` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        variant: Literal["o", "iu", "ib", "ds", "dq"] = "o",
        temperature: float = 0.01,
        b: float = 2.0,
        alpha: float = 1.0,
    ) -> None:
        super().__init__(_objective("pnp", variant=variant, temperature=temperature, b=b, alpha=alpha))


@overload
def histogram(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    bins: int = 100,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def histogram(
    prediction: ArrayLike, target: ArrayLike, *, bins: int = 100, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def histogram(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    bins: int = 100,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Histogram loss: the probability that a random negative pair is more alike than a random positive one.

    L = Σ_b h⁻_b Σ_{c≤b} h⁺_c

    h are the histograms of all positive and of all negative pairs' cosines, each of which is shared out linearly
    between the two nearest of `bins` + 1 centres in −1..1. Pairs are weighed by the product of their weights. Every
    item has the loss of the batch, so that a mean is L; a batch without positive or without negative pairs does not
    count. Takes memory O(n d). A zero vector has the gradient 0. Shapes: embeddings `[n, d]` with labels `[n]`, or
    pairs `[n, d]`, `[n, d]`. A probability (pairs in one bin count for the negative), in 0..1. Source: Ustinova and
    Lempitsky 2016.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    bins : a whole number in [1, 10000]
        Bins of the histograms.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `histogram_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("histogram", bins=bins),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Histogram(Loss):
    """Histogram loss: the probability that a random negative pair is more alike than a random positive one.

    :func:`histogram` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, bins: int = 100) -> None:
        super().__init__(_objective("histogram", bins=bins))


@overload
def angular(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    angle: float = 40.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def angular(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    angle: float = 40.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def angular(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    angle: float = 40.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Angular loss: the angle at which a negative sees a positive pair is to be small.

    ℓ_i = Σ_{p∈P_i} ln(1 + Σ_{k∈N_i} e^(4 τ (x_i + x_p)·x_k − 2 (1 + τ) x_i·x_p)),  τ = tan² α

    x are unit vectors. A mean is over all positive pairs: an anchor counts as often as it has positives, if it has
    a negative. A zero vector has the gradient 0. Takes O(n m²) for a class of m embeddings and memory O(n m) for
    the largest class. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n
    embeddings are all anchors; an item is an embedding, of pairs a pair with the mean of its two losses. In nats, ≥
    0. Source: Wang et al. 2017.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    angle : a number in (0, 89)
        Angle α, in degrees.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `angular_loss`.
    """
    return _evaluate(
        _objective("angular", angle=angle),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Angular(Loss):
    """Angular loss: the angle at which a negative sees a positive pair is to be small.

    :func:`angular` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, angle: float = 40.0) -> None:
        super().__init__(_objective("angular", angle=angle))


@overload
def centroid_triplet(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.2,
    normalize: bool = True,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def centroid_triplet(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.2,
    normalize: bool = True,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def centroid_triplet(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.2,
    normalize: bool = True,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Centroid triplet loss: an embedding is nearer to the centre of its class than to that of any other, by a margin.

    ℓ_i = Σ_{y≠y_i} max(0, ‖x_i − c_i‖² − ‖x_i − c_y‖² + m)

    c_y is the weighted mean of the class y and c_i that of the anchor's class without the anchor; gradients go
    through both. A mean is over all triplets: an anchor counts as often as there are other classes, if there is
    another embedding of its own. x are unit vectors (their means are not), or with `normalize=false` the embeddings
    as they are. A zero vector that is normalised has the gradient 0. Takes O(n c d) of c classes. Shapes:
    embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, of which each is a class; an item is an
    embedding, of pairs a pair with the mean of its two losses. In squared units of the distance, ≥ 0. Source:
    Wieczorek et al. 2021.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        Margin m.
    normalize : true or false
        Divide embeddings by their norms?
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `centroid_triplet_loss`.
    """
    return _evaluate(
        _objective("centroid_triplet", margin=margin, normalize=normalize),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class CentroidTriplet(Loss):
    """Centroid triplet loss: an embedding is nearer to the centre of its class than to that of any other, by a margin.

    :func:`centroid_triplet` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 0.2, normalize: bool = True) -> None:
        super().__init__(_objective("centroid_triplet", margin=margin, normalize=normalize))


@overload
def intra_pair_variance(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    positive_epsilon: float = 0.01,
    negative_epsilon: float = 0.01,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def intra_pair_variance(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    positive_epsilon: float = 0.01,
    negative_epsilon: float = 0.01,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def intra_pair_variance(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    positive_epsilon: float = 0.01,
    negative_epsilon: float = 0.01,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Intra-pair variance: no positive pair much below the mean of positives, no negative one much above theirs.

    L = mean over positive pairs of max(0, (1 − ε⁺) μ⁺ − s_ip)² + mean over negative pairs of
    max(0, s_ik − (1 + ε⁻) μ⁻)²

    s are cosines and μ their means over all pairs of a kind, through which there is a gradient. A term beside
    another loss, as it says nothing of the means. Pairs are weighed by the product of their weights. Every item has
    the loss of the batch, so that a mean is L; a kind of which there is no pair has the term 0, and a batch without
    pairs does not count. Takes memory O(n d). A zero vector has the gradient 0. Shapes: embeddings `[n, d]` with
    labels `[n]`, or pairs `[n, d]`, `[n, d]`. In squares of cosines, ≥ 0. Source: Yu and Tao 2019 (with the tuplet
    margin loss).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    positive_epsilon : a number in [0, 1]
        Part ε⁺ of its mean by which a positive may be below.
    negative_epsilon : a number ≥ 0
        Part ε⁻ of its mean by which a negative may be above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `intra_pair_variance_loss`.
    """
    return _evaluate(
        _objective("intra_pair_variance", positive_epsilon=positive_epsilon, negative_epsilon=negative_epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class IntraPairVariance(Loss):
    """Intra-pair variance: no positive pair much below the mean of positives, no negative one much above theirs.

    :func:`intra_pair_variance` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, positive_epsilon: float = 0.01, negative_epsilon: float = 0.01) -> None:
        super().__init__(_objective(
            "intra_pair_variance", positive_epsilon=positive_epsilon, negative_epsilon=negative_epsilon
        ))


@overload
def threshold_consistent_margin(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    positive_margin: float = 0.9,
    negative_margin: float = 0.5,
    positive: float = 1.0,
    negative: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def threshold_consistent_margin(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    positive_margin: float = 0.9,
    negative_margin: float = 0.5,
    positive: float = 1.0,
    negative: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def threshold_consistent_margin(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    positive_margin: float = 0.9,
    negative_margin: float = 0.5,
    positive: float = 1.0,
    negative: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Threshold-consistent margin: one threshold for all classes. Positives below it and negatives above theirs pay.

    L = λ⁺ mean over positive pairs with s_ip ≤ m⁺ of (m⁺ − s_ip) + λ⁻ mean over negative pairs with s_ik ≥ m⁻ of
    (s_ik − m⁻)

    s are cosines. A mean over those beyond the margin alone, so that the loss jumps where a pair crosses it; a term
    beside another loss. Pairs are weighed by the product of their weights. Every item has the loss of the batch, so
    that a mean is L; a batch without pairs does not count. Takes memory O(n d). A zero vector has the gradient 0.
    Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`. In units of the cosine, ≥ 0. Source:
    Zhang et al. 2024.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    positive_margin : a number in [-1, 1]
        Cosine m⁺ above which a positive is near enough.
    negative_margin : a number in [-1, 1]
        Cosine m⁻ below which a negative is far enough.
    positive : a number ≥ 0
        Factor λ⁺ of the positives.
    negative : a number ≥ 0
        Factor λ⁻ of the negatives.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `tcm`, `threshold_consistent_margin_loss`.
    """
    return _evaluate(
        _objective(
            "threshold_consistent_margin",
            positive_margin=positive_margin,
            negative_margin=negative_margin,
            positive=positive,
            negative=negative,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class ThresholdConsistentMargin(Loss):
    """Threshold-consistent margin: one threshold for all classes. Positives below it and negatives above theirs pay.

    :func:`threshold_consistent_margin` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        positive_margin: float = 0.9,
        negative_margin: float = 0.5,
        positive: float = 1.0,
        negative: float = 1.0,
    ) -> None:
        super().__init__(_objective(
            "threshold_consistent_margin",
            positive_margin=positive_margin,
            negative_margin=negative_margin,
            positive=positive,
            negative=negative,
        ))


@overload
def alignment(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 2.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def alignment(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 2.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def alignment(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    alpha: float = 2.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Alignment: positives lie near each other on the sphere.

    ℓ_i = Σ_{p∈P_i} d_ip^α

    d are distances of unit vectors; negatives do not matter. A mean is over all pairs of positives: an anchor
    counts as often as it has them. Alone it is smallest where all embeddings are equal: "alignment + uniformity".
    Between equal embeddings the gradient is 0, and so is a zero vector's. Shapes: embeddings `[n, d]` with labels
    `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs a
    pair. In 0..2^α for each positive. On predictions and the projections of a slow copy of the model, with the
    gradient by the predictions alone, it is the loss of BYOL, 2 − 2 cos. Sources: Wang and Isola 2020 (paper 142),
    Grill et al. 2020 (paper 016).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    alpha : a number ≥ 1
        Power α of the distances.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `align_loss`, `lalign`, `byol`.
    """
    return _evaluate(
        _objective("alignment", alpha=alpha),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Alignment(Loss):
    """Alignment: positives lie near each other on the sphere.

    :func:`alignment` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, alpha: float = 2.0) -> None:
        super().__init__(_objective("alignment", alpha=alpha))


@overload
def uniformity(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    t: float = 2.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def uniformity(
    prediction: ArrayLike, target: ArrayLike, *, t: float = 2.0, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def uniformity(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    t: float = 2.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Uniformity: embeddings lie all over the sphere.

    L = ln mean_{i<j} e^(−t d_ij²)

    d are distances of unit vectors; the mean is over all pairs of a side, weighed by the product of their weights,
    and labels do not matter. Of pairs it is the mean of both sides' losses. Every item has the loss of the batch,
    so that a mean is L; a batch of one embedding does not count. With positives drawn together: "alignment +
    uniformity". Takes memory O(n d). A zero vector has the gradient 0. Shapes: embeddings `[n, d]` with labels
    `[n]`, or pairs `[n, d]`, `[n, d]`. In −4t..0, without a unit. Source: Wang and Isola 2020 (paper 142);
    `embedding::uniformity_lower_bound` (of the Rust crate) has what is within reach.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    t : a number > 0
        Sharpness t.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `uniform_loss`, `lunif`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("uniformity", t=t),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Uniformity(Loss):
    """Uniformity: embeddings lie all over the sphere.

    :func:`uniformity` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, t: float = 2.0) -> None:
        super().__init__(_objective("uniformity", t=t))


@overload
def barlow_twins(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: float = 0.005,
    epsilon: float = 1e-05,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def barlow_twins(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: float = 0.005,
    epsilon: float = 1e-05,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def barlow_twins(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    lambda_: float = 0.005,
    epsilon: float = 1e-05,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Barlow Twins: the correlations between the numbers of two views are those of the identity.

    L = Σ_k (1 − C_kk)² + λ Σ_{k≠l} C_kl²,  C_kl = mean over i of x̂_ik ŷ_il

    x̂ and ŷ are standardised over the batch: (x − mean)/√(variance + ε), with weighted means. Every item has the
    loss of the batch, so that a mean is L; a batch of one pair does not count. Both sides have gradients:
    `Loss.value_and_both_grads`. Takes O(n d²). Shapes: pairs `[n, d]`, `[n, d]`. Without a unit, ≥ 0.
    Source: Zbontar et al. 2021 (papers 056, 133).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    lambda_ : a number ≥ 0
        Factor λ of the correlations between different numbers.
    epsilon : a number > 0
        What is added to a variance: ε.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `barlow_twins_loss`, `cross_correlation`.
    """
    return _evaluate(
        _objective("barlow_twins", **{"lambda": lambda_}, epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class BarlowTwins(Loss):
    """Barlow Twins: the correlations between the numbers of two views are those of the identity.

    :func:`barlow_twins` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, lambda_: float = 0.005, epsilon: float = 1e-05) -> None:
        super().__init__(_objective("barlow_twins", **{"lambda": lambda_}, epsilon=epsilon))


@overload
def vicreg(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    invariance: float = 25.0,
    variance: float = 25.0,
    covariance: float = 1.0,
    epsilon: float = 0.0001,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def vicreg(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    invariance: float = 25.0,
    variance: float = 25.0,
    covariance: float = 1.0,
    epsilon: float = 0.0001,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def vicreg(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    invariance: float = 25.0,
    variance: float = 25.0,
    covariance: float = 1.0,
    epsilon: float = 0.0001,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """VICReg: two views are near each other, every number of an embedding varies, and none follows another.

    L = λ mean_{i,k} (x_ik − y_ik)² + μ (V(x) + V(y))/2 + ν (C(x) + C(y)),
    V = mean_k max(0, 1 − √(variance_k + ε)),  C = 1/d Σ_{k≠l} covariance_kl²

    Variances and covariances are over the batch, without bias: with equal weights over n − 1. Every item has the
    loss of the batch, so that a mean is L; a batch of one pair does not count. Both sides have gradients:
    `Loss.value_and_both_grads`. Takes O(n d²). Shapes: pairs `[n, d]`, `[n, d]`, numbers within ±10⁷. In
    squared units of the embeddings, ≥ 0. Source: Bardes et al. 2022.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    invariance : a number ≥ 0
        Factor λ of the distance between the views.
    variance : a number ≥ 0
        Factor μ of the missing spread.
    covariance : a number ≥ 0
        Factor ν of the covariances.
    epsilon : a number > 0
        What is added to a variance: ε.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `vic_reg`, `vicreg_loss`.
    """
    return _evaluate(
        _objective("vicreg", invariance=invariance, variance=variance, covariance=covariance, epsilon=epsilon),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Vicreg(Loss):
    """VICReg: two views are near each other, every number of an embedding varies, and none follows another.

    :func:`vicreg` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self, *, invariance: float = 25.0, variance: float = 25.0, covariance: float = 1.0, epsilon: float = 0.0001
    ) -> None:
        super().__init__(_objective(
            "vicreg", invariance=invariance, variance=variance, covariance=covariance, epsilon=epsilon
        ))


@overload
def self_labelled(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    form: Literal["cosine", "logistic"] = "cosine",
    positive_from: float = 0.8,
    negative_to: float = 0.2,
    negatives: bool = False,
    temperature: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def self_labelled(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    form: Literal["cosine", "logistic"] = "cosine",
    positive_from: float = 0.8,
    negative_to: float = 0.2,
    negatives: bool = False,
    temperature: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def self_labelled(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    form: Literal["cosine", "logistic"] = "cosine",
    positive_from: float = 0.8,
    negative_to: float = 0.2,
    negatives: bool = False,
    temperature: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Self-labelled positives: what already looks alike across two views is pulled together as well.

    L = mean over M⁺ of ℓ⁺(s_ij) + mean over M⁻ of ℓ⁻(s_ij),  M⁺ = {i = j or s_ij ≥ θ⁺},  M⁻ = {i ≠ j, s_ij ≤ θ⁻}

    s_ij is the cosine of the prediction i with the other view j; which pairs are labelled how is held fixed, so
    that the loss jumps where a pair crosses a threshold. `form="cosine"` (CCSL) has ℓ⁺ = 2 − 2 s and, with
    `negatives`, ℓ⁻ = 1 + s; with θ⁺ > 1 and without negatives it is BYOL's loss, `alignment`. `form="logistic"`
    (CSSL) has −ln σ(s/T) and −ln(1 − σ(s/T)). Pairs are weighed by the product of their weights. Every item has the
    loss of the batch, so that a mean is L. Early in training everything may look alike: begin with BYOL. Of a slow
    copy's view only the gradient by the prediction is of use. A zero vector has the gradient 0. Takes memory O(n
    d). Shapes: pairs `[n, d]`, `[n, d]`. Without a unit, ≥ 0. Source: paper 016.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    form : "cosine" or "logistic"
        What a cosine costs.
    positive_from : a number in [-1, 2]
        Cosine θ⁺ from which on a pair is positive.
    negative_to : a number in [-1, 1]
        Cosine θ⁻ up to which a pair is negative.
    negatives : true or false
        Push negatives apart in the form "cosine"?
    temperature : a number > 0
        Temperature T of the form "logistic".
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `ccsl`, `cross_cosine_similarity`.
    """
    return _evaluate(
        _objective(
            "self_labelled",
            form=form,
            positive_from=positive_from,
            negative_to=negative_to,
            negatives=negatives,
            temperature=temperature,
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SelfLabelled(Loss):
    """Self-labelled positives: what already looks alike across two views is pulled together as well.

    :func:`self_labelled` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        form: Literal["cosine", "logistic"] = "cosine",
        positive_from: float = 0.8,
        negative_to: float = 0.2,
        negatives: bool = False,
        temperature: float = 1.0,
    ) -> None:
        super().__init__(_objective(
            "self_labelled",
            form=form,
            positive_from=positive_from,
            negative_to=negative_to,
            negatives=negatives,
            temperature=temperature,
        ))


@overload
def icnn(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    neighbours: int = 4,
    inspected: int = 0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def icnn(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    neighbours: int = 4,
    inspected: int = 0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def icnn(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    neighbours: int = 4,
    inspected: int = 0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """ICNN loss: neighbours of the same class are near, those of other classes far, and there are few of them.

    L = −ln ½(½(λ_s + λ_d) + γ)

    Of each embedding the k nearest others count. λ_s = 1 − mean of the distances of those of its own class, over
    the distance of the nearest of another class among the `inspected` nearest, at most 1; λ_d = mean of the
    distances of those of other classes, over the largest such in the batch (1 if there are none); γ = share of
    those of its own class. Distances are √(‖x − y‖² + 1e-6). Which neighbours they are is held fixed; all distances
    and maxima have slopes. With fewer than k + 3 embeddings k is their number less 2, and γ counts as 1. Of equally
    near ones the first is nearer. Every item has the loss of the batch, so that a mean is L, and weights do not
    change it; a batch of fewer than 3 does not count. Takes memory O(n d). Shapes: embeddings `[n, d]` with labels
    `[n]`, or pairs `[n, d]`, `[n, d]`. In nats, ≥ 0. Source: Ruiz et al. (paper 152), where the score is from
    García Ruiz et al. 2021.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    neighbours : a whole number in [1, 10000]
        Neighbours k.
    inspected : a whole number in [0, 10000]
        Neighbours among which the nearest of another class is looked for; 0 for k + 1.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `icnn_loss`.
    """
    return _evaluate(
        _objective("icnn", neighbours=neighbours, inspected=inspected),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Icnn(Loss):
    """ICNN loss: neighbours of the same class are near, those of other classes far, and there are few of them.

    :func:`icnn` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, neighbours: int = 4, inspected: int = 0) -> None:
        super().__init__(_objective("icnn", neighbours=neighbours, inspected=inspected))


@overload
def proxy_anchor(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.1,
    alpha: float = 32.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def proxy_anchor(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.1,
    alpha: float = 32.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def proxy_anchor(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.1,
    alpha: float = 32.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Proxy anchor loss: every proxy pulls the embeddings of its class, the hardest most, and pushes all others.

    ℓ = 1/|C⁺| Σ_{c∈C⁺} ln(1 + Σ_{i: y_i=c} e^(−α(s_ic − δ))) + 1/|C| Σ_c ln(1 + Σ_{i: y_i≠c} e^(α(s_ic + δ)))

    s are cosines of embeddings with the proxies of the classes C, of which C⁺ have an embedding in the set. Proxies
    learn with [`Proxies`](crate::linear::Proxies), which takes the batch as one set `[1, n, d]`. Shapes: cosines
    `[sets, members, c]`, labels `[sets, members]` in `0..c`; weights of sets, a mask of sets or members; one set is
    one item. In nats, ≥ 0. Source: Kim et al. 2020 (papers 007, 098).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        Margin δ.
    alpha : a number > 0
        Sharpness α.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `proxy_anchor_loss`.
    """
    return _evaluate(
        _objective("proxy_anchor", margin=margin, alpha=alpha),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class ProxyAnchor(Loss):
    """Proxy anchor loss: every proxy pulls the embeddings of its class, the hardest most, and pushes all others.

    :func:`proxy_anchor` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 0.1, alpha: float = 32.0) -> None:
        super().__init__(_objective("proxy_anchor", margin=margin, alpha=alpha))


@overload
def instance(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 64.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def instance(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 64.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def instance(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    gamma: float = 64.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Instance loss: pick each embedding's own class out of the batch, itself included.

    ℓ_i = −ln( (e^γ + Σ_{p∈P_i} e^(γ s_ip)) / (e^γ + Σ_{j≠i} e^(γ s_ij)) ),  s = cosine

    e^γ is the embedding with itself: where each has a label of its own, all others are pushed away and nothing is
    pulled. Positives beside it are pulled the less, the larger γ is. An anchor without others does not count; a zero
    vector has the cosine 0 with all others and the gradient 0. Shapes: embeddings `[n, d]` with labels `[n]`, or
    pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an embedding, of pairs a pair with the
    mean of its two losses. In nats, ≥ 0. Source: Zheng et al. 2020, with the batch in the place of a weight for each
    instance, as in pytorch-metric-learning (whose labels must be the rows' own numbers; else it picks other rows).

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    gamma : a number > 0
        Factor γ of the cosines.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `instance_loss`.
    """
    return _evaluate(
        _objective("instance", gamma=gamma),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Instance(Loss):
    """Instance loss: pick each embedding's own class out of the batch, itself included.

    :func:`instance` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, gamma: float = 64.0) -> None:
        super().__init__(_objective("instance", gamma=gamma))


@overload
def cosine_embedding(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def cosine_embedding(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def cosine_embedding(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 0.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Cosine embedding loss: cosines of positives are 1, those of negatives at most a margin.

    ℓ_i = Σ_{p∈P_i} (1 − s_ip) + Σ_{k∈N_i} max(0, s_ik − m)

    A mean is over all pairs: an anchor counts as often as it has partners. PyTorch's is of pairs that are listed
    with 1 or −1 each; here all pairs of a batch take part. A zero vector has the cosine 0 with all and the gradient
    0. Shapes: embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all
    anchors; an item is an embedding, of pairs a pair with the mean of its two losses. In units of the cosine, ≥ 0.
    Source: PyTorch.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number in [-1, 1]
        Cosine m up to which negatives are far enough.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `cosine_embedding_loss`.
    """
    return _evaluate(
        _objective("cosine_embedding", margin=margin),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class CosineEmbedding(Loss):
    """Cosine embedding loss: cosines of positives are 1, those of negatives at most a margin.

    :func:`cosine_embedding` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 0.0) -> None:
        super().__init__(_objective("cosine_embedding", margin=margin))


@overload
def cosine_distance(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def cosine_distance(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def cosine_distance(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Cosine distance of two vectors: one minus their cosine similarity.

    ℓ(x, t) = 1 − x·t/(‖x‖‖t‖)

    Each prediction has its own target and nothing else matters: for embeddings that shall be told apart from those
    of others see `info_nce` or `cosine_embedding`. A vector of zeros (no number of 1e-30) has the cosine 0 with all
    and the gradient 0. Shapes: vectors `[n, d]`, targets `[n, d]`; weights of vectors, a mask of vectors or of
    numbers, which are then left out of both; one vector is one item. In 0..2. Source: Salton et al. 1975.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `cosine_distance_loss`, `cosine_similarity_loss`.
    With its defaults: bounded.
    """
    return _evaluate(
        _objective("cosine_distance"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class CosineDistance(Loss):
    """Cosine distance of two vectors: one minus their cosine similarity.

    :func:`cosine_distance` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("cosine_distance"))


@overload
def hinge_embedding(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def hinge_embedding(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def hinge_embedding(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    margin: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Hinge embedding loss: distances of pairs that belong together, and what others lack to a margin.

    ℓ(x, t) = t·x + (1 − t)·max(0, m − x)

    Shapes: distances and targets of the same shape, targets in 0..1 (0 and 1 stand for PyTorch's labels −1 and 1);
    one entry is one item. In units of the distance; ≥ 0 for distances, which are ≥ 0. On embeddings it is
    `contrastive` without its squares, of listed pairs. Source: PyTorch.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    margin : a number ≥ 0
        Distance m from which on others are far enough.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `hinge_embedding_loss`.
    With its defaults: convex, lipschitz.
    """
    return _evaluate(
        _objective("hinge_embedding", margin=margin),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class HingeEmbedding(Loss):
    """Hinge embedding loss: distances of pairs that belong together, and what others lack to a margin.

    :func:`hinge_embedding` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, margin: float = 1.0) -> None:
        super().__init__(_objective("hinge_embedding", margin=margin))


@overload
def sinkhorn_divergence(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    cost: Literal["squared_euclidean", "euclidean"] = "squared_euclidean",
    epsilon: float = 0.1,
    rho: float | None = None,
    tolerance: float = 1e-09,
    iterations: int = 10000,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def sinkhorn_divergence(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    cost: Literal["squared_euclidean", "euclidean"] = "squared_euclidean",
    epsilon: float = 0.1,
    rho: float | None = None,
    tolerance: float = 1e-09,
    iterations: int = 10000,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def sinkhorn_divergence(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    cost: Literal["squared_euclidean", "euclidean"] = "squared_euclidean",
    epsilon: float = 0.1,
    rho: float | None = None,
    tolerance: float = 1e-09,
    iterations: int = 10000,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Sinkhorn divergence: entropic transport without its bias, 0 for equal clouds.

    ℓ(x, y) = W(x, y) − ½W(x, x) − ½W(y, y),  W the loss `sinkhorn`

    Shapes: prediction `[items, n, d]`, target `[items, m, d]`; every point of an item has the same mass, in all 1;
    weights and mask are of items or of predicted points (which they weigh). In units of the cost, ≥ 0. Small ε give
    the transport cost, large ones a distance of moments (½|mean difference|² for the squared cost). Moving a cloud by v
    costs ½|v|² for every ε. If the iterations do not converge, that is an error. Sources: Feydy et al. 2019 (geomloss:
    ε = blur^p, ρ = reach^p), Séjourné et al. 2019; paper 047, which aligns the features of domains with it.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    cost : "squared_euclidean" or "euclidean"
        What it costs to move a unit of mass.
    epsilon : a number > 0
        Weight ε of the entropy, in units of the cost.
    rho : none or a number > 0
        Price ρ of missed marginals; none if they must be met.
    tolerance : a number > 0
        Share of the mass by which marginals may be off at the end.
    iterations : a whole number ≥ 1
        Most iterations.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `samples_loss`, `debiased_sinkhorn`.
    """
    return _evaluate(
        _objective(
            "sinkhorn_divergence", cost=cost, epsilon=epsilon, rho=rho, tolerance=tolerance, iterations=iterations
        ),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class SinkhornDivergence(Loss):
    """Sinkhorn divergence: entropic transport without its bias, 0 for equal clouds.

    :func:`sinkhorn_divergence` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        cost: Literal["squared_euclidean", "euclidean"] = "squared_euclidean",
        epsilon: float = 0.1,
        rho: float | None = None,
        tolerance: float = 1e-09,
        iterations: int = 10000,
    ) -> None:
        super().__init__(_objective(
            "sinkhorn_divergence", cost=cost, epsilon=epsilon, rho=rho, tolerance=tolerance, iterations=iterations
        ))


@overload
def sinkhorn(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    cost: Literal["squared_euclidean", "euclidean"] = "squared_euclidean",
    epsilon: float = 0.1,
    rho: float | None = None,
    tolerance: float = 1e-09,
    iterations: int = 10000,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def sinkhorn(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    cost: Literal["squared_euclidean", "euclidean"] = "squared_euclidean",
    epsilon: float = 0.1,
    rho: float | None = None,
    tolerance: float = 1e-09,
    iterations: int = 10000,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def sinkhorn(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    cost: Literal["squared_euclidean", "euclidean"] = "squared_euclidean",
    epsilon: float = 0.1,
    rho: float | None = None,
    tolerance: float = 1e-09,
    iterations: int = 10000,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Entropic transport: what it costs to move the predicted points to the target's.

    ℓ(x, y) = min_π Σ π_ij c(x_i, y_j) + ε KL(π | a ⊗ b),  c = ½|x − y|² or |x − y|

    π are the couplings of the masses a and b; with a ρ, marginals may be missed at the price
    ρ KL(π1 | a) + ρ KL(πᵀ1 | b). Shapes: prediction `[items, n, d]`, target `[items, m, d]`; every point of an item
    has the same mass, in all 1; weights and mask are of items or of predicted points (which they weigh). In units
    of the cost. It is not 0 for equal clouds: `sinkhorn_divergence` is. The gradient is exact where the iterations have
    converged; if they do not, that is an error. Sources: Cuturi 2013; geomloss with debias=False (ε = blur^p,
    ρ = reach^p); POT's `sinkhorn2` leaves out the KL term.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    cost : "squared_euclidean" or "euclidean"
        What it costs to move a unit of mass.
    epsilon : a number > 0
        Weight ε of the entropy, in units of the cost.
    rho : none or a number > 0
        Price ρ of missed marginals; none if they must be met.
    tolerance : a number > 0
        Share of the mass by which marginals may be off at the end.
    iterations : a whole number ≥ 1
        Most iterations.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `entropic_ot`, `sinkhorn2`.
    """
    return _evaluate(
        _objective("sinkhorn", cost=cost, epsilon=epsilon, rho=rho, tolerance=tolerance, iterations=iterations),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Sinkhorn(Loss):
    """Entropic transport: what it costs to move the predicted points to the target's.

    :func:`sinkhorn` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        cost: Literal["squared_euclidean", "euclidean"] = "squared_euclidean",
        epsilon: float = 0.1,
        rho: float | None = None,
        tolerance: float = 1e-09,
        iterations: int = 10000,
    ) -> None:
        super().__init__(_objective(
            "sinkhorn", cost=cost, epsilon=epsilon, rho=rho, tolerance=tolerance, iterations=iterations
        ))


@overload
def energy_distance(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["mean", "sum"] = "mean", **options: Unpack[Options]
) -> float: ...
@overload
def energy_distance(
    prediction: ArrayLike, target: ArrayLike, *, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def energy_distance(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Energy distance: how much farther the clouds are from each other than from themselves.

    ℓ(x, y) = 2 Σ a_i b_j |x_i − y_j| − Σ a_i a_k |x_i − x_k| − Σ b_j b_l |y_j − y_l|

    Shapes: prediction `[items, n, d]`, target `[items, m, d]`; every point of an item has the same mass, in all 1;
    weights and mask are of items or of predicted points (which they weigh). In units of the target, ≥ 0; 0 for equal
    clouds alone. It is the maximum mean discrepancy with the kernel −|x − y|, and twice the limit of
    `sinkhorn_divergence(cost="euclidean")` for large ε (geomloss "energy" is half of it, SciPy's `energy_distance` its
    root). Time n·m, no iterations. The slope of |x − y| at x = y is taken as 0. Source: Székely and Rizzo 2013;
    an alternative to the divergence of paper 047.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `energy_mmd`.
    With its defaults: lipschitz.
    """
    return _evaluate(
        _objective("energy_distance"),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class EnergyDistance(Loss):
    """Energy distance: how much farther the clouds are from each other than from themselves.

    :func:`energy_distance` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_objective("energy_distance"))


@overload
def wasserstein_1d(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    p: float = 1.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def wasserstein_1d(
    prediction: ArrayLike, target: ArrayLike, *, p: float = 1.0, reduction: Literal["none"], **options: Unpack[Options]
) -> Items: ...
def wasserstein_1d(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    p: float = 1.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Exact transport between two samples of numbers.

    ℓ(x, y) = W_p(x, y)^p = ∫₀¹ |F_x⁻¹(u) − F_y⁻¹(u)|^p du

    For samples of one size this is the mean of |x − y|^p over the sorted samples. Shapes: prediction `[items, n]`,
    target `[items, m]`; every number of an item has the same mass; weights and mask are of items or of predicted
    numbers (which they weigh). In units of the target to the power of p, ≥ 0. Where numbers coincide the slope is one
    of the subgradients. SciPy's `wasserstein_distance` is p = 1, POT's `wasserstein_1d` is this.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    p : a number ≥ 1
        Power of the distance.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `wasserstein_distance`, `earth_movers_distance`.
    With its defaults: lipschitz.
    """
    return _evaluate(
        _objective("wasserstein_1d", p=p),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class Wasserstein1d(Loss):
    """Exact transport between two samples of numbers.

    :func:`wasserstein_1d` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, p: float = 1.0) -> None:
        super().__init__(_objective("wasserstein_1d", p=p))


@overload
def bures_wasserstein(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 0.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def bures_wasserstein(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 0.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def bures_wasserstein(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 0.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Bures–Wasserstein: the squared transport distance of Gaussians from their covariances (and means).

    ℓ(A, B) = |m − m₀|² + tr(A + τI) + tr B − 2 tr (B^½ (A + τI) B^½)^½

    Shapes: prediction and target `[items, d, d]`, covariances of which the symmetric part is read, or `[items, 1 + d,
    d]` with the mean as the first row; one item is one item of a mean. In squared units of the points, ≥ 0, for τ = 0
    it is 0 for equal Gaussians alone. A matrix with a negative eigenvalue is an error; where the prediction is singular
    and the target is not, the slope is −∞ and those directions get none (τ smooths them). POT's
    `bures_wasserstein_distance` is its root, and so is the Fréchet inception distance. Source: paper 103.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    tau : a number ≥ 0
        Smoothing τ that is added to the predicted covariance, in units of it.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `gaussian_w2`, `frechet_distance`, `bures_wasserstein_loss`.
    With its defaults: convex, exact_hessian.
    """
    return _evaluate(
        _objective("bures_wasserstein", tau=tau),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class BuresWasserstein(Loss):
    """Bures–Wasserstein: the squared transport distance of Gaussians from their covariances (and means).

    :func:`bures_wasserstein` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, tau: float = 0.0) -> None:
        super().__init__(_objective("bures_wasserstein", tau=tau))


@overload
def bures_wasserstein_factor(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 0.0,
    reduction: Literal["mean", "sum"] = "mean",
    **options: Unpack[Options],
) -> float: ...
@overload
def bures_wasserstein_factor(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 0.0,
    reduction: Literal["none"],
    **options: Unpack[Options],
) -> Items: ...
def bures_wasserstein_factor(
    prediction: ArrayLike,
    target: ArrayLike,
    *,
    tau: float = 0.0,
    weights: Weights = None,
    sample_weight: Weights = None,
    class_weights: ClassWeights = None,
    mask: ArrayLike | None = None,
    spacing: Spacing = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    ignore_index: int = -100,
    empty: Empty = "zero",
) -> float | Items:
    """Bures–Wasserstein loss of a factor: the covariance of a linear generator against a given one.

    ℓ(W, B) = BW²(WWᵀ + τI, B) = |W|² + τd + tr B − 2 tr (B^½ (WWᵀ + τI) B^½)^½

    For τ = 0 the last trace is the nuclear norm of B^½ W. Shapes: prediction `[items, d, k]` (for a deep linear network
    the product of its layers), target `[items, d, d]`. In squared units of the points, ≥ 0. With k < d its minima are
    the k leading eigenvectors of B, and its value there is the sum of the other eigenvalues. The slope is
    2(W − B^½ U Vᵀ) with B^½ W = U D Vᵀ; where that has lost rank, lost directions get the slope of |W|² alone. Source:
    paper 103.

    Parameters
    ----------
    prediction, target
        Arrays of the shapes above.
    tau : a number ≥ 0
        Smoothing τ that is added to the covariance, in units of it; it keeps the slope bounded.
    weights, sample_weight, class_weights, mask, spacing, reduction, denominator, ignore_index, empty
        How it is evaluated: see :class:`minimand.Loss`.

    Returns
    -------
    A number; with ``reduction="none"`` an array with the loss of each item.

    Raises
    ------
    minimand.ParameterError
        A parameter or an option out of its range.
    minimand.ShapeError, minimand.DTypeError, minimand.LabelError, minimand.RangeError
        An array of another shape or type, a label that is no class, a number that the loss cannot take.

    Notes
    -----
    In expressions also `bures_wasserstein_factor_loss`.
    """
    return _evaluate(
        _objective("bures_wasserstein_factor", tau=tau),
        prediction, target, weights, sample_weight, class_weights, mask,
        spacing, reduction, denominator, ignore_index, empty,
    )


class BuresWassersteinFactor(Loss):
    """Bures–Wasserstein loss of a factor: the covariance of a linear generator against a given one.

    :func:`bures_wasserstein_factor` with its parameters set once, and with derivatives.
    """

    __slots__ = ()

    def __init__(self, *, tau: float = 0.0) -> None:
        super().__init__(_objective("bures_wasserstein_factor", tau=tau))
