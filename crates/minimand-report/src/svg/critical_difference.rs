//! A ranking with bars that join what cannot be told apart.

use super::axis::Axis;
use super::canvas::Canvas;
use super::row_layout::{RowLayout, RowText, number_format};
use super::{Chart, is_plottable};

/// The distance between bars side by side, and of the first from the numbers.
const LANE: f64 = 13.0;
/// What a bar leaves free at the ends of its first and last row.
const END: f64 = 7.0;

/// Which values come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Low values, such as mean ranks and errors.
    Lower,
    /// High values, such as accuracies.
    Higher,
}

/// A diagram after Demšar (2006), one row per item, the best at the top: a dot for
/// the value, and at the right a bar beside every group of items that cannot be told
/// apart. Those that cannot be told apart from the best are coloured.
#[derive(Debug, Clone)]
pub struct CriticalDifference {
    title: String,
    axis_label: String,
    better: Better,
    items: Vec<(String, f64)>,
    groups: Vec<(usize, usize)>,
}

impl CriticalDifference {
    /// A diagram without items. The title is read out by screen readers; it is not
    /// drawn.
    pub fn new(title: impl Into<String>, better: Better) -> Self {
        Self {
            title: title.into(),
            axis_label: String::new(),
            better,
            items: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// Sets the axis title, which should say which direction is better.
    pub fn axis_label(mut self, label: impl Into<String>) -> Self {
        self.axis_label = label.into();
        self
    }

    /// Adds an item. Items of equal value keep their order; those with NaN come last
    /// and have no dot.
    pub fn item(mut self, name: impl Into<String>, value: f64) -> Self {
        self.items.push((name.into(), value));
        self
    }

    /// Joins the items from one position to another, both included; position 0 is
    /// the best item. Groups of one item, and those within another group, need no bar
    /// and get none.
    pub fn group(mut self, from: usize, to: usize) -> Self {
        self.groups.push((from, to));
        self
    }

    /// The items, the best first.
    fn sorted(&self) -> Vec<&(String, f64)> {
        let mut items: Vec<_> = self.items.iter().collect();
        items.sort_by(|(_, a), (_, b)| match self.better {
            _ if a.is_nan() || b.is_nan() => a.is_nan().cmp(&b.is_nan()),
            Better::Lower => a.total_cmp(b),
            Better::Higher => b.total_cmp(a),
        });
        items
    }

    /// The groups that need a bar, from top to bottom.
    fn bars(&self) -> Vec<(usize, usize)> {
        let last = self.items.len().saturating_sub(1);
        let mut groups: Vec<(usize, usize)> = self
            .groups
            .iter()
            .map(|(from, to)| (*from, (*to).min(last)))
            .filter(|(from, to)| from < to)
            .collect();
        // The longest of those that begin together comes first.
        groups.sort_by_key(|(from, to)| (*from, usize::MAX - to));
        let mut reached = 0;
        groups.retain(|(_, to)| {
            let is_new = *to > reached;
            reached = reached.max(*to);
            is_new
        });
        groups
    }

    fn description(&self, texts: &[RowText<'_>], bars: &[(usize, usize)]) -> String {
        let items = texts
            .iter()
            .map(|row| format!("{}: {}", row.name, row.value));
        let groups = bars.iter().map(|(from, to)| {
            let names: Vec<&str> = texts[*from..=*to].iter().map(|row| row.name).collect();
            format!(" Cannot be told apart: {}.", names.join(", "))
        });
        let (items, groups): (Vec<_>, String) = (items.collect(), groups.collect());
        format!("{}. {}.{groups}", self.axis_label, items.join("; "))
    }
}

/// The lane of every bar, so that bars in one lane do not touch.
fn lanes(bars: &[(usize, usize)]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let lane_of = |(from, to): &(usize, usize)| {
        let free = ends.iter().position(|end| end < from);
        let lane = free.unwrap_or(ends.len());
        match ends.get_mut(lane) {
            Some(end) => *end = *to,
            None => ends.push(*to),
        }
        lane
    };
    bars.iter().map(lane_of).collect()
}

impl Chart for CriticalDifference {
    fn svg(&self, width: f64) -> String {
        if self.items.is_empty() {
            return Canvas::empty(width, &self.title);
        }
        let mut canvas = Canvas::default();
        let (items, bars) = (self.sorted(), self.bars());
        let lanes = lanes(&bars);
        let axis = Axis::padded(items.iter().map(|(_, value)| *value), false);
        let format = number_format(axis.as_ref(), items.iter().map(|(_, value)| *value));
        // The best alone, or all that are joined to it.
        let best = bars
            .iter()
            .filter(|(from, _)| *from == 0)
            .map(|(_, to)| *to);
        let best = best.max().unwrap_or(0);
        let texts = items
            .iter()
            .enumerate()
            .map(|(index, (name, value))| RowText {
                name,
                strong: index <= best && is_plottable(*value),
                value: format(*value),
                remark: String::new(),
            });
        let texts: Vec<_> = texts.collect();
        let count = lanes.iter().max().map_or(0, |lane| lane + 1);
        let reserved = LANE * count as f64;
        let layout = RowLayout::new(width, &texts, 4.0, reserved);
        let mut height = layout.bottom;
        let axis = axis.map(|axis| axis.spanning(layout.left, layout.right));
        if let Some(axis) = &axis {
            height = layout.draw_axis(&mut canvas, axis, &self.axis_label);
        }
        for (index, (text, (_, value))) in texts.iter().zip(&items).enumerate() {
            layout.draw_text(&mut canvas, index, text);
            let x = axis.as_ref().and_then(|axis| axis.position(*value));
            if let Some(x) = x {
                let class = if text.strong { "dot c0" } else { "dot c6" };
                canvas.circle(class, (x, layout.mark_height(index)), 5.0);
            }
        }
        for ((from, to), lane) in bars.iter().zip(&lanes) {
            let x = width - reserved + LANE * *lane as f64 + 4.0;
            let class = if *from == 0 { "joint c0" } else { "joint c6" };
            let (top, bottom) = (layout.extent(*from).0, layout.extent(*to).1);
            canvas.line(class, (x, top + END), (x, bottom - END));
        }
        let description = self.description(&texts, &bars);
        canvas.finish((width, height), &self.title, &description)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::{WIDE, check_drawing};

    fn diagram(values: &[f64], better: Better) -> CriticalDifference {
        let diagram = CriticalDifference::new("Mean ranks", better).axis_label("Mean rank");
        values
            .iter()
            .enumerate()
            .fold(diagram, |diagram, (index, value)| {
                diagram.item(format!("loss {index}"), *value)
            })
    }

    fn order(diagram: &CriticalDifference) -> Vec<f64> {
        diagram
            .sorted()
            .into_iter()
            .map(|(_, value)| *value)
            .collect()
    }

    #[test]
    fn the_best_is_at_the_top() {
        let values = [2.0, f64::NAN, 3.0, 1.0];
        assert_eq!(
            order(&diagram(&values, Better::Lower))[..3],
            [1.0, 2.0, 3.0]
        );
        assert_eq!(
            order(&diagram(&values, Better::Higher))[..3],
            [3.0, 2.0, 1.0]
        );
        assert!(order(&diagram(&values, Better::Higher))[3].is_nan());
        let svg = check_drawing(&diagram(&values, Better::Lower).group(0, 1));
        assert_eq!(svg.matches("<circle").count(), 3);
        let text = "Mean rank. loss 3: 1.00; loss 0: 2.00; loss 2: 3.00; loss 1: –. \
                    Cannot be told apart: loss 3, loss 0.";
        assert!(svg.contains(&format!("<desc>{text}</desc>")), "{svg}");
        assert_eq!(svg.matches("class=\"dot c0\"").count(), 2);
        assert_eq!(svg.matches("class=\"dot c6\"").count(), 1);
    }

    #[test]
    fn only_the_largest_groups_have_bars_and_crossing_ones_stand_apart() {
        let groups = [(2, 4), (0, 2), (1, 1), (0, 1), (3, 99), (7, 9), (3, 1)];
        let values: Vec<f64> = (0..6).map(f64::from).collect();
        let diagram = groups
            .iter()
            .fold(diagram(&values, Better::Lower), |diagram, (from, to)| {
                diagram.group(*from, *to)
            });
        assert_eq!(diagram.bars(), [(0, 2), (2, 4), (3, 5)]);
        assert_eq!(lanes(&diagram.bars()), [0, 1, 0]);
        let svg = check_drawing(&diagram);
        assert_eq!(svg.matches("class=\"joint c0\"").count(), 1);
        assert_eq!(svg.matches("class=\"joint c6\"").count(), 2);
    }

    #[test]
    fn twenty_long_names_are_whole() {
        let name = |index| format!("{index}*cross_entropy(label_smoothing=0.1) + focal(gamma=2)");
        let mut diagram = CriticalDifference::new("<t>", Better::Lower).group(0, 19);
        for index in 0..20 {
            diagram = diagram.item(name(index), f64::from(index));
        }
        let svg = check_drawing(&diagram);
        for index in 0..20 {
            assert!(svg.contains(&format!("<title>{}</title>", name(index))));
        }
        assert!(!diagram.svg(WIDE).contains('…'));
    }

    #[test]
    fn degenerate_data() {
        assert!(check_drawing(&diagram(&[], Better::Lower)).contains("nothing to draw"));
        let none = check_drawing(&diagram(&[f64::NAN; 2], Better::Lower).group(0, 1));
        assert_eq!(none.matches("<circle").count(), 0);
        for values in [&[1.0][..], &[5.0, 5.0], &[1e299, -1e299], &[1e-300, 2e-300]] {
            let svg = check_drawing(&diagram(values, Better::Higher));
            assert_eq!(svg.matches("<circle").count(), values.len());
        }
    }
}
