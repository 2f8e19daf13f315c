//! The papers whose objectives, measures and methods the project covers.

use std::fmt;

/// A paper, by its number in this project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    /// Its number, from 1.
    pub number: u16,
    /// Its short name in file names.
    pub slug: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The year it appeared.
    pub year: u16,
    /// Where it appeared; empty for a preprint.
    pub venue: &'static str,
    /// Its arXiv identifier; empty if it has none.
    pub arxiv: &'static str,
    /// The area of the project that it belongs to.
    pub area: &'static str,
}

impl Paper {
    /// The paper of this number.
    pub fn find(number: u16) -> Option<&'static Paper> {
        ALL.get(usize::from(number).checked_sub(1)?)
    }
}

/// Number, title, and where and when it appeared.
impl fmt::Display for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03} {} (", self.number, self.title)?;
        match (self.venue, self.arxiv) {
            ("", "") => write!(f, "{})", self.year),
            ("", arxiv) => write!(f, "arXiv {arxiv})"),
            (venue, _) if venue.contains(&self.year.to_string()) => write!(f, "{venue})"),
            (venue, _) => write!(f, "{venue} {})", self.year),
        }
    }
}

/// Shortens the table below.
const fn paper(
    number: u16,
    area: &'static str,
    slug: &'static str,
    title: &'static str,
    year: u16,
    venue: &'static str,
    arxiv: &'static str,
) -> Paper {
    Paper {
        number,
        slug,
        title,
        year,
        venue,
        arxiv,
        area,
    }
}

