//! Boxes to fit and boxes that a detector might report.

use std::f64::consts::TAU;

use minimand_burn::random::{Key, Random};

/// A box, x1 y1 x2 y2.
pub(crate) type Corners = [f64; 4];

/// A box to start from and the box to reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BoxPair {
    pub(crate) start: Corners,
    pub(crate) target: Corners,
}

/// Pairs of boxes in units of the target's size, the root of its area: every target has area 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BoxPairs {
    /// Share of pairs that do not overlap.
    pub(crate) disjoint: f64,
    /// Gap of such a pair along one axis, in target sizes, from–to; along the other axis they overlap.
    pub(crate) gap: (f64, f64),
    /// Largest logarithm, up or down, of the target's width over its height.
    pub(crate) aspect: f64,
    /// Largest logarithm, up or down, of each side of the start over the target's.
    pub(crate) start: f64,
}

impl BoxPairs {
    /// Half of the pairs a gap of 0.05 to 1 apart, aspect ratios of e^±1.1, starts of e^±0.7 times the
    /// target's sides.
    pub(crate) const FITTING: Self = Self {
        disjoint: 0.5,
        gap: (0.05, 1.0),
        aspect: 1.1,
        start: 0.7,
    };

    /// So many pairs, those that do not overlap first.
    pub(crate) fn draw(&self, count: usize, key: Key) -> Vec<BoxPair> {
        let mut random = Random::new(key, 0);
        let disjoint = (self.disjoint * count as f64).round() as usize;
        (0..count)
            .map(|index| self.pair(index < disjoint, &mut random))
            .collect()
    }

    fn pair(&self, is_disjoint: bool, random: &mut Random) -> BoxPair {
        let ratio = random.uniform_between(-self.aspect, self.aspect).exp();
        let target = [ratio.sqrt(), 1.0 / ratio.sqrt()];
        let start = target.map(|side| side * random.uniform_between(-self.start, self.start).exp());
        // Of the middles, at which boxes touch.
        let touch = [0, 1].map(|axis| (target[axis] + start[axis]) / 2.0);
        let mut offset = touch.map(|touch| random.uniform_between(-0.9, 0.9) * touch);
        if is_disjoint {
            let axis = random.below(2);
            let gap = random.uniform_between(self.gap.0, self.gap.1);
            let side = if random.below(2) == 0 { -1.0 } else { 1.0 };
            offset[axis] = side * (touch[axis] + gap);
        }
        BoxPair {
            start: around(offset, start),
            target: around([0.0; 2], target),
        }
    }
}

/// The pairs of the simulation of Zheng et al. (2020): seven targets of area 1 with aspect ratios 1:4 to 4:1 in one
/// place, and for each of so many places within 3 of it one start per target, with an area of 0.5 to 2 and an
/// aspect ratio of its own.
pub(crate) fn simulated(places: usize, key: Key) -> Vec<BoxPair> {
    let mut random = Random::new(key, 0);
    let ratios = [0.25, 1.0 / 3.0, 0.5, 1.0, 2.0, 3.0, 4.0];
    let areas = [0.5, 0.67, 0.75, 1.0, 1.33, 1.5, 2.0];
    let sides = |area: f64, ratio: f64| [(area * ratio).sqrt(), (area / ratio).sqrt()];
    let mut pairs = Vec::with_capacity(places * ratios.len());
    for _ in 0..places {
        let (radius, angle) = (3.0 * random.uniform().sqrt(), TAU * random.uniform());
        let place = [radius * angle.cos(), radius * angle.sin()];
        for ratio in ratios {
            let (area, own) = (areas[random.below(7)], ratios[random.below(7)]);
            pairs.push(BoxPair {
                start: around(place, sides(area, own)),
                target: around([0.0; 2], sides(1.0, ratio)),
            });
        }
    }
    pairs
}

/// Two true boxes that overlap, and what a detector reports of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Crowd {
    /// The true boxes.
    pub(crate) objects: Vec<Corners>,
    /// Reported boxes with their scores, in no order.
    pub(crate) reports: Vec<(Corners, f64)>,
}

