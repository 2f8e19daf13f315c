use super::scale::{ScaleLink, by_duals};
use crate::kernels::special::ln_gamma_ratio;
use crate::prelude::*;

loss! {
    /// Student-t negative log-likelihood of a predicted place and scale, and of predicted degrees of freedom if asked.
    ///
    /// ℓ(x, t) = ½(ν + 1) ln(1 + z²/ν) + ln s + ½ ln(πν) − ln Γ(½(ν + 1))/Γ(½ν),  z = (t − x₁)/s, s = max(link(x₂), ε)
    ///
    /// Shapes: predictions `[…, 2]` of a place and a raw scale, with df=none `[…, 3]` and then the logarithm of ν, within
    /// ±40; targets `[…]`; weights and mask of targets; one target is one item. In nats; can be negative. Outliers cost
    /// no more than a logarithm. ν → ∞ is a Gaussian with the deviation s. Source: Lange, Little and Taylor 1989.
    pub struct StudentTNll = "student_t_nll" {
        /// Degrees of freedom ν > 0; none: a third number is their logarithm.
        df: Option<f64> = Some(4.0), above(0.0);
        /// How the second number becomes the scale s.
        link: ScaleLink = ScaleLink::Log, finite();
        /// Least scale ε.
        epsilon: f64 = 1e-6, within(1e-12, 1.0);
    }
}

impl Loss for StudentTNll {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["student_t"];
    const VARIANTS: &'static [&'static str] = &[
        "student_t_nll(df=none)",
        "student_t_nll(df=1, link=\"softplus\")",
        "student_t_nll(df=50, link=\"none\", epsilon=0.5)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        // With one degree of freedom the density is 1/(π s (1 + z²)).
        Known { expression: "student_t_nll(df=1)", prediction: &[1.0, 0.0], target: &[1.0],
                value: 1.144_729_885_849_400_2, source: "by hand: ln π" },
        Known { expression: "student_t_nll(df=1, link=\"none\")", prediction: &[1.0, 2.0], target: &[5.0],
                value: 3.447_314_978_843_446, source: "by hand: ln π + ln 2 + ln 5" },
        Known { expression: "student_t_nll(df=none)", prediction: &[1.0, 0.0, 0.0], target: &[1.0],
                value: 1.144_729_885_849_400_2, source: "by hand: ln π" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            prediction: Domain::Standardised,
            target: Domain::Standardised,
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl StudentTNll {
    fn nll<S: Real>(&self, x: &[S], t: f64) -> S {
        let (half, one) = (S::lift(0.5), S::lift(1.0));
        let scale = self.link.scale(x[1], self.epsilon);
        let df = match self.df {
            Some(df) => S::lift(df),
            None => x[2].exp(),
        };
        let z = (x[0] - S::lift(t)).abs() / scale / df.sqrt();
        // ln(1 + z²), where z² would overflow by ln z².
        let far = S::lift(1e9);
        let near = z.min(far);
        let growth = S::select_lt(
            far,
            z,
            S::lift(2.0) * z.max(far).ln(),
            (near * near).ln_1p(),
        );
        let spread = half * (df + one) * growth;
        let constant =
            half * (df * S::lift(std::f64::consts::PI)).ln() - ln_gamma_ratio(half * df, 0.5);
        spread + scale.ln() + constant
    }
}

impl GroupLoss for StudentTNll {
    const LAYOUT: Layout = Layout::Forecasts;

    fn fits(&self, numbers: usize) -> Result<(), String> {
        super::scale::exactly(if self.df.is_some() { 2 } else { 3 }, numbers)
    }

    fn domain(&self, place: usize, _numbers: usize) -> Option<Domain> {
        match place {
            0 => None,
            1 => Some(self.link.domain()),
            _ => Some(Domain::LogScale),
        }
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        self.nll(group.scores, group.targets[0])
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let t = group.targets[0];
        match self.df {
            Some(_) => by_duals::<2>(group.scores, slopes, |x| self.nll(x, t)),
            None => by_duals::<3>(group.scores, slopes, |x| self.nll(x, t)),
        }
    }
}
