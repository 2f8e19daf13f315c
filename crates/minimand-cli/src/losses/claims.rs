//! What a loss claims about itself, in sentences.

use minimand::loss::{Domain, Elicits, Hessian};
use minimand::{Facts, Shape};

/// The claims of a loss, those that help to choose it first.
pub(super) fn sentences(shape: Shape, facts: &Facts) -> Vec<String> {
    let mut claims = Vec::new();
    let mut claim = |text: String| claims.push(text);
    match facts.elicits {
        Elicits::Nothing => {}
        Elicits::Mean => claim("the best constant prediction is the mean of the targets".into()),
        Elicits::LogMean => {
            claim(
                "the best constant prediction is the logarithm of the mean of the targets".into(),
            );
        }
        Elicits::Median => {
            claim("the best constant prediction is the median of the targets".into())
        }
        Elicits::Quantile(level) => {
            claim(format!(
                "the best constant prediction is the {level}-quantile of the targets"
            ));
        }
        Elicits::Probabilities => {
            claim("strictly proper: its minimum is at the true class probabilities".into());
        }
    }
    if facts.calibration.is_some() {
        claim(
            "classification-calibrated: its excess bounds the excess of errors, in closed form"
                .into(),
        );
    }
    if facts.convex {
        claim("convex in the prediction".into());
    }
    if let Some(bound) = facts.lipschitz {
        let bound = rounded(bound);
        claim(format!(
            "Lipschitz: the derivative by a prediction stays within ±{bound}"
        ));
    }
    if let Some(bound) = facts.bounded {
        claim(format!(
            "bounded: the loss of an item is at most {}",
            rounded(bound)
        ));
    }
    if let Some(least) = facts.at_perfect {
        claim(format!(
            "a perfect prediction has, or approaches, the loss {}",
            rounded(least)
        ));
    }
    claim(match facts.hessian {
        Hessian::Exact => "the second derivative is never negative: boosting can use it".into(),
        Hessian::Indefinite => {
            "the second derivative can be zero or negative: boosting needs a stand-in".into()
        }
    });
    if facts.shift_invariant {
        let of = if shape == Shape::Groups {
            "scores of an item"
        } else {
            "logits of a row"
        };
        claim(format!("adding a number to all {of} changes nothing"));
    }
    if shape == Shape::Rows {
        let soft = if facts.soft_labels {
            "labels or soft labels"
        } else {
            "labels, not soft labels"
        };
        claim(format!("targets: {soft}"));
        if facts.least_classes > 1 {
            claim(format!("at least {} classes", facts.least_classes));
        }
    } else if matches!(shape, Shape::Points | Shape::Regions) {
        claim(format!("targets: {}", domain(facts.target)));
    }
    claim(format!("predictions: {}", domain(facts.prediction)));
    let absent: Vec<&str> = [
        (facts.convex, "convex"),
        (facts.lipschitz.is_some(), "Lipschitz"),
        (facts.bounded.is_some(), "bounded"),
    ]
    .iter()
    .filter(|(holds, _)| !holds)
    .map(|(_, name)| *name)
    .collect();
    if !absent.is_empty() {
        claim(format!("not claimed: {}", absent.join(", ")));
    }
    claims
}

/// The numbers of a domain, with the limits of both precisions where they differ.
fn domain(domain: Domain) -> String {
    let (single, double) = (domain.range::<f32>().1, domain.range::<f64>().1);
    match domain {
        Domain::Finite => "every finite number".into(),
        Domain::Squarable | Domain::Differenced | Domain::Standardised => format!(
            "numbers of magnitude up to {} (float32) or {} (float64)",
            rounded(single),
            rounded(double)
        ),
        Domain::Exponentiable => format!(
            "numbers up to {} (float32) or {} (float64), beyond which e^x overflows",
            rounded(single),
            rounded(double)
        ),
        Domain::LogScale => "numbers from −40 to 40, as logarithms".into(),
        Domain::Coordinate => "numbers of magnitude up to 10⁷".into(),
        Domain::NonNegative => "numbers from 0 up".into(),
        Domain::Unit => "numbers from 0 to 1".into(),
    }
}

/// At most four significant digits, as `{}` writes them where that is short.
fn rounded(x: f64) -> String {
    let scientific = format!("{x:.3e}");
    let short: f64 = scientific.parse().unwrap_or(x);
    if short == 0.0 || (1e-4..1e6).contains(&short.abs()) {
        return short.to_string();
    }
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    format!("{digits}e{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(rounded(0.0), "0");
        assert_eq!(rounded(2.0), "2");
        assert_eq!(rounded(1.428_571_4), "1.429");
        assert_eq!(rounded(2.305e18), "2.305e18");
        assert_eq!(rounded(1e-9), "1e-9");
    }

    #[test]
    fn every_word_of_the_filter_is_said() {
        for entry in minimand::Catalog::builtin().entries() {
            let facts = entry.facts().unwrap();
            let said = sentences(entry.shape, &facts).join("; ");
            for (word, phrase) in [
                ("convex", "convex in"),
                ("lipschitz", "Lipschitz:"),
                ("bounded", "is at most"),
                ("proper", "strictly proper"),
                ("calibrated", "classification-calibrated"),
                ("shift_invariant", "changes nothing"),
                ("exact_hessian", "never negative"),
            ] {
                assert_eq!(
                    facts.words(entry.shape).contains(&word),
                    said.contains(phrase),
                    "{}: {said}",
                    entry.name
                );
            }
        }
    }
}
