//! Values for each case, and for each class of each case: as text, JSON and table.

use minimand_report::number::significant;
use minimand_report::table::{Column, ColumnData, Table, TableError};
use serde::ser::{Serialize, Serializer};

use crate::output;

/// Digits of a value on the terminal; files and JSON have all of them.
const DIGITS: usize = 4;

/// A table with a row for each case, or for each class of each case.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sheet {
    /// What the values are.
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// The values of one case, or of one of its classes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) case: String,
    pub(super) class: Option<Class>,
    /// One for each column; `None` where it is undefined.
    pub(super) values: Vec<Option<f64>>,
}

/// A class of masks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Class {
    /// Its label in the files.
    pub(super) label: u32,
    pub(super) name: String,
}

/// Means over cases.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(super) struct Summary {
    /// The class, or all of them: the mean of their means.
    pub(super) class: Option<String>,
    pub(super) mean: Named<Option<f64>>,
    /// In how many rows the values are undefined and left out of the mean.
    pub(super) undefined: Named<usize>,
}

/// A value for each column; an object in JSON.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Named<T> {
    names: Vec<String>,
    values: Vec<T>,
}

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.names.iter().zip(&self.values))
    }
}

/// A row in JSON.
#[derive(Debug, serde::Serialize)]
pub(super) struct ShownRow {
    case: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    values: Named<Option<f64>>,
}

impl Sheet {
    /// The rows for JSON.
    pub(super) fn shown(&self) -> Vec<ShownRow> {
        let shown = |row: &Row| ShownRow {
            case: row.case.clone(),
            label: row.class.as_ref().map(|class| class.label),
            class: row.class.as_ref().map(|class| class.name.clone()),
            values: self.named(row.values.clone()),
        };
        self.rows.iter().map(shown).collect()
    }

    /// The means of each class, in the order of their first rows, and that of all if there are several.
    pub(super) fn summary(&self) -> Vec<Summary> {
        let mut classes: Vec<&Option<Class>> = Vec::new();
        for row in &self.rows {
            if !classes.contains(&&row.class) {
                classes.push(&row.class);
            }
        }
        let columns = || 0..self.columns.len();
        let of_class = |class: &Option<Class>| {
            let rows: Vec<&Row> = self.rows.iter().filter(|row| row.class == *class).collect();
            let values = |i: usize| rows.iter().map(|row| row.values[i]).collect::<Vec<_>>();
            let undefined = |i: usize| values(i).iter().filter(|value| value.is_none()).count();
            Summary {
                class: class.as_ref().map(|class| class.name.clone()),
                mean: self.named(columns().map(|i| mean(&values(i))).collect()),
                undefined: self.named(columns().map(undefined).collect()),
            }
        };
        let mut summary: Vec<Summary> = classes.into_iter().map(of_class).collect();
        if summary.len() > 1 {
            let means = |i: usize| summary.iter().map(move |class| class.mean.values[i]);
            let mean = |i: usize| mean(&means(i).collect::<Vec<_>>());
            let undefined = |i: usize| {
                summary
                    .iter()
                    .map(|class| class.undefined.values[i])
                    .sum::<usize>()
            };
            let all = Summary {
                class: None,
                mean: self.named(columns().map(mean).collect()),
                undefined: self.named(columns().map(undefined).collect()),
            };
            summary.push(all);
        }
        summary
    }

    fn named<T>(&self, values: Vec<T>) -> Named<T> {
        Named {
            names: self.columns.clone(),
            values,
        }
    }

    /// For people: the rows, the means below them, and how many values are undefined. What is wider than
    /// `width` goes on in further tables below.
    pub(super) fn text(&self, width: Option<usize>) -> String {
        let has_classes = self.rows.iter().any(|row| row.class.is_some());
        let head = |case: &str, class: &str| {
            let cells = [case.to_owned(), class.to_owned()];
            cells[..1 + usize::from(has_classes)].to_vec()
        };
        let number = |value: &Option<f64>| significant(value.unwrap_or(f64::NAN), DIGITS);
        let mut lines = vec![[head("case", "class"), self.columns.clone()].concat()];
        for row in &self.rows {
            let class = row.class.as_ref().map_or("", |class| class.name.as_str());
            let values = row.values.iter().map(number).collect();
            lines.push([head(&row.case, class), values].concat());
        }
        lines.push(Vec::new());
        for summary in self.summary() {
            let class = summary.class.as_deref().unwrap_or("all");
            let means = summary.mean.values.iter().map(number).collect();
            lines.push([head("mean", class), means].concat());
            if summary.undefined.values.iter().any(|&count| count > 0) {
                let counts = summary.undefined.values.iter().map(usize::to_string);
                lines.push([head("undefined", class), counts.collect()].concat());
            }
        }
        let blocks = blocks(&lines, 1 + usize::from(has_classes), width);
        let blocks: Vec<String> = blocks
            .iter()
            .map(|lines| output::aligned(lines, width))
            .collect();
        blocks.join("\n")
    }

