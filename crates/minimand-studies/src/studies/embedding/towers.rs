//! Two linear towers for made-up pairs of images and texts.

use minimand::embedding::{Proximity, Retrieval};
use minimand::losses::{InfoNce, SigLip};
use minimand::{Array, Batch, Error, Objective, Options, Target};
use minimand_burn::random::{Key, Random};

use crate::error::StudyError;
use crate::net::gather;

const CONCEPTS: usize = 200;
/// Numbers of what an image and a text are of, and of the image's hidden layer.
const LATENT: usize = 12;
const HIDDEN: usize = 32;
/// Numbers of an image, of a text and of an embedding.
const SIZES: [usize; 2] = [64, 32];
const WIDTH: usize = 16;

/// How a batch is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// Every pair is a question of its own.
    Sigmoid,
    /// Images pick their texts, and texts their images.
    Softmax,
}

impl Loss {
    /// With a factor of the cosines; the softmax has no bias.
    fn objective(self, [factor, bias]: [f64; 2]) -> Result<Objective, Error> {
        match self {
            Self::Sigmoid => Objective::new(&SigLip {
                temperature: factor,
                bias,
            }),
            Self::Softmax => Objective::new(&InfoNce {
                temperature: 1.0 / factor,
                symmetric: true,
            }),
        }
    }

    /// The slopes of the loss by the logarithm of the factor and by the bias.
    fn scalar_slopes(self, cosines: &[f64], [factor, bias]: [f64; 2]) -> [f64; 2] {
        let rows = cosines.len().isqrt();
        let count = rows as f64;
        let (mut by_factor, mut by_bias) = (0.0, 0.0);
        if self == Self::Sigmoid {
            for (index, cosine) in cosines.iter().enumerate() {
                let sign = if index / rows == index % rows {
                    1.0
                } else {
                    -1.0
                };
                let logit = factor * cosine + bias;
                let slope = -sign / (1.0 + (sign * logit).exp()) / count;
                by_factor += slope * cosine;
                by_bias += slope;
            }
            return [factor * by_factor, by_bias];
        }
        // Rows and columns alike: the mean cosine under the softmax, less that of the pair.
        let (mut row_sums, mut column_sums) = (vec![[0.0; 2]; rows], vec![[0.0; 2]; rows]);
        for (row, row_sums) in cosines.chunks_exact(rows).zip(&mut row_sums) {
            for (cosine, column_sums) in row.iter().zip(&mut column_sums) {
                let power = (factor * (cosine - 1.0)).exp();
                for sums in [&mut *row_sums, column_sums] {
                    sums[0] += power;
                    sums[1] += power * cosine;
                }
            }
        }
        for (line, sums) in row_sums.iter().zip(&column_sums).enumerate() {
            let own = cosines[line * rows + line];
            for [powers, products] in [sums.0, sums.1] {
                by_factor += 0.5 * (products / powers - own) / count;
            }
        }
        [factor * by_factor, 0.0]
    }
}

/// Images and texts, row by row.
pub(super) struct Pairs {
    sides: [Vec<f64>; 2],
    pub(super) rows: usize,
}

impl Pairs {
    /// These images, each with the text of another or the same row.
    pub(super) fn select(&self, [images, texts]: [&[usize]; 2]) -> Self {
        let side = |side: usize, rows| gather(&self.sides[side], SIZES[side], rows);
        Self {
            sides: [side(0, images), side(1, texts)],
            rows: images.len(),
        }
    }
}

/// What pairs are drawn from: A, B, C and the concepts.
pub(super) struct World {
    hidden: Vec<f64>,
    image: Vec<f64>,
    text: Vec<f64>,
    concepts: Vec<f64>,
}

impl World {
    pub(super) fn new(key: Key) -> Self {
        let draw = |index: u64, count: usize, inputs: usize| -> Vec<f64> {
            let mut random = Random::new(key.child(index), 0);
            let scale = 1.0 / (inputs as f64).sqrt();
            (0..count).map(|_| scale * random.normal()).collect()
        };
        Self {
            hidden: draw(0, LATENT * HIDDEN, LATENT),
            image: draw(1, HIDDEN * SIZES[0], HIDDEN),
            text: draw(2, LATENT * SIZES[1], LATENT),
            concepts: draw(3, CONCEPTS * LATENT, 1),
        }
    }

    pub(super) fn pairs(&self, rows: usize, key: Key) -> Pairs {
        let mut random = Random::new(key, 0);
        let mut sides = [Vec::new(), Vec::new()];
        for _ in 0..rows {
            let concept = random.below(CONCEPTS);
            let mean = &self.concepts[concept * LATENT..][..LATENT];
            let latent: Vec<f64> = mean.iter().map(|m| m + 0.5 * random.normal()).collect();
            let mut hidden = product(&latent, &self.hidden, HIDDEN);
            hidden.iter_mut().for_each(|x| *x = x.tanh());
            let image = product(&hidden, &self.image, SIZES[0]);
            let text = product(&latent, &self.text, SIZES[1]);
            for (side, clean) in sides.iter_mut().zip([image, text]) {
                side.extend(clean.iter().map(|x| x + 0.5 * random.normal()));
            }
        }
        Pairs { sides, rows }
    }
}

/// Rows `[n, k]` times a matrix `[k, columns]`; k follows from the matrix.
fn product(rows: &[f64], matrix: &[f64], columns: usize) -> Vec<f64> {
    let inputs = matrix.len() / columns;
    let mut out = vec![0.0; rows.len() / inputs * columns];
    for (row, to) in rows.chunks_exact(inputs).zip(out.chunks_exact_mut(columns)) {
        for (x, weights) in row.iter().zip(matrix.chunks_exact(columns)) {
            to.iter_mut().zip(weights).for_each(|(to, w)| *to += x * w);
        }
    }
    out
}

