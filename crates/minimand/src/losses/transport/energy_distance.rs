use crate::kernels::clouds::Pair;
use crate::prelude::*;

loss! {
    /// Energy distance: how much farther the clouds are from each other than from themselves.
    ///
    /// ℓ(x, y) = 2 Σ a_i b_j |x_i − y_j| − Σ a_i a_k |x_i − x_k| − Σ b_j b_l |y_j − y_l|
    ///
    /// Shapes: prediction `[items, n, d]`, target `[items, m, d]`; every point of an item has the same mass, in all 1;
    /// weights and mask are of items or of predicted points (which they weigh). In units of the target, ≥ 0; 0 for equal
    /// clouds alone. It is the maximum mean discrepancy with the kernel −|x − y|, and twice the limit of
    /// `sinkhorn_divergence(cost="euclidean")` for large ε (geomloss "energy" is half of it, SciPy's `energy_distance` its
    /// root). Time n·m, no iterations. The slope of |x − y| at x = y is taken as 0. Source: Székely and Rizzo 2013;
    /// an alternative to the divergence of paper 047.
    pub struct EnergyDistance = "energy_distance" {}
}

impl Loss for EnergyDistance {
    type Kind = Clouds;
    const AREA: Area = Area::Transport;
    const ALIASES: &'static [&'static str] = &["energy_mmd"];
    const PAPERS: &'static [u16] = &[47];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "energy_distance", prediction: &[0.0, 0.0], target: &[3.0, 4.0], value: 10.0,
                source: "by hand: twice the way" },
        Known { expression: "energy_distance", prediction: &[0.0, 0.0, 3.0, 4.0], target: &[3.0, 4.0, 0.0, 0.0],
                value: 0.0, source: "equal clouds" },
        Known { expression: "energy_distance", prediction: &[0.0, 0.0, 3.0, 4.0], target: &[3.0, 4.0], value: 2.5,
                source: "by hand: 5 − 2.5" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            lipschitz: Some(4.0),
            ..Facts::PLAIN
        }
    }
}

/// |x − y|.
fn distance<S: Real>(x: &[S], y: &[S]) -> S {
    let mut square = S::lift(0.0);
    for (x, y) in x.iter().zip(y) {
        square = square + (*x - *y).square();
    }
    square.sqrt()
}

impl CloudLoss for EnergyDistance {
    const FORM: Form = Form::Points;

    fn plainly<S: Real>(&self, pair: &Pair<'_, S>) -> S {
        let y: Vec<S> = pair.target.iter().map(|y| S::lift(*y)).collect();
        let shares = pair.target_shares();
        let mean = |x: &[S], a: &[f64], y: &[S], b: &[f64]| {
            let mut total = S::lift(0.0);
            for (x, a) in x.chunks(pair.width).zip(a) {
                for (y, b) in y.chunks(pair.width).zip(b) {
                    total = total + S::lift(a * b) * distance(x, y);
                }
            }
            total
        };
        let across = mean(pair.points, pair.shares, &y, &shares);
        let own = mean(pair.points, pair.shares, pair.points, pair.shares);
        across + across - own - mean(&y, &shares, &y, &shares)
    }

    fn fused(&self, pair: &Pair<'_, f64>, slopes: &mut [f64]) -> Result<f64, crate::Error> {
        let (width, mut value) = (pair.width, 0.0);
        let (rows, columns) = (pair.points.chunks(width), pair.target.chunks(width));
        let b = 1.0 / pair.target_rows() as f64;
        for ((x, a), slopes) in rows.clone().zip(pair.shares).zip(slopes.chunks_mut(width)) {
            let partners = (columns.clone().map(|y| (y, 2.0 * b)))
                .chain(rows.clone().zip(pair.shares.iter().map(|a| -a)));
            for (y, by) in partners {
                let d = distance(x, y);
                value += a * by * d;
                if d > 0.0 {
                    // Of a cloud's pairs with itself, both sides move.
                    let by = a * if by < 0.0 { 2.0 * by } else { by } / d;
                    for (slope, (x, y)) in slopes.iter_mut().zip(x.iter().zip(y)) {
                        *slope += by * (x - y);
                    }
                }
            }
        }
        for (j, y) in columns.clone().enumerate() {
            for other in columns.clone().take(j) {
                value -= 2.0 * b * b * distance(y, other);
            }
        }
        Ok(value)
    }

    fn near_kink(&self, pair: &Pair<'_, f64>, margin: f64) -> bool {
        pair.touches(margin)
    }
}
