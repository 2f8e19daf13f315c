use crate::parameter::{ParameterType, Value};
use crate::prelude::*;
use crate::segmentation::projection::{Lines, maxima};

loss! {
    /// Projection loss: the focal Tversky loss of maximum-intensity projections.
    ///
    /// ℓ = Σ_axes (1 − I)^γ,  I = (TP + s)/(TP + α·FN + (1 − α)·FP + s) of the projections of p and t along the axis
    ///
    /// A gap in a vessel is a handful of voxels of a volume, and visible in its projection: added to a loss of the
    /// volume, "0.7*focal_tversky + 0.3*mip", it keeps thin parts connected. Voxels that share the maximum of a line
    /// share its gradient. For γ < 1 the power goes on as a straight line below 10⁻⁷, so that slopes are finite.
    /// Shapes: scores `[n, c, …]`; labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]`. A class of an item is
    /// one item of a mean. In 0..number of axes. Where patches of a volume are compared with the projection of the
    /// whole volume, the target is that projection, repeated along the axis. Source: paper 006.
    pub struct Mip = "mip" {
        /// Axes of pixels, from 0, along which is projected; none for all of them.
        axes: Axes = Axes::default(), at_least(0.0);
        /// Weight α of false negatives; that of false positives is 1 − α.
        alpha: f64 = 0.7, within(0.0, 1.0);
        /// Exponent γ.
        gamma: f64 = 0.75, above(0.0);
        /// Smoothing s of numerator and denominator, in pixels.
        smooth: f64 = 1.0, above(0.0);
        /// The mean over the axes instead of the sum?
        averaged: bool = false, finite();
        /// How scores become probabilities p.
        activation: Activation = Activation::Softmax, finite();
        /// Does class 0 count?
        include_background: bool = false, finite();
    }
}

/// Axes of pixels, counted from 0; none stands for all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Axes(pub Vec<usize>);

impl ParameterType for Axes {
    const KIND: &'static str = "none, a whole number or a list of whole numbers, each";
    fn from_value(value: &Value) -> Option<Self> {
        let numbers = match value {
            Value::None => &[][..],
            Value::Number(x) => std::slice::from_ref(x),
            Value::Numbers(x) if !x.is_empty() => x,
            _ => return None,
        };
        // More axes than a grid can have are refused with the grid.
        let axis = |x: &f64| (x.fract() == 0.0 && (0.0..100.0).contains(x)).then_some(*x as usize);
        numbers
            .iter()
            .map(axis)
            .collect::<Option<Vec<usize>>>()
            .map(Axes)
    }
    fn to_value(&self) -> Value {
        match self.0.as_slice() {
            [] => Value::None,
            [one] => Value::Number(*one as f64),
            many => Value::Numbers(many.iter().map(|&axis| axis as f64).collect()),
        }
    }
}

impl Loss for Mip {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["mip_loss", "maximum_intensity_projection"];
    const PAPERS: &'static [u16] = &[6];
    const VARIANTS: &'static [&'static str] = &[
        "mip(axes=0, include_background=true)",
        "mip(gamma=1.5, averaged=true, activation=\"sigmoid\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "mip(activation=\"none\", include_background=true, gamma=1, axes=0)",
                prediction: &[0.5, 0.0, 0.75, 0.25], target: &[1.0, 0.0, 0.0, 0.0],
                value: 1.0 - 1.75 / (0.75 + 0.7 * 0.25 + 0.3 * 0.25 + 1.0),
                source: "by hand: columns have maxima 0.75, 0.25 and 1, 0" },
        Known { expression: "mip(activation=\"none\", include_background=true)",
                prediction: &[1.0, 0.0, 0.0, 1.0], target: &[0.0, 1.0, 1.0, 0.0], value: 0.0, source: "the same projections" },
        Known { expression: "mip(activation=\"none\", include_background=true, gamma=2, averaged=true)",
                prediction: &[0.5, 0.5, 0.5, 0.5], target: &[0.0, 0.0, 0.0, 0.0], value: (0.3f64 / 1.3) * (0.3 / 1.3),
                source: "by hand: 2 maxima of 0.5 along both axes" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            ..Facts::PLAIN
        }
    }
}

/// Below it the power of an exponent under 1 goes on as a straight line.
const FLOOR: f64 = 1e-7;

/// Wrong and all of a projection, and the error's share: E = α·FN + (1 − α)·FP, D = TP + E + s.
struct Sums {
    wrong: f64,
    all: f64,
}

impl Mip {
    fn lines(&self, grid: &Grid) -> Vec<Lines> {
        let all: Vec<usize> = (0..grid.axes()).collect();
        let axes = if self.axes.0.is_empty() {
            &all
        } else {
            &self.axes.0
        };
        axes.iter().map(|&axis| Lines::along(grid, axis)).collect()
    }

