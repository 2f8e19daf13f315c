//! The output layer of the spherical losses whose cost does not depend on the number of classes.

use crate::error::Error;
use crate::kernels::dual::Dual;
use crate::kernels::linear_rows::{Matrix, multiply_into};
use crate::kernels::scalar::Real;

/// A loss that needs of a row of outputs only their sum, their sum of squares and the label's output: the losses
/// of the same names in the catalogue, which also say what they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SphericalLoss {
    /// `z_normalized`: ln(1 + e^(a (b − s_y))) / a of the standardised output s_y.
    ZNormalized {
        /// Softness a > 0.
        a: f64,
        /// Standardised output b that the label should reach; finite.
        b: f64,
    },
    /// `taylor_softmax`: −ln of the label's share of 1 + o + o²/2.
    TaylorSoftmax,
    /// `spherical_softmax`: −ln of the label's share of o² + ε.
    SphericalSoftmax {
        /// ε > 0.
        epsilon: f64,
    },
}

/// Least deviation that divides, as in `z_normalized`.
const LEAST_DEVIATION: f64 = 1e-6;
/// Where 1 − κ‖h‖² is smaller, the factor of a step has no usable inverse.
const SINGULAR: f64 = 1e-6;
/// Steps after which rounding is worth the cost of starting afresh.
const STEPS: usize = 4096;

impl SphericalLoss {
    /// The loss from Σo, Σo² and the label's output, over any number.
    fn of<S: Real>(&self, classes: f64, sum: S, squares: S, own: S) -> S {
        let (one, many) = (S::lift(1.0), S::lift(classes));
        match *self {
            SphericalLoss::ZNormalized { a, b } => {
                let mean = sum / many;
                let variance = (squares / many - mean.square()).relu();
                let deviation = variance.sqrt().max(S::lift(LEAST_DEVIATION));
                let a = S::lift(a);
                (a * (S::lift(b) - (own - mean) / deviation)).softplus() / a
            }
            SphericalLoss::TaylorSoftmax => {
                let half = S::lift(0.5);
                (many + sum + half * squares).ln() - (one + own + half * own.square()).ln()
            }
            SphericalLoss::SphericalSoftmax { epsilon } => {
                let epsilon = S::lift(epsilon);
                (squares + many * epsilon).ln() - (own.square() + epsilon).ln()
            }
        }
    }

    fn check(&self) -> Result<(), Error> {
        let above = |parameter, x: f64| {
            let good = x > 0.0 && x.is_finite();
            good.then_some(())
                .ok_or_else(|| wrong(parameter, "a finite number above 0", x))
        };
        match *self {
            SphericalLoss::ZNormalized { b, .. } if !b.is_finite() => {
                Err(wrong("b", "a finite number", b))
            }
            SphericalLoss::ZNormalized { a, .. } => above("a", a),
            SphericalLoss::SphericalSoftmax { epsilon } => above("epsilon", epsilon),
            SphericalLoss::TaylorSoftmax => Ok(()),
        }
    }
}

fn wrong(parameter: &str, expected: &str, got: f64) -> Error {
    Error::Parameter {
        loss: "spherical layer".to_string(),
        parameter: parameter.to_string(),
        expected: expected.to_string(),
        got: got.to_string(),
    }
}

/// A linear layer o = W·h with a spherical loss, trained by stochastic gradient descent at a cost of O(d²) per
/// item, whatever the number of classes: the exact loss, the exact gradients, the exact step.
///
/// It keeps W = V·U + 1·w₀ᵀ with WᵀW and Wᵀ1 beside it; a step touches one row of V. Every few thousand steps, and
/// where a step has no inverse, it puts W together anew, at the cost of a dense step. Double precision. Source:
/// Vincent et al. 2015; de Brébisson and Vincent 2016 (paper 053).
///
/// ```
/// use minimand::linear::{SphericalLayer, SphericalLoss};
///
/// // Three classes, two features.
/// let loss = SphericalLoss::ZNormalized { a: 1.0, b: 1.0 };
/// let mut layer = SphericalLayer::new(&[0.1, 0.2, -0.3, 0.4, 0.5, -0.6], 2, loss)?;
/// let (before, _gradient) = layer.step(&[1.0, -2.0], 1, 0.1)?;
/// let (after, _gradient) = layer.loss_and_gradient(&[1.0, -2.0], 1)?;
/// assert!(after < before);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SphericalLayer {
    loss: SphericalLoss,
    classes: usize,
    width: usize,
    /// V `[classes, width]`.
    rows: Vec<f64>,
    /// U `[width, width]` and its inverse.
    mix: Vec<f64>,
    unmix: Vec<f64>,
    /// w₀.
    shift: Vec<f64>,
    /// WᵀW.
    squares: Vec<f64>,
    /// Wᵀ1.
    sums: Vec<f64>,
    steps: usize,
}

