//! Bars of fields.

use super::super::super::Grid;
use super::super::{Barcode, Construction, Filtration, barcode, image};
use super::plain::Complex;
use super::{FILTRATIONS, field, fields, filtered, random};
use crate::error::Error;

const CONSTRUCTIONS: [Construction; 2] = [Construction::Vertices, Construction::TopCells];

fn pixels<T>(bars: &Barcode<T>) -> Vec<(usize, usize, usize)> {
    let dimensions = bars.dimensions().iter().enumerate();
    let mut all: Vec<_> = dimensions
        .flat_map(|(d, bars)| {
            bars.iter()
                .filter_map(move |b| Some((d, b.birth_pixel, b.death_pixel?)))
        })
        .collect();
    all.sort_unstable();
    all
}

/// Sorted births and deaths of each dimension.
fn values(bars: &Barcode<f64>) -> Vec<Vec<[f64; 2]>> {
    let sorted = |bars: &Vec<super::super::Bar<f64>>| {
        let mut all: Vec<[f64; 2]> = bars.iter().map(|b| [b.birth, b.death]).collect();
        all.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
        all
    };
    bars.dimensions().iter().map(sorted).collect()
}

#[test]
fn bars_are_those_of_the_whole_boundary_matrix() {
    for (number, (grid, field)) in fields(1, 1200, [9, 7, 4]).enumerate() {
        for filtration in FILTRATIONS {
            let construction = CONSTRUCTIONS[number / 15 % 2];
            let bars = barcode(&field, &grid, filtration, construction).unwrap();
            assert_eq!(bars.dimensions().len(), grid.axes());
            assert_eq!(
                pixels(&bars),
                Complex::new(&field, &grid, filtration, construction).bars(&field),
                "{grid:?} {field:?} {filtration:?} {construction:?}"
            );
        }
    }
}

#[test]
fn bars_of_larger_fields_are_those_of_their_cells() {
    let mut random = random(2);
    for (shape, levels) in [
        (&[60, 70][..], 0),
        (&[60, 70], 4),
        (&[16, 17, 18], 0),
        (&[16, 17, 18], 4),
    ] {
        let grid = Grid::new(shape).unwrap();
        let field = field(&mut random, grid.len(), levels);
        let cells = filtered(&field, &grid, Filtration::Superlevel);
        let mut expected = Vec::new();
        for (dimension, pairs) in image::pairs(grid.axes(), &cells, &cells)
            .into_iter()
            .enumerate()
        {
            let pixels = pairs
                .into_iter()
                .map(|pair| pair.map(|cell| cells.pixel(cell)));
            expected.extend(
                pixels
                    .filter(|p| field[p[0]] != field[p[1]])
                    .map(|p| (dimension, p[0], p[1])),
            );
        }
        expected.sort_unstable();
        let bars = barcode(
            &field,
            &grid,
            Filtration::Superlevel,
            Construction::Vertices,
        )
        .unwrap();
        assert_eq!(pixels(&bars), expected, "{shape:?} {levels}");
    }
}

#[test]
fn an_image_is_a_volume_of_one_slice() {
    let field = field(&mut random(3), 41 * 37, 0);
    for construction in CONSTRUCTIONS {
        let bars = |shape: &[usize]| {
            let grid = Grid::new(shape).unwrap();
            barcode(&field, &grid, Filtration::Sublevel, construction).unwrap()
        };
        let (image, volume) = (bars(&[41, 37]), bars(&[1, 41, 37]));
        assert_eq!(image.dimension(0), volume.dimension(0));
        assert_eq!(image.dimension(1), volume.dimension(1));
        assert!(volume.dimension(2).is_empty() && image.dimension(2).is_empty());
    }
}

#[test]
fn axes_may_change_places() {
    let shape = [7, 8, 9];
    let field = field(&mut random(4), 7 * 8 * 9, 0);
    let turned: Vec<f64> = (0..9 * 7 * 8)
        .map(|i| field[(i / 8 % 7 * 8 + i % 8) * 9 + i / 56])
        .collect();
    for construction in CONSTRUCTIONS {
        let bars = |field: &[f64], shape: &[usize]| {
            values(
                &barcode(
                    field,
                    &Grid::new(shape).unwrap(),
                    Filtration::Sublevel,
                    construction,
                )
                .unwrap(),
            )
        };
        assert_eq!(bars(&field, &shape), bars(&turned, &[9, 7, 8]));
    }
}

