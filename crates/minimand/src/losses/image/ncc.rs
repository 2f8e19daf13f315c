use crate::prelude::*;

loss! {
    /// Normalised cross-correlation: how far two images are from being linear in each other.
    ///
    /// ℓ(x, t) = 1 − r, or with squared 1 − r²,  r = cov(x, t) / √(max(var x, ε) max(var t, ε))
    ///
    /// Shapes: prediction and target `[n, c, …]` with one to three axes of pixels. One channel of one item is one
    /// item of a mean. In 0..2 (squared 0..1); brightness and contrast of either image change nothing. Weights and
    /// masks may be of pixels: they weigh the means in r, so that (1 − mask of a lesion) leaves the lesion out
    /// (paper 109).
    pub struct Ncc = "ncc" {
        /// 1 − r²: images that are each other's negative count as alike.
        squared: bool = false, finite();
        /// Least variance ε, in squared units of the images.
        epsilon: f64 = 1e-8, above(0.0);
    }
}

impl Loss for Ncc {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["normalized_cross_correlation", "global_ncc"];
    const PAPERS: &'static [u16] = &[109];
    const VARIANTS: &'static [&'static str] = &["ncc(squared=true)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "ncc", prediction: &[1.0, 2.0, 3.0, 4.0], target: &[3.0, 5.0, 7.0, 9.0],
                value: 0.0, source: "linear" },
        Known { expression: "ncc", prediction: &[1.0, 2.0, 3.0, 4.0], target: &[4.0, 3.0, 2.0, 1.0],
                value: 2.0, source: "the negative" },
        Known { expression: "ncc(squared=true)", prediction: &[1.0, 0.0, 0.0], target: &[1.0, 2.0, 0.0],
                value: 1.0, source: "by hand: uncorrelated" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            bounded: Some(if self.squared { 1.0 } else { 2.0 }),
            at_perfect: Some(0.0),
            ..Facts::PLAIN
        }
    }
}

impl FieldLoss for Ncc {
    const TRUTH: Truth = Truth::Numbers;
    const WEIGHS_PIXELS: bool = true;

    fn counts<T: Float>(&self, field: &Field<'_, T, T>) -> Result<bool, Fault> {
        Ok(field.weights.is_empty() || field.weights.iter().any(|w| *w > T::default()))
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let n = field.values.len();
        let weight = |i: usize| field.weights.get(i).copied().unwrap_or(1.0);
        let mass: f64 = (0..n).map(weight).sum();
        let share = |i: usize| S::lift(weight(i) / mass);
        let zero = S::lift(0.0);
        let (mut mean_x, mut mean_t) = (zero, zero);
        for i in 0..n {
            mean_x = mean_x + share(i) * field.values[i];
            mean_t = mean_t + share(i) * S::lift(field.target[i]);
        }
        let (mut xx, mut tt, mut xt) = (zero, zero, zero);
        for i in 0..n {
            let (x, t) = (field.values[i] - mean_x, S::lift(field.target[i]) - mean_t);
            xx = xx + share(i) * x * x;
            tt = tt + share(i) * t * t;
            xt = xt + share(i) * x * t;
        }
        let least = S::lift(self.epsilon);
        let r = xt / (xx.max(least).sqrt() * tt.max(least).sqrt());
        S::lift(1.0) - if self.squared { r * r } else { r }
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let weight = |i: usize| field.weights.get(i).map_or(1.0, |w| w.to_f64());
        let both = |i: usize| (field.values[i].to_f64(), field.target[i].to_f64());
        let (mut mass, mut mean_x, mut mean_t) = (0.0, 0.0, 0.0);
        for i in 0..slopes.len() {
            let ((x, t), w) = (both(i), weight(i));
            mass += w;
            mean_x += w * x;
            mean_t += w * t;
        }
        let (mean_x, mean_t) = (mean_x / mass, mean_t / mass);
        let (mut xx, mut tt, mut xt) = (0.0, 0.0, 0.0);
        for i in 0..slopes.len() {
            let ((x, t), w) = (both(i), weight(i));
            let (x, t) = (x - mean_x, t - mean_t);
            xx += w * x * x;
            tt += w * t * t;
            xt += w * x * t;
        }
        let (xx, tt, xt) = (xx / mass, tt / mass, xt / mass);
        let scale = 1.0 / (xx.max(self.epsilon).sqrt() * tt.max(self.epsilon).sqrt());
        let r = (xt * scale).clamp(-1.0, 1.0);
        let outer = -(if self.squared { 2.0 * r } else { 1.0 }) / mass;
        // Where the variance is held at ε, it has no slope.
        let spread = if xx > self.epsilon { r / xx } else { 0.0 };
        for i in 0..slopes.len() {
            let (x, t) = both(i);
            let slope = scale * (t - mean_t) - spread * (x - mean_x);
            slopes[i] = T::from_f64(outer * weight(i) * slope);
        }
        1.0 - if self.squared { r * r } else { r }
    }
}
