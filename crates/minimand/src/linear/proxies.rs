//! Proxies: vectors that stand for classes, one or several for each.

use super::LinearEvaluation;
use super::units::{Cosines, Units, evaluation, on_logits};
use crate::batch::{Array, Batch, Options};
use crate::error::Error;
use crate::objective::Objective;

/// What the cosines with several proxies of a class become.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pool {
    /// The largest; of equal ones the first. Its proxy alone has a slope (sub-centre ArcFace).
    Largest,
    /// Their mean by the softmax of cosine/temperature (SoftTriple).
    Soft {
        /// Above 0; usually 0.1.
        temperature: f64,
    },
}

/// An objective on cosines of embeddings with proxies, which learn with them. The cosines of the batch are held.
///
/// With one proxy for each class and a loss of rows it is [`LinearRows`](super::LinearRows) with the head `Cosine`,
/// which does not hold them; what it adds are several proxies, and objectives of other shapes. Proxy NCA is
/// `cross_entropy` with [`scale`](Proxies::scale) 2s for squared distances times s; proxy anchor is `proxy_anchor`, on
/// embeddings `[1, n, d]`; sub-centre ArcFace (Deng et al. 2020) `arcface` with three proxies and [`Pool::Largest`];
/// SoftTriple (Qian et al. 2019) `cosface(margin=0.01, scale=20)` with ten and [`Pool::Soft`], beside [`proxy_spread`].
///
/// ```
/// use minimand::linear::{Pool, Proxies};
/// use minimand::{Array, Batch, Options, Target};
///
/// // Three embeddings of two classes with two proxies each.
/// let embeddings = vec![1.0, 0.2, 0.9, -0.3, -1.0, 0.5];
/// let proxies = vec![1.0, 0.0, 0.6, 0.8, -1.0, 0.0, 0.0, -1.0];
/// let labels = vec![0i64, 0, 1];
/// let batch = Batch::new(Array::new(&embeddings, &[3, 2]), Target::labels(&labels, &[3]));
///
/// let loss = Proxies::new("arcface(scale=8)".parse()?).several(2, Pool::Largest);
/// let result = loss.value_and_gradients(&batch, &Array::new(&proxies, &[4, 2]), &Options::default())?;
/// assert!(result.value > 0.0 && result.weight.is_some());
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Proxies {
    objective: Objective,
    per_class: usize,
    pool: Pool,
    scale: f64,
}

impl Proxies {
    /// One proxy for each class, and the cosines as they are.
    pub fn new(objective: Objective) -> Self {
        Proxies {
            objective,
            per_class: 1,
            pool: Pool::Largest,
            scale: 1.0,
        }
    }

    /// With several proxies for each class, which lie one after the other.
    pub fn several(mut self, per_class: usize, pool: Pool) -> Self {
        (self.per_class, self.pool) = (per_class, pool);
        self
    }

    /// With a factor on the cosines, for losses that bring none of their own; finite and not 0.
    pub fn scale(mut self, scale: f64) -> Self {
        self.scale = scale;
        self
    }

    fn check(&self) -> Result<(), Error> {
        let wrong = |parameter: &str, expected: &str, got: String| Error::Parameter {
            loss: self.objective.to_string(),
            parameter: parameter.to_string(),
            expected: expected.to_string(),
            got,
        };
        if self.per_class == 0 {
            return Err(wrong("per_class", "at least 1", "0".to_string()));
        }
        if !(self.scale.is_finite() && self.scale != 0.0) {
            let expected = "a finite number other than 0";
            return Err(wrong("scale", expected, self.scale.to_string()));
        }
        match self.pool {
            Pool::Soft { temperature: t } if !(t > 0.0 && t.is_finite()) => Err(wrong(
                "temperature",
                "a finite number above 0",
                t.to_string(),
            )),
            _ => Ok(()),
        }
    }

