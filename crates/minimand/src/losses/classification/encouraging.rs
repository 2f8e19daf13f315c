use crate::prelude::*;

/// Where the bonus of `log_end=1` stops: ln(1 − p) itself has no bound.
const LEAST_MISS: f64 = 1e-5;

loss! {
    /// Encouraging loss: cross-entropy with a bonus that keeps well-classified rows pulling.
    ///
    /// ℓ(z, y) = −ln p_y + B(p_y),  B(p) = ln(1 − p) up to p = log_end, beyond it the tangent there,
    /// p = softmax(z)
    ///
    /// Up to log_end the slope by z_y is exactly −1, however sure the row is; cross-entropy's is −(1 − p_y).
    /// log_end = 0 is −ln p_y − p_y; log_end = 1 is −ln p_y + ln max(1 − p_y, 1e-5). The bonus is negative, so
    /// that the loss is too for sure rows: its infimum is ln(1 − log_end) − 1 (at 1: ln 1e-5). Shapes:
    /// logits `[n, c, …]` with c ≥ 2; labels `[n, …]` in `0..c`, or soft labels `[n, c, …]` that sum to 1.
    /// In nats. Source: Zhao et al. 2022 (paper 044).
    pub struct Encouraging = "encouraging" {
        /// Probability LE at which the logarithmic bonus ends.
        log_end: f64 = 0.75, within(0.0, 1.0);
    }
}

/// (least miss 1 − p with the logarithmic bonus, does the tangent follow?)
pub(crate) fn bonus_end(log_end: f64) -> (f64, bool) {
    if log_end == 1.0 {
        (LEAST_MISS, false)
    } else {
        (1.0 - log_end, true)
    }
}

/// The bonus B as a function of the miss q = 1 − p.
#[inline(always)]
pub(crate) fn bonus<S: Real>(q: S, log_end: f64) -> S {
    let (least, tangent) = bonus_end(log_end);
    let end = S::lift(least);
    let log = q.max(end).ln();
    if tangent {
        log - (end - q).relu() / end
    } else {
        log
    }
}

/// Infimum of the loss, approached as p → 1.
pub(crate) fn infimum(log_end: f64) -> f64 {
    let (least, tangent) = bonus_end(log_end);
    least.ln() - f64::from(u8::from(tangent))
}

impl Loss for Encouraging {
    type Kind = Rows;
    const AREA: Area = Area::Classification;
    const ALIASES: &'static [&'static str] = &["encouraging_loss"];
    const PAPERS: &'static [u16] = &[44];
    const VARIANTS: &'static [&'static str] = &[
        "encouraging(log_end=0)",
        "encouraging(log_end=0.5)",
        "encouraging(log_end=1)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "encouraging(log_end=0.5)", prediction: &[2.0, 0.0, -1.0], target: &[0.0],
                value: -1.210_890_629_966, source: "paper 044, test vector" },
        Known { expression: "encouraging", prediction: &[2.0, 0.0, -1.0], target: &[0.0],
                value: -1.591_627_279_489, source: "paper 044, test vector" },
        Known { expression: "encouraging(log_end=1)", prediction: &[2.0, 0.0, -1.0], target: &[0.0],
                value: -1.686_738_312_482, source: "paper 044, test vector" },
        Known { expression: "encouraging(log_end=0.5)", prediction: &[4.0, 0.0, -1.0], target: &[0.0],
                value: -1.619_519_800_310, source: "paper 044, test vector" },
        Known { expression: "encouraging", prediction: &[4.0, 0.0, -1.0], target: &[0.0],
                value: -2.263_784_490_759, source: "paper 044, test vector" },
        Known { expression: "encouraging(log_end=1)", prediction: &[4.0, 0.0, -1.0], target: &[0.0],
                value: -3.686_738_312_482, source: "paper 044, test vector" },
        Known { expression: "encouraging(log_end=0)", prediction: &[2.0, 0.0, -1.0], target: &[0.0],
                value: 0.169_846_019_556 - 0.843_794_734_481, source: "paper 044: −ln p − p" },
    ];

    fn facts(&self) -> Facts {
        // With log_end = 1 the larger of two convex functions: lse over the others − z_y, and a constant
        // beside cross-entropy.
        let convex = self.log_end == 1.0;
        Facts {
            convex,
            lipschitz: Some(1.0),
            shift_invariant: true,
            at_perfect: Some(infimum(self.log_end)),
            hessian: if convex {
                Hessian::Exact
            } else {
                Hessian::Indefinite
            },
            least_classes: 2,
            ..Facts::PLAIN
        }
    }
}

impl RowLoss for Encouraging {
    const READS: Reads = Reads::PROBABILITY;

    #[inline(always)]
    fn row<S: Real>(&self, k: &Row<S>) -> S {
        bonus(k.q, self.log_end) - k.log_p
    }
}
