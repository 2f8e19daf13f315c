//! Numbers and lists in words.

use minimand_report::number::significant;

use crate::measures::Measure;
use crate::statistics::{Aim, Difference};

/// How differences in a measure are told.
pub(super) struct Words {
    pub(super) measure: Measure,
    pub(super) aim: Aim,
}

impl Words {
    /// `log-loss lower by 0.012, 3.1% of cross_entropy's`.
    pub(super) fn change(&self, difference: &Difference, reference: &str) -> String {
        let rises = difference.mean >= 0.0;
        let direction = match self.aim {
            Aim::Nearest(value) => {
                let word = if rises { "farther from" } else { "nearer to" };
                format!("{word} {value}")
            }
            Aim::Lower | Aim::Higher => if rises { "higher" } else { "lower" }.to_owned(),
        };
        let share = difference.relative.map_or_else(String::new, |share| {
            format!(", {} of {reference}'s", percent(share.abs()))
        });
        format!(
            "{} {direction} by {}{share}",
            self.measure.label(),
            significant(difference.mean.abs(), 2)
        )
    }

    /// The change with its interval, p, and the folds on which it shows.
    pub(super) fn amount(&self, difference: &Difference, reference: &str) -> String {
        let (mean, half_width) = (difference.mean.abs(), difference.half_width);
        format!(
            "{} (95% interval {} to {}, {}, better on {} of {} folds)",
            self.change(difference, reference),
            significant(mean - half_width, 2),
            significant(mean + half_width, 2),
            p_value(difference.p_adjusted),
            difference.wins,
            difference.wins + difference.losses + difference.ties
        )
    }
}

/// `p = 0.031`, or a bound where more digits would say nothing.
pub(super) fn p_value(p: f64) -> String {
    match p {
        p if p < 0.001 => "p < 0.001".to_owned(),
        p if p < 0.1 => format!("p = {p:.3}"),
        p => format!("p = {p:.2}"),
    }
}

/// `4.1%`.
pub(super) fn percent(share: f64) -> String {
    format!("{}%", significant(100.0 * share, 2))
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn joined(names: &[&str]) -> String {
    listed(names, "and")
}

/// `a`, `a or b`, `a, b or c`, with this word before the last.
pub(super) fn listed(names: &[&str], word: &str) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [others @ .., last] => format!("{} {word} {last}", others.join(", ")),
    }
}

/// `word` for one, `words` for more.
pub(super) fn plural<'a>(count: usize, word: &'a str, words: &'a str) -> &'a str {
    if count == 1 { word } else { words }
}
