use super::FACTS;
use crate::prelude::*;

loss! {
    /// Lifted structure loss: a positive pair against the negatives of both its ends.
    ///
    /// ℓ_i = Σ_{p∈P_i} ½ max(0, d_ip + ln(Σ_{k∈N_i} e^(m − d_ik) + Σ_{k∈N_p} e^(m − d_pk)))²
    ///
    /// A mean is over all positive pairs: an anchor counts as often as it has positives, if it has a negative.
    /// Distances are of unit vectors, or with `normalize=false` of the embeddings as they are; between equal embeddings
    /// the gradient is 0, and so is a zero vector's where they are normalised. Takes memory O(n d). Shapes: embeddings
    /// `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, whose 2n embeddings are all anchors; an item is an
    /// embedding, of pairs a pair with the mean of its two losses. In squared units of the distance, ≥ 0. Source: Song
    /// et al. 2016; `generalized_lifted_structure` joins the positives as well.
    pub struct LiftedStructure = "lifted_structure" {
        /// Margin m.
        margin: f64 = 1.0, at_least(0.0);
        /// Divide embeddings by their norms?
        normalize: bool = true, finite();
    }
}

impl Loss for LiftedStructure {
    type Kind = Wholes;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["lifted_structure_loss"];
    const PAPERS: &'static [u16] = &[7];
    const VARIANTS: &'static [&'static str] = &["lifted_structure(margin=0.5, normalize=false)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "lifted_structure", prediction: &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0], target: &[0.0, 0.0, 1.0],
                value: 2.866_747_375_038, source: "by hand: (1 + ln 2)², half of it from each end" },
        Known { expression: "lifted_structure(margin=0, normalize=false)", prediction: &[0.0, 0.0, 3.0, 4.0, 0.0, 0.0],
                target: &[0.0, 0.0, 1.0], value: 25.067_198_580_797,
                source: "by hand: (5 + ln(1 + e^−5))²" },
        Known { expression: "lifted_structure(margin=0, normalize=false)", prediction: &[0.0, 0.0, 0.0, 1.0, 30.0, 40.0],
                target: &[0.0, 0.0, 1.0], value: 0.0, source: "far negatives" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

/// ln Σ e^t; [`NONE`] of none.
fn log_sum<S: Real>(terms: &[S]) -> S {
    let Some(top) = terms.iter().copied().reduce(S::max) else {
        return S::lift(NONE);
    };
    let each = terms.iter().map(|&t| (t - top).exp());
    top + each.fold(S::lift(0.0), |sum, e| sum + e).ln()
}

/// ln(e^a + e^b)
fn log_add<S: Real>(a: S, b: S) -> S {
    a + (b - a).softplus()
}

impl LiftedStructure {
    /// The terms of the negatives of each embedding, joined.
    fn negatives(&self, sweep: &Sweep<'_>, classes: &[usize]) -> Vec<f64> {
        let mut joined = Vec::with_capacity(classes.len());
        let mut terms = Vec::new();
        sweep.rows(|i, row| {
            terms.clear();
            let others = row.iter().zip(classes).filter(|(_, c)| **c != classes[i]);
            terms.extend(others.map(|(d, _)| self.margin - d));
            joined.push(log_sum(&terms));
        });
        joined
    }
}

impl WholeLoss for LiftedStructure {
    fn likeness(&self) -> Likeness {
        Likeness::distance(self.normalize, false)
    }

    fn plainly<S: Real>(&self, whole: &Whole<'_, S>) -> Vec<Judged<S>> {
        let side = &whole.sides[0];
        let distance = |i, j| side.likeness(self.likeness(), whole.width, i, j);
        let of = |i: usize, alike: bool| {
            (0..side.rows())
                .filter(move |&j| j != i && (side.classes[i] == side.classes[j]) == alike)
        };
        let joined = |i: usize| {
            let terms: Vec<S> = of(i, false)
                .map(|k| S::lift(self.margin) - distance(i, k))
                .collect();
            log_sum(&terms)
        };
        let joined: Vec<S> = (0..side.rows()).map(joined).collect();
        let judge = |i: usize| {
            let mut judged = Judged {
                value: S::lift(0.0),
                mass: 0.0,
            };
            if of(i, false).next().is_some() {
                for p in of(i, true) {
                    let lead = (distance(i, p) + log_add(joined[i], joined[p])).relu();
                    judged.value = judged.value + S::lift(0.5) * lead.square();
                    judged.mass += 1.0;
                }
            }
            judged
        };
        (0..side.rows()).map(judge).collect()
    }

    fn fused(&self, whole: &Whole<'_, f64>, slopes: &mut [Vec<f64>]) -> Vec<Judged<f64>> {
        let side = &whole.sides[0];
        let (classes, weights) = (side.classes, side.weights);
        let sweep = Sweep::new(self.likeness(), side, whole.width);
        let joined = self.negatives(&sweep, classes);
        let lead = |i: usize, p: usize, d: f64| (d + log_add(joined[i], joined[p])).max(0.0);
        let paired = |i: usize, p: usize| p != i && classes[p] == classes[i] && joined[i] > NONE;
        let mut judged = Vec::with_capacity(classes.len());
        // What the joined negatives of each are worth in all pairs that it is an end of.
        let mut worth = Vec::with_capacity(classes.len());
        sweep.rows(|i, row| {
            let (mut own, mut pull) = (Judged::default(), 0.0);
            for (p, &d) in row.iter().enumerate().filter(|(p, _)| paired(i, *p)) {
                let lead = lead(i, p, d);
                own.value += 0.5 * lead * lead;
                own.mass += 1.0;
                pull += (weights[i] + weights[p]) * lead * (joined[i] - joined[p]).sigmoid();
            }
            judged.push(own);
            worth.push(pull);
        });
        sweep.pull(&mut slopes[0], |i, row| {
            for (j, x) in row.iter_mut().enumerate() {
                *x = if paired(i, j) {
                    weights[i] * lead(i, j, *x)
                } else if classes[j] != classes[i] {
                    -worth[i] * (self.margin - *x - joined[i]).exp()
                } else {
                    0.0
                };
            }
        });
        judged
    }

    fn near_kink(&self, whole: &Whole<'_, f64>, margin: f64) -> bool {
        let side = &whole.sides[0];
        let sweep = Sweep::new(self.likeness(), side, whole.width);
        let joined = self.negatives(&sweep, side.classes);
        let mut near = false;
        sweep.rows(|i, row| {
            near |= row.iter().enumerate().any(|(p, d)| {
                let lead = d + log_add(joined[i], joined[p]);
                side.classes[i] == side.classes[p] && lead.abs() < margin
            });
        });
        near
    }
}
