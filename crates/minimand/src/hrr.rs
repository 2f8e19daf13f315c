//! Holographic reduced representations: vectors that stand for symbols, and for pairs of them.
//!
//! Two vectors are *bound* by circular convolution into one of the same length, and *unbound* by the
//! inverse of one of them. Vectors whose spectrum has magnitude 1 everywhere ([`project`]) keep their
//! length when bound, and their inverse is a mere reversal. A [`Codebook`] has for each class a bound
//! pair of random vectors, towards which a network regresses instead of scoring classes: trained with
//! [`Codebook::loss`], read with [`Codebook::decode`]. Sources: Plate 1995; Alam et al. 2023 (paper
//! 051).
//!
//! ```
//! use minimand::hrr::{Codebook, bind, unbind};
//!
//! assert!((bind(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0])?[2] - 28.0).abs() < 1e-12);
//! assert!((unbind(&[31.0, 31.0, 28.0], &[1.0, 2.0, 3.0])?[0] - 4.0).abs() < 1e-12);
//!
//! let codebook = Codebook::new(6, 64, 1)?;
//! let outputs = codebook.target(4).to_vec();
//! assert_eq!(codebook.decode(&outputs)?, [4]);
//! # Ok::<(), minimand::Error>(())
//! ```

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

use crate::error::Error;
use crate::random::{Key, Random};

/// What lies below this part of the largest magnitude of a spectrum has no inverse.
const LEAST: f64 = 1e-12;

/// x ⊛ y, circular convolution: Σ_j x_j y_{i−j}. Commutative, associative and linear in both.
///
/// # Errors
/// Vectors that are empty or of unequal length.
pub fn bind(x: &[f64], y: &[f64]) -> Result<Vec<f64>, Error> {
    let (x, y, length) = (spectrum(x)?, spectrum(y)?, equal(x, y)?);
    let product = x.iter().zip(&y).map(|(a, b)| a * b).collect();
    Ok(signal(product, length))
}

/// What `x` was bound with to give `bound`: bound ⊛ x⁻¹.
///
/// # Errors
/// Vectors that are empty or of unequal length, and an `x` that has no inverse: some frequency is
/// missing in it.
pub fn unbind(bound: &[f64], x: &[f64]) -> Result<Vec<f64>, Error> {
    let length = equal(bound, x)?;
    let (bound, spectrum) = (spectrum(bound)?, spectrum(x)?);
    let largest = spectrum.iter().map(|a| a.norm()).fold(0.0, f64::max);
    if spectrum.iter().any(|a| !(a.norm() > LEAST * largest)) {
        return Err(Error::Parameter {
            loss: "unbind".to_owned(),
            parameter: "x".to_owned(),
            expected: "a vector with an inverse; project it first".to_owned(),
            got: "a vector in which a frequency is missing".to_owned(),
        });
    }
    let quotient = bound.iter().zip(&spectrum).map(|(a, b)| a / b).collect();
    Ok(signal(quotient, length))
}

/// The vector with the same phases whose spectrum has magnitude 1: its length is 1, and its inverse
/// is its [`involution`]. A frequency that is missing becomes 1.
///
/// # Errors
/// An empty vector.
pub fn project(x: &[f64]) -> Result<Vec<f64>, Error> {
    let spectrum = spectrum(x)?.into_iter().map(|a| match a.norm() {
        0.0 => Complex::new(1.0, 0.0),
        norm => a / norm,
    });
    Ok(signal(spectrum.collect(), x.len()))
}

/// x₀, x_{n−1}, …, x₁: the inverse of a projected vector.
pub fn involution(x: &[f64]) -> Vec<f64> {
    let reversed = x.iter().skip(1).rev();
    x.iter().take(1).chain(reversed).copied().collect()
}

/// A fixed random vector for each class, the binding of a key and a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Codebook {
    /// `[classes, width]`
    targets: Vec<f64>,
    width: usize,
}

impl Codebook {
    /// Keys and values drawn from N(0, 1/width) and projected, so that each target has length 1.
    ///
    /// # Errors
    /// No class, or a width below 2.
    pub fn new(classes: usize, width: usize, seed: u64) -> Result<Self, Error> {
        for (parameter, least, got) in [("classes", 1, classes), ("width", 2, width)] {
            if got < least {
                return Err(Error::Parameter {
                    loss: "Codebook".to_owned(),
                    parameter: parameter.to_owned(),
                    expected: format!("at least {least}"),
                    got: got.to_string(),
                });
            }
        }
        let mut targets = Vec::with_capacity(classes * width);
        for class in 0..classes as u64 {
            let draw = |stream| {
                let mut random = Random::new(Key::new(seed).child(class), stream);
                let vector: Vec<f64> = (0..width).map(|_| random.normal()).collect();
                project(&vector)
            };
            targets.extend(bind(&draw(0)?, &draw(1)?)?);
        }
        Ok(Self { targets, width })
    }

