//! Event cameras: events moved along a candidate motion, the image they add up to, and its slopes by the motion.

use super::window::Taper;
use crate::error::Error;
use crate::kernels::dual::Dual;
use crate::kernels::scalar::Real;

/// One change of brightness.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// Column, in pixels.
    pub x: f64,
    /// Row, in pixels.
    pub y: f64,
    /// Time, in seconds.
    pub t: f64,
    /// Brighter?
    pub positive: bool,
}

/// A motion whose parameters are looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Motion {
    /// All pixels move by this many columns and rows a second: two parameters.
    Flow([f64; 2]),
    /// The camera turns with this angular velocity, in radians a second about its axes x, y and z: three parameters.
    Rotation {
        /// Angular velocity.
        velocity: [f64; 3],
        /// Focal length, in pixels.
        focal: f64,
        /// Column and row of the optical axis.
        centre: [f64; 2],
    },
}

impl Motion {
    /// Number of parameters.
    pub fn parameters(&self) -> usize {
        match self {
            Motion::Flow(_) => 2,
            Motion::Rotation { .. } => 3,
        }
    }

    /// Where the event was at the time `reference`, with slopes by the parameters; nowhere if a rotation takes it
    /// behind the camera.
    fn place(&self, event: &Event, reference: f64) -> Option<[Dual<f64, 3>; 2]> {
        let dt = event.t - reference;
        match *self {
            Motion::Flow(v) => Some([(event.x, 0), (event.y, 1)].map(|(x, axis)| {
                Dual::constant(x) - Dual::variable(v[axis], axis) * Dual::constant(dt)
            })),
            Motion::Rotation {
                velocity,
                focal,
                centre,
            } => {
                // exp(−[ω]× dt) x̄ by Rodrigues: x + a·(w × x) + b·(w × (w × x)) with w = −ω dt.
                let w = [0, 1, 2].map(|i| Dual::variable(velocity[i], i) * Dual::lift(-dt));
                let ray = [
                    (event.x - centre[0]) / focal,
                    (event.y - centre[1]) / focal,
                    1.0,
                ];
                let ray = ray.map(Dual::<f64, 3>::constant);
                let q = w[0].square() + w[1].square() + w[2].square();
                let [a, b] = rodrigues(q);
                let once = cross(w, ray);
                let twice = cross(w, once);
                let turned = [0, 1, 2].map(|i| ray[i] + a * once[i] + b * twice[i]);
                let seen =
                    |i: usize| turned[i] / turned[2] * Dual::lift(focal) + Dual::lift(centre[i]);
                (turned[2].value > 0.0).then(|| [0, 1].map(seen))
            }
        }
    }
}

fn cross(a: [Dual<f64, 3>; 3], b: [Dual<f64, 3>; 3]) -> [Dual<f64, 3>; 3] {
    [0, 1, 2].map(|i| {
        let (j, k) = ((i + 1) % 3, (i + 2) % 3);
        a[j] * b[k] - a[k] * b[j]
    })
}

/// sin θ/θ and (1 − cos θ)/θ² as functions of θ².
fn rodrigues(q: Dual<f64, 3>) -> [Dual<f64, 3>; 2] {
    let s = q.value;
    if s < 1e-6 {
        return [
            q.chain(1.0 - s / 6.0 + s * s / 120.0, -1.0 / 6.0 + s / 60.0),
            q.chain(0.5 - s / 24.0 + s * s / 720.0, -1.0 / 24.0 + s / 360.0),
        ];
    }
    let angle = s.sqrt();
    let (sin, cos) = angle.sin_cos();
    let (a, b) = (sin / angle, (1.0 - cos) / s);
    [
        q.chain(a, (cos - a) / (2.0 * s)),
        q.chain(b, (0.5 * a - b) / s),
    ]
}

/// How events become an image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sensor {
    /// Rows of the image.
    pub rows: usize,
    /// Columns of the image.
    pub columns: usize,
    /// Width σ of the Gaussian that blurs the votes, in pixels; 0 leaves them sharp.
    pub blur: f64,
    /// Do darker events count −1 in place of 1?
    pub signed: bool,
    /// The time to which events are moved, in seconds.
    pub reference: f64,
}

