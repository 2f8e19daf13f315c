use crate::prelude::*;

loss! {
    /// Generalised Wasserstein Dice loss: classes that resemble each other are confused at a smaller price.
    ///
    /// ℓ = E / (2 Σ α_t (1 − W) + E + s),  W = Σ_k M[t, k] p_k,  E = Σ W ("original") or Σ α_t W ("volume")
    ///
    /// The sums run over the pixels of an item, t is the pixel's label and W the Wasserstein distance of its softmax
    /// p from it. M is the distance of two classes over the largest one. "original": α is 0 for class 0 and 1 for the
    /// others; "volume": one over (pixels of the class + 1). Shapes: scores `[n, c, …]`, c ≥ 2; labels `[n, …]` (or
    /// `[n, 1, …]`) in `0..c`, or their one-hot form; soft labels are refused, as W is no longer the distance. An
    /// item is one item of a mean. In 0..1, and 1 − (2 Σ α (1 − W) + s)/(denominator) as MONAI has it, whose
    /// weighting_mode "default" and "GDL" these are. An item of background alone has E/(E + s): almost 1 for the
    /// smallest error, so that s counts there. Sources: Fidon et al. 2017; "volume": Tilborghs et al. 2020.
    pub struct GeneralizedWassersteinDice = "generalized_wasserstein_dice" {
        /// Distances M of all pairs of classes, c × c numbers row by row with zeros on the diagonal, the row that
        /// of the true class; none: 1 for two different ones.
        distances: Alpha = Alpha::default(), at_least(0.0);
        /// Weights α and errors E.
        weighting: Weigh = Weigh::Original, finite();
        /// Smoothing s, in pixels (with "volume" in classes).
        smooth: f64 = 1e-5, above(0.0);
    }
}

/// How the classes of a generalised Wasserstein Dice loss are weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weigh {
    /// All but class 0 alike; errors of all pixels count.
    Original,
    /// By one over their true volume, and their errors too.
    Volume,
}
crate::parameter::choice!(Weigh, "\"original\" or \"volume\"", "original" => Original, "volume" => Volume);

/// Four pixels: p of their class is ¾, ½, ¾, ¾.
const LOGITS: [f64; 8] = [LN_3, 0.0, 0.0, 0.0, 0.0, 0.0, LN_3, LN_3];
const TARGET: [f64; 8] = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0];
const LN_3: f64 = 1.098_612_288_668_109_8;

impl Loss for GeneralizedWassersteinDice {
    type Kind = Fields;
    const AREA: Area = Area::Segmentation;
    const ALIASES: &'static [&'static str] =
        &["generalised_wasserstein_dice", "gwdl", "wasserstein_dice"];
    const VARIANTS: &'static [&'static str] = &[
        "generalized_wasserstein_dice(weighting=\"volume\")",
        "generalized_wasserstein_dice(smooth=1)",
    ];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "generalized_wasserstein_dice(smooth=1)", prediction: &LOGITS, target: &TARGET,
                value: 1.25 / (3.0 + 1.25 + 1.0), source: "by hand: distances ¼, ½, ¼, ¼" },
        Known { expression: "generalized_wasserstein_dice(smooth=1, distances=[0, 2, 4, 0])", prediction: &LOGITS,
                target: &TARGET, value: 0.875 / (3.0 + 0.875 + 1.0), source: "by hand: distances ⅛, ¼, ¼, ¼" },
        Known { expression: "generalized_wasserstein_dice(smooth=1, weighting=\"volume\")", prediction: &LOGITS,
                target: &TARGET, value: 1.25 / (5.5 + 1.25 + 3.0), source: "by hand: α = ⅓ for both classes" },
        Known { expression: "generalized_wasserstein_dice", prediction: &[90.0, 90.0, 90.0, 90.0, -9.0, -9.0, -9.0, -9.0],
                target: &[1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0], value: 0.0, source: "background, predicted surely" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            target: Domain::Unit,
            bounded: Some(1.0),
            ..Facts::PLAIN
        }
    }
}

/// A pixel that counts, and its label.
struct Labelled {
    pixel: usize,
    class: usize,
    weight: f64,
}

