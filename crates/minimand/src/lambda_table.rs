//! The adaptive label-distributionally robust loss with a temperature for every training item.

use crate::batch::Labels;
use crate::error::Error;
use crate::kernels::groups::softmax::Normaliser;
use crate::kernels::scalar::{Float, Real};

/// Steps after which an exact temperature is taken as it is.
const STEPS: usize = 500;
/// Change at which it is there.
const ENOUGH: f64 = 1e-12;
/// Least sum that divides a row of scores.
const LEAST_SUM: f64 = 1e-12;

/// A temperature λ_i for every training item: how unsure its label looks, from visit to visit.
///
/// The loss of a visit is λ ln((1/c) Σ_k e^(δ_k/λ)) − (α ln c/(2λ₀)) (λ − λ₀)², δ_k = z_k − z_y + margin·[k ≠ y]. Before,
/// λ_i takes one step of the alternation: λ₀ (1 − KL(softmax(z/λ_i) ‖ 1/c)/(α ln c)), from λ₀ at the first visit. λ is
/// held fixed in the gradient. Where the items have no names, `aldr_kl` takes that step from λ₀ every time. Items whose
/// λ stays near λ₀ are those to look at. Double precision inside. Source: Zhu et al. 2023 (paper 018), whose code adds
/// 1e-5 to the probabilities.
///
/// ```
/// use minimand::lambda_table::LambdaTable;
///
/// // A thousand training items; the batch holds two of them.
/// let mut table = LambdaTable::new(1000, 1.0, 2.0)?;
/// let scores = [2.0f32, -1.0, 0.5, 0.1, 0.0, -0.1];
/// let (value, gradient) = table.value_and_gradient(&[17, 4], &scores, 3, &vec![0i64, 2])?;
/// assert!(value.is_finite() && gradient.len() == 6);
/// assert!(table.values()[17] < table.values()[4] && table.values()[0] == 1.0);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LambdaTable {
    values: Vec<f64>,
    lambda0: f64,
    alpha: f64,
    margin: f64,
    exact: bool,
    normalized: bool,
}

impl LambdaTable {
    /// A table of `items` temperatures that start at the highest, λ₀, with margin 1.
    ///
    /// # Errors
    /// λ₀ that is not a finite number above 0, α that is not one above 1.
    pub fn new(items: usize, lambda0: f64, alpha: f64) -> Result<Self, Error> {
        for (parameter, x, least) in [("lambda0", lambda0, 0.0), ("alpha", alpha, 1.0)] {
            if !(x > least && x.is_finite()) {
                let expected = format!("a finite number > {least}");
                return Err(wrong(parameter, expected, x));
            }
        }
        Ok(LambdaTable {
            values: vec![lambda0; items],
            lambda0,
            alpha,
            margin: 1.0,
            exact: false,
            normalized: false,
        })
    }

    /// With another margin.
    ///
    /// # Errors
    /// A margin that is not a finite number of at least 0.
    pub fn margin(mut self, margin: f64) -> Result<Self, Error> {
        if !(margin >= 0.0 && margin.is_finite()) {
            let expected = "a finite number of at least 0".to_string();
            return Err(wrong("margin", expected, margin));
        }
        self.margin = margin;
        Ok(self)
    }

    /// With the exact temperature at every visit: the largest λ that is its own next step, of softmax(δ/λ). The table
    /// then only keeps what was found.
    pub fn exact(mut self) -> Self {
        self.exact = true;
        self
    }

    /// With scores that are made positive and of mean 1 first, as `aldr_kl(normalize_scores=true)` does.
    pub fn normalize_scores(mut self) -> Self {
        self.normalized = true;
        self
    }

    /// The temperatures, to be stored.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// With stored temperatures.
    ///
    /// # Errors
    /// Another number of them, and values outside λ₀(1 − 1/α)..λ₀.
    pub fn restore(&mut self, values: &[f64]) -> Result<(), Error> {
        if values.len() != self.values.len() {
            return Err(Error::shape(
                "values",
                format!("[{}], one for each item", self.values.len()),
                &[values.len()],
            ));
        }
        let low = self.lambda0 * (1.0 - 1.0 / self.alpha);
        let outside = |x: &f64| !(low..=self.lambda0).contains(x);
        if let Some(position) = values.iter().position(outside) {
            return Err(Error::Value {
                argument: "values",
                position,
                value: values[position],
                expected: format!("a number in [{low}, {}]", self.lambda0),
            });
        }
        self.values.copy_from_slice(values);
        Ok(())
    }

