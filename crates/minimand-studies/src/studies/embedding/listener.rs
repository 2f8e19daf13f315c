//! A network that tells what is hidden of clips, and the contrast that it learns by.

use burn::module::{Module, Param};
use burn::tensor::activation::relu;
use burn::tensor::{Int, Tensor};
use minimand_burn::random::{Key, Random};

use super::encoder::unit;
use super::speech::{BANDS, FRAMES};
use crate::net::{Mlp, matrix, numbers};

pub(super) const WIDTH: usize = 24;
/// Numbers that contexts and targets are compared by.
pub(super) const CODE: usize = 16;
/// Frames that a convolution sees.
const TAPS: usize = 5;
/// Negatives of a hidden frame.
pub(super) const NEGATIVES: usize = 10;
const TEMPERATURE: f64 = 0.1;
/// What the logit of a negative in the positive's cluster is multiplied by.
const SOFTENED: f32 = 0.3;

/// An encoder of frames, two convolutions over time for their context, and projections of both.
#[derive(Module, Debug)]
pub(super) struct Listener {
    encoder: Mlp,
    /// In the place of a hidden frame, `[1, WIDTH]`.
    blank: Param<Tensor<2>>,
    near: Mlp,
    far: Mlp,
    context: Mlp,
    target: Mlp,
}

impl Listener {
    pub(super) fn new(key: Key) -> Self {
        let mut random = Random::new(key.child(5), 0);
        let blank = (0..WIDTH).map(|_| 0.1 * random.normal() as f32).collect();
        let net = |widths: &[usize], index| Mlp::new(widths, key.child(index));
        Self {
            encoder: net(&[3 * BANDS, 48, WIDTH], 0),
            blank: Param::from_tensor(matrix(blank, WIDTH)),
            near: net(&[TAPS * WIDTH, WIDTH], 1),
            far: net(&[TAPS * WIDTH, WIDTH], 2),
            context: net(&[WIDTH, CODE], 3),
            target: net(&[WIDTH, CODE], 4),
        }
    }

    /// Contexts and targets `[hidden, CODE]` of the hidden frames, of length 1.
    pub(super) fn hear(&self, windows: Tensor<2>, hidden: &[usize]) -> [Tensor<2>; 2] {
        let [rows, _] = windows.dims();
        let frames = self.encoder.forward(windows);
        let mut mask = vec![0.0; rows];
        hidden.iter().for_each(|&row| mask[row] = 1.0);
        let mask = matrix(mask, 1);
        let seen = mask.clone().neg().add_scalar(1.0);
        let found = self.mixed(frames.clone() * seen + mask.matmul(self.blank.val()));
        let pick =
            |net: &Mlp, rows: Tensor<2>| unit(net.forward(super::encoder::select(&rows, hidden)));
        [pick(&self.context, found), pick(&self.target, frames)]
    }

    /// Frames with what lies around them.
    fn mixed(&self, frames: Tensor<2>) -> Tensor<2> {
        let near = frames.clone() + relu(self.near.forward(taps(frames, 2)));
        near.clone() + relu(self.far.forward(taps(near, 3)))
    }

    /// What probes look at, `[frames, WIDTH]`: nothing is hidden.
    pub(super) fn features_of(&self, windows: Vec<f32>) -> Vec<f32> {
        let net = self.valid();
        let windows = matrix(windows, 3 * BANDS).inner();
        numbers(net.mixed(net.encoder.forward(windows)))
    }
}

/// Beside every frame those so far apart, `[rows, TAPS · width]`; zeros beyond the ends of a clip.
fn taps(rows: Tensor<2>, apart: usize) -> Tensor<2> {
    let [count, width] = rows.dims();
    let clips: Tensor<3> = rows.reshape([count / FRAMES, FRAMES, width]);
    let edge = [count / FRAMES, TAPS / 2 * apart, width];
    let edge = Tensor::zeros(edge, &clips.device());
    let padded = Tensor::cat(vec![edge.clone(), clips, edge], 1);
    let shifted = (0..TAPS).map(|tap| padded.clone().narrow(1, tap * apart, FRAMES));
    Tensor::cat(shifted.collect(), 2).reshape([count, TAPS * width])
}

/// For each hidden frame its own place among them and then those of the negatives, `[hidden, 1 + NEGATIVES]`: drawn from the
/// others of its clip, of which there are so many, clip by clip.
pub(super) fn draws(of_clips: &[usize], random: &mut Random) -> Vec<usize> {
    let mut drawn = Vec::new();
    let mut first = 0;
    for &count in of_clips {
        for own in 0..count {
            drawn.push(first + own);
            for _ in 0..NEGATIVES {
                let other = random.below(count - 1);
                drawn.push(first + other + usize::from(other >= own));
            }
        }
        first += count;
    }
    drawn
}

