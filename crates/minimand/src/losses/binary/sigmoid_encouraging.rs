use super::both_sides;
use crate::losses::classification::encouraging::{bonus, infimum};
use crate::prelude::*;

loss! {
    /// Encouraging loss of a logit: binary cross-entropy with a bonus that keeps sure entries pulling.
    ///
    /// ℓ(x, t) = t·h(x) + (1 − t)·h(−x),  h(m) = −ln p + B(p),  p = σ(m),
    /// B(p) = ln(1 − p) up to p = log_end, beyond it the tangent there
    ///
    /// The loss `encouraging` for independent labels: see there. Shapes: logits and targets of the same
    /// shape, targets in 0..1; one entry is one item. In nats, negative for sure entries. Source: Zhao et al.
    /// 2022 (paper 044).
    pub struct SigmoidEncouraging = "sigmoid_encouraging" {
        /// Probability LE at which the logarithmic bonus ends.
        log_end: f64 = 0.75, within(0.0, 1.0);
    }
}

impl Loss for SigmoidEncouraging {
    type Kind = Points;
    const AREA: Area = Area::Binary;
    const PAPERS: &'static [u16] = &[44];
    const VARIANTS: &'static [&'static str] = &[
        "sigmoid_encouraging(log_end=0)",
        "sigmoid_encouraging(log_end=0.5)",
        "sigmoid_encouraging(log_end=1)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "sigmoid_encouraging(log_end=1)", prediction: &[2.0], target: &[1.0], value: -2.0,
                source: "−ln p + ln(1 − p) = −x" },
        Known { expression: "sigmoid_encouraging(log_end=1)", prediction: &[2.0], target: &[0.0], value: 2.0,
                source: "−ln p + ln(1 − p) = x for a negative" },
        Known { expression: "sigmoid_encouraging", prediction: &[0.5], target: &[1.0], value: -0.5,
                source: "p = 0.62 lies below log_end: −x" },
        Known { expression: "sigmoid_encouraging(log_end=0)", prediction: &[0.5], target: &[1.0],
                value: 0.474_076_984 - 0.622_459_331, source: "paper 024's binary cross-entropy and p" },
    ];

    fn facts(&self) -> Facts {
        let convex = self.log_end == 1.0;
        Facts {
            target: Domain::Unit,
            convex,
            lipschitz: Some(1.0),
            at_perfect: Some(infimum(self.log_end)),
            hessian: if convex {
                Hessian::Exact
            } else {
                Hessian::Indefinite
            },
            ..Facts::PLAIN
        }
    }
}

impl PointLoss for SigmoidEncouraging {
    #[inline(always)]
    fn point<S: Real>(&self, x: S, t: S) -> S {
        let (positive, negative) = ((-x).sigmoid(), x.sigmoid());
        both_sides(
            t,
            (-x).softplus() + bonus(positive, self.log_end),
            x.softplus() + bonus(negative, self.log_end),
        )
    }
}
