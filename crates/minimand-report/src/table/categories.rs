//! Text columns as numbers of their distinct values.

use hashbrown::HashMap;

use super::ColumnData;

/// Collects a text column, keeping one copy of every distinct text.
#[derive(Debug, Default)]
pub(super) struct CategoryBuilder {
    /// Each row's text by order of first appearance.
    codes: Vec<Option<u32>>,
    code_of: HashMap<String, u32>,
}

impl CategoryBuilder {
    /// Appends a row. There may be at most 2³² − 1 of them.
    pub(super) fn push(&mut self, text: Option<&str>) {
        let code = text.map(|text| self.code(text));
        self.codes.push(code);
    }

    /// Appends a row by the code of its text.
    pub(super) fn push_code(&mut self, code: Option<u32>) {
        self.codes.push(code);
    }

    /// The code of `text`, which the caller uses in some row.
    pub(super) fn code(&mut self, text: &str) -> u32 {
        let next = self.code_of.len() as u32;
        *self.code_of.entry_ref(text).or_insert(next)
    }

    /// The distinct texts so far, in no order.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.code_of.keys().map(String::as_str)
    }

    /// The column, its codes in the order of the sorted texts.
    pub(super) fn finish(self) -> ColumnData {
        let Self { mut codes, code_of } = self;
        let mut sorted: Vec<(String, u32)> = code_of.into_iter().collect();
        sorted.sort_unstable();
        let mut position_of = vec![0; sorted.len()];
        for ((_, code), position) in sorted.iter().zip(0..) {
            position_of[*code as usize] = position;
        }
        for code in codes.iter_mut().flatten() {
            *code = position_of[*code as usize];
        }
        codes.shrink_to_fit();
        ColumnData::Category {
            codes,
            names: sorted.into_iter().map(|(text, _)| text).collect(),
        }
    }
}
