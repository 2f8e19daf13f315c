//! Attacks: inputs that are moved within a small ball so that a loss rises. The inner maximum of adversarial
//! objectives.

use crate::error::Error;
use crate::kernels::scalar::Float;
use crate::random::{Key, Random};

/// How the size of a movement is measured, for each row of inputs by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Norm {
    /// The largest change of one entry.
    Largest,
    /// The Euclidean length of the change.
    Euclidean,
}

/// Projected gradient ascent from a random point of a ball around each row of inputs.
///
/// It knows nothing of the model: a function gives the gradient by the moved inputs. Random points make it
/// independent of kinks at the clean input, such as that of ‖D′ − D‖ in `adversarial_comp_sum`. Deterministic for a
/// seed, whatever the number of threads. Source: Madry et al. 2018; its use here, paper 001.
///
/// ```
/// use minimand::attack::{Attack, Norm};
/// use minimand::{Array, Batch, Objective, Options, Target};
///
/// // A model with two inputs and the logits (x₁ − x₂, x₂ − x₁); class 0 is right.
/// let objective: Objective = "cross_entropy".parse()?;
/// let by_inputs = |x: &[f64]| -> Result<Vec<f64>, minimand::Error> {
///     let logits = [x[0] - x[1], x[1] - x[0]];
///     let labels = vec![0i64];
///     let batch = Batch::new(Array::new(&logits[..], &[1, 2]), Target::labels(&labels, &[1]));
///     let result = objective.value_and_gradient(&batch, &Options::default())?;
///     let g = result.gradient.map(|g| g.to_f64()).unwrap_or_default();
///     Ok(vec![g[0] - g[1], g[1] - g[0]])
/// };
/// let moved = Attack::new(Norm::Largest, 0.25).run(&[1.0, 0.0], 2, by_inputs)?;
/// assert_eq!(moved, [0.75, 0.25]);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attack {
    norm: Norm,
    radius: f64,
    steps: usize,
    step: f64,
    bounds: (f64, f64),
    seed: u64,
}

impl Attack {
    /// An attack of this radius in ten steps of a quarter of it, on inputs without bounds. 8/255 is usual for images
    /// in 0..1.
    pub fn new(norm: Norm, radius: f64) -> Self {
        Attack {
            norm,
            radius,
            steps: 10,
            step: 0.25 * radius,
            bounds: (f64::NEG_INFINITY, f64::INFINITY),
            seed: 0,
        }
    }

    /// With this number of steps, each of this size in the attack's norm. Without steps what comes out is the
    /// random start.
    pub fn steps(mut self, steps: usize, step: f64) -> Self {
        (self.steps, self.step) = (steps, step);
        self
    }

    /// With inputs that stay from `low` to `high`, as pixels do.
    pub fn bounds(mut self, low: f64, high: f64) -> Self {
        self.bounds = (low, high);
        self
    }

    /// With other random starts; use a new seed for every batch.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Moves inputs `[n, width]`; `gradient` returns the gradient of what is to rise by the inputs that it gets, in
    /// their shape. It is called once for every step.
    ///
    /// # Errors
    /// Numbers of the attack out of range, inputs that are no whole rows, gradients of another length or that are no
    /// numbers; and what `gradient` returns.
    pub fn run<T: Float, E: From<Error>>(
        &self,
        inputs: &[T],
        width: usize,
        mut gradient: impl FnMut(&[T]) -> Result<Vec<T>, E>,
    ) -> Result<Vec<T>, E> {
        self.check(inputs.len(), width)?;
        let mut moved = inputs.to_vec();
        let pairs = moved.chunks_mut(width).zip(inputs.chunks(width));
        for (row, (to, clean)) in pairs.enumerate() {
            let mut random = Random::new(Key::new(self.seed).child(row as u64), 0);
            self.start(&mut random, to);
            self.project(clean, to);
        }
        for _ in 0..self.steps {
            let slopes = gradient(&moved)?;
            if slopes.len() != moved.len() {
                let expected = format!("{} entries, as the inputs", moved.len());
                let got = format!("{} entries", slopes.len());
                return Err(E::from(Error::Shape {
                    argument: "gradient",
                    expected,
                    got,
                }));
            }
            if let Some(position) = slopes.iter().position(|g| !g.finite()) {
                return Err(E::from(Error::Value {
                    argument: "gradient",
                    position,
                    value: slopes[position].to_f64(),
                    expected: "a finite number".to_string(),
                }));
            }
            let pairs = moved.chunks_mut(width).zip(inputs.chunks(width));
            for ((to, clean), slopes) in pairs.zip(slopes.chunks(width)) {
                self.climb(slopes, to);
                self.project(clean, to);
            }
        }
        Ok(moved)
    }

