use crate::prelude::*;

loss! {
    /// Jensen–Shannon divergence of target and probabilities: symmetric, bounded, robust to wrong labels.
    ///
    /// ℓ(z, t) = ½ KL(t ‖ m) + ½ KL(p ‖ m),  m = ½ (t + p),  p = softmax(z)
    ///
    /// Between cross-entropy and absolute error in its resistance. Shapes: logits `[n, c, …]`; labels
    /// `[n, …]` in `0..c`, or soft labels t `[n, c, …]` that sum to 1. In 0..ln 2; class weights weight rows.
    /// Source: Lin 1991; as a loss Englesson and Azizpour 2021.
    pub struct JensenShannon = "jensen_shannon" {}
}

impl Loss for JensenShannon {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["jsd", "jensen_shannon_divergence"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "jensen_shannon", prediction: &[1e4, 0.0], target: &[1.0], value: std::f64::consts::LN_2,
                source: "disjoint distributions: ln 2" },
        Known { expression: "jensen_shannon", prediction: &[0.0, 0.0], target: &[1.0],
                value: 0.215_761_554_338_836, source: "by hand: ½ ln(4/3) + ½(½ ln(2/3) + ½ ln 2)" },
        Known { expression: "jensen_shannon", prediction: &[100.0, 0.0, 0.0], target: &[0.0], value: 0.0,
                source: "equal distributions" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(std::f64::consts::LN_2),
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for JensenShannon {
    const READS: Reads = Reads::PROBABILITY;
    const COMBINES: Combines = Combines::Present;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        let (half, one, t) = (S::lift(0.5), S::lift(1.0), k.fixed);
        let tiny = S::lift(f64::from(f32::MIN_POSITIVE));
        // ln m from 1 − m where m > ½, so that a sure label keeps its gradient.
        let middle = half * (t + k.p);
        let less = half * ((one - t) + k.q);
        let log_middle = S::select_lt(half, middle, (-less).ln_1p(), middle.max(tiny).ln());
        // A class without target has ln(p/m) = ln 2; Σ (t − p) ln 2 = 0 leaves such classes without a term.
        let apart = S::lift(std::f64::consts::LN_2) * (k.q - (one - t));
        half * (t * (t.max(tiny).ln() - log_middle) + k.p * (k.log_p - log_middle) + apart)
    }
}