/// What events add up to.
#[derive(Debug, Clone, PartialEq)]
pub struct EventImage {
    /// Rows of the image.
    pub rows: usize,
    /// Columns of the image.
    pub columns: usize,
    /// The image of warped events, blurred.
    pub image: Vec<f64>,
    /// For brighter and for darker events: the sum of their times (scaled to 0..1) and of their votes.
    pub times: [[Vec<f64>; 2]; 2],
}

/// Slopes by all arrays of an [`EventImage`].
#[derive(Debug, Clone, PartialEq)]
pub struct EventSlopes {
    /// By the image.
    pub image: Vec<f64>,
    /// By the sums of times and votes; empty where a score does not read them.
    pub times: [[Vec<f64>; 2]; 2],
}

impl Sensor {
    fn check(&self, events: &[Event], motion: &Motion) -> Result<(), Error> {
        if self.rows.checked_mul(self.columns).is_none_or(|n| n == 0) {
            return Err(Error::shape(
                "image",
                "at least one pixel",
                &[self.rows, self.columns],
            ));
        }
        let refuse = |parameter: &str, expected: &str, got: f64| Error::Parameter {
            loss: "image_of_warped_events".to_string(),
            parameter: parameter.to_string(),
            expected: expected.to_string(),
            got: got.to_string(),
        };
        if !(self.blur >= 0.0 && self.blur <= 50.0) {
            return Err(refuse("blur", "a number of pixels in [0, 50]", self.blur));
        }
        let finite =
            |parameter: &str, numbers: &[f64]| match numbers.iter().find(|x| !x.is_finite()) {
                None => Ok(()),
                Some(x) => Err(refuse(parameter, "finite", *x)),
            };
        finite("reference", &[self.reference])?;
        match motion {
            Motion::Flow(velocity) => finite("velocity", velocity)?,
            Motion::Rotation {
                velocity,
                focal,
                centre,
            } => {
                finite("velocity", velocity)?;
                finite("centre", centre)?;
                if !(focal.is_finite() && *focal > 0.0) {
                    return Err(refuse("focal", "a finite number of pixels > 0", *focal));
                }
            }
        }
        let bad = |e: &&Event| !(e.x.is_finite() && e.y.is_finite() && e.t.is_finite());
        match events.iter().find(bad) {
            None => Ok(()),
            Some(event) => Err(refuse("events", "finite", event.x + event.y + event.t)),
        }
    }

    /// Times as parts of the span of all events.
    fn span(events: &[Event]) -> [f64; 2] {
        let first = events.iter().map(|e| e.t).fold(f64::INFINITY, f64::min);
        let last = events.iter().map(|e| e.t).fold(f64::NEG_INFINITY, f64::max);
        [
            first,
            if last > first {
                1.0 / (last - first)
            } else {
                0.0
            },
        ]
    }

    /// The four pixels that an event votes for, with slopes by column and row; none if it has left the image.
    fn votes(&self, x: f64, y: f64) -> Option<[(usize, f64, [f64; 2]); 4]> {
        let inside =
            x >= 0.0 && y >= 0.0 && x <= (self.columns - 1) as f64 && y <= (self.rows - 1) as f64;
        if !inside {
            return None;
        }
        let column = (x as usize).min(self.columns.saturating_sub(2));
        let row = (y as usize).min(self.rows.saturating_sub(2));
        let (u, v) = (x - column as f64, y - row as f64);
        Some([(0, 0), (0, 1), (1, 0), (1, 1)].map(|(down, right)| {
            let (a, da) = if right == 1 {
                (u, 1.0)
            } else {
                (1.0 - u, -1.0)
            };
            let (b, db) = if down == 1 { (v, 1.0) } else { (1.0 - v, -1.0) };
            let at = (row + down).min(self.rows - 1) * self.columns
                + (column + right).min(self.columns - 1);
            (at, a * b, [da * b, a * db])
        }))
    }