    fn check(&self, entries: usize, width: usize) -> Result<(), Error> {
        let wrong = |parameter: &str, expected: &str, got: String| Error::Parameter {
            loss: "attack".to_string(),
            parameter: parameter.to_string(),
            expected: expected.to_string(),
            got,
        };
        for (parameter, x) in [("radius", self.radius), ("step", self.step)] {
            if !(x >= 0.0 && x.is_finite()) {
                return Err(wrong(
                    parameter,
                    "a finite number of at least 0",
                    x.to_string(),
                ));
            }
        }
        let (low, high) = self.bounds;
        if !(low <= high) {
            let got = format!("{low} and {high}");
            return Err(wrong(
                "bounds",
                "two numbers of which the second is no smaller",
                got,
            ));
        }
        if width == 0 || !entries.is_multiple_of(width) {
            return Err(Error::Shape {
                argument: "inputs",
                expected: format!("[n, {width}], rows of at least one entry"),
                got: format!("{entries} entries"),
            });
        }
        Ok(())
    }

    /// Moves a row to a point of the ball, each as likely as another.
    fn start<T: Float>(&self, random: &mut Random, row: &mut [T]) {
        match self.norm {
            Norm::Largest => {
                for x in row {
                    let by = random.uniform_between(-self.radius, self.radius);
                    *x = T::from_f64(x.to_f64() + by);
                }
            }
            Norm::Euclidean => {
                let direction: Vec<f64> = row.iter().map(|_| random.normal()).collect();
                let length = self.radius * random.uniform().powf(1.0 / row.len() as f64);
                move_by(&direction, length, row);
            }
        }
    }

    /// One step uphill.
    fn climb<T: Float>(&self, slopes: &[T], row: &mut [T]) {
        let slopes: Vec<f64> = slopes.iter().map(|g| g.to_f64()).collect();
        match self.norm {
            Norm::Largest => {
                for (x, g) in row.iter_mut().zip(slopes) {
                    let sign = if g == 0.0 { 0.0 } else { g.signum() };
                    *x = T::from_f64(x.to_f64() + self.step * sign);
                }
            }
            Norm::Euclidean => move_by(&slopes, self.step, row),
        }
    }

    /// Back into the ball, and then into the bounds, which cannot lead out of a ball around an input within them.
    fn project<T: Float>(&self, clean: &[T], row: &mut [T]) {
        let by = match self.norm {
            Norm::Largest => f64::INFINITY,
            Norm::Euclidean => {
                let apart = row.iter().zip(clean);
                let squares = apart.map(|(x, c)| (x.to_f64() - c.to_f64()).powi(2));
                self.radius / squares.sum::<f64>().sqrt()
            }
        };
        let (low, high) = self.bounds;
        for (x, clean) in row.iter_mut().zip(clean) {
            let clean = clean.to_f64();
            let away = x.to_f64() - clean;
            let away = match self.norm {
                Norm::Largest => away.clamp(-self.radius, self.radius),
                Norm::Euclidean if by < 1.0 => away * by,
                Norm::Euclidean => away,
            };
            *x = T::from_f64((clean + away).clamp(low, high));
        }
    }
}

