use crate::prelude::*;

loss! {
    /// Divergence of heat maps: how far a predicted distribution over the pixels is from the true one.
    ///
    /// ℓ(p, t) = Σ t ln(t/p) ("kl") or ½ Σ t ln(t/m) + ½ Σ p ln(p/m), m = (p + t)/2 ("js"),  with 0 ln 0 = 0
    ///
    /// p is the softmax of a channel's scores over all its pixels, or the prediction as it is; the target is divided
    /// by its sum, so that any non-negative map will do, such as a Gaussian around a landmark, and a map of zeros (no
    /// such landmark) does not count. Shapes: scores and target `[n, c, …]` with one to three axes of pixels. One
    /// channel of one item is one item of a mean. In nats, ≥ 0 if the prediction sums to 1; "js" at most ln 2.
    /// Without the softmax a probability counts as at least 10⁻³⁸ in logarithms. kornia's `kl_div_loss_2d` and
    /// `js_div_loss_2d` have softmax = false and take the target as it is. Source: Nibali et al. 2018.
    pub struct HeatmapDivergence = "heatmap_divergence" {
        /// Which divergence.
        kind: Divergence = Divergence::Kl, finite();
        /// Are predictions scores, and not probabilities?
        softmax: bool = true, finite();
    }
}

/// A divergence of two distributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divergence {
    /// Kullback–Leibler, of the target from the prediction.
    Kl,
    /// Jensen–Shannon.
    Js,
}
crate::parameter::choice!(Divergence, "\"kl\" or \"js\"", "kl" => Kl, "js" => Js);

/// Least number of which a logarithm is taken.
const LEAST: f64 = f32::MIN_POSITIVE as f64;

impl Loss for HeatmapDivergence {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["kl_div_loss_2d", "heatmap_kl"];
    const VARIANTS: &'static [&'static str] = &[
        "heatmap_divergence(kind=\"js\")",
        "heatmap_divergence(softmax=false)",
        "heatmap_divergence(kind=\"js\", softmax=false)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "heatmap_divergence", prediction: &[0.5, 0.5, 0.5], target: &[0.0, 7.0, 0.0],
                value: 1.098_612_288_668_109_8, source: "one of three: ln 3" },
        Known { expression: "heatmap_divergence(softmax=false)", prediction: &[0.5, 0.25, 0.25], target: &[2.0, 1.0, 1.0],
                value: 0.0, source: "equal distributions" },
        Known { expression: "heatmap_divergence(kind=\"js\", softmax=false)", prediction: &[1.0, 0.0], target: &[0.0, 0.5],
                value: std::f64::consts::LN_2, source: "nothing in common: ln 2" },
        Known { expression: "heatmap_divergence(kind=\"js\")", prediction: &[0.0, 0.0], target: &[1.0, 0.0],
                value: 0.215_761_554_338_833_56, source: "by hand: ½ ln 4/3 + ¼ ln 2/3 + ¼ ln 2" },
    ];

    fn facts(&self) -> Facts {
        let js = self.kind == Divergence::Js;
        Facts {
            prediction: if self.softmax {
                Domain::Squarable
            } else {
                Domain::Unit
            },
            target: Domain::NonNegative,
            convex: self.softmax && !js,
            bounded: (js && self.softmax).then_some(std::f64::consts::LN_2),
            shift_invariant: self.softmax,
            // Neither scores nor shares are numbers like those of the target.
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

impl HeatmapDivergence {
    /// ln p and p of every pixel.
    fn shares<S: Real>(&self, values: &[S], numbers: &[f64]) -> Vec<[S; 2]> {
        if !self.softmax {
            let least = S::lift(LEAST);
            return values.iter().map(|&p| [p.max(least).ln(), p]).collect();
        }
        let top = S::lift(numbers.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b)));
        let mut sum = S::lift(0.0);
        for &x in values {
            sum = sum + (x - top).exp();
        }
        let log = sum.ln();
        let share = |&x: &S| {
            let log_p = x - top - log;
            [log_p, log_p.exp()]
        };
        values.iter().map(share).collect()
    }

    /// The divergence of a pixel, and ∂/∂p of it (for a Kullback–Leibler divergence of scores not needed).
    fn pixel<S: Real>(&self, [log_p, p]: [S; 2], t: f64) -> [S; 2] {
        let log_t = S::lift(t.max(LEAST).ln());
        let (t, half) = (S::lift(t), S::lift(0.5));
        match self.kind {
            Divergence::Kl => [t * (log_t - log_p), -t / p.max(S::lift(LEAST))],
            Divergence::Js => {
                let log_m = (half * (p + t)).max(S::lift(LEAST)).ln();
                let gap = log_p.max(S::lift(LEAST.ln())) - log_m;
                [half * (t * (log_t - log_m) + p * gap), half * gap]
            }
        }
    }
}

fn sum<T: Float>(target: &[T]) -> f64 {
    target.iter().map(|t| t.to_f64()).sum()
}

impl FieldLoss for HeatmapDivergence {
    const TRUTH: Truth = Truth::Numbers;

    fn counts<T: Float>(&self, field: &Field<'_, T, T>) -> Result<bool, Fault> {
        Ok(sum(field.target) > 0.0)
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, numbers: &[f64]) -> S {
        let mass = sum(field.target);
        let mut total = S::lift(0.0);
        for (share, &t) in self
            .shares(field.values, numbers)
            .into_iter()
            .zip(field.target)
        {
            total = total + self.pixel(share, t / mass)[0];
        }
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let mass = sum(field.target);
        let numbers: Vec<f64> = field.values.iter().map(|x| x.to_f64()).collect();
        let shares = self.shares(&numbers, &numbers);
        let target = field.target.iter().map(|t| t.to_f64() / mass);
        let pixels = shares.iter().zip(target.clone());
        let pixels: Vec<[f64; 2]> = pixels.map(|(&share, t)| self.pixel(share, t)).collect();
        let inner: f64 = shares
            .iter()
            .zip(&pixels)
            .map(|([_, p], [_, d])| p * d)
            .sum();
        let all = shares.iter().zip(&pixels).zip(target);
        for (slope, (([_, p], [_, d]), t)) in slopes.iter_mut().zip(all) {
            *slope = T::from_f64(match (self.softmax, self.kind) {
                (true, Divergence::Kl) => p - t,
                (true, Divergence::Js) => p * (d - inner),
                // Below the least number the logarithm is constant.
                (false, Divergence::Kl) if *p < LEAST => 0.0,
                (false, _) => *d,
            });
        }
        pixels.iter().map(|[value, _]| value).sum()
    }
}