    /// The value with its gradients: `states` by the embeddings, `weight` by the proxies, both in their shapes.
    ///
    /// The batch's prediction are embeddings `[n, d]`, or `[sets, members, d]` for a loss of sets; everything else in
    /// it is what the objective takes beside cosines `[n, c]` or `[sets, members, c]`. `proxies` are `[c · per_class,
    /// d]`. A zero vector has the cosine 0 with all, and no gradient.
    ///
    /// # Errors
    /// Shapes that do not fit, proxies that are not finite, parameters out of range, and what the objective refuses,
    /// such as embeddings that are not finite.
    pub fn value_and_gradients(
        &self,
        batch: &Batch<'_>,
        proxies: &Array<'_>,
        options: &Options,
    ) -> Result<LinearEvaluation, Error> {
        self.check()?;
        batch.check()?;
        proxies.check("proxies")?;
        let (leading, width) = match batch.prediction.shape {
            [leading @ .., width] if *width > 0 && (1..3).contains(&leading.len()) => {
                (leading, *width)
            }
            shape => {
                let expected = "[n, d] or [sets, members, d], embeddings of at least one number";
                return Err(Error::shape("prediction", expected, shape));
            }
        };
        let classes = match proxies.shape {
            [rows, d] if *d == width && *rows > 0 && rows.is_multiple_of(self.per_class) => {
                rows / self.per_class
            }
            shape => {
                let expected = format!("[c · {}, {width}], proxies of c classes", self.per_class);
                return Err(Error::shape("proxies", expected, shape));
            }
        };
        let weight = Units::finite("proxies", &proxies.values, width)?;
        let mut cosines = Cosines::new(batch, weight);
        let logits: Vec<f64> = (cosines.values.chunks(self.per_class))
            .map(|own| self.scale * self.pooled(own))
            .collect();
        let shape = [leading, &[classes]].concat();
        let (result, by_logits) = on_logits(&self.objective, batch, &logits, &shape, options)?;
        for (own, by) in cosines.values.chunks_mut(self.per_class).zip(&by_logits) {
            self.pull(own, self.scale * by);
        }
        let gradients = cosines.gradients(&by_logits);
        let states = &batch.prediction.values;
        Ok(evaluation(result, states, &proxies.values, gradients))
    }

    /// A class's cosine from those of its proxies.
    fn pooled(&self, own: &[f64]) -> f64 {
        match self.pool {
            Pool::Largest => {
                own.iter().copied().fold(
                    f64::MIN,
                    |top, c| if c > top || c.is_nan() { c } else { top },
                )
            }
            Pool::Soft { temperature } => {
                let shares = shares(own, temperature);
                own.iter().zip(shares).map(|(c, share)| c * share).sum()
            }
        }
    }

    /// The proxies' cosines become slopes by them.
    fn pull(&self, own: &mut [f64], by: f64) {
        if by == 0.0 {
            own.fill(0.0);
            return;
        }
        match self.pool {
            Pool::Largest => {
                let top = self.pooled(own);
                let first = own.iter().position(|&c| c == top);
                own.fill(0.0);
                if let Some(slope) = first.and_then(|first| own.get_mut(first)) {
                    *slope = by;
                }
            }
            Pool::Soft { temperature } => {
                let pooled = self.pooled(own);
                let shares = shares(own, temperature);
                for (c, share) in own.iter_mut().zip(shares) {
                    *c = by * share * (1.0 + (*c - pooled) / temperature);
                }
            }
        }
    }
}

/// The softmax of numbers over the temperature.
fn shares(of: &[f64], temperature: f64) -> Vec<f64> {
    let top = of.iter().copied().fold(f64::MIN, f64::max);
    let each: Vec<f64> = of.iter().map(|x| ((x - top) / temperature).exp()).collect();
    let sum: f64 = each.iter().sum();
    each.iter().map(|e| e / sum).collect()
}

/// Mean distance between two unit proxies of one class, and its gradient: a penalty under which a class merges the
/// proxies that it does not need. SoftTriple has it with a factor of 0.2/2.
///
/// Of `proxies` `[c · per_class, d]`; equal ones have no slope. With one proxy for each class it is 0.
///
/// # Errors
/// Shapes that do not fit, and numbers that are not finite.
pub fn proxy_spread(proxies: &Array<'_>, per_class: usize) -> Result<(f64, Vec<f64>), Error> {
    proxies.check("proxies")?;
    let width = match proxies.shape {
        [rows, width] if *width > 0 && per_class > 0 && rows.is_multiple_of(per_class) => *width,
        shape => {
            let expected = format!("[c · {per_class}, d], proxies of at least one number");
            return Err(Error::shape("proxies", expected, shape));
        }
    };
    let units = Units::finite("proxies", &proxies.values, width)?;
    let mut gradient = vec![0.0; units.rows.len()];
    let pairs = units.norms.len() * (per_class - 1) / 2;
    let share = 1.0 / pairs.max(1) as f64;
    let mut value = 0.0;
    for a in 0..units.norms.len() {
        for b in a - a % per_class..a {
            let (x, y) = (
                &units.rows[a * width..][..width],
                &units.rows[b * width..][..width],
            );
            let square: f64 = x.iter().zip(y).map(|(x, y)| (x - y).powi(2)).sum();
            let distance = square.sqrt();
            value += share * distance;
            if distance > 0.0 {
                for k in 0..width {
                    let slope = share * (x[k] - y[k]) / distance;
                    gradient[a * width + k] += slope;
                    gradient[b * width + k] -= slope;
                }
            }
        }
    }
    units.give_back(&mut gradient);
    Ok((value, gradient))
}