/// The logits `[hidden, 1 + NEGATIVES]` of contexts with the targets that were drawn, the own one first. With clusters
/// of the targets, negatives in that of the own one count less.
pub(super) fn logits(
    contexts: &Tensor<2>,
    targets: &Tensor<2>,
    draws: &[usize],
    clusters: Option<&[usize]>,
) -> Tensor<2> {
    let [rows, _] = contexts.dims();
    let all = contexts.clone().matmul(targets.clone().transpose());
    let places = draws.iter().enumerate();
    let places = places.map(|(place, &target)| (place / (1 + NEGATIVES) * rows + target) as i64);
    let places: Vec<i64> = places.collect();
    let places = Tensor::<1, Int>::from_data(&places[..], &all.device());
    let cosines: Tensor<1> = all.reshape([rows * rows]).select(0, places);
    let logits = cosines
        .reshape([rows, 1 + NEGATIVES])
        .div_scalar(TEMPERATURE);
    let Some(clusters) = clusters else {
        return logits;
    };
    let factors = draws.chunks_exact(1 + NEGATIVES).flat_map(|drawn| {
        let own = drawn[0];
        // The own one is not softened, though it is in its cluster.
        drawn.iter().map(
            move |&other| match other != own && clusters[other] == clusters[own] {
                true => SOFTENED,
                false => 1.0,
            },
        )
    });
    softened(logits, factors.collect())
}

/// Logits times factors where they are positive: a smaller negative logit would be a larger one.
fn softened(logits: Tensor<2>, factors: Vec<f32>) -> Tensor<2> {
    let [_, columns] = logits.dims();
    relu(logits.clone()) * matrix(factors, columns) - relu(logits.neg())
}

#[cfg(test)]
mod tests {
    use minimand_burn::LossModule;

    use super::*;
    use crate::net::label_loss;

    #[test]
    fn softened_logits_are_as_in_paper_055() {
        let loss = LossModule::new("cross_entropy".parse().unwrap());
        let of = |factors: [f32; 4]| {
            let logits = softened(matrix(vec![8.0, 6.0, -1.0, 2.0], 4), factors.to_vec());
            f64::from(numbers(label_loss(&loss, logits, &[0]).unwrap())[0])
        };
        for (factors, expected) in [
            ([1.0; 4], 0.129_217_365),
            ([1.0, 0.3, 1.0, 1.0], 0.004_620_900),
            // A negative logit stays.
            ([1.0, 1.0, 0.3, 1.0], 0.129_217_365),
        ] {
            assert!((of(factors) - expected).abs() < 1e-6, "{}", of(factors));
        }
    }

    #[test]
    fn negatives_are_others_of_the_same_clip() {
        let mut random = Random::new(Key::new(1), 0);
        for _ in 0..500 {
            for drawn in draws(&[2, 7, 20], &mut random).chunks_exact(1 + NEGATIVES) {
                let clip = |place: usize| usize::from(place >= 2) + usize::from(place >= 9);
                let others = &drawn[1..];
                assert!(others.iter().all(|&other| other != drawn[0] && other < 29));
                assert!(others.iter().all(|&other| clip(other) == clip(drawn[0])));
            }
        }
    }

    #[test]
    fn logits_are_those_of_the_drawn() {
        let angle = |degrees: f32| [degrees.to_radians().cos(), degrees.to_radians().sin()];
        let contexts = matrix([angle(0.0), angle(90.0)].concat(), 2);
        let targets = matrix([angle(60.0), angle(150.0)].concat(), 2);
        let drawn = draws(&[2], &mut Random::new(Key::new(1), 0));
        let found = numbers(logits(&contexts, &targets, &drawn, Some(&[1, 1])));
        assert!((found[0] - 5.0).abs() < 1e-4 && (found[1] + 8.660_254).abs() < 1e-4);
        let softened = 0.3 * 8.660_254;
        let second = &found[1 + NEGATIVES..];
        assert!((second[0] - 5.0).abs() < 1e-4 && (second[1] - softened).abs() < 1e-4);
    }

    #[test]
    fn taps_stay_within_a_clip() {
        let rows: Vec<f32> = (0..2 * FRAMES).map(|x| 1.0 + x as f32).collect();
        let found = numbers(taps(matrix(rows, 1), 2));
        assert_eq!(found[..TAPS], [0.0, 0.0, 1.0, 3.0, 5.0]);
        let next = &found[FRAMES * TAPS..][..TAPS];
        assert_eq!(next, [0.0, 0.0, 41.0, 43.0, 45.0]);
    }
}
