//! The lists of all metrics, and the look-up by name.

use super::{
    Accuracy, Auroc, BalancedAccuracy, Brier, ClassificationMetric, Ece, LogLoss, MacroF1, Mae,
    MetricError, MetricInfo, Pinball, R2, RegressionMetric, Rmse,
};

/// Makes a list of descriptions and a look-up function from one list of types.
macro_rules! registry {
    (
        $(#[$list_doc:meta])* $list:ident,
        $(#[$find_doc:meta])* $find:ident,
        $metric:path: $($state:ty),+ $(,)?
    ) => {
        $(#[$list_doc])*
        pub static $list: &[MetricInfo] = &[$(<$state>::INFO),+];

        $(#[$find_doc])*
        pub fn $find(name: &str) -> Result<Box<dyn $metric>, MetricError> {
            match name {
                $(_ if name == <$state>::INFO.name => Ok(Box::<$state>::default()),)+
                _ => Err(MetricError::UnknownMetric {
                    name: name.to_owned(),
                    known: $list.iter().map(|info| info.name).collect(),
                }),
            }
        }
    };
}

registry! {
    /// The descriptions of all classification metrics.
    CLASSIFICATION,
    /// A new, empty state of the classification metric of this name, with its default parameters.
    ///
    /// # Errors
    ///
    /// [`MetricError::UnknownMetric`] if [`CLASSIFICATION`] has no such name.
    classification_metric,
    ClassificationMetric:
    Accuracy,
    BalancedAccuracy,
    MacroF1,
    LogLoss,
    Brier,
    Ece,
    Auroc,
}

registry! {
    /// The descriptions of all regression metrics.
    REGRESSION,
    /// A new, empty state of the regression metric of this name, with its default parameters.
    ///
    /// # Errors
    ///
    /// [`MetricError::UnknownMetric`] if [`REGRESSION`] has no such name.
    regression_metric,
    RegressionMetric:
    Rmse,
    Mae,
    R2,
    Pinball,
}
