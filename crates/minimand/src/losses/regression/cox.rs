use crate::prelude::*;

loss! {
    /// Cox's negative log partial likelihood of survival times, per event.
    ///
    /// ℓ(s) = 1/E Σ over events i of (ln Σ_{t_j ≥ t_i} e^(s_j) − s_i),  E the number of events
    ///
    /// The prediction s is the logarithm of the hazard against that of others: the larger, the sooner. Shapes: prediction
    /// `[n]` or `[n, 1]`, target `[n, 2]` of time and event (1: it happened then; 0: censored, nothing had happened until
    /// then); weights w and mask of items. All of them are one item; it counts if there is an event. In nats, ≥ 0 with
    /// Breslow's ties. Events of one time: ties="breslow" gives each of them the whole risk set, ties="efron" takes out
    /// the l-th part of their own share for the l-th of them; with weights Σ w_j e^(s_j), each event w_i times, and E is
    /// Σ w_i. In O(n log n). Source: Cox 1972; Breslow 1974; Efron 1977.
    pub struct Cox = "cox" {
        /// What happens with events of one time.
        ties: Ties = Ties::Efron, finite();
    }
}

/// Events of one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ties {
    /// All of them against the same risk set.
    Breslow,
    /// One after another, in the mean over their orders.
    Efron,
}
crate::parameter::choice!(Ties, "\"breslow\" or \"efron\"", "breslow" => Breslow, "efron" => Efron);

impl Loss for Cox {
    type Kind = Groups;
    const AREA: Area = Area::Regression;
    const ALIASES: &'static [&'static str] = &["cox_ph", "partial_likelihood"];
    const VARIANTS: &'static [&'static str] = &["cox(ties=\"breslow\")"];
    #[rustfmt::skip]
    const KNOWN: &'static [Known] = &[
        Known { expression: "cox", prediction: &[0.0, 0.0, 0.0], target: &[1.0, 1.0, 2.0, 1.0, 3.0, 1.0],
                value: 1.791_759_469_228_055 / 3.0, source: "equal scores: ln 3!/3" },
        Known { expression: "cox", prediction: &[1.0, 0.0], target: &[1.0, 1.0, 2.0, 0.0],
                value: 0.313_261_687_518_222_8, source: "by hand: ln(1 + e⁻¹)" },
        Known { expression: "cox(ties=\"breslow\")", prediction: &[0.0, 0.0, 0.0], target: &[1.0, 1.0, 1.0, 1.0, 2.0, 0.0],
                value: 1.098_612_288_668_109_8, source: "by hand: ln 3 for both" },
        Known { expression: "cox", prediction: &[0.0, 0.0, 0.0], target: &[1.0, 1.0, 1.0, 1.0, 2.0, 0.0],
                value: 0.895_879_734_614_027_5, source: "by hand: (ln 3 + ln 2)/2" },
    ];

    fn facts(&self) -> Facts {
        Facts {
            convex: true,
            shift_invariant: true,
            at_perfect: None,
            hessian: Hessian::Exact,
            ..Facts::PLAIN
        }
    }
}

/// Items of one time.
struct Moment {
    /// Its items in the order of falling time: from here …
    first: usize,
    /// … to here.
    end: usize,
    /// Number and weight of its events.
    events: usize,
    weight: f64,
}

/// The items in the order of falling time, and the times.
fn moments<S>(group: &Group<'_, S>) -> (Vec<usize>, Vec<Moment>) {
    let time = |i: usize| group.targets[2 * i];
    let mut order: Vec<usize> = (0..group.weights.len()).collect();
    order.sort_by(|&a, &b| time(b).total_cmp(&time(a)).then(a.cmp(&b)));
    let mut moments: Vec<Moment> = Vec::new();
    for (place, &i) in order.iter().enumerate() {
        let event = group.targets[2 * i + 1] == 1.0;
        let (events, weight) = if event {
            (1, group.weights[i])
        } else {
            (0, 0.0)
        };
        match moments.last_mut() {
            // Equal as numbers: −0 is 0.
            Some(last) if time(order[last.first]) == time(i) => {
                last.end = place + 1;
                last.events += events;
                last.weight += weight;
            }
            _ => moments.push(Moment {
                first: place,
                end: place + 1,
                events,
                weight,
            }),
        }
    }
    (order, moments)
}

