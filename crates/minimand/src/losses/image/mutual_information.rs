use crate::prelude::*;

loss! {
    /// Mutual information: how much one image says about the other, from a smoothed joint histogram.
    ///
    /// ℓ(x, t) = −Σ_ab p_ab ln((p_ab + ε)/(p_a p_b + ε) + ε),  p_ab = mean of w_a(x) w_b(t) over the pixels
    ///
    /// With spline = false, w falls off as a Gaussian around bins at 0, 1/(bins − 1), …, 1 times the range, and adds
    /// up to 1 for each pixel; with spline = true it is a cubic B-spline for x and the nearest bin for t, with two
    /// empty bins at each end (Mattes). Values beyond 0..range are taken as its ends. Shapes: prediction and target
    /// `[n, c, …]` with one to three axes of pixels. One channel of one item is one item of a mean. In nats, ≤ 0 up to
    /// ε: for images of different kinds, which need be neither equal nor linear in each other. Equals MONAI's
    /// GlobalMutualInformationLoss (whose spline takes its range from each batch). Source: Mattes et al. 2003.
    pub struct MutualInformation = "mutual_information" {
        /// Bins of each image.
        bins: u32 = 23, within(6.0, 255.0);
        /// Width of the Gaussian in bins.
        sigma_ratio: f64 = 0.5, within(0.1, 4.0);
        /// B-splines in place of Gaussians?
        spline: bool = false, finite();
        /// Largest value; the least is 0.
        range: f64 = 1.0, above(0.0);
        /// Added to probabilities, ε.
        smooth: f64 = 1e-7, above(0.0);
    }
}

impl Loss for MutualInformation {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["global_mutual_information", "mi_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "mutual_information(bins=8, range=2.5, sigma_ratio=1)",
        "mutual_information(bins=9, spline=true, range=2)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        // Half of the pixels in the bin of 0, half in that of 1, together: −ln((½ + ε)/(¼ + ε) + ε).
        Known { expression: "mutual_information(sigma_ratio=0.1)", prediction: &[0.0, 1.0, 0.0, 1.0],
                target: &[1.0, 0.0, 1.0, 0.0], value: -0.6931470306, source: "by hand: ln 2 − 1.5 ε" },
        Known { expression: "mutual_information(sigma_ratio=0.1)", prediction: &[0.0, 1.0, 0.0, 1.0],
                target: &[0.0, 0.0, 1.0, 1.0], value: -1e-7, source: "independent: −ln(1 + ε)" },
        Known { expression: "mutual_information(spline=true)", prediction: &[0.5, 0.5, 0.5, 0.5],
                target: &[0.0, 0.25, 1.0, 0.75], value: -1e-7, source: "a flat image says nothing: −ln(1 + ε)" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            at_perfect: None,
            ..Facts::PLAIN
        }
    }
}

/// Bins that are looked at on either side of a value: beyond, the weight is below rounding.
const REACH: f64 = 10.0;

impl MutualInformation {
    fn bins(&self) -> usize {
        self.bins as usize
    }

    /// A value in bins, and its slope.
    fn place<S: Real>(&self, x: S) -> S {
        let unit = (x * S::lift(1.0 / self.range))
            .max(S::lift(0.0))
            .min(S::lift(1.0));
        if self.spline {
            (unit * S::lift((self.bins() - 4) as f64) + S::lift(2.0))
                .min(S::lift((self.bins() - 3) as f64))
        } else {
            unit * S::lift((self.bins() - 1) as f64)
        }
    }

    /// Weight of a value at distance `d` from a bin, before it is divided by the sum over the bins.
    fn weight<S: Real>(&self, d: S) -> S {
        if !self.spline {
            let scaled = d * S::lift(1.0 / self.sigma_ratio);
            return (scaled * scaled * S::lift(-0.5)).exp();
        }
        let (one, two) = (S::lift(1.0), S::lift(2.0));
        let a = d.abs();
        let inner = S::lift(4.0 / 6.0) - a * a + a * a * a * S::lift(0.5);
        let rest = (two - a).relu();
        let outer = rest * rest * rest * S::lift(1.0 / 6.0);
        S::select_lt(a, one, inner, outer)
    }

    /// Weights of a value in all bins.
    fn weights<S: Real>(&self, x: S) -> Vec<S> {
        let place = self.place(x);
        let raw: Vec<S> = (0..self.bins())
            .map(|bin| self.weight(place - S::lift(bin as f64)))
            .collect();
        let mut sum = S::lift(0.0);
        for &w in &raw {
            sum = sum + w;
        }
        raw.into_iter().map(|w| w / sum).collect()
    }

    /// Weights of a target: those of the nearest bin with splines, halves where two are equally near.
    fn target_weights(&self, t: f64) -> Vec<f64> {
        if !self.spline {
            return self.weights(t);
        }
        let place = self.place(t);
        let part = |bin: usize| match (place - bin as f64).abs() {
            0.5 => 0.5,
            d if d < 0.5 => 1.0,
            _ => 0.0,
        };
        (0..self.bins()).map(part).collect()
    }

