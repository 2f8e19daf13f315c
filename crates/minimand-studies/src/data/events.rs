//! What an event camera reports of moving edges.

use minimand_burn::random::{Key, Random};

/// How the scene moves during the window of time from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Motion {
    /// All points by this velocity `[x, y]`, in pixels per window.
    Flow([f64; 2]),
    /// The camera turns: a ray `[x, y, 1]`, in focal lengths from the middle of the sensor, moves by the
    /// rotation about this vector, in radians per window.
    Rotation {
        /// Axis times angle.
        angle: [f64; 3],
        /// Focal length in pixels.
        focal: f64,
    },
}

/// Events of one window.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Events {
    /// Column and row of each event, in pixels; not rounded.
    pub(crate) x: Vec<f64>,
    pub(crate) y: Vec<f64>,
    /// Time of each event, from 0 to 1, in rising order.
    pub(crate) time: Vec<f64>,
    /// 1 where it becomes brighter, −1 where darker.
    pub(crate) polarity: Vec<f64>,
    /// Did an edge cause it? Others are noise.
    pub(crate) is_true: Vec<bool>,
    /// The motion that caused the true ones.
    pub(crate) motion: Motion,
}

/// Straight edges in front of a square sensor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MovingEdges {
    /// Pixels of a side.
    pub(crate) side: usize,
    /// Number of edges.
    pub(crate) edges: usize,
    /// Length of an edge, in pixels, from–to.
    pub(crate) length: (f64, f64),
    /// Number of events, noise included.
    pub(crate) events: usize,
    /// Share of events that are noise: anywhere at any time.
    pub(crate) noise: f64,
}

/// An edge at time 0.
struct Edge {
    from: [f64; 2],
    to: [f64; 2],
    /// Brighter on the left of the way from `from` to `to`?
    is_left_brighter: bool,
}

impl MovingEdges {
    /// 40 edges of 4 to 16 pixels on 64×64 pixels, 5000 events of which a fifth is noise.
    pub(crate) const SMALL: Self = Self {
        side: 64,
        edges: 40,
        length: (4.0, 16.0),
        events: 5000,
        noise: 0.2,
    };

    /// A flow in a random direction of this speed, in pixels per window, from–to.
    pub(crate) fn flow(&self, speed: (f64, f64), key: Key) -> Motion {
        let mut random = Random::new(key, 0);
        let speed = random.uniform_between(speed.0, speed.1);
        let (sine, cosine) = random.uniform_between(0.0, std::f64::consts::TAU).sin_cos();
        Motion::Flow([speed * cosine, speed * sine])
    }

    /// The events of edges that move so. A true event is a point of an edge at a random time, at the place
    /// where the motion has brought it, if that is on the sensor.
    pub(crate) fn draw(&self, motion: Motion, key: Key) -> Events {
        let mut random = Random::new(key, 0);
        let edges: Vec<Edge> = (0..self.edges.max(1))
            .map(|_| self.edge(&mut random))
            .collect();
        let noise = (self.noise * self.events as f64).round() as usize;
        let side = self.side as f64;
        // x, y, time, polarity and whether an edge is the cause.
        let mut events: Vec<(f64, f64, f64, f64, bool)> = Vec::with_capacity(self.events);
        // Edges that left the sensor give none: after so many tries the window stays emptier.
        let mut tries = 0;
        while events.len() + noise < self.events && tries < 100 * self.events {
            tries += 1;
            let edge = &edges[random.below(edges.len())];
            let share = random.uniform();
            let time = random.uniform();
            let start =
                [0, 1].map(|axis| edge.from[axis] + share * (edge.to[axis] - edge.from[axis]));
            let [x, y] = self.moved(motion, start, time);
            let is_inside = (0.0..=side - 1.0).contains(&x) && (0.0..=side - 1.0).contains(&y);
            if is_inside {
                let polarity = self.polarity(edge, motion, start);
                events.push((x, y, time, polarity, true));
            }
        }
        for _ in 0..noise {
            let (x, y) = (
                random.uniform() * (side - 1.0),
                random.uniform() * (side - 1.0),
            );
            let polarity = if random.below(2) == 0 { -1.0 } else { 1.0 };
            events.push((x, y, random.uniform(), polarity, false));
        }
        events.sort_by(|a, b| a.2.total_cmp(&b.2));
        Events {
            x: events.iter().map(|event| event.0).collect(),
            y: events.iter().map(|event| event.1).collect(),
            time: events.iter().map(|event| event.2).collect(),
            polarity: events.iter().map(|event| event.3).collect(),
            is_true: events.iter().map(|event| event.4).collect(),
            motion,
        }
    }

    fn edge(&self, random: &mut Random) -> Edge {
        let side = self.side as f64;
        let from = [random.uniform() * side, random.uniform() * side];
        let length = random.uniform_between(self.length.0, self.length.1);
        let (sine, cosine) = random.uniform_between(0.0, std::f64::consts::TAU).sin_cos();
        Edge {
            from,
            to: [from[0] + length * cosine, from[1] + length * sine],
            is_left_brighter: random.below(2) == 0,
        }
    }

