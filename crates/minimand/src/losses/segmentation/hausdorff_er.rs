use crate::image::differences::neighbours;
use crate::prelude::*;

loss! {
    /// Hausdorff loss by erosion: squared errors weighed by how many erosions they survive.
    ///
    /// ℓ = mean Σ_{k=1}^{K} k^α e_k,  e_0 = (p − t)²,  e_k = norm(max(c ∗ e_{k−1} − ½, 0))
    ///
    /// c is the mean over a pixel and its neighbours along the axes, with zeros beyond the border, and norm maps the
    /// least and the largest value of the field to 0 and 1 (a constant field stays as it is). Shapes: scores `[n, c,
    /// …]`; labels `[n, …]` (or `[n, 1, …]`), or soft labels `[n, c, …]`. A class of an item is one item of a mean.
    /// Without unit, ≥ 0: no distance, but large where errors are thick. Errors whose neighbourhoods have a mean
    /// square below ½ are eroded at once and have slope 0, so that it goes with a loss that sees them ("dice +
    /// 0.1*hausdorff_er"). kornia's `HausdorffERLoss` and `HausdorffERLoss3D` take probabilities (activation =
    /// "none"). Source: Karimi and Salcudean 2019, in the refactored form.
    pub struct HausdorffEr = "hausdorff_er" {
        /// Erosions K.
        iterations: u32 = 10, within(1.0, 1000.0);
        /// Exponent α of their number.
        alpha: f64 = 2.0, within(0.0, 10.0);
        /// How scores become probabilities p.
        activation: Activation = Activation::Softmax, finite();
        /// Does class 0 count?
        include_background: bool = true, finite();
    }
}

impl Loss for HausdorffEr {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["hausdorff_er_loss"];
    const VARIANTS: &'static [&'static str] = &[
        "hausdorff_er(iterations=2, alpha=1, include_background=false)",
        "hausdorff_er(iterations=3, activation=\"sigmoid\")",
        "hausdorff_er(activation=\"none\")",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "hausdorff_er(activation=\"none\")", prediction: &[1.0, 1.0, 1.0], target: &[0.0, 0.0, 0.0],
                value: 1.0 / 3.0, source: "by hand: one erosion leaves the middle" },
        Known { expression: "hausdorff_er(activation=\"none\")", prediction: &[1.0; 9], target: &[0.0; 9],
                value: 7.0 / 9.0, source: "by hand: a cross, then its middle" },
        Known { expression: "hausdorff_er(activation=\"none\", iterations=1)", prediction: &[1.0; 9], target: &[0.0; 9],
                value: 3.0 / 9.0, source: "by hand: a cross with ½ at its ends" },
        Known { expression: "hausdorff_er(activation=\"none\")", prediction: &[0.5; 9], target: &[0.0; 9],
                value: 0.0, source: "small errors" },
    ];

    fn facts(&self) -> Facts {
        super::facts(self.activation, None)
    }
}

/// One erosion, with what the way back needs.
struct Erosion<S> {
    /// After it, normalised.
    eroded: Vec<S>,
    /// The means less ½, as plain numbers.
    above: Vec<f64>,
    /// Places of the least and the largest value, and how far these are apart; none if they are not.
    range: Option<(usize, usize, S)>,
}

/// The mean over a pixel and its neighbours along the axes. Its own transpose.
fn blurred<S: Real>(grid: &Grid, image: &[S]) -> Vec<S> {
    let mut out = image.to_vec();
    neighbours(grid, |i, j, _| {
        out[i] = out[i] + image[j];
        out[j] = out[j] + image[i];
    });
    let share = S::lift(1.0 / (2 * grid.axes() + 1) as f64);
    out.iter_mut().for_each(|x| *x = *x * share);
    out
}

/// One erosion of a field, whose choices `numbers` make: the field as plain numbers.
fn erode<S: Real>(grid: &Grid, field: &[S], numbers: &[f64]) -> Erosion<S> {
    let (half, zero) = (S::lift(0.5), S::lift(0.0));
    let above: Vec<f64> = blurred(grid, numbers).iter().map(|x| x - 0.5).collect();
    let means = blurred(grid, field);
    let kept = means.iter().zip(&above);
    let mut eroded: Vec<S> = kept
        .map(|(&x, &above)| if above >= 0.0 { x - half } else { zero })
        .collect();
    let (mut low, mut high) = (0, 0);
    let plain = |i: usize| f64::max(above[i], 0.0);
    for i in 1..above.len() {
        low = if plain(i) < plain(low) { i } else { low };
        high = if plain(i) > plain(high) { i } else { high };
    }
    let mut range = None;
    if plain(high) > plain(low) {
        let (least, size) = (eroded[low], eroded[high] - eroded[low]);
        eroded.iter_mut().for_each(|x| *x = (*x - least) / size);
        range = Some((low, high, size));
    }
    Erosion {
        eroded,
        above,
        range,
    }
}