/// Moves a row so far in a direction; not at all if there is none.
fn move_by<T: Float>(direction: &[f64], length: f64, row: &mut [T]) {
    // Divided by the largest first, so that no square overflows or vanishes.
    let largest = direction.iter().fold(0.0f64, |a, d| a.max(d.abs()));
    if largest == 0.0 {
        return;
    }
    let norm = direction
        .iter()
        .map(|d| (d / largest).powi(2))
        .sum::<f64>()
        .sqrt();
    for (x, d) in row.iter_mut().zip(direction) {
        *x = T::from_f64(x.to_f64() + length * (d / largest) / norm);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{Array, Batch, Options, Target};
    use crate::objective::Objective;

    /// Two classes by four inputs.
    const WEIGHT: [[f64; 4]; 2] = [[1.0, -0.5, 0.0, 2.0], [-1.0, 0.25, 0.0, 1.0]];

    fn logits(x: &[f64]) -> [f64; 2] {
        WEIGHT.map(|w| w.iter().zip(x).map(|(w, x)| w * x).sum())
    }

    /// The adversarial loss of one input, and its gradient by the attacked one.
    fn climb(clean: &[f64], x: &[f64]) -> (f64, Vec<f64>) {
        let objective: Objective = "adversarial_comp_sum".parse().unwrap();
        let scores = [logits(clean), logits(x)].concat();
        let labels = vec![1i64, 1];
        let batch = Batch::new(
            Array::new(&scores, &[1, 2, 2]),
            Target::labels(&labels, &[1, 2]),
        );
        let result = objective.value_and_gradient(&batch, &Options::default());
        let result = result.unwrap();
        let g = result.gradient.unwrap().to_f64();
        let by_input = (0..4).map(|j| g[2] * WEIGHT[0][j] + g[3] * WEIGHT[1][j]);
        (result.value, by_input.collect())
    }

    #[test]
    fn the_margins_of_a_linear_model_move_as_far_as_they_can() {
        let clean = [0.3, -0.2, 0.7, 0.1];
        let gap: Vec<f64> = (0..4).map(|j| WEIGHT[1][j] - WEIGHT[0][j]).collect();
        let plain = climb(&clean, &clean).0;
        for (norm, length) in [
            (Norm::Largest, gap.iter().map(|w| w.abs()).sum::<f64>()),
            (
                Norm::Euclidean,
                gap.iter().map(|w| w * w).sum::<f64>().sqrt(),
            ),
        ] {
            let attack = Attack::new(norm, 0.1).steps(60, 0.02);
            let moved = attack.run(&clean, 4, |x: &[f64]| Ok::<_, Error>(climb(&clean, x).1));
            let value = climb(&clean, &moved.unwrap()).0;
            assert!(
                (value - plain - 0.1 * length).abs() < 1e-5,
                "{norm:?}: {value}"
            );
        }
    }

    #[test]
    fn moved_inputs_stay_in_the_ball_and_the_bounds() {
        let clean: Vec<f32> = (0..60).map(|i| (i % 11) as f32 / 10.0).collect();
        for norm in [Norm::Largest, Norm::Euclidean] {
            let attack = Attack::new(norm, 0.2).bounds(0.0, 1.0).seed(7);
            let run = || {
                let uphill = |x: &[f32]| Ok::<_, Error>(x.iter().map(|x| x.sin()).collect());
                attack.run(&clean, 6, uphill).unwrap()
            };
            let moved = run();
            assert_eq!(moved, run());
            assert_ne!(
                moved,
                attack
                    .seed(8)
                    .steps(0, 0.0)
                    .run(&clean, 6, |x: &[f32]| { Ok::<_, Error>(x.to_vec()) })
                    .unwrap()
            );
            assert!(moved.iter().all(|x| (0.0..=1.0).contains(x)));
            for (x, clean) in moved.chunks(6).zip(clean.chunks(6)) {
                let away = x
                    .iter()
                    .zip(clean)
                    .map(|(&x, &c)| f64::from(x) - f64::from(c));
                let size = match norm {
                    Norm::Largest => away.fold(0.0f64, |a, d| a.max(d.abs())),
                    Norm::Euclidean => away.map(|d| d * d).sum::<f64>().sqrt(),
                };
                assert!(size <= 0.2 + 1e-6 && size > 0.0, "{norm:?}: {size}");
            }
        }
    }

    #[test]
    fn errors_name_what_is_wrong() {
        let run = |attack: Attack, width: usize, slopes: Vec<f64>| {
            let moved = attack.run(&[0.0; 4], width, |_: &[f64]| Ok::<_, Error>(slopes.clone()));
            moved.unwrap_err().to_string()
        };
        let good = Attack::new(Norm::Largest, 0.1);
        assert!(run(Attack::new(Norm::Largest, -1.0), 2, vec![]).contains("`radius`"));
        assert!(run(good.steps(1, f64::NAN), 2, vec![]).contains("`step`"));
        assert!(run(good.bounds(1.0, 0.0), 2, vec![]).contains("`bounds`"));
        assert!(run(good, 3, vec![]).contains("`inputs`"));
        assert!(run(good, 2, vec![0.0; 3]).contains("`gradient`"));
        assert!(run(good, 2, vec![f64::NAN; 4]).contains("`gradient` at position 0 is NaN"));
    }
}