/// The two towers with the factor's logarithm and the bias: `[64·16 + 32·16 + 2]`.
pub(super) struct Towers {
    pub(super) numbers: Vec<f64>,
}

impl Towers {
    pub(super) fn new(key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let mut numbers = Vec::new();
        for inputs in SIZES {
            let bound = 1.0 / (inputs as f64).sqrt();
            numbers.extend((0..inputs * WIDTH).map(|_| random.uniform_between(-bound, bound)));
        }
        numbers.extend([10.0_f64.ln(), -10.0]);
        Self { numbers }
    }

    fn weights(&self) -> [&[f64]; 2] {
        let (image, rest) = self.numbers.split_at(SIZES[0] * WIDTH);
        [image, &rest[..SIZES[1] * WIDTH]]
    }

    fn factor_and_bias(&self) -> [f64; 2] {
        let count = self.numbers.len();
        [self.numbers[count - 2].exp(), self.numbers[count - 1]]
    }

    fn embed(&self, sides: &[Vec<f64>; 2]) -> [Vec<f64>; 2] {
        let [image, text] = self.weights();
        [
            product(&sides[0], image, WIDTH),
            product(&sides[1], text, WIDTH),
        ]
    }

    /// The slopes of the loss of a batch by all numbers.
    pub(super) fn slopes(&self, pairs: &Pairs, loss: Loss) -> Result<Vec<f64>, StudyError> {
        let [images, texts] = self.embed(&pairs.sides);
        let shape = [pairs.rows, WIDTH];
        let scalars = self.factor_and_bias();
        let objective = loss.objective(scalars)?;
        let batch = Batch::new(Array::new(&images, &shape), Target::dense(&texts, &shape));
        let (found, by_texts) = objective.value_and_both_gradients(&batch, &Options::default())?;
        let by_images = found.gradient.map(|slopes| slopes.to_f64());
        let mut all = Vec::with_capacity(self.numbers.len());
        for ((side, inputs), slopes) in pairs
            .sides
            .iter()
            .zip(SIZES)
            .zip([by_images.unwrap_or_default(), by_texts.to_f64()])
        {
            let mut by_weight = vec![0.0; inputs * WIDTH];
            for (row, slope) in side.chunks_exact(inputs).zip(slopes.chunks_exact(WIDTH)) {
                for (x, to) in row.iter().zip(by_weight.chunks_exact_mut(WIDTH)) {
                    to.iter_mut().zip(slope).for_each(|(to, s)| *to += x * s);
                }
            }
            all.extend(by_weight);
        }
        let cosines = cosines(&images, &texts);
        all.extend(loss.scalar_slopes(&cosines, scalars));
        Ok(all)
    }

    /// Recall at 1 of the text of each image.
    pub(super) fn recall(&self, pairs: &Pairs) -> Result<f64, StudyError> {
        let [images, texts] = self.embed(&pairs.sides);
        let shape = [pairs.rows, WIDTH];
        let labels: Vec<u32> = (0..pairs.rows as u32).collect();
        let found = Retrieval::between(
            &Array::new(&images, &shape),
            &labels,
            &Array::new(&texts, &shape),
            &labels,
            Proximity::Cosine,
        )?;
        Ok(found.recall_at(1).unwrap_or(f64::NAN))
    }
}

/// Cosines `[n, n]` of rows with rows.
fn cosines(images: &[f64], texts: &[f64]) -> Vec<f64> {
    let units = |rows: &[f64]| -> Vec<f64> {
        let rows = rows.chunks_exact(WIDTH);
        rows.flat_map(|row| {
            let length = row.iter().map(|x| x * x).sum::<f64>().sqrt().max(1e-12);
            row.iter().map(move |x| x / length)
        })
        .collect()
    };
    // The numbers of all texts side by side, so that a row of cosines is a sum of rows.
    let (images, texts) = (units(images), units(texts));
    let count = texts.len() / WIDTH;
    let mut turned = vec![0.0; texts.len()];
    for (index, text) in texts.chunks_exact(WIDTH).enumerate() {
        for (axis, x) in text.iter().enumerate() {
            turned[axis * count + index] = *x;
        }
    }
    product(&images, &turned, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_of_factor_and_bias_are_those_of_the_loss() {
        let mut random = Random::new(Key::new(3), 0);
        let [images, texts] =
            [(); 2].map(|()| -> Vec<f64> { (0..5 * WIDTH).map(|_| random.normal()).collect() });
        let shape = [5, WIDTH];
        let batch = Batch::new(Array::new(&images, &shape), Target::dense(&texts, &shape));
        let (log_factor, bias, small) = (1.1_f64, -2.0, 1e-5);
        for loss in [Loss::Sigmoid, Loss::Softmax] {
            let value = |log_factor: f64, bias: f64| {
                let objective = loss.objective([log_factor.exp(), bias]).unwrap();
                let found = objective.evaluate(&batch, &Options::default());
                found.unwrap().value
            };
            let cosines = cosines(&images, &texts);
            let own = loss.scalar_slopes(&cosines, [log_factor.exp(), bias]);
            let expected = [
                value(log_factor + small, bias) - value(log_factor - small, bias),
                value(log_factor, bias + small) - value(log_factor, bias - small),
            ];
            for (own, twice) in own.iter().zip(expected) {
                assert!((own - twice / (2.0 * small)).abs() < 1e-7, "{loss:?}");
            }
        }
    }
}
