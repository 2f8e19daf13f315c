//! Soft labels from hard ones.

use super::pooling::maximum;
use crate::batch::Labels;
use crate::error::Error;
use crate::grid::Grid;

/// Labels that are smoothed where classes meet.
///
/// A pixel is smoothed if the window of `window` (odd) pixels along each axis around it, cut at the edge of the
/// image, holds more than one class and no ignored pixel: its label is (1 − ε)·one-hot + ε/C there, and one-hot
/// elsewhere. The result has shape `[classes, pixels…]`, for one image; a pixel whose label is `ignore_index` has
/// zeros. Source: Wang et al. 2023 (paper 042).
///
/// # Errors
/// [`Error::Shape`] unless there is one label for each pixel, [`Error::Label`] at a label that is no class,
/// [`Error::Value`] for an even window and an `epsilon` that is not in 0..1.
pub fn boundary_label_smoothing<'a>(
    grid: &Grid,
    labels: impl Into<Labels<'a>>,
    classes: usize,
    epsilon: f64,
    window: usize,
    ignore_index: i64,
) -> Result<Vec<f64>, Error> {
    let labels = labels.into();
    let labels: Vec<i64> = (0..labels.len()).map(|i| labels.get(i)).collect();
    grid.check("labels", &labels)?;
    let bad = |argument: &'static str, value: f64, expected: &str| Error::Value {
        argument,
        position: 0,
        value,
        expected: expected.to_string(),
    };
    if !(0.0..=1.0).contains(&epsilon) {
        return Err(bad("epsilon", epsilon, "a number from 0 to 1"));
    }
    if window.is_multiple_of(2) {
        return Err(bad("window", window as f64, "an odd number of pixels"));
    }
    let mut of_pixels = Vec::with_capacity(labels.len());
    for (position, &label) in labels.iter().enumerate() {
        let class = usize::try_from(label).ok().filter(|&label| label < classes);
        if class.is_none() && label != ignore_index {
            return Err(Error::Label {
                position,
                label,
                classes,
                ignore_index,
            });
        }
        of_pixels.push(class.filter(|_| label != ignore_index));
    }
    let nearby = |value: &dyn Fn(usize) -> f64, ignored: f64| {
        let values: Vec<f64> = of_pixels
            .iter()
            .map(|class| class.map_or(ignored, value))
            .collect();
        maximum(grid, &values, [window; 3])
    };
    let ignored = nearby(&|_| 0.0, 1.0);
    let (highest, lowest) = (
        nearby(&|c| c as f64, 0.0),
        nearby(&|c| -(c as f64), f64::MIN),
    );
    let pixels = labels.len();
    let mut out = vec![0.0; classes * pixels];
    for (pixel, class) in of_pixels.iter().enumerate() {
        let Some(class) = class else { continue };
        if ignored[pixel] == 0.0 && highest[pixel] != -lowest[pixel] {
            for share in out[pixel..].iter_mut().step_by(pixels) {
                *share = epsilon / classes as f64;
            }
            out[class * pixels + pixel] += 1.0 - epsilon;
        } else {
            out[class * pixels + pixel] = 1.0;
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_smoothed_where_classes_meet() -> Result<(), Error> {
        let grid = Grid::new(&[1, 6])?;
        let labels = vec![0i64, 0, 0, 1, 1, 1];
        let soft = boundary_label_smoothing(&grid, &labels, 2, 0.2, 3, -100)?;
        let want = [0.0, 0.0, 0.1, 0.9, 1.0, 1.0];
        for pixel in 0..6 {
            assert!((soft[6 + pixel] - want[pixel]).abs() < 1e-12);
            assert!((soft[pixel] + soft[6 + pixel] - 1.0).abs() < 1e-12);
        }
        Ok(())
    }

    #[test]
    fn a_window_with_an_ignored_pixel_is_left_alone() -> Result<(), Error> {
        let grid = Grid::new(&[2, 3])?;
        let labels = vec![0i64, 1, -100, 0, 1, 1];
        let soft = boundary_label_smoothing(&grid, &labels, 2, 0.2, 3, -100)?;
        // Only the first column has no ignored pixel in its window.
        assert_eq!(soft[..6], [0.9, 0.0, 0.0, 0.9, 0.0, 0.0]);
        assert_eq!(soft[6..], [0.1, 1.0, 0.0, 0.1, 1.0, 1.0]);
        Ok(())
    }

    #[test]
    fn what_does_not_fit_is_refused() -> Result<(), Error> {
        let grid = Grid::new(&[3])?;
        let labels = vec![0i64, 1, 2];
        assert!(boundary_label_smoothing(&grid, &labels, 2, 0.2, 3, -100).is_err());
        assert!(boundary_label_smoothing(&grid, &labels, 3, 0.2, 2, -100).is_err());
        assert!(boundary_label_smoothing(&grid, &labels, 3, 1.5, 3, -100).is_err());
        assert!(boundary_label_smoothing(&grid, &vec![0i64; 2], 3, 0.2, 3, -100).is_err());
        Ok(())
    }
}
