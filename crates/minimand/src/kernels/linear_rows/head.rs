//! What makes logits of hidden states and a weight matrix, and how slopes go back through it.
//!
//! Every head is the product states·weightᵀ between maps of its two factors and of its result, so that one
//! engine serves them all: [`Prepared::take`] and [`Prepared::give_back`] go around the states,
//! [`Prepared::forward`] and [`Prepared::factor`] around a row of products, [`Prepared::finish_weight`] ends the
//! gradient of the weight.

use crate::error::Error;
use crate::kernels::parallel;
use crate::kernels::scalar::Float;

/// How a layer turns a hidden state h and the row w of its weight matrix into the logit of that row's class.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Head {
    /// h·w + b.
    #[default]
    Linear,
    /// scale · cos(h, w); losses with a margin bring their own scale, so that 1 is theirs. A vector of norm at
    /// most 1e-12 has the cosine 0 and no gradient. No bias.
    Cosine {
        /// Finite and not 0.
        scale: f64,
    },
    /// scale · h·w/‖h‖ + b: the states are normalised, the weight is free.
    UnitStates {
        /// Finite and not 0.
        scale: f64,
    },
    /// scale · h·w/‖w‖: the rows of the weight are normalised, the states are free. No bias.
    UnitWeight {
        /// Finite and not 0.
        scale: f64,
    },
    /// scale · (‖h − w‖² + ε(‖h‖² + ‖w‖²)). With scale 1 it is what `harmonic(squared=true)` reads, with −1 the
    /// logits of prototypes. No bias.
    Distance {
        /// Finite and not 0.
        scale: f64,
        /// Relative floor ε ≥ 0 of the squares: ‖h‖² + ‖w‖² − 2h·w cancels where h is near w, to about 1e-6 of
        /// its terms in single precision and 1e-15 in double. 1e-6 and 1e-12 hide that.
        epsilon: f64,
    },
}

/// Largest norm that is no direction.
const LEAST_NORM: f64 = 1e-12;

impl Head {
    /// Are its numbers in range, and does it go with a bias?
    pub(crate) fn check(&self, bias: bool) -> Result<(), Error> {
        let wrong = |parameter: &str, expected: &str, got: f64| Error::Parameter {
            loss: "head".to_string(),
            parameter: parameter.to_string(),
            expected: expected.to_string(),
            got: got.to_string(),
        };
        let scale = self.scale();
        if !(scale.is_finite() && scale != 0.0) {
            return Err(wrong("scale", "a finite number other than 0", scale));
        }
        if let Head::Distance { epsilon, .. } = *self
            && !(epsilon.is_finite() && epsilon >= 0.0)
        {
            return Err(wrong("epsilon", "a finite number of at least 0", epsilon));
        }
        if bias && !matches!(self, Head::Linear | Head::UnitStates { .. }) {
            return Err(Error::unsupported(
                format!("{self:?}"),
                "has no bias; leave it out, or use Head::Linear or Head::UnitStates",
            ));
        }
        Ok(())
    }

    fn scale(&self) -> f64 {
        match *self {
            Head::Linear => 1.0,
            Head::Cosine { scale }
            | Head::UnitStates { scale }
            | Head::UnitWeight { scale }
            | Head::Distance { scale, .. } => scale,
        }
    }

    fn unit_states(&self) -> bool {
        matches!(self, Head::Cosine { .. } | Head::UnitStates { .. })
    }

    fn unit_weight(&self) -> bool {
        matches!(self, Head::Cosine { .. } | Head::UnitWeight { .. })
    }

    /// ε of a distance.
    fn distance(&self) -> Option<f64> {
        match *self {
            Head::Distance { epsilon, .. } => Some(epsilon),
            _ => None,
        }
    }
}

/// Σ x·y.
fn dot<T: Float>(x: &[T], y: &[T]) -> f64 {
    // Four sums, so that the additions do not wait for each other.
    let mut sums = [0.0; 4];
    let (xs, ys) = (x.chunks_exact(4), y.chunks_exact(4));
    let (x_rest, y_rest) = (xs.remainder(), ys.remainder());
    for (x, y) in xs.zip(ys) {
        for i in 0..4 {
            sums[i] += x[i].to_f64() * y[i].to_f64();
        }
    }
    for (x, y) in x_rest.iter().zip(y_rest) {
        sums[0] += x.to_f64() * y.to_f64();
    }
    sums[0] + sums[1] + sums[2] + sums[3]
}

/// 1/norm; 0 of no direction, NaN of a norm that is no number, so that the row is refused.
fn inverse(norm: f64) -> f64 {
    if norm <= LEAST_NORM {
        0.0
    } else if norm.is_finite() {
        1.0 / norm
    } else {
        f64::NAN
    }
}

/// A head with what it needs to know of the layer.
pub(super) struct Prepared<'a, T> {
    head: Head,
    scale: f64,
    bias: Option<&'a [T]>,
    /// 1/‖w‖ per class, if the weight is normalised.
    inverses: Vec<T>,
    /// ‖w‖² per class, of a distance.
    squares: Vec<T>,
}

/// A state on its way through the head.
#[derive(Clone, Copy, Default)]
pub(super) struct State {
    /// 1/‖h‖, or 0.
    inverse: f64,
    /// ‖h‖², of a distance.
    square: f64,
    /// Σ of the slopes by the products, of a distance.
    pub(super) slopes: f64,
}