/// Every paper, by number.
#[rustfmt::skip]
pub static ALL: [Paper; 183] = [
    paper(1, "classification", "comp-sum", "Cross-Entropy Loss Functions: Theoretical Analysis and Applications", 2023, "ICML 2023", "2304.07288"),
    paper(2, "evaluation", "correctness-aware", "Optimizing Calibration by Gaining Aware of Prediction Correctness", 2024, "", "2404.13016"),
    paper(3, "classification", "squentropy", "Cut your Losses with Squentropy", 2023, "ICML 2023", "2302.03952"),
    paper(4, "scaling", "autoregressive-scaling-laws", "Scaling Laws for Autoregressive Generative Modeling", 2020, "", "2010.14701"),
    paper(5, "classification", "polyloss", "PolyLoss: A Polynomial Expansion Perspective of Classification Loss Functions", 2022, "ICLR 2022", "2204.12511"),
    paper(6, "segmentation", "spockmip", "SPOCKMIP: Segmentation of Vessels in MRAs with Enhanced Continuity using Maximum Intensity Projection as Loss", 2024, "", "2407.08655"),
    paper(7, "embedding", "deep-metric-learning-overview", "Deep Metric Learning for Computer Vision: A Brief Overview", 2023, "Handbook of Statistics, vol. 48 (book chapter)", "2312.10046"),
    paper(8, "scaling", "loss-to-loss", "Loss-to-Loss Prediction: Scaling Laws for All Datasets", 2024, "TMLR 2025", "2411.12925"),
    paper(9, "models", "cross-d-conv", "Cross-D Conv: Cross-Dimensional Transferable Knowledge Base via Fourier Shifting Operation", 2024, "", "2411.02441"),
    paper(10, "detection", "text-detection-gsiou", "Arbitrary Shape Text Detection using Transformers", 2022, "ICPR 2022", "2202.11221"),
    paper(11, "classification", "dice-sed", "Improving Polyphonic Sound Event Detection on Multichannel Recordings with the Sørensen-Dice Coefficient Loss and Transfer Learning", 2021, "", "2107.10471"),
    paper(12, "embedding", "g-simclr", "G-SimCLR : Self-Supervised Contrastive Learning with Guided Projection via Pseudo Labelling", 2020, "ICDM 2020 workshops (DLKT)", "2009.12007"),
    paper(13, "segmentation", "betti-matching", "Topologically faithful image segmentation via induced matching of persistence barcodes", 2023, "ICML 2023", "2211.15272"),
    paper(14, "regression", "srl-imbalanced-regression", "Improve Representation for Imbalanced Regression through Geometric Constraints", 2025, "CVPR 2025", "2503.00876"),
    paper(15, "detection", "giou", "Generalized Intersection over Union: A Metric and A Loss for Bounding Box Regression", 2019, "CVPR 2019", "1902.09630"),
    paper(16, "embedding", "byol-self-labeling", "Self-Labeling Refinement for Robust Representation Learning with Bootstrap Your Own Latent", 2022, "", "2204.04545"),
    paper(17, "segmentation", "hybridgnet", "Improving anatomical plausibility in medical image segmentation via hybrid graph neural networks: applications to chest x-ray analysis", 2022, "IEEE Transactions on Medical Imaging 2022", "2203.10977"),
    paper(18, "classification", "ldr", "Label Distributionally Robust Losses for Multi-class Classification: Consistency, Robustness and Adaptivity", 2023, "ICML 2023", "2112.14869"),
    paper(19, "landscape", "neural-collapse", "Neural Collapse in Deep Linear Networks: From Balanced to Imbalanced Data", 2023, "ICML 2023", "2301.00437"),
    paper(20, "models", "mcanet", "MCANet: Medical Image Segmentation with Multi-Scale Cross-Axis Attention", 2023, "Machine Intelligence Research 2025", "2312.08866"),
    paper(21, "robustness", "sovr", "One-vs-the-Rest Loss to Focus on Important Samples in Adversarial Training", 2023, "ICML 2023", "2207.10283"),
    paper(22, "robustness", "active-passive", "Normalized Loss Functions for Deep Learning with Noisy Labels", 2020, "ICML 2020", "2006.13554"),
    paper(23, "compression", "compass", "COMPASS: High-Efficiency Deep Image Compression with Arbitrary-scale Spatial Scalability", 2023, "ICCV 2023", "2309.07926"),
    paper(24, "detection", "focal", "Focal Loss for Dense Object Detection", 2017, "ICCV 2017", "1708.02002"),
    paper(25, "segmentation", "dual-path-cotraining", "PI-RADS v2 Compliant Automated Segmentation of Prostate Zones Using co-training Motivated Multi-task Dual-Path CNN", 2023, "", "2309.12970"),
    paper(26, "robustness", "logit-clip", "Mitigating Memorization of Noisy Labels by Clipping the Model Prediction", 2023, "ICML 2023", "2212.04055"),
    paper(27, "segmentation", "basnet", "Boundary-Aware Segmentation Network for Mobile and Web Applications", 2021, "", "2101.04704"),
    paper(28, "generative", "black-box-proper", "Proper losses for discrete generative models", 2023, "ICML 2023", "2211.03761"),
    paper(29, "landscape", "landscape-hessian", "Unraveling the Hessian: A Key to Smooth Convergence in Loss Function Landscapes", 2024, "", "2409.11995"),
    paper(30, "detection", "diou-ciou", "Distance-IoU Loss: Faster and Better Learning for Bounding Box Regression", 2020, "AAAI 2020", "1911.08287"),
    paper(31, "landscape", "loss-landscape", "Visualizing the Loss Landscape of Neural Nets", 2018, "NeurIPS 2018", "1712.09913"),
    paper(32, "adaptation", "amarx-global-classifier", "Adaptive Margin Global Classifier for Exemplar-Free Class-Incremental Learning", 2024, "", "2409.13275"),
    paper(33, "evaluation", "r2ccp", "Conformal Prediction via Regression-as-Classification", 2024, "ICLR 2024", "2404.08168"),
    paper(34, "embedding", "circle-loss", "Circle Loss: A Unified Perspective of Pair Similarity Optimization", 2020, "CVPR 2020", "2002.10857"),
    paper(35, "generative", "mixture-of-vaes-manifold", "Manifold Learning by Mixture Models of VAEs for Inverse Problems", 2024, "JMLR 2024", "2303.15244"),
    paper(36, "segmentation", "topomortar-benchmark", "TopoMortar: A dataset to evaluate image segmentation methods focused on topology accuracy", 2025, "", "2503.03365"),
    paper(37, "evaluation", "loss-metric-catalogue", "Loss Functions and Metrics in Deep Learning", 2023, "Artificial Intelligence Review 2025 (arXiv 2023)", "2307.02694"),
    paper(38, "classification", "legendretron", "LegendreTron: Uprising Proper Multiclass Loss Learning", 2023, "ICML 2023", "2301.11695"),
    paper(39, "regression", "forecasting-regression-losses", "A Comprehensive Survey of Regression Based Loss Functions for Time Series Forecasting", 2022, "", "2211.02989"),
    paper(40, "optimizers", "cross-gradient-descent", "Beyond Log-Concavity: Theory and Algorithm for Sum-Log-Concave Optimization", 2023, "", "2309.15298"),
    paper(41, "classification", "asymmetric-loss", "Asymmetric Loss For Multi-Label Classification", 2021, "ICCV 2021", "2009.14119"),
    paper(42, "segmentation", "jaccard-metric-loss", "Jaccard Metric Losses: Optimizing the Jaccard Index with Soft Labels", 2023, "NeurIPS 2023", "2302.05666"),
    paper(43, "embedding", "collaborative-inner-product", "Rethinking Loss Design for Large-scale 3D Shape Retrieval", 2019, "IJCAI 2019", "1906.00546"),
    paper(44, "classification", "encouraging-loss", "Well-classified Examples are Underestimated in Classification with Deep Neural Networks", 2022, "AAAI 2022", "2110.06537"),
    paper(45, "detection", "seabird-dice-robustness", "SeaBird: Segmentation in Bird's View with Dice Loss Improves Monocular 3D Detection of Large Objects", 2024, "CVPR 2024", "2403.20318"),
    paper(46, "multiobjective", "fedld", "Tackling Data Heterogeneity in Federated Learning via Loss Decomposition", 2024, "MICCAI 2024", ""),
    paper(47, "transport", "sinkhorn-aligned-nbeats", "Feature-aligned N-BEATS with Sinkhorn divergence", 2024, "ICLR 2024", "2305.15196"),
    paper(48, "science", "causal-isotonic-calibration", "Causal isotonic calibration for heterogeneous treatment effects", 2023, "ICML 2023", "2302.14011"),
    paper(49, "adaptation", "gradient-collision", "Disposable Transfer Learning for Selective Source Task Unlearning", 2023, "ICCV 2023", "2308.09971"),
    paper(50, "compression", "l2-compression", "Lossy and Lossless (L^2) Post-training Model Size Compression", 2023, "ICCV 2023", "2308.04269"),
    paper(51, "classification", "hrr-subitizing", "Towards Generalization in Subitizing with Neuro-Symbolic Loss using Holographic Reduced Representations", 2023, "", "2312.15310"),
    paper(52, "classification", "ensloss", "EnsLoss: Stochastic Calibrated Loss Ensembles for Preventing Overfitting in Classification", 2024, "", "2409.00908"),
    paper(53, "classification", "z-loss-spherical", "The Z-loss: a shift and scale invariant classification loss belonging to the Spherical Family", 2016, "", "1604.08859"),
    paper(54, "adaptation", "prior-aware-entropy-sfda", "Source-Free Domain Adaptation for Image Segmentation", 2022, "Medical Image Analysis 2022", "2108.03152"),
    paper(55, "embedding", "ccc-wav2vec", "CCC-wav2vec 2.0: Clustering aided Cross Contrastive Self-supervised learning of speech representations", 2022, "IEEE SLT 2022", "2210.02592"),
    paper(56, "embedding", "adaptive-multi-head-contrastive", "Adaptive Multi-head Contrastive Learning", 2024, "ECCV 2024", "2310.05615"),
    paper(57, "landscape", "sgd-stability-coherence", "A Precise Characterization of SGD Stability Using Loss Surface Geometry", 2024, "ICLR 2024", "2401.12332"),
    paper(58, "compression", "eq-net", "EQ-Net: Elastic Quantization Neural Networks", 2023, "ICCV 2023", "2308.07650"),
    paper(59, "robustness", "optimal-constant-solution", "Deep Neural Networks Tend To Extrapolate Predictably", 2024, "ICLR 2024", "2310.00873"),
    paper(60, "models", "ars-magsac", "Adaptive Reordering Sampler with Neurally Guided MAGSAC", 2023, "ICCV 2023", "2111.14093"),
    paper(61, "landscape", "saddle-longtail-sam", "Escaping Saddle Points for Effective Generalization on Class-Imbalanced Data", 2022, "NeurIPS 2022", "2212.13827"),
    paper(62, "evaluation", "iterative-approximate-cv", "Iterative Approximate Cross-Validation", 2023, "ICML 2023", "2303.02732"),
    paper(63, "generative", "cyclegan", "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks", 2017, "ICCV 2017", "1703.10593"),
    paper(64, "embedding", "scl-relu-orthogonal-frame", "Symmetric Neural-Collapse Representations with Supervised Contrastive Loss: The Impact of ReLU and Batching", 2024, "ICLR 2024", "2306.07960"),
    paper(65, "adaptation", "cross-cancer-transfer", "Improving Prostate Cancer Detection with Breast Histopathology Images", 2019, "ECDP 2019", "1903.05769"),
    paper(66, "robustness", "virtual-adversarial-training", "Virtual Adversarial Training: A Regularization Method for Supervised and Semi-Supervised Learning", 2018, "IEEE TPAMI 2019 (41(8)); preprint 2017", "1704.03976"),
    paper(67, "segmentation", "mrsegmentator", "MRSegmentator: Robust Multi-Modality Segmentation of 40 Classes in MRI and CT Sequences", 2024, "Radiology: Artificial Intelligence 2025", "2405.06463"),
    paper(68, "landscape", "curvature-and-warmup", "A Loss Curvature Perspective on Training Instability in Deep Learning", 2022, "ICLR 2022", "2110.04369"),
    paper(69, "image", "heteroscedastic-registration", "Heteroscedastic Uncertainty Estimation Framework for Unsupervised Registration", 2024, "MICCAI 2024", ""),
    paper(70, "optimizers", "sharpness-aware-minimization", "Sharpness-Aware Minimization for Efficiently Improving Generalization", 2021, "ICLR 2021", "2010.01412"),
    paper(71, "adaptation", "manifold-diffusion-regression", "Get Your Embedding Space in Order: Domain-Adaptive Regression for Forest Monitoring", 2024, "ECCV 2024", "2405.00514"),
    paper(72, "segmentation", "cross-modality-augmentation", "Cross-modality (CT-MRI) prior augmented deep learning for robust lung tumor segmentation from small MR datasets", 2019, "Medical Physics 46(10), 2019", "1901.11369"),
    paper(73, "generative", "scheduled-pseudo-huber", "Improving Diffusion Models's Data-Corruption Resistance using Scheduled Pseudo-Huber Loss", 2024, "preprint 2024", "2403.16728"),
    paper(74, "robustness", "adversarial-weight-perturbation", "Adversarial Weight Perturbation Helps Robust Generalization", 2020, "NeurIPS 2020", "2004.05884"),
    paper(75, "regression", "deqa-score", "Teaching Large Language Models to Regress Accurate Image Quality Scores using Score Distribution", 2025, "CVPR 2025", "2501.11561"),
    paper(76, "robustness", "heterogeneous-shift", "Statistical Learning under Heterogenous Distribution Shift", 2023, "ICML 2023", "2302.13934"),
    paper(77, "science", "gnnsync", "Robust Angular Synchronization via Directed Graph Neural Networks", 2024, "ICLR 2024", "2310.05842"),
    paper(78, "classification", "focal-cxr", "Deep Learning-Powered Classification of Thoracic Diseases in Chest X-Rays", 2025, "preprint", ""),
    paper(79, "transport", "geodesic-augmentation", "Interpolation for Robust Learning: Data Augmentation on Geodesics", 2023, "ICML 2023 (published title ends 'on Wasserstein Geodesics')", "2302.02092"),
    paper(80, "evaluation", "cross-domain-xray", "On the limits of cross-domain generalization in automated X-ray prediction", 2020, "MIDL 2020", "2002.02497"),
    paper(81, "multiobjective", "jacobian-descent-upgrad", "Jacobian Descent for Multi-Objective Optimization", 2024, "preprint 2024", "2406.16232"),
    paper(82, "landscape", "gradient-flow-solution-sharpness", "Gradient Descent Monotonically Decreases the Sharpness of Gradient Flow Solutions in Scalar Networks and Beyond", 2023, "ICML 2023", "2305.13064"),
    paper(83, "compression", "self-distillation-label-noise", "Understanding Self-Distillation in the Presence of Label Noise", 2023, "ICML 2023", "2301.13304"),
    paper(84, "regression", "classification-helps-regression", "A step towards understanding why classification helps regression", 2023, "ICCV 2023", "2308.10603"),
    paper(85, "segmentation", "dice-semimetric-losses", "Dice Semimetric Losses: Optimizing the Dice Score with Soft Labels", 2023, "MICCAI 2023", "2303.16296"),
    paper(86, "scaling", "compute-optimal-phases", "4+3 Phases of Compute-Optimal Neural Scaling Laws", 2024, "NeurIPS 2024", "2405.15074"),
    paper(87, "classification", "discriminative-vs-generative", "Revisiting Discriminative vs. Generative Classifiers: Theory and Implications", 2023, "ICML 2023", "2302.02334"),
    paper(88, "embedding", "swivel", "Swivel: Improving Embeddings by Noticing What's Missing", 2016, "preprint 2016", "1602.02215"),
    paper(89, "multiobjective", "ddmr-adaptive-loss-weighting", "Learning deep abdominal CT registration through adaptive loss weighting and synthetic data generation", 2023, "PLOS ONE 2023", ""),
    paper(90, "generative", "log-variance-sampling", "Improved sampling via learned diffusions", 2024, "ICLR 2024", "2307.01198"),
    paper(91, "robustness", "model-guidance-energy-loss", "Using Explanations to Guide Models", 2023, "ICCV 2023", "2303.11932"),
    paper(92, "scaling", "time-matters-scaling", "Time Matters: Scaling Laws for Any Budget", 2024, "preprint 2024", "2406.18922"),
    paper(93, "image", "event-focus-losses", "Focus Is All You Need: Loss Functions For Event-based Vision", 2019, "CVPR 2019", "1904.07235"),
    paper(94, "regression", "acr-loss", "ACR Loss: Adaptive Coordinate-based Regression Loss for Face Alignment", 2022, "ICPR 2022", "2203.15835"),
    paper(95, "multiobjective", "uncertainty-weighting", "Multi-Task Learning Using Uncertainty to Weigh Losses for Scene Geometry and Semantics", 2018, "CVPR 2018", "1705.07115"),
    paper(96, "adaptation", "sdat", "A Closer Look at Smoothness in Domain Adversarial Training", 2022, "ICML 2022", "2206.08213"),
    paper(97, "multiobjective", "igb", "Improvable Gap Balancing for Multi-Task Learning", 2023, "UAI 2023", "2307.15429"),
    paper(98, "embedding", "metrix", "It Takes Two to Tango: Mixup for Deep Metric Learning", 2022, "ICLR 2022", "2106.04990"),
    paper(99, "classification", "harmonic-loss", "Harmonic Loss Trains Interpretable AI Models", 2025, "", "2502.01628"),
    paper(100, "optimizers", "norm-loss", "Preprint: Norm Loss: An efficient yet effective regularization method for deep neural networks", 2021, "ICPR 2020", "2103.06583"),
    paper(101, "classification", "macro-auc", "Towards Understanding Generalization of Macro-AUC in Multi-label Learning", 2023, "ICML 2023", "2305.05248"),
    paper(102, "adaptation", "pareto-da", "Pareto Domain Adaptation", 2021, "NeurIPS 2021", "2112.04137"),
    paper(103, "transport", "bures-wasserstein-dln", "Critical Points and Convergence Analysis of Generative Deep Linear Networks Trained with Bures-Wasserstein Loss", 2023, "ICML 2023", "2303.03027"),
    paper(104, "classification", "oko", "Set Learning for Accurate and Calibrated Models", 2024, "ICLR 2024", "2307.02245"),
    paper(105, "compression", "feature-geometry", "\"Understanding Robustness Lottery\": A Geometric Visual Comparative Analysis of Neural Network Pruning Approaches", 2023, "", "2206.07918"),
    paper(106, "landscape", "plasticity", "Understanding plasticity in neural networks", 2023, "ICML 2023", "2303.01486"),
    paper(107, "evaluation", "nonexchangeable-crc", "Non-Exchangeable Conformal Risk Control", 2024, "ICLR 2024", "2310.01262"),
    paper(108, "embedding", "sy-con", "Sy-CON: Symmetric Contrastive Loss for Continual Self-Supervised Representation Learning", 2023, "", "2306.05101"),
    paper(109, "image", "volume-preserving-registration", "Preserving Tumor Volumes for Unsupervised Medical Image Registration", 2023, "ICCV 2023", "2309.10153"),
    paper(110, "adaptation", "double-weighting", "Double-Weighting for Covariate Shift Adaptation", 2023, "ICML 2023", "2305.08637"),
    paper(111, "evaluation", "transfer-risk-portfolio", "Transfer Learning for Portfolio Optimization", 2023, "", "2307.13546"),
    paper(112, "science", "skyreconnet", "SkyReconNet: A Cross-Resolution Contextual Integration Framework for Inpainting with Application to Enhanced CMB Map Reconstruction", 2025, "", "2501.06139"),
    paper(113, "scaling", "small-scale-proxies", "Small-scale proxies for large-scale Transformer training instabilities", 2024, "ICLR 2024", "2309.14322"),
    paper(114, "compression", "knowledge-transfer-limits", "Towards the Fundamental Limits of Knowledge Transfer over Finite Domains", 2024, "ICLR 2024", "2310.07838"),
    paper(115, "adaptation", "redb", "Revisiting Domain-Adaptive 3D Object Detection by Reliable, Diverse and Class-balanced Pseudo-Labeling", 2023, "ICCV 2023", "2307.07944"),
    paper(116, "adaptation", "robust-mean-teacher", "Robust Mean Teacher for Continual and Gradual Test-Time Adaptation", 2023, "CVPR 2023", "2211.13081"),
    paper(117, "classification", "weight-balancing-analysis", "Exploring Weight Balancing on Long-Tailed Recognition Problem", 2024, "ICLR 2024", "2305.16573"),
    paper(118, "segmentation", "multipath-25d", "A multi-path 2.5 dimensional convolutional neural network system for segmenting stroke lesions in brain MRI images", 2020, "NeuroImage: Clinical 2020", "1905.10835"),
    paper(119, "science", "temporal-stencil", "A Neural PDE Solver with Temporal Stencil Modeling", 2023, "ICML 2023", "2302.08105"),
    paper(120, "science", "orex", "OReX: Object Reconstruction from Planar Cross-sections Using Neural Fields", 2023, "CVPR 2023", "2211.12886"),
    paper(121, "detection", "crosskd", "CrossKD: Cross-Head Knowledge Distillation for Object Detection", 2024, "CVPR 2024", "2306.11369"),
    paper(122, "robustness", "rebias", "Learning De-biased Representations with Biased Representations", 2020, "ICML 2020", "1910.02806"),
    paper(123, "multiobjective", "bloop", "Careful with that Scalpel: Improving Gradient Surgery with an EMA", 2024, "ICML 2024", "2402.02998"),
    paper(124, "robustness", "hyp-oc", "Hyp-OC: Hyperbolic One Class Classification for Face Anti-Spoofing", 2024, "FG 2024", "2404.14406"),
    paper(125, "segmentation", "sauna", "Image-level Regression for Uncertainty-aware Retinal Image Segmentation", 2024, "", ""),
    paper(126, "optimizers", "mixed-precision", "Mixed Precision Training", 2018, "ICLR 2018", "1710.03740"),
    paper(127, "models", "sape", "SAPE: Spatially-Adaptive Progressive Encoding for Neural Optimization", 2021, "NeurIPS 2021", "2104.09125"),
    paper(128, "evaluation", "cv-preprocessing-bias", "On the cross-validation bias due to unsupervised pre-processing", 2022, "Journal of the Royal Statistical Society B", "1901.08974"),
    paper(129, "adaptation", "hessian-alignment", "Understanding Hessian Alignment for Domain Generalization", 2023, "ICCV 2023", "2308.11778"),
    paper(130, "evaluation", "sensitivity-sampling", "Data-Efficient Learning via Clustering-Based Sensitivity Sampling: Foundation Models and Beyond", 2024, "ICML 2024", "2402.17327"),
    paper(131, "landscape", "sam-for-vits", "When Vision Transformers Outperform ResNets without Pre-training or Strong Data Augmentations", 2022, "ICLR 2022", "2106.01548"),
    paper(132, "segmentation", "fairseg-febs", "FairSeg: A Large-Scale Medical Image Segmentation Dataset for Fairness Learning Using Segment Anything Model with Fair Error-Bound Scaling", 2024, "ICLR 2024", "2311.02189"),
    paper(133, "embedding", "contrastive-generalization", "Towards the Generalization of Contrastive Self-Supervised Learning", 2023, "ICLR 2023", "2111.00743"),
    paper(134, "robustness", "prospect", "Distributionally Robust Optimization with Bias and Variance Reduction", 2024, "ICLR 2024", "2310.13863"),
    paper(135, "robustness", "elle", "Efficient local linearity regularization to overcome catastrophic overfitting", 2024, "ICLR 2024", "2401.11618"),
    paper(136, "models", "cswin-unet-ssl", "Cross-Shaped Windows Transformer with Self-supervised Pretraining for Clinically Significant Prostate Cancer Detection in Bi-parametric MRI", 2023, "Medical Physics 2025", "2305.00385"),
    paper(137, "compression", "gaqat", "GAQAT: gradient-adaptive quantization-aware training for domain generalization", 2024, "", "2412.05551"),
    paper(138, "scaling", "lottery-ticket-scaling", "A Neural Scaling Law from Lottery Ticket Ensembling", 2023, "", "2310.02258"),
    paper(139, "multiobjective", "encodec-balancer", "High Fidelity Neural Audio Compression", 2023, "TMLR", "2210.13438"),
    paper(140, "models", "escn", "Reducing SO(3) Convolutions to SO(2) for Efficient Equivariant GNNs", 2023, "ICML 2023", "2302.03655"),
    paper(141, "embedding", "hpm", "Hard Patches Mining for Masked Image Modeling", 2023, "CVPR 2023", "2304.05919"),
    paper(142, "embedding", "align-uniform", "Understanding Contrastive Representation Learning through Alignment and Uniformity on the Hypersphere", 2020, "ICML 2020", "2005.10242"),
    paper(143, "evaluation", "calibration-benchmark", "A Benchmark Study on Calibration", 2024, "ICLR 2024", "2308.11838"),
    paper(144, "adaptation", "fish", "Gradient Matching for Domain Generalization", 2022, "ICLR 2022", "2104.09937"),
    paper(145, "adaptation", "san-scl-aio", "Boosting Novel Category Discovery Over Domains with Soft Contrastive Learning and All-in-One Classifier", 2023, "ICCV 2023", "2211.11262"),
    paper(146, "generative", "r3gan", "The GAN is dead; long live the GAN! A Modern GAN Baseline", 2024, "NeurIPS 2024", "2501.05441"),
    paper(147, "image", "glama", "GLaMa: Joint Spatial and Frequency Loss for General Image Inpainting", 2022, "CVPR Workshops 2022 (NTIRE)", "2205.07162"),
    paper(148, "robustness", "spectral-decoupling", "Gradient Starvation: A Learning Proclivity in Neural Networks", 2021, "NeurIPS 2021", "2011.09468"),
    paper(149, "scaling", "lr-transfer-mup", "Why do Learning Rates Transfer? Reconciling Optimization and Scaling Limits for Deep Learning", 2024, "NeurIPS 2024", "2402.17457"),
    paper(150, "compression", "recoverable-pruning", "Pruning On-the-Fly: A Recoverable Pruning Method without Fine-tuning", 2022, "", "2212.12651"),
    paper(151, "science", "neural-spectral-methods", "Neural Spectral Methods: Self-supervised learning in the spectral domain", 2024, "ICLR 2024", "2312.05225"),
    paper(152, "embedding", "susana-distancia", "SuSana Distancia is all you need: Enforcing class separability in metric learning via two novel distance-based loss functions for few-shot image classification", 2023, "", "2305.09062"),
    paper(153, "models", "grande", "GRANDE: Gradient-Based Decision Tree Ensembles for Tabular Data", 2024, "ICLR 2024", "2309.17130"),
    paper(154, "embedding", "hard-negative-isometry", "Mathematical Justification of Hard Negative Mining via Isometric Approximation Theorem", 2023, "ICLR 2023", "2210.11173"),
    paper(155, "science", "multiscale-cate-rate", "Encoding Multi-level Dynamics in Effect Heterogeneity Estimation", 2025, "CLeaR 2025", "2411.02134"),
    paper(156, "science", "ngp-deformable-registration", "Neural Graphics Primitives-based Deformable Image Registration for On-the-fly Motion Extraction", 2024, "", "2402.05568"),
    paper(157, "image", "rrformer-uhd-reflection", "Benchmarking Ultra-High-Definition Image Reflection Removal", 2023, "", "2308.00265"),
    paper(158, "segmentation", "weighted-losses-extreme-weather", "Improving extreme weather events detection with light-weight neural networks", 2023, "ICLR 2023 workshop (Tackling Climate Change with Machine Learning)", "2304.00176"),
    paper(159, "adaptation", "tesla", "TeSLA: Test-Time Self-Learning With Automatic Adversarial Augmentation", 2023, "CVPR 2023", "2303.09870"),
    paper(160, "landscape", "early-neuron-alignment", "Early Neuron Alignment in Two-layer ReLU Networks with Small Initialization", 2024, "ICLR 2024", "2307.12851"),
    paper(161, "multiobjective", "forkmerge", "ForkMerge: Mitigating Negative Transfer in Auxiliary-Task Learning", 2023, "NeurIPS 2023", "2301.12618"),
    paper(162, "scaling", "chinchilla-replication", "Chinchilla Scaling: A replication attempt", 2024, "", "2404.10102"),
    paper(163, "robustness", "converge-smooth", "Fast Adversarial Training with Smooth Convergence", 2023, "ICCV 2023", "2308.12857"),
    paper(164, "optimizers", "m-fac", "M-FAC: Efficient Matrix-Free Approximations of Second-Order Information", 2021, "NeurIPS 2021", "2107.03356"),
    paper(165, "multiobjective", "config-conflict-free", "ConFIG: Towards Conflict-free Training of Physics Informed Neural Networks", 2024, "ICLR 2025", "2408.11104"),
    paper(166, "regression", "card-decay-loss", "CARD: Channel Aligned Robust Blend Transformer for Time Series Forecasting", 2024, "ICLR 2024", "2305.12095"),
    paper(167, "science", "s-volsdf", "S-VolSDF: Sparse Multi-View Stereo Regularization of Neural Implicit Surfaces", 2023, "ICCV 2023", "2303.17712"),
    paper(168, "science", "riemannian-wing-features", "Incorporating Riemannian Geometric Features for Learning Coefficient of Pressure Distributions on Airplane Wings", 2023, "", "2401.09452"),
    paper(169, "optimizers", "subgradient-robust-matrix-recovery", "Global Convergence of Sub-gradient Method for Robust Matrix Recovery: Small Initialization, Noisy Measurements, and Over-parameterization", 2023, "JMLR 2023", "2202.08788"),
    paper(170, "detection", "eflnet-atfl-nwd", "EFLNet: Enhancing Feature Learning for Infrared Small Target Detection", 2024, "IEEE TGRS 2024", "2307.14723"),
    paper(171, "segmentation", "freecos", "FreeCOS: Self-Supervised Learning from Fractals and Unlabeled Images for Curvilinear Object Segmentation", 2023, "ICCV 2023", "2307.07245"),
    paper(172, "landscape", "polyhedral-trilinear", "Polyhedral Complex Derivation from Piecewise Trilinear Networks", 2024, "NeurIPS 2024", "2402.10403"),
    paper(173, "embedding", "siglip", "Sigmoid Loss for Language Image Pre-Training", 2023, "ICCV 2023", "2303.15343"),
    paper(174, "science", "time-series-transformer-photometric", "Paying Attention to Astronomical Transients: Introducing the Time-series Transformer for Photometric Classification", 2021, "", "2105.06178"),
    paper(175, "landscape", "git-re-basin", "Git Re-Basin: Merging Models modulo Permutation Symmetries", 2023, "ICLR 2023", "2209.04836"),
    paper(176, "optimizers", "momo", "MoMo: Momentum Models for Adaptive Learning Rates", 2024, "ICML 2024", "2305.07583"),
    paper(177, "landscape", "landscape-learning-inversion", "Landscape Learning for Neural Network Inversion", 2023, "ICCV 2023", "2206.09027"),
    paper(178, "segmentation", "mediastinal-lymph-nodes", "Mediastinal lymph nodes segmentation using 3D convolutional neural network ensembles and anatomical priors guiding", 2022, "Computer Methods in Biomechanics and Biomedical Engineering: Imaging & Visualization", "2102.06515"),
    paper(179, "embedding", "hypo", "HYPO: Hyperspherical Out-of-Distribution Generalization", 2024, "ICLR 2024", "2402.07785"),
    paper(180, "optimizers", "multiadam", "MultiAdam: Parameter-wise Scale-invariant Optimizer for Multiscale Training of Physics-informed Neural Networks", 2023, "ICML 2023", "2306.02816"),
    paper(181, "image", "ms-ssim-training", "Learning to Generate Images with Perceptual Similarity Metrics", 2017, "ICIP 2017", "1511.06409"),
    paper(182, "landscape", "one-step-gd-linear-attention", "One Step of Gradient Descent is Provably the Optimal In-Context Learner with One Layer of Linear Self-Attention", 2024, "ICLR 2024", "2307.03576"),
    paper(183, "classification", "dual-focal-loss", "Dual Focal Loss for Calibration", 2023, "ICML 2023", "2305.13665"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_and_names_differ() {
        for (place, paper) in ALL.iter().enumerate() {
            assert_eq!(usize::from(paper.number), place + 1);
            assert_eq!(Paper::find(paper.number), Some(paper));
            let same = ALL.iter().filter(|other| other.slug == paper.slug);
            assert_eq!(same.count(), 1, "{}", paper.slug);
        }
        assert_eq!(Paper::find(0), None);
        assert_eq!(Paper::find(184), None);
    }

    #[test]
    fn a_paper_as_text() {
        let text = |number| Paper::find(number).unwrap().to_string();
        assert_eq!(text(3), "003 Cut your Losses with Squentropy (ICML 2023)");
        assert!(text(11).ends_with("(arXiv 2107.10471)"), "{}", text(11));
    }
}
