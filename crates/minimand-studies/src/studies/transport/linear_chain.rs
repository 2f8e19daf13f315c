//! Deep linear networks that generate Gaussians, on plain numbers.

use minimand::transport::eigen::eigen;
use minimand::{Array, Batch, Objective, Options, Target};
use minimand_burn::random::Random;

use crate::error::StudyError;

/// Dimension of the Gaussians.
pub(super) const SIZE: usize = 10;

/// A covariance by its eigenvectors.
pub(super) struct Covariance {
    /// Falling eigenvalues 1, ½, ¼ and so on.
    pub(super) values: Vec<f64>,
    /// `[SIZE, SIZE]`, an eigenvector in each row.
    vectors: Vec<f64>,
    /// `[SIZE, SIZE]`
    pub(super) matrix: Vec<f64>,
}

impl Covariance {
    /// With eigenvectors in random directions.
    pub(super) fn new(random: &mut Random) -> Result<Self, StudyError> {
        let draws: Vec<f64> = (0..SIZE * SIZE).map(|_| random.normal()).collect();
        let vectors = eigen(&draws, SIZE)?.vectors;
        let values: Vec<f64> = (0..SIZE).map(|i| 0.5_f64.powi(i as i32)).collect();
        let mut all = Self {
            values,
            vectors,
            matrix: Vec::new(),
        };
        all.matrix = all.kept(&(0..SIZE).collect::<Vec<_>>());
        Ok(all)
    }

    /// A factor `[SIZE, kept]` of the covariance with these eigenvalues alone.
    pub(super) fn factor(&self, kept: &[usize]) -> Vec<f64> {
        let entry = |row: usize, i: usize| self.values[i].sqrt() * self.vectors[i * SIZE + row];
        (0..SIZE)
            .flat_map(|row| kept.iter().map(move |&i| entry(row, i)))
            .collect()
    }

    /// The covariance `[SIZE, SIZE]` with these eigenvalues alone.
    pub(super) fn kept(&self, kept: &[usize]) -> Vec<f64> {
        gram(&self.factor(kept), kept.len())
    }

    /// The sum of all other eigenvalues: the loss there.
    pub(super) fn left_out(&self, kept: &[usize]) -> f64 {
        let others = (0..SIZE).filter(|i| !kept.contains(i));
        others.map(|i| self.values[i]).sum()
    }
}

/// W Wᵀ of a factor `[SIZE, width]`.
pub(super) fn gram(factor: &[f64], width: usize) -> Vec<f64> {
    product(
        factor,
        &transposed(factor, [SIZE, width]),
        [SIZE, width, SIZE],
    )
}

/// `[n, k]` times `[k, m]`.
fn product(a: &[f64], b: &[f64], [n, k, m]: [usize; 3]) -> Vec<f64> {
    let mut out = vec![0.0; n * m];
    for (row, a) in out.chunks_exact_mut(m).zip(a.chunks_exact(k)) {
        for (a, b) in a.iter().zip(b.chunks_exact(m)) {
            row.iter_mut().zip(b).for_each(|(o, b)| *o += a * b);
        }
    }
    out
}

fn transposed(a: &[f64], [n, m]: [usize; 2]) -> Vec<f64> {
    (0..n * m).map(|at| a[at % n * m + at / n]).collect()
}

/// Layers whose product is a factor `[SIZE, width]`; all but the last are `[width, width]`.
#[derive(Clone)]
pub(super) struct Chain {
    width: usize,
    /// The first layer first, with its rows.
    layers: Vec<(usize, Vec<f64>)>,
}

impl Chain {
    /// One layer.
    pub(super) fn single(factor: Vec<f64>, width: usize) -> Self {
        Self {
            width,
            layers: vec![(SIZE, factor)],
        }
    }

    /// Layers with equal singular values whose product has Gaussian entries of deviation ½/√SIZE.
    pub(super) fn balanced(
        depth: usize,
        width: usize,
        random: &mut Random,
    ) -> Result<Self, StudyError> {
        let scale = 0.5 / (SIZE as f64).sqrt();
        let factor: Vec<f64> = (0..SIZE * width).map(|_| scale * random.normal()).collect();
        if depth == 1 {
            return Ok(Self::single(factor, width));
        }
        // W = U D Vᵀ with WᵀW = V D² Vᵀ.
        let square = product(
            &transposed(&factor, [SIZE, width]),
            &factor,
            [width, SIZE, width],
        );
        let found = eigen(&square, width)?;
        let roots: Vec<f64> = found.values.iter().map(|x| x.max(1e-300).sqrt()).collect();
        let shares: Vec<f64> = roots.iter().map(|d| d.powf(1.0 / depth as f64)).collect();
        let diagonal = |at: usize| {
            let (row, column) = (at / width, at % width);
            if row == column { shares[row] } else { 0.0 }
        };
        let first = found.vectors.iter().enumerate();
        let first = first.map(|(at, v)| shares[at / width] * v).collect();
        let mut left = product(
            &factor,
            &transposed(&found.vectors, [width, width]),
            [SIZE, width, width],
        );
        for (at, u) in left.iter_mut().enumerate() {
            *u *= shares[at % width] / roots[at % width];
        }
        let mut layers = vec![(width, first)];
        layers.extend((2..depth).map(|_| (width, (0..width * width).map(diagonal).collect())));
        layers.push((SIZE, left));
        Ok(Self { width, layers })
    }

