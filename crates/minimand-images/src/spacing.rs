//! The distance of neighbouring pixels, as several files of one case tell it.

use std::path::Path;

use minimand::grid::Grid;

use crate::pairs::split_name;

/// Headers that contradict each other.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the headers say a spacing of {first:?} and of {second:?}")]
pub struct SpacingConflict {
    /// Of one file, along each axis.
    pub first: Vec<f64>,
    /// Of the other.
    pub second: Vec<f64>,
}

/// The spacing of an image along each axis of its grid, unless its format has none: NIfTI files tell one,
/// others only if it is not 1 everywhere.
pub fn told_spacing(path: &Path, grid: &Grid) -> Option<Vec<f64>> {
    let is_nifti = split_name(path).is_some_and(|(_, extension)| extension.starts_with("nii"));
    let is_told = is_nifti || grid.spacing().iter().any(|&step| step != 1.0);
    is_told.then(|| grid.spacing().to_vec())
}

/// The spacing of a case whose two files may tell one each: that of the second, else that of the first. Headers
/// hold single precision, and writers round, so that a thousandth makes no difference.
///
/// # Errors
/// Two that differ by more.
pub fn common_spacing(
    first: Option<&[f64]>,
    second: Option<&[f64]>,
) -> Result<Option<Vec<f64>>, SpacingConflict> {
    let (Some(a), Some(b)) = (first, second) else {
        return Ok(second.or(first).map(<[f64]>::to_vec));
    };
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-3 * a.max(*b);
    if a.iter().zip(b).all(near) {
        return Ok(Some(b.to_vec()));
    }
    Err(SpacingConflict {
        first: a.to_vec(),
        second: b.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_agree_or_are_refused() {
        let common = |a, b| common_spacing(a, b).unwrap();
        assert_eq!(common(None, None), None);
        assert_eq!(common(Some(&[2.0, 1.0]), None), Some(vec![2.0, 1.0]));
        assert_eq!(common(Some(&[1.00001]), Some(&[1.0])), Some(vec![1.0]));
        assert!(common_spacing(Some(&[1.0, 2.0]), Some(&[2.0, 1.0])).is_err());
    }

    #[test]
    fn formats_with_a_spacing_tell_it() {
        let grid = Grid::new(&[2, 3]).unwrap();
        let told = |name: &str, grid: &Grid| told_spacing(Path::new(name), grid);
        assert_eq!(told("a.nii.gz", &grid), Some(vec![1.0, 1.0]));
        assert_eq!(told("a.png", &grid), None);
        let wide = grid.with_spacing(&[1.0, 2.0]).unwrap();
        assert_eq!(told("a.png", &wide), Some(vec![1.0, 2.0]));
    }
}
