//! Mean peak signal-to-noise ratio of the images, in decibels, at most 100.

use super::loss_mean::LossMean;
use crate::losses;
use crate::metrics::metric::same_metric;
use crate::metrics::{Direction, ImageBatch, Images, Metric, MetricError, MetricInfo};

/// Decibels of an image that is predicted exactly.
const MOST: f64 = 100.0;

/// The mean peak signal-to-noise ratio of the images.
///
/// `sum_i w_i min(10 log10(range² / mse_i), 100) / sum_i w_i` in decibels, with the mean squared error of all channels
/// of an image. An image that is predicted exactly counts as 100 dB, so that the mean stays a number. torchmetrics
/// takes one mean squared error of all images by default.
///
/// State: two sums.
#[derive(Clone, Debug, Default)]
pub struct Psnr {
    /// Of what is missing to the most: its mean is exactly 0 where all images are predicted exactly.
    gap: LossMean<losses::Psnr>,
}

impl Psnr {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "psnr",
        summary: "mean peak signal-to-noise ratio of the images, in decibels, at most 100",
        formula: "mean_i min(10 log10(range^2 / mean_p (x_ip - t_ip)^2), 100)",
        direction: Direction::Higher,
        range: f64::NEG_INFINITY..=MOST,
    };

    /// An empty state with the parameters of the loss of this name, such as its range of pixel values.
    pub fn new(loss: losses::Psnr) -> Self {
        Self {
            gap: LossMean::new(loss),
        }
    }
}

impl Metric<Images> for Psnr {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &ImageBatch<'_>) -> Result<(), MetricError> {
        for (loss, weight) in batch.of_images(&self.gap.loss) {
            self.gap.mean.add(MOST + loss, weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Images>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        self.gap.merge(&other.gap, Self::INFO.name)
    }

    fn value(&self) -> Option<f64> {
        self.gap.mean.value().map(|gap| MOST - gap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let mut metric = Psnr::default();
        // An error of 0.1 everywhere, and none: 20 and 100 dB.
        let targets = [0.0, 0.5, 0.2, 1.0];
        let first = [0.1, 0.4, 0.3, 0.9];
        metric.update(&ImageBatch::new(&first, &targets, &[1, 1, 2, 2], None)?)?;
        assert!(metric.value().is_some_and(|v| (v - 20.0).abs() < 1e-9));
        metric.update(&ImageBatch::new(&targets, &targets, &[1, 1, 2, 2], None)?)?;
        assert!(metric.value().is_some_and(|v| (v - 60.0).abs() < 1e-9));
        Ok(())
    }

    #[test]
    fn another_range_is_another_metric() {
        let bytes = Psnr::new(losses::Psnr { range: 255.0 });
        let merged = Psnr::default().merge(&bytes);
        assert!(matches!(merged, Err(MetricError::Incompatible { .. })));
    }
}
