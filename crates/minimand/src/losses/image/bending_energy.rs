use super::displacement_smoothness::{interior, needs_three};
use crate::image::differences::{axes, strides};
use crate::prelude::*;

loss! {
    /// Bending energy: squared second derivatives of a field of displacements.
    ///
    /// ℓ(u) = mean of Σ_a (∂_aa u)² + 2 Σ_{a<b} (∂_ab u)²
    ///
    /// over the pixels that have neighbours along every axis; ∂_aa by (1, −2, 1), ∂_ab by the four diagonal
    /// neighbours over 4, divided by the spacing. Shapes: predictions `[n, c, …]`, c components of the displacement,
    /// with one to three axes of three or more pixels; no target is read. One component of one item is one item of a
    /// mean. In squared units of the displacement over those of the squared spacing, ≥ 0; affine fields cost nothing.
    /// Equals MONAI's BendingEnergyLoss. Source: Rueckert et al. 1999.
    pub struct BendingEnergy = "bending_energy" {}
}

impl Loss for BendingEnergy {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["bending_energy_loss"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "bending_energy", prediction: &[0.0, 1.0, 0.0, 2.0, 4.0, 1.0, 0.0, 1.0, 0.0],
                target: &[0.0], value: 36.0 + 25.0, source: "by hand: −6 and −5, no mixed part" },
        Known { expression: "bending_energy", prediction: &[4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
                target: &[0.0], value: 2.0, source: "by hand: mixed part 1, twice" },
        Known { expression: "bending_energy", prediction: &[1.0, 3.0, 5.0, 4.0, 6.0, 8.0, 7.0, 9.0, 11.0],
                target: &[0.0], value: 0.0, source: "an affine field" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            prediction: Domain::Differenced,
            convex: true,
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

impl BendingEnergy {
    /// Runs `f` on each second derivative: its four pixels (two of them the middle one, for a pure derivative),
    /// their factors, and the weight of its square.
    #[inline(always)]
    fn each(grid: &Grid, mut f: impl FnMut([usize; 4], [f64; 4], f64)) {
        let (steps, spacing) = (strides(grid), grid.volume_spacing());
        let inner = interior(grid);
        let share = 1.0 / inner.len() as f64;
        for i in inner {
            for a in axes(grid) {
                let per = 1.0 / (spacing[a] * spacing[a]);
                let pixels = [i + steps[a], i - steps[a], i, i];
                f(pixels, [per, per, -per, -per], share);
                for b in a + 1..3 {
                    let per = 0.25 / (spacing[a] * spacing[b]);
                    let (up, down) = (i + steps[a], i - steps[a]);
                    let pixels = [
                        up + steps[b],
                        down - steps[b],
                        up - steps[b],
                        down + steps[b],
                    ];
                    f(pixels, [per, per, -per, -per], 2.0 * share);
                }
            }
        }
    }
}

impl FieldLoss for BendingEnergy {
    const TRUTH: Truth = Truth::Nothing;

    fn fits(&self, _channels: usize, grid: &Grid) -> Result<(), String> {
        needs_three(grid)
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let mut total = S::lift(0.0);
        Self::each(field.grid, |pixels, factors, share| {
            let mut d = S::lift(0.0);
            for (p, factor) in pixels.into_iter().zip(factors) {
                d = d + S::lift(factor) * field.values[p];
            }
            total = total + S::lift(share) * d.square();
        });
        total
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        slopes.fill(T::default());
        let mut total = 0.0;
        Self::each(field.grid, |pixels, factors, share| {
            let mut d = T::default();
            for (p, factor) in pixels.into_iter().zip(factors) {
                d = d + T::from_f64(factor) * field.values[p];
            }
            total += (d * d * T::from_f64(share)).to_f64();
            for (p, factor) in pixels.into_iter().zip(factors) {
                slopes[p] = slopes[p] + d * T::from_f64(2.0 * share * factor);
            }
        });
        total
    }
}
