use super::FACTS;
use crate::kernels::linear_rows::{Matrix, multiply_into};
use crate::prelude::*;

/// What a cosine costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelfLabelledForm {
    /// 2 − 2 s for a positive, 1 + s for a negative.
    Cosine,
    /// The binary cross-entropy of s/T.
    Logistic,
}
crate::parameter::choice!(SelfLabelledForm, "\"cosine\" or \"logistic\"", "cosine" => Cosine, "logistic" => Logistic);

loss! {
    /// Self-labelled positives: what already looks alike across two views is pulled together as well.
    ///
    /// L = mean over M⁺ of ℓ⁺(s_ij) + mean over M⁻ of ℓ⁻(s_ij),  M⁺ = {i = j or s_ij ≥ θ⁺},  M⁻ = {i ≠ j, s_ij ≤ θ⁻}
    ///
    /// s_ij is the cosine of the prediction i with the other view j; which pairs are labelled how is held fixed, so
    /// that the loss jumps where a pair crosses a threshold. `form="cosine"` (CCSL) has ℓ⁺ = 2 − 2 s and, with
    /// `negatives`, ℓ⁻ = 1 + s; with θ⁺ > 1 and without negatives it is BYOL's loss, `alignment`. `form="logistic"`
    /// (CSSL) has −ln σ(s/T) and −ln(1 − σ(s/T)). Pairs are weighed by the product of their weights. Every item has the
    /// loss of the batch, so that a mean is L. Early in training everything may look alike: begin with BYOL. Of a slow
    /// copy's view only the gradient by the prediction is of use. A zero vector has the gradient 0. Takes memory O(n
    /// d). Shapes: pairs `[n, d]`, `[n, d]`. Without a unit, ≥ 0. Source: paper 016.
    pub struct SelfLabelled = "self_labelled" {
        /// What a cosine costs.
        form: SelfLabelledForm = SelfLabelledForm::Cosine, finite();
        /// Cosine θ⁺ from which on a pair is positive.
        positive_from: f64 = 0.8, within(-1.0, 2.0);
        /// Cosine θ⁻ up to which a pair is negative.
        negative_to: f64 = 0.2, within(-1.0, 1.0);
        /// Push negatives apart in the form "cosine"?
        negatives: bool = false, finite();
        /// Temperature T of the form "logistic".
        temperature: f64 = 1.0, above(0.0);
    }
}

impl Loss for SelfLabelled {
    type Kind = Wholes;
    const AREA: Area = Area::Embedding;
    const ALIASES: &'static [&'static str] = &["ccsl", "cross_cosine_similarity"];
    const PAPERS: &'static [u16] = &[16];
    const VARIANTS: &'static [&'static str] = &[
        "self_labelled(positive_from=0.5, negatives=true)",
        "self_labelled(form=\"logistic\", temperature=0.5)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "self_labelled(positive_from=0.75)", prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0],
                target: &[0.96, 0.28, 0.6, 0.8, -0.6, 0.8], value: 0.6528, source: "paper 016: three times 0.2176" },
        Known { expression: "self_labelled(positive_from=0.75, form=\"logistic\")",
                prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0], target: &[0.96, 0.28, 0.6, 0.8, -0.6, 0.8],
                value: 2.728_814_943, source: "paper 016: three times 0.909604981" },
        Known { expression: "self_labelled(positive_from=1.5)", prediction: &[1.0, 0.0, 0.8, 0.6, 0.0, 1.0],
                target: &[0.96, 0.28, 0.6, 0.8, -0.6, 0.8], value: 0.56,
                source: "paper 016: BYOL, three times 0.186666667" },
    ];

    fn facts(&self) -> Facts {
        FACTS
    }
}

impl SelfLabelled {
    /// Is the pair positive (0), negative (1) or neither?
    fn kind(&self, own: bool, s: f64) -> Option<usize> {
        let pushes = self.negatives || self.form == SelfLabelledForm::Logistic;
        if own || s >= self.positive_from {
            Some(0)
        } else if pushes && s <= self.negative_to {
            Some(1)
        } else {
            None
        }
    }

    fn cost<S: Real>(&self, kind: usize, s: S) -> S {
        let logit = s * S::lift(1.0 / self.temperature);
        match (self.form, kind) {
            (SelfLabelledForm::Cosine, 0) => S::lift(2.0) * (S::lift(1.0) - s),
            (SelfLabelledForm::Cosine, _) => S::lift(1.0) + s,
            (SelfLabelledForm::Logistic, 0) => (-logit).softplus(),
            (SelfLabelledForm::Logistic, _) => logit.softplus(),
        }
    }

    fn slope(&self, kind: usize, s: f64) -> f64 {
        let logit = s / self.temperature;
        match (self.form, kind) {
            (SelfLabelledForm::Cosine, 0) => -2.0,
            (SelfLabelledForm::Cosine, _) => 1.0,
            (SelfLabelledForm::Logistic, 0) => -(-logit).sigmoid() / self.temperature,
            (SelfLabelledForm::Logistic, _) => logit.sigmoid() / self.temperature,
        }
    }
}

