//! Made-up speech: symbols one after the other, each a moving pattern over the bands of a filter bank.

use minimand_burn::random::{Key, Random};

use crate::data::Labelled;

pub(super) const SYMBOLS: usize = 12;
pub(super) const BANDS: usize = 16;
/// Frames of a clip, and of a symbol.
pub(super) const FRAMES: usize = 40;
pub(super) const HELD: usize = 5;

/// Which symbols follow which, and how each sounds.
pub(super) struct Speech {
    /// `[symbols, symbols]`
    follows: Vec<f64>,
    /// The bands where the two formants of a symbol begin and end.
    formants: Vec<[[f64; 2]; 2]>,
}

impl Speech {
    pub(super) fn new(key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let mut follows = vec![0.0; SYMBOLS * SYMBOLS];
        for symbol in 0..SYMBOLS {
            let mut others: Vec<usize> = (0..SYMBOLS).filter(|&other| other != symbol).collect();
            random.shuffle(&mut others);
            for (other, chance) in others.into_iter().zip([0.6, 0.3, 0.1]) {
                follows[symbol * SYMBOLS + other] = chance;
            }
        }
        let mut band = || random.uniform_between(1.0, BANDS as f64 - 2.0);
        let mut formant = || [band(), band()];
        let formants = (0..SYMBOLS).map(|_| [formant(), formant()]).collect();
        Self { follows, formants }
    }

    /// So many clips: a row of bands for each frame, with its symbol as the label.
    pub(super) fn clips(&self, count: usize, key: Key) -> Labelled {
        let (mut features, mut labels) = (Vec::new(), Vec::new());
        for clip in 0..count {
            let mut random = Random::new(key.child(clip as u64), 0);
            let mut symbol = random.below(SYMBOLS);
            let mut age = random.below(HELD);
            let gain = random.uniform_between(0.7, 1.3);
            for _ in 0..FRAMES {
                if age == HELD {
                    let chances = &self.follows[symbol * SYMBOLS..][..SYMBOLS];
                    (symbol, age) = (random.weighted(chances), 0);
                }
                let share = age as f64 / (HELD - 1) as f64;
                let places = self.formants[symbol].map(|[from, to]| from + share * (to - from));
                for band in 0..BANDS {
                    let bumps = places.map(|place| (-(band as f64 - place).powi(2) / 4.5).exp());
                    let sound = gain * (bumps[0] + bumps[1]);
                    features.push((sound + 0.1 * random.normal()) as f32);
                }
                labels.push(symbol as u32);
                age += 1;
            }
        }
        Labelled {
            features,
            columns: BANDS,
            labels,
            classes: SYMBOLS,
        }
    }
}

/// Clips `[n, FRAMES, BANDS]` louder or softer, tilted over the bands, and with noise whose standard deviation is drawn
/// for each from between these.
pub(super) fn disturbed(clips: &[f32], noise: [f64; 2], key: Key) -> Vec<f32> {
    let clips = clips.chunks_exact(FRAMES * BANDS).enumerate();
    let disturb = |(index, clip): (usize, &[f32])| -> Vec<f32> {
        let mut random = Random::new(key.child(index as u64), 0);
        let noise = random.uniform_between(noise[0], noise[1]);
        let gain = random.uniform_between(0.7, 1.3);
        let tilt = random.uniform_between(-0.3, 0.3);
        let entries = clip.iter().enumerate();
        let entries = entries.map(|(place, &x)| {
            let height = 2.0 * (place % BANDS) as f64 / (BANDS - 1) as f64 - 1.0;
            let sound = gain * (1.0 + tilt * height) * f64::from(x);
            (sound + noise * random.normal()) as f32
        });
        entries.collect()
    };
    clips.flat_map(disturb).collect()
}

/// Every frame between its two neighbours, `[n · FRAMES, 3 · BANDS]`; zeros beyond the ends of a clip.
pub(super) fn windows(clips: &[f32]) -> Vec<f32> {
    let mut rows = Vec::with_capacity(3 * clips.len());
    for clip in clips.chunks_exact(FRAMES * BANDS) {
        let silence = [0.0; BANDS];
        let padded = [&silence, clip, &silence].concat();
        for frame in 0..FRAMES {
            rows.extend_from_slice(&padded[frame * BANDS..][..3 * BANDS]);
        }
    }
    rows
}

/// The frames of a clip that are hidden: spans as long as a symbol, which begin at any frame with chance 0.1, but at
/// least one.
pub(super) fn hidden(random: &mut Random) -> Vec<usize> {
    let begins = 0..=FRAMES - HELD;
    let mut starts: Vec<usize> = begins.filter(|_| random.uniform() < 0.1).collect();
    if starts.is_empty() {
        starts.push(random.below(FRAMES - HELD + 1));
    }
    let is_hidden = |frame: &usize| {
        let within = |start: &usize| (*start..start + HELD).contains(frame);
        starts.iter().any(within)
    };
    (0..FRAMES).filter(is_hidden).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_held_and_followed_by_few() {
        let speech = Speech::new(Key::new(1));
        let clips = speech.clips(200, Key::new(2));
        assert_eq!(clips.features.len(), 200 * FRAMES * BANDS);
        let mut followers = vec![Vec::new(); SYMBOLS];
        for clip in clips.labels.chunks_exact(FRAMES) {
            let changes: Vec<usize> = (1..FRAMES).filter(|&i| clip[i] != clip[i - 1]).collect();
            assert!(changes[0] <= HELD && changes.windows(2).all(|pair| pair[1] - pair[0] == HELD));
            for &change in &changes {
                let known: &mut Vec<u32> = &mut followers[clip[change - 1] as usize];
                if !known.contains(&clip[change]) {
                    known.push(clip[change]);
                }
            }
        }
        assert!(followers.iter().all(|known| known.len() <= 3));
    }

    #[test]
    fn windows_and_spans_stay_within_their_clip() {
        let clips: Vec<f32> = (0..2 * FRAMES * BANDS).map(|x| 1.0 + x as f32).collect();
        let rows = windows(&clips);
        assert_eq!(rows.len(), 3 * clips.len());
        let last = &rows[(FRAMES - 1) * 3 * BANDS..][..3 * BANDS];
        assert_eq!(last[..BANDS], clips[(FRAMES - 2) * BANDS..][..BANDS]);
        assert_eq!(last[2 * BANDS..], [0.0; BANDS]);
        for seed in 0..50 {
            let frames = hidden(&mut Random::new(Key::new(seed), 0));
            assert!(frames.len() >= HELD && frames.iter().all(|&frame| frame < FRAMES));
        }
    }
}
