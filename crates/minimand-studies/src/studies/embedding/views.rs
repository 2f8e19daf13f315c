//! Random views of small square images, for training without labels.

use minimand_burn::random::{Key, Random};

use crate::data::Labelled;
use crate::error::StudyError;
use crate::study::Trial;

/// The images of a trial: rows that are squares of pixels.
pub(super) fn images(trial: &Trial<'_>) -> Result<Labelled, StudyError> {
    let images = trial.digits()?;
    match images.columns.isqrt().pow(2) == images.columns {
        true => Ok(images),
        false => Err(trial.failed(format!(
            "needs square images, but rows have {} values",
            images.columns
        ))),
    }
}

/// How an image is changed at random; what is 0 changes nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Augment {
    /// Moved along each axis by up to so many pixels; zeros come in.
    pub(super) shift: f64,
    /// Turned by up to so many degrees.
    pub(super) rotation: f64,
    /// Made larger or smaller by up to this share.
    pub(super) scale: f64,
    /// Mixed with its blurred self (3×3 binomial) by a share of up to this.
    pub(super) blur: f64,
    /// Times a number of 1 ± this.
    pub(super) contrast: f64,
    /// A square of this side is set to 0.
    pub(super) cutout: usize,
    /// Standard deviation of the noise that is added.
    pub(super) noise: f64,
}

impl Augment {
    /// Nothing is changed.
    pub(super) const NONE: Self = Self {
        shift: 0.0,
        rotation: 0.0,
        scale: 0.0,
        blur: 0.0,
        contrast: 0.0,
        cutout: 0,
        noise: 0.0,
    };

    /// An image turned by so many degrees.
    pub(super) fn turned(image: &[f32], degrees: f64) -> Vec<f32> {
        warped(image, [0.0, 0.0], degrees.to_radians(), 1.0)
    }

    /// A view of each of these rows of `data`, one after the other.
    pub(super) fn views(&self, data: &Labelled, rows: &[usize], key: Key) -> Vec<f32> {
        let mut random = Random::new(key, 0);
        let views = rows.iter();
        views
            .flat_map(|&row| self.of(data.row(row), &mut random))
            .collect()
    }

    /// Two views of each of these rows: first one of each, then the others.
    pub(super) fn pairs(&self, data: &Labelled, rows: &[usize], key: Key) -> Vec<f32> {
        let mut views = self.views(data, rows, key.child(0));
        views.extend(self.views(data, rows, key.child(1)));
        views
    }

    /// A view of an image.
    pub(super) fn of(&self, image: &[f32], random: &mut Random) -> Vec<f32> {
        let side = image.len().isqrt();
        let mut within = |range: f64| match range > 0.0 {
            true => random.uniform_between(-range, range),
            false => 0.0,
        };
        let [down, right] = [(); 2].map(|()| within(self.shift));
        let angle = within(self.rotation).to_radians();
        let factor = 1.0 + within(self.scale);
        let brightness = 1.0 + within(self.contrast);
        let mut view = match self.shift + self.rotation + self.scale > 0.0 {
            true => warped(image, [down, right], angle, factor),
            false => image.to_vec(),
        };
        if self.blur > 0.0 {
            let share = random.uniform_between(0.0, self.blur) as f32;
            let soft = blurred(&view);
            view.iter_mut()
                .zip(soft)
                .for_each(|(x, soft)| *x += share * (soft - *x));
        }
        view.iter_mut().for_each(|x| *x *= brightness as f32);
        if self.cutout > 0 {
            let [top, left] = [(); 2].map(|()| random.below(side + 1 - self.cutout.min(side)));
            for row in view.chunks_exact_mut(side).skip(top).take(self.cutout) {
                row.iter_mut()
                    .skip(left)
                    .take(self.cutout)
                    .for_each(|x| *x = 0.0);
            }
        }
        if self.noise > 0.0 {
            view.iter_mut()
                .for_each(|x| *x += (self.noise * random.normal()) as f32);
        }
        view
    }
}

/// Turned and scaled around its middle, then moved; linear between pixels, zero beyond them.
fn warped(image: &[f32], [down, right]: [f64; 2], angle: f64, factor: f64) -> Vec<f32> {
    let side = image.len().isqrt();
    let middle = (side as f64 - 1.0) / 2.0;
    let (sine, cosine) = angle.sin_cos();
    let at = |row: f64, column: f64| {
        let within = |x: f64| x >= 0.0 && x < side as f64;
        match within(row) && within(column) {
            true => f64::from(image[row as usize * side + column as usize]),
            false => 0.0,
        }
    };
    let pixel = |index: usize| {
        let y = (index / side) as f64 - middle - down;
        let x = (index % side) as f64 - middle - right;
        let row = (cosine * y - sine * x) / factor + middle;
        let column = (sine * y + cosine * x) / factor + middle;
        let (top, left) = (row.floor(), column.floor());
        let (low, along) = (row - top, column - left);
        let line = |row: f64| at(row, left) * (1.0 - along) + at(row, left + 1.0) * along;
        (line(top) * (1.0 - low) + line(top + 1.0) * low) as f32
    };
    (0..image.len()).map(pixel).collect()
}

/// Weights 1, 2, 1 along both axes; zero beyond the border.
fn blurred(image: &[f32]) -> Vec<f32> {
    let side = image.len().isqrt();
    let line = |values: &dyn Fn(usize) -> f32, place: usize| {
        let before = place.checked_sub(1).map_or(0.0, values);
        let after = if place + 1 < side {
            values(place + 1)
        } else {
            0.0
        };
        0.25 * before + 0.5 * values(place) + 0.25 * after
    };
    let across: Vec<f32> = (0..image.len())
        .map(|index| line(&|column| image[index / side * side + column], index % side))
        .collect();
    (0..image.len())
        .map(|index| line(&|row| across[row * side + index % side], index / side))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_changes_nothing_and_whole_shifts_move() {
        let image: Vec<f32> = (0..16).map(|x| x as f32).collect();
        let mut random = Random::new(Key::new(1), 0);
        assert_eq!(Augment::NONE.of(&image, &mut random), image);
        assert_eq!(warped(&image, [0.0, 0.0], 0.0, 1.0), image);
        let moved = warped(&image, [1.0, 0.0], 0.0, 1.0);
        assert_eq!(moved[4..], image[..12]);
        assert_eq!(moved[..4], [0.0; 4]);
        // A quarter turn takes the first row to the last column or to the first.
        let turned = warped(&image, [0.0, 0.0], std::f64::consts::FRAC_PI_2, 1.0);
        let sum: f32 = turned.iter().sum();
        assert!((sum - 120.0).abs() < 1e-3, "{sum}");
    }

    #[test]
    fn blur_keeps_what_is_inside_and_cutout_takes_a_square() {
        let mut image = vec![0.0_f32; 64];
        image[27] = 1.0;
        let soft = blurred(&image);
        assert!((soft.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert_eq!(soft[27], 0.25);
        let cut = Augment {
            cutout: 3,
            ..Augment::NONE
        };
        let view = cut.of(&[1.0; 64], &mut Random::new(Key::new(2), 0));
        assert_eq!(view.iter().filter(|x| **x == 0.0).count(), 9);
    }
}