    /// A table with a row for each row; undefined values are missing.
    pub(super) fn table(&self) -> Result<Table, TableError> {
        let text = |name: &str, of: &dyn Fn(&Row) -> Option<&str>| Column {
            name: name.to_owned(),
            data: ColumnData::category(self.rows.iter().map(of)),
        };
        let numbers = |name: &str, of: &dyn Fn(&Row) -> Option<f64>| {
            let numbers = self.rows.iter().map(|row| of(row).unwrap_or(f64::NAN));
            Column {
                name: name.to_owned(),
                data: ColumnData::Number(numbers.collect()),
            }
        };
        let mut columns = vec![text("case", &|row| Some(row.case.as_str()))];
        if self.rows.iter().any(|row| row.class.is_some()) {
            columns.push(numbers("label", &|row| {
                row.class.as_ref().map(|class| f64::from(class.label))
            }));
            columns.push(text("class", &|row| {
                row.class.as_ref().map(|class| class.name.as_str())
            }));
        }
        for (i, name) in self.columns.iter().enumerate() {
            columns.push(numbers(name, &|row| row.values[i]));
        }
        Table::new(columns)
    }
}

/// The mean of the values that are defined.
fn mean(values: &[Option<f64>]) -> Option<f64> {
    let defined: Vec<f64> = values.iter().flatten().copied().collect();
    (!defined.is_empty()).then(|| defined.iter().sum::<f64>() / defined.len() as f64)
}

/// The lines cut into tables that are not wider than `width`, each with the first `kept` columns.
fn blocks(lines: &[Vec<String>], kept: usize, width: Option<usize>) -> Vec<Vec<Vec<String>>> {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let head: usize = (0..kept).map(|column| widest(column) + 2).sum::<usize>();
    let mut starts = vec![kept];
    let mut used = head;
    for column in kept..columns {
        let wide = widest(column);
        let is_first = starts.last() == Some(&column);
        if !is_first && width.is_some_and(|width| used + wide > width) {
            starts.push(column);
            used = head;
        }
        used += wide + 2;
    }
    let ends = starts[1..].iter().copied().chain([columns]);
    let part = |line: &Vec<String>, from: usize, to: usize| match line.is_empty() {
        true => Vec::new(),
        false => [&line[..kept], &line[from..to]].concat(),
    };
    let block =
        |(from, to): (&usize, usize)| lines.iter().map(|line| part(line, *from, to)).collect();
    starts.iter().zip(ends).map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let row = |case: &str, label, values| Row {
            case: case.to_owned(),
            class: Some(Class {
                label,
                name: format!("c{label}"),
            }),
            values,
        };
        Sheet {
            columns: vec!["dice".to_owned(), "assd".to_owned()],
            rows: vec![
                row("a", 1, vec![Some(0.5), Some(2.0)]),
                row("a", 3, vec![Some(1.0), None]),
                row("b", 1, vec![Some(0.25), None]),
                row("b", 3, vec![None, None]),
            ],
        }
    }

    #[test]
    fn means_leave_out_what_is_undefined() {
        let summary = sheet().summary();
        let means: Vec<_> = summary.iter().map(|class| &class.mean.values).collect();
        assert_eq!(means[0], &[Some(0.375), Some(2.0)]);
        assert_eq!(means[1], &[Some(1.0), None]);
        assert_eq!(means[2], &[Some(0.6875), Some(2.0)]);
        assert_eq!(summary[2].undefined.values, [1, 3]);
        assert_eq!(summary[2].class, None);
    }

    #[test]
    fn wide_tables_go_on_below() {
        let text = sheet().text(None);
        assert_eq!(text.lines().next(), Some("case       class  dice    assd"));
        assert!(text.contains("\nundefined  c3     1       2\n"), "{text}");
        let narrow = sheet().text(Some(26));
        let heads: Vec<&str> = narrow
            .lines()
            .filter(|line| line.starts_with("case"))
            .collect();
        assert_eq!(heads, ["case       class  dice", "case       class  assd"]);
        // However narrow, every column is shown.
        assert_eq!(
            sheet().text(Some(1)).lines().count(),
            narrow.lines().count()
        );
    }

    #[test]
    fn tables_have_a_row_for_each_class() {
        let table = sheet().table().unwrap();
        let names: Vec<&str> = table.names().collect();
        assert_eq!(names, ["case", "label", "class", "dice", "assd"]);
        assert_eq!(table.rows(), 4);
        assert_eq!(table.column("assd").unwrap().data.missing(), 3);
    }
}
