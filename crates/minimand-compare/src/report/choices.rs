//! Which settings the candidates chose, and what they spent.

use std::collections::BTreeMap;

use minimand_report::html::{HtmlTable, Section};
use minimand_report::number::fixed;

use super::Part;

impl Part<'_> {
    pub(super) fn choices_section(&self) -> Section {
        let mut table = HtmlTable::new()
            .text_column("Objective")
            .text_column("Chosen (folds)")
            .number_column("trainings")
            .number_column("epochs per training")
            .number_column("seconds");
        let mut at_an_end = Vec::new();
        let rates = &self.outcome.request.budget.learning_rates;
        let ends = [
            rates.iter().copied().fold(f64::INFINITY, f64::min),
            rates.iter().copied().fold(0.0, f64::max),
        ];
        for candidate in &self.results.candidates {
            let mut chosen: BTreeMap<(&str, u64), usize> = BTreeMap::new();
            let (mut trainings, mut epochs, mut ended) = (0, 0, 0);
            for fit in candidate.fits() {
                *chosen
                    .entry((&fit.expression, fit.learning_rate.to_bits()))
                    .or_default() += 1;
                trainings += fit.trials.len();
                epochs += fit.trials.iter().map(|trial| trial.epochs).sum::<usize>();
                ended += usize::from(ends.contains(&fit.learning_rate));
            }
            if rates.len() > 2 && 2 * ended > candidate.folds.len() {
                at_an_end.push(candidate.expression.as_str());
            }
            let mut chosen: Vec<_> = chosen.into_iter().collect();
            chosen.sort_by_key(|(_, folds)| std::cmp::Reverse(*folds));
            let chosen = chosen.iter().map(|((expression, rate), folds)| {
                let rate = f64::from_bits(*rate);
                // The name is told only where tuning changed it.
                let name = if *expression == candidate.expression {
                    String::new()
                } else {
                    format!("{expression} ")
                };
                format!("{name}at {rate} ({folds})")
            });
            let seconds: f64 = candidate.folds.iter().map(|fold| fold.seconds).sum();
            table.row([
                candidate.expression.clone(),
                chosen.collect::<Vec<_>>().join(", "),
                trainings.to_string(),
                fixed(epochs as f64 / trainings.max(1) as f64, 1),
                fixed(seconds, 1),
            ]);
        }
        let text = format!(
            "On every fold each objective trained {} times, once for every setting, and kept the \
             model with the best {} on the validation {}. Learning rates: {}.",
            self.outcome.trials,
            self.outcome.primary.label(),
            self.outcome.primary.measured_on(),
            rates
                .iter()
                .map(f64::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        );
        let section = Section::new("Choices and budget")
            .paragraph(&text)
            .table(&table);
        match at_an_end.as_slice() {
            [] => section,
            names => section.paragraph(&format!(
                "On most folds {} chose a learning rate at an end of the grid: a wider one \
                 (--learning-rate) might serve them better.",
                names.join(", ")
            )),
        }
    }
}
