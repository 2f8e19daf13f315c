use crate::prelude::*;

loss! {
    /// Lovász loss: the convex extension of the Jaccard index of each class, on sorted errors.
    ///
    /// ℓ_k = Σ_i e_π(i) · (J(π(1..i)) − J(π(1..i−1))),  e_i = |t_i − p_i| in decreasing order π,
    /// J(M) = 1 − |T \ M| / |T ∪ M| the Jaccard loss if the pixels M are wrong
    ///
    /// Per class k; with activation "softmax" the Lovász-Softmax loss, with "sigmoid" the errors of
    /// probabilities of each class by itself. Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`), or
    /// one-hot labels `[n, c, …]`. A class of the whole batch is one item of a mean, or with per = "item" a
    /// class of one item. In 0..1. With present = true, classes without a true pixel do not count. Weights and
    /// masks are of pixels (per = "item": or of items); the weight of a pixel multiplies its part of the sum.
    /// Source: Berman, Triki and Blaschko 2018.
    pub struct Lovasz = "lovasz" {
        /// Do only classes count that have a true pixel?
        present: bool = true, finite();
        /// How scores become probabilities p.
        activation: Activation = Activation::Softmax, finite();
        /// What is sorted together.
        per: Per = Per::Batch, finite();
    }
}

impl Loss for Lovasz {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["lovasz_softmax", "lovasz_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "lovasz(per=\"item\")",
        "lovasz(present=false)",
        "lovasz(activation=\"sigmoid\", per=\"item\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "lovasz(activation=\"none\")", prediction: &[1.0, 0.0, 1.0], target: &[1.0, 0.0, 1.0],
                value: 0.0, source: "a perfect prediction" },
        Known { expression: "lovasz(activation=\"none\")", prediction: &[0.75, 0.5, 0.25], target: &[1.0, 0.0, 1.0],
                value: 0.75 / 2.0 + 0.5 / 6.0 + 0.25 / 3.0,
                source: "by hand: J is 1/2, 2/3, 1 after the errors 0.75, 0.5, 0.25" },
        Known { expression: "lovasz(activation=\"none\", present=false)", prediction: &[0.25, 0.5], target: &[0.0, 0.0],
                value: 0.5, source: "no true pixel: the largest error" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            bounded: (self.activation != Activation::None).then_some(1.0),
            ..Facts::PLAIN
        }
    }
}

/// Positions by decreasing error, those of equal error by position.
fn order<T: Float>(errors: &[T]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..errors.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| {
        let (x, y) = (errors[a as usize].to_f64(), errors[b as usize].to_f64());
        y.total_cmp(&x).then(a.cmp(&b))
    });
    order
}

/// The growth of the Jaccard loss with each further wrong pixel, times the pixel's weight. 0 for pixels of
/// weight 0.
fn growth<T: Float>(target: &[T], weights: &[T], order: &[u32]) -> Vec<f64> {
    let weight = |i: usize| weights.get(i).map_or(1.0, |w| w.to_f64());
    let counts = |i: usize| weight(i) > 0.0;
    let all: f64 = (0..target.len())
        .filter(|&i| counts(i))
        .map(|i| target[i].to_f64())
        .sum();
    let (mut inside, mut union, mut before) = (all, all, 0.0);
    order
        .iter()
        .map(|&i| {
            let i = i as usize;
            if !counts(i) {
                return 0.0;
            }
            let t = target[i].to_f64();
            inside -= t;
            union += 1.0 - t;
            let loss = if union > 0.0 {
                1.0 - inside / union
            } else {
                0.0
            };
            let step = loss - before;
            before = loss;
            weight(i) * step
        })
        .collect()
}

impl FieldLoss for Lovasz {
    const TRUTH: Truth = Truth::Classes;
    const WEIGHS_PIXELS: bool = true;

    fn extent(&self) -> Extent {
        match self.per {
            Per::Batch => Extent::Batch,
            Per::Item => Extent::Channel,
        }
    }

    fn activation(&self) -> Activation {
        self.activation
    }

    fn counts<T: Float>(&self, field: &Field<'_, T, T>) -> Result<bool, fields::Fault> {
        if u32::try_from(field.values.len()).is_err() {
            let reason = "sorts at most 4,294,967,295 pixels together; use per=\"item\"";
            return Err(fields::Fault::Field(reason.to_string()));
        }
        let hard = |t: &T| *t == T::default() || *t == T::from_f64(1.0);
        if let Some(at) = field.target.iter().position(|t| !hard(t)) {
            return Err(fields::Fault::Target(
                at,
                "0 or 1: its order needs hard labels",
            ));
        }
        let counts = |i: usize| field.weights.get(i).is_none_or(|w| *w > T::default());
        let present = |(i, t): (usize, &T)| *t > T::default() && counts(i);
        Ok(!self.present || field.target.iter().enumerate().any(present))
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, numbers: &[f64]) -> S {
        let errors: Vec<f64> = numbers
            .iter()
            .zip(field.target)
            .map(|(p, t)| (t - p).abs())
            .collect();
        let order = order(&errors);
        let growth = growth(field.target, field.weights, &order);
        let mut total = S::lift(0.0);
        for (&i, step) in order.iter().zip(growth) {
            let i = i as usize;
            total = total + S::lift(step) * (S::lift(field.target[i]) - field.values[i]).abs();
        }
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let errors: Vec<T> = field
            .values
            .iter()
            .zip(field.target)
            .map(|(&p, &t)| (t - p).abs())
            .collect();
        let order = order(&errors);
        let growth = growth(field.target, field.weights, &order);
        let mut total = 0.0;
        for (&i, step) in order.iter().zip(growth) {
            let i = i as usize;
            total += step * errors[i].to_f64();
            let sign = if field.values[i] < field.target[i] {
                -1.0
            } else if field.values[i] > field.target[i] {
                1.0
            } else {
                0.0
            };
            slopes[i] = T::from_f64(sign * step);
        }
        total
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        let mut errors: Vec<f64> = field
            .values
            .iter()
            .zip(field.target)
            .map(|(p, t)| (t - p).abs())
            .collect();
        errors.sort_unstable_by(f64::total_cmp);
        // A step of a score is at most a quarter of it as a probability.
        let margin = match self.activation {
            Activation::None => margin,
            Activation::Softmax | Activation::Sigmoid => margin / 4.0,
        };
        // Errors that change places, and errors of 0.
        errors.first().is_some_and(|&e| e < margin)
            || errors.windows(2).any(|pair| pair[1] - pair[0] < margin)
    }
}
