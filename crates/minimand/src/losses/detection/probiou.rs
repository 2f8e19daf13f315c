use crate::prelude::*;

loss! {
    /// ProbIoU loss: the Hellinger distance of turned boxes as Gaussians.
    ///
    /// ℓ(a, b) = √(1 − e^−B),  B = ¼ Δᵀ (Σ_a + Σ_b)⁻¹ Δ + ½ ln(det((Σ_a + Σ_b)/2)/√(det Σ_a det Σ_b))
    ///
    /// or B itself (log = true), the Bhattacharyya distance. The Gaussians have the variances of uniform boxes, a
    /// twelfth of the squared sides. Invariant to scale. Shapes: boxes `[n, 5]` as centre x and y, width, height (any
    /// unit) and the angle in radians from the x axis towards the y axis; one box is one item. In 0..1 (log = true: ≥
    /// 0). Far apart the Hellinger distance has almost no slope, where B has one: its authors train with B first. A
    /// box is the same when it is turned by 180°, or by 90° with its sides changed over, and so is its loss; the
    /// angle of a square has no meaning and slope 0. A side counts as at least 10⁻⁷. At B = 0, where the root has a
    /// kink, the slope is 0. Source: Murrugarra-Llerena et al. 2021 (L1 and L2).
    pub struct ProbIou = "probiou" {
        /// B instead of the Hellinger distance?
        log: bool = false, finite();
    }
}

impl Loss for ProbIou {
    type Kind = Groups;
    const AREA: Area = Area::Detection;
    const ALIASES: &'static [&'static str] =
        &["probiou_loss", "prob_iou", "hellinger_box_distance"];
    const VARIANTS: &'static [&'static str] = &["probiou(log=true)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "probiou(log=true)", prediction: &[0.0, 0.0, 4.0, 2.0, 0.0], target: &[2.0, 1.0, 4.0, 2.0, 0.0],
                value: 0.25 * 12.0 * (4.0 / 32.0 + 1.0 / 8.0), source: "by hand: equal shapes" },
        Known { expression: "probiou(log=true)", prediction: &[0.0, 0.0, 4.0, 2.0, 0.5], target: &[0.0, 0.0, 2.0, 2.0, 0.0],
                value: 0.111_571_775_657_104_88, source: "by hand: ½ ln(20/16)" },
        Known { expression: "probiou(log=true)", prediction: &[0.0, 0.0, 4.0, 2.0, 0.0],
                target: &[0.0, 0.0, 4.0, 2.0, std::f64::consts::FRAC_PI_2],
                value: 0.223_143_551_314_209_76, source: "by hand: ½ ln((10·10)/(8·8))" },
        Known { expression: "probiou", prediction: &[0.0, 0.0, 4.0, 2.0, 0.0],
                target: &[0.0, 0.0, 4.0, 2.0, std::f64::consts::FRAC_PI_2],
                value: 0.447_213_595_499_957_9, source: "by hand: √(1 − 8/10)" },
        Known { expression: "probiou", prediction: &[1.0, 2.0, 3.0, 5.0, 0.25], target: &[1.0, 2.0, 3.0, 5.0, 0.25],
                value: 0.0, source: "equal boxes" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            prediction: Domain::Coordinate,
            target: Domain::Coordinate,
            bounded: (!self.log).then_some(1.0),
            ..Facts::PLAIN
        }
    }
}

impl TurnedLoss for ProbIou {
    #[inline]
    fn turned<S: Real>(&self, pair: &TurnedPair<S>) -> S {
        let ([w, h], [a, b], [u, v]) = (pair.sides, pair.true_sides, pair.shift);
        let (sin, cos) = (pair.sin, pair.cos);
        let spread = pair.spread();
        // Twelve times the sum of the variances, as the predicted box sees it.
        let longer = (a - b) * (a + b);
        let along = w.square() + b.square() + longer * cos.square();
        let across = h.square() + b.square() + longer * sin.square();
        let between = longer * sin * cos;
        // The determinant of the sum by its spread: no difference of large numbers.
        let determinant = S::lift(4.0) * (w * h) * (a * b) * (S::lift(1.0) + spread);
        let shift = u.square() * across + v.square() * along - S::lift(2.0) * u * v * between;
        let distance = S::lift(3.0) * shift.relu() / determinant + S::lift(0.5) * spread.ln_1p();
        if self.log {
            distance
        } else {
            (-(-distance).exp_m1()).sqrt()
        }
    }
}
