//! Mean multi-scale structural similarity of the images.

use super::loss_mean::LossMean;
use crate::kernels::fields::FieldLoss;
use crate::losses;
use crate::metrics::metric::same_metric;
use crate::metrics::{Direction, ImageBatch, Images, Metric, MetricError, MetricInfo};

/// The mean multi-scale structural similarity of the images.
///
/// `sum_i w_i MS-SSIM_i / sum_i w_i`, each the mean over channels, in 0..1, with the parameters of the loss `ms_ssim`.
/// With its five scales every axis needs 176 pixels, which is why the metric is made by type and not looked up by
/// name. Source: Wang, Simoncelli and Bovik 2003.
///
/// State: two sums.
#[derive(Clone, Debug, Default)]
pub struct MsSsim {
    state: LossMean<losses::MsSsim>,
}

impl MsSsim {
    /// The description of the metric.
    pub const INFO: MetricInfo = MetricInfo {
        name: "ms_ssim",
        summary: "mean multi-scale structural similarity of the images",
        formula: "mean_i mean_c prod_k max(cs_k, 1e-6)^b_k * max(l cs, 1e-6)^b_M",
        direction: Direction::Higher,
        range: 0.0..=1.0,
    };

    /// An empty state with the parameters of the loss of this name, such as its range of pixel values.
    pub fn new(loss: losses::MsSsim) -> Self {
        Self {
            state: LossMean::new(loss),
        }
    }
}

impl Metric<Images> for MsSsim {
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
    fn one_scale_is_ssim() -> Result<(), MetricError> {
        let loss = losses::MsSsim {
            scales: 1,
            window: 2,
            uniform: true,
            ..losses::MsSsim::default()
        };
        let mut metric = MsSsim::new(loss);
        let (x, t) = ([0.1, 0.4, 0.3, 0.9], [0.0, 0.5, 0.2, 1.0]);
        metric.update(&ImageBatch::new(&x, &t, &[1, 1, 2, 2], None)?)?;
        assert!(
            metric
                .value()
                .is_some_and(|v| (v - 0.9564554757).abs() < 1e-9)
        );
        let small = ImageBatch::new(&x, &t, &[1, 1, 2, 2], None)?;
        assert!(MsSsim::default().update(&small).is_err());
        Ok(())
    }
}