    /// Length of a vector.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.targets.len() / self.width
    }

    /// The vector of a class, which must exist.
    pub fn target(&self, class: usize) -> &[f64] {
        &self.targets[class * self.width..][..self.width]
    }

    /// The mean distance ‖y − s‖ of outputs `[n, width]` from the vectors of their labels, and its
    /// gradient by the outputs; 0 where an output is its target. 0 for no rows.
    ///
    /// # Errors
    /// A length that does not fit, and a label that is no class.
    pub fn loss(&self, outputs: &[f64], labels: &[u32]) -> Result<(f64, Vec<f64>), Error> {
        if labels.len().checked_mul(self.width) != Some(outputs.len()) {
            return Err(Error::Shape {
                argument: "outputs",
                expected: format!("{} rows of {} values", labels.len(), self.width),
                got: format!("{} values", outputs.len()),
            });
        }
        let scale = 1.0 / labels.len() as f64;
        let (mut value, mut gradient) = (0.0, Vec::with_capacity(outputs.len()));
        for (position, (row, &label)) in outputs.chunks_exact(self.width).zip(labels).enumerate() {
            if label as usize >= self.classes() {
                return Err(Error::Parameter {
                    loss: "Codebook".to_owned(),
                    parameter: "labels".to_owned(),
                    expected: format!("classes in 0..{}", self.classes()),
                    got: format!("{label} at position {position}"),
                });
            }
            let rest = row
                .iter()
                .zip(self.target(label as usize))
                .map(|(s, y)| s - y);
            let norm = rest.clone().map(|r| r * r).sum::<f64>().sqrt();
            value += scale * norm;
            let slope = if norm > 0.0 { scale / norm } else { 0.0 };
            gradient.extend(rest.map(|r| slope * r));
        }
        Ok((value, gradient))
    }

    /// Cosines of outputs `[n, width]` with the vector of each class, `[n, classes]`; 0 for an output
    /// of length 0.
    ///
    /// # Errors
    /// A length that is no multiple of the width.
    pub fn similarities(&self, outputs: &[f64]) -> Result<Vec<f64>, Error> {
        if !outputs.len().is_multiple_of(self.width) {
            return Err(Error::Shape {
                argument: "outputs",
                expected: format!("rows of {} values", self.width),
                got: format!("{} values", outputs.len()),
            });
        }
        let rows = outputs.chunks_exact(self.width).flat_map(|row| {
            let norm = row.iter().map(|s| s * s).sum::<f64>().sqrt();
            let targets = self.targets.chunks_exact(self.width);
            targets.map(move |target| {
                let product: f64 = row.iter().zip(target).map(|(s, y)| s * y).sum();
                if norm > 0.0 { product / norm } else { 0.0 }
            })
        });
        Ok(rows.collect())
    }

    /// The class with the largest cosine, for each of the outputs `[n, width]`; the first of equals.
    ///
    /// # Errors
    /// As for [`similarities`](Self::similarities).
    pub fn decode(&self, outputs: &[f64]) -> Result<Vec<usize>, Error> {
        let cosines = self.similarities(outputs)?;
        let best = |row: &[f64]| {
            let first =
                |best: usize, class: usize| if row[class] > row[best] { class } else { best };
            (0..row.len()).fold(0, first)
        };
        Ok(cosines.chunks_exact(self.classes()).map(best).collect())
    }
}

fn equal(x: &[f64], y: &[f64]) -> Result<usize, Error> {
    if x.len() == y.len() {
        return Ok(x.len());
    }
    Err(Error::Shape {
        argument: "y",
        expected: format!("{} values, as many as in the other vector", x.len()),
        got: format!("{} values", y.len()),
    })
}

/// The transform of a vector, its frequencies from 0 up.
fn spectrum(x: &[f64]) -> Result<Vec<Complex<f64>>, Error> {
    if x.is_empty() {
        return Err(Error::Shape {
            argument: "x",
            expected: "at least one value".to_owned(),
            got: "none".to_owned(),
        });
    }
    let plan = RealFftPlanner::new().plan_fft_forward(x.len());
    let mut out = plan.make_output_vec();
    // Both lengths are those that the plan asks for.
    let _ = plan.process(&mut x.to_vec(), &mut out);
    Ok(out)
}

