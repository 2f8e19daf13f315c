//! Losses on linear layers against the same losses on logits that are written out.

mod case;
mod edges;
mod large_margin;
mod proxies;
mod values;
