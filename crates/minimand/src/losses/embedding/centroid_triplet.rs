use super::FACTS;
use crate::prelude::*;

loss! {
    /// Centroid triplet loss: an embedding is nearer to the centre of its class than to that of any other, by a margin.
    ///
    /// ℓ_i = Σ_{y≠y_i} max(0, ‖x_i − c_i‖² − ‖x_i − c_y‖² + m)
    ///
    /// c_y is the weighted mean of the class y and c_i that of the anchor's class without the anchor; gradients go
    /// through both. A mean is over all triplets: an anchor counts as often as there are other classes, if there is
    /// another embedding of its own. x are unit vectors (their means are not), or with `normalize=false` the embeddings
    /// as they are. A zero vector that is normalised has the gradient 0. Takes O(n c d) of c classes. Shapes:
    /// embeddings `[n, d]` with labels `[n]`, or pairs `[n, d]`, `[n, d]`, of which each is a class; an item is an
    /// embedding, of pairs a pair with the mean of its two losses. In squared units of the distance, ≥ 0. Source:
    /// Wieczorek et al. 2021.
    pub struct CentroidTriplet = "centroid_triplet" {
        /// Margin m.
        margin: f64 = 0.2, at_least(0.0);
        /// Divide embeddings by their norms?
        normalize: bool = true, finite();
    }
}

impl Loss for CentroidTriplet {
    type Kind = Wholes;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["centroid_triplet_loss"];
    const VARIANTS: &'static [&'static str] = &["centroid_triplet(margin=1, normalize=false)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "centroid_triplet(normalize=false)", prediction: &[0.0, 0.0, 2.0, 0.0, 1.0, 0.0],
                target: &[0.0, 0.0, 1.0], value: 6.4, source: "by hand: 4 − 1 + 0.2 of the first two; the third has none" },
        Known { expression: "centroid_triplet", prediction: &[1.0, 0.0, 1.0, 0.0, 0.0, 1.0], target: &[0.0, 0.0, 1.0],
                value: 0.0, source: "far classes" },
        Known { expression: "centroid_triplet", prediction: &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
                target: &[0.0, 0.0, 1.0, 1.0], value: 0.8, source: "all equal: four times the margin" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

/// Sums of the classes: Σ w x `[c, d]`, Σ w, and how many members have weight.
struct Classes<S> {
    sums: Vec<S>,
    mass: Vec<f64>,
    members: Vec<usize>,
}

impl<S: Real> Classes<S> {
    fn new(side: &WholeSide<'_, S>, width: usize) -> Self {
        let count = side.classes.iter().max().map_or(0, |most| most + 1);
        let mut classes = Classes {
            sums: vec![S::lift(0.0); count * width],
            mass: vec![0.0; count],
            members: vec![0; count],
        };
        for (i, (&class, &weight)) in side.classes.iter().zip(side.weights).enumerate() {
            classes.mass[class] += weight;
            classes.members[class] += usize::from(weight > 0.0);
            let sums = &mut classes.sums[class * width..][..width];
            for (sum, &x) in sums.iter_mut().zip(&side.vectors[i * width..]) {
                *sum = *sum + S::lift(weight) * x;
            }
        }
        classes
    }

    /// How the anchor is away from the mean of a class without itself; without another member there is none.
    fn away(&self, anchor: &[S], class: usize, own: Option<f64>) -> Option<Vec<S>> {
        let width = anchor.len();
        let weight = own.unwrap_or(0.0);
        if self.members[class] <= usize::from(weight > 0.0) {
            return None;
        }
        let mass = self.mass[class] - weight;
        let sums = &self.sums[class * width..][..width];
        let each = anchor.iter().zip(sums);
        Some(
            each.map(|(&x, &sum)| x - (sum - S::lift(weight) * x) / S::lift(mass))
                .collect(),
        )
    }
}

/// ‖x‖²
fn square<S: Real>(x: &[S]) -> S {
    x.iter().fold(S::lift(0.0), |sum, x| sum + x.square())
}

impl CentroidTriplet {
    /// Calls `f` with the class, the lead and both differences of every triplet of an anchor.
    fn triplets<S: Real>(
        &self,
        classes: &Classes<S>,
        anchor: &[S],
        own: usize,
        weight: f64,
        mut f: impl FnMut(usize, S, &[S], &[S]),
    ) {
        let Some(near) = classes.away(anchor, own, Some(weight)) else {
            return;
        };
        let bound = square(&near) + S::lift(self.margin);
        for class in (0..classes.mass.len()).filter(|&class| class != own) {
            if let Some(far) = classes.away(anchor, class, None) {
                f(class, bound - square(&far), &near, &far);
            }
        }
    }
}

impl WholeLoss for CentroidTriplet {
    fn likeness(&self) -> Likeness {
        Likeness::distance(self.normalize, true)
    }

    fn plainly<S: Real>(&self, whole: &Whole<'_, S>) -> Vec<Judged<S>> {
        let side = &whole.sides[0];
        let classes = Classes::new(side, whole.width);
        let judge = |(i, anchor): (usize, &[S])| {
            let mut judged = Judged {
                value: S::lift(0.0),
                mass: 0.0,
            };
            let (own, weight) = (side.classes[i], side.weights[i]);
            self.triplets(&classes, anchor, own, weight, |_, lead, _, _| {
                judged.value = judged.value + lead.relu();
                judged.mass += 1.0;
            });
            judged
        };
        let anchors = side.vectors.chunks(whole.width).enumerate();
        anchors.map(judge).collect()
    }

    fn fused(&self, whole: &Whole<'_, f64>, slopes: &mut [Vec<f64>]) -> Vec<Judged<f64>> {
        let (side, width) = (&whole.sides[0], whole.width);
        let classes = Classes::new(side, width);
        let slopes = &mut slopes[0];
        // Slopes by Σ w x of each class.
        let mut by_sums = vec![0.0; classes.sums.len()];
        let mut judged = Vec::with_capacity(side.rows());
        for (i, anchor) in side.vectors.chunks(width).enumerate() {
            let (own, weight) = (side.classes[i], side.weights[i]);
            let mut here = Judged::default();
            let slope = &mut slopes[i * width..][..width];
            self.triplets(&classes, anchor, own, weight, |class, lead, near, far| {
                here.mass += 1.0;
                if lead <= 0.0 {
                    return;
                }
                here.value += lead;
                let rest = classes.mass[own] - weight;
                let (by_own, by_other) = (own * width, class * width);
                for k in 0..width {
                    let (near, far) = (2.0 * weight * near[k], 2.0 * weight * far[k]);
                    // The anchor is not in the mean of its class.
                    slope[k] += near * (1.0 + weight / rest) - far;
                    by_sums[by_own + k] -= near / rest;
                    by_sums[by_other + k] += far / classes.mass[class];
                }
            });
            judged.push(here);
        }
        for (i, slope) in slopes.chunks_mut(width).enumerate() {
            let by_sum = &by_sums[side.classes[i] * width..][..width];
            for (slope, by_sum) in slope.iter_mut().zip(by_sum) {
                *slope += side.weights[i] * by_sum;
            }
        }
        judged
    }

    fn near_kink(&self, whole: &Whole<'_, f64>, margin: f64) -> bool {
        let side = &whole.sides[0];
        let classes = Classes::new(side, whole.width);
        let mut near = false;
        for (i, anchor) in side.vectors.chunks(whole.width).enumerate() {
            let (own, weight) = (side.classes[i], side.weights[i]);
            self.triplets(&classes, anchor, own, weight, |_, lead, _, _| {
                near |= lead.abs() < margin;
            });
        }
        near
    }
}
