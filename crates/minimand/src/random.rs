//! Random numbers that depend on what they are for, not on when or where they are drawn.
//!
//! The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as
//! easy as 1, 2, 3"): a block cipher that turns a counter into random bits. A [`Key`] names an
//! experiment by its seed, repeat, fold and so on; a *stream* names a purpose within it; nothing is
//! shared between threads.

use std::f64::consts::TAU;

/// What the numbers are for: a seed, refined step by step.
///
/// ```
/// use minimand::random::{Key, Random};
/// let key = |repeat, fold| Key::new(42).child(repeat).child(fold);
/// let first = |key| Random::new(key, 0).uniform();
/// assert_eq!(first(key(3, 1)), first(key(3, 1)));
/// assert_ne!(first(key(3, 1)), first(key(1, 3)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(u64);

/// The last counter word: draws and derived keys never encrypt the same counter.
const DRAW: u32 = 0;
const CHILD: u32 = 1;

impl Key {
    /// The key of a seed.
    pub fn new(seed: u64) -> Self {
        Key(seed)
    }

    /// The key of part `index` of this one: a repeat, a fold, an epoch, a layer. Any number is an
    /// index, and the order of the steps matters.
    pub fn child(self, index: u64) -> Self {
        let [a, b, _, _] = philox([low(index), high(index), 0, CHILD], self.words());
        Key(u64::from(a) | u64::from(b) << 32)
    }

    fn words(self) -> [u32; 2] {
        [low(self.0), high(self.0)]
    }
}

/// The numbers of one stream of a key, from the first one on.
#[derive(Debug, Clone)]
pub struct Random {
    key: Key,
    stream: u32,
    /// Number of blocks drawn so far.
    blocks: u64,
    block: [u32; 4],
    /// Words of `block` that have been handed out.
    used: usize,
    /// The second number of the last pair of normal ones.
    spare: Option<f64>,
}

impl Random {
    /// The stream with this number, one per purpose: weights, batches, noise.
    pub fn new(key: Key, stream: u32) -> Self {
        Random {
            key,
            stream,
            blocks: 0,
            block: [0; 4],
            used: 4,
            spare: None,
        }
    }

    fn word(&mut self) -> u32 {
        if self.used == self.block.len() {
            let counter = [low(self.blocks), high(self.blocks), self.stream, DRAW];
            self.block = philox(counter, self.key.words());
            self.blocks = self.blocks.wrapping_add(1);
            self.used = 0;
        }
        let word = self.block[self.used];
        self.used += 1;
        word
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let first = u64::from(self.word());
        first | u64::from(self.word()) << 32
    }

    /// Uniform on [0, 1), a multiple of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform between `low` and `high`.
    pub fn uniform_between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Normal with mean 0 and standard deviation 1 (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        // 1 − u lies in (0, 1], so the logarithm is finite.
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        let (sine, cosine) = (TAU * self.uniform()).sin_cos();
        self.spare = Some(radius * sine);
        radius * cosine
    }

    /// Puts `items` in random order, each order being equally likely (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.up_to(last));
        }
    }

    /// Uniform on `0..bound` without bias; 0 if `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.up_to(bound.saturating_sub(1))
    }

    /// A place in `weights` with a chance in proportion to its weight: numbers of at least 0 with a finite sum. Uniform if
    /// all are 0; 0 if there are none.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let total: f64 = weights.iter().sum();
        if !(total > 0.0) {
            return self.below(weights.len());
        }
        let mut left = self.uniform() * total;
        let mut last = 0;
        for (i, &weight) in weights.iter().enumerate().filter(|w| *w.1 > 0.0) {
            if left < weight {
                return i;
            }
            left -= weight;
            last = i;
        }
        // Rounding has left something: the last that can be drawn.
        last
    }

    /// Uniform on 0..=last without bias (Lemire 2019).
    fn up_to(&mut self, last: usize) -> usize {
        let Some(bound) = (last as u64).checked_add(1) else {
            return self.bits() as usize;
        };
        // The 2⁶⁴ mod bound smallest remainders would be drawn once too often.
        let rejected = bound.wrapping_neg() % bound;
        loop {
            let wide = u128::from(self.bits()) * u128::from(bound);
            if wide as u64 >= rejected {
                return (wide >> 64) as usize;
            }
        }
    }
}

fn low(x: u64) -> u32 {
    x as u32
}

fn high(x: u64) -> u32 {
    (x >> 32) as u32
}