    /// Visits items: the mean loss, and its gradient by the scores. `scores` are `[n, classes]`, `items[i]` is the
    /// place in the table of row i (an item that comes twice is visited twice), labels are in `0..classes`.
    ///
    /// # Errors
    /// Fewer than two classes, lengths that do not fit, items beyond the table, labels that are no class and scores
    /// that are not finite. The table is then as it was.
    pub fn value_and_gradient<'a, T: Float>(
        &mut self,
        items: &[usize],
        scores: &[T],
        classes: usize,
        labels: impl Into<Labels<'a>>,
    ) -> Result<(f64, Vec<T>), Error> {
        let labels = labels.into();
        self.check(items, scores, classes, &labels)?;
        let mut gradient = Vec::with_capacity(scores.len());
        let (mut total, scale) = (0.0, 1.0 / items.len().max(1) as f64);
        for (i, row) in scores.chunks(classes).enumerate() {
            let label = labels.get(i) as usize;
            let x: Vec<f64> = row.iter().map(|x| x.to_f64()).collect();
            let mean = self.mean(&x);
            let z: Vec<f64> = match mean {
                Some(mean) => x.iter().map(|x| x.softplus() / mean).collect(),
                None => x.clone(),
            };
            let (value, lambda, mut slopes) = self.visit(&z, label, self.values[items[i]]);
            self.values[items[i]] = lambda;
            total += value;
            if let Some(mean) = mean {
                let along: f64 = slopes.iter().zip(&z).map(|(g, z)| g * z).sum();
                let along = along / classes as f64;
                for (g, x) in slopes.iter_mut().zip(&x) {
                    *g = (*g - along) / mean * x.sigmoid();
                }
            }
            gradient.extend(slopes.iter().map(|g| T::from_f64(g * scale)));
        }
        Ok((total * scale, gradient))
    }

    /// The mean that divides positive scores, if they are normalised.
    fn mean(&self, x: &[f64]) -> Option<f64> {
        let sum = || x.iter().map(|x| x.softplus()).sum::<f64>();
        (self.normalized).then(|| sum().max(LEAST_SUM) / x.len() as f64)
    }

    /// The next temperature, from the probabilities at one.
    fn next(&self, z: &[f64], lambda: f64) -> f64 {
        let scaled: Vec<f64> = z.iter().map(|z| z / lambda).collect();
        let mut p = vec![0.0; z.len()];
        let normaliser = Normaliser::of(&scaled, &mut p);
        let entropy: f64 = p
            .iter()
            .zip(&scaled)
            .map(|(p, &z)| p * normaliser.log_p(z))
            .sum();
        let most = (z.len() as f64).ln();
        let divergence = (entropy + most).clamp(0.0, most);
        self.lambda0 * (1.0 - divergence / (self.alpha * most))
    }

    /// Loss, new temperature and slopes of one row.
    fn visit(&self, z: &[f64], label: usize, lambda: f64) -> (f64, f64, Vec<f64>) {
        let mut raised: Vec<f64> = z.iter().map(|z| z + self.margin).collect();
        raised[label] = z[label];
        let lambda = if self.exact {
            let mut lambda = self.lambda0;
            for _ in 0..STEPS {
                let next = self.next(&raised, lambda);
                let moved = (lambda - next).abs();
                lambda = next;
                if moved < ENOUGH {
                    break;
                }
            }
            lambda
        } else {
            self.next(z, lambda)
        };
        raised.iter_mut().for_each(|z| *z /= lambda);
        let (mut target, mut slopes) = (vec![0.0; z.len()], vec![0.0; z.len()]);
        target[label] = 1.0;
        let entropy =
            Normaliser::of(&raised, &mut slopes).cross_entropy(&raised, &target, &mut slopes);
        let log_classes = (z.len() as f64).ln();
        let away = (lambda - self.lambda0).powi(2);
        let penalty = self.alpha * log_classes / (2.0 * self.lambda0) * away;
        (lambda * (entropy - log_classes) - penalty, lambda, slopes)
    }

    fn check<T: Float>(
        &self,
        items: &[usize],
        scores: &[T],
        classes: usize,
        labels: &Labels<'_>,
    ) -> Result<(), Error> {
        if classes < 2 {
            return Err(wrong("classes", "at least 2".to_string(), classes as f64));
        }
        let rows = items.len();
        for (argument, got, per_row) in [
            ("scores", scores.len(), classes),
            ("labels", labels.len(), 1),
        ] {
            if got != rows * per_row {
                return Err(Error::Shape {
                    argument,
                    expected: format!("[{rows}, {per_row}], a row for each of the items"),
                    got: format!("{got} entries"),
                });
            }
        }
        for (position, &item) in items.iter().enumerate() {
            if item >= self.values.len() {
                return Err(Error::Value {
                    argument: "items",
                    position,
                    value: item as f64,
                    expected: format!("a place in the table, below {}", self.values.len()),
                });
            }
            let label = labels.get(position);
            if !(0..classes as i64).contains(&label) {
                return Err(Error::Label {
                    position,
                    label,
                    classes,
                    ignore_index: -1,
                });
            }
        }
        // Squares of scores over a small temperature must stay finite.
        let most = T::MAX.to_f64().sqrt() / 8.0;
        let bad = |x: &T| !(x.to_f64().abs() <= most);
        match scores.iter().position(bad) {
            Some(position) => Err(Error::Value {
                argument: "scores",
                position,
                value: scores[position].to_f64(),
                expected: format!("a finite number of magnitude at most {most:.3e}"),
            }),
            None => Ok(()),
        }
    }
}

