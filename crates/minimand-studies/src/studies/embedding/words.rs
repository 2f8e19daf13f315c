//! A made-up language, and vectors of its words from counts of what occurs together.

use minimand::Array;
use minimand::embedding::{Shard, Swivel, shard_indices};
use minimand_burn::random::{Key, Random};

use crate::error::StudyError;
use crate::net::gather;
use crate::study::Trial;

pub(super) const WORDS: usize = 200;
const TOPICS: usize = 10;
pub(super) const WIDTH: usize = 16;
/// Words of a topic in a row.
const PASSAGE: usize = 20;
const SHARD: usize = 50;
const RATE: f64 = 0.3;

/// The topic of each word, the most frequent word first, and a text.
pub(super) struct Language {
    pub(super) topics: Vec<usize>,
    pub(super) text: Vec<usize>,
}

impl Language {
    /// A text of about so many words.
    pub(super) fn speak(length: usize, key: Key) -> Self {
        let mut random = Random::new(key, 0);
        let mut topics: Vec<usize> = (0..WORDS).map(|word| word % TOPICS).collect();
        random.shuffle(&mut topics);
        let weight = |word: usize| 1.0 / (word + 1) as f64;
        let all: Vec<f64> = (0..WORDS).map(weight).collect();
        let of_topic = |topic: usize| -> Vec<f64> {
            (0..WORDS)
                .map(|word| {
                    if topics[word] == topic {
                        weight(word)
                    } else {
                        0.0
                    }
                })
                .collect()
        };
        let by_topic: Vec<Vec<f64>> = (0..TOPICS).map(of_topic).collect();
        // Every word once, so that none is without a count.
        let mut text: Vec<usize> = (0..WORDS).collect();
        random.shuffle(&mut text);
        while text.len() < length {
            let own = &by_topic[random.below(TOPICS)];
            for _ in 0..PASSAGE {
                let weights = if random.uniform() < 0.7 { own } else { &all };
                text.push(random.weighted(weights));
            }
        }
        Self { topics, text }
    }
}

/// Counts `[words, words]` with their sums.
pub(super) struct Table {
    pub(super) counts: Vec<f64>,
    sums: Vec<f64>,
    total: f64,
}

impl Table {
    pub(super) fn new(counts: Vec<f64>) -> Self {
        let sums: Vec<f64> = counts
            .chunks_exact(WORDS)
            .map(|row| row.iter().sum())
            .collect();
        Self {
            total: sums.iter().sum(),
            sums,
            counts,
        }
    }

    /// The counts of these rows and columns, with the sums of both.
    fn block(&self, rows: &[usize], columns: &[usize]) -> [Vec<f64>; 3] {
        let cells = rows.iter().flat_map(|row| {
            columns
                .iter()
                .map(move |column| self.counts[row * WORDS + column])
        });
        let of = |words: &[usize]| words.iter().map(|&word| self.sums[word]).collect();
        [cells.collect(), of(rows), of(columns)]
    }

    /// Sums of the vectors of rows and columns, learnt from all cells or from the seen ones alone.
    pub(super) fn factorised(
        &self,
        trial: &Trial<'_>,
        with_unseen: bool,
        key: Key,
    ) -> Result<Vec<f64>, StudyError> {
        let mut random = Random::new(key.child(0), 0);
        let scale = 1.0 / (WIDTH as f64).sqrt();
        let mut sides = [(); 2].map(|()| -> Vec<f64> {
            (0..WORDS * WIDTH)
                .map(|_| scale * random.normal())
                .collect()
        });
        let mut squares = [(); 2].map(|()| vec![0.0; WORDS * WIDTH]);
        let shards = shard_indices(&self.sums, SHARD)?;
        let blocks = shards
            .iter()
            .flat_map(|rows| shards.iter().map(move |columns| [rows, columns]));
        let mut blocks: Vec<[&Vec<usize>; 2]> = blocks.collect();
        let swivel = Swivel::default();
        for _ in 0..trial.sized(60, 2) {
            trial.check_stop()?;
            random.shuffle(&mut blocks);
            for places in &blocks {
                let [counts, row_sums, column_sums] = self.block(places[0], places[1]);
                let shard = Shard {
                    counts: &counts,
                    row_sums: &row_sums,
                    column_sums: &column_sums,
                    total: self.total,
                };
                let [rows, columns] = [0, 1].map(|side| gather(&sides[side], WIDTH, places[side]));
                let (of_rows, of_columns) = ([row_sums.len(), WIDTH], [column_sums.len(), WIDTH]);
                let slopes = match with_unseen {
                    true => {
                        let [rows, columns] = [
                            Array::new(&rows, &of_rows),
                            Array::new(&columns, &of_columns),
                        ];
                        let (_, by_rows, by_columns) =
                            swivel.value_and_gradients(&shard, &rows, &columns)?;
                        [by_rows, by_columns]
                    }
                    false => seen_slopes(&swivel, &shard, &rows, &columns)?,
                };
                // Adagrad.
                for side in 0..2 {
                    let slopes = slopes[side].chunks_exact(WIDTH);
                    for (&word, slopes) in places[side].iter().zip(slopes) {
                        let place = word * WIDTH..(word + 1) * WIDTH;
                        let numbers = sides[side][place.clone()].iter_mut();
                        for ((x, square), slope) in
                            numbers.zip(&mut squares[side][place]).zip(slopes)
                        {
                            *square += slope * slope;
                            *x -= RATE * slope / (square.sqrt() + 1e-8);
                        }
                    }
                }
            }
        }
        let [rows, columns] = sides;
        Ok(rows.iter().zip(columns).map(|(x, y)| x + y).collect())
    }