/// The vector of a transform.
fn signal(mut spectrum: Vec<Complex<f64>>, length: usize) -> Vec<f64> {
    // Numbers at frequency 0 (and the highest, for even lengths) are real but for rounding.
    spectrum[0].im = 0.0;
    if length.is_multiple_of(2)
        && let Some(last) = spectrum.last_mut()
    {
        last.im = 0.0;
    }
    let plan = RealFftPlanner::new().plan_fft_inverse(length);
    let mut out = plan.make_output_vec();
    let _ = plan.process(&mut spectrum, &mut out);
    out.iter().map(|x| x / length as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(length: usize, seed: u64) -> Vec<f64> {
        let mut random = Random::new(Key::new(seed), 0);
        (0..length).map(|_| random.normal()).collect()
    }

    fn near(a: &[f64], b: &[f64], within: f64) {
        assert_eq!(a.len(), b.len());
        for (x, y) in a.iter().zip(b) {
            assert!((x - y).abs() < within, "{a:?} {b:?}");
        }
    }

    /// Paper 051, test vectors.
    #[test]
    fn published_values() {
        let (x, y) = ([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]);
        let bound = bind(&x, &y).unwrap();
        near(&bound, &[31.0, 31.0, 28.0], 1e-12);
        near(&unbind(&bound, &x).unwrap(), &y, 1e-10);
        near(
            &bind(&bound, &involution(&x)).unwrap(),
            &[177.0, 180.0, 183.0],
            1e-10,
        );
        let projected = project(&x).unwrap();
        near(&projected, &[-0.24401694, 0.33333333, 0.9106836], 1e-8);
    }

    #[test]
    fn binding_is_an_algebra_and_projection_keeps_lengths() {
        for length in [1, 2, 5, 64, 97] {
            let [x, y, z] = [1, 2, 3].map(|seed| vector(length, seed));
            let bound = |a: &[f64], b: &[f64]| bind(a, b).unwrap();
            near(&bound(&x, &y), &bound(&y, &x), 1e-10);
            near(&bound(&bound(&x, &y), &z), &bound(&x, &bound(&y, &z)), 1e-9);
            let mut delta = vec![0.0; length];
            delta[0] = 1.0;
            near(&bound(&x, &delta), &x, 1e-12);
            let key = project(&x).unwrap();
            let norm = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
            assert!((norm(&key) - 1.0).abs() < 1e-12);
            assert!((norm(&bound(&key, &y)) - norm(&y)).abs() < 1e-10);
            near(&unbind(&bound(&key, &y), &key).unwrap(), &y, 1e-10);
            near(&bound(&bound(&key, &y), &involution(&key)), &y, 1e-10);
        }
    }

    #[test]
    fn targets_are_decoded_and_the_gradient_is_that_of_central_differences() {
        let codebook = Codebook::new(6, 64, 7).unwrap();
        let outputs: Vec<f64> = (0..6)
            .flat_map(|class| codebook.target(class).to_vec())
            .collect();
        assert_eq!(codebook.decode(&outputs).unwrap(), [0, 1, 2, 3, 4, 5]);
        let (value, gradient) = codebook.loss(&outputs, &[0, 1, 2, 3, 4, 5]).unwrap();
        assert_eq!((value, gradient.iter().all(|g| *g == 0.0)), (0.0, true));
        let (outputs, labels) = (vector(3 * 64, 8), [5, 0, 2]);
        let (_, gradient) = codebook.loss(&outputs, &labels).unwrap();
        for (index, exact) in gradient.iter().enumerate() {
            let at = |step: f64| {
                let mut moved = outputs.clone();
                moved[index] += step;
                codebook.loss(&moved, &labels).unwrap().0
            };
            let numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!((exact - numeric).abs() < 1e-9, "{index}: {exact} {numeric}");
        }
    }

    #[test]
    fn bad_input_is_refused() {
        assert!(bind(&[], &[]).is_err());
        assert!(bind(&[1.0], &[1.0, 2.0]).is_err());
        let error = unbind(&[1.0, 2.0], &[1.0, 1.0]).unwrap_err().to_string();
        assert!(error.contains("a frequency is missing"), "{error}");
        assert!(Codebook::new(0, 8, 1).is_err() && Codebook::new(3, 1, 1).is_err());
        let codebook = Codebook::new(3, 8, 1).unwrap();
        assert!(codebook.loss(&[0.0; 8], &[3]).is_err());
        assert!(codebook.loss(&[0.0; 9], &[1]).is_err());
        assert!(codebook.decode(&[0.0; 9]).is_err());
        assert_eq!(codebook.decode(&[0.0; 8]).unwrap(), [0]);
    }
}
