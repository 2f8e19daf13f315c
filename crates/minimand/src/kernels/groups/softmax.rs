//! Softmax of one row in double precision, accurate for confident rows.

use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::level::{Level, dispatch};

/// The normaliser of a softmax.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Normaliser {
    /// Position of the (first) largest score.
    pub(crate) top: usize,
    largest: f64,
    /// Σ e^(z − largest) without the top.
    rest: f64,
}

impl Normaliser {
    /// Writes softmax(z) to `p`; `z` is not empty, `p` as long.
    pub(crate) fn of(z: &[f64], p: &mut [f64]) -> Self {
        dispatch!(Level::detect(), [] softmax_body::<>(z: &[f64], p: &mut [f64]) -> Normaliser)
    }

    /// ln p of a score, without cancellation where p is near 1.
    pub(crate) fn log_p(&self, z: f64) -> f64 {
        (z - self.largest) - self.rest.ln_1p()
    }

    /// 1 − p of the top.
    pub(crate) fn miss(&self) -> f64 {
        self.rest / (1.0 + self.rest)
    }

    /// Σ_k t_k (−ln p_k); turns `p` into its slopes T·p − t, T = Σ t.
    pub(crate) fn cross_entropy(&self, z: &[f64], t: &[f64], p: &mut [f64]) -> f64 {
        let total: f64 = t.iter().sum();
        let mut value = 0.0;
        for ((p, &z), &t) in p.iter_mut().zip(z).zip(t) {
            if t != 0.0 {
                value -= t * self.log_p(z);
            }
            *p = total * *p - t;
        }
        // The top's, where p may be 1 to the last bit, from what the others have.
        p[self.top] = (total - t[self.top]) - total * self.miss();
        value
    }
}

#[inline(always)]
fn softmax_body<const FUSED: bool>(z: &[f64], p: &mut [f64]) -> Normaliser {
    let mut top = 0;
    for (i, &x) in z.iter().enumerate() {
        if x > z[top] {
            top = i;
        }
    }
    let largest = z[top];
    let mut sums = Lanes::<f64, FUSED>::splat(0.0);
    for at in (0..z.len()).step_by(LANES) {
        let e = (Lanes::<f64, FUSED>::load_at(z, at, f64::NEG_INFINITY) - Lanes::splat(largest))
            .exp_nonpositive();
        e.store_at(p, at);
        sums = sums + e;
    }
    p[top] = 0.0;
    // What the top holds is 1 exactly: summing the others anew loses nothing.
    let rest = if sums.sum() < 1.5 {
        p.iter().sum()
    } else {
        sums.sum() - 1.0
    };
    let norm = 1.0 / (1.0 + rest);
    p.iter_mut().for_each(|p| *p *= norm);
    p[top] = norm;
    Normaliser { top, largest, rest }
}
