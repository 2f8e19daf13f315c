//! Drawings of organs with a label for each part.

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};

use crate::data::pictures::{Imaging, Picture, smooth_field};

/// Rows and columns of a drawing.
pub(super) const SIDE: usize = 32;

/// Brightness of ground, liver, kidneys and vessel in the first modality, and in the second, where their
/// order is another.
const LEVELS: [[f64; 5]; 2] = [[0.3, 0.7, 0.9, 0.9, 1.1], [0.8, 0.4, 1.0, 1.0, 0.1]];

/// The disc (1) of an eye and in it the cup (2). The three groups differ in contrast and noise.
pub(super) fn eye(grid: &Grid, group: usize, key: Key) -> Picture {
    let mut random = Random::new(key.child(0), 0);
    let middle = [0; 2].map(|_| random.uniform_between(13.0, 18.0));
    let size = [0; 2].map(|_| random.uniform_between(7.5, 11.5));
    let share = random.uniform_between(0.4, 0.7);
    let shift = [0; 2].map(|_| random.uniform_between(-0.15, 0.15));
    let labels: Vec<u32> = (0..grid.len())
        .map(|pixel| {
            let place = [pixel / SIDE, pixel % SIDE];
            let off = |axis: usize| (place[axis] as f64 - middle[axis]) / size[axis];
            let disc = off(0).hypot(off(1));
            let cup = (off(0) - shift[0]).hypot(off(1) - shift[1]);
            u32::from(disc <= 1.0) + u32::from(disc <= 1.0 && cup <= share)
        })
        .collect();
    let drawing: Vec<f32> = labels.iter().map(|&label| label as f32).collect();
    let imaging = Imaging {
        contrast: [1.0, 0.7, 0.5][group],
        blur: 1.0,
        ground: 0.2,
        patches: 6.0,
        noise: [0.3, 0.45, 0.6][group],
    };
    Picture {
        grid: *grid,
        channels: 1,
        image: imaging.photograph(grid, &drawing, key.child(1)),
        labels,
    }
}

/// Liver (1), left (2) and right kidney (3) and a thin vessel (4), in one of two modalities; scaled to mean 0 and
/// deviation 1.
pub(super) fn abdomen(grid: &Grid, modality: usize, key: Key) -> Picture {
    let mut random = Random::new(key.child(0), 0);
    let mut between = |low: f64, high: f64| random.uniform_between(low, high);
    // Row, column and half axes of liver and kidneys.
    let ellipses = [
        [
            between(8.0, 11.0),
            between(13.0, 19.0),
            between(4.0, 6.0),
            between(7.0, 10.0),
        ],
        [
            between(20.0, 23.0),
            between(7.0, 10.0),
            between(3.0, 5.0),
            between(2.0, 3.5),
        ],
        [
            between(20.0, 23.0),
            between(22.0, 25.0),
            between(3.0, 5.0),
            between(2.0, 3.5),
        ],
    ];
    let (column, lean, half) = (between(14.5, 17.5), between(-0.15, 0.15), between(0.5, 0.9));
    let label = |pixel: usize| {
        let (row, x) = ((pixel / SIDE) as f64, (pixel % SIDE) as f64);
        for (index, [y0, x0, height, width]) in ellipses.into_iter().enumerate() {
            if ((row - y0) / height).hypot((x - x0) / width) <= 1.0 {
                return index as u32 + 1;
            }
        }
        let is_vessel = row >= 17.0 && (x - column - lean * (row - 17.0)).abs() <= half;
        if is_vessel { 4 } else { 0 }
    };
    let labels: Vec<u32> = (0..grid.len()).map(label).collect();
    let level = |&label: &u32| LEVELS[modality][label as usize] as f32;
    let drawing: Vec<f32> = labels.iter().map(level).collect();
    let imaging = Imaging {
        contrast: 1.0,
        blur: 0.6,
        ground: 0.05,
        patches: 5.0,
        noise: [0.2, 0.25][modality],
    };
    let mut image = imaging.photograph(grid, &drawing, key.child(1));
    if modality == 1 {
        let field = smooth_field(grid, 8.0, key.child(2));
        for (pixel, field) in image.iter_mut().zip(field) {
            *pixel *= (0.2 * field).exp() as f32;
        }
    }
    let count = image.len() as f32;
    let average = image.iter().sum::<f32>() / count;
    let variance = image.iter().map(|x| (x - average).powi(2)).sum::<f32>() / count;
    for pixel in &mut image {
        *pixel = (*pixel - average) / variance.sqrt();
    }
    Picture {
        grid: *grid,
        channels: 1,
        image,
        labels,
    }
}

/// A prostate: an outer zone (1), an inner one (2), in half of the pictures a small disc (3), and a dark crescent at
/// the front (4).
pub(super) fn prostate(grid: &Grid, key: Key) -> Picture {
    let mut random = Random::new(key.child(0), 0);
    let mut between = |low: f64, high: f64| random.uniform_between(low, high);
    let middle = [between(14.5, 17.5), between(14.5, 17.5)];
    let size = [between(9.5, 12.5), between(9.0, 12.5)];
    let (inner, shift) = (between(0.5, 0.65), between(-0.2, -0.05));
    let (opening, depth) = (between(0.5, 0.9), between(0.7, 0.82));
    let (radius, place) = (
        between(1.1, 1.8),
        [between(-0.1, 0.3), between(-0.12, 0.12)],
    );
    let has_urethra = random.below(2) == 1;
    let label = |pixel: usize| {
        let at = [pixel / SIDE, pixel % SIDE];
        let [y, x] = [0, 1].map(|axis| (at[axis] as f64 - middle[axis]) / size[axis]);
        let near = ((y - place[0]) * size[0]).hypot((x - place[1]) * size[1]);
        if y.hypot(x) > 1.0 {
            0
        } else if has_urethra && near <= radius {
            3
        } else if y.hypot(x) >= depth && x.atan2(-y).abs() <= opening {
            4
        } else if (y - shift).hypot(x) <= inner {
            2
        } else {
            1
        }
    };
    let labels: Vec<u32> = (0..grid.len()).map(label).collect();
    let levels = [0.4, 0.9, 0.6, 1.0, 0.2];
    let drawing: Vec<f32> = labels.iter().map(|&label| levels[label as usize]).collect();
    let imaging = Imaging {
        contrast: 1.0,
        blur: 0.7,
        ground: 0.1,
        patches: 5.0,
        noise: 0.15,
    };
    Picture {
        grid: *grid,
        channels: 1,
        image: imaging.photograph(grid, &drawing, key.child(1)),
        labels,
    }
}
