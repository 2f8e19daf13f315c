//! Mean structural similarity of the images, over windows inside them.

use super::loss_mean::LossMean;
use crate::kernels::fields::FieldLoss;
use crate::losses;
use crate::metrics::metric::same_metric;
use crate::metrics::{Direction, ImageBatch, Images, Metric, MetricError, MetricInfo};

/// The mean structural similarity of the images.
///
/// `sum_i w_i SSIM_i / sum_i w_i`, each the mean over windows and channels, in -1..1. With the default parameters:
/// a Gaussian window of 11 pixels with σ = 1.5, windows inside the image only, pixel values in 0..1; state the
/// padding with the number. torchmetrics' function is padding "reflect", scikit-image's the same as here with
/// `gaussian_weights=True, use_sample_covariance=False` apart from the border. Source: Wang et al. 2004.
///
/// State: two sums.
#[derive(Clone, Debug, Default)]
pub struct Ssim {
    state: LossMean<losses::Ssim>,
}

impl Ssim {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "ssim",
        summary: "mean structural similarity of the images, over windows inside them",
        formula: "mean_i mean_c mean_p (2 mx mt + C1)(2 sxt + C2) / ((mx^2 + mt^2 + C1)(sxx + stt + C2))",
        direction: Direction::Higher,
        range: -1.0..=1.0,
    };

    /// An empty state with the parameters of the loss of this name, such as its range of pixel values.
    pub fn new(loss: losses::Ssim) -> Self {
        Self {
            state: LossMean::new(loss),
        }
    }
}

impl Metric<Images> for Ssim {
    fn info(&self) -> MetricInfo {
        Self::INFO
    }

    fn update(&mut self, batch: &ImageBatch<'_>) -> Result<(), MetricError> {
        let LossMean { loss, mean } = &mut self.state;
        if !batch.is_empty() {
            batch.check_fit(loss.fits(1, batch.grid()), loss.window)?;
        }
        for (loss, weight) in batch.of_channels(loss) {
            mean.add(1.0 - loss, weight);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn Metric<Images>) -> Result<(), MetricError> {
        let other = same_metric(self, other)?;
        self.state.merge(&other.state, Self::INFO.name)
    }

    fn value(&self) -> Option<f64> {
        self.state.mean.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() -> Result<(), MetricError> {
        let loss = losses::Ssim {
            window: 2,
            uniform: true,
            ..losses::Ssim::default()
        };
        let mut metric = Ssim::new(loss);
        let (x, t) = ([0.1, 0.4, 0.3, 0.9], [0.0, 0.5, 0.2, 1.0]);
        metric.update(&ImageBatch::new(&x, &t, &[1, 1, 2, 2], None)?)?;
        assert!(
            metric
                .value()
                .is_some_and(|v| (v - 0.9564554757).abs() < 1e-9)
        );
        Ok(())
    }

    #[test]
    fn images_smaller_than_the_window_are_refused() -> Result<(), MetricError> {
        let small = [0.0; 100];
        let batch = ImageBatch::new(&small, &small, &[1, 1, 10, 10], None)?;
        let error = Ssim::default().update(&batch);
        assert!(matches!(error, Err(MetricError::InvalidParameter { .. })));
        Ok(())
    }
}