    /// The bins that a value reaches.
    fn near(&self, place: f64) -> std::ops::Range<usize> {
        let reach = if self.spline {
            2.0
        } else {
            REACH * self.sigma_ratio
        };
        let first = (place - reach).ceil().max(0.0) as usize;
        let last = (place + reach).floor().max(0.0) as usize;
        first..(last + 1).min(self.bins())
    }

    /// Weights of a value in the bins from the first on, and their slopes by the value.
    fn sloped(&self, x: f64, out: &mut Vec<[f64; 2]>) -> usize {
        use crate::kernels::dual::Dual;
        let place = self.place(Dual::<f64, 1>::variable(x, 0));
        let near = self.near(place.value);
        out.clear();
        let mut sum = Dual::<f64, 1>::constant(0.0);
        for bin in near.clone() {
            let w = self.weight(place - Dual::constant(bin as f64));
            sum = sum + w;
            out.push([w.value, w.partials[0]]);
        }
        for entry in out {
            let w = Dual::<f64, 1> {
                value: entry[0],
                partials: [entry[1]],
            } / sum;
            *entry = [w.value, w.partials[0]];
        }
        near.start
    }

    /// −Σ p ln(…), with its slopes by the joint and by the prediction's probabilities.
    fn information(&self, joint: &[f64], x: &[f64], t: &[f64]) -> (f64, Vec<f64>, Vec<f64>) {
        let (bins, e) = (self.bins(), self.smooth);
        let (mut total, mut by_joint, mut by_x) = (0.0, vec![0.0; bins * bins], vec![0.0; bins]);
        for a in 0..bins {
            for b in 0..bins {
                let (p, q) = (joint[a * bins + b], x[a] * t[b] + e);
                let inside = (p + e) / q + e;
                total -= p * inside.ln();
                by_joint[a * bins + b] = -(inside.ln() + p / (q * inside));
                by_x[a] += p * (p + e) / (q * q * inside) * t[b];
            }
        }
        (total, by_joint, by_x)
    }
}

impl FieldLoss for MutualInformation {
    const TRUTH: Truth = Truth::Numbers;

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let bins = self.bins();
        let share = 1.0 / field.values.len() as f64;
        let (mut joint, mut of_x) = (vec![S::lift(0.0); bins * bins], vec![S::lift(0.0); bins]);
        let mut of_t = vec![0.0; bins];
        for (&x, &t) in field.values.iter().zip(field.target) {
            let (x, t) = (self.weights(x), self.target_weights(t));
            for a in 0..bins {
                of_x[a] = of_x[a] + x[a] * S::lift(share);
                of_t[a] += share * t[a];
                for b in (0..bins).filter(|&b| t[b] > 1e-15) {
                    joint[a * bins + b] = joint[a * bins + b] + x[a] * S::lift(share * t[b]);
                }
            }
        }
        let (e, mut total) = (S::lift(self.smooth), S::lift(0.0));
        for a in 0..bins {
            for b in 0..bins {
                let p = joint[a * bins + b];
                let inside = (p + e) / (of_x[a] * S::lift(of_t[b]) + e) + e;
                total = total - p * inside.ln();
            }
        }
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let bins = self.bins();
        let share = 1.0 / field.values.len() as f64;
        let (mut joint, mut of_x) = (vec![0.0; bins * bins], vec![0.0; bins]);
        let mut of_t = vec![0.0; bins];
        let mut own = Vec::new();
        let mut other = Vec::new();
        let target = |t: T, out: &mut Vec<[f64; 2]>| -> usize {
            if !self.spline {
                return self.sloped(t.to_f64(), out);
            }
            let (all, place) = (self.target_weights(t.to_f64()), self.place(t.to_f64()));
            let first = (place.floor() as usize).min(bins - 2);
            out.clear();
            out.extend(all[first..first + 2].iter().map(|&w| [w, 0.0]));
            first
        };
        for (&x, &t) in field.values.iter().zip(field.target) {
            let a0 = self.sloped(x.to_f64(), &mut own);
            let b0 = target(t, &mut other);
            for (b, w) in other.iter().enumerate() {
                of_t[b0 + b] += share * w[0];
            }
            for (a, w) in own.iter().enumerate() {
                of_x[a0 + a] += share * w[0];
                let row = &mut joint[(a0 + a) * bins + b0..][..other.len()];
                for (p, v) in row.iter_mut().zip(&other) {
                    *p += share * w[0] * v[0];
                }
            }
        }
        let (value, by_joint, by_x) = self.information(&joint, &of_x, &of_t);
        for (i, slope) in slopes.iter_mut().enumerate() {
            let a0 = self.sloped(field.values[i].to_f64(), &mut own);
            let b0 = target(field.target[i], &mut other);
            let mut sum = 0.0;
            for (a, w) in own.iter().enumerate() {
                let row = &by_joint[(a0 + a) * bins + b0..][..other.len()];
                let along: f64 = row.iter().zip(&other).map(|(d, v)| d * v[0]).sum();
                sum += w[1] * (along + by_x[a0 + a]);
            }
            *slope = T::from_f64(sum * share);
        }
        value
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        let ends = [0.0, self.range];
        let near = |x: &f64| ends.iter().any(|end| (x - end).abs() < margin);
        field.values.iter().any(near)
    }
}