impl Cox {
    /// How much of the share of a moment's events its l-th one no longer has against it.
    fn gone(&self, l: usize, events: usize) -> f64 {
        match self.ties {
            Ties::Breslow => 0.0,
            Ties::Efron => l as f64 / events as f64,
        }
    }
}

/// ln(e^a + e^b)
fn ln_add(a: f64, b: f64) -> f64 {
    let (low, high) = (a.min(b), a.max(b));
    if low == f64::NEG_INFINITY {
        high
    } else {
        high + (low - high).exp().ln_1p()
    }
}

impl GroupLoss for Cox {
    const LAYOUT: Layout = Layout::Times;

    fn counts(&self, group: &Group<'_, f64>) -> Result<bool, Fault> {
        let mut any = false;
        for (i, mark) in group.targets.chunks(2).enumerate() {
            if mark[1] != 0.0 && mark[1] != 1.0 {
                return Err(Fault::Target(2 * i + 1, "1 for an event or 0 for none"));
            }
            any |= mark[1] == 1.0;
        }
        Ok(any)
    }

    fn plainly<S: Real>(&self, group: &Group<'_, S>) -> S {
        let (order, moments) = moments(group);
        let top = group.scores[1..]
            .iter()
            .fold(group.scores[0], |a, &b| a.max(b));
        let risk = |i: usize| S::lift(group.weights[i]) * (group.scores[i] - top).exp();
        let (mut at_risk, mut total, mut mass) = (S::lift(0.0), S::lift(0.0), 0.0);
        for moment in &moments {
            let mut own = S::lift(0.0);
            for &i in &order[moment.first..moment.end] {
                at_risk = at_risk + risk(i);
                if group.targets[2 * i + 1] == 1.0 {
                    own = own + risk(i);
                    total = total - S::lift(group.weights[i]) * (group.scores[i] - top);
                }
            }
            for l in 0..moment.events {
                let left = at_risk - S::lift(self.gone(l, moment.events)) * own;
                total = total + S::lift(moment.weight / moment.events as f64) * left.ln();
            }
            mass += moment.weight;
        }
        total / S::lift(mass)
    }

    fn fused(&self, group: &Group<'_, f64>, slopes: &mut [f64]) -> f64 {
        let (order, moments) = moments(group);
        // A number added to all scores changes nothing: the largest is 0.
        let top = group
            .scores
            .iter()
            .fold(f64::NEG_INFINITY, |a, &b| a.max(b));
        let risk = |i: usize| group.scores[i] - top + group.weights[i].ln();
        let event = |i: usize| group.targets[2 * i + 1] == 1.0;
        let mass: f64 = moments.iter().map(|m| m.weight).sum();
        let (mut total, mut at_risk) = (0.0, f64::NEG_INFINITY);
        // For each moment ln Σ_l w̄/(what is left for its l-th event), and the same times what is gone.
        let mut against = Vec::with_capacity(moments.len());
        for moment in &moments {
            let mut own = f64::NEG_INFINITY;
            for &i in &order[moment.first..moment.end] {
                at_risk = ln_add(at_risk, risk(i));
                if event(i) {
                    own = ln_add(own, risk(i));
                }
            }
            let (mut all, mut gone) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
            let each = moment.weight / moment.events as f64;
            for l in 0..moment.events {
                let part = self.gone(l, moment.events);
                let left = at_risk + (-part * (own - at_risk).exp()).ln_1p();
                total += each * left;
                all = ln_add(all, each.ln() - left);
                if part > 0.0 {
                    gone = ln_add(gone, (each * part).ln() - left);
                }
            }
            against.push((all, gone));
        }
        // An item is at risk in all moments up to its own.
        let mut up_to = f64::NEG_INFINITY;
        for (moment, &(all, gone)) in moments.iter().zip(&against).rev() {
            up_to = ln_add(up_to, all);
            for &i in &order[moment.first..moment.end] {
                let mut slope = (risk(i) + up_to).exp();
                if event(i) {
                    slope -= (risk(i) + gone).exp() + group.weights[i];
                    total -= group.weights[i] * (group.scores[i] - top);
                }
                slopes[i] = slope / mass;
            }
        }
        total / mass
    }
}