    /// Where the motion has brought a point of time 0.
    pub(crate) fn moved(&self, motion: Motion, [x, y]: [f64; 2], time: f64) -> [f64; 2] {
        match motion {
            Motion::Flow([vx, vy]) => [x + time * vx, y + time * vy],
            Motion::Rotation { angle, focal } => {
                let middle = (self.side as f64 - 1.0) / 2.0;
                let ray = [(x - middle) / focal, (y - middle) / focal, 1.0];
                let [x, y, z] = rotated(ray, angle.map(|part| time * part));
                [middle + focal * x / z, middle + focal * y / z]
            }
        }
    }

    /// Brightness rises where the brighter side moves in.
    fn polarity(&self, edge: &Edge, motion: Motion, at: [f64; 2]) -> f64 {
        let ahead = self.moved(motion, at, 1e-3);
        let along = [edge.to[0] - edge.from[0], edge.to[1] - edge.from[1]];
        let step = [ahead[0] - at[0], ahead[1] - at[1]];
        let is_leftwards = along[0] * step[1] - along[1] * step[0] > 0.0;
        // A motion to the left covers the left side with the right one.
        if is_leftwards == edge.is_left_brighter {
            -1.0
        } else {
            1.0
        }
    }
}

/// A vector turned about an axis by the length of the axis, in radians (Rodrigues).
fn rotated(vector: [f64; 3], axis: [f64; 3]) -> [f64; 3] {
    let angle = axis.iter().map(|x| x * x).sum::<f64>().sqrt();
    if angle < 1e-12 {
        return vector;
    }
    let k = axis.map(|x| x / angle);
    let (sine, cosine) = angle.sin_cos();
    let dot: f64 = (0..3).map(|i| k[i] * vector[i]).sum();
    let cross = |i: usize| {
        let (j, l) = ((i + 1) % 3, (i + 2) % 3);
        k[j] * vector[l] - k[l] * vector[j]
    };
    std::array::from_fn(|i| vector[i] * cosine + cross(i) * sine + k[i] * dot * (1.0 - cosine))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Pixels that are hit when true events are brought back to time 0.
    fn hit(events: &Events, velocity: [f64; 2]) -> usize {
        let pixels: HashSet<(i64, i64)> = (0..events.x.len())
            .filter(|&i| events.is_true[i])
            .map(|i| {
                let back = |place: f64, speed: f64| (place - events.time[i] * speed).round() as i64;
                (
                    back(events.x[i], velocity[0]),
                    back(events.y[i], velocity[1]),
                )
            })
            .collect();
        pixels.len()
    }

    #[test]
    fn the_true_flow_gathers_events_on_the_edges() {
        for seed in 0..5 {
            let edges = MovingEdges::SMALL;
            let motion = edges.flow((6.0, 12.0), Key::new(seed));
            let Motion::Flow(velocity) = motion else {
                panic!("a flow was asked for");
            };
            assert!((6.0..12.001).contains(&velocity[0].hypot(velocity[1])));
            let events = edges.draw(motion, Key::new(seed + 100));
            assert_eq!(events.x.len(), 5000);
            assert_eq!(
                events.is_true.iter().filter(|is_true| !**is_true).count(),
                1000
            );
            assert!(events.time.is_sorted() && events.time[0] >= 0.0 && events.time[4999] < 1.0);
            assert!(
                events
                    .x
                    .iter()
                    .chain(&events.y)
                    .all(|place| (0.0..=63.0).contains(place))
            );
            let (right, none) = (hit(&events, velocity), hit(&events, [0.0; 2]));
            let wrong = hit(&events, [velocity[0] + 3.0, velocity[1] - 3.0]);
            assert!(
                right * 10 < none * 8 && right < wrong,
                "{right} {none} {wrong}"
            );
            assert_eq!(events, edges.draw(motion, Key::new(seed + 100)));
        }
    }

    #[test]
    fn rotations_turn_rays() {
        let quarter = [0.0, 0.0, std::f64::consts::FRAC_PI_2];
        let turned = rotated([1.0, 0.0, 2.0], quarter);
        assert!((turned[0]).abs() < 1e-12 && (turned[1] - 1.0).abs() < 1e-12 && turned[2] == 2.0);
        let edges = MovingEdges::SMALL;
        let motion = Motion::Rotation {
            angle: [0.02, -0.03, 0.2],
            focal: 60.0,
        };
        // There and back.
        let Motion::Rotation { angle, focal } = motion else {
            panic!("a rotation");
        };
        let back = Motion::Rotation {
            angle: angle.map(|part| -part),
            focal,
        };
        let there = edges.moved(motion, [10.0, 20.0], 0.7);
        let [x, y] = edges.moved(back, there, 0.7);
        assert!((x - 10.0).abs() < 1e-9 && (y - 20.0).abs() < 1e-9);
        assert_eq!(edges.draw(motion, Key::new(1)).x.len(), 5000);
    }

    #[test]
    fn opposite_motion_has_opposite_polarity() {
        let edges = MovingEdges::SMALL;
        let edge = Edge {
            from: [0.0, 0.0],
            to: [10.0, 0.0],
            is_left_brighter: true,
        };
        let up = edges.polarity(&edge, Motion::Flow([0.0, 5.0]), [5.0, 0.0]);
        let down = edges.polarity(&edge, Motion::Flow([0.0, -5.0]), [5.0, 0.0]);
        assert_eq!((up, down), (-1.0, 1.0));
    }
}
