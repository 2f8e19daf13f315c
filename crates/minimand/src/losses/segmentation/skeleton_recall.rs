use super::maps::mask_of;
use crate::grid::Connectivity;
use crate::grid::morphology::dilate;
use crate::grid::skeleton::lee;
use crate::prelude::*;

loss! {
    /// Skeleton recall loss: how much of the true skeleton, thickened, is missed.
    ///
    /// ℓ = 1 − (Σ p·T + s)/(Σ T + s),  T the skeleton of the class, dilated and cut to the class
    ///
    /// Keeps thin parts connected at little cost, since only the target is made a skeleton; it does not see what is
    /// predicted beside it, and is added to cross-entropy. Shapes: scores `[n, c, …]`; labels `[n, …]` (or
    /// `[n, 1, …]`), or soft labels `[n, c, …]`, of which more than ½ is inside. A class of an item is one item of a
    /// mean. In 0..1; 0 for an absent class. The skeleton is that of Lee, Kashyap and Chu 1994 in images and volumes;
    /// a dilation takes the neighbours across faces. Source: Kirchhoff et al. 2024; paper 036.
    pub struct SkeletonRecall = "skeleton_recall" {
        /// Dilations of the skeleton; 2 is a tube of radius 2.
        dilations: u32 = 2, at_least(0.0);
        /// Smoothing s of numerator and denominator, in pixels.
        smooth: f64 = 1e-5, above(0.0);
        /// How scores become probabilities p.
        activation: Activation = Activation::Softmax, finite();
        /// Does class 0 count?
        include_background: bool = false, finite();
    }
}

impl Loss for SkeletonRecall {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] = &["skeleton_recall_loss"];
    const PAPERS: &'static [u16] = &[36];
    const VARIANTS: &'static [&'static str] = &[
        "skeleton_recall(dilations=0, include_background=true)",
        "skeleton_recall(activation=\"sigmoid\", smooth=1)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "skeleton_recall(activation=\"none\", include_background=true, dilations=0, smooth=1)",
                prediction: &[0.5, 0.25, 0.5], target: &[1.0, 1.0, 1.0], value: 1.75 / 4.0,
                source: "by hand: a line is its own skeleton, 1 − (1.25 + 1)/(3 + 1)" },
        Known { expression: "skeleton_recall(activation=\"none\", include_background=true)",
                prediction: &[1.0, 1.0, 0.0, 1.0, 1.0], target: &[0.0, 1.0, 1.0, 1.0, 0.0], value: 1.0 / 3.000_01,
                source: "by hand: the dilated skeleton is cut to the line" },
        Known { expression: "skeleton_recall(activation=\"none\", include_background=true)",
                prediction: &[0.5, 1.0, 0.25], target: &[0.0, 0.0, 0.0], value: 0.0, source: "an absent class" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            convex: self.activation == Activation::None,
            bounded: (self.activation != Activation::None).then_some(1.0),
            ..Facts::PLAIN
        }
    }
}

impl SkeletonRecall {
    /// The skeleton T of a target.
    fn tube<T: Float>(&self, grid: &Grid, target: &[T]) -> Vec<bool> {
        let inside = mask_of(target);
        let mut tube = lee(grid, &inside);
        // Beyond the longest way through the grid nothing changes.
        let most = grid.shape().iter().sum();
        for _ in 0..(self.dilations as usize).min(most) {
            // It fits the grid: it came from a mask that does.
            if let Ok(wider) = dilate(grid, &tube, Connectivity::Face) {
                tube = wider;
            }
        }
        for (tube, inside) in tube.iter_mut().zip(inside) {
            *tube &= inside;
        }
        tube
    }
}

impl FieldLoss for SkeletonRecall {
    const TRUTH: Truth = Truth::Classes;

    fn activation(&self) -> Activation {
        self.activation
    }

    fn include_background(&self) -> bool {
        self.include_background
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let tube = self.tube(field.grid, field.target);
        let mut missed = S::lift(0.0);
        for (&p, _) in field.values.iter().zip(&tube).filter(|(_, tube)| **tube) {
            missed = missed + (S::lift(1.0) - p);
        }
        let size = tube.iter().filter(|&&tube| tube).count();
        missed / S::lift(size as f64 + self.smooth)
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        let tube = self.tube(field.grid, field.target);
        let size = tube.iter().filter(|&&tube| tube).count();
        let share = 1.0 / (size as f64 + self.smooth);
        let slope = T::from_f64(-share);
        let mut missed = 0.0;
        for ((&p, &tube), out) in field.values.iter().zip(&tube).zip(slopes) {
            if tube {
                missed += 1.0 - p.to_f64();
            }
            *out = if tube { slope } else { T::default() };
        }
        missed * share
    }
}
