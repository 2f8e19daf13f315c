//! A set of numbers with the largest at hand: a column of a matrix over Z/2 while it is reduced.

/// A bit for each number, and above it trees of words that say which words are not 0.
///
/// Every operation takes the same few steps, however many numbers there are.
pub(super) struct BitTree {
    levels: Vec<Vec<u64>>,
}

impl BitTree {
    /// The empty set of numbers below `size`.
    pub(super) fn new(size: usize) -> BitTree {
        let mut levels = Vec::new();
        let mut words = size;
        loop {
            words = words.div_ceil(64).max(1);
            levels.push(vec![0; words]);
            if words == 1 {
                return BitTree { levels };
            }
        }
    }

    /// Puts a number in if it was out, and out if it was in.
    pub(super) fn flip(&mut self, number: usize) {
        let word = &mut self.levels[0][number / 64];
        let before = *word;
        *word ^= 1 << (number % 64);
        if before == 0 || *word == 0 {
            self.tell(number / 64);
        }
    }

    /// Changes eight numbers that begin with a multiple of eight.
    pub(super) fn set_byte(&mut self, byte: usize, bits: u8) {
        let word = &mut self.levels[0][byte / 8];
        let before = *word == 0;
        let shift = byte % 8 * 8;
        *word = *word & !(0xff << shift) | u64::from(bits) << shift;
        if before != (*word == 0) {
            self.tell(byte / 8);
        }
    }

    /// Says above that a word has become 0 or is so no longer.
    fn tell(&mut self, mut number: usize) {
        let mut some = self.levels[0][number] != 0;
        for level in &mut self.levels[1..] {
            let word = &mut level[number / 64];
            let before = *word == 0;
            let bit = 1 << (number % 64);
            *word = if some { *word | bit } else { *word & !bit };
            some = *word != 0;
            if before != some {
                return;
            }
            number /= 64;
        }
    }

    /// The last eight numbers that are not all out: which, and their bits.
    pub(super) fn last_byte(&self) -> Option<(usize, u8)> {
        let mut number = 0;
        for level in self.levels.iter().rev() {
            let word = level[number];
            // Only the topmost word can be 0.
            number = number * 64 + word.checked_ilog2()? as usize;
        }
        let word = self.levels[0][number / 64];
        let byte = number / 8;
        Some((byte, (word >> (byte % 8 * 8)) as u8))
    }

    /// Takes all numbers out.
    pub(super) fn drain(&mut self) -> Vec<u32> {
        let mut all = Vec::new();
        while let Some((byte, mut bits)) = self.last_byte() {
            self.set_byte(byte, 0);
            while bits != 0 {
                all.push(8 * byte as u32 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
        all
    }
}
