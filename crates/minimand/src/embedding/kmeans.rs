//! k-means: clusters of embeddings as pseudo-labels, and to be compared with labels.

use super::Proximity;
use super::search::Search;
use super::table::{Table, square_distance, unit, unit_scale, wrong};
use crate::batch::Array;
use crate::error::Error;
use crate::kernels::parallel;
use crate::random::{Key, Random};

/// Rows of a task.
const ROWS: usize = 1024;

/// How to cluster: Lloyd's steps from a start by k-means++.
///
/// A cluster that has lost all its embeddings starts again at the one farthest from its own centre; if there are fewer
/// different embeddings than clusters, some stay empty. Double precision. Sources: Lloyd 1982; Arthur and Vassilvitskii
/// 2007.
///
/// ```
/// use minimand::Array;
/// use minimand::embedding::KMeans;
///
/// let points = vec![0.0f32, 0.1, 5.0, 5.2, 0.2];
/// let found = KMeans { clusters: 2, ..KMeans::default() }.fit(&Array::new(&points, &[5, 1]))?;
/// let [a, b] = [found.labels()[0], found.labels()[2]];
/// assert_eq!(found.labels(), [a, a, b, b, a]);
/// # Ok::<(), minimand::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KMeans {
    /// Number of clusters, at most that of the embeddings.
    pub clusters: usize,
    /// What the start follows from.
    pub seed: u64,
    /// Runs from different starts, of which the one with the least inertia is kept; at least 1.
    pub restarts: usize,
    /// Steps of a run, at most.
    pub iterations: usize,
    /// Cluster by cosine: embeddings and centres have length 1 (zeros stay zeros).
    pub spherical: bool,
}

impl Default for KMeans {
    /// Eight clusters, one run of at most 100 steps.
    fn default() -> Self {
        KMeans {
            clusters: 8,
            seed: 0,
            restarts: 1,
            iterations: 100,
            spherical: false,
        }
    }
}

/// Clusters of embeddings.
#[derive(Debug, Clone, PartialEq)]
pub struct Clustering {
    width: usize,
    spherical: bool,
    centres: Vec<f64>,
    labels: Vec<usize>,
    inertia: f64,
    converged: bool,
}

impl Clustering {
    /// The centres `[clusters, d]`.
    pub fn centres(&self) -> &[f64] {
        &self.centres
    }

    /// The cluster of each embedding: its nearest centre, the first of equally near ones.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// Σ of the squared distances to the centres, in squared units of the embeddings.
    pub fn inertia(&self) -> f64 {
        self.inertia
    }

    /// Did the last step change nothing?
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// The nearest centre of each of other embeddings `[n, d]`.
    ///
    /// # Errors
    /// [`Error::Shape`] for another shape, [`Error::Value`] for numbers that are not finite.
    pub fn assign(&self, embeddings: &Array<'_>) -> Result<Vec<usize>, Error> {
        let mut table = Table::beside("embeddings", embeddings, self.width)?;
        if self.spherical {
            table.normalize();
        }
        let centres = Table {
            width: self.width,
            values: self.centres.clone(),
        };
        let search = Search::new(Proximity::Euclidean, table, Some(centres));
        Ok(search.nearest(|_| 1, |_, found| found.first().map_or(0, |f| f.1)))
    }
}

impl KMeans {
    /// Clusters `embeddings` `[n, d]`.
    ///
    /// # Errors
    /// [`Error::Parameter`] for no clusters or more of them than embeddings, for no restarts or iterations;
    /// [`Error::Shape`] for another shape, [`Error::Value`] for numbers that are not finite.
    pub fn fit(&self, embeddings: &Array<'_>) -> Result<Clustering, Error> {
        let mut table = Table::new("embeddings", embeddings)?;
        if !(1..=table.len()).contains(&self.clusters) {
            let expected = format!("in 1..={}, the number of embeddings", table.len());
            return Err(wrong("KMeans", "clusters", expected, self.clusters));
        }
        for (parameter, value) in [("restarts", self.restarts), ("iterations", self.iterations)] {
            if value == 0 {
                return Err(wrong("KMeans", parameter, "at least 1", value));
            }
        }
        let mut scale = 1.0;
        if self.spherical {
            table.normalize();
        } else {
            scale = unit_scale(table.largest());
            table.scale(scale);
        }
        let key = Key::new(self.seed);
        let mut best = self.run(&table, key.child(0));
        for restart in 1..self.restarts as u64 {
            let run = self.run(&table, key.child(restart));
            if run.inertia < best.inertia {
                best = run;
            }
        }
        best.centres.iter_mut().for_each(|x| *x /= scale);
        best.inertia = best.inertia / scale / scale;
        Ok(best)
    }