    /// The image of warped events: bilinear votes at the places to which the motion moves the events, blurred.
    /// Events that leave the image, or that a rotation takes behind the camera, do not count.
    ///
    /// # Errors
    /// [`Error::Shape`] for an image without pixels, [`Error::Parameter`] for numbers out of range.
    pub fn image(&self, events: &[Event], motion: &Motion) -> Result<EventImage, Error> {
        self.check(events, motion)?;
        let blank = || vec![0.0; self.rows * self.columns];
        let mut out = EventImage {
            rows: self.rows,
            columns: self.columns,
            image: blank(),
            times: [[blank(), blank()], [blank(), blank()]],
        };
        let [first, per] = Self::span(events);
        for event in events {
            let Some([x, y]) = motion.place(event, self.reference) else {
                continue;
            };
            let sign = if self.signed && !event.positive {
                -1.0
            } else {
                1.0
            };
            let times = &mut out.times[usize::from(!event.positive)];
            for (at, vote, _) in self.votes(x.value, y.value).into_iter().flatten() {
                out.image[at] += sign * vote;
                times[0][at] += (event.t - first) * per * vote;
                times[1][at] += vote;
            }
        }
        out.image = self.blurred(&out.image);
        Ok(out)
    }

    /// Slopes by the parameters of the motion, given those by the image.
    ///
    /// # Errors
    /// As for [`image`](Sensor::image), and [`Error::Shape`] for slopes of another image.
    pub fn slopes(
        &self,
        events: &[Event],
        motion: &Motion,
        slopes: &EventSlopes,
    ) -> Result<Vec<f64>, Error> {
        self.check(events, motion)?;
        let pixels = self.rows * self.columns;
        let fits = |s: &Vec<f64>| s.is_empty() || s.len() == pixels;
        if slopes.image.len() != pixels || !slopes.times.iter().flatten().all(fits) {
            return Err(Error::shape(
                "slopes",
                format!("[{}, {}]", self.rows, self.columns),
                &[slopes.image.len()],
            ));
        }
        // The blur is symmetric and has zeros beyond the border: its own transpose.
        let image = self.blurred(&slopes.image);
        let [first, per] = Self::span(events);
        let mut total = vec![0.0; motion.parameters()];
        for event in events {
            let Some(place) = motion.place(event, self.reference) else {
                continue;
            };
            let sign = if self.signed && !event.positive {
                -1.0
            } else {
                1.0
            };
            let times = &slopes.times[usize::from(!event.positive)];
            let entry = |slopes: &[f64], at: usize| slopes.get(at).copied().unwrap_or(0.0);
            for (at, _, moves) in self
                .votes(place[0].value, place[1].value)
                .into_iter()
                .flatten()
            {
                let outer = sign * image[at]
                    + (event.t - first) * per * entry(&times[0], at)
                    + entry(&times[1], at);
                for (p, total) in total.iter_mut().enumerate() {
                    let along = moves[0] * place[0].partials[p] + moves[1] * place[1].partials[p];
                    *total += outer * along;
                }
            }
        }
        Ok(total)
    }

    fn blurred(&self, image: &[f64]) -> Vec<f64> {
        blur(image, self.rows, self.columns, self.blur)
    }
}

/// A Gaussian blur, cut off at four times its width, with zeros beyond the border.
pub(super) fn blur(image: &[f64], rows: usize, columns: usize, sigma: f64) -> Vec<f64> {
    if sigma == 0.0 {
        return image.to_vec();
    }
    let reach = (4.0 * sigma + 0.5) as usize;
    let taps = Taper::Gaussian(sigma).taps(2 * reach + 1);
    let pass = |image: &[f64], count: usize, step: usize, across: usize, over: usize| {
        let mut out = vec![0.0; image.len()];
        for line in 0..over {
            for i in 0..count {
                let (low, high) = (i.saturating_sub(reach), (i + reach + 1).min(count));
                out[line * across + i * step] = (low..high)
                    .map(|j| taps[j + reach - i] * image[line * across + j * step])
                    .sum();
            }
        }
        out
    };
    let wide = pass(image, columns, 1, columns, rows);
    pass(&wide, rows, columns, 1, columns)
}