    /// Power of 1 − I, and its slope.
    fn power(&self, x: f64) -> [f64; 2] {
        if self.gamma < 1.0 && x < FLOOR {
            let slope = f64::powf(FLOOR, self.gamma - 1.0);
            return [slope * x, slope];
        }
        [
            f64::powf(x, self.gamma),
            self.gamma * f64::powf(x, self.gamma - 1.0),
        ]
    }

    /// What an error of one maximum weighs: α for false negatives, 1 − α for false positives.
    fn sums<T: Float>(&self, predicted: &[T], truth: &[T]) -> Sums {
        let (mut wrong, mut hit) = (0.0, 0.0);
        for (p, t) in predicted.iter().zip(truth) {
            let (p, t) = (p.to_f64(), t.to_f64());
            hit += p * t;
            wrong += self.alpha * t * (1.0 - p) + (1.0 - self.alpha) * (1.0 - t) * p;
        }
        Sums {
            wrong,
            all: hit + wrong + self.smooth,
        }
    }
}

impl FieldLoss for Mip {
    const TRUTH: Truth = Truth::Classes;

    fn activation(&self) -> Activation {
        self.activation
    }

    fn include_background(&self) -> bool {
        self.include_background
    }

    fn fits(&self, _channels: usize, grid: &Grid) -> Result<(), String> {
        match self.axes.0.iter().find(|&&axis| axis >= grid.axes()) {
            None => Ok(()),
            Some(axis) => Err(format!(
                "projects along axis {axis} of the pixels, but they have {} axes, counted from 0",
                grid.axes()
            )),
        }
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, numbers: &[f64]) -> S {
        let lines = self.lines(field.grid);
        let share = if self.averaged {
            1.0 / lines.len() as f64
        } else {
            1.0
        };
        let (one, alpha) = (S::lift(1.0), S::lift(self.alpha));
        let mut total = S::lift(0.0);
        for lines in lines {
            let (top, truth) = (maxima(lines, numbers), maxima(lines, field.target));
            let (mut wrong, mut hit) = (S::lift(0.0), S::lift(0.0));
            for line in 0..lines.count {
                let tied: Vec<usize> = lines
                    .pixels(line)
                    .filter(|&i| numbers[i] == top[line])
                    .collect();
                let mut p = S::lift(0.0);
                for &i in &tied {
                    p = p + field.values[i];
                }
                let (p, t) = (p / S::lift(tied.len() as f64), S::lift(truth[line]));
                hit = hit + p * t;
                wrong = wrong + alpha * t * (one - p) + (one - alpha) * (one - t) * p;
            }
            let x = wrong / (hit + wrong + S::lift(self.smooth));
            let power = x.powf(self.gamma);
            let power = if self.gamma < 1.0 {
                let straight = x * S::lift(f64::powf(FLOOR, self.gamma - 1.0));
                S::select_lt(x, S::lift(FLOOR), straight, power)
            } else {
                power
            };
            total = total + S::lift(share) * power;
        }
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        slopes.fill(T::default());
        let lines = self.lines(field.grid);
        let share = if self.averaged {
            1.0 / lines.len() as f64
        } else {
            1.0
        };
        let mut total = 0.0;
        for lines in lines {
            let (top, truth) = (maxima(lines, field.values), maxima(lines, field.target));
            let sums = self.sums(&top, &truth);
            let [value, slope] = self.power(sums.wrong / sums.all);
            total += share * value;
            let mut tied = vec![0u32; lines.count];
            lines.each(|i, line| tied[line] += u32::from(field.values[i] == top[line]));
            let scale = share * slope / (sums.all * sums.all);
            let by_maximum = truth.iter().zip(tied).map(|(t, tied)| {
                let t = t.to_f64();
                let wrong = (1.0 - self.alpha) * (1.0 - t) - self.alpha * t;
                let slope = wrong * sums.all - sums.wrong * (t + wrong);
                T::from_f64(scale * slope / f64::from(tied))
            });
            let by_maximum: Vec<T> = by_maximum.collect();
            lines.each(|i, line| {
                if field.values[i] == top[line] {
                    slopes[i] = slopes[i] + by_maximum[line];
                }
            });
        }
        total
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        self.lines(field.grid).into_iter().any(|lines| {
            let top = maxima(lines, field.values);
            let mut near = vec![0usize; lines.count];
            lines.each(|i, line| near[line] += usize::from(top[line] - field.values[i] < margin));
            near.into_iter().any(|n| n > 1)
        })
    }
}