/// What the sums of a field make of its loss.
struct Sums<S> {
    /// E.
    error: S,
    /// 2 Σ α (1 − W) + E + s.
    whole: S,
}

impl GeneralizedWassersteinDice {
    /// M over its largest entry.
    fn matrix(&self, classes: usize) -> Vec<f64> {
        let given = &self.distances.0;
        if given.is_empty() {
            let other = |i: usize| f64::from(u8::from(i / classes != i % classes));
            return (0..classes * classes).map(other).collect();
        }
        let largest = given.iter().fold(0.0, |a, &b| f64::max(a, b));
        given.iter().map(|d| d / largest).collect()
    }

    /// The pixels that count.
    fn labelled<S, T: Float>(&self, field: &Field<'_, S, T>) -> Vec<Labelled> {
        let pixels = field.grid.len();
        let weight = |pixel: usize| field.weights.get(pixel).map_or(1.0, |w| w.to_f64());
        let half = T::from_f64(0.5);
        let label = |pixel: usize| {
            let class = (0..field.channels).find(|k| field.target[k * pixels + pixel] > half)?;
            Some(Labelled {
                pixel,
                class,
                weight: weight(pixel),
            })
        };
        (0..pixels)
            .filter_map(label)
            .filter(|l| l.weight > 0.0)
            .collect()
    }

    /// α of each class.
    fn alpha(&self, classes: usize, labelled: &[Labelled]) -> Vec<f64> {
        match self.weighting {
            Weigh::Original => (0..classes).map(|k| f64::from(u8::from(k > 0))).collect(),
            Weigh::Volume => {
                let mut volumes = vec![1.0; classes];
                for l in labelled {
                    volumes[l.class] += l.weight;
                }
                volumes.iter().map(|v| 1.0 / v).collect()
            }
        }
    }

    /// How much a pixel's distance adds to E, if its class has this α.
    fn errs(&self, alpha: f64) -> f64 {
        match self.weighting {
            Weigh::Original => 1.0,
            Weigh::Volume => alpha,
        }
    }

    fn sums<S: Real>(
        &self,
        alpha: &[f64],
        labelled: &[Labelled],
        distance: impl Fn(&Labelled) -> S,
    ) -> Sums<S> {
        let (mut error, mut hit) = (S::lift(0.0), S::lift(0.0));
        for l in labelled {
            let (w, alpha) = (distance(l), alpha[l.class]);
            error = error + S::lift(l.weight * self.errs(alpha)) * w;
            hit = hit + S::lift(2.0 * l.weight * alpha) * (S::lift(1.0) - w);
        }
        let whole = hit + error + S::lift(self.smooth);
        Sums { error, whole }
    }
}

impl FieldLoss for GeneralizedWassersteinDice {
    const TRUTH: Truth = Truth::Classes;
    const WEIGHS_PIXELS: bool = true;

    fn extent(&self) -> Extent {
        Extent::Item
    }

    fn activation(&self) -> Activation {
        Activation::Softmax
    }

    fn fits(&self, channels: usize, _grid: &Grid) -> Result<(), String> {
        if channels < 2 {
            return Err("needs at least two classes".to_string());
        }
        let given = &self.distances.0;
        if given.is_empty() {
            return Ok(());
        }
        if given.len() != channels * channels {
            return Err(format!(
                "needs {channels} × {channels} = {} `distances` of the {channels} classes, got {}",
                channels * channels,
                given.len()
            ));
        }
        if let Some(class) = (0..channels).find(|k| given[k * (channels + 1)] != 0.0) {
            return Err(format!(
                "needs `distances` of 0 from a class to itself, but that of class {class} is {}",
                given[class * (channels + 1)]
            ));
        }
        if given.iter().all(|&d| d == 0.0) {
            return Err("needs `distances` of which one is above 0".to_string());
        }
        Ok(())
    }

    fn counts<T: Float>(&self, field: &Field<'_, T, T>) -> Result<bool, Fault> {
        let hard = |t: &T| *t == T::default() || *t == T::from_f64(1.0);
        match field.target.iter().position(|t| !hard(t)) {
            Some(at) => Err(Fault::Target(
                at,
                "0 or 1: its distance is from hard labels",
            )),
            None => Ok(!self.labelled(field).is_empty()),
        }
    }

