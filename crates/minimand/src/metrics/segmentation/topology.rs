//! Topology of masks.

use super::{MaskPair, Measure};
use crate::grid::persistence::{Construction, betti::betti_number_error};
use crate::metrics::{Direction, MetricInfo};

/// Betti number error: the number of components, holes and cavities that one mask has more than the other.
///
/// Pixels that meet at corners are connected, the background across faces. Where the features lie does not
/// matter; a mask without pixels has none. See [`betti_number_error`] for each dimension by itself and for the
/// other connectivity.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BettiError;

impl Measure for BettiError {
    const INFO: MetricInfo = MetricInfo {
        name: "betti_error",
        summary: "Betti number error: components, holes and cavities too many or too few",
        formula: "sum over d of |b_d(P) - b_d(T)|",
        direction: Direction::Lower,
        range: 0.0..=f64::INFINITY,
    };

    fn of(&self, pair: &MaskPair) -> Option<f64> {
        let (prediction, truth) = (pair.prediction(), pair.truth());
        // Both masks lie within the box, beyond which there is background only.
        let errors = betti_number_error(prediction, truth, pair.grid(), Construction::TopCells);
        errors
            .ok()
            .map(|errors| errors.iter().sum::<usize>() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;
    use crate::metrics::MetricError;

    #[test]
    fn a_closed_ring_has_a_hole_that_an_open_one_has_not() -> Result<(), MetricError> {
        let ring: Vec<bool> = (0..25)
            .map(|i| [6, 7, 8, 11, 13, 16, 17, 18].contains(&i))
            .collect();
        let mut open = ring.clone();
        open[13] = false;
        let mut two = open.clone();
        two[24] = true;
        let grid = Grid::new(&[5, 5]).map_err(|_| MetricError::NotFinite {
            argument: "grid",
            row: 0,
        })?;
        let error = |a: &[bool], b: &[bool]| Ok(BettiError.of(&MaskPair::new(&grid, a, b)?));
        assert_eq!(error(&ring, &ring)?, Some(0.0));
        assert_eq!(error(&open, &ring)?, Some(1.0));
        // The pixel 24 meets the ring's last pixel at a corner; apart from it, it is a component of its own.
        assert_eq!(error(&two, &ring)?, Some(1.0));
        two[18] = false;
        assert_eq!(error(&two, &ring)?, Some(2.0));
        assert_eq!(error(&[false; 25], &ring)?, Some(2.0));
        assert_eq!(error(&[false; 25], &[false; 25])?, Some(0.0));
        Ok(())
    }
}