impl<'a, T: Float> Prepared<'a, T> {
    pub(super) fn new(head: Head, weight: &[T], width: usize, bias: Option<&'a [T]>) -> Self {
        let squares = || weight.chunks(width).map(|w| dot(w, w));
        Prepared {
            head,
            scale: head.scale(),
            bias,
            inverses: if head.unit_weight() {
                squares().map(|s| T::from_f64(inverse(s.sqrt()))).collect()
            } else {
                Vec::new()
            },
            squares: if head.distance().is_some() {
                squares().map(T::from_f64).collect()
            } else {
                Vec::new()
            },
        }
    }

    /// Writes a state as the product's factor.
    pub(super) fn take(&self, state: &[T], factor: &mut [T]) -> State {
        let square = if self.head == Head::Linear {
            0.0
        } else {
            dot(state, state)
        };
        let inverse = inverse(square.sqrt());
        let by = match self.head {
            Head::Linear | Head::Distance { .. } => 1.0,
            Head::UnitWeight { .. } => self.scale,
            Head::Cosine { .. } | Head::UnitStates { .. } => self.scale * inverse,
        };
        for (to, from) in factor.iter_mut().zip(state) {
            *to = T::from_f64(from.to_f64() * by);
        }
        State {
            inverse,
            square,
            slopes: 0.0,
        }
    }

    /// Turns a row of products into logits.
    #[inline(always)]
    pub(super) fn forward(&self, state: State, row: &mut [T]) {
        if let Some(epsilon) = self.head.distance() {
            let (scale, epsilon) = (T::from_f64(self.scale), T::from_f64(epsilon));
            let (square, zero) = (T::from_f64(state.square), T::default());
            let two = T::from_f64(2.0);
            for (x, &own) in row.iter_mut().zip(&self.squares) {
                let sum = square + own;
                let distance = sum - two * *x;
                // Below 0 by rounding alone. (A comparison that keeps a NaN.)
                let distance = if distance < zero { zero } else { distance };
                *x = scale * (distance + epsilon * sum);
            }
        }
        for (x, &inverse) in row.iter_mut().zip(&self.inverses) {
            *x = *x * inverse;
        }
        for (x, &b) in row.iter_mut().zip(self.bias.unwrap_or_default()) {
            *x = *x + b;
        }
    }

    /// Turns slopes by a row's logits into slopes by its products.
    #[inline(always)]
    pub(super) fn backward(&self, state: &mut State, row: &mut [T]) {
        for (x, &inverse) in row.iter_mut().zip(&self.inverses) {
            *x = *x * inverse;
        }
        if self.head.distance().is_some() {
            // A distance that rounding took below 0 keeps its slope, which is next to nothing.
            let by = T::from_f64(-2.0 * self.scale);
            let mut sum = 0.0;
            for x in row.iter_mut() {
                *x = *x * by;
                sum += x.to_f64();
            }
            state.slopes = sum;
        }
    }

    /// Does the gradient need the sums of the slopes per class?
    pub(super) fn sums_classes(&self) -> bool {
        self.bias.is_some() || self.head.distance().is_some()
    }

    /// Turns the gradient by the product's factor into the gradient by the state.
    pub(super) fn give_back(&self, state: State, own: &[T], by_factor: &[f64], to: &mut [T]) {
        let unit = self.head.unit_states();
        // Of a normalised state, what lies along it does not count.
        let along = if unit {
            let products = own.iter().zip(by_factor).map(|(h, g)| h.to_f64() * g);
            products.sum::<f64>() * state.inverse * state.inverse
        } else {
            0.0
        };
        let by = match self.head {
            Head::Linear | Head::Distance { .. } => 1.0,
            Head::UnitWeight { .. } => self.scale,
            Head::Cosine { .. } | Head::UnitStates { .. } => self.scale * state.inverse,
        };
        let more = match self.head.distance() {
            Some(epsilon) => -(1.0 + epsilon) * state.slopes,
            None => 0.0,
        };
        for ((to, h), g) in to.iter_mut().zip(own).zip(by_factor) {
            let h = h.to_f64();
            *to = T::from_f64(by * (g - along * h) + more * h);
        }
    }

    /// Ends the gradient of the weight, class by class.
    pub(super) fn finish_weight(&self, weight: &[T], width: usize, sums: &[f64], to: &mut [T]) {
        if !self.head.unit_weight() && self.head.distance().is_none() {
            return;
        }
        const CLASSES: usize = 256;
        let mut tasks: Vec<_> = to
            .chunks_mut(CLASSES * width)
            .enumerate()
            .map(|(i, part)| (i * CLASSES, part))
            .collect();
        parallel::run(
            &mut tasks,
            || (),
            |(), (first, part)| {
                for (i, g) in part.chunks_mut(width).enumerate() {
                    let class = *first + i;
                    let w = &weight[class * width..][..width];
                    // Of a normalised row, what lies along it does not count; a distance also has ‖w‖².
                    let by = match self.head.distance() {
                        Some(epsilon) => -(1.0 + epsilon) * sums[class],
                        None => {
                            let inverse = self.inverses[class].to_f64();
                            -dot(w, g) * inverse * inverse
                        }
                    };
                    for (g, w) in g.iter_mut().zip(w) {
                        *g = T::from_f64(g.to_f64() + by * w.to_f64());
                    }
                }
            },
        );
    }
}
