use super::scale::ScaleLink;
use crate::kernels::special::HALF_LN_2PI;
use crate::prelude::*;

/// The distribution of one component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Component {
    /// ½ z² + ½ ln 2π
    Gaussian,
    /// |z| + ln 2
    Laplace,
}
crate::parameter::choice!(Component, "\"gaussian\" or \"laplace\"", "gaussian" => Gaussian, "laplace" => Laplace);

loss! {
    /// Negative log-likelihood of a predicted mixture (mixture density network).
    ///
    /// ℓ(x, t) = −ln Σ_k π_k f((t − μ_k)/s_k)/s_k,  π = softmax(x₁…), μ = the next m numbers, s = max(e^the last m, ε)
    ///
    /// Shapes: predictions `[…, 3m]` for m components: first m logits, then m places, then the logarithms of m scales,
    /// within ±40; targets `[…]`; weights and mask of targets; one target is one item. In nats; can be negative. The floor ε,
    /// without a slope of its own as in `gaussian_nll`, keeps a component from shrinking onto one target. Source: Bishop 1994.
    pub struct MixtureNll = "mixture_nll" {
        /// The distribution f of a component.
        component: Component = Component::Gaussian, finite();
        /// Least scale ε of a component.
        epsilon: f64 = 1e-3, within(1e-6, 1.0);
    }
}

impl Loss for MixtureNll {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["mdn", "mixture_density"];
    const VARIANTS: &'static [&'static str] = &[
        "mixture_nll(component=\"laplace\")",
        "mixture_nll(epsilon=1)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "mixture_nll", prediction: &[5.0, 1.0, 0.0], target: &[3.0], value: 2.918_938_533_204_672_7,
                source: "one component: ½·4 + ½ ln 2π" },
        Known { expression: "mixture_nll", prediction: &[0.0, 0.0, 1.0, 1.0, 0.0, 0.0], target: &[3.0],
                value: 2.918_938_533_204_672_7, source: "twice the same component" },
        Known { expression: "mixture_nll(component=\"laplace\")", prediction: &[0.0, 0.0, 1.0, -1.0, 0.0, 0.0],
                target: &[0.0], value: 1.0 + std::f64::consts::LN_2, source: "by hand: 1 + ln 2 on both sides" },
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

impl MixtureNll {
    /// [`distance`](Self::distance) with its slope.
    fn with_slope(&self, z: f64) -> (f64, f64) {
        match self.component {
            Component::Gaussian => (0.5 * z * z + HALF_LN_2PI, z),
            Component::Laplace => {
                let slope = if z == 0.0 { 0.0 } else { z.signum() };
                (z.abs() + std::f64::consts::LN_2, slope)
            }
        }
    }

    /// −ln f(z).
    fn distance<S: Real>(&self, z: S) -> S {
        match self.component {
            Component::Gaussian => S::lift(0.5) * z * z + S::lift(HALF_LN_2PI),
            Component::Laplace => z.abs() + S::lift(std::f64::consts::LN_2),
        }
    }
}

impl GroupLoss for MixtureNll {
    const LAYOUT: Layout = Layout::Forecasts;

    fn fits(&self, numbers: usize) -> Result<(), String> {
        if numbers > 0 && numbers.is_multiple_of(3) {
            return Ok(());
        }
        Err("3m (m logits, m places, m logarithms of scales)".to_string())
    }

    fn domain(&self, place: usize, numbers: usize) -> Option<Domain> {
        (3 * place >= 2 * numbers).then_some(Domain::LogScale)
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let m = group.scores.len() / 3;
        let (logits, rest) = group.scores.split_at(m);
        let (places, scales) = rest.split_at(m);
        let t = S::lift(group.targets[0]);
        let sum = |terms: &[S]| {
            let top = terms[1..].iter().fold(terms[0], |a, &b| a.max(b));
            let rest = terms
                .iter()
                .fold(S::lift(0.0), |sum, &a| sum + (a - top).exp());
            top + rest.ln()
        };
        let prior = sum(logits);
        let term = |k: usize| {
            let scale = ScaleLink::Log.scale(scales[k], self.epsilon);
            (logits[k] - prior) - self.distance((places[k] - t) / scale) - scale.ln()
        };
        let terms: Vec<S> = (0..m).map(term).collect();
        -sum(&terms)
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let m = group.scores.len() / 3;
        let (logits, rest) = group.scores.split_at(m);
        let (places, scales) = rest.split_at(m);
        let (of_logits, rest) = slopes.split_at_mut(m);
        let (of_places, of_scales) = rest.split_at_mut(m);
        let t = group.targets[0];
        let sum = |terms: &[f64]| {
            let top = terms.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
            top + terms.iter().map(|a| (a - top).exp()).sum::<f64>().ln()
        };
        let prior = sum(logits);
        // The terms stand where the slopes will be: their logarithms, then what they add to the slopes.
        for k in 0..m {
            let scale = ScaleLink::Log.scale(scales[k], self.epsilon);
            let z = (places[k] - t) / scale;
            let (distance, slope) = self.with_slope(z);
            of_logits[k] = (logits[k] - prior) - distance - scale.ln();
            of_places[k] = slope / scale;
            of_scales[k] = (1.0 - slope * z) * (scales[k].exp() / scale);
        }
        let likelihood = sum(of_logits);
        for k in 0..m {
            let share = (of_logits[k] - likelihood).exp();
            of_logits[k] = (logits[k] - prior).exp() - share;
            of_places[k] *= share;
            of_scales[k] *= share;
        }
        -likelihood
    }

    fn near_kink(&self, group: &Group<'_, f64>, margin: f64) -> bool {
        let m = group.values.len() / 3;
        let place = |&x: &f64| (x - group.targets[0]).abs() < margin;
        let laplace = self.component == Component::Laplace;
        laplace && group.values[m..2 * m].iter().any(place)
    }
}