/// What an item's loss says of its outputs.
struct Item {
    value: f64,
    /// ∂/∂Σo, ∂/∂Σo², ∂/∂o_c.
    slopes: [f64; 3],
    /// WᵀW·h.
    turned: Vec<f64>,
    /// W_c.
    own: Vec<f64>,
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// matrix·x.
fn times(matrix: &[f64], x: &[f64]) -> Vec<f64> {
    matrix.chunks(x.len()).map(|row| dot(row, x)).collect()
}

/// xᵀ·matrix.
fn before(x: &[f64], matrix: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; x.len()];
    for (x, row) in x.iter().zip(matrix.chunks(x.len())) {
        add(&mut out, *x, row);
    }
    out
}

/// to += by·x.
fn add(to: &mut [f64], by: f64, x: &[f64]) {
    for (to, x) in to.iter_mut().zip(x) {
        *to += by * x;
    }
}

/// matrix += by·x·yᵀ.
fn add_outer(matrix: &mut [f64], by: f64, x: &[f64], y: &[f64]) {
    for (row, x) in matrix.chunks_mut(y.len()).zip(x) {
        add(row, by * x, y);
    }
}

impl SphericalLayer {
    /// A layer that starts from a weight matrix `[classes, width]`.
    ///
    /// # Errors
    /// A weight without entries, one whose length `width` does not divide, numbers that are not finite,
    /// parameters of the loss out of range.
    pub fn new(weight: &[f64], width: usize, loss: SphericalLoss) -> Result<Self, Error> {
        loss.check()?;
        if width == 0 || weight.is_empty() || !weight.len().is_multiple_of(width) {
            return Err(Error::Shape {
                argument: "weight",
                expected: format!("[classes, {width}], at least one row of at least one entry"),
                got: format!("{} entries", weight.len()),
            });
        }
        finite("weight", weight)?;
        let mut layer = SphericalLayer {
            loss,
            classes: weight.len() / width,
            width,
            rows: weight.to_vec(),
            mix: Vec::new(),
            unmix: Vec::new(),
            shift: Vec::new(),
            squares: Vec::new(),
            sums: Vec::new(),
            steps: 0,
        };
        layer.start_from(weight.to_vec());
        Ok(layer)
    }

    /// The weight `[classes, width]`, put together in O(classes·width²).
    pub fn weight(&self) -> Vec<f64> {
        let mut weight = vec![0.0; self.classes * self.width];
        multiply_into(
            &mut weight,
            false,
            Matrix::new(&self.rows, self.classes, self.width),
            Matrix::new(&self.mix, self.width, self.width),
        );
        for row in weight.chunks_mut(self.width) {
            add(row, 1.0, &self.shift);
        }
        weight
    }

    /// Loss of a state `[width]` with its label, and the gradient by the state.
    ///
    /// # Errors
    /// A state of another length or with numbers that are not finite; a label that is no class.
    pub fn loss_and_gradient(&self, state: &[f64], label: usize) -> Result<(f64, Vec<f64>), Error> {
        let item = self.item(state, label)?;
        let gradient = self.gradient(&item);
        Ok((item.value, gradient))
    }