fn wrong(parameter: &str, expected: String, got: f64) -> Error {
    Error::Parameter {
        loss: "LambdaTable".to_string(),
        parameter: parameter.to_string(),
        expected,
        got: got.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCORES: [f64; 3] = [2.0, -1.0, 0.5];

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() < 2e-9, "{got}, expected {want}");
    }

    #[test]
    fn visits_of_the_paper() {
        let mut step = LambdaTable::new(3, 1.0, 2.0).unwrap();
        let (value, _) = step
            .value_and_gradient(&[1], &SCORES, 3, &vec![0i64])
            .unwrap();
        close(value, -0.541_121_498);
        close(step.values()[1], 0.782_895_345);
        assert_eq!((step.values()[0], step.values()[2]), (1.0, 1.0));
        // The next visit starts from there.
        let (second, _) = step
            .value_and_gradient(&[1], &SCORES, 3, &vec![0i64])
            .unwrap();
        assert!(step.values()[1] < 0.782 && second != value);

        let mut exact = LambdaTable::new(1, 1.0, 2.0).unwrap().exact();
        let (value, _) = exact
            .value_and_gradient(&[0], &SCORES, 3, &vec![0i64])
            .unwrap();
        close(value, -0.531_501_465);
        close(exact.values()[0], 0.885_812_790);
        // Stationary: its own next step.
        let raised = [2.0, 0.0, 1.5];
        close(exact.next(&raised, exact.values()[0]), exact.values()[0]);
    }

    #[test]
    fn gradients_are_central_differences_at_the_new_temperature() {
        let scores = [0.5, -1.0, 2.0, 0.25, 1.0, -0.5, 0.0, 3.0];
        let labels = vec![2i64, 0];
        for normalized in [false, true] {
            let mut table = LambdaTable::new(2, 2.0, 1.5).unwrap().margin(0.5).unwrap();
            if normalized {
                table = table.normalize_scores();
            }
            let start = table.clone();
            let (_, gradient) = table
                .value_and_gradient(&[0, 1], &scores, 4, &labels)
                .unwrap();
            // The loss at the temperatures that were found.
            let value = |scores: &[f64]| -> f64 {
                let mut total = 0.0;
                for (i, x) in scores.chunks(4).enumerate() {
                    let mean = start.mean(x);
                    let z: Vec<f64> = x
                        .iter()
                        .map(|x| mean.map_or(*x, |m| x.softplus() / m))
                        .collect();
                    let (lambda, label) = (table.values()[i], labels[i] as usize);
                    let lead = |k: usize| z[k] - z[label] + if k == label { 0.0 } else { 0.5 };
                    let sum: f64 = (0..4).map(|k| (lead(k) / lambda).exp()).sum();
                    total += 0.5 * lambda * (sum / 4.0).ln();
                }
                total
            };
            for i in 0..8 {
                let moved = |by: f64| {
                    let mut scores = scores;
                    scores[i] += by;
                    value(&scores)
                };
                let want = (moved(1e-6) - moved(-1e-6)) / 2e-6;
                assert!(
                    (gradient[i] - want).abs() < 1e-8,
                    "{i}: {} {want}",
                    gradient[i]
                );
            }
        }
    }

    #[test]
    fn a_table_survives_being_stored() {
        let mut table = LambdaTable::new(2, 1.0, 2.0).unwrap();
        table
            .value_and_gradient(&[1], &SCORES, 3, &vec![0i64])
            .unwrap();
        let mut fresh = LambdaTable::new(2, 1.0, 2.0).unwrap();
        fresh.restore(table.values()).unwrap();
        assert_eq!(fresh, table);
        assert!(fresh.restore(&[1.0]).is_err());
        let error = fresh.restore(&[1.0, 0.2]).unwrap_err();
        assert!(error.to_string().contains("[0.5, 1]"), "{error}");
    }

    #[test]
    fn errors_leave_the_table_as_it_was() {
        assert!(LambdaTable::new(1, 0.0, 2.0).is_err());
        assert!(LambdaTable::new(1, 1.0, 1.0).is_err());
        let mut table = LambdaTable::new(2, 1.0, 2.0).unwrap();
        assert!(table.clone().margin(-1.0).is_err());
        let twice = [SCORES, SCORES].concat();
        let mut refused = |items: &[usize], scores: &[f64], classes, labels: &Vec<i64>| {
            let before = table.clone();
            let error = table.value_and_gradient(items, scores, classes, labels);
            assert_eq!(table, before);
            error.unwrap_err().to_string()
        };
        assert!(refused(&[0, 2], &twice, 3, &vec![0, 0]).contains("`items` at position 1"));
        assert!(refused(&[0, 1], &twice, 3, &vec![0, 3]).contains("label 3 at position 1"));
        assert!(refused(&[0], &twice, 3, &vec![0]).contains("`scores`"));
        assert!(refused(&[0, 1], &twice, 3, &vec![0]).contains("`labels`"));
        assert!(refused(&[0], &[1.0, f64::NAN], 2, &vec![0]).contains("`scores` at position 1"));
        assert!(refused(&[0], &[1.0], 1, &vec![0]).contains("`classes`"));
    }
}
