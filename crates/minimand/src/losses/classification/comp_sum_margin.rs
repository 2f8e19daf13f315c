use crate::prelude::*;

loss! {
    /// Comp-sum loss of ρ-margins: how many classes come within ρ of the label, through the family of comp-sum.
    ///
    /// ℓ(z, y) = Φ_τ( Σ_{k≠y} min(1, max(0, 1 − (z_y − z_k)/ρ)) ),  Φ_τ(u) = ((1 + u)^(1−τ) − 1)/(1 − τ),
    /// at τ = 1 ln(1 + u)
    ///
    /// Evaluated on attacked inputs it is what adversarial comp-sum losses bound from above: for each row at most
    /// `adversarial_comp_sum` with nu ≥ √(c − 1)/ρ. Flat for hopeless rows, so that it judges better than it trains.
    /// Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c` (soft labels have no meaning here). In 0..Φ_τ(c − 1).
    /// Source: Mao, Mohri and Zhong 2023 (paper 001).
    pub struct CompSumMargin = "comp_sum_margin" {
        /// Exponent τ; useful in 0..2.
        tau: f64 = 1.0, at_least(0.0);
        /// Margin ρ from which on a class costs nothing.
        rho: f64 = 1.0, above(0.0);
    }
}

impl Loss for CompSumMargin {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["adversarial_comp_sum_margin"];
    const PAPERS: &'static [u16] = &[1];
    const VARIANTS: &'static [&'static str] = &[
        "comp_sum_margin(tau=0)",
        "comp_sum_margin(tau=1.5, rho=0.5)",
        "comp_sum_margin(tau=2)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "comp_sum_margin", prediction: &[2.0, 0.0, -1.0], target: &[0.0], value: 0.0,
                source: "a lead of more than ρ" },
        Known { expression: "comp_sum_margin(tau=0)", prediction: &[1.0, 0.75, 2.0], target: &[0.0], value: 1.75,
                source: "by hand: ¾ of the second class, all of the third" },
        Known { expression: "comp_sum_margin(tau=2, rho=0.5)", prediction: &[0.0, 3.0], target: &[0.0], value: 0.5,
                source: "by hand: 1 − 1/2" },
        Known { expression: "comp_sum_margin", prediction: &[0.0, 3.0], target: &[0.0],
                value: std::f64::consts::LN_2, source: "by hand: ln 2" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: (self.tau > 1.0).then(|| 1.0 / (self.tau - 1.0)),
            shift_invariant: true,
            soft_labels: false,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for CompSumMargin {
    const READS: Reads = Reads::OTHERS;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        let log = k.others.ln_1p();
        let power = 1.0 - self.tau;
        if power == 0.0 {
            return log;
        }
        (S::lift(power) * log).exp_m1() / S::lift(power)
    }

    #[inline(always)]
    fn other<S: Real>(&self, other: S, own: S) -> S {
        let one = S::lift(1.0);
        (one - (own - other) / S::lift(self.rho)).relu().min(one)
    }

    fn kinks(&self) -> Vec<f64> {
        vec![0.0, self.rho]
    }
}
