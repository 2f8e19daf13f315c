use crate::kernels::groups::softmax::Normaliser;
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::level::{Level, dispatch};
use crate::prelude::*;

loss! {
    /// Connectionist temporal classification: likelihood of a label sequence over all its alignments.
    ///
    /// ℓ(z, y) = −ln Σ_paths Π_t softmax(z_t)_(path_t)
    ///
    /// Paths give each step a class or the blank; equal neighbours become one, then blanks go. Forward and
    /// backward in logarithms: exact gradients by the logits, in memory steps·labels of each sequence. Shapes:
    /// logits (or log-probabilities) `[sequences, steps, c]`, labels `[sequences, length]` in `0..c` padded
    /// with −1 at the end; weights of sequences, a mask of sequences or steps (padding); one sequence is one
    /// item. In nats, ≥ 0. A sequence whose labels need more steps than it has is an error, or has loss 0 with
    /// `zero_infinity`. torch's mean divides by the number of labels: `per_label`. Source: Graves et al. 2006.
    pub struct Ctc = "ctc" {
        /// The blank's class.
        blank: u32 = 0, finite();
        /// Give a sequence that no path fits the loss 0?
        zero_infinity: bool = false, finite();
        /// Divide by the number of labels (at least 1)?
        per_label: bool = false, finite();
    }
}

impl Loss for Ctc {
    type Kind = Groups;
    const AREA: Area = Area::Sequence;
    const ALIASES: &'static [&'static str] = &["ctc_loss"];
    const VARIANTS: &'static [&'static str] =
        &["ctc(blank=3, zero_infinity=true)", "ctc(per_label=true)"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "ctc", prediction: &[0.0; 4], target: &[1.0, -1.0], value: 0.287_682_072_451_780_9,
                source: "by hand: three of four paths, ln 4/3" },
        Known { expression: "ctc", prediction: &[0.0; 9], target: &[1.0, 2.0, -1.0],
                value: 1.686_398_953_570_226, source: "by hand: five of 27 paths" },
        Known { expression: "ctc", prediction: &[0.0; 6], target: &[1.0, 1.0, -1.0],
                value: 2.079_441_541_679_835_7, source: "by hand: equal labels need a blank, one of eight paths" },
        Known { expression: "ctc(blank=1)", prediction: &[2.0, 0.0, 0.0, 1.0], target: &[-1.0, -1.0],
                value: 2.126_928_011_042_972_5 + 0.313_261_687_518_222_8,
                source: "by hand: only blanks, ln(1 + e²) + ln(1 + e⁻¹)" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            lipschitz: Some(1.0),
            shift_invariant: true,
            ..Facts::PLAIN
        }
    }
}

/// The logarithm of what is impossible: finite, so that no difference is NaN.
const IMPOSSIBLE: f64 = -1e300;

impl Ctc {
    /// Blank, label, blank, … , label, blank.
    fn states(&self, targets: &[f64]) -> Vec<usize> {
        let blank = self.blank as usize;
        let mut states = vec![blank; 2 * targets.len() + 1];
        for (i, &label) in targets.iter().enumerate() {
            states[2 * i + 1] = label as usize;
        }
        states
    }

    /// May a path go from two states before straight to this one?
    fn skips(&self, states: &[usize], s: usize) -> bool {
        s >= 2 && states[s] != self.blank as usize && states[s] != states[s - 2]
    }

    fn scale(&self, targets: &[f64]) -> f64 {
        if self.per_label {
            1.0 / targets.len().max(1) as f64
        } else {
            1.0
        }
    }
}

/// Steps that labels need at least: equal neighbours have a blank between them.
fn needed(targets: &[f64]) -> usize {
    targets.len() + targets.windows(2).filter(|pair| pair[0] == pair[1]).count()
}

impl GroupLoss for Ctc {
    const LAYOUT: Layout = Layout::Sequences;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        let steps = group.scores.len() / group.classes;
        if self.blank as usize >= group.classes {
            let reason = format!("needs a blank in 0..{}, not {}", group.classes, self.blank);
            return Err(Fault::Whole(reason));
        }
        if let Some(at) = group
            .targets
            .iter()
            .position(|&y| y == f64::from(self.blank))
        {
            return Err(Fault::Target(at, "a label other than the blank"));
        }
        let needed = needed(group.targets);
        if needed > steps && !self.zero_infinity {
            return Err(Fault::Whole(format!(
                "has no path: {} labels need {needed} steps, there are {steps}; zero_infinity=true gives \
                 such sequences the loss 0",
                group.targets.len()
            )));
        }
        Ok(true)
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let states = self.states(group.targets);
        let log_sum = |terms: &[Option<S>]| -> Option<S> {
            let terms: Vec<S> = terms.iter().copied().flatten().collect();
            let top = terms.iter().copied().reduce(|a, b| a.max(b))?;
            let sum = terms.iter().map(|&x| (x - top).exp());
            sum.reduce(|a, b| a + b).map(|sum| top + sum.ln())
        };
        // Before the first step, a path is about to enter the first two states.
        let mut paths: Vec<Option<S>> = vec![None; states.len()];
        for (t, z) in group.scores.chunks(group.classes).enumerate() {
            let all: Vec<Option<S>> = z.iter().copied().map(Some).collect();
            let norm = log_sum(&all).unwrap_or(S::lift(0.0));
            let next = |s: usize| {
                let before = |back: usize| s.checked_sub(back).and_then(|s| paths[s]);
                let entering = match t {
                    0 => (s < 2).then_some(S::lift(0.0)),
                    _ if self.skips(&states, s) => log_sum(&[before(0), before(1), before(2)]),
                    _ => log_sum(&[before(0), before(1)]),
                };
                entering.map(|x| x + z[states[s]] - norm)
            };
            paths = (0..states.len()).map(next).collect();
        }
        let last = states.len().saturating_sub(2);
        // Without any path the loss is 0.
        log_sum(&paths[last..]).map_or(S::lift(0.0), |x| -x) * S::lift(self.scale(group.targets))
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let steps = group.scores.len() / group.classes;
        if needed(group.targets) > steps {
            return 0.0;
        }
        let states = self.states(group.targets);
        let lattice = Lattice::new(self, &states, group, slopes);
        let value = lattice.backward(&states, group.classes, slopes);
        let scale = self.scale(group.targets);
        slopes.iter_mut().for_each(|d| *d *= scale);
        scale * value
    }
}

