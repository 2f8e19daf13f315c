//! Mirrored and turned copies of images.

use super::super::error::TrainError;
use crate::random::Random;

/// Which random symmetries each image of a batch goes through, its mask and weights with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Augment {
    /// Mirrored along each axis with probability 1/2.
    pub flips: bool,
    /// Turned by 0, 90, 180 or 270 degrees in the plane of rows and columns, which must be square.
    pub rotations: bool,
}

/// One of the symmetries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Turn {
    /// Rows become columns, before anything is mirrored.
    transposed: bool,
    /// Slices, rows and columns.
    mirrored: [bool; 3],
}

impl Augment {
    /// Can images of this size be turned so?
    pub(super) fn check(&self, [_, rows, columns]: [usize; 3]) -> Result<(), TrainError> {
        match self.rotations && rows != columns {
            true => Err(TrainError::Setting {
                name: "rotations",
                expected: "false unless images have as many rows as columns",
                got: format!("true for {rows} rows and {columns} columns"),
            }),
            false => Ok(()),
        }
    }

    /// The next symmetry. As many numbers are drawn whatever is asked for, and in the plane too.
    pub(super) fn draw(&self, random: &mut Random) -> Turn {
        let coins: [bool; 4] = std::array::from_fn(|_| random.below(2) == 1);
        let [odd, rows, columns, slices] = coins;
        match (self.flips, self.rotations) {
            (false, false) => Turn::default(),
            (true, _) => Turn {
                transposed: odd && self.rotations,
                mirrored: [slices, rows, columns],
            },
            // Of a transposed image and a plain one, the first is a rotation if it is mirrored along one
            // axis, the other if it is along none or both.
            (false, true) => Turn {
                transposed: odd,
                mirrored: [false, rows, rows != odd],
            },
        }
    }
}

impl Turn {
    /// Appends channels `[_, slices, rows, columns]`, turned.
    pub(super) fn append<T: Copy>(self, values: &[T], size: [usize; 3], to: &mut Vec<T>) {
        if self == Turn::default() {
            to.extend_from_slice(values);
            return;
        }
        let [slices, rows, columns] = size;
        let [z_mirrored, y_mirrored, x_mirrored] = self.mirrored;
        let at = |index: usize, length: usize, mirrored| match mirrored {
            true => length - 1 - index,
            false => index,
        };
        for channel in values.chunks_exact(slices * rows * columns) {
            for z in 0..slices {
                let slice =
                    &channel[at(z, slices, z_mirrored) * rows * columns..][..rows * columns];
                for y in (0..rows).map(|y| at(y, rows, y_mirrored)) {
                    let places = (0..columns).map(|x| at(x, columns, x_mirrored));
                    match self.transposed {
                        // Only of square images.
                        true => to.extend(places.map(|x| slice[x * columns + y])),
                        false => to.extend(places.map(|x| slice[y * columns + x])),
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Key;
    use std::collections::BTreeSet;

    fn seen(augment: Augment) -> BTreeSet<Vec<u8>> {
        let mut random = Random::new(Key::new(1), 0);
        let turned = (0..200).map(|_| {
            let mut turned = Vec::new();
            augment
                .draw(&mut random)
                .append(&[1, 2, 3, 4], [1, 2, 2], &mut turned);
            turned
        });
        turned.collect()
    }

    #[test]
    fn the_symmetries_are_those_that_are_asked_for() {
        let (identity, flips) = ([1, 2, 3, 4], [[2, 1, 4, 3], [3, 4, 1, 2], [4, 3, 2, 1]]);
        let rotations = [[2, 4, 1, 3], [4, 3, 2, 1], [3, 1, 4, 2]];
        let set = |turns: &[[u8; 4]]| {
            turns
                .iter()
                .map(|turn| turn.to_vec())
                .collect::<BTreeSet<_>>()
        };
        let augment = |flips, rotations| Augment { flips, rotations };
        assert_eq!(seen(augment(false, false)), set(&[identity]));
        assert_eq!(
            seen(augment(true, false)),
            set(&[&[identity], &flips[..]].concat())
        );
        assert_eq!(
            seen(augment(false, true)),
            set(&[&[identity], &rotations[..]].concat())
        );
        assert_eq!(seen(augment(true, true)).len(), 8);
    }

    #[test]
    fn channels_and_slices_are_kept_apart() {
        let turn = Turn {
            transposed: false,
            mirrored: [true, false, true],
        };
        let mut turned = Vec::new();
        turn.append(&[1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 2], &mut turned);
        assert_eq!(turned, [4, 3, 2, 1, 8, 7, 6, 5]);
    }
}
