use super::*;
use crate::random::{Key, Random};

fn close(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (g, w) in got.iter().zip(want) {
        assert!((g - w).abs() < 2e-6, "{got:?} {want:?}");
    }
}

#[test]
fn a_thick_and_a_thin_bar_are_those_of_paper_125() -> Result<(), Error> {
    let grid = Grid::new(&[7, 16])?;
    let inside =
        |i: usize| (1..6).contains(&(i / 16)) && ((2..7).contains(&(i % 16)) || i % 16 == 11);
    let mask: Vec<bool> = (0..112).map(inside).collect();
    let raised = sauna_transform(&grid, &mask, 2.0, Combination::Raised)?;
    #[rustfmt::skip]
    close(&raised[48..64], &[
        -1.0, -0.333334, 0.666667, 0.666667, 1.0, 0.666667, 0.666667, -0.333334,
        -1.0, -1.0, -1.0, 1.0, -1.0, -1.0, -1.0, -1.0,
    ]);
    let third = 1.0 / 3.0;
    let scaled = sauna_transform(&grid, &mask, 2.0, Combination::Scaled)?;
    #[rustfmt::skip]
    close(&scaled[48..64], &[
        -2.0 * third, -third, third * 2.0 * third, 4.0 / 9.0 * 1.5, 1.0, 4.0 / 9.0 * 1.5, 2.0 * third * third, -third,
        -2.0 * third, -2.0 * third, -third, third * third, -third, -2.0 * third, -1.0, -1.0,
    ]);
    Ok(())
}

#[test]
fn the_sign_is_the_mask() -> Result<(), Error> {
    let mut random = Random::new(Key::new(7), 0);
    for round in 0..100 {
        let shape: &[usize] = if round % 2 == 0 { &[9, 11] } else { &[4, 5, 6] };
        let spacing: &[f64] = if round % 2 == 0 {
            &[0.7, 1.3]
        } else {
            &[3.0, 1.0, 0.5]
        };
        let grid = Grid::new(shape)?.with_spacing(spacing)?;
        // From one pixel to nearly all.
        let share = round as f64 / 100.0;
        let mut mask: Vec<bool> = (0..grid.len()).map(|_| random.uniform() < share).collect();
        mask[round % grid.len()] = true;
        for combination in [
            Combination::Raised,
            Combination::RaisedByBackground,
            Combination::Scaled,
        ] {
            let target = sauna_transform(&grid, &mask, 2.0, combination)?;
            for (c, &inside) in target.iter().zip(&mask) {
                assert!((-1.0..=1.0).contains(c) && (*c > 0.0) == inside);
            }
        }
    }
    Ok(())
}

#[test]
fn empty_and_full_masks_have_their_limits() -> Result<(), Error> {
    let grid = Grid::new(&[3, 5])?;
    close(
        &sauna_transform(&grid, &[false; 15], 2.0, Combination::Raised)?,
        &[-1.0; 15],
    );
    let full = sauna_transform(&grid, &[true; 15], 2.0, Combination::Raised)?;
    assert!(full.iter().all(|&c| c > 0.0));
    close(&full[5..10], &[0.5, 1.0, 1.0, 1.0, 0.5]);
    assert!(sauna_transform(&grid, &[true; 14], 2.0, Combination::Raised).is_err());
    for ratio in [0.5, f64::NAN, f64::INFINITY] {
        assert!(sauna_transform(&grid, &[true; 15], ratio, Combination::Raised).is_err());
    }
    Ok(())
}
