use crate::prelude::*;

loss! {
    /// Soft Dice loss of the labels of a multi-label batch, each over all rows; absent labels are left out.
    ///
    /// ℓ_k = 1 − (2 Σ_i p_ik y_ik + s) / (Σ_i p_ik + Σ_i y_ik + s),  p = σ(f)
    ///
    /// Where labels are sparse, as the sounds of a recording are, cross-entropy is dominated by what is absent; Dice
    /// does not see true negatives. The mean is over the labels that occur in the batch, the others do not count and
    /// have no gradient (the batch's `count` says how many do). Not additive over batches: accumulated gradients are
    /// another loss. For one sum over all labels of an item use `dice(activation="sigmoid")` on scores `[n, 1, …]`.
    /// Shapes: scores and 0/1 targets `[n, k]` (or `[n]` for one label); for clips `[b, frames, k]` the rows are the
    /// b·frames frames. Weights and mask of rows or entries, class weights of labels; one label is one item. In 0..1.
    /// Source: paper 011, after Milletari et al. 2016.
    pub struct MultilabelDice = "multilabel_dice" {
        /// Smoothing s of numerator and denominator, in rows.
        smooth: f64 = 1.0, above(0.0);
        /// Sum p² in the place of p in the denominator?
        squared: bool = false, finite();
    }
}

impl Loss for MultilabelDice {
    type Kind = Groups;
    const AREA: Area = Area::Binary;
    const ALIASES: &'static [&'static str] = &["multilabel_dice_loss", "macro_dice"];
    const PAPERS: &'static [u16] = &[11];
    const VARIANTS: &'static [&'static str] = &[
        "multilabel_dice(squared=true)",
        "multilabel_dice(smooth=0.000001)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        // Probabilities 0.8 and 0.6, then 0.2 and 0.4.
        Known { expression: "multilabel_dice", prediction: &[1.386_294_361_119_890_6, 0.405_465_108_108_164_4],
                target: &[1.0, 1.0], value: 0.136_363_636, source: "paper 011, test vector: first class" },
        Known { expression: "multilabel_dice", prediction: &[-1.386_294_361_119_890_6, -0.405_465_108_108_164_4],
                target: &[0.0, 1.0], value: 0.307_692_308, source: "paper 011, test vector: second class" },
        Known { expression: "multilabel_dice", prediction: &[1.386_294_361_119_890_6, -1.386_294_361_119_890_6, -2.197_224_577_336_219_6,
                0.405_465_108_108_164_4, -0.405_465_108_108_164_4, -2.944_438_979_166_440_3],
                target: &[1.0, 0.0, 0.0, 1.0, 1.0, 0.0],
                value: 0.252_032_520, source: "paper 011, test vector: all classes as one" },
        Known { expression: "multilabel_dice(smooth=0.000000000001)", prediction: &[1.386_294_361_119_890_6, -1.386_294_361_119_890_6, -2.197_224_577_336_219_6,
                0.405_465_108_108_164_4, -0.405_465_108_108_164_4, -2.944_438_979_166_440_3],
                target: &[1.0, 0.0, 0.0, 1.0, 1.0, 0.0],
                value: 0.300_970_874, source: "paper 011, test vector: all classes as one" },
        Known { expression: "multilabel_dice(squared=true)", prediction: &[1.386_294_361_119_890_6, -1.386_294_361_119_890_6, -2.197_224_577_336_219_6,
                0.405_465_108_108_164_4, -0.405_465_108_108_164_4, -2.944_438_979_166_440_3],
                target: &[1.0, 0.0, 0.0, 1.0, 1.0, 0.0],
                value: 0.117_505_996, source: "paper 011, test vector: all classes as one" },
        Known { expression: "multilabel_dice(smooth=0.000000000001, squared=true)", prediction: &[1.386_294_361_119_890_6, -1.386_294_361_119_890_6, -2.197_224_577_336_219_6,
                0.405_465_108_108_164_4, -0.405_465_108_108_164_4, -2.944_438_979_166_440_3],
                target: &[1.0, 0.0, 0.0, 1.0, 1.0, 0.0],
                value: 0.145_400_593, source: "paper 011, test vector: all classes as one" },
        Known { expression: "multilabel_dice(squared=true)", prediction: &[0.0, 0.0], target: &[1.0, 0.0],
                value: 1.0 - 2.0 / 2.5, source: "by hand: 2·½ + 1 over ½ + 1 + 1" },
        Known { expression: "multilabel_dice", prediction: &[50.0, 50.0, -50.0], target: &[1.0, 0.0, 0.0],
                value: 0.25, source: "hard decisions: 1 − (2 + 1)/(2 + 1 + 1)" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            bounded: Some(1.0),
            ..Facts::PLAIN
        }
    }
}

impl MultilabelDice {
    /// What is missing of the overlap, and the sizes with the smoothing: their quotient is the loss. `p` and
    /// `q` = 1 − p come apart, so that nothing cancels.
    fn parts<S: Real>(&self, targets: &[f64], weights: &[f64], p: &[[S; 2]]) -> [S; 2] {
        let (mut missing, mut sizes) = (S::lift(0.0), S::lift(self.smooth));
        for ((&[p, q], &y), &w) in p.iter().zip(targets).zip(weights) {
            let (w, present) = (S::lift(w), y > 0.0);
            let size = if self.squared { p * p } else { p };
            // p + 1 − 2p = 1 − p, p² + 1 − 2p = (1 − p)²
            let lack = match (present, self.squared) {
                (true, false) => q,
                (true, true) => q * q,
                (false, _) => size,
            };
            missing = missing + w * lack;
            sizes = sizes + w * (size + S::lift(y));
        }
        [missing, sizes]
    }
}

impl GroupLoss for MultilabelDice {
    const LAYOUT: Layout = Layout::Columns;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        Ok(group.targets.iter().any(|&y| y > 0.0))
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let p: Vec<[S; 2]> = group.scores.iter().map(|x| x.sigmoids()).collect();
        let [missing, sizes] = self.parts(group.targets, group.weights, &p);
        missing / sizes
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let p: Vec<[f64; 2]> = group.scores.iter().map(|x| x.sigmoids()).collect();
        let [missing, sizes] = self.parts(group.targets, group.weights, &p);
        let value = missing / sizes;
        for (i, slope) in slopes.iter_mut().enumerate() {
            let [p, q] = p[i];
            let size = if self.squared { 2.0 * p } else { 1.0 };
            let lack = match (group.targets[i] > 0.0, self.squared) {
                (true, false) => -1.0,
                (true, true) => -2.0 * q,
                (false, _) => size,
            };
            *slope = group.weights[i] * (lack - value * size) / sizes * p * q;
        }
        value
    }
}