/// Ten rounds of Philox on four words.
fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let [a, b, c, d] = counter;
        let x = u64::from(a) * 0xd251_1f53;
        let y = u64::from(c) * 0xcd9e_8d57;
        counter = [high(y) ^ b ^ key[0], low(y), high(x) ^ d ^ key[1], low(x)];
        key = [
            key[0].wrapping_add(0x9e37_79b9),
            key[1].wrapping_add(0xbb67_ae85),
        ];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `kat_vectors` of the authors' Random123 library, `philox4x32 10`.
    #[test]
    fn philox_gives_the_published_blocks() {
        let cases = [
            (
                [0; 4],
                [0; 2],
                [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8],
            ),
            (
                [u32::MAX; 4],
                [u32::MAX; 2],
                [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd],
            ),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, block) in cases {
            assert_eq!(philox(counter, key), block);
        }
    }

    #[test]
    fn keys_and_streams_are_told_apart() {
        let root = Key::new(7);
        let first = [
            Random::new(root, 0).bits(),
            Random::new(root, 1).bits(),
            Random::new(Key::new(8), 0).bits(),
            Random::new(root.child(0), 0).bits(),
            Random::new(root.child(1), 0).bits(),
            Random::new(root.child(0).child(1), 0).bits(),
            Random::new(root.child(1).child(0), 0).bits(),
        ];
        for (i, bits) in first.iter().enumerate() {
            assert!(!first[..i].contains(bits), "stream {i}");
        }
    }

    #[test]
    fn weighted_draws_follow_their_weights() {
        let mut random = Random::new(Key::new(4), 0);
        let mut counts = [0.0f64; 4];
        for _ in 0..20_000 {
            counts[random.weighted(&[1.0, 0.0, 2.0, 5.0])] += 1.0 / 20_000.0;
        }
        for (share, expected) in counts.iter().zip([0.125, 0.0, 0.25, 0.625f64]) {
            assert!((share - expected).abs() < 0.02, "{counts:?}");
        }
        assert_eq!(counts[1], 0.0);
        assert!(random.weighted(&[0.0; 3]) < 3);
        assert_eq!(random.weighted(&[]), 0);
    }

    /// Mean, variance, skewness and kurtosis of `n` draws.
    fn moments(mut draw: impl FnMut() -> f64, n: usize) -> [f64; 4] {
        let draws: Vec<f64> = (0..n).map(|_| draw()).collect();
        let mean = draws.iter().sum::<f64>() / n as f64;
        let central = |p| draws.iter().map(|x| (x - mean).powi(p)).sum::<f64>() / n as f64;
        let variance = central(2);
        [
            mean,
            variance,
            central(3) / variance.powf(1.5),
            central(4) / (variance * variance),
        ]
    }

    fn assert_near(got: [f64; 4], expected: [f64; 4]) {
        for (g, e) in got.iter().zip(expected) {
            assert!((g - e).abs() < 0.02, "{got:?} is not near {expected:?}");
        }
    }

    #[test]
    fn uniform_and_normal_have_their_moments() {
        let n = 200_000;
        let mut random = Random::new(Key::new(1), 0);
        assert_near(moments(|| random.uniform(), n), [0.5, 1.0 / 12.0, 0.0, 1.8]);
        assert_near(moments(|| random.normal(), n), [0.0, 1.0, 0.0, 3.0]);
        for _ in 0..1000 {
            let x = random.uniform_between(-2.0, 3.0);
            assert!((-2.0..3.0).contains(&x));
        }
    }

    #[test]
    fn successive_numbers_are_uncorrelated() {
        let mut random = Random::new(Key::new(2), 0);
        let draws: Vec<f64> = (0..100_000).map(|_| random.uniform() - 0.5).collect();
        for lag in 1..5 {
            let products = draws.iter().zip(&draws[lag..]).map(|(a, b)| a * b * 12.0);
            let correlation = products.sum::<f64>() / draws.len() as f64;
            assert!(correlation.abs() < 0.015, "lag {lag}: {correlation}");
        }
    }

    #[test]
    fn every_order_of_three_is_about_equally_likely() {
        let mut counts = std::collections::BTreeMap::new();
        let mut random = Random::new(Key::new(3), 0);
        for _ in 0..6000 {
            let mut items = [0, 1, 2];
            random.shuffle(&mut items);
            *counts.entry(items).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 6);
        // The standard deviation of each count is 29.
        assert!(
            counts.values().all(|n| (870..1130).contains(n)),
            "{counts:?}"
        );
    }
}