/// Logarithms of what paths have gathered on their way, state by state.
struct Lattice {
    /// Number of states.
    width: usize,
    /// ln p of each state's class, step by step.
    emitted: Vec<f64>,
    /// Of the paths that are in a state after a step.
    forward: Vec<f64>,
    /// 0 where a path may skip a state on its way to this one, else impossible; two more beyond the end.
    skips: Vec<f64>,
}

impl Lattice {
    /// Goes forward; leaves the softmax in `slopes`.
    fn new(loss: &Ctc, states: &[usize], group: &Group<'_, f64>, slopes: &mut [f64]) -> Self {
        let width = states.len();
        let steps = group.scores.len() / group.classes;
        let skip = |s| {
            if s < width && loss.skips(states, s) {
                0.0
            } else {
                IMPOSSIBLE
            }
        };
        let mut lattice = Lattice {
            width,
            emitted: Vec::with_capacity(steps * width),
            forward: vec![IMPOSSIBLE; steps * width],
            skips: (0..width + 2).map(skip).collect(),
        };
        let rows = group.scores.chunks(group.classes);
        for (z, p) in rows.zip(slopes.chunks_mut(group.classes)) {
            let norm = Normaliser::of(z, p);
            lattice
                .emitted
                .extend(states.iter().map(|&k| norm.log_p(z[k])));
        }
        for s in 0..width.min(2) {
            lattice.forward[s] = lattice.emitted[s];
        }
        // Two impossible states before the first one.
        let mut before = vec![IMPOSSIBLE; width + 2];
        for t in 1..steps {
            let at = t * width;
            before[2..].copy_from_slice(&lattice.forward[at - width..at]);
            let emitted = &lattice.emitted[at..at + width];
            let to = &mut lattice.forward[at..at + width];
            advance([&before[2..], &before[1..], &before], &lattice.skips, to);
            to.iter_mut().zip(emitted).for_each(|(x, e)| *x += e);
        }
        lattice
    }

    /// Goes backward, takes each step's share of the paths from its softmax, and gives −ln of their sum.
    fn backward(&self, states: &[usize], classes: usize, slopes: &mut [f64]) -> f64 {
        let width = self.width;
        // What paths gather after a step, with two impossible states beyond the last one.
        let mut after = vec![IMPOSSIBLE; width + 2];
        after[width.saturating_sub(2)..width].fill(0.0);
        let mut next = vec![IMPOSSIBLE; width + 2];
        let (mut through, mut share) = (vec![0.0; width], vec![0.0; width]);
        let mut value = 0.0;
        for t in (0..slopes.len() / classes).rev() {
            let forward = &self.forward[t * width..(t + 1) * width];
            for ((x, a), b) in through.iter_mut().zip(forward).zip(&after) {
                *x = a + b;
            }
            let norm = Normaliser::of(&through, &mut share);
            if (t + 1) * classes == slopes.len() {
                // ln of the sum: the score of a share, less ln of the share.
                let top = through[norm.top];
                value = norm.log_p(top) - top;
            }
            let slopes = &mut slopes[t * classes..(t + 1) * classes];
            for (&k, share) in states.iter().zip(&share) {
                slopes[k] -= share;
            }
            for (x, e) in after
                .iter_mut()
                .zip(&self.emitted[t * width..(t + 1) * width])
            {
                *x += e;
            }
            advance(
                [&after, &after[1..], &after[2..]],
                &self.skips[2..],
                &mut next[..width],
            );
            std::mem::swap(&mut after, &mut next);
        }
        value
    }
}

/// ln(e^a + e^b + e^(c + skip)) of each state: staying, going on, skipping one.
fn advance(from: [&[f64]; 3], skips: &[f64], to: &mut [f64]) {
    dispatch!(Level::detect(), [] advance_body::<>(from: [&[f64]; 3], skips: &[f64], to: &mut [f64]))
}

#[inline(always)]
fn advance_body<const FUSED: bool>(from: [&[f64]; 3], skips: &[f64], to: &mut [f64]) {
    let load = |from: &[f64], at| Lanes::<f64, FUSED>::load_at(from, at, IMPOSSIBLE);
    for at in (0..to.len()).step_by(LANES) {
        let (a, b) = (load(from[0], at), load(from[1], at));
        let c = load(from[2], at) + load(skips, at);
        let top = a.maximum(b).maximum(c);
        let sum =
            (a - top).exp_nonpositive() + (b - top).exp_nonpositive() + (c - top).exp_nonpositive();
        (top + sum.ln()).store_at(to, at);
    }
}