#[test]
fn small_changes_of_values_make_small_changes_of_bars() {
    let mut random = random(5);
    let (grid, change) = (Grid::new(&[12, 12, 12]).unwrap(), 0.05);
    let first = field(&mut random, grid.len(), 0);
    let second: Vec<f64> = first
        .iter()
        .map(|x| x + change * (2.0 * random.uniform() - 1.0))
        .collect();
    let longer = |field: &[f64], length: f64| {
        let bars = barcode(field, &grid, Filtration::Sublevel, Construction::Vertices).unwrap();
        let count = |bars: &Vec<super::super::Bar<f64>>| {
            bars.iter().filter(|b| b.death - b.birth > length).count()
        };
        bars.dimensions().iter().map(count).collect::<Vec<_>>()
    };
    for length in [0.05, 0.2, 0.4] {
        let (many, few) = (
            longer(&second, length),
            longer(&first, length + 2.0 * change),
        );
        assert!(few.iter().sum::<usize>() > 0);
        assert!(
            many.iter().zip(&few).all(|(a, b)| a >= b),
            "{many:?} {few:?}"
        );
    }
}

#[test]
fn constant_fields_have_one_component() {
    for shape in [
        &[1][..],
        &[6],
        &[1, 1],
        &[1, 5],
        &[5, 1],
        &[4, 4],
        &[1, 1, 1],
        &[3, 1, 4],
        &[3, 3, 3],
    ] {
        let grid = Grid::new(shape).unwrap();
        let field = vec![0.25f32; grid.len()];
        for (filtration, construction) in
            [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(f, c)| (FILTRATIONS[f], CONSTRUCTIONS[c]))
        {
            let bars = barcode(&field, &grid, filtration, construction).unwrap();
            assert_eq!(bars.dimensions().iter().map(Vec::len).sum::<usize>(), 1);
            let bar = bars.dimension(0)[0];
            assert_eq!((bar.birth, bar.death_pixel), (0.25, None));
            assert_eq!(bar.death > 0.0, filtration == Filtration::Sublevel);
            assert!(bar.death.is_infinite());
        }
    }
}

#[test]
fn precisions_and_numbers_of_threads_agree() {
    let grid = Grid::new(&[20, 30, 25]).unwrap();
    let wide: Vec<f64> = field(&mut random(6), grid.len(), 0)
        .iter()
        .map(|&x| f64::from(x as f32))
        .collect();
    let narrow: Vec<f32> = wide.iter().map(|&x| x as f32).collect();
    for construction in CONSTRUCTIONS {
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| barcode(&wide, &grid, Filtration::Superlevel, construction).unwrap())
        };
        assert_eq!(run(1), run(3));
        let bars = barcode(&narrow, &grid, Filtration::Superlevel, construction).unwrap();
        assert_eq!(pixels(&bars), pixels(&run(2)));
    }
}

#[test]
fn zeros_are_equal_and_close_values_are_told_apart() {
    let grid = Grid::new(&[5]).unwrap();
    let bars = |field: &[f64]| {
        barcode(field, &grid, Filtration::Sublevel, Construction::Vertices).unwrap()
    };
    assert_eq!(bars(&[0.0, -0.0, 0.0, -0.0, 0.0]).dimension(0).len(), 1);
    // Differences far below the upper half of a double's bits.
    let up = f64::from_bits(1.0f64.to_bits() + 1);
    let bars = bars(&[1.0, up, 1.0, 1.0, up]);
    assert_eq!(bars.dimension(0).len(), 2);
    assert_eq!(
        (
            bars.dimension(0)[0].birth_pixel,
            bars.dimension(0)[1].birth_pixel
        ),
        (3, 0)
    );
}

#[test]
fn what_is_no_field_is_refused() {
    let grid = Grid::new(&[2, 2]).unwrap();
    let run = |field: &[f64]| barcode(field, &grid, Filtration::Sublevel, Construction::Vertices);
    assert!(matches!(
        run(&[0.0; 3]),
        Err(Error::Shape {
            argument: "values",
            ..
        })
    ));
    assert!(matches!(
        run(&[0.0, f64::NAN, 0.0, 0.0]),
        Err(Error::Value { position: 1, .. })
    ));
    let bars = run(&[f64::INFINITY, 0.0, 1.0, f64::NEG_INFINITY]).unwrap();
    assert_eq!(bars.dimension(0)[0].birth, f64::NEG_INFINITY);
}