    /// The product `[SIZE, width]` of all layers.
    pub(super) fn factor(&self) -> Vec<f64> {
        self.products().pop().unwrap_or_default()
    }

    /// The product of the layers up to each.
    fn products(&self) -> Vec<Vec<f64>> {
        let mut products: Vec<Vec<f64>> = Vec::new();
        for (rows, layer) in &self.layers {
            products.push(match products.last() {
                None => layer.clone(),
                Some(before) => product(layer, before, [*rows, self.width, self.width]),
            });
        }
        products
    }

    /// One step down the slopes; the loss before it.
    pub(super) fn step(
        &mut self,
        loss: &Objective,
        target: &[f64],
        rate: f64,
    ) -> Result<f64, StudyError> {
        let products = self.products();
        let (value, mut slope) = evaluated(loss, products.last().unwrap_or(&Vec::new()), target)?;
        // From the last layer to the first: `slope` is that by the product up to the layer.
        for index in (0..self.layers.len()).rev() {
            let (rows, width) = (self.layers[index].0, self.width);
            let own = match index.checked_sub(1) {
                None => slope.clone(),
                Some(before) => {
                    let before = transposed(&products[before], [width, width]);
                    product(&slope, &before, [rows, width, width])
                }
            };
            let layer = &mut self.layers[index].1;
            slope = product(
                &transposed(layer, [rows, width]),
                &slope,
                [width, rows, width],
            );
            layer.iter_mut().zip(own).for_each(|(w, s)| *w -= rate * s);
        }
        Ok(value)
    }
}

/// The loss of a factor `[SIZE, width]` and its slopes.
pub(super) fn evaluated(
    loss: &Objective,
    factor: &[f64],
    target: &[f64],
) -> Result<(f64, Vec<f64>), StudyError> {
    let (own, other) = ([1, SIZE, factor.len() / SIZE], [1, SIZE, SIZE]);
    let batch = Batch::new(Array::new(factor, &own), Target::dense(target, &other));
    let found = loss.value_and_gradient(&batch, &Options::default())?;
    let slopes = found.gradient.map(|slopes| slopes.to_f64());
    Ok((found.value, slopes.unwrap_or_default()))
}

/// R² of the line through points; 0 for fewer than five.
pub(super) fn straightness(points: &[(f64, f64)]) -> f64 {
    if points.len() < 5 {
        return 0.0;
    }
    let count = points.len() as f64;
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |(x, y), p| (x + p.0 / count, y + p.1 / count));
    let sum = |f: &dyn Fn(f64, f64) -> f64| points.iter().map(|p| f(p.0 - x, p.1 - y)).sum::<f64>();
    let (xx, xy, yy) = (sum(&|x, _| x * x), sum(&|x, y| x * y), sum(&|_, y| y * y));
    if yy > 0.0 { xy * xy / (xx * yy) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use minimand_burn::random::Key;

    use super::*;

    #[test]
    fn balanced_layers_multiply_to_their_factor_and_stay_balanced() {
        let (width, loss) = (3, "bures_wasserstein_factor".parse().unwrap());
        let factor = |depth| {
            let mut random = Random::new(Key::new(5), 0);
            Chain::balanced(depth, width, &mut random).unwrap()
        };
        let single = factor(1).factor();
        let target = Covariance::new(&mut Random::new(Key::new(6), 0)).unwrap();
        for depth in [2, 3] {
            let mut chain = factor(depth);
            let close =
                |a: &[f64], b: &[f64], by: f64| a.iter().zip(b).all(|(a, b)| (a - b).abs() < by);
            assert!(close(&chain.factor(), &single, 1e-12));
            for _ in 0..10 {
                chain.step(&loss, &target.matrix, 1e-3).unwrap();
            }
            for pair in chain.layers.windows(2) {
                let [(n, a), (m, b)] = [&pair[0], &pair[1]];
                let left = product(&transposed(b, [*m, width]), b, [width, *m, width]);
                let right = product(a, &transposed(a, [*n, width]), [*n, width, *n]);
                assert!(close(&left, &right, 1e-4), "{left:?} {right:?}");
            }
        }
    }

    #[test]
    fn a_step_follows_the_slopes_of_every_layer() {
        let loss = "bures_wasserstein_factor".parse().unwrap();
        let mut random = Random::new(Key::new(7), 0);
        let target = Covariance::new(&mut random).unwrap();
        let chain = Chain::balanced(3, 4, &mut random).unwrap();
        let value = |chain: &Chain| evaluated(&loss, &chain.factor(), &target.matrix).unwrap().0;
        let mut moved = chain.clone();
        moved.step(&loss, &target.matrix, 1.0).unwrap();
        for (layer, place) in [(0, 5), (1, 2), (2, 17)] {
            let slope = chain.layers[layer].1[place] - moved.layers[layer].1[place];
            let at = |by: f64| {
                let mut other = chain.clone();
                other.layers[layer].1[place] += by;
                value(&other)
            };
            let expected = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!(
                (slope - expected).abs() < 1e-6 * (1.0 + expected.abs()),
                "{slope} {expected}"
            );
        }
    }
}