    fn plainly<S: Real>(&self, field: &Field<'_, S, f64>, _numbers: &[f64]) -> S {
        let (classes, pixels) = (field.channels, field.grid.len());
        let (matrix, labelled) = (self.matrix(classes), self.labelled(field));
        let alpha = self.alpha(classes, &labelled);
        let sums = self.sums(&alpha, &labelled, |l| {
            let mut total = S::lift(0.0);
            for k in 0..classes {
                let d = S::lift(matrix[l.class * classes + k]);
                total = total + d * field.values[k * pixels + l.pixel];
            }
            total
        });
        sums.error / sums.whole
    }

    fn fused<T: Float>(&self, field: &Field<'_, T, T>, slopes: &mut [T]) -> f64 {
        slopes.fill(T::default());
        let (classes, pixels) = (field.channels, field.grid.len());
        let (matrix, labelled) = (self.matrix(classes), self.labelled(field));
        let alpha = self.alpha(classes, &labelled);
        let row = |l: &Labelled| &matrix[l.class * classes..(l.class + 1) * classes];
        let Sums { error, whole } = self.sums(&alpha, &labelled, |l| {
            let terms = row(l).iter().enumerate();
            terms
                .map(|(k, d)| d * field.values[k * pixels + l.pixel].to_f64())
                .sum::<f64>()
        });
        let by_class = alpha.iter().map(|&alpha| {
            let errs = self.errs(alpha);
            errs / whole - error / whole * ((errs - 2.0 * alpha) / whole)
        });
        let by_class: Vec<f64> = by_class.collect();
        for l in &labelled {
            let slope = l.weight * by_class[l.class];
            for (k, d) in row(l).iter().enumerate() {
                slopes[k * pixels + l.pixel] = T::from_f64(slope * d);
            }
        }
        error / whole
    }
}

#[cfg(test)]
mod tests {
    use crate::{Array, Batch, Objective, Options, Target};

    fn run(expression: &str, target: Target<'_>) -> Result<f64, String> {
        let logits = [2.0, 0.5, -1.0, 0.0, 1.0, 0.0, 0.5, 0.25, -0.5];
        let objective: Objective = expression.parse().map_err(|e| format!("{e}"))?;
        let batch = Batch::new(Array::new(&logits[..], &[1, 3, 3]), target);
        let result = objective.value_and_gradient(&batch, &Options::default());
        result.map(|e| e.value).map_err(|e| e.to_string())
    }

    #[test]
    fn distances_are_checked_and_may_be_in_any_unit() {
        let labels = [0i64, 1, 2];
        let run = |expression: &str| run(expression, Target::labels(&labels[..], &[1, 3]));
        let plain = run("generalized_wasserstein_dice").unwrap();
        let all =
            run("generalized_wasserstein_dice(distances=[0, 7, 7, 7, 0, 7, 7, 7, 0])").unwrap();
        let near =
            run("generalized_wasserstein_dice(distances=[0, 1, 1, 1, 0, 0.5, 1, 0.5, 0])").unwrap();
        assert!((plain - all).abs() < 1e-15 && near < plain);
        for (distances, says) in [
            (
                "[0, 1, 1, 0]",
                "needs 3 × 3 = 9 `distances` of the 3 classes, got 4",
            ),
            ("[0, 1, 1, 1, 2, 1, 1, 1, 0]", "that of class 1 is 2"),
            ("[0, 0, 0, 0, 0, 0, 0, 0, 0]", "of which one is above 0"),
        ] {
            let error = run(&format!(
                "generalized_wasserstein_dice(distances={distances})"
            ));
            assert!(error.clone().unwrap_err().contains(says), "{error:?}");
        }
    }

    #[test]
    fn soft_labels_are_refused() {
        let mut soft = [0.0; 9];
        soft[0] = 0.5;
        soft[3] = 0.5;
        let error = run(
            "generalized_wasserstein_dice",
            Target::dense(&soft[..], &[1, 3, 3]),
        );
        assert!(error.clone().unwrap_err().contains("0 or 1"), "{error:?}");
    }
}
