use super::exp_m1_then_tangent;
use crate::prelude::*;

loss! {
    /// Comp-sum loss: one number τ from the sum of exponentials over cross-entropy to absolute error.
    ///
    /// ℓ(z, y) = (p_y^(τ−1) − 1) / (1 − τ),  at τ = 1 its limit −ln p_y,  p = softmax(z / temperature)
    ///
    /// In the margins it is ((1 + u)^(1−τ) − 1)/(1 − τ) with u = Σ_{j≠y} e^(z_j − z_y): τ = 0 is u itself,
    /// τ = 1 cross-entropy, 1 < τ < 2 generalized cross-entropy with q = τ − 1, τ = 2 the absolute error
    /// 1 − p_y. Its gradient is p_y^(τ−1) times that of cross-entropy: below 1 hopeless rows pull harder,
    /// above 1 less, which resists wrong labels. Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`, or
    /// soft labels `[n, c, …]` that sum to 1. ≥ 0. For τ < 1 it grows like the exponential of a margin:
    /// where (τ − 1) ln p_y exceeds 40 it continues along its tangent, so that it stays finite.
    /// Source: Mao, Mohri and Zhong 2023 (paper 001).
    pub struct CompSum = "comp_sum" {
        /// Exponent τ; useful in 0..2.
        tau: f64 = 1.0, at_least(0.0);
        /// The logits are divided by it: the scale ρ of the margins.
        temperature: f64 = 1.0, above(0.0);
    }
}

impl Loss for CompSum {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["comp_sum_loss"];
    const PAPERS: &'static [u16] = &[1];
    const VARIANTS: &'static [&'static str] = &[
        "comp_sum(tau=0)",
        "comp_sum(tau=0.5)",
        "comp_sum(tau=0.999999999)",
        "comp_sum(tau=1.5)",
        "comp_sum(tau=2)",
        "comp_sum(tau=3)",
        "comp_sum(tau=0.25, temperature=2)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "comp_sum(tau=0)", prediction: &[1.0, 0.5, -0.5], target: &[0.0],
                value: 0.829_660_820, source: "paper 001, test vector" },
        Known { expression: "comp_sum(tau=0.5)", prediction: &[1.0, 0.5, -0.5], target: &[0.0],
                value: 0.705_299_111, source: "paper 001, test vector" },
        Known { expression: "comp_sum", prediction: &[1.0, 0.5, -0.5], target: &[0.0],
                value: 0.604_130_605, source: "paper 001, test vector: cross-entropy" },
        Known { expression: "comp_sum(tau=1.000000001)", prediction: &[1.0, 0.5, -0.5], target: &[0.0],
                value: 0.604_130_605, source: "paper 001: continuous in tau at 1" },
        Known { expression: "comp_sum(tau=1.5)", prediction: &[1.0, 0.5, -0.5], target: &[0.0],
                value: 0.521_420_429, source: "paper 001, test vector" },
        Known { expression: "comp_sum(tau=2)", prediction: &[1.0, 0.5, -0.5], target: &[0.0],
                value: 0.453_450_613, source: "paper 001, test vector: 1 − p_y" },
        Known { expression: "comp_sum(tau=0, temperature=0.5)", prediction: &[0.0, 1.0], target: &[0.0],
                value: 7.389_056_098_930_65, source: "the exponential of twice the margin: e²" },
    ];

    fn facts(&self) -> Facts {
        // For τ ≤ 1 a convex increasing function of the convex −ln p_y.
        let convex = self.tau <= 1.0;
        Facts {
            convex,
            lipschitz: (self.tau >= 1.0).then_some(1.0 / self.temperature),
            bounded: (self.tau > 1.0).then(|| 1.0 / (self.tau - 1.0)),
            elicits: if self.tau == 1.0 && self.temperature == 1.0 {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            shift_invariant: true,
            calibration: Some(Calibration::CompSum { tau: self.tau }),
            hessian: if convex {
                Hessian::Exact
            } else {
                Hessian::Indefinite
            },
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for CompSum {
    const READS: Reads = Reads::PROBABILITY;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        let power = self.tau - 1.0;
        if power == 0.0 {
            return -k.log_p;
        }
        exp_m1_then_tangent(S::lift(power) * k.log_p) / S::lift(-power)
    }

    fn temperature(&self) -> f64 {
        self.temperature
    }
}
