use crate::prelude::*;

loss! {
    /// Asymmetric loss over classes: label and other classes focused apart, with smoothed labels.
    ///
    /// ℓ(z, t) = −Σ_k s_k w_k ln p_k,  s = (1 − ε) t + ε/c,  w_k = t_k (1 − p_k)^γ₊ + (1 − t_k) p_k^γ₋,
    /// p = softmax(z)
    ///
    /// For a hard label the others, which have a loss only through the smoothing ε, count the more the more
    /// probable they are. γ₊ = ε = 0 is cross-entropy. Shapes: logits `[n, c, …]`; labels `[n, …]` in `0..c`,
    /// or soft labels t `[n, c, …]` that sum to 1 (an extension). In nats, ≥ 0; class weights weight rows.
    /// Source: Ridnik et al. 2021 (paper 041), in the single-label form of its code.
    pub struct AsymmetricSingleLabel = "asymmetric_single_label" {
        /// Focusing exponent γ₋ of the other classes.
        gamma_neg: f64 = 4.0, at_least(0.0);
        /// Focusing exponent γ₊ of the label.
        gamma_pos: f64 = 0.0, at_least(0.0);
        /// Mass ε that the label gives up to a uniform distribution over the classes.
        label_smoothing: f64 = 0.1, within(0.0, 1.0);
    }
}

impl Loss for AsymmetricSingleLabel {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const PAPERS: &'static [u16] = &[41];
    const VARIANTS: &'static [&'static str] = &[
        "asymmetric_single_label(gamma_neg=0, label_smoothing=0)",
        "asymmetric_single_label(gamma_neg=2, gamma_pos=1.5)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "asymmetric_single_label", prediction: &[2.0, 0.5, -1.0], target: &[0.0],
                value: 0.225_278_930_621, source: "paper 041, test vector" },
        Known { expression: "asymmetric_single_label(gamma_neg=0, label_smoothing=0)", prediction: &[2.0, 0.5, -1.0],
                target: &[0.0], value: 0.241_311_296_657, source: "paper 041, test vector: cross-entropy" },
        Known { expression: "asymmetric_single_label(gamma_pos=2, label_smoothing=0)", prediction: &[2.0, -1.0, 0.5],
                target: &[0.0], value: 0.011_092_750_1, source: "paper 024: the focal loss without smoothing" },
    ];

    fn facts(&self) -> Facts {
        let plain = self.label_smoothing == 0.0 && self.gamma_pos == 0.0;
        // The other classes of a soft label have a loss of their own even without smoothing.
        Facts {
            shift_invariant: true,
            at_perfect: (self.label_smoothing == 0.0).then_some(0.0),
            elicits: if plain {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for AsymmetricSingleLabel {
    const READS: Reads = Reads::PROBABILITY;
    const COMBINES: Combines = Combines::Every;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        let (one, t) = (S::lift(1.0), k.fixed);
        let share =
            S::lift(1.0 - self.label_smoothing) * t + S::lift(self.label_smoothing / k.classes);
        // A power whose exponent is 0 is left out by hand: the label's own is, as a rule.
        let own = if self.gamma_pos == 0.0 {
            one
        } else {
            k.q.powf(self.gamma_pos)
        };
        let other = k.p.powf(self.gamma_neg);
        -(share * k.log_p * (t * own + (one - t) * other))
    }
}