/// Rows of a block.
const ROWS: usize = 64;

/// Calls `f` with the place of the first row and the products of some rows of `a` with all of `b`, block by block.
fn products(a: &[f64], b: &[f64], width: usize, mut f: impl FnMut(usize, &mut [f64])) {
    let (n, m) = (a.len() / width, b.len() / width);
    let mut block = vec![0.0; ROWS.min(n) * m];
    for first in (0..n).step_by(ROWS) {
        let here = ROWS.min(n - first);
        let rows = Matrix::new(&a[first * width..(first + here) * width], here, width);
        let block = &mut block[..here * m];
        multiply_into(block, false, rows, Matrix::new(b, m, width).transposed());
        f(first, block);
    }
}

impl WholeLoss for SelfLabelled {
    fn sides(&self) -> Sides {
        Sides::Views
    }

    fn likeness(&self) -> Likeness {
        Likeness::Cosine
    }

    fn plainly<S: Real>(&self, whole: &Whole<'_, S>) -> Vec<Judged<S>> {
        let [first, second] = [0, 1].map(|side: usize| &whole.sides[side]);
        let width = whole.width;
        let (mut sums, mut mass) = ([S::lift(0.0); 2], [0.0; 2]);
        for i in 0..first.rows() {
            for j in 0..second.rows() {
                let (x, y) = (i * width..(i + 1) * width, j * width..(j + 1) * width);
                let plain = first.values[x.clone()]
                    .iter()
                    .zip(&second.values[y.clone()]);
                let value: f64 = plain.map(|(x, y)| x * y).sum();
                let weight = first.weights[i] * second.weights[j];
                if let Some(kind) = self.kind(i == j, value).filter(|_| weight > 0.0) {
                    let each = first.vectors[x].iter().zip(&second.vectors[y]);
                    let s = each.fold(S::lift(0.0), |sum, (&x, &y)| sum + x * y);
                    sums[kind] = sums[kind] + S::lift(weight) * self.cost(kind, s);
                    mass[kind] += weight;
                }
            }
        }
        let mut loss = S::lift(0.0);
        for (sum, mass) in sums.into_iter().zip(mass).filter(|(_, mass)| *mass > 0.0) {
            loss = loss + sum / S::lift(mass);
        }
        of_batch((mass[0] > 0.0).then_some(loss), first.rows())
    }

    fn fused(&self, whole: &Whole<'_, f64>, slopes: &mut [Vec<f64>]) -> Vec<Judged<f64>> {
        let [first, second] = [0, 1].map(|side: usize| &whole.sides[side]);
        let (width, n) = (whole.width, second.rows());
        let weight = |i: usize, j: usize| first.weights[i] * second.weights[j];
        let (mut sums, mut mass) = ([0.0; 2], [0.0; 2]);
        products(first.vectors, second.vectors, width, |from, block| {
            for (at, &s) in block.iter().enumerate() {
                let (i, j) = (from + at / n, at % n);
                if let Some(kind) = self.kind(i == j, s) {
                    sums[kind] += weight(i, j) * self.cost(kind, s);
                    mass[kind] += weight(i, j);
                }
            }
        });
        if mass[0] == 0.0 {
            return of_batch(None, first.rows());
        }
        let shares = mass.map(|mass| if mass > 0.0 { 1.0 / mass } else { 0.0 });
        let items: f64 = first.weights.iter().sum();
        let [by_first, by_second] = slopes else {
            return of_batch(None, first.rows());
        };
        products(first.vectors, second.vectors, width, |from, block| {
            for (at, s) in block.iter_mut().enumerate() {
                let (i, j) = (from + at / n, at % n);
                *s = self.kind(i == j, *s).map_or(0.0, |kind| {
                    items * shares[kind] * weight(i, j) * self.slope(kind, *s)
                });
            }
            let here = block.len() / n;
            let by = Matrix::new(block, here, n);
            let rows = from * width..(from + here) * width;
            let all = Matrix::new(second.vectors, n, width);
            multiply_into(&mut by_first[rows.clone()], true, by, all);
            let own = Matrix::new(&first.vectors[rows], here, width);
            multiply_into(by_second, true, by.transposed(), own);
        });
        let loss = shares[0] * sums[0] + shares[1] * sums[1];
        of_batch(Some(loss), first.rows())
    }

    fn near_kink(&self, whole: &Whole<'_, f64>, margin: f64) -> bool {
        let mut near = false;
        let [first, second] = [0, 1].map(|side: usize| &whole.sides[side]);
        products(first.vectors, second.vectors, whole.width, |_, block| {
            near |= block.iter().any(|s| {
                let thresholds = [self.positive_from, self.negative_to];
                thresholds.iter().any(|t| (s - t).abs() < margin)
            });
        });
        near
    }
}
