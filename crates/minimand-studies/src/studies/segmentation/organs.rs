//! Drawings of organs with a label for each part.

use minimand::grid::Grid;
use minimand_burn::random::{Key, Random};

use crate::data::pictures::{Imaging, Picture};

/// Rows and columns of a drawing.
pub(super) const SIDE: usize = 32;

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
