use crate::image::registration::{cells, determinant, jacobian};
use crate::prelude::*;

loss! {
    /// Volume preserving: how much a field of displacements grows or shrinks what a mask marks.
    ///
    /// ℓ(u) = Σ_x M(x) k(x) / Σ_x M(x),  k = max(j, 1/j),  j = |det(I + ∇u)|·ratio held in 1/3..3
    ///
    /// with forward differences over the spacing, at the pixels that have a next one along every axis. The weights
    /// of the pixels are the soft mask M; without weights all count. Shapes: predictions `[n, d, …]`, d components
    /// of the displacement for d = 1 to 3 axes of pixels, in units of the spacing; no target is read. One item is
    /// one item of a mean. In 1..3, 1 where volume is kept; items without a mark do not count. |det| hides folds:
    /// look at `image::registration::jacobian_determinants` too. Beyond 1/3..3 the slope is 0. Source: paper 109.
    pub struct VolumePreserving = "volume_preserving" {
        /// Volume of the organ after warping over that before, which is corrected for.
        ratio: f64 = 1.0, above(0.0);
    }
}

/// Largest change of volume that has a slope.
const MOST: f64 = 3.0;

impl Loss for VolumePreserving {
    type Kind = Fields;
    const AREA: Area = Area::Image;
    const ALIASES: &'static [&'static str] = &["volume_preserving_loss"];
    const PAPERS: &'static [u16] = &[109];
    const VARIANTS: &'static [&'static str] = &["volume_preserving(ratio=1.25)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        // The determinants 1, 0.5, 2, 4 and 0.1 on a line.
        Known { expression: "volume_preserving", prediction: &[0.0, 0.0, -0.5, 0.5, 3.5, 2.6], target: &[0.0],
                value: (1.0 + 2.0 + 2.0 + 3.0 + 3.0) / 5.0, source: "record 109, without weights" },
        Known { expression: "volume_preserving(ratio=1.25)", prediction: &[0.0, 0.0, -0.5, 0.5, 3.5, 2.6],
                target: &[0.0], value: (1.25 + 1.6 + 2.5 + 3.0 + 3.0) / 5.0, source: "record 109, without weights" },
        Known { expression: "volume_preserving", prediction: &[0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0],
                target: &[0.0], value: 3.0, source: "by hand: scaling by 2 has determinant 4" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            at_perfect: None,
            bounded: Some(MOST),
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

impl VolumePreserving {
    fn change<S: Real>(&self, det: S) -> S {
        let j = (det.abs() * S::lift(self.ratio))
            .max(S::lift(1.0 / MOST))
            .min(S::lift(MOST));
        j.max(S::lift(1.0) / j)
    }
}

impl FieldLoss for VolumePreserving {
    const TRUTH: Truth = Truth::Nothing;
    const WEIGHS_PIXELS: bool = true;
    const READS_NEIGHBOURS: bool = true;

    fn extent(&self) -> Extent {
        Extent::Item
    }

    fn fits(&self, channels: usize, grid: &Grid) -> Result<(), String> {
        if channels == grid.axes() && grid.shape().iter().all(|&n| n >= 2) {
            return Ok(());
        }
        Err(format!(
            "needs a component of the displacement for each axis of at least two pixels, but there are {channels} \
             for {:?}",
            grid.shape()
        ))
    }

    fn counts<T: Float>(&self, field: &Field<'_, T, T>) -> Result<bool, Fault> {
        let marked = |at: usize| field.weights.get(at).is_none_or(|w| *w > T::default());
        Ok(cells(field.grid).any(marked))
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let (mut total, mut mass) = (S::lift(0.0), 0.0);
        for at in cells(field.grid) {
            let weight = field.weights.get(at).copied().unwrap_or(1.0);
            let matrix = jacobian(field.grid, field.values, at);
            let k = self.change(determinant(&matrix));
            total = total + S::lift(weight) * k;
            mass += weight;
        }
        total * S::lift(1.0 / mass)
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        use crate::image::registration::determinant_slopes;
        use crate::kernels::dual::Dual;
        slopes.fill(T::default());
        let (mut total, mut mass) = (0.0, 0.0);
        for at in cells(field.grid) {
            mass += field.weights.get(at).map_or(1.0, |w| w.to_f64());
        }
        let values: Vec<f64> = field.values.iter().map(|v| v.to_f64()).collect();
        for at in cells(field.grid) {
            let weight = field.weights.get(at).map_or(1.0, |w| w.to_f64()) / mass;
            if weight == 0.0 {
                continue;
            }
            let matrix = jacobian(field.grid, &values, at);
            let k = self.change(Dual::<f64, 1>::variable(determinant(&matrix), 0));
            total += weight * k.value;
            if k.partials[0] != 0.0 {
                let outer = weight * k.partials[0];
                determinant_slopes(field.grid, &matrix, at, |to, slope| {
                    slopes[to] = slopes[to] + T::from_f64(outer * slope);
                });
            }
        }
        total
    }

    fn near_kink(&self, field: &Field<'_, f64, f64>, margin: f64) -> bool {
        let kinks = [0.0, 1.0 / MOST, 1.0, MOST];
        cells(field.grid).any(|at| {
            let j = determinant(&jacobian(field.grid, field.values, at)).abs() * self.ratio;
            kinks.iter().any(|kink| (j - kink).abs() < 8.0 * margin)
        })
    }
}
