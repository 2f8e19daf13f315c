use crate::prelude::*;

loss! {
    /// Bi-tempered logistic loss: a bounded loss of probabilities with heavy tails, both by one number each.
    ///
    /// ℓ(z, t) = Σ_k [ t_k (ln_t₁ t_k − ln_t₁ p_k) − (t_k^(2−t₁) − p_k^(2−t₁)) / (2 − t₁) ],
    /// p_k = exp_t₂(z_k − λ) with Σ p = 1,  ln_t x = (x^(1−t) − 1)/(1 − t),  exp_t its inverse (0 where it has none)
    ///
    /// t₁ < 1 bounds what a far wrong label costs, t₂ > 1 lets probabilities fall slowly near the border, so that
    /// rows just beyond it may be wrong; t₁ = t₂ = 1 is cross-entropy. With t₂ < 1 classes far below have the
    /// probability 0, for which e^−85 stands, and a label among them has no slope of its own. Shapes: logits
    /// `[n, c, …]`; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1; class weights weight rows. In
    /// 0..1/(1 − t₁). λ is found by Newton's method. Source: Amid et al. 2019.
    pub struct BiTempered = "bi_tempered" {
        /// Temperature t₁ of the logarithm.
        t1: f64 = 0.8, within(0.0, 1.0);
        /// Temperature t₂ of the probabilities.
        t2: f64 = 1.2, at_least(0.0);
        /// Mass that a label gives up to all classes alike.
        label_smoothing: f64 = 0.0, within(0.0, 1.0);
    }
}

impl Loss for BiTempered {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["bi_tempered_logistic", "bitempered"];
    const VARIANTS: &'static [&'static str] = &[
        "bi_tempered(t1=1, t2=1)",
        "bi_tempered(t1=0.5, t2=1)",
        "bi_tempered(t1=0.2, t2=4)",
        "bi_tempered(t1=0.9, t2=0.9)",
        "bi_tempered(t1=0, t2=1.000001, label_smoothing=0.1)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "bi_tempered(t1=1, t2=1)", prediction: &[2.0, -1.0, 0.5], target: &[0.0],
                value: 0.241_311_296_657_157_03, source: "cross-entropy" },
        Known { expression: "bi_tempered(t1=0.5, t2=2)", prediction: &[0.0, 0.0], target: &[1.0],
                value: 4.0 / 3.0 - 2.0 * std::f64::consts::FRAC_1_SQRT_2 + std::f64::consts::SQRT_2 / 3.0,
                source: "by hand: p = ½ at any t₂; 2 − 2√½ − ⅔ + ⅔·2·√⅛" },
        Known { expression: "bi_tempered(t1=0, t2=0)", prediction: &[0.5, 0.25, -3.0], target: &[0.0],
                value: 0.140_625, source: "by hand: sparsemax p = (5/8, 3/8, 0), half the squared distance: ½·2·(3/8)²" },
        Known { expression: "bi_tempered(t1=0, t2=1)", prediction: &[0.0, 0.0], target: &[0.0], value: 0.25,
                source: "by hand: half the Brier score of ½" },
    ];

    fn facts(&self) -> Facts {
        let softmax = self.t2 == 1.0;
        let hard = self.label_smoothing == 0.0;
        Facts {
            bounded: (self.t1 < 1.0).then(|| 1.0 / (1.0 - self.t1)),
            elicits: if softmax && hard {
                Elicits::Probabilities
            } else {
                Elicits::Nothing
            },
            shift_invariant: true,
            // With heavier tails logits come near the infimum too slowly for it to be reached.
            at_perfect: (hard && self.t2 <= 1.2).then_some(0.0),
            ..Facts::PLAIN
        }
    }
}

/// 1 − p below which the own term is a series.
const SMALL: f64 = 0.125;
/// Terms of that series: SMALL^13 is nothing.
const TERMS: u32 = 12;

impl BiTempered {
    /// ∫₀^q s (1 − s)^(−t₁) ds, what a sure label costs with p = 1 − q: ln_t₁ and powers of p would cancel in value
    /// and slope.
    #[inline(always)]
    fn series<S: Real>(&self, q: S) -> S {
        let (mut coefficient, mut power, mut sum) = (1.0, q.square(), S::lift(0.0));
        for n in 0..TERMS {
            let n = f64::from(n);
            sum = sum + S::lift(coefficient / (n + 2.0)) * power;
            coefficient *= (n + self.t1) / (n + 1.0);
            power = power * q;
        }
        sum
    }
}

impl RowLoss for BiTempered {
    const READS: Reads = Reads::PROBABILITY.transformed();
    const COMBINES: Combines = Combines::Every;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        let (one, t) = (S::lift(1.0), k.fixed);
        // a = 1 − t₁, the power of ln_t₁; b = 2 − t₁.
        let (a, b) = (1.0 - self.t1, 2.0 - self.t1);
        let other = k.p * (S::lift(a) * k.log_p).exp() / S::lift(b);
        let log = if a == 0.0 {
            k.log_p
        } else {
            (S::lift(a) * k.log_p).exp_m1() / S::lift(a)
        };
        // The label's own term, and what every other class adds.
        let small = S::lift(SMALL);
        let own = S::select_lt(
            k.q,
            small,
            self.series(k.q.min(small)),
            other - S::lift(1.0 / b) - log,
        );
        // What soft labels have by themselves: 0 for hard ones.
        let entropy = if a == 0.0 {
            // ln of the least positive single-precision number times 0 is 0.
            t * t.max(S::lift(f64::from(f32::MIN_POSITIVE))).ln()
        } else {
            (t.powf(b) - t) / S::lift(a * b)
        };
        t * own + (one - t) * other + entropy
    }

    fn transform(&self) -> Option<Transform> {
        (self.t2 != 1.0).then_some(Transform::Tempered(self.t2))
    }

    fn off_label(&self) -> Option<[f64; 2]> {
        let b = 2.0 - self.t1;
        Some([1.0 / b, b])
    }

    fn label_smoothing(&self) -> f64 {
        self.label_smoothing
    }
}