impl HausdorffEr {
    /// Factor of every erosion's sum.
    fn shares(&self, pixels: usize) -> Vec<f64> {
        let share = |k: u32| f64::powf(f64::from(k), self.alpha) / pixels as f64;
        (1..=self.iterations).map(share).collect()
    }

    /// The erosions of a field of squared errors, up to the last that leaves something.
    fn erosions(&self, grid: &Grid, errors: Vec<f64>) -> Vec<Erosion<f64>> {
        let mut out: Vec<Erosion<f64>> = Vec::new();
        for _ in 0..self.iterations {
            let field = out.last().map_or(errors.as_slice(), |last| &last.eroded);
            let next = erode(grid, field, field);
            if next.eroded.iter().all(|&x| x == 0.0) {
                break;
            }
            out.push(next);
        }
        out
    }
}

impl FieldLoss for HausdorffEr {
    const TRUTH: Truth = Truth::Classes;

    fn activation(&self) -> Activation {
        self.activation
    }

    fn include_background(&self) -> bool {
        self.include_background
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, numbers: &[f64]) -> S {
        let gaps = field.values.iter().zip(field.target);
        let mut errors: Vec<S> = gaps.map(|(&p, &t)| (p - S::lift(t)).square()).collect();
        let gaps = numbers.iter().zip(field.target);
        let mut plain: Vec<f64> = gaps.map(|(p, t)| (p - t) * (p - t)).collect();
        let mut total = S::lift(0.0);
        for share in self.shares(field.grid.len()) {
            errors = erode(field.grid, &errors, &plain).eroded;
            plain = erode(field.grid, &plain, &plain).eroded;
            for &x in &errors {
                total = total + S::lift(share) * x;
            }
        }
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let gap = |i: usize| field.values[i].to_f64() - field.target[i].to_f64();
        let errors = (0..field.values.len()).map(|i| gap(i) * gap(i)).collect();
        let erosions = self.erosions(field.grid, errors);
        let shares = self.shares(field.grid.len());
        let terms = erosions.iter().zip(&shares);
        let value = terms
            .map(|(erosion, share)| share * erosion.eroded.iter().sum::<f64>())
            .sum();
        let mut back = vec![0.0; field.values.len()];
        for (erosion, share) in erosions.iter().zip(&shares).rev() {
            back.iter_mut().for_each(|d| *d += share);
            if let Some((low, high, size)) = erosion.range {
                let (mut by_low, mut by_high) = (0.0, 0.0);
                for (d, x) in back.iter_mut().zip(&erosion.eroded) {
                    *d /= size;
                    by_low += *d * (x - 1.0);
                    by_high -= *d * x;
                }
                back[low] += by_low;
                back[high] += by_high;
            }
            for (d, above) in back.iter_mut().zip(&erosion.above) {
                if *above < 0.0 {
                    *d = 0.0;
                }
            }
            back = blurred(field.grid, &back);
        }
        for (i, (slope, d)) in slopes.iter_mut().zip(back).enumerate() {
            *slope = T::from_f64(2.0 * gap(i) * d);
        }
        value
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        let gaps = field.values.iter().zip(field.target);
        let errors = gaps.map(|(p, t)| (p - t) * (p - t)).collect();
        // A probability moves by at most a quarter of what its score moves by; each norm multiplies what errors differ by.
        let steepest = if self.activation == Activation::None {
            2.0
        } else {
            0.5
        };
        let mut margin = steepest * margin;
        self.erosions(field.grid, errors).iter().any(|erosion| {
            let mut tops: Vec<f64> = erosion.above.clone();
            tops.sort_by(|a, b| b.total_cmp(a));
            let tie = tops.len() > 1 && tops[1] > -margin && tops[0] - tops[1] < margin;
            let low = tops.last().is_some_and(|&least| least > -margin);
            let near = tie || low || erosion.above.iter().any(|x| x.abs() < margin);
            let size = erosion.range.map_or(1.0, |(_, _, size)| size);
            margin /= size.min(1.0);
            near || size < 0.1
        })
    }
}