    fn run(&self, table: &Table, key: Key) -> Clustering {
        let mut state = Clustering {
            width: table.width,
            spherical: self.spherical,
            centres: self.start(table, key),
            labels: Vec::new(),
            inertia: 0.0,
            converged: false,
        };
        for _ in 0..self.iterations {
            let distances = state.reassign(table);
            if state.converged {
                return state;
            }
            state.move_centres(table, self.clusters, distances);
        }
        // The centres have moved once more.
        state.reassign(table);
        state
    }

    /// k-means++: each centre an embedding, drawn in proportion to the squared distance from the centres before.
    fn start(&self, table: &Table, key: Key) -> Vec<f64> {
        let mut random = Random::new(key, 0);
        let mut centres = Vec::with_capacity(self.clusters * table.width);
        let mut distances = vec![f64::INFINITY; table.len()];
        let mut next = random.below(table.len());
        for _ in 0..self.clusters {
            let centre = table.row(next);
            centres.extend_from_slice(centre);
            let chunks = distances.chunks_mut(ROWS).enumerate();
            let mut tasks: Vec<(usize, &mut [f64])> = chunks.collect();
            parallel::run(
                &mut tasks,
                || (),
                |(), (chunk, distances)| {
                    for (i, distance) in distances.iter_mut().enumerate() {
                        let from = square_distance(table.row(*chunk * ROWS + i), centre);
                        *distance = distance.min(from);
                    }
                },
            );
            next = random.weighted(&distances);
        }
        centres
    }
}

impl Clustering {
    /// Gives every embedding to its nearest centre; the squared distances to them.
    fn reassign(&mut self, table: &Table) -> Vec<f64> {
        let centres = Table {
            width: self.width,
            values: self.centres.clone(),
        };
        let search = Search::new(Proximity::Euclidean, table.clone(), Some(centres));
        let found = search.nearest(|_| 1, |_, found| found.first().copied().unwrap_or_default());
        let labels: Vec<usize> = found.iter().map(|f| f.1).collect();
        self.converged = labels == self.labels;
        self.labels = labels;
        let distances = found.iter().map(|f| search.value(f.0).powi(2));
        let distances: Vec<f64> = distances.collect();
        self.inertia = distances.iter().sum();
        distances
    }

    /// Puts every centre into the middle of its embeddings.
    fn move_centres(&mut self, table: &Table, clusters: usize, mut distances: Vec<f64>) {
        let mut counts = vec![0usize; clusters];
        self.labels.iter().for_each(|&label| counts[label] += 1);
        for cluster in 0..clusters {
            if counts[cluster] > 0 {
                continue;
            }
            let far = |best: usize, i: usize| {
                if distances[i] > distances[best] {
                    i
                } else {
                    best
                }
            };
            let farthest = (0..table.len()).fold(0, far);
            // An embedding that lies off its centre is not alone there.
            if distances[farthest] > 0.0 {
                counts[self.labels[farthest]] -= 1;
                counts[cluster] = 1;
                self.labels[farthest] = cluster;
                distances[farthest] = 0.0;
            }
        }
        let mut sums = vec![0.0; self.centres.len()];
        for (row, &label) in table.rows().zip(&self.labels) {
            let sum = &mut sums[label * self.width..(label + 1) * self.width];
            sum.iter_mut().zip(row).for_each(|(s, x)| *s += x);
        }
        let centres = self.centres.chunks_exact_mut(self.width);
        for ((centre, sum), &count) in centres.zip(sums.chunks_exact(self.width)).zip(&counts) {
            if count == 0 {
                continue;
            }
            let means = sum.iter().map(|s| s / count as f64);
            centre.iter_mut().zip(means).for_each(|(c, m)| *c = m);
            if self.spherical {
                unit(centre);
            }
        }
    }
}