/// Crowded places: pairs of equal boxes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Crowds {
    /// Intersection over union of the two true boxes, from–to.
    pub(crate) overlap: (f64, f64),
    /// Reports of each object, from–to.
    pub(crate) reports: (usize, usize),
    /// Standard deviation of middles and of the logarithms of sides of reports, in sides of the object.
    pub(crate) noise: f64,
}

impl Crowds {
    /// Two objects with an overlap of 0.5 to 0.7, each reported three to six times.
    pub(crate) const PAIRS: Self = Self {
        overlap: (0.5, 0.7),
        reports: (3, 6),
        noise: 0.05,
    };

    /// One crowd. Reports with less noise score higher.
    pub(crate) fn draw(&self, key: Key) -> Crowd {
        let mut random = Random::new(key, 0);
        let overlap = random.uniform_between(self.overlap.0, self.overlap.1);
        // Equal boxes that are shifted by a share s along one side overlap by (1 − s)/(1 + s).
        let shift = (1.0 - overlap) / (1.0 + overlap);
        let sides = [
            random.uniform_between(0.5, 1.5),
            random.uniform_between(0.5, 1.5),
        ];
        let axis = random.below(2);
        let mut second = [0.0; 2];
        second[axis] = shift * sides[axis];
        let objects = vec![around([0.0; 2], sides), around(second, sides)];
        let mut reports = Vec::new();
        for middle in [[0.0; 2], second] {
            for _ in 0..super::pictures::whole_between(&mut random, self.reports) {
                let noise: [f64; 4] = std::array::from_fn(|_| self.noise * random.normal());
                let place = [0, 1].map(|axis| middle[axis] + noise[axis] * sides[axis]);
                let size = [0, 1].map(|axis| sides[axis] * noise[2 + axis].exp());
                let error = noise.iter().map(|x| x * x).sum::<f64>()
                    / (4.0 * self.noise * self.noise).max(1e-300);
                let score = (0.95 - 0.1 * error + 0.05 * random.normal()).clamp(0.05, 0.99);
                reports.push((around(place, size), score));
            }
        }
        random.shuffle(&mut reports);
        Crowd { objects, reports }
    }
}

fn around(middle: [f64; 2], sides: [f64; 2]) -> Corners {
    let [x, y] = middle;
    let [width, height] = sides;
    [
        x - width / 2.0,
        y - height / 2.0,
        x + width / 2.0,
        y + height / 2.0,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(a: &Corners, b: &Corners) -> f64 {
        let side = |axis: usize| a[axis + 2].min(b[axis + 2]) - a[axis].max(b[axis]);
        let area = |c: &Corners| (c[2] - c[0]) * (c[3] - c[1]);
        let common = side(0).max(0.0) * side(1).max(0.0);
        common / (area(a) + area(b) - common)
    }

    #[test]
    fn pairs_are_as_far_apart_as_asked_for() {
        let pairs = BoxPairs::FITTING.draw(500, Key::new(1));
        for (index, BoxPair { start, target }) in pairs.iter().enumerate() {
            let area = (target[2] - target[0]) * (target[3] - target[1]);
            assert!((area - 1.0).abs() < 1e-12);
            let gap = [0, 1]
                .map(|axis| (start[axis] - target[axis + 2]).max(target[axis] - start[axis + 2]));
            if index < 250 {
                assert!(
                    (0.05..=1.0).contains(&gap[0].max(gap[1])) && gap[0].min(gap[1]) < 0.0,
                    "{gap:?}"
                );
            } else {
                assert!(overlap(start, target) > 0.0);
            }
        }
        assert_eq!(pairs, BoxPairs::FITTING.draw(500, Key::new(1)));
    }

    #[test]
    fn crowds_overlap_as_asked_for() {
        for seed in 0..50 {
            let crowd = Crowds::PAIRS.draw(Key::new(seed));
            let shared = overlap(&crowd.objects[0], &crowd.objects[1]);
            assert!((0.5..=0.7).contains(&shared), "{shared}");
            assert!((6..=12).contains(&crowd.reports.len()));
            for (report, score) in &crowd.reports {
                let best = crowd
                    .objects
                    .iter()
                    .map(|object| overlap(object, report))
                    .fold(0.0, f64::max);
                assert!(best > 0.5 && (0.0..1.0).contains(score), "{best}");
            }
        }
    }
}
