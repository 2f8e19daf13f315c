//! Options of `minimand eval` as they are written.

use clap::ValueEnum;
use minimand::grid::Connectivity;
use minimand::{Denominator, Empty, Reduction};

/// [`Reduction`] on the command line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ReductionOption {
    /// The weighted sum over the denominator
    #[default]
    Mean,
    /// The weighted sum
    Sum,
    /// One weighted loss per item; value and gradient are those of their sum
    None,
}

impl ReductionOption {
    /// As it is written.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Sum => "sum",
            Self::None => "none",
        }
    }
}

impl From<ReductionOption> for Reduction {
    fn from(option: ReductionOption) -> Self {
        match option {
            ReductionOption::Mean => Self::Mean,
            ReductionOption::Sum => Self::Sum,
            ReductionOption::None => Self::None,
        }
    }
}

/// [`Empty`] on the command line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum EmptyOption {
    /// The number 0
    #[default]
    Zero,
    /// NaN, which is null in JSON
    Nan,
}

impl From<EmptyOption> for Empty {
    fn from(option: EmptyOption) -> Self {
        match option {
            EmptyOption::Zero => Self::Zero,
            EmptyOption::Nan => Self::Nan,
        }
    }
}

/// [`Connectivity`] on the command line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ConnectivityOption {
    /// Those that share a face: 4 in an image, 6 in a volume
    Face,
    /// Those that share an edge: 8 in an image, 18 in a volume
    Edge,
    /// Those that share a corner: 8 in an image, 26 in a volume
    #[default]
    Vertex,
}

impl ConnectivityOption {
    /// As it is written.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Face => "face",
            Self::Edge => "edge",
            Self::Vertex => "vertex",
        }
    }
}

impl From<ConnectivityOption> for Connectivity {
    fn from(option: ConnectivityOption) -> Self {
        match option {
            ConnectivityOption::Face => Self::Face,
            ConnectivityOption::Edge => Self::Edge,
            ConnectivityOption::Vertex => Self::Vertex,
        }
    }
}

/// `weights`, `count`, or a finite number above 0.
pub(super) fn denominator(text: &str) -> Result<Denominator, String> {
    match text {
        "weights" => Ok(Denominator::Weights),
        "count" => Ok(Denominator::Count),
        _ => match text.parse::<f64>() {
            Ok(number) if number.is_finite() && number > 0.0 => Ok(Denominator::Number(number)),
            _ => Err("expected weights, count or a finite number above 0".to_owned()),
        },
    }
}

/// A number, with or without spaces around it.
pub(super) fn number(text: &str) -> Result<f64, String> {
    let number = text.trim().parse();
    number.map_err(|_| "expected a number".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn denominators() {
        assert_eq!(denominator("weights"), Ok(Denominator::Weights));
        assert_eq!(denominator("count"), Ok(Denominator::Count));
        assert_eq!(denominator("4096"), Ok(Denominator::Number(4096.0)));
        for bad in ["0", "-1", "nan", "inf", "items", ""] {
            assert!(denominator(bad).is_err(), "{bad}");
        }
    }
}
