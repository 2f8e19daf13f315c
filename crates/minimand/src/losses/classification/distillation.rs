use crate::prelude::*;

loss! {
    /// Distillation: divergence of the student's tempered probabilities from the teacher's.
    ///
    /// ℓ(z, t) = T² Σ_k t_k (ln t_k − ln p_k),  p = softmax(z/T)
    ///
    /// The Kullback–Leibler divergence; t are the teacher's probabilities at the same temperature,
    /// softmax(teacher/T); T² keeps the size of the gradient. With T = 1 it is cross-entropy less the target's
    /// entropy. Shapes: logits `[n, c, …]`; soft labels t `[n, c, …]` that sum to 1, or labels `[n, …]` in
    /// `0..c`; class weights weight rows. In nats, ≥ 0. Source: Hinton, Vinyals and Dean 2015.
    pub struct Distillation = "distillation" {
        /// Temperature T of both.
        temperature: f64 = 2.0, above(0.0);
    }
}

impl Loss for Distillation {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["knowledge_distillation", "distillation_kl"];
    const VARIANTS: &'static [&'static str] = &["distillation(temperature=1)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "distillation(temperature=1)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.241_311_296_657_157_03, source: "a sure teacher: cross-entropy" },
        Known { expression: "distillation", prediction: &[0.0, 0.0], target: &[1.0],
                value: 4.0 * std::f64::consts::LN_2, source: "equal logits: T² ln 2" },
        Known { expression: "distillation(temperature=4)", prediction: &[4.0, 0.0], target: &[0.0],
                value: 16.0 * 0.313_261_687_518_222_8, source: "by hand: T² ln(1 + e⁻¹)" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            lipschitz: Some(self.temperature),
            elicits: if self.temperature == 1.0 {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            shift_invariant: true,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for Distillation {
    const READS: Reads = Reads::PROBABILITY;
    const COMBINES: Combines = Combines::Present;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        // ln of the least positive single-precision number times 0 is 0.
        let log = k.fixed.max(S::lift(f64::from(f32::MIN_POSITIVE))).ln();
        S::lift(self.temperature * self.temperature) * k.fixed * (log - k.log_p)
    }

    fn temperature(&self) -> f64 {
        self.temperature
    }
}
