//! Halving and doubling images as plain numbers.

/// Sizes of an image of half the size (or the same, along an axis of factor 1).
#[derive(Debug, Clone, Copy)]
pub(super) struct Halving {
    /// Slices, rows and columns of the small image.
    pub(super) small: [usize; 3],
    /// How much longer the sides of the large one are: 1 or 2.
    pub(super) factor: [usize; 3],
}

impl Halving {
    /// Pixels of a small channel.
    pub(super) fn small_pixels(&self) -> usize {
        self.small.iter().product()
    }

    /// Pixels of a large channel.
    pub(super) fn large_pixels(&self) -> usize {
        self.small_pixels() * self.factor.iter().product::<usize>()
    }

    /// For each line of a large channel: where it begins, and where the line of the small channel does.
    fn lines(&self) -> impl Iterator<Item = (usize, usize)> {
        let [slices, rows, columns] = self.small;
        let [z_factor, y_factor, x_factor] = self.factor;
        let (large_rows, large_columns) = (rows * y_factor, columns * x_factor);
        (0..slices * z_factor).flat_map(move |z| {
            (0..large_rows).map(move |y| {
                (
                    (z * large_rows + y) * large_columns,
                    (z / z_factor * rows + y / y_factor) * columns,
                )
            })
        })
    }

    /// The largest number of each block of large channels `[_, …]`, and where in the channel it is: the
    /// first of equal ones.
    pub(super) fn pool(&self, large: &[f32]) -> (Vec<f32>, Vec<u32>) {
        let (small, columns) = (self.small_pixels(), self.small[2]);
        let count = large.len() / self.large_pixels() * small;
        let mut largest = vec![f32::NEG_INFINITY; count];
        let mut places = vec![0; count];
        let channels = largest
            .chunks_exact_mut(small)
            .zip(places.chunks_exact_mut(small));
        for (large, (largest, places)) in large.chunks_exact(self.large_pixels()).zip(channels) {
            for (from, to) in self.lines() {
                let line = &large[from..][..columns * self.factor[2]];
                let targets = largest[to..][..columns].iter_mut();
                let blocks = line.chunks_exact(self.factor[2]).enumerate();
                for ((x, block), (largest, place)) in
                    blocks.zip(targets.zip(&mut places[to..][..columns]))
                {
                    for (i, &value) in block.iter().enumerate() {
                        // A NaN is handed on.
                        if !(value <= *largest) {
                            *largest = value;
                            *place = (from + x * self.factor[2] + i) as u32;
                        }
                    }
                }
            }
        }
        (largest, places)
    }

    /// Small channels put back to where they came from, among zeros.
    pub(super) fn unpool(&self, small: &[f32], places: &[u32]) -> Vec<f32> {
        let (pixels, large_pixels) = (self.small_pixels(), self.large_pixels());
        let mut large = vec![0.0; small.len() / pixels * large_pixels];
        let channels = small.chunks_exact(pixels).zip(places.chunks_exact(pixels));
        for (large, (small, places)) in large.chunks_exact_mut(large_pixels).zip(channels) {
            for (value, &place) in small.iter().zip(places) {
                large[place as usize] = *value;
            }
        }
        large
    }

    /// Each pixel of a small channel repeated over its block.
    pub(super) fn repeat(&self, small: &[f32], large: &mut [f32]) {
        let small = small.chunks_exact(self.small_pixels());
        for (small, large) in small.zip(large.chunks_exact_mut(self.large_pixels())) {
            for (to, from) in self.lines() {
                let line = &small[from..][..self.small[2]];
                let target = &mut large[to..][..line.len() * self.factor[2]];
                match self.factor[2] {
                    2 => {
                        for (pair, &value) in target.as_chunks_mut::<2>().0.iter_mut().zip(line) {
                            *pair = [value; 2];
                        }
                    }
                    _ => target.copy_from_slice(line),
                }
            }
        }
    }

    /// The sum of each block of a large channel.
    pub(super) fn sum(&self, large: &[f32], small: &mut [f32]) {
        let large = large.chunks_exact(self.large_pixels());
        for (large, small) in large.zip(small.chunks_exact_mut(self.small_pixels())) {
            for (from, to) in self.lines() {
                let target = &mut small[to..][..self.small[2]];
                let line = &large[from..][..target.len() * self.factor[2]];
                for (sum, block) in target.iter_mut().zip(line.chunks_exact(self.factor[2])) {
                    *sum += block.iter().sum::<f32>();
                }
            }
        }
    }
}