    /// One step of gradient descent on the weight with a learning rate; gives the loss and the gradient by the
    /// state from before the step.
    ///
    /// # Errors
    /// As for [`loss_and_gradient`](SphericalLayer::loss_and_gradient); a rate that is not finite.
    pub fn step(
        &mut self,
        state: &[f64],
        label: usize,
        rate: f64,
    ) -> Result<(f64, Vec<f64>), Error> {
        if !rate.is_finite() {
            return Err(wrong("rate", "a finite number", rate));
        }
        let item = self.item(state, label)?;
        let gradient = self.gradient(&item);
        let [by_sum, by_square, by_own] = item.slopes;
        // W′ = W·A − rate·(by_sum·1 + by_own·e_c)·hᵀ with A = I − κ·h·hᵀ.
        let kappa = 2.0 * rate * by_square;
        let left = 1.0 - kappa * dot(state, state);
        if left.abs() < SINGULAR {
            let mut weight = self.weight();
            for (k, row) in weight.chunks_mut(self.width).enumerate() {
                let own = if k == label { by_own } else { 0.0 };
                let by = kappa * dot(row, state) + rate * (by_sum + own);
                add(row, -by, state);
            }
            self.start_from(weight);
            return Ok((item.value, gradient));
        }
        let shrink = |x: &mut Vec<f64>| {
            let by = -kappa * dot(x, state);
            add(x, by, state);
        };
        let mixed = times(&self.mix, state);
        add_outer(&mut self.mix, -kappa, &mixed, state);
        let back = before(state, &self.unmix);
        add_outer(&mut self.unmix, kappa / left, state, &back);
        // hᵀU′⁻¹ = hᵀU⁻¹/(1 − κ‖h‖²).
        let row = &mut self.rows[label * self.width..][..self.width];
        add(row, -rate * by_own / left, &back);
        shrink(&mut self.shift);
        add(&mut self.shift, -rate * by_sum, state);

        let mut joint = item.own;
        joint.iter_mut().for_each(|x| *x *= by_own);
        add(&mut joint, by_sum, &self.sums);
        shrink(&mut joint);
        shrink(&mut self.sums);
        let classes = self.classes as f64;
        add(&mut self.sums, -rate * (by_sum * classes + by_own), state);
        // WᵀW′ = A·WᵀW·A − rate·(u·hᵀ + h·uᵀ) + rate²·(…)·h·hᵀ, both of the first parts as one outer product each
        // way.
        let mut side = joint;
        side.iter_mut().for_each(|x| *x *= rate);
        add(&mut side, kappa, &item.turned);
        let square = kappa * kappa * dot(state, &item.turned)
            + rate * rate * (by_sum * by_sum * classes + 2.0 * by_sum * by_own + by_own * by_own);
        add(&mut side, -0.5 * square, state);
        add_outer(&mut self.squares, -1.0, &side, state);
        add_outer(&mut self.squares, -1.0, state, &side);
        self.steps += 1;
        if self.steps >= STEPS {
            let weight = self.weight();
            self.start_from(weight);
        }
        Ok((item.value, gradient))
    }

    fn item(&self, state: &[f64], label: usize) -> Result<Item, Error> {
        if state.len() != self.width {
            return Err(Error::Shape {
                argument: "state",
                expected: format!("[{}]", self.width),
                got: format!("{} entries", state.len()),
            });
        }
        finite("state", state)?;
        if label >= self.classes {
            return Err(Error::Value {
                argument: "label",
                position: 0,
                value: label as f64,
                expected: format!("a class in 0..{}", self.classes),
            });
        }
        let turned = times(&self.squares, state);
        let mut own = before(&self.rows[label * self.width..][..self.width], &self.mix);
        add(&mut own, 1.0, &self.shift);
        let statistics = [
            dot(&self.sums, state),
            // A sum of squares, whatever rounding says.
            dot(state, &turned).max(0.0),
            dot(&own, state),
        ];
        let variable = |i: usize| Dual::<f64, 3>::variable(statistics[i], i);
        let classes = self.classes as f64;
        let loss = self.loss.of(classes, variable(0), variable(1), variable(2));
        if !(loss.value.is_finite() && loss.partials.iter().all(|x| x.is_finite())) {
            return Err(Error::unsupported(
                format!("{:?}", self.loss),
                format!("is not finite at an output of {:e}", statistics[2]),
            ));
        }
        Ok(Item {
            value: loss.value,
            slopes: loss.partials,
            turned,
            own,
        })
    }

    fn gradient(&self, item: &Item) -> Vec<f64> {
        let [by_sum, by_square, by_own] = item.slopes;
        let mut out = item.own.clone();
        out.iter_mut().for_each(|x| *x *= by_own);
        add(&mut out, by_sum, &self.sums);
        add(&mut out, 2.0 * by_square, &item.turned);
        out
    }

    /// Starts from a weight afresh.
    fn start_from(&mut self, weight: Vec<f64>) {
        let d = self.width;
        let mut identity = vec![0.0; d * d];
        identity.iter_mut().step_by(d + 1).for_each(|x| *x = 1.0);
        self.squares = vec![0.0; d * d];
        let matrix = Matrix::new(&weight, self.classes, d);
        multiply_into(&mut self.squares, false, matrix.transposed(), matrix);
        self.sums = vec![0.0; d];
        for row in weight.chunks(d) {
            add(&mut self.sums, 1.0, row);
        }
        self.mix = identity.clone();
        self.unmix = identity;
        self.shift = vec![0.0; d];
        self.rows = weight;
        self.steps = 0;
    }
}

fn finite(argument: &'static str, values: &[f64]) -> Result<(), Error> {
    match values.iter().position(|x| !x.is_finite()) {
        Some(position) => Err(Error::Value {
            argument,
            position,
            value: values[position],
            expected: "a finite number".to_string(),
        }),
        None => Ok(()),
    }
}
