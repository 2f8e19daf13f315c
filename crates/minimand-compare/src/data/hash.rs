//! A fingerprint of a data set.

use super::{Data, FeatureValues, Target};

/// FNV-1a with 64 bits, over everything in order, each part with its length.
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    /// The hash of nothing.
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    fn texts(&mut self, texts: &[String]) {
        self.number(texts.len() as u64);
        texts.iter().for_each(|text| self.text(text));
    }

    pub(crate) fn codes(&mut self, codes: &[u32]) {
        self.number(codes.len() as u64);
        codes.iter().for_each(|code| self.number(u64::from(*code)));
    }

    pub(crate) fn values(&mut self, values: &[f64]) {
        self.number(values.len() as u64);
        for value in values {
            // One bit pattern for every NaN, and one for both zeros.
            let value = if value.is_nan() {
                f64::NAN
            } else {
                value + 0.0
            };
            self.number(value.to_bits());
        }
    }

    /// The fingerprint as text.
    pub(crate) fn finish(self) -> String {
        format!("fnv1a64:{:016x}", self.0)
    }
}

/// The fingerprint of some bytes: FNV-1a with 64 bits.
pub fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hash = Fnv::default();
    hash.bytes(bytes);
    hash.0
}

pub(super) fn of(data: &Data) -> String {
    let mut hash = Fnv::default();
    for feature in &data.features {
        hash.text(&feature.name);
        match &feature.values {
            FeatureValues::Numbers(values) | FeatureValues::Dates(values) => hash.values(values),
            FeatureValues::Categories { codes, names } => {
                hash.texts(names);
                codes.iter().for_each(|code| {
                    hash.number(code.map_or(u64::MAX, u64::from));
                });
            }
        }
    }
    hash.text(&data.target_name);
    hash.texts(data.target.names());
    match &data.target {
        Target::Values(values) => hash.values(values),
        Target::Classes { labels, .. } => hash.codes(labels),
        Target::Labels { has, .. } => {
            has.iter().for_each(|has| hash.number(u64::from(*has)));
        }
    }
    for numbers in [&data.weights, &data.times].into_iter().flatten() {
        hash.values(numbers);
    }
    for grouping in data.groups.iter().chain(&data.slices) {
        hash.text(&grouping.column);
        hash.texts(&grouping.names);
        hash.codes(&grouping.codes);
    }
    hash.finish()
}