    /// The first eigenvectors of the positive part of the mutual information of seen cells, each times the root of its
    /// value, by iteration of a subspace.
    pub(super) fn eigenvectors(&self, key: Key) -> Result<Vec<f64>, StudyError> {
        let shard = Shard {
            counts: &self.counts,
            row_sums: &self.sums,
            column_sums: &self.sums,
            total: self.total,
        };
        let information = shard.pointwise_mutual_information()?;
        let cells = information.iter().zip(&self.counts);
        let positive: Vec<f64> = cells
            .map(|(pmi, count)| if *count > 0.0 { pmi.max(0.0) } else { 0.0 })
            .collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let mut random = Random::new(key, 0);
        let mut found: Vec<Vec<f64>> = (0..WIDTH)
            .map(|_| (0..WORDS).map(|_| random.normal()).collect())
            .collect();
        let mut values = vec![0.0; WIDTH];
        for _ in 0..100 {
            for index in 0..WIDTH {
                let product = |row: &[f64]| dot(row, &found[index]);
                let mut next: Vec<f64> = positive.chunks_exact(WORDS).map(product).collect();
                for other in &found[..index] {
                    let along = dot(&next, other);
                    next.iter_mut()
                        .zip(other)
                        .for_each(|(x, y)| *x -= along * y);
                }
                values[index] = dot(&next, &next).sqrt();
                next.iter_mut().for_each(|x| *x /= values[index].max(1e-12));
                found[index] = next;
            }
        }
        let vectors = (0..WORDS).flat_map(|word| {
            let pairs = found.iter().zip(&values);
            pairs.map(move |(vector, value)| vector[word] * value.sqrt())
        });
        Ok(vectors.collect())
    }
}

/// The slopes of the loss of the seen cells alone.
fn seen_slopes(
    swivel: &Swivel,
    shard: &Shard<'_>,
    rows: &[f64],
    columns: &[f64],
) -> Result<[Vec<f64>; 2], StudyError> {
    let information = shard.pointwise_mutual_information()?;
    let mut slopes = [vec![0.0; rows.len()], vec![0.0; columns.len()]];
    let count = shard.column_sums.len();
    for (cell, pmi) in information.into_iter().enumerate() {
        let (i, j) = (cell / count * WIDTH, cell % count * WIDTH);
        let seen = shard.counts[cell];
        if seen > 0.0 {
            let pairs = rows[i..][..WIDTH].iter().zip(&columns[j..][..WIDTH]);
            let gap = pairs.map(|(x, y)| x * y).sum::<f64>() - pmi;
            let slope = (swivel.b0 + swivel.b1 * seen.powf(swivel.alpha)) * gap;
            for axis in 0..WIDTH {
                slopes[0][i + axis] += slope * columns[j + axis];
                slopes[1][j + axis] += slope * rows[i + axis];
            }
        }
    }
    Ok(slopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_all_is_seen_both_losses_have_the_same_slopes() {
        let mut random = Random::new(Key::new(1), 0);
        let counts: Vec<f64> = (0..6).map(|_| 1.0 + random.uniform()).collect();
        let shard = Shard {
            counts: &counts,
            row_sums: &[5.0, 7.0],
            column_sums: &[4.0, 5.0, 6.0],
            total: 20.0,
        };
        let mut draw = |count: usize| (0..count).map(|_| random.normal()).collect::<Vec<f64>>();
        let (rows, columns) = (draw(2 * WIDTH), draw(3 * WIDTH));
        let swivel = Swivel::default();
        let own = seen_slopes(&swivel, &shard, &rows, &columns).unwrap();
        let (of_rows, of_columns) = ([2, WIDTH], [3, WIDTH]);
        let arrays = [
            Array::new(&rows, &of_rows),
            Array::new(&columns, &of_columns),
        ];
        let found = swivel.value_and_gradients(&shard, &arrays[0], &arrays[1]);
        let (_, by_rows, by_columns) = found.unwrap();
        for (own, expected) in own.iter().flatten().zip(by_rows.iter().chain(&by_columns)) {
            assert!((own - expected).abs() < 1e-12);
        }
    }
}
