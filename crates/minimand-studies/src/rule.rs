//! Rules: from numbers to a verdict.

use std::fmt;

use minimand_compare::statistics::Estimate;
use minimand_report::number::significant;
use serde::{Deserialize, Serialize};

/// What a study says about the claim of its paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every clause of the rule holds.
    Holds,
    /// At least one clause is contradicted by the numbers.
    DoesNotHold,
    /// No clause is contradicted, but not all are shown.
    Inconclusive,
}

impl Verdict {
    /// The verdict of all clauses together. Without clauses nothing is shown.
    pub fn of(clauses: &[Clause]) -> Self {
        let any = |verdict| clauses.iter().any(|clause| clause.verdict == verdict);
        if any(Verdict::DoesNotHold) {
            Verdict::DoesNotHold
        } else if clauses.is_empty() || any(Verdict::Inconclusive) {
            Verdict::Inconclusive
        } else {
            Verdict::Holds
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Holds => "holds",
            Verdict::DoesNotHold => "does not hold at this scale",
            Verdict::Inconclusive => "inconclusive",
        })
    }
}

/// One condition of a rule, with the numbers it was judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// What must hold, and what was measured.
    pub text: String,
    /// Whether it does.
    pub verdict: Verdict,
}

impl Clause {
    /// `what` must be above `bound`: holds if the whole 95% interval is, is contradicted if the
    /// whole interval is at or below it, and open otherwise.
    pub fn above(what: &str, measured: &Estimate, bound: f64) -> Self {
        Self::one_sided(what, measured, bound, "above", |(low, high)| {
            (low > bound, high <= bound)
        })
    }

    /// `what` must be below `bound`, judged as [`above`](Self::above).
    pub fn below(what: &str, measured: &Estimate, bound: f64) -> Self {
        Self::one_sided(what, measured, bound, "below", |(low, high)| {
            (high < bound, low >= bound)
        })
    }

    fn one_sided(
        what: &str,
        measured: &Estimate,
        bound: f64,
        side: &str,
        judge: impl Fn((f64, f64)) -> (bool, bool),
    ) -> Self {
        let verdict = match measured.interval().map(judge) {
            Some((true, _)) => Verdict::Holds,
            Some((_, true)) => Verdict::DoesNotHold,
            _ => Verdict::Inconclusive,
        };
        let bound = significant(bound, 2);
        Self {
            text: format!("{what} is {}; must be {side} {bound}", shown(measured)),
            verdict,
        }
    }

    /// A condition on plain numbers: it holds or it does not. `text` says what must hold and what
    /// was measured.
    pub fn that(text: impl Into<String>, holds: bool) -> Self {
        Self {
            text: text.into(),
            verdict: if holds {
                Verdict::Holds
            } else {
                Verdict::DoesNotHold
            },
        }
    }
}

/// A mean with its interval, as text.
pub(crate) fn shown(measured: &Estimate) -> String {
    let mean = significant(measured.mean, 3);
    match measured.interval() {
        Some((low, high)) => format!("{mean} [{}, {}]", significant(low, 3), significant(high, 3)),
        None => mean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(mean: f64, half_width: Option<f64>) -> Estimate {
        Estimate {
            mean,
            half_width,
            results: 5,
        }
    }

    #[test]
    fn an_interval_must_lie_on_one_side() {
        for (mean, half_width, expected) in [
            (0.5, Some(0.1), Verdict::Holds),
            (0.5, Some(0.6), Verdict::Inconclusive),
            (-0.5, Some(0.1), Verdict::DoesNotHold),
            (0.0, Some(0.0), Verdict::DoesNotHold),
            (0.5, None, Verdict::Inconclusive),
        ] {
            let measured = estimate(mean, half_width);
            assert_eq!(Clause::above("x", &measured, 0.0).verdict, expected);
            let mirrored = estimate(-mean, half_width);
            assert_eq!(Clause::below("x", &mirrored, 0.0).verdict, expected);
        }
        let clause = Clause::above("gain", &estimate(0.5, Some(0.1)), 0.0);
        assert_eq!(
            clause.text,
            "gain is 0.500 [0.400, 0.600]; must be above 0.0"
        );
    }

    #[test]
    fn a_contradicted_clause_decides() {
        let [yes, no] = [true, false].map(|holds| Clause::that("it", holds));
        let open = Clause::above("x", &estimate(0.0, Some(1.0)), 0.0);
        assert_eq!(Verdict::of(&[]), Verdict::Inconclusive);
        assert_eq!(Verdict::of(std::slice::from_ref(&yes)), Verdict::Holds);
        assert_eq!(
            Verdict::of(&[yes.clone(), open.clone()]),
            Verdict::Inconclusive
        );
        assert_eq!(Verdict::of(&[yes, open, no]), Verdict::DoesNotHold);
    }
}
