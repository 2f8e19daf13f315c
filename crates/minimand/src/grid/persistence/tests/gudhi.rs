//! Agreement with GUDHI: `fixtures/topology.json`, made by `fixtures/make_topology.py`.

use super::super::super::Grid;
use super::super::{Construction, Filtration, barcode};
use serde::Deserialize;

const FILE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../fixtures/topology.json"
));

#[derive(Deserialize)]
struct File {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    shape: Vec<usize>,
    values: Vec<f64>,
    vertices: Vec<Vec<[Option<f64>; 2]>>,
    top_cells: Vec<Vec<[Option<f64>; 2]>>,
}

#[test]
fn bars_are_those_of_gudhi() {
    let file: File = serde_json::from_str(FILE).unwrap();
    assert!(file.cases.len() > 10);
    for case in file.cases {
        let grid = Grid::new(&case.shape).unwrap();
        for (construction, expected) in [
            (Construction::Vertices, &case.vertices),
            (Construction::TopCells, &case.top_cells),
        ] {
            let bars = barcode(&case.values, &grid, Filtration::Sublevel, construction).unwrap();
            for (dimension, expected) in expected.iter().enumerate() {
                let bar =
                    |b: &super::super::Bar<f64>| [Some(b.birth), b.death_pixel.map(|_| b.death)];
                let mut found: Vec<_> = bars.dimension(dimension).iter().map(bar).collect();
                found.sort_by(|a, b| a.partial_cmp(b).unwrap());
                assert_eq!(
                    &found, expected,
                    "{} {construction:?} {dimension}",
                    case.name
                );
            }
        }
    }
}
