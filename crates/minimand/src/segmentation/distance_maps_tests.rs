use super::*;

fn mask(text: &str) -> Vec<bool> {
    text.bytes()
        .filter(|b| !b.is_ascii_whitespace())
        .map(|b| b == b'#')
        .collect()
}

fn close(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (g, w) in got.iter().zip(want) {
        assert!((g - w).abs() < 1e-12, "{got:?} {want:?}");
    }
}

#[test]
fn a_boundary_map_is_zero_on_the_border_pixels() -> Result<(), Error> {
    let grid = Grid::new(&[7])?;
    let line = boundary_map(&grid, &mask("..###.."))?;
    close(&line, &[2.0, 1.0, 0.0, -1.0, 0.0, 1.0, 2.0]);
    let grid = Grid::new(&[3, 4])?.with_spacing(&[2.0, 0.5])?;
    let image = boundary_map(&grid, &mask("....  .##.  ...."))?;
    let corner = 4.25f64.sqrt();
    #[rustfmt::skip]
    close(&image, &[
        corner, 2.0, 2.0, corner,
        0.5, 0.0, 0.0, 0.5,
        corner, 2.0, 2.0, corner,
    ]);
    Ok(())
}

#[test]
fn without_a_border_there_is_no_distance() -> Result<(), Error> {
    let grid = Grid::new(&[2, 3])?;
    for full in [true, false] {
        let mask = [full; 6];
        close(&boundary_map(&grid, &mask)?, &[0.0; 6]);
        let far = if full { -1.0 } else { 1.0 };
        close(&region_wise_map(&grid, &mask)?, &[far; 6]);
        close(&normalized_distance(&grid, &mask, 2.0, false)?, &[1.0; 6]);
        let signed = f64::from(u8::from(full));
        close(&normalized_distance(&grid, &mask, 2.0, true)?, &[signed; 6]);
    }
    Ok(())
}

#[test]
fn a_region_wise_map_is_that_of_paper_036() -> Result<(), Error> {
    let grid = Grid::new(&[1, 7])?;
    let inside = mask(".#####.");
    let third = 1.0 / 3.0;
    let want = [1.0, -third, -2.0 * third, -1.0, -2.0 * third, -third, 1.0];
    close(&region_wise_map(&grid, &inside)?, &want);
    let outside: Vec<bool> = inside.iter().map(|m| !m).collect();
    let want = [-1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0];
    close(&region_wise_map(&grid, &outside)?, &want);
    Ok(())
}

#[test]
fn a_normalized_distance_is_cut() -> Result<(), Error> {
    let grid = Grid::new(&[6])?;
    let inside = mask(".####.");
    let unsigned = normalized_distance(&grid, &inside, 4.0, false)?;
    close(&unsigned, &[0.25, 0.25, 0.5, 0.5, 0.25, 0.25]);
    let signed = normalized_distance(&grid, &inside, 1.5, true)?;
    let third = 1.0 / 3.0;
    close(
        &signed,
        &[0.5 - third, 0.5 + third, 1.0, 1.0, 0.5 + third, 0.5 - third],
    );
    Ok(())
}

#[test]
fn what_does_not_fit_is_refused() -> Result<(), Error> {
    let grid = Grid::new(&[4])?;
    assert!(boundary_map(&grid, &[true; 3]).is_err());
    assert!(region_wise_map(&grid, &[true; 5]).is_err());
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(normalized_distance(&grid, &[true; 4], bad, true).is_err());
    }
    Ok(())
}
